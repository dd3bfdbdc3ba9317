//! Appointments with the persons of leads, the private addresses at which their invites are answered, and what mails say to calendars.

use domain::{Appointment, AppointmentId, AppointmentKind, InviteState, LeadId, Mailbox, UserId};

use crate::error::{Result, StoreError};
use crate::outbox::NewMail;
use crate::sql::{Row, Sql, Value};
use crate::tx::Tx;

/// Statements about appointments.
#[derive(Debug)]
pub struct Appointments<'t>(&'t mut Tx);

impl Tx {
    /// Appointments and their invites.
    pub fn appointments(&mut self) -> Appointments<'_> {
        Appointments(self)
    }
}

const COLUMNS: &str = "id, version, lead_id, kind, starts_at, minutes, place, uid, sequence, invite, attendee_name, attendee, organizer_id, sent_at,
    answered_at, ended_at, created_by_id, created_at, updated_at";

impl Appointments<'_> {
    /// The appointment of a lead that was neither cancelled nor gave way to the next.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn present(&mut self, lead: LeadId) -> Result<Option<Appointment>> {
        self.one(Sql::new(format!("select {COLUMNS} from appointment where lead_id = $1 and ended_at is null")).bind(lead)).await
    }

    /// An appointment, whatever became of it.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, id: AppointmentId) -> Result<Option<Appointment>> {
        self.one(Sql::new(format!("select {COLUMNS} from appointment where id = $1")).bind(id)).await
    }

    /// The appointment that calendars know by this name.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find_by_uid(&mut self, uid: &str) -> Result<Option<Appointment>> {
        self.one(Sql::new(format!("select {COLUMNS} from appointment where uid = $1")).bind(uid)).await
    }

    /// The appointment that is answered at a private address, by the digest of its secret.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find_by_link(&mut self, token_hash: &str) -> Result<Option<Appointment>> {
        let sql =
            Sql::new(format!("select {COLUMNS} from appointment where id = (select appointment_id from appointment_link where token_hash = $1)"));
        self.one(sql.bind(token_hash)).await
    }

    async fn one(&mut self, sql: Sql) -> Result<Option<Appointment>> {
        self.0.row(sql).await?.as_ref().map(to_appointment).transpose()
    }

    /// Adds appointments.
    ///
    /// # Errors
    /// What the engine reports; a lead has one at most that did not end.
    pub async fn add_many(&mut self, all: &[Appointment]) -> Result<()> {
        self.0.insert_rows(&format!("appointment ({COLUMNS})"), all.iter().map(values).collect(), "").await
    }

    /// Writes a changed appointment, if it is still at `expected`; `false` when someone was faster. Its lead, its name in calendars and who
    /// made it stay.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change(&mut self, one: &Appointment, expected: i64) -> Result<bool> {
        let sql = Sql::new(
            "update appointment set version = $1, kind = $2, starts_at = $3, minutes = $4, place = $5, sequence = $6, invite = $7,
             attendee_name = $8, attendee = $9, organizer_id = $10, sent_at = $11, answered_at = $12, ended_at = $13, updated_at = $14
             where id = $15 and version = $16",
        );
        let (name, email) = attendee(one);
        let sql = sql.bind(one.version).bind(one.kind.key()).bind(one.at).bind(one.minutes).bind(&one.place).bind(one.sequence);
        let sql = sql.bind(one.invite.key()).bind(name).bind(email).bind(one.organizer).bind(one.sent_at).bind(one.answered_at);
        Ok(self.0.run(sql.bind(one.ended_at).bind(one.updated_at).bind(one.id).bind(expected)).await? > 0)
    }

    /// Adds a private address at which an invite is answered.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_link(&mut self, token_hash: &str, appointment: AppointmentId) -> Result<()> {
        let sql = Sql::new("insert into appointment_link (token_hash, appointment_id) values ($1, $2)");
        self.0.run(sql.bind(token_hash).bind(appointment)).await.map(|_| ())
    }

    /// Queues a mail that says something to calendars, too: iCalendar.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn queue_mail(&mut self, mail: NewMail, calendar: &str) -> Result<()> {
        let message_id = mail.message_id.clone();
        self.0.outbox().queue(vec![mail]).await?;
        let sql = Sql::new("update outbox set calendar = $1 where message_id = $2");
        self.0.run(sql.bind(calendar).bind(message_id)).await.map(|_| ())
    }
}

/// Name and address of who was invited; empty before anybody was.
fn attendee(one: &Appointment) -> (String, String) {
    one.attendee.as_ref().map_or_else(Default::default, |attendee| (attendee.name.clone(), attendee.email.clone()))
}

fn values(one: &Appointment) -> Vec<Value> {
    let (name, email) = attendee(one);
    vec![
        one.id.into(),
        one.version.into(),
        one.lead.into(),
        one.kind.key().into(),
        one.at.into(),
        one.minutes.into(),
        (&one.place).into(),
        (&one.uid).into(),
        one.sequence.into(),
        one.invite.key().into(),
        name.into(),
        email.into(),
        one.organizer.into(),
        one.sent_at.into(),
        one.answered_at.into(),
        one.ended_at.into(),
        one.created_by.into(),
        one.created_at.into(),
        one.updated_at.into(),
    ]
}

fn to_appointment(row: &Row) -> Result<Appointment> {
    let id = row.int("id")?;
    let broken = |column| StoreError::Inconsistent { table: "appointment", column, id };
    let attendee = Mailbox { name: row.text("attendee_name")?, email: row.text("attendee")? };
    Ok(Appointment {
        id: AppointmentId(id),
        version: row.int("version")?,
        lead: LeadId(row.int("lead_id")?),
        kind: AppointmentKind::from_key(&row.text("kind")?).ok_or_else(|| broken("kind"))?,
        at: row.time("starts_at")?,
        minutes: row.int("minutes")?,
        place: row.text("place")?,
        uid: row.text("uid")?,
        sequence: row.int("sequence")?,
        invite: InviteState::from_key(&row.text("invite")?).ok_or_else(|| broken("invite"))?,
        attendee: Some(attendee).filter(|attendee| !attendee.email.is_empty()),
        organizer: row.opt_int("organizer_id")?.map(UserId),
        sent_at: row.opt_time("sent_at")?,
        answered_at: row.opt_time("answered_at")?,
        ended_at: row.opt_time("ended_at")?,
        created_by: row.opt_int("created_by_id")?.map(UserId),
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}
