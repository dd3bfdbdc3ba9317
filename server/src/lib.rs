//! The binary: configuration, wiring, router, live stream and command line. No rules, no SQL.
//!
//! A request passes [`router`] from the outside in. To add a page or a form, see the app; to add a command, a file in
//! `commands` and its line in [`cli`].

mod accept;
mod api;
pub mod assets;
mod bulk_work;
mod calendar;
pub mod cli;
mod clock_work;
mod commands;
pub mod config;
mod documents;
mod export;
mod imports;
mod invoice_work;
pub mod live;
mod lock;
mod logo;
pub mod mail;
mod mail_in;
pub mod mailbox;
mod material;
mod metrics;
mod nominations;
mod nurture_work;
mod observe;
mod pages;
mod papers;
mod pdf;
mod problem;
mod quote_work;
mod radar_work;
mod registration_work;
mod router;
mod score_work;
mod security;
pub mod session;
mod state;
mod task_work;
mod tls;
mod trial_work;
mod twin_work;
mod unsubscribe;
pub mod webhooks;

pub use router::router;
pub use state::{AppState, Site};
