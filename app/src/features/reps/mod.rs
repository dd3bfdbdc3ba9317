//! How people work leads.

mod reps_page;
mod server_fns;

pub use reps_page::RepsPage;
