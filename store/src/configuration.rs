//! Changing what is configured: lead types, statuses, entries of lists. Reading and adding are in `catalog`.

use domain::catalog::USES_MOST;
use domain::text::fold;
use domain::{ChoiceId, ChoiceList, LeadTypeId, StatusId, Timestamp};

use crate::catalog::{CatalogStore, NewLeadType};
use crate::error::Result;
use crate::sql::Sql;

/// What can be changed about a status. Its state cannot: leads that rest in it would change theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusChange {
    pub name: String,
    pub tone: String,
    pub due_days: Option<i64>,
    pub is_default: bool,
    pub retired_at: Option<Timestamp>,
}

/// What can be changed about an entry of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChoiceChange {
    pub name: String,
    pub is_default: bool,
    pub asks_referrer: bool,
    pub is_goods: bool,
    pub retired_at: Option<Timestamp>,
}

/// Configured things that stand in an order of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ordered {
    LeadType,
    Status,
    Choice,
    CustomField,
}

impl Ordered {
    fn table(self) -> &'static str {
        match self {
            Ordered::LeadType => "lead_type",
            Ordered::Status => "lead_status",
            Ordered::Choice => "choice",
            Ordered::CustomField => "custom_field",
        }
    }
}

impl CatalogStore<'_> {
    /// Makes whoever configures at the same moment wait until this transaction ends, so that what was checked still holds
    /// when it is saved.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn hold(&mut self) -> Result<()> {
        self.tx().take_numbers("configuration", 1).await.map(|_| ())
    }

    /// Changes a lead type.
    ///
    /// # Errors
    /// [`crate::StoreError::Conflict`] when there is another of this name, retired or not.
    pub async fn change_lead_type(&mut self, id: LeadTypeId, change: &NewLeadType, retired_at: Option<Timestamp>) -> Result<()> {
        let sql = Sql::new(
            "update lead_type set name = $1, name_folded = $2, default_category_id = $3, default_priority_id = $4,
             default_importance_id = $5, default_probability = $6, retired_at = $7 where id = $8",
        );
        let sql = sql.bind(&change.name).bind(fold(&change.name)).bind(change.default_category).bind(change.default_priority);
        let sql = sql.bind(change.default_importance).bind(change.default_probability).bind(retired_at).bind(id);
        self.tx().run(sql).await.map(|_| ()).map_err(|error| error.or_conflict("This name"))
    }

    /// Changes a status. A default one takes the place of the former default of its state.
    ///
    /// # Errors
    /// [`crate::StoreError::Conflict`] when the pipeline has another of this name, retired or not.
    pub async fn change_status(&mut self, id: StatusId, change: &StatusChange) -> Result<()> {
        if change.is_default {
            let sql = Sql::new(
                "update lead_status set is_default = false where is_default
                 and lead_type_id = (select lead_type_id from lead_status where id = $1)
                 and state = (select state from lead_status where id = $2)",
            );
            self.tx().run(sql.bind(id).bind(id)).await?;
        }
        let sql =
            Sql::new("update lead_status set name = $1, name_folded = $2, tone = $3, due_days = $4, is_default = $5, retired_at = $6 where id = $7");
        let sql = sql.bind(&change.name).bind(fold(&change.name)).bind(&change.tone).bind(change.due_days).bind(change.is_default);
        let sql = sql.bind(change.retired_at).bind(id);
        self.tx().run(sql).await.map(|_| ()).map_err(|error| error.or_conflict("This name"))
    }

    /// Says anew where a status may move by a plain edit; nowhere in particular means anywhere in its state.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change_status_moves(&mut self, from: StatusId, to: &[StatusId]) -> Result<()> {
        self.tx().run(Sql::new("delete from lead_status_move where from_id = $1").bind(from)).await?;
        for to in to {
            self.add_status_move(from, *to).await?;
        }
        Ok(())
    }

    /// Whether a lead, deleted ones included, rests in a status or would return to it.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn is_status_used(&mut self, id: StatusId) -> Result<bool> {
        let used = Sql::new("select id from lead where status_id = $1 or reopen_status_id = $2 limit 1").bind(id).bind(id);
        Ok(self.tx().row(used).await?.is_some())
    }

    /// Removes a status that no lead, deleted ones included, rests in or would return to. Says whether it could.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn remove_status(&mut self, id: StatusId) -> Result<bool> {
        if self.is_status_used(id).await? {
            return Ok(false);
        }
        self.tx().run(Sql::new("delete from lead_status_move where from_id = $1 or to_id = $2").bind(id).bind(id)).await?;
        self.tx().run(Sql::new("delete from conversion_won where status_id = $1").bind(id)).await?;
        self.tx().run(Sql::new("delete from lead_status where id = $1").bind(id)).await?;
        Ok(true)
    }

    /// Changes an entry of a list. A default one takes the place of the former default.
    ///
    /// # Errors
    /// [`crate::StoreError::Conflict`] when the list has another of this name, retired or not.
    pub async fn change_choice(&mut self, id: ChoiceId, list: ChoiceList, change: &ChoiceChange) -> Result<()> {
        if change.is_default {
            self.tx().run(Sql::new("update choice set is_default = false where list = $1 and is_default").bind(list.key())).await?;
        }
        let sql = Sql::new(
            "update choice set name = $1, name_folded = $2, is_default = $3, asks_referrer = $4, is_goods = $5, retired_at = $6 where id = $7",
        );
        let sql = sql.bind(&change.name).bind(fold(&change.name)).bind(change.is_default).bind(change.asks_referrer);
        let sql = sql.bind(change.is_goods).bind(change.retired_at).bind(id);
        self.tx().run(sql).await.map(|_| ()).map_err(|error| error.or_conflict("This name"))
    }

    /// Removes an entry that nothing uses, deleted leads and lead types included. Says whether it could.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn remove_choice(&mut self, id: ChoiceId, list: ChoiceList) -> Result<bool> {
        for (table, column) in holders(list) {
            let used = Sql::new(format!("select 1 as one from {table} where {column} = $1 limit 1")).bind(id);
            if self.tx().row(used).await?.is_some() {
                return Ok(false);
            }
        }
        // What was noted of an offering that was taken off every lead goes with it.
        self.tx().run(Sql::new("delete from lead_offering_note where offering_id = $1").bind(id)).await?;
        self.tx().run(Sql::new("delete from choice where id = $1").bind(id)).await?;
        Ok(true)
    }

    /// Lets two of the same kind change places.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn swap_positions(&mut self, kind: Ordered, one: (i64, i64), other: (i64, i64)) -> Result<()> {
        for (id, position) in [(one.0, other.1), (other.0, one.1)] {
            let sql = Sql::new(format!("update {} set position = $1 where id = $2", kind.table()));
            self.tx().run(sql.bind(position).bind(id)).await?;
        }
        Ok(())
    }

    /// Leads that rest in a status, counted no further than one past [`USES_MOST`].
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn leads_in_status(&mut self, id: StatusId) -> Result<i64> {
        self.count("lead where deleted_at is null and status_id = ", id.0).await
    }

    /// Leads of a type, counted no further than one past [`USES_MOST`].
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn leads_of_type(&mut self, id: LeadTypeId) -> Result<i64> {
        self.count("lead where deleted_at is null and lead_type_id = ", id.0).await
    }

    /// Records that use an entry of a list, counted no further than one past [`USES_MOST`].
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn uses_of_choice(&mut self, id: ChoiceId, list: ChoiceList) -> Result<i64> {
        let mut count = 0;
        for (table, column) in holders(list) {
            let living = if *table == "lead" { "deleted_at is null and " } else { "" };
            count += self.count(&format!("{table} where {living}{column} = "), id.0).await?;
        }
        Ok(count.min(USES_MOST + 1))
    }

    async fn count(&mut self, which: &str, id: i64) -> Result<i64> {
        let sql = Sql::new(format!("select count(*) as found from (select 1 as one from {which}$1 limit $2) as capped"));
        let row = self.tx().row(sql.bind(id).bind(USES_MOST + 1)).await?;
        row.map_or(Ok(0), |row| row.int("found"))
    }
}

/// Tables and columns that hold entries of a list.
fn holders(list: ChoiceList) -> &'static [(&'static str, &'static str)] {
    match list {
        ChoiceList::Source => &[("lead", "source_id")],
        ChoiceList::Category => &[("lead", "category_id"), ("lead_type", "default_category_id"), ("customer", "category_id")],
        ChoiceList::Offering => &[("lead_offering", "offering_id")],
        ChoiceList::LostReason => &[("lead", "lost_reason_id")],
        ChoiceList::Priority => &[("lead", "priority_id"), ("lead_type", "default_priority_id")],
        ChoiceList::Importance => &[("lead", "importance_id"), ("lead_type", "default_importance_id")],
        ChoiceList::Stage => &[("opportunity", "stage_id"), ("quote_stage", "stage_id")],
        ChoiceList::Partner => &[
            ("lead", "partner_id"),
            ("supplier_link", "partner_id"),
            ("lead_problem", "partner_id"),
            ("product_price", "partner_id"),
            ("customer", "partner_id"),
        ],
        ChoiceList::Location => &[("lead", "location_id"), ("customer", "location_id")],
        ChoiceList::Competitor => &[("lead_competitor", "firm_id")],
    }
}
