//! Changing, also by two at once.

use domain::{LeadField, LeadFilter, LeadState};
use service::contacts;
use service::leads::PageOf;
use store::{Engine, both_engines};

use super::*;

both_engines!(a_change_is_saved_with_its_history, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo&company=Acme").await;
    house.maya.clock.advance_ms(60_000);
    let changed = change(&house.maya, id, "version=1&score=70&city=+Hull+&owner=Noor+Haddad").await.unwrap();
    assert_eq!(changed.lead.version, 2);
    let shown: Vec<_> = changed.changes.iter().map(|change| (change.field, change.old.as_str(), change.new.as_str())).collect();
    assert_eq!(shown, [(LeadField::Owner, "Maya Lind", "Noor Haddad"), (LeadField::Score, "0", "70"), (LeadField::City, "", "Hull")]);
    let now = lead(&house.maya, id).await;
    assert_eq!((now.version, now.score, now.address.city.as_str(), now.updated_at), (2, 70, "Hull", house.maya.now()));
    assert_eq!(kinds(&house.maya, id).await[0], EventKind::FieldsChanged { changes: changed.changes });
});

both_engines!(a_change_takes_few_statements, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo&company=Acme&tags=vip").await;
    let token = service::tokens::cli_add_token(&house.public, "maya.lind@house.test", "test", domain::TokenScope::Write, None).await.unwrap();
    service::tokens::find_caller(&house.public, &token).await.unwrap();
    let before = store.statements();
    let caller = service::tokens::find_caller(&house.public, &token).await.unwrap().expect("a caller");
    assert_eq!(store.statements() - before, 1);
    let maya = Ctx { catalog_version: Some(caller.catalog_version), ..house.public.acting_as(caller.actor) };
    maya.catalog().await.unwrap();
    let before = store.statements();
    let changed = change(&maya, id, "version=1&score=70").await.unwrap();
    // The transaction's two; the lead, its contact's numbers and its parts; its row, the event's number, the event. Other
    // processes wait and are told on Postgres.
    assert_eq!(store.statements() - before, if store.engine() == Engine::Postgres { 10 } else { 8 });
    assert_eq!(changed.lead, lead(&maya, id).await);
    let changed = change(&maya, id, "version=2&phones=0161+496+0123&offerings=Training&offerings=Managed+IT&tags=z,+a").await.unwrap();
    assert_eq!(changed.lead, lead(&maya, id).await);
});

/// Every field of a lead as its form sends it.
fn whole_form(lead: &Lead) -> String {
    let mut out = form_urlencoded(&[("version".to_owned(), lead.version.to_string())]);
    for field in LeadField::ALL {
        let values = field.value(lead).typed(&lead.currency);
        out.push_str(&format!("&{}_sent=1", field.key()));
        for value in values {
            out.push('&');
            out.push_str(&form_urlencoded(&[(field.key().to_owned(), value)]));
        }
    }
    out
}

fn form_urlencoded(pairs: &[(String, String)]) -> String {
    let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    pairs.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&")
}

both_engines!(a_form_sent_back_as_it_was_read_changes_nothing, |store| async move {
    let house = house(&store).await;
    let query = "full_name=Jo&company=Acme&phones=0161+496+0123,123&emails=jo%40acme.test&team=Ana+Reyes&team=Noor+Haddad&offerings=Training\
                 &offerings=Managed+IT&target_amount=99.50&probability=0&expected=2026-02-28&message=One%0D%0Atwo&source=Web&street=1+Quay";
    let id = add(&house.maya, query).await;
    let before = lead(&house.maya, id).await;
    let changed = change(&house.maya, id, &whole_form(&before)).await.unwrap();
    assert_eq!((changed.lead.version, changed.changes), (1, vec![]));
    assert_eq!((lead(&house.maya, id).await, kinds(&house.maya, id).await.len()), (before, 1));
});

both_engines!(two_people_change_different_fields_and_both_survive, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo&city=Hull&team=Noor+Haddad").await;
    let read = lead(&house.maya, id).await;
    let hers = whole_form(&Lead { score: 80, ..read.clone() });
    let mut other = read.clone();
    other.address.city = "Leeds".to_owned();
    change(&house.noor, id, &whole_form(&other)).await.unwrap();
    let changed = change(&house.maya, id, &hers).await.unwrap();
    assert_eq!(changed.changes.iter().map(|change| change.field).collect::<Vec<_>>(), [LeadField::Score]);
    let now = lead(&house.maya, id).await;
    assert_eq!((now.version, now.score, now.address.city.as_str()), (3, 80, "Leeds"));
});

both_engines!(at_the_same_moment_too, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo&team=Noor+Haddad").await;
    let (one, two) = tokio::join!(change(&house.maya, id, "version=1&score=80"), change(&house.noor, id, "version=1&city=Leeds"));
    assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
    let now = lead(&house.maya, id).await;
    assert_eq!((now.version, now.score, now.address.city.as_str()), (3, 80, "Leeds"));
});

both_engines!(two_people_who_change_the_same_field_see_both_values, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo&city=Hull&team=Noor+Haddad").await;
    house.maya.clock.advance_ms(60_000);
    change(&house.noor, id, "version=1&city=Leeds").await.unwrap();
    let before = lead(&house.maya, id).await;
    let result = change(&house.maya, id, "version=1&city=York&score=80").await;
    let Err(ServiceError::Conflict(conflicts)) = result else { panic!("{result:?}") };
    let [conflict] = conflicts.as_slice() else { panic!("{conflicts:?}") };
    assert_eq!((conflict.change.field, conflict.change.old.as_str(), conflict.change.new.as_str()), (LeadField::City, "Leeds", "York"));
    assert_eq!((conflict.by.as_str(), conflict.at, conflict.version), ("Noor Haddad", house.maya.now(), 2));
    assert_eq!(conflict.theirs, ["Leeds"]);
    assert_eq!(lead(&house.maya, id).await, before, "nothing is saved, the score neither");
    change(&house.maya, id, "version=2&city=York&score=80").await.unwrap();
    let now = lead(&house.maya, id).await;
    assert_eq!((now.address.city.as_str(), now.score), ("York", 80));
});

both_engines!(the_same_value_and_one_s_own_earlier_change_are_no_conflict, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo&city=Hull&team=Noor+Haddad").await;
    change(&house.noor, id, "version=1&city=Leeds").await.unwrap();
    assert_eq!(change(&house.maya, id, "version=1&city=Leeds").await.unwrap().changes, []);
    change(&house.maya, id, "version=2&score=1").await.unwrap();
    change(&house.maya, id, "version=2&score=2").await.unwrap();
    assert_eq!(lead(&house.maya, id).await.score, 2);
});

both_engines!(what_an_action_changed_meanwhile_is_seen_too, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo&owner=").await;
    let read = lead(&house.maya, id).await;
    act(&house.noor, id, LeadAction::Accept).await;
    act(&house.noor, id, LeadAction::Start).await;
    let martin = format!("version=1&owner={}", id_of(&house.martin));
    let result = change(&house.martin, id, &martin).await;
    let Err(ServiceError::Conflict(conflicts)) = result else { panic!("{result:?}") };
    assert_eq!(
        (conflicts[0].change.field, conflicts[0].change.old.as_str(), conflicts[0].by.as_str()),
        (LeadField::Owner, "Noor Haddad", "Noor Haddad")
    );
    // Owner and status are sent as they were read, so they stay as they are now.
    change(&house.martin, id, &whole_form(&Lead { score: 5, ..read })).await.unwrap();
    let now = lead(&house.maya, id).await;
    assert_eq!((now.owner, now.state, now.score), (Some(id_of(&house.noor)), LeadState::InProgress, 5));
});

both_engines!(a_status_of_another_state_is_refused_at_its_field, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo").await;
    let catalog = store.catalog().await.unwrap();
    let status = |name: &str| catalog.statuses.iter().find(|status| status.name == name).unwrap().id;
    let result = change(&house.maya, id, &format!("version=1&status={}&score=5", status("Qualification"))).await;
    assert_eq!(error_at(result, "status"), "“Qualification” is another state; use “Start work”");
    assert_eq!(lead(&house.maya, id).await.score, 0);
    change(&house.maya, id, &format!("version=1&status={}", status("Contacting"))).await.unwrap();
    assert_eq!(status_name(&house.maya, id).await, "Contacting");
});

both_engines!(a_closed_lead_is_not_changed, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo").await;
    act(&house.maya, id, LeadAction::Win).await;
    let before = lead(&house.maya, id).await;
    assert_eq!(sentence(change(&house.maya, id, "version=2&score=5").await), "This lead is closed; reopen it to change it");
    assert_eq!(lead(&house.maya, id).await, before);
});

both_engines!(a_change_is_refused_with_a_sentence_or_as_unknown, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo").await;
    assert_eq!(sentence(change(&house.noor, id, "score=5").await), "Only its owner, its team and managers can change this lead");
    assert_error!(change(&house.ana, id, "score=5").await, ServiceError::NotFound);
    assert_error!(change(&house.dora, id, "score=5").await, ServiceError::NotFound);
    assert_error!(change(&house.ada, LeadId(99), "score=5").await, ServiceError::NotFound);
    assert_error!(change(&house.public, id, "score=5").await, ServiceError::SignInRequired);
    error_at(change(&house.maya, id, "version=first&score=5").await, "version");
    assert_eq!(error_at(change(&house.maya, id, "full_name=&score=5").await, "full_name"), "Enter a name");
    assert_eq!(lead(&house.maya, id).await.version, 1);
});

both_engines!(being_assigned_gives_the_right_to_edit, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo").await;
    change(&house.maya, id, "team=Noor+Haddad").await.unwrap();
    change(&house.noor, id, "score=5").await.unwrap();
    change(&house.martin, id, "owner=Ana+Reyes").await.unwrap();
    change(&house.ana, id, "score=6").await.unwrap();
    assert_error!(change(&house.maya, id, "score=7").await, ServiceError::Forbidden(_));
    assert!(leads::find(&house.ana, id).await.unwrap().rights.edit);
    assert!(!leads::find(&house.maya, id).await.unwrap().rights.edit);
});

both_engines!(a_lead_that_waits_for_its_group_is_accepted_or_given_away_by_who_manages_it, |store| async move {
    let house = house(&store).await;
    let says = "It waits for somebody of North to accept it; accept it, or have who manages the group give it away";
    let to_noor = format!("owner={}", id_of(&house.noor));
    let id = add(&house.ines, "full_name=Jo&owner=&group=North").await;
    for ctx in [&house.maya, &house.ines] {
        assert_eq!(error_at(change(ctx, id, &to_noor).await, "owner"), says);
        assert_eq!(error_at(change(ctx, id, "group=").await, "group"), says);
        // Also of the two at once, and nothing else is saved with it.
        assert_eq!(error_at(change(ctx, id, &format!("score=9&group=&{to_noor}")).await, "owner"), says);
    }
    assert_eq!((lead(&house.ada, id).await.owner, lead(&house.ada, id).await.version), (None, 1));
    change(&house.maya, id, "city=Hull&score=5").await.unwrap();
    change(&house.martin, id, &to_noor).await.unwrap();
    assert_eq!(lead(&house.ada, id).await.owner, Some(id_of(&house.noor)));
    // Whoever has it gives it on as they like.
    change(&house.noor, id, &format!("owner={}", id_of(&house.maya))).await.unwrap();

    // To take it oneself is to accept it, by whichever door; of two the second reads that it is another's.
    let id = add(&house.ines, "full_name=Al&owner=&group=North").await;
    change(&house.maya, id, &format!("owner={}", id_of(&house.maya))).await.unwrap();
    assert_error!(change(&house.noor, id, &to_noor).await, ServiceError::Forbidden(_));
    assert_eq!(lead(&house.ada, id).await.owner, Some(id_of(&house.maya)));

    // It can be passed to another group, where it waits likewise; who is in no group takes it as before.
    let id = add(&house.ines, "full_name=Kim&owner=&group=North").await;
    change(&house.maya, id, "group=South").await.unwrap();
    assert_error!(change(&house.maya, id, &to_noor).await, ServiceError::NotFound);
    assert!(error_at(change(&house.ana, id, &to_noor).await, "owner").contains("somebody of South"));
    leads::act(&house.ana, id, LeadAction::Accept, &form("")).await.unwrap();
    let unclaimed = add(&house.ada, "full_name=Lu&owner=&group=").await;
    assert_eq!(lead(&house.ada, unclaimed).await.group, None);
    change(&house.maya, unclaimed, &to_noor).await.unwrap();
});

both_engines!(the_person_of_a_lead_is_a_contact_with_other_leads, |store| async move {
    let house = house(&store).await;
    let first = add(&house.maya, "full_name=Jo&company=Acme&emails=jo%40acme.test&phones=123").await;
    let other = add(&house.maya, "full_name=Jo&company=Acme&emails=jo%40acme.test").await;
    let changed = change(&house.maya, first, "version=1&full_name=Joan&phones=0161+496+0123&emails=joan%40acme.test").await.unwrap();
    assert_eq!(changed.lead.version, 2);
    let (first, other) = (lead(&house.maya, first).await, lead(&house.maya, other).await);
    assert_eq!((first.version, other.phones, other.emails), (2, first.phones.clone(), first.emails.clone()));
    let contact = contacts::find_contact(&house.maya, first.contact).await.unwrap();
    assert_eq!((contact.full_name.as_str(), &contact.phones), ("Joan", &first.phones));
    let history = contacts::contact_timeline(&house.maya, first.contact).await.unwrap();
    assert_eq!((history[0].version, history[0].actor), (contact.version, Some(id_of(&house.maya))));
    for query in ["joan", "0161+496"] {
        let rows = leads::list(&house.maya, &LeadFilter::from_query(&format!("q={query}")), &PageOf::default()).await.unwrap().rows;
        assert_eq!(rows.iter().map(|row| row.phone.as_str()).collect::<Vec<_>>(), ["+441614960123"; 2], "{query}");
    }
});
