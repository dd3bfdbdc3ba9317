//! The library of material, on both engines.

use domain::cast::{self, ACME, DORA, NORTHWIND, NOW};
use domain::lead_parts::DocumentKind;
use domain::{EmailAddress, LeadId, Mailbox, Material, MaterialId, MessageId, Timestamp, UserId};
use store::accounts::NewAccount;
use store::catalog::{NewLeadType, NewStatus};
use store::contacts::NewContact;
use store::leads::NewLead;
use store::material::Sent;
use store::messages::{MessageMail, NewMessage};
use store::outbox::NewMail;
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

fn piece(id: i64, name: &str) -> Material {
    Material {
        id: MaterialId(id),
        name: name.to_owned(),
        description: "For “clinics”".to_owned(),
        tags: vec!["list".to_owned(), "price".to_owned()],
        file_name: format!("{name}.pdf"),
        kind: DocumentKind::Pdf,
        size: 9,
        added_by: UserId(1),
        added_at: NOW,
        removed_at: None,
    }
}

/// A house with lead 1 and a library of two pieces.
async fn begin(store: &Store) -> Tx {
    let mut tx = store.begin().await.unwrap();
    furnish(&mut tx).await;
    tx.leads().add_many(&[NewLead { lead: cast::lead(), import: None, import_key: None }]).await.unwrap();
    tx.material().add(&piece(1, "prices"), "JVBERi0xLjcK".to_owned()).await.unwrap();
    tx.material().add(&Material { tags: Vec::new(), ..piece(2, "Brochure") }, "JVBERi0x".to_owned()).await.unwrap();
    tx
}

both_engines!(a_piece_reads_back_is_changed_and_leaves_the_list_when_it_is_removed, |store| async move {
    let mut tx = begin(&store).await;
    let all = tx.material().list().await.unwrap();
    assert_eq!(all, [Material { tags: Vec::new(), ..piece(2, "Brochure") }, piece(1, "prices")]);
    assert_eq!(tx.material().content(MaterialId(1)).await.unwrap().as_deref(), Some("JVBERi0xLjcK"));
    assert_eq!(tx.material().content(MaterialId(9)).await.unwrap(), None);
    let removed = Material { name: "Prices 2026".to_owned(), removed_at: Some(Timestamp(5)), ..piece(1, "prices") };
    tx.material().change(&removed).await.unwrap();
    assert_eq!(tx.material().find(MaterialId(1)).await.unwrap(), Some(removed));
    assert_eq!(tx.material().list().await.unwrap().len(), 1);
    tx.material().add_link("abc", MaterialId(2), LeadId(1)).await.unwrap();
    assert_eq!(tx.material().find_by_link("abc").await.unwrap().map(|piece| piece.id), Some(MaterialId(2)));
    assert_eq!(tx.material().find_by_link("other").await.unwrap(), None);
});

both_engines!(what_is_attached_comes_with_the_mail_and_links_do_not, |store| async move {
    let mut tx = begin(&store).await;
    let new = NewMessage {
        id: MessageId(1),
        lead: LeadId(1),
        by: None,
        template: None,
        to: "jo@acme.test".to_owned(),
        subject: "Prices".to_owned(),
        body: "Here\n".to_owned(),
        message_id: "1@leads.test".to_owned(),
        at: Timestamp(1),
    };
    tx.messages().add(&new).await.unwrap();
    let sent = [Sent { material: MaterialId(1), is_link: false }, Sent { material: MaterialId(2), is_link: true }];
    tx.material().add_sent(MessageId(1), &sent).await.unwrap();
    tx.material().add_sent(MessageId(1), &[]).await.unwrap();
    let recipient = Mailbox { name: String::new(), email: new.to.clone() };
    let mail = NewMail {
        message_id: new.message_id,
        lead: Some(LeadId(1)),
        user: None,
        addressees: domain::Addressees { to: vec![recipient.clone()], copies: Vec::new() },
        recipient,
        subject: new.subject,
        body: new.body,
        at: new.at,
    };
    let of = |mail: NewMail| MessageMail {
        mail,
        sender_name: Some("Maya".to_owned()),
        subscriber: "jo@acme.test".to_owned(),
        unsubscribe: "https://a.test/u".to_owned(),
    };
    tx.messages().queue(of(mail)).await.unwrap();
    let taken = tx.outbox().take_due(Timestamp(5), Timestamp(50), 5).await.unwrap().remove(0);
    let files: Vec<_> = taken.files.iter().map(|file| (file.name.as_str(), file.kind, file.content.as_str())).collect();
    assert_eq!(files, [("prices.pdf", DocumentKind::Pdf, "JVBERi0xLjcK")]);
    let with = tx.material().sent_to(LeadId(1)).await.unwrap();
    assert_eq!(with, [(MessageId(1), "Brochure".to_owned(), true), (MessageId(1), "prices".to_owned(), false)]);
});
