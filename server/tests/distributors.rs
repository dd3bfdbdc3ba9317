//! Delegated leads over HTTP: pages without script, the live stream, files and the API.

mod support;

use axum::http::StatusCode;
use domain::{AccountId, Role, TokenScope};
use serde_json::json;
use store::both_engines;
use store::people::UserChange;
use support::House;
use support::program::{Program, problem, read};

/// Somebody of a firm, who can sign in.
async fn works_for(house: &House, name: &str, firm: AccountId) -> String {
    let email = format!("{name}@else.test");
    let id = house.person(&email, Role::Distributor).await;
    let mut tx = house.state.store.begin().await.unwrap();
    let version = tx.people().find(id).await.unwrap().expect("just added").version;
    let change = UserChange { name: name.to_owned(), role: Role::Distributor, account: Some(firm), disabled_at: None };
    assert!(tx.people().change(id, version, &change).await.unwrap());
    tx.save().await.unwrap();
    house.sign_in(&email).await
}

async fn adds_firm(house: &House, token: &str, name: &str) -> AccountId {
    let added = house.post("/accounts/new", Some(token), &format!("name={name}&kind=distributor")).await;
    added.header("location").rsplit('/').next().and_then(|number| number.parse().ok()).expect("an account's page")
}

both_engines!(a_distributor_knows_of_a_lead_while_it_is_delegated_and_another_never, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    let ada = house.sign_in("ada@house.test").await;
    let (northwind, southwind) = (adds_firm(&house, &ada, "Northwind").await, adds_firm(&house, &ada, "Southwind").await);
    let (dina, dora) = (works_for(&house, "dina", northwind).await, works_for(&house, "dora", southwind).await);
    house.catalog_changed().await;
    let lead = house.post("/leads/new", Some(&ada), "full_name=Zebedee&company=Acme&owner=").await.header("location").to_owned();
    let (mut hers, mut others) = (house.hear(&dina, "", None).await, house.hear(&dora, "", None).await);
    assert_eq!(house.get(&lead, Some(&dina)).await.status, StatusCode::NOT_FOUND);

    let refused = house.post(&format!("{lead}/delegate"), Some(&ada), "distributor=&note=Soon").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Choose a distributor from the list") && refused.body.contains("Soon"), "{}", refused.body);
    let delegated = house.post(&format!("{lead}/delegate"), Some(&ada), &format!("distributor={northwind}&note=Soon")).await;
    assert_eq!(delegated.header("location"), lead);
    hers.until("\"change\":\"created\"").await;
    let page = house.get(&lead, Some(&dina)).await.body;
    for said in ["Accept", "Decline", "Waits to be accepted", "Soon"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("Delegate lead"), "{page}");
    for path in ["/leads?view=all", "/leads?view=all&q=zebedee", "/leads/export.csv?view=all", "/fn/find_leads?text=zebedee"] {
        assert!(house.get(path, Some(&dina)).await.body.contains("Zebedee"), "{path}");
        assert!(!house.get(path, Some(&dora)).await.body.contains("Zebedee"), "{path}");
    }
    assert!(!house.get("/leads/board?view=all", Some(&dora)).await.body.contains("Zebedee"));
    assert_eq!(house.get(&lead, Some(&dora)).await.status, StatusCode::NOT_FOUND);
    for what in ["accept", "decline", "take-back"] {
        let answer = house.post(&format!("{lead}/delegation/{what}"), Some(&dora), "reason=No").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{what}");
    }

    let refused = house.post(&format!("{lead}/delegation/decline"), Some(&dina), "reason=").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Say why, in a few words"), "{}", refused.body);
    let declined = house.post(&format!("{lead}/delegation/decline"), Some(&dina), "reason=Too+far").await;
    assert_eq!(declined.header("location"), "/leads");
    hers.until("\"change\":\"removed\"").await;
    assert_eq!(house.get(&lead, Some(&dina)).await.status, StatusCode::NOT_FOUND);
    assert!(!house.get("/leads/export.csv?view=all", Some(&dina)).await.body.contains("Zebedee"));
    let page = house.get(&lead, Some(&ada)).await.body;
    assert!(page.contains("declined the lead for Northwind") && page.contains("Too far"), "{page}");
    house.catalog_changed().await;
    others.until("event: catalog").await;
    assert_eq!(others.count("event: lead"), 0, "{}", others.text);

    let mut house = house;
    for who in ["dina@else.test", "dora@else.test"] {
        let program = Program::of(house, who, TokenScope::Read).await;
        for path in [lead.clone(), format!("{lead}/routing"), format!("{lead}/activities")] {
            problem(&program.get(&path).await, StatusCode::NOT_FOUND);
        }
        assert!(!program.get("/leads").await.body.contains("Zebedee"), "{who}");
        house = program.house;
    }
});

both_engines!(a_program_reads_to_whom_a_lead_is_delegated, |store| async move {
    let program = Program::open(&store, TokenScope::Write).await;
    let token = program.house.sign_in("ada@house.test").await;
    let firm = adds_firm(&program.house, &token, "Northwind").await;
    let lead = program.add("/leads", json!({ "full_name": "Jo Field", "company": "Acme" })).await;
    let path = format!("/leads/{}", lead["number"]);
    assert_eq!(read(&program.get(&format!("{path}/routing")).await)["delegated_to"], json!(null));
    let form = format!("distributor={firm}&note=Before+noon");
    assert_eq!(program.house.post(&format!("{path}/delegate"), Some(&token), &form).await.header("location"), path);
    assert_eq!(read(&program.get(&format!("{path}/routing")).await)["delegated_to"], "Northwind");
    let activities = read(&program.get(&format!("{path}/activities")).await);
    let newest = &activities["items"][0];
    assert_eq!((&newest["kind"], &newest["text"]), (&json!("delegated"), &json!("Before noon")));
    assert_eq!(newest["sentence"], "delegated the lead to Northwind");
});

both_engines!(a_distributor_s_people_read_its_standing_without_script, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    let ada = house.sign_in("ada@house.test").await;
    let (northwind, southwind) = (adds_firm(&house, &ada, "Northwind").await, adds_firm(&house, &ada, "Southwind").await);
    let (dina, dora) = (works_for(&house, "dina", northwind).await, works_for(&house, "dora", southwind).await);
    house.catalog_changed().await;
    for (name, firm) in [("Quay", northwind), ("Mill", southwind)] {
        let lead = house.post("/leads/new", Some(&ada), &format!("full_name=Jo+{name}&company={name}&owner=")).await.header("location").to_owned();
        assert_eq!(house.post(&format!("{lead}/delegate"), Some(&ada), &format!("distributor={firm}")).await.header("location"), lead);
    }
    for (who, own, other) in [(&dina, "Northwind", "Southwind"), (&dora, "Southwind", "Northwind")] {
        let page = house.get("/standing", Some(who)).await.body;
        for said in ["Your standing", own, "Delegated to you", "Still waiting for your answer", "Worked in time", "Win rate", "1 of 2"] {
            assert!(page.contains(said), "{said}: {page}");
        }
        assert!(!page.contains(other), "{page}");
        assert!(house.get("/leads", Some(who)).await.body.contains("href=\"/standing\""), "it is found in the person's menu");
    }
    let page = house.get("/standing", Some(&ada)).await.body;
    assert!(page.contains("You work for no distributor") && !page.contains("Northwind"), "{page}");
    assert!(!house.get("/leads", Some(&ada)).await.body.contains("href=\"/standing\""));
});

both_engines!(a_manager_s_page_names_distributors_and_warns_of_call_centres, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    let martin = house.person("martin@house.test", Role::Manager).await;
    house.catalog_changed().await;
    let ada = house.sign_in("ada@house.test").await;
    let firm = adds_firm(&house, &ada, "Northwind").await;
    house.post("/admin/territories", Some(&ada), &format!("name=Yorkshire&manager={martin}&places=GB,+LS*")).await;
    let token = house.sign_in("martin@house.test").await;
    let page = house.get("/territories", Some(&token)).await.body;
    assert!(page.contains("Yorkshire") && page.contains("No distributor is named for"), "{page}");
    let marked = house.post(&format!("/distributors/{firm}/call-centre"), Some(&token), "on=1").await;
    assert_eq!(marked.header("location"), "/territories");
    let refused = house.post("/territories/1/distributor", Some(&token), "distributor=99999").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Choose a distributor from the list"), "{}", refused.body);
    let named = house.post("/territories/1/distributor", Some(&token), &format!("distributor={firm}")).await;
    assert_eq!(named.header("location"), "/territories");
    let page = house.get("/territories", Some(&token)).await.body;
    for said in ["Northwind, named by martin", "Northwind answers from a central call centre", "Nobody is named for", "Nothing was delegated yet."] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(house.get("/admin/territories", Some(&ada)).await.body.contains("answers from a central call centre"));
    house.person("maya@house.test", Role::Rep).await;
    let maya = house.sign_in("maya@house.test").await;
    assert!(house.get("/territories", Some(&maya)).await.body.contains("You manage no territory"));
    assert_eq!(house.post("/territories/1/distributor", Some(&maya), "distributor=").await.status, StatusCode::FORBIDDEN);
});
