//! Where a person comes in: what they have to do today, by urgency.

mod day_item;
#[cfg(feature = "hydrate")]
mod keys;
mod my_day_page;
mod server_fns;

pub use my_day_page::MyDayPage;
