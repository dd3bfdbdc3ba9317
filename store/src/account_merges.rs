//! Merges of accounts: what goes from one to the other, all of a kind in one statement, and how it goes back.

use domain::account_merge::{MergeFacts, Moving};
use domain::{AccountId, ContactId, LeadId, MergeId, Named, Timestamp, UserId};

use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql};
use crate::tx::Tx;

/// Merges that the page of an account tells of.
const OF_ACCOUNT_MAX: i64 = 50;
/// Merges in a row that are followed.
const STEPS_MAX: i64 = 50;

/// Under this the mark of a call centre is noted among what went along.
const CALL_CENTRE: &str = "call_centre";

const COLUMNS: &str = "m.id, m.account_id, m.other_id, o.name as other_name, m.merged_by_id, m.merged_at, m.facts, m.undone_at";

/// Statements about merges of accounts.
#[derive(Debug)]
pub struct AccountMerges<'t>(&'t mut Tx);

impl Tx {
    /// Merges of accounts.
    pub fn account_merges(&mut self) -> AccountMerges<'_> {
        AccountMerges(self)
    }
}

/// A merge as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMerge {
    pub id: MergeId,
    /// The one that was kept.
    pub account: AccountId,
    pub other: Named<AccountId>,
    pub by: UserId,
    pub at: Timestamp,
    pub facts: MergeFacts,
    pub undone_at: Option<Timestamp>,
}

/// Between which accounts something goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    pub from: AccountId,
    pub to: AccountId,
}

/// A lead that went along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MovedLead {
    pub id: LeadId,
    /// Whether it is a lead of the account.
    pub is_of_account: bool,
    /// Whether it is delegated to the account.
    pub is_delegated: bool,
}

impl AccountMerges<'_> {
    /// Keeps a merge.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add(&mut self, id: MergeId, way: Way, by: UserId, at: Timestamp, facts: &MergeFacts) -> Result<()> {
        let facts = serde_json::to_string(facts).map_err(|_| broken(id.0))?;
        let sql = Sql::new("insert into account_merge (id, account_id, other_id, merged_by_id, merged_at, facts) values ($1, $2, $3, $4, $5, $6)");
        self.0.run(sql.bind(id).bind(way.to).bind(way.from).bind(by).bind(at).bind(facts)).await.map(|_| ())
    }

    /// A merge.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, id: MergeId) -> Result<Option<StoredMerge>> {
        let sql = Sql::new(format!("select {COLUMNS} from account_merge m join account o on o.id = m.other_id where m.id = $1"));
        self.0.row(sql.bind(id)).await?.as_ref().map(to_merge).transpose()
    }

    /// The merges into an account that were not taken back, newest first.
    ///
    /// # Errors
    /// As [`AccountMerges::find`].
    pub async fn of_account(&mut self, account: AccountId) -> Result<Vec<StoredMerge>> {
        let sql = Sql::new(format!(
            "select {COLUMNS} from account_merge m join account o on o.id = m.other_id
             where m.account_id = $1 and m.undone_at is null order by m.id desc limit $2"
        ));
        self.0.rows(sql.bind(account).bind(OF_ACCOUNT_MAX)).await?.iter().map(to_merge).collect()
    }

    /// Notes that a merge was taken back; `false` when it was before.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn note_undone(&mut self, id: MergeId, by: UserId, at: Timestamp) -> Result<bool> {
        let sql = Sql::new("update account_merge set undone_by_id = $1, undone_at = $2 where id = $3 and undone_at is null");
        Ok(self.0.run(sql.bind(by).bind(at).bind(id)).await? == 1)
    }

    /// Hides an account that goes into another, if it is still at this version; `false` when someone was faster.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn hide(&mut self, way: Way, version: i64, now: Timestamp) -> Result<bool> {
        let sql = Sql::new(
            "update account set merged_into_id = $1, deleted_at = $2, updated_at = $3, version = version + 1
             where id = $4 and version = $5 and deleted_at is null",
        );
        Ok(self.0.run(sql.bind(way.to).bind(now).bind(now).bind(way.from).bind(version)).await? == 1)
    }

    /// Shows an account again that went into another; `false` when it did not, or does no longer.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn show(&mut self, account: AccountId, went_into: AccountId, now: Timestamp) -> Result<bool> {
        let sql = Sql::new(
            "update account set merged_into_id = null, deleted_at = null, updated_at = $1, version = version + 1
             where id = $2 and merged_into_id = $3",
        );
        Ok(self.0.run(sql.bind(now).bind(account).bind(went_into)).await? == 1)
    }

    /// The living account that a merged one went into in the end; `None` when it was not merged, or that is gone.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn went_into(&mut self, account: AccountId) -> Result<Option<AccountId>> {
        let sql = Sql::new(
            "with recursive way (id, step) as (
               select a.merged_into_id, cast(1 as bigint) from account a where a.id = $1 and a.merged_into_id is not null
               union all
               select a.merged_into_id, way.step + 1 from way join account a on a.id = way.id where a.merged_into_id is not null and way.step < $2
             ) select a.id from way join account a on a.id = way.id where a.deleted_at is null limit 1",
        );
        let row = self.0.row(sql.bind(account).bind(STEPS_MAX)).await?;
        row.map(|row| row.int("id").map(AccountId)).transpose()
    }

    /// How much of each kind would go along with an account, without what is deleted; kinds without any are left out.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn count(&mut self, account: AccountId) -> Result<Vec<(Moving, i64)>> {
        let mut counts = Vec::new();
        for kind in Moving::ALL {
            let sql = Sql::new(format!("select count(*) as many from {}", living(kind)));
            let row = self.0.row(sql.bind(account)).await?;
            let many = row.map(|row| row.int("many")).transpose()?.unwrap_or(0);
            if many > 0 {
                counts.push((kind, many));
            }
        }
        Ok(counts)
    }

    /// How many contact events go along with the contacts of an account.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn count_contact_events(&mut self, account: AccountId) -> Result<i64> {
        let sql = Sql::new("select count(*) as many from contact_event e join contact c on c.id = e.contact_id where c.account_id = $1");
        let row = self.0.row(sql.bind(account)).await?;
        Ok(row.map(|row| row.int("many")).transpose()?.unwrap_or(0))
    }

    /// Has all that hangs on one account hang on the other, and notes what it was.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn take_along(&mut self, id: MergeId, way: Way, now: Timestamp) -> Result<()> {
        for kind in Moving::ALL {
            for condition in conditions(kind) {
                let (table, number, account) = place(kind);
                let sql = Sql::new(format!(
                    "insert into account_merge_moved (merge_id, kind, record_id) select $1, $2, {number} from {table} where {account} = $3{condition}"
                ));
                self.0.run(sql.bind(id).bind(kind.key()).bind(way.from)).await?;
            }
            self.pass_on(id, kind, way, now).await?;
        }
        self.take_call_centre(id, way).await
    }

    /// Gives back what a merge took along, as far as it still hangs where that put it. `way` leads back.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn take_back(&mut self, id: MergeId, way: Way, now: Timestamp) -> Result<()> {
        for kind in Moving::ALL {
            self.pass_on(id, kind, way, now).await?;
        }
        self.give_call_centre_back(id, way).await
    }

    /// The mark of a call centre goes along where the kept account has none. It has no number of its own, so it is noted by the account's.
    async fn take_call_centre(&mut self, id: MergeId, way: Way) -> Result<()> {
        let sql = Sql::new(
            "update call_centre set account_id = $1 where account_id = $2
             and not exists (select 1 from call_centre kept where kept.account_id = $3)",
        );
        if self.0.run(sql.bind(way.to).bind(way.from).bind(way.to)).await? == 1 {
            let sql = Sql::new("insert into account_merge_moved (merge_id, kind, record_id) values ($1, $2, $3)");
            self.0.run(sql.bind(id).bind(CALL_CENTRE).bind(way.from)).await?;
        }
        Ok(())
    }

    /// A mark that was taken away since stays away, and one that was made since stays where it is.
    async fn give_call_centre_back(&mut self, id: MergeId, way: Way) -> Result<()> {
        let sql = Sql::new(
            "update call_centre set account_id = $1 where account_id = $2
             and marked_at <= (select m.merged_at from account_merge m where m.id = $3)
             and exists (select 1 from account_merge_moved v where v.merge_id = $4 and v.kind = $5)",
        );
        self.0.run(sql.bind(way.to).bind(way.from).bind(id).bind(id).bind(CALL_CENTRE)).await.map(|_| ())
    }

    /// Leads that went along after a number, by number.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn moved_leads(&mut self, id: MergeId, after: LeadId, limit: i64) -> Result<Vec<MovedLead>> {
        let sql = Sql::new(
            "select record_id, count(case when kind = 'lead' then 1 end) as leads, count(case when kind = 'delegated' then 1 end) as delegated
             from account_merge_moved where merge_id = $1 and kind in ('lead', 'delegated') and record_id > $2
             group by record_id order by record_id limit $3",
        );
        let rows = self.0.rows(sql.bind(id).bind(after).bind(limit)).await?;
        let moved = |row: &Row| -> Result<MovedLead> {
            let (is_of_account, is_delegated) = (row.int("leads")? > 0, row.int("delegated")? > 0);
            Ok(MovedLead { id: LeadId(row.int("record_id")?), is_of_account, is_delegated })
        };
        rows.iter().map(moved).collect()
    }

    /// Contacts that went along and hang on an account now, after a number, by number: number, version and name.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn moved_contacts(&mut self, id: MergeId, to: AccountId, after: ContactId, limit: i64) -> Result<Vec<(ContactId, i64, String)>> {
        let sql = Sql::new(
            "select c.id, c.version, c.full_name from account_merge_moved m join contact c on c.id = m.record_id
             where m.merge_id = $1 and m.kind = 'contact' and m.record_id > $2 and c.account_id = $3 order by m.record_id limit $4",
        );
        let rows = self.0.rows(sql.bind(id).bind(after).bind(to).bind(limit)).await?;
        rows.iter().map(|row| Ok((ContactId(row.int("id")?), row.int("version")?, row.text("full_name")?))).collect()
    }

    async fn pass_on(&mut self, id: MergeId, kind: Moving, way: Way, now: Timestamp) -> Result<()> {
        let (table, number, account) = place(kind);
        let mut sql = Sql::new(format!("update {table} set {account} = "));
        sql.push_bind(way.to);
        match kind {
            Moving::Contact | Moving::Lead | Moving::Delegated => {
                sql.push(", version = version + 1, updated_at = ").push_bind(now);
            }
            Moving::Person => {
                sql.push(", version = version + 1");
            }
            // Where it is from is not among what people change about them.
            Moving::Opportunity | Moving::Delegation | Moving::Referred | Moving::Registration | Moving::Customer => {}
        }
        sql.push(&format!(" where {account} = ")).push_bind(way.from);
        sql.push(&format!(" and {number} in (select record_id from account_merge_moved where merge_id = ")).push_bind(id);
        sql.push(" and kind = ").push_bind(kind.key()).push(")");
        self.0.run(sql).await.map(|_| ())
    }
}

/// Table, number and account of what hangs on an account.
fn place(kind: Moving) -> (&'static str, &'static str, &'static str) {
    match kind {
        Moving::Contact => ("contact", "id", "account_id"),
        Moving::Lead => ("lead", "id", "account_id"),
        Moving::Opportunity => ("opportunity", "id", "account_id"),
        Moving::Delegated => ("lead", "id", "distributor_id"),
        // A lead is not delegated a thousand times.
        Moving::Delegation => ("delegation", "lead_id * 1000 + number", "distributor_id"),
        Moving::Referred => ("lead_call", "lead_id", "referrer_id"),
        Moving::Person => ("app_user", "id", "account_id"),
        Moving::Registration => ("deal_registration", "id", "vendor_id"),
        Moving::Customer => ("customer", "id", "account_id"),
    }
}

/// Conditions that together take in everything, each so that an index serves it.
fn conditions(kind: Moving) -> &'static [&'static str] {
    if kind == Moving::Delegated { &[" and deleted_at is null", " and deleted_at is not null"] } else { &[""] }
}

/// What hangs on an account and is not deleted, as it stands behind `from`.
fn living(kind: Moving) -> &'static str {
    match kind {
        Moving::Contact => "contact where account_id = $1 and deleted_at is null",
        Moving::Lead => "lead where account_id = $1 and deleted_at is null",
        Moving::Opportunity => "opportunity o join lead l on l.id = o.lead_id where o.account_id = $1 and l.deleted_at is null",
        Moving::Delegated => "lead where distributor_id = $1 and deleted_at is null",
        Moving::Delegation => "delegation d join lead l on l.id = d.lead_id where d.distributor_id = $1 and l.deleted_at is null",
        Moving::Referred => "lead_call c join lead l on l.id = c.lead_id where c.referrer_id = $1 and l.deleted_at is null",
        Moving::Person => "app_user where account_id = $1 and disabled_at is null",
        Moving::Registration => "deal_registration r join lead l on l.id = r.lead_id where r.vendor_id = $1 and l.deleted_at is null",
        Moving::Customer => "customer where account_id = $1",
    }
}

fn broken(id: i64) -> StoreError {
    StoreError::Inconsistent { table: "account_merge", column: "facts", id }
}

fn to_merge(row: &Row) -> Result<StoredMerge> {
    let id = row.int("id")?;
    Ok(StoredMerge {
        id: MergeId(id),
        account: AccountId(row.int("account_id")?),
        other: Named { id: AccountId(row.int("other_id")?), name: row.text("other_name")? },
        by: UserId(row.int("merged_by_id")?),
        at: row.time("merged_at")?,
        facts: serde_json::from_str(&row.text("facts")?).map_err(|_| broken(id))?,
        undone_at: row.opt_time("undone_at")?,
    })
}
