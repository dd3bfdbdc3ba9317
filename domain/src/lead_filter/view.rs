//! The views of leads: mine, my groups’, unassigned, all and so on.

use serde::{Deserialize, Serialize};

/// The lists a person switches between.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeadView {
    /// Owner is me.
    #[default]
    Mine,
    /// Owned by a group of mine.
    Group,
    /// Without an owner.
    Unassigned,
    /// All I may see.
    All,
    /// Changed today.
    Today,
    Won,
    Lost,
    Deleted,
}

impl LeadView {
    /// Every view, in the order of the drop-down.
    pub const ALL: [LeadView; 8] =
        [LeadView::Mine, LeadView::Group, LeadView::Unassigned, LeadView::All, LeadView::Today, LeadView::Won, LeadView::Lost, LeadView::Deleted];

    /// The word in the address.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            LeadView::Mine => "mine",
            LeadView::Group => "group",
            LeadView::Unassigned => "unassigned",
            LeadView::All => "all",
            LeadView::Today => "today",
            LeadView::Won => "won",
            LeadView::Lost => "lost",
            LeadView::Deleted => "deleted",
        }
    }

    /// Its heading.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            LeadView::Mine => "My leads",
            LeadView::Group => "My groups’ leads",
            LeadView::Unassigned => "Unassigned leads",
            LeadView::All => "All leads",
            LeadView::Today => "Changed today",
            LeadView::Won => "Won leads",
            LeadView::Lost => "Lost leads",
            LeadView::Deleted => "Deleted leads",
        }
    }
}
