//! Follow-up clocks: one engine, many policies. A clock keeps when it began and by which policy; when it is due, what is left and
//! whether it is overdue follow from now and the group's hours, and are stored nowhere. See docs/clocks.md.
//!
//! To add a policy: a row of `clock_policy` in a migration. To add an act that can meet one: a variant of [`Act`] and its line in
//! [`acts_of`].

pub mod digest;
mod face;
pub mod hours;
mod late;
mod policy;
#[cfg(test)]
mod tests;

pub use digest::DigestWish;
pub(crate) use face::told;
pub use face::{ClockFace, ClockFaces, ClockState};
pub use hours::{Hours, HoursError, Span, Week};
pub use late::LateBy;
pub use policy::{Act, ClockPolicy, ClockStart, LIMIT_HOURS_MAX, LimitError, hours_text, is_hours};

use serde::{Deserialize, Serialize};

use crate::catalog::Site;
use crate::{Actor, ClockPolicyId, EventKind, GroupId, Lead, LeadAction, LeadClass, LeadField, PartKind, PartStep, SiteZone, Timestamp, radar};

/// A clock of a lead: what is stored of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    pub policy: ClockPolicyId,
    pub started_at: Timestamp,
    /// When the earliest fitting act was done, also one that was entered later.
    pub met_at: Option<Timestamp>,
    /// When it stopped to matter: the lead was closed, or handed to somebody else.
    pub ended_at: Option<Timestamp>,
}

/// When a group works. A group without such a row works as the site does, without holidays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupHours {
    pub group: GroupId,
    /// Every hour of every day counts, whatever the week says.
    pub is_plain: bool,
    pub week: Week,
    /// Days as their start in UTC, in order.
    pub holidays: Vec<Timestamp>,
    /// IANA name of its time zone; empty for the site's.
    pub time_zone: String,
    /// The clocks of that zone; `None` for the site's. Stays on the server.
    #[serde(skip)]
    pub zone: Option<SiteZone>,
}

/// What an administrator configures about clocks. Stays on the server: pages get what they need with the lead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClockBook {
    /// In the order in which they are shown.
    pub policies: Vec<ClockPolicy>,
    pub groups: Vec<GroupHours>,
    /// When people who chose no other hour are told each day of what is to be done. Unit: minutes after midnight by the clocks of their
    /// group; `None` for never.
    pub digest_minute: Option<i64>,
}

impl ClockBook {
    /// A policy by its id.
    #[must_use]
    pub fn policy(&self, id: ClockPolicyId) -> Option<&ClockPolicy> {
        self.policies.iter().find(|policy| policy.id == id)
    }

    /// Policies in force whose clocks begin with this, for a lead of a class: those of the class, and those of all leads in whose place
    /// none of the class is.
    pub fn starting_at(&self, starts: ClockStart, class: Option<LeadClass>) -> impl Iterator<Item = &ClockPolicy> {
        let is_its = move |policy: &ClockPolicy| match policy.class {
            Some(own) => class == Some(own),
            None => !self.of_class(class).any(|other| other.instead_of == Some(policy.id)),
        };
        self.policies.iter().filter(move |policy| policy.is_on && policy.starts == starts && is_its(policy))
    }

    /// Policies in force that are only for leads of a class.
    pub fn of_class(&self, class: Option<LeadClass>) -> impl Iterator<Item = &ClockPolicy> {
        self.policies.iter().filter(move |policy| policy.is_on && policy.class.is_some() && policy.class == class)
    }

    /// Policies, in force or not, whose clocks end when a lead gets a class: those of other classes, and those in whose place one of the
    /// class is.
    #[must_use]
    pub fn ending_with(&self, class: Option<LeadClass>) -> Vec<ClockPolicyId> {
        let is_replaced = |policy: &ClockPolicy| self.of_class(class).any(|other| other.instead_of == Some(policy.id));
        let ends = |policy: &&ClockPolicy| (policy.class.is_some() && policy.class != class) || is_replaced(policy);
        self.policies.iter().filter(ends).map(|policy| policy.id).collect()
    }

    /// Policies, in force or not, that one of these acts meets.
    #[must_use]
    pub fn met_by(&self, acts: &[Act]) -> Vec<ClockPolicyId> {
        self.policies.iter().filter(|policy| policy.met_by.iter().any(|act| acts.contains(act))).map(|policy| policy.id).collect()
    }

    /// What is configured of a group's hours; `None` for one that works as the site does.
    #[must_use]
    pub fn of_group(&self, group: GroupId) -> Option<&GroupHours> {
        self.groups.iter().find(|hours| hours.group == group)
    }

    /// The hours that count for a lead of a group: the group's, else the site's.
    #[must_use]
    pub fn hours_for(&self, group: Option<GroupId>, site: &Site) -> Hours {
        match group.and_then(|group| self.of_group(group)) {
            Some(hours) if hours.is_plain => Hours::Plain,
            Some(hours) => Hours::of(hours.week.clone(), hours.holidays.clone(), hours.zone.clone().unwrap_or_else(|| site.zone.clone())),
            None => Hours::of(Week::of_site(&site.hours), Vec::new(), site.zone.clone()),
        }
    }

    /// By whose clocks the day of a lead of a group ends: the group's, else the site's.
    #[must_use]
    pub fn zone_for<'a>(&'a self, group: Option<GroupId>, site: &'a Site) -> &'a SiteZone {
        group.and_then(|group| self.of_group(group)).and_then(|hours| hours.zone.as_ref()).unwrap_or(&site.zone)
    }
}

/// What somebody did, as far as clocks ask for it. What the program and visitors do is nothing.
#[must_use]
pub fn acts_of(lead: &Lead, kind: &EventKind, by: Option<&Actor>) -> Vec<Act> {
    if by.is_none() {
        return Vec::new();
    }
    let is_report = match kind {
        EventKind::Commented { icon, .. } => icon == REPORT_ICON,
        // Of what was taken back there is nothing to tell any more.
        EventKind::Part { part: PartKind::Problem, step, .. } => matches!(step, PartStep::Told | PartStep::Removed),
        _ => false,
    };
    let done = [
        (Act::Touch, radar::is_touch(lead, kind, by)),
        (Act::Contact, kind.is_contact()),
        (Act::Progress, is_progress(kind)),
        (Act::Report, is_report),
    ];
    done.into_iter().filter(|(_, is_done)| *is_done).map(|(act, _)| act).collect()
}

/// Work went on: another status, or a deal that is won or lost.
fn is_progress(kind: &EventKind) -> bool {
    match kind {
        EventKind::FieldsChanged { changes } => changes.iter().any(|change| change.field == LeadField::Status),
        EventKind::LeadMoved { action, .. } => matches!(action, LeadAction::Start | LeadAction::Win | LeadAction::Lose),
        _ => false,
    }
}

/// The icon of a comment that tells of a problem.
const PROBLEM_ICON: &str = "warning";
/// The icon of a comment that says the supplier was told.
const REPORT_ICON: &str = "flag";

/// Whether somebody noted a problem with a lead that a supplier gave: who has no partner has nobody to tell.
#[must_use]
pub fn is_problem(lead: &Lead, kind: &EventKind, by: Option<&Actor>) -> bool {
    let is_noted = match kind {
        EventKind::Commented { icon, .. } => icon == PROBLEM_ICON,
        EventKind::Part { part: PartKind::Problem, step: PartStep::Added, .. } => true,
        _ => false,
    };
    by.is_some() && lead.partner.is_some() && is_noted
}
