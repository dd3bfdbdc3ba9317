//! The trial run on the page of rules: where the last leads would have gone.

use domain::routing::{Trial, TrialRow};
use leptos::prelude::*;

use super::receivers::receiver_name;
use super::routing_fns::try_rules;
use crate::components::Problem;

/// A link that asks for the trial run, and what it found once it was asked for.
#[component]
pub fn TrialPart(is_wanted: bool) -> impl IntoView {
    if !is_wanted {
        return view! { <p><a class="button" href="/admin/rules?trial=1#trial-h">"Try the rules on the last leads"</a></p> }.into_any();
    }
    let found = Resource::new(|| (), |()| try_rules());
    view! {
        <Suspense fallback=|| view! { <p class="muted" role="status">"The last leads are decided about anew…"</p> }>
            {move || Suspend::new(async move {
                match found.await {
                    Ok(found) => view! { <Difference found /> }.into_any(),
                    Err(error) => view! { <Problem error /> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn Difference(found: Trial) -> impl IntoView {
    let Trial { leads, moved, rows } = found;
    let sentence = match (leads, moved) {
        (0, _) => "No lead was routed yet.".to_owned(),
        (leads, 0) => format!("With these rules, the last {leads} routed leads would have gone where they went."),
        (leads, moved) => format!("With these rules, {moved} of the last {leads} routed leads would have gone elsewhere."),
    };
    let row = |TrialRow { to, had, would_have }: TrialRow| {
        let name = to.map_or_else(|| "Whoever takes it".to_owned(), receiver_name);
        let difference = if would_have > had { format!("+{}", would_have - had) } else { format!("−{}", had - would_have) };
        view! { <tr><td>{name}</td><td class="table__end">{difference}</td></tr> }.into_any()
    };
    view! {
        <p role="status">{sentence}</p>
        {(!rows.is_empty()).then(|| view! {
            <table class="table">
                <thead><tr><th scope="col">"Who"</th><th class="table__end" scope="col">"Leads more or less"</th></tr></thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        })}
    }
    .into_any()
}
