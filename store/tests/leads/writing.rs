//! Writing leads, and reading them back.

use domain::{LeadFilter, LeadView};
use store::both_engines;
use store::leads::{From, Resolved};

use super::*;

both_engines!(a_lead_is_found_as_it_was_added, |store| async move {
    furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    tx.leads().add_many(&[new_lead(&cast::lead())]).await.unwrap();
    add(&mut tx, &full_lead()).await;
    tx.leads().add_many(&[]).await.unwrap();
    assert_eq!(find(&mut tx, LeadId(1)).await, Some(cast::lead()));
    assert_eq!(find(&mut tx, LeadId(7)).await, Some(full_lead()));
    assert_eq!(find(&mut tx, LeadId(8)).await, None);
});

both_engines!(a_change_needs_the_version_it_read, |store| async move {
    furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    let read = Lead { version: 1, ..full_lead() };
    add(&mut tx, &read).await;
    // Everything but what an edit leaves alone; the contact is written elsewhere.
    let emptied = Lead {
        id: LeadId(7),
        version: 2,
        contact: ContactId(7),
        phones: full_lead().phones,
        emails: full_lead().emails,
        created_by: Some(INES),
        updated_at: NOW.plus_ms(9),
        ..cast::lead()
    };
    assert!(tx.leads().change(&emptied, &read).await.unwrap());
    assert_eq!(find(&mut tx, LeadId(7)).await, Some(emptied.clone()));
    assert!(!tx.leads().change(&Lead { message: "Late".to_owned(), ..emptied.clone() }, &read).await.unwrap());
    assert!(!tx.leads().change(&Lead { id: LeadId(8), ..emptied.clone() }, &emptied).await.unwrap());
    assert_eq!(find(&mut tx, LeadId(7)).await, Some(emptied));
});

/// What somebody does to a lead.
type Edit = fn(&mut Lead);

both_engines!(a_change_writes_what_differs, |store| async move {
    let catalog = furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    let mut stored = Lead { deleted_at: None, state: LeadState::Pending, status: cast::status(SALES, "New enquiry"), ..full_lead() };
    add(&mut tx, &stored).await;
    // Each with the statements that it takes: the lead's row, then what stands in rows of its own, then the words it is found by.
    let changes: [(Edit, u64); 8] = [
        (|_| (), 1),
        (|lead| lead.score = 77, 1),
        (|lead| lead.offerings.reverse(), 1),
        (|lead| lead.offerings.truncate(1), 3),
        (|lead| lead.offerings.clear(), 2),
        (|lead| lead.team = vec![MAYA], 3),
        (|lead| lead.full_name = "Zora Quill".to_owned(), 2),
        (|lead| lead.tags = vec!["cold".to_owned()], 4),
    ];
    for (edit, statements) in changes {
        let read = stored.clone();
        stored.version += 1;
        stored.updated_at = stored.updated_at.plus_ms(5);
        edit(&mut stored);
        let before = store.statements();
        assert!(tx.leads().change(&stored, &read).await.unwrap());
        assert_eq!(store.statements() - before, statements, "version {}", stored.version);
        stored.offerings.sort_unstable();
        assert_eq!(find(&mut tx, stored.id).await.as_ref(), Some(&stored));
    }
    for (query, is_found) in [("zora quill", true), ("cold", true), ("vip", false)] {
        let filter = LeadFilter { view: LeadView::All, query: query.to_owned(), ..LeadFilter::default() };
        let filter = Resolved::new(&filter, &catalog, &cast::actor(ADA), NOW);
        assert_eq!(tx.leads().among(&filter, &Scope::All, &[stored.id]).await.unwrap().len(), usize::from(is_found), "{query}");
    }
});

both_engines!(a_row_of_an_import_comes_in_once, |store| async move {
    furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    let keyed = |id| NewLead { import_key: Some("house/1".to_owned()), ..new_lead(&Lead { id: LeadId(id), ..cast::lead() }) };
    tx.leads().add_many(&[keyed(1)]).await.unwrap();
    assert!(tx.leads().add_many(&[keyed(2)]).await.is_err());
});

both_engines!(leads_follow_their_contact, |store| async move {
    let catalog = furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    let open =
        Lead { deleted_at: None, state: LeadState::Pending, status: cast::status(SALES, "New enquiry"), contact_email: String::new(), ..full_lead() };
    add(&mut tx, &open).await;
    tx.contacts().set_points(ContactId(7), &[], &[email("moved@elsewhere.test")]).await.unwrap();
    tx.leads().refresh_shown(ContactId(7), NOW.plus_ms(60)).await.unwrap();
    let lead = find(&mut tx, LeadId(7)).await.unwrap();
    assert_eq!((lead.version, lead.updated_at, lead.email()), (2, NOW.plus_ms(60), Some("moved@elsewhere.test")));
    for (query, is_found) in [("elsewhere", true), ("0161 496 0123", false)] {
        let filter = LeadFilter { view: LeadView::All, query: query.to_owned(), ..LeadFilter::default() };
        let filter = Resolved::new(&filter, &catalog, &cast::actor(ADA), NOW);
        let page = tx.leads().list(&filter, &Scope::All, &From::Start, 5).await.unwrap();
        assert_eq!(page.rows.iter().map(|row| row.email.as_str()).collect::<Vec<_>>(), vec!["moved@elsewhere.test"; usize::from(is_found)]);
    }
});

both_engines!(the_newest_open_lead_of_a_contact_is_found, |store| async move {
    furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    let lead = |id, at| Lead { id: LeadId(id), created_at: NOW.plus_ms(at), ..cast::lead() };
    let won = |id, at| Lead { state: LeadState::Won { at: NOW }, status: cast::status(SALES, "Won"), ..lead(id, at) };
    let leads = [lead(1, 0), lead(2, 10), won(3, 20), Lead { deleted_at: Some(NOW), ..lead(4, 30) }];
    tx.leads().add_many(&leads.iter().map(new_lead).collect::<Vec<_>>()).await.unwrap();
    assert_eq!(tx.leads().newest_open_of(ContactId(1), NOW).await.unwrap(), Some(LeadId(2)));
    assert_eq!(tx.leads().newest_open_of(ContactId(1), NOW.plus_ms(10)).await.unwrap(), Some(LeadId(2)));
    assert_eq!(tx.leads().newest_open_of(ContactId(1), NOW.plus_ms(11)).await.unwrap(), None);
    assert_eq!(tx.leads().newest_open_of(ContactId(2), NOW).await.unwrap(), None);
});
