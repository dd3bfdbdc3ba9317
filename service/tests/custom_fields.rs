//! Fields that an administrator adds: configured, filled in, edited by two people, exported and imported, on both engines.

use std::collections::BTreeMap;

use domain::{Actor, CustomFieldId, EventKind, FormValues, LeadCell, LeadField, LeadFilter, LeadTypeId, ListView, Role, Timestamp};
use service::configuration as configure;
use service::seed::seed_defaults;
use service::{Clock, Ctx, ServiceError, leads};
use store::leads::NewLead;
use store::testing::everything_but;
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

async fn house(store: &Store) -> (Ctx, LeadTypeId) {
    let public = Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000)));
    seed_defaults(&public).await.unwrap();
    let ada = person(&public, "ada@house.test", Role::Administrator).await;
    let first = store.catalog().await.unwrap().types[0].id;
    (public.acting_as(ada), first)
}

fn error_at<T: std::fmt::Debug>(result: Result<T, ServiceError>, field: &str) -> String {
    match result {
        Err(ServiceError::Invalid(errors)) => errors.get(field).unwrap_or_else(|| panic!("no error at {field}: {errors:?}")).to_owned(),
        other => panic!("not invalid: {other:?}"),
    }
}

async fn add(ctx: &Ctx, lead_type: LeadTypeId, fields: &[(&str, &str)]) -> CustomFieldId {
    configure::add_field(ctx, lead_type, &form(fields)).await.unwrap()
}

fn name(field: CustomFieldId) -> String {
    LeadField::Custom(field).form_name().into_owned()
}

both_engines!(only_administrators_add_fields, |store| async move {
    let (ctx, lead_type) = house(&store).await;
    let rep = ctx.acting_as(person(&ctx, "maya@house.test", Role::Rep).await);
    let id = CustomFieldId(1);
    let none = form(&[]);
    let answers = [
        configure::list_fields(&rep, lead_type).await.err(),
        configure::add_field(&rep, lead_type, &none).await.err(),
        configure::change_field(&rep, lead_type, id, &none).await.err(),
        configure::move_field(&rep, lead_type, id, &none).await.err(),
        configure::remove_field(&rep, lead_type, id, &none).await.err(),
    ];
    assert!(answers.iter().all(|answer| matches!(answer, Some(ServiceError::Forbidden(_)))), "{answers:?}");
});

both_engines!(what_makes_no_field_is_refused_at_its_place, |store| async move {
    let (ctx, lead_type) = house(&store).await;
    let wrong = configure::add_field(&ctx, lead_type, &form(&[("name", ""), ("kind", "colour")])).await;
    match &wrong {
        Err(ServiceError::Invalid(errors)) => {
            assert_eq!((errors.get("name"), errors.get("kind")), (Some("Enter a name for the field"), Some("Choose what the field takes")));
        }
        other => panic!("{other:?}"),
    }
    let empty = configure::add_field(&ctx, lead_type, &form(&[("name", "Tier"), ("kind", "choice"), ("options", "\n ")])).await;
    assert_eq!(error_at(empty, "options"), "Enter what can be chosen, one a line");
    let default = form(&[("name", "Tier"), ("kind", "choice"), ("options", "Gold\nSilver\ngold"), ("default", "Bronze")]);
    assert_eq!(error_at(configure::add_field(&ctx, lead_type, &default).await, "default"), "Choose from the list");
    add(&ctx, lead_type, &[("name", "Tier"), ("kind", "choice"), ("options", "Gold\nSilver\ngold"), ("default", "silver")]).await;
    let field = store.catalog().await.unwrap().fields[0].clone();
    assert_eq!((field.options.join(","), field.default.as_str()), ("Gold,Silver".to_owned(), "Silver"));
    let again = configure::add_field(&ctx, lead_type, &form(&[("name", "TIER"), ("kind", "text")])).await;
    assert!(error_at(again, "name").starts_with("There is one of this name"));
});

both_engines!(a_lead_starts_with_defaults_and_is_asked_for_what_is_required, |store| async move {
    let (ctx, lead_type) = house(&store).await;
    let other_type = store.catalog().await.unwrap().types[1].id;
    let tier = add(&ctx, lead_type, &[("name", "Tier"), ("kind", "choice"), ("options", "Gold\nSilver"), ("default", "Silver")]).await;
    let until = add(&ctx, lead_type, &[("name", "Until"), ("kind", "date"), ("required", "1")]).await;
    let elsewhere = add(&ctx, other_type, &[("name", "Region code"), ("kind", "text")]).await;
    let lacking = leads::add(&ctx, &form(&[("full_name", "Jo")])).await;
    assert_eq!(error_at(lacking, &name(until)), "Fill in “Until”");
    let wrong = leads::add(&ctx, &form(&[("full_name", "Jo"), (&name(until), "soon"), (&name(elsewhere), "N1")])).await;
    match &wrong {
        Err(ServiceError::Invalid(errors)) => {
            assert_eq!(errors.get(&name(until)), Some("Enter a date like 2026-11-24"));
            assert_eq!(errors.get(&name(elsewhere)), Some("Leads of this type do not have “Region code”; leave it empty"));
        }
        other => panic!("{other:?}"),
    }
    let id = leads::add(&ctx, &form(&[("full_name", "Jo"), (&name(until), "2026-12-31")])).await.unwrap();
    let lead = leads::find(&ctx, id).await.unwrap().lead;
    assert_eq!(lead.custom, BTreeMap::from([(tier, "Silver".to_owned()), (until, "2026-12-31".to_owned())]));
});

both_engines!(a_field_that_becomes_required_locks_nothing, |store| async move {
    let (ctx, lead_type) = house(&store).await;
    let until = add(&ctx, lead_type, &[("name", "Until"), ("kind", "date"), ("for_all", "1")]).await;
    let id = leads::add(&ctx, &form(&[("full_name", "Jo")])).await.unwrap();
    configure::change_field(&ctx, lead_type, until, &form(&[("required", ""), ("required", "1")])).await.unwrap();
    let listed = configure::list_fields(&ctx, lead_type).await.unwrap();
    assert_eq!((listed[0].uses, listed[0].lacking), (0, Some(1)));
    // Any other field is edited as before; this one is asked for once it is edited itself.
    leads::change(&ctx, id, &form(&[("score", "7")])).await.unwrap();
    assert_eq!(error_at(leads::change(&ctx, id, &form(&[(&name(until), "")])).await, &name(until)), "Fill in “Until”");
    leads::change(&ctx, id, &form(&[(&name(until), "2026-12-31")])).await.unwrap();
    assert_eq!(configure::list_fields(&ctx, lead_type).await.unwrap()[0].lacking, Some(0));
});

both_engines!(a_field_that_becomes_required_leaves_thousands_as_they_are, |store| async move {
    let (ctx, lead_type) = house(&store).await;
    let until = add(&ctx, lead_type, &[("name", "Until"), ("kind", "date")]).await;
    let id = leads::add(&ctx, &form(&[("full_name", "Jo"), ("city", "Hull")])).await.unwrap();
    let first = leads::find(&ctx, id).await.unwrap().lead;
    let mut tx = store.begin().await.unwrap();
    let number = tx.take_numbers("lead", 5000).await.unwrap();
    let copy = |number| NewLead { lead: domain::Lead { id: domain::LeadId(number), ..first.clone() }, import: None, import_key: None };
    tx.leads().add_many(&(number..number + 5000).map(copy).collect::<Vec<_>>()).await.unwrap();
    tx.save().await.unwrap();
    let is_about_settings = ["custom_field", "event", "counter", "audit"];
    let before = everything_but(&store, &is_about_settings).await;
    configure::change_field(&ctx, lead_type, until, &form(&[("required", ""), ("required", "1")])).await.unwrap();
    assert_eq!(everything_but(&store, &is_about_settings).await, before, "no lead is written");
    // Counted as far as it is cheap.
    assert_eq!(configure::list_fields(&ctx, lead_type).await.unwrap()[0].lacking, Some(1000));
    // All are read and listed as before.
    assert_eq!(leads::find(&ctx, id).await.unwrap().lead, first);
    let list = leads::list(&ctx, &LeadFilter::from_query("view=all"), &leads::PageOf::default()).await.unwrap();
    assert_eq!(list.rows.len(), 50);
    // The next form with the field asks for it, and says where; nothing else of that form is saved without.
    let sent = form(&[("version", "1"), ("city", "York"), (&name(until), "")]);
    assert_eq!(error_at(leads::change(&ctx, id, &sent).await, &name(until)), "Fill in “Until”");
    assert_eq!(leads::find(&ctx, id).await.unwrap().lead, first);
    let lacking = leads::add(&ctx, &form(&[("full_name", "Al")])).await;
    assert_eq!(error_at(lacking, &name(until)), "Fill in “Until”");
});

both_engines!(an_edit_is_an_event_and_two_edits_are_a_conflict, |store| async move {
    let (ctx, lead_type) = house(&store).await;
    let cost = add(&ctx, lead_type, &[("name", "Cost"), ("kind", "money")]).await;
    let id = leads::add(&ctx, &form(&[("full_name", "Jo"), (&name(cost), "1,200")])).await.unwrap();
    leads::change(&ctx, id, &form(&[("version", "1"), (&name(cost), "1500")])).await.unwrap();
    let detail = leads::find(&ctx, id).await.unwrap();
    let catalog = store.catalog().await.unwrap();
    match &detail.timeline[0].kind {
        EventKind::FieldsChanged { changes } => {
            assert_eq!(changes[0].field, LeadField::Custom(cost));
            assert_eq!((changes[0].old.as_str(), changes[0].new.as_str()), ("£1,200", "£1,500"));
            assert_eq!(detail.timeline[0].kind.sentence_in(&catalog), "changed Cost");
        }
        other => panic!("{other:?}"),
    }
    let martin = ctx.acting_as(person(&ctx, "martin@house.test", Role::Administrator).await);
    match leads::change(&martin, id, &form(&[("version", "1"), (&name(cost), "1800")])).await {
        Err(ServiceError::Conflict(conflicts)) => {
            assert_eq!(conflicts[0].change.field, LeadField::Custom(cost));
            assert_eq!((conflicts[0].change.old.as_str(), conflicts[0].theirs.as_slice()), ("£1,500", ["1500".to_owned()].as_slice()));
        }
        other => panic!("{other:?}"),
    }
});

both_engines!(what_leads_have_is_retired_and_stays, |store| async move {
    let (ctx, lead_type) = house(&store).await;
    let note = add(&ctx, lead_type, &[("name", "Note"), ("kind", "text")]).await;
    let free = add(&ctx, lead_type, &[("name", "Free"), ("kind", "text")]).await;
    configure::move_field(&ctx, lead_type, free, &form(&[("direction", "up")])).await.unwrap();
    assert_eq!(store.catalog().await.unwrap().fields_of(lead_type).map(|field| field.id).collect::<Vec<_>>(), [free, note]);
    let id = leads::add(&ctx, &form(&[("full_name", "Jo"), (&name(note), "kept")])).await.unwrap();
    match configure::remove_field(&ctx, lead_type, note, &form(&[])).await {
        Err(ServiceError::Refused(sentence)) => assert_eq!(sentence, "1 lead has “Note”. Retire it: they keep it, and it is no longer asked for"),
        other => panic!("{other:?}"),
    }
    assert_eq!(configure::change_field(&ctx, lead_type, note, &form(&[("retired", "1")])).await.unwrap(), 1);
    configure::remove_field(&ctx, lead_type, free, &form(&[])).await.unwrap();
    leads::change(&ctx, id, &form(&[("score", "3")])).await.unwrap();
    assert_eq!(leads::find(&ctx, id).await.unwrap().lead.custom.get(&note).map(String::as_str), Some("kept"));
});

both_engines!(a_list_is_filtered_and_exported_with_own_fields, |store| async move {
    let (ctx, lead_type) = house(&store).await;
    let tier = add(&ctx, lead_type, &[("name", "Tier"), ("kind", "choice"), ("options", "Gold\nSilver")]).await;
    for (who, value) in [("Jo", "Gold"), ("Al", "Silver"), ("Di", "")] {
        leads::add(&ctx, &form(&[("full_name", who), (&name(tier), value)])).await.unwrap();
    }
    let filter = LeadFilter::from_query(&format!("view=all&custom_{tier}=Gold"));
    let listing = leads::list(&ctx, &filter, &leads::PageOf::default()).await.unwrap();
    assert_eq!(listing.rows.iter().map(|row| row.full_name.as_str()).collect::<Vec<_>>(), ["Jo"]);
    let export = leads::Export::parse(&FormValues::decode(filter.to_query().as_bytes()));
    let piece = export.csv(&ctx, None).await.unwrap();
    let lines: Vec<&str> = piece.text.lines().collect();
    assert!(lines[0].ends_with(",Tier") && lines[1].ends_with(",Gold"), "{lines:?}");
    assert_eq!(lines.len(), 2);
});

both_engines!(own_fields_are_columns_of_a_list, |store| async move {
    let (ctx, lead_type) = house(&store).await;
    let mut ids = Vec::new();
    for (field, kind) in [("Tier", "text"), ("Worth", "money"), ("Agreed", "yes_no"), ("Page", "link"), ("Gone", "text")] {
        ids.push(add(&ctx, lead_type, &[("name", field), ("kind", kind)]).await);
    }
    let [tier, worth, agreed, page, gone] = ids.try_into().expect("five fields");
    let values = [(name(tier), "=1+1"), (name(worth), "1250.5"), (name(agreed), "yes"), (name(page), "https://example.com/a")];
    let typed: Vec<(&str, &str)> = values.iter().map(|(name, value)| (name.as_str(), *value)).chain([("full_name", "Jo")]).collect();
    let jo = leads::add(&ctx, &form(&typed)).await.unwrap();
    leads::add(&ctx, &form(&[("full_name", "Al")])).await.unwrap();
    configure::remove_field(&ctx, lead_type, gone, &form(&[])).await.unwrap();

    let keys = [worth, gone, agreed, page, tier].map(name).join(",");
    let list = ListView::from_query(&format!("view=all&sort=name&columns=name,{keys}"));
    let text = |text: &str| LeadCell::Text(text.to_owned());
    let shown = [LeadCell::Figure("£1,250.50".to_owned()), text(""), text("Yes"), LeadCell::Link("https://example.com/a".to_owned()), text("=1+1")];
    let listing = leads::list_shown(&ctx, &list, &leads::PageOf::default()).await.unwrap();
    assert_eq!(listing.rows[1].cells, shown);
    assert_eq!(listing.rows[0].cells, [LeadCell::Figure(String::new()), text(""), text(""), text(""), text("")]);
    let live = leads::rows_among(&ctx, &list, &[jo]).await.unwrap();
    assert_eq!(live[0].cells, shown, "a row that is pushed shows them too");
    let mixed = ListView::from_query(&format!("view=all&columns=name,city,{}", name(agreed)));
    let listing = leads::list_shown(&ctx, &mixed, &leads::PageOf::default()).await.unwrap();
    assert_eq!(listing.rows[1].cells, [text(""), text("Yes")]);

    let export = leads::Export::parse(&FormValues::decode(list.to_query().as_bytes()));
    let piece = export.csv(&ctx, None).await.unwrap();
    let lines: Vec<&str> = piece.text.lines().collect();
    assert_eq!(lines[0].trim_start_matches('\u{feff}'), "Name,Worth,Agreed,Page,Tier");
    assert_eq!(lines[2], "Jo,1250.50,yes,https://example.com/a,'=1+1");
    let numbers: Vec<bool> = export.headings(&ctx).await.unwrap().into_iter().map(|heading| heading.is_number).collect();
    assert_eq!(numbers, [false, true, false, false, false]);
});
