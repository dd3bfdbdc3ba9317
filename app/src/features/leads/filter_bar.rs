//! Filter panel, removable terms, sort menu; above the list and the board. All of it links and one GET form, so it works
//! without script.

use domain::lead_filter::{Bound, Facet};
use domain::{Catalog, ChoiceList, LeadFilter, LifeCycle, SortKey};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::own_filters::own_filter;
use crate::components::{FilterChip, Icon, Menu, MenuLink};
use crate::context::catalog;
use crate::form::Options;
use crate::routes;

/// The bar above the list or the board.
#[component]
pub fn FilterBar(
    filter: LeadFilter,
    /// Where the leads are shown: [`routes::LIST`] or [`routes::BOARD`].
    path: &'static str,
) -> impl IntoView {
    let sort = filter.sort;
    let sort_words = format!("{} {}", sort.key.label(), if sort.descending { "↓" } else { "↑" });
    let for_panel = filter.clone();
    view! {
        <div class="filter-bar">
            <Menu summary=|| view! { <Icon name="filter" />"Filter" } button_class="button button--small">
                <Panel filter=for_panel path />
            </Menu>
            {filter
                .terms()
                .into_iter()
                .chain(filter.custom_terms(&catalog()))
                .map(|term| view! { <FilterChip label=term.label href=routes::with_query(path, &term.without) /> })
                .collect_view()}
            <div class="filter-bar__end">
                <a class="button button--quiet button--small desktop-only" href=routes::with_query("/leads/export.csv", &filter.to_query()) download="leads.csv" title="Download this list as CSV">
                    <Icon name="download" />
                    "Export"
                </a>
                <Menu summary=move || view! { <Icon name="sort" />{sort_words.clone()} } button_class="button button--quiet button--small" at_end=true>
                    <p class="menu__heading">"Sort by"</p>
                    {SortKey::ALL
                        .into_iter()
                        .map(|key| view! { <MenuLink href=routes::with_query(path, &filter.sorted_by(key).to_query()) label=key.label() current=key == sort.key /> })
                        .collect_view()}
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
fn Panel(filter: LeadFilter, path: &'static str) -> impl IntoView {
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
            let filter = LeadFilter::from_query(&query.unwrap_or_default());
            navigate(&routes::with_query(path, &filter.to_query()), NavigateOptions::default());
        }
        #[cfg(not(feature = "hydrate"))]
        let _ = (&event, &navigate, NavigateOptions::default());
    };
    let own = Memo::new(move |_| catalog().fields.iter().filter(|field| !field.retired).cloned().collect::<Vec<_>>());
    let for_own = filter.clone();
    let facet_field = |facet: Facet| {
        let id = format!("f-{}", facet.key());
        let chosen = filter.values(facet).next().unwrap_or_default().to_owned();
        if facet == Facet::Tag {
            return view! {
                <div class="field">
                    <label class="field__label" for=id.clone()>{facet.label()}</label>
                    <input class="input" id=id name=facet.key() value=chosen maxlength="40" />
                </div>
            }
            .into_any();
        }
        let node = NodeRef::<leptos::html::Select>::new();
        let options =
            Signal::derive(move || std::iter::once((String::new(), "Any".to_owned())).chain(offered(facet, &catalog())).collect::<Options>());
        view! {
            <div class="field">
                <label class="field__label" for=id.clone()>{facet.label()}</label>
                <select node_ref=node class="input" id=id name=facet.key()>{crate::form::live_options(node, options, chosen)}</select>
            </div>
        }
        .into_any()
    };
    let bound_field = |bound: Bound| {
        let id = format!("f-{}", bound.key());
        let is_day = matches!(bound, Bound::CreatedFrom | Bound::CreatedTo);
        view! {
            <div class="field">
                <label class="field__label" for=id.clone()>{bound.label()}</label>
                <input class="input" id=id name=bound.key() type=if is_day { "date" } else { "text" } inputmode=(!is_day).then_some("numeric") value=filter.bound(bound).unwrap_or_default().to_owned() />
            </div>
        }
        .into_any()
    };
    view! {
        <form class="filter-panel" action=path method="get" on:submit=submit>
            <input type="hidden" name="view" value=filter.view.key() />
            <input type="hidden" name="sort" value=filter.sort.text() />
            <div class="field filter-panel__wide">
                <label class="field__label" for="f-q">"Words"</label>
                <input class="input" id="f-q" name="q" type="search" placeholder="Name, company, number, e-mail" value=filter.query.clone() maxlength="200" />
            </div>
            {Facet::ALL.into_iter().map(facet_field).collect_view()}
            {Bound::ALL.into_iter().map(bound_field).collect_view()}
            <For each=move || own.get() key=Clone::clone children=move |field| own_filter(&field, &for_own) />
            <div class="filter-panel__foot">
                <a class="button button--quiet" href=routes::with_query(path, &LeadFilter { view: filter.view, ..LeadFilter::default() }.to_query())>"Clear"</a>
                <button class="button button--primary">"Show leads"</button>
            </div>
        </form>
    }
    .into_any()
}
