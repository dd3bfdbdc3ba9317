//! What the people of leads want solved: `/tickets`, and the parts of it that a lead's page shows too.

mod server_fns;
mod ticket_fields;
mod ticket_item;
mod tickets_page;

pub use ticket_fields::NewTicket;
pub use ticket_item::{TicketItem, form_of_came_back};
pub use tickets_page::TicketsPage;
