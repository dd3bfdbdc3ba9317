//! Accounts that may be meant: looked up by name, e-mail domain, place, or the number or address of somebody there. Each
//! sign is one look into an index, cut short, so that it keeps up with typing whatever the accounts are like. How strongly
//! a sign speaks is `domain::account_match`'s to say.

use std::collections::{BTreeSet, HashMap};

use domain::account_match::{Candidate, MATCHES_MAX, MatchBy, Person};
use domain::{AccountId, Address, ContactId, Named, UserId};

use crate::accounts::{Accounts, after_all_beginning_with, to_location};
use crate::dialect::driven_by;
use crate::error::Result;
use crate::sql::{Row, Sql};
use crate::tx::Engine;

/// Accounts that one sign may bring.
const OF_EACH: i64 = 16;
/// Accounts that share an e-mail domain: enough to see that it is shared.
const OF_DOMAIN: i64 = 32;
/// What an account without somebody there has for them.
const NOBODY: &str =
    "cast(null as bigint) as contact_id, cast(null as text) as contact_name, cast(null as text) as point_kind, cast(null as text) as point";

/// What accounts are looked up by; what is empty looks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountSigns {
    /// Key of the name, see [`domain::match_key::name_key`].
    pub name: String,
    /// Keys of shorter names with which it begins.
    pub shorter_names: Vec<String>,
    /// E-mail domains, lower case.
    pub domains: Vec<String>,
    /// Numbers in E.164 form.
    pub phones: Vec<String>,
    /// E-mail addresses, lower case.
    pub emails: Vec<String>,
    /// See [`domain::match_key::postcode_keys`].
    pub postcodes: Vec<String>,
    /// See [`domain::match_key::street_key`].
    pub street: String,
}

impl Accounts<'_> {
    /// Accounts that bear one of the signs, with what of them is needed to judge it, oldest first.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn with_signs(&mut self, signs: &AccountSigns) -> Result<Vec<Candidate>> {
        let Some(sql) = signs.statement(self.0.engine()) else { return Ok(Vec::new()) };
        let mut people: HashMap<AccountId, Vec<Person>> = HashMap::new();
        let mut ids = BTreeSet::new();
        for row in self.0.rows(sql).await? {
            let id = AccountId(row.int("account_id")?);
            ids.insert(id);
            people.entry(id).or_default().extend(to_person(&row)?);
        }
        let ids: Vec<AccountId> = ids.into_iter().collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut kinds = self.kinds_of(&ids).await?;
        let mut domains = self.sought_domains(&ids, &signs.domains).await?;
        let has_place = !signs.postcodes.is_empty() || !signs.street.is_empty();
        let mut places = if has_place { self.places_of(&ids).await? } else { HashMap::new() };
        let mut sql = Sql::new("select id, name, primary_rep_id from account where deleted_at is null and id in ");
        sql.push_list(ids.iter().copied()).push(" order by id");
        let rows = self.0.rows(sql).await?;
        let candidate = |row: &Row| -> Result<Candidate> {
            let id = AccountId(row.int("id")?);
            Ok(Candidate {
                account: Named { id, name: row.text("name")? },
                kinds: kinds.remove(&id).unwrap_or_default(),
                primary_rep: row.opt_int("primary_rep_id")?.map(UserId),
                domains: domains.remove(&id).unwrap_or_default(),
                places: places.remove(&id).unwrap_or_default(),
                people: people.remove(&id).unwrap_or_default(),
            })
        };
        rows.iter().map(candidate).collect()
    }

    /// How the engine goes about [`Accounts::with_signs`], for looking at it.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn explain_signs(&mut self, signs: &AccountSigns) -> Result<Vec<String>> {
        let Some(mut sql) = signs.statement(self.0.engine()) else { return Ok(Vec::new()) };
        let prefix = if self.0.engine() == Engine::Sqlite { "explain query plan " } else { "explain " };
        sql.text.insert_str(0, prefix);
        Ok(self.0.rows(sql).await?.iter().map(Row::all_text).collect())
    }

    /// Which of some domains the accounts have: also those of accounts that were found by something else.
    pub(crate) async fn sought_domains(&mut self, ids: &[AccountId], sought: &[String]) -> Result<HashMap<AccountId, Vec<String>>> {
        let mut domains: HashMap<AccountId, Vec<String>> = HashMap::new();
        if sought.is_empty() {
            return Ok(domains);
        }
        let mut sql = Sql::new("select account_id, domain from account_domain where account_id in ");
        sql.push_list(ids.iter().copied()).push(" and domain in ").push_list(sought);
        for row in self.0.rows(sql).await? {
            domains.entry(AccountId(row.int("account_id")?)).or_default().push(row.text("domain")?);
        }
        Ok(domains)
    }

    async fn places_of(&mut self, ids: &[AccountId]) -> Result<HashMap<AccountId, Vec<Address>>> {
        let mut places: HashMap<AccountId, Vec<Address>> = HashMap::new();
        let mut sql = Sql::new("select account_id, name, street, city, postcode, state, country from account_location where account_id in ");
        sql.push_list(ids.iter().copied()).push(" order by account_id, position");
        for row in self.0.rows(sql).await? {
            places.entry(AccountId(row.int("account_id")?)).or_default().push(to_location(&row)?.address);
        }
        Ok(places)
    }
}

impl AccountSigns {
    /// One statement for all signs; `None` where there is none. SQLite is told its way, from the sign by its index to the
    /// account (it walks cross joins as they are written): where many share one domain it would read through all domains.
    fn statement(&self, engine: Engine) -> Option<Sql> {
        let by = |index| driven_by(engine, Some(index));
        let mut sql = Sql::default();
        if let Some(end) = after_all_beginning_with(&self.name) {
            push_arm(&mut sql, NOBODY, "account a where a.name_key = ").push_bind(&self.name);
            push_end(&mut sql, " order by a.id", OF_EACH);
            push_arm(&mut sql, NOBODY, "account a where a.name_key > ").push_bind(&self.name);
            sql.push(" and a.name_key < ").push_bind(end);
            push_end(&mut sql, " order by a.name_key, a.id", MATCHES_MAX as i64);
        }
        if !self.shorter_names.is_empty() {
            push_arm(&mut sql, NOBODY, "account a where a.name_key in ").push_list(&self.shorter_names);
            push_end(&mut sql, "", OF_EACH);
        }
        if !self.domains.is_empty() {
            let from = format!("account_domain d{} cross join account a where a.id = d.account_id and d.domain in ", by("account_domain_domain"));
            push_arm(&mut sql, NOBODY, &from).push_list(&self.domains);
            push_end(&mut sql, "", OF_DOMAIN);
        }
        for (kind, texts) in [("phone", &self.phones), ("email", &self.emails)] {
            if !texts.is_empty() {
                let person = "c.id as contact_id, c.full_name as contact_name, p.kind as point_kind, p.match_text as point";
                let from = format!(
                    "contact_point p{} cross join contact c cross join account a
                     where c.id = p.contact_id and a.id = c.account_id and c.deleted_at is null",
                    by("contact_point_match")
                );
                push_arm(&mut sql, person, &from).push(" and p.kind = ").push_bind(kind).push(" and p.match_text in ").push_list(texts);
                push_end(&mut sql, "", OF_EACH);
            }
        }
        let place = |index, is: &str| format!("account_location l{} cross join account a where a.id = l.account_id and {is}", by(index));
        if !self.postcodes.is_empty() {
            let from = place("account_location_postcode", "l.postcode_key in ");
            push_arm(&mut sql, NOBODY, &from).push_list(&self.postcodes);
            push_end(&mut sql, "", OF_EACH);
        }
        if !self.street.is_empty() {
            let from = place("account_location_street", "l.street_key = ");
            push_arm(&mut sql, NOBODY, &from).push_bind(&self.street);
            push_end(&mut sql, "", OF_EACH);
        }
        (!sql.text.is_empty()).then_some(sql)
    }
}

fn push_arm<'s>(sql: &'s mut Sql, person: &str, from: &str) -> &'s mut Sql {
    let union = if sql.text.is_empty() { "" } else { " union all " };
    sql.push(&format!("{union}select * from (select a.id as account_id, {person} from {from}"))
}

fn push_end(sql: &mut Sql, order: &str, limit: i64) {
    sql.push(" and a.deleted_at is null").push(order).push(" limit ").push_bind(limit).push(") found");
}

fn to_person(row: &Row) -> Result<Option<Person>> {
    let (Some(id), Some(name), Some(value)) = (row.opt_int("contact_id")?, row.opt_text("contact_name")?, row.opt_text("point")?) else {
        return Ok(None);
    };
    let by = if row.opt_text("point_kind")?.as_deref() == Some("phone") { MatchBy::Phone } else { MatchBy::Email };
    Ok(Some(Person { contact: Named { id: ContactId(id), name }, by, value }))
}
