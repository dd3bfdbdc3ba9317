//! Adding a lead: `/leads/new`. Ten fields that matter, the rest behind "More fields".

use domain::{Action, Actor, FieldValue, FormValues, LeadField, LifeCycle, Role, Target, can};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use super::field_control::FieldControl;
use super::own_fields::OwnFields;
use crate::components::{Empty, Problem};
use crate::context::{catalog_now, me};
use crate::features::accounts::{AlreadyHere, SoughtIn};
use crate::form::{ErrorSummary, Input, PostForm, Select, SentOnce, came_back, typed_before};
use crate::wire_error::WireError;

const ACTION: &str = "/leads/new";
/// What the form says about a company.
const SAYS: SoughtIn = SoughtIn { company: "company", email: "emails", phone: "phones" };
const MORE: [LeadField; 15] = [
    LeadField::Tags,
    LeadField::Category,
    LeadField::Priority,
    LeadField::Importance,
    LeadField::Probability,
    LeadField::Expected,
    LeadField::Score,
    LeadField::Partner,
    LeadField::Location,
    LeadField::Group,
    LeadField::Street,
    LeadField::City,
    LeadField::Postcode,
    LeadField::State,
    LeadField::Country,
];

/// The page.
#[component]
pub fn AddPage() -> impl IntoView {
    view! {
        <Title text="Add a lead" />
        <main class="page page--form" id="main" tabindex="-1">
            {if can(&me(), Action::AddLead, Target::Site) {
                view! {
                    <div class="page__head"><h1>"Add a lead"</h1></div>
                    <PostForm action=ACTION class="form">
                        <SentOnce />
                        <Fields />
                    </PostForm>
                }
                .into_any()
            } else {
                view! { <Problem error=WireError::Forbidden("Leads are added by people of the house".to_owned()) /> }.into_any()
            }}
        </main>
    }
    .into_any()
}

#[component]
fn Fields() -> impl IntoView {
    let catalog = catalog_now();
    let actor = me();
    let Some(lead_type) = catalog.offered_types().next().map(|lead_type| lead_type.id) else {
        return view! { <Empty icon="flag" title="There is no lead type yet" text="An administrator can add one; leads need one for their pipeline." /> }.into_any();
    };
    let types = Signal::derive(|| {
        let catalog = crate::context::catalog();
        catalog.offered_types().map(|lead_type| (lead_type.id.to_string(), lead_type.name.clone())).collect::<Vec<_>>()
    });
    let chosen = typed_before("type").and_then(|typed| typed.into_iter().next()).unwrap_or_else(|| lead_type.to_string());
    let chosen = RwSignal::new(chosen);
    let choose = move |event: leptos::ev::Event| {
        if event_target::<web_sys::HtmlElement>(&event).get_attribute("name").as_deref() == Some("type") {
            chosen.set(event_target_value(&event));
        }
    };
    let preset = FormValues::decode(use_location().search.get_untracked().trim_start_matches('?').as_bytes());
    let currency = catalog.site.currency.clone();
    let control = move |field: LeadField, value: FieldValue, optional: bool| {
        view! { <FieldControl field value currency=currency.clone() lead_type state=LifeCycle::Pending optional /> }.into_any()
    };
    let empty = |field: LeadField| match field.kind() {
        domain::field::FieldKind::Choice(list) => FieldValue::Choice(catalog.default_choice(list)),
        domain::field::FieldKind::Number { .. } if field == LeadField::Score => FieldValue::Number(Some(0)),
        domain::field::FieldKind::Number { .. } => FieldValue::Number(None),
        domain::field::FieldKind::Day => FieldValue::Day(None),
        domain::field::FieldKind::Group => FieldValue::Group(actor.groups.first().copied()),
        _ => FieldValue::Text(String::new()),
    };
    view! {
        <ErrorSummary />
        <AlreadyHere fields=SAYS names_company=true />
        {control(LeadField::FullName, FieldValue::Text(preset.get("full_name").to_owned()), false)}
        <Input name="company" label="Company" value=preset.get("company") optional=true help="A known account is used, else one is made" autocomplete="organization" />
        {control(LeadField::Phones, FieldValue::Phones(Vec::new()), true)}
        {control(LeadField::Emails, FieldValue::Emails(Vec::new()), true)}
        {control(LeadField::Source, FieldValue::Choice(None), true)}
        {control(LeadField::Offerings, FieldValue::Choices(Vec::new()), true)}
        {control(LeadField::Message, FieldValue::Text(String::new()), true)}
        {control(LeadField::TargetAmount, FieldValue::Money(0), true)}
        {control(LeadField::Owner, FieldValue::Person(owner_by_default(&actor)), true)}
        <div on:change=choose><Select name="type" label="Type" options=types value=lead_type.to_string() /></div>
        <OwnFields chosen=chosen.into() />
        <details class="form__more" open=came_back(ACTION)>
            <summary>"More fields"</summary>
            <div class="form__part">{MORE.into_iter().map(|field| control(field, empty(field), true)).collect_view()}</div>
        </details>
        <div class="form__actions">
            <button class="button button--primary">"Add lead"</button>
            <a class="button button--quiet" href="/leads">"Cancel"</a>
        </div>
    }
    .into_any()
}

fn owner_by_default(actor: &Actor) -> Option<domain::UserId> {
    matches!(actor.role, Role::Rep | Role::Manager).then_some(actor.id)
}
