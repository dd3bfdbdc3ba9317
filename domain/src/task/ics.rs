//! Tasks as a calendar that other programs read: iCalendar, RFC 5545. Most of them show events and leave to-dos out, so each task is an event.

use super::{Task, TaskRow};
use crate::ics::{date, escaped, moment, push_line};
use crate::{DAY_MS, SiteZone, Timestamp};

/// How long what is due at a time takes in a calendar. Unit: minutes.
const TAKES: i64 = 30;

/// A calendar of the tasks that are due some time. `public_url` is the site's address, without a slash at its end.
#[must_use]
pub fn calendar(name: &str, public_url: &str, rows: &[TaskRow], zone: &SiteZone, now: Timestamp) -> String {
    let mut text = String::new();
    for line in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Leadwright//Tasks//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"] {
        push_line(&mut text, line);
    }
    push_line(&mut text, &format!("X-WR-CALNAME:{}", escaped(name)));
    for row in rows {
        push_event(&mut text, row, public_url, zone, now);
    }
    push_line(&mut text, "END:VCALENDAR");
    text
}

/// Appends a task, if it is due some time.
fn push_event(text: &mut String, row: &TaskRow, public_url: &str, zone: &SiteZone, now: Timestamp) {
    let task = &row.task;
    let Some(due) = task.due else { return };
    let host = public_url.rsplit("://").next().unwrap_or_default().split(['/', ':']).next().unwrap_or_default();
    let (start, end) = if due.all_day {
        let day = due.day(zone);
        (format!("DTSTART;VALUE=DATE:{}", date(day)), format!("DTEND;VALUE=DATE:{}", date(day.plus_ms(DAY_MS))))
    } else {
        (format!("DTSTART:{}", moment(due.at)), format!("DTEND:{}", moment(due.at.plus_ms(TAKES * 60_000))))
    };
    let lines = [
        "BEGIN:VEVENT".to_owned(),
        format!("UID:task-{}@{host}", task.id),
        format!("DTSTAMP:{}", moment(now)),
        format!("LAST-MODIFIED:{}", moment(task.updated_at)),
        format!("SEQUENCE:{}", task.version),
        start,
        end,
        format!("SUMMARY:{}", escaped(&summary(row))),
        format!("DESCRIPTION:{}", escaped(&description(row, public_url))),
        format!("URL:{}", address(task, public_url)),
        "TRANSP:TRANSPARENT".to_owned(),
        "END:VEVENT".to_owned(),
    ];
    for line in lines {
        push_line(text, &line);
    }
}

fn summary(row: &TaskRow) -> String {
    if row.lead_name.is_empty() { row.task.title.clone() } else { format!("{} ({})", row.task.title, row.lead_name) }
}

fn description(row: &TaskRow, public_url: &str) -> String {
    let company = row.account.as_ref().map(|account| account.name.clone()).unwrap_or_default();
    let parts = [row.task.note.clone(), company, address(&row.task, public_url)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Where it stands on the site.
fn address(task: &Task, public_url: &str) -> String {
    task.lead.map_or_else(|| format!("{public_url}/tasks"), |lead| format!("{public_url}/leads/{lead}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cast::{ACME, MAYA, NOW};
    use crate::ics::LINE_MAX;
    use crate::task::Due;
    use crate::{LeadId, Named, TaskId};

    fn zone() -> SiteZone {
        SiteZone::new(&[(0, 60)])
    }

    fn row(title: &str, due: Option<Due>) -> TaskRow {
        let task = Task { id: TaskId(7), version: 3, title: title.to_owned(), due, ..Task::blank(MAYA, Some(LeadId(42)), NOW) };
        TaskRow { task, lead_name: "Jo Field".to_owned(), account: Some(Named { id: ACME, name: "Acme".to_owned() }) }
    }

    fn written(rows: &[TaskRow]) -> String {
        calendar("Leadwright: Maya", "https://leads.test:8443", rows, &zone(), NOW)
    }

    fn day(text: &str) -> Timestamp {
        Timestamp::parse_day(text).expect("a day")
    }

    #[test]
    fn a_task_is_an_event_at_its_time() {
        let text = written(&[row("Call", Some(Due::at(day("2025-11-26"), 9 * 60 + 30, &zone())))]);
        assert_eq!(
            text,
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Leadwright//Tasks//EN\r\nCALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n\
             X-WR-CALNAME:Leadwright: Maya\r\nBEGIN:VEVENT\r\nUID:task-7@leads.test\r\nDTSTAMP:20251124T160000Z\r\n\
             LAST-MODIFIED:20251124T160000Z\r\nSEQUENCE:3\r\nDTSTART:20251126T083000Z\r\nDTEND:20251126T090000Z\r\n\
             SUMMARY:Call (Jo Field)\r\nDESCRIPTION:Acme\\nhttps://leads.test:8443/leads/42\r\nURL:https://leads.test:8443/leads/42\r\n\
             TRANSP:TRANSPARENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        );
    }

    #[test]
    fn a_day_is_a_whole_one_and_what_has_none_is_left_out() {
        let text = written(&[row("Call", Some(Due::on(day("2025-12-31"), &zone()))), row("Some day", None)]);
        assert!(text.contains("DTSTART;VALUE=DATE:20251231\r\nDTEND;VALUE=DATE:20260101\r\n"), "{text}");
        assert_eq!(text.matches("BEGIN:VEVENT").count(), 1);
    }

    #[test]
    fn what_was_typed_stays_text() {
        let mut hostile = row("a;b, c\\d", Some(Due::on(day("2025-12-31"), &zone())));
        hostile.task.note = "one\ntwo\r\nEND:VEVENT".to_owned();
        hostile.lead_name = String::new();
        let text = written(&[hostile]);
        assert!(text.contains("SUMMARY:a\\;b\\, c\\\\d\r\n"), "{text}");
        assert!(text.contains("DESCRIPTION:one\\ntwo\\nEND:VEVENT\\nAcme\\n"), "{text}");
        assert_eq!(text.matches("\r\nEND:VEVENT\r\n").count(), 1);
    }

    #[test]
    fn a_long_line_goes_on_in_the_next_without_cutting_a_letter() {
        let title = "Ü".repeat(90) + &"x".repeat(90);
        let text = written(&[row(&title, Some(Due::on(day("2025-12-31"), &zone())))]);
        assert!(text.split("\r\n").all(|line| line.len() <= LINE_MAX), "{text}");
        assert!(text.replace("\r\n ", "").contains(&format!("SUMMARY:{title} (Jo Field)\r\n")), "{text}");
    }
}
