//! The firm's logo, shown in the frame and to the public.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::event::TextChange;
use domain::logo::{LogoKind, judge};
use domain::{EventKind, FieldErrors};
use sha2::{Digest as _, Sha256};
use store::logo::StoredLogo;

use super::{begin, finish};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};

/// Puts a picture in the place of the logo before.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at `logo`.
pub async fn change_logo(ctx: &Ctx, bytes: &[u8]) -> Result<()> {
    let (mut tx, catalog) = begin(ctx).await?;
    let kind = judge(bytes).map_err(|sentence| FieldErrors::at("logo", sentence))?;
    let digest: String = Sha256::digest(bytes)[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    if catalog.site.logo.as_ref() == Some(&digest) {
        return Ok(());
    }
    let logo = StoredLogo { digest, content_type: kind.content_type().to_owned(), content: STANDARD.encode(bytes) };
    let old = tx.catalog().logo().await?;
    tx.catalog().change_logo(&logo).await?;
    finish(ctx, tx, 0, changed(old.as_ref(), Some(&logo))).await
}

/// Takes the logo away.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Refused`] where there is none.
pub async fn remove_logo(ctx: &Ctx) -> Result<()> {
    let (mut tx, _) = begin(ctx).await?;
    let Some(old) = tx.catalog().logo().await? else { return Err(ServiceError::Refused("There is no logo".to_owned())) };
    tx.catalog().remove_logo().await?;
    finish(ctx, tx, 0, changed(Some(&old), None)).await
}

/// The logo of this digest, for everybody: its content type and its bytes.
///
/// # Errors
/// [`ServiceError::NotFound`] for any but the one that the site has.
pub async fn logo(ctx: &Ctx, digest: &str) -> Result<(LogoKind, Vec<u8>)> {
    if ctx.store.catalog().await?.site.logo.as_deref() != Some(digest) {
        return Err(ServiceError::NotFound);
    }
    let found = ctx.store.read().await?.catalog().logo().await?.filter(|logo| logo.digest == digest);
    let logo = found.ok_or(ServiceError::NotFound)?;
    let kind = LogoKind::from_content_type(&logo.content_type).ok_or(ServiceError::NotFound)?;
    let bytes = STANDARD.decode(&logo.content).map_err(|error| ServiceError::Internal(Box::new(error)))?;
    Ok((kind, bytes))
}

fn changed(old: Option<&StoredLogo>, new: Option<&StoredLogo>) -> EventKind {
    let words = |logo: Option<&StoredLogo>| {
        logo.map_or_else(String::new, |logo| {
            let label = LogoKind::from_content_type(&logo.content_type).map_or("", LogoKind::label);
            format!("{label} {}", &logo.digest[..8])
        })
    };
    let change = TextChange { what: "Logo".to_owned(), old: words(old), new: words(new) };
    EventKind::RecordChanged { name: "the site".to_owned(), changes: vec![change] }
}
