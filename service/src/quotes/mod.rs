//! What a person can do with quotes: make them for the deals of a lead, change them line by line, send them, and note what became of them. The
//! customer answers at a private address. The rules are `domain::quote`'s; docs/quotes.md has them in words.

mod answer;
mod ending;
mod make;
mod paper;
mod send;
mod settings;

pub(crate) use answer::{accept_within, put_back};
pub use answer::{answer, find_public, note_step, public_paper};
pub use ending::work;
pub use make::{add_line, add_once, change, change_line, move_line, remove, remove_line, revise, take_over_taxes};
pub use paper::paper;
pub use send::send;
pub use settings::{change_settings, find_settings};

use domain::event::TextChange;
use domain::quote::{Amounts, QUOTES_MOST, QuotePage, QuoteRow, QuotesView};
use domain::{
    Action, EventKind, FieldErrors, FormValues, Lead, LeadId, Named, Page, PartKind, PartStep, Product, Quote, QuoteId, QuoteState, Scope, SiteZone,
    Target, Timestamp,
};
use store::Tx;
use store::quotes::QuotesOf;

use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::leads::{held, require, save};

/// Attempts that say which addresses are wrong.
const ATTEMPTS_MOST: i64 = 200;
/// Quotes on a page of their list.
pub const PAGE_SIZE: usize = 50;

/// The quotes of a lead, for its page. People from outside read none.
///
/// # Errors
/// [`ServiceError::NotFound`], also for a lead out of sight.
pub async fn view(ctx: &Ctx, id: LeadId) -> Result<QuotesView> {
    let actor = ctx.actor()?;
    let today = ctx.catalog().await?.site.zone.at(ctx.now()).today();
    let mut tx = ctx.store.read().await?;
    let lead = tx.leads().find_visible(id, &Scope::of(actor)).await?.ok_or(ServiceError::NotFound)?;
    if !actor.role.is_internal() {
        return Ok(QuotesView { quotes: Vec::new(), deals: Vec::new(), may_read: false, may_add: false, today });
    }
    let of = QuotesOf { scope: &Scope::All, lead: Some(id), state: None, before: None, limit: QUOTES_MOST };
    let may_add = may_change(ctx, &lead)?;
    let deals = if may_add { tx.opportunities().of_lead(id).await? } else { Vec::new() };
    Ok(QuotesView {
        quotes: tx.quotes().list(of).await?,
        deals: deals.into_iter().map(|deal| Named { id: deal.id, name: deal.name }).collect(),
        may_read: true,
        may_add,
        today,
    })
}

/// Which quotes a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Those of one lead, or of all.
    pub lead: Option<LeadId>,
    /// As they were written last.
    pub state: Option<QuoteState>,
    /// Those with lower numbers.
    pub before: Option<QuoteId>,
}

/// A page of the quotes of leads that the person may know of, newest first.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for people of the house.
pub async fn list(ctx: &Ctx, wanted: Wanted, limit: usize) -> Result<Page<QuoteRow>> {
    let actor = ctx.actor()?;
    require_house(ctx)?;
    let Wanted { lead, state, before } = wanted;
    let of = QuotesOf { scope: &Scope::of(actor), lead, state, before, limit: limit as i64 + 1 };
    let found = ctx.store.read().await?.quotes().list(of).await?;
    Ok(Page::forwards(found, limit, |last| domain::lead_filter::Cursor { value: String::new(), id: last.id.0 }))
}

/// A quote with what its page needs.
///
/// # Errors
/// [`ServiceError::NotFound`], also when its lead is out of sight; [`ServiceError::Forbidden`] but for people of the house.
pub async fn find(ctx: &Ctx, id: QuoteId) -> Result<QuotePage> {
    let today = ctx.catalog().await?.site.zone.at(ctx.now()).today();
    let mut tx = ctx.store.read().await?;
    let (lead, quote) = visible(ctx, &mut tx, id).await?;
    let may_change = may_change(ctx, &lead)?;
    let attempts = tx.attempts().of_lead(lead.id, ATTEMPTS_MOST).await?;
    let listed = listed_of(&mut tx, &quote).await?;
    let mut products = if may_change && quote.state == QuoteState::New { tx.products().list().await? } else { Vec::new() };
    products.retain(|product| product.currency == quote.currency);
    for product in &mut products {
        product.price_minor = product.price_for(lead.partner);
        product.prices = Vec::new();
    }
    Ok(QuotePage {
        stale_taxes: if quote.state == QuoteState::New { quote.stale_taxes(&listed) } else { Vec::new() },
        revisions: tx.quotes().sent_revisions(id).await?,
        addresses: domain::attempt::addresses_left(&lead, &attempts),
        lead_name: lead.full_name,
        account: lead.account.name,
        quote,
        products,
        may_change,
        today,
    })
}

fn require_house(ctx: &Ctx) -> Result<()> {
    if ctx.actor()?.role.is_internal() {
        return Ok(());
    }
    Err(ServiceError::Forbidden("Only people of the house read and make quotes".to_owned()))
}

/// Whether the person makes and changes quotes of a lead: whoever of the house works it, while it is open.
fn may_change(ctx: &Ctx, lead: &Lead) -> Result<bool> {
    let actor = ctx.actor()?;
    Ok(actor.role.is_internal() && domain::can(actor, Action::EditLead, Target::Lead(&lead.audience(), lead.state.life_cycle())))
}

/// Loads a quote through the actor's scope of leads.
async fn visible(ctx: &Ctx, tx: &mut Tx, id: QuoteId) -> Result<(Lead, Quote)> {
    let scope = Scope::of(ctx.actor()?);
    require_house(ctx)?;
    let quote = tx.quotes().find(id).await?.ok_or(ServiceError::NotFound)?;
    let lead = tx.leads().find_visible(quote.lead, &scope).await?.ok_or(ServiceError::NotFound)?;
    Ok((lead, quote))
}

/// Loads a quote to change it, with its lead, which is held. The form's `version` is the one that was read.
async fn held_quote(ctx: &Ctx, tx: &mut Tx, id: QuoteId, form: &FormValues) -> Result<(Lead, Quote)> {
    let found = tx.quotes().find(id).await?.ok_or(ServiceError::NotFound)?;
    let lead = held(ctx, tx, found.lead).await?;
    // Read again: whoever had its lead before may have changed it.
    let quote = tx.quotes().find(id).await?.ok_or(ServiceError::NotFound)?;
    require_house(ctx)?;
    require(ctx, Action::EditLead, &lead)?;
    if form.find("version").is_some_and(|version| version.trim().parse() != Ok(quote.version)) {
        return Err(ServiceError::Refused("Somebody changed this meanwhile; load the page again to see it".to_owned()));
    }
    Ok((lead, quote))
}

/// Products that lines of a quote are of, removed ones too.
async fn listed_of(tx: &mut Tx, quote: &Quote) -> Result<Vec<Product>> {
    let mut ids: Vec<_> = quote.lines.iter().filter_map(|line| line.product).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(tx.products().find_many(&ids).await?)
}

/// What a quote comes to.
fn amounts(quote: &Quote) -> Result<Amounts> {
    let totals = quote.totals().map_err(|error| FieldErrors::at("", error.to_string()))?;
    Ok(totals.all)
}

/// When a quote expires: at the end of its last day, while an answer is awaited.
fn look_at(quote: &Quote, zone: &SiteZone) -> Option<Timestamp> {
    quote.state.is_awaited().then(|| zone.end_of(quote.valid_until).plus_ms(1))
}

/// Writes the next version of a quote.
async fn write(tx: &mut Tx, after: &Quote, expected: i64, zone: &SiteZone) -> Result<()> {
    if tx.quotes().change(after, amounts(after)?, look_at(after, zone), expected).await? { Ok(()) } else { Err(ServiceError::Busy) }
}

/// Records what became of a quote. `read` is its lead as this transaction read it; gives the lead as it is then.
async fn record(ctx: &Ctx, tx: &mut Tx, read: &Lead, quote: &Quote, step: PartStep, changes: Vec<TextChange>) -> Result<Lead> {
    let mut lead = read.clone();
    save(ctx, tx, &mut lead, read, EventKind::Part { part: PartKind::Quote, step, name: quote.name(), changes }).await?;
    Ok(lead)
}

/// Facts of an event, without those that say nothing.
fn facts<const N: usize>(pairs: [(&str, String); N]) -> Vec<TextChange> {
    let told = pairs.into_iter().filter(|(_, value)| !value.is_empty());
    told.map(|(what, value)| TextChange { what: what.to_owned(), old: String::new(), new: value }).collect()
}
