//! How often a token may call. Counted in memory, per process.

use std::num::NonZeroU32;

use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use crate::problem::Problem;

/// Tokens that were counted once and went silent are forgotten beyond so many.
const REMEMBERED: usize = 10_000;

/// The calls of every token.
pub struct Rates {
    per_minute: NonZeroU32,
    limiter: RateLimiter<i64, DefaultKeyedStateStore<i64>, DefaultClock, StateInformationMiddleware>,
}

impl std::fmt::Debug for Rates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rates").field("per_minute", &self.per_minute).finish_non_exhaustive()
    }
}

/// What a token has left.
#[derive(Clone, Copy, Debug)]
pub struct Left {
    limit: u32,
    remaining: u32,
}

impl Rates {
    /// So many calls a minute for each token; all of them may come at once.
    #[must_use]
    pub fn new(per_minute: NonZeroU32) -> Self {
        let limiter = RateLimiter::keyed(Quota::per_minute(per_minute)).with_middleware::<StateInformationMiddleware>();
        Self { per_minute, limiter }
    }

    /// Counts a call.
    ///
    /// # Errors
    /// What is left, which is nothing, and 429 with the seconds to wait.
    pub fn count(&self, token: i64) -> Result<Left, (Left, Problem)> {
        if self.limiter.len() > REMEMBERED {
            self.limiter.retain_recent();
        }
        let limit = self.per_minute.get();
        match self.limiter.check_key(&token) {
            Ok(state) => Ok(Left { limit, remaining: state.remaining_burst_capacity() }),
            Err(until) => {
                let seconds = until.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
                let text = format!("A token has {limit} calls in a minute. Wait {seconds} seconds, then go on slower.");
                let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "Too many calls", text).wait(seconds);
                Err((Left { limit, remaining: 0 }, problem))
            }
        }
    }
}

impl Left {
    /// Says it in the headers of an answer.
    pub fn tell(self, answer: &mut Response) {
        let reset = (u64::from(self.limit - self.remaining.min(self.limit)) * 60).div_ceil(u64::from(self.limit));
        let headers = answer.headers_mut();
        headers.insert("ratelimit-limit", HeaderValue::from(self.limit));
        headers.insert("ratelimit-remaining", HeaderValue::from(self.remaining));
        headers.insert("ratelimit-reset", HeaderValue::from(reset));
    }
}
