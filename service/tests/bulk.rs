//! Changing many leads at once: what is changed, what is left alone and why, and taking it back.

use domain::bulk::{BulkReport, BulkState};
use domain::event::Subject;
use domain::{BulkRunId, DAY_MS, EmailAddress, EventKind, FormValues, Lead, LeadAction, LeadId, Role, Timestamp};
use service::leads::{self, bulk};
use service::seed::seed_defaults;
use service::{Clock, Ctx, ServiceError};
use store::events::NewEvent;
use store::people::NewUser;
use store::{Sql, Store, both_engines};

macro_rules! assert_error {
    ($result:expr, $pattern:pat) => {
        let result = $result;
        assert!(matches!(result, Err($pattern)), "{result:?}");
    };
}

struct House {
    public: Ctx,
    /// Reps of the North.
    maya: Ctx,
    noor: Ctx,
    /// A rep of the South.
    ana: Ctx,
    /// Manages the North.
    martin: Ctx,
    ada: Ctx,
}

async fn house(store: &Store) -> House {
    let public = Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000)));
    seed_defaults(&public).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let mut ids = Vec::new();
    for (name, role) in [("maya", Role::Rep), ("noor", Role::Rep), ("ana", Role::Rep), ("martin", Role::Manager), ("ada", Role::Administrator)] {
        let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
        let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account: None, at: public.now() };
        ids.push(tx.people().add(new).await.unwrap());
    }
    let north = tx.people().add_group("North", "", Some(ids[3])).await.unwrap();
    let south = tx.people().add_group("South", "", None).await.unwrap();
    tx.people().change_members(north, &ids[..2]).await.unwrap();
    tx.people().change_members(south, &ids[2..3]).await.unwrap();
    let kind = EventKind::RecordAdded { name: "the house".to_owned() };
    let event =
        NewEvent { at: public.now(), actor: None, subject: Subject::Catalog, subject_id: 0, lead: None, version: 0, kind, before: None, after: None };
    tx.events().record(event).await.unwrap();
    tx.save().await.unwrap();
    let mut people = Vec::new();
    for id in ids {
        let actor = store.read().await.unwrap().people().load_actor(id).await.unwrap().expect("just added");
        people.push(public.acting_as(actor));
    }
    let [maya, noor, ana, martin, ada] = people.try_into().expect("five people");
    House { public, maya, noor, ana, martin, ada }
}

fn form(query: &str) -> FormValues {
    FormValues::decode(query.as_bytes())
}

async fn add(ctx: &Ctx, query: &str) -> LeadId {
    leads::add(ctx, &form(query)).await.unwrap()
}

async fn lead(house: &House, id: LeadId) -> Lead {
    house.public.store.read().await.unwrap().leads().find_visible(id, &domain::Scope::All).await.unwrap().expect("the lead")
}

/// Begins a run and does all of it.
async fn run(ctx: &Ctx, query: &str) -> BulkReport {
    let id = bulk::begin(ctx, &form(query)).await.unwrap();
    finish(ctx, id).await
}

async fn finish(ctx: &Ctx, id: BulkRunId) -> BulkReport {
    while bulk::work(ctx).await.unwrap() {}
    bulk::report(ctx, id).await.unwrap()
}

fn reasons(report: &BulkReport) -> Vec<(LeadId, &str)> {
    report.left_alone.iter().map(|left| (left.lead, left.reason.as_str())).collect()
}

both_engines!(chosen_leads_are_changed_and_taken_back_as_one, |store| async move {
    let house = house(&store).await;
    let (one, two) = (add(&house.maya, "full_name=One&tags=hot").await, add(&house.maya, "full_name=Two").await);
    let before = [lead(&house, one).await, lead(&house, two).await];
    let report = run(&house.maya, &format!("lead={one}:1&chosen={two}:1,{one}:1&what=add_tag&tag=VIP")).await;
    assert_eq!((report.run.state, report.run.total, report.run.changed, report.run.skipped), (BulkState::Done, 2, 2, 0));
    assert_eq!(report.run.words, "Add a tag: vip");
    assert_eq!((lead(&house, one).await.tags, lead(&house, two).await.tags), (vec!["hot".to_owned(), "vip".to_owned()], vec!["vip".to_owned()]));
    let timeline = leads::find(&house.maya, one).await.unwrap().timeline;
    assert!(matches!(&timeline[0].kind, EventKind::FieldsChanged { changes } if changes[0].new == "hot, vip"), "{timeline:?}");
    bulk::undo(&house.maya, report.run.id).await.unwrap();
    let report = bulk::report(&house.maya, report.run.id).await.unwrap();
    assert_eq!((report.run.state, report.run.undone, report.run.kept), (BulkState::Undone, 2, 0));
    for (then, id) in before.iter().zip([one, two]) {
        let now = lead(&house, id).await;
        assert_eq!((now.tags.clone(), now.version), (then.tags.clone(), 3));
    }
    assert_error!(bulk::undo(&house.maya, report.run.id).await, ServiceError::Refused(_));
});

both_engines!(what_others_changed_meanwhile_is_left_alone, |store| async move {
    let house = house(&store).await;
    let (one, two) = (add(&house.maya, "full_name=One&group=North").await, add(&house.maya, "full_name=Two").await);
    leads::comment(&house.noor, one, &form("text=Mine")).await.unwrap();
    let noor = house.noor.actor().unwrap().id;
    let report = run(&house.maya, &format!("lead={one}:1&lead={two}:1&what=owner&owner={noor}")).await;
    assert_eq!(reasons(&report), [(one, "Somebody changed it meanwhile")]);
    assert_eq!((lead(&house, one).await.owner, lead(&house, two).await.owner), (Some(house.maya.actor().unwrap().id), Some(noor)));
    // Somebody works on the other one before it is taken back.
    leads::comment(&house.noor, two, &form("text=On+it")).await.unwrap();
    bulk::undo(&house.maya, report.run.id).await.unwrap();
    let report = bulk::report(&house.maya, report.run.id).await.unwrap();
    assert_eq!((report.run.undone, report.run.kept), (0, 1));
    assert_eq!(lead(&house, two).await.owner, Some(noor));
});

both_engines!(leads_that_wait_for_their_group_are_given_away_by_who_manages_it_alone, |store| async move {
    let house = house(&store).await;
    let (maya, noor) = (house.maya.actor().unwrap().id, house.noor.actor().unwrap().id);
    let (one, two) = (add(&house.ada, "full_name=One&group=North&owner=").await, add(&house.ada, "full_name=Two&group=North&owner=").await);
    let both = format!("lead={one}:1&lead={two}:1");
    let says = "It waits for somebody of North to accept it; accept it, or have who manages the group give it away";
    for wish in [format!("what=owner&owner={noor}"), "what=group&group=".to_owned()] {
        let report = run(&house.maya, &format!("{both}&{wish}")).await;
        assert_eq!((report.run.changed, report.run.skipped), (0, 2), "{wish}");
        assert!(reasons(&report).iter().all(|(_, why)| *why == says), "{report:?}");
    }
    let report = run(&house.maya, &format!("lead={one}:1&what=owner&owner={maya}")).await;
    assert_eq!((report.run.changed, lead(&house, one).await.owner), (1, Some(maya)), "which is accepting it");
    let report = run(&house.martin, &format!("lead={two}:1&what=owner&owner={noor}")).await;
    assert_eq!((report.run.changed, lead(&house, two).await.owner), (1, Some(noor)));
    // It waits as before when that is taken back.
    bulk::undo(&house.martin, report.run.id).await.unwrap();
    assert_eq!((lead(&house, two).await.owner, lead(&house, two).await.group.is_some()), (None, true));
});

both_engines!(all_that_a_list_holds_is_changed_within_ones_rights, |store| async move {
    let house = house(&store).await;
    let mut mine = Vec::new();
    for number in 0..120 {
        mine.push(add(&house.maya, &format!("full_name=Mine+{number}&source=Web")).await);
    }
    let theirs = add(&house.noor, "full_name=Theirs&source=Web").await;
    let elsewhere = add(&house.ana, "full_name=Elsewhere&source=Web").await;
    let other_source = add(&house.maya, "full_name=Other&source=Other").await;
    let closed = add(&house.maya, "full_name=Closed&source=Web").await;
    leads::act(&house.maya, closed, LeadAction::Win, &form("")).await.unwrap();
    let report = run(&house.maya, "all=1&query=view%3Dall%26source%3DWeb&what=add_tag&tag=web").await;
    assert_eq!((report.run.state, report.run.total, report.run.changed, report.run.skipped), (BulkState::Done, 122, 120, 2));
    let why: Vec<LeadId> = reasons(&report).into_iter().map(|(lead, _)| lead).collect();
    assert_eq!(why, [closed, theirs]);
    assert!(reasons(&report)[0].1.contains("closed") && reasons(&report)[1].1.contains("Only its owner"), "{report:?}");
    for (id, tags) in [(mine[0], 1), (mine[119], 1), (theirs, 0), (elsewhere, 0), (other_source, 0)] {
        assert_eq!(lead(&house, id).await.tags.len(), tags, "{id}");
    }
    // What the run changes does not make it miss a lead: afterwards none meets the filter any more.
    let report = run(&house.maya, "all=1&query=tag%3Dweb&what=remove_tag&tag=web").await;
    assert_eq!((report.run.changed, report.run.skipped), (120, 0));
});

both_engines!(others_who_edit_during_a_run_are_not_overwritten, |store| async move {
    let house = house(&store).await;
    let mut ids = Vec::new();
    for number in 0..230 {
        ids.push(add(&house.ada, &format!("full_name=Lead+{number}&group=North&owner=")).await);
    }
    let id = bulk::begin(&house.martin, &form("all=1&query=view%3Dall&what=owner&owner=maya%40house.test")).await.unwrap();
    let half = bulk::report(&house.martin, id).await.unwrap();
    assert_eq!((half.run.state, half.run.changed), (BulkState::Running, 200));
    // The oldest comes last.
    leads::act(&house.noor, ids[0], LeadAction::Accept, &form("")).await.unwrap();
    let report = finish(&house.martin, id).await;
    assert_eq!((report.run.state, report.run.changed), (BulkState::Done, 229));
    assert_eq!(reasons(&report), [(ids[0], "Somebody changed it meanwhile")]);
    assert_eq!(lead(&house, ids[0]).await.owner, Some(house.noor.actor().unwrap().id));
});

both_engines!(a_run_can_be_stopped_and_what_it_did_taken_back, |store| async move {
    let house = house(&store).await;
    for number in 0..230 {
        add(&house.maya, &format!("full_name=Lead+{number}")).await;
    }
    let id = bulk::begin(&house.maya, &form("all=1&query=&what=delete")).await.unwrap();
    bulk::stop(&house.maya, id).await.unwrap();
    assert_error!(bulk::stop(&house.maya, id).await, ServiceError::Refused(_));
    assert!(!bulk::work(&house.public).await.unwrap());
    assert_eq!(leads::counters(&house.maya).await.unwrap().mine, 30);
    bulk::undo(&house.maya, id).await.unwrap();
    let report = finish(&house.maya, id).await;
    assert_eq!((report.run.state, report.run.undone), (BulkState::Undone, 200));
    assert_eq!(leads::counters(&house.maya).await.unwrap().mine, 230);
});

both_engines!(a_run_that_fails_keeps_no_other_waiting_and_is_stopped, |store| async move {
    let house = house(&store).await;
    let one = add(&house.maya, "full_name=One").await;
    let broken = run(&house.maya, &format!("lead={one}:1&what=add_tag&tag=vip")).await.run.id;
    let mut tx = store.begin().await.unwrap();
    tx.run(Sql::new("update bulk_lead set old = 'no JSON' where run_id = $1").bind(broken)).await.unwrap();
    tx.save().await.unwrap();
    assert_error!(bulk::undo(&house.maya, broken).await, ServiceError::Internal(_));

    for number in 0..230 {
        add(&house.noor, &format!("full_name=Lead+{number}")).await;
    }
    let good = bulk::begin(&house.noor, &form("all=1&query=&what=delete")).await.unwrap();
    let mut failures = bulk::Failures::default();
    while bulk::work_past(&house.public, &mut failures).await.unwrap() {}
    let report = bulk::report(&house.noor, good).await.unwrap();
    assert_eq!((report.run.state, report.run.changed), (BulkState::Done, 230));
    assert_eq!(bulk::report(&house.maya, broken).await.unwrap().run.state, BulkState::Undoing, "it failed once, and is tried again");

    for times in 1..i64::from(bulk::TRIES) {
        let later = Ctx::anonymous(store.clone(), Clock::fixed(house.public.now().plus_ms(times * 10_000)));
        assert!(!bulk::work_past(&later, &mut failures).await.unwrap());
    }
    let report = bulk::report(&house.maya, broken).await.unwrap();
    assert_eq!((report.run.state, report.run.undone), (BulkState::Stopped, 0));
    assert!(report.can_be_undone, "whoever mends it can take it back");
});

both_engines!(a_run_is_its_beginners_alone_and_undone_only_for_a_day, |store| async move {
    let house = house(&store).await;
    let one = add(&house.maya, "full_name=One").await;
    let report = run(&house.maya, &format!("lead={one}:1&what=group&group=")).await;
    assert_eq!((report.run.words.as_str(), report.run.changed), ("Change group: nobody", 1));
    for other in [&house.noor, &house.martin, &house.ada] {
        assert_error!(bulk::report(other, report.run.id).await, ServiceError::NotFound);
        assert_error!(bulk::stop(other, report.run.id).await, ServiceError::NotFound);
        assert_error!(bulk::undo(other, report.run.id).await, ServiceError::NotFound);
    }
    house.public.clock.advance_ms(DAY_MS + 1);
    assert_error!(bulk::undo(&house.maya, report.run.id).await, ServiceError::Refused(_));
});

both_engines!(statuses_change_within_their_state_and_come_back_with_their_age, |store| async move {
    let house = house(&store).await;
    let (one, won) = (add(&house.maya, "full_name=One").await, add(&house.maya, "full_name=Won").await);
    leads::act(&house.maya, won, LeadAction::Win, &form("")).await.unwrap();
    let before = lead(&house, one).await;
    let catalog = store.catalog().await.unwrap();
    let pending: Vec<_> = catalog.pipeline(before.lead_type).filter(|status| status.state == domain::LifeCycle::Pending).collect();
    let to = pending.iter().find(|status| status.id != before.status).expect("a second pending status");
    house.public.clock.advance_ms(DAY_MS);
    let report = run(&house.maya, &format!("lead={one}:1&lead={won}:2&what=status&status={}", to.name.replace(' ', "+"))).await;
    assert_eq!((report.run.changed, report.run.skipped), (1, 1));
    assert_eq!(lead(&house, one).await.status, to.id);
    bulk::undo(&house.maya, report.run.id).await.unwrap();
    let after = lead(&house, one).await;
    assert_eq!((after.status, after.status_since), (before.status, before.status_since));
});

both_engines!(a_form_that_makes_no_sense_is_refused_at_its_fields, |store| async move {
    let house = house(&store).await;
    let one = add(&house.maya, "full_name=One").await;
    for (query, field) in [
        ("what=fly&lead=1:1", "what"),
        ("what=delete", "lead"),
        ("what=delete&lead=one", "lead"),
        ("what=status&status=Nowhere&all=1&query=", "status"),
        ("what=add_tag&tag=&all=1&query=", "tag"),
        ("what=add_tag&tag=a,b&all=1&query=", "tag"),
        ("what=owner&owner=who%40nowhere.test&all=1&query=", "owner"),
    ] {
        match bulk::begin(&house.maya, &form(query)).await {
            Err(ServiceError::Invalid(errors)) => assert!(errors.get(field).is_some(), "{query}: {errors:?}"),
            other => panic!("{query}: {other:?}"),
        }
    }
    assert_error!(bulk::begin(&house.public, &form("what=delete&lead=1:1")).await, ServiceError::SignInRequired);
    let report = run(&house.ana, &format!("what=delete&lead={one}:1&lead=99999:1")).await;
    assert_eq!(reasons(&report), [(LeadId(99999), "It is not there, or not yours to see"), (one, "It is not there, or not yours to see")]);
});
