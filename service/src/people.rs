//! Signing in, people and groups.
//!
//! Signing in answers alike whether an address is registered or not, in text and in time, and slows guessing down.
//! Everything else is for administrators, but for one's own password.

use std::time::Duration;

use argon2::password_hash::SaltString;
use argon2::{Argon2, PasswordHash, PasswordHasher as _, PasswordVerifier as _};
use domain::catalog::{Group, Person};
use domain::event::TextChange;
use domain::text::{line, required_line};
use domain::{
    AccountId, Action, Actor, AuditArea, Availability, DAY_MS, EmailAddress, EventKind, FieldErrors, FormValues, GroupId, HOUR_MS, Role, Timestamp,
    UserId,
};
use rand::TryRngCore as _;
use sha2::{Digest as _, Sha256};
use store::people::{GroupChange, NewUser, StoredUser, UserChange};
use store::{StoreError, Tx};
use tokio::sync::Semaphore;

use crate::audit::{self, Changed};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::{is_ticked, only_differences, only_fields, parse_ids, yes_or_no};

/// How long a session lasts without a request. Unit: milliseconds.
pub const SESSION_IDLE_MS: i64 = 8 * HOUR_MS;
/// How long a session lasts at most. Unit: milliseconds.
pub const SESSION_LONGEST_MS: i64 = 14 * DAY_MS;
/// Fewest characters of a password someone chooses. Demo passwords are shorter; they come through [`hash_password`].
pub const PASSWORD_MIN: usize = 10;
/// Most characters of a password, so that hashing it stays quick.
pub const PASSWORD_MAX: usize = 500;

const SESSION_TOUCH_MS: i64 = 60_000;
const WRONG: &str = "E-mail or password is not right";

/// What the sign-in page sends.
#[derive(Clone)]
pub struct SignIn {
    pub email: String,
    pub password: String,
    /// Where the request came from, to slow guessing down.
    pub address: String,
}

/// Without e-mail and password, so that no log ever holds them.
impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn").finish_non_exhaustive()
    }
}

/// A new session: the token goes into the cookie and is stored nowhere else.
#[derive(Clone)]
pub struct SignedIn {
    pub token: String,
    pub actor: Actor,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn").field("actor", &self.actor.id).finish_non_exhaustive()
    }
}

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

/// Checks e-mail and password and starts a session.
///
/// # Errors
/// [`ServiceError::Invalid`] at the form as a whole, the same for an unknown address, a wrong password and a disabled
/// person; [`ServiceError::TooMany`] when there were too many attempts.
pub async fn sign_in(ctx: &Ctx, wish: SignIn) -> Result<SignedIn> {
    let mut errors = FieldErrors::default();
    if wish.email.trim().is_empty() {
        errors.add("email", "Enter your e-mail address");
    }
    if wish.password.is_empty() {
        errors.add("password", "Enter your password");
    }
    errors.into_result()?;

    // Cut, so that a long text costs no memory; no stored address is that long.
    let email: String = wish.email.trim().to_lowercase().chars().filter(|c| !c.is_control()).take(320).collect();
    let attempt = guessing::attempt(ctx, &email, &wish.address)?;
    let user = ctx.store.read().await?.people().find_by_email(&email).await?;
    let hash = user.as_ref().map_or_else(|| NOBODY.to_owned(), |user| user.password_hash.clone());
    let is_right = verify(wish.password, hash).await?;
    let Some(user) = user.filter(|user| is_right && user.disabled_at.is_none()) else {
        // Noted alike whether somebody has this address or not, so that the time it takes tells nothing either.
        let from = audit::Who { actor: None, address: &wish.address };
        audit::note(ctx, AuditArea::SignIn, from, EventKind::SignInRefused { email }).await?;
        return Err(FieldErrors::at("", WRONG).into());
    };

    let token = new_token();
    let now = ctx.now();
    let mut tx = ctx.store.begin().await?;
    // Read again: the password may have been changed, or the person disabled, while the hash was computed.
    let is_unchanged = tx.people().find(user.id).await?.is_some_and(|now| now.password_hash == user.password_hash);
    let Some(actor) = tx.people().load_actor(user.id).await?.filter(|_| is_unchanged) else {
        return Err(FieldErrors::at("", WRONG).into());
    };
    tx.people().remove_sessions_before(now.plus_ms(-SESSION_IDLE_MS), now.plus_ms(-SESSION_LONGEST_MS)).await?;
    tx.people().add_session(&token_hash(&token), user.id, now).await?;
    let from = audit::Who { actor: Some(user.id), address: &wish.address };
    audit::write(ctx, &mut tx, AuditArea::SignIn, from, &EventKind::SignedIn).await?;
    tx.save().await?;
    attempt.succeeded();
    Ok(SignedIn { token, actor })
}

/// Who a session's token stands for; `None` when it is unknown, too old, or its person is disabled.
///
/// Runs with every request and, for live streams, again and again: one statement that reads, and at most once a minute
/// a transaction that writes.
///
/// # Errors
/// What the store reports.
pub async fn session_actor(ctx: &Ctx, token: &str) -> Result<Option<Actor>> {
    Ok(session(ctx, token).await?.map(|found| found.actor))
}

/// A person with a session.
#[derive(Clone, Debug)]
pub struct Known {
    pub actor: Actor,
    /// For [`Ctx::catalog_version`].
    pub catalog_version: i64,
    /// What they say of themselves.
    pub availability: Availability,
}

/// The same with what else a request needs, read at once.
///
/// # Errors
/// What the store reports.
pub async fn session(ctx: &Ctx, token: &str) -> Result<Option<Known>> {
    let hash = token_hash(token);
    let now = ctx.now();
    let Some(found) = ctx.store.ask().await?.people().find_session(&hash).await? else { return Ok(None) };
    if found.seen_at.plus_ms(SESSION_IDLE_MS) <= now || found.created_at.plus_ms(SESSION_LONGEST_MS) <= now {
        return Ok(None);
    }
    if found.seen_at.plus_ms(SESSION_TOUCH_MS) <= now {
        match touch(ctx, &hash, now).await {
            // Someone who reads need not wait for those who write; the next request tries again.
            Ok(()) | Err(StoreError::Busy) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Some(Known { actor: found.actor, catalog_version: found.catalog_version, availability: found.availability }))
}

/// Ends a session; an unknown token is no error.
///
/// # Errors
/// What the store reports.
pub async fn sign_out(ctx: &Ctx, token: &str) -> Result<()> {
    let mut tx = ctx.store.begin().await?;
    tx.people().remove_session(&token_hash(token)).await?;
    Ok(tx.save().await?)
}

/// Whether the site has no user yet, so that anybody may make the first administrator.
///
/// # Errors
/// What the store reports.
pub async fn setup_is_open(ctx: &Ctx) -> Result<bool> {
    Ok(ctx.store.read().await?.people().count().await? == 0)
}

/// Makes the first administrator.
///
/// # Errors
/// [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] once anybody is registered, also when two try at the
/// same moment.
pub async fn set_up(ctx: &Ctx, name: &str, email: &str, password: &str, password_again: &str) -> Result<UserId> {
    if !setup_is_open(ctx).await? {
        return Err(set_up_already());
    }
    let mut errors = FieldErrors::default();
    let name = errors.take("name", required_line(name, "your name"));
    let email = errors.take("email", EmailAddress::parse(email));
    check_new_password(&mut errors, password, Some(password_again));
    errors.into_result()?;
    let (Some(name), Some(email)) = (name, email) else { return Err(FieldErrors::default().into()) };

    let password_hash = hash(password.to_owned()).await?;
    let mut tx = ctx.store.begin().await?;
    let user = NewUser { email, name: name.clone(), role: Role::Administrator, password_hash, account: None, at: ctx.now() };
    // Adding waits for whoever adds at the same moment; only then does counting tell who was first.
    let id = tx.people().add(user).await.map_err(|error| match error {
        StoreError::Conflict { .. } => set_up_already(),
        other => other.into(),
    })?;
    if tx.people().count().await? != 1 {
        return Err(set_up_already());
    }
    record(&mut tx, ctx, Some(id), id.0, 1, EventKind::RecordAdded { name }).await?;
    tx.save().await?;
    Ok(id)
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

/// Every group, retired or not, by name.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators.
pub async fn list_groups(ctx: &Ctx) -> Result<Vec<Group>> {
    ctx.require(Action::ManagePeople)?;
    Ok(ctx.store.read().await?.people().list_groups().await?)
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

/// Changes one's own password and ends one's other sessions. Fields: `current_password`, `password`, `password_again`.
/// `token` is the session to keep.
///
/// # Errors
/// [`ServiceError::SignInRequired`] for the public; [`ServiceError::Invalid`] at the fields; [`ServiceError::TooMany`]
/// when the current password was guessed at too often.
pub async fn change_password(ctx: &Ctx, form: &FormValues, token: &str) -> Result<()> {
    let actor = ctx.actor()?;
    only_fields(form, &["current_password", "password", "password_again"])?;
    let mut errors = FieldErrors::default();
    if form.get("current_password").is_empty() {
        errors.add("current_password", "Enter the password you have now");
    }
    check_new_password(&mut errors, form.get("password"), Some(form.get("password_again")));
    errors.into_result()?;

    let attempt = guessing::own_attempt(ctx, actor.id)?;
    let user = ctx.store.read().await?.people().find(actor.id).await?.ok_or(ServiceError::SignInRequired)?;
    if !verify(form.get("current_password").to_owned(), user.password_hash.clone()).await? {
        return Err(FieldErrors::at("current_password", "This is not the password you have now").into());
    }
    let new_hash = hash(form.get("password").to_owned()).await?;
    let mut tx = ctx.store.begin().await?;
    // Read again: an administrator may have set another one, or disabled the person, while the hashes were computed.
    let now = tx.people().find(user.id).await?.filter(|now| now.disabled_at.is_none()).ok_or(ServiceError::SignInRequired)?;
    if now.password_hash != user.password_hash {
        return Err(FieldErrors::at("current_password", "This is not the password you have now").into());
    }
    replace_password(&mut tx, ctx, &now, &new_hash, Some(&token_hash(token))).await?;
    tx.save().await?;
    attempt.succeeded();
    Ok(())
}

/// Gives a person a new password and ends their sessions. Fields: `password`, `password_again`.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields;
/// [`ServiceError::NotFound`].
pub async fn set_password(ctx: &Ctx, id: UserId, form: &FormValues) -> Result<()> {
    ctx.require(Action::ManagePeople)?;
    only_fields(form, &["password", "password_again"])?;
    let mut errors = FieldErrors::default();
    check_new_password(&mut errors, form.get("password"), form.find("password_again"));
    errors.into_result()?;
    let new_hash = hash(form.get("password").to_owned()).await?;
    let mut tx = ctx.store.begin().await?;
    let user = tx.people().find(id).await?.ok_or(ServiceError::NotFound)?;
    replace_password(&mut tx, ctx, &user, &new_hash, None).await?;
    Ok(tx.save().await?)
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

/// Adds a person from the command line; whoever can run it has the database anyway.
///
/// # Errors
/// [`ServiceError::Invalid`] by field.
pub async fn cli_add_user(ctx: &Ctx, email: &str, name: &str, role: Role, password: &str) -> Result<UserId> {
    let mut errors = FieldErrors::default();
    let name = errors.take("name", required_line(name, "a name"));
    let email = errors.take("email", EmailAddress::parse(email));
    if role == Role::Distributor {
        errors.add("role", "A distributor user needs a firm; add them on the page of people");
    }
    check_new_password(&mut errors, password, None);
    errors.into_result()?;
    let (Some(name), Some(email)) = (name, email) else { return Err(FieldErrors::default().into()) };
    let password_hash = hash(password.to_owned()).await?;
    let mut tx = ctx.store.begin().await?;
    let user = NewUser { email, name: name.clone(), role, password_hash, account: None, at: ctx.now() };
    let id = tx.people().add(user).await.map_err(registered_already)?;
    record(&mut tx, ctx, None, id.0, 1, EventKind::RecordAdded { name }).await?;
    tx.save().await?;
    Ok(id)
}

/// Gives a person a new password from the command line, and ends their sessions.
///
/// # Errors
/// [`ServiceError::Invalid`] by field, also when nobody has this address.
pub async fn cli_set_password(ctx: &Ctx, email: &str, password: &str) -> Result<()> {
    let mut errors = FieldErrors::default();
    check_new_password(&mut errors, password, None);
    errors.into_result()?;
    let new_hash = hash(password.to_owned()).await?;
    let mut tx = ctx.store.begin().await?;
    let user = tx.people().find_by_email(&email.trim().to_lowercase()).await?;
    let user = user.ok_or_else(|| FieldErrors::at("email", "Nobody has this e-mail address; see the page of people for those who do"))?;
    replace_password(&mut tx, ctx, &user, &new_hash, None).await?;
    Ok(tx.save().await?)
}

/// Hashes a password of any length with Argon2id. It takes a moment by design: call it off the async threads.
///
/// # Panics
/// Never: salt and parameters are fixed in kind.
#[must_use]
pub fn hash_password(password: &str) -> String {
    let salt = SaltString::encode_b64(&random::<16>()).expect("16 bytes make a salt");
    Argon2::default().hash_password(password.as_bytes(), &salt).expect("the default parameters hash any password").to_string()
}

/// A hash of the same cost as any other, for addresses nobody has: what it is compared with never matters.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGlzIGhlcmUuLg$dGhlIGRpZ2VzdCBvZiBub2JvZHksIDMyIGJ5dGVzLi4";

/// Each hash takes 19 MiB, so a flood of sign-ins must queue.
static HASHING: Semaphore = Semaphore::const_new(4);

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let permit = tokio::time::timeout(Duration::from_secs(10), HASHING.acquire()).await.map_err(|_| ServiceError::Busy)?;
    let permit = permit.map_err(|closed| ServiceError::Internal(Box::new(closed)))?;
    let work = move || {
        // Held by the work itself: a caller who gives up does not stop it.
        let _permit = permit;
        work()
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| ServiceError::Internal(Box::new(error)))
}

async fn hash(password: String) -> Result<String> {
    off_thread(move || hash_password(&password)).await
}

async fn verify(password: String, hash: String) -> Result<bool> {
    off_thread(move || PasswordHash::new(&hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())).await
}

pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::rngs::OsRng.try_fill_bytes(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn new_token() -> String {
    hex(&random::<32>())
}

pub(crate) fn token_hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

async fn touch(ctx: &Ctx, hash: &str, now: Timestamp) -> store::error::Result<()> {
    let mut tx = ctx.store.begin().await?;
    tx.people().touch_session(hash, now).await?;
    tx.save().await
}

async fn replace_password(tx: &mut Tx, ctx: &Ctx, user: &StoredUser, new_hash: &str, keep: Option<&str>) -> Result<()> {
    tx.people().change_password_hash(user.id, new_hash).await?;
    tx.people().remove_sessions_of(user.id, keep).await?;
    let changes = vec![TextChange { what: "Password".to_owned(), old: String::new(), new: String::new() }];
    let kind = EventKind::RecordChanged { name: user.name.clone(), changes };
    record(tx, ctx, ctx.actor.as_ref().map(|actor| actor.id), user.id.0, user.version + 1, kind).await
}

async fn record(tx: &mut Tx, ctx: &Ctx, actor: Option<UserId>, subject_id: i64, version: i64, kind: EventKind) -> Result<()> {
    audit::catalog_changed(ctx, tx, Changed { area: AuditArea::People, actor, subject_id, version }, kind).await
}

fn check_new_password(errors: &mut FieldErrors, password: &str, again: Option<&str>) {
    let length = password.chars().count();
    if length < PASSWORD_MIN {
        errors.add("password", format!("Use at least {PASSWORD_MIN} characters; a few words are easy to remember"));
    } else if length > PASSWORD_MAX {
        errors.add("password", format!("Use at most {PASSWORD_MAX} characters"));
    } else if again.is_some_and(|again| again != password) {
        errors.add("password_again", "Enter the same password twice; these two differ");
    }
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

fn registered_already(error: StoreError) -> ServiceError {
    match error {
        StoreError::Conflict { .. } => FieldErrors::at("email", "Someone is registered with this e-mail address; use another one").into(),
        other => other.into(),
    }
}

fn group_name_taken(error: StoreError) -> ServiceError {
    match error {
        StoreError::Conflict { .. } => FieldErrors::at("name", "There is a group of this name; choose another one").into(),
        other => other.into(),
    }
}

fn set_up_already() -> ServiceError {
    ServiceError::Refused("This site has been set up already. Sign in instead.".to_owned())
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

/// Slowing guesses down: counted in memory, per site, before a password is looked at.
mod guessing {
    use std::collections::{HashMap, HashSet};
    use std::net::IpAddr;
    use std::sync::{Mutex, MutexGuard, PoisonError, Weak};

    use domain::UserId;
    use tokio::sync::Notify;

    use crate::ctx::Ctx;
    use crate::error::{Result, ServiceError};

    const MINUTE_MS: i64 = 60_000;
    const PAIR: Limit = Limit { most: 10, window_ms: 15 * MINUTE_MS };
    const ADDRESS: Limit = Limit { most: 100, window_ms: 15 * MINUTE_MS };
    const EMAIL: Limit = Limit { most: 50, window_ms: 60 * MINUTE_MS };
    /// Beyond this many counters the finished ones are cleared away.
    const ROOM: usize = 20_000;

    struct Limit {
        most: u32,
        window_ms: i64,
    }

    #[derive(Clone, Debug, PartialEq, Eq, Hash)]
    enum Key {
        /// An e-mail address tried from one place.
        Pair(String, String),
        /// One place, whatever it tries.
        Address(String),
        /// An e-mail address, from wherever it is tried but for places its owner signed in from.
        Email(String),
    }

    impl Key {
        fn limit(&self) -> &'static Limit {
            match self {
                Key::Pair(..) => &PAIR,
                Key::Address(_) => &ADDRESS,
                Key::Email(_) => &EMAIL,
            }
        }
    }

    struct Counter {
        since: i64,
        count: u32,
    }

    #[derive(Default)]
    pub(super) struct Guesses {
        counters: HashMap<Key, Counter>,
        /// Where people signed in from: e-mail address and place.
        familiar: HashSet<(String, String)>,
    }

    impl Guesses {
        /// Counts an attempt under each key, or says how many milliseconds to wait and counts nothing.
        fn count(&mut self, keys: &[Key], now: i64) -> std::result::Result<(), i64> {
            let wait = keys.iter().filter_map(|key| self.wait(key, now)).max();
            if let Some(wait) = wait {
                return Err(wait);
            }
            self.make_room(now);
            for key in keys {
                let counter = self.counters.entry(key.clone()).or_insert(Counter { since: now, count: 0 });
                if is_over(counter, key, now) {
                    *counter = Counter { since: now, count: 0 };
                }
                counter.count += 1;
            }
            Ok(())
        }

        fn wait(&self, key: &Key, now: i64) -> Option<i64> {
            let counter = self.counters.get(key).filter(|counter| !is_over(counter, key, now) && counter.count >= key.limit().most)?;
            Some(counter.since + key.limit().window_ms - now)
        }

        /// Takes an attempt back that was no guess; the pair starts anew.
        fn forgive(&mut self, keys: &[Key]) {
            for key in keys {
                if let Key::Pair(..) = key {
                    self.counters.remove(key);
                } else if let Some(counter) = self.counters.get_mut(key) {
                    counter.count = counter.count.saturating_sub(1);
                }
            }
        }

        /// A flood from ever new places must not fill the memory: finished counters go first, then those that hold
        /// nobody back.
        fn make_room(&mut self, now: i64) {
            if self.counters.len() >= ROOM {
                self.counters.retain(|key, counter| !is_over(counter, key, now));
            }
            if self.counters.len() >= ROOM {
                self.counters.retain(|key, counter| counter.count >= key.limit().most / 2);
            }
            if self.counters.len() >= 2 * ROOM {
                self.counters.clear();
            }
            if self.familiar.len() >= ROOM {
                self.familiar.clear();
            }
        }
    }

    fn is_over(counter: &Counter, key: &Key, now: i64) -> bool {
        now - counter.since >= key.limit().window_ms
    }

    /// An attempt that was counted; dropping it leaves it counted.
    pub(super) struct Attempt {
        site: Weak<Notify>,
        keys: Vec<Key>,
    }

    impl Attempt {
        /// The password was right: it was no guess, and the place is familiar from now on.
        pub(super) fn succeeded(self) {
            let mut sites = sites();
            let guesses = guesses_of(&mut sites, &self.site);
            guesses.forgive(&self.keys);
            for key in self.keys {
                if let Key::Pair(email, place) = key {
                    guesses.familiar.insert((email, place));
                }
            }
        }
    }

    /// Counts an attempt to sign in.
    pub(super) fn attempt(ctx: &Ctx, email: &str, address: &str) -> Result<Attempt> {
        let place = place(address);
        let mut keys = vec![Key::Pair(email.to_owned(), place.clone()), Key::Address(place.clone())];
        let site = site(ctx);
        let mut sites = sites();
        let guesses = guesses_of(&mut sites, &site);
        // Someone who guesses from many places must not lock out the owner where they usually are.
        if !guesses.familiar.contains(&(email.to_owned(), place)) {
            keys.push(Key::Email(email.to_owned()));
        }
        counted(guesses, site, keys, ctx)
    }

    /// Counts an attempt to name one's own password while signed in; separate from signing in.
    pub(super) fn own_attempt(ctx: &Ctx, user: UserId) -> Result<Attempt> {
        let site = site(ctx);
        counted(guesses_of(&mut sites(), &site), site, vec![Key::Pair(user.to_string(), String::new())], ctx)
    }

    fn counted(guesses: &mut Guesses, site: Weak<Notify>, keys: Vec<Key>, ctx: &Ctx) -> Result<Attempt> {
        guesses.count(&keys, ctx.now().0).map_err(|wait_ms| ServiceError::TooMany { seconds: u64::try_from(wait_ms / 1000).unwrap_or(0) + 1 })?;
        Ok(Attempt { site, keys })
    }

    /// Whoever has one address of the new protocol has a whole /64 of them.
    fn place(address: &str) -> String {
        match address.parse() {
            Ok(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
                Some(v4) => v4.to_string(),
                None => address.segments()[..4].iter().map(|part| format!("{part:x}:")).collect(),
            },
            Ok(IpAddr::V4(address)) => address.to_string(),
            Err(_) => address.chars().take(64).collect(),
        }
    }

    /// One process may serve several sites in tests; each counts for itself.
    static SITES: Mutex<Vec<(Weak<Notify>, Guesses)>> = Mutex::new(Vec::new());

    type Sites = MutexGuard<'static, Vec<(Weak<Notify>, Guesses)>>;

    fn sites() -> Sites {
        SITES.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn site(ctx: &Ctx) -> Weak<Notify> {
        std::sync::Arc::downgrade(&ctx.store.committed())
    }

    fn guesses_of<'s>(sites: &'s mut Sites, site: &Weak<Notify>) -> &'s mut Guesses {
        sites.retain(|(known, _)| known.strong_count() > 0 || known.ptr_eq(site));
        let index = sites.iter().position(|(known, _)| known.ptr_eq(site)).unwrap_or_else(|| {
            sites.push((site.clone(), Guesses::default()));
            sites.len() - 1
        });
        &mut sites[index].1
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn keys(email: &str, place: &str) -> Vec<Key> {
            vec![Key::Pair(email.to_owned(), place.to_owned()), Key::Address(place.to_owned()), Key::Email(email.to_owned())]
        }

        #[test]
        fn one_place_may_try_an_address_ten_times_in_a_quarter_of_an_hour() {
            let mut guesses = Guesses::default();
            for second in 0..10 {
                assert_eq!(guesses.count(&keys("ana@a.test", "1.1.1.1"), second * 1000), Ok(()));
            }
            assert_eq!(guesses.count(&keys("ana@a.test", "1.1.1.1"), 10_000), Err(15 * MINUTE_MS - 10_000));
            assert_eq!(guesses.count(&keys("ben@a.test", "1.1.1.1"), 10_000), Ok(()));
            assert_eq!(guesses.count(&keys("ana@a.test", "2.2.2.2"), 10_000), Ok(()));
            assert_eq!(guesses.count(&keys("ana@a.test", "1.1.1.1"), 15 * MINUTE_MS), Ok(()));
        }

        #[test]
        fn one_place_may_try_a_hundred_times_whatever_it_tries() {
            let mut guesses = Guesses::default();
            for number in 0..100 {
                assert_eq!(guesses.count(&keys(&format!("{number}@a.test"), "1.1.1.1"), 0), Ok(()));
            }
            assert_eq!(guesses.count(&keys("another@a.test", "1.1.1.1"), 0), Err(15 * MINUTE_MS));
        }

        #[test]
        fn many_places_may_try_an_address_fifty_times_an_hour_and_familiar_ones_still_get_in() {
            let mut guesses = Guesses::default();
            for number in 0..50 {
                assert_eq!(guesses.count(&keys("ana@a.test", &format!("10.0.0.{number}")), 0), Ok(()));
            }
            assert_eq!(guesses.count(&keys("ana@a.test", "10.0.1.1"), 0), Err(60 * MINUTE_MS));
            assert_eq!(guesses.count(&keys("ana@a.test", "home")[..2], 0), Ok(()));
        }

        #[test]
        fn a_right_password_was_no_guess() {
            let mut guesses = Guesses::default();
            for _ in 0..200 {
                assert_eq!(guesses.count(&keys("ana@a.test", "1.1.1.1"), 0), Ok(()));
                guesses.forgive(&keys("ana@a.test", "1.1.1.1"));
            }
        }

        #[test]
        fn a_flood_from_new_places_stays_bounded() {
            let mut guesses = Guesses::default();
            for number in 0..30_000 {
                guesses.count(&keys(&format!("{number}@a.test"), &number.to_string()), 0).expect("each is new");
            }
            assert!(guesses.counters.len() <= ROOM + 3);
        }

        #[test]
        fn a_neighbourhood_of_new_addresses_is_one_place() {
            assert_eq!(place("2001:db8:1:2::1"), place("2001:db8:1:2:ffff::9"));
            assert_ne!(place("2001:db8:1:2::1"), place("2001:db8:1:3::1"));
            assert_eq!(place("::ffff:192.0.2.1"), place("192.0.2.1"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_nobody_costs_as_much_as_any_other() {
        let nobody = PasswordHash::new(NOBODY).expect("a hash");
        let anyone = hash_password("demo");
        let anyone = PasswordHash::new(&anyone).expect("a hash");
        assert_eq!((nobody.algorithm, nobody.version, &nobody.params), (anyone.algorithm, anyone.version, &anyone.params));
        assert_eq!(nobody.hash.map(|hash| hash.len()), anyone.hash.map(|hash| hash.len()));
    }

    #[test]
    fn a_token_is_never_stored_as_it_is() {
        let (one, other) = (new_token(), new_token());
        assert_eq!(one.len(), 64);
        assert_ne!(one, other);
        assert_ne!(token_hash(&one), one);
    }
}
