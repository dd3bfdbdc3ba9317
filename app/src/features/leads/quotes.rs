//! The quotes of a lead's deals, on its page. Loaded for itself, like the other parts.

use domain::LeadId;
use domain::quote::{QuoteRow, QuotesView};
use leptos::prelude::*;

use super::loaded_part::{LoadedPart, loaded_part};
use super::server_fns::load_lead_quotes;
use crate::features::quotes::QuoteLink;
use crate::form::{ErrorSummary, Input, InputKind, Options, PostForm, Select, SentOnce, came_back};

/// Goes before the ids of the form that makes one.
const PREFIX: &str = "quote-";

/// The part; nothing for who may not read quotes.
#[component]
pub fn Quotes() -> impl IntoView {
    loaded_part(load_lead_quotes, shown)
}

fn shown(LoadedPart { lead, known, .. }: LoadedPart<QuotesView>) -> AnyView {
    let may_read = Memo::new(move |_| known.with(|view| view.may_read));
    let quotes = Memo::new(move |_| known.with(|view| (view.quotes.clone(), view.today)));
    let deals = Memo::new(move |_| {
        known.with(|view| view.deals.iter().filter(|_| view.may_add).map(|deal| (deal.id.to_string(), deal.name.clone())).collect::<Options>())
    });
    let has_none = Memo::new(move |_| quotes.with(|(quotes, _)| quotes.is_empty()));
    view! {
        {move || may_read.get().then(|| view! {
            <section class="facts" id="quotes" aria-labelledby="quotes-h">
                <div class="facts__head"><h2 id="quotes-h">"Quotes"</h2></div>
                {move || has_none.get().then(|| view! { <p class="muted">"Nothing was offered yet."</p> })}
                <ul class="tasks">
                    <For
                        each=move || quotes.with(|(quotes, today)| quotes.iter().map(|row| (row.clone(), *today)).collect::<Vec<_>>())
                        key=|(row, today): &(QuoteRow, domain::Timestamp)| (row.id, row.updated_at, row.state_on(*today).key())
                        children=|(row, today)| view! { <li class="task"><QuoteLink row today /></li> }
                    />
                </ul>
                {move || (!deals.with(Vec::is_empty)).then(|| view! { <MakeQuote lead deals=deals.get() /> })}
            </section>
        }.into_any())}
    }
    .into_any()
}

/// Folded away: begins a quote for a deal, and goes to its page.
#[component]
fn MakeQuote(lead: LeadId, deals: Options) -> impl IntoView {
    let action = format!("/leads/{lead}/quotes");
    let is_open = came_back(&action);
    let first = deals.first().map(|(id, _)| id.clone()).unwrap_or_default();
    view! {
        <details class="form__more" open=is_open>
            <summary data-command="Make a quote">"Make a quote"</summary>
            <PostForm action class="facts__form">
                <SentOnce />
                <ErrorSummary prefix=PREFIX />
                <Select name="opportunity" label="Deal" options=deals value=first prefix=PREFIX />
                <Input name="memo" label="Memo" optional=true help="Only people of the house read it." kind=InputKind::Text prefix=PREFIX />
                <div class="form__actions"><button class="button button--primary">"Make quote"</button></div>
            </PostForm>
        </details>
    }
    .into_any()
}
