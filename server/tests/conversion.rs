//! Conversions, customers and invoices over HTTP without script: the three steps, what they make, taking it back, and what programs can do.

mod support;

use axum::http::StatusCode;
use domain::{FormValues, Role, TokenScope};
use serde_json::json;
use store::{Store, both_engines};
use support::program::{Program, problem, read};
use support::world::acting;
use support::{Answer, House, ORIGIN};

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

struct Site {
    house: House,
    /// Maya has a lead at this address, with a quote that was sent.
    lead: String,
    maya: String,
    martin: String,
    ada: String,
    /// Sees nothing of the lead.
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
    let new = "full_name=Jo+%3Cb%3EField&company=Acme&emails=jo@field.example,joe@field.example&city=Leeds";
    let lead = service::leads::add(&as_maya, &form(new)).await.unwrap();
    let mut tokens = Vec::new();
    for name in ["maya", "martin", "ada", "ana", "dina"] {
        tokens.push(house.sign_in(&format!("{name}@house.test")).await);
    }
    let [maya, martin, ada, ana, dina] = tokens.try_into().expect("five people");
    let site = Site { house, lead: format!("/leads/{lead}"), maya, martin, ada, ana, dina };
    site.to(&format!("{}/quotes", site.lead), "", "/quotes/1").await;
    site.to("/quotes/1/lines", "text=Work+%3Cu%3E%0Aby+hand&price=100&quantity=3&tax=20", "/quotes/1").await;
    site.to("/quotes/1/lines", "text=Care&price=10&period=month&tax=20", "/quotes/1").await;
    site.to("/quotes/1/steps/send", "to=jo@field.example", "/quotes/1").await;
    site
}

impl Site {
    async fn post(&self, path: &str, body: &str) -> Answer {
        self.house.post(path, Some(&self.maya), body).await
    }

    /// Sends a form that is fine, and leads there.
    async fn to(&self, path: &str, body: &str, there: &str) {
        let answer = self.post(path, body).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, there), "{path}: {}", answer.body);
    }

    async fn page(&self, path: &str) -> String {
        let answer = self.house.get(path, Some(&self.maya)).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        answer.body
    }

    async fn shows(&self, path: &str, said: &[&str]) {
        let page = self.page(path).await;
        for said in said {
            assert!(page.contains(said), "{path} does not say “{said}”: {page}");
        }
    }

    /// Chooses the quote, and converts at the end of step 2.
    async fn convert_now(&self, kind: &str) {
        self.to(&format!("{}/convert/quotes", self.lead), "quote=1", &format!("{}/convert?step=2", self.lead)).await;
        self.to(&format!("{}/convert/customer", self.lead), &format!("kind={kind}&customer=&go=convert"), "/customers/1").await;
    }
}

fn refused(answer: &Answer, status: StatusCode, sentence: &str) {
    assert!(answer.status == status && answer.body.contains(sentence), "{}: {sentence}: {}", answer.status, answer.body);
}

both_engines!(a_lead_is_converted_in_three_steps_without_script, |store| async move {
    let site = site(&store).await;
    let wizard = format!("{}/convert", site.lead);
    site.shows(&site.lead, &[&format!("href=\"{wizard}\""), "Convert to customer"]).await;
    site.shows(&wizard, &["Convert Jo &lt;b&gt;Field", "Which quotes become services?", "name=\"quote\"", "What will be made"]).await;

    // Step 1: a quote that is not this lead's.
    refused(&site.post(&format!("{wizard}/quotes"), "quote=7").await, StatusCode::UNPROCESSABLE_ENTITY, "choose from the list");
    site.to(&format!("{wizard}/quotes"), "quote=1", &format!("{wizard}?step=2")).await;

    // Step 2: filled in; what is wrong is said at its field, and kept all the same.
    let second = format!("{wizard}?step=2");
    site.shows(
        &second,
        &["value=\"Acme\"", "jo@field.example, joe@field.example", "value=\"Leeds\"", "Convert now", "The new customer", "name=\"born_on\""],
    )
    .await;
    let typed = "kind=active_with_invoice&customer=&name=Acme+Ltd&emails=jo%40&tax_id=GB+1&go=services";
    let wrong = site.post(&format!("{wizard}/customer"), typed).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.body);
    assert!(wrong.body.contains("id=\"emails-error\"") && wrong.body.contains("value=\"Acme Ltd\""), "{}", wrong.body);
    site.shows(&second, &["value=\"Acme Ltd\"", "value=\"GB 1\"", "value=\"jo@\""]).await;
    refused(&site.post(&format!("{wizard}/customer"), "customer=C-9&go=services").await, StatusCode::UNPROCESSABLE_ENTITY, "There is no customer");
    site.to(&format!("{wizard}/customer"), "name=Acme+Again&back=1", &wizard).await;
    site.shows(&second, &["value=\"Acme Again\""]).await;
    site.to(&format!("{wizard}/customer"), "customer=&name=Acme+Ltd&emails=jo@field.example&go=services", &format!("{wizard}?step=3")).await;

    // Step 3: a price and the days of a service are changed, one is added and one removed.
    let third = format!("{wizard}?step=3");
    site.shows(&third, &["Work &lt;u&gt;", "£300.00", "£10.00", "Acme Ltd becomes a new customer, active.", "An invoice for"]).await;
    let wrong = site.post(&format!("{wizard}/services/2"), "start=2026-05-02&end=2026-05-01").await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("id=\"service-2-end-error\""), "{}", wrong.body);
    site.to(&format!("{wizard}/services/2"), "price=12&end=2099-12-31", &third).await;
    site.to(&format!("{wizard}/services"), "text=Extra&price=5&quantity=1&tax=20&period=once", &third).await;
    site.to(&format!("{wizard}/services/3/remove"), "", &third).await;
    site.shows(&third, &["£12.00", "31 Dec 2099", "2 services are made."]).await;
    // The draft of somebody else is their own.
    assert!(!site.house.get(&third, Some(&site.ada)).await.body.contains("£12.00"));

    site.to(&format!("{wizard}/finish"), "once=0123456789a", "/customers/1").await;
    site.to(&format!("{wizard}/finish"), "once=0123456789a", "/customers/1").await;
    refused(&site.house.post(&format!("{wizard}/finish"), Some(&site.ada), "").await, StatusCode::CONFLICT, "has converted this lead already");
    site.shows("/customers/1", &["C-00001 Acme Ltd", "jo@field.example", "Work &lt;u&gt;", "£12.00", "INV-", "Take the conversion back"]).await;
    site.shows("/customers", &["C-00001 Acme Ltd", "2 services", "1 open invoice"]).await;
    site.shows("/invoices/1", &["INV-", "£374.40", "Acme Ltd", "by hand"]).await;
    site.shows("/invoices", &["INV-", "£374.40", "due on"]).await;
    site.shows(&site.lead, &["/customers/1", "Customer C-00001 Acme Ltd"]).await;
    site.shows("/accounts/1", &["/customers/1", "Customer C-00001 Acme Ltd"]).await;
    site.shows(&wizard, &["has converted this lead", "/customers/1"]).await;
    let edit = site.post(&format!("{}/edit", site.lead), "part=contact&city=York").await;
    assert_eq!(edit.status, StatusCode::FORBIDDEN, "a won lead stays as it is");
});

both_engines!(a_proforma_that_is_paid_makes_the_customer_active, |store| async move {
    let site = site(&store).await;
    site.convert_now("inactive_with_proforma").await;
    site.shows("/customers/1", &["Inactive", "PRO-"]).await;
    refused(&site.post("/invoices/1/payments", "amount=").await, StatusCode::FORBIDDEN, "");
    let wrong = site.house.post("/invoices/1/payments", Some(&site.martin), "amount=1000").await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("id=\"pay-amount-error\""), "{}", wrong.body);
    let paid = site.house.post("/invoices/1/payments", Some(&site.martin), "amount=100&note=Bank").await;
    assert_eq!(paid.header("location"), "/invoices/1", "{}", paid.body);
    site.shows("/invoices/1", &["Open", "£100.00", "£272.00 left to pay"]).await;
    let paid = site.house.post("/invoices/1/payments", Some(&site.martin), "amount=").await;
    assert_eq!(paid.header("location"), "/invoices/2", "{}", paid.body);
    site.shows("/invoices/2", &["INV-", "Paid", "made of"]).await;
    site.shows("/customers/1", &["badge tone-green", "INV-", "Active"]).await;
    // What was paid is not taken back any more.
    refused(&site.post("/conversions/1/undo", "page=/customers/1").await, StatusCode::CONFLICT, "was paid");
    refused(&site.post("/invoices/2/cancel", "").await, StatusCode::FORBIDDEN, "");
    let cancelled = site.house.post("/invoices/2/cancel", Some(&site.martin), "reason=Wrong").await;
    assert_eq!(cancelled.header("location"), "/invoices/3", "{}", cancelled.body);
    site.shows("/invoices/3", &["CRN-", "Credit note", "Wrong"]).await;
    site.shows("/invoices?kind=credit_note", &["CRN-"]).await;
    assert!(!site.page("/invoices?state=open").await.contains("INV-"));
});

both_engines!(a_payment_is_removed_on_the_invoice_s_page, |store| async move {
    let site = site(&store).await;
    site.convert_now("active_with_invoice").await;
    site.house.post("/invoices/1/payments", Some(&site.martin), "amount=100").await;
    let page = site.house.get("/invoices/1", Some(&site.martin)).await.body;
    assert!(page.contains("action=\"/invoices/1/payments/1/remove\"") && page.contains("Remove the payment of £100.00"), "{page}");
    assert!(!site.page("/invoices/1").await.contains("/payments/1/remove"), "a rep removes none");
    refused(&site.post("/invoices/1/payments/1/remove", "").await, StatusCode::FORBIDDEN, "");
    for wrong in ["2", "x"] {
        let answer = site.house.post(&format!("/invoices/1/payments/{wrong}/remove"), Some(&site.martin), "").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    let old = site.house.post("/invoices/1/payments/1/remove", Some(&site.martin), "version=1").await;
    refused(&old, StatusCode::CONFLICT, "changed this meanwhile");
    let removed = site.house.post("/invoices/1/payments/1/remove", Some(&site.martin), "version=2").await;
    assert_eq!(removed.header("location"), "/invoices/1", "{}", removed.body);
    site.shows("/invoices/1", &["Nothing was paid yet", "£372.00 left to pay"]).await;
});

both_engines!(an_invoice_is_sent_and_read_at_a_private_address, |store| async move {
    let site = site(&store).await;
    site.convert_now("active_with_invoice").await;
    refused(&site.post("/invoices/1/send", "to=else@field.example").await, StatusCode::UNPROCESSABLE_ENTITY, "Choose one of the customer");
    site.to("/invoices/1/send", "to=joe@field.example&text=Hello+Joe", "/invoices/1").await;
    site.shows("/invoices/1", &["Sent last to joe@field.example"]).await;
    let mails = site.house.get("/admin/outbox", Some(&site.ada)).await.body;
    let number: String = mails.split("/admin/outbox/").nth(1).unwrap().chars().take_while(char::is_ascii_digit).collect();
    let mail = site.house.get(&format!("/admin/outbox/{number}"), Some(&site.ada)).await.body;
    let rest = mail.split(&format!("{ORIGIN}/i/")).nth(1).unwrap_or_else(|| panic!("no address: {mail}"));
    let address = format!("/i/{}", rest.chars().take_while(char::is_ascii_alphanumeric).collect::<String>());
    let page = site.house.get(&address, None).await;
    assert_eq!((page.status, page.header("cache-control")), (StatusCode::OK, "no-store"));
    for said in ["Invoice INV-", "Work &lt;u&gt;", "£372.00", "To be paid until", "C-00001"] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    assert!(!page.body.contains("<u>") && !page.body.contains("type=\"module\""), "{}", page.body);
    for (path, token, status) in [
        (format!("{address}/pdf"), None, StatusCode::OK),
        ("/invoices/1/pdf".to_owned(), Some(&site.maya), StatusCode::OK),
        ("/invoices/1/pdf".to_owned(), Some(&site.dina), StatusCode::FORBIDDEN),
        ("/invoices/9/pdf".to_owned(), Some(&site.maya), StatusCode::NOT_FOUND),
        ("/invoices/x/pdf".to_owned(), Some(&site.maya), StatusCode::NOT_FOUND),
        ("/invoices/1/pdf".to_owned(), None, StatusCode::SEE_OTHER),
        ("/i/none/pdf".to_owned(), None, StatusCode::NOT_FOUND),
        (format!("{address}0"), None, StatusCode::NOT_FOUND),
    ] {
        let file = site.house.get(&path, token.map(String::as_str)).await;
        assert_eq!(file.status, status, "{path}");
        assert!(status != StatusCode::OK || file.header("content-type") == "application/pdf" && file.body.starts_with("%PDF-"), "{path}");
    }
    refused(&site.post("/conversions/1/undo", "page=/customers/1").await, StatusCode::CONFLICT, "was sent already");

    // What the house notes of it is not in the page, nor in what comes with it.
    for (path, body) in [("/invoices/1/payments", "amount=100&note=zanzibar"), ("/invoices/1/cancel", "reason=quagga")] {
        let done = site.house.post(path, Some(&site.martin), body).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{path}: {}", done.body);
    }
    site.shows("/invoices/1", &["zanzibar", "quagga"]).await;
    let page = site.house.get(&address, None).await.body;
    assert!(page.contains("It was cancelled"), "{page}");
    for inside in ["zanzibar", "quagga", "joe@field.example"] {
        assert!(!page.contains(inside), "{inside}: {page}");
    }
});

both_engines!(a_conversion_is_taken_back_on_the_customer_s_page, |store| async move {
    let site = site(&store).await;
    site.convert_now("active_with_invoice").await;
    for (who, status) in [(&site.ana, StatusCode::NOT_FOUND), (&site.dina, StatusCode::FORBIDDEN)] {
        assert_eq!(site.house.post("/conversions/1/undo", Some(who), "").await.status, status);
    }
    site.to("/conversions/1/undo", "page=/customers/1", &site.lead).await;
    assert_eq!(site.house.get("/customers/1", Some(&site.maya)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.house.get("/invoices/1", Some(&site.maya)).await.status, StatusCode::NOT_FOUND);
    site.shows(&site.lead, &["Convert to customer"]).await;
    site.shows("/quotes/1", &["Sent"]).await;
    site.convert_now_again().await;
});

impl Site {
    /// The number of the invoice that was taken back is given out again.
    async fn convert_now_again(&self) {
        self.post(&format!("{}/convert/quotes", self.lead), "quote=1").await;
        let again = self.post(&format!("{}/convert/customer", self.lead), "kind=active_with_invoice&customer=&go=convert").await;
        assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.body);
        assert!(self.page(again.header("location")).await.contains("-00001"), "the series has no gap");
    }
}

both_engines!(customers_and_services_are_changed_and_begun_anew, |store| async move {
    let site = site(&store).await;
    site.convert_now("active").await;
    assert!(!site.page("/customers/1").await.contains("INV-"));
    let wrong = site.post("/customers/1", "number=+&name=Acme").await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("id=\"number-error\""), "{}", wrong.body);
    site.to("/customers/1", "number=K+7&name=Acme+Ltd&version=1", "/customers/1").await;
    refused(&site.post("/customers/1", "name=Late&version=1").await, StatusCode::CONFLICT, "Somebody changed this meanwhile");
    site.shows("/customers?q=k+7", &["K 7 Acme Ltd"]).await;
    assert!(site.page("/customers?state=inactive").await.contains("Nobody fits this"));
    site.to("/customers/1/states/inactive", "", "/customers/1").await;
    site.shows("/customers/1", &["Make active"]).await;
    site.to("/customers/1/services", "text=Extra&price=5&quantity=1", "/customers/1").await;
    site.to("/services/3", "price=6", "/customers/1").await;
    site.to("/services/3/stop", "on=", "/customers/1").await;
    site.shows("/customers/1", &["£6.00", "Stopped", "Let it go on"]).await;
    site.to("/services/3/resume", "", "/customers/1").await;
    let wrong = site.post("/services/3/stop", "on=tomorrow&customer=1").await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("id=\"stop-3-on-error\""), "{}", wrong.body);
    site.to("/customers/1/opportunities", "name=More+seats&once=0123456789b", "/leads/2").await;
    site.to("/customers/1/opportunities", "name=More+seats&once=0123456789b", "/leads/2").await;
    site.shows("/leads/2", &["More seats", "Acme"]).await;
    assert_eq!(site.house.post("/customers/1", Some(&site.dina), "name=Theft").await.status, StatusCode::FORBIDDEN);
});

both_engines!(managers_say_how_leads_are_converted, |store| async move {
    let site = site(&store).await;
    assert!(!site.page("/customers").await.contains("How leads are converted"));
    assert_eq!(site.post("/customers/settings", "due_days=7").await.status, StatusCode::FORBIDDEN);
    assert!(site.house.get("/customers", Some(&site.martin)).await.body.contains("How leads are converted"));
    let wrong = site.house.post("/customers/settings", Some(&site.martin), "kind=&default=active&due_days=7").await;
    refused(&wrong, StatusCode::UNPROCESSABLE_ENTITY, "Leave one at least");
    let saved = site.house.post("/customers/settings", Some(&site.martin), "kind=&kind=active&default=active&due_days=7").await;
    assert_eq!(saved.header("location"), "/customers", "{}", saved.body);
    let page = site.house.get("/customers", Some(&site.martin)).await.body;
    assert!(page.contains("When won by hand") && page.contains("name=\"then_1\""), "{page}");
    let page = site.page(&format!("{}/convert?step=2", site.lead)).await;
    assert!(page.contains("Active customer without invoice") && !page.contains("Active customer with invoice"), "{page}");
});

both_engines!(a_win_leads_to_the_conversion, |store| async move {
    let site = site(&store).await;
    let win = format!("{}/actions/win", site.lead);
    for (then, there) in [("open", format!("{}/convert", site.lead)), ("convert", "/customers/1".to_owned())] {
        let saved = site.house.post("/customers/settings", Some(&site.martin), &format!("then_1={then}")).await;
        assert_eq!(saved.header("location"), "/customers", "{}", saved.body);
        site.to(&win, "", &there).await;
        if then == "open" {
            site.shows(&there, &["Convert Jo &lt;b&gt;Field"]).await;
            site.to(&format!("{}/actions/reopen", site.lead), "", &site.lead).await;
            site.to("/quotes/1/steps/accept", "", "/quotes/1").await;
        }
    }
    site.shows(&site.lead, &["/customers/1"]).await;
});

both_engines!(many_leads_are_converted_from_the_list, |store| async move {
    let site = site(&store).await;
    let lead = site.lead.trim_start_matches("/leads/");
    let convert = || async {
        let page = site.page(&site.lead).await;
        let version =
            page.split("name=\"version\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("the page has a version").to_owned();
        let begun = site.post("/leads/bulk", &format!("lead={lead}:{version}&query=view%3Dall&what=convert")).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.body);
        site.page(begun.header("location")).await
    };
    // It was sent, not accepted, so there is nothing to bill; the report says so, and the lead is left alone.
    let report = convert().await;
    assert!(report.contains("There is nothing to bill yet"), "{report}");
    assert!(site.page("/customers").await.contains("No customers yet"));
    site.to("/quotes/1/steps/accept", "", "/quotes/1").await;
    convert().await;
    site.shows("/customers", &["C-00001 Acme", "2 services", "1 open invoice"]).await;
});

both_engines!(programs_convert_leads_and_read_customers_and_invoices, |store| async move {
    let site = site(&store).await;
    let path = format!("{}/actions/convert", site.lead);
    let reader = Program::of(site.house, "maya@house.test", TokenScope::Read).await;
    problem(&reader.post(&path, &json!({})).await, StatusCode::FORBIDDEN);
    let maya = Program::of(reader.house, "maya@house.test", TokenScope::Write).await;
    let errors = problem(&maya.post(&path, &json!({ "kind": "odd" })).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(errors["kind"].is_string(), "{errors}");
    let errors = problem(&maya.post(&path, &json!({ "owner": "ada@house.test" })).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(errors["owner"].is_string(), "{errors}");
    let errors = problem(&maya.post(&path, &json!({ "quotes": [9] })).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(errors["quotes"].is_string(), "{errors}");
    let body = json!({ "kind": "active_with_invoice", "quotes": [1], "reference": "K-1", "name": "Acme Ltd" });
    let made = maya.call(axum::http::Method::POST, &path, &[("idempotency-key", "one")], Some(&body.to_string())).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    let made = read(&made);
    assert_eq!((&made["customer"]["number"], &made["services"], &made["invoice"]["number"]), (&json!(1), &json!([1, 2]), &json!(1)), "{made}");
    let again = maya.call(axum::http::Method::POST, &path, &[("idempotency-key", "one")], Some(&body.to_string())).await;
    assert_eq!(read(&again), made, "the same wish is done once");
    problem(&maya.post(&path, &body).await, StatusCode::UNPROCESSABLE_ENTITY);
    let one = read(&maya.get("/customers/1").await);
    assert_eq!((&one["reference"], &one["state"], &one["leads"]), (&json!("K-1"), &json!("active"), &json!([1])), "{one}");
    assert_eq!((&one["services"][1]["period"], &one["services"][1]["net_minor"]), (&json!("month"), &json!(1000)), "{one}");
    assert_eq!(read(&maya.get("/customers?q=acme&state=active").await)["items"][0]["open_invoice_count"], json!(1));
    assert_eq!(read(&maya.get("/customers?state=inactive").await)["items"], json!([]));
    problem(&maya.get("/customers?state=odd").await, StatusCode::UNPROCESSABLE_ENTITY);
    let bill = read(&maya.get("/invoices/1").await);
    assert_eq!((&bill["state"], &bill["net_minor"], &bill["total_minor"]), (&json!("open"), &json!(31_000), &json!(37_200)), "{bill}");
    assert_eq!(read(&maya.get("/invoices?customer=1&kind=invoice&state=open").await)["items"][0]["number"], json!(1));
    problem(&maya.get("/invoices?kind=odd").await, StatusCode::UNPROCESSABLE_ENTITY);
    let dina = Program::of(maya.house, "dina@house.test", TokenScope::Write).await;
    for path in ["/customers/1", "/invoices/1"] {
        problem(&dina.get(path).await, StatusCode::NOT_FOUND);
    }
    problem(&dina.post(&path, &json!({})).await, StatusCode::NOT_FOUND);
});
