//! Documents of a lead. Their content is stored in the database, so that backups have it, and given to who sees the lead.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::event::TextChange;
use domain::lead_parts::{file_name, judge, size_words};
use domain::{Action, Document, DocumentId, FieldErrors, FormValues, Lead, LeadId, PartKind, PartStep, may_change_document};
use store::Tx;

use super::record;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::{is_ticked, only_differences, yes_or_no};
use crate::leads::{held, require, visible};
use crate::once::{self, Once};

/// Most documents of one lead.
const DOCUMENTS_MOST: i64 = 200;

/// A file as it arrived.
#[derive(Clone, Copy, Debug)]
pub struct Upload<'a> {
    /// As the browser sent it.
    pub name: &'a str,
    pub for_customer: bool,
    pub bytes: &'a [u8],
}

/// Whether the person may add a document, asked before its bytes are read.
///
/// # Errors
/// [`ServiceError::Forbidden`]; [`ServiceError::NotFound`].
pub async fn require_add_document(ctx: &Ctx, id: LeadId) -> Result<()> {
    let mut tx = ctx.store.read().await?;
    let lead = visible(ctx, &mut tx, id).await?;
    require(ctx, Action::CommentOnLead, &lead)
}

/// Adds a document, to a closed lead too. For a form that may be sent again.
///
/// # Errors
/// [`ServiceError::Invalid`] at `document`; [`ServiceError::Refused`] when the lead has too many; [`ServiceError::Forbidden`];
/// [`ServiceError::NotFound`].
pub async fn add_document(ctx: &Ctx, id: LeadId, upload: Upload<'_>, once: Option<&Once>) -> Result<DocumentId> {
    let actor = ctx.actor()?;
    let name = file_name(upload.name);
    let kind = judge(&name, upload.bytes).map_err(|sentence| FieldErrors::at("document", sentence))?;
    let content = STANDARD.encode(upload.bytes);
    let mut tx = ctx.store.begin().await?;
    let read = held(ctx, &mut tx, id).await?;
    require(ctx, Action::CommentOnLead, &read)?;
    if let Some(made) = once::made_before(&mut tx, once).await? {
        return Ok(DocumentId(made));
    }
    if tx.lead_parts().count_documents(id).await? >= DOCUMENTS_MOST {
        return Err(ServiceError::Refused(format!("A lead has at most {DOCUMENTS_MOST} documents; remove one first")));
    }
    let document = Document {
        id: DocumentId(tx.take_numbers("document", 1).await?),
        lead: id,
        name,
        kind,
        size: upload.bytes.len() as i64,
        for_customer: upload.for_customer,
        added_by: actor.id,
        added_at: ctx.now(),
        removed_at: None,
    };
    tx.lead_parts().add_document(&document, content).await?;
    let facts = [("Size", size_words(document.size)), ("For the customer", yes_or_no(document.for_customer))];
    let facts = facts.into_iter().map(|(what, new)| TextChange { what: what.to_owned(), old: String::new(), new }).collect();
    record(ctx, &mut tx, &read, (PartKind::Document, PartStep::Added), &document.name, facts).await?;
    once::note(ctx, &mut tx, once, document.id.0).await?;
    tx.save().await?;
    Ok(document.id)
}

/// A document with its bytes.
///
/// # Errors
/// [`ServiceError::NotFound`] for one that was removed, and where the person does not see the lead.
pub async fn document_content(ctx: &Ctx, id: DocumentId) -> Result<(Document, Vec<u8>)> {
    ctx.actor()?;
    let mut tx = ctx.store.read().await?;
    let document = tx.lead_parts().find_document(id).await?.filter(|document| document.removed_at.is_none()).ok_or(ServiceError::NotFound)?;
    visible(ctx, &mut tx, document.lead).await?;
    let content = tx.lead_parts().document_content(id).await?.ok_or(ServiceError::NotFound)?;
    drop(tx);
    let bytes = STANDARD.decode(content).map_err(|error| ServiceError::Internal(Box::new(error)))?;
    Ok((document, bytes))
}

/// Says whether a document is for the customer. Field: `for_customer`, ticked or not.
///
/// # Errors
/// [`ServiceError::Forbidden`]; [`ServiceError::NotFound`].
pub async fn change_document(ctx: &Ctx, id: DocumentId, form: &FormValues) -> Result<Document> {
    let mut tx = ctx.store.begin().await?;
    let (read, lead) = changeable(ctx, &mut tx, id).await?;
    if read.removed_at.is_some() {
        return Err(ServiceError::NotFound);
    }
    let document = Document { for_customer: is_ticked(form, "for_customer").unwrap_or(read.for_customer), ..read.clone() };
    let changes = only_differences([("For the customer", yes_or_no(read.for_customer), yes_or_no(document.for_customer))]);
    if changes.is_empty() {
        return Ok(document);
    }
    tx.lead_parts().change_document(&document).await?;
    record(ctx, &mut tx, &lead, (PartKind::Document, PartStep::Changed), &document.name, changes).await?;
    tx.save().await?;
    Ok(document)
}

/// Removes a document; [`restore_document`] brings it back.
///
/// # Errors
/// As [`change_document`].
pub async fn remove_document(ctx: &Ctx, id: DocumentId) -> Result<Document> {
    move_out_or_in(ctx, id, PartStep::Removed).await
}

/// Brings a document back.
///
/// # Errors
/// As [`change_document`].
pub async fn restore_document(ctx: &Ctx, id: DocumentId) -> Result<Document> {
    move_out_or_in(ctx, id, PartStep::Restored).await
}

async fn move_out_or_in(ctx: &Ctx, id: DocumentId, step: PartStep) -> Result<Document> {
    let mut tx = ctx.store.begin().await?;
    let (read, lead) = changeable(ctx, &mut tx, id).await?;
    let removed_at = (step == PartStep::Removed).then(|| ctx.now());
    if read.removed_at.is_some() == removed_at.is_some() {
        return Ok(read);
    }
    let document = Document { removed_at, ..read };
    tx.lead_parts().change_document(&document).await?;
    record(ctx, &mut tx, &lead, (PartKind::Document, step), &document.name, Vec::new()).await?;
    tx.save().await?;
    Ok(document)
}

/// A document, a removed one too, with its lead, which is held.
async fn changeable(ctx: &Ctx, tx: &mut Tx, id: DocumentId) -> Result<(Document, Lead)> {
    let actor = ctx.actor()?;
    let found = tx.lead_parts().find_document(id).await?.ok_or(ServiceError::NotFound)?;
    let lead = held(ctx, tx, found.lead).await?;
    let document = tx.lead_parts().find_document(id).await?.ok_or(ServiceError::NotFound)?;
    if may_change_document(actor, &document, &lead) {
        return Ok((document, lead));
    }
    Err(ServiceError::Forbidden("Only who added this document and who works its lead can change it".to_owned()))
}
