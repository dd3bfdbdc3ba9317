//! A list gathered in groups: how many leads each has and what they are worth together, as far as that is cheap to say.

use domain::{Grouping, Scope};

use super::Leads;
use super::condition::{Column, Resolved};
use crate::error::Result;
use crate::sql::Sql;

/// One group's leads; of the null group, `id` is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupSum {
    pub id: Option<i64>,
    pub count: i64,
    pub amount_minor: i64,
}

/// The groups of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupSums {
    pub groups: Vec<GroupSum>,
    /// Whether all leads were counted; else each figure is a least one.
    pub is_whole: bool,
}

impl Leads<'_> {
    /// Counts and adds up the leads of a list by group, no more than `most` of them. It goes through the indexes alone,
    /// which carry all that it asks for.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn group_sums(&mut self, filter: &Resolved, scope: &Scope, grouping: Grouping, most: i64) -> Result<GroupSums> {
        let arms = self.arms(filter, scope).await?;
        if arms.is_empty() {
            return Ok(GroupSums { groups: Vec::new(), is_whole: true });
        }
        let column = column_of(grouping).name();
        let mut sql = Sql::new(format!("select {column} as grp, count(*) as leads, cast(sum(target_amount_minor) as bigint) as amount from ("));
        self.push_members(&mut sql, filter, &arms, &format!("id, {column}, target_amount_minor"), most + 1);
        sql.push(&format!(") gathered group by {column}"));
        let mut groups = Vec::new();
        for row in self.0.rows(sql).await? {
            groups.push(GroupSum { id: row.opt_int("grp")?, count: row.int("leads")?, amount_minor: row.int("amount")? });
        }
        let counted: i64 = groups.iter().map(|group| group.count).sum();
        Ok(GroupSums { groups, is_whole: counted <= most })
    }

    /// The one currency of all leads; `None` where there are several, which cannot be added up.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn only_currency(&mut self) -> Result<Option<String>> {
        let sql = Sql::new("select (select min(currency) from lead) as least, (select max(currency) from lead) as most");
        let Some(row) = self.0.row(sql).await? else { return Ok(None) };
        let (least, most) = (row.opt_text("least")?, row.opt_text("most")?);
        Ok(least.filter(|least| Some(least) == most.as_ref()))
    }
}

fn column_of(grouping: Grouping) -> Column {
    match grouping {
        Grouping::Status => Column::Status,
        Grouping::Owner => Column::Owner,
        Grouping::Group => Column::Group,
        Grouping::Source => Column::Source,
        Grouping::Category => Column::Category,
        Grouping::Type => Column::Type,
    }
}
