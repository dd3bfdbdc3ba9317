//! What an account page says of accounts that went into this one.

use domain::account_merge::{MergeNote, UNDO_DAYS};
use leptos::prelude::*;

use crate::components::{PersonName, TimeAgo};
use crate::form::{Done, ErrorSummary, Hidden, PostForm};

/// Accounts that went into this one, each with a button that takes it back.
#[component]
pub fn Merges(
    /// This account's number.
    account: i64,
    /// Newest first.
    merges: Vec<MergeNote>,
    /// Called when one was taken back.
    saved: Callback<Done>,
) -> impl IntoView {
    if merges.is_empty() {
        return ().into_any();
    }
    let item = |merge: MergeNote| {
        let MergeNote { id, other, by, at, may_undo } = merge;
        let name = other.name.clone();
        view! {
            <li class="merge__item">
                <span>{other.name}" "<span class="muted">"# "{other.id.to_string()}</span></span>
                <span class="muted">"merged by "<PersonName id=Some(by) />" "<TimeAgo at=at /></span>
                {may_undo.then(|| view! {
                    <PostForm action=format!("/accounts/merges/{id}/undo") on_done=saved>
                        <ErrorSummary />
                        <Hidden name="account" value=account.to_string() />
                        <button class="button button--small">"Undo the merge"<span class="visually-hidden">" of "{name}</span></button>
                    </PostForm>
                })}
            </li>
        }
        .into_any()
    };
    view! {
        <section class="section" id="merges" aria-labelledby="merges-h">
            <div class="section__head"><h2 id="merges-h">"Merged into this account"</h2></div>
            <ul class="merge__list">{merges.into_iter().map(item).collect_view()}</ul>
            <p class="muted">{format!("A merge can be taken back for {UNDO_DAYS} days. What was changed since then stays.")}</p>
        </section>
    }
    .into_any()
}
