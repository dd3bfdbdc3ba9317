//! Events: written with each change, read by timelines, conflicts and the live stream.

use domain::event::{LiveEvent, Subject};
use domain::{Audience, EntrySource, Event, EventId, EventKind, LeadId, TimelineFilter, Timestamp, UserId};

use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql, Value};
use crate::tx::{Engine, Tx};
use crate::webhooks::Happening;

/// Statements about events.
#[derive(Debug)]
pub struct Events<'t>(&'t mut Tx);

impl Tx {
    /// Events.
    pub fn events(&mut self) -> Events<'_> {
        Events(self)
    }
}

/// An event to be recorded.
#[derive(Clone, Debug)]
pub struct NewEvent {
    pub at: Timestamp,
    pub actor: Option<UserId>,
    pub subject: Subject,
    pub subject_id: i64,
    /// The lead in whose timeline it stands.
    pub lead: Option<LeadId>,
    /// The record's version after the change.
    pub version: i64,
    pub kind: EventKind,
    /// Who could see the lead before, where that changed.
    pub before: Option<Audience>,
    /// Who can see the lead now.
    pub after: Option<Audience>,
}

impl NewEvent {
    fn values(&self, id: i64) -> Result<Vec<Value>> {
        let detail = serde_json::to_value(&self.kind).map_err(|_| EVENT_DETAIL)?;
        let kind = detail.as_object().and_then(|one| one.keys().next()).cloned().unwrap_or_default();
        let audience = |audience: &Option<Audience>| audience.as_ref().map(serde_json::to_string).transpose().map_err(|_| EVENT_DETAIL);
        Ok(vec![
            id.into(),
            self.at.into(),
            self.actor.into(),
            self.subject.key().into(),
            self.subject_id.into(),
            self.lead.into(),
            self.version.into(),
            kind.into(),
            detail.to_string().into(),
            audience(&self.before)?.into(),
            audience(&self.after)?.into(),
        ])
    }
}

const EVENT_DETAIL: StoreError = StoreError::Inconsistent { table: "event", column: "detail", id: 0 };
const COLUMNS: &str = "id, at, actor_id, subject, subject_id, lead_id, version, kind, detail, audience_before, audience_after";

impl Events<'_> {
    /// Records an event; live lists hear of it when the transaction is saved.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn record(&mut self, event: NewEvent) -> Result<EventId> {
        self.record_many(&[event]).await
    }

    /// Records several at once; gives the id of the last.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn record_many(&mut self, events: &[NewEvent]) -> Result<EventId> {
        let first = self.0.take_numbers("event", events.len() as i64).await?;
        let rows = events.iter().zip(first..).map(|(event, id)| event.values(id)).collect::<Result<_>>()?;
        self.0.insert_rows(&format!("event ({COLUMNS})"), rows, "").await?;
        if events.iter().any(|event| event.subject == Subject::Catalog) {
            self.0.take_numbers(crate::catalog_cache::VERSION, 1).await?;
        }
        self.0.recorded = true;
        Ok(EventId(first + events.len() as i64 - 1))
    }

    /// One event.
    ///
    /// # Errors
    /// What the engine reports, or an event that makes no sense.
    pub async fn find(&mut self, id: EventId) -> Result<Option<Event>> {
        let sql = Sql::new(format!("select {COLUMNS} from event where id = $1"));
        self.0.row(sql.bind(id.0)).await?.as_ref().map(to_event).transpose()
    }

    /// A lead's events, newest first, older than `before` where that is given.
    ///
    /// # Errors
    /// What the engine reports, or an event that makes no sense.
    pub async fn of_lead(&mut self, lead: LeadId, before: Option<EventId>, limit: i64) -> Result<Vec<Event>> {
        self.timeline(lead, TimelineFilter::default(), before, limit).await
    }

    /// A lead's events that a filter lets through, newest first, older than `before` where that is given.
    ///
    /// # Errors
    /// What the engine reports, or an event that makes no sense.
    pub async fn timeline(&mut self, lead: LeadId, filter: TimelineFilter, before: Option<EventId>, limit: i64) -> Result<Vec<Event>> {
        self.0.rows(timeline(lead, filter, before, limit)).await?.iter().map(to_event).collect()
    }

    /// How the engine goes about [`Events::timeline`], for looking at it.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn explain_timeline(&mut self, lead: LeadId, filter: TimelineFilter, before: Option<EventId>, limit: i64) -> Result<Vec<String>> {
        let mut sql = timeline(lead, filter, before, limit);
        sql.text.insert_str(0, if self.0.engine() == Engine::Sqlite { "explain query plan " } else { "explain " });
        Ok(self.0.rows(sql).await?.iter().map(Row::all_text).collect())
    }

    /// A lead's events of the kinds that can say who has it, newest first: the last 200.
    ///
    /// # Errors
    /// What the engine reports, or an event that makes no sense.
    pub async fn of_lead_about_whose(&mut self, lead: LeadId) -> Result<Vec<Event>> {
        let sql = Sql::new(format!(
            "select {COLUMNS} from event where lead_id = $1 and subject = 'lead'
             and kind in ('lead_added', 'fields_changed', 'lead_moved', 'lead_delegated', 'reclaimed') order by id desc limit 200"
        ));
        let rows = self.0.rows(sql.bind(lead)).await?;
        rows.iter().map(to_event).collect()
    }

    /// A lead's events after a version, oldest first: what others did since someone read it.
    ///
    /// # Errors
    /// What the engine reports, or an event that makes no sense.
    pub async fn of_lead_since(&mut self, lead: LeadId, version: i64) -> Result<Vec<Event>> {
        let sql = Sql::new(format!("select {COLUMNS} from event where lead_id = $1 and subject = 'lead' and version > $2 order by id limit 500"));
        let rows = self.0.rows(sql.bind(lead).bind(version)).await?;
        rows.iter().map(to_event).collect()
    }

    /// The events of one record, newest first.
    ///
    /// # Errors
    /// What the engine reports, or an event that makes no sense.
    pub async fn of_subject(&mut self, subject: Subject, id: i64, limit: i64) -> Result<Vec<Event>> {
        let sql = Sql::new(format!("select {COLUMNS} from event where subject = $1 and subject_id = $2 order by id desc limit $3"));
        let rows = self.0.rows(sql.bind(subject.key()).bind(id).bind(limit)).await?;
        rows.iter().map(to_event).collect()
    }

    /// The newest event's id; 0 when there is none.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn last_id(&mut self) -> Result<EventId> {
        let row = self.0.row(Sql::new("select coalesce(max(id), 0) as last from event")).await?;
        Ok(EventId(row.map(|row| row.int("last")).transpose()?.unwrap_or(0)))
    }

    /// The oldest event's id still kept; 0 when there is none.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn first_id(&mut self) -> Result<EventId> {
        let row = self.0.row(Sql::new("select coalesce(min(id), 0) as first from event")).await?;
        Ok(EventId(row.map(|row| row.int("first")).transpose()?.unwrap_or(0)))
    }

    /// Events after `after` with the records that they are about, oldest first. One that makes no sense is left out: it must
    /// not hold up those that come after it.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn happenings_after(&mut self, after: EventId, limit: i64) -> Result<Vec<Happening>> {
        let sql = Sql::new(format!("select {COLUMNS} from event where id > $1 order by id limit $2"));
        let rows = self.0.rows(sql.bind(after).bind(limit)).await?;
        let readable = rows.iter().filter_map(|row| {
            let happening = to_happening(row);
            happening.inspect_err(|error| tracing::error!(%error, "an event cannot be read, and nobody is told of it")).ok()
        });
        Ok(readable.collect())
    }

    /// Events after `after` for the live stream, oldest first.
    ///
    /// # Errors
    /// What the engine reports, or an event that makes no sense.
    pub async fn live_after(&mut self, after: EventId, limit: i64) -> Result<Vec<LiveEvent>> {
        let sql = Sql::new(format!("select {COLUMNS} from event where id > $1 order by id limit $2"));
        let rows = self.0.rows(sql.bind(after).bind(limit)).await?;
        rows.iter().map(to_live_event).collect()
    }
}

/// The lead and the order are the index's; what the filter says is judged on the way.
fn timeline(lead: LeadId, filter: TimelineFilter, before: Option<EventId>, limit: i64) -> Sql {
    let mut sql = Sql::new(format!("select {COLUMNS} from event where lead_id = $1 and id < $2"));
    sql = sql.bind(lead).bind(before.map_or(i64::MAX, |id| id.0));
    if let Some(group) = filter.group {
        sql.push(" and (");
        for (index, beginning) in group.beginnings().into_iter().enumerate() {
            sql.push(if index == 0 { "detail like " } else { " or detail like " }).push_bind(beginning + "%");
        }
        sql.push(")");
    }
    if let Some(by) = filter.by {
        match by {
            EntrySource::Person(id) => sql.push(" and actor_id = ").push_bind(id),
            EntrySource::Nobody => sql.push(" and actor_id is null"),
        };
    }
    if let Some(from) = filter.from {
        sql.push(" and at >= ").push_bind(from);
    }
    if let Some(until) = filter.until() {
        sql.push(" and at < ").push_bind(until);
    }
    sql.push(" order by id desc limit ").push_bind(limit);
    sql
}

fn to_event(row: &Row) -> Result<Event> {
    let id = row.int("id")?;
    let kind = serde_json::from_str(&row.text("detail")?).map_err(|_| StoreError::Inconsistent { table: "event", column: "detail", id })?;
    Ok(Event { id: EventId(id), at: row.time("at")?, actor: row.opt_int("actor_id")?.map(UserId), version: row.int("version")?, kind })
}

fn to_happening(row: &Row) -> Result<Happening> {
    let event = to_event(row)?;
    let unknown = StoreError::Inconsistent { table: "event", column: "subject", id: event.id.0 };
    Ok(Happening {
        subject: Subject::from_key(&row.text("subject")?).ok_or(unknown)?,
        number: row.int("subject_id")?,
        lead: row.opt_int("lead_id")?.map(LeadId),
        event,
    })
}

fn to_live_event(row: &Row) -> Result<LiveEvent> {
    let id = row.int("id")?;
    let broken = |column| StoreError::Inconsistent { table: "event", column, id };
    let audience = |column: &'static str| -> Result<Option<Audience>> {
        row.opt_text(column)?.map(|text| serde_json::from_str(&text).map_err(|_| broken(column))).transpose()
    };
    let kind = row.text("kind")?;
    Ok(LiveEvent {
        id: EventId(id),
        subject: Subject::from_key(&row.text("subject")?).ok_or_else(|| broken("subject"))?,
        number: row.int("subject_id")?,
        lead: row.opt_int("lead_id")?.map(LeadId),
        version: row.int("version")?,
        is_addition: kind == "lead_added" || kind == "record_added",
        before: audience("audience_before")?,
        after: audience("audience_after")?,
    })
}
