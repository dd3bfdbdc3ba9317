//! Configuring lead types, pipelines, lists and the site, on both engines.

use domain::{Actor, AuditArea, AuditFilter, Catalog, ChoiceList, FormValues, LeadTypeId, LifeCycle, Role, StatusId, Timestamp, UserId};
use service::configuration::{self as configure};
use service::seed::seed_defaults;
use service::{Clock, Ctx, ServiceError, audit, leads};
use store::{Store, both_engines};

fn form(fields: &[(&str, &str)]) -> FormValues {
    FormValues(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

async fn person(ctx: &Ctx, email: &str, role: Role) -> Actor {
    let mut tx = ctx.store.begin().await.unwrap();
    let new = store::people::NewUser {
        email: domain::EmailAddress::parse(email).unwrap(),
        name: email.split('@').next().unwrap_or_default().to_owned(),
        role,
        password_hash: String::new(),
        account: None,
        at: ctx.now(),
    };
    let id = tx.people().add(new).await.unwrap();
    let actor = tx.people().load_actor(id).await.unwrap().expect("just added");
    tx.save().await.unwrap();
    actor
}

/// A seeded site and its administrator, at an address.
async fn house(store: &Store) -> Ctx {
    let public = Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000)));
    seed_defaults(&public).await.unwrap();
    let ada = person(&public, "ada@house.test", Role::Administrator).await;
    Ctx { address: "10.0.0.7".to_owned(), ..public.acting_as(ada) }
}

fn error_at<T: std::fmt::Debug>(result: Result<T, ServiceError>, field: &str) -> String {
    match result {
        Err(ServiceError::Invalid(errors)) => errors.get(field).unwrap_or_else(|| panic!("no error at {field}: {errors:?}")).to_owned(),
        other => panic!("not invalid: {other:?}"),
    }
}

fn refused<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> String {
    match result {
        Err(ServiceError::Refused(sentence)) => sentence,
        other => panic!("not refused: {other:?}"),
    }
}

async fn status_named(ctx: &Ctx, lead_type: LeadTypeId, name: &str) -> StatusId {
    let catalog = ctx.store.catalog().await.unwrap();
    catalog.statuses.iter().find(|status| status.lead_type == lead_type && status.name == name).unwrap_or_else(|| panic!("no status {name}")).id
}

async fn sales(ctx: &Ctx) -> LeadTypeId {
    ctx.store.catalog().await.unwrap().types[0].id
}

both_engines!(only_administrators_configure, |store| async move {
    let ctx = house(&store).await;
    let of_house = person(&ctx, "maya@house.test", Role::Rep).await;
    let lead_type = sales(&ctx).await;
    let status = status_named(&ctx, lead_type, "Won").await;
    let choice = ctx.store.catalog().await.unwrap().choice_named(ChoiceList::Source, "Web").unwrap().id;
    let nobody = Ctx { actor: None, ..ctx.clone() };
    let rep = ctx.acting_as(of_house);
    let none = form(&[]);
    for (who, is_stranger) in [(&rep, false), (&nobody, true)] {
        let answers = [
            configure::list_types(who).await.err(),
            configure::find_type(who, lead_type).await.err(),
            configure::add_type(who, &none).await.err(),
            configure::change_type(who, lead_type, &none).await.err(),
            configure::move_type(who, lead_type, &none).await.err(),
            configure::pipeline(who, lead_type).await.err(),
            configure::add_status(who, lead_type, &none).await.err(),
            configure::change_status(who, lead_type, status, &none).await.err(),
            configure::move_status(who, lead_type, status, &none).await.err(),
            configure::remove_status(who, lead_type, status, &none).await.err(),
            configure::count_lists(who).await.err(),
            configure::list_choices(who, ChoiceList::Source).await.err(),
            configure::add_choice(who, ChoiceList::Source, &none).await.err(),
            configure::change_choice(who, ChoiceList::Source, choice, &none).await.err(),
            configure::move_choice(who, ChoiceList::Source, choice, &none).await.err(),
            configure::remove_choice(who, ChoiceList::Source, choice, &none).await.err(),
            configure::change_site(who, &none).await.err(),
            configure::time_zones(who).err(),
            audit::list(who, AuditFilter::default(), None).await.err(),
        ];
        for (index, answer) in answers.iter().enumerate() {
            let as_it_should =
                if is_stranger { matches!(answer, Some(ServiceError::SignInRequired)) } else { matches!(answer, Some(ServiceError::Forbidden(_))) };
            assert!(as_it_should, "{index}: {answer:?}");
        }
    }
});

both_engines!(a_lead_type_starts_with_a_pipeline_that_works, |store| async move {
    let ctx = house(&store).await;
    let plain = configure::add_type(&ctx, &form(&[("name", "Event"), ("like", "")])).await.unwrap();
    let catalog = ctx.store.catalog().await.unwrap();
    let names: Vec<_> = catalog.pipeline(plain).map(|status| status.name.as_str()).collect();
    assert_eq!(names, ["New", "In progress", "Won", "Lost", "Cancelled"]);
    assert!(LifeCycle::ALL.into_iter().all(|state| catalog.default_status(plain, state).is_some_and(|status| status.is_default)));

    let model = sales(&ctx).await;
    let (new, next) = (status_named(&ctx, model, "New enquiry").await, status_named(&ctx, model, "Contacting").await);
    configure::change_status(&ctx, model, new, &form(&[("moves", ""), ("moves", &next.to_string())])).await.unwrap();
    let like = configure::add_type(&ctx, &form(&[("name", "Fair"), ("like", &model.to_string())])).await.unwrap();
    let catalog = ctx.store.catalog().await.unwrap();
    let shape = |lead_type| {
        catalog
            .pipeline(lead_type)
            .map(|status| (status.name.clone(), status.state, status.tone.clone(), status.due_days, status.is_default))
            .collect::<Vec<_>>()
    };
    assert_eq!(shape(like), shape(model));
    assert_eq!(catalog.status(status_named(&ctx, like, "New enquiry").await).unwrap().moves, [status_named(&ctx, like, "Contacting").await]);
    assert_eq!(catalog.lead_type(like).unwrap().default_category, catalog.lead_type(model).unwrap().default_category);

    assert_eq!(error_at(configure::add_type(&ctx, &form(&[("name", " ")])).await, "name"), "Enter a name for the type");
    assert_eq!(
        error_at(configure::add_type(&ctx, &form(&[("name", "FAIR")])).await, "name"),
        "There is one of this name, perhaps a retired one; choose another name"
    );
    assert_eq!(error_at(configure::add_type(&ctx, &form(&[("name", "X"), ("like", "999")])).await, "like"), "Choose from the list");
});

both_engines!(a_lead_type_s_defaults_are_those_of_its_new_leads, |store| async move {
    let ctx = house(&store).await;
    let lead_type = sales(&ctx).await;
    let catalog = ctx.store.catalog().await.unwrap();
    let urgent = catalog.choice_named(ChoiceList::Priority, "Urgent").unwrap().id;
    let changed = form(&[("name", "Selling"), ("default_priority", &urgent.to_string()), ("default_probability", "35 %"), ("default_category", "")]);
    configure::change_type(&ctx, lead_type, &changed).await.unwrap();
    let id = leads::add(&ctx, &form(&[("full_name", "Jo Field"), ("type", "Selling")])).await.unwrap();
    let lead = leads::find(&ctx, id).await.unwrap().lead;
    assert_eq!((lead.priority, lead.probability, lead.category), (Some(urgent), Some(35), None));
    let wrong = form(&[("default_priority", "999999"), ("default_probability", "101"), ("name", "")]);
    let wrong = configure::change_type(&ctx, lead_type, &wrong).await;
    for (field, sentence) in [
        ("default_priority", "Choose from the list"),
        ("default_probability", "Enter a whole number from 0 to 100"),
        ("name", "Enter a name for the type"),
    ] {
        match &wrong {
            Err(ServiceError::Invalid(errors)) => assert_eq!(errors.get(field), Some(sentence)),
            other => panic!("{other:?}"),
        }
    }
});

both_engines!(the_last_lead_type_stays_on_offer, |store| async move {
    let ctx = house(&store).await;
    let types: Vec<_> = ctx.store.catalog().await.unwrap().types.iter().map(|lead_type| lead_type.id).collect();
    let retire = form(&[("retired", ""), ("retired", "1")]);
    for id in &types[1..] {
        configure::change_type(&ctx, *id, &retire).await.unwrap();
    }
    assert_eq!(
        error_at(configure::change_type(&ctx, types[0], &retire).await, "retired"),
        "Keep one lead type on offer: without one no lead can be added"
    );
    configure::change_type(&ctx, types[1], &form(&[("retired", "")])).await.unwrap();
    configure::change_type(&ctx, types[0], &retire).await.unwrap();
    assert_eq!(ctx.store.catalog().await.unwrap().offered_types().map(|lead_type| lead_type.id).collect::<Vec<_>>(), [types[1]]);
});

both_engines!(things_move_up_and_down_and_stay_at_the_ends, |store| async move {
    let ctx = house(&store).await;
    let order = |ctx: Ctx| async move { ctx.store.catalog().await.unwrap().types.iter().map(|lead_type| lead_type.name.clone()).collect::<Vec<_>>() };
    let first = sales(&ctx).await;
    configure::move_type(&ctx, first, &form(&[("direction", "up")])).await.unwrap();
    assert_eq!(order(ctx.clone()).await, ["Sales enquiry", "Business partner", "Renewal"]);
    configure::move_type(&ctx, first, &form(&[("direction", "down")])).await.unwrap();
    assert_eq!(order(ctx.clone()).await, ["Business partner", "Sales enquiry", "Renewal"]);
    assert_eq!(error_at(configure::move_type(&ctx, first, &form(&[("direction", "left")])).await, "direction"), "Choose up or down");

    let contacting = status_named(&ctx, first, "Contacting").await;
    configure::move_status(&ctx, first, contacting, &form(&[("direction", "up")])).await.unwrap();
    let catalog = ctx.store.catalog().await.unwrap();
    assert_eq!(catalog.pipeline(first).next().map(|status| status.name.as_str()), Some("Contacting"));
    let web = catalog.choice_named(ChoiceList::Source, "Web").unwrap().id;
    let place = |catalog: &Catalog| catalog.offered(ChoiceList::Source).position(|choice| choice.id == web).unwrap();
    let before = place(&catalog);
    configure::move_choice(&ctx, ChoiceList::Source, web, &form(&[("direction", "down")])).await.unwrap();
    let catalog = ctx.store.catalog().await.unwrap();
    assert_eq!(place(&catalog), before + 1);
    assert!(matches!(configure::move_choice(&ctx, ChoiceList::Category, web, &form(&[("direction", "up")])).await, Err(ServiceError::NotFound)));
});

both_engines!(a_status_is_added_changed_and_leads_go_on_through_it, |store| async move {
    let ctx = house(&store).await;
    let lead_type = sales(&ctx).await;
    let added = form(&[("name", "Demo given"), ("state", "in_progress"), ("tone", "pink"), ("due_days", "5"), ("is_default", "")]);
    let id = configure::add_status(&ctx, lead_type, &added).await.unwrap();
    let status = ctx.store.catalog().await.unwrap().status(id).cloned().unwrap();
    assert_eq!((status.tone.as_str(), status.due_days, status.is_default, status.state), ("pink", Some(5), false, LifeCycle::InProgress));
    let changed = form(&[("name", "Shown"), ("due_days", ""), ("tone", "teal"), ("is_default", ""), ("is_default", "1")]);
    assert_eq!(configure::change_status(&ctx, lead_type, id, &changed).await.unwrap(), 0);
    let catalog = ctx.store.catalog().await.unwrap();
    assert_eq!(catalog.default_status(lead_type, LifeCycle::InProgress).map(|status| (status.id, status.due_days)), Some((id, None)));

    let wrong = form(&[("name", ""), ("state", "somewhere"), ("tone", "beige"), ("due_days", "0")]);
    match configure::add_status(&ctx, lead_type, &wrong).await {
        Err(ServiceError::Invalid(errors)) => {
            assert_eq!(errors.get("name"), Some("Enter a name for the status"));
            assert_eq!(errors.get("state"), Some("Choose the state this status stands for"));
            assert_eq!(errors.get("tone"), Some("Choose one of the colours"));
            assert_eq!(errors.get("due_days"), Some("Enter a whole number of days from 1 to 365, or nothing"));
        }
        other => panic!("{other:?}"),
    }
    let won = status_named(&ctx, lead_type, "Won").await;
    let moves = form(&[("moves", ""), ("moves", &won.to_string())]);
    assert_eq!(
        error_at(configure::change_status(&ctx, lead_type, id, &moves).await, "moves"),
        "Choose other statuses of the same state; only an action leads to another one"
    );
    let slipped_in = form(&[("state", "won")]);
    assert!(error_at(configure::change_status(&ctx, lead_type, id, &slipped_in).await, "").contains("does not belong"));
    let other_type = ctx.store.catalog().await.unwrap().types[1].id;
    assert!(matches!(configure::change_status(&ctx, other_type, id, &form(&[])).await, Err(ServiceError::NotFound)));
});

both_engines!(a_pipeline_in_which_leads_would_get_stuck_is_refused, |store| async move {
    let ctx = house(&store).await;
    let lead_type = sales(&ctx).await;
    let retire = form(&[("retired", ""), ("retired", "1")]);
    let won = status_named(&ctx, lead_type, "Won").await;
    let sentence = error_at(configure::change_status(&ctx, lead_type, won, &retire).await, "retired");
    assert_eq!(sentence, "Keep a status for “Won”: this is the last one, and actions lead there");
    let new = status_named(&ctx, lead_type, "New enquiry").await;
    let sentence = error_at(configure::change_status(&ctx, lead_type, new, &retire).await, "retired");
    assert_eq!(sentence, "Actions that lead to “Pending” need a default status; make another one the default first");
    let sentence = error_at(configure::change_status(&ctx, lead_type, new, &form(&[("is_default", "")])).await, "is_default");
    assert_eq!(sentence, "Actions that lead to “Pending” need a default status; make another one the default first");
    assert_eq!(
        refused(configure::remove_status(&ctx, lead_type, won, &form(&[])).await),
        "Keep a status for “Won”: this is the last one, and actions lead there"
    );

    let (qualification, proposal) = (status_named(&ctx, lead_type, "Qualification").await, status_named(&ctx, lead_type, "Proposal").await);
    configure::change_status(&ctx, lead_type, qualification, &form(&[("moves", ""), ("moves", &proposal.to_string())])).await.unwrap();
    let sentence = error_at(configure::change_status(&ctx, lead_type, proposal, &retire).await, "retired");
    assert_eq!(sentence, "“Qualification” could move nowhere then: what it may move to is retired. Allow it another move first");
});

both_engines!(a_retired_status_keeps_its_leads_and_nothing_enters_it, |store| async move {
    let ctx = house(&store).await;
    let lead_type = sales(&ctx).await;
    let contacting = status_named(&ctx, lead_type, "Contacting").await;
    let new = status_named(&ctx, lead_type, "New enquiry").await;
    let resting = leads::add(&ctx, &form(&[("full_name", "Jo Field"), ("status", &contacting.to_string())])).await.unwrap();
    let other = leads::add(&ctx, &form(&[("full_name", "Al Quay")])).await.unwrap();
    let sentence = refused(configure::remove_status(&ctx, lead_type, contacting, &form(&[])).await);
    assert_eq!(sentence, "1 lead rests in “Contacting”. Retire it: they keep it, and nothing may enter it");
    assert_eq!(configure::change_status(&ctx, lead_type, contacting, &form(&[("retired", "1")])).await.unwrap(), 1);
    assert_eq!(leads::find(&ctx, resting).await.unwrap().lead.status, contacting);
    assert!(leads::change(&ctx, other, &form(&[("status", &contacting.to_string())])).await.is_err());
    leads::change(&ctx, resting, &form(&[("status", &new.to_string())])).await.unwrap();
    configure::remove_status(&ctx, lead_type, contacting, &form(&[])).await.unwrap();
    assert!(ctx.store.catalog().await.unwrap().status(contacting).is_none());
});

both_engines!(a_list_is_edited_and_what_is_used_is_retired, |store| async move {
    let ctx = house(&store).await;
    let id = configure::add_choice(&ctx, ChoiceList::Source, &form(&[("name", "Trade fair"), ("is_default", "")])).await.unwrap();
    configure::change_choice(&ctx, ChoiceList::Source, id, &form(&[("name", "Fair"), ("is_default", "1")])).await.unwrap();
    let catalog = ctx.store.catalog().await.unwrap();
    assert_eq!((catalog.choice_name(id).as_str(), catalog.default_choice(ChoiceList::Source)), ("Fair", Some(id)));
    assert!(
        error_at(configure::add_choice(&ctx, ChoiceList::Source, &form(&[("name", "fair")])).await, "name").starts_with("There is one of this name")
    );
    assert_eq!(error_at(configure::add_choice(&ctx, ChoiceList::Source, &form(&[("name", "")])).await, "name"), "Enter a name");

    leads::add(&ctx, &form(&[("full_name", "Jo Field"), ("source", &id.to_string())])).await.unwrap();
    let sentence = refused(configure::remove_choice(&ctx, ChoiceList::Source, id, &form(&[])).await);
    assert_eq!(sentence, "1 record uses “Fair”. Retire it: they keep it, and it is no longer offered");
    assert_eq!(configure::change_choice(&ctx, ChoiceList::Source, id, &form(&[("retired", "1")])).await.unwrap(), 1);
    let catalog = ctx.store.catalog().await.unwrap();
    assert!(catalog.offered(ChoiceList::Source).all(|choice| choice.id != id));
    assert_eq!(catalog.default_choice(ChoiceList::Source), None);
    let uses = configure::list_choices(&ctx, ChoiceList::Source).await.unwrap();
    assert_eq!(uses.iter().find(|found| found.choice.id == id).map(|found| found.uses), Some(1));
    let counted = configure::count_lists(&ctx).await.unwrap();
    assert_eq!(counted.iter().find(|found| found.list == ChoiceList::Source).map(|found| (found.offered, found.retired)), Some((6, 1)));
    let free = catalog.choice_named(ChoiceList::Source, "Vendor Referral").unwrap().id;
    configure::remove_choice(&ctx, ChoiceList::Source, free, &form(&[])).await.unwrap();
    assert!(ctx.store.catalog().await.unwrap().choice(free).is_none());
});

both_engines!(the_last_reason_and_the_last_stage_stay, |store| async move {
    let ctx = house(&store).await;
    for (list, sentence) in [
        (ChoiceList::LostReason, "Keep one reason on offer: no lead can be lost without one"),
        (ChoiceList::Stage, "Keep one stage on offer: no lead can be added without one"),
    ] {
        let ids: Vec<_> = ctx.store.catalog().await.unwrap().offered(list).map(|choice| choice.id).collect();
        for id in &ids[1..] {
            configure::remove_choice(&ctx, list, *id, &form(&[])).await.unwrap();
        }
        assert_eq!(error_at(configure::change_choice(&ctx, list, ids[0], &form(&[("retired", "1")])).await, "retired"), sentence);
        assert_eq!(refused(configure::remove_choice(&ctx, list, ids[0], &form(&[])).await), sentence);
    }
});

both_engines!(the_site_is_configured, |store| async move {
    let ctx = house(&store).await;
    let changed = form(&[
        ("name", "Harbour IT"),
        ("currency", "eur"),
        ("region", "ie"),
        ("time_zone", "Europe/Dublin"),
        ("days", ""),
        ("days", "6"),
        ("days", "1"),
        ("from", "8:00"),
        ("to", "24:00"),
    ]);
    configure::change_site(&ctx, &changed).await.unwrap();
    let site = ctx.store.catalog().await.unwrap().site.clone();
    assert_eq!(
        (site.name.as_str(), site.currency.as_str(), site.region.as_str(), site.time_zone.as_str()),
        ("Harbour IT", "EUR", "IE", "Europe/Dublin")
    );
    let summer = domain::Timestamp::parse_day("2026-07-01").unwrap();
    assert_eq!(site.zone.readable(summer), "1 Jul 2026, 01:00 UTC+1");
    assert_eq!((site.hours.days, site.hours.from_minute, site.hours.to_minute), (vec![1, 6], 480, 1440));
    let wrong = form(&[
        ("name", ""),
        ("currency", "€"),
        ("region", "Narnia"),
        ("time_zone", "Mars"),
        ("days", ""),
        ("from", "noon"),
        ("to", "01:00"),
        ("intake_group", "9"),
    ]);
    match configure::change_site(&ctx, &wrong).await {
        Err(ServiceError::Invalid(errors)) => {
            assert_eq!(
                errors.0.keys().map(String::as_str).collect::<Vec<_>>(),
                ["currency", "days", "from", "intake_group", "name", "region", "time_zone", "to"]
            );
        }
        other => panic!("{other:?}"),
    }
    assert!(configure::time_zones(&ctx).unwrap().iter().any(|zone| zone == "Europe/Dublin"));
});

both_engines!(the_audit_says_who_changed_what_from_where, |store| async move {
    let ctx = house(&store).await;
    let id = configure::add_choice(&ctx, ChoiceList::Partner, &form(&[("name", "Vendor House")])).await.unwrap();
    configure::change_choice(&ctx, ChoiceList::Partner, id, &form(&[("name", "Vendor Home")])).await.unwrap();
    configure::remove_choice(&ctx, ChoiceList::Partner, id, &form(&[])).await.unwrap();
    let wish =
        service::people::SignIn { email: "maya@house.test".to_owned(), password: "not hers at all".to_owned(), address: "10.9.9.9".to_owned() };
    assert!(service::people::sign_in(&ctx, wish).await.is_err());
    let entries = audit::list(&ctx, AuditFilter::default(), None).await.unwrap().items;
    let told: Vec<_> = entries.iter().map(|entry| (entry.kind.sentence(), entry.address.as_str(), entry.actor)).collect();
    let ada: Option<UserId> = ctx.actor.as_ref().map(|actor| actor.id);
    assert_eq!(
        told[..4],
        [
            ("could not sign in as maya@house.test".to_owned(), "10.9.9.9", None),
            ("removed Vendor Home from partners".to_owned(), "10.0.0.7", ada),
            ("changed Name of Vendor Home of partners".to_owned(), "10.0.0.7", ada),
            ("added Vendor House to partners".to_owned(), "10.0.0.7", ada),
        ]
    );
    let sign_ins = audit::list(&ctx, AuditFilter { area: Some(AuditArea::SignIn), actor: None }, None).await.unwrap();
    assert_eq!((sign_ins.items.len(), sign_ins.next_cursor), (1, None));
    // Pages follow each other without gap or repeat.
    for number in 0..60 {
        configure::add_choice(&ctx, ChoiceList::Location, &form(&[("name", &format!("Place {number}"))])).await.unwrap();
    }
    let first = audit::list(&ctx, AuditFilter::default(), None).await.unwrap();
    let second = audit::list(&ctx, AuditFilter::default(), first.next_cursor.as_deref()).await.unwrap();
    assert_eq!(first.items.len(), audit::PAGE_SIZE);
    assert_eq!(first.items.last().map(|entry| entry.id - 1), second.items.first().map(|entry| entry.id));
});
