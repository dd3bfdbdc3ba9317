//! Filter panel, removable terms, sort menu: all links and one GET form.

use domain::list_view::AskedView;
use domain::{Catalog, Grouping, LeadFilter, ListView, SortKey};
use leptos::prelude::*;

use super::filter_panel::{FilterPanel, show_filter_panel};
use crate::components::{FilterChip, Icon, Menu, MenuLink};
use crate::routes;

/// What stands in the bar for the view that is open.
#[must_use]
pub fn show_filter_controls(asked: AskedView, path: &'static str, catalog: &Catalog) -> AnyView {
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
    let panel = show_filter_panel(FilterPanel { list: list.clone(), saved: saved_id, path, catalog });
    let sorts = SortKey::ALL
        .into_iter()
        .map(|key| view! { <MenuLink href=others(filter.sorted_by(key)) label=key.label() current=key == sort.key /> })
        .collect_view();
    let chips = filter
        .terms()
        .into_iter()
        .chain(filter.custom_terms(catalog))
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
    let group_words = list.grouping.map_or_else(|| "Group".to_owned(), |grouping| format!("By {}", grouping.facet().label().to_ascii_lowercase()));
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
            <Menu summary=|| view! { <Icon name="filter" />"Filter" } button_class="button button--small">
                {panel}
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
    }
    .into_any()
}
