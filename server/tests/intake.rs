//! Phone intake over HTTP, as a browser without script goes through it.

mod support;

use axum::http::StatusCode;
use domain::{ChoiceList, FormValues, Role};
use store::both_engines;
use support::House;
use support::world::acting;

both_engines!(a_call_is_taken_down_without_script, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    for (name, role) in [("ina", Role::Intake), ("maya", Role::Rep), ("ada", Role::Administrator)] {
        house.person(&format!("{name}@house.test"), role).await;
    }
    house.catalog_changed().await;
    let (ada, maya) = (acting(&house, "ada").await, acting(&house, "maya").await);
    let maya = maya.actor().unwrap().id;
    let form = |text: String| FormValues::decode(text.as_bytes());
    service::reach::change_of(&ada, maya, &form("extension=204".to_owned())).await.unwrap();
    let new = format!("name=Quay+Foods+Ltd&kind=customer&primary_rep={maya}&domains=quay.test");
    let account = service::accounts::add_account(&ada, &form(new)).await.unwrap().id;
    let new = format!("full_name=Bo+Park&account={account}&phones=0161+496+0123&emails=bo@quay.test");
    let contact = service::contacts::add_contact(&ada, &form(new)).await.unwrap().id;
    let catalog = store.catalog().await.unwrap();
    let choice = |list, name: &str| catalog.choice_named(list, name).unwrap().id;
    let (offering, source) = (choice(ChoiceList::Offering, "Training"), choice(ChoiceList::Source, "Customer"));

    let token = house.sign_in("ina@house.test").await;
    let page = house.get("/intake", Some(&token)).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    for there in ["Current customer?", "id=\"what-h\"", "Where did they find us?", "No rep is assigned", "Still to ask: whether they are a customer"]
    {
        assert!(page.body.contains(there), "{there}: {}", page.body);
    }
    let call = format!(
        "once=abc&customer=yes&phone=0161+496+0123&company=Quay&full_name=Bo&email=&offerings_sent=1&offerings={offering}&message=More+seats&source={source}"
    );
    // The e-mail address was not asked.
    let answer = house.post("/intake", Some(&token), &call).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for kept in ["Ask for an e-mail address", "value=\"0161 496 0123\"", "More seats"] {
        assert!(answer.body.contains(kept), "{kept}: {}", answer.body);
    }
    // Somebody has to say who it is.
    let call = call.replace("email=&", "email=bo@quay.test&");
    let answer = house.post("/intake", Some(&token), &call).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let key = format!("{account}:{contact}");
    for shown in ["We may know this caller", "Bo Park · ", &format!("value=\"{key}\""), "None of these"] {
        assert!(answer.body.contains(shown), "{shown}: {}", answer.body);
    }
    // A known customer's facts are read out; the ladder begins with their rep.
    let call = format!("{call}&caller_choice={key}");
    let answer = house.post("/intake", Some(&token), &call).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for shown in ["Never confirmed", "Read the four facts to the caller", &format!("name=\"try_{maya}\""), "204"] {
        assert!(answer.body.contains(shown), "{shown}: {}", answer.body);
    }
    let call = format!("{call}&confirmed=1&try_{maya}=left_message");
    let answer = house.post("/intake", Some(&token), &call).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let lead = answer.header("location").to_owned();
    assert!(lead.starts_with("/leads/"), "{lead}");
    assert_eq!(house.post("/intake", Some(&token), &call).await.header("location"), lead, "the same call");
    let page = house.get(&lead, Some(&token)).await.body;
    for shown in [
        "tried to put the call through to maya: left a message",
        "Went to maya, who is the salesperson of the customer Quay Foods Ltd.",
        "Follow up by",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let page = house.get(&format!("/accounts/{account}"), Some(&token)).await.body;
    assert!(page.contains(" to ina"), "{page}");
});

both_engines!(a_lead_that_goes_out_of_sight_leads_to_the_next_call, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    for (name, role) in [("maya", Role::Rep), ("ben", Role::Rep), ("ada", Role::Administrator)] {
        house.person(&format!("{name}@house.test"), role).await;
    }
    house.catalog_changed().await;
    let ben = acting(&house, "ben").await.actor().unwrap().id;
    let ada = acting(&house, "ada").await;
    service::people::add_group(&ada, &FormValues::decode(format!("name=South&members={ben}").as_bytes())).await.unwrap();
    let token = house.sign_in("maya@house.test").await;
    let answer = house.post("/intake", Some(&token), &format!("full_name=Jo&phone=0161+496+0199&incomplete=1&try={ben}:answered")).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/intake"), "{}", answer.body);
});
