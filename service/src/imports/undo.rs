//! Taking an import back: what it made and nobody touched goes, what somebody worked on stays.

use domain::event::{Subject, TextChange};
use domain::{Action, Audience, Catalog, EventKind, ImportId, LeadAction};
use store::events::NewEvent;
use store::imports::{TakenBack, TakenBackRecord};

use super::report::UndoReport;
use super::update::put_back;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};

/// Records of one transaction.
const BATCH: i64 = 1000;
/// Leads that are changed back in one: that takes longer.
const BATCH_CHANGED: i64 = 50;

/// Takes a run back. The leads that it made are deleted as if by hand, so each can be restored; those that it changed become
/// what they were; the same file can be imported again. May be called again when it was interrupted.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for managers and administrators; [`ServiceError::NotFound`];
/// [`ServiceError::Refused`] when it was taken back already, or added only what is taken back elsewhere.
pub async fn undo(ctx: &Ctx, run: ImportId) -> Result<UndoReport> {
    ctx.require(Action::ImportLeads)?;
    take_back(ctx, run).await
}

/// The same for the program itself, as the command line does.
///
/// # Errors
/// As [`undo`], but for [`ServiceError::Forbidden`].
pub async fn cli_undo(ctx: &Ctx, run: ImportId) -> Result<UndoReport> {
    take_back(ctx, run).await
}

async fn take_back(ctx: &Ctx, run: ImportId) -> Result<UndoReport> {
    let found = ctx.store.read().await?.imports().find(run).await?.ok_or(ServiceError::NotFound)?;
    if found.undone_at.is_some() {
        return Err(ServiceError::Refused(format!("Import {run} was taken back already")));
    }
    let catalog = ctx.store.catalog().await?;
    let mut report = UndoReport::default();
    put_changes_back(ctx, run, &catalog, &mut report).await?;
    loop {
        let mut tx = ctx.store.begin().await?;
        let taken = tx.imports().take_back_leads(run, BATCH, ctx.now()).await?;
        if taken.is_empty() {
            report.kept += u64::try_from(tx.imports().living_leads(run).await?).unwrap_or(0);
            break;
        }
        tx.events().record_many(&taken.iter().map(|lead| lead_deleted(ctx, lead, &catalog)).collect::<Vec<_>>()).await?;
        tx.save().await?;
        report.deleted += taken.len() as u64;
    }
    report.contacts_deleted = take_back_records(ctx, run, Subject::Contact).await?;
    report.accounts_deleted = take_back_records(ctx, run, Subject::Account).await?;
    if found.done.created > 0 && !ctx.store.read().await?.imports().made_records(run).await? {
        return Err(ServiceError::Refused("This import added people or offerings, which stay; retire them on their own pages".to_owned()));
    }
    let mut tx = ctx.store.begin().await?;
    tx.imports().mark_undone(run, ctx.now()).await?;
    tx.save().await?;
    Ok(report)
}

async fn put_changes_back(ctx: &Ctx, run: ImportId, catalog: &Catalog, report: &mut UndoReport) -> Result<()> {
    loop {
        let mut tx = ctx.store.begin().await?;
        let changes = tx.imports().take_changes(run, BATCH_CHANGED).await?;
        if changes.is_empty() {
            return Ok(());
        }
        for changed in &changes {
            if put_back(ctx, &mut tx, changed, catalog).await? {
                report.restored += 1;
            } else {
                report.kept += 1;
            }
        }
        tx.save().await?;
    }
}

async fn take_back_records(ctx: &Ctx, run: ImportId, subject: Subject) -> Result<u64> {
    let mut count = 0;
    loop {
        let mut tx = ctx.store.begin().await?;
        let taken = match subject {
            Subject::Contact => tx.imports().take_back_contacts(run, BATCH, ctx.now()).await?,
            _ => tx.imports().take_back_accounts(run, BATCH, ctx.now()).await?,
        };
        if taken.is_empty() {
            return Ok(count);
        }
        tx.events().record_many(&taken.iter().map(|record| record_deleted(ctx, run, subject, record)).collect::<Vec<_>>()).await?;
        tx.save().await?;
        count += taken.len() as u64;
    }
}

fn lead_deleted(ctx: &Ctx, taken: &TakenBack, catalog: &Catalog) -> NewEvent {
    let status = catalog.status(taken.status).map_or_else(String::new, |status| status.name.clone());
    let kind = EventKind::LeadMoved { action: LeadAction::Delete, from: status.clone(), to: status, reason: String::new() };
    NewEvent {
        at: ctx.now(),
        actor: ctx.actor.as_ref().map(|actor| actor.id),
        subject: Subject::Lead,
        subject_id: taken.lead.0,
        lead: Some(taken.lead),
        version: taken.version,
        kind,
        before: Some(taken.before.clone()),
        after: Some(Audience { deleted: true, ..taken.before.clone() }),
    }
}

fn record_deleted(ctx: &Ctx, run: ImportId, subject: Subject, taken: &TakenBackRecord) -> NewEvent {
    let changes = vec![TextChange { what: "Deleted".to_owned(), old: String::new(), new: format!("import {run} was taken back") }];
    NewEvent {
        at: ctx.now(),
        actor: ctx.actor.as_ref().map(|actor| actor.id),
        subject,
        subject_id: taken.id,
        lead: None,
        version: taken.version,
        kind: EventKind::RecordChanged { name: taken.name.clone(), changes },
        before: None,
        after: None,
    }
}
