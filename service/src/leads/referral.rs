//! The employee's short form (C0-19): a lead that somebody of the house came across, and what became of it.

use std::collections::HashMap;

use domain::event::Arrival;
use domain::lead_filter::Cursor;
use domain::referral::{Referral, Referred, SOURCE_NAME};
use domain::{AccountId, Action, Catalog, ChoiceList, FieldErrors, FormValues, Lead, LeadField, LeadId, Named, Page, Scope, UserId, text};

use super::add::{Arriving, Company, arrive, blank};
use super::change::read_fields;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::once::{self, Once};
use crate::routing::Router;

/// Referrals on one page.
pub const PAGE_SIZE: usize = 20;

/// What the form says of the lead itself.
const FIELDS: [LeadField; 7] =
    [LeadField::FullName, LeadField::Phones, LeadField::Emails, LeadField::Offerings, LeadField::Message, LeadField::City, LeadField::Country];

/// Refers a lead. Fields: `full_name`, `company`, `phones`, `emails` (one way to reach them at least), `offerings`, `message`, `city`,
/// `country`, and `how_known`, which says how the referrer knows them. The rules decide who gets it; sent twice it is made once.
///
/// # Errors
/// [`crate::ServiceError::Invalid`] at the fields, and when the key came with something else before; [`crate::ServiceError::Forbidden`].
pub async fn refer_once(ctx: &Ctx, values: &FormValues, once: Option<&Once>) -> Result<LeadId> {
    let actor = ctx.require(Action::ReferLead)?.id;
    let catalog = ctx.catalog().await?;
    let said = read(ctx, values, &catalog)?;
    let router = Router::load(ctx).await?;
    let mut tx = ctx.store.begin().await?;
    if let Some(lead) = once::made_before(&mut tx, once).await? {
        return Ok(LeadId(lead));
    }
    let lead = Lead { created_by: Some(actor), ..said.lead };
    let company = Company::Sought(&said.company);
    let arriving = Arriving { company, router: Some(router), ..Arriving::of("", None, Arrival::Referred) };
    let id = arrive(ctx, &mut tx, lead, arriving, &catalog).await?.id;
    tx.referrals().add(id, &Referral { by: actor, how_known: said.how_known, accepted_at: None }).await?;
    once::note(ctx, &mut tx, once, id.0).await?;
    tx.save().await?;
    Ok(id)
}

/// What the form says.
struct Said {
    lead: Lead,
    company: String,
    how_known: String,
}

fn read(ctx: &Ctx, values: &FormValues, catalog: &Catalog) -> Result<Said> {
    let mut errors = FieldErrors::default();
    let mut lead = blank(ctx, &FormValues::default(), catalog, &mut errors)?;
    for (field, value) in read_fields(&lead, &of_lead(values), catalog, &mut errors) {
        lead.set(field, value);
    }
    if values.find("full_name").is_none() {
        errors.add("full_name", "Enter a name");
    }
    let has_no_way = lead.phones.is_empty() && lead.emails.is_empty();
    if has_no_way && errors.get("phones").is_none() && errors.get("emails").is_none() {
        errors.add("phones", "Give a phone number or an e-mail address, so that somebody can reach them");
    }
    let company = errors.take("company", text::line(values.get("company"))).unwrap_or_default();
    let how_known = errors.take("how_known", text::line(values.get("how_known"))).unwrap_or_default();
    errors.into_result()?;
    lead.source = catalog.choice_named(ChoiceList::Source, SOURCE_NAME).filter(|source| !source.retired).map(|source| source.id);
    lead.group = catalog.site.intake_group;
    Ok(Said { lead, company, how_known })
}

/// Those of the values that are the lead's own and that the form has.
fn of_lead(values: &FormValues) -> FormValues {
    let is_ours = |name: &str| FIELDS.into_iter().any(|field| field.key() == name.strip_suffix("_sent").unwrap_or(name));
    FormValues(values.0.iter().filter(|(name, _)| is_ours(name)).cloned().collect())
}

/// Who referred leads.
#[derive(Debug, Default)]
pub struct Referrers {
    /// People of the house, by the leads that they came across.
    pub people: HashMap<LeadId, UserId>,
    /// Accounts that callers named, by their leads.
    pub accounts: HashMap<LeadId, Named<AccountId>>,
}

/// Who referred some leads, which the person was just found to see. Accounts are for people of the house.
///
/// # Errors
/// [`crate::ServiceError::SignInRequired`]; what the store reports.
pub async fn referrers_of(ctx: &Ctx, leads: &[LeadId]) -> Result<Referrers> {
    let is_internal = ctx.actor()?.role.is_internal();
    if leads.is_empty() {
        return Ok(Referrers::default());
    }
    let mut tx = ctx.store.read().await?;
    let people = tx.referrals().referrers_of(leads).await?;
    let accounts = if is_internal { tx.lead_calls().referrers_of(leads).await? } else { HashMap::new() };
    Ok(Referrers { people, accounts })
}

/// A page of what the person referred, newest first, with what became of it: see [`domain::referral::Fate`]. That much they read of each,
/// also where the lead is outside their scope. `before` is the text of a cursor.
///
/// # Errors
/// [`crate::ServiceError::Forbidden`] but for people of the house.
pub async fn list_own(ctx: &Ctx, before: Option<&str>) -> Result<Page<Referred>> {
    let actor = ctx.require(Action::ReferLead)?;
    let before = before.and_then(Cursor::parse).map(|cursor| cursor.id);
    let mut tx = ctx.store.read().await?;
    let mut rows = tx.referrals().list(actor.id, before, PAGE_SIZE as i64 + 1).await?;
    let ids: Vec<LeadId> = rows.iter().map(|row| row.lead).collect();
    let (scope, audiences) = (Scope::of(actor), tx.leads().audiences(&ids).await?);
    for row in &mut rows {
        row.is_visible = audiences.get(&row.lead).is_some_and(|audience| scope.includes(audience));
    }
    Ok(Page::forwards(rows, PAGE_SIZE, |row| Cursor { value: String::new(), id: row.lead.0 }))
}
