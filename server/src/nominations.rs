//! Reminds the managers of territories to name their distributors before a quarter begins. Several processes may do it: each
//! reminder is queued once.

use std::time::Duration;

use service::Ctx;

/// How often it is looked whether somebody is to be reminded.
const LOOK_EVERY: Duration = Duration::from_secs(3600);

/// Works until it is dropped.
pub async fn work(ctx: Ctx) {
    loop {
        match service::distributors::remind(&ctx).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "reminded managers to name distributors"),
            Err(error) => tracing::warn!(%error, "nobody could be reminded to name distributors; it is tried again"),
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
