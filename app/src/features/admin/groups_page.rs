//! Groups: `/admin/groups`. For administrators.

use domain::catalog::{Group, Person};
use leptos::prelude::*;
use leptos_meta::Title;

use super::group_forms::{AddGroup, ChangeGroup};
use super::sections::AdminPage;
use super::server_fns::{GroupsView, load_groups};
use crate::components::{Empty, Problem};
use crate::context::Toasts;
use crate::form::Done;
use crate::live::{Heard, Live};

/// The page.
#[component]
pub fn GroupsPage() -> impl IntoView {
    let groups = Resource::new(|| (), |()| load_groups());
    view! {
        <Title text="Groups" />
        <main class="page" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match groups.await {
                        Ok(found) => view! { <Loaded found /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(found: GroupsView) -> impl IntoView {
    let groups = RwSignal::new(found.groups);
    let people = StoredValue::new(found.people);
    let toasts = expect_context::<Toasts>();
    // Only rows that changed are rendered anew, so that nothing typed in another row is lost.
    let reload = move || {
        leptos::task::spawn_local(async move {
            match load_groups().await {
                Ok(fresh) => {
                    people.try_set_value(fresh.people);
                    let _gone = groups.try_set(fresh.groups);
                }
                Err(error) => toasts.fail(error.to_string()),
            }
        });
    };
    let done = Callback::new(move |done: Done| {
        toasts.say(done.message);
        reload();
    });
    expect_context::<Live>().listen(Callback::new(move |heard| {
        if matches!(heard, Heard::Catalog | Heard::Resync) {
            reload();
        }
    }));
    let is_empty = Memo::new(move |_| groups.with(Vec::is_empty));
    view! {
        <AdminPage here="/admin/groups">
            <section class="section" aria-labelledby="groups-h">
                <div class="section__head">
                    <h1 id="groups-h">"Groups"</h1>
                    <span class="muted">{move || groups.with(Vec::len)}</span>
                </div>
                {move || if is_empty.get() {
                    view! { <Empty icon="users" title="No groups yet" text="A lead can belong to a group, among whom one person accepts it. Add the first below." /> }.into_any()
                } else {
                    view! {
                        <table class="table table--stack">
                            <thead>
                                <tr>
                                    <th scope="col">"Group"</th>
                                    <th scope="col">"Region"</th>
                                    <th scope="col">"Manager"</th>
                                    <th scope="col">"Members"</th>
                                    <th class="table__end" scope="col"><span class="visually-hidden">"Change"</span></th>
                                </tr>
                            </thead>
                            <tbody>
                                <For each=move || groups.get() key=Clone::clone children=move |group| view! { <GroupRow group people=people.get_value() done /> } />
                            </tbody>
                        </table>
                    }
                    .into_any()
                }}
            </section>
            <section class="section" aria-labelledby="add-h">
                <div class="section__head"><h2 id="add-h">"Add a group"</h2></div>
                <AddGroup people=people.get_value() done />
            </section>
        </AdminPage>
    }
    .into_any()
}

#[component]
fn GroupRow(group: Group, people: Vec<Person>, done: Callback<Done>) -> impl IntoView {
    let name_of = |id| people.iter().find(|person| person.id == id).map(|person| person.name.clone());
    let manager = group.manager.and_then(name_of);
    let members: Vec<_> = group.members.iter().filter_map(|id| name_of(*id)).collect();
    view! {
        <tr>
            <td>
                {group.name.clone()}
                {group.retired.then(|| view! { " " <span class="badge tone-grey">"Retired"</span> })}
            </td>
            <td>{group.region.clone()}</td>
            <td>{match manager {
                Some(name) => name.into_any(),
                None => view! { <span class="muted">"Nobody yet"</span> }.into_any(),
            }}</td>
            <td>{members.join(", ")}</td>
            <td class="table__end"><ChangeGroup group people done /></td>
        </tr>
    }
    .into_any()
}
