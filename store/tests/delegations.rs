//! Distributors, their people and marks, and reminders, on both engines. Delegations of leads are in `service/tests/distributors.rs`.

use domain::delegation::Candidate;
use domain::routing::Quarter;
use domain::{AccountId, AccountKind, EmailAddress, LeadId, Role, TerritoryId, Timestamp, UserId};
use store::accounts::NewAccount;
use store::delegations::Of;
use store::people::{NewUser, UserChange};
use store::{Tx, both_engines};

const NOW: Timestamp = Timestamp(1_764_000_000_000);
const QUARTER: Quarter = Quarter { year: 2026, quarter: 1 };

async fn firm(tx: &mut Tx, name: &str, kind: AccountKind) -> AccountId {
    let id = AccountId(tx.take_numbers("account", 1).await.unwrap());
    let new = NewAccount {
        id,
        name: name.to_owned(),
        kinds: vec![kind],
        primary_rep: None,
        website: String::new(),
        domains: Vec::new(),
        locations: Vec::new(),
        import: None,
        now: NOW,
    };
    tx.accounts().add(&new).await.unwrap();
    id
}

async fn person(tx: &mut Tx, name: &str, role: Role, account: Option<AccountId>) -> UserId {
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account, at: NOW };
    tx.people().add(new).await.unwrap()
}

both_engines!(a_distributor_has_people_and_may_be_a_call_centre, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let southwind = firm(&mut tx, "Southwind", AccountKind::Distributor).await;
    let northwind = firm(&mut tx, "Northwind", AccountKind::Distributor).await;
    firm(&mut tx, "Acme", AccountKind::Customer).await;
    let martin = person(&mut tx, "martin", Role::Manager, None).await;
    let dina = person(&mut tx, "dina", Role::Distributor, Some(northwind)).await;
    assert_eq!(tx.delegations().people_of(northwind).await.unwrap(), [dina]);
    assert_eq!(tx.delegations().people_of(southwind).await.unwrap(), []);
    let version = tx.people().find(dina).await.unwrap().expect("just added").version;
    let left = UserChange { name: "dina".to_owned(), role: Role::Distributor, account: Some(northwind), disabled_at: Some(NOW) };
    assert!(tx.people().change(dina, version, &left).await.unwrap());
    assert_eq!(tx.delegations().people_of(northwind).await.unwrap(), []);

    let candidate = |id, name: &str, is_call_centre| Candidate { id, name: name.to_owned(), is_call_centre };
    assert!(tx.delegations().mark_call_centre(southwind, martin, NOW).await.unwrap());
    assert!(!tx.delegations().mark_call_centre(southwind, martin, NOW).await.unwrap());
    let both = [candidate(northwind, "Northwind", false), candidate(southwind, "Southwind", true)];
    assert_eq!(tx.delegations().candidates(9).await.unwrap(), both);
    assert_eq!(tx.delegations().candidates(1).await.unwrap(), both[..1]);
    assert_eq!(tx.delegations().call_centres().await.unwrap(), [southwind]);
    assert!(tx.delegations().unmark_call_centre(southwind).await.unwrap());
    assert!(!tx.delegations().unmark_call_centre(southwind).await.unwrap());
    assert_eq!(tx.delegations().call_centres().await.unwrap(), []);
});

both_engines!(a_reminder_is_noted_once_for_a_territory_and_quarter, |store| async move {
    let mut tx = store.begin().await.unwrap();
    assert!(tx.delegations().note_reminder(TerritoryId(2), QUARTER, NOW).await.unwrap());
    assert!(!tx.delegations().note_reminder(TerritoryId(2), QUARTER, NOW).await.unwrap());
    assert!(tx.delegations().note_reminder(TerritoryId(2), QUARTER.next(), NOW).await.unwrap());
    assert!(tx.delegations().note_reminder(TerritoryId(1), QUARTER, NOW).await.unwrap());
    let reminded: Vec<_> = tx.delegations().reminded(QUARTER).await.unwrap().into_iter().collect();
    assert_eq!(reminded, [TerritoryId(1), TerritoryId(2)]);
});

both_engines!(what_was_never_delegated_has_no_delegation, |store| async move {
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.delegations().newest(LeadId(1)).await.unwrap(), None);
    for of in [Of::Everybody, Of::Manager(UserId(1), &[TerritoryId(1), TerritoryId(2)]), Of::Manager(UserId(1), &[])] {
        assert_eq!(tx.delegations().outcomes(of, QUARTER).await.unwrap(), [], "{of:?}");
    }
});
