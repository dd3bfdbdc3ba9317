//! Plans, as an administrator keeps them.

use domain::nurture::{PlansView, parse_steps, steps_text};
use domain::text::required_line;
use domain::{Action, EventKind, FieldErrors, FormValues, MessageTemplate, NurturePlan, NurturePlanId, NurtureStep};
use store::Tx;

use crate::configuration::{begin, finish};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::{only_differences, only_fields};

/// The plans, by name, and the templates that their steps name.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators.
pub async fn list_plans(ctx: &Ctx) -> Result<PlansView> {
    ctx.require(Action::Configure)?;
    let mut tx = ctx.store.read().await?;
    let plans = tx.nurture().list_plans().await?;
    let templates = templates_of(&mut tx, &plans).await?;
    Ok(PlansView { plans, templates })
}

/// Adds a plan. Fields: `name`, `steps` (one a line, see [`parse_steps`]).
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields.
pub async fn add_plan(ctx: &Ctx, form: &FormValues) -> Result<NurturePlanId> {
    let (mut tx, _) = begin(ctx).await?;
    let (name, steps) = read(&mut tx, form, None).await?;
    let plan = NurturePlan { id: NurturePlanId(tx.take_numbers("nurture_plan", 1).await?), name, steps, removed_at: None };
    tx.nurture().put_plan(&plan).await?;
    finish(ctx, tx, plan.id.0, EventKind::RecordAdded { name: words(&plan) }).await?;
    Ok(plan.id)
}

/// Changes a plan. Whoever is on it goes on with the step that comes next by its number. Fields as for [`add_plan`].
///
/// # Errors
/// As [`add_plan`]; [`ServiceError::NotFound`].
pub async fn change_plan(ctx: &Ctx, id: NurturePlanId, form: &FormValues) -> Result<()> {
    let (mut tx, _) = begin(ctx).await?;
    let old = tx.nurture().find_plan(id).await?.filter(|plan| plan.removed_at.is_none()).ok_or(ServiceError::NotFound)?;
    let (name, steps) = read(&mut tx, form, Some(&old)).await?;
    let new = NurturePlan { name, steps, ..old.clone() };
    if new == old {
        return Ok(());
    }
    tx.nurture().put_plan(&new).await?;
    let templates = templates_of(&mut tx, &[old.clone(), new.clone()]).await?;
    let changes = only_differences([
        ("Name", old.name.clone(), new.name.clone()),
        ("Steps", steps_text(&old.steps, &templates), steps_text(&new.steps, &templates)),
    ]);
    finish(ctx, tx, id.0, EventKind::RecordChanged { name: words(&old), changes }).await
}

/// Removes a plan: nobody begins it any more, and whoever is on it goes on. [`restore_plan`] brings it back.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::NotFound`].
pub async fn remove_plan(ctx: &Ctx, id: NurturePlanId, form: &FormValues) -> Result<()> {
    let (mut tx, _) = begin(ctx).await?;
    let plan = tx.nurture().find_plan(id).await?.ok_or(ServiceError::NotFound)?;
    only_fields(form, &[])?;
    if plan.removed_at.is_some() {
        return Ok(());
    }
    tx.nurture().put_plan(&NurturePlan { removed_at: Some(ctx.now()), ..plan.clone() }).await?;
    finish(ctx, tx, id.0, EventKind::RecordRemoved { name: words(&plan) }).await
}

/// Brings a removed plan back.
///
/// # Errors
/// As [`remove_plan`]; [`ServiceError::Refused`] when another has its name now.
pub async fn restore_plan(ctx: &Ctx, id: NurturePlanId, form: &FormValues) -> Result<()> {
    let (mut tx, _) = begin(ctx).await?;
    let plan = tx.nurture().find_plan(id).await?.ok_or(ServiceError::NotFound)?;
    only_fields(form, &[])?;
    if plan.removed_at.is_none() {
        return Ok(());
    }
    if is_taken(&mut tx, &plan.name, Some(id)).await? {
        return Err(ServiceError::Refused("Another plan has its name now; give that one another name first".to_owned()));
    }
    tx.nurture().put_plan(&NurturePlan { removed_at: None, ..plan.clone() }).await?;
    finish(ctx, tx, id.0, EventKind::RecordAdded { name: words(&plan) }).await
}

/// What a form says of a plan; `old` is that one, where it is there.
async fn read(tx: &mut Tx, form: &FormValues, old: Option<&NurturePlan>) -> Result<(String, Vec<NurtureStep>)> {
    only_fields(form, &["name", "steps"])?;
    let known: Vec<NurturePlan> = old.into_iter().cloned().collect();
    let templates = templates_of(tx, &known).await?;
    let mut errors = FieldErrors::default();
    let name = errors.take("name", required_line(form.get("name"), "a name")).unwrap_or_default();
    let steps = errors.take("steps", parse_steps(form.get("steps"), &templates)).unwrap_or_default();
    if !name.is_empty() && is_taken(tx, &name, old.map(|plan| plan.id)).await? {
        errors.add("name", "There is one of this name; choose another name");
    }
    errors.into_result()?;
    Ok((name, steps))
}

/// The templates that are there, and those that these plans name all the same.
async fn templates_of(tx: &mut Tx, plans: &[NurturePlan]) -> Result<Vec<MessageTemplate>> {
    let mut templates = tx.messages().list_templates().await?;
    for step in plans.iter().flat_map(|plan| &plan.steps) {
        if !templates.iter().any(|template| template.id == step.template) {
            templates.extend(tx.messages().find_template(step.template).await?);
        }
    }
    Ok(templates)
}

async fn is_taken(tx: &mut Tx, name: &str, own: Option<NurturePlanId>) -> Result<bool> {
    let wanted = name.to_lowercase();
    Ok(tx.nurture().list_plans().await?.iter().any(|other| Some(other.id) != own && other.name.to_lowercase() == wanted))
}

fn words(plan: &NurturePlan) -> String {
    format!("the nurture plan “{}”", plan.name)
}
