//! Tells managers of clocks that are overdue, when it is time. Several processes may do it: each lead is held while its clocks are looked at.

use std::time::Duration;

use service::Ctx;

/// Pause when nothing is due. Limits are hours away, so that half a minute more matters to nobody.
const REST: Duration = Duration::from_secs(30);
/// Pause when something is in the way.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Works until it is dropped.
pub async fn work(ctx: Ctx) {
    loop {
        match service::clocks::work(&ctx).await {
            // Others write between two batches.
            Ok(true) => tokio::task::yield_now().await,
            Ok(false) => tokio::time::sleep(REST).await,
            Err(error) => {
                tracing::warn!(%error, "telling of clocks that are overdue is interrupted; it goes on");
                tokio::time::sleep(AFTER_FAILURE).await;
            }
        }
    }
}
