//! A menu that opens on a click, with or without script.

use leptos::prelude::*;

/// A `details` element: the browser opens it. With script, Escape and a click elsewhere close it, see
/// [`close_menus_on_leaving`].
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
    let classes = format!("menu{} {class}", if at_end { " menu--end" } else { "" });
    view! {
        <details class=classes>
            <summary class=button_class aria-label=label>{summary.run()}</summary>
            <div class="menu__panel">{children()}</div>
        </details>
    }
    .into_any()
}

/// Closes whatever menu is open on a choice in it, on a click elsewhere and on Escape; for as long as the frame stands.
#[cfg(feature = "hydrate")]
pub fn close_menus_on_leaving() {
    use wasm_bindgen::JsCast as _;
    let open = || {
        let menus = document().query_selector_all("details.menu[open]").ok()?;
        Some((0..menus.length()).filter_map(move |at| menus.item(at)?.dyn_into::<web_sys::HtmlDetailsElement>().ok()))
    };
    let click = window_event_listener(leptos::ev::click, move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let is_choice = target.as_ref().is_some_and(|target| target.closest("a, button").ok().flatten().is_some());
        for menu in open().into_iter().flatten() {
            if is_choice || !target.as_ref().is_some_and(|target| menu.contains(Some(target))) {
                menu.set_open(false);
            }
        }
    });
    let key = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "Escape" {
            for menu in open().into_iter().flatten() {
                menu.set_open(false);
                if let Ok(Some(summary)) = menu.query_selector("summary") {
                    let _focused = summary.unchecked_into::<web_sys::HtmlElement>().focus();
                }
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
