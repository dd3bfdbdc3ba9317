//! Contacts with their phone numbers and e-mail addresses.

use std::collections::HashMap;

use domain::lead_filter::Cursor;
use domain::text::fold;
use domain::{AccountId, Contact, ContactFilter, ContactId, ContactRow, EmailAddress, ImportId, Named, Phone, Timestamp};

use crate::accounts::{after_all_beginning_with, like_literal, push_after, push_name_words};
use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql, Value};
use crate::tx::Tx;

/// Most people of one account that [`Contacts::of_account`] gives; the list pages through all.
const OF_ACCOUNT_MAX: i64 = 200;
/// Fewest digits by which a phone number is searched.
const DIGITS_MIN: usize = 4;

/// Statements about contacts.
#[derive(Debug)]
pub struct Contacts<'t>(&'t mut Tx);

impl Tx {
    /// Contacts.
    pub fn contacts(&mut self) -> Contacts<'_> {
        Contacts(self)
    }
}

/// Phone numbers and e-mail addresses, preferred first.
pub type Points = (Vec<Phone>, Vec<EmailAddress>);

/// A contact to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewContact {
    pub id: ContactId,
    pub full_name: String,
    pub job_title: String,
    pub account: Option<AccountId>,
    pub phones: Vec<Phone>,
    pub emails: Vec<EmailAddress>,
    pub import: Option<ImportId>,
    pub now: Timestamp,
}

impl Contacts<'_> {
    /// A contact that is not deleted.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, id: ContactId) -> Result<Option<Contact>> {
        Ok(self.find_many(&[id]).await?.pop())
    }

    /// Several contacts in the order asked for, without those that are deleted. At most 200.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find_many(&mut self, ids: &[ContactId]) -> Result<Vec<Contact>> {
        let mut sql = Sql::new(
            "select c.id, c.version, c.full_name, c.job_title, c.account_id, a.name as account_name, c.created_at, c.updated_at
             from contact c left join account a on a.id = c.account_id where c.deleted_at is null and c.id in ",
        );
        sql.push_list(ids.iter().copied());
        let rows = self.0.rows(sql).await?;
        let mut points = self.points_of(ids).await?;
        let mut found: HashMap<ContactId, Contact> = HashMap::new();
        for row in rows {
            let id = ContactId(row.int("id")?);
            let (phones, emails) = points.remove(&id).unwrap_or_default();
            let contact = Contact {
                id,
                version: row.int("version")?,
                full_name: row.text("full_name")?,
                job_title: row.text("job_title")?,
                account: to_account(&row)?,
                phones,
                emails,
                created_at: row.time("created_at")?,
                updated_at: row.time("updated_at")?,
            };
            found.insert(id, contact);
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// Adds a contact.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add(&mut self, contact: &NewContact) -> Result<()> {
        self.add_many(std::slice::from_ref(contact)).await
    }

    /// Adds several contacts at once.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_many(&mut self, contacts: &[NewContact]) -> Result<()> {
        let rows = contacts.iter().map(|contact| {
            vec![
                contact.id.into(),
                1_i64.into(),
                (&contact.full_name).into(),
                fold(&contact.full_name).into(),
                (&contact.job_title).into(),
                contact.account.into(),
                contact.import.into(),
                contact.now.into(),
                contact.now.into(),
            ]
        });
        let into = "contact (id, version, full_name, name_folded, job_title, account_id, import_id, created_at, updated_at)";
        self.0.insert_rows(into, rows.collect(), "").await?;
        let points = contacts.iter().flat_map(|contact| point_rows(contact.id, &contact.phones, &contact.emails));
        self.insert_points(points.collect()).await
    }

    /// Writes a changed contact but for its phones and e-mail addresses, see [`Contacts::set_points`], if it is still at
    /// `expected_version`; `false` when someone was faster.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change(&mut self, contact: &Contact, expected_version: i64) -> Result<bool> {
        let sql = Sql::new(
            "update contact set version = $1, full_name = $2, name_folded = $3, job_title = $4, account_id = $5, updated_at = $6
             where id = $7 and version = $8 and deleted_at is null",
        );
        let account = contact.account.as_ref().map(|account| account.id);
        let sql = sql.bind(contact.version).bind(&contact.full_name).bind(fold(&contact.full_name)).bind(&contact.job_title);
        let sql = sql.bind(account).bind(contact.updated_at).bind(contact.id).bind(expected_version);
        Ok(self.0.run(sql).await? > 0)
    }

    /// Puts these phone numbers and e-mail addresses in place of those that were there.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn set_points(&mut self, id: ContactId, phones: &[Phone], emails: &[EmailAddress]) -> Result<()> {
        self.0.run(Sql::new("delete from contact_point where contact_id = $1").bind(id)).await?;
        self.insert_points(point_rows(id, phones, emails).collect()).await
    }

    /// Phone numbers and e-mail addresses of one contact.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn points(&mut self, id: ContactId) -> Result<Points> {
        Ok(self.points_of(&[id]).await?.remove(&id).unwrap_or_default())
    }

    /// Phone numbers and e-mail addresses of several contacts; one that has none is left out.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn points_of(&mut self, ids: &[ContactId]) -> Result<HashMap<ContactId, Points>> {
        let mut points: HashMap<ContactId, Points> = HashMap::new();
        for chunk in ids.chunks(1000) {
            let mut sql = Sql::new("select contact_id, kind, raw, match_text, is_parsed from contact_point where contact_id in ");
            sql.push_list(chunk.iter().copied()).push(" order by contact_id, kind, position");
            for row in self.0.rows(sql).await? {
                let (phones, emails) = points.entry(ContactId(row.int("contact_id")?)).or_default();
                match to_point(&row)? {
                    Point::Phone(phone) => phones.push(phone),
                    Point::Email(email) => emails.push(email),
                }
            }
        }
        Ok(points)
    }

    /// Contacts by name, those after a cursor.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list(&mut self, filter: &ContactFilter, after: Option<&Cursor>, limit: i64) -> Result<Vec<ContactRow>> {
        let mut sql = Sql::new(
            "select c.id, c.full_name, c.job_title, c.account_id, a.name as account_name
             from contact c left join account a on a.id = c.account_id where c.deleted_at is null",
        );
        push_query(&mut sql, &filter.query);
        if let Some(account) = filter.account {
            sql.push(" and c.account_id = ").push_bind(account);
        }
        push_after(&mut sql, "c", after);
        sql.push(" order by c.name_folded, c.id limit ").push_bind(limit);
        let rows = self.0.rows(sql).await?;
        let ids = rows.iter().map(|row| row.int("id").map(ContactId)).collect::<Result<Vec<_>>>()?;
        let mut points = self.points_of(&ids).await?;
        rows.iter().map(|row| to_contact_row(row, &mut points)).collect()
    }

    /// Contacts whose name begins with a text, by name; none for an empty text.
    ///
    /// # Errors
    /// As [`Contacts::list`].
    pub async fn suggest(&mut self, text: &str, limit: i64) -> Result<Vec<ContactRow>> {
        let from = fold(text);
        let Some(to) = after_all_beginning_with(&from) else { return Ok(Vec::new()) };
        let sql = Sql::new(
            "select c.id, c.full_name, c.job_title, c.account_id, a.name as account_name
             from contact c left join account a on a.id = c.account_id
             where c.deleted_at is null and c.name_folded >= $1 and c.name_folded < $2 order by c.name_folded, c.id limit $3",
        );
        let rows = self.0.rows(sql.bind(from).bind(to).bind(limit)).await?;
        rows.iter().map(|row| to_contact_row(row, &mut HashMap::new())).collect()
    }

    /// The people of an account by name, the first 200.
    ///
    /// # Errors
    /// As [`Contacts::list`].
    pub async fn of_account(&mut self, account: AccountId) -> Result<Vec<ContactRow>> {
        let filter = ContactFilter { account: Some(account), ..ContactFilter::default() };
        self.list(&filter, None, OF_ACCOUNT_MAX).await
    }

    /// Contacts with this e-mail address, see [`EmailAddress::folded`], oldest first.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn find_by_email(&mut self, folded: &str) -> Result<Vec<ContactId>> {
        self.find_by_point("email", folded).await
    }

    /// Contacts with this number in E.164 form, oldest first.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn find_by_phone(&mut self, e164: &str) -> Result<Vec<ContactId>> {
        self.find_by_point("phone", e164).await
    }

    async fn find_by_point(&mut self, kind: &str, match_text: &str) -> Result<Vec<ContactId>> {
        let sql = Sql::new(
            "select distinct c.id from contact_point p join contact c on c.id = p.contact_id
             where p.kind = $1 and p.match_text = $2 and c.deleted_at is null order by c.id",
        );
        self.0.rows(sql.bind(kind).bind(match_text)).await?.iter().map(|row| row.int("id").map(ContactId)).collect()
    }

    async fn insert_points(&mut self, rows: Vec<Vec<Value>>) -> Result<()> {
        self.0.insert_rows("contact_point (contact_id, kind, position, raw, match_text, is_parsed)", rows, "").await
    }
}

enum Point {
    Phone(Phone),
    Email(EmailAddress),
}

/// Appends what a search for people means: an address where there is an `@`, a number where there are only digits and
/// what stands between them, else words of the name.
fn push_query(sql: &mut Sql, query: &str) {
    let digits: String = query.chars().filter(char::is_ascii_digit).collect();
    let is_number = digits.len() >= DIGITS_MIN && query.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || "+()-./".contains(c));
    if is_number {
        // The zero that is dialled at home is no part of the international form.
        let core = Some(digits.trim_start_matches('0')).filter(|core| !core.is_empty());
        let pattern = format!("%{}%", core.unwrap_or(&digits));
        sql.push(" and c.id in (select contact_id from contact_point where kind = 'phone' and match_text like ").push_bind(pattern).push(")");
    } else if query.contains('@') {
        let pattern = format!("{}%", like_literal(&fold(query)));
        sql.push(" and c.id in (select contact_id from contact_point where kind = 'email' and match_text like ");
        sql.push_bind(pattern).push(" escape '\\')");
    } else {
        push_name_words(sql, "c.name_folded", query);
    }
}

fn point_rows(id: ContactId, phones: &[Phone], emails: &[EmailAddress]) -> impl Iterator<Item = Vec<Value>> {
    let row = move |kind: &str, position: i64, raw: &str, match_text: String, is_parsed: bool| -> Vec<Value> {
        vec![id.into(), kind.into(), position.into(), raw.into(), match_text.into(), is_parsed.into()]
    };
    let phones = phones.iter().zip(0..).map(move |(phone, position)| row("phone", position, &phone.raw, phone.match_text(), phone.e164.is_some()));
    let emails = emails.iter().zip(0..).map(move |(email, position)| row("email", position, email.as_str(), email.folded(), true));
    phones.chain(emails)
}

fn to_point(row: &Row) -> Result<Point> {
    let id = row.int("contact_id")?;
    let broken = |column| StoreError::Inconsistent { table: "contact_point", column, id };
    let raw = row.text("raw")?;
    match row.text("kind")?.as_str() {
        "phone" => {
            let match_text = row.text("match_text")?;
            Ok(Point::Phone(Phone { raw, e164: row.flag("is_parsed")?.then_some(match_text) }))
        }
        "email" => EmailAddress::parse(&raw).map(Point::Email).map_err(|_| broken("raw")),
        _ => Err(broken("kind")),
    }
}

fn to_account(row: &Row) -> Result<Option<Named<AccountId>>> {
    let (id, name) = (row.opt_int("account_id")?, row.opt_text("account_name")?);
    Ok(id.zip(name).map(|(id, name)| Named { id: AccountId(id), name }))
}

fn to_contact_row(row: &Row, points: &mut HashMap<ContactId, Points>) -> Result<ContactRow> {
    let id = ContactId(row.int("id")?);
    let (phones, emails) = points.remove(&id).unwrap_or_default();
    Ok(ContactRow {
        id,
        full_name: row.text("full_name")?,
        job_title: row.text("job_title")?,
        account: to_account(row)?,
        phone: phones.into_iter().next(),
        email: emails.into_iter().next(),
    })
}
