//! The audit: who changed what about the site, and who signed in, from which address.

use domain::{AuditArea, AuditEntry, AuditFilter, EventKind, Timestamp, UserId};

use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql};
use crate::tx::Tx;

/// Statements about the audit.
#[derive(Debug)]
pub struct Audit<'t>(&'t mut Tx);

impl Tx {
    /// The audit.
    pub fn audit(&mut self) -> Audit<'_> {
        Audit(self)
    }
}

/// An entry to be written.
#[derive(Clone, Debug)]
pub struct NewAudit<'a> {
    pub at: Timestamp,
    pub actor: Option<UserId>,
    pub area: AuditArea,
    /// Where the request came from; empty where there was none.
    pub address: &'a str,
    pub kind: &'a EventKind,
}

const DETAIL: StoreError = StoreError::Inconsistent { table: "audit", column: "detail", id: 0 };

impl Audit<'_> {
    /// Writes an entry.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add(&mut self, new: NewAudit<'_>) -> Result<()> {
        let id = self.0.take_numbers("audit", 1).await?;
        let detail = serde_json::to_string(new.kind).map_err(|_| DETAIL)?;
        let sql = Sql::new("insert into audit (id, at, actor_id, area, address, detail) values ($1, $2, $3, $4, $5, $6)");
        let sql = sql.bind(id).bind(new.at).bind(new.actor).bind(new.area.key()).bind(new.address).bind(detail);
        self.0.run(sql).await.map(|_| ())
    }

    /// Entries older than `before`, newest first.
    ///
    /// # Errors
    /// What the engine reports, or an entry that makes no sense.
    pub async fn list(&mut self, filter: AuditFilter, before: Option<i64>, limit: i64) -> Result<Vec<AuditEntry>> {
        let mut sql = Sql::new("select id, at, actor_id, area, address, detail from audit where id < $1").bind(before.unwrap_or(i64::MAX));
        if let Some(area) = filter.area {
            sql.push(" and area = ").push_bind(area.key());
        }
        if let Some(actor) = filter.actor {
            sql.push(" and actor_id = ").push_bind(actor);
        }
        sql.push(" order by id desc limit ").push_bind(limit);
        self.0.rows(sql).await?.iter().map(to_entry).collect()
    }
}

fn to_entry(row: &Row) -> Result<AuditEntry> {
    let id = row.int("id")?;
    let broken = |column| StoreError::Inconsistent { table: "audit", column, id };
    Ok(AuditEntry {
        id,
        at: row.time("at")?,
        actor: row.opt_int("actor_id")?.map(UserId),
        area: AuditArea::from_key(&row.text("area")?).ok_or_else(|| broken("area"))?,
        address: row.text("address")?,
        kind: serde_json::from_str(&row.text("detail")?).map_err(|_| broken("detail"))?,
    })
}
