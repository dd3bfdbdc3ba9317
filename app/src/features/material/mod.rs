//! The library of material: looked through by people of the house, kept by administrators. It is sent with a message.

mod material_page;
mod piece;
mod server_fns;

pub use material_page::MaterialPage;
