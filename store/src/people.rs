//! People who sign in, their groups and their sessions.

use domain::catalog::Group;
use domain::text::fold;
use domain::{AccountId, Actor, Availability, EmailAddress, GroupId, Role, Timestamp, UserId};

use crate::catalog_cache::CATALOG_VERSION;
use crate::error::{Result, StoreError};
use crate::reach::{AVAILABILITY, to_availability};
use crate::sql::{Row, Sql, Value};
use crate::tx::Tx;

/// Statements about people, groups and sessions.
#[derive(Debug)]
pub struct People<'t>(&'t mut Tx);

impl Tx {
    /// People, groups and sessions.
    pub fn people(&mut self) -> People<'_> {
        People(self)
    }
}

/// A person with what only signing in and administering need.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredUser {
    pub id: UserId,
    /// Grows by one with each change.
    pub version: i64,
    pub email: String,
    pub name: String,
    pub role: Role,
    /// Argon2id in PHC form.
    pub password_hash: String,
    /// The firm of a distributor user.
    pub account: Option<AccountId>,
    pub disabled_at: Option<Timestamp>,
}

/// Without the password's hash, so that no log ever holds it.
impl std::fmt::Debug for StoredUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredUser").field("id", &self.id).field("version", &self.version).field("role", &self.role).finish_non_exhaustive()
    }
}

/// A person to be added.
#[derive(Clone)]
pub struct NewUser {
    pub email: EmailAddress,
    pub name: String,
    pub role: Role,
    pub password_hash: String,
    pub account: Option<AccountId>,
    pub at: Timestamp,
}

impl std::fmt::Debug for NewUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewUser").field("role", &self.role).field("at", &self.at).finish_non_exhaustive()
    }
}

/// What an administrator may change of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserChange {
    pub name: String,
    pub role: Role,
    pub account: Option<AccountId>,
    pub disabled_at: Option<Timestamp>,
}

/// What an administrator may change of a group, but for its members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupChange {
    pub name: String,
    pub region: String,
    pub manager: Option<UserId>,
    /// No longer offered; its members see its leads no more.
    pub retired: bool,
}

/// What a session's token stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub actor: Actor,
    pub created_at: Timestamp,
    pub seen_at: Timestamp,
    /// For [`crate::Store::catalog_at`].
    pub catalog_version: i64,
    /// What they say of themselves.
    pub availability: Availability,
}

const USER: &str = "id, version, email, name, role, password_hash, account_id, disabled_at";

/// Columns of [`to_actor`], of the person `u`.
pub(crate) const ACTOR: &str = "u.id as user_id, u.name as user_name, u.email, u.role, u.account_id,
    (select string_agg(cast(g.id as text), ',') from user_group_member m join user_group g on g.id = m.group_id
     where m.user_id = u.id and g.retired_at is null) as member_of,
    (select string_agg(cast(g.id as text), ',') from user_group g where g.manager_id = u.id and g.retired_at is null) as manages";

impl People<'_> {
    /// A person by their address in lower case, disabled or not.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find_by_email(&mut self, folded: &str) -> Result<Option<StoredUser>> {
        let sql = Sql::new(format!("select {USER} from app_user where email_folded = $1")).bind(folded);
        self.0.row(sql).await?.as_ref().map(to_user).transpose()
    }

    /// A person, disabled or not.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, id: UserId) -> Result<Option<StoredUser>> {
        let sql = Sql::new(format!("select {USER} from app_user where id = $1")).bind(id);
        self.0.row(sql).await?.as_ref().map(to_user).transpose()
    }

    /// A person with all that permissions depend on; `None` when unknown or disabled. Retired groups are left out.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn load_actor(&mut self, id: UserId) -> Result<Option<Actor>> {
        let sql = Sql::new(format!("select {ACTOR} from app_user u where u.id = $1 and u.disabled_at is null")).bind(id);
        self.0.row(sql).await?.as_ref().map(to_actor).transpose()
    }

    /// Everybody, disabled or not, by name.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list(&mut self) -> Result<Vec<StoredUser>> {
        let rows = self.0.rows(Sql::new(format!("select {USER} from app_user order by id"))).await?;
        let mut users = rows.iter().map(to_user).collect::<Result<Vec<_>>>()?;
        // Here rather than in SQL, where each engine has its own idea of letters beyond ASCII.
        users.sort_by_cached_key(|user| fold(&user.name));
        Ok(users)
    }

    /// How many people there are, disabled ones too.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn count(&mut self) -> Result<i64> {
        let row = self.0.row(Sql::new("select count(*) as user_count from app_user")).await?;
        row.map_or(Ok(0), |row| row.int("user_count"))
    }

    /// Adds a person. Whoever adds one at the same moment waits until this transaction ends.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the address is registered.
    pub async fn add(&mut self, user: NewUser) -> Result<UserId> {
        let id = UserId(self.0.take_numbers("app_user", 1).await?);
        let sql = Sql::new(
            "insert into app_user (id, version, email, email_folded, name, role, password_hash, account_id, created_at)
             values ($1, 1, $2, $3, $4, $5, $6, $7, $8)",
        );
        let sql = sql.bind(id).bind(user.email.as_str()).bind(user.email.folded()).bind(user.name).bind(user.role.key());
        let sql = sql.bind(user.password_hash).bind(user.account).bind(user.at);
        self.0.run(sql).await.map_err(|error| error.or_conflict("This e-mail address"))?;
        Ok(id)
    }

    /// Changes a person read at `version`; gives `false`, and changes nothing, when someone else changed them since.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change(&mut self, id: UserId, version: i64, change: &UserChange) -> Result<bool> {
        let sql = Sql::new(
            "update app_user set version = version + 1, name = $1, role = $2, account_id = $3, disabled_at = $4
             where id = $5 and version = $6",
        );
        let sql = sql.bind(&change.name).bind(change.role.key()).bind(change.account).bind(change.disabled_at);
        Ok(self.0.run(sql.bind(id).bind(version)).await? == 1)
    }

    /// Replaces a password.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change_password_hash(&mut self, id: UserId, password_hash: &str) -> Result<()> {
        let sql = Sql::new("update app_user set version = version + 1, password_hash = $1 where id = $2");
        self.0.run(sql.bind(password_hash).bind(id)).await.map(|_| ())
    }

    /// Counts the administrators who can sign in, and keeps others from changing any of them until this transaction
    /// ends: two who demote each other at the same moment would otherwise leave none.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn hold_administrators(&mut self) -> Result<u64> {
        self.0.run(Sql::new("update app_user set version = version where role = 'administrator' and disabled_at is null")).await
    }

    /// Whether a firm is there for a distributor user to belong to.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn has_account(&mut self, id: AccountId) -> Result<bool> {
        Ok(self.0.row(Sql::new("select id from account where id = $1 and deleted_at is null").bind(id)).await?.is_some())
    }

    /// Every group with its members, retired or not, by name.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list_groups(&mut self) -> Result<Vec<Group>> {
        let rows = self.0.rows(Sql::new("select id, name, region, manager_id, retired_at from user_group order by name_folded, id")).await?;
        let mut groups = rows.iter().map(to_group).collect::<Result<Vec<_>>>()?;
        for row in self.0.rows(Sql::new("select group_id, user_id from user_group_member order by group_id, user_id")).await? {
            let group = GroupId(row.int("group_id")?);
            let member = UserId(row.int("user_id")?);
            groups.iter_mut().filter(|known| known.id == group).for_each(|known| known.members.push(member));
        }
        Ok(groups)
    }

    /// Adds a group without members.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the name is taken.
    pub async fn add_group(&mut self, name: &str, region: &str, manager: Option<UserId>) -> Result<GroupId> {
        let id = GroupId(self.0.take_numbers("user_group", 1).await?);
        let sql = Sql::new("insert into user_group (id, name, name_folded, region, manager_id) values ($1, $2, $3, $4, $5)");
        let sql = sql.bind(id).bind(name).bind(fold(name)).bind(region).bind(manager);
        self.0.run(sql).await.map_err(|error| error.or_conflict("This group name"))?;
        Ok(id)
    }

    /// Changes a group; gives `false` when there is none. A retired one keeps the moment it was retired first.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the name is taken.
    pub async fn change_group(&mut self, id: GroupId, group: &GroupChange, now: Timestamp) -> Result<bool> {
        let sql = Sql::new(
            "update user_group set name = $1, name_folded = $2, region = $3, manager_id = $4,
             retired_at = case when $5 then coalesce(retired_at, $6) end where id = $7",
        );
        let sql = sql.bind(&group.name).bind(fold(&group.name)).bind(&group.region).bind(group.manager).bind(group.retired);
        Ok(self.0.run(sql.bind(now).bind(id)).await.map_err(|error| error.or_conflict("This group name"))? == 1)
    }

    /// Makes exactly these people the members of a group.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change_members(&mut self, group: GroupId, members: &[UserId]) -> Result<()> {
        self.0.run(Sql::new("delete from user_group_member where group_id = $1").bind(group)).await?;
        self.add_memberships(members.iter().map(|user| (group, *user)).collect()).await
    }

    /// Makes a person a member of exactly these groups.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change_groups_of(&mut self, user: UserId, groups: &[GroupId]) -> Result<()> {
        self.0.run(Sql::new("delete from user_group_member where user_id = $1").bind(user)).await?;
        self.add_memberships(groups.iter().map(|group| (*group, user)).collect()).await
    }

    async fn add_memberships(&mut self, memberships: Vec<(GroupId, UserId)>) -> Result<()> {
        for chunk in memberships.chunks(500) {
            let mut sql = Sql::new("insert into user_group_member (group_id, user_id) values ");
            sql.push_rows(chunk.iter().map(|(group, user)| vec![Value::from(*group), Value::from(*user)]));
            sql.push(" on conflict (group_id, user_id) do nothing");
            self.0.run(sql).await?;
        }
        Ok(())
    }

    /// Starts a session. The token itself is never stored, only its SHA-256.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_session(&mut self, token_hash: &str, user: UserId, now: Timestamp) -> Result<()> {
        let sql = Sql::new("insert into session (token_hash, user_id, created_at, seen_at) values ($1, $2, $3, $3)");
        self.0.run(sql.bind(token_hash).bind(user).bind(now)).await.map(|_| ())
    }

    /// A session with the person as permissions see them; `None` when it or they are unknown, or they are disabled. Whether it
    /// is too old is for the caller to say.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find_session(&mut self, token_hash: &str) -> Result<Option<Session>> {
        let sql = Sql::new(format!(
            "select s.created_at, s.seen_at, {CATALOG_VERSION}, {AVAILABILITY}, {ACTOR} from session s join app_user u on u.id = s.user_id
             where s.token_hash = $1 and u.disabled_at is null"
        ));
        let Some(row) = self.0.row(sql.bind(token_hash)).await? else { return Ok(None) };
        let actor = to_actor(&row)?;
        Ok(Some(Session {
            availability: to_availability(&row, actor.id.0)?,
            actor,
            created_at: row.time("created_at")?,
            seen_at: row.time("seen_at")?,
            catalog_version: row.int("catalog_version")?,
        }))
    }

    /// Notes that a session is in use.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn touch_session(&mut self, token_hash: &str, now: Timestamp) -> Result<()> {
        let sql = Sql::new("update session set seen_at = $1 where token_hash = $2 and seen_at < $1");
        self.0.run(sql.bind(now).bind(token_hash)).await.map(|_| ())
    }

    /// Ends a session.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn remove_session(&mut self, token_hash: &str) -> Result<()> {
        self.0.run(Sql::new("delete from session where token_hash = $1").bind(token_hash)).await.map(|_| ())
    }

    /// Ends a person's sessions, all but `except`; gives how many.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn remove_sessions_of(&mut self, user: UserId, except: Option<&str>) -> Result<u64> {
        // No hash is empty, so the empty text spares none.
        let sql = Sql::new("delete from session where user_id = $1 and token_hash <> $2");
        self.0.run(sql.bind(user).bind(except.unwrap_or_default())).await
    }

    /// Ends sessions last seen before `seen`, and those begun before `created`; gives how many.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn remove_sessions_before(&mut self, seen: Timestamp, created: Timestamp) -> Result<u64> {
        self.0.run(Sql::new("delete from session where seen_at < $1 or created_at < $2").bind(seen).bind(created)).await
    }
}

/// A person with all that permissions depend on.
pub(crate) fn to_actor(row: &Row) -> Result<Actor> {
    let id = row.int("user_id")?;
    let broken = |table, column| StoreError::Inconsistent { table, column, id };
    let groups = |column| -> Result<Vec<GroupId>> {
        let text = row.opt_text(column)?.unwrap_or_default();
        let numbers = text.split(',').filter(|number| !number.is_empty()).map(|number| number.parse().map(GroupId));
        let mut groups = numbers.collect::<std::result::Result<Vec<_>, _>>().map_err(|_| broken("user_group", "id"))?;
        groups.sort_unstable();
        Ok(groups)
    };
    Ok(Actor {
        id: UserId(id),
        name: row.text("user_name")?,
        email: row.text("email")?,
        role: Role::from_key(&row.text("role")?).ok_or_else(|| broken("app_user", "role"))?,
        groups: groups("member_of")?,
        managed_groups: groups("manages")?,
        account: row.opt_int("account_id")?.map(AccountId),
    })
}

pub(crate) fn to_role(row: &Row) -> Result<Role> {
    let id = row.int("id")?;
    Role::from_key(&row.text("role")?).ok_or(StoreError::Inconsistent { table: "app_user", column: "role", id })
}

fn to_user(row: &Row) -> Result<StoredUser> {
    Ok(StoredUser {
        id: UserId(row.int("id")?),
        version: row.int("version")?,
        email: row.text("email")?,
        name: row.text("name")?,
        role: to_role(row)?,
        password_hash: row.text("password_hash")?,
        account: row.opt_int("account_id")?.map(AccountId),
        disabled_at: row.opt_time("disabled_at")?,
    })
}

fn to_group(row: &Row) -> Result<Group> {
    Ok(Group {
        id: GroupId(row.int("id")?),
        name: row.text("name")?,
        region: row.text("region")?,
        manager: row.opt_int("manager_id")?.map(UserId),
        members: Vec::new(),
        retired: row.opt_int("retired_at")?.is_some(),
    })
}
