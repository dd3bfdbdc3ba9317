//! Requests for help with a lead: of marketing, distribution or a vendor, to a person of the site or to an address outside.

use serde::{Deserialize, Serialize};

use super::PartStep;
use crate::text::{EmailAddress, note, required_line};
use crate::{Catalog, Due, FieldErrors, FormValues, HelpRequestId, LeadId, SiteZone, Timestamp, UserId};

/// Whose help is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HelpFrom {
    Marketing,
    Distribution,
    Vendor,
}

impl HelpFrom {
    /// All of them, as offered.
    pub const ALL: [HelpFrom; 3] = [HelpFrom::Marketing, HelpFrom::Distribution, HelpFrom::Vendor];

    /// The word stored and used in forms.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            HelpFrom::Marketing => "marketing",
            HelpFrom::Distribution => "distribution",
            HelpFrom::Vendor => "vendor",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            HelpFrom::Marketing => "Marketing",
            HelpFrom::Distribution => "Distribution",
            HelpFrom::Vendor => "A vendor",
        }
    }

    /// Reads [`HelpFrom::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|from| from.key() == key)
    }
}

/// Who is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HelpWho {
    Person(UserId),
    /// Somebody outside, who gets a mail.
    Outside(EmailAddress),
}

/// How far a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HelpState {
    Asked,
    Answered,
    Closed,
}

impl HelpState {
    /// All of them.
    pub const ALL: [HelpState; 3] = [HelpState::Asked, HelpState::Answered, HelpState::Closed];

    /// The word stored.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            HelpState::Asked => "asked",
            HelpState::Answered => "answered",
            HelpState::Closed => "closed",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            HelpState::Asked => "Asked",
            HelpState::Answered => "Answered",
            HelpState::Closed => "Closed",
        }
    }

    /// The tone of the style sheet in which it is told.
    #[must_use]
    pub fn tone(self) -> &'static str {
        match self {
            HelpState::Asked => "amber",
            HelpState::Answered => "green",
            HelpState::Closed => "grey",
        }
    }

    /// Reads [`HelpState::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// What can be done with a request that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HelpStep {
    Answer,
    Close,
    Reopen,
}

impl HelpStep {
    /// The word used in addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            HelpStep::Answer => "answer",
            HelpStep::Close => "close",
            HelpStep::Reopen => "reopen",
        }
    }

    /// Reads [`HelpStep::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        [HelpStep::Answer, HelpStep::Close, HelpStep::Reopen].into_iter().find(|step| step.key() == key)
    }

    /// What is told when it is done.
    #[must_use]
    pub fn told(self) -> PartStep {
        match self {
            HelpStep::Answer => PartStep::Answered,
            HelpStep::Close => PartStep::Closed,
            HelpStep::Reopen => PartStep::Reopened,
        }
    }
}

/// A request for help with a lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelpRequest {
    pub id: HelpRequestId,
    pub version: i64,
    pub lead: LeadId,
    pub from: HelpFrom,
    pub title: String,
    pub details: String,
    pub who: HelpWho,
    /// By when the answer is wanted: a day, by its start in UTC.
    pub due_at: Option<Timestamp>,
    pub state: HelpState,
    /// Empty until somebody answers.
    pub answer: String,
    pub answered_by: Option<UserId>,
    pub answered_at: Option<Timestamp>,
    pub asked_by: UserId,
    pub asked_at: Timestamp,
}

impl HelpRequest {
    /// Reads a form: `from`, `title`, `details`, `person` (a number) or `address`, and `due` (a day, not over yet). `None` when something
    /// is wrong, which is then in `errors`.
    #[must_use]
    pub fn read(form: &FormValues, lead: LeadId, by: UserId, catalog: &Catalog, now: Timestamp, errors: &mut FieldErrors) -> Option<Self> {
        let from = errors.take("from", HelpFrom::from_key(form.get("from")).ok_or("Choose from the list"));
        let title = errors.take("title", required_line(form.get("title"), "what you need"));
        let details = errors.take("details", note(form.get("details")));
        let who = read_who(form, catalog).map_err(|(field, sentence)| errors.add(field, sentence)).ok();
        let due_at = errors.take("due", read_due(form.get("due").trim(), &catalog.site.zone, now));
        Some(Self {
            id: HelpRequestId(0),
            version: 1,
            lead,
            from: from?,
            title: title?,
            details: details?,
            who: who?,
            due_at: due_at?,
            state: HelpState::Asked,
            answer: String::new(),
            answered_by: None,
            answered_at: None,
            asked_by: by,
            asked_at: now,
        })
    }

    /// When it is due, by the site's clocks.
    #[must_use]
    pub fn due(&self, zone: &SiteZone) -> Option<Due> {
        self.due_at.map(|at| Due::of_deadline(at, zone))
    }

    /// Whether a person is asked, or asks.
    #[must_use]
    pub fn concerns(&self, user: UserId) -> bool {
        self.asked_by == user || self.who == HelpWho::Person(user)
    }

    /// Takes a step, with the answer where it is one; what is there already may be answered once more, with more to say.
    ///
    /// # Errors
    /// A sentence for the person: a closed request takes no answer, and only a closed one is reopened.
    pub fn step(&self, step: HelpStep, answer: &str, by: UserId, now: Timestamp) -> Result<Self, &'static str> {
        let next = Self { version: self.version + 1, ..self.clone() };
        match (step, self.state) {
            (HelpStep::Answer, HelpState::Closed) => Err("This request is closed; reopen it to answer"),
            (HelpStep::Answer, _) => {
                Ok(Self { state: HelpState::Answered, answer: answer.to_owned(), answered_by: Some(by), answered_at: Some(now), ..next })
            }
            (HelpStep::Close, HelpState::Closed) => Err("This request is closed already"),
            (HelpStep::Close, _) => Ok(Self { state: HelpState::Closed, ..next }),
            (HelpStep::Reopen, HelpState::Closed) => {
                let state = if self.answer.is_empty() { HelpState::Asked } else { HelpState::Answered };
                Ok(Self { state, ..next })
            }
            (HelpStep::Reopen, _) => Err("This request is open"),
        }
    }
}

fn read_who(form: &FormValues, catalog: &Catalog) -> Result<HelpWho, (&'static str, String)> {
    let (person, address) = (form.get("person").trim(), form.get("address").trim());
    match (person.is_empty(), address.is_empty()) {
        (true, true) => Err(("person", "Choose a person, or enter an address outside".to_owned())),
        (false, false) => Err(("address", "Choose a person or enter an address, not both".to_owned())),
        (true, false) => EmailAddress::parse(address).map(HelpWho::Outside).map_err(|error| ("address", error.to_string())),
        (false, true) => {
            let found = person.parse().ok().and_then(|id| catalog.person(id)).filter(|person| !person.disabled);
            found.map(|person| HelpWho::Person(person.id)).ok_or_else(|| ("person", "Choose a person from the list".to_owned()))
        }
    }
}

fn read_due(text: &str, zone: &SiteZone, now: Timestamp) -> Result<Option<Timestamp>, &'static str> {
    if text.is_empty() {
        return Ok(None);
    }
    let day = Timestamp::parse_day(text).ok_or("Enter a date like 2026-11-24")?;
    if zone.end_of(day) < now { Err("This day is over already") } else { Ok(Some(day)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cast::{self, ANA, MAYA, NOW};

    fn read(text: &str) -> Result<HelpRequest, FieldErrors> {
        let mut errors = FieldErrors::default();
        let form = FormValues::decode(text.as_bytes());
        let found = HelpRequest::read(&form, LeadId(1), MAYA, &cast::catalog(), NOW, &mut errors);
        found.ok_or(errors)
    }

    #[test]
    fn help_is_asked_of_a_person_or_an_address() {
        let asked = read("from=vendor&title=A+price&address=help@vendor.example").expect("a request");
        assert_eq!((asked.from, asked.state), (HelpFrom::Vendor, HelpState::Asked));
        assert_eq!(asked.who, HelpWho::Outside(EmailAddress::parse("help@vendor.example").expect("an address")));
        let of_ana = read(&format!("from=marketing&title=A+leaflet&person={ANA}")).expect("a request");
        assert!(of_ana.concerns(ANA) && of_ana.concerns(MAYA) && !asked.concerns(ANA));
    }

    #[test]
    fn what_is_wrong_is_said_at_its_field() {
        for (text, field) in [
            ("title=A&address=a@b.example", "from"),
            ("from=vendor&address=a@b.example", "title"),
            ("from=vendor&title=A", "person"),
            ("from=vendor&title=A&person=1&address=a@b.example", "address"),
            ("from=vendor&title=A&person=999999", "person"),
            ("from=vendor&title=A&address=nobody", "address"),
            ("from=vendor&title=A&address=a@b.example&due=soon", "due"),
            ("from=vendor&title=A&address=a@b.example&due=1999-01-01", "due"),
        ] {
            let errors = read(text).expect_err("refused");
            assert!(errors.get(field).is_some(), "{text}: {errors:?}");
        }
    }

    #[test]
    fn a_request_is_answered_closed_and_reopened() {
        let asked = read("from=vendor&title=A+price&address=help@vendor.example").expect("a request");
        let answered = asked.step(HelpStep::Answer, "12.50", MAYA, NOW).expect("an answer");
        assert_eq!((answered.state, answered.answer.as_str(), answered.version), (HelpState::Answered, "12.50", 2));
        let closed = answered.step(HelpStep::Close, "", MAYA, NOW).expect("closed");
        assert!(closed.step(HelpStep::Answer, "13", MAYA, NOW).is_err() && closed.step(HelpStep::Close, "", MAYA, NOW).is_err());
        assert_eq!(closed.step(HelpStep::Reopen, "", MAYA, NOW).map(|request| request.state), Ok(HelpState::Answered));
        assert!(asked.step(HelpStep::Reopen, "", MAYA, NOW).is_err());
    }
}
