//! The site as a whole: its name, what amounts, phone numbers and times are meant in, and who gets what comes in by itself.

use domain::catalog::{Site, WEEKDAYS, clock_text, parse_clock};
use domain::clock::hours_text;
use domain::radar::WITHIN_HOURS_MAX;
use domain::text::{line, required_line};
use domain::{Action, Catalog, Dimension, EventKind, FieldErrors, FormValues, GroupId};
use store::catalog::{ACTION_LABEL, CURRENCY, INTAKE_GROUP, REGION, SITE_NAME, TIME_ZONE, TOUCH_WITHIN, WORKING_DAYS, WORKING_FROM, WORKING_TO};

use super::{begin, finish};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::form_parts::{only_differences, only_fields, parse_ids};

/// Names of the time zones that a site may be in.
///
/// # Errors
/// [`crate::ServiceError::Forbidden`] but for administrators.
pub fn time_zones(ctx: &Ctx) -> Result<Vec<String>> {
    ctx.require(Action::Configure)?;
    Ok(chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name().to_owned()).collect())
}

/// Changes the site. Fields: `name`, `currency`, `region`, `time_zone`, `days` (several, 1 for Monday), `from`, `to`
/// (times of day), `intake_group`, `touch_within` (hours), `action_label` (empty for the usual name). One that was not sent stays as it is. Leads keep the currency that they have.
///
/// # Errors
/// [`crate::ServiceError::Forbidden`] but for administrators; [`crate::ServiceError::Invalid`] at the fields.
pub async fn change_site(ctx: &Ctx, form: &FormValues) -> Result<()> {
    let (mut tx, catalog) = begin(ctx).await?;
    only_fields(form, &["name", "currency", "region", "time_zone", "days", "from", "to", "intake_group", "touch_within", "action_label"])?;
    let old = &catalog.site;
    let mut errors = FieldErrors::default();
    let new = read(form, &catalog, &mut errors);
    errors.into_result()?;
    if new == *old {
        return Ok(());
    }
    let settings = [
        (SITE_NAME, new.name.clone()),
        (CURRENCY, new.currency.clone()),
        (REGION, new.region.clone()),
        (TIME_ZONE, new.time_zone.clone()),
        (WORKING_DAYS, new.hours.days.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")),
        (WORKING_FROM, new.hours.from_minute.to_string()),
        (WORKING_TO, new.hours.to_minute.to_string()),
        (TOUCH_WITHIN, new.touch_within_hours.to_string()),
        (ACTION_LABEL, new.action_label.clone()),
    ];
    for (key, value) in settings {
        tx.catalog().change_setting(key, &value).await?;
    }
    match new.intake_group {
        Some(group) => tx.catalog().change_setting(INTAKE_GROUP, &group.to_string()).await?,
        None => tx.catalog().remove_setting(INTAKE_GROUP).await?,
    }
    if (&new.time_zone, &new.hours) != (&old.time_zone, &old.hours) {
        // Follow-up clocks of groups without hours of their own are due at other times now.
        tx.clocks().look_anew(None, ctx.now()).await?;
    }
    let changes = differences(old, &new, &catalog);
    finish(ctx, tx, 0, EventKind::RecordChanged { name: "the site".to_owned(), changes }).await
}

fn read(form: &FormValues, catalog: &Catalog, errors: &mut FieldErrors) -> Site {
    let mut new = catalog.site.clone();
    if let Some(text) = form.find("name") {
        new.name = errors.take("name", required_line(text, "a name for the site")).unwrap_or_default();
    }
    if let Some(text) = form.find("currency") {
        let code = text.trim().to_uppercase();
        let is_code = code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
        new.currency = errors.take("currency", is_code.then_some(code).ok_or("Enter the three letters of a currency, like GBP")).unwrap_or_default();
    }
    if let Some(text) = form.find("region") {
        let code = text.trim().to_uppercase();
        let known = code.parse::<phonenumber::country::Id>().is_ok();
        new.region = errors.take("region", known.then_some(code).ok_or("Enter the two letters of a country, like GB")).unwrap_or_default();
    }
    if let Some(text) = form.find("time_zone") {
        let zone = text.trim().parse::<chrono_tz::Tz>().map(|zone| zone.name().to_owned());
        new.time_zone = errors.take("time_zone", zone.map_err(|_| "Choose a time zone from the list")).unwrap_or_default();
    }
    if let Some(days) = parse_ids::<u8>(errors, form, "days") {
        if days.is_empty() || days.iter().any(|day| !(1..=7).contains(day)) {
            errors.add("days", "Tick at least one day");
        }
        new.hours.days = days;
    }
    let mut minute = |field: &'static str, to: &mut i64| {
        if let Some(text) = form.find(field) {
            *to = errors.take(field, parse_clock(text).ok_or("Enter a time of day like 09:00")).unwrap_or(*to);
        }
    };
    minute("from", &mut new.hours.from_minute);
    minute("to", &mut new.hours.to_minute);
    if new.hours.from_minute >= new.hours.to_minute {
        errors.add("to", "Work has to end after it begins");
    }
    if let Some(text) = form.find("touch_within") {
        let hours = text.trim().parse::<i64>().ok().filter(|hours| (1..=WITHIN_HOURS_MAX).contains(hours));
        let hours = hours.ok_or_else(|| format!("Enter a whole number of hours, 1 to {WITHIN_HOURS_MAX}"));
        new.touch_within_hours = errors.take("touch_within", hours).unwrap_or(new.touch_within_hours);
    }
    if let Some(text) = form.find("action_label") {
        let label = errors.take("action_label", line(text)).unwrap_or_default();
        // The usual name is kept as nothing, so that it stays the usual one.
        new.action_label = if label == Dimension::ACTION_LABEL { String::new() } else { label };
    }
    if let Some(text) = form.find("intake_group") {
        let known = |id: &GroupId| catalog.group(*id).is_some_and(|group| !group.retired || catalog.site.intake_group == Some(*id));
        let group = text.parse().ok().filter(known);
        new.intake_group = if text.is_empty() { None } else { errors.take("intake_group", group.ok_or("Choose a group from the list")) };
    }
    new
}

fn differences(old: &Site, new: &Site, catalog: &Catalog) -> Vec<domain::event::TextChange> {
    let days = |site: &Site| {
        let names = site.hours.days.iter().filter_map(|day| WEEKDAYS.get(usize::from(*day).checked_sub(1)?));
        names.copied().collect::<Vec<_>>().join(", ")
    };
    let hours = |site: &Site| format!("{} to {}", clock_text(site.hours.from_minute), clock_text(site.hours.to_minute));
    let group = |id: Option<GroupId>| id.and_then(|id| catalog.group(id)).map_or_else(String::new, |group| group.name.clone());
    only_differences([
        ("Name", old.name.clone(), new.name.clone()),
        ("Currency", old.currency.clone(), new.currency.clone()),
        ("Region", old.region.clone(), new.region.clone()),
        ("Time zone", old.time_zone.clone(), new.time_zone.clone()),
        ("Working days", days(old), days(new)),
        ("Working hours", hours(old), hours(new)),
        ("Leads must be touched within", hours_text(old.touch_within_hours), hours_text(new.touch_within_hours)),
        ("Intake group", group(old.intake_group), group(new.intake_group)),
        ("Name of the fifth answer", old.action_label.clone(), new.action_label.clone()),
    ])
}
