//! Drafts become leads: a batch is one transaction, with a handful of statements however many rows it has.

use std::collections::{HashMap, HashSet};

use domain::event::{Arrival, Subject};
use domain::text::fold;
use domain::{
    AccountId, AccountKind, ChoiceId, ChoiceList, ContactId, EventKind, Finding, ImportId, Lead, LeadId, LeadState, Named, Opportunity,
    OpportunityId, Phone, Timestamp, UserId,
};
use store::Tx;
use store::accounts::NewAccount;
use store::contacts::{NewContact, Points};
use store::events::NewEvent;
use store::imports::PointKind;
use store::leads::NewLead;

use super::classes::{self, Qualified};
use super::draft::Draft;
use super::known::{Decided, Known, Whose, decide};
use super::lists::Lists;
use super::routed::{Unwritten, route};
use crate::clocks;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::leads::first_opportunity;
use crate::radar;
use crate::routing::Router;
use crate::scoring;

/// Names of accounts remembered from one batch to the next.
pub(super) const REMEMBERED: usize = 200_000;

/// Who imports what.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    pub run: ImportId,
    pub file_name: String,
    pub started_by: Option<UserId>,
    pub now: Timestamp,
}

/// Writes batches, and remembers accounts between them.
#[derive(Debug)]
pub(super) struct Writer {
    origin: Origin,
    /// Decides whose leads become that nobody is named for, where that is wanted.
    router: Option<Router>,
    accounts: HashMap<String, AccountId>,
    customers: HashSet<AccountId>,
}

/// A draft with the lead it becomes.
pub(super) type Built<'d> = (&'d Draft, Lead);

/// What a batch adds, to be remembered once it is saved.
#[derive(Default)]
struct Found {
    accounts: HashMap<String, AccountId>,
    /// By the row's place.
    findings: HashMap<usize, Finding>,
    new_accounts: Vec<NewAccount>,
    new_contacts: Vec<NewContact>,
}

/// A contact that a draft may mean: name, then account.
type Person = (String, AccountId);

impl Writer {
    pub(super) fn new(origin: Origin, router: Option<Router>) -> Self {
        Self { origin, router, accounts: HashMap::new(), customers: HashSet::new() }
    }

    /// Adds leads in a transaction that somebody else saves; see [`Writer::remember`].
    ///
    /// # Errors
    /// What the store reports.
    pub(super) async fn add(&self, ctx: &Ctx, tx: &mut Tx, mut built: Vec<Built<'_>>, lists: &Lists) -> Result<Added> {
        let mut found = Found::default();
        let mut people = People::find(tx, &built).await?;
        self.put_accounts(tx, &mut built, &mut found, &people, lists).await?;
        self.find_namesakes(tx, &built, &found, &mut people).await?;
        self.put_contacts(tx, &mut built, &mut found, &mut people).await?;
        let customers = self.customers_of(&built, &mut found);
        let unwritten = Unwritten { new: &found.new_accounts, customers: &customers };
        let decisions = match &self.router {
            Some(router) => route(ctx, tx, &mut built, unwritten, router, &lists.catalog).await?,
            None => Vec::new(),
        };
        let first_lead = tx.take_numbers("lead", built.len() as i64).await?;
        for ((_, lead), id) in built.iter_mut().zip(first_lead..) {
            lead.id = LeadId(id);
        }
        let first_opportunity = tx.take_numbers("opportunity", built.len() as i64).await?;
        let opportunities = opportunities(&built, first_opportunity, lists)?;
        let decisions: Vec<_> = decisions.into_iter().map(|(place, decided)| (built[place].1.id, decided)).collect();

        tx.accounts().add_many(&found.new_accounts).await?;
        tx.imports().make_customers(self.origin.run, &customers, self.origin.now).await?;
        tx.contacts().add_many(&found.new_contacts).await?;
        let events = self.events(&built, &found);
        let findings = std::mem::take(&mut found.findings).into_iter().map(|(place, finding)| (built[place].0.row, finding)).collect();
        let said: Vec<&Qualified> = built.iter().map(|row| &row.0.qualified).collect();
        let within_hours = lists.catalog.site.touch_within_hours;
        let new_lead = |(draft, mut lead): Built<'_>| {
            // Work on any other has begun before it came here.
            if lead.state == LeadState::Pending {
                lead.handover = radar::on_arrival(&lead, self.origin.started_by, self.origin.now, None, within_hours);
            }
            NewLead { lead, import: Some(self.origin.run), import_key: Some(draft.key.clone()) }
        };
        let mut new = built.into_iter().map(new_lead).collect::<Vec<_>>();
        let mut leads: Vec<&mut Lead> = new.iter_mut().map(|new| &mut new.lead).collect();
        let typed = scoring::score_new(ctx, tx, &mut leads, &lists.catalog).await?;
        tx.leads().add_many(&new).await?;
        scoring::keep_typed(ctx, tx, &typed).await?;
        let rows: Vec<(&Qualified, &Lead)> = said.into_iter().zip(new.iter().map(|new| &new.lead)).collect();
        let classes = classes::write(ctx, tx, &rows, self.origin.started_by, self.origin.now).await?;
        clocks::on_arrival(ctx, tx, &new.iter().map(|new| &new.lead).collect::<Vec<_>>(), &classes).await?;
        tx.routing().add_first_decisions(&decisions).await?;
        tx.opportunities().add_many(&opportunities).await?;
        tx.events().record_many(&events).await?;
        Ok(Added { accounts: found.accounts, customers, findings })
    }

    /// Keeps for later batches what a saved one found out.
    pub(super) fn remember(&mut self, added: Added) {
        // Forgetting costs a look into the database, remembering everything would cost the machine's memory.
        if self.accounts.len() > REMEMBERED {
            self.accounts.clear();
            self.customers.clear();
        }
        self.accounts.extend(added.accounts);
        self.customers.extend(added.customers);
    }

    /// Gives every draft an account, see [`decide`].
    async fn put_accounts(&self, tx: &mut Tx, built: &mut [Built<'_>], found: &mut Found, people: &People, lists: &Lists) -> Result<()> {
        let region = &lists.catalog.site.region;
        let known = Known { region, run: Some(self.origin.run), remembered: &self.accounts, people };
        let Decided { whose, findings, named, new } = decide(tx, known, built).await?;
        let first = if new.is_empty() { 0 } else { tx.take_numbers("account", new.len() as i64).await? };
        for ((draft, lead), whose) in built.iter_mut().zip(whose) {
            let name = if draft.company.is_empty() { &draft.full_name } else { &draft.company };
            lead.account = match whose {
                Whose::Known(id) => Named { id, name: name.clone() },
                Whose::New(place) => Named { id: AccountId(first + place as i64), name: name.clone() },
                Whose::Found(account) => {
                    lists.keep_company(draft, lead, &account.name);
                    account
                }
            };
        }
        found.findings = findings;
        found.accounts = named;
        for ((row, folded), id) in new.into_iter().zip(first..) {
            let (_, lead) = &built[row];
            found.new_accounts.push(NewAccount {
                id: AccountId(id),
                name: lead.account.name.clone(),
                kinds: vec![AccountKind::Prospect],
                primary_rep: lead.owner,
                website: String::new(),
                domains: Vec::new(),
                locations: Vec::new(),
                import: Some(self.origin.run),
                now: self.origin.now,
            });
            if !folded.is_empty() {
                found.accounts.insert(folded, AccountId(id));
            }
        }
        Ok(())
    }

    /// Contacts of the same name in the same account, for drafts that have neither e-mail address nor number.
    async fn find_namesakes(&self, tx: &mut Tx, built: &[Built<'_>], found: &Found, people: &mut People) -> Result<()> {
        let new: HashSet<AccountId> = found.new_accounts.iter().map(|account| account.id).collect();
        let bare = || built.iter().filter(|(draft, lead)| draft.emails.is_empty() && draft.phones.is_empty() && !new.contains(&lead.account.id));
        let accounts: HashSet<AccountId> = bare().map(|(_, lead)| lead.account.id).collect();
        if accounts.is_empty() {
            return Ok(());
        }
        let names: HashSet<String> = bare().map(|(draft, _)| fold(&draft.full_name)).collect();
        let accounts: Vec<AccountId> = accounts.into_iter().collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let contacts = tx.imports().contacts_named(&accounts, &names).await?;
        let ids: Vec<ContactId> = contacts.iter().map(|contact| contact.contact).collect();
        let mut points = tx.contacts().points_of(&ids).await?;
        for contact in contacts {
            let points = points.remove(&contact.contact).unwrap_or_default();
            people.add((contact.name_folded, contact.account), contact.contact, points);
        }
        Ok(())
    }

    /// Gives every draft a contact: one of this name in this account that already has all it says, or a new one.
    async fn put_contacts(&self, tx: &mut Tx, built: &mut [Built<'_>], found: &mut Found, people: &mut People) -> Result<()> {
        let mut new = Vec::new();
        for (index, (draft, lead)) in built.iter_mut().enumerate() {
            let person: Person = (fold(&draft.full_name), lead.account.id);
            if let Some((id, points)) = people.who_has(&person, draft) {
                lead.contact = id;
                show(lead, points);
            } else {
                lead.contact = ContactId(-1 - new.len() as i64);
                new.push(index);
                people.add(person, lead.contact, (draft.phones.clone(), draft.emails.clone()));
            }
        }
        let first = if new.is_empty() { 0 } else { tx.take_numbers("contact", new.len() as i64).await? };
        for (_, lead) in built.iter_mut() {
            if lead.contact.0 < 0 {
                lead.contact = ContactId(first + (-1 - lead.contact.0));
            }
        }
        for index in new {
            let (draft, lead) = &built[index];
            found.new_contacts.push(NewContact {
                id: lead.contact,
                full_name: draft.full_name.clone(),
                job_title: String::new(),
                account: Some(lead.account.id),
                phones: draft.phones.clone(),
                emails: draft.emails.clone(),
                import: Some(self.origin.run),
                now: self.origin.now,
            });
        }
        Ok(())
    }

    /// Accounts with a won lead: new ones start as customers, the others become one.
    fn customers_of(&self, built: &[Built<'_>], found: &mut Found) -> Vec<AccountId> {
        let mut won: HashSet<AccountId> =
            built.iter().filter(|(_, lead)| matches!(lead.state, LeadState::Won { .. })).map(|(_, lead)| lead.account.id).collect();
        for account in found.new_accounts.iter_mut().filter(|account| won.remove(&account.id)) {
            account.kinds = vec![AccountKind::Customer];
        }
        let mut customers: Vec<AccountId> = won.into_iter().filter(|id| !self.customers.contains(id)).collect();
        customers.sort_unstable();
        customers
    }

    fn events(&self, built: &[Built<'_>], found: &Found) -> Vec<NewEvent> {
        let event = |subject, subject_id, kind| NewEvent {
            at: self.origin.now,
            actor: self.origin.started_by,
            subject,
            subject_id,
            lead: None,
            version: 1,
            kind,
            before: None,
            after: None,
        };
        let accounts =
            found.new_accounts.iter().map(|account| event(Subject::Account, account.id.0, EventKind::RecordAdded { name: account.name.clone() }));
        let leads = built.iter().map(|(_, lead)| NewEvent {
            lead: Some(lead.id),
            after: Some(lead.audience()),
            ..event(Subject::Lead, lead.id.0, EventKind::LeadAdded { by: Arrival::Import(self.origin.file_name.clone()) })
        });
        let sought = built.iter().enumerate().filter_map(|(row, (_, lead))| {
            let kind = EventKind::AccountSought { finding: found.findings.get(&row)?.clone() };
            Some(NewEvent { lead: Some(lead.id), after: Some(lead.audience()), ..event(Subject::Lead, lead.id.0, kind) })
        });
        let classed = built.iter().filter_map(|(draft, lead)| {
            let kind = EventKind::LeadClassed { from: None, to: Some(draft.qualified.class()?), why: "so says the file".to_owned() };
            Some(NewEvent { lead: Some(lead.id), after: Some(lead.audience()), ..event(Subject::Lead, lead.id.0, kind) })
        });
        accounts.chain(leads).chain(sought).chain(classed).collect()
    }
}

/// What a written batch found out.
#[derive(Debug)]
pub(super) struct Added {
    accounts: HashMap<String, AccountId>,
    customers: Vec<AccountId>,
    /// What the signs say of the accounts of rows, by the rows' numbers.
    pub findings: HashMap<u64, Finding>,
}

/// Contacts that drafts may mean.
#[derive(Default)]
pub(super) struct People {
    by_name: HashMap<Person, Vec<(ContactId, Points)>>,
    /// The account of whoever has this address or number, and this name.
    by_point: HashMap<(String, String), AccountId>,
}

impl People {
    /// Contacts that have one of the e-mail addresses or numbers of these drafts.
    ///
    /// # Errors
    /// What the store reports.
    pub(super) async fn find(tx: &mut Tx, built: &[Built<'_>]) -> Result<Self> {
        let emails: HashSet<String> = built.iter().flat_map(|(draft, _)| &draft.emails).map(|email| email.folded()).collect();
        let phones = built.iter().filter(|(draft, _)| draft.emails.is_empty()).flat_map(|(draft, _)| &draft.phones);
        let phones: HashSet<String> = phones.map(Phone::match_text).collect();
        let mut people = Self::default();
        let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
        let phones: Vec<&str> = phones.iter().map(String::as_str).collect();
        let mut contacts = tx.imports().contacts_with(PointKind::Email, &emails).await?;
        contacts.extend(tx.imports().contacts_with(PointKind::Phone, &phones).await?);
        let ids: Vec<ContactId> = contacts.iter().map(|contact| contact.contact).collect();
        let mut points = tx.contacts().points_of(&ids).await?;
        for contact in contacts {
            let points = points.remove(&contact.contact).unwrap_or_default();
            people.by_point.entry((contact.match_text, contact.name_folded.clone())).or_insert(contact.account);
            people.add((contact.name_folded, contact.account), contact.contact, points);
        }
        Ok(people)
    }

    /// The account of somebody of the draft's name who has one of its addresses or numbers.
    pub(super) fn account_of(&self, draft: &Draft) -> Option<AccountId> {
        points_of(draft).into_iter().find_map(|point| self.by_point.get(&(point, fold(&draft.full_name))).copied())
    }

    fn add(&mut self, person: Person, id: ContactId, points: Points) {
        let known = self.by_name.entry(person).or_default();
        if !known.iter().any(|(other, _)| *other == id) {
            known.push((id, points));
        }
    }

    /// The oldest contact with this name in this account that has every address and number of the draft.
    fn who_has(&self, person: &Person, draft: &Draft) -> Option<(ContactId, &Points)> {
        let has = |(phones, emails): &Points| {
            draft.emails.iter().all(|email| emails.iter().any(|known| known.folded() == email.folded()))
                && draft.phones.iter().all(|phone| phones.iter().any(|known| is_same(known, phone)))
        };
        self.by_name.get(person)?.iter().find(|(_, points)| has(points)).map(|(id, points)| (*id, points))
    }
}

/// Whether two numbers are one.
pub(super) fn is_same(one: &Phone, other: &Phone) -> bool {
    one.match_text() == other.match_text()
}

/// What the draft's person is reached by, as it is compared.
pub(super) fn points_of(draft: &Draft) -> Vec<String> {
    let emails = draft.emails.iter().map(|email| email.folded());
    emails.chain(draft.phones.iter().map(Phone::match_text)).collect()
}

/// The lead shows what its row said, also where its contact has other numbers before that.
fn show(lead: &mut Lead, (phones, emails): &Points) {
    if let Some(email) = lead.emails.first().filter(|_| lead.contact_email.is_empty() && lead.emails.first() != emails.first()) {
        lead.contact_email = email.as_str().to_owned();
    }
    if let Some(phone) = lead.phones.first().filter(|_| lead.contact_phone.is_empty() && lead.phones.first() != phones.first()) {
        lead.contact_phone = phone.display().to_owned();
    }
    lead.phones.clone_from(phones);
    lead.emails.clone_from(emails);
}

fn opportunities(built: &[Built<'_>], first: i64, lists: &Lists) -> Result<Vec<Opportunity>> {
    let stage =
        |word: &str| lists.catalog.offered(ChoiceList::Stage).find(|choice| choice.name.to_lowercase().ends_with(word)).map(|choice| choice.id);
    let (won, lost): (Option<ChoiceId>, Option<ChoiceId>) = (stage("won"), stage("lost"));
    let mut opportunities = Vec::with_capacity(built.len());
    for ((_, lead), id) in built.iter().zip(first..) {
        let mut opportunity = first_opportunity(lead, OpportunityId(id), &lists.catalog)?;
        let closed = match lead.state {
            LeadState::Won { .. } => won,
            LeadState::Lost { .. } | LeadState::Cancelled { .. } => lost,
            LeadState::Pending | LeadState::InProgress => None,
        };
        opportunity.stage = closed.unwrap_or(opportunity.stage);
        opportunity.close_at = lead.state.closed_at().or(opportunity.close_at);
        opportunities.push(opportunity);
    }
    Ok(opportunities)
}
