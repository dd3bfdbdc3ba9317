//! Trial runs of the rules of routing.

use domain::routing::{Rule, RuleChange, RuleKind, TrialHouses, TrialRun, TrialState, TriedForm};
use domain::{LeadId, Timestamp, TrialId, UserId};

use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql, Value};
use crate::tx::Tx;

/// Statements about trial runs.
#[derive(Debug)]
pub struct RuleTrials<'t>(&'t mut Tx);

impl Tx {
    /// Trial runs of the rules.
    pub fn rule_trials(&mut self) -> RuleTrials<'_> {
        RuleTrials(self)
    }
}

/// A trial run with what is needed to go on with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrialWork {
    pub run: TrialRun,
    /// What is tried; `None` for the rules as they are.
    pub change: Option<RuleChange>,
    pub houses: TrialHouses,
    /// Leads up to this number were tried.
    pub after: LeadId,
    /// The last lead to try.
    pub last: LeadId,
}

const COLUMNS: &str =
    "id, user_id, address, fields, words, rules_version, rule_kind, rule_number, rule_body, state, total, done, after_lead, last_lead,
    found, houses, started_at, ended_at";

impl RuleTrials<'_> {
    /// Adds a trial run; its number is given out here.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add(&mut self, work: &TrialWork) -> Result<TrialId> {
        let id = TrialId(self.0.take_numbers("rule_trial", 1).await?);
        let TrialWork { run, change, .. } = work;
        let (kind, number, body) = match change {
            None => (None, None, None),
            Some(RuleChange::Put(rule)) => (Some(rule.kind()), Some(rule.number()), Some(rule.body().map_err(|_| broken("rule_body", id))?)),
            Some(RuleChange::End(kind, number)) => (Some(*kind), Some(*number), None),
        };
        let draft = run.draft.as_ref();
        let text = |read: fn(&TriedForm) -> &String| draft.map(|draft| read(draft).clone());
        let mut sql = Sql::new(format!("insert into rule_trial ({COLUMNS}) values "));
        sql.push_rows([vec![
            id.into(),
            run.user.into(),
            text(|draft| &draft.address).into(),
            text(|draft| &draft.fields).into(),
            text(|draft| &draft.words).into(),
            run.rules_version.into(),
            kind.map(|kind| kind.key().to_owned()).into(),
            number.into(),
            body.into(),
            run.state.key().into(),
            run.total.into(),
            run.found.leads.into(),
            work.after.into(),
            work.last.into(),
            json(&run.found, "found", id)?,
            json(&work.houses, "houses", id)?,
            run.started_at.into(),
            run.ended_at.into(),
        ]]);
        self.0.run(sql).await?;
        Ok(id)
    }

    /// A trial run.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, id: TrialId) -> Result<Option<TrialWork>> {
        let row = self.0.row(Sql::new(format!("select {COLUMNS} from rule_trial where id = $1")).bind(id)).await?;
        row.as_ref().map(to_work).transpose()
    }

    /// The oldest that somebody has to go on with.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn find_at_work(&mut self) -> Result<Option<TrialId>> {
        let row = self.0.row(Sql::new("select id from rule_trial where state = 'running' order by id limit 1")).await?;
        row.map(|row| row.int("id").map(TrialId)).transpose()
    }

    /// Writes how far a trial run is, which had tried `done` leads; `false` when somebody stopped it or went on with it meanwhile.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn go_on(&mut self, done: i64, work: &TrialWork) -> Result<bool> {
        let run = &work.run;
        let sql = Sql::new(
            "update rule_trial set state = $1, total = $2, done = $3, after_lead = $4, found = $5, houses = $6, ended_at = $7
             where id = $8 and done = $9 and state = 'running'",
        );
        let sql = sql.bind(run.state.key()).bind(run.total).bind(run.found.leads).bind(work.after);
        let sql = sql.bind(json(&run.found, "found", run.id)?).bind(json(&work.houses, "houses", run.id)?);
        Ok(self.0.run(sql.bind(run.ended_at).bind(run.id).bind(done)).await? == 1)
    }

    /// Stops a trial run; `false` when it is not at work.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn stop(&mut self, id: TrialId, at: Timestamp) -> Result<bool> {
        let sql = Sql::new("update rule_trial set state = 'stopped', ended_at = $1 where id = $2 and state = 'running'");
        Ok(self.0.run(sql.bind(at).bind(id)).await? == 1)
    }

    /// Removes those that ended before a moment.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn forget(&mut self, before: Timestamp) -> Result<u64> {
        self.0.run(Sql::new("delete from rule_trial where ended_at < $1").bind(before)).await
    }
}

fn broken(column: &'static str, id: TrialId) -> StoreError {
    StoreError::Inconsistent { table: "rule_trial", column, id: id.0 }
}

fn json(value: &impl serde::Serialize, column: &'static str, id: TrialId) -> Result<Value> {
    serde_json::to_string(value).map(Value::from).map_err(|_| broken(column, id))
}

fn to_work(row: &Row) -> Result<TrialWork> {
    let id = TrialId(row.int("id")?);
    let draft = match (row.opt_text("address")?, row.opt_text("fields")?, row.opt_text("words")?) {
        (Some(address), Some(fields), Some(words)) => Some(TriedForm { address, fields, words }),
        _ => None,
    };
    let change = match (row.opt_text("rule_kind")?, row.opt_int("rule_number")?) {
        (Some(kind), Some(number)) => {
            let kind = RuleKind::from_key(&kind).ok_or_else(|| broken("rule_kind", id))?;
            Some(match row.opt_text("rule_body")? {
                Some(body) => RuleChange::Put(Rule::read(kind, &body).map_err(|_| broken("rule_body", id))?),
                None => RuleChange::End(kind, number),
            })
        }
        _ => None,
    };
    Ok(TrialWork {
        run: TrialRun {
            id,
            user: UserId(row.int("user_id")?),
            draft,
            rules_version: row.int("rules_version")?,
            state: TrialState::from_key(&row.text("state")?).ok_or_else(|| broken("state", id))?,
            total: row.int("total")?,
            found: serde_json::from_str(&row.text("found")?).map_err(|_| broken("found", id))?,
            started_at: row.time("started_at")?,
            ended_at: row.opt_time("ended_at")?,
        },
        change,
        houses: serde_json::from_str(&row.text("houses")?).map_err(|_| broken("houses", id))?,
        after: LeadId(row.int("after_lead")?),
        last: LeadId(row.int("last_lead")?),
    })
}
