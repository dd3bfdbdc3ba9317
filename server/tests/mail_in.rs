//! Mail that came in, over HTTP: its pages, its text for who may see the lead, and the original as a file.

mod support;

use axum::http::StatusCode;
use domain::Role;
use service::mail_in::receive;
use store::both_engines;
use support::House;

const MESSAGE: &[u8] = b"From: Jo <jo@acme.test>\r\nSubject: <i>Printers</i>\r\n\r\n<script>alert(1)</script> We need ten.\r\n";

both_engines!(administrators_read_mail_that_came_in, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    house.person("maya@house.test", Role::Rep).await;
    house.person("dina@house.test", Role::Distributor).await;
    house.catalog_changed().await;
    let token = house.sign_in("ada@house.test").await;
    let (maya, dina) = (house.sign_in("maya@house.test").await, house.sign_in("dina@house.test").await);
    assert!(house.get("/admin/mail-in", Some(&token)).await.body.contains("No mail here"));
    let made = receive(&house.ctx(), MESSAGE).await.unwrap().mail;
    let ignored = receive(&house.ctx(), b"From: al@b.test\nPrecedence: bulk\n\nNews\n").await.unwrap().mail;
    let lead = made.lead.unwrap();

    let list = house.get("/admin/mail-in", Some(&token)).await.body;
    for said in ["&lt;i", "New lead", &format!("/leads/{lead}"), "Ignored", "It went to many people (Precedence)", "No subject"] {
        assert!(list.contains(said), "{said}: {list}");
    }
    let page = house.get(&format!("/admin/mail-in/{}", made.id), Some(&token)).await.body;
    assert!(page.contains("&lt;script") && page.contains("We need ten.") && !page.contains("<script>alert"), "{page}");

    let file = house.get(&format!("/admin/mail-in/{}/original.eml", made.id), Some(&token)).await;
    assert_eq!((file.status, file.header("content-type"), file.body.as_bytes()), (StatusCode::OK, "message/rfc822", MESSAGE));
    assert_eq!((file.header("cache-control"), file.header("x-content-type-options")), ("no-store", "nosniff"));
    assert_eq!(file.header("content-disposition"), format!("attachment; filename=\"mail-{}.eml\"", made.id));
    assert_eq!(house.get(&format!("/admin/mail-in/{}/original.eml", made.id), Some(&maya)).await.status, StatusCode::FORBIDDEN);

    // Nobody owns the lead yet, so whoever may take it reads what was written.
    let text_at = format!("/mail-in/{}", made.id);
    let text = house.get(&text_at, Some(&maya)).await;
    assert_eq!((text.status, text.header("content-type"), text.header("cache-control")), (StatusCode::OK, "text/plain; charset=utf-8", "no-store"));
    assert!(text.body.contains("Subject: <i>Printers</i>") && text.body.contains("<script>alert(1)</script> We need ten."), "{}", text.body);
    assert!(house.get(&format!("/leads/{lead}"), Some(&maya)).await.body.contains(&text_at), "the lead's page leads there");
    assert_eq!(house.get(&text_at, Some(&dina)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.get(&format!("/mail-in/{}", ignored.id), Some(&maya)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.get(&format!("/mail-in/{}", ignored.id), Some(&token)).await.status, StatusCode::OK);
    for path in ["/mail-in/99", "/mail-in/x", "/admin/mail-in/99", "/admin/mail-in/99/original.eml", "/admin/mail-in/x/original.eml"] {
        assert_eq!(house.get(path, Some(&token)).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(house.get("/mail-in/1", None).await.header("location").starts_with("/login"));
});

both_engines!(many_mails_are_read_page_by_page, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    let token = house.sign_in("ada@house.test").await;
    for nth in 0..=service::mail_in::PAGE_SIZE {
        receive(&house.ctx(), format!("Precedence: bulk\nSubject: News {nth} of today\n\nx\n").as_bytes()).await.unwrap();
    }
    let first = house.get("/admin/mail-in", Some(&token)).await.body;
    assert!(first.contains("News 50 of today") && !first.contains("News 0 of today") && first.contains("Older"), "{first}");
    let second = house.get("/admin/mail-in?before=2~", Some(&token)).await.body;
    assert!(second.contains("News 0 of today") && second.contains("Newest") && !second.contains("Older"), "{second}");
    assert!(house.get("/admin/mail-in?before=zzz", Some(&token)).await.body.contains("News 50 of today"));
});
