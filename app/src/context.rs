//! What every page needs: who is signed in, what is configured, the time, and messages to the person.

use std::sync::Arc;

use domain::lead_views::Counters;
use domain::{Actor, Availability, Catalog, SavedViews};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::wire_error::WireError;

/// The signed-in person's session as the browser needs it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    pub actor: Actor,
    pub catalog: Arc<Catalog>,
    pub counters: Counters,
    pub views: SavedViews,
    pub availability: Availability,
    /// The newest event when the page was rendered: the live stream goes on from there, so nothing falls between.
    pub last_event: i64,
}

/// What is configured, for keeping open pages in step with it.
#[server(prefix = "/fn", endpoint = "catalog", input = leptos::server_fn::codec::GetUrl, output = crate::json_text::Answer)]
pub async fn load_catalog() -> Result<Catalog, WireError> {
    Ok(Arc::unwrap_or_clone(service::catalog::catalog_for(&crate::server_ctx::ctx()?).await?))
}

/// The counters alone, for keeping them in step.
#[server(prefix = "/fn", endpoint = "counters", input = leptos::server_fn::codec::GetUrl, output = crate::json_text::Answer)]
pub async fn load_counters() -> Result<Counters, WireError> {
    Ok(service::leads::counters(&crate::server_ctx::ctx()?).await?)
}

/// The saved views alone, for keeping them in step.
#[server(prefix = "/fn", endpoint = "saved_views", input = leptos::server_fn::codec::GetUrl, output = crate::json_text::Answer)]
pub async fn load_views() -> Result<SavedViews, WireError> {
    Ok(service::views::list(&crate::server_ctx::ctx()?).await?)
}

/// The signed-in person, for pages inside the frame.
#[must_use]
pub fn me() -> Actor {
    expect_context::<Me>().actor
}

/// What is configured, for pages inside the frame. A signal: an administrator's change shows at once.
#[must_use]
pub fn catalog() -> Arc<Catalog> {
    expect_context::<Me>().catalog.get()
}

/// The same without being told of later changes.
#[must_use]
pub fn catalog_now() -> Arc<Catalog> {
    expect_context::<Me>().catalog.get_untracked()
}

/// Provided by the frame.
#[derive(Clone)]
pub struct Me {
    pub actor: Actor,
    pub catalog: RwSignal<Arc<Catalog>>,
    pub counters: RwSignal<Counters>,
    pub views: RwSignal<SavedViews>,
    /// What the person says of themselves.
    pub availability: RwSignal<Availability>,
}

impl Me {
    /// Reads the saved views afresh, so that a page that shows one of them finds it.
    pub async fn read_views(&self) {
        if let Ok(views) = load_views().await {
            let _gone = self.views.try_set(views);
        }
    }
}

/// The time in the browser, in milliseconds; `None` on the server and until the page is taken over, so that both render
/// the same.
#[derive(Clone, Copy)]
pub struct Now(pub RwSignal<Option<i64>>);

/// A line to the person, with a way back where there is one.
#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    pub id: u64,
    pub text: String,
    pub is_error: bool,
    /// Where to post to take it back.
    pub undo: Option<String>,
}

/// Messages shown at the bottom of the page.
#[derive(Clone, Copy)]
pub struct Toasts(pub RwSignal<Vec<Toast>>);

impl Toasts {
    /// Shows a line for ten seconds.
    pub fn say(self, text: impl Into<String>) {
        self.show(text.into(), false, None);
    }

    /// Shows a line with "Undo", which posts to `undo`.
    pub fn say_with_undo(self, text: impl Into<String>, undo: String) {
        self.show(text.into(), false, Some(undo));
    }

    /// Shows what went wrong.
    pub fn fail(self, text: impl Into<String>) {
        self.show(text.into(), true, None);
    }

    fn show(self, text: String, is_error: bool, undo: Option<String>) {
        let id = self.0.with_untracked(|toasts| toasts.last().map_or(1, |toast| toast.id + 1));
        self.0.update(|toasts| toasts.push(Toast { id, text, is_error, undo }));
        set_timeout(move || self.dismiss(id), std::time::Duration::from_secs(10));
    }

    /// Takes a line away.
    pub fn dismiss(self, id: u64) {
        self.0.update(|toasts| toasts.retain(|toast| toast.id != id));
    }
}
