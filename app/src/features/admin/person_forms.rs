//! Forms about people: adding one, changing one, setting a password.

use domain::Role;
use domain::catalog::Group;
use leptos::prelude::*;

use super::reach_forms::ReachForm;
use super::server_fns::PersonView;
use super::ticks::{Tick, Ticks};
use super::{ChangedMeanwhile, close_when_done};
use crate::components::Icon;
use crate::form::{Done, ErrorSummary, Hidden, Input, InputKind, Options, PostForm, Select, came_back, typed_version};

fn roles() -> Options {
    Role::ALL.into_iter().map(|role| (role.key().to_owned(), role.label().to_owned())).collect()
}

fn groups_on_offer(groups: &[Group]) -> Options {
    groups.iter().filter(|group| !group.retired).map(|group| (group.id.to_string(), group.name.clone())).collect()
}

fn with_none(firms: Options) -> Options {
    std::iter::once((String::new(), "None".to_owned())).chain(firms).collect()
}

/// Adds a person.
#[component]
pub fn AddPerson(groups: Vec<Group>, firms: Options, done: Callback<Done>) -> impl IntoView {
    view! {
        <PostForm action="/admin/users" class="form" on_done=done>
            <ErrorSummary prefix="new-" />
            <div class="field-row">
                <Input name="name" label="Name" prefix="new-" />
                <Input name="email" label="E-mail" kind=InputKind::Email prefix="new-" />
            </div>
            <div class="field-row">
                <Input name="password" label="Password" kind=InputKind::NewPassword help="Ten characters or more; tell it to them." prefix="new-" />
                <Input name="password_again" label="Password again" kind=InputKind::NewPassword help="To be sure." prefix="new-" />
            </div>
            <div class="field-row">
                <Select name="role" label="Role" options=roles() value=Role::Rep.key() prefix="new-" />
                <Select name="account" label="Firm" options=with_none(firms) help="Of a distributor user." optional=true prefix="new-" />
            </div>
            <Ticks name="groups" label="Groups" options=groups_on_offer(&groups) prefix="new-" />
            <div class="form__actions"><button class="button button--primary">"Add person"</button></div>
        </PostForm>
    }
    .into_any()
}

/// What can be changed about a person, behind a button. Without script it stands open when it came back.
#[component]
pub fn PersonForms(view: PersonView, groups: Vec<Group>, firms: Options, done: Callback<Done>) -> impl IntoView {
    let action = format!("/admin/users/{}", view.person.id);
    let password_action = format!("{action}/password");
    let reach_action = format!("{action}/reach");
    let is_open = came_back(&action) || came_back(&reach_action) || came_back(&password_action);
    let name = view.person.name.clone();
    let node = NodeRef::<leptos::html::Details>::new();
    let done = close_when_done(node, done);
    view! {
        <details class="menu menu--end" open=is_open node_ref=node>
            <summary class="button button--quiet button--icon button--small" aria-label=format!("Change {name}")><Icon name="edit" /></summary>
            <div class="menu__panel">
                <PersonForm view=view.clone() groups firms action done />
                {view.reach.clone().map(|reach| view! { <ReachForm user=view.person.id view=reach action=reach_action done /> })}
                <PasswordForm view action=password_action done />
            </div>
        </details>
    }
    .into_any()
}

#[component]
fn PersonForm(view: PersonView, groups: Vec<Group>, firms: Options, action: String, done: Callback<Done>) -> impl IntoView {
    let prefix = format!("p{}-", view.person.id);
    let version = typed_version(&action).unwrap_or_else(|| view.version.to_string());
    let member_of: Vec<_> = view.groups.iter().map(ToString::to_string).collect();
    let firm = view.account.map(|id| id.to_string()).unwrap_or_default();
    view! {
        <PostForm action=action class="filter-panel" on_done=done>
            <div class="filter-panel__wide"><ErrorSummary prefix=prefix.clone() /><ChangedMeanwhile /></div>
            <Hidden name="version" value=version />
            <Input name="name" label="Name" value=view.person.name.clone() prefix=prefix.clone() />
            <Select name="role" label="Role" options=roles() value=view.person.role.key() prefix=prefix.clone() />
            <div class="filter-panel__wide">
                <Select name="account" label="Firm" options=with_none(firms) value=firm help="Of a distributor user." optional=true prefix=prefix.clone() />
            </div>
            <div class="filter-panel__wide">
                <Ticks name="groups" label="Groups" options=groups_on_offer(&groups) values=member_of prefix=prefix.clone() />
            </div>
            <div class="filter-panel__wide">
                <Tick name="disabled" label="Disabled: may not sign in" checked=view.person.disabled prefix=prefix />
            </div>
            <div class="filter-panel__foot"><button class="button button--primary">"Save person"</button></div>
        </PostForm>
    }
    .into_any()
}

#[component]
fn PasswordForm(view: PersonView, action: String, done: Callback<Done>) -> impl IntoView {
    let prefix = format!("p{}-new-", view.person.id);
    view! {
        <PostForm action=action class="filter-panel" on_done=done>
            <div class="filter-panel__wide"><ErrorSummary prefix=prefix.clone() /></div>
            <Input name="password" label="New password" kind=InputKind::NewPassword prefix=prefix.clone() />
            <Input name="password_again" label="Again" kind=InputKind::NewPassword prefix=prefix />
            <div class="filter-panel__foot"><button class="button">"Set password"</button></div>
        </PostForm>
    }
    .into_any()
}
