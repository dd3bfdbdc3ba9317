//! Tokens with which other programs act for a person.

use domain::text::required_line;
use domain::{Action, Actor, AuditArea, DAY_MS, EventKind, FieldErrors, FormValues, Target, TokenDetails, TokenScope, UserId, text};
use store::Tx;
use store::tokens::NewToken;

use crate::audit::{self, Changed};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::only_fields;
use crate::once::{self, Once};
use crate::people::{new_token, token_hash};

/// Tokens begin with this, so that one that leaked is recognised.
const PREFIX: &str = "lw_";

/// Last uses are noted to the minute, so that reading does not write.
const TOUCH_MS: i64 = 60_000;
/// Most tokens of one person.
const TOKENS_MAX: usize = 50;
/// After how many days a token may end, as the form offers it; `never` besides.
pub const DAYS: [i64; 3] = [30, 90, 365];

/// A program that signed in.
#[derive(Clone, Debug)]
pub struct Caller {
    pub actor: Actor,
    pub scope: TokenScope,
    /// The token's number.
    pub token: i64,
    /// For [`Ctx::catalog_version`].
    pub catalog_version: i64,
}

/// Makes a token for a person, at the command line; the only time that it is shown. It ends after `days`, or never.
///
/// # Errors
/// [`ServiceError::Refused`] when there is no such person.
pub async fn cli_add_token(ctx: &Ctx, email: &str, name: &str, scope: TokenScope, days: Option<i64>) -> Result<String> {
    let token = format!("{PREFIX}{}", new_token());
    let mut tx = ctx.store.begin().await?;
    let unknown = || ServiceError::Refused(format!("Nobody signs in as {email}"));
    let user = tx.people().find_by_email(&text::fold(email)).await?.ok_or_else(unknown)?;
    tx.people().load_actor(user.id).await?.ok_or_else(|| ServiceError::Refused(format!("{email} is disabled")))?;
    let (name, now) = (name.to_owned(), ctx.now());
    let expires_at = days.map(|days| now.plus_ms(days.saturating_mul(DAY_MS)));
    tx.tokens().add(NewToken { hash: token_hash(&token), user: user.id, name, scope, at: now, expires_at }).await?;
    record(ctx, &mut tx, user.id, EventKind::RecordAdded { name: format!("a token ({})", scope.key()) }).await?;
    tx.save().await?;
    Ok(token)
}

async fn touch(ctx: &Ctx, id: i64) -> Result<()> {
    let mut tx = ctx.store.begin().await?;
    tx.tokens().touch(id, ctx.now()).await?;
    Ok(tx.save().await?)
}

/// One's own tokens, newest first; everybody's for administrators.
///
/// # Errors
/// [`ServiceError::SignInRequired`]; what the store reports.
pub async fn list_tokens(ctx: &Ctx) -> Result<Vec<TokenDetails>> {
    let actor = ctx.actor()?;
    let of = (!sees_all(actor)).then_some(actor.id);
    Ok(ctx.store.ask().await?.tokens().list(of).await?)
}

fn sees_all(actor: &Actor) -> bool {
    domain::can(actor, Action::Configure, Target::Site)
}

/// Makes a token for oneself and gives it, this once. Fields: `name`, `scope`, `days` (30, 90, 365 or `never`).
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] when there are too many.
pub async fn add_token(ctx: &Ctx, form: &FormValues) -> Result<String> {
    add_token_once(ctx, form, None).await
}

/// The same from a form that may be sent again. What is kept of a token is a digest, so it cannot be shown once more: until
/// it is used, it gets another secret, and what was shown before opens nothing.
///
/// # Errors
/// As [`add_token`]; [`ServiceError::Invalid`] when the key came with something else before; [`ServiceError::Refused`] when
/// its token was used or revoked since.
pub async fn add_token_once(ctx: &Ctx, form: &FormValues, once: Option<&Once>) -> Result<String> {
    let user = ctx.actor()?.id;
    only_fields(form, &["name", "scope", "days", once::FIELD])?;
    let mut errors = FieldErrors::default();
    let name = errors.take("name", required_line(form.get("name"), "what it is for"));
    let scope = errors.take("scope", TokenScope::from_key(form.get("scope")).ok_or("Choose what it may do"));
    let days = errors.take("days", parse_days(form.get("days")));
    errors.into_result()?;
    let (Some(name), Some(scope), Some(days)) = (name, scope, days) else { return Err(FieldErrors::default().into()) };
    let (token, now) = (format!("{PREFIX}{}", new_token()), ctx.now());
    let mut tx = ctx.store.begin().await?;
    if let Some(made) = once::made_before(&mut tx, once).await? {
        if !tx.tokens().renew(made, &token_hash(&token)).await? {
            return Err(ServiceError::Refused(
                "This token was made before, and was used or revoked since. Load the page again to make another".to_owned(),
            ));
        }
        tx.save().await?;
        return Ok(token);
    }
    if tx.tokens().list(Some(user)).await?.len() >= TOKENS_MAX {
        return Err(ServiceError::Refused(format!("You have {TOKENS_MAX} tokens already; revoke one that is not needed any more")));
    }
    let expires_at = days.map(|days| now.plus_ms(days * DAY_MS));
    let number = tx.tokens().add(NewToken { hash: token_hash(&token), user, name: name.clone(), scope, at: now, expires_at }).await?;
    let kind = EventKind::RecordAdded { name: format!("the token “{name}” ({})", scope.key()) };
    record(ctx, &mut tx, user, kind).await?;
    once::note(ctx, &mut tx, once, number).await?;
    tx.save().await?;
    Ok(token)
}

/// Records what became of a token of somebody's.
async fn record(ctx: &Ctx, tx: &mut Tx, owner: UserId, kind: EventKind) -> Result<()> {
    let actor = ctx.actor.as_ref().map(|actor| actor.id);
    audit::catalog_changed(ctx, tx, Changed { area: AuditArea::Tokens, actor, subject_id: owner.0, version: 1 }, kind).await
}

/// `None` for never.
fn parse_days(text: &str) -> std::result::Result<Option<i64>, &'static str> {
    if text == "never" {
        return Ok(None);
    }
    DAYS.into_iter().find(|days| days.to_string() == text).map(Some).ok_or("Choose when it ends")
}

/// Ends a token of one's own; administrators end anybody's.
///
/// # Errors
/// [`ServiceError::NotFound`] for another's, and for one that is ended.
pub async fn revoke_token(ctx: &Ctx, number: i64) -> Result<()> {
    let actor = ctx.actor()?;
    let mut tx = ctx.store.begin().await?;
    let (owner, name) = tx.tokens().find_owner(number).await?.ok_or(ServiceError::NotFound)?;
    if owner != actor.id && !sees_all(actor) {
        return Err(ServiceError::NotFound);
    }
    tx.tokens().revoke(number, ctx.now()).await?;
    record(ctx, &mut tx, owner, EventKind::RecordRemoved { name: format!("the token “{name}”") }).await?;
    tx.save().await?;
    Ok(())
}

/// Who calls with a token; `None` for one that is unknown, ended or revoked, or whose person is disabled.
///
/// # Errors
/// What the store reports.
pub async fn find_caller(ctx: &Ctx, token: &str) -> Result<Option<Caller>> {
    if !token.starts_with(PREFIX) {
        return Ok(None);
    }
    let Some(found) = ctx.store.ask().await?.tokens().find(&token_hash(token)).await? else { return Ok(None) };
    if found.expires_at.is_some_and(|at| at <= ctx.now()) {
        return Ok(None);
    }
    if found.last_used_at.is_none_or(|at| ctx.now().0 - at.0 >= TOUCH_MS) {
        // That a token was used matters less than what it is used for.
        if let Err(error) = touch(ctx, found.id).await {
            tracing::warn!(%error, token.id = found.id, "the last use of a token was not noted");
        }
    }
    Ok(Some(Caller { actor: found.actor, scope: found.scope, token: found.id, catalog_version: found.catalog_version }))
}
