//! What the leads are narrowed by: one field for each thing that can be asked. A form that works without script.

use domain::lead_filter::{Bound, Comparison, CustomTerm, Facet};
use domain::{Catalog, ChoiceList, CustomField, CustomKind, LeadFilter, LifeCycle, ListView, SavedViewId};
use leptos::prelude::*;

use crate::form::Options;
use crate::routes;

/// What a facet offers: names, as the address carries them.
fn offered(facet: Facet, catalog: &Catalog) -> Options {
    let same = |name: &str| (name.to_owned(), name.to_owned());
    let choices = |list| catalog.offered(list).map(|choice| same(&choice.name)).collect::<Options>();
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
        Facet::Group => {
            let none = ("none".to_owned(), "No group".to_owned());
            std::iter::once(none).chain(catalog.groups.iter().filter(|group| !group.retired).map(|group| same(&group.name))).collect()
        }
        Facet::Source => choices(ChoiceList::Source),
        Facet::Category => choices(ChoiceList::Category),
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
    let clear = routes::with_query(path, &list.with_filter(LeadFilter { view: filter.view, ..LeadFilter::default() }).address(saved));
    let hidden = |name: &'static str, value: String| (!value.is_empty()).then(|| view! { <input type="hidden" name=name value=value /> });
    let own = catalog.fields.iter().filter(|field| !field.retired).flat_map(|field| own_filters(field, &filter)).collect::<Vec<_>>();
    let facet_field = |facet: Facet| {
        let chosen = filter.values(facet).next().unwrap_or_default().to_owned();
        if facet == Facet::Tag {
            return line_field(facet.key().to_owned(), facet.label().to_owned(), chosen, "text", None);
        }
        select_field(facet.key().to_owned(), facet.label().to_owned(), &chosen, offered(facet, catalog))
    };
    let bound_field = |bound: Bound| {
        let is_day = matches!(bound, Bound::CreatedFrom | Bound::CreatedTo);
        let value = filter.bound(bound).unwrap_or_default().to_owned();
        let kind = if is_day { "date" } else { "text" };
        line_field(bound.key().to_owned(), bound.label().to_owned(), value, kind, (!is_day).then_some("numeric"))
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
            {Facet::ALL.into_iter().map(facet_field).collect_view()}
            {Bound::ALL.into_iter().map(bound_field).collect_view()}
            {own}
            <div class="filter-panel__foot">
                <a class="button button--quiet" href=clear>"Clear"</a>
                <button class="button button--primary">"Show leads"</button>
            </div>
        </form>
    }
    .into_any()
}

/// A choice of one of what is configured, or of none.
fn select_field(name: String, label: String, chosen: &str, options: Options) -> AnyView {
    let id = format!("f-{name}");
    let options = std::iter::once((String::new(), "Any".to_owned())).chain(options).collect();
    view! {
        <div class="field">
            <label class="field__label" for=id.clone()>{label}</label>
            <select class="input" id=id name=name>{crate::form::option_views(options, chosen)}</select>
        </div>
    }
    .into_any()
}

fn line_field(name: String, label: String, value: String, kind: &'static str, input_mode: Option<&'static str>) -> AnyView {
    let id = format!("f-{name}");
    view! {
        <div class="field">
            <label class="field__label" for=id.clone()>{label}</label>
            <input class="input" id=id name=name type=kind inputmode=input_mode value=value maxlength="200" />
        </div>
    }
    .into_any()
}

/// The controls about a field that an administrator added: a choice, a text, or two bounds.
fn own_filters(field: &CustomField, filter: &LeadFilter) -> Vec<AnyView> {
    let line = |comparison, name: String, kind: &'static str| {
        let value = filter.custom_value(field.id, comparison).to_owned();
        line_field(CustomTerm::key(field.id, comparison), name, value, kind, None)
    };
    let options: Options = match field.kind {
        CustomKind::YesNo => vec![("yes".to_owned(), "Yes".to_owned()), ("no".to_owned(), "No".to_owned())],
        CustomKind::Choice => field.options.iter().map(|option| (option.clone(), option.clone())).collect(),
        CustomKind::Text | CustomKind::Link => return vec![line(Comparison::Is, field.name.clone(), "text")],
        CustomKind::Number | CustomKind::Money | CustomKind::Date => {
            let kind = if field.kind == CustomKind::Date { "date" } else { "text" };
            let bounds = [(Comparison::From, "from"), (Comparison::To, "until")];
            return bounds.map(|(comparison, word)| line(comparison, format!("{} {word}", field.name), kind)).into();
        }
    };
    let chosen = filter.custom_value(field.id, Comparison::Is);
    vec![select_field(CustomTerm::key(field.id, Comparison::Is), field.name.clone(), chosen, options)]
}
