//! Tickets: `/tickets`, one's own or those of a lead. Who leads others may look at theirs.

use domain::task::Whose;
use domain::ticket::{TicketListing, TicketRow, TicketsOfLead, TicketsShown};
use domain::{FormValues, TaskFilter, TicketFilter};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::server_fns::load_tickets;
use super::ticket_fields::NewTicket;
use super::ticket_item::TicketItem;
use crate::components::{Empty, Icon, Problem};
use crate::context::{Toasts, catalog_now, me};
use crate::features::accounts::Pager;
use crate::features::tasks::{follow, people_where};
use crate::form::{Done, Options, option_views};
use crate::routes;

/// What the address asks for.
#[derive(Clone, PartialEq)]
struct Asked {
    filter: TicketFilter,
    /// After which place.
    after: Option<String>,
    /// Whether the form that opens one stands open.
    is_adding: bool,
}

impl Asked {
    fn read(search: &str) -> Self {
        let values = FormValues::decode(search.trim_start_matches('?').as_bytes());
        let after = values.find("after").filter(|text| !text.is_empty()).map(str::to_owned);
        Self { filter: TicketFilter::from_query(search), after, is_adding: values.get("new") == "1" }
    }

    /// Its own address, without the form.
    fn address(&self) -> String {
        self.after.as_deref().map_or_else(|| routes::tickets(self.filter), |after| after_address(self.filter, after))
    }
}

fn after_address(filter: TicketFilter, after: &str) -> String {
    routes::with_query(routes::TICKETS, &routes::and(&filter.to_query(), "after", after))
}

/// The page.
#[component]
pub fn TicketsPage() -> impl IntoView {
    let search = use_location().search;
    let asked = Memo::new(move |_| Asked::read(&search.get()));
    let found = Resource::new(move || asked.get(), |asked: Asked| load_tickets(asked.filter.to_query(), asked.after));
    view! {
        <Title text="Tickets" />
        <main class="page" id="main" tabindex="-1">
            <div class="page__head"><h1>"Tickets"</h1></div>
            {move || view! { <Views filter={asked.get().filter} /> }}
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => view! { <Loaded found asked=asked.get_untracked() /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

/// Open ones, closed ones or all, and whose, for who leads others.
#[component]
fn Views(filter: TicketFilter) -> impl IntoView {
    let link = |shown: TicketsShown| {
        let here = (filter.shown == shown).then_some("page");
        view! { <a class="switch__choice" href=routes::tickets(TicketFilter { shown, ..filter }) aria-current=here>{shown.label()}</a> }.into_any()
    };
    let may_choose = filter.lead.is_none() && TaskFilter::may_choose(&me());
    view! {
        <div class="tasks__views">
            <nav class="switch" aria-label="Which tickets">{TicketsShown::ALL.into_iter().map(link).collect_view()}</nav>
            {may_choose.then(|| view! { <WhoseTickets filter /> })}
        </div>
    }
    .into_any()
}

#[component]
fn WhoseTickets(filter: TicketFilter) -> impl IntoView {
    let me = me().id;
    let others = catalog_now();
    let others = others.people.iter().filter(|person| person.id != me && !person.disabled).map(|person| (person.id.to_string(), person.name.clone()));
    let mine = [(String::new(), "Mine".to_owned()), (TaskFilter::EVERYONE.to_owned(), "Everybody’s".to_owned())];
    let people: Options = mine.into_iter().chain(others).collect();
    let chosen = match filter.whose {
        Whose::Mine => String::new(),
        Whose::Person(user) => user.to_string(),
        Whose::Everyone => TaskFilter::EVERYONE.to_owned(),
    };
    view! {
        <form class="tasks__whose" action=routes::TICKETS method="get">
            <input type="hidden" name="state" value=filter.shown.key() />
            <label class="visually-hidden" for="tickets-person">"Whose tickets"</label>
            <select class="input" id="tickets-person" name="person">{option_views(people, &chosen)}</select>
            <button class="button">"Show"</button>
        </form>
    }
    .into_any()
}

/// What was read, and is read anew when something happens: what did not change stays as it is, with what is being typed.
#[component]
fn Loaded(found: TicketListing, asked: Asked) -> impl IntoView {
    let here = asked.address();
    let Asked { filter, after, is_adding } = asked;
    let is_first = after.is_none();
    let of = found.of.clone();
    let people = people_where(of.as_ref().is_some_and(|of| of.is_delegated));
    let shown = RwSignal::new(found);
    let toasts = expect_context::<Toasts>();
    let again = Callback::new(move |()| {
        let after = after.clone();
        leptos::task::spawn_local(async move {
            match load_tickets(filter.to_query(), after).await {
                Ok(fresh) => {
                    let _gone = shown.try_set(fresh);
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
    let may_add = of.as_ref().is_none_or(|of| of.may_add);
    let is_open = is_adding || crate::form::came_back(routes::TICKETS);
    let lead = of.as_ref().map(|of| of.lead);
    let add = {
        let (people, back) = (people.clone(), here.clone());
        may_add.then(|| {
            view! {
                <details class="form__more" open=is_open>
                    <summary data-command="Open a ticket"><Icon name="chevron-right" />"Open a ticket"</summary>
                    <div class="form"><NewTicket lead people back done /></div>
                </details>
            }
        })
    };
    let is_of_lead = of.is_some();
    let (people, back) = (StoredValue::new(people), StoredValue::new(here));
    let item = move |row: TicketRow| {
        let TicketRow { ticket, lead_name, account, may_change } = row;
        let of = (!is_of_lead).then(|| (ticket.lead, format!("{lead_name}, {}", account.name)));
        view! { <TicketItem ticket may_change of people=people.get_value() back=back.get_value() changed=again /> }.into_any()
    };
    let is_empty = Memo::new(move |_| shown.with(|shown| shown.rows.is_empty()));
    let pages = move || {
        let next = shown.with(|shown| shown.next.clone()).map(|after| after_address(filter, &after));
        view! { <Pager first={(!is_first).then(|| routes::tickets(filter))} previous=None next=next /> }
    };
    view! {
        {of.as_ref().map(of_lead)}
        {add}
        <ul class="tasks" aria-label="Tickets">
            <For
                each=move || shown.with(|shown| shown.rows.clone())
                key=|row: &TicketRow| (row.ticket.id, row.ticket.version, row.may_change)
                children=item
            />
        </ul>
        {move || (is_empty.get() && is_first).then(|| nothing(filter.shown))}
        {pages}
    }
    .into_any()
}

/// Of which lead they are.
fn of_lead(of: &TicketsOfLead) -> AnyView {
    view! {
        <p class="muted">
            "Of lead " {of.lead.to_string()} ": "
            <a href=routes::lead(of.lead, "")>{format!("{}, {}", of.full_name, of.account.name)}</a>
        </p>
    }
    .into_any()
}

fn nothing(shown: TicketsShown) -> AnyView {
    let (title, text) = match shown {
        TicketsShown::Open => ("No open tickets", "A ticket that is opened here or on a lead’s page stands here until it is closed."),
        TicketsShown::Closed => ("Nothing is closed yet", "What was solved stands here with its answer, and can be opened again."),
        TicketsShown::All => ("No tickets yet", "What the person of a lead wants solved is opened as a ticket, here or on the lead’s page."),
    };
    view! { <Empty icon="check" title text /> }.into_any()
}
