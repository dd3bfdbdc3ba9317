//! Attempts to reach people, the cadence and the texts of the playbook, on both engines.

use domain::attempt::{AttemptFigures, CadenceStep, PlaybookText};
use domain::cast::{self, ACME, ADA, ANA, DORA, MARTIN, MAYA, NORTH, NORTHWIND, NOW};
use domain::task::TaskDone;
use domain::{
    Attempt, AttemptChannel, AttemptId, AttemptOutcome, Cadence, EmailAddress, HOUR_MS, Lead, LeadId, Scope, Task, TaskId, Timestamp, UserId,
    VoicemailPoint,
};
use store::accounts::NewAccount;
use store::catalog::{NewLeadType, NewStatus};
use store::contacts::NewContact;
use store::leads::NewLead;
use store::people::NewUser;
use store::{Store, Tx, both_engines};

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

/// What leads of the cast refer to.
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

/// A house with leads 1 (Maya's), 2 (Ana's) and 3 (Maya's, deleted).
async fn begin(store: &Store) -> Tx {
    let mut tx = store.begin().await.unwrap();
    furnish(&mut tx).await;
    let leads = [
        Lead { owner: Some(MAYA), group: Some(NORTH), ..cast::lead() },
        Lead { id: LeadId(2), owner: Some(ANA), ..cast::lead() },
        Lead { id: LeadId(3), owner: Some(MAYA), group: Some(NORTH), deleted_at: Some(NOW), ..cast::lead() },
    ];
    let new = leads.map(|lead| NewLead { lead, import: None, import_key: None });
    tx.leads().add_many(&new).await.unwrap();
    tx
}

fn after(hours: i64) -> Timestamp {
    NOW.plus_ms(hours * HOUR_MS)
}

fn attempt(id: i64, lead: i64, by: UserId, channel: AttemptChannel, at: Timestamp) -> Attempt {
    Attempt {
        id: AttemptId(id),
        lead: LeadId(lead),
        by,
        channel,
        outcome: AttemptOutcome::NoAnswer,
        at,
        entered_at: at,
        to: String::new(),
        note: String::new(),
        said: Vec::new(),
        call_back_at: None,
        task: None,
    }
}

both_engines!(an_attempt_reads_back_as_it_was_written, |store| async move {
    let mut tx = begin(&store).await;
    let task = Task { id: TaskId(1), title: "Call them back".to_owned(), ..Task::blank(MAYA, Some(LeadId(1)), NOW) };
    tx.tasks().add(&task).await.unwrap();
    let whole = Attempt {
        outcome: AttemptOutcome::Voicemail,
        entered_at: after(3),
        to: "+441614960123".to_owned(),
        note: "He is “away”\nuntil Monday".to_owned(),
        said: vec![VoicemailPoint::Date, VoicemailPoint::WillCallBack],
        call_back_at: Some(after(20)),
        task: Some(TaskId(1)),
        ..attempt(1, 1, MAYA, AttemptChannel::Call, after(1))
    };
    let others = [attempt(2, 1, ANA, AttemptChannel::Visit, after(1)), attempt(3, 1, MAYA, AttemptChannel::Email, NOW)];
    tx.attempts().add(&whole).await.unwrap();
    tx.attempts().add_many(&others).await.unwrap();
    tx.attempts().add_many(&[]).await.unwrap();
    assert_eq!(tx.attempts().find(AttemptId(1)).await.unwrap(), Some(whole.clone()));
    assert_eq!(tx.attempts().find(AttemptId(9)).await.unwrap(), None);
    let [second, third] = others;
    assert_eq!(tx.attempts().of_lead(LeadId(1), 10).await.unwrap(), [second.clone(), whole, third], "newest first");
    assert_eq!(tx.attempts().of_lead(LeadId(1), 1).await.unwrap(), [second]);
    assert!(tx.attempts().of_lead(LeadId(2), 10).await.unwrap().is_empty());
});

both_engines!(attempts_are_counted_by_lead_and_by_person_within_a_scope, |store| async move {
    use AttemptChannel::{Call, Social};

    let mut tx = begin(&store).await;
    let all = [
        attempt(1, 1, MAYA, Call, NOW),
        attempt(2, 1, MAYA, Call, after(2)),
        attempt(3, 1, ANA, Social, after(1)),
        attempt(4, 2, MAYA, Call, after(3)),
        attempt(5, 3, MAYA, Call, after(3)),
    ];
    tx.attempts().add_many(&all).await.unwrap();
    let counts = tx.attempts().count_of_lead(LeadId(1)).await.unwrap();
    assert_eq!(counts, [(Call, MAYA, 2, NOW), (Social, ANA, 1, after(1))]);
    assert_eq!(AttemptFigures::of(&counts).total, 3);
    for (viewer, since, attempts, leads) in [(ADA, NOW, 3, 2), (ADA, after(1), 2, 2), (MARTIN, NOW, 2, 1), (ANA, NOW, 1, 1), (ADA, after(9), 0, 0)] {
        let scope = Scope::of(&cast::actor(viewer));
        let found = tx.attempts().count_of_person(&scope, MAYA, since, 30).await.unwrap();
        assert_eq!((found.attempts, found.leads, found.days, found.person), (attempts, leads, 30, MAYA), "{viewer}");
    }
});

both_engines!(promises_are_the_open_tasks_of_voicemails, |store| async move {
    let mut tx = begin(&store).await;
    for id in 1..=4 {
        let task = Task { id: TaskId(id), title: "Call them back".to_owned(), ..Task::blank(MAYA, Some(LeadId(1)), NOW) };
        tx.tasks().add(&task).await.unwrap();
    }
    let left = |id: i64, at| Attempt { outcome: AttemptOutcome::Voicemail, task: Some(TaskId(id)), ..attempt(id, 1, MAYA, AttemptChannel::Call, at) };
    let wrong = Attempt { outcome: AttemptOutcome::WrongNumber, ..left(4, after(9)) };
    tx.attempts().add_many(&[left(1, NOW), left(2, after(2)), left(3, after(1)), wrong]).await.unwrap();
    assert_eq!(tx.attempts().list_promises(LeadId(1)).await.unwrap(), [TaskId(2), TaskId(3), TaskId(1)]);
    let read = tx.tasks().find(TaskId(2)).await.unwrap().unwrap();
    let done = Task { version: 2, done: Some(TaskDone { at: after(3), by: MAYA }), ..read.clone() };
    assert!(tx.tasks().change(&done, &read).await.unwrap());
    let read = tx.tasks().find(TaskId(3)).await.unwrap().unwrap();
    assert!(tx.tasks().change(&Task { version: 2, deleted_at: Some(NOW), ..read.clone() }, &read).await.unwrap());
    assert_eq!(tx.attempts().list_promises(LeadId(1)).await.unwrap(), [TaskId(1)]);
    assert!(tx.attempts().list_promises(LeadId(2)).await.unwrap().is_empty());
});

both_engines!(cadence_and_texts_are_the_standard_ones_until_they_are_changed, |store| async move {
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.attempts().cadence().await.unwrap(), Cadence::default());
    let changed = Cadence { steps: vec![CadenceStep { channel: AttemptChannel::Visit, after_hours: 3 }], call_back_hours: 5 };
    tx.attempts().change_cadence(&changed).await.unwrap();
    assert_eq!(tx.attempts().cadence().await.unwrap(), changed);
    tx.attempts().change_cadence(&Cadence::default()).await.unwrap();
    assert_eq!(tx.attempts().cadence().await.unwrap(), Cadence::default());

    assert!(tx.attempts().list_changed_texts().await.unwrap().is_empty());
    tx.attempts().change_text(PlaybookText::Reception, "Be kind").await.unwrap();
    tx.attempts().change_text(PlaybookText::Reception, "Be kind, and honest").await.unwrap();
    tx.attempts().change_text(PlaybookText::Email, "Short").await.unwrap();
    let texts = [(PlaybookText::Email, "Short".to_owned()), (PlaybookText::Reception, "Be kind, and honest".to_owned())];
    assert_eq!(tx.attempts().list_changed_texts().await.unwrap(), texts);
    tx.attempts().reset_text(PlaybookText::Email).await.unwrap();
    assert_eq!(tx.attempts().list_changed_texts().await.unwrap(), texts[1..].to_vec());
});
