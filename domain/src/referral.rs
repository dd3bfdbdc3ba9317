//! Leads that people of the house came across: who referred them, and what the referrer is told of them.

use serde::{Deserialize, Serialize};

use crate::{Catalog, ChoiceId, LeadAction, LeadId, LeadState, NoticeKind, Timestamp, UserId};

/// Source of the leads that are referred, where there is one of this name.
pub const SOURCE_NAME: &str = "Employee referral";

/// What is kept of a referral beside its lead. Nobody edits it afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referral {
    pub by: UserId,
    /// How they know the person; may be empty.
    pub how_known: String,
    /// When somebody first took the lead, or began to work on it.
    pub accepted_at: Option<Timestamp>,
}

/// What became of a referred lead: all that its referrer is told, also where the lead itself is not theirs to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Nobody has it yet.
    Waiting,
    /// Somebody has it and has not begun.
    With(UserId),
    /// Work has begun; by whom, where somebody owns it.
    WorkedOn(Option<UserId>),
    Won,
    /// With the reason.
    Lost(ChoiceId),
    Cancelled,
    Deleted,
}

impl Fate {
    /// The fate of a lead as it stands.
    #[must_use]
    pub fn of(state: &LeadState, owner: Option<UserId>, is_deleted: bool) -> Self {
        match state {
            _ if is_deleted => Fate::Deleted,
            LeadState::Pending => owner.map_or(Fate::Waiting, Fate::With),
            LeadState::InProgress => Fate::WorkedOn(owner),
            LeadState::Won { .. } => Fate::Won,
            LeadState::Lost { reason, .. } => Fate::Lost(*reason),
            LeadState::Cancelled { .. } => Fate::Cancelled,
        }
    }

    /// In words.
    #[must_use]
    pub fn words(self, catalog: &Catalog) -> String {
        match self {
            Fate::Waiting => "Waits for somebody to take it".to_owned(),
            Fate::With(owner) => format!("With {}", catalog.person_name(owner)),
            Fate::WorkedOn(Some(owner)) => format!("{} works on it", catalog.person_name(owner)),
            Fate::WorkedOn(None) => "Being worked on".to_owned(),
            Fate::Won => "Won".to_owned(),
            Fate::Lost(reason) => format!("Lost: {}", catalog.choice_name(reason)),
            Fate::Cancelled => "Cancelled".to_owned(),
            Fate::Deleted => "Deleted".to_owned(),
        }
    }

    /// The tone of its badge, as the style sheet names it.
    #[must_use]
    pub fn tone(self) -> &'static str {
        match self {
            Fate::Waiting => "amber",
            Fate::With(_) => "blue",
            Fate::WorkedOn(_) => "violet",
            Fate::Won => "green",
            Fate::Lost(_) => "red",
            Fate::Cancelled | Fate::Deleted => "grey",
        }
    }
}

/// A line of what somebody referred.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referred {
    pub lead: LeadId,
    pub full_name: String,
    pub company: String,
    pub at: Timestamp,
    pub fate: Fate,
    /// Whether the referrer may open the lead.
    pub is_visible: bool,
}

/// What the referrer is told of when this is done to the lead. Taking it and beginning to work on it are one to them: somebody looks after it.
#[must_use]
pub fn notice_of(action: LeadAction) -> Option<NoticeKind> {
    match action {
        LeadAction::Accept | LeadAction::Start => Some(NoticeKind::ReferralAccepted),
        LeadAction::Win => Some(NoticeKind::ReferralWon),
        LeadAction::Lose => Some(NoticeKind::ReferralLost),
        LeadAction::Cancel | LeadAction::Reopen | LeadAction::Delete | LeadAction::Restore => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ChoiceList;
    use crate::cast::{self, MAYA, NOW};

    #[test]
    fn a_lead_s_fate_is_told_in_words() {
        let catalog = cast::catalog();
        let maya = catalog.person_name(MAYA);
        let reason = catalog.offered(ChoiceList::LostReason).next().expect("a reason");
        let told = |state: LeadState, owner, is_deleted| Fate::of(&state, owner, is_deleted).words(&catalog);
        assert_eq!(told(LeadState::Pending, None, false), "Waits for somebody to take it");
        assert_eq!(told(LeadState::Pending, Some(MAYA), false), format!("With {maya}"));
        assert_eq!(told(LeadState::InProgress, Some(MAYA), false), format!("{maya} works on it"));
        assert_eq!(told(LeadState::InProgress, None, false), "Being worked on");
        assert_eq!(told(LeadState::Won { at: NOW }, Some(MAYA), false), "Won");
        assert_eq!(told(LeadState::Lost { at: NOW, reason: reason.id }, None, false), format!("Lost: {}", reason.name));
        assert_eq!(told(LeadState::Cancelled { at: NOW }, None, false), "Cancelled");
        assert_eq!(told(LeadState::Won { at: NOW }, Some(MAYA), true), "Deleted");
    }

    #[test]
    fn what_is_news_to_the_referrer_has_a_notice() {
        let news: Vec<_> = LeadAction::ALL.into_iter().filter_map(notice_of).collect();
        let accepted = NoticeKind::ReferralAccepted;
        assert_eq!(news, [accepted, accepted, NoticeKind::ReferralWon, NoticeKind::ReferralLost]);
    }
}
