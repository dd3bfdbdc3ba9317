//! The mail that confirms a registration over HTTP: its settings, without script.

mod support;

use axum::http::StatusCode;
use domain::Role;
use store::both_engines;
use support::House;

both_engines!(its_words_are_changed_refused_and_shown_as_it_would_be, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    house.person("maya@house.test", Role::Rep).await;
    let (ada, maya) = (house.sign_in("ada@house.test").await, house.sign_in("maya@house.test").await);
    let here = "/admin/registration";
    let page = house.get(here, Some(&ada)).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    for there in [
        "Confirm each registration with a mail",
        "Thank you for getting in touch with {{site}}",
        "Hello Ana,",
        "Name: Ana Reyes",
        "{{lead.offerings}}",
    ] {
        assert!(page.body.contains(there), "{there}: {}", page.body);
    }
    assert!(is_ticked(&page.body) && !page.body.contains("{{lead.message}}"), "{}", page.body);

    let wrong = house.post(here, Some(&ada), "sends=&sends=1&subject=Hello&body=%3Cb%3E{{lead.message}}").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in ["id=\"body-error\"", "There is no field", "&lt;b>{{lead.message}}"] {
        assert!(wrong.body.contains(said), "{said}: {}", wrong.body);
    }
    let saved = house.post(here, Some(&ada), "sends=&subject=Hello+{{lead.name}}&body=We+call.").await;
    assert_eq!((saved.status, saved.header("location")), (StatusCode::SEE_OTHER, here));
    let page = house.get(here, Some(&ada)).await.body;
    assert!(page.contains("Hello Ana Reyes") && page.contains("We call.") && !is_ticked(&page), "{page}");
    assert!(house.get("/admin/audit", Some(&ada)).await.body.contains("the mail that confirms a registration"));

    assert_eq!(house.get(here, Some(&maya)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(house.post(here, Some(&maya), "sends=1&subject=A&body=B").await.status, StatusCode::FORBIDDEN);
});

/// Whether the box of the switch is ticked.
fn is_ticked(page: &str) -> bool {
    let tag = page.split("<input").find(|tag| tag.contains("name=\"sends\"") && tag.contains("checkbox")).expect("the switch");
    tag.split('>').next().is_some_and(|tag| tag.contains("checked"))
}
