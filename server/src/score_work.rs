//! Learns from closed leads once a day or when it is asked for, and scores open leads anew when what scores them changed. Several
//! processes may do it: what one is at, another leaves.

use std::time::{Duration, Instant};

use service::Ctx;

/// Pause when there is nothing to do.
const REST: Duration = Duration::from_secs(3);
/// The shortest pause between two steps.
const BREATH: Duration = Duration::from_millis(20);
/// A pause is as many times as long as the step before it: people and imports come first.
const REST_TO_WORK: u32 = 4;
/// Longest pause between two steps, which follows a training.
const REST_MOST: Duration = Duration::from_secs(5);

/// Works until it is dropped.
pub async fn work(ctx: Ctx) {
    loop {
        let started = Instant::now();
        let pause = match service::scoring::work(&ctx).await {
            Ok(true) => (started.elapsed() * REST_TO_WORK).clamp(BREATH, REST_MOST),
            Ok(false) => REST,
            Err(error) => {
                tracing::warn!(%error, "scoring leads is interrupted; it goes on");
                REST
            }
        };
        tokio::time::sleep(pause).await;
    }
}
