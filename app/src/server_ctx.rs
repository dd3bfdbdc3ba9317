//! From a request to what the service needs.

use std::sync::Arc;

use leptos::prelude::*;
use service::Ctx;

use crate::context::Session;
use crate::kept_html::KeptHtml;
use crate::wire_error::WireError;

/// What the server provides as context for rendering and for server functions.
#[derive(Clone, Debug)]
pub struct RequestCtx {
    pub ctx: Ctx,
    /// The visitor's address, for limits.
    pub address: String,
    /// Whether demo sign-ins exist and are shown.
    pub demo: bool,
    /// Stands in the log beside what went wrong.
    pub reference: String,
    /// Parts of pages that were made before.
    pub kept: Arc<KeptHtml>,
    /// What the frame shows; loaded by [`RequestCtx::with_session`] before a page is rendered.
    pub session: Option<Session>,
}

impl RequestCtx {
    /// Loads what the frame shows of the signed-in person. To be called before a page is rendered, not for server
    /// functions.
    ///
    /// # Errors
    /// What the service reports.
    pub async fn with_session(mut self) -> Result<Self, service::ServiceError> {
        if let Some(actor) = self.ctx.actor.clone() {
            let last_event = service::catalog::last_event(&self.ctx).await?;
            let catalog = service::catalog::catalog_for(&self.ctx).await?;
            let counters = service::leads::counters(&self.ctx).await?;
            let views = service::views::list(&self.ctx).await?;
            let availability = self.ctx.availability.unwrap_or_default();
            self.session = Some(Session { actor, catalog, counters, views, availability, last_event });
        }
        Ok(self)
    }
}

/// The current request.
///
/// # Errors
/// [`WireError::Internal`] outside a request, which would be a mistake in the wiring.
pub fn request() -> Result<RequestCtx, WireError> {
    use_context::<RequestCtx>().ok_or_else(|| WireError::Internal { reference: "no request".to_owned() })
}

/// The service's context of the current request.
///
/// # Errors
/// As [`request`].
pub fn ctx() -> Result<Ctx, WireError> {
    request().map(|request| request.ctx)
}

/// The current request's reference for people to quote.
#[must_use]
pub fn reference() -> String {
    use_context::<RequestCtx>().map_or_else(String::new, |request| request.reference)
}
