//! The library of material: administrators keep it, people of the house look through it and send it with [messages](crate::messages). The rules are
//! `domain::material`'s.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::lead_parts::file_name;
use domain::material::{MATERIAL_MOST, MaterialForm, judge_file};
use domain::{Action, EventKind, FormValues, Material, MaterialId};
use store::Tx;

use crate::configuration::{begin, finish};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::{only_differences, only_fields};
use crate::once::{self, Once};
use crate::people::token_hash;

/// Longest secret that is looked for.
const TOKEN_MAX: usize = 100;

/// A file as it arrived, with what was entered beside it.
#[derive(Clone, Copy, Debug)]
pub struct Upload<'a> {
    /// As the browser sent it.
    pub file_name: &'a str,
    pub bytes: &'a [u8],
    /// See [`MaterialForm::read`].
    pub form: &'a FormValues,
}

/// The pieces that a search finds, by name; all of them where it has no words.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for people of the house.
pub async fn list(ctx: &Ctx, query: &str) -> Result<Vec<Material>> {
    require_house(ctx)?;
    let mut found = ctx.store.ask().await?.material().list().await?;
    found.retain(|piece| piece.matches(query));
    Ok(found)
}

/// Whether the person may add a piece, asked before its bytes are read.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators.
pub fn require_add(ctx: &Ctx) -> Result<()> {
    ctx.require(Action::Configure).map(|_| ())
}

/// Adds a piece. For a form that may be sent again.
///
/// # Errors
/// [`ServiceError::Invalid`] at `document` and the fields; [`ServiceError::Refused`] when the library is full; [`ServiceError::Forbidden`] but
/// for administrators.
pub async fn add(ctx: &Ctx, upload: Upload<'_>, once: Option<&Once>) -> Result<MaterialId> {
    let actor = ctx.require(Action::Configure)?;
    let name = file_name(upload.file_name);
    let (judged, entered) = (judge_file(&name, upload.bytes), MaterialForm::read(upload.form));
    let (kind, entered) = match (judged, entered) {
        (Ok(kind), Ok(entered)) => (kind, entered),
        (judged, entered) => {
            let mut errors = entered.err().unwrap_or_default();
            errors.take("document", judged);
            return Err(errors.into());
        }
    };
    let content = STANDARD.encode(upload.bytes);
    let (mut tx, _) = begin(ctx).await?;
    if let Some(made) = once::made_before(&mut tx, once).await? {
        return Ok(MaterialId(made));
    }
    require_room(&mut tx).await?;
    let MaterialForm { name: title, description, tags } = entered;
    let piece = Material {
        id: MaterialId(tx.take_numbers("material", 1).await?),
        name: title,
        description,
        tags,
        file_name: name,
        kind,
        size: upload.bytes.len() as i64,
        added_by: actor.id,
        added_at: ctx.now(),
        removed_at: None,
    };
    tx.material().add(&piece, content).await?;
    once::note(ctx, &mut tx, once, piece.id.0).await?;
    finish(ctx, tx, piece.id.0, EventKind::RecordAdded { name: words(&piece) }).await?;
    Ok(piece.id)
}

/// Changes what is said of a piece. Fields: `name`, `description`, `tags`.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::NotFound`]; [`ServiceError::Invalid`] at the fields.
pub async fn change(ctx: &Ctx, id: MaterialId, form: &FormValues) -> Result<()> {
    let (mut tx, _) = begin(ctx).await?;
    let old = tx.material().find(id).await?.filter(|piece| piece.removed_at.is_none()).ok_or(ServiceError::NotFound)?;
    only_fields(form, &["name", "description", "tags"])?;
    let MaterialForm { name, description, tags } = MaterialForm::read(form)?;
    let new = Material { name, description, tags, ..old.clone() };
    if new == old {
        return Ok(());
    }
    tx.material().change(&new).await?;
    let changes = only_differences([
        ("Name", old.name.clone(), new.name),
        ("Description", old.description.clone(), new.description),
        ("Tags", old.tags.join(", "), new.tags.join(", ")),
    ]);
    finish(ctx, tx, id.0, EventKind::RecordChanged { name: words(&old), changes }).await
}

/// Removes a piece from the library: it is sent no more, and links to it open nothing. [`restore`] brings it back.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::NotFound`].
pub async fn remove(ctx: &Ctx, id: MaterialId, form: &FormValues) -> Result<()> {
    let (mut tx, _) = begin(ctx).await?;
    let piece = tx.material().find(id).await?.ok_or(ServiceError::NotFound)?;
    only_fields(form, &[])?;
    if piece.removed_at.is_some() {
        return Ok(());
    }
    tx.material().change(&Material { removed_at: Some(ctx.now()), ..piece.clone() }).await?;
    finish(ctx, tx, id.0, EventKind::RecordRemoved { name: words(&piece) }).await
}

/// Brings a removed piece back.
///
/// # Errors
/// As [`remove`]; [`ServiceError::Refused`] when the library is full.
pub async fn restore(ctx: &Ctx, id: MaterialId, form: &FormValues) -> Result<()> {
    let (mut tx, _) = begin(ctx).await?;
    let piece = tx.material().find(id).await?.ok_or(ServiceError::NotFound)?;
    only_fields(form, &[])?;
    if piece.removed_at.is_none() {
        return Ok(());
    }
    require_room(&mut tx).await?;
    tx.material().change(&Material { removed_at: None, ..piece.clone() }).await?;
    finish(ctx, tx, id.0, EventKind::RecordAdded { name: words(&piece) }).await
}

/// A piece with its bytes.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for people of the house; [`ServiceError::NotFound`], also for one that was removed.
pub async fn content(ctx: &Ctx, id: MaterialId) -> Result<(Material, Vec<u8>)> {
    require_house(ctx)?;
    let mut tx = ctx.store.read().await?;
    let piece = tx.material().find(id).await?;
    with_bytes(tx, piece).await
}

/// The piece at a private address that a message named, for whoever knows it.
///
/// # Errors
/// [`ServiceError::NotFound`] for a secret that opens nothing, and for a piece that was removed.
pub async fn shared(ctx: &Ctx, token: &str) -> Result<(Material, Vec<u8>)> {
    if token.is_empty() || token.len() > TOKEN_MAX {
        return Err(ServiceError::NotFound);
    }
    let mut tx = ctx.store.read().await?;
    let piece = tx.material().find_by_link(&token_hash(token)).await?;
    with_bytes(tx, piece).await
}

async fn with_bytes(mut tx: Tx, piece: Option<Material>) -> Result<(Material, Vec<u8>)> {
    let piece = piece.filter(|piece| piece.removed_at.is_none()).ok_or(ServiceError::NotFound)?;
    let content = tx.material().content(piece.id).await?.ok_or(ServiceError::NotFound)?;
    drop(tx);
    let bytes = STANDARD.decode(content).map_err(|error| ServiceError::Internal(Box::new(error)))?;
    Ok((piece, bytes))
}

fn require_house(ctx: &Ctx) -> Result<()> {
    if ctx.actor()?.role.is_internal() {
        return Ok(());
    }
    Err(ServiceError::Forbidden("Only people of the house can do this".to_owned()))
}

async fn require_room(tx: &mut Tx) -> Result<()> {
    if tx.material().list().await?.len() as i64 >= MATERIAL_MOST {
        return Err(ServiceError::Refused(format!("The library holds at most {MATERIAL_MOST} pieces; remove one first")));
    }
    Ok(())
}

fn words(piece: &Material) -> String {
    format!("the material “{}”", piece.name)
}
