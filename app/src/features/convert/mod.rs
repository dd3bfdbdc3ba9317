//! The conversion of a won lead in three steps. Each is a form that keeps what was chosen and typed.

mod convert_page;
mod customer_step;
mod preview;
mod quotes_step;
mod server_fns;
mod services_step;
mod stepper;
mod taxes;

pub use convert_page::ConvertPage;
