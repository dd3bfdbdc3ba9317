//! Contact events as other programs send them, on both engines.

mod support;

use axum::http::{Method, StatusCode};
use domain::{Role, TokenScope};
use serde_json::{Value, json};
use store::both_engines;
use support::program::{Program, problem, read};

/// An event of a meeting a moment ago.
fn event(id: &str, contact: Value) -> Value {
    json!({ "id": id, "kind": "met", "at": "2025-11-24T16:00:00+01:00", "contact": contact, "detail": "Fair" })
}

both_engines!(one_event_or_a_batch_is_answered_with_verdicts, |store| async move {
    let program = Program::open(&store, TokenScope::Events).await;
    let jo = json!({ "email": "jo@harbour.test", "name": "Jo Field", "company": "Harbour", "postcode": "LS1 1AA", "country": "United Kingdom" });
    let answer = program.post("/events", &event("e1", jo.clone())).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let verdict = read(&answer)["verdicts"][0].clone();
    assert!(verdict["contact"].is_i64(), "{verdict}");
    let (contact, none) = (verdict["contact"].clone(), Value::Null);
    assert_eq!((&verdict["id"], &verdict["verdict"], &verdict["lead"], &verdict["reason"]), (&json!("e1"), &json!("accepted"), &none, &none));

    let batch = json!({ "events": [
        event("e1", jo.clone()),
        event("e2", json!({ "email": "jo", "name": 7 })),
        event("e3", json!({ "email": "JO@harbour.test", "colour": "red" })),
        event("e4", json!({ "email": "JO@harbour.test" })),
        "no event",
        { "id": "e5", "kind": "danced", "at": "2999-01-01T00:00:00Z", "contact": "Jo" },
    ]});
    let answer = program.post("/events", &batch).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let verdicts = read(&answer)["verdicts"].as_array().unwrap().clone();
    let words: Vec<&str> = verdicts.iter().map(|one| one["verdict"].as_str().unwrap()).collect();
    assert_eq!(words, ["duplicate", "refused", "refused", "accepted", "refused", "refused"]);
    assert_eq!((&verdicts[0]["contact"], &verdicts[3]["contact"]), (&contact, &contact));
    let fields = |nth: usize| verdicts[nth]["errors"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(fields(1), ["contact.email", "contact.name"]);
    assert_eq!(fields(2), ["contact.colour"]);
    assert_eq!(fields(5), ["at", "contact", "kind"]);
    assert!(verdicts[2]["reason"].as_str().unwrap().contains("There is no field"), "{}", verdicts[2]);
});

both_engines!(what_is_no_event_is_refused_at_its_field, |store| async move {
    let program = Program::open(&store, TokenScope::Events).await;
    let errors = problem(&program.post("/events", &json!({})).await, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["id", "kind", "at", "contact"] {
        assert!(errors[field].is_string(), "{field}: {errors}");
    }
    let mixed = json!({ "events": [], "kind": "met", "extra": 1 });
    let errors = problem(&program.post("/events", &mixed).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(errors["kind"].is_string() && errors["extra"].is_string(), "{errors}");
    let many: Vec<Value> = (0..1001).map(|nth| event(&format!("e{nth}"), json!({ "phone": "0161 496 0123" }))).collect();
    for events in [json!([]), json!("all"), json!(many)] {
        let errors = problem(&program.post("/events", &json!({ "events": events })).await, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(errors["events"].is_string(), "{errors}");
    }
    problem(&program.call(Method::POST, "/events", &[], Some("[]")).await, StatusCode::BAD_REQUEST);
    problem(&program.call(Method::POST, "/events", &[("content-type", "text/plain")], Some("{}")).await, StatusCode::UNSUPPORTED_MEDIA_TYPE);
});

both_engines!(a_key_goes_with_one_body, |store| async move {
    let program = Program::open(&store, TokenScope::Admin).await;
    let send = async |body: &Value| program.call(Method::POST, "/events", &[("idempotency-key", "k1")], Some(&body.to_string())).await;
    let first = event("e1", json!({ "email": "jo@harbour.test" }));
    let verdict = |answer: &support::Answer| read(answer)["verdicts"][0]["verdict"].clone();
    assert_eq!(verdict(&send(&first).await), "accepted");
    assert_eq!(verdict(&send(&first).await), "duplicate");
    problem(&send(&event("e2", json!({ "email": "jo@harbour.test" }))).await, StatusCode::UNPROCESSABLE_ENTITY);
});

both_engines!(only_tokens_for_events_of_people_of_the_house_may_send, |store| async move {
    let mut program = Program::open(&store, TokenScope::Write).await;
    let met = event("e1", json!({ "email": "jo@harbour.test" }));
    problem(&program.post("/events", &met).await, StatusCode::FORBIDDEN);
    program.house.person("out@firm.test", Role::Distributor).await;
    program = Program::of(program.house, "out@firm.test", TokenScope::Events).await;
    problem(&program.post("/events", &met).await, StatusCode::FORBIDDEN);
    program = Program::of(program.house, "ada@house.test", TokenScope::Events).await;
    assert_eq!(program.post("/events", &met).await.status, StatusCode::OK);
    problem(&program.get("/leads").await, StatusCode::FORBIDDEN);
});
