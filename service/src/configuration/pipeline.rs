//! The statuses of a lead type.

use domain::catalog::Status;
use domain::pipeline::{DUE_DAYS_MOST, InvalidPipeline, TONES, check};
use domain::text::required_line;
use domain::{Action, Catalog, EventKind, FieldErrors, FormValues, LeadTypeId, LifeCycle, StatusId};
use store::Tx;
use store::catalog::NewStatus;
use store::configuration::{Ordered, StatusChange};

use super::{begin, count_words, finish, name_taken, step};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::{is_ticked, only_differences, only_fields, parse_ids, yes_or_no};

/// A status and how many leads rest in it, counted no further than one past [`domain::catalog::USES_MOST`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusUses {
    pub status: Status,
    pub leads: i64,
    /// Why it cannot be removed; `None` where it can.
    pub stays: Option<String>,
}

/// The statuses of a type in their order, retired ones too.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::NotFound`].
pub async fn pipeline(ctx: &Ctx, lead_type: LeadTypeId) -> Result<Vec<StatusUses>> {
    ctx.require(Action::Configure)?;
    let catalog = ctx.store.catalog().await?;
    catalog.lead_type(lead_type).ok_or(ServiceError::NotFound)?;
    let mut tx = ctx.store.read().await?;
    let mut found = Vec::new();
    let statuses = of_type(&catalog, lead_type);
    for status in &statuses {
        let leads = tx.catalog().leads_in_status(status.id).await?;
        let stays = why_it_stays(&mut tx, &statuses, status, leads).await?;
        found.push(StatusUses { leads, status: status.clone(), stays });
    }
    Ok(found)
}

/// Why a status cannot be removed from its pipeline.
async fn why_it_stays(tx: &mut Tx, pipeline: &[Status], status: &Status, leads: i64) -> Result<Option<String>> {
    let others: Vec<Status> = pipeline.iter().filter(|other| other.id != status.id).cloned().collect();
    if let Err(invalid) = check(&others) {
        return Ok(Some(invalid.to_string()));
    }
    if leads > 0 {
        let rest = if leads == 1 { "rests" } else { "rest" };
        let leads = count_words(leads, "lead", "leads");
        return Ok(Some(format!("{leads} {rest} in “{}”. Retire it: they keep it, and nothing may enter it", status.name)));
    }
    let is_used = tx.catalog().is_status_used(status.id).await?;
    Ok(is_used.then(|| format!("A deleted or closed lead would return to “{}”. Retire it instead", status.name)))
}

fn of_type(catalog: &Catalog, lead_type: LeadTypeId) -> Vec<Status> {
    catalog.statuses.iter().filter(|status| status.lead_type == lead_type).cloned().collect()
}

/// Adds a status at the end of a pipeline. Fields: `name`, `state`, `tone`, `due_days`, `is_default`. The first of its
/// state is its default.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields;
/// [`ServiceError::NotFound`].
pub async fn add_status(ctx: &Ctx, lead_type: LeadTypeId, form: &FormValues) -> Result<StatusId> {
    let (mut tx, catalog) = begin(ctx).await?;
    only_fields(form, &["name", "state", "tone", "due_days", "is_default"])?;
    let of = catalog.lead_type(lead_type).ok_or(ServiceError::NotFound)?.name.clone();
    let mut errors = FieldErrors::default();
    let name = errors.take("name", required_line(form.get("name"), "a name for the status")).unwrap_or_default();
    let state = errors.take("state", LifeCycle::from_key(form.get("state")).ok_or("Choose the state this status stands for"));
    let tone = errors.take("tone", parse_tone(form.get("tone"))).unwrap_or_default();
    let due_days = errors.take("due_days", parse_due_days(form.get("due_days"))).flatten();
    errors.into_result()?;
    let Some(state) = state else { return Err(FieldErrors::default().into()) };
    let is_default = is_ticked(form, "is_default") == Some(true) || catalog.default_status(lead_type, state).is_none();
    let new = NewStatus { lead_type, name: name.clone(), state, tone, due_days, is_default };
    let id = tx.catalog().add_status(&new).await.map_err(name_taken)?;
    finish(ctx, tx, id.0, EventKind::RecordAdded { name: format!("the status {name} of {of}") }).await?;
    Ok(id)
}

/// Changes a status; gives the number of leads that rest in it. Fields: `name`, `tone`, `due_days`, `is_default`, `moves`
/// (several; none means all of its state), `retired`. One that was not sent stays as it is. Retired, it keeps its leads,
/// and nothing may enter it.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields, also when leads would get
/// stuck; [`ServiceError::NotFound`].
pub async fn change_status(ctx: &Ctx, lead_type: LeadTypeId, id: StatusId, form: &FormValues) -> Result<i64> {
    let (mut tx, catalog) = begin(ctx).await?;
    only_fields(form, &["name", "tone", "due_days", "is_default", "moves", "retired"])?;
    let mut statuses = of_type(&catalog, lead_type);
    let old = statuses.iter().find(|status| status.id == id).ok_or(ServiceError::NotFound)?.clone();
    let mut errors = FieldErrors::default();
    let mut new = old.clone();
    if let Some(text) = form.find("name") {
        new.name = errors.take("name", required_line(text, "a name for the status")).unwrap_or_default();
    }
    if let Some(text) = form.find("tone") {
        new.tone = errors.take("tone", parse_tone(text)).unwrap_or_default();
    }
    if let Some(text) = form.find("due_days") {
        new.due_days = errors.take("due_days", parse_due_days(text)).flatten();
    }
    if let Some(moves) = parse_ids::<StatusId>(&mut errors, form, "moves") {
        let may = |to: &StatusId| old.moves.contains(to) || statuses.iter().any(|other| other.id == *to && *to != id && other.state == old.state);
        if !moves.iter().all(may) {
            errors.add("moves", "Choose other statuses of the same state; only an action leads to another one");
        }
        new.moves = moves;
    }
    new.is_default = is_ticked(form, "is_default").unwrap_or(old.is_default);
    new.retired = is_ticked(form, "retired").unwrap_or(old.retired);
    errors.into_result()?;
    let leads = tx.catalog().leads_in_status(id).await?;
    if new == old {
        return Ok(leads);
    }
    for status in &mut statuses {
        if status.id == id {
            status.clone_from(&new);
        } else if new.is_default && status.state == new.state {
            status.is_default = false;
        }
    }
    check(&statuses).map_err(|invalid| FieldErrors::at(field_of(&invalid, new.retired && !old.retired), invalid.to_string()))?;
    let retired_at = new.retired.then(|| ctx.now());
    // What is retired is nobody's default.
    let is_default = new.is_default && !new.retired;
    let change = StatusChange { name: new.name.clone(), tone: new.tone.clone(), due_days: new.due_days, is_default, retired_at };
    tx.catalog().change_status(id, &change).await.map_err(name_taken)?;
    if new.moves != old.moves {
        tx.catalog().change_status_moves(id, &new.moves).await?;
    }
    let of = catalog.lead_type(lead_type).map_or_else(String::new, |lead_type| lead_type.name.clone());
    let changes = differences(&old, &new, &catalog);
    finish(ctx, tx, id.0, EventKind::RecordChanged { name: format!("the status {} of {of}", new.name), changes }).await?;
    Ok(leads)
}

/// The field whose change broke the pipeline.
fn field_of(invalid: &InvalidPipeline, is_retiring: bool) -> &'static str {
    match invalid {
        _ if is_retiring => "retired",
        InvalidPipeline::StateEmpty(_) => "retired",
        InvalidPipeline::NoDefault(_) => "is_default",
        InvalidPipeline::NoWayOut(_) => "moves",
    }
}

/// Moves a status up or down in its pipeline, by `direction`.
///
/// # Errors
/// As [`change_status`].
pub async fn move_status(ctx: &Ctx, lead_type: LeadTypeId, id: StatusId, form: &FormValues) -> Result<()> {
    let (mut tx, catalog) = begin(ctx).await?;
    let of = catalog.lead_type(lead_type).ok_or(ServiceError::NotFound)?.name.clone();
    let order: Vec<_> = of_type(&catalog, lead_type).iter().map(|status| (status.id.0, status.position)).collect();
    if !step(ctx, &mut tx, Ordered::Status, &order, id.0, form).await? {
        return Ok(());
    }
    finish(ctx, tx, id.0, EventKind::RecordChanged { name: format!("the order of statuses of {of}"), changes: Vec::new() }).await
}

/// Removes a status that no lead rests in or would return to.
///
/// # Errors
/// [`ServiceError::Refused`] when it is used, saying by how many leads, or needed; else as [`change_status`].
pub async fn remove_status(ctx: &Ctx, lead_type: LeadTypeId, id: StatusId, form: &FormValues) -> Result<()> {
    let (mut tx, catalog) = begin(ctx).await?;
    only_fields(form, &[])?;
    let statuses = of_type(&catalog, lead_type);
    let status = statuses.iter().find(|status| status.id == id).ok_or(ServiceError::NotFound)?;
    let of = catalog.lead_type(lead_type).map_or_else(String::new, |lead_type| lead_type.name.clone());
    let leads = tx.catalog().leads_in_status(id).await?;
    if let Some(sentence) = why_it_stays(&mut tx, &statuses, status, leads).await? {
        return Err(ServiceError::Refused(sentence));
    }
    // A lead may have entered it at this very moment.
    if !tx.catalog().remove_status(id).await? {
        return Err(ServiceError::Busy);
    }
    finish(ctx, tx, id.0, EventKind::RecordRemoved { name: format!("the status {} of {of}", status.name) }).await
}

fn parse_tone(text: &str) -> std::result::Result<String, &'static str> {
    TONES.into_iter().find(|tone| *tone == text).map(str::to_owned).ok_or("Choose one of the colours")
}

fn parse_due_days(text: &str) -> std::result::Result<Option<i64>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let days = text.parse().ok().filter(|days| (1..=DUE_DAYS_MOST).contains(days));
    days.map(Some).ok_or_else(|| format!("Enter a whole number of days from 1 to {DUE_DAYS_MOST}, or nothing"))
}

fn differences(old: &Status, new: &Status, catalog: &Catalog) -> Vec<domain::event::TextChange> {
    let days = |days: Option<i64>| days.map_or_else(String::new, |days| days.to_string());
    let names = |ids: &[StatusId]| ids.iter().filter_map(|id| catalog.status(*id)).map(|status| status.name.clone()).collect::<Vec<_>>().join(", ");
    only_differences([
        ("Name", old.name.clone(), new.name.clone()),
        ("Colour", old.tone.clone(), new.tone.clone()),
        ("Days before it is late", days(old.due_days), days(new.due_days)),
        ("Default", yes_or_no(old.is_default), yes_or_no(new.is_default)),
        ("May move to", names(&old.moves), names(&new.moves)),
        ("Retired", yes_or_no(old.retired), yes_or_no(new.retired)),
    ])
}
