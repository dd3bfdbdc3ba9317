//! The class of a lead, what it says is next, and what belongs to it.

use domain::lead_class::{QualificationView, Timescale};
use domain::{InviteState, LeadClass, Timestamp};
use leptos::prelude::*;

use super::{QualifiedPage, fact, text_fact};
use crate::components::PersonName;

/// The facts.
#[component]
pub fn ClassShown() -> impl IntoView {
    let here = expect_context::<QualifiedPage>();
    move || {
        let QualificationView { qualification, appointment, end_user, email, owner, .. } = here.found.get();
        let is_accepted = appointment.as_ref().is_some_and(|appointment| appointment.invite == InviteState::Accepted);
        let class = match qualification.class {
            Some(class) => view! { <span class=format!("badge tone-{}", class.tone())>{class.label()}</span> " " {class.name()} }.into_any(),
            None => view! { <span class="muted">"Not classed yet"</span> }.into_any(),
        };
        let next = qualification.class.map(LeadClass::next_step);
        // What it lacks by now, or could be by now.
        let remark = qualification.lacking(appointment.as_ref()).or_else(|| {
            let could_be_aql = is_accepted && qualification.class.is_none();
            could_be_aql.then(|| "The invite was accepted, so this can be an AQL".to_owned())
        });
        let whom = match email {
            Some(email) => format!("{end_user}, {email}"),
            None => end_user,
        };
        let manager = qualification.account_manager.or(owner);
        view! {
            <dl>
                {fact("Class", class)}
                {next.map(|next| fact("Next step", next.into_any()))}
                {remark.map(|remark| fact("To do", view! { <span class="badge tone-amber qualified__remark">{remark}</span> }.into_any()))}
                {qualification.timescale.map(|timescale| fact("Timescale", Timescale::words(timescale).into_any()))}
                {qualification.horizon.map(|day| fact("Horizon", Timestamp::readable_day(day).into_any()))}
                {fact("End user", whom.into_any())}
                {fact("Account manager", view! { <PersonName id=manager /> }.into_any())}
                {text_fact("Lead notes", &qualification.notes)}
                {text_fact("Agenda", &qualification.agenda)}
            </dl>
        }
        .into_any()
    }
}
