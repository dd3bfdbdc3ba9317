//! Contact events: what a contact did (opened a mail, called, bought). A thing before a lead: many of them, one possible lead.
//!
//! Kinds and their weights are configured (`/admin/event-kinds`); what they add up to is in [`crate::confidence`].

use serde::{Deserialize, Serialize};

use crate::account_match::{AccountMatch, Strength};
use crate::confidence::HalfLife;
use crate::text::fold;
use crate::{AccountId, ChoiceId, ContactEventId, ContactId, Named, Timestamp};

/// Most events of one batch.
pub const BATCH_MAX: usize = 1000;
/// Highest weight of a kind. Unit: points.
pub const WEIGHT_MAX: i64 = 1000;
/// Most kinds.
pub const KINDS_MAX: usize = 60;
/// Longest id of a sender's. Unit: characters.
pub const SENDER_KEY_MAX: usize = 200;

/// Accounts that are named beside a row of a file.
pub const NAMED_MAX: usize = 3;

/// A kind of contact event.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ContactEventKind {
    /// The word that senders use; stays when the kind is renamed.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// What one such event counts when it happens. Unit: points, 0 to [`WEIGHT_MAX`].
    pub weight: i64,
    /// No longer taken; what came before still counts.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retired: bool,
}

/// What contact events count, and what becomes of who reaches the threshold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weighing {
    pub half_life: HalfLife,
    /// Source of the leads that are made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<ChoiceId>,
    /// In the order of the form.
    pub kinds: Vec<ContactEventKind>,
}

/// Key, label and weight of the kinds that every site starts with.
const STANDARD: [(&str, &str, i64); 10] = [
    ("email_opened", "E-mail opened", 1),
    ("email_clicked", "Link in an e-mail followed", 3),
    ("email_replied", "E-mail answered", 15),
    ("page_visited", "Page visited", 1),
    ("form_filled", "Form filled in", 15),
    ("downloaded", "Downloaded", 8),
    ("purchased", "Bought", 30),
    ("called", "Called", 20),
    ("met", "Met", 30),
    ("attended", "Attended an event", 15),
];

impl Weighing {
    /// What holds until somebody changes it, so that a migrated site has it too.
    #[must_use]
    pub fn standard() -> Self {
        let kind =
            |(key, label, weight): (&str, &str, i64)| ContactEventKind { key: key.to_owned(), label: label.to_owned(), weight, retired: false };
        Self { half_life: HalfLife::STANDARD, source: None, kinds: STANDARD.into_iter().map(kind).collect() }
    }

    /// A kind, retired or not.
    #[must_use]
    pub fn kind(&self, key: &str) -> Option<&ContactEventKind> {
        self.kinds.iter().find(|kind| kind.key == key)
    }

    /// Kinds that are taken.
    pub fn taken(&self) -> impl Iterator<Item = &ContactEventKind> {
        self.kinds.iter().filter(|kind| !kind.retired)
    }

    /// What an event of a kind counts when it happens.
    #[must_use]
    pub fn weight(&self, key: &str) -> i64 {
        self.kind(key).map_or(0, |kind| kind.weight)
    }

    /// What people call a kind.
    #[must_use]
    pub fn label(&self, key: &str) -> String {
        self.kind(key).map_or_else(|| key.to_owned(), |kind| kind.label.clone())
    }
}

/// The word by which senders name a kind of this label: `trade_fair` for "Trade fair".
#[must_use]
pub fn key_of(label: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let word: String = fold(label).chars().map(plain).collect();
    word.split('_').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_")
}

/// What was found of the company when an event came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// The contact has an account, and nothing speaks against it.
    Known,
    /// What was said points to other accounts than the contact's.
    Contradicted,
    /// Exactly one account.
    One,
    /// Several that may be it.
    Several,
    /// Signs that point to different accounts.
    Disagreeing,
    /// A mail service that anybody may use, and nothing else.
    FreeMail,
    /// None that is known.
    Nothing,
}

/// An account that may be meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    pub account: Named<AccountId>,
    pub strength: Strength,
    /// Sentences.
    pub reasons: Vec<String>,
}

/// What was found of the company, and what speaks for it. Kept with the event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub found: Found,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proposals: Vec<Proposal>,
}

impl Finding {
    /// Holds what an event says of a company against the accounts that may be meant. `own` is the contact's account.
    #[must_use]
    pub fn judge(own: Option<AccountId>, matches: &[AccountMatch], is_free_mail: bool) -> Self {
        let strong: Vec<&AccountMatch> = matches.iter().filter(|found| found.strength >= Strength::Likely).collect();
        let certain: Vec<&AccountMatch> = strong.iter().copied().filter(|found| found.strength == Strength::Certain).collect();
        let finding = |found, accounts: &[&AccountMatch]| Self { found, proposals: accounts.iter().copied().map(proposal).collect() };
        if let Some(own) = own {
            let is_theirs = strong.is_empty() || strong.iter().any(|found| found.account == own);
            return if is_theirs { finding(Found::Known, &[]) } else { finding(Found::Contradicted, &strong) };
        }
        if strong.iter().any(|found| found.disagrees) {
            return finding(Found::Disagreeing, &strong);
        }
        match (&certain[..], &strong[..]) {
            ([one], _) | ([], [one]) => finding(Found::One, &[*one]),
            ([], []) => {
                let possible: Vec<&AccountMatch> = matches.iter().collect();
                let found = if !possible.is_empty() {
                    Found::Several
                } else if is_free_mail {
                    Found::FreeMail
                } else {
                    Found::Nothing
                };
                finding(found, &possible)
            }
            _ => finding(Found::Several, &strong),
        }
    }

    /// The account, where exactly one is meant.
    #[must_use]
    pub fn account(&self) -> Option<&Named<AccountId>> {
        self.proposals.first().filter(|_| self.found == Found::One).map(|proposal| &proposal.account)
    }

    /// What it made of the account of a lead, with all that was found, as a sentence without its subject and those behind it.
    #[must_use]
    pub fn told(&self) -> String {
        if let Some(account) = self.account() {
            let reasons = self.proposals.iter().flat_map(|proposal| &proposal.reasons).map(|reason| format!(". {reason}"));
            return format!("found the account {}{}", account.name, reasons.collect::<String>());
        }
        let proposals = self.proposals.iter().map(|proposal| format!(". {}: {}", proposal.account.name, proposal.reasons.join("; ")));
        format!("left the account open. {}{}", self.sentence().unwrap_or_default(), proposals.collect::<String>())
    }

    /// The same beside a row of a file: to which account it goes and why, or which it may be.
    #[must_use]
    pub fn of_row(&self) -> String {
        if let Some(account) = self.account() {
            return format!("goes to the account {}: {}", account.name, self.proposals[0].reasons.join("; "));
        }
        let named = self.proposals.iter().take(NAMED_MAX).map(|proposal| format!("{} ({})", proposal.account.name, proposal.reasons.join("; ")));
        let others = if self.proposals.len() > NAMED_MAX { " or others" } else { "" };
        format!("may be the same as {}{others}", named.collect::<Vec<_>>().join(" or "))
    }

    /// What people read of it; `None` where there is nothing to say.
    #[must_use]
    pub fn sentence(&self) -> Option<&'static str> {
        match self.found {
            Found::Known => None,
            Found::Contradicted => Some("What was sent with it points to another account"),
            Found::One => Some("One account matched"),
            Found::Several => Some("Several accounts may be meant, or one that is far from certain; a person has to say which"),
            Found::Disagreeing => Some("The signs point to different accounts; a person has to say which"),
            Found::FreeMail => Some("The address is of a mail service that anybody may use, so it says nothing about the company"),
            Found::Nothing => Some("No account is known that matches"),
        }
    }
}

fn proposal(found: &AccountMatch) -> Proposal {
    Proposal {
        account: Named { id: found.account, name: found.name.clone() },
        strength: found.strength,
        reasons: found.reasons.iter().map(|reason| reason.text.clone()).collect(),
    }
}

/// Something a contact did, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactEvent {
    pub id: ContactEventId,
    pub contact: ContactId,
    /// Key of its kind.
    pub kind: String,
    pub at: Timestamp,
    /// The sender's words; may be empty.
    pub detail: String,
    /// The company as it was sent; may be empty.
    pub company: String,
    pub finding: Finding,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MatchReason;
    use crate::account_match::MatchBy;

    fn found(account: i64, strength: Strength, disagrees: bool) -> AccountMatch {
        let reasons = vec![MatchReason { by: MatchBy::Name, strength, text: "This is their name".to_owned() }];
        let account = AccountId(account);
        AccountMatch { account, name: format!("A{account}"), kinds: vec![], primary_rep: None, contact: None, strength, reasons, disagrees }
    }

    fn judged(own: Option<i64>, matches: &[AccountMatch]) -> (Found, Option<i64>, usize) {
        let finding = Finding::judge(own.map(AccountId), matches, false);
        (finding.found, finding.account().map(|account| account.id.0), finding.proposals.len())
    }

    #[test]
    fn an_account_is_taken_where_exactly_one_is_meant() {
        use Strength::{Certain, Likely, Possible};
        assert_eq!(judged(None, &[found(1, Certain, false), found(2, Likely, false)]), (Found::One, Some(1), 1));
        assert_eq!(judged(None, &[found(1, Likely, false), found(2, Possible, false)]), (Found::One, Some(1), 1));
        assert_eq!(judged(None, &[found(1, Likely, false), found(2, Likely, false)]), (Found::Several, None, 2));
        assert_eq!(judged(None, &[found(1, Certain, false), found(2, Certain, false)]), (Found::Several, None, 2));
        assert_eq!(judged(None, &[found(1, Possible, false)]), (Found::Several, None, 1));
        assert_eq!(judged(None, &[found(1, Likely, true), found(2, Likely, true)]), (Found::Disagreeing, None, 2));
        assert_eq!(judged(None, &[]), (Found::Nothing, None, 0));
        assert_eq!(Finding::judge(None, &[], true).found, Found::FreeMail);
    }

    #[test]
    fn it_says_by_what_an_account_was_found_or_why_it_is_open() {
        use Strength::{Certain, Likely};
        let told = |matches: &[AccountMatch]| Finding::judge(None, matches, false).told();
        assert_eq!(told(&[found(1, Certain, false)]), "found the account A1. This is their name");
        assert_eq!(
            told(&[found(1, Likely, true), found(2, Likely, true)]),
            "left the account open. The signs point to different accounts; a person has to say which. A1: This is their name. A2: This is their name"
        );
    }

    #[test]
    fn a_row_of_a_file_says_where_it_goes_or_what_it_may_be() {
        use Strength::{Certain, Likely, Possible};
        let of_row = |matches: &[AccountMatch]| Finding::judge(None, matches, false).of_row();
        assert_eq!(of_row(&[found(1, Certain, false), found(2, Possible, false)]), "goes to the account A1: This is their name");
        assert_eq!(of_row(&[found(3, Possible, false)]), "may be the same as A3 (This is their name)");
        let many: Vec<AccountMatch> = (1..=4).map(|account| found(account, Likely, true)).collect();
        let three = "A1 (This is their name) or A2 (This is their name) or A3 (This is their name)";
        assert_eq!(of_row(&many), format!("may be the same as {three} or others"));
    }

    #[test]
    fn a_contact_s_own_account_stays_and_what_speaks_against_it_is_kept() {
        use Strength::{Certain, Possible};
        assert_eq!(judged(Some(1), &[]), (Found::Known, None, 0));
        assert_eq!(judged(Some(1), &[found(1, Certain, false), found(2, Certain, false)]), (Found::Known, None, 0));
        assert_eq!(judged(Some(1), &[found(2, Certain, false)]), (Found::Contradicted, None, 1));
        assert_eq!(judged(Some(1), &[found(2, Possible, false)]), (Found::Known, None, 0));
    }

    #[test]
    fn kinds_are_named_by_plain_words() {
        for (label, key) in [("Trade fair", "trade_fair"), ("  Café: visited! ", "caf_visited"), ("Met", "met"), ("東京", "")] {
            assert_eq!(key_of(label), key, "{label}");
        }
        let standard = Weighing::standard();
        assert!(standard.kinds.iter().all(|kind| key_of(&kind.key) == kind.key && kind.weight <= WEIGHT_MAX));
        assert_eq!((standard.weight("met"), standard.weight("danced"), standard.label("danced").as_str()), (30, 0, "danced"));
    }
}
