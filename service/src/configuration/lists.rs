//! The configured lists: sources, categories, offerings and so on.

use domain::catalog::Choice;
use domain::text::required_line;
use domain::{Action, Catalog, ChoiceId, ChoiceList, EventKind, FieldErrors, FormValues};
use store::configuration::{ChoiceChange, Ordered};

use super::{begin, count_words, finish, name_taken, step};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::{is_ticked, only_differences, only_fields, yes_or_no};

/// A list with how many entries it has on offer, and retired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListUses {
    pub list: ChoiceList,
    pub offered: usize,
    pub retired: usize,
}

/// An entry and how many records use it, counted no further than one past [`domain::catalog::USES_MOST`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChoiceUses {
    pub choice: Choice,
    pub uses: i64,
}

/// Every list.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators.
pub async fn count_lists(ctx: &Ctx) -> Result<Vec<ListUses>> {
    ctx.require(Action::Configure)?;
    let catalog = ctx.store.catalog().await?;
    let count = |list: ChoiceList, retired: bool| of_list(&catalog, list).filter(|choice| choice.retired == retired).count();
    Ok(ChoiceList::ALL.into_iter().map(|list| ListUses { list, offered: count(list, false), retired: count(list, true) }).collect())
}

/// The entries of a list in their order, retired ones too.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators.
pub async fn list_choices(ctx: &Ctx, list: ChoiceList) -> Result<Vec<ChoiceUses>> {
    ctx.require(Action::Configure)?;
    let catalog = ctx.store.catalog().await?;
    let mut tx = ctx.store.read().await?;
    let mut found = Vec::new();
    for choice in of_list(&catalog, list) {
        found.push(ChoiceUses { choice: choice.clone(), uses: tx.catalog().uses_of_choice(choice.id, list).await? });
    }
    Ok(found)
}

fn of_list(catalog: &Catalog, list: ChoiceList) -> impl Iterator<Item = &Choice> {
    catalog.choices.iter().filter(move |choice| choice.list == list)
}

/// Adds an entry at the end of a list. Fields: `name`, `is_default`, `asks_referrer` for a source, and `is_goods` for an offering.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields.
pub async fn add_choice(ctx: &Ctx, list: ChoiceList, form: &FormValues) -> Result<ChoiceId> {
    let (mut tx, _) = begin(ctx).await?;
    only_fields(form, &["name", "is_default", "asks_referrer", "is_goods"])?;
    let name = required_line(form.get("name"), "a name").map_err(|error| FieldErrors::at("name", error.to_string()))?;
    let is_default = is_ticked(form, "is_default") == Some(true);
    let id = tx.catalog().add_choice(list, &name, is_default).await.map_err(name_taken)?;
    let asks_referrer = list == ChoiceList::Source && is_ticked(form, "asks_referrer") == Some(true);
    let is_goods = list == ChoiceList::Offering && is_ticked(form, "is_goods") == Some(true);
    if asks_referrer || is_goods {
        let change = ChoiceChange { name: name.clone(), is_default, asks_referrer, is_goods, retired_at: None };
        tx.catalog().change_choice(id, list, &change).await.map_err(name_taken)?;
    }
    finish(ctx, tx, id.0, EventKind::RecordAdded { name: format!("{name} to {}", in_words(list)) }).await?;
    Ok(id)
}

/// Changes an entry; gives the number of records that use it. Fields: `name`, `is_default`, `retired`, `asks_referrer` for a source, and
/// `is_goods` for an offering. One that was not sent stays as it is. Retired, it stays on what uses it and is no longer offered.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields;
/// [`ServiceError::NotFound`].
pub async fn change_choice(ctx: &Ctx, list: ChoiceList, id: ChoiceId, form: &FormValues) -> Result<i64> {
    let (mut tx, catalog) = begin(ctx).await?;
    only_fields(form, &["name", "is_default", "asks_referrer", "is_goods", "retired"])?;
    let old = of_list(&catalog, list).find(|choice| choice.id == id).ok_or(ServiceError::NotFound)?;
    let mut errors = FieldErrors::default();
    let mut new = old.clone();
    if let Some(text) = form.find("name") {
        new.name = errors.take("name", required_line(text, "a name")).unwrap_or_default();
    }
    new.retired = is_ticked(form, "retired").unwrap_or(old.retired);
    // What is retired is nobody's default.
    new.is_default = is_ticked(form, "is_default").unwrap_or(old.is_default) && !new.retired;
    new.asks_referrer = list == ChoiceList::Source && is_ticked(form, "asks_referrer").unwrap_or(old.asks_referrer);
    new.is_goods = list == ChoiceList::Offering && is_ticked(form, "is_goods").unwrap_or(old.is_goods);
    if new.retired && is_last(&catalog, list, id) {
        errors.add("retired", last_one(list));
    }
    errors.into_result()?;
    let uses = tx.catalog().uses_of_choice(id, list).await?;
    if new == *old {
        return Ok(uses);
    }
    let retired_at = new.retired.then(|| ctx.now());
    let change =
        ChoiceChange { name: new.name.clone(), is_default: new.is_default, asks_referrer: new.asks_referrer, is_goods: new.is_goods, retired_at };
    tx.catalog().change_choice(id, list, &change).await.map_err(name_taken)?;
    let changes = only_differences([
        ("Name", old.name.clone(), new.name.clone()),
        ("Default", yes_or_no(old.is_default), yes_or_no(new.is_default)),
        ("Asks for the referring account", yes_or_no(old.asks_referrer), yes_or_no(new.asks_referrer)),
        ("Physical good", yes_or_no(old.is_goods), yes_or_no(new.is_goods)),
        ("Retired", yes_or_no(old.retired), yes_or_no(new.retired)),
    ]);
    finish(ctx, tx, id.0, EventKind::RecordChanged { name: format!("{} of {}", new.name, in_words(list)), changes }).await?;
    Ok(uses)
}

/// Moves an entry up or down in its list, by `direction`.
///
/// # Errors
/// As [`change_choice`].
pub async fn move_choice(ctx: &Ctx, list: ChoiceList, id: ChoiceId, form: &FormValues) -> Result<()> {
    let (mut tx, catalog) = begin(ctx).await?;
    let order: Vec<_> = of_list(&catalog, list).map(|choice| (choice.id.0, choice.position)).collect();
    if !step(ctx, &mut tx, Ordered::Choice, &order, id.0, form).await? {
        return Ok(());
    }
    finish(ctx, tx, id.0, EventKind::RecordChanged { name: format!("the order of {}", in_words(list)), changes: Vec::new() }).await
}

/// Removes an entry that nothing uses.
///
/// # Errors
/// [`ServiceError::Refused`] when something uses it, saying how much, or it is needed; else as [`change_choice`].
pub async fn remove_choice(ctx: &Ctx, list: ChoiceList, id: ChoiceId, form: &FormValues) -> Result<()> {
    let (mut tx, catalog) = begin(ctx).await?;
    only_fields(form, &[])?;
    let choice = of_list(&catalog, list).find(|choice| choice.id == id).ok_or(ServiceError::NotFound)?;
    if is_last(&catalog, list, id) {
        return Err(ServiceError::Refused(last_one(list).to_owned()));
    }
    let uses = tx.catalog().uses_of_choice(id, list).await?;
    if uses > 0 {
        let use_it = if uses == 1 { "uses" } else { "use" };
        return Err(ServiceError::Refused(format!(
            "{} {use_it} “{}”. Retire it: they keep it, and it is no longer offered",
            count_words(uses, "record", "records"),
            choice.name
        )));
    }
    if !tx.catalog().remove_choice(id, list).await? {
        return Err(ServiceError::Refused(format!("A deleted lead uses “{}”. Retire it instead", choice.name)));
    }
    finish(ctx, tx, id.0, EventKind::RecordRemoved { name: format!("{} from {}", choice.name, in_words(list)) }).await
}

fn is_last(catalog: &Catalog, list: ChoiceList, id: ChoiceId) -> bool {
    list.is_needed() && catalog.offered(list).all(|choice| choice.id == id)
}

fn last_one(list: ChoiceList) -> &'static str {
    match list {
        ChoiceList::LostReason => "Keep one reason on offer: no lead can be lost without one",
        _ => "Keep one stage on offer: no lead can be added without one",
    }
}

/// The list within a sentence.
fn in_words(list: ChoiceList) -> String {
    list.label().to_lowercase()
}
