//! What calls said about their leads, beside the leads themselves: most leads come otherwise.

use std::collections::HashMap;

use domain::intake::{LeadCall, Requirement};
use domain::{AccountId, LeadId, Named};

use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql};
use crate::tx::Tx;

/// Statements about calls.
#[derive(Debug)]
pub struct LeadCalls<'t>(&'t mut Tx);

impl Tx {
    /// What calls said about their leads.
    pub fn lead_calls(&mut self) -> LeadCalls<'_> {
        LeadCalls(self)
    }
}

impl LeadCalls<'_> {
    /// Adds what the call of a lead said.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add(&mut self, lead: LeadId, call: &LeadCall) -> Result<()> {
        let missing = call.missing.iter().map(|one| one.key()).collect::<Vec<_>>().join(",");
        let sql = Sql::new("insert into lead_call (lead_id, needs_help_now, referrer_id, missing) values ($1, $2, $3, $4)");
        let referrer = call.referrer.as_ref().map(|referrer| referrer.id);
        self.0.run(sql.bind(lead).bind(call.needs_help_now).bind(referrer).bind(missing)).await.map(|_| ())
    }

    /// What the call of a lead said; `None` for a lead that came otherwise.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, lead: LeadId) -> Result<Option<LeadCall>> {
        let sql = Sql::new(
            "select c.lead_id, c.needs_help_now, c.referrer_id, c.missing, a.name as referrer_name
             from lead_call c left join account a on a.id = c.referrer_id where c.lead_id = $1",
        );
        self.0.row(sql.bind(lead)).await?.as_ref().map(to_call).transpose()
    }

    /// The account that the caller named as who referred them, of each of some leads; those without one are left out.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn referrers_of(&mut self, leads: &[LeadId]) -> Result<HashMap<LeadId, Named<AccountId>>> {
        let mut sql = Sql::new(
            "select c.lead_id, a.id as referrer_id, a.name as referrer_name from lead_call c join account a on a.id = c.referrer_id where c.lead_id in ",
        );
        sql.push_list(leads.iter().copied());
        let mut found = HashMap::new();
        for row in self.0.rows(sql).await? {
            let referrer = Named { id: AccountId(row.int("referrer_id")?), name: row.text("referrer_name")? };
            found.insert(LeadId(row.int("lead_id")?), referrer);
        }
        Ok(found)
    }
}

fn to_call(row: &Row) -> Result<LeadCall> {
    let broken = StoreError::Inconsistent { table: "lead_call", column: "missing", id: row.int("lead_id")? };
    let missing = row.text("missing")?;
    let missing: Option<Vec<Requirement>> = missing.split(',').filter(|key| !key.is_empty()).map(Requirement::from_key).collect();
    let (referrer, name) = (row.opt_int("referrer_id")?, row.opt_text("referrer_name")?);
    Ok(LeadCall {
        needs_help_now: row.flag("needs_help_now")?,
        referrer: referrer.zip(name).map(|(id, name)| Named { id: AccountId(id), name }),
        missing: missing.ok_or(broken)?,
    })
}
