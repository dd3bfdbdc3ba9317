//! Versions of the threshold, and what was said to them.

use domain::threshold::Answer;
use domain::{Threshold, ThresholdId, ThresholdState};
use leptos::prelude::*;

use crate::components::TimeAgo;
use crate::context::catalog;

/// Who was asked, and what they said.
#[component]
pub fn Answers(answers: Vec<Answer>) -> impl IntoView {
    let one = |answer: Answer| {
        let name = catalog().person_name(answer.user);
        match answer.said {
            None => view! { <li>{name}" "<span class="badge tone-grey">"has not answered"</span></li> }.into_any(),
            Some(said) => {
                let (word, tone) = if said.accepts { ("accepted", "green") } else { ("declined", "red") };
                let reason = (!said.reason.is_empty()).then(|| format!(" “{}” ", said.reason));
                view! { <li>{name}" "<span class=format!("badge tone-{tone}")>{word}</span>{reason}" "<TimeAgo at=said.at class="muted small" /></li> }.into_any()
            }
        }
    };
    view! { <ul>{answers.into_iter().map(one).collect_view()}</ul> }.into_any()
}

/// Every version, newest first.
#[component]
pub fn History(
    versions: Vec<Threshold>,
    /// The one in force.
    current: Option<ThresholdId>,
) -> impl IntoView {
    let row = move |version: Threshold| {
        let (word, tone) = match version.state {
            ThresholdState::Agreed if current == Some(version.id) => ("In force", "green"),
            ThresholdState::Agreed => (version.state.label(), "blue"),
            ThresholdState::Proposed => (version.state.label(), "amber"),
            ThresholdState::Declined => (version.state.label(), "red"),
            ThresholdState::Withdrawn => (version.state.label(), "grey"),
        };
        let by = catalog().person_name(version.proposed_by);
        view! {
            <tr>
                <td>{format!("Version {}: {} points", version.id, version.points)}</td>
                <td><span class=format!("badge tone-{tone}")>{word}</span></td>
                <td>{format!("from {}", version.from.readable_day())}</td>
                <td>{by}" "<TimeAgo at=version.proposed_at class="muted small" /></td>
                <td><Answers answers=version.answers /></td>
            </tr>
        }
        .into_any()
    };
    view! {
        <section class="section" aria-labelledby="history-h">
            <div class="section__head"><h2 id="history-h">"History"</h2></div>
            {if versions.is_empty() {
                view! { <p class="muted">"Nothing was proposed yet."</p> }.into_any()
            } else {
                view! {
                    <table class="table table--stack">
                        <thead>
                            <tr>
                                <th scope="col">"Version"</th>
                                <th scope="col">"State"</th>
                                <th scope="col">"From"</th>
                                <th scope="col">"Proposed by"</th>
                                <th scope="col">"Field managers"</th>
                            </tr>
                        </thead>
                        <tbody>{versions.into_iter().map(row).collect_view()}</tbody>
                    </table>
                }
                .into_any()
            }}
        </section>
    }
    .into_any()
}
