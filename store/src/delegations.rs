//! Leads handed to distributors, distributors that are call centres, and who was reminded to name one.

use std::collections::{BTreeMap, BTreeSet};

use domain::delegation::{Candidate, Outcome};
use domain::routing::Quarter;
use domain::{AccountId, AccountKind, Delegation, DelegationState, LeadId, LifeCycle, Named, Role, TerritoryId, Timestamp, UserId};

use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql};
use crate::tx::Tx;

/// Statements about delegating.
#[derive(Debug)]
pub struct Delegations<'t>(&'t mut Tx);

impl Tx {
    /// Delegating leads to distributors.
    pub fn delegations(&mut self) -> Delegations<'_> {
        Delegations(self)
    }
}

/// Whose delegations are counted.
#[derive(Clone, Copy, Debug)]
pub enum Of<'a> {
    Everybody,
    /// Those in these territories, and those of leads in no territory that this person delegated.
    Manager(UserId, &'a [TerritoryId]),
}

/// Most delegations that a comparison looks at.
const OUTCOMES_MAX: i64 = 50_000;

impl Delegations<'_> {
    /// The newest delegation of a lead.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn newest(&mut self, lead: LeadId) -> Result<Option<Delegation>> {
        let sql = Sql::new(
            "select d.lead_id, d.number, d.distributor_id, a.name, d.territory, d.quarter, d.note, d.delegated_by_id, d.delegated_at, d.state,
                    d.answered_by_id, d.answered_at, d.reason
             from delegation d join account a on a.id = d.distributor_id where d.lead_id = $1 order by d.number desc limit 1",
        );
        self.0.row(sql.bind(lead)).await?.as_ref().map(to_delegation).transpose()
    }

    /// Adds a delegation of a lead that is held; `number` is given here.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add(&mut self, new: &Delegation) -> Result<()> {
        let sql = Sql::new(
            "insert into delegation (lead_id, number, distributor_id, territory, quarter, note, delegated_by_id, delegated_at, state, reason)
             select $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9 from delegation where lead_id = $10",
        );
        let sql = sql.bind(new.lead).bind(new.distributor.id).bind(new.territory).bind(new.quarter.key()).bind(&new.note).bind(new.by);
        self.0.run(sql.bind(new.at).bind(new.state.key()).bind(&new.reason).bind(new.lead)).await.map(|_| ())
    }

    /// Notes how far the delegation of a lead is, and what was answered.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change(&mut self, delegation: &Delegation) -> Result<()> {
        let sql = Sql::new("update delegation set state = $1, answered_by_id = $2, answered_at = $3, reason = $4 where lead_id = $5 and number = $6");
        let sql = sql.bind(delegation.state.key()).bind(delegation.answered_by).bind(delegation.answered_at).bind(&delegation.reason);
        self.0.run(sql.bind(delegation.lead).bind(delegation.number)).await.map(|_| ())
    }

    /// Distributors that leads can be delegated to, by name.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn candidates(&mut self, most: i64) -> Result<Vec<Candidate>> {
        let sql = Sql::new(
            "select a.id, a.name, c.account_id as call_centre_id from account a join account_kind k on k.account_id = a.id and k.kind = $1
             left join call_centre c on c.account_id = a.id where a.deleted_at is null order by a.name_folded, a.id limit $2",
        );
        let rows = self.0.rows(sql.bind(AccountKind::Distributor.key()).bind(most)).await?;
        let candidate = |row: &Row| {
            Ok(Candidate { id: AccountId(row.int("id")?), name: row.text("name")?, is_call_centre: row.opt_int("call_centre_id")?.is_some() })
        };
        rows.iter().map(candidate).collect()
    }

    /// The people of a distributor who can sign in.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn people_of(&mut self, distributor: AccountId) -> Result<Vec<UserId>> {
        let sql = Sql::new("select id from app_user where account_id = $1 and role = $2 and disabled_at is null order by id");
        let rows = self.0.rows(sql.bind(distributor).bind(Role::Distributor.key())).await?;
        rows.iter().map(|row| Ok(UserId(row.int("id")?))).collect()
    }

    /// Distributors that answer from a central call centre.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn call_centres(&mut self) -> Result<Vec<AccountId>> {
        let rows = self.0.rows(Sql::new("select account_id from call_centre order by account_id")).await?;
        rows.iter().map(|row| Ok(AccountId(row.int("account_id")?))).collect()
    }

    /// Marks a distributor as a central call centre; gives `false` when it is one already.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn mark_call_centre(&mut self, distributor: AccountId, by: UserId, at: Timestamp) -> Result<bool> {
        let sql = Sql::new("insert into call_centre (account_id, marked_by_id, marked_at) values ($1, $2, $3) on conflict (account_id) do nothing");
        Ok(self.0.run(sql.bind(distributor).bind(by).bind(at)).await? > 0)
    }

    /// Takes that mark away; gives `false` when there is none.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn unmark_call_centre(&mut self, distributor: AccountId) -> Result<bool> {
        Ok(self.0.run(Sql::new("delete from call_centre where account_id = $1").bind(distributor)).await? > 0)
    }

    /// What became of delegations since a quarter.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn outcomes(&mut self, of: Of<'_>, since: Quarter) -> Result<Vec<Outcome>> {
        let mut sql = Sql::new(
            "select d.lead_id, d.distributor_id, a.name, d.quarter, d.state, d.delegated_at, d.answered_at, l.state as lead_state, l.deleted_at
             from delegation d join account a on a.id = d.distributor_id join lead l on l.id = d.lead_id where d.quarter >= ",
        );
        sql.push_bind(since.key());
        if let Of::Manager(user, territories) = of {
            sql.push(" and (d.territory in ").push_list(territories.iter().copied());
            sql.push(" or d.territory is null and d.delegated_by_id = ").push_bind(user).push(")");
        }
        sql.push(" order by d.quarter desc, d.lead_id desc, d.number desc limit ").push_bind(OUTCOMES_MAX);
        self.0.rows(sql).await?.iter().map(to_outcome).collect()
    }

    /// How many of the delegations that a distributor accepted since a quarter it accepted only after others were told that nobody
    /// touched the lead, by quarter.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn accepted_late(&mut self, distributor: AccountId, since: Quarter) -> Result<BTreeMap<Quarter, i64>> {
        let sql = Sql::new(
            "select d.lead_id, d.quarter from delegation d
             where d.distributor_id = $1 and d.quarter >= $2 and d.answered_at is not null and d.state <> 'declined'
               and exists (select 1 from event e where e.lead_id = d.lead_id and e.kind = 'escalated'
                 and e.at > d.delegated_at and e.at <= d.answered_at)
             order by d.lead_id, d.number",
        );
        let mut late: BTreeMap<Quarter, i64> = BTreeMap::new();
        for row in self.0.rows(sql.bind(distributor).bind(since.key())).await? {
            *late.entry(quarter_of(&row)?).or_default() += 1;
        }
        Ok(late)
    }

    /// Territories whose manager was reminded of a quarter.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn reminded(&mut self, quarter: Quarter) -> Result<BTreeSet<TerritoryId>> {
        let rows =
            self.0.rows(Sql::new("select territory from nomination_reminder where quarter = $1 order by territory").bind(quarter.key())).await?;
        rows.iter().map(|row| Ok(TerritoryId(row.int("territory")?))).collect()
    }

    /// Notes that the manager of a territory is reminded of a quarter; gives `false` when they were before.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn note_reminder(&mut self, territory: TerritoryId, quarter: Quarter, at: Timestamp) -> Result<bool> {
        let sql = Sql::new(
            "insert into nomination_reminder (territory, quarter, reminded_at) values ($1, $2, $3) on conflict (territory, quarter) do nothing",
        );
        Ok(self.0.run(sql.bind(territory).bind(quarter.key()).bind(at)).await? > 0)
    }
}

fn broken(row: &Row, column: &'static str) -> Result<StoreError> {
    Ok(StoreError::Inconsistent { table: "delegation", column, id: row.int("lead_id")? })
}

fn state_of(row: &Row) -> Result<DelegationState> {
    DelegationState::from_key(&row.text("state")?).map_or_else(|| Err(broken(row, "state")?), Ok)
}

fn quarter_of(row: &Row) -> Result<Quarter> {
    Quarter::from_key(&row.text("quarter")?).map_or_else(|| Err(broken(row, "quarter")?), Ok)
}

fn lead_state_of(row: &Row) -> Result<LifeCycle> {
    LifeCycle::from_key(&row.text("lead_state")?).map_or_else(|| Err(broken(row, "lead_state")?), Ok)
}

fn distributor_of(row: &Row) -> Result<Named<AccountId>> {
    Ok(Named { id: AccountId(row.int("distributor_id")?), name: row.text("name")? })
}

fn to_delegation(row: &Row) -> Result<Delegation> {
    Ok(Delegation {
        lead: LeadId(row.int("lead_id")?),
        number: row.int("number")?,
        distributor: distributor_of(row)?,
        territory: row.opt_int("territory")?.map(TerritoryId),
        quarter: quarter_of(row)?,
        note: row.text("note")?,
        by: UserId(row.int("delegated_by_id")?),
        at: row.time("delegated_at")?,
        state: state_of(row)?,
        answered_by: row.opt_int("answered_by_id")?.map(UserId),
        answered_at: row.opt_time("answered_at")?,
        reason: row.text("reason")?,
    })
}

fn to_outcome(row: &Row) -> Result<Outcome> {
    let lead = match row.opt_int("deleted_at")? {
        Some(_) => None,
        None => Some(lead_state_of(row)?),
    };
    Ok(Outcome {
        distributor: distributor_of(row)?,
        quarter: quarter_of(row)?,
        state: state_of(row)?,
        delegated_at: row.time("delegated_at")?,
        answered_at: row.opt_time("answered_at")?,
        lead,
    })
}
