//! The private addresses at which people's calendars read their tasks.

use domain::{Timestamp, UserId};

use crate::error::Result;
use crate::sql::Sql;
use crate::tx::Tx;

/// Statements about feeds.
#[derive(Debug)]
pub struct CalendarFeeds<'t>(&'t mut Tx);

impl Tx {
    /// Feeds of tasks.
    pub fn calendar_feeds(&mut self) -> CalendarFeeds<'_> {
        CalendarFeeds(self)
    }
}

impl CalendarFeeds<'_> {
    /// When a person's feed was made; `None` for who has none.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn made_at(&mut self, user: UserId) -> Result<Option<Timestamp>> {
        let row = self.0.row(Sql::new("select made_at from calendar_feed where user_id = $1").bind(user)).await?;
        row.map(|row| row.time("made_at")).transpose()
    }

    /// Whose feed has a secret of this digest.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn find_user(&mut self, hash: &str) -> Result<Option<UserId>> {
        let row = self.0.row(Sql::new("select user_id from calendar_feed where token_hash = $1").bind(hash)).await?;
        row.map(|row| row.int("user_id").map(UserId)).transpose()
    }

    /// Gives a person a feed in the place of one that they had.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn set(&mut self, user: UserId, hash: &str, at: Timestamp) -> Result<()> {
        let sql = Sql::new(
            "insert into calendar_feed (user_id, token_hash, made_at) values ($1, $2, $3)
             on conflict (user_id) do update set token_hash = excluded.token_hash, made_at = excluded.made_at",
        );
        self.0.run(sql.bind(user).bind(hash).bind(at)).await.map(|_| ())
    }

    /// Takes a person's feed away; `false` when they had none.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn remove(&mut self, user: UserId) -> Result<bool> {
        Ok(self.0.run(Sql::new("delete from calendar_feed where user_id = $1").bind(user)).await? > 0)
    }
}
