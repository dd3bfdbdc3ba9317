//! Forms about ladders: who holds the posts, a ladder's name, its rungs.

use domain::ladder::{ALTERNATES_MAX, Alternate, Channel, Condition, FURTHER_DEPUTIES_MAX, LadderKind, Post, Posts, Rung};
use domain::{Copies, EmailAddress, UserId};
use leptos::prelude::*;

use super::close_when_done;
use super::order_buttons::RemoveForm;
use super::ticks::{Tick, Ticks};
use crate::components::Icon;
use crate::context::catalog_now;
use crate::form::{Area, Done, ErrorSummary, Input, Options, PostForm, Select, came_back};

/// People of the house who can sign in, and those who stand there already.
fn people(already: &[UserId]) -> Options {
    let catalog = catalog_now();
    let may = |person: &&domain::catalog::Person| already.contains(&person.id) || (person.role.is_internal() && !person.disabled);
    catalog.people.iter().filter(may).map(|person| (person.id.to_string(), person.name.clone())).collect()
}

fn with_nobody(options: Options) -> Options {
    std::iter::once((String::new(), "Nobody".to_owned())).chain(options).collect()
}

/// The choice of who holds a post, as the one at a place.
fn holder(posts: &Posts, post: Post, name: String, label: String, at: usize) -> AnyView {
    let holders = posts.holders(post);
    let value = holders.get(at).map(ToString::to_string).unwrap_or_default();
    view! { <Select name=name label=label options=with_nobody(people(holders)) value=value prefix="post-" /> }.into_any()
}

fn further(posts: &Posts, at: usize) -> AnyView {
    let post = Post::FurtherDeputy;
    holder(posts, post, format!("{}_{}", post.key(), at + 1), format!("Further deputy {}", at + 1), at)
}

/// Who holds the posts.
#[component]
pub fn PostsForm(posts: Posts, done: Callback<Done>) -> impl IntoView {
    view! {
        <PostForm action="/admin/ladders/posts" class="form" on_done=done>
            <ErrorSummary prefix="post-" />
            <div class="field-row">
                {[Post::IntakeOwner, Post::FirstDeputy].map(|post| holder(&posts, post, post.key().to_owned(), post.label().to_owned(), 0)).into_iter().collect_view()}
                {(0..FURTHER_DEPUTIES_MAX).map(|at| further(&posts, at)).collect_view()}
            </div>
            <div class="form__actions"><button class="button button--primary">"Save posts"</button></div>
        </PostForm>
    }
    .into_any()
}

/// Who has a copy of the note of every call.
#[component]
pub fn CopiesForm(copies: Copies, done: Callback<Done>) -> impl IntoView {
    let ticked = copies.users.iter().map(ToString::to_string).collect::<Vec<_>>();
    let addresses = copies.addresses.iter().map(EmailAddress::as_str).collect::<Vec<_>>().join("\n");
    view! {
        <PostForm action="/admin/ladders/copies" class="form" on_done=done>
            <ErrorSummary prefix="copy-" />
            <Ticks name="people" label="People" options=people(&copies.users) values=ticked prefix="copy-" />
            <Area name="addresses" label="E-mail addresses of others" value=addresses help="One on a line." prefix="copy-" optional=true />
            <div class="form__actions"><button class="button button--primary">"Save copies"</button></div>
        </PostForm>
    }
    .into_any()
}

/// A ladder's name, behind a button.
#[component]
pub fn RenameLadder(kind: LadderKind, name: String, done: Callback<Done>) -> impl IntoView {
    let action = format!("/admin/ladders/{}", kind.key());
    let is_open = came_back(&action);
    let prefix = format!("{}-", kind.key());
    let node = NodeRef::<leptos::html::Details>::new();
    let done = close_when_done(node, done);
    view! {
        <details class="menu menu--end" open=is_open node_ref=node>
            <summary class="button button--quiet button--icon button--small" aria-label=format!("Change {name}")><Icon name="edit" /></summary>
            <div class="menu__panel">
                <PostForm action=action class="filter-panel" on_done=done>
                    <div class="filter-panel__wide"><ErrorSummary prefix=prefix.clone() /></div>
                    <div class="filter-panel__wide"><Input name="name" label="Name" value=name prefix=prefix /></div>
                    <div class="filter-panel__foot"><button class="button button--primary">"Save name"</button></div>
                </PostForm>
            </div>
        </details>
    }
    .into_any()
}

/// Labels of the alternates.
const ALTERNATES: [&str; ALTERNATES_MAX] = ["Who", "Or second", "Or third", "Or fourth"];

/// What a rung consists of.
#[component]
fn Fields(rung: Rung, #[prop(into)] prefix: String) -> impl IntoView {
    let catalog = catalog_now();
    let already: Vec<UserId> = rung
        .alternates
        .iter()
        .filter_map(|alternate| match alternate {
            Alternate::Person(user) => Some(*user),
            _ => None,
        })
        .collect();
    let roles = Alternate::ROLES.into_iter().map(|alternate| (alternate.key(), alternate.label(&catalog)));
    let persons = people(&already).into_iter().map(|(id, name)| (format!("person-{id}"), name));
    let offered: Options = with_nobody(roles.chain(persons).collect());
    let alternate = |(at, label): (usize, &'static str)| {
        let name = format!("alternate_{}", at + 1);
        let value = rung.alternates.get(at).map(|alternate| alternate.key()).unwrap_or_default();
        let optional = at > 0;
        view! { <Select name=name label=label options=offered.clone() value=value optional=optional prefix=prefix.clone() /> }.into_any()
    };
    let conditions: Options = Condition::ALL.into_iter().map(|condition| (condition.key().to_owned(), condition.label().to_owned())).collect();
    let channels: Options = Channel::ALL.into_iter().map(|channel| (channel.key().to_owned(), channel.label().to_owned())).collect();
    let ticked: Vec<_> = rung.channels.iter().map(|channel| channel.key().to_owned()).collect();
    view! {
        {ALTERNATES.into_iter().enumerate().map(alternate).collect_view()}
        <div class="filter-panel__wide">
            <Select name="condition" label="When" options=conditions value=rung.condition.key() prefix=prefix.clone() />
        </div>
        <div class="filter-panel__wide"><Ticks name="channels" label="Called at" options=channels values=ticked prefix=prefix.clone() /></div>
        <div class="filter-panel__wide"><Tick name="assigns" label="Last rung: gets the lead without an answer" checked=rung.assigns prefix=prefix /></div>
    }
    .into_any()
}

/// What can be changed about a rung, behind a button. Without script it stands open when it came back.
#[component]
pub fn ChangeRung(action: String, rung: Rung, number: usize, done: Callback<Done>) -> impl IntoView {
    let remove = format!("{action}/remove");
    let is_open = came_back(&action) || came_back(&remove);
    let prefix = format!("{}-", action.trim_start_matches("/admin/ladders/").replace('/', "-"));
    let node = NodeRef::<leptos::html::Details>::new();
    let done = close_when_done(node, done);
    view! {
        <details class="menu menu--end" open=is_open node_ref=node>
            <summary class="button button--quiet button--icon button--small" aria-label=format!("Change rung {number}")><Icon name="edit" /></summary>
            <div class="menu__panel">
                <PostForm action=action class="filter-panel" on_done=done>
                    <div class="filter-panel__wide"><ErrorSummary prefix=prefix.clone() /></div>
                    <Fields rung prefix=prefix />
                    <div class="filter-panel__foot"><button class="button button--primary">"Save rung"</button></div>
                </PostForm>
                <RemoveForm action=remove label="Remove rung" done />
            </div>
        </details>
    }
    .into_any()
}

/// Adds a rung, behind a button.
#[component]
pub fn AddRung(kind: LadderKind, done: Callback<Done>) -> impl IntoView {
    let action = format!("/admin/ladders/{}/rungs", kind.key());
    let is_open = came_back(&action);
    let prefix = format!("{}-new-", kind.key());
    let node = NodeRef::<leptos::html::Details>::new();
    let done = close_when_done(node, done);
    let channels = vec![Channel::Extension, Channel::Mobile];
    let rung = Rung { id: 0, condition: Condition::IfUnavailableAbove, alternates: Vec::new(), channels, assigns: false };
    view! {
        <details class="menu" open=is_open node_ref=node>
            <summary class="button"><Icon name="plus" />"Add a rung"</summary>
            <div class="menu__panel">
                <PostForm action=action class="filter-panel" on_done=done>
                    <div class="filter-panel__wide"><ErrorSummary prefix=prefix.clone() /></div>
                    <Fields rung prefix=prefix />
                    <div class="filter-panel__foot"><button class="button button--primary">"Add rung"</button></div>
                </PostForm>
            </div>
        </details>
    }
    .into_any()
}
