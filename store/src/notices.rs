//! What people are told, the words of notices, and who wants them by mail.

use domain::{EmailAddress, EventId, LeadId, Mailbox, NoticeId, NoticeKind, NoticeRow, Timestamp, UserId, Wording};

use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql, Value};
use crate::tx::Tx;

/// Statements about notices.
#[derive(Debug)]
pub struct Notices<'t>(&'t mut Tx);

impl Tx {
    /// What people are told, the words of notices, and who wants them by mail.
    pub fn notices(&mut self) -> Notices<'_> {
        Notices(self)
    }
}

/// A person who may be told something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    pub user: UserId,
    pub mailbox: Mailbox,
    /// Whether by mail too, and there is an address to write to.
    pub by_mail: bool,
}

/// What a person is to be told.
#[derive(Clone, Debug)]
pub struct NewNotice {
    pub user: UserId,
    pub kind: NoticeKind,
    pub lead: Option<LeadId>,
    pub words: String,
    /// The address within the site that it leads to.
    pub path: String,
    pub at: Timestamp,
}

impl Notices<'_> {
    /// The words of a kind of notice: the standard ones while nobody changed them.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn wording(&mut self, kind: NoticeKind) -> Result<Wording> {
        let row = self.0.row(Sql::new("select subject, body from notice_wording where kind = $1").bind(kind.key())).await?;
        row.as_ref().map_or_else(|| Ok(Wording::standard(kind)), to_wording)
    }

    /// The words that an administrator changed. Those of a kind that there is no longer are left out.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list_changed(&mut self) -> Result<Vec<(NoticeKind, Wording)>> {
        let mut found = Vec::new();
        for row in self.0.rows(Sql::new("select kind, subject, body from notice_wording order by kind")).await? {
            if let Some(kind) = NoticeKind::from_key(&row.text("kind")?) {
                found.push((kind, to_wording(&row)?));
            }
        }
        Ok(found)
    }

    /// Puts words in the place of those before.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change_wording(&mut self, kind: NoticeKind, wording: &Wording) -> Result<()> {
        let sql = Sql::new(
            "insert into notice_wording (kind, subject, body) values ($1, $2, $3)
             on conflict (kind) do update set subject = excluded.subject, body = excluded.body",
        );
        self.0.run(sql.bind(kind.key()).bind(&wording.subject).bind(&wording.body)).await.map(|_| ())
    }

    /// Goes back to the standard words.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn reset_wording(&mut self, kind: NoticeKind) -> Result<()> {
        self.0.run(Sql::new("delete from notice_wording where kind = $1").bind(kind.key())).await.map(|_| ())
    }

    /// Those of these people who can sign in, in their order.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn readers(&mut self, users: &[UserId]) -> Result<Vec<Reader>> {
        let mut sql = Sql::new("select id, name, email, gets_notices from app_user where disabled_at is null and id in ");
        sql.push_list(users.iter().copied()).push(" order by id");
        let mut found: Vec<Reader> = self.0.rows(sql).await?.iter().map(to_reader).collect::<Result<_>>()?;
        found.sort_by_key(|reader| users.iter().position(|user| *user == reader.user));
        Ok(found)
    }

    /// Tells people something.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add(&mut self, new: Vec<NewNotice>) -> Result<()> {
        if new.is_empty() {
            return Ok(());
        }
        let first = self.0.take_numbers("notice", new.len() as i64).await?;
        let row = |(notice, id): (NewNotice, i64)| -> Vec<Value> {
            vec![
                id.into(),
                notice.user.into(),
                notice.kind.key().into(),
                notice.lead.into(),
                notice.words.into(),
                notice.path.into(),
                notice.at.into(),
            ]
        };
        let rows = new.into_iter().zip(first..).map(row).collect();
        self.0.insert_rows("notice (id, user_id, kind, lead_id, words, path, at)", rows, "").await
    }

    /// What a person was told before `before`, newest first.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list(&mut self, user: UserId, before: Option<i64>, limit: i64) -> Result<Vec<NoticeRow>> {
        let sql = Sql::new("select id, kind, lead_id, words, path, at, read_at from notice where user_id = $1 and id < $2 order by id desc limit $3");
        self.0.rows(sql.bind(user).bind(before.unwrap_or(i64::MAX)).bind(limit)).await?.iter().map(to_notice).collect()
    }

    /// How many notices a person has not read, counted no further than `most`, and the newest event: in one statement.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn unread_and_newest_event(&mut self, user: UserId, most: i64) -> Result<(i64, EventId)> {
        let mut sql = Sql::new(
            "select (select coalesce(max(id), 0) from event) as newest, (select count(*) from (select id from notice where read_at is null and user_id = ",
        );
        sql.push_bind(user).push(" limit ").push_bind(most).push(") waiting) as unread");
        let row = self.0.row(sql).await?;
        row.map_or(Ok((0, EventId(0))), |row| Ok((row.int("unread")?, EventId(row.int("newest")?))))
    }

    /// Notes that a person has read what they were told, up to a notice.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn read_up_to(&mut self, user: UserId, last: NoticeId, now: Timestamp) -> Result<()> {
        let sql = Sql::new("update notice set read_at = $1 where user_id = $2 and read_at is null and id <= $3");
        self.0.run(sql.bind(now).bind(user).bind(last)).await.map(|_| ())
    }

    /// Forgets what was read before.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn forget_read_before(&mut self, at: Timestamp) -> Result<()> {
        self.0.run(Sql::new("delete from notice where read_at < $1").bind(at)).await.map(|_| ())
    }

    /// Whether a person wants notices by mail; `false` when there is no such person.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn gets_notices(&mut self, user: UserId) -> Result<bool> {
        let row = self.0.row(Sql::new("select gets_notices from app_user where id = $1").bind(user)).await?;
        Ok(row.map(|row| row.flag("gets_notices")).transpose()?.unwrap_or(false))
    }

    /// Says whether a person wants them.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change_gets_notices(&mut self, user: UserId, wants: bool) -> Result<()> {
        self.0.run(Sql::new("update app_user set gets_notices = $1 where id = $2").bind(wants).bind(user)).await.map(|_| ())
    }
}

fn to_wording(row: &Row) -> Result<Wording> {
    Ok(Wording { subject: row.text("subject")?, body: row.text("body")? })
}

fn to_notice(row: &Row) -> Result<NoticeRow> {
    let id = row.int("id")?;
    let broken = StoreError::Inconsistent { table: "notice", column: "kind", id };
    Ok(NoticeRow {
        id: NoticeId(id),
        kind: NoticeKind::from_key(&row.text("kind")?).ok_or(broken)?,
        lead: row.opt_int("lead_id")?.map(LeadId),
        words: row.text("words")?,
        path: row.text("path")?,
        at: row.time("at")?,
        read_at: row.opt_time("read_at")?,
    })
}

fn to_reader(row: &Row) -> Result<Reader> {
    let email = row.text("email")?;
    // What cannot be written to is left to whoever looks after people.
    let by_mail = row.flag("gets_notices")? && EmailAddress::parse(&email).is_ok();
    Ok(Reader { user: UserId(row.int("id")?), mailbox: Mailbox { name: row.text("name")?, email }, by_mail })
}
