//! Lists that people keep under a name, for themselves or for a group of theirs.

use domain::event::Subject;
use domain::{
    EventKind, FieldErrors, FormValues, GroupId, ListView, Role, SavedView, SavedViewId, SavedViews, UserId, may_take_view_over, may_use_view, text,
};
use store::Tx;
use store::events::NewEvent;
use store::saved_views::Sharing;

use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};

/// Views that one person may keep.
const KEPT_MAX: i64 = 100;
/// Views that one person's menu holds.
const SHOWN_MAX: i64 = 200;

/// The views the person may use, and the one that opens first for them.
///
/// # Errors
/// [`ServiceError::SignInRequired`]; what the store reports.
pub async fn list(ctx: &Ctx) -> Result<SavedViews> {
    let actor = ctx.actor()?;
    let groups: Vec<GroupId> = actor.groups.iter().chain(&actor.managed_groups).copied().collect();
    let sharing = if actor.role == Role::Administrator { Sharing::Everyone } else { Sharing::Groups(&groups) };
    let mut tx = ctx.store.ask().await?;
    let views = tx.saved_views().list_usable(actor.id, sharing, SHOWN_MAX).await?;
    let default = tx.saved_views().default_of(actor.id).await?.filter(|id| views.iter().any(|view| view.id == *id));
    Ok(SavedViews { views, default })
}

/// Keeps a list: its `query` under a `name`, shared with `group` where one is given, opening first with `default=1`.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] when there is one of this name or there are too many.
pub async fn add(ctx: &Ctx, values: &FormValues) -> Result<SavedViewId> {
    let actor = ctx.actor()?;
    let mut view = SavedView { id: SavedViewId(0), name: String::new(), owner: actor.id, group: None, query: query_in(values) };
    take_in(ctx, &mut view, values)?;
    let mut tx = ctx.store.begin().await?;
    if tx.saved_views().count_of(actor.id).await? >= KEPT_MAX {
        return Err(ServiceError::Refused(format!("You keep {KEPT_MAX} views already; delete one first")));
    }
    view.id = tx.saved_views().add(&view, ctx.now()).await?;
    if values.get("default") == "1" {
        tx.saved_views().set_default(actor.id, Some(view.id)).await?;
    }
    finish(ctx, tx).await?;
    Ok(view.id)
}

/// Changes name, sharing and, where a `query` is sent, the list itself.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Forbidden`] for someone else's shared view;
/// [`ServiceError::NotFound`].
pub async fn change(ctx: &Ctx, id: SavedViewId, values: &FormValues) -> Result<()> {
    let mut tx = ctx.store.begin().await?;
    let mut view = usable(ctx, &mut tx, id).await?;
    require_owner(ctx, &view)?;
    if values.find("query").is_some() {
        view.query = query_in(values);
    }
    if values.find("name").is_some() {
        take_in(ctx, &mut view, values)?;
    }
    tx.saved_views().change(&view, ctx.now()).await?;
    if let Some(default) = values.find("default") {
        set_default(&mut tx, ctx.actor()?.id, id, default == "1").await?;
    }
    finish(ctx, tx).await?;
    Ok(())
}

/// Removes a view; [`restore`] brings it back.
///
/// # Errors
/// [`ServiceError::Forbidden`] for someone else's shared view; [`ServiceError::NotFound`].
pub async fn remove(ctx: &Ctx, id: SavedViewId) -> Result<()> {
    let mut tx = ctx.store.begin().await?;
    let view = usable(ctx, &mut tx, id).await?;
    require_owner(ctx, &view)?;
    tx.saved_views().set_removed(id, Some(ctx.now())).await?;
    finish(ctx, tx).await?;
    Ok(())
}

/// Brings a removed view of one's own back.
///
/// # Errors
/// [`ServiceError::NotFound`]; [`ServiceError::Refused`] when there is another of its name by now.
pub async fn restore(ctx: &Ctx, id: SavedViewId) -> Result<()> {
    let actor = ctx.actor()?.id;
    let mut tx = ctx.store.begin().await?;
    tx.saved_views().find_removed(id).await?.filter(|view| view.owner == actor).ok_or(ServiceError::NotFound)?;
    tx.saved_views().set_removed(id, None).await?;
    finish(ctx, tx).await?;
    Ok(())
}

/// Makes a view open first for the person, or with `is_wanted` false no longer.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn open_first(ctx: &Ctx, id: SavedViewId, is_wanted: bool) -> Result<()> {
    let mut tx = ctx.store.begin().await?;
    usable(ctx, &mut tx, id).await?;
    set_default(&mut tx, ctx.actor()?.id, id, is_wanted).await?;
    finish(ctx, tx).await?;
    Ok(())
}

/// Makes a shared view, whose owner is disabled, one's own.
///
/// # Errors
/// [`ServiceError::Forbidden`] saying who can; [`ServiceError::Refused`] when the person has one of its name;
/// [`ServiceError::NotFound`].
pub async fn take_over(ctx: &Ctx, id: SavedViewId) -> Result<()> {
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.begin().await?;
    let mut view = usable(ctx, &mut tx, id).await?;
    let owner_is_gone = catalog.person(view.owner).is_none_or(|owner| owner.disabled);
    if !may_take_view_over(ctx.actor()?, &view, owner_is_gone) {
        return Err(ServiceError::Forbidden("Only a manager of its group or an administrator can do this, once its owner has left".to_owned()));
    }
    view.owner = ctx.actor()?.id;
    tx.saved_views().change(&view, ctx.now()).await?;
    finish(ctx, tx).await?;
    Ok(())
}

/// Saves; whoever has a list open hears that the views are others now, as with all that is configured.
async fn finish(ctx: &Ctx, mut tx: Tx) -> Result<()> {
    let event = NewEvent {
        at: ctx.now(),
        actor: ctx.actor.as_ref().map(|actor| actor.id),
        subject: Subject::Catalog,
        subject_id: 0,
        lead: None,
        version: 0,
        kind: EventKind::RecordChanged { name: "a saved view".to_owned(), changes: Vec::new() },
        before: None,
        after: None,
    };
    tx.events().record(event).await?;
    tx.save().await?;
    Ok(())
}

/// A view the person may use; absent and invisible look the same.
async fn usable(ctx: &Ctx, tx: &mut Tx, id: SavedViewId) -> Result<SavedView> {
    let actor = ctx.actor()?;
    tx.saved_views().find(id).await?.filter(|view| may_use_view(actor, view)).ok_or(ServiceError::NotFound)
}

fn require_owner(ctx: &Ctx, view: &SavedView) -> Result<()> {
    if view.owner == ctx.actor()?.id {
        return Ok(());
    }
    Err(ServiceError::Forbidden("Only who keeps this view can change it; save it under another name".to_owned()))
}

async fn set_default(tx: &mut Tx, user: UserId, id: SavedViewId, is_wanted: bool) -> Result<()> {
    let is_default = tx.saved_views().default_of(user).await? == Some(id);
    if is_default != is_wanted {
        tx.saved_views().set_default(user, is_wanted.then_some(id)).await?;
    }
    Ok(())
}

/// The list that a form carries, in its canonical form.
fn query_in(values: &FormValues) -> String {
    ListView::from_query(values.get("query")).to_query()
}

/// Name, and sharing where that is sent; a view stays with the group it is shared with.
fn take_in(ctx: &Ctx, view: &mut SavedView, values: &FormValues) -> Result<()> {
    let actor = ctx.actor()?;
    let mut errors = FieldErrors::default();
    let name = text::required_line(values.get("name"), "a name").map_err(|error| error.to_string());
    let name = name.and_then(|name| if name.chars().count() <= 60 { Ok(name) } else { Err("At most 60 characters".to_owned()) });
    if let Some(name) = errors.take("name", name) {
        view.name = name;
    }
    if let Some(text) = values.find("group").map(str::trim) {
        let is_open_to = |group: &GroupId| Some(*group) == view.group || actor.groups.contains(group) || actor.managed_groups.contains(group);
        view.group = match text {
            "" => None,
            text => errors.take("group", text.parse().ok().filter(is_open_to).ok_or("Choose one of your groups")),
        };
    }
    errors.into_result()?;
    Ok(())
}
