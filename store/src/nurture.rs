//! Plans that send series of messages, and the persons of leads who are on one.

use domain::nurture::NurtureLine;
use domain::{LeadId, MessageTemplateId, Nurture, NurtureId, NurturePlan, NurturePlanId, NurtureState, NurtureStep, Timestamp, UserId};

use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql, Value};
use crate::tx::Tx;

const NURTURE: &str = "id, lead_id, plan_id, state, step, next_at, last_at, started_by_id, started_at, ended_at";

/// Statements about nurturing.
#[derive(Debug)]
pub struct NurtureStore<'t>(&'t mut Tx);

impl Tx {
    /// Plans, and who is on one.
    pub fn nurture(&mut self) -> NurtureStore<'_> {
        NurtureStore(self)
    }
}

impl NurtureStore<'_> {
    /// The plans that were not removed, by name, with their steps.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn list_plans(&mut self) -> Result<Vec<NurturePlan>> {
        let sql = Sql::new("select id, name, removed_at from nurture_plan where removed_at is null order by lower(name), id");
        let mut plans: Vec<NurturePlan> = self.0.rows(sql).await?.iter().map(to_plan).collect::<Result<_>>()?;
        let sql = Sql::new(
            "select s.plan_id, s.after_days, s.template_id from nurture_step s join nurture_plan p on p.id = s.plan_id
             where p.removed_at is null order by s.plan_id, s.position",
        );
        for row in self.0.rows(sql).await? {
            let id = row.int("plan_id")?;
            if let Some(plan) = plans.iter_mut().find(|plan| plan.id.0 == id) {
                plan.steps.push(to_step(&row)?);
            }
        }
        Ok(plans)
    }

    /// A plan with its steps, a removed one too.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn find_plan(&mut self, id: NurturePlanId) -> Result<Option<NurturePlan>> {
        let row = self.0.row(Sql::new("select id, name, removed_at from nurture_plan where id = $1").bind(id)).await?;
        let Some(mut plan) = row.as_ref().map(to_plan).transpose()? else { return Ok(None) };
        let sql = Sql::new("select after_days, template_id from nurture_step where plan_id = $1 order by position").bind(id);
        plan.steps = self.0.rows(sql).await?.iter().map(to_step).collect::<Result<_>>()?;
        Ok(Some(plan))
    }

    /// Adds a plan, or puts it in the place of the one with its number.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn put_plan(&mut self, plan: &NurturePlan) -> Result<()> {
        let sql = Sql::new(
            "insert into nurture_plan (id, name, removed_at) values ($1, $2, $3)
             on conflict (id) do update set name = excluded.name, removed_at = excluded.removed_at",
        );
        self.0.run(sql.bind(plan.id).bind(&plan.name).bind(plan.removed_at)).await?;
        self.0.run(Sql::new("delete from nurture_step where plan_id = $1").bind(plan.id)).await?;
        let row = |(step, position): (&NurtureStep, i64)| -> Vec<Value> {
            vec![plan.id.into(), position.into(), step.after_days.into(), step.template.into()]
        };
        let rows: Vec<Vec<Value>> = plan.steps.iter().zip(0..).map(row).collect();
        if rows.is_empty() {
            return Ok(());
        }
        self.0.insert_rows("nurture_step (plan_id, position, after_days, template_id)", rows, "").await
    }

    /// Begins a plan with a lead's person.
    ///
    /// # Errors
    /// What the engine reports; a lead is on one plan at a time.
    pub async fn add(&mut self, one: &Nurture) -> Result<()> {
        let sql = Sql::new(format!("insert into nurture ({NURTURE}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"));
        let sql = sql.bind(one.id).bind(one.lead).bind(one.plan).bind(one.state.key()).bind(one.step).bind(one.next_at).bind(one.last_at);
        self.0.run(sql.bind(one.started_by).bind(one.started_at).bind(one.ended_at)).await.map(|_| ())
    }

    /// Writes how it stands now.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change(&mut self, one: &Nurture) -> Result<()> {
        let sql = Sql::new("update nurture set state = $1, step = $2, next_at = $3, last_at = $4, ended_at = $5 where id = $6");
        self.0.run(sql.bind(one.state.key()).bind(one.step).bind(one.next_at).bind(one.last_at).bind(one.ended_at).bind(one.id)).await.map(|_| ())
    }

    /// How it stands with one.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, id: NurtureId) -> Result<Option<Nurture>> {
        self.0.row(Sql::new(format!("select {NURTURE} from nurture where id = $1")).bind(id)).await?.as_ref().map(to_nurture).transpose()
    }

    /// The one of a lead that was begun last, over or not.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn latest(&mut self, lead: LeadId) -> Result<Option<Nurture>> {
        let sql = Sql::new(format!("select {NURTURE} from nurture where lead_id = $1 order by id desc limit 1"));
        self.0.row(sql.bind(lead)).await?.as_ref().map(to_nurture).transpose()
    }

    /// The plan that the person of a lead is on, in a line.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn line(&mut self, lead: LeadId) -> Result<Option<NurtureLine>> {
        let sql = Sql::new(
            "select n.id, n.state, n.last_at, n.next_at, p.name from nurture n join nurture_plan p on p.id = n.plan_id
             where n.lead_id = $1 and n.ended_at is null",
        );
        let Some(row) = self.0.row(sql.bind(lead)).await? else { return Ok(None) };
        let (plan, last_at, next_at) = (row.text("name")?, row.opt_time("last_at")?, row.opt_time("next_at")?);
        Ok(Some(NurtureLine { plan, state: to_state(&row)?, last_at, next_at }))
    }

    /// Those whose next message is due, the longest first.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list_due(&mut self, now: Timestamp, limit: i64) -> Result<Vec<Nurture>> {
        let sql = Sql::new(format!("select {NURTURE} from nurture where next_at is not null and next_at <= $1 order by next_at, id limit $2"));
        self.0.rows(sql.bind(now).bind(limit)).await?.iter().map(to_nurture).collect()
    }
}

fn to_plan(row: &Row) -> Result<NurturePlan> {
    Ok(NurturePlan { id: NurturePlanId(row.int("id")?), name: row.text("name")?, steps: Vec::new(), removed_at: row.opt_time("removed_at")? })
}

fn to_step(row: &Row) -> Result<NurtureStep> {
    Ok(NurtureStep { after_days: row.int("after_days")?, template: MessageTemplateId(row.int("template_id")?) })
}

fn to_state(row: &Row) -> Result<NurtureState> {
    let id = row.int("id")?;
    NurtureState::from_key(&row.text("state")?).ok_or(StoreError::Inconsistent { table: "nurture", column: "state", id })
}

fn to_nurture(row: &Row) -> Result<Nurture> {
    Ok(Nurture {
        id: NurtureId(row.int("id")?),
        lead: LeadId(row.int("lead_id")?),
        plan: NurturePlanId(row.int("plan_id")?),
        state: to_state(row)?,
        step: row.int("step")?,
        next_at: row.opt_time("next_at")?,
        last_at: row.opt_time("last_at")?,
        started_by: UserId(row.int("started_by_id")?),
        started_at: row.time("started_at")?,
        ended_at: row.opt_time("ended_at")?,
    })
}
