//! Attempts to reach people over HTTP, without script and by the API, and the playbook that administrators change.

mod support;

use axum::http::{Method, StatusCode};
use domain::{FormValues, Role, TokenScope};
use serde_json::{Value, json};
use store::{Store, both_engines};
use support::House;
use support::program::{Program, problem, read};

/// Maya has a lead, whose address is given; Ana is another rep, Ada administrates.
async fn with_lead(store: &Store) -> (House, String, [String; 3]) {
    let house = House::open(store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    let maya = house.person("maya@house.test", Role::Rep).await;
    house.person("ana@house.test", Role::Rep).await;
    house.catalog_changed().await;
    let ada = house.sign_in("ada@house.test").await;
    let new = format!("full_name=Jo+Field&company=Acme&owner={maya}&phones=0161+496+0123&emails=jo@acme.test");
    let lead = house.post("/leads/new", Some(&ada), &new).await.header("location").to_owned();
    let (maya, ana) = (house.sign_in("maya@house.test").await, house.sign_in("ana@house.test").await);
    (house, lead, [maya, ana, ada])
}

both_engines!(an_attempt_is_logged_without_script_and_what_follows_stands_on_the_page, |store| async move {
    let (house, lead, [maya, ana, _]) = with_lead(&store).await;
    let page = house.get(&lead, Some(&maya)).await.body;
    for said in
        ["Reach them", "Nobody has tried to reach them yet.", "href=\"tel:+441614960123\"", "Blocked by reception", "Never say that you are expected"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    let call = format!("{lead}/attempts/call");
    let wrong = house.post(&call, Some(&maya), "outcome=&note=Rang+twice&call_back=soon").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in ["Choose how it went", "href=\"#attempt-call-outcome\"", "id=\"attempt-call-outcome\"", "Rang twice"] {
        assert!(wrong.body.contains(said), "{said}: {}", wrong.body);
    }
    let wrong = house.post(&call, Some(&maya), "outcome=voicemail&call_back=soon&said=date&done_at=2999-01-01T09:00").await;
    assert!(wrong.body.contains("id=\"attempt-call-call_back-error\"") && wrong.body.contains("value=\"soon\""), "{}", wrong.body);
    assert!(wrong.body.contains("id=\"attempt-call-done_at-error\"") && wrong.body.contains("value=\"2999-01-01T09:00\""), "{}", wrong.body);

    let note = FormValues(vec![("note".to_owned(), "<b>Mind the dog</b>".to_owned())]).encode();
    let left = house.post(&call, Some(&maya), &format!("outcome=voicemail&{note}&call_back=2031-03-04&call_back_time=10:00")).await;
    assert_eq!((left.status, left.header("location")), (StatusCode::SEE_OTHER, lead.as_str()));
    let page = house.get(&lead, Some(&maya)).await.body;
    for said in [
        "called +441614960123: voicemail",
        "Call them back, as promised",
        "4 Mar 2031, 10:00",
        "You promised to call back.",
        "Tried so far: 1",
        "1: 1 call",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(page.contains("&lt;b&gt;Mind the dog&lt;/b&gt;") && !page.contains("<b>Mind"), "{page}");
    let sent = house.post(&format!("{lead}/attempts/email"), Some(&maya), "outcome=no_answer&back=https%3A%2F%2Fevil.test").await;
    assert_eq!(sent.header("location"), lead);
    assert!(house.get(&format!("{lead}?timeline=attempts"), Some(&maya)).await.body.contains("wrote an e-mail to jo@acme.test: sent"));
    let others = [(call, &ana), (format!("{lead}/attempts/pigeon"), &maya), ("/leads/999999/attempts/call".to_owned(), &maya)];
    for (path, who) in others {
        assert_eq!(house.post(&path, Some(who), "outcome=reached").await.status, StatusCode::NOT_FOUND, "{path}");
    }
});

both_engines!(an_administrator_changes_the_playbook_and_everybody_reads_it, |store| async move {
    let (house, lead, [maya, _, ada]) = with_lead(&store).await;
    assert_eq!(house.get("/admin/playbook", Some(&maya)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(house.post("/admin/playbook/texts/reception", Some(&maya), "body=Lie").await.status, StatusCode::FORBIDDEN);
    let page = house.get("/admin/playbook", Some(&ada)).await.body;
    assert!(page.contains("call 0\nemail 1") && page.contains("When reception does not put you through"), "{page}");
    let wrong = house.post("/admin/playbook/cadence", Some(&ada), "steps=call+0%0Apigeon+2&call_back=8").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("“pigeon 2” is not like that") && wrong.body.contains("call 0\npigeon 2"), "{}", wrong.body);
    let saved = house.post("/admin/playbook/cadence", Some(&ada), "steps=email+0%0Acall+2&call_back=4").await;
    assert_eq!((saved.status, saved.header("location")), (StatusCode::SEE_OTHER, "/admin/playbook"));
    house.post("/admin/playbook/texts/reception", Some(&ada), "body=Be+honest+and+brief").await;
    let page = house.get(&lead, Some(&maya)).await.body;
    assert!(page.contains("Be honest and brief") && page.contains("Write an e-mail to them"), "{page}");
    house.post("/admin/playbook/texts/reception/reset", Some(&ada), "").await;
    assert!(house.get(&lead, Some(&maya)).await.body.contains("Never say that you are expected"));
    assert_eq!(house.post("/admin/playbook/texts/lies", Some(&ada), "body=x").await.status, StatusCode::NOT_FOUND);
});

both_engines!(a_program_logs_attempts_and_hears_what_to_try_next, |store| async move {
    let program = Program::open(&store, TokenScope::Write).await;
    let lead = program.add("/leads", json!({ "full_name": "Jo", "phones": ["0161 496 0123"], "emails": ["jo@acme.test"] })).await;
    let path = format!("/leads/{}/attempts", lead["number"]);
    let call = r#"{"channel":"call","outcome":"voicemail","said":["date","reason"],"call_back_at":"2031-03-04T10:00:00+01:00","note":"Machine"}"#;
    let log = async |key: &str, body: &str| program.call(Method::POST, &path, &[("idempotency-key", key)], Some(body)).await;
    let first = log("k1", call).await;
    let logged = read(&first);
    assert_eq!((first.status, &logged["by"], &logged["to"]), (StatusCode::CREATED, &json!("ada@house.test"), &json!("+441614960123")), "{logged}");
    assert_eq!((&logged["said"], &logged["call_back_at"]), (&json!(["date", "reason"]), &json!("2031-03-04T09:00:00.000Z")));
    let next =
        json!({ "channel": "call", "at": "2031-03-04T09:00:00.000Z", "is_due": false, "to": "+441614960123", "why": "You promised to call back." });
    assert_eq!(logged["next"], next);
    assert_eq!(log("k1", call).await.body, first.body, "it is logged once");
    problem(&log("k1", r#"{"channel":"call","outcome":"reached"}"#).await, StatusCode::UNPROCESSABLE_ENTITY);
    let earlier = read(&log("k2", r#"{"channel":"visit","outcome":"no_answer","done_at":"2025-01-02T10:30:00Z"}"#).await);
    assert_eq!((&earlier["at"], &earlier["to"], &earlier["call_back_at"]), (&json!("2025-01-02T10:30:00.000Z"), &json!(""), &Value::Null));
    for (body, field) in [
        (r#"{"channel":"pigeon","outcome":"reached"}"#, "channel"),
        (r#"{"channel":"email","outcome":"voicemail"}"#, "outcome"),
        (r#"{"outcome":"reached"}"#, "channel"),
        (r#"{"channel":"call"}"#, "outcome"),
        (r#"{"channel":"call","outcome":"reached","by":"x"}"#, "by"),
        (r#"{"channel":"call","outcome":"reached","call_back_at":"2031-03-04T10:00:00Z"}"#, "call_back_at"),
        (r#"{"channel":"call","outcome":"voicemail","call_back_at":"2020-03-04T10:00:00Z"}"#, "call_back_at"),
        (r#"{"channel":"call","outcome":"voicemail","said":["hello"]}"#, "said"),
        (r#"{"channel":"call","outcome":"reached","done_at":"2999-01-01T00:00:00Z"}"#, "done_at"),
    ] {
        let errors = problem(&log("k3", body).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(errors[field].is_string(), "{body}: {errors}");
    }
    let reached = read(&log("k4", r#"{"channel":"call","outcome":"reached"}"#).await);
    assert_eq!(reached["next"], Value::Null);
    let told = read(&program.get(&format!("/leads/{}/activities", lead["number"])).await);
    let kinds: Vec<&str> = told["items"].as_array().unwrap().iter().filter_map(|item| item["kind"].as_str()).take(2).collect();
    assert_eq!(kinds, ["record", "attempt"], "the promise is kept, and this is why");
    problem(&program.post("/leads/999999/attempts", &json!({ "channel": "call", "outcome": "reached" })).await, StatusCode::NOT_FOUND);
});
