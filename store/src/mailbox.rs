//! Whose turn it is to read the mailbox. Several servers on one database may read it: one of them does at a time.

use domain::{MailboxState, Timestamp};

use crate::error::Result;
use crate::mail_in::MailsIn;
use crate::sql::Sql;

/// A turn to read the mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// What tells it from earlier and later ones.
    pub claim: i64,
    /// How often in a row reading it failed before.
    pub failures: i64,
}

impl MailsIn<'_> {
    /// Takes the turn to read the mailbox, if it is due; nobody else has it until `until`.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn take_turn(&mut self, now: Timestamp, until: Timestamp) -> Result<Option<Turn>> {
        let first = Sql::new(
            "insert into mail_in_box (id, claim, next_at, read_at, failures, trouble) values (1, 0, $1, null, 0, '')
             on conflict (id) do nothing",
        );
        self.tx().run(first.bind(now)).await?;
        let sql = Sql::new("update mail_in_box set claim = claim + 1, next_at = $1 where id = 1 and next_at <= $2 returning claim, failures");
        let row = self.tx().row(sql.bind(until).bind(now)).await?;
        row.map(|row| Ok(Turn { claim: row.int("claim")?, failures: row.int("failures")? })).transpose()
    }

    /// Notes how a turn went, unless somebody else has had one since.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn end_turn(&mut self, turn: Turn, state: &MailboxState) -> Result<()> {
        let sql =
            Sql::new("update mail_in_box set next_at = $1, read_at = coalesce($2, read_at), failures = $3, trouble = $4 where id = 1 and claim = $5");
        let sql = sql.bind(state.next_at).bind(state.read_at).bind(state.failures).bind(&state.trouble).bind(turn.claim);
        self.tx().run(sql).await.map(|_| ())
    }

    /// How reading the mailbox goes; `None` where none was ever read.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn mailbox(&mut self) -> Result<Option<MailboxState>> {
        let row = self.tx().row(Sql::new("select next_at, read_at, failures, trouble from mail_in_box where id = 1")).await?;
        row.map(|row| {
            Ok(MailboxState {
                read_at: row.opt_time("read_at")?,
                next_at: row.time("next_at")?,
                failures: row.int("failures")?,
                trouble: row.text("trouble")?,
            })
        })
        .transpose()
    }
}
