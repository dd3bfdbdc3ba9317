//! Signing in and out, and what a page may run. What holds for every address is in `abuse.rs`.

mod support;

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use domain::Role;
use store::both_engines;
use support::{Answer, House, ORIGIN, PASSWORD, request};

fn nonce_of(answer: &Answer) -> String {
    let policy = answer.header("content-security-policy");
    policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce").to_owned()
}

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

both_engines!(what_strangers_write_never_becomes_markup, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    house.catalog_changed().await;
    let ada = house.sign_in("ada@house.test").await;
    let hostile = "%3C/textarea%3E%3C/title%3E%22'%3E%3Cb+id=own%3E%26lt;";
    let fields = ["full_name", "company", "message", "street", "tags"].map(|field| format!("{field}=x{hostile}")).join("&");
    let added = house.post("/leads/new", Some(&ada), &fields).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    let lead = added.header("location").to_owned();
    house.post(&format!("{lead}/comments"), Some(&ada), &format!("text=x{hostile}")).await;
    for page in ["", "?edit=contact", "?edit=interest", "?edit=place"] {
        let shown = house.get(&format!("{lead}{page}"), Some(&ada)).await.body;
        assert!(shown.contains("&lt;b id=own") && !shown.contains("<b id=own"), "{page}: {shown}");
    }
    let interest = house.get(&format!("{lead}?edit=interest"), Some(&ada)).await.body;
    assert!(interest.contains("x&lt;/textarea>&lt;/title>\"'>&lt;b id=own>&amp;lt;</textarea>"), "as it was typed: {interest}");
    // Sent back because something is wrong with it.
    let refused = house.post("/leads/new", Some(&ada), &format!("company=Acme&message=x{hostile}")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("&lt;b id=own") && !refused.body.contains("<b id=own"), "{}", refused.body);
});

both_engines!(the_site_on_tls_insists_on_it, |store| async move {
    let house = House::open_at(&store, "https://leads.test").await;
    house.person("maya@house.test", Role::Rep).await;
    let form = format!("email=maya@house.test&password={}", PASSWORD.replace(' ', "+"));
    let sign_in = request(Method::POST, "/login", None)
        .header(header::ORIGIN, "https://leads.test")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let answer = house.ask(sign_in.body(Body::from(form)).unwrap()).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/"));
    let token = answer.token();
    assert_eq!(answer.header("set-cookie"), format!("leadwright_session={token}; HttpOnly; SameSite=Lax; Path=/; Max-Age=1209600; Secure"));
    assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
    assert_eq!(House::open(&store).await.get("/login", None).await.header("strict-transport-security"), "");
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
    for path in ["/login", "/setup"] {
        assert_eq!(location(house.get(path, Some(&token)).await), (303, "/".to_owned()), "{path}");
    }
    assert_eq!(location(house.get("/", Some(&token)).await), (200, String::new()));
});

both_engines!(nobody_is_sent_to_another_site_after_signing_in, |store| async move {
    let house = House::open(&store).await;
    house.person("maya@house.test", Role::Rep).await;
    let form = format!("email=maya@house.test&password={}", PASSWORD.replace(' ', "+"));
    for next in ["//evil.test", "https://evil.test", "/%5Cevil.test", "%09//evil.test"] {
        let answer = house.post(&format!("/login?next={next}"), None, &form).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/"), "{next}");
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

both_engines!(pages_are_compressed_for_who_asks, |store| async move {
    let house = House::open(&store).await;
    house.person("maya@house.test", Role::Rep).await;
    for coding in ["br", "gzip"] {
        let asked = request(Method::GET, "/login", None).header(header::ACCEPT_ENCODING, coding).body(Body::empty()).unwrap();
        assert_eq!(house.ask(asked).await.header("content-encoding"), coding);
    }
    assert_eq!(house.get("/login", None).await.header("content-encoding"), "");
});
