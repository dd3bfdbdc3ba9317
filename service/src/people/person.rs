//! People as an administrator sees and changes them.

use domain::catalog::{Group, Person};
use domain::event::TextChange;
use domain::text::required_line;
use domain::{AccountId, Action, EmailAddress, EventKind, FieldErrors, FormValues, GroupId, Role, UserId};
use store::people::{NewUser, StoredUser, UserChange};
use store::{StoreError, Tx};

use super::passwords::{check_new_password, hash};
use super::record;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::{is_ticked, only_differences, only_fields, parse_ids, yes_or_no};

/// A person as an administrator sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonDetails {
    pub person: Person,
    /// To send back with a change.
    pub version: i64,
    /// The firm of a distributor user.
    pub account: Option<AccountId>,
    /// Groups they are a member of, retired ones left out.
    pub groups: Vec<GroupId>,
}

/// Everybody who can sign in or once could, by name.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators.
pub async fn list_people(ctx: &Ctx) -> Result<Vec<PersonDetails>> {
    ctx.require(Action::ManagePeople)?;
    let mut tx = ctx.store.read().await?;
    let groups = tx.people().list_groups().await?;
    let users = tx.people().list().await?;
    Ok(users.into_iter().map(|user| details(user, &groups)).collect())
}

/// Adds a person. Fields: `name`, `email`, `password`, `password_again` where the form has it, `role`, `groups` (several),
/// `account` for a distributor user.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields.
pub async fn add_person(ctx: &Ctx, form: &FormValues) -> Result<UserId> {
    let actor = ctx.require(Action::ManagePeople)?;
    only_fields(form, &["name", "email", "password", "password_again", "role", "groups", "account"])?;
    let mut errors = FieldErrors::default();
    let name = errors.take("name", required_line(form.get("name"), "a name"));
    let email = errors.take("email", EmailAddress::parse(form.get("email")));
    let role = parse_role(&mut errors, form.get("role"));
    check_new_password(&mut errors, form.get("password"), form.find("password_again"));
    let groups = parse_ids(&mut errors, form, "groups").unwrap_or_default();
    errors.into_result()?;
    let (Some(name), Some(email), Some(role)) = (name, email, role) else { return Err(FieldErrors::default().into()) };

    let password_hash = hash(form.get("password").to_owned()).await?;
    let mut tx = ctx.store.begin().await?;
    let mut errors = FieldErrors::default();
    let account = check_account(&mut tx, &mut errors, role, form.get("account")).await?;
    let known_groups = tx.people().list_groups().await?;
    check_groups(&mut errors, role, &groups, &known_groups, &[]);
    errors.into_result()?;
    let user = NewUser { email, name: name.clone(), role, password_hash, account, at: ctx.now() };
    let id = tx.people().add(user).await.map_err(registered_already)?;
    tx.people().change_groups_of(id, &groups).await?;
    record(&mut tx, ctx, Some(actor.id), id.0, 1, EventKind::RecordAdded { name }).await?;
    tx.save().await?;
    Ok(id)
}

/// Changes a person. A field that was not sent stays as it is; `groups` and `disabled` are check boxes, so their form
/// also sends them once empty. A new role, and disabling, end the person's sessions.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`]
/// when no administrator would be left; [`ServiceError::Conflict`] when `version` was sent and is no longer the current one.
pub async fn change_person(ctx: &Ctx, id: UserId, form: &FormValues) -> Result<()> {
    let actor = ctx.require(Action::ManagePeople)?;
    only_fields(form, &["version", "name", "role", "groups", "account", "disabled"])?;
    let mut tx = ctx.store.begin().await?;
    let administrators = tx.people().hold_administrators().await?;
    let user = tx.people().find(id).await?.ok_or(ServiceError::NotFound)?;
    if form.find("version").is_some_and(|version| version != user.version.to_string()) {
        return Err(ServiceError::Conflict(Vec::new()));
    }
    let known_groups = tx.people().list_groups().await?;
    let old_groups = member_of(&known_groups, id);

    let mut errors = FieldErrors::default();
    let name = form.find("name").map_or(Some(user.name.clone()), |name| errors.take("name", required_line(name, "a name")));
    let role = form.find("role").map_or(Some(user.role), |role| parse_role(&mut errors, role)).unwrap_or(user.role);
    let sent_groups = parse_ids(&mut errors, form, "groups");
    let old_account = user.account.map(|account| account.to_string()).unwrap_or_default();
    let account = check_account(&mut tx, &mut errors, role, form.find("account").unwrap_or(&old_account)).await?;
    // Becoming an outsider ends memberships; ticking groups for one is a mistake to be told. Forms do not offer retired
    // groups, so those are kept.
    let mut groups = sent_groups.unwrap_or_else(|| if role.is_internal() { old_groups.clone() } else { Vec::new() });
    if role.is_internal() {
        groups.extend(known_groups.iter().filter(|group| group.retired && old_groups.contains(&group.id)).map(|group| group.id));
        groups.sort_unstable();
        groups.dedup();
    }
    check_groups(&mut errors, role, &groups, &known_groups, &old_groups);
    check_managing(&mut errors, role, id, &known_groups);
    errors.into_result()?;
    let Some(name) = name else { return Err(FieldErrors::default().into()) };

    let disabled_at = if is_ticked(form, "disabled").unwrap_or(user.disabled_at.is_some()) { user.disabled_at.or(Some(ctx.now())) } else { None };
    let was_administrator = user.role == Role::Administrator && user.disabled_at.is_none();
    let stays_administrator = role == Role::Administrator && disabled_at.is_none();
    if was_administrator && !stays_administrator && administrators <= 1 {
        return Err(ServiceError::Refused(format!("{} is the last administrator. Make someone else an administrator first.", user.name)));
    }

    let change = UserChange { name, role, account, disabled_at };
    let was = UserChange { name: user.name.clone(), role: user.role, account: user.account, disabled_at: user.disabled_at };
    if change == was && groups == old_groups {
        return Ok(());
    }
    let changes = person_changes(&was, &change, &old_groups, &groups, &known_groups);
    if !tx.people().change(id, user.version, &change).await? {
        return Err(ServiceError::Conflict(Vec::new()));
    }
    if groups != old_groups {
        tx.people().change_groups_of(id, &groups).await?;
    }
    if role != user.role || (disabled_at.is_some() && user.disabled_at.is_none()) {
        tx.people().remove_sessions_of(id, None).await?;
    }
    record(&mut tx, ctx, Some(actor.id), id.0, user.version + 1, EventKind::RecordChanged { name: change.name, changes }).await?;
    Ok(tx.save().await?)
}

fn parse_role(errors: &mut FieldErrors, key: &str) -> Option<Role> {
    errors.take("role", Role::from_key(key).ok_or("Choose one of the roles"))
}

async fn check_account(tx: &mut Tx, errors: &mut FieldErrors, role: Role, text: &str) -> Result<Option<AccountId>> {
    if role != Role::Distributor {
        return Ok(None);
    }
    let Ok(account) = text.parse::<AccountId>() else {
        errors.add("account", "Choose the firm this person works for");
        return Ok(None);
    };
    if !tx.people().has_account(account).await? {
        errors.add("account", "There is no such account; choose one from the list");
    }
    Ok(Some(account))
}

fn check_groups(errors: &mut FieldErrors, role: Role, groups: &[GroupId], known: &[Group], before: &[GroupId]) {
    if !role.is_internal() && !groups.is_empty() {
        errors.add("groups", "A distributor user belongs to no group; take the ticks away");
    }
    let stands = |id: &GroupId| before.contains(id) || known.iter().any(|group| group.id == *id && !group.retired);
    if !groups.iter().all(stands) {
        errors.add("groups", "Choose from the list; one of these groups is no longer there");
    }
}

fn check_managing(errors: &mut FieldErrors, role: Role, id: UserId, known: &[Group]) {
    let managed = known.iter().find(|group| group.manager == Some(id) && !group.retired);
    if let (false, Some(group)) = (role.is_internal(), managed) {
        errors.add("role", format!("Give the group {} another manager first; a distributor user cannot manage it", group.name));
    }
}

pub(super) fn registered_already(error: StoreError) -> ServiceError {
    match error {
        StoreError::Conflict { .. } => FieldErrors::at("email", "Someone is registered with this e-mail address; use another one").into(),
        other => other.into(),
    }
}

fn member_of(groups: &[Group], id: UserId) -> Vec<GroupId> {
    let mut ids: Vec<GroupId> = groups.iter().filter(|group| group.members.contains(&id)).map(|group| group.id).collect();
    ids.sort_unstable();
    ids
}

fn details(user: StoredUser, groups: &[Group]) -> PersonDetails {
    let groups = groups.iter().filter(|group| !group.retired && group.members.contains(&user.id)).map(|group| group.id).collect();
    let person = Person { id: user.id, name: user.name, email: user.email, role: user.role, disabled: user.disabled_at.is_some() };
    PersonDetails { person, version: user.version, account: user.account, groups }
}

fn person_changes(old: &UserChange, new: &UserChange, old_groups: &[GroupId], groups: &[GroupId], known: &[Group]) -> Vec<TextChange> {
    let names = |ids: &[GroupId]| known.iter().filter(|group| ids.contains(&group.id)).map(|group| group.name.clone()).collect::<Vec<_>>().join(", ");
    let firm = |account: Option<AccountId>| account.map(|account| account.to_string()).unwrap_or_default();
    only_differences([
        ("Name", old.name.clone(), new.name.clone()),
        ("Role", old.role.label().to_owned(), new.role.label().to_owned()),
        ("Firm", firm(old.account), firm(new.account)),
        ("Groups", names(old_groups), names(groups)),
        ("Disabled", yes_or_no(old.disabled_at.is_some()), yes_or_no(new.disabled_at.is_some())),
    ])
}
