//! "Already here?": known accounts that look like the one being typed, with the reasons. It has its own room, so that the form
//! stays where it is, and changes nothing about saving. Without script it is not shown.

use std::time::Duration;

use domain::account_match::Strength;
use domain::{AccountMatch, Address, Sought};
use leptos::prelude::*;

use super::record_parts::KindBadges;
use super::server_fns::match_accounts;
use crate::components::PersonName;
use crate::routes;

/// Rest between keystrokes before the server is asked. Unit: milliseconds.
const REST_MS: u64 = 120;

/// Which fields of a form say what about a company. Those of the address are called alike in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SoughtIn {
    pub company: &'static str,
    /// E-mail addresses, or domains.
    pub email: &'static str,
    /// Empty where the form has none.
    pub phone: &'static str,
}

impl SoughtIn {
    fn read(self, form: &web_sys::Element) -> Sought {
        let value = |name: &str| {
            let field = form.query_selector(&format!("input[name=\"{name}\"], textarea[name=\"{name}\"]")).ok().flatten();
            field.and_then(|field| js_value(&field)).unwrap_or_default().trim().to_owned()
        };
        let [street, city, postcode, state, country] = ["street", "city", "postcode", "state", "country"].map(value);
        let address = Address { street, city, postcode, state, country };
        Sought { company: value(self.company), email: value(self.email), phone: value(self.phone), address }
    }
}

fn js_value(field: &web_sys::Element) -> Option<String> {
    use wasm_bindgen::JsCast as _;
    let input = field.dyn_ref::<web_sys::HtmlInputElement>().map(web_sys::HtmlInputElement::value);
    input.or_else(|| field.dyn_ref::<web_sys::HtmlTextAreaElement>().map(web_sys::HtmlTextAreaElement::value))
}

/// The part, anywhere in a form.
#[component]
pub fn AlreadyHere(
    fields: SoughtIn,
    /// Offers to put a match's name into the field of the company, where the form finds its account by that.
    #[prop(optional)]
    names_company: bool,
) -> impl IntoView {
    let part = NodeRef::<leptos::html::Section>::new();
    // None while nothing was asked.
    let found = RwSignal::new(None::<Vec<AccountMatch>>);
    let asked = StoredValue::new(Sought::default());
    let form = move || part.get_untracked().and_then(|part| part.closest("form").ok().flatten());
    let ask = move || {
        let Some(sought) = form().map(|form| fields.read(&form)) else { return };
        let is_asked = asked.with_value(|asked| *asked == sought);
        if !is_asked {
            asked.set_value(sought.clone());
            ask_after_rest(sought, asked, found);
        }
    };
    Effect::new(move |_| ask());
    #[cfg(feature = "hydrate")]
    {
        let typed = window_event_listener(leptos::ev::input, move |event| {
            let target = event.target().map(wasm_bindgen::JsCast::unchecked_into::<web_sys::Node>);
            if form().is_some_and(|form| form.contains(target.as_ref())) {
                ask();
            }
        });
        on_cleanup(move || typed.remove());
    }
    let take = names_company.then(|| {
        Callback::new(move |name: String| {
            let field = form().and_then(|form| form.query_selector(&format!("input[name=\"{}\"]", fields.company)).ok().flatten());
            if let Some(field) = field.and_then(|field| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlInputElement>(field).ok()) {
                field.set_value(&name);
                let _focused = field.focus();
                ask();
            }
        })
    });
    let said = move || match found.with(|found| found.as_ref().map(Vec::len)) {
        None => "Accounts that look like this one show here while you type.".to_owned(),
        Some(0) => "No known account looks like this one.".to_owned(),
        Some(1) => "One account looks like this one:".to_owned(),
        Some(count) => format!("{count} accounts look like this one:"),
    };
    let rows = move || found.get().unwrap_or_default().into_iter().map(|found| view! { <Match found take /> }).collect_view();
    view! {
        <section node_ref=part class="already needs-script" aria-labelledby="already-h">
            <h2 class="already__title" id="already-h">"Already here?"</h2>
            <p class="already__said" role="status">{said}</p>
            <ul class="already__list">{rows}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn Match(found: AccountMatch, take: Option<Callback<String>>) -> impl IntoView {
    let tone = match found.strength {
        Strength::Certain => "red",
        Strength::Likely => "amber",
        Strength::Possible => "grey",
    };
    let reasons = found.reasons.iter().map(|reason| reason.text.as_str()).collect::<Vec<_>>().join(". ");
    let name = found.name.clone();
    let label = format!("Use {name}");
    view! {
        <li class="already__match">
            <a class="already__name" href=routes::account(found.account) target="_blank" rel="noopener">
                {found.name}
                <span class="visually-hidden">" (in a new tab)"</span>
            </a>
            <span class=format!("badge tone-{tone}")>{found.strength.label()}</span>
            " "
            <KindBadges kinds=found.kinds />
            <PersonName id=found.primary_rep />
            {take.map(|take| view! {
                <button class="button button--small" type="button" aria-label=label on:click=move |_| take.run(name.clone())>"Use this one"</button>
            })}
            <p class="already__reasons">{reasons}"."</p>
        </li>
    }
    .into_any()
}

/// Asks once the person rests; an answer that more typing overtook is dropped.
fn ask_after_rest(sought: Sought, asked: StoredValue<Sought>, found: RwSignal<Option<Vec<AccountMatch>>>) {
    let is_still_asked = move |sought: &Sought| asked.try_with_value(|asked| asked == sought).unwrap_or(false);
    let ask = move || {
        if !is_still_asked(&sought) {
            return;
        }
        if sought == Sought::default() {
            found.set(None);
            return;
        }
        leptos::task::spawn_local(async move {
            let Ok(matches) = match_accounts(sought.clone()).await else { return };
            if is_still_asked(&sought) {
                let _gone = found.try_set(Some(matches));
            }
        });
    };
    set_timeout(ask, Duration::from_millis(REST_MS));
}
