//! The mailbox from which mails come in: whose turn it is to read it, and how that goes. The server speaks with it.

use domain::mail_in::{MailInState, fitting_line};
use domain::{Action, HOUR_MS, MailInId, Mailbox, MailboxState};
use store::mail_in::NewMailIn;
pub use store::mailbox::Turn;

use crate::ctx::Ctx;
use crate::error::Result;

/// How long a turn lasts at most. Longer than a round can take. Unit: milliseconds.
pub const TURN_MS: i64 = 15 * 60_000;
/// Longest wait after failures.
const LONGEST_WAIT_MS: i64 = HOUR_MS;

/// How a turn went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TurnEnd {
    /// Everything that was there was read.
    AllRead,
    /// There is more to be read.
    SomeRead,
    /// It could not be read, or some of it could not, for this reason.
    Failed(String),
}

/// Takes the turn to read the mailbox, if it is due and nobody else has it. For the program itself.
///
/// # Errors
/// What the store reports.
pub async fn take_turn(ctx: &Ctx) -> Result<Option<Turn>> {
    let now = ctx.now();
    if ctx.store.ask().await?.mails_in().mailbox().await?.is_some_and(|mailbox| mailbox.next_at > now) {
        return Ok(None);
    }
    let mut tx = ctx.store.begin().await?;
    let turn = tx.mails_in().take_turn(now, now.plus_ms(TURN_MS)).await?;
    tx.save().await?;
    Ok(turn)
}

/// Ends a turn: the next one is due after `every_ms`, at once where there is more, and ever later while it fails.
///
/// # Errors
/// What the store reports.
pub async fn end_turn(ctx: &Ctx, turn: Turn, end: TurnEnd, every_ms: i64) -> Result<()> {
    let now = ctx.now();
    let state = match end {
        TurnEnd::AllRead => MailboxState { read_at: Some(now), next_at: now.plus_ms(every_ms), failures: 0, trouble: String::new() },
        TurnEnd::SomeRead => MailboxState { read_at: Some(now), next_at: now, failures: 0, trouble: String::new() },
        TurnEnd::Failed(why) => {
            let failures = turn.failures.saturating_add(1);
            MailboxState { read_at: None, next_at: now.plus_ms(wait_ms(every_ms, failures)), failures, trouble: fitting_line(&why) }
        }
    };
    let mut tx = ctx.store.begin().await?;
    tx.mails_in().end_turn(turn, &state).await?;
    tx.save().await?;
    Ok(())
}

/// Twice as long after each failure, up to an hour.
fn wait_ms(every_ms: i64, failures: i64) -> i64 {
    let times = 2_i64.saturating_pow(u32::try_from(failures - 1).unwrap_or(0));
    every_ms.saturating_mul(times).min(LONGEST_WAIT_MS.max(every_ms))
}

/// Notes that a message in the mailbox cannot be taken, without keeping it; once for each `key`. For the program itself.
///
/// # Errors
/// What the store reports.
pub async fn refuse(ctx: &Ctx, key: &str, size: i64, why: &str) -> Result<()> {
    let mut tx = ctx.store.begin().await?;
    let id = MailInId(tx.take_numbers("mail_in", 1).await?);
    if tx.mails_in().find_by_key(key).await?.is_some() {
        return Ok(());
    }
    let new = NewMailIn {
        id,
        key: key.to_owned(),
        state: MailInState::Refused,
        lead: None,
        sender_user: None,
        sender: Mailbox { name: String::new(), email: String::new() },
        subject: String::new(),
        why: why.to_owned(),
        attachments: 0,
        size,
        at: ctx.now(),
        original: String::new(),
    };
    tx.mails_in().add(new).await?;
    tx.save().await?;
    Ok(())
}

/// How reading the mailbox goes; `None` where none was ever read.
///
/// # Errors
/// [`crate::ServiceError::Forbidden`] but for administrators.
pub async fn state(ctx: &Ctx) -> Result<Option<MailboxState>> {
    ctx.require(Action::ManageMail)?;
    Ok(ctx.store.ask().await?.mails_in().mailbox().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_fails_is_asked_ever_later() {
        let waits = [1, 2, 3, 7, 99].map(|failures| wait_ms(60_000, failures));
        assert_eq!(waits, [60_000, 120_000, 240_000, LONGEST_WAIT_MS, LONGEST_WAIT_MS]);
        assert_eq!(wait_ms(2 * HOUR_MS, 3), 2 * HOUR_MS, "never sooner than without a failure");
    }
}
