//! The appointment with the person of a lead: when it is, how its invite stands, and what can be done about both.

use domain::{Appointment, InviteState, LeadClass};
use leptos::prelude::*;

use super::appointment_form::AppointmentForm;
use super::{QualifiedPage, Steady, fact};
use crate::components::TimeAgo;
use crate::context::catalog;
use crate::features::leads::RefusedAsToast;
use crate::form::{Area, ErrorSummary, Hidden, PostForm};

/// The part.
#[component]
pub fn AppointmentPart() -> impl IntoView {
    let here = expect_context::<QualifiedPage>();
    let appointment = Memo::new(move |_| here.found.with(|found| found.appointment.clone()));
    let may_edit = here.may_edit();
    view! {
        <h3 class="fold__kind">"Appointment"</h3>
        {move || match appointment.get() {
            Some(appointment) => view! { <Shown appointment /> }.into_any(),
            None => view! { <p class="muted">"None is planned."</p> }.into_any(),
        }}
        {move || may_edit.get().then(|| view! { <Edit appointment /> })}
    }
    .into_any()
}

#[component]
fn Shown(appointment: Appointment) -> impl IntoView {
    let here = expect_context::<QualifiedPage>();
    let is_past = here.found.with_untracked(|found| appointment.is_past(found.now));
    let words = appointment.words(&catalog().site.zone);
    let to = appointment.attendee.as_ref().map(ToString::to_string);
    let moment = appointment.answered_at.or(appointment.sent_at);
    let invite = view! {
        <span class=format!("badge tone-{}", appointment.invite.tone())>{appointment.invite.label()}</span>
        {moment.map(|at| view! { " " <TimeAgo at /> })}
    };
    let place = (!appointment.place.is_empty()).then(|| fact("Where", appointment.place.clone().into_any()));
    view! {
        <dl>
            {fact(if is_past { "Was" } else { "When" }, words.into_any())}
            {place}
            {fact("Invite", invite.into_any())}
            {to.map(|to| fact("Sent to", to.into_any()))}
        </dl>
    }
    .into_any()
}

/// What can be done about it.
#[component]
fn Edit(appointment: Memo<Option<Appointment>>) -> impl IntoView {
    let here = expect_context::<QualifiedPage>();
    let steady = Steady::new(appointment);
    let done = steady.done(here.done);
    let typing = Callback::new(move |()| steady.is_typing.set(true));
    let came_back = crate::form::came_back(&here.action("appointment"));
    move || {
        let Some(present) = steady.shown.get() else {
            return view! {
                <details class="form__more" open=came_back>
                    <summary data-command="Plan an appointment">"Plan an appointment"</summary>
                    <AppointmentForm appointment=None done typing />
                </details>
            }
            .into_any();
        };
        let is_past = here.found.with_untracked(|found| present.is_past(found.now));
        if is_past {
            let noted = present.invite;
            return view! {
                {(noted != InviteState::Accepted).then(|| view! { <TheySaid said=noted /> })}
                <details class="form__more" open=came_back>
                    <summary data-command="Plan an appointment">"Plan the next appointment"</summary>
                    <AppointmentForm appointment=None done typing />
                </details>
            }
            .into_any();
        }
        let (said, version) = (present.invite, present.version);
        let is_ours = present.was_sent();
        view! {
            <div class="task__facts">
                {(is_ours || said != InviteState::Accepted).then(|| view! { <SendInvite is_again=is_ours /> })}
                <TheySaid said />
            </div>
            <details class="form__more" open=came_back>
                <summary data-command="Change the appointment">"Change the appointment"</summary>
                <AppointmentForm appointment=Some(present) done typing />
            </details>
            <Cancel version />
        }
        .into_any()
    }
}

#[component]
fn SendInvite(is_again: bool) -> impl IntoView {
    let here = expect_context::<QualifiedPage>();
    view! {
        <PostForm action=here.action("appointment/invite") class="task__step" on_done=here.done>
            <Hidden name="back" value=here.back() />
            <button class="button button--small" data-command="Send the invite">{if is_again { "Send the invite again" } else { "Send the invite" }}</button>
            <RefusedAsToast />
        </PostForm>
    }
    .into_any()
}

/// What they said in another way than by answering the invite.
#[component]
fn TheySaid(said: InviteState) -> impl IntoView {
    let here = expect_context::<QualifiedPage>();
    view! {
        <PostForm action=here.action("appointment/answer") class="task__step" on_done=here.done>
            <Hidden name="back" value=here.back() />
            {(said != InviteState::Accepted).then(|| view! {
                <button class="button button--small" name="said" value="accepted">"They accepted"</button>
            })}
            " "
            {(said != InviteState::Declined).then(|| view! {
                <button class="button button--small" name="said" value="declined">"They declined"</button>
            })}
            <RefusedAsToast />
        </PostForm>
    }
    .into_any()
}

#[component]
fn Cancel(version: i64) -> impl IntoView {
    let here = expect_context::<QualifiedPage>();
    let action = here.action("appointment/cancel");
    let came_back = crate::form::came_back(&action);
    let is_aql = here.found.with_untracked(|found| found.qualification.class == Some(LeadClass::Aql));
    view! {
        <details class="form__more" open=came_back>
            <summary>"Cancel the appointment"</summary>
            <PostForm action class="facts__form" on_done=here.done>
                <Hidden name="version" value=version.to_string() />
                <Hidden name="back" value=here.back() />
                <ErrorSummary prefix="cancel-" />
                <p class="muted">
                    "Whoever was invited is told."
                    {is_aql.then_some(" The lead becomes an OQL again.")}
                </p>
                <Area name="reason" label="Why" optional=true prefix="cancel-" />
                <div class="form__actions"><button class="button">"Cancel the appointment"</button></div>
            </PostForm>
        </details>
    }
    .into_any()
}
