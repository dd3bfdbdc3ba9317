//! The three steps: what is chosen and typed is kept with each, so that nothing is lost on the way.

use domain::conversion::{ConversionPage, QuoteChoice, check_quotes, why_not_chosen};
use domain::quote::QUOTES_MOST;
use domain::{Action, Catalog, ConversionDraft, FieldErrors, FormValues, Lead, LeadId, Named, Phone, Quote, QuoteId, Scope};
use store::Tx;
use store::quotes::QuotesOf;

use super::ready::{Ready, hindrance, look_through, preview, products_of};
use super::{chosen_customer, converted, told_of};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::leads::{held, require, visible};

/// The wizard as it stands for the person: what they chose and typed so far, what can be chosen, and what would be made.
///
/// # Errors
/// [`ServiceError::NotFound`], also for a lead out of sight; [`ServiceError::Forbidden`] for who may not convert it.
pub async fn page(ctx: &Ctx, id: LeadId) -> Result<ConversionPage> {
    let catalog = ctx.catalog().await?;
    let today = catalog.site.zone.at(ctx.now()).today();
    let mut tx = ctx.store.read().await?;
    let lead = visible(ctx, &mut tx, id).await?;
    require(ctx, Action::ConvertLead, &lead)?;
    let draft = draft_of(ctx, &mut tx, &lead, &catalog).await?;
    let mut problems = FieldErrors::default();
    let ready = look_through(ctx, &mut tx, &lead, &draft, &catalog, &mut problems).await?;
    let of = QuotesOf { scope: &Scope::All, lead: Some(id), state: None, before: None, limit: QUOTES_MOST };
    let quotes = tx.quotes().list(of).await?.into_iter().map(|quote| QuoteChoice {
        is_chosen: draft.quotes.iter().any(|chosen| chosen.id == quote.id),
        why_not: why_not_chosen(&quote, today),
        quote,
    });
    let quotes = quotes.collect();
    let converted = match tx.conversions().find_of_lead(id).await? {
        Some(conversion) => Some(converted(ctx, &mut tx, &lead, &conversion).await?),
        None => None,
    };
    let products = products_of(&mut tx, &draft).await?;
    Ok(ConversionPage {
        lead: id,
        lead_name: lead.full_name.clone(),
        account: lead.account.clone(),
        quotes,
        kinds: ready.settings.offered.clone(),
        customers: customers_of(&mut tx, &lead, &ready).await?,
        phones: lead.phones.iter().map(|phone| Phone::display(phone).to_owned()).collect(),
        emails: lead.emails.iter().map(|email| email.as_str().to_owned()).collect(),
        stale_taxes: draft.stale_taxes(&products),
        hindrance: hindrance(ctx, &lead, &catalog)?,
        preview: preview(&lead, &draft, &ready, problems, &catalog),
        draft,
        converted,
        today,
    })
}

/// The customer that the account is already, and the one that was chosen.
async fn customers_of(tx: &mut Tx, lead: &Lead, ready: &Ready) -> Result<Vec<Named<domain::CustomerId>>> {
    let mut customers: Vec<_> = tx.customers().find_of_account(lead.account.id).await?.into_iter().collect();
    if !ready.is_new && customers.iter().all(|known| known.id != ready.customer.id) {
        customers.push(ready.customer.clone());
    }
    Ok(customers.into_iter().map(|one| Named { id: one.id, name: one.title() }).collect())
}

/// What the person chose and typed so far, or what they begin with: the quotes that were accepted are chosen.
pub(super) async fn draft_of(ctx: &Ctx, tx: &mut Tx, lead: &Lead, catalog: &Catalog) -> Result<ConversionDraft> {
    if let Some(draft) = tx.conversions().find_draft(lead.id, ctx.actor()?.id).await? {
        return Ok(draft);
    }
    let mut draft = begin(ctx, tx, lead, catalog).await?;
    choose_accepted(ctx, tx, lead, &mut draft, catalog).await?;
    Ok(draft)
}

/// Chooses the quotes that were accepted.
pub(super) async fn choose_accepted(ctx: &Ctx, tx: &mut Tx, lead: &Lead, draft: &mut ConversionDraft, catalog: &Catalog) -> Result<()> {
    let mut quotes = Vec::new();
    for id in tx.quotes().list_accepted(lead.id).await? {
        quotes.extend(tx.quotes().find(id).await?);
    }
    draft.choose(&quotes, &lead.currency, catalog.site.zone.at(ctx.now()).today());
    Ok(())
}

/// What everybody begins with.
pub(super) async fn begin(ctx: &Ctx, tx: &mut Tx, lead: &Lead, catalog: &Catalog) -> Result<ConversionDraft> {
    let settings = tx.conversions().settings().await?;
    let customer = tx.customers().find_of_account(lead.account.id).await?.map(|customer| customer.id);
    let today = catalog.site.zone.at(ctx.now()).today();
    Ok(ConversionDraft::begin(lead, settings.default, customer, today, ctx.now()))
}

/// Chooses the quotes of step 1. Fields: `quote` (several numbers; none for a conversion without quotes).
///
/// # Errors
/// [`ServiceError::Invalid`] at `quotes`, for what cannot be chosen; [`ServiceError::Refused`] when it was converted or closed meanwhile;
/// [`ServiceError::NotFound`]; [`ServiceError::Forbidden`].
pub async fn choose_quotes(ctx: &Ctx, id: LeadId, form: &FormValues) -> Result<()> {
    let mut step = Step::begin(ctx, id).await?;
    let quotes = read_quotes(&mut step.tx, id, form).await?;
    let today = step.catalog.site.zone.at(ctx.now()).today();
    let mut errors = FieldErrors::default();
    check_quotes(&quotes, today, &mut errors);
    let is_own = step.draft.services.iter().any(|service| service.of.is_none());
    if let Some(quote) = quotes.first().filter(|quote| is_own && quote.currency != step.draft.currency) {
        let (theirs, own) = (&quote.currency, &step.draft.currency);
        errors.add("quotes", format!("{} is in {theirs}, and the services that you added are in {own}; remove them first", quote.name()));
    }
    errors.into_result()?;
    step.draft.choose(&quotes, &step.lead.currency, today);
    step.keep(ctx).await
}

/// The quotes of a lead that a form names.
pub(super) async fn read_quotes(tx: &mut Tx, lead: LeadId, form: &FormValues) -> Result<Vec<Quote>> {
    let mut ids: Vec<QuoteId> = Vec::new();
    for text in form.all("quote").flat_map(|text| text.split(',')).map(str::trim).filter(|text| !text.is_empty()) {
        let id = text.parse().map_err(|_| FieldErrors::at("quotes", "Choose quotes from the list"))?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    if ids.len() as i64 > QUOTES_MOST {
        return Err(FieldErrors::at("quotes", "Those are more quotes than a lead has").into());
    }
    let mut quotes = Vec::new();
    for id in ids {
        let found = tx.quotes().find(id).await?.filter(|quote| quote.lead == lead);
        quotes.push(found.ok_or_else(|| FieldErrors::at("quotes", "One of these quotes is not of this lead; choose from the list"))?);
    }
    Ok(quotes)
}

/// Keeps what was typed in step 2, whether it can be read or not. Fields: `kind`, `customer` (the number of an existing one; empty for a new one), those of
/// [`domain::Customer::fill`], `keep_taxes`, and `back` (`1` for somebody who goes back and wants to hear of nothing).
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields, when it was kept all the same; else as [`choose_quotes`].
pub async fn keep_customer(ctx: &Ctx, id: LeadId, form: &FormValues) -> Result<()> {
    let mut step = Step::begin(ctx, id).await?;
    let mut errors = FieldErrors::default();
    let chosen = errors.take("customer", chosen_customer(&mut step.tx, form).await?).flatten();
    step.draft.take_fields(form, chosen, &mut errors);
    let mut found = FieldErrors::default();
    look_through(ctx, &mut step.tx, &step.lead, &step.draft, &step.catalog, &mut found).await?;
    // Services and quotes are other steps'.
    found.0.retain(|field, _| !matches!(field.as_str(), "services" | "quotes" | "keep_taxes"));
    if step.draft.services.is_empty() {
        found.0.remove("kind");
    }
    for (field, sentence) in found.0 {
        errors.add(&field, sentence);
    }
    step.keep(ctx).await?;
    if form.get("back") == "1" { Ok(()) } else { Ok(errors.into_result()?) }
}

/// Adds a service in step 3. Fields: those of [`domain::Sold::fill`], `start`, `end`.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; else as [`choose_quotes`].
pub async fn add_service(ctx: &Ctx, id: LeadId, form: &FormValues) -> Result<()> {
    let mut step = Step::begin(ctx, id).await?;
    let today = step.catalog.site.zone.at(ctx.now()).today();
    let mut errors = FieldErrors::default();
    step.draft.add_service(form, today, &mut errors);
    errors.into_result()?;
    step.keep_within(ctx, "price").await
}

/// Changes a service of step 3, by its key. Fields: those of [`add_service`] that were sent.
///
/// # Errors
/// As [`add_service`]; [`ServiceError::NotFound`] also for a service that is not there.
pub async fn change_service(ctx: &Ctx, id: LeadId, key: i64, form: &FormValues) -> Result<()> {
    let mut step = Step::begin(ctx, id).await?;
    let mut errors = FieldErrors::default();
    if !step.draft.change_service(key, form, &mut errors) {
        return Err(ServiceError::NotFound);
    }
    errors.into_result()?;
    step.keep_within(ctx, "price").await
}

/// Removes a service of step 3, by its key. One that is not there is removed already.
///
/// # Errors
/// As [`choose_quotes`].
pub async fn remove_service(ctx: &Ctx, id: LeadId, key: i64) -> Result<()> {
    let mut step = Step::begin(ctx, id).await?;
    if step.draft.remove_service(key) { step.keep(ctx).await } else { Ok(()) }
}

/// Gives services the rates of tax of today.
///
/// # Errors
/// As [`choose_quotes`]; [`ServiceError::Invalid`] at `services` when they come to more than can be held then.
pub async fn take_over_taxes(ctx: &Ctx, id: LeadId) -> Result<()> {
    let mut step = Step::begin(ctx, id).await?;
    let products = products_of(&mut step.tx, &step.draft).await?;
    step.draft.take_over_taxes(&products);
    step.keep_within(ctx, "services").await
}

/// Forgets what the person chose and typed.
///
/// # Errors
/// [`ServiceError::NotFound`]; [`ServiceError::Forbidden`].
pub async fn discard(ctx: &Ctx, id: LeadId) -> Result<()> {
    let mut tx = ctx.store.begin().await?;
    let lead = held(ctx, &mut tx, id).await?;
    require(ctx, Action::ConvertLead, &lead)?;
    tx.conversions().remove_drafts(id, Some(ctx.actor()?.id)).await?;
    Ok(tx.save().await?)
}

/// A step of the wizard on its way.
struct Step {
    tx: Tx,
    lead: Lead,
    draft: ConversionDraft,
    catalog: std::sync::Arc<Catalog>,
}

impl Step {
    async fn begin(ctx: &Ctx, id: LeadId) -> Result<Self> {
        let catalog = ctx.catalog().await?;
        let mut tx = ctx.store.begin().await?;
        let lead = held(ctx, &mut tx, id).await?;
        require(ctx, Action::ConvertLead, &lead)?;
        if let Some(conversion) = tx.conversions().find_of_lead(id).await? {
            return Err(ServiceError::Refused(told_of(&conversion, &catalog)));
        }
        if let Some(sentence) = hindrance(ctx, &lead, &catalog)? {
            return Err(ServiceError::Refused(sentence));
        }
        let draft = draft_of(ctx, &mut tx, &lead, &catalog).await?;
        Ok(Self { tx, lead, draft, catalog })
    }

    /// Keeps the draft, if its services together are no more than can be held; else it is refused at `field`.
    async fn keep_within(self, ctx: &Ctx, field: &str) -> Result<()> {
        if let Err(error) = self.draft.totals() {
            return Err(FieldErrors::at(field, error.to_string()).into());
        }
        self.keep(ctx).await
    }

    async fn keep(mut self, ctx: &Ctx) -> Result<()> {
        self.draft.version += 1;
        self.tx.conversions().keep_draft(&self.draft, ctx.actor()?.id, ctx.now()).await?;
        Ok(self.tx.save().await?)
    }
}
