//! Ends quotes that nobody answered while they were valid, and tells who has their leads. Several processes may do it: each quote is held by one.

use std::time::Duration;

use service::Ctx;

/// Pause when nothing ends. Quotes end with a day.
const REST: Duration = Duration::from_secs(60);
/// Pause when something is in the way.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Works until it is dropped.
pub async fn work(ctx: Ctx) {
    loop {
        match service::quotes::work(&ctx).await {
            // Others write between two batches.
            Ok(true) => tokio::task::yield_now().await,
            Ok(false) => tokio::time::sleep(REST).await,
            Err(error) => {
                tracing::warn!(%error, "ending quotes is interrupted; it goes on");
                tokio::time::sleep(AFTER_FAILURE).await;
            }
        }
    }
}
