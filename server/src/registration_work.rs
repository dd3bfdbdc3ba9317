//! Tells of deal registrations that end soon, and ends those that are over. Several processes may do it: each registration is held by one.

use std::time::Duration;

use service::Ctx;

/// Pause when nothing ends. What ends is told of by the hour.
const REST: Duration = Duration::from_secs(60);
/// Pause when something is in the way.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Works until it is dropped.
pub async fn work(ctx: Ctx) {
    loop {
        match service::deals::work(&ctx).await {
            // Others write between two batches.
            Ok(true) => tokio::task::yield_now().await,
            Ok(false) => tokio::time::sleep(REST).await,
            Err(error) => {
                tracing::warn!(%error, "telling of deal registrations that end is interrupted; it goes on");
                tokio::time::sleep(AFTER_FAILURE).await;
            }
        }
    }
}
