//! Routing, on both engines, with a clock that stands still.

use std::collections::HashSet;

use domain::routing::{Prepared, Step, StepOutcome, Trial, decide};
use domain::{Actor, EmailAddress, EventKind, FormValues, Lead, LeadAction, LeadId, Role, Scope, Timestamp, UserId};
use service::leads::registration::{LEAST_MS, fresh_form, register};
use service::{Clock, Ctx, ServiceError, accounts, audit, configuration, leads, people, reach, routing};
use store::people::NewUser;
use store::routing::StoredDecision;
use store::{Store, both_engines};

struct House {
    public: Ctx,
    ada: Ctx,
    /// Rep of the North, which Martin manages.
    maya: Ctx,
    noor: Ctx,
    martin: Ctx,
    /// Takes calls, of no group.
    ina: Ctx,
    dina: Ctx,
    north: domain::GroupId,
}

/// A site with people and a group that gets what comes in by itself.
async fn house(store: &Store) -> House {
    let public = Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000)));
    service::seed::seed_defaults(&public).await.unwrap();
    let mut actors: Vec<Actor> = Vec::new();
    let firm = {
        let ada = person(&public, "ada", Role::Administrator, None).await;
        actors.push(ada.clone());
        let ada = public.acting_as(ada);
        accounts::add_account(&ada, &form("name=Northwind&kind=distributor")).await.unwrap().id
    };
    for (name, role) in [("maya", Role::Rep), ("noor", Role::Rep), ("martin", Role::Manager), ("ina", Role::Intake)] {
        actors.push(person(&public, name, role, None).await);
    }
    actors.push(person(&public, "dina", Role::Distributor, Some(firm)).await);
    let ada = public.acting_as(actors[0].clone());
    people::add_group(&ada, &form(&format!("name=North&manager={}&members={}&members={}", actors[3].id, actors[1].id, actors[2].id))).await.unwrap();
    let north = store.catalog().await.unwrap().groups[0].id;
    configuration::change_site(&ada, &form(&format!("intake_group={north}"))).await.unwrap();
    let mut signed_in = Vec::new();
    for actor in &actors {
        let actor = store.read().await.unwrap().people().load_actor(actor.id).await.unwrap().unwrap();
        signed_in.push(public.acting_as(actor));
    }
    let mut next = signed_in.into_iter();
    let mut take = || next.next().unwrap();
    House { ada: take(), maya: take(), noor: take(), martin: take(), ina: take(), dina: take(), public, north }
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

/// Registers somebody of a company.
async fn registers(house: &House, company: &str, email: &str) -> Lead {
    let fresh = fresh_form(&house.public);
    house.public.clock.advance_ms(LEAST_MS);
    let values = format!("key={}&shown_at={}&consent=1&full_name=Jo&company={company}&email={email}", fresh.key, fresh.shown_at);
    let address = format!("10.1.0.{}", fresh.key);
    let id = register(&house.public, &address, &form(&values)).await.unwrap().expect("a lead");
    lead(&house.public, id).await
}

async fn lead(ctx: &Ctx, id: LeadId) -> Lead {
    ctx.store.read().await.unwrap().leads().find_visible(id, &Scope::All).await.unwrap().expect("the lead")
}

async fn sentence(ctx: &Ctx, id: LeadId) -> String {
    routing::why(ctx, id).await.unwrap().expect("a decision").sentence
}

/// The error at a field; panics when there is none.
fn error_at<T: std::fmt::Debug>(result: Result<T, ServiceError>, field: &str) -> String {
    match result {
        Err(ServiceError::Invalid(errors)) => errors.get(field).unwrap_or_else(|| panic!("no error at {field}: {errors:?}")).to_owned(),
        other => panic!("not invalid: {other:?}"),
    }
}

/// Makes every decision once more from what is stored.
async fn replay_all(store: &Store) -> usize {
    let mut tx = store.read().await.unwrap();
    let decisions = tx.routing().list_newest(1000).await.unwrap();
    for (lead, StoredDecision { inputs, decision, .. }) in &decisions {
        let book = Prepared::new(tx.routing().load(decision.version).await.unwrap());
        assert_eq!(decide(&book, &inputs.facts, &inputs.house).decision, *decision, "lead {lead}");
    }
    decisions.len()
}

both_engines!(without_rules_a_customer_s_lead_goes_to_its_rep_and_others_wait_for_the_intake_group, |store| async move {
    let house = house(&store).await;
    let new = registers(&house, "Acme", "jo@acme.test").await;
    assert_eq!((new.owner, new.group), (None, Some(house.north)));
    let why = routing::why(&house.maya, new.id).await.unwrap().expect("a decision");
    assert_eq!(why.sentence, "Waits for the group North, which gets what no rule fits. One of them has to accept it.");
    assert_eq!((why.rules_version, why.steps.len()), (0, 6));
    assert!(why.steps.iter().take(5).all(|step| step.outcome == StepOutcome::NoMatch), "{why:?}");

    let rep = id_of(&house.maya);
    accounts::add_account(&house.ada, &form(&format!("name=Harbour&kind=customer&primary_rep={rep}"))).await.unwrap();
    let known = registers(&house, "Harbour", "al@harbour.test").await;
    assert_eq!((known.owner, known.group), (Some(rep), Some(house.north)));
    assert_eq!(sentence(&house.maya, known.id).await, "Went to maya, who is the salesperson of the customer Harbour.");
    // While she is absent her deputy gets it.
    reach::change_own(&house.maya, &form(&format!("absent_from=2025-11-01&deputy={}", id_of(&house.noor)))).await.unwrap();
    let stood_in = registers(&house, "Harbour", "eve@harbour.test").await;
    assert_eq!(stood_in.owner, Some(id_of(&house.noor)));
    let says = "Went to noor, who stands in for maya (absent). maya is the salesperson of the customer Harbour.";
    assert_eq!(sentence(&house.noor, stood_in.id).await, says);
    assert_eq!(replay_all(&store).await, 3);
});

both_engines!(a_lead_added_without_an_owner_is_routed_and_one_with_an_owner_is_not, |store| async move {
    let house = house(&store).await;
    let rep = id_of(&house.noor);
    configuration::add_coverage(&house.ada, &form(&format!("by=domain&what=@Acme.com&person={rep}"))).await.unwrap();
    let by_ina = leads::add(&house.ina, &form("full_name=Jo&company=Acme&emails=jo%40mail.acme.com&owner=")).await.unwrap();
    assert_eq!(lead(&house.ina, by_ina).await.owner, Some(rep));
    assert_eq!(sentence(&house.ina, by_ina).await, "Went to noor, who looks after the domain acme.com.");
    for (ctx, values) in
        [(&house.maya, "full_name=Al&emails=al%40acme.com"), (&house.ina, "full_name=Al&emails=al%40acme.com&owner=maya%40house.test")]
    {
        let id = leads::add(ctx, &form(values)).await.unwrap();
        assert_eq!((lead(ctx, id).await.owner, routing::why(ctx, id).await.unwrap()), (Some(id_of(&house.maya)), None));
    }
    let to_group = leads::add(&house.ina, &form(&format!("full_name=Al&emails=al%40acme.com&group={}", house.north))).await.unwrap();
    assert_eq!((lead(&house.ina, to_group).await.owner, routing::why(&house.ina, to_group).await.unwrap()), (None, None));
    assert_eq!(replay_all(&store).await, 1);
});

both_engines!(a_territory_s_manager_gets_the_lead_and_hears_of_the_distributor, |store| async move {
    let house = house(&store).await;
    let (martin, catalog) = (id_of(&house.martin), store.catalog().await.unwrap());
    let firm = routing::territories(&house.ada).await.unwrap().distributors[0].id;
    let new = format!("name=Yorkshire&manager={martin}&group=&places=GB,+LS*%0D%0AGB,+Yorkshire&distributor={firm}&next_distributor=");
    let id = configuration::add_territory(&house.ada, &form(&new)).await.unwrap();
    let lead_id = leads::add(&house.ina, &form("full_name=Jo&postcode=LS11+5QD")).await.unwrap();
    let found = lead(&house.ina, lead_id).await;
    assert_eq!((found.owner, found.distributor), (Some(martin), None), "nothing is delegated by itself");
    let why = routing::why(&house.ina, lead_id).await.unwrap().expect("a decision");
    assert_eq!(why.sentence, "Went to martin, who manages the territory Yorkshire. The distributor for this quarter is Northwind.");
    assert_eq!(why.distributor.as_deref(), Some("Northwind"));

    // The group of the place, in turn, while nobody manages it.
    let (maya, noor) = (id_of(&house.maya), id_of(&house.noor));
    configuration::change_territory(&house.ada, id, &form(&format!("manager=&group={}&distributor=", house.north))).await.unwrap();
    configuration::set_way(&house.ada, house.north, &form("way=round_robin")).await.unwrap();
    let mut owners = Vec::new();
    for name in ["Al", "Bo", "Cy"] {
        let id = leads::add(&house.ina, &form(&format!("full_name={name}&state=Yorkshire"))).await.unwrap();
        owners.push(lead(&house.ina, id).await.owner);
    }
    assert_eq!(owners, [Some(maya), Some(noor), Some(maya)]);
    configuration::set_way(&house.ada, house.north, &form("way=by_load")).await.unwrap();
    let id = leads::add(&house.ina, &form("full_name=Di&state=Yorkshire")).await.unwrap();
    assert_eq!((lead(&house.ina, id).await.owner, lead(&house.ina, id).await.group), (Some(noor), Some(house.north)));
    let view = routing::territories(&house.ada).await.unwrap();
    assert_eq!((view.territories[0].distributor.clone(), view.territories[0].warnings.len()), (None, 0));
    assert_eq!(replay_all(&store).await, 5, "also by rules that changed since");
    drop(catalog);
});

both_engines!(who_left_gets_nothing_and_the_lead_says_so, |store| async move {
    let house = house(&store).await;
    let noor = id_of(&house.noor);
    configuration::add_coverage(&house.ada, &form(&format!("by=domain&what=acme.com&person={noor}"))).await.unwrap();
    people::change_person(&house.ada, noor, &form("disabled=1")).await.unwrap();
    let new = registers(&house, "Acme", "jo@acme.com").await;
    assert_eq!((new.owner, new.group), (None, Some(house.north)));
    let why = routing::why(&house.maya, new.id).await.unwrap().expect("a decision");
    let covered = &why.steps[1];
    assert_eq!((covered.step, covered.outcome), (Step::DirectCoverage, StepOutcome::PassedOver));
    assert_eq!(covered.reason, "noor looks after the domain acme.com. noor is inactive, and nobody stands in");
    let told: Vec<String> = routing::rules(&house.ada, "").await.unwrap().warnings.into_iter().map(|warning| warning.text).collect();
    assert_eq!(told, ["noor can no longer sign in, so nothing goes there"]);
    assert_eq!(replay_all(&store).await, 1);
});

both_engines!(the_fallback_s_copies_see_the_lead, |store| async move {
    let house = house(&store).await;
    let (ina, noor) = (id_of(&house.ina), id_of(&house.noor));
    configuration::change_fallback(&house.ada, &form(&format!("to=person-{ina}&copies=&copies={noor}&copies={ina}"))).await.unwrap();
    let new = registers(&house, "Acme", "jo@acme.test").await;
    assert_eq!((new.owner, new.group, new.team.as_slice()), (Some(ina), None, &[noor][..]));
    let why = routing::why(&house.noor, new.id).await.unwrap().expect("a decision");
    assert_eq!((why.sentence.as_str(), why.copies.as_slice()), ("Went to ina, who gets what no rule fits.", &[noor][..]));
    assert!(matches!(routing::why(&house.maya, new.id).await, Err(ServiceError::NotFound)), "whoever may not see the lead may not ask");
    assert_eq!(
        error_at(configuration::change_fallback(&house.ada, &form("to=person-99999")).await, "to"),
        "Choose a person or a group from the list"
    );
});

both_engines!(a_manager_routes_a_lead_again, |store| async move {
    let house = house(&store).await;
    let new = registers(&house, "Acme", "jo@acme.test").await;
    let rep = id_of(&house.noor);
    configuration::add_coverage(&house.ada, &form(&format!("by=name&what=ACME+Ltd.&person={rep}"))).await.unwrap();
    assert!(matches!(routing::route_again(&house.maya, new.id).await, Err(ServiceError::Forbidden(_))));
    assert!(matches!(routing::route_again(&house.dina, new.id).await, Err(ServiceError::NotFound)));
    let why = routing::route_again(&house.martin, new.id).await.unwrap();
    assert_eq!(why.sentence, "Went to noor, who looks after the company name ACME Ltd.");
    assert_eq!(lead(&house.ada, new.id).await.owner, Some(rep));
    let detail = leads::find(&house.martin, new.id).await.unwrap();
    assert_eq!((detail.routing, detail.rights.route), (Some(why), true));
    let EventKind::FieldsChanged { changes } = &detail.timeline[0].kind else { panic!("{:?}", detail.timeline[0]) };
    assert_eq!(changes.iter().map(|change| (change.old.as_str(), change.new.as_str())).collect::<Vec<_>>(), [("", "noor")]);
    // Once more changes nothing but the decision.
    let before = lead(&house.ada, new.id).await;
    routing::route_again(&house.ada, new.id).await.unwrap();
    assert_eq!(lead(&house.ada, new.id).await, before);
    leads::act(&house.ada, new.id, LeadAction::Cancel, &form("")).await.unwrap();
    assert!(matches!(routing::route_again(&house.ada, new.id).await, Err(ServiceError::Forbidden(_))), "closed leads stay where they are");
    assert_eq!(replay_all(&store).await, 1);
});

/// What the page says of who gave a lead to who has it.
async fn given(house: &House, id: LeadId) -> String {
    leads::find(&house.ada, id).await.unwrap().given_by.map_or_else(|| "the rules".to_owned(), |given| given.sentence)
}

both_engines!(a_lead_that_people_gave_says_who_gave_it_and_by_what, |store| async move {
    let house = house(&store).await;
    let (maya, noor) = (id_of(&house.maya), id_of(&house.noor));
    let own = leads::add(&house.maya, &form("full_name=Al")).await.unwrap();
    assert_eq!(given(&house, own).await, "maya took it when adding it.");
    house.public.clock.advance_ms(1000);
    leads::change(&house.ada, own, &form(&format!("owner={noor}"))).await.unwrap();
    let detail = leads::find(&house.ada, own).await.unwrap();
    let says = detail.given_by.expect("somebody gave it");
    assert_eq!((says.sentence.as_str(), says.at), ("ada gave it to noor by changing the owner.", house.ada.now()));
    assert_eq!((detail.routing, detail.delegated_by), (None, None));
    let version = lead(&house.ada, own).await.version;
    leads::bulk::begin(&house.ada, &form(&format!("lead={own}:{version}&what=owner&owner={maya}"))).await.unwrap();
    while leads::bulk::work(&house.ada).await.unwrap() {}
    let says = "ada gave it to maya by changing the owner of several leads at once.";
    assert_eq!(given(&house, own).await, says);
    for _ in 0..51 {
        leads::comment(&house.maya, own, &form("text=Called")).await.unwrap();
    }
    assert!(leads::find(&house.ada, own).await.unwrap().has_older);
    assert_eq!(given(&house, own).await, says, "also when it is no longer among the first of the timeline");

    let to_group = leads::add(&house.ina, &form(&format!("full_name=Bo&owner=&group={}", house.north))).await.unwrap();
    assert_eq!(given(&house, to_group).await, "ina left it to the group North when adding it.");
    let member = house.public.acting_as(store.read().await.unwrap().people().load_actor(maya).await.unwrap().unwrap());
    leads::act(&member, to_group, LeadAction::Accept, &form("")).await.unwrap();
    assert_eq!(given(&house, to_group).await, "maya accepted it.");
});

both_engines!(what_the_rules_gave_is_theirs_until_somebody_gives_it_on, |store| async move {
    let house = house(&store).await;
    let id = registers(&house, "Acme", "jo@acme.test").await.id;
    assert_eq!(given(&house, id).await, "the rules");
    house.public.clock.advance_ms(1000);
    leads::change(&house.ada, id, &form(&format!("owner={}", id_of(&house.maya)))).await.unwrap();
    assert_eq!(given(&house, id).await, "ada gave it to maya by changing the owner.");
    assert!(leads::find(&house.ada, id).await.unwrap().routing.is_some(), "what the rules had said stays known");
    house.public.clock.advance_ms(1000);
    configuration::add_coverage(&house.ada, &form(&format!("by=name&what=Acme&person={}", id_of(&house.noor)))).await.unwrap();
    routing::route_again(&house.ada, id).await.unwrap();
    assert_eq!((lead(&house.ada, id).await.owner, given(&house, id).await.as_str()), (Some(id_of(&house.noor)), "the rules"));
});

both_engines!(a_trial_run_tells_the_difference_and_writes_nothing, |store| async move {
    let house = house(&store).await;
    let new = registers(&house, "Acme", "jo@acme.test").await;
    assert_eq!(routing::try_rules(&house.ada).await.unwrap(), Trial { leads: 1, moved: 0, rows: Vec::new() });
    let rep = id_of(&house.noor);
    configuration::add_coverage(&house.ada, &form(&format!("by=name&what=Acme&person={rep}"))).await.unwrap();
    let found = routing::try_rules(&house.ada).await.unwrap();
    assert_eq!((found.leads, found.moved, found.rows.len()), (1, 1, 2));
    assert_eq!(lead(&house.ada, new.id).await, new);
    assert!(matches!(routing::try_rules(&house.martin).await, Err(ServiceError::Forbidden(_))));
});

both_engines!(people_from_outside_read_the_sentence_alone, |store| async move {
    let house = house(&store).await;
    let mut new = registers(&house, "Acme", "jo@acme.test").await;
    let read = new.clone();
    new.distributor = house.dina.actor().unwrap().account;
    new.version += 1;
    let mut tx = store.begin().await.unwrap();
    assert!(tx.leads().change(&new, &read).await.unwrap());
    tx.save().await.unwrap();
    let why = routing::why(&house.dina, new.id).await.unwrap().expect("a decision");
    assert_eq!((why.steps.len(), why.copies.len()), (0, 0));
    assert!(!why.sentence.is_empty());
});

both_engines!(rules_are_refused_at_their_fields, |store| async move {
    let house = house(&store).await;
    let rep = id_of(&house.maya);
    let cover = |by: &str, what: &str| form(&format!("by={by}&what={what}&person={rep}"));
    for (by, what, says) in [
        ("domain", "gmail.com", "Enter a company’s own domain, like acme.com; mail services that anybody may use have none"),
        ("domain", "co.uk", "Enter a company’s own domain, like acme.com; mail services that anybody may use have none"),
        ("location", "LS11+5QD", "Enter a country and a postcode, like GB, LS11 5QD"),
        ("account", "Nobody", "There is no such account; enter its number or its whole name"),
        ("account", "999999", "There is no such account; enter its number or its whole name"),
        ("name", "", "Enter what is looked after"),
    ] {
        assert_eq!(error_at(configuration::add_coverage(&house.ada, &cover(by, what)).await, "what"), says, "{by} {what}");
    }
    configuration::add_coverage(&house.ada, &cover("account", "Northwind")).await.unwrap();
    let again = configuration::add_coverage(&house.ada, &cover("account", "%23+1")).await;
    assert_eq!(error_at(again, "what"), "maya looks after it already; remove that first");
    let nobody = configuration::add_coverage(&house.ada, &form(&format!("by=name&what=A&person={}", id_of(&house.dina)))).await;
    assert_eq!(error_at(nobody, "person"), "Choose somebody of the house who can sign in");
    let catalog = store.catalog().await.unwrap();
    let offering = catalog.offered(domain::ChoiceList::Offering).next().unwrap().id;
    let specialist = form(&format!("offering={offering}&to=person-{rep}"));
    configuration::add_specialist(&house.ada, &specialist).await.unwrap();
    let again = configuration::add_specialist(&house.ada, &specialist).await;
    assert_eq!(error_at(again, "offering"), "maya is the specialist already; remove that first");
    let territory = |values: &str| form(&format!("name=North&{values}"));
    assert!(
        error_at(configuration::add_territory(&house.ada, &territory("places=10115")).await, "places").starts_with("Begin “10115” with a country")
    );
    assert_eq!(error_at(configuration::add_territory(&house.ada, &form("name=")).await, "name"), "Enter a name");
    configuration::add_territory(&house.ada, &territory("places=FR")).await.unwrap();
    assert_eq!(error_at(configuration::add_territory(&house.ada, &territory("")).await, "name"), "There is one of this name; choose another name");
    for ctx in [&house.maya, &house.martin, &house.dina] {
        assert!(matches!(configuration::add_coverage(ctx, &cover("name", "Acme")).await, Err(ServiceError::Forbidden(_))));
        assert!(matches!(routing::rules(ctx, "").await, Err(ServiceError::Forbidden(_))));
        assert!(matches!(routing::territories(ctx).await, Err(ServiceError::Forbidden(_))));
    }
});

both_engines!(rules_are_ordered_switched_off_removed_and_found_and_the_audit_knows, |store| async move {
    let house = house(&store).await;
    let rep = id_of(&house.maya);
    for what in ["Acme", "Harbour Dental"] {
        configuration::add_coverage(&house.ada, &form(&format!("by=name&what={what}&person={rep}"))).await.unwrap();
    }
    let view = routing::rules(&house.ada, "dental MAYA").await.unwrap();
    assert_eq!((view.coverage_count, view.coverage[0].what.as_str()), (1, "Harbour Dental"));
    configuration::remove_coverage(&house.ada, view.coverage[0].number, &form("")).await.unwrap();
    assert!(matches!(configuration::remove_coverage(&house.ada, view.coverage[0].number, &form("")).await, Err(ServiceError::NotFound)));
    configuration::move_step(&house.ada, Step::Specialist, &form("direction=up")).await.unwrap();
    configuration::set_step(&house.ada, Step::DirectCoverage, &form("on=")).await.unwrap();
    let view = routing::rules(&house.ada, "").await.unwrap();
    let order: Vec<Step> = view.settings.steps.iter().map(|setting| setting.step).collect();
    assert_eq!(order[2..4], [Step::Specialist, Step::Territory]);
    let warned: Vec<&str> = view.warnings.iter().map(|warning| warning.text.as_str()).collect();
    assert_eq!(warned, ["“Direct coverage” is switched off, so none of its rules can fire"]);
    let new = registers(&house, "Acme", "jo@acme.test").await;
    assert_eq!(new.owner, None);
    let catalog = store.catalog().await.unwrap();
    let offering = catalog.offered(domain::ChoiceList::Offering).next().unwrap().id;
    configuration::add_specialist(&house.ada, &form(&format!("offering={offering}&to=group-{}", house.north))).await.unwrap();
    let number = routing::rules(&house.ada, "").await.unwrap().specialists[0].number;
    configuration::remove_specialist(&house.ada, number, &form("")).await.unwrap();
    let id = configuration::add_territory(&house.ada, &form("name=France&places=FR")).await.unwrap();
    configuration::remove_territory(&house.ada, id, &form("")).await.unwrap();
    assert_eq!(routing::territories(&house.ada).await.unwrap().territories.len(), 0);
    let entries = audit::list(&house.ada, domain::AuditFilter::default(), None).await.unwrap().items;
    let said: Vec<String> = entries.iter().map(|entry| entry.kind.sentence()).collect();
    assert_eq!(said[0], "removed the territory France");
    assert!(said.iter().any(|text| text.contains("of the rules of routing")) && said.iter().any(|text| text.contains("of the coverage")), "{said:?}");
});

both_engines!(of_a_hundred_who_accept_a_lead_one_gets_it, |store| async move {
    let house = house(&store).await;
    let new = registers(&house, "Acme", "jo@acme.test").await;
    let tries = (0..100).map(|number| {
        let (ctx, id) = (if number % 2 == 0 { house.maya.clone() } else { house.noor.clone() }, new.id);
        tokio::spawn(async move {
            loop {
                match leads::act(&ctx, id, LeadAction::Accept, &FormValues::default()).await {
                    Err(ServiceError::Busy) => tokio::task::yield_now().await,
                    done => return done.map(|()| id_of(&ctx)),
                }
            }
        })
    });
    let mut winners = HashSet::new();
    let mut refused = 0;
    for one in tries.collect::<Vec<_>>() {
        match one.await.unwrap() {
            Ok(user) => assert!(winners.insert(user), "the same person twice"),
            Err(ServiceError::Refused(_)) => refused += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((winners.len(), refused), (1, 99));
    assert_eq!(lead(&house.ada, new.id).await.owner, winners.into_iter().next());
    assert_eq!(lead(&house.ada, new.id).await.version, 2);
});
