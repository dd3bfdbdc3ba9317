//! A lead's editable fields as data: one list serves the form, edit in place, the conflict screen, the importer's mapping
//! and the history. To add a field: a variant here, its arms in [`LeadField::value`] and [`crate::Lead::set`], and a column.

mod parse;
#[cfg(test)]
mod tests;
mod value;

pub use value::FieldValue;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{Catalog, ChoiceList, CustomFieldId, LeadTypeId};

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
}
