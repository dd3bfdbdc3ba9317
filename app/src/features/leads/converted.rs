//! Into which customer a lead was converted, on its page. Loaded for itself, like the other parts.

use domain::conversion::Converted;
use domain::{Action, LifeCycle, Target, can};
use leptos::prelude::*;

use super::fact::FactPage;
use super::loaded_part::{LoadedPart, loaded_part};
use super::server_fns::load_converted;
use crate::components::{Icon, PersonName, TimeAgo};
use crate::context::Me;
use crate::features::customers::TakeBack;
use crate::form::Done;
use crate::routes;

/// The part; nothing for a lead that is still worked, and for people from outside.
#[component]
pub fn ConvertedInto() -> impl IntoView {
    loaded_part(load_converted, shown)
}

/// Whether the person may convert the page's lead, as it stands.
pub fn may_convert(page: FactPage) -> Memo<bool> {
    let me = expect_context::<Me>().actor;
    Memo::new(move |_| {
        page.detail.with(|detail| {
            let state = detail.lead.state.life_cycle();
            let fits = matches!(state, LifeCycle::Pending | LifeCycle::InProgress | LifeCycle::Won);
            fits && can(&me, Action::ConvertLead, Target::Lead(&detail.lead.audience(), state))
        })
    })
}

fn shown(LoadedPart { lead, known, done, .. }: LoadedPart<Option<Converted>>) -> AnyView {
    let page = expect_context::<FactPage>();
    let may = may_convert(page);
    let is_won = Memo::new(move |_| page.detail.with(|detail| detail.lead.state.life_cycle() == LifeCycle::Won));
    let inner = move || match known.get() {
        Some(converted) => Some(view! { <Into lead converted done /> }.into_any()),
        None if is_won.get() && may.get() => Some(
            view! {
                <p class="muted">"Not a customer yet."</p>
                <a class="button" href=routes::convert(lead, 1) data-command="Convert to customer"><Icon name="trophy" />"Convert to customer"</a>
            }
            .into_any(),
        ),
        None => None,
    };
    let section = move || {
        inner().map(|inner| {
            view! {
                <section class="facts" id="customer" aria-labelledby="customer-h">
                    <div class="facts__head"><h2 id="customer-h">"Customer"</h2></div>
                    {inner}
                </section>
            }
            .into_any()
        })
    };
    view! { {section} }.into_any()
}

#[component]
fn Into(lead: domain::LeadId, converted: Converted, done: Callback<Done>) -> impl IntoView {
    let row = converted.conversion.clone();
    let customer = row.customer.map(|customer| view! { <a href=routes::customer(customer.id)>{customer.name}</a> });
    let invoice = row.invoice.map(|invoice| view! { <a href=routes::invoice(invoice.id)>{invoice.name}</a> });
    view! {
        <p class="task__title">{customer}</p>
        <div class="task__facts">
            <span>{row.kind.label()}</span>
            {invoice}
            <span>"by " <PersonName id=Some(row.by) />" "<TimeAgo at=row.at /></span>
        </div>
        <TakeBack converted page=routes::lead(lead, "") on_done=done />
    }
    .into_any()
}
