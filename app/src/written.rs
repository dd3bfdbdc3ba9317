//! Parts that the server writes as text where they are made.

use leptos::prelude::*;

/// An element. On the server its text: carried on as a view, each of its parts would be boxed, waited for and boxed again
/// before it is written. In it nothing may wait for anything (`Suspense`).
/// In the browser the view itself.
#[must_use]
pub fn written(element: AnyView) -> AnyView {
    #[cfg(feature = "ssr")]
    return leptos::tachys::html::InertElement::new(element.to_html()).into_any();
    #[cfg(not(feature = "ssr"))]
    element
}
