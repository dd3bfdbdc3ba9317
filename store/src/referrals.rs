//! Referrals, beside the leads themselves: most leads come otherwise.

use std::collections::HashMap;

use domain::referral::{Fate, Referral, Referred};
use domain::{LeadId, Timestamp, UserId};

use crate::error::Result;
use crate::leads::state_of;
use crate::sql::{Row, Sql};
use crate::tx::Tx;

/// Statements about referrals.
#[derive(Debug)]
pub struct Referrals<'t>(&'t mut Tx);

impl Tx {
    /// Referrals.
    pub fn referrals(&mut self) -> Referrals<'_> {
        Referrals(self)
    }
}

impl Referrals<'_> {
    /// Adds the referral of a lead.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add(&mut self, lead: LeadId, referral: &Referral) -> Result<()> {
        let sql = Sql::new("insert into referral (lead_id, referrer_id, how_known, accepted_at) values ($1, $2, $3, $4)");
        self.0.run(sql.bind(lead).bind(referral.by).bind(&referral.how_known).bind(referral.accepted_at)).await.map(|_| ())
    }

    /// The referral of a lead; `None` for a lead that came otherwise.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, lead: LeadId) -> Result<Option<Referral>> {
        let row = self.0.row(Sql::new("select referrer_id, how_known, accepted_at from referral where lead_id = $1").bind(lead)).await?;
        row.as_ref().map(to_referral).transpose()
    }

    /// Who of the house referred each of some leads; those that came otherwise are left out.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn referrers_of(&mut self, leads: &[LeadId]) -> Result<HashMap<LeadId, UserId>> {
        let mut sql = Sql::new("select lead_id, referrer_id from referral where lead_id in ");
        sql.push_list(leads.iter().copied());
        let rows = self.0.rows(sql).await?;
        rows.iter().map(|row| Ok((LeadId(row.int("lead_id")?), UserId(row.int("referrer_id")?)))).collect()
    }

    /// Notes when somebody first took the lead on.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn note_accepted(&mut self, lead: LeadId, at: Timestamp) -> Result<()> {
        self.0.run(Sql::new("update referral set accepted_at = $1 where lead_id = $2").bind(at).bind(lead)).await.map(|_| ())
    }

    /// What a person referred below a number, newest first. Whether they may open the leads is not judged here.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list(&mut self, referrer: UserId, before: Option<i64>, limit: i64) -> Result<Vec<Referred>> {
        let sql = Sql::new(
            "select l.id, l.full_name, a.name as account_name, l.created_at, l.state, l.closed_at, l.lost_reason_id, l.owner_id, l.deleted_at
             from referral r join lead l on l.id = r.lead_id join account a on a.id = l.account_id
             where r.referrer_id = $1 and r.lead_id < $2 order by r.lead_id desc limit $3",
        );
        self.0.rows(sql.bind(referrer).bind(before.unwrap_or(i64::MAX)).bind(limit)).await?.iter().map(to_referred).collect()
    }
}

fn to_referral(row: &Row) -> Result<Referral> {
    Ok(Referral { by: UserId(row.int("referrer_id")?), how_known: row.text("how_known")?, accepted_at: row.opt_time("accepted_at")? })
}

fn to_referred(row: &Row) -> Result<Referred> {
    let owner = row.opt_int("owner_id")?.map(UserId);
    Ok(Referred {
        lead: LeadId(row.int("id")?),
        full_name: row.text("full_name")?,
        company: row.text("account_name")?,
        at: row.time("created_at")?,
        fate: Fate::of(&state_of(row)?, owner, row.opt_time("deleted_at")?.is_some()),
        is_visible: false,
    })
}
