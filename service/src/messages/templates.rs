//! Templates of messages: what an administrator gives the others to write with.

use domain::message::TemplateForm;
use domain::{Action, EventKind, FieldErrors, FormValues, MessageTemplate, MessageTemplateId};
use store::Tx;

use crate::configuration::{begin, finish};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::{only_differences, only_fields};

const FIELDS: [&str; 3] = ["name", "subject", "body"];

/// The templates, by name.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators.
pub async fn list_templates(ctx: &Ctx) -> Result<Vec<MessageTemplate>> {
    ctx.require(Action::Configure)?;
    Ok(ctx.store.ask().await?.messages().list_templates().await?)
}

/// Adds a template. Fields: `name`, `subject`, `body`.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields, also for a merge field that there is not.
pub async fn add_template(ctx: &Ctx, form: &FormValues) -> Result<MessageTemplateId> {
    let (mut tx, _) = begin(ctx).await?;
    only_fields(form, &FIELDS)?;
    let TemplateForm { name, wording } = TemplateForm::read(form)?;
    require_free(&mut tx, &name, None).await?;
    let id = MessageTemplateId(tx.take_numbers("message_template", 1).await?);
    let template = MessageTemplate { id, name, wording, removed_at: None };
    tx.messages().add_template(&template).await?;
    finish(ctx, tx, id.0, EventKind::RecordAdded { name: words(&template) }).await?;
    Ok(id)
}

/// Changes a template. Fields as for [`add_template`].
///
/// # Errors
/// As [`add_template`]; [`ServiceError::NotFound`].
pub async fn change_template(ctx: &Ctx, id: MessageTemplateId, form: &FormValues) -> Result<()> {
    let (mut tx, _) = begin(ctx).await?;
    let old = tx.messages().find_template(id).await?.filter(|template| template.removed_at.is_none()).ok_or(ServiceError::NotFound)?;
    only_fields(form, &FIELDS)?;
    let TemplateForm { name, wording } = TemplateForm::read(form)?;
    require_free(&mut tx, &name, Some(id)).await?;
    let new = MessageTemplate { name, wording, ..old.clone() };
    if new == old {
        return Ok(());
    }
    tx.messages().change_template(&new).await?;
    let changes = only_differences([
        ("Name", old.name.clone(), new.name),
        ("Subject", old.wording.subject.clone(), new.wording.subject),
        ("Text", old.wording.body.clone(), new.wording.body),
    ]);
    finish(ctx, tx, id.0, EventKind::RecordChanged { name: words(&old), changes }).await
}

/// Removes a template; what was sent with it stays, and [`restore_template`] brings it back.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::NotFound`].
pub async fn remove_template(ctx: &Ctx, id: MessageTemplateId, form: &FormValues) -> Result<()> {
    let (mut tx, _) = begin(ctx).await?;
    let template = tx.messages().find_template(id).await?.ok_or(ServiceError::NotFound)?;
    only_fields(form, &[])?;
    if template.removed_at.is_some() {
        return Ok(());
    }
    tx.messages().change_template(&MessageTemplate { removed_at: Some(ctx.now()), ..template.clone() }).await?;
    finish(ctx, tx, id.0, EventKind::RecordRemoved { name: words(&template) }).await
}

/// Brings a removed template back.
///
/// # Errors
/// As [`remove_template`]; [`ServiceError::Refused`] when another has its name now.
pub async fn restore_template(ctx: &Ctx, id: MessageTemplateId, form: &FormValues) -> Result<()> {
    let (mut tx, _) = begin(ctx).await?;
    let template = tx.messages().find_template(id).await?.ok_or(ServiceError::NotFound)?;
    only_fields(form, &[])?;
    if template.removed_at.is_none() {
        return Ok(());
    }
    if is_taken(&mut tx, &template.name, Some(id)).await? {
        return Err(ServiceError::Refused("Another template has its name now; give that one another name first".to_owned()));
    }
    tx.messages().change_template(&MessageTemplate { removed_at: None, ..template.clone() }).await?;
    finish(ctx, tx, id.0, EventKind::RecordAdded { name: words(&template) }).await
}

fn words(template: &MessageTemplate) -> String {
    format!("the message template “{}”", template.name)
}

async fn require_free(tx: &mut Tx, name: &str, own: Option<MessageTemplateId>) -> Result<()> {
    if is_taken(tx, name, own).await? {
        return Err(FieldErrors::at("name", "There is one of this name; choose another name").into());
    }
    Ok(())
}

async fn is_taken(tx: &mut Tx, name: &str, own: Option<MessageTemplateId>) -> Result<bool> {
    let wanted = name.to_lowercase();
    Ok(tx.messages().list_templates().await?.iter().any(|other| Some(other.id) != own && other.name.to_lowercase() == wanted))
}
