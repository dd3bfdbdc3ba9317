//! Slowing guesses down: counted in memory, per site, before a password is looked at.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError, Weak};

use domain::UserId;
use tokio::sync::Notify;

use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};

const MINUTE_MS: i64 = 60_000;
const PAIR: Limit = Limit { most: 10, window_ms: 15 * MINUTE_MS };
const ADDRESS: Limit = Limit { most: 100, window_ms: 15 * MINUTE_MS };
const EMAIL: Limit = Limit { most: 50, window_ms: 60 * MINUTE_MS };
/// Beyond this many counters the finished ones are cleared away.
const ROOM: usize = 20_000;

struct Limit {
    most: u32,
    window_ms: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    /// An e-mail address tried from one place.
    Pair(String, String),
    /// One place, whatever it tries.
    Address(String),
    /// An e-mail address, from wherever it is tried but for places its owner signed in from.
    Email(String),
}

impl Key {
    fn limit(&self) -> &'static Limit {
        match self {
            Key::Pair(..) => &PAIR,
            Key::Address(_) => &ADDRESS,
            Key::Email(_) => &EMAIL,
        }
    }
}

struct Counter {
    since: i64,
    count: u32,
}

#[derive(Default)]
pub(super) struct Guesses {
    counters: HashMap<Key, Counter>,
    /// Where people signed in from: e-mail address and place.
    familiar: HashSet<(String, String)>,
}

impl Guesses {
    /// Counts an attempt under each key, or says how many milliseconds to wait and counts nothing.
    fn count(&mut self, keys: &[Key], now: i64) -> std::result::Result<(), i64> {
        let wait = keys.iter().filter_map(|key| self.wait(key, now)).max();
        if let Some(wait) = wait {
            return Err(wait);
        }
        self.make_room(now);
        for key in keys {
            let counter = self.counters.entry(key.clone()).or_insert(Counter { since: now, count: 0 });
            if is_over(counter, key, now) {
                *counter = Counter { since: now, count: 0 };
            }
            counter.count += 1;
        }
        Ok(())
    }

    fn wait(&self, key: &Key, now: i64) -> Option<i64> {
        let counter = self.counters.get(key).filter(|counter| !is_over(counter, key, now) && counter.count >= key.limit().most)?;
        Some(counter.since + key.limit().window_ms - now)
    }

    /// Takes an attempt back that was no guess; the pair starts anew.
    fn forgive(&mut self, keys: &[Key]) {
        for key in keys {
            if let Key::Pair(..) = key {
                self.counters.remove(key);
            } else if let Some(counter) = self.counters.get_mut(key) {
                counter.count = counter.count.saturating_sub(1);
            }
        }
    }

    /// A flood from ever new places must not fill the memory: finished counters go first, then those that hold
    /// nobody back.
    fn make_room(&mut self, now: i64) {
        if self.counters.len() >= ROOM {
            self.counters.retain(|key, counter| !is_over(counter, key, now));
        }
        if self.counters.len() >= ROOM {
            self.counters.retain(|key, counter| counter.count >= key.limit().most / 2);
        }
        if self.counters.len() >= 2 * ROOM {
            self.counters.clear();
        }
        if self.familiar.len() >= ROOM {
            self.familiar.clear();
        }
    }
}

fn is_over(counter: &Counter, key: &Key, now: i64) -> bool {
    now - counter.since >= key.limit().window_ms
}

/// An attempt that was counted; dropping it leaves it counted.
pub(super) struct Attempt {
    site: Weak<Notify>,
    keys: Vec<Key>,
}

impl Attempt {
    /// The password was right: it was no guess, and the place is familiar from now on.
    pub(super) fn succeeded(self) {
        let mut sites = sites();
        let guesses = guesses_of(&mut sites, &self.site);
        guesses.forgive(&self.keys);
        for key in self.keys {
            if let Key::Pair(email, place) = key {
                guesses.familiar.insert((email, place));
            }
        }
    }
}

/// Counts an attempt to sign in.
pub(super) fn attempt(ctx: &Ctx, email: &str, address: &str) -> Result<Attempt> {
    let place = place(address);
    let mut keys = vec![Key::Pair(email.to_owned(), place.clone()), Key::Address(place.clone())];
    let site = site(ctx);
    let mut sites = sites();
    let guesses = guesses_of(&mut sites, &site);
    // Someone who guesses from many places must not lock out the owner where they usually are.
    if !guesses.familiar.contains(&(email.to_owned(), place)) {
        keys.push(Key::Email(email.to_owned()));
    }
    counted(guesses, site, keys, ctx)
}

/// Counts an attempt to name one's own password while signed in; separate from signing in.
pub(super) fn own_attempt(ctx: &Ctx, user: UserId) -> Result<Attempt> {
    let site = site(ctx);
    counted(guesses_of(&mut sites(), &site), site, vec![Key::Pair(user.to_string(), String::new())], ctx)
}

fn counted(guesses: &mut Guesses, site: Weak<Notify>, keys: Vec<Key>, ctx: &Ctx) -> Result<Attempt> {
    guesses.count(&keys, ctx.now().0).map_err(|wait_ms| ServiceError::TooMany { seconds: u64::try_from(wait_ms / 1000).unwrap_or(0) + 1 })?;
    Ok(Attempt { site, keys })
}

/// Whoever has one address of the new protocol has a whole /64 of them.
fn place(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
            Some(v4) => v4.to_string(),
            None => address.segments()[..4].iter().map(|part| format!("{part:x}:")).collect(),
        },
        Ok(IpAddr::V4(address)) => address.to_string(),
        Err(_) => address.chars().take(64).collect(),
    }
}

/// One process may serve several sites in tests; each counts for itself.
static SITES: Mutex<Vec<(Weak<Notify>, Guesses)>> = Mutex::new(Vec::new());

type Sites = MutexGuard<'static, Vec<(Weak<Notify>, Guesses)>>;

fn sites() -> Sites {
    SITES.lock().unwrap_or_else(PoisonError::into_inner)
}

fn site(ctx: &Ctx) -> Weak<Notify> {
    std::sync::Arc::downgrade(&ctx.store.committed())
}

fn guesses_of<'s>(sites: &'s mut Sites, site: &Weak<Notify>) -> &'s mut Guesses {
    sites.retain(|(known, _)| known.strong_count() > 0 || known.ptr_eq(site));
    let index = sites.iter().position(|(known, _)| known.ptr_eq(site)).unwrap_or_else(|| {
        sites.push((site.clone(), Guesses::default()));
        sites.len() - 1
    });
    &mut sites[index].1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(email: &str, place: &str) -> Vec<Key> {
        vec![Key::Pair(email.to_owned(), place.to_owned()), Key::Address(place.to_owned()), Key::Email(email.to_owned())]
    }

    #[test]
    fn one_place_may_try_an_address_ten_times_in_a_quarter_of_an_hour() {
        let mut guesses = Guesses::default();
        for second in 0..10 {
            assert_eq!(guesses.count(&keys("ana@a.test", "1.1.1.1"), second * 1000), Ok(()));
        }
        assert_eq!(guesses.count(&keys("ana@a.test", "1.1.1.1"), 10_000), Err(15 * MINUTE_MS - 10_000));
        assert_eq!(guesses.count(&keys("ben@a.test", "1.1.1.1"), 10_000), Ok(()));
        assert_eq!(guesses.count(&keys("ana@a.test", "2.2.2.2"), 10_000), Ok(()));
        assert_eq!(guesses.count(&keys("ana@a.test", "1.1.1.1"), 15 * MINUTE_MS), Ok(()));
    }

    #[test]
    fn one_place_may_try_a_hundred_times_whatever_it_tries() {
        let mut guesses = Guesses::default();
        for number in 0..100 {
            assert_eq!(guesses.count(&keys(&format!("{number}@a.test"), "1.1.1.1"), 0), Ok(()));
        }
        assert_eq!(guesses.count(&keys("another@a.test", "1.1.1.1"), 0), Err(15 * MINUTE_MS));
    }

    #[test]
    fn many_places_may_try_an_address_fifty_times_an_hour_and_familiar_ones_still_get_in() {
        let mut guesses = Guesses::default();
        for number in 0..50 {
            assert_eq!(guesses.count(&keys("ana@a.test", &format!("10.0.0.{number}")), 0), Ok(()));
        }
        assert_eq!(guesses.count(&keys("ana@a.test", "10.0.1.1"), 0), Err(60 * MINUTE_MS));
        assert_eq!(guesses.count(&keys("ana@a.test", "home")[..2], 0), Ok(()));
    }

    #[test]
    fn a_right_password_was_no_guess() {
        let mut guesses = Guesses::default();
        for _ in 0..200 {
            assert_eq!(guesses.count(&keys("ana@a.test", "1.1.1.1"), 0), Ok(()));
            guesses.forgive(&keys("ana@a.test", "1.1.1.1"));
        }
    }

    #[test]
    fn a_flood_from_new_places_stays_bounded() {
        let mut guesses = Guesses::default();
        for number in 0..30_000 {
            guesses.count(&keys(&format!("{number}@a.test"), &number.to_string()), 0).expect("each is new");
        }
        assert!(guesses.counters.len() <= ROOM + 3);
    }

    #[test]
    fn a_neighbourhood_of_new_addresses_is_one_place() {
        assert_eq!(place("2001:db8:1:2::1"), place("2001:db8:1:2:ffff::9"));
        assert_ne!(place("2001:db8:1:2::1"), place("2001:db8:1:3::1"));
        assert_eq!(place("::ffff:192.0.2.1"), place("192.0.2.1"));
    }
}
