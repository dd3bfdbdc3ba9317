use super::*;
use crate::cast::{self, ADA, ANA, MAYA, NOW};
use crate::{FieldErrors, FormValues, Opportunity};

/// Berlin in winter; NOW is Monday, 24 November 2025, 17:00 there.
fn zone() -> SiteZone {
    SiteZone::new(&[(0, 60)])
}

fn catalog() -> Catalog {
    let mut catalog = cast::catalog();
    catalog.site.zone = zone();
    catalog
}

fn day(text: &str) -> Timestamp {
    Timestamp::parse_day(text).expect("a day")
}

fn filled(task: &Task, form: &str) -> Result<Task, FieldErrors> {
    let (mut task, mut errors) = (task.clone(), FieldErrors::default());
    task.fill(&FormValues::decode(form.as_bytes()), &catalog(), &mut errors);
    errors.into_result().map(|()| task)
}

fn new(form: &str) -> Result<Task, FieldErrors> {
    filled(&Task::blank(MAYA, None, NOW), form)
}

fn error(form: &str, field: &str) -> String {
    new(form).unwrap_err().get(field).unwrap_or_default().to_owned()
}

#[test]
fn a_form_becomes_a_task() {
    let task = new(&format!("title=+Call++Jo&note=x&assignee={ANA}&due=2025-11-26&time=09:30&remind=60&repeat=week&until=2025-12-31")).unwrap();
    assert_eq!((task.title.as_str(), task.assignee, task.created_by), ("Call Jo", ANA, MAYA));
    let due = task.due.unwrap();
    assert_eq!((due.at.rfc3339().as_str(), due.all_day), ("2025-11-26T08:30:00.000Z", false), "by the site's clocks");
    assert_eq!((due.words(&zone()), due.time(&zone())), ("26 Nov 2025, 09:30".to_owned(), "09:30".to_owned()));
    assert_eq!(task.reminder(NOW, &zone()), Some(due.at.plus_ms(-HOUR_MS)));
    let repeat = Repeat { every: Every::Week, from: day("2025-11-26"), until: Some(day("2025-12-31")) };
    assert_eq!(task.repeat, Some(repeat));
    let plain = new("title=Call").unwrap();
    assert_eq!((plain.assignee, plain.due, plain.remind, plain.repeat), (MAYA, None, None, None));
}

#[test]
fn what_is_wrong_is_said_at_its_field() {
    assert_eq!(error("title=+", "title"), "Enter what is to be done");
    assert_eq!(error("title=a&due=24.11.2025", "due"), "Enter a date like 2026-11-24");
    for time in ["9:30", "25:00", "12:60", "noon", "12:00:00:00"] {
        assert_eq!(error(&format!("title=a&due=2025-11-26&time={time}"), "time"), "Enter a time like 14:30", "{time}");
    }
    assert!(new("title=a&due=2025-11-26&time=12:00:00").is_ok());
    assert_eq!(error("title=a&time=09:30", "due"), "Enter the day too");
    assert_eq!(error("title=a&assignee=99", "assignee"), "Choose a person from the list");
    assert_eq!(error("title=a&due=2025-11-26&remind=7", "remind"), "Choose from the list");
    assert_eq!(error("title=a&due=2025-11-26&repeat=hour", "repeat"), "Choose from the list");
    assert_eq!(error("title=a&repeat=week", "due"), "Enter the day on which it is due first");
    assert_eq!(error("title=a&remind=0", "due"), "Enter the day on which it is due");
    assert_eq!(error("title=a&due=2025-11-26&repeat=week&until=2025-11-25", "until"), "It ends before it begins");
}

#[test]
fn a_whole_day_is_overdue_when_it_is_over() {
    let due = new("title=a&due=2025-11-24").unwrap().due;
    assert_eq!(due.unwrap().at.rfc3339(), "2025-11-24T22:59:59.999Z");
    assert_eq!(DueGroup::of(due, NOW, &zone()), DueGroup::Today);
    assert_eq!(DueGroup::of(due, NOW.plus_ms(7 * HOUR_MS), &zone()), DueGroup::Overdue);
    let group = |day: &str, time: &str| DueGroup::of(new(&format!("title=a&due={day}&time={time}")).unwrap().due, NOW, &zone());
    assert_eq!((group("2025-11-24", "16:59"), group("2025-11-24", "17:01")), (DueGroup::Overdue, DueGroup::Today));
    assert_eq!((group("2025-11-30", ""), group("2025-12-01", "")), (DueGroup::ThisWeek, DueGroup::Later), "a week ends on Sunday");
    assert_eq!(DueGroup::of(None, NOW, &zone()), DueGroup::Undated);
}

#[test]
fn a_reminder_counts_from_eight_o_clock_of_a_whole_day_and_is_never_late() {
    let remind = |form: &str| new(&format!("title=a&{form}")).unwrap().reminder(NOW, &zone()).map(Timestamp::rfc3339);
    assert_eq!(remind("due=2025-11-26&remind=0").as_deref(), Some("2025-11-26T07:00:00.000Z"));
    assert_eq!(remind("due=2025-11-26&remind=1440").as_deref(), Some("2025-11-25T07:00:00.000Z"));
    assert_eq!(remind("due=2025-11-24&remind=0"), None, "it is past eight");
    assert_eq!(remind("due=2025-11-26"), None);
}

#[test]
fn what_is_done_comes_again_at_the_same_time_of_another_day() {
    let task = Task { id: TaskId(7), ..new("title=Call&due=2025-11-20&time=09:30&remind=60&repeat=week").unwrap() };
    let next = task.next(NOW, &zone()).unwrap();
    assert_eq!(next.due.unwrap().words(&zone()), "27 Nov 2025, 09:30");
    assert_eq!((next.after, next.version, next.title.as_str()), (Some(TaskId(7)), 1, "Call"));
    assert_eq!(next.remind_at, Some(next.due.unwrap().at.plus_ms(-HOUR_MS)));
    assert_eq!(new("title=Call&due=2025-11-20").unwrap().next(NOW, &zone()), None);
    let ending = new("title=Call&due=2025-11-20&repeat=week&until=2025-11-26").unwrap();
    assert_eq!(ending.next(NOW, &zone()), None);
    // Done early, the one that is done is not the next.
    let early = new("title=Call&due=2025-11-27&repeat=week").unwrap();
    assert_eq!(early.next(NOW, &zone()).unwrap().due.unwrap().words(&zone()), "4 Dec 2025");
}

#[test]
fn the_day_it_is_counted_from_moves_with_the_day_it_is_due() {
    let task = new("title=Pay&due=2025-10-31&repeat=month").unwrap();
    let november = task.next(day("2025-10-31"), &zone()).unwrap();
    assert_eq!(november.due.unwrap().words(&zone()), "30 Nov 2025");
    let same = filled(&november, "title=Pay+it&due=2025-11-30&repeat=month").unwrap();
    assert_eq!(same.next(day("2025-11-30"), &zone()).unwrap().due.unwrap().words(&zone()), "31 Dec 2025");
    let moved = filled(&november, "due=2025-11-29&repeat=month").unwrap();
    assert_eq!(moved.next(day("2025-11-29"), &zone()).unwrap().due.unwrap().words(&zone()), "29 Dec 2025");
    assert_eq!(filled(&november, "due=2025-11-28").unwrap().repeat.unwrap().from, day("2025-11-28"));
    assert_eq!(filled(&november, "repeat=").unwrap().repeat, None);
}

#[test]
fn a_change_is_told_in_words() {
    let task = new("title=Call&due=2025-11-26").unwrap();
    let changed = filled(&task, &format!("title=Call&due=2025-11-27&time=10:00&assignee={ADA}&remind=0")).unwrap();
    let told: Vec<(String, String, String)> =
        changed.changes_since(&task, &catalog()).into_iter().map(|change| (change.what, change.old, change.new)).collect();
    let words = |what: &str, old: &str, new: &str| (what.to_owned(), old.to_owned(), new.to_owned());
    assert_eq!(
        told,
        [words("Assignee", "Maya Lind", "Ada Admin"), words("Due", "26 Nov 2025", "27 Nov 2025, 10:00"), words("Reminder", "", "When it is due")]
    );
    assert_eq!(task.changes_since(&task, &catalog()), Vec::new());
}

#[test]
fn the_nearest_of_tasks_and_follow_ups_comes_next() {
    let deal = |follow_up_at| Opportunity {
        id: crate::OpportunityId(1),
        version: 1,
        lead: LeadId(1),
        account: cast::ACME,
        name: "Deal".to_owned(),
        stage: crate::ChoiceId(1),
        amount_minor: None,
        currency: "GBP".to_owned(),
        probability: None,
        close_at: None,
        follow_up_at,
        created_at: NOW,
        updated_at: NOW,
    };
    let task = |id: i64, form: &str| Task { id: TaskId(id), ..new(form).unwrap() };
    let step = |tasks: &[Task], deals: &[Opportunity]| next_step(tasks, deals, NOW, &zone()).map(|step| (step.title, step.task));
    assert_eq!(step(&[], &[]), None);
    assert_eq!(step(&[], &[deal(None), deal(Some(day("2025-11-23")))]), None, "a follow-up that is over is none");
    assert_eq!(step(&[], &[deal(Some(day("2025-11-24")))]), Some(("Follow up".to_owned(), None)), "the day is not over");
    let undated = task(1, "title=Some+day");
    let late = task(2, "title=Late&due=2025-11-20");
    let soon = task(3, "title=Soon&due=2025-11-26");
    assert_eq!(step(std::slice::from_ref(&undated), &[]), Some(("Some day".to_owned(), Some(TaskId(1)))));
    assert_eq!(step(&[undated.clone(), soon.clone()], &[deal(Some(day("2025-11-25")))]), Some(("Follow up".to_owned(), None)));
    assert_eq!(step(&[undated, soon.clone(), late.clone()], &[]), Some(("Late".to_owned(), Some(TaskId(2)))));
    let done = Task { done: Some(TaskDone { at: NOW, by: MAYA }), ..late };
    assert_eq!(step(&[done, soon], &[]), Some(("Soon".to_owned(), Some(TaskId(3)))));
}

#[test]
fn an_address_says_which_tasks() {
    for (query, filter) in [
        ("", TaskFilter::default()),
        ("person=4", TaskFilter { whose: Whose::Person(UserId(4)), done: false }),
        ("person=all&done=1", TaskFilter { whose: Whose::Everyone, done: true }),
    ] {
        assert_eq!(TaskFilter::from_query(query), filter);
        assert_eq!(filter.to_query(), query);
    }
    assert_eq!(TaskFilter::from_query("?person=me&done=2"), TaskFilter::default());
    let everyone = TaskFilter { whose: Whose::Everyone, done: false };
    assert_eq!((everyone.person(&cast::actor(MAYA)), everyone.person(&cast::actor(cast::MARTIN))), (Some(MAYA), None));
    let anas = TaskFilter { whose: Whose::Person(ANA), done: false };
    assert_eq!((anas.person(&cast::actor(MAYA)), anas.person(&cast::actor(ADA))), (Some(MAYA), Some(ANA)));
}
