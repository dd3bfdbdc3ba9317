//! A part of a page that is replaced keeps what a person did in it.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlDetailsElement, HtmlElement, HtmlInputElement, HtmlSelectElement};

/// Notes what is open, typed, chosen and focused in `part`, and has what replaces its content by the next frame show the same.
pub fn carry_over(part: Element) {
    let open: Vec<bool> = all::<HtmlDetailsElement>(&part, "details").map(|details| details.open()).collect();
    let chosen: Vec<(String, String)> = all::<HtmlSelectElement>(&part, "select").map(|select| (select.name(), select.value())).collect();
    let typed: Vec<(String, String)> = all::<HtmlInputElement>(&part, "input").map(|input| (input.name(), input.value())).collect();
    let focused = document().active_element().filter(|element| part.contains(Some(element))).map(|element| element.id());
    request_animation_frame(move || {
        for (details, open) in all::<HtmlDetailsElement>(&part, "details").zip(open) {
            details.set_open(open);
        }
        for (name, value) in chosen {
            all::<HtmlSelectElement>(&part, "select").filter(|select| select.name() == name).for_each(|select| select.set_value(&value));
        }
        for (name, value) in typed {
            all::<HtmlInputElement>(&part, "input").filter(|input| input.name() == name).for_each(|input| input.set_value(&value));
        }
        let focused = focused.filter(|id| !id.is_empty()).and_then(|id| document().get_element_by_id(&id));
        if let Some(focused) = focused.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            let _focused = focused.focus();
        }
    });
}

fn all<T: wasm_bindgen::JsCast>(part: &Element, selector: &str) -> impl Iterator<Item = T> {
    let found = part.query_selector_all(selector).ok();
    let count = found.as_ref().map_or(0, web_sys::NodeList::length);
    (0..count).filter_map(move |at| found.as_ref()?.item(at)?.dyn_into().ok())
}
