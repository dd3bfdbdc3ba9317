//! People: initials and name.

use domain::UserId;
use leptos::prelude::*;

use crate::context::catalog;

const TONES: [&str; 7] = ["violet", "teal", "blue", "pink", "amber", "green", "red"];

/// Initials on a colour that stays with the person.
#[component]
pub fn Avatar(id: UserId, #[prop(into)] name: String) -> impl IntoView {
    let tone = TONES[usize::try_from(id.0.rem_euclid(TONES.len() as i64)).unwrap_or(0)];
    view! { <span class=format!("avatar tone-{tone}") aria-hidden="true">{domain::people::initials(&name)}</span> }.into_any()
}

/// A person, or nobody yet.
#[component]
pub fn PersonName(id: Option<UserId>) -> impl IntoView {
    match id {
        Some(id) => {
            let name = catalog().person_name(id);
            let title = name.clone();
            view! {
                <span class="person" title=title>
                    <Avatar id name=name.clone() />
                    <span class="person__name">{name}</span>
                </span>
            }
            .into_any()
        }
        None => view! {
            <span class="person">
                <span class="avatar avatar--none" aria-hidden="true"></span>
                <span class="person__name muted">"Nobody yet"</span>
            </span>
        }
        .into_any(),
    }
}
