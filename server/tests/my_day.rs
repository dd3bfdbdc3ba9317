//! One's day over HTTP, without script.

mod support;

use axum::http::StatusCode;
use domain::Role;
use store::both_engines;
use support::House;

both_engines!(a_day_has_what_is_new_overdue_and_awaited_and_is_one_s_own, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    let maya = house.person("maya@house.test", Role::Rep).await;
    for (name, role) in [("ana", Role::Rep), ("dora", Role::Distributor)] {
        house.person(&format!("{name}@house.test"), role).await;
    }
    house.catalog_changed().await;
    let ada = house.sign_in("ada@house.test").await;
    let new = format!("full_name=Jo+Field&company=Acme&phones=0161+496+0123&owner={maya}");
    let lead = house.post("/leads/new", Some(&ada), &new).await.header("location").to_owned();
    let (mayas, anas, doras) =
        (house.sign_in("maya@house.test").await, house.sign_in("ana@house.test").await, house.sign_in("dora@house.test").await);

    let page = house.get("/", Some(&mayas)).await.body;
    for said in ["New to you", "Jo Field", "Acme", "and nobody has touched it yet"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(page.contains(&format!("href=\"{lead}\"")), "{page}");
    for token in [&anas, &doras, &ada] {
        let page = house.get("/", Some(token)).await.body;
        assert!(page.contains("All done") && !page.contains("Jo Field"), "{page}");
    }
    assert_eq!(house.get("/fn/my_day", None).await.status, StatusCode::UNAUTHORIZED);

    house.post("/tasks", Some(&mayas), "title=Call+them+back&due=2020-01-02").await;
    let page = house.get("/", Some(&mayas)).await.body;
    assert!(page.contains("Overdue") && page.contains("Finish: Call them back") && page.contains("Was due 2 Jan 2020"), "{page}");
    let theirs = house.post("/tasks/1/done", Some(&anas), "back=%2F").await;
    assert_eq!(theirs.status, StatusCode::NOT_FOUND);
    assert!(theirs.body.contains("This is no longer there") && theirs.body.contains("My day"), "{}", theirs.body);
    let done = house.post("/tasks/1/done", Some(&mayas), "back=%2F").await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, "/"));
    let page = house.get("/", Some(&mayas)).await.body;
    assert!(page.contains("Reopen: Call them back") && !page.contains("Finish: Call them back"), "{page}");
    let elsewhere = house.post("/tasks/1/reopen", Some(&mayas), "back=%2F%2Fevil.test").await;
    assert_eq!(elsewhere.header("location"), "/tasks");

    house.post(&format!("{lead}/comment"), Some(&mayas), "text=Called&icon=phone").await;
    let page = house.get("/", Some(&mayas)).await.body;
    assert!(page.contains("Waiting for a reply") && page.contains("nothing has come in from them since"), "{page}");
    assert!(page.contains("href=\"tel:+441614960123\"") && !page.contains("New to you"), "{page}");
    // What the address says besides is nothing to the page.
    assert_eq!(house.get("/?after=x&person=all&view=%25", Some(&mayas)).await.status, StatusCode::OK);
});
