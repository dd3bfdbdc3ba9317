//! Readings of what is configured.

use domain::catalog::{Choice, LeadType, Status, WorkingHours};
use domain::ladder::{Ladder, Posts, RungShown};
use domain::{AuditEntry, ChoiceList, CustomField};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use crate::wire_error::WireError;

/// A lead type and how many leads there are of it, see [`domain::catalog::USES_MOST`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TypeRow {
    pub lead_type: LeadType,
    pub leads: i64,
}

/// A status and how many leads rest in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StatusRow {
    pub status: Status,
    pub leads: i64,
    /// Why it cannot be removed; `None` where it can.
    pub stays: Option<String>,
}

/// A lead type with its pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeView {
    pub lead_type: LeadType,
    pub statuses: Vec<StatusRow>,
    pub fields: Vec<FieldRow>,
}

/// A field that an administrator added, how many leads have a value, and how many lack one where it is required.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FieldRow {
    pub field: CustomField,
    pub uses: i64,
    pub lacking: Option<i64>,
}

/// A list and how many entries it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListRow {
    pub list: ChoiceList,
    pub offered: usize,
    pub retired: usize,
}

/// An entry of a list and how many records use it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ChoiceRow {
    pub choice: Choice,
    pub uses: i64,
}

/// A page of the audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditView {
    pub entries: Vec<AuditEntry>,
    pub next: Option<String>,
}

/// Every lead type.
#[server(prefix = "/fn", endpoint = "types", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_types() -> Result<Vec<TypeRow>, WireError> {
    let types = service::configuration::list_types(&crate::server_ctx::ctx()?).await?;
    Ok(types.into_iter().map(|found| TypeRow { lead_type: found.lead_type, leads: found.leads }).collect())
}

/// One lead type with its pipeline.
#[server(prefix = "/fn", endpoint = "type", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_type(number: i64) -> Result<TypeView, WireError> {
    let ctx = crate::server_ctx::ctx()?;
    let id = domain::LeadTypeId(number);
    let statuses = service::configuration::pipeline(&ctx, id).await?;
    let lead_type = service::configuration::find_type(&ctx, id).await?;
    let fields = service::configuration::list_fields(&ctx, id).await?;
    Ok(TypeView {
        lead_type,
        statuses: statuses.into_iter().map(|found| StatusRow { status: found.status, leads: found.leads, stays: found.stays }).collect(),
        fields: fields.into_iter().map(|found| FieldRow { field: found.field, uses: found.uses, lacking: found.lacking }).collect(),
    })
}

/// A ladder and how it looks now, a rung for each of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LadderView {
    pub ladder: Ladder,
    pub shown: Vec<RungShown>,
}

/// Everything the page of ladders shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaddersView {
    pub ladders: Vec<LadderView>,
    pub posts: Posts,
    /// Who has a copy of every call.
    pub copies: domain::Copies,
}

/// Every ladder, and who holds the posts.
#[server(prefix = "/fn", endpoint = "ladders", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_ladders() -> Result<LaddersView, WireError> {
    let ctx = crate::server_ctx::ctx()?;
    let (ladders, posts) = service::ladders::list(&ctx).await?;
    let copies = service::ladders::copies(&ctx).await?;
    Ok(LaddersView { ladders: ladders.into_iter().map(|now| LadderView { ladder: now.ladder, shown: now.shown }).collect(), posts, copies })
}

/// Kinds of contact events and what they count.
#[server(prefix = "/fn", endpoint = "event_kinds", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_weighing() -> Result<domain::Weighing, WireError> {
    Ok(service::configuration::weighing(&crate::server_ctx::ctx()?).await?)
}

/// Rules of scoring, the model, and how good it is.
#[server(prefix = "/fn", endpoint = "scoring", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_scoring() -> Result<domain::scoring::ScoringView, WireError> {
    Ok(service::configuration::scoring(&crate::server_ctx::ctx()?).await?)
}

/// The cadence, and the texts of the playbook.
#[server(prefix = "/fn", endpoint = "playbook", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_playbook() -> Result<domain::attempt::PlaybookView, WireError> {
    Ok(service::configuration::playbook(&crate::server_ctx::ctx()?).await?)
}

/// Every list.
#[server(prefix = "/fn", endpoint = "lists", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_lists() -> Result<Vec<ListRow>, WireError> {
    let lists = service::configuration::count_lists(&crate::server_ctx::ctx()?).await?;
    Ok(lists.into_iter().map(|found| ListRow { list: found.list, offered: found.offered, retired: found.retired }).collect())
}

/// The entries of one list, by the list's key.
#[server(prefix = "/fn", endpoint = "list", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_list(list: String) -> Result<Vec<ChoiceRow>, WireError> {
    let ctx = crate::server_ctx::ctx()?;
    let list = ChoiceList::from_key(&list).ok_or(WireError::NotFound)?;
    let choices = service::configuration::list_choices(&ctx, list).await?;
    Ok(choices.into_iter().map(|found| ChoiceRow { choice: found.choice, uses: found.uses }).collect())
}

/// What the page of the site shows beyond what every page knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteView {
    /// Time zones that the site may be in.
    pub zones: Vec<String>,
    pub time_zone: String,
    pub hours: WorkingHours,
    pub touch_within_hours: i64,
}

/// When and where the site works.
#[server(prefix = "/fn", endpoint = "site", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_site() -> Result<SiteView, WireError> {
    let ctx = crate::server_ctx::ctx()?;
    let zones = service::configuration::time_zones(&ctx)?;
    let site = service::catalog::catalog_for(&ctx).await?.site.clone();
    Ok(SiteView { zones, time_zone: site.time_zone, hours: site.hours, touch_within_hours: site.touch_within_hours })
}

/// A page of the audit: of an area (by its key) and of a person, where they are given; older than a cursor.
#[server(prefix = "/fn", endpoint = "audit", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_audit(area: Option<String>, actor: Option<i64>, before: Option<String>) -> Result<AuditView, WireError> {
    let filter = domain::AuditFilter { area: area.as_deref().and_then(domain::AuditArea::from_key), actor: actor.map(domain::UserId) };
    let page = service::audit::list(&crate::server_ctx::ctx()?, filter, before.as_deref()).await?;
    Ok(AuditView { entries: page.items, next: page.next_cursor })
}
