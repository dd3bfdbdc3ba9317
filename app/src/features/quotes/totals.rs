//! What a quote comes to: by how often it is paid, and by rate of tax.

use domain::money;
use domain::quote::{ROUNDING, Totals};
use leptos::prelude::*;

/// The sums as a table; what recurs is said for one period.
#[component]
pub fn TotalsTable(totals: Totals, currency: String) -> impl IntoView {
    let amount = {
        let currency = currency.clone();
        move |minor: i64| money::exact(minor, &currency)
    };
    let has_several = totals.periods.len() > 1;
    let periods = totals.periods.iter().filter(|_| has_several).map(|(period, sum)| {
        view! {
            <tr>
                <th scope="row">{period.label()}</th>
                <td class="table__end">{amount(sum.net_minor)}</td>
                <td class="table__end">{amount(sum.tax_minor)}</td>
                <td class="table__end">{amount(sum.total())}</td>
            </tr>
        }
        .into_any()
    });
    let periods: Vec<AnyView> = periods.collect();
    let taxes = totals.taxes.iter().map(|(rate, sum)| format!("{} on {}: {}", rate.display(), amount(sum.net_minor), amount(sum.tax_minor)));
    let taxes = taxes.collect::<Vec<_>>().join(", ");
    let word = match totals.periods.as_slice() {
        [(period, _)] if *period != domain::Period::Once => format!("Total, {}", period.label().to_lowercase()),
        _ => "Total".to_owned(),
    };
    view! {
        <div class="table__scroll" tabindex="0" role="region" aria-label="Totals">
            <table class="table quote__totals">
                <thead>
                    <tr>
                        <th scope="col"><span class="visually-hidden">"What"</span></th>
                        <th class="table__end" scope="col">"Without tax"</th>
                        <th class="table__end" scope="col">"Tax"</th>
                        <th class="table__end" scope="col">"With tax"</th>
                    </tr>
                </thead>
                <tbody>
                    {periods}
                    <tr class="quote__total">
                        <th scope="row">{word}</th>
                        <td class="table__end">{amount(totals.all.net_minor)}</td>
                        <td class="table__end">{amount(totals.all.tax_minor)}</td>
                        <td class="table__end">{amount(totals.all.total())}</td>
                    </tr>
                </tbody>
            </table>
        </div>
        {(!taxes.is_empty()).then(|| view! { <p class="muted small">{format!("Tax: {taxes}")}</p> })}
        <p class="muted small">{ROUNDING}</p>
    }
    .into_any()
}
