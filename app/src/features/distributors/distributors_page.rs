//! Territories and their distributors: `/territories`. Who is named for which quarter, how they do, and which are call centres.

use domain::delegation::DistributorsView;
use leptos::prelude::*;
use leptos_meta::Title;

use super::league_part::League;
use super::marks_part::Marks;
use super::server_fns::load_distributors;
use super::territory_part::TerritoryPart;
use crate::components::{Empty, Problem};
use crate::context::Toasts;
use crate::form::Done;
use crate::live::{Heard, Live};

/// The page.
#[component]
pub fn DistributorsPage() -> impl IntoView {
    let found = Resource::new(|| (), |()| load_distributors());
    let toasts = expect_context::<Toasts>();
    let done = Callback::new(move |done: Done| {
        toasts.say(done.message);
        found.refetch();
    });
    expect_context::<Live>().listen(Callback::new(move |heard| {
        if matches!(heard, Heard::Catalog | Heard::Resync) {
            found.refetch();
        }
    }));
    view! {
        <Title text="Territories" />
        <main class="page" id="main" tabindex="-1">
            <div class="page__head"><h1>"Territories and distributors"</h1></div>
            <Transition>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(found) => view! { <Loaded found done /> }.into_any(),
                        Err(error) => view! { <Problem error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
    .into_any()
}

#[component]
fn Loaded(found: DistributorsView, done: Callback<Done>) -> impl IntoView {
    let DistributorsView { quarter, territories, candidates, league, may_mark } = found;
    let is_empty = territories.is_empty();
    let known = candidates.clone();
    let parts = territories.into_iter().map(move |card| view! { <TerritoryPart card quarter candidates=known.clone() done /> }.into_any());
    view! {
        <p class="muted">
            "Leads of accounts too small for a rep of their own are with the manager of their territory, who delegates them. Who is named for a quarter is proposed first; leads that are under way stay where they are."
        </p>
        {is_empty.then(|| view! {
            <Empty icon="map-pin" title="You manage no territory" text="An administrator says who manages which, in the settings." />
        })}
        {parts.collect_view()}
        <League league />
        {may_mark.then(|| view! { <Marks candidates done /> })}
    }
    .into_any()
}
