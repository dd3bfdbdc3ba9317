//! The keys of the page, and filling fields in. docs/intake.md lists the keys; the page shows them where they work.

use leptos::prelude::*;

use super::state::Intake;

/// Id of the ladder's panel.
pub const LADDER: &str = "ladder";

/// What a key does within the fields.
#[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "only browsers have keys"))]
pub fn pressed(intake: Intake, event: &leptos::ev::KeyboardEvent) {
    #[cfg(feature = "hydrate")]
    browser::pressed(intake, event);
}

/// Keys that work wherever the focus is, while the page is there.
#[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "only browsers have keys"))]
pub fn listen(intake: Intake, log: Callback<usize>) {
    #[cfg(feature = "hydrate")]
    browser::listen(intake, log);
}

#[cfg(feature = "hydrate")]
pub use browser::{fill, focus, put_back, type_into};

#[cfg(feature = "hydrate")]
mod browser {
    use domain::intake::Caller;
    use domain::text::lower_case;
    use domain::{AccountKind, FormValues};
    use leptos::prelude::*;
    use wasm_bindgen::JsCast as _;
    use web_sys::{HtmlElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement, KeyboardEvent};

    use super::LADDER;
    use crate::features::intake::state::Intake;
    use crate::features::intake::typeahead::Typeahead;
    use crate::keys::is_single;

    /// Fields under which callers are listed.
    const WHO: [&str; 4] = ["phone", "company", "full_name", "email"];

    pub fn pressed(intake: Intake, event: &KeyboardEvent) {
        let Some(target) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else { return };
        let (name, kind) = (target.get_attribute("name").unwrap_or_default(), target.get_attribute("type").unwrap_or_default());
        let is_plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
        if !is_plain {
            return;
        }
        let is_done = match name.as_str() {
            "customer" => answer_customer(intake, &event.key()),
            "offerings" => step_offerings(intake, &target, &event.key()),
            name if WHO.contains(&name) => in_list(event, intake.callers, |caller| intake.choose(caller)),
            "referrer" => in_list(event, intake.referrers, |caller| intake.choose_referrer(caller)),
            _ => false,
        };
        // A letter on a box or button is meant for it, not for the keys that lead away from a call.
        if matches!(kind.as_str(), "checkbox" | "radio") && event.key().chars().count() == 1 && event.key().chars().all(char::is_alphabetic) {
            event.stop_propagation();
        }
        // Enter would send the form, with half a call in it.
        if is_done || (event.key() == "Enter" && target.tag_name() == "INPUT" && kind != "checkbox" && kind != "radio") {
            event.prevent_default();
        }
    }

    fn answer_customer(intake: Intake, key: &str) -> bool {
        let id = match key {
            "y" | "Y" => "customer",
            "n" | "N" => "customer-no",
            _ => return false,
        };
        check(id);
        intake.read();
        focus("phone");
        true
    }

    fn check(id: &str) {
        if let Some(input) = document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlInputElement>().ok()) {
            input.set_checked(true);
        }
    }

    fn in_list(event: &KeyboardEvent, list: Typeahead, choose: impl FnOnce(Caller)) -> bool {
        if list.found.with_untracked(Vec::is_empty) {
            return false;
        }
        match event.key().as_str() {
            "ArrowDown" => list.step(true),
            "ArrowUp" => list.step(false),
            "Escape" => list.close(),
            "Enter" => match list.chosen() {
                Some(caller) => choose(caller),
                None => return false,
            },
            _ => return false,
        }
        true
    }

    /// Arrows go from box to box, a letter to the next offering that begins with it. One of them stands in the order of Tab.
    fn step_offerings(intake: Intake, target: &HtmlElement, key: &str) -> bool {
        let boxes = offerings(intake);
        let Some(at) = boxes.iter().position(|one| **one == *target) else { return false };
        let label = |one: &HtmlInputElement| one.closest("label").ok().flatten().and_then(|label| label.text_content()).unwrap_or_default();
        let next = match key {
            "ArrowDown" | "ArrowRight" => (at + 1) % boxes.len(),
            "ArrowUp" | "ArrowLeft" => (at + boxes.len() - 1) % boxes.len(),
            letter if letter.chars().count() == 1 && letter.chars().all(char::is_alphabetic) => {
                let begins = |nth: &usize| lower_case(label(&boxes[*nth]).trim()).starts_with(&lower_case(letter));
                match (at + 1..boxes.len()).chain(0..=at).find(begins) {
                    Some(next) => next,
                    None => return false,
                }
            }
            _ => return false,
        };
        keep_one_in_order(&boxes, next);
        let _focused = boxes[next].focus();
        true
    }

    fn offerings(intake: Intake) -> Vec<HtmlInputElement> {
        let Some(found) = intake.form().and_then(|form| form.query_selector_all("input[type=checkbox][name=offerings]").ok()) else {
            return Vec::new();
        };
        (0..found.length()).filter_map(|nth| found.item(nth)?.dyn_into().ok()).collect()
    }

    fn keep_one_in_order(boxes: &[HtmlInputElement], kept: usize) {
        for (nth, one) in boxes.iter().enumerate() {
            one.set_tab_index(if nth == kept { 0 } else { -1 });
        }
    }

    pub fn listen(intake: Intake, log: Callback<usize>) {
        Effect::new(move |_| {
            if !intake.scripted.get() {
                return;
            }
            request_animation_frame(move || {
                keep_one_in_order(&offerings(intake), 0);
                for (fields, list) in [(&WHO[..], intake.callers.id), (&["referrer"][..], intake.referrers.id)] {
                    fields.iter().for_each(|field| make_combobox(field, list));
                }
                let is_free = document().active_element().is_none_or(|element| element.tag_name() == "BODY" || element.id() == "main");
                if is_free {
                    focus("customer");
                }
            });
        });
        tell_combobox(intake.callers, &WHO);
        tell_combobox(intake.referrers, &["referrer"]);
        let keys = window_event_listener(leptos::ev::keydown, move |event| {
            if (event.ctrl_key() || event.meta_key()) && event.key() == "Enter" {
                event.prevent_default();
                if let Some(form) = intake.form() {
                    let _sent = form.request_submit();
                }
            } else if event.key() == "F2" {
                event.prevent_default();
                focus(LADDER);
            } else if let (true, Ok(nth @ 1..=4)) = (is_single(&event), event.key().parse::<usize>()) {
                event.prevent_default();
                log.run(nth);
            }
        });
        on_cleanup(move || keys.remove());
    }

    fn make_combobox(field: &str, list: &str) {
        let Some(field) = document().get_element_by_id(field) else { return };
        for (name, value) in [("role", "combobox"), ("aria-autocomplete", "list"), ("aria-controls", list), ("aria-expanded", "false")] {
            let _set = field.set_attribute(name, value);
        }
    }

    /// Tells those who do not see the list.
    fn tell_combobox(list: Typeahead, fields: &'static [&'static str]) {
        Effect::new(move |_| {
            let (is_open, current) = (list.found.with(|found| !found.is_empty()), list.current.get());
            for field in fields.iter().filter_map(|field| document().get_element_by_id(field)) {
                let _set = field.set_attribute("aria-expanded", if is_open { "true" } else { "false" });
                let _set = match current {
                    Some(at) => field.set_attribute("aria-activedescendant", &format!("{}-{at}", list.id)),
                    None => field.remove_attribute("aria-activedescendant"),
                };
            }
        });
    }

    /// Puts the focus somewhere.
    pub fn focus(id: &str) {
        if let Some(element) = document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            let _focused = element.focus();
        }
    }

    /// Types into a field.
    pub fn type_into(intake: Intake, name: &str, value: &str) {
        if let Some(form) = intake.form() {
            set(&form, name, value);
        }
    }

    /// The fields show what is known of who was chosen; a number or address that was typed whole stays, for it may be new.
    pub fn fill(intake: Intake, caller: &Caller) {
        let Some(form) = intake.form() else { return };
        let typed = intake.said.get_untracked();
        set(&form, "company", &caller.account.name);
        if let Some(contact) = &caller.contact {
            set(&form, "full_name", &contact.full_name);
            for (name, known) in [("phone", &contact.phone), ("email", &contact.email)] {
                let typed = lower_case(typed.get(name).trim());
                if typed.is_empty() || lower_case(known).starts_with(&typed) {
                    set(&form, name, known);
                }
            }
        }
        let is_customer = caller.kinds.contains(&AccountKind::Customer);
        if is_customer && typed.get("customer").is_empty() {
            check("customer");
        }
        let next = match &caller.contact {
            Some(_) => "confirmed",
            None => "full_name",
        };
        request_animation_frame(move || focus(next));
    }

    /// Puts a draft back into the fields.
    pub fn put_back(form: &web_sys::HtmlFormElement, values: &FormValues) {
        for (name, value) in &values.0 {
            set(form, name, value);
        }
    }

    /// Sets the field of this name: of several boxes or buttons the one with the value.
    fn set(form: &web_sys::HtmlFormElement, name: &str, value: &str) {
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let Some(found) = is_name.then(|| form.query_selector_all(&format!("[name={name}]")).ok()).flatten() else { return };
        for field in (0..found.length()).filter_map(|nth| found.item(nth)) {
            if let Some(input) = field.dyn_ref::<HtmlInputElement>() {
                match input.type_().as_str() {
                    "checkbox" | "radio" => {
                        if input.value() == value {
                            input.set_checked(true);
                        }
                    }
                    "hidden" if name != "once" => {}
                    _ => input.set_value(value),
                }
            } else if let Some(area) = field.dyn_ref::<HtmlTextAreaElement>() {
                area.set_value(value);
            } else if let Some(select) = field.dyn_ref::<HtmlSelectElement>() {
                select.set_value(value);
            }
        }
    }
}
