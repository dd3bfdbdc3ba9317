//! The board: the list's leads in the columns of their pipeline. Moving a card is an edit or an action like any other.

use domain::board::{Board, BoardCard, BoardColumn, BoardNews, BoardShape, CardPage, Tally};
use domain::lead_filter::Cursor;
use domain::lead_views::Total;
use domain::{Action, Actor, Catalog, LeadFilter, LeadId, LeadRow, LeadView, LifeCycle, Scope, StatusId, Target};
use store::Tx;
use store::leads::{From, LeadPage, Resolved};

use super::list::PAGE_MOST;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};

/// Cards of a column that come at once.
const COLUMN_PAGE: i64 = 20;

/// What every reading of the board needs.
struct Asked<'a> {
    actor: &'a Actor,
    catalog: std::sync::Arc<Catalog>,
    shape: BoardShape,
    resolved: Resolved,
    scope: Scope,
}

impl<'a> Asked<'a> {
    async fn new(ctx: &'a Ctx, filter: &LeadFilter) -> Result<Self> {
        let actor = ctx.actor()?;
        let catalog = ctx.catalog().await?;
        let shape = BoardShape::of(filter, &catalog).ok_or(ServiceError::NotFound)?;
        let resolved = Resolved::new(&shape.filter, &catalog, actor, ctx.now());
        Ok(Self { actor, catalog, shape, resolved, scope: Scope::of(actor) })
    }

    fn column(&self, status: StatusId) -> Resolved {
        self.resolved.clone().in_statuses(&[status])
    }

    async fn page_of(&self, tx: &mut Tx, found: LeadPage) -> Result<CardPage> {
        Ok(CardPage { cards: self.cards(tx, found.rows).await?, next: found.next.map(|cursor| cursor.text()) })
    }

    /// Rows with what the person may do to each.
    async fn cards(&self, tx: &mut Tx, rows: Vec<LeadRow>) -> Result<Vec<BoardCard>> {
        let ids: Vec<LeadId> = rows.iter().map(|row| row.id).collect();
        let audiences = tx.leads().audiences(&ids).await?;
        let may_move = |row: &LeadRow| {
            let state = self.catalog.status(row.status).map_or(LifeCycle::Pending, |status| status.state);
            audiences.get(&row.id).is_some_and(|audience| domain::can(self.actor, Action::MoveLead, Target::Lead(audience, state)))
        };
        Ok(rows.into_iter().map(|row| BoardCard { may_move: may_move(&row), row }).collect())
    }
}

/// The board that a filter shows, each column with its first cards. `asked` is a card that the person wants to move,
/// whether or not it is among them.
///
/// # Errors
/// [`ServiceError::SignInRequired`]; [`ServiceError::NotFound`] while no lead type is configured; what the store reports.
pub async fn board(ctx: &Ctx, filter: &LeadFilter, asked: Option<LeadId>) -> Result<Board> {
    let board = Asked::new(ctx, filter).await?;
    let mut tx = ctx.store.read().await?;
    let statuses = &board.shape.columns;
    let lists: Vec<Resolved> = statuses.iter().map(|status| board.column(*status)).collect();
    let found = tx.leads().first_pages(&lists, &board.scope, COLUMN_PAGE).await?;
    let mut columns = Vec::with_capacity(statuses.len());
    for (status, found) in statuses.iter().copied().zip(found) {
        let page = board.page_of(&mut tx, found).await?;
        let is_retired = board.catalog.status(status).is_none_or(|status| status.retired);
        // Leads that a retired status still has are shown; without any it is gone.
        if is_retired && page.cards.is_empty() {
            continue;
        }
        let tally = if page.next.is_some() { tx.leads().tally(&board.column(status), &board.scope).await? } else { all_of(&page.cards) };
        columns.push(BoardColumn { status, page, tally });
    }
    let asked = match asked {
        Some(id) => {
            let anywhere = LeadFilter { view: LeadView::All, ..LeadFilter::default() };
            let anywhere = Resolved::new(&anywhere, &board.catalog, board.actor, ctx.now());
            let rows = tx.leads().among(&anywhere, &board.scope, &[id]).await?;
            board.cards(&mut tx, rows).await?.pop()
        }
        None => None,
    };
    Ok(Board { lead_type: board.shape.lead_type, columns, now: ctx.now(), asked })
}

fn all_of(cards: &[BoardCard]) -> Tally {
    Tally { count: Total::Exactly(cards.len() as i64), amount_minor: cards.iter().map(|card| card.row.target_amount_minor).sum() }
}

/// More cards of one column.
///
/// # Errors
/// As [`board`]; [`ServiceError::NotFound`] for a column that the board does not have.
pub async fn board_page(ctx: &Ctx, filter: &LeadFilter, status: StatusId, after: &str) -> Result<CardPage> {
    let board = Asked::new(ctx, filter).await?;
    let from = Cursor::parse(after).map(From::After).filter(|_| board.shape.columns.contains(&status)).ok_or(ServiceError::NotFound)?;
    let mut tx = ctx.store.read().await?;
    let found = tx.leads().list(&board.column(status), &board.scope, &from, COLUMN_PAGE).await?;
    board.page_of(&mut tx, found).await
}

/// How some leads stand on the board now, and what each column holds. At most 200 leads at a time.
///
/// # Errors
/// As [`board`].
pub async fn board_news(ctx: &Ctx, filter: &LeadFilter, ids: &[LeadId]) -> Result<BoardNews> {
    let board = Asked::new(ctx, filter).await?;
    let ids = &ids[..ids.len().min(PAGE_MOST as usize)];
    let mut tx = ctx.store.read().await?;
    let rows = tx.leads().among(&board.resolved.clone().in_statuses(&board.shape.columns), &board.scope, ids).await?;
    let cards = board.cards(&mut tx, rows).await?;
    let mut tallies = Vec::with_capacity(board.shape.columns.len());
    for status in board.shape.columns.iter().copied() {
        tallies.push((status, tx.leads().tally(&board.column(status), &board.scope).await?));
    }
    Ok(BoardNews { cards, tallies })
}
