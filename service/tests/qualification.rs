//! When a contact becomes a lead, on both engines, with a clock that the test moves.

use domain::threshold::POINTS_MAX;
use domain::{
    AccountId, ContactId, DAY_MS, EmailAddress, EventKind, FieldErrors, FormValues, Lead, LeadAction, LeadId, Role, ThresholdId, ThresholdState,
    Timestamp, UserId, event::Arrival,
};
use service::configuration::RuleForm;
use service::contact_events::{Judged, SentEvent, Verdict, receive};
use service::seed::seed_defaults;
use service::{Clock, Ctx, ServiceError, accounts, configuration, leads, people, qualification, routing};
use store::people::NewUser;
use store::{Store, both_engines};

struct House {
    ada: Ctx,
    /// Rep of the North, which Martin manages; she looks after Harbour.
    maya: Ctx,
    ana: Ctx,
    martin: Ctx,
    /// Manages the South.
    helen: Ctx,
    ina: Ctx,
    harbour: AccountId,
    clock: Clock,
}

async fn person(ctx: &Ctx, name: &str, role: Role) -> UserId {
    let mut tx = ctx.store.begin().await.unwrap();
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account: None, at: ctx.now() };
    let id = tx.people().add(new).await.unwrap();
    tx.save().await.unwrap();
    id
}

async fn acting(ctx: &Ctx, id: UserId) -> Ctx {
    ctx.acting_as(ctx.store.read().await.unwrap().people().load_actor(id).await.unwrap().unwrap())
}

async fn house(store: &Store) -> House {
    let clock = Clock::fixed(Timestamp(1_764_000_000_000));
    let public = Ctx::anonymous(store.clone(), clock.clone());
    seed_defaults(&public).await.unwrap();
    let mut ids = Vec::new();
    for (name, role) in [
        ("ada", Role::Administrator),
        ("maya", Role::Rep),
        ("ana", Role::Rep),
        ("martin", Role::Manager),
        ("helen", Role::Manager),
        ("ina", Role::Intake),
    ] {
        ids.push(person(&public, name, role).await);
    }
    let ada = acting(&public, ids[0]).await;
    people::add_group(&ada, &form(&format!("name=North&manager={}&members={}", ids[3], ids[1]))).await.unwrap();
    people::add_group(&ada, &form(&format!("name=South&manager={}&members={}", ids[4], ids[2]))).await.unwrap();
    let harbour = accounts::add_account(&ada, &form(&format!("name=Harbour&domains=harbour.test&primary_rep={}", ids[1]))).await.unwrap().id;
    House {
        maya: acting(&public, ids[1]).await,
        ana: acting(&public, ids[2]).await,
        martin: acting(&public, ids[3]).await,
        helen: acting(&public, ids[4]).await,
        ina: acting(&public, ids[5]).await,
        ada,
        harbour,
        clock,
    }
}

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

fn refused<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> String {
    match result {
        Err(ServiceError::Refused(text)) => text,
        other => panic!("not refused: {other:?}"),
    }
}

fn error_at<T: std::fmt::Debug>(result: Result<T, ServiceError>, field: &str) -> String {
    match result {
        Err(ServiceError::Invalid(errors)) => errors.get(field).unwrap_or_else(|| panic!("no error at {field}: {errors:?}")).to_owned(),
        other => panic!("not invalid: {other:?}"),
    }
}

impl House {
    fn event(&self, id: &str, email: &str, kind: &str) -> SentEvent {
        let at = self.ada.now().rfc3339();
        let values = [("id", id), ("kind", kind), ("at", &at), ("contact.email", email), ("contact.name", "Jo Field")];
        let values = FormValues(values.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect());
        SentEvent { values, errors: FieldErrors::default() }
    }

    async fn send(&self, id: &str, email: &str, kind: &str) -> (ContactId, Option<LeadId>) {
        let Judged { verdict, lead, .. } = receive(&self.ada, &[self.event(id, email, kind)], None).await.unwrap().remove(0);
        let Verdict::Accepted(contact) = verdict else { panic!("{verdict:?}") };
        (contact, lead)
    }

    /// A threshold that both managers accept.
    async fn agree(&self, points: i64) -> ThresholdId {
        let id = qualification::propose(&self.ada, &form(&format!("points={points}"))).await.unwrap();
        for manager in [&self.martin, &self.helen] {
            qualification::answer(manager, id, true, &form("")).await.unwrap();
        }
        id
    }

    async fn lead(&self, id: LeadId) -> (Lead, Arrival) {
        let detail = leads::find(&self.ada, id).await.unwrap();
        let arrival = detail.timeline.into_iter().find_map(|event| match event.kind {
            EventKind::LeadAdded { by } => Some(by),
            _ => None,
        });
        (detail.lead, arrival.expect("it arrived"))
    }

    async fn lead_count(&self) -> usize {
        leads::list(&self.ada, &domain::LeadFilter { view: domain::LeadView::All, ..Default::default() }, &Default::default())
            .await
            .unwrap()
            .rows
            .len()
    }
}

both_engines!(a_contact_passes_once_and_is_with_the_account_s_rep, |store| async move {
    let house = house(&store).await;
    let web = house.ada.catalog().await.unwrap().choice_named(domain::ChoiceList::Source, "Web").unwrap().id;
    configuration::change_weighing(&house.ada, &form(&format!("source={web}"))).await.unwrap();
    let version = house.agree(50).await;
    let (jo, none) = house.send("1", "jo@harbour.test", "met").await;
    assert_eq!(none, None);
    assert_eq!(house.send("2", "jo@harbour.test", "page_visited").await.1, None);
    let (_, lead) = house.send("3", "jo@harbour.test", "called").await;
    let lead = lead.expect("51 of 50");
    let (found, arrival) = house.lead(lead).await;
    assert_eq!(arrival, Arrival::Qualified { version, points: 51, wanted: 50 });
    assert_eq!((found.owner, found.contact, found.account.id), (house.maya.actor.as_ref().map(|maya| maya.id), jo, house.harbour));
    assert_eq!(found.source, Some(web));
    assert_eq!(found.message, "Met brings 30, Called 20, Page visited 1");
    let why = routing::why(&house.maya, lead).await.unwrap().expect("a decision");
    assert_eq!(why.sentence, "Went to maya, who looks after the account Harbour.");
    // While it is open, nothing more is made of the contact; what went into it does not count towards the next.
    assert_eq!(house.send("4", "jo@harbour.test", "met").await.1, Some(lead));
    leads::act(&house.maya, lead, LeadAction::Cancel, &form("")).await.unwrap();
    assert_eq!(house.send("5", "jo@harbour.test", "email_opened").await.1, None);
    let standing = qualification::of_contact(&house.maya, jo, None).await.unwrap();
    assert_eq!((standing.standing.points, standing.standing.fresh_points), (82, 31));
    assert_eq!(standing.became[0].how, format!("with 51 points, by version {version} of the threshold"));
    assert!(house.send("6", "jo@harbour.test", "called").await.1.is_some_and(|next| next != lead));
    assert_eq!(house.lead_count().await, 2);
});

both_engines!(what_is_not_agreed_or_not_yet_in_force_lets_nobody_through, |store| async move {
    let house = house(&store).await;
    assert_eq!(house.send("1", "jo@harbour.test", "met").await.1, None, "no threshold at all");
    let id = qualification::propose(&house.martin, &form("points=20&from=2025-11-26&note=Less")).await.unwrap();
    assert_eq!(house.send("2", "jo@harbour.test", "met").await.1, None, "proposed only");
    assert_eq!(qualification::answer(&house.helen, id, true, &form("")).await.unwrap(), ThresholdState::Agreed);
    assert_eq!(house.send("3", "jo@harbour.test", "met").await.1, None, "its day has not come");
    assert_eq!(qualification::list(&house.maya).await.unwrap().in_force, None);
    house.clock.advance_ms(2 * DAY_MS);
    let current = qualification::list(&house.maya).await.unwrap().in_force.unwrap();
    assert_eq!((current.id, current.points, current.answers.len()), (id, 20, 2));
    assert!(house.send("4", "jo@harbour.test", "email_opened").await.1.is_some());
});

both_engines!(two_events_at_once_make_one_lead, |store| async move {
    let house = house(&store).await;
    house.agree(30).await;
    let (first, second) = (house.event("1", "jo@harbour.test", "met"), house.event("2", "jo@harbour.test", "met"));
    let sent = [first, second].map(|event| {
        let ada = house.ada.clone();
        tokio::spawn(async move { receive(&ada, &[event], None).await })
    });
    let mut leads = Vec::new();
    for one in sent {
        match one.await.unwrap() {
            Ok(judged) => leads.extend(judged[0].lead),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((leads.len(), leads[0]), (2, leads[1]));
    assert_eq!(house.lead_count().await, 1);
});

both_engines!(without_an_account_the_intake_group_has_it_and_the_account_is_made, |store| async move {
    let house = house(&store).await;
    let group = house.ada.catalog().await.unwrap().groups[1].id;
    configuration::change_site(&house.ada, &form(&format!("intake_group={group}"))).await.unwrap();
    house.agree(30).await;
    let mut event = house.event("1", "jo@gmail.com", "met");
    event.values.0.push(("contact.company".to_owned(), "Brand New".to_owned()));
    let lead = receive(&house.ada, &[event], None).await.unwrap()[0].lead.unwrap();
    let (found, _) = house.lead(lead).await;
    assert_eq!((found.owner, found.group, found.account.name.as_str()), (None, Some(group), "Brand New"));
    let contact = service::contacts::find_contact(&house.ada, found.contact).await.unwrap();
    assert_eq!(contact.account.map(|account| account.id), Some(found.account.id));
    let alone = house.send("2", "al@gmail.com", "met").await.1.unwrap();
    assert_eq!(house.lead(alone).await.0.account.name, "Jo Field", "their own name stands for a company");
});

both_engines!(a_contact_without_coverage_is_the_regional_manager_s, |store| async move {
    let house = house(&store).await;
    house.agree(30).await;
    let id = |ctx: &Ctx| ctx.actor.as_ref().map(|actor| actor.id);
    let (ana, helen) = (id(&house.ana).unwrap(), id(&house.helen).unwrap());
    configuration::add_territory(&house.ada, &form(&format!("name=Yorkshire&manager={helen}&places=GB,+LS*"))).await.unwrap();
    accounts::add_account(&house.ada, &form("name=Quay&domains=quay.test&country=GB&postcode=LS11+5QD")).await.unwrap();
    let lead = house.send("1", "jo@quay.test", "met").await.1.expect("30 of 30");
    let why = routing::why(&house.helen, lead).await.unwrap().expect("a decision");
    assert_eq!((house.lead(lead).await.0.owner, why.sentence.as_str()), (Some(helen), "Went to helen, who manages the territory Yorkshire."));
    configuration::change_rules(&house.ada, RuleForm::NewCoverage, &form(&format!("by=domain&what=quay.test&person={ana}"))).await.unwrap();
    let lead = house.send("2", "al@quay.test", "met").await.1.expect("30 of 30");
    let why = routing::why(&house.ana, lead).await.unwrap().expect("a decision");
    assert_eq!((house.lead(lead).await.0.owner, why.sentence.as_str()), (Some(ana), "Went to ana, who looks after the domain quay.test."));
    // Who is taken by hand is no matter of the rules.
    let (bo, _) = house.send("3", "bo@quay.test", "called").await;
    let lead = qualification::pull(&house.martin, bo).await.unwrap();
    assert_eq!((house.lead(lead).await.0.owner, routing::why(&house.ada, lead).await.unwrap()), (id(&house.martin), None));
});

both_engines!(a_rep_takes_a_contact_of_their_account_before_the_threshold, |store| async move {
    let house = house(&store).await;
    let (jo, _) = house.send("1", "jo@harbour.test", "called").await;
    for other in [&house.ana, &house.ina] {
        assert!(matches!(qualification::pull(other, jo).await, Err(ServiceError::Forbidden(_))));
        assert!(!qualification::of_contact(other, jo, None).await.unwrap().may_pull);
    }
    assert!(matches!(qualification::pull(&house.maya, ContactId(99)).await, Err(ServiceError::NotFound)));
    assert!(qualification::of_contact(&house.maya, jo, None).await.unwrap().may_pull);
    let lead = qualification::pull(&house.maya, jo).await.unwrap();
    let (found, arrival) = house.lead(lead).await;
    assert_eq!((arrival, found.owner), (Arrival::Pulled { points: 20 }, house.maya.actor.as_ref().map(|maya| maya.id)));
    assert!(refused(qualification::pull(&house.maya, jo).await).contains("open lead"));
    let seen = qualification::of_contact(&house.maya, jo, None).await.unwrap();
    assert_eq!((seen.standing.lead, seen.may_pull, seen.standing.fresh_points), (Some(lead), false, 0));
    assert_eq!(seen.became[0].how, "with 20 points, taken before the threshold by maya");
    let unseen = qualification::of_contact(&house.ana, jo, None).await.unwrap();
    assert_eq!((unseen.standing.lead, unseen.standing.has_open_lead, unseen.became.len()), (None, true, 0));
    // Whoever has no rep is the manager's who takes them.
    let (al, _) = house.send("2", "al@gmail.com", "called").await;
    assert!(matches!(qualification::pull(&house.maya, al).await, Err(ServiceError::Forbidden(_))));
    let lead = qualification::pull(&house.martin, al).await.unwrap();
    assert_eq!(house.lead(lead).await.0.owner, house.martin.actor.as_ref().map(|martin| martin.id));
});

both_engines!(a_threshold_is_agreed_by_all_field_managers, |store| async move {
    let house = house(&store).await;
    let propose = |text: &str| form(text);
    for points in ["", "0", "x", &(POINTS_MAX + 1).to_string()] {
        error_at(qualification::propose(&house.martin, &propose(&format!("points={points}"))).await, "points");
    }
    error_at(qualification::propose(&house.martin, &propose("points=5&from=2025-11-23")).await, "from");
    error_at(qualification::propose(&house.martin, &propose("points=5&from=soon")).await, "from");
    error_at(qualification::propose(&house.martin, &propose("points=5&state=agreed")).await, "");
    for other in [&house.maya, &house.ina] {
        assert!(matches!(qualification::propose(other, &propose("points=5")).await, Err(ServiceError::Forbidden(_))));
    }
    let id = qualification::propose(&house.martin, &propose("points=5")).await.unwrap();
    assert!(refused(qualification::propose(&house.ada, &propose("points=6")).await).contains("already"));
    assert!(refused(qualification::answer(&house.martin, id, true, &form("")).await).contains("answered already"));
    assert!(matches!(qualification::answer(&house.maya, id, true, &form("")).await, Err(ServiceError::Forbidden(_))));
    assert!(matches!(qualification::answer(&house.helen, ThresholdId(99), true, &form("")).await, Err(ServiceError::NotFound)));
    error_at(qualification::answer(&house.helen, id, false, &form("reason=")).await, "reason");
    assert!(matches!(qualification::withdraw(&house.helen, id).await, Err(ServiceError::Forbidden(_))));
    assert_eq!(qualification::answer(&house.helen, id, false, &form("reason=Too+low")).await.unwrap(), ThresholdState::Declined);
    assert!(refused(qualification::withdraw(&house.martin, id).await).contains("no longer open"));
    let second = qualification::propose(&house.ada, &propose("points=7")).await.unwrap();
    qualification::withdraw(&house.ada, second).await.unwrap();
    assert!(refused(qualification::answer(&house.helen, second, true, &form("")).await).contains("no longer open"));
    let versions = qualification::list(&house.ina).await.unwrap().versions;
    let states: Vec<_> = versions.iter().map(|version| version.state).collect();
    assert_eq!(states, [ThresholdState::Withdrawn, ThresholdState::Declined]);
    assert_eq!(versions[1].answers[1].said.as_ref().map(|said| said.reason.as_str()), Some("Too low"));
    let kinds = service::audit::list(&house.ada, Default::default(), None).await.unwrap().items;
    assert!(kinds.iter().any(|entry| matches!(&entry.kind, EventKind::RecordChanged { name, .. } if name.contains("of the threshold"))));
});

both_engines!(field_managers_are_asked_and_who_proposed_hears_the_answers, |store| async move {
    let house = house(&store).await;
    let mut told_before = 0;
    let mut told = async || {
        let mut mails = service::outbox::list(&house.ada, None).await.unwrap().items;
        mails.reverse();
        let fresh: Vec<_> = mails.drain(told_before..).map(|mail| format!("{}: {}", mail.recipient.email, mail.subject)).collect();
        told_before += fresh.len();
        fresh
    };
    // One who proposes has accepted with it, and is not asked.
    let first = qualification::propose(&house.martin, &form("points=5&note=Fewer+calls")).await.unwrap();
    assert_eq!(told().await, ["helen@house.test: A threshold waits for your answer: 5 points"]);
    let asked = service::outbox::list(&house.ada, None).await.unwrap().items[0].id;
    let body = service::outbox::find(&house.ada, asked).await.unwrap().body;
    assert!(body.contains("martin proposes a threshold of 5 points") && body.contains("Fewer calls") && body.contains("/thresholds"), "{body}");
    error_at(qualification::answer(&house.helen, first, false, &form("reason=")).await, "reason");
    assert!(told().await.is_empty(), "what was not saved is not told");
    qualification::answer(&house.helen, first, false, &form("reason=Too+low")).await.unwrap();
    assert_eq!(told().await, ["martin@house.test: Your threshold of 5 points: helen declined"]);
    let answered = service::outbox::list(&house.ada, None).await.unwrap().items[0].id;
    let body = service::outbox::find(&house.ada, answered).await.unwrap().body;
    assert!(body.contains("Reason: Too low\nThe proposal is now: Declined\n"), "{body}");
    // Who manages no field asks them all, and hears each.
    let second = qualification::propose(&house.ada, &form("points=7")).await.unwrap();
    assert_eq!(told().await.len(), 2);
    for manager in [&house.martin, &house.helen] {
        qualification::answer(manager, second, true, &form("")).await.unwrap();
    }
    assert_eq!(
        told().await,
        ["ada@house.test: Your threshold of 7 points: martin accepted", "ada@house.test: Your threshold of 7 points: helen accepted"]
    );
});

both_engines!(a_threshold_is_tried_on_what_happened, |store| async move {
    let house = house(&store).await;
    house.send("1", "jo@harbour.test", "met").await;
    let (al, _) = house.send("2", "al@harbour.test", "called").await;
    house.clock.advance_ms(10 * DAY_MS);
    house.send("3", "jo@harbour.test", "met").await;
    let lead = qualification::pull(&house.maya, al).await.unwrap();
    leads::act(&house.maya, lead, LeadAction::Accept, &form("")).await.ok();
    leads::act(&house.maya, lead, LeadAction::Start, &form("")).await.ok();
    leads::act(&house.maya, lead, LeadAction::Win, &form("")).await.unwrap();
    let tried = |points: &'static str| qualification::try_threshold(&house.martin, points);
    let counts = |trial: qualification::Trial| (trial.contacts, trial.won);
    assert_eq!(counts(tried("20").await.unwrap()), (2, 1));
    assert_eq!(counts(tried("30").await.unwrap()), (1, 0));
    assert_eq!(counts(tried("50").await.unwrap()), (1, 0));
    assert_eq!(counts(tried("60").await.unwrap()), (0, 0));
    error_at(tried("many").await, "points");
    assert!(matches!(qualification::try_threshold(&house.maya, "5").await, Err(ServiceError::Forbidden(_))));
    house.clock.advance_ms(100 * DAY_MS);
    assert_eq!(counts(tried("20").await.unwrap()), (0, 0), "that was too long ago");
    let closest = qualification::closest(&house.ina).await.unwrap();
    assert_eq!(closest.iter().map(|one| one.points).collect::<Vec<_>>(), [5, 2]);
});

both_engines!(weights_and_the_half_life_are_configured_and_count_at_once, |store| async move {
    let house = house(&store).await;
    let (jo, _) = house.send("1", "jo@harbour.test", "met").await;
    house.send("2", "jo@harbour.test", "called").await;
    let points = async || qualification::of_contact(&house.ada, jo, None).await.unwrap().standing.points;
    assert_eq!(points().await, 50);
    configuration::change_event_kind(&house.ada, "met", &form("weight=10")).await.unwrap();
    assert_eq!(points().await, 30);
    house.clock.advance_ms(10 * DAY_MS);
    configuration::change_weighing(&house.ada, &form("half_life=10&source=")).await.unwrap();
    assert_eq!(points().await, 15);
    configuration::add_event_kind(&house.ada, &form("name=Trade+fair&weight=40")).await.unwrap();
    house.send("3", "jo@harbour.test", "trade_fair").await;
    assert_eq!(points().await, 55);
    configuration::change_event_kind(&house.ada, "trade_fair", &form("name=Fair&retired=1")).await.unwrap();
    let Verdict::Refused(errors) = receive(&house.ada, &[house.event("4", "jo@harbour.test", "trade_fair")], None).await.unwrap().remove(0).verdict
    else {
        panic!("it is retired")
    };
    assert!(errors.get("kind").is_some());
    assert_eq!(points().await, 55, "what came before still counts");
    let seen = qualification::of_contact(&house.ada, jo, None).await.unwrap();
    assert_eq!((seen.events.items[0].label.as_str(), seen.events.items[0].tenths), ("Fair", 400));
    error_at(configuration::add_event_kind(&house.ada, &form("name=fair&weight=1")).await, "name");
    error_at(configuration::add_event_kind(&house.ada, &form("name=%E6%9D%B1&weight=1")).await, "name");
    error_at(configuration::add_event_kind(&house.ada, &form("name=More&weight=-1")).await, "weight");
    error_at(configuration::change_weighing(&house.ada, &form("half_life=0")).await, "half_life");
    error_at(configuration::change_weighing(&house.ada, &form("source=99")).await, "source");
    assert!(matches!(configuration::change_event_kind(&house.ada, "danced", &form("weight=1")).await, Err(ServiceError::NotFound)));
    assert!(matches!(configuration::weighing(&house.martin).await, Err(ServiceError::Forbidden(_))));
});

both_engines!(events_are_paged, |store| async move {
    let house = house(&store).await;
    let batch: Vec<SentEvent> = (0..60).map(|nth| house.event(&format!("e{nth}"), "jo@harbour.test", "page_visited")).collect();
    let judged = receive(&house.ada, &batch, None).await.unwrap();
    let Verdict::Accepted(jo) = judged[0].verdict else { panic!("{judged:?}") };
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = qualification::of_contact(&house.maya, jo, cursor).await.unwrap().events;
        seen.extend(page.items.iter().map(|shown| shown.event.id));
        cursor = page.next_cursor.as_deref().and_then(domain::lead_filter::Cursor::parse);
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 60);
    assert!(seen.is_sorted_by(|a, b| a > b));
});
