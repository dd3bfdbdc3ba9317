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
use super::loaded_part::{LoadedPart, loaded_part};
use super::server_fns::load_qualification;
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
    loaded_part(load_qualification, shown)
}

fn shown(part: LoadedPart<QualificationView>) -> AnyView {
    // An answer to an invite, or what is known of them, is no change of the lead.
    let done = Callback::new(move |done: Done| {
        part.read_again.run(());
        part.done.run(done);
    });
    provide_context(QualifiedPage { lead: part.lead, found: part.known, done });
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
