//! Messages to the person of a lead: what may stand in one, the templates of those that are sent often, and what is known of those that
//! were sent. See docs/messages.md.

mod form;

use serde::{Deserialize, Serialize};

pub use form::{MessageForm, TemplateForm, judge_length};

use crate::nurture::NurtureView;
use crate::{LeadId, MailState, Material, MergeField, MergeValues, MessageId, MessageTemplateId, Timestamp, UserId, Wording};

/// Messages that the page of one shows of those that were sent before.
pub const SENT_SHOWN: i64 = 20;

/// What may stand in a message, and what it stands for, for whoever writes one.
pub const FIELDS: [(MergeField, &str); 9] = [
    (MergeField::LeadName, "Their name"),
    (MergeField::FirstName, "The first part of their name"),
    (MergeField::Account, "Their company"),
    (MergeField::LeadNumber, "The lead’s number"),
    (MergeField::Offerings, "What they are interested in"),
    (MergeField::Message, "What they wrote to us"),
    (MergeField::By, "The name of who writes"),
    (MergeField::ByEmail, "The e-mail address of who writes"),
    (MergeField::Site, "The name of this site"),
];

/// Those fields alone.
#[must_use]
pub fn fields() -> [MergeField; 9] {
    FIELDS.map(|(field, _)| field)
}

/// The words of messages that are sent often.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MessageTemplate {
    pub id: MessageTemplateId,
    /// What people choose it by.
    pub name: String,
    pub wording: Wording,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed_at: Option<Timestamp>,
}

/// An address of a lead's person.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MessageAddress {
    pub email: String,
    /// Whether its person wants no messages.
    pub is_unsubscribed: bool,
}

/// A message that was sent, and what became of its mail.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SentMessage {
    pub id: MessageId,
    /// `None` where the program sent it.
    pub by: Option<UserId>,
    pub to: String,
    pub subject: String,
    pub body: String,
    pub at: Timestamp,
    /// `None` once the outbox has forgotten it.
    pub state: Option<MailState>,
    /// Why its mail was not sent, where it was not.
    pub answer: String,
    /// Names of what of the library went with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub material: Vec<String>,
}

/// Everything that the page of a new message shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessagePage {
    pub lead: LeadId,
    pub full_name: String,
    pub account: String,
    /// The one to write to first.
    pub addresses: Vec<MessageAddress>,
    pub templates: Vec<MessageTemplate>,
    pub chosen: Option<MessageTemplateId>,
    /// The words to begin with: the chosen template's, else none.
    pub wording: Wording,
    /// What the merge fields stand for.
    pub values: MergeValues,
    /// Newest first.
    pub sent: Vec<SentMessage>,
    /// The library, for people of the house.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub material: Vec<Material>,
    /// How they are nurtured.
    #[serde(default)]
    pub nurture: NurtureView,
    /// Whether the person may begin, pause and stop that.
    #[serde(default)]
    pub may_nurture: bool,
    /// Whether the person may write, and why not otherwise.
    pub hindrance: Option<String>,
}

/// What became of what is sent to a lead's person by itself, or of whether anything may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailingStep {
    /// That somebody registered was [confirmed](crate::confirmation).
    Confirmed,
    /// An address wants no more messages.
    Unsubscribed,
    /// It wants them again.
    Resubscribed,
    /// Somebody began a plan with the lead's person.
    PlanBegun,
    /// The plan sent a message.
    PlanSent,
    PlanPaused,
    PlanResumed,
    PlanStopped,
    PlanFinished,
}

impl MailingStep {
    /// What happened, as a sentence without its subject. `name` is the address, or the plan's.
    pub(crate) fn sentence(self, name: &str) -> String {
        match self {
            MailingStep::Confirmed => format!("confirmed the registration by a mail to {name}"),
            MailingStep::Unsubscribed => format!("noted that {name} wants no more mails"),
            MailingStep::Resubscribed => format!("noted that {name} wants mails again"),
            MailingStep::PlanBegun => format!("began to nurture them by the plan {name}"),
            MailingStep::PlanSent => format!("sent a message of the plan {name}"),
            MailingStep::PlanPaused => format!("paused the plan {name}"),
            MailingStep::PlanResumed => format!("went on with the plan {name}"),
            MailingStep::PlanStopped => format!("stopped the plan {name}"),
            MailingStep::PlanFinished => format!("came to the end of the plan {name}"),
        }
    }
}

/// The first part of a name.
#[must_use]
pub fn first_name(full_name: &str) -> &str {
    full_name.split_whitespace().next().unwrap_or_default()
}

/// The text of a message with what stands below each: why it came, and where one unsubscribes.
#[must_use]
pub fn with_footer(body: &str, site: &str, link: &str) -> String {
    format!("{}\n\n-- \n{site} wrote this because you were in touch with us. To get no more mails like it: {link}\n", body.trim_end())
}

/// How a piece of the library that went with a message is named.
#[must_use]
pub fn sent_words(name: &str, is_link: bool) -> String {
    if is_link { format!("{name} (link)") } else { name.to_owned() }
}

/// What an unsubscribe page says, to whoever knows its address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnsubscribePage {
    pub site: String,
    /// See [`crate::catalog::Site::logo`].
    pub logo: Option<String>,
    pub email: String,
    pub is_unsubscribed: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_can_stand_in_a_message_and_shows_its_sample() {
        let text = FIELDS.map(|(field, _)| format!("{{{{{}}}}}", field.name())).join(" ");
        let wording = Wording::parse_with(&fields(), &text, &text).expect("they are its fields");
        assert!(!wording.body_with(&MergeValues::samples()).contains("{{"));
        assert_eq!(wording.body_with(&MergeValues::default()), "\n");
    }

    #[test]
    fn a_first_name_is_the_first_word() {
        assert_eq!([first_name("Ana María Reyes"), first_name(" Jo"), first_name("")], ["Ana", "Jo", ""]);
    }

    #[test]
    fn each_message_says_how_to_get_no_more() {
        let text = with_footer("Hello\n\n", "Acme", "https://leads.test/unsubscribe/abc");
        assert!(text.starts_with("Hello\n\n-- \nAcme wrote this") && text.ends_with("https://leads.test/unsubscribe/abc\n"), "{text}");
    }
}
