//! Scores: `/admin/scoring`. Points by rules, and what the site's closed leads teach. For administrators.

use domain::scoring::{RuleRow, ScoringView};
use leptos::prelude::*;
use leptos_meta::Title;

use super::configuration_fns::load_scoring;
use super::score_figures::LastTraining;
use super::score_rule_forms::{AddRule, ChangeRule};
use super::sections::AdminPage;
use crate::components::{Empty, Problem, signed};
use crate::context::Toasts;
use crate::form::{Done, ErrorSummary, Hidden, PostForm};
use crate::live::{Heard, Live};

/// The page.
#[component]
pub fn ScoringPage() -> impl IntoView {
    let found = Resource::new(|| (), |()| load_scoring());
    view! {
        <Title text="Scores" />
        <main class="page" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => view! { <Loaded found /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(found: ScoringView) -> impl IntoView {
    let weighing = StoredValue::new(found.weighing.clone());
    let scoring = RwSignal::new(found);
    let toasts = expect_context::<Toasts>();
    let reload = move || {
        leptos::task::spawn_local(async move {
            match load_scoring().await {
                Ok(fresh) => drop(scoring.try_set(fresh)),
                Err(error) => toasts.fail(error.to_string()),
            }
        });
    };
    let done = Callback::new(move |done: Done| {
        toasts.say(done.message);
        reload();
    });
    expect_context::<Live>().listen(Callback::new(move |heard| {
        if matches!(heard, Heard::Catalog | Heard::Resync) {
            reload();
        }
    }));
    let is_empty = Memo::new(move |_| scoring.with(|scoring| scoring.rules.is_empty()));
    view! {
        <AdminPage here="/admin/scoring">
            <section class="section" aria-labelledby="score-rules-h">
                <div class="section__head"><h1 id="score-rules-h">"Scores"</h1></div>
                <p class="muted">
                    "A lead’s score is the sum of the points of the rules that fit it, and, where that is switched on, of how many leads in a hundred like it are won. A score that somebody types stays as it is."
                </p>
                {move || if is_empty.get() {
                    view! { <Empty icon="trophy" title="No rules yet" text="Add one below: points for what is known of a lead, or for what its contact did." /> }.into_any()
                } else {
                    view! {
                        <table class="table table--stack">
                            <thead>
                                <tr>
                                    <th scope="col">"If"</th>
                                    <th scope="col">"Says"</th>
                                    <th class="table__end" scope="col">"Points"</th>
                                    <th class="table__end" scope="col"><span class="visually-hidden">"Change"</span></th>
                                </tr>
                            </thead>
                            <tbody>
                                <For
                                    each=move || scoring.with(|scoring| scoring.rules.clone())
                                    key=Clone::clone
                                    children=move |row| view! { <Rule row weighing done /> }
                                />
                            </tbody>
                        </table>
                    }
                    .into_any()
                }}
            </section>
            <section class="section" aria-labelledby="add-rule-h">
                <div class="section__head"><h2 id="add-rule-h">"Add a rule"</h2></div>
                <AddRule weighing done />
            </section>
            <section class="section" aria-labelledby="learned-h">
                <div class="section__head"><h2 id="learned-h">"What closed leads teach"</h2></div>
                <Learned scoring done />
            </section>
        </AdminPage>
    }
    .into_any()
}

#[component]
fn Rule(row: RuleRow, weighing: StoredValue<domain::Weighing>, done: Callback<Done>) -> impl IntoView {
    let RuleRow { rule, condition, .. } = &row;
    view! {
        <tr>
            <td>
                {condition.clone()}
                {rule.retired.then(|| view! { " " <span class="badge tone-grey">"Retired"</span> })}
            </td>
            <td>{rule.sentence.clone()}</td>
            <td class="table__end">{signed(rule.points)}<span class="stack-only">" points"</span></td>
            <td class="table__end"><ChangeRule row=row.clone() weighing done /></td>
        </tr>
    }
    .into_any()
}

/// Whether the model counts, how good it is, and the button to learn anew.
#[component]
fn Learned(scoring: RwSignal<ScoringView>, done: Callback<Done>) -> impl IntoView {
    let uses_model = Memo::new(move |_| scoring.with(|scoring| scoring.uses_model));
    let has_model = Memo::new(move |_| scoring.with(|scoring| scoring.has_model));
    let is_training = Memo::new(move |_| scoring.with(|scoring| scoring.is_training));
    let is_rescoring = Memo::new(move |_| scoring.with(|scoring| scoring.is_rescoring));
    let last = Memo::new(move |_| scoring.with(|scoring| scoring.last.clone()));
    view! {
        <p>
            {move || match (uses_model.get(), has_model.get()) {
                (true, true) => "It counts: a lead’s score says of how many leads in a hundred like it are won. It is learned anew each day.",
                (true, false) => "It will count as soon as there is enough to learn from; that is tried each day.",
                (false, _) => "It does not count. It learns from the site’s own leads that were won or lost, by what was known of them, and tells on each lead what moved its score.",
            }}
        </p>
        {move || is_training.get().then(|| view! { <p role="status">"Learning now. The figures appear here when it is done."</p> })}
        {move || is_rescoring.get().then(|| view! { <p class="muted" role="status">"Open leads are being scored anew."</p> })}
        <div class="form__actions">
            {move || {
                let (on, label) = if uses_model.get() { ("0", "Do not count it") } else { ("1", "Count it in scores") };
                view! {
                    <PostForm action="/admin/scoring/model" on_done=done>
                        <ErrorSummary />
                        <Hidden name="on" value=on.to_owned() />
                        <button class="button">{label}</button>
                    </PostForm>
                }
            }}
            <PostForm action="/admin/scoring/train" on_done=done>
                <ErrorSummary />
                <button class="button">"Learn now"</button>
            </PostForm>
        </div>
        {move || last.get().map(|(at, training)| view! { <LastTraining at training /> })}
    }
    .into_any()
}
