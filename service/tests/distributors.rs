//! Delegating leads to distributors, on both engines, with a clock that stands still.

use domain::delegation::call_centre_warning;
use domain::{
    AccountId, Actor, DAY_MS, DelegationState, DelegationStep, EmailAddress, EventKind, FormValues, Lead, LeadAction, LeadFilter, LeadId, ListView,
    Role, Scope, TerritoryId, Timestamp, UserId,
};
use service::leads::{Export, PageOf, accept_delegated, decline_delegated, delegate, take_back};
use service::{Clock, Ctx, ServiceError, accounts, configuration, distributors, leads, outbox, people, routing};
use store::people::NewUser;
use store::{Store, both_engines};

struct House {
    ada: Ctx,
    maya: Ctx,
    /// Manages the territory Yorkshire.
    martin: Ctx,
    /// Takes calls.
    ina: Ctx,
    /// Of Northwind, named for Yorkshire in this quarter.
    dina: Ctx,
    dirk: Ctx,
    /// Of Southwind.
    dora: Ctx,
    northwind: AccountId,
    southwind: AccountId,
    yorkshire: TerritoryId,
}

async fn house(store: &Store) -> House {
    let public = Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000)));
    service::seed::seed_defaults(&public).await.unwrap();
    let ada = person(&public, "ada", Role::Administrator, None).await;
    let northwind = accounts::add_account(&ada, &form("name=Northwind&kind=distributor")).await.unwrap().id;
    let southwind = accounts::add_account(&ada, &form("name=Southwind&kind=distributor")).await.unwrap().id;
    let maya = person(&public, "maya", Role::Rep, None).await;
    let martin = person(&public, "martin", Role::Manager, None).await;
    let ina = person(&public, "ina", Role::Intake, None).await;
    let dina = person(&public, "dina", Role::Distributor, Some(northwind)).await;
    let dirk = person(&public, "dirk", Role::Distributor, Some(northwind)).await;
    let dora = person(&public, "dora", Role::Distributor, Some(southwind)).await;
    people::add_group(&ada, &form(&format!("name=North&manager={}&members={}", id_of(&martin), id_of(&maya)))).await.unwrap();
    let territory = format!("name=Yorkshire&manager={}&group=&places=GB,+LS*&distributor={northwind}&next_distributor=", id_of(&martin));
    let yorkshire = configuration::add_territory(&ada, &form(&territory)).await.unwrap();
    let martin = again(&martin).await;
    House { ada, maya, martin, ina, dina, dirk, dora, northwind, southwind, yorkshire }
}

async fn person(ctx: &Ctx, name: &str, role: Role, account: Option<AccountId>) -> Ctx {
    let mut tx = ctx.store.begin().await.unwrap();
    let email = EmailAddress::parse(&format!("{name}@house.test")).unwrap();
    let new = NewUser { email, name: name.to_owned(), role, password_hash: String::new(), account, at: ctx.now() };
    let id = tx.people().add(new).await.unwrap();
    let actor: Actor = tx.people().load_actor(id).await.unwrap().unwrap();
    tx.save().await.unwrap();
    ctx.acting_as(actor)
}

/// The same person, with the groups they have now.
async fn again(ctx: &Ctx) -> Ctx {
    let actor = ctx.store.read().await.unwrap().people().load_actor(id_of(ctx)).await.unwrap().unwrap();
    ctx.acting_as(actor)
}

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

fn id_of(ctx: &Ctx) -> UserId {
    ctx.actor().unwrap().id
}

async fn lead(ctx: &Ctx, id: LeadId) -> Lead {
    ctx.store.read().await.unwrap().leads().find_visible(id, &Scope::All).await.unwrap().expect("the lead")
}

/// A lead in Yorkshire, which is its manager's.
async fn arrives(house: &House) -> LeadId {
    let id = leads::add(&house.ina, &form("full_name=Zebedee&company=Acme&postcode=LS11+5QD")).await.unwrap();
    assert_eq!(lead(&house.ada, id).await.owner, Some(id_of(&house.martin)));
    id
}

async fn hands_over(house: &House, id: LeadId, to: AccountId) {
    delegate(&house.martin, id, &form(&format!("distributor={to}&note=Before+noon"))).await.unwrap();
}

/// By which of the ways there are a person finds the only lead there is.
async fn ways(ctx: &Ctx, id: LeadId) -> Vec<&'static str> {
    let mut found = Vec::new();
    let all = LeadFilter::from_query("view=all");
    let mut note = |way, is_found| {
        if is_found {
            found.push(way);
        }
    };
    note("list", !leads::list(ctx, &all, &PageOf::default()).await.unwrap().rows.is_empty());
    note("search", !leads::list(ctx, &LeadFilter::from_query("view=all&q=zebedee"), &PageOf::default()).await.unwrap().rows.is_empty());
    note("whole list", !leads::list_whole(ctx, &all, &PageOf::default()).await.unwrap().leads.is_empty());
    note("typed", !leads::find_as_typed(ctx, "zebedee").await.unwrap().is_empty());
    note("palette", !service::find::find(ctx, "zebedee").await.unwrap().is_empty());
    note("number", leads::find(ctx, id).await.is_ok());
    note("history", leads::timeline(ctx, id, domain::TimelineFilter::default(), None).await.is_ok());
    note("shown", !leads::rows_among(ctx, &ListView::from_query("view=all"), &[id]).await.unwrap().is_empty());
    for query in ["view=all".to_owned(), format!("leads={id}")] {
        note("export", Export::parse(&form(&query)).csv(ctx, None).await.unwrap().text.contains("Zebedee"));
    }
    note("why", routing::why(ctx, id).await.is_ok());
    found
}

const ALL_WAYS: [&str; 11] = ["list", "search", "whole list", "typed", "palette", "number", "history", "shown", "export", "export", "why"];

/// Subjects of the mails to a person, oldest first.
async fn mails_to(house: &House, name: &str) -> Vec<String> {
    let mails = outbox::list(&house.ada, None).await.unwrap().items;
    mails.into_iter().rev().filter(|mail| mail.recipient.email == format!("{name}@house.test")).map(|mail| mail.subject).collect()
}

/// The error at a field; panics when there is none.
fn error_at<T: std::fmt::Debug>(result: Result<T, ServiceError>, field: &str) -> String {
    match result {
        Err(ServiceError::Invalid(errors)) => errors.get(field).unwrap_or_else(|| panic!("no error at {field}: {errors:?}")).to_owned(),
        other => panic!("not invalid: {other:?}"),
    }
}

both_engines!(the_distributor_named_is_proposed_and_its_people_alone_see_the_lead, |store| async move {
    let house = house(&store).await;
    let id = arrives(&house).await;
    assert!(ways(&house.dina, id).await.is_empty(), "nothing is delegated by itself");
    let detail = leads::find(&house.martin, id).await.unwrap();
    let offer = detail.offer.expect("an offer");
    let proposal = offer.proposal.expect("the one that was named");
    assert_eq!((proposal.distributor.id, proposal.territory.as_str(), proposal.by), (house.northwind, "Yorkshire", Some(id_of(&house.ada))));
    assert_eq!((proposal.quarter.to_string().as_str(), proposal.since), ("2025 Q4", proposal.quarter));
    assert_eq!(offer.candidates.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Northwind", "Southwind"]);
    assert_eq!(error_at(delegate(&house.martin, id, &form("distributor=99999")).await, "distributor"), "Choose a distributor from the list");
    assert!(matches!(delegate(&house.ina, id, &form(&format!("distributor={}", house.northwind))).await, Err(ServiceError::Forbidden(_))));
    assert!(matches!(delegate(&house.dina, id, &form(&format!("distributor={}", house.northwind))).await, Err(ServiceError::NotFound)));

    hands_over(&house, id, house.northwind).await;
    for (who, sees) in [(&house.dina, &ALL_WAYS[..]), (&house.dirk, &ALL_WAYS[..]), (&house.dora, &ALL_WAYS[..0]), (&house.martin, &ALL_WAYS[..])] {
        assert_eq!(ways(who, id).await, sees, "{}", who.actor().unwrap().name);
    }
    let found = lead(&house.ada, id).await;
    assert_eq!((found.owner, found.distributor), (Some(id_of(&house.martin)), Some(house.northwind)), "it stays the region's");
    for name in ["dina", "dirk"] {
        assert_eq!(mails_to(&house, name).await, [format!("A lead waits for you: Zebedee, Acme (#{id})")]);
    }
    assert!(mails_to(&house, "dora").await.is_empty());
    let says = "It is with Northwind already";
    assert_eq!(error_at(delegate(&house.martin, id, &form(&format!("distributor={}", house.northwind))).await, "distributor"), says);
    let detail = leads::find(&house.dina, id).await.unwrap();
    assert!(detail.rights.answer && !detail.rights.delegate && detail.offer.is_none());
    assert_eq!(detail.delegation.expect("a delegation").note, "Before noon");
});

both_engines!(a_rep_who_manages_a_territory_delegates_their_own_leads_in_it, |store| async move {
    let house = house(&store).await;
    configuration::change_territory(&house.ada, house.yorkshire, &form(&format!("manager={}", id_of(&house.maya)))).await.unwrap();
    let id = leads::add(&house.ina, &form("full_name=Zebedee&company=Acme&postcode=LS11+5QD")).await.unwrap();
    let elsewhere = leads::add(&house.maya, &form("full_name=Al&company=Bolt&postcode=HU1+1AA")).await.unwrap();
    let to = form(&format!("distributor={}", house.northwind));
    assert!(leads::find(&house.maya, id).await.unwrap().rights.delegate);
    assert!(!leads::find(&house.ina, id).await.unwrap().rights.delegate && !leads::find(&house.maya, elsewhere).await.unwrap().rights.delegate);
    assert!(matches!(delegate(&house.maya, elsewhere, &to).await, Err(ServiceError::Forbidden(_))));
    delegate(&house.maya, id, &to).await.unwrap();
    decline_delegated(&house.dina, id, &form("reason=No")).await.unwrap();
    assert_eq!(lead(&house.ada, id).await.owner, Some(id_of(&house.maya)));
});

both_engines!(whose_a_lead_is_stays_settled_until_the_distributor_answers, |store| async move {
    let house = house(&store).await;
    let id = arrives(&house).await;
    hands_over(&house, id, house.northwind).await;
    let says = "It waits for Northwind to accept it; take it back first";
    let to_maya = form(&format!("owner={}", id_of(&house.maya)));
    assert_eq!(error_at(leads::change(&house.martin, id, &to_maya).await, "owner"), says);
    leads::change(&house.martin, id, &form("city=Leeds")).await.unwrap();
    assert!(matches!(routing::route_again(&house.martin, id).await, Err(ServiceError::Refused(text)) if text == says));
    let version = lead(&house.ada, id).await.version;
    let run = leads::bulk::begin(&house.martin, &form(&format!("lead={id}:{version}&what=owner&owner={}", id_of(&house.maya)))).await.unwrap();
    while leads::bulk::work(&house.martin).await.unwrap() {}
    let report = leads::bulk::report(&house.martin, run).await.unwrap();
    assert_eq!((report.run.changed, report.run.skipped), (0, 1));

    // Of two at once, one has it.
    let empty = form("");
    let (one, other) = tokio::join!(accept_delegated(&house.dina, id, &empty), accept_delegated(&house.dirk, id, &empty));
    let refused = match (one, other) {
        (Ok(()), Err(error)) | (Err(error), Ok(())) => error,
        both => panic!("not one of them: {both:?}"),
    };
    assert!(matches!(&refused, ServiceError::Refused(text) if text.ends_with("accepted it already")), "{refused:?}");
    let detail = leads::find(&house.martin, id).await.unwrap();
    let told = detail.delegated_by.expect("somebody delegated it").sentence;
    assert!(["dina", "dirk"].iter().any(|name| told == format!("martin delegated it to Northwind, and {name} accepted it.")), "{told}");
    let delegation = detail.delegation.expect("a delegation");
    assert_eq!((delegation.state, delegation.answered_at), (DelegationState::Accepted, Some(house.ada.now())));
    assert!([id_of(&house.dina), id_of(&house.dirk)].contains(&delegation.answered_by.unwrap()));
    assert!(matches!(&detail.timeline[0].kind, EventKind::LeadDelegated { step: DelegationStep::Accepted, .. }));
    assert!(matches!(accept_delegated(&house.martin, id, &empty).await, Err(ServiceError::Forbidden(_))));
    assert!(matches!(accept_delegated(&house.dora, id, &empty).await, Err(ServiceError::NotFound)));
    leads::change(&house.martin, id, &to_maya).await.unwrap();
    assert_eq!(ways(&house.dina, id).await, ALL_WAYS, "it stays with the distributor");
});

both_engines!(a_lead_without_an_owner_is_not_accepted_past_its_distributor, |store| async move {
    let house = house(&store).await;
    let north = store.catalog().await.unwrap().groups[0].id;
    let id = leads::add(&house.ina, &form(&format!("full_name=Zebedee&company=Acme&group={north}"))).await.unwrap();
    hands_over(&house, id, house.southwind).await;
    let maya = again(&house.maya).await;
    assert!(!leads::find(&maya, id).await.unwrap().rights.actions.contains(&LeadAction::Accept));
    assert!(matches!(leads::act(&maya, id, LeadAction::Accept, &form("")).await, Err(ServiceError::Refused(_))));
    take_back(&house.martin, id, &form("")).await.unwrap();
    assert!(ways(&house.dora, id).await.is_empty());
    assert!(matches!(take_back(&house.martin, id, &form("")).await, Err(ServiceError::Refused(_))));
    leads::act(&maya, id, LeadAction::Accept, &form("")).await.unwrap();
    assert_eq!(lead(&house.ada, id).await.owner, Some(id_of(&maya)));
});

both_engines!(a_declined_lead_is_its_manager_s_again_and_gone_for_the_distributor, |store| async move {
    let house = house(&store).await;
    let id = arrives(&house).await;
    hands_over(&house, id, house.northwind).await;
    assert_eq!(error_at(decline_delegated(&house.dina, id, &form("reason=+")).await, "reason"), "Say why, in a few words");
    assert!(matches!(decline_delegated(&house.dora, id, &form("reason=No")).await, Err(ServiceError::NotFound)));
    decline_delegated(&house.dina, id, &form("reason=Too+far+away")).await.unwrap();
    assert!(ways(&house.dina, id).await.is_empty() && ways(&house.dirk, id).await.is_empty());
    let found = lead(&house.ada, id).await;
    assert_eq!((found.owner, found.distributor), (Some(id_of(&house.martin)), None));
    let subject = format!("Declined: Zebedee, Acme (#{id})");
    assert_eq!(mails_to(&house, "martin").await.last(), Some(&subject));
    let mails = outbox::list(&house.ada, None).await.unwrap().items;
    let mail = mails.iter().find(|mail| mail.subject == subject).expect("the mail");
    let body = outbox::find(&house.ada, mail.id).await.unwrap().body;
    assert!(body.contains("dina declined lead") && body.contains("Reason: Too far away"), "{body}");
    let detail = leads::find(&house.martin, id).await.unwrap();
    let says = detail.given_by.map(|given| given.sentence);
    assert_eq!(says.as_deref(), Some("Northwind declined it, so it is with martin again."));
    let timeline = detail.timeline;
    let EventKind::LeadDelegated { step, distributor, text } = &timeline[0].kind else { panic!("{:?}", timeline[0]) };
    assert_eq!((*step, distributor.id, text.as_str()), (DelegationStep::Declined, house.northwind, "Too far away"));
    assert!(matches!(accept_delegated(&house.dina, id, &form("")).await, Err(ServiceError::NotFound)));

    // The next distributor reads nothing of that.
    hands_over(&house, id, house.southwind).await;
    assert_eq!(ways(&house.dora, id).await, ALL_WAYS);
    let told =
        |events: Vec<domain::Event>| events.into_iter().map(|event| event.kind.sentence()).filter(|text| text.contains("wind")).collect::<Vec<_>>();
    assert_eq!(told(leads::find(&house.dora, id).await.unwrap().timeline), ["delegated the lead to Southwind"]);
    for query in ["", "timeline=routing"] {
        let page = leads::timeline(&house.dora, id, domain::TimelineFilter::from_query(query), None).await.unwrap();
        assert_eq!(told(page.events), ["delegated the lead to Southwind"], "{query}");
    }
    assert_eq!(told(leads::find(&house.martin, id).await.unwrap().timeline).len(), 3);
    // From one distributor to another: the first knows nothing of it any more.
    hands_over(&house, id, house.northwind).await;
    assert!(ways(&house.dora, id).await.is_empty());
    assert_eq!(ways(&house.dina, id).await, ALL_WAYS);
});

both_engines!(managers_name_distributors_and_compare_them, |store| async move {
    let house = house(&store).await;
    let id = arrives(&house).await;
    hands_over(&house, id, house.northwind).await;
    house.ada.clock.advance_ms(DAY_MS);
    accept_delegated(&house.dina, id, &form("")).await.unwrap();
    let next = |firm: AccountId| form(&format!("next_distributor={firm}"));
    for (who, absent) in [(&house.maya, false), (&house.ina, false), (&house.dina, true)] {
        let territory = if absent { TerritoryId(99) } else { house.yorkshire };
        let named = configuration::name_distributor(who, territory, &next(house.southwind)).await;
        assert!(matches!(named, Err(ServiceError::Forbidden(_))), "{named:?}");
    }
    let named = configuration::name_distributor(&house.martin, TerritoryId(99), &next(house.southwind)).await;
    assert!(matches!(named, Err(ServiceError::NotFound)));
    let wrong = configuration::name_distributor(&house.martin, house.yorkshire, &next(AccountId(99_999))).await;
    assert_eq!(error_at(wrong, "next_distributor"), "Choose a distributor from the list");
    assert_eq!(configuration::name_distributor(&house.martin, house.yorkshire, &next(house.southwind)).await.unwrap(), Vec::<String>::new());

    let view = distributors::overview(&house.martin).await.unwrap();
    let card = &view.territories[0];
    let names = |nomination: &Option<domain::routing::Nomination>| nomination.as_ref().map(|named| (named.name.clone(), named.by, named.at));
    assert_eq!(names(&card.now), Some(("Northwind".to_owned(), Some(id_of(&house.ada)), Some(Timestamp(1_764_000_000_000)))));
    assert_eq!(names(&card.next), Some(("Southwind".to_owned(), Some(id_of(&house.martin)), Some(house.ada.now()))));
    assert_eq!(card.history.iter().map(|named| named.name.as_str()).collect::<Vec<_>>(), ["Southwind", "Northwind"]);
    assert!(card.may_name && view.may_mark);
    let row = &view.league[0];
    assert_eq!((view.league.len(), row.distributor.id, row.delegated, row.accepted, row.open), (1, house.northwind, 1, 1, 1));
    assert_eq!((row.declined, row.won, row.lost, row.median_accept_ms), (0, 0, 0, Some(DAY_MS)));
    assert_eq!(distributors::overview(&house.ada).await.unwrap().league, view.league);
    let other = distributors::overview(&house.maya).await.unwrap();
    assert!(other.territories.is_empty() && other.league.is_empty() && !other.may_mark);
    assert!(matches!(distributors::overview(&house.dina).await, Err(ServiceError::Forbidden(_))));

    // Leads in flight stay when another is named.
    configuration::name_distributor(&house.martin, house.yorkshire, &form(&format!("distributor={}", house.southwind))).await.unwrap();
    assert_eq!(lead(&house.ada, id).await.distributor, Some(house.northwind));
    leads::act(&house.dina, id, LeadAction::Win, &form("")).await.unwrap();
    let row = distributors::overview(&house.martin).await.unwrap().league.remove(0);
    assert_eq!((row.won, row.open), (1, 0));
});

both_engines!(people_of_a_distributor_read_how_it_stands_and_nothing_of_others, |store| async move {
    let house = house(&store).await;
    let program = Ctx { actor: None, ..house.ada.clone() };
    let mut given = Vec::new();
    for (name, outward, firm) in [
        ("Quay", "LS11", house.northwind),
        ("Mill", "LS12", house.northwind),
        ("Weir", "LS13", house.southwind),
        ("Lock", "LS14", house.northwind),
        ("Dock", "LS15", house.northwind),
    ] {
        let id = leads::add(&house.ina, &form(&format!("full_name=Jo+{name}&company={name}&postcode={outward}+5QD"))).await.unwrap();
        hands_over(&house, id, firm).await;
        given.push(id);
    }
    // The first is accepted at once, the second only after the house had to remind of it, the fourth declined, the fifth waits.
    accept_delegated(&house.dina, given[0], &form("")).await.unwrap();
    decline_delegated(&house.dina, given[3], &form("reason=Too+far")).await.unwrap();
    house.ada.clock.advance_ms(DAY_MS + 1);
    while service::radar::work(&program).await.unwrap() {}
    house.ada.clock.advance_ms(1);
    accept_delegated(&house.dirk, given[1], &form("")).await.unwrap();

    let standing = distributors::own_standing(&house.dina).await.unwrap().expect("of Northwind");
    assert_eq!(standing.firm.name, "Northwind");
    let [now, last] = &standing.quarters[..] else { panic!("{standing:?}") };
    let progress = &now.progress;
    assert_eq!((progress.quarter.to_string().as_str(), last.progress.quarter.to_string().as_str()), ("2025 Q4", "2025 Q3"));
    assert_eq!((progress.delegated, progress.accepted, progress.declined, progress.waiting, progress.open), (4, 2, 1, 1, 3));
    assert_eq!((now.in_time, now.place.map(|place| place.to_string()).as_deref()), (1, Some("1 of 2")));
    assert_eq!((last.progress.delegated, last.in_time, last.place), (0, 0, None));
    let other = distributors::own_standing(&house.dora).await.unwrap().expect("of Southwind");
    let row = &other.quarters[0];
    assert_eq!((row.progress.delegated, row.progress.waiting, row.in_time), (1, 1, 0));
    assert_eq!(row.place.map(|place| place.to_string()).as_deref(), Some("2 of 2"));
    for (standing, absent) in [(&standing, "Southwind"), (&other, "Northwind")] {
        assert!(!serde_json::to_string(standing).unwrap().contains(absent), "{standing:?}");
    }

    // What is won counts first; who is of no distributor has no standing.
    leads::act(&house.dina, given[0], LeadAction::Win, &form("")).await.unwrap();
    let standing = distributors::own_standing(&house.dirk).await.unwrap().expect("of Northwind");
    let progress = &standing.quarters[0].progress;
    assert_eq!((progress.won, progress.lost, progress.win_rate()), (1, 0, Some(100)));
    for of_the_house in [&house.maya, &house.martin, &house.ada] {
        assert_eq!(distributors::own_standing(of_the_house).await.unwrap(), None);
    }
    assert!(matches!(distributors::own_standing(&program).await, Err(ServiceError::SignInRequired)));
});

both_engines!(a_call_centre_draws_warnings_and_is_refused_nothing, |store| async move {
    let house = house(&store).await;
    let on = form("on=&on=1");
    assert!(matches!(distributors::mark_call_centre(&house.maya, house.northwind, &on).await, Err(ServiceError::Forbidden(_))));
    assert!(matches!(distributors::mark_call_centre(&house.martin, AccountId(99_999), &on).await, Err(ServiceError::NotFound)));
    for _ in 0..2 {
        assert_eq!(distributors::mark_call_centre(&house.martin, house.southwind, &on).await.unwrap().name, "Southwind");
    }
    let says = call_centre_warning("Southwind");
    let next = form(&format!("next_distributor={}", house.southwind));
    assert_eq!(configuration::name_distributor(&house.martin, house.yorkshire, &next).await.unwrap(), std::slice::from_ref(&says));
    assert_eq!(routing::territories(&house.ada).await.unwrap().territories[0].warnings, std::slice::from_ref(&says));
    let id = arrives(&house).await;
    let done = delegate(&house.martin, id, &form(&format!("distributor={}", house.southwind))).await.unwrap();
    assert_eq!((done.distributor.id, done.warnings.as_slice()), (house.southwind, &[says][..]));
    assert!(distributors::overview(&house.martin).await.unwrap().candidates[1].is_call_centre);
    distributors::mark_call_centre(&house.ada, house.southwind, &form("on=")).await.unwrap();
    assert_eq!(routing::territories(&house.ada).await.unwrap().territories[0].warnings, Vec::<String>::new());
});

both_engines!(a_manager_is_reminded_once_before_a_quarter_for_which_nobody_is_named, |store| async move {
    let house = house(&store).await;
    let program = Ctx { actor: None, ..house.ada.clone() };
    // It is the 24th of November.
    assert_eq!(distributors::remind(&program).await.unwrap(), 0, "too early");
    house.ada.clock.advance_ms(25 * DAY_MS);
    assert_eq!(distributors::remind(&program).await.unwrap(), 1);
    assert_eq!(distributors::remind(&program).await.unwrap(), 0, "once");
    assert_eq!(mails_to(&house, "martin").await, ["Name the distributor of Yorkshire for 2026 Q1"]);
    let mails = outbox::list(&house.ada, None).await.unwrap().items;
    let body = outbox::find(&house.ada, mails[0].id).await.unwrap().body;
    assert!(body.contains("Until somebody is named, Northwind stays.") && body.contains("/territories"), "{body}");
    // Nobody is reminded of what is done.
    let other = format!("name=Leeds&manager={}&group=&places=GB,+L*&next_distributor={}", id_of(&house.martin), house.northwind);
    configuration::add_territory(&house.ada, &form(&other)).await.unwrap();
    assert_eq!(distributors::remind(&program).await.unwrap(), 0);
    house.ada.clock.advance_ms(30 * DAY_MS);
    assert_eq!(distributors::remind(&program).await.unwrap(), 0, "the next is far off");
    // Nobody was named: the last one is carried over.
    let view = distributors::overview(&house.martin).await.unwrap();
    let carried = view.territories.iter().find(|card| card.territory.number == house.yorkshire).and_then(|card| card.now.clone()).expect("one");
    assert!((carried.name.as_str(), carried.quarter.next()) == ("Northwind", view.quarter));
});
