//! Leads: one lead whole, writing it, and the list. Everything that can be listed takes the actor's scope.

mod condition;
mod estimates;
mod list;
mod rows;
mod write;

pub use condition::Resolved;
pub(crate) use estimates::Estimates;
pub use list::{From, LeadPage};
pub use write::NewLead;

use domain::{Lead, LeadId, Reach, Scope};

use crate::error::Result;
use crate::sql::Sql;
use crate::tx::Tx;

/// Statements about leads.
#[derive(Debug)]
pub struct Leads<'t>(&'t mut Tx);

impl Tx {
    /// Leads.
    pub fn leads(&mut self) -> Leads<'_> {
        Leads(self)
    }
}

impl Leads<'_> {
    /// A lead the person may know of, deleted ones included; absent and invisible look the same.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find_visible(&mut self, id: LeadId, scope: &Scope) -> Result<Option<Lead>> {
        let mut sql =
            Sql::new(format!("select {}, a.name as account_name from lead l join account a on a.id = l.account_id where l.id = $1", rows::COLUMNS));
        sql = sql.bind(id);
        push_scope(&mut sql, scope);
        self.load(sql).await
    }

    /// Keeps others from changing a lead until this transaction ends, so that what is read next stays true.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn hold(&mut self, id: LeadId) -> Result<()> {
        self.0.run(Sql::new("update lead set version = version where id = $1").bind(id)).await.map(|_| ())
    }

    async fn load(&mut self, sql: Sql) -> Result<Option<Lead>> {
        let Some(row) = self.0.row(sql).await? else { return Ok(None) };
        let mut lead = rows::to_lead(&row)?;
        (lead.phones, lead.emails) = self.0.contacts().points(lead.contact).await?;
        let offerings = self.0.rows(Sql::new("select offering_id from lead_offering where lead_id = $1 order by offering_id").bind(lead.id)).await?;
        lead.offerings = offerings.iter().map(|row| row.int("offering_id").map(domain::ChoiceId)).collect::<Result<_>>()?;
        let tags = self.0.rows(Sql::new("select tag from lead_tag where lead_id = $1 order by tag").bind(lead.id)).await?;
        lead.tags = tags.iter().map(|row| row.text("tag")).collect::<Result<_>>()?;
        lead.tags.sort();
        let team = self.0.rows(Sql::new("select user_id from lead_team where lead_id = $1 order by user_id").bind(lead.id)).await?;
        lead.team = team.iter().map(|row| row.int("user_id").map(domain::UserId)).collect::<Result<_>>()?;
        Ok(Some(lead))
    }
}

/// Appends ` and (…)`: what makes a lead visible in this scope.
fn push_scope(sql: &mut Sql, scope: &Scope) {
    let Scope::Any(reaches) = scope else { return };
    if reaches.is_empty() {
        sql.push(" and 1 = 0");
        return;
    }
    sql.push(" and (");
    for (index, reach) in reaches.iter().enumerate() {
        if index > 0 {
            sql.push(" or ");
        }
        push_reach(sql, reach);
    }
    sql.push(")");
}

fn push_reach(sql: &mut Sql, reach: &Reach) {
    match reach {
        Reach::Owner(user) => sql.push("l.owner_id = ").push_bind(*user),
        Reach::Group(group) => sql.push("l.group_id = ").push_bind(*group),
        Reach::Unclaimed => sql.push("(l.owner_id is null and l.group_id is null)"),
        Reach::Team(user) => sql.push("l.id in (select lead_id from lead_team where user_id = ").push_bind(*user).push(")"),
        Reach::CreatedBy(user) => sql.push("l.created_by_id = ").push_bind(*user),
        Reach::Distributor(account) => sql.push("l.distributor_id = ").push_bind(*account),
    };
}
