//! What of the library goes with a message: attached, or as a link in its text.

use domain::Material;
use leptos::prelude::*;

use crate::components::Icon;
use crate::form::{error_at, typed_before};
use crate::routes;

/// The library, folded away, with two boxes for each piece. With script a word narrows it.
#[component]
pub fn Picker(material: Vec<Material>) -> impl IntoView {
    if material.is_empty() {
        return ().into_any();
    }
    let (attach, link) = (error_at("attach"), error_at("link"));
    let (attached, linked) = (typed_before("attach").unwrap_or_default(), typed_before("link").unwrap_or_default());
    let is_open = !attached.is_empty() || !linked.is_empty();
    let query = RwSignal::new(String::new());
    // Without script it would narrow nothing, and Return in it would send the message.
    let is_alive = RwSignal::new(false);
    Effect::new(move |_| is_alive.set(true));
    let one = |piece: Material| {
        let id = piece.id.to_string();
        let (is_attached, is_linked) = (attached.contains(&id), linked.contains(&id));
        let (attach_label, link_label) = (format!("Attach {}", piece.name), format!("Link to {}", piece.name));
        let (href, facts, name) = (routes::material(piece.id), piece.facts(), piece.name.clone());
        let value = id.clone();
        view! {
            <li class="task" hidden=move || !piece.matches(&query.get())>
                <div class="task__body">
                    <div class="task__facts">
                        <a href=href rel="external">{name}</a>
                        <span class="muted">{facts}</span>
                        <label class="check"><input type="checkbox" name="attach" value=value checked=is_attached aria-label=attach_label />"Attach"</label>
                        <label class="check"><input type="checkbox" name="link" value=id checked=is_linked aria-label=link_label />"Link"</label>
                    </div>
                </div>
            </li>
        }
        .into_any()
    };
    view! {
        <details class="form__more" open=is_open>
            <summary><Icon name="chevron-right" />"Send material with it"</summary>
            <fieldset class="field checks" id="attach" tabindex="-1">
                <legend class="visually-hidden">"Material"</legend>
                {move || is_alive.get().then(|| view! {
                    <input
                        class="input"
                        type="search"
                        aria-label="Search the library"
                        placeholder="Search the library"
                        on:input=move |event| query.set(event_target_value(&event))
                        on:keydown=move |event| {
                            if event.key() == "Enter" {
                                event.prevent_default();
                            }
                        }
                    />
                })}
                <ul class="tasks" id="link" tabindex="-1">{material.into_iter().map(one).collect_view()}</ul>
                {move || attach.get().or_else(|| link.get()).map(|text| view! { <p class="field__error">{text}</p> })}
            </fieldset>
        </details>
    }
    .into_any()
}
