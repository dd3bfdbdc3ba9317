//! Forms about how a person can be reached: one's own, and somebody else's.

use domain::catalog::Person;
use domain::{Availability, Phone, Reachability, Timestamp, UserId};
use leptos::prelude::*;

use super::ChangedMeanwhile;
use super::server_fns::ReachView;
use crate::context::catalog_now;
use crate::form::{Done, ErrorSummary, Hidden, Input, InputKind, Options, PostForm, Select, typed_version};

/// Who may take a person's calls: others of the house, and who does already.
fn possible_deputies(people: &[Person], user: UserId, deputy: Option<UserId>) -> Options {
    let may = |person: &&Person| person.id != user && ((person.role.is_internal() && !person.disabled) || deputy == Some(person.id));
    let names = people.iter().filter(may).map(|person| (person.id.to_string(), person.name.clone()));
    std::iter::once((String::new(), "Nobody".to_owned())).chain(names).collect()
}

/// Numbers, absence and deputy.
#[component]
fn Fields(user: UserId, reach: Reachability, #[prop(into)] prefix: String) -> impl IntoView {
    let deputies = possible_deputies(&catalog_now().people, user, reach.deputy);
    let number = |phone: Option<Phone>| phone.map(|phone| phone.raw).unwrap_or_default();
    let day = |day: Option<Timestamp>| day.map(Timestamp::day).unwrap_or_default();
    let numbers = reach.numbers;
    view! {
        <Input name="extension" label="Extension" value=numbers.extension.unwrap_or_default() kind=InputKind::Phone optional=true prefix=prefix.clone() />
        <Input name="mobile" label="Mobile" value=number(numbers.mobile) kind=InputKind::Phone optional=true prefix=prefix.clone() />
        <Input name="voicemail" label="Voicemail" value=number(numbers.voicemail) kind=InputKind::Phone optional=true prefix=prefix.clone() />
        <Select name="deputy" label="Deputy" options=deputies value=reach.deputy.map(|id| id.to_string()).unwrap_or_default() optional=true prefix=prefix.clone() />
        <Input name="absent_from" label="Absent from" value=day(reach.absence.map(|absence| absence.from)) kind=InputKind::Day optional=true prefix=prefix.clone() />
        <Input name="absent_until" label="Last day away" value=day(reach.absence.and_then(|absence| absence.until)) kind=InputKind::Day optional=true prefix=prefix />
    }
    .into_any()
}

/// How one can be reached oneself; on `/me`.
#[component]
pub fn OwnReachForm(user: UserId, version: i64, reach: Reachability, done: Callback<Done>) -> impl IntoView {
    let action = "/me/reach";
    let version = typed_version(action).unwrap_or_else(|| version.to_string());
    view! {
        <PostForm action=action class="form" on_done=done>
            <ErrorSummary /><ChangedMeanwhile />
            <Hidden name="version" value=version />
            <div class="field-row"><Fields user reach prefix="" /></div>
            <div class="form__actions">
                <button class="button button--primary">"Save how you are reached"</button>
                <span class="muted small">"While you are absent your deputy takes your calls."</span>
            </div>
        </PostForm>
    }
    .into_any()
}

/// The same for somebody else.
#[component]
pub fn ReachForm(user: UserId, view: ReachView, action: String, done: Callback<Done>) -> impl IntoView {
    let prefix = format!("p{user}-");
    let version = typed_version(&action).unwrap_or_else(|| view.version.to_string());
    let says: Options = std::iter::once((String::new(), format!("Still: {}", view.reach.availability.label())))
        .chain(Availability::ALL.into_iter().map(|one| (one.key().to_owned(), one.label().to_owned())))
        .collect();
    view! {
        <PostForm action=action class="filter-panel" on_done=done>
            <div class="filter-panel__wide"><ErrorSummary prefix=prefix.clone() /><ChangedMeanwhile /></div>
            <Hidden name="version" value=version />
            <Select name="availability" label="Takes calls" options=says optional=true prefix=prefix.clone() />
            <Fields user reach=view.reach prefix=prefix />
            <div class="filter-panel__foot"><button class="button">"Save how they are reached"</button></div>
        </PostForm>
    }
    .into_any()
}
