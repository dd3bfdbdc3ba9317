//! Pages and parts in Leptos, with their server functions. Rendered on the server first, then taken over in the browser.
//!
//! A feature folder holds everything about the feature; parts that several need live in `components`. A page reads the
//! address and loads resources; a part takes values and signals. Readings are server functions; changes are posted forms
//! (`form`), which work before WebAssembly arrives and without it.

#![recursion_limit = "512"]

mod app;
mod as_written;
mod components;
pub mod context;
#[cfg(feature = "ssr")]
pub mod doors;
mod features;
mod form;
pub mod form_reply;
mod frame;
mod html;
mod in_turn;
mod json_text;
#[cfg(feature = "ssr")]
pub mod kept_html;
#[cfg(feature = "hydrate")]
mod keys;
mod lazy;
mod live;
pub mod routes;
mod search_list;
#[cfg(feature = "ssr")]
pub mod server_ctx;
#[cfg(feature = "ssr")]
pub mod shell;
mod user_menu;
mod wire_error;
mod written;

pub use app::App;
#[cfg(feature = "hydrate")]
pub use app::fetch_shown;
pub use features::palette::places;
