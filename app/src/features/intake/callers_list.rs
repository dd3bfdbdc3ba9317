//! Callers that may be meant: a list under the field with script, buttons to choose from without.

use domain::Strength;
use domain::intake::{Caller, CallerChoice};
use leptos::prelude::*;

use super::state::Intake;
use super::typeahead::Typeahead;
use crate::components::PersonName;
use crate::context::catalog;
use crate::form::error_at;

/// Name, account, how sure it is, and why.
#[component]
fn CallerLines(caller: Caller) -> impl IntoView {
    let badge = caller.strength.map(|strength| {
        let tone = match strength {
            Strength::Certain => "red",
            Strength::Likely => "amber",
            Strength::Possible => "grey",
        };
        view! { " " <span class=format!("badge tone-{tone}")>{strength.label()}</span> }
    });
    let kinds = caller.kinds.iter().map(|kind| kind.label()).collect::<Vec<_>>().join(", ");
    let reasons = caller.reasons.join(". ");
    view! {
        <span class="callers__name">
            {caller.contact.map(|contact| format!("{} · ", contact.full_name))}
            {caller.account.name}
            {badge}
        </span>
        <span class="callers__detail">{kinds}" · " <PersonName id=caller.primary_rep /></span>
        {(!reasons.is_empty()).then(|| view! { <span class="callers__detail">{reasons}</span> })}
    }
    .into_any()
}

/// The list under a field; the field keeps the focus.
#[component]
pub fn CallersList(
    list: Typeahead,
    label: &'static str,
    /// Takes one of them.
    choose: Callback<Caller>,
    /// Offers that it is none of them.
    #[prop(optional)]
    none: Option<Callback<()>>,
) -> impl IntoView {
    let option = move |(at, caller): (usize, Caller)| {
        let chosen = caller.clone();
        view! {
            <li
                class="callers__match"
                class=("callers__match--current", move || list.current.get() == Some(at))
                id=format!("{}-{at}", list.id)
                role="option"
                aria-selected=move || (list.current.get() == Some(at)).to_string()
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| choose.run(chosen.clone())
            >
                <CallerLines caller />
            </li>
        }
        .into_any()
    };
    let said = move || match list.found.with(Vec::len) {
        0 => String::new(),
        1 => "One match: ↓ and Enter take it".to_owned(),
        count => format!("{count} matches: ↓ and Enter take one"),
    };
    view! {
        <div class="callers needs-script" class=("callers--open", move || list.found.with(|found| !found.is_empty()))>
            <p class="callers__said" role="status">{said}</p>
            <ul class="callers__list" id=list.id role="listbox" aria-label=label>
                {move || list.found.get().into_iter().enumerate().map(option).collect_view()}
            </ul>
            {none.map(|none| view! {
                <button class="button button--small button--quiet" type="button" hidden=move || list.found.with(Vec::is_empty) on:click=move |_| none.run(())>
                    "None of these"
                </button>
            })}
        </div>
    }
    .into_any()
}

/// The same without script, once the form came back: one of several.
#[component]
pub fn CallersToChoose(callers: Vec<Caller>) -> impl IntoView {
    let intake = expect_context::<Intake>();
    let error = error_at("caller");
    let is_asked = Memo::new(move |_| error.get().is_some());
    Effect::new(move |_| {
        if is_asked.get() {
            intake.look_again();
        }
    });
    let chosen = intake.caller.get_untracked();
    let one = move |key: String, label: AnyView| {
        let id = format!("caller-{key}");
        let (is_chosen, for_id) = (key == chosen, id.clone());
        view! {
            <label class="check" for=for_id>
                <input id=id type="radio" name="caller_choice" value=key checked=is_chosen />
                <span class="callers__match">{label}</span>
            </label>
        }
        .into_any()
    };
    let choices = StoredValue::new(callers);
    let choices = move || {
        let callers = choices.get_value();
        let is_needed = !intake.scripted.get() && !callers.is_empty();
        is_needed.then(|| {
            let none = one(CallerChoice::New.key(), view! { <span class="callers__name">"None of these"</span> }.into_any());
            let known = callers.into_iter().map(|caller| one(caller.choice().key(), view! { <CallerLines caller /> }.into_any())).collect_view();
            view! {
                <fieldset class="checks">
                    <legend class="field__label">"Is it one of these?"</legend>
                    {known}
                    {none}
                </fieldset>
            }
        })
    };
    view! {
        <div class="who__choices" id="caller" tabindex="-1">
            {choices}
            {move || error.get().map(|text| view! { <p class="field__error">{text}</p> })}
        </div>
    }
    .into_any()
}

/// What is known of who was chosen, to be read to them.
#[component]
pub fn KnownFacts() -> impl IntoView {
    let intake = expect_context::<Intake>();
    let confirmed_before = |caller: &Caller| match caller.confirmed {
        Some(confirmed) => format!("Confirmed on {} to {}", catalog().site.zone.readable_day(confirmed.at), catalog().person_name(confirmed.by)),
        None => "Never confirmed".to_owned(),
    };
    let facts = move |caller: Caller| {
        let contact = caller.contact.as_ref();
        let facts = [
            Some(caller.account.name.clone()),
            contact.map(|contact| contact.full_name.clone()),
            contact.map(|contact| contact.phone.clone()),
            contact.map(|contact| contact.email.clone()),
        ];
        let facts = facts.into_iter().flatten().filter(|fact| !fact.is_empty()).collect::<Vec<_>>().join(" · ");
        view! {
            <div class="known">
                <p class="known__facts"><span class="muted">"On record: "</span>{facts}</p>
                <p class="known__line small">
                    <span class="muted">{confirmed_before(&caller)}</span>
                    <span class="person-line">"Primary rep " <PersonName id=caller.primary_rep /></span>
                    <button class="button button--small button--quiet needs-script" type="button" on:click=move |_| intake.choose_again()>"Not them"</button>
                </p>
                <Confirm />
            </div>
        }
        .into_any()
    };
    let is_new = move || intake.scripted.get() && intake.caller.with(|key| key == "new");
    // Not rendered anew when only the ladder changes: somebody may be about to tick.
    let caller = Memo::new(move |_| intake.beside.with(|beside| beside.caller.clone()));
    view! {
        {move || caller.get().map(facts)}
        {move || is_new().then(|| view! {
            <p class="known known__line small">
                <span class="muted">"An account is made for them."</span>
                <button class="button button--small button--quiet" type="button" on:click=move |_| intake.choose_again()>"Look again"</button>
            </p>
        })}
    }
    .into_any()
}

#[component]
fn Confirm() -> impl IntoView {
    let intake = expect_context::<Intake>();
    let error = error_at("confirmed");
    let was_ticked = intake.was_confirmed.try_update_value(std::mem::take).unwrap_or_default();
    let is_ticked = was_ticked || intake.said.with_untracked(|said| said.get("confirmed") == "1");
    Effect::new(move |_| intake.read_soon());
    view! {
        <label class="check" for="confirmed">
            <input
                id="confirmed"
                type="checkbox"
                name="confirmed"
                value="1"
                checked=is_ticked
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=move || error.get().map(|_| "confirmed-error")
            />
            "Company, name, number and e-mail read out, and right"
        </label>
        {move || error.get().map(|text| view! { <p class="field__error" id="confirmed-error">{text}</p> })}
    }
    .into_any()
}
