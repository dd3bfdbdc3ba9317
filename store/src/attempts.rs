//! Attempts to reach the people of leads, and what is configured for them: the cadence, and texts of the playbook. Whether a lead may be known
//! is asked before.

use domain::attempt::{Persistence, PlaybookText};
use domain::rep_figures::Promise;
use domain::{Attempt, AttemptChannel, AttemptId, AttemptOutcome, Cadence, LeadId, Scope, TaskId, Timestamp, UserId, VoicemailPoint};

use crate::error::{Result, StoreError};
use crate::leads::push_scope;
use crate::sql::{Row, Sql, Value};
use crate::tx::Tx;

/// Key of the setting that holds the steps of the cadence, as they are typed; absent while they are the standard ones.
const STEPS: &str = "cadence_steps";
/// Key of the setting that says how many hours of work after a voicemail one calls back; absent likewise.
const CALL_BACK: &str = "cadence_call_back_hours";

const COLUMNS: &str = "id, lead_id, by_id, channel, outcome, at, entered_at, target, note, said, call_back_at, task_id";

/// Statements about attempts.
#[derive(Debug)]
pub struct Attempts<'t>(&'t mut Tx);

impl Tx {
    /// Attempts to reach people.
    pub fn attempts(&mut self) -> Attempts<'_> {
        Attempts(self)
    }
}

impl Attempts<'_> {
    /// Adds an attempt.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add(&mut self, attempt: &Attempt) -> Result<()> {
        self.add_many(std::slice::from_ref(attempt)).await
    }

    /// Adds several.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_many(&mut self, attempts: &[Attempt]) -> Result<()> {
        self.0.insert_rows(&format!("attempt ({COLUMNS})"), attempts.iter().map(values).collect(), "").await
    }

    /// An attempt.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, id: AttemptId) -> Result<Option<Attempt>> {
        let row = self.0.row(Sql::new(format!("select {COLUMNS} from attempt where id = $1")).bind(id)).await?;
        row.as_ref().map(to_attempt).transpose()
    }

    /// The attempts for a lead, by when they were made, newest first.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn of_lead(&mut self, lead: LeadId, limit: i64) -> Result<Vec<Attempt>> {
        let sql = Sql::new(format!("select {COLUMNS} from attempt where lead_id = $1 order by at desc, id desc limit $2"));
        self.0.rows(sql.bind(lead).bind(limit)).await?.iter().map(to_attempt).collect()
    }

    /// How many there are for a lead of each channel and person, and when the first of those was.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn count_of_lead(&mut self, lead: LeadId) -> Result<Vec<(AttemptChannel, UserId, i64, Timestamp)>> {
        let sql = Sql::new(
            "select channel, by_id, count(*) as made, min(at) as first_at from attempt where lead_id = $1
             group by channel, by_id order by channel, by_id",
        );
        let count = |row: &Row| -> Result<_> { Ok((channel_in(row, lead.0)?, UserId(row.int("by_id")?), row.int("made")?, row.time("first_at")?)) };
        self.0.rows(sql.bind(lead)).await?.iter().map(count).collect()
    }

    /// How often somebody tried since a moment, for leads within a scope that are not deleted.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn count_of_person(&mut self, scope: &Scope, person: UserId, since: Timestamp, days: i64) -> Result<Persistence> {
        let mut sql = Sql::new(
            "select cast(coalesce(sum(a.made), 0) as bigint) as attempts, count(*) as leads
             from (select lead_id, count(*) as made from attempt where by_id = ",
        );
        sql.push_bind(person).push(" and at >= ").push_bind(since);
        // Few are deleted: whoever sees all leads needs to look at no other.
        sql.push(" group by lead_id) a where a.lead_id not in (select id from lead where deleted_at is not null)");
        if matches!(scope, Scope::Any(_)) {
            sql.push(" and exists (select 1 from lead l where l.id = a.lead_id");
            push_scope(&mut sql, self.0.engine(), scope);
            sql.push(")");
        }
        let row = self.0.row(sql).await?;
        let (attempts, leads) = row.map_or(Ok((0, 0)), |row| Ok::<_, StoreError>((row.int("attempts")?, row.int("leads")?)))?;
        Ok(Persistence { person, attempts, leads, days })
    }

    /// How often each of some people tried since a moment and for how many leads, within a scope and not deleted; who did not is left out.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn count_of_people(&mut self, people: &[UserId], scope: &Scope, since: Timestamp) -> Result<Vec<(UserId, i64, i64)>> {
        let mut sql = Sql::new(
            "select a.by_id, count(*) as attempts, count(distinct a.lead_id) as leads from attempt a join lead l on l.id = a.lead_id where a.by_id in ",
        );
        sql.push_list(people.iter().copied()).push(" and a.at >= ").push_bind(since).push(" and l.deleted_at is null");
        push_scope(&mut sql, self.0.engine(), scope);
        sql.push(" group by a.by_id order by a.by_id");
        let count = |row: &Row| -> Result<_> { Ok((UserId(row.int("by_id")?), row.int("attempts")?, row.int("leads")?)) };
        self.0.rows(sql).await?.iter().map(count).collect()
    }

    /// The promises to call back that they left since, for such leads, and what became of each; those taken away are left out.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list_promises_of_people(&mut self, people: &[UserId], scope: &Scope, since: Timestamp) -> Result<Vec<Promise>> {
        let mut sql = Sql::new(
            "select a.by_id, a.call_back_at, k.done_at from attempt a join task k on k.id = a.task_id join lead l on l.id = a.lead_id
             where a.outcome = 'voicemail' and a.call_back_at is not null and k.deleted_at is null and a.by_id in ",
        );
        sql.push_list(people.iter().copied()).push(" and a.at >= ").push_bind(since).push(" and l.deleted_at is null");
        push_scope(&mut sql, self.0.engine(), scope);
        sql.push(" order by a.by_id, a.at, a.id");
        let promise = |row: &Row| -> Result<Promise> {
            Ok(Promise { person: UserId(row.int("by_id")?), promised_at: row.time("call_back_at")?, done_at: row.opt_time("done_at")? })
        };
        self.0.rows(sql).await?.iter().map(promise).collect()
    }

    /// The tasks of a lead that hold a promise to call back and are still open, the latest first.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list_promises(&mut self, lead: LeadId) -> Result<Vec<TaskId>> {
        let sql = Sql::new(
            "select k.id from attempt a join task k on k.id = a.task_id
             where a.lead_id = $1 and a.outcome = 'voicemail' and k.done_at is null and k.deleted_at is null order by a.at desc, a.id desc",
        );
        self.0.rows(sql.bind(lead)).await?.iter().map(|row| Ok(TaskId(row.int("id")?))).collect()
    }

    /// The cadence.
    ///
    /// # Errors
    /// What the engine reports, or a setting that makes no sense.
    pub async fn cadence(&mut self) -> Result<Cadence> {
        let broken = || StoreError::Inconsistent { table: "setting", column: "value", id: 0 };
        let sql = Sql::new("select key, value from setting where key = $1 or key = $2").bind(STEPS).bind(CALL_BACK);
        let mut cadence = Cadence::default();
        for row in self.0.rows(sql).await? {
            let value = row.text("value")?;
            if row.text("key")? == STEPS {
                cadence.steps = Cadence::parse_steps(&value).map_err(|_| broken())?;
            } else {
                cadence.call_back_hours = value.parse().map_err(|_| broken())?;
            }
        }
        Ok(cadence)
    }

    /// Puts a cadence in the place of the one before.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change_cadence(&mut self, cadence: &Cadence) -> Result<()> {
        self.0.catalog().change_setting(STEPS, &cadence.steps_text()).await?;
        self.0.catalog().change_setting(CALL_BACK, &cadence.call_back_hours.to_string()).await
    }

    /// The texts that an administrator changed. Those that there are no longer are left out.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list_changed_texts(&mut self) -> Result<Vec<(PlaybookText, String)>> {
        let mut found = Vec::new();
        for row in self.0.rows(Sql::new("select name, body from playbook_text order by name")).await? {
            if let Some(text) = PlaybookText::from_key(&row.text("name")?) {
                found.push((text, row.text("body")?));
            }
        }
        Ok(found)
    }

    /// Puts a text in the place of the one before.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change_text(&mut self, text: PlaybookText, body: &str) -> Result<()> {
        let sql = Sql::new("insert into playbook_text (name, body) values ($1, $2) on conflict (name) do update set body = excluded.body");
        self.0.run(sql.bind(text.key()).bind(body)).await.map(|_| ())
    }

    /// Goes back to the standard text.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn reset_text(&mut self, text: PlaybookText) -> Result<()> {
        self.0.run(Sql::new("delete from playbook_text where name = $1").bind(text.key())).await.map(|_| ())
    }
}

fn values(attempt: &Attempt) -> Vec<Value> {
    vec![
        attempt.id.into(),
        attempt.lead.into(),
        attempt.by.into(),
        attempt.channel.key().into(),
        attempt.outcome.key().into(),
        attempt.at.into(),
        attempt.entered_at.into(),
        (&attempt.to).into(),
        (&attempt.note).into(),
        attempt.said.iter().map(|point| point.key()).collect::<Vec<_>>().join(",").into(),
        attempt.call_back_at.into(),
        attempt.task.into(),
    ]
}

fn channel_in(row: &Row, id: i64) -> Result<AttemptChannel> {
    AttemptChannel::from_key(&row.text("channel")?).ok_or(StoreError::Inconsistent { table: "attempt", column: "channel", id })
}

fn to_attempt(row: &Row) -> Result<Attempt> {
    let id = row.int("id")?;
    let broken = |column: &'static str| StoreError::Inconsistent { table: "attempt", column, id };
    let said = row.text("said")?;
    let said = said.split(',').filter(|key| !key.is_empty()).map(|key| VoicemailPoint::from_key(key).ok_or_else(|| broken("said")));
    Ok(Attempt {
        id: AttemptId(id),
        lead: LeadId(row.int("lead_id")?),
        by: UserId(row.int("by_id")?),
        channel: channel_in(row, id)?,
        outcome: AttemptOutcome::from_key(&row.text("outcome")?).ok_or_else(|| broken("outcome"))?,
        at: row.time("at")?,
        entered_at: row.time("entered_at")?,
        to: row.text("target")?,
        note: row.text("note")?,
        said: said.collect::<Result<_>>()?,
        call_back_at: row.opt_time("call_back_at")?,
        task: row.opt_int("task_id")?.map(TaskId),
    })
}
