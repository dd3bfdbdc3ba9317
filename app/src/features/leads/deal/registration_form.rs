//! The forms that register a deal and go on with it.

use domain::deal_registration::USUAL_DAYS;
use domain::{DAY_MS, DealRegistration, RegistrationStep};
use leptos::prelude::*;

use super::DealPage;
use crate::features::leads::fact::FactPage;
use crate::features::leads::server_fns::suggest_vendors;
use crate::form::{Area, ErrorSummary, Hidden, Input, InputKind, Options, PostForm, Select, SentOnce, Suggested, came_back};

/// Goes before the ids of the form that adds one.
const PREFIX: &str = "registration-";

/// Folded away: with whom a deal is to be registered.
#[component]
pub fn AddRegistration() -> impl IntoView {
    let page = expect_context::<FactPage>();
    let here = expect_context::<DealPage>();
    let action = format!("/leads/{}/registrations", here.lead);
    let is_open = came_back(&action);
    let deals: Options =
        page.detail.with_untracked(|detail| detail.opportunities.iter().map(|deal| (deal.id.to_string(), deal.name.clone())).collect());
    let first = deals.first().map(|(id, _)| id.clone()).unwrap_or_default();
    view! {
        <details class="form__more" open=is_open>
            <summary data-command="Register the deal">"Register the deal"</summary>
            <PostForm action class="facts__form" on_done=here.done>
                <SentOnce />
                <Hidden name="back" value=here.back() />
                <ErrorSummary prefix=PREFIX />
                <Select name="opportunity" label="Deal" options=deals value=first prefix=PREFIX />
                <VendorField />
                <Area name="note" label="Note" optional=true prefix=PREFIX />
                <div class="form__actions"><button class="button button--primary">"It is to be registered"</button></div>
            </PostForm>
        </details>
    }
    .into_any()
}

/// Which vendor: from a list, or by its name where there are too many for one.
#[component]
fn VendorField() -> impl IntoView {
    let here = expect_context::<DealPage>();
    let (vendors, has_more) = here.registrations.with_untracked(|view| (view.vendors.clone(), view.has_more_vendors));
    if has_more {
        let help = "Name or number of an account that is a vendor.";
        return view! { <Suggested name="vendor" label="Vendor" help suggest=known_vendors prefix=PREFIX /> }.into_any();
    }
    let none = std::iter::once((String::new(), "Choose a vendor".to_owned()));
    let vendors: Options = none.chain(vendors.into_iter().map(|vendor| (vendor.id.to_string(), vendor.name))).collect();
    view! { <Select name="vendor" label="Vendor" options=vendors help="Accounts that are vendors." prefix=PREFIX /> }.into_any()
}

async fn known_vendors(text: String) -> Vec<String> {
    suggest_vendors(text).await.unwrap_or_default().into_iter().map(|vendor| vendor.name).collect()
}

/// What goes on with a registration: a button, or a form behind its name where something has to be said with it.
#[component]
pub fn StepForm(one: DealRegistration, step: RegistrationStep) -> impl IntoView {
    let is_open = came_back(&address(&one, step));
    if step == RegistrationStep::Submit {
        return view! { <OneStep one step class="task__step" /> }.into_any();
    }
    view! {
        <details class="form__more" open=is_open>
            <summary>{step.label()}</summary>
            <OneStep one step class="facts__form" />
        </details>
    }
    .into_any()
}

fn address(one: &DealRegistration, step: RegistrationStep) -> String {
    format!("/registrations/{}/{}", one.id, step.key())
}

#[component]
fn OneStep(one: DealRegistration, step: RegistrationStep, class: &'static str) -> impl IntoView {
    let here = expect_context::<DealPage>();
    let prefix = format!("registration-{}-{}-", one.id, step.key());
    let label = format!("{}: {}", step.label(), one.vendor.name);
    view! {
        <PostForm action=address(&one, step) class=class on_done=here.done>
            <Hidden name="version" value=one.version.to_string() />
            <Hidden name="back" value=here.back() />
            <ErrorSummary prefix=prefix.clone() />
            <Fields one step prefix />
            <div class="form__actions"><button class="button button--small" aria-label=label>{step.label()}</button></div>
        </PostForm>
    }
    .into_any()
}

/// What has to be said with a step.
#[component]
fn Fields(one: DealRegistration, step: RegistrationStep, prefix: String) -> impl IntoView {
    let here = expect_context::<DealPage>();
    let today = here.registrations.with_untracked(|view| view.today);
    let from = if step == RegistrationStep::Extend { one.protection.map_or(today, |protection| protection.until) } else { today };
    let until = from.plus_ms(USUAL_DAYS * DAY_MS).day();
    match step {
        RegistrationStep::Submit => ().into_any(),
        RegistrationStep::Approve => view! {
            <Input name="reference" label="Reference" help="What the vendor calls it." prefix=prefix.clone() />
            <Input name="until" label="Protected until" value=until kind=InputKind::Day prefix />
        }
        .into_any(),
        RegistrationStep::Extend => view! { <Input name="until" label="Protected until" value=until kind=InputKind::Day prefix /> }.into_any(),
        RegistrationStep::Return | RegistrationStep::Reject => view! { <Area name="reason" label="Reason" prefix /> }.into_any(),
    }
}
