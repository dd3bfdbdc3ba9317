//! Pairs of accounts that look like one: on their own page, and on the page of an account.

use domain::account_twin::{TwinAccount, Twins};
use domain::{AccountId, Action, Target, can};
use leptos::prelude::*;

use super::record_parts::KindBadges;
use crate::components::{PersonName, TimeAgo};
use crate::context::me;
use crate::form::{Done, ErrorSummary, PostForm};
use crate::routes;

/// A pair with what both have in common, what speaks against it, and what can be done about it.
#[component]
pub fn TwinItem(
    twins: Twins,
    /// Called when it was dismissed, or is offered again.
    done: Callback<Done>,
) -> impl IntoView {
    let Twins { one, other, reasons, differences, dismissed, may_merge, .. } = twins;
    let (kept, goes) = (one.id, other.id);
    let dismissed = dismissed.map(|(by, at)| view! { <p class="muted">"Not the same, says "<PersonName id=Some(by) />" "<TimeAgo at=at /></p> });
    let is_dismissed = dismissed.is_some();
    let names = format!(" {} and {}", one.name, other.name);
    view! {
        <li class="twins">
            <div class="merge__sides"><Side account=one /><Side account=other /></div>
            <Reasons reasons differences />
            {dismissed}
            <div class="twins__actions">
                {(may_merge && !is_dismissed).then(|| view! {
                    <a class="button button--small" href=routes::merge(kept, goes)>"Merge…"<span class="visually-hidden">{names.clone()}</span></a>
                })}
                <Answer kept goes is_dismissed names done />
            </div>
        </li>
    }
    .into_any()
}

#[component]
fn Answer(kept: AccountId, goes: AccountId, is_dismissed: bool, names: String, done: Callback<Done>) -> impl IntoView {
    let (step, label) = if is_dismissed { ("restore", "Offer again") } else { ("dismiss", "Not the same") };
    can(&me(), Action::EditAccounts, Target::Site).then(|| {
        view! {
            <PostForm action=format!("{}/{kept}/{goes}/{step}", routes::DUPLICATES) on_done=done>
                <ErrorSummary />
                <button class="button button--quiet button--small">{label}<span class="visually-hidden">{names}</span></button>
            </PostForm>
        }
        .into_any()
    })
}

#[component]
fn Side(account: TwinAccount) -> impl IntoView {
    view! {
        <div>
            <a class="row__link" href=routes::account(account.id)>{account.name}</a>
            " "<span class="muted">"# "{account.id.to_string()}</span>" "
            <KindBadges kinds=account.kinds />
            <PersonName id=account.primary_rep />
        </div>
    }
    .into_any()
}

#[component]
fn Reasons(reasons: Vec<String>, differences: Vec<String>) -> impl IntoView {
    let against = (!differences.is_empty()).then(|| view! { <p class="muted">"But: "{differences.join(". ")}"."</p> });
    view! { <p>{reasons.join(". ")}"."</p>{against} }.into_any()
}

/// Accounts that look like the one of this page.
#[component]
pub fn LooksLike(
    /// This account's number.
    account: i64,
    /// The likeliest first.
    twins: Vec<Twins>,
) -> impl IntoView {
    if twins.is_empty() {
        return ().into_any();
    }
    let item = |twins: Twins| {
        let Twins { one, other, reasons, differences, may_merge, .. } = twins;
        let there = if one.id.0 == account { other } else { one };
        let merge = routes::merge(AccountId(account), there.id);
        let name = format!(" with {}", there.name);
        view! {
            <li class="twins">
                <Side account=there />
                <Reasons reasons differences />
                {may_merge.then(|| view! { <a class="button button--small" href=merge>"Merge…"<span class="visually-hidden">{name}</span></a> })}
            </li>
        }
        .into_any()
    };
    view! {
        <section class="section" id="twins" aria-labelledby="twins-h">
            <div class="section__head">
                <h2 id="twins-h">"May be here twice"</h2>
                <a class="button button--small" href=routes::DUPLICATES>"All near duplicates"</a>
            </div>
            <ul class="merge__list">{twins.into_iter().map(item).collect_view()}</ul>
        </section>
    }
    .into_any()
}
