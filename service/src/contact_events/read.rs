//! What a sender says in one event, field by field.

use domain::contact_event::SENDER_KEY_MAX;
use domain::text::{line, note, required_line};
use domain::{Address, EmailAddress, FieldErrors, Phone, Timestamp, Weighing};

use super::SentEvent;
use crate::phone;

/// Every field of an event.
pub const FIELDS: [&str; 13] = [
    "id",
    "kind",
    "at",
    "detail",
    "contact.email",
    "contact.name",
    "contact.phone",
    "contact.company",
    "contact.domain",
    "contact.street",
    "contact.city",
    "contact.postcode",
    "contact.country",
];

/// Longest detail. Unit: characters.
const DETAIL_MAX: usize = 1000;
/// How far ahead a sender's clock may be. Unit: milliseconds.
const AHEAD_MAX: i64 = 5 * 60 * 1000;

/// What an event says, or what is wrong with it.
pub(super) type Told = Result<Event, FieldErrors>;

/// What an event says.
#[derive(Clone, Debug)]
pub(super) struct Event {
    /// The sender's id of it.
    pub key: String,
    pub kind: String,
    /// Never later than now.
    pub at: Timestamp,
    pub detail: String,
    pub email: Option<EmailAddress>,
    pub phone: Option<Phone>,
    pub name: String,
    pub company: String,
    /// A domain of the company, where it was sent beside or without an address.
    pub domain: String,
    pub address: Address,
}

/// Reads an event.
pub(super) fn read(sent: &SentEvent, weighing: &Weighing, region: &str, now: Timestamp) -> Told {
    let values = &sent.values;
    let mut errors = sent.errors.clone();
    let key = errors.take("id", read_key(values.get("id"))).unwrap_or_default();
    let kind = values.get("kind").to_owned();
    if !weighing.taken().any(|known| known.key == kind) {
        let known: Vec<&str> = weighing.taken().map(|kind| kind.key.as_str()).collect();
        errors.add("kind", format!("Send one of {}", known.join(", ")));
    }
    let at = errors.take("at", read_moment(values.get("at"), now)).unwrap_or(now);
    let detail = errors.take("detail", read_detail(values.get("detail"))).unwrap_or_default();
    let mut text = |field: &str| errors.take(field, line(values.get(field))).unwrap_or_default();
    let (name, company, domain) = (text("contact.name"), text("contact.company"), text("contact.domain"));
    let address = Address {
        street: text("contact.street"),
        city: text("contact.city"),
        postcode: text("contact.postcode"),
        state: String::new(),
        country: text("contact.country"),
    };
    let sent_text = |field: &str| Some(values.get(field).trim()).filter(|text| !text.is_empty());
    let email = sent_text("contact.email").and_then(|text| errors.take("contact.email", EmailAddress::parse(text)));
    let phone = sent_text("contact.phone").and_then(|text| errors.take("contact.phone", read_phone(text, region)));
    if sent_text("contact.email").is_none() && sent_text("contact.phone").is_none() {
        errors.add("contact", "Send an e-mail address or a phone number, so that the contact can be told from others");
    }
    errors.into_result()?;
    Ok(Event { key, kind, at, detail, email, phone, name, company, domain, address })
}

fn read_key(text: &str) -> Result<String, String> {
    let key = required_line(text, "an id of yours that no other event of yours has").map_err(|error| error.to_string())?;
    if key.chars().count() > SENDER_KEY_MAX { Err(format!("Use at most {SENDER_KEY_MAX} characters")) } else { Ok(key) }
}

fn read_moment(text: &str, now: Timestamp) -> Result<Timestamp, &'static str> {
    let at = chrono::DateTime::parse_from_rfc3339(text).map_err(|_| "Send a moment like 2026-11-24T09:30:00Z")?;
    let at = Timestamp(at.timestamp_millis());
    if at > now.plus_ms(AHEAD_MAX) {
        return Err("This is yet to come; send what has happened");
    }
    if at.0 < 0 {
        return Err("This is too long ago");
    }
    Ok(at.min(now))
}

fn read_detail(text: &str) -> Result<String, String> {
    let text = note(text).map_err(|error| error.to_string())?;
    if text.chars().count() > DETAIL_MAX { Err(format!("Use at most {DETAIL_MAX} characters")) } else { Ok(text) }
}

/// Nobody can be told by a number that fits no numbering plan.
fn read_phone(text: &str, region: &str) -> Result<Phone, String> {
    let phone = phone::parse(text, region).map_err(|error| error.to_string())?;
    if phone.e164.is_some() {
        return Ok(phone);
    }
    Err(format!("“{}” is no phone number that can be called; send it with its country's code", text.chars().take(40).collect::<String>()))
}

#[cfg(test)]
mod tests {
    use domain::FormValues;

    use super::*;

    const NOW: Timestamp = Timestamp(1_764_000_000_000);

    fn told(changes: &[(&str, &str)]) -> Told {
        let mut fields = vec![("id", "e1"), ("kind", "met"), ("at", "2025-11-24T10:00:00+01:00"), ("contact.email", "jo@harbour.test")];
        for (name, value) in changes {
            fields.retain(|(field, _)| field != name);
            fields.push((name, value));
        }
        let values = FormValues(fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect());
        read(&SentEvent { values, errors: FieldErrors::default() }, &Weighing::standard(), "GB", NOW)
    }

    #[test]
    fn an_event_is_read_field_by_field() {
        let event = told(&[("contact.phone", "0161 496 0123"), ("contact.name", " Jo  Field ")]).unwrap();
        assert_eq!((event.name.as_str(), event.phone.and_then(|phone| phone.e164).as_deref()), ("Jo Field", Some("+441614960123")));
        assert_eq!(event.at.rfc3339(), "2025-11-24T09:00:00.000Z");
        // A sender's clock may be a little ahead; nothing happens later than now.
        assert_eq!(told(&[("at", "2025-11-24T16:03:00Z")]).unwrap().at, NOW);
    }

    #[test]
    fn what_is_wrong_is_said_at_its_field() {
        for (field, value) in [
            ("id", ""),
            ("id", &"x".repeat(201)),
            ("kind", "danced"),
            ("at", "yesterday"),
            ("at", "2025-11-24T16:06:00Z"),
            ("at", "1912-01-01T00:00:00Z"),
            ("detail", &"x".repeat(1001)),
            ("contact.email", "jo"),
            ("contact.phone", "123"),
            ("contact.company", &"x".repeat(300)),
        ] {
            let errors = told(&[(field, value)]).unwrap_err();
            assert_eq!(errors.0.keys().collect::<Vec<_>>(), [field], "{field} {value}");
        }
        assert!(told(&[("contact.email", "")]).unwrap_err().get("contact").is_some());
        assert!(told(&[("contact.email", ""), ("contact.phone", "0161 496 0123")]).is_ok());
    }
}
