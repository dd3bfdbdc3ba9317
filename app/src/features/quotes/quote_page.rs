//! One quote: `/quotes/{number}`. While it is new its lines are put in here; afterwards it says what became of it.

use domain::quote::QuotePage as Found;
use domain::{QuoteId, QuoteState};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::line_form::AddLine;
use super::lines::Lines;
use super::server_fns::load_quote;
use super::steps::Steps;
use crate::components::{Icon, NotFound, PersonName, Problem, TimeAgo};
use crate::context::Toasts;
use crate::features::tasks::follow;
use crate::form::{Area, Done, ErrorSummary, Hidden, Input, InputKind, PostForm, came_back};
use crate::routes;

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Editor {
    pub id: QuoteId,
    pub page: RwSignal<Found>,
    /// Called when something was done: says so, and reads the quote afresh.
    pub done: Callback<Done>,
}

impl Editor {
    /// Where a form of it is posted to.
    pub fn action(self, what: &str) -> String {
        format!("{}{what}", routes::quote(self.id))
    }

    /// The version that its forms send.
    pub fn version(self) -> Signal<String> {
        Signal::derive(move || self.page.with(|page| page.quote.version.to_string()))
    }

    /// How far it is today.
    pub fn state(self) -> Memo<QuoteState> {
        Memo::new(move |_| self.page.with(|page| page.quote.state_on(page.today)))
    }

    /// Whether its lines can be changed.
    pub fn may_edit(self) -> Memo<bool> {
        Memo::new(move |_| self.page.with(|page| page.may_change && page.quote.state == QuoteState::New))
    }
}

/// The page.
#[component]
pub fn QuotePage() -> impl IntoView {
    let params = use_params_map();
    let number = Memo::new(move |_| params.with(|params| params.get("number").and_then(|text| text.parse::<i64>().ok())));
    let found = Resource::new(
        move || number.get(),
        |number| async move {
            match number {
                Some(number) => Some(load_quote(number).await),
                None => None,
            }
        },
    );
    view! {
        <main class="page" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Some(Ok(found)) => view! { <Loaded found /> }.into_any(),
                        Some(Err(error)) => view! { <Title text="Quote" /> <Problem error /> }.into_any(),
                        None => view! { <NotFound /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(found: Found) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let id = found.quote.id;
    let page = RwSignal::new(found);
    let again = Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            match load_quote(id.0).await {
                Ok(fresh) => {
                    let _gone = page.try_set(fresh);
                }
                Err(error) => toasts.fail(error.to_string()),
            }
        });
    });
    follow(again);
    let done = Callback::new(move |done: Done| {
        toasts.say(done.message);
        again.run(());
    });
    let editor = Editor { id, page, done };
    provide_context(editor);
    let may_edit = editor.may_edit();
    view! {
        <Head />
        <Lines />
        {move || may_edit.get().then(|| view! { <AddLine /> })}
        <Around />
        <Steps />
    }
    .into_any()
}

/// What it is called, how far it is, and for which deal of which lead it is.
#[component]
fn Head() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let name = Memo::new(move |_| editor.page.with(|page| page.quote.name()));
    let state = editor.state();
    let quote = move || editor.page.with(|page| page.quote.clone());
    let lead_name = editor.page.with_untracked(|page| format!("{}, {}", page.lead_name, page.account));
    let lead = editor.page.with_untracked(|page| page.quote.lead);
    let answered = move || {
        let quote = quote();
        let by = if quote.answered_by.is_empty() { "noted".to_owned() } else { format!("by {}", quote.answered_by) };
        quote.answered_at.map(|at| view! { <span>{by}" "<TimeAgo at /></span> })
    };
    let reason = move || {
        let reason = quote().reason;
        (!reason.is_empty()).then(|| view! { <p class="timeline__note tone-red">{reason}</p> })
    };
    view! {
        {move || view! { <Title text=name.get() /> }}
        <div class="page__head">
            <h1>{move || name.get()}</h1>
            <span class=move || format!("badge tone-{}", state.get().tone())>{move || state.get().label()}</span>
            <a class="push button" href=routes::quote_pdf(editor.id, None) rel="external"><Icon name="note" />"PDF"</a>
        </div>
        <div class="task__facts">
            <a href=routes::lead(lead, "")>{format!("Lead {lead}: {lead_name}")}</a>
            <span>{move || quote().opportunity.name}</span>
            <span>{move || format!("valid until {}", quote().valid_until.readable_day())}</span>
            <span>"made by " {move || view! { <PersonName id=Some(quote().created_by) /> }}</span>
            {answered}
        </div>
        {reason}
    }
    .into_any()
}

/// What stands around the lines: until when it is valid, what the customer reads, what only the house reads.
#[component]
fn Around() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let shown = Memo::new(move |_| {
        editor.page.with(|page| {
            let quote = &page.quote;
            (quote.valid_until, quote.note.clone(), quote.memo.clone(), page.may_change, quote.state == QuoteState::New)
        })
    });
    move || {
        let (valid_until, note, memo, may_change, is_new) = shown.get();
        let action = editor.action("");
        let is_open = came_back(&action);
        let words = view! {
            {(!note.is_empty()).then(|| view! { <p class="task__note">{note.clone()}</p> })}
            {(!memo.is_empty()).then(|| view! { <p class="timeline__note tone-grey">"Memo: "{memo.clone()}</p> })}
        };
        let form = may_change.then(|| {
            view! {
                <details class="form__more" open=is_open>
                    <summary><Icon name="chevron-right" />{if is_new { "Change validity, note and memo" } else { "Change the memo" }}</summary>
                    <PostForm action class="form" on_done=editor.done>
                        <Hidden name="version" value=editor.version() />
                        <ErrorSummary />
                        {is_new.then(|| view! {
                            <Input name="valid_until" label="Valid until" value=valid_until.day() kind=InputKind::Day />
                            <Area name="note" label="Note to the customer" value=note optional=true help="Stands on the quote above its lines." />
                        })}
                        <Area name="memo" label="Memo" value=memo optional=true help="Only people of the house read it." />
                        <div class="form__actions"><button class="button button--primary">"Save"</button></div>
                    </PostForm>
                </details>
            }
        });
        view! {
            <section class="section" aria-labelledby="around-h">
                <div class="section__head"><h2 id="around-h">"Note and memo"</h2></div>
                {words}
                {form}
            </section>
        }
        .into_any()
    }
}
