//! What one was told: `/notices`.

mod notices_page;
mod server_fns;

pub use notices_page::NoticesPage;
