//! The list, and what is counted of it.

use domain::lead_filter::Facet;
use domain::lead_views::Total;
use domain::{LeadCell, LeadFilter, LeadView, ListView};
use service::leads::PageOf;
use store::both_engines;

use super::*;

both_engines!(a_list_reads_each_lead_once, |store| async move {
    let house = house(&store).await;
    for name in ["Jo", "Ann", "Kim"] {
        add(&house.maya, &format!("full_name={name}&company=Acme&tags=vip&city=Leeds")).await;
    }
    let ada = Ctx { catalog_version: Some(1), ..house.ada.clone() };
    ada.catalog().await.unwrap();
    let page = PageOf { limit: Some(2), ..PageOf::default() };
    let before = store.statements();
    let whole = leads::list_whole(&ada, &LeadFilter::from_query("view=all"), &page).await.unwrap();
    // The transaction's two; the page, its contacts' numbers and its leads' parts.
    assert_eq!(store.statements() - before, 5);
    for found in &whole.leads {
        assert_eq!(*found, lead(&ada, found.id).await);
    }
    let shown = |query: &str| ListView::from_query(query);
    let before = store.statements();
    let plain = leads::list_shown(&ada, &shown("view=all"), &page).await.unwrap();
    // The page, and how many there are.
    assert_eq!(store.statements() - before, 2);
    let before = store.statements();
    let mut more = leads::list_shown(&ada, &shown("view=all&columns=number,city"), &page).await.unwrap();
    // As for whole leads, and how many there are.
    assert_eq!(store.statements() - before, 6);
    assert_eq!(more.rows[0].cells, [LeadCell::Text("Leeds".to_owned())]);
    more.rows.iter_mut().for_each(|row| row.cells.clear());
    assert_eq!((more.rows, &more.next, more.total), (plain.rows, &plain.next, plain.total));
    assert_eq!(more.next, whole.next);
});

both_engines!(a_list_is_read_page_by_page, |store| async move {
    let house = house(&store).await;
    let mut ids = Vec::new();
    for _ in 0..7 {
        ids.insert(0, add(&house.maya, "full_name=Jo").await);
    }
    let filter = LeadFilter::default();
    let page = |after: Option<String>, before: Option<String>| PageOf { after, before, limit: Some(3) };
    let first = leads::list(&house.maya, &filter, &page(None, None)).await.unwrap();
    let second = leads::list(&house.maya, &filter, &page(first.next.clone(), None)).await.unwrap();
    let third = leads::list(&house.maya, &filter, &page(second.next.clone(), None)).await.unwrap();
    let back = leads::list(&house.maya, &filter, &page(None, second.previous.clone())).await.unwrap();
    let numbers = |rows: &[domain::LeadRow]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!((numbers(&first.rows), numbers(&second.rows), numbers(&third.rows)), (ids[..3].to_vec(), ids[3..6].to_vec(), ids[6..].to_vec()));
    assert_eq!((first.previous, third.next, back.previous, numbers(&back.rows)), (None, None, None, ids[..3].to_vec()));
    assert_eq!((first.total, third.total), (Total::Exactly(7), Total::Exactly(7)));
    let odd = leads::list(&house.maya, &filter, &PageOf { after: Some("nonsense".to_owned()), before: None, limit: Some(-5) }).await.unwrap();
    assert_eq!(numbers(&odd.rows), ids[..1]);
    let deleted = LeadFilter { view: LeadView::Deleted, ..filter };
    assert_eq!(leads::list(&house.maya, &deleted, &PageOf::default()).await.unwrap().total, Total::Exactly(0));
});

both_engines!(a_list_shows_the_columns_that_it_asks_for, |store| async move {
    let house = house(&store).await;
    let id = add(&house.maya, "full_name=Jo&city=Hull&tags=hot,vip").await;
    let columns = "columns=name,city,tags,last_contacted,last_comment,last_activity,days_in_status";
    let cells = async |ctx: &Ctx| leads::list_shown(ctx, &ListView::from_query(columns), &PageOf::default()).await.unwrap().rows[0].cells.clone();
    let text = |text: &str| LeadCell::Text(text.to_owned());
    let days = |days| LeadCell::Days { days, tone: String::new() };
    assert_eq!(cells(&house.maya).await, [text("Hull"), text("hot, vip"), text(""), text(""), text(""), days(0)]);
    let rang = house.maya.now();
    leads::comment(&house.maya, id, &form("text=Rings%0Aback&icon=phone")).await.unwrap();
    house.maya.clock.advance_ms(2 * domain::DAY_MS);
    let noted = house.maya.now();
    leads::share_note(&house.maya, id, &form("text=Wants+two")).await.unwrap();
    let said = LeadCell::Said { at: noted, text: "Wants two".to_owned() };
    assert_eq!(cells(&house.maya).await, [text("Hull"), text("hot, vip"), LeadCell::At(rang), said, LeadCell::At(noted), days(2)]);
    let rows = leads::rows_among(&house.maya, &ListView::from_query(columns), &[id]).await.unwrap();
    assert_eq!(rows[0].cells, cells(&house.maya).await);
    assert_eq!(leads::list_shown(&house.maya, &ListView::default(), &PageOf::default()).await.unwrap().rows[0].cells, []);
});

both_engines!(a_list_shows_of_what_class_its_leads_are, |store| async move {
    let house = house(&store).await;
    let classed = add(&house.maya, "full_name=Jo").await;
    let plain = add(&house.maya, "full_name=Al").await;
    service::classes::change_class(&house.maya, classed, &form("class=rql&horizon=2031-03-01")).await.unwrap();
    let page = PageOf::default();
    for (query, wanted) in [("", vec![(plain, ""), (classed, "RQL")]), ("class=rql", vec![(classed, "RQL")]), ("class=none", vec![(plain, "")])] {
        let list = ListView::from_query(&format!("{query}&sort=-number&columns=name,class"));
        let cells: Vec<_> = wanted.iter().map(|(id, class)| (*id, vec![LeadCell::Text((*class).to_owned())])).collect();
        let rows = leads::list_shown(&house.maya, &list, &page).await.unwrap().rows;
        assert_eq!(rows.into_iter().map(|row| (row.id, row.cells)).collect::<Vec<_>>(), cells, "{query}");
        // What keeps an open list in step says the same.
        let mut among = leads::rows_among(&house.maya, &list, &[plain, classed]).await.unwrap();
        among.sort_by_key(|row| std::cmp::Reverse(row.id));
        assert_eq!(among.into_iter().map(|row| (row.id, row.cells)).collect::<Vec<_>>(), cells, "{query}");
    }
    let export = leads::Export::parse(&form("sort=-number&columns=number,class"));
    let text = export.csv(&house.maya, None).await.unwrap().text;
    assert_eq!(text.lines().collect::<Vec<_>>(), ["\u{FEFF}Number,Class".to_owned(), format!("{plain},"), format!("{classed},RQL")]);
    // Who does not see the lead finds it by no class.
    assert_eq!(leads::list(&house.ana, &LeadFilter::from_query("view=all&class=rql"), &page).await.unwrap().rows, []);
});

both_engines!(a_list_is_gathered_in_groups, |store| async move {
    let house = house(&store).await;
    for (query, times) in [("source=Web&target_amount=100", 12), ("source=Other&target_amount=50", 1), ("target_amount=1", 2)] {
        for _ in 0..times {
            add(&house.maya, &format!("full_name=Jo&{query}")).await;
        }
    }
    add(&house.ana, "full_name=Elsewhere&source=Web").await;
    let list = ListView::from_query("source=Web&source=Other&source=none&group_by=source&sort=-amount");
    let found = leads::grouped(&house.maya, &list).await.unwrap();
    let shown: Vec<_> = found.groups.iter().map(|group| (group.name.as_str(), group.count, group.amount_minor, group.rows.len())).collect();
    assert_eq!(shown, [("Web", 12, Some(120_000), 10), ("Other", 1, Some(5_000), 1), ("None", 2, Some(200), 2)]);
    assert_eq!((found.count, found.amount_minor, found.is_whole), (15, Some(125_200), true));
    assert_eq!(found.groups[0].query, "source=Web&sort=-amount");
    assert_eq!(found.groups[2].query, "source=none&sort=-amount");
    let statuses = leads::grouped(&house.maya, &ListView::from_query("group_by=status")).await.unwrap();
    assert_eq!(statuses.groups.iter().map(|group| group.count).collect::<Vec<_>>(), [15]);
    assert_error!(leads::grouped(&house.maya, &ListView::default()).await, ServiceError::NotFound);
});

both_engines!(an_open_list_is_kept_in_step, |store| async move {
    let house = house(&store).await;
    let (one, two) = (add(&house.maya, "full_name=Jo&score=50").await, add(&house.maya, "full_name=Jo").await);
    let filter = LeadFilter::from_query("score_from=10");
    let rows = leads::rows_among(&house.maya, &ListView::default().with_filter(filter), &[two, one, LeadId(99)]).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [one]);
});

both_engines!(a_lead_knows_its_neighbours_in_the_list, |store| async move {
    let house = house(&store).await;
    let low = add(&house.maya, "full_name=Jo&score=10").await;
    let high = add(&house.maya, "full_name=Jo&score=90").await;
    let middle = add(&house.maya, "full_name=Jo&score=50").await;
    add(&house.ana, "full_name=Jo&score=60").await;
    let filter = LeadFilter::from_query("view=all&sort=-score");
    let around = async |id| leads::neighbours(&house.maya, &filter, id).await.map(|found| (found.previous, found.next)).unwrap();
    assert_eq!(around(high).await, (None, Some(middle)));
    assert_eq!(around(middle).await, (Some(high), Some(low)));
    assert_eq!(around(low).await, (Some(middle), None));
    assert_error!(leads::neighbours(&house.maya, &filter, LeadId(99)).await, ServiceError::NotFound);
});

both_engines!(counters_count_open_leads, |store| async move {
    let house = house(&store).await;
    for query in ["full_name=Jo", "full_name=Jo", "full_name=Jo&owner="] {
        add(&house.maya, query).await;
    }
    let won = add(&house.maya, "full_name=Jo").await;
    act(&house.maya, won, LeadAction::Win).await;
    add(&house.ines, "full_name=Jo").await;
    let counted = async |ctx: &Ctx| {
        let counters = leads::counters(ctx).await.unwrap();
        (counters.mine, counters.unassigned)
    };
    assert_eq!(counted(&house.maya).await, (2, 2));
    assert_eq!(counted(&house.ana).await, (0, 1));
    assert_eq!(counted(&house.dora).await, (0, 0));
    let me = LeadFilter { facets: vec![(Facet::Owner, "me".to_owned())], ..LeadFilter::from_query("view=all") };
    assert_eq!(leads::list(&house.maya, &me, &PageOf::default()).await.unwrap().total, Total::Exactly(3));
});

// Auckland is thirteen hours ahead in November and twelve in June, so its midnight is at eleven or at noon.
both_engines!(days_are_those_of_the_site_s_time_zone, |store| async move {
    let house = house(&store).await;
    service::configuration::change_site(&house.ada, &form("time_zone=Pacific/Auckland")).await.unwrap();
    let midnight = |day: &str, hour: i64| Timestamp::parse_day(day).unwrap().plus_ms(hour * domain::HOUR_MS);
    let mut added = Vec::new();
    // The last millisecond of a day and the first of the next, when the clocks are ahead by thirteen hours.
    let november = midnight("2025-11-25", 11);
    for at in [november.plus_ms(-1), november] {
        house.maya.clock.advance_ms(at.0 - house.maya.now().0);
        added.push(add(&house.maya, "full_name=Jo").await);
    }
    let found = async |query: &str| {
        let rows = leads::list(&house.maya, &LeadFilter::from_query(query), &PageOf::default()).await.unwrap().rows;
        rows.into_iter().rev().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(found("view=today").await, added[1..]);
    assert_eq!(found("view=all&created_to=2025-11-25").await, added[..1]);
    assert_eq!(found("view=all&created_from=2025-11-26").await, added[1..]);
    assert_eq!(found("view=all&created_from=2025-11-25&created_to=2025-11-26").await, added);
    // Midnight in UTC begins no day.
    house.maya.clock.advance_ms(13 * domain::HOUR_MS);
    assert_eq!(found("view=today").await, added[1..]);
    // By the clocks of winter.
    let june = midnight("2026-06-10", 12);
    for at in [june.plus_ms(-1), june] {
        house.maya.clock.advance_ms(at.0 - house.maya.now().0);
        added.push(add(&house.maya, "full_name=Ann").await);
    }
    assert_eq!(found("view=today").await, added[3..]);
    assert_eq!(found("view=all&created_from=2026-06-10&created_to=2026-06-10").await, added[2..3]);
    assert_eq!(found("view=all&created_from=2026-06-11").await, added[3..]);
});

// In Auckland, the 25th of November ends at eleven. What is typed as a day has no clocks.
both_engines!(a_list_is_bounded_by_the_days_of_what_happened_to_its_leads, |store| async move {
    let house = house(&store).await;
    service::configuration::change_site(&house.ada, &form("time_zone=Pacific/Auckland")).await.unwrap();
    let soon = add(&house.maya, "full_name=Jo&expected=2025-12-01").await;
    let later = add(&house.maya, "full_name=Jo&expected=2025-12-02").await;
    let open = add(&house.maya, "full_name=Jo").await;
    let midnight = Timestamp::parse_day("2025-11-25").unwrap().plus_ms(11 * domain::HOUR_MS);
    for (id, at) in [(soon, midnight.plus_ms(-1)), (later, midnight)] {
        house.maya.clock.advance_ms(at.0 - house.maya.now().0);
        act(&house.maya, id, LeadAction::Win).await;
    }
    for (query, wanted) in [
        ("expected_to=2025-12-01", vec![soon]),
        ("expected_from=2025-12-02", vec![later]),
        ("expected_from=2025-12-01&expected_to=2025-12-02", vec![soon, later]),
        ("closed_to=2025-11-25", vec![soon]),
        ("closed_from=2025-11-26", vec![later]),
        ("closed_from=2025-11-25&closed_to=2025-11-26&expected_from=2025-12-01", vec![soon, later]),
        ("closed_from=2025-11-27", vec![]),
        ("last_activity_to=2025-11-25&state=won", vec![soon]),
        ("last_activity_from=2025-11-26", vec![later]),
        ("updated_to=2025-11-25", vec![soon, open]),
        ("updated_from=2025-11-26", vec![later]),
        // By the site's clocks, it has been the 26th for a moment.
        ("updated_from=today", vec![later]),
        ("closed_to=today-1", vec![soon]),
        ("closed_from=today-1&expected_to=today%2B5", vec![soon]),
        ("status=New+enquiry&status=Won&updated_to=2025-11-26", vec![soon, later, open]),
        ("status=New+enquiry&status=Contacting&updated_to=2025-11-26", vec![open]),
    ] {
        for sort in ["number", "updated", "score", "amount", "name"] {
            let filter = LeadFilter::from_query(&format!("view=all&{query}&sort={sort}"));
            let rows = leads::list(&house.maya, &filter, &PageOf::default()).await.unwrap().rows;
            let mut found: Vec<_> = rows.into_iter().map(|row| row.id).collect();
            found.sort_unstable();
            assert_eq!(found, wanted, "{query}, by {sort}");
        }
    }
    // A group of the list keeps its days.
    let grouped = leads::grouped(&house.maya, &ListView::from_query("view=all&closed_to=2025-11-25&group_by=status")).await.unwrap();
    assert_eq!(grouped.groups.iter().map(|group| (group.name.as_str(), group.count)).collect::<Vec<_>>(), [("Won", 1)]);
    assert_eq!(grouped.groups[0].query, "view=all&status=Won&closed_to=2025-11-25");
});
