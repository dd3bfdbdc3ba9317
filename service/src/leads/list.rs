//! Lists of leads, and what stays in step with them.

use domain::lead_filter::{Cursor, Facet, sought};
use domain::lead_views::{Counters, LeadListing, Neighbours};
use domain::{Lead, LeadFilter, LeadId, LeadRow, LeadView, ListView, Scope, SortKey};
use store::leads::{From, Resolved, query_words, row_of};

use super::cells;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};

/// Rows of one page.
pub const PAGE_SIZE: i64 = 50;
/// Most rows a caller may ask for at once.
pub(super) const PAGE_MOST: i64 = 200;

/// Leads that are shown while one types.
const TYPED_SHOWN: i64 = 8;
/// The newest matches among which they are looked for.
const TYPED_LOOKED_AT: i64 = 1000;

/// Which page of a list.
#[derive(Clone, Debug, Default)]
pub struct PageOf {
    pub after: Option<String>,
    pub before: Option<String>,
    pub limit: Option<i64>,
}

impl PageOf {
    fn from(&self) -> From {
        let cursor = |text: &Option<String>| text.as_deref().and_then(Cursor::parse);
        match (cursor(&self.after), cursor(&self.before)) {
            (Some(after), _) => From::After(after),
            (None, Some(before)) => From::Before(before),
            (None, None) => From::Start,
        }
    }

    fn limit(&self) -> i64 {
        self.limit.unwrap_or(PAGE_SIZE).clamp(1, PAGE_MOST)
    }
}

/// A page of leads the person may know of.
///
/// # Errors
/// [`ServiceError::SignInRequired`]; what the store reports.
pub async fn list(ctx: &Ctx, filter: &LeadFilter, page: &PageOf) -> Result<LeadListing> {
    let actor = ctx.actor()?;
    let catalog = ctx.catalog().await?;
    let resolved = Resolved::new(filter, &catalog, actor, ctx.now());
    let mut tx = ctx.store.ask().await?;
    let (found, total) = tx.leads().list_counted(&resolved, &Scope::of(actor), &page.from(), page.limit()).await?;
    Ok(LeadListing { rows: found.rows, next: found.next.map(|cursor| cursor.text()), previous: found.previous.map(|cursor| cursor.text()), total })
}

/// A page of a list as a person looks at it: with what its columns show.
///
/// # Errors
/// As [`list`].
pub async fn list_shown(ctx: &Ctx, shown: &ListView, page: &PageOf) -> Result<LeadListing> {
    if !shown.shown().iter().copied().any(cells::needs_whole) {
        let mut listing = list(ctx, &shown.filter, page).await?;
        cells::fill(ctx, listing.rows.iter_mut().collect(), shown.shown()).await?;
        return Ok(listing);
    }
    let actor = ctx.actor()?;
    let catalog = ctx.catalog().await?;
    let resolved = Resolved::new(&shown.filter, &catalog, actor, ctx.now());
    let mut tx = ctx.store.read().await?;
    let (found, total) = tx.leads().list_whole_counted(&resolved, &Scope::of(actor), &page.from(), page.limit()).await?;
    drop(tx);
    let mut rows: Vec<LeadRow> = found.rows.iter().map(row_of).collect();
    let leads = found.rows.into_iter().map(|lead| (lead.id, lead)).collect();
    cells::put(ctx, rows.iter_mut().collect(), shown.shown(), &leads).await?;
    Ok(LeadListing { rows, next: found.next.map(|cursor| cursor.text()), previous: found.previous.map(|cursor| cursor.text()), total })
}

/// A page of whole leads.
#[derive(Clone, Debug)]
pub struct Whole {
    pub leads: Vec<Lead>,
    /// Where the next page starts; `None` at the end.
    pub next: Option<String>,
}

/// The same page with each lead whole, for other programs. Nothing is counted.
///
/// # Errors
/// As [`list`].
pub async fn list_whole(ctx: &Ctx, filter: &LeadFilter, page: &PageOf) -> Result<Whole> {
    let actor = ctx.actor()?;
    let catalog = ctx.catalog().await?;
    let resolved = Resolved::new(filter, &catalog, actor, ctx.now());
    let mut tx = ctx.store.read().await?;
    let found = tx.leads().list_whole(&resolved, &Scope::of(actor), &page.from(), page.limit()).await?;
    Ok(Whole { leads: found.rows, next: found.next.map(|cursor| cursor.text()) })
}

/// Those of the given leads that a list shows now; the others have left it. At most 200 at a time.
///
/// # Errors
/// [`ServiceError::SignInRequired`]; what the store reports.
pub async fn rows_among(ctx: &Ctx, shown: &ListView, ids: &[LeadId]) -> Result<Vec<LeadRow>> {
    let actor = ctx.actor()?;
    let catalog = ctx.catalog().await?;
    let resolved = Resolved::new(&shown.filter, &catalog, actor, ctx.now());
    let ids = &ids[..ids.len().min(PAGE_MOST as usize)];
    let mut rows = ctx.store.read().await?.leads().among(&resolved, &Scope::of(actor), ids).await?;
    cells::fill(ctx, rows.iter_mut().collect(), shown.shown()).await?;
    Ok(rows)
}

/// Leads that match what is being typed, newest first, for a list under the field: at most 8, quickly rather than all.
/// Letters that would match half of all leads are left out until more are typed.
///
/// # Errors
/// [`ServiceError::SignInRequired`]; what the store reports.
pub async fn find_as_typed(ctx: &Ctx, text: &str) -> Result<Vec<LeadRow>> {
    let scope = Scope::of(ctx.actor()?);
    let mut words = query_words(&sought(text));
    words.retain(|word| word.chars().count() >= 2);
    Ok(ctx.store.ask().await?.leads().find_quickly(&words, &scope, TYPED_LOOKED_AT, TYPED_SHOWN).await?)
}

/// The leads before and after one in a list.
///
/// # Errors
/// [`ServiceError::SignInRequired`]; what the store reports.
pub async fn neighbours(ctx: &Ctx, filter: &LeadFilter, id: LeadId) -> Result<Neighbours> {
    let actor = ctx.actor()?;
    let scope = Scope::of(actor);
    let catalog = ctx.catalog().await?;
    let resolved = Resolved::new(filter, &catalog, actor, ctx.now());
    let mut tx = ctx.store.read().await?;
    let lead = tx.leads().find_visible(id, &scope).await?.ok_or(ServiceError::NotFound)?;
    let value = match filter.sort.key {
        SortKey::Number => String::new(),
        SortKey::Updated => lead.updated_at.0.to_string(),
        SortKey::Score => lead.score.to_string(),
        SortKey::Amount => lead.target_amount_minor.to_string(),
        SortKey::Name => domain::text::fold(&lead.full_name),
    };
    let here = Cursor { value, id: id.0 };
    let next = tx.leads().list(&resolved, &scope, &From::After(here.clone()), 1).await?;
    let previous = tx.leads().list(&resolved, &scope, &From::Before(here), 1).await?;
    Ok(Neighbours { previous: previous.rows.last().map(|row| row.id), next: next.rows.first().map(|row| row.id) })
}

/// Counters beside the navigation.
///
/// # Errors
/// [`ServiceError::SignInRequired`]; what the store reports.
pub async fn counters(ctx: &Ctx) -> Result<Counters> {
    let actor = ctx.actor()?;
    let catalog = ctx.catalog().await?;
    let scope = Scope::of(actor);
    let open = |view| {
        let facets = vec![(Facet::State, "pending".to_owned()), (Facet::State, "in_progress".to_owned())];
        Resolved::new(&LeadFilter { view, facets, ..LeadFilter::default() }, &catalog, actor, ctx.now())
    };
    let mut tx = ctx.store.ask().await?;
    // What a change of another person moves within these statements is counted again after the event that it comes with.
    let (unread, newest) = tx.notices().unread_and_newest_event(actor.id, Counters::MOST + 1).await?;
    let mine = tx.leads().count_as_of(newest, actor.id, &open(LeadView::Mine), &scope, Counters::MOST + 1).await?;
    let unassigned = tx.leads().count_as_of(newest, actor.id, &open(LeadView::Unassigned), &scope, Counters::MOST + 1).await?;
    Ok(Counters { mine, unassigned, unread })
}
