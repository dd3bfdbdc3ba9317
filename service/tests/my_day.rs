//! Somebody's day, on both engines, with a clock that stands still: what stands where, why, and what takes it away.

use std::sync::Arc;

use domain::my_day::{DayItem, DayNext, DaySection, MyDay};
use domain::{
    Actor, DAY_MS, EmailAddress, FormValues, HOUR_MS, Handover, Lead, LeadAction, LeadId, MailInState, Role, Scope, TaskId, Timestamp, UserId,
};
use service::leads::registration::{LEAST_MS, fresh_form, register};
use service::{Clock, Ctx, MailSite, ServiceError, accounts, configuration, leads, mail_in, my_day, people, tasks};
use store::people::NewUser;
use store::{Store, both_engines};

struct House {
    public: Ctx,
    ada: Ctx,
    /// Reps of the North, which Martin manages.
    maya: Ctx,
    noor: Ctx,
    martin: Ctx,
    /// Takes calls, of no group.
    ina: Ctx,
    /// Of the distributor Northwind.
    dina: Ctx,
}

/// It is Monday, 24 November 2025, 16:00.
async fn house(store: &Store) -> House {
    let mail = MailSite { public_url: "https://leads.test".to_owned(), sender: "leadwright@leads.test".to_owned(), has_server: true };
    let public = Ctx { mail: Arc::new(mail), ..Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000))) };
    service::seed::seed_defaults(&public).await.unwrap();
    let ada = person(&public, "ada", Role::Administrator, None).await;
    let firm = accounts::add_account(&public.acting_as(ada.clone()), &form("name=Northwind&kind=distributor")).await.unwrap().id;
    let mut ids = vec![ada.id];
    for (name, role) in [("maya", Role::Rep), ("noor", Role::Rep), ("martin", Role::Manager), ("ina", Role::Intake)] {
        ids.push(person(&public, name, role, None).await.id);
    }
    ids.push(person(&public, "dina", Role::Distributor, Some(firm)).await.id);
    let ada = public.acting_as(ada);
    people::add_group(&ada, &form(&format!("name=North&manager={}&members={}&members={}", ids[3], ids[1], ids[2]))).await.unwrap();
    let north = store.catalog().await.unwrap().groups[0].id;
    configuration::change_site(&ada, &form(&format!("intake_group={north}"))).await.unwrap();
    let mut signed_in = Vec::new();
    for id in ids {
        let actor = store.read().await.unwrap().people().load_actor(id).await.unwrap().unwrap();
        signed_in.push(public.acting_as(actor));
    }
    let [ada, maya, noor, martin, ina, dina] = signed_in.try_into().expect("six people");
    House { public, ada, maya, noor, martin, ina, dina }
}

async fn person(ctx: &Ctx, name: &str, role: Role, account: Option<domain::AccountId>) -> Actor {
    let mut tx = ctx.store.begin().await.unwrap();
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account, at: ctx.now() };
    let id = tx.people().add(new).await.unwrap();
    let actor = tx.people().load_actor(id).await.unwrap().unwrap();
    tx.save().await.unwrap();
    actor
}

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

fn id_of(ctx: &Ctx) -> UserId {
    ctx.actor().unwrap().id
}

/// Ina gives somebody a lead of the North.
async fn given(house: &House, name: &str, to: &Ctx) -> LeadId {
    let group = house.martin.actor().unwrap().managed_groups[0];
    let values = format!("full_name={name}&company=Acme&phones=0161+496+0123&owner={}&group={group}", id_of(to));
    leads::add(&house.ina, &form(&values)).await.unwrap()
}

async fn comment(ctx: &Ctx, id: LeadId, values: &str) {
    leads::comment(ctx, id, &form(values)).await.unwrap();
}

async fn add_task(ctx: &Ctx, lead: Option<LeadId>, values: &str) -> TaskId {
    tasks::add_once(ctx, lead, &form(values), None).await.unwrap()
}

fn hours(house: &House, hours: i64) {
    house.public.clock.advance_ms(hours * HOUR_MS);
}

async fn day(ctx: &Ctx) -> MyDay {
    my_day::read(ctx).await.unwrap()
}

/// What stands where.
async fn shown(ctx: &Ctx) -> Vec<(DaySection, Vec<String>)> {
    let titles = |items: Vec<DayItem>| items.into_iter().map(|item| item.title).collect();
    day(ctx).await.parts.into_iter().map(|part| (part.section, titles(part.items))).collect()
}

/// The only thing on a day, with where it stands.
async fn only(ctx: &Ctx) -> (DaySection, DayItem) {
    let mut parts = day(ctx).await.parts;
    assert_eq!(parts.iter().map(|part| part.items.len()).sum::<usize>(), 1, "{parts:?}");
    let mut part = parts.remove(0);
    (part.section, part.items.remove(0))
}

fn in_section(section: DaySection, titles: &[&str]) -> (DaySection, Vec<String>) {
    (section, titles.iter().map(|title| (*title).to_owned()).collect())
}

both_engines!(a_lead_that_is_given_is_new_until_it_is_touched_and_then_followed_up, |store| async move {
    let house = house(&store).await;
    let id = given(&house, "Jo", &house.maya).await;
    let (section, item) = only(&house.maya).await;
    assert_eq!((section, item.lead, item.about.as_str()), (DaySection::New, Some(id), "Acme"));
    assert_eq!(item.why, "Handed over today 16:00 by ina, and nobody has touched it yet; due tomorrow 16:00");
    assert_eq!((item.next, day(&house.maya).await.changes_at), (DayNext::Open, Timestamp::parse_day("2025-11-25").unwrap().plus_ms(-1)));
    for other in [&house.noor, &house.martin, &house.ada, &house.ina, &house.dina] {
        assert!(day(other).await.parts.is_empty());
    }
    hours(&house, 25);
    let (section, item) = only(&house.maya).await;
    assert_eq!(section, DaySection::Overdue);
    assert_eq!(item.why, "Handed over yesterday 16:00 by ina, and nobody has touched it yet; was due today 16:00");
    comment(&house.maya, id, "text=Hm").await;
    assert!(day(&house.maya).await.parts.is_empty(), "following it up is due tomorrow");
    hours(&house, 10);
    let (section, item) = only(&house.maya).await;
    assert_eq!((section, item.why.as_str()), (DaySection::Today, "Follow up by today 16:00"));
    assert_eq!(item.next, DayNext::Call("+441614960123".to_owned()));
    hours(&house, 14);
    let (section, item) = only(&house.maya).await;
    assert_eq!((section, item.why.as_str()), (DaySection::Overdue, "Follow up was due today 16:00"));
    comment(&house.maya, id, "text=Called&icon=phone").await;
    let (section, item) = only(&house.maya).await;
    assert_eq!((section, item.why.as_str()), (DaySection::Awaited, "Spoken or written to today 17:00; nothing has come in from them since"));
    leads::act(&house.maya, id, LeadAction::Start, &form("")).await.unwrap();
    leads::act(&house.maya, id, LeadAction::Win, &form("")).await.unwrap();
    assert!(day(&house.maya).await.parts.is_empty());
});

both_engines!(who_gets_a_lead_gets_its_clocks, |store| async move {
    let house = house(&store).await;
    let id = given(&house, "Jo", &house.maya).await;
    hours(&house, 1);
    leads::change(&house.maya, id, &form(&format!("owner={}", id_of(&house.noor)))).await.unwrap();
    comment(&house.noor, id, "text=Hm").await;
    hours(&house, 49);
    assert!(day(&house.maya).await.parts.is_empty());
    assert_eq!(shown(&house.noor).await, [in_section(DaySection::Overdue, &["Jo"])]);
    leads::act(&house.noor, id, LeadAction::Start, &form("")).await.unwrap();
    assert!(day(&house.noor).await.parts.is_empty(), "starting work is following up");
});

both_engines!(an_expected_completion_is_due_on_its_day_and_overdue_behind_it, |store| async move {
    let house = house(&store).await;
    let id = leads::add(&house.maya, &form("full_name=Jo&company=Acme&expected=2025-11-25")).await.unwrap();
    assert!(day(&house.maya).await.parts.is_empty());
    hours(&house, 10);
    let (section, item) = only(&house.maya).await;
    assert_eq!((section, item.why.as_str(), item.next), (DaySection::Today, "Complete by today", DayNext::Open));
    hours(&house, 24);
    let (section, item) = only(&house.maya).await;
    assert_eq!((section, item.why.as_str()), (DaySection::Overdue, "Complete was due yesterday"));
    leads::act(&house.maya, id, LeadAction::Start, &form("")).await.unwrap();
    leads::act(&house.maya, id, LeadAction::Win, &form("")).await.unwrap();
    assert!(day(&house.maya).await.parts.is_empty());
});

both_engines!(tasks_stand_by_when_they_are_due_and_what_is_done_below, |store| async move {
    let house = house(&store).await;
    let id = leads::add(&house.maya, &form("full_name=Jo&company=Acme")).await.unwrap();
    add_task(&house.maya, None, "title=Later&due=2025-12-24").await;
    add_task(&house.maya, None, "title=Some+day").await;
    add_task(&house.maya, None, "title=Today&due=2025-11-24").await;
    add_task(&house.maya, Some(id), "title=Soon&due=2025-11-24&time=17:00").await;
    let late = add_task(&house.maya, None, "title=Late&due=2025-11-20&time=09:30").await;
    let today = in_section(DaySection::Today, &["Soon", "Today"]);
    assert_eq!(shown(&house.maya).await, [in_section(DaySection::Overdue, &["Late"]), today.clone()]);
    assert!(day(&house.noor).await.parts.is_empty() && day(&house.martin).await.parts.is_empty());
    let mine = day(&house.maya).await;
    assert_eq!(mine.changes_at, house.public.now().plus_ms(HOUR_MS));
    let why: Vec<&str> = mine.parts.iter().flat_map(|part| &part.items).map(|item| item.why.as_str()).collect();
    assert_eq!(why, ["Was due 20 Nov 2025 09:30", "Due today 17:00", "Due today"]);
    assert_eq!((mine.parts[1].items[0].about.as_str(), mine.parts[1].items[0].lead), ("Jo, Acme", Some(id)));

    tasks::complete(&house.maya, late).await.unwrap();
    let mine = day(&house.maya).await;
    assert_eq!(shown(&house.maya).await, [today]);
    assert_eq!((mine.done.len(), mine.done[0].why.as_str(), &mine.done[0].next), (1, "Finished today 16:00", &DayNext::Reopen(late)));
    hours(&house, 24);
    assert!(day(&house.maya).await.done.is_empty());
    assert_eq!(shown(&house.maya).await, [in_section(DaySection::Overdue, &["Soon", "Today"])]);
});

both_engines!(an_answer_is_awaited_until_something_comes_in_from_them, |store| async move {
    let house = house(&store).await;
    let message = |head: &str| format!("{head}\n\nHello\n").replace('\n', "\r\n").into_bytes();
    let first = message("From: Jo Field <jo@acme.test>\nSubject: Printers\nMessage-ID: <1@acme.test>");
    let id = mail_in::receive(&house.public, &first).await.unwrap().mail.lead.expect("a lead");
    leads::change(&house.ada, id, &form(&format!("owner={}", id_of(&house.maya)))).await.unwrap();
    comment(&house.maya, id, "text=Called&icon=phone").await;
    let (section, item) = only(&house.maya).await;
    assert_eq!((section, item.next), (DaySection::Awaited, DayNext::Mail("jo@acme.test".to_owned())));
    let colleague = message("From: noor <noor@house.test>\nSubject: Re: Printers\nIn-Reply-To: <1@acme.test>\nMessage-ID: <2@house.test>");
    let joined = mail_in::receive(&house.public, &colleague).await.unwrap().mail;
    assert_eq!((joined.state, joined.lead), (MailInState::Joined, Some(id)));
    assert_eq!(only(&house.maya).await.0, DaySection::Awaited, "a colleague is not the customer");
    let answer = message("From: jo@acme.test\nSubject: Re: Printers\nIn-Reply-To: <1@acme.test>\nMessage-ID: <3@acme.test>");
    assert_eq!(mail_in::receive(&house.public, &answer).await.unwrap().mail.lead, Some(id));
    assert!(day(&house.maya).await.parts.is_empty());
    comment(&house.maya, id, "text=Called+again&icon=phone").await;
    assert_eq!(only(&house.maya).await.0, DaySection::Awaited);

    // Whoever registers once more has answered too.
    let registered = |email: &'static str| {
        let fresh = fresh_form(&house.public);
        house.public.clock.advance_ms(LEAST_MS);
        let values = format!("key={}&shown_at={}&consent=1&full_name=Al&company=Bee&email={email}", fresh.key, fresh.shown_at);
        let public = house.public.clone();
        async move { register(&public, "10.1.0.1", &form(&values)).await.unwrap().expect("a lead") }
    };
    let other = registered("al@bee.test").await;
    leads::change(&house.ada, other, &form(&format!("owner={}", id_of(&house.noor)))).await.unwrap();
    comment(&house.noor, other, "text=Called&icon=phone").await;
    assert_eq!(only(&house.noor).await.0, DaySection::Awaited);
    assert_eq!(registered("al@bee.test").await, other);
    assert!(day(&house.noor).await.parts.is_empty());
});

both_engines!(a_distributor_s_people_see_what_waits_for_them, |store| async move {
    let house = house(&store).await;
    let id = given(&house, "Jo", &house.maya).await;
    let mut tx = store.begin().await.unwrap();
    let read = tx.leads().find_visible(id, &Scope::All).await.unwrap().expect("there");
    let handover = Handover::begun(house.public.now(), Some(id_of(&house.maya)), None, 24);
    let delegated = Lead { version: 2, distributor: house.dina.actor().unwrap().account, handover, ..read.clone() };
    assert!(tx.leads().change(&delegated, &read).await.unwrap());
    tx.save().await.unwrap();
    let (section, item) = only(&house.dina).await;
    assert_eq!((section, item.lead, item.next), (DaySection::New, Some(id), DayNext::Open));
    assert!(day(&house.maya).await.parts.is_empty(), "it waits for the distributor");
    hours(&house, 25);
    assert_eq!(only(&house.dina).await.0, DaySection::Overdue);
});

both_engines!(a_section_shows_a_page_and_says_that_there_is_more, |store| async move {
    let house = house(&store).await;
    for nth in 0..51 {
        add_task(&house.maya, None, &format!("title=Task+{nth}&due=2025-11-20")).await;
    }
    let mine = day(&house.maya).await;
    assert_eq!((mine.parts.len(), mine.parts[0].items.len(), mine.parts[0].has_more), (1, 50, true));
    assert_eq!(mine.parts[0].items[0].title, "Task 0");
    assert!(matches!(my_day::read(&house.public).await, Err(ServiceError::SignInRequired)));
    assert_eq!(day(&house.ina).await.changes_at, house.public.now().start_of_day().plus_ms(DAY_MS - 1));
});
