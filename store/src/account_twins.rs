//! Pairs of accounts that look like one firm, and how far accounts were looked through for them.

use std::collections::HashMap;

use domain::account_twin::TwinList;
use domain::{AccountId, EventId, ImportId, Timestamp, UserId};

use crate::dialect::driven_by;
use crate::error::Result;
use crate::sql::{Row, Sql};
use crate::tx::{Engine, Tx};

/// Pairs that the page of an account tells of.
const OF_ACCOUNT_MAX: i64 = 10;
/// Numbers of contacts that are read for some hundred accounts.
const PHONES_MAX: i64 = 20_000;

const COLUMNS: &str = "t.account_id, t.other_id, t.points, t.dismissed_by_id, t.dismissed_at";

/// Statements about pairs of accounts.
#[derive(Debug)]
pub struct AccountTwins<'t>(&'t mut Tx);

impl Tx {
    /// Pairs of accounts that look like one.
    pub fn account_twins(&mut self) -> AccountTwins<'_> {
        AccountTwins(self)
    }
}

/// Two accounts, the older first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pair {
    pub one: AccountId,
    pub other: AccountId,
}

impl Pair {
    /// The pair of two accounts, in whatever order they come.
    #[must_use]
    pub fn of(one: AccountId, other: AccountId) -> Self {
        Self { one: one.min(other), other: one.max(other) }
    }
}

/// A pair as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredTwins {
    pub pair: Pair,
    pub points: i64,
    /// Who said that they are not the same, and when.
    pub dismissed: Option<(UserId, Timestamp)>,
}

/// Where a page of a list ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TwinCursor {
    /// Points, or when it was dismissed.
    pub rank: i64,
    pub pair: Pair,
}

/// How far accounts were looked through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Accounts up to this one.
    pub account: AccountId,
    /// Changes up to this event.
    pub event: EventId,
}

impl AccountTwins<'_> {
    /// For each of some accounts, the oldest others that have its name, one of its domains, or one of its streets with the number: at
    /// most one for each, so that thousands of one name make thousands of pairs and not millions.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn likely(&mut self, ids: &[AccountId]) -> Result<Vec<Pair>> {
        let sql = likely(self.0.engine(), ids);
        let mut pairs = Vec::new();
        for row in self.0.rows(sql).await? {
            if let Some(other) = row.opt_int("other_id")? {
                pairs.push(Pair::of(AccountId(row.int("id")?), AccountId(other)));
            }
        }
        Ok(pairs)
    }

    /// How the engine goes about [`AccountTwins::likely`], for looking at it.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn explain_likely(&mut self, ids: &[AccountId]) -> Result<Vec<String>> {
        let sql = likely(self.0.engine(), ids);
        self.explain(sql).await
    }

    /// The pairs that some accounts are in, dismissed ones too.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn pairs_of(&mut self, ids: &[AccountId]) -> Result<Vec<Pair>> {
        let mut sql = Sql::new("select account_id, other_id from account_twin where account_id in ");
        sql.push_list(ids.iter().copied()).push(" union select account_id, other_id from account_twin where other_id in ");
        sql.push_list(ids.iter().copied());
        self.0.rows(sql).await?.iter().map(to_pair).collect()
    }

    /// Numbers of the contacts of accounts, in E.164 form.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn phones_of(&mut self, ids: &[AccountId]) -> Result<HashMap<AccountId, Vec<String>>> {
        let mut sql = Sql::new(
            "select c.account_id, p.match_text from contact c join contact_point p on p.contact_id = c.id
             where p.kind = 'phone' and p.is_parsed and c.deleted_at is null and c.account_id in ",
        );
        sql.push_list(ids.iter().copied()).push(" limit ").push_bind(PHONES_MAX);
        let mut phones: HashMap<AccountId, Vec<String>> = HashMap::new();
        for row in self.0.rows(sql).await? {
            phones.entry(AccountId(row.int("account_id")?)).or_default().push(row.text("match_text")?);
        }
        Ok(phones)
    }

    /// Keeps pairs with their points. Those that were dismissed stay so.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn put(&mut self, pairs: &[(Pair, i64)]) -> Result<()> {
        let rows = pairs.iter().map(|(pair, points)| vec![pair.one.into(), pair.other.into(), (*points).into()]).collect();
        let rest = " on conflict (account_id, other_id) do update set points = excluded.points";
        self.0.insert_rows("account_twin (account_id, other_id, points)", rows, rest).await
    }

    /// Forgets pairs that no longer look like one. Those that were dismissed stay.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn forget(&mut self, pairs: &[Pair]) -> Result<()> {
        // Each by its key; SQLite would read through all pairs for a list of them.
        for chunk in pairs.chunks(100) {
            let mut sql = Sql::new("delete from account_twin where dismissed_at is null and (");
            for (index, pair) in chunk.iter().enumerate() {
                sql.push(if index == 0 { "(account_id = " } else { " or (account_id = " }).push_bind(pair.one);
                sql.push(" and other_id = ").push_bind(pair.other).push(")");
            }
            sql.push(")");
            self.0.run(sql).await?;
        }
        Ok(())
    }

    /// Pairs of living accounts behind a cursor.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list(&mut self, list: TwinList, after: Option<TwinCursor>, limit: i64) -> Result<Vec<StoredTwins>> {
        let sql = page(self.0.engine(), list, after, limit);
        self.0.rows(sql).await?.iter().map(to_twins).collect()
    }

    /// How the engine goes about [`AccountTwins::list`], for looking at it.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn explain_list(&mut self, list: TwinList, after: Option<TwinCursor>, limit: i64) -> Result<Vec<String>> {
        let sql = page(self.0.engine(), list, after, limit);
        self.explain(sql).await
    }

    /// The pairs of one account that are to be worked off, with the most points first.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn of_account(&mut self, id: AccountId) -> Result<Vec<StoredTwins>> {
        let sql = Sql::new(format!(
            "select {COLUMNS} from account_twin t join account a on a.id = t.other_id
             where t.account_id = $1 and t.dismissed_at is null and a.deleted_at is null
             union all
             select {COLUMNS} from account_twin t join account a on a.id = t.account_id
             where t.other_id = $2 and t.dismissed_at is null and a.deleted_at is null
             order by points desc, account_id, other_id limit $3"
        ));
        self.0.rows(sql.bind(id).bind(id).bind(OF_ACCOUNT_MAX)).await?.iter().map(to_twins).collect()
    }

    /// How many pairs to be worked off have an account that an import made.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn count_of_import(&mut self, run: ImportId) -> Result<i64> {
        // Whom it is a pair with was there before, or came before it in the same file.
        let sql = Sql::new(
            "select count(*) as pairs from account o join account_twin t on t.other_id = o.id join account a on a.id = t.account_id
             where o.import_id = $1 and o.deleted_at is null and a.deleted_at is null and t.dismissed_at is null",
        );
        let row = self.0.row(sql.bind(run)).await?;
        Ok(row.map(|row| row.int("pairs")).transpose()?.unwrap_or(0))
    }

    /// Notes that the two of a pair are not the same; `false` when there is no such pair, or it was dismissed before.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn dismiss(&mut self, pair: Pair, by: UserId, at: Timestamp) -> Result<bool> {
        let sql = Sql::new(
            "update account_twin set dismissed_by_id = $1, dismissed_at = $2 where account_id = $3 and other_id = $4 and dismissed_at is null",
        );
        Ok(self.0.run(sql.bind(by).bind(at).bind(pair.one).bind(pair.other)).await? == 1)
    }

    /// Takes that back; `false` when it was not dismissed.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn restore(&mut self, pair: Pair) -> Result<bool> {
        let sql = Sql::new(
            "update account_twin set dismissed_by_id = null, dismissed_at = null
             where account_id = $1 and other_id = $2 and dismissed_at is not null",
        );
        Ok(self.0.run(sql.bind(pair.one).bind(pair.other)).await? == 1)
    }

    /// How far accounts were looked through; `None` before the looking began.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn position(&mut self) -> Result<Option<Position>> {
        let row = self.0.row(Sql::new("select looked_to, event_id from account_twin_look where id = 1")).await?;
        row.map(|row| Ok(Position { account: AccountId(row.int("looked_to")?), event: EventId(row.int("event_id")?) })).transpose()
    }

    /// Notes how far they are looked through now.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn set_position(&mut self, position: Position) -> Result<()> {
        let sql = Sql::new(
            "insert into account_twin_look (id, looked_to, event_id) values (1, $1, $2)
             on conflict (id) do update set looked_to = excluded.looked_to, event_id = excluded.event_id",
        );
        self.0.run(sql.bind(position.account).bind(position.event)).await.map(|_| ())
    }

    /// Living accounts after a number, by number.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn accounts_after(&mut self, after: AccountId, limit: i64) -> Result<Vec<AccountId>> {
        let sql = Sql::new("select id from account where id > $1 and deleted_at is null order by id limit $2");
        self.0.rows(sql.bind(after).bind(limit)).await?.iter().map(|row| row.int("id").map(AccountId)).collect()
    }

    /// Accounts to which something other than being added happened after one event and up to another.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn changed_between(&mut self, after: EventId, to: EventId) -> Result<Vec<AccountId>> {
        // Put together, so that no index of subjects is taken for it: the events lie side by side.
        let sql = Sql::new(
            "select distinct subject_id from event
             where id > $1 and id <= $2 and subject || '' = 'account' and kind <> 'record_added' order by subject_id",
        );
        self.0.rows(sql.bind(after).bind(to)).await?.iter().map(|row| row.int("subject_id").map(AccountId)).collect()
    }

    async fn explain(&mut self, mut sql: Sql) -> Result<Vec<String>> {
        sql.text.insert_str(0, if self.0.engine() == Engine::Sqlite { "explain query plan " } else { "explain " });
        Ok(self.0.rows(sql).await?.iter().map(Row::all_text).collect())
    }
}

/// Each look is into an index, at the first that fits. SQLite is told which (it walks cross joins as they are written).
fn likely(engine: Engine, ids: &[AccountId]) -> Sql {
    let by = |index| driven_by(engine, Some(index));
    let mut sql = Sql::new(format!(
        "select a.id as id, (select o.id from account o{} where o.name_key = a.name_key and o.id <> a.id and o.deleted_at is null
           order by o.id limit 1) as other_id
         from account a where a.name_key <> '' and a.deleted_at is null and a.id in ",
        by("account_name_key")
    ));
    sql.push_list(ids.iter().copied());
    sql.push(&format!(
        " union all
         select d.account_id as id, (select x.account_id from account_domain x{} cross join account o where x.domain = d.domain
           and x.account_id <> d.account_id and o.id = x.account_id and o.deleted_at is null order by x.account_id limit 1) as other_id
         from account_domain d where d.account_id in ",
        by("account_domain_first")
    ));
    sql.push_list(ids.iter().copied());
    sql.push(&format!(
        " union all
         select l.account_id as id, (select y.account_id from account_location y{} cross join account o where y.street_key = l.street_key
           and y.account_id <> l.account_id and o.id = y.account_id and o.deleted_at is null order by y.account_id limit 1) as other_id
         from account_location l where l.street_key <> '' and l.account_id in ",
        by("account_location_street")
    ));
    sql.push_list(ids.iter().copied());
    sql
}

fn page(engine: Engine, list: TwinList, after: Option<TwinCursor>, limit: i64) -> Sql {
    let (index, rank, condition) = match list {
        TwinList::Open => ("account_twin_open", "points", "t.dismissed_at is null"),
        TwinList::Dismissed => ("account_twin_dismissed", "dismissed_at", "t.dismissed_at is not null"),
    };
    let mut sql = Sql::new(format!(
        "select {COLUMNS} from account_twin t{} cross join account a cross join account o
         where a.id = t.account_id and o.id = t.other_id and a.deleted_at is null and o.deleted_at is null and {condition}",
        driven_by(engine, Some(index))
    ));
    if let Some(TwinCursor { rank: last, pair }) = after {
        sql.push(&format!(" and (t.{rank}, t.account_id, t.other_id) < (")).push_bind(last);
        sql.push(", ").push_bind(pair.one).push(", ").push_bind(pair.other).push(")");
    }
    sql.push(&format!(" order by t.{rank} desc, t.account_id desc, t.other_id desc limit ")).push_bind(limit);
    sql
}

fn to_pair(row: &Row) -> Result<Pair> {
    Ok(Pair::of(AccountId(row.int("account_id")?), AccountId(row.int("other_id")?)))
}

fn to_twins(row: &Row) -> Result<StoredTwins> {
    let (by, at) = (row.opt_int("dismissed_by_id")?, row.opt_time("dismissed_at")?);
    Ok(StoredTwins { pair: to_pair(row)?, points: row.int("points")?, dismissed: by.zip(at).map(|(by, at)| (UserId(by), at)) })
}
