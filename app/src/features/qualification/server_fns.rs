//! Readings of thresholds.

use domain::{AccountId, ContactId, Named, Threshold, Timestamp, UserId};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use crate::wire_error::WireError;

/// What a threshold would have done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialView {
    pub points: i64,
    /// How many months back.
    pub months: i64,
    pub contacts: usize,
    pub won: usize,
}

/// A contact with much confidence and no open lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosestRow {
    pub contact: Named<ContactId>,
    pub account: Option<Named<AccountId>>,
    pub points: i64,
}

/// Everything the page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThresholdsView {
    /// Newest first.
    pub versions: Vec<Threshold>,
    pub in_force: Option<Threshold>,
    pub today: Timestamp,
    /// Whom a proposal would ask.
    pub managers: Vec<UserId>,
    pub closest: Vec<ClosestRow>,
    /// What was asked for, or why it cannot be tried.
    pub trial: Option<Result<TrialView, String>>,
}

/// The thresholds. `points` are tried on the last months, for who may propose.
#[server(prefix = "/fn", endpoint = "thresholds", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_thresholds(points: Option<String>) -> Result<ThresholdsView, WireError> {
    let ctx = crate::server_ctx::ctx()?;
    let found = service::qualification::list(&ctx).await?;
    let closest = service::qualification::closest(&ctx).await?;
    let may_try = ctx.actor.as_ref().is_some_and(|actor| domain::can(actor, domain::Action::ProposeThreshold, domain::Target::Site));
    let trial = match points.filter(|text| may_try && !text.is_empty()) {
        None => None,
        Some(text) => Some(match service::qualification::try_threshold(&ctx, &text).await {
            Ok(trial) => Ok(TrialView { points: trial.points, months: service::qualification::MONTHS, contacts: trial.contacts, won: trial.won }),
            Err(service::ServiceError::Invalid(errors)) => Err(errors.get("points").unwrap_or_default().to_owned()),
            Err(error) => return Err(error.into()),
        }),
    };
    let closest = closest.into_iter().map(|one| ClosestRow { contact: one.contact, account: one.account, points: one.points });
    Ok(ThresholdsView {
        versions: found.versions,
        in_force: found.in_force,
        today: found.today,
        managers: found.managers,
        closest: closest.collect(),
        trial,
    })
}
