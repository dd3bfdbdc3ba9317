//! Messages to the persons of leads: writing one, and the page at which people say that they want none. The words of templates are
//! administered beside the other settings.

mod mail_words;
mod message_page;
mod nurture_part;
mod picker;
mod sent_list;
mod server_fns;
#[cfg(feature = "ssr")]
mod unsubscribe_page;

pub use mail_words::{MailWords, MessageFields};
pub use message_page::MessagePage;
pub use server_fns::{load_confirmation, load_message_templates, load_nurture_plans};
#[cfg(feature = "ssr")]
pub use unsubscribe_page::UnsubscribePage;
