//! What the board asks beyond the list: what a column holds in all, and who its cards belong to.

use std::collections::HashMap;

use domain::board::Tally;
use domain::lead_views::Total;
use domain::{AccountId, Audience, GroupId, LeadId, Scope, UserId};

use super::{Leads, Resolved};
use crate::error::Result;
use crate::sql::Sql;

impl Leads<'_> {
    /// How many leads a list has and what they are worth, as far as that is cheap to say: read from one index per reach,
    /// and no further than [`super::Limits::rare`] unless all are few. What only another table tells (a word, a tag) is counted when
    /// few leads have it, and else left open.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn tally(&mut self, filter: &Resolved, scope: &Scope) -> Result<Tally> {
        let arms = self.arms(filter, scope).await?;
        if arms.is_empty() {
            return Ok(Tally { count: Total::Exactly(0), amount_minor: 0 });
        }
        let rare = self.limits().rare;
        let is_rare = arms.iter().all(|arm| arm.is_rare);
        if !is_rare && !filter.deleted && !filter.is_indexed() {
            return Ok(Tally { count: Total::Unknown, amount_minor: 0 });
        }
        let mut sql = Sql::new("select count(*) as total, cast(coalesce(sum(target_amount_minor), 0) as bigint) as amount from (");
        self.push_members(&mut sql, filter, &arms, "id, target_amount_minor", if is_rare { i64::MAX } else { rare + 1 });
        sql.push(") counted");
        let Some(row) = self.0.row(sql).await? else { return Ok(Tally { count: Total::Unknown, amount_minor: 0 }) };
        let total = row.int("total")?;
        let count = if !is_rare && total > rare { Total::AtLeast(rare) } else { Total::Exactly(total) };
        Ok(Tally { count, amount_minor: row.int("amount")? })
    }

    /// Who may know of each of some leads, for judging what the person may do with them.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn audiences(&mut self, ids: &[LeadId]) -> Result<HashMap<LeadId, Audience>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let mut sql = Sql::new("select id, owner_id, group_id, distributor_id, created_by_id, deleted_at from lead where id in ");
        sql.push_list(ids.iter().copied());
        let mut audiences = HashMap::new();
        for row in self.0.rows(sql).await? {
            let audience = Audience {
                owner: row.opt_int("owner_id")?.map(UserId),
                group: row.opt_int("group_id")?.map(GroupId),
                distributor: row.opt_int("distributor_id")?.map(AccountId),
                created_by: row.opt_int("created_by_id")?.map(UserId),
                team: Vec::new(),
                deleted: row.opt_int("deleted_at")?.is_some(),
            };
            audiences.insert(LeadId(row.int("id")?), audience);
        }
        let mut sql = Sql::new("select lead_id, user_id from lead_team where lead_id in ");
        sql.push_list(audiences.keys().copied()).push(" order by lead_id, user_id");
        for row in self.0.rows(sql).await? {
            if let Some(audience) = audiences.get_mut(&LeadId(row.int("lead_id")?)) {
                audience.team.push(UserId(row.int("user_id")?));
            }
        }
        Ok(audiences)
    }
}
