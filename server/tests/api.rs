//! The HTTP API as other programs meet it, on both engines.

mod support;

use axum::http::{Method, StatusCode};
use domain::intake::LeadCall;
use domain::{AccountId, CustomField, CustomFieldId, CustomKind, FormValues, LeadId, Named, Role, TokenScope};
use serde_json::{Value, json};
use server::Site;
use store::both_engines;
use support::program::{Program, problem, read};
use support::{House, ORIGIN};

both_engines!(own_fields_are_read_and_written_by_name, |store| async move {
    let program = Program::open(&store, TokenScope::Write).await;
    let mut tx = store.begin().await.unwrap();
    for (name, kind) in [("Tier", CustomKind::Choice), ("Seats", CustomKind::Number), ("Signed", CustomKind::YesNo)] {
        let field = CustomField {
            id: CustomFieldId(0),
            name: name.to_owned(),
            lead_type: None,
            kind,
            options: vec!["Gold".to_owned(), "Silver".to_owned()],
            required: false,
            default: String::new(),
            position: 0,
            retired: false,
        };
        tx.catalog().add_field(&field).await.unwrap();
    }
    tx.take_numbers("catalog", 1).await.unwrap();
    tx.save().await.unwrap();
    let lead = program.add("/leads", json!({ "full_name": "Jo Field", "custom": { "tier": "gold", "Seats": 12.5, "Signed": true } })).await;
    assert_eq!(lead["custom"], json!({ "Tier": "Gold", "Seats": 12.5, "Signed": true }));
    let path = format!("/leads/{}", lead["number"]);
    let patch = |body: Value| {
        let path = path.clone();
        let program = &program;
        async move { program.call(Method::PATCH, &path, &[("if-match", "*")], Some(&body.to_string())).await }
    };
    let answer = patch(json!({ "custom": { "Tier": null } })).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(read(&program.get(&path).await)["custom"], json!({ "Tier": null, "Seats": 12.5, "Signed": true }));
    let answer = patch(json!({ "custom": { "Colour": "red" } })).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("Leads of this type have no field"), "{}", answer.body);
    let answer = patch(json!({ "custom": { "Tier": "Bronze" } })).await;
    assert!(answer.body.contains("Choose from the list"), "{}", answer.body);
});

both_engines!(a_lead_is_added_and_read, |store| async move {
    let program = Program::open(&store, TokenScope::Write).await;
    let answer = program
        .post(
            "/leads",
            &json!({
                "full_name": "Jo Field", "company": "Acme", "phones": ["0161 496 0123"], "emails": ["jo@acme.test"], "source": "Web",
                "offerings": ["Managed IT"], "tags": ["VIP"], "score": 40, "target_amount_minor": 1_250_050, "province": "Yorkshire"
            }),
        )
        .await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    let lead = read(&answer);
    let number = lead["number"].as_i64().unwrap();
    assert_eq!((answer.header("location"), answer.header("etag")), (format!("/api/v1/leads/{number}").as_str(), "\"1\""));
    assert_eq!((&lead["full_name"], &lead["account"]["name"], &lead["phones"]), (&json!("Jo Field"), &json!("Acme"), &json!(["+441614960123"])));
    assert_eq!((&lead["emails"], &lead["source"], &lead["offerings"]), (&json!(["jo@acme.test"]), &json!("Web"), &json!(["Managed IT"])));
    assert_eq!((&lead["tags"], &lead["score"], &lead["target_amount_minor"]), (&json!(["vip"]), &json!(40), &json!(1_250_050)));
    assert_eq!((&lead["state"], &lead["province"], &lead["version"]), (&json!("pending"), &json!("Yorkshire"), &json!(1)));
    let again = program.get(&format!("/leads/{number}")).await;
    assert_eq!((again.status, read(&again)), (StatusCode::OK, lead));
});

both_engines!(a_lead_names_who_referred_it, |store| async move {
    let program = Program::open(&store, TokenScope::Write).await;
    let ben = program.house.person("ben@house.test", Role::Rep).await;
    program.house.catalog_changed().await;
    let ben = store.read().await.unwrap().people().load_actor(ben).await.unwrap().expect("just added");
    let ctx = program.house.ctx().acting_as(ben);
    let said = FormValues::decode(b"full_name=Jo+Field&company=Acme&emails=jo%40acme.test");
    let referred = service::leads::referral::refer_once(&ctx, &said, None).await.unwrap();
    let by_phone = program.add("/leads", json!({ "full_name": "Al Roy", "company": "Quay" })).await;
    assert_eq!((&by_phone["referrer"], &by_phone["referring_account"]), (&Value::Null, &Value::Null));
    let acme = read(&program.get(&format!("/leads/{referred}")).await)["account"].clone();
    let named = Named { id: AccountId(acme["number"].as_i64().unwrap()), name: "Acme".to_owned() };
    let mut tx = store.begin().await.unwrap();
    let call = LeadCall { referrer: Some(named), ..LeadCall::default() };
    tx.lead_calls().add(LeadId(by_phone["number"].as_i64().unwrap()), &call).await.unwrap();
    tx.save().await.unwrap();
    let page = read(&program.get("/leads?view=all&sort=name").await);
    let said = |lead: &Value| json!([lead["full_name"], lead["referrer"], lead["referring_account"]]);
    let shown: Vec<Value> = page["items"].as_array().unwrap().iter().map(said).collect();
    assert_eq!(shown, [json!(["Al Roy", null, acme]), json!(["Jo Field", "ben@house.test", null])]);
    let patched = program.call(Method::PATCH, &format!("/leads/{referred}"), &[("if-match", "*")], Some("{\"referrer\": \"ada@house.test\"}")).await;
    assert_eq!(problem(&patched, StatusCode::UNPROCESSABLE_ENTITY)["referrer"], "There is no field “referrer”");
});

both_engines!(what_is_wrong_is_a_problem_with_its_fields, |store| async move {
    let program = Program::open(&store, TokenScope::Write).await;
    let errors = problem(&program.post("/leads", &json!({ "emails": ["no address"], "colour": "red" })).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(errors["colour"], "There is no field “colour”");
    let errors = problem(&program.post("/leads", &json!({ "emails": ["no address"] })).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(errors["emails"].is_string() && errors["full_name"].is_string(), "{errors}");
    problem(&program.call(Method::POST, "/leads", &[], Some("{")).await, StatusCode::BAD_REQUEST);
    problem(&program.call(Method::POST, "/leads", &[], Some("[]")).await, StatusCode::BAD_REQUEST);
    problem(&program.call(Method::POST, "/leads", &[("content-type", "text/plain")], Some("{}")).await, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    problem(&program.call(Method::POST, "/leads", &[], None).await, StatusCode::UNPROCESSABLE_ENTITY);
    problem(&program.call(Method::POST, "/leads", &[], Some(&" ".repeat(1_000_001))).await, StatusCode::PAYLOAD_TOO_LARGE);
    problem(&program.get("/leads/999").await, StatusCode::NOT_FOUND);
    problem(&program.get("/leads/none").await, StatusCode::NOT_FOUND);
    problem(&program.get("/leads?limit=0").await, StatusCode::UNPROCESSABLE_ENTITY);
    problem(&program.get("/leads?cursor=%00").await, StatusCode::UNPROCESSABLE_ENTITY);
    problem(&program.get("/nothing").await, StatusCode::NOT_FOUND);
    problem(&program.call(Method::PUT, "/leads", &[], None).await, StatusCode::METHOD_NOT_ALLOWED);
});

both_engines!(a_change_needs_the_version_that_was_read, |store| async move {
    let program = Program::open(&store, TokenScope::Write).await;
    let number = program.add("/leads", json!({ "full_name": "Jo", "city": "Hull", "score": 5 })).await["number"].as_i64().unwrap();
    let path = format!("/leads/{number}");
    let body = json!({ "city": "Leeds", "score": 7 }).to_string();
    let patch = |tag: &'static str, body: String| {
        let (program, path) = (&program, &path);
        async move { program.call(Method::PATCH, path, &[("if-match", tag)], Some(&body)).await }
    };
    problem(&program.call(Method::PATCH, &path, &[], Some(&body)).await, StatusCode::PRECONDITION_REQUIRED);
    let changed = patch("\"1\"", body.clone()).await;
    assert_eq!((changed.status, changed.header("etag")), (StatusCode::OK, "\"2\""), "{}", changed.body);
    assert_eq!((&read(&changed)["city"], &read(&changed)["score"]), (&json!("Leeds"), &json!(7)));
    problem(&patch("\"1\"", body).await, StatusCode::PRECONDITION_FAILED);
    let cleared = patch("*", json!({ "city": null }).to_string()).await;
    assert_eq!((&read(&cleared)["city"], &read(&cleared)["score"]), (&json!(""), &json!(7)));
    problem(&patch("*", json!({ "score": "many" }).to_string()).await, StatusCode::UNPROCESSABLE_ENTITY);
});

both_engines!(the_same_key_adds_one_lead, |store| async move {
    let program = Program::open(&store, TokenScope::Write).await;
    let add = |key: &'static str, body: &'static str| {
        let program = &program;
        async move { program.call(Method::POST, "/leads", &[("idempotency-key", key)], Some(body)).await }
    };
    let first = add("k1", r#"{"full_name":"Jo"}"#).await;
    let again = add("k1", r#"{"full_name":"Jo"}"#).await;
    assert_eq!((first.status, again.status, &read(&first)["number"]), (StatusCode::CREATED, StatusCode::CREATED, &read(&again)["number"]));
    problem(&add("k1", r#"{"full_name":"Zoe"}"#).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_ne!(read(&add("k2", r#"{"full_name":"Jo"}"#).await)["number"], read(&first)["number"]);
    problem(&add("", r#"{"full_name":"Jo"}"#).await, StatusCode::BAD_REQUEST);
});

both_engines!(a_list_is_read_page_by_page_with_the_page_s_filters, |store| async move {
    let program = Program::open(&store, TokenScope::Write).await;
    for index in 0..5 {
        program
            .add("/leads", json!({ "full_name": format!("Jo {index}"), "score": index, "source": if index == 0 { "Web" } else { "Other" } }))
            .await;
    }
    let mut names = Vec::new();
    let mut path = "/leads?view=all&source=Other&sort=-score&limit=3".to_owned();
    loop {
        let page = read(&program.get(&path).await);
        names.extend(page["items"].as_array().unwrap().iter().map(|lead| lead["full_name"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("cursor", cursor).finish();
        path = format!("/leads?view=all&source=Other&sort=-score&limit=3&{query}");
    }
    assert_eq!(names, ["Jo 4", "Jo 3", "Jo 2", "Jo 1"]);
});

both_engines!(a_lead_is_moved_and_talked_about, |store| async move {
    let program = Program::open(&store, TokenScope::Write).await;
    let number = program.add("/leads", json!({ "full_name": "Jo", "owner": "ada@house.test" })).await["number"].as_i64().unwrap();
    let path = format!("/leads/{number}");
    assert_eq!(read(&program.post(&format!("{path}/actions/start"), &json!({})).await)["state"], "in_progress");
    let errors = problem(&program.post(&format!("{path}/actions/lose"), &json!({})).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(errors["reason"].is_string(), "{errors}");
    let reason = store.catalog().await.unwrap().offered(domain::ChoiceList::LostReason).next().unwrap().name.clone();
    assert_eq!(read(&program.post(&format!("{path}/actions/lose"), &json!({ "reason": reason })).await)["state"], "lost");
    assert_eq!(read(&program.call(Method::POST, &format!("{path}/actions/reopen"), &[], None).await)["state"], "in_progress");
    problem(&program.post(&format!("{path}/actions/fly"), &json!({})).await, StatusCode::NOT_FOUND);
    let comment = program.post(&format!("{path}/activities"), &json!({ "kind": "comment", "text": "Called" })).await;
    assert_eq!((comment.status, &read(&comment)["text"], &read(&comment)["by"]), (StatusCode::CREATED, &json!("Called"), &json!("ada@house.test")));
    let earlier = json!({ "kind": "comment", "text": "Met", "done_at": "2025-01-02T10:30:00+01:00" });
    let comment = read(&program.post(&format!("{path}/activities"), &earlier).await);
    assert_eq!(comment["sentence"], "commented on what was done 2 Jan 2025, 09:30 UTC");
    for wrong in [json!("2999-01-01T00:00:00Z"), json!("yesterday"), json!(7)] {
        let sent = json!({ "kind": "comment", "text": "Met", "done_at": wrong });
        let errors = problem(&program.post(&format!("{path}/activities"), &sent).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(errors["done_at"].is_string(), "{errors}");
    }
    problem(&program.post(&format!("{path}/activities"), &json!({ "kind": "song" })).await, StatusCode::UNPROCESSABLE_ENTITY);
    let kinds: Vec<Value> =
        read(&program.get(&format!("{path}/activities")).await)["items"].as_array().unwrap().iter().map(|a| a["kind"].clone()).collect();
    assert_eq!(kinds, ["comment", "comment", "moved", "moved", "moved", "added"]);
    assert_eq!(program.call(Method::DELETE, &path, &[], None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(read(&program.get("/leads?view=all").await)["items"], json!([]));
});

both_engines!(a_token_is_good_for_its_scope_and_its_person_only, |store| async move {
    let program = Program::open(&store, TokenScope::Read).await;
    program.house.person("rep@house.test", Role::Rep).await;
    program.house.person("other@house.test", Role::Rep).await;
    assert_eq!(program.get("/leads").await.status, StatusCode::OK);
    problem(&program.post("/leads", &json!({ "full_name": "Jo" })).await, StatusCode::FORBIDDEN);
    let writer = Program::of(program.house, "ada@house.test", TokenScope::Write).await;
    let number = writer.add("/leads", json!({ "full_name": "Jo", "owner": "other@house.test" })).await["number"].as_i64().unwrap();
    let rep = Program::of(writer.house, "rep@house.test", TokenScope::Admin).await;
    problem(&rep.get(&format!("/leads/{number}")).await, StatusCode::NOT_FOUND);
    assert_eq!(read(&rep.get("/leads?view=all").await)["items"], json!([]));
    let events = Program::of(rep.house, "ada@house.test", TokenScope::Events).await;
    problem(&events.get("/leads").await, StatusCode::FORBIDDEN);
    let ctx = events.house.ctx();
    for token in ["", "lw_unknown", "x"] {
        let stranger = Program::with_token(House::open(&store).await, token.to_owned()).await;
        let answer = stranger.get("/leads").await;
        problem(&answer, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    assert!(service::tokens::cli_add_token(&ctx, "nobody@house.test", "", TokenScope::Read, None).await.is_err());
});

both_engines!(what_a_program_says_is_answered_as_it_stands, |store| async move {
    let program = Program::open(&store, TokenScope::Write).await;
    let path = format!("/leads/{}/activities", program.add("/leads", json!({ "full_name": "Jo" })).await["number"]);
    let say = |key: &'static str, body: &'static str| {
        let (program, path) = (&program, &path);
        async move { program.call(Method::POST, path, &[("idempotency-key", key)], Some(body)).await }
    };
    let first = say("k1", r#"{"kind":"comment","text":"One","icon":"flag","tone":"red"}"#).await;
    let second = say("k2", r#"{"kind":"note","text":"Two"}"#).await;
    assert_eq!((&read(&first)["text"], &read(&second)["kind"]), (&json!("One"), &json!("note")));
    assert_eq!(say("k1", r#"{"kind":"comment","text":"One","icon":"flag","tone":"red"}"#).await.body, first.body);
    problem(&say("k1", r#"{"kind":"comment","text":"Other"}"#).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(read(&program.get(&path).await)["items"].as_array().unwrap().len(), 3);
    for (body, field) in [
        (r#"{"kind":"note","text":"x","icon":"flag"}"#, "icon"),
        (r#"{"kind":"comment","text":"x","tone":"loud"}"#, "tone"),
        (r#"{"kind":"comment","text":"x","version":9}"#, "version"),
        (r#"{"kind":"comment","text":"x","by":"rep@house.test"}"#, "by"),
        (r#"{"kind":"comment"}"#, "text"),
        (r#"{"text":"x"}"#, "kind"),
    ] {
        let errors = problem(&say("k3", body).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(errors[field].is_string(), "{body}: {errors}");
    }
});

both_engines!(an_action_with_the_same_key_is_done_once, |store| async move {
    let program = Program::open(&store, TokenScope::Write).await;
    let path = format!("/leads/{}", program.add("/leads", json!({ "full_name": "Jo", "owner": "ada@house.test" })).await["number"]);
    let act = |action: &'static str, key: &'static str, body: &'static str| {
        let (program, path) = (&program, format!("{path}/actions/{action}"));
        async move { program.call(Method::POST, &path, &[("idempotency-key", key)], Some(body)).await }
    };
    let first = act("win", "k1", "{}").await;
    assert_eq!((first.status, &read(&first)["state"]), (StatusCode::OK, &json!("won")), "{}", first.body);
    assert_eq!(act("win", "k1", "{}").await.body, first.body);
    // The key is of that action at that address.
    problem(&act("reopen", "k1", "{}").await, StatusCode::UNPROCESSABLE_ENTITY);
    let reopened = read(&act("reopen", "k2", "{}").await);
    // What comes late does not win it again, and is answered with what the lead is now.
    let late = act("win", "k1", "{}").await;
    assert_eq!((late.status, read(&late)), (StatusCode::OK, reopened));
    assert_eq!(read(&act("win", "k3", "{}").await)["state"], "won");
    problem(&act("reopen", "", "{}").await, StatusCode::BAD_REQUEST);
});

both_engines!(an_action_is_held_to_the_version_it_names, |store| async move {
    let program = Program::open(&store, TokenScope::Write).await;
    let path = format!("/leads/{}", program.add("/leads", json!({ "full_name": "Jo", "owner": "ada@house.test" })).await["number"]);
    let start = |tag: &'static str| {
        let (program, path) = (&program, format!("{path}/actions/start"));
        async move { program.call(Method::POST, &path, &[("if-match", tag)], None).await }
    };
    problem(&start("\"7\"").await, StatusCode::PRECONDITION_FAILED);
    problem(&start("W/\"x\"").await, StatusCode::PRECONDITION_FAILED);
    assert_eq!(start("\"1\"").await.status, StatusCode::OK);
    problem(&program.call(Method::DELETE, &path, &[("if-match", "\"1\"")], None).await, StatusCode::PRECONDITION_FAILED);
    assert_eq!(program.call(Method::DELETE, &path, &[("if-match", "\"2\"")], None).await.status, StatusCode::NO_CONTENT);
});

both_engines!(what_nobody_sets_from_outside_is_refused, |store| async move {
    let program = Program::open(&store, TokenScope::Write).await;
    let lead = program.add("/leads", json!({ "full_name": "Jo" })).await;
    let foreign =
        ["number", "version", "created_at", "updated_at", "created_by", "role", "state", "account", "extra", "currency", "deleted_at", "if_version"];
    program.assert_refuses_foreign_fields("/leads", &format!("/leads/{}", lead["number"]), &json!({ "full_name": "Jo" }), &foreign).await;
    // Fields that are the API's to set take their own kind of value only.
    for body in [json!({ "owner": 1 }), json!({ "owner": "nobody@house.test" }), json!({ "score": "9" }), json!({ "score": 5000 })] {
        let errors = problem(&program.patch(&format!("/leads/{}", lead["number"]), &body).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(errors[body.as_object().unwrap().keys().next().unwrap()].is_string(), "{errors}");
    }
});

both_engines!(a_list_takes_several_values_and_bounds_of_days, |store| async move {
    let program = Program::open(&store, TokenScope::Write).await;
    let soon = program.add("/leads", json!({ "full_name": "Jo", "source": "Web", "expected": "2026-03-31" })).await;
    let later = program.add("/leads", json!({ "full_name": "Ann", "source": "Other", "expected": "2026-04-01" })).await;
    for (query, wanted) in [
        ("source=Web&source=Other&expected_to=2026-04-01", vec![&later, &soon]),
        ("source=Web&source=Other&expected_to=2026-03-31", vec![&soon]),
        ("source=Other&expected_to=2026-03-31", vec![]),
        ("closed_from=2020-01-01", vec![]),
    ] {
        let page = read(&program.get(&format!("/leads?view=all&{query}")).await);
        let found: Vec<_> = page["items"].as_array().unwrap().iter().map(|lead| &lead["number"]).collect();
        assert_eq!(found, wanted.into_iter().map(|lead| &lead["number"]).collect::<Vec<_>>(), "{query}");
    }
    let description = program.house.get("/api/v1/openapi.json", None).await.body;
    for name in ["updated_from", "updated_to", "expected_from", "closed_to", "last_activity_from", "last_activity_to"] {
        assert!(description.contains(&format!("\"{name}\"")), "{name}");
    }
});

both_engines!(a_list_is_narrowed_by_class, |store| async move {
    let program = Program::open(&store, TokenScope::Write).await;
    let classed = program.add("/leads", json!({ "full_name": "Jo" })).await;
    let plain = program.add("/leads", json!({ "full_name": "Ann" })).await;
    let mut tx = store.begin().await.unwrap();
    let id = domain::LeadId(classed["number"].as_i64().unwrap());
    let rql = domain::Qualification { version: 1, class: Some(domain::LeadClass::Rql), ..domain::Qualification::blank(id) };
    assert!(tx.lead_classes().save(&rql, 0).await.unwrap());
    tx.save().await.unwrap();
    for (query, wanted) in [("class=RQL", vec![&classed]), ("class=none", vec![&plain]), ("class=aql&class=oql", vec![])] {
        let page = read(&program.get(&format!("/leads?view=all&{query}")).await);
        let found: Vec<_> = page["items"].as_array().unwrap().iter().map(|lead| &lead["number"]).collect();
        assert_eq!(found, wanted.into_iter().map(|lead| &lead["number"]).collect::<Vec<_>>(), "{query}");
    }
    let description = program.house.get("/api/v1/openapi.json", None).await.body;
    assert!(description.contains("Any of aql, oql, rql, or “none”"));
});

both_engines!(the_description_is_there_for_anybody, |store| async move {
    let house = House::open(&store).await;
    let answer = house.get("/api/v1/openapi.json", None).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/json"));
    let document = read(&answer);
    assert_eq!((document["openapi"].as_str().unwrap().starts_with("3.1"), &document["info"]["title"]), (true, &json!("Leadwright")));
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(operation["summary"].is_string() && operation["operationId"].is_string(), "{method} {path}");
            assert!(operation["security"].is_array() && operation["responses"]["401"].is_object(), "{method} {path}");
        }
    }
    let page = house.get("/api/v1/docs", None).await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
    assert!(page.body.contains("<code>/api/v1/leads/{number}</code>") && page.body.contains("id=\"Lead\""), "{}", page.body);
    assert!(!page.body.contains(" style=\"") && !page.body.contains("<style"), "styles stand in files");
});

both_engines!(a_token_has_so_many_calls, |store| async move {
    let program = Program::open(&store, TokenScope::Read).await;
    let left = program.get("/leads").await;
    let limit = server::config::API_RATE.get();
    assert_eq!((left.header("ratelimit-limit"), left.header("ratelimit-remaining")), (limit.to_string().as_str(), (limit - 1).to_string().as_str()));
    let site = Site {
        public_url: ORIGIN.to_owned(),
        is_demo: false,
        trusts_proxy: false,
        api_rate: 2.try_into().unwrap(),
        spool: support::spool_folder(),
        mail: support::mail_of(ORIGIN),
    };
    let other = service::tokens::cli_add_token(&program.house.ctx(), "ada@house.test", "", TokenScope::Read, None).await.unwrap();
    let slow = Program::with_token(House::open_with(&store, site).await, program.token).await;
    assert_eq!((slow.get("/leads").await.status, slow.get("/leads/1").await.status), (StatusCode::OK, StatusCode::NOT_FOUND));
    let refused = slow.get("/leads").await;
    problem(&refused, StatusCode::TOO_MANY_REQUESTS);
    let seconds = |name| refused.header(name).parse::<u64>().unwrap();
    assert!((1..=31).contains(&seconds("retry-after")) && (31..=60).contains(&seconds("ratelimit-reset")), "{:?}", refused.headers);
    assert_eq!((seconds("ratelimit-limit"), seconds("ratelimit-remaining")), (2, 0));
    // Another token of the same person has its own.
    assert_eq!(Program::with_token(slow.house, other).await.get("/leads").await.status, StatusCode::OK);
});
