//! Problems with a lead that its supplier is told of, and how long there is for that.

use domain::countdown::days_left;
use domain::supplier::SupplierView;
use domain::{LeadProblem, ProblemReason, ProblemStep};
use leptos::prelude::*;

use super::DealPage;
use crate::components::{PersonName, TimeAgo};
use crate::context::{catalog, catalog_now};
use crate::form::{Area, ErrorSummary, Hidden, Options, PostForm, Select, SentOnce, came_back};

/// Goes before the ids of the form's fields.
const PREFIX: &str = "problem-";

/// The part; nothing for a lead that no supplier sent.
#[component]
pub fn Problems() -> impl IntoView {
    let here = expect_context::<DealPage>();
    let problems = Memo::new(move |_| here.supplier.with(|view| view.problems.clone()));
    let is_shown = Memo::new(move |_| here.supplier.with(|view| view.partner.is_some() || !view.problems.is_empty()));
    let may_flag = Memo::new(move |_| here.supplier.with(|view| view.may_flag && !view.problems.iter().any(LeadProblem::waits)));
    move || {
        is_shown.get().then(|| {
            view! {
                <section class="facts" id="supplier" aria-labelledby="supplier-h">
                    <div class="facts__head"><h2 id="supplier-h">"Supplier"</h2></div>
                    {move || here.supplier.with(who)}
                    <ul class="tasks">
                        <For
                            each=move || problems.get()
                            key=|one: &LeadProblem| (one.id, one.told_at, one.settled_at)
                            children=|one| view! { <OneProblem one /> }
                        />
                    </ul>
                    {move || may_flag.get().then(|| view! { <FlagProblem /> })}
                </section>
            }
            .into_any()
        })
    }
}

/// Who sent it, whether they can read of it, and by when they are to be told of a problem.
fn who(view: &SupplierView) -> AnyView {
    let name = view.partner.map(|partner| catalog().choice_name(partner)).unwrap_or_default();
    let reads = if view.has_link { "They read what became of it at their address." } else { "They have no address at which they read of it." };
    let due = view.due_at.map(|due_at| {
        let known = catalog_now();
        let zone = &known.site.zone;
        let (day, today) = (zone.local(due_at).start_of_day(), zone.at(view.now).today());
        let tone = if view.now > due_at { "red" } else { "amber" };
        let words = format!("Tell them by {}: {}", day.readable_day(), days_left(day, today));
        view! { <p><span class=format!("badge tone-{tone}")>{words}</span></p> }
    });
    view! {
        <p>{name}</p>
        <p class="muted small">{reads}</p>
        {due}
    }
    .into_any()
}

#[component]
fn OneProblem(one: LeadProblem) -> impl IntoView {
    let here = expect_context::<DealPage>();
    let may_step = here.supplier.with_untracked(|view| view.may_step);
    let (tone, state) = match (one.told_at, one.settled_at) {
        (None, None) => ("amber", "Not told yet"),
        (Some(_), None) => ("blue", "Told"),
        (Some(_), Some(_)) => ("green", "Settled"),
        (None, Some(_)) => ("grey", "Taken back"),
    };
    let partner = here.supplier.with_untracked(|view| view.partner);
    let to = one.partner.filter(|to| Some(*to) != partner).map(|to| view! { <span>{format!("For {}", catalog().choice_name(to))}</span> });
    let words = (!one.words.is_empty()).then(|| view! { <p class="task__note">{one.words.clone()}</p> });
    let steps = (may_step && one.settled_at.is_none()).then(|| {
        let tell = (one.waits() && partner.is_some() && one.partner == partner)
            .then(|| view! { <Step one=one.clone() step=ProblemStep::Tell word="Tell the supplier" /> });
        let word = if one.waits() { "Take it back" } else { "It is settled" };
        view! {
            {tell}
            <Step one=one.clone() step=ProblemStep::Settle word />
        }
    });
    view! {
        <li class="task">
            <div class="task__body">
                <span class="task__title">{one.reason.label()}</span>
                <div class="task__facts">
                    <span class=format!("badge tone-{tone}")>{state}</span>
                    {to}
                    <PersonName id=Some(one.flagged_by) />
                    <TimeAgo at=one.flagged_at />
                </div>
                {words}
                {steps}
            </div>
        </li>
    }
    .into_any()
}

#[component]
fn Step(one: LeadProblem, step: ProblemStep, word: &'static str) -> impl IntoView {
    let here = expect_context::<DealPage>();
    let label = format!("{word}: {}", one.reason.label());
    view! {
        <PostForm action=format!("/problems/{}/{}", one.id, step.key()) class="task__step" on_done=here.done>
            <Hidden name="back" value=here.back() />
            <ErrorSummary />
            <button class="button button--small" aria-label=label>{word}</button>
        </PostForm>
    }
    .into_any()
}

#[component]
fn FlagProblem() -> impl IntoView {
    let here = expect_context::<DealPage>();
    let action = format!("/leads/{}/problems", here.lead);
    let is_open = came_back(&action);
    let none = std::iter::once((String::new(), "Choose a reason".to_owned()));
    let reasons: Options = none.chain(ProblemReason::ALL.into_iter().map(|reason| (reason.key().to_owned(), reason.label().to_owned()))).collect();
    let when: Options =
        [("now", "Now: they read it at once"), ("later", "Later, within the week")].map(|(key, label)| (key.to_owned(), label.to_owned())).to_vec();
    view! {
        <details class="form__more" open=is_open>
            <summary data-command="Flag a problem for the supplier">"Flag a problem"</summary>
            <PostForm action class="facts__form" on_done=here.done>
                <SentOnce />
                <Hidden name="back" value=here.back() />
                <ErrorSummary prefix=PREFIX />
                <Select name="reason" label="Reason" options=reasons prefix=PREFIX />
                <Area name="words" label="For the supplier" help="They read it as it stands here." optional=true prefix=PREFIX />
                <Select name="tell" label="Tell the supplier" options=when value="now" prefix=PREFIX />
                <div class="form__actions"><button class="button button--primary">"Save problem"</button></div>
            </PostForm>
        </details>
    }
    .into_any()
}
