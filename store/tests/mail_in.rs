//! Mails that came in, on both engines.

use domain::{Addressees, LeadId, MailInId, MailInState, Mailbox, MailboxState, Timestamp};
use store::mail_in::NewMailIn;
use store::outbox::NewMail;
use store::{StoreError, Tx, both_engines};

fn mailbox() -> Mailbox {
    Mailbox { name: "Jo Field".to_owned(), email: "jo@acme.test".to_owned() }
}

async fn add(tx: &mut Tx, key: &str, state: MailInState, lead: Option<i64>) -> Result<MailInId, StoreError> {
    let id = MailInId(tx.take_numbers("mail_in", 1).await?);
    let new = NewMailIn {
        id,
        key: key.to_owned(),
        state,
        lead: lead.map(LeadId),
        sender_user: None,
        sender: mailbox(),
        subject: key.to_owned(),
        why: String::new(),
        attachments: 2,
        size: 5,
        at: Timestamp(10),
        original: "SGVsbG8=".to_owned(),
    };
    tx.mails_in().add(new).await.map(|()| id)
}

both_engines!(mails_are_kept_once_and_read_newest_first, |store| async move {
    let mut tx = store.begin().await.unwrap();
    for state in MailInState::ALL {
        add(&mut tx, state.key(), state, Some(7)).await.unwrap();
    }
    tx.save().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let refused = add(&mut tx, "lead", MailInState::Lead, None).await.unwrap_err();
    assert!(matches!(refused, StoreError::Conflict { .. }), "{refused:?}");
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    let rows = tx.mails_in().list(None, 2).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.state).collect::<Vec<_>>(), [MailInState::Refused, MailInState::Ignored]);
    let last = rows[1].id.0;
    let older = tx.mails_in().list(Some(last), 9).await.unwrap();
    assert_eq!(older.iter().map(|row| row.state).collect::<Vec<_>>(), [MailInState::Joined, MailInState::Lead]);
    let (row, original) = tx.mails_in().find(older[1].id).await.unwrap().unwrap();
    assert_eq!((&row, original.as_str()), (&older[1], "SGVsbG8="));
    assert_eq!((row.sender, row.lead, row.attachments, row.size), (mailbox(), Some(LeadId(7)), 2, 5));
    assert_eq!(tx.mails_in().find_by_key("joined").await.unwrap().as_ref(), Some(&older[0]));
    assert_eq!(tx.mails_in().find_by_key("none").await.unwrap(), None);
    assert_eq!(tx.mails_in().find(MailInId(99)).await.unwrap(), None);
});

both_engines!(a_thread_leads_to_its_lead, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let mail = NewMail {
        message_id: "told@leads.test".to_owned(),
        lead: Some(LeadId(7)),
        user: None,
        recipient: mailbox(),
        addressees: Addressees { to: vec![mailbox()], copies: Vec::new() },
        subject: "A lead".to_owned(),
        body: "Hello".to_owned(),
        at: Timestamp(10),
    };
    tx.outbox().queue(vec![mail]).await.unwrap();
    add(&mut tx, "id:asked@acme.test", MailInState::Lead, Some(8)).await.unwrap();
    add(&mut tx, "id:away@acme.test", MailInState::Ignored, None).await.unwrap();
    for (message_id, lead) in [("told@leads.test", Some(7)), ("asked@acme.test", Some(8)), ("away@acme.test", None), ("none@acme.test", None)] {
        let (ids, keys) = (vec![message_id.to_owned()], vec![format!("id:{message_id}")]);
        assert_eq!(tx.mails_in().lead_of_thread(&ids, &keys).await.unwrap(), lead.map(LeadId), "{message_id}");
    }
    assert_eq!(tx.mails_in().lead_of_thread(&[], &[]).await.unwrap(), None);
});

both_engines!(one_reads_the_mailbox_at_a_time, |store| async move {
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.mails_in().mailbox().await.unwrap(), None);
    let first = tx.mails_in().take_turn(Timestamp(10), Timestamp(100)).await.unwrap().unwrap();
    assert_eq!((first.claim, first.failures), (1, 0));
    assert_eq!(tx.mails_in().take_turn(Timestamp(99), Timestamp(200)).await.unwrap(), None);
    let second = tx.mails_in().take_turn(Timestamp(100), Timestamp(200)).await.unwrap().unwrap();
    let failed = MailboxState { read_at: None, next_at: Timestamp(150), failures: 1, trouble: "It is away".to_owned() };
    tx.mails_in().end_turn(first, &MailboxState { trouble: "too late".to_owned(), ..failed.clone() }).await.unwrap();
    tx.mails_in().end_turn(second, &failed).await.unwrap();
    assert_eq!(tx.mails_in().mailbox().await.unwrap().as_ref(), Some(&failed));
    let third = tx.mails_in().take_turn(Timestamp(150), Timestamp(200)).await.unwrap().unwrap();
    assert_eq!(third.failures, 1);
    let well = MailboxState { read_at: Some(Timestamp(151)), next_at: Timestamp(160), failures: 0, trouble: String::new() };
    tx.mails_in().end_turn(third, &well).await.unwrap();
    let fourth = tx.mails_in().take_turn(Timestamp(160), Timestamp(200)).await.unwrap().unwrap();
    tx.mails_in().end_turn(fourth, &failed).await.unwrap();
    assert_eq!(
        tx.mails_in().mailbox().await.unwrap(),
        Some(MailboxState { read_at: Some(Timestamp(151)), ..failed }),
        "when it last went well stays"
    );
});
