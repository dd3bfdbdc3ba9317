//! Contacts: the list, the contact page, the add form.

mod add_page;
mod contact_events;
mod contact_facts;
mod contact_fields;
mod contact_page;
mod list_page;
mod server_fns;

pub use add_page::AddContactPage;
pub use contact_page::ContactPage;
pub use list_page::ContactListPage;
