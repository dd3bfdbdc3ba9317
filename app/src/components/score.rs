//! A score: the number and a small bar.

use leptos::prelude::*;

use crate::html::Html;

/// From here on a score is shown as high.
const HIGH: i64 = 70;

/// The bar shows 0 to 100; what is beyond is cut there.
#[component]
pub fn Score(value: i64) -> impl IntoView {
    let (class, parts) = score_class_and_parts(value);
    view! { <span class=class inner_html=parts.into_string()></span> }.into_any()
}

/// A number with its sign, as what is added is told.
#[must_use]
pub fn signed(number: i64) -> String {
    if number > 0 { format!("+{number}") } else { number.to_string().replace('-', "\u{2212}") }
}

/// The class of a score's element, and what is in it.
#[must_use]
pub fn score_class_and_parts(value: i64) -> (&'static str, Html) {
    let mut parts = Html::default();
    parts.raw("<span class=\"score__number\">").number(value);
    parts.raw("</span><svg class=\"score__bar\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect width=\"");
    parts.number(value.clamp(0, 100)).raw("\" height=\"8\"></rect></svg>");
    (if value >= HIGH { "score score--high" } else { "score" }, parts)
}
