//! The outbox: mails that wait, those that are being sent, and what became of the others.
//!
//! Whoever sends a mail takes it first ([`Outbox::take_due`]) and says before its text is handed over that it is
//! ([`Outbox::begin`]). Both are conditional updates, so that of several processes one sends it. A mail that was taken and not
//! begun is due again when its time is up; one that was begun is not, because it may have arrived.

use domain::lead_parts::DocumentKind;
use domain::{Addressees, LeadId, Mail, MailId, MailRow, MailState, Mailbox, Timestamp, UserId};

use crate::error::{Result, StoreError};
use crate::material::to_kind;
use crate::sql::{Row, Sql};
use crate::tx::Tx;

/// Statements about the outbox.
#[derive(Debug)]
pub struct Outbox<'t>(&'t mut Tx);

impl Tx {
    /// The outbox.
    pub fn outbox(&mut self) -> Outbox<'_> {
        Outbox(self)
    }
}

/// A mail to be queued.
#[derive(Clone, Debug)]
pub struct NewMail {
    pub message_id: String,
    pub lead: Option<LeadId>,
    /// `None` for an address that is nobody's here.
    pub user: Option<UserId>,
    pub recipient: Mailbox,
    pub addressees: Addressees,
    pub subject: String,
    pub body: String,
    pub at: Timestamp,
}

/// A file that is attached to a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailFile {
    pub name: String,
    pub kind: DocumentKind,
    /// In Base64.
    pub content: String,
}

/// A mail that was taken to be sent now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub id: MailId,
    /// What tells this taking from earlier and later ones.
    pub claim: i64,
    /// With this one.
    pub tries: i64,
    pub message_id: String,
    pub recipient: Mailbox,
    pub addressees: Addressees,
    pub subject: String,
    pub body: String,
    /// What it says to calendars, as iCalendar.
    pub calendar: Option<String>,
    /// Who writes, where that is a person and not the site.
    pub sender_name: Option<String>,
    /// Where its recipient unsubscribes with one request, for a message.
    pub unsubscribe: Option<String>,
    /// What is attached to it.
    pub files: Vec<MailFile>,
    pub created_at: Timestamp,
    /// Whether whom it is for may still sign in.
    pub is_welcome: bool,
    /// Whether it is a message, and its recipient wants none any more.
    pub is_unsubscribed: bool,
}

/// What sending a mail led to.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub state: MailState,
    pub at: Timestamp,
    pub next_at: Timestamp,
    pub answer: String,
}

const ROW: &str = "id, state, recipient_name, recipient, subject, tries, created_at, last_at, next_at, answer";

impl Outbox<'_> {
    /// Queues mails, to be sent at once.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn queue(&mut self, new: Vec<NewMail>) -> Result<()> {
        if new.is_empty() {
            return Ok(());
        }
        let first = self.0.take_numbers("outbox", new.len() as i64).await?;
        let mut rows = Vec::with_capacity(new.len());
        for (mail, id) in new.into_iter().zip(first..) {
            let addressees =
                serde_json::to_string(&mail.addressees).map_err(|_| StoreError::Inconsistent { table: "outbox", column: "addressees", id })?;
            rows.push(vec![
                id.into(),
                mail.message_id.into(),
                mail.lead.into(),
                mail.user.into(),
                mail.recipient.name.into(),
                mail.recipient.email.into(),
                addressees.into(),
                mail.subject.into(),
                mail.body.into(),
                MailState::Waiting.key().into(),
                0_i64.into(),
                0_i64.into(),
                mail.at.into(),
                mail.at.into(),
                "".into(),
            ]);
        }
        let into = "outbox (id, message_id, lead_id, user_id, recipient_name, recipient, addressees, subject, body, state, tries, claim,
            created_at, next_at, answer)";
        self.0.insert_rows(into, rows, "").await
    }

    /// Mails older than `before`, newest first.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list(&mut self, before: Option<i64>, limit: i64) -> Result<Vec<MailRow>> {
        let sql = Sql::new(format!("select {ROW} from outbox where id < $1 order by id desc limit $2"));
        self.0.rows(sql.bind(before.unwrap_or(i64::MAX)).bind(limit)).await?.iter().map(to_row).collect()
    }

    /// A whole mail.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, id: MailId) -> Result<Option<Mail>> {
        let sql = Sql::new(format!("select {ROW}, addressees, body, lead_id from outbox where id = $1"));
        let Some(row) = self.0.row(sql.bind(id)).await? else { return Ok(None) };
        Ok(Some(Mail { row: to_row(&row)?, addressees: to_addressees(&row)?, body: row.text("body")?, lead: row.opt_int("lead_id")?.map(LeadId) }))
    }

    /// When there is something to do next: a mail that is due, or one whose sender is overdue.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn next_due(&mut self) -> Result<Option<Timestamp>> {
        let sql = Sql::new("select min(next_at) as next from outbox where state in ('waiting', 'sending')");
        Ok(self.0.row(sql).await?.map(|row| row.opt_time("next")).transpose()?.flatten())
    }

    /// Takes mails that are due, oldest first, and counts a try. Nobody else gets them until `until`: when this process dies
    /// before it begins, they are due again then.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn take_due(&mut self, now: Timestamp, until: Timestamp, limit: i64) -> Result<Vec<Taken>> {
        let sql = Sql::new(
            "select o.id, o.claim, o.tries, o.message_id, o.recipient_name, o.recipient, o.addressees, o.subject, o.body, o.calendar,
             o.sender_name, o.unsubscribe, o.created_at, u.disabled_at, s.at as unsubscribed_at
             from outbox o left join app_user u on u.id = o.user_id left join unsubscribed s on s.email = o.subscriber
             where o.state = 'waiting' and o.next_at <= $1 order by o.next_at, o.id limit $2",
        );
        let mut taken = Vec::new();
        for row in self.0.rows(sql.bind(now).bind(limit)).await? {
            let mut mail = to_taken(&row)?;
            // Another process may have taken it a moment ago: it has another claim then.
            let sql = Sql::new(
                "update outbox set claim = claim + 1, tries = tries + 1, last_at = $1, next_at = $2
                 where id = $3 and state = 'waiting' and claim = $4",
            );
            if self.0.run(sql.bind(now).bind(until).bind(mail.id).bind(row.int("claim")?)).await? > 0 {
                if mail.unsubscribe.is_some() {
                    mail.files = self.files_of(&mail.message_id).await?;
                }
                taken.push(mail);
            }
        }
        Ok(taken)
    }

    /// What is attached to a message.
    async fn files_of(&mut self, message_id: &str) -> Result<Vec<MailFile>> {
        let sql = Sql::new(
            "select t.id, t.file_name, t.kind, c.content from message m join message_material x on x.message_id = m.id
             join material t on t.id = x.material_id join material_content c on c.material_id = t.id
             where m.message_id = $1 and x.is_link = $2 order by lower(t.name), t.id",
        );
        let file = |row: &Row| -> Result<MailFile> {
            Ok(MailFile { name: row.text("file_name")?, kind: to_kind(row, row.int("id")?)?, content: row.text("content")? })
        };
        self.0.rows(sql.bind(message_id).bind(false)).await?.iter().map(file).collect()
    }

    /// Says that the text of a mail is handed over now, which has to be done by `until`. `false` when somebody else has taken
    /// it meanwhile: then it must not be.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn begin(&mut self, id: MailId, claim: i64, until: Timestamp) -> Result<bool> {
        let sql = Sql::new("update outbox set state = 'sending', next_at = $1 where id = $2 and claim = $3 and state = 'waiting'");
        Ok(self.0.run(sql.bind(until).bind(id).bind(claim)).await? > 0)
    }

    /// Notes what became of a mail that this process took. One that was overdue meanwhile is known better now.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn note(&mut self, id: MailId, claim: i64, outcome: Outcome) -> Result<()> {
        let sql = Sql::new(
            "update outbox set state = $1, last_at = $2, next_at = $3, answer = $4
             where id = $5 and claim = $6 and state in ('waiting', 'sending', 'unknown')",
        );
        let sql = sql.bind(outcome.state.key()).bind(outcome.at).bind(outcome.next_at).bind(outcome.answer).bind(id).bind(claim);
        self.0.run(sql).await.map(|_| ())
    }

    /// Of mails whose sender is overdue nobody knows what became; gives how many there were.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn give_up_overdue(&mut self, now: Timestamp, answer: &str) -> Result<u64> {
        let sql = Sql::new("update outbox set state = 'unknown', answer = $1 where state = 'sending' and next_at <= $2");
        self.0.run(sql.bind(answer).bind(now)).await
    }

    /// Puts a mail in the queue again that failed, or of which it is not known; `false` when it is in another state.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn queue_again(&mut self, id: MailId, now: Timestamp) -> Result<bool> {
        let sql = Sql::new(
            "update outbox set state = 'waiting', tries = 0, claim = claim + 1, next_at = $1 where id = $2 and state in ('failed', 'unknown')",
        );
        Ok(self.0.run(sql.bind(now).bind(id)).await? > 0)
    }

    /// Forgets mails that were written before, but for those that are being sent.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn forget_before(&mut self, at: Timestamp) -> Result<()> {
        self.0.run(Sql::new("delete from outbox where created_at < $1 and state <> 'sending'").bind(at)).await.map(|_| ())
    }
}

fn to_recipient(row: &Row) -> Result<Mailbox> {
    Ok(Mailbox { name: row.text("recipient_name")?, email: row.text("recipient")? })
}

fn to_addressees(row: &Row) -> Result<Addressees> {
    let broken = StoreError::Inconsistent { table: "outbox", column: "addressees", id: row.int("id")? };
    serde_json::from_str(&row.text("addressees")?).map_err(|_| broken)
}

fn to_row(row: &Row) -> Result<MailRow> {
    let id = row.int("id")?;
    Ok(MailRow {
        id: MailId(id),
        state: MailState::from_key(&row.text("state")?).ok_or(StoreError::Inconsistent { table: "outbox", column: "state", id })?,
        recipient: to_recipient(row)?,
        subject: row.text("subject")?,
        tries: row.int("tries")?,
        created_at: row.time("created_at")?,
        last_at: row.opt_time("last_at")?,
        next_at: row.time("next_at")?,
        answer: row.text("answer")?,
    })
}

fn to_taken(row: &Row) -> Result<Taken> {
    Ok(Taken {
        id: MailId(row.int("id")?),
        claim: row.int("claim")? + 1,
        tries: row.int("tries")? + 1,
        message_id: row.text("message_id")?,
        recipient: to_recipient(row)?,
        addressees: to_addressees(row)?,
        subject: row.text("subject")?,
        body: row.text("body")?,
        calendar: row.opt_text("calendar")?,
        sender_name: row.opt_text("sender_name")?,
        unsubscribe: row.opt_text("unsubscribe")?,
        files: Vec::new(),
        created_at: row.time("created_at")?,
        is_welcome: row.opt_time("disabled_at")?.is_none(),
        is_unsubscribed: row.opt_time("unsubscribed_at")?.is_some(),
    })
}
