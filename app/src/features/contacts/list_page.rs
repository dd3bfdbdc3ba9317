//! The list of contacts: `/contacts`. Filter and page are in the address.

use domain::event::LiveChange;
use domain::{Action, ContactFilter, ContactRow, FormValues, Target, can};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::server_fns::{ContactListing, list_contacts};
use crate::components::{Empty, FilterChip, Icon, Menu, Problem};
use crate::context::me;
use crate::features::accounts::{ListOutline, LiveRows, MailLink, Pager, PhoneLink, Shown, ask_for};
use crate::live::{Heard, Live};
use crate::routes;

const PATH: &str = "/contacts";

/// What the address asks for.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    filter: ContactFilter,
    after: Option<String>,
}

fn asked(search: &str) -> Asked {
    let values = FormValues::decode(search.trim_start_matches('?').as_bytes());
    Asked { filter: ContactFilter::parse(&values), after: values.find("after").filter(|text| !text.is_empty()).map(str::to_owned) }
}

/// The page. Server: one page of rows, with links to the next.
#[component]
pub fn ContactListPage() -> impl IntoView {
    let location = use_location();
    let asked = Memo::new(move |_| asked(&location.search.get()));
    let contacts = Resource::new(move || asked.get(), |asked| list_contacts(asked.filter.to_query(), asked.after));
    expect_context::<Live>().listen(Callback::new(move |heard| {
        if heard == Heard::Resync {
            contacts.refetch();
        }
    }));
    view! {
        <Title text="Contacts" />
        <main class="page page--list" id="main" tabindex="-1">
            <div class="page__head">
                <h1>"Contacts"</h1>
                <div class="page__actions">
                    <a class="button" href=routes::THRESHOLDS>"Threshold"</a>
                    {can(&me(), Action::EditAccounts, Target::Site).then(|| view! {
                        <a class="button button--primary" href="/contacts/new"><Icon name="plus" />"Add contact"</a>
                    })}
                </div>
            </div>
            <Transition fallback=|| view! { <ListOutline /> }>
                {move || Suspend::new(async move {
                    match contacts.await {
                        Ok(listing) => view! { <Loaded listing asked=asked.get_untracked() /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn FilterBar(filter: ContactFilter, account_name: Option<String>) -> impl IntoView {
    let submit = ask_for(|values| routes::with_query(PATH, &ContactFilter::parse(values).to_query()));
    let without_query = ContactFilter { query: String::new(), ..filter.clone() };
    let without_account = ContactFilter { account: None, ..filter.clone() };
    let query_label = (!filter.query.is_empty()).then(|| format!("“{}”", filter.query));
    let chip = |label: String, without: &ContactFilter| view! { <FilterChip label href=routes::with_query(PATH, &without.to_query()) /> }.into_any();
    let account_label = filter.account.map(|id| format!("Account: {}", account_name.unwrap_or_else(|| format!("# {id}"))));
    view! {
        <div class="filter-bar">
            <Menu summary=|| view! { <Icon name="filter" />"Filter" } button_class="button button--small">
                <form class="filter-panel" action=PATH method="get" on:submit=submit>
                    {filter.account.map(|id| view! { <input type="hidden" name="account" value=id.to_string() /> })}
                    <div class="field filter-panel__wide">
                        <label class="field__label" for="f-q">"Words"</label>
                        <input class="input" id="f-q" name="q" type="search" placeholder="Name, e-mail, phone" value=filter.query.clone() maxlength="200" />
                    </div>
                    <div class="filter-panel__foot">
                        <a class="button button--quiet" href=PATH>"Clear"</a>
                        <button class="button button--primary">"Show contacts"</button>
                    </div>
                </form>
            </Menu>
            {query_label.map(|label| chip(label, &without_query))}
            {account_label.map(|label| chip(label, &without_account))}
        </div>
    }
    .into_any()
}

/// Whether a change may show in a list of contacts: a row names its account too, and a contact may come with its lead.
fn concerns(heard: &Heard) -> bool {
    match heard {
        Heard::Contact(_) | Heard::Account(_) => true,
        Heard::Lead(data) => data.change == LiveChange::Created,
        _ => false,
    }
}

#[component]
fn Loaded(listing: ContactListing, asked: Asked) -> impl IntoView {
    let query = asked.filter.to_query();
    let first = asked.after.is_some().then(|| routes::with_query(PATH, &query));
    let is_narrowed = asked.filter.is_narrowed();
    let account_name = listing.account.map(|account| account.name);
    let live = LiveRows::new(listing.page);
    let (same_query, same_after) = (query.clone(), asked.after);
    live.follow(concerns, move || {
        let reading = list_contacts(same_query.clone(), same_after.clone());
        Box::pin(async move { reading.await.map(|listing| listing.page) })
    });
    let pager = move || {
        let at = |name: &str, cursor: Option<String>| cursor.map(|cursor| routes::with_query(PATH, &routes::and(&query, name, &cursor)));
        view! { <Pager first=first.clone() previous=at("before", live.previous.get()) next=at("after", live.next.get()) /> }
    };
    let shown = move || match live.rows.with(Vec::len) {
        1 => "1 contact shown".to_owned(),
        count => format!("{count} contacts shown"),
    };
    let is_empty = Memo::new(move |_| live.rows.with(Vec::is_empty));
    let body = move || {
        if is_empty.get() {
            return view! { <NoContacts is_narrowed /> }.into_any();
        }
        view! {
            <table class="list__table">
                <thead>
                    <tr>
                        <th class="col-number" scope="col">"#"</th>
                        <th class="col-name" scope="col" aria-sort="ascending">"Name"</th>
                        <th class="col-account" scope="col">"Account"</th>
                        <th class="col-source" scope="col">"Job title"</th>
                        <th scope="col">"E-mail"</th>
                        <th class="col-updated" scope="col">"Phone"</th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || live.rows.get() key=Shown::key children=|shown| view! { <ContactRowView shown /> } />
                </tbody>
            </table>
        }
        .into_any()
    };
    view! {
        <FilterBar filter=asked.filter account_name />
        <section class="list" aria-label="Contacts">
            <div class="list__scroll" tabindex="0" role="region" aria-label="Contacts, scrollable" node_ref=live.scroller on:pointerleave=move |_| live.show_left()>
                {body}
            </div>
            <div class="list__foot"><span>{shown}</span>{live.left_button()}{pager}</div>
        </section>
    }
    .into_any()
}

#[component]
fn ContactRowView(shown: Shown<ContactRow>) -> impl IntoView {
    let class = shown.class();
    let row = shown.row;
    view! {
        <tr class=class>
            <td class="col-number">{row.id.to_string()}</td>
            <td class="col-name"><a class="row__link" href=routes::contact(row.id)>{row.full_name}</a></td>
            <td class="col-account">{row.account.map(|account| view! { <a class="row__more" href=routes::account(account.id)>{account.name}</a> })}</td>
            <td class="col-source">{row.job_title}</td>
            <td>{row.email.map(|email| view! { <MailLink address=email.as_str() /> })}</td>
            <td class="col-updated">{row.phone.map(|phone| view! { <PhoneLink number=phone.display() /> })}</td>
        </tr>
    }
    .into_any()
}

#[component]
fn NoContacts(is_narrowed: bool) -> impl IntoView {
    if is_narrowed {
        view! { <Empty icon="filter" title="No contact fits this" text="Take a term away, or clear them all."><a class="button" href=PATH>"Show all contacts"</a></Empty> }.into_any()
    } else {
        view! { <Empty icon="users" title="No contacts yet" text="A contact is made with its first lead, or by hand."><a class="button" href="/contacts/new">"Add contact"</a></Empty> }.into_any()
    }
}
