//! Tasks on both engines, with a clock that stands still: who sees, gets and changes them, what comes again, and who is told.

use std::sync::Arc;

use domain::task::{DueGroup, TaskListing, Whose};
use domain::{
    Actor, DAY_MS, EmailAddress, EventKind, FormValues, HOUR_MS, LeadAction, LeadId, Role, Task, TaskFilter, TaskId, TaskStep, Timestamp, UserId,
};
use service::leads::{self, find};
use service::once::Once;
use service::{Clock, Ctx, MailSite, ServiceError, accounts, notices, people, tasks};
use store::people::NewUser;
use store::{Store, both_engines};

struct House {
    public: Ctx,
    ada: Ctx,
    /// Reps of the North, which Martin manages.
    maya: Ctx,
    noor: Ctx,
    martin: Ctx,
    /// A rep of no group.
    ana: Ctx,
    /// Of the distributor Northwind.
    dina: Ctx,
}

/// It is Monday, 24 November 2025, 16:00.
async fn house(store: &Store) -> House {
    let mail = MailSite { public_url: "https://leads.test".to_owned(), sender: "leadwright@leads.test".to_owned(), has_server: true };
    let public = Ctx { mail: Arc::new(mail), ..Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000))) };
    service::seed::seed_defaults(&public).await.unwrap();
    let ada = person(&public, "ada", Role::Administrator, None).await;
    let firm = accounts::add_account(&public.acting_as(ada.clone()), &form("name=Northwind&kind=distributor")).await.unwrap().id;
    let mut ids = vec![ada.id];
    for (name, role) in [("maya", Role::Rep), ("noor", Role::Rep), ("martin", Role::Manager), ("ana", Role::Rep)] {
        ids.push(person(&public, name, role, None).await.id);
    }
    ids.push(person(&public, "dina", Role::Distributor, Some(firm)).await.id);
    let ada = public.acting_as(ada);
    people::add_group(&ada, &form(&format!("name=North&manager={}&members={}&members={}", ids[3], ids[1], ids[2]))).await.unwrap();
    let mut signed_in = Vec::new();
    for id in ids {
        let actor = store.read().await.unwrap().people().load_actor(id).await.unwrap().unwrap();
        signed_in.push(public.acting_as(actor));
    }
    let [ada, maya, noor, martin, ana, dina] = signed_in.try_into().expect("six people");
    House { public, ada, maya, noor, martin, ana, dina }
}

async fn person(ctx: &Ctx, name: &str, role: Role, account: Option<domain::AccountId>) -> Actor {
    let mut tx = ctx.store.begin().await.unwrap();
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account, at: ctx.now() };
    let id = tx.people().add(new).await.unwrap();
    let actor = tx.people().load_actor(id).await.unwrap().unwrap();
    tx.save().await.unwrap();
    actor
}

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

fn id_of(ctx: &Ctx) -> UserId {
    ctx.actor().unwrap().id
}

/// A lead of the North that Maya has.
async fn lead(house: &House) -> LeadId {
    let group = house.martin.actor().unwrap().managed_groups[0];
    leads::add(&house.martin, &form(&format!("full_name=Jo&company=Acme&owner={}&group={group}", id_of(&house.maya)))).await.unwrap()
}

async fn add(ctx: &Ctx, lead: Option<LeadId>, text: &str) -> TaskId {
    tasks::add_once(ctx, lead, &form(text), None).await.unwrap()
}

async fn task(ctx: &Ctx, id: TaskId) -> Task {
    ctx.store.read().await.unwrap().tasks().find(id).await.unwrap().expect("the task")
}

async fn listing(ctx: &Ctx, query: &str) -> TaskListing {
    tasks::list(ctx, TaskFilter::from_query(query), None).await.unwrap()
}

async fn titles(ctx: &Ctx, query: &str) -> Vec<String> {
    listing(ctx, query).await.rows.into_iter().map(|row| row.task.title).collect()
}

async fn steps(ctx: &Ctx, lead: LeadId) -> Vec<TaskStep> {
    let timeline = find(ctx, lead).await.unwrap().timeline;
    let step = |kind| if let EventKind::Task { step, .. } = kind { Some(step) } else { None };
    timeline.into_iter().filter_map(|event| step(event.kind)).collect()
}

async fn told(ctx: &Ctx) -> Vec<(String, String)> {
    notices::list(ctx, None).await.unwrap().items.into_iter().map(|notice| (notice.words, notice.path)).collect()
}

fn error_at<T: std::fmt::Debug>(result: Result<T, ServiceError>, field: &str) -> String {
    match result {
        Err(ServiceError::Invalid(errors)) => errors.get(field).unwrap_or_else(|| panic!("no error at {field}: {errors:?}")).to_owned(),
        other => panic!("not invalid: {other:?}"),
    }
}

fn refusal<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> String {
    match result {
        Err(ServiceError::Refused(sentence) | ServiceError::Forbidden(sentence)) => sentence,
        other => panic!("not refused: {other:?}"),
    }
}

fn is_not_found<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> bool {
    matches!(result, Err(ServiceError::NotFound))
}

both_engines!(an_open_lead_has_a_next_step_or_none, |store| async move {
    let house = house(&store).await;
    let id = lead(&house).await;
    let detail = find(&house.maya, id).await.unwrap();
    assert_eq!((detail.next_step, detail.tasks, detail.rights.task), (None, Vec::new(), true));
    let later = add(&house.maya, Some(id), "title=Send+quote&due=2025-12-01").await;
    let sooner = add(&house.maya, Some(id), "title=Call+back&due=2025-11-25&time=09:30").await;
    add(&house.maya, Some(id), "title=Some+day").await;
    let detail = find(&house.maya, id).await.unwrap();
    let next = detail.next_step.expect("a next step");
    assert_eq!((next.title.as_str(), next.task), ("Call back", Some(sooner)));
    let order: Vec<&str> = detail.tasks.iter().map(|task| task.title.as_str()).collect();
    assert_eq!(order, ["Call back", "Send quote", "Some day"]);
    tasks::complete(&house.maya, sooner).await.unwrap();
    let detail = find(&house.maya, id).await.unwrap();
    assert_eq!(detail.next_step.expect("a next step").task, Some(later));
    let order: Vec<&str> = detail.tasks.iter().map(|task| task.title.as_str()).collect();
    assert_eq!(order, ["Send quote", "Some day", "Call back"], "what is done comes last");
    // A follow-up to come is a next step too.
    let other = lead(&house).await;
    let deal = find(&house.maya, other).await.unwrap().opportunities[0].id;
    service::opportunities::change_opportunity(&house.maya, deal, &form("follow_up=2025-11-26")).await.unwrap();
    assert_eq!(find(&house.maya, other).await.unwrap().next_step.expect("a next step").title, "Follow up");
    house.public.clock.advance_ms(4 * DAY_MS);
    assert_eq!(find(&house.maya, other).await.unwrap().next_step, None, "it is over");
});

both_engines!(each_step_stands_in_the_timeline_and_can_be_taken_back, |store| async move {
    use TaskStep::{Added, Changed, Done, Removed, Reopened, Restored};

    let house = house(&store).await;
    let lead = lead(&house).await;
    let id = add(&house.maya, Some(lead), "title=Call&due=2025-11-25").await;
    tasks::change(&house.maya, id, &form("title=Call+them&version=1")).await.unwrap();
    tasks::change(&house.maya, id, &form("title=Call+them&version=2")).await.unwrap();
    tasks::complete(&house.maya, id).await.unwrap();
    tasks::complete(&house.maya, id).await.unwrap();
    assert_eq!(task(&house.ada, id).await.done.map(|done| done.by), Some(id_of(&house.maya)));
    assert_eq!(refusal(tasks::change(&house.maya, id, &form("title=x")).await), "This task is finished; reopen it to change it");
    tasks::reopen(&house.maya, id).await.unwrap();
    tasks::remove(&house.maya, id).await.unwrap();
    assert!(is_not_found(tasks::complete(&house.maya, id).await) && is_not_found(tasks::remove(&house.maya, id).await));
    assert_eq!(find(&house.maya, lead).await.unwrap().tasks, Vec::new());
    tasks::restore(&house.maya, id).await.unwrap();
    assert_eq!(find(&house.maya, lead).await.unwrap().tasks.len(), 1);
    assert_eq!(steps(&house.maya, lead).await, [Restored, Removed, Reopened, Done, Changed, Added], "what changed nothing is no event");
    let filter = domain::TimelineFilter::from_query("timeline=tasks");
    let page = leads::timeline(&house.maya, lead, filter, None).await.unwrap();
    assert_eq!(page.events.len(), 6);
    assert_eq!(page.events[3].kind.sentence(), "finished the task “Call them”");
});

both_engines!(what_somebody_else_changed_meanwhile_is_not_overwritten, |store| async move {
    let house = house(&store).await;
    let lead = lead(&house).await;
    let id = add(&house.maya, Some(lead), "title=Call").await;
    tasks::change(&house.martin, id, &form("title=Call+at+noon&version=1")).await.unwrap();
    assert!(refusal(tasks::change(&house.maya, id, &form("title=Write&version=1")).await).starts_with("Somebody changed this task"));
    assert_eq!(task(&house.ada, id).await.title, "Call at noon");
});

both_engines!(what_repeats_is_there_again_when_it_is_done, |store| async move {
    let house = house(&store).await;
    let lead = lead(&house).await;
    let id = add(&house.maya, Some(lead), "title=Report&due=2025-11-24&repeat=week&until=2025-12-01").await;
    let done = tasks::complete(&house.maya, id).await.unwrap();
    assert_eq!((done.lead, done.next.map(|due| due.at.day())), (Some(lead), Some("2025-12-01".to_owned())));
    let open = listing(&house.maya, "").await.rows;
    assert_eq!((open.len(), open[0].task.after), (1, Some(id)));
    // Opened again, what came in its place goes away; changed, it stays.
    tasks::reopen(&house.maya, id).await.unwrap();
    assert_eq!(listing(&house.maya, "").await.rows.iter().map(|row| row.task.id).collect::<Vec<_>>(), [id]);
    tasks::complete(&house.maya, id).await.unwrap();
    let next = listing(&house.maya, "").await.rows[0].task.id;
    tasks::change(&house.maya, next, &form("note=With+figures")).await.unwrap();
    tasks::reopen(&house.maya, id).await.unwrap();
    assert_eq!(listing(&house.maya, "").await.rows.len(), 2);
    let last = tasks::complete(&house.maya, next).await.unwrap();
    assert_eq!(last.next, None, "it came for the last time");
});

both_engines!(a_task_goes_only_to_who_sees_its_lead, |store| async move {
    let house = house(&store).await;
    let lead = lead(&house).await;
    let give = |to: &Ctx| form(&format!("title=Call&assignee={}", id_of(to)));
    assert_eq!(
        error_at(tasks::add_once(&house.maya, Some(lead), &give(&house.ana), None).await, "assignee"),
        "They do not see this lead; put them on its team first"
    );
    assert!(is_not_found(tasks::add_once(&house.ana, Some(lead), &give(&house.ana), None).await));
    let id = tasks::add_once(&house.maya, Some(lead), &give(&house.noor), None).await.unwrap();
    assert_eq!(told(&house.noor).await, [("A task for you: Call".to_owned(), format!("/leads/{lead}"))]);
    assert_eq!((titles(&house.noor, "").await, titles(&house.maya, "").await.len()), (vec!["Call".to_owned()], 0));
    // Given on, it is on another's list.
    tasks::change(&house.maya, id, &form(&format!("assignee={}", id_of(&house.martin)))).await.unwrap();
    assert_eq!(titles(&house.noor, "").await, Vec::<String>::new());
    assert_eq!(told(&house.martin).await.len(), 1);
    tasks::change(&house.martin, id, &form(&format!("assignee={}", id_of(&house.maya)))).await.unwrap();
    assert!(told(&house.maya).await.iter().any(|(words, _)| words == "A task for you: Call"));
});

both_engines!(a_distributor_has_tasks_of_their_leads_only, |store| async move {
    let house = house(&store).await;
    let lead = lead(&house).await;
    assert!(is_not_found(tasks::add_once(&house.dina, Some(lead), &form("title=Call"), None).await));
    assert_eq!(refusal(tasks::add_once(&house.dina, None, &form("title="), None).await), "Only people of the house can have tasks without a lead");
    let firm = house.dina.actor().unwrap().account.unwrap();
    leads::delegate(&house.martin, lead, &form(&format!("distributor={firm}"))).await.unwrap();
    let own = add(&house.dina, Some(lead), "title=Visit").await;
    let given = add(&house.martin, Some(lead), &format!("title=Report&assignee={}", id_of(&house.dina))).await;
    let mut found = titles(&house.dina, "").await;
    found.sort();
    assert_eq!(found, ["Report", "Visit"]);
    let to_dina = form(&format!("title=x&assignee={}", id_of(&house.dina)));
    assert_eq!(error_at(tasks::add_once(&house.maya, None, &to_dina, None).await, "assignee"), "They can have no task without a lead");
    leads::take_back(&house.martin, lead, &form("")).await.unwrap();
    assert_eq!(titles(&house.dina, "").await, Vec::<String>::new());
    assert!(is_not_found(tasks::complete(&house.dina, own).await) && is_not_found(tasks::remove(&house.dina, given).await));
});

both_engines!(a_task_without_a_lead_is_its_people_s_own, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, None, &format!("title=Book+room&assignee={}", id_of(&house.noor))).await;
    assert_eq!(told(&house.noor).await, [("A task for you: Book room".to_owned(), "/tasks".to_owned())]);
    for other in [&house.ana, &house.martin, &house.ada, &house.dina] {
        assert!(is_not_found(tasks::complete(other, id).await), "{:?}", other.actor());
        assert_eq!(titles(other, "person=all").await, Vec::<String>::new());
    }
    tasks::complete(&house.noor, id).await.unwrap();
    assert_eq!((titles(&house.noor, "done=1").await.len(), titles(&house.noor, "").await.len()), (1, 0));
    tasks::reopen(&house.maya, id).await.unwrap();
    tasks::remove(&house.maya, id).await.unwrap();
    assert_eq!(titles(&house.noor, "").await, Vec::<String>::new());
});

both_engines!(who_only_sees_a_lead_changes_no_task_of_others, |store| async move {
    let house = house(&store).await;
    let lead = lead(&house).await;
    let id = add(&house.maya, Some(lead), "title=Call").await;
    let sentence = "Only who has this task, who made it, and who works its lead can change it";
    assert_eq!(refusal(tasks::complete(&house.noor, id).await), sentence);
    assert_eq!(refusal(tasks::remove(&house.noor, id).await), sentence);
    tasks::complete(&house.martin, id).await.unwrap();
    // A closed lead takes no new ones, and what is left can be finished.
    let left = add(&house.noor, Some(lead), "title=Left").await;
    leads::act(&house.maya, lead, LeadAction::Win, &form("")).await.unwrap();
    assert_eq!(refusal(tasks::add_once(&house.maya, Some(lead), &form("title=x"), None).await), "This lead is closed; reopen it to plan something");
    assert!(!find(&house.maya, lead).await.unwrap().rights.task);
    tasks::complete(&house.maya, left).await.unwrap();
    let last = add(&house.maya, None, "title=Last").await;
    assert_eq!(titles(&house.maya, "").await, ["Last"]);
    // Those of a deleted lead are on no list.
    let gone = self::lead(&house).await;
    add(&house.maya, Some(gone), "title=Gone").await;
    leads::act(&house.maya, gone, LeadAction::Delete, &form("")).await.unwrap();
    assert_eq!(listing(&house.maya, "").await.rows.iter().map(|row| row.task.id).collect::<Vec<_>>(), [last]);
});

both_engines!(the_list_is_in_order_of_what_is_due_and_counts_what_presses, |store| async move {
    let house = house(&store).await;
    let lead = lead(&house).await;
    for (title, due) in [("never", ""), ("later", "2026-01-10"), ("over", "2025-11-20"), ("today", "2025-11-24"), ("week", "2025-11-28")] {
        add(&house.maya, Some(lead), &format!("title={title}&due={due}")).await;
    }
    add(&house.maya, None, "title=this+morning&due=2025-11-24&time=09:00").await;
    let found = listing(&house.maya, "").await;
    let zone = domain::SiteZone::default();
    let rows: Vec<(String, DueGroup)> = found.rows.iter().map(|row| (row.task.title.clone(), DueGroup::of(row.task.due, found.now, &zone))).collect();
    let wanted = [
        ("over", DueGroup::Overdue),
        ("this morning", DueGroup::Overdue),
        ("today", DueGroup::Today),
        ("week", DueGroup::ThisWeek),
        ("later", DueGroup::Later),
        ("never", DueGroup::Undated),
    ];
    assert_eq!(rows, wanted.map(|(title, group)| (title.to_owned(), group)));
    assert_eq!((found.counts.overdue, found.counts.today), (2, 1));
    let of_lead = found.rows.iter().find(|row| row.task.title == "over").unwrap();
    assert_eq!((of_lead.lead_name.as_str(), of_lead.account.as_ref().map(|account| account.name.as_str())), ("Jo", Some("Acme")));
    // Who leads others looks at theirs; who does not sees their own whatever they ask for.
    let whose = |whose| TaskFilter { whose, done: false }.to_query();
    assert_eq!(titles(&house.martin, &whose(Whose::Person(id_of(&house.maya)))).await.len(), 5, "those of leads he sees");
    assert_eq!(titles(&house.martin, &whose(Whose::Everyone)).await.len(), 5);
    assert_eq!(titles(&house.noor, &whose(Whose::Everyone)).await, Vec::<String>::new());
    assert_eq!(titles(&house.ana, &whose(Whose::Person(id_of(&house.maya)))).await, Vec::<String>::new());
});

both_engines!(a_long_list_goes_on_where_it_ended, |store| async move {
    let house = house(&store).await;
    for nth in 0..53 {
        let due = if nth < 51 { "2025-12-01" } else { "" };
        add(&house.maya, None, &format!("title=Task+{nth}&due={due}")).await;
    }
    for query in ["", "done=1"] {
        let filter = TaskFilter::from_query(query);
        let first = tasks::list(&house.maya, filter, None).await.unwrap();
        let rest = tasks::list(&house.maya, filter, Some(first.next.as_deref().expect("more"))).await.unwrap();
        assert_eq!((first.rows.len(), rest.rows.len(), rest.next), (50, 3, None), "{query}");
        let mut all: Vec<TaskId> = first.rows.iter().chain(&rest.rows).map(|row| row.task.id).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 53, "{query}");
        assert_eq!(tasks::list(&house.maya, filter, Some("nonsense")).await.unwrap().rows.len(), 50);
        for id in all.into_iter().filter(|_| query.is_empty()) {
            tasks::complete(&house.maya, id).await.unwrap();
        }
    }
});

both_engines!(people_are_reminded_once_when_it_is_time, |store| async move {
    let house = house(&store).await;
    let lead = lead(&house).await;
    let remind = |due: &str| format!("title=Call&due={due}&remind=60");
    let id = add(&house.maya, Some(lead), &remind("2025-11-24&time=20:00")).await;
    let moved = add(&house.maya, None, &remind("2025-11-24&time=20:00")).await;
    let done = add(&house.maya, None, &remind("2025-11-24&time=20:00")).await;
    tasks::change(&house.maya, moved, &form("due=2025-11-25&time=20:00")).await.unwrap();
    tasks::complete(&house.maya, done).await.unwrap();
    assert!(!tasks::work(&house.public).await.unwrap(), "it is four");
    house.public.clock.advance_ms(3 * HOUR_MS);
    assert!(tasks::work(&house.public).await.unwrap());
    assert!(!tasks::work(&house.public).await.unwrap());
    let words = ("Remember: Call".to_owned(), format!("/leads/{lead}"));
    assert_eq!(told(&house.maya).await.iter().filter(|told| **told == words).count(), 1);
    assert_eq!(task(&house.ada, id).await.remind_at, None);
    house.public.clock.advance_ms(DAY_MS);
    assert!(tasks::work(&house.public).await.unwrap());
    let words = ("Remember: Call".to_owned(), "/tasks".to_owned());
    assert_eq!(told(&house.maya).await.iter().filter(|told| **told == words).count(), 1);
});

both_engines!(what_was_read_before_somebody_was_reminded_is_not_written, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, None, "title=Call&due=2025-11-24&time=20:00&remind=60").await;
    let mut tx = store.begin().await.unwrap();
    let read = tx.tasks().find(id).await.unwrap().unwrap();
    let changed = |read: &domain::Task| domain::Task { title: "Call again".to_owned(), version: read.version + 1, ..read.clone() };
    assert!(tx.tasks().take_reminder(id, read.remind_at.unwrap()).await.unwrap());
    assert!(!tx.tasks().change(&changed(&read), &read).await.unwrap(), "it would remind of it once more");
    let read = tx.tasks().find(id).await.unwrap().unwrap();
    assert!(tx.tasks().change(&changed(&read), &read).await.unwrap());
    assert_eq!(tx.tasks().find(id).await.unwrap().unwrap().remind_at, None);
});

both_engines!(a_form_that_is_sent_twice_makes_one_task, |store| async move {
    let house = house(&store).await;
    let once = Once { key: "k".to_owned(), digest: "d".to_owned() };
    let first = tasks::add_once(&house.maya, None, &form("title=Call"), Some(&once)).await.unwrap();
    let again = tasks::add_once(&house.maya, None, &form("title=Call"), Some(&once)).await.unwrap();
    assert_eq!((first, titles(&house.maya, "").await.len()), (again, 1));
});

both_engines!(a_task_by_who_got_the_lead_is_the_touch_that_was_waited_for, |store| async move {
    let house = house(&store).await;
    let id = lead(&house).await;
    let waits = async || find(&house.maya, id).await.unwrap().lead.handover.touch_by.is_some();
    add(&house.martin, Some(id), "title=Call+them").await;
    assert!(waits().await, "who gave it plans for others");
    add(&house.maya, Some(id), "title=Call+them").await;
    assert!(!waits().await);
});

both_engines!(a_calendar_address_is_secret_and_stands_for_its_person, |store| async move {
    let house = house(&store).await;
    let lead = lead(&house).await;
    add(&house.maya, Some(lead), "title=Call&due=2025-11-26").await;
    add(&house.maya, None, "title=Some+day").await;
    add(&house.noor, Some(lead), "title=Other&due=2025-11-26").await;
    assert_eq!(tasks::find_feed(&house.maya).await.unwrap(), None);
    let address = tasks::make_feed(&house.maya).await.unwrap();
    let token = |address: &str| address.trim_start_matches("https://leads.test/calendar/").trim_end_matches(".ics").to_owned();
    let text = tasks::feed(&house.public, &token(&address)).await.unwrap();
    assert!(text.contains("SUMMARY:Call (Jo)\r\n") && text.matches("BEGIN:VEVENT").count() == 1, "{text}");
    assert_eq!(tasks::find_feed(&house.maya).await.unwrap(), Some(house.public.now()));
    let other = tasks::make_feed(&house.maya).await.unwrap();
    let too_long = "x".repeat(500);
    for wrong in ["", "none", too_long.as_str(), token(&address).as_str()] {
        assert!(is_not_found(tasks::feed(&house.public, wrong).await), "{wrong}");
    }
    people::change_person(&house.ada, id_of(&house.maya), &form("disabled=1")).await.unwrap();
    assert!(is_not_found(tasks::feed(&house.public, &token(&other)).await), "who cannot sign in reads nothing");
    tasks::revoke_feed(&house.maya).await.unwrap();
    assert!(is_not_found(tasks::revoke_feed(&house.maya).await));
    let audited = service::audit::list(&house.ada, domain::AuditFilter::default(), None).await.unwrap().items;
    assert_eq!(audited.iter().filter(|entry| entry.area == domain::AuditArea::Tokens).count(), 3);
});

both_engines!(a_calendar_has_the_open_tasks_of_its_days, |store| async move {
    let house = house(&store).await;
    let lead = lead(&house).await;
    for (title, due) in [("before", "2025-11-23"), ("monday", "2025-11-24"), ("sunday", "2025-11-30"), ("after", "2025-12-01"), ("never", "")] {
        add(&house.maya, Some(lead), &format!("title={title}&due={due}")).await;
    }
    let done = add(&house.maya, Some(lead), "title=done&due=2025-11-25").await;
    tasks::complete(&house.maya, done).await.unwrap();
    let shown = async |ctx: &Ctx, query: &str| {
        let calendar = tasks::list_days(ctx, query).await.unwrap();
        assert!(!calendar.is_cut);
        calendar.rows.into_iter().map(|row| row.task.title).collect::<Vec<_>>()
    };
    assert_eq!(shown(&house.maya, "span=week").await, ["monday", "sunday"]);
    assert_eq!(shown(&house.maya, "span=day&day=2025-12-01").await, ["after"]);
    assert_eq!(shown(&house.maya, "").await, ["before", "monday", "sunday"], "the whole weeks of November");
    assert_eq!(shown(&house.noor, "span=week").await, Vec::<String>::new());
    assert_eq!(shown(&house.martin, &format!("span=week&person={}", id_of(&house.maya))).await.len(), 2);
    assert_eq!(tasks::list_days(&house.maya, "span=week").await.unwrap().today, Timestamp::parse_day("2025-11-24").unwrap());
});

both_engines!(open_leads_without_a_next_step_stand_below_the_tasks_of_who_owns_them, |store| async move {
    let house = house(&store).await;
    let (bare, planned, over, to_come) = (lead(&house).await, lead(&house).await, lead(&house).await, lead(&house).await);
    add(&house.martin, Some(planned), "title=Call").await;
    for (lead, day) in [(over, "2025-11-23"), (to_come, "2025-11-24")] {
        let deal = find(&house.maya, lead).await.unwrap().opportunities[0].id;
        service::opportunities::change_opportunity(&house.maya, deal, &form(&format!("follow_up={day}"))).await.unwrap();
    }
    let closed = lead(&house).await;
    leads::act(&house.maya, closed, LeadAction::Win, &form("")).await.unwrap();
    let numbers = async |ctx: &Ctx, query: &str| listing(ctx, query).await.unplanned.into_iter().map(|lead| lead.id).collect::<Vec<_>>();
    assert_eq!(numbers(&house.maya, "").await, [over, bare]);
    for lead in [bare, planned, over, to_come] {
        let is_flagged = find(&house.maya, lead).await.unwrap().next_step.is_none();
        assert_eq!(is_flagged, [over, bare].contains(&lead), "the page of lead {lead} says the same");
    }
    assert_eq!(numbers(&house.martin, &format!("person={}", id_of(&house.maya))).await, [over, bare]);
    assert_eq!((numbers(&house.noor, "").await, numbers(&house.maya, "done=1").await), (Vec::new(), Vec::new()));
});
