//! How a lead is qualified, on its page: its class with what belongs to that, an appointment with its invite, what is known of budget and the
//! rest, and interim projects. Loaded for itself, like the other parts of a lead.

mod answers;
mod appointment;
mod appointment_form;
mod class_form;
mod class_shown;
mod interim;

use domain::LeadId;
use domain::lead_class::QualificationView;
use leptos::prelude::*;

use self::answers::Answers;
use self::appointment::AppointmentPart;
use self::class_form::ClassEdit;
use self::class_shown::ClassShown;
use self::interim::Interim;
use super::fact::FactPage;
use super::server_fns::load_qualification;
use crate::components::Problem;
use crate::context::Toasts;
use crate::form::Done;

/// What the parts share.
#[derive(Clone, Copy)]
struct QualifiedPage {
    lead: LeadId,
    found: RwSignal<QualificationView>,
    /// Called when something changed: says so, and reads the lead afresh and how it is qualified.
    done: Callback<Done>,
}

impl QualifiedPage {
    /// Where forms lead without script.
    fn back(self) -> String {
        format!("/leads/{}", self.lead)
    }

    /// Where something about it is posted to.
    fn action(self, what: &str) -> String {
        format!("/leads/{}/{what}", self.lead)
    }

    fn may_edit(self) -> Memo<bool> {
        Memo::new(move |_| self.found.with(|found| found.may_edit))
    }
}

/// The part.
#[component]
pub fn Qualified() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let id = page.detail.with_untracked(|detail| detail.lead.id);
    let found = Resource::new(|| (), move |()| load_qualification(id.0));
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match found.await {
                    Ok(found) => view! { <Loaded id found /> }.into_any(),
                    Err(error) => view! { <Problem error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Loaded(id: LeadId, found: QualificationView) -> impl IntoView {
    let page = expect_context::<FactPage>();
    let toasts = expect_context::<Toasts>();
    let found = RwSignal::new(found);
    let asked = StoredValue::new(0_u32);
    let read_again = move || {
        asked.update_value(|asked| *asked += 1);
        let mine = asked.get_value();
        leptos::task::spawn_local(async move {
            let fresh = load_qualification(id.0).await;
            // An answer that was overtaken by a newer one is dropped.
            if let (Ok(fresh), true) = (fresh, asked.try_get_value() == Some(mine)) {
                let _gone = found.try_set(fresh);
            }
        });
    };
    let version = Memo::new(move |_| page.detail.with(|detail| detail.lead.version));
    Effect::new(move |before: Option<i64>| {
        let now = version.get();
        if before.is_some_and(|before| before != now) {
            read_again();
        }
        now
    });
    let done = Callback::new(move |done: Done| {
        toasts.say(done.message);
        read_again();
        page.reload.run(());
    });
    provide_context(QualifiedPage { lead: id, found, done });
    view! {
        <section class="facts" id="qualification" aria-labelledby="qualification-h">
            <div class="facts__head"><h2 id="qualification-h">"Qualification"</h2></div>
            <ClassShown />
            <ClassEdit />
            <AppointmentPart />
            <Answers />
            <Interim />
        </section>
    }
    .into_any()
}

/// What a form shows of `source`. What somebody types stays while others change it; they are told when they save.
struct Steady<T> {
    shown: RwSignal<T>,
    is_typing: RwSignal<bool>,
}

// Signals are copied whatever is in them, which a derived copy does not know.
impl<T> Clone for Steady<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Steady<T> {}

impl<T: Clone + PartialEq + Send + Sync + 'static> Steady<T> {
    fn new(source: Memo<T>) -> Self {
        let steady = Self { shown: RwSignal::new(source.get_untracked()), is_typing: RwSignal::new(false) };
        Effect::new(move |_| {
            let fresh = source.get();
            if !steady.is_typing.get_untracked() && steady.shown.with_untracked(|shown| *shown != fresh) {
                steady.shown.set(fresh);
            }
        });
        steady
    }

    /// Called when the form is saved.
    fn done(self, then: Callback<Done>) -> Callback<Done> {
        Callback::new(move |done: Done| {
            self.is_typing.set(false);
            then.run(done);
        })
    }
}

fn fact(label: &'static str, value: AnyView) -> AnyView {
    view! { <div class="fact"><dt class="fact__label">{label}</dt><dd class="fact__value">{value}</dd></div> }.into_any()
}

/// What somebody wrote, with its lines; nothing for nothing.
fn text_fact(label: &'static str, text: &str) -> Option<AnyView> {
    let text = text.to_owned();
    (!text.is_empty()).then(|| fact(label, view! { <span class="qualified__text">{text}</span> }.into_any()))
}
