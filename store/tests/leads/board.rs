//! The board.

use domain::LeadView;
use domain::board::Tally;
use domain::lead_views::Total;
use store::both_engines;
use store::leads::Resolved;

use super::generated::{alike, generated};
use super::plain_filter::{FILTERS, expected, filter_of, lookers};
use super::walks::assert_walks;
use super::*;

both_engines!(a_column_is_counted_and_summed_within_the_scope, |store| async move {
    let catalog = furnish(&store).await;
    let leads = generated(300, &catalog);
    let mut tx = store.begin().await.unwrap();
    add_all(&mut tx, &leads).await;
    let column = [cast::status(SALES, "New enquiry"), cast::status(SALES, "Proposal")];
    for (round, (actor, scope)) in lookers().into_iter().enumerate() {
        for (view, query) in LeadView::ALL.into_iter().cycle().skip(round).zip(FILTERS) {
            let filter = filter_of(view, query, "number");
            let mut wanted = expected(&leads, &filter, &actor, &scope, &catalog);
            wanted.retain(|id| leads.iter().any(|lead| lead.id.0 == *id && column.contains(&lead.status)));
            let amount_minor = leads.iter().filter(|lead| wanted.contains(&lead.id.0)).map(|lead| lead.target_amount_minor).sum();
            let resolved = Resolved::new(&filter, &catalog, &actor, NOW).in_statuses(&column);
            let what = format!("{} for {}", filter.to_query(), actor.name);
            let tally = tx.leads().tally(&resolved, &scope).await.unwrap();
            assert_eq!(tally, Tally { count: Total::Exactly(wanted.len() as i64), amount_minor }, "{what}");
            assert_walks(&mut tx, &resolved, &scope, &wanted, &what).await;
        }
    }
});

both_engines!(a_long_column_is_counted_as_far_as_it_is_cheap, |store| async move {
    let catalog = furnish(&store).await;
    let leads = alike(3_300);
    let mut tx = store.begin().await.unwrap();
    tx.leads().add_many(&leads.iter().map(new_lead).collect::<Vec<_>>()).await.unwrap();
    let maya = cast::actor(MAYA);
    for (view, query, scope, count) in [
        (LeadView::All, "", Scope::All, Total::AtLeast(3000)),
        (LeadView::All, "source=Web", Scope::All, Total::AtLeast(3000)),
        (LeadView::All, "", Scope::of(&maya), Total::AtLeast(3000)),
        (LeadView::All, "source=Referral", Scope::All, Total::Exactly(231)),
        (LeadView::Deleted, "", Scope::All, Total::Exactly(33)),
        (LeadView::All, "q=acme", Scope::All, Total::Unknown),
        (LeadView::All, "", Scope::Any(vec![]), Total::Exactly(0)),
    ] {
        let filter = filter_of(view, query, "number");
        let resolved = Resolved::new(&filter, &catalog, &maya, NOW).in_statuses(&[cast::status(SALES, "New enquiry")]);
        assert_eq!(tx.leads().tally(&resolved, &scope).await.unwrap().count, count, "{} {scope:?}", filter.to_query());
    }
});
