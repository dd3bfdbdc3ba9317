//! Attempts to reach people, on both engines, with a clock that stands still: what follows from them, what is proposed next and when, who may log
//! and read them, and what an administrator changes.

use std::sync::Arc;

use domain::attempt::{ASK_RECEPTION, AttemptsView, CALL_BACK, PlaybookText, Reason};
use domain::clock::ClockState;
use domain::{
    Actor, AttemptChannel, AttemptOutcome, Cadence, DAY_MS, EmailAddress, EventKind, FormValues, HOUR_MS, LeadAction, LeadId, Role, TaskStep,
    Timestamp, UserId, VoicemailPoint,
};
use service::attempts::{self, Logged};
use service::leads::{self, find};
use service::once::Once;
use service::{Clock, Ctx, MailSite, ServiceError, accounts, configuration, people, rep_figures, tasks};
use store::people::NewUser;
use store::{Store, both_engines};

/// 24 November 2025, a Monday, 16:00 in London.
const NOW: Timestamp = Timestamp(1_764_000_000_000);
const NUMBER: &str = "+441614960123";

struct House {
    ada: Ctx,
    /// Reps of the North, which Martin manages.
    maya: Ctx,
    noor: Ctx,
    martin: Ctx,
    /// A rep of no group.
    ana: Ctx,
    /// Of the distributor Northwind.
    dina: Ctx,
    /// Maya's, of the North; Martin gave it to her.
    lead: LeadId,
}

async fn house(store: &Store) -> House {
    house_at(store, NOW).await
}

async fn house_at(store: &Store, now: Timestamp) -> House {
    let mail = MailSite { public_url: "https://leads.test".to_owned(), sender: "leadwright@leads.test".to_owned(), has_server: true };
    let public = Ctx { mail: Arc::new(mail), ..Ctx::anonymous(store.clone(), Clock::fixed(now)) };
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
    let lead = given(&maya, &martin, "phones=0161+496+0123&emails=jo@acme.test").await;
    House { ada, maya, noor, martin, ana, dina, lead }
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

/// A lead of the North that Martin gives to Maya; what `more` says counts first.
async fn given(maya: &Ctx, martin: &Ctx, more: &str) -> LeadId {
    let group = martin.actor().unwrap().managed_groups[0];
    leads::add(martin, &form(&format!("{more}&full_name=Jo&company=Acme&owner={}&group={group}", id_of(maya)))).await.unwrap()
}

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

fn id_of(ctx: &Ctx) -> UserId {
    ctx.actor().unwrap().id
}

fn at(day: &str, hour: i64, minute: i64) -> Timestamp {
    Timestamp::parse_day(day).unwrap().plus_ms(hour * HOUR_MS + minute * 60_000)
}

/// It becomes that moment.
fn go_to(ctx: &Ctx, moment: Timestamp) {
    ctx.clock.advance_ms(moment.0 - ctx.now().0);
}

async fn log(ctx: &Ctx, lead: LeadId, text: &str) -> Logged {
    attempts::log_once(ctx, lead, &form(text), None).await.unwrap()
}

async fn view(ctx: &Ctx, lead: LeadId) -> AttemptsView {
    attempts::view(ctx, lead).await.unwrap()
}

/// What is proposed: the channel, when, whether its time has come, and why.
async fn proposed(ctx: &Ctx, lead: LeadId) -> Option<(AttemptChannel, Timestamp, bool, Reason)> {
    view(ctx, lead).await.proposal.map(|found| (found.channel, found.at, found.is_due, found.why))
}

/// The steps of tasks and the outcomes of attempts in the timeline, newest first.
async fn told(ctx: &Ctx, lead: LeadId) -> Vec<String> {
    let timeline = find(ctx, lead).await.unwrap().timeline;
    let told = |kind| match kind {
        EventKind::Task { step: TaskStep::Added, .. } => Some("planned".to_owned()),
        EventKind::Task { step: TaskStep::Done, .. } => Some("finished".to_owned()),
        EventKind::Attempted { channel, outcome, .. } => Some(format!("{} {}", channel.key(), outcome.key())),
        _ => None,
    };
    timeline.into_iter().filter_map(|event| told(event.kind)).collect()
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

both_engines!(an_attempt_is_logged_and_the_next_one_is_proposed, |store| async move {
    let house = house(&store).await;
    assert_eq!(proposed(&house.maya, house.lead).await, Some((AttemptChannel::Call, NOW, true, Reason::First)));
    let logged = log(&house.maya, house.lead, "channel=call&outcome=no_answer&note=Rang+ten+times").await;
    assert_eq!((logged.attempt.to.as_str(), logged.attempt.at, logged.attempt.by), (NUMBER, NOW, id_of(&house.maya)));
    let in_an_hour = (AttemptChannel::Email, NOW.plus_ms(HOUR_MS), false, Reason::Unanswered(1));
    assert_eq!(proposed(&house.maya, house.lead).await, Some(in_an_hour));
    log(&house.maya, house.lead, "channel=email&outcome=no_answer").await;
    let shown = view(&house.maya, house.lead).await;
    assert_eq!(shown.attempts.iter().map(|attempt| attempt.channel).collect::<Vec<_>>(), [AttemptChannel::Email, AttemptChannel::Call]);
    let next = shown.proposal.expect("a proposal");
    assert_eq!((next.channel, next.to.as_str(), next.at), (AttemptChannel::Call, NUMBER, at("2025-11-25", 15, 30)));
    log(&house.maya, house.lead, "channel=call&outcome=reached").await;
    let shown = view(&house.maya, house.lead).await;
    assert_eq!((shown.proposal, shown.is_through), (None, false));
    assert_eq!(told(&house.martin, house.lead).await, ["call reached", "email no_answer", "call no_answer"]);
    let filter = |text: &str| domain::TimelineFilter::from_query(text);
    for (query, count) in [("timeline=attempts", 3), ("timeline=calls", 2), ("timeline=mails", 1)] {
        assert_eq!(leads::timeline(&house.maya, house.lead, filter(query), None).await.unwrap().events.len(), count, "{query}");
    }
});

both_engines!(a_voicemail_promises_a_call_back_which_is_a_task_until_it_is_made, |store| async move {
    let house = house(&store).await;
    let logged = log(&house.maya, house.lead, "channel=call&outcome=voicemail&said=&said=reason&said=date").await;
    let promised_at = at("2025-11-25", 15, 30);
    assert_eq!((logged.attempt.call_back_at, logged.attempt.said), (Some(promised_at), vec![VoicemailPoint::Date, VoicemailPoint::Reason]));
    let detail = find(&house.maya, house.lead).await.unwrap();
    let task = &detail.tasks[0];
    assert_eq!((task.title.as_str(), task.assignee, task.due.map(|due| due.at)), (CALL_BACK, id_of(&house.maya), Some(promised_at)));
    assert_eq!(task.remind_at, Some(promised_at.plus_ms(-15 * 60_000)));
    assert_eq!(detail.next_step.expect("a next step").task, Some(task.id));
    assert_eq!(proposed(&house.maya, house.lead).await, Some((AttemptChannel::Call, promised_at, false, Reason::Promised)));
    assert_eq!(told(&house.maya, house.lead).await, ["planned", "call voicemail"]);

    // Another call on the same evening is not the one that was promised, nor does a colleague finish what is Maya's.
    log(&house.maya, house.lead, "channel=call&outcome=no_answer").await;
    go_to(&house.ada, promised_at);
    log(&house.noor, house.lead, "channel=call&outcome=no_answer").await;
    assert_eq!(find(&house.maya, house.lead).await.unwrap().tasks[0].done, None);
    log(&house.maya, house.lead, "channel=call&outcome=no_answer").await;
    assert_eq!(told(&house.maya, house.lead).await[..2].to_vec(), ["finished", "call no_answer"]);
    let after = proposed(&house.maya, house.lead).await.expect("a proposal");
    assert_eq!((after.0, after.3), (AttemptChannel::Email, Reason::Unanswered(4)));

    // A new promise takes the place of the one before, at the time that was said; a task that is moved moves it.
    log(&house.maya, house.lead, "channel=call&outcome=voicemail&call_back=2025-11-26&call_back_time=10:00").await;
    log(&house.maya, house.lead, "channel=call&outcome=voicemail&call_back=2025-11-27&call_back_time=11:00").await;
    let open: Vec<_> = find(&house.maya, house.lead).await.unwrap().tasks.into_iter().filter(|task| task.done.is_none()).collect();
    assert_eq!(open.iter().map(|task| task.due.unwrap().at).collect::<Vec<_>>(), [at("2025-11-27", 11, 0)]);
    tasks::change(&house.maya, open[0].id, &form("due=2025-12-01&time=")).await.unwrap();
    let moved = (AttemptChannel::Call, at("2025-12-01", 9, 0), false, Reason::Promised);
    assert_eq!(proposed(&house.maya, house.lead).await, Some(moved), "when work begins on that day");
    log(&house.maya, house.lead, "channel=email&outcome=reached").await;
    assert!(find(&house.maya, house.lead).await.unwrap().tasks.iter().all(|task| task.done.is_some()), "who was reached is not called back");
});

both_engines!(what_was_planned_as_it_was_proposed_is_done_by_the_attempt, |store| async move {
    let house = house(&store).await;
    let plan = async |title: &str| {
        tasks::add_once(&house.maya, Some(house.lead), &form(&format!("title={title}&due=2025-11-25&time=10:00")), None).await.unwrap()
    };
    plan(&AttemptChannel::Call.request().replace(' ', "+")).await;
    plan("Send+the+brochure").await;
    log(&house.noor, house.lead, "channel=call&outcome=no_answer").await;
    assert_eq!(find(&house.maya, house.lead).await.unwrap().next_step.expect("a next step").title, "Call them", "it is Maya's to do");
    log(&house.maya, house.lead, "channel=call&outcome=blocked").await;
    assert_eq!(find(&house.maya, house.lead).await.unwrap().next_step.expect("a next step").title, "Send the brochure");
    let advice = view(&house.maya, house.lead).await.advice().map(|row| row.text);
    assert_eq!(advice, Some(PlaybookText::Reception), "and this is how to go on");
});

both_engines!(no_proposed_time_is_outside_of_working_hours, |store| async move {
    let house = house(&store).await;
    let group = house.martin.actor().unwrap().managed_groups[0];
    // Over a weekend, by the hours of the site.
    go_to(&house.ada, at("2025-11-28", 16, 50));
    log(&house.maya, house.lead, "channel=call&outcome=no_answer").await;
    let monday = at("2025-12-01", 9, 30);
    assert_eq!(proposed(&house.maya, house.lead).await, Some((AttemptChannel::Email, monday, false, Reason::Unanswered(1))));
    // Late on a Sunday, it is proposed for when work begins.
    go_to(&house.ada, at("2025-12-07", 20, 0));
    assert_eq!(proposed(&house.maya, house.lead).await, Some((AttemptChannel::Email, at("2025-12-08", 9, 0), true, Reason::Unanswered(1))));
    // Over a holiday, by the hours of the group, in its time zone.
    let hours = "counted=own&day5=10:00-16:00&holidays=2025-12-25+Christmas&time_zone=Europe/Berlin";
    configuration::change_group_hours(&house.ada, group, &form(hours)).await.unwrap();
    go_to(&house.ada, at("2025-12-24", 16, 0));
    let left = log(&house.maya, house.lead, "channel=call&outcome=voicemail").await.attempt;
    // It is five in Berlin, half an hour before work ends; on Friday there are six hours from ten, and the rest is Monday's.
    assert_eq!(left.call_back_at, Some(at("2025-12-29", 9, 30)));
});

both_engines!(hours_of_work_follow_the_clocks_when_they_change, |store| async move {
    // A Friday before the clocks go forward.
    let house = house_at(&store, at("2026-03-27", 16, 0)).await;
    let left = log(&house.maya, house.lead, "channel=call&outcome=voicemail").await.attempt;
    assert_eq!(left.call_back_at, Some(at("2026-03-30", 14, 30)), "half past three in London");
    let task = find(&house.maya, house.lead).await.unwrap().tasks.remove(0);
    let zone = store.catalog().await.unwrap().site.zone.clone();
    assert_eq!(task.due.unwrap().words(&zone), "30 Mar 2026, 15:30");
    // And one before they go back.
    go_to(&house.ada, at("2026-10-23", 15, 0));
    log(&house.maya, house.lead, "channel=call&outcome=reached").await;
    let left = log(&house.maya, house.lead, "channel=call&outcome=voicemail").await.attempt;
    assert_eq!(left.call_back_at, Some(at("2026-10-26", 15, 30)), "half past three in London again");
});

both_engines!(an_attempt_is_a_touch_and_meets_clocks_when_it_was_made, |store| async move {
    let house = house(&store).await;
    let stands = async || {
        let found = find(&house.martin, house.lead).await.unwrap().clocks;
        found.faces.iter().map(|face| (face.name.clone(), face.state(found.now), face.met_at)).collect::<Vec<_>>()
    };
    let waits = async || find(&house.martin, house.lead).await.unwrap().lead.handover.touch_by.is_some();
    house.ada.clock.advance_ms(2 * HOUR_MS);
    log(&house.martin, house.lead, "channel=call&outcome=no_answer").await;
    assert!(waits().await, "who gave it away has not touched it");
    log(&house.maya, house.lead, "channel=call&outcome=blocked").await;
    assert!(!waits().await);
    let found = stands().await;
    let [review, follow_up] = &found[..] else { panic!("not two clocks: {found:?}") };
    assert_eq!((review.1, review.2), (ClockState::MetInTime, Some(house.ada.now())));
    assert_eq!(follow_up.1, ClockState::Running, "nobody spoke to them");
    house.ada.clock.advance_ms(60 * HOUR_MS);
    log(&house.maya, house.lead, "channel=email&outcome=no_answer").await;
    assert_eq!(stands().await[1].1, ClockState::MetLate);
    // Entered late, it counts when it was made.
    log(&house.maya, house.lead, "channel=call&outcome=voicemail&done_at=2025-11-25T09:30").await;
    assert_eq!((stands().await[1].1, stands().await[1].2), (ClockState::MetInTime, Some(at("2025-11-25", 9, 30))));
    assert_eq!(find(&house.maya, house.lead).await.unwrap().lead.latest.contacted_at, Some(house.ada.now()));
    let order: Vec<_> = view(&house.maya, house.lead).await.attempts.into_iter().map(|attempt| attempt.outcome.key()).collect();
    assert_eq!(order, ["no_answer", "voicemail", "blocked", "no_answer"]);
});

both_engines!(who_has_no_number_left_is_asked_for_at_reception, |store| async move {
    let house = house(&store).await;
    let logged = log(&house.maya, house.lead, "channel=call&outcome=wrong_number").await;
    assert!(logged.asks_reception);
    let shown = view(&house.maya, house.lead).await;
    assert_eq!((shown.numbers, shown.addresses), (Vec::<String>::new(), vec!["jo@acme.test".to_owned()]));
    assert_eq!(shown.proposal.map(|next| next.channel), Some(AttemptChannel::Email));
    let task = find(&house.maya, house.lead).await.unwrap().tasks.remove(0);
    assert_eq!((task.title.as_str(), task.due.map(|due| due.at.day())), (ASK_RECEPTION, Some("2025-11-24".to_owned())));
    assert!(!log(&house.maya, house.lead, "channel=call&outcome=wrong_number").await.asks_reception, "it is planned already");
    let two = given(&house.maya, &house.martin, "full_name=Kim&company=Bolt&phones=0161+496+0124,0161+496+0125").await;
    assert!(!log(&house.maya, two, "channel=call&outcome=wrong_number").await.asks_reception, "there is another number");
    assert_eq!(view(&house.maya, two).await.numbers, ["+441614960125"]);
});

both_engines!(what_is_planned_to_get_a_number_comes_with_the_first_attempt_and_goes_with_the_number, |store| async move {
    let house = house(&store).await;
    let lead = given(&house.maya, &house.martin, "full_name=Kim&company=Bolt&emails=kim@bolt.test").await;
    let planned = async || {
        let tasks = find(&house.maya, lead).await.unwrap().tasks;
        tasks.iter().filter(|task| task.title == ASK_RECEPTION).map(domain::Task::is_open).collect::<Vec<_>>()
    };
    assert!(log(&house.maya, lead, "channel=email&outcome=no_answer").await.asks_reception);
    assert!(!log(&house.maya, lead, "channel=email&outcome=no_answer").await.asks_reception);
    assert_eq!(planned().await, [true]);
    leads::change(&house.maya, lead, &form("city=Leeds")).await.unwrap();
    assert_eq!(planned().await, [true]);
    leads::change(&house.maya, lead, &form("phones=0161+496+0127")).await.unwrap();
    assert_eq!(planned().await, [false]);
    leads::change(&house.maya, lead, &form("phones=")).await.unwrap();
    assert!(!log(&house.maya, lead, "channel=email&outcome=no_answer").await.asks_reception, "it was asked for");
});

both_engines!(a_lead_whose_person_did_not_come_lives_on, |store| async move {
    let house = house(&store).await;
    for outcome in ["no_answer", "reached"] {
        log(&house.maya, house.lead, &format!("channel=call&outcome={outcome}")).await;
    }
    assert_eq!(proposed(&house.maya, house.lead).await, None);
    let before = find(&house.maya, house.lead).await.unwrap().lead.state;
    log(&house.maya, house.lead, "channel=visit&outcome=no_show").await;
    assert_eq!(find(&house.maya, house.lead).await.unwrap().lead.state, before);
    assert_eq!(proposed(&house.maya, house.lead).await, Some((AttemptChannel::Call, NOW, true, Reason::NoShow)));
});

both_engines!(everything_was_tried_is_said_and_not_hidden, |store| async move {
    let house = house(&store).await;
    configuration::change_cadence(&house.ada, &form("steps=call+0%0Aemail+2")).await.unwrap();
    log(&house.maya, house.lead, "channel=call&outcome=no_answer").await;
    assert!(!view(&house.maya, house.lead).await.is_through);
    log(&house.maya, house.lead, "channel=email&outcome=no_answer").await;
    let shown = view(&house.maya, house.lead).await;
    assert_eq!((shown.proposal, shown.is_through), (None, true));
});

both_engines!(who_sees_an_open_lead_logs_attempts_and_nobody_else, |store| async move {
    let house = house(&store).await;
    let call = form("channel=call&outcome=reached");
    for stranger in [&house.ana, &house.dina] {
        assert!(is_not_found(attempts::log_once(stranger, house.lead, &call, None).await));
        assert!(is_not_found(attempts::view(stranger, house.lead).await));
    }
    log(&house.noor, house.lead, "channel=call&outcome=no_answer").await;
    let firm = house.dina.actor().unwrap().account.unwrap();
    leads::delegate(&house.martin, house.lead, &form(&format!("distributor={firm}"))).await.unwrap();
    log(&house.dina, house.lead, "channel=visit&outcome=reached").await;
    let shown = view(&house.dina, house.lead).await;
    assert_eq!((shown.figures.total, shown.persistence, shown.may_log), (2, None, true), "how persistent people of the house are is theirs");
    leads::take_back(&house.martin, house.lead, &form("")).await.unwrap();
    assert!(is_not_found(attempts::view(&house.dina, house.lead).await));
    leads::act(&house.maya, house.lead, LeadAction::Win, &form("")).await.unwrap();
    let refused = attempts::log_once(&house.maya, house.lead, &call, None).await;
    assert_eq!(refusal(refused), "This lead is closed; reopen it to go on trying to reach them");
    let shown = view(&house.maya, house.lead).await;
    assert_eq!((shown.may_log, shown.is_through, shown.proposal), (false, false, None));
});

both_engines!(what_is_wrong_is_said_at_its_field_and_nothing_is_logged, |store| async move {
    let house = house(&store).await;
    for (text, field, sentence) in [
        ("channel=call", "outcome", "Choose how it went"),
        ("channel=email&outcome=voicemail", "outcome", "Choose how it went"),
        ("channel=pigeon&outcome=reached", "channel", "Choose how you tried to reach them"),
        ("channel=call&outcome=reached&done_at=2031-01-01T09:00", "done_at", "Enter a day and a time that have passed"),
        ("channel=call&outcome=voicemail&call_back=2025-11-24&call_back_time=15:59", "call_back", "This time is over already"),
    ] {
        let refused = attempts::log_once(&house.maya, house.lead, &form(text), None).await;
        assert_eq!(error_at(refused, field), sentence, "{text}");
    }
    assert!(view(&house.maya, house.lead).await.attempts.is_empty() && told(&house.maya, house.lead).await.is_empty());
});

both_engines!(a_form_that_is_sent_twice_is_one_attempt, |store| async move {
    let house = house(&store).await;
    let once = Once { key: "k".to_owned(), digest: "d".to_owned() };
    let call = form("channel=call&outcome=voicemail");
    let first = attempts::log_once(&house.maya, house.lead, &call, Some(&once)).await.unwrap();
    let again = attempts::log_once(&house.maya, house.lead, &call, Some(&once)).await.unwrap();
    assert_eq!(first, again);
    assert_eq!((view(&house.maya, house.lead).await.figures.total, find(&house.maya, house.lead).await.unwrap().tasks.len()), (1, 1));
});

both_engines!(persistence_is_counted_by_lead_and_by_rep_as_far_as_one_sees, |store| async move {
    let house = house(&store).await;
    let other = given(&house.maya, &house.martin, "full_name=Al&company=Dune").await;
    let own = leads::add(&house.maya, &form("full_name=Kim&company=Bolt")).await.unwrap();
    for _ in 0..2 {
        log(&house.maya, house.lead, "channel=call&outcome=no_answer").await;
    }
    log(&house.noor, house.lead, "channel=social&outcome=no_answer").await;
    log(&house.maya, other, "channel=social&outcome=no_answer").await;
    log(&house.maya, own, "channel=visit&outcome=reached").await;
    let shown = view(&house.maya, house.lead).await;
    assert_eq!(shown.figures.by_channel, [(AttemptChannel::Call, 2), (AttemptChannel::Social, 1)]);
    assert_eq!(shown.figures.by_person, [(id_of(&house.maya), 2), (id_of(&house.noor), 1)]);
    let counted = async |ctx: &Ctx| view(ctx, house.lead).await.persistence.map(|found| (found.attempts, found.leads));
    assert_eq!((counted(&house.maya).await, counted(&house.ada).await), (Some((4, 3)), Some((4, 3))));
    let sees_own = find(&house.noor, own).await.is_ok();
    assert_eq!(counted(&house.noor).await, Some(if sees_own { (4, 3) } else { (3, 2) }), "only of leads that she sees");
    house.ada.clock.advance_ms(31 * DAY_MS);
    assert_eq!(counted(&house.maya).await, Some((0, 0)));
    assert_eq!(view(&house.maya, house.lead).await.figures.total, 3, "of the lead all count");
});

both_engines!(an_administrator_changes_cadence_and_texts, |store| async move {
    let house = house(&store).await;
    let text_of = async |ctx: &Ctx| {
        let texts = view(ctx, house.lead).await.texts;
        texts.into_iter().find(|row| row.text == PlaybookText::Reception).expect("the text").body
    };
    assert!(text_of(&house.maya).await.contains("Never say that you are expected"));
    configuration::change_playbook_text(&house.ada, "reception", &form("body=Be+honest")).await.unwrap();
    assert_eq!(text_of(&house.maya).await, "Be honest");
    let refused = configuration::change_playbook_text(&house.ada, "reception", &form("body=+")).await;
    assert_eq!(error_at(refused, "body"), "Enter a text");
    configuration::reset_playbook_text(&house.ada, "reception", &form("")).await.unwrap();
    assert!(configuration::playbook(&house.ada).await.unwrap().texts.iter().all(|row| !row.is_changed));
    assert!(is_not_found(configuration::change_playbook_text(&house.ada, "lies", &form("body=x")).await));

    configuration::change_cadence(&house.ada, &form("steps=visit+0%0Acall+1&call_back=2")).await.unwrap();
    let place = given(&house.maya, &house.martin, "full_name=Lee&company=Crane&phones=0161+496+0126&city=Leeds").await;
    assert_eq!(proposed(&house.maya, place).await.map(|next| next.0), Some(AttemptChannel::Visit));
    let left = log(&house.maya, place, "channel=call&outcome=voicemail").await.attempt;
    assert_eq!(left.call_back_at, Some(at("2025-11-25", 9, 30)));
    for (text, field, sentence) in [
        ("steps=", "steps", "Enter at least one step"),
        ("steps=call+9999", "steps", "Enter at most 500 hours between two steps"),
        ("call_back=0", "call_back", "Enter whole hours, 1 to 500"),
        ("call_back=soon", "call_back", "Enter whole hours, 1 to 500"),
    ] {
        assert_eq!(error_at(configuration::change_cadence(&house.ada, &form(text)).await, field), sentence, "{text}");
    }
    let wrong = error_at(configuration::change_cadence(&house.ada, &form("steps=call+1%0Apigeon+2")).await, "steps");
    assert!(wrong.contains("“pigeon 2” is not like that"), "{wrong}");
    let kept = configuration::playbook(&house.ada).await.unwrap().cadence;
    assert_eq!((kept.steps_text().as_str(), kept.call_back_hours), ("visit 0\ncall 1", 2));
    assert_ne!(kept, Cadence::default());

    for other in [&house.maya, &house.martin, &house.dina] {
        assert!(matches!(configuration::playbook(other).await, Err(ServiceError::Forbidden(_))));
        assert!(matches!(configuration::change_cadence(other, &form("call_back=3")).await, Err(ServiceError::Forbidden(_))));
        let texts = configuration::change_playbook_text(other, "reception", &form("body=")).await;
        assert!(matches!(texts, Err(ServiceError::Forbidden(_))));
        assert!(matches!(configuration::reset_playbook_text(other, "reception", &form("")).await, Err(ServiceError::Forbidden(_))));
    }
    let audited = service::audit::list(&house.ada, domain::AuditFilter::default(), None).await.unwrap().items;
    let names: Vec<_> =
        audited.iter().filter_map(|entry| if let EventKind::RecordChanged { name, .. } = &entry.kind { Some(name.as_str()) } else { None }).collect();
    let reception = "the playbook, “When reception does not put you through”";
    assert_eq!(names[..3].to_vec(), ["the cadence", reception, reception]);
});

both_engines!(other_systems_hear_of_attempts, |store| async move {
    let house = house(&store).await;
    let attempt = log(&house.maya, house.lead, "channel=call&outcome=blocked&note=No+names").await.attempt;
    assert_eq!(attempt.outcome, AttemptOutcome::Blocked);
    let kind = domain::webhook::message_kind(domain::event::Subject::Lead, &attempt.happening());
    assert_eq!(kind, Some("lead.attempted"));
});

both_engines!(how_people_work_is_told_to_who_leads_them_and_to_themselves, |store| async move {
    let house = house(&store).await;
    let read = async |ctx: &Ctx| rep_figures::view(ctx, 30).await.unwrap();
    let (maya, noor, martin) = (id_of(&house.maya), id_of(&house.noor), id_of(&house.martin));
    let group = house.martin.actor().unwrap().managed_groups[0];
    let ignored = leads::add(&house.martin, &form(&format!("full_name=Al&company=Bolt&owner={noor}&group={group}"))).await.unwrap();
    go_to(&house.ada, NOW.plus_ms(2 * HOUR_MS));
    log(&house.maya, house.lead, "channel=call&outcome=voicemail&said=&said=date").await;
    let shown = read(&house.martin).await;
    assert_eq!(shown.figures.iter().map(|one| one.person).collect::<Vec<_>>(), [maya, noor, martin]);
    let of_maya = &shown.figures[0];
    assert_eq!((of_maya.persistent().as_str(), of_maya.speedy().as_str()), ("1 attempt", "First touch after 2 h (1 lead)"));
    assert_eq!(of_maya.reliable(), "2 of 2 clocks met in time");
    assert_eq!((shown.figures[1].reliable().as_str(), shown.ran_out.len()), ("Nothing was due", 0));

    // Three days on nobody has called back, and nobody has looked at the other; that it is Maya's now is not her fault.
    go_to(&house.ada, NOW.plus_ms(72 * HOUR_MS));
    leads::change(&house.martin, ignored, &form(&format!("owner={maya}"))).await.unwrap();
    let shown = read(&house.martin).await;
    let reliable: Vec<String> = shown.figures.iter().map(domain::rep_figures::RepFigures::reliable).collect();
    assert_eq!(reliable, ["2 of 2 clocks met in time, 0 of 1 promises kept", "0 of 2 clocks met in time", "Nothing was due"]);
    let out: Vec<_> = shown.ran_out.iter().map(|out| (out.person, out.lead, out.name.as_str())).collect();
    assert_eq!(out, [(noor, ignored, "Follow up"), (noor, ignored, "Review")]);
    assert_eq!(rep_figures::view(&house.martin, 0).await.unwrap().ran_out, []);

    assert_eq!(read(&house.maya).await.figures, shown.figures[..1]);
    assert_eq!(read(&house.maya).await.ran_out, []);
    assert_eq!(read(&house.ada).await.figures.len(), 5);
    assert_eq!(read(&house.ana).await.figures.len(), 1);
    assert_eq!(refusal(rep_figures::view(&house.dina, 30).await), "Only people of the house can do this");
});
