//! Leads that were handed over and wait to be touched: who sees which of them, and of whom others have to be told.

use domain::radar::{RadarCount, RadarRow};
use domain::{AccountId, GroupId, LeadId, Named, Scope, Timestamp, UserId};

use super::rows::to_handover;
use super::{Leads, push_scope};
use crate::dialect::driven_by;
use crate::error::Result;
use crate::sql::{Row, Sql};
use crate::tx::Engine;

/// Whose leads, and due until when.
#[derive(Clone, Copy, Debug)]
pub struct RadarOf<'a> {
    pub scope: &'a Scope,
    /// Leads of nobody else than this person.
    pub only: Option<UserId>,
    pub until: Timestamp,
}

/// Those of them that a page begins after: their deadline and number.
pub type RadarCursor = (Timestamp, LeadId);

impl Leads<'_> {
    /// Leads that wait to be touched, those with the earliest deadline first.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn on_radar(&mut self, of: RadarOf<'_>, after: Option<RadarCursor>, limit: i64) -> Result<Vec<RadarRow>> {
        let sql = page_of(self.0.engine(), of, after, limit);
        self.0.rows(sql).await?.iter().map(to_radar_row).collect()
    }

    /// How the engine goes about it, a step a line, for tests and benchmarks.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn explain_radar(&mut self, of: RadarOf<'_>, limit: i64) -> Result<Vec<String>> {
        let engine = self.0.engine();
        let mut sql = Sql::new(if engine == Engine::Sqlite { "explain query plan " } else { "explain " });
        let page = page_of(engine, of, None, limit);
        sql.push(&page.text);
        sql.values = page.values;
        Ok(self.0.rows(sql).await?.iter().map(Row::all_text).collect())
    }

    /// How many of them each owner has, of the first `most`: those due before `now`, and the others. The most overdue come first.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn count_radar(&mut self, of: RadarOf<'_>, now: Timestamp, most: i64) -> Result<Vec<RadarCount>> {
        let engine = self.0.engine();
        let mut sql = Sql::new("select owner_id, sum(case when touch_by < ");
        sql.push_bind(now).push(" then 1 else 0 end) as passed, count(*) as together from (select l.owner_id, l.touch_by from lead l");
        sql.push(&driven_by(engine, Some("lead_touch_by")));
        push_waiting(&mut sql, engine, of);
        sql.push(" order by l.touch_by, l.id limit ").push_bind(most);
        sql.push(") as waiting group by owner_id order by passed desc, together desc, coalesce(owner_id, 0)");
        let count = |row: &Row| -> Result<RadarCount> {
            let passed = row.int("passed")?;
            Ok(RadarCount { owner: row.opt_int("owner_id")?.map(UserId), passed, soon: row.int("together")? - passed })
        };
        self.0.rows(sql).await?.iter().map(count).collect()
    }

    /// Leads of which somebody else has to be told by now, the longest overdue first: those of one owner at a time, so that they hear of
    /// theirs at once.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list_escalations(&mut self, now: Timestamp, limit: i64) -> Result<Vec<LeadId>> {
        let hint = driven_by(self.0.engine(), Some("lead_escalate_at"));
        let mut sql = Sql::new("select l.id from lead l");
        sql.push(&hint).push(" where l.escalate_at is not null and l.deleted_at is null and l.escalate_at <= ").push_bind(now);
        sql.push(" and coalesce(l.owner_id, 0) = (select coalesce(f.owner_id, 0) from lead f").push(&hint);
        sql.push(" where f.escalate_at is not null and f.deleted_at is null and f.escalate_at <= ").push_bind(now);
        sql.push(" order by f.escalate_at, f.id limit 1) order by l.escalate_at, l.id limit ").push_bind(limit);
        self.0.rows(sql).await?.iter().map(|row| row.int("id").map(LeadId)).collect()
    }

    /// The lead waits no longer: somebody touched what belongs to it. Its version stays.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn end_waiting(&mut self, id: LeadId) -> Result<()> {
        let sql = Sql::new("update lead set touch_by = null, escalate_at = null, escalation_level = 0 where id = $1");
        self.0.run(sql.bind(id)).await.map(|_| ())
    }

    /// The lead, where it still waits, has to be touched by another moment. Its version stays.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn wait_until(&mut self, id: LeadId, touch_by: Timestamp) -> Result<()> {
        let sql = Sql::new("update lead set touch_by = $1, escalate_at = $2, escalation_level = 0 where id = $3 and touch_by is not null");
        self.0.run(sql.bind(touch_by).bind(touch_by).bind(id)).await.map(|_| ())
    }

    /// The people of a distributor who can sign in.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn people_of_firm(&mut self, firm: AccountId) -> Result<Vec<UserId>> {
        let sql = Sql::new("select id from app_user where account_id = $1 and role = 'distributor' and disabled_at is null order by id");
        self.0.rows(sql.bind(firm)).await?.iter().map(|row| row.int("id").map(UserId)).collect()
    }
}

fn page_of(engine: Engine, of: RadarOf<'_>, after: Option<RadarCursor>, limit: i64) -> Sql {
    let mut sql = Sql::new(
        "select l.id, l.full_name, l.account_id, a.name as account_name, l.owner_id, l.group_id, l.distributor_id, d.name as distributor_name,
         l.created_by_id, l.handed_over_at, l.handed_over_by_id, l.touch_by, l.escalation_level, l.escalate_at from lead l",
    );
    sql.push(&driven_by(engine, Some("lead_touch_by")));
    sql.push(" join account a on a.id = l.account_id left join account d on d.id = l.distributor_id");
    push_waiting(&mut sql, engine, of);
    if let Some((touch_by, id)) = after {
        sql.push(" and (l.touch_by, l.id) > (").push_bind(touch_by).push(", ").push_bind(id).push(")");
    }
    sql.push(" order by l.touch_by, l.id limit ").push_bind(limit);
    sql
}

/// Appends ` where …`: leads that wait, and are for these eyes. The index has every column but the team.
fn push_waiting(sql: &mut Sql, engine: Engine, of: RadarOf<'_>) {
    sql.push(" where l.touch_by is not null and l.deleted_at is null and l.touch_by <= ").push_bind(of.until);
    if let Some(user) = of.only {
        sql.push(" and (l.owner_id is null or l.owner_id = ").push_bind(user).push(")");
    }
    push_scope(sql, engine, of.scope);
}

fn to_radar_row(row: &Row) -> Result<RadarRow> {
    let distributor = match (row.opt_int("distributor_id")?, row.opt_text("distributor_name")?) {
        (Some(id), Some(name)) => Some(Named { id: AccountId(id), name }),
        _ => None,
    };
    Ok(RadarRow {
        id: LeadId(row.int("id")?),
        full_name: row.text("full_name")?,
        account: Named { id: AccountId(row.int("account_id")?), name: row.text("account_name")? },
        owner: row.opt_int("owner_id")?.map(UserId),
        group: row.opt_int("group_id")?.map(GroupId),
        distributor,
        created_by: row.opt_int("created_by_id")?.map(UserId),
        handover: to_handover(row)?,
    })
}
