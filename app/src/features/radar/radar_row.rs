//! A lead on the radar: who has it since when, its deadline, and what can be done about it.

use domain::radar::RadarRow;
use domain::{Action, LeadId, LifeCycle, Target, can};
use leptos::prelude::*;

use crate::components::{Due, PersonName, TimeAgo};
use crate::context::{catalog, me};
use crate::features::leads::RefusedAsToast;
use crate::form::{Done, Hidden, PostForm};
use crate::routes;

/// The row. Who has a lead themselves has nothing to take back, but from a distributor.
#[component]
pub fn Row(row: RadarRow, passed: bool, back: String, done: Callback<Done>) -> impl IntoView {
    let me = me();
    let may = can(&me, Action::ReclaimLead, Target::Lead(&row.audience(), LifeCycle::Pending));
    let may = may && (row.owner != Some(me.id) || row.distributor.is_some());
    let who = who_has(&row);
    let RadarRow { id, full_name: name, account, handover, .. } = row;
    let by = handover.by.map_or_else(|| "by the rules".to_owned(), |user| format!("by {}", catalog().person_name(user)));
    view! {
        <tr>
            <td><a class="row__link" href=routes::lead(id, "")>{name.clone()}</a>" "<span class="muted">{account.name}</span></td>
            <td>{who}</td>
            <td>{handover.at.map(|at| view! { <TimeAgo at /> })}" "<span class="muted">{by}</span>" "<a class="small" href=format!("/leads/{id}#people") aria-label=format!("Why here: {name}")>"Why here"</a></td>
            <td>{handover.touch_by.map(|at| view! { <Due at /> })}{told_words(handover.level).map(|words| view! { " "<span class="badge tone-amber">{words}</span> })}</td>
            <td class="table__end">{may.then(|| view! { <Forms id name passed back done /> })}</td>
        </tr>
    }
    .into_any()
}

fn who_has(row: &RadarRow) -> AnyView {
    match (&row.distributor, row.owner) {
        (Some(firm), _) => firm.name.clone().into_any(),
        (None, Some(owner)) => view! { <PersonName id=Some(owner) /> }.into_any(),
        (None, None) => {
            let catalog = catalog();
            let group = row.group.and_then(|id| catalog.group(id)).map_or_else(String::new, |group| group.name.clone());
            format!("{group}: nobody yet").into_any()
        }
    }
}

/// Who was told so far.
fn told_words(level: i64) -> Option<&'static str> {
    match level {
        0 => None,
        1 => Some("reminded"),
        2 => Some("manager told"),
        _ => Some("administrators told"),
    }
}

/// Reminds whoever has it, and takes it back once its deadline has passed.
#[component]
fn Forms(id: LeadId, name: String, passed: bool, back: String, done: Callback<Done>) -> impl IntoView {
    let (name, back) = (StoredValue::new(name), StoredValue::new(back));
    let form = move |what: &'static str, word: &'static str, class: &'static str| {
        view! {
            <PostForm action=format!("/leads/{id}/{what}") on_done=done>
                <Hidden name="back" value=back.get_value() />
                <button class=class aria-label=format!("{word}: {}", name.get_value())>{word}</button>
                <RefusedAsToast />
            </PostForm>
        }
        .into_any()
    };
    view! {
        <div class="button-group">
            {form("nudge", "Nudge", "button button--small")}
            {passed.then(|| form("take-back", "Take it back", "button button--small"))}
        </div>
    }
    .into_any()
}
