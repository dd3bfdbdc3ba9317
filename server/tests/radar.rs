//! The radar over HTTP, without script.

mod support;

use axum::http::StatusCode;
use domain::{DAY_MS, Role};
use service::{Clock, Ctx};
use store::both_engines;
use support::House;

both_engines!(the_radar_shows_who_has_a_lead_and_reminds_them, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    let maya = house.person("maya@house.test", Role::Rep).await;
    house.person("ana@house.test", Role::Rep).await;
    house.catalog_changed().await;
    let ada = house.sign_in("ada@house.test").await;
    let added = house.post("/leads/new", Some(&ada), &format!("full_name=Jo+Field&company=Acme&owner={maya}")).await;
    let lead = added.header("location").to_owned();
    let (mayas, anas) = (house.sign_in("maya@house.test").await, house.sign_in("ana@house.test").await);

    let page = house.get("/radar", Some(&mayas)).await.body;
    assert!(page.contains("Due within a day") && page.contains("Jo Field") && !page.contains("Nudge"), "{page}");
    let page = house.get("/radar", Some(&anas)).await.body;
    assert!(page.contains("Nothing is ignored") && !page.contains("Jo Field"), "{page}");
    let page = house.get("/radar", Some(&ada)).await.body;
    assert!(page.contains("Who has them") && page.contains("Nudge") && !page.contains("Take it back"), "{page}");
    assert!(house.get(&lead, Some(&mayas)).await.body.contains("Nobody has touched this yet"));

    let nudge = format!("{lead}/nudge");
    assert_eq!(house.post(&nudge, Some(&ada), "back=%2Fradar").await.header("location"), "/radar");
    let again = house.post(&nudge, Some(&ada), "back=%2Fradar").await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.body.contains("They were reminded less than an hour ago") && again.body.contains("Due within a day"), "{}", again.body);
    assert_eq!(house.post(&nudge, Some(&mayas), "").await.status, StatusCode::FORBIDDEN);
    assert_eq!(house.post(&format!("{lead}/take-back"), Some(&ada), "").await.status, StatusCode::CONFLICT, "it is not overdue");
    house.post(&format!("{lead}/comment"), Some(&mayas), "text=Called").await;
    let page = house.get("/radar", Some(&ada)).await.body;
    assert!(page.contains("Nothing is ignored"), "{page}");
});

both_engines!(who_has_a_lead_open_hears_that_others_were_told, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    let maya = house.person("maya@house.test", Role::Rep).await;
    house.catalog_changed().await;
    let ada = house.sign_in("ada@house.test").await;
    let added = house.post("/leads/new", Some(&ada), &format!("full_name=Jo+Field&company=Acme&owner={maya}")).await;
    let lead = added.header("location").to_owned();
    let number = lead.trim_start_matches("/leads/");
    let mut ear = house.hear(&ada, &format!("?lead={number}"), None).await;
    let later = Clock::fixed(house.ctx().now().plus_ms(DAY_MS + 1000));
    assert!(service::radar::work(&Ctx { clock: later, ..house.ctx() }).await.unwrap());
    // The version is the one that the page shows already, so its event tells it that there is news.
    ear.until(&format!("event: lead\ndata: {{\"number\":{number},\"version\":1,\"change\":\"changed\"}}")).await;
    assert!(house.get(&lead, Some(&ada)).await.body.contains("told maya: nobody has touched this lead since"));
});
