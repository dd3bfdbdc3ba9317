//! What moves in the rows of a list, which are text: what is selected, which row is current, and how long ago something was. One
//! pair of eyes for all rows instead of some in each.

use domain::{LeadId, Timestamp};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::selection::Selection;
use crate::components::told;
use crate::context::{Now, catalog_now};

/// A list whose rows are kept in step.
pub struct RowLife {
    /// What the rows are in.
    pub scroller: NodeRef<leptos::html::Div>,
    pub selection: Selection,
    pub current: Signal<Option<LeadId>>,
}

impl RowLife {
    /// Goes on for as long as the list is there. Rows that come later are made as they have to be.
    pub fn begin(self) {
        let Self { scroller, selection, current } = self;
        Effect::new(move |_| {
            selection.track();
            each(scroller, "input[name=lead]", &mut |found| {
                let Ok(found) = found.dyn_into::<web_sys::HtmlInputElement>() else { return };
                found.set_checked(lead_of(&found).is_some_and(|id| selection.has_untracked(id)));
            });
        });
        Effect::new(move |_| {
            let current = current.get().map(|id| id.to_string());
            each(scroller, "tr.row--current", &mut |row| {
                let _gone = row.class_list().remove_1(CURRENT);
            });
            if let Some(number) = current {
                each(scroller, &format!("tr[data-number=\"{number}\"]"), &mut |row| {
                    let _set = row.class_list().add_1(CURRENT);
                });
            }
        });
        let now = expect_context::<Now>();
        Effect::new(move |_| {
            let now = now.0.get();
            let catalog = catalog_now();
            each(scroller, "time", &mut |time| {
                let at = time.get_attribute("datetime").map(|text| Timestamp(js_sys::Date::parse(&text) as i64));
                let text = at.map(|at| told(at, now, &catalog.site.zone));
                if time.text_content() != text {
                    time.set_text_content(text.as_deref());
                }
            });
        });
    }
}

/// The class of the row that keys work on.
const CURRENT: &str = "row--current";

fn each(scroller: NodeRef<leptos::html::Div>, selector: &str, act: &mut dyn FnMut(web_sys::Element)) {
    let Some(found) = scroller.get().and_then(|scroller| scroller.query_selector_all(selector).ok()) else { return };
    for at in 0..found.length() {
        if let Some(element) = found.get(at).and_then(|node| node.dyn_into().ok()) {
            act(element);
        }
    }
}

/// A click on a row's box selects the row; with Shift all from the one before. Whether it was one.
pub fn clicked_box(event: &leptos::ev::MouseEvent, selection: Selection) -> bool {
    let Some(found) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok()) else { return false };
    let id = lead_of(&found);
    if let Some(id) = id {
        selection.turn(id, event.shift_key());
    }
    id.is_some()
}

/// The lead whose box this is.
fn lead_of(found: &web_sys::HtmlInputElement) -> Option<LeadId> {
    if found.name() != "lead" {
        return None;
    }
    let value = found.value();
    value.split(':').next()?.parse().ok().map(LeadId)
}
