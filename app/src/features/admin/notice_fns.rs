//! Readings about mail: the outbox, the words of notices, and whether one wants them.

use domain::{Mail, MailRow, NoticeKind, Wording};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use crate::wire_error::WireError;

/// A page of the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxView {
    pub mails: Vec<MailRow>,
    pub next: Option<String>,
    /// Whether a mail server is set.
    pub has_server: bool,
}

/// The words of a kind of notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeView {
    pub kind: NoticeKind,
    pub wording: Wording,
    /// Whether an administrator changed them.
    pub is_changed: bool,
}

#[cfg(feature = "ssr")]
impl From<service::configuration::NoticeWords> for NoticeView {
    fn from(words: service::configuration::NoticeWords) -> Self {
        Self { kind: words.kind, wording: words.wording, is_changed: words.is_changed }
    }
}

/// A page of the outbox, older than a cursor.
#[server(prefix = "/fn", endpoint = "outbox", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_outbox(before: Option<String>) -> Result<OutboxView, WireError> {
    let ctx = crate::server_ctx::ctx()?;
    let page = service::outbox::list(&ctx, before.as_deref()).await?;
    Ok(OutboxView { mails: page.items, next: page.next_cursor, has_server: ctx.mail.has_server })
}

/// One mail.
#[server(prefix = "/fn", endpoint = "mail", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_mail(number: i64) -> Result<Mail, WireError> {
    Ok(service::outbox::find(&crate::server_ctx::ctx()?, domain::MailId(number)).await?)
}

/// The words of every kind of notice.
#[server(prefix = "/fn", endpoint = "notices", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_notices() -> Result<Vec<NoticeView>, WireError> {
    Ok(service::configuration::list_notices(&crate::server_ctx::ctx()?).await?.into_iter().map(Into::into).collect())
}

/// The words of one, by its key.
#[server(prefix = "/fn", endpoint = "notice", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_notice(kind: String) -> Result<NoticeView, WireError> {
    Ok(service::configuration::find_notice(&crate::server_ctx::ctx()?, &kind).await?.into())
}

/// Which mails one gets oneself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnNotices {
    /// Whether one gets notices by mail.
    pub by_mail: bool,
    /// Whether and when one gets the digest of the day.
    pub digest: domain::clock::DigestWish,
    /// When the site sends it; unit: minutes after midnight.
    pub digest_of_site: Option<i64>,
}

/// Which mails one gets oneself.
#[server(prefix = "/fn", endpoint = "own_notices", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_own_notices() -> Result<OwnNotices, WireError> {
    let ctx = crate::server_ctx::ctx()?;
    let by_mail = service::notices::find_own(&ctx).await?;
    let digest = service::clocks::own_digest(&ctx).await?;
    Ok(OwnNotices { by_mail, digest: digest.wish, digest_of_site: digest.of_site })
}
