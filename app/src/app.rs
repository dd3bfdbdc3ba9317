//! The root: public pages for strangers, the frame with its pages for who is signed in.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{SsrMode, path};

use crate::components::{NotFound, ToastList};
use crate::context::{Now, Session, Toasts};
#[cfg(feature = "ssr")]
use crate::features::register::{RegisterPage, ThanksPage};
#[cfg(feature = "ssr")]
use crate::features::sign_in::{SetUpPage, SignInPage};
use crate::form::CameBack;
use crate::form_reply::Replay;
use crate::frame::Frame;
use crate::lazy;

/// The whole application. The session and a form that came back travel in the page, so both sides start alike.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    CameBack::provide(SharedValue::new(use_context::<Replay>).into_inner());
    provide_context(Now(RwSignal::new(None)));
    provide_context(Toasts(RwSignal::new(Vec::new())));
    let session = SharedValue::new(session_of_request).into_inner();
    view! {
        <Title formatter=|text: String| if text.is_empty() { "Leadwright".to_owned() } else { format!("{text} · Leadwright") } />
        <Router>
            {match session {
                Some(session) => view! { <Private session /> }.into_any(),
                None => public(),
            }}
        </Router>
    }
}

#[cfg(feature = "ssr")]
fn session_of_request() -> Option<Session> {
    use_context::<crate::server_ctx::RequestCtx>().and_then(|request| request.session)
}

#[cfg(not(feature = "ssr"))]
fn session_of_request() -> Option<Session> {
    None
}

/// Pages for strangers: each a form, and without WebAssembly, so browsers do not carry them.
#[cfg(not(feature = "ssr"))]
fn public() -> AnyView {
    ().into_any()
}

/// Pages for strangers: each a form, and without WebAssembly, so browsers do not carry them.
#[cfg(feature = "ssr")]
fn public() -> AnyView {
    view! {
        <FlatRoutes fallback=|| view! { <main class="public__page"><NotFound /></main> }>
            <Route path=path!("/login") view=SignInPage ssr=SsrMode::Async />
            <Route path=path!("/setup") view=SetUpPage ssr=SsrMode::Async />
            <Route path=path!("/register") view=RegisterPage ssr=SsrMode::Async />
            <Route path=path!("/register/thanks") view=ThanksPage ssr=SsrMode::Async />
        </FlatRoutes>
    }
    .into_any()
}

/// Pages inside the frame.
#[component]
fn Private(session: Session) -> impl IntoView {
    view! {
        <Frame session>
            <FlatRoutes fallback=|| view! { <NotFound /> }>
                <Route path=path!("/leads") view=lazy::LEAD_LIST ssr=SsrMode::Async />
                <Route path=path!("/leads/new") view=lazy::ADD_LEAD ssr=SsrMode::Async />
                <Route path=path!("/leads/board") view=lazy::BOARD ssr=SsrMode::Async />
                <Route path=path!("/leads/bulk/:number") view=lazy::BULK_RUN ssr=SsrMode::Async />
                <Route path=path!("/leads/:number") view=lazy::LEAD ssr=SsrMode::Async />
                <Route path=path!("/accounts") view=lazy::ACCOUNT_LIST ssr=SsrMode::Async />
                <Route path=path!("/accounts/new") view=lazy::ADD_ACCOUNT ssr=SsrMode::Async />
                <Route path=path!("/accounts/:number") view=lazy::ACCOUNT ssr=SsrMode::Async />
                <Route path=path!("/contacts") view=lazy::CONTACT_LIST ssr=SsrMode::Async />
                <Route path=path!("/contacts/new") view=lazy::ADD_CONTACT ssr=SsrMode::Async />
                <Route path=path!("/contacts/:number") view=lazy::CONTACT ssr=SsrMode::Async />
                <Route path=path!("/admin") view=lazy::SECTIONS ssr=SsrMode::Async />
                <Route path=path!("/admin/types") view=lazy::TYPES ssr=SsrMode::Async />
                <Route path=path!("/admin/types/:number") view=lazy::TYPE ssr=SsrMode::Async />
                <Route path=path!("/admin/lists") view=lazy::LISTS ssr=SsrMode::Async />
                <Route path=path!("/admin/lists/:list") view=lazy::LIST ssr=SsrMode::Async />
                <Route path=path!("/admin/site") view=lazy::SITE ssr=SsrMode::Async />
                <Route path=path!("/admin/roles") view=lazy::ROLES ssr=SsrMode::Async />
                <Route path=path!("/admin/audit") view=lazy::AUDIT ssr=SsrMode::Async />
                <Route path=path!("/import") view=lazy::IMPORT ssr=SsrMode::Async />
                <Route path=path!("/import/:number") view=lazy::IMPORTED_FILE ssr=SsrMode::Async />
                <Route path=path!("/admin/users") view=lazy::PEOPLE ssr=SsrMode::Async />
                <Route path=path!("/admin/groups") view=lazy::GROUPS ssr=SsrMode::Async />
                <Route path=path!("/admin/tokens") view=lazy::TOKENS ssr=SsrMode::Async />
                <Route path=path!("/admin/webhooks") view=lazy::WEBHOOKS ssr=SsrMode::Async />
                <Route path=path!("/me") view=lazy::PROFILE ssr=SsrMode::Async />
            </FlatRoutes>
        </Frame>
        <ToastList />
    }
}
