//! The audit: each change of the configuration, of people and of tokens, and each sign-in, with the address it came from.

use domain::event::Subject;
use domain::lead_filter::Cursor;
use domain::{Action, AuditArea, AuditEntry, AuditFilter, EventKind, Page, UserId};
use store::Tx;
use store::audit::NewAudit;
use store::events::NewEvent;

use crate::ctx::Ctx;
use crate::error::Result;

/// Entries on one page.
pub const PAGE_SIZE: usize = 50;

/// A page of the audit, newest first. `before` is the text of a cursor.
///
/// # Errors
/// [`crate::ServiceError::Forbidden`] but for administrators.
pub async fn list(ctx: &Ctx, filter: AuditFilter, before: Option<&str>) -> Result<Page<AuditEntry>> {
    ctx.require(Action::Configure)?;
    let before = before.and_then(Cursor::parse).map(|cursor| cursor.id);
    let rows = ctx.store.read().await?.audit().list(filter, before, PAGE_SIZE as i64 + 1).await?;
    Ok(Page::forwards(rows, PAGE_SIZE, |entry| Cursor { value: String::new(), id: entry.id }))
}

/// What was changed, for [`catalog_changed`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Changed {
    pub area: AuditArea,
    pub actor: Option<UserId>,
    pub subject_id: i64,
    pub version: i64,
}

/// Records a change of the catalog: for open pages, which read it afresh, and for the audit.
pub(crate) async fn catalog_changed(ctx: &Ctx, tx: &mut Tx, changed: Changed, kind: EventKind) -> Result<()> {
    let Changed { area, actor, subject_id, version } = changed;
    write(ctx, tx, area, Who { actor, address: &ctx.address }, &kind).await?;
    let event = NewEvent { at: ctx.now(), actor, subject: Subject::Catalog, subject_id, lead: None, version, kind, before: None, after: None };
    tx.events().record(event).await?;
    Ok(())
}

/// Who did something, from where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Who<'a> {
    pub actor: Option<UserId>,
    pub address: &'a str,
}

/// Writes an entry in a transaction of something else.
pub(crate) async fn write(ctx: &Ctx, tx: &mut Tx, area: AuditArea, from: Who<'_>, kind: &EventKind) -> Result<()> {
    Ok(tx.audit().add(NewAudit { at: ctx.now(), actor: from.actor, area, address: from.address, kind }).await?)
}

/// Writes an entry of its own.
pub(crate) async fn note(ctx: &Ctx, area: AuditArea, from: Who<'_>, kind: EventKind) -> Result<()> {
    let mut tx = ctx.store.begin().await?;
    write(ctx, &mut tx, area, from, &kind).await?;
    Ok(tx.save().await?)
}
