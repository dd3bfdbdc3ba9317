//! The public registration form (C3-6): a lead from a stranger, without letting strangers flood the reps.

use domain::event::Arrival;
use domain::{
    Catalog, ChoiceId, ChoiceList, EmailAddress, EventKind, FieldErrors, FieldValue, FormValues, Lead, LeadField, LeadId, LifeCycle, Scope, text,
};
use sha2::{Digest, Sha256};
use store::{StoreError, Tx};

use super::add::{Arriving, Company, UNCONFIRMED_PHONE, arrive, blank, unknown_phones};
use super::confirmation::{Entered, confirm};
use super::save;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::routing::Router;
use crate::{limits, phone};

/// A person needs at least this long to fill the form in. Unit: milliseconds.
pub const LEAST_MS: i64 = 2_000;
/// A field that people do not see and robots fill in.
pub const HONEYPOT: &str = "fax";

/// What a fresh form carries in hidden fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreshForm {
    /// Makes sending twice harmless.
    pub key: String,
    /// When the form was shown. Unit: milliseconds since 1970.
    pub shown_at: i64,
}

/// Hidden fields for a form that is shown now.
#[must_use]
pub fn fresh_form(ctx: &Ctx) -> FreshForm {
    let key: u128 = rand::random();
    FreshForm { key: format!("{key:032x}"), shown_at: ctx.now().0 }
}

/// Offerings and firm name for the form; nothing else of the catalog concerns the public.
///
/// # Errors
/// What the store reports.
pub async fn catalog(ctx: &Ctx) -> Result<std::sync::Arc<Catalog>> {
    Ok(ctx.store.catalog().await?)
}

/// Registers a visitor: `full_name`, `company`, `email`, `phone`, `offerings`, `message`, `consent`; and `partner` and `location`, which the
/// address of the form may name, as entries of their lists. What is in no list is kept on the lead as it was sent.
///
/// Sending the same form twice makes one lead. A person who registered within a day is not made a second lead: what they
/// say is added to the notes of the first. A number that they give for a contact who is known without it is only told, not made the
/// contact's: whoever knows an address need not be its owner. A mail confirms it, see [`super::confirmation`]. What a robot sends is thanked for and
/// dropped: `None`.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::TooMany`] when the address or the whole site is flooded.
pub async fn register(ctx: &Ctx, address: &str, values: &FormValues) -> Result<Option<LeadId>> {
    if !values.get(HONEYPOT).is_empty() {
        return Ok(None);
    }
    let catalog = ctx.store.catalog().await?;
    let request = read(ctx, values, &catalog)?;
    let key = values.get("key").to_owned();
    let digest = digest_of(values);
    let router = Router::load(ctx).await?;
    let mut tx = ctx.store.begin().await?;
    if let Some(lead) = sent_before(&mut tx, &key, &digest).await? {
        return Ok(Some(lead));
    }
    limits::registration(address)?;
    let id = match known_lead(ctx, &mut tx, &request).await? {
        Some(id) => {
            tx.leads().hold(id).await?;
            let mut lead = tx.leads().find_visible(id, &Scope::All).await?.ok_or(ServiceError::NotFound)?;
            let read = lead.clone();
            let said = if request.message.is_empty() { "no message" } else { &request.message };
            let link = in_words(&request.origins, &catalog);
            let unknown = unknown_phones(&request.phones, &lead.phones);
            let phone = if unknown.is_empty() { String::new() } else { format!("\n{UNCONFIRMED_PHONE}: {unknown}") };
            let kind = EventKind::NoteShared { text: format!("Registered again on the website{link}: {said}{phone}") };
            lead.latest.hear();
            save(ctx, &mut tx, &mut lead, &read, kind).await?;
            id
        }
        None => add(ctx, &mut tx, &request, &router, &catalog).await?,
    };
    let Request { email, full_name, company, offerings, .. } = &request;
    confirm(ctx, &mut tx, id, &Entered { email, full_name, company, offerings }, &catalog).await?;
    match tx.submissions().add(&key, &digest, id, ctx.now()).await {
        Ok(()) => {
            tx.save().await?;
            Ok(Some(id))
        }
        // The same form came twice at the same moment, and the other was first.
        Err(StoreError::Conflict { .. }) => {
            drop(tx);
            sent_before(&mut ctx.store.read().await?, &key, &digest).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The lead that this form made when it was sent before.
async fn sent_before(tx: &mut Tx, key: &str, digest: &str) -> Result<Option<LeadId>> {
    match tx.submissions().find(key).await? {
        Some((_, earlier)) if earlier != digest => Err(FieldErrors::at("", "This form was already sent; reload the page to send another").into()),
        found => Ok(found.map(|(lead, _)| lead)),
    }
}

struct Request {
    full_name: String,
    company: String,
    email: EmailAddress,
    phones: Vec<domain::Phone>,
    offerings: Vec<domain::ChoiceId>,
    message: String,
    origins: Vec<Origin>,
}

/// Something that the address of the form named.
struct Origin {
    field: LeadField,
    sent: String,
    /// The entry that is meant; `None` where the list has none like it.
    choice: Option<ChoiceId>,
}

/// Longest name in an address that is looked at. Unit: characters.
const ORIGIN_MAX: usize = 200;

impl Origin {
    /// Nothing in it is wrong for the visitor, who did not type it.
    fn read(field: LeadField, values: &FormValues, catalog: &Catalog) -> Option<Self> {
        let words = values.get(field.key()).split_whitespace().collect::<Vec<_>>().join(" ");
        let sent: String = words.chars().filter(|letter| !letter.is_control()).take(ORIGIN_MAX).collect();
        if sent.is_empty() {
            return None;
        }
        let found = field.parse(&[&sent], &catalog.site.currency, catalog, &|text| phone::parse(text, &catalog.site.region));
        let choice = match found {
            Ok(FieldValue::Choice(choice)) => choice,
            _ => None,
        };
        Some(Self { field, sent, choice })
    }

    fn put(&self, lead: &mut Lead) {
        match self.choice {
            Some(choice) => lead.set(self.field, FieldValue::Choice(Some(choice))),
            None => {
                lead.extra.insert(format!("{} in the link", self.field.label()), self.sent.clone());
            }
        }
    }
}

/// What the address named, in brackets; nothing where it named nothing.
fn in_words(origins: &[Origin], catalog: &Catalog) -> String {
    let one = |origin: &Origin| {
        let name = origin.choice.map_or_else(|| origin.sent.clone(), |id| catalog.choice_name(id));
        format!("{}: {name}", origin.field.label().to_lowercase())
    };
    let named: Vec<String> = origins.iter().map(one).collect();
    if named.is_empty() { String::new() } else { format!(" ({})", named.join(", ")) }
}

fn read(ctx: &Ctx, values: &FormValues, catalog: &Catalog) -> Result<Request> {
    let mut errors = FieldErrors::default();
    let full_name = errors.take("full_name", text::required_line(values.get("full_name"), "your name"));
    let company = errors.take("company", text::line(values.get("company")));
    let email = errors.take("email", EmailAddress::parse(values.get("email")));
    let typed_phones = text::split_list(values.get("phone"));
    let phones: std::result::Result<Vec<_>, _> = typed_phones.iter().take(5).map(|typed| phone::parse(typed, &catalog.site.region)).collect();
    let phones = errors.take("phone", phones);
    let message = errors.take("message", text::note(values.get("message")));
    let offered = |id: &str| catalog.offered(ChoiceList::Offering).find(|choice| choice.id.to_string() == id).map(|choice| choice.id);
    let offerings = values.all("offerings").filter_map(offered).collect();
    if values.get("consent").is_empty() {
        errors.add("consent", "Tick the box so that we may contact you");
    }
    let shown_at: i64 = values.get("shown_at").parse().unwrap_or(i64::MAX);
    if errors.is_empty() && ctx.now().0 < shown_at.saturating_add(LEAST_MS) {
        errors.add("", "That was quick. Look your details over, then send them again");
    }
    if errors.is_empty() && values.get("key").len() != 32 {
        errors.add("", "This form is incomplete; reload the page and send it again");
    }
    match (full_name, company, email, phones, message) {
        (Some(full_name), Some(company), Some(email), Some(phones), Some(message)) if errors.is_empty() => {
            let origins = [LeadField::Partner, LeadField::Location].into_iter().filter_map(|field| Origin::read(field, values, catalog)).collect();
            Ok(Request { full_name, company, email, phones, offerings, message, origins })
        }
        _ => Err(errors.into()),
    }
}

fn digest_of(values: &FormValues) -> String {
    let mut hash = Sha256::new();
    for (name, value) in &values.0 {
        hash.update(name.as_bytes());
        hash.update([0]);
        hash.update(value.trim().as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An open lead of the same person that registered within the last day.
async fn known_lead(ctx: &Ctx, tx: &mut Tx, request: &Request) -> Result<Option<LeadId>> {
    let since = ctx.now().plus_ms(-domain::DAY_MS);
    for contact in tx.contacts().find_by_email(&request.email.folded()).await? {
        if let Some(id) = tx.leads().newest_open_of(contact, since).await? {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

async fn add(ctx: &Ctx, tx: &mut Tx, request: &Request, router: &Router, catalog: &Catalog) -> Result<LeadId> {
    let mut errors = FieldErrors::default();
    let mut lead = blank(ctx, &FormValues::default(), catalog, &mut errors)?;
    lead.full_name.clone_from(&request.full_name);
    lead.emails = vec![request.email.clone()];
    lead.phones.clone_from(&request.phones);
    lead.offerings.clone_from(&request.offerings);
    lead.message.clone_from(&request.message);
    lead.source = catalog.choice_named(ChoiceList::Source, "Web").map(|choice| choice.id);
    lead.group = catalog.site.intake_group;
    request.origins.iter().for_each(|origin| origin.put(&mut lead));
    debug_assert_eq!(lead.state.life_cycle(), LifeCycle::Pending);
    let company = Company::Sought(&request.company);
    let arriving = Arriving { company, router: Some(router.clone()), ..Arriving::of("", None, Arrival::Registration) };
    Ok(arrive(ctx, tx, lead, arriving, catalog).await?.id)
}
