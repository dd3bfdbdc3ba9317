//! Territories and their distributors, for the managers of territories; how a distributor stands, for its own people.

mod distributors_page;
mod league_part;
mod marks_part;
mod server_fns;
mod standing_page;
mod territory_part;

pub use distributors_page::DistributorsPage;
pub use standing_page::StandingPage;
