//! Forms about groups: adding one, changing one.

use domain::UserId;
use domain::catalog::{Group, Person};
use leptos::prelude::*;

use super::close_when_done;
use super::ticks::{Tick, Ticks};
use crate::components::Icon;
use crate::form::{Done, ErrorSummary, Input, Options, PostForm, Select, came_back};

/// People of the house who can sign in, and those in it already.
fn possible(people: &[Person], already: &[UserId]) -> Options {
    let may = |person: &&Person| already.contains(&person.id) || (person.role.is_internal() && !person.disabled);
    people.iter().filter(may).map(|person| (person.id.to_string(), person.name.clone())).collect()
}

fn possible_managers(people: &[Person], manager: Option<UserId>) -> Options {
    std::iter::once((String::new(), "Nobody yet".to_owned())).chain(possible(people, manager.as_slice())).collect()
}

/// Adds a group.
#[component]
pub fn AddGroup(people: Vec<Person>, done: Callback<Done>) -> impl IntoView {
    view! {
        <PostForm action="/admin/groups" class="form" on_done=done>
            <ErrorSummary prefix="new-" />
            <div class="field-row">
                <Input name="name" label="Name" prefix="new-" />
                <Input name="region" label="Region" optional=true prefix="new-" />
            </div>
            <Select name="manager" label="Manager" options=possible_managers(&people, None) optional=true prefix="new-" />
            <Ticks name="members" label="Members" options=possible(&people, &[]) prefix="new-" />
            <div class="form__actions"><button class="button button--primary">"Add group"</button></div>
        </PostForm>
    }
    .into_any()
}

/// What can be changed about a group, behind a button. Without script it stands open when it came back.
#[component]
pub fn ChangeGroup(group: Group, people: Vec<Person>, done: Callback<Done>) -> impl IntoView {
    let action = format!("/admin/groups/{}", group.id);
    let is_open = came_back(&action);
    let prefix = format!("g{}-", group.id);
    let manager = group.manager.map(|id| id.to_string()).unwrap_or_default();
    let members: Vec<_> = group.members.iter().map(ToString::to_string).collect();
    let node = NodeRef::<leptos::html::Details>::new();
    let done = close_when_done(node, done);
    view! {
        <details class="menu menu--end" open=is_open node_ref=node>
            <summary class="button button--quiet button--icon button--small" aria-label=format!("Change {}", group.name)><Icon name="edit" /></summary>
            <div class="menu__panel">
                <PostForm action=action class="filter-panel" on_done=done>
                    <div class="filter-panel__wide"><ErrorSummary prefix=prefix.clone() /></div>
                    <Input name="name" label="Name" value=group.name.clone() prefix=prefix.clone() />
                    <Input name="region" label="Region" value=group.region.clone() optional=true prefix=prefix.clone() />
                    <div class="filter-panel__wide">
                        <Select name="manager" label="Manager" options=possible_managers(&people, group.manager) value=manager optional=true prefix=prefix.clone() />
                    </div>
                    <div class="filter-panel__wide">
                        <Ticks name="members" label="Members" options=possible(&people, &group.members) values=members prefix=prefix.clone() />
                    </div>
                    <div class="filter-panel__wide">
                        <Tick name="retired" label="Retired: no longer offered" checked=group.retired prefix=prefix />
                    </div>
                    <div class="filter-panel__foot"><button class="button button--primary">"Save group"</button></div>
                </PostForm>
            </div>
        </details>
    }
    .into_any()
}
