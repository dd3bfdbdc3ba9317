//! The job that reads the mailbox. Several servers on one database may do it: one of them reads at a time.

mod address;
mod imap;

use std::time::Duration;

pub use address::ImapAddress;
pub use imap::Imap;
use service::mail_in::mailbox::{TurnEnd, end_turn, take_turn};
use service::{Ctx, Result};

/// How often it is looked whether a turn is due.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Reads the mailbox if a turn is due; the tests call it step by step. Gives whether it was, and everything went well.
///
/// # Errors
/// What the service reports.
pub async fn read_due(ctx: &Ctx, imap: &Imap, every: Duration) -> Result<bool> {
    let Some(turn) = take_turn(ctx).await? else { return Ok(false) };
    let end = imap.read(ctx).await;
    let is_well = !matches!(end, TurnEnd::Failed(_));
    if let TurnEnd::Failed(why) = &end {
        tracing::warn!(%why, "the mailbox was not read");
    }
    end_turn(ctx, turn, end, i64::try_from(every.as_millis()).unwrap_or(i64::MAX)).await?;
    Ok(is_well)
}

/// Reads the mailbox until the task is ended. What was taken in and not yet marked is known when it comes again.
pub async fn work(ctx: Ctx, imap: Imap, every: Duration) {
    loop {
        match read_due(&ctx, &imap, every).await {
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the mailbox waits"),
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
