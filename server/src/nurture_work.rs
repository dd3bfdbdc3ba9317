//! Sends what plans ask for, when it is time. Several processes may do it: each message is sent by one.

use std::time::Duration;

use service::Ctx;

/// Pause when nothing is due.
const REST: Duration = Duration::from_secs(30);
/// Pause when something is in the way.
const AFTER_FAILURE: Duration = Duration::from_secs(10);

/// Works until it is dropped.
pub async fn work(ctx: Ctx) {
    loop {
        match service::nurture::work(&ctx).await {
            // Others write between two rounds.
            Ok(true) => tokio::task::yield_now().await,
            Ok(false) => tokio::time::sleep(REST).await,
            Err(error) => {
                tracing::warn!(%error, "nurturing is interrupted; it goes on");
                tokio::time::sleep(AFTER_FAILURE).await;
            }
        }
    }
}
