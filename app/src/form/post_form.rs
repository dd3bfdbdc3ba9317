//! The form element itself, and what its fields share.

use domain::{FieldErrors, FormValues};
use leptos::context::Provider;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use crate::context::{Me, Toasts};
use crate::form_reply::{Conflict, FormReply, Replay};

/// The form that came back without script, until the person saves or goes to another page. It stays as the text that came
/// with the page, for forms to read: a page without one need not know how.
#[derive(Clone, Copy)]
pub struct CameBack(StoredValue<Option<String>>);

impl CameBack {
    /// Takes what the server put into the page.
    pub fn provide(replay: Option<String>) {
        provide_context(Self(StoredValue::new(replay)));
    }

    fn read(self) -> Option<Replay> {
        self.0.with_value(|replay| serde_json::from_str(replay.as_ref()?).ok())
    }

    /// From now on forms start empty: the person saved, or went to another page.
    pub fn forget(self) {
        self.0.set_value(None);
    }
}

/// What a saved form leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    pub location: String,
    pub message: String,
}

/// What the fields of a form share.
#[derive(Clone, Copy)]
pub struct FormState {
    pub reply: RwSignal<Option<FormReply>>,
    pub busy: RwSignal<bool>,
    /// What was typed before the page was rendered again.
    pub replayed: StoredValue<Option<FormValues>>,
}

impl FormState {
    /// A fresh state, or the one that came back without script.
    fn of(action: &str) -> Self {
        let replay = replay_of(action);
        Self {
            reply: RwSignal::new(replay.as_ref().map(|replay| replay.reply.clone())),
            busy: RwSignal::new(false),
            // What was made is done: the form is for the next.
            replayed: StoredValue::new(replay.filter(|replay| replay.reply.status() != 200).map(|replay| replay.values)),
        }
    }

    /// What is wrong with the fields.
    #[must_use]
    pub fn errors(self) -> FieldErrors {
        match self.reply.get() {
            Some(FormReply::Invalid { errors }) => errors,
            Some(FormReply::Refused { message, .. }) => FieldErrors::at("", message),
            _ => FieldErrors::default(),
        }
    }

    /// Fields that someone else changed too.
    #[must_use]
    pub fn conflicts(self) -> Vec<Conflict> {
        match self.reply.get() {
            Some(FormReply::Conflict { conflicts }) => conflicts,
            _ => Vec::new(),
        }
    }
}

/// The form that came back without script, if it is the one posted to `action` (its query does not matter).
fn replay_of(action: &str) -> Option<Replay> {
    let path = action.split('?').next().unwrap_or_default();
    use_context::<CameBack>().and_then(CameBack::read).filter(|replay| replay.action == path)
}

/// The version to send with a form that came back without script: after a conflict the current one, so that sending
/// again keeps the person's own values; else the one first read.
#[must_use]
pub fn typed_version(action: &str) -> Option<String> {
    let replay = replay_of(action)?;
    match replay.reply {
        FormReply::Conflict { conflicts } => conflicts.first().map(|conflict| conflict.version.to_string()),
        _ => replay.values.find("version").map(str::to_owned),
    }
}

/// Whether the form posted to `action` came back without script.
#[must_use]
pub fn came_back(action: &str) -> bool {
    replay_of(action).is_some()
}

/// A form posted to `action`. Server: a plain form, with what was typed before where it came back.
#[component]
pub fn PostForm(
    /// The address it is posted to.
    #[prop(into)]
    action: String,
    /// Class of the form element.
    #[prop(into, optional)]
    class: String,
    /// Its id, where fields outside of it belong to it.
    #[prop(into, optional)]
    form_id: Option<String>,
    /// Called when it was saved; without it the browser goes to where the server says.
    #[prop(optional, into)]
    on_done: Option<Callback<Done>>,
    children: Children,
) -> impl IntoView {
    let state = FormState::of(&action);
    let navigate = use_navigate();
    let toasts = use_context::<Toasts>();
    let target = StoredValue::new(action.clone());
    let came_back = use_context::<CameBack>();
    // Where one signs in nobody needs to be told to.
    let is_private = use_context::<Me>().is_some();
    let has_ended = Memo::new(move |_| is_private && state.reply.with(|reply| matches!(reply, Some(FormReply::SignInRequired))));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let navigate = navigate.clone();
        let finish = move |done: Done| {
            if let Some(came_back) = came_back {
                came_back.forget();
            }
            match on_done {
                Some(on_done) => on_done.run(done),
                None => {
                    if let (Some(toasts), false) = (toasts, done.message.is_empty()) {
                        toasts.say(done.message);
                    }
                    navigate(&done.location, leptos_router::NavigateOptions::default());
                }
            }
        };
        send(state, target.get_value(), &event, finish);
    };
    view! {
        <form class=class id=form_id method="post" action=action on:submit=submit novalidate>
            <Provider value=state>{children()}</Provider>
            {move || has_ended.get().then(|| view! { <SessionEnded /> })}
        </form>
    }
}

/// Says that nobody is signed in any more, and how to go on without losing what was typed.
#[component]
fn SessionEnded() -> impl IntoView {
    view! {
        <p class="field__error session-ended" role="alert">
            "Your session ended. What you typed is still here: "
            <a href="/login" target="_blank">"sign in in another tab"</a>
            ", then send it again."
        </p>
    }
    .into_any()
}

/// A form with a file: sent by the browser itself, with script too, and answered with a page.
#[component]
pub fn FileForm(
    /// The address it is posted to.
    #[prop(into)]
    action: String,
    /// Class of the form element.
    #[prop(into, optional)]
    class: String,
    children: Children,
) -> impl IntoView {
    let state = FormState::of(&action);
    view! {
        <form class=class method="post" enctype="multipart/form-data" action=action novalidate>
            <Provider value=state>{children()}</Provider>
        </form>
    }
}

#[cfg(feature = "hydrate")]
fn send(state: FormState, action: String, event: &leptos::ev::SubmitEvent, finish: impl FnOnce(Done) + 'static) {
    let Some((form, submitter)) = super::send::parts(event) else { return };
    if state.busy.get_untracked() {
        return;
    }
    state.busy.set(true);
    let body = super::send::body_of(&form, submitter);
    leptos::task::spawn_local(async move {
        let reply = super::send::post(&action, &body).await;
        // The form may be gone by now: the person went to another page.
        let _gone = state.busy.try_set(false);
        match reply {
            FormReply::Done { location, message } => {
                let _gone = state.reply.try_set(None);
                form.reset();
                renew_key(&form);
                finish(Done { location, message });
            }
            FormReply::Made { message, secret } => {
                let _gone = state.reply.try_set(Some(FormReply::Made { message: message.clone(), secret }));
                form.reset();
                renew_key(&form);
                request_animation_frame(move || focus_first_error(&form));
                finish(Done { location: String::new(), message });
            }
            FormReply::NotFound => {
                let message = "This is no longer there, or no longer yours to see".to_owned();
                let _gone = state.reply.try_set(Some(FormReply::Refused { message, status: 404 }));
            }
            other => {
                let _gone = state.reply.try_set(Some(other));
                request_animation_frame(move || focus_first_error(&form));
            }
        }
    });
}

#[cfg(not(feature = "hydrate"))]
fn send(state: FormState, action: String, _event: &leptos::ev::SubmitEvent, finish: impl FnOnce(Done) + 'static) {
    // Only browsers submit forms; this keeps the types of both builds alike.
    drop((state, action, finish));
}

/// What is sent from here on is another wish.
#[cfg(feature = "hydrate")]
fn renew_key(form: &web_sys::HtmlFormElement) {
    if let Ok(Some(field)) = form.query_selector("[name=once]") {
        let _renewed = field.set_attribute("value", &super::fields::fresh_key());
    }
}

#[cfg(feature = "hydrate")]
fn focus_first_error(form: &web_sys::HtmlFormElement) {
    use wasm_bindgen::JsCast as _;
    let found = form.query_selector(".error-summary, [aria-invalid=true], .conflict button, .shown-once, .session-ended a").ok().flatten();
    if let Some(element) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _focused = element.focus();
    }
}

/// What was wrong with the form that came back without script, whichever form of this page it was.
#[must_use]
pub fn refused_before() -> Option<String> {
    let replay = use_context::<CameBack>().and_then(CameBack::read)?;
    sentence_of(replay.reply)
}

/// What a reply that is not done says to the person.
fn sentence_of(reply: FormReply) -> Option<String> {
    match reply {
        FormReply::Done { .. } | FormReply::Made { .. } => None,
        FormReply::SignInRequired => Some("Your session ended. Sign in in another tab, then try again".to_owned()),
        FormReply::Refused { message, .. } => Some(message),
        FormReply::NotFound => Some("This is no longer there, or no longer yours to see".to_owned()),
        FormReply::Invalid { errors } => errors.0.into_values().next(),
        FormReply::Conflict { .. } => Some("Someone else changed this meanwhile; look at it again".to_owned()),
    }
}

/// Posts nothing but the address in the background; says as a toast what came of it.
pub fn post_quietly(action: String, toasts: Toasts) {
    post_or_else(action, String::new(), toasts, move |done| toasts.say(done.message), || {});
}

/// Posts `body` (urlencoded) in the background; says what went wrong as a toast, and takes back with `put_back` what was
/// shown before the answer came.
#[cfg_attr(not(feature = "hydrate"), expect(unused_variables, reason = "only browsers post in the background"))]
pub fn post_or_else(action: String, body: String, toasts: Toasts, finish: impl FnOnce(Done) + 'static, put_back: impl FnOnce() + 'static) {
    #[cfg(feature = "hydrate")]
    leptos::task::spawn_local(async move {
        match super::send::post(&action, &body).await {
            FormReply::Done { location, message } => finish(Done { location, message }),
            FormReply::Made { message, .. } => finish(Done { location: String::new(), message }),
            other => {
                put_back();
                if let Some(sentence) = sentence_of(other) {
                    toasts.fail(sentence);
                }
            }
        }
    });
}
