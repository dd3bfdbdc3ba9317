//! A mailbox read over a real network, on both engines: in order, once, and whatever its server does.

mod support;

use std::time::Duration;

use domain::{EmailAddress, HOUR_MS, MailInRow, MailInState, MailboxState, Role, Timestamp};
use server::mailbox::{Imap, ImapAddress, read_due};
use service::mail_in::{self, mailbox};
use service::{Clock, Ctx};
use store::people::NewUser;
use store::{Store, both_engines};
use support::imap::ImapServer;
use support::smtp::Turn;
use support::{House, ORIGIN, mail_of};

const EVERY: Duration = Duration::from_secs(60);
const MINUTE_MS: i64 = 60_000;

const JO: &[u8] = b"From: Jo <jo@acme.test>\r\nSubject: Printers\r\nMessage-ID: <1@acme.test>\r\n\r\nTen\r\n";
const MORE: &[u8] = b"From: jo@acme.test\r\nSubject: More\r\nIn-Reply-To: <1@acme.test>\r\n\r\nTwelve\r\n";

/// An administrator, with a clock that stands still.
async fn site(store: &Store) -> Ctx {
    let public = Ctx { mail: mail_of(ORIGIN), ..Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000))) };
    service::seed::seed_defaults(&public).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let email = EmailAddress::parse("ada@house.test").unwrap();
    let new = NewUser { email, name: "ada".to_owned(), role: Role::Administrator, password_hash: String::new(), account: None, at: public.now() };
    let id = tx.people().add(new).await.unwrap();
    tx.save().await.unwrap();
    let actor = store.read().await.unwrap().people().load_actor(id).await.unwrap().unwrap();
    public.acting_as(actor)
}

/// What came in, oldest first.
async fn mails(ada: &Ctx) -> Vec<MailInRow> {
    let mut rows = mail_in::list(ada, None).await.unwrap().items;
    rows.reverse();
    rows
}

async fn state(ada: &Ctx) -> MailboxState {
    mailbox::state(ada).await.unwrap().expect("it was read")
}

both_engines!(messages_are_taken_in_order_and_once, |store| async move {
    let ada = site(&store).await;
    let server = ImapServer::open(&[JO, MORE]).await;
    assert_eq!(mailbox::state(&ada).await.unwrap(), None);
    assert!(read_due(&ada, &server.client(), EVERY).await.unwrap());
    let found = mails(&ada).await;
    assert_eq!(found.iter().map(|mail| mail.state).collect::<Vec<_>>(), [MailInState::Lead, MailInState::Joined]);
    assert!(server.kept().iter().all(|kept| kept.is_seen && kept.folder == "INBOX"));
    let well = MailboxState { read_at: Some(ada.now()), next_at: ada.now().plus_ms(MINUTE_MS), failures: 0, trouble: String::new() };
    assert_eq!(state(&ada).await, well);
    assert!(!read_due(&ada, &server.client(), EVERY).await.unwrap(), "not before its time");
    assert_eq!(server.times("greeting"), 1);
    ada.clock.advance_ms(MINUTE_MS);
    server.messages.lock().unwrap()[0].is_seen = false;
    assert!(read_due(&ada, &server.client(), EVERY).await.unwrap());
    assert_eq!(mails(&ada).await, found, "it was known");
    assert!(server.kept()[0].is_seen);
});

both_engines!(what_was_saved_and_not_marked_is_known_the_next_time, |store| async move {
    let ada = site(&store).await;
    let habit = |moment: &str, before: usize| if moment == "UID STORE" && before == 0 { Turn::HangsUp } else { Turn::Fine };
    let server = ImapServer::with_habit(&[JO], habit).await;
    assert!(!read_due(&ada, &server.client(), EVERY).await.unwrap());
    assert_eq!((mails(&ada).await.len(), server.kept()[0].is_seen, state(&ada).await.failures), (1, false, 1));
    ada.clock.advance_ms(MINUTE_MS);
    assert!(read_due(&ada, &server.client(), EVERY).await.unwrap());
    assert_eq!((mails(&ada).await.len(), server.kept()[0].is_seen), (1, true));
    assert_eq!((state(&ada).await.failures, state(&ada).await.trouble.as_str()), (0, ""));
});

both_engines!(a_message_that_is_no_good_holds_nobody_up, |store| async move {
    let ada = site(&store).await;
    let large = vec![b'x'; 1_100_000];
    let server = ImapServer::open(&[&large[..], b"Subject: Who am I\r\n\r\nHello\r\n", b"\r\n", JO]).await;
    assert!(read_due(&ada, &server.client(), EVERY).await.unwrap());
    let found = mails(&ada).await;
    let refused = MailInState::Refused;
    assert_eq!(found.iter().map(|mail| mail.state).collect::<Vec<_>>(), [refused, refused, refused, MailInState::Lead]);
    for (mail, why) in found.iter().zip(["larger than 1024 kB", "does not say who sent it", "nothing arrived"]) {
        assert!(mail.why.contains(why), "{mail:?}");
    }
    assert_eq!(found[0].size, 1_100_000);
    assert!(server.kept().iter().all(|kept| kept.is_seen));

    let stubborn = ImapServer::with_habit(&[JO, b"From: al@b.test\r\n\r\nInk\r\n"], |moment, before| {
        if moment == "UID FETCH BODY" && before == 0 { Turn::Says("NO not this one") } else { Turn::Fine }
    })
    .await;
    ada.clock.advance_ms(MINUTE_MS);
    assert!(!read_due(&ada, &stubborn.client(), EVERY).await.unwrap());
    assert_eq!(mails(&ada).await.last().unwrap().sender.email, "al@b.test", "the one behind it was taken");
    assert_eq!(stubborn.kept().iter().map(|kept| kept.is_seen).collect::<Vec<_>>(), [false, true]);
    assert!(state(&ada).await.trouble.starts_with("A message waits: "), "{:?}", state(&ada).await);
});

both_engines!(a_server_that_does_not_do_its_part_is_asked_ever_later, |store| async move {
    let ada = site(&store).await;
    let cases: [(&str, Turn, &str); 6] = [
        ("greeting", Turn::Silent, "did not answer within"),
        ("greeting", Turn::HangsUp, "hung up at once"),
        ("LOGIN", Turn::Says("NO wrong password"), "does not let us sign in"),
        ("SELECT", Turn::Says("NO no such folder"), "does not open the folder INBOX"),
        ("UID SEARCH", Turn::Silent, "did not answer within"),
        ("UID STORE", Turn::Says("NO read only"), "did not do as it was asked"),
    ];
    for (nth, (moment, turn, said)) in cases.into_iter().enumerate() {
        let server = ImapServer::with_habit(&[JO], move |now, _| if now == moment { turn.clone() } else { Turn::Fine }).await;
        assert!(!read_due(&ada, &server.client(), EVERY).await.unwrap(), "{moment}");
        let failed = state(&ada).await;
        assert!(failed.trouble.contains(said) && !failed.trouble.contains("word@"), "{moment}: {failed:?}");
        assert_eq!((failed.failures, failed.read_at), (nth as i64 + 1, None));
        assert_eq!(failed.next_at, ada.now().plus_ms((MINUTE_MS << nth).min(HOUR_MS)));
        ada.clock.advance_ms(HOUR_MS);
    }
    // Nobody listens there any more.
    let nobody = Imap::new(ImapAddress::parse("imap://leads:word@127.0.0.1:9").unwrap()).within(EVERY, EVERY);
    assert!(nobody.check().await.unwrap_err().contains("cannot be reached"));
    assert_eq!(mails(&ada).await.len(), 1);
});

both_engines!(messages_are_moved_where_that_is_wanted, |store| async move {
    let ada = site(&store).await;
    let server = ImapServer::open(&[JO]).await;
    assert!(read_due(&ada, &server.client_of("/INBOX?done=Taken"), EVERY).await.unwrap());
    assert_eq!((server.kept()[0].folder.as_str(), server.kept()[0].is_seen), ("Taken", false));
    server.client().check().await.unwrap();
});

both_engines!(one_of_several_servers_reads_and_the_page_says_how_it_goes, |store| async move {
    let ada = site(&store).await;
    let turn = mailbox::take_turn(&ada).await.unwrap().expect("it is due");
    assert_eq!(mailbox::take_turn(&ada).await.unwrap(), None);
    // Whoever had it was killed.
    ada.clock.advance_ms(mailbox::TURN_MS);
    let next = mailbox::take_turn(&ada).await.unwrap().expect("it is due again");
    mailbox::end_turn(&ada, turn, mailbox::TurnEnd::AllRead, MINUTE_MS).await.unwrap();
    assert_eq!(mailbox::take_turn(&ada).await.unwrap(), None, "who is late says nothing");
    mailbox::end_turn(&ada, next, mailbox::TurnEnd::SomeRead, MINUTE_MS).await.unwrap();
    let more = mailbox::take_turn(&ada).await.unwrap().expect("there is more");

    let house = House::open(&store).await;
    house.person("eve@house.test", Role::Administrator).await;
    let eve = house.sign_in("eve@house.test").await;
    assert!(house.get("/admin/mail-in", Some(&eve)).await.body.contains("The mailbox is read."));
    mailbox::end_turn(&ada, more, mailbox::TurnEnd::Failed("It is <away>".to_owned()), MINUTE_MS).await.unwrap();
    let page = house.get("/admin/mail-in", Some(&eve)).await.body;
    assert!(page.contains("Reading the mailbox failed: ") && page.contains("It is &lt;away"), "{page}");
});
