//! Parts that the server writes as text where they are made, and only once.

use leptos::prelude::*;

/// Where a part's text is kept while its page is put together. What waits for data is looked through several times before it is
/// written, and each time all that it shows would be made anew. In the browser nothing is kept.
#[derive(Clone, Default)]
pub struct Written(#[cfg(feature = "ssr")] std::sync::Arc<std::sync::OnceLock<String>>);

impl Written {
    /// Whether the text was made.
    #[cfg(feature = "ssr")]
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.0.get().is_some()
    }

    /// An element. On the server its text: carried on as a view, each of its parts would be boxed, waited for and boxed again
    /// before it is written. In it nothing may wait for anything (`Suspense`).
    /// In the browser the view itself.
    #[must_use]
    pub fn once(&self, element: impl FnOnce() -> AnyView) -> AnyView {
        #[cfg(feature = "ssr")]
        return leptos::tachys::html::InertElement::new(self.0.get_or_init(|| element().to_html()).clone()).into_any();
        #[cfg(not(feature = "ssr"))]
        element()
    }
}
