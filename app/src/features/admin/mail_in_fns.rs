//! Readings about mail that came in.

use domain::{MailInDetail, MailInRow, MailboxState};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use crate::wire_error::WireError;

/// A page of the mails that came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailsInView {
    pub mails: Vec<MailInRow>,
    pub next: Option<String>,
    /// How reading the mailbox goes, where one is read.
    pub mailbox: Option<MailboxState>,
}

/// A page of the mails that came in, older than a cursor.
#[server(prefix = "/fn", endpoint = "mails_in", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_mails_in(before: Option<String>) -> Result<MailsInView, WireError> {
    let ctx = crate::server_ctx::ctx()?;
    let page = service::mail_in::list(&ctx, before.as_deref()).await?;
    Ok(MailsInView { mails: page.items, next: page.next_cursor, mailbox: service::mail_in::mailbox::state(&ctx).await? })
}

/// One mail that came in.
#[server(prefix = "/fn", endpoint = "mail_in", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_mail_in(number: i64) -> Result<MailInDetail, WireError> {
    Ok(service::mail_in::find(&crate::server_ctx::ctx()?, domain::MailInId(number)).await?)
}
