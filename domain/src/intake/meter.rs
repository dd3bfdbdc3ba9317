//! The meter: what has to be asked before a lead may go to sales. One list, for the page while one types and for saving.

use serde::{Deserialize, Serialize};

use super::CallerChoice;
use crate::{Catalog, ChoiceId, FormValues};

/// The parts of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block {
    Who,
    What,
    Where,
}

/// Something that sales has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Requirement {
    /// Whether they are a customer.
    Customer,
    Company,
    /// The caller's name.
    Contact,
    Phone,
    Email,
    /// A known customer said that the four facts are right.
    Confirmed,
    Offering,
    Notes,
    Source,
    /// Who referred them, where the source is a referral.
    Referrer,
}

impl Requirement {
    /// Every one, in the order of the call.
    pub const ALL: [Requirement; 10] = [
        Requirement::Customer,
        Requirement::Phone,
        Requirement::Company,
        Requirement::Contact,
        Requirement::Email,
        Requirement::Confirmed,
        Requirement::Offering,
        Requirement::Notes,
        Requirement::Source,
        Requirement::Referrer,
    ];

    /// The word stored.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Requirement::Customer => "customer",
            Requirement::Company => "company",
            Requirement::Contact => "contact",
            Requirement::Phone => "phone",
            Requirement::Email => "email",
            Requirement::Confirmed => "confirmed",
            Requirement::Offering => "offering",
            Requirement::Notes => "notes",
            Requirement::Source => "source",
            Requirement::Referrer => "referrer",
        }
    }

    /// Reads [`Requirement::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.key() == key)
    }

    /// The part of the call in which it is asked.
    #[must_use]
    pub fn block(self) -> Block {
        match self {
            Requirement::Offering | Requirement::Notes => Block::What,
            Requirement::Source | Requirement::Referrer => Block::Where,
            _ => Block::Who,
        }
    }

    /// The form's field for it.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Requirement::Contact => "full_name",
            Requirement::Offering => "offerings",
            Requirement::Notes => "message",
            other => other.key(),
        }
    }

    /// What it is, within a sentence.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Requirement::Customer => "whether they are a customer",
            Requirement::Company => "the company",
            Requirement::Contact => "the caller’s name",
            Requirement::Phone => "a number to call back",
            Requirement::Email => "an e-mail address",
            Requirement::Confirmed => "that their facts are right",
            Requirement::Offering => "what they want",
            Requirement::Notes => "key notes",
            Requirement::Source => "where they found us",
            Requirement::Referrer => "who referred them",
        }
    }

    /// What to do about it, as a sentence at its field.
    #[must_use]
    pub fn ask(self) -> &'static str {
        match self {
            Requirement::Customer => "Ask whether they are a customer",
            Requirement::Company => "Ask for the company",
            Requirement::Contact => "Ask for the caller’s name",
            Requirement::Phone => "Ask for a number to call back",
            Requirement::Email => "Ask for an e-mail address",
            Requirement::Confirmed => "Read the four facts to the caller, and tick that they are right",
            Requirement::Offering => "Choose what they want",
            Requirement::Notes => "Note what sales has to know",
            Requirement::Source => "Ask where they found us",
            Requirement::Referrer => "Ask who referred them",
        }
    }

    /// Whether it is known, or not asked in this call.
    fn is_met(self, gathered: &Gathered) -> bool {
        match self {
            Requirement::Customer => gathered.is_customer.is_some(),
            Requirement::Company => gathered.company,
            Requirement::Contact => gathered.contact,
            Requirement::Phone => gathered.phone,
            Requirement::Email => gathered.email,
            Requirement::Confirmed => gathered.confirmed || !gathered.is_known || gathered.is_customer != Some(true),
            Requirement::Offering => gathered.offering,
            Requirement::Notes => gathered.notes,
            Requirement::Source => gathered.source,
            Requirement::Referrer => gathered.referrer || !gathered.asks_referrer,
        }
    }
}

/// Several, within a sentence: `the company, key notes and where they found us`.
#[must_use]
pub fn list_words(all: &[Requirement]) -> String {
    match all {
        [] => String::new(),
        [one] => one.words().to_owned(),
        [first @ .., last] => format!("{} and {}", first.iter().map(|one| one.words()).collect::<Vec<_>>().join(", "), last.words()),
    }
}

/// What a call has brought so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a list of what is there")]
pub struct Gathered {
    /// `None` while nobody asked.
    pub is_customer: Option<bool>,
    /// Whether the caller's account is one that was there.
    pub is_known: bool,
    pub company: bool,
    pub contact: bool,
    pub phone: bool,
    pub email: bool,
    pub confirmed: bool,
    pub offering: bool,
    pub notes: bool,
    pub source: bool,
    /// Whether the source is a referral.
    pub asks_referrer: bool,
    pub referrer: bool,
}

impl Gathered {
    /// What a form says, whole or half filled.
    #[must_use]
    pub fn of(values: &FormValues, catalog: &Catalog) -> Self {
        let has = |name: &str| values.all(name).any(|value| !value.trim().is_empty());
        let source = values.get("source").parse().ok().map(ChoiceId).and_then(|id| catalog.choice(id));
        Self {
            is_customer: match values.get("customer") {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            },
            is_known: matches!(CallerChoice::of(values), Some(CallerChoice::Known { .. })),
            company: has("company"),
            contact: has("full_name"),
            phone: has("phone"),
            email: has("email"),
            confirmed: values.get("confirmed") == "1",
            offering: has("offerings"),
            notes: has("message"),
            source: source.is_some(),
            asks_referrer: source.is_some_and(|source| source.asks_referrer),
            referrer: has("referrer") || has("referrer_id"),
        }
    }

    /// What is still to be asked, in the order of the call.
    #[must_use]
    pub fn missing(&self) -> Vec<Requirement> {
        Requirement::ALL.into_iter().filter(|one| !one.is_met(self)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cast;
    use crate::{Choice, ChoiceList};

    /// The cast's lists with a source that is a referral and one that is none.
    fn catalog() -> Catalog {
        let mut catalog = cast::catalog();
        let source = |id, asks_referrer| Choice {
            id: ChoiceId(id),
            list: ChoiceList::Source,
            name: format!("Source {id}"),
            position: id,
            is_default: false,
            asks_referrer,
            is_goods: false,
            retired: false,
        };
        catalog.choices.extend([source(901, false), source(902, true)]);
        catalog
    }

    fn missing(form: &str) -> Vec<&'static str> {
        let values = FormValues::decode(form.as_bytes());
        Gathered::of(&values, &catalog()).missing().into_iter().map(Requirement::key).collect()
    }

    const WHOLE: &str = "customer=no&company=Acme&full_name=Jo&phone=1&email=j@a.co&offerings=1&message=Help&source=901";

    #[test]
    fn a_call_begins_with_everything_to_ask() {
        let all_but_two: Vec<_> = Requirement::ALL.into_iter().map(Requirement::key).filter(|key| !["confirmed", "referrer"].contains(key)).collect();
        assert_eq!(missing(""), all_but_two, "facts are confirmed and referrers named only where there are some");
        assert_eq!(missing("company=+&phone=%09&offerings=&offerings_sent=1&customer=perhaps"), all_but_two);
    }

    #[test]
    fn nothing_is_missing_of_a_whole_call() {
        assert_eq!(missing(WHOLE), Vec::<&str>::new());
        for (name, requirement) in [
            ("customer=no", "customer"),
            ("company=Acme", "company"),
            ("full_name=Jo", "contact"),
            ("phone=1", "phone"),
            ("email=j@a.co", "email"),
            ("offerings=1", "offering"),
            ("message=Help", "notes"),
            ("source=901", "source"),
        ] {
            assert_eq!(missing(&WHOLE.replace(name, "x=1")), [requirement]);
        }
    }

    #[test]
    fn a_known_customer_confirms_their_facts() {
        let customer = WHOLE.replace("customer=no", "customer=yes");
        assert_eq!(missing(&customer), Vec::<&str>::new(), "of whom we know nothing");
        assert_eq!(missing(&format!("{customer}&caller=12:34")), ["confirmed"]);
        assert_eq!(missing(&format!("{customer}&caller=new")), Vec::<&str>::new());
        assert_eq!(missing(&format!("{customer}&caller=12&confirmed=1")), Vec::<&str>::new());
        assert_eq!(missing(&format!("{WHOLE}&caller=12")), Vec::<&str>::new(), "who is no customer yet");
    }

    #[test]
    fn a_referral_needs_who_referred() {
        let referred = WHOLE.replace("901", "902");
        assert_eq!(missing(&referred), ["referrer"]);
        assert_eq!(missing(&format!("{referred}&referrer=Northwind")), Vec::<&str>::new());
        assert_eq!(missing(&format!("{referred}&referrer_id=7")), Vec::<&str>::new());
        assert_eq!(missing(&WHOLE.replace("901", "999")), ["source"], "a source that is none");
    }

    #[test]
    fn what_is_missing_is_said_in_words() {
        assert_eq!(list_words(&[]), "");
        assert_eq!(list_words(&[Requirement::Company]), "the company");
        let three = [Requirement::Company, Requirement::Notes, Requirement::Source];
        assert_eq!(list_words(&three), "the company, key notes and where they found us");
        for one in Requirement::ALL {
            assert_eq!(Requirement::from_key(one.key()), Some(one));
        }
        let of = |block| Requirement::ALL.into_iter().filter(|one| one.block() == block).count();
        assert_eq!((of(Block::Who), of(Block::What), of(Block::Where)), (6, 2, 2));
    }
}
