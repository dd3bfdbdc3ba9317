//! Products, their price lists, and how quotes are made: looked through by people of the house, kept by managers and administrators.

mod product_form;
mod products_page;
mod server_fns;
mod settings_form;

pub use products_page::ProductsPage;
