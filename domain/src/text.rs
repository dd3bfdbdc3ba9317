//! Parsed texts: what is typed becomes one of these or a sentence saying why not.

use serde::{Deserialize, Serialize};

/// Longest single line a person may type into a field, in characters.
pub const LINE_MAX: usize = 200;
/// Longest note, comment or message, in characters.
pub const NOTE_MAX: usize = 10_000;

/// Why a text was refused. Its display is the sentence shown at the field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    #[error("Enter {0}")]
    Missing(&'static str),
    #[error("Use at most {0} of them")]
    TooMany(usize),
    #[error("Use at most {0} characters")]
    TooLong(usize),
    #[error("Remove the characters that cannot be shown")]
    Control,
    #[error("Enter an e-mail address like name@example.com; “{0}” is not one")]
    NotAnEmail(String),
    #[error("Enter a phone number with its digits; “{0}” is not one")]
    NotAPhone(String),
}

/// Trims and checks one line of text. Inner runs of white space become one space.
///
/// # Errors
/// [`TextError::TooLong`] past [`LINE_MAX`], [`TextError::Control`] for control characters.
pub fn line(text: &str) -> Result<String, TextError> {
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if joined.chars().count() > LINE_MAX {
        return Err(TextError::TooLong(LINE_MAX));
    }
    if joined.chars().any(char::is_control) {
        return Err(TextError::Control);
    }
    Ok(joined)
}

/// As [`line`], but an empty text is refused. `what` completes "Enter …".
///
/// # Errors
/// [`TextError::Missing`] when nothing is left after trimming, else as [`line`].
pub fn required_line(text: &str, what: &'static str) -> Result<String, TextError> {
    let text = line(text)?;
    if text.is_empty() { Err(TextError::Missing(what)) } else { Ok(text) }
}

/// Checks a text of several lines; line ends become `\n`, the ends are trimmed.
///
/// # Errors
/// [`TextError::TooLong`] past [`NOTE_MAX`], [`TextError::Control`] for control characters but tab and line feed.
pub fn note(text: &str) -> Result<String, TextError> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.trim();
    if text.chars().count() > NOTE_MAX {
        return Err(TextError::TooLong(NOTE_MAX));
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(TextError::Control);
    }
    Ok(text.to_owned())
}

/// An e-mail address as typed, trimmed. Compare with [`EmailAddress::folded`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Accepts what mail servers accept in practice: one `@`, no spaces, a dotted domain, 254 characters at most.
    ///
    /// # Errors
    /// [`TextError::NotAnEmail`] with the text, so that the field can say which of several is meant.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let text = text.trim();
        let refused = || TextError::NotAnEmail(text.chars().take(80).collect());
        let (local, domain) = text.rsplit_once('@').ok_or_else(refused)?;
        let bad = |c: char| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"@".contains(c);
        let domain_stands = domain.contains('.')
            && domain.split('.').all(|part| !part.is_empty() && !part.starts_with('-') && !part.ends_with('-'))
            && domain.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '.');
        let local_stands = !local.is_empty() && local.len() <= 64 && !local.contains(bad) && !local.starts_with('.') && !local.ends_with('.');
        if local_stands && domain_stands && text.len() <= 254 { Ok(Self(text.to_owned())) } else { Err(refused()) }
    }

    /// As typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Lower case, for comparing and searching.
    #[must_use]
    pub fn folded(&self) -> String {
        lower_case(&self.0)
    }

    /// The part after the `@`, lower case.
    #[must_use]
    pub fn domain(&self) -> String {
        self.0.rsplit_once('@').map_or_else(String::new, |(_, domain)| lower_case(domain))
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = TextError;
    fn try_from(text: String) -> Result<Self, TextError> {
        Self::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

/// A phone number: the text as typed is kept, the E.164 form is there when the number could be understood.
///
/// Parsing needs the world's numbering plans, which are too large for the browser, so it happens in the service.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Phone {
    /// As typed.
    pub raw: String,
    /// `+441614960123`; `None` when the text has digits but fits no numbering plan.
    pub e164: Option<String>,
}

impl Phone {
    /// What to show and dial: E.164 when known, else the text as typed.
    #[must_use]
    pub fn display(&self) -> &str {
        self.e164.as_deref().unwrap_or(&self.raw)
    }

    /// What two numbers are compared by: E.164 when known, else the digits of the text as typed.
    #[must_use]
    pub fn match_text(&self) -> String {
        self.e164.clone().unwrap_or_else(|| self.raw.chars().filter(char::is_ascii_digit).collect())
    }

    /// What is said beside a number that fits no numbering plan, so that somebody looks it over.
    #[must_use]
    pub fn note(&self) -> Option<String> {
        self.e164.is_none().then(|| format!("“{}” is kept as typed: it fits no country’s numbers", self.raw))
    }
}

/// Splits what was typed into a field that takes several, at commas, semicolons and line ends; empty parts are dropped,
/// a second mention of the same text too.
#[must_use]
pub fn split_list(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for part in text.split([',', ';', '\n']).map(str::trim).filter(|part| !part.is_empty()) {
        if !parts.iter().any(|seen| seen.eq_ignore_ascii_case(part)) {
            parts.push(part.to_owned());
        }
    }
    parts
}

/// Longest tag, in characters.
pub const TAG_MAX: usize = 40;
/// Most tags on one record.
pub const TAGS_MAX: usize = 20;

/// Tags as typed, separated by commas: lower case, each once, in order.
///
/// # Errors
/// [`TextError::TooLong`] past [`TAG_MAX`], [`TextError::TooMany`] past [`TAGS_MAX`], [`TextError::Control`].
pub fn tags(text: &str) -> Result<Vec<String>, TextError> {
    let mut tags = Vec::new();
    for part in split_list(text) {
        let tag = fold(&line(part.trim_start_matches('#'))?);
        if tag.chars().count() > TAG_MAX {
            return Err(TextError::TooLong(TAG_MAX));
        }
        if !tag.is_empty() {
            tags.push(tag);
        }
    }
    tags.sort();
    tags.dedup();
    if tags.len() > TAGS_MAX { Err(TextError::TooMany(TAGS_MAX)) } else { Ok(tags) }
}

/// Lower case of every script. The browser has the tables for that, 24 kB of them: there it is asked.
#[must_use]
pub fn lower_case(text: &str) -> String {
    #[cfg(target_arch = "wasm32")]
    return js_sys::JsString::from(text).to_lower_case().into();
    #[cfg(not(target_arch = "wasm32"))]
    text.to_lowercase()
}

/// Lower case with single spaces, for comparing names and sorting them the same way on both engines.
#[must_use]
pub fn fold(text: &str) -> String {
    lower_case(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Words to search by: lower case, split at anything that is no letter or digit.
#[must_use]
pub fn search_words(text: &str) -> Vec<String> {
    lower_case(text).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_addresses_are_accepted() {
        for text in ["a@b.co", " Ana.Reyes@harbour-dental.example ", "x+tag@mail.example.org", "юзер@пример.рф"] {
            assert!(EmailAddress::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused_and_named() {
        for text in ["", "ana", "ana@", "@b.co", "a b@c.de", "a@b", "a@b..c", "a@-b.co", "a,b@c.de", ".a@b.co"] {
            assert!(EmailAddress::parse(text).is_err(), "{text}");
        }
        assert_eq!(EmailAddress::parse("ana@").unwrap_err().to_string(), "Enter an e-mail address like name@example.com; “ana@” is not one");
    }

    #[test]
    fn a_number_that_fits_no_plan_is_its_digits_and_says_so() {
        let phone = |raw: &str, e164: Option<&str>| Phone { raw: raw.to_owned(), e164: e164.map(str::to_owned) };
        let known = phone("0161 496 0123", Some("+441614960123"));
        assert_eq!((known.match_text().as_str(), known.note()), ("+441614960123", None));
        let odd = phone("07700-900 123", None);
        assert_eq!((odd.match_text(), odd.display()), (phone("07700900123", None).match_text(), "07700-900 123"));
        assert_eq!(odd.note().as_deref(), Some("“07700-900 123” is kept as typed: it fits no country’s numbers"));
    }

    #[test]
    fn several_are_split_once_each() {
        assert_eq!(split_list("a@b.co, A@B.co;; c@d.co\n"), ["a@b.co", "c@d.co"]);
    }

    #[test]
    fn lines_are_trimmed_joined_and_limited() {
        assert_eq!(line("  Ana   Reyes ").as_deref(), Ok("Ana Reyes"));
        assert_eq!(line(&"x".repeat(201)), Err(TextError::TooLong(200)));
        assert_eq!(line("a\u{0}b"), Err(TextError::Control));
    }
}
