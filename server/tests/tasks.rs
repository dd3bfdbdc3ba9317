//! Tasks over HTTP, without script, and the calendar that reads them.

mod support;

use axum::http::StatusCode;
use domain::Role;
use store::{Store, both_engines};
use support::House;

/// Maya has a lead, whose address is given; Ana is another rep.
async fn with_lead(store: &Store) -> (House, String, String, String) {
    let house = House::open(store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    let maya = house.person("maya@house.test", Role::Rep).await;
    house.person("ana@house.test", Role::Rep).await;
    house.catalog_changed().await;
    let ada = house.sign_in("ada@house.test").await;
    let added = house.post("/leads/new", Some(&ada), &format!("full_name=Jo+Field&company=Acme&owner={maya}")).await;
    let lead = added.header("location").to_owned();
    let (maya, ana) = (house.sign_in("maya@house.test").await, house.sign_in("ana@house.test").await);
    (house, lead, maya, ana)
}

both_engines!(a_lead_without_a_next_step_is_flagged_until_something_is_planned, |store| async move {
    let (house, lead, maya, ana) = with_lead(&store).await;
    assert!(house.get(&lead, Some(&maya)).await.body.contains("No next step"));
    let back = format!("back={}", lead.replace('/', "%2F"));
    let refused = house.post(&format!("{lead}/tasks"), Some(&maya), &format!("title=&due=soon&{back}")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in ["Enter what is to be done", "Enter a date like 2026-11-24", "No next step"] {
        assert!(refused.body.contains(said), "{said}: {}", refused.body);
    }
    let added = house.post(&format!("{lead}/tasks"), Some(&maya), "title=Call+them+back&due=2031-03-04").await;
    assert_eq!((added.status, added.header("location")), (StatusCode::SEE_OTHER, lead.as_str()));
    let page = house.get(&lead, Some(&maya)).await.body;
    assert!(page.contains("Finish: Call them back") && page.contains("4 Mar 2031") && !page.contains("No next step"), "{page}");

    let (mine, anas) = (house.get("/tasks", Some(&maya)).await.body, house.get("/tasks", Some(&ana)).await.body);
    assert!(mine.contains("Call them back") && mine.contains("Jo Field, Acme"), "{mine}");
    assert!(anas.contains("Nothing to do") && !anas.contains("Call them back"), "{anas}");
    assert_eq!(house.post("/tasks/1/done", Some(&ana), "").await.status, StatusCode::NOT_FOUND);
    let wrong = house.post("/tasks/1", Some(&maya), "version=1&title=Call+them+back&due=&repeat=week&back=%2Ftasks").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("Enter the day on which it is due first"), "{}", wrong.body);
    assert_eq!(house.post("/tasks/1/done", Some(&maya), "back=%2Ftasks").await.header("location"), "/tasks");
    assert!(house.get(&lead, Some(&maya)).await.body.contains("No next step"));
    assert!(house.get("/tasks?done=1", Some(&maya)).await.body.contains("Reopen: Call them back"));
    assert_eq!(house.post("/tasks/1/reopen", Some(&maya), "back=https%3A%2F%2Fevil.test").await.header("location"), lead);
});

both_engines!(a_calendar_reads_its_person_s_tasks_at_a_secret_address, |store| async move {
    let (house, lead, maya, ana) = with_lead(&store).await;
    house.post(&format!("{lead}/tasks"), Some(&maya), "title=Call+them+back&due=2031-03-04").await;
    let made = house.post("/me/calendar", Some(&maya), "").await.body;
    let end = made.find(".ics").expect("the address is shown") + ".ics".len();
    let address = &made[made[..end].rfind("/calendar/").expect("an address")..end];
    let read = house.get(address, None).await;
    assert_eq!(
        (read.status, read.header("content-type"), read.header("cache-control")),
        (StatusCode::OK, "text/calendar; charset=utf-8", "no-store")
    );
    assert!(read.body.contains("SUMMARY:Call them back (Jo Field)\r\n") && read.body.contains("DTSTART;VALUE=DATE:20310304\r\n"), "{}", read.body);
    assert!(!house.get("/me", Some(&maya)).await.body.contains(address), "it is shown this once");
    for wrong in ["/calendar/none.ics", address.trim_end_matches(".ics"), "/calendar/.ics"] {
        assert_eq!(house.get(wrong, None).await.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    assert_eq!(house.post("/me/calendar/revoke", Some(&ana), "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.post("/me/calendar/revoke", Some(&maya), "").await.header("location"), "/me");
    assert_eq!(house.get(address, None).await.status, StatusCode::NOT_FOUND);
});
