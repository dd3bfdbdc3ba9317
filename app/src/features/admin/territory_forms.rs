//! Forms about territories: adding one, changing one.

use domain::routing::{Quarter, Territory};
use domain::{AccountId, Named};
use leptos::prelude::*;

use super::close_when_done;
use super::order_buttons::RemoveForm;
use super::receivers::{people, with_nobody};
use super::routing_fns::TerritoryView;
use super::rule_forms::TryFirst;
use crate::components::Icon;
use crate::context::catalog_now;
use crate::form::{Area, Done, ErrorSummary, Input, Options, PostForm, Select, came_back};

/// What forms of territories need to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Around {
    pub quarter: Quarter,
    pub distributors: Vec<Named<AccountId>>,
}

fn groups(territory: &Territory) -> Options {
    let catalog = catalog_now();
    let groups = catalog.groups.iter().filter(|group| !group.retired || territory.group == Some(group.id));
    groups.map(|group| (group.id.to_string(), group.name.clone())).collect()
}

/// Those that may be named, and the one that was.
fn distributors(around: &Around, named: Option<&(AccountId, String)>) -> Options {
    let known = around.distributors.iter().map(|one| (one.id, one.name.clone()));
    let gone = named.filter(|(id, _)| !around.distributors.iter().any(|one| one.id == *id)).cloned();
    known.chain(gone).map(|(id, name)| (id.to_string(), name)).collect()
}

#[component]
fn Fields(view: TerritoryView, around: Around, #[prop(into)] prefix: String) -> impl IntoView {
    let TerritoryView { territory, distributor, next_distributor, .. } = view;
    let id = |named: &Option<(AccountId, String)>| named.as_ref().map(|(id, _)| id.to_string()).unwrap_or_default();
    let manager = territory.manager.map(|user| user.to_string()).unwrap_or_default();
    let group = territory.group.map(|group| group.to_string()).unwrap_or_default();
    let places = territory.places.iter().map(|place| place.text.as_str()).collect::<Vec<_>>().join("\n");
    let people = with_nobody("Nobody yet", people(territory.manager.as_slice()));
    let groups = with_nobody("None", groups(&territory));
    let now = with_nobody("None", distributors(&around, distributor.as_ref()));
    let next = with_nobody("As in this quarter", distributors(&around, next_distributor.as_ref()));
    let (this_quarter, next_quarter) = (format!("Distributor in {}", around.quarter), format!("Distributor in {}", around.quarter.next()));
    view! {
        <div class="filter-panel__wide"><Input name="name" label="Name" value=territory.name prefix=prefix.clone() /></div>
        <Select name="manager" label="Regional manager" options=people value=manager optional=true prefix=prefix.clone() />
        <Select name="group" label="Group" options=groups value=group optional=true prefix=prefix.clone() />
        <div class="filter-panel__wide">
            <Area
                name="places"
                label="Places"
                value=places
                help="One a line: a country alone, or with a state or postcodes, like France · US, Oregon · GB, LS* · DE, 10000-14999"
                prefix=prefix.clone()
            />
        </div>
        <Select name="distributor" label=this_quarter options=now value=id(&distributor) optional=true prefix=prefix.clone() />
        <Select name="next_distributor" label=next_quarter options=next value=id(&next_distributor) optional=true prefix=prefix />
    }
    .into_any()
}

/// Adds a territory.
#[component]
pub fn AddTerritory(around: Around, done: Callback<Done>) -> impl IntoView {
    let territory = Territory { number: domain::TerritoryId(0), name: String::new(), manager: None, group: None, places: Vec::new() };
    let view = TerritoryView { territory, distributor: None, next_distributor: None, warnings: Vec::new() };
    view! {
        <PostForm action="/admin/territories" class="filter-panel form" on_done=done>
            <div class="filter-panel__wide"><ErrorSummary prefix="new-" /></div>
            <Fields view around prefix="new-" />
            <div class="filter-panel__foot"><button class="button button--primary">"Add territory"</button><TryFirst /></div>
        </PostForm>
    }
    .into_any()
}

/// What can be changed about a territory, behind a button. Without script it stands open when it came back.
#[component]
pub fn ChangeTerritory(view: TerritoryView, around: Around, done: Callback<Done>) -> impl IntoView {
    let action = format!("/admin/territories/{}", view.territory.number);
    let remove = format!("{action}/remove");
    let is_open = came_back(&action) || came_back(&remove);
    let prefix = format!("t{}-", view.territory.number);
    let label = format!("Change {}", view.territory.name);
    let node = NodeRef::<leptos::html::Details>::new();
    let done = close_when_done(node, done);
    view! {
        <details class="menu menu--end" open=is_open node_ref=node>
            <summary class="button button--quiet button--icon button--small" aria-label=label><Icon name="edit" /></summary>
            <div class="menu__panel">
                <PostForm action=action class="filter-panel" on_done=done>
                    <div class="filter-panel__wide"><ErrorSummary prefix=prefix.clone() /></div>
                    <Fields view around prefix=prefix />
                    <div class="filter-panel__foot"><button class="button button--primary">"Save territory"</button><TryFirst /></div>
                </PostForm>
                <RemoveForm action=remove label="Remove territory" done />
            </div>
        </details>
    }
    .into_any()
}
