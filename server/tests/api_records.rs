//! Accounts, contacts and opportunities in the HTTP API, on both engines.

mod support;

use axum::http::{Method, StatusCode};
use domain::{Role, TokenScope};
use serde_json::{Value, json};
use store::both_engines;
use support::program::{Program, problem, read};

/// Reads a list to its end, `limit` at a time; gives this field of each.
async fn walk(program: &Program, path: &str, limit: usize, field: &str) -> Vec<Value> {
    let (mut found, mut pages) = (Vec::new(), 0);
    let mut cursor = String::new();
    loop {
        let separator = if path.contains('?') { '&' } else { '?' };
        let page = read(&program.get(&format!("{path}{separator}limit={limit}{cursor}")).await);
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit);
        found.extend(items.iter().map(|item| item[field].clone()));
        pages += 1;
        assert!(pages < 50, "the list never ends");
        let Some(next) = page["next_cursor"].as_str() else { return found };
        let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("cursor", next).finish();
        cursor = format!("&{query}");
    }
}

both_engines!(an_account_is_added_read_changed_and_listed, |store| async move {
    let program = Program::open(&store, TokenScope::Write).await;
    let account = program
        .add(
            "/accounts",
            json!({
                "name": "Harbour Dental", "kinds": ["vendor", "customer"], "primary_rep": "ada@house.test", "website": "harbour.example",
                "domains": ["harbour.example"], "locations": [{ "name": "Quay", "city": "Leeds", "province": "Yorkshire" }, { "city": "York" }]
            }),
        )
        .await;
    assert_eq!((&account["kinds"], &account["primary_rep"]), (&json!(["customer", "vendor"]), &json!("ada@house.test")));
    assert_eq!((&account["locations"][0]["province"], &account["locations"][1]["city"]), (&json!("Yorkshire"), &json!("York")));
    let path = format!("/accounts/{}", account["number"]);
    let read_again = program.get(&path).await;
    assert_eq!((read_again.header("etag"), read(&read_again)), ("\"1\"", account));

    let change = |tag: &'static str, body: Value| {
        let (program, path) = (&program, &path);
        async move { program.call(Method::PATCH, path, &[("if-match", tag)], Some(&body.to_string())).await }
    };
    problem(&program.call(Method::PATCH, &path, &[], Some("{}")).await, StatusCode::PRECONDITION_REQUIRED);
    let changed = read(&change("\"1\"", json!({ "website": null, "locations": [] })).await);
    assert_eq!((&changed["website"], &changed["locations"], &changed["version"]), (&json!(""), &json!([]), &json!(2)));
    // Even where nobody touched the same field: the program named the version it read.
    problem(&change("\"1\"", json!({ "name": "Harbour" })).await, StatusCode::PRECONDITION_FAILED);
    let errors = problem(
        &change("*", json!({ "kinds": ["friend"], "locations": [{ "city": "a\u{0}" }], "domains": ["x"] })).await,
        StatusCode::UNPROCESSABLE_ENTITY,
    );
    assert_eq!(errors.as_object().unwrap().keys().collect::<Vec<_>>(), ["domains", "kinds", "locations"]);
    let errors = problem(&change("*", json!({ "locations": [{ "planet": "Earth" }] })).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(errors["locations"].is_string(), "{errors}");

    for name in ["Acme", "Borough Ltd", "acme two", "Zeta"] {
        program.add("/accounts", json!({ "name": name, "kinds": ["prospect"] })).await;
    }
    assert_eq!(walk(&program, "/accounts", 2, "name").await, ["Acme", "acme two", "Borough Ltd", "Harbour Dental", "Zeta"]);
    assert_eq!(walk(&program, "/accounts?q=acme&kind=prospect", 1, "name").await, ["Acme", "acme two"]);
    assert_eq!(walk(&program, "/accounts?rep=me", 50, "name").await, ["Harbour Dental"]);
    assert_eq!(walk(&program, "/accounts?rep=none", 2, "name").await, ["Acme", "acme two", "Borough Ltd", "Zeta"]);
    problem(&program.get("/accounts?cursor=1~%00").await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(program.get("/accounts?q=%00&kind=%00").await.status, StatusCode::OK);
    problem(&program.get("/accounts/999").await, StatusCode::NOT_FOUND);
});

both_engines!(a_contact_is_added_read_changed_and_listed, |store| async move {
    let program = Program::open(&store, TokenScope::Write).await;
    let account = program.add("/accounts", json!({ "name": "Acme" })).await;
    let body = json!({ "full_name": "Jo Field", "job_title": "Buyer", "account": "acme", "phones": ["0161 496 0123"], "emails": ["jo@acme.test"] });
    let contact = program.add("/contacts", body).await;
    assert_eq!((&contact["account"]["number"], &contact["phones"]), (&account["number"], &json!(["+441614960123"])));
    let path = format!("/contacts/{}", contact["number"]);
    assert_eq!(read(&program.get(&path).await), contact);
    let changed = read(&program.patch(&path, &json!({ "account": null, "emails": ["a@b.test", "c@d.test"] })).await);
    assert_eq!((&changed["account"], &changed["emails"], &changed["job_title"]), (&Value::Null, &json!(["a@b.test", "c@d.test"]), &json!("Buyer")));
    assert_eq!(read(&program.patch(&path, &json!({ "account": account["number"] })).await)["account"]["name"], "Acme");
    problem(&program.call(Method::PATCH, &path, &[("if-match", "\"1\"")], Some("{}")).await, StatusCode::PRECONDITION_FAILED);
    let errors = problem(&program.patch(&path, &json!({ "account": "Nobody", "phones": ["call me"] })).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(errors.as_object().unwrap().keys().collect::<Vec<_>>(), ["account", "phones"]);
    program.add("/contacts", json!({ "full_name": "Ana Reyes" })).await;
    program.add("/contacts", json!({ "full_name": "Zoe" })).await;
    assert_eq!(walk(&program, "/contacts", 1, "full_name").await, ["Ana Reyes", "Jo Field", "Zoe"]);
    assert_eq!(walk(&program, &format!("/contacts?account={}", account["number"]), 5, "full_name").await, ["Jo Field"]);
    assert_eq!(walk(&program, "/contacts?q=c@d.test", 5, "full_name").await, ["Jo Field"]);
    problem(&program.get("/contacts?account=acme").await, StatusCode::UNPROCESSABLE_ENTITY);
});

both_engines!(an_opportunity_is_added_read_changed_and_listed, |store| async move {
    let program = Program::open(&store, TokenScope::Write).await;
    let first = program.add("/leads", json!({ "full_name": "Jo", "company": "Acme" })).await;
    let second = program.add("/leads", json!({ "full_name": "Ana", "company": "Borough" })).await;
    let body = json!({ "lead": first["number"], "name": "Renewal", "amount_minor": 1_250_050, "probability": 30, "close": "2027-01-31" });
    let opportunity = program.add("/opportunities", body).await;
    assert_eq!((&opportunity["amount_minor"], &opportunity["close"]), (&json!(1_250_050), &json!("2027-01-31")));
    assert_eq!((&opportunity["lead"], &opportunity["account"]), (&first["number"], &first["account"]["number"]));
    let path = format!("/opportunities/{}", opportunity["number"]);
    assert_eq!(read(&program.get(&path).await), opportunity);
    let changed = read(&program.patch(&path, &json!({ "amount_minor": null, "follow_up": "2026-12-01" })).await);
    assert_eq!((&changed["amount_minor"], &changed["follow_up"], &changed["probability"]), (&Value::Null, &json!("2026-12-01"), &json!(30)));
    problem(&program.call(Method::PATCH, &path, &[("if-match", "\"1\"")], Some("{}")).await, StatusCode::PRECONDITION_FAILED);
    let wrong = json!({ "amount_minor": 10_i64.pow(18), "stage": "Nowhere", "close": "soon", "probability": 101 });
    let errors = problem(&program.patch(&path, &wrong).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(errors.as_object().unwrap().keys().collect::<Vec<_>>(), ["amount_minor", "close", "probability", "stage"]);
    for lead in [json!(99), json!("1"), Value::Null] {
        let errors = problem(&program.post("/opportunities", &json!({ "lead": lead, "name": "x" })).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(errors["lead"].is_string(), "{errors}");
    }
    // Each lead came with one of its own.
    program.add("/opportunities", json!({ "lead": second["number"], "name": "Extra" })).await;
    let names = walk(&program, "/opportunities", 1, "name").await;
    assert_eq!((names.len(), &names[0], &names[2]), (4, &json!("Extra"), &json!("Renewal")));
    assert_eq!(walk(&program, "/opportunities", 3, "name").await, names);
    assert_eq!(walk(&program, &format!("/opportunities?lead={}", first["number"]), 1, "name").await, names[2..]);
    assert_eq!(walk(&program, &format!("/opportunities?account={}", second["account"]["number"]), 5, "name").await, names[..2]);
    problem(&program.get("/opportunities?lead=99").await, StatusCode::NOT_FOUND);
    problem(&program.get("/opportunities?lead=1&account=1").await, StatusCode::UNPROCESSABLE_ENTITY);
    problem(&program.get("/opportunities?lead=x").await, StatusCode::UNPROCESSABLE_ENTITY);
    problem(&program.get("/opportunities?account=99").await, StatusCode::NOT_FOUND);
    problem(&program.get("/opportunities?cursor=1~Quay").await, StatusCode::UNPROCESSABLE_ENTITY);

    program.house.person("rep@house.test", Role::Rep).await;
    let owned = json!({ "owner": "ada@house.test" });
    for lead in [&first, &second] {
        assert_eq!(program.patch(&format!("/leads/{}", lead["number"]), &owned).await.status, StatusCode::OK);
    }
    let rep = Program::of(program.house, "rep@house.test", TokenScope::Write).await;
    assert_eq!(walk(&rep, "/opportunities", 5, "name").await, Vec::<Value>::new());
    problem(&rep.get(&path).await, StatusCode::NOT_FOUND);
    problem(&rep.patch(&path, &json!({ "name": "Mine" })).await, StatusCode::NOT_FOUND);
});

both_engines!(what_nobody_sets_from_outside_is_refused, |store| async move {
    let program = Program::open(&store, TokenScope::Write).await;
    let lead = program.add("/leads", json!({ "full_name": "Jo" })).await["number"].clone();
    let account = program.add("/accounts", json!({ "name": "Acme" })).await["number"].clone();
    let contact = program.add("/contacts", json!({ "full_name": "Jo" })).await["number"].clone();
    let opportunity = program.add("/opportunities", json!({ "lead": lead, "name": "Deal" })).await["number"].clone();
    let foreign = ["owner", "role", "score", "created_at", "version", "number", "if_version", "import"];
    program.assert_refuses_foreign_fields("/accounts", &format!("/accounts/{account}"), &json!({ "name": "Acme" }), &foreign).await;
    program.assert_refuses_foreign_fields("/contacts", &format!("/contacts/{contact}"), &json!({ "full_name": "Jo" }), &foreign).await;
    let path = format!("/opportunities/{opportunity}");
    let errors = problem(&program.patch(&path, &json!({ "lead": lead })).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(errors["lead"].is_string(), "an opportunity stays with its lead: {errors}");
    for field in foreign {
        let mut body = json!({ "name": "Deal" });
        body[field] = json!("1");
        let errors = problem(&program.patch(&path, &body).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(errors[field].is_string(), "{field}: {errors}");
        body["lead"] = lead.clone();
        let errors = problem(&program.post("/opportunities", &body).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(errors[field].is_string(), "{field}: {errors}");
    }
    assert_eq!(read(&program.get(&path).await)["version"], 1);
    assert_eq!(walk(&program, "/opportunities", 50, "number").await.len(), 2);
});

both_engines!(the_same_key_adds_one_record, |store| async move {
    let program = Program::open(&store, TokenScope::Write).await;
    let lead = program.add("/leads", json!({ "full_name": "Jo" })).await["number"].clone();
    let bodies = [
        ("/accounts", json!({ "name": "Acme" })),
        ("/contacts", json!({ "full_name": "Jo" })),
        ("/opportunities", json!({ "lead": lead, "name": "Deal" })),
    ];
    for (nth, (path, body)) in bodies.iter().enumerate() {
        let key = format!("k{nth}");
        let send = |body: String| {
            let (program, key) = (&program, &key);
            async move { program.call(Method::POST, path, &[("idempotency-key", key)], Some(&body)).await }
        };
        let (first, again) = (send(body.to_string()).await, send(body.to_string()).await);
        assert_eq!((first.status, read(&first)), (StatusCode::CREATED, read(&again)), "{path}");
        let mut other = body.clone();
        other[if *path == "/contacts" { "job_title" } else { "name" }] = json!("Other");
        problem(&send(other.to_string()).await, StatusCode::UNPROCESSABLE_ENTITY);
    }
    // The key of another address is another wish.
    let body = bodies[0].1.to_string();
    problem(&program.call(Method::POST, "/contacts", &[("idempotency-key", "k0")], Some(&body)).await, StatusCode::UNPROCESSABLE_ENTITY);
});

both_engines!(outside_people_and_narrow_tokens_are_kept_out, |store| async move {
    let program = Program::open(&store, TokenScope::Read).await;
    program.house.person("out@firm.test", Role::Distributor).await;
    for path in ["/accounts", "/contacts", "/opportunities"] {
        assert_eq!(program.get(path).await.status, StatusCode::OK, "{path}");
        problem(&program.post(path, &json!({ "name": "x", "full_name": "x" })).await, StatusCode::FORBIDDEN);
    }
    let outside = Program::of(program.house, "out@firm.test", TokenScope::Admin).await;
    for path in ["/accounts", "/contacts"] {
        problem(&outside.get(path).await, StatusCode::FORBIDDEN);
        problem(&outside.get(&format!("{path}/1")).await, StatusCode::FORBIDDEN);
    }
    assert_eq!(read(&outside.get("/opportunities").await)["items"], json!([]));
});
