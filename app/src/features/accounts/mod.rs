//! Accounts: the list, the account page, the add form. Contacts look alike, so they share some of its parts.

mod account_facts;
mod account_fields;
mod account_page;
mod add_page;
mod already_here;
mod duplicates_page;
mod history;
mod list_page;
mod list_parts;
mod live_rows;
mod location_fields;
mod merge_page;
mod merges;
mod record_parts;
mod server_fns;
mod supplier_link;
mod twin_list;
mod uncovered;

pub use account_page::AccountPage;
pub use add_page::AddAccountPage;
pub(crate) use already_here::{AlreadyHere, SoughtIn};
pub use duplicates_page::DuplicatesPage;
pub(crate) use history::History;
pub use list_page::AccountListPage;
pub(crate) use list_parts::{ListOutline, Pager, ask_for};
pub(crate) use live_rows::{LiveRows, Shown};
pub use merge_page::MergePage;
pub(crate) use record_parts::{Fact, LeadTable, MailLink, PhoneLink, SentVersion};
