//! The mail that confirms a registration: its words, and who got one a short while ago.

use domain::{Confirmation, Timestamp, Wording};

use crate::error::Result;
use crate::sql::Sql;
use crate::tx::Tx;

/// Statements about that mail.
#[derive(Debug)]
pub struct Confirmations<'t>(&'t mut Tx);

impl Tx {
    /// The mail that confirms a registration.
    pub fn confirmations(&mut self) -> Confirmations<'_> {
        Confirmations(self)
    }
}

impl Confirmations<'_> {
    /// Whether it is sent, and its words.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn settings(&mut self) -> Result<Confirmation> {
        let Some(row) = self.0.row(Sql::new("select sends, subject, body from confirmation_setting where id = 1")).await? else {
            return Ok(Confirmation::default());
        };
        Ok(Confirmation { sends: row.flag("sends")?, wording: Wording { subject: row.text("subject")?, body: row.text("body")? } })
    }

    /// Writes whether it is sent, and its words.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change_settings(&mut self, settings: &Confirmation) -> Result<()> {
        let sql = Sql::new(
            "insert into confirmation_setting (id, sends, subject, body) values (1, $1, $2, $3) on conflict (id) do update
             set sends = excluded.sends, subject = excluded.subject, body = excluded.body",
        );
        self.0.run(sql.bind(settings.sends).bind(&settings.wording.subject).bind(&settings.wording.body)).await.map(|_| ())
    }

    /// Notes that a mailbox gets one now; `false` when it got one after `since`, also by another process a moment ago.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn claim(&mut self, mailbox: &str, now: Timestamp, since: Timestamp) -> Result<bool> {
        let sql = Sql::new(
            "insert into confirmation_sent (mailbox, at) values ($1, $2)
             on conflict (mailbox) do update set at = excluded.at where confirmation_sent.at <= $3",
        );
        Ok(self.0.run(sql.bind(mailbox).bind(now).bind(since)).await? > 0)
    }

    /// Forgets who got one until then.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn forget_before(&mut self, at: Timestamp) -> Result<()> {
        self.0.run(Sql::new("delete from confirmation_sent where at <= $1").bind(at)).await.map(|_| ())
    }
}
