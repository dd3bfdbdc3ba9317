//! The form that plans an appointment or changes it.

use domain::lead_class::{MINUTES_MAX, MINUTES_MIN};
use domain::{Appointment, AppointmentKind, InviteState};
use leptos::prelude::*;

use super::QualifiedPage;
use crate::context::catalog_now;
use crate::form::{Done, ErrorSummary, Hidden, Input, InputKind, Options, PostForm, Select, SentOnce};

/// Goes before the ids of the form's fields.
const PREFIX: &str = "appointment-";

/// The form.
#[component]
pub fn AppointmentForm(
    /// The one that is changed; `None` for a new one.
    appointment: Option<Appointment>,
    done: Callback<Done>,
    /// Called when somebody types.
    typing: Callback<()>,
) -> impl IntoView {
    let here = expect_context::<QualifiedPage>();
    let zone = catalog_now().site.zone.clone();
    let kinds: Options = AppointmentKind::ALL.into_iter().map(|kind| (kind.key().to_owned(), kind.label().to_owned())).collect();
    let kind = appointment.as_ref().map_or(AppointmentKind::VirtualMeeting, |present| present.kind);
    let (day, time) = appointment.as_ref().map(|present| (zone.day(present.at), zone.local(present.at).clock())).unwrap_or_default();
    let minutes = appointment.as_ref().map_or(30, |present| present.minutes);
    let place = appointment.as_ref().map(|present| present.place.clone()).unwrap_or_default();
    let invites: Options = [("later", "Send it later"), ("send", "Send it now"), ("accepted", "Somebody else sent it, and it was accepted")]
        .into_iter()
        .map(|(value, label)| (value.to_owned(), label.to_owned()))
        .collect();
    let was_sent = appointment.as_ref().is_some_and(Appointment::was_sent);
    let asks_for_invite = !was_sent && appointment.as_ref().is_none_or(|present| present.invite != InviteState::Accepted);
    let version = appointment.as_ref().map(|present| present.version.to_string());
    let save = if version.is_some() { "Save appointment" } else { "Plan appointment" };
    view! {
        <PostForm action=here.action("appointment") class="facts__form" on_done=done>
            {match version {
                Some(version) => view! { <Hidden name="version" value=version /> }.into_any(),
                None => view! { <SentOnce /> }.into_any(),
            }}
            <Hidden name="back" value=here.back() />
            <ErrorSummary prefix=PREFIX />
            <div class="form__part" on:input=move |_| typing.run(())>
                <Select name="kind" label="Kind" options=kinds value=kind.key() prefix=PREFIX />
                <div class="field-row">
                    <Input name="day" label="Day" value=day kind=InputKind::Day prefix=PREFIX />
                    <Input name="time" label="At" value=time kind=InputKind::Time prefix=PREFIX />
                </div>
                <Input
                    name="minutes"
                    label="Minutes"
                    value=minutes.to_string()
                    kind=InputKind::Number
                    help=format!("From {MINUTES_MIN} to {MINUTES_MAX}")
                    prefix=PREFIX
                />
                <Input name="place" label="Link or number" value=place optional=true prefix=PREFIX />
                {if asks_for_invite {
                    view! { <Select name="invite" label="Invite" options=invites value="later" prefix=PREFIX /> }.into_any()
                } else {
                    was_sent.then(|| view! { <p class="muted">"Whoever was invited is told of the change, and answers anew."</p> }).into_any()
                }}
            </div>
            <div class="form__actions"><button class="button button--primary">{save}</button></div>
        </PostForm>
    }
    .into_any()
}
