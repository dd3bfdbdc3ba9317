//! What became of the last training: how good it is on leads that were held back, or why nothing was learned.

use domain::Timestamp;
use domain::scoring::{Calibration, Lift, Report, Training};
use leptos::prelude::*;

use crate::components::TimeAgo;
use crate::context::catalog_now;

/// The answer first, then the figures.
#[component]
pub fn LastTraining(at: Timestamp, training: Training) -> impl IntoView {
    match training {
        Training::Refused(too_little) => view! {
            <p>{too_little.to_string()}"."</p>
            <p class="muted small">"Tried "<TimeAgo at /></p>
        }
        .into_any(),
        Training::Learned(report) => view! { <Figures at report /> }.into_any(),
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

#[component]
fn Figures(at: Timestamp, report: Report) -> impl IntoView {
    let Report { leads, won, figures, left_out } = report;
    let catalog = catalog_now();
    let left_out = left_out.iter().map(|feature| feature.title(&catalog)).collect::<Vec<_>>().join(", ");
    let group = |group: &Calibration| {
        view! {
            <tr>
                <td class="table__end">{percent(group.said)}</td>
                <td class="table__end">{percent(group.was)}</td>
                <td class="table__end">{group.leads}</td>
            </tr>
        }
        .into_any()
    };
    let lift = |lift: &Lift| {
        view! { <li>{format!("The best {} % of the leads hold {} of those that were won", lift.top, percent(lift.of_won))}</li> }.into_any()
    };
    view! {
        <p>
            {format!("Of a won and a lost lead, the won one has the higher score {} times in a hundred.", (figures.auc * 100.0).round())}
        </p>
        <p class="muted">
            {format!(
                "Learned from {leads} closed leads, {won} of them won; judged by {} others that were held back, {} of them won. ",
                figures.leads,
                figures.won,
            )}
            <TimeAgo at />
        </p>
        <dl>
            <div class="fact"><dt class="fact__label">"AUC"</dt><dd class="fact__value">{format!("{:.3}, where 0.5 is chance and 1 is perfect", figures.auc)}</dd></div>
            <div class="fact">
                <dt class="fact__label">"Brier score"</dt>
                <dd class="fact__value">{format!("{:.3}, where 0 is perfect and {:.3} is the same score for all", figures.brier, figures.brier_of_share)}</dd>
            </div>
            <div class="fact"><dt class="fact__label">"Off by"</dt><dd class="fact__value">{format!("{:.1} points on average", figures.off_by * 100.0)}</dd></div>
        </dl>
        <ul class="why__steps">{figures.lift.iter().map(lift).collect_view()}</ul>
        {(!left_out.is_empty()).then(|| view! { <p>"Not learned from, because it says how a lead ended: "{left_out}</p> })}
        <details>
            <summary class="button button--quiet button--small">"What was said, and what was"</summary>
            <table class="table">
                <thead>
                    <tr>
                        <th class="table__end" scope="col">"Said"</th>
                        <th class="table__end" scope="col">"Was won"</th>
                        <th class="table__end" scope="col">"Leads"</th>
                    </tr>
                </thead>
                <tbody>{figures.calibration.iter().map(group).collect_view()}</tbody>
            </table>
        </details>
    }
    .into_any()
}
