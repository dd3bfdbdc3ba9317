//! The ladder beside the form: who is tried next, and what came of it. One key logs a try.

use domain::UserId;
use domain::intake::{CallTry, TryResult};
use domain::ladder::{RungShown, Standing};
use leptos::prelude::*;

use super::keyboard::{self, LADDER};
use super::state::Intake;
use crate::components::PersonName;
use crate::context::catalog;
use crate::form::{error_at, typed_before};

/// Who is to be tried next: the first on an open rung who was left no message yet. Nobody once somebody answered.
fn next_of(rungs: &[RungShown], tries: &[CallTry]) -> Option<UserId> {
    if domain::intake::answered_by(tries).is_some() {
        return None;
    }
    let has_message = |user| tries.contains(&CallTry { user, result: TryResult::LeftMessage });
    let open = rungs.iter().filter(|rung| rung.waits.is_none()).flat_map(|rung| &rung.standing);
    open.filter(|standing| standing.may_try()).map(|standing| standing.user).find(|user| !has_message(*user))
}

/// The panel.
#[component]
pub fn LadderPanel() -> impl IntoView {
    let intake = expect_context::<Intake>();
    let next = Memo::new(move |_| intake.beside.with(|beside| intake.tries.with(|tries| next_of(&beside.rungs, tries))));
    keyboard::listen(
        intake,
        Callback::new(move |nth: usize| {
            if let (Some(user), Some(result)) = (next.get_untracked(), TryResult::ALL.get(nth - 1)) {
                intake.log(CallTry { user, result: *result });
            }
        }),
    );
    let name = Memo::new(move |_| intake.beside.with(|beside| beside.ladder.clone()));
    let rungs = move || intake.beside.with(|beside| beside.rungs.iter().cloned().zip(1_usize..).collect::<Vec<_>>());
    let error = error_at("tries");
    view! {
        <section class="intake__ladder ladder" id=LADDER tabindex="-1" aria-labelledby="ladder-h">
            <h2 id="ladder-h">{move || name.get()}<kbd class="desktop-only needs-script" aria-hidden="true">"F2"</kbd></h2>
            <ol class="ladder__rungs" id="tries">
                <For each=rungs key=Clone::clone children=move |(rung, number)| view! { <RungView rung number next /> } />
            </ol>
            {move || error.get().map(|text| view! { <p class="field__error">{text}</p> })}
            <Tries />
        </section>
    }
    .into_any()
}

#[component]
fn RungView(rung: RungShown, number: usize, next: Memo<Option<UserId>>) -> impl IntoView {
    let RungShown { standing, waits, receiver, .. } = rung;
    let is_open = waits.is_none();
    let users: Vec<UserId> = standing.iter().map(|standing| standing.user).collect();
    let is_current = move || is_open && next.get().is_some_and(|next| users.contains(&next));
    view! {
        <li class="ladder__rung" class=("ladder__rung--current", is_current)>
            <span class="ladder__number" aria-hidden="true">{number}</span>
            <div class="ladder__people">
                {standing.into_iter().map(|standing| view! { <StandingView standing is_open receiver next /> }).collect_view()}
                {waits.map(|waits| view! { <p class="muted small">{waits}</p> })}
            </div>
        </li>
    }
    .into_any()
}

#[component]
fn StandingView(standing: Standing, is_open: bool, receiver: Option<UserId>, next: Memo<Option<UserId>>) -> impl IntoView {
    let user = standing.user;
    let (words, tone) = match &standing.hindrance {
        None => ("available".to_owned(), "green"),
        Some(words) => (words.clone(), if standing.is_gone { "grey" } else { "amber" }),
    };
    let stands_in = standing.stands_in_for.as_ref().map(|name| format!(" for {name}"));
    let number = |(channel, number): (domain::ladder::Channel, String)| {
        view! { <span class="ladder__number-of"><span class="muted">{channel.label()}" "</span><span class="figures">{number}</span></span> }
            .into_any()
    };
    let gets = (receiver == Some(user)).then(|| view! { <p class="small">"Gets the lead without an answer"</p> });
    let may_try = is_open && standing.may_try();
    let name = standing.name.clone();
    view! {
        <div class="ladder__person">
            <p><strong>{standing.name.clone()}</strong>{stands_in}" "<span class=format!("badge tone-{tone}")>{words}</span></p>
            <p class="muted small">{standing.post}</p>
            <p class="ladder__numbers">{standing.numbers.into_iter().map(number).collect_view()}</p>
            {gets}
            {may_try.then(|| view! { <Log user name next /> })}
        </div>
    }
    .into_any()
}

/// What came of a try: one button each, with its key for who is next; a choice without script.
#[component]
fn Log(user: UserId, name: String, next: Memo<Option<UserId>>) -> impl IntoView {
    let intake = expect_context::<Intake>();
    let field = format!("try_{user}");
    let chosen = typed_before(&field).and_then(|typed| typed.into_iter().next()).unwrap_or_default();
    let is_next = move || next.get() == Some(user);
    let is_over = move || intake.tries.with(|tries| domain::intake::answered_by(tries).is_some());
    let button = {
        let name = name.clone();
        move |(result, key): (TryResult, usize)| {
            view! {
                <button
                    class="button button--small"
                    type="button"
                    aria-label=format!("{}: {}", name, result.label())
                    on:click=move |_| intake.log(CallTry { user, result })
                >
                    {result.label()}
                    {move || is_next().then(|| view! { <kbd class="desktop-only" aria-hidden="true">{key}</kbd> })}
                </button>
            }
            .into_any()
        }
    };
    let options = move || {
        let results = TryResult::ALL.into_iter().map(|result| (result.key().to_owned(), result.label().to_owned()));
        crate::form::option_views(std::iter::once((String::new(), "Not tried".to_owned())).chain(results).collect(), &chosen)
    };
    let select = move || {
        (!intake.scripted.get()).then(|| {
            view! { <select class="input no-script-only" name=field.clone() aria-label=format!("What came of calling {name}")>{options()}</select> }
        })
    };
    view! {
        <div class="ladder__log needs-script" hidden=is_over>{TryResult::ALL.into_iter().zip(1..).map(button).collect_view()}</div>
        {select}
    }
    .into_any()
}

/// The tries so far, as they go into the lead's timeline.
#[component]
fn Tries() -> impl IntoView {
    let intake = expect_context::<Intake>();
    let line = |one: CallTry| {
        let name = catalog().person_name(one.user);
        view! {
            <li>
                <input type="hidden" name="try" value=one.key() />
                {format!("{name}: {}", one.result.label().to_ascii_lowercase())}
            </li>
        }
        .into_any()
    };
    let goes_to = move || intake.tries.with(|tries| domain::intake::answered_by(tries));
    view! {
        {move || (intake.scripted.get() && intake.tries.with(|tries| !tries.is_empty())).then(|| view! {
            <ol class="ladder__tries small" aria-label="Tries">{intake.tries.get().into_iter().map(line).collect_view()}</ol>
            <button class="button button--small button--quiet" type="button" on:click=move |_| intake.unlog()>"Take the last try back"</button>
        })}
        <p class="small" role="status">
            {move || goes_to().map(|user| view! { <span class="person-line">"The lead goes to " <PersonName id=Some(user) /></span> })}
        </p>
    }
    .into_any()
}
