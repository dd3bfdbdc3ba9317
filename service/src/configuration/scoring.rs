//! How leads are scored: rules, and whether what was learned counts.

use domain::scoring::{POINTS_MOST, RULES_MOST, RuleRow, ScoreRule, ScoringView, rule_form};
use domain::text::required_line;
use domain::{Action, Catalog, EventKind, FieldErrors, FormValues, ScoreRuleId, Weighing};

use super::{begin, finish};
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::{is_ticked, only_differences, only_fields, yes_or_no};
use crate::qualification;
use crate::scoring::GIVEN_UP_AFTER_MS;

/// Rules, the model, and how good it is.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators.
pub async fn scoring(ctx: &Ctx) -> Result<ScoringView> {
    ctx.require(Action::Configure)?;
    let catalog = ctx.catalog().await?;
    let mut tx = ctx.store.read().await?;
    let weighing = qualification::weighing(&mut tx).await?;
    let row = |rule: ScoreRule| RuleRow {
        condition: rule.condition(&catalog, &weighing),
        typed: rule_form::typed(&rule.about, &rule.test, &catalog),
        rule,
    };
    let mut rules: Vec<RuleRow> = tx.scoring().rules().await?.into_iter().map(row).collect();
    rules.sort_by_key(|row| row.rule.retired);
    let work = tx.scoring().work().await?;
    let since = ctx.now().plus_ms(-GIVEN_UP_AFTER_MS);
    Ok(ScoringView {
        rules,
        uses_model: work.uses_model,
        has_model: tx.scoring().has_model().await?,
        last: tx.scoring().last_training().await?,
        is_training: work.asked_at.is_some() || work.training_since.is_some_and(|at| at >= since),
        is_rescoring: work.rescore_after.is_some(),
        weighing,
    })
}

/// The fields of a rule's form.
const RULE_FIELDS: [&str; 5] = ["about", "test", "value", "points", "sentence"];

/// Adds a rule; open leads are scored anew. Fields: `about`, `test` and `value`, see [`rule_form`]; `points`; `sentence`.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields; [`ServiceError::Refused`] where there are too
/// many.
pub async fn add_score_rule(ctx: &Ctx, form: &FormValues) -> Result<ScoreRuleId> {
    let (mut tx, catalog) = begin(ctx).await?;
    only_fields(form, &RULE_FIELDS)?;
    let weighing = qualification::weighing(&mut tx).await?;
    let rule = read(form, &catalog, &weighing)?;
    if tx.scoring().rules().await?.iter().filter(|rule| !rule.retired).count() >= RULES_MOST {
        return Err(ServiceError::Refused(format!("There are {RULES_MOST} rules already; retire one that is no longer needed")));
    }
    tx.scoring().begin().await?;
    let id = tx.scoring().add_rule(&rule).await?;
    tx.scoring().rescore_all().await?;
    finish(ctx, tx, id.0, EventKind::RecordAdded { name: named(&rule) }).await?;
    Ok(id)
}

/// Changes a rule; open leads are scored anew. Fields as of [`add_score_rule`], and `retired`; a form without `about`, `test` and `value`
/// leaves all three as they are, any other that was not sent stays as well.
///
/// # Errors
/// As [`add_score_rule`], and [`ServiceError::NotFound`].
pub async fn change_score_rule(ctx: &Ctx, id: ScoreRuleId, form: &FormValues) -> Result<()> {
    let (mut tx, catalog) = begin(ctx).await?;
    only_fields(form, &[&RULE_FIELDS[..], &["retired"]].concat())?;
    let weighing = qualification::weighing(&mut tx).await?;
    let old = tx.scoring().rules().await?.into_iter().find(|rule| rule.id == id).ok_or(ServiceError::NotFound)?;
    let [about, test, value] = rule_form::typed(&old.about, &old.test, &catalog);
    let standing = [("about", about), ("test", test), ("value", value), ("points", old.points.to_string()), ("sentence", old.sentence.clone())];
    let asks = RULE_FIELDS[..3].iter().any(|field| form.find(field).is_some());
    let whole = standing.into_iter().map(|(field, text)| (field.to_owned(), form.find(field).map_or(text, str::to_owned)));
    let mut new = if asks {
        read(&FormValues(whole.collect()), &catalog, &weighing)?
    } else {
        // What it looks at may have been taken away since, which is no reason not to retire it.
        let mut errors = FieldErrors::default();
        let mut new = old.clone();
        if let Some(text) = form.find("points") {
            new.points = errors.take("points", points(text)).unwrap_or_default();
        }
        if let Some(text) = form.find("sentence") {
            new.sentence = errors.take("sentence", required_line(text, "why, in a sentence")).unwrap_or_default();
        }
        errors.into_result()?;
        new
    };
    (new.id, new.retired) = (id, is_ticked(form, "retired").unwrap_or(old.retired));
    if new == old {
        return Ok(());
    }
    tx.scoring().change_rule(&new, ctx.now()).await?;
    tx.scoring().rescore_all().await?;
    let changes = only_differences([
        ("Condition", old.condition(&catalog, &weighing), new.condition(&catalog, &weighing)),
        ("Points", old.points.to_string(), new.points.to_string()),
        ("Sentence", old.sentence.clone(), new.sentence.clone()),
        ("Retired", yes_or_no(old.retired), yes_or_no(new.retired)),
    ]);
    finish(ctx, tx, id.0, EventKind::RecordChanged { name: named(&old), changes }).await
}

/// Says whether the model counts. Field: `on`. Where there is none yet, one is learned.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the field.
pub async fn change_score_model(ctx: &Ctx, form: &FormValues) -> Result<()> {
    let (mut tx, _) = begin(ctx).await?;
    only_fields(form, &["on"])?;
    let on = match form.get("on") {
        "1" => true,
        "0" => false,
        _ => return Err(FieldErrors::at("on", "Choose on or off").into()),
    };
    let old = tx.scoring().work().await?.uses_model;
    if on == old {
        return Ok(());
    }
    tx.scoring().use_model(on).await?;
    if on {
        tx.scoring().begin().await?;
        if !tx.scoring().has_model().await? {
            tx.scoring().ask_training(ctx.now()).await?;
        }
    }
    tx.scoring().rescore_all().await?;
    let changes = only_differences([("Counts", yes_or_no(old), yes_or_no(on))]);
    finish(ctx, tx, 0, EventKind::RecordChanged { name: "what leads teach about scores".to_owned(), changes }).await
}

/// Has the program learn from closed leads now, in the background.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators.
pub async fn train_scores(ctx: &Ctx, form: &FormValues) -> Result<()> {
    let (mut tx, _) = begin(ctx).await?;
    only_fields(form, &[])?;
    tx.scoring().ask_training(ctx.now()).await?;
    Ok(tx.save().await?)
}

fn named(rule: &ScoreRule) -> String {
    format!("the score rule “{}”", rule.sentence)
}

fn read(form: &FormValues, catalog: &Catalog, weighing: &Weighing) -> Result<ScoreRule> {
    let mut errors = FieldErrors::default();
    let points = errors.take("points", points(form.get("points"))).unwrap_or_default();
    let sentence = errors.take("sentence", required_line(form.get("sentence"), "why, in a sentence")).unwrap_or_default();
    let asked = rule_form::read(form.get("about"), form.get("test"), form.get("value"), catalog, weighing);
    match asked {
        Ok((about, test)) if errors.is_empty() => Ok(ScoreRule { id: ScoreRuleId(0), about, test, points, sentence, retired: false }),
        Ok(_) => Err(errors.into()),
        Err(more) => {
            more.0.into_iter().for_each(|(field, sentence)| errors.add(&field, sentence));
            Err(errors.into())
        }
    }
}

fn points(text: &str) -> std::result::Result<i64, String> {
    let points = text.trim().parse().ok().filter(|points| *points != 0 && (-POINTS_MOST..=POINTS_MOST).contains(points));
    points.ok_or_else(|| format!("Enter a whole number of points, -{POINTS_MOST} to {POINTS_MOST} and not 0"))
}
