//! What hangs on a lead, over HTTP and without script: dates, competitors, help and documents.

mod support;

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use domain::{ChoiceList, FormValues, Role};
use store::{Store, both_engines};
use support::{Answer, House, ORIGIN, request};

const BOUNDARY: &str = "----border";

/// Maya has a lead, whose address is given; Ana is another rep.
async fn with_lead(store: &Store) -> (House, String, String, String) {
    let house = House::open(store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    let maya = house.person("maya@house.test", Role::Rep).await;
    house.person("ana@house.test", Role::Rep).await;
    house.catalog_changed().await;
    let ada = house.sign_in("ada@house.test").await;
    house.post("/admin/lists/competitor", Some(&ada), "name=Globex").await;
    let added = house.post("/leads/new", Some(&ada), &format!("full_name=Jo+Field&company=Acme&owner={maya}&offerings=Training")).await;
    let lead = added.header("location").to_owned();
    let (maya, ana) = (house.sign_in("maya@house.test").await, house.sign_in("ana@house.test").await);
    (house, lead, maya, ana)
}

async fn upload(house: &House, lead: &str, token: &str, name: &str, content: &[u8]) -> Answer {
    let tick = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"for_customer\"\r\n\r\n1\r\n");
    let head =
        format!("{tick}--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"document\"; filename=\"{name}\"\r\ncontent-type: text/html\r\n\r\n");
    let body = [head.as_bytes(), content, format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat();
    let asked = request(Method::POST, &format!("{lead}/documents"), Some(token))
        .header(header::ORIGIN, ORIGIN)
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
    house.ask(asked.body(Body::from(body)).unwrap()).await
}

both_engines!(a_document_is_given_out_as_what_it_is_and_to_be_saved, |store| async move {
    let (house, lead, maya, ana) = with_lead(&store).await;
    let added = upload(&house, &lead, &maya, "offer.pdf", b"%PDF-1.7 an offer").await;
    assert_eq!((added.status, added.header("location")), (StatusCode::SEE_OTHER, lead.as_str()));
    let page = house.get(&lead, Some(&maya)).await.body;
    assert!(page.contains("offer.pdf") && page.contains("For the customer") && page.contains("href=\"/documents/1\""), "{page}");
    let file = house.get("/documents/1", Some(&maya)).await;
    assert_eq!((file.status, file.body.as_str()), (StatusCode::OK, "%PDF-1.7 an offer"));
    for (name, value) in [
        ("content-type", "application/pdf"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
        ("content-disposition", "attachment; filename=\"offer.pdf\"; filename*=UTF-8''offer.pdf"),
    ] {
        assert_eq!(file.header(name), value);
    }
    upload(&house, &lead, &maya, "page.html", b"<script>1</script>").await;
    assert_eq!(house.get("/documents/2", Some(&maya)).await.header("content-type"), "application/octet-stream");
    assert_eq!(house.get("/documents/1", Some(&ana)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(upload(&house, &lead, &ana, "a.txt", b"a").await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.post("/documents/1/remove", Some(&ana), "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.post("/documents/1/remove", Some(&maya), "").await.header("location"), lead);
    assert_eq!(house.get("/documents/1", Some(&maya)).await.status, StatusCode::NOT_FOUND);
    house.post("/documents/1/restore", Some(&maya), "").await;
    assert_eq!(house.get("/documents/1", Some(&maya)).await.status, StatusCode::OK);
});

both_engines!(a_file_that_lies_or_is_too_large_is_refused_at_its_field, |store| async move {
    let (house, lead, maya, _) = with_lead(&store).await;
    let large = vec![b'a'; 30_000_000];
    for (name, content, said) in [
        ("offer.pdf", &b"<script>1</script>"[..], "Its name says .pdf"),
        ("notes.txt", large.as_slice(), "The file is larger than 10 MB"),
        ("notes.txt", &b""[..], "This file is empty"),
    ] {
        let answer = upload(&house, &lead, &maya, name, content).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(answer.body.contains(said) && answer.body.contains("id=\"document-error\""), "{name}: {}", answer.body);
    }
    assert_eq!(house.get("/documents/1", Some(&maya)).await.status, StatusCode::NOT_FOUND);
});

both_engines!(dates_competitors_notes_and_help_work_without_script, |store| async move {
    let (house, lead, maya, ana) = with_lead(&store).await;
    let wrong = house.post(&format!("{lead}/dates"), Some(&maya), "was=&expected=soon&time=&estimate=&unit=week").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("id=\"dates-expected-error\"") && wrong.body.contains("value=\"soon\""), "{}", wrong.body);
    let saved = house.post(&format!("{lead}/dates"), Some(&maya), "was=&expected=&time=&estimate=3&unit=week").await;
    assert_eq!((saved.status, saved.header("location")), (StatusCode::SEE_OTHER, lead.as_str()));
    let page = house.get(&lead, Some(&maya)).await.body;
    assert!(page.contains("3 weeks") && page.contains("Time to completion"), "{page}");

    let catalog = store.catalog().await.unwrap();
    let globex = catalog.choice_named(ChoiceList::Competitor, "Globex").expect("the competitor").id;
    let training = catalog.choice_named(ChoiceList::Offering, "Training").expect("the offering").id;
    let wrong = house.post(&format!("{lead}/competitors"), Some(&maya), "competitor=&note=Cheaper").await;
    assert!(wrong.body.contains("Choose a competitor from the list") && wrong.body.contains("Cheaper"), "{}", wrong.body);
    house.post(&format!("{lead}/competitors"), Some(&maya), &format!("competitor={globex}&strength=stronger&note=Cheaper")).await;
    house.post(&format!("{lead}/offerings/{training}/note"), Some(&maya), "was=&note=In+the+evenings").await;
    let title = FormValues(vec![("title".to_owned(), "<b>A price</b>".to_owned())]).encode();
    house.post(&format!("{lead}/help"), Some(&maya), &format!("from=vendor&{title}&address=help@vendor.example")).await;
    let page = house.get(&lead, Some(&maya)).await.body;
    for said in ["Globex", "Stronger than us", "In the evenings", "&lt;b&gt;A price&lt;/b&gt;", "help@vendor.example"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("<b>A price"), "{page}");
    let back = format!("back={}", lead.replace('/', "%2F"));
    let wrong = house.post("/help-requests/1/answer", Some(&maya), &format!("answer=&{back}")).await;
    assert!(wrong.body.contains("Write the answer"), "{}", wrong.body);
    assert_eq!(house.post("/help-requests/1/answer", Some(&maya), "answer=12.50").await.header("location"), lead);
    for path in [format!("{lead}/dates"), format!("{lead}/competitors"), format!("{lead}/help"), "/help-requests/1/close".to_owned()] {
        assert_eq!(house.post(&path, Some(&ana), "answer=1").await.status, StatusCode::NOT_FOUND, "{path}");
    }
});
