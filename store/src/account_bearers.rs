//! Accounts that the rows of a file may mean: what [`crate::account_signs`] looks up for one company, for thousands of them in
//! one statement. Left out is what makes nobody sure: beginnings of names, and the postcode alone.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::account_match::{Candidate, MatchBy, Person};
use domain::{AccountId, Address, ContactId, ImportId, Named};

use crate::account_signs::AccountSigns;
use crate::accounts::{Accounts, to_location};
use crate::dialect::driven_by;
use crate::error::Result;
use crate::sql::{Row, Sql};
use crate::tx::Engine;

/// Accounts that one value may bring: enough to see that it is shared.
const OF_EACH: usize = 16;
/// Values of one statement; SQLite takes 32,766.
const AT_ONCE: usize = 30_000;
/// Accounts looked up with one statement.
const LOOKED_UP: usize = 1000;
/// What has nobody's name or address has instead of it.
const NOBODY: &str = "cast(null as bigint) as contact_id, cast(null as text) as contact_name";
const NO_PLACE: &str = "cast(null as text) as name, cast(null as text) as street, cast(null as text) as city, cast(null as text) as postcode,
    cast(null as text) as state, cast(null as text) as country";

/// A sign that is looked up by its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Sign {
    Name,
    Domain,
    Phone,
    Email,
    Street,
}

impl Sign {
    const ALL: [Sign; 5] = [Sign::Name, Sign::Domain, Sign::Phone, Sign::Email, Sign::Street];

    fn key(self) -> &'static str {
        match self {
            Sign::Name => "name",
            Sign::Domain => "domain",
            Sign::Phone => "phone",
            Sign::Email => "email",
            Sign::Street => "street",
        }
    }

    /// Each value to be looked up, with its sign.
    fn of(signs: &AccountSigns) -> Vec<(Sign, &str)> {
        let lists = [
            (Sign::Name, std::slice::from_ref(&signs.name)),
            (Sign::Domain, signs.domains.as_slice()),
            (Sign::Phone, signs.phones.as_slice()),
            (Sign::Email, signs.emails.as_slice()),
            (Sign::Street, std::slice::from_ref(&signs.street)),
        ];
        let values = lists.into_iter().flat_map(|(sign, values)| values.iter().map(move |value| (sign, value.as_str())));
        values.filter(|(_, value)| !value.is_empty()).collect()
    }
}

/// An account that has a value, by whom or where.
#[derive(Clone, Debug)]
struct Borne {
    account: Named<AccountId>,
    person: Option<Named<ContactId>>,
    place: Option<Address>,
}

/// What was looked up: each value with the accounts that have it, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Bearers(HashMap<Sign, HashMap<String, Vec<Borne>>>);

impl Bearers {
    /// Accounts that bear one of the signs, as [`Accounts::with_signs`] gives them but for their kinds and primary reps, which no
    /// judgement needs; oldest first.
    #[must_use]
    pub fn of(&self, signs: &AccountSigns) -> Vec<Candidate> {
        let mut candidates: BTreeMap<AccountId, Candidate> = BTreeMap::new();
        for (sign, value) in Sign::of(signs) {
            for borne in self.0.get(&sign).and_then(|values| values.get(value)).into_iter().flatten() {
                let candidate = candidates.entry(borne.account.id).or_insert_with(|| Candidate {
                    account: borne.account.clone(),
                    kinds: Vec::new(),
                    primary_rep: None,
                    domains: Vec::new(),
                    places: Vec::new(),
                    people: Vec::new(),
                });
                if sign == Sign::Domain {
                    candidate.domains.push(value.to_owned());
                }
                candidate.places.extend(borne.place.clone());
                let by = if sign == Sign::Phone { MatchBy::Phone } else { MatchBy::Email };
                candidate.people.extend(borne.person.clone().map(|contact| Person { contact, by, value: value.to_owned() }));
            }
        }
        candidates.into_values().collect()
    }

    /// Those of the values that were not looked up before; from now on they are.
    fn take_new<'s>(&mut self, asked: &[&'s AccountSigns]) -> Vec<(Sign, &'s str)> {
        let wanted: BTreeSet<(Sign, &'s str)> = asked.iter().flat_map(|signs| Sign::of(signs)).collect();
        let mut new = Vec::new();
        for (sign, value) in wanted {
            let values = self.0.entry(sign).or_default();
            if !values.contains_key(value) {
                values.insert(value.to_owned(), Vec::new());
                new.push((sign, value));
            }
        }
        new
    }

    fn add(&mut self, sign: Sign, value: String, borne: Borne) {
        self.0.entry(sign).or_default().entry(value).or_default().push(borne);
    }

    /// Values that more accounts may have than were brought.
    fn crowded(&self, sign: Sign, asked: &[(Sign, &str)]) -> Vec<String> {
        let Some(values) = self.0.get(&sign) else { return Vec::new() };
        let asked = asked.iter().filter(|(of, _)| *of == sign).map(|(_, value)| *value);
        asked.filter(|value| values.get(*value).is_some_and(|all| all.len() >= OF_EACH)).map(str::to_owned).collect()
    }

    fn accounts(&self) -> BTreeMap<AccountId, String> {
        let all = self.0.values().flat_map(HashMap::values).flatten();
        all.map(|borne| (borne.account.id, borne.account.name.clone())).collect()
    }

    fn has(&self, sign: Sign, value: &str, account: AccountId) -> bool {
        self.0.get(&sign).and_then(|values| values.get(value)).is_some_and(|all| all.iter().any(|borne| borne.account.id == account))
    }
}

impl Accounts<'_> {
    /// Looks up what is asked and not among the bearers yet, with one statement however many ask. Accounts that the run `but_of`
    /// made are left out. Where a domain or a street has more accounts than are brought, it is looked up once more among those that
    /// something else brought, so that they do not seem to lack it.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn find_bearers(&mut self, bearers: &mut Bearers, asked: &[&AccountSigns], but_of: Option<ImportId>) -> Result<()> {
        let new = bearers.take_new(asked);
        let engine = self.0.engine();
        let mut is_any = false;
        for part in new.chunks(AT_ONCE) {
            for row in self.0.rows(statement(engine, part, but_of)).await? {
                let key = row.text("sign")?;
                let Some(sign) = Sign::ALL.into_iter().find(|sign| sign.key() == key) else { continue };
                bearers.add(sign, row.text("value")?, to_borne(&row, sign)?);
                is_any = true;
            }
        }
        if is_any {
            self.find_in_crowds(bearers, &new).await?;
        }
        Ok(())
    }

    /// How the engine goes about [`Accounts::find_bearers`], for looking at it.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn explain_bearers(&mut self, asked: &[&AccountSigns]) -> Result<Vec<String>> {
        let new = Bearers::default().take_new(asked);
        let mut sql = statement(self.0.engine(), &new, Some(ImportId(1)));
        let prefix = if self.0.engine() == Engine::Sqlite { "explain query plan " } else { "explain " };
        sql.text.insert_str(0, prefix);
        Ok(self.0.rows(sql).await?.iter().map(Row::all_text).collect())
    }

    async fn find_in_crowds(&mut self, bearers: &mut Bearers, asked: &[(Sign, &str)]) -> Result<()> {
        let (domains, streets) = (bearers.crowded(Sign::Domain, asked), bearers.crowded(Sign::Street, asked));
        if domains.is_empty() && streets.is_empty() {
            return Ok(());
        }
        let names = bearers.accounts();
        let named = |id: AccountId| Named { id, name: names.get(&id).cloned().unwrap_or_default() };
        let ids: Vec<AccountId> = names.keys().copied().collect();
        for ids in ids.chunks(LOOKED_UP) {
            for (id, theirs) in self.sought_domains(ids, &domains).await? {
                for domain in theirs {
                    if !bearers.has(Sign::Domain, &domain, id) {
                        bearers.add(Sign::Domain, domain, Borne { account: named(id), person: None, place: None });
                    }
                }
            }
            if streets.is_empty() {
                continue;
            }
            let mut sql =
                Sql::new("select account_id, street_key, name, street, city, postcode, state, country from account_location where account_id in ");
            sql.push_list(ids.iter().copied()).push(" and street_key in ").push_list(&streets).push(" order by account_id, position");
            for row in self.0.rows(sql).await? {
                let (id, street) = (AccountId(row.int("account_id")?), row.text("street_key")?);
                if !bearers.has(Sign::Street, &street, id) {
                    let place = Some(to_location(&row)?.address);
                    bearers.add(Sign::Street, street, Borne { account: named(id), person: None, place });
                }
            }
        }
        Ok(())
    }
}

/// One statement for all values: for each its oldest accounts. SQLite is told its way, as for [`Accounts::with_signs`].
fn statement(engine: Engine, asked: &[(Sign, &str)], but_of: Option<ImportId>) -> Sql {
    let mut sql = Sql::default();
    for sign in Sign::ALL {
        let values: Vec<&str> = asked.iter().filter(|(of, _)| *of == sign).map(|(_, value)| *value).collect();
        if values.is_empty() {
            continue;
        }
        let by = |index| driven_by(engine, Some(index));
        let people = |kind: &str| {
            format!(
                "contact_point p{} cross join contact c cross join account a
                 where c.id = p.contact_id and a.id = c.account_id and c.deleted_at is null and p.kind = '{kind}'",
                by("contact_point_match")
            )
        };
        let (value, from) = match sign {
            Sign::Name => ("a.name_key", format!("account a{} where 1 = 1", by("account_name_key"))),
            Sign::Domain => ("d.domain", format!("account_domain d{} cross join account a where a.id = d.account_id", by("account_domain_domain"))),
            Sign::Phone | Sign::Email => ("p.match_text", people(sign.key())),
            Sign::Street => {
                ("l.street_key", format!("account_location l{} cross join account a where a.id = l.account_id", by("account_location_street")))
            }
        };
        let person = if matches!(sign, Sign::Phone | Sign::Email) { "c.id as contact_id, c.full_name as contact_name" } else { NOBODY };
        let place = if sign == Sign::Street { "l.name, l.street, l.city, l.postcode, l.state, l.country" } else { NO_PLACE };
        let union = if sql.text.is_empty() { "" } else { " union all " };
        sql.push(&format!(
            "{union}select * from (select cast('{}' as text) as sign, {value} as value, a.id as account_id, a.name as account_name, {person}, {place},
             row_number() over (partition by {value} order by a.id) as nth from {from} and {value} in ",
            sign.key()
        ));
        sql.push_list(values).push(" and a.deleted_at is null");
        if let Some(run) = but_of {
            sql.push(" and (a.import_id is null or a.import_id <> ").push_bind(run).push(")");
        }
        sql.push(") found where nth <= ").push_bind(OF_EACH as i64);
    }
    sql
}

fn to_borne(row: &Row, sign: Sign) -> Result<Borne> {
    let account = Named { id: AccountId(row.int("account_id")?), name: row.text("account_name")? };
    let person = match (row.opt_int("contact_id")?, row.opt_text("contact_name")?) {
        (Some(id), Some(name)) => Some(Named { id: ContactId(id), name }),
        _ => None,
    };
    let place = if sign == Sign::Street { Some(to_location(row)?.address) } else { None };
    Ok(Borne { account, person, place })
}
