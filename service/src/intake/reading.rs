//! What the form says, read and checked: which records are meant is looked up later.

use domain::intake::{CallTry, CallerChoice, CallerSaid, Gathered, Requirement};
use domain::text::{TextError, line, note, split_list};
use domain::{Catalog, ChoiceId, ChoiceList, EmailAddress, FieldErrors, FormValues, Phone};

use crate::error::Result;
use crate::form_parts::parse_ids;
use crate::phone;

type Parsed<T> = std::result::Result<Vec<T>, TextError>;

/// A call as it was taken down.
pub(super) struct Said {
    /// As typed, for looking for records that may be meant.
    pub typed: CallerSaid,
    pub is_customer: Option<bool>,
    pub caller: Option<CallerChoice>,
    /// Whether the fields show what is known of that caller, so that what differs is a correction.
    pub shows_facts: bool,
    pub company: String,
    pub full_name: String,
    pub phones: Vec<Phone>,
    pub emails: Vec<EmailAddress>,
    pub is_confirmed: bool,
    pub offerings: Vec<ChoiceId>,
    pub message: String,
    pub needs_help_now: bool,
    pub source: Option<ChoiceId>,
    /// Number or name of an account.
    pub referrer: String,
    pub tries: Vec<CallTry>,
    pub missing: Vec<Requirement>,
}

/// Reads the form. What is missing is wrong, unless it says `incomplete`.
///
/// # Errors
/// [`crate::ServiceError::Invalid`] at the fields.
pub(super) fn read(values: &FormValues, catalog: &Catalog) -> Result<Said> {
    let mut errors = FieldErrors::default();
    let gathered = Gathered::of(values, catalog);
    let missing = gathered.missing();
    let caller = CallerChoice::of(values);
    let facts_of = CallerChoice::from_key(values.get("facts_of"));
    let phones = split_list(values.get("phone")).iter().map(|part| phone::parse(part, &catalog.site.region)).collect::<Parsed<Phone>>();
    let emails = split_list(values.get("email")).iter().map(|part| EmailAddress::parse(part)).collect::<Parsed<EmailAddress>>();
    let mut offerings = parse_ids(&mut errors, values, "offerings").unwrap_or_default();
    offerings.retain(|id| catalog.offered(ChoiceList::Offering).any(|choice| choice.id == *id));
    let source = values.get("source").trim();
    let found = source.parse().ok().and_then(|id| catalog.offered(ChoiceList::Source).find(|choice| choice.id == id)).map(|choice| choice.id);
    if !source.is_empty() && found.is_none() {
        errors.add("source", "Choose a source from the list");
    }
    let tries = CallTry::all_of(values);
    if tries.iter().any(|one| catalog.possible_owners().all(|person| person.id != one.user)) {
        errors.add("tries", "Somebody to whom the call was put through is here no longer");
    }
    let said = Said {
        typed: CallerSaid::of(values),
        is_customer: gathered.is_customer,
        shows_facts: caller.is_some() && caller == facts_of,
        caller,
        company: errors.take("company", line(values.get("company"))).unwrap_or_default(),
        full_name: errors.take("full_name", line(values.get("full_name"))).unwrap_or_default(),
        phones: errors.take("phone", phones).unwrap_or_default(),
        emails: errors.take("email", emails).unwrap_or_default(),
        is_confirmed: gathered.confirmed,
        offerings,
        message: errors.take("message", note(values.get("message"))).unwrap_or_default(),
        needs_help_now: values.get("needs_help_now") == "1",
        source: found,
        referrer: Some(values.get("referrer_id").trim()).filter(|id| !id.is_empty()).unwrap_or_else(|| values.get("referrer").trim()).to_owned(),
        tries,
        missing,
    };
    if values.get("incomplete") == "1" {
        let is_anybody = said.caller.is_some_and(|caller| caller != CallerChoice::New) || said.typed != CallerSaid::default();
        if !is_anybody {
            errors.add("phone", "Note at least a number, a company, a name or an e-mail address");
        }
    } else {
        for one in &said.missing {
            errors.add(one.field(), one.ask());
        }
    }
    errors.into_result()?;
    Ok(said)
}
