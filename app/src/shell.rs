//! The document around every page. The start script is written here and not taken from Leptos, whose preload links make the
//! program compete with the page for the network.

use std::sync::LazyLock;

use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::App;
use crate::form_reply::Replay;

/// What a person chose for this browser, applied before the first paint; in the document, so that nothing waits for one more file.
static THEME: LazyLock<String> = LazyLock::new(|| {
    let lines = include_str!("../../style/static/theme.js").lines().map(str::trim).filter(|line| !line.starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
});

/// Versioned addresses of the site's files; empty when the browser side was not built.
#[derive(Clone, Debug, Default)]
pub struct SiteFiles {
    pub css: String,
    /// What pages beside the list of leads need besides.
    pub pages_css: String,
    pub js: String,
    pub wasm: String,
}

/// What of the site's files a page comes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageKind {
    /// For strangers: without WebAssembly.
    Public,
    /// The same with the style of pages that show what is known.
    PublicReport,
    /// The list of leads, which most people open first: without the style of other pages.
    LeadList,
    Other,
}

/// The whole document.
#[must_use]
pub fn shell(site: SiteFiles, kind: PageKind) -> impl IntoView {
    let nonce = use_nonce();
    // The page is seen before the program is asked for: on a slow phone fetching and compiling it takes the seconds in which the page would
    // be painted.
    let start = format!(
        "const painted = new Promise((done) => document.hidden ? done() : requestAnimationFrame(() => setTimeout(done))); \
         painted.then(() => {{ const program = fetch('{}'); \
         return import('{}').then(({{ default: init, hydrate }}) => init({{ module_or_path: program }}).then(hydrate)); }});",
        site.wasm, site.js
    );
    // A form that came back was posted elsewhere; the page has to know its own address before it is taken over.
    let page = use_context::<Replay>().and_then(|replay| serde_json::to_string(&replay.page).ok()).map(|page| page.replace('<', "\\u003c"));
    let start = page.map_or(start.clone(), |page| format!("{start} history.replaceState(null, '', {page});"));
    let starts = !matches!(kind, PageKind::Public | PageKind::PublicReport) && !site.js.is_empty();
    // On the list it is only named: the browser fetches it before it shows another page, see `lazy`.
    let pages_style = (kind != PageKind::Public && !site.pages_css.is_empty()).then(|| {
        let rel = if kind == PageKind::LeadList { "later" } else { "stylesheet" };
        view! { <link rel=rel href=site.pages_css.clone() /> }
    });
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/static/favicon.svg" type="image/svg+xml" />
                // Before the style sheets: a script behind them waits for them, and with it all of the page behind it.
                <script nonce=nonce.clone()>{THEME.as_str()}</script>
                <link rel="stylesheet" href=site.css.clone() />
                {pages_style}
                {starts.then(|| view! { <script type="module" nonce=nonce.clone()>{start}</script> })}
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}
