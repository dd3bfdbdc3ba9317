//! Names looked up: people, groups, lead types, statuses and the entries of lists. An entry that is missing is added to
//! its list, unless one differs only in spelling.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use domain::event::Subject;
use domain::text::fold;
use domain::{
    AuditArea, Catalog, ChoiceId, ChoiceList, CustomField, CustomFieldId, CustomKind, EventKind, FieldErrors, FormValues, GroupId, Lead, LeadField,
    LeadState, LeadTypeId, LifeCycle, StatusId, Timestamp, UserId,
};
use store::Tx;
use store::events::NewEvent;

use super::cells::{DateOrder, is_placeholder, life_cycle, moment, plain_amount, squash};
use super::draft::Draft;
use super::mapping::{Columns, Home};
use super::report::Notes;
use crate::audit::{self, Who};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::leads::blank;

/// Reason of leads that were lost without one.
const NOT_GIVEN: &str = "Not given";
/// Why what stands in the column of an own field stays out of it.
pub(super) const NOT_OF_TYPE: &str = "for a field that leads of this type do not have";
/// Entries added to one list by one import. A column with more different values is no list.
const ADDED_MAX: usize = 200;

/// What is configured, for looking up by name.
#[derive(Debug)]
pub(super) struct Lists {
    pub catalog: Arc<Catalog>,
    columns: Columns,
    /// By list and squashed name.
    choices: HashMap<(ChoiceList, String), (ChoiceId, String)>,
    pub people: HashMap<String, UserId>,
    pub groups: HashMap<String, GroupId>,
    group_of: HashMap<UserId, GroupId>,
    pub types: HashMap<String, LeadTypeId>,
    /// Statuses on offer, by lead type and folded name.
    pub statuses: HashMap<(LeadTypeId, String), (StatusId, LifeCycle)>,
    /// Names of statuses in which a lead is lost.
    lost: HashSet<String>,
    blanks: HashMap<LeadTypeId, Lead>,
    first_type: LeadTypeId,
    added: HashMap<ChoiceList, usize>,
    is_dry: bool,
}

impl Lists {
    pub(super) async fn load(ctx: &Ctx, columns: &Columns, is_dry: bool) -> Result<Self> {
        let catalog = ctx.store.catalog().await?;
        let first = blank(ctx, &FormValues::default(), &catalog, &mut FieldErrors::default())?;
        let mut blanks = HashMap::new();
        for lead_type in catalog.offered_types() {
            let chosen = FormValues(vec![("type".to_owned(), lead_type.id.to_string())]);
            if let Ok(lead) = blank(ctx, &chosen, &catalog, &mut FieldErrors::default()) {
                blanks.insert(lead_type.id, lead);
            }
        }
        let mut people: HashMap<String, UserId> = HashMap::new();
        let mut doubtful = HashSet::new();
        for person in catalog.possible_owners() {
            people.insert(person.email.to_lowercase(), person.id);
            if people.insert(fold(&person.name), person.id).is_some_and(|other| other != person.id) {
                doubtful.insert(fold(&person.name));
            }
        }
        people.retain(|name, _| !doubtful.contains(name));
        let groups = || catalog.groups.iter().filter(|group| !group.retired);
        let offered = || catalog.statuses.iter().filter(|status| !status.retired);
        let mut group_of = HashMap::new();
        for group in groups() {
            for member in group.members.iter().chain(&group.manager) {
                group_of.entry(*member).or_insert(group.id);
            }
        }
        let mut lists = Self {
            columns: columns.clone(),
            choices: HashMap::new(),
            people,
            groups: groups().map(|group| (fold(&group.name), group.id)).collect(),
            group_of,
            types: catalog.offered_types().map(|lead_type| (fold(&lead_type.name), lead_type.id)).collect(),
            statuses: offered().map(|status| ((status.lead_type, fold(&status.name)), (status.id, status.state))).collect(),
            lost: offered().filter(|status| status.state == LifeCycle::Lost).map(|status| fold(&status.name)).collect(),
            blanks,
            first_type: first.lead_type,
            added: HashMap::new(),
            is_dry,
            catalog,
        };
        lists.read_choices();
        Ok(lists)
    }

    fn read_choices(&mut self) {
        for choice in &self.catalog.choices {
            let key = (choice.list, squash(&choice.name));
            // One that is still offered goes before a retired one of nearly the same name.
            if !choice.retired || !self.choices.contains_key(&key) {
                self.choices.insert(key, (choice.id, choice.name.clone()));
            }
        }
    }

    /// New leads whose rows name no partner are this one's, if it is in the list of partners.
    pub(super) fn default_to_partner(&mut self, name: &str) {
        let found = self.choices.get(&(ChoiceList::Partner, squash(name))).map(|(id, _)| *id);
        self.blanks.values_mut().for_each(|lead| lead.partner = found.or(lead.partner));
    }

    /// Adds what is missing in lists for these rows, in a transaction of its own.
    pub(super) async fn complete(&mut self, ctx: &Ctx, drafts: &[&Draft], notes: &mut Notes) -> Result<()> {
        let mut missing: Vec<(ChoiceList, String)> = Vec::new();
        let mut seen = HashSet::new();
        let reason = (ChoiceList::LostReason, NOT_GIVEN.to_owned());
        let lost_without = |draft: &&Draft| self.says_lost(draft) && !draft.names.iter().any(|(_, home, _)| *home == Home::LostReason);
        let needs_reason = drafts.iter().any(lost_without).then_some(reason);
        let named = drafts.iter().flat_map(|draft| &draft.names).filter_map(|(_, home, name)| Some((growing(*home)?, name)));
        let mut looked_at = HashSet::new();
        let named = named.filter(|(list, name)| looked_at.insert((*list, name.as_str())));
        let named = named.flat_map(|(list, name)| self.parts(list, name).into_iter().map(move |part| (list, part)));
        let wanted: Vec<(ChoiceList, String)> = named.chain(needs_reason).collect();
        for (list, name) in wanted {
            let key = (list, squash(&name));
            if key.1.is_empty() || self.choices.contains_key(&key) || !seen.insert(key) {
                continue;
            }
            let added = self.added.entry(list).or_default();
            if *added < ADDED_MAX {
                *added += 1;
                missing.push((list, name));
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        for (list, name) in &missing {
            notes.add(format!("“{name}” added to the list of {}", list_name(*list)));
        }
        if self.is_dry {
            for (list, name) in missing {
                self.choices.insert((list, squash(&name)), (ChoiceId(0), name));
            }
            return Ok(());
        }
        let mut tx = ctx.store.begin().await?;
        let mut events = Vec::new();
        for (list, name) in missing {
            let id = tx.catalog().add_choice(list, &name, false).await?;
            events.push(choice_added(ctx, id, list, &name));
        }
        record(ctx, &mut tx, AuditArea::Configuration, &events).await?;
        tx.save().await?;
        self.catalog = ctx.store.catalog().await?;
        self.read_choices();
        Ok(())
    }

    /// The names in a cell: the whole of it where that is an entry, else what stands between semicolons, or between
    /// commas where one of the parts is an entry.
    fn parts(&self, list: ChoiceList, cell: &str) -> Vec<String> {
        let is_known = |name: &str| self.choices.contains_key(&(list, squash(name)));
        let split = |mark: &[char]| cell.split(mark).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        if list != ChoiceList::Offering || is_known(cell) {
            return vec![cell.to_owned()];
        }
        if cell.contains([';', '|']) {
            return split(&[';', '|']);
        }
        let by_commas = split(&[',']);
        if by_commas.iter().any(|part| is_known(part)) { by_commas } else { vec![cell.to_owned()] }
    }

    fn says_lost(&self, draft: &Draft) -> bool {
        draft.names.iter().any(|(_, home, name)| {
            let is_state = matches!(home, Home::State | Home::Field(LeadField::Status));
            is_state && (life_cycle(name) == Some(LifeCycle::Lost) || self.lost.contains(&fold(name)))
        })
    }

    /// The lead of a draft, but for its number, account and contact.
    ///
    /// # Errors
    /// The reason why the row is refused.
    pub(super) fn lead(&self, draft: &Draft, started_by: Option<UserId>, now: Timestamp, notes: &mut Notes) -> std::result::Result<Lead, String> {
        for remark in &draft.remarks {
            notes.add(remark.clone());
        }
        let mut extra = draft.extra.clone();
        let mut kept = |column: usize, name: &str, why: &str, notes: &mut Notes| {
            notes.add(format!("“{name}” is {why}; kept under “{}”", self.heading(column)));
            extra.insert(self.heading(column).to_owned(), name.to_owned());
        };
        let named = |wanted: Home| draft.names.iter().find(|(_, home, _)| *home == wanted);
        let mut lead_type = self.first_type;
        if let Some((column, _, name)) = named(Home::Type) {
            match self.types.get(&fold(name)).filter(|id| self.blanks.contains_key(id)) {
                Some(id) => lead_type = *id,
                None => kept(*column, name, "no lead type", notes),
            }
        }
        let mut lead = self.blanks.get(&lead_type).ok_or("There is no lead type to add a lead with")?.clone();
        lead.full_name.clone_from(&draft.full_name);
        lead.phones.clone_from(&draft.phones);
        lead.emails.clone_from(&draft.emails);
        lead.created_by = started_by;
        lead.created_at = draft.created_at.unwrap_or(now);
        lead.updated_at = now;
        lead.status_since = lead.created_at;
        for (field, value) in &draft.fields {
            lead.set(*field, value.clone());
        }
        for (column, home, name) in &draft.names {
            let why = match home {
                Home::Field(LeadField::Owner) => self.people.get(&fold(name)).map(|id| self.own(&mut lead, *id)).ok_or("nobody who works here"),
                Home::Field(LeadField::Team) => self.team(&mut lead, name).ok_or("nobody who works here"),
                Home::Field(LeadField::Group) => self.groups.get(&fold(name)).map(|id| lead.group = Some(*id)).ok_or("no group"),
                Home::Field(LeadField::Custom(id)) => match self.own_value(&lead, *id, *column, name)? {
                    Some(value) => {
                        put_own(&mut lead, *id, value);
                        Ok(())
                    }
                    None => Err(NOT_OF_TYPE),
                },
                Home::Field(field) => match list_of(*field) {
                    Some(list) => self.choose(&mut lead, *field, list, name, notes).ok_or("not in the list"),
                    None => Ok(()),
                },
                _ => Ok(()),
            };
            if let Err(why) = why {
                kept(*column, name, why, notes);
            }
        }
        for (column, home, name) in &draft.names {
            if matches!(home, Home::State | Home::Field(LeadField::Status)) && !self.enter(&mut lead, draft, name, now)? {
                kept(*column, name, "no status", notes);
            }
        }
        lead.extra = extra;
        self.fill_own_fields(&mut lead)?;
        let lacking = self.catalog.fields_of(lead.lead_type).find(|field| field.required && !lead.custom.contains_key(&field.id));
        lacking.map_or(Ok(lead), |field| Err(format!("“{}” is required, and the row does not say it", field.name)))
    }

    /// A column that is kept and bears the name of a field that an administrator added goes there, unless another column does.
    fn fill_own_fields(&self, lead: &mut Lead) -> std::result::Result<(), String> {
        for field in self.catalog.fields_of(lead.lead_type).filter(|field| !self.has_column(field.id)) {
            let Some(heading) = lead.extra.keys().find(|heading| fold(heading) == fold(&field.name)).cloned() else { continue };
            let Some(cell) = lead.extra.remove(&heading) else { continue };
            let value = self.read_own(field, &heading, &cell, &lead.currency)?;
            lead.set(LeadField::Custom(field.id), domain::FieldValue::Custom(field.id, value));
        }
        Ok(())
    }

    /// Whether a column was sent to this field.
    pub(super) fn has_column(&self, id: CustomFieldId) -> bool {
        self.columns.position(Home::Field(LeadField::Custom(id))).is_some()
    }

    /// What a cell says of the field that its column was sent to, empty for nothing; `None` where leads of this type do not
    /// have the field.
    ///
    /// # Errors
    /// The reason why the row is refused.
    pub(super) fn own_value(&self, lead: &Lead, id: CustomFieldId, column: usize, cell: &str) -> std::result::Result<Option<String>, String> {
        let Some(field) = self.catalog.fields_of(lead.lead_type).find(|field| field.id == id) else { return Ok(None) };
        match self.read_own(field, self.heading(column), cell, &lead.currency) {
            Err(_) if is_placeholder(cell) => Ok(Some(String::new())),
            read => read.map(Some),
        }
    }

    /// What a cell says of a field that an administrator added.
    ///
    /// # Errors
    /// The reason why the row is refused.
    pub(super) fn read_own(&self, field: &CustomField, heading: &str, cell: &str, currency: &str) -> std::result::Result<String, String> {
        let text = match field.kind {
            CustomKind::Date => {
                let order = DateOrder::of(std::iter::once(cell), &self.catalog.site.region);
                moment(cell, order).map_or_else(|| cell.to_owned(), Timestamp::day)
            }
            CustomKind::Money | CustomKind::Number => plain_amount(cell, 4),
            _ => cell.to_owned(),
        };
        field.parse(&text, currency).map_err(|sentence| format!("“{text}” in {heading}: {sentence}"))
    }

    /// A lead that goes to an account of another name keeps the company as its row has it, as what has no home.
    pub(super) fn keep_company(&self, draft: &Draft, lead: &mut Lead, account: &str) {
        if let Some(column) = self.columns.position(Home::Company).filter(|_| !draft.company.is_empty() && fold(&draft.company) != fold(account)) {
            lead.extra.entry(self.heading(column).to_owned()).or_insert_with(|| draft.company.clone());
        }
    }

    pub(super) fn heading(&self, column: usize) -> &str {
        &self.columns.headings[column]
    }

    pub(super) fn home_of(&self, column: usize) -> Home {
        self.columns.homes[column]
    }

    fn own(&self, lead: &mut Lead, owner: UserId) {
        lead.owner = Some(owner);
        if lead.group.is_none() {
            lead.group = self.group_of.get(&owner).copied();
        }
    }

    pub(super) fn team(&self, lead: &mut Lead, names: &str) -> Option<()> {
        for name in names.split([',', ';']) {
            lead.team.push(*self.people.get(&fold(name))?);
        }
        lead.team.sort_unstable();
        lead.team.dedup();
        Some(())
    }

    pub(super) fn choose(&self, lead: &mut Lead, field: LeadField, list: ChoiceList, name: &str, notes: &mut Notes) -> Option<()> {
        for part in self.parts(list, name) {
            let (id, known) = self.choices.get(&(list, squash(&part)))?;
            if fold(known) != fold(&part) {
                notes.add(format!("“{part}” taken as “{known}”"));
            }
            match field {
                LeadField::Offerings if lead.offerings.contains(id) => {}
                LeadField::Offerings => lead.offerings.push(*id),
                field => lead.set(field, domain::FieldValue::Choice(Some(*id))),
            }
        }
        Some(())
    }

    /// Puts the lead where a status or state says; `false` when there is none of this name.
    fn enter(&self, lead: &mut Lead, draft: &Draft, name: &str, now: Timestamp) -> std::result::Result<bool, String> {
        let by_name = self.statuses.get(&(lead.lead_type, fold(name))).copied();
        let (status, state) = match (by_name, life_cycle(name)) {
            (Some(found), _) => found,
            (None, Some(state)) => {
                let status = self.catalog.default_status(lead.lead_type, state);
                (status.ok_or_else(|| format!("The pipeline has no status for “{}”; an administrator can add one", state.label()))?.id, state)
            }
            (None, None) => return Ok(false),
        };
        // The last of several columns decides only where it says more: "won" after a status of that state changes nothing.
        let at = draft.closed_at.or(lead.expected_at).or(draft.created_at).unwrap_or(now);
        if by_name.is_none() && lead.state.life_cycle() == state && lead.status != status {
            return Ok(true);
        }
        let closed = !state.is_open();
        lead.status = status;
        lead.state = match state {
            LifeCycle::Pending => LeadState::Pending,
            LifeCycle::InProgress => LeadState::InProgress,
            LifeCycle::Won => LeadState::Won { at },
            LifeCycle::Cancelled => LeadState::Cancelled { at },
            LifeCycle::Lost => LeadState::Lost { at, reason: self.reason(draft)? },
        };
        if closed {
            lead.reopen_status = self.catalog.default_status(lead.lead_type, LifeCycle::Pending).map(|status| status.id);
            lead.status_since = at;
        }
        Ok(true)
    }

    fn reason(&self, draft: &Draft) -> std::result::Result<ChoiceId, String> {
        let named = draft.names.iter().find(|(_, home, _)| *home == Home::LostReason).map(|(_, _, name)| name.as_str());
        let find = |name: &str| self.choices.get(&(ChoiceList::LostReason, squash(name))).map(|(id, _)| *id);
        named.and_then(find).or_else(|| find(NOT_GIVEN)).ok_or_else(|| "The lead is lost, but no reason is configured".to_owned())
    }
}

/// Fills a field that an administrator added; nothing leaves it as it is.
pub(super) fn put_own(lead: &mut Lead, id: CustomFieldId, value: String) {
    if !value.is_empty() {
        lead.set(LeadField::Custom(id), domain::FieldValue::Custom(id, value));
    }
}

/// Lists that an import may add to. Priority and importance are scales: a new step would have no place on them.
fn growing(home: Home) -> Option<ChoiceList> {
    match home {
        Home::LostReason => Some(ChoiceList::LostReason),
        Home::Field(field) => list_of(field).filter(|list| !matches!(list, ChoiceList::Priority | ChoiceList::Importance)),
        _ => None,
    }
}

pub(super) fn list_of(field: LeadField) -> Option<ChoiceList> {
    match field.kind() {
        domain::field::FieldKind::Choice(list) | domain::field::FieldKind::Choices(list) => Some(list),
        _ => None,
    }
}

pub(super) fn list_name(list: ChoiceList) -> &'static str {
    match list {
        ChoiceList::Source => "sources",
        ChoiceList::Category => "categories",
        ChoiceList::Offering => "offerings",
        ChoiceList::LostReason => "reasons of a loss",
        ChoiceList::Priority => "priorities",
        ChoiceList::Importance => "importances",
        ChoiceList::Stage => "stages",
        ChoiceList::Partner => "partners",
        ChoiceList::Location => "locations",
        ChoiceList::Competitor => "competitors",
    }
}

pub(super) fn choice_added(ctx: &Ctx, id: ChoiceId, list: ChoiceList, name: &str) -> NewEvent {
    catalog_event(ctx, id.0, EventKind::RecordAdded { name: format!("{name} to {}", list.label().to_lowercase()) })
}

/// Records changes of the catalog, for open pages and for the audit.
pub(super) async fn record(ctx: &Ctx, tx: &mut Tx, area: AuditArea, events: &[NewEvent]) -> Result<()> {
    tx.events().record_many(events).await?;
    for event in events {
        audit::write(ctx, tx, area, Who { actor: event.actor, address: &ctx.address }, &event.kind).await?;
    }
    Ok(())
}

pub(super) fn catalog_event(ctx: &Ctx, id: i64, kind: EventKind) -> NewEvent {
    NewEvent {
        at: ctx.now(),
        actor: ctx.actor.as_ref().map(|actor| actor.id),
        subject: Subject::Catalog,
        subject_id: id,
        lead: None,
        version: 0,
        kind,
        before: None,
        after: None,
    }
}
