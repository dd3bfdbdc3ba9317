//! Accounts with their kinds, e-mail domains and places.

use std::collections::HashMap;

use domain::account::AccountLocation;
use domain::lead_filter::Cursor;
use domain::match_key::{name_key, postcode_key, street_key};
use domain::text::fold;
use domain::{Account, AccountFilter, AccountId, AccountKind, AccountRow, Address, Confirmed, ImportId, Named, RepTerm, Timestamp, UserId};

use crate::dialect::driven_by;
use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql, Value};
use crate::tx::{Engine, Tx};

/// Most words of a searched name that are looked at.
const WORDS_MAX: usize = 12;

/// The index of names of accounts that went into others.
pub(crate) const MERGED_BY_NAME: &str = "account_merged_name";

/// Statements about accounts.
#[derive(Debug)]
pub struct Accounts<'t>(pub(crate) &'t mut Tx);

impl Tx {
    /// Accounts.
    pub fn accounts(&mut self) -> Accounts<'_> {
        Accounts(self)
    }
}

/// An account to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    pub id: AccountId,
    pub name: String,
    pub kinds: Vec<AccountKind>,
    pub primary_rep: Option<UserId>,
    pub website: String,
    /// E-mail domains, lower case.
    pub domains: Vec<String>,
    pub locations: Vec<AccountLocation>,
    pub import: Option<ImportId>,
    pub now: Timestamp,
}

impl Accounts<'_> {
    /// An account that is not deleted.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, id: AccountId) -> Result<Option<Account>> {
        Ok(self.find_many(&[id]).await?.pop())
    }

    /// Several accounts in the order asked for, without those that are deleted. At most 200.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find_many(&mut self, ids: &[AccountId]) -> Result<Vec<Account>> {
        let mut sql = Sql::new(
            "select id, version, name, primary_rep_id, website, confirmed_at, confirmed_by_id, created_at, updated_at from account
             where deleted_at is null and id in ",
        );
        sql.push_list(ids.iter().copied());
        let rows = self.0.rows(sql).await?;
        let mut kinds = self.kinds_of(ids).await?;
        let mut domains: HashMap<AccountId, Vec<String>> = HashMap::new();
        let mut sql = Sql::new("select account_id, domain from account_domain where account_id in ");
        sql.push_list(ids.iter().copied());
        for row in self.0.rows(sql).await? {
            domains.entry(AccountId(row.int("account_id")?)).or_default().push(row.text("domain")?);
        }
        // In one order, whatever the engine's idea of the alphabet.
        domains.values_mut().for_each(|domains| domains.sort());
        let mut locations: HashMap<AccountId, Vec<AccountLocation>> = HashMap::new();
        let mut sql = Sql::new("select account_id, name, street, city, postcode, state, country from account_location where account_id in ");
        sql.push_list(ids.iter().copied()).push(" order by account_id, position");
        for row in self.0.rows(sql).await? {
            locations.entry(AccountId(row.int("account_id")?)).or_default().push(to_location(&row)?);
        }
        let mut found: HashMap<AccountId, Account> = HashMap::new();
        for row in rows {
            let id = AccountId(row.int("id")?);
            let account = Account {
                id,
                version: row.int("version")?,
                name: row.text("name")?,
                kinds: kinds.remove(&id).unwrap_or_default(),
                primary_rep: row.opt_int("primary_rep_id")?.map(UserId),
                website: row.text("website")?,
                domains: domains.remove(&id).unwrap_or_default(),
                locations: locations.remove(&id).unwrap_or_default(),
                confirmed: to_confirmed(&row)?,
                created_at: row.time("created_at")?,
                updated_at: row.time("updated_at")?,
            };
            found.insert(id, account);
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// The oldest account of this name, ignoring case and spacing; else the one that an account of this name went into.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn find_by_name(&mut self, name: &str) -> Result<Option<AccountId>> {
        let sql = Sql::new(format!(
            "select id, went_into from (select id, cast(null as bigint) as went_into from account
               where name_folded = $1 and deleted_at is null order by id limit 1) living
             union all select id, went_into from (select id, merged_into_id as went_into from account{}
               where name_folded = $2 and merged_into_id is not null order by id desc limit 1) merged",
            driven_by(self.0.engine(), Some(MERGED_BY_NAME))
        ));
        let mut merged = None;
        for row in self.0.rows(sql.bind(fold(name)).bind(fold(name))).await? {
            let id = AccountId(row.int("id")?);
            if row.opt_int("went_into")?.is_none() {
                return Ok(Some(id));
            }
            merged = Some(id);
        }
        match merged {
            Some(id) => self.0.account_merges().went_into(id).await,
            None => Ok(None),
        }
    }

    /// The same before one of this name is added where there is none: two who add it at once make one.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn find_before_adding(&mut self, name: &str) -> Result<Option<AccountId>> {
        // On SQLite there is one writer at a time anyway.
        if self.0.engine() == Engine::Postgres {
            self.0.row(Sql::new("select 1 as one from pg_advisory_xact_lock(hashtextextended($1, 0))").bind(fold(name))).await?;
        }
        self.find_by_name(name).await
    }

    /// Adds an account.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add(&mut self, account: &NewAccount) -> Result<()> {
        self.add_many(std::slice::from_ref(account)).await
    }

    /// Adds several accounts at once.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_many(&mut self, accounts: &[NewAccount]) -> Result<()> {
        let rows = accounts.iter().map(|account| {
            vec![
                account.id.into(),
                1_i64.into(),
                (&account.name).into(),
                fold(&account.name).into(),
                name_key(&account.name).into(),
                account.primary_rep.into(),
                (&account.website).into(),
                account.import.into(),
                account.now.into(),
                account.now.into(),
            ]
        });
        let into = "account (id, version, name, name_folded, name_key, primary_rep_id, website, import_id, created_at, updated_at)";
        self.0.insert_rows(into, rows.collect(), "").await?;
        let kinds = accounts.iter().flat_map(|account| kind_rows(account.id, &account.kinds)).collect();
        let domains = accounts.iter().flat_map(|account| domain_rows(account.id, &account.domains)).collect();
        let locations = accounts.iter().flat_map(|account| location_rows(account.id, &account.locations)).collect();
        self.insert_parts(kinds, domains, locations).await
    }

    /// Writes a changed account, if it is still at `expected_version`; `false` when someone was faster.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change(&mut self, account: &Account, expected_version: i64) -> Result<bool> {
        let sql = Sql::new(
            "update account set version = $1, name = $2, name_folded = $3, name_key = $4, primary_rep_id = $5, website = $6, updated_at = $7,
             confirmed_at = $8, confirmed_by_id = $9 where id = $10 and version = $11 and deleted_at is null",
        );
        let sql = sql.bind(account.version).bind(&account.name).bind(fold(&account.name)).bind(name_key(&account.name));
        let sql = sql.bind(account.primary_rep).bind(&account.website).bind(account.updated_at);
        let sql = sql.bind(account.confirmed.map(|confirmed| confirmed.at)).bind(account.confirmed.map(|confirmed| confirmed.by));
        let sql = sql.bind(account.id).bind(expected_version);
        if self.0.run(sql).await? == 0 {
            return Ok(false);
        }
        self.0.run(Sql::new("delete from account_kind where account_id = $1").bind(account.id)).await?;
        self.0.run(Sql::new("delete from account_domain where account_id = $1").bind(account.id)).await?;
        self.0.run(Sql::new("delete from account_location where account_id = $1").bind(account.id)).await?;
        let kinds = kind_rows(account.id, &account.kinds).collect();
        let domains = domain_rows(account.id, &account.domains).collect();
        let locations = location_rows(account.id, &account.locations).collect();
        self.insert_parts(kinds, domains, locations).await?;
        Ok(true)
    }

    /// Makes an account one of this kind too; `false` when it is one already, or is gone.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_kind(&mut self, id: AccountId, kind: AccountKind, now: Timestamp) -> Result<bool> {
        let sql = Sql::new(
            "insert into account_kind (account_id, kind) select id, $1 from account where id = $2 and deleted_at is null
             on conflict (account_id, kind) do nothing",
        );
        if self.0.run(sql.bind(kind.key()).bind(id)).await? == 0 {
            return Ok(false);
        }
        // Whoever has the account open must not write the kinds back without this one.
        let sql = Sql::new("update account set version = version + 1, updated_at = $1 where id = $2");
        self.0.run(sql.bind(now).bind(id)).await?;
        Ok(true)
    }

    /// Accounts by name, those after a cursor. `me` is the person for whom a filter says "mine".
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list(&mut self, filter: &AccountFilter, me: UserId, after: Option<&Cursor>, limit: i64) -> Result<Vec<AccountRow>> {
        let mut sql = Sql::new("select a.id, a.name, a.primary_rep_id, a.updated_at from account a where a.deleted_at is null");
        push_name_words(&mut sql, "a.name_folded", &filter.query);
        match filter.rep {
            Some(RepTerm::Me) => {
                sql.push(" and a.primary_rep_id = ").push_bind(me);
            }
            Some(RepTerm::Nobody) => {
                sql.push(" and a.primary_rep_id is null");
            }
            None => {}
        }
        if let Some(kind) = filter.kind {
            sql.push(" and exists (select 1 from account_kind k where k.account_id = a.id and k.kind = ").push_bind(kind.key()).push(")");
        }
        push_after(&mut sql, "a", after);
        sql.push(" order by a.name_folded, a.id limit ").push_bind(limit);
        let rows = self.0.rows(sql).await?;
        let ids = rows.iter().map(|row| row.int("id").map(AccountId)).collect::<Result<Vec<_>>>()?;
        let mut kinds = self.kinds_of(&ids).await?;
        rows.iter().map(|row| to_account_row(row, &mut kinds)).collect()
    }

    /// Accounts whose name begins with a text, by name; none for an empty text.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn suggest(&mut self, text: &str, limit: i64) -> Result<Vec<Named<AccountId>>> {
        let from = fold(text);
        let Some(to) = after_all_beginning_with(&from) else { return Ok(Vec::new()) };
        let sql = Sql::new(
            "select id, name from account where deleted_at is null and name_folded >= $1 and name_folded < $2 order by name_folded, id limit $3",
        );
        self.0.rows(sql.bind(from).bind(to).bind(limit)).await?.iter().map(to_named).collect()
    }

    /// Names of accounts, deleted ones too: old records still show theirs.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn names(&mut self, ids: &[AccountId]) -> Result<Vec<Named<AccountId>>> {
        let mut names = Vec::new();
        for chunk in ids.chunks(1000) {
            let mut sql = Sql::new("select id, name from account where id in ");
            sql.push_list(chunk.iter().copied()).push(" order by id");
            for row in self.0.rows(sql).await? {
                names.push(to_named(&row)?);
            }
        }
        Ok(names)
    }

    pub(crate) async fn kinds_of(&mut self, ids: &[AccountId]) -> Result<HashMap<AccountId, Vec<AccountKind>>> {
        let mut kinds: HashMap<AccountId, Vec<AccountKind>> = HashMap::new();
        let mut sql = Sql::new("select account_id, kind from account_kind where account_id in ");
        sql.push_list(ids.iter().copied()).push(" order by account_id, kind");
        for row in self.0.rows(sql).await? {
            let id = row.int("account_id")?;
            let kind = AccountKind::from_key(&row.text("kind")?).ok_or(StoreError::Inconsistent { table: "account_kind", column: "kind", id })?;
            kinds.entry(AccountId(id)).or_default().push(kind);
        }
        for of_account in kinds.values_mut() {
            of_account.sort_by_key(|kind| AccountKind::ALL.iter().position(|known| known == kind));
        }
        Ok(kinds)
    }

    async fn insert_parts(&mut self, kinds: Vec<Vec<Value>>, domains: Vec<Vec<Value>>, locations: Vec<Vec<Value>>) -> Result<()> {
        self.0.insert_rows("account_kind (account_id, kind)", kinds, " on conflict (account_id, kind) do nothing").await?;
        self.0.insert_rows("account_domain (account_id, domain)", domains, " on conflict (account_id, domain) do nothing").await?;
        let into = "account_location (account_id, position, name, street, city, postcode, state, country, postcode_key, street_key)";
        self.0.insert_rows(into, locations, "").await
    }
}

/// Appends a condition for each word: it begins a word of the name.
pub(crate) fn push_name_words(sql: &mut Sql, column: &str, query: &str) {
    for word in fold(query).split_whitespace().take(WORDS_MAX) {
        sql.push(" and ' ' || ").push(column).push(" like ").push_bind(format!("% {}%", like_literal(word))).push(" escape '\\'");
    }
}

/// Appends the condition for the rows of a list by name that stand behind a cursor.
pub(crate) fn push_after(sql: &mut Sql, table: &str, after: Option<&Cursor>) {
    if let Some(Cursor { value, id }) = after {
        sql.push(&format!(" and ({table}.name_folded, {table}.id) > (")).push_bind(value).push(", ").push_bind(*id).push(")");
    }
}

/// A text as `like` finds it literally, with a backslash as escape character.
pub(crate) fn like_literal(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// The least text behind all that begin with this one; `None` for an empty text.
pub(crate) fn after_all_beginning_with(text: &str) -> Option<String> {
    let mut letters: Vec<char> = text.chars().collect();
    while let Some(last) = letters.pop() {
        // The next scalar value; surrogates are stepped over.
        if let Some(next) = (last..=char::MAX).nth(1) {
            letters.push(next);
            return Some(letters.into_iter().collect());
        }
    }
    None
}

fn kind_rows(id: AccountId, kinds: &[AccountKind]) -> impl Iterator<Item = Vec<Value>> {
    kinds.iter().map(move |kind| vec![id.into(), kind.key().into()])
}

fn domain_rows(id: AccountId, domains: &[String]) -> impl Iterator<Item = Vec<Value>> {
    domains.iter().map(move |domain| vec![id.into(), domain.into()])
}

fn location_rows(id: AccountId, locations: &[AccountLocation]) -> impl Iterator<Item = Vec<Value>> {
    locations.iter().zip(0_i64..).map(move |(AccountLocation { name, address }, position)| {
        let keys = [postcode_key(address), street_key(address)];
        let Address { street, city, postcode, state, country } = address;
        let texts = [name, street, city, postcode, state, country].map(Value::from);
        [id.into(), position.into()].into_iter().chain(texts).chain(keys.map(Value::from)).collect()
    })
}

pub(crate) fn to_location(row: &Row) -> Result<AccountLocation> {
    Ok(AccountLocation {
        name: row.text("name")?,
        address: Address {
            street: row.text("street")?,
            city: row.text("city")?,
            postcode: row.text("postcode")?,
            state: row.text("state")?,
            country: row.text("country")?,
        },
    })
}

fn to_confirmed(row: &Row) -> Result<Option<Confirmed>> {
    let (at, by) = (row.opt_time("confirmed_at")?, row.opt_int("confirmed_by_id")?);
    Ok(at.zip(by).map(|(at, by)| Confirmed { at, by: UserId(by) }))
}

fn to_account_row(row: &Row, kinds: &mut HashMap<AccountId, Vec<AccountKind>>) -> Result<AccountRow> {
    let id = AccountId(row.int("id")?);
    Ok(AccountRow {
        id,
        name: row.text("name")?,
        kinds: kinds.remove(&id).unwrap_or_default(),
        primary_rep: row.opt_int("primary_rep_id")?.map(UserId),
        updated_at: row.time("updated_at")?,
    })
}

fn to_named(row: &Row) -> Result<Named<AccountId>> {
    Ok(Named { id: AccountId(row.int("id")?), name: row.text("name")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_of_a_beginning_ends_right_behind_it() {
        assert_eq!(after_all_beginning_with("harb").as_deref(), Some("harc"));
        assert_eq!(after_all_beginning_with("z\u{10FFFF}").as_deref(), Some("{"));
        assert_eq!(after_all_beginning_with("\u{D7FF}").as_deref(), Some("\u{E000}"));
        assert_eq!(after_all_beginning_with(""), None);
    }

    #[test]
    fn wildcards_are_found_as_they_are() {
        assert_eq!(like_literal("50%_a\\"), "50\\%\\_a\\\\");
    }
}
