//! Reminds people of their tasks, when it is time. Several processes may do it: each reminder is taken by one.

use std::time::Duration;

use service::Ctx;

/// Pause when nobody is to be reminded. Reminders are told by the minute.
const REST: Duration = Duration::from_secs(15);
/// Pause when something is in the way.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Works until it is dropped.
pub async fn work(ctx: Ctx) {
    loop {
        match service::tasks::work(&ctx).await {
            // Others write between two batches.
            Ok(true) => tokio::task::yield_now().await,
            Ok(false) => tokio::time::sleep(REST).await,
            Err(error) => {
                tracing::warn!(%error, "reminding of tasks is interrupted; it goes on");
                tokio::time::sleep(AFTER_FAILURE).await;
            }
        }
    }
}
