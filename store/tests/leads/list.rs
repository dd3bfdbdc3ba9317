//! The list, beside a plain filter over the same leads.

use domain::LeadView;
use store::leads::{From, Limits, Resolved};
use store::{Engine, both_engines};

use super::generated::generated;
use super::plain_filter::{FILTERS, SORTS, expected, filter_of, lookers};
use super::walks::{assert_counts, assert_planned, assert_walks, ids};
use super::*;

/// A furnished store with 300 leads, and these.
async fn with_generated(store: &Store) -> (Arc<Catalog>, Vec<Lead>) {
    let catalog = furnish(store).await;
    let leads = generated(300, &catalog);
    let mut tx = store.begin().await.unwrap();
    add_all(&mut tx, &leads).await;
    tx.save().await.unwrap();
    (catalog, leads)
}

both_engines!(every_list_shows_what_its_filter_says, |store| async move {
    let catalog = furnish(&store).await;
    let leads = generated(300, &catalog);
    let mut tx = store.begin().await.unwrap();
    add_all(&mut tx, &leads).await;
    let mut round = 0;
    for (shift, view) in LeadView::ALL.into_iter().enumerate() {
        for (index, query) in FILTERS.into_iter().enumerate() {
            // Every second one, by turns; each meets each filter and each view.
            for (actor, scope) in lookers().into_iter().skip((shift + index) % 2).step_by(2) {
                round += 1;
                let filter = filter_of(view, query, SORTS[round % SORTS.len()]);
                let what = format!("{} for {}, {scope:?}", filter.to_query(), actor.name);
                let wanted = expected(&leads, &filter, &actor, &scope, &catalog);
                let filter = Resolved::new(&filter, &catalog, &actor, NOW);
                assert_walks(&mut tx, &filter, &scope, &wanted, &what).await;
                if round % 3 == 0 {
                    assert_counts(&mut tx, &filter, &scope, &wanted, &what).await;
                    assert_planned(&mut tx, &filter, &scope, &From::Start, false, &what).await;
                }
            }
        }
    }
});

both_engines!(every_list_is_right_whichever_way_it_takes, |store| async move {
    let (catalog, leads) = with_generated(&store).await;
    for (round, (rare, some, many, ahead, along)) in
        [(2, 5, 20, 30, 40), (4, 40, 60, 3, 200), (10, 10, 200, 1000, 1), (1, 2, 3, 60, 60)].into_iter().enumerate()
    {
        let mut tx = store.with_list_limits(Limits { rare, some, many, ahead, along }).read().await.unwrap();
        for (index, query) in FILTERS.into_iter().enumerate() {
            for (actor, scope) in lookers().into_iter().skip((round + index) % 3).step_by(3) {
                let view = [LeadView::All, LeadView::Mine, LeadView::Unassigned][index % 3];
                let filter = filter_of(view, query, SORTS[(round + index) % SORTS.len()]);
                let what = format!("{} for {}, {scope:?}, at {rare}, {some}, {many}, {ahead}, {along}", filter.to_query(), actor.name);
                let wanted = expected(&leads, &filter, &actor, &scope, &catalog);
                let filter = Resolved::new(&filter, &catalog, &actor, NOW);
                assert_walks(&mut tx, &filter, &scope, &wanted, &what).await;
                let count = tx.leads().count_up_to(&filter, &scope, 1000).await.unwrap();
                assert_eq!(count, wanted.len() as i64, "{what}");
                // As the board asks for its columns.
                let columns: Vec<Resolved> = catalog.statuses.iter().map(|status| filter.clone().in_statuses(&[status.id])).collect();
                for (column, page) in columns.iter().zip(tx.leads().first_pages(&columns, &scope, 4).await.unwrap()) {
                    let alone = tx.leads().list(column, &scope, &From::Start, 4).await.unwrap();
                    assert_eq!((page.rows, page.next, page.previous), (alone.rows, alone.next, alone.previous), "{what}");
                }
            }
        }
    }
});

// However many leads have such a day: looking each of them up would take seconds at a million.
both_engines!(a_list_bounded_by_days_is_found_in_an_index_alone, |store| async move {
    let (catalog, _) = with_generated(&store).await;
    if store.engine() != Engine::Sqlite {
        return;
    }
    // Gathered, and walked along the sort's index.
    for many in [1000, 5] {
        let mut tx = store.with_list_limits(Limits { rare: 1, some: 2, many, ahead: 10, along: 100 }).read().await.unwrap();
        for days in [
            "expected_from=2025-11-22",
            "expected_to=2025-11-26&expected_from=2025-11-22&state=pending&state=won",
            "closed_to=2025-11-24",
            "closed_from=2025-11-16&source=Web&updated_from=2025-11-23",
            "last_activity_to=2025-11-23",
            "last_activity_to=2025-11-23&created_from=2025-11-15&owner=none&owner=me",
        ] {
            for sort in SORTS.into_iter().filter(|sort| many == 5 || !sort.ends_with("name")) {
                for (actor, scope) in [ADA, MAYA, DORA].map(cast::actor).map(|actor| (actor.clone(), Scope::of(&actor))) {
                    let filter = filter_of(LeadView::All, days, sort);
                    let what = format!("{} for {}, many from {many}", filter.to_query(), actor.name);
                    let filter = Resolved::new(&filter, &catalog, &actor, NOW);
                    let plan = tx.leads().explain(&filter, &scope, &From::Start, 50).await.unwrap();
                    let finds = |step: &&String| step.starts_with("SEARCH l USING") && !step.contains("INTEGER PRIMARY KEY");
                    let finds: Vec<&String> = plan.iter().filter(finds).collect();
                    assert!(!finds.is_empty() && finds.iter().all(|step| step.contains("COVERING INDEX lead_")), "{what}: {plan:?}");
                }
            }
        }
    }
});

both_engines!(the_leads_of_a_class_are_found_by_its_index, |store| async move {
    let (catalog, _) = with_generated(&store).await;
    if store.engine() != Engine::Sqlite {
        return;
    }
    // Gathered, and asked of each lead along the sort's index.
    for some in [1000, 2] {
        let mut tx = store.with_list_limits(Limits { rare: 1, some, many: some, ahead: 10, along: 100 }).read().await.unwrap();
        for query in ["class=rql", "class=aql&class=oql", "class=none", "class=none&class=rql&state=pending"] {
            let filter = Resolved::new(&filter_of(LeadView::All, query, "-updated"), &catalog, &cast::actor(ADA), NOW);
            let plan = tx.leads().explain(&filter, &Scope::All, &From::Start, 50).await.unwrap();
            let of_class: Vec<&String> = plan.iter().filter(|step| step.contains(" k ") || step.contains("lead_class")).collect();
            assert!(!of_class.is_empty() && of_class.iter().all(|step| step.starts_with("SEARCH")), "{query}: {plan:?}");
            if some == 1000 && !query.contains("none") {
                assert!(of_class.iter().all(|step| step.contains("COVERING INDEX lead_class_of")), "{query}: {plan:?}");
            }
        }
    }
});

both_engines!(every_sort_orders_every_view, |store| async move {
    let catalog = furnish(&store).await;
    let leads = generated(120, &catalog);
    let mut tx = store.begin().await.unwrap();
    add_all(&mut tx, &leads).await;
    for (actor, scope) in [ADA, MAYA, DORA].map(cast::actor).map(|actor| (actor.clone(), Scope::of(&actor))) {
        for view in LeadView::ALL {
            for sort in SORTS {
                let filter = filter_of(view, "", sort);
                let what = format!("{} for {}", filter.to_query(), actor.name);
                let wanted = expected(&leads, &filter, &actor, &scope, &catalog);
                let filter = Resolved::new(&filter, &catalog, &actor, NOW);
                assert_walks(&mut tx, &filter, &scope, &wanted, &what).await;
            }
        }
    }
});

both_engines!(among_gives_those_that_the_list_has, |store| async move {
    let catalog = furnish(&store).await;
    let leads = generated(300, &catalog);
    let mut tx = store.begin().await.unwrap();
    add_all(&mut tx, &leads).await;
    let asked: Vec<LeadId> = leads.iter().map(|lead| lead.id).filter(|id| id.0 % 3 != 0).chain([LeadId(999)]).collect();
    for (round, (actor, scope)) in lookers().into_iter().enumerate() {
        for (view, query) in LeadView::ALL.into_iter().cycle().skip(round).zip(FILTERS) {
            let filter = filter_of(view, query, "number");
            let mut wanted = expected(&leads, &filter, &actor, &scope, &catalog);
            wanted.retain(|id| id % 3 != 0);
            let resolved = Resolved::new(&filter, &catalog, &actor, NOW);
            let rows = tx.leads().among(&resolved, &scope, &asked).await.unwrap();
            assert_eq!(ids(&rows), wanted, "{} for {}", filter.to_query(), actor.name);
        }
    }
    let all = Resolved::new(&filter_of(LeadView::All, "", "number"), &catalog, &cast::actor(ADA), NOW);
    assert_eq!(tx.leads().among(&all, &Scope::All, &[]).await.unwrap(), []);
});

both_engines!(a_row_shows_what_its_lead_has, |store| async move {
    let catalog = furnish(&store).await;
    let mut tx = store.begin().await.unwrap();
    let lead = Lead { deleted_at: None, ..full_lead() };
    add(&mut tx, &lead).await;
    let all = Resolved::new(&filter_of(LeadView::All, "", "number"), &catalog, &cast::actor(ADA), NOW);
    let row = tx.leads().list(&all, &Scope::All, &From::Start, 5).await.unwrap().rows.remove(0);
    assert_eq!((row.id, row.version, &row.full_name, &row.account), (lead.id, 1, &lead.full_name, &lead.account));
    assert_eq!(
        (row.status, row.status_since, row.source, row.owner, row.group),
        (lead.status, lead.status_since, lead.source, lead.owner, lead.group)
    );
    assert_eq!((row.score, row.target_amount_minor, row.currency.as_str()), (-7, 1_250_050, "EUR"));
    assert_eq!((row.phone.as_str(), row.email.as_str()), ("ext 12", "field@acme.test"));
    assert_eq!((row.created_at, row.updated_at), (lead.created_at, lead.updated_at));
    assert_eq!(tx.leads().among(&all, &Scope::All, &[lead.id]).await.unwrap(), [row]);
});

both_engines!(what_a_person_was_told_is_counted_anew_after_the_next_event, |store| async move {
    let catalog = furnish(&store).await;
    let leads = generated(300, &catalog);
    let (before, after) = leads.split_at(150);
    let mut tx = store.begin().await.unwrap();
    add_all(&mut tx, before).await;
    let (actor, scope) = lookers().into_iter().next().unwrap();
    let filter = filter_of(LeadView::All, "", SORTS[0]);
    let wanted = |leads: &[_]| expected(leads, &filter, &actor, &scope, &catalog).len() as i64;
    let resolved = Resolved::new(&filter, &catalog, &actor, NOW);
    let count = async |newest: i64, most: i64, tx: &mut store::Tx| {
        tx.leads().count_as_of(domain::EventId(newest), actor.id, &resolved, &scope, most).await.unwrap()
    };
    assert_eq!(count(7, 1000, &mut tx).await, wanted(before));
    add_all(&mut tx, after).await;
    assert_ne!(wanted(before), wanted(&leads));
    assert_eq!(count(7, 1000, &mut tx).await, wanted(before), "nothing was counted while nothing happened");
    assert_eq!(count(7, 3, &mut tx).await, 3, "another most is another count");
    assert_eq!(count(8, 1000, &mut tx).await, wanted(&leads));
});
