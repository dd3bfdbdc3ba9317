//! Looks for accounts that look like one, as they are added and changed. Several processes may do it: what one finds, another finds
//! the same.

use std::time::{Duration, Instant};

use service::Ctx;

/// Pause when there is nothing to look at.
const REST: Duration = Duration::from_secs(3);
/// The shortest pause between two steps.
const BREATH: Duration = Duration::from_millis(20);
/// A pause is as many times as long as the step before it: people and imports come first.
const REST_TO_WORK: u32 = 4;

/// Works until it is dropped.
pub async fn work(ctx: Ctx) {
    loop {
        let started = Instant::now();
        let pause = match service::twins::look(&ctx).await {
            Ok(true) => BREATH.max(started.elapsed() * REST_TO_WORK),
            Ok(false) => REST,
            Err(error) => {
                tracing::warn!(%error, "looking for near duplicates is interrupted; it goes on");
                REST
            }
        };
        tokio::time::sleep(pause).await;
    }
}
