//! Single keys: `/` search, `c` new lead, `g` then `l`, `a`, `c` to go to a list. Off while typing.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast as _;

/// Listens while the frame is there.
pub fn listen() {
    let navigate = use_navigate();
    let going = StoredValue::new(false);
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || is_typing(&event) {
            return;
        }
        let went = going.get_value();
        going.set_value(false);
        let target = match (went, event.key().as_str()) {
            (false, "g") => {
                going.set_value(true);
                return;
            }
            (false, "/") => {
                event.prevent_default();
                focus("search");
                return;
            }
            (false, "c") => "/leads/new",
            (true, "l") => "/leads",
            (true, "a") => "/accounts",
            (true, "c") => "/contacts",
            _ => return,
        };
        event.prevent_default();
        navigate(target, NavigateOptions::default());
    });
    on_cleanup(move || listener.remove());
}

/// Whether the key belongs to a field.
pub fn is_typing(event: &web_sys::KeyboardEvent) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    element.is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT") || element.has_attribute("contenteditable"))
}

fn focus(id: &str) {
    let found = document().get_element_by_id(id).and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(element) = found {
        let _focused = element.focus();
    }
}
