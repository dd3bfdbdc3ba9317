//! What the lists of accounts and of contacts show, as values: read from an address and written back in one form.

use serde::{Deserialize, Serialize};

use crate::lead_filter::{Term, sought};
use crate::{AccountId, AccountKind, FormValues};

/// Who has to be the primary rep of the accounts of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepTerm {
    /// The person who looks.
    Me,
    /// Nobody: accounts that wait for a rep.
    Nobody,
}

impl RepTerm {
    /// Each of them, in the order of forms.
    pub const ALL: [RepTerm; 2] = [RepTerm::Me, RepTerm::Nobody];

    /// The word used in addresses and forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            RepTerm::Me => "me",
            RepTerm::Nobody => "none",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            RepTerm::Me => "me",
            RepTerm::Nobody => "nobody",
        }
    }

    /// Reads [`RepTerm::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|term| term.key() == key)
    }
}

/// What a list of accounts shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountFilter {
    /// Words that must all begin a word of the account's name.
    pub query: String,
    pub kind: Option<AccountKind>,
    /// Only accounts with this primary rep.
    pub rep: Option<RepTerm>,
}

impl AccountFilter {
    /// Reads a query string's pairs: `q`, `kind`, `rep`. What is unknown is left out, so that an old link still opens.
    #[must_use]
    pub fn parse(values: &FormValues) -> Self {
        Self { query: sought(values.get("q")), kind: AccountKind::from_key(values.get("kind")), rep: RepTerm::from_key(values.get("rep")) }
    }

    /// Reads a query string, with or without its `?`.
    #[must_use]
    pub fn from_query(query: &str) -> Self {
        Self::parse(&FormValues::decode(query.trim_start_matches('?').as_bytes()))
    }

    /// The canonical query string; empty for the whole list.
    #[must_use]
    pub fn to_query(&self) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        if !self.query.is_empty() {
            out.append_pair("q", &self.query);
        }
        if let Some(kind) = self.kind {
            out.append_pair("kind", kind.key());
        }
        if let Some(rep) = self.rep {
            out.append_pair("rep", rep.key());
        }
        out.finish()
    }

    /// Its removable terms, for chips.
    #[must_use]
    pub fn terms(&self) -> Vec<Term> {
        let mut terms = Vec::new();
        if !self.query.is_empty() {
            let without = Self { query: String::new(), ..self.clone() };
            terms.push(Term { label: format!("“{}”", self.query), without: without.to_query() });
        }
        if let Some(kind) = self.kind {
            let without = Self { kind: None, ..self.clone() };
            terms.push(Term { label: format!("Kind: {}", kind.label()), without: without.to_query() });
        }
        if let Some(rep) = self.rep {
            let without = Self { rep: None, ..self.clone() };
            terms.push(Term { label: format!("Primary rep: {}", rep.label()), without: without.to_query() });
        }
        terms
    }

    /// Whether anything narrows the list.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        *self != Self::default()
    }
}

/// What a list of contacts shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactFilter {
    /// Words that must all begin a word of the contact's name; or the start of an e-mail address; or digits of a phone
    /// number.
    pub query: String,
    /// Only people of this account.
    pub account: Option<AccountId>,
}

impl ContactFilter {
    /// Reads a query string's pairs: `q`, `account`. What is unknown is left out, so that an old link still opens.
    #[must_use]
    pub fn parse(values: &FormValues) -> Self {
        Self { query: sought(values.get("q")), account: values.get("account").parse().ok() }
    }

    /// Reads a query string, with or without its `?`.
    #[must_use]
    pub fn from_query(query: &str) -> Self {
        Self::parse(&FormValues::decode(query.trim_start_matches('?').as_bytes()))
    }

    /// The canonical query string; empty for the whole list.
    #[must_use]
    pub fn to_query(&self) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        if !self.query.is_empty() {
            out.append_pair("q", &self.query);
        }
        if let Some(account) = self.account {
            out.append_pair("account", &account.to_string());
        }
        out.finish()
    }

    /// Whether anything narrows the list.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        *self != Self::default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_unknown_is_left_out() {
        assert_eq!(AccountFilter::from_query("?kind=friend&rep=you&page=2"), AccountFilter::default());
        assert_eq!(ContactFilter::from_query("account=many"), ContactFilter::default());
    }

    #[test]
    fn a_term_can_be_taken_away() {
        let filter = AccountFilter::from_query("rep=me&kind=vendor&q=harbour++dental");
        assert_eq!(filter.to_query(), "q=harbour+dental&kind=vendor&rep=me");
        let terms = filter.terms();
        assert_eq!((terms[1].label.as_str(), terms[1].without.as_str()), ("Kind: Vendor", "q=harbour+dental&rep=me"));
        let nobody_s = AccountFilter::from_query("rep=none");
        assert_eq!((nobody_s.rep, nobody_s.to_query().as_str(), nobody_s.is_narrowed()), (Some(RepTerm::Nobody), "rep=none", true));
        assert_eq!(nobody_s.terms(), [Term { label: "Primary rep: nobody".to_owned(), without: String::new() }]);
    }

    proptest! {
        #[test]
        fn a_filter_of_accounts_reads_back_as_written(
            query in ".{0,30}",
            kind in prop::option::of(prop::sample::select(AccountKind::ALL.to_vec())),
            rep in prop::option::of(prop::sample::select(RepTerm::ALL.to_vec())),
        ) {
            let mut values = vec![("q".to_owned(), query)];
            values.extend(kind.map(|kind| ("kind".to_owned(), kind.key().to_owned())));
            values.extend(rep.map(|rep| ("rep".to_owned(), rep.key().to_owned())));
            let filter = AccountFilter::parse(&FormValues(values));
            prop_assert_eq!(AccountFilter::from_query(&filter.to_query()), filter);
        }

        #[test]
        fn a_filter_of_contacts_reads_back_as_written(query in ".{0,250}", account in prop::option::of(any::<i64>())) {
            let mut values = vec![("q".to_owned(), query)];
            values.extend(account.map(|id| ("account".to_owned(), id.to_string())));
            let filter = ContactFilter::parse(&FormValues(values));
            prop_assert_eq!(ContactFilter::from_query(&filter.to_query()), filter);
        }
    }
}
