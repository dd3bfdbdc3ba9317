//! Looks for accounts that look like one, as they are added and changed. Several processes may do it: what one finds, another finds
//! the same.

use std::time::Duration;

use service::Ctx;

/// Pause when there is nothing to look at.
const REST: Duration = Duration::from_secs(3);
/// Pause between two steps: people and imports come first.
const BREATH: Duration = Duration::from_millis(20);

/// Works until it is dropped.
pub async fn work(ctx: Ctx) {
    loop {
        let pause = match service::twins::look(&ctx).await {
            Ok(true) => BREATH,
            Ok(false) => REST,
            Err(error) => {
                tracing::warn!(%error, "looking for near duplicates is interrupted; it goes on");
                REST
            }
        };
        tokio::time::sleep(pause).await;
    }
}
