//! The board.

use domain::LeadFilter;
use domain::lead_views::Total;
use store::both_engines;

use super::*;

/// Each column's status with the leads in it.
async fn columns(ctx: &Ctx, query: &str) -> Vec<(String, Vec<LeadId>)> {
    let board = leads::board(ctx, &LeadFilter::from_query(query), None).await.unwrap();
    let catalog = ctx.store.catalog().await.unwrap();
    let name = |id| catalog.status(id).unwrap().name.clone();
    board.columns.into_iter().map(|column| (name(column.status), column.page.cards.into_iter().map(|card| card.row.id).collect())).collect()
}

both_engines!(the_board_has_a_column_for_each_status_of_a_pipeline, |store| async move {
    let house = house(&store).await;
    let new = add(&house.maya, "full_name=Jo&target_amount=100").await;
    let (started, won) = (add(&house.maya, "full_name=Jo&target_amount=250").await, add(&house.maya, "full_name=Jo").await);
    let renewal = add(&house.maya, "full_name=Jo&type=Renewal").await;
    let of_south = add(&house.ana, "full_name=Jo").await;
    act(&house.maya, started, LeadAction::Start).await;
    act(&house.maya, won, LeadAction::Win).await;
    let column = |name: &str, ids: &[LeadId]| (name.to_owned(), ids.to_vec());
    let empty = |name: &str| column(name, &[]);
    let sales = columns(&house.maya, "").await;
    let expected = [
        column("New enquiry", &[new]),
        empty("Contacting"),
        column("Qualification", &[started]),
        empty("Proposal"),
        empty("Negotiation"),
        column("Won", &[won]),
        empty("Lost"),
        empty("Cancelled"),
    ];
    assert_eq!(sales, expected);
    assert_eq!(columns(&house.maya, "type=Renewal").await[0], column("New", &[renewal]));
    assert_eq!(columns(&house.maya, "state=in_progress&view=all").await.len(), 3);
    assert_eq!(columns(&house.maya, "view=won").await, [column("Won", &[won])]);
    assert_eq!(columns(&house.ada, "view=all&status=New+enquiry").await, [column("New enquiry", &[of_south, new])]);
    let board = leads::board(&house.maya, &LeadFilter::default(), None).await.unwrap();
    assert_eq!((board.columns[2].tally.count, board.columns[2].tally.amount_minor), (Total::Exactly(1), 25_000));
    assert_error!(leads::board(&house.public, &LeadFilter::default(), None).await, ServiceError::SignInRequired);
});

both_engines!(a_card_may_be_moved_by_who_works_its_lead, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo").await;
    let may_move = async |ctx: &Ctx| {
        let board = leads::board(ctx, &LeadFilter::from_query("view=won"), Some(id)).await.unwrap();
        board.asked.map(|card| card.may_move)
    };
    assert_eq!(may_move(&house.maya).await, Some(true));
    assert_eq!(may_move(&house.martin).await, Some(true));
    assert_eq!(may_move(&house.noor).await, Some(false));
    assert_eq!(may_move(&house.ana).await, None);
    change(&house.maya, id, "version=1&team_sent=1&team=Noor+Haddad").await.unwrap();
    assert_eq!(may_move(&house.noor).await, Some(true));
});

both_engines!(a_long_column_comes_in_pages, |store| async move {
    let house = house(&store).await;
    let mut ids = Vec::new();
    for _ in 0..23 {
        ids.insert(0, add(&house.maya, "full_name=Jo&target_amount=10").await);
    }
    let filter = LeadFilter::default();
    let mut board = leads::board(&house.maya, &filter, None).await.unwrap();
    let first = board.columns.remove(0);
    let numbers = |cards: &[domain::board::BoardCard]| cards.iter().map(|card| card.row.id).collect::<Vec<_>>();
    assert_eq!((numbers(&first.page.cards), first.tally.count, first.tally.amount_minor), (ids[..20].to_vec(), Total::Exactly(23), 23_000));
    let next = first.page.next.expect("three more");
    let second = leads::board_page(&house.maya, &filter, first.status, &next).await.unwrap();
    assert_eq!((numbers(&second.cards), second.next), (ids[20..].to_vec(), None));
    assert_error!(leads::board_page(&house.maya, &filter, first.status, "nonsense").await, ServiceError::NotFound);
    let other = leads::board(&house.maya, &LeadFilter::from_query("type=Renewal"), None).await.unwrap().columns[0].status;
    assert_error!(leads::board_page(&house.maya, &filter, other, &next).await, ServiceError::NotFound);
});

both_engines!(an_open_board_is_kept_in_step, |store| async move {
    let house = house(&store).await;
    let (stays, leaves) = (add(&house.maya, "full_name=Jo&target_amount=10").await, add(&house.maya, "full_name=Jo").await);
    let renewal = add(&house.maya, "full_name=Jo&type=Renewal").await;
    act(&house.maya, stays, LeadAction::Start).await;
    change(&house.maya, leaves, "version=1&owner=ana.reyes%40house.test").await.unwrap();
    let news = leads::board_news(&house.maya, &LeadFilter::default(), &[stays, leaves, renewal, LeadId(99)]).await.unwrap();
    assert_eq!(news.cards.iter().map(|card| card.row.id).collect::<Vec<_>>(), [stays]);
    let counts: Vec<_> = news.tallies.iter().map(|(_, tally)| (tally.count, tally.amount_minor)).collect();
    assert_eq!((counts.len(), counts[0], counts[2]), (8, (Total::Exactly(0), 0), (Total::Exactly(1), 1000)));
});
