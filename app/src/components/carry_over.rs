//! A part of a page that is replaced keeps what a person did in it.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlDetailsElement, HtmlElement, HtmlInputElement, HtmlSelectElement};

const BOXES: &str = "input[type=checkbox]";
/// Fields of one line.
const LINES: &str = "input:not([type=checkbox])";

/// Notes what is open, typed, chosen, ticked and focused in `part`, and has what replaces its content by the next frame show the same.
pub fn carry_over(part: Element) {
    let open: Vec<bool> = all::<HtmlDetailsElement>(&part, ".menu").map(|menu| menu.open()).collect();
    // What may come or go with the configuration is known by its name.
    let unfolded: Vec<(String, bool)> = all::<HtmlDetailsElement>(&part, "details[id]").map(|details| (details.id(), details.open())).collect();
    let boxes = all::<HtmlInputElement>(&part, BOXES).filter(|tick| tick.checked() != tick.default_checked());
    let ticked: Vec<(String, String, bool)> = boxes.map(|tick| (tick.name(), tick.value(), tick.checked())).collect();
    let chosen: Vec<(String, String)> = all::<HtmlSelectElement>(&part, "select").map(|select| (select.name(), select.value())).collect();
    let typed: Vec<(String, String)> = all::<HtmlInputElement>(&part, LINES).map(|input| (input.name(), input.value())).collect();
    let focused = document().active_element().filter(|element| part.contains(Some(element))).map(|element| element.id());
    request_animation_frame(move || {
        for (menu, open) in all::<HtmlDetailsElement>(&part, ".menu").zip(open) {
            menu.set_open(open);
        }
        for (id, open) in unfolded {
            all::<HtmlDetailsElement>(&part, "details[id]").filter(|details| details.id() == id).for_each(|details| details.set_open(open));
        }
        for (name, value, is_ticked) in ticked {
            let same = |tick: &HtmlInputElement| tick.name() == name && tick.value() == value;
            all::<HtmlInputElement>(&part, BOXES).filter(same).for_each(|tick| tick.set_checked(is_ticked));
        }
        for (name, value) in chosen {
            all::<HtmlSelectElement>(&part, "select").filter(|select| select.name() == name).for_each(|select| select.set_value(&value));
        }
        for (name, value) in typed {
            all::<HtmlInputElement>(&part, LINES).filter(|input| input.name() == name).for_each(|input| input.set_value(&value));
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
