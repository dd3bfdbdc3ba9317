//! Who is told what by mail, on both engines, with a clock that stands still.

use std::sync::Arc;

use domain::event::Subject;
use domain::{DAY_MS, EmailAddress, EventKind, FormValues, Lead, LeadId, MailRow, MailState, NoticeKind, Role, Timestamp, UserId};
use service::leads::registration::{LEAST_MS, fresh_form, register};
use service::leads::{self, bulk};
use service::notices::{Copies, Notice};
use service::{Clock, Ctx, MailSite, ServiceError, audit, configuration, notices, outbox, people};
use store::catalog::INTAKE_GROUP;
use store::events::NewEvent;
use store::people::NewUser;
use store::{Store, both_engines};

struct House {
    public: Ctx,
    ada: Ctx,
    maya: Ctx,
    noor: Ctx,
    /// Takes calls down.
    ina: Ctx,
}

async fn house(store: &Store) -> House {
    let mail = MailSite { public_url: "https://leads.test".to_owned(), sender: "leadwright@leads.test".to_owned(), has_server: true };
    let public = Ctx { mail: Arc::new(mail), ..Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000))) };
    service::seed::seed_defaults(&public).await.unwrap();
    let mut people = Vec::new();
    let mut tx = store.begin().await.unwrap();
    for (name, role) in [("Ada", Role::Administrator), ("Maya", Role::Rep), ("Noor", Role::Rep), ("Ina", Role::Intake)] {
        let email = EmailAddress::parse(&format!("{}@house.test", name.to_lowercase())).unwrap();
        let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account: None, at: public.now() };
        people.push(tx.people().add(new).await.unwrap());
    }
    let north = tx.people().add_group("North", "", None).await.unwrap();
    tx.people().change_members(north, &people[1..3]).await.unwrap();
    tx.catalog().change_setting(INTAKE_GROUP, &north.to_string()).await.unwrap();
    let kind = EventKind::RecordAdded { name: "the house".to_owned() };
    let event =
        NewEvent { at: public.now(), actor: None, subject: Subject::Catalog, subject_id: 0, lead: None, version: 0, kind, before: None, after: None };
    tx.events().record(event).await.unwrap();
    tx.save().await.unwrap();
    let mut actors = Vec::new();
    for id in people {
        let actor = store.read().await.unwrap().people().load_actor(id).await.unwrap().expect("just added");
        actors.push(public.acting_as(actor));
    }
    let [ada, maya, noor, ina] = actors.try_into().expect("four people");
    House { public, ada, maya, noor, ina }
}

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

fn id(ctx: &Ctx) -> UserId {
    ctx.actor().unwrap().id
}

async fn add(ctx: &Ctx, text: &str) -> LeadId {
    leads::add(ctx, &form(text)).await.unwrap()
}

async fn lead(ctx: &Ctx, id: LeadId) -> Lead {
    ctx.store.read().await.unwrap().leads().find_visible(id, &domain::Scope::All).await.unwrap().expect("the lead")
}

async fn mails(house: &House) -> Vec<MailRow> {
    outbox::list(&house.ada, None).await.unwrap().items
}

/// To whom, and about what, oldest first.
async fn told(house: &House) -> Vec<(String, String)> {
    let mut found: Vec<_> = mails(house).await.into_iter().map(|mail| (mail.recipient.email, mail.subject)).collect();
    found.reverse();
    found
}

async fn body(house: &House, nth: usize) -> String {
    let mails = mails(house).await;
    outbox::find(&house.ada, mails[mails.len() - 1 - nth].id).await.unwrap().body
}

async fn queue(ctx: &Ctx, notice: Notice<'_>) -> usize {
    let mut tx = ctx.store.begin().await.unwrap();
    let count = notices::queue(ctx, &mut tx, notice).await.unwrap();
    tx.save().await.unwrap();
    count
}

fn error_at<T: std::fmt::Debug>(result: Result<T, ServiceError>, field: &str) -> String {
    match result {
        Err(ServiceError::Invalid(errors)) => errors.get(field).unwrap_or_else(|| panic!("no error at {field}: {errors:?}")).to_owned(),
        other => panic!("not invalid: {other:?}"),
    }
}

both_engines!(whoever_is_given_a_lead_hears_of_it, |store| async move {
    let house = house(&store).await;
    let (maya, noor) = (id(&house.maya), id(&house.noor));
    // One's own lead is no news.
    let own = add(&house.maya, "full_name=Jo+Field&company=Acme&phones=0161+496+0123&message=Call+me").await;
    assert!(told(&house).await.is_empty());
    add(&house.ina, &format!("full_name=Kim&company=Bolt&owner={maya}")).await;
    assert_eq!(told(&house).await, [("maya@house.test".to_owned(), "A lead for you: Kim, Bolt (#2)".to_owned())]);
    // Whoever changes the owner tells the new one, and only of that.
    leads::change(&house.maya, own, &form("version=1&score=70")).await.unwrap();
    leads::change(&house.maya, own, &form(&format!("version=2&owner={noor}"))).await.unwrap();
    leads::change(&house.noor, own, &form("version=3&score=80")).await.unwrap();
    let all = told(&house).await;
    assert_eq!((all.len(), all[1].0.as_str()), (2, "noor@house.test"));
    let text = body(&house, 1).await;
    for line in [
        "Hello Noor,\n\nMaya gave you lead 1: Jo Field, Acme.\n\n",
        "Opportunity: Acme – enquiry, 01-Suspect\n",
        "Phone: +441614960123\n",
        "\nCall me\n",
        "\nhttps://leads.test/leads/1\n",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(!text.contains("Follow up by") && !text.contains("E-mail:") && !text.contains("{{"), "{text}");
    // Taking it back oneself, or giving it to nobody, tells nobody.
    leads::change(&house.noor, own, &form("version=4&owner=")).await.unwrap();
    leads::act(&house.maya, own, domain::LeadAction::Accept, &form("")).await.unwrap();
    assert_eq!(told(&house).await.len(), 2);
});

both_engines!(a_change_that_is_not_saved_tells_nobody, |store| async move {
    let house = house(&store).await;
    let own = add(&house.maya, "full_name=Jo").await;
    leads::change(&house.maya, own, &form("version=1&city=Leeds")).await.unwrap();
    let refused = leads::change(&house.ada, own, &form(&format!("version=1&city=Hull&owner={}", id(&house.noor)))).await;
    assert!(matches!(refused, Err(ServiceError::Conflict(_))), "{refused:?}");
    let mut tx = store.begin().await.unwrap();
    let of = lead(&house.ada, own).await;
    notices::queue(&house.ada, &mut tx, Notice::of(NoticeKind::LeadForYou, &of, vec![id(&house.noor)])).await.unwrap();
    drop(tx);
    assert!(told(&house).await.is_empty());
});

both_engines!(many_leads_at_once_are_one_mail, |store| async move {
    let house = house(&store).await;
    for number in 0..120 {
        add(&house.maya, &format!("full_name=Lead+{number}&company=Acme")).await;
    }
    let noor = id(&house.noor);
    let run = bulk::begin(&house.ada, &form(&format!("all=1&query=view%3Dall&what=owner&owner={noor}"))).await.unwrap();
    while bulk::work(&house.ada).await.unwrap() {}
    assert_eq!(told(&house).await, [("noor@house.test".to_owned(), "120 leads for you".to_owned())]);
    assert_eq!(body(&house, 0).await, "Hello Noor,\n\nAda gave you 120 leads.\n\nYour leads: https://leads.test/leads?view=mine\n");
    bulk::undo(&house.ada, run).await.unwrap();
    while bulk::work(&house.ada).await.unwrap() {}
    // To oneself, to nobody, and of something else: no mail.
    for wish in [format!("owner&owner={}", id(&house.ada)), "owner&owner=".to_owned(), "add_tag&tag=vip".to_owned()] {
        bulk::begin(&house.ada, &form(&format!("all=1&query=view%3Dall&what={wish}"))).await.unwrap();
        while bulk::work(&house.ada).await.unwrap() {}
    }
    assert_eq!(told(&house).await.len(), 1);
});

both_engines!(a_run_that_is_stopped_tells_of_what_it_did, |store| async move {
    let house = house(&store).await;
    for number in 0..260 {
        add(&house.maya, &format!("full_name=Lead+{number}&company=Acme")).await;
    }
    let wish = format!("all=1&query=view%3Dall&what=owner&owner={}", id(&house.noor));
    let run = bulk::begin(&house.ada, &form(&wish)).await.unwrap();
    assert!(told(&house).await.is_empty(), "it has not ended");
    bulk::stop(&house.ada, run).await.unwrap();
    assert_eq!(told(&house).await, [("noor@house.test".to_owned(), "200 leads for you".to_owned())]);
});

both_engines!(a_lead_from_the_website_is_told_to_those_who_may_accept_it, |store| async move {
    let house = house(&store).await;
    let send = async |details: &str| {
        let fresh = fresh_form(&house.public);
        house.public.clock.advance_ms(LEAST_MS);
        let values = form(&format!("key={}&shown_at={}&consent=1&{details}", fresh.key, fresh.shown_at));
        register(&house.public, "10.9.9.1", &values).await.unwrap().expect("a lead");
        register(&house.public, "10.9.9.1", &values).await.unwrap().expect("the same lead");
    };
    send("full_name=Jo+Field&company=Acme&email=jo%40acme.test&message=%7B%7Bnote%7D%7D").await;
    let subject = "A lead waits: Jo Field, Acme (#1)".to_owned();
    let confirmed = ("jo@acme.test".to_owned(), "Thank you for getting in touch with Leadwright".to_owned());
    assert_eq!(told(&house).await, [("maya@house.test".to_owned(), subject.clone()), ("noor@house.test".to_owned(), subject), confirmed]);
    let text = body(&house, 0).await;
    assert!(text.contains("Hello Maya,") && text.contains("E-mail: jo@acme.test") && text.contains("Found us by: Web") && text.contains("{{note}}"));
    // Who registers again is a note on the lead.
    send("full_name=Jo+Field&company=Acme&email=jo%40acme.test&message=Again").await;
    assert_eq!(told(&house).await.len(), 3);
});

both_engines!(copies_go_out_beside_and_each_person_gets_one, |store| async move {
    let house = house(&store).await;
    let (maya, noor, ina) = (id(&house.maya), id(&house.noor), id(&house.ina));
    let of = lead(&house.ada, add(&house.maya, "full_name=Jo&company=Acme").await).await;
    let copies = Copies {
        users: vec![ina, maya, ina],
        addresses: ["Desk@firm.test", "desk@firm.test", "INA@house.test"].map(|text| EmailAddress::parse(text).unwrap()).to_vec(),
    };
    let to = vec![maya, noor, maya];
    let notice = Notice { copies, note: "She asks to be\ncalled at noon.".to_owned(), ..Notice::of(NoticeKind::LeadForYou, &of, to) };
    assert_eq!(queue(&house.ina, notice).await, 4);
    let to: Vec<_> = told(&house).await.into_iter().map(|(to, _)| to).collect();
    assert_eq!(to, ["maya@house.test", "noor@house.test", "ina@house.test", "Desk@firm.test"]);
    let mails = mails(&house).await;
    let whole = outbox::find(&house.ada, mails[0].id).await.unwrap();
    assert!(whole.body.starts_with("Hello Maya, Noor, Maya,\n"), "{}", whole.body);
    let names = |mailboxes: &[domain::Mailbox]| mailboxes.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names(&whole.addressees.to), ["Maya <maya@house.test>", "Noor <noor@house.test>"]);
    assert_eq!(names(&whole.addressees.copies), ["Ina <ina@house.test>", "Desk@firm.test"]);
    let first = outbox::find(&house.ada, mails[3].id).await.unwrap();
    assert_eq!(names(&first.addressees.to), ["Maya <maya@house.test>"]);
    assert!(first.body.starts_with("Hello Maya,\n") && first.body.contains("\nShe asks to be\ncalled at noon.\n"), "{}", first.body);
});

both_engines!(who_left_or_wants_none_gets_no_mail, |store| async move {
    let house = house(&store).await;
    let (maya, noor) = (id(&house.maya), id(&house.noor));
    assert!(notices::find_own(&house.maya).await.unwrap());
    notices::change_own(&house.maya, &form("gets_notices=")).await.unwrap();
    notices::change_own(&house.maya, &form("gets_notices=")).await.unwrap();
    assert!(!notices::find_own(&house.maya).await.unwrap());
    let audited = audit::list(&house.ada, domain::AuditFilter::default(), None).await.unwrap().items;
    assert_eq!(audited.iter().filter(|entry| entry.kind.sentence().contains("Notices by mail")).count(), 1, "{audited:?}");
    let of = lead(&house.ada, add(&house.ina, &format!("full_name=Jo&company=Acme&owner={maya}")).await).await;
    assert!(told(&house).await.is_empty());
    // The copy is of what she would have got.
    let copies = Copies { addresses: vec![EmailAddress::parse("desk@firm.test").unwrap()], ..Copies::default() };
    assert_eq!(queue(&house.ina, Notice { copies, ..Notice::of(NoticeKind::LeadForYou, &of, vec![maya]) }).await, 1);
    assert!(body(&house, 0).await.starts_with("Hello Maya,\n"));
    // Who leaves between the change and the sending is not written to either.
    assert_eq!(queue(&house.ina, Notice::of(NoticeKind::LeadForYou, &of, vec![noor])).await, 1);
    people::change_person(&house.ada, noor, &form("disabled=1")).await.unwrap();
    assert_eq!(queue(&house.ina, Notice::of(NoticeKind::LeadForYou, &of, vec![noor])).await, 0);
    let taken = outbox::take_due(&house.public, 9).await.unwrap();
    assert_eq!(taken.iter().map(|mail| mail.recipient.email.as_str()).collect::<Vec<_>>(), ["desk@firm.test"]);
    let theirs = mails(&house).await.remove(0);
    assert_eq!((theirs.state, theirs.answer.as_str()), (MailState::Failed, "Whom this is for can no longer sign in, so it was not sent"));
    notices::change_own(&house.maya, &form("gets_notices=&gets_notices=1")).await.unwrap();
    assert!(notices::find_own(&house.maya).await.unwrap());
    error_at(notices::change_own(&house.maya, &form("gets_notices=&role=administrator")).await, "");
    assert!(matches!(notices::change_own(&house.public, &form("")).await, Err(ServiceError::SignInRequired)));
});

both_engines!(an_administrator_changes_the_words, |store| async move {
    let house = house(&store).await;
    let kind = "lead_for_you";
    let wish = form("subject=For+%7B%7Bperson%7D%7D&body=%7B%7Bby%7D%7D%3A+%7B%7Blead.name%7D%7D");
    configuration::change_notice(&house.ada, kind, &wish).await.unwrap();
    assert!(configuration::find_notice(&house.ada, kind).await.unwrap().is_changed);
    add(&house.ina, &format!("full_name=Kim&owner={}", id(&house.maya))).await;
    assert_eq!(told(&house).await[0].1, "For Maya");
    assert_eq!(body(&house, 0).await, "Ina: Kim\n");
    let audited = audit::list(&house.ada, domain::AuditFilter::default(), None).await.unwrap().items;
    assert!(audited[0].kind.sentence().contains("the mail “A lead for you”"), "{}", audited[0].kind.sentence());
    assert!(error_at(configuration::change_notice(&house.ada, kind, &form("subject=%7B%7Bcount%7D%7D")).await, "subject").contains("{{count}}"));
    assert_eq!(error_at(configuration::change_notice(&house.ada, kind, &form("body=")).await, "body"), "Enter a text");
    error_at(configuration::change_notice(&house.ada, kind, &form("name=x")).await, "");
    assert!(matches!(configuration::change_notice(&house.ada, "birthday", &form("")).await, Err(ServiceError::NotFound)));
    // Typing the standard words is going back to them, and so is the button.
    let standard = domain::Wording::standard(NoticeKind::LeadForYou);
    let typed = FormValues(vec![("subject".to_owned(), standard.subject.clone()), ("body".to_owned(), standard.body.replace('\n', "\r\n"))]);
    configuration::change_notice(&house.ada, kind, &typed).await.unwrap();
    assert!(configuration::list_notices(&house.ada).await.unwrap().iter().all(|notice| !notice.is_changed));
    configuration::change_notice(&house.ada, kind, &form("subject=New")).await.unwrap();
    configuration::reset_notice(&house.ada, kind, &form("")).await.unwrap();
    configuration::reset_notice(&house.ada, kind, &form("")).await.unwrap();
    assert_eq!(configuration::find_notice(&house.ada, kind).await.unwrap().wording, standard);
    for refused in [
        configuration::list_notices(&house.maya).await.map(|_| ()),
        configuration::find_notice(&house.maya, "birthday").await.map(|_| ()),
        configuration::change_notice(&house.maya, "birthday", &form("")).await,
        configuration::reset_notice(&house.maya, kind, &form("")).await,
        outbox::list(&house.maya, None).await.map(|_| ()),
        outbox::find(&house.maya, domain::MailId(99)).await.map(|_| ()),
        outbox::send_again(&house.maya, domain::MailId(99)).await,
    ] {
        assert!(matches!(refused, Err(ServiceError::Forbidden(_))), "{refused:?}");
    }
});

both_engines!(the_outbox_is_read_by_page_and_old_mail_is_forgotten, |store| async move {
    let house = house(&store).await;
    let of = lead(&house.ada, add(&house.maya, "full_name=Jo").await).await;
    for _ in 0..outbox::PAGE_SIZE + 2 {
        queue(&house.ada, Notice::of(NoticeKind::LeadForYou, &of, vec![id(&house.maya)])).await;
    }
    let page = outbox::list(&house.ada, None).await.unwrap();
    assert_eq!(page.items.len(), outbox::PAGE_SIZE);
    let rest = outbox::list(&house.ada, page.next_cursor.as_deref()).await.unwrap();
    assert_eq!((rest.items.len(), rest.next_cursor), (2, None));
    assert_eq!(outbox::list(&house.ada, Some("nonsense")).await.unwrap().items, page.items);
    let oldest = rest.items[1].id;
    assert!(outbox::send_again(&house.ada, oldest).await.is_ok(), "it waits anyway");
    let taken = outbox::take_due(&house.ada, 1).await.unwrap().remove(0);
    assert_eq!(taken.id, oldest);
    outbox::note(&house.ada, &taken, outbox::Tried::Sent(String::new())).await.unwrap();
    let refused = outbox::send_again(&house.ada, oldest).await;
    assert!(matches!(&refused, Err(ServiceError::Refused(sentence)) if sentence == "This was sent already"), "{refused:?}");
    assert!(matches!(outbox::send_again(&house.ada, domain::MailId(999)).await, Err(ServiceError::NotFound)));
    house.ada.clock.advance_ms(90 * DAY_MS);
    outbox::tidy(&house.ada).await.unwrap();
    assert_eq!(mails(&house).await, page.items, "the last day counts");
    house.ada.clock.advance_ms(1);
    outbox::tidy(&house.ada).await.unwrap();
    assert!(mails(&house).await.is_empty());
});

both_engines!(what_one_is_told_is_read_in_the_application_too, |store| async move {
    let house = house(&store).await;
    let (maya, noor) = (id(&house.maya), id(&house.noor));
    let unread = async |ctx: &Ctx| leads::counters(ctx).await.unwrap().unread;
    let of = lead(&house.ada, add(&house.noor, "full_name=Jo&company=Acme").await).await;
    // Also who wants no mails, and who has a copy; addresses outside have no page.
    notices::change_own(&house.maya, &form("gets_notices=")).await.unwrap();
    let copies = Copies { users: vec![noor], addresses: vec![EmailAddress::parse("desk@firm.test").unwrap()] };
    assert_eq!(queue(&house.ina, Notice { copies, ..Notice::of(NoticeKind::LeadForYou, &of, vec![maya]) }).await, 2);
    let mine = notices::list(&house.maya, None).await.unwrap().items;
    let said = format!("A lead for you: Jo, Acme (#{})", of.id);
    assert_eq!((mine.len(), mine[0].words.as_str(), mine[0].path.as_str()), (1, said.as_str(), format!("/leads/{}", of.id).as_str()));
    assert_eq!((mine[0].lead, mine[0].read_at), (Some(of.id), None));
    assert_eq!((unread(&house.maya).await, unread(&house.noor).await, unread(&house.ada).await), (1, 1, 0));
    // What comes while one reads stays unread, and nobody reads for others.
    queue(&house.ina, Notice::of(NoticeKind::LeadForYou, &of, vec![maya])).await;
    notices::mark_read(&house.maya, &form(&format!("last={}", mine[0].id))).await.unwrap();
    assert_eq!((unread(&house.maya).await, unread(&house.noor).await), (1, 1));
    let read: Vec<bool> = notices::list(&house.maya, None).await.unwrap().items.iter().map(|notice| notice.read_at.is_some()).collect();
    assert_eq!(read, [false, true]);
    error_at(notices::mark_read(&house.maya, &form("last=x")).await, "last");
    error_at(notices::mark_read(&house.maya, &form("last=1&user=2")).await, "");
    assert!(matches!(notices::list(&house.public, None).await, Err(ServiceError::SignInRequired)));
    assert!(matches!(notices::mark_read(&house.public, &form("last=1")).await, Err(ServiceError::SignInRequired)));
    // A change that is not saved tells nobody.
    let mut tx = store.begin().await.unwrap();
    notices::queue(&house.ada, &mut tx, Notice::of(NoticeKind::LeadForYou, &of, vec![noor])).await.unwrap();
    drop(tx);
    assert_eq!(notices::list(&house.noor, None).await.unwrap().items.len(), 1);
    // What was read is forgotten after 90 days, what was not is kept.
    house.ada.clock.advance_ms(90 * DAY_MS + 1);
    outbox::tidy(&house.ada).await.unwrap();
    let kept: Vec<bool> = notices::list(&house.maya, None).await.unwrap().items.iter().map(|notice| notice.read_at.is_some()).collect();
    assert_eq!(kept, [false]);
});

both_engines!(notices_are_read_by_page, |store| async move {
    let house = house(&store).await;
    let of = lead(&house.ada, add(&house.noor, "full_name=Jo").await).await;
    for _ in 0..notices::PAGE_SIZE + 2 {
        queue(&house.ada, Notice::of(NoticeKind::LeadForYou, &of, vec![id(&house.maya)])).await;
    }
    let page = notices::list(&house.maya, None).await.unwrap();
    let rest = notices::list(&house.maya, page.next_cursor.as_deref()).await.unwrap();
    assert_eq!((page.items.len(), rest.items.len(), rest.next_cursor), (notices::PAGE_SIZE, 2, None));
    assert!(page.items.last().unwrap().id > rest.items[0].id, "newest first");
});
