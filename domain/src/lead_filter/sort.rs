//! In which order a list comes, and from where a page of it starts.

use serde::{Deserialize, Serialize};

/// What a list is sorted by. The number breaks ties.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortKey {
    /// By number, which is the order of arrival.
    #[default]
    Number,
    Updated,
    Score,
    Amount,
    Name,
}

impl SortKey {
    /// Every key, in the order of the sort menu.
    pub const ALL: [SortKey; 5] = [SortKey::Number, SortKey::Updated, SortKey::Score, SortKey::Amount, SortKey::Name];

    /// The word in the address.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            SortKey::Number => "number",
            SortKey::Updated => "updated",
            SortKey::Score => "score",
            SortKey::Amount => "amount",
            SortKey::Name => "name",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            SortKey::Number => "Number",
            SortKey::Updated => "Updated",
            SortKey::Score => "Score",
            SortKey::Amount => "Amount",
            SortKey::Name => "Name",
        }
    }
}

/// Sort key and direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LeadSort {
    pub key: SortKey,
    pub descending: bool,
}

impl Default for LeadSort {
    /// Newest first.
    fn default() -> Self {
        Self { key: SortKey::Number, descending: true }
    }
}

impl LeadSort {
    /// `-score` for descending, `name` for ascending.
    #[must_use]
    pub fn text(self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.key.key())
    }

    /// Reads [`LeadSort::text`] back; `created` is another word for the number.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (descending, key) = text.strip_prefix('-').map_or((false, text), |key| (true, key));
        let key = if key == "created" || key == "created_at" { "number" } else { key };
        let key = SortKey::ALL.into_iter().find(|sort| sort.key() == key)?;
        Some(Self { key, descending })
    }
}

/// The place in a sorted list after (or before) which a page starts: sort value and number of the row there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    pub value: String,
    pub id: i64,
}

impl Cursor {
    /// The opaque text in addresses.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}~{}", self.id, self.value)
    }

    /// Reads [`Cursor::text`] back; no value has control characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (id, value) = text.split_once('~').filter(|(_, value)| !value.contains(char::is_control))?;
        Some(Self { id: id.parse().ok()?, value: value.to_owned() })
    }
}
