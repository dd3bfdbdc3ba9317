//! Whether and when people get the digest of the day, and when they got the last one.

use domain::clock::DigestWish;
use domain::{Timestamp, UserId};

use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql};
use crate::tx::Tx;

/// How it is with one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DigestOf {
    pub user: UserId,
    pub wish: DigestWish,
    /// When they got the last one, or there was nothing to say in it.
    pub sent_at: Option<Timestamp>,
}

/// Statements about digests.
#[derive(Debug)]
pub struct Digests<'t>(&'t mut Tx);

impl Tx {
    /// Digests of the day.
    pub fn digests(&mut self) -> Digests<'_> {
        Digests(self)
    }
}

impl Digests<'_> {
    /// Everybody who can sign in, by number.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list(&mut self) -> Result<Vec<DigestOf>> {
        let sql = Sql::new("select id, digest, digest_minute, digest_sent_at from app_user where disabled_at is null order by id");
        self.0.rows(sql).await?.iter().map(to_digest).collect()
    }

    /// How it is with a person.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, user: UserId) -> Result<Option<DigestOf>> {
        let row = self.0.row(Sql::new("select id, digest, digest_minute, digest_sent_at from app_user where id = $1").bind(user)).await?;
        row.as_ref().map(to_digest).transpose()
    }

    /// Says what a person wants; what has gone out by now is not sent once more.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change(&mut self, user: UserId, wish: DigestWish, now: Timestamp) -> Result<()> {
        let minute = if let DigestWish::Own(minute) = wish { Some(minute) } else { None };
        let sql = Sql::new("update app_user set digest = $1, digest_minute = $2, digest_sent_at = $3 where id = $4");
        self.0.run(sql.bind(wish.key()).bind(minute).bind(now).bind(user)).await.map(|_| ())
    }

    /// Takes the digest of a person, so that nobody else sends it; `false` when it was taken since it was listed.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn take(&mut self, of: DigestOf, now: Timestamp) -> Result<bool> {
        let sql = Sql::new("update app_user set digest_sent_at = $1 where id = $2 and digest = $3 and coalesce(digest_sent_at, -1) = $4");
        let sql = sql.bind(now).bind(of.user).bind(of.wish.key()).bind(of.sent_at.map_or(-1, |at| at.0));
        Ok(self.0.run(sql).await? > 0)
    }
}

fn to_digest(row: &Row) -> Result<DigestOf> {
    let id = row.int("id")?;
    let wish = DigestWish::from_key(&row.text("digest")?, row.opt_int("digest_minute")?);
    let wish = wish.ok_or(StoreError::Inconsistent { table: "app_user", column: "digest", id })?;
    Ok(DigestOf { user: UserId(id), wish, sent_at: row.opt_time("digest_sent_at")? })
}
