//! The words of notices.

use domain::{Action, EventKind, FormValues, NoticeKind, Wording};

use super::{begin, finish};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::{only_differences, only_fields};

/// The words of a kind of notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeWords {
    pub kind: NoticeKind,
    pub wording: Wording,
    /// Whether an administrator changed them.
    pub is_changed: bool,
}

/// The words of every kind of notice.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators.
pub async fn list_notices(ctx: &Ctx) -> Result<Vec<NoticeWords>> {
    ctx.require(Action::Configure)?;
    let mut changed = ctx.store.ask().await?.notices().list_changed().await?;
    let words = |kind| {
        let at = changed.iter().position(|(changed, _)| *changed == kind);
        let is_changed = at.is_some();
        let wording = at.map_or_else(|| Wording::standard(kind), |at| changed.swap_remove(at).1);
        NoticeWords { kind, wording, is_changed }
    };
    Ok(NoticeKind::ALL.into_iter().map(words).collect())
}

/// The words of one, by its key.
///
/// # Errors
/// As [`list_notices`]; [`ServiceError::NotFound`].
pub async fn find_notice(ctx: &Ctx, key: &str) -> Result<NoticeWords> {
    list_notices(ctx).await?.into_iter().find(|words| words.kind.key() == key).ok_or(ServiceError::NotFound)
}

/// Changes the words of a kind of notice, by its key. Fields: `subject`, `body`. One that was not sent stays as it is.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::NotFound`]; [`ServiceError::Invalid`] at the fields,
/// also for a merge field that there is not.
pub async fn change_notice(ctx: &Ctx, key: &str, form: &FormValues) -> Result<()> {
    let (mut tx, _) = begin(ctx).await?;
    let kind = NoticeKind::from_key(key).ok_or(ServiceError::NotFound)?;
    only_fields(form, &["subject", "body"])?;
    let old = tx.notices().wording(kind).await?;
    let new = Wording::parse(kind, form.find("subject").unwrap_or(&old.subject), form.find("body").unwrap_or(&old.body))?;
    if new == old {
        return Ok(());
    }
    if new == Wording::standard(kind) {
        tx.notices().reset_wording(kind).await?;
    } else {
        tx.notices().change_wording(kind, &new).await?;
    }
    finish(ctx, tx, 0, changed(kind, old, new)).await
}

/// Goes back to the words that a kind of notice starts with, by its key.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::NotFound`].
pub async fn reset_notice(ctx: &Ctx, key: &str, form: &FormValues) -> Result<()> {
    let (mut tx, _) = begin(ctx).await?;
    let kind = NoticeKind::from_key(key).ok_or(ServiceError::NotFound)?;
    only_fields(form, &[])?;
    let (old, new) = (tx.notices().wording(kind).await?, Wording::standard(kind));
    if new == old {
        return Ok(());
    }
    tx.notices().reset_wording(kind).await?;
    finish(ctx, tx, 0, changed(kind, old, new)).await
}

fn changed(kind: NoticeKind, old: Wording, new: Wording) -> EventKind {
    let changes = only_differences([("Subject", old.subject, new.subject), ("Text", old.body, new.body)]);
    EventKind::RecordChanged { name: format!("the mail “{}”", kind.label()), changes }
}
