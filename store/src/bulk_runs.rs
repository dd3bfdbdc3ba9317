//! Changes of many leads at once.

use domain::bulk::{BulkKind, BulkRun, BulkState, LeftAlone};
use domain::{BulkRunId, LeadId, UserId};

use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql, Value};
use crate::tx::Tx;

/// Statements about bulk runs.
#[derive(Debug)]
pub struct BulkRuns<'t>(&'t mut Tx);

impl Tx {
    /// Bulk runs.
    pub fn bulk_runs(&mut self) -> BulkRuns<'_> {
        BulkRuns(self)
    }
}

/// Where a run that goes through a list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The newest event when it was begun.
    pub snapshot_event: i64,
    /// The leads below this number are still to come.
    pub below_lead: i64,
}

/// What became of a lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Changed to this version; what it was before, as JSON.
    Changed {
        version: i64,
        old: String,
    },
    Skipped {
        reason: String,
    },
}

/// A lead that a run changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedLead {
    pub lead: LeadId,
    /// The version that the run made.
    pub version: i64,
    pub old: String,
}

const COLUMNS: &str = "id, user_id, kind, value, words, query, is_chosen, snapshot_event, below_lead, state, total, changed, skipped, undone, kept,
    started_at, ended_at";

impl BulkRuns<'_> {
    /// Adds a run with the leads that were chosen, each with the version that was read; its number is given out here.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add(&mut self, run: &BulkRun, place: Place, chosen: &[(LeadId, i64)]) -> Result<BulkRunId> {
        let id = BulkRunId(self.0.take_numbers("bulk_run", 1).await?);
        let mut sql = Sql::new(format!("insert into bulk_run ({COLUMNS}) values "));
        sql.push_rows([vec![
            id.into(),
            run.user.into(),
            run.kind.key().into(),
            (&run.value).into(),
            (&run.words).into(),
            (&run.query).into(),
            run.is_chosen.into(),
            place.snapshot_event.into(),
            place.below_lead.into(),
            run.state.key().into(),
            run.total.into(),
            run.changed.into(),
            run.skipped.into(),
            run.undone.into(),
            run.kept.into(),
            run.started_at.into(),
            run.ended_at.into(),
        ]]);
        self.0.run(sql).await?;
        for chunk in chosen.chunks(1000) {
            self.insert(chunk.iter().map(|(lead, version)| values(id, *lead, *version, "waiting", "", ""))).await?;
        }
        Ok(id)
    }

    /// A run, whoever began it.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, id: BulkRunId) -> Result<Option<BulkRun>> {
        let row = self.0.row(Sql::new(format!("select {COLUMNS} from bulk_run where id = $1")).bind(id)).await?;
        row.as_ref().map(to_run).transpose()
    }

    /// A run that is to go on; others who would go on with it wait until this transaction ends.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn hold(&mut self, id: BulkRunId) -> Result<Option<(BulkRun, Place)>> {
        self.0.run(Sql::new("update bulk_run set state = state where id = $1").bind(id)).await?;
        let row = self.0.row(Sql::new(format!("select {COLUMNS} from bulk_run where id = $1")).bind(id)).await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some((to_run(&row)?, Place { snapshot_event: row.int("snapshot_event")?, below_lead: row.int("below_lead")? })))
    }

    /// Runs that somebody has to go on with, oldest first.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list_at_work(&mut self, limit: i64) -> Result<Vec<BulkRunId>> {
        let sql = Sql::new("select id from bulk_run where state in ('running', 'undoing') order by id limit $1").bind(limit);
        self.0.rows(sql).await?.iter().map(|row| row.int("id").map(BulkRunId)).collect()
    }

    /// Writes how far a run is.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change(&mut self, run: &BulkRun, below_lead: i64) -> Result<()> {
        let sql = Sql::new(
            "update bulk_run set state = $1, total = $2, changed = $3, skipped = $4, undone = $5, kept = $6, ended_at = $7, below_lead = $8
             where id = $9",
        );
        let sql = sql.bind(run.state.key()).bind(run.total).bind(run.changed).bind(run.skipped).bind(run.undone).bind(run.kept);
        self.0.run(sql.bind(run.ended_at).bind(below_lead).bind(run.id)).await.map(|_| ())
    }

    /// Chosen leads that wait, newest first, each with the version that was read.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list_waiting(&mut self, id: BulkRunId, limit: i64) -> Result<Vec<(LeadId, i64)>> {
        let sql = Sql::new("select lead_id, version from bulk_lead where run_id = $1 and state = 'waiting' order by lead_id desc limit $2");
        let rows = self.0.rows(sql.bind(id).bind(limit)).await?;
        rows.iter().map(|row| Ok((LeadId(row.int("lead_id")?), row.int("version")?))).collect()
    }

    /// Notes what became of leads.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn note(&mut self, id: BulkRunId, outcomes: &[(LeadId, Outcome)]) -> Result<()> {
        self.insert(outcomes.iter().map(|(lead, outcome)| match outcome {
            Outcome::Changed { version, old } => values(id, *lead, *version, "changed", old, ""),
            Outcome::Skipped { reason } => values(id, *lead, 0, "skipped", "", reason),
        }))
        .await
    }

    /// Leads that a run changed and that are not taken back, what it changed last first: a run goes from the newest lead to the oldest.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list_changed(&mut self, id: BulkRunId, limit: i64) -> Result<Vec<ChangedLead>> {
        let sql = Sql::new("select lead_id, version, old from bulk_lead where run_id = $1 and state = 'changed' order by lead_id limit $2");
        let rows = self.0.rows(sql.bind(id).bind(limit)).await?;
        rows.iter().map(|row| Ok(ChangedLead { lead: LeadId(row.int("lead_id")?), version: row.int("version")?, old: row.text("old")? })).collect()
    }

    /// Notes that a lead was taken back, or with a reason that it stays as it is.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn note_undone(&mut self, id: BulkRunId, lead: LeadId, kept: Option<&str>) -> Result<()> {
        let sql = Sql::new("update bulk_lead set state = $1, reason = $2 where run_id = $3 and lead_id = $4");
        let state = if kept.is_some() { "kept" } else { "undone" };
        self.0.run(sql.bind(state).bind(kept.unwrap_or_default()).bind(id).bind(lead)).await.map(|_| ())
    }

    /// Leads that were left alone, newest first.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list_left_alone(&mut self, id: BulkRunId, limit: i64) -> Result<Vec<LeftAlone>> {
        let sql = Sql::new("select lead_id, reason from bulk_lead where run_id = $1 and state in ('skipped', 'kept') order by lead_id desc limit $2");
        let rows = self.0.rows(sql.bind(id).bind(limit)).await?;
        rows.iter().map(|row| Ok(LeftAlone { lead: LeadId(row.int("lead_id")?), reason: row.text("reason")? })).collect()
    }

    /// Who changed each of some leads last after an event, other than one person.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn changed_by_others(&mut self, leads: &[LeadId], after_event: i64, user: UserId) -> Result<Vec<(LeadId, Option<UserId>)>> {
        let mut sql = Sql::new("select lead_id, actor_id from event where subject = 'lead' and kind <> 'escalated' and id > ");
        sql.push_bind(after_event).push(" and lead_id in ").push_list(leads.iter().copied());
        sql.push(" and (actor_id is null or actor_id <> ").push_bind(user).push(") order by id");
        let rows = self.0.rows(sql).await?;
        rows.iter().map(|row| Ok((LeadId(row.int("lead_id")?), row.opt_int("actor_id")?.map(UserId)))).collect()
    }

    /// Whether a run of a person brought a lead to a version.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn has_made(&mut self, user: UserId, lead: LeadId, version: i64) -> Result<bool> {
        let sql = Sql::new(
            "select r.id from bulk_run r join bulk_lead l on l.run_id = r.id and l.lead_id = $1
             where r.user_id = $2 and l.version = $3 and l.state in ('changed', 'undone', 'kept') limit 1",
        );
        Ok(self.0.row(sql.bind(lead).bind(user).bind(version)).await?.is_some())
    }

    async fn insert(&mut self, rows: impl Iterator<Item = Vec<Value>>) -> Result<()> {
        let rows: Vec<_> = rows.collect();
        if rows.is_empty() {
            return Ok(());
        }
        let mut sql = Sql::new("insert into bulk_lead (run_id, lead_id, version, state, old, reason) values ");
        sql.push_rows(rows);
        sql.push(
            " on conflict (run_id, lead_id) do update set version = excluded.version, state = excluded.state, old = excluded.old,
             reason = excluded.reason",
        );
        self.0.run(sql).await.map(|_| ())
    }
}

fn values(run: BulkRunId, lead: LeadId, version: i64, state: &str, old: &str, reason: &str) -> Vec<Value> {
    vec![run.into(), lead.into(), version.into(), state.into(), old.into(), reason.into()]
}

fn to_run(row: &Row) -> Result<BulkRun> {
    let id = row.int("id")?;
    let broken = |column| StoreError::Inconsistent { table: "bulk_run", column, id };
    Ok(BulkRun {
        id: BulkRunId(id),
        user: UserId(row.int("user_id")?),
        kind: BulkKind::from_key(&row.text("kind")?).ok_or_else(|| broken("kind"))?,
        value: row.text("value")?,
        words: row.text("words")?,
        query: row.text("query")?,
        is_chosen: row.flag("is_chosen")?,
        state: BulkState::from_key(&row.text("state")?).ok_or_else(|| broken("state"))?,
        total: row.int("total")?,
        changed: row.int("changed")?,
        skipped: row.int("skipped")?,
        undone: row.int("undone")?,
        kept: row.int("kept")?,
        started_at: row.time("started_at")?,
        ended_at: row.opt_time("ended_at")?,
    })
}
