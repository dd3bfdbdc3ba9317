//! The list's name, which opens the other lists: those of the site, and those that people keep.

use domain::list_view::AskedView;
use domain::{LeadView, SavedView, SavedViews, UserId};
use leptos::prelude::*;

use crate::components::{Icon, Menu, MenuLink};
use crate::context::Me;
use crate::lazy::{as_sent, list_tools};
use crate::routes;

/// The menu. Choosing another list of the site keeps filters and columns.
#[component]
pub fn ViewMenu(asked: Signal<AskedView>) -> impl IntoView {
    let Me { actor, views, .. } = expect_context();
    as_sent(move |_| Box::pin(list_tools::view_menu(asked.get(), views.get(), actor.id)))
}

/// What the menu shows, for the view that is open.
#[must_use]
pub fn show_view_menu(asked: AskedView, views: SavedViews, me: UserId) -> AnyView {
    let AskedView { list, saved, .. } = asked;
    let saved_id = saved.as_ref().map(|view| view.id);
    let name = saved.as_ref().map_or_else(|| list.filter.view.label().to_owned(), |view| view.name.clone());
    let default = views.default;
    let (own, shared): (Vec<_>, Vec<_>) = views.views.into_iter().partition(|view| view.owner == me);
    let keep = routes::list_with(&list, saved_id, "view");
    let part = move |title: &'static str, views: Vec<SavedView>| {
        (!views.is_empty()).then(|| {
            let links = views
                .into_iter()
                .map(|view| {
                    let note = if default == Some(view.id) { "opens first" } else { "" };
                    view! { <MenuLink href=routes::saved_view(view.id) label=view.name current=saved_id == Some(view.id) note /> }
                })
                .collect_view();
            view! { <p class="menu__heading">{title}</p>{links} }.into_any()
        })
    };
    let built_in = LeadView::ALL
        .into_iter()
        .map(|view| {
            let href = routes::list(&list.with_filter(list.filter.with_view(view)), None);
            view! { <MenuLink href label=view.label() current=saved_id.is_none() && view == list.filter.view /> }
        })
        .collect_view();
    let (own, shared) = (part("My views", own), part("Shared with me", shared));
    view! {
        <Menu summary=move || view! { <h1>{name.clone()}</h1><Icon name="chevron-down" /> } button_class="button button--quiet">
            {built_in}
            {own}
            {shared}
            <hr class="menu__rule" />
            <a class="menu__item" href=keep><Icon name="star" />"Keep this list as a view…"</a>
        </Menu>
    }
    .into_any()
}
