//! Pages whose code the browser fetches when it first shows one of them: WebAssembly in chunks. The list of leads is
//! not here: it comes with the first load. What several chunks need is one more chunk; what the list needs too is not.

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

chunk!(lead_pages: AddLead = features::leads::AddPage, Lead = features::leads::LeadPage);
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
