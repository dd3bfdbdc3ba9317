//! How people work leads: what was tried, touched, met and promised, of those whose figures somebody reads. The rules are
//! `domain::rep_figures`'; docs/reps.md has them in words.

use std::collections::BTreeMap;

use domain::clock::ClockFace;
use domain::rep_figures::{OwnedClock, RepFigures, RepsView, asks_for_first_touch, people_of, those_that_ran_out};
use domain::{DAY_MS, Scope};

use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};

/// Clocks that are counted, of those that run and of the others.
const COUNTED_MAX: i64 = 20_000;

/// The figures of the last days: of everybody for administrators, of their people for managers, else of oneself.
///
/// # Errors
/// [`ServiceError::SignInRequired`]; [`ServiceError::Forbidden`] for who works for a distributor; what the store reports.
pub async fn view(ctx: &Ctx, days: i64) -> Result<RepsView> {
    let actor = ctx.actor()?;
    if !actor.role.is_internal() {
        return Err(ServiceError::Forbidden("Only people of the house can do this".to_owned()));
    }
    let (catalog, book) = (ctx.catalog().await?, ctx.clock_book().await?);
    let (now, scope) = (ctx.now(), Scope::of(actor));
    let since = now.plus_ms(-days * DAY_MS);
    let people = people_of(actor, &catalog);
    let mut tx = ctx.store.read().await?;
    let attempts = tx.attempts().count_of_people(&people, &scope, since).await?;
    let attempts: BTreeMap<_, _> = attempts.into_iter().map(|(person, attempts, leads)| (person, (attempts, leads))).collect();
    let promises = tx.attempts().list_promises_of_people(&people, &scope, since).await?;
    let mut found = Vec::new();
    let mut is_cut = false;
    for runs in [false, true] {
        let more = tx.clocks().list_of_people(&people, &scope, since, runs, COUNTED_MAX).await?;
        is_cut |= more.len() as i64 >= COUNTED_MAX;
        found.extend(more);
    }
    let mut hours = BTreeMap::new();
    let mut clocks = Vec::with_capacity(found.len());
    for one in found {
        let Some(policy) = book.policy(one.clock.policy) else { continue };
        let hours = hours.entry(one.group).or_insert_with(|| book.hours_for(one.group, &catalog.site));
        let (near_at, due_at) = policy.times(one.clock.started_at, hours, book.zone_for(one.group, &catalog.site));
        let face = ClockFace {
            name: policy.name.clone(),
            started_at: one.clock.started_at,
            near_at,
            due_at,
            met_at: one.clock.met_at,
            ended_at: one.clock.ended_at,
            is_working: policy.is_working,
        };
        let is_first_touch = asks_for_first_touch(policy);
        clocks.push(OwnedClock { person: one.person, lead: one.lead, full_name: one.full_name, face, is_first_touch });
    }
    let figures = people.iter().map(|person| {
        let tried = attempts.get(person).copied().unwrap_or_default();
        RepFigures::of(*person, tried, &clocks, &promises, now)
    });
    Ok(RepsView { days, figures: figures.collect(), ran_out: those_that_ran_out(&clocks, now), is_cut })
}
