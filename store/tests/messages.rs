//! Messages to the persons of leads, their templates, and who wants none, on both engines.

use domain::cast::{self, ACME, DORA, NORTHWIND, NOW};
use domain::{Addressees, EmailAddress, Lead, LeadId, MailState, Mailbox, MessageId, MessageTemplate, MessageTemplateId, Timestamp, Wording};
use store::accounts::NewAccount;
use store::catalog::{NewLeadType, NewStatus};
use store::contacts::NewContact;
use store::leads::NewLead;
use store::messages::{MessageMail, NewMessage};
use store::outbox::{NewMail, Outcome};
use store::people::NewUser;
use store::{Store, Tx, both_engines};

const HASH: &str = "abc";

fn template(id: i64, name: &str) -> MessageTemplate {
    let wording = Wording { subject: format!("About {name}"), body: "Hello {{lead.first_name}}".to_owned() };
    MessageTemplate { id: MessageTemplateId(id), name: name.to_owned(), wording, removed_at: None }
}

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

/// A house with leads 1 and 2.
async fn begin(store: &Store) -> Tx {
    let mut tx = store.begin().await.unwrap();
    furnish(&mut tx).await;
    let leads = [cast::lead(), Lead { id: LeadId(2), ..cast::lead() }];
    let new = leads.map(|lead| NewLead { lead, import: None, import_key: None });
    tx.leads().add_many(&new).await.unwrap();
    tx
}

fn message(id: i64, lead: i64) -> NewMessage {
    NewMessage {
        id: MessageId(id),
        lead: LeadId(lead),
        by: None,
        template: None,
        to: "Jo@acme.test".to_owned(),
        subject: format!("Message {id}"),
        body: "Hello\n".to_owned(),
        message_id: format!("{id}@leads.test"),
        at: Timestamp(id),
    }
}

fn mail_of(new: &NewMessage) -> MessageMail {
    let recipient = Mailbox { name: "Jo".to_owned(), email: new.to.clone() };
    let mail = NewMail {
        message_id: new.message_id.clone(),
        lead: Some(new.lead),
        user: None,
        addressees: Addressees { to: vec![recipient.clone()], copies: Vec::new() },
        recipient,
        subject: new.subject.clone(),
        body: new.body.clone(),
        at: new.at,
    };
    let unsubscribe = "https://leads.test/unsubscribe/x/now".to_owned();
    MessageMail { mail, sender_name: Some("Maya".to_owned()), subscriber: "jo@acme.test".to_owned(), unsubscribe }
}

both_engines!(templates_are_listed_by_name_without_removed_ones, |store| async move {
    let mut tx = store.begin().await.unwrap();
    for (id, name) in [(1, "prices"), (2, "Intro")] {
        tx.messages().add_template(&template(id, name)).await.unwrap();
    }
    let names = |all: Vec<MessageTemplate>| all.into_iter().map(|one| one.name).collect::<Vec<_>>();
    assert_eq!(names(tx.messages().list_templates().await.unwrap()), ["Intro", "prices"]);
    let changed = MessageTemplate { removed_at: Some(Timestamp(5)), ..template(2, "Hello") };
    tx.messages().change_template(&changed).await.unwrap();
    assert_eq!(names(tx.messages().list_templates().await.unwrap()), ["prices"]);
    assert_eq!(tx.messages().find_template(MessageTemplateId(2)).await.unwrap(), Some(changed));
    assert_eq!(tx.messages().find_template(MessageTemplateId(9)).await.unwrap(), None);
});

both_engines!(a_message_knows_what_became_of_its_mail_and_its_replies_find_the_lead, |store| async move {
    let mut tx = begin(&store).await;
    for new in [message(1, 1), message(2, 1), message(3, 2)] {
        tx.messages().add(&new).await.unwrap();
        tx.messages().queue(mail_of(&new)).await.unwrap();
    }
    let sent = tx.messages().of_lead(LeadId(1), 10).await.unwrap();
    let facts: Vec<_> = sent.iter().map(|one| (one.id.0, one.subject.as_str(), one.state)).collect();
    assert_eq!(facts, [(2, "Message 2", Some(MailState::Waiting)), (1, "Message 1", Some(MailState::Waiting))]);
    assert_eq!(tx.messages().of_lead(LeadId(1), 1).await.unwrap().len(), 1);
    let taken = tx.outbox().take_due(Timestamp(9), Timestamp(100), 1).await.unwrap().remove(0);
    assert_eq!((taken.sender_name.as_deref(), taken.unsubscribe.as_deref()), (Some("Maya"), Some("https://leads.test/unsubscribe/x/now")));
    assert!(taken.is_welcome && !taken.is_unsubscribed);
    let failed = Outcome { state: MailState::Failed, at: Timestamp(9), next_at: Timestamp(9), answer: "550 no".to_owned() };
    tx.outbox().note(taken.id, taken.claim, failed).await.unwrap();
    let one = tx.messages().find(MessageId(1)).await.unwrap().unwrap();
    assert_eq!((one.state, one.answer.as_str(), one.to.as_str()), (Some(MailState::Failed), "550 no", "Jo@acme.test"));
    // What the outbox has forgotten is still known by its name.
    tx.outbox().forget_before(Timestamp(1_000)).await.unwrap();
    assert_eq!(tx.messages().find(MessageId(1)).await.unwrap().unwrap().state, None);
    assert_eq!(tx.mails_in().lead_of_thread(&["3@leads.test".to_owned()], &["id:3@leads.test".to_owned()]).await.unwrap(), Some(LeadId(2)));
});

both_engines!(who_wants_no_messages_gets_none_that_wait, |store| async move {
    let mut tx = begin(&store).await;
    let new = message(1, 1);
    tx.messages().add(&new).await.unwrap();
    tx.messages().queue(mail_of(&new)).await.unwrap();
    assert!(tx.messages().unsubscribe("jo@acme.test", Timestamp(5)).await.unwrap());
    assert!(!tx.messages().unsubscribe("jo@acme.test", Timestamp(6)).await.unwrap(), "it was known");
    let asked = ["al@acme.test".to_owned(), "jo@acme.test".to_owned()];
    assert_eq!(tx.messages().unsubscribed_among(&asked).await.unwrap(), ["jo@acme.test"]);
    assert!(tx.outbox().take_due(Timestamp(9), Timestamp(100), 1).await.unwrap()[0].is_unsubscribed);
    assert!(tx.messages().subscribe_again("jo@acme.test").await.unwrap());
    assert!(!tx.messages().subscribe_again("jo@acme.test").await.unwrap());
    assert!(tx.messages().unsubscribed_among(&asked).await.unwrap().is_empty());
    tx.messages().add_unsubscribe_link(HASH, "jo@acme.test", LeadId(1)).await.unwrap();
    assert_eq!(tx.messages().find_unsubscribe_link(HASH).await.unwrap(), Some(("jo@acme.test".to_owned(), LeadId(1))));
    assert_eq!(tx.messages().find_unsubscribe_link("other").await.unwrap(), None);
});
