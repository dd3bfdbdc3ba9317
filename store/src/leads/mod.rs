//! Leads: one lead whole, writing it, the list and the board. Everything that can be listed takes the actor's scope.

mod arms;
mod board;
mod common_words;
mod condition;
mod estimates;
mod groups;
mod kept_counts;
mod list;
mod list_sql;
mod quick;
mod radar;
mod rows;
mod write;

pub use condition::{Resolved, query_words};
pub(crate) use condition::{index_of_reach, push_reach};
pub(crate) use estimates::Estimates;
pub use estimates::Limits;
pub use groups::{GroupSum, GroupSums};
pub(crate) use kept_counts::KeptCounts;
pub use list::{From, LeadPage};
pub use radar::{RadarCursor, RadarOf};
pub use rows::row_of;
pub(crate) use rows::{state_of, to_handover};
pub use write::NewLead;

use std::collections::{BTreeMap, HashMap};

use domain::{ChoiceId, ContactId, CustomFieldId, Lead, LeadId, Scope, UserId};

use crate::error::Result;
use crate::sql::Sql;
use crate::tx::{Engine, Tx};

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
        push_scope(&mut sql, self.0.engine(), scope);
        self.load(sql).await
    }

    /// Leads by number, whole, in the order asked for; who may know of them is not judged here. In a handful of statements.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find_many(&mut self, ids: &[LeadId]) -> Result<Vec<Lead>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut sql =
            Sql::new(format!("select {}, a.name as account_name from lead l join account a on a.id = l.account_id where l.id in ", rows::COLUMNS));
        sql.push_list(ids.iter().copied());
        let leads = self.0.rows(sql).await?.iter().map(rows::to_lead).collect::<Result<Vec<_>>>()?;
        let mut leads: HashMap<LeadId, Lead> = self.complete(leads).await?.into_iter().map(|lead| (lead.id, lead)).collect();
        Ok(ids.iter().filter_map(|id| leads.remove(id)).collect())
    }

    /// Keeps others from changing a lead until this transaction ends, so that what is read next stays true.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn hold(&mut self, id: LeadId) -> Result<()> {
        self.hold_many(&[id]).await
    }

    /// The same for several, in one statement.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn hold_many(&mut self, ids: &[LeadId]) -> Result<()> {
        // Whoever writes to SQLite is alone.
        if self.0.engine() == Engine::Sqlite {
            return Ok(());
        }
        let mut sql = Sql::new("update lead set version = version where id in ");
        sql.push_list(ids.iter().copied());
        self.0.run(sql).await.map(|_| ())
    }

    /// Values of fields that an administrator added, as in [`Lead::custom`], of those leads that have any; who may know of
    /// them is not judged here.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn own_fields(&mut self, ids: &[LeadId]) -> Result<HashMap<LeadId, BTreeMap<CustomFieldId, String>>> {
        let mut found: HashMap<_, BTreeMap<_, _>> = HashMap::new();
        if ids.is_empty() {
            return Ok(found);
        }
        let mut sql = Sql::new("select lead_id, field_id, value from lead_custom where lead_id in ");
        sql.push_list(ids.iter().copied());
        for row in self.0.rows(sql).await? {
            found.entry(LeadId(row.int("lead_id")?)).or_default().insert(CustomFieldId(row.int("field_id")?), row.text("value")?);
        }
        Ok(found)
    }

    async fn load(&mut self, sql: Sql) -> Result<Option<Lead>> {
        let Some(row) = self.0.row(sql).await? else { return Ok(None) };
        Ok(self.complete(vec![rows::to_lead(&row)?]).await?.pop())
    }

    /// Adds what stands in rows of its own.
    async fn complete(&mut self, mut leads: Vec<Lead>) -> Result<Vec<Lead>> {
        if leads.is_empty() {
            return Ok(leads);
        }
        let contacts: Vec<ContactId> = leads.iter().map(|lead| lead.contact).collect();
        let points = self.0.contacts().points_of(&contacts).await?;
        let at: HashMap<i64, usize> = leads.iter().enumerate().map(|(index, lead)| (lead.id.0, index)).collect();
        for lead in &mut leads {
            (lead.phones, lead.emails) = points.get(&lead.contact).cloned().unwrap_or_default();
        }
        for row in self.0.rows(parts_of(&leads)).await? {
            let lead = &mut leads[at[&row.int("lead_id")?]];
            let number = row.int("number")?;
            match row.text("part")?.as_str() {
                "offering" => lead.offerings.push(ChoiceId(number)),
                "team" => lead.team.push(UserId(number)),
                "tag" => lead.tags.push(row.text("words")?),
                _ => {
                    lead.custom.insert(CustomFieldId(number), row.text("words")?);
                }
            }
        }
        // Engines sort text each in its own way.
        leads.iter_mut().for_each(|lead| lead.tags.sort());
        Ok(leads)
    }
}

/// What leads have in rows of their own, but for what is their contact's: one look into each table, in one statement.
fn parts_of(leads: &[Lead]) -> Sql {
    let mut sql = Sql::default();
    sql.push("with asked (id) as (values ").push_rows(leads.iter().map(|lead| vec![lead.id.into()]));
    sql.push(
        ") select lead_id, 'offering' as part, offering_id as number, '' as words from lead_offering where lead_id in (select id from asked)
         union all select lead_id, 'team', user_id, '' from lead_team where lead_id in (select id from asked)
         union all select lead_id, 'tag', 0, tag from lead_tag where lead_id in (select id from asked)
         union all select lead_id, 'own', field_id, value from lead_custom where lead_id in (select id from asked)
         order by lead_id, part, number",
    );
    sql
}

/// Appends ` and (…)`: what makes a lead visible in this scope.
pub(crate) fn push_scope(sql: &mut Sql, engine: Engine, scope: &Scope) {
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
        push_reach(sql, engine, reach, false);
    }
    sql.push(")");
}
