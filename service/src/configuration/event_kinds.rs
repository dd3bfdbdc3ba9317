//! Kinds of contact events, what each counts, and after how long it counts half.

use domain::contact_event::{KINDS_MAX, WEIGHT_MAX, key_of};
use domain::text::{fold, required_line};
use domain::{Action, ChoiceList, ContactEventKind, EventKind, FieldErrors, FormValues, HalfLife, Weighing};
use store::Tx;

use super::{begin, finish};
use crate::contact_events::count_anew;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::{is_ticked, only_differences, only_fields, yes_or_no};
use crate::qualification;

/// What contact events count.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators.
pub async fn weighing(ctx: &Ctx) -> Result<Weighing> {
    ctx.require(Action::Configure)?;
    qualification::weighing(&mut ctx.store.read().await?).await
}

/// Changes after how long events count half, and the source of the leads that they make. Fields: `half_life`, in days; `source`, a
/// number, or empty for none.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields.
pub async fn change_weighing(ctx: &Ctx, form: &FormValues) -> Result<()> {
    let (mut tx, catalog) = begin(ctx).await?;
    only_fields(form, &["half_life", "source"])?;
    let old = hold(&mut tx).await?;
    let mut new = old.clone();
    let mut errors = FieldErrors::default();
    if let Some(text) = form.find("half_life") {
        let half_life = text.trim().parse().ok().and_then(HalfLife::of_days).ok_or("Enter a whole number of days, 1 to 3650");
        new.half_life = errors.take("half_life", half_life).unwrap_or(old.half_life);
    }
    if let Some(text) = form.find("source") {
        let chosen = catalog.offered(ChoiceList::Source).find(|choice| text.parse() == Ok(choice.id));
        let source = chosen.map(|choice| choice.id).or(old.source.filter(|old| text.parse() == Ok(*old)));
        new.source = if text.is_empty() { None } else { errors.take("source", source.ok_or("Choose from the list")) };
    }
    errors.into_result()?;
    let source = |weighing: &Weighing| weighing.source.map_or_else(String::new, |id| catalog.choice_name(id));
    let changes = only_differences([
        ("Half-life", format!("{} days", old.half_life.days()), format!("{} days", new.half_life.days())),
        ("Source", source(&old), source(&new)),
    ]);
    if changes.is_empty() {
        return Ok(());
    }
    save(&mut tx, &old, &new).await?;
    finish(ctx, tx, 0, EventKind::RecordChanged { name: "what contact events count".to_owned(), changes }).await
}

/// Adds a kind. Fields: `name`, `weight`. Senders name it by a word made of the name, which stays.
///
/// # Errors
/// As [`change_weighing`].
pub async fn add_event_kind(ctx: &Ctx, form: &FormValues) -> Result<()> {
    let (mut tx, _) = begin(ctx).await?;
    only_fields(form, &["name", "weight"])?;
    let old = hold(&mut tx).await?;
    if old.kinds.len() >= KINDS_MAX {
        return Err(ServiceError::Refused(format!("There are {KINDS_MAX} kinds already; use one that is there")));
    }
    let mut errors = FieldErrors::default();
    let label = errors.take("name", required_line(form.get("name"), "a name")).unwrap_or_default();
    let weight = errors.take("weight", parse_weight(form.get("weight"))).unwrap_or_default();
    let kind = ContactEventKind { key: key_of(&label), label, weight, retired: false };
    if !kind.label.is_empty() && kind.key.is_empty() {
        errors.add("name", "Use Latin letters or digits too: other programs name it by them");
    } else if old.kind(&kind.key).is_some() || is_taken(&old, &kind) {
        errors.add("name", "There is one of this name, perhaps a retired one; choose another name");
    }
    errors.into_result()?;
    let name = format!("the contact event {}", kind.label);
    let mut new = old.clone();
    new.kinds.push(kind);
    save(&mut tx, &old, &new).await?;
    finish(ctx, tx, 0, EventKind::RecordAdded { name }).await
}

/// Changes a kind, by its key. Fields: `name`, `weight`, `retired`; one that was not sent stays as it is.
///
/// # Errors
/// As [`change_weighing`], and [`ServiceError::NotFound`].
pub async fn change_event_kind(ctx: &Ctx, key: &str, form: &FormValues) -> Result<()> {
    let (mut tx, _) = begin(ctx).await?;
    only_fields(form, &["name", "weight", "retired"])?;
    let old = hold(&mut tx).await?;
    let before = old.kind(key).ok_or(ServiceError::NotFound)?.clone();
    let mut errors = FieldErrors::default();
    let mut after = before.clone();
    if let Some(text) = form.find("name") {
        after.label = errors.take("name", required_line(text, "a name")).unwrap_or_default();
    }
    if let Some(text) = form.find("weight") {
        after.weight = errors.take("weight", parse_weight(text)).unwrap_or_default();
    }
    after.retired = is_ticked(form, "retired").unwrap_or(before.retired);
    if is_taken(&old, &after) {
        errors.add("name", "There is one of this name, perhaps a retired one; choose another name");
    }
    errors.into_result()?;
    let changes = only_differences([
        ("Name", before.label.clone(), after.label.clone()),
        ("Weight", before.weight.to_string(), after.weight.to_string()),
        ("Retired", yes_or_no(before.retired), yes_or_no(after.retired)),
    ]);
    if changes.is_empty() {
        return Ok(());
    }
    let name = format!("the contact event {}", before.label);
    let mut new = old.clone();
    new.kinds.iter_mut().filter(|kind| kind.key == key).for_each(|kind| *kind = after.clone());
    save(&mut tx, &old, &new).await?;
    finish(ctx, tx, 0, EventKind::RecordChanged { name, changes }).await
}

/// Reads what counts; no events are taken until this transaction ends.
async fn hold(tx: &mut Tx) -> Result<Weighing> {
    tx.contact_events().take_turn(0).await?;
    qualification::weighing(tx).await
}

/// Keeps what counts, and counts everything anew where that makes a difference.
async fn save(tx: &mut Tx, old: &Weighing, new: &Weighing) -> Result<()> {
    qualification::change_weighing(tx, new).await?;
    let is_alike = old.half_life == new.half_life && old.kinds.iter().all(|kind| new.weight(&kind.key) == kind.weight);
    if is_alike { Ok(()) } else { count_anew(tx, new).await }
}

/// Whether another kind is called so.
fn is_taken(weighing: &Weighing, kind: &ContactEventKind) -> bool {
    let is_other = |known: &&ContactEventKind| known.key != kind.key;
    let has_name = |known: &ContactEventKind| fold(&known.label) == fold(&kind.label);
    weighing.kinds.iter().filter(is_other).any(has_name)
}

fn parse_weight(text: &str) -> std::result::Result<i64, String> {
    let weight = text.trim().parse().ok().filter(|weight| (0..=WEIGHT_MAX).contains(weight));
    weight.ok_or_else(|| format!("Enter a whole number of points, 0 to {WEIGHT_MAX}"))
}
