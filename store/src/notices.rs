//! The words of notices, and who wants them.

use domain::{EmailAddress, Mailbox, NoticeKind, UserId, Wording};

use crate::error::Result;
use crate::sql::{Row, Sql};
use crate::tx::Tx;

/// Statements about notices.
#[derive(Debug)]
pub struct Notices<'t>(&'t mut Tx);

impl Tx {
    /// The words of notices, and who wants them.
    pub fn notices(&mut self) -> Notices<'_> {
        Notices(self)
    }
}

/// A person who may be sent notices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    pub user: UserId,
    pub mailbox: Mailbox,
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

    /// Those of these people who can sign in and want notices by mail, in their order.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn readers(&mut self, users: &[UserId]) -> Result<Vec<Reader>> {
        let mut sql = Sql::new("select id, name, email from app_user where disabled_at is null and gets_notices and id in ");
        sql.push_list(users.iter().copied()).push(" order by id");
        let mut found: Vec<Reader> = self.0.rows(sql).await?.iter().map(to_reader).collect::<Result<_>>()?;
        // What cannot be written to is left to whoever looks after people.
        found.retain(|reader| EmailAddress::parse(&reader.mailbox.email).is_ok());
        found.sort_by_key(|reader| users.iter().position(|user| *user == reader.user));
        Ok(found)
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

fn to_reader(row: &Row) -> Result<Reader> {
    Ok(Reader { user: UserId(row.int("id")?), mailbox: Mailbox { name: row.text("name")?, email: row.text("email")? } })
}
