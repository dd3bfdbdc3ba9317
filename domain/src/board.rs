//! The pipeline as a board: a column for each status of one lead type, and what the page is made of.

use serde::{Deserialize, Serialize};

use crate::lead_filter::Facet;
use crate::lead_views::Total;
use crate::text::fold;
use crate::{Catalog, LeadFilter, LeadRow, LeadTypeId, LeadView, LifeCycle, StatusId, Timestamp};

/// What an address asks of the board: whose pipeline, which of its columns, and which leads in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardShape {
    pub lead_type: LeadTypeId,
    /// In the pipeline's order. A status that the filter leaves no lead has no column.
    pub columns: Vec<StatusId>,
    /// The filter without what the columns say already.
    pub filter: LeadFilter,
}

impl BoardShape {
    /// The shape for a filter: its first known type, else the first on offer. `None` while no type is configured.
    #[must_use]
    pub fn of(filter: &LeadFilter, catalog: &Catalog) -> Option<Self> {
        let wanted = filter.values(Facet::Type).find_map(|name| catalog.types.iter().find(|known| fold(&known.name) == fold(name)));
        let lead_type = wanted.or_else(|| catalog.offered_types().next())?.id;
        let states: Vec<LifeCycle> = filter.values(Facet::State).filter_map(LifeCycle::from_key).collect();
        let names: Vec<String> = filter.values(Facet::Status).map(fold).collect();
        let view_has = |state| match filter.view {
            LeadView::Won => state == LifeCycle::Won,
            LeadView::Lost => state == LifeCycle::Lost,
            _ => true,
        };
        let is_column = |status: &&crate::catalog::Status| {
            status.lead_type == lead_type
                && view_has(status.state)
                && (states.is_empty() || states.contains(&status.state))
                && (names.is_empty() || names.contains(&fold(&status.name)))
        };
        let columns = catalog.statuses.iter().filter(is_column).map(|status| status.id).collect();
        let mut filter = filter.clone();
        filter.facets.retain(|(facet, _)| !matches!(facet, Facet::Type | Facet::State | Facet::Status));
        if matches!(filter.view, LeadView::Won | LeadView::Lost) {
            filter.view = LeadView::All;
        }
        Some(Self { lead_type, columns, filter })
    }
}

/// A lead on the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardCard {
    pub row: LeadRow,
    /// Whether the signed-in person may move it; where to is [`Catalog::status_move`]'s to say.
    pub may_move: bool,
}

/// How many leads a column has and what they are worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub count: Total,
    /// Sum of the target amounts of those counted. Unit: minor units of the site's currency.
    pub amount_minor: i64,
}

/// Some cards of a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardPage {
    pub cards: Vec<BoardCard>,
    /// Cursor of the next page; `None` at the end.
    pub next: Option<String>,
}

/// A column with its first cards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardColumn {
    pub status: StatusId,
    pub page: CardPage,
    pub tally: Tally,
}

/// Everything the board shows at first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    pub lead_type: LeadTypeId,
    pub columns: Vec<BoardColumn>,
    /// When it was read, for the days that cards have been in their status.
    pub now: Timestamp,
    /// The card that somebody without script asked to move.
    pub asked: Option<BoardCard>,
}

/// How some leads stand on the board now, for keeping an open one in step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardNews {
    /// Those that the board has; the others have left it.
    pub cards: Vec<BoardCard>,
    /// Of every column.
    pub tallies: Vec<(StatusId, Tally)>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cast::{self, RENEWAL, SALES};

    fn shape(query: &str) -> BoardShape {
        BoardShape::of(&LeadFilter::from_query(query), &cast::catalog()).expect("the cast has types")
    }

    fn names(shape: &BoardShape) -> Vec<String> {
        shape.columns.iter().map(|id| cast::catalog().status(*id).expect("a status").name.clone()).collect()
    }

    #[test]
    fn a_board_has_a_column_for_each_status_of_its_type() {
        assert_eq!((shape("").lead_type, shape("type=nonsense").lead_type), (SALES, SALES));
        let renewals = shape("type=renewal&source=Web");
        assert_eq!((renewals.lead_type, names(&renewals).as_slice()), (RENEWAL, ["New", "Nurture", "Won", "Lost"].map(String::from).as_slice()));
        assert_eq!(renewals.filter.to_query(), "source=Web");
    }

    #[test]
    fn columns_that_the_filter_leaves_empty_are_left_out() {
        assert_eq!(names(&shape("state=in_progress")), ["Qualification", "Proposal", "Negotiation"]);
        assert_eq!(names(&shape("status=proposal&status=Won")), ["Proposal", "Won"]);
        let lost = shape("view=lost&state=lost&q=acme");
        assert_eq!((names(&lost), lost.filter.to_query()), (vec!["Lost".to_owned()], "view=all&q=acme".to_owned()));
        assert_eq!(names(&shape("view=won&state=lost")), Vec::<String>::new());
    }

    #[test]
    fn without_a_type_there_is_no_board() {
        let nothing = Catalog { types: Vec::new(), ..cast::catalog() };
        assert_eq!(BoardShape::of(&LeadFilter::default(), &nothing), None);
    }
}
