//! The root: public pages for strangers, the frame with its pages for who is signed in.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, path};

use crate::components::{NotFound, ToastList};
use crate::context::{Now, Session, Toasts};
#[cfg(feature = "ssr")]
use crate::features::register::{RegisterPage, ThanksPage};
#[cfg(feature = "ssr")]
use crate::features::sign_in::{SetUpPage, SignInPage};
use crate::features::{accounts, admin, contacts, leads};
use crate::form::CameBack;
use crate::form_reply::Replay;
use crate::frame::Frame;

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
        <Routes fallback=|| view! { <main class="public__page"><NotFound /></main> }>
            <Route path=path!("/login") view=SignInPage ssr=SsrMode::Async />
            <Route path=path!("/setup") view=SetUpPage ssr=SsrMode::Async />
            <Route path=path!("/register") view=RegisterPage ssr=SsrMode::Async />
            <Route path=path!("/register/thanks") view=ThanksPage ssr=SsrMode::Async />
        </Routes>
    }
    .into_any()
}

/// Pages inside the frame.
#[component]
fn Private(session: Session) -> impl IntoView {
    view! {
        <Frame session>
            <Routes fallback=|| view! { <NotFound /> }>
                <Route path=path!("/leads") view=leads::ListPage ssr=SsrMode::Async />
                <Route path=path!("/leads/new") view=leads::AddPage ssr=SsrMode::Async />
                <Route path=path!("/leads/:number") view=leads::LeadPage ssr=SsrMode::Async />
                <Route path=path!("/accounts") view=accounts::AccountListPage ssr=SsrMode::Async />
                <Route path=path!("/accounts/new") view=accounts::AddAccountPage ssr=SsrMode::Async />
                <Route path=path!("/accounts/:number") view=accounts::AccountPage ssr=SsrMode::Async />
                <Route path=path!("/contacts") view=contacts::ContactListPage ssr=SsrMode::Async />
                <Route path=path!("/contacts/new") view=contacts::AddContactPage ssr=SsrMode::Async />
                <Route path=path!("/contacts/:number") view=contacts::ContactPage ssr=SsrMode::Async />
                <Route path=path!("/admin/users") view=admin::PeoplePage ssr=SsrMode::Async />
                <Route path=path!("/admin/groups") view=admin::GroupsPage ssr=SsrMode::Async />
                <Route path=path!("/me") view=admin::ProfilePage ssr=SsrMode::Async />
            </Routes>
        </Frame>
        <ToastList />
    }
}
