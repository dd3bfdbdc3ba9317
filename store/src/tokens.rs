//! API tokens.

use domain::{Actor, Timestamp, TokenDetails, TokenScope, UserId};

use crate::catalog_cache::CATALOG_VERSION;
use crate::error::{Result, StoreError};
use crate::people::{ACTOR, to_actor};
use crate::sql::{Row, Sql};
use crate::tx::Tx;

/// Statements about API tokens.
#[derive(Debug)]
pub struct Tokens<'t>(&'t mut Tx);

impl Tx {
    /// API tokens.
    pub fn tokens(&mut self) -> Tokens<'_> {
        Tokens(self)
    }
}

/// A token to be added.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// SHA-256 of the token, in hexadecimal digits.
    pub hash: String,
    pub user: UserId,
    /// What it is for.
    pub name: String,
    pub scope: TokenScope,
    pub at: Timestamp,
    pub expires_at: Option<Timestamp>,
}

/// A token that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredToken {
    pub id: i64,
    /// The person for whom it acts.
    pub actor: Actor,
    pub scope: TokenScope,
    pub expires_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
    /// For [`crate::Store::catalog_at`].
    pub catalog_version: i64,
}

impl Tokens<'_> {
    /// Adds a token; gives its number.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add(&mut self, token: NewToken) -> Result<i64> {
        let id = self.0.take_numbers("api_token", 1).await?;
        let mut sql = Sql::new("insert into api_token (id, token_hash, user_id, name, scope, created_at, expires_at) values ");
        let row = vec![
            id.into(),
            token.hash.into(),
            token.user.into(),
            token.name.into(),
            token.scope.key().to_owned().into(),
            token.at.into(),
            token.expires_at.into(),
        ];
        sql.push_rows([row]);
        self.0.run(sql).await?;
        Ok(id)
    }

    /// The token of a hash, unless it was revoked or its person is disabled.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, hash: &str) -> Result<Option<StoredToken>> {
        let sql = Sql::new(format!(
            "select t.id, t.scope, t.expires_at, t.last_used_at, {CATALOG_VERSION}, {ACTOR} from api_token t join app_user u on u.id = t.user_id
             where t.token_hash = $1 and t.revoked_at is null and u.disabled_at is null"
        ));
        let Some(row) = self.0.row(sql.bind(hash)).await? else { return Ok(None) };
        Ok(Some(StoredToken {
            id: row.int("id")?,
            actor: to_actor(&row)?,
            scope: to_scope(&row)?,
            expires_at: row.opt_time("expires_at")?,
            last_used_at: row.opt_time("last_used_at")?,
            catalog_version: row.int("catalog_version")?,
        }))
    }

    /// Notes that a token was used.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn touch(&mut self, id: i64, at: Timestamp) -> Result<()> {
        self.0.run(Sql::new("update api_token set last_used_at = $1 where id = $2").bind(at).bind(id)).await.map(|_| ())
    }

    /// Tokens that were not revoked, of one person or of everybody, newest first. At most 500.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list(&mut self, of: Option<UserId>) -> Result<Vec<TokenDetails>> {
        let mut sql = Sql::new(
            "select t.id, t.name, t.scope, t.user_id, u.name as user_name, t.created_at, t.expires_at, t.last_used_at
             from api_token t join app_user u on u.id = t.user_id where t.revoked_at is null",
        );
        if let Some(user) = of {
            sql.push(" and t.user_id = ").push_bind(user);
        }
        sql.push(" order by t.id desc limit 500");
        self.0.rows(sql).await?.iter().map(to_details).collect()
    }

    /// Whose a token is, with its name, unless it was revoked.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn find_owner(&mut self, id: i64) -> Result<Option<(UserId, String)>> {
        let row = self.0.row(Sql::new("select user_id, name from api_token where id = $1 and revoked_at is null").bind(id)).await?;
        row.map(|row| Ok((UserId(row.int("user_id")?), row.text("name")?))).transpose()
    }

    /// Gives a token that nobody has used another secret; `false` for one that was used or revoked.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn renew(&mut self, id: i64, hash: &str) -> Result<bool> {
        let sql = Sql::new("update api_token set token_hash = $1 where id = $2 and revoked_at is null and last_used_at is null");
        Ok(self.0.run(sql.bind(hash).bind(id)).await? > 0)
    }

    /// Ends a token; an unknown one is no error.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn revoke(&mut self, id: i64, at: Timestamp) -> Result<()> {
        let sql = Sql::new("update api_token set revoked_at = $1 where id = $2 and revoked_at is null");
        self.0.run(sql.bind(at).bind(id)).await.map(|_| ())
    }
}

fn to_scope(row: &Row) -> Result<TokenScope> {
    let id = row.int("id")?;
    TokenScope::from_key(&row.text("scope")?).ok_or(StoreError::Inconsistent { table: "api_token", column: "scope", id })
}

fn to_details(row: &Row) -> Result<TokenDetails> {
    Ok(TokenDetails {
        number: row.int("id")?,
        name: row.text("name")?,
        scope: to_scope(row)?,
        user: UserId(row.int("user_id")?),
        user_name: row.text("user_name")?,
        created_at: row.time("created_at")?,
        expires_at: row.opt_time("expires_at")?,
        last_used_at: row.opt_time("last_used_at")?,
    })
}
