//! Notices: what people are told of by mail, in words that an administrator may change.
//!
//! To add one: a variant of [`NoticeKind`] with its words in [`standard`]. To add a merge field: a variant of [`MergeField`],
//! and its value where notices are queued.

mod standard;
mod wording;

use serde::{Deserialize, Serialize};

pub use wording::{MergeValues, SUBJECT_MAX, Wording, WordingError};

use crate::{EmailAddress, LeadId, NoticeId, Timestamp, UserId};

/// What a person was told, as they read it in the application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeRow {
    pub id: NoticeId,
    pub kind: NoticeKind,
    pub lead: Option<LeadId>,
    /// One line, in the words that held when it was written.
    pub words: String,
    /// The address within the site that it leads to.
    pub path: String,
    pub at: Timestamp,
    pub read_at: Option<Timestamp>,
}

/// Who hears without being asked to do anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copies {
    pub users: Vec<UserId>,
    /// Addresses that are nobody's here.
    pub addresses: Vec<EmailAddress>,
}

/// What a notice tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// A lead and its opportunity are somebody's now (C0-18).
    LeadForYou,
    /// Several leads at once.
    LeadsForYou,
    /// A lead is a group's, and one of them may accept it.
    LeadToAccept,
    /// A lead is delegated to a distributor, and one of its people may accept it.
    LeadDelegated,
    /// A distributor declined a lead, which is its manager's again.
    LeadDeclined,
    /// Nobody was named yet for a quarter that begins soon (C2-22).
    DistributorToName,
    /// Nobody touched a lead that was handed over, see [`crate::radar`].
    LeadUntouched,
    /// Several of those.
    LeadsUntouched,
    /// A lead was taken back from who did not touch it.
    LeadTakenBack,
    /// Something was to be done with a lead by now, see [`crate::clock`].
    ClockOverdue,
    /// Several of those.
    ClocksOverdue,
    /// What is to be done today, once a day.
    ClockDigest,
    /// What became of a lead that an employee came across.
    ReferralAccepted,
    ReferralWon,
    ReferralLost,
    /// A threshold is proposed, and a field manager has to answer (C2-5).
    ThresholdProposed,
    /// A field manager has answered.
    ThresholdAnswered,
    /// A task is somebody's now.
    TaskForYou,
    /// A task is due soon, and its assignee wanted to be reminded.
    TaskReminder,
    /// Somebody asks for help with a lead (C1-16).
    HelpAsked,
    /// A request for help is answered.
    HelpAnswered,
    /// The person of a lead answered an invite, see [`crate::lead_class`].
    InviteAnswered,
    /// A vendor protects a deal for some days more, see [`crate::deal_registration`].
    RegistrationEnding,
    /// A vendor protects a deal no longer.
    RegistrationEnded,
    /// A ticket is somebody's now, see [`crate::ticket`].
    TicketForYou,
    /// A ticket that somebody opened is closed.
    TicketClosed,
    /// The customer answered a quote, see [`crate::quote`].
    QuoteAnswered,
    /// Nobody answered a quote while it was valid.
    QuoteExpired,
}

impl NoticeKind {
    /// Every kind, in the order of the page.
    pub const ALL: [NoticeKind; 28] = [
        NoticeKind::LeadForYou,
        NoticeKind::LeadsForYou,
        NoticeKind::LeadToAccept,
        NoticeKind::LeadDelegated,
        NoticeKind::LeadDeclined,
        NoticeKind::DistributorToName,
        NoticeKind::LeadUntouched,
        NoticeKind::LeadsUntouched,
        NoticeKind::LeadTakenBack,
        NoticeKind::ClockOverdue,
        NoticeKind::ClocksOverdue,
        NoticeKind::ClockDigest,
        NoticeKind::ReferralAccepted,
        NoticeKind::ReferralWon,
        NoticeKind::ReferralLost,
        NoticeKind::ThresholdProposed,
        NoticeKind::ThresholdAnswered,
        NoticeKind::TaskForYou,
        NoticeKind::TaskReminder,
        NoticeKind::HelpAsked,
        NoticeKind::HelpAnswered,
        NoticeKind::InviteAnswered,
        NoticeKind::RegistrationEnding,
        NoticeKind::RegistrationEnded,
        NoticeKind::TicketForYou,
        NoticeKind::TicketClosed,
        NoticeKind::QuoteAnswered,
        NoticeKind::QuoteExpired,
    ];

    /// The word stored and used in addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            NoticeKind::LeadForYou => "lead_for_you",
            NoticeKind::LeadsForYou => "leads_for_you",
            NoticeKind::LeadToAccept => "lead_to_accept",
            NoticeKind::LeadDelegated => "lead_delegated",
            NoticeKind::LeadDeclined => "lead_declined",
            NoticeKind::DistributorToName => "distributor_to_name",
            NoticeKind::LeadUntouched => "lead_untouched",
            NoticeKind::LeadsUntouched => "leads_untouched",
            NoticeKind::LeadTakenBack => "lead_taken_back",
            NoticeKind::ClockOverdue => "clock_overdue",
            NoticeKind::ClocksOverdue => "clocks_overdue",
            NoticeKind::ClockDigest => "clock_digest",
            NoticeKind::ReferralAccepted => "referral_accepted",
            NoticeKind::ReferralWon => "referral_won",
            NoticeKind::ReferralLost => "referral_lost",
            NoticeKind::ThresholdProposed => "threshold_proposed",
            NoticeKind::ThresholdAnswered => "threshold_answered",
            NoticeKind::TaskForYou => "task_for_you",
            NoticeKind::TaskReminder => "task_reminder",
            NoticeKind::HelpAsked => "help_asked",
            NoticeKind::HelpAnswered => "help_answered",
            NoticeKind::InviteAnswered => "invite_answered",
            NoticeKind::RegistrationEnding => "registration_ending",
            NoticeKind::RegistrationEnded => "registration_ended",
            NoticeKind::TicketForYou => "ticket_for_you",
            NoticeKind::TicketClosed => "ticket_closed",
            NoticeKind::QuoteAnswered => "quote_answered",
            NoticeKind::QuoteExpired => "quote_expired",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            NoticeKind::LeadForYou => "A lead for you",
            NoticeKind::LeadsForYou => "Several leads for you",
            NoticeKind::LeadToAccept => "A lead waits for you to accept",
            NoticeKind::LeadDelegated => "A lead is delegated to you",
            NoticeKind::LeadDeclined => "A distributor declined a lead",
            NoticeKind::DistributorToName => "Name the distributor of the next quarter",
            NoticeKind::LeadUntouched => "Nobody has touched a lead",
            NoticeKind::LeadsUntouched => "Nobody has touched several leads",
            NoticeKind::LeadTakenBack => "A lead was taken back",
            NoticeKind::ClockOverdue => "A clock is overdue",
            NoticeKind::ClocksOverdue => "Several clocks are overdue",
            NoticeKind::ClockDigest => "What is to be done today",
            NoticeKind::ReferralAccepted => "A lead you referred was accepted",
            NoticeKind::ReferralWon => "A lead you referred was won",
            NoticeKind::ReferralLost => "A lead you referred was lost",
            NoticeKind::ThresholdProposed => "A threshold waits for your answer",
            NoticeKind::ThresholdAnswered => "A threshold you proposed was answered",
            NoticeKind::TaskForYou => "A task for you",
            NoticeKind::TaskReminder => "A task is due soon",
            NoticeKind::HelpAsked => "Your help is asked for",
            NoticeKind::HelpAnswered => "Your request for help is answered",
            NoticeKind::InviteAnswered => "An invite was answered",
            NoticeKind::RegistrationEnding => "A deal registration ends soon",
            NoticeKind::RegistrationEnded => "A deal registration has ended",
            NoticeKind::TicketForYou => "A ticket for you",
            NoticeKind::TicketClosed => "A ticket you opened is closed",
            NoticeKind::QuoteAnswered => "A quote was answered",
            NoticeKind::QuoteExpired => "A quote has expired",
        }
    }

    /// Who gets it when.
    #[must_use]
    pub fn purpose(self) -> &'static str {
        match self {
            NoticeKind::LeadForYou => "To the new owner, when somebody else gave them the lead, and to the copy list",
            NoticeKind::LeadsForYou => "To the new owner, once, when many leads were changed at once",
            NoticeKind::LeadToAccept => "To the people of a group, when a lead without an owner is given to it",
            NoticeKind::ReferralAccepted => "To whoever referred the lead, when somebody else first takes it or begins to work on it",
            NoticeKind::ReferralWon | NoticeKind::ReferralLost => "To whoever referred the lead, when somebody else closes it",
            NoticeKind::LeadDelegated => "To the people of a distributor, when a lead is delegated to it",
            NoticeKind::LeadDeclined => "To the manager who has the lead again",
            NoticeKind::DistributorToName => "To the manager of a territory, two weeks before a quarter for which nobody is named",
            NoticeKind::LeadUntouched => "To who has a lead that nobody touched in time, then to who manages it, then to the administrators",
            NoticeKind::LeadsUntouched => "The same, once, when there are several for somebody",
            NoticeKind::LeadTakenBack => "To who had a lead and did not touch it, when somebody takes it back",
            NoticeKind::ClockOverdue => "To the manager of a lead’s group, when somebody else did not do in time what a clock asks for",
            NoticeKind::ClocksOverdue => "The same, once, when there are several for somebody",
            NoticeKind::ClockDigest => "To whoever has leads with something to do today, at the hour that is set for it",
            NoticeKind::ThresholdProposed => "To the field managers who have to answer, when somebody else proposes a threshold",
            NoticeKind::ThresholdAnswered => "To whoever proposed a threshold, when somebody else answers",
            NoticeKind::TaskForYou => "To whoever has a task now, when somebody else gave it to them",
            NoticeKind::TaskReminder => "To whoever has a task, as long before it is due as the task says",
            NoticeKind::HelpAsked => "To whoever is asked for help with a lead",
            NoticeKind::HelpAnswered => "To whoever asked for help, when somebody else answers",
            NoticeKind::InviteAnswered => "To who invited the person of a lead, when they answer",
            NoticeKind::RegistrationEnding => "To who has the lead, two weeks and three days before the vendor protects the deal no longer",
            NoticeKind::RegistrationEnded => "To who has the lead, when the vendor protects the deal no longer",
            NoticeKind::TicketForYou => "To whoever has a ticket now, when somebody else gave it to them",
            NoticeKind::TicketClosed => "To whoever opened a ticket, when somebody else closes it",
            NoticeKind::QuoteAnswered => "To who has the lead, when the customer accepts or denies a quote",
            NoticeKind::QuoteExpired => "To who has the lead, when nobody answered a quote while it was valid",
        }
    }

    /// Whether it tells a referrer what became of a lead, which need not be theirs to see.
    #[must_use]
    pub fn is_of_referral(self) -> bool {
        matches!(self, NoticeKind::ReferralAccepted | NoticeKind::ReferralWon | NoticeKind::ReferralLost)
    }

    /// Whether it tells of one lead.
    fn is_of_one(self) -> bool {
        !self.is_of_many() && !self.is_of_threshold() && self != NoticeKind::DistributorToName
    }

    /// Whether it tells of a threshold.
    fn is_of_threshold(self) -> bool {
        matches!(self, NoticeKind::ThresholdProposed | NoticeKind::ThresholdAnswered)
    }

    /// Whether it tells of a task, which may be of a lead.
    fn is_of_task(self) -> bool {
        matches!(self, NoticeKind::TaskForYou | NoticeKind::TaskReminder)
    }

    /// Whether it tells of a ticket of a lead.
    fn is_of_ticket(self) -> bool {
        matches!(self, NoticeKind::TicketForYou | NoticeKind::TicketClosed)
    }

    /// Whether it tells of several leads at once.
    #[must_use]
    pub fn is_of_many(self) -> bool {
        matches!(self, NoticeKind::LeadsForYou | NoticeKind::LeadsUntouched | NoticeKind::ClocksOverdue | NoticeKind::ClockDigest)
    }

    /// Reads [`NoticeKind::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// The merge fields that its words may hold.
    pub fn fields(self) -> impl Iterator<Item = MergeField> {
        MergeField::ALL.into_iter().filter(move |field| match field {
            MergeField::Person | MergeField::By | MergeField::Note | MergeField::Link | MergeField::Site => true,
            MergeField::FirstName | MergeField::ByEmail => false,
            MergeField::Count => self.is_of_many(),
            MergeField::Reason => self == NoticeKind::ReferralLost,
            MergeField::Territory | MergeField::Quarter => self == NoticeKind::DistributorToName,
            MergeField::Points | MergeField::FromDay => self.is_of_threshold(),
            MergeField::Answer | MergeField::Outcome => self == NoticeKind::ThresholdAnswered,
            MergeField::Task | MergeField::Due => self.is_of_task(),
            MergeField::Ticket => self.is_of_ticket(),
            MergeField::LeadNumber | MergeField::LeadName | MergeField::Account => self.is_of_one(),
            _ => self.is_of_one() && !self.is_of_referral() && !self.is_of_task() && !self.is_of_ticket(),
        })
    }
}

/// What stands between `{{` and `}}` in the words of a notice, or of a [message](crate::message).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MergeField {
    Person,
    By,
    LeadNumber,
    LeadName,
    Account,
    Opportunity,
    FollowUp,
    Phone,
    Email,
    Offerings,
    Source,
    Message,
    Reason,
    Count,
    Territory,
    Quarter,
    Points,
    FromDay,
    Answer,
    Outcome,
    Task,
    Due,
    Ticket,
    Note,
    Link,
    Site,
    FirstName,
    ByEmail,
}

impl MergeField {
    /// Every field, in the order in which they are explained.
    pub const ALL: [MergeField; 28] = [
        MergeField::Person,
        MergeField::By,
        MergeField::LeadNumber,
        MergeField::LeadName,
        MergeField::Account,
        MergeField::Opportunity,
        MergeField::FollowUp,
        MergeField::Phone,
        MergeField::Email,
        MergeField::Offerings,
        MergeField::Source,
        MergeField::Message,
        MergeField::Reason,
        MergeField::Count,
        MergeField::Territory,
        MergeField::Quarter,
        MergeField::Points,
        MergeField::FromDay,
        MergeField::Answer,
        MergeField::Outcome,
        MergeField::Task,
        MergeField::Due,
        MergeField::Ticket,
        MergeField::Note,
        MergeField::Link,
        MergeField::Site,
        MergeField::FirstName,
        MergeField::ByEmail,
    ];

    /// Its name, what it stands for, and what a preview shows.
    fn facts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            MergeField::Person => ("person", "Who the mail is for", "Maya Lindqvist"),
            MergeField::By => ("by", "Who did it", "Grace Okafor"),
            MergeField::LeadNumber => ("lead.number", "The lead's number", "1042"),
            MergeField::LeadName => ("lead.name", "The lead's name", "Ana Reyes"),
            MergeField::Account => ("account", "Their company", "Harbour Dental"),
            MergeField::Opportunity => ("opportunity", "The opportunity and its stage", "Harbour Dental – Managed IT, 01-Suspect"),
            MergeField::FollowUp => ("follow_up", "Until when to follow up", "24 Nov 2026, 17:00"),
            MergeField::Phone => ("lead.phone", "Their phone number", "+44 161 496 0123"),
            MergeField::Email => ("lead.email", "Their e-mail address", "ana@harbour-dental.example"),
            MergeField::Offerings => ("lead.offerings", "What they are interested in", "Managed IT, Training"),
            MergeField::Source => ("lead.source", "Where they found us", "Web"),
            MergeField::Message => ("lead.message", "What they wrote", "Could somebody call me this week?"),
            MergeField::Reason => ("reason", "Why it was lost", "Price"),
            MergeField::Count => ("count", "How many leads", "12"),
            MergeField::Territory => ("territory", "The name of the territory", "Yorkshire"),
            MergeField::Quarter => ("quarter", "The quarter that begins soon", "2027 Q1"),
            MergeField::Points => ("threshold.points", "The points that let a contact through", "40"),
            MergeField::FromDay => ("threshold.from", "From when on they hold", "1 Dec 2026"),
            MergeField::Answer => ("answer", "What the field manager said", "accepted"),
            MergeField::Outcome => ("outcome", "What became of the proposal", "Agreed"),
            MergeField::Task => ("task", "What is to be done", "Call about the quote"),
            MergeField::Due => ("due", "When it is due", "24 Nov 2026, 14:30"),
            MergeField::Ticket => ("ticket", "What a ticket is about", "The invoice is wrong"),
            MergeField::Note => ("note", "What was said with it", "She asks to be called before noon."),
            MergeField::Link => ("link", "The address of the lead, of the list, or of what one referred", "https://leads.example/leads/1042"),
            MergeField::Site => ("site", "The name of this site", "Leadwright"),
            MergeField::FirstName => ("lead.first_name", "The first part of their name", "Ana"),
            MergeField::ByEmail => ("by.email", "The e-mail address of who did it", "grace@leads.example"),
        }
    }

    /// What stands between the braces.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.facts().0
    }

    /// What it stands for, for whoever writes the words.
    #[must_use]
    pub fn label(self) -> &'static str {
        self.facts().1
    }

    /// What a preview shows in its place.
    #[must_use]
    pub fn sample(self) -> &'static str {
        self.facts().2
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_reads_back() {
        for kind in NoticeKind::ALL {
            assert_eq!(NoticeKind::from_key(kind.key()), Some(kind));
        }
        assert_eq!(NoticeKind::from_key("birthday"), None);
    }

    #[test]
    fn a_field_is_found_by_its_name_and_stands_once() {
        for field in MergeField::ALL {
            assert_eq!(MergeField::from_name(field.name()), Some(field));
        }
    }

    #[test]
    fn each_kind_offers_what_it_knows() {
        let offers = |kind: NoticeKind, field: MergeField| kind.fields().any(|offered| offered == field);
        assert!(offers(NoticeKind::LeadForYou, MergeField::LeadName) && !offers(NoticeKind::LeadForYou, MergeField::Count));
        assert!(offers(NoticeKind::LeadsForYou, MergeField::Count) && !offers(NoticeKind::LeadsForYou, MergeField::LeadName));
        assert!(offers(NoticeKind::ReferralLost, MergeField::Reason) && !offers(NoticeKind::ReferralWon, MergeField::Reason));
        assert!(offers(NoticeKind::ReferralWon, MergeField::LeadName) && !offers(NoticeKind::ReferralWon, MergeField::Phone));
        assert!(offers(NoticeKind::ThresholdProposed, MergeField::Points) && !offers(NoticeKind::ThresholdProposed, MergeField::Answer));
        assert!(offers(NoticeKind::ThresholdAnswered, MergeField::Answer) && !offers(NoticeKind::ThresholdAnswered, MergeField::LeadName));
        assert!(offers(NoticeKind::TaskReminder, MergeField::Due) && !offers(NoticeKind::LeadForYou, MergeField::Task));
        assert!(offers(NoticeKind::TaskForYou, MergeField::LeadName) && !offers(NoticeKind::TaskForYou, MergeField::Phone));
        assert!(offers(NoticeKind::TicketClosed, MergeField::Ticket) && !offers(NoticeKind::TicketForYou, MergeField::Task));
        assert!(NoticeKind::ALL.into_iter().all(|kind| offers(kind, MergeField::Link)));
    }
}
