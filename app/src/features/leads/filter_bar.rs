//! Filter panel, removable terms, sort menu; above the list and the board. All of it links and one GET form, so it works
//! without script.

use domain::lead_filter::{Bound, Comparison, CustomTerm, Facet};
use domain::list_view::AskedView;
use domain::{Catalog, ChoiceList, CustomField, CustomKind, Grouping, LeadFilter, LifeCycle, ListView, SavedViewId, SortKey};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use crate::components::{FilterChip, Icon, Menu, MenuLink};
use crate::context::{catalog, catalog_now};
use crate::form::Options;
use crate::routes;

/// The bar above the list or the board.
#[component]
pub fn FilterBar(
    asked: AskedView,
    /// Where the leads are shown: [`routes::LIST`] or [`routes::BOARD`].
    path: &'static str,
) -> impl IntoView {
    let AskedView { list, saved, .. } = asked;
    let saved_id = saved.as_ref().map(|view| view.id);
    let is_list = path == routes::LIST;
    let filter = &list.filter;
    let sort = filter.sort;
    let sort_words = format!("{} {}", sort.key.label(), if sort.descending { "↓" } else { "↑" });
    let others = |filter: LeadFilter| routes::with_query(path, &list.with_filter(filter).address(saved_id));
    let chosen_columns = list.shown().iter().map(|column| column.key()).collect::<Vec<_>>().join(",");
    let export = |kind: &str, columns: &str| {
        let query = filter.to_query();
        let query = if columns.is_empty() { query } else { routes::and(&query, "columns", columns) };
        routes::with_query(&format!("/leads/export.{kind}"), &query)
    };
    let is_departed = saved.as_ref().is_some_and(|view| view.query != list.to_query());
    let keep = (is_list && (is_departed || (saved.is_none() && filter.is_narrowed()))).then(|| {
        let words = if is_departed { "Changed" } else { "Keep as a view" };
        view! { <a class="button button--quiet button--small" href=routes::list_with(&list, saved_id, "view")><Icon name="star" />{words}</a> }
            .into_any()
    });
    let panel = list.clone();
    let sorts = SortKey::ALL
        .into_iter()
        .map(|key| view! { <MenuLink href=others(filter.sorted_by(key)) label=key.label() current=key == sort.key /> })
        .collect_view();
    let chips = filter
        .terms()
        .into_iter()
        .chain(filter.custom_terms(&catalog_now()))
        .map(|term| view! { <FilterChip label=term.label href=others(LeadFilter::from_query(&term.without)) /> })
        .collect_view();
    let by = |grouping: Option<Grouping>| routes::list(&ListView { grouping, ..list.clone() }, saved_id);
    let groupings = std::iter::once(None)
        .chain(Grouping::ALL.map(Some))
        .map(|grouping| {
            let label = grouping.map_or("Not grouped", |grouping| grouping.facet().label());
            view! { <MenuLink href=by(grouping) label current=grouping == list.grouping /> }
        })
        .collect_view();
    let group_words = list.grouping.map_or_else(|| "Group".to_owned(), |grouping| format!("By {}", grouping.facet().label().to_lowercase()));
    let (sheet, these, everything) = (export("xlsx", &chosen_columns), export("csv", &chosen_columns), export("csv", ""));
    let columns = routes::list_with(&list, saved_id, "columns");
    let bulk = routes::list_with(&list, saved_id, "bulk");
    // What a board has no use for.
    let list_only = is_list.then(|| {
        view! {
            <a class="button button--quiet button--small desktop-only" href=columns><Icon name="list" />"Columns"</a>
            <a class="button button--quiet button--small desktop-only" href=bulk><Icon name="check" />"Select"</a>
            <Menu class="desktop-only" summary=|| view! { <Icon name="download" />"Export" } button_class="button button--quiet button--small" at_end=true>
                <a class="menu__item" href=sheet download="leads.xlsx">"Excel, these columns"</a>
                <a class="menu__item" href=these download="leads.csv">"CSV, these columns"</a>
                <a class="menu__item" href=everything download="leads.csv">"CSV, everything"</a>
            </Menu>
            <Menu summary=move || view! { <Icon name="menu" />{group_words.clone()} } button_class="button button--quiet button--small" at_end=true>
                <p class="menu__heading">"Group by"</p>
                {groupings}
            </Menu>
        }
        .into_any()
    });
    view! {
        <div class="filter-bar">
            <Menu summary=|| view! { <Icon name="filter" />"Filter" } button_class="button button--small">
                <Panel list=panel saved=saved_id path />
            </Menu>
            {chips}
            {keep}
            <div class="filter-bar__end">
                {list_only}
                <Menu summary=move || view! { <Icon name="sort" />{sort_words.clone()} } button_class="button button--quiet button--small" at_end=true>
                    <p class="menu__heading">"Sort by"</p>
                    {sorts}
                </Menu>
            </div>
        </div>
    }
    .into_any()
}

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

#[component]
fn Panel(list: ListView, saved: Option<SavedViewId>, path: &'static str) -> impl IntoView {
    let filter = list.filter.clone();
    let navigate = use_navigate();
    let submit = move |event: leptos::ev::SubmitEvent| {
        #[cfg(feature = "hydrate")]
        {
            event.prevent_default();
            // The canonical form leaves the empty fields out of the address.
            let Some(form) = event.target().and_then(|target| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlFormElement>(target).ok()) else {
                return;
            };
            let Ok(data) = web_sys::FormData::new_with_form(&form) else { return };
            let query = web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data).map(|params| String::from(params.to_string()));
            let list = ListView::from_query(&query.unwrap_or_default());
            navigate(&routes::with_query(path, &list.address(saved)), NavigateOptions::default());
        }
        #[cfg(not(feature = "hydrate"))]
        let _ = (&event, &navigate, NavigateOptions::default());
    };
    let clear = routes::with_query(path, &list.with_filter(LeadFilter { view: filter.view, ..LeadFilter::default() }).address(saved));
    let hidden = |name: &'static str, value: String| (!value.is_empty()).then(|| view! { <input type="hidden" name=name value=value /> });
    let own = Memo::new(move |_| catalog().fields.iter().filter(|field| !field.retired).cloned().collect::<Vec<_>>());
    let for_own = filter.clone();
    let facet_field = |facet: Facet| {
        let chosen = filter.values(facet).next().unwrap_or_default().to_owned();
        if facet == Facet::Tag {
            return line_field(facet.key().to_owned(), facet.label().to_owned(), chosen, "text", None);
        }
        select_field(facet.key().to_owned(), facet.label().to_owned(), chosen, move || offered(facet, &catalog()))
    };
    let bound_field = |bound: Bound| {
        let is_day = matches!(bound, Bound::CreatedFrom | Bound::CreatedTo);
        let value = filter.bound(bound).unwrap_or_default().to_owned();
        let kind = if is_day { "date" } else { "text" };
        line_field(bound.key().to_owned(), bound.label().to_owned(), value, kind, (!is_day).then_some("numeric"))
    };
    view! {
        <form class="filter-panel" action=path method="get" on:submit=submit>
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
            {move || own.with(|own| own.iter().flat_map(|field| own_filters(field, &for_own)).collect::<Vec<_>>())}
            <div class="filter-panel__foot">
                <a class="button button--quiet" href=clear>"Clear"</a>
                <button class="button button--primary">"Show leads"</button>
            </div>
        </form>
    }
    .into_any()
}

/// A choice of one of what is configured, or of none. It follows the configuration.
fn select_field(name: String, label: String, chosen: String, options: impl Fn() -> Options + Send + 'static) -> AnyView {
    let id = format!("f-{name}");
    let node = NodeRef::<leptos::html::Select>::new();
    let options = move || std::iter::once((String::new(), "Any".to_owned())).chain(options()).collect::<Options>();
    view! {
        <div class="field">
            <label class="field__label" for=id.clone()>{label}</label>
            <select node_ref=node class="input" id=id name=name>{crate::form::live_options(node, options, chosen)}</select>
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
    let chosen = filter.custom_value(field.id, Comparison::Is).to_owned();
    vec![select_field(CustomTerm::key(field.id, Comparison::Is), field.name.clone(), chosen, move || options.clone())]
}
