//! A score: the number and a small bar.

use leptos::prelude::*;

/// From here on a score is shown as high.
const HIGH: i64 = 70;

/// The bar shows 0 to 100; what is beyond is cut there.
#[component]
pub fn Score(value: i64) -> impl IntoView {
    view! {
        <span class="score" class=("score--high", value >= HIGH)>
            <span class="score__number">{value}</span>
            <svg class="score__bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                <rect width=value.clamp(0, 100).to_string() height="8"></rect>
            </svg>
        </span>
    }
    .into_any()
}
