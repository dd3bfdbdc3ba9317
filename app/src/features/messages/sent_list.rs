//! Messages that were sent to the person of a lead, and what became of each.

use domain::MailState;
use domain::message::SentMessage;
use leptos::prelude::*;

use crate::components::{PersonName, TimeAgo};

fn tone(state: MailState) -> &'static str {
    match state {
        MailState::Waiting => "grey",
        MailState::Sending => "blue",
        MailState::Sent => "green",
        MailState::Failed => "red",
        MailState::Unknown => "amber",
    }
}

/// The list; nothing where nothing was sent.
#[component]
pub fn SentList(sent: Vec<SentMessage>) -> impl IntoView {
    if sent.is_empty() {
        return ().into_any();
    }
    let one = |message: SentMessage| {
        let SentMessage { by, to, subject, body, at, state, answer, material, .. } = message;
        view! {
            <li class="task">
                <div class="task__body">
                    <div class="task__facts">
                        <span class="task__title">{subject}</span>
                        {state.map(|state| view! { <span class=format!("badge tone-{}", tone(state))>{state.label()}</span> })}
                        {by.map(|by| view! { <PersonName id=Some(by) /> })}
                        <TimeAgo at />
                        <span class="mail-address muted">{to}</span>
                    </div>
                    {(!answer.is_empty()).then(|| view! { <p class="mail-why">{answer}</p> })}
                    <p class="task__note">{body}</p>
                    {(!material.is_empty()).then(|| view! { <p class="muted small">{format!("Sent with it: {}", material.join(", "))}</p> })}
                </div>
            </li>
        }
        .into_any()
    };
    view! {
        <section class="section" aria-labelledby="sent-h">
            <div class="section__head"><h2 id="sent-h">"Sent before"</h2></div>
            <ul class="tasks">{sent.into_iter().map(one).collect_view()}</ul>
        </section>
    }
    .into_any()
}
