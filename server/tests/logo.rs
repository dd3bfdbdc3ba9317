//! The firm's logo over HTTP: how it arrives, and what strangers get.

mod support;

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use domain::Role;
use store::both_engines;
use support::{Answer, House, ORIGIN, request};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and the rest";
const BOUNDARY: &str = "----border";

async fn upload(house: &House, token: &str, content: &[u8]) -> Answer {
    let head = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"logo\"; filename=\"logo.svg\"\r\ncontent-type: image/svg+xml\r\n\r\n");
    let body = [head.as_bytes(), content, format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat();
    let asked = request(Method::POST, "/admin/site/logo", Some(token))
        .header(header::ORIGIN, ORIGIN)
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
    house.ask(asked.body(Body::from(body)).unwrap()).await
}

both_engines!(strangers_see_the_logo_that_an_administrator_put_up, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    house.person("maya@house.test", Role::Rep).await;
    let (ada, maya) = (house.sign_in("ada@house.test").await, house.sign_in("maya@house.test").await);
    assert_eq!(upload(&house, &maya, PNG).await.status, StatusCode::FORBIDDEN);

    let answer = upload(&house, &ada, PNG).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/admin/site"));
    let digest = store.catalog().await.unwrap().site.logo.clone().expect("it is up");
    let address = format!("/logo/{digest}");
    let logo = house.get(&address, None).await;
    // What it is called and said to be does not matter.
    assert_eq!((logo.status, logo.header("content-type"), logo.header("x-content-type-options")), (StatusCode::OK, "image/png", "nosniff"));
    assert_eq!(logo.header("cache-control"), "public, max-age=31536000, immutable");
    assert!(logo.header("content-security-policy").starts_with("default-src 'none'"));
    for path in ["/register", "/register/thanks"] {
        assert!(house.get(path, None).await.body.contains(&address), "{path}");
    }
    assert!(house.get("/leads", Some(&maya)).await.body.contains(&address), "the frame");

    for (content, said) in [(&b"<svg/>"[..], "This is no PNG, JPEG or WebP picture"), (&[0xff; 5_000_000], "larger than 256 kB")] {
        let answer = upload(&house, &ada, content).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains(said) && answer.body.contains("id=\"logo-error\""), "{}", answer.body);
    }
    assert_eq!(house.get(&address, None).await.status, StatusCode::OK, "the former one stays");
    assert_eq!(house.post("/admin/site/logo/remove", Some(&ada), "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(house.get(&address, None).await.status, StatusCode::NOT_FOUND);
    assert!(!house.get("/register", None).await.body.contains("/logo/"));
});
