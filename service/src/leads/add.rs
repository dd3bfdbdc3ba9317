//! Adding a lead: the account, contact and opportunity that do not exist yet are made with it.

use std::collections::BTreeMap;

use domain::account::Address;
use domain::event::{Arrival, Subject};
use domain::routing::explain;
use domain::{
    AccountId, AccountKind, Action, Catalog, ChoiceList, Contact, ContactId, CustomFieldId, EventKind, FieldErrors, FieldValue, Finding, FormValues,
    Handover, Latest, Lead, LeadField, LeadId, LeadState, LeadTypeId, LifeCycle, Named, Opportunity, OpportunityId, Phone, Role, StatusId, Timestamp,
    UserId, text,
};
use store::Tx;
use store::accounts::NewAccount;
use store::contacts::NewContact;
use store::events::NewEvent;
use store::leads::NewLead;

use super::change::{read_fields, write_contact};
use crate::clocks;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::matching;
use crate::notices::{self, Copies};
use crate::once::{self, Once};
use crate::radar;
use crate::routing::Router;
use crate::scoring;

/// Adds a lead from the add form: `full_name`, `company`, `type`, and any editable field by its key.
///
/// Without a company the account bears the person's own name. Who adds it owns it, unless the form names another or the
/// person takes leads down for others; the group defaults to the person's own. A lead that gets neither owner nor group from
/// the form or its author is given to somebody by the rules of routing.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Forbidden`].
pub async fn add(ctx: &Ctx, values: &FormValues) -> Result<LeadId> {
    add_once(ctx, values, None).await
}

/// The same for a program that may send it again: what came with this key before is not added twice.
///
/// # Errors
/// As [`add`]; [`ServiceError::Invalid`] when the key came with something else before.
pub async fn add_once(ctx: &Ctx, values: &FormValues, once: Option<&Once>) -> Result<LeadId> {
    let actor = ctx.require(Action::AddLead)?.clone();
    let catalog = ctx.catalog().await?;
    let mut errors = FieldErrors::default();
    let mut lead = blank(ctx, values, &catalog, &mut errors)?;
    lead.created_by = Some(actor.id);
    if values.find("owner").is_none() && matches!(actor.role, Role::Rep | Role::Manager) {
        lead.owner = Some(actor.id);
    }
    lead.group = actor.groups.first().copied();
    for (field, value) in read_fields(&lead, values, &catalog, &mut errors) {
        put(ctx, &mut lead, field, value, &catalog, &mut errors);
    }
    if values.find("full_name").is_none() {
        errors.add("full_name", "Enter a name");
    }
    ask_own_fields(&lead, values, &catalog, &mut errors);
    let router = if lead.owner.is_none() && values.get("group").trim().is_empty() { Some(Router::load(ctx).await?) } else { None };
    let company = errors.take("company", text::line(values.get("company"))).unwrap_or_default();
    errors.into_result()?;
    let mut tx = ctx.store.begin().await?;
    if let Some(lead) = once::made_before(&mut tx, once).await? {
        return Ok(LeadId(lead));
    }
    let primary_rep = (actor.role == Role::Rep).then_some(actor.id);
    let company = Company::Sought(&company);
    let arriving = Arriving { company, router, ..Arriving::of("", primary_rep, Arrival::ByHand) };
    let id = arrive(ctx, &mut tx, lead, arriving, &catalog).await?.id;
    once::note(ctx, &mut tx, once, id.0).await?;
    tx.save().await?;
    Ok(id)
}

fn put(ctx: &Ctx, lead: &mut Lead, field: LeadField, value: FieldValue, catalog: &Catalog, errors: &mut FieldErrors) {
    match value {
        FieldValue::Status(status) => {
            if let Err(refused) = open_in(lead, status, catalog) {
                errors.add(field.key(), refused);
            }
            lead.status_since = ctx.now();
        }
        // An empty choice keeps the type's default.
        FieldValue::Choice(None) => {}
        FieldValue::Number(None) if field == LeadField::Probability => {}
        FieldValue::Group(None) => {}
        value => lead.set(field, value),
    }
}

/// What is required of a new lead's own fields, and what stands in fields that its type does not have.
fn ask_own_fields(lead: &Lead, values: &FormValues, catalog: &Catalog, errors: &mut FieldErrors) {
    for field in &catalog.fields {
        let name = LeadField::Custom(field.id).form_name();
        let is_offered = field.is_of(lead.lead_type) && !field.retired;
        if is_offered && field.required && !lead.custom.contains_key(&field.id) {
            errors.add(&name, format!("Fill in “{}”", field.name));
        } else if !is_offered && !values.get(&name).trim().is_empty() {
            errors.add(&name, format!("Leads of this type do not have “{}”; leave it empty", field.name));
        }
    }
}

/// A new lead may start in any open status of its pipeline.
fn open_in(lead: &mut Lead, id: StatusId, catalog: &Catalog) -> std::result::Result<(), String> {
    let status = catalog.pipeline(lead.lead_type).find(|status| status.id == id).ok_or("Choose a status of this lead's pipeline")?;
    lead.state = match status.state {
        LifeCycle::Pending => LeadState::Pending,
        LifeCycle::InProgress => LeadState::InProgress,
        _ => return Err(format!("A new lead cannot start as “{}”", status.name)),
    };
    lead.status = id;
    Ok(())
}

/// A lead of the chosen type with the type's defaults and nothing else.
pub(crate) fn blank(ctx: &Ctx, values: &FormValues, catalog: &Catalog, errors: &mut FieldErrors) -> Result<Lead> {
    let chosen = values.get("type").trim();
    let by_name = |text: &str| catalog.offered_types().find(|lead_type| text::fold(&lead_type.name) == text::fold(text));
    let by_id = chosen.parse().ok().and_then(|id| catalog.offered_types().find(|lead_type| lead_type.id == id));
    let first = catalog
        .offered_types()
        .next()
        .ok_or_else(|| ServiceError::Refused("There is no lead type to add a lead with; an administrator can add one".to_owned()))?;
    let lead_type = if chosen.is_empty() {
        first
    } else {
        by_id.or_else(|| by_name(chosen)).unwrap_or_else(|| {
            errors.add("type", "Choose a type from the list");
            first
        })
    };
    let status = catalog
        .default_status(lead_type.id, LifeCycle::Pending)
        .ok_or_else(|| ServiceError::Refused(format!("The pipeline of “{}” has no pending status; an administrator can add one", lead_type.name)))?;
    let now = ctx.now();
    Ok(Lead {
        id: LeadId(0),
        version: 1,
        full_name: String::new(),
        account: Named { id: AccountId(0), name: String::new() },
        contact: ContactId(0),
        phones: Vec::new(),
        emails: Vec::new(),
        contact_email: String::new(),
        contact_phone: String::new(),
        lead_type: lead_type.id,
        status: status.id,
        status_since: now,
        reopen_status: None,
        state: LeadState::Pending,
        category: lead_type.default_category.or_else(|| catalog.default_choice(ChoiceList::Category)),
        source: None,
        partner: None,
        location: None,
        priority: lead_type.default_priority.or_else(|| catalog.default_choice(ChoiceList::Priority)),
        importance: lead_type.default_importance.or_else(|| catalog.default_choice(ChoiceList::Importance)),
        owner: None,
        group: None,
        distributor: None,
        probability: lead_type.default_probability,
        target_amount_minor: 0,
        currency: catalog.site.currency.clone(),
        score: 0,
        expected_at: None,
        address: Address::default(),
        message: String::new(),
        offerings: Vec::new(),
        tags: Vec::new(),
        team: Vec::new(),
        extra: BTreeMap::new(),
        latest: Latest::default(),
        handover: Handover::default(),
        custom: defaults(lead_type.id, catalog),
        created_by: None,
        created_at: now,
        updated_at: now,
        deleted_at: None,
    })
}

/// What own fields start with.
fn defaults(lead_type: LeadTypeId, catalog: &Catalog) -> BTreeMap<CustomFieldId, String> {
    let with_default = catalog.fields_of(lead_type).filter(|field| !field.default.is_empty());
    with_default.map(|field| (field.id, field.default.clone())).collect()
}

/// Whose account a lead comes to.
#[derive(Clone, Debug)]
pub(crate) enum Company<'a> {
    /// One that is there, and who of its people it is, where that is known.
    Known(Named<AccountId>, Option<Contact>),
    /// The account of this name; made where there is none, and where the name is empty.
    Named(&'a str),
    /// The account of this name; else the one that the lead's signs point to, and made where they point to none or to several.
    Sought(&'a str),
    /// Made, whatever others are called.
    New(&'a str),
}

/// What goes along with a lead that arrives.
#[derive(Clone, Debug)]
pub(crate) struct Arriving<'a> {
    pub company: Company<'a>,
    /// What an account becomes that is made.
    pub kind: AccountKind,
    pub primary_rep: Option<UserId>,
    /// Deadline of the opportunity's follow-up.
    pub follow_up_at: Option<Timestamp>,
    /// A call's reason is the rules', where they decide.
    pub by: Arrival,
    /// Decides who gets it, where nobody said so. The lead's group takes what no rule fits.
    pub router: Option<Router>,
}

impl<'a> Arriving<'a> {
    /// A lead of a company by its name.
    pub fn of(company: &'a str, primary_rep: Option<UserId>, by: Arrival) -> Self {
        Self { company: Company::Named(company), kind: AccountKind::Prospect, primary_rep, follow_up_at: None, by, router: None }
    }
}

/// Gives a read lead its number, account, contact, opportunity and owner, and records its arrival.
pub(crate) async fn arrive(ctx: &Ctx, tx: &mut Tx, mut lead: Lead, arriving: Arriving<'_>, catalog: &Catalog) -> Result<Lead> {
    let mut settled = settle_account(ctx, tx, &mut lead, &arriving, catalog).await?;
    let contact = settled.contact.take();
    let contact = if settled.is_new || contact.is_some() { contact } else { known_contact(tx, &lead).await? };
    match contact {
        Some(contact) => {
            // Who types somebody's address on the website need not be that person.
            if arriving.by == Arrival::Registration {
                keep_unconfirmed(&mut lead, &contact);
            }
            adopt(ctx, tx, &mut lead, contact, catalog).await?;
        }
        None => lead.contact = add_contact(ctx, tx, &lead).await?,
    }
    enter(ctx, tx, lead, settled, arriving, catalog).await
}

/// The same for a contact who is known. Without an account of theirs, the lead's is the one of the company's name, or a new one that
/// bears it or else their own; it becomes theirs.
pub(crate) async fn arrive_of(
    ctx: &Ctx,
    tx: &mut Tx,
    mut lead: Lead,
    contact: &Contact,
    mut arriving: Arriving<'_>,
    catalog: &Catalog,
) -> Result<LeadId> {
    lead.contact = contact.id;
    lead.full_name.clone_from(&contact.full_name);
    lead.phones.clone_from(&contact.phones);
    lead.emails.clone_from(&contact.emails);
    if let Some(account) = &contact.account {
        arriving.company = Company::Known(account.clone(), None);
    }
    let settled = settle_account(ctx, tx, &mut lead, &arriving, catalog).await?;
    let account = lead.account.clone();
    let lead = enter(ctx, tx, lead, settled, arriving, catalog).await?;
    if contact.account.is_none() {
        write_contact(ctx, tx, contact, Contact { account: Some(account), ..contact.clone() }, catalog).await?;
    }
    Ok(lead.id)
}

/// How a lead came to its account.
#[derive(Default)]
struct Settled {
    /// Who of its people the lead is about, where that is known.
    contact: Option<Contact>,
    is_new: bool,
    /// What its signs said, where no account bears its company's name and they said anything.
    finding: Option<Finding>,
}

/// Finds the lead's account, or makes it.
async fn settle_account(ctx: &Ctx, tx: &mut Tx, lead: &mut Lead, arriving: &Arriving<'_>, catalog: &Catalog) -> Result<Settled> {
    let name = match &arriving.company {
        Company::Known(account, contact) => {
            lead.account = account.clone();
            return Ok(Settled { contact: contact.clone(), ..Settled::default() });
        }
        Company::Named(name) | Company::Sought(name) | Company::New(name) => *name,
    };
    let is_sought = !name.is_empty() && !matches!(arriving.company, Company::New(_));
    let found = if is_sought { tx.accounts().find_before_adding(name).await? } else { None };
    let finding = match arriving.company {
        Company::Sought(_) if found.is_none() => Some(matching::of_lead(tx, &catalog.site.region, name, lead).await?),
        _ => None,
    };
    let finding = finding.filter(|finding| !finding.proposals.is_empty());
    if let Some(account) = finding.as_ref().and_then(Finding::account) {
        lead.account = account.clone();
        return Ok(Settled { finding, ..Settled::default() });
    }
    let name = if name.is_empty() { lead.full_name.clone() } else { name.to_owned() };
    let id = match found {
        Some(id) => id,
        None => add_account(ctx, tx, name.clone(), arriving).await?,
    };
    lead.account = Named { id, name };
    Ok(Settled { contact: None, is_new: found.is_none(), finding })
}

async fn add_account(ctx: &Ctx, tx: &mut Tx, name: String, arriving: &Arriving<'_>) -> Result<AccountId> {
    let id = AccountId(tx.take_numbers("account", 1).await?);
    let new = NewAccount {
        id,
        name,
        kinds: vec![arriving.kind],
        primary_rep: arriving.primary_rep,
        website: String::new(),
        domains: Vec::new(),
        locations: Vec::new(),
        import: None,
        now: ctx.now(),
    };
    tx.accounts().add(&new).await?;
    Ok(id)
}

/// Gives a lead with account and contact its number, opportunity and owner, and records its arrival.
async fn enter(ctx: &Ctx, tx: &mut Tx, mut lead: Lead, settled: Settled, arriving: Arriving<'_>, catalog: &Catalog) -> Result<Lead> {
    let now = ctx.now();
    let actor = ctx.actor.as_ref().map(|actor| actor.id);
    let Arriving { follow_up_at, mut by, router, .. } = arriving;
    // Every call is copied, whoever gets the lead (C0-18).
    let is_call = matches!(by, Arrival::Phone { .. });
    let routed = match router {
        Some(router) => {
            let known = if settled.is_new { None } else { tx.accounts().find(lead.account.id).await? };
            let taken_by = lead.group.or(catalog.site.intake_group);
            Some(router.route(ctx, tx, &mut lead, known.as_ref(), taken_by, catalog).await?)
        }
        None => None,
    };
    lead.id = LeadId(tx.take_numbers("lead", 1).await?);
    lead.handover = radar::on_arrival(&lead, actor, now, follow_up_at, catalog.site.touch_within_hours);
    let typed = scoring::score_new(ctx, tx, &mut [&mut lead], catalog).await?;
    tx.leads().add_many(&[NewLead { lead: lead.clone(), import: None, import_key: None }]).await?;
    scoring::keep_typed(ctx, tx, &typed).await?;
    if let Some(routed) = &routed {
        tx.routing().add_decision(lead.id, routed).await?;
        if let Arrival::Phone { why } = &mut by {
            *why = explain(&routed.decision, &routed.inputs.facts, routed.at, catalog).sentence;
        }
    }
    let opportunity = OpportunityId(tx.take_numbers("opportunity", 1).await?);
    let opportunity = Opportunity { follow_up_at, ..first_opportunity(&lead, opportunity, catalog)? };
    tx.opportunities().add(&opportunity).await?;
    let event =
        |subject, subject_id, version, kind| NewEvent { at: now, actor, subject, subject_id, lead: None, version, kind, before: None, after: None };
    let mut events = Vec::new();
    if settled.is_new {
        events.push(event(Subject::Account, lead.account.id.0, 1, EventKind::RecordAdded { name: lead.account.name.clone() }));
    }
    let arrived = EventKind::LeadAdded { by };
    events.push(NewEvent { lead: Some(lead.id), after: Some(lead.audience()), ..event(Subject::Lead, lead.id.0, 1, arrived) });
    if let Some(finding) = settled.finding {
        let sought = EventKind::AccountSought { finding };
        events.push(NewEvent { lead: Some(lead.id), after: Some(lead.audience()), ..event(Subject::Lead, lead.id.0, 1, sought) });
    }
    tx.events().record_many(&events).await?;
    clocks::on_arrival(ctx, tx, &[&lead], &clocks::Classes::new()).await?;
    if is_call {
        clocks::on_call(ctx, tx, &lead).await?;
    }
    if routed.is_none() && !is_call {
        notices::tell_owner(ctx, tx, &lead, None).await?;
        return Ok(lead);
    }
    let mut copies = if is_call { tx.ladders().copies().await? } else { Copies::default() };
    copies.users.extend(routed.iter().flat_map(|routed| &routed.decision.copies));
    notices::tell_routed(ctx, tx, &lead, copies, catalog).await?;
    Ok(lead)
}

/// The opportunity that comes with every lead, at the first stage (C0-17, C0-21).
///
/// # Errors
/// [`ServiceError::Refused`] when no stage is configured.
pub(crate) fn first_opportunity(lead: &Lead, id: OpportunityId, catalog: &Catalog) -> Result<Opportunity> {
    let stage = catalog.default_choice(ChoiceList::Stage).or_else(|| catalog.offered(ChoiceList::Stage).next().map(|choice| choice.id));
    let stage = stage.ok_or_else(|| ServiceError::Refused("There is no opportunity stage; an administrator can add one".to_owned()))?;
    let wish = lead.offerings.first().map_or_else(|| "enquiry".to_owned(), |id| catalog.choice_name(*id));
    Ok(Opportunity {
        id,
        version: 1,
        lead: lead.id,
        account: lead.account.id,
        name: format!("{} – {wish}", lead.account.name),
        stage,
        amount_minor: (lead.target_amount_minor > 0).then_some(lead.target_amount_minor),
        currency: lead.currency.clone(),
        probability: lead.probability,
        close_at: lead.expected_at,
        follow_up_at: None,
        created_at: lead.created_at,
        updated_at: lead.updated_at,
    })
}

/// The account's contact with one of the lead's e-mail addresses.
async fn known_contact(tx: &mut Tx, lead: &Lead) -> Result<Option<Contact>> {
    for email in &lead.emails {
        for id in tx.contacts().find_by_email(&email.folded()).await? {
            let found = tx.contacts().find(id).await?;
            let found = found.filter(|contact| contact.account.as_ref().is_some_and(|account| account.id == lead.account.id));
            if found.is_some() {
                return Ok(found);
            }
        }
    }
    Ok(None)
}

/// What a lead calls numbers that a visitor gave for a contact who is known without them.
pub(super) const UNCONFIRMED_PHONE: &str = "Phone, not confirmed";

/// Those of some numbers that are not among the known ones, as one text.
pub(super) fn unknown_phones(phones: &[Phone], known: &[Phone]) -> String {
    let is_new = |phone: &&Phone| !known.iter().any(|known| known.match_text() == phone.match_text());
    phones.iter().filter(is_new).map(Phone::display).collect::<Vec<_>>().join(", ")
}

/// Numbers that the contact does not have stay with the lead, as something that was said, until a person of the house has asked.
fn keep_unconfirmed(lead: &mut Lead, contact: &Contact) {
    let unknown = unknown_phones(&lead.phones, &contact.phones);
    if !unknown.is_empty() {
        lead.extra.insert(UNCONFIRMED_PHONE.to_owned(), unknown);
    }
    lead.phones.clear();
}

/// Makes a known contact the lead's; numbers and addresses that are new go behind those it has.
async fn adopt(ctx: &Ctx, tx: &mut Tx, lead: &mut Lead, contact: Contact, catalog: &Catalog) -> Result<()> {
    let mut completed = contact.clone();
    for phone in &lead.phones {
        if !completed.phones.iter().any(|known| known.match_text() == phone.match_text()) {
            completed.phones.push(phone.clone());
        }
    }
    for email in &lead.emails {
        if !completed.emails.iter().any(|known| known.folded() == email.folded()) {
            completed.emails.push(email.clone());
        }
    }
    lead.contact = contact.id;
    lead.phones.clone_from(&completed.phones);
    lead.emails.clone_from(&completed.emails);
    if completed != contact {
        write_contact(ctx, tx, &contact, completed, catalog).await?;
        tx.leads().refresh_others(lead, ctx.now()).await?;
        scoring::after_contact_change(ctx, tx, lead.contact, catalog).await?;
    }
    Ok(())
}

async fn add_contact(ctx: &Ctx, tx: &mut Tx, lead: &Lead) -> Result<ContactId> {
    let id = ContactId(tx.take_numbers("contact", 1).await?);
    let new = NewContact {
        id,
        full_name: lead.full_name.clone(),
        job_title: String::new(),
        account: Some(lead.account.id),
        phones: lead.phones.clone(),
        emails: lead.emails.clone(),
        import: None,
        now: ctx.now(),
    };
    tx.contacts().add(&new).await?;
    Ok(id)
}
