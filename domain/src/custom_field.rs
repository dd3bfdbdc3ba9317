//! Fields that an administrator adds to leads: of one lead type, or of all.
//!
//! A value is kept as one canonical text, whatever the kind, so that it is stored, compared and sent back alike everywhere:
//! `12.5`, `1250.50`, `2026-11-26`, `yes`, an option's name, an address.

use serde::{Deserialize, Serialize};

use crate::text::line;
use crate::{CustomFieldId, LeadTypeId, Timestamp, money};

/// What a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomKind {
    Text,
    /// A number with at most four decimals.
    Number,
    /// An amount in the lead's currency.
    Money,
    Date,
    /// One of the field's options.
    Choice,
    YesNo,
    /// An address on the web.
    Link,
}

impl CustomKind {
    /// Every kind.
    pub const ALL: [CustomKind; 7] =
        [CustomKind::Text, CustomKind::Number, CustomKind::Money, CustomKind::Date, CustomKind::Choice, CustomKind::YesNo, CustomKind::Link];

    /// The word stored.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            CustomKind::Text => "text",
            CustomKind::Number => "number",
            CustomKind::Money => "money",
            CustomKind::Date => "date",
            CustomKind::Choice => "choice",
            CustomKind::YesNo => "yes_no",
            CustomKind::Link => "link",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            CustomKind::Text => "Text",
            CustomKind::Number => "Number",
            CustomKind::Money => "Amount",
            CustomKind::Date => "Date",
            CustomKind::Choice => "One of a list",
            CustomKind::YesNo => "Yes or no",
            CustomKind::Link => "Link",
        }
    }

    /// Reads [`CustomKind::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// Whether values have an order that a filter's bounds cut.
    #[must_use]
    pub fn is_measured(self) -> bool {
        matches!(self, CustomKind::Number | CustomKind::Money | CustomKind::Date)
    }
}

/// Most options of one field.
pub const OPTIONS_MOST: usize = 100;

/// A field that an administrator added.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CustomField {
    pub id: CustomFieldId,
    pub name: String,
    /// Whose leads have it; `None` for leads of every type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead_type: Option<LeadTypeId>,
    pub kind: CustomKind,
    /// What may be chosen, for [`CustomKind::Choice`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Asked for when a lead is added by a person, a program or a file, and whenever the field is edited. Leads that lack it
    /// stay as they are.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// What a new lead starts with, as canonical text; empty for nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub default: String,
    pub position: i64,
    /// No longer offered, still shown on leads that have a value.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retired: bool,
}

impl CustomField {
    /// Whether leads of this type have it.
    #[must_use]
    pub fn is_of(&self, lead_type: LeadTypeId) -> bool {
        self.lead_type.is_none_or(|own| own == lead_type)
    }

    /// Reads what was typed or chosen as the canonical text; empty for nothing. Whether something is required is not
    /// judged here.
    ///
    /// # Errors
    /// The sentence for the field.
    pub fn parse(&self, typed: &str, currency: &str) -> Result<String, String> {
        let text = line(typed).map_err(|error| error.to_string())?;
        if text.is_empty() {
            return Ok(text);
        }
        match self.kind {
            CustomKind::Text => Ok(text),
            CustomKind::Number => decimal(&text).ok_or_else(|| "Enter a number like 12 or 12.5".to_owned()),
            CustomKind::Money => {
                let minor = money::parse_minor(&text, currency).ok_or_else(|| "Enter an amount like 12,500 or 99.50".to_owned())?;
                Ok(money::plain(minor, currency))
            }
            CustomKind::Date => Timestamp::parse_day(&text).map(Timestamp::day).ok_or_else(|| "Enter a date like 2026-11-24".to_owned()),
            CustomKind::Choice => {
                let folded = crate::text::fold(&text);
                let option = self.options.iter().find(|option| crate::text::fold(option) == folded);
                option.cloned().ok_or_else(|| "Choose from the list".to_owned())
            }
            CustomKind::YesNo => match crate::text::fold(&text).as_str() {
                "yes" | "y" | "true" | "1" => Ok("yes".to_owned()),
                "no" | "n" | "false" | "0" => Ok("no".to_owned()),
                _ => Err("Choose yes or no".to_owned()),
            },
            CustomKind::Link => {
                let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
                let stands = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !rest.contains(char::is_whitespace));
                if stands { Ok(text) } else { Err("Enter an address that begins with https:// or http://".to_owned()) }
            }
        }
    }

    /// What a person reads of a canonical text.
    #[must_use]
    pub fn display(&self, value: &str, currency: &str) -> String {
        match (self.kind, value) {
            (CustomKind::YesNo, "yes") => "Yes".to_owned(),
            (CustomKind::YesNo, "no") => "No".to_owned(),
            (CustomKind::Money, value) => {
                money::parse_minor(value, currency).map_or_else(|| value.to_owned(), |minor| money::display(minor, currency))
            }
            (_, value) => value.to_owned(),
        }
    }
}

/// A decimal number in its shortest form; at most twelve digits before the point and four behind it. Commas and spaces
/// between thousands are taken out.
fn decimal(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != ',').collect();
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |digits| ("-", digits));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || part.len() > 4 || !is_number(whole) || !is_number(part) {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let part = part.trim_end_matches('0');
    let sign = if whole == "0" && part.is_empty() { "" } else { sign };
    Some(if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") })
}

/// What a canonical text measures, for bounds and order: a number in ten-thousandths, a day in milliseconds; `None` for
/// what is neither.
#[must_use]
pub fn measure(value: &str) -> Option<i64> {
    if let Some(day) = Timestamp::parse_day(value) {
        return Some(day.0);
    }
    let plain = decimal(value)?;
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
    format!("{whole}{part:0<4}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(kind: CustomKind) -> CustomField {
        CustomField {
            id: CustomFieldId(1),
            name: "Extra".to_owned(),
            lead_type: None,
            kind,
            options: vec!["Gold".to_owned(), "Silver".to_owned()],
            required: false,
            default: String::new(),
            position: 1,
            retired: false,
        }
    }

    #[test]
    fn each_kind_reads_what_people_type() {
        for (kind, typed, value, shown) in [
            (CustomKind::Text, "  two   words ", "two words", "two words"),
            (CustomKind::Number, "1,200.50", "1200.5", "1200.5"),
            (CustomKind::Number, "-0.0", "0", "0"),
            (CustomKind::Number, "-007", "-7", "-7"),
            (CustomKind::Money, "£1,250.5", "1250.50", "£1,250.50"),
            (CustomKind::Date, "2026-11-26", "2026-11-26", "2026-11-26"),
            (CustomKind::Choice, " gold", "Gold", "Gold"),
            (CustomKind::YesNo, "TRUE", "yes", "Yes"),
            (CustomKind::YesNo, "0", "no", "No"),
            (CustomKind::Link, "https://example.com/a?b", "https://example.com/a?b", "https://example.com/a?b"),
        ] {
            let field = field(kind);
            assert_eq!(field.parse(typed, "GBP").as_deref(), Ok(value), "{typed}");
            assert_eq!(field.parse(value, "GBP").as_deref(), Ok(value), "the canonical text reads back");
            assert_eq!(field.display(value, "GBP"), shown);
        }
        for kind in CustomKind::ALL {
            assert_eq!(field(kind).parse("  ", "GBP").as_deref(), Ok(""));
            assert_eq!(CustomKind::from_key(kind.key()), Some(kind));
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for (kind, typed) in [
            (CustomKind::Number, "many"),
            (CustomKind::Number, "1.23456"),
            (CustomKind::Number, "1234567890123"),
            (CustomKind::Number, "--1"),
            (CustomKind::Money, "-1"),
            (CustomKind::Date, "tomorrow"),
            (CustomKind::Choice, "Bronze"),
            (CustomKind::YesNo, "maybe"),
            (CustomKind::Link, "javascript:alert(1)"),
            (CustomKind::Link, "https:// evil"),
            (CustomKind::Link, "ftp://example.com"),
        ] {
            assert!(field(kind).parse(typed, "GBP").is_err(), "{typed}");
        }
    }

    #[test]
    fn numbers_and_days_are_measured() {
        assert_eq!(measure("12.5"), Some(125_000));
        assert_eq!(measure("-0.5"), Some(-5_000));
        assert_eq!(measure("1970-01-02"), Some(crate::DAY_MS));
        assert_eq!((measure("Gold"), measure("")), (None, None));
    }
}
