//! Delegating a lead to a distributor, whose people accept or decline it (C2-14 to C2-25). It stays a lead of the region: owner and
//! group see it as before. Who owns it is settled until the distributor has answered (S4-7).

use domain::delegation::{Candidate, Offer, Proposal, Returner, back_to, call_centre_warning};
use domain::routing::{Prepared, Quarter, RuleBook, Territory};
use domain::text::note;
use domain::{
    AccountId, Action, Actor, Catalog, Delegation, DelegationState, DelegationStep, EventKind, FieldErrors, FieldValue, FormValues, Lead, LeadField,
    LeadId, Named, NoticeKind, TerritoryId, UserId, may_delegate, may_reassign, waits_for_its_group_words,
};
use store::Tx;

use super::{held, require, save, visible};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::notices::{Notice, queue};
use crate::records::require_version;
use crate::routing::spot_of;

/// Most distributors on offer.
pub(crate) const CANDIDATES_MAX: i64 = 200;

/// What delegating did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delegated {
    pub distributor: Named<AccountId>,
    /// What whoever delegated it should know; nothing was refused for it.
    pub warnings: Vec<String>,
}

/// To whom a lead in a territory can be delegated.
///
/// # Errors
/// What the store reports.
pub(super) async fn offer(ctx: &Ctx, tx: &mut Tx, book: &Prepared, territory: Option<&Territory>) -> Result<Offer> {
    let catalog = ctx.catalog().await?;
    let quarter = Quarter::at(catalog.site.zone.at(ctx.now()));
    let proposal = territory.and_then(|territory| Proposal::of(book.book(), territory, quarter));
    Ok(Offer { proposal, candidates: tx.delegations().candidates(CANDIDATES_MAX).await? })
}

/// The territory in which a lead is, if the person may delegate it.
async fn require_delegating(ctx: &Ctx, tx: &mut Tx, book: &Prepared, lead: &Lead, catalog: &Catalog) -> Result<Option<Territory>> {
    let account = tx.accounts().find(lead.account.id).await?;
    let territory = book.territory_at(&spot_of(lead, account.as_ref(), catalog)).cloned();
    let manager = territory.as_ref().and_then(|territory| territory.manager);
    if !may_delegate(ctx.actor()?, &lead.audience(), lead.state.life_cycle(), manager) {
        require(ctx, Action::DelegateLead, lead)?;
    }
    Ok(territory)
}

/// Hands a lead to a distributor; from another one it is taken back. Fields: `distributor`, `note`.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Forbidden`] but for who manages the lead; [`ServiceError::NotFound`];
/// [`ServiceError::Conflict`] at another [`crate::IF_VERSION`].
pub async fn delegate(ctx: &Ctx, id: LeadId, values: &FormValues) -> Result<Delegated> {
    let catalog = ctx.catalog().await?;
    let book = ctx.store.rule_book().await?;
    let mut tx = ctx.store.begin().await?;
    let mut lead = held(ctx, &mut tx, id).await?;
    require_version(values, lead.version)?;
    let territory = require_delegating(ctx, &mut tx, &book, &lead, &catalog).await?;
    let mut errors = FieldErrors::default();
    let chosen = errors.take("distributor", choose(&mut tx, &lead, values.get("distributor")).await?);
    let said = errors.take("note", note(values.get("note")));
    let (Some(chosen), Some(said)) = (chosen, said) else { return Err(errors.into()) };
    let distributor = Named { id: chosen.id, name: chosen.name };
    end_present(&mut tx, &lead).await?;
    let delegation = Delegation {
        lead: id,
        number: 0,
        distributor: distributor.clone(),
        territory: territory.map(|territory| territory.number),
        quarter: Quarter::at(catalog.site.zone.at(ctx.now())),
        note: said.clone(),
        by: ctx.actor()?.id,
        at: ctx.now(),
        state: DelegationState::Waiting,
        answered_by: None,
        answered_at: None,
        reason: String::new(),
    };
    let read = lead.clone();
    lead.distributor = Some(distributor.id);
    let kind = EventKind::LeadDelegated { step: DelegationStep::Delegated, distributor: distributor.clone(), text: said.clone() };
    save(ctx, &mut tx, &mut lead, &read, kind).await?;
    tx.delegations().add(&delegation).await?;
    let people = tx.delegations().people_of(distributor.id).await?;
    let mut warnings = Vec::new();
    if chosen.is_call_centre {
        warnings.push(call_centre_warning(&distributor.name));
    }
    if people.is_empty() {
        warnings.push(format!("Nobody of {} can sign in yet, so nobody can accept it", distributor.name));
    }
    queue(ctx, &mut tx, Notice { note: said, ..Notice::of(NoticeKind::LeadDelegated, &lead, people) }).await?;
    tx.save().await?;
    Ok(Delegated { distributor, warnings })
}

/// The distributor that a form names; else what is wrong with it.
async fn choose(tx: &mut Tx, lead: &Lead, text: &str) -> Result<std::result::Result<Candidate, String>> {
    let wanted: Option<AccountId> = text.parse().ok();
    let candidates = tx.delegations().candidates(CANDIDATES_MAX).await?;
    let Some(chosen) = candidates.into_iter().find(|candidate| Some(candidate.id) == wanted) else {
        return Ok(Err("Choose a distributor from the list".to_owned()));
    };
    Ok(if lead.distributor == Some(chosen.id) { Err(format!("It is with {} already", chosen.name)) } else { Ok(chosen) })
}

/// The delegation that a lead is under; `None` also for one that came to its distributor otherwise, such as by import.
pub(super) async fn present(tx: &mut Tx, lead: &Lead) -> Result<Option<Delegation>> {
    if lead.distributor.is_none() {
        return Ok(None);
    }
    let newest = tx.delegations().newest(lead.id).await?;
    Ok(newest.filter(|delegation| lead.distributor == Some(delegation.distributor.id)))
}

/// Why a lead's owner and group are settled for now: its distributor has not answered yet (S4-7).
pub(crate) async fn frozen(tx: &mut Tx, lead: &Lead) -> Result<Option<String>> {
    let waiting = present(tx, lead).await?.filter(|delegation| delegation.state == DelegationState::Waiting);
    Ok(waiting.map(|delegation| format!("It waits for {} to accept it; take it back first", delegation.distributor.name)))
}

/// Whether a field says whose a lead is, and so is settled while it is [`frozen`].
pub(crate) fn says_whose(field: LeadField) -> bool {
    matches!(field, LeadField::Owner | LeadField::Group)
}

/// The distributor that a lead is delegated to.
///
/// # Errors
/// [`ServiceError::NotFound`] for an absent lead and for one the person may not know of.
pub async fn delegated_to(ctx: &Ctx, id: LeadId) -> Result<Option<Named<AccountId>>> {
    let mut tx = ctx.store.read().await?;
    let lead = visible(ctx, &mut tx, id).await?;
    Ok(tx.accounts().names(lead.distributor.as_slice()).await?.pop())
}

/// Why the person may not give away a lead that waits for its group, as a change would (S4-7); `read` is the lead before it.
pub(crate) fn not_theirs_to_give(actor: &Actor, read: &Lead, changed: &Lead, catalog: &Catalog) -> Option<String> {
    if may_reassign(actor, &read.audience(), read.state.life_cycle(), &changed.audience()) {
        return None;
    }
    let group = read.group.and_then(|id| catalog.group(id)).map_or("its group", |group| group.name.as_str());
    Some(waits_for_its_group_words(group))
}

/// The same of fields with what they would say.
pub(crate) fn not_theirs_to_say(actor: &Actor, lead: &Lead, wanted: &[(LeadField, FieldValue)], catalog: &Catalog) -> Option<String> {
    let mut changed = lead.clone();
    for (field, value) in wanted.iter().filter(|(field, _)| says_whose(*field)) {
        changed.set(*field, value.clone());
    }
    not_theirs_to_give(actor, lead, &changed, catalog)
}

async fn end_present(tx: &mut Tx, lead: &Lead) -> Result<()> {
    if let Some(mut delegation) = present(tx, lead).await? {
        delegation.state = DelegationState::TakenBack;
        tx.delegations().change(&delegation).await?;
    }
    Ok(())
}

/// Takes a lead back from its distributor.
///
/// # Errors
/// [`ServiceError::Refused`] when it is with none; else as [`delegate`].
pub async fn take_back(ctx: &Ctx, id: LeadId, values: &FormValues) -> Result<Named<AccountId>> {
    let catalog = ctx.catalog().await?;
    let book = ctx.store.rule_book().await?;
    let mut tx = ctx.store.begin().await?;
    let mut lead = held(ctx, &mut tx, id).await?;
    require_version(values, lead.version)?;
    require_delegating(ctx, &mut tx, &book, &lead, &catalog).await?;
    let Some(firm) = lead.distributor else { return Err(ServiceError::Refused("It is with no distributor".to_owned())) };
    let name = tx.accounts().names(&[firm]).await?.pop().map(|named| named.name).unwrap_or_default();
    let distributor = Named { id: firm, name };
    end_present(&mut tx, &lead).await?;
    let read = lead.clone();
    lead.distributor = None;
    let kind = EventKind::LeadDelegated { step: DelegationStep::TakenBack, distributor: distributor.clone(), text: String::new() };
    save(ctx, &mut tx, &mut lead, &read, kind).await?;
    tx.save().await?;
    Ok(distributor)
}

/// Accepts a lead for one's firm. Of many who do so at once, one does.
///
/// # Errors
/// [`ServiceError::Refused`] when it was answered before; [`ServiceError::Forbidden`] but for people of its distributor;
/// [`ServiceError::NotFound`]; [`ServiceError::Conflict`] at another [`crate::IF_VERSION`].
pub async fn accept_delegated(ctx: &Ctx, id: LeadId, values: &FormValues) -> Result<()> {
    let (mut tx, mut lead, mut delegation) = to_answer(ctx, id, values).await?;
    (delegation.state, delegation.answered_by, delegation.answered_at) = (DelegationState::Accepted, Some(ctx.actor()?.id), Some(ctx.now()));
    tx.delegations().change(&delegation).await?;
    let read = lead.clone();
    let kind = EventKind::LeadDelegated { step: DelegationStep::Accepted, distributor: delegation.distributor, text: String::new() };
    save(ctx, &mut tx, &mut lead, &read, kind).await?;
    Ok(tx.save().await?)
}

/// Declines a lead for one's firm, which then knows nothing of it any more. It is with the regional manager again, who hears of it.
/// Field: `reason`.
///
/// # Errors
/// [`ServiceError::Invalid`] at the reason; else as [`accept_delegated`].
pub async fn decline_delegated(ctx: &Ctx, id: LeadId, values: &FormValues) -> Result<()> {
    let catalog = ctx.catalog().await?;
    let book = ctx.store.rule_book().await?;
    let (mut tx, mut lead, mut delegation) = to_answer(ctx, id, values).await?;
    let reason = note(values.get("reason")).map_err(|error| FieldErrors::at("reason", error.to_string()))?;
    if reason.is_empty() {
        return Err(FieldErrors::at("reason", "Say why, in a few words").into());
    }
    (delegation.state, delegation.answered_by, delegation.answered_at) = (DelegationState::Declined, Some(ctx.actor()?.id), Some(ctx.now()));
    delegation.reason.clone_from(&reason);
    tx.delegations().change(&delegation).await?;
    let read = lead.clone();
    lead.distributor = None;
    let manager = delegation.territory.and_then(|number| manager_of(book.book(), number));
    if let Some(user) = back_to(returner(Some(delegation.by), &catalog), returner(manager, &catalog)) {
        lead.owner = Some(user);
    }
    let kind = EventKind::LeadDelegated { step: DelegationStep::Declined, distributor: delegation.distributor, text: reason.clone() };
    save(ctx, &mut tx, &mut lead, &read, kind).await?;
    queue(ctx, &mut tx, Notice { note: reason, ..Notice::of(NoticeKind::LeadDeclined, &lead, lead.owner.into_iter().collect()) }).await?;
    Ok(tx.save().await?)
}

fn manager_of(book: &RuleBook, number: TerritoryId) -> Option<UserId> {
    book.territories.iter().find(|territory| territory.number == number)?.manager
}

fn returner(user: Option<UserId>, catalog: &Catalog) -> Option<Returner> {
    let person = catalog.person(user?)?;
    Some(Returner { user: person.id, role: person.role, is_here: !person.disabled })
}

/// Loads a lead whose delegation waits for an answer of this person's firm.
async fn to_answer(ctx: &Ctx, id: LeadId, values: &FormValues) -> Result<(Tx, Lead, Delegation)> {
    let mut tx = ctx.store.begin().await?;
    let lead = held(ctx, &mut tx, id).await?;
    require_version(values, lead.version)?;
    require(ctx, Action::AnswerDelegation, &lead)?;
    let delegation = present(&mut tx, &lead).await?.ok_or_else(|| ServiceError::Refused("Nobody waits for an answer to it".to_owned()))?;
    if delegation.state != DelegationState::Waiting {
        let who = match delegation.answered_by {
            Some(user) => ctx.catalog().await?.person_name(user),
            None => delegation.distributor.name,
        };
        return Err(ServiceError::Refused(format!("{who} accepted it already")));
    }
    Ok((tx, lead, delegation))
}
