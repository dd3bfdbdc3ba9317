//! Merging accounts over HTTP: the page and its form, where the other account's addresses lead, and who hears of it.

mod support;

use axum::http::StatusCode;
use domain::{Role, TokenScope};
use serde_json::json;
use store::both_engines;
use support::program::{Program, problem, read};

both_engines!(an_account_that_went_into_another_leads_there, |store| async move {
    let program = Program::open(&store, TokenScope::Write).await;
    let house = &program.house;
    house.person("ben@house.test", Role::Rep).await;
    house.catalog_changed().await;
    let kept = program.add("/accounts", json!({ "name": "Acme", "domains": ["acme.example"] })).await["number"].as_i64().unwrap();
    let other = program.add("/accounts", json!({ "name": "Acme Ltd", "domains": ["acme.test"] })).await["number"].as_i64().unwrap();
    let (ada, ben) = (house.sign_in("ada@house.test").await, house.sign_in("ben@house.test").await);
    let mut bens = house.hear(&ben, "", None).await;
    let path = format!("/accounts/{kept}/merge/{other}");

    let page = house.get(&path, Some(&ada)).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("name=\"other_version\"") && page.body.contains("Nothing hangs on it."), "{}", page.body);
    let page = house.get(&path, Some(&ben)).await;
    assert!(page.body.contains("Only the rep who looks after both accounts") && !page.body.contains("name=\"other_version\""), "{}", page.body);
    assert_eq!(house.post(&path, Some(&ben), "version=1&other_version=1").await.status, StatusCode::FORBIDDEN);
    let late = house.post(&path, Some(&ada), "version=1&other_version=9&name=other").await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("Acme Ltd was changed since this page was shown"), "{}", late.body);
    let wrong = house.post(&path, Some(&ada), "version=1&other_version=1&name=both").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("Choose one of the two"), "{}", wrong.body);
    let merged = house.post(&path, Some(&ada), "version=1&other_version=1&name=other").await;
    assert_eq!((merged.status, merged.header("location")), (StatusCode::SEE_OTHER, format!("/accounts/{kept}").as_str()));
    bens.until(&format!("\"number\":{kept},")).await;
    bens.until(&format!("\"number\":{other},")).await;

    let there = house.get(&format!("/accounts/{other}"), Some(&ada)).await;
    assert_eq!((there.status, there.header("location")), (StatusCode::FOUND, format!("/accounts/{kept}").as_str()));
    let answer = house.get(&format!("/fn/account?number={other}"), Some(&ada)).await;
    assert_eq!((answer.status, read(&answer)["account"]["id"].as_i64()), (StatusCode::OK, Some(kept)));
    for gone in [program.get(&format!("/accounts/{other}")).await, program.patch(&format!("/accounts/{other}"), &json!({ "name": "B" })).await] {
        problem(&gone, StatusCode::GONE);
        assert!(gone.body.contains(&format!("/api/v1/accounts/{kept}.")), "{}", gone.body);
    }
    let all = read(&program.get("/accounts").await);
    assert_eq!(all["items"].as_array().unwrap().len(), 1);
    assert_eq!((&all["items"][0]["name"], &all["items"][0]["domains"]), (&json!("Acme Ltd"), &json!(["acme.example", "acme.test"])));

    let page = house.get(&format!("/accounts/{kept}"), Some(&ada)).await;
    assert!(page.body.contains("/accounts/merges/1/undo") && page.body.contains("merged Acme Ltd into Acme Ltd"), "{}", page.body);
    let undone = house.post("/accounts/merges/1/undo", Some(&ada), &format!("account={kept}")).await;
    assert_eq!((undone.status, undone.header("location")), (StatusCode::SEE_OTHER, format!("/accounts/{kept}").as_str()));
    assert_eq!(read(&program.get(&format!("/accounts/{other}")).await)["name"], json!("Acme Ltd"));
    assert_eq!(read(&program.get(&format!("/accounts/{kept}")).await)["name"], json!("Acme"));
    let again = house.post("/accounts/merges/1/undo", Some(&ada), &format!("account={kept}")).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
});

both_engines!(near_duplicates_are_worked_off_on_a_page, |store| async move {
    let program = Program::open(&store, TokenScope::Write).await;
    let house = &program.house;
    let one = program.add("/accounts", json!({ "name": "Acme" })).await["number"].as_i64().unwrap();
    let two = program.add("/accounts", json!({ "name": "ACME Inc" })).await["number"].as_i64().unwrap();
    let ada = house.sign_in("ada@house.test").await;
    let page = async |path: &str| house.get(path, Some(&ada)).await.body;
    assert!(page("/accounts/duplicates").await.contains("No account is here twice"));
    while service::twins::look(&house.ctx()).await.unwrap() {}
    let body = page("/accounts/duplicates").await;
    let (merge, dismiss) = (format!("/accounts/{one}/merge/{two}"), format!("/accounts/duplicates/{one}/{two}/dismiss"));
    assert!(body.contains(&merge) && body.contains(&dismiss) && body.contains("They have the same name but for spelling"), "{body}");
    assert!(page(&format!("/accounts/{two}")).await.contains(&format!("/accounts/{two}/merge/{one}")));
    // Any two can be looked at by their numbers, also without script.
    assert!(page("/accounts/duplicates?kept=%23+7&other=9").await.contains("/accounts/7/merge/9"));
    assert!(!page("/accounts/duplicates?kept=seven&other=9").await.contains("/merge/9"));
    let dismissed = house.post(&dismiss, Some(&ada), "").await;
    assert_eq!((dismissed.status, dismissed.header("location")), (StatusCode::SEE_OTHER, "/accounts/duplicates"));
    assert!(!page("/accounts/duplicates").await.contains(&merge));
    let body = page("/accounts/duplicates?dismissed=1").await;
    assert!(body.contains(&format!("/accounts/duplicates/{one}/{two}/restore")) && body.contains("Not the same, says"), "{body}");
    assert_eq!(house.post(&dismiss, Some(&ada), "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.post("/accounts/duplicates/1/2/burn", Some(&ada), "").await.status, StatusCode::NOT_FOUND);
});
