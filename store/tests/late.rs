//! Leads that rest in their status for too long or are not complete in time, and digests, on both engines.

use domain::cast::{self, ACME, DORA, MAYA, NORTH, NORTHWIND, NOW};
use domain::clock::{DigestWish, LateBy};
use domain::{EmailAddress, HOUR_MS, Lead, LeadId, Timestamp};
use store::accounts::NewAccount;
use store::catalog::{NewLeadType, NewStatus};
use store::clocks::FOUND;
use store::contacts::NewContact;
use store::digests::DigestOf;
use store::late::{LateLead, LateMark, OwnedLead};
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

fn after(hours: i64) -> Timestamp {
    NOW.plus_ms(hours * HOUR_MS)
}

fn resting() -> LateBy {
    LateBy::Status(cast::lead().status)
}

fn late(lead: i64, by: LateBy, since: Timestamp) -> LateLead {
    LateLead { lead: LeadId(lead), by, since }
}

/// Leads 1 to 4 of Maya, of whom the last is deleted. 1 came into its status first; 2 and 3 are expected to be complete, 3 first.
async fn begin(store: &Store) -> Tx {
    let mut tx = store.begin().await.unwrap();
    furnish(&mut tx).await;
    let lead = |id: i64| Lead { id: LeadId(id), owner: Some(MAYA), group: Some(NORTH), ..cast::lead() };
    let leads = [
        lead(1),
        Lead { status_since: after(1), expected_at: Some(after(50)), ..lead(2) },
        Lead { status_since: after(1), expected_at: Some(after(48)), owner: None, group: None, ..lead(3) },
        Lead { status_since: after(1), expected_at: Some(after(48)), deleted_at: Some(NOW), ..lead(4) },
    ];
    tx.leads().add_many(&leads.map(|lead| NewLead { lead, import: None, import_key: None })).await.unwrap();
    tx
}

both_engines!(leads_are_looked_through_in_the_order_in_which_they_become_late, |store| async move {
    let mut tx = begin(&store).await;
    assert!(tx.late().marks().await.unwrap().is_empty());
    let from = LateMark { by: resting(), since: NOW.plus_ms(-1), lead: LeadId(i64::MAX) };
    let all = [late(1, resting(), NOW), late(2, resting(), after(1)), late(3, resting(), after(1))];
    assert_eq!(tx.late().list_behind(from, after(1), 10).await.unwrap(), all);
    assert_eq!(tx.late().list_behind(from, after(1), 2).await.unwrap(), all[..2]);
    assert_eq!(tx.late().list_behind(from, NOW, 10).await.unwrap(), all[..1]);
    let second = LateMark { since: after(1), lead: LeadId(2), ..from };
    assert_eq!(tx.late().list_behind(second, after(9), 10).await.unwrap(), all[2..]);
    let completions = LateMark { by: LateBy::Completion, ..from };
    let expected = [late(3, LateBy::Completion, after(48)), late(2, LateBy::Completion, after(50))];
    assert_eq!(tx.late().list_behind(completions, after(99), 10).await.unwrap(), expected);

    tx.late().set_mark(from).await.unwrap();
    tx.late().set_mark(completions).await.unwrap();
    tx.late().set_mark(second).await.unwrap();
    assert_eq!(tx.late().marks().await.unwrap(), [completions, second]);
});

both_engines!(what_a_digest_says_is_read_page_by_page, |store| async move {
    let mut tx = begin(&store).await;
    let owned = |id: i64, since: Timestamp| OwnedLead { lead: LeadId(id), full_name: "Jo Field".to_owned(), owner: MAYA, since };
    let (first, second) = (owned(1, NOW), owned(2, after(1)));
    assert_eq!(tx.late().list_owned(resting(), after(1), None, 10).await.unwrap(), [first.clone(), second.clone()], "nobody owns the third");
    assert_eq!(tx.late().list_owned(resting(), after(1), None, 1).await.unwrap(), [first]);
    assert_eq!(tx.late().list_owned(resting(), after(1), Some((NOW, LeadId(1))), 10).await.unwrap(), [second]);
    assert_eq!(tx.late().list_owned(LateBy::Completion, after(50), None, 10).await.unwrap(), [owned(2, after(50))]);
});

both_engines!(late_leads_wait_until_somebody_is_told, |store| async move {
    let mut tx = begin(&store).await;
    let both = [late(1, resting(), NOW), late(2, LateBy::Completion, after(50))];
    tx.late().add(&both, after(60)).await.unwrap();
    assert!(tx.late().list_to_look_at(after(59), 10).await.unwrap().is_empty());
    assert_eq!(tx.late().list_to_look_at(after(60), 10).await.unwrap(), both);
    assert_eq!(tx.late().list_to_look_at(after(60), 1).await.unwrap(), both[..1]);
    // It came into its status once more.
    let again = late(1, resting(), after(3));
    tx.late().add(&[again], after(61)).await.unwrap();
    assert_eq!(tx.late().list_to_look_at(after(61), 10).await.unwrap(), [both[1], again]);
    tx.late().look_next(again, Some(FOUND)).await.unwrap();
    tx.late().look_next(both[1], None).await.unwrap();
    assert!(tx.late().list_to_look_at(after(99), 10).await.unwrap().is_empty());
    assert_eq!(tx.late().count_found().await.unwrap(), [(NORTH, 1)]);
    assert_eq!(tx.late().list_found(&[NORTH], 10).await.unwrap(), [again]);
    assert!(tx.late().list_found(&[], 10).await.unwrap().is_empty());
    tx.late().forget_found().await.unwrap();
    assert!(tx.late().count_found().await.unwrap().is_empty());
});

both_engines!(a_digest_is_taken_once, |store| async move {
    let mut tx = begin(&store).await;
    let before = tx.digests().find(MAYA).await.unwrap().expect("Maya");
    assert_eq!(before, DigestOf { user: MAYA, wish: DigestWish::Site, sent_at: None });
    assert!(tx.digests().list().await.unwrap().contains(&before));
    assert!(tx.digests().take(before, after(1)).await.unwrap());
    assert!(!tx.digests().take(before, after(1)).await.unwrap(), "somebody else has");
    tx.digests().change(MAYA, DigestWish::Own(510), after(2)).await.unwrap();
    let changed = tx.digests().find(MAYA).await.unwrap().expect("Maya");
    assert_eq!(changed, DigestOf { user: MAYA, wish: DigestWish::Own(510), sent_at: Some(after(2)) });
    assert!(tx.digests().take(changed, after(3)).await.unwrap());
    tx.digests().change(MAYA, DigestWish::Off, after(4)).await.unwrap();
    assert_eq!(tx.digests().find(MAYA).await.unwrap().map(|of| of.wish), Some(DigestWish::Off));
    assert_eq!(tx.digests().find(domain::UserId(99)).await.unwrap(), None);
});
