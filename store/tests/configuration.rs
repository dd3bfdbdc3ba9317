//! Changing what is configured, and the audit, on both engines.

use domain::catalog::USES_MOST;
use domain::event::TextChange;
use domain::{AuditArea, AuditFilter, ChoiceList, EventKind, LeadTypeId, LifeCycle, StatusId, Timestamp, UserId};
use store::audit::NewAudit;
use store::catalog::{NewLeadType, NewStatus};
use store::configuration::{ChoiceChange, Ordered, StatusChange};
use store::logo::StoredLogo;
use store::{Sql, Store, StoreError, Tx, both_engines};

async fn lead_type(tx: &mut Tx, name: &str) -> LeadTypeId {
    tx.catalog().add_lead_type(&NewLeadType { name: name.to_owned(), ..NewLeadType::default() }).await.unwrap()
}

async fn status(tx: &mut Tx, lead_type: LeadTypeId, name: &str, is_default: bool) -> StatusId {
    let state = LifeCycle::InProgress;
    let new = NewStatus { lead_type, name: name.to_owned(), state, tone: "blue".to_owned(), due_days: None, is_default };
    tx.catalog().add_status(&new).await.unwrap()
}

/// Adds leads that rest in a status, with the least that the table wants.
async fn leads_in(tx: &mut Tx, lead_type: LeadTypeId, status: StatusId, count: i64, source: Option<domain::ChoiceId>) {
    tx.run(Sql::new(
        "insert into account (id, version, name, name_folded, website, created_at, updated_at) values (1, 1, 'Acme', 'acme', '', 0, 0)
         on conflict (id) do nothing",
    ))
    .await
    .unwrap();
    tx.run(Sql::new(
        "insert into contact (id, version, full_name, name_folded, job_title, created_at, updated_at) values (1, 1, 'Jo', 'jo', '', 0, 0)
         on conflict (id) do nothing",
    ))
    .await
    .unwrap();
    let first = tx.take_numbers("lead", count).await.unwrap();
    for id in first..first + count {
        let sql = Sql::new(
            "insert into lead (id, version, full_name, name_folded, account_id, contact_id, contact_email, contact_phone, shown_email, shown_phone,
             lead_type_id, status_id, status_since, state, target_amount_minor, currency, score, street, city, postcode, region, country, message, extra,
             created_at, updated_at, source_id) values ($1, 1, 'Jo', 'jo', 1, 1, '', '', '', '', $2, $3, 0, 'in_progress', 0, 'GBP', 0, '', '', '', '', '',
             '', '{}', 0, 0, $4)",
        );
        tx.run(sql.bind(id).bind(lead_type).bind(status).bind(source)).await.unwrap();
    }
}

fn change(name: &str) -> StatusChange {
    StatusChange { name: name.to_owned(), tone: "teal".to_owned(), due_days: Some(7), is_default: false, retired_at: None }
}

both_engines!(a_lead_type_is_changed_and_retired, |store| async move {
    let mut tx = store.begin().await.unwrap();
    tx.catalog().hold().await.unwrap();
    let sales = lead_type(&mut tx, "Sales").await;
    let category = tx.catalog().add_choice(ChoiceList::Category, "Customer", false).await.unwrap();
    let change =
        NewLeadType { name: "Selling".to_owned(), default_category: Some(category), default_probability: Some(40), ..NewLeadType::default() };
    tx.catalog().change_lead_type(sales, &change, Some(Timestamp(9))).await.unwrap();
    let catalog = tx.catalog().load().await.unwrap();
    let stored = catalog.lead_type(sales).unwrap();
    assert_eq!(
        (stored.name.as_str(), stored.default_category, stored.default_probability, stored.retired),
        ("Selling", Some(category), Some(40), true)
    );
    lead_type(&mut tx, "Renewal").await;
    let taken = NewLeadType { name: " RENEWAL ".to_owned(), ..NewLeadType::default() };
    let refused = tx.catalog().change_lead_type(sales, &taken, None).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
});

both_engines!(a_status_is_changed_and_one_of_its_state_is_the_default, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let (sales, other) = (lead_type(&mut tx, "Sales").await, lead_type(&mut tx, "Other").await);
    let first = status(&mut tx, sales, "First", true).await;
    let second = status(&mut tx, sales, "Second", false).await;
    let elsewhere = status(&mut tx, other, "First", true).await;
    tx.catalog().change_status(second, &StatusChange { is_default: true, ..change("Last") }).await.unwrap();
    tx.catalog().change_status_moves(first, &[second]).await.unwrap();
    tx.catalog().change_status_moves(first, &[second, first]).await.unwrap();
    let catalog = tx.catalog().load().await.unwrap();
    let stored = catalog.status(second).unwrap();
    assert_eq!(
        (stored.name.as_str(), stored.tone.as_str(), stored.due_days, stored.is_default, stored.retired),
        ("Last", "teal", Some(7), true, false)
    );
    assert!(!catalog.status(first).unwrap().is_default);
    assert!(catalog.status(elsewhere).unwrap().is_default);
    assert_eq!(catalog.status(first).unwrap().moves, [first, second]);
    tx.catalog().change_status(second, &StatusChange { retired_at: Some(Timestamp(9)), ..change("Last") }).await.unwrap();
    assert!(tx.catalog().load().await.unwrap().status(second).unwrap().retired);
    let refused = tx.catalog().change_status(second, &change("first")).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
});

both_engines!(a_status_is_removed_only_when_no_lead_knows_it, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let sales = lead_type(&mut tx, "Sales").await;
    let (used, free) = (status(&mut tx, sales, "Used", true).await, status(&mut tx, sales, "Free", false).await);
    tx.catalog().change_status_moves(used, &[free]).await.unwrap();
    leads_in(&mut tx, sales, used, 2, None).await;
    assert_eq!((tx.catalog().leads_in_status(used).await.unwrap(), tx.catalog().leads_in_status(free).await.unwrap()), (2, 0));
    assert_eq!(tx.catalog().leads_of_type(sales).await.unwrap(), 2);
    tx.run(Sql::new("update lead set deleted_at = 5")).await.unwrap();
    assert_eq!(tx.catalog().leads_in_status(used).await.unwrap(), 0);
    assert!(!tx.catalog().remove_status(used).await.unwrap(), "a deleted lead may come back");
    assert!(tx.catalog().remove_status(free).await.unwrap());
    let catalog = tx.catalog().load().await.unwrap();
    assert!(catalog.status(free).is_none() && catalog.status(used).unwrap().moves.is_empty());
});

both_engines!(many_leads_are_counted_no_further_than_needed, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let sales = lead_type(&mut tx, "Sales").await;
    let used = status(&mut tx, sales, "Used", true).await;
    leads_in(&mut tx, sales, used, USES_MOST + 3, None).await;
    assert_eq!(tx.catalog().leads_in_status(used).await.unwrap(), USES_MOST + 1);
    assert_eq!(tx.catalog().leads_of_type(sales).await.unwrap(), USES_MOST + 1);
});

both_engines!(entries_of_every_list_are_changed_counted_and_removed, |store| async move {
    let mut tx = store.begin().await.unwrap();
    for list in ChoiceList::ALL {
        let first = tx.catalog().add_choice(list, "First", true).await.unwrap();
        let second = tx.catalog().add_choice(list, "Second", false).await.unwrap();
        let change = ChoiceChange { name: "Last".to_owned(), is_default: true, asks_referrer: true, is_goods: true, retired_at: None };
        tx.catalog().change_choice(second, list, &change).await.unwrap();
        tx.catalog().swap_positions(Ordered::Choice, (first.0, 1), (second.0, 2)).await.unwrap();
        let catalog = tx.catalog().load().await.unwrap();
        let names: Vec<_> = catalog.offered(list).map(|choice| (choice.name.as_str(), choice.is_default)).collect();
        assert_eq!(names, [("Last", true), ("First", false)], "{list:?}");
        assert_eq!(catalog.choice(second).map(|choice| (choice.asks_referrer, choice.is_goods)), Some((true, true)), "{list:?}");
        let refused = tx
            .catalog()
            .change_choice(
                first,
                list,
                &ChoiceChange { name: "LAST".to_owned(), is_default: false, asks_referrer: false, is_goods: false, retired_at: None },
            )
            .await;
        assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
        // Postgres takes no more after an error in a transaction.
        drop(tx);
        tx = store.begin().await.unwrap();
        let free = tx.catalog().add_choice(list, "Free", false).await.unwrap();
        assert_eq!(tx.catalog().uses_of_choice(free, list).await.unwrap(), 0, "{list:?}");
        assert!(tx.catalog().remove_choice(free, list).await.unwrap(), "{list:?}");
        assert!(tx.catalog().load().await.unwrap().choice(free).is_none());
    }
});

both_engines!(an_entry_that_a_lead_or_a_type_uses_stays, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let sales = lead_type(&mut tx, "Sales").await;
    let used = status(&mut tx, sales, "Used", true).await;
    let web = tx.catalog().add_choice(ChoiceList::Source, "Web", false).await.unwrap();
    let customer = tx.catalog().add_choice(ChoiceList::Category, "Customer", false).await.unwrap();
    leads_in(&mut tx, sales, used, 3, Some(web)).await;
    let change = NewLeadType { name: "Sales".to_owned(), default_category: Some(customer), ..NewLeadType::default() };
    tx.catalog().change_lead_type(sales, &change, None).await.unwrap();
    assert_eq!(tx.catalog().uses_of_choice(web, ChoiceList::Source).await.unwrap(), 3);
    assert_eq!(tx.catalog().uses_of_choice(customer, ChoiceList::Category).await.unwrap(), 1);
    tx.run(Sql::new("update lead set deleted_at = 5")).await.unwrap();
    assert_eq!(tx.catalog().uses_of_choice(web, ChoiceList::Source).await.unwrap(), 0);
    assert!(!tx.catalog().remove_choice(web, ChoiceList::Source).await.unwrap());
    assert!(!tx.catalog().remove_choice(customer, ChoiceList::Category).await.unwrap());
});

async fn note(store: &Store, at: i64, actor: Option<i64>, area: AuditArea, kind: EventKind) {
    let mut tx = store.begin().await.unwrap();
    let new = NewAudit { at: Timestamp(at), actor: actor.map(UserId), area, address: "10.0.0.1", kind: &kind };
    tx.audit().add(new).await.unwrap();
    tx.save().await.unwrap();
}

both_engines!(the_audit_is_read_newest_first_by_area_and_person, |store| async move {
    let changes = vec![TextChange { what: "Name".to_owned(), old: "a".to_owned(), new: "b".to_owned() }];
    note(&store, 1, Some(7), AuditArea::Configuration, EventKind::RecordChanged { name: "the site".to_owned(), changes }).await;
    note(&store, 2, None, AuditArea::SignIn, EventKind::SignInRefused { email: "maya@house.test".to_owned() }).await;
    note(&store, 3, Some(8), AuditArea::SignIn, EventKind::SignedIn).await;
    let mut tx = store.read().await.unwrap();
    let all = tx.audit().list(AuditFilter::default(), None, 10).await.unwrap();
    assert_eq!(all.iter().map(|entry| (entry.at.0, entry.actor.map(|actor| actor.0))).collect::<Vec<_>>(), [(3, Some(8)), (2, None), (1, Some(7))]);
    assert_eq!(all[1].kind.sentence(), "could not sign in as maya@house.test");
    assert_eq!(all[0].address, "10.0.0.1");
    let area = AuditFilter { area: Some(AuditArea::SignIn), actor: None };
    assert_eq!(tx.audit().list(area, Some(all[0].id), 10).await.unwrap(), [all[1].clone()]);
    let person = AuditFilter { area: Some(AuditArea::Configuration), actor: Some(UserId(7)) };
    assert_eq!(tx.audit().list(person, None, 1).await.unwrap(), [all[2].clone()]);
});

both_engines!(the_logo_is_one_or_none, |store| async move {
    let logo = |digest: &str| StoredLogo { digest: digest.to_owned(), content_type: "image/png".to_owned(), content: "aGk=".to_owned() };
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.catalog().logo().await.unwrap(), None);
    for digest in ["a1", "b2"] {
        tx.catalog().change_logo(&logo(digest)).await.unwrap();
        assert_eq!(tx.catalog().logo().await.unwrap(), Some(logo(digest)));
        assert_eq!(tx.catalog().load().await.unwrap().site.logo.as_deref(), Some(digest));
    }
    tx.catalog().remove_logo().await.unwrap();
    assert_eq!(tx.catalog().load().await.unwrap().site.logo, None);
});
