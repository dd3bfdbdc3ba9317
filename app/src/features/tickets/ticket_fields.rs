//! The fields of a ticket, and the form that opens one.

use domain::{LeadId, Ticket, TicketPriority, Timestamp};
use leptos::prelude::*;

use crate::context::{catalog_now, me};
use crate::form::{Area, Done, ErrorSummary, Hidden, Input, InputKind, Options, PostForm, Select, SentOnce};
use crate::routes;

/// What it is about, how much it presses and who solves it.
#[component]
pub fn TicketFields(
    /// What the fields begin with.
    ticket: Ticket,
    /// Who may be chosen.
    people: Options,
    /// Goes before the ids.
    #[prop(into)]
    prefix: String,
) -> impl IntoView {
    let assignee = ticket.assignee.to_string();
    // Whoever has it stays offered.
    let people = if people.iter().any(|(id, _)| *id == assignee) {
        people
    } else {
        std::iter::once((assignee.clone(), catalog_now().person_name(ticket.assignee))).chain(people).collect()
    };
    let priorities: Options = TicketPriority::ALL.into_iter().map(|one| (one.key().to_owned(), one.label().to_owned())).collect();
    view! {
        <Input name="title" label="What it is about" value=ticket.title prefix=prefix.clone() />
        <Select name="priority" label="Priority" options=priorities value=ticket.priority.key() prefix=prefix.clone() />
        <Select name="assignee" label="Who solves it" options=people value=assignee prefix=prefix.clone() />
        <Area name="details" label="Details" value=ticket.details optional=true prefix=prefix />
    }
    .into_any()
}

/// The form that opens a ticket, for a lead that is known or whose number is typed.
#[component]
pub fn NewTicket(lead: Option<LeadId>, people: Options, back: String, done: Callback<Done>) -> impl IntoView {
    let blank = Ticket::blank(me().id, lead.unwrap_or(LeadId(0)), Timestamp(0));
    view! {
        <PostForm action=routes::TICKETS class="facts__form" on_done=done>
            <SentOnce />
            <Hidden name="back" value=back />
            <ErrorSummary prefix="new-ticket-" />
            {match lead {
                Some(lead) => view! { <Hidden name="lead" value=lead.to_string() /> }.into_any(),
                None => view! { <Input name="lead" label="Number of the lead" kind=InputKind::Number prefix="new-ticket-" /> }.into_any(),
            }}
            <TicketFields ticket=blank people prefix="new-ticket-" />
            <div class="form__actions"><button class="button button--primary">"Open ticket"</button></div>
        </PostForm>
    }
    .into_any()
}
