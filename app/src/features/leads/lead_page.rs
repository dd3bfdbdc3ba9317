//! One lead: `/leads/{number}`. The query is that of the list it was opened from, so that previous and next know it.

use domain::lead_views::LeadDetail;
use domain::{CustomField, FormValues, LeadField, LeadFilter};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_params_map};

use super::attempts::Attempts;
use super::call_facts::CallFacts;
use super::clocks::Clocks;
use super::converted::ConvertedInto;
use super::deal::Deal;
use super::delegation::DelegatedTo;
use super::fact::{FactGroup, FactPage};
use super::key_dates::KeyDates;
use super::lead_head::LeadHead;
use super::lead_tasks::LeadTasks;
use super::opportunity::Opportunities;
use super::parts::Parts;
use super::qualified::Qualified;
use super::quotes::Quotes;
use super::referred_by::ReferredBy;
use super::server_fns::{load_lead, load_neighbours};
use super::timeline::Timeline;
use super::waits_for_group::WaitsForGroup;
use super::why_here::WhyHere;
use super::why_score::WhyScore;
use crate::components::{NotFound, PersonName, Problem};
use crate::context::catalog;
use crate::in_turn::in_turn;
use crate::live::{Heard, Live};

const CONTACT: [LeadField; 5] = [LeadField::FullName, LeadField::Phones, LeadField::Emails, LeadField::ContactPhone, LeadField::ContactEmail];
const PLACE: [LeadField; 5] = [LeadField::Street, LeadField::City, LeadField::Postcode, LeadField::State, LeadField::Country];
const WORTH: [LeadField; 3] = [LeadField::TargetAmount, LeadField::Probability, LeadField::Score];
const KIND: [LeadField; 6] =
    [LeadField::Source, LeadField::Category, LeadField::Priority, LeadField::Importance, LeadField::Partner, LeadField::Location];
const INTERESTS: [LeadField; 3] = [LeadField::Offerings, LeadField::Message, LeadField::Tags];
const PEOPLE: [LeadField; 3] = [LeadField::Owner, LeadField::Group, LeadField::Team];

/// The page. Server: whole, with a form per group for who has no script.
#[component]
pub fn LeadPage() -> impl IntoView {
    let params = use_params_map();
    let number = Memo::new(move |_| params.with(|params| params.get("number").and_then(|text| text.parse::<i64>().ok())));
    let detail = Resource::new(
        move || number.get(),
        |number| async move {
            match number {
                Some(number) => Some(load_lead(number).await),
                None => None,
            }
        },
    );
    view! {
        <main class="page page--record" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match detail.await {
                        Some(Ok(detail)) => view! { <Loaded detail /> }.into_any(),
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
fn Loaded(detail: LeadDetail) -> impl IntoView {
    let id = detail.lead.id;
    let title = format!("{} · {}", detail.lead.full_name, detail.lead.account.name);
    let detail = RwSignal::new(detail);
    let gone = RwSignal::new(false);
    let reload = Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            match load_lead(id.0).await {
                Ok(fresh) => {
                    // An answer that was overtaken by a newer one is dropped.
                    let _gone = detail.try_update(|shown| {
                        if fresh.lead.version >= shown.lead.version {
                            *shown = fresh;
                        }
                    });
                }
                Err(crate::wire_error::WireError::NotFound) => {
                    let _gone = gone.try_set(true);
                }
                Err(_) => {}
            }
        });
    });
    provide_context(FactPage { detail, reload });
    let live = expect_context::<Live>();
    let others = RwSignal::new(Vec::<String>::new());
    live.look_at(id.0);
    live.listen(Callback::new(move |heard| match heard {
        Heard::Lead(data) if data.number == id.0 && detail.with_untracked(|detail| detail.lacks(data.version, live.last_event())) => {
            reload.run(());
        }
        Heard::Lead(data) if data.number == id.0 && data.change == domain::event::LiveChange::Removed => reload.run(()),
        Heard::Presence(names) => others.set(names),
        Heard::Resync => reload.run(()),
        _ => {}
    }));
    let search = use_location().search;
    let list = Memo::new(move |_| LeadFilter::from_query(&search.get()).to_query());
    let editing = Memo::new(move |_| FormValues::decode(search.get().trim_start_matches('?').as_bytes()).get("edit").to_owned());
    let neighbours = Resource::new(move || list.get(), move |list| load_neighbours(list, id.0));
    let around = Signal::derive(move || neighbours.get().and_then(Result::ok).unwrap_or_default());
    move || {
        if gone.get() {
            return view! { <NotFound /> }.into_any();
        }
        view! {
            <Title text=title.clone() />
            <div class="record">
                <Transition>
                    {move || {
                        neighbours.track();
                        in_turn(move || view! { <LeadHead list=list.into() neighbours=around others=others.into() /> }.into_any())
                    }}
                </Transition>
                <nav class="record__tabs" aria-label="Parts of this lead">
                    <a class="record__tab" href="#facts" aria-current="true">"Facts"</a>
                    <a class="record__tab" href="#timeline">"Timeline"</a>
                </nav>
                <Timeline />
                {move || view! { <Facts editing=editing.get() /> }}
                <span class="record__all" hidden></span>
            </div>
        }
        .into_any()
    }
}

#[component]
fn Facts(editing: String) -> impl IntoView {
    let page = expect_context::<FactPage>();
    let plain = move |label: &'static str, value: AnyView| {
        view! { <div class="fact"><dt class="fact__label">{label}</dt><dd class="fact__value">{value}</dd></div> }.into_any()
    };
    let type_name =
        move || page.detail.with(|detail| catalog().lead_type(detail.lead.lead_type).map_or_else(String::new, |lead_type| lead_type.name.clone()));
    // Read anew when an administrator changes them; what is retired stays where it has a value.
    let own = Memo::new(move |_| {
        let catalog = catalog();
        page.detail.with(|detail| {
            let lead = &detail.lead;
            let is_shown = |field: &&CustomField| field.is_of(lead.lead_type) && (!field.retired || lead.custom.contains_key(&field.id));
            catalog.fields.iter().filter(is_shown).cloned().collect::<Vec<_>>()
        })
    });
    let extra = page.detail.with_untracked(|detail| detail.lead.extra.clone());
    let group = |id: &'static str, title: &'static str, fields: &'static [LeadField]| {
        let is_form = editing == id;
        in_turn(move || view! { <FactGroup id title fields=fields.to_vec() is_form /> }.into_any())
    };
    let (edits_people, edits_kind) = (editing == "people", editing == "kind");
    view! {
        <aside class="record__side" id="facts" aria-label="Facts">
            <ConvertedInto />
            <Attempts />
            {in_turn(|| view! { <LeadTasks /> }.into_any())}
            {group("contact", "Contact", &CONTACT)}
            {in_turn(|| view! { <CallFacts /> }.into_any())}
            {in_turn(|| view! { <Clocks /> }.into_any())}
            <Qualified />
            {group("interest", "Interest", &INTERESTS)}
            <FactGroup id="worth" title="Worth" fields=WORTH.to_vec() is_form=editing == "worth">
                <WhyScore />
            </FactGroup>
            {in_turn(|| view! { <Opportunities /> }.into_any())}
            <Quotes />
            <Deal />
            {in_turn(move || view! {
                <FactGroup id="people" title="People" fields=PEOPLE.to_vec() is_form=edits_people>
                    {plain("Account’s rep", (move || view! { <PersonName id=page.detail.with(|detail| detail.primary_rep) /> }).into_any())}
                    <WaitsForGroup />
                    <DelegatedTo />
                    <WhyHere />
                </FactGroup>
            }.into_any())}
            {in_turn(move || view! {
                <FactGroup id="kind" title="Kind" fields=KIND.to_vec() is_form=edits_kind>
                    {plain("Type", type_name.into_any())}
                    <ReferredBy />
                </FactGroup>
            }.into_any())}
            {
                let editing = editing.clone();
                move || {
                    let fields: Vec<LeadField> = own.get().into_iter().map(|field| LeadField::Custom(field.id)).collect();
                    (!fields.is_empty()).then(|| view! { <FactGroup id="own" title="More" fields is_form=editing == "own" /> })
                }
            }
            {group("place", "Address", &PLACE)}
            {in_turn(|| view! { <KeyDates /> }.into_any())}
            <Parts />
            {(!extra.is_empty()).then(|| view! {
                <section class="facts" id="extra" aria-labelledby="extra-h">
                    <div class="facts__head"><h2 id="extra-h">"Also sent"</h2></div>
                    <dl>{extra.into_iter().map(|(name, value)| view! { <div class="fact"><dt class="fact__label">{name}</dt><dd class="fact__value">{value}</dd></div> }).collect_view()}</dl>
                </section>
            })}
        </aside>
    }
    .into_any()
}
