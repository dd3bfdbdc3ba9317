//! The form of a task: what was typed becomes the task, field by field. A field that was not sent stays as it is.

use super::{Due, Every, Repeat, Task};
use crate::text::{note, required_line};
use crate::{Catalog, FieldErrors, FormValues, SiteZone, Timestamp, UserId};

/// How long before it is due somebody can be reminded, with what people call it. Unit: minutes.
pub const REMINDERS: [(i64, &str); 5] =
    [(0, "When it is due"), (15, "15 minutes before"), (60, "1 hour before"), (24 * 60, "1 day before"), (2 * 24 * 60, "2 days before")];

/// What people call a reminder; empty for one that is not offered.
pub(super) fn reminder_words(minutes: i64) -> &'static str {
    REMINDERS.iter().find(|(offered, _)| *offered == minutes).map_or("", |(_, words)| words)
}

impl Task {
    /// Takes over the fields that were sent: `title`, `note`, `assignee` (a number), `due` (a day) with `time`, `remind` (minutes),
    /// `repeat` with `until` (a day).
    pub fn fill(&mut self, form: &FormValues, catalog: &Catalog, errors: &mut FieldErrors) {
        let zone = &catalog.site.zone;
        if form.find("title").is_some() || self.title.is_empty() {
            self.title = errors.take("title", required_line(form.get("title"), "what is to be done")).unwrap_or_default();
        }
        if let Some(text) = form.find("note") {
            self.note = errors.take("note", note(text)).unwrap_or_default();
        }
        if let Some(text) = form.find("assignee").map(str::trim).filter(|text| !text.is_empty()) {
            self.assignee = errors.take("assignee", parse_assignee(text, self.assignee, catalog)).unwrap_or(self.assignee);
        }
        let before = self.due;
        if form.find("due").is_some() || form.find("time").is_some() {
            self.due = parse_due(form.get("due"), form.get("time"), zone, errors);
        }
        if let Some(text) = form.find("remind") {
            self.remind = errors.take("remind", parse_reminder(text)).flatten();
        }
        if form.find("repeat").is_some() {
            self.repeat = parse_repeat(form, self.repeat, before == self.due, self.due.map(|due| due.day(zone)), errors);
        } else if let (Some(repeat), Some(due)) = (&mut self.repeat, self.due.filter(|_| before != self.due)) {
            repeat.from = due.day(zone);
        }
        if self.due.is_none() && errors.get("due").is_none() && (self.remind.is_some() || self.repeat.is_some()) {
            errors.add("due", if self.repeat.is_some() { "Enter the day on which it is due first" } else { "Enter the day on which it is due" });
        }
    }
}

fn parse_assignee(text: &str, present: UserId, catalog: &Catalog) -> Result<UserId, &'static str> {
    let user: UserId = text.parse().map_err(|_| "Choose a person from the list")?;
    let is_here = user == present || catalog.person(user).is_some_and(|person| !person.disabled);
    if is_here { Ok(user) } else { Err("Choose a person from the list") }
}

fn parse_due(day: &str, time: &str, zone: &SiteZone, errors: &mut FieldErrors) -> Option<Due> {
    let (day, time) = (day.trim(), time.trim());
    if day.is_empty() {
        if !time.is_empty() {
            errors.add("due", "Enter the day too");
        }
        return None;
    }
    let minutes = if time.is_empty() { Some(None) } else { errors.take("time", parse_time(time)).map(Some) };
    let day = errors.take("due", parse_day(day))?;
    Some(match minutes? {
        Some(minutes) => Due::at(day, minutes, zone),
        None => Due::on(day, zone),
    })
}

pub(crate) fn parse_day(text: &str) -> Result<Timestamp, &'static str> {
    Timestamp::parse_day(text).ok_or("Enter a date like 2026-11-24")
}

/// Minutes since midnight. Some browsers send seconds too.
pub(crate) fn parse_time(text: &str) -> Result<i64, &'static str> {
    let parts: Vec<&str> = text.split(':').collect();
    let number = |nth: usize, below: i64| {
        let part = parts.get(nth).filter(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit()))?;
        part.parse::<i64>().ok().filter(|number| *number < below)
    };
    match (number(0, 24), number(1, 60)) {
        (Some(hours), Some(minutes)) if parts.len() <= 3 => Ok(hours * 60 + minutes),
        _ => Err("Enter a time like 14:30"),
    }
}

fn parse_reminder(text: &str) -> Result<Option<i64>, &'static str> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let minutes = text.trim().parse().ok().filter(|minutes| REMINDERS.iter().any(|(offered, _)| offered == minutes));
    minutes.map(Some).ok_or("Choose from the list")
}

/// A task that repeats as before on the day as before is still counted from where it began.
fn parse_repeat(form: &FormValues, present: Option<Repeat>, is_same_day: bool, day: Option<Timestamp>, errors: &mut FieldErrors) -> Option<Repeat> {
    let word = form.get("repeat").trim();
    if word.is_empty() {
        return None;
    }
    let every = errors.take("repeat", Every::from_key(word).ok_or("Choose from the list"))?;
    let until = form.get("until").trim();
    let until = if until.is_empty() { None } else { Some(errors.take("until", parse_day(until))?) };
    // Without a day it cannot be kept; that is said at the day.
    let from = present.filter(|repeat| is_same_day && repeat.every == every).map(|repeat| repeat.from).or(day).unwrap_or_default();
    if until.is_some_and(|until| day.is_some_and(|day| until < day)) {
        errors.add("until", "It ends before it begins");
    }
    Some(Repeat { every, from, until })
}
