//! What happened to a lead, and the composer above it.

use domain::attempt::VoicemailPoint;
use domain::event::{Arrival, COMMENT_ICONS, COMMENT_TONES, MAIL_ICON};
use domain::intake::TryResult;
use domain::{AppointmentStep, DelegationStep, Due, Event, EventKind, LeadId, MailingStep, PartKind, PartStep, TaskStep, TimelinePage};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::fact::FactPage;
use super::server_fns::load_timeline;
use super::timeline_filter::{Asked, TimelineFilterBar, address};
use crate::as_written::as_written;
use crate::components::{Icon, Problem, TimeAgo};
use crate::context::{Toasts, catalog, catalog_now};
use crate::form::{FormState, PostForm, SentOnce, error_at, typed_before};
use crate::in_turn::in_turn;

/// Composer and timeline. What the address asks for is shown; all of it, when it asks for nothing.
#[component]
pub fn Timeline() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let id = page.detail.with_untracked(|detail| detail.lead.id);
    let may_comment = Memo::new(move |_| page.detail.with(|detail| detail.rights.comment));
    let search = use_location().search;
    let asked = Memo::new(move |_| Asked::read(&search.get()));
    let newest = Memo::new(move |_| page.detail.with(|detail| detail.timeline.first().map(|event| event.id)));
    // Read anew when something happens to the lead. The page itself has the newest of all entries.
    let found = Resource::new(
        move || {
            let asked = asked.get();
            (asked != Asked::default()).then(|| (asked, newest.get()))
        },
        move |wanted| async move {
            match wanted {
                Some((asked, _)) => load_timeline(id.0, asked.filter.to_query(), asked.before.map(|event| event.0)).await.map(Some),
                None => Ok(None),
            }
        },
    );
    let older = RwSignal::new(None::<Older>);
    view! {
        <div class="record__main" id="timeline">
            {move || may_comment.get().then(|| in_turn(move || view! { <Composer id /> }.into_any()))}
            {move || {
                let (asked, search) = (asked.get(), search.get());
                in_turn(move || view! { <TimelineFilterBar id asked search /> }.into_any())
            }}
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(first) => {
                            let (asked, search) = (asked.get_untracked(), search.get_untracked());
                            in_turn(move || view! { <Entries id asked search first older /> }.into_any())
                        }
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
    .into_any()
}

/// Entries that "Show older" brought, with those that stood above them.
#[derive(Clone)]
struct Older {
    /// What the address asked for then.
    of: Asked,
    page: TimelinePage,
}

/// The entries. `first` is what the address asked for; without it, the page's own.
#[component]
fn Entries(id: LeadId, asked: Asked, search: String, first: Option<TimelinePage>, older: RwSignal<Option<Older>>) -> impl IntoView {
    let page = expect_context::<FactPage>();
    let toasts = expect_context::<Toasts>();
    let first = StoredValue::new(first);
    let shown = Memo::new(move |_| {
        let mut shown =
            first.get_value().unwrap_or_else(|| page.detail.with(|detail| TimelinePage { events: detail.timeline.clone(), next: detail.next }));
        older.with(|older| {
            if let Some(older) = older.as_ref().filter(|older| older.of == asked) {
                let more: Vec<Event> = older.page.events.iter().filter(|old| !shown.events.iter().any(|event| event.id == old.id)).cloned().collect();
                shown.events.extend(more);
                shown.next = older.page.next;
            }
        });
        shown
    });
    let show_older = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        let TimelinePage { mut events, next } = shown.get_untracked();
        leptos::task::spawn_local(async move {
            match load_timeline(id.0, asked.filter.to_query(), next.map(|event| event.0)).await {
                Ok(found) => {
                    events.extend(found.events);
                    let _gone = older.try_set(Some(Older { of: asked, page: TimelinePage { events, next: found.next } }));
                }
                Err(error) => toasts.fail(error.to_string()),
            }
        });
    };
    let is_empty = Memo::new(move |_| shown.with(|shown| shown.events.is_empty()));
    let next = Memo::new(move |_| shown.with(|shown| shown.next));
    let newest = asked.before.is_some().then(|| address(id, &search, asked.filter, None));
    view! {
        {newest.map(|href| view! { <a class="button button--quiet button--small" href=href>"Show the newest"</a> })}
        {move || is_empty.get().then(|| view! { <p class="muted">"Nothing like this has happened."</p> })}
        <ol class="timeline">
            <For each=move || shown.get().events key=|event| event.id children=|event| view! { <TimelineItem event /> } />
        </ol>
        {move || next.get().map(|next| view! {
            <a class="button button--quiet" rel="next" href=address(id, &search, asked.filter, Some(next)) on:click=show_older>"Show older"</a>
        })}
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
    let moment = error_at("done_at");
    let typed = |name| typed_before(name).and_then(|typed| typed.into_iter().next()).unwrap_or_default();
    let (text, done_at) = (typed("text"), typed("done_at"));
    let came_back_with_moment = !done_at.is_empty();
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
            {as_written(text)}
        </textarea>
        {move || error.get().or_else(|| whole.get()).map(|text| view! { <p class="field__error" id="composer-error">{text}</p> })}
        <details class="composer__when" open=came_back_with_moment>
            <summary>"Done earlier?"</summary>
            <label class="field__label" for="composer-done-at">"When, by the site’s clocks"</label>
            <input
                class="input"
                id="composer-done-at"
                type="datetime-local"
                name="done_at"
                value=done_at
                aria-invalid=move || moment.get().map(|_| "true")
                aria-describedby=move || moment.get().map(|_| "composer-done-at-error")
            />
            {move || moment.get().map(|text| view! { <p class="field__error" id="composer-done-at-error">{text}</p> })}
        </details>
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
        EventKind::Attempted { channel, outcome, .. } => (channel.icon(), outcome.tone()),
        EventKind::Escalated { .. } | EventKind::Nudged { .. } => ("bell", "amber"),
        EventKind::Reclaimed { .. } => ("user", "amber"),
        EventKind::Task { step, .. } => match step {
            TaskStep::Added => ("check", "blue"),
            TaskStep::Done => ("check", "green"),
            TaskStep::Changed | TaskStep::Removed => ("check", "grey"),
            TaskStep::Reopened | TaskStep::Restored => ("undo", "amber"),
        },
        EventKind::Part { part, step, .. } => {
            let icon = match part {
                PartKind::OfferingNote => "note",
                PartKind::Competitor => "shield",
                PartKind::Help => "users",
                PartKind::Document => "upload",
                PartKind::Registration => "shield",
                PartKind::Problem => "flag",
                PartKind::Ticket => "flag",
                PartKind::Quote => "note",
                PartKind::Customer => "trophy",
            };
            let tone = match step {
                PartStep::Added | PartStep::Submitted | PartStep::Told | PartStep::Sent => "blue",
                PartStep::Answered | PartStep::Approved | PartStep::Extended | PartStep::Accepted | PartStep::Converted => "green",
                PartStep::Changed | PartStep::Closed | PartStep::Removed | PartStep::Revised => "grey",
                PartStep::Reopened | PartStep::Restored | PartStep::Returned | PartStep::Expired | PartStep::Reviewed | PartStep::Unconverted => {
                    "amber"
                }
                PartStep::Rejected | PartStep::Denied => "red",
            };
            (icon, tone)
        }
        EventKind::LeadClassed { to, .. } => ("star", to.map_or("grey", domain::LeadClass::tone)),
        EventKind::Qualified { .. } => ("edit", "grey"),
        EventKind::Appointment { step, .. } => match step {
            AppointmentStep::Planned | AppointmentStep::Invited => ("calendar", "blue"),
            AppointmentStep::Accepted => ("calendar", "green"),
            AppointmentStep::Tentative | AppointmentStep::Refused => ("calendar", "amber"),
            AppointmentStep::Declined => ("calendar", "red"),
            AppointmentStep::Changed | AppointmentStep::Cancelled => ("calendar", "grey"),
        },
        EventKind::Mailing { step, .. } => match step {
            MailingStep::Unsubscribed => ("mail", "red"),
            MailingStep::Resubscribed => ("mail", "green"),
            MailingStep::Confirmed | MailingStep::PlanBegun | MailingStep::PlanSent => ("mail", "blue"),
            MailingStep::PlanPaused | MailingStep::PlanResumed => ("mail", "amber"),
            MailingStep::PlanStopped | MailingStep::PlanFinished => ("mail", "grey"),
        },
        EventKind::LeadAdded { .. } | EventKind::RecordAdded { .. } => ("plus", "blue"),
        EventKind::FieldsChanged { .. } | EventKind::RecordChanged { .. } | EventKind::RecordRemoved { .. } => ("edit", "grey"),
        EventKind::AccountSought { .. } | EventKind::AccountsMerged { .. } | EventKind::MergeUndone { .. } => ("building", "grey"),
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
        EventKind::Commented { icon, tone, .. } if icon == MAIL_ICON => (MAIL_ICON, known(tone, &COMMENT_TONES)),
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
        EventKind::RecordChanged { changes, .. }
        | EventKind::Task { changes, .. }
        | EventKind::Part { changes, .. }
        | EventKind::Qualified { changes } => {
            changes.into_iter().map(|change| old_new(change.what, change.old, change.new)).collect_view().into_any()
        }
        EventKind::Appointment { changes, text, .. } => {
            let changes = changes.into_iter().map(|change| old_new(change.what, change.old, change.new)).collect_view();
            let text = (!text.is_empty()).then(|| view! { <p class="timeline__note tone-grey">{text}</p> });
            (changes, text).into_any()
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
        EventKind::Mailing { text, .. } if !text.is_empty() => view! { <p class="timeline__note tone-grey">{text}</p> }.into_any(),
        EventKind::Attempted { outcome, note, said, promised_at, .. } => {
            let promise = promised_at.map(|at| format!("Call back on {}", Due { at, all_day: false }.words(&catalog_now().site.zone)));
            let lines = VoicemailPoint::told(&said).into_iter().chain(promise);
            let note = (!note.is_empty()).then(|| view! { <p class=format!("timeline__note tone-{}", outcome.tone())>{note}</p> });
            (note, lines.map(|line| view! { <p class="small">{line}</p> }).collect_view()).into_any()
        }
        EventKind::LeadAdded { by: Arrival::Mail { mail, .. } } => {
            view! { <a class="small" href=format!("/mail-in/{mail}") rel="external">"Read the e-mail"</a> }.into_any()
        }
        EventKind::LeadAdded { by: Arrival::Phone { why } } => view! { <p class="timeline__note tone-grey">{why}</p> }.into_any(),
        _ => ().into_any(),
    }
}
