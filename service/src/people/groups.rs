//! Groups and their members.

use domain::catalog::Group;
use domain::event::TextChange;
use domain::text::{line, required_line};
use domain::{Action, EventKind, FieldErrors, FormValues, GroupId, UserId};
use store::StoreError;
use store::people::{GroupChange, StoredUser};

use super::record;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::{is_ticked, only_differences, only_fields, parse_ids, yes_or_no};

/// Every group, retired or not, by name.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators.
pub async fn list_groups(ctx: &Ctx) -> Result<Vec<Group>> {
    ctx.require(Action::ManagePeople)?;
    Ok(ctx.store.read().await?.people().list_groups().await?)
}

/// Adds a group. Fields: `name`, `region`, `manager`, `members` (several).
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields.
pub async fn add_group(ctx: &Ctx, form: &FormValues) -> Result<GroupId> {
    let actor = ctx.require(Action::ManagePeople)?;
    only_fields(form, &["name", "region", "manager", "members"])?;
    let mut tx = ctx.store.begin().await?;
    let empty = Group { id: GroupId(0), name: String::new(), region: String::new(), manager: None, members: Vec::new(), retired: false };
    let people = tx.people().list().await?;
    let group = parse_group(form, empty, &people)?;
    let id = tx.people().add_group(&group.name, &group.region, group.manager).await.map_err(group_name_taken)?;
    tx.people().change_members(id, &group.members).await?;
    record(&mut tx, ctx, Some(actor.id), id.0, 0, EventKind::RecordAdded { name: group.name }).await?;
    tx.save().await?;
    Ok(id)
}

/// Changes a group. A field that was not sent stays as it is; `members` and `retired` are check boxes, so their form also
/// sends them once empty.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields;
/// [`ServiceError::NotFound`].
pub async fn change_group(ctx: &Ctx, id: GroupId, form: &FormValues) -> Result<()> {
    let actor = ctx.require(Action::ManagePeople)?;
    only_fields(form, &["name", "region", "manager", "members", "retired"])?;
    let mut tx = ctx.store.begin().await?;
    let old = tx.people().list_groups().await?.into_iter().find(|group| group.id == id).ok_or(ServiceError::NotFound)?;
    let people = tx.people().list().await?;
    let new = parse_group(form, old.clone(), &people)?;
    if new == old {
        return Ok(());
    }
    let changes = group_changes(&old, &new, &people);
    let change = GroupChange { name: new.name.clone(), region: new.region, manager: new.manager, retired: new.retired };
    tx.people().change_group(id, &change, ctx.now()).await.map_err(group_name_taken)?;
    if new.members != old.members {
        tx.people().change_members(id, &new.members).await?;
    }
    record(&mut tx, ctx, Some(actor.id), id.0, 0, EventKind::RecordChanged { name: new.name, changes }).await?;
    Ok(tx.save().await?)
}

fn parse_group(form: &FormValues, old: Group, people: &[StoredUser]) -> Result<Group> {
    let mut errors = FieldErrors::default();
    let mut new = old.clone();
    new.name = errors.take("name", required_line(form.find("name").unwrap_or(&old.name), "a name for the group")).unwrap_or_default();
    if let Some(text) = form.find("region") {
        new.region = errors.take("region", line(text)).unwrap_or_default();
    }
    if let Some(text) = form.find("manager") {
        new.manager =
            if text.is_empty() { None } else { errors.take("manager", text.parse().map(Some).map_err(|_| "Choose from the list")).flatten() };
    }
    if let Some(members) = parse_ids(&mut errors, form, "members") {
        new.members = members;
    }
    new.retired = is_ticked(form, "retired").unwrap_or(old.retired);
    // Whoever was in it may stay, even if disabled since.
    let may_join = |id: &UserId| people.iter().any(|user| user.id == *id && user.role.is_internal() && user.disabled_at.is_none());
    if new.manager.as_ref().is_some_and(|id| old.manager != Some(*id) && !may_join(id)) {
        errors.add("manager", "Choose someone of the house who can sign in");
    }
    if !new.members.iter().all(|id| old.members.contains(id) || may_join(id)) {
        errors.add("members", "Choose people of the house who can sign in");
    }
    errors.into_result()?;
    Ok(new)
}

fn group_name_taken(error: StoreError) -> ServiceError {
    match error {
        StoreError::Conflict { .. } => FieldErrors::at("name", "There is a group of this name; choose another one").into(),
        other => other.into(),
    }
}

fn group_changes(old: &Group, new: &Group, people: &[StoredUser]) -> Vec<TextChange> {
    let names = |ids: &[UserId]| people.iter().filter(|user| ids.contains(&user.id)).map(|user| user.name.clone()).collect::<Vec<_>>().join(", ");
    only_differences([
        ("Name", old.name.clone(), new.name.clone()),
        ("Region", old.region.clone(), new.region.clone()),
        ("Manager", names(old.manager.as_slice()), names(new.manager.as_slice())),
        ("Members", names(&old.members), names(&new.members)),
        ("Retired", yes_or_no(old.retired), yes_or_no(new.retired)),
    ])
}
