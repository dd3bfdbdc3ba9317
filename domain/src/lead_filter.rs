//! What a list of leads shows, as a value: read from an address, written back in one canonical form, and able to say
//! itself without one of its terms, so that links, chips, the API and saved views share it.

use serde::{Deserialize, Serialize};

use crate::field::CUSTOM;
use crate::{Catalog, CustomFieldId, FormValues, LifeCycle, Timestamp};

/// Longest search text, in characters; the rest is ignored.
pub const QUERY_MAX: usize = 200;
/// Most terms of one filter; more are ignored.
pub const TERMS_MAX: usize = 60;

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

/// What a list is sorted by. The number breaks ties.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortKey {
    /// By number, which is the order of arrival.
    #[default]
    Number,
    Updated,
    Score,
    Amount,
    Name,
}

impl SortKey {
    /// Every key, in the order of the sort menu.
    pub const ALL: [SortKey; 5] = [SortKey::Number, SortKey::Updated, SortKey::Score, SortKey::Amount, SortKey::Name];

    /// The word in the address.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            SortKey::Number => "number",
            SortKey::Updated => "updated",
            SortKey::Score => "score",
            SortKey::Amount => "amount",
            SortKey::Name => "name",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            SortKey::Number => "Number",
            SortKey::Updated => "Updated",
            SortKey::Score => "Score",
            SortKey::Amount => "Amount",
            SortKey::Name => "Name",
        }
    }
}

/// Sort key and direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LeadSort {
    pub key: SortKey,
    pub descending: bool,
}

impl Default for LeadSort {
    /// Newest first.
    fn default() -> Self {
        Self { key: SortKey::Number, descending: true }
    }
}

impl LeadSort {
    /// `-score` for descending, `name` for ascending.
    #[must_use]
    pub fn text(self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.key.key())
    }

    /// Reads [`LeadSort::text`] back; `created` is another word for the number.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (descending, key) = text.strip_prefix('-').map_or((false, text), |key| (true, key));
        let key = if key == "created" || key == "created_at" { "number" } else { key };
        let key = SortKey::ALL.into_iter().find(|sort| sort.key() == key)?;
        Some(Self { key, descending })
    }
}

/// The place in a sorted list after (or before) which a page starts: sort value and number of the row there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    pub value: String,
    pub id: i64,
}

impl Cursor {
    /// The opaque text in addresses.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}~{}", self.id, self.value)
    }

    /// Reads [`Cursor::text`] back; no value has control characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (id, value) = text.split_once('~').filter(|(_, value)| !value.contains(char::is_control))?;
        Some(Self { id: id.parse().ok()?, value: value.to_owned() })
    }
}

/// A filter term that may name several values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Facet {
    State,
    Status,
    Type,
    Owner,
    Group,
    Source,
    Category,
    Offering,
    Tag,
}

impl Facet {
    /// Every facet, in the order of the filter panel.
    pub const ALL: [Facet; 9] =
        [Facet::State, Facet::Status, Facet::Owner, Facet::Group, Facet::Source, Facet::Category, Facet::Offering, Facet::Tag, Facet::Type];

    /// The word in the address.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Facet::State => "state",
            Facet::Status => "status",
            Facet::Type => "type",
            Facet::Owner => "owner",
            Facet::Group => "group",
            Facet::Source => "source",
            Facet::Category => "category",
            Facet::Offering => "offering",
            Facet::Tag => "tag",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Facet::State => "State",
            Facet::Status => "Status",
            Facet::Type => "Type",
            Facet::Owner => "Owner",
            Facet::Group => "Group",
            Facet::Source => "Source",
            Facet::Category => "Category",
            Facet::Offering => "Interested in",
            Facet::Tag => "Tag",
        }
    }
}

/// A bound of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    CreatedFrom,
    CreatedTo,
    ScoreFrom,
    ScoreTo,
    AmountFrom,
    AmountTo,
}

impl Bound {
    /// Every bound, in the order of the filter panel.
    pub const ALL: [Bound; 6] = [Bound::CreatedFrom, Bound::CreatedTo, Bound::ScoreFrom, Bound::ScoreTo, Bound::AmountFrom, Bound::AmountTo];

    /// The word in the address.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Bound::CreatedFrom => "created_from",
            Bound::CreatedTo => "created_to",
            Bound::ScoreFrom => "score_from",
            Bound::ScoreTo => "score_to",
            Bound::AmountFrom => "amount_from",
            Bound::AmountTo => "amount_to",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Bound::CreatedFrom => "Created from",
            Bound::CreatedTo => "Created until",
            Bound::ScoreFrom => "Score at least",
            Bound::ScoreTo => "Score at most",
            Bound::AmountFrom => "Amount at least",
            Bound::AmountTo => "Amount at most",
        }
    }

    fn accepts(self, text: &str) -> bool {
        match self {
            Bound::CreatedFrom | Bound::CreatedTo => Timestamp::parse_day(text).is_some(),
            Bound::ScoreFrom | Bound::ScoreTo => text.parse::<i64>().is_ok_and(|n| n.abs() <= 1_000_000),
            Bound::AmountFrom | Bound::AmountTo => text.parse::<i64>().is_ok_and(|n| (0..=1_000_000_000_000).contains(&n)),
        }
    }
}

/// What is looked for when this was typed: what can be shown of it, with single spaces, no longer than [`QUERY_MAX`].
#[must_use]
pub fn sought(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").chars().take(QUERY_MAX).collect::<String>().trim_end().to_owned()
}

/// What a list of leads shows. Values are names, as people read them in the address; the service finds the ids.
/// An owner is an e-mail address, `me` or `none`; a group is a name or `none`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadFilter {
    pub view: LeadView,
    /// Words that must all begin a word of the lead's name, company, e-mail addresses or phone numbers.
    pub query: String,
    /// Facet and one of its values; several of one facet mean "any of these".
    pub facets: Vec<(Facet, String)>,
    /// Bounds as typed: days for dates, whole major units for amounts.
    pub bounds: Vec<(Bound, String)>,
    /// Terms about fields that an administrator added.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custom: Vec<CustomTerm>,
    pub sort: LeadSort,
}

/// How a term compares a field that an administrator added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// The same text; several terms about one field mean "any of these".
    Is,
    /// A number or day no less than this.
    From,
    /// A number or day no more than this.
    To,
}

impl Comparison {
    const ALL: [(Comparison, &'static str); 3] = [(Comparison::Is, ""), (Comparison::From, "_from"), (Comparison::To, "_to")];
}

/// A term about a field that an administrator added.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CustomTerm {
    pub field: CustomFieldId,
    pub comparison: Comparison,
    pub value: String,
}

impl CustomTerm {
    /// The word in the address: `custom_5`, `custom_5_from`, `custom_5_to`.
    #[must_use]
    pub fn key(field: CustomFieldId, comparison: Comparison) -> String {
        let (_, end) = Comparison::ALL[comparison as usize];
        format!("{CUSTOM}{field}{end}")
    }

    fn read(key: &str, value: &str) -> Option<Self> {
        let rest = key.strip_prefix(CUSTOM)?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (comparison, _) = *Comparison::ALL.iter().find(|(_, end)| *end == &rest[digits..])?;
        let field = CustomFieldId(rest[..digits].parse().ok()?);
        let value = value.trim();
        let stands =
            !value.is_empty() && value.len() <= 200 && !value.contains(char::is_control) && (comparison == Comparison::Is || may_measure(value));
        stands.then(|| Self { field, comparison, value: value.to_owned() })
    }
}

/// Whether a text looks like a number or a day; the store reads it.
fn may_measure(value: &str) -> bool {
    value.bytes().any(|b| b.is_ascii_digit()) && value.bytes().all(|b| b.is_ascii_digit() || b"-.,".contains(&b))
}

/// One removable term of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    pub label: String,
    /// The canonical query string without this term.
    pub without: String,
}

impl LeadFilter {
    /// Reads a query string's pairs. What is unknown, empty or out of bounds is left out, so that an old link still opens.
    #[must_use]
    pub fn parse(values: &FormValues) -> Self {
        let view = LeadView::ALL.into_iter().find(|view| view.key() == values.get("view")).unwrap_or_default();
        let query = sought(values.get("q"));
        let mut facets: Vec<(Facet, String)> = Vec::new();
        for facet in Facet::ALL {
            for value in
                values.all(facet.key()).map(str::trim).filter(|value| !value.is_empty() && value.len() <= 200 && !value.contains(char::is_control))
            {
                let known = facet != Facet::State || LifeCycle::from_key(value).is_some();
                let repeated = facets.iter().any(|(f, v)| *f == facet && v == value);
                if known && !repeated && facets.len() < TERMS_MAX {
                    facets.push((facet, value.to_owned()));
                }
            }
        }
        facets.sort();
        let mut custom: Vec<CustomTerm> = Vec::new();
        for term in values.0.iter().filter_map(|(key, value)| CustomTerm::read(key, value)) {
            // Put where it belongs rather than sorted: browsers carry this, and another sort is some kilobytes.
            let place = custom.iter().position(|known| *known >= term).unwrap_or(custom.len());
            if custom.get(place) != Some(&term) && custom.len() < TERMS_MAX {
                custom.insert(place, term);
            }
        }
        let bounds = Bound::ALL
            .into_iter()
            .map(|bound| (bound, values.get(bound.key()).trim().to_owned()))
            .filter(|(bound, text)| bound.accepts(text))
            .collect();
        let sort = LeadSort::parse(values.get("sort")).unwrap_or_default();
        Self { view, query, facets, bounds, custom, sort }
    }

    /// Reads a query string, with or without its `?`.
    #[must_use]
    pub fn from_query(query: &str) -> Self {
        Self::parse(&FormValues::decode(query.trim_start_matches('?').as_bytes()))
    }

    /// The canonical query string: defaults left out, terms in a fixed order; empty for the default list.
    #[must_use]
    pub fn to_query(&self) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        if self.view != LeadView::default() {
            out.append_pair("view", self.view.key());
        }
        if !self.query.is_empty() {
            out.append_pair("q", &self.query);
        }
        for (facet, value) in &self.facets {
            out.append_pair(facet.key(), value);
        }
        for (bound, value) in &self.bounds {
            out.append_pair(bound.key(), value);
        }
        for term in &self.custom {
            out.append_pair(&CustomTerm::key(term.field, term.comparison), &term.value);
        }
        if self.sort != LeadSort::default() {
            out.append_pair("sort", &self.sort.text());
        }
        out.finish()
    }

    /// The values of one facet.
    pub fn values(&self, facet: Facet) -> impl Iterator<Item = &str> {
        self.facets.iter().filter(move |(f, _)| *f == facet).map(|(_, value)| value.as_str())
    }

    /// The text of one bound.
    #[must_use]
    pub fn bound(&self, bound: Bound) -> Option<&str> {
        self.bounds.iter().find(|(b, _)| *b == bound).map(|(_, text)| text.as_str())
    }

    /// Its removable terms, for chips. Names are already what people read, but for states, `me` and `none`.
    #[must_use]
    pub fn terms(&self) -> Vec<Term> {
        let mut terms = Vec::new();
        if !self.query.is_empty() {
            let without = Self { query: String::new(), ..self.clone() };
            terms.push(Term { label: format!("“{}”", self.query), without: without.to_query() });
        }
        for (index, (facet, value)) in self.facets.iter().enumerate() {
            let mut without = self.clone();
            without.facets.remove(index);
            let shown = match (facet, value.as_str()) {
                (Facet::State, key) => LifeCycle::from_key(key).map_or(key, |state| state.label()),
                (Facet::Owner, "me") => "me",
                (Facet::Owner | Facet::Group | Facet::Source | Facet::Category, "none") => "nobody",
                (_, name) => name,
            };
            terms.push(Term { label: format!("{}: {shown}", facet.label()), without: without.to_query() });
        }
        for (index, (bound, value)) in self.bounds.iter().enumerate() {
            let mut without = self.clone();
            without.bounds.remove(index);
            terms.push(Term { label: format!("{}: {value}", bound.label()), without: without.to_query() });
        }
        terms
    }

    /// Its removable terms about fields that an administrator added.
    #[must_use]
    pub fn custom_terms(&self, catalog: &Catalog) -> Vec<Term> {
        let term = |(index, term): (usize, &CustomTerm)| {
            let mut without = self.clone();
            without.custom.remove(index);
            let name = catalog.field(term.field).map_or("A removed field", |field| field.name.as_str());
            let how = match term.comparison {
                Comparison::Is => "",
                Comparison::From => " from",
                Comparison::To => " until",
            };
            Term { label: format!("{name}{how}: {}", term.value), without: without.to_query() }
        };
        self.custom.iter().enumerate().map(term).collect()
    }

    /// The value of a term about a field that an administrator added; empty when there is none.
    #[must_use]
    pub fn custom_value(&self, field: CustomFieldId, comparison: Comparison) -> &str {
        let found = self.custom.iter().find(|term| term.field == field && term.comparison == comparison);
        found.map_or("", |term| term.value.as_str())
    }

    /// The same list in another view. Filters stay.
    #[must_use]
    pub fn with_view(&self, view: LeadView) -> Self {
        Self { view, ..self.clone() }
    }

    /// The same list of one lead type. Statuses go: another type's are others.
    #[must_use]
    pub fn of_type(&self, name: &str) -> Self {
        let mut filter = self.clone();
        filter.facets.retain(|(facet, _)| !matches!(facet, Facet::Type | Facet::Status));
        filter.facets.push((Facet::Type, name.to_owned()));
        filter.facets.sort();
        filter
    }

    /// The same list sorted by another key; choosing the current key turns the direction round.
    #[must_use]
    pub fn sorted_by(&self, key: SortKey) -> Self {
        let descending = if self.sort.key == key { !self.sort.descending } else { key != SortKey::Name };
        Self { sort: LeadSort { key, descending }, ..self.clone() }
    }

    /// Whether anything but view and sort narrows the list.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        !self.query.is_empty() || !self.facets.is_empty() || !self.bounds.is_empty() || !self.custom.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_default_list_has_an_empty_address() {
        assert_eq!(LeadFilter::default().to_query(), "");
        assert_eq!(LeadFilter::from_query(""), LeadFilter::default());
    }

    #[test]
    fn what_is_unknown_is_left_out() {
        let filter = LeadFilter::from_query("?view=theirs&state=asleep&score_from=many&sort=colour&created_from=2026-02-31&status=");
        assert_eq!(filter, LeadFilter::default());
    }

    #[test]
    fn a_term_can_be_taken_away() {
        let filter = LeadFilter::from_query("view=all&source=Web&status=New+enquiry&score_from=50");
        let terms = filter.terms();
        assert_eq!(terms[0].label, "Status: New enquiry");
        assert_eq!(terms[0].without, "view=all&source=Web&score_from=50");
        assert_eq!(terms[2].label, "Score at least: 50");
    }

    #[test]
    fn another_type_has_other_statuses() {
        let filter = LeadFilter::from_query("view=all&source=Web&status=New+enquiry&type=Renewal").of_type("Sales enquiry");
        assert_eq!(filter.to_query(), "view=all&type=Sales+enquiry&source=Web");
    }

    #[test]
    fn fields_of_one_s_own_are_terms_too() {
        let filter = LeadFilter::from_query("custom_7=Gold&custom_7=Gold&custom_9_from=2026-01-01&custom_9_to=soon&custom_x=1&custom_7_up=1");
        assert_eq!(filter.to_query(), "custom_7=Gold&custom_9_from=2026-01-01");
        assert_eq!(filter.custom_value(CustomFieldId(7), Comparison::Is), "Gold");
        assert_eq!(filter.custom_terms(&crate::cast::catalog())[0].without, "custom_9_from=2026-01-01");
        assert!(filter.is_narrowed());
    }

    #[test]
    fn choosing_the_same_sort_turns_it_round() {
        let filter = LeadFilter::default().sorted_by(SortKey::Score);
        assert_eq!(filter.sort.text(), "-score");
        assert_eq!(filter.sorted_by(SortKey::Score).sort.text(), "score");
    }

    fn any_filter() -> impl Strategy<Value = LeadFilter> {
        let facet = prop::sample::select(Facet::ALL.to_vec());
        (
            prop::sample::select(LeadView::ALL.to_vec()),
            "[a-z0-9&=%~ ]{0,20}",
            prop::collection::vec((facet, "[A-Za-z0-9&=+é ]{1,12}"), 0..5),
            prop::sample::select(SortKey::ALL.to_vec()),
            any::<bool>(),
            0_i64..1000,
        )
            .prop_map(|(view, query, facets, key, descending, score)| {
                let mut values = vec![("view".to_owned(), view.key().to_owned()), ("q".to_owned(), query)];
                values.extend(facets.into_iter().map(|(facet, value)| (facet.key().to_owned(), value)));
                values.push(("score_from".to_owned(), score.to_string()));
                values.push(("sort".to_owned(), LeadSort { key, descending }.text()));
                LeadFilter::parse(&FormValues(values))
            })
    }

    proptest! {
        #[test]
        fn a_filter_reads_back_as_written(filter in any_filter()) {
            prop_assert_eq!(LeadFilter::from_query(&filter.to_query()), filter);
        }

        #[test]
        fn a_cursor_reads_back_as_written(id in any::<i64>(), value in "\\PC{0,30}") {
            let cursor = Cursor { value, id };
            prop_assert_eq!(Cursor::parse(&cursor.text()), Some(cursor));
        }

        #[test]
        fn any_query_string_is_read_without_a_panic(text in ".{0,200}") {
            let _filter = LeadFilter::from_query(&text);
        }
    }
}
