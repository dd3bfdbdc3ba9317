//! Changes of many leads at once, on both engines.

use domain::bulk::{BulkKind, BulkRun, BulkState, LeftAlone};
use domain::event::Subject;
use domain::{BulkRunId, EmailAddress, EventKind, LeadId, Role, Timestamp, UserId};
use store::bulk_runs::{ChangedLead, Outcome, Place};
use store::events::NewEvent;
use store::people::NewUser;
use store::{Store, Tx, both_engines};

const NOW: Timestamp = Timestamp(1_764_000_000_000);
const PLACE: Place = Place { snapshot_event: 7, below_lead: i64::MAX };

async fn furnished(store: &Store) -> (Tx, UserId) {
    let mut tx = store.begin().await.expect("a transaction");
    let email = EmailAddress::parse("maya@house.test").unwrap();
    let new = NewUser { email, name: "maya".to_owned(), role: Role::Rep, password_hash: String::new(), account: None, at: NOW };
    let maya = tx.people().add(new).await.unwrap();
    (tx, maya)
}

fn run(user: UserId) -> BulkRun {
    BulkRun {
        id: BulkRunId(0),
        user,
        kind: BulkKind::AddTag,
        value: "vip".to_owned(),
        words: "Add a tag: vip".to_owned(),
        query: "view=all".to_owned(),
        is_chosen: true,
        state: BulkState::Running,
        total: 3,
        changed: 0,
        skipped: 0,
        undone: 0,
        kept: 0,
        started_at: NOW,
        ended_at: None,
    }
}

both_engines!(a_run_reads_back_as_it_is_written, |store| async move {
    let (mut tx, maya) = furnished(&store).await;
    let mut kept = run(maya);
    kept.id = tx.bulk_runs().add(&kept, PLACE, &[]).await.unwrap();
    assert_eq!(tx.bulk_runs().find(kept.id).await.unwrap(), Some(kept.clone()));
    assert_eq!(tx.bulk_runs().list_at_work(5).await.unwrap(), [kept.id]);
    let ended = BulkRun { state: BulkState::Done, total: 9, changed: 4, skipped: 5, undone: 1, kept: 2, ended_at: Some(NOW), ..kept };
    tx.bulk_runs().change(&ended, 12).await.unwrap();
    assert_eq!(tx.bulk_runs().hold(ended.id).await.unwrap(), Some((ended.clone(), Place { below_lead: 12, ..PLACE })));
    assert_eq!(tx.bulk_runs().list_at_work(5).await.unwrap(), []);
    assert_eq!(tx.bulk_runs().find(BulkRunId(99)).await.unwrap(), None);
    assert_eq!(tx.bulk_runs().hold(BulkRunId(99)).await.unwrap(), None);
});

both_engines!(each_lead_of_a_run_has_its_outcome, |store| async move {
    let (mut tx, maya) = furnished(&store).await;
    let id = tx.bulk_runs().add(&run(maya), PLACE, &[(LeadId(1), 4), (LeadId(2), 5), (LeadId(3), 6)]).await.unwrap();
    assert_eq!(tx.bulk_runs().list_waiting(id, 2).await.unwrap(), [(LeadId(3), 6), (LeadId(2), 5)]);
    let changed = |lead, version| (LeadId(lead), Outcome::Changed { version, old: "{}".to_owned() });
    let skipped = (LeadId(2), Outcome::Skipped { reason: "It was so already".to_owned() });
    tx.bulk_runs().note(id, &[changed(3, 7), skipped, changed(1, 5)]).await.unwrap();
    tx.bulk_runs().note(id, &[]).await.unwrap();
    assert!(tx.bulk_runs().has_made(maya, LeadId(3), 7).await.unwrap());
    for (user, lead, version) in [(UserId(99), 3, 7), (maya, 3, 6), (maya, 2, 5)] {
        assert!(!tx.bulk_runs().has_made(user, LeadId(lead), version).await.unwrap());
    }
    assert_eq!(tx.bulk_runs().list_waiting(id, 9).await.unwrap(), []);
    let left = LeftAlone { lead: LeadId(2), reason: "It was so already".to_owned() };
    assert_eq!(tx.bulk_runs().list_left_alone(id, 9).await.unwrap(), vec![left.clone()]);
    let lead = |lead, version| ChangedLead { lead: LeadId(lead), version, old: "{}".to_owned() };
    assert_eq!(tx.bulk_runs().list_changed(id, 9).await.unwrap(), [lead(1, 5), lead(3, 7)], "what was changed last comes first");
    tx.bulk_runs().note_undone(id, LeadId(3), None).await.unwrap();
    tx.bulk_runs().note_undone(id, LeadId(1), Some("Changed since")).await.unwrap();
    assert_eq!(tx.bulk_runs().list_changed(id, 9).await.unwrap(), []);
    assert_eq!(tx.bulk_runs().list_left_alone(id, 9).await.unwrap(), [left, LeftAlone { lead: LeadId(1), reason: "Changed since".to_owned() }]);
    assert_eq!(tx.bulk_runs().list_left_alone(id, 1).await.unwrap().len(), 1);
});

both_engines!(what_others_did_since_is_found, |store| async move {
    let (mut tx, maya) = furnished(&store).await;
    let mut event = async |lead: i64, actor: Option<UserId>| {
        let kind = EventKind::NoteShared { text: "Hm".to_owned() };
        let lead = LeadId(lead);
        let event =
            NewEvent { at: NOW, actor, subject: Subject::Lead, subject_id: lead.0, lead: Some(lead), version: 2, kind, before: None, after: None };
        tx.events().record(event).await.unwrap()
    };
    let before = event(1, None).await;
    event(2, Some(maya)).await;
    event(3, Some(UserId(77))).await;
    event(4, None).await;
    event(5, None).await;
    let ids: Vec<LeadId> = (1..=4).map(LeadId).collect();
    let found = tx.bulk_runs().changed_by_others(&ids, before.0, maya).await.unwrap();
    assert_eq!(found, [(LeadId(3), Some(UserId(77))), (LeadId(4), None)]);
    assert_eq!(tx.bulk_runs().changed_by_others(&[], 0, maya).await.unwrap(), []);
});
