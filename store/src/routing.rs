//! Routing: the rules as of each version, whose turn it is, and what was decided.

use std::collections::BTreeMap;

use domain::routing::{Decision, Inputs, Nomination, Rule, RuleBook, RuleKind};
use domain::{GroupId, LeadId, Timestamp, UserId};

use crate::error::{Result, StoreError};
use crate::rules_cache::VERSION;
use crate::sql::{Row, Sql, Value};
use crate::tx::Tx;

/// Statements about routing.
#[derive(Debug)]
pub struct Routing<'t>(&'t mut Tx);

impl Tx {
    /// Routing.
    pub fn routing(&mut self) -> Routing<'_> {
        Routing(self)
    }
}

/// A decision as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDecision {
    pub at: Timestamp,
    pub inputs: Inputs,
    pub decision: Decision,
}

/// Leads that were decided about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decided {
    pub leads: i64,
    pub first: LeadId,
    pub last: LeadId,
}

impl Routing<'_> {
    /// The rule book's version; 0 while nobody configured anything.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn version(&mut self) -> Result<i64> {
        let row = self.0.row(Sql::new("select value from counter where name = $1").bind(VERSION)).await?;
        Ok(row.map(|row| row.int("value")).transpose()?.unwrap_or(0))
    }

    /// The rules as of a version.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn load(&mut self, version: i64) -> Result<RuleBook> {
        let sql = Sql::new(
            "select kind, number, body from routing_rule where since_version <= $1 and (until_version is null or until_version > $2)
             order by kind, number",
        );
        let rows = self.0.rows(sql.bind(version).bind(version)).await?;
        let mut book = RuleBook { version, ..RuleBook::default() };
        for row in &rows {
            match to_rule(row)? {
                Rule::Coverage(cover) => book.coverage.push(cover),
                Rule::Territory(territory) => book.territories.push(territory),
                Rule::Specialist(specialist) => book.specialists.push(specialist),
                Rule::Nomination(nomination) => book.nominations.push(nomination),
                Rule::Settings(settings) => book.settings = settings,
            }
        }
        Ok(book)
    }

    /// Distributors that were named, also those in whose place another was named since, the newest first.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list_nominations(&mut self, most: i64) -> Result<Vec<Nomination>> {
        let sql = Sql::new("select kind, number, body from routing_rule where kind = 'nomination' order by since_version desc, number desc limit $1");
        let mut found = Vec::new();
        for row in self.0.rows(sql.bind(most)).await? {
            if let Rule::Nomination(nomination) = to_rule(&row)? {
                found.push(nomination);
            }
        }
        Ok(found)
    }

    /// Begins a new version of the book; whoever does so at the same moment waits until this transaction ends.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn begin_version(&mut self) -> Result<i64> {
        self.0.take_numbers(VERSION, 1).await
    }

    /// A number for a new rule.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn take_number(&mut self, kind: RuleKind) -> Result<i64> {
        self.0.take_numbers(&format!("routing_{}", kind.key()), 1).await
    }

    /// Puts a rule into the book from a version on, in the place of the one of its number.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn put(&mut self, version: i64, rule: &Rule) -> Result<()> {
        let (kind, number) = (rule.kind(), rule.number());
        self.end(version, kind, number).await?;
        let body = rule.body().map_err(|_| inconsistent(number))?;
        let sql = Sql::new("insert into routing_rule (kind, number, since_version, body) values ($1, $2, $3, $4)");
        self.0.run(sql.bind(kind.key()).bind(number).bind(version).bind(body)).await.map(|_| ())
    }

    /// Takes a rule out of the book from a version on; `false` when it is not in it.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn end(&mut self, version: i64, kind: RuleKind, number: i64) -> Result<bool> {
        let sql = Sql::new("update routing_rule set until_version = $1 where kind = $2 and number = $3 and until_version is null");
        Ok(self.0.run(sql.bind(version).bind(kind.key()).bind(number)).await? == 1)
    }

    /// Whose turn it was last in each group that took turns.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn turns(&mut self) -> Result<Vec<(GroupId, UserId)>> {
        let rows = self.0.rows(Sql::new("select group_id, user_id from routing_turn where user_id is not null order by group_id")).await?;
        rows.iter().map(|row| Ok((GroupId(row.int("group_id")?), UserId(row.int("user_id")?)))).collect()
    }

    /// Whose turn it was last in a group. Nobody else takes one until this transaction ends.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn hold_turn(&mut self, group: GroupId) -> Result<Option<UserId>> {
        let sql = Sql::new(
            "insert into routing_turn (group_id) values ($1) on conflict (group_id) do update set group_id = excluded.group_id returning user_id",
        );
        let row = self.0.row(sql.bind(group)).await?;
        Ok(row.map(|row| row.opt_int("user_id")).transpose()?.flatten().map(UserId))
    }

    /// Notes whose turn it was, in a group that is held.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn take_turn(&mut self, group: GroupId, user: UserId) -> Result<()> {
        self.0.run(Sql::new("update routing_turn set user_id = $1 where group_id = $2").bind(user).bind(group)).await.map(|_| ())
    }

    /// Open leads of people; those without one are left out.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn loads(&mut self, users: &[UserId]) -> Result<BTreeMap<UserId, i64>> {
        let mut sql = Sql::new(
            "select owner_id, count(*) as leads from lead where deleted_at is null and state in ('pending', 'in_progress') and owner_id in ",
        );
        sql.push_list(users.iter().copied()).push(" group by owner_id");
        let rows = self.0.rows(sql).await?;
        rows.iter().map(|row| Ok((UserId(row.int("owner_id")?), row.int("leads")?))).collect()
    }

    /// Keeps a decision about a lead.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_decision(&mut self, lead: LeadId, stored: &StoredDecision) -> Result<()> {
        let (inputs, outcome) = bodies(lead, stored)?;
        let sql = Sql::new(
            "insert into routing_decision (lead_id, number, at, rules_version, inputs, outcome)
             select $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5 from routing_decision where lead_id = $6",
        );
        let sql = sql.bind(lead).bind(stored.at).bind(stored.decision.version);
        self.0.run(sql.bind(inputs).bind(outcome).bind(lead)).await.map(|_| ())
    }

    /// Keeps decisions about leads that are new.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_first_decisions(&mut self, decisions: &[(LeadId, StoredDecision)]) -> Result<()> {
        let row = |(lead, stored): &(LeadId, StoredDecision)| -> Result<Vec<Value>> {
            let (inputs, outcome) = bodies(*lead, stored)?;
            Ok(vec![Value::from(*lead), 1_i64.into(), stored.at.into(), stored.decision.version.into(), inputs.into(), outcome.into()])
        };
        let rows = decisions.iter().map(row).collect::<Result<Vec<_>>>()?;
        self.0.insert_rows("routing_decision (lead_id, number, at, rules_version, inputs, outcome)", rows, "").await
    }

    /// The newest decision about a lead.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn newest_decision(&mut self, lead: LeadId) -> Result<Option<StoredDecision>> {
        let sql = Sql::new("select lead_id, at, inputs, outcome from routing_decision where lead_id = $1 order by number desc limit 1");
        self.0.row(sql.bind(lead)).await?.as_ref().map(to_decision).transpose()
    }

    /// How many living leads were decided about, of the newest at most so many, with the first and the last of those; `None` for
    /// none.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn count_newest(&mut self, most: i64) -> Result<Option<Decided>> {
        let sql = Sql::new(
            "select count(*) as leads, min(lead_id) as first_id, max(lead_id) as last_id from (
               select d.lead_id from routing_decision d
               where d.number = 1 and exists (select 1 from lead l where l.id = d.lead_id and l.deleted_at is null)
               order by d.lead_id desc limit $1
             ) as newest",
        );
        let Some(row) = self.0.row(sql.bind(most)).await? else { return Ok(None) };
        let (first, last) = (row.opt_int("first_id")?.map(LeadId), row.opt_int("last_id")?.map(LeadId));
        let leads = row.int("leads")?;
        Ok(first.zip(last).map(|(first, last)| Decided { leads, first, last }))
    }

    /// Decisions about living leads behind a number and up to another, the newest of each, those with the lowest number first.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list_newest(&mut self, after: LeadId, up_to: LeadId, most: i64) -> Result<Vec<(LeadId, StoredDecision)>> {
        let sql = Sql::new(
            "select d.lead_id, d.at, d.inputs, d.outcome from routing_decision d
             where d.lead_id > $1 and d.lead_id <= $2
             and d.number = (select max(number) from routing_decision o where o.lead_id = d.lead_id)
             and exists (select 1 from lead l where l.id = d.lead_id and l.deleted_at is null) order by d.lead_id limit $3",
        );
        let rows = self.0.rows(sql.bind(after).bind(up_to).bind(most)).await?;
        rows.iter().map(|row| Ok((LeadId(row.int("lead_id")?), to_decision(row)?))).collect()
    }
}

/// Inputs and outcome as JSON.
fn bodies(lead: LeadId, stored: &StoredDecision) -> Result<(String, String)> {
    let json = |text: serde_json::Result<String>| text.map_err(|_| inconsistent(lead.0));
    Ok((json(serde_json::to_string(&stored.inputs))?, json(serde_json::to_string(&stored.decision))?))
}

fn inconsistent(id: i64) -> StoreError {
    StoreError::Inconsistent { table: "routing_rule", column: "body", id }
}

fn to_rule(row: &Row) -> Result<Rule> {
    let number = row.int("number")?;
    let kind = RuleKind::from_key(&row.text("kind")?).ok_or(StoreError::Inconsistent { table: "routing_rule", column: "kind", id: number })?;
    Rule::read(kind, &row.text("body")?).map_err(|_| inconsistent(number))
}

fn to_decision(row: &Row) -> Result<StoredDecision> {
    let id = row.int("lead_id")?;
    let broken = |column| StoreError::Inconsistent { table: "routing_decision", column, id };
    Ok(StoredDecision {
        at: row.time("at")?,
        inputs: serde_json::from_str(&row.text("inputs")?).map_err(|_| broken("inputs"))?,
        decision: serde_json::from_str(&row.text("outcome")?).map_err(|_| broken("outcome"))?,
    })
}
