//! What operators rely on: figures without anybody in them, and answers while the database is locked.

mod support;

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use domain::{Role, TokenScope};
use serde_json::json;
use sqlx::{Connection as _, Executor as _};
use store::testing::{only_on_sqlite, url_of};
use store::{Engine, Sql, Store, both_engines};
use support::program::{Program, read};
use support::{House, ORIGIN, request};

fn value(text: &str, sample: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{sample} is not in {text}")).parse().expect("a number")
}

both_engines!(the_metrics_count_routes_and_name_nobody, |store| async move {
    let house = House::open(&store).await;
    house.person("maya@house.test", Role::Rep).await;
    let token = house.sign_in("maya@house.test").await;
    assert_eq!(house.get("/leads?q=zzyzx", Some(&token)).await.status, StatusCode::OK);
    assert_eq!(house.get("/leads", Some(&token)).await.status, StatusCode::OK);
    assert_eq!(house.get("/leads/987654", Some(&token)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.get("/api/v1/leads/987654", None).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(house.get("/wp-admin/setup.php", None).await.status, StatusCode::SEE_OTHER);
    assert_eq!(house.post("/leads/987654/comment", Some(&token), "text=hello").await.status, StatusCode::NOT_FOUND);
    let mut ear = house.hear(&token, "", None).await;
    let event = house.catalog_changed().await;
    ear.until("event: catalog").await;

    let answer = house.get("/metrics", None).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    let text = &answer.body;
    assert_eq!(value(text, "http_requests_total{method=\"GET\",route=\"/leads\",status=\"200\"}"), 2.0);
    assert_eq!(value(text, "http_request_duration_seconds_count{method=\"GET\",route=\"/leads\"}"), 2.0);
    assert_eq!(value(text, "http_requests_total{method=\"GET\",route=\"/api/v1/leads/{number}\",status=\"401\"}"), 1.0);
    assert_eq!(value(text, "http_requests_total{method=\"GET\",route=\"unmatched\",status=\"303\"}"), 1.0);
    assert_eq!(value(text, "leadwright_live_clients"), 1.0);
    assert_eq!(value(text, "leadwright_events_position"), event.0 as f64);
    assert!(value(text, "process_resident_memory_bytes") > 1e6);
    assert!(value(text, "leadwright_uptime_seconds") >= 0.0);
    let pool = if store.engine() == Engine::Sqlite { "readers" } else { "all" };
    assert!(value(text, &format!("leadwright_database_connections_max{{pool=\"{pool}\"}}")) >= 1.0);
    for secret in ["maya", "house.test", "987654", "zzyzx", "wp-admin", token.as_str()] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
    drop(ear);
    assert_eq!(value(&house.get("/metrics", None).await.body, "leadwright_live_clients"), 0.0);
});

/// Holds what every change needs, as another program might.
async fn lock(store: &Store) -> Box<dyn std::any::Any> {
    let url = url_of(store).await;
    match store.engine() {
        Engine::Sqlite => {
            let mut other = sqlx::SqliteConnection::connect(&url).await.unwrap();
            other.execute("begin immediate").await.unwrap();
            Box::new(other)
        }
        Engine::Postgres => {
            let mut other = sqlx::PgConnection::connect(&url).await.unwrap();
            other.execute("begin").await.unwrap();
            other.execute("lock table app_user, session, counter, event in exclusive mode").await.unwrap();
            Box::new(other)
        }
    }
}

both_engines!(a_locked_database_is_a_503_and_nothing_is_lost, |store| async move {
    let house = House::open(&store).await;
    house.person("ada@house.test", Role::Administrator).await;
    let token = house.sign_in("ada@house.test").await;
    let form = "name=Ben&email=ben%40house.test&role=rep&password=a+long+password+for+ben&password_again=a+long+password+for+ben";
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    let program = service::tokens::cli_add_token(&house.ctx(), "ada@house.test", "", TokenScope::Write, None).await.unwrap();
    // From now on, for a minute, the token is not noted as used again.
    assert_eq!(
        house
            .ask(axum::http::Request::get("/api/v1/leads").header(header::AUTHORIZATION, format!("Bearer {program}")).body(Body::empty()).unwrap())
            .await
            .status,
        StatusCode::OK
    );
    let held = lock(&store).await;
    // Reading goes on.
    assert_eq!(house.get("/leads", Some(&token)).await.status, StatusCode::OK);
    assert_eq!(house.get("/readyz", None).await.status, StatusCode::OK);
    let started = Instant::now();
    let call = axum::http::Request::post("/api/v1/leads").header(header::AUTHORIZATION, format!("Bearer {program}"));
    let call = call.header(header::CONTENT_TYPE, "application/json").body(Body::from(r#"{"full_name":"Jo"}"#)).unwrap();
    let (answer, called) = tokio::join!(house.post("/admin/users", Some(&token), form), house.ask(call));
    assert_eq!((called.status, called.header("content-type")), (StatusCode::SERVICE_UNAVAILABLE, "application/problem+json"), "{}", called.body);
    assert!(called.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds > 0), "{:?}", called.headers);
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.body);
    assert!(answer.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds > 0), "{:?}", answer.headers);
    assert!(answer.body.contains("ben@house.test"), "what was typed is still there: {}", answer.body);
    assert!(started.elapsed() >= Duration::from_secs(9), "it waits before it gives up");
    drop(held);
    // Whoever tries again is served, as soon as the engine noticed that the other is gone.
    let mut answer = house.post("/admin/users", Some(&token), form).await;
    while answer.status == StatusCode::SERVICE_UNAVAILABLE && started.elapsed() < Duration::from_secs(60) {
        answer = house.post("/admin/users", Some(&token), form).await;
    }
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
});

/// SQLite's writers share a commit, so it is there that a whole change can be lost when all its statements went well.
#[tokio::test]
async fn who_could_not_be_saved_is_told_what_to_do_and_nothing_is_there() {
    let test = |store: Store| async move {
        let program = Program::open(&store, TokenScope::Write).await;
        let token = program.house.sign_in("ada@house.test").await;
        let mut tx = store.begin().await.unwrap();
        // Every new lead brings a row that only the commit judges.
        tx.run(Sql::new("create table spoil (account_id integer references account (id) deferrable initially deferred)")).await.unwrap();
        tx.run(Sql::new("create trigger spoil_lead after insert on lead begin insert into spoil values (-1); end")).await.unwrap();
        tx.save().await.unwrap();
        let told =
            "Nothing was saved, because the database could not write it. Try again; if it stays, ask your administrator whether the disk is full";

        let wish = "full_name=Jo+Field&company=Acme&emails=jo%40acme.test";
        let answer = program.house.post("/leads/new", Some(&token), wish).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", answer.body);
        for there in [told, "Jo Field", "jo@acme.test"] {
            assert!(answer.body.contains(there), "{there}: {}", answer.body);
        }
        let script = request(Method::POST, "/leads/new", Some(&token))
            .header(header::ORIGIN, ORIGIN)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = program.house.ask(script.body(Body::from(wish)).unwrap()).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(answer.body.contains(told), "{}", answer.body);
        let answer = program.post("/leads", &json!({ "full_name": "Jo Field", "company": "Acme" })).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(read(&answer)["detail"], format!("{told}."));
        assert_eq!(read(&program.get("/leads?view=all").await)["items"], json!([]));

        let mut tx = store.begin().await.unwrap();
        tx.run(Sql::new("drop trigger spoil_lead")).await.unwrap();
        tx.save().await.unwrap();
        assert_eq!(program.post("/leads", &json!({ "full_name": "Jo Field", "company": "Acme" })).await.status, StatusCode::CREATED);
    };
    only_on_sqlite(test).await;
}
