//! The mail that confirms a registration, on both engines.

use domain::{Confirmation, Timestamp, Wording};
use store::both_engines;

both_engines!(its_words_read_back, |store| async move {
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.confirmations().settings().await.unwrap(), Confirmation::default());
    let wording = Wording { subject: "Hello".to_owned(), body: "We call\n{{site}}".to_owned() };
    for sends in [false, true] {
        let wanted = Confirmation { sends, wording: wording.clone() };
        tx.confirmations().change_settings(&wanted).await.unwrap();
        assert_eq!(tx.confirmations().settings().await.unwrap(), wanted);
    }
});

both_engines!(a_mailbox_is_claimed_once_in_a_while, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let mut claim = async |mailbox: &str, now: i64| tx.confirmations().claim(mailbox, Timestamp(now), Timestamp(now - 10)).await.unwrap();
    assert!(claim("jo@acme.test", 100).await);
    assert!(!claim("jo@acme.test", 100).await);
    assert!(claim("al@acme.test", 100).await);
    assert!(!claim("jo@acme.test", 109).await);
    assert!(claim("jo@acme.test", 110).await);
    assert!(!claim("jo@acme.test", 119).await);
    tx.confirmations().forget_before(Timestamp(109)).await.unwrap();
    let mut claim = async |mailbox: &str| tx.confirmations().claim(mailbox, Timestamp(105), Timestamp(90)).await.unwrap();
    assert!(claim("al@acme.test").await && !claim("jo@acme.test").await);
});
