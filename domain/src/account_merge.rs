//! Two accounts that are one firm: which of two values stays, what goes along, and what taking it back leaves as it is.
//!
//! One of them, the kept, takes over everything; the other stays as a hidden row that says where it went. `docs/merging.md` has the
//! rules in words.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::account::AccountLocation;
use crate::text::fold;
use crate::{Account, AccountId, AccountKind, Catalog, DAY_MS, FieldErrors, FormValues, MergeId, Named, Timestamp, UserId};

/// For how long a merge can be taken back. Unit: days.
pub const UNDO_DAYS: i64 = 30;

/// One of the two accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The one that stays.
    #[default]
    Kept,
    /// The one that goes into it.
    Other,
}

impl Side {
    /// The word used in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Side::Kept => "kept",
            Side::Other => "other",
        }
    }

    /// Reads [`Side::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        [Side::Kept, Side::Other].into_iter().find(|side| side.key() == key)
    }
}

/// A field of which one value stays. Of lists both are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MergeField {
    Name,
    PrimaryRep,
    Website,
}

impl MergeField {
    /// Each of them, in the order of the form.
    pub const ALL: [MergeField; 3] = [MergeField::Name, MergeField::PrimaryRep, MergeField::Website];

    /// Its name in the form.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            MergeField::Name => "name",
            MergeField::PrimaryRep => "primary_rep",
            MergeField::Website => "website",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            MergeField::Name => "Name",
            MergeField::PrimaryRep => "Primary rep",
            MergeField::Website => "Website",
        }
    }

    /// An account's value, as people read it; empty for none.
    #[must_use]
    pub fn show(self, account: &Account, catalog: &Catalog) -> String {
        match self {
            MergeField::Name => account.name.clone(),
            MergeField::PrimaryRep => account.primary_rep.map_or_else(String::new, |id| catalog.person_name(id)),
            MergeField::Website => account.website.clone(),
        }
    }

    /// Whether both accounts say the same.
    #[must_use]
    pub fn is_same(self, kept: &Account, other: &Account) -> bool {
        match self {
            MergeField::Name => kept.name == other.name,
            MergeField::PrimaryRep => kept.primary_rep == other.primary_rep,
            MergeField::Website => kept.website == other.website,
        }
    }

    /// Whose value is better, so that the form begins with it: the only one there is; else that of the account whose facts were
    /// confirmed last; else the kept one's.
    #[must_use]
    pub fn preferred(self, kept: &Account, other: &Account) -> Side {
        if self.is_empty(other) {
            return Side::Kept;
        }
        let confirmed = |account: &Account| account.confirmed.map(|confirmed| confirmed.at);
        if self.is_empty(kept) || confirmed(other) > confirmed(kept) { Side::Other } else { Side::Kept }
    }

    fn is_empty(self, account: &Account) -> bool {
        match self {
            MergeField::Name => account.name.is_empty(),
            MergeField::PrimaryRep => account.primary_rep.is_none(),
            MergeField::Website => account.website.is_empty(),
        }
    }

    fn copy(self, from: &Account, to: &mut Account) {
        match self {
            MergeField::Name => to.name.clone_from(&from.name),
            MergeField::PrimaryRep => to.primary_rep = from.primary_rep,
            MergeField::Website => to.website.clone_from(&from.website),
        }
    }
}

/// Whose value stays, for each field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices(BTreeMap<MergeField, Side>);

impl Choices {
    /// What was chosen in a form; where nothing was sent, the better value, see [`MergeField::preferred`].
    ///
    /// # Errors
    /// What is neither of the two, at its field.
    pub fn read(form: &FormValues, kept: &Account, other: &Account) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let mut choices = BTreeMap::new();
        for field in MergeField::ALL {
            let side = match form.find(field.key()) {
                None => Some(field.preferred(kept, other)),
                Some(text) => errors.take(field.key(), Side::from_key(text).ok_or("Choose one of the two")),
            };
            choices.insert(field, side.unwrap_or_default());
        }
        errors.into_result()?;
        Ok(Self(choices))
    }

    fn of(&self, field: MergeField) -> Side {
        self.0.get(&field).copied().unwrap_or_default()
    }
}

/// What the kept account becomes: the chosen values, kinds, domains and places of both, the later confirmation.
#[must_use]
pub fn merged(kept: &Account, other: &Account, choices: &Choices, now: Timestamp) -> Account {
    let mut after = kept.clone();
    for field in MergeField::ALL.into_iter().filter(|field| choices.of(*field) == Side::Other) {
        field.copy(other, &mut after);
    }
    after.kinds = AccountKind::ALL.into_iter().filter(|kind| kept.kinds.contains(kind) || other.kinds.contains(kind)).collect();
    after.domains.extend(other.domains.iter().cloned());
    after.domains.sort();
    after.domains.dedup();
    let new = other.locations.iter().filter(|location| !kept.locations.iter().any(|known| is_same_place(known, location)));
    after.locations.extend(new.cloned());
    after.confirmed = [kept.confirmed, other.confirmed].into_iter().flatten().max_by_key(|confirmed| confirmed.at);
    after.version += 1;
    after.updated_at = now;
    after
}

fn is_same_place(one: &AccountLocation, other: &AccountLocation) -> bool {
    let (here, there) = (fold(&one.address.one_line()), fold(&other.address.one_line()));
    here == there && (!here.is_empty() || fold(&one.name) == fold(&other.name))
}

/// What the kept account becomes when its merge is taken back, and the names of the fields that were changed since: what was changed
/// stays. Of lists goes what the merge brought, if it is still there as it came.
#[must_use]
pub fn unmerged(before: &Account, after: &Account, present: &Account, now: Timestamp) -> (Account, Vec<&'static str>) {
    let mut account = present.clone();
    for field in MergeField::ALL.into_iter().filter(|field| field.is_same(after, present)) {
        field.copy(before, &mut account);
    }
    account.kinds = rewound(&before.kinds, &after.kinds, &present.kinds);
    account.domains = rewound(&before.domains, &after.domains, &present.domains);
    account.locations = rewound(&before.locations, &after.locations, &present.locations);
    if present.confirmed == after.confirmed {
        account.confirmed = before.confirmed;
    }
    account.version += 1;
    account.updated_at = now;
    let changed = Account::FIELDS.iter().filter(|field| !(field.is_same)(after, present)).map(|field| field.label).collect();
    (account, changed)
}

fn rewound<T: Clone + PartialEq>(before: &[T], after: &[T], present: &[T]) -> Vec<T> {
    present.iter().filter(|one| before.contains(one) || !after.contains(one)).cloned().collect()
}

/// What hangs on an account and goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moving {
    Contact,
    Lead,
    Opportunity,
    /// A lead that is delegated to it as a distributor.
    Delegated,
    /// That a lead was delegated to it, and what it answered.
    Delegation,
    /// A call that it referred.
    Referred,
    /// Somebody of it who can sign in.
    Person,
    /// A deal that is registered with it as a vendor.
    Registration,
    /// The customer that it is.
    Customer,
}

impl Moving {
    /// Each of them, in the order in which people read of it.
    pub const ALL: [Moving; 9] = [
        Moving::Contact,
        Moving::Lead,
        Moving::Opportunity,
        Moving::Delegated,
        Moving::Delegation,
        Moving::Referred,
        Moving::Person,
        Moving::Registration,
        Moving::Customer,
    ];

    /// The word stored.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Moving::Contact => "contact",
            Moving::Lead => "lead",
            Moving::Opportunity => "opportunity",
            Moving::Delegated => "delegated",
            Moving::Delegation => "delegation",
            Moving::Referred => "referred",
            Moving::Person => "person",
            Moving::Registration => "registration",
            Moving::Customer => "customer",
        }
    }

    /// So many of them, in words.
    #[must_use]
    pub fn counted(self, count: i64) -> String {
        match self {
            Moving::Contact => counted(count, "contact", "contacts"),
            Moving::Lead => counted(count, "lead", "leads"),
            Moving::Opportunity => counted(count, "opportunity", "opportunities"),
            Moving::Delegated => counted(count, "lead that is delegated to it", "leads that are delegated to it"),
            Moving::Delegation => counted(count, "answer to a delegation", "answers to delegations"),
            Moving::Referred => counted(count, "lead that it referred", "leads that it referred"),
            Moving::Person => counted(count, "person who signs in for it", "people who sign in for it"),
            Moving::Registration => counted(count, "deal that is registered with it", "deals that are registered with it"),
            Moving::Customer => counted(count, "customer", "customers"),
        }
    }
}

/// `1 lead`, `2 leads`.
#[must_use]
pub fn counted(count: i64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

/// A rule of routing that named the other account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleMoved {
    /// See [`crate::routing::RuleKind::key`].
    pub kind: String,
    pub number: i64,
    /// Its body before.
    pub before: String,
    /// Its body afterwards; `None` when it was taken out, because the kept account had one of its own.
    pub after: Option<String>,
}

/// What a merge has to know to be taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeFacts {
    /// The kept account before.
    pub before: Account,
    /// The kept account afterwards.
    pub after: Account,
    /// The other as it was.
    pub other: Account,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RuleMoved>,
}

/// What the page of a merge shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergePreview {
    pub kept: Account,
    pub other: Account,
    /// What goes along, counted, in words. Whoever may see it: all of it goes.
    pub moving: Vec<String>,
    /// Why the person may not merge these two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// A merge, as the kept account's page tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeNote {
    pub id: MergeId,
    /// The account that went into this one.
    pub other: Named<AccountId>,
    pub by: UserId,
    pub at: Timestamp,
    /// Whether the person may take it back now.
    pub may_undo: bool,
}

/// Until when a merge can be taken back.
#[must_use]
pub fn undo_until(merged_at: Timestamp) -> Timestamp {
    merged_at.plus_ms(UNDO_DAYS * DAY_MS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Address, Confirmed};

    fn account(name: &str, domains: &[&str]) -> Account {
        let domains = domains.iter().map(|domain| (*domain).to_owned()).collect();
        Account { name: name.to_owned(), domains, ..Account::blank(AccountId(1), Timestamp(0)) }
    }

    fn place(city: &str) -> AccountLocation {
        AccountLocation { name: String::new(), address: Address { city: city.to_owned(), ..Address::default() } }
    }

    fn choices(form: &str, kept: &Account, other: &Account) -> Choices {
        Choices::read(&FormValues::decode(form.as_bytes()), kept, other).expect("choices")
    }

    #[test]
    fn the_better_value_is_the_only_one_or_the_last_confirmed_or_the_kept() {
        let (kept, mut other) = (account("Acme", &[]), account("Acme Ltd", &[]));
        assert_eq!(MergeField::Name.preferred(&kept, &other), Side::Kept);
        other.website = "https://acme.example".to_owned();
        assert_eq!(MergeField::Website.preferred(&kept, &other), Side::Other);
        assert_eq!(MergeField::PrimaryRep.preferred(&kept, &other), Side::Kept);
        other.confirmed = Some(Confirmed { at: Timestamp(5), by: UserId(1) });
        assert_eq!(MergeField::Name.preferred(&kept, &other), Side::Other);
        assert_eq!(MergeField::Name.preferred(&other, &kept), Side::Kept);
    }

    #[test]
    fn lists_are_joined_and_values_chosen() {
        let mut kept = account("Acme", &["b.example"]);
        kept.kinds = vec![AccountKind::Vendor];
        kept.locations = vec![place("Leeds")];
        let mut other = account("Acme Ltd", &["a.example", "b.example"]);
        other.kinds = vec![AccountKind::Customer];
        other.locations = vec![place("LEEDS"), place("York")];
        let after = merged(&kept, &other, &choices("name=other", &kept, &other), Timestamp(9));
        assert_eq!((after.name.as_str(), after.version, after.updated_at), ("Acme Ltd", 2, Timestamp(9)));
        assert_eq!(after.kinds, [AccountKind::Customer, AccountKind::Vendor]);
        assert_eq!(after.domains, ["a.example", "b.example"]);
        assert_eq!(after.locations, [place("Leeds"), place("York")]);
        let wrong = Choices::read(&FormValues::decode(b"name=both"), &kept, &other).expect_err("a choice");
        assert_eq!(wrong.get("name"), Some("Choose one of the two"));
    }

    #[test]
    fn taking_back_leaves_what_was_changed_since() {
        let (kept, other) = (account("Acme", &["a.example"]), account("Acme Ltd", &["b.example"]));
        let after = merged(&kept, &other, &choices("name=other", &kept, &other), Timestamp(1));
        let (back, changed) = unmerged(&kept, &after, &after, Timestamp(2));
        assert_eq!((back.name.as_str(), &back.domains, back.version), ("Acme", &kept.domains, 3));
        assert_eq!(changed, Vec::<&str>::new());
        let mut present = after.clone();
        present.name = "Acme Group".to_owned();
        present.domains.push("c.example".to_owned());
        let (back, changed) = unmerged(&kept, &after, &present, Timestamp(2));
        assert_eq!((back.name.as_str(), back.domains), ("Acme Group", vec!["a.example".to_owned(), "c.example".to_owned()]));
        assert_eq!(changed, ["Name", "E-mail domains"]);
    }

    #[test]
    fn what_goes_along_is_counted_in_words() {
        assert_eq!((Moving::Lead.counted(1), Moving::Opportunity.counted(2)), ("1 lead".to_owned(), "2 opportunities".to_owned()));
    }
}
