//! The outbox: what administrators see of it, and what the server's job does to send what waits.
//!
//! A mail is sent once. What may not have arrived is sent again; what may have arrived is not, unless a person says so. The
//! line between the two is [`begin`]: before it nothing was handed over.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::confirmation::LEAST_APART_MS;
use domain::lead_filter::Cursor;
use domain::{Action, DAY_MS, HOUR_MS, Mail, MailId, MailRow, MailState, Page};
use store::outbox::{MailFile, Outcome, Taken};

use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};

/// Mails on one page.
pub const PAGE_SIZE: usize = 50;
/// How often a mail is tried before it is given up: about nineteen hours.
pub const TRIES_MAX: i64 = 10;
/// How long a process has for a mail until it begins. Longer than that can take.
pub const TAKEN_MS: i64 = 5 * 60_000;
/// How long it has once it has begun. Longer than sending can take, see `server/src/mail/smtp.rs`.
pub const BEGUN_MS: i64 = 15 * 60_000;
/// Waits between tries: half a minute, then four times as long each time, up to four hours.
const FIRST_WAIT_MS: i64 = 30_000;
const LONGEST_WAIT_MS: i64 = 4 * HOUR_MS;
/// How long mails are kept, sent or not.
const KEPT_MS: i64 = 90 * DAY_MS;
/// Longest answer that is kept. Unit: characters.
const ANSWER_MAX: usize = 500;

const OVERDUE: &str = "The server stopped while this was being sent, so whether it arrived is not known";
const NOT_WELCOME: &str = "Whom this is for can no longer sign in, so it was not sent";
const UNSUBSCRIBED: &str = "Whom this is for wants no more messages, so it was not sent";

/// A page of the outbox, newest first. `before` is the text of a cursor.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators.
pub async fn list(ctx: &Ctx, before: Option<&str>) -> Result<Page<MailRow>> {
    ctx.require(Action::ManageMail)?;
    let before = before.and_then(Cursor::parse).map(|cursor| cursor.id);
    let rows = ctx.store.ask().await?.outbox().list(before, PAGE_SIZE as i64 + 1).await?;
    Ok(Page::forwards(rows, PAGE_SIZE, |row| Cursor { value: String::new(), id: row.id.0 }))
}

/// A whole mail.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::NotFound`].
pub async fn find(ctx: &Ctx, id: MailId) -> Result<Mail> {
    ctx.require(Action::ManageMail)?;
    ctx.store.ask().await?.outbox().find(id).await?.ok_or(ServiceError::NotFound)
}

/// Sends a mail again that failed, or of which it is not known whether it arrived. One that waits anyway stays as it is.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::NotFound`]; [`ServiceError::Refused`] when it was sent.
pub async fn send_again(ctx: &Ctx, id: MailId) -> Result<()> {
    ctx.require(Action::ManageMail)?;
    let mut tx = ctx.store.begin().await?;
    if tx.outbox().queue_again(id, ctx.now()).await? {
        return Ok(tx.save().await?);
    }
    match tx.outbox().find(id).await? {
        None => Err(ServiceError::NotFound),
        Some(mail) if mail.row.state == MailState::Sent => Err(ServiceError::Refused("This was sent already".to_owned())),
        Some(_) => Ok(()),
    }
}

/// The bytes of a file that is attached to a mail.
///
/// # Errors
/// A sentence for who looks after mails.
pub fn bytes_of(file: &MailFile) -> std::result::Result<Vec<u8>, String> {
    STANDARD.decode(&file.content).map_err(|error| format!("{} cannot be read ({error})", file.name))
}

/// What trying to send a mail led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tried {
    /// The mail server took it, with this answer.
    Sent(String),
    /// Nothing was taken, for a reason that may pass.
    Later(String),
    /// Nothing was taken, and will not be.
    Refused(String),
    /// It was handed over, and no answer came.
    Unknown(String),
}

/// Takes mails that are due, as many as may be under way besides those that are. For the program itself.
///
/// # Errors
/// What the store reports.
pub async fn take_due(ctx: &Ctx, free: usize) -> Result<Vec<Taken>> {
    let now = ctx.now();
    if free == 0 || ctx.store.ask().await?.outbox().next_due().await?.is_none_or(|next| next > now) {
        return Ok(Vec::new());
    }
    let mut tx = ctx.store.begin().await?;
    let overdue = tx.outbox().give_up_overdue(now, OVERDUE).await?;
    if overdue > 0 {
        tracing::warn!(count = overdue, "of some mails it is not known whether they were sent");
    }
    let (welcome, others): (Vec<Taken>, Vec<Taken>) =
        tx.outbox().take_due(now, now.plus_ms(TAKEN_MS), free as i64).await?.into_iter().partition(|mail| mail.is_welcome && !mail.is_unsubscribed);
    for mail in others {
        let answer = if mail.is_welcome { UNSUBSCRIBED } else { NOT_WELCOME }.to_owned();
        tx.outbox().note(mail.id, mail.claim, Outcome { state: MailState::Failed, at: now, next_at: now, answer }).await?;
    }
    tx.save().await?;
    Ok(welcome)
}

/// To be called when all is ready and the text of a mail is about to be handed over; `false` when it must not be, because
/// somebody else has taken the mail meanwhile. From here on it is not sent again by itself unless the answer says that it
/// was not taken.
///
/// # Errors
/// What the store reports; it must not be handed over then either.
pub async fn begin(ctx: &Ctx, mail: &Taken) -> Result<bool> {
    let mut tx = ctx.store.begin().await?;
    let is_ours = tx.outbox().begin(mail.id, mail.claim, ctx.now().plus_ms(BEGUN_MS)).await?;
    tx.save().await?;
    Ok(is_ours)
}

/// Notes what came of a mail.
///
/// # Errors
/// What the store reports.
pub async fn note(ctx: &Ctx, mail: &Taken, tried: Tried) -> Result<()> {
    let now = ctx.now();
    let (state, answer) = match tried {
        Tried::Sent(answer) => (MailState::Sent, answer),
        Tried::Later(why) if mail.tries >= TRIES_MAX => (MailState::Failed, why),
        Tried::Later(why) => (MailState::Waiting, why),
        Tried::Refused(why) => (MailState::Failed, why),
        Tried::Unknown(why) => (MailState::Unknown, why),
    };
    let next_at = now.plus_ms(wait_ms(mail.tries));
    let mut tx = ctx.store.begin().await?;
    tx.outbox().note(mail.id, mail.claim, Outcome { state, at: now, next_at, answer: showable(&answer) }).await?;
    tx.save().await?;
    Ok(())
}

/// How long a mail waits after so many tries.
fn wait_ms(tries: i64) -> i64 {
    let times = 4_i64.saturating_pow(u32::try_from(tries - 1).unwrap_or(0));
    FIRST_WAIT_MS.saturating_mul(times).min(LONGEST_WAIT_MS)
}

/// What a stranger's server said, as far as it can be kept and shown.
fn showable(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(ANSWER_MAX).collect()
}

/// Forgets old mails, who had a registration confirmed, and notices that were read long ago. For the program itself.
///
/// # Errors
/// What the store reports.
pub async fn tidy(ctx: &Ctx) -> Result<()> {
    let mut tx = ctx.store.begin().await?;
    tx.outbox().forget_before(ctx.now().plus_ms(-KEPT_MS)).await?;
    tx.confirmations().forget_before(ctx.now().plus_ms(-LEAST_APART_MS)).await?;
    crate::notices::tidy(ctx, &mut tx).await?;
    tx.save().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_tries_take_about_nineteen_hours() {
        assert_eq!([1, 2, 3, 4, 5, 6].map(wait_ms), [30_000, 120_000, 480_000, 1_920_000, 7_680_000, LONGEST_WAIT_MS]);
        let whole: i64 = (1..TRIES_MAX).map(wait_ms).sum();
        assert_eq!(whole / HOUR_MS, 18);
        assert_eq!([0, 60, 1_000].map(wait_ms), [FIRST_WAIT_MS, LONGEST_WAIT_MS, LONGEST_WAIT_MS]);
    }

    #[test]
    fn an_answer_is_kept_without_what_cannot_be_shown() {
        assert_eq!(showable("a\u{0}b\r\nc"), "a b  c");
        assert_eq!(showable(&"x".repeat(10_000)).len(), ANSWER_MAX);
    }
}
