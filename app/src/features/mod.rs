//! One folder per feature; features import `components` and `domain`, not each other.

pub mod accounts;
pub mod admin;
pub mod contacts;
pub mod distributors;
pub mod imports;
pub mod intake;
#[cfg(feature = "ssr")]
pub mod invites;
pub mod leads;
pub mod material;
pub mod messages;
pub mod my_day;
pub mod notices;
pub mod palette;
pub mod qualification;
pub mod radar;
pub mod refer;
#[cfg(feature = "ssr")]
pub mod register;
pub mod reps;
#[cfg(feature = "ssr")]
pub mod sign_in;
#[cfg(feature = "ssr")]
pub mod suppliers;
pub mod tasks;
pub mod tickets;
