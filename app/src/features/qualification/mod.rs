//! What makes a contact a lead: the page of thresholds.

mod server_fns;
mod threshold_forms;
mod threshold_page;
mod versions;

pub use threshold_page::ThresholdPage;
