//! What somebody enters of a message, and of a template.

use super::fields;
use crate::attempt::{Attempt, addresses_left};
use crate::text::{NOTE_MAX, required_line};
use crate::{FieldErrors, FormValues, Lead, MaterialId, MergeValues, Wording};

/// A message as it was entered, with what its merge fields stand for filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageForm {
    /// An address of the lead, as the lead has it.
    pub to: String,
    pub subject: String,
    pub body: String,
    /// What of the library is attached.
    pub attach: Vec<MaterialId>,
    /// What of it stands in the text as a link; nothing that is attached.
    pub link: Vec<MaterialId>,
}

impl MessageForm {
    /// Reads `to` (else the address that the lead prefers, of those that no attempt found wrong), `subject` and `body`, which may hold merge fields,
    /// and of the library `attach` and `link` (several each).
    ///
    /// # Errors
    /// At these fields: an address that is not the lead's or was found wrong, words that cannot be used, or that say nothing, or too much, once they
    /// are filled in.
    pub fn read(form: &FormValues, lead: &Lead, attempts: &[Attempt], values: &MergeValues) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let to = errors.take("to", address(form.get("to"), lead, attempts)).unwrap_or_default();
        let attach = errors.take("attach", pieces(form, "attach")).unwrap_or_default();
        let mut link = errors.take("link", pieces(form, "link")).unwrap_or_default();
        link.retain(|one| !attach.contains(one));
        let wording = match Wording::parse_with(&fields(), form.get("subject"), form.get("body")) {
            Ok(wording) => wording,
            Err(found) => {
                for (field, sentence) in found.0 {
                    errors.add(&field, sentence);
                }
                return Err(errors);
            }
        };
        let (subject, body) = (wording.subject_with(values), wording.body_with(values));
        if subject.is_empty() {
            errors.add("subject", "Nothing is known of what the subject names; write it yourself");
        }
        if body.trim().is_empty() {
            errors.add("body", "Nothing is known of what the text names; write it yourself");
        } else if let Err(sentence) = judge_length(&body) {
            errors.add("body", sentence);
        }
        errors.into_result()?;
        Ok(Self { to, subject, body, attach, link })
    }
}

/// Judges the length of a message's text, with what its merge fields stand for filled in.
///
/// # Errors
/// A sentence, for one of more than [`NOTE_MAX`] characters.
pub fn judge_length(filled: &str) -> Result<(), String> {
    let length = filled.trim_end().chars().count();
    if length <= NOTE_MAX {
        return Ok(());
    }
    Err(format!("With its fields filled in this is {length} characters long; a message has at most {NOTE_MAX}. Shorten it, or leave a field out"))
}

fn pieces(form: &FormValues, field: &str) -> Result<Vec<MaterialId>, &'static str> {
    let named = form.all(field).filter(|text| !text.is_empty());
    let mut pieces = named.map(|text| text.parse().map_err(|_| "Choose from the library")).collect::<Result<Vec<MaterialId>, _>>()?;
    pieces.sort_unstable();
    pieces.dedup();
    Ok(pieces)
}

fn address(typed: &str, lead: &Lead, attempts: &[Attempt]) -> Result<String, &'static str> {
    let known = addresses_left(lead, attempts);
    let typed = typed.trim().to_lowercase();
    let Some(first) = known.first() else {
        return Err("No address is known to which one could write; enter one on the lead’s page first");
    };
    if typed.is_empty() {
        return Ok(first.clone());
    }
    let is_typed = |email: &String| email.to_lowercase() == typed;
    let was_wrong = || addresses_left(lead, &[]).iter().any(is_typed);
    let refused = || if was_wrong() { "This address was found wrong; choose another" } else { "Choose one of the lead’s addresses" };
    known.iter().find(|email| is_typed(email)).cloned().ok_or_else(refused)
}

/// A template as it was entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateForm {
    pub name: String,
    pub wording: Wording,
}

impl TemplateForm {
    /// Reads `name`, `subject` and `body`.
    ///
    /// # Errors
    /// At these fields: a name is missing, or words hold a merge field that messages do not have.
    pub fn read(form: &FormValues) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", required_line(form.get("name"), "a name"));
        match (name, Wording::parse_with(&fields(), form.get("subject"), form.get("body"))) {
            (Some(name), Ok(wording)) => Ok(Self { name, wording }),
            (_, Ok(_)) => Err(errors),
            (_, Err(found)) => {
                for (field, sentence) in found.0 {
                    errors.add(&field, sentence);
                }
                Err(errors)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cast;
    use crate::{EmailAddress, MergeField};

    fn form(text: &str) -> FormValues {
        FormValues::decode(text.as_bytes())
    }

    fn lead() -> Lead {
        let email = |text: &str| EmailAddress::parse(text).expect("an address");
        Lead { emails: vec![email("jo@acme.test"), email("Jo.Field@acme.test")], contact_email: String::new(), ..cast::lead() }
    }

    fn read(text: &str) -> Result<MessageForm, FieldErrors> {
        let mut values = MergeValues::default();
        values.set(MergeField::FirstName, "Jo");
        MessageForm::read(&form(text), &lead(), &[], &values)
    }

    #[test]
    fn merge_fields_are_filled_in_and_the_address_is_the_leads() {
        let message = read("subject=For+{{lead.first_name}}&body=Hello+{{lead.first_name}},%0A%0A{{account}}%0ABye").unwrap();
        assert_eq!((message.to.as_str(), message.subject.as_str(), message.body.as_str()), ("jo@acme.test", "For Jo", "Hello Jo,\n\nBye\n"));
        assert_eq!(read("to=JO.field@acme.test&subject=A&body=B").unwrap().to, "Jo.Field@acme.test");
        let with = read("subject=A&body=B&attach=3&attach=2&attach=3&link=2&link=5&link=").unwrap();
        assert_eq!((with.attach, with.link), (vec![MaterialId(2), MaterialId(3)], vec![MaterialId(5)]));
    }

    #[test]
    fn what_cannot_be_sent_is_said_at_its_field() {
        let wrong = |text: &str, field: &str| read(text).unwrap_err().get(field).map(str::to_owned).unwrap_or_default();
        assert!(wrong("subject=A&body={{lead.nmae}}", "body").starts_with("There is no field “{{lead.nmae}}” in this mail; there are lead.name"));
        assert!(wrong("subject={{lead.phone}}&body=B", "subject").contains("“{{lead.phone}}”"));
        assert_eq!(wrong("to=all@evil.test&subject=A&body=B", "to"), "Choose one of the lead’s addresses");
        assert!(wrong("subject={{account}}&body=B", "subject").starts_with("Nothing is known"));
        assert!(wrong("subject=A&body={{account}}", "body").starts_with("Nothing is known"));
        assert_eq!(wrong("subject=+&body=B", "subject"), "Enter a subject");
        assert_eq!(wrong("subject=A&body=B&attach=all", "attach"), "Choose from the library");
        let nobody = Lead { emails: Vec::new(), contact_email: String::new(), ..cast::lead() };
        let refused = MessageForm::read(&form("subject=A&body=B"), &nobody, &[], &MergeValues::default()).unwrap_err();
        assert!(refused.get("to").is_some_and(|sentence| sentence.starts_with("No address is known")));
    }

    #[test]
    fn a_template_has_a_name_and_words() {
        assert_eq!(TemplateForm::read(&form("name=Intro&subject=Hello&body=Text")).unwrap().name, "Intro");
        let wrong = TemplateForm::read(&form("name=&subject={{count}}&body=Text")).unwrap_err();
        assert!(wrong.get("name").is_some() && wrong.get("subject").is_some_and(|sentence| sentence.contains("{{count}}")), "{wrong:?}");
    }
}
