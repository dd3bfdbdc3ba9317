//! What a program may send again after a cut connection: with the same key and body it is done once.

use domain::{FieldErrors, FormValues};
use sha2::{Digest as _, Sha256};
use store::{StoreError, Tx};

use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::people::hex;

/// What tells a wish that is sent again from a new one.
#[derive(Clone, Debug)]
pub struct Once {
    /// The sender's key.
    pub key: String,
    /// Of what was sent, and where.
    pub digest: String,
}

/// What tells one address and body from another.
#[must_use]
pub fn digest(address: &str, body: &[u8]) -> String {
    hex(&Sha256::new().chain_update(address).chain_update([0]).chain_update(body).finalize())
}

/// The field of a form that carries its key.
pub const FIELD: &str = "once";

/// A key that nobody has used.
#[must_use]
pub fn fresh_key() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// What tells a form that is sent again from the next one; `None` for a form without a key. Keys are the person's own.
#[must_use]
pub fn of_form(ctx: &Ctx, address: &str, values: &FormValues) -> Option<Once> {
    let (actor, key) = (ctx.actor.as_ref()?, values.get(FIELD));
    let body: Vec<u8> =
        values.0.iter().filter(|(name, _)| name != FIELD).flat_map(|(name, value)| format!("{name}\0{value}\0").into_bytes()).collect();
    (!key.is_empty() && key.len() <= 64).then(|| Once { key: format!("form:{}:{key}", actor.id), digest: digest(address, &body) })
}

/// The number of what this wish made before.
///
/// # Errors
/// [`ServiceError::Invalid`] when the key came with something else before.
pub(crate) async fn made_before(tx: &mut Tx, once: Option<&Once>) -> Result<Option<i64>> {
    let Some(once) = once else { return Ok(None) };
    match tx.once_keys().find(&once.key).await? {
        Some((made, digest)) if digest == once.digest => Ok(Some(made)),
        Some(_) => {
            Err(FieldErrors::at("", "This was sent before, with something else in it. Take a new key each time, or load the page again").into())
        }
        None => Ok(None),
    }
}

/// Notes what the wish made, in its transaction.
///
/// # Errors
/// [`ServiceError::Busy`] when the same came at the same moment: whoever sends it again finds what the other made.
pub(crate) async fn note(ctx: &Ctx, tx: &mut Tx, once: Option<&Once>, made: i64) -> Result<()> {
    let Some(once) = once else { return Ok(()) };
    let noted = tx.once_keys().add(&once.key, &once.digest, made, ctx.now()).await;
    noted.map_err(|error| if matches!(error, StoreError::Conflict { .. }) { ServiceError::Busy } else { error.into() })
}
