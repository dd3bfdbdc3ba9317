//! What keeps strangers and other sites out, on every kind of route.

mod support;

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use domain::Role;
use store::both_engines;
use support::{Answer, House, ORIGIN, PASSWORD, request};

/// Server functions that strangers may call. A new one belongs here only after a second thought.
const PUBLIC_FUNCTIONS: [&str; 0] = [];

fn nonce_of(answer: &Answer) -> String {
    let policy = answer.header("content-security-policy");
    policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce").to_owned()
}

fn assert_guarded(answer: &Answer, what: &str) {
    let nonce = nonce_of(answer);
    assert!(nonce.len() >= 22, "{what}: {nonce}");
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
    );
    assert_eq!(answer.header("content-security-policy"), policy, "{what}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(answer.header("referrer-policy"), "same-origin", "{what}");
    assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{what}");
    assert_eq!(answer.header("x-frame-options"), "DENY", "{what}");
    assert!(answer.headers.contains_key("permissions-policy"), "{what}");
    assert!(answer.headers.contains_key("x-request-id"), "{what}");
    let caching = answer.header("cache-control");
    assert!(caching == "no-store" || (answer.headers.contains_key("etag") && caching.starts_with("public")), "{what}: {caching}");
}

both_engines!(every_answer_is_guarded, |store| async move {
    let house = House::open(&store).await;
    house.person("ada@house.test", Role::Administrator).await;
    let token = house.sign_in("ada@house.test").await;
    let answers = [
        ("health", StatusCode::OK, house.get("/healthz", None).await),
        ("ready", StatusCode::OK, house.get("/readyz", None).await),
        ("sign-in page", StatusCode::OK, house.get("/login", None).await),
        ("registration page", StatusCode::OK, house.get("/register", None).await),
        ("private page, stranger", StatusCode::SEE_OTHER, house.get("/leads", None).await),
        ("private page", StatusCode::OK, house.get("/leads", Some(&token)).await),
        ("missing file", StatusCode::NOT_FOUND, house.get("/static/none.js", None).await),
        ("missing package", StatusCode::NOT_FOUND, house.get("/pkg/none.js", None).await),
        ("missing function", StatusCode::NOT_FOUND, house.get("/fn/none", Some(&token)).await),
        ("function, stranger", StatusCode::UNAUTHORIZED, house.get("/fn/none", None).await),
        ("missing part of the API", StatusCode::NOT_FOUND, house.get("/api/v1/none", Some(&token)).await),
        ("live, stranger", StatusCode::UNAUTHORIZED, house.get("/api/v1/live", None).await),
        ("form without origin", StatusCode::FORBIDDEN, house.ask(request(Method::POST, "/login", None).body(Body::empty()).unwrap()).await),
        ("too long a form", StatusCode::PAYLOAD_TOO_LARGE, house.post("/login", None, &"a".repeat(1_000_001)).await),
        ("form with errors", StatusCode::UNPROCESSABLE_ENTITY, house.post("/login", None, "email=&password=").await),
        (
            "unknown method",
            StatusCode::METHOD_NOT_ALLOWED,
            house.ask(request(Method::DELETE, "/leads", Some(&token)).header(header::ORIGIN, ORIGIN).body(Body::empty()).unwrap()).await,
        ),
    ];
    for (what, status, answer) in &answers {
        assert_eq!(answer.status, *status, "{what}: {}", answer.body);
        assert_guarded(answer, what);
        assert_eq!(answer.header("strict-transport-security"), "", "{what}");
    }
});

both_engines!(a_page_carries_the_nonce_of_its_policy, |store| async move {
    let house = House::open(&store).await;
    house.person("ada@house.test", Role::Administrator).await;
    let token = house.sign_in("ada@house.test").await;
    let (first, second) = (house.get("/leads", Some(&token)).await, house.get("/leads", Some(&token)).await);
    assert_ne!(nonce_of(&first), nonce_of(&second));
    for page in [first, second] {
        let nonce = nonce_of(&page);
        let scripts: Vec<&str> = page.body.split("<script").skip(1).map(|rest| rest.split('>').next().unwrap()).collect();
        for script in scripts {
            let from_us = script.contains("src=\"/static/");
            assert!(from_us || script.contains(&format!("nonce=\"{nonce}\"")), "{script}");
        }
        assert!(!page.body.contains(" style=\"") && !page.body.contains("<style"), "styles stand in files");
    }
});

both_engines!(the_site_on_tls_insists_on_it, |store| async move {
    let house = House::open_at(&store, "https://leads.test").await;
    house.person("maya@house.test", Role::Rep).await;
    let form = format!("email=maya@house.test&password={}", PASSWORD.replace(' ', "+"));
    let sign_in = request(Method::POST, "/login", None)
        .header(header::ORIGIN, "https://leads.test")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let answer = house.ask(sign_in.body(Body::from(form)).unwrap()).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/leads"));
    let token = answer.token();
    assert_eq!(answer.header("set-cookie"), format!("leadwright_session={token}; HttpOnly; SameSite=Lax; Path=/; Max-Age=1209600; Secure"));
    assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
});

both_engines!(a_change_from_elsewhere_is_refused_everywhere, |store| async move {
    let house = House::open(&store).await;
    house.person("ada@house.test", Role::Administrator).await;
    let token = house.sign_in("ada@house.test").await;
    let functions: Vec<&str> = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path).collect();
    let doors = [
        "/login",
        "/logout",
        "/setup",
        "/register",
        "/leads/new",
        "/leads/1/edit",
        "/admin/users",
        "/me/password",
        "/nowhere",
        "/fn/none",
        "/api/v1/live",
    ];
    for path in doors.iter().chain(&functions) {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            for (origin, site) in [
                (None, None),
                (Some("null"), None),
                (Some("https://evil.test"), Some("cross-site")),
                (Some("http://leads.test.evil.test:3000"), None),
                (Some(ORIGIN), Some("cross-site")),
            ] {
                let mut asked = request(method.clone(), path, Some(&token)).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
                if let Some(origin) = origin {
                    asked = asked.header(header::ORIGIN, origin);
                }
                if let Some(site) = site {
                    asked = asked.header("sec-fetch-site", site);
                }
                let answer = house.ask(asked.body(Body::empty()).unwrap()).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {path} from {origin:?}");
            }
        }
    }
    // The API knows no cookies, so that another site has nothing to borrow.
    for path in ["/api/v1/leads", "/api/v1/leads/1/actions/delete"] {
        let asked = request(Method::POST, path, Some(&token)).header(header::ORIGIN, ORIGIN).header(header::CONTENT_TYPE, "application/json");
        let answer = house.ask(asked.body(Body::from("{}")).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    let still_there = service::people::session_actor(&house.ctx(), &token).await.unwrap();
    assert!(still_there.is_some(), "/logout changed nothing");
});

both_engines!(signing_in_makes_a_new_session_and_signing_out_ends_it, |store| async move {
    let house = House::open(&store).await;
    house.person("maya@house.test", Role::Rep).await;
    let form = format!("email=maya@house.test&password={}", PASSWORD.replace(' ', "+"));
    // A token that someone else put there and knows.
    let answer = house.post("/login?next=%2Fleads%3Fview%3Dmine", Some("known-to-others"), &form).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/leads?view=mine"));
    let first = answer.token();
    assert_eq!(answer.header("set-cookie"), format!("leadwright_session={first}; HttpOnly; SameSite=Lax; Path=/; Max-Age=1209600"));
    assert_ne!(first, "known-to-others");
    assert_eq!(house.get("/leads", Some("known-to-others")).await.status, StatusCode::SEE_OTHER);
    // Signing in again leaves the session that the browser had.
    let second = house.post("/login", Some(&first), &form).await.token();
    assert_eq!(house.get("/leads", Some(&first)).await.status, StatusCode::SEE_OTHER);
    assert_eq!(house.get("/leads", Some(&second)).await.status, StatusCode::OK);
    let answer = house.post("/logout", Some(&second), "").await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/login"));
    assert_eq!(answer.header("set-cookie"), "leadwright_session=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
    assert_eq!(house.get("/leads", Some(&second)).await.status, StatusCode::SEE_OTHER);
});

both_engines!(strangers_are_shown_the_door_and_come_back, |store| async move {
    let house = House::open(&store).await;
    let location = |answer: Answer| (answer.status.as_u16(), answer.header("location").to_owned());
    // Nobody has an account yet.
    for path in ["/", "/leads", "/login"] {
        assert_eq!(location(house.get(path, None).await), (303, "/setup".to_owned()), "{path}");
    }
    assert_eq!(house.get("/setup", None).await.status, StatusCode::OK);
    house.person("maya@house.test", Role::Rep).await;
    assert_eq!(location(house.get("/", None).await), (303, "/login".to_owned()));
    assert_eq!(location(house.get("/setup", None).await), (303, "/login".to_owned()));
    assert_eq!(location(house.get("/leads?view=mine&q=a+b", None).await), (303, "/login?next=%2Fleads%3Fview%3Dmine%26q%3Da%2Bb".to_owned()));
    assert_eq!(location(house.post("/leads/new", None, "full_name=X").await), (303, "/login".to_owned()));
    let token = house.sign_in("maya@house.test").await;
    for path in ["/", "/login", "/setup"] {
        assert_eq!(location(house.get(path, Some(&token)).await), (303, "/leads".to_owned()), "{path}");
    }
});

both_engines!(nobody_is_sent_to_another_site_after_signing_in, |store| async move {
    let house = House::open(&store).await;
    house.person("maya@house.test", Role::Rep).await;
    let form = format!("email=maya@house.test&password={}", PASSWORD.replace(' ', "+"));
    for next in ["//evil.test", "https://evil.test", "/%5Cevil.test", "%09//evil.test"] {
        let answer = house.post(&format!("/login?next={next}"), None, &form).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/leads"), "{next}");
    }
});

both_engines!(a_script_gets_the_reply_to_its_form_as_json, |store| async move {
    let house = House::open(&store).await;
    house.person("maya@house.test", Role::Rep).await;
    let post = |path: &str, body: &'static str| {
        let request = request(Method::POST, path, None).header(header::ORIGIN, ORIGIN).header(header::ACCEPT, "application/json");
        request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::from(body)).unwrap()
    };
    let answer = house.ask(post("/login", "email=maya@house.test&password=wrong")).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.starts_with("{\"Invalid\":"), "{}", answer.body);
    let answer = house.ask(post("/leads/new", "full_name=X")).await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::UNAUTHORIZED, "\"SignInRequired\""));
});

both_engines!(every_server_function_refuses_strangers, |store| async move {
    let house = House::open(&store).await;
    house.person("maya@house.test", Role::Rep).await;
    let functions: Vec<(String, Method)> = leptos::server_fn::axum::server_fn_paths().map(|(path, method)| (path.to_owned(), method)).collect();
    assert!(functions.iter().any(|(path, _)| path.starts_with("/fn/catalog")), "the app's functions are registered: {functions:?}");
    for (path, method) in functions {
        assert!(path.starts_with("/fn/"), "{path} stands outside of /fn/, where nobody guards it");
        if PUBLIC_FUNCTIONS.contains(&path.as_str()) {
            continue;
        }
        for token in [None, Some("no-such-session")] {
            let asked = request(method.clone(), &path, token)
                .header(header::ORIGIN, ORIGIN)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            let answer = house.ask(asked.body(Body::empty()).unwrap()).await;
            assert_eq!((answer.status, answer.body.as_str()), (StatusCode::UNAUTHORIZED, "\"SignInRequired\""), "{method} {path}");
        }
    }
});

/// Pages of administration, and the forms on them.
const ADMIN_PAGES: [&str; 11] = [
    "/admin",
    "/admin/users",
    "/admin/groups",
    "/admin/types",
    "/admin/types/1",
    "/admin/lists",
    "/admin/lists/source",
    "/admin/site",
    "/admin/roles",
    "/admin/audit",
    "/admin/audit?area=sign_in",
];
const ADMIN_FORMS: [&str; 24] = [
    "/admin/users",
    "/admin/users/1",
    "/admin/users/1/password",
    "/admin/groups",
    "/admin/groups/1",
    "/admin/types",
    "/admin/types/1",
    "/admin/types/1/move",
    "/admin/types/1/fields",
    "/admin/types/1/fields/1",
    "/admin/types/1/fields/1/move",
    "/admin/types/1/fields/1/remove",
    "/admin/types/1/statuses",
    "/admin/types/1/statuses/1",
    "/admin/types/1/statuses/1/move",
    "/admin/types/1/statuses/1/remove",
    "/admin/lists/source",
    "/admin/lists/source/1",
    "/admin/lists/source/1/move",
    "/admin/lists/source/1/remove",
    "/admin/site",
    "/admin/site/logo",
    "/admin/site/logo/remove",
    "/admin/lists/lost_reason/1",
];

both_engines!(administration_is_for_administrators, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    for (email, role) in [("ada@house.test", Role::Administrator), ("maya@house.test", Role::Rep), ("martin@house.test", Role::Manager)] {
        house.person(email, role).await;
    }
    let ada = house.sign_in("ada@house.test").await;
    let before = store.catalog().await.unwrap();
    for email in ["maya@house.test", "martin@house.test"] {
        let token = house.sign_in(email).await;
        for path in ADMIN_PAGES {
            assert_eq!(house.get(path, Some(&token)).await.status, StatusCode::FORBIDDEN, "{email} {path}");
        }
        for path in ADMIN_FORMS {
            assert_eq!(house.post(path, Some(&token), "name=Mine&retired=1").await.status, StatusCode::FORBIDDEN, "{email} {path}");
        }
    }
    for path in ADMIN_PAGES {
        let answer = house.get(path, None).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert!(answer.header("location").starts_with("/login?next=%2Fadmin"), "{path}");
        assert_eq!(house.get(path, Some(&ada)).await.status, StatusCode::OK, "{path}");
    }
    for path in ADMIN_FORMS {
        let answer = house.post(path, None, "name=Mine").await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/login"), "{path}");
    }
    assert_eq!(store.catalog().await.unwrap(), before, "nothing was changed");
});

both_engines!(pages_are_compressed_for_who_asks, |store| async move {
    let house = House::open(&store).await;
    house.person("maya@house.test", Role::Rep).await;
    for coding in ["br", "gzip"] {
        let asked = request(Method::GET, "/login", None).header(header::ACCEPT_ENCODING, coding).body(Body::empty()).unwrap();
        assert_eq!(house.ask(asked).await.header("content-encoding"), coding);
    }
    assert_eq!(house.get("/login", None).await.header("content-encoding"), "");
});
