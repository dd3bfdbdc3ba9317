//! Scores: rules, what was learned, what scoring looks at of leads, and which leads keep what a person gave them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use domain::scoring::{Happened, Model, ScoreFacts, ScoreRule, TrainedModel, Training};
use domain::{ChoiceId, ContactId, CustomFieldId, LeadId, LeadTypeId, ScoreBook, ScoreRuleId, Timestamp, UserId};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::catalog::HAS_SCORING;
use crate::catalog_cache::VERSION;
use crate::error::{Result, StoreError};
use crate::open::Store;
use crate::sql::{Row, Sql, Value};
use crate::tx::Tx;

/// Trainings that are kept.
const KEPT: i64 = 20;

/// Statements about scores.
#[derive(Debug)]
pub struct Scoring<'t>(&'t mut Tx);

impl Tx {
    /// Scores.
    pub fn scoring(&mut self) -> Scoring<'_> {
        Scoring(self)
    }
}

/// How leads are scored, and what has to be done for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScoreWork {
    pub uses_model: bool,
    pub asked_at: Option<Timestamp>,
    pub training_since: Option<Timestamp>,
    /// Open leads after this one have to be scored anew.
    pub rescore_after: Option<LeadId>,
    /// Grows each time that this begins.
    pub round: i64,
}

/// A lead that ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedLead {
    pub id: LeadId,
    pub won: bool,
    pub facts: ScoreFacts,
}

/// An open lead whose score is worked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoredLead {
    pub id: LeadId,
    pub version: i64,
    pub score: i64,
    pub contact: ContactId,
    pub facts: ScoreFacts,
}

/// A score that was worked out for a lead as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewScore {
    pub lead: LeadId,
    pub version: i64,
    pub score: i64,
}

impl Store {
    /// Rules and model as of a version of the catalog that was just read, or later; reads nothing while that is in memory.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn score_book_at(&self, version: i64) -> Result<Arc<ScoreBook>> {
        let mut kept = self.scores.lock().await;
        if let Some((kept_version, book)) = kept.as_ref()
            && *kept_version >= version
            && version > 0
        {
            return Ok(Arc::clone(book));
        }
        let mut tx = self.read().await?;
        let row = tx.row(Sql::new("select value from counter where name = $1").bind(VERSION)).await?;
        let version = row.map(|row| row.int("value")).transpose()?.unwrap_or(0);
        let book = Arc::new(tx.scoring().book().await?);
        *kept = Some((version, Arc::clone(&book)));
        Ok(book)
    }

    /// The same as of the last committed change.
    ///
    /// # Errors
    /// As [`Store::score_book_at`].
    pub async fn score_book(&self) -> Result<Arc<ScoreBook>> {
        let row = self.ask().await?.row(Sql::new("select value from counter where name = $1").bind(VERSION)).await?;
        self.score_book_at(row.map(|row| row.int("value")).transpose()?.unwrap_or(0)).await
    }
}

/// What [`to_facts`] and [`to_scored`] read.
const COLUMNS: &str = "l.id, l.version, l.score, l.state, l.contact_id, l.lead_type_id, l.source_id, l.category_id, l.partner_id, l.location_id,
    l.priority_id, l.importance_id, l.target_amount_minor, l.country, l.region, l.shown_email, l.shown_phone,
    cast(length(l.message) as bigint) as message_length, l.extra";

impl Scoring<'_> {
    /// Rules in force and the newest model.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn book(&mut self) -> Result<ScoreBook> {
        let has_begun = self.0.catalog().setting(HAS_SCORING).await?.is_some();
        let uses_model = self.work().await?.uses_model;
        let rules = self.rules().await?.into_iter().filter(|rule| !rule.retired).collect();
        let model = if uses_model { self.model().await? } else { None };
        Ok(ScoreBook { has_begun, uses_model, model, rules })
    }

    /// Every rule in its order, retired ones too.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn rules(&mut self) -> Result<Vec<ScoreRule>> {
        let sql = Sql::new("select id, about, test, points, sentence, retired_at from score_rule order by id");
        self.0.rows(sql).await?.iter().map(to_rule).collect()
    }

    /// Adds a rule; its number is given out here.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn add_rule(&mut self, rule: &ScoreRule) -> Result<ScoreRuleId> {
        let id = ScoreRuleId(self.0.take_numbers("score_rule", 1).await?);
        let sql = Sql::new("insert into score_rule (id, about, test, points, sentence) values ($1, $2, $3, $4, $5)");
        let sql = sql.bind(id).bind(json(&rule.about, id.0)?).bind(json(&rule.test, id.0)?).bind(rule.points).bind(&rule.sentence);
        self.0.run(sql).await?;
        Ok(id)
    }

    /// Changes a rule. `now` is when it is retired, where it is.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn change_rule(&mut self, rule: &ScoreRule, now: Timestamp) -> Result<()> {
        let sql = Sql::new("update score_rule set about = $1, test = $2, points = $3, sentence = $4, retired_at = $5 where id = $6");
        let sql = sql.bind(json(&rule.about, rule.id.0)?).bind(json(&rule.test, rule.id.0)?).bind(rule.points).bind(&rule.sentence);
        self.0.run(sql.bind(rule.retired.then_some(now)).bind(rule.id)).await.map(|_| ())
    }

    /// How leads are scored, and what has to be done for it.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn work(&mut self) -> Result<ScoreWork> {
        let row = self.0.row(Sql::new("select uses_model, asked_at, training_since, rescore_after, round from score_work where id = 1")).await?;
        let row = row.ok_or(StoreError::Inconsistent { table: "score_work", column: "id", id: 1 })?;
        Ok(ScoreWork {
            uses_model: row.flag("uses_model")?,
            asked_at: row.opt_time("asked_at")?,
            training_since: row.opt_time("training_since")?,
            rescore_after: row.opt_int("rescore_after")?.map(LeadId),
            round: row.int("round")?,
        })
    }

    /// Whether the model counts.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn use_model(&mut self, uses: bool) -> Result<()> {
        self.0.run(Sql::new("update score_work set uses_model = $1 where id = 1").bind(uses)).await.map(|_| ())
    }

    /// Leads are scored from now on: those that have a score were given it by hand, and keep it. Only the first time; later it does
    /// nothing.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn begin(&mut self) -> Result<()> {
        if self.0.catalog().setting(HAS_SCORING).await?.is_some() {
            return Ok(());
        }
        self.0.catalog().change_setting(HAS_SCORING, "1").await?;
        let sql = Sql::new(
            "insert into score_kept (lead_id, user_id, at) select id, null, updated_at from lead where score <> 0
             on conflict (lead_id) do nothing",
        );
        self.0.run(sql).await.map(|_| ())
    }

    /// Asks for a training.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn ask_training(&mut self, at: Timestamp) -> Result<()> {
        self.0.run(Sql::new("update score_work set asked_at = $1 where id = 1").bind(at)).await.map(|_| ())
    }

    /// Begins a training; `false` when another process is at it. One that began before `stale` was given up.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn begin_training(&mut self, now: Timestamp, stale: Timestamp) -> Result<bool> {
        let sql = Sql::new("update score_work set training_since = $1 where id = 1 and (training_since is null or training_since < $2)");
        Ok(self.0.run(sql.bind(now).bind(stale)).await? == 1)
    }

    /// Ends a training with what became of it; gives its version.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn end_training(&mut self, at: Timestamp, model: Option<&Model>, outcome: &Training) -> Result<i64> {
        let version = self.0.take_numbers("score_model", 1).await?;
        let body = model.map(|model| json(model, version)).transpose()?;
        let sql = Sql::new("insert into score_model (id, trained_at, body, outcome) values ($1, $2, $3, $4)");
        self.0.run(sql.bind(version).bind(at).bind(body).bind(json(outcome, version)?)).await?;
        self.0.run(Sql::new("update score_work set training_since = null, asked_at = null where id = 1")).await?;
        let old = Sql::new("delete from score_model where id <= $1 and id <> (select coalesce(max(id), 0) from score_model where body is not null)");
        self.0.run(old.bind(version - KEPT)).await?;
        Ok(version)
    }

    /// A training failed: another may begin.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn give_up_training(&mut self) -> Result<()> {
        self.0.run(Sql::new("update score_work set training_since = null where id = 1")).await.map(|_| ())
    }

    /// What became of the last training.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn last_training(&mut self) -> Result<Option<(Timestamp, Training)>> {
        let row = self.0.row(Sql::new("select id, trained_at, outcome from score_model order by id desc limit 1")).await?;
        row.map(|row| Ok((row.time("trained_at")?, read_json(&row, "score_model", "outcome")?))).transpose()
    }

    /// The newest model.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn model(&mut self) -> Result<Option<TrainedModel>> {
        let row = self.0.row(Sql::new("select id, trained_at, body from score_model where body is not null order by id desc limit 1")).await?;
        let model = |row: Row| -> Result<TrainedModel> {
            Ok(TrainedModel { version: row.int("id")?, trained_at: row.time("trained_at")?, model: read_json(&row, "score_model", "body")? })
        };
        row.map(model).transpose()
    }

    /// Whether there is a model.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn has_model(&mut self) -> Result<bool> {
        Ok(self.0.row(Sql::new("select id from score_model where body is not null order by id desc limit 1")).await?.is_some())
    }

    /// Has every open lead scored anew.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn rescore_all(&mut self) -> Result<()> {
        self.0.run(Sql::new("update score_work set rescore_after = 0, round = round + 1 where id = 1")).await.map(|_| ())
    }

    /// Notes how far a round of scoring anew has come, `None` for to its end; `false` when another began meanwhile, or somebody else did
    /// this part.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn go_on(&mut self, round: i64, from: LeadId, to: Option<LeadId>) -> Result<bool> {
        let sql = Sql::new("update score_work set rescore_after = $1 where id = 1 and round = $2 and rescore_after = $3");
        Ok(self.0.run(sql.bind(to).bind(round).bind(from)).await? == 1)
    }

    /// Leads that were won or lost, before one, the newest first.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn ended_before(&mut self, before: LeadId, most: i64) -> Result<Vec<EndedLead>> {
        let sql = Sql::new(format!(
            "select {COLUMNS} from lead l where l.id < $1 and l.deleted_at is null and l.state in ('won', 'lost') order by l.id desc limit $2"
        ));
        let rows = self.0.rows(sql.bind(before).bind(most)).await?;
        let facts = self.facts_of(&rows).await?;
        let ended = |(row, facts): (&Row, ScoreFacts)| -> Result<EndedLead> {
            Ok(EndedLead { id: LeadId(row.int("id")?), won: row.text("state")? == "won", facts })
        };
        rows.iter().zip(facts).map(ended).collect()
    }

    /// Open leads after one whose score is worked out, the oldest first.
    ///
    /// # Errors
    /// What the engine reports, or a row that makes no sense.
    pub async fn open_after(&mut self, after: LeadId, most: i64) -> Result<Vec<ScoredLead>> {
        let sql = Sql::new(format!(
            "select {COLUMNS} from lead l where l.id > $1 and l.deleted_at is null and l.state in ('pending', 'in_progress')
             and not exists (select 1 from score_kept k where k.lead_id = l.id) order by l.id limit $2"
        ));
        self.scored(sql.bind(after).bind(most)).await
    }

    /// The same of contacts.
    ///
    /// # Errors
    /// As [`Scoring::open_after`].
    pub async fn open_of(&mut self, contacts: &[ContactId]) -> Result<Vec<ScoredLead>> {
        let mut sql = Sql::new(format!(
            "select {COLUMNS} from lead l where l.deleted_at is null and l.state in ('pending', 'in_progress')
             and not exists (select 1 from score_kept k where k.lead_id = l.id) and l.contact_id in "
        ));
        sql.push_list(contacts.iter().copied()).push(" order by l.id");
        self.scored(sql).await
    }

    async fn scored(&mut self, sql: Sql) -> Result<Vec<ScoredLead>> {
        let rows = self.0.rows(sql).await?;
        let facts = self.facts_of(&rows).await?;
        rows.iter().zip(facts).map(|(row, facts)| to_scored(row, facts)).collect()
    }

    /// What contacts did, by kind, how often; those who did nothing are left out.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn happened(&mut self, contacts: &[ContactId]) -> Result<HashMap<ContactId, Happened>> {
        let mut found: HashMap<ContactId, Happened> = HashMap::new();
        for some in contacts.chunks(500) {
            let mut sql = Sql::new("select contact_id, kind, count(*) as times from contact_event where contact_id in ");
            sql.push_list(some.iter().copied()).push(" group by contact_id, kind");
            for row in self.0.rows(sql).await? {
                found.entry(ContactId(row.int("contact_id")?)).or_default().insert(row.text("kind")?, row.int("times")?);
            }
        }
        Ok(found)
    }

    /// Gives leads their scores, but for those that were changed since they were read. Their versions stay: nobody changed them.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn put(&mut self, scores: &[NewScore]) -> Result<()> {
        for some in scores.chunks(500) {
            let mut sql = Sql::new("update lead set score = made.column3 from (values ");
            sql.push_rows(some.iter().map(|new| vec![new.lead.into(), new.version.into(), new.score.into()]));
            sql.push(") made where id = made.column1 and version = made.column2");
            self.0.run(sql).await?;
        }
        Ok(())
    }

    /// Leads keep the scores that they were given, by whom where that is known.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn keep(&mut self, leads: &[LeadId], by: Option<UserId>, at: Timestamp) -> Result<()> {
        let rows = leads.iter().map(|lead| vec![Value::from(*lead), by.into(), at.into()]).collect();
        let rest = " on conflict (lead_id) do update set user_id = excluded.user_id, at = excluded.at";
        self.0.insert_rows("score_kept (lead_id, user_id, at)", rows, rest).await
    }

    /// A lead's score is worked out again; `false` when it was already.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn let_go(&mut self, lead: LeadId) -> Result<bool> {
        Ok(self.0.run(Sql::new("delete from score_kept where lead_id = $1").bind(lead)).await? == 1)
    }

    /// Who gave a lead its score, and when; `None` for one that is worked out.
    ///
    /// # Errors
    /// What the engine reports.
    pub async fn kept(&mut self, lead: LeadId) -> Result<Option<(Option<UserId>, Timestamp)>> {
        let row = self.0.row(Sql::new("select user_id, at from score_kept where lead_id = $1").bind(lead)).await?;
        row.map(|row| Ok((row.opt_int("user_id")?.map(UserId), row.time("at")?))).transpose()
    }

    /// What scoring looks at of leads, in the order of their rows.
    async fn facts_of(&mut self, rows: &[Row]) -> Result<Vec<ScoreFacts>> {
        let mut facts = rows.iter().map(to_facts).collect::<Result<Vec<_>>>()?;
        if rows.is_empty() {
            return Ok(facts);
        }
        let at = rows.iter().enumerate().map(|(index, row)| Ok((row.int("id")?, index))).collect::<Result<HashMap<i64, usize>>>()?;
        let asked = rows.iter().map(|row| Ok(vec![Value::from(row.int("id")?)])).collect::<Result<Vec<_>>>()?;
        let mut sql = Sql::default();
        sql.push("with asked (id) as (values ").push_rows(asked);
        sql.push(
            ") select lead_id, 'offering' as part, offering_id as number, '' as words from lead_offering where lead_id in (select id from asked)
             union all select lead_id, 'own', field_id, value from lead_custom where lead_id in (select id from asked)
             order by lead_id, part, number",
        );
        for row in self.0.rows(sql).await? {
            let facts = &mut facts[at[&row.int("lead_id")?]];
            let number = row.int("number")?;
            if row.text("part")? == "offering" {
                facts.offerings.push(ChoiceId(number));
            } else {
                facts.custom.insert(CustomFieldId(number), row.text("words")?);
            }
        }
        Ok(facts)
    }
}

fn json(value: &impl Serialize, id: i64) -> Result<String> {
    serde_json::to_string(value).map_err(|_| StoreError::Inconsistent { table: "score_rule", column: "about", id })
}

fn read_json<T: DeserializeOwned>(row: &Row, table: &'static str, column: &'static str) -> Result<T> {
    let broken = |id| StoreError::Inconsistent { table, column, id };
    let id = row.int("id")?;
    serde_json::from_str(&row.text(column)?).map_err(|_| broken(id))
}

fn to_rule(row: &Row) -> Result<ScoreRule> {
    Ok(ScoreRule {
        id: ScoreRuleId(row.int("id")?),
        about: read_json(row, "score_rule", "about")?,
        test: read_json(row, "score_rule", "test")?,
        points: row.int("points")?,
        sentence: row.text("sentence")?,
        retired: row.opt_int("retired_at")?.is_some(),
    })
}

fn to_facts(row: &Row) -> Result<ScoreFacts> {
    let id = row.int("id")?;
    let choice = |column: &str| -> Result<Option<ChoiceId>> { Ok(row.opt_int(column)?.map(ChoiceId)) };
    let extra = match row.text("extra")?.as_str() {
        "" => BTreeMap::new(),
        text => serde_json::from_str(text).map_err(|_| StoreError::Inconsistent { table: "lead", column: "extra", id })?,
    };
    Ok(ScoreFacts {
        lead_type: LeadTypeId(row.int("lead_type_id")?),
        source: choice("source_id")?,
        category: choice("category_id")?,
        partner: choice("partner_id")?,
        location: choice("location_id")?,
        priority: choice("priority_id")?,
        importance: choice("importance_id")?,
        offerings: Vec::new(),
        amount_minor: row.int("target_amount_minor")?,
        country: row.text("country")?,
        region: row.text("region")?,
        email: row.text("shown_email")?,
        has_phone: !row.text("shown_phone")?.is_empty(),
        message_length: usize::try_from(row.int("message_length")?).unwrap_or(0),
        custom: BTreeMap::new(),
        extra,
    })
}

fn to_scored(row: &Row, facts: ScoreFacts) -> Result<ScoredLead> {
    Ok(ScoredLead {
        id: LeadId(row.int("id")?),
        version: row.int("version")?,
        score: row.int("score")?,
        contact: ContactId(row.int("contact_id")?),
        facts,
    })
}
