//! What a threshold would have let through, and who is close to the one in force.

use std::collections::HashMap;

use domain::confidence::{first_reached, points};
use domain::{AccountId, Action, ContactId, DAY_MS, FieldErrors, Named, Timestamp};
use store::contact_events::Weighed;

use super::agreement::parse_points;
use crate::ctx::Ctx;
use crate::error::Result;

/// How many months back it is tried. A month counts 30 days.
pub const MONTHS: i64 = 3;
/// Half-lives after which what somebody did counts no more than a thousandth.
const FADED_AFTER: i64 = 10;
/// Events of one page.
const AT_ONCE: i64 = 5000;
/// Contacts that are shown as close.
const CLOSEST: i64 = 10;

/// What a threshold would have done, with the weights of today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trial {
    pub points: i64,
    /// Contacts that reached it.
    pub contacts: usize,
    /// Those of them who had a lead that was won after that.
    pub won: usize,
}

/// Tries a threshold on the last [`MONTHS`]: which contacts would have reached it, and how many of them were won.
///
/// # Errors
/// [`crate::ServiceError::Forbidden`] but for managers and administrators; [`crate::ServiceError::Invalid`] at `points`.
pub async fn try_threshold(ctx: &Ctx, text: &str) -> Result<Trial> {
    ctx.require(Action::ProposeThreshold)?;
    let wanted = parse_points(text).map_err(|error| FieldErrors::at("points", error))?;
    let from = ctx.now().plus_ms(-MONTHS * 30 * DAY_MS);
    let mut tx = ctx.store.read().await?;
    let weighing = super::weighing(&mut tx).await?;
    let since = from.plus_ms(-FADED_AFTER * weighing.half_life.ms());
    let mut passed: HashMap<ContactId, Timestamp> = HashMap::new();
    let mut done: Vec<(Timestamp, i64)> = Vec::new();
    let mut last: Option<Weighed> = None;
    loop {
        let page = tx.contact_events().weighed(since, last.as_ref(), AT_ONCE).await?;
        let is_last = (page.len() as i64) < AT_ONCE;
        for event in page {
            if let Some(before) = last.as_ref().filter(|before| before.contact != event.contact) {
                let reached = first_reached(&done, weighing.half_life, wanted, from);
                passed.extend(reached.map(|at| (before.contact, at)));
                done.clear();
            }
            done.push((event.at, weighing.weight(&event.kind)));
            last = Some(event);
        }
        if is_last {
            break;
        }
    }
    if let Some(before) = last {
        passed.extend(first_reached(&done, weighing.half_life, wanted, from).map(|at| (before.contact, at)));
    }
    let contacts: Vec<ContactId> = passed.keys().copied().collect();
    let won = tx.contact_events().last_won(&contacts).await?;
    let won = passed.iter().filter(|(contact, at)| won.get(contact).is_some_and(|won| won >= at)).count();
    Ok(Trial { points: wanted, contacts: passed.len(), won })
}

/// A contact with much confidence and no open lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closest {
    pub contact: Named<ContactId>,
    pub account: Option<Named<AccountId>>,
    pub points: i64,
}

/// The contacts with the highest confidence who have no open lead, highest first.
///
/// # Errors
/// [`crate::ServiceError::Forbidden`] but for people of the house.
pub async fn closest(ctx: &Ctx) -> Result<Vec<Closest>> {
    ctx.require(Action::ReadAccounts)?;
    let mut tx = ctx.store.read().await?;
    let weighing = super::weighing(&mut tx).await?;
    let found = tx.contact_events().closest(CLOSEST).await?.into_iter().map(|close| Closest {
        contact: close.contact,
        account: close.account,
        points: points(Some(close.rank), ctx.now(), weighing.half_life),
    });
    Ok(found.filter(|close| close.points > 0).collect())
}
