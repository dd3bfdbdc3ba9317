//! Whether people can be reached, and how: their availability, numbers, absence and deputy. Everybody of the house says so
//! for themselves, administrators for all.
//!
//! None of it is in the catalog, which every open page reads afresh when it changes: availability changes several times a
//! day. An event about the person tells those pages that show it.

use domain::catalog::Person;
use domain::event::{Subject, TextChange};
use domain::reach::parse_extension;
use domain::{Absence, Action, AuditArea, Availability, Catalog, EventKind, FieldErrors, FormValues, Phone, Reachability, Timestamp, UserId};
use store::Tx;
use store::events::NewEvent;
use store::reach::StoredReach;

use crate::audit;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::{only_differences, only_fields};
use crate::phone;

/// How one can be reached oneself, and the version to send back with a change.
///
/// # Errors
/// [`ServiceError::Forbidden`] for outside people.
pub async fn find_own(ctx: &Ctx) -> Result<StoredReach> {
    let actor = ctx.require(Action::SayAvailability)?;
    Ok(ctx.store.ask().await?.reach().find(actor.id).await?)
}

/// A person with how they can be reached, and what keeps them from it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonReach {
    pub user: UserId,
    pub stored: StoredReach,
    /// Why they cannot be reached now, in words; `None` when they can.
    pub hindrance: Option<String>,
}

/// Everybody of the house, by name.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators.
pub async fn list(ctx: &Ctx) -> Result<Vec<PersonReach>> {
    ctx.require(Action::ManagePeople)?;
    let catalog = ctx.catalog().await?;
    let mut known = ctx.store.ask().await?.reach().list().await?;
    let time = catalog.site.zone.at(ctx.now());
    let of = |person: &Person| {
        let at = known.iter().position(|(user, _)| *user == person.id);
        let stored = at.map(|at| known.swap_remove(at).1).unwrap_or_default();
        let hindrance = stored.reach.hindrance(!person.disabled, time).map(|hindrance| hindrance.words(time));
        PersonReach { user: person.id, stored, hindrance }
    };
    Ok(catalog.people.iter().filter(|person| person.role.is_internal()).map(of).collect())
}

/// What was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub availability: Availability,
    /// What keeps one from being reached all the same, in words.
    pub absence: Option<String>,
}

/// Says whether one takes calls, by the key of the availability.
///
/// # Errors
/// [`ServiceError::Forbidden`] for outside people; [`ServiceError::NotFound`] when there is no such availability.
pub async fn change_availability(ctx: &Ctx, key: &str) -> Result<Said> {
    let actor = ctx.require(Action::SayAvailability)?;
    let availability = Availability::from_key(key).ok_or(ServiceError::NotFound)?;
    let time = ctx.catalog().await?.site.zone.at(ctx.now());
    let mut tx = ctx.store.begin().await?;
    let StoredReach { version, reach: old } = tx.reach().find(actor.id).await?;
    let new = Reachability { availability, since: Some(ctx.now()), ..old.clone() };
    if availability != old.availability {
        tx.reach().change_availability(actor.id, availability, ctx.now()).await?;
        let changes = only_differences([("Availability", old.availability.label().to_owned(), availability.label().to_owned())]);
        record(ctx, &mut tx, Changed { user: actor.id, version, name: actor.name.clone(), changes }).await?;
        tx.save().await?;
    }
    let absence = new.hindrance(true, time).filter(|hindrance| hindrance.is_gone()).map(|hindrance| hindrance.words(time));
    Ok(Said { availability, absence })
}

/// Changes how one can be reached oneself. Fields: `availability`, `extension`, `mobile`, `voicemail`, `absent_from`,
/// `absent_until`, `deputy`. One that was not sent stays as it is, and so does an availability that is empty.
///
/// # Errors
/// [`ServiceError::Forbidden`] for outside people; [`ServiceError::Invalid`] at the fields; [`ServiceError::Conflict`] when
/// `version` was sent and is no longer the current one.
pub async fn change_own(ctx: &Ctx, form: &FormValues) -> Result<()> {
    let actor = ctx.require(Action::SayAvailability)?;
    change(ctx, actor.id, form).await
}

/// The same for somebody else.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::NotFound`]; [`ServiceError::Refused`] for outside
/// people; else as [`change_own`].
pub async fn change_of(ctx: &Ctx, user: UserId, form: &FormValues) -> Result<()> {
    ctx.require(Action::ManagePeople)?;
    change(ctx, user, form).await
}

async fn change(ctx: &Ctx, user: UserId, form: &FormValues) -> Result<()> {
    only_fields(form, &["version", "availability", "extension", "mobile", "voicemail", "absent_from", "absent_until", "deputy"])?;
    let catalog = ctx.catalog().await?;
    let person = catalog.person(user).ok_or(ServiceError::NotFound)?;
    if !person.role.is_internal() {
        return Err(ServiceError::Refused(format!("{} is no person of the house, and takes no calls", person.name)));
    }
    let mut tx = ctx.store.begin().await?;
    let StoredReach { version, reach: old } = tx.reach().find(user).await?;
    if form.find("version").is_some_and(|sent| sent != version.to_string()) {
        return Err(ServiceError::Conflict(Vec::new()));
    }
    let mut errors = FieldErrors::default();
    let new = read(ctx, form, user, &old, &catalog, &mut errors);
    errors.into_result()?;
    if new == old {
        return Ok(());
    }
    if !tx.reach().change(user, version, &new).await? {
        return Err(ServiceError::Conflict(Vec::new()));
    }
    let changes = differences(&old, &new, &catalog);
    record(ctx, &mut tx, Changed { user, version: version + 1, name: person.name.clone(), changes }).await?;
    Ok(tx.save().await?)
}

fn read(ctx: &Ctx, form: &FormValues, user: UserId, old: &Reachability, catalog: &Catalog, errors: &mut FieldErrors) -> Reachability {
    let mut new = old.clone();
    if let Some(key) = form.find("availability").filter(|key| !key.is_empty()) {
        let said = errors.take("availability", Availability::from_key(key).ok_or("Choose from the list")).unwrap_or_default();
        if said != old.availability {
            (new.availability, new.since) = (said, Some(ctx.now()));
        }
    }
    if let Some(text) = form.find("extension") {
        new.numbers.extension = errors.take("extension", parse_extension(text)).flatten();
    }
    let region = &catalog.site.region;
    if let Some(text) = form.find("mobile").filter(|text| as_typed(&old.numbers.mobile) != *text) {
        let number = if text.trim().is_empty() { Ok(None) } else { phone::parse(text, region).map(Some) };
        new.numbers.mobile = errors.take("mobile", number).flatten();
    }
    if let Some(text) = form.find("voicemail").filter(|text| as_typed(&old.numbers.voicemail) != *text) {
        let number = match parse_extension(text) {
            Ok(extension) => Ok(extension.map(|raw| Phone { raw, e164: None })),
            Err(_) => phone::parse(text, region).map(Some),
        };
        new.numbers.voicemail = errors.take("voicemail", number).flatten();
    }
    if form.find("absent_from").is_some() || form.find("absent_until").is_some() {
        new.absence = read_absence(form, old, catalog.site.zone.at(ctx.now()).today(), errors);
    }
    if let Some(text) = form.find("deputy") {
        let may = |id: &UserId| *id != user && (old.deputy == Some(*id) || catalog.possible_owners().any(|person| person.id == *id));
        let deputy = text.parse().ok().filter(may).ok_or("Choose somebody else of the house who can sign in");
        new.deputy = if text.is_empty() { None } else { errors.take("deputy", deputy) };
    }
    new
}

fn as_typed(phone: &Option<Phone>) -> &str {
    phone.as_ref().map_or("", |phone| &phone.raw)
}

/// The first day may be left out: then it is today.
fn read_absence(form: &FormValues, old: &Reachability, today: Timestamp, errors: &mut FieldErrors) -> Option<Absence> {
    let mut day = |field: &str, old: Option<Timestamp>| match form.find(field).map(str::trim) {
        None => old,
        Some("") => None,
        Some(text) => errors.take(field, Timestamp::parse_day(text).ok_or("Enter a date like 2026-11-24")),
    };
    let from = day("absent_from", old.absence.map(|absence| absence.from));
    let until = day("absent_until", old.absence.and_then(|absence| absence.until));
    let from = from.or(until.map(|_| today))?;
    if until.is_some_and(|until| until < from) {
        errors.add("absent_until", "The last day comes after the first one");
    }
    Some(Absence { from, until })
}

fn differences(old: &Reachability, new: &Reachability, catalog: &Catalog) -> Vec<TextChange> {
    let number = |phone: &Option<Phone>| as_typed(phone).to_owned();
    let days = |reach: &Reachability| match reach.absence {
        None => String::new(),
        Some(Absence { from, until: None }) => format!("from {}", from.readable_day()),
        Some(Absence { from, until: Some(until) }) => format!("{} to {}", from.readable_day(), until.readable_day()),
    };
    let name = |id: Option<UserId>| id.map_or_else(String::new, |id| catalog.person_name(id));
    only_differences([
        ("Availability", old.availability.label().to_owned(), new.availability.label().to_owned()),
        ("Extension", old.numbers.extension.clone().unwrap_or_default(), new.numbers.extension.clone().unwrap_or_default()),
        ("Mobile", number(&old.numbers.mobile), number(&new.numbers.mobile)),
        ("Voicemail", number(&old.numbers.voicemail), number(&new.numbers.voicemail)),
        ("Absence", days(old), days(new)),
        ("Deputy", name(old.deputy), name(new.deputy)),
    ])
}

struct Changed {
    user: UserId,
    version: i64,
    name: String,
    changes: Vec<TextChange>,
}

/// For the audit, and for open pages that show the person.
async fn record(ctx: &Ctx, tx: &mut Tx, changed: Changed) -> Result<()> {
    let Changed { user, version, name, changes } = changed;
    let kind = EventKind::RecordChanged { name, changes };
    let actor = ctx.actor.as_ref().map(|actor| actor.id);
    audit::write(ctx, tx, AuditArea::People, audit::Who { actor, address: &ctx.address }, &kind).await?;
    let event = NewEvent { at: ctx.now(), actor, subject: Subject::Person, subject_id: user.0, lead: None, version, kind, before: None, after: None };
    tx.events().record(event).await?;
    Ok(())
}
