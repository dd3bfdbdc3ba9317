//! Messages to the persons of leads, the templates of those that are sent often, and who wants none. Whether a lead may be known is asked
//! before.

use domain::message::SentMessage;
use domain::{LeadId, MailState, MessageId, MessageTemplate, MessageTemplateId, Timestamp, UserId, Wording};

use crate::error::{Result, StoreError};
use crate::outbox::NewMail;
use crate::sql::{Row, Sql};
use crate::tx::Tx;

/// Statements about messages.
#[derive(Debug)]
pub struct Messages<'t>(&'t mut Tx);

impl Tx {
    /// Messages to the persons of leads.
    pub fn messages(&mut self) -> Messages<'_> {
        Messages(self)
    }
}

/// A message that is sent.
#[derive(Clone, Debug)]
pub struct NewMessage {
    pub id: MessageId,
    pub lead: LeadId,
    /// `None` where the program sends it.
    pub by: Option<UserId>,
    pub template: Option<MessageTemplateId>,
    pub to: String,
    pub subject: String,
    pub body: String,
    pub message_id: String,
    pub at: Timestamp,
}

/// What the mail of a message has beside what all have.
#[derive(Clone, Debug)]
pub struct MessageMail {
    pub mail: NewMail,
    /// Who writes, as the mail's head shows it; `None` where it is the program, and says so.
    pub sender_name: Option<String>,
    /// Whose subscription it is: their address, lower case.
    pub subscriber: String,
    /// Where that ends with one request.
    pub unsubscribe: String,
}

const TEMPLATE: &str = "id, name, subject, body, removed_at";

impl Messages<'_> {
    /// The templates that were not removed, by name.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list_templates(&mut self) -> Result<Vec<MessageTemplate>> {
        let sql = Sql::new(format!("select {TEMPLATE} from message_template where removed_at is null order by lower(name), id"));
        self.0.rows(sql).await?.iter().map(to_template).collect()
    }

    /// A template, a removed one too.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn find_template(&mut self, id: MessageTemplateId) -> Result<Option<MessageTemplate>> {
        let row = self.0.row(Sql::new(format!("select {TEMPLATE} from message_template where id = $1")).bind(id)).await?;
        row.as_ref().map(to_template).transpose()
    }

    /// Adds a template.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_template(&mut self, template: &MessageTemplate) -> Result<()> {
        let sql = Sql::new(format!("insert into message_template ({TEMPLATE}) values ($1, $2, $3, $4, $5)"));
        let MessageTemplate { id, name, wording, removed_at } = template;
        self.0.run(sql.bind(*id).bind(name).bind(&wording.subject).bind(&wording.body).bind(*removed_at)).await.map(|_| ())
    }

    /// Writes a changed template.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change_template(&mut self, template: &MessageTemplate) -> Result<()> {
        let sql = Sql::new("update message_template set name = $1, subject = $2, body = $3, removed_at = $4 where id = $5");
        let MessageTemplate { id, name, wording, removed_at } = template;
        self.0.run(sql.bind(name).bind(&wording.subject).bind(&wording.body).bind(*removed_at).bind(*id)).await.map(|_| ())
    }

    /// Keeps a message that is sent.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add(&mut self, new: &NewMessage) -> Result<()> {
        let sql = Sql::new(
            "insert into message (id, lead_id, by_id, template_id, recipient, subject, body, message_id, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        );
        let sql = sql.bind(new.id).bind(new.lead).bind(new.by).bind(new.template).bind(&new.to).bind(&new.subject).bind(&new.body);
        self.0.run(sql.bind(&new.message_id).bind(new.at)).await.map(|_| ())
    }

    /// Queues the mail of a message.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn queue(&mut self, new: MessageMail) -> Result<()> {
        let message_id = new.mail.message_id.clone();
        self.0.outbox().queue(vec![new.mail]).await?;
        let sql = Sql::new("update outbox set sender_name = $1, subscriber = $2, unsubscribe = $3 where message_id = $4");
        self.0.run(sql.bind(new.sender_name).bind(new.subscriber).bind(new.unsubscribe).bind(message_id)).await.map(|_| ())
    }

    /// A message, with what became of its mail, and without what went with it.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, id: MessageId) -> Result<Option<SentMessage>> {
        let sql = Sql::new(format!("{SENT} where m.id = $1")).bind(id);
        self.0.row(sql).await?.as_ref().map(to_sent).transpose()
    }

    /// The messages of a lead, newest first, with what became of their mails, and without what went with them.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn of_lead(&mut self, lead: LeadId, limit: i64) -> Result<Vec<SentMessage>> {
        let sql = Sql::new(format!("{SENT} where m.lead_id = $1 order by m.id desc limit $2"));
        self.0.rows(sql.bind(lead).bind(limit)).await?.iter().map(to_sent).collect()
    }

    /// Those of these addresses, lower case, whose people want no messages.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn unsubscribed_among(&mut self, emails: &[String]) -> Result<Vec<String>> {
        let mut sql = Sql::new("select email from unsubscribed where email in ");
        sql.push_list(emails).push(" order by email");
        self.0.rows(sql).await?.iter().map(|row| row.text("email")).collect()
    }

    /// Notes that an address, lower case, wants no messages; `false` when that was known.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn unsubscribe(&mut self, email: &str, at: Timestamp) -> Result<bool> {
        let sql = Sql::new("insert into unsubscribed (email, at) values ($1, $2) on conflict (email) do nothing");
        Ok(self.0.run(sql.bind(email).bind(at)).await? > 0)
    }

    /// Notes that an address wants messages again; `false` when it did not want none.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn subscribe_again(&mut self, email: &str) -> Result<bool> {
        Ok(self.0.run(Sql::new("delete from unsubscribed where email = $1").bind(email)).await? > 0)
    }

    /// Adds a private address at which an address, lower case, unsubscribes.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_unsubscribe_link(&mut self, token_hash: &str, email: &str, lead: LeadId) -> Result<()> {
        let sql = Sql::new("insert into unsubscribe_link (token_hash, email, lead_id) values ($1, $2, $3)");
        self.0.run(sql.bind(token_hash).bind(email).bind(lead)).await.map(|_| ())
    }

    /// Whose subscription ends at a private address, by the digest of its secret, and the lead that it was made for.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn find_unsubscribe_link(&mut self, token_hash: &str) -> Result<Option<(String, LeadId)>> {
        let row = self.0.row(Sql::new("select email, lead_id from unsubscribe_link where token_hash = $1").bind(token_hash)).await?;
        row.map(|row| Ok((row.text("email")?, LeadId(row.int("lead_id")?)))).transpose()
    }
}

const SENT: &str = "select m.id, m.by_id, m.recipient, m.subject, m.body, m.at, o.state as mail_state, o.answer as mail_answer
    from message m left join outbox o on o.message_id = m.message_id";

fn to_template(row: &Row) -> Result<MessageTemplate> {
    Ok(MessageTemplate {
        id: MessageTemplateId(row.int("id")?),
        name: row.text("name")?,
        wording: Wording { subject: row.text("subject")?, body: row.text("body")? },
        removed_at: row.opt_time("removed_at")?,
    })
}

fn to_sent(row: &Row) -> Result<SentMessage> {
    let id = row.int("id")?;
    let state = match row.opt_text("mail_state")? {
        Some(key) => Some(MailState::from_key(&key).ok_or(StoreError::Inconsistent { table: "outbox", column: "state", id })?),
        None => None,
    };
    let answer = row.opt_text("mail_answer")?.unwrap_or_default();
    Ok(SentMessage {
        id: MessageId(id),
        by: row.opt_int("by_id")?.map(UserId),
        to: row.text("recipient")?,
        subject: row.text("subject")?,
        body: row.text("body")?,
        at: row.time("at")?,
        answer: if matches!(state, Some(MailState::Failed | MailState::Unknown)) { answer } else { String::new() },
        state,
        material: Vec::new(),
    })
}
