//! Saving a call: account, contact, lead, opportunity, deadline and tries, all or nothing.

use domain::event::{Arrival, Subject};
use domain::intake::{CallTry, Candidates, Given, InCharge, LeadCall, answered_by, unanswered};
use domain::ladder::{Call, Ladder, without_answer};
use domain::{AccountKind, Action, Catalog, EventKind, FieldErrors, FormValues, GroupId, Lead, LeadId, Named, Role, Scope, Strength, UserId};
use store::Tx;
use store::events::NewEvent;

use super::callers::{assigned, find_callers, ladder_for};
use super::parties::{Party, correct_account, correct_contact, find_party, find_referrer};
use super::reading::{Said, read};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::ladders::Known;
use crate::leads::{Arriving, Company, arrive, blank};
use crate::once::{self, Once};
use crate::routing::Router;

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub lead: LeadId,
    /// Whether the one who took it may see the lead.
    pub is_visible: bool,
    pub owner: Option<UserId>,
}

/// Saves a call from the form of `/intake`: `customer`, `caller`, `phone`, `company`, `full_name`, `email`, `confirmed`,
/// `offerings`, `message`, `needs_help_now`, `source`, `referrer`, and the tries to put it through. `incomplete` saves it though
/// something is missing.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields, also where known accounts look like the caller's and none was chosen;
/// [`ServiceError::Forbidden`] for who may not add leads.
pub async fn save(ctx: &Ctx, values: &FormValues) -> Result<Taken> {
    save_once(ctx, values, None).await
}

/// The same for a form that may be sent again.
///
/// # Errors
/// As [`save`]; [`ServiceError::Invalid`] when the key came with something else before.
pub async fn save_once(ctx: &Ctx, values: &FormValues, once: Option<&Once>) -> Result<Taken> {
    ctx.require(Action::AddLead)?;
    let catalog = ctx.catalog().await?;
    let said = read(values, &catalog)?;
    let (known, mut tx) = Known::load(ctx).await?;
    // What was saved before would now look like the caller itself.
    if let Some(lead) = once::made_before(&mut tx, once).await? {
        return taken_before(ctx, &mut tx, LeadId(lead)).await;
    }
    let ladder = tx.ladders().find(ladder_for(said.needs_help_now)).await?;
    drop(tx);
    let router = Router::load(ctx).await?.of_call(known.posts.intake_owner);
    refuse_unchosen(ctx, &said).await?;
    let mut tx = ctx.store.begin().await?;
    if let Some(lead) = once::made_before(&mut tx, once).await? {
        return taken_before(ctx, &mut tx, LeadId(lead)).await;
    }
    let lead = take(ctx, &mut tx, &said, &Duty { known, ladder, router }).await?;
    once::note(ctx, &mut tx, once, lead.id.0).await?;
    tx.save().await?;
    taken(ctx, &lead)
}

fn taken(ctx: &Ctx, lead: &Lead) -> Result<Taken> {
    let is_visible = Scope::of(ctx.actor()?).includes(&lead.audience());
    Ok(Taken { lead: lead.id, is_visible, owner: lead.owner })
}

async fn taken_before(ctx: &Ctx, tx: &mut Tx, id: LeadId) -> Result<Taken> {
    let lead = tx.leads().find_visible(id, &Scope::All).await?.ok_or(ServiceError::NotFound)?;
    taken(ctx, &lead)
}

/// Where accounts look like the caller's, a person decides which it is, or that it is none of them.
async fn refuse_unchosen(ctx: &Ctx, said: &Said) -> Result<()> {
    if said.caller.is_some() {
        return Ok(());
    }
    let least = if said.is_customer == Some(true) { Strength::Possible } else { Strength::Likely };
    let found = find_callers(ctx, &said.typed, None).await?;
    if found.iter().any(|caller| caller.strength.is_some_and(|strength| strength >= least)) {
        return Err(FieldErrors::at("caller", "We may know this caller: choose who it is, or “None of these”").into());
    }
    Ok(())
}

/// Who is on duty now.
struct Duty {
    known: Known,
    ladder: Ladder,
    router: Router,
}

async fn take(ctx: &Ctx, tx: &mut Tx, said: &Said, duty: &Duty) -> Result<Lead> {
    let catalog = &*duty.known.catalog;
    let party = find_party(tx, said).await?;
    let referrer = find_referrer(tx, said).await?;
    let reps = (party.as_ref().and_then(|party| party.account.primary_rep), referrer.as_ref().and_then(|referrer| referrer.primary_rep));
    let given = duty.given(ctx, said, reps, party.is_none())?;
    let party = match party {
        Some(party) => Some(correct(ctx, tx, party, said, catalog).await?),
        None => None,
    };
    let known_name = party.as_ref().and_then(|party| party.contact.as_ref()).map(|contact| contact.full_name.clone());
    let lead = lead_of(ctx, said, known_name, given, catalog)?;
    let owner = lead.owner;
    let company = match party {
        Some(Party { account, contact }) => Company::Known(Named { id: account.id, name: account.name }, contact),
        None if said.caller.is_some() => Company::New(&said.company),
        None => Company::Named(&said.company),
    };
    let is_rep = |user: &UserId| catalog.person(*user).is_some_and(|person| person.role == Role::Rep);
    let arriving = Arriving {
        company,
        kind: if said.is_customer == Some(true) { AccountKind::Customer } else { AccountKind::Prospect },
        primary_rep: owner.filter(is_rep),
        follow_up_at: Some(catalog.site.zone.end_of(catalog.site.zone.at(ctx.now()).today())),
        by: Arrival::Phone { why: given.map(|given| given.sentence(catalog)).unwrap_or_default() },
        router: given.is_none().then(|| duty.router.clone()),
    };
    let lead = arrive(ctx, tx, lead, arriving, catalog).await?;
    let referrer = referrer.map(|referrer| Named { id: referrer.id, name: referrer.name });
    tx.lead_calls().add(lead.id, &LeadCall { needs_help_now: said.needs_help_now, referrer, missing: said.missing.clone() }).await?;
    record_tries(ctx, tx, &lead, &said.tries, catalog).await?;
    Ok(lead)
}

/// What the caller corrected and confirmed.
async fn correct(ctx: &Ctx, tx: &mut Tx, party: Party, said: &Said, catalog: &Catalog) -> Result<Party> {
    let account = correct_account(ctx, tx, party.account, said).await?;
    let contact = match party.contact {
        Some(contact) => Some(correct_contact(ctx, tx, contact, said, catalog).await?),
        None => None,
    };
    Ok(Party { account, contact })
}

impl Duty {
    /// Whose the lead becomes by the call itself; `None` where the rules decide. A rep or a manager who takes the call of somebody
    /// new takes the lead too.
    fn given(&self, ctx: &Ctx, said: &Said, (of_caller, of_referrer): (Option<UserId>, Option<UserId>), is_new: bool) -> Result<Option<Given>> {
        let actor = ctx.actor()?;
        let call = Call { assigned: assigned(of_caller, of_referrer), unanswered: unanswered(&said.tries) };
        let shown = self.known.climb(ctx, &self.ladder, &call);
        let house = self.known.house(ctx);
        let in_charge = |user: Option<UserId>| user.and_then(|user| house.in_charge(user));
        let is_taker = is_new && matches!(actor.role, Role::Rep | Role::Manager);
        let candidates = Candidates {
            answered: answered_by(&said.tries).map(InCharge::in_person),
            without_answer: without_answer(&self.ladder, &shown).map(InCharge::in_person),
            // A caller who has a rep is theirs, whoever referred them.
            referrer_rep: in_charge(of_referrer).filter(|_| in_charge(of_caller).is_none()),
            taker: is_taker.then(|| InCharge::in_person(actor.id)),
        };
        Ok(candidates.given())
    }
}

fn lead_of(ctx: &Ctx, said: &Said, known_name: Option<String>, given: Option<Given>, catalog: &Catalog) -> Result<Lead> {
    let mut errors = FieldErrors::default();
    let mut lead = blank(ctx, &FormValues::default(), catalog, &mut errors)?;
    let first = |texts: [Option<String>; 4]| texts.into_iter().flatten().find(|text| !text.is_empty()).unwrap_or_default();
    let email = said.emails.first().map(|email| email.as_str().to_owned());
    let phone = said.phones.first().map(|phone| phone.display().to_owned());
    let name = known_name.unwrap_or_else(|| said.full_name.clone());
    // A caller without a name is shown by what there is.
    lead.full_name = first([Some(name), Some(said.company.clone()), email, phone]);
    if lead.full_name.is_empty() {
        "Unknown caller".clone_into(&mut lead.full_name);
    }
    lead.phones.clone_from(&said.phones);
    lead.emails.clone_from(&said.emails);
    lead.offerings.clone_from(&said.offerings);
    lead.message.clone_from(&said.message);
    lead.source = said.source;
    lead.created_by = Some(ctx.actor()?.id);
    lead.owner = given.map(|given| given.to.receives);
    lead.group = lead.owner.and_then(|owner| group_of(owner, catalog)).or(catalog.site.intake_group);
    Ok(lead)
}

/// The group of a lead's owner, so that whoever manages it sees the lead.
fn group_of(owner: UserId, catalog: &Catalog) -> Option<GroupId> {
    let groups = || catalog.groups.iter().filter(|group| !group.retired);
    let found = groups().find(|group| group.members.contains(&owner)).or_else(|| groups().find(|group| group.manager == Some(owner)));
    found.map(|group| group.id)
}

async fn record_tries(ctx: &Ctx, tx: &mut Tx, lead: &Lead, tries: &[CallTry], catalog: &Catalog) -> Result<()> {
    let event = |one: &CallTry| NewEvent {
        at: ctx.now(),
        actor: ctx.actor.as_ref().map(|actor| actor.id),
        subject: Subject::Lead,
        subject_id: lead.id.0,
        lead: Some(lead.id),
        version: lead.version,
        kind: EventKind::CallTried { name: catalog.person_name(one.user), result: one.result },
        before: None,
        after: Some(lead.audience()),
    };
    let events: Vec<NewEvent> = tries.iter().map(event).collect();
    if !events.is_empty() {
        tx.events().record_many(&events).await?;
    }
    Ok(())
}
