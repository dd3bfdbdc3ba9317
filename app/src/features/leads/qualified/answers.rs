//! Budget, authority, need, timescale and the agreed action: what is known of each, from where, how surely, and who says so.

use domain::lead_class::Confidence;
use domain::{Answer, Dimension};
use leptos::prelude::*;

use super::{QualifiedPage, Steady};
use crate::components::{Icon, PersonName, TimeAgo};
use crate::context::catalog;
use crate::form::{Area, ErrorSummary, Hidden, Options, PostForm, Select};

/// The five, folded behind how many are known.
#[component]
pub fn Answers() -> impl IntoView {
    let here = expect_context::<QualifiedPage>();
    let known = Memo::new(move |_| here.found.with(|found| found.answers.len()));
    let is_open = Dimension::ALL.into_iter().any(|dimension| crate::form::came_back(&action(here, dimension)));
    view! {
        <details class="form__more fold" open=is_open>
            <summary>
                <Icon name="chevron-right" />
                <h3 class="fold__title">"BANT+A"</h3>
                <span class="fold__count">{move || format!("{} of {}", known.get(), Dimension::ALL.len())}</span>
            </summary>
            <ul class="tasks">{Dimension::ALL.into_iter().map(|dimension| view! { <OneAnswer dimension /> }).collect_view()}</ul>
        </details>
    }
    .into_any()
}

fn action(here: QualifiedPage, dimension: Dimension) -> String {
    here.action(&format!("answers/{}", dimension.key()))
}

#[component]
fn OneAnswer(dimension: Dimension) -> impl IntoView {
    let here = expect_context::<QualifiedPage>();
    let answer = Memo::new(move |_| here.found.with(|found| found.answers.iter().find(|answer| answer.dimension == dimension).cloned()));
    let may_edit = here.may_edit();
    view! {
        <li class="task">
            <div class="task__body">
                <span class="task__title">{move || dimension.label(&catalog())}</span>
                {move || match answer.get() {
                    Some(answer) => view! { <Known answer /> }.into_any(),
                    None => view! { <span class="muted">{dimension.question()}</span> }.into_any(),
                }}
                {move || may_edit.get().then(|| view! { <EditAnswer dimension answer /> })}
            </div>
        </li>
    }
    .into_any()
}

#[component]
fn Known(answer: Answer) -> impl IntoView {
    let tone = match answer.confidence {
        Confidence::Low => "red",
        Confidence::Medium => "amber",
        Confidence::High => "green",
    };
    let evidence = (!answer.evidence.is_empty()).then(|| view! { <p class="task__note">"Evidence: " {answer.evidence.clone()}</p> });
    view! {
        <p class="qualified__text">{answer.text.clone()}</p>
        {evidence}
        <div class="task__facts">
            <span class=format!("badge tone-{tone}")>{answer.confidence.label()}</span>
            {answer.by.map(|by| view! { <PersonName id=Some(by) /> })}
            <TimeAgo at=answer.at />
        </div>
    }
    .into_any()
}

#[component]
fn EditAnswer(dimension: Dimension, answer: Memo<Option<Answer>>) -> impl IntoView {
    let here = expect_context::<QualifiedPage>();
    let steady = Steady::new(answer);
    let done = steady.done(here.done);
    let action = StoredValue::new(action(here, dimension));
    let came_back = crate::form::came_back(&action.get_value());
    view! {
        <details class="form__more" open=came_back>
            <summary aria-label=move || format!("Change {}", dimension.label(&catalog()))>"Change"</summary>
            {move || {
                let present = steady.shown.get();
                let read_at = present.as_ref().map(|answer| answer.at.0.to_string()).unwrap_or_default();
                view! {
                    <PostForm action=action.get_value() class="facts__form" on_done=done>
                        <Hidden name="read_at" value=read_at />
                        <Hidden name="back" value=here.back() />
                        <ErrorSummary prefix=prefix(dimension) />
                        <div class="form__part" on:input=move |_| steady.is_typing.set(true)><AnswerFields dimension present /></div>
                        <div class="form__actions"><button class="button button--primary">"Save answer"</button></div>
                    </PostForm>
                }
            }}
        </details>
    }
    .into_any()
}

/// Goes before the ids of the fields.
fn prefix(dimension: Dimension) -> String {
    format!("{}-", dimension.key())
}

#[component]
fn AnswerFields(dimension: Dimension, present: Option<Answer>) -> impl IntoView {
    let sure: Options = Confidence::ALL.into_iter().map(|sure| (sure.key().to_owned(), sure.label().to_owned())).collect();
    let confidence = present.as_ref().map_or(Confidence::Medium, |answer| answer.confidence);
    let (text, evidence) = present.map(|answer| (answer.text, answer.evidence)).unwrap_or_default();
    view! {
        <Area name="answer" label="Answer" value=text help=dimension.question() optional=true prefix=prefix(dimension) />
        <Area name="evidence" label="Evidence" value=evidence help="Who said or wrote it, where and when." optional=true prefix=prefix(dimension) />
        <Select name="confidence" label="How sure" options=sure value=confidence.key() prefix=prefix(dimension) />
    }
    .into_any()
}
