//! The outbox and the words of notices, on both engines.

use domain::{Addressees, EmailAddress, LeadId, MailId, MailState, Mailbox, NoticeKind, Role, Timestamp, UserId, Wording};
use store::outbox::{NewMail, Outcome};
use store::people::{NewUser, UserChange};
use store::{Store, Tx, both_engines};

fn mailbox(name: &str) -> Mailbox {
    Mailbox { name: name.to_owned(), email: format!("{}@house.test", name.to_lowercase()) }
}

fn new_mail(subject: &str, user: Option<UserId>, at: i64) -> NewMail {
    NewMail {
        message_id: format!("{subject}@leads.test"),
        lead: Some(LeadId(7)),
        user,
        recipient: mailbox("Maya"),
        addressees: Addressees { to: vec![mailbox("Maya")], copies: vec![mailbox("Ben")] },
        subject: subject.to_owned(),
        body: "Hello\n".to_owned(),
        at: Timestamp(at),
    }
}

async fn person(tx: &mut Tx, name: &str) -> UserId {
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let user = NewUser { email, name: name.to_owned(), role: Role::Rep, password_hash: String::new(), account: None, at: Timestamp(0) };
    tx.people().add(user).await.unwrap()
}

async fn disable(tx: &mut Tx, id: UserId) {
    let user = tx.people().find(id).await.unwrap().unwrap();
    let change = UserChange { name: user.name, role: user.role, account: user.account, disabled_at: Some(Timestamp(5)) };
    assert!(tx.people().change(id, user.version, &change).await.unwrap());
}

fn outcome(state: MailState, at: i64, next_at: i64) -> Outcome {
    Outcome { state, at: Timestamp(at), next_at: Timestamp(next_at), answer: state.key().to_owned() }
}

async fn state(tx: &mut Tx, id: MailId) -> (MailState, i64, String) {
    let row = tx.outbox().find(id).await.unwrap().unwrap().row;
    (row.state, row.tries, row.answer)
}

both_engines!(mails_are_read_newest_first_and_by_page, |store| async move {
    let mut tx = store.begin().await.unwrap();
    tx.outbox().queue(Vec::new()).await.unwrap();
    tx.outbox().queue(["a", "b", "c"].map(|subject| new_mail(subject, None, 10)).to_vec()).await.unwrap();
    let subjects = |rows: Vec<domain::MailRow>| rows.into_iter().map(|row| row.subject).collect::<Vec<_>>();
    let rows = tx.outbox().list(None, 2).await.unwrap();
    let last = rows[1].id.0;
    assert_eq!(subjects(rows), ["c", "b"]);
    assert_eq!(subjects(tx.outbox().list(Some(last), 2).await.unwrap()), ["a"]);
    let mail = tx.outbox().find(MailId(last)).await.unwrap().unwrap();
    assert_eq!((mail.row.recipient, mail.body.as_str(), mail.lead), (mailbox("Maya"), "Hello\n", Some(LeadId(7))));
    assert_eq!(mail.addressees, Addressees { to: vec![mailbox("Maya")], copies: vec![mailbox("Ben")] });
    assert_eq!(tx.outbox().find(MailId(99)).await.unwrap(), None);
});

both_engines!(a_mail_is_taken_begun_and_noted_by_one, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let maya = person(&mut tx, "maya").await;
    assert_eq!(tx.outbox().next_due().await.unwrap(), None);
    tx.outbox().queue(vec![new_mail("a", Some(maya), 10), new_mail("b", None, 20)]).await.unwrap();
    assert_eq!(tx.outbox().next_due().await.unwrap(), Some(Timestamp(10)));
    let taken = tx.outbox().take_due(Timestamp(10), Timestamp(100), 5).await.unwrap();
    assert_eq!(taken.iter().map(|mail| (mail.subject.as_str(), mail.tries, mail.is_welcome)).collect::<Vec<_>>(), [("a", 1, true)]);
    let first = taken[0].clone();
    assert!(tx.outbox().take_due(Timestamp(15), Timestamp(100), 5).await.unwrap().is_empty());
    // Its time is up: somebody else takes it, and the first one has nothing to say any more.
    let second = tx.outbox().take_due(Timestamp(100), Timestamp(200), 1).await.unwrap().remove(0);
    assert_eq!((second.subject.as_str(), second.tries), ("b", 1), "the oldest first");
    let second = tx.outbox().take_due(Timestamp(100), Timestamp(200), 1).await.unwrap().remove(0);
    assert_eq!((second.id, second.tries, second.claim), (first.id, 2, first.claim + 1));
    assert!(!tx.outbox().begin(first.id, first.claim, Timestamp(300)).await.unwrap());
    tx.outbox().note(first.id, first.claim, outcome(MailState::Failed, 110, 110)).await.unwrap();
    assert!(tx.outbox().begin(second.id, second.claim, Timestamp(300)).await.unwrap());
    assert!(!tx.outbox().begin(second.id, second.claim, Timestamp(300)).await.unwrap(), "once");
    assert_eq!(state(&mut tx, first.id).await.0, MailState::Sending);
    tx.outbox().note(second.id, second.claim, outcome(MailState::Sent, 120, 120)).await.unwrap();
    assert_eq!(state(&mut tx, first.id).await, (MailState::Sent, 2, "sent".to_owned()));
    assert!(!tx.outbox().queue_again(first.id, Timestamp(130)).await.unwrap(), "what was sent is not sent again");
});

both_engines!(what_is_overdue_is_unknown_until_somebody_says_otherwise, |store| async move {
    let mut tx = store.begin().await.unwrap();
    tx.outbox().queue(vec![new_mail("a", None, 10)]).await.unwrap();
    let taken = tx.outbox().take_due(Timestamp(10), Timestamp(100), 5).await.unwrap().remove(0);
    assert!(tx.outbox().begin(taken.id, taken.claim, Timestamp(150)).await.unwrap());
    assert_eq!(tx.outbox().next_due().await.unwrap(), Some(Timestamp(150)));
    assert_eq!(tx.outbox().give_up_overdue(Timestamp(149), "why").await.unwrap(), 0);
    assert_eq!(tx.outbox().give_up_overdue(Timestamp(150), "why").await.unwrap(), 1);
    assert_eq!(state(&mut tx, taken.id).await, (MailState::Unknown, 1, "why".to_owned()));
    assert!(tx.outbox().take_due(Timestamp(999), Timestamp(1000), 5).await.unwrap().is_empty());
    assert!(tx.outbox().queue_again(taken.id, Timestamp(1000)).await.unwrap());
    assert_eq!(state(&mut tx, taken.id).await.1, 0);
    // Whoever sent it first speaks of the first time.
    tx.outbox().note(taken.id, taken.claim, outcome(MailState::Sent, 1001, 1001)).await.unwrap();
    assert_eq!(state(&mut tx, taken.id).await.0, MailState::Waiting);
});

both_engines!(old_mails_are_forgotten_but_for_those_under_way, |store| async move {
    let mut tx = store.begin().await.unwrap();
    tx.outbox().queue(["a", "b", "c"].map(|subject| new_mail(subject, None, 10)).to_vec()).await.unwrap();
    tx.outbox().queue(vec![new_mail("d", None, 50)]).await.unwrap();
    let taken = tx.outbox().take_due(Timestamp(10), Timestamp(100), 2).await.unwrap();
    assert!(tx.outbox().begin(taken[0].id, taken[0].claim, Timestamp(100)).await.unwrap());
    tx.outbox().forget_before(Timestamp(50)).await.unwrap();
    let left: Vec<_> = tx.outbox().list(None, 9).await.unwrap().into_iter().map(|row| row.subject).collect();
    assert_eq!(left, ["d", "a"]);
});

both_engines!(who_left_is_known_when_their_mail_is_taken, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let maya = person(&mut tx, "maya").await;
    tx.outbox().queue(vec![new_mail("a", Some(maya), 10)]).await.unwrap();
    disable(&mut tx, maya).await;
    assert!(!tx.outbox().take_due(Timestamp(10), Timestamp(100), 2).await.unwrap()[0].is_welcome);
});

async fn taken_by(store: Store) -> Vec<MailId> {
    let mut taken = Vec::new();
    loop {
        let mut tx = store.begin().await.unwrap();
        let found = tx.outbox().take_due(Timestamp(10), Timestamp(1000), 3).await.unwrap();
        tx.save().await.unwrap();
        if found.is_empty() {
            return taken;
        }
        taken.extend(found.into_iter().map(|mail| mail.id));
    }
}

both_engines!(several_take_each_mail_once, |store| async move {
    let mut tx = store.begin().await.unwrap();
    tx.outbox().queue((0..60).map(|number| new_mail(&number.to_string(), None, 10)).collect()).await.unwrap();
    tx.save().await.unwrap();
    let takers: Vec<_> = (0..4).map(|_| tokio::spawn(taken_by(store.clone()))).collect();
    let mut taken = Vec::new();
    for taker in takers {
        taken.extend(taker.await.unwrap());
    }
    let count = taken.len();
    taken.sort_unstable();
    taken.dedup();
    assert!(count <= 60 && taken.len() == count, "{count} taken, {} different", taken.len());
    // Who came second went away empty-handed; what is left is there for the next round.
    assert_eq!(count + taken_by(store.clone()).await.len(), 60);
});

both_engines!(words_are_the_standard_ones_until_they_are_changed, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let kind = NoticeKind::LeadForYou;
    assert_eq!(tx.notices().wording(kind).await.unwrap(), Wording::standard(kind));
    for subject in ["One", "Two"] {
        let wording = Wording { subject: subject.to_owned(), body: "Text".to_owned() };
        tx.notices().change_wording(kind, &wording).await.unwrap();
        assert_eq!(tx.notices().wording(kind).await.unwrap(), wording);
        assert_eq!(tx.notices().list_changed().await.unwrap(), [(kind, wording)]);
    }
    tx.notices().reset_wording(kind).await.unwrap();
    assert_eq!(tx.notices().list_changed().await.unwrap(), []);
    assert_eq!(tx.notices().wording(kind).await.unwrap(), Wording::standard(kind));
});

both_engines!(readers_are_those_who_can_sign_in, |store| async move {
    let mut tx = store.begin().await.unwrap();
    let (ada, ben, cleo) = (person(&mut tx, "ada").await, person(&mut tx, "ben").await, person(&mut tx, "cleo").await);
    let names = async |tx: &mut Tx| {
        let found = tx.notices().readers(&[cleo, ben, ada, UserId(99)]).await.unwrap();
        found.into_iter().map(|reader| reader.mailbox.name).collect::<Vec<_>>()
    };
    assert_eq!(names(&mut tx).await, ["cleo", "ben", "ada"]);
    assert!(tx.notices().readers(&[]).await.unwrap().is_empty());
    tx.notices().change_gets_notices(ben, false).await.unwrap();
    disable(&mut tx, cleo).await;
    assert_eq!(names(&mut tx).await, ["ben", "ada"]);
    let by_mail = tx.notices().readers(&[ben, ada]).await.unwrap().into_iter().map(|reader| reader.by_mail).collect::<Vec<_>>();
    assert_eq!(by_mail, [false, true]);
    assert_eq!((tx.notices().gets_notices(ada).await.unwrap(), tx.notices().gets_notices(ben).await.unwrap()), (true, false));
    assert!(!tx.notices().gets_notices(UserId(99)).await.unwrap());
    tx.notices().change_gets_notices(ben, true).await.unwrap();
    assert_eq!(names(&mut tx).await, ["ben", "ada"]);
});
