//! The key dates of a lead: when it began, when it is expected to be completed and how long that is, what is left, and when it was.

use domain::key_dates::{Estimate, ExpectedForm, TimeUnit, expected_words, left_words};
use domain::{Due, LifeCycle, Timestamp};
use leptos::prelude::*;

use super::fact::FactPage;
use crate::components::TimeAgo;
use crate::context::{Now, Toasts, catalog, catalog_now};
use crate::form::{Done, ErrorSummary, Hidden, Input, InputKind, Options, PostForm, Select};

/// Goes before the ids of the form's fields.
const PREFIX: &str = "dates-";

/// The part.
#[component]
pub fn KeyDates() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let start = page.detail.with_untracked(|detail| detail.lead.created_at);
    let expected = Memo::new(move |_| page.detail.with(|detail| detail.lead.expected_at));
    let may_edit = Memo::new(move |_| page.detail.with(|detail| detail.rights.edit));
    let expected_on = move || expected_words(expected.get(), &catalog().site.zone);
    let estimated = move || expected.get().and_then(|at| Estimate::between(start, at, &catalog().site.zone)).map(Estimate::words);
    let completed = move || {
        let (state, at) = page.detail.with(|detail| (detail.lead.state.life_cycle(), detail.lead.state.closed_at()));
        let label = if state == LifeCycle::Cancelled { "Cancelled" } else { "Actual completion" };
        at.map(|at| fact(label, view! { <TimeAgo at /> }.into_any()))
    };
    view! {
        <section class="facts" id="dates" aria-labelledby="dates-h">
            <div class="facts__head"><h2 id="dates-h">"Key dates"</h2></div>
            <dl>
                {fact("Start date", view! { <TimeAgo at=start /> }.into_any())}
                {move || Some(expected_on()).filter(|words| !words.is_empty()).map(|words| fact("Expected completion", words.into_any()))}
                {move || estimated().map(|words| fact("Estimated time", words.into_any()))}
                <Left expected />
                {completed}
                {fact("In this status", (move || view! { <TimeAgo at=page.detail.with(|detail| detail.lead.status_since) /> }).into_any())}
                {fact("Updated", (move || view! { <TimeAgo at=page.detail.with(|detail| detail.lead.updated_at) /> }).into_any())}
                {fact("State", (move || page.detail.with(|detail| detail.lead.state.life_cycle().label())).into_any())}
                {move || page.detail.with(|detail| detail.lead.state.lost_reason()).map(|reason| fact("Lost reason", catalog().choice_name(reason).into_any()))}
            </dl>
            {move || may_edit.get().then(|| view! { <ExpectedEdit expected start /> })}
        </section>
    }
    .into_any()
}

fn fact(label: &'static str, value: AnyView) -> AnyView {
    view! { <div class="fact"><dt class="fact__label">{label}</dt><dd class="fact__value">{value}</dd></div> }.into_any()
}

/// What is left until an open lead is expected to be completed, or how long that is over. It ticks with the page's ages.
#[component]
fn Left(expected: Memo<Option<Timestamp>>) -> impl IntoView {
    let page = expect_context::<FactPage>();
    let now = expect_context::<Now>();
    move || {
        let at = expected.get()?;
        let (is_open, read_at) = page.detail.with(|detail| (detail.lead.state.life_cycle().is_open(), detail.clocks.now));
        let now = now.0.get().map_or(read_at, Timestamp);
        let due = Due::of_deadline(at, &catalog().site.zone);
        let (label, ms, class) =
            if due.at < now { ("Time overdue", now.0 - due.at.0, "clock clock--overdue") } else { ("Time to completion", due.at.0 - now.0, "clock") };
        is_open.then(|| fact(label, view! { <span class=class>{left_words(ms)}</span> }.into_any()))
    }
}

/// The form: the date, and the estimated time that says the same. With script each follows the other as it is typed.
#[component]
fn ExpectedEdit(expected: Memo<Option<Timestamp>>, start: Timestamp) -> impl IntoView {
    let page = expect_context::<FactPage>();
    let toasts = expect_context::<Toasts>();
    let id = page.detail.with_untracked(|detail| detail.lead.id);
    let action = StoredValue::new(format!("/leads/{id}/dates"));
    let came_back = crate::form::came_back(&action.get_value());
    // What somebody types stays while others change the date; they are told when they save.
    let shown = RwSignal::new(expected.get_untracked());
    let is_typing = RwSignal::new(false);
    Effect::new(move |_| {
        let fresh = expected.get();
        if !is_typing.get_untracked() && shown.get_untracked() != fresh {
            shown.set(fresh);
        }
    });
    let done = Callback::new(move |done: Done| {
        is_typing.set(false);
        toasts.say(done.message);
        page.reload.run(());
    });
    let typed = move |event: leptos::ev::Event| {
        is_typing.set(true);
        follow(&event, start);
    };
    view! {
        <details class="form__more" open=came_back>
            <summary data-command="Change the expected completion">"Change the expected completion"</summary>
            {move || {
                let expected = shown.get();
                view! {
                    <PostForm action=action.get_value() class="facts__form" on_done=done>
                        <Hidden name="was" value=expected.map_or_else(String::new, |at| at.0.to_string()) />
                        <ErrorSummary prefix=PREFIX />
                        <div class="form__part" on:input=typed><ExpectedFields expected start /></div>
                        <div class="form__actions"><button class="button button--primary">"Save dates"</button></div>
                    </PostForm>
                }
            }}
        </details>
    }
    .into_any()
}

#[component]
fn ExpectedFields(expected: Option<Timestamp>, start: Timestamp) -> impl IntoView {
    let form = ExpectedForm::of(start, expected, &catalog_now().site.zone);
    let units: Options = TimeUnit::ALL.into_iter().map(|unit| (unit.key().to_owned(), unit.label().to_owned())).collect();
    view! {
        <div class="field-row">
            <Input name="expected" label="Expected completion" value=form.day kind=InputKind::Day optional=true prefix=PREFIX />
            <Input name="time" label="At" value=form.time kind=InputKind::Time optional=true prefix=PREFIX />
        </div>
        <div class="field-row">
            <Input name="estimate" label="Estimated time from the start" value=form.count kind=InputKind::Number optional=true prefix=PREFIX />
            <Select name="unit" label="In" options=units value=form.unit prefix=PREFIX />
        </div>
    }
    .into_any()
}

/// Lets the date follow the estimate that is typed, or the estimate the date, as long as what is typed makes sense.
#[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "only browsers have fields"))]
fn follow(event: &leptos::ev::Event, start: Timestamp) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast as _;
        let target = event_target::<web_sys::HtmlElement>(event);
        let form = target.closest("form").ok().flatten().and_then(|form| form.dyn_into::<web_sys::HtmlFormElement>().ok());
        let Some(form) = form else { return };
        let catalog = catalog_now();
        let zone = &catalog.site.zone;
        let typed = ExpectedForm::read(&crate::form::values_of(&form), &ExpectedForm::default());
        let is_estimate = matches!(target.get_attribute("name").as_deref(), Some("estimate" | "unit"));
        let followed = if is_estimate { typed.following_estimate(start, zone) } else { typed.following_date(start, zone) };
        let Some(followed) = followed else { return };
        let fields =
            if is_estimate { [("expected", followed.day), ("time", followed.time)] } else { [("estimate", followed.count), ("unit", followed.unit)] };
        for (name, value) in fields {
            if let Some(field) = document().get_element_by_id(&format!("{PREFIX}{name}")) {
                let _set = js_sys::Reflect::set(&field, &"value".into(), &value.into());
            }
        }
    }
}
