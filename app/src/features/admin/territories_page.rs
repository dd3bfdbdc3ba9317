//! Territories: `/admin/territories`. Their places, who manages them and who is their distributor. For administrators.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::routing_fns::{TerritoriesView, TerritoryView, load_territories};
use super::sections::AdminPage;
use super::territory_forms::{AddTerritory, Around, ChangeTerritory};
use crate::components::{Empty, Problem};
use crate::context::{Toasts, catalog};
use crate::form::Done;
use crate::live::{Heard, Live};

/// Places that a row names.
const PLACES_SHOWN: usize = 6;

/// The page.
#[component]
pub fn TerritoriesPage() -> impl IntoView {
    let found = Resource::new(|| (), |()| load_territories());
    view! {
        <Title text="Territories" />
        <main class="page" id="main" tabindex="-1">
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => view! { <Loaded found /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(found: TerritoriesView) -> impl IntoView {
    let around = StoredValue::new(Around { quarter: found.quarter, distributors: found.distributors });
    let quarter = found.quarter;
    let rows = RwSignal::new(found.territories);
    let toasts = expect_context::<Toasts>();
    let reload = move || {
        leptos::task::spawn_local(async move {
            match load_territories().await {
                Ok(fresh) => {
                    around.try_set_value(Around { quarter: fresh.quarter, distributors: fresh.distributors });
                    let _gone = rows.try_set(fresh.territories);
                }
                Err(error) => toasts.fail(error.to_string()),
            }
        });
    };
    let navigate = use_navigate();
    let done = Callback::new(move |done: Done| {
        // What was tried has a page of its own.
        if done.location != "/admin/territories" {
            return navigate(&done.location, NavigateOptions::default());
        }
        if !done.message.is_empty() {
            toasts.say(done.message);
        }
        reload();
    });
    expect_context::<Live>().listen(Callback::new(move |heard| {
        if matches!(heard, Heard::Catalog | Heard::Resync) {
            reload();
        }
    }));
    let is_empty = Memo::new(move |_| rows.with(Vec::is_empty));
    view! {
        <AdminPage here="/admin/territories">
            <section class="section" aria-labelledby="territories-h">
                <div class="section__head"><h1 id="territories-h">"Territories"</h1></div>
                <p class="muted">
                    "Their regional managers get the leads of accounts too small for a rep of their own, and delegate them to the distributor of the quarter. A narrower place wins over a wider one. "
                    <a href=crate::routes::TERRITORIES>"Who was named, and how they do"</a>
                </p>
                {move || if is_empty.get() {
                    view! { <Empty icon="map-pin" title="No territories yet" text="Add the first one below." /> }.into_any()
                } else {
                    view! {
                        <table class="table table--stack">
                            <thead>
                                <tr>
                                    <th scope="col">"Name"</th>
                                    <th scope="col">"Places"</th>
                                    <th scope="col">"Manager"</th>
                                    <th scope="col">"Group"</th>
                                    <th scope="col">{format!("Distributor in {quarter}")}</th>
                                    <th class="table__end" scope="col"><span class="visually-hidden">"Change"</span></th>
                                </tr>
                            </thead>
                            <tbody>
                                <For each=move || rows.get() key=Clone::clone children=move |view| view! { <Row view around=around.get_value() done /> } />
                            </tbody>
                        </table>
                    }
                    .into_any()
                }}
            </section>
            <section class="section" aria-labelledby="add-h">
                <div class="section__head"><h2 id="add-h">"Add a territory"</h2></div>
                <AddTerritory around=around.get_value() done />
            </section>
        </AdminPage>
    }
    .into_any()
}

#[component]
fn Row(view: TerritoryView, around: Around, done: Callback<Done>) -> impl IntoView {
    let catalog = catalog();
    let territory = &view.territory;
    let mut places: Vec<String> = territory.places.iter().take(PLACES_SHOWN).map(|place| place.text.clone()).collect();
    if territory.places.len() > PLACES_SHOWN {
        places.push(format!("{} more", territory.places.len() - PLACES_SHOWN));
    }
    let manager = territory.manager.map(|user| catalog.person_name(user));
    let group = territory.group.and_then(|id| catalog.group(id)).map(|group| group.name.clone());
    let next = view.next_distributor.as_ref().map(|(_, name)| format!("then {name}"));
    let distributor = view.distributor.as_ref().map(|(_, name)| name.clone());
    view! {
        <tr>
            <td>
                {territory.name.clone()}
                {view.warnings.iter().map(|text| view! { <p class="fact__error">{text.clone()}</p> }).collect_view()}
            </td>
            <td>{places.join(" · ")}</td>
            <td>{match manager {
                Some(name) => name.into_any(),
                None => view! { <span class="muted">"Nobody yet"</span> }.into_any(),
            }}</td>
            <td>{group}</td>
            <td>{distributor}" "{next.map(|next| view! { <span class="muted small">{next}</span> })}</td>
            <td class="table__end"><ChangeTerritory view=view.clone() around done /></td>
        </tr>
    }
    .into_any()
}
