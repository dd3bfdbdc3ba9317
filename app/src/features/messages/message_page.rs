//! A new message to the person of a lead: `/leads/{number}/message`, with `?template=` where one is chosen. What was sent before stands below.

use domain::FormValues;
use domain::message::{MessageAddress, MessagePage as Found};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_params_map};

use super::mail_words::{MailWords, MessageFields};
use super::nurture_part::NurturePart;
use super::picker::Picker;
use super::sent_list::SentList;
use super::server_fns::load_message_form;
use crate::components::{NotFound, Problem};
use crate::context::{Toasts, me};
use crate::form::{Done, ErrorSummary, Hidden, Options, PostForm, Select, SentOnce};
use crate::routes;

/// The page.
#[component]
pub fn MessagePage() -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let params = use_params_map();
    let search = use_location().search;
    let asked = Memo::new(move |_| {
        let number = params.with(|params| params.get("number").and_then(|text| text.parse::<i64>().ok()));
        let template = FormValues::decode(search.get().trim_start_matches('?').as_bytes()).get("template").parse::<i64>().ok();
        number.map(|number| (number, template))
    });
    let found = Resource::new(
        move || asked.get(),
        |asked| async move {
            match asked {
                Some((number, template)) => Some(load_message_form(number, template).await),
                None => None,
            }
        },
    );
    let noted = Callback::new(move |done: Done| {
        toasts.say(done.message);
        found.refetch();
    });
    view! {
        <main class="page" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Some(Ok(found)) => view! { <Loaded found noted /> }.into_any(),
                        Some(Err(error)) => view! { <Title text="Message" /> <Problem error /> }.into_any(),
                        None => view! { <NotFound /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(found: Found, noted: Callback<Done>) -> impl IntoView {
    let Found { lead, full_name, account, addresses, templates, chosen, wording, values, sent, material, nurture, may_nurture, hindrance } = found;
    let action = format!("/leads/{lead}/messages");
    let template = chosen.map_or_else(String::new, |chosen| chosen.to_string());
    let back = routes::message(lead, chosen);
    let options: Options =
        addresses.iter().filter(|address| !address.is_unsubscribed).map(|address| (address.email.clone(), address.email.clone())).collect();
    let choice = move |(id, name): (Option<domain::MessageTemplateId>, String)| {
        view! { <a class="button button--small" href=routes::message(lead, id) aria-current=(id == chosen).then_some("true")>{name}</a> }.into_any()
    };
    let choices: Vec<_> =
        std::iter::once((None, "None".to_owned())).chain(templates.into_iter().map(|template| (Some(template.id), template.name))).collect();
    let write = match hindrance {
        Some(hindrance) => view! { <p class="form__intro" role="status">{hindrance}</p> }.into_any(),
        None => view! {
            <nav class="message__templates" aria-label="Templates">
                <span class="muted">"Template"</span>
                {choices.into_iter().map(choice).collect_view()}
            </nav>
            <PostForm action class="form">
                <SentOnce />
                <Hidden name="back" value=back />
                <Hidden name="template" value=template />
                <ErrorSummary />
                <Select name="to" label="To" options />
                <MailWords wording values title="What they get" />
                <Picker material />
                <p class="muted small">"Below it stands how to get no more mails. Their reply comes back to this lead."</p>
                <div class="form__actions"><button class="button button--primary">"Send message"</button></div>
            </PostForm>
            <MessageFields />
        }
        .into_any(),
    };
    view! {
        <Title text=format!("Message to {full_name}") />
        <section class="section" aria-labelledby="message-h">
            <div class="section__head">
                <h1 id="message-h">{format!("Message to {full_name}")}</h1>
                <span class="muted">{account}</span>
                <a class="push" href=routes::lead(lead, "")>{format!("Lead {lead}")}</a>
                {me().role.is_internal().then(|| view! { <a href=routes::MATERIAL>"Material"</a> })}
            </div>
            {write}
        </section>
        <NurturePart lead nurture may_nurture noted />
        <Subscriptions lead addresses noted />
        <SentList sent />
    }
    .into_any()
}

/// Who wants no messages, and a way to note it for who said so.
#[component]
fn Subscriptions(lead: domain::LeadId, addresses: Vec<MessageAddress>, noted: Callback<Done>) -> impl IntoView {
    if addresses.is_empty() {
        return ().into_any();
    }
    let one = move |address: MessageAddress| {
        let MessageAddress { email, is_unsubscribed } = address;
        let action = format!("/leads/{lead}/unsubscribe");
        let label = format!("Note that {email} wants no more messages");
        let shown = email.clone();
        let step = if is_unsubscribed {
            view! { <span class="badge tone-red">"Wants no messages"</span> }.into_any()
        } else {
            view! {
                <PostForm action class="task__step" on_done=noted>
                    <ErrorSummary />
                    <Hidden name="email" value=email />
                    <button class="button button--small" aria-label=label>"Wants no more"</button>
                </PostForm>
            }
            .into_any()
        };
        view! { <li class="task"><div class="task__body"><div class="task__facts"><span class="mail-address">{shown}</span>{step}</div></div></li> }
            .into_any()
    };
    view! {
        <section class="section" aria-labelledby="subscriptions-h">
            <div class="section__head"><h2 id="subscriptions-h">"Addresses"</h2></div>
            <ul class="tasks">{addresses.into_iter().map(one).collect_view()}</ul>
        </section>
    }
    .into_any()
}
