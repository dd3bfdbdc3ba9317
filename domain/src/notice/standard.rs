//! The words of notices until an administrator changes them.

use super::{NoticeKind, Wording};

/// What is known of a lead; lines of which nothing is known are left out.
const FACTS: &str = "Opportunity: {{opportunity}}
Follow up by: {{follow_up}}
Phone: {{lead.phone}}
E-mail: {{lead.email}}
Interested in: {{lead.offerings}}
Found us by: {{lead.source}}

{{lead.message}}

{{note}}

{{link}}";

/// What is known of a task.
const TASK: &str = "Due: {{due}}
Lead: {{lead.name}}, {{account}}

{{note}}

{{link}}";

impl Wording {
    /// The words that a kind of notice starts with.
    #[must_use]
    pub fn standard(kind: NoticeKind) -> Self {
        let (subject, begin, rest) = match kind {
            NoticeKind::LeadForYou => (
                "A lead for you: {{lead.name}}, {{account}} (#{{lead.number}})",
                "{{by}} gave you lead {{lead.number}}: {{lead.name}}, {{account}}.",
                FACTS,
            ),
            NoticeKind::LeadsForYou => ("{{count}} leads for you", "{{by}} gave you {{count}} leads.", "{{note}}\n\nYour leads: {{link}}"),
            NoticeKind::LeadToAccept => (
                "A lead waits: {{lead.name}}, {{account}} (#{{lead.number}})",
                "lead {{lead.number}} waits for one of you to accept it: {{lead.name}}, {{account}}.",
                FACTS,
            ),
            NoticeKind::LeadDelegated => (
                "A lead waits for you: {{lead.name}}, {{account}} (#{{lead.number}})",
                "{{by}} delegated lead {{lead.number}} to you: {{lead.name}}, {{account}}. It waits for one of you to accept it.",
                FACTS,
            ),
            NoticeKind::LeadDeclined => (
                "Declined: {{lead.name}}, {{account}} (#{{lead.number}})",
                "{{by}} declined lead {{lead.number}}: {{lead.name}}, {{account}}. It is with you again.",
                "Reason: {{note}}\n\n{{link}}",
            ),
            NoticeKind::DistributorToName => (
                "Name the distributor of {{territory}} for {{quarter}}",
                "{{quarter}} begins soon, and no distributor is named for {{territory}} yet.",
                "{{note}}\n\n{{link}}",
            ),
            NoticeKind::LeadUntouched => (
                "Nobody has touched this lead: {{lead.name}}, {{account}} (#{{lead.number}})",
                "nobody has touched lead {{lead.number}} yet: {{lead.name}}, {{account}}.",
                FACTS,
            ),
            NoticeKind::LeadsUntouched => {
                ("Nobody has touched {{count}} leads", "nobody has touched {{count}} leads in time.", "{{note}}\n\nAll of them: {{link}}")
            }
            NoticeKind::LeadTakenBack => (
                "{{by}} took a lead back: {{lead.name}}, {{account}} (#{{lead.number}})",
                "{{by}} took lead {{lead.number}} back, which nobody had touched in time: {{lead.name}}, {{account}}.",
                "{{note}}\n\n{{link}}",
            ),
            NoticeKind::ClockOverdue => (
                "Overdue: {{lead.name}}, {{account}} (#{{lead.number}})",
                "something was to be done with lead {{lead.number}} by now: {{lead.name}}, {{account}}.",
                FACTS,
            ),
            NoticeKind::ClocksOverdue => (
                "{{count}} things are overdue",
                "{{count}} things were to be done with leads of your groups by now.",
                "{{note}}\n\nAll leads: {{link}}",
            ),
            NoticeKind::ClockDigest => (
                "To be done today: {{count}}",
                "this is to be done with your leads today, or was before: {{count}} in all.",
                "{{note}}\n\nYour leads: {{link}}",
            ),
            NoticeKind::ReferralAccepted => (
                "Your referral was accepted: {{lead.name}}, {{account}}",
                "{{by}} accepted the lead that you referred: {{lead.name}}, {{account}}. Thank you.",
                "{{note}}\n\n{{link}}",
            ),
            NoticeKind::ReferralWon => (
                "Your referral was won: {{lead.name}}, {{account}}",
                "the lead that you referred was won: {{lead.name}}, {{account}}. Well done, and thank you.",
                "{{note}}\n\n{{link}}",
            ),
            NoticeKind::ReferralLost => (
                "Your referral was lost: {{lead.name}}, {{account}}",
                "the lead that you referred was lost: {{lead.name}}, {{account}}. Thank you all the same.",
                "Reason: {{reason}}\n\n{{note}}\n\n{{link}}",
            ),
            NoticeKind::ThresholdProposed => (
                "A threshold waits for your answer: {{threshold.points}} points",
                "{{by}} proposes a threshold of {{threshold.points}} points from {{threshold.from}} on. It waits for your answer.",
                "{{note}}\n\n{{link}}",
            ),
            NoticeKind::ThresholdAnswered => (
                "Your threshold of {{threshold.points}} points: {{by}} {{answer}}",
                "{{by}} {{answer}} the threshold of {{threshold.points}} points from {{threshold.from}} on, which you proposed.",
                "Reason: {{note}}\nThe proposal is now: {{outcome}}\n\n{{link}}",
            ),
            NoticeKind::TaskForYou => ("A task for you: {{task}}", "{{by}} gave you a task: {{task}}.", TASK),
            NoticeKind::TaskReminder => ("Remember: {{task}}", "this is to be done: {{task}}.", TASK),
            NoticeKind::TicketForYou => {
                ("A ticket for you: {{ticket}}", "{{by}} gave you a ticket: {{ticket}}.", "Lead: {{lead.name}}, {{account}}\n\n{{note}}\n\n{{link}}")
            }
            NoticeKind::TicketClosed => (
                "Closed: {{ticket}}",
                "{{by}} closed the ticket that you opened: {{ticket}}.",
                "Lead: {{lead.name}}, {{account}}\nAnswer: {{note}}\n\n{{link}}",
            ),
            NoticeKind::HelpAsked => (
                "Help with {{lead.name}}, {{account}} (#{{lead.number}})",
                "{{by}} asks for your help with lead {{lead.number}}: {{lead.name}}, {{account}}.",
                "{{note}}\n\n{{link}}",
            ),
            NoticeKind::HelpAnswered => (
                "Answered: help with {{lead.name}}, {{account}} (#{{lead.number}})",
                "{{by}} answered your request for help with lead {{lead.number}}: {{lead.name}}, {{account}}.",
                "{{note}}\n\n{{link}}",
            ),
            NoticeKind::InviteAnswered => (
                "Your invite was answered: {{lead.name}}, {{account}} (#{{lead.number}})",
                "there is an answer to your invite on lead {{lead.number}}: {{lead.name}}, {{account}}.",
                "{{note}}\n\n{{link}}",
            ),
            NoticeKind::QuoteAnswered => (
                "A quote was answered: {{lead.name}}, {{account}} (#{{lead.number}})",
                "there is an answer to your quote on lead {{lead.number}}: {{lead.name}}, {{account}}.",
                "{{note}}\n\n{{link}}",
            ),
            NoticeKind::QuoteExpired => (
                "A quote has expired: {{lead.name}}, {{account}} (#{{lead.number}})",
                "nobody answered a quote on lead {{lead.number}} while it was valid: {{lead.name}}, {{account}}. Make a new revision if they still want it.",
                "{{note}}\n\n{{link}}",
            ),
            NoticeKind::RegistrationEnding => (
                "Deal registration ends soon: {{lead.name}}, {{account}} (#{{lead.number}})",
                "the vendor protects the deal of lead {{lead.number}} only for some days more: {{lead.name}}, {{account}}. Ask for an extension in time.",
                "{{note}}\n\n{{link}}",
            ),
            NoticeKind::RegistrationEnded => (
                "Deal registration has ended: {{lead.name}}, {{account}} (#{{lead.number}})",
                "the vendor protects the deal of lead {{lead.number}} no longer: {{lead.name}}, {{account}}. Others can register it now.",
                "{{note}}\n\n{{link}}",
            ),
        };
        Self { subject: subject.to_owned(), body: format!("Hello {{{{person}}}},\n\n{begin}\n\n{rest}") }
    }
}
