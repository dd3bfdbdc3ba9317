//! Scores: worked out in the transaction that adds or changes a lead, and anew in the background when the rules or the model changed.
//! What they follow from is `domain::scoring`; docs/scoring.md has it in words.

mod evaluate;
mod learn;

pub use evaluate::{Evaluation, cli_evaluate, cli_evaluate_file};
pub(crate) use learn::GIVEN_UP_AFTER_MS;
pub use learn::work;

use std::collections::HashMap;

use domain::scoring::{Happened, LeadScore, ScoreFacts};
use domain::{Action, Catalog, ContactId, FieldChange, Lead, LeadField, LeadId, ScoreBook};
use store::Tx;
use store::scoring::{NewScore, ScoredLead};

use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::leads;

/// Gives leads that arrive their scores, where nobody gave them any; gives those that came with one, for [`keep_typed`].
pub(crate) async fn score_new(ctx: &Ctx, tx: &mut Tx, leads: &mut [&mut Lead], catalog: &Catalog) -> Result<Vec<LeadId>> {
    if !catalog.site.has_scoring {
        return Ok(Vec::new());
    }
    let book = ctx.score_book().await?;
    let contacts: Vec<ContactId> = leads.iter().map(|lead| lead.contact).collect();
    let happened = happened(tx, &book, &contacts).await?;
    let mut typed = Vec::new();
    for lead in leads {
        if lead.score != 0 {
            typed.push(lead.id);
        } else {
            lead.score = score(&book, lead, &happened);
        }
    }
    Ok(typed)
}

/// Leads that came with a score keep it.
pub(crate) async fn keep_typed(ctx: &Ctx, tx: &mut Tx, typed: &[LeadId]) -> Result<()> {
    let by = ctx.actor.as_ref().map(|actor| actor.id);
    Ok(tx.scoring().keep(typed, by, ctx.now()).await?)
}

/// A lead is about to be saved as it was changed: a score that was typed is kept, any other is worked out from what the lead is now.
/// Closed leads keep what they had.
pub(crate) async fn before_change(ctx: &Ctx, tx: &mut Tx, lead: &mut Lead, read: &Lead) -> Result<()> {
    let is_typed = lead.score != read.score;
    let wakes = is_at_work(lead) && !is_at_work(read);
    if !is_typed && !wakes && ScoreFacts::from(&*lead) == ScoreFacts::from(read) {
        return Ok(());
    }
    if !ctx.catalog().await?.site.has_scoring {
        return Ok(());
    }
    if is_typed {
        return keep_typed(ctx, tx, &[lead.id]).await;
    }
    if !is_at_work(lead) || tx.scoring().kept(lead.id).await?.is_some() {
        return Ok(());
    }
    let book = ctx.score_book().await?;
    let happened = happened(tx, &book, &[lead.contact]).await?;
    lead.score = score(&book, lead, &happened);
    Ok(())
}

/// Contacts did something: their open leads are scored anew, where rules ask for that.
pub(crate) async fn after_events(ctx: &Ctx, tx: &mut Tx, contacts: &[ContactId], catalog: &Catalog) -> Result<()> {
    if contacts.is_empty() || !catalog.site.has_scoring {
        return Ok(());
    }
    let book = ctx.score_book().await?;
    if book.asks_what_happened() { score_open_of(tx, &book, contacts).await } else { Ok(()) }
}

/// A contact has other numbers or addresses: its open leads, which show them, are scored anew.
pub(crate) async fn after_contact_change(ctx: &Ctx, tx: &mut Tx, contact: ContactId, catalog: &Catalog) -> Result<()> {
    if !catalog.site.has_scoring {
        return Ok(());
    }
    let book = ctx.score_book().await?;
    score_open_of(tx, &book, &[contact]).await
}

async fn score_open_of(tx: &mut Tx, book: &ScoreBook, contacts: &[ContactId]) -> Result<()> {
    for some in contacts.chunks(500) {
        let open = tx.scoring().open_of(some).await?;
        let scores = anew(tx, book, &open).await?;
        tx.scoring().put(&scores).await?;
    }
    Ok(())
}

/// Why a lead's score is what it is.
///
/// # Errors
/// [`ServiceError::NotFound`] for an absent lead and for one the person may not know of; [`ServiceError::Forbidden`] but for people of the
/// house, whose sentences these are.
pub async fn why(ctx: &Ctx, id: LeadId) -> Result<LeadScore> {
    let actor = ctx.actor()?;
    if !actor.role.is_internal() {
        return Err(ServiceError::Forbidden("Only people of the house can read why a score is what it is".to_owned()));
    }
    let lead = leads::find_alone(ctx, id).await?;
    let (catalog, book) = (ctx.catalog().await?, ctx.score_book().await?);
    let mut tx = ctx.store.read().await?;
    let kept = tx.scoring().kept(id).await?;
    let happened = happened(&mut tx, &book, &[lead.contact]).await?;
    let happened = happened.get(&lead.contact).cloned().unwrap_or_default();
    Ok(LeadScore {
        score: lead.score,
        by_hand: kept.map(|(by, at)| (by.map_or_else(String::new, |by| catalog.person_name(by)), at)),
        why: book.explain(&ScoreFacts::from(&lead), &happened, &lead.currency, &catalog),
        trained_at: book.model().map(|model| model.trained_at),
        may_edit: leads::require(ctx, Action::EditLead, &lead).is_ok(),
    })
}

/// Has a lead's score worked out again that somebody had typed.
///
/// # Errors
/// [`ServiceError::NotFound`]; [`ServiceError::Forbidden`] but for who may edit the lead; [`ServiceError::Refused`] where nobody scores.
pub async fn work_out_again(ctx: &Ctx, id: LeadId) -> Result<()> {
    let (catalog, book) = (ctx.catalog().await?, ctx.score_book().await?);
    let mut tx = ctx.store.begin().await?;
    let read = leads::held(ctx, &mut tx, id).await?;
    leads::require(ctx, Action::EditLead, &read)?;
    if !book.is_scoring() {
        return Err(ServiceError::Refused("Nobody works out scores: there are no rules, and no model is in use".to_owned()));
    }
    let happened = happened(&mut tx, &book, &[read.contact]).await?;
    let mut lead = Lead { score: score(&book, &read, &happened), ..read.clone() };
    if lead.score != read.score {
        let shown = |lead: &Lead| lead.score.to_string();
        let changes = [FieldChange { field: LeadField::Score, old: shown(&read), new: shown(&lead) }];
        leads::write(ctx, &mut tx, &mut lead, &read, &changes, &catalog).await?;
    }
    // Behind the change, which takes the score for one that was typed.
    tx.scoring().let_go(id).await?;
    Ok(tx.save().await?)
}

/// Whether somebody still works it.
fn is_at_work(lead: &Lead) -> bool {
    lead.state.life_cycle().is_open() && lead.deleted_at.is_none()
}

/// What contacts did, where rules ask for that.
async fn happened(tx: &mut Tx, book: &ScoreBook, contacts: &[ContactId]) -> Result<HashMap<ContactId, Happened>> {
    Ok(if book.asks_what_happened() { tx.scoring().happened(contacts).await? } else { HashMap::new() })
}

/// The score of a lead; the one it has where nobody scores.
fn score(book: &ScoreBook, lead: &Lead, happened: &HashMap<ContactId, Happened>) -> i64 {
    let nothing = Happened::new();
    book.score(&ScoreFacts::from(lead), happened.get(&lead.contact).unwrap_or(&nothing)).unwrap_or(lead.score)
}

/// The scores of leads that are others now.
async fn anew(tx: &mut Tx, book: &ScoreBook, leads: &[ScoredLead]) -> Result<Vec<NewScore>> {
    let contacts: Vec<ContactId> = leads.iter().map(|lead| lead.contact).collect();
    let happened = happened(tx, book, &contacts).await?;
    let nothing = Happened::new();
    let new = leads.iter().filter_map(|lead| {
        let score = book.score(&lead.facts, happened.get(&lead.contact).unwrap_or(&nothing))?;
        (score != lead.score).then_some(NewScore { lead: lead.id, version: lead.version, score })
    });
    Ok(new.collect())
}
