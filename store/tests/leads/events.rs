//! Events.

use domain::event::{Arrival, Subject};
use domain::intake::TryResult;
use domain::{Audience, EventId, EventKind, MailInId, TimelineFilter, UserId};
use store::events::NewEvent;
use store::{Engine, both_engines};

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

both_engines!(a_timeline_is_narrowed_in_the_statement, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let of = |version, kind| NewEvent { kind, ..event(Subject::Lead, 1, version) };
    let comment = |icon: &str| EventKind::Commented { icon: icon.to_owned(), tone: "blue".to_owned(), text: "E-mail".to_owned(), done_at: None };
    let arrival = EventKind::LeadAdded { by: Arrival::Mail { mail: MailInId(1), by: String::new() } };
    let events = [
        NewEvent { actor: None, ..of(1, arrival) },
        of(2, comment("phone")),
        of(3, EventKind::FieldsChanged { changes: Vec::new() }),
        NewEvent { actor: None, ..of(4, EventKind::CallTried { name: "Maya".to_owned(), result: TryResult::Answered }) },
        NewEvent { at: NOW.plus_ms(3 * domain::DAY_MS), ..of(5, comment("mail")) },
        NewEvent { lead: Some(LeadId(2)), ..of(6, comment("phone")) },
    ];
    tx.events().record_many(&events).await.unwrap();
    let day = NOW.day();
    let by_maya = format!("by={MAYA}");
    let (on_the_day, later) = (format!("from={day}&to={day}"), format!("from={}", NOW.plus_ms(domain::DAY_MS).day()));
    let expected: [(&str, &[i64]); 10] = [
        ("", &[5, 4, 3, 2, 1]),
        ("timeline=comments", &[5, 2]),
        ("timeline=calls", &[4, 2]),
        ("timeline=mails", &[5, 1]),
        ("timeline=changes", &[3]),
        ("timeline=routing", &[4, 1]),
        ("by=nobody", &[4, 1]),
        (&by_maya, &[5, 3, 2]),
        (&on_the_day, &[4, 3, 2, 1]),
        (&later, &[5]),
    ];
    for (query, wanted) in expected {
        let filter = TimelineFilter::from_query(query);
        let found = tx.events().timeline(LeadId(1), filter, None, 10).await.unwrap();
        assert_eq!(versions(&found), wanted, "{query}");
        let newest = tx.events().timeline(LeadId(1), filter, None, 1).await.unwrap();
        let rest = tx.events().timeline(LeadId(1), filter, Some(newest[0].id), 10).await.unwrap();
        assert_eq!(versions(&rest), wanted[1..], "{query}");
        if tx.engine() == Engine::Sqlite {
            let plan = tx.events().explain_timeline(LeadId(1), filter, None, 10).await.unwrap();
            assert!(plan.iter().any(|step| step.starts_with("SEARCH event USING INDEX event_lead")), "{query}: {plan:?}");
            assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE") || step.contains("SCAN")), "{query}: {plan:?}");
        }
    }
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
