//! Pages whose code the browser fetches when it first shows one of them: WebAssembly in chunks. The list of leads is
//! not here: it comes with the first load. What several chunks need is one more chunk; what the list needs too is not.

use std::pin::Pin;
use std::sync::Arc;

use domain::Catalog;
use leptos::prelude::*;
use leptos_router::ChooseView;

use crate::features;
#[cfg(feature = "ssr")]
use crate::server_ctx::RequestCtx;

/// A page behind a route. All routes have this one type: the router's code for a type of route is a kilobyte each time.
#[derive(Clone, Copy)]
pub struct Page {
    show: fn() -> Coming,
    /// Whether it looks right only with the style sheet that the list of leads does without.
    #[cfg_attr(not(target_arch = "wasm32"), expect(dead_code, reason = "the server sends whole pages"))]
    is_styled_later: bool,
    preload: fn() -> Pin<Box<dyn Future<Output = ()>>>,
}

impl ChooseView for Page {
    async fn choose(self) -> AnyView {
        #[cfg(target_arch = "wasm32")]
        let style = self.is_styled_later.then(fetch_style).flatten();
        let view = (self.show)().await;
        #[cfg(target_arch = "wasm32")]
        if let Some(style) = style {
            // Without it the page is still better than none.
            let _come = style.await;
        }
        view
    }

    async fn preload(&self) {
        (self.preload)().await;
    }
}

/// Begins to fetch the style sheet of the pages beside the list, which the shell names on the list's page without asking for it; `None`
/// when that was done before.
#[cfg(target_arch = "wasm32")]
fn fetch_style() -> Option<wasm_bindgen_futures::JsFuture> {
    use wasm_bindgen::JsCast as _;
    let link: web_sys::HtmlElement = document().query_selector("link[rel=later]").ok()??.unchecked_into();
    let come = js_sys::Promise::new(&mut |done, _| {
        link.set_onload(Some(&done));
        link.set_onerror(Some(&done));
    });
    link.set_attribute("rel", "stylesheet").ok()?;
    Some(come.into())
}

/// `chunk: ROUTE = page, ...`: one chunk for all these pages, a route for each.
macro_rules! chunk {
    ($chunk:ident: $($route:ident = $page:path),+ $(,)?) => {
        mod $chunk {
            use super::{AnyView, IntoAny, features};

            #[allow(clippy::upper_case_acronyms, non_camel_case_types, reason = "named as the routes")]
            pub enum Which { $($route),+ }

            // The only way to the pages: what is reached through it alone goes into the chunk.
            #[leptos::lazy($chunk)]
            pub fn show(page: Which) -> AnyView {
                match page { $(Which::$route => $page().into_any()),+ }
            }

            pub async fn preload() {
                #[cfg(target_arch = "wasm32")]
                __preload_show().await;
            }
        }
        $(
            pub const $route: Page = Page {
                show: || Box::pin($chunk::show($chunk::Which::$route)),
                is_styled_later: true,
                preload: || Box::pin($chunk::preload()),
            };
        )+
    };
}

/// What a chunk shows, once it has come.
pub type Coming = Pin<Box<dyn Future<Output = AnyView> + Send>>;

/// Shows what comes in a chunk whenever it is wanted. What the server has shown already must be there before the page is
/// taken over, see [`LEAD_LIST`].
pub fn on_demand(wanted: impl Fn() -> Option<Coming> + Send + Sync + 'static) -> AnyView {
    let wanted: Arc<dyn Fn() -> Option<Coming> + Send + Sync> = Arc::new(wanted);
    view! { <Suspense>{move || wanted().map(Suspend::new)}</Suspense> }.into_any()
}

/// Shows what comes in a chunk, but at first leaves it as the server sent it: plain HTML, whose links and forms work
/// without. Only when what `show` reads changes, or the configuration, is the chunk fetched; until it is there, what was
/// shown stays. A configuration that changes leaves open what is open, and typed what is typed.
pub fn as_sent(show: impl Fn(Arc<Catalog>) -> Coming + Send + Sync + 'static) -> AnyView {
    sent(None::<fn() -> String>, show)
}

/// The same of what everybody of the house is sent alike: the server makes it once for each configuration and `name`, which says all that it is made of
/// besides.
pub fn as_sent_to_all(name: impl Fn() -> String + Send + Sync + 'static, show: impl Fn(Arc<Catalog>) -> Coming + Send + Sync + 'static) -> AnyView {
    sent(Some(name), show)
}

fn sent(
    #[cfg_attr(not(feature = "ssr"), expect(unused_variables, reason = "the browser makes it when it is wanted"))] name: Option<
        impl Fn() -> String + Send + Sync + 'static,
    >,
    show: impl Fn(Arc<Catalog>) -> Coming + Send + Sync + 'static,
) -> AnyView {
    let catalog = expect_context::<crate::context::Me>().catalog;
    let part = NodeRef::<leptos::html::Div>::new();
    #[cfg(feature = "ssr")]
    let content = {
        let (catalog, written) = (catalog.get_untracked(), crate::written::Written::default());
        // People from outside have a configuration of their own.
        let kept =
            expect_context::<crate::context::Me>().actor.role.is_internal().then(|| with_context(|request: &RequestCtx| Arc::clone(&request.kept)));
        let kept = kept.flatten();
        move || -> Coming {
            let written = written.clone();
            let (name, known) = match (&kept, &name, written.is_there()) {
                (Some(kept), Some(name), false) => {
                    let name = name();
                    let known = kept.find(&name, &catalog);
                    (Some(name), known)
                }
                _ => (None, None),
            };
            let coming = (known.is_none() && !written.is_there()).then(|| show(catalog.clone()));
            let (kept, catalog) = (kept.clone(), catalog.clone());
            Box::pin(async move {
                let text = match coming {
                    None => known.map(|known| known.to_string()),
                    Some(coming) => {
                        let made = coming.await.to_html();
                        if let (Some(kept), Some(name)) = (kept, name) {
                            kept.keep(name, &catalog, &made);
                        }
                        Some(made)
                    }
                };
                written.once(move || view! { <div class="as-sent" inner_html=text></div> }.into_any())
            })
        }
    };
    #[cfg(not(feature = "ssr"))]
    let content = {
        crate::components::close_menus_in(part);
        let is_sent = Owner::current_shared_context().is_some_and(|context| context.during_hydration());
        let known = StoredValue::new(None::<Arc<Catalog>>);
        move || -> Coming {
            let now = catalog.get();
            let coming = show(now.clone());
            let before = known.try_update_value(|known| known.replace(now.clone())).flatten();
            let Some(before) = before.or_else(|| (!is_sent).then(|| now.clone())) else {
                drop(coming);
                return Box::pin(std::future::ready(view! { <div class="as-sent" inner_html=""></div> }.into_any()));
            };
            let part = part.get_untracked().filter(|_| !Arc::ptr_eq(&before, &now));
            Box::pin(async move {
                let view = coming.await;
                if let Some(part) = part {
                    list_tools::carry_over(part.into()).await;
                }
                view
            })
        }
    };
    view! { <div class="as-sent" node_ref=part><Transition>{move || Suspend::new(content())}</Transition></div> }.into_any()
}

/// The list of leads. Its code comes with the first load; that of what stands beside it, before it is taken over.
pub const LEAD_LIST: Page = Page {
    show: || Box::pin(std::future::ready(features::leads::ListPage().into_any())),
    is_styled_later: false,
    #[cfg(target_arch = "wasm32")]
    preload: || Box::pin(list_tools::fetch_shown()),
    #[cfg(not(target_arch = "wasm32"))]
    preload: || Box::pin(std::future::ready(())),
};

/// What opens beside the list of leads when it is asked for. Not a page, so not a route.
pub mod list_tools {
    use std::sync::Arc;

    use domain::list_view::AskedView;
    use domain::{Catalog, SavedViews, UserId};

    use super::{AnyView, IntoAny, features};

    #[leptos::lazy(list_tools)]
    pub fn show(tool: features::leads::ListTool) -> AnyView {
        features::leads::show_tool(tool).into_any()
    }

    #[leptos::lazy(list_tools)]
    pub fn grouped(grouped: features::leads::Grouped) -> AnyView {
        features::leads::show_grouped(grouped).into_any()
    }

    /// Fetches what stands on the list's page as the server sent it: the page says whether there is any.
    #[cfg(target_arch = "wasm32")]
    pub async fn fetch_shown() {
        if leptos::prelude::document().query_selector("main[data-tools]").is_ok_and(|found| found.is_some()) {
            __preload_show().await;
            __preload_grouped().await;
            __preload_bulk_bar().await;
        }
    }

    #[leptos::lazy(list_tools)]
    pub async fn cell_editor(at: features::leads::CellAt, close: leptos::prelude::Callback<()>) -> AnyView {
        features::leads::show_cell_editor(at, close).await
    }

    #[leptos::lazy(list_tools)]
    pub fn filter_controls(asked: AskedView, path: &'static str, catalog: Arc<Catalog>) -> AnyView {
        features::leads::show_filter_controls(asked, path, &catalog)
    }

    #[leptos::lazy(list_tools)]
    pub fn view_menu(asked: AskedView, views: SavedViews, me: UserId) -> AnyView {
        features::leads::show_view_menu(asked, views, me)
    }

    #[cfg(not(feature = "ssr"))]
    #[leptos::lazy(list_tools)]
    pub fn carry_over(part: web_sys::Element) {
        crate::components::carry_over(part);
    }

    #[leptos::lazy(list_tools)]
    pub fn bulk_bar(bar: features::leads::BulkBar) -> AnyView {
        features::leads::show_bulk_bar(bar).into_any()
    }
}

/// What is in the person's own menu, and what one says of oneself there.
pub mod user_menu {
    use domain::Availability;
    use leptos::prelude::RwSignal;

    use super::{AnyView, features};

    #[leptos::lazy(user_menu)]
    pub fn show(shown: crate::user_menu::Shown) -> AnyView {
        crate::user_menu::show(shown)
    }

    #[leptos::lazy(user_menu)]
    pub fn say(action: String, said: RwSignal<Availability>, toasts: crate::context::Toasts) {
        features::admin::say_availability(action, said, toasts);
    }

    #[leptos::lazy(user_menu)]
    pub fn read(said: RwSignal<Availability>) {
        features::admin::read_availability(said);
    }
}

/// What a toast's "Undo" does.
pub mod undo {
    #[leptos::lazy(undo)]
    pub fn post(action: String, toasts: crate::context::Toasts) {
        crate::form::post_quietly(action, toasts);
    }
}

/// Matches under the search field.
pub mod search_list {
    use super::AnyView;

    #[leptos::lazy(search_list)]
    pub fn show(typed: leptos::prelude::RwSignal<String>) -> AnyView {
        crate::search_list::show(typed)
    }
}

chunk!(
    lead_pages: ADD_LEAD = features::leads::AddPage,
    LEAD = features::leads::LeadPage,
    MESSAGE = features::messages::MessagePage,
    BULK_RUN = features::leads::BulkPage
);
chunk!(intake_pages: INTAKE = features::intake::IntakePage);
chunk!(board_pages: BOARD = features::leads::BoardPage);
chunk!(refer_pages: REFER = features::refer::ReferPage);
chunk!(own_pages: MY_DAY = features::my_day::MyDayPage, NOTICES = features::notices::NoticesPage);
chunk!(
    oversight_pages: RADAR = features::radar::RadarPage,
    TASKS = features::tasks::TasksPage,
    TASK_CALENDAR = features::tasks::CalendarPage,
    TICKETS = features::tickets::TicketsPage,
    THRESHOLDS = features::qualification::ThresholdPage,
    DISTRIBUTORS = features::distributors::DistributorsPage,
    STANDING = features::distributors::StandingPage,
    MATERIAL = features::material::MaterialPage,
    REPS = features::reps::RepsPage
);
chunk!(
    quote_pages: PRODUCTS = features::products::ProductsPage,
    QUOTES = features::quotes::QuotesPage,
    QUOTE = features::quotes::QuotePage
);
chunk!(
    customer_pages: CONVERT = features::convert::ConvertPage,
    CUSTOMERS = features::customers::CustomersPage,
    CUSTOMER = features::customers::CustomerPage,
    INVOICES = features::invoices::InvoicesPage,
    INVOICE = features::invoices::InvoicePage
);
chunk!(import_pages: IMPORT = features::imports::ImportPage, IMPORTED_FILE = features::imports::FilePage);
chunk!(
    record_pages: ACCOUNT_LIST = features::accounts::AccountListPage,
    ADD_ACCOUNT = features::accounts::AddAccountPage,
    ACCOUNT = features::accounts::AccountPage,
    MERGE = features::accounts::MergePage,
    DUPLICATES = features::accounts::DuplicatesPage,
    CONTACT_LIST = features::contacts::ContactListPage,
    ADD_CONTACT = features::contacts::AddContactPage,
    CONTACT = features::contacts::ContactPage,
);
chunk!(
    admin_pages: SECTIONS = features::admin::SectionsPage,
    PEOPLE = features::admin::PeoplePage,
    GROUPS = features::admin::GroupsPage,
    TYPES = features::admin::TypesPage,
    TYPE = features::admin::TypePage,
    LISTS = features::admin::ListsPage,
    LIST = features::admin::ListPage,
    LADDERS = features::admin::LaddersPage,
    TERRITORIES = features::admin::TerritoriesPage,
    RULES = features::admin::RulesPage,
    RULE_TRIAL = features::admin::RuleTrialPage,
    EVENT_KINDS = features::admin::EventKindsPage,
    SCORING = features::admin::ScoringPage,
    SITE = features::admin::SitePage,
    CLOCKS = features::admin::ClocksPage,
    PLAYBOOK = features::admin::PlaybookPage,
    TEMPLATES = features::admin::TemplatesPage,
    TEMPLATE = features::admin::TemplatePage,
    REGISTRATION = features::admin::RegistrationPage,
    MESSAGE_TEMPLATES = features::admin::MessageTemplatesPage,
    NURTURE = features::admin::NurturePage,
    OUTBOX = features::admin::OutboxPage,
    MAIL = features::admin::MailPage,
    MAILS_IN = features::admin::MailsInPage,
    MAIL_IN = features::admin::MailInPage,
    ROLES = features::admin::RolesPage,
    AUDIT = features::admin::AuditPage,
    TOKENS = features::admin::TokensPage,
    WEBHOOKS = features::admin::WebhooksPage,
    PROFILE = features::admin::ProfilePage,
);

/// The palette's chunk, fetched when it is first asked for.
#[cfg(feature = "hydrate")]
pub async fn fetch_palette(palette: features::palette::Palette) {
    palette_chunk::mount(palette).await;
}

#[cfg(feature = "hydrate")]
mod palette_chunk {
    use super::features::palette;

    #[leptos::lazy(palette)]
    pub fn mount(palette: palette::Palette) {
        palette::mount(palette);
    }
}
