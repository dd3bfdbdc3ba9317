//! Settings, lists, lead types and pipelines, on both engines.

use domain::catalog::Site;
use domain::{ChoiceList, EmailAddress, GroupId, LifeCycle, Role, Timestamp};
use store::catalog::{CURRENCY, INTAKE_GROUP, NewLeadType, NewStatus, REGION, SITE_NAME};
use store::people::NewUser;
use store::{Sql, StoreError, both_engines};

fn status(lead_type: domain::LeadTypeId, name: &str, state: LifeCycle, is_default: bool) -> NewStatus {
    NewStatus { lead_type, name: name.to_owned(), state, tone: "grey".to_owned(), due_days: None, is_default }
}

both_engines!(an_empty_catalog_has_the_site_s_defaults, |store| async move {
    let mut tx = store.read().await.unwrap();
    assert!(tx.catalog().is_empty().await.unwrap());
    let catalog = tx.catalog().load().await.unwrap();
    // The clocks of its time zone are worked out when it is read.
    assert_eq!(Site { zone: Default::default(), ..catalog.site }, Site::default());
    assert!(catalog.types.is_empty() && catalog.statuses.is_empty() && catalog.choices.is_empty());
    assert!(catalog.groups.is_empty() && catalog.people.is_empty());
});

both_engines!(settings_are_changed_and_taken_back, |store| async move {
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.catalog().setting(SITE_NAME).await.unwrap(), None);
    for (key, value) in [(SITE_NAME, "Harbour"), (SITE_NAME, "Harbour IT"), (CURRENCY, "EUR"), (REGION, "IE"), (INTAKE_GROUP, "4")] {
        tx.catalog().change_setting(key, value).await.unwrap();
    }
    assert_eq!(tx.catalog().setting(SITE_NAME).await.unwrap().as_deref(), Some("Harbour IT"));
    let site = tx.catalog().load().await.unwrap().site;
    assert_eq!((site.name.as_str(), site.currency.as_str(), site.region.as_str()), ("Harbour IT", "EUR", "IE"));
    assert_eq!(site.intake_group, Some(GroupId(4)));
    tx.catalog().remove_setting(INTAKE_GROUP).await.unwrap();
    assert_eq!(tx.catalog().load().await.unwrap().site.intake_group, None);
    tx.catalog().change_setting(INTAKE_GROUP, "everybody").await.unwrap();
    let broken = tx.catalog().load().await;
    assert!(matches!(broken, Err(StoreError::Inconsistent { table: "setting", column: "value", .. })), "{broken:?}");
});

both_engines!(choices_follow_each_other_and_one_is_the_default, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let low = tx.catalog().add_choice(ChoiceList::Priority, "Low", true).await.unwrap();
    let web = tx.catalog().add_choice(ChoiceList::Source, "Web", true).await.unwrap();
    let high = tx.catalog().add_choice(ChoiceList::Priority, "High", true).await.unwrap();
    assert!(!tx.catalog().is_empty().await.unwrap());
    let catalog = tx.catalog().load().await.unwrap();
    let of_priority: Vec<_> = catalog.offered(ChoiceList::Priority).map(|choice| (choice.id, choice.position, choice.is_default)).collect();
    assert_eq!(of_priority, [(low, 1, false), (high, 2, true)]);
    assert_eq!(catalog.default_choice(ChoiceList::Source), Some(web));
    assert_eq!(catalog.choice(web).map(|choice| (choice.position, choice.retired)), Some((1, false)));
    let again = tx.catalog().add_choice(ChoiceList::Priority, " HIGH ", false).await;
    assert!(matches!(again, Err(StoreError::Conflict { .. })), "{again:?}");
});

both_engines!(retired_entries_stay, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let fax = tx.catalog().add_choice(ChoiceList::Source, "Fax", false).await.unwrap();
    tx.run(Sql::new("update choice set retired_at = $1 where id = $2").bind(5_i64).bind(fax)).await.unwrap();
    let catalog = tx.catalog().load().await.unwrap();
    assert_eq!(catalog.offered(ChoiceList::Source).count(), 0);
    assert_eq!(catalog.choice_name(fax), "Fax");
});

both_engines!(a_lead_type_has_a_pipeline_with_moves, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let category = tx.catalog().add_choice(ChoiceList::Category, "Prospect", false).await.unwrap();
    let priority = tx.catalog().add_choice(ChoiceList::Priority, "Normal", false).await.unwrap();
    let importance = tx.catalog().add_choice(ChoiceList::Importance, "Medium", false).await.unwrap();
    let sales = NewLeadType {
        name: "Sales".to_owned(),
        default_category: Some(category),
        default_priority: Some(priority),
        default_importance: Some(importance),
        default_probability: Some(20),
    };
    let sales = tx.catalog().add_lead_type(&sales).await.unwrap();
    let renewal = tx.catalog().add_lead_type(&NewLeadType { name: "Renewal".to_owned(), ..NewLeadType::default() }).await.unwrap();
    let new = tx.catalog().add_status(&status(sales, "New", LifeCycle::Pending, true)).await.unwrap();
    let talks = NewStatus { tone: "teal".to_owned(), due_days: Some(7), ..status(sales, "Talks", LifeCycle::InProgress, true) };
    let talks = tx.catalog().add_status(&talks).await.unwrap();
    let offer = tx.catalog().add_status(&status(sales, "Offer", LifeCycle::InProgress, true)).await.unwrap();
    let other = tx.catalog().add_status(&status(renewal, "New", LifeCycle::Pending, true)).await.unwrap();
    for (from, to) in [(talks, offer), (talks, new), (talks, offer)] {
        tx.catalog().add_status_move(from, to).await.unwrap();
    }

    let catalog = tx.catalog().load().await.unwrap();
    let names: Vec<_> = catalog.types.iter().map(|lead_type| (lead_type.name.as_str(), lead_type.position)).collect();
    assert_eq!(names, [("Sales", 1), ("Renewal", 2)]);
    let first = catalog.lead_type(sales).expect("Sales");
    assert_eq!((first.default_category, first.default_priority, first.default_importance), (Some(category), Some(priority), Some(importance)));
    assert_eq!((first.default_probability, first.retired), (Some(20), false));
    let pipeline: Vec<_> = catalog.pipeline(sales).map(|status| (status.id, status.position, status.is_default)).collect();
    assert_eq!(pipeline, [(new, 1, true), (talks, 2, false), (offer, 3, true)]);
    let talks = catalog.status(talks).expect("Talks");
    assert_eq!((&talks.moves, talks.tone.as_str(), talks.due_days), (&vec![new, offer], "teal", Some(7)));
    assert_eq!(catalog.pipeline(renewal).map(|status| status.id).collect::<Vec<_>>(), [other]);

    let again = tx.catalog().add_status(&status(renewal, "NEW", LifeCycle::Won, false)).await;
    assert!(matches!(again, Err(StoreError::Conflict { .. })), "{again:?}");
});

both_engines!(two_lead_types_cannot_share_a_name, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let lead_type = NewLeadType { name: "Sales".to_owned(), ..NewLeadType::default() };
    tx.catalog().add_lead_type(&lead_type).await.unwrap();
    let again = tx.catalog().add_lead_type(&NewLeadType { name: "sales".to_owned(), ..lead_type }).await;
    assert!(matches!(again, Err(StoreError::Conflict { .. })), "{again:?}");
});

both_engines!(people_and_groups_are_part_of_the_catalog, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let email = EmailAddress::parse("ana@house.test").unwrap();
    let ana = NewUser { email, name: "Ana".to_owned(), role: Role::Rep, password_hash: String::new(), account: None, at: Timestamp(1) };
    let ana = tx.people().add(ana).await.unwrap();
    let group = tx.people().add_group("North", "", Some(ana)).await.unwrap();
    tx.people().change_members(group, &[ana]).await.unwrap();
    let catalog = tx.catalog().load().await.unwrap();
    assert_eq!(catalog.person_name(ana), "Ana");
    assert_eq!(catalog.group(group).map(|group| group.members.clone()), Some(vec![ana]));
    assert_eq!(catalog.people[0].role, Role::Rep);
    assert!(!catalog.people[0].disabled);
});
