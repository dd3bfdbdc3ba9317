//! What somebody's day is made of, on both engines: whose it is, in which order, and from which index.

use domain::cast::{self, ACME, ADA, ANA, DORA, INES, MAYA, NORTH, NORTHWIND, NOW};
use domain::{ClockPolicyId, DAY_MS, EmailAddress, HOUR_MS, Handover, Latest, Lead, LeadId, LeadState, Scope, Timestamp, UserId};
use store::accounts::NewAccount;
use store::catalog::{NewLeadType, NewStatus};
use store::clocks::NewClock;
use store::contacts::NewContact;
use store::leads::NewLead;
use store::my_day::{ClockSpan, DayOf};
use store::people::NewUser;
use store::{Engine, Store, Tx, both_engines};

const FOLLOW_UP: ClockPolicyId = ClockPolicyId(2);
const CALL: ClockPolicyId = ClockPolicyId(3);

fn account(id: domain::AccountId, name: &str) -> NewAccount {
    NewAccount {
        id,
        name: name.to_owned(),
        kinds: Vec::new(),
        primary_rep: None,
        website: String::new(),
        domains: Vec::new(),
        locations: Vec::new(),
        import: None,
        now: NOW,
    }
}

/// What the leads of the cast refer to.
async fn furnish(tx: &mut Tx) {
    let wanted = cast::catalog();
    tx.accounts().add_many(&[account(ACME, "Acme"), account(NORTHWIND, "Northwind")]).await.unwrap();
    for person in &wanted.people {
        let email = EmailAddress::parse(&person.email).unwrap();
        let firm = (person.id == DORA).then_some(NORTHWIND);
        let new = NewUser { email, name: person.name.clone(), role: person.role, password_hash: String::new(), account: firm, at: NOW };
        tx.people().add(new).await.unwrap();
    }
    for group in &wanted.groups {
        tx.people().add_group(&group.name, "", group.manager).await.unwrap();
    }
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

fn hours(hours: i64) -> Timestamp {
    NOW.plus_ms(hours * HOUR_MS)
}

/// A lead of the North.
fn of(id: i64, owner: UserId) -> Lead {
    let handover = Handover::default();
    Lead { id: LeadId(id), owner: Some(owner), group: Some(NORTH), handover, latest: Latest::default(), ..cast::lead() }
}

/// One that has to be touched so many hours from now.
fn waiting(id: i64, owner: UserId, touch_by: i64) -> Lead {
    Lead { handover: Handover::begun(NOW.plus_ms(-10 * DAY_MS), Some(INES), Some(hours(touch_by)), 24), ..of(id, owner) }
}

/// One whose answer is awaited since so many hours before now.
fn awaited(id: i64, owner: UserId, since: i64) -> Lead {
    Lead { latest: Latest { awaiting_since: Some(hours(-since)), ..Latest::default() }, ..of(id, owner) }
}

async fn begin(store: &Store, leads: Vec<Lead>) -> Tx {
    let mut tx = store.begin().await.unwrap();
    furnish(&mut tx).await;
    let new: Vec<NewLead> = leads.into_iter().map(|lead| NewLead { lead, import: None, import_key: None }).collect();
    tx.leads().add_many(&new).await.unwrap();
    tx
}

fn scope_of(user: UserId) -> Scope {
    Scope::of(&cast::actor(user))
}

async fn untouched(tx: &mut Tx, user: UserId, from: i64, until: i64) -> Vec<i64> {
    let scope = scope_of(user);
    let found = tx.my_day().untouched(DayOf { scope: &scope, user }, hours(from), hours(until), 50).await.unwrap();
    found.into_iter().map(|(lead, _)| lead.id.0).collect()
}

async fn awaited_of(tx: &mut Tx, user: UserId) -> Vec<i64> {
    let scope = scope_of(user);
    let found = tx.my_day().awaited(DayOf { scope: &scope, user }, 50).await.unwrap();
    found.into_iter().map(|(lead, _)| lead.id.0).collect()
}

/// The leads of the clocks of two policies: those of the first that began before today, those of the second that began today.
async fn clocks(tx: &mut Tx, user: UserId) -> Vec<(i64, i64)> {
    let scope = scope_of(user);
    let spans = [ClockSpan { policy: FOLLOW_UP, after: None, until: hours(-16) }, ClockSpan { policy: CALL, after: Some(hours(-16)), until: NOW }];
    let found = tx.my_day().clocks(DayOf { scope: &scope, user }, &spans, 2).await.unwrap();
    found.into_iter().map(|clock| (clock.policy.0, clock.lead.id.0)).collect()
}

both_engines!(leads_that_nobody_touched_are_their_owner_s_by_their_deadline, |store| async move {
    let leads = vec![
        waiting(1, MAYA, 5),
        waiting(2, MAYA, -2),
        waiting(3, MAYA, 3),
        waiting(4, ANA, 1),
        Lead { distributor: Some(NORTHWIND), ..waiting(5, MAYA, 1) },
        Lead { deleted_at: Some(NOW), ..waiting(6, MAYA, 1) },
        Lead { owner: None, ..waiting(7, MAYA, 1) },
        of(8, MAYA),
    ];
    let mut tx = begin(&store, leads).await;
    assert_eq!(untouched(&mut tx, MAYA, 0, 24).await, [3, 1]);
    assert_eq!(untouched(&mut tx, MAYA, -24, 0).await, [2]);
    assert_eq!(untouched(&mut tx, ANA, -24, 24).await, [4]);
    for nobody in [ADA, INES, DORA] {
        assert!(untouched(&mut tx, nobody, -24, 24).await.is_empty(), "{nobody}");
    }
    let of = DayOf { scope: &Scope::All, user: MAYA };
    let (lead, handover) = tx.my_day().untouched(of, hours(-24), hours(24), 1).await.unwrap().remove(0);
    assert_eq!((lead.id, lead.account.as_str(), handover), (LeadId(2), "Acme", waiting(2, MAYA, -2).handover));
    let unseen = DayOf { scope: &Scope::Any(Vec::new()), user: MAYA };
    assert!(tx.my_day().untouched(unseen, hours(-24), hours(24), 50).await.unwrap().is_empty(), "the scope counts too");
});

both_engines!(the_longest_awaited_answer_stands_first, |store| async move {
    let leads = vec![
        awaited(1, MAYA, 2),
        awaited(2, MAYA, 90),
        awaited(3, ANA, 50),
        Lead { state: LeadState::Won { at: NOW }, status: cast::status(cast::SALES, "Won"), ..awaited(4, MAYA, 50) },
        Lead { deleted_at: Some(NOW), ..awaited(5, MAYA, 50) },
        Lead { distributor: Some(NORTHWIND), ..awaited(6, MAYA, 50) },
        of(7, MAYA),
    ];
    let mut tx = begin(&store, leads).await;
    assert_eq!(awaited_of(&mut tx, MAYA).await, [2, 1]);
    assert_eq!(awaited_of(&mut tx, ANA).await, [3]);
    assert!(awaited_of(&mut tx, ADA).await.is_empty());
    let of = DayOf { scope: &Scope::All, user: MAYA };
    let first = tx.my_day().awaited(of, 1).await.unwrap().remove(0);
    assert_eq!((first.0.id, first.1), (LeadId(2), hours(-90)));
    assert!(tx.my_day().awaited(DayOf { scope: &Scope::Any(Vec::new()), user: MAYA }, 50).await.unwrap().is_empty());
});

both_engines!(expected_completions_of_open_leads_are_found_by_their_owner, |store| async move {
    let expected = |id: i64, owner: UserId, hour: i64| Lead { expected_at: Some(hours(hour)), ..of(id, owner) };
    let leads = vec![
        expected(1, MAYA, 5),
        expected(2, MAYA, -48),
        expected(3, ANA, -48),
        Lead { state: LeadState::Won { at: NOW }, status: cast::status(cast::SALES, "Won"), ..expected(4, MAYA, 1) },
        Lead { deleted_at: Some(NOW), ..expected(5, MAYA, 1) },
        of(6, MAYA),
    ];
    let mut tx = begin(&store, leads).await;
    let scope = scope_of(MAYA);
    let of = DayOf { scope: &scope, user: MAYA };
    let found = tx.my_day().completions(of, hours(-99), hours(9), 50).await.unwrap();
    let found: Vec<(i64, Timestamp)> = found.into_iter().map(|(lead, at)| (lead.id.0, at)).collect();
    assert_eq!(found, [(2, hours(-48)), (1, hours(5))]);
    assert_eq!(tx.my_day().completions(of, hours(-47), hours(9), 50).await.unwrap().len(), 1);
    assert!(tx.my_day().completions(DayOf { scope: &Scope::Any(Vec::new()), ..of }, hours(-99), hours(9), 50).await.unwrap().is_empty());
});

both_engines!(clocks_are_found_with_their_owner_and_follow_the_lead, |store| async move {
    let mut tx = begin(&store, vec![of(1, MAYA), of(2, MAYA), of(3, MAYA), of(4, ANA), of(5, MAYA)]).await;
    let new = |lead: i64, policy, started: i64| NewClock { lead: LeadId(lead), policy, started_at: hours(started), look_at: None };
    let begun = [
        new(1, FOLLOW_UP, -30),
        new(2, FOLLOW_UP, -60),
        new(3, FOLLOW_UP, -40),
        new(4, FOLLOW_UP, -50),
        new(5, FOLLOW_UP, -1),
        new(1, CALL, -50),
        new(2, CALL, -2),
    ];
    tx.clocks().start(&begun).await.unwrap();
    assert_eq!(clocks(&mut tx, MAYA).await, [(2, 2), (2, 3), (3, 2)], "of each span the oldest two");
    assert_eq!(clocks(&mut tx, ANA).await, [(2, 4)]);
    tx.clocks().meet(LeadId(2), &[FOLLOW_UP], NOW, None).await.unwrap();
    tx.clocks().end_all(LeadId(3), NOW).await.unwrap();
    assert_eq!(clocks(&mut tx, MAYA).await, [(2, 1), (3, 2)]);
    // Whose the lead is now, whose its clock is.
    let read = tx.leads().find_visible(LeadId(1), &Scope::All).await.unwrap().expect("there");
    let given = Lead { version: read.version + 1, owner: Some(ANA), ..read.clone() };
    assert!(tx.leads().change(&given, &read).await.unwrap());
    assert_eq!(clocks(&mut tx, MAYA).await, [(3, 2)]);
    assert_eq!(clocks(&mut tx, ANA).await, [(2, 4), (2, 1)]);
    let unseen = DayOf { scope: &Scope::Any(Vec::new()), user: ANA };
    let span = ClockSpan { policy: FOLLOW_UP, after: None, until: NOW };
    assert!(tx.my_day().clocks(unseen, &[span], 50).await.unwrap().is_empty());
    assert!(tx.my_day().clocks(DayOf { scope: &Scope::All, user: ANA }, &[], 50).await.unwrap().is_empty());
});

both_engines!(a_day_walks_its_indexes, |store| async move {
    let mut tx = begin(&store, vec![waiting(1, MAYA, 5)]).await;
    if tx.engine() != Engine::Sqlite {
        return;
    }
    let spans = [ClockSpan { policy: FOLLOW_UP, after: None, until: NOW }, ClockSpan { policy: CALL, after: Some(NOW), until: NOW }];
    for user in [ADA, MAYA] {
        let scope = scope_of(user);
        let plan = tx.my_day().explain(DayOf { scope: &scope, user }, &spans, NOW).await.unwrap();
        for index in ["lead_untouched", "lead_completion", "lead_awaited"].map(|index| format!("SEARCH l USING INDEX {index}")) {
            assert!(plan.iter().any(|step| step.starts_with(&index)), "{user}: {plan:?}");
        }
        assert!(plan.iter().any(|step| step.starts_with("SEARCH c USING") && step.contains("lead_clock_of_owner")), "{user}: {plan:?}");
        let is_whole = |step: &String| ["SCAN l", "SCAN c", "SCAN a"].iter().any(|scan| step == scan || step.starts_with(&format!("{scan} ")));
        assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE") || is_whole(step)), "{user}: {plan:?}");
    }
});
