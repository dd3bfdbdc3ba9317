//! What the public pages show. Open to everybody, so nothing here says more than the form itself.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use crate::wire_error::WireError;

/// The firm as strangers see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteFace {
    pub name: String,
    /// See [`domain::catalog::Site::logo`].
    pub logo: Option<String>,
}

impl Default for SiteFace {
    fn default() -> Self {
        Self { name: "Leadwright".to_owned(), logo: None }
    }
}

#[cfg(feature = "ssr")]
impl SiteFace {
    fn of(site: &domain::catalog::Site) -> Self {
        Self { name: site.name.clone(), logo: site.logo.clone() }
    }
}

/// A fresh registration form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterForm {
    pub site: SiteFace,
    /// Ids and names of what one may be interested in.
    pub offerings: Vec<(String, String)>,
    /// Makes sending twice harmless.
    pub key: String,
    /// When the form was shown. Unit: milliseconds since 1970.
    pub shown_at: i64,
    /// Name of the field that only robots fill in.
    pub trap: String,
}

/// A form to fill in now.
#[server(prefix = "/fn", endpoint = "register_form", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_form() -> Result<RegisterForm, WireError> {
    use service::leads::registration;
    let ctx = crate::server_ctx::ctx()?;
    let catalog = registration::catalog(&ctx).await?;
    let fresh = registration::fresh_form(&ctx);
    Ok(RegisterForm {
        site: SiteFace::of(&catalog.site),
        offerings: catalog.offered(domain::ChoiceList::Offering).map(|choice| (choice.id.to_string(), choice.name.clone())).collect(),
        key: fresh.key,
        shown_at: fresh.shown_at,
        trap: registration::HONEYPOT.to_owned(),
    })
}

/// The firm's name and logo.
#[server(prefix = "/fn", endpoint = "site_face", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_site_face() -> Result<SiteFace, WireError> {
    Ok(SiteFace::of(&service::leads::registration::catalog(&crate::server_ctx::ctx()?).await?.site))
}
