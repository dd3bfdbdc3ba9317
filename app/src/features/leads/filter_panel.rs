//! What the leads are narrowed by: a part for each thing that can be asked. A form that works without script.

use domain::lead_filter::{Bound, Comparison, CustomTerm, Facet};
use domain::{Catalog, ChoiceList, CustomField, CustomKind, LeadClass, LeadFilter, LifeCycle, ListView, SavedViewId};
use leptos::prelude::*;

use super::filter_part::{Edge, Values, show_range, show_values};
use crate::form::Options;
use crate::routes;

/// What has bounds, and what people call it; and what is often asked for there: in words, and as the terms that the bounds give way to,
/// and what was chosen of the facets that they name.
struct Range(&'static str, [Bound; 2], &'static [(&'static str, &'static str)]);

const RANGES: [Range; 7] = [
    Range("Created", [Bound::CreatedFrom, Bound::CreatedTo], &[("Today", "created_from=today"), ("Last 7 days", "created_from=today-6")]),
    Range("Updated", [Bound::UpdatedFrom, Bound::UpdatedTo], &[("Today", "updated_from=today"), ("Last 7 days", "updated_from=today-6")]),
    Range(
        "Expected completion",
        [Bound::ExpectedFrom, Bound::ExpectedTo],
        &[("Overdue", "expected_to=today-1&state=pending&state=in_progress"), ("Next 7 days", "expected_from=today&expected_to=today%2B6")],
    ),
    Range("Closed", [Bound::ClosedFrom, Bound::ClosedTo], &[("Today", "closed_from=today"), ("Last 7 days", "closed_from=today-6")]),
    Range(
        "Last activity",
        [Bound::LastActivityFrom, Bound::LastActivityTo],
        &[("Last 7 days", "last_activity_from=today-6"), ("None for 14 days", "last_activity_to=today-14")],
    ),
    Range("Score", [Bound::ScoreFrom, Bound::ScoreTo], &[]),
    Range("Amount", [Bound::AmountFrom, Bound::AmountTo], &[]),
];

/// What a facet offers: names, as the address carries them.
fn offered(facet: Facet, catalog: &Catalog) -> Options {
    let same = |name: &str| (name.to_owned(), name.to_owned());
    let choices = |list| catalog.offered(list).map(|choice| same(&choice.name)).collect::<Options>();
    let none = |word: &str| std::iter::once(("none".to_owned(), word.to_owned()));
    match facet {
        Facet::State => LifeCycle::ALL.into_iter().map(|state| (state.key().to_owned(), state.label().to_owned())).collect(),
        Facet::Status => {
            let mut names: Options = Vec::new();
            for status in catalog.statuses.iter().filter(|status| !status.retired) {
                if !names.iter().any(|(name, _)| *name == status.name) {
                    names.push(same(&status.name));
                }
            }
            names
        }
        Facet::Type => catalog.offered_types().map(|lead_type| same(&lead_type.name)).collect(),
        Facet::Owner => {
            let fixed = [("me".to_owned(), "Me".to_owned()), ("none".to_owned(), "Nobody yet".to_owned())];
            fixed.into_iter().chain(catalog.possible_owners().map(|person| (person.email.clone(), person.name.clone()))).collect()
        }
        Facet::Group => none("No group").chain(catalog.groups.iter().filter(|group| !group.retired).map(|group| same(&group.name))).collect(),
        Facet::Source => none("No source").chain(choices(ChoiceList::Source)).collect(),
        Facet::Category => none("No category").chain(choices(ChoiceList::Category)).collect(),
        Facet::Class => none("No class").chain(LeadClass::ALL.map(|class| (class.key().to_owned(), class.label().to_owned()))).collect(),
        Facet::Offering => choices(ChoiceList::Offering),
        // Anybody may think of a new one, so it is typed.
        Facet::Tag => Vec::new(),
    }
}

/// What the panel starts with.
pub struct FilterPanel<'a> {
    pub list: ListView,
    pub saved: Option<SavedViewId>,
    /// Where the leads are shown.
    pub path: &'static str,
    pub catalog: &'a Catalog,
}

/// The panel. The bar around it hears when it is sent.
#[must_use]
pub fn show_filter_panel(panel: FilterPanel<'_>) -> AnyView {
    let FilterPanel { list, saved, path, catalog } = panel;
    let filter = list.filter.clone();
    let address = |filter: LeadFilter| routes::with_query(path, &list.with_filter(filter).address(saved));
    let clear = address(LeadFilter { view: filter.view, ..LeadFilter::default() });
    let hidden = |name: &'static str, value: String| (!value.is_empty()).then(|| view! { <input type="hidden" name=name value=value /> });
    let own = catalog.fields.iter().filter(|field| !field.retired).map(|field| own_part(field, &filter)).collect::<Vec<_>>();
    let facet_part = |facet: Facet| {
        show_values(Values {
            name: facet.key().to_owned(),
            label: facet.label().to_owned(),
            chosen: filter.values(facet).map(str::to_owned).collect(),
            offered: offered(facet, catalog),
            is_open: facet == Facet::Tag,
        })
    };
    let edge = |bound: Bound| {
        let value = filter.bound(bound).unwrap_or_default();
        Edge {
            name: bound.key().to_owned(),
            label: bound.label().to_owned(),
            words: bound.words(value),
            value: value.to_owned(),
            is_day: bound.is_day(),
        }
    };
    let range_part = |Range(label, bounds, often): Range| {
        let often = often.iter().map(|(words, terms)| (*words, address(often_asked(&filter, &bounds, terms)))).collect();
        show_range(&label.to_ascii_lowercase().replace(' ', "-"), label.to_owned(), bounds.map(edge), often)
    };
    view! {
        <form class="filter-panel" action=path method="get">
            <input type="hidden" name="view" value=filter.view.key() />
            <input type="hidden" name="sort" value=filter.sort.text() />
            {saved.map(|id| view! { <input type="hidden" name="saved" value=id.to_string() /> })}
            {hidden("columns", list.columns.iter().map(|column| column.key()).collect::<Vec<_>>().join(","))}
            {hidden("group_by", list.grouping.map_or_else(String::new, |grouping| grouping.facet().key().to_owned()))}
            <div class="field filter-panel__wide">
                <label class="field__label" for="f-q">"Words"</label>
                <input class="input" id="f-q" name="q" type="search" placeholder="Name, company, number, e-mail" value=filter.query.clone() maxlength="200" />
            </div>
            {Facet::ALL.into_iter().map(facet_part).collect_view()}
            {RANGES.into_iter().map(range_part).collect_view()}
            {own}
            <div class="filter-panel__foot">
                <a class="button button--quiet" href=clear>"Clear"</a>
                <button class="button button--primary">"Show leads"</button>
            </div>
        </form>
    }
    .into_any()
}

/// The filter with `terms` instead of these bounds, and instead of what was chosen of the facets that the terms name.
fn often_asked(filter: &LeadFilter, bounds: &[Bound], terms: &str) -> LeadFilter {
    let asked = LeadFilter::from_query(terms);
    let mut filter = filter.clone();
    filter.bounds.retain(|(bound, _)| !bounds.contains(bound));
    filter.facets.retain(|(facet, _)| asked.values(*facet).next().is_none());
    LeadFilter::from_query(&format!("{}&{terms}", filter.to_query()))
}

/// The part about a field that an administrator added: its values, or two bounds.
fn own_part(field: &CustomField, filter: &LeadFilter) -> AnyView {
    let name = CustomTerm::key(field.id, Comparison::Is);
    let offered: Options = match field.kind {
        CustomKind::YesNo => vec![("yes".to_owned(), "Yes".to_owned()), ("no".to_owned(), "No".to_owned())],
        CustomKind::Choice => field.options.iter().map(|option| (option.clone(), option.clone())).collect(),
        CustomKind::Text | CustomKind::Link => Options::new(),
        CustomKind::Number | CustomKind::Money | CustomKind::Date => {
            let edges = [(Comparison::From, "from"), (Comparison::To, "until")].map(|(comparison, word)| Edge {
                name: CustomTerm::key(field.id, comparison),
                label: format!("{} {word}", field.name),
                words: filter.custom_value(field.id, comparison).to_owned(),
                value: filter.custom_value(field.id, comparison).to_owned(),
                is_day: field.kind == CustomKind::Date,
            });
            return show_range(&name, field.name.clone(), edges, Vec::new());
        }
    };
    let of_field = filter.custom.iter().filter(|term| term.field == field.id && term.comparison == Comparison::Is);
    let chosen = of_field.map(|term| term.value.clone()).collect();
    let is_open = matches!(field.kind, CustomKind::Text | CustomKind::Link);
    show_values(Values { name, label: field.name.clone(), chosen, offered, is_open })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_often_asked_for_replaces_what_was_chosen_of_the_same() {
        let Range(_, bounds, often) = &RANGES[2];
        let chosen = LeadFilter::from_query("view=all&state=won&state=lost&source=Web&created_from=2026-02-01&expected_from=2026-01-01");
        let overdue = often_asked(&chosen, bounds, often[0].1);
        assert_eq!(
            overdue,
            LeadFilter::from_query("view=all&state=pending&state=in_progress&source=Web&created_from=2026-02-01&expected_to=today-1")
        );
        // What names no state leaves those that were chosen.
        let soon = often_asked(&chosen, bounds, often[1].1);
        assert_eq!(soon.values(Facet::State).collect::<Vec<_>>(), chosen.values(Facet::State).collect::<Vec<_>>());
        assert_eq!(soon.bound(Bound::ExpectedFrom), Some("today"));
    }
}
