//! The private address at which a person's calendar reads their tasks. It is secret, as it stands for the person: what is kept is a digest.

use domain::task::ics;
use domain::{AuditArea, EventKind, Scope, Timestamp};
use store::Tx;
use store::tasks::TasksOf;

use crate::audit;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::people::{new_token, token_hash};

/// Most tasks in a calendar: those that are due first.
const TASKS_MAX: i64 = 1000;
/// Longest secret that is looked for.
const TOKEN_MAX: usize = 100;

/// When one's own feed was made; `None` without one.
///
/// # Errors
/// [`ServiceError::SignInRequired`]; what the store reports.
pub async fn find_feed(ctx: &Ctx) -> Result<Option<Timestamp>> {
    let user = ctx.actor()?.id;
    Ok(ctx.store.ask().await?.calendar_feeds().made_at(user).await?)
}

/// Makes a feed of one's own tasks and gives its address, this once. The address before opens nothing any more.
///
/// # Errors
/// [`ServiceError::SignInRequired`]; what the store reports.
pub async fn make_feed(ctx: &Ctx) -> Result<String> {
    let user = ctx.actor()?.id;
    let token = new_token();
    let mut tx = ctx.store.begin().await?;
    tx.calendar_feeds().set(user, &token_hash(&token), ctx.now()).await?;
    note(ctx, &mut tx, EventKind::RecordAdded { name: FEED.to_owned() }).await?;
    tx.save().await?;
    Ok(format!("{}/calendar/{token}.ics", ctx.mail.public_url))
}

/// Takes one's own feed away.
///
/// # Errors
/// [`ServiceError::NotFound`] without one.
pub async fn revoke_feed(ctx: &Ctx) -> Result<()> {
    let user = ctx.actor()?.id;
    let mut tx = ctx.store.begin().await?;
    if !tx.calendar_feeds().remove(user).await? {
        return Err(ServiceError::NotFound);
    }
    note(ctx, &mut tx, EventKind::RecordRemoved { name: FEED.to_owned() }).await?;
    Ok(tx.save().await?)
}

const FEED: &str = "a calendar address";

async fn note(ctx: &Ctx, tx: &mut Tx, kind: EventKind) -> Result<()> {
    let actor = ctx.actor()?.id;
    audit::write(ctx, tx, AuditArea::Tokens, audit::Who { actor: Some(actor), address: &ctx.address }, &kind).await
}

/// The calendar behind an address, by the secret in it: the open tasks of its person that are due some time, as far as they may see them.
///
/// # Errors
/// [`ServiceError::NotFound`] for a secret that opens nothing, and when its person cannot sign in any more.
pub async fn feed(ctx: &Ctx, token: &str) -> Result<String> {
    if token.is_empty() || token.len() > TOKEN_MAX {
        return Err(ServiceError::NotFound);
    }
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.read().await?;
    let user = tx.calendar_feeds().find_user(&token_hash(token)).await?.ok_or(ServiceError::NotFound)?;
    let actor = tx.people().load_actor(user).await?.ok_or(ServiceError::NotFound)?;
    let scope = Scope::of(&actor);
    let of = TasksOf { scope: &scope, viewer: actor.id, assignee: Some(actor.id) };
    let rows = tx.tasks().list_open(of, None, TASKS_MAX).await?;
    let name = format!("{}: {}", catalog.site.name, actor.name);
    Ok(ics::calendar(&name, &ctx.mail.public_url, &rows, &catalog.site.zone, ctx.now()))
}
