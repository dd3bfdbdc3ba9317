//! A quote at its private address, `/q/{secret}`, for whoever knows that. Rendered on the server only, without script.

use domain::quote::PublicQuote;
use domain::{QuoteLine, money};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::totals::TotalsTable;
use crate::components::{Problem, logo};
use crate::features::register::{PublicPage, SiteFace};
use crate::form::{Area, ErrorSummary, Input, PostForm};
use crate::routes;
use crate::wire_error::WireError;

/// The page.
#[component]
pub fn PublicQuotePage() -> impl IntoView {
    let token = use_params_map().with_untracked(|params| params.get("token")).unwrap_or_default();
    let action = routes::public_quote(&token);
    let found = Resource::new(move || token.clone(), load);
    view! {
        <Title text="Quote" />
        <Suspense>
            {move || {
                let action = action.clone();
                Suspend::new(async move {
                    match found.await {
                        Ok(quote) => view! { <Loaded quote action /> }.into_any(),
                        Err(error) => view! { <PublicPage site=SiteFace::default()><Problem error /></PublicPage> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
    .into_any()
}

async fn load(token: String) -> Result<PublicQuote, WireError> {
    Ok(service::quotes::find_public(&crate::server_ctx::ctx()?, &token).await?)
}

#[component]
fn Loaded(quote: PublicQuote, action: String) -> impl IntoView {
    let hindrance = quote.hindrance();
    let PublicQuote { paper, logo: mark, answered, .. } = quote;
    let pdf = format!("{action}/pdf");
    let totals = paper.totals().ok();
    let currency = paper.currency.clone();
    let lines = paper.lines.iter().map(|line| view! { <Line line=line.clone() currency=currency.clone() /> }.into_any()).collect::<Vec<_>>();
    let answer = match hindrance {
        None => view! { <Answer action /> }.into_any(),
        Some(sentence) => view! {
            <p class="form__intro" role="status">{sentence}</p>
            {(!answered.is_empty()).then(|| view! { <p class="muted small">{answered}</p> })}
        }
        .into_any(),
    };
    view! {
        <main class="public public__page supplier" id="main" tabindex="-1">
            <p class="public__brand">{logo(mark.as_deref())}{paper.site.clone()}</p>
            {(!paper.sender.is_empty()).then(|| view! { <p class="muted small supplier__words">{paper.sender.clone()}</p> })}
            <div>
                <h1>{format!("Quote {}", paper.name())}</h1>
                <p class="supplier__words">{paper.customer.join("\n")}</p>
                <p class="muted">{format!("{}. Valid until {}.", paper.date.readable_day(), paper.valid_until.readable_day())}</p>
            </div>
            {(!paper.note.is_empty()).then(|| view! { <p class="supplier__words">{paper.note.clone()}</p> })}
            <section class="stack" aria-labelledby="lines-h">
                <h2 id="lines-h">"What we offer"</h2>
                <div class="table__scroll" tabindex="0" role="region" aria-labelledby="lines-h">
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col">"What"</th>
                                <th class="table__end" scope="col">"Quantity"</th>
                                <th class="table__end" scope="col">"Price"</th>
                                <th class="table__end" scope="col">"Tax"</th>
                                <th class="table__end" scope="col">"Without tax"</th>
                            </tr>
                        </thead>
                        <tbody>{lines}</tbody>
                    </table>
                </div>
                {totals.map(|totals| view! { <TotalsTable totals currency /> })}
                <p><a class="button" href=pdf>"As PDF"</a></p>
            </section>
            {answer}
            {(!paper.footer.is_empty()).then(|| view! { <p class="muted small supplier__words">{paper.footer.clone()}</p> })}
            <p class="muted small">{format!("Questions? Write to {}, {}.", paper.by, paper.by_email)}</p>
        </main>
    }
    .into_any()
}

#[component]
fn Line(line: QuoteLine, currency: String) -> impl IntoView {
    let net = line.amounts(&currency).map_or_else(|_| String::new(), |amounts| money::exact(amounts.net_minor, &currency));
    let off = line.discount.off().map_or_else(String::new, |off| format!(", {off}"));
    let details = line.details().to_owned();
    view! {
        <tr>
            <th scope="row">
                {line.title().to_owned()}
                {(!details.is_empty()).then(|| view! { <p class="muted small supplier__words">{details}</p> })}
            </th>
            <td class="table__end">{line.quantity_words()}</td>
            <td class="table__end">{format!("{}{off}", money::exact(line.price_minor, &currency))}</td>
            <td class="table__end">{line.tax.display()}</td>
            <td class="table__end">{format!("{net}{}", line.period.behind())}</td>
        </tr>
    }
    .into_any()
}

#[component]
fn Answer(action: String) -> impl IntoView {
    view! {
        <section class="stack" aria-labelledby="answer-h">
            <h2 id="answer-h">"Your answer"</h2>
            <PostForm action class="form">
                <ErrorSummary />
                <Input name="name" label="Your name" autocomplete="name" />
                <Area name="reason" label="If you decline: why" optional=true help="It helps us to make a better offer." />
                <div class="form__actions">
                    <button class="button button--primary" name="answer" value="accept">"Accept the quote"</button>
                    <button class="button" name="answer" value="deny">"Decline"</button>
                </div>
            </PostForm>
        </section>
    }
    .into_any()
}
