//! Leads: the list, the board, the lead page, the add form.

mod add_page;
mod board;
mod bulk_bar;
mod bulk_page;
mod cell_editor;
mod custom_control;
mod fact;
mod field_control;
mod filter_bar;
mod grouped_list;
mod lead_head;
mod lead_page;
mod lead_row;
mod lead_table;
mod list_columns;
mod list_or_board;
mod list_page;
mod list_tool;
mod opportunity;
mod own_fields;
mod selection;
mod server_fns;
mod timeline;
mod view_menu;
mod view_tool;

pub use add_page::AddPage;
pub use board::BoardPage;
pub use bulk_bar::{BulkBar, show_bulk_bar};
pub use bulk_page::BulkPage;
pub use cell_editor::{CellAt, show_cell_editor};
pub use grouped_list::{Grouped, show_grouped};
pub use lead_page::LeadPage;
pub use list_page::ListPage;
#[cfg(target_arch = "wasm32")]
pub use list_page::{Needed, needed};
pub use list_tool::{ListTool, show_tool};
pub use server_fns::find_leads;
