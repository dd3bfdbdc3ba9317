//! The root: public pages for strangers, the frame with its pages for who is signed in.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{Lazy, SsrMode, path};

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
                <Route path=path!("/leads") view={Lazy::<lazy::LeadList>::new()} ssr=SsrMode::Async />
                <Route path=path!("/leads/new") view={Lazy::<lazy::AddLead>::new()} ssr=SsrMode::Async />
                <Route path=path!("/leads/board") view={Lazy::<lazy::Board>::new()} ssr=SsrMode::Async />
                <Route path=path!("/leads/bulk/:number") view={Lazy::<lazy::BulkRun>::new()} ssr=SsrMode::Async />
                <Route path=path!("/leads/:number") view={Lazy::<lazy::Lead>::new()} ssr=SsrMode::Async />
                <Route path=path!("/accounts") view={Lazy::<lazy::AccountList>::new()} ssr=SsrMode::Async />
                <Route path=path!("/accounts/new") view={Lazy::<lazy::AddAccount>::new()} ssr=SsrMode::Async />
                <Route path=path!("/accounts/:number") view={Lazy::<lazy::Account>::new()} ssr=SsrMode::Async />
                <Route path=path!("/contacts") view={Lazy::<lazy::ContactList>::new()} ssr=SsrMode::Async />
                <Route path=path!("/contacts/new") view={Lazy::<lazy::AddContact>::new()} ssr=SsrMode::Async />
                <Route path=path!("/contacts/:number") view={Lazy::<lazy::Contact>::new()} ssr=SsrMode::Async />
                <Route path=path!("/admin") view={Lazy::<lazy::Sections>::new()} ssr=SsrMode::Async />
                <Route path=path!("/admin/types") view={Lazy::<lazy::Types>::new()} ssr=SsrMode::Async />
                <Route path=path!("/admin/types/:number") view={Lazy::<lazy::Type>::new()} ssr=SsrMode::Async />
                <Route path=path!("/admin/lists") view={Lazy::<lazy::Lists>::new()} ssr=SsrMode::Async />
                <Route path=path!("/admin/lists/:list") view={Lazy::<lazy::List>::new()} ssr=SsrMode::Async />
                <Route path=path!("/admin/site") view={Lazy::<lazy::Site>::new()} ssr=SsrMode::Async />
                <Route path=path!("/admin/roles") view={Lazy::<lazy::Roles>::new()} ssr=SsrMode::Async />
                <Route path=path!("/admin/audit") view={Lazy::<lazy::Audit>::new()} ssr=SsrMode::Async />
                <Route path=path!("/import") view={Lazy::<lazy::Import>::new()} ssr=SsrMode::Async />
                <Route path=path!("/import/:number") view={Lazy::<lazy::ImportedFile>::new()} ssr=SsrMode::Async />
                <Route path=path!("/admin/users") view={Lazy::<lazy::People>::new()} ssr=SsrMode::Async />
                <Route path=path!("/admin/groups") view={Lazy::<lazy::Groups>::new()} ssr=SsrMode::Async />
                <Route path=path!("/admin/tokens") view={Lazy::<lazy::Tokens>::new()} ssr=SsrMode::Async />
                <Route path=path!("/admin/webhooks") view={Lazy::<lazy::Webhooks>::new()} ssr=SsrMode::Async />
                <Route path=path!("/me") view={Lazy::<lazy::Profile>::new()} ssr=SsrMode::Async />
            </FlatRoutes>
        </Frame>
        <ToastList />
    }
}
