//! People: `/admin/users`. For administrators.

use domain::catalog::Group;
use domain::{AccountId, Named, Role};
use leptos::prelude::*;
use leptos_meta::Title;

use super::person_forms::{AddPerson, PersonForms};
use super::sections::AdminPage;
use super::server_fns::{PeopleView, PersonView, ReachView, load_people};
use crate::components::{Avatar, Problem};
use crate::context::Toasts;
use crate::form::{Done, Options};
use crate::live::{Heard, Live};

/// The page.
#[component]
pub fn PeoplePage() -> impl IntoView {
    let people = Resource::new(|| (), |()| load_people());
    view! {
        <Title text="People" />
        <main class="page" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match people.await {
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
fn Loaded(found: PeopleView) -> impl IntoView {
    let people = RwSignal::new(found.people);
    let groups = StoredValue::new(found.groups);
    let firms = StoredValue::new(options_of(found.firms));
    let toasts = expect_context::<Toasts>();
    // Only rows that changed are rendered anew, so that nothing typed in another row is lost.
    let reload = move || {
        leptos::task::spawn_local(async move {
            match load_people().await {
                Ok(fresh) => {
                    groups.try_set_value(fresh.groups);
                    firms.try_set_value(options_of(fresh.firms));
                    let _gone = people.try_set(fresh.people);
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
        if matches!(heard, Heard::Catalog | Heard::Person(_) | Heard::Resync) {
            reload();
        }
    }));
    let row = move |view: PersonView| view! { <PersonRow view groups=groups.get_value() firms=firms.get_value() done /> };
    view! {
        <AdminPage here="/admin/users">
            <section class="section" aria-labelledby="people-h">
                <div class="section__head">
                    <h1 id="people-h">"People"</h1>
                    <span class="muted">{move || people.with(Vec::len)}</span>
                </div>
                <table class="table table--stack">
                    <thead>
                        <tr>
                            <th scope="col">"Name"</th>
                            <th scope="col">"E-mail"</th>
                            <th scope="col">"Role"</th>
                            <th scope="col">"Groups"</th>
                            <th scope="col">"Takes calls"</th>
                            <th scope="col">"State"</th>
                            <th class="table__end" scope="col"><span class="visually-hidden">"Change"</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || people.get() key=|view| (view.person.id, view.version, view.groups.clone(), view.reach.clone()) children=row />
                    </tbody>
                </table>
            </section>
            <section class="section" aria-labelledby="add-h">
                <div class="section__head"><h2 id="add-h">"Add a person"</h2></div>
                <AddPerson groups=groups.get_value() firms=firms.get_value() done />
            </section>
        </AdminPage>
    }
    .into_any()
}

fn options_of(firms: Vec<Named<AccountId>>) -> Options {
    firms.into_iter().map(|firm| (firm.id.to_string(), firm.name)).collect()
}

#[component]
fn PersonRow(view: PersonView, groups: Vec<Group>, firms: Options, done: Callback<Done>) -> impl IntoView {
    let person = view.person.clone();
    let names: Vec<_> = groups.iter().filter(|group| view.groups.contains(&group.id)).map(|group| group.name.clone()).collect();
    let firm = view.account.and_then(|id| firms.iter().find(|(firm, _)| *firm == id.to_string())).map(|(_, name)| name.clone());
    let belongs = firm.unwrap_or_else(|| names.join(", "));
    let (state, tone) = if person.disabled { ("Disabled", "grey") } else { ("Can sign in", "green") };
    view! {
        <tr>
            <td>
                <span class="person">
                    <Avatar id=person.id name=person.name.clone() />
                    <span class="person__name">{person.name.clone()}</span>
                </span>
            </td>
            <td class="muted">{person.email.clone()}</td>
            <td><span class=format!("badge tone-{}", tone_of(person.role))>{person.role.label()}</span></td>
            <td>{belongs}</td>
            <td>{view.reach.clone().map(|reach| view! { <Calls reach /> })}</td>
            <td><span class=format!("badge tone-{tone}")>{state}</span></td>
            <td class="table__end"><PersonForms view groups firms done /></td>
        </tr>
    }
    .into_any()
}

/// Whether somebody can be reached now, and where.
#[component]
fn Calls(reach: ReachView) -> impl IntoView {
    let (words, tone) = match reach.hindrance {
        None => ("available".to_owned(), "green"),
        Some(words) if words.starts_with("busy") => (words, "amber"),
        Some(words) => (words, "grey"),
    };
    let numbers = reach.reach.numbers;
    let numbers: Vec<_> = numbers
        .extension
        .map(|extension| format!("Ext. {extension}"))
        .into_iter()
        .chain(numbers.mobile.map(|mobile| mobile.display().to_owned()))
        .collect();
    view! {
        <span class=format!("badge tone-{tone}")>{words}</span>
        <span class="muted small">" "{numbers.join(" · ")}</span>
    }
    .into_any()
}

fn tone_of(role: Role) -> &'static str {
    match role {
        Role::Rep => "blue",
        Role::Intake => "teal",
        Role::Manager => "violet",
        Role::Distributor => "pink",
        Role::Administrator => "amber",
    }
}
