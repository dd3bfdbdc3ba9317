//! Territories: their places, who manages them, and the distributor named for a quarter.

use domain::account::AccountKind;
use domain::delegation::call_centre_warning;
use domain::event::TextChange;
use domain::routing::{Nomination, Place, Quarter, Rule, RuleBook, RuleChange, RuleKind, Territory};
use domain::text::{fold, required_line};
use domain::{AccountFilter, AccountId, Action, Catalog, EventKind, FieldErrors, FormValues, Named, Target, TerritoryId};
use store::Tx;

use super::finish;
use super::routing::{Draft, begin_rules, hold_rules, is_possible};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::{only_differences, only_fields};

const FIELDS: [&str; 6] = ["name", "manager", "group", "places", "distributor", "next_distributor"];
/// Most distributors on offer.
const DISTRIBUTORS_MAX: i64 = 200;

/// Accounts that may be named for a territory, by name.
///
/// # Errors
/// What the store reports.
pub(crate) async fn distributors(ctx: &Ctx, tx: &mut Tx) -> Result<Vec<Named<AccountId>>> {
    let filter = AccountFilter { kind: Some(AccountKind::Distributor), ..AccountFilter::default() };
    let rows = tx.accounts().list(&filter, ctx.actor()?.id, None, DISTRIBUTORS_MAX).await?;
    Ok(rows.into_iter().map(|row| Named { id: row.id, name: row.name }).collect())
}

/// Adds a territory. Fields: `name`, `manager`, `group`, `places` (one a line, see [`Place::parse`]), `distributor` for this
/// quarter and `next_distributor` for the next.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields.
pub async fn add_territory(ctx: &Ctx, form: &FormValues) -> Result<TerritoryId> {
    let (mut tx, catalog, book) = begin_rules(ctx).await?;
    only_fields(form, &FIELDS)?;
    let mut territory = read(form, nothing_yet(), &catalog, &book)?;
    territory.number = TerritoryId(tx.routing().take_number(RuleKind::Territory).await?);
    let (id, name) = (territory.number, territory.name.clone());
    let version = tx.routing().begin_version().await?;
    name_distributors(ctx, &mut tx, (version, id), form, (&book, &catalog)).await?;
    tx.routing().put(version, &Rule::Territory(territory)).await?;
    finish(ctx, tx, id.0, EventKind::RecordAdded { name: format!("the territory {name}") }).await?;
    Ok(id)
}

/// Changes a territory. A field that was not sent stays as it is.
///
/// # Errors
/// As [`add_territory`], and [`ServiceError::NotFound`].
pub async fn change_territory(ctx: &Ctx, id: TerritoryId, form: &FormValues) -> Result<()> {
    let (mut tx, catalog, book) = begin_rules(ctx).await?;
    only_fields(form, &FIELDS)?;
    let old = book.territories.iter().find(|known| known.number == id).ok_or(ServiceError::NotFound)?;
    let new = read(form, old.clone(), &catalog, &book)?;
    let version = tx.routing().begin_version().await?;
    let named = name_distributors(ctx, &mut tx, (version, id), form, (&book, &catalog)).await?;
    let mut changes = differences(old, &new, &catalog);
    changes.extend(named);
    if changes.is_empty() {
        return Ok(());
    }
    let name = format!("the territory {}", new.name);
    tx.routing().put(version, &Rule::Territory(new)).await?;
    finish(ctx, tx, id.0, EventKind::RecordChanged { name, changes }).await
}

/// Removes a territory. Decisions that went by it still say so.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::NotFound`].
pub async fn remove_territory(ctx: &Ctx, id: TerritoryId, form: &FormValues) -> Result<()> {
    let (mut tx, _, book) = begin_rules(ctx).await?;
    only_fields(form, &[])?;
    let old = book.territories.iter().find(|known| known.number == id).ok_or(ServiceError::NotFound)?;
    let version = tx.routing().begin_version().await?;
    tx.routing().end(version, RuleKind::Territory, id.0).await?;
    finish(ctx, tx, id.0, EventKind::RecordRemoved { name: format!("the territory {}", old.name) }).await
}

/// Names the distributors of a territory, for who manages it. Fields: `distributor` for this quarter, `next_distributor` for the
/// next; one that was not sent stays. Gives what they should know of those they named.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for its manager and administrators; [`ServiceError::NotFound`]; [`ServiceError::Invalid`] at the
/// fields.
pub async fn name_distributor(ctx: &Ctx, id: TerritoryId, form: &FormValues) -> Result<Vec<String>> {
    let actor = ctx.require(Action::ReadAccounts)?;
    let (mut tx, catalog, book) = hold_rules(ctx).await?;
    let territory = book.territories.iter().find(|known| known.number == id).ok_or(ServiceError::NotFound)?;
    if !domain::can(actor, Action::NameDistributor, Target::Territory(territory.manager)) {
        return Err(ServiceError::Forbidden("Only who manages the territory, or an administrator, names its distributor".to_owned()));
    }
    only_fields(form, &["distributor", "next_distributor"])?;
    let version = tx.routing().begin_version().await?;
    let changes = name_distributors(ctx, &mut tx, (version, id), form, (&book, &catalog)).await?;
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let candidates = tx.delegations().candidates(DISTRIBUTORS_MAX).await?;
    let is_named = |id: AccountId| ["distributor", "next_distributor"].into_iter().any(|field| form.get(field).parse() == Ok(id));
    let marked = candidates.iter().filter(|one| one.is_call_centre && is_named(one.id));
    let warnings = marked.map(|one| call_centre_warning(&one.name)).collect();
    let name = format!("the territory {}", territory.name);
    finish(ctx, tx, id.0, EventKind::RecordChanged { name, changes }).await?;
    Ok(warnings)
}

/// What a form would change in the book: of the territory that is named, or of a new one. Who its distributor is decides about no
/// lead, so that is left out; `None` when nothing else changes.
pub(super) fn draft(id: Option<TerritoryId>, form: &FormValues, book: &RuleBook, catalog: &Catalog) -> Result<Option<Draft>> {
    only_fields(form, &FIELDS)?;
    let old = match id {
        Some(id) => book.territories.iter().find(|known| known.number == id).cloned().ok_or(ServiceError::NotFound)?,
        None => nothing_yet(),
    };
    let new = read(form, old.clone(), catalog, book)?;
    let mut changes = differences(&old, &new, catalog);
    if id.is_some() {
        changes.iter_mut().for_each(|change| change.what = format!("{}, {}", old.name, change.what.to_lowercase()));
    }
    Ok((!changes.is_empty()).then(|| Draft::of_territory(RuleChange::Put(Rule::Territory(new)), changes)))
}

/// The same for one that is removed.
pub(super) fn end_draft(id: TerritoryId, form: &FormValues, book: &RuleBook) -> Result<Draft> {
    only_fields(form, &[])?;
    let old = book.territories.iter().find(|known| known.number == id).ok_or(ServiceError::NotFound)?;
    let changes = vec![TextChange { what: "Territory".to_owned(), old: old.name.clone(), new: String::new() }];
    Ok(Draft::of_territory(RuleChange::End(RuleKind::Territory, id.0), changes))
}

fn nothing_yet() -> Territory {
    Territory { number: TerritoryId(0), name: String::new(), manager: None, group: None, places: Vec::new() }
}

fn differences(old: &Territory, new: &Territory, catalog: &Catalog) -> Vec<TextChange> {
    let manager = |territory: &Territory| territory.manager.map_or_else(String::new, |user| catalog.person_name(user));
    let group = |territory: &Territory| territory.group.and_then(|id| catalog.group(id)).map_or_else(String::new, |group| group.name.clone());
    only_differences([
        ("Name", old.name.clone(), new.name.clone()),
        ("Manager", manager(old), manager(new)),
        ("Group", group(old), group(new)),
        ("Places", places_text(old), places_text(new)),
    ])
}

fn places_text(territory: &Territory) -> String {
    territory.places.iter().map(|place| place.text.as_str()).collect::<Vec<_>>().join("; ")
}

fn read(form: &FormValues, old: Territory, catalog: &Catalog, book: &RuleBook) -> Result<Territory> {
    let mut errors = FieldErrors::default();
    let mut new = old.clone();
    if form.find("name").is_some() || old.name.is_empty() {
        new.name = errors.take("name", required_line(form.get("name"), "a name")).unwrap_or_default();
    }
    let is_taken = |known: &Territory| known.number != old.number && fold(&known.name) == fold(&new.name);
    if book.territories.iter().any(is_taken) {
        errors.add("name", "There is one of this name; choose another name");
    }
    if let Some(text) = form.find("manager") {
        let may = |user: &domain::UserId| old.manager == Some(*user) || is_possible(*user, catalog);
        let manager = text.parse().ok().filter(may).ok_or("Choose somebody of the house who can sign in");
        new.manager = if text.is_empty() { None } else { errors.take("manager", manager) };
    }
    if let Some(text) = form.find("group") {
        let may = |id: &domain::GroupId| old.group == Some(*id) || catalog.group(*id).is_some_and(|group| !group.retired);
        let group = text.parse().ok().filter(may).ok_or("Choose a group from the list");
        new.group = if text.is_empty() { None } else { errors.take("group", group) };
    }
    if let Some(text) = form.find("places") {
        new.places = errors.take("places", Place::parse_lines(text)).unwrap_or_default();
    }
    errors.into_result()?;
    Ok(new)
}

/// Names the distributor for this quarter and the next, as far as the form says; gives what changed.
async fn name_distributors(
    ctx: &Ctx,
    tx: &mut Tx,
    (version, territory): (i64, TerritoryId),
    form: &FormValues,
    (book, catalog): (&RuleBook, &Catalog),
) -> Result<Vec<TextChange>> {
    let known = distributors(ctx, tx).await?;
    let now = Quarter::at(catalog.site.zone.at(ctx.now()));
    let mut changes = Vec::new();
    for (field, quarter) in [("distributor", now), ("next_distributor", now.next())] {
        let Some(text) = form.find(field) else { continue };
        let explicit = book.nominations.iter().find(|named| named.territory == territory && named.quarter == quarter);
        // This quarter's may have been named long ago; the next one's is this one's unless it says otherwise.
        let old = if quarter == now { book.nomination(territory, now) } else { explicit };
        let may = |id: &AccountId| known.iter().any(|one| one.id == *id) || old.is_some_and(|named| named.distributor == Some(*id));
        let chosen: Option<AccountId> = if text.is_empty() {
            None
        } else {
            Some(text.parse().ok().filter(may).ok_or_else(|| FieldErrors::at(field, "Choose a distributor from the list"))?)
        };
        if chosen == old.and_then(|named| named.distributor) {
            continue;
        }
        let name = chosen.and_then(|id| known.iter().find(|one| one.id == id)).map_or_else(String::new, |one| one.name.clone());
        changes.extend(only_differences([(
            format!("Distributor of {quarter}").as_str(),
            old.map(|named| named.name.clone()).unwrap_or_default(),
            name.clone(),
        )]));
        match explicit {
            Some(named) if chosen.is_none() && quarter != now => {
                tx.routing().end(version, RuleKind::Nomination, named.number).await?;
            }
            _ => {
                let number = match explicit {
                    Some(named) => named.number,
                    None => tx.routing().take_number(RuleKind::Nomination).await?,
                };
                let by = ctx.actor.as_ref().map(|actor| actor.id);
                let nomination = Nomination { number, territory, quarter, distributor: chosen, name, by, at: Some(ctx.now()) };
                tx.routing().put(version, &Rule::Nomination(nomination)).await?;
            }
        }
    }
    Ok(changes)
}
