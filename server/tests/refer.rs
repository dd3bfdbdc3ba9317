//! Referring a lead over HTTP without script, and the link that says who sent a visitor.

mod support;

use axum::http::StatusCode;
use domain::Role;
use store::both_engines;
use support::House;

both_engines!(a_lead_is_referred_and_what_became_of_it_is_read, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    house.person("ben@house.test", Role::Rep).await;
    house.person("dina@house.test", Role::Distributor).await;
    let maya = house.person("maya@house.test", Role::Rep).await;
    house.catalog_changed().await;
    let ada = house.sign_in("ada@house.test").await;
    house.post("/admin/rules/coverage", Some(&ada), &format!("by=domain&what=acme.com&person={maya}")).await;

    let ben = house.sign_in("ben@house.test").await;
    let page = house.get("/refer", Some(&ben)).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    for there in ["Refer a lead", "How do you know them?", "Training", "Nothing here yet"] {
        assert!(page.body.contains(there), "{there}: {}", page.body);
    }
    let answer = house.post("/refer", Some(&ben), "full_name=&company=Quay+%26+Sons&phones=&emails=&message=Soon&how_known=A+neighbour").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for kept in ["Enter a name", "Give a phone number or an e-mail address", "Quay &amp; Sons", "Soon", "A neighbour"] {
        assert!(answer.body.contains(kept), "{kept}: {}", answer.body);
    }
    let wish = "full_name=Jo+Field&company=Acme&emails=jo%40acme.com&how_known=A+neighbour";
    let answer = house.post("/refer", Some(&ben), wish).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/refer?sent=1"), "{}", answer.body);
    let page = house.get("/refer?sent=1", Some(&ben)).await.body;
    for there in ["Thank you. What becomes of it shows below.", "Jo Field", "Acme", "With maya"] {
        assert!(page.contains(there), "{there}: {page}");
    }
    assert!(!page.contains("href=\"/leads/1\""), "the lead is not his to see: {page}");
    assert_eq!(house.get("/leads/1", Some(&ben)).await.status, StatusCode::NOT_FOUND);

    let mayas = house.sign_in("maya@house.test").await;
    let page = house.get("/leads/1", Some(&mayas)).await.body;
    for there in ["Referred by", "How they know them", "A neighbour", "referred the lead"] {
        assert!(page.contains(there), "{there}: {page}");
    }
    house.post("/leads/1/actions/start", Some(&mayas), "").await;
    assert!(house.get("/refer", Some(&ben)).await.body.contains("maya works on it"));
    house.post("/leads/1/actions/lose", Some(&mayas), "reason=Price").await;
    assert!(house.get("/refer", Some(&ben)).await.body.contains("Lost: Price"));
    assert!(!house.get("/refer", Some(&mayas)).await.body.contains("Jo Field"), "she referred nothing");
    let page = house.get("/refer?before=1~", Some(&ben)).await.body;
    assert!(page.contains("Nothing here yet") && !page.contains("Jo Field"), "{page}");

    let dina = house.sign_in("dina@house.test").await;
    assert_eq!(house.get("/refer", Some(&dina)).await.status, StatusCode::FORBIDDEN);
    assert_eq!(house.post("/refer", Some(&dina), wish).await.status, StatusCode::FORBIDDEN);
});

both_engines!(a_link_says_who_sent_the_visitor, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    let plain = house.get("/register", None).await.body;
    assert!(!plain.contains("name=\"partner\"") && !plain.contains("name=\"location\""), "{plain}");
    let page = house.get("/register?partner=Old%22Oak&location=Leeds&company=Acme", None).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    for carried in ["name=\"partner\" value=\"Old&quot;Oak\"", "name=\"location\" value=\"Leeds\""] {
        assert!(page.body.contains(carried), "{carried}: {}", page.body);
    }
    let answer = house.post("/register", None, "full_name=&email=jo%40acme.test&partner=Old+Oak&location=Leeds").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
    for carried in ["name=\"partner\" value=\"Old Oak\"", "name=\"location\" value=\"Leeds\""] {
        assert!(answer.body.contains(carried), "{carried}: {}", answer.body);
    }
});
