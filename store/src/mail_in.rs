//! Mails that came in: what became of each, and the originals.

use domain::{ContactId, LeadId, MailInId, MailInRow, MailInState, Mailbox, Timestamp, UserId};

use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql};
use crate::tx::Tx;

/// Statements about mails that came in.
#[derive(Debug)]
pub struct MailsIn<'t>(&'t mut Tx);

impl Tx {
    /// Mails that came in.
    pub fn mails_in(&mut self) -> MailsIn<'_> {
        MailsIn(self)
    }
}

/// A mail to be kept.
#[derive(Clone, Debug)]
pub struct NewMailIn {
    pub id: MailInId,
    /// What tells one that came before.
    pub key: String,
    pub state: MailInState,
    pub lead: Option<LeadId>,
    pub sender_user: Option<UserId>,
    pub sender: Mailbox,
    pub subject: String,
    pub why: String,
    pub attachments: i64,
    /// Unit: bytes.
    pub size: i64,
    pub at: Timestamp,
    /// In Base64; empty for one that is too large.
    pub original: String,
}

const ROW: &str = "id, state, lead_id, sender_name, sender, subject, why, attachments, size, received_at";

impl MailsIn<'_> {
    pub(crate) fn tx(&mut self) -> &mut Tx {
        self.0
    }

    /// Keeps a mail.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when one with its key was kept meanwhile.
    pub async fn add(&mut self, new: NewMailIn) -> Result<()> {
        let sql = Sql::new(
            "insert into mail_in (id, key, state, lead_id, sender_user, sender_name, sender, subject, why, attachments, size, received_at, original)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        );
        let sql = sql.bind(new.id).bind(new.key).bind(new.state.key()).bind(new.lead).bind(new.sender_user).bind(new.sender.name);
        let sql = sql.bind(new.sender.email).bind(new.subject).bind(new.why).bind(new.attachments).bind(new.size).bind(new.at).bind(new.original);
        self.0.run(sql).await.map_err(|error| error.or_conflict("This mail"))?;
        Ok(())
    }

    /// The mail with this key.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find_by_key(&mut self, key: &str) -> Result<Option<MailInRow>> {
        let sql = Sql::new(format!("select {ROW} from mail_in where key = $1")).bind(key);
        self.0.row(sql).await?.as_ref().map(to_row).transpose()
    }

    /// Mails older than `before`, newest first.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list(&mut self, before: Option<i64>, limit: i64) -> Result<Vec<MailInRow>> {
        let sql = Sql::new(format!("select {ROW} from mail_in where id < $1 order by id desc limit $2"));
        self.0.rows(sql.bind(before.unwrap_or(i64::MAX)).bind(limit)).await?.iter().map(to_row).collect()
    }

    /// A mail with its original, in Base64.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, id: MailInId) -> Result<Option<(MailInRow, String)>> {
        let sql = Sql::new(format!("select {ROW}, original from mail_in where id = $1")).bind(id);
        self.0.row(sql).await?.map(|row| Ok((to_row(&row)?, row.text("original")?))).transpose()
    }

    /// The newest lead that mails with these Message-IDs are about: those in the outbox, messages that it has forgotten, and those that came in
    /// under these keys.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn lead_of_thread(&mut self, message_ids: &[String], keys: &[String]) -> Result<Option<LeadId>> {
        if message_ids.is_empty() {
            return Ok(None);
        }
        let mut sql = Sql::new("select max(lead_id) as lead_id from (select lead_id from outbox where message_id in ");
        sql.push_list(message_ids);
        sql.push(" union all select lead_id from message where message_id in ").push_list(message_ids);
        sql.push(" union all select lead_id from mail_in where key in ").push_list(keys).push(") thread");
        Ok(self.0.row(sql).await?.map(|row| row.opt_int("lead_id")).transpose()?.flatten().map(LeadId))
    }

    /// The newest open lead of a contact that somebody from outside made since by a mail from this address, lower case.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn open_lead_of(&mut self, contact: ContactId, sender: &str, since: Timestamp) -> Result<Option<LeadId>> {
        let sql = Sql::new(
            "select max(m.lead_id) as lead_id from lead l join mail_in m on m.lead_id = l.id
             where l.contact_id = $1 and l.deleted_at is null and l.closed_at is null
             and m.state = 'lead' and m.sender_user is null and lower(m.sender) = $2 and m.received_at >= $3",
        );
        let row = self.0.row(sql.bind(contact).bind(sender).bind(since)).await?;
        Ok(row.map(|row| row.opt_int("lead_id")).transpose()?.flatten().map(LeadId))
    }
}

fn to_row(row: &Row) -> Result<MailInRow> {
    let id = row.int("id")?;
    Ok(MailInRow {
        id: MailInId(id),
        state: MailInState::from_key(&row.text("state")?).ok_or(StoreError::Inconsistent { table: "mail_in", column: "state", id })?,
        sender: Mailbox { name: row.text("sender_name")?, email: row.text("sender")? },
        subject: row.text("subject")?,
        lead: row.opt_int("lead_id")?.map(LeadId),
        why: row.text("why")?,
        attachments: row.int("attachments")?,
        size: row.int("size")?,
        received_at: row.time("received_at")?,
    })
}
