//! The form that changes the class of a lead and what belongs to it.

use domain::{LeadClass, Qualification, Timestamp, UserId};
use leptos::prelude::*;

use super::{QualifiedPage, Steady};
use crate::context::catalog_now;
use crate::form::{Area, ErrorSummary, Hidden, Input, InputKind, Options, PostForm, Select};

/// Goes before the ids of the form's fields.
const PREFIX: &str = "class-";

/// The form, folded away; nothing for who may not change the lead.
#[component]
pub fn ClassEdit() -> impl IntoView {
    let here = expect_context::<QualifiedPage>();
    let may_edit = here.may_edit();
    let steady = Steady::new(Memo::new(move |_| here.found.with(|found| found.qualification.clone())));
    let done = steady.done(here.done);
    let action = StoredValue::new(here.action("class"));
    let came_back = crate::form::came_back(&action.get_value());
    move || {
        may_edit.get().then(|| {
            view! {
                <details class="form__more" open=came_back>
                    <summary data-command="Change the class">"Change the class"</summary>
                    {move || {
                        let qualification = steady.shown.get();
                        view! {
                            <PostForm action=action.get_value() class="facts__form" on_done=done>
                                <Hidden name="version" value=qualification.version.to_string() />
                                <Hidden name="back" value=here.back() />
                                <ErrorSummary prefix=PREFIX />
                                <div class="form__part" on:input=move |_| steady.is_typing.set(true)><ClassFields qualification /></div>
                                <div class="form__actions"><button class="button button--primary">"Save class"</button></div>
                            </PostForm>
                        }
                    }}
                </details>
            }
            .into_any()
        })
    }
}

#[component]
fn ClassFields(qualification: Qualification) -> impl IntoView {
    let classes: Options = std::iter::once((String::new(), "Not classed yet".to_owned()))
        .chain(LeadClass::ALL.into_iter().map(|class| (class.key().to_owned(), format!("{}: {}", class.label(), class.name()))))
        .collect();
    let class = qualification.class.map_or("", LeadClass::key);
    let day = |at: Option<Timestamp>| at.map(Timestamp::day).unwrap_or_default();
    let from = day(qualification.timescale.map(|timescale| timescale.from));
    let to = day(qualification.timescale.map(|timescale| timescale.to));
    let manager = qualification.account_manager.map(|user| user.to_string()).unwrap_or_default();
    view! {
        <Select
            name="class"
            label="Class"
            options=classes
            value=class
            help="An AQL needs an appointment whose invite was accepted, an OQL a timescale, an RQL a horizon."
            prefix=PREFIX
        />
        <div class="field-row">
            <Input name="timescale_from" label="Timescale from" value=from kind=InputKind::Day optional=true prefix=PREFIX />
            <Input name="timescale_to" label="Timescale to" value=to kind=InputKind::Day optional=true prefix=PREFIX />
        </div>
        <Input
            name="horizon"
            label="Horizon"
            value=day(qualification.horizon)
            kind=InputKind::Day
            help="The day around which a later project is expected."
            optional=true
            prefix=PREFIX
        />
        <Select
            name="account_manager"
            label="Account manager"
            options=managers(qualification.account_manager)
            value=manager
            help="Sends the invite."
            prefix=PREFIX
        />
        <Area name="notes" label="Lead notes" value=qualification.notes optional=true prefix=PREFIX />
        <Area name="agenda" label="Agenda" value=qualification.agenda help="Stands in the invite." optional=true prefix=PREFIX />
    }
    .into_any()
}

/// People of the house, and whoever it is now.
fn managers(present: Option<UserId>) -> Options {
    let catalog = catalog_now();
    let is_offered = |person: &&domain::catalog::Person| present == Some(person.id) || !person.disabled && person.role.is_internal();
    let people = catalog.people.iter().filter(is_offered).map(|person| (person.id.to_string(), person.name.clone()));
    std::iter::once((String::new(), "Whoever owns the lead".to_owned())).chain(people).collect()
}
