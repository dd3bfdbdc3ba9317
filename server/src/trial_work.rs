//! Goes on with trial runs of the rules, also with those that an earlier process left behind. Several processes may do it: what
//! one was too late with, another did.

use std::time::Duration;

use service::Ctx;

/// Leads that are read at once.
const AT_ONCE: i64 = 1_000;
/// Pause when there is nothing to do.
const REST: Duration = Duration::from_millis(500);
/// Pause when something is in the way.
const AFTER_FAILURE: Duration = Duration::from_secs(2);

/// Works until it is dropped.
pub async fn work(ctx: Ctx) {
    loop {
        match service::routing::work_on_trials(&ctx, AT_ONCE).await {
            Ok(true) => {}
            Ok(false) => tokio::time::sleep(REST).await,
            Err(error) => {
                tracing::warn!(%error, "a trial run of the rules is interrupted; it goes on");
                tokio::time::sleep(AFTER_FAILURE).await;
            }
        }
    }
}
