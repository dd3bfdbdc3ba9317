//! Mail over a real network, on both engines: sent once, tried again, given up, and what is said of what is not known.

mod support;

use std::time::Duration;

use axum::http::StatusCode;
use domain::{DAY_MS, EmailAddress, FormValues, HOUR_MS, MailRow, MailState, Role, Timestamp, UserId};
use server::mail::{Sender, Smtp, SmtpAddress};
use service::notices::{About, Copies, Notice};
use service::{Clock, Ctx, MailSite, leads, notices, outbox};
use store::people::NewUser;
use store::{Store, both_engines};
use support::smtp::{MailServer, Turn};
use support::{House, ORIGIN, mail_of};

struct World {
    /// An administrator, with a clock that stands still.
    ada: Ctx,
    maya: UserId,
}

async fn world(store: &Store) -> World {
    let public = Ctx { mail: mail_of(ORIGIN), ..Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000))) };
    service::seed::seed_defaults(&public).await.unwrap();
    let mut ids = Vec::new();
    for (name, role) in [("ada", Role::Administrator), ("maya", Role::Rep)] {
        let mut tx = store.begin().await.unwrap();
        let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
        let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account: None, at: public.now() };
        ids.push(tx.people().add(new).await.unwrap());
        tx.save().await.unwrap();
    }
    let actor = store.read().await.unwrap().people().load_actor(ids[0]).await.unwrap().unwrap();
    World { ada: public.acting_as(actor), maya: ids[1] }
}

/// Queues a notice to Maya of so many leads, so that mails differ.
async fn tell(world: &World, count: i64) {
    let mut tx = world.ada.store.begin().await.unwrap();
    let copies = Copies::default();
    let notice = Notice { kind: domain::NoticeKind::LeadsForYou, about: About::Many(count), to: vec![world.maya], copies, note: String::new() };
    assert_eq!(notices::queue(&world.ada, &mut tx, notice).await.unwrap(), 1);
    tx.save().await.unwrap();
}

async fn newest(ctx: &Ctx) -> MailRow {
    outbox::list(ctx, None).await.unwrap().items.remove(0)
}

async fn settle(ctx: &Ctx, server: &MailServer) -> MailRow {
    Sender::new(ctx.clone(), server.client()).settle().await.unwrap();
    newest(ctx).await
}

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

both_engines!(a_mail_says_what_happened_and_is_sent_once, |store| async move {
    let world = world(&store).await;
    let server = MailServer::open().await;
    let offering = store.catalog().await.unwrap().offered(domain::ChoiceList::Offering).next().unwrap().clone();
    let new = format!("full_name=Zo%C3%AB+Field&company=Acme&phones=0161+496+0123&owner={}&offerings={}&message=.%0AHello", world.maya, offering.id);
    let lead = leads::add(&world.ada, &form(&new)).await.unwrap();
    let sent = settle(&world.ada, &server).await;
    assert_eq!((sent.state, sent.tries, sent.answer.as_str()), (MailState::Sent, 1, "queued as 4711"));
    assert_eq!((sent.recipient.to_string().as_str(), sent.last_at), ("maya <maya@house.test>", Some(world.ada.now())));
    settle(&world.ada, &server).await;
    world.ada.clock.advance_ms(DAY_MS);
    settle(&world.ada, &server).await;
    let mails = server.received();
    assert_eq!(mails.len(), 1);
    assert_eq!((mails[0].from.as_str(), &mails[0].to), ("leadwright@leads.test", &vec!["maya@house.test".to_owned()]));
    let mail = outbox::find(&world.ada, sent.id).await.unwrap();
    assert_eq!(mail.lead, Some(lead));
    for line in ["ada gave you lead 1: Zoë Field, Acme.", &format!("Interested in: {}", offering.name), "\n.\nHello\n", &format!("{ORIGIN}/leads/1")]
    {
        assert!(mail.body.contains(line), "{line}: {}", mail.body);
    }
    for line in ["To: maya <maya@house.test>\r\n", "Auto-Submitted: auto-generated\r\n", "Message-ID: <"] {
        assert!(mails[0].text.contains(line), "{line}: {}", mails[0].text);
    }
});

both_engines!(two_senders_send_each_mail_once, |store| async move {
    let world = world(&store).await;
    let server = MailServer::open().await;
    for count in 1..=30 {
        tell(&world, count).await;
    }
    let (mut one, mut two) = (Sender::new(world.ada.clone(), server.client()), Sender::new(world.ada.clone(), server.client()));
    let (first, second) = tokio::join!(tokio::spawn(async move { one.settle().await }), tokio::spawn(async move { two.settle().await }));
    first.unwrap().unwrap();
    second.unwrap().unwrap();
    let mut subjects: Vec<String> =
        server.received().iter().map(|mail| mail.text.lines().find(|line| line.starts_with("Subject:")).unwrap().to_owned()).collect();
    assert_eq!(subjects.len(), 30);
    subjects.sort();
    subjects.dedup();
    assert_eq!(subjects.len(), 30);
    assert!(outbox::list(&world.ada, None).await.unwrap().items.iter().all(|mail| mail.state == MailState::Sent && mail.tries == 1));
});

both_engines!(what_may_pass_is_tried_again_with_growing_waits_and_given_up, |store| async move {
    let world = world(&store).await;
    let server = MailServer::with_habit(|moment, _| if moment == "rcpt" { Turn::Says("450 try later") } else { Turn::Fine }).await;
    tell(&world, 2).await;
    let mail = settle(&world.ada, &server).await;
    assert_eq!((mail.state, mail.tries, mail.next_at), (MailState::Waiting, 1, world.ada.now().plus_ms(30_000)));
    assert!(mail.answer.contains("did not take this") && mail.answer.contains("450"), "{}", mail.answer);
    assert_eq!(settle(&world.ada, &server).await.tries, 1, "it is not tried again at once");
    for tries in 2..=10 {
        world.ada.clock.advance_ms(4 * HOUR_MS);
        let mail = settle(&world.ada, &server).await;
        assert_eq!((mail.tries, mail.state), (tries, if tries < 10 { MailState::Waiting } else { MailState::Failed }));
    }
    world.ada.clock.advance_ms(DAY_MS);
    assert_eq!(settle(&world.ada, &server).await.tries, 10);
    assert!(server.received().is_empty());
    // By hand it is tried again, and this time taken.
    outbox::send_again(&world.ada, mail.id).await.unwrap();
    let better = MailServer::open().await;
    let mail = settle(&world.ada, &better).await;
    assert_eq!((mail.state, mail.tries, better.received().len()), (MailState::Sent, 1, 1));
});

both_engines!(a_refusal_for_good_is_not_tried_again, |store| async move {
    let world = world(&store).await;
    for (moment, state) in [
        ("rcpt", MailState::Failed),
        ("data", MailState::Failed),
        ("text", MailState::Failed),
        // What it has against us may be mended.
        ("greeting", MailState::Waiting),
        ("ehlo", MailState::Waiting),
        ("mail", MailState::Waiting),
    ] {
        let server =
            MailServer::with_habit(move |now, _| if now == moment { Turn::Says("550 no\u{7}such person <script>") } else { Turn::Fine }).await;
        tell(&world, 2).await;
        let mail = settle(&world.ada, &server).await;
        assert_eq!((mail.state, mail.tries), (state, 1), "{moment}: {}", mail.answer);
        assert!(mail.answer.contains("550") && !mail.answer.contains('\u{7}'), "{moment}: {}", mail.answer);
    }
});

both_engines!(a_server_that_is_not_there_or_says_nothing_leaves_mail_waiting, |store| async move {
    let world = world(&store).await;
    tell(&world, 2).await;
    for moment in ["greeting", "ehlo", "mail", "data"] {
        let server = MailServer::with_habit(move |now, _| if now == moment { Turn::Silent } else { Turn::Fine }).await;
        let client = server.client().within(Duration::from_millis(200), Duration::from_millis(200));
        Sender::new(world.ada.clone(), client).settle().await.unwrap();
        let mail = newest(&world.ada).await;
        assert_eq!(mail.state, MailState::Waiting, "{moment}");
        assert!(mail.answer.contains("did not answer within 200ms"), "{moment}: {}", mail.answer);
        world.ada.clock.advance_ms(DAY_MS);
    }
    let house = House::open(&store).await;
    house.person("eve@house.test", Role::Administrator).await;
    let eve = house.sign_in("eve@house.test").await;
    let page = house.get("/admin/outbox", Some(&eve)).await.body;
    assert!(page.contains("Waiting") && page.contains("did not answer within 200ms"), "{page}");
    // Nobody listens there.
    let nobody = SmtpAddress::parse("smtp://127.0.0.1:1").unwrap();
    Sender::new(world.ada.clone(), Smtp::new(nobody, "leadwright@leads.test")).settle().await.unwrap();
    let mail = newest(&world.ada).await;
    assert_eq!((mail.state, mail.tries), (MailState::Waiting, 5));
    assert!(mail.answer.contains("cannot be reached"), "{}", mail.answer);
    let page = house.get("/admin/outbox", Some(&eve)).await.body;
    assert!(page.contains("cannot be reached"), "{page}");
});

both_engines!(what_was_handed_over_without_an_answer_is_unknown_and_not_sent_again, |store| async move {
    let world = world(&store).await;
    for turn in [Turn::Silent, Turn::HangsUp] {
        let told = turn.clone();
        let server = MailServer::with_habit(move |moment, before| if moment == "text" && before == 0 { told.clone() } else { Turn::Fine }).await;
        tell(&world, 2).await;
        let mail = settle(&world.ada, &server).await;
        assert_eq!((mail.state, mail.tries), (MailState::Unknown, 1), "{turn:?}: {}", mail.answer);
        assert!(mail.answer.contains("whether it took this"), "{}", mail.answer);
        for _ in 0..5 {
            world.ada.clock.advance_ms(DAY_MS);
            settle(&world.ada, &server).await;
        }
        assert_eq!(server.received().len(), 1, "{turn:?}");
        outbox::send_again(&world.ada, mail.id).await.unwrap();
        let mail = settle(&world.ada, &server).await;
        assert_eq!((mail.state, mail.tries), (MailState::Sent, 1));
        let received = server.received();
        let id = |nth: usize| received[nth].text.lines().find(|line| line.starts_with("Message-ID:")).map(str::to_owned);
        assert_eq!((received.len(), id(0)), (2, id(1)), "a mail program knows it again");
    }
});

both_engines!(a_server_that_is_killed_leaves_no_mail_behind_and_sends_none_twice, |store| async move {
    let world = world(&store).await;
    let server = MailServer::open().await;
    // Killed when it had taken the mail, and had handed nothing over.
    tell(&world, 2).await;
    let taken = outbox::take_due(&world.ada, 4).await.unwrap().remove(0);
    assert_eq!(settle(&world.ada, &server).await.state, MailState::Waiting, "it is somebody's for a while");
    assert!(server.received().is_empty());
    world.ada.clock.advance_ms(outbox::TAKEN_MS);
    let mail = settle(&world.ada, &server).await;
    assert_eq!((mail.state, mail.tries, server.received().len()), (MailState::Sent, 2, 1));
    // Had it only been slow, it would find that it is not its turn any more.
    assert!(!outbox::begin(&world.ada, &taken).await.unwrap());
    outbox::note(&world.ada, &taken, outbox::Tried::Later("too late".to_owned())).await.unwrap();
    assert_eq!(newest(&world.ada).await.state, MailState::Sent);

    // Killed between handing over and noting what came of it.
    tell(&world, 3).await;
    let taken = outbox::take_due(&world.ada, 4).await.unwrap().remove(0);
    assert!(outbox::begin(&world.ada, &taken).await.unwrap());
    assert_eq!(settle(&world.ada, &server).await.state, MailState::Sending);
    world.ada.clock.advance_ms(outbox::BEGUN_MS);
    let mail = settle(&world.ada, &server).await;
    assert_eq!((mail.state, server.received().len()), (MailState::Unknown, 1), "{}", mail.answer);
    // Whoever comes back after all knows better.
    outbox::note(&world.ada, &taken, outbox::Tried::Sent("taken".to_owned())).await.unwrap();
    assert_eq!(newest(&world.ada).await.state, MailState::Sent);
});

both_engines!(the_job_sends_at_once_and_ends_in_good_order, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    let (ada, maya) = (house.person("ada@house.test", Role::Administrator).await, house.person("maya@house.test", Role::Rep).await);
    house.catalog_changed().await;
    let actor = store.read().await.unwrap().people().load_actor(ada).await.unwrap().unwrap();
    let ctx = house.ctx().acting_as(actor);
    let server = MailServer::open().await;
    let mut job = server::mail::start(&house.state, Some(server.client()));
    leads::add(&ctx, &form(&format!("full_name=Jo&owner={maya}"))).await.unwrap();
    let arrived = async {
        while newest(&ctx).await.state != MailState::Sent {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), arrived).await.expect("it is sent");
    assert_eq!(server.received().len(), 1);
    house.state.live.close();
    let before = std::time::Instant::now();
    job.finish(Duration::from_secs(5)).await;
    assert!(before.elapsed() < Duration::from_secs(4), "it ends when it is told to");
});

both_engines!(administrators_read_the_outbox_and_send_again, |store| async move {
    let world = world(&store).await;
    let server = MailServer::with_habit(|moment, _| if moment == "rcpt" { Turn::Says("550 no <script>alert(1)</script>") } else { Turn::Fine }).await;
    tell(&world, 2).await;
    settle(&world.ada, &server).await;
    let house = House::open(&store).await;
    house.person("eve@house.test", Role::Administrator).await;
    house.person("ben@house.test", Role::Rep).await;
    let (eve, ben) = (house.sign_in("eve@house.test").await, house.sign_in("ben@house.test").await);
    let page = house.get("/admin/outbox", Some(&eve)).await;
    assert_eq!(page.status, StatusCode::OK);
    for text in ["2 leads for you", "maya &lt;maya@house.test&gt;", "Failed", "Send again", "&lt;script&gt;alert(1)"] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    assert!(!page.body.contains("<script>alert(1)") && !page.body.contains("No mail server is set"));
    let mail = house.get("/admin/outbox/1", Some(&eve)).await;
    assert!(mail.status == StatusCode::OK && mail.body.contains("ada gave you 2 leads."), "{}", mail.body);
    for path in ["/admin/outbox", "/admin/outbox/1", "/admin/templates", "/admin/templates/lead_for_you"] {
        assert_eq!(house.get(path, Some(&ben)).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(house.post("/admin/outbox/1/send", Some(&ben), "").await.status, StatusCode::FORBIDDEN);
    assert_eq!(house.post("/admin/outbox/99/send", Some(&eve), "").await.status, StatusCode::NOT_FOUND);
    let again = house.post("/admin/outbox/1/send", Some(&eve), "").await;
    assert_eq!((again.status, again.header("location")), (StatusCode::SEE_OTHER, "/admin/outbox"));
    assert_eq!(newest(&world.ada).await.state, MailState::Waiting);
    assert_eq!(house.get("/admin/outbox/99", Some(&eve)).await.status, StatusCode::NOT_FOUND);
    // Without a mail server the page says so.
    let mut site = (*house.state.site).clone();
    site.mail = std::sync::Arc::new(MailSite::default());
    let page = House::open_with(&store, site).await.get("/admin/outbox", Some(&eve)).await;
    assert!(page.body.contains("No mail server is set, so mail waits here"), "{}", page.body);
});

both_engines!(a_template_is_changed_refused_and_shown_as_it_would_be, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("eve@house.test", Role::Administrator).await;
    let eve = house.sign_in("eve@house.test").await;
    let page = house.get("/admin/templates/lead_for_you", Some(&eve)).await;
    assert!(page.body.contains("Hello Maya Lindqvist,") && page.body.contains("A lead for you: Ana Reyes, Harbour Dental (#1042)"), "{}", page.body);
    let refused = house.post("/admin/templates/lead_for_you", Some(&eve), "subject=For+%7B%7Blead.nmae%7D%7D&body=Text").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for kept in ["value=\"For {{lead.nmae}}\"", "aria-invalid=\"true\"", "There is no field “{{lead.nmae}}”"] {
        assert!(refused.body.contains(kept), "{kept}: {}", refused.body);
    }
    let saved = house.post("/admin/templates/lead_for_you", Some(&eve), "subject=For+%7B%7Bperson%7D%7D&body=%7B%7Blead.name%7D%7D+calls").await;
    assert_eq!((saved.status, saved.header("location")), (StatusCode::SEE_OTHER, "/admin/templates"));
    let page = house.get("/admin/templates/lead_for_you", Some(&eve)).await;
    assert!(page.body.contains("For Maya Lindqvist") && page.body.contains("Ana Reyes calls"), "{}", page.body);
    assert!(house.get("/admin/templates", Some(&eve)).await.body.contains("Changed"));
    let back = house.post("/admin/templates/lead_for_you/reset", Some(&eve), "").await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);
    assert!(house.get("/admin/templates/lead_for_you", Some(&eve)).await.body.contains("Hello Maya Lindqvist,"));
    assert_eq!(house.get("/admin/templates/birthday", Some(&eve)).await.status, StatusCode::NOT_FOUND);
    // One's own choice, without script.
    assert!(house.get("/me", Some(&eve)).await.body.contains("Send me a mail when somebody gives me a lead"));
    assert_eq!(house.post("/me/notices", Some(&eve), "gets_notices=").await.header("location"), "/me");
    assert!(house.get("/fn/own_notices", Some(&eve)).await.body.contains("\"by_mail\":false"));
    assert_eq!(house.post("/notices/read", Some(&eve), "last=1").await.header("location"), "/notices");
    assert_eq!(house.post("/notices/read", Some(&eve), "last=x").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(house.get("/notices", Some(&eve)).await.body.contains("No notices"));
});

/// What the program's `doctor` says of a mail server.
async fn diagnosis(url: String) -> String {
    let run = move || {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_leadwright"));
        let folder = std::env::temp_dir();
        command.args(["doctor", "--json"]).env_clear().current_dir(folder).env("LEADWRIGHT_SMTP_URL", url);
        command.env("LEADWRIGHT_DATABASE_URL", "sqlite:/nowhere/leads.db").output().unwrap()
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    let findings: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let mail = findings["findings"].as_array().unwrap().iter().find(|one| one["what"] == "mail").unwrap().clone();
    format!("{}: {}", mail["level"].as_str().unwrap(), mail["text"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_speaks_with_the_mail_server() {
    let server = MailServer::open().await;
    let found = diagnosis(server.url.clone()).await;
    assert!(found.starts_with("ok: 127.0.0.1:") && found.contains("leadwright@localhost"), "{found}");
    let refusing = MailServer::with_habit(|moment, _| if moment == "ehlo" { Turn::Says("554 go away") } else { Turn::Fine }).await;
    let found = diagnosis(refusing.url.clone()).await;
    assert!(found.starts_with("broken: ") && found.contains("does not take mail from us now"), "{found}");
    let silent = MailServer::with_habit(|_, _| Turn::Silent).await;
    let found = diagnosis(silent.url.clone()).await;
    assert!(found.starts_with("broken: ") && found.contains("did not answer within 5s"), "{found}");
    let found = diagnosis("smtp://ada:s3cret@".to_owned()).await;
    assert!(found.starts_with("broken: LEADWRIGHT_SMTP_URL is no address") && !found.contains("s3cret"), "{found}");
}
