//! What pages about leads are made of: values that travel to the browser as they are.

use serde::{Deserialize, Serialize};

use crate::delegation::{Delegation, Offer};
use crate::intake::LeadCall;
use crate::referral::Referral;
use crate::routing::{ByHand, Why};
use crate::{AccountId, ClockFaces, CustomerId, Event, EventId, Lead, LeadAction, LeadId, LeadRow, Named, NextStep, Opportunity, Task, UserId};

/// How many leads a list has, as far as that is cheap to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Total {
    Exactly(i64),
    AtLeast(i64),
    /// Counting would take longer than the page itself.
    Unknown,
}

/// A page of the lead list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadListing {
    pub rows: Vec<LeadRow>,
    /// Cursor of the next page; `None` at the end.
    pub next: Option<String>,
    /// Cursor of the page before; `None` at the beginning.
    pub previous: Option<String>,
    pub total: Total,
}

/// What the signed-in person may do with a lead.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "a list of what one may do")]
pub struct LeadRights {
    pub edit: bool,
    pub comment: bool,
    /// Whether they may have the rules decide once more who gets it.
    pub route: bool,
    /// Whether they may hand it to a distributor, and take it back.
    #[serde(default)]
    pub delegate: bool,
    /// Whether it waits for an answer of their firm.
    #[serde(default)]
    pub answer: bool,
    /// Whether they may take it back and remind whoever has it, while nobody touches it.
    pub reclaim: bool,
    /// Whether they may add a task to it.
    #[serde(default)]
    pub task: bool,
    /// Actions that fit the lead as it stands and that the person may do.
    pub actions: Vec<LeadAction>,
}

/// Everything the lead page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadDetail {
    pub lead: Lead,
    pub opportunities: Vec<Opportunity>,
    /// Open ones by when they are due, then those that are done, newest first; as many as are shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<Task>,
    /// What comes next; an open lead without is flagged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_step: Option<NextStep>,
    /// Newest first.
    pub timeline: Vec<Event>,
    /// The event that older ones come before; `None` when `timeline` has them all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<EventId>,
    pub rights: LeadRights,
    /// The account's primary rep.
    pub primary_rep: Option<UserId>,
    /// Name of the distributor it is delegated to.
    pub distributor: Option<Named<AccountId>>,
    /// The delegation that it is under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegation: Option<Delegation>,
    /// To whom it can be delegated, for who may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<Offer>,
    /// Who gave it to who has it; `None` where the rules did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_by: Option<ByHand>,
    /// Who gave it to its distributor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegated_by: Option<ByHand>,
    /// What the rules decided last; `None` where they were never asked.
    pub routing: Option<Why>,
    /// What the call said, for a lead that came by phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<LeadCall>,
    /// Who of the house came across it, for a lead that was referred.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral: Option<Referral>,
    /// The customer that it became, for people of the house.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<Named<CustomerId>>,
    /// What has to be done with it by when.
    #[serde(default)]
    pub clocks: ClockFaces,
}

impl LeadDetail {
    /// Whether an event that left the lead at a version is not in what is shown. That others were told leaves the version as it was.
    #[must_use]
    pub fn lacks(&self, version: i64, event: EventId) -> bool {
        version > self.lead.version || (version == self.lead.version && self.timeline.first().is_none_or(|newest| event > newest.id))
    }
}

/// The leads before and after one in the list it was opened from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Neighbours {
    pub previous: Option<LeadId>,
    pub next: Option<LeadId>,
}

/// Counters beside the navigation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// My open leads, counted up to [`Counters::MOST`].
    pub mine: i64,
    /// Leads without an owner that I could take, counted likewise.
    pub unassigned: i64,
    /// Notices that I have not read, counted likewise.
    pub unread: i64,
}

impl Counters {
    /// Counted no further than this; shown as "999+".
    pub const MOST: i64 = 999;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cast;
    use crate::event::EventKind;

    #[test]
    fn an_open_page_lacks_what_happened_since_also_without_a_new_version() {
        let kind = EventKind::Escalated { since: cast::NOW, level: 1, told: vec!["Martin North".to_owned()] };
        let shown = Event { id: EventId(7), at: cast::NOW, actor: None, version: 3, kind };
        let detail = LeadDetail {
            lead: Lead { version: 3, ..cast::lead() },
            opportunities: Vec::new(),
            tasks: Vec::new(),
            next_step: None,
            timeline: vec![shown],
            next: None,
            rights: LeadRights::default(),
            primary_rep: None,
            distributor: None,
            delegation: None,
            offer: None,
            given_by: None,
            delegated_by: None,
            routing: None,
            call: None,
            referral: None,
            customer: None,
            clocks: ClockFaces::default(),
        };
        for (version, event, lacks) in [(3, 7, false), (3, 6, false), (3, 8, true), (4, 8, true), (2, 5, false), (2, 8, false)] {
            assert_eq!(detail.lacks(version, EventId(event)), lacks, "version {version}, event {event}");
        }
        assert!(LeadDetail { timeline: Vec::new(), ..detail }.lacks(3, EventId(1)));
    }
}
