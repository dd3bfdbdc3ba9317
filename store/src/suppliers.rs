//! Suppliers of leads: their private addresses, what they sent and what became of it, and problems that they are told of.

use std::collections::BTreeMap;

use domain::supplier::{Outcome, SupplierLink};
use domain::{
    AccountId, ChoiceId, ClockPolicyId, GroupId, LeadClass, LeadId, LeadProblem, LeadProblemId, LifeCycle, ProblemReason, StatusId, Timestamp, UserId,
};

use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql};
use crate::tx::Tx;

/// Statements about suppliers.
#[derive(Debug)]
pub struct Suppliers<'t>(&'t mut Tx);

impl Tx {
    /// Suppliers of leads.
    pub fn suppliers(&mut self) -> Suppliers<'_> {
        Suppliers(self)
    }
}

/// Whose leads a private address shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedLink {
    /// The name of the account.
    pub name: String,
    /// As whom leads name it.
    pub partner: ChoiceId,
}

/// A lead, as far as whoever sent it reads of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuppliedLead {
    pub id: LeadId,
    pub full_name: String,
    pub company: String,
    pub created_at: Timestamp,
    pub status: StatusId,
    pub state: LifeCycle,
    pub closed_at: Option<Timestamp>,
    pub lost_reason: Option<ChoiceId>,
    pub owner: Option<UserId>,
    pub group: Option<GroupId>,
    pub class: Option<LeadClass>,
    /// When somebody of the house last did something with it.
    pub activity_at: Option<Timestamp>,
    /// When somebody last spoke or wrote to its person.
    pub contacted_at: Option<Timestamp>,
}

/// What became of the newest leads of a supplier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    pub outcomes: Vec<Outcome>,
    /// Why so many were lost.
    pub reasons: BTreeMap<ChoiceId, i64>,
}

const PROBLEM_COLUMNS: &str = "id, lead_id, partner_id, reason, words, flagged_by_id, flagged_at, told_at, settled_at";

impl Suppliers<'_> {
    /// The private address of an account; `None` without one.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn link_of(&mut self, account: AccountId) -> Result<Option<SupplierLink>> {
        let sql = Sql::new("select partner_id, made_by_id, made_at from supplier_link where account_id = $1");
        let link = |row: Row| -> Result<SupplierLink> {
            let (partner, made_by) = (ChoiceId(row.int("partner_id")?), UserId(row.int("made_by_id")?));
            Ok(SupplierLink { partner, made_by, made_at: row.time("made_at")? })
        };
        self.0.row(sql.bind(account)).await?.map(link).transpose()
    }

    /// What a private address shows, by the digest of its secret. That of an account that is gone, or went into another, shows nothing.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn open(&mut self, token_hash: &str) -> Result<Option<OpenedLink>> {
        let sql = Sql::new(
            "select a.name, s.partner_id from supplier_link s join account a on a.id = s.account_id
             where s.token_hash = $1 and a.deleted_at is null",
        );
        let opened = |row: Row| -> Result<OpenedLink> { Ok(OpenedLink { name: row.text("name")?, partner: ChoiceId(row.int("partner_id")?) }) };
        self.0.row(sql.bind(token_hash)).await?.map(opened).transpose()
    }

    /// Whether some account can read what becomes of the leads of a partner.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn has_link(&mut self, partner: ChoiceId) -> Result<bool> {
        let sql = Sql::new(
            "select s.account_id from supplier_link s join account a on a.id = s.account_id
             where s.partner_id = $1 and a.deleted_at is null limit 1",
        );
        Ok(self.0.row(sql.bind(partner)).await?.is_some())
    }

    /// Gives an account a private address in the place of one that it had.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn set_link(&mut self, account: AccountId, link: SupplierLink, token_hash: &str) -> Result<()> {
        let sql = Sql::new(
            "insert into supplier_link (account_id, partner_id, token_hash, made_by_id, made_at) values ($1, $2, $3, $4, $5)
             on conflict (account_id) do update set partner_id = excluded.partner_id, token_hash = excluded.token_hash,
             made_by_id = excluded.made_by_id, made_at = excluded.made_at",
        );
        self.0.run(sql.bind(account).bind(link.partner).bind(token_hash).bind(link.made_by).bind(link.made_at)).await.map(|_| ())
    }

    /// Takes the private address of an account away; `false` when it had none.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn remove_link(&mut self, account: AccountId) -> Result<bool> {
        Ok(self.0.run(Sql::new("delete from supplier_link where account_id = $1").bind(account)).await? > 0)
    }

    /// Leads of a partner before a number, newest first, without what is deleted.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list_leads(&mut self, partner: ChoiceId, before: Option<LeadId>, limit: i64) -> Result<Vec<SuppliedLead>> {
        let sql = Sql::new(
            "select l.id, l.full_name, a.name as company, l.created_at, l.status_id, l.state, l.closed_at, l.lost_reason_id, l.owner_id, l.group_id,
             c.class, l.last_activity_at, l.last_contacted_at
             from (select id from lead where partner_id = $1 and deleted_at is null and id < $2 order by id desc limit $3) page
             join lead l on l.id = page.id join account a on a.id = l.account_id left join lead_class c on c.lead_id = l.id
             order by l.id desc",
        );
        let sql = sql.bind(partner).bind(before.unwrap_or(LeadId(i64::MAX))).bind(limit);
        self.0.rows(sql).await?.iter().map(to_lead).collect()
    }

    /// What became of so many of the newest leads of a partner.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn outcomes(&mut self, partner: ChoiceId, most: i64) -> Result<Outcomes> {
        let sql = Sql::new(
            "select class, state, lost_reason_id, count(*) as leads, count(flagged) as problems from
             (select c.class, l.state, l.lost_reason_id,
              (select min(p.id) from lead_problem p where p.lead_id = l.id and p.partner_id = $1 and p.told_at is not null) as flagged
              from (select id, state, lost_reason_id from lead where partner_id = $1 and deleted_at is null order by id desc limit $2) l
              left join lead_class c on c.lead_id = l.id) counted
             group by class, state, lost_reason_id order by class, state, lost_reason_id",
        );
        let mut found = Outcomes::default();
        for row in self.0.rows(sql.bind(partner).bind(most)).await? {
            let (leads, problems) = (row.int("leads")?, row.int("problems")?);
            if let Some(reason) = row.opt_int("lost_reason_id")? {
                *found.reasons.entry(ChoiceId(reason)).or_default() += leads;
            }
            found.outcomes.push(Outcome { class: class_in(&row)?, state: state_in(&row)?, leads, problems });
        }
        Ok(found)
    }

    /// The problems of some leads, oldest first.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn problems_of(&mut self, leads: &[LeadId], limit: i64) -> Result<Vec<LeadProblem>> {
        let mut sql = Sql::new(format!("select {PROBLEM_COLUMNS} from lead_problem where lead_id in "));
        sql.push_list(leads.iter().copied()).push(" order by id limit ").push_bind(limit);
        self.0.rows(sql).await?.iter().map(to_problem).collect()
    }

    /// A problem. Whether its lead may be known is asked of the lead.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find_problem(&mut self, id: LeadProblemId) -> Result<Option<LeadProblem>> {
        let sql = Sql::new(format!("select {PROBLEM_COLUMNS} from lead_problem where id = $1"));
        self.0.row(sql.bind(id)).await?.as_ref().map(to_problem).transpose()
    }

    /// Adds a problem.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_problem(&mut self, one: &LeadProblem) -> Result<()> {
        let sql = Sql::new(format!("insert into lead_problem ({PROBLEM_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"));
        let sql = sql.bind(one.id).bind(one.lead).bind(one.partner).bind(one.reason.key()).bind(&one.words).bind(one.flagged_by).bind(one.flagged_at);
        self.0.run(sql.bind(one.told_at).bind(one.settled_at)).await.map(|_| ())
    }

    /// Notes that a supplier was told of a problem, and that it is settled.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change_problem(&mut self, one: &LeadProblem) -> Result<()> {
        let sql = Sql::new("update lead_problem set told_at = $1, settled_at = $2 where id = $3");
        self.0.run(sql.bind(one.told_at).bind(one.settled_at).bind(one.id)).await.map(|_| ())
    }

    /// Since when clocks of some policies run for some leads, the earliest of each.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn running(&mut self, leads: &[LeadId], policies: &[ClockPolicyId]) -> Result<Vec<(LeadId, ClockPolicyId, Timestamp)>> {
        let mut sql = Sql::new("select lead_id, policy_id, min(started_at) as started_at from lead_clock where lead_id in ");
        sql.push_list(leads.iter().copied()).push(" and policy_id in ").push_list(policies.iter().copied());
        sql.push(" and met_at is null and ended_at is null group by lead_id, policy_id order by lead_id, policy_id");
        let clock = |row: &Row| -> Result<(LeadId, ClockPolicyId, Timestamp)> {
            Ok((LeadId(row.int("lead_id")?), ClockPolicyId(row.int("policy_id")?), row.time("started_at")?))
        };
        self.0.rows(sql).await?.iter().map(clock).collect()
    }
}

fn class_in(row: &Row) -> Result<Option<LeadClass>> {
    let broken = || StoreError::Inconsistent { table: "lead_class", column: "class", id: 0 };
    row.opt_text("class")?.map(|key| LeadClass::from_key(&key).ok_or_else(broken)).transpose()
}

fn state_in(row: &Row) -> Result<LifeCycle> {
    LifeCycle::from_key(&row.text("state")?).ok_or(StoreError::Inconsistent { table: "lead", column: "state", id: 0 })
}

fn to_lead(row: &Row) -> Result<SuppliedLead> {
    Ok(SuppliedLead {
        id: LeadId(row.int("id")?),
        full_name: row.text("full_name")?,
        company: row.text("company")?,
        created_at: row.time("created_at")?,
        status: StatusId(row.int("status_id")?),
        state: state_in(row)?,
        closed_at: row.opt_time("closed_at")?,
        lost_reason: row.opt_int("lost_reason_id")?.map(ChoiceId),
        owner: row.opt_int("owner_id")?.map(UserId),
        group: row.opt_int("group_id")?.map(GroupId),
        class: class_in(row)?,
        activity_at: row.opt_time("last_activity_at")?,
        contacted_at: row.opt_time("last_contacted_at")?,
    })
}

fn to_problem(row: &Row) -> Result<LeadProblem> {
    let id = row.int("id")?;
    let reason = ProblemReason::from_key(&row.text("reason")?);
    Ok(LeadProblem {
        id: LeadProblemId(id),
        lead: LeadId(row.int("lead_id")?),
        partner: row.opt_int("partner_id")?.map(ChoiceId),
        reason: reason.ok_or(StoreError::Inconsistent { table: "lead_problem", column: "reason", id })?,
        words: row.text("words")?,
        flagged_by: UserId(row.int("flagged_by_id")?),
        flagged_at: row.time("flagged_at")?,
        told_at: row.opt_time("told_at")?,
        settled_at: row.opt_time("settled_at")?,
    })
}
