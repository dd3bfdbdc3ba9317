//! Calendars that other programs read and write: how iCalendar (RFC 5545) is written, and what an answer to an invite says (RFC 5546).

use crate::Timestamp;

/// Longest line. Unit: bytes, without its end. Two less than may be, so that mails carry lines as they are.
pub(crate) const LINE_MAX: usize = 73;

/// A moment in UTC: `20251124T160000Z`.
pub(crate) fn moment(at: Timestamp) -> String {
    let digits: String = at.rfc3339().chars().filter(|letter| !matches!(letter, '-' | ':')).take(15).collect();
    format!("{digits}Z")
}

/// A day: `20251124`.
pub(crate) fn date(day: Timestamp) -> String {
    day.day().replace('-', "")
}

/// A text as a value: what has a meaning of its own is marked, so that it means itself.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => escaped.extend(['\\', letter]),
            '\n' => escaped.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// A text as the value of a parameter, which has no way to hold quotation marks.
pub(crate) fn quoted(text: &str) -> String {
    let plain: String = text.chars().filter(|letter| *letter != '"' && !letter.is_control()).collect();
    format!("\"{plain}\"")
}

/// Appends a line. A long one goes on in the next, which begins with a space; no letter is cut.
pub(crate) fn push_line(text: &mut String, line: &str) {
    let mut width = 0;
    for letter in line.chars() {
        if width + letter.len_utf8() > LINE_MAX {
            text.push_str("\r\n ");
            width = 1;
        }
        text.push(letter);
        width += letter.len_utf8();
    }
    text.push_str("\r\n");
}

/// What a calendar is sent for, `REQUEST`; empty where it does not say.
#[must_use]
pub fn method_of(calendar: &str) -> &str {
    calendar.lines().find_map(|line| line.strip_prefix("METHOD:")).unwrap_or_default().trim()
}

/// What somebody answers to an invite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    Accepted,
    Tentative,
    Declined,
}

/// An answer to an invite, as programs send it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Which invite.
    pub uid: String,
    /// Which version of it.
    pub sequence: i64,
    /// Who says what, by their addresses, lower case.
    pub answers: Vec<(String, Said)>,
}

impl Reply {
    /// Reads a calendar; `None` for one that is no answer to an invite.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut reply = Self { uid: String::new(), sequence: 0, answers: Vec::new() };
        let mut is_reply = false;
        let mut within: Vec<String> = Vec::new();
        for line in unfolded(text) {
            let Some(property) = Property::read(&line) else { continue };
            let value = property.value.trim();
            let is_event = within.last().is_some_and(|part| part == "VEVENT");
            match property.name.as_str() {
                "BEGIN" => within.push(value.to_ascii_uppercase()),
                "END" => drop(within.pop()),
                "METHOD" => is_reply = value.eq_ignore_ascii_case("REPLY"),
                "UID" if is_event && reply.uid.is_empty() => reply.uid = value.to_owned(),
                "SEQUENCE" if is_event => reply.sequence = value.parse().unwrap_or(0),
                "ATTENDEE" if is_event => reply.answers.extend(property.answer()),
                _ => {}
            }
        }
        (is_reply && !reply.uid.is_empty()).then_some(reply)
    }

    /// What the person of an address says, whatever the case of its letters.
    #[must_use]
    pub fn of(&self, address: &str) -> Option<Said> {
        let address = address.to_lowercase();
        self.answers.iter().find(|(who, _)| *who == address).map(|(_, said)| *said)
    }
}

/// The lines of a calendar, those that went on in the next put together again.
fn unfolded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

/// One line of a calendar, taken apart.
struct Property<'l> {
    /// Upper case.
    name: String,
    params: Vec<&'l str>,
    value: &'l str,
}

impl<'l> Property<'l> {
    fn read(line: &'l str) -> Option<Self> {
        let (head, value) = split_outside(line, ':')?;
        let mut parts = Vec::new();
        let mut rest = head;
        while let Some((part, behind)) = split_outside(rest, ';') {
            parts.push(part);
            rest = behind;
        }
        parts.push(rest);
        let name = parts.remove(0).trim().to_ascii_uppercase();
        Some(Self { name, params: parts, value })
    }

    fn param(&self, name: &str) -> Option<&str> {
        let mut named = self.params.iter().filter_map(|param| param.split_once('='));
        named.find(|(known, _)| known.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().trim_matches('"'))
    }

    /// Who of the invited says what; `None` for who has not answered.
    fn answer(&self) -> Option<(String, Said)> {
        let said = match self.param("PARTSTAT")?.to_ascii_uppercase().as_str() {
            "ACCEPTED" => Said::Accepted,
            "TENTATIVE" => Said::Tentative,
            "DECLINED" => Said::Declined,
            _ => return None,
        };
        let address = self.value.trim().to_lowercase();
        Some((address.strip_prefix("mailto:").unwrap_or(&address).trim().to_owned(), said))
    }
}

/// What stands before and behind the first such mark outside of quotation marks.
fn split_outside(text: &str, mark: char) -> Option<(&str, &str)> {
    let mut is_quoted = false;
    for (at, letter) in text.char_indices() {
        if letter == '"' {
            is_quoted = !is_quoted;
        } else if letter == mark && !is_quoted {
            return Some((&text[..at], &text[at + mark.len_utf8()..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPLY: &str = "BEGIN:VCALENDAR\r\nPRODID:-//Somebody//EN\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:ab12@leads.test\r\n\
        SEQUENCE:3\r\nDTSTAMP:20251124T160000Z\r\nATTENDEE;CN=\"Field; Jo: of Acme\";PARTSTAT=ACCEPTED;ROLE=REQ-PARTI\r\n CIPANT:MAILTO:Jo@\r\n\
        \tAcme.test\r\nBEGIN:VALARM\r\nATTENDEE;PARTSTAT=DECLINED:mailto:bell@acme.test\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    #[test]
    fn an_answer_says_which_invite_and_who_comes() {
        let reply = Reply::read(REPLY).expect("an answer");
        assert_eq!((reply.uid.as_str(), reply.sequence), ("ab12@leads.test", 3));
        assert_eq!(reply.answers, [("jo@acme.test".to_owned(), Said::Accepted)]);
        assert_eq!((reply.of("JO@acme.test"), reply.of("al@acme.test")), (Some(Said::Accepted), None));
        for (word, said) in [("declined", Some(Said::Declined)), ("TENTATIVE", Some(Said::Tentative)), ("NEEDS-ACTION", None)] {
            let reply = Reply::read(&REPLY.replace("PARTSTAT=ACCEPTED", &format!("partstat={word}"))).expect("an answer");
            assert_eq!(reply.of("jo@acme.test"), said, "{word}");
        }
        let first = Reply::read(&REPLY.replace("SEQUENCE:3\r\n", "").replace("\r\n", "\n")).expect("an answer");
        assert_eq!((first.sequence, first.of("jo@acme.test")), (0, Some(Said::Accepted)));
    }

    #[test]
    fn what_is_no_answer_says_nothing() {
        for text in ["", ":", "\"", "a;b;c", "BEGIN", &REPLY.replace("METHOD:REPLY", "METHOD:REQUEST"), &REPLY.replace("UID:ab12", "SUMMARY:ab12")] {
            assert_eq!(Reply::read(text), None, "{text}");
        }
        assert_eq!(method_of(REPLY), "REPLY");
        assert_eq!(method_of("BEGIN:VCALENDAR"), "");
    }

    #[test]
    fn a_name_cannot_leave_its_quotation_marks() {
        assert_eq!(quoted("Jo \"F\":\r\nX"), "\"Jo F:X\"");
    }
}
