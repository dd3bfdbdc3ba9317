//! Pages as the server writes them.

mod support;

use axum::body::{Body, to_bytes};
use axum::http::{Method, StatusCode};
use domain::Role;
use futures::future::join_all;
use store::both_engines;
use support::{House, request};
use tower::ServiceExt as _;

// What a page's head says used to be read when the page's signals could be gone already.
both_engines!(many_who_open_a_page_at_once_all_get_it, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    let token = house.sign_in("ada@house.test").await;
    for path in ["/leads?view=all&sort=name", "/leads/new", "/accounts"] {
        for _ in 0..10 {
            let ask = |_| {
                let asked = house.router.clone().oneshot(request(Method::GET, path, Some(&token)).body(Body::empty()).unwrap());
                tokio::spawn(async move {
                    let answer = asked.await.expect("the router never fails");
                    let status = answer.status();
                    to_bytes(answer.into_body(), 10_000_000).await.expect("the answer ends");
                    status
                })
            };
            for status in join_all((0..16).map(ask)).await {
                assert_eq!(status.unwrap(), StatusCode::OK, "{path}");
            }
        }
    }
});
