//! What a person can do with the opportunities of a lead. They are seen and changed by whoever may see and edit the lead.

use domain::event::{Subject, TextChange};
use domain::lead_filter::Cursor;
use domain::record_change::Field;
use domain::{Action, Catalog, ChoiceId, ChoiceList, FieldErrors, FormValues, Lead, LeadId, Opportunity, OpportunityId, Page, Scope, Target};
use store::Tx;
pub use store::opportunities::Of;

use crate::clocks;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::once::{self, Once};
use crate::radar;
use crate::records::{Record, edits_by_others, merge_draft, record_added, record_changed, require_version};

/// An opportunity.
///
/// # Errors
/// [`ServiceError::NotFound`], also when its lead is out of sight.
pub async fn find_opportunity(ctx: &Ctx, id: OpportunityId) -> Result<Opportunity> {
    let mut tx = ctx.store.read().await?;
    Ok(visible(ctx, &mut tx, id).await?.0)
}

/// The opportunities of a lead, oldest first.
///
/// # Errors
/// [`ServiceError::NotFound`], also when the lead is out of sight.
pub async fn lead_opportunities(ctx: &Ctx, lead: LeadId) -> Result<Vec<Opportunity>> {
    let mut tx = ctx.store.read().await?;
    visible_lead(ctx, &mut tx, lead).await?;
    Ok(tx.opportunities().of_lead(lead).await?)
}

/// A page of opportunities that come behind a place, a lead and one of its opportunities: those of the newest lead first.
///
/// # Errors
/// [`ServiceError::NotFound`] for a lead out of sight and an account that is not there; [`ServiceError::Forbidden`] for who may not
/// read accounts; what the store reports.
pub async fn list_opportunities(ctx: &Ctx, of: Of, after: Option<(LeadId, OpportunityId)>, limit: usize) -> Result<Page<Opportunity>> {
    let scope = Scope::of(ctx.actor()?);
    let mut tx = ctx.store.read().await?;
    match of {
        Of::Everyone => {}
        Of::Lead(lead) => {
            visible_lead(ctx, &mut tx, lead).await?;
        }
        Of::Account(account) => {
            ctx.require(Action::ReadAccounts)?;
            tx.accounts().find(account).await?.ok_or(ServiceError::NotFound)?;
        }
    }
    let found = tx.opportunities().list(of, &scope, after, limit as i64 + 1).await?;
    Ok(Page::forwards(found, limit, |last| Cursor { value: last.lead.0.to_string(), id: last.id.0 }))
}

/// Adds an opportunity to a lead from a form, see [`Opportunity::fill`]; where no stage is chosen it starts at the first
/// (C0-17).
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::NotFound`] and [`ServiceError::Forbidden`] as the lead says.
pub async fn add_opportunity(ctx: &Ctx, lead: LeadId, form: &FormValues) -> Result<Opportunity> {
    add_opportunity_once(ctx, lead, form, None).await
}

/// The same for a program that may send it again.
///
/// # Errors
/// As [`add_opportunity`]; [`ServiceError::Invalid`] when the key came with something else before.
pub async fn add_opportunity_once(ctx: &Ctx, lead: LeadId, form: &FormValues, once: Option<&Once>) -> Result<Opportunity> {
    ctx.actor()?;
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let lead = visible_lead(ctx, &mut tx, lead).await?;
    require_edit(ctx, &lead)?;
    let (opportunity, is_new) = add_within(ctx, &mut tx, &lead, form, once, &catalog).await?;
    if is_new {
        tx.save().await?;
    }
    Ok(opportunity)
}

/// The same to a lead that may be edited, in a transaction that somebody else saves; says whether it is new, or was made by the same wish before.
pub(crate) async fn add_within(
    ctx: &Ctx,
    tx: &mut Tx,
    lead: &Lead,
    form: &FormValues,
    once: Option<&Once>,
    catalog: &Catalog,
) -> Result<(Opportunity, bool)> {
    let first_stage = catalog.default_choice(ChoiceList::Stage).or_else(|| catalog.offered(ChoiceList::Stage).next().map(|stage| stage.id));
    let mut opportunity = blank(ctx, lead, first_stage.unwrap_or(ChoiceId(0)));
    let mut errors = FieldErrors::default();
    opportunity.fill(&without_empty_stage(form), catalog, &mut errors);
    if first_stage.is_none() {
        errors.add("stage", "There is no opportunity stage; an administrator can add one");
    }
    errors.into_result()?;
    if let Some(made) = once::made_before(tx, once).await? {
        return Ok((visible(ctx, tx, OpportunityId(made)).await?.0, false));
    }
    opportunity.id = OpportunityId(tx.take_numbers("opportunity", 1).await?);
    tx.opportunities().add(&opportunity).await?;
    record_added(ctx, tx, named(&opportunity)).await?;
    radar::after_opportunity(ctx, tx, lead, opportunity.follow_up_at).await?;
    clocks::after_opportunity(ctx, tx, lead).await?;
    once::note(ctx, tx, once, opportunity.id.0).await?;
    Ok((opportunity, true))
}

/// Changes the fields of an opportunity that were sent, with the `version` that was read.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] when someone else changed the same field since,
/// with their values; [`ServiceError::NotFound`] and [`ServiceError::Forbidden`] as its lead says.
pub async fn change_opportunity(ctx: &Ctx, id: OpportunityId, form: &FormValues) -> Result<Opportunity> {
    ctx.actor()?;
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let (current, lead) = visible(ctx, &mut tx, id).await?;
    require_version(form, current.version)?;
    require_edit(ctx, &lead)?;
    let mut draft = current.clone();
    let mut errors = FieldErrors::default();
    draft.fill(form, &catalog, &mut errors);
    errors.into_result()?;
    let since = edits_by_others(&mut tx, named(&current), form).await?;
    let changes = merge_draft(ctx, &Opportunity::FIELDS, &current, &mut draft, &since, "opportunity", &catalog)?;
    if changes.is_empty() {
        return Ok(current);
    }
    draft.version += 1;
    draft.updated_at = ctx.now();
    if !tx.opportunities().change(&draft, current.version).await? {
        return Err(ServiceError::Busy);
    }
    record_changed(ctx, &mut tx, named(&draft), changes).await?;
    radar::after_opportunity(ctx, &mut tx, &lead, draft.follow_up_at.filter(|at| current.follow_up_at != Some(*at))).await?;
    clocks::after_opportunity(ctx, &mut tx, &lead).await?;
    tx.save().await?;
    Ok(draft)
}

/// Lets a deal follow one of its quotes: to a stage, and to an amount, where there are. Without what fits any more, such as a stage that was retired,
/// it stays as it is. In a transaction that somebody else saves, which holds the lead.
pub(crate) async fn follow_quote(
    ctx: &Ctx,
    tx: &mut Tx,
    lead: &Lead,
    id: OpportunityId,
    (stage, amount_minor): (Option<ChoiceId>, Option<i64>),
    catalog: &Catalog,
) -> Result<()> {
    let Some(current) = tx.opportunities().find(id).await? else { return Ok(()) };
    let stage = stage.filter(|stage| catalog.offered(ChoiceList::Stage).any(|offered| offered.id == *stage));
    let draft = Opportunity { stage: stage.unwrap_or(current.stage), amount_minor: amount_minor.or(current.amount_minor), ..current.clone() };
    if put(ctx, tx, &current, draft, catalog).await? && ctx.actor.is_some() {
        // What follows by itself, or from the customer's answer, is nobody's work on the lead.
        clocks::after_opportunity(ctx, tx, lead).await?;
    }
    Ok(())
}

/// Writes a deal as something else has made it, with its event; `false` where nothing is another than before. In a transaction that somebody else saves,
/// which holds the lead.
pub(crate) async fn put(ctx: &Ctx, tx: &mut Tx, current: &Opportunity, mut draft: Opportunity, catalog: &Catalog) -> Result<bool> {
    let told = |field: &Field<Opportunity>| TextChange {
        what: field.label.to_owned(),
        old: (field.show)(current, catalog),
        new: (field.show)(&draft, catalog),
    };
    let changes: Vec<TextChange> = Opportunity::FIELDS.iter().filter(|field| !(field.is_same)(current, &draft)).map(told).collect();
    if changes.is_empty() {
        return Ok(false);
    }
    draft.version += 1;
    draft.updated_at = ctx.now();
    if !tx.opportunities().change(&draft, current.version).await? {
        return Err(ServiceError::Busy);
    }
    record_changed(ctx, tx, named(&draft), changes).await?;
    Ok(true)
}

async fn visible(ctx: &Ctx, tx: &mut Tx, id: OpportunityId) -> Result<(Opportunity, Lead)> {
    ctx.actor()?;
    let opportunity = tx.opportunities().find(id).await?.ok_or(ServiceError::NotFound)?;
    let lead = visible_lead(ctx, tx, opportunity.lead).await?;
    Ok((opportunity, lead))
}

async fn visible_lead(ctx: &Ctx, tx: &mut Tx, id: LeadId) -> Result<Lead> {
    let scope = Scope::of(ctx.actor()?);
    tx.leads().find_visible(id, &scope).await?.ok_or(ServiceError::NotFound)
}

fn require_edit(ctx: &Ctx, lead: &Lead) -> Result<()> {
    if domain::can(ctx.actor()?, Action::EditLead, Target::Lead(&lead.audience(), lead.state.life_cycle())) {
        return Ok(());
    }
    let sentence = if lead.deleted_at.is_some() {
        "This lead is deleted; restore it first"
    } else if !lead.state.life_cycle().is_open() {
        "This lead is closed; reopen it to change its opportunities"
    } else {
        "Only the lead’s owner, its team and managers can change its opportunities"
    };
    Err(ServiceError::Forbidden(sentence.to_owned()))
}

fn blank(ctx: &Ctx, lead: &Lead, stage: ChoiceId) -> Opportunity {
    Opportunity {
        id: OpportunityId(0),
        version: 1,
        lead: lead.id,
        account: lead.account.id,
        name: String::new(),
        stage,
        amount_minor: None,
        currency: lead.currency.clone(),
        probability: None,
        close_at: None,
        follow_up_at: None,
        created_at: ctx.now(),
        updated_at: ctx.now(),
    }
}

/// An empty choice of stage leaves the first one.
fn without_empty_stage(form: &FormValues) -> FormValues {
    FormValues(form.0.iter().filter(|(name, value)| name != "stage" || !value.trim().is_empty()).cloned().collect())
}

fn named(opportunity: &Opportunity) -> Record<'_> {
    Record {
        subject: Subject::Opportunity,
        id: opportunity.id.0,
        version: opportunity.version,
        name: &opportunity.name,
        lead: Some(opportunity.lead),
    }
}
