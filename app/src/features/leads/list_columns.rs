//! The column chooser. Each choice is a link to the list with it, so the list changes at once, and Back takes it back.

use std::borrow::Cow;

use domain::list_view::AskedView;
use domain::{Catalog, LeadColumn, ListView};
use leptos::prelude::*;

use crate::components::Icon;
use crate::context::catalog_now;
use crate::routes;

/// Columns in their order, then those on offer.
#[component]
pub fn ColumnsTool(asked: AskedView) -> impl IntoView {
    let saved = asked.saved.as_ref().map(|view| view.id);
    let (list, catalog) = (asked.list, catalog_now());
    let shown = list.shown().to_vec();
    let with = {
        let list = list.clone();
        // Written and read back, so that what equals the default is the default.
        move |columns: Vec<LeadColumn>| routes::list_with(&ListView::from_query(&ListView { columns, ..list.clone() }.to_query()), saved, "columns")
    };
    let moved = |from: usize, to: usize| {
        let mut columns = shown.clone();
        columns.swap(from, to);
        with(columns)
    };
    let step = |href: Option<String>, icon: &'static str, label: String| match href {
        Some(href) => {
            view! { <a class="button button--quiet button--icon button--small" href=href aria-label=label><Icon name=icon /></a> }.into_any()
        }
        None => view! { <span class="button button--quiet button--icon button--small" aria-hidden="true"></span> }.into_any(),
    };
    let chosen = shown
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let name = name_of(*column, &catalog);
            let without = (*column != LeadColumn::Name).then(|| with(shown.iter().copied().filter(|other| other != column).collect()));
            view! {
                <li class="columns__chosen">
                    <span class="columns__name">{name.clone()}</span>
                    {step((at > 0).then(|| moved(at, at.saturating_sub(1))), "chevron-left", format!("Move {name} to the left"))}
                    {step((at + 1 < shown.len()).then(|| moved(at, at + 1)), "chevron-right", format!("Move {name} to the right"))}
                    {step(without, "close", format!("Take {name} away"))}
                </li>
            }
            .into_any()
        })
        .collect_view();
    let own = catalog.fields.iter().filter(|field| !field.retired).map(|field| LeadColumn::Custom(field.id));
    let offered = LeadColumn::ALL
        .into_iter()
        .chain(own)
        .filter(|column| !shown.contains(column))
        .map(|column| {
            let href = with(shown.iter().copied().chain([column]).collect());
            view! { <li><a class="chip" href=href><Icon name="plus" />{name_of(column, &catalog)}</a></li> }.into_any()
        })
        .collect_view();
    let standard = (!list.columns.is_empty()).then(|| {
        view! { <a class="button button--quiet button--small" href=with(Vec::new())><Icon name="undo" />"The usual columns"</a> }.into_any()
    });
    view! {
        <ol class="columns" aria-label="Columns shown">{chosen}</ol>
        <p class="list-tool__label" id="columns-more">"More columns"</p>
        <ul class="columns__more" aria-labelledby="columns-more">{offered}</ul>
        {standard}
    }
    .into_any()
}

fn name_of(column: LeadColumn, catalog: &Catalog) -> Cow<'static, str> {
    if column == LeadColumn::Number { "Number".into() } else { column.title(catalog) }
}
