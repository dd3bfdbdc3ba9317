//! A mail as it travels: headers and body in the form of the standards.

use std::time::{Duration, SystemTime};

use domain::Mailbox as Named;
use domain::ics::method_of;
use lettre::message::header::{ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Attachment, Body, Mailbox, Message, MultiPart, SinglePart};
use lettre::{Address, address::AddressError};
use service::outbox::bytes_of;
use store::outbox::{MailFile, Taken};

/// A mail that is ready to be handed over.
#[derive(Debug)]
pub struct Letter {
    pub from: Address,
    pub to: Address,
    pub text: Vec<u8>,
}

/// Tells other programs that nobody wrote this, so that none answers that somebody is away.
#[derive(Clone, Debug)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Where the recipient unsubscribes (RFC 2369).
#[derive(Clone, Debug)]
struct ListUnsubscribe(String);

impl Header for ListUnsubscribe {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.trim().trim_matches(['<', '>']).to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), format!("<{}>", self.0))
    }
}

/// That one request there is enough, without a page (RFC 8058).
#[derive(Clone, Debug)]
struct ListUnsubscribePost;

impl Header for ListUnsubscribePost {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("List-Unsubscribe-Post")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "List-Unsubscribe=One-Click".to_owned())
    }
}

impl Letter {
    /// Writes a mail. What it says to calendars goes beside its text, so that programs that know of calendars show both as one.
    ///
    /// # Errors
    /// A sentence that says which address nobody can be written to at.
    pub fn write(mail: &Taken, from: &Named) -> Result<Self, String> {
        let name = mail.sender_name.as_ref().unwrap_or(&from.name);
        let from = mailbox(&Named { name: name.clone(), email: from.email.clone() })?;
        let recipient = mailbox(&mail.recipient)?.email;
        let written_at = SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(mail.created_at.0).unwrap_or_default());
        let mut message =
            Message::builder().from(from.clone()).date(written_at).message_id(Some(format!("<{}>", mail.message_id))).subject(mail.subject.as_str());
        // What a person wrote is answered as any letter is.
        if mail.sender_name.is_none() {
            message = message.header(AutoSubmitted);
        }
        if let Some(address) = &mail.unsubscribe {
            message = message.header(ListUnsubscribe(address.clone())).header(ListUnsubscribePost);
        }
        for to in &mail.addressees.to {
            message = message.to(mailbox(to)?);
        }
        for copy in &mail.addressees.copies {
            message = message.cc(mailbox(copy)?);
        }
        let message = match &mail.calendar {
            Some(calendar) => message.multipart(with_calendar(&mail.body, calendar)?),
            None if mail.files.is_empty() => message.header(ContentType::TEXT_PLAIN).body(mail.body.clone()),
            None => message.multipart(with_files(&mail.body, &mail.files)?),
        };
        let message = message.map_err(|error| format!("This cannot be written as a mail ({error})"))?;
        Ok(Self { from: from.email, to: recipient, text: message.formatted() })
    }

    /// Whether a server has to know letters beyond ASCII to take it.
    #[must_use]
    pub fn needs_utf8(&self) -> bool {
        !self.text.is_ascii() || [&self.from, &self.to].into_iter().any(|address| !AsRef::<str>::as_ref(address).is_ascii())
    }
}

/// A text, and the same as something that calendars take over.
fn with_calendar(body: &str, calendar: &str) -> Result<MultiPart, String> {
    let kind = format!("text/calendar; charset=utf-8; method={}", method_of(calendar));
    let kind = ContentType::parse(&kind).map_err(|error| format!("This cannot be written for calendars ({error})"))?;
    let event = SinglePart::builder().header(kind).body(calendar.to_owned());
    Ok(MultiPart::alternative().singlepart(SinglePart::plain(body.to_owned())).singlepart(event))
}

/// A text, and what is attached to it: of the kind that its content says, and in a form in which nothing under way changes its line breaks.
fn with_files(body: &str, files: &[MailFile]) -> Result<MultiPart, String> {
    let mut parts = MultiPart::mixed().singlepart(SinglePart::plain(body.to_owned()));
    for file in files {
        let kind = ContentType::parse(file.kind.content_type()).map_err(|error| format!("{} cannot be attached ({error})", file.name))?;
        let unsendable = |_| format!("{} cannot be attached", file.name);
        let content = Body::new_with_encoding(bytes_of(file)?, ContentTransferEncoding::Base64).map_err(unsendable)?;
        parts = parts.singlepart(Attachment::new(file.name.clone()).body(content, kind));
    }
    Ok(parts)
}

fn mailbox(named: &Named) -> Result<Mailbox, String> {
    let email: Address = named.email.parse().map_err(|error: AddressError| format!("{} is no address to write to ({error})", named.email))?;
    Ok(Mailbox::new(Some(named.name.clone()).filter(|name| !name.is_empty()), email))
}

#[cfg(test)]
mod tests {
    use domain::lead_parts::DocumentKind;
    use domain::{Addressees, MailId, Timestamp};

    use super::*;

    fn named(name: &str, email: &str) -> Named {
        Named { name: name.to_owned(), email: email.to_owned() }
    }

    fn taken(subject: &str, body: &str) -> Taken {
        Taken {
            id: MailId(1),
            claim: 1,
            tries: 1,
            message_id: "abc@leads.test".to_owned(),
            recipient: named("Zoë Ångström", "zoe@house.test"),
            addressees: Addressees { to: vec![named("Zoë Ångström", "zoe@house.test")], copies: vec![named("", "list@house.test")] },
            subject: subject.to_owned(),
            body: body.to_owned(),
            calendar: None,
            sender_name: None,
            unsubscribe: None,
            files: Vec::new(),
            created_at: Timestamp(1_764_000_000_000),
            is_welcome: true,
            is_unsubscribed: false,
        }
    }

    fn written(subject: &str, body: &str) -> String {
        let letter = Letter::write(&taken(subject, body), &named("Leads, Inc.", "leads@leads.test")).unwrap();
        assert!(!letter.needs_utf8());
        String::from_utf8(letter.text).unwrap()
    }

    #[test]
    fn a_mail_is_written_as_others_read_it() {
        let text = written("A lead for you", "Hello\nthere\n");
        for line in [
            "From: =?utf-8?b?TGVhZHMsIEluYy4=?= <leads@leads.test>\r\n",
            "Cc: list@house.test\r\n",
            "Subject: A lead for you\r\n",
            "Message-ID: <abc@leads.test>\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "Date: Mon, 24 Nov 2025 16:00:00 +0000\r\n",
            "\r\n\r\nHello\r\nthere\r\n",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
        assert!(text.contains("To: =?utf-8?"), "{text}");
    }

    #[test]
    fn what_calendars_are_told_goes_beside_the_text() {
        let calendar = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Call\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let mail = Taken { calendar: Some(calendar.to_owned()), ..taken("Invitation", "Hello\n") };
        let letter = Letter::write(&mail, &named("Leads", "leads@leads.test")).unwrap();
        let text = String::from_utf8(letter.text).unwrap();
        for line in [
            "Content-Type: multipart/alternative;",
            "Content-Type: text/plain; charset=utf-8\r\n",
            "Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n",
            "Subject: Invitation\r\n",
            "\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Call\r\n",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
        assert_eq!(text.matches("Content-Type: text/plain").count(), 1, "{text}");
        // Lines as long as an invite has them are sent as they are.
        let longest = format!("BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:{}\r\nEND:VCALENDAR\r\n", "x".repeat(73 - "SUMMARY:".len()));
        let letter = Letter::write(&Taken { calendar: Some(longest), ..taken("Invitation", "Hello") }, &named("", "leads@leads.test")).unwrap();
        let text = String::from_utf8(letter.text).unwrap();
        assert!(!text.contains("quoted-printable") && text.contains("METHOD:REQUEST\r\nSUMMARY:xxx"), "{text}");
        let wrong = Taken { calendar: Some("METHOD:a b\r\nc".to_owned()), ..taken("Invitation", "Hello") };
        assert!(Letter::write(&wrong, &named("", "leads@leads.test")).is_err());
    }

    #[test]
    fn a_message_comes_from_who_writes_it_and_says_where_one_unsubscribes() {
        let address = "https://leads.test/unsubscribe/abc/now".to_owned();
        let mail = Taken { sender_name: Some("Maya Lind".to_owned()), unsubscribe: Some(address), ..taken("Hello", "Hello\n") };
        let letter = Letter::write(&mail, &named("Leads", "leads@leads.test")).unwrap();
        let text = String::from_utf8(letter.text).unwrap();
        for line in [
            "From: \"Maya Lind\" <leads@leads.test>\r\n",
            "List-Unsubscribe: <https://leads.test/unsubscribe/abc/now>\r\n",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
        ] {
            assert!(text.replace("From: Maya Lind <", "From: \"Maya Lind\" <").contains(line), "{line}: {text}");
        }
        assert!(!text.contains("Auto-Submitted"), "{text}");
        assert!(!written("A lead", "x").contains("List-Unsubscribe"));
    }

    #[test]
    fn what_is_attached_goes_behind_the_text() {
        let file = MailFile { name: "Price list.pdf".to_owned(), kind: DocumentKind::Pdf, content: "JVBERi0xLjcK".to_owned() };
        let broken = MailFile { content: "%".to_owned(), ..file.clone() };
        let letter = Letter::write(&Taken { files: vec![file], ..taken("Hello", "Hello\n") }, &named("", "leads@leads.test")).unwrap();
        let text = String::from_utf8(letter.text).unwrap();
        for line in ["Content-Type: multipart/mixed;", "Content-Type: application/pdf\r\n", "filename=\"Price list.pdf\"", "JVBERi0xLjcK"] {
            assert!(text.contains(line), "{line}: {text}");
        }
        assert!(Letter::write(&Taken { files: vec![broken], ..taken("Hello", "Hello\n") }, &named("", "leads@leads.test")).is_err());
    }

    #[test]
    fn nothing_that_was_typed_becomes_a_header() {
        let text = written("A lead\r\nBcc: all@evil.test", "x");
        assert!(!text.contains("\r\nBcc:") && !text.contains("\nBcc:"), "{text}");
        let mut mail = taken("A lead", "x");
        mail.recipient.email = "zoe@house.test>\r\nRCPT TO:<all@evil.test".to_owned();
        assert!(Letter::write(&mail, &named("", "leads@leads.test")).unwrap_err().contains("no address to write to"));
    }
}
