//! Routing over HTTP: why a lead went where it went, on its page and over the API, and the pages of the rules without script.

mod support;

use axum::http::StatusCode;
use domain::{Role, TokenScope};
use serde_json::json;
use store::both_engines;
use support::House;
use support::program::{Program, problem, read};

both_engines!(a_program_reads_why_a_lead_went_where_it_went, |store| async move {
    let program = Program::open(&store, TokenScope::Write).await;
    let maya = program.house.person("maya@house.test", Role::Rep).await;
    program.house.catalog_changed().await;
    let token = program.house.sign_in("ada@house.test").await;
    let form = format!("by=domain&what=acme.com&person={maya}");
    assert_eq!(program.house.post("/admin/rules/coverage", Some(&token), &form).await.header("location"), "/admin/rules");
    let lead = program.add("/leads", json!({ "full_name": "Jo Field", "company": "Acme", "emails": ["jo@acme.com"] })).await;
    assert_eq!(lead["owner"], "maya@house.test");
    let why = read(&program.get(&format!("/leads/{}/routing", lead["number"])).await);
    assert_eq!((&why["sentence"], &why["owner"]), (&json!("Went to maya, who looks after the domain acme.com."), &json!("maya@house.test")));
    assert_eq!((&why["rules_version"], &why["group"], &why["distributor"]), (&json!(1), &json!(null), &json!(null)));
    let steps: Vec<_> =
        why["steps"].as_array().unwrap().iter().map(|step| (step["rule"].as_str().unwrap(), step["outcome"].as_str().unwrap())).collect();
    assert_eq!(steps, [("existing_customer", "no match"), ("direct_coverage", "matched")]);
    assert_eq!(why["steps"][0]["reason"], "Acme was not known before");
    assert!(why["decided_at"].is_string());

    let given = program.add("/leads", json!({ "full_name": "Al", "owner": "maya@house.test" })).await;
    problem(&program.get(&format!("/leads/{}/routing", given["number"])).await, StatusCode::NOT_FOUND);
    problem(&program.get("/leads/999999/routing").await, StatusCode::NOT_FOUND);
    program.house.person("ben@house.test", Role::Rep).await;
    let other = Program::of(program.house, "ben@house.test", TokenScope::Read).await;
    problem(&other.get(&format!("/leads/{}/routing", lead["number"])).await, StatusCode::NOT_FOUND);
});

both_engines!(a_lead_s_page_says_why_and_routes_it_again, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    let maya = house.person("maya@house.test", Role::Rep).await;
    house.catalog_changed().await;
    let token = house.sign_in("ada@house.test").await;
    let added = house.post("/leads/new", Some(&token), "full_name=Jo&emails=jo%40acme.com&owner=").await;
    let lead = added.header("location").to_owned();
    let page = house.get(&lead, Some(&token)).await.body;
    for said in [
        "Waits for whoever takes it, because no rule fits.",
        "All that was tried",
        "Nobody looks after the company name Jo, the domain acme.com",
        "It is not known where the lead is",
        "Route again",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    house.post("/admin/rules/coverage", Some(&token), &format!("by=domain&what=acme.com&person={maya}")).await;
    assert_eq!(house.post(&format!("{lead}/route"), Some(&token), "").await.header("location"), lead);
    let mayas = house.sign_in("maya@house.test").await;
    let page = house.get(&lead, Some(&mayas)).await.body;
    assert!(page.contains("Went to maya, who looks after the domain acme.com.") && !page.contains("Route again"), "{page}");
    assert_eq!(house.post(&format!("{lead}/route"), Some(&mayas), "").await.status, StatusCode::FORBIDDEN);
    // Once somebody gives it on, that is why, and what the rules had said comes after it.
    let ben = house.person("ben@house.test", Role::Rep).await;
    house.catalog_changed().await;
    assert_eq!(house.post(&format!("{lead}/edit"), Some(&token), &format!("owner={ben}")).await.status, StatusCode::SEE_OTHER);
    let page = house.get(&lead, Some(&token)).await.body;
    let (given, before) = (page.find("ada gave it to ben by changing the owner."), page.find("What the rules had said:"));
    assert!(given.is_some() && given < before && page.contains("Went to maya"), "{page}");
});

both_engines!(a_program_gives_away_no_lead_that_waits_for_its_group, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    let (maya, ben) = (house.person("maya@house.test", Role::Rep).await, house.person("ben@house.test", Role::Rep).await);
    house.catalog_changed().await;
    let token = house.sign_in("ada@house.test").await;
    house.post("/admin/groups", Some(&token), &format!("name=North&members={maya}&members={ben}")).await;
    let lead = house.post("/leads/new", Some(&token), "full_name=Jo&owner=&group=North").await.header("location").to_owned();
    let page = house.get(&lead, Some(&token)).await.body;
    assert!(page.contains("Nobody accepted it yet"), "{page}");

    let program = Program::of(house, "maya@house.test", TokenScope::Write).await;
    let says = "It waits for somebody of North to accept it; accept it, or have who manages the group give it away";
    let errors = problem(&program.patch(&lead, &json!({ "owner": "ben@house.test", "city": "Hull" })).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(errors, json!({ "owner": says }));
    assert_eq!(read(&program.patch(&lead, &json!({ "city": "Hull" })).await)["city"], "Hull");
    assert_eq!(program.post(&format!("{lead}/actions/accept"), &json!({})).await.status, StatusCode::OK);
    assert_eq!(read(&program.patch(&lead, &json!({ "owner": "ben@house.test" })).await)["owner"], "ben@house.test");
    let page = program.house.get(&lead, Some(&token)).await.body;
    assert!(!page.contains("Nobody accepted it yet"), "{page}");
});

both_engines!(the_pages_of_the_rules_show_and_keep_what_was_typed, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    house.catalog_changed().await;
    let token = house.sign_in("ada@house.test").await;
    let answer = house.post("/admin/territories", Some(&token), "name=Leeds&manager=&group=&places=GB,+LS*%0A10115").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("Begin “10115” with a country") && answer.body.contains("GB, LS*\n10115"), "{}", answer.body);
    assert_eq!(house.post("/admin/territories", Some(&token), "name=Leeds&places=GB,+LS*").await.header("location"), "/admin/territories");
    let page = house.get("/admin/territories", Some(&token)).await.body;
    assert!(page.contains("Leeds") && page.contains("It has neither manager nor group, so it never gets a lead"), "{page}");
    assert_eq!(house.post("/admin/rules/steps/specialist", Some(&token), "on=").await.status, StatusCode::SEE_OTHER);
    let page = house.get("/admin/rules", Some(&token)).await.body;
    assert!(page.contains("Switch on Specialist") && page.contains("Try it first: with Specialist"), "{page}");
    for path in ["steps/none", "steps/fallback", "groups/9", "coverage/9/remove", "specialists/9/remove"] {
        let answer = house.post(&format!("/admin/rules/{path}"), Some(&token), "").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
});

both_engines!(a_change_of_the_rules_is_tried_then_saved_without_script, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    let maya = house.person("maya@house.test", Role::Rep).await;
    house.catalog_changed().await;
    let token = house.sign_in("ada@house.test").await;
    let lead = house.post("/leads/new", Some(&token), "full_name=Jo&emails=jo%40acme.com&country=GB&owner=").await.header("location").to_owned();

    let form = format!("by=domain&what=acme.com&person={maya}");
    let bad = house.post("/admin/rules/coverage", Some(&token), &format!("by=domain&what=gmail.com&person={maya}&try=1")).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bad.body.contains("Enter a company’s own domain") && bad.body.contains("gmail.com"), "{}", bad.body);
    let nothing = house.post("/admin/rules/fallback", Some(&token), "to=&try=1").await;
    assert!(nothing.status == StatusCode::CONFLICT && nothing.body.contains("there is nothing to try"), "{}", nothing.body);

    let answer = house.post("/admin/rules/coverage", Some(&token), &format!("{form}&try=1")).await;
    let trial = answer.header("location").to_owned();
    assert!(answer.status == StatusCode::SEE_OTHER && trial.starts_with("/admin/rules/trials/"), "{trial}");
    let page = house.get(&trial, Some(&token)).await.body;
    for said in ["the domain acme.com: maya.", "0 of 1 lead", "Look again", ">Stop<"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("Save this change"), "{page}");
    assert!(service::routing::work_on_trials(&house.ctx(), 10).await.unwrap());
    let page = house.get(&trial, Some(&token)).await.body;
    for said in ["1 lead tried", "1 lead would go to somebody else than they did.", "Save this change", "What is tried", &format!("href=\"{lead}\"")]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("Look again"), "{page}");
    assert!(!page.contains("By territory") && !page.contains("By distributor"), "there are none: {page}");
    assert_eq!(house.post(&format!("{trial}/stop"), Some(&token), "").await.status, StatusCode::CONFLICT);
    let coverage = |page: &str| page.contains("Remove the domain acme.com");
    assert!(!coverage(&house.get("/admin/rules", Some(&token)).await.body), "nothing was saved");

    // The button on the page of the trial sends the form that was tried.
    assert_eq!(house.post("/admin/rules/coverage", Some(&token), &form).await.header("location"), "/admin/rules");
    assert!(coverage(&house.get("/admin/rules", Some(&token)).await.body));
    let page = house.get(&trial, Some(&token)).await.body;
    assert!(page.contains("The rules have changed since this was begun."), "{page}");

    // The rules as they are.
    let trial = house.post("/admin/rules/trials", Some(&token), "").await.header("location").to_owned();
    assert_eq!(house.post(&format!("{trial}/stop"), Some(&token), "").await.header("location"), trial);
    let page = house.get(&trial, Some(&token)).await.body;
    assert!(page.contains("Stopped after 0 of 1 lead") && page.contains("The rules as they are."), "{page}");

    // A territory that would get what went elsewhere, once nobody looks after the domain.
    house.post("/admin/rules/coverage/1/remove", Some(&token), "").await;
    assert!(!coverage(&house.get("/admin/rules", Some(&token)).await.body));
    let trial =
        house.post("/admin/territories", Some(&token), &format!("name=Moon&manager={maya}&places=GB&try=1")).await.header("location").to_owned();
    while service::routing::work_on_trials(&house.ctx(), 10).await.unwrap() {}
    let page = house.get(&trial, Some(&token)).await.body;
    for said in ["By territory", "By no territory", "Moon", "+1", "−1"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("By distributor"), "{page}");
    assert_eq!(house.get("/admin/rules/trials/99", Some(&token)).await.status, StatusCode::NOT_FOUND);
});
