//! Readings of the rules of routing.

use domain::routing::{Coverage, Quarter, Settings, Specialist, Territory, TrialReport, Warning};
use domain::{AccountId, Named};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use crate::wire_error::WireError;

/// Everything the page of rules shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesView {
    pub version: i64,
    pub settings: Settings,
    /// The newest of those that were looked for.
    pub coverage: Vec<Coverage>,
    /// How many were looked for.
    pub coverage_count: usize,
    pub specialists: Vec<Specialist>,
    pub warnings: Vec<Warning>,
}

/// A territory with its distributors.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TerritoryView {
    pub territory: Territory,
    /// Of this quarter.
    pub distributor: Option<(AccountId, String)>,
    /// Named for the next quarter.
    pub next_distributor: Option<(AccountId, String)>,
    pub warnings: Vec<String>,
}

/// Everything the page of territories shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerritoriesView {
    pub territories: Vec<TerritoryView>,
    pub quarter: Quarter,
    /// Who may be named.
    pub distributors: Vec<Named<AccountId>>,
}

/// The rules but for the territories; of the coverage what has all words of a text.
#[server(prefix = "/fn", endpoint = "rules", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_rules(sought: Option<String>) -> Result<RulesView, WireError> {
    let found = service::routing::rules(&crate::server_ctx::ctx()?, &sought.unwrap_or_default()).await?;
    let service::routing::RulesView { version, settings, coverage, coverage_count, specialists, warnings } = found;
    Ok(RulesView { version, settings, coverage, coverage_count, specialists, warnings })
}

/// The territories.
#[server(prefix = "/fn", endpoint = "territories", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_territories() -> Result<TerritoriesView, WireError> {
    let found = service::routing::territories(&crate::server_ctx::ctx()?).await?;
    let shown = |view: service::routing::TerritoryView| TerritoryView {
        territory: view.territory,
        distributor: view.distributor,
        next_distributor: view.next_distributor,
        warnings: view.warnings,
    };
    let territories = found.territories.into_iter().map(shown).collect();
    Ok(TerritoriesView { territories, quarter: found.quarter, distributors: found.distributors })
}

/// How far a trial run of the rules is, and what it found.
#[server(prefix = "/fn", endpoint = "rule_trial", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_rule_trial(number: i64) -> Result<TrialReport, WireError> {
    Ok(service::routing::trial(&crate::server_ctx::ctx()?, domain::TrialId(number)).await?)
}
