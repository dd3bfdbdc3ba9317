//! Follow-up clocks: their policies, and when groups work.

use std::sync::Arc;

use domain::catalog::{WEEKDAYS, clock_text, parse_clock};
use domain::clock::hours::{holidays_text, parse_holidays, parse_spans, spans_text};
use domain::clock::{Act, ClockStart, GroupHours, HoursError, LimitError, Span, Week, is_hours};
use domain::event::TextChange;
use domain::text::required_line;
use domain::{Action, ClockBook, ClockPolicy, ClockPolicyId, EventKind, FieldErrors, FormValues, GroupId};
use store::clocks::DIGEST_MINUTE;

use super::{begin, finish};
use crate::clocks;
use crate::ctx::Ctx;
use crate::error::{Result, ServiceError};
use crate::form_parts::{is_ticked, only_differences, only_fields, yes_or_no};

/// The fields of the days of a week, Monday first.
const DAY_FIELDS: [&str; 7] = ["day1", "day2", "day3", "day4", "day5", "day6", "day7"];

/// Policies of clocks and when groups work.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators.
pub async fn clock_book(ctx: &Ctx) -> Result<Arc<ClockBook>> {
    ctx.require(Action::Configure)?;
    ctx.clock_book().await
}

/// Changes a policy. Fields: `name`, `aim` and `limit` (hours; no limit is the end of the day), `counted` (`working` or `plain`), `met_by`
/// (several), `on`. One that was not sent stays as it is. Clocks that run are due by the changed policy.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::NotFound`]; [`ServiceError::Invalid`] at the fields.
pub async fn change_clock_policy(ctx: &Ctx, id: ClockPolicyId, form: &FormValues) -> Result<()> {
    let (mut tx, _) = begin(ctx).await?;
    only_fields(form, &["name", "aim", "limit", "counted", "met_by", "on"])?;
    let book = tx.clocks().book().await?;
    let old = book.policy(id).ok_or(ServiceError::NotFound)?;
    let new = checked_policy(form, old, FieldErrors::default())?;
    if new == *old {
        return Ok(());
    }
    tx.clocks().change_policy(&new).await?;
    if clocks::tells(&new) && !clocks::tells(old) {
        // Of none of them was anybody told: a touch met them, and now it does no more.
        tx.clocks().look_at_all(id, ctx.now()).await?;
    } else {
        tx.clocks().look_anew(Some(id), ctx.now()).await?;
    }
    let kind = EventKind::RecordChanged { name: format!("the clock “{}”", old.name), changes: policy_differences(old, &new) };
    finish(ctx, tx, id.0, kind).await
}

/// Adds a policy for all leads, which is on: clocks of what begins from now on begin by it. Fields: `starts` (with what one begins), and those
/// of [`change_clock_policy`] but `on`.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the fields.
pub async fn add_clock_policy(ctx: &Ctx, form: &FormValues) -> Result<ClockPolicyId> {
    let (mut tx, _) = begin(ctx).await?;
    only_fields(form, &["name", "starts", "aim", "limit", "counted", "met_by"])?;
    let mut errors = FieldErrors::default();
    let starts = errors.take("starts", ClockStart::from_key(form.get("starts")).ok_or("Choose from the list"));
    let blank = ClockPolicy {
        id: ClockPolicyId(0),
        name: errors.take("name", required_line(form.get("name"), "what is to be done")).unwrap_or_default(),
        starts: starts.unwrap_or(ClockStart::Allocation),
        met_by: Vec::new(),
        aim_hours: None,
        limit_hours: None,
        is_working: false,
        is_on: true,
        class: None,
        instead_of: None,
        repeats: false,
    };
    let new = checked_policy(form, &blank, errors)?;
    let id = tx.clocks().add_policy(&new).await?;
    let begins = TextChange { what: "Begins".to_owned(), old: String::new(), new: new.starts.label().to_owned() };
    let changes = std::iter::once(begins).chain(policy_differences(&blank, &new)).collect();
    let kind = EventKind::RecordChanged { name: format!("the clock “{}”, which is new", new.name), changes };
    finish(ctx, tx, id.0, kind).await?;
    Ok(id)
}

/// What the form makes of a policy, if that fits together.
fn checked_policy(form: &FormValues, old: &ClockPolicy, mut errors: FieldErrors) -> Result<ClockPolicy> {
    let new = read_policy(form, old, &mut errors);
    if errors.is_empty()
        && let Err(error) = new.check()
    {
        let field = match error {
            LimitError::NotHours if !new.aim_hours.is_none_or(is_hours) => "aim",
            LimitError::NotHours => "limit",
            LimitError::AimPastLimit | LimitError::AimWithinDay => "aim",
            LimitError::NeverMet => "met_by",
        };
        errors.add(field, error.to_string());
    }
    errors.into_result()?;
    Ok(new)
}

fn read_policy(form: &FormValues, old: &ClockPolicy, errors: &mut FieldErrors) -> ClockPolicy {
    let mut new = old.clone();
    if let Some(text) = form.find("name") {
        new.name = errors.take("name", required_line(text, "what is to be done")).unwrap_or_default();
    }
    for (field, hours) in [("aim", &mut new.aim_hours), ("limit", &mut new.limit_hours)] {
        if let Some(text) = form.find(field) {
            let read = if text.trim().is_empty() { Ok(None) } else { text.trim().parse::<i64>().map(Some).map_err(|_| LimitError::NotHours) };
            *hours = errors.take(field, read).unwrap_or(*hours);
        }
    }
    if let Some(counted) = form.find("counted") {
        match counted {
            "working" => new.is_working = true,
            "plain" => new.is_working = false,
            _ => errors.add("counted", "Choose from the list"),
        }
    }
    if form.find("met_by").is_some() {
        let acts = form.all("met_by").filter(|key| !key.is_empty()).map(|key| Act::from_key(key).ok_or("Choose from the list"));
        new.met_by = errors.take("met_by", acts.collect::<std::result::Result<Vec<_>, _>>()).unwrap_or_default();
    }
    new.is_on = is_ticked(form, "on").unwrap_or(new.is_on);
    new
}

fn policy_differences(old: &ClockPolicy, new: &ClockPolicy) -> Vec<TextChange> {
    let hours = |policy: &ClockPolicy, hours: Option<i64>, without: &str| hours.map_or_else(|| without.to_owned(), |hours| policy.hours_text(hours));
    let acts = |policy: &ClockPolicy| policy.met_by.iter().map(|act| act.label()).collect::<Vec<_>>().join("; ");
    only_differences([
        ("Name", old.name.clone(), new.name.clone()),
        ("Aim", hours(old, old.aim_hours, "none"), hours(new, new.aim_hours, "none")),
        ("Limit", hours(old, old.limit_hours, "the same day"), hours(new, new.limit_hours, "the same day")),
        ("Counts working hours only", yes_or_no(old.is_working), yes_or_no(new.is_working)),
        ("Met by", acts(old), acts(new)),
        ("On", yes_or_no(old.is_on), yes_or_no(new.is_on)),
    ])
}

/// Says when the daily digest goes out to who chose no other hour. Field: `digest`, a time of day; empty for never.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::Invalid`] at the field.
pub async fn change_clock_digest(ctx: &Ctx, form: &FormValues) -> Result<()> {
    let (mut tx, _) = begin(ctx).await?;
    only_fields(form, &["digest"])?;
    let typed = form.get("digest").trim();
    let minute = parse_clock(typed).filter(|minute| *minute < 24 * 60);
    if minute.is_none() && !typed.is_empty() {
        return Err(FieldErrors::at("digest", "Enter a time of day like 08:30, or nothing").into());
    }
    let old = tx.clocks().book().await?.digest_minute;
    if minute == old {
        return Ok(());
    }
    match minute {
        Some(minute) => tx.catalog().change_setting(DIGEST_MINUTE, &minute.to_string()).await?,
        None => tx.catalog().remove_setting(DIGEST_MINUTE).await?,
    }
    let told = |minute: Option<i64>| minute.map_or_else(|| "never".to_owned(), clock_text);
    let changes = only_differences([("Sent at", told(old), told(minute))]);
    finish(ctx, tx, 0, EventKind::RecordChanged { name: "the daily digest".to_owned(), changes }).await
}

/// Says when a group works. Fields: `counted` (`site`: as the site does, `own`: as said here, `plain`: every hour counts), `day1` to `day7`
/// (`09:00-12:30, 13:30-17:00`; Monday first), `holidays` (a day a line), `time_zone` (empty for the site's). One that was not sent stays as it
/// is. Clocks that run are due by the changed hours.
///
/// # Errors
/// [`ServiceError::Forbidden`] but for administrators; [`ServiceError::NotFound`]; [`ServiceError::Invalid`] at the fields.
pub async fn change_group_hours(ctx: &Ctx, id: GroupId, form: &FormValues) -> Result<()> {
    let (mut tx, catalog) = begin(ctx).await?;
    only_fields(form, &[&["counted", "holidays", "time_zone"][..], &DAY_FIELDS].concat())?;
    let group = catalog.group(id).ok_or(ServiceError::NotFound)?;
    let book = tx.clocks().book().await?;
    let old = book.of_group(id);
    let as_site = GroupHours {
        group: id,
        is_plain: false,
        week: Week::of_site(&catalog.site.hours),
        holidays: Vec::new(),
        time_zone: String::new(),
        zone: None,
    };
    let mut errors = FieldErrors::default();
    let new = read_hours(form, old, &as_site, &mut errors);
    errors.into_result()?;
    if new.as_ref() == old {
        return Ok(());
    }
    match &new {
        Some(new) => tx.clocks().change_hours(new).await?,
        None => tx.clocks().remove_hours(id).await?,
    }
    tx.clocks().look_anew(None, ctx.now()).await?;
    let changes = only_differences([("Hours", told(old), told(new.as_ref()))]);
    finish(ctx, tx, id.0, EventKind::RecordChanged { name: format!("the hours of “{}”", group.name), changes }).await
}

/// What the form says; `None` for a group that works as the site does.
fn read_hours(form: &FormValues, old: Option<&GroupHours>, as_site: &GroupHours, errors: &mut FieldErrors) -> Option<GroupHours> {
    let mut new = old.unwrap_or(as_site).clone();
    match form.find("counted") {
        Some("site") => {
            // Hours were typed, and "as the site does", which stands there from the start, was left: nothing typed is lost silently.
            if old.is_none() && differs(form, as_site) {
                errors.add("counted", "Choose “As said here” for what you entered below to count");
            }
            return None;
        }
        Some("own") => new.is_plain = false,
        Some("plain") => new.is_plain = true,
        Some(_) => errors.add("counted", "Choose from the list"),
        None => {}
    }
    for (field, spans) in DAY_FIELDS.into_iter().zip(&mut new.week.0) {
        if let Some(text) = form.find(field) {
            *spans = errors.take(field, parse_spans(text)).unwrap_or_default();
        }
    }
    if let Some(text) = form.find("holidays") {
        new.holidays = errors.take("holidays", parse_holidays(text)).unwrap_or_default();
    }
    if let Some(text) = form.find("time_zone") {
        let zone = text.trim();
        let known = zone.is_empty() || zone.parse::<chrono_tz::Tz>().is_ok();
        new.time_zone = errors.take("time_zone", known.then(|| zone.to_owned()).ok_or("Choose a time zone from the list")).unwrap_or_default();
        new.zone = (!new.time_zone.is_empty()).then(|| store::site_zone::site_zone(&new.time_zone));
    }
    if !new.is_plain && new.week.is_never_open() && errors.is_empty() {
        errors.add(DAY_FIELDS[0], HoursError::NeverOpen.to_string());
    }
    Some(new)
}

/// Whether a form has other hours than the site's.
fn differs(form: &FormValues, as_site: &GroupHours) -> bool {
    let mut days = DAY_FIELDS.into_iter().zip(&as_site.week.0);
    let has_other_day = days.any(|(field, spans)| form.find(field).is_some_and(|text| parse_spans(text).as_ref() != Ok(spans)));
    has_other_day || !form.get("holidays").trim().is_empty() || !form.get("time_zone").trim().is_empty()
}

/// The hours in a line, for the audit.
fn told(hours: Option<&GroupHours>) -> String {
    let Some(hours) = hours else { return "as the site".to_owned() };
    if hours.is_plain {
        return "every hour counts".to_owned();
    }
    let day = |(name, spans): (&&str, &Vec<Span>)| (!spans.is_empty()).then(|| format!("{name} {}", spans_text(spans)));
    let mut parts: Vec<String> = WEEKDAYS.iter().zip(&hours.week.0).filter_map(day).collect();
    if !hours.time_zone.is_empty() {
        parts.push(hours.time_zone.clone());
    }
    if !hours.holidays.is_empty() {
        parts.push(format!("not on {}", holidays_text(&hours.holidays).replace('\n', ", ")));
    }
    parts.join("; ")
}
