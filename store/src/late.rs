//! Clocks that leads themselves are: how far leads were looked through for those that are late, of which somebody is to be told, and what a
//! digest says of them.

use domain::clock::LateBy;
use domain::{GroupId, LeadId, StatusId, Timestamp, UserId};

use crate::clocks::FOUND;
use crate::dialect::driven_by;
use crate::error::Result;
use crate::sql::{Row, Sql};
use crate::tx::{Engine, Tx};

/// A late lead of which somebody may have to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LateLead {
    pub lead: LeadId,
    pub by: LateBy,
    /// See [`LateBy::since`].
    pub since: Timestamp,
}

/// How far leads were looked through: the last of them, by what it counts from and its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LateMark {
    pub by: LateBy,
    pub since: Timestamp,
    pub lead: LeadId,
}

/// A lead that is late or will be, with what a digest says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedLead {
    pub lead: LeadId,
    pub full_name: String,
    pub owner: UserId,
    pub since: Timestamp,
}

/// Statements about them.
#[derive(Debug)]
pub struct Late<'t>(&'t mut Tx);

impl Tx {
    /// Clocks that leads themselves are.
    pub fn late(&mut self) -> Late<'_> {
        Late(self)
    }
}

/// How what is late is stored: the status, 0 for the completion.
fn stored(by: LateBy) -> i64 {
    match by {
        LateBy::Status(status) => status.0,
        LateBy::Completion => 0,
    }
}

fn to_by(row: &Row) -> Result<LateBy> {
    Ok(match row.int("status_id")? {
        0 => LateBy::Completion,
        status => LateBy::Status(StatusId(status)),
    })
}

impl Late<'_> {
    /// How far leads were looked through, of each kind that they ever were.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn marks(&mut self) -> Result<Vec<LateMark>> {
        let mark =
            |row: &Row| -> Result<LateMark> { Ok(LateMark { by: to_by(row)?, since: row.time("since_at")?, lead: LeadId(row.int("lead_id")?) }) };
        self.0.rows(Sql::new("select status_id, since_at, lead_id from late_mark order by status_id")).await?.iter().map(mark).collect()
    }

    /// Says how far they were.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn set_mark(&mut self, mark: LateMark) -> Result<()> {
        let sql = Sql::new(
            "insert into late_mark (status_id, since_at, lead_id) values ($1, $2, $3)
             on conflict (status_id) do update set since_at = excluded.since_at, lead_id = excluded.lead_id",
        );
        self.0.run(sql.bind(stored(mark.by)).bind(mark.since).bind(mark.lead)).await.map(|_| ())
    }

    /// Open leads behind a mark that count from a moment at the latest, in order.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list_behind(&mut self, mark: LateMark, until: Timestamp, limit: i64) -> Result<Vec<LateLead>> {
        let (mut sql, column) = open_leads(self.0.engine(), mark.by, "l.id");
        sql.push(&format!(" and ({column}, l.id) > (")).push_bind(mark.since).push(", ").push_bind(mark.lead);
        sql.push(&format!(") and {column} <= ")).push_bind(until).push(&format!(" order by {column}, l.id limit ")).push_bind(limit);
        let lead = |row: &Row| -> Result<LateLead> { Ok(LateLead { lead: LeadId(row.int("id")?), by: mark.by, since: row.time("since_at")? }) };
        self.0.rows(sql).await?.iter().map(lead).collect()
    }

    /// The same of leads that somebody owns, from the beginning or after one of them, with what is said of them.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list_owned(&mut self, by: LateBy, until: Timestamp, last: Option<(Timestamp, LeadId)>, limit: i64) -> Result<Vec<OwnedLead>> {
        let (mut sql, column) = open_leads(self.0.engine(), by, "l.id, l.full_name, l.owner_id");
        sql.push(&format!(" and l.owner_id is not null and {column} <= ")).push_bind(until);
        if let Some((since, lead)) = last {
            sql.push(&format!(" and ({column}, l.id) > (")).push_bind(since).push(", ").push_bind(lead).push(")");
        }
        sql.push(&format!(" order by {column}, l.id limit ")).push_bind(limit);
        let lead = |row: &Row| -> Result<OwnedLead> {
            Ok(OwnedLead {
                lead: LeadId(row.int("id")?),
                full_name: row.text("full_name")?,
                owner: UserId(row.int("owner_id")?),
                since: row.time("since_at")?,
            })
        };
        self.0.rows(sql).await?.iter().map(lead).collect()
    }

    /// Late leads that are to be looked at, from now on. One that waited for an earlier clock of its kind waits for this one.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add(&mut self, leads: &[LateLead], look_at: Timestamp) -> Result<()> {
        for late in leads {
            let sql = Sql::new(
                "insert into late_lead (lead_id, status_id, since_at, look_at) values ($1, $2, $3, $4)
                 on conflict (lead_id, status_id) do update set since_at = excluded.since_at, look_at = excluded.look_at",
            );
            self.0.run(sql.bind(late.lead).bind(stored(late.by)).bind(late.since).bind(look_at)).await?;
        }
        Ok(())
    }

    /// Late leads that are to be looked at by now, the longest waiting first.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list_to_look_at(&mut self, now: Timestamp, limit: i64) -> Result<Vec<LateLead>> {
        let sql = Sql::new(
            "select lead_id, status_id, since_at from late_lead where look_at > $1 and look_at <= $2
             order by look_at, lead_id, status_id limit $3",
        );
        self.0.rows(sql.bind(FOUND).bind(now).bind(limit)).await?.iter().map(to_late).collect()
    }

    /// Says when one is looked at next; `None` when it needs no more of it.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn look_next(&mut self, late: LateLead, at: Option<Timestamp>) -> Result<()> {
        let sql = match at {
            Some(at) => Sql::new("update late_lead set look_at = $1 where lead_id = $2 and status_id = $3").bind(at),
            None => Sql::new("delete from late_lead where lead_id = $1 and status_id = $2"),
        };
        self.0.run(sql.bind(late.lead).bind(stored(late.by))).await.map(|_| ())
    }

    /// How many of each group were found to be late, and nobody was told yet.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn count_found(&mut self) -> Result<Vec<(GroupId, i64)>> {
        let sql = Sql::new(
            "select l.group_id, count(*) as found from late_lead t join lead l on l.id = t.lead_id
             where t.look_at = $1 and l.group_id is not null group by l.group_id order by l.group_id",
        );
        let count = |row: &Row| -> Result<(GroupId, i64)> { Ok((GroupId(row.int("group_id")?), row.int("found")?)) };
        self.0.rows(sql.bind(FOUND)).await?.iter().map(count).collect()
    }

    /// The first of them of some groups.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list_found(&mut self, groups: &[GroupId], limit: i64) -> Result<Vec<LateLead>> {
        let mut sql = Sql::new(
            "select t.lead_id, t.status_id, t.since_at from late_lead t join lead l on l.id = t.lead_id where t.look_at = $1 and l.group_id in ",
        );
        sql = sql.bind(FOUND);
        sql.push_list(groups.iter().copied()).push(" order by t.lead_id, t.status_id limit ").push_bind(limit);
        self.0.rows(sql).await?.iter().map(to_late).collect()
    }

    /// They were told of.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn forget_found(&mut self) -> Result<()> {
        self.0.run(Sql::new("delete from late_lead where look_at = $1").bind(FOUND)).await.map(|_| ())
    }
}

/// `select … from lead l where …`: open leads with such a clock, and the column from which it counts.
fn open_leads(engine: Engine, by: LateBy, columns: &str) -> (Sql, &'static str) {
    let (column, index) = match by {
        LateBy::Status(_) => ("l.status_since", "lead_status_since"),
        LateBy::Completion => ("l.expected_at", "lead_expected_open"),
    };
    let mut sql = Sql::new(format!(
        "select {columns}, {column} as since_at from lead l{} where l.closed_at is null and l.deleted_at is null",
        driven_by(engine, Some(index))
    ));
    match by {
        LateBy::Status(status) => sql.push(" and l.status_id = ").push_bind(status),
        LateBy::Completion => sql.push(" and l.expected_at is not null"),
    };
    (sql, column)
}

fn to_late(row: &Row) -> Result<LateLead> {
    Ok(LateLead { lead: LeadId(row.int("lead_id")?), by: to_by(row)?, since: row.time("since_at")? })
}
