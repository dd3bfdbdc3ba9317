//! Making a quote, and changing it line by line, while it is new.

use domain::quote::{ForDeal, LINES_MOST, QUOTES_MOST};
use domain::{
    Action, DAY_MS, FieldErrors, FormValues, Lead, LeadId, Named, Opportunity, PartStep, ProductId, Quote, QuoteId, QuoteLine, QuoteLineId,
    QuoteState, QuoteStep, Timestamp,
};
use store::Tx;

use super::{facts, held_quote, listed_of, record, require_house, write};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::leads::{held, require};
use crate::once::{self, Once};

/// Begins a quote for a deal of an open lead. Fields: `opportunity` (a number; may be left out where the lead has one deal), `currency` (that of the
/// deal; may be left out), `valid_until`, `note`, `memo`. For a form that may be sent again.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] when the lead has too many; [`ServiceError::NotFound`];
/// [`ServiceError::Forbidden`].
pub async fn add_once(ctx: &Ctx, id: LeadId, form: &FormValues, once: Option<&Once>) -> Result<QuoteId> {
    let actor = ctx.actor()?;
    let today = today(ctx).await?;
    let mut tx = ctx.store.begin().await?;
    let lead = held(ctx, &mut tx, id).await?;
    require_house(ctx)?;
    require(ctx, Action::EditLead, &lead)?;
    if let Some(made) = once::made_before(&mut tx, once).await? {
        return Ok(QuoteId(made));
    }
    let deals = tx.opportunities().of_lead(id).await?;
    let settings = tx.quotes().settings().await?;
    let mut errors = FieldErrors::default();
    let Some(deal) = errors.take("opportunity", choose_deal(form.get("opportunity"), &deals)) else { return Err(errors.into()) };
    let currency = form.get("currency").trim().to_ascii_uppercase();
    if !currency.is_empty() && currency != deal.currency {
        errors.add("currency", format!("{} is in {}, so its quotes are too", deal.name, deal.currency));
    }
    let named = Named { id: deal.id, name: deal.name.clone() };
    let for_deal = ForDeal { lead: id, opportunity: named, currency: deal.currency.clone() };
    let mut quote = Quote::blank(for_deal, today.plus_ms(settings.valid_days * DAY_MS), actor.id, ctx.now());
    quote.fill(form, today, &mut errors);
    errors.into_result()?;
    if tx.quotes().count_of_lead(id).await? >= QUOTES_MOST {
        return Err(ServiceError::Refused("This lead has too many quotes already; revise one of them".to_owned()));
    }
    quote.id = QuoteId(tx.take_numbers("quote", 1).await?);
    quote.reference = settings.pattern.name(quote.id.0, today);
    tx.quotes().add(&quote, super::amounts(&quote)?).await?;
    let told = facts([("Deal", quote.opportunity.name.clone()), ("Valid until", quote.valid_until.readable_day())]);
    record(ctx, &mut tx, &lead, &quote, PartStep::Added, told).await?;
    once::note(ctx, &mut tx, once, quote.id.0).await?;
    tx.save().await?;
    Ok(quote.id)
}

/// Changes what stands around the lines, with the `version` that was read. Fields: `valid_until`, `note` while it is new, and `memo`.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] when it is not new any more, and when somebody changed it since;
/// [`ServiceError::NotFound`]; [`ServiceError::Forbidden`].
pub async fn change(ctx: &Ctx, id: QuoteId, form: &FormValues) -> Result<()> {
    let is_memo_alone = ["valid_until", "note"].iter().all(|field| form.find(field).is_none());
    let mut edit = Edit::begin(ctx, id, form).await?;
    let mut errors = FieldErrors::default();
    if is_memo_alone {
        edit.after.fill_memo(form, &mut errors);
    } else {
        edit.require_new()?;
        edit.after.fill(form, today(ctx).await?, &mut errors);
    }
    errors.into_result()?;
    edit.save(ctx).await
}

/// Adds a line at the end, with the `version` that was read. Fields: `product` (a number; empty for none), and those of [`QuoteLine::fill`], of which
/// an empty one is the product's where there is one. The price is that of the lead's partner.
///
/// # Errors
/// As [`change`]; [`ServiceError::Invalid`] also at `product`, for one that is priced in another currency or not offered any more.
pub async fn add_line(ctx: &Ctx, id: QuoteId, form: &FormValues) -> Result<()> {
    let mut edit = Edit::begin(ctx, id, form).await?;
    edit.require_new()?;
    if edit.after.lines.len() >= LINES_MOST {
        return Err(ServiceError::Refused(format!("A quote has at most {LINES_MOST} lines")));
    }
    let currency = edit.after.currency.clone();
    let mut line = match form.get("product").trim() {
        "" => QuoteLine::blank(),
        text => {
            let product = match text.parse() {
                Ok(number) => edit.tx.products().find(ProductId(number)).await?,
                Err(_) => None,
            };
            let product = product.ok_or_else(|| FieldErrors::at("product", "Choose a product from the list"))?;
            QuoteLine::of(&product, edit.lead.partner, &currency).map_err(|sentence| FieldErrors::at("product", sentence))?
        }
    };
    // An empty field is the product's; without one, what it is has to be said.
    let is_of_product = line.product.is_some();
    let typed = form.0.iter().filter(|(name, value)| !value.trim().is_empty() || (name == "text" && !is_of_product));
    let mut errors = FieldErrors::default();
    line.fill(&FormValues(typed.cloned().collect()), &currency, &mut errors);
    errors.into_result()?;
    line.id = QuoteLineId(edit.tx.take_numbers("quote_line", 1).await?);
    edit.after.lines.push(line);
    edit.save(ctx).await
}

/// Changes a line, with the `version` that was read. Fields: see [`QuoteLine::fill`].
///
/// # Errors
/// As [`change`]; [`ServiceError::NotFound`] also for a line that is not there any more.
pub async fn change_line(ctx: &Ctx, id: QuoteId, line: QuoteLineId, form: &FormValues) -> Result<()> {
    let mut edit = Edit::begin(ctx, id, form).await?;
    edit.require_new()?;
    let currency = edit.after.currency.clone();
    let line = edit.after.lines.iter_mut().find(|one| one.id == line).ok_or(ServiceError::NotFound)?;
    let mut errors = FieldErrors::default();
    line.fill(form, &currency, &mut errors);
    errors.into_result()?;
    edit.save(ctx).await
}

/// Moves a line, with the `version` that was read. Fields: `to`, its new place, counted from 1; or `direction`, `up` or `down`, for the next one.
///
/// # Errors
/// As [`change_line`].
pub async fn move_line(ctx: &Ctx, id: QuoteId, line: QuoteLineId, form: &FormValues) -> Result<()> {
    let place = match form.find("to") {
        Some(text) => Some(text.trim().parse().map_err(|_| FieldErrors::at("to", "Enter a place, such as 1 for the first"))?),
        None => None,
    };
    let is_up = match (place, form.get("direction")) {
        (Some(_), _) | (None, "down") => false,
        (None, "up") => true,
        _ => return Err(FieldErrors::at("direction", "Choose up or down").into()),
    };
    let mut edit = Edit::begin(ctx, id, form).await?;
    edit.require_new()?;
    let is_there = match place {
        Some(place) => edit.after.put_line(line, place),
        None => edit.after.move_line(line, is_up),
    };
    if !is_there {
        return Err(ServiceError::NotFound);
    }
    edit.save(ctx).await
}

/// Takes a line out, with the `version` that was read.
///
/// # Errors
/// As [`change_line`].
pub async fn remove_line(ctx: &Ctx, id: QuoteId, line: QuoteLineId, form: &FormValues) -> Result<()> {
    let mut edit = Edit::begin(ctx, id, form).await?;
    edit.require_new()?;
    edit.after.lines.retain(|one| one.id != line);
    if edit.after.lines.len() == edit.before.lines.len() {
        return Err(ServiceError::NotFound);
    }
    edit.save(ctx).await
}

/// Gives lines whose products are taxed otherwise now the rate that holds, with the `version` that was read.
///
/// # Errors
/// As [`change`].
pub async fn take_over_taxes(ctx: &Ctx, id: QuoteId, form: &FormValues) -> Result<()> {
    let mut edit = Edit::begin(ctx, id, form).await?;
    edit.require_new()?;
    let products = listed_of(&mut edit.tx, &edit.before).await?;
    edit.after.take_over_taxes(&products);
    edit.save(ctx).await
}

/// Begins the next revision of a quote that was sent: it is new again, and the one before can be accepted no more. With the `version` that was read.
///
/// # Errors
/// [`ServiceError::Refused`] for one that is new or accepted, and when somebody changed it since; [`ServiceError::NotFound`];
/// [`ServiceError::Forbidden`].
pub async fn revise(ctx: &Ctx, id: QuoteId, form: &FormValues) -> Result<()> {
    let catalog = ctx.catalog().await?;
    let today = catalog.site.zone.at(ctx.now()).today();
    let mut tx = ctx.store.begin().await?;
    let (lead, read) = held_quote(ctx, &mut tx, id, form).await?;
    let before = Quote { state: read.state_on(today), ..read.clone() };
    if !QuoteStep::Revise.fits(before.state) {
        return Err(ServiceError::Refused(match before.state {
            QuoteState::Accepted => "This quote was accepted, so it stays as it is; make another one".to_owned(),
            _ => "This quote was not sent yet; change it as it is".to_owned(),
        }));
    }
    let valid_until = today.plus_ms(tx.quotes().settings().await?.valid_days * DAY_MS);
    let after = before.after(QuoteStep::Revise, form, valid_until, ctx.now())?;
    write(&mut tx, &after, read.version, &catalog.site.zone).await?;
    record(ctx, &mut tx, &lead, &after, PartStep::Revised, Vec::new()).await?;
    Ok(tx.save().await?)
}

/// Removes a quote that was never sent, with the `version` that was read. Gives its lead.
///
/// # Errors
/// [`ServiceError::Refused`] for one that was sent once, and when somebody changed it since; [`ServiceError::NotFound`]; [`ServiceError::Forbidden`].
pub async fn remove(ctx: &Ctx, id: QuoteId, form: &FormValues) -> Result<LeadId> {
    let Edit { mut tx, lead, before, .. } = Edit::begin(ctx, id, form).await?;
    if !before.is_removable() {
        return Err(ServiceError::Refused("This quote was sent once, so it stays; what was sent is kept".to_owned()));
    }
    if !tx.quotes().remove(id, before.version).await? {
        return Err(ServiceError::Busy);
    }
    record(ctx, &mut tx, &lead, &before, PartStep::Removed, Vec::new()).await?;
    tx.save().await?;
    Ok(lead.id)
}

/// A quote that is being changed, with its lead, which is held.
struct Edit {
    tx: Tx,
    lead: Lead,
    before: Quote,
    after: Quote,
}

impl Edit {
    async fn begin(ctx: &Ctx, id: QuoteId, form: &FormValues) -> Result<Self> {
        let mut tx = ctx.store.begin().await?;
        let (lead, before) = held_quote(ctx, &mut tx, id, form).await?;
        Ok(Self { tx, lead, after: before.clone(), before })
    }

    /// Refuses to change what was sent.
    fn require_new(&self) -> Result<()> {
        if self.before.state == QuoteState::New {
            return Ok(());
        }
        Err(ServiceError::Refused(format!(
            "This quote is {}, so it stays as it was sent; make a new revision to change it",
            self.before.state.label().to_lowercase()
        )))
    }

    /// Writes it and what is another than before, if anything is.
    async fn save(self, ctx: &Ctx) -> Result<()> {
        let Self { mut tx, lead, before, mut after } = self;
        if after == before {
            return Ok(());
        }
        let changes = after.changes_since(&before);
        after.version += 1;
        after.updated_at = ctx.now();
        write(&mut tx, &after, before.version, &ctx.catalog().await?.site.zone).await?;
        record(ctx, &mut tx, &lead, &after, PartStep::Changed, changes).await?;
        Ok(tx.save().await?)
    }
}

async fn today(ctx: &Ctx) -> Result<Timestamp> {
    Ok(ctx.catalog().await?.site.zone.at(ctx.now()).today())
}

fn choose_deal<'a>(text: &str, deals: &'a [Opportunity]) -> std::result::Result<&'a Opportunity, &'static str> {
    let wanted = text.parse().ok().map(domain::OpportunityId);
    let chosen = match deals {
        [] => return Err("This lead has no deal yet; add one first"),
        [only] if text.trim().is_empty() => Some(only),
        _ => deals.iter().find(|deal| Some(deal.id) == wanted),
    };
    chosen.ok_or("Choose a deal from the list")
}
