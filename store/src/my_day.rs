//! What somebody's day is made of beside their tasks: leads that wait to be touched, clocks that run, expected completions, and leads
//! whose answer is awaited.
//! Each statement walks an index that begins with the owner (migrations 0049 and 0050), and no further than a section shows.

use domain::my_day::DayLead;
use domain::{ClockPolicyId, GroupId, Handover, LeadId, Scope, Timestamp, UserId};

use crate::dialect::driven_by;
use crate::error::Result;
use crate::leads::{push_scope, to_handover};
use crate::sql::{Row, Sql};
use crate::tx::{Engine, Tx};

/// Columns by which a lead is named. Those of a subquery keep the names that are given to them.
const LEAD: &str = "l.id as id, l.full_name as full_name, a.name as account_name, l.shown_phone as shown_phone, l.shown_email as shown_email";

/// Whose day.
#[derive(Clone, Copy, Debug)]
pub struct DayOf<'a> {
    /// The scope of who looks.
    pub scope: &'a Scope,
    /// Who looks, and owns what is on it.
    pub user: UserId,
}

/// Clocks of a policy that began within a span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockSpan {
    pub policy: ClockPolicyId,
    /// They began after this moment; `None` for whenever.
    pub after: Option<Timestamp>,
    pub until: Timestamp,
}

/// A clock that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnClock {
    pub lead: DayLead,
    pub policy: ClockPolicyId,
    /// The group of the lead, whose hours count.
    pub group: Option<GroupId>,
    pub started_at: Timestamp,
}

/// Statements about somebody's day.
#[derive(Debug)]
pub struct MyDay<'t>(&'t mut Tx);

impl Tx {
    /// Somebody's day.
    pub fn my_day(&mut self) -> MyDay<'_> {
        MyDay(self)
    }
}

impl MyDay<'_> {
    /// Leads that wait to be touched by their owner, with a deadline between two moments, the earliest first. Those that wait for a
    /// distributor are not among them.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn untouched(&mut self, of: DayOf<'_>, from: Timestamp, until: Timestamp, limit: i64) -> Result<Vec<(DayLead, Handover)>> {
        let sql = untouched(self.0.engine(), of, from, until, limit);
        let lead = |row: &Row| -> Result<(DayLead, Handover)> { Ok((to_lead(row)?, to_handover(row)?)) };
        self.0.rows(sql).await?.iter().map(lead).collect()
    }

    /// Clocks that run, of each span the oldest first and no more than `limit`.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn clocks(&mut self, of: DayOf<'_>, spans: &[ClockSpan], limit: i64) -> Result<Vec<OwnClock>> {
        if spans.is_empty() {
            return Ok(Vec::new());
        }
        let sql = clocks(self.0.engine(), of, spans, limit);
        let clock = |row: &Row| -> Result<OwnClock> {
            Ok(OwnClock {
                lead: to_lead(row)?,
                policy: ClockPolicyId(row.int("policy_id")?),
                group: row.opt_int("group_id")?.map(GroupId),
                started_at: row.time("started_at")?,
            })
        };
        self.0.rows(sql).await?.iter().map(clock).collect()
    }

    /// Open leads with an expected completion between two moments, with it, the earliest first. A day that was typed is its start in UTC.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn completions(&mut self, of: DayOf<'_>, from: Timestamp, until: Timestamp, limit: i64) -> Result<Vec<(DayLead, Timestamp)>> {
        let sql = completions(self.0.engine(), of, from, until, limit);
        let lead = |row: &Row| -> Result<(DayLead, Timestamp)> { Ok((to_lead(row)?, row.time("expected_at")?)) };
        self.0.rows(sql).await?.iter().map(lead).collect()
    }

    /// Open leads whose answer is awaited, with since when, the longest first; without those that a distributor works.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn awaited(&mut self, of: DayOf<'_>, limit: i64) -> Result<Vec<(DayLead, Timestamp)>> {
        let sql = awaited(self.0.engine(), of, limit);
        let lead = |row: &Row| -> Result<(DayLead, Timestamp)> { Ok((to_lead(row)?, row.time("awaiting_since")?)) };
        self.0.rows(sql).await?.iter().map(lead).collect()
    }

    /// How SQLite goes about all of them, a step a line, for tests and benchmarks.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn explain(&mut self, of: DayOf<'_>, spans: &[ClockSpan], now: Timestamp) -> Result<Vec<String>> {
        let engine = self.0.engine();
        let mut steps = Vec::new();
        let all =
            [untouched(engine, of, now, now, 50), clocks(engine, of, spans, 50), completions(engine, of, now, now, 50), awaited(engine, of, 50)];
        for mut sql in all {
            sql.text.insert_str(0, if engine == Engine::Sqlite { "explain query plan " } else { "explain " });
            steps.extend(self.0.rows(sql).await?.iter().map(Row::all_text));
        }
        Ok(steps)
    }
}

fn untouched(engine: Engine, of: DayOf<'_>, from: Timestamp, until: Timestamp, limit: i64) -> Sql {
    let mut sql = Sql::new(format!(
        "select {LEAD}, l.handed_over_at, l.handed_over_by_id, l.touch_by, l.escalation_level, l.escalate_at from lead l{}
         join account a on a.id = l.account_id
         where l.touch_by is not null and l.deleted_at is null and l.distributor_id is null and l.owner_id = ",
        driven_by(engine, Some("lead_untouched"))
    ));
    sql.push_bind(of.user).push(" and l.touch_by >= ").push_bind(from).push(" and l.touch_by <= ").push_bind(until);
    push_scope(&mut sql, engine, of.scope);
    sql.push(" order by l.touch_by, l.id limit ").push_bind(limit);
    sql
}

fn completions(engine: Engine, of: DayOf<'_>, from: Timestamp, until: Timestamp, limit: i64) -> Sql {
    let mut sql = Sql::new(format!(
        "select {LEAD}, l.expected_at from lead l{} join account a on a.id = l.account_id
         where l.expected_at is not null and l.closed_at is null and l.deleted_at is null and l.owner_id = ",
        driven_by(engine, Some("lead_completion"))
    ));
    sql.push_bind(of.user).push(" and l.expected_at >= ").push_bind(from).push(" and l.expected_at <= ").push_bind(until);
    push_scope(&mut sql, engine, of.scope);
    sql.push(" order by l.expected_at, l.id limit ").push_bind(limit);
    sql
}

fn awaited(engine: Engine, of: DayOf<'_>, limit: i64) -> Sql {
    let mut sql = Sql::new(format!(
        "select {LEAD}, l.awaiting_since from lead l{} join account a on a.id = l.account_id
         where l.awaiting_since is not null and l.closed_at is null and l.deleted_at is null and l.distributor_id is null and l.owner_id = ",
        driven_by(engine, Some("lead_awaited"))
    ));
    sql.push_bind(of.user);
    push_scope(&mut sql, engine, of.scope);
    sql.push(" order by l.awaiting_since, l.id limit ").push_bind(limit);
    sql
}

/// Each span is cut by itself before they come together. The clocks are gone through first: "cross join" lets SQLite turn nothing round.
fn clocks(engine: Engine, of: DayOf<'_>, spans: &[ClockSpan], limit: i64) -> Sql {
    let mut sql = Sql::default();
    for (nth, span) in spans.iter().enumerate() {
        sql.push(if nth == 0 { "select * from (" } else { " union all select * from (" });
        sql.push(&format!(
            "select c.policy_id as policy_id, c.started_at as started_at, l.group_id as group_id, {LEAD} from lead_clock c{}
             cross join lead l join account a on a.id = l.account_id
             where l.id = c.lead_id and l.deleted_at is null and c.met_at is null and c.ended_at is null and c.owner_id = ",
            driven_by(engine, Some("lead_clock_of_owner"))
        ));
        sql.push_bind(of.user).push(" and c.policy_id = ").push_bind(span.policy);
        if let Some(after) = span.after {
            sql.push(" and c.started_at > ").push_bind(after);
        }
        sql.push(" and c.started_at <= ").push_bind(span.until);
        push_scope(&mut sql, engine, of.scope);
        sql.push(" order by c.started_at, c.lead_id limit ").push_bind(limit).push(&format!(") as span{nth}"));
    }
    sql
}

fn to_lead(row: &Row) -> Result<DayLead> {
    Ok(DayLead {
        id: LeadId(row.int("id")?),
        full_name: row.text("full_name")?,
        account: row.text("account_name")?,
        phone: row.text("shown_phone")?,
        email: row.text("shown_email")?,
    })
}
