//! Matches under the search field while one types: a listbox that the arrow keys walk through. The field stays a plain
//! form's; this comes when it is first used.

use domain::LeadRow;
use leptos::prelude::*;

use crate::components::StatusChip;
use crate::features::leads::find_leads;
use crate::routes;

/// The list's id.
const LIST: &str = "search-list";
/// Shorter texts would find half of all leads.
const LEAST: usize = 2;
/// How long one may pause between two letters. Unit: milliseconds.
const PAUSE: u64 = 120;

/// The list. `typed` is what the field holds; empty closes the list.
#[must_use]
pub fn show(typed: RwSignal<String>) -> AnyView {
    let found = RwSignal::new(Vec::<LeadRow>::new());
    let searched = RwSignal::new(String::new());
    let current = RwSignal::new(None::<usize>);
    let is_open = Memo::new(move |_| typed.with(|typed| typed.trim().chars().count() >= LEAST) && !searched.with(String::is_empty));
    ask_while_typing(typed, found, searched, current);
    #[cfg(feature = "hydrate")]
    field::attend(typed, found, current, is_open);
    let option = move |(at, row): (usize, LeadRow)| {
        let detail = if row.email.is_empty() { row.phone.clone() } else { row.email.clone() };
        view! {
            <a
                class="menu__item search__match"
                class=("search__match--current", move || current.get() == Some(at))
                id=format!("{LIST}-{at}")
                role="option"
                tabindex="-1"
                aria-selected=move || if current.get() == Some(at) { "true" } else { "false" }
                href=routes::lead(row.id, "")
                on:click=move |_| typed.set(String::new())
            >
                <span class="search__name">{row.full_name}</span>
                <StatusChip id=row.status />
                <span class="search__detail">{row.account.name}{(!detail.is_empty()).then(|| format!(" · {detail}"))}</span>
            </a>
        }
        .into_any()
    };
    view! {
        <div class="search__matches" hidden=move || !is_open.get()>
            <div role="listbox" id=LIST aria-label="Leads that match">
                <For each=move || found.get().into_iter().enumerate() key=|(at, row)| (*at, row.id, row.version) children=option />
            </div>
            <p class="search__foot" role="status">
                {move || if found.with(Vec::is_empty) { "No lead matches".to_owned() } else { "Enter shows all".to_owned() }}
            </p>
        </div>
    }
    .into_any()
}

/// Asks once the person pauses; an answer that a later one overtook is dropped.
fn ask_while_typing(typed: RwSignal<String>, found: RwSignal<Vec<LeadRow>>, searched: RwSignal<String>, current: RwSignal<Option<usize>>) {
    Effect::new(move |_| {
        let text = typed.get();
        current.set(None);
        if text.trim().chars().count() < LEAST {
            searched.set(String::new());
            return;
        }
        let ask = move || {
            if typed.try_get_untracked().as_ref() != Some(&text) {
                return;
            }
            leptos::task::spawn_local(async move {
                let Ok(rows) = find_leads(text.clone()).await else { return };
                if typed.try_get_untracked() == Some(text.clone()) {
                    found.set(rows);
                    searched.set(text);
                }
            });
        };
        set_timeout(ask, std::time::Duration::from_millis(PAUSE));
    });
}

/// The field itself: keys, and what it tells those who do not see the list.
#[cfg(feature = "hydrate")]
mod field {
    use domain::LeadRow;
    use leptos::prelude::*;
    use leptos_router::NavigateOptions;
    use leptos_router::hooks::use_navigate;

    use super::LIST;
    use crate::routes;

    /// The field's id.
    const FIELD: &str = "search";

    pub fn attend(typed: RwSignal<String>, found: RwSignal<Vec<LeadRow>>, current: RwSignal<Option<usize>>, is_open: Memo<bool>) {
        let Some(field) = document().get_element_by_id(FIELD) else { return };
        for (name, value) in [("role", "combobox"), ("aria-autocomplete", "list"), ("aria-controls", LIST), ("autocomplete", "off")] {
            let _set = field.set_attribute(name, value);
        }
        let told = field.clone();
        Effect::new(move |_| {
            let _set = told.set_attribute("aria-expanded", if is_open.get() { "true" } else { "false" });
            let _set = match current.get() {
                Some(at) => told.set_attribute("aria-activedescendant", &format!("{LIST}-{at}")),
                None => told.remove_attribute("aria-activedescendant"),
            };
        });
        let navigate = use_navigate();
        let keys = window_event_listener(leptos::ev::keydown, move |event| {
            let is_here = event.target().is_some_and(|target| wasm_bindgen::JsCast::unchecked_into::<web_sys::Element>(target).id() == FIELD);
            if !is_here || !is_open.get_untracked() {
                return;
            }
            let count = found.with_untracked(Vec::len);
            let at = current.get_untracked();
            match event.key().as_str() {
                "ArrowDown" if count > 0 => current.set(Some(at.map_or(0, |at| (at + 1) % count))),
                "ArrowUp" if count > 0 => current.set(Some(at.map_or(count - 1, |at| (at + count - 1) % count))),
                "Escape" => typed.set(String::new()),
                "Enter" => {
                    let Some(id) = at.and_then(|at| found.with_untracked(|found| found.get(at).map(|row| row.id))) else {
                        // The form shows all.
                        typed.set(String::new());
                        return;
                    };
                    typed.set(String::new());
                    navigate(&routes::lead(id, ""), NavigateOptions::default());
                }
                _ => return,
            }
            event.prevent_default();
        });
        let clicks = window_event_listener(leptos::ev::click, move |event| {
            let target = event.target().map(wasm_bindgen::JsCast::unchecked_into::<web_sys::Element>);
            let inside = target.and_then(|target| target.closest(".search").ok().flatten()).is_some();
            if !inside {
                typed.set(String::new());
            }
        });
        on_cleanup(move || {
            keys.remove();
            clicks.remove();
        });
    }
}
