//! What was tried so far: how often, by whom, and each attempt.

use domain::attempt::{Attempt, AttemptsView, VoicemailPoint};
use leptos::prelude::*;

use super::AttemptsPage;
use crate::components::{Icon, PersonName, TimeAgo};
use crate::context::catalog;

/// Figures, and the attempts folded away behind their number.
#[component]
pub fn Tried() -> impl IntoView {
    let here = expect_context::<AttemptsPage>();
    let total = Memo::new(move |_| here.known.with(|known| known.figures.total));
    let attempts = move || here.known.with(|known| known.attempts.clone());
    let figures = move || here.known.with(figures_of);
    let count = move || format!("Tried so far: {}", total.get());
    view! {
        {move || {
            let fact = |(label, value): (&'static str, String)| {
                view! { <div class="fact"><dt class="fact__label">{label}</dt><dd class="fact__value">{value}</dd></div> }.into_any()
            };
            let figures = figures();
            (!figures.is_empty()).then(|| view! { <dl>{figures.into_iter().map(fact).collect_view()}</dl> })
        }}
        {move || (total.get() > 0).then(|| view! {
            <details class="form__more">
                <summary><Icon name="chevron-right" />{count}</summary>
                <ul class="tasks">
                    <For each=attempts key=|attempt: &Attempt| attempt.id children=|attempt: Attempt| view! { <OneAttempt attempt /> } />
                </ul>
            </details>
        })}
    }
    .into_any()
}

/// How persistent people were, as facts.
fn figures_of(known: &AttemptsView) -> Vec<(&'static str, String)> {
    let catalog = catalog();
    let figures = &known.figures;
    let mut facts = Vec::new();
    if figures.total > 0 {
        let channels = figures.by_channel.iter().map(|(channel, count)| channel.counted(*count)).collect::<Vec<_>>();
        facts.push(("Attempts", format!("{}: {}", figures.total, channels.join(", "))));
        let people = figures.by_person.iter().map(|(person, count)| format!("{} {count}", catalog.person_name(*person))).collect::<Vec<_>>();
        facts.push(("By", people.join(", ")));
    }
    if let Some(at) = figures.first_at {
        facts.push(("First tried", catalog.site.zone.readable(at)));
    }
    if let Some(lately) = known.persistence.filter(|lately| lately.attempts > 0) {
        let leads = if lately.leads == 1 { "1 lead".to_owned() } else { format!("{} leads", lately.leads) };
        let attempts = if lately.attempts == 1 { "1 attempt".to_owned() } else { format!("{} attempts", lately.attempts) };
        facts.push(("Lately", format!("{}: {attempts} on {leads} in {} days", catalog.person_name(lately.person), lately.days)));
    }
    facts
}

#[component]
fn OneAttempt(attempt: Attempt) -> impl IntoView {
    let Attempt { channel, outcome, to, note, said, at, by, .. } = attempt;
    view! {
        <li class="task">
            <Icon name=channel.icon() />
            <div class="task__body">
                <div class="task__facts">
                    <span class="task__title">{channel.label()}</span>
                    <span class=format!("badge tone-{}", outcome.tone())>{outcome.label(channel)}</span>
                    <PersonName id=Some(by) />
                    <TimeAgo at />
                    {(!to.is_empty()).then(|| view! { <span class="attempt__to">{to}</span> })}
                </div>
                {(!note.is_empty()).then(|| view! { <p class="task__note">{note}</p> })}
                {VoicemailPoint::told(&said).map(|said| view! { <p class="muted small">{said}</p> })}
            </div>
        </li>
    }
    .into_any()
}
