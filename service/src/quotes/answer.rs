//! What becomes of a quote that was sent: the customer answers at its private address, or somebody of the house notes what they said.

use domain::quote::{PublicQuote, QuotePaper, QuoteSettings, hindrance};
use domain::text::required_line;
use domain::{Catalog, FieldErrors, FormValues, Lead, NoticeKind, Quote, QuoteId, QuoteState, QuoteStep, Scope, UserId};
use store::Tx;

use super::{facts, held_quote, record, write};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::notices::{self, Notice};
use crate::opportunities;
use crate::people::token_hash;

/// Longest secret that is looked for.
const TOKEN_MAX: usize = 100;

/// The quote at a private address, for whoever knows it.
///
/// # Errors
/// [`ServiceError::NotFound`] for a secret that opens nothing.
pub async fn find_public(ctx: &Ctx, token: &str) -> Result<PublicQuote> {
    let catalog = ctx.catalog().await?;
    let zone = &catalog.site.zone;
    let mut tx = ctx.store.read().await?;
    let (_, quote, revision) = by_link(&mut tx, token).await?;
    let paper = tx.quotes().find_sent(quote.id, revision).await?.ok_or(ServiceError::NotFound)?;
    let answered = match quote.answered_at {
        Some(at) if quote.answered_by.is_empty() => zone.readable_day(at),
        Some(at) => format!("{}, {}", quote.answered_by, zone.readable(at)),
        None => String::new(),
    };
    let is_superseded = quote.revision > revision;
    let state = quote.state_on(zone.at(ctx.now()).today());
    let answered = if is_superseded { String::new() } else { answered };
    Ok(PublicQuote { paper: paper.for_public(), logo: catalog.site.logo.clone(), state, is_superseded, answered })
}

/// The paper of the quote at a private address.
///
/// # Errors
/// As [`find_public`].
pub async fn public_paper(ctx: &Ctx, token: &str) -> Result<QuotePaper> {
    Ok(find_public(ctx, token).await?.paper)
}

/// Answers the quote at a private address. Fields: `answer`, `accept` or `deny`; `name`, who answers; `reason` of a denial, which may be empty. Sent
/// twice, it is one answer.
///
/// # Errors
/// [`ServiceError::NotFound`] for a secret that opens nothing; [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] when it was answered
/// otherwise, is over, or was revised since.
pub async fn answer(ctx: &Ctx, token: &str, form: &FormValues) -> Result<QuoteState> {
    // Who is signed in here by chance is not who answers.
    let ctx = &Ctx { actor: None, ..ctx.clone() };
    let catalog = ctx.catalog().await?;
    let today = catalog.site.zone.at(ctx.now()).today();
    let mut tx = ctx.store.begin().await?;
    let (lead, _, _) = by_link(&mut tx, token).await?;
    tx.leads().hold(lead.id).await?;
    // Read again: whoever had its lead before may have changed it.
    let (lead, read, revision) = by_link(&mut tx, token).await?;
    let mut errors = FieldErrors::default();
    let step = match form.get("answer").trim() {
        "accept" => Some(QuoteStep::Accept),
        "deny" => Some(QuoteStep::Deny),
        _ => errors.take("answer", Err("Choose whether you accept the quote")),
    };
    let name = errors.take("name", required_line(form.get("name"), "your name"));
    let (Some(step), Some(name)) = (step, name) else { return Err(errors.into()) };
    let before = Quote { state: read.state_on(today), ..read.clone() };
    let is_superseded = before.revision > revision;
    let is_said = matches!((step, before.state), (QuoteStep::Accept, QuoteState::Accepted) | (QuoteStep::Deny, QuoteState::Denied));
    if is_said && !is_superseded {
        return Ok(before.state);
    }
    if let Some(sentence) = hindrance(before.state, is_superseded, before.valid_until) {
        return Err(ServiceError::Refused(sentence));
    }
    let mut after = before.after(step, form, before.valid_until, ctx.now())?;
    after.answered_by = name;
    settle(ctx, &mut tx, &lead, (&read, &after), step, &catalog).await?;
    tx.save().await?;
    Ok(after.state)
}

/// Notes what the customer said of a quote: that they look into it, that they accept it, or that they deny it. With the `version` that was read, and
/// the `reason` of a denial.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] for a step that does not fit, and when somebody changed it since;
/// [`ServiceError::NotFound`]; [`ServiceError::Forbidden`].
pub async fn note_step(ctx: &Ctx, id: QuoteId, step: QuoteStep, form: &FormValues) -> Result<()> {
    if !matches!(step, QuoteStep::Review | QuoteStep::Accept | QuoteStep::Deny) {
        return Err(ServiceError::NotFound);
    }
    let catalog = ctx.catalog().await?;
    let today = catalog.site.zone.at(ctx.now()).today();
    let mut tx = ctx.store.begin().await?;
    let (lead, read) = held_quote(ctx, &mut tx, id, form).await?;
    let before = Quote { state: read.state_on(today), ..read.clone() };
    if !step.fits(before.state) {
        return Err(ServiceError::Refused(match before.state {
            QuoteState::Expired => {
                format!("This quote was valid until {}; make a new revision, which can be accepted again", before.valid_until.readable_day())
            }
            state => format!("This quote is {}; load the page again to see what can be done", state.label().to_lowercase()),
        }));
    }
    let after = before.after(step, form, before.valid_until, ctx.now())?;
    settle(ctx, &mut tx, &lead, (&read, &after), step, &catalog).await?;
    Ok(tx.save().await?)
}

/// Writes what became of a quote: its history, the deal that follows it, and the notice to who has the lead where the customer answered.
async fn settle(ctx: &Ctx, tx: &mut Tx, lead: &Lead, (read, after): (&Quote, &Quote), step: QuoteStep, catalog: &Catalog) -> Result<()> {
    write(tx, after, read.version, &catalog.site.zone).await?;
    let told = facts([("By", after.answered_by.clone()), ("Total", after.total_words()), ("Reason", after.reason.clone())]);
    let lead = record(ctx, tx, lead, after, step.told(), told).await?;
    let settings = tx.quotes().settings().await?;
    follow(ctx, tx, &lead, after, &settings, catalog).await?;
    if ctx.actor.is_none() {
        let to: Vec<UserId> = who_has(&lead, catalog).into_iter().collect();
        let reason = if after.reason.is_empty() { String::new() } else { format!(": {}", after.reason) };
        let done = after.state.label().to_lowercase();
        let note = format!("{} was {done} by {}, {}{reason}", after.name(), after.answered_by, after.total_words());
        notices::queue(ctx, tx, Notice { note, ..Notice::of(NoticeKind::QuoteAnswered, &lead, to) }).await?;
    }
    Ok(())
}

/// Notes that a quote is accepted by who makes a customer of its lead, who holds it. Gives the lead as it is then.
pub(crate) async fn accept_within(ctx: &Ctx, tx: &mut Tx, lead: &Lead, read: &Quote, catalog: &Catalog) -> Result<Lead> {
    let after = read.after(QuoteStep::Accept, &FormValues::default(), read.valid_until, ctx.now())?;
    write(tx, &after, read.version, &catalog.site.zone).await?;
    let lead = record(ctx, tx, lead, &after, QuoteStep::Accept.told(), facts([("Total", after.total_words())])).await?;
    let settings = tx.quotes().settings().await?;
    follow(ctx, tx, &lead, &after, &settings, catalog).await?;
    Ok(lead)
}

/// Writes a quote as taking a conversion back makes it again, without an event of its own.
pub(crate) async fn put_back(ctx: &Ctx, tx: &mut Tx, read: &Quote, restored: Quote, catalog: &Catalog) -> Result<()> {
    let after = Quote { version: read.version + 1, updated_at: ctx.now(), ..restored };
    write(tx, &after, read.version, &catalog.site.zone).await
}

/// Lets the deal follow its quote: to the stage that is configured for the quote's state, and once it is accepted to what its accepted quotes come to
/// without tax.
pub(super) async fn follow(ctx: &Ctx, tx: &mut Tx, lead: &Lead, quote: &Quote, settings: &QuoteSettings, catalog: &Catalog) -> Result<()> {
    let amount = match quote.state {
        QuoteState::Accepted => Some(tx.quotes().accepted_amounts(quote.opportunity.id).await?.into_iter().fold(0_i64, i64::saturating_add)),
        _ => None,
    };
    opportunities::follow_quote(ctx, tx, lead, quote.opportunity.id, (settings.stage_of(quote.state), amount), catalog).await
}

/// Its owner, else who manages its group.
pub(super) fn who_has(lead: &Lead, catalog: &Catalog) -> Option<UserId> {
    lead.owner.or_else(|| lead.group.and_then(|group| catalog.group(group)).and_then(|group| group.manager))
}

/// The lead, the quote and which revision of it stands at a private address. Of a deleted lead nothing does.
async fn by_link(tx: &mut Tx, token: &str) -> Result<(Lead, Quote, i64)> {
    if token.is_empty() || token.len() > TOKEN_MAX {
        return Err(ServiceError::NotFound);
    }
    let (id, revision) = tx.quotes().find_link(&token_hash(token)).await?.ok_or(ServiceError::NotFound)?;
    let quote = tx.quotes().find(id).await?.ok_or(ServiceError::NotFound)?;
    let lead = tx.leads().find_visible(quote.lead, &Scope::All).await?.filter(|lead| lead.deleted_at.is_none()).ok_or(ServiceError::NotFound)?;
    Ok((lead, quote, revision))
}
