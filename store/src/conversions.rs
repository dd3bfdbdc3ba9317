//! That leads became customers, what the wizard keeps for each person, and how the site converts.

use domain::customer::CustomerLead;
use domain::{
    Conversion, ConversionDraft, ConversionId, ConversionKind, ConversionSettings, CustomerId, InvoiceId, LeadId, LeadTypeId, LifeCycle, Scope,
    StatusId, Timestamp, UserId, WhenWon,
};

use crate::error::{Result, StoreError};
use crate::leads::push_scope;
use crate::sql::{Row, Sql};
use crate::tx::Tx;

/// Statements about conversions.
#[derive(Debug)]
pub struct Conversions<'t>(&'t mut Tx);

impl Tx {
    /// Conversions.
    pub fn conversions(&mut self) -> Conversions<'_> {
        Conversions(self)
    }
}

const SELECT: &str =
    "select v.id, v.kind, v.lead_id, v.customer_id, v.customer_name, v.invoice_id, v.invoice_name, v.services, v.traces, v.made_by_id, v.made_at,
    v.undone_by_id, v.undone_at from conversion v";

impl Conversions<'_> {
    /// A conversion. Whether its lead may be known is asked of the lead.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, id: ConversionId) -> Result<Option<Conversion>> {
        self.0.row(Sql::new(format!("{SELECT} where v.id = $1")).bind(id)).await?.as_ref().map(to_conversion).transpose()
    }

    /// The conversion of a lead that was not taken back.
    ///
    /// # Errors
    /// As [`Conversions::find`].
    pub async fn find_of_lead(&mut self, lead: LeadId) -> Result<Option<Conversion>> {
        let sql = Sql::new(format!("{SELECT} where v.lead_id = $1 and v.undone_at is null")).bind(lead);
        self.0.row(sql).await?.as_ref().map(to_conversion).transpose()
    }

    /// The leads within a scope that became a customer, newest conversion first, without those that were taken back or deleted.
    ///
    /// # Errors
    /// As [`Conversions::find`].
    pub async fn leads_of(&mut self, customer: CustomerId, scope: &Scope) -> Result<Vec<CustomerLead>> {
        let mut sql = Sql::new(format!(
            "{}, l.full_name, s.state as lead_state from conversion v join lead l on l.id = v.lead_id join lead_status s on s.id = l.status_id
             where l.deleted_at is null and v.undone_at is null and v.customer_id = ",
            SELECT.trim_end_matches(" from conversion v")
        ));
        sql.push_bind(customer);
        push_scope(&mut sql, self.0.engine(), scope);
        sql.push(" order by v.id desc");
        self.0.rows(sql).await?.iter().map(to_lead).collect()
    }

    /// Conversions into a customer after one, without those that were taken back.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn count_later(&mut self, customer: CustomerId, after: ConversionId) -> Result<i64> {
        let sql = Sql::new("select count(*) as found from conversion where customer_id = $1 and id > $2 and undone_at is null");
        let row = self.0.row(sql.bind(customer).bind(after)).await?;
        row.map_or(Ok(0), |row| row.int("found"))
    }

    /// Adds a conversion.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when its lead has one; what the engine reports.
    pub async fn add(&mut self, one: &Conversion) -> Result<()> {
        let json = |column: &'static str, text: serde_json::Result<String>| text.map_err(|_| nonsense(column, one.id.0));
        let sql = Sql::new(
            "insert into conversion (id, kind, lead_id, customer_id, customer_name, invoice_id, invoice_name, services, traces, made_by_id, made_at,
             undone_by_id, undone_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        );
        let sql = sql.bind(one.id).bind(one.kind.key()).bind(one.lead).bind(one.customer).bind(&one.customer_name).bind(one.invoice);
        let sql = sql.bind(&one.invoice_name).bind(json("services", serde_json::to_string(&one.services))?);
        let sql = sql.bind(json("traces", serde_json::to_string(&one.traces))?).bind(one.by).bind(one.at).bind(one.undone_by).bind(one.undone_at);
        self.0.run(sql).await.map(|_| ()).map_err(|error| error.or_conflict("This lead"))
    }

    /// Notes that a conversion was taken back, with what is left of customer and invoice; `false` when it was before.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn note_undone(
        &mut self,
        id: ConversionId,
        (by, at): (UserId, Timestamp),
        customer: Option<CustomerId>,
        invoice: Option<InvoiceId>,
    ) -> Result<bool> {
        let sql = Sql::new(
            "update conversion set undone_by_id = $1, undone_at = $2, customer_id = $3, invoice_id = $4 where id = $5 and undone_at is null",
        );
        Ok(self.0.run(sql.bind(by).bind(at).bind(customer).bind(invoice).bind(id)).await? == 1)
    }

    /// Has conversions that were taken back forget a customer that goes.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn forget_customer(&mut self, customer: CustomerId) -> Result<()> {
        let sql = Sql::new("update conversion set customer_id = null where customer_id = $1 and undone_at is not null").bind(customer);
        self.0.run(sql).await.map(|_| ())
    }

    /// What somebody has chosen and typed for a lead so far.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find_draft(&mut self, lead: LeadId, user: UserId) -> Result<Option<ConversionDraft>> {
        let sql = Sql::new("select version, content from conversion_draft where lead_id = $1 and user_id = $2").bind(lead).bind(user);
        let Some(row) = self.0.row(sql).await? else { return Ok(None) };
        let inconsistent = |_| StoreError::Inconsistent { table: "conversion_draft", column: "content", id: lead.0 };
        let draft: ConversionDraft = serde_json::from_str(&row.text("content")?).map_err(inconsistent)?;
        Ok(Some(ConversionDraft { version: row.int("version")?, ..draft }))
    }

    /// Keeps a draft instead of the one before.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn keep_draft(&mut self, draft: &ConversionDraft, user: UserId, now: Timestamp) -> Result<()> {
        let inconsistent = |_| StoreError::Inconsistent { table: "conversion_draft", column: "content", id: draft.lead.0 };
        let content = serde_json::to_string(draft).map_err(inconsistent)?;
        let sql = Sql::new(
            "insert into conversion_draft (lead_id, user_id, version, content, updated_at) values ($1, $2, $3, $4, $5)
             on conflict (lead_id, user_id) do update set version = excluded.version, content = excluded.content, updated_at = excluded.updated_at",
        );
        self.0.run(sql.bind(draft.lead).bind(user).bind(draft.version).bind(content).bind(now)).await.map(|_| ())
    }

    /// Removes the drafts for a lead: one person's, or everybody's.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn remove_drafts(&mut self, lead: LeadId, user: Option<UserId>) -> Result<()> {
        let mut sql = Sql::new("delete from conversion_draft where lead_id = ");
        sql.push_bind(lead);
        if let Some(user) = user {
            sql.push(" and user_id = ").push_bind(user);
        }
        self.0.run(sql).await.map(|_| ())
    }

    /// How the site converts leads.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn settings(&mut self) -> Result<ConversionSettings> {
        let inconsistent = |column: &'static str| StoreError::Inconsistent { table: "conversion_setting", column, id: 1 };
        let mut settings = match self.0.row(Sql::new("select offered, first_kind, due_days from conversion_setting where id = 1")).await? {
            None => ConversionSettings::default(),
            Some(row) => ConversionSettings {
                offered: row
                    .text("offered")?
                    .split(' ')
                    .map(ConversionKind::from_key)
                    .collect::<Option<_>>()
                    .ok_or_else(|| inconsistent("offered"))?,
                default: ConversionKind::from_key(&row.text("first_kind")?).ok_or_else(|| inconsistent("first_kind"))?,
                won: Vec::new(),
                when_won: Vec::new(),
                due_days: row.int("due_days")?,
            },
        };
        let rows = self.0.rows(Sql::new("select status_id from conversion_won order by status_id")).await?;
        settings.won = rows.iter().map(|row| row.int("status_id").map(StatusId)).collect::<Result<_>>()?;
        let rows = self.0.rows(Sql::new("select lead_type_id, what from conversion_when_won order by lead_type_id")).await?;
        settings.when_won = rows.iter().map(to_when_won).collect::<Result<_>>()?;
        Ok(settings)
    }

    /// Writes how the site converts leads.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change_settings(&mut self, settings: &ConversionSettings) -> Result<()> {
        let offered = settings.offered.iter().map(|kind| kind.key()).collect::<Vec<_>>().join(" ");
        let sql = Sql::new(
            "insert into conversion_setting (id, offered, first_kind, due_days) values (1, $1, $2, $3) on conflict (id) do update
             set offered = excluded.offered, first_kind = excluded.first_kind, due_days = excluded.due_days",
        );
        self.0.run(sql.bind(offered).bind(settings.default.key()).bind(settings.due_days)).await?;
        self.0.run(Sql::new("delete from conversion_won")).await?;
        if !settings.won.is_empty() {
            self.0.insert_rows("conversion_won (status_id)", settings.won.iter().map(|id| vec![(*id).into()]).collect(), "").await?;
        }
        self.0.run(Sql::new("delete from conversion_when_won")).await?;
        if !settings.when_won.is_empty() {
            let rows = settings.when_won.iter().map(|(of, what)| vec![(*of).into(), what.key().into()]).collect();
            self.0.insert_rows("conversion_when_won (lead_type_id, what)", rows, "").await?;
        }
        Ok(())
    }
}

fn nonsense(column: &'static str, id: i64) -> StoreError {
    StoreError::Inconsistent { table: "conversion", column, id }
}

fn to_when_won(row: &Row) -> Result<(LeadTypeId, WhenWon)> {
    let id = row.int("lead_type_id")?;
    let what = WhenWon::from_key(&row.text("what")?).ok_or(StoreError::Inconsistent { table: "conversion_when_won", column: "what", id })?;
    Ok((LeadTypeId(id), what))
}

fn to_conversion(row: &Row) -> Result<Conversion> {
    let id = row.int("id")?;
    Ok(Conversion {
        id: ConversionId(id),
        kind: ConversionKind::from_key(&row.text("kind")?).ok_or_else(|| nonsense("kind", id))?,
        lead: LeadId(row.int("lead_id")?),
        customer: row.opt_int("customer_id")?.map(CustomerId),
        customer_name: row.text("customer_name")?,
        invoice: row.opt_int("invoice_id")?.map(InvoiceId),
        invoice_name: row.text("invoice_name")?,
        services: serde_json::from_str(&row.text("services")?).map_err(|_| nonsense("services", id))?,
        by: UserId(row.int("made_by_id")?),
        at: row.time("made_at")?,
        undone_by: row.opt_int("undone_by_id")?.map(UserId),
        undone_at: row.opt_time("undone_at")?,
        traces: serde_json::from_str(&row.text("traces")?).map_err(|_| nonsense("traces", id))?,
    })
}

fn to_lead(row: &Row) -> Result<CustomerLead> {
    let conversion = to_conversion(row)?;
    Ok(CustomerLead {
        id: conversion.lead,
        full_name: row.text("full_name")?,
        state: LifeCycle::from_key(&row.text("lead_state")?).ok_or_else(|| nonsense("lead_state", conversion.id.0))?,
        conversion: conversion.row(),
    })
}
