//! Fields that an administrator adds to leads, on both engines.

use std::collections::BTreeMap;

use domain::catalog::USES_MOST;
use domain::{Actor, CustomField, CustomFieldId, CustomKind, LeadFilter, LeadId, LeadTypeId, Role, Scope, Timestamp, UserId};
use store::leads::{From, NewLead, Resolved};
use store::{Sql, Store, StoreError, Tx, both_engines};

fn field(name: &str, kind: CustomKind, lead_type: Option<LeadTypeId>) -> CustomField {
    CustomField {
        id: CustomFieldId(0),
        name: name.to_owned(),
        lead_type,
        kind,
        options: if kind == CustomKind::Choice { vec!["Gold".to_owned(), "Silver".to_owned()] } else { Vec::new() },
        required: false,
        default: String::new(),
        position: 0,
        retired: false,
    }
}

/// A type with a status, an account and a contact for leads to stand on. Numbers are all 1.
async fn ground(tx: &mut Tx) {
    let lead_type = tx.catalog().add_lead_type(&store::catalog::NewLeadType { name: "Sales".to_owned(), ..Default::default() }).await.unwrap();
    let new = store::catalog::NewStatus {
        lead_type,
        name: "New enquiry".to_owned(),
        state: domain::LifeCycle::Pending,
        tone: "grey".to_owned(),
        due_days: None,
        is_default: true,
    };
    tx.catalog().add_status(&new).await.unwrap();
    for sql in [
        "insert into account (id, version, name, name_folded, website, created_at, updated_at) values (1, 1, 'Acme', 'acme', '', 0, 0)",
        "insert into contact (id, version, full_name, name_folded, job_title, created_at, updated_at) values (1, 1, 'Jo', 'jo', '', 0, 0)",
    ] {
        tx.run(Sql::new(sql)).await.unwrap();
    }
}

fn lead(id: i64, custom: &[(CustomFieldId, &str)]) -> domain::Lead {
    let custom: BTreeMap<_, _> = custom.iter().map(|(field, text)| (*field, (*text).to_owned())).collect();
    domain::Lead { id: LeadId(id), custom, ..domain::cast::lead() }
}

async fn add(tx: &mut Tx, lead: domain::Lead) {
    tx.leads().add_many(&[NewLead { lead, import: None, import_key: None }]).await.unwrap();
}

async fn found(store: &Store, query: &str) -> Vec<i64> {
    let catalog = store.catalog().await.unwrap();
    let actor = Actor {
        id: UserId(1),
        name: String::new(),
        email: String::new(),
        role: Role::Administrator,
        groups: Vec::new(),
        managed_groups: Vec::new(),
        account: None,
    };
    let filter = Resolved::new(&LeadFilter::from_query(&format!("view=all&{query}")), &catalog, &actor, Timestamp(0));
    let mut tx = store.read().await.unwrap();
    let page = tx.leads().list(&filter, &Scope::All, &From::Start, 50).await.unwrap();
    let ids: Vec<LeadId> = page.rows.iter().map(|row| row.id).collect();
    let among = tx.leads().among(&filter, &Scope::All, &[LeadId(1), LeadId(2), LeadId(3)]).await.unwrap();
    assert_eq!(among.len(), ids.len(), "an open list keeps in step by the same conditions: {query}");
    let mut ids: Vec<i64> = ids.into_iter().map(|id| id.0).collect();
    ids.sort_unstable();
    ids
}

both_engines!(fields_are_added_changed_ordered_and_removed, |store| async move {
    let mut tx = store.begin().await.unwrap();
    ground(&mut tx).await;
    let tier = tx.catalog().add_field(&field("Tier", CustomKind::Choice, None)).await.unwrap();
    let until = tx
        .catalog()
        .add_field(&CustomField { default: "2026-12-31".to_owned(), ..field("Until", CustomKind::Date, Some(LeadTypeId(1))) })
        .await
        .unwrap();
    let changed =
        CustomField { id: tier, name: "Level".to_owned(), required: true, options: vec!["One".to_owned()], ..field("", CustomKind::Choice, None) };
    tx.catalog().change_field(&changed, Some(Timestamp(5))).await.unwrap();
    tx.catalog().swap_positions(store::configuration::Ordered::CustomField, (tier.0, 1), (until.0, 2)).await.unwrap();
    let catalog = tx.catalog().load().await.unwrap();
    assert_eq!(catalog.fields.iter().map(|field| field.id).collect::<Vec<_>>(), [until, tier]);
    assert_eq!(catalog.field(tier), Some(&CustomField { position: 2, retired: true, ..changed }));
    assert_eq!(catalog.field(until).map(|field| (field.default.as_str(), field.lead_type)), Some(("2026-12-31", Some(LeadTypeId(1)))));
    assert!(tx.catalog().remove_field(until).await.unwrap());
    assert!(tx.catalog().load().await.unwrap().field(until).is_none());
    let refused = tx.catalog().add_field(&field("LEVEL", CustomKind::Text, None)).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
});

both_engines!(values_are_kept_with_the_lead_and_in_its_row, |store| async move {
    let mut tx = store.begin().await.unwrap();
    ground(&mut tx).await;
    let tier = tx.catalog().add_field(&field("Tier", CustomKind::Choice, None)).await.unwrap();
    let size = tx.catalog().add_field(&field("Size", CustomKind::Number, None)).await.unwrap();
    add(&mut tx, lead(1, &[(tier, "Gold"), (size, "12.5")])).await;
    add(&mut tx, lead(2, &[])).await;
    let mut stored = tx.leads().find_visible(LeadId(1), &Scope::All).await.unwrap().expect("the lead");
    assert_eq!(stored.custom, lead(1, &[(tier, "Gold"), (size, "12.5")]).custom);
    let read = stored.clone();
    stored.custom.remove(&size);
    stored.custom.insert(tier, "Silver".to_owned());
    stored.version = 2;
    assert!(tx.leads().change(&stored, &read).await.unwrap());
    assert_eq!(tx.leads().find_many(&[LeadId(2), LeadId(1)]).await.unwrap()[1].custom, stored.custom);
    assert!(!tx.catalog().remove_field(tier).await.unwrap(), "a lead has it");
    assert_eq!((tx.catalog().uses_of_field(tier).await.unwrap(), tx.catalog().uses_of_field(size).await.unwrap()), (1, 0));
    assert_eq!(tx.catalog().leads_lacking(tier, None).await.unwrap(), 1);
    assert_eq!(tx.catalog().leads_lacking(tier, Some(LeadTypeId(2))).await.unwrap(), 0);
    assert_eq!(tx.catalog().leads_lacking(size, Some(LeadTypeId(1))).await.unwrap(), 2);
    tx.save().await.unwrap();
    let own = store.ask().await.unwrap().leads().own_fields(&[LeadId(2), LeadId(1)]).await.unwrap();
    assert_eq!(own, [(LeadId(1), [(tier, "Silver".to_owned())].into())].into());
});

both_engines!(leads_are_found_by_their_values, |store| async move {
    let mut tx = store.begin().await.unwrap();
    ground(&mut tx).await;
    let tier = tx.catalog().add_field(&field("Tier", CustomKind::Choice, None)).await.unwrap();
    let size = tx.catalog().add_field(&field("Size", CustomKind::Number, None)).await.unwrap();
    let until = tx.catalog().add_field(&field("Until", CustomKind::Date, None)).await.unwrap();
    add(&mut tx, lead(1, &[(tier, "Gold"), (size, "9"), (until, "2026-01-01")])).await;
    add(&mut tx, lead(2, &[(tier, "Silver"), (size, "10.5"), (until, "2026-06-30")])).await;
    add(&mut tx, lead(3, &[])).await;
    tx.save().await.unwrap();
    for (query, leads) in [
        (format!("custom_{tier}=GOLD"), vec![1]),
        (format!("custom_{tier}=Gold&custom_{tier}=silver"), vec![1, 2]),
        (format!("custom_{tier}=Bronze"), vec![]),
        (format!("custom_{size}_from=10"), vec![2]),
        (format!("custom_{size}_from=9&custom_{size}_to=10"), vec![1]),
        (format!("custom_{until}_to=2026-01-01"), vec![1]),
        (format!("custom_{until}_from=2026-01-02&custom_{tier}=Silver"), vec![2]),
        (format!("custom_{until}_from=2026-01-02&custom_{tier}=Gold"), vec![]),
        ("custom_99=x".to_owned(), vec![]),
        (String::new(), vec![1, 2, 3]),
    ] {
        assert_eq!(found(&store, &query).await, leads, "{query}");
    }
});

both_engines!(a_field_required_of_a_thousand_leads_is_counted_no_further, |store| async move {
    let mut tx = store.begin().await.unwrap();
    ground(&mut tx).await;
    let tier = tx.catalog().add_field(&field("Tier", CustomKind::Text, None)).await.unwrap();
    let leads: Vec<NewLead> = (1..=USES_MOST + 5).map(|id| NewLead { lead: lead(id, &[]), import: None, import_key: None }).collect();
    tx.leads().add_many(&leads).await.unwrap();
    assert_eq!(tx.catalog().leads_lacking(tier, None).await.unwrap(), USES_MOST + 1);
});
