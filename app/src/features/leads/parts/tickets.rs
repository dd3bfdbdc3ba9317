//! Tickets of a lead: those that are open, and the way to the others.

use domain::ticket::TicketsShown;
use domain::{Ticket, TicketFilter, may_change_ticket};
use leptos::prelude::*;

use super::{Fold, PartsPage};
use crate::context::me;
use crate::features::leads::fact::FactPage;
use crate::features::tasks::people_for;
use crate::features::tickets::{NewTicket, TicketItem, form_of_came_back};
use crate::routes;

/// The part.
#[component]
pub fn Tickets() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let here = expect_context::<PartsPage>();
    let actor = me();
    let open = Memo::new(move |_| {
        page.detail.with(|detail| {
            let with_right = |ticket: &Ticket| (ticket.clone(), may_change_ticket(&actor, ticket, &detail.lead));
            here.parts.with(|parts| parts.tickets.iter().filter(|ticket| ticket.closed.is_none()).map(with_right).collect::<Vec<_>>())
        })
    });
    let count = Memo::new(move |_| open.with(Vec::len));
    let together = Memo::new(move |_| here.parts.with(|parts| parts.tickets.len()));
    let may_add = Memo::new(move |_| page.detail.with(|detail| detail.rights.comment));
    let came_back = crate::form::came_back(routes::TICKETS);
    let is_open = came_back || open.with_untracked(|open| open.iter().any(|(ticket, _)| form_of_came_back(ticket)));
    let people = StoredValue::new(page.detail.with_untracked(|detail| people_for(Some(&detail.lead))));
    let item = move |(ticket, may_change): (Ticket, bool)| {
        view! { <TicketItem ticket may_change of=None people=people.get_value() back=here.back() changed=page.reload /> }.into_any()
    };
    let link = move |shown: TicketsShown| {
        let number = move || match shown {
            TicketsShown::Open => count.get(),
            TicketsShown::Closed => together.get() - count.get(),
            TicketsShown::All => together.get(),
        };
        let href = routes::tickets(TicketFilter::of_lead(here.lead, shown));
        view! { <a href=href>{shown.label()} " (" {number} ")"<span class="visually-hidden">" tickets"</span></a> }.into_any()
    };
    view! {
        <Fold id="tickets" title="Tickets" count is_open>
            <ul class="tasks">
                <For each=move || open.get() key=|entry: &(Ticket, bool)| (entry.0.id, entry.0.version, entry.1) children=item />
            </ul>
            <p class="task__facts">{TicketsShown::ALL.into_iter().map(link).collect_view()}</p>
            {move || may_add.get().then(|| view! {
                <details class="form__more" open=came_back>
                    <summary data-command="Open a ticket">"Open a ticket"</summary>
                    <NewTicket lead=Some(here.lead) people=people.get_value() back=here.back() done=here.done />
                </details>
            })}
        </Fold>
    }
    .into_any()
}
