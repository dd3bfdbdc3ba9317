//! A lead's editable fields as data: one list serves the form, edit in place, the conflict screen, the importer's mapping
//! and the history. To add a field: a variant here, its arms in [`LeadField::value`] and [`Lead::set`], and a column.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::text::{EmailAddress, Phone, TextError, line, note, required_line, split_list, tags};
use crate::{Catalog, ChoiceId, ChoiceList, CustomField, CustomFieldId, GroupId, Lead, LeadTypeId, StatusId, Timestamp, UserId, money};

/// What the names of own fields begin with in forms and addresses.
pub const CUSTOM: &str = "custom_";

/// An editable field of a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeadField {
    FullName,
    Phones,
    Emails,
    ContactPhone,
    ContactEmail,
    Status,
    Owner,
    Group,
    Team,
    Source,
    Category,
    Partner,
    Location,
    Offerings,
    Tags,
    Priority,
    Importance,
    Probability,
    TargetAmount,
    Score,
    Expected,
    Street,
    City,
    Postcode,
    State,
    Country,
    Message,
    /// A field that an administrator added. It is not among [`LeadField::ALL`]: which there are is configured.
    Custom(CustomFieldId),
}

/// How a field is edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    Line,
    Note,
    Phones,
    Emails,
    Tags,
    Status,
    Person,
    Group,
    People,
    Choice(ChoiceList),
    Choices(ChoiceList),
    /// A whole number within bounds.
    Number {
        least: i64,
        most: i64,
        optional: bool,
    },
    Money,
    Day,
    /// By the kind that the administrator chose, see [`crate::CustomKind`].
    Custom,
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FieldValue {
    Text(String),
    Phones(Vec<Phone>),
    Emails(Vec<EmailAddress>),
    Tags(Vec<String>),
    Status(StatusId),
    Person(Option<UserId>),
    Group(Option<GroupId>),
    People(Vec<UserId>),
    Choice(Option<ChoiceId>),
    Choices(Vec<ChoiceId>),
    Number(Option<i64>),
    /// Minor units of the lead's currency.
    Money(i64),
    Day(Option<Timestamp>),
    /// The canonical text of a field that an administrator added; empty for nothing.
    Custom(CustomFieldId, String),
}

/// One field's change, as history shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    pub field: LeadField,
    pub old: String,
    pub new: String,
}

impl LeadField {
    /// Every field, in the order of the lead page.
    pub const ALL: [LeadField; 27] = [
        LeadField::FullName,
        LeadField::Phones,
        LeadField::Emails,
        LeadField::ContactPhone,
        LeadField::ContactEmail,
        LeadField::Status,
        LeadField::Owner,
        LeadField::Group,
        LeadField::Team,
        LeadField::Source,
        LeadField::Category,
        LeadField::Partner,
        LeadField::Location,
        LeadField::Offerings,
        LeadField::Tags,
        LeadField::Priority,
        LeadField::Importance,
        LeadField::Probability,
        LeadField::TargetAmount,
        LeadField::Score,
        LeadField::Expected,
        LeadField::Street,
        LeadField::City,
        LeadField::Postcode,
        LeadField::State,
        LeadField::Country,
        LeadField::Message,
    ];

    /// Its name in forms, addresses, mapping files and stored events.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            LeadField::FullName => "full_name",
            LeadField::Phones => "phones",
            LeadField::Emails => "emails",
            LeadField::ContactPhone => "contact_phone",
            LeadField::ContactEmail => "contact_email",
            LeadField::Status => "status",
            LeadField::Owner => "owner",
            LeadField::Group => "group",
            LeadField::Team => "team",
            LeadField::Source => "source",
            LeadField::Category => "category",
            LeadField::Partner => "partner",
            LeadField::Location => "location",
            LeadField::Offerings => "offerings",
            LeadField::Tags => "tags",
            LeadField::Priority => "priority",
            LeadField::Importance => "importance",
            LeadField::Probability => "probability",
            LeadField::TargetAmount => "target_amount",
            LeadField::Score => "score",
            LeadField::Expected => "expected",
            LeadField::Street => "street",
            LeadField::City => "city",
            LeadField::Postcode => "postcode",
            LeadField::State => "state",
            LeadField::Country => "country",
            LeadField::Message => "message",
            LeadField::Custom(_) => "custom",
        }
    }

    /// Reads [`LeadField::form_name`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        if let Some(id) = key.strip_prefix(CUSTOM) {
            return id.parse().ok().map(LeadField::Custom);
        }
        Self::ALL.into_iter().find(|field| field.key() == key)
    }

    /// Its name in forms: the key, and for a field that an administrator added, `custom_` and its number.
    #[must_use]
    pub fn form_name(self) -> Cow<'static, str> {
        match self {
            LeadField::Custom(id) => format!("{CUSTOM}{id}").into(),
            field => field.key().into(),
        }
    }

    /// What people call it, own fields by their names.
    #[must_use]
    pub fn title(self, catalog: &Catalog) -> String {
        match self {
            LeadField::Custom(id) => catalog.field(id).map_or_else(|| "a removed field".to_owned(), |field| field.name.clone()),
            field => field.label().to_owned(),
        }
    }

    /// Every field that leads of a type have: those of all leads, then those that an administrator added.
    pub fn of_type(lead_type: LeadTypeId, catalog: &Catalog) -> impl Iterator<Item = LeadField> {
        Self::ALL.into_iter().chain(catalog.fields_of(lead_type).map(|field| LeadField::Custom(field.id)))
    }

    /// Its label.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            LeadField::FullName => "Full name",
            LeadField::Phones => "Phone numbers",
            LeadField::Emails => "E-mail addresses",
            LeadField::ContactPhone => "Contact phone",
            LeadField::ContactEmail => "Contact e-mail",
            LeadField::Status => "Status",
            LeadField::Owner => "Owner",
            LeadField::Group => "Owned by group",
            LeadField::Team => "Lead team",
            LeadField::Source => "Source",
            LeadField::Category => "Category",
            LeadField::Partner => "Partner",
            LeadField::Location => "Location",
            LeadField::Offerings => "Interested in",
            LeadField::Tags => "Tags",
            LeadField::Priority => "Priority",
            LeadField::Importance => "Importance",
            LeadField::Probability => "Probability to win",
            LeadField::TargetAmount => "Target amount",
            LeadField::Score => "Score",
            LeadField::Expected => "Expected completion",
            LeadField::Street => "Street",
            LeadField::City => "City",
            LeadField::Postcode => "Postcode",
            LeadField::State => "State or province",
            LeadField::Country => "Country",
            LeadField::Message => "Message",
            LeadField::Custom(_) => "a field of your own",
        }
    }

    /// How it is edited.
    #[must_use]
    pub fn kind(self) -> FieldKind {
        match self {
            LeadField::FullName
            | LeadField::ContactPhone
            | LeadField::ContactEmail
            | LeadField::Street
            | LeadField::City
            | LeadField::Postcode
            | LeadField::State
            | LeadField::Country => FieldKind::Line,
            LeadField::Message => FieldKind::Note,
            LeadField::Phones => FieldKind::Phones,
            LeadField::Emails => FieldKind::Emails,
            LeadField::Status => FieldKind::Status,
            LeadField::Owner => FieldKind::Person,
            LeadField::Group => FieldKind::Group,
            LeadField::Team => FieldKind::People,
            LeadField::Source => FieldKind::Choice(ChoiceList::Source),
            LeadField::Category => FieldKind::Choice(ChoiceList::Category),
            LeadField::Partner => FieldKind::Choice(ChoiceList::Partner),
            LeadField::Location => FieldKind::Choice(ChoiceList::Location),
            LeadField::Offerings => FieldKind::Choices(ChoiceList::Offering),
            LeadField::Tags => FieldKind::Tags,
            LeadField::Priority => FieldKind::Choice(ChoiceList::Priority),
            LeadField::Importance => FieldKind::Choice(ChoiceList::Importance),
            LeadField::Probability => FieldKind::Number { least: 0, most: 100, optional: true },
            LeadField::TargetAmount => FieldKind::Money,
            LeadField::Score => FieldKind::Number { least: -1000, most: 1000, optional: false },
            LeadField::Expected => FieldKind::Day,
            LeadField::Custom(_) => FieldKind::Custom,
        }
    }

    /// The lead's value of this field.
    #[must_use]
    pub fn value(self, lead: &Lead) -> FieldValue {
        match self {
            LeadField::FullName => FieldValue::Text(lead.full_name.clone()),
            LeadField::Phones => FieldValue::Phones(lead.phones.clone()),
            LeadField::Emails => FieldValue::Emails(lead.emails.clone()),
            LeadField::ContactPhone => FieldValue::Text(lead.contact_phone.clone()),
            LeadField::ContactEmail => FieldValue::Text(lead.contact_email.clone()),
            LeadField::Status => FieldValue::Status(lead.status),
            LeadField::Owner => FieldValue::Person(lead.owner),
            LeadField::Group => FieldValue::Group(lead.group),
            LeadField::Team => FieldValue::People(lead.team.clone()),
            LeadField::Source => FieldValue::Choice(lead.source),
            LeadField::Category => FieldValue::Choice(lead.category),
            LeadField::Partner => FieldValue::Choice(lead.partner),
            LeadField::Location => FieldValue::Choice(lead.location),
            LeadField::Offerings => FieldValue::Choices(lead.offerings.clone()),
            LeadField::Tags => FieldValue::Tags(lead.tags.clone()),
            LeadField::Priority => FieldValue::Choice(lead.priority),
            LeadField::Importance => FieldValue::Choice(lead.importance),
            LeadField::Probability => FieldValue::Number(lead.probability),
            LeadField::TargetAmount => FieldValue::Money(lead.target_amount_minor),
            LeadField::Score => FieldValue::Number(Some(lead.score)),
            LeadField::Expected => FieldValue::Day(lead.expected_at),
            LeadField::Street => FieldValue::Text(lead.address.street.clone()),
            LeadField::City => FieldValue::Text(lead.address.city.clone()),
            LeadField::Postcode => FieldValue::Text(lead.address.postcode.clone()),
            LeadField::State => FieldValue::Text(lead.address.state.clone()),
            LeadField::Country => FieldValue::Text(lead.address.country.clone()),
            LeadField::Message => FieldValue::Text(lead.message.clone()),
            LeadField::Custom(id) => FieldValue::Custom(id, lead.custom.get(&id).cloned().unwrap_or_default()),
        }
    }

    /// Reads what was typed or chosen. Several values (check boxes) come one by one in `typed`; phone numbers are read by
    /// `phone`, which knows numbering plans. Choices may be given by id or by name.
    ///
    /// # Errors
    /// The sentence for the field.
    pub fn parse(
        self,
        typed: &[&str],
        currency: &str,
        catalog: &Catalog,
        phone: &dyn Fn(&str) -> Result<Phone, TextError>,
    ) -> Result<FieldValue, String> {
        let text = typed.first().copied().unwrap_or_default().trim();
        let said = |error: TextError| error.to_string();
        let many = || typed.iter().copied().filter(|text| !text.trim().is_empty());
        Ok(match self.kind() {
            FieldKind::Line if self == LeadField::FullName => FieldValue::Text(required_line(text, "a name").map_err(said)?),
            FieldKind::Line => FieldValue::Text(line(text).map_err(said)?),
            FieldKind::Note => FieldValue::Text(note(text).map_err(said)?),
            FieldKind::Phones => FieldValue::Phones(split_list(text).iter().map(|part| phone(part)).collect::<Result<_, _>>().map_err(said)?),
            FieldKind::Emails => {
                FieldValue::Emails(split_list(text).iter().map(|part| EmailAddress::parse(part)).collect::<Result<_, _>>().map_err(said)?)
            }
            FieldKind::Tags => FieldValue::Tags(tags(text).map_err(said)?),
            FieldKind::Status => FieldValue::Status(text.parse().map_err(|_| "Choose a status".to_owned())?),
            FieldKind::Person => FieldValue::Person(if text.is_empty() { None } else { Some(parse_person(text, catalog)?) }),
            FieldKind::People => FieldValue::People(in_order(many().map(|text| parse_person(text, catalog)).collect::<Result<_, _>>()?)),
            FieldKind::Group => FieldValue::Group(if text.is_empty() { None } else { Some(parse_group(text, catalog)?) }),
            FieldKind::Choice(list) => FieldValue::Choice(if text.is_empty() { None } else { Some(parse_choice(text, list, catalog)?) }),
            FieldKind::Choices(list) => {
                FieldValue::Choices(in_order(many().map(|text| parse_choice(text, list, catalog)).collect::<Result<_, _>>()?))
            }
            FieldKind::Number { optional: true, .. } if text.is_empty() => FieldValue::Number(None),
            FieldKind::Number { least, most, .. } => {
                let number: Option<i64> = text.trim_end_matches('%').trim().parse().ok();
                let number = number.filter(|number| (least..=most).contains(number));
                FieldValue::Number(Some(number.ok_or_else(|| format!("Enter a whole number from {least} to {most}"))?))
            }
            FieldKind::Money if text.is_empty() => FieldValue::Money(0),
            FieldKind::Money => {
                let amount = money::parse_minor(text, currency);
                FieldValue::Money(amount.ok_or_else(|| "Enter an amount like 12,500 or 99.50".to_owned())?)
            }
            FieldKind::Custom => {
                let LeadField::Custom(id) = self else { return Err("There is no such field".to_owned()) };
                let field = catalog.field(id).ok_or_else(|| "There is no such field any more".to_owned())?;
                FieldValue::Custom(id, required(field, field.parse(text, currency)?)?)
            }
            FieldKind::Day if text.is_empty() => FieldValue::Day(None),
            FieldKind::Day => {
                let day = Timestamp::parse_day(text);
                FieldValue::Day(Some(day.ok_or_else(|| "Enter a date like 2026-11-24".to_owned())?))
            }
        })
    }
}

fn required(field: &CustomField, value: String) -> Result<String, String> {
    if value.is_empty() && field.required { Err(format!("Fill in “{}”", field.name)) } else { Ok(value) }
}

/// Each once, in the order in which they are stored, so that the same ticks are the same value.
fn in_order<Id: Ord>(mut ids: Vec<Id>) -> Vec<Id> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn parse_person(text: &str, catalog: &Catalog) -> Result<UserId, String> {
    let by_id = text.parse().ok().and_then(|id| catalog.person(id));
    let folded = crate::text::fold(text);
    let person = by_id.or_else(|| {
        let mut same = catalog.people.iter().filter(|p| p.email.to_lowercase() == folded || crate::text::fold(&p.name) == folded);
        same.next().filter(|_| same.next().is_none())
    });
    let person = person.ok_or_else(|| "Choose a person from the list".to_owned())?;
    if person.disabled {
        return Err(format!("{} no longer works here; choose someone else", person.name));
    }
    if !person.role.is_internal() {
        return Err(format!("{} is with a distributor; leads are delegated to them, not owned", person.name));
    }
    Ok(person.id)
}

fn parse_group(text: &str, catalog: &Catalog) -> Result<GroupId, String> {
    let by_id = text.parse().ok().and_then(|id| catalog.group(id));
    let folded = crate::text::fold(text);
    let group = by_id.or_else(|| catalog.groups.iter().find(|group| crate::text::fold(&group.name) == folded));
    group.filter(|group| !group.retired).map(|group| group.id).ok_or_else(|| "Choose a group from the list".to_owned())
}

fn parse_choice(text: &str, list: ChoiceList, catalog: &Catalog) -> Result<ChoiceId, String> {
    let by_id = text.parse().ok().and_then(|id| catalog.choice(id)).filter(|choice| choice.list == list);
    let choice = by_id.or_else(|| catalog.choice_named(list, text));
    choice.map(|choice| choice.id).ok_or_else(|| format!("“{}” is not in the list", text.chars().take(80).collect::<String>()))
}

impl Lead {
    /// Puts a value into a field. Status is not set here: it goes through [`Lead::change_status`].
    ///
    /// A value of another field's kind is ignored: the pair comes from [`LeadField::parse`].
    pub fn set(&mut self, field: LeadField, value: FieldValue) {
        match (field, value) {
            (LeadField::FullName, FieldValue::Text(text)) => self.full_name = text,
            (LeadField::Phones, FieldValue::Phones(phones)) => self.phones = phones,
            (LeadField::Emails, FieldValue::Emails(emails)) => self.emails = emails,
            (LeadField::ContactPhone, FieldValue::Text(text)) => self.contact_phone = text,
            (LeadField::ContactEmail, FieldValue::Text(text)) => self.contact_email = text,
            (LeadField::Owner, FieldValue::Person(person)) => self.owner = person,
            (LeadField::Group, FieldValue::Group(group)) => self.group = group,
            (LeadField::Team, FieldValue::People(people)) => self.team = people,
            (LeadField::Source, FieldValue::Choice(choice)) => self.source = choice,
            (LeadField::Category, FieldValue::Choice(choice)) => self.category = choice,
            (LeadField::Partner, FieldValue::Choice(choice)) => self.partner = choice,
            (LeadField::Location, FieldValue::Choice(choice)) => self.location = choice,
            (LeadField::Offerings, FieldValue::Choices(choices)) => self.offerings = choices,
            (LeadField::Tags, FieldValue::Tags(tags)) => self.tags = tags,
            (LeadField::Priority, FieldValue::Choice(choice)) => self.priority = choice,
            (LeadField::Importance, FieldValue::Choice(choice)) => self.importance = choice,
            (LeadField::Probability, FieldValue::Number(number)) => self.probability = number,
            (LeadField::TargetAmount, FieldValue::Money(minor)) => self.target_amount_minor = minor,
            (LeadField::Score, FieldValue::Number(Some(number))) => self.score = number,
            (LeadField::Expected, FieldValue::Day(day)) => self.expected_at = day,
            (LeadField::Street, FieldValue::Text(text)) => self.address.street = text,
            (LeadField::City, FieldValue::Text(text)) => self.address.city = text,
            (LeadField::Postcode, FieldValue::Text(text)) => self.address.postcode = text,
            (LeadField::State, FieldValue::Text(text)) => self.address.state = text,
            (LeadField::Country, FieldValue::Text(text)) => self.address.country = text,
            (LeadField::Message, FieldValue::Text(text)) => self.message = text,
            (LeadField::Custom(id), FieldValue::Custom(of, text)) if id == of => {
                if text.is_empty() {
                    self.custom.remove(&id);
                } else {
                    self.custom.insert(id, text);
                }
            }
            _ => {}
        }
    }
}

impl FieldValue {
    /// What a person reads, in history and side by side in a conflict; empty for nothing.
    #[must_use]
    pub fn display(&self, currency: &str, catalog: &Catalog) -> String {
        match self {
            FieldValue::Text(text) => text.clone(),
            FieldValue::Phones(phones) => join(phones.iter().map(|phone| phone.display().to_owned())),
            FieldValue::Emails(emails) => join(emails.iter().map(|email| email.as_str().to_owned())),
            FieldValue::Tags(tags) => tags.join(", "),
            FieldValue::Status(id) => catalog.status(*id).map_or_else(String::new, |status| status.name.clone()),
            FieldValue::Person(person) => person.map_or_else(String::new, |id| catalog.person_name(id)),
            FieldValue::Group(group) => group.and_then(|id| catalog.group(id)).map_or_else(String::new, |group| group.name.clone()),
            FieldValue::People(people) => join(people.iter().map(|id| catalog.person_name(*id))),
            FieldValue::Choice(choice) => choice.map_or_else(String::new, |id| catalog.choice_name(id)),
            FieldValue::Choices(choices) => join(choices.iter().map(|id| catalog.choice_name(*id))),
            FieldValue::Number(number) => number.map_or_else(String::new, |number| number.to_string()),
            FieldValue::Money(0) => String::new(),
            FieldValue::Money(minor) => money::display(*minor, currency),
            FieldValue::Day(day) => day.map_or_else(String::new, Timestamp::day),
            FieldValue::Custom(id, text) => catalog.field(*id).map_or_else(|| text.clone(), |field| field.display(text, currency)),
        }
    }

    /// The same value as form fields carry it: one text per field of that name. Phone numbers as they were typed, so that
    /// sending them back changes nothing.
    #[must_use]
    pub fn typed(&self, currency: &str) -> Vec<String> {
        let one = |text: Option<String>| vec![text.unwrap_or_default()];
        match self {
            FieldValue::Text(text) | FieldValue::Custom(_, text) => vec![text.clone()],
            FieldValue::Phones(phones) => vec![join(phones.iter().map(|phone| phone.raw.clone()))],
            FieldValue::Emails(emails) => vec![join(emails.iter().map(|email| email.as_str().to_owned()))],
            FieldValue::Tags(tags) => vec![tags.join(", ")],
            FieldValue::Status(id) => vec![id.to_string()],
            FieldValue::Person(person) => one(person.map(|id| id.to_string())),
            FieldValue::Group(group) => one(group.map(|id| id.to_string())),
            FieldValue::People(people) => people.iter().map(ToString::to_string).collect(),
            FieldValue::Choice(choice) => one(choice.map(|id| id.to_string())),
            FieldValue::Choices(choices) => choices.iter().map(ToString::to_string).collect(),
            FieldValue::Number(number) => one(number.map(|number| number.to_string())),
            FieldValue::Money(0) => vec![String::new()],
            FieldValue::Money(minor) => vec![money::plain(*minor, currency)],
            FieldValue::Day(day) => one(day.map(Timestamp::day)),
        }
    }
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Role;
    use crate::cast::{self, ADA, ANA, MAYA, NORTH, SALES};

    /// As the service reads numbers: eleven digits after a zero are British.
    fn phone(text: &str) -> Result<Phone, TextError> {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        if digits.is_empty() {
            return Err(TextError::NotAPhone(text.to_owned()));
        }
        Ok(Phone { raw: text.to_owned(), e164: digits.strip_prefix('0').filter(|core| core.len() == 10).map(|core| format!("+44{core}")) })
    }

    fn parse(field: LeadField, typed: &[&str]) -> Result<FieldValue, String> {
        field.parse(typed, "GBP", &cast::catalog(), &phone)
    }

    fn refused(field: LeadField, text: &str) -> String {
        parse(field, &[text]).expect_err(text)
    }

    /// A lead with something in every field.
    fn full_lead() -> Lead {
        let choice = |list, name| Some(cast::choice(list, name));
        Lead {
            full_name: "Jo Field".to_owned(),
            phones: vec![phone("0161 496 0123").unwrap(), phone("ext 12").unwrap()],
            emails: vec![EmailAddress::parse("Jo@acme.test").unwrap(), EmailAddress::parse("field@acme.test").unwrap()],
            contact_phone: "ext 12".to_owned(),
            contact_email: "field@acme.test".to_owned(),
            owner: Some(MAYA),
            group: Some(NORTH),
            team: vec![ADA, ANA],
            source: choice(ChoiceList::Source, "Web"),
            category: choice(ChoiceList::Category, "Customer"),
            partner: choice(ChoiceList::Partner, "Vendor House"),
            location: choice(ChoiceList::Location, "Leeds"),
            offerings: vec![cast::choice(ChoiceList::Offering, "Managed IT"), cast::choice(ChoiceList::Offering, "Training")],
            tags: vec!["trade fair".to_owned(), "vip".to_owned()],
            priority: choice(ChoiceList::Priority, "Urgent"),
            importance: choice(ChoiceList::Importance, "High"),
            probability: Some(40),
            target_amount_minor: 1_250_050,
            score: -7,
            expected_at: Timestamp::parse_day("2026-02-28"),
            address: crate::Address {
                street: "1 Quay".to_owned(),
                city: "Hull".to_owned(),
                postcode: "HU1 1AA".to_owned(),
                state: "Yorkshire".to_owned(),
                country: "GB".to_owned(),
            },
            message: "First line\nsecond line".to_owned(),
            ..cast::lead()
        }
    }

    fn assert_reads_back(lead: &Lead) {
        for field in LeadField::ALL {
            let value = field.value(lead);
            let typed = value.typed(&lead.currency);
            let typed: Vec<&str> = typed.iter().map(String::as_str).collect();
            assert_eq!(parse(field, &typed), Ok(value), "{field:?}");
        }
    }

    #[test]
    fn every_field_reads_back_as_it_is_shown_in_a_form() {
        assert_reads_back(&full_lead());
        assert_reads_back(&cast::lead());
    }

    #[test]
    fn every_field_but_status_can_be_set() {
        let full = full_lead();
        let mut lead = cast::lead();
        for field in LeadField::ALL {
            lead.set(field, field.value(&full));
        }
        assert_eq!(lead, full);
        lead.set(LeadField::Status, FieldValue::Status(cast::status(SALES, "Won")));
        lead.set(LeadField::Score, FieldValue::Text("high".to_owned()));
        assert_eq!(lead, full);
    }

    #[test]
    fn every_field_has_a_key_of_its_own() {
        for field in LeadField::ALL {
            assert_eq!(LeadField::from_key(field.key()), Some(field));
        }
    }

    #[test]
    fn choices_people_and_groups_are_found_by_name_too() {
        let web = FieldValue::Choice(Some(cast::choice(ChoiceList::Source, "Web")));
        assert_eq!(parse(LeadField::Source, &[" WEB "]), Ok(web));
        assert_eq!(parse(LeadField::Owner, &["maya  lind"]), Ok(FieldValue::Person(Some(MAYA))));
        assert_eq!(parse(LeadField::Owner, &["Maya.Lind@house.test"]), Ok(FieldValue::Person(Some(MAYA))));
        assert_eq!(parse(LeadField::Group, &["north"]), Ok(FieldValue::Group(Some(NORTH))));
    }

    #[test]
    fn the_same_ticks_are_the_same_value_whatever_their_order() {
        assert_eq!(parse(LeadField::Team, &["Maya Lind", "", "2", "Ana Reyes"]), Ok(FieldValue::People(vec![ANA, MAYA])));
        let tags = parse(LeadField::Tags, &["VIP, #trade  fair; vip"]);
        assert_eq!(tags, Ok(LeadField::Tags.value(&full_lead())));
        let offerings = parse(LeadField::Offerings, &["Training", "Managed IT", "Training"]);
        assert_eq!(offerings, Ok(LeadField::Offerings.value(&full_lead())));
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_a_sentence() {
        assert_eq!(refused(LeadField::FullName, " "), "Enter a name");
        assert_eq!(refused(LeadField::City, &"x".repeat(201)), "Use at most 200 characters");
        assert_eq!(refused(LeadField::Emails, "jo@acme.test, jo"), "Enter an e-mail address like name@example.com; “jo” is not one");
        assert_eq!(refused(LeadField::Phones, "call me"), "Enter a phone number with its digits; “call me” is not one");
        assert_eq!(refused(LeadField::Status, "Won"), "Choose a status");
        assert_eq!(refused(LeadField::Tags, &"x".repeat(41)), "Use at most 40 characters");
        assert_eq!(refused(LeadField::Tags, &(0..21).map(|n| n.to_string()).collect::<Vec<_>>().join(",")), "Use at most 20 of them");
        assert_eq!(refused(LeadField::Source, "Leeds"), "“Leeds” is not in the list");
        assert_eq!(refused(LeadField::Probability, "101"), "Enter a whole number from 0 to 100");
        assert_eq!(refused(LeadField::Score, ""), "Enter a whole number from -1000 to 1000");
        assert_eq!(refused(LeadField::TargetAmount, "lots"), "Enter an amount like 12,500 or 99.50");
        assert_eq!(refused(LeadField::Expected, "tomorrow"), "Enter a date like 2026-11-24");
        assert_eq!(refused(LeadField::Group, "West"), "Choose a group from the list");
    }

    #[test]
    fn only_people_of_the_house_who_work_here_own_leads() {
        assert_eq!(refused(LeadField::Owner, "Nobody"), "Choose a person from the list");
        assert_eq!(refused(LeadField::Owner, "Dora Dist"), "Dora Dist is with a distributor; leads are delegated to them, not owned");
        let mut catalog = cast::catalog();
        catalog.people.iter_mut().filter(|person| person.role == Role::Rep).for_each(|person| person.disabled = true);
        let owner = LeadField::Owner.parse(&["Maya Lind"], "GBP", &catalog, &phone);
        assert_eq!(owner, Err("Maya Lind no longer works here; choose someone else".to_owned()));
    }

    #[test]
    fn a_name_that_two_people_bear_means_neither() {
        let mut catalog = cast::catalog();
        catalog.people.iter_mut().filter(|person| person.role == Role::Rep).for_each(|person| person.name = "Sam Twin".to_owned());
        assert!(LeadField::Owner.parse(&["Sam Twin"], "GBP", &catalog, &phone).is_err());
        assert_eq!(LeadField::Owner.parse(&["6"], "GBP", &catalog, &phone), Ok(FieldValue::Person(Some(MAYA))));
    }

    #[test]
    fn history_shows_names_and_nothing_for_nothing() {
        let shown = |field: LeadField, lead: &Lead| field.value(lead).display("GBP", &cast::catalog());
        let full = full_lead();
        assert_eq!(shown(LeadField::Phones, &full), "+441614960123, ext 12");
        assert_eq!(shown(LeadField::Status, &full), "New enquiry");
        assert_eq!(shown(LeadField::Team, &full), "Ada Admin, Ana Reyes");
        assert_eq!(shown(LeadField::Offerings, &full), "Managed IT, Training");
        assert_eq!(shown(LeadField::TargetAmount, &full), "£12,500.50");
        assert_eq!(shown(LeadField::Expected, &full), "2026-02-28");
        for field in [LeadField::Owner, LeadField::Group, LeadField::Source, LeadField::TargetAmount, LeadField::Probability, LeadField::Expected] {
            assert_eq!(shown(field, &cast::lead()), "", "{field:?}");
        }
    }
}
