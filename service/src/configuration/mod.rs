//! What an administrator configures: lead types and their pipelines, lists, the site.
//!
//! Whoever configures holds the catalog until their change is saved, so that what was checked still stands then.

mod clocks;
mod event_kinds;
mod fields;
mod ladders;
mod lists;
mod logo;
mod notices;
mod pipeline;
mod playbook;
mod routing;
mod scoring;
mod site;
mod territories;
mod types;

pub use clocks::{add_clock_policy, change_clock_digest, change_clock_policy, change_group_hours, clock_book};
pub use event_kinds::{add_event_kind, change_event_kind, change_weighing, weighing};
pub use fields::{FieldUses, add_field, change_field, list_fields, move_field, remove_field};
pub use ladders::{add_rung, change_call_copies, change_posts, change_rung, move_rung, remove_rung, rename_ladder};
pub use lists::{ChoiceUses, ListUses, add_choice, change_choice, count_lists, list_choices, move_choice, remove_choice};
pub use logo::{change_logo, logo, remove_logo};
pub use notices::{NoticeWords, change_notice, find_notice, list_notices, reset_notice};
pub use pipeline::{StatusUses, add_status, change_status, move_status, pipeline, remove_status};
pub use playbook::{change_cadence, change_playbook_text, playbook, reset_playbook_text};
pub(crate) use routing::read_draft;
pub use routing::{RuleForm, change_rules};
pub use scoring::{add_score_rule, change_score_model, change_score_rule, scoring, train_scores};
pub use site::{change_site, time_zones};
pub(crate) use territories::distributors;
pub use territories::{add_territory, change_territory, name_distributor, remove_territory};
pub use types::{TypeUses, add_type, change_type, find_type, list_types, move_type};

use domain::{Action, AuditArea, Catalog, EventKind, FieldErrors, FormValues};
use store::configuration::Ordered;
use store::{StoreError, Tx};

use crate::audit::{self, Changed};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::only_fields;

/// Begins a change: nobody else configures until it is saved.
pub(crate) async fn begin(ctx: &Ctx) -> Result<(Tx, Catalog)> {
    ctx.require(Action::Configure)?;
    hold(ctx).await
}

/// The same for a part of the configuration that is not only an administrator's.
async fn hold(ctx: &Ctx) -> Result<(Tx, Catalog)> {
    let mut tx = ctx.store.begin().await?;
    tx.catalog().hold().await?;
    let catalog = tx.catalog().load().await?;
    Ok((tx, catalog))
}

/// Saves a change with its entry in the audit; open pages read the catalog afresh.
pub(crate) async fn finish(ctx: &Ctx, mut tx: Tx, subject_id: i64, kind: EventKind) -> Result<()> {
    let actor = ctx.actor.as_ref().map(|actor| actor.id);
    let changed = Changed { area: AuditArea::Configuration, actor, subject_id, version: 0 };
    audit::catalog_changed(ctx, &mut tx, changed, kind).await?;
    Ok(tx.save().await?)
}

fn name_taken(error: StoreError) -> ServiceError {
    match error {
        StoreError::Conflict { .. } => FieldErrors::at("name", "There is one of this name, perhaps a retired one; choose another name").into(),
        other => other.into(),
    }
}

/// Moves one of an ordered list up or down by its form's `direction`; at the end of the list it stays.
async fn step(ctx: &Ctx, tx: &mut Tx, kind: Ordered, order: &[(i64, i64)], id: i64, form: &FormValues) -> Result<bool> {
    ctx.require(Action::Configure)?;
    only_fields(form, &["direction"])?;
    let at = order.iter().position(|(one, _)| *one == id).ok_or(ServiceError::NotFound)?;
    let other = match form.get("direction") {
        "up" => at.checked_sub(1),
        "down" => Some(at + 1),
        _ => return Err(FieldErrors::at("direction", "Choose up or down").into()),
    };
    let Some(other) = other.and_then(|other| order.get(other)) else { return Ok(false) };
    tx.catalog().swap_positions(kind, order[at], *other).await?;
    Ok(true)
}

/// How many, as far as it was counted.
#[must_use]
pub fn count_words(count: i64, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        count if count > domain::catalog::USES_MOST => format!("More than {} {many}", domain::catalog::USES_MOST),
        count => format!("{count} {many}"),
    }
}
