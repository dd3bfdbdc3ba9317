//! Suppliers and deal registrations over HTTP without script: what a supplier reads at its private address, and the forms of people of the house.

mod support;

use axum::http::StatusCode;
use domain::{ChoiceList, FormValues, Role};
use service::configuration;
use store::{Store, both_engines};
use support::world::acting;
use support::{House, ORIGIN};

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

struct Site {
    house: House,
    /// Maya has a lead that Northwind sent, at this address.
    lead: String,
    maya: String,
    martin: String,
    /// Sees nothing of it.
    ana: String,
    /// The page of Northwind's account, and its number in the list of partners.
    account: String,
    partner: String,
    vendor: String,
}

async fn site(store: &Store) -> Site {
    let house = House::open(store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    for (name, role) in [("ada", Role::Administrator), ("maya", Role::Rep), ("ana", Role::Rep), ("martin", Role::Manager)] {
        house.person(&format!("{name}@house.test"), role).await;
    }
    let ada = acting(&house, "ada").await;
    let partner = configuration::add_choice(&ada, ChoiceList::Partner, &form("name=Northwind")).await.unwrap();
    let account = service::accounts::add_account(&ada, &form("name=Northwind+Ltd&kind=referral_partner")).await.unwrap().id;
    let vendor = service::accounts::add_account(&ada, &form("name=Vendor+House&kind=vendor")).await.unwrap().id;
    let as_maya = acting(&house, "maya").await;
    let new = format!("full_name=Jo+%3Cb%3EField&company=Acme&partner={partner}");
    let lead = service::leads::add(&as_maya, &form(&new)).await.unwrap();
    service::leads::add(&as_maya, &form("full_name=Kim+Ross&company=Bolt")).await.unwrap();
    let mut tokens = Vec::new();
    for name in ["maya", "martin", "ana"] {
        tokens.push(house.sign_in(&format!("{name}@house.test")).await);
    }
    let [maya, martin, ana] = tokens.try_into().expect("three people");
    let (lead, account) = (format!("/leads/{lead}"), format!("/accounts/{account}"));
    Site { house, lead, maya, martin, ana, account, partner: partner.to_string(), vendor: vendor.to_string() }
}

impl Site {
    /// Makes an address as a manager does without script; gives its path.
    async fn address(&self) -> String {
        let answer = self.house.post(&format!("{}/supplier", self.account), Some(&self.martin), &format!("partner={}", self.partner)).await;
        let rest = answer.body.split(&format!("{ORIGIN}/suppliers/")).nth(1).unwrap_or_else(|| panic!("no address: {}", answer.body));
        format!("/suppliers/{}", rest.chars().take_while(char::is_ascii_alphanumeric).collect::<String>())
    }
}

both_engines!(a_supplier_reads_of_its_leads_without_an_account, |store| async move {
    let site = site(&store).await;
    let address = site.address().await;
    let page = site.house.get(&address, None).await;
    assert_eq!((page.status, page.header("cache-control"), page.header("referrer-policy")), (StatusCode::OK, "no-store", "same-origin"));
    for said in ["Leads of Northwind Ltd", "Jo &lt;b&gt;Field, Acme", "We review it", "With maya", "Scorecard"] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    for inside in ["Kim Ross", "Bolt", "<b>Field", "type=\"module\""] {
        assert!(!page.body.contains(inside), "{inside}: {}", page.body);
    }
    let flagged = site.house.post(&format!("{}/problems", site.lead), Some(&site.maya), "reason=wrong_person&words=%3Ci%3ELeft&tell=later").await;
    assert_eq!((flagged.status, flagged.header("location")), (StatusCode::SEE_OTHER, site.lead.as_str()));
    let page = site.house.get(&address, None).await.body;
    assert!(page.contains("A problem was noted. You read here what it is by") && !page.contains("The wrong person"), "{page}");
    let lead = site.house.get(&site.lead, Some(&site.maya)).await.body;
    assert!(lead.contains("Tell them by") && lead.contains("Not told yet"), "{lead}");
    site.house.post("/problems/1/tell", Some(&site.maya), &format!("back={}", site.lead)).await;
    let page = site.house.get(&address, None).await.body;
    assert!(page.contains("Problem: The wrong person") && page.contains("&lt;i&gt;Left") && !page.contains("<i>Left"), "{page}");

    // It is the same for everybody who knows the address, and nothing to who guesses one; nothing is posted there.
    assert!(site.house.get(&address, Some(&site.ana)).await.body.contains("Leads of Northwind Ltd"));
    for guess in ["/suppliers/none", "/suppliers/", &format!("{address}0"), &address[..20]] {
        assert_eq!(site.house.get(guess, Some(&site.ana)).await.status, StatusCode::NOT_FOUND, "{guess}");
        assert_ne!(site.house.get(guess, None).await.status, StatusCode::OK, "{guess}");
    }
    assert_ne!(site.house.post(&address, None, "words=Ours").await.status, StatusCode::OK);
    for odd in ["?before=", "?before=x", "?before=-1", "?before=99999999999999999999"] {
        assert_eq!(site.house.get(&format!("{address}{odd}"), None).await.status, StatusCode::OK, "{odd}");
    }

    let again = site.address().await;
    assert_eq!(site.house.get(&address, Some(&site.ana)).await.status, StatusCode::NOT_FOUND, "another takes its place");
    let revoked = site.house.post(&format!("{}/supplier/revoke", site.account), Some(&site.martin), "").await;
    assert_eq!((revoked.status, revoked.header("location")), (StatusCode::SEE_OTHER, site.account.as_str()));
    assert_eq!(site.house.get(&again, Some(&site.ana)).await.status, StatusCode::NOT_FOUND);
});

both_engines!(only_managers_see_that_there_is_an_address, |store| async move {
    let site = site(&store).await;
    let address = site.address().await;
    let seen = site.house.get(&site.account, Some(&site.martin)).await.body;
    assert!(seen.contains("What they read of their leads") && seen.contains("Revoke the address"), "{seen}");
    assert!(!seen.contains(&address), "it is shown once");
    assert!(!site.house.get(&site.account, Some(&site.maya)).await.body.contains("What they read of their leads"));
    for path in ["supplier", "supplier/revoke"] {
        let answer = site.house.post(&format!("{}/{path}", site.account), Some(&site.maya), &format!("partner={}", site.partner)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    let wrong = site.house.post(&format!("{}/supplier", site.account), Some(&site.martin), "partner=").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("id=\"supplier-partner-error\""), "{}", wrong.body);
    assert_eq!(site.house.get(&address, None).await.status, StatusCode::OK, "the one before still opens");
});

both_engines!(a_deal_is_registered_without_script, |store| async move {
    let site = site(&store).await;
    let page = site.house.get(&site.lead, Some(&site.maya)).await.body;
    assert!(page.contains("Not registered.") && page.contains("Vendor House"), "{page}");
    let wrong = site.house.post(&format!("{}/registrations", site.lead), Some(&site.maya), "vendor=&note=Ask+Vera").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in ["id=\"registration-vendor-error\"", "Ask Vera"] {
        assert!(wrong.body.contains(said), "{said}: {}", wrong.body);
    }
    let added = site.house.post(&format!("{}/registrations", site.lead), Some(&site.maya), &format!("vendor={}", site.vendor)).await;
    assert_eq!((added.status, added.header("location")), (StatusCode::SEE_OTHER, site.lead.as_str()));
    let back = format!("back={}", site.lead);
    for path in ["/registrations/1/submit", "/registrations/1/approve", "/problems/1/tell"] {
        assert_eq!(site.house.post(path, Some(&site.ana), &back).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(site.house.post("/registrations/1/steal", Some(&site.maya), &back).await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.house.post("/registrations/1/extend", Some(&site.maya), &back).await.status, StatusCode::CONFLICT);
    let submitted = site.house.post("/registrations/1/submit", Some(&site.maya), &format!("{back}&version=1")).await;
    assert_eq!((submitted.status, submitted.header("location")), (StatusCode::SEE_OTHER, site.lead.as_str()));
    let wrong = site.house.post("/registrations/1/approve", Some(&site.maya), &format!("{back}&reference=D-17&until=2020-01-01")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in ["id=\"registration-1-approve-until-error\"", "or a later day", "value=\"D-17\""] {
        assert!(wrong.body.contains(said), "{said}: {}", wrong.body);
    }
    let soon = site.house.ctx().now().plus_ms(10 * domain::DAY_MS).day();
    site.house.post("/registrations/1/approve", Some(&site.maya), &format!("{back}&reference=D-17&until={soon}")).await;
    let page = site.house.get(&site.lead, Some(&site.maya)).await.body;
    for said in ["Approved", "D-17", "10 days left", "noted the approval of the deal registration with “Vendor House”"] {
        assert!(page.contains(said), "{said}: {page}");
    }
});
