//! Tickets: those of a lead, and those of people as far as somebody may see their leads.

use domain::lead_filter::Cursor;
use domain::ticket::{TicketClosed, TicketsShown};
use domain::{LeadId, Scope, Ticket, TicketId, TicketPriority, UserId};

use crate::dialect::driven_by;
use crate::error::{Result, StoreError};
use crate::leads::push_scope;
use crate::sql::{Row, Sql, Value};
use crate::tx::{Engine, Tx};

const COLUMNS: &str = "k.id, k.version, k.lead_id, k.title, k.details, k.priority, k.assignee_id, k.answer, k.closed_at, k.closed_by_id,
    k.opened_by_id, k.opened_at, k.updated_at, k.deleted_at";

/// Which tickets, for whose eyes.
#[derive(Clone, Copy, Debug)]
pub struct TicketsOf<'a> {
    /// The scope of who looks.
    pub scope: &'a Scope,
    /// Those of one lead, or of all.
    pub lead: Option<LeadId>,
    /// Whose they are; everybody's with `None`.
    pub assignee: Option<UserId>,
    pub shown: TicketsShown,
}

/// The ticket that a page begins after. [`TicketCursor::of`] makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TicketCursor {
    /// By what its list sorts before the number: priority or when it was closed; 0 in a list that sorts by the number alone.
    pub value: i64,
    pub id: TicketId,
}

impl TicketCursor {
    /// The place of a ticket in its list.
    #[must_use]
    pub fn of(ticket: &Ticket, shown: TicketsShown) -> Self {
        let value = match shown {
            TicketsShown::Open => ticket.priority.rank(),
            TicketsShown::Closed => ticket.closed.map_or(0, |closed| closed.at.0),
            TicketsShown::All => 0,
        };
        Self { value, id: ticket.id }
    }

    /// The opaque text in addresses.
    #[must_use]
    pub fn text(self) -> String {
        Cursor { value: self.value.to_string(), id: self.id.0 }.text()
    }

    /// Reads [`TicketCursor::text`] back.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let cursor = Cursor::parse(text)?;
        Some(Self { value: cursor.value.parse().ok()?, id: TicketId(cursor.id) })
    }
}

/// Statements about tickets.
#[derive(Debug)]
pub struct Tickets<'t>(&'t mut Tx);

impl Tx {
    /// Tickets.
    pub fn tickets(&mut self) -> Tickets<'_> {
        Tickets(self)
    }
}

impl Tickets<'_> {
    /// A ticket, a removed one too. Who may know of it is not judged here.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, id: TicketId) -> Result<Option<Ticket>> {
        let row = self.0.row(Sql::new(format!("select {COLUMNS} from ticket k where k.id = $1")).bind(id)).await?;
        row.as_ref().map(to_ticket).transpose()
    }

    /// The tickets of a lead: open ones by priority, then closed ones, the newest first. Whether the lead may be known is asked before.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn of_lead(&mut self, lead: LeadId, limit: i64) -> Result<Vec<Ticket>> {
        let sql = Sql::new(format!(
            "select {COLUMNS} from ticket k where k.lead_id = $1 and k.deleted_at is null
             order by case when k.closed_at is null then 0 else 1 end, coalesce(-k.closed_at, k.priority), k.id limit $2"
        ));
        self.0.rows(sql.bind(lead).bind(limit)).await?.iter().map(to_ticket).collect()
    }

    /// A page of tickets behind a place: open ones by priority and then the oldest first, closed ones by when they were closed, and all of
    /// them by number, the newest first.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list(&mut self, of: TicketsOf<'_>, after: Option<TicketCursor>, limit: i64) -> Result<Vec<Ticket>> {
        let sql = listed(self.0.engine(), of, after, limit);
        self.0.rows(sql).await?.iter().map(to_ticket).collect()
    }

    /// How the engine goes about such a page, a step a line, for tests.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn explain(&mut self, of: TicketsOf<'_>, after: Option<TicketCursor>, limit: i64) -> Result<Vec<String>> {
        let engine = self.0.engine();
        let mut sql = listed(engine, of, after, limit);
        sql.text.insert_str(0, if engine == Engine::Sqlite { "explain query plan " } else { "explain " });
        Ok(self.0.rows(sql).await?.iter().map(Row::all_text).collect())
    }

    /// Adds a ticket.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add(&mut self, ticket: &Ticket) -> Result<()> {
        let into = "ticket (id, version, lead_id, title, details, priority, assignee_id, answer, closed_at, closed_by_id, opened_by_id,
            opened_at, updated_at, deleted_at)";
        let values: Vec<Value> = vec![
            ticket.id.into(),
            ticket.version.into(),
            ticket.lead.into(),
            (&ticket.title).into(),
            (&ticket.details).into(),
            ticket.priority.rank().into(),
            ticket.assignee.into(),
            (&ticket.answer).into(),
            ticket.closed.map(|closed| closed.at).into(),
            ticket.closed.map(|closed| closed.by).into(),
            ticket.opened_by.into(),
            ticket.opened_at.into(),
            ticket.updated_at.into(),
            ticket.deleted_at.into(),
        ];
        self.0.insert_rows(into, vec![values], "").await
    }

    /// Writes a changed ticket, if it still has the version that was `read`; `false` when someone was faster. Its lead and who opened it stay.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change(&mut self, ticket: &Ticket, read: i64) -> Result<bool> {
        let sql = Sql::new(
            "update ticket set version = $1, title = $2, details = $3, priority = $4, assignee_id = $5, answer = $6, closed_at = $7,
             closed_by_id = $8, updated_at = $9, deleted_at = $10 where id = $11 and version = $12",
        );
        let sql = sql.bind(ticket.version).bind(&ticket.title).bind(&ticket.details).bind(ticket.priority.rank()).bind(ticket.assignee);
        let sql = sql.bind(&ticket.answer).bind(ticket.closed.map(|closed| closed.at)).bind(ticket.closed.map(|closed| closed.by));
        let sql = sql.bind(ticket.updated_at).bind(ticket.deleted_at).bind(ticket.id).bind(read);
        Ok(self.0.run(sql).await? > 0)
    }
}

/// A page of a list. It walks an index in the list's order, so what is on it is not sorted; only the few tickets of one lead are.
fn listed(engine: Engine, of: TicketsOf<'_>, after: Option<TicketCursor>, limit: i64) -> Sql {
    let index = driven_by(engine, index_of(of));
    let mut sql = Sql::new(format!("select {COLUMNS} from ticket k{index} join lead l on l.id = k.lead_id where k.deleted_at is null"));
    sql.push(" and l.deleted_at is null");
    sql.push(match of.shown {
        TicketsShown::Open => " and k.closed_at is null",
        TicketsShown::Closed => " and k.closed_at is not null",
        TicketsShown::All => "",
    });
    if let Some(lead) = of.lead {
        sql.push(" and k.lead_id = ").push_bind(lead);
    }
    if let Some(assignee) = of.assignee {
        sql.push(" and k.assignee_id = ").push_bind(assignee);
    }
    push_scope(&mut sql, engine, of.scope);
    if let Some(after) = after {
        match of.shown {
            TicketsShown::Open => {
                sql.push(" and (k.priority, k.id) > (").push_bind(after.value).push(", ").push_bind(after.id).push(")");
            }
            TicketsShown::Closed => {
                sql.push(" and (k.closed_at, k.id) < (").push_bind(after.value).push(", ").push_bind(after.id).push(")");
            }
            TicketsShown::All => {
                sql.push(" and k.id < ").push_bind(after.id);
            }
        }
    }
    sql.push(match of.shown {
        TicketsShown::Open => " order by k.priority, k.id limit ",
        TicketsShown::Closed => " order by k.closed_at desc, k.id desc limit ",
        TicketsShown::All => " order by k.id desc limit ",
    });
    sql.push_bind(limit);
    sql
}

/// What a list walks on SQLite, which might begin with the leads of the scope else, and sort all of their tickets.
fn index_of(of: TicketsOf<'_>) -> Option<&'static str> {
    match (of.lead, of.assignee, of.shown) {
        (Some(_), _, _) => Some("ticket_lead"),
        (None, Some(_), TicketsShown::Open) => Some("ticket_open_of_person"),
        (None, Some(_), TicketsShown::Closed) => Some("ticket_closed_of_person"),
        (None, Some(_), TicketsShown::All) => Some("ticket_of_person"),
        (None, None, TicketsShown::Open) => Some("ticket_open"),
        (None, None, TicketsShown::Closed) => Some("ticket_closed"),
        (None, None, TicketsShown::All) => None,
    }
}

fn to_ticket(row: &Row) -> Result<Ticket> {
    let id = row.int("id")?;
    let broken = |column: &'static str| StoreError::Inconsistent { table: "ticket", column, id };
    let closed = match (row.opt_time("closed_at")?, row.opt_int("closed_by_id")?) {
        (Some(at), Some(by)) => Some(TicketClosed { at, by: UserId(by) }),
        _ => None,
    };
    Ok(Ticket {
        id: TicketId(id),
        version: row.int("version")?,
        lead: LeadId(row.int("lead_id")?),
        title: row.text("title")?,
        details: row.text("details")?,
        priority: TicketPriority::from_rank(row.int("priority")?).ok_or_else(|| broken("priority"))?,
        assignee: UserId(row.int("assignee_id")?),
        answer: row.text("answer")?,
        closed,
        opened_by: UserId(row.int("opened_by_id")?),
        opened_at: row.time("opened_at")?,
        updated_at: row.time("updated_at")?,
        deleted_at: row.opt_time("deleted_at")?,
    })
}
