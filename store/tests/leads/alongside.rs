//! What goes along with leads: submissions, the catalog, calls and referrals.

use std::collections::HashMap;

use domain::EventKind;
use domain::event::Subject;
use domain::intake::{LeadCall, Requirement};
use domain::referral::{Fate, Referral};
use store::events::NewEvent;
use store::{StoreError, WhenMissing, both_engines};

use super::events::event;
use super::*;

both_engines!(a_submission_is_noted_once, |store| async move {
    furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    tx.leads().add_many(&[new_lead(&cast::lead())]).await.unwrap();
    assert_eq!(tx.submissions().find("key").await.unwrap(), None);
    tx.submissions().add("key", "digest", LeadId(1), NOW).await.unwrap();
    assert_eq!(tx.submissions().find("key").await.unwrap(), Some((LeadId(1), "digest".to_owned())));
    let again = tx.submissions().add("key", "other", LeadId(1), NOW).await;
    assert!(matches!(again, Err(StoreError::Conflict { what: "This form" })), "{again:?}");
});

/// The same database, opened a second time as another process would.
async fn opened_again(store: &Store) -> Store {
    let url = match store.path() {
        Some(path) => format!("sqlite:{}", path.display()),
        None => {
            let server = std::env::var("LEADWRIGHT_TEST_POSTGRES_URL").unwrap();
            let name = store.read().await.unwrap().row(store::Sql::new("select current_database()::text as name")).await.unwrap();
            format!("{}/{}", server.rsplit_once('/').unwrap().0, name.unwrap().text("name").unwrap())
        }
    };
    Store::connect(&url, WhenMissing::Refuse).await.unwrap()
}

both_engines!(a_catalog_in_memory_sees_what_another_process_changed, |store| async move {
    let before = furnish(&store).await;
    let other = opened_again(&store).await;
    let mut tx = other.begin().await.unwrap();
    tx.catalog().add_choice(ChoiceList::Source, "Fair", false).await.unwrap();
    tx.events().record(NewEvent { kind: EventKind::RecordAdded { name: "Fair".to_owned() }, ..event(Subject::Catalog, 0, 0) }).await.unwrap();
    assert_eq!(store.catalog().await.unwrap(), before, "not before it is committed");
    tx.save().await.unwrap();
    let after = store.catalog().await.unwrap();
    assert!(after.choice_named(ChoiceList::Source, "Fair").is_some());
    assert!(Arc::ptr_eq(&after, &store.catalog().await.unwrap()), "read once, then remembered");
    other.close().await;
});

both_engines!(what_a_call_said_is_kept_beside_its_lead, |store| async move {
    furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    let lead = cast::lead();
    tx.leads().add_many(&[new_lead(&lead)]).await.unwrap();
    assert_eq!(tx.lead_calls().find(lead.id).await.unwrap(), None);
    let referrer = domain::Named { id: NORTHWIND, name: "Northwind".to_owned() };
    let call = LeadCall { needs_help_now: true, referrer: Some(referrer.clone()), missing: vec![Requirement::Email, Requirement::Source] };
    tx.lead_calls().add(lead.id, &call).await.unwrap();
    assert_eq!(tx.lead_calls().find(lead.id).await.unwrap(), Some(call));
    let second = Lead { id: LeadId(2), ..lead };
    tx.leads().add_many(&[new_lead(&second)]).await.unwrap();
    tx.lead_calls().add(second.id, &LeadCall::default()).await.unwrap();
    assert_eq!(tx.lead_calls().find(second.id).await.unwrap(), Some(LeadCall::default()));
    let both = [LeadId(1), second.id];
    assert_eq!(tx.lead_calls().referrers_of(&both).await.unwrap(), HashMap::from([(LeadId(1), referrer)]));
});

both_engines!(a_referral_is_kept_beside_its_lead_and_listed_for_whoever_made_it, |store| async move {
    furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    let first = cast::lead();
    let second = Lead { id: LeadId(2), state: LeadState::Won { at: NOW }, ..first.clone() };
    tx.leads().add_many(&[new_lead(&first), new_lead(&second)]).await.unwrap();
    assert_eq!(tx.referrals().find(first.id).await.unwrap(), None);
    let referral = Referral { by: MAYA, how_known: "A neighbour".to_owned(), accepted_at: None };
    for lead in [first.id, second.id] {
        tx.referrals().add(lead, &referral).await.unwrap();
    }
    tx.referrals().note_accepted(first.id, NOW).await.unwrap();
    assert_eq!(tx.referrals().find(first.id).await.unwrap(), Some(Referral { accepted_at: Some(NOW), ..referral.clone() }));
    assert_eq!(tx.referrals().find(second.id).await.unwrap(), Some(referral));
    let all = tx.referrals().list(MAYA, None, 9).await.unwrap();
    assert_eq!(
        all.iter().map(|row| (row.lead, row.fate)).collect::<Vec<_>>(),
        [(second.id, Fate::Won), (first.id, Fate::of(&first.state, first.owner, false))]
    );
    let row = &all[1];
    assert_eq!((&row.full_name, &row.company, row.at, row.is_visible), (&first.full_name, &first.account.name, first.created_at, false));
    assert_eq!(tx.referrals().list(MAYA, Some(second.id.0), 9).await.unwrap(), all[1..]);
    assert_eq!(tx.referrals().list(MAYA, None, 1).await.unwrap(), all[..1]);
    assert!(tx.referrals().list(ANA, None, 9).await.unwrap().is_empty());
    assert_eq!(tx.referrals().referrers_of(&[first.id, LeadId(99)]).await.unwrap(), HashMap::from([(first.id, MAYA)]));
});
