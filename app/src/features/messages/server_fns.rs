//! Readings of messages and of their templates.

use domain::message::MessagePage;
use domain::nurture::PlansView;
use domain::{Confirmation, MessageTemplate};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::wire_error::WireError;

/// What the page of a new message shows, of a template where one is chosen.
#[server(prefix = "/fn", endpoint = "message_form", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_message_form(number: i64, template: Option<i64>) -> Result<MessagePage, WireError> {
    let template = template.map(domain::MessageTemplateId);
    Ok(service::messages::page(&crate::server_ctx::ctx()?, domain::LeadId(number), template).await?)
}

/// The plans that send series of messages.
#[server(prefix = "/fn", endpoint = "nurture_plans", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_nurture_plans() -> Result<PlansView, WireError> {
    Ok(service::nurture::list_plans(&crate::server_ctx::ctx()?).await?)
}

/// The templates of messages.
#[server(prefix = "/fn", endpoint = "message_templates", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_message_templates() -> Result<Vec<MessageTemplate>, WireError> {
    Ok(service::messages::list_templates(&crate::server_ctx::ctx()?).await?)
}

/// Whether registrations are confirmed by mail, and with which words.
#[server(prefix = "/fn", endpoint = "confirmation", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_confirmation() -> Result<Confirmation, WireError> {
    Ok(service::leads::confirmation::settings(&crate::server_ctx::ctx()?).await?)
}
