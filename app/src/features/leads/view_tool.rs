//! Keeping the list under a name, and what can be done with a view that is kept.

use domain::list_view::AskedView;
use domain::{GroupId, SavedView, may_take_view_over};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use crate::components::Icon;
use crate::context::{Me, Toasts, catalog_now};
use crate::form::{Done, ErrorSummary, Hidden, Input, Options, PostForm, Select};
use crate::routes;

/// Forms about the view that is shown, and one for a new view.
#[component]
pub fn ViewTool(asked: AskedView) -> impl IntoView {
    let me = expect_context::<Me>();
    let query = asked.list.to_query();
    let saved = asked.saved.clone();
    let own = saved.clone().filter(|view| view.owner == me.actor.id);
    let is_changed = saved.as_ref().is_some_and(|view| view.query != query);
    let back = format!("?{}", routes::and(&asked.list.address(saved.as_ref().map(|view| view.id)), "tool", "view"));
    let owner_is_gone = |view: &SavedView| catalog_now().person(view.owner).is_none_or(|owner| owner.disabled);
    let taken = saved.clone().filter(|view| may_take_view_over(&me.actor, view, owner_is_gone(view)));
    let default = me.views.with_untracked(|views| views.default);
    view! {
        <div class="list-tool__parts">
            {own.clone().map(|view| view! { <Kept view is_changed query=query.clone() back=back.clone() /> })}
            {saved.filter(|_| own.is_none()).map(|view| {
                let owner = catalog_now().person_name(view.owner);
                let taking = taken.map(|view| view! { <Wish action=format!("/leads/views/{}/take{back}", view.id) label="Make it mine" /> });
                view! { <p class="list-tool__note">{format!("“{}” is kept by {owner}.", view.name)}</p>{taking} }.into_any()
            })}
            {asked.saved.map(|view| {
                let is_default = default == Some(view.id);
                let label = if is_default { "Open my leads first again" } else { "Open it first from now on" };
                view! { <Wish action=format!("/leads/views/{}/first{back}", view.id) label name="on" value=if is_default { "0" } else { "1" } /> }
            })}
            <PostForm action=format!("/leads/views{back}") class="list-tool__form" on_done=done()>
                <h3>{if own.is_some() { "Keep it as another view" } else { "Keep this list as a view" }}</h3>
                <ErrorSummary prefix="new-" />
                <Hidden name="query" value=query />
                <NameAndGroup prefix="new-" name=String::new() group=String::new() />
                <label class="check" for="new-default"><input id="new-default" type="checkbox" name="default" value="1" />"Open it first from now on"</label>
                <button class="button button--primary">"Save view"</button>
            </PostForm>
        </div>
    }
    .into_any()
}

/// A view of one's own: take the list as it is now into it, name it anew, share it, delete it.
#[component]
fn Kept(view: SavedView, is_changed: bool, query: String, back: String) -> impl IntoView {
    let action = format!("/leads/views/{}", view.id);
    let deleted = format!("{action}/delete{back}");
    let (heading, differs) = (format!("“{}”", view.name), format!("The list differs from “{}”.", view.name));
    let (back_to_it, action_back) = (routes::saved_view(view.id), format!("{action}{back}"));
    let action_again = action_back.clone();
    let undo = format!("{action}/restore");
    let name = view.name;
    let group = view.group.map(|group| group.to_string()).unwrap_or_default();
    view! {
        {is_changed.then(move || view! {
            <PostForm action=action_back class="list-tool__form" on_done=done()>
                <p class="list-tool__note">{differs}</p>
                <Hidden name="query" value=query />
                <div class="button-group">
                    <button class="button button--primary">"Save the changes"</button>
                    <a class="button" href=back_to_it>"Back to the view"</a>
                </div>
            </PostForm>
        })}
        <PostForm action=action_again class="list-tool__form" on_done=done()>
            <h3>{heading}</h3>
            <ErrorSummary prefix="kept-" />
            <NameAndGroup prefix="kept-" name group />
            <button class="button">"Save name and sharing"</button>
        </PostForm>
        <PostForm action=deleted on_done=removed(undo)>
            <button class="button button--quiet"><Icon name="trash" />"Delete this view"</button>
        </PostForm>
    }
    .into_any()
}

#[component]
fn NameAndGroup(prefix: &'static str, name: String, group: String) -> impl IntoView {
    let me = expect_context::<Me>();
    let catalog = catalog_now();
    let mine = |id: GroupId| me.actor.groups.contains(&id) || me.actor.managed_groups.contains(&id) || id.to_string() == group;
    let groups = catalog.groups.iter().filter(|group| mine(group.id) && !group.retired).map(|group| (group.id.to_string(), group.name.clone()));
    let groups: Options = std::iter::once((String::new(), "Only me".to_owned())).chain(groups).collect();
    view! {
        <Input name="name" label="Name" value=name prefix />
        {(groups.len() > 1).then(|| view! { <Select name="group" label="Who may use it" options=groups value=group prefix /> })}
    }
    .into_any()
}

/// A form that is one button.
#[component]
fn Wish(
    #[prop(into)] action: String,
    label: &'static str,
    #[prop(optional)] name: &'static str,
    #[prop(optional)] value: &'static str,
) -> impl IntoView {
    view! {
        <PostForm action on_done=done()>
            <button class="button" name=name value=value>{label}</button>
        </PostForm>
    }
    .into_any()
}

/// Reads the views afresh, then goes where the answer says: to a view that is known by then.
fn done() -> Callback<Done> {
    let (me, toasts, navigate) = (expect_context::<Me>(), expect_context::<Toasts>(), use_navigate());
    Callback::new(move |done: Done| {
        let (me, navigate) = (me.clone(), navigate.clone());
        leptos::task::spawn_local(async move {
            me.read_views().await;
            toasts.say(done.message);
            navigate(&done.location, NavigateOptions::default());
        });
    })
}

/// The same after a deletion, with a way back.
fn removed(undo: String) -> Callback<Done> {
    let (me, toasts, navigate) = (expect_context::<Me>(), expect_context::<Toasts>(), use_navigate());
    Callback::new(move |done: Done| {
        let (me, navigate, undo) = (me.clone(), navigate.clone(), undo.clone());
        leptos::task::spawn_local(async move {
            navigate(&done.location, NavigateOptions::default());
            me.read_views().await;
            toasts.say_with_undo(done.message, undo);
        });
    })
}
