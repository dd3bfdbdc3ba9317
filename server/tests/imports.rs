//! Uploaded files as they arrive over HTTP.

mod support;

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use domain::Role;
use store::both_engines;
use support::{Answer, House, ORIGIN, request};

const BOUNDARY: &str = "----border";

fn part(name: &str, file_name: Option<&str>, content: &[u8]) -> Vec<u8> {
    let file = file_name.map_or_else(String::new, |name| format!("; filename=\"{name}\""));
    let head = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
    [head.as_bytes(), content, b"\r\n"].concat()
}

async fn upload(house: &House, token: &str, parts: Vec<Vec<u8>>) -> Answer {
    let body = [parts.concat(), format!("--{BOUNDARY}--\r\n").into_bytes()].concat();
    let asked = request(Method::POST, "/import", Some(token))
        .header(header::ORIGIN, ORIGIN)
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
    house.ask(asked.body(Body::from(body)).unwrap()).await
}

/// Files in the spool folder; none where it was not even made.
fn spooled(house: &House) -> usize {
    std::fs::read_dir(&house.state.site.spool).map_or(0, Iterator::count)
}

both_engines!(a_file_arrives_and_is_kept, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("martin@house.test", Role::Manager).await;
    let token = house.sign_in("martin@house.test").await;
    let long = format!("Full name,E-mail\n{}", "Ada Hill,ada@hill.test\n".repeat(200_000));
    let answer = upload(&house, &token, vec![part("supplier", None, b"Acme"), part("file", Some("C:\\lists\\people.csv"), long.as_bytes())]).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/import/1"));
    assert_eq!(spooled(&house), 1);
    let page = house.get("/import/1", Some(&token)).await;
    assert!(page.body.contains("people.csv") && !page.body.contains("C:"), "the folder of the sender is nobody's business");
    std::fs::remove_dir_all(&house.state.site.spool).unwrap();
});

both_engines!(what_is_refused_leaves_nothing_behind, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("martin@house.test", Role::Manager).await;
    house.person("maya@house.test", Role::Rep).await;
    let (manager, rep) = (house.sign_in("martin@house.test").await, house.sign_in("maya@house.test").await);
    let good = || part("file", Some("people.csv"), b"Full name\nAda\n");
    for (what, token, parts, status) in [
        ("by a rep", &rep, vec![good()], StatusCode::FORBIDDEN),
        ("without a file", &manager, vec![part("supplier", None, b"Acme")], StatusCode::UNPROCESSABLE_ENTITY),
        ("nothing chosen", &manager, vec![part("file", Some(""), b"")], StatusCode::UNPROCESSABLE_ENTITY),
        ("empty", &manager, vec![part("file", Some("people.csv"), b"")], StatusCode::UNPROCESSABLE_ENTITY),
        ("full of NUL", &manager, vec![part("file", Some("people.csv"), &[0; 5000])], StatusCode::UNPROCESSABLE_ENTITY),
        ("a million columns", &manager, vec![part("file", Some("people.csv"), &b"a,".repeat(1_000_000))], StatusCode::UNPROCESSABLE_ENTITY),
        ("one long line", &manager, vec![part("file", Some("people.csv"), &b"a".repeat(20_000_000))], StatusCode::UNPROCESSABLE_ENTITY),
        ("too long a supplier", &manager, vec![part("supplier", None, &b"a".repeat(5000)), good()], StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let answer = upload(&house, token, parts).await;
        assert_eq!(answer.status, status, "{what}: {}", answer.body);
        assert_eq!(spooled(&house), 0, "{what}");
    }
    let cut = request(Method::POST, "/import", Some(&manager)).header(header::ORIGIN, ORIGIN);
    let cut = cut.header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
    let answer = house.ask(cut.body(Body::from(good())).unwrap()).await;
    assert_eq!((answer.status, spooled(&house)), (StatusCode::UNPROCESSABLE_ENTITY, 0), "broken off");
});
