//! Importing: `/import` takes a file in and lists earlier ones, `/import/{number}` leads one through its columns, a check,
//! the import, and back again. Every step is a form, so that all of it works without script.

mod columns_form;
mod file_page;
mod import_page;
mod outcome;
mod progress;
mod server_fns;

pub use file_page::FilePage;
pub use import_page::ImportPage;
