//! Who sees what.

use domain::{LeadFilter, ListView};
use service::leads::PageOf;
use store::both_engines;

use super::*;

async fn seen(ctx: &Ctx, query: &str) -> Vec<LeadId> {
    let listing = leads::list(ctx, &LeadFilter::from_query(query), &PageOf::default()).await.unwrap();
    listing.rows.iter().map(|row| row.id).collect()
}

both_engines!(a_rep_sees_their_own_their_group_s_and_unclaimed_leads, |store| async move {
    let house = house(&store).await;
    let own = add(&house.maya, "full_name=Jo").await;
    let of_group = add(&house.noor, "full_name=Jo").await;
    let unclaimed = add(&house.ines, "full_name=Jo").await;
    let of_south = add(&house.ana, "full_name=Jo").await;
    let waiting_in_south = add(&house.ana, "full_name=Jo&owner=").await;
    let helped = add(&house.ana, "full_name=Jo&team=Maya+Lind").await;
    assert_eq!(seen(&house.maya, "view=all").await, [helped, unclaimed, of_group, own]);
    assert_eq!(seen(&house.maya, "").await, [own]);
    assert_eq!(seen(&house.maya, "view=group").await, [of_group, own]);
    assert_eq!(seen(&house.maya, "view=unassigned").await, [unclaimed]);
    assert_eq!(seen(&house.martin, "view=all").await, [unclaimed, of_group, own]);
    assert_eq!(seen(&house.ines, "view=all").await, [unclaimed]);
    assert_eq!(seen(&house.dora, "view=all").await, []);
    assert_eq!(seen(&house.ada, "view=all").await, [helped, waiting_in_south, of_south, unclaimed, of_group, own]);
    assert_error!(leads::list(&house.public, &LeadFilter::default(), &PageOf::default()).await, ServiceError::SignInRequired);
});

both_engines!(another_region_s_rep_finds_no_such_lead, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo").await;
    let before = lead(&house.ada, id).await;
    assert_error!(leads::find(&house.ana, id).await, ServiceError::NotFound);
    assert_error!(leads::timeline(&house.ana, id, domain::TimelineFilter::default(), None).await, ServiceError::NotFound);
    assert_error!(change(&house.ana, id, "version=1&score=5").await, ServiceError::NotFound);
    for action in LeadAction::ALL {
        assert_error!(leads::act(&house.ana, id, action, &form("reason=Price")).await, ServiceError::NotFound);
    }
    assert_error!(leads::comment(&house.ana, id, &form("text=Hm")).await, ServiceError::NotFound);
    assert_error!(leads::share_note(&house.ana, id, &form("text=Hm")).await, ServiceError::NotFound);
    assert_error!(leads::neighbours(&house.ana, &LeadFilter::default(), id).await, ServiceError::NotFound);
    assert_eq!(leads::rows_among(&house.ana, &ListView::from_query("view=all"), &[id]).await.unwrap(), []);
    assert_eq!((lead(&house.ada, id).await, kinds(&house.ada, id).await.len()), (before, 1));
});
