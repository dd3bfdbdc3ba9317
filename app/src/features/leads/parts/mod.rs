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
use super::server_fns::load_parts;
use crate::components::{Icon, Problem};
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
    let page = expect_context::<FactPage>();
    let id = page.detail.with_untracked(|detail| detail.lead.id);
    let found = Resource::new(|| (), move |()| load_parts(id.0));
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match found.await {
                    Ok(parts) => view! { <Loaded id parts /> }.into_any(),
                    Err(error) => view! { <Problem error /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Loaded(id: LeadId, parts: LeadParts) -> impl IntoView {
    let page = expect_context::<FactPage>();
    let toasts = expect_context::<Toasts>();
    let parts = RwSignal::new(parts);
    let asked = StoredValue::new(0_u32);
    let read_again = move || {
        asked.update_value(|asked| *asked += 1);
        let mine = asked.get_value();
        leptos::task::spawn_local(async move {
            let fresh = load_parts(id.0).await;
            // An answer that was overtaken by a newer one is dropped.
            if let (Ok(fresh), true) = (fresh, asked.try_get_value() == Some(mine)) {
                let _gone = parts.try_set(fresh);
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
        page.reload.run(());
    });
    provide_context(PartsPage { lead: id, parts, done });
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
