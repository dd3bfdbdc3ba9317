//! What happened to a lead, and the composer above it.

use domain::event::{Arrival, COMMENT_ICONS, COMMENT_TONES};
use domain::intake::TryResult;
use domain::{DelegationStep, Event, EventKind, LeadId};
use leptos::prelude::*;

use super::fact::FactPage;
use super::server_fns::older_events;
use crate::components::{Icon, TimeAgo};
use crate::context::{Toasts, catalog, catalog_now};
use crate::form::{FormState, PostForm, SentOnce, error_at, typed_before};

/// Composer and timeline.
#[component]
pub fn Timeline() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let toasts = expect_context::<Toasts>();
    let id = page.detail.with_untracked(|detail| detail.lead.id);
    let may_comment = Memo::new(move |_| page.detail.with(|detail| detail.rights.comment));
    let older = RwSignal::new(Vec::<Event>::new());
    let at_end = RwSignal::new(false);
    let events = move || {
        let mut events = page.detail.with(|detail| detail.timeline.clone());
        older.with(|older| events.extend(older.iter().filter(|old| !events.iter().any(|event| event.id == old.id)).cloned().collect::<Vec<_>>()));
        events
    };
    let show_older = move |_| {
        let Some(last) = events().last().map(|event| event.id.0) else { return };
        leptos::task::spawn_local(async move {
            match older_events(id.0, last).await {
                Ok(found) if found.is_empty() => at_end.set(true),
                Ok(found) => older.update(|older| older.extend(found)),
                Err(error) => toasts.fail(error.to_string()),
            }
        });
    };
    let has_more = move || page.detail.with(|detail| detail.has_older) && !at_end.get();
    view! {
        <div class="record__main" id="timeline">
            {move || may_comment.get().then(|| view! { <Composer id /> })}
            <ol class="timeline">
                <For each=events key=|event| event.id children=|event| view! { <TimelineItem event /> } />
            </ol>
            {move || has_more().then(|| view! { <button class="button button--quiet" type="button" on:click=show_older>"Show older"</button> })}
        </div>
    }
    .into_any()
}

/// A comment with icon and colour, or an entry of the shared notes.
#[component]
fn Composer(id: LeadId) -> impl IntoView {
    let page = expect_context::<FactPage>();
    view! {
        <PostForm action=format!("/leads/{id}/comment") class="composer" on_done=Callback::new(move |_| page.reload.run(()))>
            <SentOnce />
            <ComposerFields />
        </PostForm>
    }
    .into_any()
}

#[component]
fn ComposerFields() -> impl IntoView {
    let error = error_at("text");
    let whole = error_at("");
    let state = expect_context::<FormState>();
    let text = typed_before("text").and_then(|typed| typed.into_iter().next()).unwrap_or_default();
    let label = |word: &str| word[..1].to_uppercase() + &word[1..];
    view! {
        <textarea
            class="composer__text"
            id="composer-text"
            data-key="n"
            data-command="Write a comment"
            name="text"
            placeholder="Write a comment for the team"
            aria-label="Comment"
            aria-invalid=move || error.get().map(|_| "true")
            aria-describedby=move || error.get().map(|_| "composer-error")
        >
            {text}
        </textarea>
        {move || error.get().or_else(|| whole.get()).map(|text| view! { <p class="field__error" id="composer-error">{text}</p> })}
        <div class="composer__foot">
            <fieldset class="choices">
                <legend class="visually-hidden">"Icon"</legend>
                {COMMENT_ICONS
                    .into_iter()
                    .enumerate()
                    .map(|(index, icon)| view! {
                        <label class="choice" title=label(icon)>
                            <input type="radio" name="icon" value=icon aria-label=label(icon) checked=index == 0 />
                            <span class="choice__face"><Icon name=icon /></span>
                        </label>
                    })
                    .collect_view()}
            </fieldset>
            <span class="composer__rule" aria-hidden="true"></span>
            <fieldset class="choices">
                <legend class="visually-hidden">"Colour"</legend>
                {COMMENT_TONES
                    .into_iter()
                    .enumerate()
                    .map(|(index, tone)| view! {
                        <label class="choice" title=label(tone)>
                            <input type="radio" name="tone" value=tone aria-label=label(tone) checked=index == 0 />
                            <span class="choice__face"><span class=format!("choice__swatch tone-{tone}")></span></span>
                        </label>
                    })
                    .collect_view()}
            </fieldset>
            <button class="button" name="share" value="1" disabled=move || state.busy.get()>"Add to shared notes"</button>
            <button class="button button--primary" disabled=move || state.busy.get()>"Comment"</button>
        </div>
    }
    .into_any()
}

#[component]
fn TimelineItem(event: Event) -> impl IntoView {
    let who = event.actor.map_or_else(
        || {
            let is_told_by_us = matches!(&event.kind, EventKind::LeadAdded { by: Arrival::Mail { by, .. } } if !by.is_empty());
            if matches!(event.kind, EventKind::LeadAdded { .. } | EventKind::NoteShared { .. }) && !is_told_by_us {
                "A visitor".to_owned()
            } else {
                "Leadwright".to_owned()
            }
        },
        |id| catalog().person_name(id),
    );
    let sentence = event.kind.sentence_in(&catalog_now());
    let (icon, tone) = look(&event.kind);
    view! {
        <li class="timeline__item">
            <span class=format!("timeline__icon tone-{tone}")><Icon name=icon /></span>
            <div class="timeline__body">
                <span class="timeline__who">{who}</span>
                " " {sentence} " "
                <TimeAgo at=event.at class="timeline__time" />
                {particulars(event.kind)}
            </div>
        </li>
    }
    .into_any()
}

fn look(kind: &EventKind) -> (&'static str, &'static str) {
    let known = |word: &str, of: &[&'static str]| of.iter().copied().find(|offered| *offered == word).unwrap_or(of[0]);
    match kind {
        EventKind::LeadAdded { by: Arrival::Phone { .. } } => ("phone", "blue"),
        EventKind::LeadAdded { by: Arrival::Mail { .. } } => ("mail", "blue"),
        EventKind::CallTried { result, .. } => ("phone", if *result == TryResult::Answered { "green" } else { "grey" }),
        EventKind::Escalated { .. } | EventKind::Nudged { .. } => ("bell", "amber"),
        EventKind::Reclaimed { .. } => ("user", "amber"),
        EventKind::LeadAdded { .. } | EventKind::RecordAdded { .. } => ("plus", "blue"),
        EventKind::FieldsChanged { .. } | EventKind::RecordChanged { .. } | EventKind::RecordRemoved { .. } => ("edit", "grey"),
        EventKind::AccountsMerged { .. } | EventKind::MergeUndone { .. } => ("building", "grey"),
        EventKind::SignedIn | EventKind::SignInRefused { .. } => ("key", "grey"),
        EventKind::LeadMoved { action, .. } => match action {
            domain::LeadAction::Win => ("trophy", "green"),
            domain::LeadAction::Lose => ("close", "red"),
            domain::LeadAction::Cancel | domain::LeadAction::Delete => ("trash", "grey"),
            domain::LeadAction::Accept => ("user", "violet"),
            domain::LeadAction::Start => ("chevron-right", "blue"),
            domain::LeadAction::Reopen | domain::LeadAction::Restore => ("undo", "amber"),
        },
        EventKind::LeadDelegated { step, .. } => match step {
            DelegationStep::Delegated => ("users", "blue"),
            DelegationStep::Accepted => ("check", "green"),
            DelegationStep::Declined => ("undo", "red"),
            DelegationStep::TakenBack => ("undo", "amber"),
        },
        EventKind::Commented { icon, tone, .. } => (known(icon, &COMMENT_ICONS), known(tone, &COMMENT_TONES)),
        EventKind::NoteShared { .. } => ("note", "teal"),
    }
}

fn particulars(kind: EventKind) -> AnyView {
    let old_new = |what: String, old: String, new: String| {
        view! {
            <div class="timeline__change">
                <span class="muted">{what}" "</span>
                {(!old.is_empty()).then(|| view! { <del>{old}</del> })}
                {if new.is_empty() { view! { <span class="muted">"nothing"</span> }.into_any() } else { view! { <ins>{new}</ins> }.into_any() }}
            </div>
        }
        .into_any()
    };
    match kind {
        EventKind::FieldsChanged { changes } => {
            changes.into_iter().map(|change| old_new(change.field.title(&catalog_now()), change.old, change.new)).collect_view().into_any()
        }
        EventKind::RecordChanged { changes, .. } => {
            changes.into_iter().map(|change| old_new(change.what, change.old, change.new)).collect_view().into_any()
        }
        EventKind::LeadMoved { from, to, reason, .. } => {
            let moved = (from != to).then(|| old_new("Status".to_owned(), from, to));
            let reason = (!reason.is_empty()).then(|| view! { <p class="timeline__note tone-red">"Reason: " {reason}</p> });
            (moved, reason).into_any()
        }
        EventKind::Commented { text, tone, .. } => {
            let tone = COMMENT_TONES.iter().copied().find(|offered| *offered == tone).unwrap_or("grey");
            view! { <p class=format!("timeline__note tone-{tone}")>{text}</p> }.into_any()
        }
        EventKind::LeadDelegated { step, text, .. } if !text.is_empty() => {
            let (tone, before) = if step == DelegationStep::Declined { ("red", "Reason: ") } else { ("grey", "") };
            view! { <p class=format!("timeline__note tone-{tone}")>{before}{text}</p> }.into_any()
        }
        EventKind::NoteShared { text } => view! { <p class="timeline__note tone-teal">{text}</p> }.into_any(),
        EventKind::LeadAdded { by: Arrival::Mail { mail, .. } } => {
            view! { <a class="small" href=format!("/mail-in/{mail}") rel="external">"Read the e-mail"</a> }.into_any()
        }
        EventKind::LeadAdded { by: Arrival::Phone { why } } => view! { <p class="timeline__note tone-grey">{why}</p> }.into_any(),
        _ => ().into_any(),
    }
}
