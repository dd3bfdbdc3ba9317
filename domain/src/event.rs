//! Every change is an event. Timeline, live lists, conflicts and audit read nothing else.
//!
//! To add one: a variant of [`EventKind`] with its particulars, its sentence in [`EventKind::sentence`], and the
//! group that people find it under in [`crate::EntryGroup::beginnings`].

use serde::{Deserialize, Serialize};

use crate::attempt::{self, AttemptChannel, AttemptOutcome, VoicemailPoint};
use crate::contact_event::Finding;
use crate::intake::TryResult;
use crate::{
    AccountId, AppointmentKind, AppointmentStep, Audience, Catalog, DelegationStep, EventId, FieldChange, LeadAction, LeadClass, LeadId, MailInId,
    MailingStep, Named, PartKind, PartStep, SiteZone, TaskId, TaskStep, ThresholdId, Timestamp, UserId,
};

/// What kind of record an event is about; also the name of the live event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    Lead,
    Account,
    Contact,
    Opportunity,
    /// People, groups, lists: what the catalog holds.
    Catalog,
    /// How a person can be reached. Not in the catalog: it changes several times a day.
    Person,
}

impl Subject {
    /// The word stored and sent.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Subject::Lead => "lead",
            Subject::Account => "account",
            Subject::Contact => "contact",
            Subject::Opportunity => "opportunity",
            Subject::Catalog => "catalog",
            Subject::Person => "person",
        }
    }

    /// Reads [`Subject::key`] back.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        [Subject::Lead, Subject::Account, Subject::Contact, Subject::Opportunity, Subject::Catalog, Subject::Person]
            .into_iter()
            .find(|s| s.key() == key)
    }
}

/// A change of something that is no lead field, by its label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextChange {
    pub what: String,
    pub old: String,
    pub new: String,
}

/// How a lead reached us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrival {
    /// Typed in by a person.
    ByHand,
    /// A call that somebody took, with why it is whose it is.
    Phone { why: String },
    /// The public registration form.
    Registration,
    /// Somebody of the house came across it.
    Referred,
    /// A mail, from a colleague by their name, or from the lead itself.
    Mail {
        mail: MailInId,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        by: String,
    },
    /// A file, by its name.
    Import(String),
    /// Made up for a demonstration.
    Demo,
    /// The contact reached the agreed threshold of this version: with so many points of those wanted.
    Qualified { version: ThresholdId, points: i64, wanted: i64 },
    /// A person took the contact before the threshold, with so many points.
    Pulled { points: i64 },
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    LeadAdded {
        by: Arrival,
    },
    FieldsChanged {
        changes: Vec<FieldChange>,
    },
    /// An action, with the names of the statuses before and after, and the reason of a loss.
    LeadMoved {
        action: LeadAction,
        from: String,
        to: String,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    Commented {
        icon: String,
        tone: String,
        text: String,
        /// When what it tells of was done, where that was some time before it was written.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        done_at: Option<Timestamp>,
    },
    NoteShared {
        text: String,
    },
    /// It was handed to a distributor, or came back; with the note or the reason.
    LeadDelegated {
        step: DelegationStep,
        distributor: Named<AccountId>,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
    },
    /// No account bears the name that came with the lead, and signs point to others: what they say, and whether it went to one.
    AccountSought {
        finding: Finding,
    },
    /// Somebody tried to put the lead's call through, to whom it says by name.
    CallTried {
        name: String,
        result: TryResult,
    },
    /// Nobody touched the lead in time, and these were told, by name. `since` is when it was handed over.
    Escalated {
        since: Timestamp,
        /// 1 to [`crate::radar::LEVELS`].
        level: i64,
        told: Vec<String>,
    },
    /// Somebody reminded those who have the lead, by name.
    Nudged {
        told: Vec<String>,
    },
    /// Somebody took the lead back from whoever had it and did not touch it since.
    Reclaimed {
        from: String,
        since: Timestamp,
    },
    /// Something became of a task, of the lead or of who has it: what is another than before, or what it began with.
    Task {
        step: TaskStep,
        task: Named<TaskId>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        changes: Vec<TextChange>,
    },
    /// Something became of what hangs on the lead, by its name: what is another than before, or what it began with.
    Part {
        part: PartKind,
        step: PartStep,
        name: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        changes: Vec<TextChange>,
    },
    /// Somebody tried to reach the lead's person. How it is stored begins with the channel, by which entries are found.
    Attempted {
        channel: AttemptChannel,
        outcome: AttemptOutcome,
        /// The number or address that was tried.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        to: String,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
        /// What the message on the voicemail held.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        said: Vec<VoicemailPoint>,
        /// When it was promised to call back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        promised_at: Option<Timestamp>,
        /// When it was done, where that was some time before it was entered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        done_at: Option<Timestamp>,
    },
    /// It is of another class, or of none any more; with why, where that followed from something else.
    LeadClassed {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<LeadClass>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<LeadClass>,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        why: String,
    },
    /// Something else was noted of what qualifies it.
    Qualified {
        changes: Vec<TextChange>,
    },
    /// Something became of an appointment with its person: of what kind and when it is, what is another than before, and what was said.
    Appointment {
        step: AppointmentStep,
        kind: AppointmentKind,
        when: Timestamp,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        changes: Vec<TextChange>,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
    },
    /// Something became of what is sent to the lead's person by itself, or of whether anything may be: of which address or plan, with what
    /// was sent or why it ended.
    Mailing {
        step: MailingStep,
        name: String,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        text: String,
    },
    RecordAdded {
        name: String,
    },
    RecordChanged {
        name: String,
        changes: Vec<TextChange>,
    },
    RecordRemoved {
        name: String,
    },
    /// Two accounts became one; recorded for both, with their names.
    AccountsMerged {
        kept: String,
        other: String,
    },
    /// The same was taken back.
    MergeUndone {
        kept: String,
        other: String,
    },
    SignedIn,
    /// Somebody could not sign in with this e-mail address.
    SignInRefused {
        email: String,
    },
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub id: EventId,
    pub at: Timestamp,
    /// Who did it; `None` for the public and for the program itself.
    pub actor: Option<UserId>,
    /// The lead's version after the change.
    pub version: i64,
    pub kind: EventKind,
}

impl EventKind {
    /// Whether people of a distributor may read it: what was between the house and another distributor is not theirs.
    #[must_use]
    pub fn is_for_distributor(&self, firm: Option<AccountId>) -> bool {
        match self {
            EventKind::LeadDelegated { distributor, .. } => firm == Some(distributor.id),
            // It names people of other accounts.
            EventKind::AccountSought { .. } => false,
            // Whom the house asks for help, other distributors among them.
            EventKind::Part { part: PartKind::Help, .. } => false,
            // What is offered to the customer and what they bought is the house's.
            EventKind::Part { part: PartKind::Quote | PartKind::Customer, .. } => false,
            _ => true,
        }
    }

    /// Whether somebody spoke or wrote to the customer: what is noted with the telephone, an attempt that reached them or left them word, an
    /// invite that is sent.
    #[must_use]
    pub fn is_contact(&self) -> bool {
        match self {
            EventKind::Commented { icon, .. } => icon == "phone",
            EventKind::Attempted { channel, outcome, .. } => outcome.is_contact(*channel),
            EventKind::Appointment { step, .. } => *step == AppointmentStep::Invited,
            _ => false,
        }
    }

    /// Whether the customer answered at once, so that nobody waits for it.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        matches!(self, EventKind::Attempted { outcome: AttemptOutcome::Reached, .. })
    }

    /// When what it tells of was done, where it was entered later than that.
    #[must_use]
    pub fn done_at(&self) -> Option<Timestamp> {
        match self {
            EventKind::Commented { done_at, .. } | EventKind::Attempted { done_at, .. } => *done_at,
            _ => None,
        }
    }

    /// Whether somebody did something with the record: not its arrival, not what was only said about it to others, and not what is
    /// mailed to them by itself.
    #[must_use]
    pub fn is_activity(&self) -> bool {
        let is_by_itself =
            matches!(self, EventKind::Mailing { step: MailingStep::Confirmed | MailingStep::PlanSent | MailingStep::PlanFinished, .. });
        let is_other = matches!(
            self,
            EventKind::LeadAdded { .. }
                | EventKind::AccountSought { .. }
                | EventKind::Escalated { .. }
                | EventKind::Nudged { .. }
                | EventKind::Part { step: PartStep::Expired, .. }
        );
        !is_by_itself && !is_other
    }

    /// As [`EventKind::sentence`], with the names of fields that an administrator added and times by the site's clocks.
    #[must_use]
    pub fn sentence_in(&self, catalog: &Catalog) -> String {
        match self {
            EventKind::FieldsChanged { changes } => {
                format!("changed {}", changes.iter().map(|change| change.field.title(catalog)).collect::<Vec<_>>().join(", "))
            }
            other => other.said(&catalog.site.zone),
        }
    }

    /// What happened, as a sentence without its subject: "won the lead", "changed Owner". Times are told in UTC.
    #[must_use]
    pub fn sentence(&self) -> String {
        self.said(&SiteZone::default())
    }

    fn said(&self, zone: &SiteZone) -> String {
        match self {
            EventKind::LeadAdded { by: Arrival::ByHand | Arrival::Demo } => "added the lead".to_owned(),
            EventKind::LeadAdded { by: Arrival::Phone { .. } } => "took the call".to_owned(),
            EventKind::LeadAdded { by: Arrival::Registration } => "registered on the website".to_owned(),
            EventKind::LeadAdded { by: Arrival::Referred } => "referred the lead".to_owned(),
            EventKind::LeadAdded { by: Arrival::Mail { by, .. } } if by.is_empty() => "wrote an e-mail".to_owned(),
            EventKind::LeadAdded { by: Arrival::Mail { by, .. } } => format!("made the lead: mailed in by {by}"),
            EventKind::LeadAdded { by: Arrival::Qualified { version, points, wanted } } => {
                format!("made the lead: the contact has {points} points of the {wanted} agreed, version {version} of the threshold")
            }
            EventKind::LeadAdded { by: Arrival::Pulled { points } } => format!("made the contact a lead before the threshold, with {points} points"),
            EventKind::LeadAdded { by: Arrival::Import(file) } => format!("imported the lead from {file}"),
            EventKind::FieldsChanged { changes } => {
                format!("changed {}", changes.iter().map(|change| change.field.label()).collect::<Vec<_>>().join(", "))
            }
            EventKind::LeadMoved { action, .. } => match action {
                LeadAction::Accept => "accepted the lead",
                LeadAction::Start => "started work",
                LeadAction::Win => "won the lead",
                LeadAction::Lose => "lost the lead",
                LeadAction::Cancel => "cancelled the lead",
                LeadAction::Reopen => "reopened the lead",
                LeadAction::Delete => "deleted the lead",
                LeadAction::Restore => "restored the lead",
            }
            .to_owned(),
            EventKind::LeadDelegated { step, distributor, .. } => match step {
                DelegationStep::Delegated => format!("delegated the lead to {}", distributor.name),
                DelegationStep::Accepted => format!("accepted the lead for {}", distributor.name),
                DelegationStep::Declined => format!("declined the lead for {}", distributor.name),
                DelegationStep::TakenBack => format!("took the lead back from {}", distributor.name),
            },
            EventKind::Commented { done_at: Some(at), .. } => format!("commented on what was done {}", zone.readable(*at)),
            EventKind::Commented { .. } => "commented".to_owned(),
            EventKind::NoteShared { .. } => "added to the shared notes".to_owned(),
            EventKind::AccountSought { finding } => finding.told(),
            EventKind::CallTried { name, result } => format!("tried to put the call through to {name}: {}", result.label().to_ascii_lowercase()),
            EventKind::Escalated { since, told, .. } => {
                format!("told {}: nobody has touched this lead since {}", told.join(", "), zone.readable(*since))
            }
            EventKind::Nudged { told } => format!("reminded {}", told.join(", ")),
            EventKind::Reclaimed { from, since } => format!("took the lead back from {from}, untouched since {}", zone.readable(*since)),
            EventKind::Task { step, task, .. } => {
                let done = match step {
                    TaskStep::Added => "added",
                    TaskStep::Changed => "changed",
                    TaskStep::Done => "finished",
                    TaskStep::Reopened => "reopened",
                    TaskStep::Removed => "removed",
                    TaskStep::Restored => "brought back",
                };
                format!("{done} the task “{}”", task.name)
            }
            EventKind::Part { part, step, name, .. } => format!("{} {} “{name}”", step.words(), part.words()),
            EventKind::Attempted { channel, outcome, to, done_at, .. } => {
                let earlier = done_at.map_or_else(String::new, |at| format!(", {}", zone.readable(at)));
                format!("{}{earlier}", attempt::sentence(*channel, *outcome, to))
            }
            EventKind::LeadClassed { from, to, why } => {
                let done = match (from, to) {
                    (None, None) => "changed the class".to_owned(),
                    (None, Some(to)) => format!("made the lead an {}", to.label()),
                    (Some(from), None) => format!("took the class {} away", from.label()),
                    (Some(from), Some(to)) => format!("made the {} an {}", from.label(), to.label()),
                };
                if why.is_empty() { done } else { format!("{done}: {why}") }
            }
            EventKind::Qualified { changes } => {
                format!("noted {}", changes.iter().map(|change| change.what.as_str()).collect::<Vec<_>>().join(", "))
            }
            EventKind::Appointment { step, kind, when, .. } => {
                let what = format!("{} on {}", kind.words(), zone.readable(*when));
                match step {
                    AppointmentStep::Planned => format!("planned {what}"),
                    AppointmentStep::Changed => format!("changed the appointment to {what}"),
                    AppointmentStep::Invited => format!("sent the invite to {what}"),
                    AppointmentStep::Accepted => format!("noted that the invite was accepted: {what}"),
                    AppointmentStep::Tentative => format!("noted that the invite was accepted tentatively: {what}"),
                    AppointmentStep::Declined => format!("noted that the invite was declined: {what}"),
                    AppointmentStep::Cancelled => format!("cancelled {what}"),
                    AppointmentStep::Refused => format!("did not count an answer to the invite to {what}"),
                }
            }
            EventKind::Mailing { step, name, .. } => step.sentence(name),
            EventKind::RecordAdded { name } => format!("added {name}"),
            EventKind::RecordRemoved { name } => format!("removed {name}"),
            EventKind::AccountsMerged { kept, other } => format!("merged {other} into {kept}"),
            EventKind::MergeUndone { kept, other } => format!("took back the merge of {other} into {kept}"),
            EventKind::SignedIn => "signed in".to_owned(),
            EventKind::SignInRefused { email } => format!("could not sign in as {email}"),
            EventKind::RecordChanged { name, changes } if changes.is_empty() => format!("changed {name}"),
            EventKind::RecordChanged { name, changes } => {
                format!("changed {} of {name}", changes.iter().map(|change| change.what.as_str()).collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// Icons a comment may carry; each is a symbol of the icon sprite.
pub const COMMENT_ICONS: [&str; 6] = ["comment", "flag", "star", "phone", "warning", "check"];
/// The icon of a comment that an e-mail became.
pub const MAIL_ICON: &str = "mail";
/// Tones a comment may carry, as the style sheet names them.
pub const COMMENT_TONES: [&str; 6] = ["grey", "blue", "green", "amber", "red", "violet"];

/// How a change concerns one watcher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LiveChange {
    Created,
    Changed,
    /// Gone from what this person may see.
    Removed,
}

/// What a watcher is told: never more than the number of the record and how it changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveData {
    pub number: i64,
    pub version: i64,
    pub change: LiveChange,
}

/// An event as the live stream carries it inside the server, before it is judged for each watcher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveEvent {
    pub id: EventId,
    pub subject: Subject,
    pub number: i64,
    pub lead: Option<LeadId>,
    pub version: i64,
    pub is_addition: bool,
    /// Who could see the lead before; `None` when that did not change.
    pub before: Option<Audience>,
    /// Who can see the lead now; `None` for records that are no leads.
    pub after: Option<Audience>,
}
