//! Demo data: who can sign in, what they see, and that it comes out the same each time.

use domain::routing::{Spot, decide};
use domain::{Event, EventKind, Lead, LeadId, Role, Scope, Timestamp};
use service::people::{SignIn, sign_in};
use service::{Clock, Ctx, ServiceError, demo, routing};
use store::routing::StoredDecision;
use store::{Sql, Store, both_engines};

/// 24 November 2026, 14:00.
const NOW: Timestamp = Timestamp(1_795_528_800_000);

fn program(store: &Store) -> Ctx {
    Ctx::anonymous(store.clone(), Clock::fixed(NOW))
}

async fn number(store: &Store, sql: &str) -> i64 {
    store.read().await.unwrap().row(Sql::new(sql)).await.unwrap().expect("a row").int("n").unwrap()
}

async fn lead(store: &Store, id: i64) -> Lead {
    store.read().await.unwrap().leads().find_visible(LeadId(id), &Scope::All).await.unwrap().expect("a lead")
}

/// Oldest first.
async fn history(store: &Store, id: i64) -> Vec<Event> {
    let mut events = store.read().await.unwrap().events().of_lead(LeadId(id), None, 100).await.unwrap();
    events.reverse();
    events
}

both_engines!(everybody_of_the_demo_can_sign_in, |store| async move {
    let ctx = program(&store);
    assert!(demo::is_wanted(&ctx).await.unwrap());
    demo::fill(&ctx, 20, &|_, _| {}).await.unwrap();
    assert!(!demo::is_wanted(&ctx).await.unwrap());
    let expected = [
        ("rep", Role::Rep, 1),
        ("rep2", Role::Rep, 1),
        ("intake", Role::Intake, 1),
        ("manager", Role::Manager, 1),
        ("distributor", Role::Distributor, 0),
        ("admin", Role::Administrator, 0),
    ];
    for (name, role, groups) in expected {
        let wish = SignIn { email: format!("{name}@demo.test"), password: "demo".to_owned(), address: "127.0.0.1".to_owned() };
        let actor = sign_in(&ctx, wish).await.unwrap_or_else(|error| panic!("{name}: {error}")).actor;
        assert_eq!((actor.role, actor.groups.len(), actor.account.is_some()), (role, groups, role == Role::Distributor), "{name}");
    }
    let wish = SignIn { email: "callum.innes@demo.test".to_owned(), password: "!".to_owned(), address: "127.0.0.1".to_owned() };
    assert!(matches!(sign_in(&ctx, wish).await, Err(ServiceError::Invalid(_))), "nobody signs in as the others");
});

both_engines!(four_hundred_leads_look_like_work, |store| async move {
    let ctx = program(&store);
    let report = demo::fill(&ctx, demo::FEW, &|_, _| {}).await.unwrap();
    assert_eq!((report.leads, report.accounts, report.contacts), (400, 134, 360));
    assert_eq!(number(&store, "select count(*) as n from lead").await, 400);
    // The distributors are accounts too.
    assert_eq!(number(&store, "select count(*) as n from account").await, 137);
    assert_eq!(number(&store, "select count(*) as n from contact").await, 360);
    assert_eq!(number(&store, "select count(*) as n from opportunity").await, 400);
    let of_rep = number(&store, "select count(*) as n from lead l join app_user u on u.id = l.owner_id where u.email = 'rep@demo.test'").await;
    assert!((20..=42).contains(&of_rep), "rep@demo.test owns {of_rep}");
    for state in ["pending", "in_progress", "won", "lost", "cancelled"] {
        let count = number(&store, &format!("select count(*) as n from lead where state = '{state}'")).await;
        assert!(count >= 15, "{count} leads are {state}");
    }
    for (what, condition) in [
        ("unclaimed", "owner_id is null and group_id is null"),
        ("of a group only", "owner_id is null and group_id is not null"),
        ("delegated", "distributor_id is not null"),
        ("with a partner", "partner_id is not null"),
        ("with a location", "location_id is not null"),
        ("with attempts to reach them", "exists (select 1 from attempt a where a.lead_id = lead.id)"),
    ] {
        let count = number(&store, &format!("select count(*) as n from lead where {condition}")).await;
        assert!((2..300).contains(&count), "{count} leads are {what}");
    }
    assert_eq!(number(&store, "select count(*) as n from lead a join lead b on b.id = a.id + 1 where b.created_at < a.created_at").await, 0);
    assert_eq!(number(&store, "select count(*) as n from lead where updated_at < created_at or status_since < created_at").await, 0);
    let latest = number(&store, "select max(updated_at) as n from lead").await;
    assert!(latest <= NOW.0 && latest > NOW.0 - domain::DAY_MS, "{}", Timestamp(latest).readable());
    assert!(number(&store, "select min(created_at) as n from lead").await > NOW.0 - 550 * domain::DAY_MS);
});

both_engines!(some_leads_are_on_the_radar_and_nothing_falls_due_at_once, |store| async move {
    let ctx = program(&store);
    demo::fill(&ctx, demo::FEW, &|_, _| {}).await.unwrap();
    let count = async |condition: &str| number(&store, &format!("select count(*) as n from lead where {condition}")).await;
    let (waiting, passed) = (count("touch_by is not null").await, count(&format!("touch_by < {}", NOW.0)).await);
    assert!((2..40).contains(&waiting) && (1..=waiting).contains(&passed), "{passed} of {waiting}");
    assert_eq!(count("touch_by is not null and (closed_at is not null or owner_id is null)").await, 0);
    assert_eq!(count(&format!("touch_by < {} and escalation_level = 0", NOW.0)).await, 0);
    ctx.clock.advance_ms(3 * domain::HOUR_MS);
    assert!(!service::radar::work(&ctx).await.unwrap());
});

both_engines!(a_history_ends_where_its_lead_is, |store| async move {
    let ctx = program(&store);
    demo::fill(&ctx, 120, &|_, _| {}).await.unwrap();
    let catalog = store.catalog().await.unwrap();
    for id in 1..=120 {
        let (lead, events) = (lead(&store, id).await, history(&store, id).await);
        assert!(matches!(events[0].kind, EventKind::LeadAdded { .. }), "# {id}");
        assert_eq!(events.last().map(|event| (event.version, event.at)), Some((lead.version, lead.updated_at)), "# {id}");
        assert!(events.is_sorted_by_key(|event| event.at), "# {id}");
        assert!(events.iter().map(|event| event.version).eq(1..=lead.version), "# {id}");
        let last_move = events.iter().rev().find_map(|event| match &event.kind {
            EventKind::LeadMoved { to, .. } => Some(to.clone()),
            EventKind::FieldsChanged { changes } => {
                changes.iter().find(|change| change.field == domain::LeadField::Status).map(|change| change.new.clone())
            }
            _ => None,
        });
        if let Some(to) = last_move {
            assert_eq!(catalog.status(lead.status).map(|status| status.name.clone()), Some(to), "# {id}");
        }
        assert!((0..=100).contains(&lead.score));
        assert!(!lead.phones.is_empty() || !lead.emails.is_empty(), "# {id} can be reached");
    }
});

both_engines!(some_leads_are_qualified_and_lack_nothing_for_it, |store| async move {
    let ctx = program(&store);
    demo::fill(&ctx, demo::FEW, &|_, _| {}).await.unwrap();
    let mut tx = store.read().await.unwrap();
    let mut classes = std::collections::BTreeSet::new();
    for id in 1..=demo::FEW as i64 {
        let Some(known) = tx.lead_classes().find(LeadId(id)).await.unwrap() else { continue };
        let appointment = tx.appointments().present(LeadId(id)).await.unwrap();
        assert_eq!(known.lacking(appointment.as_ref()), None, "# {id}");
        assert!(appointment.is_none_or(|appointment| appointment.at > NOW), "# {id}");
        classes.extend(known.class);
    }
    assert_eq!(classes.len(), 3, "{classes:?}");
});

both_engines!(it_comes_out_the_same_each_time, |store| async move {
    let ctx = program(&store);
    demo::fill(&ctx, 60, &|_, _| {}).await.unwrap();
    let (first, last) = (lead(&store, 1).await, lead(&store, 60).await);
    assert_eq!((first.full_name.as_str(), first.account.name.as_str()), ("Cormac Urquhart", "Harbour Dental"));
    assert_eq!(last.full_name, "Deborah Barraclough");
    assert!(first.created_at < last.created_at);
});

both_engines!(the_rules_of_the_demo_say_with_whom_leads_are, |store| async move {
    let ctx = program(&store);
    demo::fill(&ctx, demo::FEW, &|_, _| {}).await.unwrap();
    let mut tx = store.read().await.unwrap();
    let admin = tx.people().find_by_email("admin@demo.test").await.unwrap().expect("an administrator").id;
    let admin = ctx.acting_as(tx.people().load_actor(admin).await.unwrap().expect("an administrator"));
    let decisions = tx.routing().list_newest(LeadId(0), LeadId(i64::MAX), 1000).await.unwrap();
    drop(tx);
    let view = routing::rules(&admin, "").await.unwrap();
    assert_eq!((view.coverage_count, view.specialists.len(), view.settings.fallback.copies.len(), view.warnings), (6, 1, 1, Vec::new()));
    let territories = routing::territories(&admin).await.unwrap().territories;
    assert_eq!(territories.len(), 3);
    assert!(territories.iter().all(|one| one.territory.manager.is_some() && one.territory.group.is_some() && one.distributor.is_some()));
    assert!(territories.iter().all(|one| one.warnings.is_empty()), "{territories:?}");

    let book = store.rule_book().await.unwrap();
    let mut won = std::collections::BTreeMap::new();
    for (id, StoredDecision { inputs, decision, .. }) in &decisions {
        assert_eq!(decide(&book, &inputs.facts, &inputs.house).decision, *decision, "lead {id}");
        assert_eq!(lead(&store, id.0).await.owner, decision.owner, "lead {id}");
        *won.entry(decision.steps.last().expect("a step").step.key()).or_insert(0) += 1;
    }
    assert!(decisions.len() >= 5, "{won:?}");
    assert!(won.contains_key("existing_customer") && won.contains_key("direct_coverage"), "{won:?}");
    for id in 1..=60 {
        let spot = Spot::of(&lead(&store, id).await.address, "GB");
        assert!(book.territory_at(&spot).is_some(), "# {id} is in no territory: {spot:?}");
    }
});

both_engines!(a_database_in_use_is_left_alone, |store| async move {
    let ctx = program(&store);
    service::people::cli_add_user(&ctx, "ana@house.example", "Ana", Role::Administrator, "correct horse battery").await.unwrap();
    let refused = demo::fill(&ctx, 10, &|_, _| {}).await;
    assert!(matches!(refused, Err(ServiceError::Refused(_))), "{refused:?}");
    assert_eq!(number(&store, "select count(*) as n from lead").await, 0);
});

both_engines!(filling_goes_on_where_it_was_interrupted, |store| async move {
    let ctx = program(&store);
    let whole = {
        demo::fill(&ctx, 2100, &|_, _| {}).await.unwrap();
        lead(&store, 2050).await
    };
    // As if the program had been killed after the first transaction.
    let mut tx = store.begin().await.unwrap();
    for table in [
        "lead_clock where lead_id",
        "attempt where lead_id",
        "lead_class where lead_id",
        "lead_answer where lead_id",
        "appointment where lead_id",
        "lead_offering where lead_id",
        "lead_team where lead_id",
        "lead_tag where lead_id",
        "opportunity where id",
        "lead_search where SEARCHED",
        "event where lead_id",
        "routing_decision where lead_id",
        "lead where id",
    ] {
        let searched = if store.engine() == store::Engine::Sqlite { "rowid" } else { "lead_id" };
        tx.run(Sql::new(format!("delete from {} > 2000", table.replace("SEARCHED", searched)))).await.unwrap();
    }
    tx.run(Sql::new("delete from contact_point where contact_id > 1800")).await.unwrap();
    tx.run(Sql::new("delete from contact where id > 1800")).await.unwrap();
    for part in ["account_kind where account_id", "account_domain where account_id", "account_location where account_id", "account where id"] {
        tx.run(Sql::new(format!("delete from {part} > 670"))).await.unwrap();
    }
    tx.run(Sql::new("update setting set value = replace(value, '\"done\":2100', '\"done\":2000') where key = 'demo'")).await.unwrap();
    tx.save().await.unwrap();
    assert!(demo::is_wanted(&ctx).await.unwrap());
    ctx.clock.advance_ms(domain::DAY_MS);
    let report = demo::fill(&ctx, 5, &|_, _| {}).await.unwrap();
    assert_eq!(report.leads, 2100);
    assert_eq!(number(&store, "select count(*) as n from lead").await, 2100);
    assert_eq!(lead(&store, 2050).await, whole);
});
