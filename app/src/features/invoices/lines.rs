//! The lines of an invoice and what they come to.

use domain::quote::{Priced, Totals};
use domain::{Invoice, InvoiceLine, money};
use leptos::prelude::*;

use crate::features::quotes::TotalsTable;

/// The table, and the sums below it.
#[component]
pub fn Lines(invoice: Invoice) -> impl IntoView {
    let currency = invoice.currency.clone();
    // What is billed is one period of each: there is nothing to add up by period.
    let totals = invoice.totals().ok().map(|totals| Totals { periods: Vec::new(), ..totals });
    let lines = invoice.lines.iter().map(|line| view! { <Line line=line.clone() currency=currency.clone() /> }.into_any()).collect::<Vec<_>>();
    view! {
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
    }
    .into_any()
}

#[component]
fn Line(line: InvoiceLine, currency: String) -> impl IntoView {
    let net = line.amounts(&currency).map_or_else(|_| String::new(), |amounts| money::exact(amounts.net_minor, &currency));
    let sold = &line.sold;
    let off = sold.discount.off().map_or_else(String::new, |off| format!(", {off}"));
    let (details, period) = (sold.details().to_owned(), line.period_words());
    view! {
        <tr>
            <th scope="row">
                {sold.title().to_owned()}
                {(!details.is_empty()).then(|| view! { <p class="muted small supplier__words">{details}</p> })}
                {(!period.is_empty()).then(|| view! { <p class="muted small">{period}</p> })}
            </th>
            <td class="table__end">{sold.quantity_words()}</td>
            <td class="table__end">{format!("{}{off}", money::exact(sold.price_minor, &currency))}</td>
            <td class="table__end">{sold.tax.display()}</td>
            <td class="table__end">{net}</td>
        </tr>
    }
    .into_any()
}
