//! Customers: their list, with how leads are converted, and the page of one with services, invoices and the leads that they came from.

mod customer_fields;
mod customer_page;
mod list_page;
mod server_fns;
mod services;
mod settings_form;
mod sold_fields;
mod undo;

pub use customer_fields::CustomerFields;
pub use customer_page::CustomerPage;
pub use list_page::CustomersPage;
pub use server_fns::suggest_customers;
pub use sold_fields::SoldFields;
pub use undo::TakeBack;
