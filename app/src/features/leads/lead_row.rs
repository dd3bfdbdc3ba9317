//! One row of the list.

use domain::{LeadRow, money};
use leptos::prelude::*;

use crate::components::{Icon, PersonName, Score, StatusChip, TimeAgo};
use crate::context::catalog;
use crate::routes;

/// A row. `changed` makes it flash once.
#[component]
pub fn LeadRowView(row: LeadRow, #[prop(into)] query: String, changed: bool, current: Signal<bool>) -> impl IntoView {
    let source = move || row.source.map(|id| catalog().choice_name(id)).unwrap_or_default();
    let amount = if row.target_amount_minor == 0 { String::new() } else { money::display(row.target_amount_minor, &row.currency) };
    let (phone, email) = (row.phone.clone(), row.email.clone());
    let reach = |scheme: &str, to: String, icon, verb: &str| {
        (!to.is_empty()).then(|| {
            view! {
                <a class="button button--quiet button--icon button--small" href=format!("{scheme}:{to}") aria-label=format!("{verb} {}", row.full_name)><Icon name=icon /></a>
            }
            .into_any()
        })
    };
    view! {
        <tr class="row" class=("row--changed", changed) class=("row--current", move || current.get()) data-number=row.id.to_string()>
            <td class="col-number">{row.id.to_string()}</td>
            <td class="col-name"><a class="row__link" href=routes::lead(row.id, &query)>{row.full_name.clone()}</a></td>
            <td class="col-actions">
                <div class="row__actions">{reach("tel", phone, "phone", "Call")}{reach("mailto", email, "mail", "Mail")}</div>
            </td>
            <td class="col-account">{row.account.name.clone()}</td>
            <td class="col-status"><StatusChip id=row.status /></td>
            <td class="col-owner"><PersonName id=row.owner /></td>
            <td class="col-source">{source}</td>
            <td class="col-score"><Score value=row.score /></td>
            <td class="col-amount">{amount}</td>
            <td class="col-updated"><TimeAgo at=row.updated_at /></td>
        </tr>
    }
    .into_any()
}
