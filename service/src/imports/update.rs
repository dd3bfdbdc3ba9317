//! Rows that change the leads with which they came in before, on the way that an edit takes: who imports must be allowed
//! to edit the lead, its fields are checked, each change is an event. What the lead was before is kept with the run.

use std::collections::{HashMap, HashSet};

use domain::custom_field::CustomField;
use domain::text::fold;
use domain::{Action, Catalog, FieldValue, Handover, Lead, LeadField, LeadId, Scope, Timestamp};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::imports::ChangedByImport;

use super::Job;
use super::cells::{life_cycle, squash};
use super::draft::Draft;
use super::lists::{Lists, NOT_OF_TYPE, list_of, put_own};
use super::mapping::Home;
use super::repeats::Judged;
use super::report::{Notes, Verdict};
use super::write::is_same;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::leads;

/// Leads of one transaction: others wait for it on SQLite, so it is short.
const BATCH: usize = 50;

/// What a lead was before.
#[derive(Debug, Serialize, Deserialize)]
struct Before {
    fields: Vec<(LeadField, FieldValue)>,
    status_since: Timestamp,
    /// Whether it waited to be touched; runs of before there was such a thing do not know.
    #[serde(default)]
    handover: Option<Handover>,
}

/// Changes the leads of the rows that change one; gives what became of each such row. A dry run changes nothing.
///
/// Each piece is saved before it is noted how far the run came, because others would wait too long for one transaction of a whole batch.
/// So the batch at which a run was interrupted may have changed some leads already: they have nothing new then, and count as changed.
pub(super) async fn update(job: &mut Job<'_>, lists: &mut Lists, drafts: &[Draft], judged: &[Judged]) -> Result<HashMap<usize, Verdict>> {
    let rows: Vec<(usize, LeadId)> = judged.iter().filter_map(|row| Some((row.index, row.changes?))).collect();
    let speaking: Vec<&Draft> = rows.iter().map(|(index, _)| &drafts[*index]).collect();
    lists.complete(job.ctx, &speaking, &mut job.tally.notes).await?;
    let mut verdicts = HashMap::with_capacity(rows.len());
    for piece in rows.chunks(BATCH) {
        let ids: Vec<LeadId> = piece.iter().map(|(_, lead)| *lead).collect();
        let mut tx = if job.is_dry { job.ctx.store.read().await? } else { job.ctx.store.begin().await? };
        if !job.is_dry {
            tx.leads().hold_many(&ids).await?;
        }
        let mut leads: HashMap<LeadId, Lead> = tx.leads().find_many(&ids).await?.into_iter().map(|lead| (lead.id, lead)).collect();
        let before_cut = match job.run.filter(|_| job.is_after_cut) {
            Some(run) => tx.imports().changed_of(run, &ids).await?,
            None => HashSet::new(),
        };
        let mut changed = Vec::new();
        for (index, id) in piece {
            let verdict = match leads.remove(id) {
                Some(lead) => match change(job, &mut tx, lists, &drafts[*index], lead, &mut changed).await? {
                    Verdict::Skipped(_) if before_cut.contains(id) => Verdict::Updated(format!("# {id}, before the import was interrupted")),
                    verdict => verdict,
                },
                None => Verdict::Skipped(format!("# {id} is not there any more")),
            };
            verdicts.insert(*index, verdict);
        }
        if let Some(run) = job.run {
            tx.imports().note_changes(run, changed).await?;
            tx.save().await?;
        }
    }
    Ok(verdicts)
}

async fn change(job: &mut Job<'_>, tx: &mut Tx, lists: &Lists, draft: &Draft, mut lead: Lead, changed: &mut Vec<ChangedByImport>) -> Result<Verdict> {
    let (ctx, id, catalog) = (job.ctx, lead.id, &lists.catalog);
    if let Some(actor) = &ctx.actor
        && !Scope::of(actor).includes(&lead.audience())
    {
        return Ok(Verdict::Refused(format!("# {id} is not yours to see")));
    }
    if lead.deleted_at.is_some() {
        return Ok(Verdict::Skipped(format!("# {id} is deleted")));
    }
    let wanted = match lists.wanted(draft, &lead, job.opened.mapping.clear_empty, &mut job.tally.notes) {
        Ok(wanted) => wanted,
        Err(reason) => return Ok(Verdict::Refused(reason)),
    };
    if wanted.is_empty() {
        return Ok(Verdict::Skipped(format!("already there as # {id}, with nothing new")));
    }
    // The command line may do what its operator wants.
    if ctx.actor.is_some() {
        match leads::require(ctx, Action::EditLead, &lead) {
            Ok(()) => {}
            Err(ServiceError::Forbidden(sentence)) => return Ok(Verdict::Refused(format!("# {id}: {sentence}"))),
            Err(error) => return Err(error),
        }
    }
    if wanted.iter().any(|(field, _)| leads::says_whose(*field))
        && let Some(reason) = leads::frozen(tx, &lead).await?
    {
        return Ok(Verdict::Refused(format!("# {id}: {reason}")));
    }
    if let Some(actor) = &ctx.actor
        && let Some(reason) = leads::not_theirs_to_say(actor, &lead, &wanted, catalog)
    {
        return Ok(Verdict::Refused(format!("# {id}: {reason}")));
    }
    let fields = wanted.iter().map(|(field, _)| (*field, field.value(&lead))).collect();
    let before = Before { fields, status_since: lead.status_since, handover: Some(lead.handover) };
    let read = lead.clone();
    let changes = match leads::apply(ctx, &mut lead, wanted, catalog) {
        Ok(changes) => changes,
        Err(ServiceError::Invalid(errors)) => {
            let reasons = errors.0.into_values().collect::<Vec<_>>().join("; ");
            return Ok(Verdict::Refused(format!("# {id}: {reasons}")));
        }
        Err(error) => return Err(error),
    };
    let what = changes.iter().map(|change| change.field.title(catalog)).collect::<Vec<_>>().join(", ");
    if !job.is_dry {
        leads::write(ctx, tx, &mut lead, &read, &changes, catalog).await?;
        let old = serde_json::to_string(&before).map_err(|error| ServiceError::Internal(Box::new(error)))?;
        changed.push(ChangedByImport { lead: id, version: lead.version, old });
    }
    Ok(Verdict::Updated(format!("# {id}: {what}")))
}

/// Makes a lead what it was before a run changed it; `false` when somebody changed it since.
pub(super) async fn put_back(ctx: &Ctx, tx: &mut Tx, changed: &ChangedByImport, catalog: &Catalog) -> Result<bool> {
    tx.leads().hold(changed.lead).await?;
    let found = tx.leads().find_many(&[changed.lead]).await?.into_iter().next();
    let Some(mut lead) = found.filter(|lead| lead.version == changed.version) else { return Ok(false) };
    let before: Before = serde_json::from_str(&changed.old).map_err(|error| ServiceError::Internal(Box::new(error)))?;
    let read = lead.clone();
    let mut changes = Vec::new();
    for (field, value) in before.fields {
        let old = field.value(&lead).display(&lead.currency, catalog);
        match value {
            FieldValue::Status(status) => (lead.status, lead.status_since) = (status, before.status_since),
            value => lead.set(field, value),
        }
        changes.push(domain::FieldChange { field, old, new: field.value(&lead).display(&lead.currency, catalog) });
    }
    leads::write(ctx, tx, &mut lead, &read, &changes, catalog).await?;
    // Who has it again does not begin anew.
    if let Some(handover) = before.handover.filter(|handover| *handover != lead.handover) {
        let written = lead.clone();
        lead.handover = handover;
        tx.leads().change(&lead, &written).await?;
    }
    Ok(true)
}

impl Lists {
    /// The fields of a lead that a row says otherwise, with what it says. Where a field has several values (numbers,
    /// addresses, tags, team, offerings) those of the row come to them. What moves a lead, or gives it another type or
    /// company, is not the importer's to change: it stays, with a remark. An empty cell says nothing unless it `clears`.
    ///
    /// # Errors
    /// The reason why the row is refused.
    fn wanted(&self, draft: &Draft, lead: &Lead, clears: bool, notes: &mut Notes) -> std::result::Result<Vec<(LeadField, FieldValue)>, String> {
        let mut next = lead.clone();
        let mut said: Vec<LeadField> = Vec::new();
        if !draft.is_nameless {
            next.full_name.clone_from(&draft.full_name);
            said.push(LeadField::FullName);
        }
        if !draft.phones.is_empty() {
            let new = draft.phones.iter().filter(|phone| !lead.phones.iter().any(|known| is_same(known, phone)));
            next.phones.extend(new.cloned());
            said.push(LeadField::Phones);
        }
        if !draft.emails.is_empty() {
            let new = draft.emails.iter().filter(|email| !lead.emails.iter().any(|known| known.folded() == email.folded()));
            next.emails.extend(new.cloned());
            said.push(LeadField::Emails);
        }
        if !draft.company.is_empty() && fold(&draft.company) != fold(&lead.account.name) {
            notes.add(format!("“{}” is another company than the lead's, which stays", draft.company));
        }
        if !draft.qualified.is_empty() {
            notes.add("How a lead that is there is qualified stays, and is changed on its page".to_owned());
        }
        for (field, value) in &draft.fields {
            if *field == LeadField::TargetAmount && lead.currency != self.catalog.site.currency {
                notes.add(format!("The lead counts in {}; its amount stays", lead.currency));
                continue;
            }
            match value {
                FieldValue::Tags(tags) => {
                    let new = tags.iter().filter(|tag| !lead.tags.contains(tag));
                    next.tags.extend(new.cloned());
                    next.tags.sort_unstable();
                }
                value => next.set(*field, value.clone()),
            }
            said.push(*field);
        }
        for (column, home, name) in &draft.names {
            if let Home::Field(LeadField::Custom(id)) = home {
                match self.own_value(&next, *id, *column, name)? {
                    Some(value) => {
                        put_own(&mut next, *id, value);
                        said.push(LeadField::Custom(*id));
                    }
                    None => notes.add(format!("“{name}” is {NOT_OF_TYPE}; it is left out")),
                }
                continue;
            }
            let kept = next.clone();
            match self.put_named(&mut next, lead, *home, name, notes) {
                Ok(Some(field)) => said.push(field),
                Ok(None) => {}
                Err(why) => {
                    next = kept;
                    notes.add(format!("“{name}” is {why}; what the lead has stays"));
                }
            }
        }
        self.put_own_fields(draft, &mut next, &mut said, notes)?;
        if clears {
            self.clear(draft, &mut next, &mut said);
        }
        let differs = |field: &LeadField| {
            let (new, old) = (field.value(&next), field.value(lead));
            // A moment within a day is that day.
            new != old && !(*field == LeadField::Expected && new.display("", &self.catalog) == old.display("", &self.catalog))
        };
        said.sort_unstable();
        said.dedup();
        Ok(said.into_iter().filter(differs).map(|field| (field, field.value(&next))).collect())
    }

    /// A value that was to be looked up. Gives the field that it went to.
    fn put_named(
        &self,
        next: &mut Lead,
        lead: &Lead,
        home: Home,
        name: &str,
        notes: &mut Notes,
    ) -> std::result::Result<Option<LeadField>, &'static str> {
        let field = match home {
            Home::State | Home::Field(LeadField::Status) => {
                let by_name = self.statuses.get(&(lead.lead_type, fold(name))).copied();
                let state = by_name.map(|(_, state)| state).or_else(|| life_cycle(name)).ok_or("no status")?;
                if state != lead.state.life_cycle() {
                    return Err("a state that only an action leads to");
                }
                let Some((status, _)) = by_name else { return Ok(None) };
                next.status = status;
                return Ok(Some(LeadField::Status));
            }
            Home::Type => {
                let is_same = self.types.get(&fold(name)) == Some(&lead.lead_type);
                return if is_same { Ok(None) } else { Err("another type than the lead's") };
            }
            Home::Field(field) => field,
            _ => return Ok(None),
        };
        match field {
            LeadField::Owner => next.owner = Some(*self.people.get(&fold(name)).ok_or("nobody who works here")?),
            LeadField::Group => next.group = Some(*self.groups.get(&fold(name)).ok_or("no group")?),
            LeadField::Team => self.team(next, name).ok_or("nobody who works here")?,
            field => {
                let list = list_of(field).ok_or("not in the list")?;
                self.choose(next, field, list, name, notes).ok_or("not in the list")?;
                next.offerings.sort_unstable();
            }
        }
        Ok(Some(field))
    }

    /// Columns that bear the name of a field that an administrator added; the others stay as they first came in.
    fn put_own_fields(&self, draft: &Draft, next: &mut Lead, said: &mut Vec<LeadField>, notes: &mut Notes) -> std::result::Result<(), String> {
        for (heading, cell) in &draft.extra {
            if let Some(field) = self.own_field(next, heading).cloned() {
                let value = self.read_own(&field, heading, cell, &next.currency)?;
                next.set(LeadField::Custom(field.id), FieldValue::Custom(field.id, value));
                said.push(LeadField::Custom(field.id));
            } else if next.extra.get(heading).is_some_and(|known| squash(known) != squash(cell)) {
                notes.add(format!("“{heading}” is kept as it first came in"));
            }
        }
        Ok(())
    }

    fn own_field(&self, lead: &Lead, heading: &str) -> Option<&CustomField> {
        self.catalog.fields_of(lead.lead_type).find(|field| fold(&field.name) == fold(heading) && !self.has_column(field.id))
    }

    /// Empties the fields whose columns have no value in the row; one that must have a value keeps it.
    fn clear(&self, draft: &Draft, next: &mut Lead, said: &mut Vec<LeadField>) {
        for column in &draft.empty {
            let field = match self.home_of(*column) {
                Home::Field(LeadField::Custom(id)) => self.catalog.fields_of(next.lead_type).find(|own| own.id == id).map(|_| LeadField::Custom(id)),
                Home::Field(field) => Some(field),
                Home::Extra => self.own_field(next, self.heading(*column)).map(|field| LeadField::Custom(field.id)),
                _ => None,
            };
            let Some(field) = field.filter(|field| !said.contains(field)) else { continue };
            let no_phone = |text: &str| crate::phone::parse(text, "");
            if let Ok(value) = field.parse(&[], &next.currency, &self.catalog, &no_phone) {
                next.set(field, value);
                said.push(field);
            }
        }
    }
}
