//! A list as a person looks at it: what it holds, in which columns and groups; and such lists kept under a name.
//!
//! The address says all of it. `saved=5` alone is the view saved as number 5; beside other terms it only says which view
//! they started from, so that it can be updated with them.

use serde::{Deserialize, Serialize};

use crate::lead_filter::{Bound, Facet};
use crate::text::fold;
use crate::{Catalog, ChoiceList, FormValues, GroupId, LeadColumn, LeadFilter, LeadView, SavedViewId, UserId};

/// What the leads of a list can be gathered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grouping {
    Status,
    Owner,
    Group,
    Source,
    Category,
    Type,
}

impl Grouping {
    /// Every grouping, in the order of the menu.
    pub const ALL: [Grouping; 6] = [Grouping::Status, Grouping::Owner, Grouping::Group, Grouping::Source, Grouping::Category, Grouping::Type];

    /// The facet that narrows a list to one of the groups; its key and label are the grouping's too.
    #[must_use]
    pub fn facet(self) -> Facet {
        match self {
            Grouping::Status => Facet::Status,
            Grouping::Owner => Facet::Owner,
            Grouping::Group => Facet::Group,
            Grouping::Source => Facet::Source,
            Grouping::Category => Facet::Category,
            Grouping::Type => Facet::Type,
        }
    }

    /// Reads the word in the address.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grouping| grouping.facet().key() == key)
    }
}

/// Filter, sort, columns and grouping.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListView {
    pub filter: LeadFilter,
    /// In their order, the name among them; empty for [`LeadColumn::DEFAULT`].
    pub columns: Vec<LeadColumn>,
    pub grouping: Option<Grouping>,
}

/// One group of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListGroup {
    /// What people call it: "Nobody", "Proposal".
    pub name: String,
    /// The list of this group alone, as [`ListView::to_query`].
    pub query: String,
    pub count: i64,
    /// Minor units; `None` where the leads have several currencies.
    pub amount_minor: Option<i64>,
    /// Its first leads; none in groups far down.
    pub rows: Vec<crate::LeadRow>,
}

/// A list gathered in groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupedList {
    pub groups: Vec<ListGroup>,
    pub count: i64,
    pub amount_minor: Option<i64>,
    pub currency: String,
    /// Whether all leads were counted; else each figure is a least one.
    pub is_whole: bool,
}

/// Most columns of a list.
const COLUMNS_MOST: usize = 60;
const COLUMNS: &str = "columns";
const GROUPING: &str = "group_by";

impl ListView {
    /// Reads a query string's pairs; what is unknown is left out.
    #[must_use]
    pub fn parse(values: &FormValues) -> Self {
        let mut columns: Vec<LeadColumn> = Vec::new();
        for column in values.all(COLUMNS).flat_map(|keys| keys.split(',')).filter_map(LeadColumn::from_key) {
            if columns.len() < COLUMNS_MOST && !columns.contains(&column) {
                columns.push(column);
            }
        }
        // A row without its name could not be opened.
        if !columns.is_empty() && !columns.contains(&LeadColumn::Name) {
            columns.insert(usize::from(columns[0] == LeadColumn::Number), LeadColumn::Name);
        }
        if columns == LeadColumn::DEFAULT {
            columns.clear();
        }
        Self { filter: LeadFilter::parse(values), columns, grouping: Grouping::from_key(values.get(GROUPING)) }
    }

    /// Reads a query string, with or without its `?`.
    #[must_use]
    pub fn from_query(query: &str) -> Self {
        Self::parse(&FormValues::decode(query.trim_start_matches('?').as_bytes()))
    }

    /// The canonical query string: defaults left out; empty for the default list.
    #[must_use]
    pub fn to_query(&self) -> String {
        let mut query = self.filter.to_query();
        let mut add = |name: &str, value: &str| {
            let joint = if query.is_empty() { "" } else { "&" };
            query.push_str(&format!("{joint}{name}={value}"));
        };
        if !self.columns.is_empty() {
            add(COLUMNS, &column_keys(&self.columns));
        }
        if let Some(grouping) = self.grouping {
            add(GROUPING, grouping.facet().key());
        }
        query
    }

    /// The address's query for this list: never empty, so that no default view takes its place; with the saved view that
    /// it started from.
    #[must_use]
    pub fn address(&self, saved: Option<SavedViewId>) -> String {
        let mut query = self.to_query();
        if self.filter.view == LeadView::default() && (saved.is_some() || query.is_empty()) {
            query = format!("view={}{}{query}", LeadView::default().key(), if query.is_empty() { "" } else { "&" });
        }
        match saved {
            Some(id) => format!("saved={id}&{query}"),
            None => query,
        }
    }

    /// The columns shown.
    #[must_use]
    pub fn shown(&self) -> &[LeadColumn] {
        if self.columns.is_empty() { &LeadColumn::DEFAULT } else { &self.columns }
    }

    /// The same columns and groups of other leads.
    #[must_use]
    pub fn with_filter(&self, filter: LeadFilter) -> Self {
        Self { filter, ..self.clone() }
    }

    /// Takes out what is configured no longer; gives a name for each term that is gone.
    pub fn forget_unknown(&mut self, catalog: &Catalog) -> Vec<String> {
        let mut gone = Vec::new();
        self.filter.facets.retain(|(facet, value)| {
            let known = is_known(*facet, value, catalog);
            if !known {
                gone.push(format!("{}: {value}", facet.label()));
            }
            known
        });
        self.filter.custom.retain(|term| {
            let known = catalog.field(term.field).is_some();
            if !known {
                gone.push("a field that was removed".to_owned());
            }
            known
        });
        gone.extend(self.forget_removed_columns(catalog));
        gone
    }

    /// Takes out the columns of own fields that were removed; gives what to call them.
    pub fn forget_removed_columns(&mut self, catalog: &Catalog) -> Vec<String> {
        let before = self.columns.len();
        self.columns.retain(|column| !matches!(column, LeadColumn::Custom(id) if catalog.field(*id).is_none()));
        let gone = before - self.columns.len();
        if self.columns == LeadColumn::DEFAULT {
            self.columns.clear();
        }
        match gone {
            0 => Vec::new(),
            1 => vec!["the column of a field that was removed".to_owned()],
            count => vec![format!("the columns of {count} fields that were removed")],
        }
    }
}

/// Columns as the address names them.
#[must_use]
pub fn column_keys(columns: &[LeadColumn]) -> String {
    columns.iter().map(|column| column.key()).collect::<Vec<_>>().join(",")
}

/// Whether an address says anything about what a list shows.
#[must_use]
pub fn says_what(values: &FormValues) -> bool {
    let known = |name: &str| {
        matches!(name, "view" | "q" | "sort" | COLUMNS | GROUPING)
            || name.starts_with("custom_")
            || Facet::ALL.iter().any(|facet| facet.key() == name)
            || Bound::ALL.iter().any(|bound| bound.key() == name)
    };
    values.0.iter().any(|(name, _)| known(name))
}

fn is_known(facet: Facet, value: &str, catalog: &Catalog) -> bool {
    let folded = fold(value);
    let same = |name: &str| fold(name) == folded;
    let listed = |list| value == "none" || catalog.choices.iter().any(|choice| choice.list == list && same(&choice.name));
    match facet {
        // Read as one that is known, or not at all.
        Facet::State | Facet::Class | Facet::Tag => true,
        Facet::Status => catalog.statuses.iter().any(|status| same(&status.name)),
        Facet::Type => catalog.types.iter().any(|lead_type| same(&lead_type.name)),
        Facet::Owner => matches!(value, "me" | "none") || catalog.people.iter().any(|person| same(&person.email) || same(&person.name)),
        Facet::Group => value == "none" || catalog.groups.iter().any(|group| same(&group.name)),
        Facet::Source => listed(ChoiceList::Source),
        Facet::Category => listed(ChoiceList::Category),
        Facet::Offering => listed(ChoiceList::Offering),
    }
}

/// A list kept under a name: for its owner alone, or for a group too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    pub id: SavedViewId,
    pub name: String,
    pub owner: UserId,
    /// Who else may use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupId>,
    /// [`ListView::to_query`].
    pub query: String,
}

/// The views a person may use, by name, and the one that opens with the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedViews {
    pub views: Vec<SavedView>,
    pub default: Option<SavedViewId>,
}

/// What an address of the list asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AskedView {
    pub list: ListView,
    /// The saved view that is shown, or that the terms started from.
    pub saved: Option<SavedView>,
    /// What is configured no longer: terms of the saved view, columns.
    pub gone: Vec<String>,
}

impl AskedView {
    /// The usual columns of these leads.
    #[must_use]
    pub fn of(filter: LeadFilter) -> Self {
        Self { list: ListView { filter, ..ListView::default() }, ..Self::default() }
    }
}

impl SavedViews {
    /// A view by its number.
    #[must_use]
    pub fn find(&self, id: SavedViewId) -> Option<&SavedView> {
        self.views.iter().find(|view| view.id == id)
    }

    /// What an address asks for; `None` when it names a view that the person has not.
    #[must_use]
    pub fn asked(&self, values: &FormValues, catalog: &Catalog) -> Option<AskedView> {
        let says_what = says_what(values);
        let saved = match values.find("saved") {
            Some(id) => Some(self.find(id.parse().ok()?)?),
            None if says_what => None,
            None => self.default.and_then(|id| self.find(id)),
        };
        let Some(view) = saved.filter(|_| !says_what) else {
            // An unknown term of a filter shows what is asked for: nothing. A column that is not there cannot be shown.
            let mut list = ListView::parse(values);
            let gone = list.forget_removed_columns(catalog);
            return Some(AskedView { list, saved: saved.cloned(), gone });
        };
        let mut list = ListView::from_query(&view.query);
        let gone = list.forget_unknown(catalog);
        Some(AskedView { list, saved: Some(view.clone()), gone })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CustomField, CustomFieldId, CustomKind, cast};

    fn decoded(query: &str) -> FormValues {
        FormValues::decode(query.as_bytes())
    }

    fn saved(query: &str) -> SavedViews {
        let view = SavedView { id: SavedViewId(5), name: "Web".to_owned(), owner: cast::MAYA, group: None, query: query.to_owned() };
        SavedViews { views: vec![view], default: None }
    }

    #[test]
    fn a_list_reads_back_as_written() {
        for query in [
            "",
            "view=all&source=Web&sort=-score&columns=name,city,last_comment&group_by=status",
            "view=all&status=Lost&status=Won&closed_from=2026-11-01&last_activity_to=2026-11-24&group_by=owner",
            "columns=number,name",
            "columns=name,custom_7,city",
        ] {
            assert_eq!(ListView::from_query(query).to_query(), query);
        }
    }

    #[test]
    fn the_name_is_always_shown_and_no_column_twice() {
        let list = ListView::from_query("columns=number,city,colour,city");
        assert_eq!(list.columns, [LeadColumn::Number, LeadColumn::Name, LeadColumn::City]);
        let default = column_keys(&LeadColumn::DEFAULT);
        assert_eq!(ListView::from_query(&format!("columns={default}")), ListView::default());
    }

    #[test]
    fn an_address_never_means_the_default_view_by_accident() {
        assert_eq!(ListView::default().address(None), "view=mine");
        assert_eq!(ListView::default().address(Some(SavedViewId(5))), "saved=5&view=mine");
        assert_eq!(ListView::from_query("source=Web").address(Some(SavedViewId(5))), "saved=5&view=mine&source=Web");
        assert_eq!(ListView::from_query("view=all").address(None), "view=all");
    }

    #[test]
    fn a_saved_view_opens_by_its_number_and_can_be_departed_from() {
        let views = saved("view=all&source=Web");
        let catalog = cast::catalog();
        let asked = views.asked(&decoded("saved=5"), &catalog).expect("it is there");
        assert_eq!(asked.list.to_query(), "view=all&source=Web");
        let departed = views.asked(&decoded("saved=5&view=mine"), &catalog).expect("it is there");
        assert_eq!((departed.list, departed.saved.map(|view| view.id)), (ListView::default(), Some(SavedViewId(5))));
        assert_eq!(views.asked(&decoded("saved=6"), &catalog), None);
        assert_eq!(views.asked(&decoded("saved=5x"), &catalog), None);
    }

    #[test]
    fn the_default_view_opens_only_where_nothing_is_asked_for() {
        let views = SavedViews { default: Some(SavedViewId(5)), ..saved("view=all") };
        let catalog = cast::catalog();
        let shown = |query: &str| views.asked(&decoded(query), &catalog).map(|asked| asked.list.to_query());
        assert_eq!(shown(""), Some("view=all".to_owned()));
        assert_eq!(shown("after=12~"), Some("view=all".to_owned()));
        assert_eq!(shown("view=mine"), Some(String::new()));
    }

    #[test]
    fn what_is_configured_no_longer_is_named_and_left_out() {
        let asked = saved("view=all&owner=me&source=Carrier+pigeon").asked(&decoded("saved=5"), &cast::catalog()).expect("it is there");
        assert_eq!(asked.gone, ["Source: Carrier pigeon"]);
        assert_eq!(asked.list.to_query(), "view=all&owner=me");
        let asked = saved("view=all&custom_7=Gold").asked(&decoded("saved=5"), &cast::catalog()).expect("it is there");
        assert_eq!((asked.gone.len(), asked.list.to_query().as_str()), (1, "view=all"));
    }

    #[test]
    fn columns_of_removed_fields_are_left_out_wherever_they_come_from() {
        let mut catalog = cast::catalog();
        catalog.fields = vec![CustomField {
            id: CustomFieldId(7),
            name: "Tier".to_owned(),
            lead_type: None,
            kind: CustomKind::Text,
            options: Vec::new(),
            required: false,
            default: String::new(),
            position: 1,
            retired: false,
        }];
        let columns = "columns=name,custom_8,custom_7,custom_9";
        for asked in [saved(columns).asked(&decoded("saved=5"), &catalog), saved("").asked(&decoded(columns), &catalog)] {
            let asked = asked.expect("it is there");
            assert_eq!(asked.list.to_query(), "columns=name,custom_7");
            assert_eq!(asked.gone, ["the columns of 2 fields that were removed"]);
        }
    }

    #[test]
    fn a_term_of_an_own_field_is_a_term_like_any_other() {
        let views = SavedViews { default: Some(SavedViewId(5)), ..saved("view=all") };
        let asked = views.asked(&decoded("custom_7=Gold"), &cast::catalog()).expect("no view is asked for");
        assert_eq!(asked.list.to_query(), "custom_7=Gold");
    }
}
