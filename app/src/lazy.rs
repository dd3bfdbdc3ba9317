//! Pages whose code the browser fetches when it first shows one of them: WebAssembly in chunks. The list of leads is
//! not here: it comes with the first load. What several chunks need is one more chunk; what the list needs too is not.

use std::pin::Pin;
use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::LazyRoute;

use crate::features;

/// `chunk: Route = page, ...`: one chunk for all these pages, a route for each.
macro_rules! chunk {
    ($chunk:ident: $($route:ident = $page:path),+ $(,)?) => {
        mod $chunk {
            use super::{AnyView, IntoAny, features};

            pub enum Page { $($route),+ }

            // The only way to the pages: what is reached through it alone goes into the chunk.
            #[leptos::lazy($chunk)]
            pub fn show(page: Page) -> AnyView {
                match page { $(Page::$route => $page().into_any()),+ }
            }
        }
        $(
            pub struct $route;

            impl LazyRoute for $route {
                fn data() -> Self {
                    Self
                }

                async fn view(_: Self) -> AnyView {
                    $chunk::show($chunk::Page::$route).await
                }

                async fn preload() {
                    #[cfg(target_arch = "wasm32")]
                    $chunk::__preload_show().await;
                }
            }
        )+
    };
}

/// What a chunk shows, once it has come.
pub type Coming = Pin<Box<dyn Future<Output = AnyView> + Send>>;

/// Shows what comes in a chunk whenever it is wanted. What the server has shown already must be there before the page is
/// taken over, see [`LeadList`].
pub fn on_demand(wanted: impl Fn() -> Option<Coming> + Send + Sync + 'static) -> AnyView {
    let wanted: Arc<dyn Fn() -> Option<Coming> + Send + Sync> = Arc::new(wanted);
    view! { <Suspense>{move || wanted().map(Suspend::new)}</Suspense> }.into_any()
}

/// The list of leads. Its code comes with the first load; what its address opens beside it is fetched before.
pub struct LeadList;

impl LazyRoute for LeadList {
    fn data() -> Self {
        Self
    }

    async fn view(_: Self) -> AnyView {
        #[cfg(target_arch = "wasm32")]
        list_tools::fetch(features::leads::needed()).await;
        features::leads::ListPage().into_any()
    }
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

/// Matches under the search field.
pub mod search_list {
    use super::AnyView;

    #[leptos::lazy(search_list)]
    pub fn show(typed: leptos::prelude::RwSignal<String>) -> AnyView {
        crate::search_list::show(typed)
    }
}

chunk!(lead_pages: AddLead = features::leads::AddPage, Lead = features::leads::LeadPage, BulkRun = features::leads::BulkPage);
chunk!(board_pages: Board = features::leads::BoardPage);
chunk!(import_pages: Import = features::imports::ImportPage, ImportedFile = features::imports::FilePage);
chunk!(
    record_pages: AccountList = features::accounts::AccountListPage,
    AddAccount = features::accounts::AddAccountPage,
    Account = features::accounts::AccountPage,
    ContactList = features::contacts::ContactListPage,
    AddContact = features::contacts::AddContactPage,
    Contact = features::contacts::ContactPage,
);
chunk!(
    admin_pages: Sections = features::admin::SectionsPage,
    People = features::admin::PeoplePage,
    Groups = features::admin::GroupsPage,
    Types = features::admin::TypesPage,
    Type = features::admin::TypePage,
    Lists = features::admin::ListsPage,
    List = features::admin::ListPage,
    Site = features::admin::SitePage,
    Roles = features::admin::RolesPage,
    Audit = features::admin::AuditPage,
    Tokens = features::admin::TokensPage,
    Webhooks = features::admin::WebhooksPage,
    Profile = features::admin::ProfilePage,
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
