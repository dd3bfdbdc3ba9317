//! The value of a field: taken from a lead, put into one, shown, and as forms carry it.

use serde::{Deserialize, Serialize};

use super::LeadField;
use crate::text::{EmailAddress, Phone};
use crate::{Catalog, ChoiceId, CustomFieldId, GroupId, Lead, StatusId, Timestamp, UserId, money};

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

impl LeadField {
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
