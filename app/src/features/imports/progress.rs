//! How far the work on a file is.

use domain::import_file::{ImportFile, ImportPhase};
use leptos::prelude::*;

/// The bar, the rate and the time left. Without script a link looks again.
#[component]
pub fn ProgressView(file: RwSignal<ImportFile>) -> impl IntoView {
    let (phase, id) = file.with_untracked(|file| (file.phase, file.id));
    let is_measured = phase != ImportPhase::Undoing;
    let verb = if phase == ImportPhase::Checking { "checked" } else { "imported" };
    let words = move || file.with(|file| format!("{} rows {verb}, {} %{}", file.rows_done, file.percent(), rate_words(file)));
    view! {
        <div class="progress">
            <progress class="progress__bar" max="100" value=move || is_measured.then(|| file.with(ImportFile::percent).to_string()) aria-label="Progress"></progress>
            {is_measured.then(|| view! { <p class="progress__words figures">{words}</p> })}
            <p class="small"><a class="no-script-only" href=format!("/import/{id}")>"Look how far it is"</a></p>
        </div>
    }
    .into_any()
}

fn rate_words(file: &ImportFile) -> String {
    if file.rows_per_second <= 0 || file.bytes_done <= 0 || file.rows_done <= 0 {
        return String::new();
    }
    // Rows of the rest are taken to be as long as those so far.
    let left = (file.bytes - file.bytes_done).max(0) as f64 / file.bytes_done as f64 * file.rows_done as f64 / file.rows_per_second as f64;
    let left = left.ceil() as i64;
    let left = if left < 90 { format!("{left} s") } else { format!("{} min", (left + 59) / 60) };
    format!(", {} rows a second, {left} left", file.rows_per_second)
}
