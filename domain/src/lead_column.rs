//! Columns of the lead list: which there are, which stand in the row itself, and what the others show. Fields that an
//! administrator added are columns too; they are chosen and shown like the others, but no list is sorted by them.
//!
//! To add one: a variant of [`LeadColumn`] with its arms, and its cell in `service/src/leads/cells.rs`. Everything else
//! (chooser, address, saved views, export) follows from that.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::{Catalog, CustomFieldId, LeadField, SortKey, Timestamp};

/// A column of the lead list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeadColumn {
    Number,
    Name,
    Account,
    Status,
    Owner,
    Source,
    Score,
    Amount,
    Updated,
    /// Days in the status, coloured past the status's due days.
    Rested,
    /// When somebody last spoke to them.
    Contacted,
    /// The last comment or note, and when.
    Comment,
    /// When somebody last did something with it.
    Activity,
    Created,
    Group,
    Type,
    Category,
    Priority,
    Importance,
    Probability,
    Expected,
    Offerings,
    Tags,
    Phone,
    Email,
    City,
    Postcode,
    Country,
    Partner,
    Location,
    /// Its qualification class.
    Class,
    /// A field that an administrator added. It is not among [`LeadColumn::ALL`]: which there are is configured.
    Custom(CustomFieldId),
}

impl LeadColumn {
    /// Every column but own fields, in the order of the chooser.
    pub const ALL: [LeadColumn; 31] = [
        LeadColumn::Number,
        LeadColumn::Name,
        LeadColumn::Account,
        LeadColumn::Status,
        LeadColumn::Rested,
        LeadColumn::Class,
        LeadColumn::Owner,
        LeadColumn::Group,
        LeadColumn::Source,
        LeadColumn::Score,
        LeadColumn::Amount,
        LeadColumn::Probability,
        LeadColumn::Expected,
        LeadColumn::Contacted,
        LeadColumn::Comment,
        LeadColumn::Activity,
        LeadColumn::Updated,
        LeadColumn::Created,
        LeadColumn::Priority,
        LeadColumn::Importance,
        LeadColumn::Category,
        LeadColumn::Type,
        LeadColumn::Offerings,
        LeadColumn::Tags,
        LeadColumn::Phone,
        LeadColumn::Email,
        LeadColumn::City,
        LeadColumn::Postcode,
        LeadColumn::Country,
        LeadColumn::Partner,
        LeadColumn::Location,
    ];

    /// What a list shows when nobody chose.
    pub const DEFAULT: [LeadColumn; 9] = [
        LeadColumn::Number,
        LeadColumn::Name,
        LeadColumn::Account,
        LeadColumn::Status,
        LeadColumn::Owner,
        LeadColumn::Source,
        LeadColumn::Score,
        LeadColumn::Amount,
        LeadColumn::Updated,
    ];

    /// The word in addresses and style sheets; an own field's name in forms.
    #[must_use]
    pub fn key(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            LeadColumn::Number => "number",
            LeadColumn::Name => "name",
            LeadColumn::Account => "account",
            LeadColumn::Status => "status",
            LeadColumn::Owner => "owner",
            LeadColumn::Source => "source",
            LeadColumn::Score => "score",
            LeadColumn::Amount => "amount",
            LeadColumn::Updated => "updated",
            LeadColumn::Rested => "days_in_status",
            LeadColumn::Contacted => "last_contacted",
            LeadColumn::Comment => "last_comment",
            LeadColumn::Activity => "last_activity",
            LeadColumn::Created => "created",
            LeadColumn::Group => "group",
            LeadColumn::Type => "type",
            LeadColumn::Category => "category",
            LeadColumn::Priority => "priority",
            LeadColumn::Importance => "importance",
            LeadColumn::Probability => "probability",
            LeadColumn::Expected => "expected",
            LeadColumn::Offerings => "offerings",
            LeadColumn::Tags => "tags",
            LeadColumn::Phone => "phone",
            LeadColumn::Email => "email",
            LeadColumn::City => "city",
            LeadColumn::Postcode => "postcode",
            LeadColumn::Country => "country",
            LeadColumn::Partner => "partner",
            LeadColumn::Location => "location",
            LeadColumn::Class => "class",
            LeadColumn::Custom(id) => return LeadField::Custom(id).form_name(),
        })
    }

    /// Its heading, own fields by their names.
    #[must_use]
    pub fn title(self, catalog: &Catalog) -> Cow<'static, str> {
        match self {
            LeadColumn::Custom(id) => LeadField::Custom(id).title(catalog).into(),
            column => column.label().into(),
        }
    }

    /// Its heading where that does not depend on what is configured.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            LeadColumn::Number => "#",
            LeadColumn::Name => "Name",
            LeadColumn::Account => "Account",
            LeadColumn::Status => "Status",
            LeadColumn::Owner => "Owner",
            LeadColumn::Source => "Source",
            LeadColumn::Score => "Score",
            LeadColumn::Amount => "Amount",
            LeadColumn::Updated => "Updated",
            LeadColumn::Rested => "Days in status",
            LeadColumn::Contacted => "Last contacted",
            LeadColumn::Comment => "Last comment",
            LeadColumn::Activity => "Last activity",
            LeadColumn::Created => "Created",
            LeadColumn::Group => "Group",
            LeadColumn::Type => "Type",
            LeadColumn::Category => "Category",
            LeadColumn::Priority => "Priority",
            LeadColumn::Importance => "Importance",
            LeadColumn::Probability => "Probability",
            LeadColumn::Expected => "Expected",
            LeadColumn::Offerings => "Interested in",
            LeadColumn::Tags => "Tags",
            LeadColumn::Phone => "Phone",
            LeadColumn::Email => "E-mail",
            LeadColumn::City => "City",
            LeadColumn::Postcode => "Postcode",
            LeadColumn::Country => "Country",
            LeadColumn::Partner => "Partner",
            LeadColumn::Location => "Location",
            LeadColumn::Class => "Class",
            LeadColumn::Custom(_) => "a field of your own",
        }
    }

    /// Reads [`LeadColumn::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        if let Some(LeadField::Custom(id)) = LeadField::from_key(key) {
            return Some(LeadColumn::Custom(id));
        }
        Self::ALL.into_iter().find(|column| column.key() == key)
    }

    /// What sorts by it, where lists can be sorted by it.
    #[must_use]
    pub fn sort(self) -> Option<SortKey> {
        match self {
            LeadColumn::Number => Some(SortKey::Number),
            LeadColumn::Name => Some(SortKey::Name),
            LeadColumn::Score => Some(SortKey::Score),
            LeadColumn::Amount => Some(SortKey::Amount),
            LeadColumn::Updated => Some(SortKey::Updated),
            _ => None,
        }
    }

    /// The field that its cells edit, where they can be edited in the list.
    #[must_use]
    pub fn field(self) -> Option<LeadField> {
        match self {
            LeadColumn::Status => Some(LeadField::Status),
            LeadColumn::Owner => Some(LeadField::Owner),
            LeadColumn::Group => Some(LeadField::Group),
            LeadColumn::Source => Some(LeadField::Source),
            LeadColumn::Priority => Some(LeadField::Priority),
            LeadColumn::Amount => Some(LeadField::TargetAmount),
            LeadColumn::Probability => Some(LeadField::Probability),
            LeadColumn::Expected => Some(LeadField::Expected),
            LeadColumn::Tags => Some(LeadField::Tags),
            LeadColumn::Custom(id) => Some(LeadField::Custom(id)),
            _ => None,
        }
    }

    /// Whether every row carries it; what other columns show comes as [`LeadCell`]s, only where it is asked for.
    #[must_use]
    pub fn is_plain(self) -> bool {
        Self::DEFAULT.contains(&self)
    }
}

/// What a column that is not [`LeadColumn::is_plain`] shows of one lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeadCell {
    /// Empty for nothing.
    Text(String),
    At(Timestamp),
    /// A number or an amount as people read it.
    Figure(String),
    /// An address on the web.
    Link(String),
    /// Whole days; `tone` is one of the style sheet's, or empty.
    Days {
        days: i64,
        tone: String,
    },
    /// Something that was said, and when.
    Said {
        at: Timestamp,
        text: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_offered_once_and_reads_back() {
        for column in LeadColumn::ALL {
            assert_eq!(LeadColumn::from_key(&column.key()), Some(column));
        }
        let own = LeadColumn::Custom(CustomFieldId(7));
        assert_eq!((own.key().as_ref(), LeadColumn::from_key("custom_7")), ("custom_7", Some(own)));
        assert_eq!(LeadColumn::from_key("custom_x"), None);
        assert!(LeadColumn::DEFAULT.iter().all(|column| LeadColumn::ALL.contains(column)));
    }
}
