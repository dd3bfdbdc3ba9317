//! Lists of thousands.

use domain::cast::SOUTH;
use domain::lead_views::Total;
use domain::{LeadView, Reach};
use store::both_engines;
use store::leads::{From, Resolved};

use super::generated::alike;
use super::plain_filter::{SORTS, expected, filter_of};
use super::walks::{assert_planned, ids};
use super::*;

both_engines!(a_list_of_thousands_is_walked_along_an_index, |store| async move {
    let catalog = furnish(&store).await;
    let leads = alike(4_200);
    let mut tx = store.begin().await.unwrap();
    tx.leads().add_many(&leads.iter().map(new_lead).collect::<Vec<_>>()).await.unwrap();
    let filters = [
        "",
        "source=Web",
        "source=Web&state=pending",
        "source=Web&source=Referral",
        "source=Web&source=none",
        "group=none&group=North",
        "status=New+enquiry",
        "type=Sales+enquiry",
        "offering=Cloud",
        "q=acme",
        "score_from=0",
        "score_from=0&amount_from=0&score_to=8",
        "created_from=2025-11-22",
        "created_from=2025-11-21&created_to=2025-11-24",
        "created_to=2025-11-24&state=pending&offering=Cloud&q=acme",
        "updated_from=2025-11-24&updated_to=2025-11-24",
        "expected_from=2025-11-24",
        "expected_from=2025-11-24&expected_to=2025-11-28&source=Web",
        "last_activity_to=2025-11-24&state=pending&offering=Cloud",
        "last_activity_from=2025-11-20&expected_from=2025-11-01&q=acme",
    ];
    let scopes = [
        Scope::All,
        Scope::of(&cast::actor(MAYA)),
        Scope::of(&cast::actor(DORA)),
        Scope::Any(vec![Reach::Team(MAYA)]),
        Scope::Any(vec![Reach::Unclaimed, Reach::Distributor(NORTHWIND), Reach::Group(SOUTH)]),
    ];
    for (round, query) in filters.into_iter().enumerate() {
        for (index, sort) in SORTS.into_iter().enumerate().skip(round % 2).step_by(2) {
            let scope = &scopes[(round + index / 2) % scopes.len()];
            let view = [LeadView::All, LeadView::Unassigned, LeadView::Today][(round + index) % 3];
            let filter = filter_of(view, query, sort);
            let what = format!("{}, {scope:?}", filter.to_query());
            let wanted = expected(&leads, &filter, &cast::actor(MAYA), scope, &catalog);
            let filter = Resolved::new(&filter, &catalog, &cast::actor(MAYA), NOW);
            assert_windows(&mut tx, &filter, scope, &wanted, &what).await;
            let is_true = match tx.leads().total(&filter, scope).await.unwrap() {
                Total::Exactly(count) => count == wanted.len() as i64,
                Total::AtLeast(count) => count <= wanted.len() as i64,
                Total::Unknown => true,
            };
            assert!(is_true, "{what}");
            assert_eq!(tx.leads().count_up_to(&filter, scope, 999).await.unwrap(), 999.min(wanted.len() as i64), "{what}");
        }
    }
});

/// Compares pages at the beginning, in the middle and at the end of a long list, in both directions.
async fn assert_windows(tx: &mut Tx, filter: &Resolved, scope: &Scope, wanted: &[i64], what: &str) {
    assert!(wanted.len() > 3_000, "{what}: {} is too few", wanted.len());
    let first = tx.leads().list(filter, scope, &From::Start, 25).await.unwrap();
    assert_eq!(ids(&first.rows), wanted[..25], "{what}");
    let mut place = first.next.expect("more");
    assert_planned(tx, filter, scope, &From::Start, true, what).await;
    assert_planned(tx, filter, scope, &From::After(place.clone()), true, what).await;
    // Pages wide enough to reach the end in a few steps, so that cursors in the middle are the list's own.
    let mut at = 25;
    let width = 1_200;
    loop {
        let page = tx.leads().list(filter, scope, &From::After(place.clone()), width).await.unwrap();
        let end = wanted.len().min(at + width as usize);
        assert_eq!(ids(&page.rows), wanted[at..end], "{what}, from {at}");
        let before = tx.leads().list(filter, scope, &From::Before(page.previous.expect("a page before")), 25).await.unwrap();
        assert_eq!(ids(&before.rows), wanted[at - 25..at], "{what}, before {at}");
        at = end;
        let Some(next) = page.next else { break };
        place = next;
    }
    assert_eq!(at, wanted.len(), "{what}");
}

both_engines!(how_many_there_are_is_said_as_far_as_it_is_cheap, |store| async move {
    let catalog = furnish(&store).await;
    let leads = alike(3_300);
    let mut tx = store.begin().await.unwrap();
    tx.leads().add_many(&leads.iter().map(new_lead).collect::<Vec<_>>()).await.unwrap();
    let maya = cast::actor(MAYA);
    for (view, query, scope, total) in [
        (LeadView::All, "", Scope::All, Total::AtLeast(3000)),
        (LeadView::Deleted, "", Scope::All, Total::Exactly(33)),
        (LeadView::Deleted, "", Scope::of(&maya), Total::Exactly(33)),
        (LeadView::All, "source=Referral", Scope::All, Total::Exactly(231)),
        (LeadView::All, "source=Web", Scope::All, Total::AtLeast(3000)),
        (LeadView::All, "source=Web&offering=Cloud", Scope::All, Total::Unknown),
        (LeadView::All, "", Scope::of(&maya), Total::AtLeast(3000)),
        (LeadView::All, "", Scope::Any(vec![]), Total::Exactly(0)),
        (LeadView::Mine, "", Scope::of(&maya), Total::Exactly(231)),
    ] {
        let filter = filter_of(view, query, "number");
        let resolved = Resolved::new(&filter, &catalog, &maya, NOW);
        assert_eq!(tx.leads().total(&resolved, &scope).await.unwrap(), total, "{} {scope:?}", filter.to_query());
    }
});
