//! Routing, on both engines, with a clock that stands still.

use std::collections::HashSet;

use domain::routing::{BeforeAfter, Prepared, Receiver, Step, StepCount, StepOutcome, TrialMove, TrialReport, TrialRun, TrialState, Way, decide};
use domain::{Actor, EmailAddress, EventKind, FormValues, Lead, LeadAction, LeadId, Role, Scope, Timestamp, UserId};
use service::configuration::RuleForm;
use service::leads::registration::{LEAST_MS, fresh_form, register};
use service::{Clock, Ctx, ServiceError, accounts, audit, configuration, leads, people, reach, routing};
use store::people::NewUser;
use store::routing::{Decided, StoredDecision};
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
    let decisions = tx.routing().list_newest(LeadId(0), LeadId(i64::MAX), 1000).await.unwrap();
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
    configuration::change_rules(&house.ada, RuleForm::NewCoverage, &form(&format!("by=domain&what=@Acme.com&person={rep}"))).await.unwrap();
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
    configuration::change_rules(&house.ada, RuleForm::Way(house.north), &form("way=round_robin")).await.unwrap();
    let mut owners = Vec::new();
    for name in ["Al", "Bo", "Cy"] {
        let id = leads::add(&house.ina, &form(&format!("full_name={name}&state=Yorkshire"))).await.unwrap();
        owners.push(lead(&house.ina, id).await.owner);
    }
    assert_eq!(owners, [Some(maya), Some(noor), Some(maya)]);
    configuration::change_rules(&house.ada, RuleForm::Way(house.north), &form("way=by_load")).await.unwrap();
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
    configuration::change_rules(&house.ada, RuleForm::NewCoverage, &form(&format!("by=domain&what=acme.com&person={noor}"))).await.unwrap();
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
    configuration::change_rules(&house.ada, RuleForm::Fallback, &form(&format!("to=person-{ina}&copies=&copies={noor}&copies={ina}"))).await.unwrap();
    let new = registers(&house, "Acme", "jo@acme.test").await;
    assert_eq!((new.owner, new.group, new.team.as_slice()), (Some(ina), None, &[noor][..]));
    let why = routing::why(&house.noor, new.id).await.unwrap().expect("a decision");
    assert_eq!((why.sentence.as_str(), why.copies.as_slice()), ("Went to ina, who gets what no rule fits.", &[noor][..]));
    assert!(matches!(routing::why(&house.maya, new.id).await, Err(ServiceError::NotFound)), "whoever may not see the lead may not ask");
    assert_eq!(
        error_at(configuration::change_rules(&house.ada, RuleForm::Fallback, &form("to=person-99999")).await, "to"),
        "Choose a person or a group from the list"
    );
});

both_engines!(a_manager_routes_a_lead_again, |store| async move {
    let house = house(&store).await;
    let new = registers(&house, "Acme", "jo@acme.test").await;
    let rep = id_of(&house.noor);
    configuration::change_rules(&house.ada, RuleForm::NewCoverage, &form(&format!("by=name&what=ACME+Ltd.&person={rep}"))).await.unwrap();
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
    assert!(leads::find(&house.ada, own).await.unwrap().next.is_some());
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
    configuration::change_rules(&house.ada, RuleForm::NewCoverage, &form(&format!("by=name&what=Acme&person={}", id_of(&house.noor)))).await.unwrap();
    routing::route_again(&house.ada, id).await.unwrap();
    assert_eq!((lead(&house.ada, id).await.owner, given(&house, id).await.as_str()), (Some(id_of(&house.noor)), "the rules"));
});

/// Begins a trial run of a form and does all of it, two leads at a time.
async fn tries(house: &House, wish: Option<(RuleForm, &str)>) -> TrialReport {
    let values = form(wish.map_or("", |(_, values)| values));
    let id = routing::begin_trial(&house.ada, wish.map(|(which, _)| (which, &values))).await.unwrap();
    assert_eq!(routing::trial(&house.ada, id).await.unwrap().run.state, TrialState::Running);
    while routing::work_on_trials(&house.public, 2).await.unwrap() {}
    routing::trial(&house.ada, id).await.unwrap()
}

both_engines!(a_change_of_the_rules_is_tried_on_past_leads_before_it_is_saved, |store| async move {
    let house = house(&store).await;
    let mut acme = Vec::new();
    for number in 0..5 {
        acme.push(registers(&house, "Acme", &format!("jo{number}@acme.com")).await.id);
        registers(&house, "Quay", &format!("al{number}@quay.com")).await;
    }
    let (noor, before) = (id_of(&house.noor), lead(&house.ada, acme[0]).await);
    let events = store.read().await.unwrap().events().last_id().await.unwrap();
    let wish = format!("by=domain&what=acme.com&person={noor}");
    let TrialReport { run, is_current, .. } = tries(&house, Some((RuleForm::NewCoverage, wish.as_str()))).await;
    assert_eq!((run.state, run.total, is_current), (TrialState::Done, 10, true));
    let draft = run.draft.expect("a draft");
    assert_eq!((draft.address.as_str(), draft.words.as_str()), ("/admin/rules/coverage", "the domain acme.com: noor"));
    assert_eq!(form(&draft.fields), form(&wish));
    let found = run.found;
    assert_eq!((found.leads, found.moved, found.by_change, found.at_fallback()), (10, 5, 5, (10, 5)));
    let (north, to) = (Some(Receiver::Group(house.north)), Some(Receiver::Person(noor)));
    let moves = [TrialMove { from: north, to, leads: 5, examples: acme[..3].to_vec() }];
    assert_eq!(found.moves, moves);
    let covered = StepCount { step: Step::DirectCoverage, had: 0, would_have: 5 };
    assert!(found.steps.contains(&covered), "{found:?}");
    // Nothing was written, and no lead moved.
    assert_eq!(lead(&house.ada, acme[0]).await, before);
    assert_eq!(store.read().await.unwrap().events().last_id().await.unwrap(), events);
    assert_eq!(routing::rules(&house.ada, "").await.unwrap().coverage_count, 0);

    // It is saved as it was tried; what else is tried then is compared with that.
    configuration::change_rules(&house.ada, RuleForm::at(&["rules", "coverage"]).unwrap(), &form(&draft.fields)).await.unwrap();
    assert!(!routing::trial(&house.ada, run.id).await.unwrap().is_current);
    let as_they_are = tries(&house, None).await.run;
    assert_eq!((as_they_are.draft, as_they_are.found.moved, as_they_are.found.by_change), (None, 5, 0));
    let number = routing::rules(&house.ada, "").await.unwrap().coverage[0].number;
    let without = tries(&house, Some((RuleForm::EndCoverage(number), ""))).await.run;
    assert_eq!((without.found.moved, without.found.by_change), (0, 5));
    assert_eq!(without.draft.unwrap().words, "the domain acme.com: no longer noor");
});

both_engines!(a_trial_run_says_how_many_leads_territories_and_distributors_would_have, |store| async move {
    let house = house(&store).await;
    let (martin, noor) = (id_of(&house.martin), id_of(&house.noor));
    let firm = routing::territories(&house.ada).await.unwrap().distributors[0].id;
    let new = format!("name=Leeds&manager={martin}&group=&places=GB,+LS*&distributor={firm}&next_distributor=");
    let leeds = configuration::add_territory(&house.ada, &form(&new)).await.unwrap();
    let mut in_leeds = Vec::new();
    for (company, outward) in [("acme", "LS11"), ("quay", "LS12"), ("mill", "LS13")] {
        let values = format!("full_name=Jo&company={company}&emails=jo%40{company}.com&postcode={outward}+5QD&country=GB");
        in_leeds.push(leads::add(&house.ina, &form(&values)).await.unwrap());
    }
    registers(&house, "Harbour", "eve@harbour.org").await;
    let rows = |run: &TrialRun| {
        let territories = run.found.territories.rows.iter().map(|row| (row.what.clone(), row.leads.had, row.leads.would_have));
        let distributors = run.found.distributors.rows.iter().map(|row| (row.what.name.clone(), row.leads.had, row.leads.would_have));
        for total in [run.found.territories.total(), run.found.distributors.total()] {
            assert_eq!((total.had, total.would_have), (run.found.leads, run.found.leads), "the rows add up");
        }
        (territories.collect::<Vec<_>>(), distributors.collect::<Vec<_>>())
    };
    let named = |name: &str, had, would_have| vec![(name.to_owned(), had, would_have)];
    // Somebody looks after one of the companies.
    let wish = format!("by=domain&what=acme.com&person={noor}");
    let covered = tries(&house, Some((RuleForm::NewCoverage, wish.as_str()))).await.run;
    assert_eq!(rows(&covered), (named("Leeds", 3, 2), named("Northwind", 3, 2)));
    assert_eq!(
        (covered.found.territories.none, covered.found.distributors.none),
        (BeforeAfter { had: 1, would_have: 2 }, BeforeAfter { had: 1, would_have: 2 })
    );
    // Another name, and another manager, are no difference between territories; the group has no distributor.
    let renamed = tries(&house, Some((RuleForm::Territory(leeds), "name=Aire"))).await.run;
    assert_eq!((rows(&renamed), renamed.found.moved), ((named("Aire", 3, 3), named("Northwind", 3, 3)), 0));
    let to_group = format!("manager=&group={}", house.north);
    let to_group = tries(&house, Some((RuleForm::Territory(leeds), to_group.as_str()))).await.run;
    assert_eq!((rows(&to_group), to_group.found.moved), ((named("Leeds", 3, 3), named("Northwind", 3, 0)), 3));
    let ended = tries(&house, Some((RuleForm::EndTerritory(leeds), ""))).await.run;
    assert_eq!(rows(&ended), (named("Leeds", 3, 0), named("Northwind", 3, 0)));
    assert_eq!(lead(&house.ada, in_leeds[0]).await.owner, Some(martin), "leads stay where they are");
});

both_engines!(each_form_of_the_rules_can_be_tried, |store| async move {
    let house = house(&store).await;
    let in_leeds = leads::add(&house.ina, &form("full_name=Jo&postcode=LS11+5QD&country=GB")).await.unwrap();
    registers(&house, "Acme", "jo@acme.com").await;
    let (martin, noor, ina) = (id_of(&house.martin), id_of(&house.noor), id_of(&house.ina));
    let new = form(&format!("name=Leeds&manager={martin}&group=&places=GB,+LS*"));
    let territory = configuration::add_territory(&house.ada, &new).await.unwrap();
    let catalog = store.catalog().await.unwrap();
    let offering = catalog.offered(domain::ChoiceList::Offering).next().unwrap();
    let moved = async |which, values: String| {
        let run = tries(&house, Some((which, values.as_str()))).await.run;
        (run.draft.unwrap().words, run.found.by_change)
    };
    let said = |words: &str, by_change| (words.to_owned(), by_change);
    assert_eq!(moved(RuleForm::Step(Step::Territory), "on=".to_owned()).await, said("Territory: off instead of on", 1));
    let changed = format!("manager={noor}&distributor=&next_distributor=");
    assert_eq!(moved(RuleForm::Territory(territory), changed).await, said("Leeds, manager: noor instead of martin", 1));
    assert_eq!(moved(RuleForm::EndTerritory(territory), String::new()).await, said("Territory: no longer Leeds", 1));
    let added = format!("name=Britain&manager={noor}&places=GB");
    assert_eq!(moved(RuleForm::NewTerritory, added).await, said("Name: Britain; Manager: noor; Places: GB", 0), "a narrower place wins");
    // Of the two that came, one waits for the intake group.
    assert_eq!(moved(RuleForm::Fallback, format!("to=person-{ina}")).await, said("Fallback: ina", 1));
    let way = Way::RoundRobin.label();
    let words = format!("North: {way} instead of {}", Way::Accept.label());
    assert_eq!(moved(RuleForm::Way(house.north), "way=round_robin".to_owned()).await, (words, 1));
    let specialist = format!("offering={}&to=person-{noor}", offering.id);
    assert_eq!(moved(RuleForm::NewSpecialist, specialist).await, (format!("{}: noor", offering.name), 0));
    let order = "direction=up".to_owned();
    assert_eq!(moved(RuleForm::StepOrder(Step::Specialist), order).await.1, 0);
    assert_eq!(lead(&house.ada, in_leeds).await.owner, None, "leads stay where they are");

    // What is refused when it is saved is refused when it is tried, and so is what changes nothing.
    let begin = async |which, values: &str| routing::begin_trial(&house.ada, Some((which, &form(values)))).await;
    assert_eq!(error_at(begin(RuleForm::NewTerritory, "name=leeds").await, "name"), "There is one of this name; choose another name");
    assert!(matches!(begin(RuleForm::Step(Step::Territory), "on=1").await, Err(ServiceError::Refused(_))));
    assert!(matches!(begin(RuleForm::Territory(territory), "distributor=").await, Err(ServiceError::Refused(_))));
    assert!(matches!(begin(RuleForm::EndSpecialist(99), "").await, Err(ServiceError::NotFound)));
});

both_engines!(a_trial_run_can_be_stopped_and_is_an_administrator_s, |store| async move {
    let house = house(&store).await;
    registers(&house, "Acme", "jo@acme.com").await;
    let id = routing::begin_trial(&house.ada, None).await.unwrap();
    for ctx in [&house.maya, &house.martin, &house.ina, &house.dina] {
        assert!(matches!(routing::begin_trial(ctx, None).await, Err(ServiceError::Forbidden(_))));
        assert!(matches!(routing::trial(ctx, id).await, Err(ServiceError::Forbidden(_))));
        assert!(matches!(routing::stop_trial(ctx, id).await, Err(ServiceError::Forbidden(_))));
    }
    routing::stop_trial(&house.ada, id).await.unwrap();
    assert!(!routing::work_on_trials(&house.public, 10).await.unwrap(), "nobody goes on with it");
    let run = routing::trial(&house.ada, id).await.unwrap().run;
    assert_eq!((run.state, run.total, run.found.leads), (TrialState::Stopped, 1, 0));
    assert!(matches!(routing::stop_trial(&house.ada, id).await, Err(ServiceError::Refused(_))));
    assert!(matches!(routing::stop_trial(&house.ada, domain::TrialId(99)).await, Err(ServiceError::NotFound)));
    assert!(matches!(routing::trial(&house.ada, domain::TrialId(99)).await, Err(ServiceError::NotFound)));
});

both_engines!(a_trial_run_stays_with_the_rules_that_it_was_begun_with, |store| async move {
    let house = house(&store).await;
    registers(&house, "Acme", "jo@acme.com").await;
    let (noor, maya) = (id_of(&house.noor), id_of(&house.maya));
    let values = form(&format!("by=domain&what=acme.com&person={noor}"));
    let id = routing::begin_trial(&house.ada, Some((RuleForm::NewCoverage, &values))).await.unwrap();
    // Meanwhile the rules change, and a lead arrives.
    configuration::change_rules(&house.ada, RuleForm::NewCoverage, &form(&format!("by=name&what=Acme&person={maya}"))).await.unwrap();
    registers(&house, "Acme", "al@acme.com").await;
    assert!(routing::work_on_trials(&house.public, 10).await.unwrap());
    let TrialReport { run, is_current, .. } = routing::trial(&house.ada, id).await.unwrap();
    assert_eq!((run.found.leads, run.found.moved, run.found.by_change, is_current), (1, 1, 1, false));
    assert_eq!(run.found.moves[0].to, Some(Receiver::Person(noor)));
});

both_engines!(the_newest_leads_that_were_decided_about_are_read_in_pages, |store| async move {
    let house = house(&store).await;
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.routing().count_newest(10).await.unwrap(), None);
    drop(tx);
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(registers(&house, "Acme", &format!("jo{number}@acme.com")).await.id);
    }
    routing::route_again(&house.ada, ids[1]).await.unwrap();
    leads::act(&house.ada, ids[3], LeadAction::Delete, &form("")).await.unwrap();
    let mut tx = store.read().await.unwrap();
    let decided = |leads, first: usize| Some(Decided { leads, first: ids[first], last: ids[4] });
    assert_eq!(tx.routing().count_newest(10).await.unwrap(), decided(4, 0), "each once, without what was deleted");
    assert_eq!(tx.routing().count_newest(2).await.unwrap(), decided(2, 2));
    let read = async |tx: &mut store::Tx, after, up_to, most| -> Vec<LeadId> {
        tx.routing().list_newest(after, up_to, most).await.unwrap().into_iter().map(|(lead, _)| lead).collect()
    };
    assert_eq!(read(&mut tx, LeadId(0), ids[4], 2).await, ids[..2]);
    assert_eq!(read(&mut tx, ids[1], ids[4], 2).await, [ids[2], ids[4]]);
    assert_eq!(read(&mut tx, ids[1], ids[3], 2).await, [ids[2]]);
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
        assert_eq!(error_at(configuration::change_rules(&house.ada, RuleForm::NewCoverage, &cover(by, what)).await, "what"), says, "{by} {what}");
    }
    configuration::change_rules(&house.ada, RuleForm::NewCoverage, &cover("account", "Northwind")).await.unwrap();
    let again = configuration::change_rules(&house.ada, RuleForm::NewCoverage, &cover("account", "%23+1")).await;
    assert_eq!(error_at(again, "what"), "maya looks after it already; remove that first");
    let nobody =
        configuration::change_rules(&house.ada, RuleForm::NewCoverage, &form(&format!("by=name&what=A&person={}", id_of(&house.dina)))).await;
    assert_eq!(error_at(nobody, "person"), "Choose somebody of the house who can sign in");
    let catalog = store.catalog().await.unwrap();
    let offering = catalog.offered(domain::ChoiceList::Offering).next().unwrap().id;
    let specialist = form(&format!("offering={offering}&to=person-{rep}"));
    configuration::change_rules(&house.ada, RuleForm::NewSpecialist, &specialist).await.unwrap();
    let again = configuration::change_rules(&house.ada, RuleForm::NewSpecialist, &specialist).await;
    assert_eq!(error_at(again, "offering"), "maya is the specialist already; remove that first");
    let territory = |values: &str| form(&format!("name=North&{values}"));
    assert!(
        error_at(configuration::add_territory(&house.ada, &territory("places=10115")).await, "places").starts_with("Begin “10115” with a country")
    );
    assert_eq!(error_at(configuration::add_territory(&house.ada, &form("name=")).await, "name"), "Enter a name");
    configuration::add_territory(&house.ada, &territory("places=FR")).await.unwrap();
    assert_eq!(error_at(configuration::add_territory(&house.ada, &territory("")).await, "name"), "There is one of this name; choose another name");
    for ctx in [&house.maya, &house.martin, &house.dina] {
        assert!(matches!(configuration::change_rules(ctx, RuleForm::NewCoverage, &cover("name", "Acme")).await, Err(ServiceError::Forbidden(_))));
        assert!(matches!(routing::rules(ctx, "").await, Err(ServiceError::Forbidden(_))));
        assert!(matches!(routing::territories(ctx).await, Err(ServiceError::Forbidden(_))));
    }
});

both_engines!(rules_are_ordered_switched_off_removed_and_found_and_the_audit_knows, |store| async move {
    let house = house(&store).await;
    let rep = id_of(&house.maya);
    for what in ["Acme", "Harbour Dental"] {
        configuration::change_rules(&house.ada, RuleForm::NewCoverage, &form(&format!("by=name&what={what}&person={rep}"))).await.unwrap();
    }
    let view = routing::rules(&house.ada, "dental MAYA").await.unwrap();
    assert_eq!((view.coverage_count, view.coverage[0].what.as_str()), (1, "Harbour Dental"));
    configuration::change_rules(&house.ada, RuleForm::EndCoverage(view.coverage[0].number), &form("")).await.unwrap();
    assert!(matches!(
        configuration::change_rules(&house.ada, RuleForm::EndCoverage(view.coverage[0].number), &form("")).await,
        Err(ServiceError::NotFound)
    ));
    configuration::change_rules(&house.ada, RuleForm::StepOrder(Step::Specialist), &form("direction=up")).await.unwrap();
    configuration::change_rules(&house.ada, RuleForm::Step(Step::DirectCoverage), &form("on=")).await.unwrap();
    let view = routing::rules(&house.ada, "").await.unwrap();
    let order: Vec<Step> = view.settings.steps.iter().map(|setting| setting.step).collect();
    assert_eq!(order[2..4], [Step::Specialist, Step::Territory]);
    let warned: Vec<&str> = view.warnings.iter().map(|warning| warning.text.as_str()).collect();
    assert_eq!(warned, ["“Direct coverage” is switched off, so none of its rules can fire"]);
    let new = registers(&house, "Acme", "jo@acme.test").await;
    assert_eq!(new.owner, None);
    let catalog = store.catalog().await.unwrap();
    let offering = catalog.offered(domain::ChoiceList::Offering).next().unwrap().id;
    configuration::change_rules(&house.ada, RuleForm::NewSpecialist, &form(&format!("offering={offering}&to=group-{}", house.north))).await.unwrap();
    let number = routing::rules(&house.ada, "").await.unwrap().specialists[0].number;
    configuration::change_rules(&house.ada, RuleForm::EndSpecialist(number), &form("")).await.unwrap();
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
                    done => return done.map(|_| id_of(&ctx)),
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
    assert_eq!(lead(&house.ada, new.id).await.version, new.version + 1, "once");
});
