//! The page at which whoever was invited to an appointment answers. Rendered on the server only, without script.

mod invite_page;

pub use invite_page::InvitePage;
