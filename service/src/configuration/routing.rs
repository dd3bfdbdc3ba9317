//! The rules of routing: the order of the steps, groups' ways, the fallback, coverage and specialists. Each change is a new
//! version of the book.

use domain::event::TextChange;
use domain::match_key::name_key;
use domain::routing::{CoverBy, Coverage, Fallback, Receiver, Rule, RuleBook, RuleKind, Settings, Specialist, Step, Way};
use domain::text::{TextError, required_line};
use domain::{Action, Catalog, ChoiceId, ChoiceList, EventKind, FieldErrors, FormValues, GroupId, UserId};
use store::Tx;

use super::{finish, hold};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::{is_ticked, only_differences, only_fields, parse_ids, yes_or_no};
use crate::matching::email_domain::company_domains;

/// Begins a change of the rules: nobody else configures until it is saved.
pub(super) async fn begin_rules(ctx: &Ctx) -> Result<(Tx, Catalog, RuleBook)> {
    ctx.require(Action::Configure)?;
    hold_rules(ctx).await
}

/// The same for what is not only an administrator's.
pub(super) async fn hold_rules(ctx: &Ctx) -> Result<(Tx, Catalog, RuleBook)> {
    let (mut tx, catalog) = hold(ctx).await?;
    let version = tx.routing().version().await?;
    let book = tx.routing().load(version).await?;
    Ok((tx, catalog, book))
}

async fn save_settings(ctx: &Ctx, mut tx: Tx, settings: Settings, changes: Vec<TextChange>) -> Result<()> {
    let version = tx.routing().begin_version().await?;
    tx.routing().put(version, &Rule::Settings(settings)).await?;
    finish(ctx, tx, 0, EventKind::RecordChanged { name: "the rules of routing".to_owned(), changes }).await
}

/// Switches a step on or off. Field: `on`.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::NotFound`] for the fallback, which is always tried.
pub async fn set_step(ctx: &Ctx, step: Step, form: &FormValues) -> Result<()> {
    let (tx, _, book) = begin_rules(ctx).await?;
    only_fields(form, &["on"])?;
    let mut settings = book.settings;
    let setting = settings.steps.iter_mut().find(|setting| setting.step == step).ok_or(ServiceError::NotFound)?;
    let is_on = is_ticked(form, "on").unwrap_or(setting.is_on);
    if setting.is_on == is_on {
        return Ok(());
    }
    let changes = only_differences([(step.label(), yes_or_no(setting.is_on), yes_or_no(is_on))]);
    setting.is_on = is_on;
    save_settings(ctx, tx, settings, changes).await
}

/// Moves a step up or down, by `direction`; at the end it stays.
///
/// # Errors
/// As [`set_step`].
pub async fn move_step(ctx: &Ctx, step: Step, form: &FormValues) -> Result<()> {
    let (tx, _, book) = begin_rules(ctx).await?;
    only_fields(form, &["direction"])?;
    let mut settings = book.settings;
    let at = settings.steps.iter().position(|setting| setting.step == step).ok_or(ServiceError::NotFound)?;
    let other = match form.get("direction") {
        "up" => at.checked_sub(1),
        "down" => Some(at + 1),
        _ => return Err(FieldErrors::at("direction", "Choose up or down").into()),
    };
    let Some(other) = other.filter(|other| *other < settings.steps.len()) else { return Ok(()) };
    let order = |settings: &Settings| settings.steps.iter().map(|setting| setting.step.label()).collect::<Vec<_>>().join(", ");
    let old = order(&settings);
    settings.steps.swap(at, other);
    let changes = only_differences([("Order", old, order(&settings))]);
    save_settings(ctx, tx, settings, changes).await
}

/// Changes how a group gives leads to its people. Field: `way`.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::NotFound`]; [`ServiceError::Invalid`] at the field.
pub async fn set_way(ctx: &Ctx, id: GroupId, form: &FormValues) -> Result<()> {
    let (tx, catalog, book) = begin_rules(ctx).await?;
    only_fields(form, &["way"])?;
    let group = catalog.group(id).ok_or(ServiceError::NotFound)?;
    let way = Way::from_key(form.get("way")).ok_or_else(|| FieldErrors::at("way", "Choose from the list"))?;
    let mut settings = book.settings;
    let old = settings.way_of(id);
    if old == way {
        return Ok(());
    }
    settings.ways.retain(|(known, _)| *known != id);
    settings.ways.push((id, way));
    settings.ways.sort_unstable_by_key(|(known, _)| *known);
    let changes = only_differences([(group.name.as_str(), old.label().to_owned(), way.label().to_owned())]);
    save_settings(ctx, tx, settings, changes).await
}

/// Changes who gets what no rule fits. Fields: `to`, see [`Receiver::key`], and `copies` (several).
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields.
pub async fn change_fallback(ctx: &Ctx, form: &FormValues) -> Result<()> {
    let (tx, catalog, book) = begin_rules(ctx).await?;
    only_fields(form, &["to", "copies"])?;
    let mut settings = book.settings;
    let old = settings.fallback.clone();
    let mut errors = FieldErrors::default();
    if let Some(text) = form.find("to") {
        let kept = old.to;
        let to = if text.is_empty() { Ok(None) } else { receiver(text, kept, &catalog).map(Some) };
        settings.fallback.to = errors.take("to", to).flatten();
    }
    if let Some(copies) = parse_ids::<UserId>(&mut errors, form, "copies") {
        if !copies.iter().all(|user| old.copies.contains(user) || is_possible(*user, &catalog)) {
            errors.add("copies", "Choose somebody of the house who can sign in");
        }
        settings.fallback.copies = copies;
    }
    errors.into_result()?;
    if settings.fallback == old {
        return Ok(());
    }
    let to = |fallback: &Fallback| fallback.to.map_or_else(String::new, |to| receiver_name(to, &catalog));
    let copies = |fallback: &Fallback| fallback.copies.iter().map(|user| catalog.person_name(*user)).collect::<Vec<_>>().join(", ");
    let new = &settings.fallback;
    let changes = only_differences([("Fallback", to(&old), to(new)), ("Copies", copies(&old), copies(new))]);
    save_settings(ctx, tx, settings, changes).await
}

/// Says who looks after something. Fields: `by`, see [`CoverBy`]; `what`: an account's number or name, a company's name, a
/// domain, or a country and a postcode; `person`.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields.
pub async fn add_coverage(ctx: &Ctx, form: &FormValues) -> Result<()> {
    let (mut tx, catalog, book) = begin_rules(ctx).await?;
    only_fields(form, &["by", "what", "person"])?;
    let mut errors = FieldErrors::default();
    let by = errors.take("by", CoverBy::from_key(form.get("by")).ok_or("Choose from the list"));
    let what = errors.take("what", required_line(form.get("what"), "what is looked after").map_err(|error: TextError| error.to_string()));
    let person = form.get("person").parse().ok().filter(|user| is_possible(*user, &catalog));
    let person = errors.take("person", person.ok_or("Choose somebody of the house who can sign in"));
    let (Some(by), Some(what), Some(person)) = (by, what, person) else { return Err(errors.into()) };
    let mut cover = read_cover(&mut tx, by, &what, person).await?.map_err(|error| FieldErrors::at("what", error))?;
    if let Some(known) = book.coverage.iter().find(|known| known.by == by && known.key == cover.key) {
        let name = catalog.person_name(known.person);
        return Err(FieldErrors::at("what", format!("{name} looks after it already; remove that first")).into());
    }
    cover.number = tx.routing().take_number(RuleKind::Coverage).await?;
    let changes = vec![TextChange { what: by.in_words(&cover.what), old: String::new(), new: catalog.person_name(person) }];
    let version = tx.routing().begin_version().await?;
    tx.routing().put(version, &Rule::Coverage(cover)).await?;
    finish(ctx, tx, 0, EventKind::RecordChanged { name: "the coverage".to_owned(), changes }).await
}

/// What is looked after, as it is compared; else what is wrong with what was typed.
async fn read_cover(tx: &mut Tx, by: CoverBy, what: &str, person: UserId) -> Result<std::result::Result<Coverage, &'static str>> {
    Ok(match by {
        CoverBy::Account => {
            let number = what.trim_start_matches(['#', ' ']).parse().ok().map(domain::AccountId);
            let id = match number {
                Some(number) => Some(number),
                None => tx.accounts().find_by_name(what).await?,
            };
            let found = match id {
                Some(id) => tx.accounts().find(id).await?,
                None => None,
            };
            let cover = found.map(|account| Coverage::of_account(account.id, &account.name, person));
            cover.ok_or("There is no such account; enter its number or its whole name")
        }
        CoverBy::Name if name_key(what).is_empty() => Err("Enter the name of a company"),
        CoverBy::Name => Ok(Coverage::of_name(what, person)),
        CoverBy::Domain => {
            let domain = what.trim_start_matches('@').to_lowercase();
            let is_own = company_domains(&domain).first() == Some(&domain);
            if is_own {
                Ok(Coverage::of_domain(&domain, person))
            } else {
                Err("Enter a company’s own domain, like acme.com; mail services that anybody may use have none")
            }
        }
        CoverBy::Location => Coverage::of_location(what, person).ok_or("Enter a country and a postcode, like GB, LS11 5QD"),
    })
}

/// Nobody in particular looks after something any more.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::NotFound`].
pub async fn remove_coverage(ctx: &Ctx, number: i64, form: &FormValues) -> Result<()> {
    let (mut tx, catalog, book) = begin_rules(ctx).await?;
    only_fields(form, &[])?;
    let cover = book.coverage.iter().find(|cover| cover.number == number).ok_or(ServiceError::NotFound)?;
    let changes = vec![TextChange { what: cover.by.in_words(&cover.what), old: catalog.person_name(cover.person), new: String::new() }];
    let version = tx.routing().begin_version().await?;
    tx.routing().end(version, RuleKind::Coverage, number).await?;
    finish(ctx, tx, 0, EventKind::RecordChanged { name: "the coverage".to_owned(), changes }).await
}

/// Names the specialist for an offering. Fields: `offering`, `to`, see [`Receiver::key`].
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields.
pub async fn add_specialist(ctx: &Ctx, form: &FormValues) -> Result<()> {
    let (mut tx, catalog, book) = begin_rules(ctx).await?;
    only_fields(form, &["offering", "to"])?;
    let mut errors = FieldErrors::default();
    let offered = |id: &ChoiceId| catalog.offered(ChoiceList::Offering).any(|choice| choice.id == *id);
    let offering = errors.take("offering", form.get("offering").parse().ok().filter(offered).ok_or("Choose an offering from the list"));
    let to = errors.take("to", receiver(form.get("to"), None, &catalog));
    if let Some(known) = offering.and_then(|offering| book.specialists.iter().find(|known| known.offering == offering)) {
        errors.add("offering", format!("{} is the specialist already; remove that first", receiver_name(known.to, &catalog)));
    }
    errors.clone().into_result()?;
    let (Some(offering), Some(to)) = (offering, to) else { return Err(errors.into()) };
    let number = tx.routing().take_number(RuleKind::Specialist).await?;
    let changes = vec![TextChange { what: catalog.choice_name(offering), old: String::new(), new: receiver_name(to, &catalog) }];
    let version = tx.routing().begin_version().await?;
    tx.routing().put(version, &Rule::Specialist(Specialist { number, offering, to })).await?;
    finish(ctx, tx, 0, EventKind::RecordChanged { name: "the specialists".to_owned(), changes }).await
}

/// An offering has no specialist any more.
///
/// # Errors
/// As [`remove_coverage`].
pub async fn remove_specialist(ctx: &Ctx, number: i64, form: &FormValues) -> Result<()> {
    let (mut tx, catalog, book) = begin_rules(ctx).await?;
    only_fields(form, &[])?;
    let known = book.specialists.iter().find(|known| known.number == number).ok_or(ServiceError::NotFound)?;
    let changes = vec![TextChange { what: catalog.choice_name(known.offering), old: receiver_name(known.to, &catalog), new: String::new() }];
    let version = tx.routing().begin_version().await?;
    tx.routing().end(version, RuleKind::Specialist, number).await?;
    finish(ctx, tx, 0, EventKind::RecordChanged { name: "the specialists".to_owned(), changes }).await
}

pub(super) fn is_possible(user: UserId, catalog: &Catalog) -> bool {
    catalog.possible_owners().any(|person| person.id == user)
}

/// Who may get leads; `kept` stays allowed.
fn receiver(text: &str, kept: Option<Receiver>, catalog: &Catalog) -> std::result::Result<Receiver, &'static str> {
    let may = |to: &Receiver| match to {
        _ if kept == Some(*to) => true,
        Receiver::Person(user) => is_possible(*user, catalog),
        Receiver::Group(group) => catalog.group(*group).is_some_and(|group| !group.retired),
    };
    Receiver::from_key(text).filter(may).ok_or("Choose a person or a group from the list")
}

fn receiver_name(to: Receiver, catalog: &Catalog) -> String {
    match to {
        Receiver::Person(user) => catalog.person_name(user),
        Receiver::Group(group) => catalog.group(group).map_or_else(String::new, |group| group.name.clone()),
    }
}
