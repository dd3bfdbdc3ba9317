//! Text at the places that Leptos writes as they are: what stands in a `textarea`, and the title.

/// A text for such a place. Without this, whoever wrote it could end the element and go on with markup of their own. The browser's side sets
/// text as text.
#[must_use]
pub fn as_written(text: String) -> String {
    if cfg!(feature = "ssr") { text.replace('&', "&amp;").replace('<', "&lt;") } else { text }
}

/// A text for a `pre`, which loses a line break that it begins with: of nothing else the browser would make no text that can be taken over.
#[must_use]
pub fn in_pre(text: &str) -> String {
    text.trim_start_matches(['\r', '\n']).to_owned()
}
