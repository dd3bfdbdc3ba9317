//! Telling other systems what happens here. Messages are made from the events, by their position: none is lost, whatever
//! happens between a change and its message, and writing waits for nothing. The server's job sends them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::event::TextChange;
use domain::webhook::{MESSAGE_KINDS, message_kind, parse_url};
use domain::{
    Action, AuditArea, Catalog, DAY_MS, Delivery, DeliveryState, EventId, EventKind, FieldErrors, FormValues, HOUR_MS, LeadClass, Timestamp, Webhook,
};
use ring::hmac;
use serde_json::{Value, json};
use store::Tx;
use store::webhooks::{Due, Happening, NewDelivery, NewWebhook, Outcome};

use crate::audit::{self, Changed};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::only_fields;
use crate::once::{self, Once};
use crate::people::random;

/// Most webhooks.
const WEBHOOKS_MAX: usize = 20;
/// Messages of each webhook that its log shows.
const SHOWN: i64 = 25;
/// Events that are looked at in one transaction.
const BATCH: i64 = 200;
/// Messages of one webhook that are under way at the same time: one that never answers holds up nobody else's.
const AT_ONCE: usize = 4;
/// How long a process has for a message before another may send it. Longer than sending can take.
const TAKEN_MS: i64 = 60_000;
/// Waits between attempts: ten seconds, then three times as long each time, up to four hours.
const FIRST_WAIT_MS: i64 = 10_000;
const LONGEST_WAIT_MS: i64 = 4 * HOUR_MS;
/// A message is given up after a day.
const GIVE_UP_MS: i64 = DAY_MS;
/// How long the log, and what came with idempotency keys, is kept.
const KEPT_MS: i64 = 30 * DAY_MS;
/// Longest answer that is kept. Unit: characters.
const ANSWER_MAX: usize = 4096;
/// Secrets begin with this, as Standard Webhooks has it.
const SECRET_PREFIX: &str = "whsec_";

/// Webhooks, each with its newest messages.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators.
pub async fn list_webhooks(ctx: &Ctx) -> Result<Vec<(Webhook, Vec<Delivery>)>> {
    ctx.require(Action::Configure)?;
    let mut tx = ctx.store.read().await?;
    let mut found = Vec::new();
    for webhook in tx.webhooks().list().await? {
        let deliveries = tx.webhooks().deliveries(webhook.number, SHOWN).await?;
        found.push((webhook, deliveries));
    }
    Ok(found)
}

/// Adds a webhook that hears of everything from now on; gives its secret, this once. Fields: `url`, `kinds` (several of
/// [`MESSAGE_KINDS`]; none is all).
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields;
/// [`ServiceError::Refused`] when there are too many.
pub async fn add_webhook(ctx: &Ctx, form: &FormValues) -> Result<String> {
    add_webhook_once(ctx, form, None).await
}

/// The same from a form that may be sent again: the secret of what it made before is given once more.
///
/// # Errors
/// As [`add_webhook`]; [`ServiceError::Invalid`] when the key came with something else before; [`ServiceError::Refused`] when
/// its webhook was deleted since.
pub async fn add_webhook_once(ctx: &Ctx, form: &FormValues, once: Option<&Once>) -> Result<String> {
    let by = ctx.require(Action::Configure)?.id;
    only_fields(form, &["url", "kinds", once::FIELD])?;
    let mut errors = FieldErrors::default();
    let url = errors.take("url", parse_url(form.get("url")));
    let kinds: Vec<String> = form.all("kinds").filter(|kind| !kind.is_empty()).map(str::to_owned).collect();
    if kinds.iter().any(|kind| !MESSAGE_KINDS.contains(&kind.as_str())) {
        errors.add("kinds", "Choose from the list");
    }
    errors.into_result()?;
    let Some(url) = url else { return Err(FieldErrors::default().into()) };
    let secret = format!("{SECRET_PREFIX}{}", STANDARD.encode(random::<24>()));
    let mut tx = ctx.store.begin().await?;
    if let Some(made) = once::made_before(&mut tx, once).await? {
        let kept = tx.webhooks().secret_of(made).await?;
        return kept
            .ok_or_else(|| ServiceError::Refused("This webhook was added before and deleted since. Load the page again to add another".to_owned()));
    }
    if tx.webhooks().list().await?.len() >= WEBHOOKS_MAX {
        return Err(ServiceError::Refused(format!("There are {WEBHOOKS_MAX} webhooks already; delete one that is not needed any more")));
    }
    let after_event = tx.events().last_id().await?;
    let new = NewWebhook { url: url.clone(), kinds, secret: secret.clone(), by, at: ctx.now(), after_event };
    let number = tx.webhooks().add(new).await?;
    record(ctx, &mut tx, number, EventKind::RecordAdded { name: name_of(&url) }).await?;
    once::note(ctx, &mut tx, once, number).await?;
    tx.save().await?;
    Ok(secret)
}

/// Turns a webhook on or off. What happened while it was off is not told later.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::NotFound`].
pub async fn turn_webhook(ctx: &Ctx, number: i64, is_on: bool) -> Result<()> {
    ctx.require(Action::Configure)?;
    let mut tx = ctx.store.begin().await?;
    let webhook = tx.webhooks().find(number).await?.ok_or(ServiceError::NotFound)?;
    if webhook.is_on != is_on {
        let last = tx.events().last_id().await?;
        tx.webhooks().turn(number, is_on, last).await?;
        let word = |is_on| if is_on { "on" } else { "off" }.to_owned();
        let changes = vec![TextChange { what: "State".to_owned(), old: word(webhook.is_on), new: word(is_on) }];
        record(ctx, &mut tx, number, EventKind::RecordChanged { name: name_of(&webhook.url), changes }).await?;
    }
    tx.save().await?;
    Ok(())
}

/// Deletes a webhook; what waits for it is not sent.
///
/// # Errors
/// As [`turn_webhook`].
pub async fn remove_webhook(ctx: &Ctx, number: i64) -> Result<()> {
    ctx.require(Action::Configure)?;
    let mut tx = ctx.store.begin().await?;
    let webhook = tx.webhooks().find(number).await?.ok_or(ServiceError::NotFound)?;
    tx.webhooks().remove(number, ctx.now()).await?;
    record(ctx, &mut tx, number, EventKind::RecordRemoved { name: name_of(&webhook.url) }).await?;
    tx.save().await?;
    Ok(())
}

/// Sends a message again that was delivered or given up.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::NotFound`].
pub async fn replay(ctx: &Ctx, delivery: i64) -> Result<()> {
    ctx.require(Action::Configure)?;
    let mut tx = ctx.store.begin().await?;
    let now = ctx.now();
    if !tx.webhooks().queue_again(delivery, now, now.plus_ms(GIVE_UP_MS)).await? {
        return Err(ServiceError::NotFound);
    }
    tx.save().await?;
    Ok(())
}

fn name_of(url: &str) -> String {
    format!("the webhook to {url}")
}

async fn record(ctx: &Ctx, tx: &mut Tx, number: i64, kind: EventKind) -> Result<()> {
    let actor = ctx.actor.as_ref().map(|actor| actor.id);
    audit::catalog_changed(ctx, tx, Changed { area: AuditArea::Configuration, actor, subject_id: number, version: 1 }, kind).await
}

/// Makes the messages of what happened since this was last done. Several processes may do it: they take turns.
///
/// # Errors
/// What the store reports.
pub async fn make_messages(ctx: &Ctx) -> Result<()> {
    loop {
        let mut tx = ctx.store.read().await?;
        let Some(_) = listening(&mut tx).await? else { return Ok(()) };
        if tx.webhooks().position().await? >= tx.events().last_id().await? {
            return Ok(());
        }
        drop(tx);
        let catalog = ctx.store.catalog().await?;
        let mut tx = ctx.store.begin().await?;
        let position = tx.webhooks().hold_position().await?;
        let Some((webhooks, from)) = listening(&mut tx).await? else { return Ok(()) };
        // Nobody wants what happened before the first of them was turned on.
        let happenings = tx.events().happenings_after(position.max(from), BATCH).await?;
        let Some(last) = happenings.last().map(|happening| happening.event.id) else { return Ok(()) };
        let now = ctx.now();
        let mut messages = Vec::new();
        for happening in &happenings {
            let Some(kind) = message_kind(happening.subject, &happening.event.kind) else { continue };
            let wanted = webhooks.iter().filter(|webhook| webhook.wants(kind) && webhook.after_event < happening.event.id);
            let body = body_of(kind, happening, &catalog).to_string();
            messages.extend(wanted.map(|webhook| NewDelivery {
                webhook: webhook.number,
                event: happening.event.id,
                kind,
                body: body.clone(),
                at: now,
                give_up_at: now.plus_ms(GIVE_UP_MS),
            }));
        }
        tx.webhooks().queue(messages).await?;
        tx.webhooks().move_position(last).await?;
        tx.save().await?;
    }
}

/// Webhooks that are on, and the event after which the first of them listens.
async fn listening(tx: &mut Tx) -> Result<Option<(Vec<Webhook>, EventId)>> {
    let mut webhooks = tx.webhooks().list().await?;
    webhooks.retain(|webhook| webhook.is_on);
    let from = webhooks.iter().map(|webhook| webhook.after_event).min();
    Ok(from.map(|from| (webhooks, from)))
}

fn body_of(kind: &str, happening: &Happening, catalog: &Catalog) -> Value {
    let event = &happening.event;
    let change = |field: &str, old: &str, new: &str| json!({ "field": field, "old": old, "new": new });
    let changes: Vec<Value> = match &event.kind {
        EventKind::FieldsChanged { changes } => changes.iter().map(|one| change(one.field.key(), &one.old, &one.new)).collect(),
        EventKind::LeadMoved { from, to, .. } => vec![change("status", from, to)],
        EventKind::Reclaimed { from, .. } => {
            vec![change("owner", from, &event.actor.map_or_else(String::new, |user| catalog.person_name(user)))]
        }
        EventKind::LeadClassed { from, to, .. } => {
            let label = |class: Option<LeadClass>| class.map_or("", LeadClass::label);
            vec![change("class", label(*from), label(*to))]
        }
        EventKind::RecordChanged { changes, .. }
        | EventKind::Part { changes, .. }
        | EventKind::Qualified { changes }
        | EventKind::Appointment { changes, .. } => changes.iter().map(|one| change(&one.what, &one.old, &one.new)).collect(),
        _ => Vec::new(),
    };
    let text = match &event.kind {
        EventKind::Commented { text, .. } | EventKind::NoteShared { text } | EventKind::LeadDelegated { text, .. } => Some(text),
        EventKind::Attempted { note, .. } => Some(note),
        EventKind::Mailing { text, .. } => Some(text).filter(|text| !text.is_empty()),
        _ => None,
    };
    let by = event.actor.and_then(|id| catalog.person(id)).map(|person| person.email.as_str());
    json!({
        "type": kind,
        "timestamp": event.at.rfc3339(),
        "data": {
            "event": event.id.to_string(),
            "record": happening.subject.key(),
            "number": happening.number,
            "version": event.version,
            "lead": happening.lead,
            "by": by,
            "sentence": event.kind.sentence(),
            "text": text,
            "changes": changes,
        },
    })
}

/// A message to be sent now.
#[derive(Clone, Debug)]
pub struct Message {
    due: Due,
}

/// What the other side made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Answered {
        status: u16,
        text: String,
    },
    /// Nothing reached it, or nothing came back; a sentence for the log.
    Unreached(String),
}

impl Message {
    /// Whose it is.
    #[must_use]
    pub fn webhook(&self) -> i64 {
        self.due.webhook
    }

    #[must_use]
    pub fn url(&self) -> &str {
        &self.due.url
    }

    #[must_use]
    pub fn body(&self) -> &str {
        &self.due.body
    }

    /// The headers that go with it, as Standard Webhooks names them: its id, the same whenever it is sent, the second in
    /// which it is sent, and what signs both and the body.
    #[must_use]
    pub fn headers(&self, now: Timestamp) -> [(&'static str, String); 3] {
        let (id, second) = (format!("msg_{}", self.due.number), now.0.div_euclid(1000).to_string());
        let signature = sign(&self.due.secret, &id, &second, &self.due.body);
        [("webhook-id", id), ("webhook-timestamp", second), ("webhook-signature", signature)]
    }
}

/// `v1,` and the HMAC-SHA256 of `id.second.body` in Base64, by the secret's bytes.
#[must_use]
pub fn sign(secret: &str, id: &str, second: &str, body: &str) -> String {
    let encoded = secret.strip_prefix(SECRET_PREFIX).unwrap_or(secret);
    let key = STANDARD.decode(encoded).unwrap_or_else(|_| encoded.as_bytes().to_vec());
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &key));
    for part in [id, ".", second, ".", body] {
        context.update(part.as_bytes());
    }
    format!("v1,{}", STANDARD.encode(context.sign()))
}

/// Takes messages that are due, for each webhook as many as may be under way besides those that are.
///
/// # Errors
/// What the store reports.
pub async fn take_due(ctx: &Ctx, under_way: impl Fn(i64) -> usize) -> Result<Vec<Message>> {
    let now = ctx.now();
    let mut tx = ctx.store.read().await?;
    if tx.webhooks().next_due().await?.is_none_or(|next| next > now) {
        return Ok(Vec::new());
    }
    drop(tx);
    let mut tx = ctx.store.begin().await?;
    let mut taken = Vec::new();
    for webhook in tx.webhooks().list().await? {
        let free = AT_ONCE.saturating_sub(under_way(webhook.number));
        if free > 0 && webhook.is_on {
            taken.extend(tx.webhooks().take_due(webhook.number, now, now.plus_ms(TAKEN_MS), free as i64).await?);
        }
    }
    tx.save().await?;
    Ok(taken.into_iter().map(|due| Message { due }).collect())
}

/// Notes what came of a message: taken with a 2xx, else to be sent again later, or given up.
///
/// # Errors
/// What the store reports.
pub async fn note(ctx: &Ctx, message: &Message, answer: Answer) -> Result<()> {
    let now = ctx.now();
    let (answer_status, text) = match answer {
        Answer::Answered { status, text } => (Some(i64::from(status)), text),
        Answer::Unreached(why) => (None, why),
    };
    let next_at = now.plus_ms(wait_ms(message.due.attempts));
    let state = match answer_status {
        Some(200..=299) => DeliveryState::Delivered,
        _ if next_at > message.due.give_up_at => DeliveryState::Failed,
        _ => DeliveryState::Waiting,
    };
    let mut tx = ctx.store.begin().await?;
    tx.webhooks().note(message.due.number, Outcome { state, at: now, next_at, answer_status, answer: showable(&text) }).await?;
    tx.save().await?;
    Ok(())
}

fn wait_ms(attempts: i64) -> i64 {
    let times = 3_i64.saturating_pow(u32::try_from(attempts).unwrap_or(u32::MAX));
    FIRST_WAIT_MS.saturating_mul(times).min(LONGEST_WAIT_MS)
}

/// What a stranger's server said, as far as it can be kept and shown.
fn showable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).take(ANSWER_MAX).collect()
}

/// Forgets old messages and what came with old idempotency keys.
///
/// # Errors
/// What the store reports.
pub async fn tidy(ctx: &Ctx) -> Result<()> {
    let before = ctx.now().plus_ms(-KEPT_MS);
    let mut tx = ctx.store.begin().await?;
    tx.webhooks().forget_before(before).await?;
    tx.once_keys().forget_before(before).await?;
    tx.save().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_signed_as_standard_webhooks_has_it() {
        // The example of the Standard Webhooks specification.
        let body = r#"{"test": 2432232314}"#;
        let signature = sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn waits_grow_to_four_hours() {
        assert_eq!([0, 1, 2, 3].map(wait_ms), [10_000, 30_000, 90_000, 270_000]);
        assert_eq!([8, 60, 1_000].map(wait_ms), [LONGEST_WAIT_MS; 3]);
    }

    #[test]
    fn an_answer_is_kept_without_what_cannot_be_shown() {
        assert_eq!(showable("a\u{0}b\r\nc"), "a b \nc");
        assert_eq!(showable(&"x".repeat(10_000)).len(), ANSWER_MAX);
    }
}
