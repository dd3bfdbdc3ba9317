//! The leads of a supplier at its private address, `/suppliers/{secret}`, for whoever knows that. `?before=N` reads on behind a lead.

use domain::supplier::{ClassScore, SentLead, SupplierPage as Supplier, ToldProblem};
use domain::{FormValues, LeadId};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_params_map};

use crate::components::{Problem, logo};
use crate::features::register::{PublicPage, SiteFace};
use crate::routes;
use crate::wire_error::WireError;

/// The page.
#[component]
pub fn SupplierPage() -> impl IntoView {
    let token = use_params_map().with_untracked(|params| params.get("token")).unwrap_or_default();
    let query = FormValues::decode(use_location().search.get_untracked().trim_start_matches('?').as_bytes());
    let before: Option<LeadId> = query.get("before").parse().ok();
    let asked = token.clone();
    let found = Resource::new(move || asked.clone(), move |token| load(token, before));
    view! {
        <Title text="Your leads" />
        <Suspense>
            {move || {
                let token = token.clone();
                Suspend::new(async move {
                    match found.await {
                        Ok(page) => view! { <Loaded page token is_first=before.is_none() /> }.into_any(),
                        Err(error) => view! { <PublicPage site=SiteFace::default()><Problem error /></PublicPage> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
    .into_any()
}

async fn load(token: String, before: Option<LeadId>) -> Result<Supplier, WireError> {
    Ok(service::suppliers::open(&crate::server_ctx::ctx()?, &token, before).await?)
}

#[component]
fn Loaded(page: Supplier, token: String, is_first: bool) -> impl IntoView {
    let Supplier { site, logo: mark, supplier, leads, next, scores, reasons, counted } = page;
    let has_none = leads.is_empty();
    let more = next.map(|next| view! { <p><a class="button" href=routes::supplier(&token, next)>"Earlier leads"</a></p> });
    let back = (!is_first).then(|| view! { <p><a class="button" href=format!("{}{token}", routes::SUPPLIERS)>"The newest leads"</a></p> });
    let intro = format!("What became of the leads that {supplier} sent to {site}. Whoever knows this address reads it: keep it to yourselves.");
    view! {
        <main class="public public__page supplier" id="main" tabindex="-1">
            <p class="public__brand">{logo(mark.as_deref())}{site}</p>
            <div>
                <h1>{format!("Leads of {supplier}")}</h1>
                <p class="form__intro">{intro}</p>
            </div>
            {(!scores.is_empty()).then(|| view! { <Scorecard scores reasons counted /> })}
            <section class="stack" aria-labelledby="leads-h">
                <h2 id="leads-h">"Leads, the newest first"</h2>
                {has_none.then(|| view! { <p class="muted">"There are none here."</p> })}
                <ol class="supplier__leads">{leads.into_iter().map(|lead| view! { <OneLead lead /> }).collect_view()}</ol>
                {back}
                {more}
            </section>
        </main>
    }
    .into_any()
}

#[component]
fn Scorecard(scores: Vec<ClassScore>, reasons: Vec<(String, i64)>, counted: Option<i64>) -> impl IntoView {
    let row = |score: ClassScore| {
        let rate = score.win_rate().map_or_else(|| "–".to_owned(), |percent| format!("{percent} %"));
        view! {
            <tr>
                <th scope="row">{score.label()}</th>
                <td class="table__end">{score.leads}</td>
                <td class="table__end">{score.open}</td>
                <td class="table__end">{score.won}</td>
                <td class="table__end">{score.lost}</td>
                <td class="table__end">{rate}</td>
                <td class="table__end">{score.problems}</td>
            </tr>
        }
        .into_any()
    };
    let why = reasons.into_iter().map(|(reason, leads)| format!("{reason} ({leads})")).collect::<Vec<_>>().join(", ");
    view! {
        <section class="stack" aria-labelledby="scorecard-h">
            <h2 id="scorecard-h">"Scorecard"</h2>
            <div class="table__scroll" tabindex="0" role="region" aria-labelledby="scorecard-h">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Class"</th>
                            <th class="table__end" scope="col">"Leads"</th>
                            <th class="table__end" scope="col">"Open"</th>
                            <th class="table__end" scope="col">"Won"</th>
                            <th class="table__end" scope="col">"Lost"</th>
                            <th class="table__end" scope="col">"Win rate"</th>
                            <th class="table__end" scope="col">"With a problem"</th>
                        </tr>
                    </thead>
                    <tbody>{scores.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
            {counted.map(|most| view! { <p class="muted small">{format!("Counted over the newest {most} leads.")}</p> })}
            {(!why.is_empty()).then(|| view! { <p class="muted small">{format!("Why leads were lost: {why}")}</p> })}
        </section>
    }
    .into_any()
}

#[component]
fn OneLead(lead: SentLead) -> impl IntoView {
    let SentLead { number, full_name, company, sent_on, class, status, progress, who, closed_on, lost_because, problems, to_be_told } = lead;
    let next = progress.next_step(class);
    let closed = closed_on.map(|day| match lost_because {
        Some(reason) => format!("{} {day}: {reason}", progress.label()),
        None => format!("{} {day}", progress.label()),
    });
    view! {
        <li class="supplier__lead">
            <h3 class="supplier__name">{format!("{full_name}, {company}")}</h3>
            <div class="task__facts">
                <span class=format!("badge tone-{}", progress.tone())>{progress.label()}</span>
                {class.map(|class| view! { <span class=format!("badge tone-{}", class.tone())>{class.label()}</span> })}
                <span>{format!("Status: {status}")}</span>
                <span>{format!("# {number}")}</span>
                <span>{format!("Sent {sent_on}")}</span>
                {who.map(|who| view! { <span>{format!("With {who}")}</span> })}
            </div>
            {closed.map(|closed| view! { <p>{closed}</p> })}
            {next.map(|next| view! { <p>{format!("Next: {next}")}</p> })}
            {problems.into_iter().map(|problem| view! { <OneProblem problem /> }).collect_view()}
            {to_be_told.map(|by| view! { <p class="timeline__note tone-amber">{format!("A problem was noted. You read here what it is by {by}.")}</p> })}
        </li>
    }
    .into_any()
}

#[component]
fn OneProblem(problem: ToldProblem) -> impl IntoView {
    let ToldProblem { reason, words, told_on, is_settled } = problem;
    let tone = if is_settled { "grey" } else { "amber" };
    let settled = if is_settled { ", settled" } else { "" };
    view! {
        <div class=format!("timeline__note tone-{tone}")>
            <p>{format!("Problem: {} (told {told_on}{settled})", reason.label())}</p>
            {(!words.is_empty()).then(|| view! { <p class="supplier__words">{words}</p> })}
        </div>
    }
    .into_any()
}
