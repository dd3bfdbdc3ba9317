//! What goes on with a quote: sending it, noting what the customer said, making a new revision.

use domain::{QuoteState, QuoteStep};
use leptos::prelude::*;

use super::quote_page::Editor;
use crate::components::{Icon, TimeAgo};
use crate::form::{Area, ErrorSummary, Hidden, Options, PostForm, Select, came_back, error_at};
use crate::routes;

/// Everything that can be done with it in its state, and what was sent before.
#[component]
pub fn Steps() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let may_change = Memo::new(move |_| editor.page.with(|page| page.may_change));
    let state = editor.state();
    let is_removable = Memo::new(move |_| editor.page.with(|page| page.quote.is_removable()));
    let steps = move || {
        let state = state.get();
        may_change.get().then(|| QuoteStep::ALL.into_iter().filter(|step| step.fits(state)).map(|step| view! { <OneStep step /> }).collect_view())
    };
    view! {
        {move || view! { <StaleTaxes /> }}
        <section class="section" aria-labelledby="steps-h">
            <div class="section__head"><h2 id="steps-h">"What goes on"</h2></div>
            {move || (state.get() == QuoteState::Accepted).then(|| view! { <p class="muted">"It was accepted, and stays as it is."</p> })}
            <div class="stack">
                {steps}
                {move || (may_change.get() && is_removable.get()).then(|| view! { <RemoveForm /> })}
            </div>
            <SentBefore />
        </section>
    }
    .into_any()
}

/// Rates that changed since their lines were made, and a button that takes them over.
#[component]
fn StaleTaxes() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let stale = Memo::new(move |_| editor.page.with(|page| page.stale_taxes.clone()));
    let may_edit = editor.may_edit();
    move || {
        let stale = stale.get();
        (!stale.is_empty()).then(|| {
            let each = stale.into_iter().map(|one| {
                view! { <li>{format!("{}: {} when it was put in, {} now", one.title, one.then.display(), one.now.display())}</li> }.into_any()
            });
            view! {
                <section class="section" aria-labelledby="taxes-h">
                    <div class="timeline__note tone-amber">
                        <h2 id="taxes-h">"The tax of products changed since"</h2>
                        <ul>{each.collect::<Vec<_>>()}</ul>
                        {may_edit.get_untracked().then(|| view! {
                            <PostForm action=editor.action("/taxes") on_done=editor.done>
                                <Hidden name="version" value=editor.version() />
                                <ErrorSummary prefix="taxes-" />
                                <button class="button button--small">"Take over the rates of today"</button>
                            </PostForm>
                        })}
                    </div>
                </section>
            }
            .into_any()
        })
    }
}

#[component]
fn OneStep(step: QuoteStep) -> impl IntoView {
    match step {
        QuoteStep::Send => view! { <SendForm /> }.into_any(),
        QuoteStep::Deny => {
            let editor = expect_context::<Editor>();
            let is_open = came_back(&address(editor, step));
            view! {
                <details class="form__more" open=is_open>
                    <summary><Icon name="chevron-right" />{step.label()}</summary>
                    <StepForm step />
                </details>
            }
            .into_any()
        }
        QuoteStep::Review | QuoteStep::Accept | QuoteStep::Revise => view! { <StepForm step /> }.into_any(),
    }
}

fn address(editor: Editor, step: QuoteStep) -> String {
    editor.action(&format!("/steps/{}", step.key()))
}

#[component]
fn StepForm(step: QuoteStep) -> impl IntoView {
    let editor = expect_context::<Editor>();
    let prefix = format!("{}-", step.key());
    view! {
        <PostForm action=address(editor, step) class="form" on_done=editor.done>
            <Hidden name="version" value=editor.version() />
            <ErrorSummary prefix=prefix.clone() />
            {(step == QuoteStep::Deny).then(|| view! { <Area name="reason" label="Why" optional=true prefix=prefix.clone() /> })}
            <div><button class="button">{step.label()}</button></div>
        </PostForm>
    }
    .into_any()
}

/// Removes one that was never sent, and goes back to its lead.
#[component]
fn RemoveForm() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let action = editor.action("/remove");
    let is_open = came_back(&action);
    view! {
        <details class="form__more" open=is_open>
            <summary><Icon name="chevron-right" />"Remove this quote"</summary>
            <PostForm action class="form">
                <Hidden name="version" value=editor.version() />
                <ErrorSummary prefix="remove-" />
                <p class="muted">"It was never sent to anybody. It goes with its lines, and its number is not given again."</p>
                <div><button class="button button--danger">"Remove"</button></div>
            </PostForm>
        </details>
    }
    .into_any()
}

/// Sends it by mail, or sends it once more.
#[component]
fn SendForm() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let action = address(editor, QuoteStep::Send);
    let (addresses, is_new, lead) = editor.page.with_untracked(|page| (page.addresses.clone(), page.quote.state == QuoteState::New, page.quote.lead));
    if addresses.is_empty() {
        return view! {
            <p class="muted">
                "No address is known to which it could be sent; enter one on the page of "
                <a href=routes::lead(lead, "")>{format!("lead {lead}")}</a>
                "."
            </p>
        }
        .into_any();
    }
    let options: Options = addresses.into_iter().map(|email| (email.clone(), email)).collect();
    let has_stale = Memo::new(move |_| editor.page.with(|page| !page.stale_taxes.is_empty()));
    let is_open = is_new || came_back(&action);
    view! {
        <details class="form__more" open=is_open>
            <summary data-command="Send the quote"><Icon name="chevron-right" />{if is_new { "Send by mail" } else { "Send once more" }}</summary>
            <PostForm action class="form" on_done=editor.done>
                <Hidden name="version" value=editor.version() />
                <ErrorSummary prefix="send-" />
                <Select name="to" label="To" options prefix="send-" />
                <Area name="text" label="Your words" optional=true help="Stand in the mail before the address at which they read and answer it." prefix="send-" />
                {move || has_stale.get().then(|| view! { <KeepTaxes /> })}
                <div class="form__actions"><button class="button button--primary">"Send quote"</button></div>
            </PostForm>
        </details>
    }
    .into_any()
}

#[component]
fn KeepTaxes() -> impl IntoView {
    let error = error_at("keep_taxes");
    view! {
        <div class="field">
            <label class="check" for="send-keep_taxes">
                <input
                    id="send-keep_taxes"
                    type="checkbox"
                    name="keep_taxes"
                    value="1"
                    aria-invalid=move || error.get().map(|_| "true")
                    aria-describedby=move || error.get().map(|_| "send-keep_taxes-error")
                />
                "Send it with the rates that it has"
            </label>
            {move || error.get().map(|text| view! { <p class="field__error" id="send-keep_taxes-error">{text}</p> })}
        </div>
    }
    .into_any()
}

/// Revisions that were sent, each as a file.
#[component]
fn SentBefore() -> impl IntoView {
    let editor = expect_context::<Editor>();
    let sent = Memo::new(move |_| editor.page.with(|page| page.revisions.clone()));
    move || {
        let id = editor.page.with_untracked(|page| page.quote.id);
        let sent = sent.get();
        (!sent.is_empty()).then(|| {
            let each = sent.into_iter().map(|one| {
                view! {
                    <li>
                        <a href=routes::quote_pdf(id, Some(one.revision)) rel="external">{format!("Revision {} as PDF", one.revision)}</a>
                        " to "
                        {one.sent_to.clone()}
                        ", "
                        <TimeAgo at=one.sent_at />
                    </li>
                }
                .into_any()
            });
            view! {
                <h3>"Sent"</h3>
                <ul>{each.collect::<Vec<_>>()}</ul>
            }
            .into_any()
        })
    }
}
