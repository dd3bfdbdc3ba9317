//! One territory: who its distributor is, naming another, and who it was.

use domain::AccountId;
use domain::delegation::{Candidate, TerritoryCard, call_centre_warning};
use domain::routing::{Nomination, Quarter};
use leptos::prelude::*;

use crate::components::TimeAgo;
use crate::context::catalog;
use crate::form::{Done, ErrorSummary, Options, PostForm, Select};

/// The territory with its forms.
#[component]
pub fn TerritoryPart(card: TerritoryCard, quarter: Quarter, candidates: Vec<Candidate>, done: Callback<Done>) -> impl IntoView {
    let TerritoryCard { territory, now, next, may_name, history } = card;
    let heading = format!("t{}-h", territory.number);
    let places = territory.places.iter().map(|place| place.text.as_str()).collect::<Vec<_>>().join(" · ");
    let manager = territory.manager.map_or_else(|| "Nobody manages it yet".to_owned(), |user| format!("Managed by {}", catalog().person_name(user)));
    let warnings = warnings(&candidates, [now.as_ref(), next.as_ref()]);
    view! {
        <section class="section" aria-labelledby=heading.clone()>
            <div class="section__head"><h2 id=heading.clone()>{territory.name.clone()}</h2><span class="muted">{manager}</span></div>
            <p class="muted small">{places}</p>
            <p>{now_words(now.as_ref(), quarter)}" "{next_words(next.as_ref(), quarter.next())}</p>
            {warnings.into_iter().map(|text| view! { <p class="fact__error">{text}</p> }).collect_view()}
            {may_name.then(|| view! { <NameForm territory=territory.number now next quarter candidates done /> })}
            <History history />
        </section>
    }
    .into_any()
}

fn by_words(named: &Nomination) -> String {
    named.by.map_or_else(String::new, |by| format!(", named by {}", catalog().person_name(by)))
}

fn now_words(now: Option<&Nomination>, quarter: Quarter) -> String {
    match now.filter(|named| named.distributor.is_some()) {
        None => format!("No distributor is named for {quarter}."),
        Some(named) if named.quarter == quarter => format!("Distributor in {quarter}: {}{}.", named.name, by_words(named)),
        Some(named) => format!("Distributor in {quarter}: {}, carried over from {}{}.", named.name, named.quarter, by_words(named)),
    }
}

fn next_words(next: Option<&Nomination>, quarter: Quarter) -> String {
    match next {
        None => format!("Nobody is named for {quarter} yet; until then it stays as it is."),
        Some(named) if named.distributor.is_none() => format!("From {quarter} on there is none."),
        Some(named) => format!("From {quarter} on: {}{}.", named.name, by_words(named)),
    }
}

/// What is to be said of who is named.
fn warnings(candidates: &[Candidate], named: [Option<&Nomination>; 2]) -> Vec<String> {
    let is_named = |id: AccountId| named.iter().flatten().any(|one| one.distributor == Some(id));
    let marked = candidates.iter().filter(|one| one.is_call_centre && is_named(one.id));
    marked.map(|one| call_centre_warning(&one.name)).collect()
}

/// Those that may be named, and the one that was.
fn options(nobody: &str, candidates: &[Candidate], named: Option<&Nomination>) -> Options {
    let label = |one: &Candidate| {
        let marked = if one.is_call_centre { " (central call centre)" } else { "" };
        (one.id.to_string(), format!("{}{marked}", one.name))
    };
    let gone = named.and_then(|named| Some((named.distributor?, named.name.clone())));
    let gone = gone.filter(|(id, _)| !candidates.iter().any(|one| one.id == *id)).map(|(id, name)| (id.to_string(), name));
    std::iter::once((String::new(), nobody.to_owned())).chain(candidates.iter().map(label)).chain(gone).collect()
}

#[component]
fn NameForm(
    territory: domain::TerritoryId,
    now: Option<Nomination>,
    next: Option<Nomination>,
    quarter: Quarter,
    candidates: Vec<Candidate>,
    done: Callback<Done>,
) -> impl IntoView {
    let prefix = format!("t{territory}-");
    let id = |named: Option<&Nomination>| named.and_then(|named| named.distributor).map(|id| id.to_string()).unwrap_or_default();
    let (now_value, next_value) = (id(now.as_ref()), id(next.as_ref()));
    let now_options = options("None", &candidates, now.as_ref());
    let next_options = options("As in this quarter", &candidates, next.as_ref());
    view! {
        <PostForm action=format!("/territories/{territory}/distributor") class="form" on_done=done>
            <ErrorSummary prefix=prefix.clone() />
            <Select name="distributor" label=format!("Distributor in {quarter}") options=now_options value=now_value optional=true prefix=prefix.clone() />
            <Select
                name="next_distributor"
                label=format!("Distributor in {}", quarter.next())
                options=next_options
                value=next_value
                optional=true
                prefix=prefix
            />
            <div class="form__actions"><button class="button">"Name distributor"</button></div>
        </PostForm>
    }
    .into_any()
}

#[component]
fn History(history: Vec<Nomination>) -> impl IntoView {
    let one = |named: Nomination| {
        let who = if named.distributor.is_some() { named.name.clone() } else { "none".to_owned() };
        view! { <li>{format!("{}: {who}{}", named.quarter, by_words(&named))}" "{named.at.map(|at| view! { <TimeAgo at class="muted small" /> })}</li> }.into_any()
    };
    (!history.is_empty())
        .then(|| {
            view! {
                <details>
                    <summary class="button button--quiet button--small">"Who was named"</summary>
                    <ul>{history.into_iter().map(one).collect_view()}</ul>
                </details>
            }
        })
        .into_any()
}
