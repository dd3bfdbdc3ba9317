//! Why a lead went where it went.

use axum::Json;
use axum::extract::Path;
use axum::response::{IntoResponse as _, Response};
use domain::routing::{Why, WhyStep};
use domain::{Catalog, TokenScope};
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Api;
use super::lead_json::person;
use super::leads::read_number;
use crate::problem::Problem;

/// Why a lead went where it went
///
/// The newest decision of the rules, with all steps in the order in which they were tried. A lead about which the rules were
/// never asked, because somebody gave it by hand, has none.
#[utoipa::path(get, path = "/api/v1/leads/{number}/routing", tag = "leads", operation_id = "find_routing",
    params(("number" = i64, Path, description = "Number of the lead")),
    responses((status = 200, description = "The decision", body = RoutingJson)))]
pub async fn find(api: Api, Path(number): Path<String>) -> Response {
    api.run(TokenScope::Read, async {
        let id = read_number(&number)?;
        let why = service::routing::why(&api.ctx, id).await?.ok_or_else(Problem::not_found)?;
        let delegated_to = service::leads::delegated_to(&api.ctx, id).await?.map(|distributor| distributor.name);
        let catalog = service::catalog::catalog_for(&api.ctx).await?;
        Ok(Json(RoutingJson::new(why, delegated_to, &catalog)).into_response())
    })
    .await
}

/// A routing decision.
#[derive(Serialize, ToSchema)]
#[schema(as = Routing)]
pub struct RoutingJson {
    /// Who got the lead and why, as people read it.
    sentence: String,
    /// E-mail address of who got it; a name for people of a distributor.
    owner: Option<String>,
    /// The group that it belongs to by the decision.
    group: Option<String>,
    /// The distributor named for the quarter, to whom the territory's manager may delegate it.
    distributor: Option<String>,
    /// The distributor that it is delegated to now.
    delegated_to: Option<String>,
    /// Who has a copy.
    copies: Vec<String>,
    /// The rules it was decided by: each change of them makes one more.
    rules_version: i64,
    #[schema(format = DateTime)]
    decided_at: String,
    /// The first one tried first; none for people of a distributor.
    steps: Vec<StepJson>,
}

/// A step of routing.
#[derive(Serialize, ToSchema)]
struct StepJson {
    /// `existing_customer`, `direct_coverage`, `territory`, `specialist`, `group_by_place` or `fallback`.
    rule: &'static str,
    /// `matched`, `passed over` or `no match`.
    outcome: &'static str,
    reason: String,
}

impl RoutingJson {
    fn new(why: Why, delegated_to: Option<String>, catalog: &Catalog) -> Self {
        let named = |id| person(id, catalog);
        let step = |WhyStep { step, outcome, reason }: WhyStep| StepJson { rule: step.key(), outcome: outcome.label(), reason };
        Self {
            owner: why.owner.and_then(named),
            group: why.group.and_then(|id| catalog.group(id)).map(|group| group.name.clone()),
            distributor: why.distributor,
            delegated_to,
            copies: why.copies.into_iter().filter_map(named).collect(),
            rules_version: why.rules_version,
            decided_at: why.at.rfc3339(),
            steps: why.steps.into_iter().map(step).collect(),
            sentence: why.sentence,
        }
    }
}
