//! Editing a lead: field by field, with the version that was read, so that nobody's change is overwritten unseen.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::event::{Subject, TextChange};
use domain::field::FieldKind;
use domain::record_change::Field;
use domain::{Action, Catalog, Contact, Event, EventKind, FieldChange, FieldErrors, FieldValue, FormValues, Lead, LeadAction, LeadField, LeadId};
use store::Tx;

use super::delegation::{frozen, not_theirs_to_say, says_whose};
use super::{held, require, save};
use crate::attempts;
use crate::ctx::Ctx;
use crate::error::{FieldConflict, Result, ServiceError};
use crate::notices;
use crate::phone;
use crate::records::{Record, record_changed, require_version};
use crate::scoring;

/// What an edit did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The lead as it is now.
    pub lead: Lead,
    pub changes: Vec<FieldChange>,
}

/// Changes the fields that were sent; a field that was not sent stays. `version` is the one the person read.
///
/// A field that someone else changed since then is a conflict, unless both came to the same value or the person left it
/// as they read it. Fields that others did not touch are saved only when there is no conflict at all.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields, [`ServiceError::Conflict`], [`ServiceError::Forbidden`],
/// [`ServiceError::NotFound`].
pub async fn change(ctx: &Ctx, id: LeadId, values: &FormValues) -> Result<Changed> {
    Edit::begin(ctx, id).await?.save(values).await
}

/// A lead that is about to be changed, for who has to look at it to say how. Nobody else changes it meanwhile, so it is
/// not for keeping.
#[derive(Debug)]
pub struct Edit<'c> {
    ctx: &'c Ctx,
    catalog: Arc<Catalog>,
    tx: Tx,
    read: Lead,
}

impl<'c> Edit<'c> {
    /// Reads the lead.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`]; [`ServiceError::SignInRequired`]; what the store reports.
    pub async fn begin(ctx: &'c Ctx, id: LeadId) -> Result<Self> {
        let catalog = ctx.catalog().await?;
        let mut tx = ctx.store.begin().await?;
        let read = held(ctx, &mut tx, id).await?;
        Ok(Self { ctx, catalog, tx, read })
    }

    /// The lead as it is.
    #[must_use]
    pub fn lead(&self) -> &Lead {
        &self.read
    }

    /// Changes it, see [`change`].
    ///
    /// # Errors
    /// As [`change`].
    pub async fn save(self, values: &FormValues) -> Result<Changed> {
        let Self { ctx, catalog, mut tx, read } = self;
        let mut lead = read.clone();
        let wanted = wanted(ctx, &mut tx, &lead, values, &catalog).await?;
        let changes = apply(ctx, &mut lead, wanted, &catalog)?;
        write(ctx, &mut tx, &mut lead, &read, &changes, &catalog).await?;
        // Numbers and addresses are the contact's, who keeps them in its own way.
        if concern_contact(&changes)
            && let Some(written) = tx.leads().find_many(&[lead.id]).await?.pop()
        {
            lead = written;
        }
        notices::tell_owner(ctx, &mut tx, &lead, read.owner).await?;
        tx.save().await?;
        Ok(Changed { lead, changes })
    }
}

/// What a form wants otherwise than the lead has it, and no one else changed meanwhile.
async fn wanted(ctx: &Ctx, tx: &mut Tx, lead: &Lead, values: &FormValues, catalog: &Catalog) -> Result<Vec<(LeadField, FieldValue)>> {
    let person = ctx.actor()?;
    let actor = person.id;
    require_version(values, lead.version)?;
    require(ctx, Action::EditLead, lead)?;
    let read_version = match values.find("version") {
        Some(text) => text.trim().parse().map_err(|_| FieldErrors::at("version", "Send the version that you read, a whole number"))?,
        None => lead.version,
    };
    let others = if read_version < lead.version { others_changes(tx.events().of_lead_since(lead.id, read_version).await?) } else { BTreeMap::new() };
    let mut errors = FieldErrors::default();
    let mut conflicts = Vec::new();
    let mut wanted: Vec<(LeadField, FieldValue)> = Vec::new();
    for (field, value) in read_fields(lead, values, catalog, &mut errors) {
        let current = field.value(lead);
        let shown = value.display(&lead.currency, catalog);
        // A moment within a day is shown, and sent back, as that day.
        let is_same_day = field.kind() == FieldKind::Day && shown == current.display(&lead.currency, catalog);
        if value == current || is_same_day {
            continue;
        }
        match others.get(&field) {
            Some((as_read, _)) if *as_read == shown => {}
            Some((_, event)) if event.actor != Some(actor) => conflicts.push(FieldConflict {
                change: FieldChange { field, old: current.display(&lead.currency, catalog), new: shown },
                theirs: current.typed(&lead.currency),
                by: event.actor.map_or_else(|| "Someone".to_owned(), |id| catalog.person_name(id)),
                at: event.at,
                version: lead.version,
            }),
            _ => wanted.push((field, value)),
        }
    }
    if let Some((field, _)) = wanted.iter().find(|(field, _)| says_whose(*field)) {
        let why = frozen(tx, lead).await?.or_else(|| not_theirs_to_say(person, lead, &wanted, catalog));
        if let Some(why) = why {
            errors.add(field.key(), why);
        }
    }
    errors.into_result()?;
    if !conflicts.is_empty() {
        return Err(ServiceError::Conflict(conflicts));
    }
    Ok(wanted)
}

/// Saves changes that were made to a lead, with their event and those of its contact, in a transaction that somebody else
/// saves. `read` is the lead as that transaction read it.
pub(crate) async fn write(ctx: &Ctx, tx: &mut Tx, lead: &mut Lead, read: &Lead, changes: &[FieldChange], catalog: &Catalog) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    save(ctx, tx, lead, read, EventKind::FieldsChanged { changes: changes.to_vec() }).await?;
    if concern_contact(changes) {
        change_contact(ctx, tx, lead, catalog).await?;
    }
    attempts::after_number(ctx, tx, lead, read, catalog).await
}

fn concern_contact(changes: &[FieldChange]) -> bool {
    changes.iter().any(|change| matches!(change.field, LeadField::FullName | LeadField::Phones | LeadField::Emails))
}

/// The fields others changed since the version read: what each was then, and the last change.
fn others_changes(events: Vec<Event>) -> BTreeMap<LeadField, (String, Event)> {
    let mut found: BTreeMap<LeadField, (String, Event)> = BTreeMap::new();
    for event in events {
        for (field, old) in changed_fields(&event.kind) {
            found.entry(field).and_modify(|(_, last)| *last = event.clone()).or_insert_with(|| (old, event.clone()));
        }
    }
    found
}

/// The fields that an event changed, each with what it was before. Actions change fields too.
fn changed_fields(kind: &EventKind) -> Vec<(LeadField, String)> {
    match kind {
        EventKind::FieldsChanged { changes } => changes.iter().map(|change| (change.field, change.old.clone())).collect(),
        EventKind::LeadMoved { action: LeadAction::Accept, .. } => vec![(LeadField::Owner, String::new())],
        EventKind::Reclaimed { from, .. } => vec![(LeadField::Owner, from.clone())],
        EventKind::LeadMoved { from, to, .. } if from != to => vec![(LeadField::Status, from.clone())],
        _ => Vec::new(),
    }
}

/// Reads the fields that a form sent. A group of check boxes says that it was there with `NAME_sent`.
pub(super) fn read_fields(lead: &Lead, values: &FormValues, catalog: &Catalog, errors: &mut FieldErrors) -> Vec<(LeadField, FieldValue)> {
    let region = catalog.site.region.clone();
    let parse_phone = |text: &str| phone::parse(text, &region);
    let mut read = Vec::new();
    for field in LeadField::of_type(lead.lead_type, catalog) {
        let name = field.form_name();
        let typed: Vec<&str> = values.all(&name).collect();
        let was_sent = !typed.is_empty() || values.find(&format!("{name}_sent")).is_some();
        if was_sent && let Some(value) = errors.take(&name, field.parse(&typed, &lead.currency, catalog, &parse_phone)) {
            read.push((field, value));
        }
    }
    read
}

/// Gives the lead these values; nothing is saved.
///
/// # Errors
/// [`ServiceError::Invalid`] at the status, for one that the pipeline has no way to.
pub(crate) fn apply(ctx: &Ctx, lead: &mut Lead, wanted: Vec<(LeadField, FieldValue)>, catalog: &Catalog) -> Result<Vec<FieldChange>> {
    let mut changes = Vec::new();
    for (field, value) in wanted {
        let old = field.value(lead).display(&lead.currency, catalog);
        if let FieldValue::Status(status) = value {
            lead.change_status(status, ctx.now(), catalog).map_err(|refused| FieldErrors::at(field.key(), refused.to_string()))?;
        } else {
            lead.set(field, value);
        }
        let new = field.value(lead).display(&lead.currency, catalog);
        changes.push(FieldChange { field, old, new });
    }
    Ok(changes)
}

/// The lead's person is a contact: name, numbers and addresses are theirs, and their other leads show them too.
async fn change_contact(ctx: &Ctx, tx: &mut Tx, lead: &Lead, catalog: &Catalog) -> Result<()> {
    let Some(before) = tx.contacts().find(lead.contact).await? else { return Ok(()) };
    let mut contact = before.clone();
    contact.full_name.clone_from(&lead.full_name);
    contact.phones.clone_from(&lead.phones);
    contact.emails.clone_from(&lead.emails);
    write_contact(ctx, tx, &before, contact, catalog).await?;
    tx.leads().refresh_others(lead, ctx.now()).await?;
    scoring::after_contact_change(ctx, tx, lead.contact, catalog).await?;
    Ok(())
}

/// Saves a contact that was changed through one of its leads, with its event.
pub(crate) async fn write_contact(ctx: &Ctx, tx: &mut Tx, before: &Contact, mut contact: Contact, catalog: &Catalog) -> Result<()> {
    let changes = Contact::FIELDS.iter().filter(|field| !(field.is_same)(before, &contact));
    let change = |field: &Field<Contact>| TextChange {
        what: field.label.to_owned(),
        old: (field.show)(before, catalog),
        new: (field.show)(&contact, catalog),
    };
    let changes: Vec<TextChange> = changes.map(change).collect();
    if changes.is_empty() {
        return Ok(());
    }
    contact.version += 1;
    contact.updated_at = ctx.now();
    if !tx.contacts().change(&contact, before.version).await? {
        return Err(ServiceError::Busy);
    }
    tx.contacts().set_points(contact.id, &contact.phones, &contact.emails).await?;
    let record = Record { subject: Subject::Contact, id: contact.id.0, version: contact.version, name: &contact.full_name, lead: None };
    record_changed(ctx, tx, record, changes).await
}
