//! The palette: a combobox in a dialog.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use web_sys::HtmlElement;

use super::offers::{Does, Offer, commands, fitting, of_record, offers, search_all};
use super::server_fns::find_records;
use super::{Asked, Palette, close_beside, show_modally};
use crate::components::Icon;
use crate::context::me;
use crate::keys::activate;

/// How long typing rests before the server is asked.
const REST: Duration = Duration::from_millis(120);

/// The dialog.
#[component]
pub fn PaletteDialog(close: Callback<()>) -> impl IntoView {
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    show_modally(dialog);
    let elements: StoredValue<Vec<HtmlElement>, LocalStorage> = StoredValue::new_local(commands());
    let fixed = StoredValue::new(elements.with_value(|elements| offers(elements, &me())));
    let text = RwSignal::new(String::new());
    let records = RwSignal::new(Vec::<Offer>::new());
    let is_searching = RwSignal::new(false);
    let active = RwSignal::new(0_usize);
    let shown = Memo::new(move |_| {
        let typed = text.get();
        let mut shown = fixed.with_value(|fixed| fitting(fixed, &typed));
        shown.extend(records.get());
        if !typed.trim().is_empty() {
            shown.push(search_all(&typed));
        }
        shown
    });
    let palette = expect_context::<Palette>();
    let navigate = StoredValue::new_local(use_navigate());
    let choose = Callback::new(move |offer: Offer| {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
        match offer.does {
            Does::Go(href) => navigate.with_value(|navigate| navigate(&href, NavigateOptions::default())),
            Does::Press(index) => {
                if let Some(element) = elements.with_value(|elements| elements.get(index).cloned()) {
                    activate(&element);
                }
            }
            Does::Keys => palette.ask(Asked::Keys),
        }
    });
    let asked = StoredValue::new(0_u32);
    let typed = move |event: leptos::ev::Event| {
        let value = event_target_value(&event);
        text.set(value.clone());
        active.set(0);
        asked.update_value(|asked| *asked += 1);
        let turn = asked.get_value();
        if value.trim().is_empty() {
            records.set(Vec::new());
            return;
        }
        is_searching.set(true);
        set_timeout(
            move || {
                if asked.try_get_value() != Some(turn) {
                    return;
                }
                leptos::task::spawn_local(async move {
                    let found = find_records(value).await.unwrap_or_default();
                    // What was asked later is newer, also when its answer comes sooner.
                    if asked.try_get_value() == Some(turn) {
                        records.set(found.into_iter().map(of_record).collect());
                        is_searching.set(false);
                    }
                });
            },
            REST,
        );
    };
    let pressed = move |event: leptos::ev::KeyboardEvent| {
        let count = shown.with_untracked(Vec::len);
        let at = active.get_untracked().min(count.saturating_sub(1));
        match event.key().as_str() {
            "ArrowDown" => active.set(if at + 1 < count { at + 1 } else { 0 }),
            "ArrowUp" => active.set(at.checked_sub(1).unwrap_or(count.saturating_sub(1))),
            "Enter" => {
                event.prevent_default();
                if let Some(offer) = shown.with_untracked(|shown| shown.get(at).cloned()) {
                    choose.run(offer);
                }
                return;
            }
            _ => return,
        }
        event.prevent_default();
        request_animation_frame(move || {
            let option = active.try_get_untracked().and_then(|active| document().get_element_by_id(&option_id(active)));
            if let Some(option) = option {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                option.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    };
    let said = move || match shown.with(Vec::len) {
        _ if is_searching.get() => String::new(),
        1 => "1 result".to_owned(),
        count => format!("{count} results"),
    };
    view! {
        <dialog class="dialog palette" node_ref=dialog aria-label="Go, find or do" on:close=move |_| close.run(()) on:click=move |event| close_beside(&event)>
            <div class="palette__body">
                <div class="palette__line">
                    <Icon name="search" />
                    <input
                        class="palette__input"
                        type="text"
                        role="combobox"
                        aria-label="Go, find or do"
                        aria-expanded="true"
                        aria-controls="palette-list"
                        aria-autocomplete="list"
                        aria-activedescendant=move || option_id(active.get())
                        placeholder="Go to a page, find a record, do something"
                        autocomplete="off"
                        spellcheck="false"
                        maxlength="200"
                        on:input=typed
                        on:keydown=pressed
                    />
                    <kbd>"Esc"</kbd>
                </div>
                <div class="palette__list" id="palette-list" role="listbox" aria-label="Results">
                    {move || grouped(&shown.get()).into_iter().map(|(group, offers)| group_view(group, offers, active, choose)).collect_view()}
                </div>
                <p class="visually-hidden" role="status">{said}</p>
            </div>
        </dialog>
    }
    .into_any()
}

fn option_id(index: usize) -> String {
    format!("palette-{index}")
}

/// Neighbours of one group under its heading, each with its place in the whole list.
fn grouped(shown: &[Offer]) -> Vec<(&'static str, Vec<(usize, Offer)>)> {
    let mut groups: Vec<(&'static str, Vec<(usize, Offer)>)> = Vec::new();
    for (index, offer) in shown.iter().enumerate() {
        match groups.last_mut() {
            Some((group, offers)) if *group == offer.group => offers.push((index, offer.clone())),
            _ => groups.push((offer.group, vec![(index, offer.clone())])),
        }
    }
    groups
}

fn group_view(group: &'static str, offers: Vec<(usize, Offer)>, active: RwSignal<usize>, choose: Callback<Offer>) -> AnyView {
    let option = move |(index, offer): (usize, Offer)| {
        let is_active = move || active.get() == index;
        let chosen = offer.clone();
        let point = move |_| {
            if active.get_untracked() != index {
                active.set(index);
            }
        };
        view! {
            <div
                class="palette__option"
                class=("palette__option--active", is_active)
                id=option_id(index)
                role="option"
                aria-selected=move || if is_active() { "true" } else { "false" }
                on:pointermove=point
                on:click=move |_| choose.run(chosen.clone())
            >
                <span class="palette__label">{offer.label}</span>
                <span class="palette__note">{offer.note}</span>
                {offer.keys.into_iter().map(|key| view! { <kbd>{key}</kbd> }).collect_view()}
            </div>
        }
        .into_any()
    };
    view! {
        <div role="group" aria-label=group>
            <p class="palette__heading" aria-hidden="true">{group}</p>
            {offers.into_iter().map(option).collect_view()}
        </div>
    }
    .into_any()
}
