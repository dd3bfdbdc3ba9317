//! How leads are converted.

use domain::catalog::LeadType;
use domain::{Catalog, ConversionKind, ConversionSettings, LeadTypeId, LifeCycle, WhenWon};
use leptos::prelude::*;

use crate::components::Icon;
use crate::context::catalog_now;
use crate::form::{Done, ErrorSummary, Input, InputKind, Options, PostForm, Select, came_back, error_at, typed_before};
use crate::routes;

/// Goes before the ids of its fields.
const PREFIX: &str = "conversions-";

/// The form, folded away.
#[component]
pub fn SettingsForm(settings: ConversionSettings, done: Callback<Done>) -> impl IntoView {
    let action = format!("{}/settings", routes::CUSTOMERS);
    let is_open = came_back(&action);
    let kinds: Options = ConversionKind::ALL.map(|kind| (kind.key().to_owned(), kind.label().to_owned())).to_vec();
    let offered = settings.offered.clone();
    view! {
        <section class="section" aria-labelledby="settings-h">
            <div class="section__head"><h2 id="settings-h">"How leads are converted"</h2></div>
            <details class="form__more" open=is_open>
                <summary><Icon name="chevron-right" />"Change"</summary>
                <PostForm action class="form" on_done=done>
                    <ErrorSummary prefix=PREFIX />
                    <Offered offered />
                    <div class="field-row">
                        <Select name="default" label="Chosen at first" options=kinds value=settings.default.key() help="Also where many are converted at once." prefix=PREFIX />
                        <Input name="due_days" label="Days to pay" value=settings.due_days.to_string() kind=InputKind::Number prefix=PREFIX />
                    </div>
                    <fieldset class="stack">
                        <legend class="field__label">"Status when won"</legend>
                        <p class="field__help">"Which status a lead of each type comes to."</p>
                        <div class="field-row"><StatusOfEach settings=settings.clone() /></div>
                    </fieldset>
                    <fieldset class="stack">
                        <legend class="field__label">"When won by hand"</legend>
                        <p class="field__help">"What follows for a lead of each type. What lacks something is won all the same, and the conversion opens."</p>
                        <div class="field-row"><AfterEach settings /></div>
                    </fieldset>
                    <p class="field__help">"Your address and the last lines of invoices are those of "<a href=routes::PRODUCTS>"quotes"</a>"."</p>
                    <div class="form__actions"><button class="button button--primary">"Save how leads are converted"</button></div>
                </PostForm>
            </details>
        </section>
    }
    .into_any()
}

/// To which status a lead of each type comes. Within the form, which the fields ask for what was typed.
#[component]
fn StatusOfEach(settings: ConversionSettings) -> impl IntoView {
    let known = catalog_now();
    let of_type = |lead_type: &LeadType| {
        let options = statuses(&known, lead_type.id);
        let chosen = settings.won_status(lead_type.id, &known).map_or_else(String::new, |id| id.to_string());
        let (name, label) = (format!("won_{}", lead_type.id), lead_type.name.clone());
        view! { <Select name label options value=chosen prefix=PREFIX /> }.into_any()
    };
    known.offered_types().map(of_type).collect_view()
}

/// What follows when a lead of each type is won by hand. Within the form, like [`StatusOfEach`].
#[component]
fn AfterEach(settings: ConversionSettings) -> impl IntoView {
    let ways: Options = WhenWon::ALL.map(|way| (way.key().to_owned(), way.label().to_owned())).to_vec();
    let of_type = |lead_type: &LeadType| {
        let (name, label, options) = (format!("then_{}", lead_type.id), lead_type.name.clone(), ways.clone());
        view! { <Select name label options value=settings.when_won(lead_type.id).key() prefix=PREFIX /> }.into_any()
    };
    catalog_now().offered_types().map(of_type).collect_view()
}

/// The kinds that are offered.
#[component]
fn Offered(offered: Vec<ConversionKind>) -> impl IntoView {
    let error = error_at("kind");
    let typed = typed_before("kind");
    let boxes = ConversionKind::ALL.map(|kind| {
        let checked = typed.as_ref().map_or_else(|| offered.contains(&kind), |typed| typed.iter().any(|key| key == kind.key()));
        let id = format!("{PREFIX}kind-{}", kind.key());
        let for_id = id.clone();
        view! {
            <label class="check" for=for_id>
                <input id=id type="checkbox" name="kind" value=kind.key() checked=checked />
                {kind.label()}
            </label>
        }
        .into_any()
    });
    view! {
        <fieldset class="field checks" id=format!("{PREFIX}kind") tabindex="-1">
            <legend class="field__label">"What a lead can become"</legend>
            // Sent also where no box is ticked.
            <input type="hidden" name="kind" value="" />
            <div class="checks__list">{boxes.into_iter().collect::<Vec<_>>()}</div>
            {move || error.get().map(|text| view! { <p class="field__error">{text}</p> })}
        </fieldset>
    }
    .into_any()
}

fn statuses(known: &Catalog, lead_type: LeadTypeId) -> Options {
    let none = std::iter::once((String::new(), "The first for won leads".to_owned()));
    let won = known.pipeline(lead_type).filter(|status| status.state == LifeCycle::Won);
    none.chain(won.map(|status| (status.id.to_string(), status.name.clone()))).collect()
}
