//! Opportunities: the deals of leads.

use std::collections::HashMap;

use domain::{AccountId, Audience, ChoiceId, GroupId, LeadId, Opportunity, OpportunityId, Reach, Scope, UserId};

use crate::dialect::driven_by;
use crate::error::Result;
use crate::leads::{index_of_reach, push_reach};
use crate::sql::{Row, Sql, Value};
use crate::tx::{Engine, Tx};

const COLUMNS: &str = "o.id, o.version, o.lead_id, o.account_id, o.name, o.stage_id, o.amount_minor, o.currency, o.probability, o.close_at,
    o.follow_up_at, o.created_at, o.updated_at";

/// Which opportunities a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// All whose leads are in scope.
    Everyone,
    /// Those of a lead. Whether it may be known is asked before.
    Lead(LeadId),
    /// Those of an account whose leads are in scope.
    Account(AccountId),
}

/// Statements about opportunities.
#[derive(Debug)]
pub struct Opportunities<'t>(&'t mut Tx);

impl Tx {
    /// Opportunities.
    pub fn opportunities(&mut self) -> Opportunities<'_> {
        Opportunities(self)
    }
}

impl Opportunities<'_> {
    /// The opportunities of a lead, oldest first. Whether the lead may be known is asked before.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn of_lead(&mut self, lead: LeadId) -> Result<Vec<Opportunity>> {
        let sql = Sql::new(format!("select {COLUMNS} from opportunity o where o.lead_id = $1 order by o.id")).bind(lead);
        self.0.rows(sql).await?.iter().map(to_opportunity).collect()
    }

    /// A page of opportunities behind a place, those of the newest lead first, newest first among one lead's. Those of leads out of
    /// scope are left out, and but for one lead's those of deleted leads.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list(&mut self, of: Of, scope: &Scope, after: Option<(LeadId, OpportunityId)>, limit: i64) -> Result<Vec<Opportunity>> {
        let reaches: Vec<Option<&Reach>> = match scope {
            Scope::All => vec![None],
            Scope::Any(reaches) => reaches.iter().map(Some).collect(),
        };
        if reaches.is_empty() {
            return Ok(Vec::new());
        }
        let engine = self.0.engine();
        let sql = match of {
            Of::Everyone => page_of_all(engine, &reaches, after, limit),
            Of::Account(account) => page_of_account(engine, account, &reaches, after, limit),
            Of::Lead(lead) => {
                let mut sql = Sql::new(format!("select {COLUMNS} from opportunity o where o.lead_id = $1")).bind(lead);
                push_place(&mut sql, "o.lead_id", after);
                push_end(&mut sql, "o.lead_id", limit);
                sql
            }
        };
        self.0.rows(sql).await?.iter().map(to_opportunity).collect()
    }

    /// The opportunities of an account whose leads the person may know of, newest first; those of deleted leads are left
    /// out.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn of_account(&mut self, account: AccountId, scope: &Scope) -> Result<Vec<Opportunity>> {
        let sql = Sql::new(format!(
            "select {COLUMNS}, l.owner_id, l.group_id, l.distributor_id, l.created_by_id from opportunity o join lead l on l.id = o.lead_id
             where o.account_id = $1 and l.deleted_at is null order by o.id desc"
        ));
        let rows = self.0.rows(sql.bind(account)).await?;
        let sql = Sql::new(
            "select lead_id, user_id from lead_team where lead_id in (select lead_id from opportunity where account_id = $1) order by lead_id, user_id",
        );
        let mut teams: HashMap<i64, Vec<UserId>> = HashMap::new();
        for row in self.0.rows(sql.bind(account)).await? {
            teams.entry(row.int("lead_id")?).or_default().push(UserId(row.int("user_id")?));
        }
        let mut visible = Vec::new();
        for row in &rows {
            let team = teams.get(&row.int("lead_id")?).cloned().unwrap_or_default();
            if scope.includes(&to_audience(row, team)?) {
                visible.push(to_opportunity(row)?);
            }
        }
        Ok(visible)
    }

    /// An opportunity. Whether its lead may be known is asked of the lead.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn find(&mut self, id: OpportunityId) -> Result<Option<Opportunity>> {
        let sql = Sql::new(format!("select {COLUMNS} from opportunity o where o.id = $1")).bind(id);
        self.0.row(sql).await?.as_ref().map(to_opportunity).transpose()
    }

    /// Adds an opportunity.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add(&mut self, opportunity: &Opportunity) -> Result<()> {
        self.add_many(std::slice::from_ref(opportunity)).await
    }

    /// Adds several opportunities at once.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_many(&mut self, opportunities: &[Opportunity]) -> Result<()> {
        let into = "opportunity (id, version, lead_id, account_id, name, stage_id, amount_minor, currency, probability, close_at,
            follow_up_at, created_at, updated_at)";
        self.0.insert_rows(into, opportunities.iter().map(values).collect(), "").await
    }

    /// Writes a changed opportunity, if it is still at `expected_version`; `false` when someone was faster. It stays with
    /// its lead.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change(&mut self, opportunity: &Opportunity, expected_version: i64) -> Result<bool> {
        let sql = Sql::new(
            "update opportunity set version = $1, account_id = $2, name = $3, stage_id = $4, amount_minor = $5, currency = $6,
             probability = $7, close_at = $8, follow_up_at = $9, updated_at = $10 where id = $11 and version = $12",
        );
        let sql = sql.bind(opportunity.version).bind(opportunity.account).bind(&opportunity.name).bind(opportunity.stage);
        let sql = sql.bind(opportunity.amount_minor).bind(&opportunity.currency).bind(opportunity.probability).bind(opportunity.close_at);
        let sql = sql.bind(opportunity.follow_up_at).bind(opportunity.updated_at).bind(opportunity.id).bind(expected_version);
        Ok(self.0.run(sql).await? > 0)
    }
}

/// An arm for each reach, as the list of leads has them (`leads/list.rs`): its own index gives its leads by number, and as many of
/// their opportunities as a page has are enough.
fn page_of_all(engine: Engine, reaches: &[Option<&Reach>], after: Option<(LeadId, OpportunityId)>, limit: i64) -> Sql {
    let mut sql = Sql::new(format!("select {COLUMNS} from ("));
    for (nth, reach) in reaches.iter().enumerate() {
        sql.push(if nth == 0 { "select * from (" } else { " union select * from (" });
        sql.push("select o.lead_id, o.id from lead l").push(&driven_by(engine, Some(index_of_reach(*reach))));
        sql.push(" cross join opportunity o where o.lead_id = l.id and l.deleted_at is null");
        if let Some(reach) = reach {
            sql.push(" and ");
            push_reach(&mut sql, engine, reach, true);
        }
        push_place(&mut sql, "l.id", after);
        push_end(&mut sql, "l.id", limit);
        sql.push(&format!(") arm{nth}"));
    }
    sql.push(") page join opportunity o on o.id = page.id");
    push_end(&mut sql, "o.lead_id", limit);
    sql
}

/// An account has few opportunities beside all that there are, so they are looked at one by one.
fn page_of_account(engine: Engine, account: AccountId, reaches: &[Option<&Reach>], after: Option<(LeadId, OpportunityId)>, limit: i64) -> Sql {
    let hint = driven_by(engine, Some("opportunity_account"));
    let mut sql = Sql::new(format!("select {COLUMNS} from opportunity o{hint} cross join lead l where l.id = o.lead_id and o.account_id = $1"));
    sql = sql.bind(account);
    sql.push(" and l.deleted_at is null");
    let asked: Vec<&Reach> = reaches.iter().copied().flatten().collect();
    for (nth, reach) in asked.iter().enumerate() {
        sql.push(if nth == 0 { " and (" } else { " or " });
        push_reach(&mut sql, engine, reach, false);
    }
    if !asked.is_empty() {
        sql.push(")");
    }
    push_place(&mut sql, "o.lead_id", after);
    push_end(&mut sql, "o.lead_id", limit);
    sql
}

/// Appends that it comes behind a place. The first page is cut too, at the end of the numbers, so that it is a search and never a scan.
fn push_place(sql: &mut Sql, lead: &str, after: Option<(LeadId, OpportunityId)>) {
    let (last, opportunity) = after.unwrap_or((LeadId(i64::MAX), OpportunityId(i64::MAX)));
    sql.push(&format!(" and {lead} <= ")).push_bind(last);
    sql.push(&format!(" and ({lead} < ")).push_bind(last).push(" or o.id < ").push_bind(opportunity).push(")");
}

fn push_end(sql: &mut Sql, lead: &str, limit: i64) {
    sql.push(&format!(" order by {lead} desc, o.id desc limit ")).push_bind(limit);
}

fn values(opportunity: &Opportunity) -> Vec<Value> {
    vec![
        opportunity.id.into(),
        opportunity.version.into(),
        opportunity.lead.into(),
        opportunity.account.into(),
        (&opportunity.name).into(),
        opportunity.stage.into(),
        opportunity.amount_minor.into(),
        (&opportunity.currency).into(),
        opportunity.probability.into(),
        opportunity.close_at.into(),
        opportunity.follow_up_at.into(),
        opportunity.created_at.into(),
        opportunity.updated_at.into(),
    ]
}

fn to_opportunity(row: &Row) -> Result<Opportunity> {
    Ok(Opportunity {
        id: OpportunityId(row.int("id")?),
        version: row.int("version")?,
        lead: LeadId(row.int("lead_id")?),
        account: AccountId(row.int("account_id")?),
        name: row.text("name")?,
        stage: ChoiceId(row.int("stage_id")?),
        amount_minor: row.opt_int("amount_minor")?,
        currency: row.text("currency")?,
        probability: row.opt_int("probability")?,
        close_at: row.opt_time("close_at")?,
        follow_up_at: row.opt_time("follow_up_at")?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

/// Who may see the opportunity's lead, which is not deleted.
fn to_audience(row: &Row, team: Vec<UserId>) -> Result<Audience> {
    Ok(Audience {
        owner: row.opt_int("owner_id")?.map(UserId),
        group: row.opt_int("group_id")?.map(GroupId),
        distributor: row.opt_int("distributor_id")?.map(AccountId),
        created_by: row.opt_int("created_by_id")?.map(UserId),
        team,
        deleted: false,
    })
}
