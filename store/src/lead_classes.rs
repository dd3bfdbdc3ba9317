//! Of what class leads are, and what qualifies them; beside the leads themselves, for most have no class.

use std::collections::BTreeMap;

use domain::lead_class::{Confidence, Timescale};
use domain::{Answer, Dimension, LeadClass, LeadId, OpportunityId, Qualification, UserId};

use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql, Value};
use crate::tx::Tx;

/// Statements about the classes of leads.
#[derive(Debug)]
pub struct LeadClasses<'t>(&'t mut Tx);

impl Tx {
    /// Classes of leads, and what qualifies them.
    pub fn lead_classes(&mut self) -> LeadClasses<'_> {
        LeadClasses(self)
    }
}

const COLUMNS: &str = "lead_id, version, class, timescale_from, timescale_to, horizon, account_manager_id, notes, agenda, updated_at";

impl LeadClasses<'_> {
    /// What is known of a lead; `None` where nobody has said anything.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, lead: LeadId) -> Result<Option<Qualification>> {
        let row = self.0.row(Sql::new(format!("select {COLUMNS} from lead_class where lead_id = $1")).bind(lead)).await?;
        row.as_ref().map(to_qualification).transpose()
    }

    /// The classes of some leads; those without are left out.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn classes_of(&mut self, leads: &[LeadId]) -> Result<BTreeMap<LeadId, LeadClass>> {
        let mut sql = Sql::new("select lead_id, class from lead_class where class is not null and lead_id in ");
        sql.push_list(leads.iter().copied());
        let rows = self.0.rows(sql).await?;
        let class = |row: &Row| -> Result<Option<(LeadId, LeadClass)>> { Ok(class_in(row)?.map(|class| (LeadId(row_lead(row)), class))) };
        rows.iter().filter_map(|row| class(row).transpose()).collect()
    }

    /// Writes what is known of a lead in the place of version `expected`, 0 for the first; `false` when someone was faster.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn save(&mut self, one: &Qualification, expected: i64) -> Result<bool> {
        if expected == 0 {
            let sql = Sql::new(format!(
                "insert into lead_class ({COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (lead_id) do nothing"
            ));
            let sql = values(one).into_iter().fold(sql, Sql::bind);
            return Ok(self.0.run(sql).await? > 0);
        }
        let sql = Sql::new(
            "update lead_class set version = $1, class = $2, timescale_from = $3, timescale_to = $4, horizon = $5, account_manager_id = $6,
             notes = $7, agenda = $8, updated_at = $9 where lead_id = $10 and version = $11",
        );
        let sql = values(one).into_iter().skip(1).fold(sql, Sql::bind);
        Ok(self.0.run(sql.bind(one.lead).bind(expected)).await? > 0)
    }

    /// Adds what is known of leads that were just added.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_many(&mut self, all: &[Qualification]) -> Result<()> {
        self.0.insert_rows(&format!("lead_class ({COLUMNS})"), all.iter().map(values).collect(), "").await
    }

    /// What is known of a lead's budget and the rest, in the order of the letters.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn answers(&mut self, lead: LeadId) -> Result<Vec<Answer>> {
        let sql = Sql::new("select lead_id, dimension, answer, evidence, confidence, by_id, at from lead_answer where lead_id = $1");
        let mut answers = self.0.rows(sql.bind(lead)).await?.iter().map(to_answer).collect::<Result<Vec<_>>>()?;
        answers.sort_by_key(|answer| answer.dimension);
        Ok(answers)
    }

    /// Puts an answer in the place of the one before.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn set_answer(&mut self, lead: LeadId, answer: &Answer) -> Result<()> {
        self.add_answers(&[(lead, answer.clone())]).await
    }

    /// The same of several leads; each dimension of a lead at most once.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_answers(&mut self, answers: &[(LeadId, Answer)]) -> Result<()> {
        let row = |(lead, answer): &(LeadId, Answer)| -> Vec<Value> {
            vec![
                (*lead).into(),
                answer.dimension.key().into(),
                (&answer.text).into(),
                (&answer.evidence).into(),
                answer.confidence.key().into(),
                answer.by.into(),
                answer.at.into(),
            ]
        };
        let rest = " on conflict (lead_id, dimension) do update set answer = excluded.answer, evidence = excluded.evidence,
            confidence = excluded.confidence, by_id = excluded.by_id, at = excluded.at";
        let into = "lead_answer (lead_id, dimension, answer, evidence, confidence, by_id, at)";
        self.0.insert_rows(into, answers.iter().map(row).collect(), rest).await
    }

    /// Takes an answer away.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn remove_answer(&mut self, lead: LeadId, dimension: Dimension) -> Result<()> {
        let sql = Sql::new("delete from lead_answer where lead_id = $1 and dimension = $2");
        self.0.run(sql.bind(lead).bind(dimension.key())).await.map(|_| ())
    }

    /// Notes that an opportunity was found while its lead is nurtured.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_interim(&mut self, lead: LeadId, opportunity: OpportunityId) -> Result<()> {
        let sql = Sql::new("insert into interim_opportunity (opportunity_id, lead_id) values ($1, $2)");
        self.0.run(sql.bind(opportunity).bind(lead)).await.map(|_| ())
    }

    /// The opportunities of a lead that were found while it is nurtured, oldest first.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn interim_of(&mut self, lead: LeadId) -> Result<Vec<OpportunityId>> {
        let sql = Sql::new("select opportunity_id from interim_opportunity where lead_id = $1 order by opportunity_id");
        self.0.rows(sql.bind(lead)).await?.iter().map(|row| row.int("opportunity_id").map(OpportunityId)).collect()
    }
}

fn values(one: &Qualification) -> Vec<Value> {
    vec![
        one.lead.into(),
        one.version.into(),
        one.class.map(|class| class.key().to_owned()).into(),
        one.timescale.map(|timescale| timescale.from).into(),
        one.timescale.map(|timescale| timescale.to).into(),
        one.horizon.into(),
        one.account_manager.into(),
        (&one.notes).into(),
        (&one.agenda).into(),
        one.updated_at.into(),
    ]
}

fn row_lead(row: &Row) -> i64 {
    row.int("lead_id").unwrap_or_default()
}

fn class_in(row: &Row) -> Result<Option<LeadClass>> {
    let broken = || StoreError::Inconsistent { table: "lead_class", column: "class", id: row_lead(row) };
    row.opt_text("class")?.map(|key| LeadClass::from_key(&key).ok_or_else(broken)).transpose()
}

fn to_qualification(row: &Row) -> Result<Qualification> {
    let timescale = match (row.opt_time("timescale_from")?, row.opt_time("timescale_to")?) {
        (Some(from), Some(to)) => Some(Timescale { from, to }),
        _ => None,
    };
    Ok(Qualification {
        lead: LeadId(row.int("lead_id")?),
        version: row.int("version")?,
        class: class_in(row)?,
        timescale,
        horizon: row.opt_time("horizon")?,
        account_manager: row.opt_int("account_manager_id")?.map(UserId),
        notes: row.text("notes")?,
        agenda: row.text("agenda")?,
        updated_at: row.time("updated_at")?,
    })
}

fn to_answer(row: &Row) -> Result<Answer> {
    let broken = |column| StoreError::Inconsistent { table: "lead_answer", column, id: row_lead(row) };
    Ok(Answer {
        dimension: Dimension::from_key(&row.text("dimension")?).ok_or_else(|| broken("dimension"))?,
        text: row.text("answer")?,
        evidence: row.text("evidence")?,
        confidence: Confidence::from_key(&row.text("confidence")?).ok_or_else(|| broken("confidence"))?,
        by: row.opt_int("by_id")?.map(UserId),
        at: row.time("at")?,
    })
}
