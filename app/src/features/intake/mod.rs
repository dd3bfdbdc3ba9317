//! Phone intake: one screen for a call, driven by keys. What is typed is in the form's fields; all else follows from them.

mod callers_list;
mod draft;
mod intake_page;
mod keyboard;
mod ladder_panel;
mod meter;
mod server_fns;
mod state;
mod typeahead;
mod what_block;
mod where_block;
mod who_block;

pub use intake_page::IntakePage;
