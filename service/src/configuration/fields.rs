//! Fields that an administrator adds to leads.

use domain::custom_field::OPTIONS_MOST;
use domain::text::{fold, line, required_line};
use domain::{Action, Catalog, CustomField, CustomFieldId, CustomKind, EventKind, FieldErrors, FormValues, LeadTypeId};
use store::configuration::Ordered;

use super::{begin, count_words, finish, name_taken, step};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::{is_ticked, only_differences, only_fields, yes_or_no};

/// A field and how many leads have a value, and lack one where it is required; counted no further than one past
/// [`domain::catalog::USES_MOST`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldUses {
    pub field: CustomField,
    pub uses: i64,
    pub lacking: Option<i64>,
}

/// The fields that leads of a type have, retired ones too, in their order.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::NotFound`].
pub async fn list_fields(ctx: &Ctx, lead_type: LeadTypeId) -> Result<Vec<FieldUses>> {
    ctx.require(Action::Configure)?;
    let catalog = ctx.store.catalog().await?;
    catalog.lead_type(lead_type).ok_or(ServiceError::NotFound)?;
    let mut tx = ctx.store.read().await?;
    let mut found = Vec::new();
    for field in catalog.fields.iter().filter(|field| field.is_of(lead_type)) {
        let uses = tx.catalog().uses_of_field(field.id).await?;
        let is_asked = field.required && !field.retired;
        let lacking = if is_asked { Some(tx.catalog().leads_lacking(field.id, field.lead_type).await?) } else { None };
        found.push(FieldUses { field: field.clone(), uses, lacking });
    }
    Ok(found)
}

/// Adds a field to the leads of a type. Fields: `name`, `kind`, `options` (one a line, for a choice), `required`,
/// `default`, `for_all` (leads of every type).
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields;
/// [`ServiceError::NotFound`].
pub async fn add_field(ctx: &Ctx, lead_type: LeadTypeId, form: &FormValues) -> Result<CustomFieldId> {
    let (mut tx, catalog) = begin(ctx).await?;
    only_fields(form, &["name", "kind", "options", "required", "default", "for_all"])?;
    catalog.lead_type(lead_type).ok_or(ServiceError::NotFound)?;
    let mut errors = FieldErrors::default();
    let kind = errors.take("kind", CustomKind::from_key(form.get("kind")).ok_or("Choose what the field takes"));
    let mut field = CustomField {
        id: CustomFieldId(0),
        name: String::new(),
        lead_type: (is_ticked(form, "for_all") != Some(true)).then_some(lead_type),
        kind: kind.unwrap_or(CustomKind::Text),
        options: Vec::new(),
        required: false,
        default: String::new(),
        position: 0,
        retired: false,
    };
    fill(&mut field, form, &catalog, &mut errors);
    if field.name.is_empty() {
        errors.add("name", "Enter a name for the field");
    }
    errors.into_result()?;
    let id = tx.catalog().add_field(&field).await.map_err(name_taken)?;
    finish(ctx, tx, id.0, EventKind::RecordAdded { name: format!("the field {}", field.name) }).await?;
    Ok(id)
}

/// Changes a field; gives the number of leads that have a value. Fields: `name`, `options`, `required`, `default`,
/// `retired`. One that was not sent stays as it is. Leads that lack what is now required stay as they are: it is asked for
/// when the field is edited next.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields;
/// [`ServiceError::NotFound`].
pub async fn change_field(ctx: &Ctx, lead_type: LeadTypeId, id: CustomFieldId, form: &FormValues) -> Result<i64> {
    let (mut tx, catalog) = begin(ctx).await?;
    only_fields(form, &["name", "options", "required", "default", "retired"])?;
    let old = find(&catalog, lead_type, id)?;
    let mut errors = FieldErrors::default();
    let mut new = old.clone();
    fill(&mut new, form, &catalog, &mut errors);
    new.retired = is_ticked(form, "retired").unwrap_or(old.retired);
    errors.into_result()?;
    let uses = tx.catalog().uses_of_field(id).await?;
    if new == *old {
        return Ok(uses);
    }
    tx.catalog().change_field(&new, new.retired.then(|| ctx.now())).await.map_err(name_taken)?;
    let changes = only_differences([
        ("Name", old.name.clone(), new.name.clone()),
        ("Options", old.options.join(", "), new.options.join(", ")),
        ("Required", yes_or_no(old.required), yes_or_no(new.required)),
        ("Default", old.default.clone(), new.default.clone()),
        ("Retired", yes_or_no(old.retired), yes_or_no(new.retired)),
    ]);
    finish(ctx, tx, id.0, EventKind::RecordChanged { name: format!("the field {}", new.name), changes }).await?;
    Ok(uses)
}

/// Moves a field up or down among those of a type, by `direction`.
///
/// # Errors
/// As [`change_field`].
pub async fn move_field(ctx: &Ctx, lead_type: LeadTypeId, id: CustomFieldId, form: &FormValues) -> Result<()> {
    let (mut tx, catalog) = begin(ctx).await?;
    let order: Vec<_> = catalog.fields.iter().filter(|field| field.is_of(lead_type)).map(|field| (field.id.0, field.position)).collect();
    if !step(ctx, &mut tx, Ordered::CustomField, &order, id.0, form).await? {
        return Ok(());
    }
    finish(ctx, tx, id.0, EventKind::RecordChanged { name: "the order of fields".to_owned(), changes: Vec::new() }).await
}

/// Removes a field that no lead has a value of.
///
/// # Errors
/// [`ServiceError::Refused`] when one has, saying how many; else as [`change_field`].
pub async fn remove_field(ctx: &Ctx, lead_type: LeadTypeId, id: CustomFieldId, form: &FormValues) -> Result<()> {
    let (mut tx, catalog) = begin(ctx).await?;
    only_fields(form, &[])?;
    let field = find(&catalog, lead_type, id)?;
    if !tx.catalog().remove_field(id).await? {
        let uses = tx.catalog().uses_of_field(id).await?;
        let have = if uses == 1 { "has" } else { "have" };
        let sentence =
            format!("{} {have} “{}”. Retire it: they keep it, and it is no longer asked for", count_words(uses, "lead", "leads"), field.name);
        return Err(ServiceError::Refused(sentence));
    }
    finish(ctx, tx, id.0, EventKind::RecordRemoved { name: format!("the field {}", field.name) }).await
}

fn find(catalog: &Catalog, lead_type: LeadTypeId, id: CustomFieldId) -> Result<&CustomField> {
    catalog.field(id).filter(|field| field.is_of(lead_type)).ok_or(ServiceError::NotFound)
}

/// Takes over what the form has of name, options, default, and whether it is required.
fn fill(field: &mut CustomField, form: &FormValues, catalog: &Catalog, errors: &mut FieldErrors) {
    if let Some(text) = form.find("name") {
        field.name = errors.take("name", required_line(text, "a name for the field")).unwrap_or_default();
    }
    if let (CustomKind::Choice, Some(text)) = (field.kind, form.find("options")) {
        field.options = errors.take("options", parse_options(text)).unwrap_or_default();
    }
    if field.kind == CustomKind::Choice && field.options.is_empty() {
        errors.add("options", "Enter what can be chosen, one a line");
    }
    if let Some(text) = form.find("default") {
        field.default = errors.take("default", field.parse(text, &catalog.site.currency)).unwrap_or_default();
    }
    field.required = is_ticked(form, "required").unwrap_or(field.required);
}

fn parse_options(text: &str) -> std::result::Result<Vec<String>, String> {
    let mut options: Vec<String> = Vec::new();
    for text in text.lines() {
        let option = line(text).map_err(|error| error.to_string())?;
        if !option.is_empty() && !options.iter().any(|known| fold(known) == fold(&option)) {
            options.push(option);
        }
    }
    if options.len() > OPTIONS_MOST { Err(format!("Use at most {OPTIONS_MOST} of them")) } else { Ok(options) }
}
