//! Events.

use domain::event::{Arrival, Subject};
use domain::{Audience, EventId, EventKind, UserId};
use store::both_engines;
use store::events::NewEvent;

use super::*;

pub(crate) fn event(subject: Subject, id: i64, version: i64) -> NewEvent {
    NewEvent {
        at: NOW.plus_ms(version),
        actor: Some(MAYA),
        subject,
        subject_id: id,
        lead: (subject == Subject::Lead).then_some(LeadId(id)),
        version,
        kind: EventKind::NoteShared { text: format!("{id}.{version}") },
        before: None,
        after: None,
    }
}

fn versions(events: &[domain::Event]) -> Vec<i64> {
    events.iter().map(|event| event.version).collect()
}

both_engines!(a_timeline_is_read_newest_first_and_others_changes_oldest_first, |store| async move {
    let mut tx = store.begin().await.unwrap();
    assert_eq!((tx.events().first_id().await.unwrap(), tx.events().last_id().await.unwrap()), (EventId(0), EventId(0)));
    let first = tx.events().record(event(Subject::Lead, 1, 1)).await.unwrap();
    let deal = NewEvent { lead: Some(LeadId(1)), ..event(Subject::Opportunity, 5, 9) };
    let others = [event(Subject::Lead, 2, 4), event(Subject::Lead, 1, 2), deal, event(Subject::Lead, 1, 3)];
    let last = tx.events().record_many(&others).await.unwrap();
    assert_eq!((tx.events().first_id().await.unwrap(), tx.events().last_id().await.unwrap()), (first, last));
    assert_eq!(last, EventId(first.0 + 4));
    let timeline = tx.events().of_lead(LeadId(1), None, 10).await.unwrap();
    assert_eq!(versions(&timeline), [3, 9, 2, 1]);
    let newest = &timeline[0];
    assert_eq!((newest.id, newest.at, newest.actor, &newest.kind), (last, NOW.plus_ms(3), Some(MAYA), &event(Subject::Lead, 1, 3).kind));
    assert_eq!(versions(&tx.events().of_lead(LeadId(1), Some(timeline[1].id), 1).await.unwrap()), [2]);
    assert_eq!(versions(&tx.events().of_lead_since(LeadId(1), 1).await.unwrap()), [2, 3]);
    assert_eq!(versions(&tx.events().of_lead_since(LeadId(1), 3).await.unwrap()), [0_i64; 0]);
    assert_eq!(versions(&tx.events().of_subject(Subject::Lead, 1, 2).await.unwrap()), [3, 2]);
});

both_engines!(the_live_stream_reads_on_from_where_it_was, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let audience = |owner: Option<UserId>| Some(Audience { owner, ..Audience::default() });
    let added = NewEvent { kind: EventKind::LeadAdded { by: Arrival::ByHand }, after: audience(None), ..event(Subject::Lead, 1, 1) };
    let taken = NewEvent { before: audience(None), after: audience(Some(MAYA)), ..event(Subject::Lead, 1, 2) };
    let account = NewEvent { kind: EventKind::RecordAdded { name: "Acme".to_owned() }, ..event(Subject::Account, 3, 1) };
    tx.events().record_many(&[added, taken, account]).await.unwrap();
    let live = tx.events().live_after(EventId(0), 10).await.unwrap();
    assert_eq!(
        live.iter().map(|event| (event.id.0, event.subject, event.number, event.is_addition)).collect::<Vec<_>>(),
        [(1, Subject::Lead, 1, true), (2, Subject::Lead, 1, false), (3, Subject::Account, 3, true)]
    );
    assert_eq!((&live[1].before, &live[1].after, live[1].lead, live[1].version), (&audience(None), &audience(Some(MAYA)), Some(LeadId(1)), 2));
    assert_eq!((&live[0].before, &live[2].after, live[2].lead), (&None, &None, None));
    assert_eq!(tx.events().live_after(EventId(1), 1).await.unwrap(), live[1..2]);
    assert_eq!(tx.events().live_after(EventId(3), 10).await.unwrap(), []);
});

both_engines!(many_events_at_once_are_numbered_without_gaps, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let many: Vec<NewEvent> = (1..=1_101).map(|version| event(Subject::Lead, 1, version)).collect();
    assert_eq!(tx.events().record_many(&many).await.unwrap(), EventId(1_101));
    let live = tx.events().live_after(EventId(0), 2_000).await.unwrap();
    assert!(live.iter().zip(1..).all(|(event, number)| (event.id.0, event.version) == (number, number)));
});

both_engines!(saving_events_wakes_those_who_wait, |store| async move {
    let committed = store.committed();
    let woken = committed.notified();
    let mut tx = store.begin().await.unwrap();
    tx.events().record(event(Subject::Lead, 1, 1)).await.unwrap();
    tx.save().await.unwrap();
    woken.await;
});
