//! The keys of one's day: `j` and `k` go from one thing to the next, Enter opens it, `d` does its next thing and moves on. The focus says
//! which it is; before any has it, it is the first.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

/// Listens while the day is there.
pub fn listen() {
    let before = StoredValue::new(String::new());
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        let pressed = event.key();
        let first = before.try_update_value(|before| std::mem::replace(before, pressed.clone())).unwrap_or_default();
        // "g d" goes to this page.
        if first == "g" || !crate::keys::is_single(&event) {
            return;
        }
        let items = items();
        let at = focused().and_then(|key| items.iter().position(|item| item.get_attribute("data-day").as_deref() == Some(key.as_str())));
        match pressed.as_str() {
            "j" => focus(items.get(at.map_or(0, |at| at + 1))),
            "k" => focus(items.get(at.map_or(0, |at| at.saturating_sub(1)))),
            "d" => {
                let at = at.unwrap_or(0);
                let Some(next) = items.get(at).and_then(|item| within(item, ".day__next")) else { return };
                next.click();
                focus(items.get(at + 1).or_else(|| items.get(at.checked_sub(1)?)));
            }
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || listener.remove());
}

/// What is still to be done, in its order.
fn items() -> Vec<Element> {
    let Ok(found) = document().query_selector_all("section .day__item") else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect()
}

/// The key of the item that has the focus somewhere in it.
fn focused() -> Option<String> {
    document().active_element()?.closest(".day__item").ok().flatten()?.get_attribute("data-day")
}

fn within(item: &Element, selector: &str) -> Option<HtmlElement> {
    item.query_selector(selector).ok().flatten()?.dyn_into().ok()
}

fn focus(item: Option<&Element>) {
    if let Some(link) = item.and_then(|item| within(item, ".day__title")) {
        let _focused = link.focus();
    }
}
