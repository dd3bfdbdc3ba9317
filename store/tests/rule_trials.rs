//! Trial runs of the rules, on both engines.

use domain::routing::{
    Coverage, GroupNow, House, Receiver, Rule, RuleChange, RuleKind, Step, StepCount, TrialFound, TrialHouses, TrialMove, TrialRun, TrialState,
    TriedForm,
};
use domain::{EmailAddress, GroupId, LeadId, Role, Timestamp, TrialId, UserId};
use store::people::NewUser;
use store::rule_trials::TrialWork;
use store::{Store, Tx, both_engines};

const NOW: Timestamp = Timestamp(1_764_000_000_000);

async fn furnished(store: &Store) -> (Tx, TrialWork) {
    let mut tx = store.begin().await.unwrap();
    let email = EmailAddress::parse("ada@house.test").unwrap();
    let new = NewUser { email, name: "ada".to_owned(), role: Role::Administrator, password_hash: String::new(), account: None, at: NOW };
    let user = tx.people().add(new).await.unwrap();
    let run = TrialRun {
        id: TrialId(0),
        user,
        draft: None,
        rules_version: 7,
        state: TrialState::Running,
        total: 9,
        found: TrialFound::default(),
        started_at: NOW,
        ended_at: None,
    };
    (tx, TrialWork { run, change: None, houses: TrialHouses::default(), after: LeadId(3), last: LeadId(12) })
}

fn draft() -> TriedForm {
    TriedForm {
        address: "/admin/rules/coverage".to_owned(),
        fields: "by=domain&what=acme.com".to_owned(),
        words: "the domain acme.com: ada".to_owned(),
    }
}

/// Adds a run, and reads it as it was written.
async fn add(tx: &mut Tx, work: &TrialWork) -> TrialWork {
    let id = tx.rule_trials().add(work).await.unwrap();
    let mut written = work.clone();
    written.run.id = id;
    assert_eq!(tx.rule_trials().find(id).await.unwrap(), Some(written.clone()));
    written
}

both_engines!(a_trial_run_reads_back_as_it_is_written, |store| async move {
    let (mut tx, plain) = furnished(&store).await;
    let first = add(&mut tx, &plain).await;
    let cover = Coverage::of_domain("acme.com", UserId(5));
    let with = |change| TrialWork { run: TrialRun { draft: Some(draft()), ..plain.run.clone() }, change: Some(change), ..plain.clone() };
    add(&mut tx, &with(RuleChange::Put(Rule::Coverage(cover)))).await;
    add(&mut tx, &with(RuleChange::End(RuleKind::Specialist, 4))).await;
    assert_eq!(tx.rule_trials().find_at_work().await.unwrap(), Some(first.run.id), "the oldest");
    assert_eq!(tx.rule_trials().find(TrialId(99)).await.unwrap(), None);
});

both_engines!(who_goes_on_with_a_trial_run_says_how_far_it_was, |store| async move {
    let (mut tx, plain) = furnished(&store).await;
    let mut work = add(&mut tx, &plain).await;
    let id = work.run.id;
    work.run.found = TrialFound {
        leads: 4,
        moved: 1,
        by_change: 1,
        steps: vec![StepCount { step: Step::Fallback, had: 4, would_have: 3 }],
        moves: vec![TrialMove { from: None, to: Some(Receiver::Group(GroupId(2))), leads: 1, examples: vec![LeadId(5)] }],
        ..TrialFound::default()
    };
    let group = GroupNow { members: vec![UserId(1)], last: Some(UserId(1)), loads: [(UserId(1), 3)].into() };
    work.houses.tried = House { groups: [(GroupId(2), group)].into(), ..House::default() };
    work.after = LeadId(8);
    assert!(tx.rule_trials().go_on(0, &work).await.unwrap());
    assert_eq!(tx.rule_trials().find(id).await.unwrap(), Some(work.clone()));
    assert!(!tx.rule_trials().go_on(0, &work).await.unwrap(), "somebody else was there already");

    assert!(tx.rule_trials().stop(id, NOW.plus_ms(5)).await.unwrap());
    assert!(!tx.rule_trials().stop(id, NOW.plus_ms(6)).await.unwrap());
    let stopped = tx.rule_trials().find(id).await.unwrap().unwrap().run;
    assert_eq!((stopped.state, stopped.ended_at, stopped.found.leads), (TrialState::Stopped, Some(NOW.plus_ms(5)), 4));
    work.run.state = TrialState::Done;
    assert!(!tx.rule_trials().go_on(4, &work).await.unwrap(), "what was stopped stays so");
    assert_eq!(tx.rule_trials().find_at_work().await.unwrap(), None);
});

both_engines!(trial_runs_that_ended_long_ago_are_forgotten, |store| async move {
    let (mut tx, plain) = furnished(&store).await;
    let mut ended = add(&mut tx, &plain).await;
    (ended.run.state, ended.run.ended_at) = (TrialState::Done, Some(NOW));
    assert!(tx.rule_trials().go_on(0, &ended).await.unwrap());
    let at_work = add(&mut tx, &plain).await;
    assert_eq!(tx.rule_trials().forget(NOW).await.unwrap(), 0);
    assert_eq!(tx.rule_trials().forget(NOW.plus_ms(1)).await.unwrap(), 1);
    assert_eq!(tx.rule_trials().find(ended.run.id).await.unwrap(), None);
    assert_eq!(tx.rule_trials().find(at_work.run.id).await.unwrap(), Some(at_work));
});
