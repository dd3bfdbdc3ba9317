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
    close_on_leaving(node);
    let classes = format!("menu{} {class}", if at_end { " menu--end" } else { "" });
    view! {
        <details class=classes node_ref=node>
            <summary class=button_class aria-label=label>{summary.run()}</summary>
            <div class="menu__panel">{children()}</div>
        </details>
    }
    .into_any()
}

#[cfg(feature = "hydrate")]
fn close_on_leaving(node: NodeRef<leptos::html::Details>) {
    use wasm_bindgen::JsCast as _;
    let click = window_event_listener(leptos::ev::click, move |event| {
        let Some(details) = node.get_untracked() else { return };
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let inside = target.as_ref().is_some_and(|target| details.contains(Some(target)));
        let is_choice = target.as_ref().is_some_and(|target| target.closest("a, button").ok().flatten().is_some());
        if details.open() && (!inside || is_choice) {
            details.set_open(false);
        }
    });
    let key = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "Escape"
            && let Some(details) = node.get_untracked()
            && details.open()
        {
            details.set_open(false);
            if let Ok(Some(summary)) = details.query_selector("summary") {
                let _focused = summary.unchecked_into::<web_sys::HtmlElement>().focus();
            }
        }
    });
    on_cleanup(move || {
        click.remove();
        key.remove();
    });
}

#[cfg(not(feature = "hydrate"))]
fn close_on_leaving(_node: NodeRef<leptos::html::Details>) {}

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
