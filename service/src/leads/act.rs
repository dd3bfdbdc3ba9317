//! Actions: accept, start, win, lose, cancel, reopen, delete, restore.

use domain::conversion::Made;
use domain::lead::{ActionInput, InvalidTransition};
use domain::{Action, Catalog, ChoiceId, ChoiceList, EventKind, FieldErrors, FormValues, Lead, LeadAction, LeadId, StatusId, WhenWon};
use store::Tx;

use super::{delegation, read, require, save, visible};
use crate::conversion;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::notices;
use crate::once::{self, Once};
use crate::records::require_version;

/// What followed from an action besides it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Followed {
    Nothing,
    /// The lead is won, and is to be converted: its type has it so, or what it knows was not enough to convert it by itself.
    Conversion,
    /// The lead is won, and became a customer by itself.
    Customer(Made),
}

/// Does an action; a loss takes its `reason` by id or by name. A win goes on as the lead's type has it, see [`WhenWon`].
///
/// # Errors
/// [`ServiceError::Invalid`] when the reason is missing, [`ServiceError::Refused`] with the guard's sentence,
/// [`ServiceError::Forbidden`], [`ServiceError::NotFound`], [`ServiceError::Conflict`] at another [`crate::IF_VERSION`].
pub async fn act(ctx: &Ctx, id: LeadId, action: LeadAction, values: &FormValues) -> Result<Followed> {
    act_once(ctx, id, action, values, None).await
}

/// The same for a program that may send it again: what came with this key before is not done twice, whoever has the lead by now.
///
/// # Errors
/// As [`act`]; [`ServiceError::Invalid`] when the key came with something else before.
pub async fn act_once(ctx: &Ctx, id: LeadId, action: LeadAction, values: &FormValues, once: Option<&Once>) -> Result<Followed> {
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    // Held first, so that of two that come at once the second finds what the first did.
    tx.leads().hold(id).await?;
    if once::made_before(&mut tx, once).await?.is_some() {
        return Ok(Followed::Nothing);
    }
    let lead = visible(ctx, &mut tx, id).await?;
    require_version(values, lead.version)?;
    if action != LeadAction::Restore || lead.deleted_at.is_some() {
        require(ctx, read::permission_for(action), &lead)?;
    }
    if action == LeadAction::Accept
        && let Some(why) = delegation::frozen(&mut tx, &lead).await?
    {
        return Err(ServiceError::Refused(why));
    }
    if action == LeadAction::Reopen
        && let Some(conversion) = tx.conversions().find_of_lead(id).await?
    {
        return Err(ServiceError::Refused(if ctx.actor()?.role.is_internal() {
            let name = conversion.customer_name;
            format!("This lead became {name}; open a new opportunity on the customer’s page, or take the conversion back")
        } else {
            "This lead became a customer, so it stays closed".to_owned()
        }));
    }
    let typed = values.get("reason").trim();
    let by_id = typed.parse().ok().and_then(|id| catalog.choice(id)).filter(|choice| choice.list == ChoiceList::LostReason);
    let reason = by_id.or_else(|| catalog.choice_named(ChoiceList::LostReason, typed));
    if action == LeadAction::Lose && reason.is_none() && !typed.is_empty() && action.fits(&lead) {
        return Err(FieldErrors::at("reason", InvalidTransition::ReasonUnknown.to_string()).into());
    }
    let reason = reason.map(|choice| choice.id);
    let followed = if action == LeadAction::Win {
        win(ctx, &mut tx, lead, &catalog).await?
    } else {
        move_within(ctx, &mut tx, lead, (action, reason), None, &catalog).await?;
        Followed::Nothing
    };
    once::note(ctx, &mut tx, once, id.0).await?;
    tx.save().await?;
    Ok(followed)
}

/// Wins a lead that the transaction holds. Where it is converted by itself, that is what wins it.
async fn win(ctx: &Ctx, tx: &mut Tx, lead: Lead, catalog: &Catalog) -> Result<Followed> {
    let may_convert = LeadAction::Win.fits(&lead) && require(ctx, Action::ConvertLead, &lead).is_ok();
    let then = if may_convert { tx.conversions().settings().await?.when_won(lead.lead_type) } else { WhenWon::Nothing };
    // Who has begun to fill in the conversion goes on there, and loses nothing of it.
    if then == WhenWon::Convert && tx.conversions().find_draft(lead.id, ctx.actor()?.id).await?.is_none() {
        tx.customers().hold_account(lead.account.id).await?;
        if let Ok((_, made)) = conversion::convert_within(ctx, tx, lead.clone(), catalog).await? {
            return Ok(Followed::Customer(made));
        }
    }
    move_within(ctx, tx, lead, (LeadAction::Win, None), None, catalog).await?;
    Ok(if then == WhenWon::Nothing { Followed::Nothing } else { Followed::Conversion })
}

/// Does an action to a lead that the transaction holds, and gives the lead as it is then. `reason` is that of a loss; `into` a status of the state that the
/// lead comes to, instead of the first.
pub(crate) async fn move_within(
    ctx: &Ctx,
    tx: &mut Tx,
    mut lead: Lead,
    (action, reason): (LeadAction, Option<ChoiceId>),
    into: Option<StatusId>,
    catalog: &Catalog,
) -> Result<Lead> {
    let read = lead.clone();
    let status_name = |id| catalog.status(id).map_or_else(String::new, |status| status.name.clone());
    let from = status_name(lead.status);
    let input = ActionInput { actor: ctx.actor()?.id, now: ctx.now(), reason };
    lead.act(action, input, catalog).map_err(|refused| match refused {
        InvalidTransition::ReasonMissing | InvalidTransition::ReasonUnknown => FieldErrors::at("reason", refused.to_string()).into(),
        refused => ServiceError::Refused(refused.to_string()),
    })?;
    if let Some(status) = into {
        lead.status = status;
    }
    let reason = reason.filter(|_| action == LeadAction::Lose).map_or_else(String::new, |id| catalog.choice_name(id));
    let kind = EventKind::LeadMoved { action, from, to: status_name(lead.status), reason };
    save(ctx, tx, &mut lead, &read, kind).await?;
    notices::tell_referrer(ctx, tx, &lead, action).await?;
    Ok(lead)
}
