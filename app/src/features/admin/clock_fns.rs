//! Readings of what is configured of clocks.

use domain::{ClockPolicy, GroupId};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use crate::wire_error::WireError;

/// What the page of the clocks shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClocksView {
    pub policies: Vec<ClockPolicy>,
    pub groups: Vec<HoursRow>,
    /// When the daily digest goes out; empty for never.
    pub digest: String,
}

/// When a group works, as its form has it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct HoursRow {
    pub group: GroupId,
    pub name: String,
    /// `site`, `own` or `plain`.
    pub counted: String,
    /// The hours of each day of the week, Monday first.
    pub days: Vec<String>,
    pub holidays: String,
    /// Empty for the site's.
    pub time_zone: String,
}

/// Policies of clocks, and when groups work.
#[server(prefix = "/fn", endpoint = "clocks", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_clocks() -> Result<ClocksView, WireError> {
    use domain::clock::Week;
    use domain::clock::hours::{holidays_text, spans_text};

    let ctx = crate::server_ctx::ctx()?;
    let book = service::configuration::clock_book(&ctx).await?;
    let catalog = service::catalog::catalog_for(&ctx).await?;
    let site_week = Week::of_site(&catalog.site.hours);
    let row = |group: &domain::catalog::Group| {
        let own = book.of_group(group.id);
        let week = own.map_or(&site_week, |hours| &hours.week);
        let counted = own.map_or("site", |hours| if hours.is_plain { "plain" } else { "own" });
        HoursRow {
            group: group.id,
            name: group.name.clone(),
            counted: counted.to_owned(),
            days: week.0.iter().map(|spans| spans_text(spans)).collect(),
            holidays: own.map_or_else(String::new, |hours| holidays_text(&hours.holidays)),
            time_zone: own.map_or_else(String::new, |hours| hours.time_zone.clone()),
        }
    };
    let groups = catalog.groups.iter().filter(|group| !group.retired).map(row).collect();
    let digest = book.digest_minute.map_or_else(String::new, domain::catalog::clock_text);
    Ok(ClocksView { policies: book.policies.clone(), groups, digest })
}
