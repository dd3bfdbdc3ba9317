//! The reading of products.

use domain::Product;
use domain::quote::QuoteSettings;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::wire_error::WireError;

/// The products that a search finds, and how quotes are made, for who may change that.
#[server(prefix = "/fn", endpoint = "products", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_products(text: String) -> Result<(Vec<Product>, Option<QuoteSettings>), WireError> {
    let ctx = crate::server_ctx::ctx()?;
    let products = service::products::list(&ctx, &text).await?;
    let may_keep = ctx.actor.as_ref().is_some_and(|actor| domain::can(actor, domain::Action::ManageProducts, domain::Target::Site));
    let settings = if may_keep { Some(service::quotes::find_settings(&ctx).await?) } else { None };
    Ok((products, settings))
}
