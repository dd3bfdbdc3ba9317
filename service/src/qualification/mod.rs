//! When a contact becomes a lead: because it reached the agreed threshold, or because a person took it before. The agreement itself is
//! in `agreement`, what a threshold would have done in `trial`, what people see of a contact in `standing`.

mod agreement;
mod owner;
mod standing;
mod trial;

use std::collections::BTreeMap;

use domain::confidence::points;
use domain::event::Arrival;
use domain::standing::{Standing, by_kind};
use domain::threshold::in_force;
use domain::{Action, Catalog, Contact, ContactEvent, ContactEventId, ContactId, FieldErrors, FormValues, LeadId, Target, Threshold, Weighing, can};
use store::Tx;
use store::contact_events::{Counted, Qualification};

use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::leads::{Arriving, arrive_of, blank};
use crate::routing::Router;

pub use agreement::{Agreements, answer, list, propose, withdraw};
pub use standing::{Became, ContactStanding, ShownEvent, of_contact};
pub use trial::{Closest, MONTHS, Trial, closest, try_threshold};

/// Key of the setting with the kinds of events and their weights.
const SETTING: &str = "weighing";
/// Events by which a contact's confidence is explained.
const EXPLAINED_BY: i64 = 500;
/// Agreements among which the one in force is looked for.
const AGREEMENTS: i64 = 50;

/// What contact events count.
pub(crate) async fn weighing(tx: &mut Tx) -> Result<Weighing> {
    let Some(text) = tx.catalog().setting(SETTING).await? else { return Ok(Weighing::standard()) };
    serde_json::from_str(&text).map_err(|error| ServiceError::Internal(Box::new(error)))
}

/// Changes what they count.
pub(crate) async fn change_weighing(tx: &mut Tx, weighing: &Weighing) -> Result<()> {
    let text = serde_json::to_string(weighing).map_err(|error| ServiceError::Internal(Box::new(error)))?;
    Ok(tx.catalog().change_setting(SETTING, &text).await?)
}

/// The threshold in force now.
async fn threshold_now(ctx: &Ctx, tx: &mut Tx, catalog: &Catalog) -> Result<Option<Threshold>> {
    let today = catalog.site.zone.at(ctx.now()).today();
    Ok(in_force(&tx.thresholds().agreed(AGREEMENTS).await?, today).cloned())
}

/// Makes a lead of each contact that has reached the threshold and has no open one. `counted` are those who did something just now,
/// with their newest event; whoever calls has taken the turn, so that nobody else does the same.
pub(crate) async fn pass(
    ctx: &Ctx,
    tx: &mut Tx,
    counted: &BTreeMap<ContactId, (Counted, ContactEventId)>,
    weighing: &Weighing,
    catalog: &Catalog,
) -> Result<()> {
    let Some(threshold) = threshold_now(ctx, tx, catalog).await? else { return Ok(()) };
    let reached = |sums: &Counted| points(sums.fresh, ctx.now(), weighing.half_life) >= threshold.points;
    let contacts: Vec<ContactId> = counted.iter().filter(|(_, (sums, _))| reached(sums)).map(|(contact, _)| *contact).collect();
    let open = tx.contact_events().open_leads(&contacts).await?;
    // Nobody in particular makes these leads.
    let program = Ctx { actor: None, ..ctx.clone() };
    for id in contacts.into_iter().filter(|id| !open.contains_key(id)) {
        let Some(contact) = tx.contacts().find(id).await? else { continue };
        let (sums, newest) = counted[&id];
        let how = How::Passed(&threshold);
        make_lead(&program, tx, Case { contact: &contact, sums: Counted { counted_to: newest, ..sums }, how, weighing, catalog }).await?;
    }
    Ok(())
}

/// Takes a contact before the threshold: a lead is made at once, and keeps that it was taken.
///
/// # Errors
/// [`ServiceError::NotFound`]; [`ServiceError::Forbidden`] but for managers, administrators and the rep who looks after the account;
/// [`ServiceError::Refused`] where there is an open lead.
pub async fn pull(ctx: &Ctx, id: ContactId) -> Result<LeadId> {
    ctx.require(Action::ReadAccounts)?;
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let newest = ContactEventId(tx.contact_events().take_turn(0).await? - 1);
    let contact = tx.contacts().find(id).await?.ok_or(ServiceError::NotFound)?;
    let rep = rep_of(&mut tx, &contact).await?;
    let actor = ctx.actor()?;
    if !can(actor, Action::PullContact, Target::ContactOf(rep)) {
        let text = "Only the rep who looks after the account, a manager or an administrator can make this contact a lead";
        return Err(ServiceError::Forbidden(text.to_owned()));
    }
    if tx.contact_events().open_leads(&[id]).await?.contains_key(&id) {
        return Err(ServiceError::Refused("There is an open lead for this contact already".to_owned()));
    }
    let weighing = weighing(&mut tx).await?;
    let sums = tx.contact_events().counted(&[id]).await?.remove(&id).unwrap_or_default();
    let case = Case { contact: &contact, sums: Counted { counted_to: newest, ..sums }, how: How::Pulled, weighing: &weighing, catalog: &catalog };
    let lead = make_lead(ctx, &mut tx, case).await?;
    tx.save().await?;
    Ok(lead)
}

/// Why a contact becomes a lead.
#[derive(Clone, Copy)]
enum How<'a> {
    Passed(&'a Threshold),
    Pulled,
}

/// A contact that becomes a lead.
struct Case<'a> {
    contact: &'a Contact,
    /// What it has, counted to the event that goes into the lead.
    sums: Counted,
    how: How<'a>,
    weighing: &'a Weighing,
    catalog: &'a Catalog,
}

async fn make_lead(ctx: &Ctx, tx: &mut Tx, case: Case<'_>) -> Result<LeadId> {
    let Case { contact, sums, how, weighing, catalog } = case;
    let now = ctx.now();
    let events = tx.contact_events().of_contact(contact.id, None, EXPLAINED_BY).await?;
    let mut lead = blank(ctx, &FormValues::default(), catalog, &mut FieldErrors::default())?;
    lead.source = weighing.source.filter(|id| catalog.choice(*id).is_some_and(|choice| !choice.retired));
    lead.message = Standing { kinds: by_kind(&events, weighing, now), ..Standing::default() }.why();
    let by = ctx.actor.as_ref().map(|actor| actor.id);
    lead.created_by = by;
    lead.group = catalog.site.intake_group;
    if matches!(how, How::Pulled) {
        owner::give(&mut lead, rep_of(tx, contact).await?, by, catalog);
    }
    let has = points(sums.fresh, now, weighing.half_life);
    let arrival = match how {
        How::Passed(threshold) => Arrival::Qualified { version: threshold.id, points: has, wanted: threshold.points },
        How::Pulled => Arrival::Pulled { points: has },
    };
    let company = company_in(&events);
    let router = if lead.owner.is_none() { Some(Router::load(ctx).await?) } else { None };
    let arriving = Arriving { router, ..Arriving::of(&company, None, arrival) };
    let id = arrive_of(ctx, tx, lead, contact, arriving, catalog).await?;
    let threshold = match how {
        How::Passed(threshold) => Some(threshold.id),
        How::Pulled => None,
    };
    tx.contact_events().add_qualification(Qualification { lead: id, contact: contact.id, threshold, pulled_by: by, points: has, at: now }).await?;
    // What went into this lead does not count towards the next.
    tx.contact_events().count(&[(contact.id, Counted { fresh: None, ..sums })]).await?;
    Ok(id)
}

/// Who looks after the contact's account.
async fn rep_of(tx: &mut Tx, contact: &Contact) -> Result<Option<domain::UserId>> {
    Ok(match &contact.account {
        Some(account) => tx.accounts().find(account.id).await?.and_then(|account| account.primary_rep),
        None => None,
    })
}

/// The company that was sent last, for a contact without an account; none where it was in doubt which one is meant.
fn company_in(events: &[ContactEvent]) -> String {
    if events.iter().any(|event| event.finding.proposals.len() > 1) {
        return String::new();
    }
    events.iter().find(|event| !event.company.is_empty()).map(|event| event.company.clone()).unwrap_or_default()
}
