//! The root: public pages for strangers, the frame with its pages for who is signed in.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::tachys::view::iterators::StaticVec;
use leptos_meta::{Title, provide_meta_context};
#[cfg(feature = "ssr")]
use leptos_router::components::Route;
use leptos_router::components::{FlatRoutes, Router};
#[cfg(feature = "hydrate")]
use leptos_router::{ChooseView as _, MatchInterface as _, RouteDefs};
use leptos_router::{MatchNestedRoutes, NestedRoute, PossibleRouteMatch, SsrMode, path};

use crate::as_written::as_written;
use crate::components::{NotFound, ToastList};
use crate::context::{Now, Session, Toasts};
#[cfg(feature = "ssr")]
use crate::features::invites::InvitePage;
#[cfg(feature = "ssr")]
use crate::features::invoices::PublicInvoicePage;
#[cfg(feature = "ssr")]
use crate::features::messages::UnsubscribePage;
#[cfg(feature = "ssr")]
use crate::features::quotes::PublicQuotePage;
#[cfg(feature = "ssr")]
use crate::features::register::{RegisterPage, ThanksPage};
#[cfg(feature = "ssr")]
use crate::features::sign_in::{SetUpPage, SignInPage};
#[cfg(feature = "ssr")]
use crate::features::suppliers::SupplierPage;
use crate::form::CameBack;
use crate::frame::Frame;
use crate::lazy;

/// The whole application. The session and a form that came back travel in the page, so both sides start alike.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    CameBack::provide(SharedValue::new(replay_of_request).into_inner());
    provide_context(Now(RwSignal::new(None)));
    provide_context(Toasts(RwSignal::new(Vec::new())));
    let session = SharedValue::new(session_of_request).into_inner();
    view! {
        <Title formatter=|text: String| if text.is_empty() { "Leadwright".to_owned() } else { as_written(format!("{text} · Leadwright")) } />
        <Router>
            {match session {
                Some(session) => view! { <Private session /> }.into_any(),
                None => public(),
            }}
        </Router>
    }
}

#[cfg(feature = "ssr")]
fn replay_of_request() -> Option<String> {
    use_context::<crate::form_reply::Replay>().and_then(|replay| serde_json::to_string(&replay).ok())
}

#[cfg(not(feature = "ssr"))]
fn replay_of_request() -> Option<String> {
    None
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
            <Route path=path!("/invites/:token") view=InvitePage ssr=SsrMode::Async />
            <Route path=path!("/unsubscribe/:token") view=UnsubscribePage ssr=SsrMode::Async />
            <Route path=path!("/suppliers/:token") view=SupplierPage ssr=SsrMode::Async />
            <Route path=path!("/q/:token") view=PublicQuotePage ssr=SsrMode::Async />
            <Route path=path!("/i/:token") view=PublicInvoicePage ssr=SsrMode::Async />
        </FlatRoutes>
    }
    .into_any()
}

#[component]
fn Private(session: Session) -> impl IntoView {
    view! {
        <Frame session>
            <FlatRoutes fallback=|| view! { <NotFound /> } children=ToChildren::to_children(pages) />
        </Frame>
        <ToastList />
    }
}

/// Pages inside the frame. All routes have one type, and their addresses too: the router's code for a type is kilobytes.
fn pages() -> StaticVec<impl MatchNestedRoutes + Clone + Send> {
    let page = |path: Address, page| NestedRoute::new(path, page).ssr_mode(SsrMode::Async);
    vec![
        page(Arc::new(path!("/")), lazy::MY_DAY),
        page(Arc::new(path!("/leads")), lazy::LEAD_LIST),
        page(Arc::new(path!("/leads/new")), lazy::ADD_LEAD),
        page(Arc::new(path!("/leads/board")), lazy::BOARD),
        page(Arc::new(path!("/leads/bulk/:number")), lazy::BULK_RUN),
        page(Arc::new(path!("/leads/:number")), lazy::LEAD),
        page(Arc::new(path!("/leads/:number/message")), lazy::MESSAGE),
        page(Arc::new(path!("/leads/:number/convert")), lazy::CONVERT),
        page(Arc::new(path!("/intake")), lazy::INTAKE),
        page(Arc::new(path!("/refer")), lazy::REFER),
        page(Arc::new(path!("/radar")), lazy::RADAR),
        page(Arc::new(path!("/tasks")), lazy::TASKS),
        page(Arc::new(path!("/tasks/calendar")), lazy::TASK_CALENDAR),
        page(Arc::new(path!("/tickets")), lazy::TICKETS),
        page(Arc::new(path!("/notices")), lazy::NOTICES),
        page(Arc::new(path!("/material")), lazy::MATERIAL),
        page(Arc::new(path!("/products")), lazy::PRODUCTS),
        page(Arc::new(path!("/quotes")), lazy::QUOTES),
        page(Arc::new(path!("/quotes/:number")), lazy::QUOTE),
        page(Arc::new(path!("/customers")), lazy::CUSTOMERS),
        page(Arc::new(path!("/customers/:number")), lazy::CUSTOMER),
        page(Arc::new(path!("/invoices")), lazy::INVOICES),
        page(Arc::new(path!("/invoices/:number")), lazy::INVOICE),
        page(Arc::new(path!("/accounts")), lazy::ACCOUNT_LIST),
        page(Arc::new(path!("/accounts/new")), lazy::ADD_ACCOUNT),
        page(Arc::new(path!("/accounts/duplicates")), lazy::DUPLICATES),
        page(Arc::new(path!("/accounts/:number")), lazy::ACCOUNT),
        page(Arc::new(path!("/accounts/:number/merge/:other")), lazy::MERGE),
        page(Arc::new(path!("/contacts")), lazy::CONTACT_LIST),
        page(Arc::new(path!("/contacts/new")), lazy::ADD_CONTACT),
        page(Arc::new(path!("/contacts/:number")), lazy::CONTACT),
        page(Arc::new(path!("/thresholds")), lazy::THRESHOLDS),
        page(Arc::new(path!("/territories")), lazy::DISTRIBUTORS),
        page(Arc::new(path!("/standing")), lazy::STANDING),
        page(Arc::new(path!("/reps")), lazy::REPS),
        page(Arc::new(path!("/admin")), lazy::SECTIONS),
        page(Arc::new(path!("/admin/types")), lazy::TYPES),
        page(Arc::new(path!("/admin/types/:number")), lazy::TYPE),
        page(Arc::new(path!("/admin/lists")), lazy::LISTS),
        page(Arc::new(path!("/admin/lists/:list")), lazy::LIST),
        page(Arc::new(path!("/admin/ladders")), lazy::LADDERS),
        page(Arc::new(path!("/admin/territories")), lazy::TERRITORIES),
        page(Arc::new(path!("/admin/rules")), lazy::RULES),
        page(Arc::new(path!("/admin/rules/trials/:number")), lazy::RULE_TRIAL),
        page(Arc::new(path!("/admin/event-kinds")), lazy::EVENT_KINDS),
        page(Arc::new(path!("/admin/scoring")), lazy::SCORING),
        page(Arc::new(path!("/admin/site")), lazy::SITE),
        page(Arc::new(path!("/admin/clocks")), lazy::CLOCKS),
        page(Arc::new(path!("/admin/playbook")), lazy::PLAYBOOK),
        page(Arc::new(path!("/admin/templates")), lazy::TEMPLATES),
        page(Arc::new(path!("/admin/templates/:kind")), lazy::TEMPLATE),
        page(Arc::new(path!("/admin/registration")), lazy::REGISTRATION),
        page(Arc::new(path!("/admin/messages")), lazy::MESSAGE_TEMPLATES),
        page(Arc::new(path!("/admin/nurture")), lazy::NURTURE),
        page(Arc::new(path!("/admin/outbox")), lazy::OUTBOX),
        page(Arc::new(path!("/admin/outbox/:number")), lazy::MAIL),
        page(Arc::new(path!("/admin/mail-in")), lazy::MAILS_IN),
        page(Arc::new(path!("/admin/mail-in/:number")), lazy::MAIL_IN),
        page(Arc::new(path!("/admin/roles")), lazy::ROLES),
        page(Arc::new(path!("/admin/audit")), lazy::AUDIT),
        page(Arc::new(path!("/import")), lazy::IMPORT),
        page(Arc::new(path!("/import/:number")), lazy::IMPORTED_FILE),
        page(Arc::new(path!("/admin/users")), lazy::PEOPLE),
        page(Arc::new(path!("/admin/groups")), lazy::GROUPS),
        page(Arc::new(path!("/admin/tokens")), lazy::TOKENS),
        page(Arc::new(path!("/admin/webhooks")), lazy::WEBHOOKS),
        page(Arc::new(path!("/me")), lazy::PROFILE),
    ]
    .into()
}

/// The address of a page, as the router reads it.
type Address = Arc<dyn PossibleRouteMatch + Send + Sync>;

/// Fetches the code of what the server has shown at this address, so that all of it is there when it is taken over.
#[cfg(feature = "hydrate")]
pub async fn fetch_shown() {
    let path = window().location().pathname().unwrap_or_default();
    if let Some(found) = RouteDefs::new(pages()).match_route(&path) {
        found.into_view_and_child().0.preload().await;
    }
}
