//! What contacts did, what it adds up to, and the leads that came of it.

use std::collections::HashMap;

use domain::{AccountId, ContactEvent, ContactEventId, ContactId, LeadId, Named, Rank, ThresholdId, Timestamp, UserId};

use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql, Value};
use crate::tx::Tx;

/// Counter of events, and the lock of all who count them.
const COUNTER: &str = "contact_event";
const COLUMNS: &str = "id, contact_id, kind, at, detail, company, finding";

/// Statements about contact events.
#[derive(Debug)]
pub struct ContactEvents<'t>(&'t mut Tx);

impl Tx {
    /// Contact events.
    pub fn contact_events(&mut self) -> ContactEvents<'_> {
        ContactEvents(self)
    }
}

/// An event to be kept.
#[derive(Clone, Debug)]
pub struct NewContactEvent {
    pub event: ContactEvent,
    pub sender: UserId,
    /// The sender's id of it.
    pub sender_key: String,
    pub received_at: Timestamp,
}

/// What the events of a contact add up to, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Of all of them; `None` while nothing counts.
    pub rank: Option<Rank>,
    /// Of those since the last lead.
    pub fresh: Option<Rank>,
    /// The last event that went into a lead; 0 while there was none.
    pub counted_to: ContactEventId,
}

impl Default for Counted {
    fn default() -> Self {
        Self { rank: None, fresh: None, counted_to: ContactEventId(0) }
    }
}

/// An event as far as it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weighed {
    pub id: ContactEventId,
    pub contact: ContactId,
    pub kind: String,
    pub at: Timestamp,
}

/// A contact with much confidence and no open lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    pub contact: Named<ContactId>,
    pub account: Option<Named<AccountId>>,
    pub rank: Rank,
}

/// A lead that a contact became.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Qualification {
    pub lead: LeadId,
    pub contact: ContactId,
    /// The version that was passed; `None` where a person took the contact before.
    pub threshold: Option<ThresholdId>,
    pub pulled_by: Option<UserId>,
    /// Confidence then.
    pub points: i64,
    pub at: Timestamp,
}

impl ContactEvents<'_> {
    /// Takes the next numbers and gives the first. Whoever counts events or makes a lead of them takes a turn first, with no
    /// numbers where none are needed: others wait until this transaction ends, so that two never count the same.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn take_turn(&mut self, count: usize) -> Result<i64> {
        self.0.take_numbers(COUNTER, count as i64).await
    }

    /// Which of a sender's ids came before, and whose event each was.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn known(&mut self, sender: UserId, keys: &[String]) -> Result<HashMap<String, ContactId>> {
        let mut known = HashMap::new();
        for chunk in keys.chunks(500) {
            let mut sql = Sql::new("select sender_key, contact_id from contact_event where sender_id = $1 and sender_key in ").bind(sender);
            sql.push_list(chunk.iter());
            for row in self.0.rows(sql).await? {
                known.insert(row.text("sender_key")?, ContactId(row.int("contact_id")?));
            }
        }
        Ok(known)
    }

    /// Adds several events.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_many(&mut self, events: &[NewContactEvent]) -> Result<()> {
        let into = "contact_event (id, sender_id, sender_key, contact_id, kind, at, received_at, detail, company, finding)";
        let mut rows: Vec<Vec<Value>> = Vec::new();
        for NewContactEvent { event, sender, sender_key, received_at } in events {
            let finding = serde_json::to_string(&event.finding).map_err(|_| broken(event.id.0))?;
            rows.push(vec![
                event.id.into(),
                (*sender).into(),
                sender_key.into(),
                event.contact.into(),
                (&event.kind).into(),
                event.at.into(),
                (*received_at).into(),
                (&event.detail).into(),
                (&event.company).into(),
                finding.into(),
            ]);
        }
        self.0.insert_rows(into, rows, "").await
    }

    /// What a contact did, latest first, before an event's moment and number.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn of_contact(&mut self, contact: ContactId, before: Option<(Timestamp, i64)>, limit: i64) -> Result<Vec<ContactEvent>> {
        let mut sql = Sql::new(format!("select {COLUMNS} from contact_event where contact_id = $1")).bind(contact);
        if let Some((at, id)) = before {
            sql.push(" and (at, id) < (").push_bind(at).push(", ").push_bind(id).push(")");
        }
        sql.push(" order by at desc, id desc limit ").push_bind(limit);
        self.0.rows(sql).await?.iter().map(to_event).collect()
    }

    /// What the events of contacts add up to; who never did anything is left out.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn counted(&mut self, contacts: &[ContactId]) -> Result<HashMap<ContactId, Counted>> {
        let mut counted = HashMap::new();
        for chunk in contacts.chunks(500) {
            let mut sql = Sql::new("select contact_id, score_rank, fresh_rank, counted_to from contact_confidence where contact_id in ");
            sql.push_list(chunk.iter().copied());
            for row in self.0.rows(sql).await? {
                let rank = |column: &str| row.opt_int(column).map(|rank| rank.map(Rank));
                let found = Counted { rank: rank("score_rank")?, fresh: rank("fresh_rank")?, counted_to: ContactEventId(row.int("counted_to")?) };
                counted.insert(ContactId(row.int("contact_id")?), found);
            }
        }
        Ok(counted)
    }

    /// Puts these sums in place of those before.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn count(&mut self, counted: &[(ContactId, Counted)]) -> Result<()> {
        let rank = |rank: Option<Rank>| Value::Int(rank.map(|rank| rank.0));
        let row = |(contact, sums): &(ContactId, Counted)| vec![(*contact).into(), rank(sums.rank), rank(sums.fresh), sums.counted_to.into()];
        let rest = " on conflict (contact_id) do update set score_rank = excluded.score_rank, fresh_rank = excluded.fresh_rank,
             counted_to = excluded.counted_to";
        let into = "contact_confidence (contact_id, score_rank, fresh_rank, counted_to)";
        self.0.insert_rows(into, counted.iter().map(row).collect(), rest).await
    }

    /// Events at or after a moment by contact, earliest first; those after the last of the page before.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn weighed(&mut self, since: Timestamp, after: Option<&Weighed>, limit: i64) -> Result<Vec<Weighed>> {
        let mut sql = Sql::new("select id, contact_id, kind, at from contact_event where at >= $1").bind(since);
        if let Some(last) = after {
            sql.push(" and (contact_id, at, id) > (").push_bind(last.contact).push(", ").push_bind(last.at);
            sql.push(", ").push_bind(last.id).push(")");
        }
        sql.push(" order by contact_id, at, id limit ").push_bind(limit);
        let rows = self.0.rows(sql).await?;
        let weighed = rows.iter().map(|row| {
            let (id, contact) = (ContactEventId(row.int("id")?), ContactId(row.int("contact_id")?));
            Ok(Weighed { id, contact, kind: row.text("kind")?, at: row.time("at")? })
        });
        weighed.collect()
    }

    /// Contacts with the highest confidence who have no open lead, highest first.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn closest(&mut self, limit: i64) -> Result<Vec<Close>> {
        let sql = Sql::new(
            "select s.contact_id, s.score_rank, c.full_name, c.account_id, a.name as account_name
             from contact_confidence s join contact c on c.id = s.contact_id left join account a on a.id = c.account_id
             where s.score_rank is not null and c.deleted_at is null and not exists
               (select 1 from lead l where l.contact_id = s.contact_id and l.deleted_at is null and l.closed_at is null)
             order by s.score_rank desc, s.contact_id desc limit $1",
        );
        let rows = self.0.rows(sql.bind(limit)).await?;
        let close = rows.iter().map(|row| {
            let account = row.opt_int("account_id")?.zip(row.opt_text("account_name")?);
            Ok(Close {
                contact: Named { id: ContactId(row.int("contact_id")?), name: row.text("full_name")? },
                account: account.map(|(id, name)| Named { id: AccountId(id), name }),
                rank: Rank(row.int("score_rank")?),
            })
        });
        close.collect()
    }

    /// The newest open lead of each contact that has one.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn open_leads(&mut self, contacts: &[ContactId]) -> Result<HashMap<ContactId, LeadId>> {
        let mut open = HashMap::new();
        for chunk in contacts.chunks(500) {
            let mut sql =
                Sql::new("select contact_id, max(id) as lead_id from lead where deleted_at is null and closed_at is null and contact_id in ");
            sql.push_list(chunk.iter().copied()).push(" group by contact_id");
            for row in self.0.rows(sql).await? {
                open.insert(ContactId(row.int("contact_id")?), LeadId(row.int("lead_id")?));
            }
        }
        Ok(open)
    }

    /// When the last lead of each contact was won that has one.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn last_won(&mut self, contacts: &[ContactId]) -> Result<HashMap<ContactId, Timestamp>> {
        let mut won = HashMap::new();
        for chunk in contacts.chunks(500) {
            let mut sql =
                Sql::new("select contact_id, max(closed_at) as won_at from lead where deleted_at is null and state = 'won' and contact_id in ");
            sql.push_list(chunk.iter().copied()).push(" group by contact_id");
            for row in self.0.rows(sql).await? {
                won.insert(ContactId(row.int("contact_id")?), row.time("won_at")?);
            }
        }
        Ok(won)
    }

    /// Notes that a contact became a lead.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_qualification(&mut self, new: Qualification) -> Result<()> {
        let sql = Sql::new("insert into qualification (lead_id, contact_id, threshold_id, pulled_by_id, points, at) values ($1, $2, $3, $4, $5, $6)");
        let sql = sql.bind(new.lead).bind(new.contact).bind(new.threshold).bind(new.pulled_by).bind(new.points).bind(new.at);
        self.0.run(sql).await.map(|_| ())
    }

    /// Leads that a contact became, newest first, at most 20.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn qualifications(&mut self, contact: ContactId) -> Result<Vec<Qualification>> {
        let sql = Sql::new(
            "select lead_id, contact_id, threshold_id, pulled_by_id, points, at from qualification where contact_id = $1
             order by lead_id desc limit 20",
        );
        let rows = self.0.rows(sql.bind(contact)).await?;
        let found = rows.iter().map(|row| {
            Ok(Qualification {
                lead: LeadId(row.int("lead_id")?),
                contact: ContactId(row.int("contact_id")?),
                threshold: row.opt_int("threshold_id")?.map(ThresholdId),
                pulled_by: row.opt_int("pulled_by_id")?.map(UserId),
                points: row.int("points")?,
                at: row.time("at")?,
            })
        });
        found.collect()
    }
}

fn broken(id: i64) -> StoreError {
    StoreError::Inconsistent { table: "contact_event", column: "finding", id }
}

fn to_event(row: &Row) -> Result<ContactEvent> {
    let id = row.int("id")?;
    Ok(ContactEvent {
        id: ContactEventId(id),
        contact: ContactId(row.int("contact_id")?),
        kind: row.text("kind")?,
        at: row.time("at")?,
        detail: row.text("detail")?,
        company: row.text("company")?,
        finding: serde_json::from_str(&row.text("finding")?).map_err(|_| broken(id))?,
    })
}
