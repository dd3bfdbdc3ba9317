//! Clocks over HTTP and without script: a policy that is added, the digest at one's own hour, and what programs read.

mod support;

use axum::http::StatusCode;
use domain::{Role, TokenScope};
use serde_json::{Value, json};
use store::both_engines;
use support::House;
use support::program::{Program, read};

both_engines!(an_administrator_adds_a_clock, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    let ada = house.sign_in("ada@house.test").await;
    let wrong = house.post("/admin/clocks/policies", Some(&ada), "name=Send+a+quote&starts=allocation&limit=0&counted=plain&met_by=").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("Choose at least one thing") || wrong.body.contains("Enter a whole number of hours"), "{}", wrong.body);
    assert!(wrong.body.contains("value=\"Send a quote\""), "nothing typed is lost: {}", wrong.body);
    let added =
        house.post("/admin/clocks/policies", Some(&ada), "name=Send+a+quote&starts=allocation&limit=72&counted=plain&met_by=&met_by=progress").await;
    assert_eq!((added.status, added.header("location")), (StatusCode::SEE_OTHER, "/admin/clocks"));
    let page = house.get("/admin/clocks", Some(&ada)).await.body;
    assert!(page.contains("Change Send a quote"), "{page}");
});

both_engines!(one_says_when_one_gets_the_digest, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("maya@house.test", Role::Rep).await;
    house.person("dina@house.test", Role::Distributor).await;
    let (maya, dina) = (house.sign_in("maya@house.test").await, house.sign_in("dina@house.test").await);
    let page = house.get("/me", Some(&maya)).await.body;
    assert!(page.contains("When the site sends it: never") && page.contains("At an hour of my own"), "{page}");
    let wrong = house.post("/me/digest", Some(&maya), "digest=own&digest_at=soon").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("Enter a time of day like 08:30"), "{}", wrong.body);
    let saved = house.post("/me/digest", Some(&maya), "digest=own&digest_at=11:00").await;
    assert_eq!((saved.status, saved.header("location")), (StatusCode::SEE_OTHER, "/me"));
    assert!(house.get("/me", Some(&maya)).await.body.contains("value=\"11:00\""));
    assert_eq!(house.post("/me/digest", Some(&dina), "digest=off").await.status, StatusCode::FORBIDDEN);
    assert!(!house.get("/me", Some(&dina)).await.body.contains("Daily digest"));
});

both_engines!(a_program_reads_the_clocks_of_a_lead, |store| async move {
    let program = Program::open(&store, TokenScope::Write).await;
    program.house.person("maya@house.test", Role::Rep).await;
    program.house.catalog_changed().await;
    let lead = program.add("/leads", json!({ "full_name": "Jo", "company": "Acme", "owner": "maya@house.test", "expected": "2031-03-04" })).await;
    let found = read(&program.get(&format!("/leads/{}", lead["number"])).await);
    let clocks = found["clocks"].as_array().expect("clocks");
    let names: Vec<&Value> = clocks.iter().map(|clock| &clock["name"]).collect();
    assert_eq!(names, ["Review", "Follow up", "Complete"]);
    assert_eq!(
        (&clocks[0]["state"], &clocks[0]["met_at"], &clocks[2]["due_at"]),
        (&json!("running"), &Value::Null, &json!("2031-03-04T23:59:59.999Z"))
    );
    let listed = read(&program.get("/leads?view=all").await);
    assert!(listed["items"][0].get("clocks").is_none(), "of one lead alone");
});
