//! What people get wrong on the way of a lead to its person, and what they see of it.

mod support;

use axum::http::StatusCode;
use domain::{ChoiceList, FormValues, Role, Timestamp, TokenScope};
use serde_json::{Value, json};
use service::leads::registration::{LEAST_MS, fresh_form, register};
use service::{Clock, Ctx};
use store::both_engines;
use support::House;
use support::program::{Program, read};
use support::world::acting;

both_engines!(an_impossible_number_is_kept_as_typed_whichever_door_it_came_by_and_the_lead_says_so, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    house.catalog_changed().await;
    let ada = house.sign_in("ada@house.test").await;
    let catalog = store.catalog().await.unwrap();
    let choice = |list, name: &str| catalog.choice_named(list, name).unwrap().id;
    let (offering, source) = (choice(ChoiceList::Offering, "Training"), choice(ChoiceList::Source, "Web"));
    let call = format!(
        "once=abc&customer=no&company=Quay&full_name=Bo&email=bo@quay.test&offerings_sent=1&offerings={offering}&message=Seats&source={source}"
    );
    for (door, form, field) in [
        ("/intake", call.as_str(), "phone"),
        ("/refer", "full_name=Al&company=Pier", "phones"),
        ("/leads/new", "full_name=Jo&company=Acme", "phones"),
    ] {
        let refused = house.post(door, Some(&ada), &format!("{form}&{field}=call+me")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{door}: {}", refused.body);
        assert!(refused.body.contains("Enter a phone number with its digits; “call me” is not one"), "{door}: {}", refused.body);
        let taken = house.post(door, Some(&ada), &format!("{form}&{field}=07700+900123")).await;
        assert_eq!(taken.status, StatusCode::SEE_OTHER, "{door}: {}", taken.body);
    }
    let refused = house.post("/register", None, "full_name=Di&email=di@ferry.test&phone=call+me").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Enter a phone number with its digits; “call me” is not one"), "{}", refused.body);
    let public = Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000)));
    let fresh = fresh_form(&public);
    public.clock.advance_ms(LEAST_MS);
    let form = format!("key={}&shown_at={}&consent=1&full_name=Di&email=di@ferry.test&phone=07700+900123", fresh.key, fresh.shown_at);
    let registered = register(&public, "10.9.0.1", &FormValues::decode(form.as_bytes())).await.unwrap().expect("a lead");

    let numbers = [1, 2, 3, registered.0];
    assert_eq!(registered.0, 4, "each door made a lead");
    let note = "“07700 900123” is kept as typed: it fits no country’s numbers";
    for number in numbers {
        let page = house.get(&format!("/leads/{number}"), Some(&ada)).await;
        assert!(page.status == StatusCode::OK && page.body.contains(note), "{number}: {}", page.body);
    }
    let page = house.get("/contacts/1", Some(&ada)).await.body;
    assert!(page.contains(note), "{page}");
    house.post("/leads/1/edit", Some(&ada), "version=1&phones=0161+496+0123").await;
    let page = house.get("/leads/1", Some(&ada)).await.body;
    assert!(page.contains("+441614960123") && !page.contains(note), "mended, it is gone: {page}");
});

both_engines!(whoever_edits_the_rules_is_told_what_cannot_be_meant, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    let maya = house.person("maya@house.test", Role::Rep).await;
    let noor = house.person("noor@house.test", Role::Rep).await;
    house.catalog_changed().await;
    let ada = house.sign_in("ada@house.test").await;
    let post = async |path: &str, form: String| {
        let answer = house.post(&format!("/admin/{path}"), Some(&ada), &form).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path} {form}: {}", answer.body);
    };
    for (name, places) in [("Britain", "GB"), ("The+rest", "FR%0AGB"), ("Leeds", "GB,+LS11+5QD")] {
        post("territories", format!("name={name}&manager={noor}&group=&places={places}")).await;
    }
    post("rules/coverage", format!("by=location&what=GB,+LS11+5QD&person={noor}")).await;
    post("rules/coverage", format!("by=domain&what=acme.com&person={maya}")).await;
    let page = house.get("/admin/territories", Some(&ada)).await.body;
    for told in ["“GB” overlaps the territory Britain", "“GB, LS11 5QD” gets no lead: direct coverage of GB, LS11 5QD comes first"] {
        assert!(page.contains(told), "{told}: {page}");
    }
    let left = "maya can no longer sign in, so nothing goes there";
    assert!(!house.get("/admin/rules", Some(&ada)).await.body.contains(left));
    service::people::change_person(&acting(&house, "ada").await, maya, &FormValues::decode(b"disabled=1")).await.unwrap();
    post("rules/steps/direct_coverage", "on=".to_owned()).await;
    let page = house.get("/admin/rules", Some(&ada)).await.body;
    for told in [left, "“Direct coverage” is switched off, so none of its rules can fire"] {
        assert!(page.contains(told), "{told}: {page}");
    }
    let page = house.get("/admin/territories", Some(&ada)).await.body;
    assert!(!page.contains("comes first"), "what is off hides nothing: {page}");
});

both_engines!(an_event_of_somebody_unknown_makes_a_contact_whose_page_says_what_is_not_known, |store| async move {
    let program = Program::open(&store, TokenScope::Events).await;
    let ada = program.house.sign_in("ada@house.test").await;
    let send = async |id: &str, email: &str| {
        let event = json!({ "id": id, "kind": "met", "at": "2025-11-24T16:00:00+01:00", "contact": { "email": email } });
        read(&program.post("/events", &event).await)["verdicts"][0].clone()
    };
    for (id, email, said) in [
        ("e1", "jo@nobody.test", "No account is known that matches"),
        ("e2", "al@gmail.com", "The address is of a mail service that anybody may use, so it says nothing about the company"),
    ] {
        let verdict = send(id, email).await;
        assert_eq!((&verdict["verdict"], &verdict["account"]), (&json!("accepted"), &Value::Null), "{verdict}");
        let path = format!("/contacts/{}", verdict["contact"]);
        // What is read, and not what else travels in the page.
        let shown = async || program.house.get(&path, Some(&ada)).await.body.split("</main>").next().unwrap_or_default().to_owned();
        let page = shown().await;
        let times = page.matches(said).count();
        assert!(times > 0 && page.contains(email), "{said}: {page}");
        // A second time it says so, and nothing more is there.
        let again = send(id, email).await;
        assert_eq!((&again["verdict"], &again["contact"]), (&json!("duplicate"), &verdict["contact"]));
        let later = shown().await;
        assert_eq!(later.matches(said).count(), times, "{page}\n{later}");
    }
});

both_engines!(a_page_that_asks_what_this_server_does_not_read_is_told_to_reload, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    let ada = house.sign_in("ada@house.test").await;
    for path in ["/fn/lead", "/fn/lead?number=none", "/fn/rep_figures"] {
        let answer = house.get(path, Some(&ada)).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::BAD_REQUEST, "\"Outdated\""), "{path}");
    }
});
