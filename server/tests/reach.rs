//! Whether people can be reached, over HTTP: the menu's buttons, who hears of them, and what pages show.

mod support;

use axum::http::StatusCode;
use domain::Role;
use store::both_engines;
use support::House;

both_engines!(a_button_of_the_menu_works_without_script_and_others_hear_of_it, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    let maya = house.person("maya@house.test", Role::Rep).await;
    house.person("ben@house.test", Role::Rep).await;
    house.person("ada@house.test", Role::Administrator).await;
    house.person("firm@else.test", Role::Distributor).await;
    house.catalog_changed().await;
    let (token, ada) = (house.sign_in("maya@house.test").await, house.sign_in("ada@house.test").await);
    let mut bens = house.hear(&house.sign_in("ben@house.test").await, "", None).await;
    let outside = house.sign_in("firm@else.test").await;
    let mut theirs = house.hear(&outside, "", None).await;

    let pressed = |page: &str| page.split("formaction=\"/me/availability/").skip(1).any(|rest| rest.contains("aria-pressed=\"true\""));
    assert!(pressed(&house.get("/leads", Some(&token)).await.body));
    let answer = house.post("/me/availability/busy", Some(&token), "back=%2Faccounts").await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/accounts"));
    let elsewhere = house.post("/me/availability/busy", Some(&token), "back=%2F%2Fevil.test").await;
    assert_eq!(elsewhere.header("location"), "/me");
    bens.until("event: person").await;
    assert_eq!(bens.count(&format!("event: person\ndata: {{\"number\":{maya},")), 1, "{}", bens.text);
    house.catalog_changed().await;
    theirs.until("event: catalog").await;
    assert_eq!(theirs.count("event: person"), 0, "{}", theirs.text);

    let page = house.get("/leads", Some(&token)).await.body;
    assert!(page.contains("data-said=\"busy\""), "{page}");
    let people = house.get("/admin/users", Some(&ada)).await.body;
    assert!(people.contains("busy since "), "{people}");
    assert_eq!(house.post("/me/availability/asleep", Some(&token), "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.post("/me/availability/busy", Some(&outside), "").await.status, StatusCode::FORBIDDEN);
    assert!(!house.get("/leads", Some(&outside)).await.body.contains("/me/availability/"), "outside people take no calls");
});

both_engines!(a_refused_number_comes_back_as_it_was_typed, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("maya@house.test", Role::Rep).await;
    house.catalog_changed().await;
    let token = house.sign_in("maya@house.test").await;
    let answer = house.post("/me/reach", Some(&token), "version=0&extension=front+desk&mobile=07700+900123&absent_until=2999-01-01").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for kept in ["value=\"front desk\"", "value=\"07700 900123\"", "value=\"2999-01-01\"", "digits only"] {
        assert!(answer.body.contains(kept), "{kept}: {}", answer.body);
    }
    let saved = house.post("/me/reach", Some(&token), "version=0&extension=204").await;
    assert_eq!((saved.status, saved.header("location")), (StatusCode::SEE_OTHER, "/me"));
    assert_eq!(house.post("/me/reach", Some(&token), "version=0&extension=205").await.status, StatusCode::CONFLICT);
});
