//! Lead types: name, order, defaults, on offer or retired.

use domain::catalog::{LeadType, Status};
use domain::text::required_line;
use domain::{Action, Catalog, ChoiceId, ChoiceList, EventKind, FieldErrors, FormValues, LeadTypeId, LifeCycle, StatusId};
use store::Tx;
use store::catalog::{NewLeadType, NewStatus};
use store::configuration::Ordered;

use super::{begin, finish, name_taken, step};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::{is_ticked, only_differences, only_fields, yes_or_no};

/// A lead type and how many leads there are of it, counted no further than one past [`domain::catalog::USES_MOST`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeUses {
    pub lead_type: LeadType,
    pub leads: i64,
}

/// What a pipeline without a model starts with.
const PLAIN: [(&str, LifeCycle, &str); 5] = [
    ("New", LifeCycle::Pending, "grey"),
    ("In progress", LifeCycle::InProgress, "violet"),
    ("Won", LifeCycle::Won, "green"),
    ("Lost", LifeCycle::Lost, "red"),
    ("Cancelled", LifeCycle::Cancelled, "grey"),
];

/// Every lead type in its order, retired ones too.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators.
pub async fn list_types(ctx: &Ctx) -> Result<Vec<TypeUses>> {
    ctx.require(Action::Configure)?;
    let types = ctx.store.catalog().await?.types.clone();
    let mut tx = ctx.store.read().await?;
    let mut found = Vec::new();
    for lead_type in types {
        found.push(TypeUses { leads: tx.catalog().leads_of_type(lead_type.id).await?, lead_type });
    }
    Ok(found)
}

/// One lead type, retired or not.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::NotFound`].
pub async fn find_type(ctx: &Ctx, id: LeadTypeId) -> Result<LeadType> {
    ctx.require(Action::Configure)?;
    ctx.store.catalog().await?.lead_type(id).cloned().ok_or(ServiceError::NotFound)
}

/// Adds a lead type. Fields: `name`, and `like`, the type whose pipeline and defaults it takes over; without one it starts
/// with a status for each state.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields.
pub async fn add_type(ctx: &Ctx, form: &FormValues) -> Result<LeadTypeId> {
    let (mut tx, catalog) = begin(ctx).await?;
    only_fields(form, &["name", "like"])?;
    let mut errors = FieldErrors::default();
    let name = errors.take("name", required_line(form.get("name"), "a name for the type")).unwrap_or_default();
    let like = match form.get("like") {
        "" => None,
        text => errors.take("like", text.parse().ok().and_then(|id| catalog.lead_type(id)).ok_or("Choose from the list")),
    };
    errors.into_result()?;
    let mut new = like.map_or_else(NewLeadType::default, as_stored);
    new.name.clone_from(&name);
    let id = tx.catalog().add_lead_type(&new).await.map_err(name_taken)?;
    match like {
        Some(like) => copy_pipeline(&mut tx, &catalog, like.id, id).await?,
        None => {
            for (name, state, tone) in PLAIN {
                let status = NewStatus { lead_type: id, name: name.to_owned(), state, tone: tone.to_owned(), due_days: None, is_default: true };
                tx.catalog().add_status(&status).await?;
            }
        }
    }
    finish(ctx, tx, id.0, EventKind::RecordAdded { name: format!("the lead type {name}") }).await?;
    Ok(id)
}

async fn copy_pipeline(tx: &mut Tx, catalog: &Catalog, from: LeadTypeId, to: LeadTypeId) -> Result<()> {
    let model: Vec<&Status> = catalog.pipeline(from).collect();
    let mut copies: Vec<(StatusId, StatusId)> = Vec::new();
    for status in &model {
        let new = NewStatus {
            lead_type: to,
            name: status.name.clone(),
            state: status.state,
            tone: status.tone.clone(),
            due_days: status.due_days,
            is_default: status.is_default,
        };
        copies.push((status.id, tx.catalog().add_status(&new).await?));
    }
    let copy_of = |id: StatusId| copies.iter().find(|(from, _)| *from == id).map(|(_, to)| *to);
    for status in &model {
        let moves: Vec<StatusId> = status.moves.iter().filter_map(|id| copy_of(*id)).collect();
        if let (Some(copy), false) = (copy_of(status.id), moves.is_empty()) {
            tx.catalog().change_status_moves(copy, &moves).await?;
        }
    }
    Ok(())
}

/// Changes a lead type. Fields: `name`, `default_category`, `default_priority`, `default_importance`,
/// `default_probability`, `retired`. One that was not sent stays as it is.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields;
/// [`ServiceError::NotFound`].
pub async fn change_type(ctx: &Ctx, id: LeadTypeId, form: &FormValues) -> Result<()> {
    let (mut tx, catalog) = begin(ctx).await?;
    only_fields(form, &["name", "default_category", "default_priority", "default_importance", "default_probability", "retired"])?;
    let old = catalog.lead_type(id).ok_or(ServiceError::NotFound)?;
    let mut errors = FieldErrors::default();
    let mut new = old.clone();
    if let Some(text) = form.find("name") {
        new.name = errors.take("name", required_line(text, "a name for the type")).unwrap_or_default();
    }
    let mut choice = |field: &'static str, list, value: &mut Option<ChoiceId>| {
        if let Some(text) = form.find(field) {
            *value = errors.take(field, parse_default(text, list, *value, &catalog)).flatten();
        }
    };
    choice("default_category", ChoiceList::Category, &mut new.default_category);
    choice("default_priority", ChoiceList::Priority, &mut new.default_priority);
    choice("default_importance", ChoiceList::Importance, &mut new.default_importance);
    if let Some(text) = form.find("default_probability") {
        new.default_probability = errors.take("default_probability", parse_percent(text)).flatten();
    }
    new.retired = is_ticked(form, "retired").unwrap_or(old.retired);
    if new.retired && catalog.offered_types().all(|lead_type| lead_type.id == id) {
        errors.add("retired", "Keep one lead type on offer: without one no lead can be added");
    }
    errors.into_result()?;
    if new == *old {
        return Ok(());
    }
    let changes = differences(old, &new, &catalog);
    tx.catalog().change_lead_type(id, &as_stored(&new), new.retired.then(|| ctx.now())).await.map_err(name_taken)?;
    finish(ctx, tx, id.0, EventKind::RecordChanged { name: format!("the lead type {}", new.name), changes }).await
}

/// Moves a lead type up or down in its list, by `direction`.
///
/// # Errors
/// As [`change_type`].
pub async fn move_type(ctx: &Ctx, id: LeadTypeId, form: &FormValues) -> Result<()> {
    let (mut tx, catalog) = begin(ctx).await?;
    let order: Vec<_> = catalog.types.iter().map(|lead_type| (lead_type.id.0, lead_type.position)).collect();
    if !step(ctx, &mut tx, Ordered::LeadType, &order, id.0, form).await? {
        return Ok(());
    }
    finish(ctx, tx, id.0, EventKind::RecordChanged { name: "the order of lead types".to_owned(), changes: Vec::new() }).await
}

fn as_stored(lead_type: &LeadType) -> NewLeadType {
    NewLeadType {
        name: lead_type.name.clone(),
        default_category: lead_type.default_category,
        default_priority: lead_type.default_priority,
        default_importance: lead_type.default_importance,
        default_probability: lead_type.default_probability,
    }
}

/// A default may stay although its entry was retired since.
fn parse_default(text: &str, list: ChoiceList, before: Option<ChoiceId>, catalog: &Catalog) -> std::result::Result<Option<ChoiceId>, &'static str> {
    if text.is_empty() {
        return Ok(None);
    }
    let id = text.parse().map(ChoiceId).ok();
    let is_known = |id: &ChoiceId| Some(*id) == before || catalog.offered(list).any(|choice| choice.id == *id);
    id.filter(is_known).map(Some).ok_or("Choose from the list")
}

fn parse_percent(text: &str) -> std::result::Result<Option<i64>, &'static str> {
    let text = text.trim().trim_end_matches('%').trim_end();
    if text.is_empty() {
        return Ok(None);
    }
    let percent = text.parse().ok().filter(|percent| (0..=100).contains(percent));
    percent.map(Some).ok_or("Enter a whole number from 0 to 100")
}

fn differences(old: &LeadType, new: &LeadType, catalog: &Catalog) -> Vec<domain::event::TextChange> {
    let choice = |id: Option<ChoiceId>| id.map_or_else(String::new, |id| catalog.choice_name(id));
    let percent = |percent: Option<i64>| percent.map_or_else(String::new, |percent| format!("{percent} %"));
    only_differences([
        ("Name", old.name.clone(), new.name.clone()),
        ("Category by default", choice(old.default_category), choice(new.default_category)),
        ("Priority by default", choice(old.default_priority), choice(new.default_priority)),
        ("Importance by default", choice(old.default_importance), choice(new.default_importance)),
        ("Probability by default", percent(old.default_probability), percent(new.default_probability)),
        ("Retired", yes_or_no(old.retired), yes_or_no(new.retired)),
    ])
}
