//! One change of many leads: begun from the list, done in batches, reported, stopped, taken back as one.
//!
//! A run never overwrites: a chosen lead that is not at the version that was read any more, and a lead of the list that
//! somebody else changed since the run was begun, are left alone and named in the report. So is a lead that the person
//! may not change. To add a kind: a variant of [`BulkKind`], its value in [`read_value`], its change in [`apply`].

use std::collections::{BTreeMap, HashMap};

use domain::bulk::{BulkKind, BulkReport, BulkRun, BulkState};
use domain::lead_filter::Cursor;
use domain::{
    Action, BulkRunId, Catalog, ConversionId, EventKind, FieldChange, FieldErrors, FieldValue, FormValues, Handover, Lead, LeadAction, LeadField,
    LeadFilter, LeadId, LeadSort, ListView, Scope, Timestamp, text,
};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::bulk_runs::{ChangedLead, Outcome, Place};
use store::leads::{From, Resolved};

use super::{save, save_as_is};
use crate::conversion;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::notices;
use crate::phone;

/// Leads of one transaction: others wait for it on SQLite, so it is short.
const BATCH: i64 = 50;
/// Batches that whoever begins a run waits for: a page is done at once.
const AT_ONCE: usize = 4;
/// Leads that can be chosen one by one.
const CHOSEN_MAX: usize = 5000;
/// Leads of a list that one run takes.
const LIST_MAX: i64 = 1_000_000;
/// Runs that are looked at for one that can be gone on with.
const AT_WORK_MAX: i64 = 100;
/// How often a run is tried that fails.
pub const TRIES: u32 = 5;
/// How long a run that failed is left alone. Unit: milliseconds.
const LEFT_ALONE_MS: i64 = 2_000;
/// Leads that a report names as left alone.
const NAMED_MAX: i64 = 200;

/// What a lead was before.
#[derive(Serialize, Deserialize)]
enum Before {
    Field {
        field: LeadField,
        value: FieldValue,
        status_since: Timestamp,
        /// Whether it waited to be touched; runs of before there was such a thing have none.
        #[serde(default)]
        handover: Handover,
    },
    Living,
    Unconverted {
        conversion: ConversionId,
    },
}

/// Begins a run and does its first batches. `lead` (`NUMBER:VERSION`, several) or `chosen` (the same, comma-separated) name
/// the leads; with `all=1` it is all that the list of `query` holds. `what` is a [`BulkKind`], the value stands in the
/// field of its name: `status`, `owner`, `group`, `tag`.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; what the store reports.
pub async fn begin(ctx: &Ctx, values: &FormValues) -> Result<BulkRunId> {
    let actor = ctx.actor()?;
    let catalog = ctx.store.catalog().await?;
    let mut errors = FieldErrors::default();
    let kind = errors.take("what", BulkKind::from_key(values.get("what")).ok_or("Choose what to change"));
    let value = kind.and_then(|kind| read_value(kind, values, &catalog, &mut errors));
    let list = ListView::from_query(values.get("query"));
    let is_chosen = values.get("all") != "1";
    let chosen = if is_chosen { errors.take("lead", chosen_in(values)).unwrap_or_default() } else { Vec::new() };
    errors.into_result()?;
    let (Some(kind), Some((value, words))) = (kind, value) else { return Err(FieldErrors::at("what", "Choose what to change").into()) };

    let mut tx = ctx.store.begin().await?;
    let place = Place { snapshot_event: tx.events().last_id().await?.0, below_lead: i64::MAX };
    let total = if is_chosen {
        chosen.len() as i64
    } else {
        let resolved = Resolved::new(&list.filter, &catalog, actor, ctx.now());
        tx.leads().count_up_to(&resolved, &Scope::of(actor), LIST_MAX).await?
    };
    let run = BulkRun {
        id: BulkRunId(0),
        user: actor.id,
        kind,
        value,
        words,
        query: list.to_query(),
        is_chosen,
        state: BulkState::Running,
        total,
        changed: 0,
        skipped: 0,
        undone: 0,
        kept: 0,
        started_at: ctx.now(),
        ended_at: None,
    };
    let id = tx.bulk_runs().add(&run, place, &chosen).await?;
    tx.save().await?;
    go_on(ctx, id).await?;
    Ok(id)
}

/// A run of one's own, with what became of its leads.
///
/// # Errors
/// [`ServiceError::NotFound`], for somebody else's too.
pub async fn report(ctx: &Ctx, id: BulkRunId) -> Result<BulkReport> {
    let mut tx = ctx.store.read().await?;
    let run = own(ctx, &mut tx, id).await?;
    let left_alone = tx.bulk_runs().list_left_alone(id, NAMED_MAX).await?;
    let can_be_undone = run.can_be_undone(ctx.now());
    Ok(BulkReport { run, left_alone, now: ctx.now(), can_be_undone })
}

/// Stops a run; what it did so far stays and can be taken back.
///
/// # Errors
/// [`ServiceError::Refused`] when it has ended; [`ServiceError::NotFound`].
pub async fn stop(ctx: &Ctx, id: BulkRunId) -> Result<()> {
    let mut tx = ctx.store.begin().await?;
    let (mut run, place) = held(ctx, &mut tx, id).await?;
    if run.state != BulkState::Running {
        return Err(ServiceError::Refused("This has ended already".to_owned()));
    }
    (run.state, run.ended_at) = (BulkState::Stopped, Some(ctx.now()));
    tx.bulk_runs().change(&run, place.below_lead).await?;
    notices::tell_of_run(ctx, &mut tx, &run).await?;
    tx.save().await?;
    Ok(())
}

/// Takes a run back as one: each of its leads that nobody changed since becomes what it was. That the person may see and
/// change such a lead is known, because they just did; a lead given away by mistake comes back too.
///
/// # Errors
/// [`ServiceError::Refused`] when it cannot be taken back (any more); [`ServiceError::NotFound`].
pub async fn undo(ctx: &Ctx, id: BulkRunId) -> Result<()> {
    let mut tx = ctx.store.begin().await?;
    let (mut run, place) = held(ctx, &mut tx, id).await?;
    if !run.can_be_undone(ctx.now()) {
        return Err(ServiceError::Refused("This cannot be taken back any more".to_owned()));
    }
    run.state = BulkState::Undoing;
    tx.bulk_runs().change(&run, place.below_lead).await?;
    tx.save().await?;
    go_on(ctx, id).await
}

/// Runs that failed, each with how often and until when it is left alone.
#[derive(Debug, Default)]
pub struct Failures(HashMap<BulkRunId, (u32, Timestamp)>);

impl Failures {
    /// Counts a failure; gives how often it failed by now.
    fn count(&mut self, id: BulkRunId, now: Timestamp) -> u32 {
        let (times, until) = self.0.entry(id).or_insert((0, now));
        *times += 1;
        *until = now.plus_ms(LEFT_ALONE_MS);
        *times
    }

    fn is_left_alone(&self, id: BulkRunId, now: Timestamp) -> bool {
        self.0.get(&id).is_some_and(|(_, until)| now < *until)
    }
}

/// Does a batch of the oldest run that waits for somebody; `false` when there is none. For the program itself.
///
/// # Errors
/// As [`work_past`].
pub async fn work(ctx: &Ctx) -> Result<bool> {
    work_past(ctx, &mut Failures::default()).await
}

/// Does a batch of the oldest run that can be gone on with; `false` when there is none. One that fails keeps no other waiting: it is
/// tried again a little later, and stopped when it failed [`TRIES`] times.
///
/// # Errors
/// What the store reports; the runs wait for the next call then.
pub async fn work_past(ctx: &Ctx, failures: &mut Failures) -> Result<bool> {
    let waiting = ctx.store.ask().await?.bulk_runs().list_at_work(AT_WORK_MAX).await?;
    failures.0.retain(|id, _| waiting.contains(id));
    for id in waiting {
        if failures.is_left_alone(id, ctx.now()) {
            continue;
        }
        match work_on(ctx, id).await {
            Ok(()) => {
                failures.0.remove(&id);
                return Ok(true);
            }
            // It is the database that is in the way, of the others too.
            Err(error @ (ServiceError::Busy | ServiceError::NotSaved(_))) => return Err(error),
            Err(error) => {
                let times = failures.count(id, ctx.now());
                tracing::error!(bulk_run.id = id.0, times, error = ?error, "a change of many leads failed");
                if times >= TRIES {
                    end_unfinished(ctx, id, BulkState::Stopped).await?;
                }
            }
        }
    }
    Ok(false)
}

/// Does a batch as the person who began the run.
async fn work_on(ctx: &Ctx, id: BulkRunId) -> Result<()> {
    let mut tx = ctx.store.read().await?;
    let Some(run) = tx.bulk_runs().find(id).await? else { return Ok(()) };
    let actor = tx.people().load_actor(run.user).await?;
    drop(tx);
    match actor {
        Some(actor) => step(&ctx.acting_as(actor), id).await.map(|_| ()),
        // Who began it is here no longer, so nobody answers for it.
        None => end_unfinished(ctx, id, BulkState::Undone).await,
    }
}

/// Ends a run before it is through. One that was being taken back becomes `taken_back`: if that is [`BulkState::Stopped`], it can be
/// taken back once more.
async fn end_unfinished(ctx: &Ctx, id: BulkRunId, taken_back: BulkState) -> Result<()> {
    let mut tx = ctx.store.begin().await?;
    let Some((mut run, place)) = tx.bulk_runs().hold(id).await? else { return Ok(()) };
    match run.state {
        BulkState::Running => {
            (run.state, run.ended_at) = (BulkState::Stopped, Some(ctx.now()));
            notices::tell_of_run(ctx, &mut tx, &run).await?;
        }
        BulkState::Undoing => run.state = taken_back,
        BulkState::Done | BulkState::Stopped | BulkState::Undone => return Ok(()),
    }
    tx.bulk_runs().change(&run, place.below_lead).await?;
    tx.save().await?;
    Ok(())
}

async fn own(ctx: &Ctx, tx: &mut Tx, id: BulkRunId) -> Result<BulkRun> {
    let actor = ctx.actor()?.id;
    tx.bulk_runs().find(id).await?.filter(|run| run.user == actor).ok_or(ServiceError::NotFound)
}

async fn held(ctx: &Ctx, tx: &mut Tx, id: BulkRunId) -> Result<(BulkRun, Place)> {
    let actor = ctx.actor()?.id;
    tx.bulk_runs().hold(id).await?.filter(|(run, _)| run.user == actor).ok_or(ServiceError::NotFound)
}

/// The first batches; the program goes on with what is left.
async fn go_on(ctx: &Ctx, id: BulkRunId) -> Result<()> {
    for _ in 0..AT_ONCE {
        match step(ctx, id).await {
            Ok(true) => {}
            // Somebody else's work is in the way; the program comes back to it.
            Ok(false) | Err(ServiceError::Busy) => break,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Does one batch; `false` when the run has ended.
async fn step(ctx: &Ctx, id: BulkRunId) -> Result<bool> {
    let mut tx = ctx.store.begin().await?;
    let Some((run, place)) = tx.bulk_runs().hold(id).await? else { return Ok(false) };
    match run.state {
        BulkState::Running => change_batch(ctx, tx, run, place).await,
        BulkState::Undoing => undo_batch(ctx, tx, run, place).await,
        BulkState::Done | BulkState::Stopped | BulkState::Undone => Ok(false),
    }
}

async fn change_batch(ctx: &Ctx, mut tx: Tx, mut run: BulkRun, mut place: Place) -> Result<bool> {
    let catalog = ctx.store.catalog().await?;
    let read: Vec<(LeadId, Option<i64>)> = if run.is_chosen {
        tx.bulk_runs().list_waiting(run.id, BATCH).await?.into_iter().map(|(lead, version)| (lead, Some(version))).collect()
    } else {
        next_of_list(ctx, &mut tx, &run, place, &catalog).await?.into_iter().map(|lead| (lead, None)).collect()
    };
    let ids: Vec<LeadId> = read.iter().map(|(lead, _)| *lead).collect();
    tx.leads().hold_many(&ids).await?;
    let mut leads: HashMap<LeadId, Lead> = tx.leads().find_many(&ids).await?.into_iter().map(|lead| (lead.id, lead)).collect();
    if run.kind == BulkKind::Convert {
        let accounts: Vec<_> = leads.values().map(|lead| lead.account.id).collect();
        conversion::hold_for_many(ctx, &mut tx, &accounts, &[], &catalog).await?;
    }
    let others: HashMap<LeadId, Option<domain::UserId>> = if run.is_chosen {
        HashMap::new()
    } else {
        tx.bulk_runs().changed_by_others(&ids, place.snapshot_event, run.user).await?.into_iter().collect()
    };
    let mut outcomes = Vec::with_capacity(read.len());
    for (id, version) in read {
        place.below_lead = id.0;
        let outcome = match leads.remove(&id) {
            Some(lead) if Scope::of(ctx.actor()?).includes(&lead.audience()) => {
                let is_changed = version.is_some_and(|version| version != lead.version) || others.contains_key(&id);
                if is_changed { skipped("Somebody changed it meanwhile") } else { change_one(ctx, &mut tx, lead, &run, &catalog).await? }
            }
            _ => skipped("It is not there, or not yours to see"),
        };
        match &outcome {
            Outcome::Changed { .. } => run.changed += 1,
            Outcome::Skipped { .. } => run.skipped += 1,
        }
        outcomes.push((id, outcome));
    }
    tx.bulk_runs().note(run.id, &outcomes).await?;
    if (outcomes.len() as i64) < BATCH {
        (run.state, run.ended_at) = (BulkState::Done, Some(ctx.now()));
        run.total = run.changed + run.skipped;
    }
    tx.bulk_runs().change(&run, place.below_lead).await?;
    let goes_on = run.state == BulkState::Running;
    if !goes_on {
        notices::tell_of_run(ctx, &mut tx, &run).await?;
    }
    tx.save().await?;
    Ok(goes_on)
}

/// The leads of the list below the place where the run is, newest first, so that what the run changes cannot make it miss
/// one or meet one twice.
async fn next_of_list(ctx: &Ctx, tx: &mut Tx, run: &BulkRun, place: Place, catalog: &Catalog) -> Result<Vec<LeadId>> {
    let actor = ctx.actor()?;
    let filter = LeadFilter { sort: LeadSort::default(), ..ListView::from_query(&run.query).filter };
    let resolved = Resolved::new(&filter, catalog, actor, run.started_at);
    let from = From::After(Cursor { value: String::new(), id: place.below_lead });
    let page = tx.leads().list(&resolved, &Scope::of(actor), &from, BATCH).await?;
    Ok(page.rows.into_iter().map(|row| row.id).collect())
}

fn skipped(reason: &str) -> Outcome {
    Outcome::Skipped { reason: reason.to_owned() }
}

async fn change_one(ctx: &Ctx, tx: &mut Tx, mut lead: Lead, run: &BulkRun, catalog: &Catalog) -> Result<Outcome> {
    if run.kind == BulkKind::Convert {
        return Ok(match conversion::convert_within(ctx, tx, lead, catalog).await? {
            Ok((lead, made)) => Outcome::Changed { version: lead.version, old: written(&Before::Unconverted { conversion: made.conversion })? },
            Err(reason) => Outcome::Skipped { reason },
        });
    }
    let action = if run.kind == BulkKind::Delete { Action::DeleteLead } else { Action::EditLead };
    match super::require(ctx, action, &lead) {
        Ok(()) => {}
        Err(ServiceError::Forbidden(sentence)) => return Ok(Outcome::Skipped { reason: sentence }),
        Err(error) => return Err(error),
    }
    if matches!(run.kind, BulkKind::Owner | BulkKind::Group)
        && let Some(reason) = super::frozen(tx, &lead).await?
    {
        return Ok(Outcome::Skipped { reason });
    }
    let read = lead.clone();
    let (before, kind) = match apply(ctx, &mut lead, run, catalog) {
        Ok(applied) => applied,
        Err(reason) => return Ok(Outcome::Skipped { reason }),
    };
    if matches!(run.kind, BulkKind::Owner | BulkKind::Group)
        && let Some(reason) = super::not_theirs_to_give(ctx.actor()?, &read, &lead, catalog)
    {
        return Ok(Outcome::Skipped { reason });
    }
    save(ctx, tx, &mut lead, &read, kind).await?;
    Ok(Outcome::Changed { version: lead.version, old: written(&before)? })
}

fn written(before: &Before) -> Result<String> {
    serde_json::to_string(before).map_err(|error| ServiceError::Internal(Box::new(error)))
}

/// Changes a lead, or says why it is left alone.
fn apply(ctx: &Ctx, lead: &mut Lead, run: &BulkRun, catalog: &Catalog) -> std::result::Result<(Before, EventKind), String> {
    let field = match run.kind {
        BulkKind::Status => LeadField::Status,
        BulkKind::Owner => LeadField::Owner,
        BulkKind::Group => LeadField::Group,
        BulkKind::AddTag | BulkKind::RemoveTag => LeadField::Tags,
        BulkKind::Delete => {
            lead.deleted_at = Some(ctx.now());
            return Ok((Before::Living, moved(LeadAction::Delete, lead, catalog)));
        }
        BulkKind::Convert => return Err("It is converted, not changed".to_owned()),
    };
    let old = field.value(lead);
    let before = Before::Field { field, value: old.clone(), status_since: lead.status_since, handover: lead.handover };
    match run.kind {
        BulkKind::Status => {
            let name = text::fold(&run.value);
            let to = catalog.pipeline(lead.lead_type).find(|status| text::fold(&status.name) == name);
            let to = to.ok_or_else(|| format!("Its pipeline has no status “{}”", run.value))?.id;
            lead.change_status(to, ctx.now(), catalog).map_err(|refused| refused.to_string())?;
        }
        BulkKind::AddTag | BulkKind::RemoveTag => {
            let mut tags = lead.tags.clone();
            tags.retain(|tag| *tag != run.value);
            if run.kind == BulkKind::AddTag {
                tags.push(run.value.clone());
            }
            let value = LeadField::Tags.parse(&[&tags.join(", ")], &lead.currency, catalog, &|text| phone::parse(text, ""))?;
            lead.set(LeadField::Tags, value);
        }
        _ => {
            let value = field.parse(&[&run.value], &lead.currency, catalog, &|text| phone::parse(text, ""))?;
            lead.set(field, value);
        }
    }
    let new = field.value(lead);
    if new == old {
        return Err("It was so already".to_owned());
    }
    let change = FieldChange { field, old: old.display(&lead.currency, catalog), new: new.display(&lead.currency, catalog) };
    Ok((before, EventKind::FieldsChanged { changes: vec![change] }))
}

fn moved(action: LeadAction, lead: &Lead, catalog: &Catalog) -> EventKind {
    let status = catalog.status(lead.status).map_or_else(String::new, |status| status.name.clone());
    EventKind::LeadMoved { action, from: status.clone(), to: status, reason: String::new() }
}

async fn undo_batch(ctx: &Ctx, mut tx: Tx, mut run: BulkRun, place: Place) -> Result<bool> {
    let catalog = ctx.store.catalog().await?;
    let mut changed = tx.bulk_runs().list_changed(run.id, BATCH).await?;
    if run.kind == BulkKind::Convert {
        // The newest first, as batches follow each other, so that their invoices give their numbers back.
        changed.sort_by_key(|changed| std::cmp::Reverse(conversion_of(changed)));
    }
    let ids: Vec<LeadId> = changed.iter().map(|changed| changed.lead).collect();
    tx.leads().hold_many(&ids).await?;
    let mut leads: HashMap<LeadId, Lead> = tx.leads().find_many(&ids).await?.into_iter().map(|lead| (lead.id, lead)).collect();
    if run.kind == BulkKind::Convert {
        let accounts: Vec<_> = leads.values().map(|lead| lead.account.id).collect();
        let conversions: Vec<_> = changed.iter().filter_map(conversion_of).collect();
        conversion::hold_for_many(ctx, &mut tx, &accounts, &conversions, &catalog).await?;
    }
    let count = changed.len() as i64;
    for ChangedLead { lead: id, version, old } in changed {
        match leads.remove(&id) {
            Some(lead) if lead.version == version => {
                let before = serde_json::from_str(&old).map_err(|error| ServiceError::Internal(Box::new(error)))?;
                match take_back(ctx, &mut tx, lead, before, &catalog).await? {
                    Ok(()) => {
                        tx.bulk_runs().note_undone(run.id, id, None).await?;
                        run.undone += 1;
                    }
                    Err(sentence) => {
                        tx.bulk_runs().note_undone(run.id, id, Some(&sentence)).await?;
                        run.kept += 1;
                    }
                }
            }
            _ => {
                tx.bulk_runs().note_undone(run.id, id, Some("Stays as it is: it was changed since")).await?;
                run.kept += 1;
            }
        }
    }
    if count < BATCH {
        run.state = BulkState::Undone;
    }
    tx.bulk_runs().change(&run, place.below_lead).await?;
    let goes_on = run.state == BulkState::Undoing;
    tx.save().await?;
    Ok(goes_on)
}

fn conversion_of(changed: &ChangedLead) -> Option<ConversionId> {
    match serde_json::from_str(&changed.old) {
        Ok(Before::Unconverted { conversion }) => Some(conversion),
        _ => None,
    }
}

/// Makes a lead again what it was; in words why it stays as it is.
async fn take_back(ctx: &Ctx, tx: &mut Tx, mut lead: Lead, before: Before, catalog: &Catalog) -> Result<std::result::Result<(), String>> {
    let read = lead.clone();
    let kind = match before {
        Before::Unconverted { conversion } => return conversion::undo_in_bulk(ctx, tx, lead, conversion, catalog).await,
        Before::Living => {
            lead.deleted_at = None;
            moved(LeadAction::Restore, &lead, catalog)
        }
        Before::Field { field, value, status_since, handover } => {
            lead.handover = handover;
            let old = field.value(&lead).display(&lead.currency, catalog);
            match value {
                FieldValue::Status(status) => (lead.status, lead.status_since) = (status, status_since),
                value => lead.set(field, value),
            }
            let new = field.value(&lead).display(&lead.currency, catalog);
            EventKind::FieldsChanged { changes: vec![FieldChange { field, old, new }] }
        }
    };
    // It waits, or does not, as it did before.
    save_as_is(ctx, tx, &mut lead, &read, kind).await.map(|_| Ok(()))
}

/// The leads that a form names, each once, with the version that was read.
fn chosen_in(values: &FormValues) -> std::result::Result<Vec<(LeadId, i64)>, String> {
    let one = |text: &str| -> Option<(i64, i64)> {
        let (lead, version) = text.trim().split_once(':')?;
        Some((lead.parse().ok()?, version.parse().ok()?))
    };
    let named = values.all("lead").chain(values.get("chosen").split(',').filter(|text| !text.is_empty()));
    let chosen: BTreeMap<i64, i64> = named.map(one).collect::<Option<_>>().ok_or("Choose the leads in the list")?;
    match chosen.len() {
        0 => Err("Choose some leads first, or all that the list holds".to_owned()),
        many if many > CHOSEN_MAX => Err(format!("At most {CHOSEN_MAX} leads can be chosen one by one")),
        _ => Ok(chosen.into_iter().map(|(lead, version)| (LeadId(lead), version)).collect()),
    }
}

/// The value that a kind sets, as it is stored, and what people read of the run.
fn read_value(kind: BulkKind, values: &FormValues, catalog: &Catalog, errors: &mut FieldErrors) -> Option<(String, String)> {
    let parsed = |field: LeadField| field.parse(&[values.get(field.key())], "", catalog, &|text| phone::parse(text, ""));
    let (name, value) = match kind {
        BulkKind::Delete | BulkKind::Convert => return Some((String::new(), kind.label().to_owned())),
        BulkKind::Status => {
            let name = text::fold(values.get("status"));
            let found = catalog.statuses.iter().find(|status| !status.retired && text::fold(&status.name) == name);
            ("status", found.map(|status| (status.name.clone(), status.name.clone())).ok_or_else(|| "Choose a status".to_owned()))
        }
        BulkKind::AddTag | BulkKind::RemoveTag => {
            let tags = text::tags(values.get("tag")).map_err(|error| error.to_string());
            let one = tags.and_then(|tags| <[String; 1]>::try_from(tags).map_err(|_| "Type one tag".to_owned()));
            ("tag", one.map(|[tag]| (tag.clone(), tag)))
        }
        BulkKind::Owner => ("owner", parsed(LeadField::Owner).map(|value| (value.typed("").join(""), value.display("", catalog)))),
        BulkKind::Group => ("group", parsed(LeadField::Group).map(|value| (value.typed("").join(""), value.display("", catalog)))),
    };
    let (value, shown) = errors.take(name, value)?;
    let shown = if shown.is_empty() { "nobody".to_owned() } else { shown };
    Some((value, format!("{}: {shown}", kind.label())))
}
