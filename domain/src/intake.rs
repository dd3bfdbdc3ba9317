//! Phone intake: who called, whom the call was put through to, what is still to be asked, and whose the lead becomes.

mod given;
mod meter;

use serde::{Deserialize, Serialize};

pub use given::{Because, Candidates, Given, InCharge};
pub use meter::{Block, Gathered, Requirement, list_words};

use crate::account::{AccountKind, Confirmed, Named};
use crate::ladder::RungShown;
use crate::{AccountId, ContactId, FormValues, Lead, Strength, UserId};

/// How a try to put a call through ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TryResult {
    Answered,
    NoAnswer,
    LeftMessage,
    /// They answered, but do not take the call.
    Declined,
}

impl TryResult {
    /// Every result, in the order of the keys that log them.
    pub const ALL: [TryResult; 4] = [TryResult::Answered, TryResult::NoAnswer, TryResult::LeftMessage, TryResult::Declined];

    /// The word used in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            TryResult::Answered => "answered",
            TryResult::NoAnswer => "no_answer",
            TryResult::LeftMessage => "left_message",
            TryResult::Declined => "declined",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            TryResult::Answered => "Answered",
            TryResult::NoAnswer => "No answer",
            TryResult::LeftMessage => "Left a message",
            TryResult::Declined => "Declined",
        }
    }

    /// Reads [`TryResult::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|result| result.key() == key)
    }
}

/// Most tries of one call that are kept.
pub const TRIES_MAX: usize = 40;

/// One try to put a call through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CallTry {
    pub user: UserId,
    pub result: TryResult,
}

impl CallTry {
    /// As forms carry it: `17:no_answer`.
    #[must_use]
    pub fn key(self) -> String {
        format!("{}:{}", self.user, self.result.key())
    }

    /// Reads [`CallTry::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        let (user, result) = key.split_once(':')?;
        Some(Self { user: UserId(user.parse().ok()?), result: TryResult::from_key(result)? })
    }

    /// The tries of a form in their order: `try` as script sends them, or `try_17` as a choice for each person.
    #[must_use]
    pub fn all_of(values: &FormValues) -> Vec<Self> {
        let chosen = |(name, value): &(String, String)| match name.strip_prefix("try_") {
            Some(user) => Some(Self { user: UserId(user.parse().ok()?), result: TryResult::from_key(value)? }),
            None if name == "try" => Self::from_key(value),
            None => None,
        };
        values.0.iter().filter_map(chosen).take(TRIES_MAX).collect()
    }
}

/// Who of those tried did not take the call.
#[must_use]
pub fn unanswered(tries: &[CallTry]) -> Vec<UserId> {
    tries.iter().filter(|one| one.result != TryResult::Answered).map(|one| one.user).collect()
}

/// Who took the call in the end.
#[must_use]
pub fn answered_by(tries: &[CallTry]) -> Option<UserId> {
    tries.iter().rev().find(|one| one.result == TryResult::Answered).map(|one| one.user)
}

/// What is said of a caller, each part empty or half typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CallerSaid {
    pub phone: String,
    pub company: String,
    pub full_name: String,
    pub email: String,
}

impl CallerSaid {
    /// What a form says.
    #[must_use]
    pub fn of(values: &FormValues) -> Self {
        let [phone, company, full_name, email] = ["phone", "company", "full_name", "email"].map(|name| values.get(name).trim().to_owned());
        Self { phone, company, full_name, email }
    }
}

/// Which record a caller is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CallerChoice {
    /// None that is there: an account is made.
    New,
    Known {
        account: AccountId,
        contact: Option<ContactId>,
    },
}

impl CallerChoice {
    /// As forms carry it: `new`, `12`, or `12:34` with the contact.
    #[must_use]
    pub fn key(self) -> String {
        match self {
            CallerChoice::New => "new".to_owned(),
            CallerChoice::Known { account, contact: None } => account.to_string(),
            CallerChoice::Known { account, contact: Some(contact) } => format!("{account}:{contact}"),
        }
    }

    /// What a form says: `caller` as script sends it, or `caller_choice` as one of several buttons.
    #[must_use]
    pub fn of(values: &FormValues) -> Option<Self> {
        ["caller", "caller_choice"].into_iter().find_map(|name| Self::from_key(values.get(name)))
    }

    /// Reads [`CallerChoice::key`] back; `None` where nobody chose.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        if key == "new" {
            return Some(CallerChoice::New);
        }
        let (account, contact) = match key.split_once(':') {
            Some((account, contact)) => (account, Some(ContactId(contact.parse().ok()?))),
            None => (key, None),
        };
        Some(CallerChoice::Known { account: AccountId(account.parse().ok()?), contact })
    }
}

/// A contact with the preferred number and address; empty where there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownContact {
    pub id: ContactId,
    pub full_name: String,
    pub phone: String,
    pub email: String,
}

/// An account, or somebody there, that a caller may be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    pub account: Named<AccountId>,
    pub kinds: Vec<AccountKind>,
    pub primary_rep: Option<UserId>,
    pub confirmed: Option<Confirmed>,
    pub contact: Option<KnownContact>,
    /// How sure it is; `None` for who was found by their name alone.
    pub strength: Option<Strength>,
    /// Why it is shown, as sentences.
    pub reasons: Vec<String>,
}

impl Caller {
    /// The choice of this one.
    #[must_use]
    pub fn choice(&self) -> CallerChoice {
        CallerChoice::Known { account: self.account.id, contact: self.contact.as_ref().map(|contact| contact.id) }
    }
}

/// What has been settled so far, and decides about what stands beside the form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settled {
    /// See [`CallerChoice::key`].
    pub caller: String,
    /// Number or name of the account that referred the caller.
    pub referrer: String,
    pub needs_help_now: bool,
    /// See [`CallTry::key`], separated by commas.
    pub tries: String,
}

impl Settled {
    /// What a form says.
    #[must_use]
    pub fn of(values: &FormValues) -> Self {
        let referrer = Some(values.get("referrer_id")).filter(|id| !id.is_empty()).unwrap_or_else(|| values.get("referrer"));
        Self {
            caller: CallerChoice::of(values).map(CallerChoice::key).unwrap_or_default(),
            referrer: referrer.trim().to_owned(),
            needs_help_now: values.get("needs_help_now") == "1",
            tries: CallTry::all_of(values).into_iter().map(CallTry::key).collect::<Vec<_>>().join(","),
        }
    }
}

/// What stands beside the form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beside {
    /// Who the caller is, where somebody chose.
    pub caller: Option<Caller>,
    /// Who referred them.
    pub referrer: Option<Caller>,
    /// Whose account it is, or else who looks after whoever referred them.
    pub assigned: Option<UserId>,
    pub ladder: String,
    pub rungs: Vec<RungShown>,
}

/// What a call said about its lead.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadCall {
    pub needs_help_now: bool,
    pub referrer: Option<Named<AccountId>>,
    /// What was not asked.
    pub missing: Vec<Requirement>,
}

impl LeadCall {
    /// What the call left open and nobody has filled in since.
    #[must_use]
    pub fn still_missing(&self, lead: &Lead) -> Vec<Requirement> {
        let is_filled = |one: &Requirement| match one {
            Requirement::Company => lead.account.name != lead.full_name,
            Requirement::Contact => lead.full_name != lead.account.name,
            Requirement::Phone => !lead.phones.is_empty(),
            Requirement::Email => !lead.emails.is_empty(),
            Requirement::Offering => !lead.offerings.is_empty(),
            Requirement::Notes => !lead.message.is_empty(),
            Requirement::Source => lead.source.is_some(),
            Requirement::Referrer => self.referrer.is_some(),
            Requirement::Customer | Requirement::Confirmed => false,
        };
        self.missing.iter().copied().filter(|one| !is_filled(one)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_are_read_with_script_and_without() {
        let values = FormValues::decode(b"try=7:no_answer&try=x&try_8=&try_9=answered&try_z=declined&try=7:declined");
        let tries = CallTry::all_of(&values);
        assert_eq!(tries.iter().map(|one| one.key()).collect::<Vec<_>>(), ["7:no_answer", "9:answered", "7:declined"]);
        assert_eq!((unanswered(&tries), answered_by(&tries)), (vec![UserId(7), UserId(7)], Some(UserId(9))));
        let many = FormValues((0..100).map(|_| ("try".to_owned(), "7:declined".to_owned())).collect());
        assert_eq!(CallTry::all_of(&many).len(), TRIES_MAX);
    }

    #[test]
    fn a_choice_reads_back() {
        let known = |contact| CallerChoice::Known { account: AccountId(12), contact };
        for choice in [CallerChoice::New, known(None), known(Some(ContactId(34)))] {
            assert_eq!(CallerChoice::from_key(&choice.key()), Some(choice));
        }
        for nothing in ["", "x", "12:", ":34", "12:x"] {
            assert_eq!(CallerChoice::from_key(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn what_was_filled_in_since_is_no_longer_missing() {
        let mut lead = crate::cast::lead();
        let call = LeadCall { missing: Requirement::ALL.to_vec(), ..LeadCall::default() };
        assert!(call.still_missing(&lead).contains(&Requirement::Notes));
        lead.message = "Two surgeries".to_owned();
        let left = call.still_missing(&lead);
        assert!(!left.contains(&Requirement::Notes) && left.contains(&Requirement::Offering), "{left:?}");
    }
}
