//! What hangs on a lead beside its fields, on its page: loaded for itself, each part folded away behind its name and count.

mod competitors;
mod customer_account;
mod documents;
mod goods_and_services;
mod help;
mod tickets;

use domain::LeadId;
use domain::lead_parts::LeadParts;
use leptos::prelude::*;

use self::competitors::Competitors;
use self::customer_account::CustomerAccount;
use self::documents::Documents;
use self::goods_and_services::GoodsAndServices;
use self::help::Help;
use self::tickets::Tickets;
use super::RefusedAsToast;
use super::fact::FactPage;
use super::loaded_part::{LoadedPart, loaded_part};
use super::server_fns::load_parts;
use crate::components::Icon;
use crate::context::Toasts;
use crate::form::{Done, Hidden, PostForm};

/// What the parts share.
#[derive(Clone, Copy)]
struct PartsPage {
    lead: LeadId,
    parts: RwSignal<LeadParts>,
    /// Called when something became of one: says so and reads the lead afresh, and with it the parts.
    done: Callback<Done>,
}

impl PartsPage {
    /// Where forms lead without script.
    fn back(self) -> String {
        format!("/leads/{}", self.lead)
    }
}

/// All of them.
#[component]
pub fn Parts() -> impl IntoView {
    loaded_part(load_parts, shown)
}

fn shown(LoadedPart { lead, known: parts, done, .. }: LoadedPart<LeadParts>) -> AnyView {
    provide_context(PartsPage { lead, parts, done });
    view! {
        <CustomerAccount />
        <GoodsAndServices />
        <Competitors />
        <Help />
        <Documents />
        <Tickets />
    }
    .into_any()
}

/// A part behind its name and how many it has.
#[component]
fn Fold(
    id: &'static str,
    title: &'static str,
    count: Memo<usize>,
    /// Whether it is open at first: without script a form that came back has to be seen.
    is_open: bool,
    children: Children,
) -> impl IntoView {
    let heading = format!("{id}-h");
    let labelled_by = heading.clone();
    view! {
        <section class="facts" id=id aria-labelledby=labelled_by>
            <details class="form__more fold" open=is_open>
                <summary><Icon name="chevron-right" /><h2 class="fold__title" id=heading>{title}</h2><span class="fold__count">{move || count.get()}</span></summary>
                {children()}
            </details>
        </section>
    }
    .into_any()
}

/// A form that is one button and can be taken back.
#[component]
fn Step(
    action: String,
    /// Where to post to take it back.
    undo: String,
    label: String,
    word: &'static str,
) -> impl IntoView {
    let here = expect_context::<PartsPage>();
    let page = expect_context::<FactPage>();
    let toasts = expect_context::<Toasts>();
    let done = Callback::new(move |done: Done| {
        toasts.say_with_undo(done.message, undo.clone());
        page.reload.run(());
    });
    view! {
        <PostForm action class="task__step" on_done=done>
            <Hidden name="back" value=here.back() />
            <button class="button button--small" aria-label=label>{word}</button>
            <RefusedAsToast />
        </PostForm>
    }
    .into_any()
}
