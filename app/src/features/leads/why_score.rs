//! Why a lead's score is what it is: read when it is asked for, by the address, so that it can be linked and needs no script.

use domain::scoring::{LeadScore, ScoreReason, ScoreWhy};
use domain::{FormValues, LeadFilter};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::fact::FactPage;
use super::lead_head::RefusedAsToast;
use super::server_fns::load_score;
use crate::components::{TimeAgo, signed};
use crate::context::{Toasts, catalog, me};
use crate::form::{Done, ErrorSummary, Hidden, Input, PostForm};
use crate::routes;

/// The way to the reasons, and the reasons where they were asked for. Nothing where every score is typed.
#[component]
pub fn WhyScore() -> impl IntoView {
    let is_for_me = me().role.is_internal();
    let has_scoring = Memo::new(move |_| is_for_me && catalog().site.has_scoring);
    let search = use_location().search;
    let list = Memo::new(move |_| LeadFilter::from_query(&search.get()).to_query());
    let is_asked = Memo::new(move |_| FormValues::decode(search.get().trim_start_matches('?').as_bytes()).get("why") == "score");
    let link = move || {
        let query = if is_asked.get() { list.get() } else { routes::and(&list.get(), "why", "score") };
        let label = if is_asked.get() { "Hide" } else { "Show the reasons" };
        view! { <a class="button button--quiet button--small" href=format!("?{query}#worth")>{label}</a> }
    };
    move || {
        has_scoring.get().then(|| {
            view! {
                <div class="fact">
                    <dt class="fact__label">"Why this score"</dt>
                    <dd class="fact__value">
                        {move || is_asked.get().then(|| view! { <Reasons /> })}
                        {link}
                    </dd>
                </div>
            }
        })
    }
}

#[component]
fn Reasons() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let lead = Memo::new(move |_| page.detail.with(|detail| (detail.lead.id.0, detail.lead.version)));
    let found = Resource::new(move || lead.get(), |(id, _)| load_score(id));
    let reload = Callback::new(move |()| {
        found.refetch();
        page.reload.run(());
    });
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match found.await {
                    Ok(score) => view! { <Told score reload /> }.into_any(),
                    Err(error) => view! { <p class="muted">{error.to_string()}</p> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Told(score: LeadScore, reload: Callback<()>) -> impl IntoView {
    let LeadScore { score, by_hand, why, trained_at, may_edit } = score;
    let is_by_hand = by_hand.is_some();
    let typed = by_hand.map(|(name, at)| {
        let by = if name.is_empty() { "Typed, or from a file, ".to_owned() } else { format!("Typed by {name} ") };
        view! { <p>{by}<TimeAgo at /></p> }
    });
    let is_scored = why.is_some();
    let worked_out = why.map(|why| {
        let other = (why.score != score).then(|| view! { <p>{format!("Worked out, it would be {}.", why.score)}</p> });
        view! { {other} <Sum why /> }
    });
    view! {
        {typed}
        {worked_out}
        {(!is_scored).then(|| view! { <p class="muted">"No rules, and no model in use: nobody works it out."</p> })}
        {trained_at.map(|at| view! { <p class="muted small">"Learned from closed leads "<TimeAgo at /></p> })}
        {(may_edit && is_by_hand && is_scored).then(|| view! { <WorkOutAgain reload /> })}
        {may_edit.then(|| view! { <TypeIt score reload /> })}
    }
    .into_any()
}

#[component]
fn Sum(why: ScoreWhy) -> impl IntoView {
    let ScoreWhy { likely, learned, rules, .. } = why;
    let likely = likely.map(|(likely, average)| {
        let sentence = format!("Of a hundred leads like this one, {likely} are won; of all, {average}.");
        view! { <p>{sentence}</p> }
    });
    let is_empty = learned.is_empty() && rules.is_empty();
    view! {
        {likely}
        {(!learned.is_empty()).then(|| view! { <p class="muted small">"Points say how far each moved it, against the average lead:"</p> <ReasonList reasons=learned /> })}
        {(!rules.is_empty()).then(|| view! { <p class="muted small">"Points by rules:"</p> <ReasonList reasons=rules /> })}
        {is_empty.then(|| view! { <p class="muted">"No rule fits this lead."</p> })}
    }
    .into_any()
}

#[component]
fn ReasonList(reasons: Vec<ScoreReason>) -> impl IntoView {
    let reason = |reason: ScoreReason| view! { <li><strong>{signed(reason.points)}</strong>" "{reason.sentence}</li> }.into_any();
    view! { <ul class="why__points">{reasons.into_iter().map(reason).collect_view()}</ul> }.into_any()
}

#[component]
fn WorkOutAgain(reload: Callback<()>) -> impl IntoView {
    let page = expect_context::<FactPage>();
    let toasts = expect_context::<Toasts>();
    let action = page.detail.with_untracked(|detail| format!("/leads/{}/score", detail.lead.id));
    let done = move |done: Done| {
        toasts.say(done.message);
        reload.run(());
    };
    view! {
        <PostForm action=action on_done=Callback::new(done)>
            <button class="button button--small">"Work it out again"</button>
            <RefusedAsToast />
        </PostForm>
    }
    .into_any()
}

/// Typing a score, also without script: where scores are worked out, the form of the group does not have it, for it would send back what
/// was worked out meanwhile.
#[component]
fn TypeIt(score: i64, reload: Callback<()>) -> impl IntoView {
    let page = expect_context::<FactPage>();
    let toasts = expect_context::<Toasts>();
    let (action, version) = page.detail.with_untracked(|detail| (format!("/leads/{}/edit", detail.lead.id), detail.lead.version.to_string()));
    let is_open = crate::form::came_back(&action);
    let done = move |done: Done| {
        toasts.say(done.message);
        reload.run(());
    };
    view! {
        <details open=is_open>
            <summary class="button button--quiet button--small">"Type another"</summary>
            <PostForm action=action on_done=Callback::new(done)>
                <ErrorSummary prefix="typed-" />
                <Hidden name="version" value=version />
                <Hidden name="part" value="score".to_owned() />
                <Input name="score" label="Score" value=score.to_string() prefix="typed-" />
                <div class="form__actions"><button class="button button--small">"Keep this score"</button></div>
            </PostForm>
        </details>
    }
    .into_any()
}
