//! Products and quotes over HTTP without script: the forms of people of the house, and what a customer reads and answers at a private address.

mod support;

use axum::http::StatusCode;
use domain::{FormValues, Role, TokenScope};
use serde_json::json;
use store::{Store, both_engines};
use support::program::{Program, read};
use support::world::acting;
use support::{Answer, House, ORIGIN};

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

struct Site {
    house: House,
    /// Maya has a lead at this address.
    lead: String,
    maya: String,
    martin: String,
    ada: String,
    /// Sees nothing of it.
    ana: String,
    dina: String,
}

async fn site(store: &Store) -> Site {
    let house = House::open(store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    let people = [("ada", Role::Administrator), ("maya", Role::Rep), ("ana", Role::Rep), ("martin", Role::Manager), ("dina", Role::Distributor)];
    for (name, role) in people {
        house.person(&format!("{name}@house.test"), role).await;
    }
    let as_maya = acting(&house, "maya").await;
    let lead = service::leads::add(&as_maya, &form("full_name=Jo+%3Cb%3EField&company=Acme&emails=jo@field.example")).await.unwrap();
    let mut tokens = Vec::new();
    for name in ["maya", "martin", "ada", "ana", "dina"] {
        tokens.push(house.sign_in(&format!("{name}@house.test")).await);
    }
    let [maya, martin, ada, ana, dina] = tokens.try_into().expect("five people");
    Site { house, lead: format!("/leads/{lead}"), maya, martin, ada, ana, dina }
}

impl Site {
    async fn post(&self, path: &str, body: &str) -> Answer {
        self.house.post(path, Some(&self.maya), body).await
    }

    async fn page(&self, path: &str) -> String {
        self.house.get(path, Some(&self.maya)).await.body
    }

    /// A quote with a line, sent; gives the path of its private address.
    async fn sent(&self) -> String {
        assert_eq!(self.post(&format!("{}/quotes", self.lead), "memo=zanzibar&note=%3Ci%3EFor+you").await.header("location"), "/quotes/1");
        assert_eq!(self.post("/quotes/1/lines", "text=Work+%3Cu%3E&price=10&quantity=3&tax=20").await.header("location"), "/quotes/1");
        let sent = self.post("/quotes/1/steps/send", "to=jo@field.example").await;
        assert_eq!((sent.status, sent.header("location")), (StatusCode::SEE_OTHER, "/quotes/1"), "{}", sent.body);
        let mails = self.house.get("/admin/outbox", Some(&self.ada)).await.body;
        let number: String = mails.split("/admin/outbox/").nth(1).unwrap().chars().take_while(char::is_ascii_digit).collect();
        let mail = self.house.get(&format!("/admin/outbox/{number}"), Some(&self.ada)).await.body;
        let rest = mail.split(&format!("{ORIGIN}/q/")).nth(1).unwrap_or_else(|| panic!("no address: {mail}"));
        format!("/q/{}", rest.chars().take_while(char::is_ascii_alphanumeric).collect::<String>())
    }

    /// A file: its status, what it says it is, and how it begins.
    async fn file(&self, path: &str, token: Option<&str>) -> (StatusCode, String, String) {
        let answer = self.house.get(path, token).await;
        (answer.status, answer.header("content-type").to_owned(), answer.body.chars().take(5).collect())
    }
}

both_engines!(a_quote_is_made_without_script, |store| async move {
    let site = site(&store).await;
    assert!(site.page(&site.lead).await.contains("Nothing was offered yet."));
    assert_eq!(site.post(&format!("{}/quotes", site.lead), "memo=Careful").await.header("location"), "/quotes/1");
    let wrong = site.post("/quotes/1/lines", "text=Work&price=a+lot&quantity=2").await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("Enter a price like 12,500 or 99.50"), "{}", wrong.body);
    assert!(wrong.body.contains("value=\"a lot\"") && wrong.body.contains("id=\"line-price\""), "nothing typed is lost");
    for line in ["text=Work&price=80&quantity=2&discount=10&tax=20", "text=Care&price=12.50&period=month"] {
        assert_eq!(site.post("/quotes/1/lines", line).await.header("location"), "/quotes/1");
    }
    let page = site.page("/quotes/1").await;
    for said in ["Q-", "2 × £80.00", "10 % off", "£144.00", "£12.50 a month", "£185.30", "Memo: ", "Move Care up"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    site.post("/quotes/1/lines/2/move", "direction=up").await;
    let page = site.page("/quotes/1").await;
    assert!(page.find("12.50 a month").unwrap() < page.find("£144.00").unwrap());
    let stale = site.post("/quotes/1/lines/2/remove", "version=1").await;
    assert!(stale.status == StatusCode::CONFLICT && stale.body.contains("Somebody changed this meanwhile"), "{}", stale.status);
    site.post("/quotes/1/lines/2/remove", "").await;
    assert!(!site.page("/quotes/1").await.contains("12.50"));
    assert!(site.page("/quotes").await.contains("/quotes/1") && site.page("/quotes?state=sent").await.contains("No quotes here"));
    let (status, kind, begin) = site.file("/quotes/1/pdf", Some(&site.maya)).await;
    assert_eq!((status, kind.as_str(), begin.as_str()), (StatusCode::OK, "application/pdf", "%PDF-"));
    for (path, token, status) in [
        ("/quotes/1/pdf", Some(&site.ana), StatusCode::NOT_FOUND),
        ("/quotes/1/pdf", Some(&site.dina), StatusCode::FORBIDDEN),
        ("/quotes/1/pdf?revision=1", Some(&site.maya), StatusCode::NOT_FOUND),
        ("/quotes/1/pdf?revision=x", Some(&site.maya), StatusCode::NOT_FOUND),
        ("/quotes/x/pdf", Some(&site.maya), StatusCode::NOT_FOUND),
        ("/quotes/1/pdf", None, StatusCode::SEE_OTHER),
        ("/q/none/pdf", None, StatusCode::NOT_FOUND),
    ] {
        assert_eq!(site.file(path, token.map(String::as_str)).await.0, status, "{path}");
    }
});

both_engines!(a_customer_reads_and_accepts_it_without_an_account, |store| async move {
    let site = site(&store).await;
    let address = site.sent().await;
    let page = site.house.get(&address, None).await;
    assert_eq!((page.status, page.header("cache-control")), (StatusCode::OK, "no-store"));
    for said in ["Jo &lt;b&gt;Field", "Work &lt;u&gt;", "&lt;i&gt;For you", "£36.00", "Accept the quote", "half of it upwards"] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    for inside in ["zanzibar", "<u>", "<i>For", "type=\"module\""] {
        assert!(!page.body.contains(inside), "{inside}: {}", page.body);
    }
    let wrong = site.house.post(&address, None, "answer=accept&name=+").await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("Enter your name"), "{}", wrong.body);
    let done = site.house.post(&address, None, "answer=accept&name=Jo+Field").await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, address.as_str()));
    assert!(site.house.get(&address, None).await.body.contains("You have accepted this quote"));
    assert!(site.page("/quotes/1").await.contains("Accepted"));
    assert!(site.page(&site.lead).await.contains("£30"));
    let (status, kind, _) = site.file(&format!("{address}/pdf"), None).await;
    assert_eq!((status, kind.as_str()), (StatusCode::OK, "application/pdf"));
    let late = site.house.post(&address, None, "answer=deny&name=Jo").await;
    assert!(late.status == StatusCode::CONFLICT && late.body.contains("You have accepted this quote"), "{}", late.status);
    for guess in ["/q/none", &format!("{address}0"), &address[..20]] {
        assert_eq!(site.house.get(guess, Some(&site.ana)).await.status, StatusCode::NOT_FOUND, "{guess}");
    }
});

both_engines!(products_are_for_managers_to_change, |store| async move {
    let site = site(&store).await;
    assert_eq!(site.house.post("/products", Some(&site.maya), "name=Seat&price=1").await.status, StatusCode::FORBIDDEN);
    let wrong = site.house.post("/products", Some(&site.martin), "name=Seat&price=1&tax=200").await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("Enter a percentage from 0 to 100"), "{}", wrong.body);
    let added = site.house.post("/products", Some(&site.martin), "name=Seat&price=12.50&tax=20&period=month&unit=seat").await;
    assert_eq!((added.status, added.header("location")), (StatusCode::SEE_OTHER, "/products"));
    let page = site.page("/products").await;
    assert!(page.contains("£12.50 per seat a month") && !page.contains("Add a product") && !page.contains("How quotes are made"), "{page}");
    let page = site.house.get("/products", Some(&site.martin)).await.body;
    assert!(page.contains("Add a product") && page.contains("How quotes are made"), "{page}");
    let wrong = site.house.post("/products/settings", Some(&site.martin), "pattern=Q").await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("Put {number} into it once"), "{}", wrong.body);
    site.house.post("/products/settings", Some(&site.martin), "pattern=Offer+{number:4}").await;
    site.post(&format!("{}/quotes", site.lead), "").await;
    assert!(site.page("/quotes/1").await.contains("Offer 0001"));
    site.house.post("/products/1/remove", Some(&site.martin), "").await;
    assert!(site.page("/products").await.contains("Nothing is here yet"));
    assert_eq!(site.house.get("/products", Some(&site.dina)).await.status, StatusCode::FORBIDDEN);
});

both_engines!(programs_read_quotes, |store| async move {
    let site = site(&store).await;
    site.sent().await;
    let maya = Program::of(site.house, "maya@house.test", TokenScope::Read).await;
    let one = read(&maya.get("/quotes/1").await);
    let said = |field: &str| one[field].clone();
    assert_eq!((said("state"), said("net_minor"), said("total_minor")), (json!("sent"), json!(3000), json!(3600)), "{one}");
    assert_eq!((&one["lines"][0]["quantity"], &one["lines"][0]["tax"], &one["lines"][0]["period"]), (&json!("3"), &json!("20"), &json!("once")));
    let found = read(&maya.get("/quotes?state=sent&lead=1").await);
    assert_eq!((&found["items"][0]["number"], &found["next_cursor"]), (&json!(1), &json!(null)));
    assert_eq!(read(&maya.get("/quotes?state=denied").await)["items"], json!([]));
    assert_eq!(maya.get("/quotes?state=odd").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    for who in ["ana@house.test", "dina@house.test"] {
        let other = Program::of(House::open(&store).await, who, TokenScope::Read).await;
        assert_eq!(other.get("/quotes/1").await.status, StatusCode::NOT_FOUND, "{who}");
    }
});
