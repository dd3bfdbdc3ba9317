//! An invoice at its private address, `/i/{secret}`, for whoever knows that. Rendered on the server only, without script.

use domain::InvoiceState;
use domain::invoice::PublicInvoice;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::lines::Lines;
use crate::components::{Problem, logo};
use crate::features::register::{PublicPage, SiteFace};
use crate::routes;
use crate::wire_error::WireError;

/// The page.
#[component]
pub fn PublicInvoicePage() -> impl IntoView {
    let token = use_params_map().with_untracked(|params| params.get("token")).unwrap_or_default();
    let pdf = format!("{}/pdf", routes::public_invoice(&token));
    let found = Resource::new(move || token.clone(), load);
    view! {
        <Title text="Invoice" />
        <Suspense>
            {move || {
                let pdf = pdf.clone();
                Suspend::new(async move {
                    match found.await {
                        Ok(found) => view! { <Loaded found pdf /> }.into_any(),
                        Err(error) => view! { <PublicPage site=SiteFace::default()><Problem error /></PublicPage> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
    .into_any()
}

async fn load(token: String) -> Result<PublicInvoice, WireError> {
    Ok(service::invoices::find_public(&crate::server_ctx::ctx()?, &token).await?)
}

#[component]
fn Loaded(found: PublicInvoice, pdf: String) -> impl IntoView {
    let PublicInvoice { paper, logo: mark, state } = found;
    let invoice = paper.invoice;
    let heading = format!("{} {}", invoice.kind.label(), invoice.name());
    let told = match state {
        InvoiceState::Open => format!("To be paid until {}.", invoice.due_on.readable_day()),
        InvoiceState::Paid => "It is paid. Thank you.".to_owned(),
        InvoiceState::Cancelled => "It was cancelled; nothing is to be paid of it.".to_owned(),
        InvoiceState::Issued => "Nothing is to be paid of it.".to_owned(),
    };
    view! {
        <main class="public public__page supplier" id="main" tabindex="-1">
            <p class="public__brand">{logo(mark.as_deref())}{paper.site.clone()}</p>
            {(!paper.sender.is_empty()).then(|| view! { <p class="muted small supplier__words">{paper.sender.clone()}</p> })}
            <div>
                <h1>{heading}</h1>
                <p class="supplier__words">{invoice.to.join("\n")}</p>
                <p class="muted">{format!("{}. Customer number {}.", invoice.issued_on.readable_day(), paper.customer_number)}</p>
                <p role="status">{told}</p>
            </div>
            <section class="stack" aria-labelledby="lines-h">
                <h2 id="lines-h">"What it is for"</h2>
                <Lines invoice />
                <p><a class="button" href=pdf>"As PDF"</a></p>
            </section>
            {(!paper.footer.is_empty()).then(|| view! { <p class="muted small supplier__words">{paper.footer.clone()}</p> })}
        </main>
    }
    .into_any()
}
