//! Webhooks, the position up to which messages were made from events, and the messages.

use domain::event::Subject;
use domain::{Delivery, DeliveryState, Event, EventId, LeadId, Timestamp, UserId, Webhook};

use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql};
use crate::tx::Tx;

/// Statements about webhooks.
#[derive(Debug)]
pub struct Webhooks<'t>(&'t mut Tx);

impl Tx {
    /// Webhooks and their messages.
    pub fn webhooks(&mut self) -> Webhooks<'_> {
        Webhooks(self)
    }
}

/// A webhook to be added.
#[derive(Clone, Debug)]
pub struct NewWebhook {
    pub url: String,
    pub kinds: Vec<String>,
    pub secret: String,
    pub by: UserId,
    pub at: Timestamp,
    pub after_event: EventId,
}

/// A message to be queued.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    pub webhook: i64,
    pub event: EventId,
    pub kind: &'static str,
    pub body: String,
    pub at: Timestamp,
    pub give_up_at: Timestamp,
}

/// A message to be sent now, with where to and how it is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub number: i64,
    pub webhook: i64,
    pub url: String,
    pub secret: String,
    pub body: String,
    /// How often it was sent before.
    pub attempts: i64,
    pub give_up_at: Timestamp,
}

/// What sending a message led to.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub state: DeliveryState,
    pub at: Timestamp,
    pub next_at: Timestamp,
    pub answer_status: Option<i64>,
    pub answer: String,
}

/// An event with the record that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    pub subject: Subject,
    pub number: i64,
    pub lead: Option<LeadId>,
    pub event: Event,
}

const WEBHOOK: &str = "id, url, kinds, is_on, created_at, after_event";
const DELIVERY: &str = "id, webhook_id, kind, state, attempts, created_at, last_at, next_at, answer_status, answer";

impl Webhooks<'_> {
    /// Adds a webhook; gives its number.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add(&mut self, new: NewWebhook) -> Result<i64> {
        let id = self.0.take_numbers("webhook", 1).await?;
        let mut sql = Sql::new("insert into webhook (id, url, kinds, secret, is_on, created_by_id, created_at, after_event) values ");
        let kinds = new.kinds.join(",");
        let row =
            vec![id.into(), new.url.into(), kinds.into(), new.secret.into(), true.into(), new.by.into(), new.at.into(), new.after_event.0.into()];
        sql.push_rows([row]);
        self.0.run(sql).await?;
        Ok(id)
    }

    /// Webhooks that are not deleted, oldest first.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list(&mut self) -> Result<Vec<Webhook>> {
        self.0.rows(Sql::new(format!("select {WEBHOOK} from webhook where deleted_at is null order by id"))).await?.iter().map(to_webhook).collect()
    }

    /// One that is not deleted.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn find(&mut self, id: i64) -> Result<Option<Webhook>> {
        let sql = Sql::new(format!("select {WEBHOOK} from webhook where id = $1 and deleted_at is null"));
        self.0.row(sql.bind(id)).await?.as_ref().map(to_webhook).transpose()
    }

    /// The secret that signs the messages of one that is not deleted.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn secret_of(&mut self, id: i64) -> Result<Option<String>> {
        let row = self.0.row(Sql::new("select secret from webhook where id = $1 and deleted_at is null").bind(id)).await?;
        row.map(|row| row.text("secret")).transpose()
    }

    /// Turns a webhook on, from this event on, or off. What waits stays and is sent when it is on.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn turn(&mut self, id: i64, is_on: bool, after_event: EventId) -> Result<()> {
        let sql = Sql::new("update webhook set is_on = $1, after_event = $2 where id = $3");
        self.0.run(sql.bind(is_on).bind(after_event.0).bind(id)).await.map(|_| ())
    }

    /// Deletes a webhook; what waits for it is not sent.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn remove(&mut self, id: i64, at: Timestamp) -> Result<()> {
        self.0.run(Sql::new("update webhook set deleted_at = $1 where id = $2 and deleted_at is null").bind(at).bind(id)).await?;
        self.0.run(Sql::new("delete from webhook_delivery where webhook_id = $1 and state = 'waiting'").bind(id)).await.map(|_| ())
    }

    /// Up to which event messages were made.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn position(&mut self) -> Result<EventId> {
        let row = self.0.row(Sql::new("select event_id from webhook_position where id = 1")).await?;
        Ok(EventId(row.map(|row| row.int("event_id")).transpose()?.unwrap_or(0)))
    }

    /// The same while nobody else makes messages: other processes wait until this transaction ends.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn hold_position(&mut self) -> Result<EventId> {
        self.0.run(Sql::new("update webhook_position set event_id = event_id where id = 1")).await?;
        self.position().await
    }

    /// Messages were made up to this event.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn move_position(&mut self, to: EventId) -> Result<()> {
        self.0.run(Sql::new("update webhook_position set event_id = $1 where id = 1").bind(to.0)).await.map(|_| ())
    }

    /// Queues messages, to be sent at once.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn queue(&mut self, new: Vec<NewDelivery>) -> Result<()> {
        if new.is_empty() {
            return Ok(());
        }
        let first = self.0.take_numbers("webhook_delivery", new.len() as i64).await?;
        let rows = new.into_iter().zip(first..).map(|(delivery, id)| {
            vec![
                id.into(),
                delivery.webhook.into(),
                delivery.event.0.into(),
                delivery.kind.into(),
                delivery.body.into(),
                DeliveryState::Waiting.key().into(),
                0_i64.into(),
                delivery.at.into(),
                delivery.give_up_at.into(),
                delivery.at.into(),
                "".into(),
            ]
        });
        let into = "webhook_delivery (id, webhook_id, event_id, kind, body, state, attempts, created_at, give_up_at, next_at, answer)";
        self.0.insert_rows(into, rows.collect(), "").await
    }

    /// Takes messages of a webhook that are due, oldest first. Nobody else gets them until `until`: when this process
    /// dies, they are due again then.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn take_due(&mut self, webhook: i64, now: Timestamp, until: Timestamp, limit: i64) -> Result<Vec<Due>> {
        let sql = Sql::new(
            "select d.id, d.webhook_id, d.next_at, d.body, d.attempts, d.give_up_at, w.url, w.secret
             from webhook_delivery d join webhook w on w.id = d.webhook_id
             where d.webhook_id = $1 and d.state = 'waiting' and d.next_at <= $2 and w.is_on and w.deleted_at is null
             order by d.next_at, d.id limit $3",
        );
        let rows = self.0.rows(sql.bind(webhook).bind(now).bind(limit)).await?;
        let mut taken = Vec::new();
        for row in rows {
            let due = to_due(&row)?;
            // Another process may have taken it a moment ago: its time has then moved on.
            let sql = Sql::new("update webhook_delivery set next_at = $1 where id = $2 and state = 'waiting' and next_at = $3");
            if self.0.run(sql.bind(until).bind(due.number).bind(row.int("next_at")?)).await? > 0 {
                taken.push(due);
            }
        }
        Ok(taken)
    }

    /// When the next message of any webhook that is on is due.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn next_due(&mut self) -> Result<Option<Timestamp>> {
        let sql = Sql::new(
            "select min(d.next_at) as next from webhook_delivery d join webhook w on w.id = d.webhook_id
             where d.state = 'waiting' and w.is_on and w.deleted_at is null",
        );
        Ok(self.0.row(sql).await?.map(|row| row.opt_time("next")).transpose()?.flatten())
    }

    /// Notes what sending a message led to.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn note(&mut self, number: i64, outcome: Outcome) -> Result<()> {
        let sql = Sql::new(
            "update webhook_delivery set state = $1, attempts = attempts + 1, last_at = $2, next_at = $3, answer_status = $4, answer = $5 where id = $6",
        );
        let sql = sql.bind(outcome.state.key()).bind(outcome.at).bind(outcome.next_at).bind(outcome.answer_status).bind(outcome.answer).bind(number);
        self.0.run(sql).await.map(|_| ())
    }

    /// Puts a message in the queue again, as if it were new; `false` when there is none, or its webhook is gone.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn queue_again(&mut self, number: i64, now: Timestamp, give_up_at: Timestamp) -> Result<bool> {
        let sql = Sql::new(
            "update webhook_delivery set state = 'waiting', attempts = 0, next_at = $1, give_up_at = $2
             where id = $3 and state <> 'waiting' and webhook_id in (select id from webhook where deleted_at is null)",
        );
        Ok(self.0.run(sql.bind(now).bind(give_up_at).bind(number)).await? > 0)
    }

    /// The newest messages of a webhook.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn deliveries(&mut self, webhook: i64, limit: i64) -> Result<Vec<Delivery>> {
        let sql = Sql::new(format!("select {DELIVERY} from webhook_delivery where webhook_id = $1 order by id desc limit $2"));
        self.0.rows(sql.bind(webhook).bind(limit)).await?.iter().map(to_delivery).collect()
    }

    /// Forgets messages made before, but for those that wait.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn forget_before(&mut self, at: Timestamp) -> Result<()> {
        self.0.run(Sql::new("delete from webhook_delivery where created_at < $1 and state <> 'waiting'").bind(at)).await.map(|_| ())
    }
}

fn to_webhook(row: &Row) -> Result<Webhook> {
    let kinds = row.text("kinds")?;
    Ok(Webhook {
        number: row.int("id")?,
        url: row.text("url")?,
        kinds: kinds.split(',').filter(|kind| !kind.is_empty()).map(str::to_owned).collect(),
        is_on: row.flag("is_on")?,
        created_at: row.time("created_at")?,
        after_event: EventId(row.int("after_event")?),
    })
}

fn to_due(row: &Row) -> Result<Due> {
    Ok(Due {
        number: row.int("id")?,
        webhook: row.int("webhook_id")?,
        url: row.text("url")?,
        secret: row.text("secret")?,
        body: row.text("body")?,
        attempts: row.int("attempts")?,
        give_up_at: row.time("give_up_at")?,
    })
}

fn to_delivery(row: &Row) -> Result<Delivery> {
    let number = row.int("id")?;
    let state = DeliveryState::from_key(&row.text("state")?);
    Ok(Delivery {
        number,
        webhook: row.int("webhook_id")?,
        kind: row.text("kind")?,
        state: state.ok_or(StoreError::Inconsistent { table: "webhook_delivery", column: "state", id: number })?,
        attempts: row.int("attempts")?,
        created_at: row.time("created_at")?,
        last_at: row.opt_time("last_at")?,
        next_at: row.time("next_at")?,
        answer_status: row.opt_int("answer_status")?,
        answer: row.text("answer")?,
    })
}
