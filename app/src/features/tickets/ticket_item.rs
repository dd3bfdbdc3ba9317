//! One ticket in a list: changed and closed where it stands.

use domain::{LeadId, Ticket};
use leptos::prelude::*;

use super::ticket_fields::TicketFields;
use crate::components::{PersonName, TimeAgo};
use crate::context::Toasts;
use crate::features::tasks::Step;
use crate::form::{Area, Done, ErrorSummary, Hidden, Options, PostForm};
use crate::routes;

/// The ticket. Without the right to change it, it is only told.
#[component]
pub fn TicketItem(
    ticket: Ticket,
    may_change: bool,
    /// The lead that it is of with its name, where the page is not the lead's own.
    of: Option<(LeadId, String)>,
    /// Who may be given it.
    people: Options,
    /// Where its forms lead without script.
    back: String,
    /// Called when something became of it.
    changed: Callback<()>,
) -> impl IntoView {
    let (tone, word) = match ticket.closed {
        Some(_) => ("green", "Closed"),
        None => (ticket.priority.tone(), ticket.priority.label()),
    };
    let steps = may_change.then(|| match ticket.closed {
        Some(_) => view! { <Reopen ticket=ticket.clone() back changed /> }.into_any(),
        None => view! {
            <Close ticket=ticket.clone() back=back.clone() changed />
            <Edit ticket=ticket.clone() people back changed />
        }
        .into_any(),
    });
    let lead = of.map(|(id, name)| view! { <a href=routes::lead(id, "")>{name}</a> });
    let details = (!ticket.details.is_empty()).then(|| view! { <p class="task__note">{ticket.details.clone()}</p> });
    let answer = (!ticket.answer.is_empty()).then(|| view! { <p class="timeline__note tone-green">{ticket.answer.clone()}</p> });
    let when = match ticket.closed {
        Some(closed) => view! { <span class="muted">"closed "<TimeAgo at=closed.at /></span> }.into_any(),
        None => view! { <span class="muted">"opened "<TimeAgo at=ticket.opened_at /></span> }.into_any(),
    };
    view! {
        <li class="task" id=format!("ticket-{}", ticket.id)>
            <div class="task__body">
                <span class="task__title">{ticket.title.clone()}</span>
                <div class="task__facts">
                    <span class=format!("badge tone-{tone}")>{word}</span>
                    <PersonName id=Some(ticket.assignee) />
                    {lead}
                    {when}
                </div>
                {details}
                {answer}
                {steps}
            </div>
        </li>
    }
    .into_any()
}

/// Whether a form of a ticket came back with something wrong: without script it has to be seen.
#[must_use]
pub fn form_of_came_back(ticket: &Ticket) -> bool {
    crate::form::came_back(&format!("/tickets/{}", ticket.id)) || crate::form::came_back(&step(ticket, "close"))
}

fn step(ticket: &Ticket, what: &str) -> String {
    format!("/tickets/{}/{what}", ticket.id)
}

#[component]
fn Reopen(ticket: Ticket, back: String, changed: Callback<()>) -> impl IntoView {
    let label = format!("Reopen the ticket {}", ticket.title);
    view! {
        <Step action=step(&ticket, "reopen") undo=step(&ticket, "close") back changed>
            <button class="button button--small" aria-label=label>"Reopen"</button>
        </Step>
    }
    .into_any()
}

/// Closes it, with what solved it.
#[component]
fn Close(ticket: Ticket, back: String, changed: Callback<()>) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let (action, undo) = (step(&ticket, "close"), step(&ticket, "reopen"));
    let came_back = crate::form::came_back(&action);
    let prefix = format!("close-ticket-{}-", ticket.id);
    let label = format!("Close the ticket {}", ticket.title);
    let done = Callback::new(move |done: Done| {
        toasts.say_with_undo(done.message, undo.clone());
        changed.run(());
    });
    view! {
        <details class="form__more" open=came_back>
            <summary aria-label=label>"Close"</summary>
            <PostForm action class="facts__form" on_done=done>
                <Hidden name="back" value=back />
                <ErrorSummary prefix=prefix.clone() />
                <Area name="answer" label="What solved it" value=ticket.answer optional=true prefix=prefix />
                <div class="form__actions"><button class="button button--primary">"Close ticket"</button></div>
            </PostForm>
        </details>
    }
    .into_any()
}

/// Its fields, and its removal.
#[component]
fn Edit(ticket: Ticket, people: Options, back: String, changed: Callback<()>) -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let action = format!("/tickets/{}", ticket.id);
    let prefix = format!("ticket-{}-", ticket.id);
    let came_back = crate::form::came_back(&action);
    let form_back = back.clone();
    let (remove, restore) = (step(&ticket, "remove"), step(&ticket, "restore"));
    let label = format!("Change the ticket {}", ticket.title);
    let remove_label = format!("Remove the ticket {}", ticket.title);
    let done = Callback::new(move |done: Done| {
        toasts.say(done.message);
        changed.run(());
    });
    view! {
        <details class="form__more" open=came_back>
            <summary aria-label=label>"Change"</summary>
            <PostForm action class="facts__form" on_done=done>
                <Hidden name="version" value=ticket.version.to_string() />
                <Hidden name="back" value=form_back />
                <ErrorSummary prefix=prefix.clone() />
                <TicketFields ticket people prefix />
                <div class="form__actions"><button class="button button--primary">"Save ticket"</button></div>
            </PostForm>
            <Step action=remove undo=restore back changed>
                <button class="button button--small button--danger" aria-label=remove_label>"Remove ticket"</button>
            </Step>
        </details>
    }
    .into_any()
}
