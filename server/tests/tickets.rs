//! Tickets over HTTP and without script, and for other programs.

mod support;

use axum::http::{Method, StatusCode};
use domain::{Role, TokenScope};
use serde_json::{Value, json};
use store::both_engines;
use support::House;
use support::program::{Program, problem, read};

both_engines!(a_ticket_is_opened_on_the_lead_s_page_and_closed_where_it_stands, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    let maya = house.person("maya@house.test", Role::Rep).await;
    house.person("ana@house.test", Role::Rep).await;
    house.catalog_changed().await;
    let ada = house.sign_in("ada@house.test").await;
    let added = house.post("/leads/new", Some(&ada), &format!("full_name=Jo+Field&company=Acme&owner={maya}")).await;
    let lead = added.header("location").to_owned();
    let number = lead.trim_start_matches("/leads/").to_owned();
    let (maya, ana) = (house.sign_in("maya@house.test").await, house.sign_in("ana@house.test").await);

    let page = house.get(&lead, Some(&maya)).await.body;
    for link in [format!("/tickets?lead={number}\""), format!("/tickets?lead={number}&amp;state=closed"), format!("/tickets?lead={number}&amp;new=1")]
    {
        assert!(page.contains(&link), "{link}: {page}");
    }
    let back = format!("back=%2Fleads%2F{number}");
    let refused = house.post("/tickets", Some(&maya), &format!("lead={number}&title=&details=They+wait&{back}")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Enter what it is about") && refused.body.contains("They wait"), "{}", refused.body);
    let added = house.post("/tickets", Some(&maya), &format!("lead={number}&title=The+invoice+is+wrong&priority=urgent&{back}")).await;
    assert_eq!((added.status, added.header("location")), (StatusCode::SEE_OTHER, lead.as_str()));
    let page = house.get(&lead, Some(&maya)).await.body;
    assert!(page.contains("Close the ticket The invoice is wrong") && page.contains("added the ticket “The invoice is wrong”"), "{page}");

    let (mine, anas) = (house.get("/tickets", Some(&maya)).await.body, house.get("/tickets", Some(&ana)).await.body);
    assert!(mine.contains("The invoice is wrong") && mine.contains("Jo Field, Acme"), "{mine}");
    assert!(anas.contains("No open tickets") && !anas.contains("The invoice is wrong"), "{anas}");
    for form in ["/tickets/1", "/tickets/1/close", "/tickets/1/reopen", "/tickets/1/remove", "/tickets/1/restore"] {
        assert_eq!(house.post(form, Some(&ana), "title=x").await.status, StatusCode::NOT_FOUND, "{form}");
    }
    assert_eq!(house.get(&format!("/tickets?lead={number}"), Some(&ana)).await.status, StatusCode::NOT_FOUND);
    let typed = house.post("/tickets", Some(&ana), &format!("lead={number}&title=Mine")).await;
    assert_eq!(typed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(typed.body.contains("There is no such lead") && typed.body.contains("Mine"), "{}", typed.body);

    let closed = house.post("/tickets/1/close", Some(&maya), "answer=Sent+again").await;
    assert_eq!(closed.header("location"), format!("/tickets?lead={number}"));
    assert!(house.get(&format!("/tickets?lead={number}"), Some(&maya)).await.body.contains("No open tickets"));
    let shown = house.get(&format!("/tickets?lead={number}&state=closed"), Some(&maya)).await.body;
    assert!(shown.contains("Sent again") && shown.contains("Reopen the ticket The invoice is wrong"), "{shown}");
    assert_eq!(house.post("/tickets/1", Some(&maya), "title=Else&back=%2Ftickets").await.status, StatusCode::CONFLICT);
    let elsewhere = house.post("/tickets/1/reopen", Some(&maya), "back=https%3A%2F%2Fevil.test").await;
    assert_eq!(elsewhere.header("location"), format!("/tickets?lead={number}"));
});

both_engines!(a_program_opens_reads_changes_and_lists_tickets, |store| async move {
    let program = Program::open(&store, TokenScope::Write).await;
    let lead = program.add("/leads", json!({ "full_name": "Jo", "company": "Acme" })).await["number"].clone();
    let ticket = program.add("/tickets", json!({ "lead": lead, "title": "The invoice is wrong", "priority": "high" })).await;
    assert_eq!((&ticket["state"], &ticket["assignee"], &ticket["closed_at"]), (&json!("open"), &json!("ada@house.test"), &Value::Null));
    let path = format!("/tickets/{}", ticket["number"]);
    let read_again = program.get(&path).await;
    assert_eq!((read_again.header("etag"), read(&read_again)), ("\"1\"", ticket));

    problem(&program.call(Method::PATCH, &path, &[], Some("{}")).await, StatusCode::PRECONDITION_REQUIRED);
    let closed = read(&program.patch(&path, &json!({ "state": "closed", "answer": "Sent again" })).await);
    assert_eq!((&closed["state"], &closed["answer"], &closed["version"]), (&json!("closed"), &json!("Sent again"), &json!(2)));
    assert!(closed["closed_at"].is_string());
    problem(&program.patch(&path, &json!({ "title": "Else" })).await, StatusCode::UNPROCESSABLE_ENTITY);
    problem(&program.call(Method::PATCH, &path, &[("if-match", "\"1\"")], Some("{}")).await, StatusCode::PRECONDITION_FAILED);
    let changed = read(&program.patch(&path, &json!({ "state": "open", "title": "Still wrong", "details": null })).await);
    assert_eq!((&changed["state"], &changed["title"]), (&json!("open"), &json!("Still wrong")));
    let wrong = json!({ "title": "", "priority": "soon", "state": "gone", "assignee": "Nobody", "lead": 1 });
    let errors = problem(&program.patch(&path, &wrong).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(errors.as_object().unwrap().keys().collect::<Vec<_>>(), ["assignee", "lead", "state"]);
    let errors = problem(&program.patch(&path, &json!({ "title": "", "priority": "soon" })).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(errors.as_object().unwrap().keys().collect::<Vec<_>>(), ["priority", "title"]);
    for number in [json!(99), json!("1"), Value::Null] {
        let errors = problem(&program.post("/tickets", &json!({ "lead": number, "title": "x" })).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(errors["lead"].is_string(), "{errors}");
    }
    problem(&program.get("/tickets/99").await, StatusCode::NOT_FOUND);

    program.add("/tickets", json!({ "lead": lead, "title": "Second" })).await;
    let first = read(&program.get("/tickets?limit=1").await);
    assert_eq!(first["items"][0]["title"], "Still wrong");
    let cursor: String = form_urlencoded::Serializer::new(String::new()).append_pair("cursor", first["next_cursor"].as_str().unwrap()).finish();
    let next = read(&program.get(&format!("/tickets?limit=1&{cursor}")).await);
    assert_eq!((&next["items"][0]["title"], &next["next_cursor"]), (&json!("Second"), &Value::Null));
    for (query, count) in [("state=all&mine=false", 2), ("state=closed", 0)] {
        assert_eq!(read(&program.get(&format!("/tickets?{query}")).await)["items"].as_array().unwrap().len(), count, "{query}");
    }
    assert_eq!(read(&program.get(&format!("/tickets?lead={lead}&state=all")).await)["items"][0]["title"], "Second");
    for query in ["state=gone", "mine=maybe", "lead=x", "cursor=x", "cursor=1~x"] {
        problem(&program.get(&format!("/tickets?{query}")).await, StatusCode::UNPROCESSABLE_ENTITY);
    }
    problem(&program.get("/tickets?lead=99").await, StatusCode::NOT_FOUND);
});
