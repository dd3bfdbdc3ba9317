//! What of a lead's timeline is shown: by kind of entry, by person and by period. All of it is in the address.

use domain::{EntryGroup, EntrySource, EventId, FormValues, LeadFilter, LeadId, TimelineFilter, Timestamp};
use leptos::prelude::*;

use crate::components::{Icon, Menu};
use crate::context::catalog_now;
use crate::form::{Options, option_views};
use crate::routes;

/// What people call those who do not sign in.
const NOBODY: &str = "Visitors and Leadwright";

/// What the address asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Asked {
    pub filter: TimelineFilter,
    /// The entry that those shown come before.
    pub before: Option<EventId>,
}

impl Asked {
    pub(super) fn read(search: &str) -> Self {
        let values = FormValues::decode(search.trim_start_matches('?').as_bytes());
        Self { filter: TimelineFilter::from_query(search), before: values.get("before").parse().ok() }
    }
}

/// The address of a lead's timeline. `search` is the query of the page: the list it was opened from stays known.
pub(super) fn address(id: LeadId, search: &str, filter: TimelineFilter, before: Option<EventId>) -> String {
    let parts = [LeadFilter::from_query(search).to_query(), filter.to_query()];
    let mut query = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("&");
    if let Some(before) = before {
        query = routes::and(&query, "before", &before.to_string());
    }
    routes::lead(id, &query) + "#timeline"
}

/// The filter, and what it is set to.
#[component]
pub(super) fn TimelineFilterBar(id: LeadId, asked: Asked, search: String) -> impl IntoView {
    let everything = asked.filter.is_narrowed().then(|| address(id, &search, TimelineFilter::default(), None));
    view! {
        <div class="timeline-filter">
            <Menu summary=|| view! { <Icon name="filter" />"Filter" } button_class="button button--quiet button--small">
                <FilterForm id filter=asked.filter search />
            </Menu>
            {everything.map(|href| view! {
                <span class="muted">{in_words(asked.filter)}</span>
                <a class="small" href=href>"Show everything"</a>
            })}
        </div>
    }
    .into_any()
}

/// A form that asks for another page: it works without script as with it.
#[component]
fn FilterForm(id: LeadId, filter: TimelineFilter, search: String) -> impl IntoView {
    let any = |word: &str| std::iter::once((String::new(), word.to_owned()));
    let groups: Options =
        any("Everything").chain(EntryGroup::ALL.into_iter().map(|group| (group.key().to_owned(), group.label().to_owned()))).collect();
    let people: Options = any("Everybody")
        .chain(catalog_now().people.iter().map(|person| (person.id.to_string(), person.name.clone())))
        .chain(std::iter::once((EntrySource::NOBODY.to_owned(), NOBODY.to_owned())))
        .collect();
    let group = filter.group.map(EntryGroup::key).unwrap_or_default();
    let by = filter.by.map(EntrySource::key).unwrap_or_default();
    let day = |day: Option<Timestamp>| day.map(Timestamp::day).unwrap_or_default();
    let list = FormValues::decode(LeadFilter::from_query(&search).to_query().as_bytes()).0;
    view! {
        <form class="filter-panel" action=format!("/leads/{id}#timeline") method="get">
            {list.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view()}
            <div class="field">
                <label class="field__label" for="entries-of">"Entries"</label>
                <select class="input" id="entries-of" name="timeline">{option_views(groups, group)}</select>
            </div>
            <div class="field">
                <label class="field__label" for="entries-by">"By whom"</label>
                <select class="input" id="entries-by" name="by">{option_views(people, &by)}</select>
            </div>
            <div class="field">
                <label class="field__label" for="entries-from">"First day"</label>
                <input class="input" id="entries-from" type="date" name="from" value=day(filter.from) />
            </div>
            <div class="field">
                <label class="field__label" for="entries-to">"Last day"</label>
                <input class="input" id="entries-to" type="date" name="to" value=day(filter.to) />
            </div>
            <div class="filter-panel__foot"><button class="button button--primary">"Show entries"</button></div>
        </form>
    }
    .into_any()
}

/// The filter as one line: "Calls · Maya Lind · from 1 Nov 2025".
fn in_words(filter: TimelineFilter) -> String {
    let by = filter.by.map(|by| match by {
        EntrySource::Person(id) => catalog_now().person_name(id),
        EntrySource::Nobody => NOBODY.to_owned(),
    });
    let terms = [
        filter.group.map(|group| group.label().to_owned()),
        by,
        filter.from.map(|day| format!("from {}", day.readable_day())),
        filter.to.map(|day| format!("until {}", day.readable_day())),
    ];
    terms.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
