//! What other systems are told when something happens: kinds of messages, webhooks and their deliveries.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::event::Subject;
use crate::outside::is_public;
use crate::record_form::parse_website;
use crate::{EventId, EventKind, LeadAction, Timestamp};

/// Every kind of message, in the order of the form.
pub const MESSAGE_KINDS: [&str; 20] = [
    "lead.added",
    "lead.changed",
    "lead.accepted",
    "lead.started",
    "lead.won",
    "lead.lost",
    "lead.cancelled",
    "lead.reopened",
    "lead.deleted",
    "lead.restored",
    "lead.delegated",
    "lead.commented",
    "lead.noted",
    "lead.attempted",
    "account.added",
    "account.changed",
    "contact.added",
    "contact.changed",
    "opportunity.added",
    "opportunity.changed",
];

/// The kind of message that an event makes; `None` for what is nobody else's business, such as who has an account here.
#[must_use]
pub fn message_kind(subject: Subject, kind: &EventKind) -> Option<&'static str> {
    match (subject, kind) {
        (Subject::Lead, EventKind::LeadAdded { .. }) => Some("lead.added"),
        (
            Subject::Lead,
            EventKind::FieldsChanged { .. }
            | EventKind::RecordChanged { .. }
            | EventKind::Reclaimed { .. }
            | EventKind::Part { .. }
            | EventKind::LeadClassed { .. }
            | EventKind::Qualified { .. }
            | EventKind::Appointment { .. }
            | EventKind::Mailing { .. },
        ) => Some("lead.changed"),
        (Subject::Lead, EventKind::LeadMoved { action, .. }) => Some(match action {
            LeadAction::Accept => "lead.accepted",
            LeadAction::Start => "lead.started",
            LeadAction::Win => "lead.won",
            LeadAction::Lose => "lead.lost",
            LeadAction::Cancel => "lead.cancelled",
            LeadAction::Reopen => "lead.reopened",
            LeadAction::Delete => "lead.deleted",
            LeadAction::Restore => "lead.restored",
        }),
        (Subject::Lead, EventKind::LeadDelegated { .. }) => Some("lead.delegated"),
        (Subject::Lead, EventKind::Commented { .. }) => Some("lead.commented"),
        (Subject::Lead, EventKind::NoteShared { .. }) => Some("lead.noted"),
        (Subject::Lead, EventKind::Attempted { .. }) => Some("lead.attempted"),
        (Subject::Account, EventKind::RecordAdded { .. }) => Some("account.added"),
        (Subject::Account, EventKind::RecordChanged { .. } | EventKind::AccountsMerged { .. } | EventKind::MergeUndone { .. }) => {
            Some("account.changed")
        }
        (Subject::Contact, EventKind::RecordAdded { .. }) => Some("contact.added"),
        (Subject::Contact, EventKind::RecordChanged { .. }) => Some("contact.changed"),
        (Subject::Opportunity, EventKind::RecordAdded { .. }) => Some("opportunity.added"),
        (Subject::Opportunity, EventKind::RecordChanged { .. }) => Some("opportunity.changed"),
        _ => None,
    }
}

/// Longest address. Unit: characters.
const URL_MAX: usize = 500;

/// The address of a webhook with its scheme. A name may still turn out to point inside; that is judged whenever a message
/// is sent.
///
/// # Errors
/// The sentence for the field.
pub fn parse_url(text: &str) -> Result<String, String> {
    let url = parse_website(text)?;
    if url.is_empty() {
        return Err("Enter an address like https://example.com/hooks".to_owned());
    }
    if url.len() > URL_MAX || !url.is_ascii() {
        return Err(format!("Use at most {URL_MAX} characters, and letters without accents"));
    }
    let host = url.split("://").nth(1).and_then(|rest| rest.split(['/', '?', '#', ':']).next()).unwrap_or_default();
    if host.parse::<IpAddr>().is_ok_and(|address| !is_public(address)) {
        return Err("This address is inside; messages go outside only".to_owned());
    }
    Ok(url)
}

/// An address of another system that hears what happens here.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Webhook {
    pub number: i64,
    pub url: String,
    /// Of [`MESSAGE_KINDS`]; none stands for every kind.
    pub kinds: Vec<String>,
    pub is_on: bool,
    pub created_at: Timestamp,
    /// It hears of what happened after this event.
    pub after_event: EventId,
}

impl Webhook {
    /// Whether it wants a kind of message.
    #[must_use]
    pub fn wants(&self, kind: &str) -> bool {
        self.kinds.is_empty() || self.kinds.iter().any(|wanted| wanted == kind)
    }
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// To be sent, for the first time or again.
    Waiting,
    Delivered,
    /// Nobody took it within a day.
    Failed,
}

impl DeliveryState {
    /// Every state.
    pub const ALL: [DeliveryState; 3] = [DeliveryState::Waiting, DeliveryState::Delivered, DeliveryState::Failed];

    /// The word stored.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            DeliveryState::Waiting => "waiting",
            DeliveryState::Delivered => "delivered",
            DeliveryState::Failed => "failed",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            DeliveryState::Waiting => "Waiting",
            DeliveryState::Delivered => "Delivered",
            DeliveryState::Failed => "Failed",
        }
    }

    /// Reads [`DeliveryState::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// A message to one webhook, as the log shows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Delivery {
    pub number: i64,
    pub webhook: i64,
    pub kind: String,
    pub state: DeliveryState,
    /// How often it was sent.
    pub attempts: i64,
    pub created_at: Timestamp,
    /// When it was last sent.
    pub last_at: Option<Timestamp>,
    /// When it is sent next, while it waits.
    pub next_at: Timestamp,
    /// The code that the other side answered with.
    pub answer_status: Option<i64>,
    /// What the other side said, or why nothing reached it.
    pub answer: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Arrival;

    #[test]
    fn every_kind_that_is_made_is_on_offer() {
        for action in LeadAction::ALL {
            let kind = EventKind::LeadMoved { action, from: String::new(), to: String::new(), reason: String::new() };
            assert!(MESSAGE_KINDS.contains(&message_kind(Subject::Lead, &kind).expect("a kind")), "{action:?}");
        }
        let added = EventKind::RecordAdded { name: String::new() };
        let kinds = [Subject::Account, Subject::Contact, Subject::Opportunity, Subject::Catalog].map(|subject| message_kind(subject, &added));
        assert_eq!(kinds, [Some("account.added"), Some("contact.added"), Some("opportunity.added"), None]);
        assert_eq!(message_kind(Subject::Lead, &EventKind::LeadAdded { by: Arrival::Demo }), Some("lead.added"));
    }

    #[test]
    fn no_kind_chosen_means_every_kind() {
        let mut webhook =
            Webhook { number: 1, url: String::new(), kinds: Vec::new(), is_on: true, created_at: Timestamp(0), after_event: EventId(0) };
        assert!(webhook.wants("lead.won"));
        webhook.kinds = vec!["lead.lost".to_owned()];
        assert!(webhook.wants("lead.lost") && !webhook.wants("lead.won"));
    }
}
