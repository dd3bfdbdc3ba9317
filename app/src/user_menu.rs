//! The person's own menu, in the top bar and in the bottom bar of a phone. What is in it is left as the server sent it; a click on it
//! is heard around it, so that its code is fetched only when what it shows changes.

use domain::{Action, Availability, Catalog, Target, can};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::components::{Avatar, Icon, Menu};
use crate::context::{Me, Toasts};
use crate::features::palette::{Asked, Palette};
use crate::lazy;

#[component]
pub fn UserMenu(class: &'static str, #[prop(optional)] in_bar: bool) -> impl IntoView {
    let me = expect_context::<Me>();
    let (palette, toasts) = (expect_context::<Palette>(), expect_context::<Toasts>());
    let said = me.availability;
    let (id, name) = (me.actor.id, me.actor.name.clone());
    let (button_class, label) =
        if in_bar { ("bottom-bar__link", "More".to_owned()) } else { ("button button--quiet button--icon", format!("{name}, your menu")) };
    let face = move || {
        let face = if in_bar { view! { <Icon name="menu" /> }.into_any() } else { view! { <Avatar id name=name.clone() /> }.into_any() };
        view! { <span class="said" data-said=move || said.get().key()>{face}</span>{in_bar.then_some("More")} }.into_any()
    };
    // Only pages without script go back to where they were, and those come whole each time.
    let path = use_location().pathname;
    let show = move |catalog: std::sync::Arc<Catalog>| -> lazy::Coming {
        Box::pin(lazy::user_menu::show(Shown { me: me.clone(), catalog, said: said.get(), in_bar, path: path.get_untracked() }))
    };
    view! {
        <Menu class summary=face button_class label at_end=true>
            <div class="as-sent" on:click=move |event| obey(&event, said, palette, toasts)>{lazy::as_sent(show)}</div>
        </Menu>
    }
    .into_any()
}

/// Does what a button of the menu is for, where that takes script.
fn obey(event: &leptos::ev::MouseEvent, said: RwSignal<Availability>, palette: Palette, toasts: Toasts) {
    use wasm_bindgen::JsCast as _;

    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let Some(button) = target.and_then(|target| target.closest("button").ok().flatten()) else { return };
    if let Some(action) = button.get_attribute("formaction") {
        event.prevent_default();
        leptos::task::spawn_local(lazy::user_menu::say(action, said, toasts));
    } else if let Some(asked) = button.get_attribute("data-ask") {
        palette.ask(if asked == "keys" { Asked::Keys } else { Asked::Palette });
    }
}

/// What the menu is made of.
pub struct Shown {
    me: Me,
    catalog: std::sync::Arc<Catalog>,
    said: Availability,
    in_bar: bool,
    path: String,
}

/// What is in the menu.
pub fn show(shown: Shown) -> AnyView {
    let Shown { me, catalog, said, in_bar, path } = shown;
    let actor = &me.actor;
    let groups: Vec<&str> = actor.groups.iter().filter_map(|id| Some(catalog.group(*id)?.name.as_str())).collect();
    let place = if groups.is_empty() { actor.role.label().to_owned() } else { groups.join(", ") };
    let administers = can(actor, Action::ManagePeople, Target::Site);
    view! {
        <p class="menu__heading">{format!("{} · {place}", actor.name)}</p>
        {(administers && in_bar).then(|| view! { <a class="menu__item" href="/admin"><Icon name="shield" />" Settings"</a> })}
        {actor.role.is_internal().then(|| availabilities(said, path))}
        {(in_bar && can(actor, Action::ReferLead, Target::Site)).then(|| view! {
            <a class="menu__item" href=crate::routes::REFER><Icon name="star" />" Refer a lead"</a>
        })}
        {(!actor.role.is_internal()).then(|| view! {
            <a class="menu__item" href=crate::routes::STANDING><Icon name="star" />" Your standing"</a>
        })}
        {in_bar.then(|| view! {
            <a class="menu__item" href=crate::routes::TASKS><Icon name="check" />" Tasks"</a>
            <a class="menu__item" href=crate::routes::NOTICES><Icon name="bell" />" Notices"</a>
        })}
        <a class="menu__item" href=crate::routes::TICKETS><Icon name="flag" />" Tickets"</a>
        <a class="menu__item" href=crate::routes::RADAR><Icon name="clock" />" Radar"</a>
        {actor.role.is_internal().then(|| view! {
            <a class="menu__item" href=crate::routes::CUSTOMERS><Icon name="building" />" Customers"</a>
            <a class="menu__item" href=crate::routes::INVOICES><Icon name="note" />" Invoices"</a>
            <a class="menu__item" href=crate::routes::MATERIAL><Icon name="download" />" Material"</a>
            <a class="menu__item" href=crate::routes::REPS><Icon name="trophy" />" How we work"</a>
        })}
        <a class="menu__item" href="/me"><Icon name="user" />" Your profile"</a>
        <hr class="menu__rule" />
        <button class="menu__item" type="button" data-theme-choice="light"><Icon name="sun" />" Light"</button>
        <button class="menu__item" type="button" data-theme-choice="dark"><Icon name="moon" />" Dark"</button>
        <button class="menu__item" type="button" data-theme-choice="system"><Icon name="screen" />" Same as the system"</button>
        <hr class="menu__rule" />
        <button class="menu__item needs-script" type="button" data-ask="palette"><Icon name="search" />" Go, find or do"<kbd class="menu__note desktop-only">"Ctrl K"</kbd></button>
        <button class="menu__item needs-script" type="button" data-ask="keys"><Icon name="key" />" Keys"<kbd class="menu__note desktop-only">"?"</kbd></button>
        <hr class="menu__rule" />
        <form action="/logout" method="post"><button class="menu__item"><Icon name="logout" />" Sign out"</button></form>
    }
    .into_any()
}

/// What one says of oneself: one click. Without script each button posts by itself, and the page comes again.
fn availabilities(said: Availability, path: String) -> AnyView {
    let choice = |one: Availability| {
        let icon = match one {
            Availability::Available => "phone",
            Availability::Busy => "clock",
            Availability::Away => "home",
        };
        view! {
            <button class="menu__item" formaction=format!("/me/availability/{}", one.key()) aria-pressed=(said == one).to_string()>
                <Icon name=icon />{one.label()}
            </button>
        }
        .into_any()
    };
    view! {
        <form method="post" aria-label="Do you take calls?">
            <input type="hidden" name="back" value=path />
            {Availability::ALL.into_iter().map(choice).collect_view()}
        </form>
        <hr class="menu__rule" />
    }
    .into_any()
}
