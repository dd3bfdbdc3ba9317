//! How often a stranger may knock. Counted in memory, per process.

use std::num::NonZeroU32;
use std::sync::LazyLock;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::error::{Result, ServiceError};

const fn times(count: u32) -> NonZeroU32 {
    NonZeroU32::new(count).expect("a count above zero")
}

/// Registrations from one address: five at once, then one every two minutes.
static REGISTRATION_BY_ADDRESS: LazyLock<DefaultKeyedRateLimiter<String>> =
    LazyLock::new(|| RateLimiter::keyed(Quota::with_period(Duration::from_secs(120)).expect("a period above zero").allow_burst(times(5))));

/// Registrations in all: a hundred at once, then one a second.
static REGISTRATION: LazyLock<DefaultDirectRateLimiter> = LazyLock::new(|| RateLimiter::direct(Quota::per_second(times(1)).allow_burst(times(100))));

/// Counts a registration from an address.
///
/// # Errors
/// [`ServiceError::TooMany`] with the seconds to wait.
pub fn registration(address: &str) -> Result<()> {
    let wait = |not_until: governor::NotUntil<governor::clock::QuantaInstant>| {
        let seconds = not_until.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
        ServiceError::TooMany { seconds }
    };
    REGISTRATION_BY_ADDRESS.check_key(&address.to_owned()).map_err(wait)?;
    REGISTRATION.check().map_err(wait)?;
    if REGISTRATION_BY_ADDRESS.len() > 10_000 {
        REGISTRATION_BY_ADDRESS.retain_recent();
    }
    Ok(())
}
