//! Text at the places that Leptos writes as they are: what stands in a `textarea`, and the title.

/// A text for such a place. Without this, whoever wrote it could end the element and go on with markup of their own. The browser's side sets
/// text as text.
#[must_use]
pub fn as_written(text: String) -> String {
    if cfg!(feature = "ssr") { text.replace('&', "&amp;").replace('<', "&lt;") } else { text }
}
