//! API tokens.

use domain::{Timestamp, TokenScope, UserId};

use crate::error::{Result, StoreError};
use crate::sql::Sql;
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
    pub user: UserId,
    pub scope: TokenScope,
    pub expires_at: Option<Timestamp>,
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

    /// The token of a hash, unless it was revoked.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, hash: &str) -> Result<Option<StoredToken>> {
        let sql = Sql::new("select id, user_id, scope, expires_at from api_token where token_hash = $1 and revoked_at is null");
        let Some(row) = self.0.row(sql.bind(hash)).await? else { return Ok(None) };
        let id = row.int("id")?;
        let scope = TokenScope::from_key(&row.text("scope")?);
        Ok(Some(StoredToken {
            id,
            user: UserId(row.int("user_id")?),
            scope: scope.ok_or(StoreError::Inconsistent { table: "api_token", column: "scope", id })?,
            expires_at: row.opt_int("expires_at")?.map(Timestamp),
        }))
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
