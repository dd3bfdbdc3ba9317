//! Logging an attempt by one channel: the first tap opens it, the second says how it went. What helps on the way stands below.

use domain::Due;
use domain::attempt::{AttemptChannel, PlaybookRow, PlaybookText, VoicemailPoint};
use leptos::prelude::*;

use super::AttemptsPage;
use crate::components::Icon;
use crate::context::catalog_now;
use crate::form::{
    Area, Checks, Done, ErrorSummary, FormState, Hidden, Input, InputKind, Options, PostForm, Select, SentOnce, error_at, typed_before,
};

fn command(channel: AttemptChannel) -> &'static str {
    match channel {
        AttemptChannel::Call => "Log a call",
        AttemptChannel::Email => "Log an e-mail",
        AttemptChannel::Social => "Log a message on social media",
        AttemptChannel::Visit => "Log a visit",
    }
}

/// Whether something was typed into one of these fields before the page was rendered again.
fn was_typed(names: &[&'static str]) -> bool {
    names.iter().any(|name| typed_before(name).is_some_and(|typed| typed.iter().any(|text| !text.is_empty())))
}

/// The button of a channel, and its form.
#[component]
pub fn ChannelForm(channel: AttemptChannel) -> impl IntoView {
    let here = expect_context::<AttemptsPage>();
    let action = format!("/leads/{}/attempts/{}", here.lead, channel.key());
    // Without script it has to stand open to show what is wrong.
    let came_back = crate::form::came_back(&action);
    let prefix = format!("attempt-{}-", channel.key());
    let node = NodeRef::<leptos::html::Details>::new();
    let done = Callback::new(move |finished: Done| {
        if let Some(panel) = node.get_untracked() {
            panel.set_open(false);
        }
        here.done.run(finished);
    });
    view! {
        <details class="attempt" open=came_back node_ref=node>
            <summary class="button" data-command=command(channel)><Icon name=channel.icon() />{channel.label()}</summary>
            <PostForm action class="attempt__form" on_done=done>
                <SentOnce />
                <Hidden name="back" value=format!("/leads/{}", here.lead) />
                <ErrorSummary prefix=prefix.clone() />
                <Target channel prefix=prefix.clone() />
                <Outcomes channel prefix=prefix.clone() />
                {(channel == AttemptChannel::Call).then(|| view! { <Voicemail prefix=prefix.clone() /> })}
                <Texts channel />
                <More prefix />
            </PostForm>
        </details>
    }
    .into_any()
}

/// What is tried, with a link that does it: the one number or address, or a choice of several.
#[component]
fn Target(channel: AttemptChannel, prefix: String) -> impl IntoView {
    let here = expect_context::<AttemptsPage>();
    let targets = Memo::new(move |_| {
        here.known.with(|known| match channel {
            AttemptChannel::Call => known.numbers.clone(),
            AttemptChannel::Email => known.addresses.clone(),
            AttemptChannel::Social | AttemptChannel::Visit => Vec::new(),
        })
    });
    let (scheme, icon, nothing) = match channel {
        AttemptChannel::Call => ("tel", "phone", "No number is known at which they could be called."),
        AttemptChannel::Email => ("mailto", "mail", "No address is known to which one could write."),
        AttemptChannel::Social | AttemptChannel::Visit => return ().into_any(),
    };
    let link = move |to: String| {
        let href = format!("{scheme}:{to}");
        view! { <a class="button" href=href><Icon name=icon /><span class="truncate">{to}</span></a> }.into_any()
    };
    let field = move |targets: &[String]| match targets {
        [] => view! { <p class="muted">{nothing}</p> }.into_any(),
        [one] => view! { <Hidden name="to" value=one.clone() /> }.into_any(),
        several => {
            let options: Options = several.iter().map(|to| (to.clone(), to.clone())).collect();
            view! { <Select name="to" label="Which one" options prefix=prefix.clone() /> }.into_any()
        }
    };
    view! {
        <div class="attempt__reach">{move || targets.get().into_iter().map(link).collect_view()}</div>
        {move || targets.with(|targets| field(targets))}
    }
    .into_any()
}

/// How it went: each is a button that logs the attempt.
#[component]
fn Outcomes(channel: AttemptChannel, prefix: String) -> impl IntoView {
    let state = expect_context::<FormState>();
    let error = error_at("outcome");
    let button = |outcome: &domain::AttemptOutcome| {
        view! { <button class="button" name="outcome" value=outcome.key() disabled=move || state.busy.get()>{outcome.label(channel)}</button> }
            .into_any()
    };
    view! {
        // Return in a field presses the first button of a form: this one, which says nothing, instead of an outcome that nobody chose.
        <button class="visually-hidden" name="outcome" value="" tabindex="-1" aria-hidden="true">"Log"</button>
        <fieldset class="attempt__outcomes" id=format!("{prefix}outcome") tabindex="-1">
            <legend class="visually-hidden">"How it went"</legend>
            {channel.outcomes().iter().map(button).collect_view()}
        </fieldset>
        {move || error.get().map(|text| view! { <p class="field__error">{text}</p> })}
    }
    .into_any()
}

/// What a message has to hold, to be read while one speaks and ticked, and when one calls back.
#[component]
fn Voicemail(prefix: String) -> impl IntoView {
    let here = expect_context::<AttemptsPage>();
    let is_open = was_typed(&["said", "call_back", "call_back_time"]);
    let (text, call_back_at) = here.known.with_untracked(|known| {
        let text = known.texts.iter().find(|row| row.text == PlaybookText::Voicemail).map(|row| row.body.clone());
        (text.unwrap_or_default(), known.call_back_at)
    });
    let usual = Due { at: call_back_at, all_day: false }.words(&catalog_now().site.zone);
    let points: Options = VoicemailPoint::ALL.into_iter().map(|point| (point.key().to_owned(), point.label().to_owned())).collect();
    view! {
        <details class="form__more" open=is_open>
            <summary><Icon name="chevron-right" />{PlaybookText::Voicemail.label()}</summary>
            <div class="form__part">
                <p class="task__note">{text}</p>
                <Checks name="said" label="The message said" options=points prefix=prefix.clone() />
                <div class="field-row">
                    <Input name="call_back" label="Call back on" kind=InputKind::Day optional=true prefix=prefix.clone() />
                    <Input name="call_back_time" label="At" kind=InputKind::Time optional=true prefix />
                </div>
                <p class="muted small">{format!("“Voicemail” makes the call-back a task. Without a day it is {usual}.")}</p>
            </div>
        </details>
    }
    .into_any()
}

/// The texts of the playbook for the channel, each folded away.
#[component]
fn Texts(channel: AttemptChannel) -> impl IntoView {
    let here = expect_context::<AttemptsPage>();
    let texts = Memo::new(move |_| {
        let is_shown = |row: &&PlaybookRow| row.text.is_for(channel) && row.text != PlaybookText::Voicemail;
        here.known.with(|known| known.texts.iter().filter(is_shown).cloned().collect::<Vec<_>>())
    });
    view! {
        <For
            each=move || texts.get()
            key=Clone::clone
            children=|row: PlaybookRow| view! {
                <details class="form__more">
                    <summary><Icon name="chevron-right" />{row.text.label()}</summary>
                    <p class="task__note">{row.body}</p>
                </details>
            }
        />
    }
    .into_any()
}

/// A note, and when it was, where that was earlier.
#[component]
fn More(prefix: String) -> impl IntoView {
    let moment = error_at("done_at");
    let is_open = was_typed(&["note", "done_at"]);
    let done_at = typed_before("done_at").and_then(|typed| typed.into_iter().next()).unwrap_or_default();
    let id = format!("{prefix}done_at");
    let error_id = format!("{id}-error");
    let described = error_id.clone();
    view! {
        <details class="form__more" open=is_open>
            <summary><Icon name="chevron-right" />"Note, or done earlier"</summary>
            <div class="form__part">
                <Area name="note" label="Note" optional=true prefix />
                <div class="field">
                    <label class="field__label" for=id.clone()>"Done earlier, by the site’s clocks"<span class="field__optional">" optional"</span></label>
                    <input
                        class="input"
                        id=id
                        type="datetime-local"
                        name="done_at"
                        value=done_at
                        aria-invalid=move || moment.get().map(|_| "true")
                        aria-describedby=move || moment.get().map(|_| described.clone())
                    />
                    {move || moment.get().map(|text| view! { <p class="field__error" id=error_id.clone()>{text}</p> })}
                </div>
            </div>
        </details>
    }
    .into_any()
}
