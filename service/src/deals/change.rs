//! Registering a deal, step by step.

use domain::event::TextChange;
use domain::text::line;
use domain::{
    AccountId, Action, DealRegistration, DealRegistrationId, EventKind, FieldErrors, FormValues, Lead, LeadId, Named, Opportunity, OpportunityId,
    PartKind, PartStep, RegistrationState, RegistrationStep, Scope, SiteZone, Timestamp,
};
use store::Tx;

use super::{OF_LEAD_MAX, may_settle};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::leads::{held, require, save};
use crate::once::{self, Once};

/// Notes that a deal of an open lead is to be registered with a vendor. Fields: `opportunity` (a number; may be left out where the lead has one
/// deal), `vendor` (the number or name of an account that is one), `note`. For a form that may be sent again.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] for a deal that is registered there, or is to be; [`ServiceError::NotFound`];
/// [`ServiceError::Forbidden`].
pub async fn add_once(ctx: &Ctx, id: LeadId, form: &FormValues, once: Option<&Once>) -> Result<DealRegistrationId> {
    let actor = ctx.actor()?;
    let mut tx = ctx.store.begin().await?;
    let lead = held(ctx, &mut tx, id).await?;
    require(ctx, Action::EditLead, &lead)?;
    if !actor.role.is_internal() {
        return Err(ServiceError::Forbidden("Only people of the house register deals".to_owned()));
    }
    let deals = tx.opportunities().of_lead(id).await?;
    let mut errors = FieldErrors::default();
    let deal = errors.take("opportunity", choose_deal(form.get("opportunity"), &deals));
    let vendor = errors.take("vendor", choose_vendor(&mut tx, form.get("vendor")).await?);
    let (Some(deal), Some(vendor)) = (deal, vendor) else { return Err(errors.into()) };
    let mut new = DealRegistration::blank(id, deal, vendor, actor.id, ctx.now());
    new.fill(form, &mut errors);
    errors.into_result()?;
    if let Some(made) = once::made_before(&mut tx, once).await? {
        return Ok(DealRegistrationId(made));
    }
    let present = tx.deal_registrations().of_lead(id, OF_LEAD_MAX).await?;
    if present.iter().any(|one| one.opportunity.id == new.opportunity.id && one.vendor.id == new.vendor.id) {
        return Err(ServiceError::Refused(format!("{} is on the list with {} already; go on with that one", new.opportunity.name, new.vendor.name)));
    }
    if present.len() as i64 >= OF_LEAD_MAX {
        return Err(ServiceError::Refused("This lead has too many registrations already".to_owned()));
    }
    new.id = DealRegistrationId(tx.take_numbers("deal_registration", 1).await?);
    tx.deal_registrations().add(&new).await?;
    let facts = [("Deal", new.opportunity.name.clone()), ("Note", new.note.clone())];
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty());
    let facts = facts.map(|(what, value)| TextChange { what: what.to_owned(), old: String::new(), new: value }).collect();
    record(ctx, &mut tx, &lead, &new, PartStep::Added, facts).await?;
    once::note(ctx, &mut tx, once, new.id.0).await?;
    tx.save().await?;
    Ok(new.id)
}

/// Goes on with a registration, with the `version` that was read; see [`DealRegistration::after`] for what each step asks for. The first that was
/// submitted wins: while another holds the same account with the same vendor, none is submitted or approved. Also when the lead is closed meanwhile.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] for a step that does not fit, when another came first, and when somebody
/// changed it since; [`ServiceError::NotFound`]; [`ServiceError::Forbidden`].
pub async fn step(ctx: &Ctx, id: DealRegistrationId, step: RegistrationStep, form: &FormValues) -> Result<DealRegistration> {
    let actor = ctx.actor()?;
    let catalog = ctx.catalog().await?;
    let zone = &catalog.site.zone;
    let today = zone.at(ctx.now()).today();
    let mut tx = ctx.store.begin().await?;
    let found = tx.deal_registrations().find(id).await?.ok_or(ServiceError::NotFound)?;
    let lead = held(ctx, &mut tx, found.lead).await?;
    // Read again: whoever had its lead before may have changed it.
    let read = tx.deal_registrations().find(id).await?.ok_or(ServiceError::NotFound)?;
    require(ctx, Action::MoveLead, &lead)?;
    if form.find("version").is_some_and(|version| version.trim().parse() != Ok(read.version)) {
        return Err(ServiceError::Refused("Somebody changed this meanwhile; load the page again to see it".to_owned()));
    }
    let state = read.state_on(today);
    if !step.fits(state) {
        return Err(ServiceError::Refused(format!("It is {} now; load the page again to see what can be done", state.label().to_lowercase())));
    }
    if step.is_settling(state) && !may_settle(actor.role) {
        return Err(ServiceError::Forbidden("Only managers and administrators take a protection away".to_owned()));
    }
    let before = DealRegistration { state, ..read.clone() };
    let after = before.after(step, form, ctx.now(), zone)?;
    if matches!(step, RegistrationStep::Submit | RegistrationStep::Approve) {
        require_first(ctx, &mut tx, &after, today, zone).await?;
    }
    write(&mut tx, &after, read.version).await?;
    record(ctx, &mut tx, &lead, &after, step.told(), after.changes_since(&before)).await?;
    tx.save().await?;
    Ok(after)
}

/// Refuses what would hold an account that another registration holds, which was submitted before.
async fn require_first(ctx: &Ctx, tx: &mut Tx, one: &DealRegistration, today: Timestamp, zone: &SiteZone) -> Result<()> {
    tx.deal_registrations().hold_first().await?;
    let Some(rival) = tx.deal_registrations().first_rival(one, today).await? else { return Ok(()) };
    // Both were submitted before they came to one account.
    let was_earlier = one.state == RegistrationState::Approved && one.submitted_at.is_some_and(|at| (at, one.id) < (rival.submitted_at, rival.id));
    if was_earlier {
        return Ok(());
    }
    let seen = tx.leads().find_visible(rival.lead, &Scope::of(ctx.actor()?)).await?;
    let who = seen.map_or_else(|| "another lead".to_owned(), |lead| format!("lead {}", lead.id));
    let day = zone.readable_day(rival.submitted_at);
    Err(ServiceError::Refused(format!(
        "This account was registered with {} for {who} first, on {day}. The first registration wins; a manager can settle which one stands",
        one.vendor.name
    )))
}

/// Writes the next version of a registration.
pub(super) async fn write(tx: &mut Tx, after: &DealRegistration, expected: i64) -> Result<()> {
    if tx.deal_registrations().change(after, expected).await? { Ok(()) } else { Err(ServiceError::Busy) }
}

/// Records what became of a registration. `read` is its lead as this transaction read it.
pub(super) async fn record(ctx: &Ctx, tx: &mut Tx, read: &Lead, one: &DealRegistration, step: PartStep, changes: Vec<TextChange>) -> Result<Lead> {
    let mut lead = read.clone();
    let kind = EventKind::Part { part: PartKind::Registration, step, name: one.vendor.name.clone(), changes };
    save(ctx, tx, &mut lead, read, kind).await?;
    Ok(lead)
}

fn choose_deal(text: &str, deals: &[Opportunity]) -> std::result::Result<Named<OpportunityId>, &'static str> {
    let wanted: Option<OpportunityId> = text.parse().ok();
    let chosen = match deals {
        [] => return Err("This lead has no deal yet; add one first"),
        [only] if text.trim().is_empty() => Some(only),
        _ => deals.iter().find(|deal| Some(deal.id) == wanted),
    };
    chosen.map(|deal| Named { id: deal.id, name: deal.name.clone() }).ok_or("Choose a deal from the list")
}

async fn choose_vendor(tx: &mut Tx, text: &str) -> Result<std::result::Result<Named<AccountId>, String>> {
    let name = match line(text) {
        Ok(name) => name,
        Err(error) => return Ok(Err(error.to_string())),
    };
    if name.is_empty() {
        return Ok(Err("Choose a vendor from the list: accounts that are vendors stand there".to_owned()));
    }
    let found = tx.deal_registrations().find_vendor(name.parse().ok(), &name).await?;
    let unknown = || format!("There is no vendor “{}”; choose an account that is one", name.chars().take(80).collect::<String>());
    Ok(found.ok_or_else(unknown))
}
