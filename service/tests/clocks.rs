//! Follow-up clocks on both engines, with a clock that stands still.

use domain::clock::ClockState;
use domain::{
    Actor, ChoiceList, ClockFaces, ClockPolicyId, EmailAddress, EventKind, FormValues, HOUR_MS, LeadAction, LeadId, Role, Scope, Timestamp, UserId,
};
use service::intake::save;
use service::leads::{self, bulk};
use service::{Clock, Ctx, ServiceError, clocks, configuration, opportunities, outbox, people};
use store::people::NewUser;
use store::{Store, both_engines};

/// 24 November 2025, a Monday, 16:00 in London.
const NOW: Timestamp = Timestamp(1_764_000_000_000);

struct House {
    ada: Ctx,
    /// Reps of the North, which Martin manages.
    maya: Ctx,
    noor: Ctx,
    martin: Ctx,
    /// Takes calls, of no group.
    ina: Ctx,
}

async fn house(store: &Store) -> House {
    house_by(store, Clock::fixed(NOW)).await
}

async fn house_by(store: &Store, clock: Clock) -> House {
    let public = Ctx::anonymous(store.clone(), clock);
    service::seed::seed_defaults(&public).await.unwrap();
    let mut ids = Vec::new();
    for (name, role) in [("ada", Role::Administrator), ("maya", Role::Rep), ("noor", Role::Rep), ("martin", Role::Manager), ("ina", Role::Intake)] {
        ids.push(person(&public, name, role).await.id);
    }
    let ada = public.acting_as(actor(store, ids[0]).await);
    people::add_group(&ada, &form(&format!("name=North&manager={}&members={}&members={}", ids[3], ids[1], ids[2]))).await.unwrap();
    let mut signed_in = Vec::new();
    for id in ids {
        signed_in.push(public.acting_as(actor(store, id).await));
    }
    let [ada, maya, noor, martin, ina] = signed_in.try_into().expect("five people");
    House { ada, maya, noor, martin, ina }
}

async fn actor(store: &Store, id: UserId) -> Actor {
    store.read().await.unwrap().people().load_actor(id).await.unwrap().unwrap()
}

async fn person(ctx: &Ctx, name: &str, role: Role) -> Actor {
    let mut tx = ctx.store.begin().await.unwrap();
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account: None, at: ctx.now() };
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

fn hours(house: &House, hours: i64) {
    house.ada.clock.advance_ms(hours * HOUR_MS);
}

/// The group of the North.
fn north(house: &House) -> domain::GroupId {
    house.martin.actor().unwrap().managed_groups[0]
}

/// Ina gives Maya a lead of the North; what `more` says counts first.
async fn given(house: &House, more: &str) -> LeadId {
    let group = north(house);
    leads::add(&house.ina, &form(&format!("{more}&full_name=Jo&company=Acme&owner={}&group={group}", id_of(&house.maya)))).await.unwrap()
}

async fn shown(ctx: &Ctx, id: LeadId) -> ClockFaces {
    leads::find(ctx, id).await.unwrap().clocks
}

/// The clocks of a lead by name, with how they stand and how many hours after [`NOW`] they were met.
async fn stands(house: &House, id: LeadId) -> Vec<(String, ClockState, Option<i64>)> {
    let found = shown(&house.ada, id).await;
    let hours = |at: Timestamp| (at.0 - NOW.0) / HOUR_MS;
    found.faces.iter().map(|face| (face.name.clone(), face.state(found.now), face.met_at.map(hours))).collect()
}

fn running(name: &str) -> (String, ClockState, Option<i64>) {
    (name.to_owned(), ClockState::Running, None)
}

fn in_time(name: &str, hours: i64) -> (String, ClockState, Option<i64>) {
    (name.to_owned(), ClockState::MetInTime, Some(hours))
}

fn late(name: &str, hours: i64) -> (String, ClockState, Option<i64>) {
    (name.to_owned(), ClockState::MetLate, Some(hours))
}

fn ended(name: &str) -> (String, ClockState, Option<i64>) {
    (name.to_owned(), ClockState::Ended, None)
}

/// The error at a field; panics when there is none.
fn error_at<T: std::fmt::Debug>(result: Result<T, ServiceError>, field: &str) -> String {
    match result {
        Err(ServiceError::Invalid(errors)) => errors.get(field).unwrap_or_else(|| panic!("no error at {field}: {errors:?}")).to_owned(),
        other => panic!("not invalid: {other:?}"),
    }
}

both_engines!(a_lead_that_is_given_is_reviewed_and_followed_up_in_time, |store| async move {
    let house = house(&store).await;
    let id = given(&house, "").await;
    let found = shown(&house.maya, id).await;
    let due: Vec<_> = found.faces.iter().map(|face| (face.name.as_str(), face.started_at, face.due_at)).collect();
    assert_eq!(due, [("Review", NOW, NOW.plus_ms(24 * HOUR_MS)), ("Follow up", NOW, NOW.plus_ms(48 * HOUR_MS))]);
    hours(&house, 2);
    leads::comment(&house.ina, id, &form("text=Mind+them")).await.unwrap();
    assert_eq!(stands(&house, id).await, [running("Review"), running("Follow up")], "who gave it away has not reviewed it");
    leads::comment(&house.maya, id, &form("text=Looks+good")).await.unwrap();
    assert_eq!(stands(&house, id).await, [in_time("Review", 2), running("Follow up")]);
    hours(&house, 23);
    assert_eq!(stands(&house, id).await[1].1, ClockState::Near, "its aim has passed");
    hours(&house, 25);
    assert_eq!(stands(&house, id).await[1].1, ClockState::Overdue);
    leads::comment(&house.maya, id, &form("text=Called&icon=phone")).await.unwrap();
    assert_eq!(stands(&house, id).await, [in_time("Review", 2), late("Follow up", 50)]);
    // One's own is handed over by nobody.
    let own = leads::add(&house.maya, &form("full_name=Kim&company=Bolt")).await.unwrap();
    assert!(stands(&house, own).await.is_empty());
});

both_engines!(an_act_that_is_entered_late_counts_when_it_was_done, |store| async move {
    let house = house(&store).await;
    let id = given(&house, "").await;
    hours(&house, 50);
    assert_eq!(stands(&house, id).await.iter().map(|clock| clock.1).collect::<Vec<_>>(), [ClockState::Overdue, ClockState::Overdue]);
    leads::comment(&house.maya, id, &form("text=Called+again&icon=phone")).await.unwrap();
    assert_eq!(stands(&house, id).await, [late("Review", 50), late("Follow up", 50)]);
    let said = form("text=Called&icon=phone&done_at=2025-11-25T12:00");
    leads::comment(&house.maya, id, &said).await.unwrap();
    assert_eq!(stands(&house, id).await, [in_time("Review", 20), in_time("Follow up", 20)], "the earliest counts");
    let newest = leads::find(&house.ada, id).await.unwrap().timeline.remove(0);
    assert_eq!((newest.at, newest.kind.done_at()), (house.ada.now(), Some(NOW.plus_ms(20 * HOUR_MS))));
    assert_eq!(newest.kind.sentence(), "commented on what was done 25 Nov 2025, 12:00 UTC");
    // Before it was given there was nothing to do; what is to come was not done.
    leads::comment(&house.maya, id, &form("text=Met&icon=phone&done_at=2025-11-20T12:00")).await.unwrap();
    assert_eq!(stands(&house, id).await, [in_time("Review", 20), in_time("Follow up", 20)]);
    for wrong in ["2025-11-27T12:00", "2025-11-25", "yesterday", "2025-11-25T25:00"] {
        let refused = leads::comment(&house.maya, id, &form(&format!("text=Met&done_at={wrong}"))).await;
        assert_eq!(error_at(refused, "done_at"), "Enter a day and a time that have passed", "{wrong}");
    }
});

both_engines!(whoever_gets_a_lead_has_clocks_of_their_own, |store| async move {
    let house = house(&store).await;
    let id = given(&house, "").await;
    hours(&house, 10);
    leads::change(&house.maya, id, &form(&format!("owner={}", id_of(&house.noor)))).await.unwrap();
    let handed_on = NOW.plus_ms(10 * HOUR_MS);
    assert_eq!(shown(&house.noor, id).await.faces[0].started_at, handed_on);
    assert_eq!(stands(&house, id).await, [running("Review"), running("Follow up")], "handing it on is no review");
    leads::change(&house.noor, id, &form("score=5")).await.unwrap();
    assert_eq!(stands(&house, id).await[0], in_time("Review", 10));
    // Taken back as one, the former clocks go on.
    hours(&house, 1);
    let version = leads::find(&house.martin, id).await.unwrap().lead.version;
    let run = bulk::begin(&house.martin, &form(&format!("lead={id}:{version}&what=owner&owner={}", id_of(&house.maya)))).await.unwrap();
    assert_eq!(shown(&house.maya, id).await.faces[0].started_at, NOW.plus_ms(11 * HOUR_MS));
    bulk::undo(&house.martin, run).await.unwrap();
    let mut tx = house.ada.store.read().await.unwrap();
    let clocks = tx.clocks().of_lead(id).await.unwrap();
    let going: Vec<_> = clocks.iter().filter(|clock| clock.ended_at.is_none()).map(|clock| clock.started_at).collect();
    assert_eq!((clocks.len(), going), (6, vec![handed_on, handed_on]));
});

both_engines!(a_deal_that_is_added_is_a_review, |store| async move {
    let house = house(&store).await;
    let id = given(&house, "").await;
    hours(&house, 1);
    opportunities::add_opportunity(&house.ada, id, &form("name=Cabling")).await.unwrap();
    assert_eq!(stands(&house, id).await[0], running("Review"));
    opportunities::add_opportunity(&house.maya, id, &form("name=Wireless")).await.unwrap();
    assert_eq!(stands(&house, id).await, [in_time("Review", 1), running("Follow up")]);
});

both_engines!(closing_ends_clocks_and_reopening_begins_what_is_left_anew, |store| async move {
    let house = house(&store).await;
    let id = given(&house, "").await;
    hours(&house, 1);
    leads::act(&house.maya, id, LeadAction::Cancel, &form("")).await.unwrap();
    assert_eq!(stands(&house, id).await, [in_time("Review", 1), ended("Follow up")]);
    hours(&house, 100);
    leads::act(&house.maya, id, LeadAction::Reopen, &form("")).await.unwrap();
    assert_eq!(stands(&house, id).await, [in_time("Review", 1), running("Follow up")]);
    assert_eq!(shown(&house.maya, id).await.faces[1].started_at, NOW.plus_ms(101 * HOUR_MS));
    leads::act(&house.maya, id, LeadAction::Win, &form("")).await.unwrap();
    assert_eq!(stands(&house, id).await, [in_time("Review", 1), in_time("Follow up", 101)], "a deal that is won was followed up");
});

both_engines!(a_lead_is_reopened_while_time_goes_on, |store| async move {
    let house = house_by(&store, Clock::System).await;
    let mut found = Vec::new();
    // Several, because two readings of the time may be the same.
    for _ in 0..5 {
        let id = given(&house, "").await;
        leads::act(&house.maya, id, LeadAction::Cancel, &form("")).await.unwrap();
        leads::act(&house.maya, id, LeadAction::Reopen, &form("")).await.unwrap();
        found.push(stands(&house, id).await.pop().map(|(name, state, _)| (name, state)));
    }
    assert_eq!(found, vec![Some(("Follow up".to_owned(), ClockState::Running)); 5]);
});

both_engines!(a_call_is_followed_up_on_its_day, |store| async move {
    let house = house(&store).await;
    let catalog = store.catalog().await.unwrap();
    let choice = |list, name: &str| catalog.choice_named(list, name).unwrap().id;
    let call = format!(
        "customer=no&company=Harbour+Dental&full_name=Ana+Reyes&phone=0161+496+0123&email=ana@harbour.test&offerings={}&message=Two+surgeries&source={}",
        choice(ChoiceList::Offering, "Managed Wireless"),
        choice(ChoiceList::Source, "Web")
    );
    let id = save(&house.maya, &form(&call)).await.unwrap().lead;
    let found = shown(&house.maya, id).await;
    let of_call = found.faces.iter().find(|face| face.name == "Follow up the call").expect("a clock of the call");
    assert_eq!(of_call.due_at.rfc3339(), "2025-11-24T23:59:59.999Z");
    let opportunity = leads::find(&house.maya, id).await.unwrap().opportunities.remove(0);
    assert_eq!(opportunity.follow_up_at, Some(of_call.due_at), "as its opportunity says");
    leads::comment(&house.maya, id, &form("text=Called+back&icon=phone")).await.unwrap();
    assert!(stands(&house, id).await.iter().all(|clock| clock.1 == ClockState::MetInTime));
});

both_engines!(a_problem_is_told_to_the_supplier_within_a_week, |store| async move {
    let house = house(&store).await;
    let partner = configuration::add_choice(&house.ada, ChoiceList::Partner, &form("name=Northwind")).await.unwrap();
    let own = leads::add(&house.maya, &form("full_name=Kim&company=Bolt")).await.unwrap();
    leads::comment(&house.maya, own, &form("text=Odd&icon=warning")).await.unwrap();
    assert!(stands(&house, own).await.is_empty(), "nobody supplied it");
    let id = leads::add(&house.maya, &form(&format!("full_name=Jo&company=Acme&partner={partner}"))).await.unwrap();
    leads::comment(&house.maya, id, &form("text=Wrong+number&icon=warning")).await.unwrap();
    hours(&house, 24);
    leads::comment(&house.maya, id, &form("text=Wrong+name+too&icon=warning")).await.unwrap();
    let found = shown(&house.maya, id).await;
    let [problem] = &found.faces[..] else { panic!("not one: {found:?}") };
    assert_eq!((problem.started_at, problem.due_at), (NOW, NOW.plus_ms(7 * 24 * HOUR_MS)));
    leads::comment(&house.maya, id, &form("text=Told+Northwind&icon=flag")).await.unwrap();
    assert_eq!(stands(&house, id).await, [in_time("Tell the supplier of the problem", 24)]);
});

both_engines!(an_administrator_changes_a_policy_and_running_clocks_follow, |store| async move {
    let house = house(&store).await;
    let id = given(&house, "").await;
    let (review, follow_up) = (ClockPolicyId(1), ClockPolicyId(2));
    let change = async |id, text: &str| configuration::change_clock_policy(&house.ada, id, &form(text)).await;
    change(follow_up, "name=Call+them&aim=2&limit=4&counted=working&met_by=&met_by=contact").await.unwrap();
    let found = shown(&house.maya, id).await;
    let face = found.faces.iter().find(|face| face.name == "Call them").expect("the clock");
    // From four in the afternoon, with work until half past five and from nine.
    assert_eq!(face.due_at.rfc3339(), "2025-11-25T11:30:00.000Z");
    assert_eq!(face.sentence(found.now, &found.hours, &domain::SiteZone::default()), "Call them by tomorrow 11:30, 4 working h left");
    change(follow_up, "limit=&aim=").await.unwrap();
    assert_eq!(shown(&house.maya, id).await.faces[0].due_at.rfc3339(), "2025-11-24T23:59:59.999Z", "the same day");
    change(review, "on=").await.unwrap();
    let other = given(&house, "city=Leeds").await;
    assert_eq!(stands(&house, other).await, [running("Call them")], "no more of these begin");
    assert_eq!(stands(&house, id).await.len(), 2, "those that run go on");

    assert_eq!(error_at(change(follow_up, "limit=0").await, "limit"), "Enter a whole number of hours, 1 to 8784");
    assert_eq!(error_at(change(follow_up, "aim=5&limit=4").await, "aim"), "Aim for less than the limit");
    assert_eq!(error_at(change(follow_up, "aim=5").await, "aim"), "Where the limit is the end of the day there is no aim");
    assert_eq!(error_at(change(follow_up, "aim=0&limit=4").await, "aim"), "Enter a whole number of hours, 1 to 8784");
    assert_eq!(error_at(change(follow_up, "aim=soon").await, "aim"), "Enter a whole number of hours, 1 to 8784");
    assert_eq!(error_at(change(follow_up, "met_by=").await, "met_by"), "Choose at least one thing that meets it");
    assert_eq!(error_at(change(follow_up, "met_by=moon").await, "met_by"), "Choose from the list");
    assert_eq!(error_at(change(follow_up, "name=").await, "name"), "Enter what is to be done");
    assert!(matches!(change(ClockPolicyId(99), "limit=4").await, Err(ServiceError::NotFound)));
    let refused = configuration::change_clock_policy(&house.martin, follow_up, &form("limit=4")).await;
    assert!(matches!(refused, Err(ServiceError::Forbidden(_))));
});

both_engines!(a_group_has_hours_and_holidays_of_its_own, |store| async move {
    let house = house(&store).await;
    let group = north(&house);
    let change = async |text: &str| configuration::change_group_hours(&house.ada, group, &form(text)).await;
    configuration::change_clock_policy(&house.ada, ClockPolicyId(2), &form("aim=1&limit=2&counted=working")).await.unwrap();
    let id = given(&house, "").await;
    let due = async || {
        let found = shown(&house.maya, id).await;
        found.faces.iter().find(|face| face.name == "Follow up").expect("the clock").due_at.rfc3339()
    };
    assert_eq!(due().await, "2025-11-25T09:30:00.000Z", "the site's hours");
    for typed in ["day1=10:00-12:00", "day2=nine", "day5=", "holidays=2025-12-25", "time_zone=Europe/Berlin"] {
        let refused = change(&format!("counted=site&{typed}")).await;
        assert_eq!(error_at(refused, "counted"), "Choose “As said here” for what you entered below to count", "{typed}");
    }
    change("counted=site&day1=09:00-17:30&day6=&holidays=&time_zone=").await.unwrap();
    change("counted=own&day2=&day3=10:00-12:00&holidays=2025-12-25+Christmas").await.unwrap();
    assert_eq!(due().await, "2025-11-26T10:30:00.000Z", "closed on Tuesday");
    change("holidays=2025-11-26%0A2025-11-27").await.unwrap();
    assert_eq!(due().await, "2025-11-28T09:30:00.000Z");
    change("time_zone=America/New_York").await.unwrap();
    assert_eq!(due().await, "2025-11-24T18:00:00.000Z", "it is eleven in the morning there");
    change("counted=plain").await.unwrap();
    assert_eq!(due().await, "2025-11-24T18:00:00.000Z");
    change("counted=site").await.unwrap();
    assert_eq!(due().await, "2025-11-25T09:30:00.000Z");

    let closed = (1..=7).map(|day| format!("day{day}=")).collect::<Vec<_>>().join("&");
    assert_eq!(error_at(change(&format!("counted=own&{closed}")).await, "day1"), "Open at least one day, or choose plain hours");
    change(&format!("counted=plain&{closed}")).await.unwrap();
    assert_eq!(error_at(change("day4=nine").await, "day4"), "Write hours like 09:00-12:30, 13:30-17:00; “nine” is not like that");
    assert_eq!(error_at(change("holidays=Easter").await, "holidays"), "Write a day a line, like 2026-12-25; “Easter” is none");
    assert_eq!(error_at(change("time_zone=Mars").await, "time_zone"), "Choose a time zone from the list");
    let refused = configuration::change_group_hours(&house.martin, group, &form("counted=plain")).await;
    assert!(matches!(refused, Err(ServiceError::Forbidden(_))));
    let told = service::audit::list(&house.ada, domain::AuditFilter::default(), None).await.unwrap();
    assert!(matches!(&told.items[0].kind, EventKind::RecordChanged { name, .. } if name == "the hours of “North”"), "{told:?}");
});

both_engines!(a_deleted_lead_has_nothing_to_do_until_it_is_restored, |store| async move {
    let house = house(&store).await;
    let id = given(&house, "").await;
    leads::act(&house.martin, id, LeadAction::Delete, &form("")).await.unwrap();
    assert!(stands(&house, id).await.iter().all(|clock| clock.1 == ClockState::Ended), "nothing is to be done with a deleted lead");
    leads::act(&house.martin, id, LeadAction::Restore, &form("")).await.unwrap();
    assert_eq!(stands(&house, id).await, [running("Review"), running("Follow up")], "one that is restored waits as before");
    let found = store.read().await.unwrap().leads().find_visible(id, &Scope::All).await.unwrap().expect("the lead");
    assert!(found.handover.touch_by.is_some());
});

/// To whom mails went with a word in their subjects, oldest first.
async fn mailed(house: &House, word: &str) -> Vec<(String, String)> {
    let mails = outbox::list(&house.ada, None).await.unwrap().items;
    let mut found: Vec<_> = mails.into_iter().map(|mail| (mail.recipient.email, mail.subject)).filter(|(_, s)| s.contains(word)).collect();
    found.reverse();
    found
}

/// Those of overdue clocks.
async fn told(house: &House) -> Vec<(String, String)> {
    mailed(house, "verdue").await
}

/// Looks at all clocks that wait for it.
async fn look(house: &House) {
    let program = Ctx { actor: None, ..house.ada.clone() };
    while clocks::work(&program).await.unwrap() {}
}

both_engines!(a_manager_hears_once_of_what_is_overdue_and_only_while_their_group_works, |store| async move {
    let house = house(&store).await;
    let id = given(&house, "").await;
    // Wednesday, 16:00: its last moment, which is not too late.
    hours(&house, 48);
    look(&house).await;
    assert!(told(&house).await.is_empty());
    hours(&house, 1);
    look(&house).await;
    let first = ("martin@house.test".to_owned(), format!("Overdue: Jo, Acme (#{id})"));
    assert_eq!(told(&house).await, std::slice::from_ref(&first));
    look(&house).await;
    assert_eq!(told(&house).await.len(), 1, "once");
    // Two that are due on Friday, 17:00, and at which nobody looks before work is over.
    given(&house, "").await;
    given(&house, "").await;
    hours(&house, 49);
    look(&house).await;
    assert_eq!(told(&house).await.len(), 1, "no alarm on a Friday evening");
    hours(&house, 62);
    look(&house).await;
    assert_eq!(told(&house).await.len(), 1, "nor on Monday, 8:00");
    hours(&house, 1);
    look(&house).await;
    assert_eq!(told(&house).await, [first, ("martin@house.test".to_owned(), "2 things are overdue".to_owned())]);
});

both_engines!(nobody_hears_of_what_was_done_is_deleted_or_is_the_manager_s_own, |store| async move {
    let house = house(&store).await;
    let (done, deleted, closed) = (given(&house, "").await, given(&house, "").await, given(&house, "").await);
    let group = north(&house);
    leads::add(&house.ina, &form(&format!("full_name=Kim&company=Bolt&owner={}&group={group}", id_of(&house.martin)))).await.unwrap();
    hours(&house, 1);
    leads::comment(&house.maya, done, &form("text=Called&icon=phone")).await.unwrap();
    leads::act(&house.martin, deleted, LeadAction::Delete, &form("")).await.unwrap();
    leads::act(&house.maya, closed, LeadAction::Cancel, &form("")).await.unwrap();
    hours(&house, 48);
    look(&house).await;
    assert!(told(&house).await.is_empty());
    // A shorter limit is looked at at once.
    let last = given(&house, "").await;
    hours(&house, 16);
    configuration::change_clock_policy(&house.ada, ClockPolicyId(2), &form("aim=2&limit=4")).await.unwrap();
    look(&house).await;
    assert_eq!(told(&house).await, [("martin@house.test".to_owned(), format!("Overdue: Jo, Acme (#{last})"))]);
});

both_engines!(a_digest_after_work_comes_the_next_morning, |store| async move {
    let house = house(&store).await;
    given(&house, "").await;
    configuration::change_clock_digest(&house.ada, &form("digest=18:00")).await.unwrap();
    let digests = async || mailed(&house, "To be done").await.len();
    // Monday, 19:00, and Tuesday, 9:00.
    hours(&house, 3);
    look(&house).await;
    assert_eq!(digests().await, 0, "nobody works");
    hours(&house, 14);
    look(&house).await;
    look(&house).await;
    assert_eq!(digests().await, 1);
    // Saturday, 9:00, and Monday, 9:00.
    hours(&house, 96);
    look(&house).await;
    assert_eq!(digests().await, 1, "not on a day without work");
    hours(&house, 48);
    look(&house).await;
    assert_eq!(digests().await, 2);
});

both_engines!(a_lead_that_is_restored_is_told_of_once, |store| async move {
    let house = house(&store).await;
    let id = given(&house, "").await;
    let act = async |action| leads::act(&house.martin, id, action, &form("")).await.unwrap();
    hours(&house, 1);
    act(LeadAction::Delete).await;
    // Wednesday, 17:00: nobody hears of it while it is deleted.
    hours(&house, 48);
    look(&house).await;
    assert!(told(&house).await.is_empty());
    act(LeadAction::Restore).await;
    look(&house).await;
    assert_eq!(told(&house).await.len(), 1, "it is still to be done");
    act(LeadAction::Delete).await;
    act(LeadAction::Restore).await;
    look(&house).await;
    assert_eq!(told(&house).await.len(), 1, "once");
});

both_engines!(of_what_a_touch_meets_only_the_radar_tells, |store| async move {
    let house = house(&store).await;
    given(&house, "").await;
    configuration::change_clock_policy(&house.ada, ClockPolicyId(2), &form("met_by=&met_by=touch")).await.unwrap();
    // Wednesday, 17:00.
    hours(&house, 49);
    look(&house).await;
    assert!(told(&house).await.is_empty(), "also for clocks that ran when the policy was changed");
});

both_engines!(everybody_hears_once_a_day_what_is_to_be_done, |store| async move {
    let house = house(&store).await;
    for wrong in ["25:00", "24:00", "noon"] {
        let refused = configuration::change_clock_digest(&house.ada, &form(&format!("digest={wrong}"))).await;
        assert_eq!(error_at(refused, "digest"), "Enter a time of day like 08:30, or nothing");
    }
    assert!(matches!(configuration::change_clock_digest(&house.martin, &form("digest=08:30")).await, Err(ServiceError::Forbidden(_))));
    given(&house, "").await;
    look(&house).await;
    configuration::change_clock_digest(&house.ada, &form("digest=08:30")).await.unwrap();
    let digests = async || mailed(&house, "To be done").await;
    look(&house).await;
    assert!(digests().await.is_empty(), "nothing is due on Monday");
    // Tuesday, 8:00, and 9:00, when work begins.
    hours(&house, 16);
    look(&house).await;
    assert!(digests().await.is_empty());
    hours(&house, 1);
    look(&house).await;
    let digest = |count: i64| ("maya@house.test".to_owned(), format!("To be done today: {count}"));
    assert_eq!(digests().await, [digest(1)], "the review");
    look(&house).await;
    hours(&house, 5);
    look(&house).await;
    assert_eq!(digests().await.len(), 1, "once a day");
    hours(&house, 19);
    look(&house).await;
    assert_eq!(digests().await, [digest(1), digest(2)], "on Wednesday the review is overdue, and the follow-up is due");
    hours(&house, 72);
    look(&house).await;
    assert_eq!(digests().await.len(), 2, "not on a Saturday");
    configuration::change_clock_digest(&house.ada, &form("digest=")).await.unwrap();
    hours(&house, 48);
    look(&house).await;
    assert_eq!(digests().await.len(), 2, "nor when it is switched off");
});

/// Thursday, 26 March 2026, 10:00 in UTC. In Berlin the clocks go forward in the night to Sunday.
const SPRING: Timestamp = Timestamp(1_774_519_200_000);

/// "Contacting", in which a lead may rest for three days from now on.
async fn contacting(house: &House, store: &Store) -> domain::StatusId {
    let catalog = store.catalog().await.unwrap();
    let status = catalog.statuses.iter().find(|status| status.name == "Contacting").expect("the status");
    configuration::change_status(&house.ada, status.lead_type, status.id, &form("due_days=3")).await.unwrap();
    status.id
}

/// A lead of Maya's that was followed up, and rests in a status.
async fn resting(house: &House, status: domain::StatusId) -> LeadId {
    let id = given(house, "").await;
    leads::comment(&house.maya, id, &form("text=Called&icon=phone")).await.unwrap();
    leads::change(&house.maya, id, &form(&format!("status={status}"))).await.unwrap();
    id
}

both_engines!(a_lead_that_rests_too_long_is_told_of_when_its_group_works_again, |store| async move {
    let house = house_by(&store, Clock::fixed(SPRING)).await;
    let status = contacting(&house, &store).await;
    let of_north = form("counted=own&holidays=2026-03-30&time_zone=Europe/Berlin");
    configuration::change_group_hours(&house.ada, north(&house), &of_north).await.unwrap();
    look(&house).await;
    let id = resting(&house, status).await;
    // Sunday, 12:00.
    hours(&house, 74);
    let found = shown(&house.ada, id).await;
    let face = found.faces.iter().find(|face| face.name == "Move on from “Contacting”").expect("the clock");
    assert_eq!((face.due_at, face.state(found.now)), (SPRING.plus_ms(72 * HOUR_MS), ClockState::Overdue));
    look(&house).await;
    assert!(told(&house).await.is_empty(), "nobody works on a Sunday");
    hours(&house, 20);
    look(&house).await;
    assert!(told(&house).await.is_empty(), "nor on a holiday");
    // Tuesday, 8:00 in Berlin, where it is summer now, and 9:00.
    hours(&house, 22);
    look(&house).await;
    assert!(told(&house).await.is_empty(), "nor before work");
    hours(&house, 1);
    look(&house).await;
    look(&house).await;
    assert_eq!(told(&house).await, [("martin@house.test".to_owned(), format!("Overdue: Jo, Acme (#{id})"))]);
    // One that is late when nobody works, and moves on before work begins: Friday, 18:00 in Berlin.
    let other = resting(&house, status).await;
    hours(&house, 81);
    look(&house).await;
    let first = store.catalog().await.unwrap().statuses[0].id;
    leads::change(&house.maya, other, &form(&format!("status={first}"))).await.unwrap();
    hours(&house, 72);
    look(&house).await;
    assert_eq!(told(&house).await.len(), 1, "it moved on");
});

both_engines!(what_was_late_before_the_days_were_set_is_nobody_s_news, |store| async move {
    let house = house_by(&store, Clock::fixed(SPRING)).await;
    let catalog = store.catalog().await.unwrap();
    let id = catalog.statuses.iter().find(|status| status.name == "Contacting").expect("the status").id;
    look(&house).await;
    resting(&house, id).await;
    // Tuesday, 10:00.
    hours(&house, 5 * 24);
    contacting(&house, &store).await;
    look(&house).await;
    assert!(told(&house).await.is_empty());
    // The next is told of: Friday, 11:00. Two at once are one mail.
    resting(&house, id).await;
    resting(&house, id).await;
    hours(&house, 3 * 24 + 1);
    look(&house).await;
    assert_eq!(told(&house).await, [("martin@house.test".to_owned(), "2 things are overdue".to_owned())]);
});

both_engines!(a_completion_that_is_over_is_told_of, |store| async move {
    let house = house_by(&store, Clock::fixed(SPRING)).await;
    look(&house).await;
    let id = given(&house, "expected=2026-03-27").await;
    leads::comment(&house.maya, id, &form("text=Called&icon=phone")).await.unwrap();
    // Friday, 17:00, its day; Saturday; Monday, 8:00 and 9:00, by then in summer time.
    for passed in [31, 17, 45] {
        hours(&house, passed);
        look(&house).await;
        assert!(told(&house).await.is_empty(), "{}", house.ada.now().rfc3339());
    }
    hours(&house, 1);
    look(&house).await;
    look(&house).await;
    assert_eq!(told(&house).await, [("martin@house.test".to_owned(), format!("Overdue: Jo, Acme (#{id})"))]);
    // A later day is another clock.
    leads::change_expected(&house.maya, id, &form("expected=2026-03-31&time=")).await.unwrap();
    hours(&house, 48);
    look(&house).await;
    assert_eq!(told(&house).await.len(), 2);
});

both_engines!(what_comes_back_late_is_told_of_though_others_were_looked_through, |store| async move {
    let house = house_by(&store, Clock::fixed(SPRING)).await;
    let status = contacting(&house, &store).await;
    look(&house).await;
    let called = async |id: LeadId| {
        leads::comment(&house.maya, id, &form("text=Called&icon=phone")).await.unwrap();
    };
    let deleted = given(&house, "expected=2026-03-27").await;
    called(deleted).await;
    let moved = given(&house, "").await;
    called(moved).await;
    let rests = resting(&house, status).await;
    // The others are of later days, or came later into the status.
    called(given(&house, "expected=2026-03-28").await).await;
    hours(&house, 1);
    resting(&house, status).await;
    leads::act(&house.ada, deleted, LeadAction::Delete, &form("")).await.unwrap();
    // On Sunday, before its days are over, it is moved; the other's are over then, and on Monday it is put back.
    hours(&house, 70);
    let first = store.catalog().await.unwrap().statuses[0].name.replace(' ', "+");
    let version = leads::find_alone(&house.ada, rests).await.unwrap().version;
    let run = bulk::begin(&house.ada, &form(&format!("lead={rests}:{version}&what=status&status={first}"))).await.unwrap();
    while bulk::work(&house.ada).await.unwrap() {}
    hours(&house, 3);
    look(&house).await;
    hours(&house, 20);
    bulk::undo(&house.ada, run).await.unwrap();
    while bulk::work(&house.ada).await.unwrap() {}
    // Tuesday, 11:00.
    hours(&house, 26);
    look(&house).await;
    assert_eq!(told(&house).await, [("martin@house.test".to_owned(), "3 things are overdue".to_owned())]);
    leads::act(&house.ada, deleted, LeadAction::Restore, &form("")).await.unwrap();
    look(&house).await;
    let of = |id: LeadId| ("martin@house.test".to_owned(), format!("Overdue: Jo, Acme (#{id})"));
    assert_eq!(told(&house).await[1..], [of(deleted)]);
    leads::change(&house.maya, moved, &form("expected=2026-03-26")).await.unwrap();
    look(&house).await;
    assert_eq!(told(&house).await[2..], [of(moved)]);
    // Once: what was told of before it went is no news when it is back.
    leads::act(&house.ada, deleted, LeadAction::Delete, &form("")).await.unwrap();
    leads::act(&house.ada, deleted, LeadAction::Restore, &form("")).await.unwrap();
    look(&house).await;
    assert_eq!(told(&house).await.len(), 3);
});

both_engines!(each_gets_the_digest_at_their_own_hour_or_not_at_all, |store| async move {
    let house = house(&store).await;
    let wish = async |ctx: &Ctx, text: &str| clocks::change_own_digest(ctx, &form(text)).await;
    assert_eq!(error_at(wish(&house.maya, "digest=own&digest_at=").await, "digest_at"), "Enter a time of day like 08:30");
    assert_eq!(error_at(wish(&house.maya, "digest=own&digest_at=24:00").await, "digest_at"), "Enter a time of day like 08:30");
    assert_eq!(error_at(wish(&house.maya, "digest=moon").await, "digest"), "Choose from the list");
    assert!(error_at(wish(&house.maya, "digest=site&digest_at=10:00").await, "digest").contains("hour of my own"));
    given(&house, "").await;
    let group = north(&house);
    leads::add(&house.ina, &form(&format!("full_name=Al&company=Bolt&owner={}&group={group}", id_of(&house.noor)))).await.unwrap();
    configuration::change_clock_digest(&house.ada, &form("digest=08:30")).await.unwrap();
    wish(&house.maya, "digest=own&digest_at=11:00").await.unwrap();
    wish(&house.noor, "digest=off").await.unwrap();
    let own = clocks::own_digest(&house.maya).await.unwrap();
    assert_eq!((own.wish, own.of_site), (domain::clock::DigestWish::Own(11 * 60), Some(8 * 60 + 30)));
    let digests = async || mailed(&house, "To be done").await;
    let digest = |who: &str, count: i64| (format!("{who}@house.test"), format!("To be done today: {count}"));
    // Tuesday, 9:00, and 11:00.
    hours(&house, 17);
    look(&house).await;
    assert!(digests().await.is_empty());
    hours(&house, 2);
    look(&house).await;
    look(&house).await;
    assert_eq!(digests().await, [digest("maya", 1)]);
    wish(&house.noor, "digest=site&digest_at=").await.unwrap();
    look(&house).await;
    assert_eq!(digests().await.len(), 1, "what has gone out is not sent once more");
    // Wednesday, 9:00, and 11:00.
    hours(&house, 22);
    look(&house).await;
    assert_eq!(digests().await, [digest("maya", 1), digest("noor", 2)]);
    hours(&house, 2);
    look(&house).await;
    assert_eq!(digests().await, [digest("maya", 1), digest("noor", 2), digest("maya", 2)]);
});

both_engines!(a_digest_names_days_in_a_status_and_completions_too, |store| async move {
    let house = house(&store).await;
    let status = contacting(&house, &store).await;
    configuration::change_clock_digest(&house.ada, &form("digest=08:30")).await.unwrap();
    resting(&house, status).await;
    let id = given(&house, "expected=2025-11-26").await;
    leads::comment(&house.maya, id, &form("text=Called&icon=phone")).await.unwrap();
    look(&house).await;
    let digests = async || mailed(&house, "To be done").await.into_iter().map(|(_, subject)| subject).collect::<Vec<_>>();
    // Tuesday, Wednesday and Thursday, 9:00: the completion is due on Wednesday, and three days in the status are over on Thursday.
    hours(&house, 17);
    look(&house).await;
    assert!(digests().await.is_empty());
    hours(&house, 24);
    look(&house).await;
    assert_eq!(digests().await, ["To be done today: 1"]);
    hours(&house, 24);
    look(&house).await;
    assert_eq!(digests().await, ["To be done today: 1", "To be done today: 2"]);
});

both_engines!(a_group_with_hours_of_its_own_has_its_digests_by_them, |store| async move {
    let house = house_by(&store, Clock::fixed(SPRING)).await;
    let of_north = form("counted=own&holidays=2026-03-30&time_zone=Europe/Berlin");
    configuration::change_group_hours(&house.ada, north(&house), &of_north).await.unwrap();
    look(&house).await;
    given(&house, "").await;
    configuration::change_clock_digest(&house.ada, &form("digest=10:00")).await.unwrap();
    let digests = async || mailed(&house, "To be done").await.len();
    // Friday, 8:00 in UTC, which is 9:00 in Berlin, and an hour later.
    hours(&house, 22);
    look(&house).await;
    assert_eq!(digests().await, 0);
    hours(&house, 1);
    look(&house).await;
    assert_eq!(digests().await, 1);
    // The Monday is a holiday; on Tuesday ten o'clock is eight in UTC.
    hours(&house, 71);
    look(&house).await;
    assert_eq!(digests().await, 1);
    hours(&house, 23);
    look(&house).await;
    assert_eq!(digests().await, 1, "7:00 in UTC");
    hours(&house, 1);
    look(&house).await;
    assert_eq!(digests().await, 2);
});

both_engines!(an_administrator_adds_a_policy, |store| async move {
    let house = house(&store).await;
    let before = given(&house, "").await;
    let add = async |text: &str| configuration::add_clock_policy(&house.ada, &form(text)).await;
    let id = add("name=Send+a+quote&starts=allocation&limit=72&counted=plain&met_by=&met_by=progress").await.unwrap();
    assert!(id >= ClockPolicyId(1000), "below are those of the program");
    assert_eq!(stands(&house, before).await.len(), 2, "those that were handed over before have no such clock");
    let lead = given(&house, "").await;
    assert_eq!(stands(&house, lead).await, [running("Review"), running("Follow up"), running("Send a quote")]);
    configuration::change_clock_policy(&house.ada, id, &form("name=Quote")).await.unwrap();
    assert_eq!(stands(&house, lead).await[2], running("Quote"));
    assert!(add("name=Other&starts=allocation&limit=1&met_by=touch").await.unwrap() > id);
    for (text, field) in [
        ("name=&starts=allocation&limit=1&met_by=touch", "name"),
        ("name=a&starts=moon&limit=1&met_by=touch", "starts"),
        ("name=a&starts=call&limit=0&met_by=touch", "limit"),
        ("name=a&starts=call&aim=5&limit=4&met_by=touch", "aim"),
        ("name=a&starts=call&limit=1", "met_by"),
    ] {
        error_at(add(text).await, field);
    }
    let refused = configuration::add_clock_policy(&house.martin, &form("name=a&starts=call&limit=1&met_by=touch")).await;
    assert!(matches!(refused, Err(ServiceError::Forbidden(_))));
});

both_engines!(what_a_touch_meets_no_more_is_told_of, |store| async move {
    let house = house(&store).await;
    let id = given(&house, "").await;
    // Tuesday, 17:00, when the review is overdue, of which the radar tells.
    hours(&house, 25);
    look(&house).await;
    assert!(told(&house).await.is_empty());
    configuration::change_clock_policy(&house.ada, ClockPolicyId(1), &form("met_by=&met_by=contact")).await.unwrap();
    look(&house).await;
    assert_eq!(told(&house).await, [("martin@house.test".to_owned(), format!("Overdue: Jo, Acme (#{id})"))]);
});
