//! What a check or an import did, row by row where it matters.

use domain::import_file::{ImportOutcome, ImportVerdict};
use domain::{AccountId, Named};
use leptos::prelude::*;

use crate::routes;

/// Figures, remarks and verdicts.
#[component]
pub fn OutcomeView(outcome: ImportOutcome, is_check: bool) -> impl IntoView {
    let figure = |count: u64, label: &'static str| {
        view! { <div class="outcome__figure"><dt>{label}</dt><dd class="figures">{count.to_string()}</dd></div> }.into_any()
    };
    let title = if is_check { "What would happen" } else { "What happened" };
    let verdicts = outcome.verdicts;
    view! {
        <section class="section" aria-labelledby="outcome-h">
            <div class="section__head"><h2 id="outcome-h">{title}</h2></div>
            <dl class="outcome">
                {figure(outcome.rows, "rows")}
                {figure(outcome.created, "new")}
                {figure(outcome.updated, "changed")}
                {figure(outcome.skipped, "skipped")}
                {figure(outcome.refused, "refused")}
            </dl>
            {(!outcome.notes.is_empty()).then(|| view! {
                <ul class="outcome__notes">{outcome.notes.into_iter().map(|(text, rows)| view! { <li>{text}" "<span class="muted">{rows_words(rows)}</span></li> }).collect_view()}</ul>
            })}
            {(!verdicts.is_empty()).then(|| view! {
                <div class="table__scroll" tabindex="0" role="region" aria-label="Rows">
                    <table class="table">
                        <thead><tr><th scope="col">"Row"</th><th scope="col">"Name"</th><th scope="col">"Verdict"</th><th scope="col">"Why"</th></tr></thead>
                        <tbody>{verdicts.into_iter().map(verdict_row).collect_view()}</tbody>
                    </table>
                </div>
            })}
        </section>
    }
    .into_any()
}

fn rows_words(rows: u64) -> String {
    if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") }
}

fn verdict_row(verdict: ImportVerdict) -> AnyView {
    let tone = match verdict.verdict.as_str() {
        "new" => "green",
        "changed" => "blue",
        "refused" => "red",
        _ => "grey",
    };
    view! {
        <tr>
            <td class="figures">{verdict.row.to_string()}</td>
            <td>{verdict.name}</td>
            <td><span class=format!("badge tone-{tone}")>{verdict.verdict}</span></td>
            <td>{verdict.reason}{verdict.accounts.into_iter().map(account_link).collect_view()}</td>
        </tr>
    }
    .into_any()
}

/// An account that the reason names.
fn account_link(account: Named<AccountId>) -> AnyView {
    view! { " "<a href=routes::account(account.id)>{format!("Open {}", account.name)}</a> }.into_any()
}
