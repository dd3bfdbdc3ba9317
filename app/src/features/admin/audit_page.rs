//! Who changed what, when and from where: `/admin/audit`. For administrators.

use domain::event::TextChange;
use domain::{AuditArea, AuditEntry, EventKind, FormValues, UserId};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::configuration_fns::{AuditView, load_audit};
use super::sections::AdminPage;
use crate::components::{Empty, Icon, Problem, TimeAgo};
use crate::context::catalog_now;
use crate::form::{Options, option_views};
use crate::routes;

/// What the address asks for.
#[derive(Clone, Debug, Default, PartialEq)]
struct Asked {
    area: Option<AuditArea>,
    actor: Option<UserId>,
    before: Option<String>,
}

impl Asked {
    fn read(search: &str) -> Self {
        let values = FormValues::decode(search.trim_start_matches('?').as_bytes());
        let before = values.find("before").filter(|text| !text.is_empty()).map(str::to_owned);
        Self { area: AuditArea::from_key(values.get("area")), actor: values.get("person").parse().ok(), before }
    }

    /// The address of the page that starts at a cursor.
    fn href(&self, before: &str) -> String {
        let mut query = String::new();
        if let Some(area) = self.area {
            query = routes::and(&query, "area", area.key());
        }
        if let Some(actor) = self.actor {
            query = routes::and(&query, "person", &actor.to_string());
        }
        routes::with_query("/admin/audit", &routes::and(&query, "before", before))
    }
}

/// The page.
#[component]
pub fn AuditPage() -> impl IntoView {
    let location = use_location();
    let asked = Memo::new(move |_| Asked::read(&location.search.get()));
    let found = Resource::new(
        move || asked.get(),
        |asked| load_audit(asked.area.map(|area| area.key().to_owned()), asked.actor.map(|actor| actor.0), asked.before),
    );
    view! {
        <Title text="Audit" />
        <main class="page" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => view! { <Loaded found asked=asked.get_untracked() /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(found: AuditView, asked: Asked) -> impl IntoView {
    let next = found.next.as_deref().map(|before| asked.href(before));
    let is_later = asked.before.is_some();
    view! {
        <AdminPage here="/admin/audit">
            <section class="section" aria-labelledby="audit-h">
                <div class="section__head"><h1 id="audit-h">"Audit"</h1></div>
                <Filter asked />
                {if found.entries.is_empty() {
                    view! { <Empty icon="clock" title="Nothing was done" text="Nothing of this kind has been changed yet, or not by this person." /> }.into_any()
                } else {
                    view! {
                        <table class="table table--stack">
                            <thead>
                                <tr>
                                    <th scope="col">"What"</th>
                                    <th scope="col">"Who"</th>
                                    <th scope="col">"Address"</th>
                                    <th class="table__end" scope="col">"When"</th>
                                </tr>
                            </thead>
                            <tbody>{found.entries.into_iter().map(|entry| view! { <Row entry /> }).collect_view()}</tbody>
                        </table>
                    }
                    .into_any()
                }}
                <nav class="button-group" aria-label="Pages">
                    {is_later.then(|| view! { <a class="button button--quiet button--small" href="/admin/audit">"Newest"</a> })}
                    {next.map(|href| view! { <a class="button button--quiet button--small" rel="next" href=href>"Older"<Icon name="chevron-right" /></a> })}
                </nav>
            </section>
        </AdminPage>
    }
    .into_any()
}

/// A form that asks for another page: it works without script as with it.
#[component]
fn Filter(asked: Asked) -> impl IntoView {
    let any = |word: &str| std::iter::once((String::new(), word.to_owned()));
    let areas: Options = any("Everything").chain(AuditArea::ALL.into_iter().map(|area| (area.key().to_owned(), area.label().to_owned()))).collect();
    let people: Options = any("Everybody").chain(catalog_now().people.iter().map(|person| (person.id.to_string(), person.name.clone()))).collect();
    let area = asked.area.map(AuditArea::key).unwrap_or_default();
    let person = asked.actor.map(|actor| actor.to_string()).unwrap_or_default();
    view! {
        <form class="audit-filter" action="/admin/audit" method="get">
            <div class="field">
                <label class="field__label" for="area">"Kind"</label>
                <select class="input" id="area" name="area">{option_views(areas, area)}</select>
            </div>
            <div class="field">
                <label class="field__label" for="person">"Person"</label>
                <select class="input" id="person" name="person">{option_views(people, &person)}</select>
            </div>
            <button class="button">"Show"</button>
        </form>
    }
    .into_any()
}

#[component]
fn Row(entry: AuditEntry) -> impl IntoView {
    let who = entry.actor.map_or_else(|| "Leadwright".to_owned(), |id| catalog_now().person_name(id));
    let sentence = entry.kind.sentence();
    let changes = match entry.kind {
        EventKind::RecordChanged { changes, .. } => changes,
        _ => Vec::new(),
    };
    view! {
        <tr>
            <td>
                {capitalised(&sentence)}
                {changes.into_iter().filter(|change| !(change.old.is_empty() && change.new.is_empty())).map(change_view).collect_view()}
            </td>
            <td>{who}</td>
            <td class="muted figures">{entry.address}</td>
            <td class="table__end"><TimeAgo at=entry.at /></td>
        </tr>
    }
    .into_any()
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn change_view(change: TextChange) -> AnyView {
    view! {
        <div class="timeline__change">
            <span class="muted">{change.what}" "</span>
            {(!change.old.is_empty()).then(|| view! { <del>{change.old}</del> " " })}
            {if change.new.is_empty() { view! { <span class="muted">"nothing"</span> }.into_any() } else { view! { <ins>{change.new}</ins> }.into_any() }}
        </div>
    }
    .into_any()
}
