//! Referring a lead: `/refer`, the short form of people of the house, and what became of what they referred.

mod refer_page;
mod referred_list;
mod server_fns;

pub use refer_page::ReferPage;
