//! The page: `/refer`. The form, and beneath it what the person referred.

use domain::{Action, ChoiceList, FormValues, Target, can};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_navigate};

use super::referred_list::ReferredList;
use super::server_fns::load_referred;
use crate::components::Problem;
use crate::context::{Toasts, catalog, me};
use crate::features::accounts::{AlreadyHere, SoughtIn};
use crate::form::{Area, Checks, Done, ErrorSummary, Input, InputKind, Options, PostForm, SentOnce};
use crate::routes;
use crate::wire_error::WireError;

/// What the form says about a company.
const SAYS: SoughtIn = SoughtIn { company: "company", email: "emails", phone: "phones" };

/// The page.
#[component]
pub fn ReferPage() -> impl IntoView {
    view! {
        <Title text="Refer a lead" />
        <main class="page page--form" id="main" tabindex="-1">
            {if can(&me(), Action::ReferLead, Target::Site) {
                view! { <Allowed /> }.into_any()
            } else {
                view! { <Problem error=WireError::Forbidden("Leads are referred by people of the house".to_owned()) /> }.into_any()
            }}
        </main>
    }
    .into_any()
}

#[component]
fn Allowed() -> impl IntoView {
    let search = use_location().search;
    let asked = move |name: &str| {
        let values = FormValues::decode(search.get().trim_start_matches('?').as_bytes());
        values.find(name).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let before = Memo::new(move |_| asked("before"));
    let was_sent = Memo::new(move |_| asked("sent").is_some());
    let referred = Resource::new(move || before.get(), load_referred);
    let toasts = expect_context::<Toasts>();
    let navigate = use_navigate();
    let sent = Callback::new(move |done: Done| {
        toasts.say(done.message);
        // The newest are on the first page.
        if before.get_untracked().is_some() {
            navigate(routes::REFER, leptos_router::NavigateOptions::default());
        } else {
            referred.refetch();
        }
    });
    view! {
        <div class="page__head"><h1>"Refer a lead"</h1></div>
        {move || was_sent.get().then(|| view! { <p class="form__intro" role="status">"Thank you. What becomes of it shows below."</p> })}
        <p class="form__intro">"Somebody you met needs what we offer? Tell us, and whoever is in charge follows up. You hear what becomes of it."</p>
        <PostForm action=routes::REFER class="form" on_done=sent>
            <SentOnce />
            <Fields />
        </PostForm>
        <section class="section" aria-labelledby="referred-h">
            <div class="section__head"><h2 id="referred-h">"What you referred"</h2></div>
            <Transition>
                {move || Suspend::new(async move {
                    match referred.await {
                        Ok(page) => view! { <ReferredList page is_first=before.get_untracked().is_none() /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </section>
    }
    .into_any()
}

#[component]
fn Fields() -> impl IntoView {
    let offerings = Signal::derive(|| -> Options {
        catalog().offered(ChoiceList::Offering).map(|choice| (choice.id.to_string(), choice.name.clone())).collect()
    });
    view! {
        <ErrorSummary />
        <Input name="full_name" label="Their name" />
        <Input name="company" label="Company" optional=true help="A known account is used, else one is made" />
        <AlreadyHere fields=SAYS names_company=true />
        <Input name="phones" label="Phone" kind=InputKind::Phone help="A number or an e-mail address is enough" optional=true />
        <Input name="emails" label="E-mail" kind=InputKind::Emails optional=true />
        <Checks name="offerings" label="What is it about?" options=offerings />
        <Area name="message" label="Note" optional=true help="What they need, and when to call" />
        <Input name="city" label="City" optional=true />
        <Input name="country" label="Country" optional=true />
        <Input name="how_known" label="How do you know them?" optional=true />
        <div class="form__actions"><button class="button button--primary">"Refer lead"</button></div>
    }
    .into_any()
}
