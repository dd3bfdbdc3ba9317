//! Which distributors answer from a central call centre.

use domain::delegation::Candidate;
use leptos::prelude::*;

use crate::form::{Done, ErrorSummary, Hidden, PostForm};
use crate::routes;

/// All distributors, each with its mark.
#[component]
pub fn Marks(candidates: Vec<Candidate>, done: Callback<Done>) -> impl IntoView {
    let row = move |one: Candidate| {
        let (word, wanted) = if one.is_call_centre { ("Answers locally", "") } else { ("Answers from a call centre", "1") };
        let name = one.name.clone();
        let error_prefix = format!("d{}-", one.id);
        view! {
            <tr>
                <td><a href=routes::account(one.id)>{one.name}</a></td>
                <td>{one.is_call_centre.then(|| view! { <span class="badge tone-amber">"Central call centre"</span> })}</td>
                <td class="table__end">
                    <PostForm action=format!("/distributors/{}/call-centre", one.id) on_done=done>
                        <ErrorSummary prefix=error_prefix />
                        <Hidden name="on" value=wanted.to_owned() />
                        <button class="button button--small" aria-label=format!("{word}: {name}")>{word}</button>
                    </PostForm>
                </td>
            </tr>
        }
        .into_any()
    };
    view! {
        <section class="section" aria-labelledby="marks-h">
            <div class="section__head"><h2 id="marks-h">"Call centres"</h2></div>
            <p class="muted">"Leads that are handed to a distributor’s central call centre are often lost there. Whoever names or delegates to one is warned."</p>
            {if candidates.is_empty() {
                view! { <p class="muted">"There is no distributor yet: an account of that kind."</p> }.into_any()
            } else {
                view! {
                    <table class="table table--stack">
                        <thead>
                            <tr>
                                <th scope="col">"Distributor"</th>
                                <th scope="col">"Answers from"</th>
                                <th class="table__end" scope="col"><span class="visually-hidden">"Change"</span></th>
                            </tr>
                        </thead>
                        <tbody>{candidates.into_iter().map(row).collect_view()}</tbody>
                    </table>
                }
                .into_any()
            }}
        </section>
    }
    .into_any()
}
