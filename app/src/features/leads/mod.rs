//! Leads: the list, the board, the lead page, the add form.

mod add_page;
mod board;
mod custom_control;
mod fact;
mod field_control;
mod filter_bar;
mod lead_head;
mod lead_page;
mod lead_row;
mod lead_table;
mod list_or_board;
mod list_page;
mod opportunity;
mod own_fields;
mod server_fns;
mod timeline;

pub use add_page::AddPage;
pub use board::BoardPage;
pub use lead_page::LeadPage;
pub use list_page::ListPage;
