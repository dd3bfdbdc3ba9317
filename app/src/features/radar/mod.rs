//! Leads that were handed over and wait to be touched.

mod radar_page;
mod radar_row;
mod server_fns;

pub use radar_page::RadarPage;
