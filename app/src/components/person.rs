//! People: initials and name.

use domain::UserId;
use leptos::prelude::*;

use crate::context::catalog;
use crate::html::Html;

const TONES: [&str; 7] = ["violet", "teal", "blue", "pink", "amber", "green", "red"];

/// Initials on a colour that stays with the person.
#[component]
pub fn Avatar(id: UserId, #[prop(into)] name: String) -> impl IntoView {
    view! { <span class=avatar_class(id) aria-hidden="true">{domain::people::initials(&name)}</span> }.into_any()
}

fn avatar_class(id: UserId) -> String {
    let tone = TONES[usize::try_from(id.0.rem_euclid(TONES.len() as i64)).unwrap_or(0)];
    format!("avatar tone-{tone}")
}

/// A person, or nobody yet.
#[component]
pub fn PersonName(id: Option<UserId>) -> impl IntoView {
    let name = id.map(|id| catalog().person_name(id));
    let parts = person_parts(id.zip(name.as_deref())).into_string();
    view! { <span class="person" title=name inner_html=parts></span> }.into_any()
}

/// What is in the element of a person, or of nobody yet.
#[must_use]
pub fn person_parts(person: Option<(UserId, &str)>) -> Html {
    let mut parts = Html::default();
    match person {
        Some((id, name)) => {
            parts.raw("<span").attr("class", &avatar_class(id)).raw(" aria-hidden=\"true\">").text(&domain::people::initials(name));
            parts.raw("</span><span class=\"person__name\">").text(name).raw("</span>");
        }
        None => {
            parts.raw("<span class=\"avatar avatar--none\" aria-hidden=\"true\"></span><span class=\"person__name muted\">Nobody yet</span>");
        }
    }
    parts
}
