//! What the customer is shown of a quote.

use domain::quote::{QuotePaper, QuoteSettings};
use domain::{Catalog, Lead, Quote, QuoteId, QuoteState, Timestamp};

use super::visible;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};

/// A quote as it stands on paper: a revision as it was sent, or as it would be sent now.
///
/// # Errors
/// [`ServiceError::NotFound`], also when its lead is out of sight, and for a revision that was not sent; [`ServiceError::Forbidden`] but for people
/// of the house.
pub async fn paper(ctx: &Ctx, id: QuoteId, revision: Option<i64>) -> Result<QuotePaper> {
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.read().await?;
    let (lead, quote) = visible(ctx, &mut tx, id).await?;
    let sent = match revision {
        Some(revision) => Some(tx.quotes().find_sent(id, revision).await?.ok_or(ServiceError::NotFound)?),
        None if quote.state != QuoteState::New => tx.quotes().find_sent(id, quote.revision).await?,
        None => None,
    };
    if let Some(sent) = sent {
        return Ok(sent);
    }
    let settings = tx.quotes().settings().await?;
    Ok(paper_of(&quote, &lead, &settings, &catalog, catalog.site.zone.at(ctx.now()).today()))
}

/// A quote as it stands on paper on a day.
pub(super) fn paper_of(quote: &Quote, lead: &Lead, settings: &QuoteSettings, catalog: &Catalog, date: Timestamp) -> QuotePaper {
    let address = &lead.address;
    let place = [&address.postcode, &address.city].into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" ");
    let customer = [lead.full_name.clone(), lead.account.name.clone(), address.street.clone(), place, address.state.clone(), address.country.clone()];
    let mut customer: Vec<String> = customer.into_iter().filter(|line| !line.is_empty()).collect();
    // A household is called as its person.
    customer.dedup();
    let by = catalog.person(quote.created_by);
    QuotePaper {
        site: catalog.site.name.clone(),
        sender: settings.sender.clone(),
        footer: settings.footer.clone(),
        reference: quote.reference.clone(),
        revision: quote.revision,
        date,
        valid_until: quote.valid_until,
        currency: quote.currency.clone(),
        customer,
        deal: quote.opportunity.name.clone(),
        by: by.map_or_else(String::new, |person| person.name.clone()),
        by_email: by.map_or_else(String::new, |person| person.email.clone()),
        note: quote.note.clone(),
        lines: quote.lines.clone(),
    }
}
