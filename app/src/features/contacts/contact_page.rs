//! One contact: `/contacts/{number}`. `?edit=person` turns its facts into a form.

use domain::{Contact, FormValues, LeadFilter, LeadView};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_navigate, use_params_map};

use super::contact_events::ContactEvents;
use super::contact_facts::{ContactFacts, ContactForm};
use super::server_fns::{ContactDetail, load_contact};
use crate::components::{Icon, NotFound, Problem};
use crate::context::Toasts;
use crate::features::accounts::{History, LeadTable};
use crate::form::{Done, came_back};
use crate::live::{Heard, Live};
use crate::routes;

/// The page.
#[component]
pub fn ContactPage() -> impl IntoView {
    let params = use_params_map();
    let number = Memo::new(move |_| params.with(|params| params.get("number").and_then(|text| text.parse::<i64>().ok())));
    let detail = Resource::new(
        move || number.get(),
        |number| async move {
            match number {
                Some(number) => Some(load_contact(number).await),
                None => None,
            }
        },
    );
    let reload = Callback::new(move |()| detail.refetch());
    let came_back_of = RwSignal::new(number.get_untracked().filter(|number| came_back(&format!("/contacts/{number}/edit"))));
    view! {
        <main class="page page--record" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match detail.await {
                        Some(Ok(detail)) => view! { <Loaded detail reload came_back_of /> }.into_any(),
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
    detail: ContactDetail,
    reload: Callback<()>,
    /// The contact whose form came back without script, until it is saved or left.
    came_back_of: RwSignal<Option<i64>>,
) -> impl IntoView {
    let ContactDetail { contact, leads, timeline } = detail;
    let (id, version) = (contact.id.0, contact.version);
    let search = use_location().search;
    let editing = Memo::new(move |_| {
        let asks = !FormValues::decode(search.get().trim_start_matches('?').as_bytes()).get("edit").is_empty();
        asks || came_back_of.get() == Some(id)
    });
    let lead_ids: Vec<_> = leads.iter().map(|lead| lead.id.0).collect();
    expect_context::<Live>().listen(Callback::new(move |heard| {
        let concerns = match heard {
            Heard::Contact(data) => data.number == id && data.version > version,
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
    let toasts = expect_context::<Toasts>();
    let saved = Callback::new(move |done: Done| {
        toasts.say(done.message);
        came_back_of.set(None);
        navigate(&done.location, leptos_router::NavigateOptions::default());
        reload.run(());
    });
    let left = Callback::new(move |()| came_back_of.set(None));
    let facts = contact.clone();
    view! {
        <Title text=contact.full_name.clone() />
        <div class="record">
            <Head contact=contact.clone() />
            <div class="record__main">
                <Leads leads words=ContactDetail::words(&contact) />
                <ContactEvents id=contact.id changed=reload />
                <History events=timeline />
            </div>
            <aside class="record__side" aria-label="Facts">
                {move || if editing.get() {
                    view! { <ContactForm contact=facts.clone() saved left /> }.into_any()
                } else {
                    view! { <ContactFacts contact=facts.clone() /> }.into_any()
                }}
            </aside>
        </div>
    }
    .into_any()
}

#[component]
fn Head(contact: Contact) -> impl IntoView {
    let company = contact.account.as_ref().map(|account| account.name.clone()).unwrap_or_default();
    let add_lead = routes::with_query("/leads/new", &routes::and(&routes::and("", "full_name", &contact.full_name), "company", &company));
    let call = contact.phones.first().map(|phone| format!("tel:{}", phone.display()));
    let mail = contact.emails.first().map(|email| format!("mailto:{}", email.as_str()));
    view! {
        <header class="record__head">
            <div class="record__line">
                <h1>{contact.full_name.clone()}</h1>
                <span class="record__number">"# " {contact.id.to_string()}</span>
                <div class="record__actions"><a class="button button--primary" href=add_lead><Icon name="plus" />"Add lead"</a></div>
            </div>
            <div class="record__meta">
                {(!contact.job_title.is_empty()).then(|| view! { <span>{contact.job_title.clone()}</span> })}
                {contact.account.clone().map(|account| view! {
                    <span class="account"><Icon name="building" /><a class="account__name" href=routes::account(account.id)>{account.name}</a></span>
                })}
            </div>
            <div class="record__reach">
                {call.map(|href| view! { <a class="button" href=href><Icon name="phone" />"Call"</a> })}
                {mail.map(|href| view! { <a class="button" href=href><Icon name="mail" />"Mail"</a> })}
            </div>
        </header>
    }
    .into_any()
}

#[component]
fn Leads(
    leads: Vec<domain::LeadRow>,
    /// What finds them all.
    words: String,
) -> impl IntoView {
    let all_leads = routes::leads(&LeadFilter { view: LeadView::All, query: words, ..LeadFilter::default() });
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
