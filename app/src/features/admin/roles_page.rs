//! What each role may do: `/admin/roles`, read from the rules themselves. For administrators.

use domain::{AccountId, Action, Actor, Audience, GroupId, LifeCycle, Role, Target, UserId, can};
use leptos::prelude::*;
use leptos_meta::Title;

use super::sections::{AdminPage, refused};
use crate::components::{Icon, Problem};

const ME: UserId = UserId(1);
const SOMEONE: UserId = UserId(2);
const MY_GROUP: GroupId = GroupId(1);
const MANAGED: GroupId = GroupId(2);
const ANOTHER_GROUP: GroupId = GroupId(3);
const MY_FIRM: AccountId = AccountId(1);

/// A person of this role to ask the rules about.
fn actor(role: Role) -> Actor {
    Actor {
        id: ME,
        name: String::new(),
        email: String::new(),
        role,
        groups: vec![MY_GROUP],
        managed_groups: if role == Role::Manager { vec![MANAGED] } else { Vec::new() },
        account: (role == Role::Distributor).then_some(MY_FIRM),
    }
}

/// How a lead may relate to a person.
fn relations() -> Vec<(&'static str, Audience)> {
    let elsewhere = Audience { owner: Some(SOMEONE), group: Some(ANOTHER_GROUP), ..Audience::default() };
    vec![
        ("Their own", Audience { owner: Some(ME), ..elsewhere.clone() }),
        ("Their group's, another's", Audience { group: Some(MY_GROUP), ..elsewhere.clone() }),
        ("Their group's, nobody's yet", Audience { owner: None, group: Some(MY_GROUP), ..elsewhere.clone() }),
        ("Of a group they manage", Audience { group: Some(MANAGED), ..elsewhere.clone() }),
        ("Nobody's, of no group", Audience { owner: None, group: None, ..elsewhere.clone() }),
        ("Their team helps", Audience { team: vec![ME], ..elsewhere.clone() }),
        ("They took it down", Audience { created_by: Some(ME), ..elsewhere.clone() }),
        ("Delegated to their firm", Audience { distributor: Some(MY_FIRM), ..elsewhere.clone() }),
        ("Any other", elsewhere),
    ]
}

/// What a role may do with a lead, deleted ones standing for restoring.
fn verbs(role: Role, audience: &Audience) -> String {
    let actor = actor(role);
    let may = |action: &Action| {
        let audience = Audience { deleted: *action == Action::RestoreLead, ..audience.clone() };
        action.is_about_a_lead() && can(&actor, *action, Target::Lead(&audience, LifeCycle::InProgress))
    };
    Action::ALL.iter().copied().filter(may).map(Action::label).collect::<Vec<_>>().join(", ")
}

/// The page.
#[component]
pub fn RolesPage() -> impl IntoView {
    view! {
        <Title text="Roles" />
        <main class="page" id="main" tabindex="-1">
            {match refused() {
                Some(error) => view! { <Problem error /> }.into_any(),
                None => view! { <Tables /> }.into_any(),
            }}
        </main>
    }
    .into_any()
}

#[component]
fn Tables() -> impl IntoView {
    let head = || Role::ALL.into_iter().map(|role| view! { <th scope="col">{role.label()}</th> }).collect_view();
    let site_row = |action: Action| {
        let cell = |role: Role| {
            if can(&actor(role), action, Target::Site) {
                view! { <td><Icon name="check" /><span class="visually-hidden">"yes"</span></td> }.into_any()
            } else {
                view! { <td class="muted">"–"</td> }.into_any()
            }
        };
        view! { <tr><th scope="row">{action.label()}</th>{Role::ALL.into_iter().map(cell).collect_view()}</tr> }.into_any()
    };
    let lead_row = |(name, audience): (&'static str, Audience)| {
        let cell = |role: Role| {
            let verbs = verbs(role, &audience);
            if verbs.is_empty() { view! { <td class="muted">"–"</td> }.into_any() } else { view! { <td>{verbs}</td> }.into_any() }
        };
        view! { <tr><th scope="row">{name}</th>{Role::ALL.into_iter().map(cell).collect_view()}</tr> }.into_any()
    };
    view! {
        <AdminPage here="/admin/roles">
            <section class="section" aria-labelledby="roles-h">
                <div class="section__head">
                    <h1 id="roles-h">"Roles"</h1>
                    <span class="muted">"Read from the rules themselves; a person's role is changed on the page of people"</span>
                </div>
                <div class="table__scroll" tabindex="0" role="region" aria-label="What roles may do on the site">
                    <table class="table table--roles">
                        <thead><tr><th scope="col">"On the site"</th>{head()}</tr></thead>
                        <tbody>{Action::ALL.into_iter().filter(|action| !action.is_about_a_lead()).map(site_row).collect_view()}</tbody>
                    </table>
                </div>
            </section>
            <section class="section" aria-labelledby="leads-h">
                <div class="section__head">
                    <h2 id="leads-h">"With an open lead"</h2>
                    <span class="muted">"A closed one takes comments and can be reopened"</span>
                </div>
                <div class="table__scroll" tabindex="0" role="region" aria-label="What roles may do with a lead">
                    <table class="table table--roles">
                        <thead><tr><th scope="col">"Which lead"</th>{head()}</tr></thead>
                        <tbody>{relations().into_iter().map(lead_row).collect_view()}</tbody>
                    </table>
                </div>
            </section>
        </AdminPage>
    }
    .into_any()
}
