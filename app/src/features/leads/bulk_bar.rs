//! The bar below the list: what to do with the selected leads, or with all that the list holds.

use domain::bulk::BulkKind;
use domain::lead_views::Total;
use domain::list_view::{AskedView, column_keys};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::selection::{FORM, Selection};
use super::server_fns::load_bulk_run;
use crate::components::Icon;
use crate::context::{Toasts, catalog_now};
use crate::form::{Done, Options, PostForm, error_at, option_views};
use crate::routes;

/// What the bar is about.
#[derive(Clone)]
pub struct BulkBar {
    pub asked: AskedView,
    pub total: Total,
    pub selection: Selection,
}

/// The bar. Without script it is opened by its address, and the boxes of the rows are its form's.
#[must_use]
pub fn show_bulk_bar(bar: BulkBar) -> AnyView {
    let BulkBar { asked: AskedView { list, saved, .. }, total, selection } = bar;
    let saved = saved.map(|view| view.id);
    let here = routes::and(&list.address(saved), "tool", "bulk");
    let close = routes::list(&list, saved);
    let all = match total {
        Total::Exactly(count) => format!("all {count} of this list"),
        Total::AtLeast(count) => format!("all of this list, more than {count}"),
        Total::Unknown => "all of this list".to_owned(),
    };
    let kind = RwSignal::new(BulkKind::Status);
    let query = list.to_query();
    let ids = move || selection.text().split(',').filter_map(|one| one.split(':').next()).collect::<Vec<_>>().join(",");
    let columns = column_keys(list.shown());
    let export = move || routes::with_query("/leads/export.csv", &routes::and(&routes::and("", "columns", &columns), "leads", &ids()));
    let (toasts, navigate) = (expect_context::<Toasts>(), use_navigate());
    let finished = Callback::new(move |done: Done| {
        selection.clear();
        let navigate = navigate.clone();
        leptos::task::spawn_local(async move {
            let number = done.location.rsplit('/').next().and_then(|number| number.parse().ok()).unwrap_or_default();
            match load_bulk_run(number).await {
                // All went well: the person stays with the list.
                Ok(report) if !report.run.state.is_at_work() && report.run.skipped == 0 => {
                    let count = report.run.changed;
                    toasts.say_with_undo(
                        if count == 1 { "1 lead changed".to_owned() } else { format!("{count} leads changed") },
                        format!("{}/undo", done.location),
                    );
                }
                _ => navigate(&done.location, NavigateOptions::default()),
            }
        });
    });
    let chosen = move || selection.text();
    view! {
        <section class="bulk" aria-label="Selected leads">
            <PostForm action=format!("/leads/bulk?{here}") class="bulk__form" form_id=FORM on_done=finished>
                <input type="hidden" name="query" value=query />
                <input type="hidden" name="chosen" value=chosen />
                <span class="bulk__count" role="status">{move || if selection.is_empty() { "Tick leads, or press x".to_owned() } else { format!("{} selected", selection.count()) }}</span>
                <label class="check"><input type="checkbox" name="all" value="1" />{all}</label>
                <label class="visually-hidden" for="bulk-what">"What to do"</label>
                <select class="input" id="bulk-what" name="what" on:change=move |event| {
                    if let Some(chosen) = BulkKind::from_key(&event_target_value(&event)) {
                        kind.set(chosen);
                    }
                }>
                    {option_views(BulkKind::ALL.into_iter().map(|kind| (kind.key().to_owned(), kind.label().to_owned())).collect(), "status")}
                </select>
                <Values kind />
                <button class="button button--primary">"Apply"</button>
                <Wrong />
                <span class="bulk__end">
                    {move || (!selection.is_empty()).then(|| view! { <a class="button button--quiet" href=export() download="leads.csv"><Icon name="download" />"Export"</a> })}
                    <a class="button button--quiet" href=close.clone() on:click=move |_| selection.clear()>"Cancel"</a>
                </span>
            </PostForm>
        </section>
    }
    .into_any()
}

/// The field of the chosen kind. Server: all of them, each saying what it is for.
#[component]
fn Values(kind: RwSignal<BulkKind>) -> impl IntoView {
    let catalog = catalog_now();
    let now = expect_context::<crate::context::Now>();
    let is_hidden = move |kinds: &'static [BulkKind]| move || now.0.with(Option::is_some) && !kinds.contains(&kind.get());
    let mut statuses: Options = Vec::new();
    for status in catalog.statuses.iter().filter(|status| !status.retired && status.state.is_open()) {
        if !statuses.iter().any(|(name, _)| *name == status.name) {
            statuses.push((status.name.clone(), status.name.clone()));
        }
    }
    let people = std::iter::once((String::new(), "Nobody".to_owned()));
    let people: Options = people.chain(catalog.possible_owners().map(|person| (person.id.to_string(), person.name.clone()))).collect();
    let groups = std::iter::once((String::new(), "No group".to_owned()));
    let groups: Options =
        groups.chain(catalog.groups.iter().filter(|group| !group.retired).map(|group| (group.id.to_string(), group.name.clone()))).collect();
    let select = |name: &'static str, label: &'static str, options: Options, hidden: &'static [BulkKind]| {
        view! {
            <label class="bulk__value" hidden=is_hidden(hidden)>
                <span class="bulk__label">{label}</span>
                <select class="input" name=name>{option_views(options, "")}</select>
            </label>
        }
        .into_any()
    };
    view! {
        {select("status", "Status", statuses, &[BulkKind::Status])}
        {select("owner", "Owner", people, &[BulkKind::Owner])}
        {select("group", "Group", groups, &[BulkKind::Group])}
        <label class="bulk__value" hidden=is_hidden(&[BulkKind::AddTag, BulkKind::RemoveTag])>
            <span class="bulk__label">"Tag"</span>
            <input class="input" name="tag" maxlength="40" />
        </label>
    }
    .into_any()
}

/// What is wrong, in one line.
#[component]
fn Wrong() -> impl IntoView {
    let errors = ["", "what", "lead", "status", "owner", "group", "tag"].map(error_at);
    move || errors.iter().find_map(|error| error.get()).map(|text| view! { <p class="bulk__error" role="alert">{text}</p> })
}
