//! The mail that confirms a registration on the public form: whether it is sent, its words, and what of a registration may stand in it. Whoever fills the
//! form in may name a stranger's address, so nothing stands in the mail with which one could advertise to them. See docs/registration.md.

use serde::{Deserialize, Serialize};

use crate::event::TextChange;
use crate::message::first_name;
use crate::{EmailAddress, FieldErrors, FormValues, HOUR_MS, MergeField, MergeValues, Wording};

/// A mailbox gets one at most in this time. Unit: milliseconds.
pub const LEAST_APART_MS: i64 = HOUR_MS;

/// What may stand in it, and what it stands for, for whoever writes the words.
pub const FIELDS: [(MergeField, &str); 5] = [
    (MergeField::LeadName, "Their name"),
    (MergeField::FirstName, "The first part of their name"),
    (MergeField::Account, "Their company"),
    (MergeField::Offerings, "What they are interested in"),
    (MergeField::Site, "The name of this site"),
];

/// Longest name or company that is repeated. Unit: characters.
const SHOWN_MAX: usize = 60;
/// More of them may be a phone number.
const DIGITS_MAX: usize = 4;

/// What stands below the words of each, whatever they are.
const NOT_YOU: &str = "You did not do this? Then somebody entered your address by mistake, and you need do nothing.";

/// Whether registrations are confirmed by mail, and with which words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    pub sends: bool,
    pub wording: Wording,
}

impl Default for Confirmation {
    fn default() -> Self {
        let body = "Hello {{lead.first_name}},

Thank you for getting in touch with {{site}}. This is what we have from you:

Name: {{lead.name}}
Company: {{account}}
About: {{lead.offerings}}

Somebody who knows the subject calls or writes to you, usually within one working day. If there is something to add until then, just answer this mail.

{{site}}";
        Self { sends: true, wording: Wording { subject: "Thank you for getting in touch with {{site}}".to_owned(), body: body.to_owned() } }
    }
}

impl Confirmation {
    /// Reads `subject` and `body`, as `sends` says.
    ///
    /// # Errors
    /// At `subject` and `body`: empty, too long, or with a merge field that this mail does not have.
    pub fn read(form: &FormValues, sends: bool) -> Result<Self, FieldErrors> {
        let fields = FIELDS.map(|(field, _)| field);
        Ok(Self { sends, wording: Wording::parse_with(&fields, form.get("subject"), form.get("body"))? })
    }

    /// What is another than before, in words.
    #[must_use]
    pub fn changes_since(&self, before: &Self) -> Vec<TextChange> {
        let sends = |one: &Self| if one.sends { "yes" } else { "no" }.to_owned();
        [
            ("Sent", sends(before), sends(self)),
            ("Subject", before.wording.subject.clone(), self.wording.subject.clone()),
            ("Text", before.wording.body.clone(), self.wording.body.clone()),
        ]
        .into_iter()
        .filter(|(_, old, new)| old != new)
        .map(|(what, old, new)| TextChange { what: what.to_owned(), old, new })
        .collect()
    }

    /// Subject and text for somebody who registered; `None` where nothing is known of all that they name.
    #[must_use]
    pub fn words(&self, values: &MergeValues) -> Option<(String, String)> {
        let (subject, body) = (self.wording.subject_with(values), self.wording.body_with(values));
        let is_said = !subject.is_empty() && !body.trim().is_empty();
        is_said.then(|| (subject, format!("{}\n\n{NOT_YOU}", body.trim_end())))
    }
}

/// What the merge fields stand for: of what was typed only what is [`harmless`].
#[must_use]
pub fn values(full_name: &str, company: &str, offerings: String, site: &str) -> MergeValues {
    let name = harmless(full_name);
    let mut values = MergeValues::default();
    values.set(MergeField::LeadName, name);
    values.set(MergeField::FirstName, first_name(name));
    values.set(MergeField::Account, harmless(company));
    values.set(MergeField::Offerings, offerings);
    values.set(MergeField::Site, site);
    values
}

/// A name as it may be repeated to whoever gets the mail: nothing of one that is long, or holds what could be an address or a phone number.
#[must_use]
pub fn harmless(name: &str) -> &str {
    let is_odd = |letter: char| "/\\@:<>[]".contains(letter) || letter.is_control() || is_invisible(letter);
    let digits = name.chars().filter(|letter| letter.is_numeric()).count();
    let is_harmless =
        name.chars().count() <= SHOWN_MAX && digits <= DIGITS_MAX && !name.contains(is_odd) && !name.split_whitespace().any(is_like_host);
    if is_harmless { name } else { "" }
}

/// Whether a word has a dot with two letters or more behind it, as `acme.test` has and `A.B.` has not.
fn is_like_host(word: &str) -> bool {
    let is_dot = |letter: char| matches!(letter, '.' | '\u{3002}' | '\u{ff0e}' | '\u{ff61}');
    word.split(is_dot).skip(1).any(|part| part.chars().take_while(|letter| letter.is_alphanumeric()).count() >= 2)
}

/// What changes how others are read and is not seen itself.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Whose mails are counted together: an address in lower case, without what stands behind a plus, which most servers put into the same mailbox.
#[must_use]
pub fn mailbox_of(email: &EmailAddress) -> String {
    let folded = email.folded();
    let Some((local, host)) = folded.rsplit_once('@') else { return folded };
    let local = local.split_once('+').map_or(local, |(before, _)| before);
    format!("{local}@{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> FormValues {
        FormValues::decode(text.as_bytes())
    }

    #[test]
    fn the_standard_words_name_what_was_sent_in() {
        let standard = Confirmation::default();
        assert!(standard.sends);
        let values = values("Vera Harbour", "Harbour Dental", "Managed IT, Training".to_owned(), "Acme");
        let (subject, body) = standard.words(&values).expect("they say something");
        assert_eq!(subject, "Thank you for getting in touch with Acme");
        assert!(body.starts_with("Hello Vera,\n\nThank you for getting in touch with Acme."), "{body}");
        assert!(body.contains("Name: Vera Harbour\nCompany: Harbour Dental\nAbout: Managed IT, Training\n"), "{body}");
        assert!(body.ends_with(&format!("Acme\n\n{NOT_YOU}")), "{body}");
        assert_eq!(Confirmation::read(&form(&format!("subject={}&body={}", "Thank+you", "{{site}}")), false).map(|read| read.sends), Ok(false));
        let fields = FIELDS.map(|(field, _)| field);
        assert_eq!(Wording::parse_with(&fields, &standard.wording.subject, &standard.wording.body), Ok(standard.wording));
    }

    #[test]
    fn what_they_wrote_cannot_stand_in_it() {
        for field in ["lead.message", "lead.phone", "by"] {
            let wrong = Confirmation::read(&form(&format!("subject=Hello&body={{{{{field}}}}}")), true);
            assert!(wrong.is_err_and(|errors| errors.get("body").is_some()), "{field}");
        }
        assert!(Confirmation::read(&form("subject=&body=Hello"), true).is_err_and(|errors| errors.get("subject").is_some()));
    }

    #[test]
    fn a_name_that_could_advertise_is_left_out() {
        for fine in ["Ana María Reyes", "J. R. O’Neil", "Harbour & Sons Ltd.", "A.B.C. Ltd.", "Studio 54", "Zoë 王"] {
            assert_eq!(harmless(fine), fine);
        }
        let long = "Buy ".repeat(16);
        for bad in [
            "Win at cheap.test",
            "https://a",
            "www.cheap.example",
            "cheap\u{3002}test",
            "me@cheap.test",
            "cheap.test/now",
            "Call 0161 496 0123",
            "Call ٠١٦١٤",
            "abc\u{202e}def",
            "<b>Jo</b>",
            long.as_str(),
        ] {
            assert_eq!(harmless(bad), "", "{bad}");
        }
        let nameless = values("cheap.test", "www.cheap.test", String::new(), "Acme");
        let (_, body) = Confirmation::default().words(&nameless).expect("they say something");
        assert!(body.starts_with("Thank you") && !body.contains("cheap") && !body.contains("Company") && !body.contains("About"), "{body}");
    }

    #[test]
    fn a_value_is_put_in_once_and_makes_no_header() {
        let tricky = Confirmation { sends: true, wording: Wording { subject: "For {{lead.name}}".to_owned(), body: "{{account}}".to_owned() } };
        let (subject, body) = tricky.words(&values("{{account}}", "{{site}}", String::new(), "Acme")).expect("they say something");
        assert_eq!((subject.as_str(), body.lines().next()), ("For {{account}}", Some("{{site}}")));
        assert_eq!(tricky.words(&MergeValues::default()), None);
        assert_eq!(harmless("Jo\r\nBcc x"), "");
    }

    #[test]
    fn one_mailbox_is_counted_once() {
        let of = |text: &str| mailbox_of(&EmailAddress::parse(text).expect("an address"));
        assert_eq!([of("Jo+1@Acme.test"), of("jo+2+3@acme.test"), of("jo@acme.test")], ["jo@acme.test"; 3]);
        assert_ne!(of("joan@acme.test"), "jo@acme.test");
    }

    #[test]
    fn changes_are_told_in_words() {
        let before = Confirmation::default();
        let after = Confirmation { sends: false, ..before.clone() };
        let told = after.changes_since(&before);
        assert_eq!(told, [TextChange { what: "Sent".to_owned(), old: "yes".to_owned(), new: "no".to_owned() }]);
        assert!(before.changes_since(&before).is_empty());
    }
}
