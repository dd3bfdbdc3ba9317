//! Follow-up clocks, on both engines.

use domain::cast::{self, ACME, NORTH, NOW};
use domain::clock::{Act, ClockStart, GroupHours, Week};
use domain::{Clock, ClockPolicyId, EmailAddress, EventId, HOUR_MS, Lead, LeadClass, LeadId, Timestamp, UserId};
use store::accounts::NewAccount;
use store::catalog::{NewLeadType, NewStatus};
use store::clocks::{ClockKey, FOUND, NewClock};
use store::contacts::NewContact;
use store::leads::NewLead;
use store::people::NewUser;
use store::{Store, Tx, both_engines};

const REVIEW: ClockPolicyId = ClockPolicyId(1);
const FOLLOW_UP: ClockPolicyId = ClockPolicyId(2);

/// What a lead of the cast refers to.
async fn furnish(tx: &mut Tx) {
    let wanted = cast::catalog();
    let account = NewAccount {
        id: ACME,
        name: "Acme".to_owned(),
        kinds: Vec::new(),
        primary_rep: None,
        website: String::new(),
        domains: Vec::new(),
        locations: Vec::new(),
        import: None,
        now: NOW,
    };
    tx.accounts().add(&account).await.unwrap();
    for person in wanted.people.iter().filter(|person| person.role.is_internal()) {
        let email = EmailAddress::parse(&person.email).unwrap();
        let new = NewUser { email, name: person.name.clone(), role: person.role, password_hash: String::new(), account: None, at: NOW };
        tx.people().add(new).await.unwrap();
    }
    tx.people().add_group("North", "", None).await.unwrap();
    for lead_type in &wanted.types {
        tx.catalog().add_lead_type(&NewLeadType { name: lead_type.name.clone(), ..NewLeadType::default() }).await.unwrap();
    }
    for status in &wanted.statuses {
        let (lead_type, state, is_default) = (status.lead_type, status.state, status.is_default);
        let new = NewStatus { lead_type, name: status.name.clone(), state, tone: "grey".to_owned(), due_days: None, is_default };
        tx.catalog().add_status(&new).await.unwrap();
    }
    let lead = cast::lead();
    let contact = NewContact {
        id: lead.contact,
        full_name: lead.full_name,
        job_title: String::new(),
        account: Some(ACME),
        phones: Vec::new(),
        emails: Vec::new(),
        import: None,
        now: NOW,
    };
    tx.contacts().add(&contact).await.unwrap();
}

/// A house with leads 1 and 2.
async fn begin(store: &Store) -> Tx {
    let mut tx = store.begin().await.unwrap();
    furnish(&mut tx).await;
    let leads = [1, 2].map(|id| NewLead { lead: Lead { id: LeadId(id), ..cast::lead() }, import: None, import_key: None });
    tx.leads().add_many(&leads).await.unwrap();
    tx
}

fn after(hours: i64) -> Timestamp {
    NOW.plus_ms(hours * HOUR_MS)
}

fn new(policy: ClockPolicyId, started_at: Timestamp) -> NewClock {
    NewClock { lead: LeadId(1), policy, started_at, look_at: Some(started_at.plus_ms(24 * HOUR_MS)) }
}

/// The clocks of lead 1: policy, hours from now to its start, to its being met, to its end.
async fn clocks(tx: &mut Tx) -> Vec<(i64, i64, Option<i64>, Option<i64>)> {
    let hours = |at: Timestamp| (at.0 - NOW.0) / HOUR_MS;
    let of = |clock: Clock| (clock.policy.0, hours(clock.started_at), clock.met_at.map(hours), clock.ended_at.map(hours));
    tx.clocks().of_lead(LeadId(1)).await.unwrap().into_iter().map(of).collect()
}

both_engines!(the_first_policies_are_those_of_the_best_practice, |store| async move {
    let book = store.clock_book().await.unwrap();
    let shown: Vec<_> = book.policies.iter().map(|policy| (policy.name.as_str(), policy.starts, policy.aim_hours, policy.limit_hours)).collect();
    let expected = [
        ("Review", ClockStart::Allocation, None, Some(24)),
        ("Follow up", ClockStart::Allocation, Some(24), Some(48)),
        ("Follow up the call", ClockStart::Call, None, None),
        ("Tell the supplier of the problem", ClockStart::Problem, None, Some(7 * 24)),
        ("Introductory call before the appointment", ClockStart::Allocation, Some(24), Some(48)),
        ("Call to fix the date, and send the invite", ClockStart::Allocation, Some(24), Some(48)),
        ("Nurture", ClockStart::Allocation, None, Some(30 * 24)),
    ];
    assert_eq!(shown, expected);
    let of_classes: Vec<_> = book.policies.iter().filter_map(|policy| Some((policy.class?, policy.instead_of?, policy.repeats))).collect();
    let expected = [(LeadClass::Aql, FOLLOW_UP, false), (LeadClass::Oql, FOLLOW_UP, false), (LeadClass::Rql, FOLLOW_UP, true)];
    assert_eq!(of_classes, expected);
    assert!(book.policies.iter().all(|policy| policy.check().is_ok() && policy.is_on && !policy.is_working));
    assert!(book.groups.is_empty());
});

both_engines!(policies_and_hours_read_back_as_they_were_changed, |store| async move {
    let mut tx = store.begin().await.unwrap();
    tx.people().add_group("North", "", None).await.unwrap();
    let mut policy = tx.clocks().book().await.unwrap().policies[1].clone();
    (policy.name, policy.met_by) = ("Call them".to_owned(), vec![Act::Contact]);
    (policy.aim_hours, policy.limit_hours, policy.is_working, policy.is_on) = (None, Some(16), true, false);
    tx.clocks().change_policy(&policy).await.unwrap();
    let week = Week::parse("09:00-12:00, 13:00-17:00;;;;;;").unwrap();
    let holidays = vec![Timestamp::parse_day("1969-12-25").unwrap(), Timestamp::parse_day("2026-12-25").unwrap()];
    let zone = Some(store::site_zone::site_zone("Europe/Berlin"));
    let hours = GroupHours { group: NORTH, is_plain: false, week, holidays, time_zone: "Europe/Berlin".to_owned(), zone };
    tx.clocks().change_hours(&hours).await.unwrap();
    let book = tx.clocks().book().await.unwrap();
    assert_eq!((&book.policies[1], book.of_group(NORTH)), (&policy, Some(&hours)));
    let plain = GroupHours { is_plain: true, holidays: Vec::new(), time_zone: String::new(), zone: None, ..hours };
    tx.clocks().change_hours(&plain).await.unwrap();
    assert_eq!(tx.clocks().book().await.unwrap().groups, [plain]);
    tx.clocks().remove_hours(NORTH).await.unwrap();
    assert!(tx.clocks().book().await.unwrap().groups.is_empty());
});

both_engines!(a_clock_is_met_by_the_earliest_act_that_was_done_while_it_ran, |store| async move {
    let mut tx = begin(&store).await;
    tx.clocks().start(&[new(REVIEW, NOW), new(FOLLOW_UP, NOW), NewClock { lead: LeadId(2), ..new(REVIEW, NOW) }]).await.unwrap();
    assert_eq!(tx.clocks().meet(LeadId(1), &[REVIEW], after(5), Some(EventId(7))).await.unwrap(), 1);
    assert_eq!(clocks(&mut tx).await, [(1, 0, Some(5), None), (2, 0, None, None)]);
    tx.clocks().meet(LeadId(1), &[REVIEW], after(8), Some(EventId(8))).await.unwrap();
    assert_eq!(clocks(&mut tx).await[0].2, Some(5), "a later one changes nothing");
    tx.clocks().meet(LeadId(1), &[REVIEW], after(3), Some(EventId(9))).await.unwrap();
    assert_eq!(clocks(&mut tx).await[0].2, Some(3), "an earlier one that was entered late counts");
    tx.clocks().meet(LeadId(1), &[REVIEW, FOLLOW_UP], after(-1), None).await.unwrap();
    assert_eq!(clocks(&mut tx).await, [(1, 0, Some(3), None), (2, 0, None, None)], "nothing is met before it began");
    assert_eq!(tx.clocks().of_lead(LeadId(2)).await.unwrap()[0].met_at, None);
});

both_engines!(a_lead_that_changes_hands_has_new_clocks_and_a_closed_one_none, |store| async move {
    let mut tx = begin(&store).await;
    tx.clocks().start(&[new(REVIEW, NOW), new(FOLLOW_UP, NOW)]).await.unwrap();
    let both = [REVIEW, FOLLOW_UP];
    tx.clocks().start(&[new(REVIEW, after(10)), new(FOLLOW_UP, after(10))]).await.unwrap();
    tx.clocks().end_but(LeadId(1), None, &both, Some(after(10)), after(10)).await.unwrap();
    // What the first owner did is theirs, also when it is entered later.
    tx.clocks().meet(LeadId(1), &both, after(6), None).await.unwrap();
    let first = [(1, 0, Some(6), Some(10)), (2, 0, Some(6), Some(10))];
    assert_eq!(clocks(&mut tx).await, [first[0], first[1], (1, 10, None, None), (2, 10, None, None)]);
    tx.clocks().meet(LeadId(1), &[REVIEW], after(12), None).await.unwrap();
    tx.clocks().end_all(LeadId(1), after(20)).await.unwrap();
    assert_eq!(clocks(&mut tx).await, [first[0], first[1], (1, 10, Some(12), Some(20)), (2, 10, None, Some(20))]);
    // Opened again, what was not met begins anew.
    tx.clocks().resume(LeadId(1), after(20), after(50)).await.unwrap();
    assert_eq!(clocks(&mut tx).await, [first[0], first[1], (1, 10, Some(12), Some(20)), (2, 50, None, None)]);
    // Taken back, an earlier one goes on.
    tx.clocks().start(&[new(REVIEW, NOW)]).await.unwrap();
    tx.clocks().end_but(LeadId(1), None, &both, None, after(60)).await.unwrap();
    let taken_back = [(1, 0, Some(6), Some(60)), first[1], (1, 10, Some(12), Some(20)), (2, 50, None, Some(60))];
    assert_eq!(clocks(&mut tx).await, taken_back);
});

both_engines!(of_a_clock_that_goes_on_somebody_is_told_if_they_were_not_and_it_was_not_met, |store| async move {
    let mut tx = begin(&store).await;
    let late = NewClock { lead: LeadId(2), ..new(FOLLOW_UP, after(20)) };
    let all = [new(REVIEW, NOW), new(FOLLOW_UP, NOW), late];
    tx.clocks().start(&all).await.unwrap();
    tx.clocks().meet(LeadId(1), &[REVIEW], after(2), None).await.unwrap();
    // Of the second somebody was told at 24; the third is not due yet.
    tx.clocks().end_all(LeadId(1), after(30)).await.unwrap();
    tx.clocks().end_all(LeadId(2), after(30)).await.unwrap();
    tx.clocks().start(&all).await.unwrap();
    assert_eq!(clocks(&mut tx).await, [(1, 0, Some(2), None), (2, 0, None, None)]);
    let key = ClockKey { lead: LeadId(2), policy: FOLLOW_UP, started_at: after(20) };
    assert_eq!(tx.clocks().list_to_look_at(after(99), 10).await.unwrap(), [key]);
});

both_engines!(clocks_that_run_are_listed_page_by_page, |store| async move {
    let mut tx = begin(&store).await;
    let owned = [3, 4, 5].map(|id| NewLead { lead: Lead { id: LeadId(id), owner: Some(UserId(1)), ..cast::lead() }, import: None, import_key: None });
    tx.leads().add_many(&owned).await.unwrap();
    let of_lead = |id, started_at| NewClock { lead: LeadId(id), ..new(FOLLOW_UP, started_at) };
    // The first lead is nobody's; of the last the clock began too late.
    let all = [new(FOLLOW_UP, NOW), of_lead(4, NOW), of_lead(3, after(1)), of_lead(5, NOW), of_lead(5, after(9))];
    tx.clocks().start(&all).await.unwrap();
    let mut found = Vec::new();
    let mut last = None;
    while let Some(clock) = tx.clocks().list_running(FOLLOW_UP, after(8), last, 1).await.unwrap().pop() {
        assert_eq!(clock.owner, UserId(1));
        last = Some((clock.started_at, clock.lead));
        found.push((clock.lead.0, clock.started_at));
    }
    assert_eq!(found, [(4, NOW), (5, NOW), (3, after(1))]);
});

both_engines!(clocks_are_looked_at_when_somebody_may_have_to_be_told, |store| async move {
    let mut tx = begin(&store).await;
    let silent = NewClock { look_at: None, ..new(REVIEW, NOW) };
    tx.clocks().start(&[silent, new(FOLLOW_UP, NOW), NewClock { lead: LeadId(2), ..new(FOLLOW_UP, after(1)) }]).await.unwrap();
    let key = |lead, started_at| ClockKey { lead: LeadId(lead), policy: FOLLOW_UP, started_at };
    assert!(tx.clocks().list_to_look_at(after(23), 10).await.unwrap().is_empty());
    let both = [key(1, NOW), key(2, after(1))];
    assert_eq!(tx.clocks().list_to_look_at(after(25), 10).await.unwrap(), both);
    assert_eq!(tx.clocks().list_to_look_at(after(25), 1).await.unwrap(), [both[0]]);
    tx.clocks().look_next(both[0], Some(after(48))).await.unwrap();
    assert_eq!(tx.clocks().list_to_look_at(after(25), 10).await.unwrap(), [both[1]]);
    tx.clocks().look_next(both[1], None).await.unwrap();
    tx.clocks().look_anew(None, after(30)).await.unwrap();
    assert_eq!(tx.clocks().list_to_look_at(after(30), 10).await.unwrap(), [both[0]], "of the other somebody was told");
    tx.clocks().look_anew(Some(REVIEW), after(20)).await.unwrap();
    assert!(tx.clocks().list_to_look_at(after(20), 10).await.unwrap().is_empty());
    tx.clocks().meet(LeadId(1), &[FOLLOW_UP], after(26), None).await.unwrap();
    assert!(tx.clocks().list_to_look_at(after(99), 10).await.unwrap().is_empty());
});

both_engines!(clocks_that_were_found_overdue_are_kept_until_they_are_told_of, |store| async move {
    let mut tx = begin(&store).await;
    let of_group = Lead { id: LeadId(3), group: Some(NORTH), ..cast::lead() };
    tx.leads().add_many(&[NewLead { lead: of_group, import: None, import_key: None }]).await.unwrap();
    let grouped = NewClock { lead: LeadId(3), ..new(FOLLOW_UP, NOW) };
    tx.clocks().start(&[new(FOLLOW_UP, NOW), grouped]).await.unwrap();
    for lead in [1, 3] {
        let key = ClockKey { lead: LeadId(lead), policy: FOLLOW_UP, started_at: NOW };
        tx.clocks().look_next(key, Some(FOUND)).await.unwrap();
    }
    assert!(tx.clocks().list_to_look_at(after(99), 10).await.unwrap().is_empty());
    tx.clocks().hold_found().await.unwrap();
    assert_eq!(tx.clocks().count_found().await.unwrap(), [(NORTH, 1)], "a lead without a group has nobody to be told");
    let key = ClockKey { lead: LeadId(3), policy: FOLLOW_UP, started_at: NOW };
    assert_eq!(tx.clocks().list_found(&[NORTH], 10).await.unwrap(), [key]);
    assert!(tx.clocks().list_found(&[], 10).await.unwrap().is_empty());
    tx.clocks().forget_found().await.unwrap();
    assert!(tx.clocks().count_found().await.unwrap().is_empty());
});
