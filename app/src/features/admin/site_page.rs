//! The site as a whole: `/admin/site`. For administrators.

use domain::Dimension;
use domain::catalog::{WEEKDAYS, clock_text};
use leptos::prelude::*;
use leptos_meta::Title;

use super::configuration_fns::{SiteView, load_site};
use super::logo_form::LogoForm;
use super::sections::AdminPage;
use super::ticks::Ticks;
use crate::components::Problem;
use crate::context::catalog_now;
use crate::form::{ErrorSummary, Input, InputKind, PostForm, Select};

/// The page.
#[component]
pub fn SitePage() -> impl IntoView {
    let found = Resource::new(|| (), |()| load_site());
    view! {
        <Title text="Site" />
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
fn Loaded(found: SiteView) -> impl IntoView {
    let catalog = catalog_now();
    let site = catalog.site.clone();
    let SiteView { zones, time_zone, hours, touch_within_hours } = found;
    let zones = zones.into_iter().map(|zone| (zone.clone(), zone)).collect::<Vec<_>>();
    let days = WEEKDAYS.iter().zip(1..).map(|(name, day)| (day.to_string(), (*name).to_owned())).collect::<Vec<_>>();
    let intake_group = site.intake_group;
    let groups = catalog.groups.iter().filter(|group| !group.retired || intake_group == Some(group.id));
    let groups = std::iter::once((String::new(), "Nobody: everybody sees them".to_owned()))
        .chain(groups.map(|group| (group.id.to_string(), group.name.clone())))
        .collect::<Vec<_>>();
    let intake = site.intake_group.map(|id| id.to_string()).unwrap_or_default();
    let ticked: Vec<String> = hours.days.iter().map(ToString::to_string).collect();
    view! {
        <AdminPage here="/admin/site">
            <section class="section" aria-labelledby="site-h">
                <div class="section__head"><h1 id="site-h">"Site"</h1></div>
                <PostForm action="/admin/site" class="form">
                    <ErrorSummary />
                    <Input name="name" label="Name" value=site.name.clone() />
                    <div class="field-row">
                        <Input name="region" label="Country" value=site.region.clone() help="Two letters, of phone numbers typed without a country code." />
                        <Input name="currency" label="Currency" value=site.currency.clone() help="Three letters. Leads keep the one they have." />
                    </div>
                    <Select name="time_zone" label="Time zone" options=zones value=time_zone />
                    <Ticks name="days" label="Working days" options=days values=ticked prefix="" />
                    <div class="field-row">
                        <Input name="from" label="Work begins" value=clock_text(hours.from_minute) />
                        <Input name="to" label="Work ends" value=clock_text(hours.to_minute) />
                    </div>
                    <Input name="touch_within" label="Leads must be touched within, hours" value=touch_within_hours.to_string() kind=InputKind::Number help="By whoever got them. A follow-up deadline comes first." />
                    <Select name="intake_group" label="Who gets leads from the website" options=groups value=intake />
                    <Input name="action_label" label="Name of the fifth answer that qualifies a lead" value=Dimension::Action.label(&catalog) help="Beside budget, authority, need and timescale." />
                    <div class="form__actions"><button class="button button--primary">"Save site"</button></div>
                </PostForm>
            </section>
            <LogoForm />
        </AdminPage>
    }
    .into_any()
}
