//! The keys: one table, which the listener obeys and the list behind `?` shows. Single keys are off while one types, while
//! a dialog is open, and for who switched them off.
//!
//! To add one: a line in [`KEYS`]. What a page does itself is marked on its element, `data-key="e"`: the key presses it.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

use crate::features::palette::{Asked, Palette};

/// Where a key means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Everywhere,
    List,
    Record,
    Board,
}

impl Part {
    /// Every part, in the order of the list.
    pub const ALL: [Part; 4] = [Part::Everywhere, Part::List, Part::Record, Part::Board];

    /// Its heading.
    pub fn label(self) -> &'static str {
        match self {
            Part::Everywhere => "Everywhere",
            Part::List => "In a list",
            Part::Record => "On a record",
            Part::Board => "On the board",
        }
    }
}

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Does {
    Go(&'static str),
    Focus(&'static str),
    Keys,
    /// Presses the page's element that is marked with it.
    Press,
    /// What hears it stands elsewhere: the palette's own key, and what lists and the board step with.
    Own,
}

/// A line of the table.
#[derive(Debug)]
pub struct Key {
    /// One after the other.
    pub press: &'static [&'static str],
    pub what: &'static str,
    pub does: Does,
    pub part: Part,
}

const fn key(part: Part, press: &'static [&'static str], what: &'static str, does: Does) -> Key {
    Key { press, what, does, part }
}

/// Every key.
pub const KEYS: [Key; 29] = [
    key(Part::Everywhere, &["Ctrl K"], "Go, find or do", Does::Own),
    key(Part::Everywhere, &["/"], "Search leads", Does::Focus("search")),
    key(Part::Everywhere, &["c"], "Add a lead", Does::Go("/leads/new")),
    key(Part::Everywhere, &["g", "d"], "Go to your day", Does::Go(crate::routes::MY_DAY)),
    key(Part::Everywhere, &["g", "l"], "Go to the leads", Does::Go("/leads")),
    key(Part::Everywhere, &["g", "b"], "Go to the board", Does::Go(crate::routes::BOARD)),
    key(Part::Everywhere, &["g", "i"], "Take a call", Does::Go("/intake")),
    key(Part::Everywhere, &["g", "r"], "Refer a lead", Does::Go(crate::routes::REFER)),
    key(Part::Everywhere, &["g", "t"], "Go to your tasks", Does::Go(crate::routes::TASKS)),
    key(Part::Everywhere, &["g", "o"], "Go to the radar: what is overdue", Does::Go(crate::routes::RADAR)),
    key(Part::Everywhere, &["g", "a"], "Go to the accounts", Does::Go("/accounts")),
    key(Part::Everywhere, &["g", "c"], "Go to the contacts", Does::Go("/contacts")),
    key(Part::Everywhere, &["?"], "This list", Does::Keys),
    key(Part::List, &["j"], "Next row", Does::Own),
    key(Part::List, &["k"], "Previous row", Does::Own),
    key(Part::List, &["Enter"], "Open the row", Does::Own),
    key(Part::Record, &["e"], "Edit", Does::Press),
    key(Part::Record, &["n"], "Write a comment", Does::Press),
    key(Part::Record, &["s"], "Change the status", Does::Press),
    key(Part::Record, &["["], "Previous lead", Does::Press),
    key(Part::Record, &["]"], "Next lead", Does::Press),
    key(Part::Board, &["↑ ↓ ← →"], "From card to card", Does::Own),
    key(Part::Board, &["m"], "Move the card", Does::Own),
    key(Part::Board, &["Enter"], "Open the card", Does::Own),
    // After those of a record, which the same keys press where there is one.
    key(Part::List, &["x"], "Select the row", Does::Own),
    key(Part::List, &["e"], "Edit the row where it stands", Does::Own),
    key(Part::List, &["s"], "Change its status", Does::Own),
    key(Part::List, &["a"], "Assign it", Does::Own),
    key(Part::List, &["d"], "Do the next thing of your day", Does::Own),
];

/// The keys that lead to an address.
pub fn of_address(address: &str) -> Vec<String> {
    let found = KEYS.iter().find(|key| matches!(key.does, Does::Go(to) if to == address));
    found.map_or_else(Vec::new, |key| key.press.iter().map(|press| (*press).to_owned()).collect())
}

/// Listens while the frame is there.
pub fn listen(palette: Palette) {
    let navigate = use_navigate();
    let begun = StoredValue::new(String::new());
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        let pressed = event.key();
        if (event.ctrl_key() || event.meta_key()) && !event.alt_key() && pressed.eq_ignore_ascii_case("k") {
            event.prevent_default();
            palette.ask(Asked::Palette);
            return;
        }
        let first = begun.try_update_value(std::mem::take).unwrap_or_default();
        if !is_single(&event) {
            return;
        }
        let is_it = |key: &&Key| match key.press {
            [only] => first.is_empty() && *only == pressed,
            [one, two] => *one == first && *two == pressed,
            _ => false,
        };
        let Some(key) = KEYS.iter().find(is_it) else {
            if first.is_empty() && KEYS.iter().any(|key| key.press.len() > 1 && key.press[0] == pressed) {
                begun.set_value(pressed);
            }
            return;
        };
        match key.does {
            Does::Go(to) => navigate(to, NavigateOptions::default()),
            Does::Focus(id) => focus(document().get_element_by_id(id)),
            Does::Keys => palette.ask(Asked::Keys),
            Does::Press => {
                let marked = document().query_selector(&format!("[data-key=\"{pressed}\"]")).ok().flatten();
                let Some(element) = marked.and_then(|element| element.dyn_into().ok()) else { return };
                activate(&element);
            }
            Does::Own => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || listener.remove());
}

/// Whether a key stands for itself: without Ctrl and its like, not typed into a field, and not switched off.
pub fn is_single(event: &web_sys::KeyboardEvent) -> bool {
    let is_plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
    is_plain && !is_typing(event) && !is_off() && document().query_selector("dialog[open]").ok().flatten().is_none()
}

/// Whether single keys are switched off, which `theme.js` keeps.
pub fn is_off() -> bool {
    document().document_element().is_some_and(|root| root.get_attribute("data-keys").as_deref() == Some("off"))
}

/// Whether the key belongs to a field.
pub fn is_typing(event: &web_sys::KeyboardEvent) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    // A box to tick takes no letters, but one in a menu sends its form with Enter.
    let is_box = |element: &web_sys::Element| {
        element.get_attribute("type").as_deref() == Some("checkbox") && element.closest(".menu").is_ok_and(|menu| menu.is_none())
    };
    element.is_some_and(|element| (is_field(&element) && !is_box(&element)) || element.has_attribute("contenteditable"))
}

fn is_field(element: &web_sys::Element) -> bool {
    matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
}

/// Presses an element; a field takes the focus instead, and so does the first button of what only holds some.
pub fn activate(element: &HtmlElement) {
    if is_field(element) {
        focus(Some(element.clone().into()));
    } else if element.has_attribute("data-focus") {
        focus(element.query_selector("button, a[href]").ok().flatten());
    } else {
        element.click();
    }
}

fn focus(element: Option<web_sys::Element>) {
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _focused = element.focus();
    }
}
