//! Fields that an administrator adds to leads: what they are, and which leads have a value.

use domain::catalog::USES_MOST;
use domain::custom_field::measure;
use domain::text::fold;
use domain::{CustomField, CustomFieldId, CustomKind, Lead, LeadTypeId, Timestamp};

use crate::catalog::CatalogStore;
use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql, Value};

impl CatalogStore<'_> {
    /// Every field that was added, retired ones too, in their order.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub(crate) async fn fields(&mut self) -> Result<Vec<CustomField>> {
        let sql = Sql::new(
            "select id, name, lead_type_id, kind, options, required, default_value, position, retired_at from custom_field order by position, id",
        );
        self.tx().rows(sql).await?.iter().map(to_field).collect()
    }

    /// Adds a field behind the others; its `id` and `position` are given here.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is one of this name, retired or not.
    pub async fn add_field(&mut self, field: &CustomField) -> Result<CustomFieldId> {
        let id = CustomFieldId(self.tx().take_numbers("custom_field", 1).await?);
        let last = self.tx().row(Sql::new("select max(position) as last from custom_field")).await?;
        let position = last.map(|row| row.opt_int("last")).transpose()?.flatten().unwrap_or(0) + 1;
        let sql = Sql::new(
            "insert into custom_field (id, name, name_folded, lead_type_id, kind, options, required, default_value, position)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        );
        let sql = sql.bind(id).bind(&field.name).bind(fold(&field.name)).bind(field.lead_type).bind(field.kind.key()).bind(options_text(field));
        let sql = sql.bind(field.required).bind(&field.default).bind(position);
        self.tx().run(sql).await.map_err(|error| error.or_conflict("This name"))?;
        Ok(id)
    }

    /// Changes a field: name, options, whether it is required, default, retired. Its kind and type stay.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is another of this name, retired or not.
    pub async fn change_field(&mut self, field: &CustomField, retired_at: Option<Timestamp>) -> Result<()> {
        let sql = Sql::new(
            "update custom_field set name = $1, name_folded = $2, options = $3, required = $4, default_value = $5, retired_at = $6 where id = $7",
        );
        let sql = sql.bind(&field.name).bind(fold(&field.name)).bind(options_text(field)).bind(field.required).bind(&field.default);
        let sql = sql.bind(retired_at).bind(field.id);
        self.tx().run(sql).await.map(|_| ()).map_err(|error| error.or_conflict("This name"))
    }

    /// Removes a field that no lead has a value of, deleted leads included. Says whether it could.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn remove_field(&mut self, id: CustomFieldId) -> Result<bool> {
        let used = Sql::new("select lead_id from lead_custom where field_id = $1 limit 1").bind(id);
        if self.tx().row(used).await?.is_some() {
            return Ok(false);
        }
        self.tx().run(Sql::new("delete from custom_field where id = $1").bind(id)).await?;
        Ok(true)
    }

    /// Leads that have a value of a field, counted no further than one past [`USES_MOST`].
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn uses_of_field(&mut self, id: CustomFieldId) -> Result<i64> {
        let sql = Sql::new("select count(*) as found from (select 1 as one from lead_custom where field_id = $1 limit $2) as capped");
        let row = self.tx().row(sql.bind(id).bind(USES_MOST + 1)).await?;
        row.map_or(Ok(0), |row| row.int("found"))
    }

    /// Leads of a type, or of all, that lack a value of a field, counted no further than one past [`USES_MOST`].
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn leads_lacking(&mut self, id: CustomFieldId, lead_type: Option<LeadTypeId>) -> Result<i64> {
        let mut sql = Sql::new("select count(*) as found from (select 1 as one from lead l where l.deleted_at is null");
        if let Some(lead_type) = lead_type {
            sql.push(" and l.lead_type_id = ").push_bind(lead_type);
        }
        sql.push(" and not exists (select 1 from lead_custom c where c.lead_id = l.id and c.field_id = ").push_bind(id);
        sql.push(") limit ").push_bind(USES_MOST + 1).push(") as capped");
        let row = self.tx().row(sql).await?;
        row.map_or(Ok(0), |row| row.int("found"))
    }
}

fn options_text(field: &CustomField) -> String {
    serde_json::to_string(&field.options).unwrap_or_default()
}

fn to_field(row: &Row) -> Result<CustomField> {
    let id = row.int("id")?;
    let broken = |column| StoreError::Inconsistent { table: "custom_field", column, id };
    Ok(CustomField {
        id: CustomFieldId(id),
        name: row.text("name")?,
        lead_type: row.opt_int("lead_type_id")?.map(LeadTypeId),
        kind: CustomKind::from_key(&row.text("kind")?).ok_or_else(|| broken("kind"))?,
        options: serde_json::from_str(&row.text("options")?).map_err(|_| broken("options"))?,
        required: row.flag("required")?,
        default: row.text("default_value")?,
        position: row.int("position")?,
        retired: row.opt_int("retired_at")?.is_some(),
    })
}

/// Columns of a value, in the order of [`values_of`].
pub(crate) const VALUE_COLUMNS: &str = "lead_custom (lead_id, field_id, value, folded, measure)";

/// The rows of a lead's values.
pub(crate) fn values_of(lead: &Lead) -> impl Iterator<Item = Vec<Value>> {
    lead.custom.iter().map(|(field, text)| vec![lead.id.into(), (*field).into(), text.into(), fold(text).into(), measure(text).into()])
}
