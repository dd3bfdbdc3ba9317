//! How distributors do with what was delegated to them.

use domain::HOUR_MS;
use domain::delegation::Progress;
use leptos::prelude::*;

/// A duration in words: minutes, or hours with a tenth.
pub(super) fn took(ms: i64) -> String {
    if ms < HOUR_MS { format!("{} min", ms / 60_000) } else { format!("{}.{} h", ms / HOUR_MS, ms % HOUR_MS * 10 / HOUR_MS) }
}

/// The comparison, the newest quarter first.
#[component]
pub fn League(league: Vec<Progress>) -> impl IntoView {
    let row = |row: Progress| {
        let counts = [row.delegated, row.accepted, row.declined, row.won, row.lost, row.open];
        view! {
            <tr>
                <td>{row.quarter.to_string()}</td>
                <th scope="row">{row.distributor.name}</th>
                {counts.into_iter().map(|count| view! { <td class="table__end">{count}</td> }).collect_view()}
                <td class="table__end">{row.median_accept_ms.map_or_else(|| "–".to_owned(), took)}</td>
            </tr>
        }
        .into_any()
    };
    let heads = ["Delegated", "Accepted", "Declined", "Won", "Lost", "Open", "Median time to accept"];
    view! {
        <section class="section" aria-labelledby="league-h">
            <div class="section__head"><h2 id="league-h">"How they do"</h2></div>
            {if league.is_empty() {
                view! { <p class="muted">"Nothing was delegated yet."</p> }.into_any()
            } else {
                view! {
                    <div class="table__scroll" tabindex="0" role="region" aria-label="Distributors compared">
                        <table class="table">
                            <thead>
                                <tr>
                                    <th scope="col">"Quarter"</th>
                                    <th scope="col">"Distributor"</th>
                                    {heads.into_iter().map(|head| view! { <th class="table__end" scope="col">{head}</th> }).collect_view()}
                                </tr>
                            </thead>
                            <tbody>{league.into_iter().map(row).collect_view()}</tbody>
                        </table>
                    </div>
                }
                .into_any()
            }}
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_told_in_minutes_or_hours() {
        assert_eq!([took(0), took(59 * 60_000), took(HOUR_MS), took(26 * HOUR_MS + HOUR_MS / 2)], ["0 min", "59 min", "1.0 h", "26.5 h"]);
    }
}
