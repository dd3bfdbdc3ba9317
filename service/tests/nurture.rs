//! Plans that send series of messages, on both engines, with a clock that stands still until it is moved.

use std::sync::Arc;

use domain::clock::Hours;
use domain::nurture::NurtureWish;
use domain::{
    Actor, EmailAddress, EventKind, FormValues, HOUR_MS, LeadAction, LeadId, MailInState, MailingStep, Nurture, NurturePlanId, NurtureState, Role,
    Timestamp, UserId,
};
use service::{Clock, Ctx, MailSite, ServiceError, attempts, leads, mail_in, messages, nurture, people};
use store::people::NewUser;
use store::{Sql, Store, both_engines};

/// 24 November 2025, a Monday, 16:00 in London.
const NOW: Timestamp = Timestamp(1_764_000_000_000);

struct House {
    /// The program itself, and strangers.
    public: Ctx,
    ada: Ctx,
    /// Reps of the North, which Martin manages.
    maya: Ctx,
    noor: Ctx,
    martin: Ctx,
    /// A rep of no group.
    ana: Ctx,
    /// Maya's, of the North; of Jo, who has an address.
    lead: LeadId,
}

async fn house(store: &Store) -> House {
    let mail = MailSite { public_url: "https://leads.test".to_owned(), sender: "leads@leads.test".to_owned(), has_server: true };
    let public = Ctx { mail: Arc::new(mail), ..Ctx::anonymous(store.clone(), Clock::fixed(NOW)) };
    service::seed::seed_defaults(&public).await.unwrap();
    let mut ids = Vec::new();
    for (name, role) in [("ada", Role::Administrator), ("maya", Role::Rep), ("noor", Role::Rep), ("martin", Role::Manager), ("ana", Role::Rep)] {
        ids.push(person(&public, name, role).await.id);
    }
    let ada = public.acting_as(actor(store, ids[0]).await);
    people::add_group(&ada, &form(&format!("name=North&manager={}&members={}&members={}", ids[3], ids[1], ids[2]))).await.unwrap();
    let mut signed_in = Vec::new();
    for id in ids {
        signed_in.push(public.acting_as(actor(store, id).await));
    }
    let [ada, maya, noor, martin, ana] = signed_in.try_into().expect("five people");
    let group = martin.actor().unwrap().managed_groups[0];
    let new = format!("full_name=Jo+Field&company=Acme&emails=jo@acme.test&owner={}&group={group}", id_of(&maya));
    let lead = leads::add(&martin, &form(&new)).await.unwrap();
    House { public, ada, maya, noor, martin, ana, lead }
}

async fn actor(store: &Store, id: UserId) -> Actor {
    store.read().await.unwrap().people().load_actor(id).await.unwrap().unwrap()
}

async fn person(ctx: &Ctx, name: &str, role: Role) -> Actor {
    let mut tx = ctx.store.begin().await.unwrap();
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account: None, at: ctx.now() };
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

fn error_at<T: std::fmt::Debug>(result: Result<T, ServiceError>, field: &str) -> String {
    match result {
        Err(ServiceError::Invalid(errors)) => errors.get(field).unwrap_or_else(|| panic!("no error at {field}: {errors:?}")).to_owned(),
        other => panic!("not invalid: {other:?}"),
    }
}

fn refusal<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> String {
    match result {
        Err(ServiceError::Refused(sentence) | ServiceError::Forbidden(sentence)) => sentence,
        other => panic!("not refused: {other:?}"),
    }
}

fn is_absent<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> bool {
    matches!(result, Err(ServiceError::NotFound))
}

/// A plan: an introduction at once, and prices after a week.
async fn plan(house: &House) -> NurturePlanId {
    for (name, body) in [("Intro", "Hello+{{lead.first_name}},%0A{{by}}"), ("Prices", "They+are+low.")] {
        messages::add_template(&house.ada, &form(&format!("name={name}&subject={name}&body={body}"))).await.unwrap();
    }
    nurture::add_plan(&house.ada, &form("name=Long&steps=0+Intro%0A7+prices")).await.unwrap()
}

async fn present(house: &House) -> Nurture {
    messages::page(&house.maya, house.lead, None).await.unwrap().nurture.latest.expect("a plan was begun").0
}

async fn sent(house: &House) -> Vec<String> {
    messages::page(&house.maya, house.lead, None).await.unwrap().sent.into_iter().map(|one| one.subject).collect()
}

/// The hours of the lead's group.
async fn hours(house: &House) -> Hours {
    let lead = leads::find_alone(&house.ada, house.lead).await.unwrap();
    house.ada.clock_book().await.unwrap().hours_for(lead.group, &house.ada.catalog().await.unwrap().site)
}

/// Moves the clock to a moment.
fn go_to(house: &House, at: Timestamp) {
    house.public.clock.advance_ms(at.0 - house.public.now().0);
}

/// What happened to the lead last.
async fn last(house: &House) -> EventKind {
    leads::find(&house.ada, house.lead).await.unwrap().timeline.remove(0).kind
}

fn mailing(step: MailingStep, text: &str) -> EventKind {
    EventKind::Mailing { step, name: "“Long”".to_owned(), text: text.to_owned() }
}

/// Begins the plan and sends its first message.
async fn begun(house: &House) -> Nurture {
    let plan = plan(house).await;
    nurture::begin(&house.maya, house.lead, &form(&format!("plan={plan}"))).await.unwrap();
    go_to(house, present(house).await.next_at.expect("it runs"));
    assert!(nurture::work(&house.public).await.unwrap());
    assert_eq!(sent(house).await, ["Intro"]);
    present(house).await
}

both_engines!(a_plan_sends_its_messages_one_after_the_other_in_working_hours, |store| async move {
    let house = house(&store).await;
    let (plan, hours) = (plan(&house).await, hours(&house).await);
    let chosen = form(&format!("plan={plan}"));
    nurture::begin(&house.maya, house.lead, &chosen).await.unwrap();
    nurture::begin(&house.maya, house.lead, &chosen).await.unwrap();
    assert_eq!(last(&house).await, mailing(MailingStep::PlanBegun, ""));
    let first = present(&house).await;
    assert_eq!((first.state, first.step, first.next_at), (NurtureState::Running, 0, Some(hours.next_open(NOW))));
    go_to(&house, hours.next_open(NOW));
    assert!(nurture::work(&house.public).await.unwrap());
    assert!(!nurture::work(&house.public).await.unwrap(), "each once");
    assert_eq!(last(&house).await, mailing(MailingStep::PlanSent, "Intro\n\nHello Jo,\nmaya"));
    let lead = leads::find_alone(&house.ada, house.lead).await.unwrap();
    assert_eq!((lead.latest.awaiting_since, lead.latest.contacted_at), (None, None), "nobody waits for an answer to what a program sends");
    let row =
        store.read().await.unwrap().row(Sql::new("select sender_name, unsubscribe from outbox where subscriber = 'jo@acme.test'")).await.unwrap();
    let row = row.expect("a mail");
    assert_eq!(row.text("sender_name").unwrap(), "maya");
    assert!(row.text("unsubscribe").unwrap().starts_with("https://leads.test/unsubscribe/"));

    let line = attempts::view(&house.noor, house.lead).await.unwrap().nurture.expect("a line on the lead's page");
    assert_eq!((line.plan.as_str(), line.last_at), ("Long", Some(house.public.now())));
    let second = present(&house).await;
    let due = hours.next_open(house.public.now().plus_ms(7 * domain::DAY_MS));
    assert_eq!((second.step, second.next_at, second.last_at), (1, Some(due), Some(house.public.now())));
    go_to(&house, due.plus_ms(-1));
    assert!(!nurture::work(&house.public).await.unwrap());
    // The server was down when it was time: it waits for the next hour of work.
    go_to(&house, due.plus_ms(12 * HOUR_MS));
    let open_at = hours.next_open(house.public.now());
    assert!(open_at > house.public.now(), "in the evening nobody works");
    assert!(nurture::work(&house.public).await.unwrap());
    assert_eq!((sent(&house).await.len(), present(&house).await.next_at), (1, Some(open_at)));
    go_to(&house, open_at);
    assert!(nurture::work(&house.public).await.unwrap());
    assert_eq!(sent(&house).await, ["Prices", "Intro"]);
    let done = present(&house).await;
    assert_eq!((done.state, done.next_at, done.ended_at), (NurtureState::Finished, None, Some(open_at)));
    assert_eq!(last(&house).await, mailing(MailingStep::PlanFinished, ""));
    assert!(!nurture::work(&house.public).await.unwrap());
});

both_engines!(a_plan_stops_when_they_write, |store| async move {
    let house = house(&store).await;
    begun(&house).await;
    let row = store.read().await.unwrap().row(Sql::new("select message_id from message")).await.unwrap().expect("a message");
    let head = format!("From: Jo <jo@acme.test>\r\nMessage-ID: <1@acme.test>\r\nIn-Reply-To: <{}>", row.text("message_id").unwrap());
    // A program that says they are away is no answer.
    let text = format!("{head}\r\nAuto-Submitted: auto-replied\r\n\r\nAway\r\n").replacen("<1@", "<0@", 1);
    let away = mail_in::receive(&house.public, text.as_bytes()).await.unwrap();
    assert_eq!(away.mail.state, MailInState::Ignored);
    assert_eq!(present(&house).await.state, NurtureState::Running);
    let reply = mail_in::receive(&house.public, format!("{head}\r\nSubject: Re: Intro\r\n\r\nYes\r\n").as_bytes()).await.unwrap();
    assert_eq!((reply.mail.state, reply.mail.lead), (MailInState::Joined, Some(house.lead)));
    assert_eq!(present(&house).await.state, NurtureState::Stopped);
    assert_eq!(last(&house).await, mailing(MailingStep::PlanStopped, "They wrote"));
    house.public.clock.advance_ms(30 * domain::DAY_MS);
    assert!(!nurture::work(&house.public).await.unwrap());
    assert_eq!(sent(&house).await, ["Intro"]);
});

both_engines!(a_plan_stops_when_they_are_reached_or_want_no_more_or_the_lead_is_closed, |store| async move {
    let house = house(&store).await;
    let first = begun(&house).await;
    attempts::log_once(&house.maya, house.lead, &form("channel=call&outcome=no_answer"), None).await.unwrap();
    assert_eq!(present(&house).await.state, NurtureState::Running);
    attempts::log_once(&house.maya, house.lead, &form("channel=call&outcome=reached"), None).await.unwrap();
    assert_eq!(present(&house).await.state, NurtureState::Stopped);

    let again = form(&format!("plan={}", first.plan));
    nurture::begin(&house.maya, house.lead, &again).await.unwrap();
    let (other, due) = (present(&house).await, present(&house).await.next_at.expect("it runs"));
    assert_ne!(other.id, first.id);
    messages::unsubscribe_for(&house.maya, house.lead, &form("email=jo@acme.test")).await.unwrap();
    go_to(&house, due);
    assert!(nurture::work(&house.public).await.unwrap());
    assert_eq!((present(&house).await.state, sent(&house).await.len()), (NurtureState::Stopped, 1));
    assert_eq!(last(&house).await, mailing(MailingStep::PlanStopped, "They want no more messages"));
    assert_eq!(error_at(nurture::begin(&house.maya, house.lead, &again).await, "plan"), "They want no more messages; call them instead");

    let closed = leads::add(&house.maya, &form("full_name=Al&company=Bee&emails=al@bee.test")).await.unwrap();
    nurture::begin(&house.maya, closed, &again).await.unwrap();
    leads::act(&house.maya, closed, LeadAction::Win, &form("")).await.unwrap();
    house.public.clock.advance_ms(domain::DAY_MS);
    assert!(nurture::work(&house.public).await.unwrap());
    let shown = messages::page(&house.maya, closed, None).await.unwrap();
    assert_eq!((shown.nurture.latest.map(|(nurture, _)| nurture.state), shown.sent.len()), (Some(NurtureState::Stopped), 0));
});

both_engines!(a_plan_writes_to_no_address_that_was_wrong_and_knows_what_was_before_it, |store| async move {
    let house = house(&store).await;
    let before = begun(&house).await;
    let day = before.started_at.plus_ms(-2 * domain::DAY_MS).day();
    attempts::log_once(&house.maya, house.lead, &form(&format!("channel=call&outcome=reached&done_at={day}T10:00")), None).await.unwrap();
    assert_eq!(present(&house).await.state, NurtureState::Running, "they were reached before it began");
    attempts::log_once(&house.maya, house.lead, &form("channel=email&outcome=wrong_number"), None).await.unwrap();
    go_to(&house, present(&house).await.next_at.expect("it runs"));
    assert!(nurture::work(&house.public).await.unwrap());
    assert_eq!((present(&house).await.state, sent(&house).await.len()), (NurtureState::Stopped, 1));
    let again = nurture::begin(&house.maya, house.lead, &form(&format!("plan={}", before.plan))).await;
    assert!(error_at(again, "plan").starts_with("No address is known"));
});

both_engines!(a_plan_is_paused_gone_on_with_and_stopped_by_who_works_the_lead, |store| async move {
    let house = house(&store).await;
    let running = begun(&house).await;
    nurture::change(&house.maya, house.lead, NurtureWish::Pause).await.unwrap();
    nurture::change(&house.maya, house.lead, NurtureWish::Pause).await.unwrap();
    let paused = present(&house).await;
    assert_eq!((paused.state, paused.next_at), (NurtureState::Paused, None));
    house.public.clock.advance_ms(30 * domain::DAY_MS);
    assert!(!nurture::work(&house.public).await.unwrap());
    nurture::change(&house.martin, house.lead, NurtureWish::Resume).await.unwrap();
    let due = hours(&house).await.next_open(house.public.now().plus_ms(7 * domain::DAY_MS));
    assert_eq!(present(&house).await.next_at, Some(due));
    for other in [&house.noor, &house.ana] {
        assert!(nurture::change(other, house.lead, NurtureWish::Stop).await.is_err());
        assert!(nurture::begin(other, house.lead, &form(&format!("plan={}", running.plan))).await.is_err());
    }
    assert!(is_absent(nurture::change(&house.ana, house.lead, NurtureWish::Stop).await));
    let second = nurture::add_plan(&house.ada, &form("name=Short&steps=1+Intro")).await.unwrap();
    assert!(refusal(nurture::begin(&house.maya, house.lead, &form(&format!("plan={second}"))).await).contains("another plan"));
    nurture::change(&house.maya, house.lead, NurtureWish::Stop).await.unwrap();
    assert_eq!(last(&house).await, mailing(MailingStep::PlanStopped, ""));
    assert!(is_absent(nurture::change(&house.maya, house.lead, NurtureWish::Resume).await));
    assert_eq!(error_at(nurture::begin(&house.maya, house.lead, &form("plan=99")).await, "plan"), "Choose a plan");
});

both_engines!(plans_are_for_administrators_to_change, |store| async move {
    let house = house(&store).await;
    let id = plan(&house).await;
    let wrong = async |text: &str, field: &str| error_at(nurture::add_plan(&house.ada, &form(text)).await, field);
    assert_eq!(wrong("name=Other&steps=3+Birthday", "steps").await, "There is no template “Birthday”");
    assert!(wrong("name=long&steps=3+Intro", "name").await.contains("choose another name"));
    assert_eq!(wrong("name=&steps=3+Intro", "name").await, "Enter a name");
    nurture::change_plan(&house.ada, id, &form("name=Long&steps=0+Intro%0A30+Prices")).await.unwrap();
    // A template that was removed stays where a plan names it.
    let view = nurture::list_plans(&house.ada).await.unwrap();
    let prices = view.plans[0].steps[1];
    assert_eq!(prices.after_days, 30);
    messages::remove_template(&house.ada, prices.template, &form("")).await.unwrap();
    nurture::change_plan(&house.ada, id, &form("name=Longer&steps=0+Intro%0A40+Prices")).await.unwrap();
    assert_eq!(wrong("name=New&steps=3+Prices", "steps").await, "There is no template “Prices”");
    nurture::remove_plan(&house.ada, id, &form("")).await.unwrap();
    assert!(nurture::list_plans(&house.ada).await.unwrap().plans.is_empty());
    assert_eq!(error_at(nurture::begin(&house.maya, house.lead, &form(&format!("plan={id}"))).await, "plan"), "Choose a plan");
    nurture::restore_plan(&house.ada, id, &form("")).await.unwrap();
    assert_eq!(nurture::list_plans(&house.ada).await.unwrap().plans[0].steps.len(), 2);
    for other in [&house.maya, &house.martin] {
        assert!(matches!(nurture::list_plans(other).await, Err(ServiceError::Forbidden(_))));
        assert!(matches!(nurture::add_plan(other, &form("name=A&steps=1+Intro")).await, Err(ServiceError::Forbidden(_))));
        assert!(matches!(nurture::remove_plan(other, id, &form("")).await, Err(ServiceError::Forbidden(_))));
    }
});
