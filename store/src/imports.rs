//! Runs of the importer: how far each came, what is there already, and taking a run back.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::{AccountId, AccountKind, Audience, ContactId, GroupId, ImportId, LeadId, StatusId, Timestamp, UserId};

use crate::accounts::MERGED_BY_NAME;
use crate::dialect::driven_by;
use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql, Value};
use crate::tx::Tx;

/// Values looked up with one statement.
const LOOKED_UP: usize = 1000;

/// Statements about imports.
#[derive(Debug)]
pub struct Imports<'t>(&'t mut Tx);

impl Tx {
    /// Imports.
    pub fn imports(&mut self) -> Imports<'_> {
        Imports(self)
    }
}

/// One run of the importer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRun {
    pub id: ImportId,
    pub file_name: String,
    /// SHA-256 of content and mapping: the same file is taken up where it stopped.
    pub digest: String,
    pub started_by: Option<UserId>,
    pub started_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    pub undone_at: Option<Timestamp>,
    pub done: RowCounts,
}

/// How far a run came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowCounts {
    /// Rows handled, whatever became of them.
    pub rows: i64,
    pub created: i64,
    pub updated: i64,
    pub skipped: i64,
    pub refused: i64,
}

/// A lead that was taken back, as its event needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenBack {
    pub lead: LeadId,
    pub version: i64,
    pub status: StatusId,
    /// Who could see it before.
    pub before: Audience,
}

/// An account or contact that was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenBackRecord {
    pub id: i64,
    pub version: i64,
    pub name: String,
}

const COLUMNS: &str = "id, file_name, digest, started_by_id, started_at, finished_at, undone_at, rows_done, created_count, updated_count,
    skipped_count, refused_count";

impl Imports<'_> {
    /// Begins a run.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn begin(&mut self, file_name: &str, digest: &str, started_by: Option<UserId>, now: Timestamp) -> Result<ImportId> {
        let id = ImportId(self.0.take_numbers("import_run", 1).await?);
        let sql = Sql::new(
            "insert into import_run (id, file_name, digest, started_by_id, started_at, rows_done, created_count, updated_count, skipped_count, refused_count)
             values ($1, $2, $3, $4, $5, 0, 0, 0, 0, 0)",
        );
        self.0.run(sql.bind(id).bind(file_name).bind(digest).bind(started_by).bind(now)).await?;
        Ok(id)
    }

    /// A run.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn find(&mut self, id: ImportId) -> Result<Option<ImportRun>> {
        let sql = Sql::new(format!("select {COLUMNS} from import_run where id = $1")).bind(id);
        self.0.row(sql).await?.as_ref().map(to_run).transpose()
    }

    /// The run of this file and mapping that was interrupted.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn find_interrupted(&mut self, digest: &str) -> Result<Option<ImportRun>> {
        let sql = Sql::new(format!(
            "select {COLUMNS} from import_run where digest = $1 and finished_at is null and undone_at is null order by id desc limit 1"
        ));
        self.0.row(sql.bind(digest)).await?.as_ref().map(to_run).transpose()
    }

    /// The latest runs, newest first.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list(&mut self, limit: i64) -> Result<Vec<ImportRun>> {
        let sql = Sql::new(format!("select {COLUMNS} from import_run order by id desc limit $1")).bind(limit);
        self.0.rows(sql).await?.iter().map(to_run).collect()
    }

    /// Notes how far a run came, and that it ended where `finished_at` is given.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn advance(&mut self, id: ImportId, done: RowCounts, finished_at: Option<Timestamp>) -> Result<()> {
        let sql = Sql::new(
            "update import_run set rows_done = $1, created_count = $2, updated_count = $3, skipped_count = $4, refused_count = $5,
             finished_at = $6 where id = $7",
        );
        let sql = sql.bind(done.rows).bind(done.created).bind(done.updated).bind(done.skipped).bind(done.refused);
        self.0.run(sql.bind(finished_at).bind(id)).await.map(|_| ())
    }

    /// Notes that a run was taken back.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn mark_undone(&mut self, id: ImportId, now: Timestamp) -> Result<()> {
        self.0.run(Sql::new("update import_run set undone_at = $1 where id = $2").bind(now).bind(id)).await.map(|_| ())
    }

    /// Which of these rows are there already, as which lead, and from which run.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn known_keys(&mut self, keys: &[&str]) -> Result<HashMap<String, (LeadId, Option<ImportId>)>> {
        let mut known = HashMap::new();
        for chunk in keys.chunks(LOOKED_UP) {
            let mut sql = Sql::new("select import_key, id, import_id from lead where import_key in ");
            sql.push_list(chunk.iter().copied());
            for row in self.0.rows(sql).await? {
                known.insert(row.text("import_key")?, (LeadId(row.int("id")?), row.opt_int("import_id")?.map(ImportId)));
            }
        }
        Ok(known)
    }

    /// Living leads that earlier runs than this one brought, of contacts with one of these e-mail addresses (lower case).
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn leads_of_emails(&mut self, run: Option<ImportId>, emails: &[&str]) -> Result<Vec<KnownLead>> {
        let mut found = Vec::new();
        for chunk in emails.chunks(LOOKED_UP) {
            let mut sql = Sql::new(
                "select p.match_text, a.name_folded, l.id, l.extra from contact_point p join lead l on l.contact_id = p.contact_id
                 join account a on a.id = l.account_id
                 where l.deleted_at is null and l.import_id is not null and l.import_id <> ",
            );
            sql.push_bind(run.unwrap_or(ImportId(0))).push(" and p.kind = 'email' and p.match_text in ");
            sql.push_list(chunk.iter().copied()).push(" order by l.id");
            for row in self.0.rows(sql).await? {
                let (id, extra) = (row.int("id")?, row.text("extra")?);
                let broken = |_| StoreError::Inconsistent { table: "lead", column: "extra", id };
                found.push(KnownLead {
                    email: row.text("match_text")?,
                    account_folded: row.text("name_folded")?,
                    extra: if extra.is_empty() { BTreeMap::new() } else { serde_json::from_str(&extra).map_err(broken)? },
                    lead: LeadId(id),
                });
            }
        }
        Ok(found)
    }

    /// Keeps what leads were before a run changed them.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn note_changes(&mut self, run: ImportId, changed: Vec<ChangedByImport>) -> Result<()> {
        let rows = changed.into_iter().map(|one| vec![Value::from(run), one.lead.into(), one.version.into(), one.old.into()]).collect();
        self.0.insert_rows("import_change (run_id, lead_id, version, old)", rows, "").await
    }

    /// Those of some leads that a run changed already.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn changed_of(&mut self, run: ImportId, leads: &[LeadId]) -> Result<HashSet<LeadId>> {
        let mut sql = Sql::new("select distinct lead_id from import_change where run_id = ");
        sql.push_bind(run).push(" and lead_id in ").push_list(leads.iter().copied());
        self.0.rows(sql).await?.iter().map(|row| row.int("lead_id").map(LeadId)).collect()
    }

    /// The name of the file that brought a lead to a version.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn file_that_made(&mut self, lead: LeadId, version: i64) -> Result<Option<String>> {
        let sql = Sql::new(
            "select r.file_name from import_run r join import_change c on c.run_id = r.id and c.lead_id = $1 and c.version = $2
             order by r.id desc limit 1",
        );
        self.0.row(sql.bind(lead).bind(version)).await?.map(|row| row.text("file_name")).transpose()
    }

    /// Takes up to `limit` of what a run's leads were before, newest change first.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn take_changes(&mut self, run: ImportId, limit: i64) -> Result<Vec<ChangedByImport>> {
        let sql = Sql::new("select lead_id, version, old from import_change where run_id = $1 order by version desc, lead_id limit $2");
        let rows = self.0.rows(sql.bind(run).bind(limit)).await?;
        let mut taken = Vec::with_capacity(rows.len());
        for row in rows {
            let one = ChangedByImport { lead: LeadId(row.int("lead_id")?), version: row.int("version")?, old: row.text("old")? };
            let gone = Sql::new("delete from import_change where run_id = $1 and lead_id = $2 and version = $3");
            self.0.run(gone.bind(run).bind(one.lead).bind(one.version)).await?;
            taken.push(one);
        }
        Ok(taken)
    }

    /// The oldest living account of each of these names, see [`domain::text::fold`]; else the one that an account of the name went into.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn accounts_named(&mut self, folded: &[&str]) -> Result<HashMap<String, AccountId>> {
        let mut known = HashMap::new();
        for chunk in folded.chunks(LOOKED_UP) {
            let mut sql =
                Sql::new("select name_folded, min(id) as id, cast(0 as bigint) as went from account where deleted_at is null and name_folded in ");
            sql.push_list(chunk.iter().copied()).push(" group by name_folded");
            sql.push(&format!(
                " union all select m.name_folded, min(k.id) as id, cast(1 as bigint) as went from account m{} cross join account k
                  where k.id = m.merged_into_id and k.deleted_at is null and m.merged_into_id is not null and m.name_folded in ",
                driven_by(self.0.engine(), Some(MERGED_BY_NAME))
            ));
            sql.push_list(chunk.iter().copied()).push(" group by m.name_folded");
            for row in self.0.rows(sql).await? {
                let (name, id) = (row.text("name_folded")?, AccountId(row.int("id")?));
                if row.int("went")? == 0 {
                    known.insert(name, id);
                } else {
                    known.entry(name).or_insert(id);
                }
            }
        }
        Ok(known)
    }

    /// Makes accounts customers where they are not; gives how many of them others may have open. An account that the run
    /// itself made stays at its version, which tells that nobody touched it since.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn make_customers(&mut self, run: ImportId, accounts: &[AccountId], now: Timestamp) -> Result<u64> {
        let mut changed = 0;
        for chunk in accounts.chunks(LOOKED_UP) {
            let mut sql = Sql::new("select account_id from account_kind where kind = 'customer' and account_id in ");
            sql.push_list(chunk.iter().copied());
            let known = self.0.rows(sql).await?.iter().map(|row| row.int("account_id")).collect::<Result<std::collections::HashSet<_>>>()?;
            let new: Vec<AccountId> = chunk.iter().copied().filter(|id| !known.contains(&id.0)).collect();
            if new.is_empty() {
                continue;
            }
            let rows = new.iter().map(|id| vec![Value::from(*id), AccountKind::Customer.key().into()]).collect();
            self.0.insert_rows("account_kind (account_id, kind)", rows, " on conflict (account_id, kind) do nothing").await?;
            // Whoever has one open must not write the kinds back without this one.
            let mut sql = Sql::new("update account set version = version + 1, updated_at = ");
            sql.push_bind(now).push(" where (import_id is null or import_id <> ").push_bind(run).push(") and id in ");
            sql.push_list(new.iter().copied());
            changed += self.0.run(sql).await?;
        }
        Ok(changed)
    }

    /// Living contacts that have an account and one of these e-mail addresses (lower case) or numbers (E.164), oldest
    /// first within each thousand looked up.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn contacts_with(&mut self, kind: PointKind, texts: &[&str]) -> Result<Vec<KnownContact>> {
        let mut found = Vec::new();
        for chunk in texts.chunks(LOOKED_UP) {
            let mut sql = Sql::new(format!(
                "select p.match_text, c.name_folded, c.account_id, c.id from contact_point p join contact c on c.id = p.contact_id
                 where c.deleted_at is null and c.account_id is not null and p.kind = '{}' and p.match_text in ",
                kind.key()
            ));
            sql.push_list(chunk.iter().copied()).push(" order by c.id");
            for row in self.0.rows(sql).await? {
                found.push(to_known_contact(&row, row.text("match_text")?)?);
            }
        }
        Ok(found)
    }

    /// Living contacts of these names among these accounts, see [`domain::text::fold`].
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn contacts_named(&mut self, accounts: &[AccountId], folded: &[&str]) -> Result<Vec<KnownContact>> {
        let mut found = Vec::new();
        for chunk in folded.chunks(LOOKED_UP) {
            let mut sql = Sql::new("select name_folded, account_id, id from contact where deleted_at is null and name_folded in ");
            sql.push_list(chunk.iter().copied()).push(" and account_id in ").push_list(accounts.iter().copied()).push(" order by id");
            for row in self.0.rows(sql).await? {
                found.push(to_known_contact(&row, String::new())?);
            }
        }
        Ok(found)
    }

    /// Deletes up to `limit` leads of a run that nobody changed since, and frees their keys; gives those that it deleted.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn take_back_leads(&mut self, run: ImportId, limit: i64, now: Timestamp) -> Result<Vec<TakenBack>> {
        let sql = Sql::new(
            "update lead set deleted_at = $1, updated_at = $1, version = version + 1, import_key = null
             where id in (select id from lead where import_id = $2 and version = 1 and deleted_at is null order by id limit $3)
             and version = 1 returning id, version, status_id, owner_id, group_id, distributor_id, created_by_id",
        );
        let rows = self.0.rows(sql.bind(now).bind(run).bind(limit)).await?;
        let ids = rows.iter().map(|row| row.int("id")).collect::<Result<Vec<_>>>()?;
        let mut sql = Sql::new("select lead_id, user_id from lead_team where lead_id in ");
        sql.push_list(ids).push(" order by lead_id, user_id");
        let mut teams: HashMap<i64, Vec<UserId>> = HashMap::new();
        for row in self.0.rows(sql).await? {
            teams.entry(row.int("lead_id")?).or_default().push(UserId(row.int("user_id")?));
        }
        let mut taken = rows.iter().map(|row| to_taken_back(row, &mut teams)).collect::<Result<Vec<_>>>()?;
        taken.sort_by_key(|taken| taken.lead);
        Ok(taken)
    }

    /// Whether a run made any lead, account or contact, deleted ones included.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn made_records(&mut self, run: ImportId) -> Result<bool> {
        let sql = Sql::new(
            "select id from lead where import_id = $1 union all select id from account where import_id = $1
             union all select id from contact where import_id = $1 limit 1",
        );
        Ok(self.0.row(sql.bind(run)).await?.is_some())
    }

    /// How many leads of a run are still there.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn living_leads(&mut self, run: ImportId) -> Result<i64> {
        let sql = Sql::new("select count(*) as lead_count from lead where import_id = $1 and deleted_at is null").bind(run);
        self.0.row(sql).await?.map_or(Ok(0), |row| row.int("lead_count"))
    }

    /// Deletes up to `limit` contacts that a run made, that nobody changed and that no living lead names; gives those
    /// that it deleted.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn take_back_contacts(&mut self, run: ImportId, limit: i64, now: Timestamp) -> Result<Vec<TakenBackRecord>> {
        let sql = Sql::new(
            "update contact set deleted_at = $1, updated_at = $1, version = version + 1
             where id in (select c.id from contact c where c.import_id = $2 and c.version = 1 and c.deleted_at is null
               and not exists (select 1 from lead l where l.contact_id = c.id and l.deleted_at is null) order by c.id limit $3)
             and version = 1 returning id, version, full_name as name",
        );
        self.taken_back(sql.bind(now).bind(run).bind(limit)).await
    }

    /// The same for accounts: those that no living lead, living contact, opportunity of a living lead, distributor's lead
    /// or person names.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn take_back_accounts(&mut self, run: ImportId, limit: i64, now: Timestamp) -> Result<Vec<TakenBackRecord>> {
        let sql = Sql::new(
            "update account set deleted_at = $1, updated_at = $1, version = version + 1
             where id in (select a.id from account a where a.import_id = $2 and a.version = 1 and a.deleted_at is null
               and not exists (select 1 from lead l where l.account_id = a.id and l.deleted_at is null)
               and not exists (select 1 from lead l where l.distributor_id = a.id and l.deleted_at is null)
               and not exists (select 1 from contact c where c.account_id = a.id and c.deleted_at is null)
               and not exists (select 1 from opportunity o join lead l on l.id = o.lead_id where o.account_id = a.id and l.deleted_at is null)
               and not exists (select 1 from app_user u where u.account_id = a.id) order by a.id limit $3)
             and version = 1 returning id, version, name",
        );
        self.taken_back(sql.bind(now).bind(run).bind(limit)).await
    }

    async fn taken_back(&mut self, sql: Sql) -> Result<Vec<TakenBackRecord>> {
        let rows = self.0.rows(sql).await?;
        let mut taken = rows
            .iter()
            .map(|row| Ok(TakenBackRecord { id: row.int("id")?, version: row.int("version")?, name: row.text("name")? }))
            .collect::<Result<Vec<_>>>()?;
        taken.sort_by_key(|taken| taken.id);
        Ok(taken)
    }
}

/// A contact that was looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownContact {
    pub contact: ContactId,
    pub account: AccountId,
    /// See [`domain::text::fold`].
    pub name_folded: String,
    /// The address or number it was found with; empty when it was found by name.
    pub match_text: String,
}

/// A lead that was looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownLead {
    /// The address it was found with.
    pub email: String,
    /// The name of its account, see [`domain::text::fold`].
    pub account_folded: String,
    /// What came with it and had no home.
    pub extra: BTreeMap<String, String>,
    pub lead: LeadId,
}

/// A lead that a run changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedByImport {
    pub lead: LeadId,
    /// The one that the run made.
    pub version: i64,
    /// What it was before, as JSON.
    pub old: String,
}

/// What a contact is reached by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointKind {
    Email,
    Phone,
}

impl PointKind {
    fn key(self) -> &'static str {
        match self {
            PointKind::Email => "email",
            PointKind::Phone => "phone",
        }
    }
}

fn to_run(row: &Row) -> Result<ImportRun> {
    Ok(ImportRun {
        id: ImportId(row.int("id")?),
        file_name: row.text("file_name")?,
        digest: row.text("digest")?,
        started_by: row.opt_int("started_by_id")?.map(UserId),
        started_at: row.time("started_at")?,
        finished_at: row.opt_time("finished_at")?,
        undone_at: row.opt_time("undone_at")?,
        done: RowCounts {
            rows: row.int("rows_done")?,
            created: row.int("created_count")?,
            updated: row.int("updated_count")?,
            skipped: row.int("skipped_count")?,
            refused: row.int("refused_count")?,
        },
    })
}

fn to_known_contact(row: &Row, match_text: String) -> Result<KnownContact> {
    let (contact, account) = (ContactId(row.int("id")?), AccountId(row.int("account_id")?));
    Ok(KnownContact { contact, account, name_folded: row.text("name_folded")?, match_text })
}

fn to_taken_back(row: &Row, teams: &mut HashMap<i64, Vec<UserId>>) -> Result<TakenBack> {
    let id = row.int("id")?;
    let user = |column: &str| -> Result<Option<UserId>> { Ok(row.opt_int(column)?.map(UserId)) };
    let before = Audience {
        owner: user("owner_id")?,
        group: row.opt_int("group_id")?.map(GroupId),
        distributor: row.opt_int("distributor_id")?.map(AccountId),
        created_by: user("created_by_id")?,
        team: teams.remove(&id).unwrap_or_default(),
        deleted: false,
    };
    Ok(TakenBack { lead: LeadId(id), version: row.int("version")?, status: StatusId(row.int("status_id")?), before })
}
