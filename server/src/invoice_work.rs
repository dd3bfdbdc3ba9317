//! Bills what recurs, each period on its first day. Several processes may do it: no period is billed twice.

use std::time::Duration;

use service::Ctx;

/// Pause when nothing is due. Periods begin with a day.
const REST: Duration = Duration::from_secs(60);
/// Pause when something is in the way.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Works until it is dropped.
pub async fn work(ctx: Ctx) {
    loop {
        match service::invoices::work(&ctx).await {
            // Others write between two batches.
            Ok(true) => tokio::task::yield_now().await,
            Ok(false) => tokio::time::sleep(REST).await,
            Err(error) => {
                tracing::warn!(%error, "billing what recurs is interrupted; it goes on");
                tokio::time::sleep(AFTER_FAILURE).await;
            }
        }
    }
}
