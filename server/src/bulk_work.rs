//! Goes on with changes of many leads that their beginner no longer waits for, also with those that an earlier process
//! left behind. Several processes may do it: each batch holds its run.

use std::time::Duration;

use service::Ctx;
use service::leads::bulk::{self, Failures};

/// Pause when there is nothing to do.
const REST: Duration = Duration::from_millis(500);
/// Pause when something is in the way.
const AFTER_FAILURE: Duration = Duration::from_secs(2);

/// Works until it is dropped.
pub async fn work(ctx: Ctx) {
    let mut failures = Failures::default();
    loop {
        match bulk::work_past(&ctx, &mut failures).await {
            // Others write between two batches.
            Ok(true) => tokio::task::yield_now().await,
            Ok(false) => tokio::time::sleep(REST).await,
            Err(error) => {
                tracing::warn!(%error, "a change of many leads is interrupted; it goes on");
                tokio::time::sleep(AFTER_FAILURE).await;
            }
        }
    }
}
