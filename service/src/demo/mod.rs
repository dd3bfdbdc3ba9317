//! Believable demo data: people who can sign in, and any number of leads with their history, the same each time.
//!
//! Everything about lead number `n` follows from `n` alone, so filling can stop and go on anywhere, and needs no memory.
//! To make it richer: words in `words`, what a lead is in `lead`, what happened to it in `story`, who gets leads in `rules`.

mod cast;
mod classes;
mod contact_events;
mod dice;
mod lead;
mod messages;
mod office_time;
mod products;
mod rules;
mod scoring;
mod story;
mod words;

use std::sync::Arc;
use std::time::Instant;

use domain::event::Subject;
use domain::{AttemptId, Catalog, EventKind, Timestamp};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::events::NewEvent;

use self::cast::Cast;
use self::lead::Maker;
use crate::clocks;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::people::hash_password;
use crate::seed::seed_defaults;

/// Leads that `make run` fills an empty database with.
pub const FEW: u64 = 400;
/// Leads of one transaction.
const BATCH: u64 = 2000;
/// Key of the setting that says how far filling came.
const SETTING: &str = "demo";

/// What is there now.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DemoReport {
    pub leads: u64,
    pub accounts: u64,
    pub contacts: u64,
    /// Events written by this run.
    pub events: u64,
    pub seconds: f64,
}

/// What is being filled in, and how far it came. Kept in the setting [`SETTING`].
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Plan {
    leads: u64,
    done: u64,
    /// The moment everything ends at.
    now: Timestamp,
    first_lead: i64,
    first_account: i64,
    first_contact: i64,
    first_opportunity: i64,
}

/// Whether filling makes sense: nobody is registered yet, or an earlier filling was interrupted.
///
/// # Errors
/// What the store reports.
pub async fn is_wanted(ctx: &Ctx) -> Result<bool> {
    let mut tx = ctx.store.read().await?;
    Ok(tx.people().count().await? == 0 || unfinished(&mut tx).await?.is_some())
}

/// Fills an empty database; goes on where an earlier filling was interrupted, with its number of leads. `progress` hears
/// of leads done and leads wanted.
///
/// # Errors
/// [`ServiceError::Refused`] when the database is in use already; what the store reports.
pub async fn fill(ctx: &Ctx, leads: u64, progress: &dyn Fn(u64, u64)) -> Result<DemoReport> {
    let started = Instant::now();
    seed_defaults(ctx).await?;
    let (mut plan, cast) = match resume(ctx).await? {
        Some(found) => found,
        None => begin(ctx, leads).await?,
    };
    let catalog = ctx.store.catalog().await?;
    let sender = cast.intake;
    let maker = Maker::new(ctx, &plan, cast, Arc::clone(&catalog), ctx.store.score_book().await?)?;
    let mut events = 0;
    progress(plan.done, plan.leads);
    while plan.done < plan.leads {
        events += add_batch(ctx, &mut plan, &maker, &catalog).await?;
        progress(plan.done, plan.leads);
    }
    let mut tx = ctx.store.begin().await?;
    contact_events::add(&mut tx, &plan, lead::contact_count(plan.leads), sender, &catalog).await?;
    crate::scoring::after_events(ctx, &mut tx, &contact_events::contacts(&plan, lead::contact_count(plan.leads)), &catalog).await?;
    rules::add(ctx, &mut tx, &plan, &maker.cast, &catalog).await?;
    tx.save().await?;
    ctx.store.analyze().await?;
    Ok(DemoReport {
        leads: plan.leads,
        accounts: lead::account_count(plan.leads),
        contacts: lead::contact_count(plan.leads),
        events,
        seconds: started.elapsed().as_secs_f64(),
    })
}

async fn unfinished(tx: &mut Tx) -> Result<Option<Plan>> {
    let Some(text) = tx.catalog().setting(SETTING).await? else { return Ok(None) };
    let plan: Plan = serde_json::from_str(&text).map_err(|error| ServiceError::Internal(Box::new(error)))?;
    Ok((plan.done < plan.leads).then_some(plan))
}

async fn resume(ctx: &Ctx) -> Result<Option<(Plan, Cast)>> {
    let mut tx = ctx.store.read().await?;
    let Some(plan) = unfinished(&mut tx).await? else { return Ok(None) };
    Ok(cast::find(&mut tx).await?.map(|cast| (plan, cast)))
}

/// Writes the people, and takes the numbers of everything to come, so that leads can name accounts of any batch.
async fn begin(ctx: &Ctx, leads: u64) -> Result<(Plan, Cast)> {
    let refused = || {
        ServiceError::Refused(
            "There are people in this database already. Demo data only goes into an empty one; choose another with LEADWRIGHT_DATABASE_URL"
                .to_owned(),
        )
    };
    if ctx.store.read().await?.people().count().await? > 0 {
        return Err(refused());
    }
    let hashing = || (0..cast::SIGN_INS).map(|_| hash_password(cast::PASSWORD)).collect::<Vec<_>>();
    let hashes = tokio::task::spawn_blocking(hashing).await.map_err(|error| ServiceError::Internal(Box::new(error)))?;
    let now = ctx.now();
    let catalog = ctx.store.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let cast = cast::add(&mut tx, hashes, now).await?;
    scoring::add(&mut tx, &catalog).await?;
    messages::add(&mut tx).await?;
    products::add(&mut tx, &catalog, now).await?;
    let mut numbers = async |kind: &str, count: u64| if count == 0 { Ok(1) } else { tx.take_numbers(kind, count as i64).await };
    let plan = Plan {
        leads,
        done: 0,
        now,
        first_lead: numbers("lead", leads).await?,
        first_account: numbers("account", lead::account_count(leads)).await?,
        first_contact: numbers("contact", lead::contact_count(leads)).await?,
        first_opportunity: numbers("opportunity", leads).await?,
    };
    save_plan(&mut tx, &plan).await?;
    tx.events().record(people_added(now)).await?;
    tx.save().await?;
    Ok((plan, cast))
}

/// Tells every server of the site that the catalog they remember is out of date.
fn people_added(now: Timestamp) -> NewEvent {
    NewEvent {
        at: now,
        actor: None,
        subject: Subject::Catalog,
        subject_id: 0,
        lead: None,
        version: 0,
        kind: EventKind::RecordAdded { name: "people and groups for the demonstration".to_owned() },
        before: None,
        after: None,
    }
}

async fn save_plan(tx: &mut Tx, plan: &Plan) -> Result<()> {
    let text = serde_json::to_string(plan).map_err(|error| ServiceError::Internal(Box::new(error)))?;
    Ok(tx.catalog().change_setting(SETTING, &text).await?)
}

/// Writes the next leads with all that belongs to them, and how far it came, in one transaction. Gives the number of
/// events.
async fn add_batch(ctx: &Ctx, plan: &mut Plan, maker: &Maker, catalog: &Catalog) -> Result<u64> {
    let numbers = plan.done..(plan.done + BATCH).min(plan.leads);
    let mut batch = maker.batch(numbers.clone(), catalog)?;
    plan.done = numbers.end;
    let mut tx = ctx.store.begin().await?;
    tx.accounts().add_many(&batch.accounts).await?;
    tx.contacts().add_many(&batch.contacts).await?;
    tx.leads().add_many(&batch.leads).await?;
    let leads: Vec<_> = batch.leads.iter().map(|new| &new.lead).collect();
    let classes = classes::add(&mut tx, &leads, plan.now).await?;
    clocks::on_demo(ctx, &mut tx, &leads, &classes).await?;
    tx.opportunities().add_many(&batch.opportunities).await?;
    if !batch.attempts.is_empty() {
        let first = tx.take_numbers("attempt", batch.attempts.len() as i64).await?;
        batch.attempts.iter_mut().zip(first..).for_each(|(attempt, id)| attempt.id = AttemptId(id));
        tx.attempts().add_many(&batch.attempts).await?;
    }
    tx.events().record_many(&batch.events).await?;
    save_plan(&mut tx, plan).await?;
    tx.save().await?;
    Ok(batch.events.len() as u64)
}
