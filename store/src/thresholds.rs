//! Versions of the threshold, and what field managers said to them.

use std::collections::HashMap;

use domain::threshold::{Answer, Said};
use domain::{Threshold, ThresholdId, ThresholdState, Timestamp, UserId};

use crate::error::{Result, StoreError};
use crate::sql::{Row, Sql, Value};
use crate::tx::Tx;

/// Statements about thresholds.
#[derive(Debug)]
pub struct Thresholds<'t>(&'t mut Tx);

impl Tx {
    /// Thresholds.
    pub fn thresholds(&mut self) -> Thresholds<'_> {
        Thresholds(self)
    }
}

const COLUMNS: &str = "id, points, from_day, note, proposed_by_id, proposed_at, state, closed_at";

impl Thresholds<'_> {
    /// The newest versions with their answers, newest first.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn list(&mut self, limit: i64) -> Result<Vec<Threshold>> {
        self.load(Sql::new(format!("select {COLUMNS} from threshold order by id desc limit $1")).bind(limit)).await
    }

    /// The newest agreements, newest first, without their answers. Whether their day has come is `domain::threshold::in_force`'s to say.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn agreed(&mut self, limit: i64) -> Result<Vec<Threshold>> {
        let sql = Sql::new(format!("select {COLUMNS} from threshold where state = 'agreed' order by id desc limit $1"));
        self.0.rows(sql.bind(limit)).await?.iter().map(to_threshold).collect()
    }

    /// One version.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn find(&mut self, id: ThresholdId) -> Result<Option<Threshold>> {
        Ok(self.load(Sql::new(format!("select {COLUMNS} from threshold where id = $1")).bind(id)).await?.pop())
    }

    async fn load(&mut self, sql: Sql) -> Result<Vec<Threshold>> {
        let mut found = self.0.rows(sql).await?.iter().map(to_threshold).collect::<Result<Vec<_>>>()?;
        let mut sql = Sql::new("select threshold_id, user_id, accepts, reason, at from threshold_answer where threshold_id in ");
        sql.push_list(found.iter().map(|threshold| threshold.id)).push(" order by threshold_id, position, user_id");
        let mut answers: HashMap<i64, Vec<Answer>> = HashMap::new();
        for row in self.0.rows(sql).await? {
            let said = match row.opt_time("at")? {
                Some(at) => Some(Said { accepts: row.flag("accepts")?, reason: row.text("reason")?, at }),
                None => None,
            };
            answers.entry(row.int("threshold_id")?).or_default().push(Answer { user: UserId(row.int("user_id")?), said });
        }
        for threshold in &mut found {
            threshold.answers = answers.remove(&threshold.id.0).unwrap_or_default();
        }
        Ok(found)
    }

    /// Adds a version with the people it asks; gives its number.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add(&mut self, new: &Threshold) -> Result<ThresholdId> {
        let id = ThresholdId(self.0.take_numbers("threshold", 1).await?);
        let sql = Sql::new(format!("insert into threshold ({COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8)"));
        let sql = sql.bind(id).bind(new.points).bind(new.from).bind(&new.note).bind(new.proposed_by).bind(new.proposed_at);
        self.0.run(sql.bind(new.state.key()).bind(new.closed_at)).await?;
        let rows = new.answers.iter().zip(0_i64..).map(|(answer, position)| answer_row(id, position, answer));
        self.0.insert_rows("threshold_answer (threshold_id, user_id, position, accepts, reason, at)", rows.collect(), "").await?;
        Ok(id)
    }

    /// Notes what somebody said; gives `false` when they are not asked, or have answered.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn answer(&mut self, id: ThresholdId, user: UserId, said: &Said) -> Result<bool> {
        let sql = Sql::new("update threshold_answer set accepts = $1, reason = $2, at = $3 where threshold_id = $4 and user_id = $5 and at is null");
        Ok(self.0.run(sql.bind(said.accepts).bind(&said.reason).bind(said.at).bind(id).bind(user)).await? > 0)
    }

    /// Ends a proposal.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn close(&mut self, id: ThresholdId, state: ThresholdState, at: Timestamp) -> Result<()> {
        let sql = Sql::new("update threshold set state = $1, closed_at = $2 where id = $3");
        self.0.run(sql.bind(state.key()).bind(at).bind(id)).await.map(|_| ())
    }
}

fn answer_row(id: ThresholdId, position: i64, answer: &Answer) -> Vec<Value> {
    let said = answer.said.as_ref();
    vec![
        id.into(),
        answer.user.into(),
        position.into(),
        said.is_some_and(|said| said.accepts).into(),
        said.map_or("", |said| said.reason.as_str()).into(),
        said.map(|said| said.at).into(),
    ]
}

fn to_threshold(row: &Row) -> Result<Threshold> {
    let id = row.int("id")?;
    let broken = StoreError::Inconsistent { table: "threshold", column: "state", id };
    Ok(Threshold {
        id: ThresholdId(id),
        points: row.int("points")?,
        from: row.time("from_day")?,
        note: row.text("note")?,
        proposed_by: UserId(row.int("proposed_by_id")?),
        proposed_at: row.time("proposed_at")?,
        state: ThresholdState::from_key(&row.text("state")?).ok_or(broken)?,
        closed_at: row.opt_time("closed_at")?,
        answers: Vec::new(),
    })
}
