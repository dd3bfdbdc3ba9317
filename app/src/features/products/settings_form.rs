//! How quotes are made.

use domain::quote::{QuoteSettings, QuoteState};
use domain::{Catalog, ChoiceList};
use leptos::prelude::*;

use crate::components::Icon;
use crate::context::catalog_now;
use crate::form::{Area, Done, ErrorSummary, Input, InputKind, Options, PostForm, Select, came_back};

/// Goes before the ids of its fields.
const PREFIX: &str = "quotes-";

/// The form, folded away.
#[component]
pub fn SettingsForm(settings: QuoteSettings, done: Callback<Done>) -> impl IntoView {
    let action = "/products/settings";
    let is_open = came_back(action);
    view! {
        <section class="section" aria-labelledby="settings-h">
            <div class="section__head"><h2 id="settings-h">"How quotes are made"</h2></div>
            <details class="form__more" open=is_open>
                <summary><Icon name="chevron-right" />"Change"</summary>
                <PostForm action class="form" on_done=done>
                    <ErrorSummary prefix=PREFIX />
                    <div class="field-row">
                        <Input name="pattern" label="Numbers" value=settings.pattern.as_str() help="{number} or {number:5}, and {year} if you like." prefix=PREFIX />
                        <Input name="valid_days" label="Days valid" value=settings.valid_days.to_string() kind=InputKind::Number prefix=PREFIX />
                    </div>
                    <Area name="sender" label="Your address" value=settings.sender.clone() optional=true help="Stands on each quote below your name." prefix=PREFIX />
                    <Area name="footer" label="Last lines" value=settings.footer.clone() optional=true help="Terms, bank, register: stands at the end of each quote." prefix=PREFIX />
                    <fieldset class="stack">
                        <legend class="field__label">"Stages"</legend>
                        <p class="field__help">"Where a deal moves when its quote comes to a state."</p>
                        <div class="field-row"><StageOfEach settings /></div>
                    </fieldset>
                    <div class="form__actions"><button class="button button--primary">"Save how quotes are made"</button></div>
                </PostForm>
            </details>
        </section>
    }
    .into_any()
}

/// To which stage a deal moves, for each state that its quote can come to. Within the form, which the fields ask for what was typed.
#[component]
fn StageOfEach(settings: QuoteSettings) -> impl IntoView {
    let known = catalog_now();
    let field = |state: QuoteState| {
        let chosen = settings.stage_of(state);
        let value = chosen.map_or_else(String::new, |chosen| chosen.to_string());
        let (name, label, options) = (format!("stage_{}", state.key()), state.label(), stages(&known, chosen));
        view! { <Select name label options value prefix=PREFIX /> }.into_any()
    };
    QuoteState::ALL.into_iter().filter(|state| *state != QuoteState::New).map(field).collect_view()
}

/// Stages on offer, and the one that stands there.
fn stages(known: &Catalog, chosen: Option<domain::ChoiceId>) -> Options {
    let none = std::iter::once((String::new(), "Stays where it is".to_owned()));
    let all = known.choices.iter().filter(|choice| choice.list == ChoiceList::Stage && (!choice.retired || Some(choice.id) == chosen));
    none.chain(all.map(|choice| (choice.id.to_string(), choice.name.clone()))).collect()
}
