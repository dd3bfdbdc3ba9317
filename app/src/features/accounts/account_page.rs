//! One account: `/accounts/{number}`. `?edit=company` turns its facts into a form.

use domain::{ContactRow, FormValues, LeadFilter, LeadView, Opportunity, money};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_navigate, use_params_map};

use super::account_facts::{AccountFacts, AccountForm};
use super::history::History;
use super::merges::Merges;
use super::record_parts::{KindBadges, LeadTable, MailLink, PhoneLink};
use super::server_fns::{AccountDetail, load_account};
use super::supplier_link::SupplierAddress;
use super::twin_list::LooksLike;
use super::uncovered::UncoveredLeads;
use crate::components::{Icon, NotFound, PersonName, Problem};
use crate::context::{Toasts, catalog};
use crate::form::{Done, came_back};
use crate::live::{Heard, Live};
use crate::routes;

/// The page.
#[component]
pub fn AccountPage() -> impl IntoView {
    let params = use_params_map();
    let number = Memo::new(move |_| params.with(|params| params.get("number").and_then(|text| text.parse::<i64>().ok())));
    let detail = Resource::new(
        move || number.get(),
        |number| async move {
            match number {
                Some(number) => Some(load_account(number).await),
                None => None,
            }
        },
    );
    let reload = Callback::new(move |()| detail.refetch());
    let came_back_of = RwSignal::new(number.get_untracked().filter(|number| came_back(&format!("/accounts/{number}/edit"))));
    view! {
        <main class="page page--record" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match detail.await {
                        Some(Ok(detail)) => view! { <Loaded detail asked=number.get_untracked() reload came_back_of /> }.into_any(),
                        Some(Err(error)) => view! { <Problem error /> }.into_any(),
                        None => view! { <NotFound /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(
    detail: AccountDetail,
    /// The number in the address.
    asked: Option<i64>,
    reload: Callback<()>,
    /// The account whose form came back without script, until it is saved or left.
    came_back_of: RwSignal<Option<i64>>,
) -> impl IntoView {
    let AccountDetail { account, contacts, leads, opportunities, timeline, merges, twins, customer } = detail;
    let (id, version) = (account.id.0, account.version);
    let search = use_location().search;
    let editing = Memo::new(move |_| {
        let asks = !FormValues::decode(search.get().trim_start_matches('?').as_bytes()).get("edit").is_empty();
        asks || came_back_of.get() == Some(id)
    });
    let lead_ids: Vec<_> = leads.iter().map(|lead| lead.id.0).collect();
    expect_context::<Live>().listen(Callback::new(move |heard| {
        let concerns = match heard {
            Heard::Account(data) => data.number == id && data.version > version,
            Heard::Lead(data) => lead_ids.contains(&data.number),
            Heard::Resync => true,
            _ => false,
        };
        // Nobody loses what they are typing; saving tells of what others did.
        if concerns && !editing.get_untracked() {
            reload.run(());
        }
    }));
    let navigate = use_navigate();
    let follow = navigate.clone();
    Effect::new(move |_| {
        // The account that was asked for went into this one.
        if asked != Some(id) {
            follow(
                &routes::account(domain::AccountId(id)),
                leptos_router::NavigateOptions { replace: true, ..leptos_router::NavigateOptions::default() },
            );
        }
    });
    let toasts = expect_context::<Toasts>();
    let saved = Callback::new(move |done: Done| {
        toasts.say(done.message);
        came_back_of.set(None);
        navigate(&done.location, leptos_router::NavigateOptions::default());
        reload.run(());
    });
    let left = Callback::new(move |()| came_back_of.set(None));
    let all_leads = routes::leads(&LeadFilter { view: LeadView::All, query: account.name.clone(), ..LeadFilter::default() });
    let add_contact = routes::with_query("/contacts/new", &routes::and("", "account", &account.name));
    let add_lead = routes::with_query("/leads/new", &routes::and("", "company", &account.name));
    let facts = account.clone();
    view! {
        <Title text=account.name.clone() />
        <div class="record">
            <header class="record__head">
                <div class="record__line">
                    <h1>{account.name.clone()}</h1>
                    <span class="record__number">"# " {account.id.to_string()}</span>
                    <KindBadges kinds=account.kinds.clone() />
                    <div class="record__actions"><a class="button button--primary" href=add_lead><Icon name="plus" />"Add lead"</a></div>
                </div>
                <div class="record__meta">
                    <span>"Primary rep"</span>
                    <strong><PersonName id=account.primary_rep /></strong>
                    {customer.map(|customer| {
                        view! { <a class="badge tone-green" href=routes::customer(customer.id)>{format!("Customer {}", customer.name)}</a> }.into_any()
                    })}
                </div>
            </header>
            <div class="record__main">
                <LooksLike account=id twins />
                <UncoveredLeads account=account.clone() leads=leads.clone() />
                <Leads leads all_leads />
                <Contacts contacts add_contact />
                <Opportunities opportunities />
                <SupplierAddress account=account.id name=account.name.clone() />
                <Merges account=id merges saved />
                <History events=timeline />
            </div>
            <aside class="record__side" aria-label="Facts">
                {move || if editing.get() {
                    view! { <AccountForm account=facts.clone() saved left /> }.into_any()
                } else {
                    view! { <AccountFacts account=facts.clone() /> }.into_any()
                }}
            </aside>
        </div>
    }
    .into_any()
}

#[component]
fn Leads(leads: Vec<domain::LeadRow>, all_leads: String) -> impl IntoView {
    let count = leads.len();
    view! {
        <section class="section" aria-labelledby="leads-h">
            <div class="section__head">
                <h2 id="leads-h">"Leads"</h2>
                <span class="muted">{count}</span>
                <a class="button button--small" href=all_leads>"Find all"</a>
            </div>
            {if leads.is_empty() {
                view! { <p class="muted">"No leads that you may see."</p> }.into_any()
            } else {
                view! { <LeadTable leads /> }.into_any()
            }}
        </section>
    }
    .into_any()
}

#[component]
fn Contacts(contacts: Vec<ContactRow>, add_contact: String) -> impl IntoView {
    let count = contacts.len();
    let row = |contact: ContactRow| {
        view! {
            <tr>
                <td><a class="row__link" href=routes::contact(contact.id)>{contact.full_name}</a></td>
                <td>{contact.job_title}</td>
                <td class="figures">{contact.phone.map(|phone| view! { <PhoneLink number=phone.display() /> })}</td>
                <td>{contact.email.map(|email| view! { <MailLink address=email.as_str() /> })}</td>
            </tr>
        }
        .into_any()
    };
    view! {
        <section class="section" aria-labelledby="contacts-h">
            <div class="section__head">
                <h2 id="contacts-h">"Contacts"</h2>
                <span class="muted">{count}</span>
                <a class="button button--small" href=add_contact><Icon name="plus" />"Add contact"</a>
            </div>
            {if contacts.is_empty() {
                view! { <p class="muted">"Nobody yet."</p> }.into_any()
            } else {
                view! {
                    <table class="table table--stack">
                        <thead>
                            <tr>
                                <th scope="col">"Name"</th>
                                <th scope="col">"Job title"</th>
                                <th scope="col">"Phone"</th>
                                <th scope="col">"E-mail"</th>
                            </tr>
                        </thead>
                        <tbody>{contacts.into_iter().map(row).collect_view()}</tbody>
                    </table>
                }
                .into_any()
            }}
        </section>
    }
    .into_any()
}

#[component]
fn Opportunities(opportunities: Vec<Opportunity>) -> impl IntoView {
    if opportunities.is_empty() {
        return ().into_any();
    }
    let count = opportunities.len();
    let row = |opportunity: Opportunity| {
        let stage = opportunity.stage;
        let amount = opportunity.amount_minor.map(|minor| money::display(minor, &opportunity.currency));
        view! {
            <tr>
                <td><a class="row__link" href=routes::lead(opportunity.lead, "")>{opportunity.name}</a></td>
                <td>{move || catalog().choice_name(stage)}</td>
                <td class="table__end">{amount}</td>
            </tr>
        }
        .into_any()
    };
    view! {
        <section class="section" aria-labelledby="deals-h">
            <div class="section__head"><h2 id="deals-h">"Opportunities"</h2><span class="muted">{count}</span></div>
            <table class="table table--stack">
                <thead>
                    <tr>
                        <th scope="col">"Opportunity"</th>
                        <th scope="col">"Stage"</th>
                        <th class="table__end" scope="col">"Amount"</th>
                    </tr>
                </thead>
                <tbody>{opportunities.into_iter().map(row).collect_view()}</tbody>
            </table>
        </section>
    }
    .into_any()
}
