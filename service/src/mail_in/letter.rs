//! A message as it travels, read: head, text, files. Strangers write these bytes, so whatever stands there is made to fit.

use std::panic::{AssertUnwindSafe, catch_unwind};

use domain::ics::Reply;
use domain::mail_in::{Marks, fitting_line};
use domain::{EmailAddress, Mailbox};
use mail_parser::{Address, HeaderValue, Message, MessageParser, MimeHeaders as _};

/// Most mails of a thread that are looked for, the newest.
const THREAD_MAX: usize = 20;
/// Most files that are named.
const FILES_MAX: usize = 20;
/// Most parts for calendars that are looked at, and the longest. Unit: bytes.
const CALENDARS_MAX: usize = 5;
const CALENDAR_MAX: usize = 64 * 1024;
/// Longest Message-ID that is kept. Unit: characters.
const MESSAGE_ID_MAX: usize = 250;

/// A message that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Letter {
    /// Without its brackets; empty where there is none.
    pub message_id: String,
    pub sender: Option<EmailAddress>,
    /// What it calls its sender; may be empty.
    pub sender_name: String,
    /// Whom its head names as recipients, lower case.
    pub recipients: Vec<String>,
    pub subject: String,
    /// Its text, without markup.
    pub text: String,
    pub attachments: usize,
    /// Names of the files that came with it, as far as they have any.
    pub files: Vec<String>,
    /// The Message-IDs of the mails that it answers.
    pub thread: Vec<String>,
    /// What it answers to an invite.
    pub reply: Option<Reply>,
    pub marks: Marks,
}

impl Letter {
    /// Reads a message; `None` where nothing of it can be read.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        // So that a head without a text ends, too.
        let whole = [bytes, &b"\r\n\r\n"[..]].concat();
        // The parser promises not to panic. Should it, one message is refused, and those behind it are not.
        let read = || MessageParser::default().parse(&whole).map(|message| Self::of(&message));
        catch_unwind(AssertUnwindSafe(read)).ok().flatten()
    }

    fn of(message: &Message<'_>) -> Self {
        // By what it is called: which names the parser knows of itself differs between its versions.
        let find = |name: &str| message.headers_raw().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned());
        let raw = |name: &str| find(name).unwrap_or_default().trim().to_owned();
        let from = message.from().and_then(Address::first);
        let sender = from.and_then(|from| EmailAddress::parse(from.address().unwrap_or_default()).ok());
        let addressed = [message.to(), message.cc()].into_iter().flatten().flat_map(Address::iter);
        // What is for calendars is no text for people.
        let is_read = |nth: &usize| !message.text_part(*nth as u32).is_some_and(|part| part.is_content_type("text", "calendar"));
        let texts: Vec<_> = (0..message.text_body_count()).filter(is_read).filter_map(|nth| message.body_text(nth)).collect();
        let mut thread = ids_of(message.references());
        thread.extend(ids_of(message.in_reply_to()));
        thread.drain(..thread.len().saturating_sub(THREAD_MAX));
        let of_calendars = message.parts.iter().filter(|part| part.is_content_type("text", "calendar") || part.is_content_type("application", "ics"));
        let mut calendars = of_calendars.take(CALENDARS_MAX).filter_map(|part| part.text_contents()).filter(|text| text.len() <= CALENDAR_MAX);
        let reply = calendars.find_map(Reply::read);
        Self {
            message_id: clean_id(message.message_id().unwrap_or_default()),
            sender_name: fitting_line(from.and_then(|from| from.name()).unwrap_or_default()),
            recipients: addressed.filter_map(|to| to.address()).map(str::to_lowercase).collect(),
            subject: fitting_line(message.subject().unwrap_or_default()),
            text: texts.join("\n"),
            attachments: message.attachments().filter(|part| !part.is_content_type("text", "calendar")).count(),
            files: message.attachments().filter_map(|part| part.attachment_name()).map(fitting_line).take(FILES_MAX).collect(),
            thread,
            reply,
            marks: Marks {
                auto_submitted: raw("Auto-Submitted"),
                precedence: raw("Precedence"),
                return_path: find("Return-Path"),
                loops: raw("X-Loop"),
                from: sender.as_ref().map(EmailAddress::folded).unwrap_or_default(),
            },
            sender,
        }
    }

    /// Who says that they wrote it.
    pub fn mailbox(&self) -> Mailbox {
        let email = self.sender.as_ref().map(|sender| sender.as_str().to_owned()).unwrap_or_default();
        Mailbox { name: self.sender_name.clone(), email }
    }

    /// What is said of the files that came with it; empty where there are none.
    pub fn files_sentence(&self) -> String {
        let files = if self.files.is_empty() { String::new() } else { format!(": {}", self.files.join(", ")) };
        match self.attachments {
            0 => String::new(),
            1 => format!("1 attachment stays with the e-mail{files}"),
            many => format!("{many} attachments stay with the e-mail{files}"),
        }
    }
}

fn ids_of(value: &HeaderValue<'_>) -> Vec<String> {
    let ids = value.as_text_list().unwrap_or_default();
    ids.iter().map(|id| clean_id(id)).filter(|id| !id.is_empty()).collect()
}

fn clean_id(text: &str) -> String {
    let id = text.trim().trim_matches(['<', '>']);
    id.chars().filter(|letter| !letter.is_control() && !letter.is_whitespace()).take(MESSAGE_ID_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Letter {
        Letter::read(text.replace('\n', "\r\n").as_bytes()).expect("it can be read")
    }

    #[test]
    fn head_and_text_are_read_whatever_they_are_written_in() {
        let letter = read(
            "From: =?iso-8859-1?q?Zo=EB_Field?= <Zoe@acme.test>\nTo: Leads <Leads@house.test>\nCc: al@b.test\n\
             Subject: =?utf-8?b?RHJ1Y2tlciDigJMgMTA=?=\nMessage-ID: <a1@acme.test>\nReferences: <x@house.test>\n <y@house.test>\n\
             In-Reply-To: <y@house.test>\nContent-Type: text/plain; charset=iso-8859-1\n\
             Content-Transfer-Encoding: quoted-printable\n\nGr=FC=DFe, a long =\nline\n",
        );
        assert_eq!((letter.mailbox().to_string().as_str(), letter.subject.as_str()), ("Zoë Field <Zoe@acme.test>", "Drucker – 10"));
        assert_eq!((letter.text.trim(), letter.message_id.as_str()), ("Grüße, a long line", "a1@acme.test"));
        assert_eq!(letter.recipients, ["leads@house.test", "al@b.test"]);
        assert_eq!(letter.thread, ["x@house.test", "y@house.test", "y@house.test"]);
        assert_eq!(letter.marks, Marks { from: "zoe@acme.test".to_owned(), ..Marks::default() });
    }

    #[test]
    fn markup_becomes_text_and_files_are_named() {
        let letter = read(
            "From: jo@acme.test\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n\
             <p>Ten <b>printers</b></p><script>x()</script>\n--b\nContent-Type: application/pdf; name=\"a.pdf\"\n\
             Content-Disposition: attachment; filename=\"a.pdf\"\nContent-Transfer-Encoding: base64\n\nSGVsbG8=\n--b--\n",
        );
        assert!(letter.text.contains("Ten printers") && !letter.text.contains('<'), "{}", letter.text);
        assert_eq!((letter.attachments, letter.files_sentence().as_str()), (1, "1 attachment stays with the e-mail: a.pdf"));
    }

    #[test]
    fn an_answer_to_an_invite_is_found_among_its_parts() {
        let calendar = "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:a1@leads.test\nSEQUENCE:2\nATTENDEE;PARTSTAT=DECLINED:mailto:Jo@acme.test\n\
                        END:VEVENT\nEND:VCALENDAR\n";
        let letter = read(&format!(
            "From: jo@acme.test\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nSorry\n--b\n\
             Content-Type: text/calendar; method=REPLY; charset=utf-8\n\n{calendar}\n--b--\n"
        ));
        let reply = letter.reply.expect("an answer");
        assert_eq!((reply.uid.as_str(), reply.sequence, reply.answers.len()), ("a1@leads.test", 2, 1));
        assert_eq!(letter.text.trim(), "Sorry");
        let alone = read(&format!("From: jo@acme.test\nContent-Type: text/calendar; method=REPLY\nContent-Transfer-Encoding: 8bit\n\n{calendar}"));
        assert_eq!(alone.reply, Some(reply));
        assert_eq!(read(&format!("From: jo@acme.test\nContent-Type: text/plain\n\n{calendar}")).reply, None);
    }

    #[test]
    fn what_is_missing_is_empty() {
        let letter = read("Subject: Only this");
        assert_eq!((letter.subject.as_str(), letter.text.trim(), &letter.sender), ("Only this", "", &None));
        assert_eq!((letter.message_id.as_str(), letter.files_sentence().as_str()), ("", ""));
        let bounce = read("Return-Path: <>\nFrom: MAILER-DAEMON\nAuto-Submitted: auto-replied\nPrecedence: bulk\nX-Loop: leads@house.test\n\nNo\n");
        assert_eq!(bounce.marks.return_path.as_deref().map(str::trim), Some("<>"));
        assert_eq!((bounce.marks.auto_submitted.as_str(), bounce.marks.precedence.as_str()), ("auto-replied", "bulk"));
        assert_eq!((bounce.marks.loops.as_str(), bounce.sender), ("leads@house.test", None));
    }

    #[test]
    fn nothing_that_was_written_becomes_more_than_it_is() {
        let letter = read(&format!("From: jo@acme.test\nSubject: =?utf-8?q?A=0D=0ABcc=3A_all=40evil.test?= {}\n\nHello\n", "x".repeat(100_000)));
        assert!(letter.subject.contains("Bcc: all@evil.test") && !letter.subject.contains(char::is_control), "{}", letter.subject);
        assert_eq!(letter.subject.chars().count(), 200);
        for bytes in [&b"\0\0\0"[..], &[0xff; 5000], b":::\n:\n", b"From:\nFrom: <<<>>>\n\n", b"Content-Type: multipart/mixed; boundary=\"\"\n\n--\n"]
        {
            let letter = Letter::read(bytes).unwrap_or_default();
            assert_eq!(letter.sender, None);
        }
    }
}
