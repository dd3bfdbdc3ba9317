//! Words with merge fields: checked when they are written, filled in when a notice is queued.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{MergeField, NoticeKind};
use crate::text::{note, required_line};
use crate::{FieldErrors, Timestamp};

/// Longest subject of a mail. Unit: characters.
pub const SUBJECT_MAX: usize = 200;

/// The words of a kind of notice: a plain text, in which `{{lead.name}}` and the like stand for what is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Wording {
    pub subject: String,
    pub body: String,
}

/// Why words cannot be used. Its display is the sentence at the field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WordingError {
    #[error("There is no field “{{{{{name}}}}}” in this mail; there are {offered}")]
    Unknown { name: String, offered: String },
    #[error("“{{{{{0}” has no }}}} behind it")]
    Unclosed(String),
}

/// What merge fields stand for in one mail; one that is absent is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeValues(pub BTreeMap<MergeField, String>);

impl MergeValues {
    /// Example values, for a preview.
    #[must_use]
    pub fn samples() -> Self {
        Self(MergeField::ALL.into_iter().map(|field| (field, field.sample().to_owned())).collect())
    }

    /// Says what a field stands for.
    pub fn set(&mut self, field: MergeField, value: impl Into<String>) {
        self.0.insert(field, value.into());
    }

    /// The same for a moment, where there is one.
    pub fn set_time(&mut self, field: MergeField, at: Option<Timestamp>) {
        self.set(field, at.map(Timestamp::readable).unwrap_or_default());
    }

    fn get(&self, field: MergeField) -> &str {
        self.0.get(&field).map_or("", |value| value.trim())
    }
}

/// A piece of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece<'t> {
    Text(&'t str),
    /// The whole of it, and the name between the braces.
    Field(&'t str, &'t str),
    /// Braces without an end.
    Unclosed(&'t str),
}

fn pieces(line: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(start) = rest.find("{{") {
        found.push(Piece::Text(&rest[..start]));
        rest = &rest[start..];
        let Some(end) = rest.find("}}") else {
            found.push(Piece::Unclosed(rest));
            return found;
        };
        found.push(Piece::Field(&rest[..end + 2], rest[2..end].trim()));
        rest = &rest[end + 2..];
    }
    found.push(Piece::Text(rest));
    found
}

impl Wording {
    /// Reads the words of a kind of notice.
    ///
    /// # Errors
    /// At `subject` and `body`: too long, empty, or with a merge field that this kind does not have.
    pub fn parse(kind: NoticeKind, subject: &str, body: &str) -> Result<Self, FieldErrors> {
        Self::parse_with(&kind.fields().collect::<Vec<_>>(), subject, body)
    }

    /// The same of words that may hold these merge fields.
    ///
    /// # Errors
    /// As [`Wording::parse`].
    pub fn parse_with(fields: &[MergeField], subject: &str, body: &str) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let subject = errors.take("subject", required_line(subject, "a subject")).unwrap_or_default();
        let body = errors.take("body", note(body));
        if body.as_ref().is_some_and(String::is_empty) {
            errors.add("body", "Enter a text");
        }
        let body = body.unwrap_or_default();
        for (field, text) in [("subject", &subject), ("body", &body)] {
            errors.take(field, check(fields, text));
        }
        errors.into_result()?;
        Ok(Self { subject, body })
    }

    /// The subject of a mail: one line, without what cannot stand in one.
    #[must_use]
    pub fn subject_with(&self, values: &MergeValues) -> String {
        let filled = fill(&self.subject, values).unwrap_or_default();
        let shown: String = filled.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        shown.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(SUBJECT_MAX).collect()
    }

    /// The text of a mail. A line whose merge fields are all empty is left out, and so are empty lines beside others.
    #[must_use]
    pub fn body_with(&self, values: &MergeValues) -> String {
        let mut body = String::new();
        for line in self.body.lines() {
            let Some(line) = fill(line, values) else { continue };
            if line.trim().is_empty() {
                let wanted = if body.is_empty() || body.ends_with("\n\n") { "" } else { "\n" };
                body.push_str(wanted);
                continue;
            }
            body.push_str(line.trim_end());
            body.push('\n');
        }
        body.trim_end().to_owned() + "\n"
    }
}

fn check(fields: &[MergeField], text: &str) -> Result<(), WordingError> {
    for piece in text.lines().flat_map(pieces) {
        match piece {
            Piece::Text(_) => {}
            Piece::Unclosed(rest) => return Err(WordingError::Unclosed(rest[2..].trim().chars().take(40).collect())),
            Piece::Field(_, name) if fields.iter().any(|field| field.name() == name) => {}
            Piece::Field(_, name) => {
                let offered = fields.iter().map(|field| field.name()).collect::<Vec<_>>().join(", ");
                return Err(WordingError::Unknown { name: name.chars().take(40).collect(), offered });
            }
        }
    }
    Ok(())
}

/// A line with its merge fields filled in, once: what a value holds stays as it is. `None` when it has fields, and all are
/// empty. What is no field stays as it was written.
fn fill(line: &str, values: &MergeValues) -> Option<String> {
    let mut filled = String::with_capacity(line.len());
    let (mut has_fields, mut has_values) = (false, false);
    for piece in pieces(line) {
        match piece {
            Piece::Text(text) | Piece::Unclosed(text) => filled.push_str(text),
            Piece::Field(whole, name) => match MergeField::from_name(name) {
                Some(field) => {
                    has_fields = true;
                    has_values |= !values.get(field).is_empty();
                    filled.push_str(values.get(field));
                }
                None => filled.push_str(whole),
            },
        }
    }
    (has_values || !has_fields).then_some(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(MergeField, &str)]) -> MergeValues {
        let mut values = MergeValues::default();
        for (field, value) in pairs {
            values.set(*field, *value);
        }
        values
    }

    fn parsed(subject: &str, body: &str) -> Result<Wording, FieldErrors> {
        Wording::parse(NoticeKind::LeadForYou, subject, body)
    }

    #[test]
    fn the_standard_words_pass_the_check_and_show_every_sample() {
        for kind in NoticeKind::ALL {
            let standard = Wording::standard(kind);
            assert_eq!(Wording::parse(kind, &standard.subject, &standard.body), Ok(standard.clone()), "{kind:?}");
            let (subject, body) = (standard.subject_with(&MergeValues::samples()), standard.body_with(&MergeValues::samples()));
            assert!(!subject.contains("{{") && !body.contains("{{"), "{kind:?}: {subject} {body}");
            assert!(body.starts_with("Hello Maya Lindqvist,\n\n") && body.contains("https://leads.example/"), "{body}");
        }
    }

    #[test]
    fn what_is_no_field_of_the_mail_is_refused_where_it_stands() {
        let wrong = |subject: &str, body: &str, field: &str| parsed(subject, body).unwrap_err().get(field).map(str::to_owned).unwrap_or_default();
        assert!(
            wrong("{{lead.nmae}}", "Text", "subject")
                .starts_with("There is no field “{{lead.nmae}}” in this mail; there are person, by, lead.number")
        );
        assert!(wrong("New", "{{count}} leads", "body").contains("“{{count}}”"));
        assert_eq!(wrong("New", "Hello {{person}", "body"), "“{{person}” has no }} behind it");
        assert_eq!(wrong(" ", "Text", "subject"), "Enter a subject");
        assert_eq!(wrong("New", " \n", "body"), "Enter a text");
        assert!(wrong("New", "a\u{0}b", "body").contains("cannot be shown"));
        assert!(parsed("{{ lead.name }} { {x} }}", "Text").is_ok(), "braces alone mean nothing");
    }

    #[test]
    fn a_line_of_which_nothing_is_known_is_left_out() {
        let wording = parsed("A lead", "Hello {{person}},\n\nPhone: {{lead.phone}}\nE-mail: {{lead.email}}\n\n{{note}}\n\n{{link}}\nBye").unwrap();
        let known = values(&[(MergeField::Person, "Maya"), (MergeField::Email, "jo@a.test"), (MergeField::Note, "  ")]);
        assert_eq!(wording.body_with(&known), "Hello Maya,\n\nE-mail: jo@a.test\n\nBye\n");
    }

    #[test]
    fn a_value_is_text_and_nothing_more() {
        let wording = parsed("About {{lead.name}}", "{{lead.name}} says\n{{lead.message}}").unwrap();
        let hostile =
            values(&[(MergeField::LeadName, "{{note}}\r\nBcc: all@a.test"), (MergeField::Note, "secret"), (MergeField::Message, "a\n\n{{note}}")]);
        assert_eq!(wording.subject_with(&hostile), "About {{note}} Bcc: all@a.test");
        assert_eq!(wording.body_with(&hostile), "{{note}}\r\nBcc: all@a.test says\na\n\n{{note}}\n");
        let long = values(&[(MergeField::LeadName, &"x".repeat(500))]);
        assert_eq!(wording.subject_with(&long).chars().count(), SUBJECT_MAX);
    }

    #[test]
    fn a_subject_of_which_nothing_is_known_is_empty_and_old_words_stay_readable() {
        let old = Wording { subject: "{{lead.name}}".to_owned(), body: "{{gone}} and {{open".to_owned() };
        assert_eq!(old.subject_with(&MergeValues::default()), "");
        assert_eq!(old.body_with(&MergeValues::default()), "{{gone}} and {{open\n");
    }
}
