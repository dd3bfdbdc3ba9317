//! What a colleague's mail says of the lead that it brings: lines such as "Company: Acme", and what stands between them.

use crate::EmailAddress;

/// Most addresses or numbers that are taken from one mail.
const OF_EACH: usize = 5;

/// What a line with a label says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Name,
    Company,
    Phone,
    Email,
    Notes,
    /// A name with its address, as the head of a mail that was passed on has it.
    From,
}

/// The labels; a longer one stands before those that it begins with.
const LABELS: [(&str, Part); 22] = [
    ("full name", Part::Name),
    ("contact name", Part::Name),
    ("contact", Part::Name),
    ("name", Part::Name),
    ("company name", Part::Company),
    ("company", Part::Company),
    ("organisation", Part::Company),
    ("organization", Part::Company),
    ("account", Part::Company),
    ("firm", Part::Company),
    ("phone number", Part::Phone),
    ("phone", Part::Phone),
    ("telephone", Part::Phone),
    ("mobile", Part::Phone),
    ("cell", Part::Phone),
    ("e-mail address", Part::Email),
    ("e-mail", Part::Email),
    ("email", Part::Email),
    ("notes", Part::Notes),
    ("note", Part::Notes),
    ("message", Part::Notes),
    ("from", Part::From),
];

/// What a colleague's mail says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub name: String,
    pub company: String,
    /// As they were written.
    pub phones: Vec<String>,
    pub emails: Vec<EmailAddress>,
    /// Everything else.
    pub message: String,
    /// Whether any line had a label that says who the lead is.
    pub has_labels: bool,
}

impl Told {
    /// Reads a mail's text. Of two lines with the same label the first counts, but for numbers and addresses; what a line says beyond
    /// what it can say stays in the message.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut told = Self::default();
        let mut message = Vec::new();
        for line in text.lines() {
            match labelled(line) {
                Some((Part::Notes, value)) => message.push(value),
                Some((part, value)) if told.take(part, value) => told.has_labels = true,
                _ => message.push(line),
            }
        }
        told.message = message.join("\n").trim().to_owned();
        told
    }

    /// Takes what a line says; `false` when it is no such thing, or was said before.
    fn take(&mut self, part: Part, value: &str) -> bool {
        match part {
            Part::Name if self.name.is_empty() => value.clone_into(&mut self.name),
            Part::Company if self.company.is_empty() => value.clone_into(&mut self.company),
            Part::Phone if self.phones.len() < OF_EACH && value.chars().any(|letter| letter.is_ascii_digit()) => self.phones.push(value.to_owned()),
            Part::Email => {
                let found = addresses_in(value);
                let is_one = !found.is_empty();
                self.emails.extend(found);
                self.emails.truncate(OF_EACH);
                return is_one;
            }
            Part::From => {
                let Some(address) = addresses_in(value).into_iter().next() else { return false };
                let name = value.split(['<', '[', '(']).next().unwrap_or_default().trim().trim_matches(['"', '\'']);
                if self.name.is_empty() && !name.contains('@') {
                    name.clone_into(&mut self.name);
                }
                self.emails.push(address);
            }
            _ => return false,
        }
        true
    }
}

/// The label at the beginning of a line, and what stands behind it. Marks of quoting and of lists before it do not count.
fn labelled(line: &str) -> Option<(Part, &str)> {
    let line = line.trim_start_matches(|letter: char| letter.is_whitespace() || matches!(letter, '>' | '*' | '-' | '•' | '–'));
    LABELS.iter().find_map(|(label, part)| {
        let start = line.get(..label.len()).filter(|start| start.eq_ignore_ascii_case(label))?;
        let rest = line[start.len()..].trim_start_matches(['*', '_']).trim_start();
        let value = match rest.strip_prefix(':') {
            Some(value) => value,
            None => rest.strip_prefix(['-', '–']).filter(|value| value.starts_with(' '))?,
        };
        let value = value.trim().trim_matches('*').trim();
        (!value.is_empty()).then_some((*part, value))
    })
}

/// The e-mail addresses in a text, in their order, each once.
#[must_use]
pub fn addresses_in(text: &str) -> Vec<EmailAddress> {
    let mut found: Vec<EmailAddress> = Vec::new();
    let ends = |letter: char| letter.is_whitespace() || "<>()[]{},;:\"'|*=".contains(letter);
    for word in text.split(ends).filter(|word| word.contains('@')) {
        let Ok(address) = EmailAddress::parse(word.trim_matches(['.', '!', '?'])) else { continue };
        if !found.iter().any(|known| known.folded() == address.folded()) {
            found.push(address);
        }
        if found.len() == OF_EACH {
            break;
        }
    }
    found
}

/// What may be phone numbers in a text: long enough rows of digits as people write numbers, but no dates. The numbering plans decide.
#[must_use]
pub fn numbers_in(text: &str) -> Vec<&str> {
    let may_be_within = |letter: char| letter.is_ascii_digit() || " +()-./".contains(letter);
    let begins = |letter: char| letter.is_ascii_digit() || matches!(letter, '+' | '(');
    let rows = text.lines().flat_map(|line| line.split(move |letter: char| !may_be_within(letter)));
    let trimmed =
        rows.map(|row| row.trim_start_matches(move |letter: char| !begins(letter)).trim_end_matches(|letter: char| !letter.is_ascii_digit()));
    trimmed.filter(|row| (7..=15).contains(&row.chars().filter(char::is_ascii_digit).count()) && !is_date(row)).take(OF_EACH).collect()
}

/// "2026-11-27", with whatever stands behind it.
fn is_date(row: &str) -> bool {
    (row.starts_with("19") || row.starts_with("20")) && row.get(4..5).is_some_and(|mark| matches!(mark, "-" | "/" | "."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(emails: &[EmailAddress]) -> Vec<&str> {
        emails.iter().map(EmailAddress::as_str).collect()
    }

    #[test]
    fn key_information_is_read_from_its_lines() {
        let told = Told::read(
            "Hi,\n\nNAME: Jo Field\n- Company - Acme Ltd\n* Phone: 0161 496 0123\nmobile: 07700 900123\nE-mail:  jo@acme.test.\n\
             Notes: Wants a quote\nby Friday.\n\nMaya",
        );
        assert_eq!((told.name.as_str(), told.company.as_str()), ("Jo Field", "Acme Ltd"));
        assert_eq!((told.phones, strings(&told.emails)), (vec!["0161 496 0123".to_owned(), "07700 900123".to_owned()], vec!["jo@acme.test"]));
        assert_eq!(told.message, "Hi,\n\nWants a quote\nby Friday.\n\nMaya");
        assert!(told.has_labels);
    }

    #[test]
    fn a_mail_that_was_passed_on_names_its_writer() {
        let told = Told::read("See below.\n\n> From: \"Jo Field\" <jo@acme.test>\n> Subject: Printers\n> We need ten.");
        assert_eq!((told.name.as_str(), strings(&told.emails)), ("Jo Field", vec!["jo@acme.test"]));
        assert_eq!(told.message, "See below.\n\n> Subject: Printers\n> We need ten.");
        assert_eq!(Told::read("From: jo@acme.test").name, "");
    }

    #[test]
    fn what_is_no_label_stays_in_the_message() {
        for text in ["Names: many", "Name", "Name:", "Company-wide roll-out", "Phone: call me", "Email: ask Jo", "From: the north", "nam\u{e9}: x"] {
            let told = Told::read(text);
            assert!(!told.has_labels, "{text}");
            assert_eq!(told.message, text);
        }
        let told = Told::read("Name: Jo\nName: Al");
        assert_eq!((told.name.as_str(), told.message.as_str()), ("Jo", "Name: Al"));
    }

    #[test]
    fn addresses_and_numbers_are_found_between_words() {
        assert_eq!(strings(&addresses_in("write to <Jo@acme.test>, mailto:al@b.test or JO@ACME.test! not a@b")), ["Jo@acme.test", "al@b.test"]);
        assert_eq!(numbers_in("Call +44 161 496-0123 or (0161) 496 0124 by 2026-11-27, order 12345."), ["+44 161 496-0123", "(0161) 496 0124"]);
        assert_eq!(numbers_in("7 of 9\n20/11"), Vec::<&str>::new());
    }
}
