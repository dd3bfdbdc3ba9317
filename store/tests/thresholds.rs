//! Versions of the threshold and their answers, on both engines.

use domain::threshold::{Answer, Said};
use domain::{EmailAddress, Role, Threshold, ThresholdId, ThresholdState, Timestamp, UserId};
use store::people::NewUser;
use store::{Tx, both_engines};

const NOW: Timestamp = Timestamp(1_764_000_000_000);

async fn person(tx: &mut Tx, name: &str) -> UserId {
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let new = NewUser { email, name: name.to_owned(), role: Role::Manager, password_hash: String::new(), account: None, at: NOW };
    tx.people().add(new).await.unwrap()
}

both_engines!(a_version_is_proposed_answered_and_closed, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let (martin, helen) = (person(&mut tx, "martin").await, person(&mut tx, "helen").await);
    let said = Said { accepts: true, reason: "Fine".to_owned(), at: NOW };
    let mut version = Threshold {
        id: ThresholdId(0),
        points: 50,
        from: NOW.start_of_day(),
        note: "Twice".to_owned(),
        proposed_by: martin,
        proposed_at: NOW,
        state: ThresholdState::Proposed,
        closed_at: None,
        answers: vec![Answer { user: martin, said: Some(said.clone()) }, Answer { user: helen, said: None }],
    };
    version.id = tx.thresholds().add(&version).await.unwrap();
    assert_eq!(tx.thresholds().find(version.id).await.unwrap(), Some(version.clone()));
    assert_eq!(tx.thresholds().find(ThresholdId(9)).await.unwrap(), None);
    assert!(!tx.thresholds().answer(version.id, martin, &said).await.unwrap(), "he has answered");
    assert!(tx.thresholds().answer(version.id, helen, &said).await.unwrap());
    assert!(tx.thresholds().agreed(9).await.unwrap().is_empty());
    tx.thresholds().close(version.id, ThresholdState::Agreed, NOW).await.unwrap();
    let second = tx.thresholds().add(&Threshold { answers: Vec::new(), ..version.clone() }).await.unwrap();
    let agreed = tx.thresholds().agreed(9).await.unwrap();
    assert_eq!(agreed.iter().map(|version| (version.id, version.closed_at)).collect::<Vec<_>>(), [(version.id, Some(NOW))]);
    let all = tx.thresholds().list(9).await.unwrap();
    assert_eq!(all.iter().map(|version| version.id).collect::<Vec<_>>(), [second, version.id]);
    assert!(all[1].answers.iter().all(|answer| answer.said == Some(said.clone())));
    assert_eq!(tx.thresholds().list(1).await.unwrap().len(), 1);
});
