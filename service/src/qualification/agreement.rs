//! The threshold as an agreement: proposed by one person, accepted by each field manager, in force from a day on.

use domain::event::TextChange;
use domain::text::note;
use domain::threshold::{Answer, POINTS_MAX, Said, field_managers, in_force};
use domain::{Action, AuditArea, Catalog, EventKind, FieldErrors, FormValues, Threshold, ThresholdId, ThresholdState, Timestamp, UserId};
use store::Tx;

use crate::audit::{self, Changed};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::only_fields;
use crate::notices;

/// Versions that are shown.
const SHOWN: i64 = 50;

/// The versions of the threshold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreements {
    /// Newest first.
    pub versions: Vec<Threshold>,
    /// The one in force today.
    pub in_force: Option<Threshold>,
    /// As days are stored.
    pub today: Timestamp,
    /// Whom a proposal would ask.
    pub managers: Vec<UserId>,
}

/// The versions, the one in force, and whom a new one would concern.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for people of the house.
pub async fn list(ctx: &Ctx) -> Result<Agreements> {
    ctx.require(Action::ReadAccounts)?;
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.read().await?;
    let today = catalog.site.zone.at(ctx.now()).today();
    let versions = tx.thresholds().list(SHOWN).await?;
    let agreed = tx.thresholds().agreed(super::AGREEMENTS).await?;
    let current = in_force(&agreed, today).map(|current| current.id);
    let in_force = match current {
        Some(id) => tx.thresholds().find(id).await?,
        None => None,
    };
    Ok(Agreements { versions, in_force, today, managers: field_managers(&catalog) })
}

/// Proposes a threshold. Fields: `points`, `from` (a day; today where it is empty), `note`. A field manager who proposes has accepted
/// with it.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for managers and administrators; [`ServiceError::Invalid`] at the fields;
/// [`ServiceError::Refused`] while another proposal waits, and when no group has a manager who could accept.
pub async fn propose(ctx: &Ctx, form: &FormValues) -> Result<ThresholdId> {
    let actor = ctx.require(Action::ProposeThreshold)?;
    only_fields(form, &["points", "from", "note"])?;
    let (mut tx, catalog) = begin(ctx).await?;
    let today = catalog.site.zone.at(ctx.now()).today();
    let mut errors = FieldErrors::default();
    let points = errors.take("points", parse_points(form.get("points")));
    let from = errors.take("from", parse_from(form.get("from"), today));
    let words = errors.take("note", note(form.get("note")));
    errors.into_result()?;
    let (Some(points), Some(from), Some(note)) = (points, from, words) else { return Err(FieldErrors::default().into()) };
    if tx.thresholds().list(SHOWN).await?.iter().any(|version| version.state == ThresholdState::Proposed) {
        return Err(ServiceError::Refused("There is a proposal already; it has to be answered or withdrawn first".to_owned()));
    }
    let managers = field_managers(&catalog);
    if managers.is_empty() {
        let text = "No group has a manager yet, so nobody could accept it; an administrator can name one on the page of groups";
        return Err(ServiceError::Refused(text.to_owned()));
    }
    let now = ctx.now();
    let own = |user: UserId| (user == actor.id).then(|| Said { accepts: true, reason: String::new(), at: now });
    let mut new = Threshold {
        id: ThresholdId(0),
        points,
        from,
        note,
        proposed_by: actor.id,
        proposed_at: now,
        state: ThresholdState::Proposed,
        closed_at: None,
        answers: managers.iter().map(|user| Answer { user: *user, said: own(*user) }).collect(),
    };
    new.state = new.outcome(&managers);
    new.closed_at = (new.state != ThresholdState::Proposed).then_some(now);
    new.id = tx.thresholds().add(&new).await?;
    notices::tell_of_proposal(ctx, &mut tx, &new).await?;
    let changes = vec![
        TextChange { what: "Points".to_owned(), old: String::new(), new: points.to_string() },
        TextChange { what: "From".to_owned(), old: String::new(), new: from.readable_day() },
    ];
    finish(ctx, tx, &new, changes).await?;
    Ok(new.id)
}

/// Accepts or declines a proposal. Field: `reason`, which is asked for where it is declined. Gives what became of the proposal.
///
/// # Errors
/// [`ServiceError::Forbidden`] for who is not asked; [`ServiceError::NotFound`]; [`ServiceError::Invalid`] at the field;
/// [`ServiceError::Refused`] for who has answered, and when it is no longer open.
pub async fn answer(ctx: &Ctx, id: ThresholdId, accepts: bool, form: &FormValues) -> Result<ThresholdState> {
    let actor = ctx.require(Action::ReadAccounts)?;
    only_fields(form, &["reason"])?;
    let (mut tx, catalog) = begin(ctx).await?;
    let mut version = tx.thresholds().find(id).await?.ok_or(ServiceError::NotFound)?;
    if !version.answers.iter().any(|answer| answer.user == actor.id) {
        return Err(ServiceError::Forbidden("Only the field managers whom it asks can answer".to_owned()));
    }
    if !version.asks(actor.id) {
        let text = if version.state == ThresholdState::Proposed { "You have answered already" } else { "This proposal is no longer open" };
        return Err(ServiceError::Refused(text.to_owned()));
    }
    let reason = note(form.get("reason")).map_err(|error| FieldErrors::at("reason", error.to_string()))?;
    if !accepts && reason.is_empty() {
        return Err(FieldErrors::at("reason", "Say why, so that the next proposal can be better").into());
    }
    let said = Said { accepts, reason: reason.clone(), at: ctx.now() };
    if !tx.thresholds().answer(id, actor.id, &said).await? {
        return Err(ServiceError::Busy);
    }
    for answer in version.answers.iter_mut().filter(|answer| answer.user == actor.id) {
        answer.said = Some(said.clone());
    }
    let outcome = version.outcome(&field_managers(&catalog));
    version.state = outcome;
    if outcome != ThresholdState::Proposed {
        tx.thresholds().close(id, outcome, ctx.now()).await?;
    }
    notices::tell_of_answer(ctx, &mut tx, &version, accepts, reason.clone()).await?;
    let word = if accepts { "accepted" } else { "declined" };
    let new = if reason.is_empty() { word.to_owned() } else { format!("{word}: {reason}") };
    finish(ctx, tx, &version, vec![TextChange { what: format!("Answer of {}", actor.name), old: String::new(), new }]).await?;
    Ok(outcome)
}

/// Takes a proposal back.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for who proposed it and administrators; [`ServiceError::NotFound`]; [`ServiceError::Refused`] when
/// it is no longer open.
pub async fn withdraw(ctx: &Ctx, id: ThresholdId) -> Result<()> {
    let actor = ctx.require(Action::ProposeThreshold)?;
    let (mut tx, _) = begin(ctx).await?;
    let version = tx.thresholds().find(id).await?.ok_or(ServiceError::NotFound)?;
    if version.proposed_by != actor.id && actor.role != domain::Role::Administrator {
        return Err(ServiceError::Forbidden("Only who proposed it or an administrator can withdraw it".to_owned()));
    }
    if version.state != ThresholdState::Proposed {
        return Err(ServiceError::Refused("This proposal is no longer open".to_owned()));
    }
    tx.thresholds().close(id, ThresholdState::Withdrawn, ctx.now()).await?;
    let changes = vec![TextChange { what: "State".to_owned(), old: "proposed".to_owned(), new: "withdrawn".to_owned() }];
    finish(ctx, tx, &version, changes).await
}

/// Begins a change: nobody else proposes, answers or changes groups until it is saved.
async fn begin(ctx: &Ctx) -> Result<(Tx, Catalog)> {
    let mut tx = ctx.store.begin().await?;
    tx.catalog().hold().await?;
    let catalog = tx.catalog().load().await?;
    Ok((tx, catalog))
}

/// Saves it with its entry in the audit; open pages read it afresh.
async fn finish(ctx: &Ctx, mut tx: Tx, version: &Threshold, changes: Vec<TextChange>) -> Result<()> {
    let changed = Changed { area: AuditArea::Configuration, actor: ctx.actor.as_ref().map(|actor| actor.id), subject_id: 0, version: 0 };
    let name = format!("version {} of the threshold", version.id);
    audit::catalog_changed(ctx, &mut tx, changed, EventKind::RecordChanged { name, changes }).await?;
    Ok(tx.save().await?)
}

/// Points as they are typed.
pub(super) fn parse_points(text: &str) -> std::result::Result<i64, String> {
    let points = text.trim().parse().ok().filter(|points| (1..=POINTS_MAX).contains(points));
    points.ok_or_else(|| format!("Enter a whole number of points, 1 to {POINTS_MAX}"))
}

fn parse_from(text: &str, today: Timestamp) -> std::result::Result<Timestamp, &'static str> {
    if text.trim().is_empty() {
        return Ok(today);
    }
    let day = Timestamp::parse_day(text).ok_or("Enter a date like 2026-11-24")?;
    if day < today { Err("Choose today or a later day: what is agreed does not hold backwards") } else { Ok(day) }
}
