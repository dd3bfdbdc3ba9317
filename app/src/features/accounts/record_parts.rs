//! What the pages of an account and of a contact have in common.

use domain::{AccountKind, LeadRow, money};
use leptos::prelude::*;

use crate::components::{PersonName, StatusChip};
use crate::form::{FormState, Hidden, typed_before};
use crate::form_reply::FormReply;
use crate::routes;

/// What a company is to us, each in its colour.
#[component]
pub fn KindBadges(kinds: Vec<AccountKind>) -> impl IntoView {
    let badge = |kind: AccountKind| {
        let tone = match kind {
            AccountKind::Prospect => "blue",
            AccountKind::Customer => "green",
            AccountKind::ReferralPartner => "violet",
            AccountKind::Vendor => "teal",
            AccountKind::Distributor => "amber",
        };
        view! { <span class=format!("badge tone-{tone}")>{kind.label()}</span>" " }.into_any()
    };
    kinds.into_iter().map(badge).collect_view()
}

/// A fact: its label and value.
#[component]
pub fn Fact(label: &'static str, children: Children) -> impl IntoView {
    view! { <div class="fact"><dt class="fact__label">{label}</dt><dd class="fact__value">{children()}</dd></div> }.into_any()
}

/// A number to call.
#[component]
pub fn PhoneLink(#[prop(into)] number: String) -> impl IntoView {
    let href = format!("tel:{number}");
    view! { <a class="figures" href=href>{number}</a> }.into_any()
}

/// An address to write to; it may break after the `@`.
#[component]
pub fn MailLink(#[prop(into)] address: String) -> impl IntoView {
    let (local, domain) = address.rsplit_once('@').map(|(local, domain)| (format!("{local}@"), domain.to_owned())).unwrap_or_default();
    let href = format!("mailto:{address}");
    view! { <a href=href>{local}<wbr />{domain}</a> }.into_any()
}

/// Leads as a small table.
#[component]
pub fn LeadTable(leads: Vec<LeadRow>) -> impl IntoView {
    let row = |lead: LeadRow| {
        let amount = if lead.target_amount_minor == 0 { String::new() } else { money::display(lead.target_amount_minor, &lead.currency) };
        view! {
            <tr>
                <td><a class="row__link" href=routes::lead(lead.id, "")>{lead.full_name}</a></td>
                <td><StatusChip id=lead.status /></td>
                <td><PersonName id=lead.owner /></td>
                <td class="table__end">{amount}</td>
            </tr>
        }
        .into_any()
    };
    view! {
        <table class="table table--stack">
            <thead>
                <tr>
                    <th scope="col">"Lead"</th>
                    <th scope="col">"Status"</th>
                    <th scope="col">"Owner"</th>
                    <th class="table__end" scope="col">"Amount"</th>
                </tr>
            </thead>
            <tbody>{leads.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

/// The version that was read travels with the form. After someone else changed the same field it becomes the current
/// one, so that saving again, having been told, keeps what was typed.
#[component]
pub fn SentVersion(
    /// The version of the record as it is shown.
    current: i64,
    /// Sets the signal to the record's version of this moment.
    refresh: Callback<RwSignal<String>>,
) -> impl IntoView {
    let state = expect_context::<FormState>();
    let is_clash = |reply: &Option<FormReply>| matches!(reply, Some(FormReply::Refused { status: 409, .. }));
    let typed = typed_before("version").and_then(|typed| typed.into_iter().next());
    let read = if state.reply.with_untracked(is_clash) { None } else { typed };
    let version = RwSignal::new(read.unwrap_or_else(|| current.to_string()));
    Effect::new(move |before: Option<bool>| {
        let clashed = state.reply.with(is_clash);
        // What came back with the page has the current version already.
        if clashed && before.is_some() {
            refresh.run(version);
        }
        clashed
    });
    view! { <Hidden name="version" value=version /> }
}
