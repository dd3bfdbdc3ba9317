//! The rules as whoever edits them sees them.

use domain::catalog::Catalog;
use domain::routing::{Coverage, Quarter, RuleBook, Settings, Specialist, Territory, Warning, call_centre_warnings, warnings};
use domain::text::fold;
use domain::{AccountId, Action, Named};

use crate::configuration::distributors;
use crate::ctx::Ctx;
use crate::error::Result;

/// Entries of the coverage that a page shows.
pub const COVERAGE_SHOWN: usize = 100;

/// Everything the page of rules shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesView {
    pub version: i64,
    pub settings: Settings,
    /// Those that were looked for, at most [`COVERAGE_SHOWN`], the newest first.
    pub coverage: Vec<Coverage>,
    /// How many there are that were looked for.
    pub coverage_count: usize,
    pub specialists: Vec<Specialist>,
    /// But for those about territories.
    pub warnings: Vec<Warning>,
}

/// A territory with its distributors.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TerritoryView {
    pub territory: Territory,
    /// Of this quarter, with its name.
    pub distributor: Option<(AccountId, String)>,
    /// Named for the next quarter; without one it stays who it is.
    pub next_distributor: Option<(AccountId, String)>,
    /// What is odd about it.
    pub warnings: Vec<String>,
}

/// Everything the page of territories shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TerritoriesView {
    /// By name.
    pub territories: Vec<TerritoryView>,
    pub quarter: Quarter,
    /// Who may be named.
    pub distributors: Vec<Named<AccountId>>,
}

/// The rules but for the territories. Of the coverage those that have all words of `sought`.
///
/// # Errors
/// [`crate::ServiceError::Forbidden`] but for administrators.
pub async fn rules(ctx: &Ctx, sought: &str) -> Result<RulesView> {
    ctx.require(Action::Configure)?;
    let catalog = ctx.catalog().await?;
    let prepared = ctx.store.rule_book().await?;
    let book: &RuleBook = prepared.book();
    let words: Vec<String> = fold(sought).split_whitespace().map(str::to_owned).collect();
    let is_sought = |cover: &&Coverage| {
        let text = fold(&format!("{} {}", cover.what, catalog.person_name(cover.person)));
        words.iter().all(|word| text.contains(word.as_str()))
    };
    let found: Vec<&Coverage> = book.coverage.iter().rev().filter(is_sought).collect();
    let is_here = |warning: &Warning| !matches!(warning.about, domain::routing::About::Territory(_));
    Ok(RulesView {
        version: book.version,
        settings: book.settings.clone(),
        coverage_count: found.len(),
        coverage: found.into_iter().take(COVERAGE_SHOWN).cloned().collect(),
        specialists: book.specialists.clone(),
        warnings: warnings(book, &catalog).into_iter().filter(is_here).collect(),
    })
}

/// The territories.
///
/// # Errors
/// [`crate::ServiceError::Forbidden`] but for administrators.
pub async fn territories(ctx: &Ctx) -> Result<TerritoriesView> {
    ctx.require(Action::Configure)?;
    let catalog: &Catalog = &*ctx.catalog().await?;
    let prepared = ctx.store.rule_book().await?;
    let book = prepared.book();
    let quarter = Quarter::at(catalog.site.zone.at(ctx.now()));
    let mut tx = ctx.store.read().await?;
    let mut odd = warnings(book, catalog);
    odd.extend(call_centre_warnings(book, quarter, &tx.delegations().call_centres().await?));
    let named = |named: &domain::routing::Nomination| named.distributor.map(|id| (id, named.name.clone()));
    let of = |territory: &Territory| {
        let id = territory.number;
        let is_next = |known: &&domain::routing::Nomination| known.territory == id && known.quarter == quarter.next();
        let about = odd.iter().filter(|warning| warning.about == domain::routing::About::Territory(id));
        TerritoryView {
            territory: territory.clone(),
            distributor: book.nomination(id, quarter).and_then(named),
            next_distributor: book.nominations.iter().find(is_next).and_then(named),
            warnings: about.map(|warning| warning.text.clone()).collect(),
        }
    };
    let mut territories: Vec<TerritoryView> = book.territories.iter().map(of).collect();
    territories.sort_by_cached_key(|view| fold(&view.territory.name));
    let distributors = distributors(ctx, &mut tx).await?;
    Ok(TerritoriesView { territories, quarter, distributors })
}
