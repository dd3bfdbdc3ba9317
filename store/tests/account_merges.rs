//! What a merge of accounts does to its rows, on both engines. What hangs on accounts is told of in the tests of the service.

use domain::account_merge::{MergeFacts, Moving, RuleMoved};
use domain::{Account, AccountId, ContactId, EmailAddress, LeadId, MergeId, Role, Timestamp, UserId};
use store::account_merges::Way;
use store::accounts::NewAccount;
use store::contacts::NewContact;
use store::people::NewUser;
use store::{Tx, both_engines};

const NOW: Timestamp = Timestamp(1_764_000_000_000);
const KEPT: AccountId = AccountId(1);
const OTHER: AccountId = AccountId(2);
const THERE: Way = Way { from: OTHER, to: KEPT };
const BACK: Way = Way { from: KEPT, to: OTHER };

/// Two accounts, three people of the second, one of the first, and who merges them.
async fn furnish(tx: &mut Tx) -> UserId {
    let email = EmailAddress::parse("maya@house.test").unwrap();
    let maya = NewUser { email, name: "Maya Lind".to_owned(), role: Role::Rep, password_hash: String::new(), account: None, at: NOW };
    let maya = tx.people().add(maya).await.unwrap();
    for id in [KEPT, OTHER] {
        let account = NewAccount {
            id,
            name: format!("Firm {id}"),
            kinds: Vec::new(),
            primary_rep: None,
            website: String::new(),
            domains: Vec::new(),
            locations: Vec::new(),
            import: None,
            now: NOW,
        };
        tx.accounts().add(&account).await.unwrap();
    }
    for (id, account) in [(1, KEPT), (2, OTHER), (3, OTHER), (4, OTHER)] {
        let contact = NewContact {
            id: ContactId(id),
            full_name: format!("Person {id}"),
            job_title: String::new(),
            account: Some(account),
            phones: Vec::new(),
            emails: Vec::new(),
            import: None,
            now: NOW,
        };
        tx.contacts().add(&contact).await.unwrap();
    }
    maya
}

fn facts() -> MergeFacts {
    let account = |id| Account::blank(id, NOW);
    let rules = vec![RuleMoved { kind: "coverage".to_owned(), number: 3, before: "{}".to_owned(), after: None }];
    MergeFacts { before: account(KEPT), after: account(KEPT), other: account(OTHER), rules }
}

async fn people_of(tx: &mut Tx, account: AccountId) -> Vec<i64> {
    tx.contacts().of_account(account).await.unwrap().into_iter().map(|contact| contact.id.0).collect()
}

both_engines!(a_merge_is_kept_found_and_taken_back_once, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let maya = furnish(&mut tx).await;
    tx.account_merges().add(MergeId(1), THERE, maya, NOW, &facts()).await.unwrap();
    let found = tx.account_merges().find(MergeId(1)).await.unwrap().expect("the merge");
    assert_eq!((found.account, found.other.id, found.other.name.as_str(), found.by), (KEPT, OTHER, "Firm 2", maya));
    assert_eq!((found.at, &found.facts, found.undone_at), (NOW, &facts(), None));
    assert_eq!(tx.account_merges().of_account(KEPT).await.unwrap(), [found]);
    assert_eq!(tx.account_merges().of_account(OTHER).await.unwrap(), []);
    assert_eq!(tx.account_merges().find(MergeId(2)).await.unwrap(), None);
    assert!(tx.account_merges().note_undone(MergeId(1), maya, NOW).await.unwrap());
    assert!(!tx.account_merges().note_undone(MergeId(1), maya, NOW).await.unwrap());
    assert_eq!(tx.account_merges().of_account(KEPT).await.unwrap(), []);
    assert_eq!(tx.account_merges().find(MergeId(1)).await.unwrap().expect("it").undone_at, Some(NOW));
});

both_engines!(an_account_is_hidden_at_the_version_that_was_read, |store| async move {
    let mut tx = store.begin().await.unwrap();
    furnish(&mut tx).await;
    assert!(!tx.account_merges().hide(THERE, 2, NOW).await.unwrap());
    assert_eq!(tx.account_merges().went_into(OTHER).await.unwrap(), None);
    assert!(tx.account_merges().hide(THERE, 1, NOW).await.unwrap());
    assert!(!tx.account_merges().hide(THERE, 2, NOW).await.unwrap());
    assert_eq!(tx.account_merges().went_into(OTHER).await.unwrap(), Some(KEPT));
    assert_eq!(tx.accounts().find(OTHER).await.unwrap(), None);
    // Whoever says its name means the one that it went into.
    assert_eq!(tx.accounts().find_by_name("FIRM 2").await.unwrap(), Some(KEPT));
    let named = tx.imports().accounts_named(&["firm 1", "firm 2", "firm 3"]).await.unwrap();
    assert_eq!((named.len(), named.get("firm 1"), named.get("firm 2")), (2, Some(&KEPT), Some(&KEPT)));
    assert!(!tx.account_merges().show(OTHER, AccountId(3), NOW).await.unwrap());
    assert!(tx.account_merges().show(OTHER, KEPT, NOW).await.unwrap());
    let there = tx.accounts().find(OTHER).await.unwrap().expect("it is there again");
    assert_eq!((there.version, there.updated_at), (3, NOW));
    assert_eq!(tx.accounts().find_by_name("firm 2").await.unwrap(), Some(OTHER));
    assert!(!tx.account_merges().show(OTHER, KEPT, NOW).await.unwrap());
});

both_engines!(what_went_along_goes_back_as_far_as_it_is_there, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let maya = furnish(&mut tx).await;
    assert_eq!(tx.account_merges().count(OTHER).await.unwrap(), [(Moving::Contact, 3)]);
    assert_eq!(tx.account_merges().count_contact_events(OTHER).await.unwrap(), 0);
    tx.account_merges().add(MergeId(1), THERE, maya, NOW, &facts()).await.unwrap();
    tx.account_merges().take_along(MergeId(1), THERE, NOW.plus_ms(5)).await.unwrap();
    assert_eq!((people_of(&mut tx, KEPT).await, people_of(&mut tx, OTHER).await), (vec![1, 2, 3, 4], vec![]));
    let two = tx.contacts().find(ContactId(2)).await.unwrap().expect("the contact");
    assert_eq!((two.version, two.updated_at), (2, NOW.plus_ms(5)));
    let told = tx.account_merges().moved_contacts(MergeId(1), KEPT, ContactId(2), 10).await.unwrap();
    assert_eq!(told, [(ContactId(3), 2, "Person 3".to_owned()), (ContactId(4), 2, "Person 4".to_owned())]);
    assert_eq!(tx.account_merges().moved_leads(MergeId(1), LeadId(0), 10).await.unwrap(), []);
    // One left meanwhile.
    let mut four = tx.contacts().find(ContactId(4)).await.unwrap().expect("the contact");
    four.account = None;
    four.version = 3;
    assert!(tx.contacts().change(&four, 2).await.unwrap());
    tx.account_merges().take_back(MergeId(1), BACK, NOW.plus_ms(9)).await.unwrap();
    assert_eq!((people_of(&mut tx, KEPT).await, people_of(&mut tx, OTHER).await), (vec![1], vec![2, 3]));
});
