//! Pages whose code the browser fetches when it first shows one of them: WebAssembly in chunks. The list of leads is
//! not here: it comes with the first load. What several chunks need is one more chunk; what the list needs too is not.

use std::pin::Pin;
use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::ChooseView;

use crate::features;

/// A page behind a route. All routes have this one type: the router's code for a type of route is a kilobyte each time.
#[derive(Clone, Copy)]
pub struct Page {
    show: fn() -> Coming,
    preload: fn() -> Pin<Box<dyn Future<Output = ()>>>,
}

impl ChooseView for Page {
    async fn choose(self) -> AnyView {
        (self.show)().await
    }

    async fn preload(&self) {
        (self.preload)().await;
    }
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
            pub const $route: Page = Page { show: || Box::pin($chunk::show($chunk::Which::$route)), preload: || Box::pin($chunk::preload()) };
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

/// The list of leads. Its code comes with the first load; what its address opens beside it is fetched before.
pub const LEAD_LIST: Page = Page { show: || Box::pin(lead_list()), preload: || Box::pin(std::future::ready(())) };

async fn lead_list() -> AnyView {
    #[cfg(target_arch = "wasm32")]
    list_tools::fetch(features::leads::needed()).await;
    features::leads::ListPage().into_any()
}

/// What opens beside the list of leads when it is asked for. Not a page, so not a route.
pub mod list_tools {
    use super::{AnyView, IntoAny, features};

    #[leptos::lazy(list_tools)]
    pub fn show(tool: features::leads::ListTool) -> AnyView {
        features::leads::show_tool(tool).into_any()
    }

    #[leptos::lazy(list_tools)]
    pub fn grouped(grouped: features::leads::Grouped) -> AnyView {
        features::leads::show_grouped(grouped).into_any()
    }

    /// Fetches what a list's page shows at once: its tool, its groups, its bar.
    #[cfg(target_arch = "wasm32")]
    pub async fn fetch(needed: features::leads::Needed) {
        if needed.tool {
            __preload_show().await;
        }
        if needed.groups {
            __preload_grouped().await;
        }
        if needed.bar {
            __preload_bulk_bar().await;
        }
    }

    #[leptos::lazy(list_tools)]
    pub async fn cell_editor(at: features::leads::CellAt, close: leptos::prelude::Callback<()>) -> AnyView {
        features::leads::show_cell_editor(at, close).await
    }

    #[leptos::lazy(list_tools)]
    pub fn bulk_bar(bar: features::leads::BulkBar) -> AnyView {
        features::leads::show_bulk_bar(bar).into_any()
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

chunk!(lead_pages: ADD_LEAD = features::leads::AddPage, LEAD = features::leads::LeadPage, BULK_RUN = features::leads::BulkPage);
chunk!(board_pages: BOARD = features::leads::BoardPage);
chunk!(import_pages: IMPORT = features::imports::ImportPage, IMPORTED_FILE = features::imports::FilePage);
chunk!(
    record_pages: ACCOUNT_LIST = features::accounts::AccountListPage,
    ADD_ACCOUNT = features::accounts::AddAccountPage,
    ACCOUNT = features::accounts::AccountPage,
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
    SITE = features::admin::SitePage,
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
