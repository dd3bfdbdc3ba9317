//! Mails that come in, on both engines, with a clock that stands still.

use std::sync::Arc;

use domain::event::Arrival;
use domain::mail_in::MESSAGE_MOST;
use domain::{
    AccountKind, DAY_MS, EmailAddress, EventKind, FormValues, Lead, LeadId, LeadState, MailInId, MailInState, Role, Scope, Timestamp, UserId,
};
use service::mail_in::{self, Received};
use service::seed::seed_defaults;
use service::{Clock, Ctx, MailSite, ServiceError, accounts, leads, outbox};
use store::people::NewUser;
use store::{Sql, Store, both_engines};

/// The program itself, before a site with its defaults.
async fn site(store: &Store) -> Ctx {
    let mail = MailSite { public_url: "https://leads.test".to_owned(), sender: "leads@house.test".to_owned(), has_server: true };
    let ctx = Ctx { mail: Arc::new(mail), ..Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000))) };
    seed_defaults(&ctx).await.unwrap();
    ctx
}

async fn person(ctx: &Ctx, name: &str, role: Role) -> Ctx {
    let mut tx = ctx.store.begin().await.unwrap();
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account: None, at: ctx.now() };
    let id: UserId = tx.people().add(new).await.unwrap();
    tx.save().await.unwrap();
    ctx.acting_as(ctx.store.read().await.unwrap().people().load_actor(id).await.unwrap().unwrap())
}

/// A message of these headers and this text, as it travels.
fn message(head: &str, text: &str) -> Vec<u8> {
    format!("{head}\n\n{text}\n").replace('\n', "\r\n").into_bytes()
}

async fn receive(ctx: &Ctx, head: &str, text: &str) -> Received {
    mail_in::receive(ctx, &message(head, text)).await.unwrap()
}

async fn lead(ctx: &Ctx, received: &Received) -> Lead {
    let id = received.mail.lead.expect("a lead");
    ctx.store.read().await.unwrap().leads().find_visible(id, &Scope::All).await.unwrap().expect("it is there")
}

async fn kinds(ctx: &Ctx, id: LeadId) -> Vec<EventKind> {
    let events = ctx.store.read().await.unwrap().events().of_lead(id, None, 50).await.unwrap();
    events.into_iter().map(|event| event.kind).collect()
}

async fn count(ctx: &Ctx, table: &str) -> i64 {
    let row = ctx.store.read().await.unwrap().row(Sql::new(format!("select count(*) as row_count from {table}"))).await.unwrap();
    row.unwrap().int("row_count").unwrap()
}

fn emails(lead: &Lead) -> Vec<&str> {
    lead.emails.iter().map(EmailAddress::as_str).collect()
}

const JO: &str = "From: Jo Field <jo@acme.test>\nTo: leads@house.test\nSubject: Printers\nMessage-ID: <1@acme.test>";

both_engines!(who_writes_becomes_a_lead_once, |store| async move {
    let ctx = site(&store).await;
    let received = receive(&ctx, JO, "We need ten.\n\n-- \nJo, 0161 496 0123").await;
    assert_eq!((received.mail.state, received.is_repeat), (MailInState::Lead, false));
    let new = lead(&ctx, &received).await;
    assert_eq!((new.full_name.as_str(), new.account.name.as_str(), emails(&new)), ("Jo Field", "Jo Field", vec!["jo@acme.test"]));
    assert_eq!(new.message, "Printers\n\nWe need ten.\n\n-- \nJo, 0161 496 0123");
    assert!(new.phones.is_empty(), "a signature is not guessed at");
    assert_eq!((new.owner, new.created_by, &new.state), (None, None, &LeadState::Pending));
    assert_eq!(store.catalog().await.unwrap().choice_name(new.source.unwrap()), "Other");
    assert_eq!(kinds(&ctx, new.id).await, [EventKind::LeadAdded { by: Arrival::Mail { mail: received.mail.id, by: String::new() } }]);
    assert_eq!(count(&ctx, "opportunity").await, 1);

    let again = receive(&ctx, JO, "We need ten, said otherwise.").await;
    assert_eq!(again, Received { mail: received.mail.clone(), is_repeat: true });
    let nameless = "From: al@acme.test\nSubject: Ink";
    let first = receive(&ctx, nameless, "Black").await;
    assert_eq!(lead(&ctx, &first).await.full_name, "al@acme.test");
    assert!(receive(&ctx, nameless, "Black").await.is_repeat, "without a Message-ID its bytes tell");
    let further = receive(&ctx, nameless, "Red").await;
    assert_eq!((further.is_repeat, further.mail.lead), (false, first.mail.lead));
    assert_eq!((count(&ctx, "lead").await, count(&ctx, "mail_in").await), (2, 3));
});

both_engines!(a_known_company_and_a_known_person_stay_who_they_are, |store| async move {
    let ctx = site(&store).await;
    let ada = person(&ctx, "ada", Role::Administrator).await;
    let form = FormValues::decode(b"name=Acme+Ltd&kind=&kind=customer&domains=acme.test");
    let account = accounts::add_account(&ada, &form).await.unwrap().id;
    let first = receive(&ctx, JO, "Ten").await;
    let new = lead(&ctx, &first).await;
    assert_eq!((new.account.id, new.account.name.as_str()), (account, "Acme Ltd"));
    ctx.clock.advance_ms(DAY_MS + 1);
    let again = receive(&ctx, "From: J. F. <JO@acme.test>\nSubject: Ink\nMessage-ID: <2@acme.test>", "Black").await;
    let other = lead(&ctx, &again).await;
    assert_eq!((other.contact, other.full_name.as_str(), other.account.id), (new.contact, "Jo Field", account));
    assert_eq!((count(&ctx, "account").await, count(&ctx, "contact").await), (1, 1));
    let found = ctx.store.read().await.unwrap().accounts().find(account).await.unwrap().unwrap();
    assert_eq!(found.kinds, [AccountKind::Customer]);
    let free = receive(&ctx, "From: Al <al@gmail.com>\nSubject: Ink", "Red").await;
    assert_eq!(lead(&ctx, &free).await.account.name, "Al");
});

both_engines!(a_colleague_s_mail_says_who_the_lead_is, |store| async move {
    let ctx = site(&store).await;
    let maya = person(&ctx, "maya", Role::Rep).await;
    let head = |subject: &str| format!("From: Maya <MAYA@house.test>\nTo: intake@house.test\nSubject: {subject}");
    let text =
        "Met at the fair.\nName: Jo Field\nCompany - Acme\nPhone: 0161 496 0123\nphone: ask for Jo, 7\nE-mail: jo@acme.test\nNotes: Ten printers";
    let received = receive(&ctx, &head("A lead"), text).await;
    let new = lead(&ctx, &received).await;
    assert_eq!((new.full_name.as_str(), new.account.name.as_str(), emails(&new)), ("Jo Field", "Acme", vec!["jo@acme.test"]));
    assert_eq!(new.phones.iter().map(|phone| phone.display()).collect::<Vec<_>>(), ["+441614960123"]);
    assert_eq!(new.message, "A lead\n\nPhone: ask for Jo, 7\n\nMet at the fair.\nTen printers");
    let by = Arrival::Mail { mail: received.mail.id, by: "maya".to_owned() };
    let referral = ctx.store.read().await.unwrap().referrals().find(received.mail.lead.unwrap()).await.unwrap();
    assert_eq!(referral.map(|referral| referral.by), maya.actor.as_ref().map(|maya| maya.id), "it is hers, and she hears of it");
    let kinds = kinds(&ctx, new.id).await;
    assert_eq!(kinds, [EventKind::LeadAdded { by }]);
    assert_eq!(kinds[0].sentence(), "made the lead: mailed in by maya");

    let plain = "Please call al@b.test (copy to intake@house.test, maya@house.test) on +44 161 496 0124.\n-- \nMaya, +44 161 496 0199";
    let plain = receive(&ctx, &head("Ink"), plain).await;
    let plain = lead(&ctx, &plain).await;
    assert_eq!((plain.full_name.as_str(), emails(&plain)), ("al@b.test", vec!["al@b.test"]));
    assert_eq!(plain.phones.iter().map(|phone| phone.display()).collect::<Vec<_>>(), ["+441614960124"]);
    for (subject, name) in [("Somebody at the fair", "Somebody at the fair"), ("", "Mailed in by maya")] {
        let bare = receive(&ctx, &head(subject), "They want ink.").await;
        let bare = lead(&ctx, &bare).await;
        assert_eq!((bare.full_name.as_str(), bare.emails.len(), bare.phones.len()), (name, 0, 0));
        assert!(bare.message.ends_with("They want ink."), "{}", bare.message);
    }
    let row = ctx.store.read().await.unwrap().row(Sql::new("select count(*) as row_count from mail_in where sender_user is not null")).await.unwrap();
    assert_eq!(row.unwrap().int("row_count").unwrap(), 4);
});

both_engines!(what_no_person_wrote_makes_no_lead, |store| async move {
    let ctx = site(&store).await;
    for (head, why) in [
        ("Auto-Submitted: auto-replied\nFrom: jo@acme.test", "A program wrote it (Auto-Submitted)"),
        ("Precedence: list\nFrom: jo@acme.test", "It went to many people (Precedence)"),
        ("Return-Path: <>\nFrom: jo@acme.test", "It tells of a mail that did not arrive (empty Return-Path)"),
        ("X-Loop: leads@house.test\nFrom: jo@acme.test", "It came from here"),
        ("From: Leads <LEADS@house.test>", "It came from here"),
    ] {
        let received = receive(&ctx, head, "Hello").await;
        assert_eq!((received.mail.state, received.mail.why.as_str(), received.mail.lead), (MailInState::Ignored, why, None), "{head}");
    }
    for head in ["Subject: Who am I", "From: nobody\nSubject: Ink", "no head at all"] {
        let received = receive(&ctx, head, "Hello").await;
        assert_eq!((received.mail.state, received.mail.why.as_str()), (MailInState::Refused, "It does not say who sent it"), "{head}");
    }
    let empty = receive(&ctx, "From: jo@acme.test", "").await;
    assert_eq!(lead(&ctx, &empty).await.message, "");
    let before = (count(&ctx, "mail_in").await, count(&ctx, "lead").await);
    for (bytes, said) in [(vec![b'x'; MESSAGE_MOST + 1], "larger than 1024 kB"), (b" \r\n".to_vec(), "nothing arrived")] {
        let refused = mail_in::receive(&ctx, &bytes).await.unwrap_err();
        assert!(matches!(&refused, ServiceError::Refused(sentence) if sentence.contains(said)), "{refused:?}");
    }
    assert_eq!((count(&ctx, "mail_in").await, count(&ctx, "lead").await), before);
    let long = format!("From: al@b.test\nSubject: {}", "=?utf-8?q?Ink=0D=0A?= ".repeat(5_000));
    let long = receive(&ctx, &long, &"x".repeat(20_000)).await;
    let new = lead(&ctx, &long).await;
    assert!(new.message.ends_with('…') && new.message.chars().count() == 10_000 && !new.message.contains('\u{d}'));
});

both_engines!(a_reply_joins_the_lead_of_its_thread, |store| async move {
    let ctx = site(&store).await;
    let ada = person(&ctx, "ada", Role::Administrator).await;
    let maya = person(&ctx, "maya", Role::Rep).await;
    let owner = maya.actor.as_ref().unwrap().id;
    let told = leads::add(&ada, &FormValues::decode(format!("full_name=Al&company=Bee&owner={owner}").as_bytes())).await.unwrap();
    let mail = outbox::list(&ada, None).await.unwrap().items.remove(0);
    assert_eq!(outbox::find(&ada, mail.id).await.unwrap().lead, Some(told));
    let row = ctx.store.read().await.unwrap().row(Sql::new("select message_id from outbox")).await.unwrap().unwrap();
    let reply = format!("From: maya <maya@house.test>\nSubject: Re: A lead\nIn-Reply-To: <{}>", row.text("message_id").unwrap());
    let received = receive(&ctx, &reply, "I called.").await;
    assert_eq!((received.mail.state, received.mail.lead), (MailInState::Joined, Some(told)));
    let said = kinds(&ctx, told).await;
    let EventKind::Commented { icon, text, .. } = &said[0] else { panic!("{said:?}") };
    assert_eq!(icon, domain::event::MAIL_ICON);
    assert_eq!(text, "E-mail from maya <maya@house.test>: Re: A lead\n\nI called.");

    let asked = receive(&ctx, JO, "Ten").await;
    let more = "From: jo@acme.test\nSubject: Re: Printers\nMessage-ID: <2@acme.test>\nReferences: <0@other.test> <1@acme.test>";
    let joined = receive(&ctx, more, "Or twelve").await;
    assert_eq!((joined.mail.state, joined.mail.lead), (MailInState::Joined, asked.mail.lead));
    let away = "From: jo@acme.test\nAuto-Submitted: auto-replied\nIn-Reply-To: <1@acme.test>";
    assert_eq!(receive(&ctx, away, "I am away").await.mail.state, MailInState::Ignored);
    leads::act(&ada, asked.mail.lead.unwrap(), domain::LeadAction::Delete, &FormValues::default()).await.unwrap();
    let late = receive(&ctx, "From: jo@acme.test\nIn-Reply-To: <2@acme.test>", "Still there?").await;
    assert_eq!(late.mail.state, MailInState::Lead, "a deleted lead gets no mails");
    assert_ne!(late.mail.lead, asked.mail.lead);
});

both_engines!(a_further_mail_within_a_day_joins_the_lead_of_the_first, |store| async move {
    let ctx = site(&store).await;
    let ada = person(&ctx, "ada", Role::Administrator).await;
    let first = receive(&ctx, JO, "We need ten.").await;
    let id = first.mail.lead.expect("a lead");
    ctx.clock.advance_ms(DAY_MS);
    let further = receive(&ctx, "From: Jo <JO@Acme.test>\nSubject: And ink\nMessage-ID: <2@acme.test>", "Black").await;
    assert_eq!((further.mail.state, further.mail.lead), (MailInState::Joined, Some(id)));
    let said = kinds(&ctx, id).await;
    let EventKind::Commented { text, .. } = &said[0] else { panic!("{said:?}") };
    assert_eq!(text, "E-mail from Jo <JO@Acme.test>: And ink\n\nBlack");
    assert_eq!(lead(&ctx, &further).await.message, "Printers\n\nWe need ten.", "what they wrote first stays");
    // Somebody else of the same firm is a lead of their own.
    let other = receive(&ctx, "From: al@acme.test\nSubject: Ink", "Red").await;
    assert_eq!(other.mail.state, MailInState::Lead);
    // A day after the first one it is another matter, whatever came since.
    ctx.clock.advance_ms(1);
    let later = receive(&ctx, "From: jo@acme.test\nSubject: Paper\nMessage-ID: <3@acme.test>", "A4").await;
    assert_eq!(later.mail.state, MailInState::Lead);
    let second = later.mail.lead.expect("a lead");
    assert_ne!(second, id);
    // And so it is once that lead is closed.
    leads::act(&ada, second, domain::LeadAction::Cancel, &FormValues::default()).await.unwrap();
    let closed = receive(&ctx, "From: jo@acme.test\nSubject: Paper again\nMessage-ID: <4@acme.test>", "A3").await;
    assert_eq!(closed.mail.state, MailInState::Lead);
    assert_eq!((count(&ctx, "lead").await, count(&ctx, "contact").await), (4, 2));
});

both_engines!(what_colleagues_mail_in_stays_apart, |store| async move {
    let ctx = site(&store).await;
    person(&ctx, "maya", Role::Rep).await;
    for nth in 1..=2 {
        let head = format!("From: maya@house.test\nSubject: From the fair\nMessage-ID: <{nth}@house.test>");
        let received = receive(&ctx, &head, "Name: Jo Field\nE-mail: jo@acme.test").await;
        assert_eq!(received.mail.state, MailInState::Lead);
    }
    // Jo did not write those, so what Jo writes is no further mail.
    assert_eq!(receive(&ctx, JO, "Ten").await.mail.state, MailInState::Lead);
    assert_eq!(count(&ctx, "lead").await, 3);
});

both_engines!(originals_are_kept_whole_and_read_by_who_may, |store| async move {
    let ctx = site(&store).await;
    let ada = person(&ctx, "ada", Role::Administrator).await;
    let (maya, ben) = (person(&ctx, "maya", Role::Rep).await, person(&ctx, "ben", Role::Rep).await);
    let bytes = message(JO, "<b>Ten</b>");
    let received = mail_in::receive(&ctx, &bytes).await.unwrap();
    receive(&ctx, "Subject: Nobody", "Hello").await;
    let owner = maya.actor.as_ref().unwrap().id;
    let id = received.mail.lead.unwrap();
    let version = lead(&ctx, &received).await.version;
    assert!(leads::change(&ada, id, &FormValues::decode(format!("version={version}&owner={owner}").as_bytes())).await.is_ok());

    assert_eq!(mail_in::original(&ada, received.mail.id).await.unwrap(), bytes);
    let rows = mail_in::list(&ada, None).await.unwrap().items;
    assert_eq!(rows.iter().map(|row| row.subject.as_str()).collect::<Vec<_>>(), ["Nobody", "Printers"]);
    let detail = mail_in::find(&ada, received.mail.id).await.unwrap();
    assert_eq!((detail.text.trim(), &detail.row), ("<b>Ten</b>", &received.mail));
    let text = mail_in::text(&maya, received.mail.id).await.unwrap();
    assert!(text.starts_with("From: Jo Field <jo@acme.test>\nSubject: Printers\nReceived: 24 Nov 2025") && text.contains("<b>Ten</b>"), "{text}");
    assert!(matches!(mail_in::text(&ben, received.mail.id).await, Err(ServiceError::NotFound)));
    assert!(matches!(mail_in::text(&ada, MailInId(99)).await, Err(ServiceError::NotFound)));
    assert!(mail_in::text(&ada, rows[0].id).await.unwrap().contains("Hello"));
    assert!(matches!(mail_in::text(&maya, rows[0].id).await, Err(ServiceError::NotFound)));
    for refused in [mail_in::list(&maya, None).await.map(|_| ()), mail_in::find(&maya, received.mail.id).await.map(|_| ())] {
        assert!(matches!(refused, Err(ServiceError::Forbidden(_))));
    }
    assert!(matches!(mail_in::original(&maya, received.mail.id).await, Err(ServiceError::Forbidden(_))));
});
