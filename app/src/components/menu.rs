//! A menu that opens on a click, with or without script.

use leptos::prelude::*;

/// A `details` element: the browser opens it. With script, Escape and a click elsewhere close it.
#[component]
pub fn Menu(
    /// What the button shows.
    #[prop(into)]
    summary: ViewFn,
    /// Class of the button.
    #[prop(into, default = "button".into())]
    button_class: String,
    /// More classes of the whole.
    #[prop(into, optional)]
    class: String,
    /// Aligns the panel with the button's end.
    #[prop(optional)]
    at_end: bool,
    /// The button's name, where it shows only an icon.
    #[prop(into, optional)]
    label: Option<String>,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<leptos::html::Details>::new();
    #[cfg(not(feature = "ssr"))]
    close_on_leaving(move || node.get_untracked());
    let classes = format!("menu{} {class}", if at_end { " menu--end" } else { "" });
    view! {
        <details class=classes node_ref=node>
            <summary class=button_class aria-label=label>{summary.run()}</summary>
            <div class="menu__panel">{children()}</div>
        </details>
    }
    .into_any()
}

/// Closes the menus inside a part of a page, which are plain HTML, as a [`Menu`] closes itself.
#[cfg(not(feature = "ssr"))]
pub fn close_menus_in(part: NodeRef<leptos::html::Div>) {
    use wasm_bindgen::JsCast as _;
    close_on_leaving(move || part.get_untracked()?.query_selector(".menu[open]").ok()??.dyn_into().ok());
}

/// Closes an open menu on a choice in it, on a click elsewhere and on Escape. Opening one closes any other, so there is one.
#[cfg(not(feature = "ssr"))]
fn close_on_leaving(menu: impl Fn() -> Option<web_sys::HtmlDetailsElement> + Clone + 'static) {
    use wasm_bindgen::JsCast as _;
    let open = move || menu().filter(web_sys::HtmlDetailsElement::open);
    let is_open = open.clone();
    let click = window_event_listener(leptos::ev::click, move |event| {
        let Some(menu) = open() else { return };
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let inside = target.as_ref().is_some_and(|target| menu.contains(Some(target)));
        let is_choice = target.as_ref().is_some_and(|target| target.closest("a, button").ok().flatten().is_some());
        if !inside || is_choice {
            menu.set_open(false);
        }
    });
    let key = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "Escape"
            && let Some(menu) = is_open()
        {
            menu.set_open(false);
            if let Ok(Some(summary)) = menu.query_selector("summary") {
                let _focused = summary.unchecked_into::<web_sys::HtmlElement>().focus();
            }
        }
    });
    on_cleanup(move || {
        click.remove();
        key.remove();
    });
}

/// One choice of a menu that leads somewhere.
#[component]
pub fn MenuLink(
    #[prop(into)] href: String,
    #[prop(into)] label: String,
    #[prop(optional)] current: bool,
    #[prop(into, optional)] note: String,
) -> impl IntoView {
    view! {
        <a class="menu__item" href=href aria-current=current.then_some("true")>
            {label}
            {(!note.is_empty()).then(|| view! { <span class="menu__note">{note}</span> })}
        </a>
    }
    .into_any()
}
