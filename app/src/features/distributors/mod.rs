//! Territories and their distributors, for the managers of territories.

mod distributors_page;
mod league_part;
mod marks_part;
mod server_fns;
mod territory_part;

pub use distributors_page::DistributorsPage;
