//! One invoice: `/invoices/{number}`. What it bills, what was paid of it, and what can be done with it.

use domain::invoice::{InvoicePage as Found, Payment};
use domain::{Invoice, InvoiceKind, InvoiceState, Timestamp, money};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::lines::Lines;
use super::server_fns::load_invoice;
use crate::components::{Icon, NotFound, PersonName, Problem, TimeAgo};
use crate::form::{Area, Done, ErrorSummary, Hidden, Input, InputKind, Options, PostForm, Select, SentOnce, came_back, stay_or_go};
use crate::routes;

/// The page.
#[component]
pub fn InvoicePage() -> impl IntoView {
    let params = use_params_map();
    let number = Memo::new(move |_| params.with(|params| params.get("number").and_then(|text| text.parse::<i64>().ok())));
    let found = Resource::new(
        move || number.get(),
        |number| async move {
            match number {
                Some(number) => Some(load_invoice(number).await),
                None => None,
            }
        },
    );
    let again = Callback::new(move |()| found.refetch());
    view! {
        <main class="page" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Some(Ok(found)) => view! { <Loaded found again /> }.into_any(),
                        Some(Err(error)) => view! { <Title text="Invoice" /> <Problem error /> }.into_any(),
                        None => view! { <NotFound /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(found: Found, again: Callback<()>) -> impl IntoView {
    let Found { invoice, customer_number, addresses, may_send, may_pay, may_cancel, may_remove_payments, today, .. } = found;
    let done = stay_or_go(routes::invoice(invoice.id), again);
    view! {
        <Head invoice=invoice.clone() customer_number today />
        <section class="section" aria-labelledby="lines-h">
            <div class="section__head"><h2 id="lines-h">"What is billed"</h2></div>
            <Lines invoice=invoice.clone() />
        </section>
        {(invoice.kind != InvoiceKind::CreditNote).then(|| view! { <Payments invoice=invoice.clone() may_pay may_remove=may_remove_payments today done /> })}
        <section class="section" aria-labelledby="steps-h">
            <div class="section__head"><h2 id="steps-h">"What goes on"</h2></div>
            <div class="stack">
                {may_send.then(|| view! { <Send invoice=invoice.clone() addresses done /> })}
                {may_cancel.then(|| view! { <Cancel invoice=invoice.clone() done /> })}
            </div>
            {invoice.sent_at.map(|at| view! { <p class="muted small">{format!("Sent last to {}, ", invoice.sent_to)}<TimeAgo at /></p> })}
        </section>
    }
    .into_any()
}

/// What it is called, how far it is, and for whom it is.
#[component]
fn Head(invoice: Invoice, customer_number: String, today: Timestamp) -> impl IntoView {
    let (name, state) = (invoice.name(), invoice.state());
    let due = matches!(state, InvoiceState::Open).then(|| format!("due on {}", invoice.due_on.readable_day()));
    let link = |word: &'static str, of: Option<domain::Named<domain::InvoiceId>>| {
        of.map(|of| view! { <span>{word}" "<a href=routes::invoice(of.id)>{of.name}</a></span> }.into_any())
    };
    let became = if invoice.kind == InvoiceKind::Proforma { "became" } else { "credited by" };
    view! {
        <Title text=name.clone() />
        <div class="page__head">
            <h1>{name}</h1>
            <span class=format!("badge tone-{}", state.tone())>{state.label()}</span>
            {invoice.is_overdue(today).then(|| view! { <span class="badge tone-red">"Overdue"</span> })}
            <a class="push button" href=routes::invoice_pdf(invoice.id) rel="external"><Icon name="note" />"PDF"</a>
        </div>
        <div class="task__facts">
            <span>{invoice.kind.label()}</span>
            <a href=routes::customer(invoice.customer.id)>{format!("{customer_number} {}", invoice.customer.name)}</a>
            <span>{format!("of {}", invoice.issued_on.readable_day())}</span>
            {due.map(|text| view! { <span>{text}</span> })}
            <span>
                {match invoice.created_by {
                    Some(by) => view! { "made by " <PersonName id=Some(by) /> }.into_any(),
                    None => "made by itself".into_any(),
                }}
            </span>
            {link("made of", invoice.made_of.clone())}
            {link(became, invoice.became.clone())}
        </div>
        {(!invoice.reason.is_empty()).then(|| view! { <p class="timeline__note tone-grey">"Why: "{invoice.reason.clone()}</p> })}
        <p class="supplier__words">{invoice.to.join("\n")}</p>
    }
    .into_any()
}

/// What was paid, and a form for what came in.
#[component]
fn Payments(invoice: Invoice, may_pay: bool, may_remove: bool, today: Timestamp, done: Callback<Done>) -> impl IntoView {
    let currency = invoice.currency.clone();
    let each = (1..).zip(&invoice.payments).map(|(nth, payment): (i64, &Payment)| {
        let note = payment.note.clone();
        let (action, version) = (format!("{}/payments/{nth}/remove", routes::invoice(invoice.id)), invoice.version.to_string());
        let what = payment.words(&currency);
        view! {
            <li class="task">
                <div class="task__body">
                    <span class="task__title">{money::exact(payment.amount_minor, &currency)}</span>
                    <div class="task__facts">
                        <span>{format!("on {}", payment.paid_on.readable_day())}</span>
                        {(!note.is_empty()).then(|| view! { <span>{note}</span> })}
                    </div>
                </div>
                {may_remove.then(|| view! { <RemovePayment action version nth what done /> })}
            </li>
        }
        .into_any()
    });
    let each = each.collect::<Vec<_>>();
    let is_empty = each.is_empty();
    let left = invoice.left_minor();
    let action = format!("{}/payments", routes::invoice(invoice.id));
    let is_open = came_back(&action);
    let help = format!("Empty for all that is left: {}.", money::exact(left, &invoice.currency));
    view! {
        <section class="section" aria-labelledby="payments-h">
            <div class="section__head"><h2 id="payments-h">"Payments"</h2></div>
            {is_empty.then(|| view! { <p class="muted">"Nothing was paid yet."</p> })}
            <ul class="tasks" aria-labelledby="payments-h">{each}</ul>
            {(left > 0).then(|| view! { <p>{format!("{} left to pay", money::exact(left, &invoice.currency))}</p> })}
            {may_pay.then(|| view! {
                <details class="form__more" open=is_open>
                    <summary data-command="Note a payment"><Icon name="plus" />"Note a payment"</summary>
                    <PostForm action class="form" on_done=done>
                        <SentOnce />
                        <Hidden name="version" value=invoice.version.to_string() />
                        <ErrorSummary prefix="pay-" />
                        <div class="field-row">
                            <Input name="amount" label=format!("Amount in {}", invoice.currency) kind=InputKind::Decimal optional=true help prefix="pay-" />
                            <Input name="paid_on" label="Paid on" value=today.day() kind=InputKind::Day prefix="pay-" />
                        </div>
                        <Input name="note" label="Note" optional=true help="Such as how it was paid." prefix="pay-" />
                        <div class="form__actions"><button class="button button--primary">"Note payment"</button></div>
                    </PostForm>
                </details>
            })}
        </section>
    }
    .into_any()
}

/// Removes a payment that was noted by mistake.
#[component]
fn RemovePayment(action: String, version: String, nth: i64, what: String, done: Callback<Done>) -> impl IntoView {
    view! {
        <PostForm action on_done=done>
            <Hidden name="version" value=version />
            <ErrorSummary prefix=format!("payment-{nth}-") />
            <button class="button button--quiet button--icon button--small" aria-label=format!("Remove the payment of {what}")><Icon name="trash" /></button>
        </PostForm>
    }
    .into_any()
}

/// Sends it by mail, or sends it once more.
#[component]
fn Send(invoice: Invoice, addresses: Vec<String>, done: Callback<Done>) -> impl IntoView {
    if addresses.is_empty() {
        return view! {
            <p class="muted">
                "No address is known to which it could be sent; enter one on the page of "
                <a href=routes::customer(invoice.customer.id)>{invoice.customer.name.clone()}</a>
                "."
            </p>
        }
        .into_any();
    }
    let action = format!("{}/send", routes::invoice(invoice.id));
    let options: Options = addresses.into_iter().map(|email| (email.clone(), email)).collect();
    let is_first = invoice.sent_at.is_none();
    let is_open = is_first || came_back(&action);
    view! {
        <details class="form__more" open=is_open>
            <summary data-command="Send the invoice"><Icon name="chevron-right" />{if is_first { "Send by mail" } else { "Send once more" }}</summary>
            <PostForm action class="form" on_done=done>
                <Hidden name="version" value=invoice.version.to_string() />
                <ErrorSummary prefix="send-" />
                <Select name="to" label="To" options prefix="send-" />
                <Area name="text" label="Your words" optional=true help="Stand in the mail before the address at which they read it." prefix="send-" />
                <div class="form__actions"><button class="button button--primary">"Send it"</button></div>
            </PostForm>
        </details>
    }
    .into_any()
}

/// Folded away: cancels it.
#[component]
fn Cancel(invoice: Invoice, done: Callback<Done>) -> impl IntoView {
    let action = format!("{}/cancel", routes::invoice(invoice.id));
    let is_open = came_back(&action);
    let what = match invoice.kind {
        InvoiceKind::Invoice => "A credit note of the same lines is made. What was billed is not billed again by itself.",
        InvoiceKind::Proforma | InvoiceKind::CreditNote => "It cannot be paid any more then.",
    };
    view! {
        <details class="form__more" open=is_open>
            <summary data-command="Cancel the invoice"><Icon name="chevron-right" />"Cancel it"</summary>
            <PostForm action class="form" on_done=done>
                <Hidden name="version" value=invoice.version.to_string() />
                <ErrorSummary prefix="cancel-" />
                <p class="form__intro">{what}</p>
                <Area name="reason" label="Why" optional=true prefix="cancel-" />
                <div class="form__actions"><button class="button button--danger">"Cancel invoice"</button></div>
            </PostForm>
        </details>
    }
    .into_any()
}
