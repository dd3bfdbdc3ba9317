//! A form that is sent after its session has ended: what was typed passes the sign-in page and comes back to its form.

mod support;

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use domain::{FormValues, Role, UserId};
use store::{Store, both_engines};
use support::{Answer, House, ORIGIN, PASSWORD, request};

const TYPED: &str = "full_name=Jo&company=Acme+%26+Sons&city=L%C3%A9eds&message=one%0D%0Atwo&password=s3cret";

struct Visit {
    house: House,
    maya: UserId,
    ana: UserId,
}

impl Visit {
    async fn open(store: &Store) -> Self {
        let house = House::open(store).await;
        service::seed::seed_defaults(&house.ctx()).await.unwrap();
        let (maya, ana) = (house.person("maya@house.test", Role::Rep).await, house.person("ana@house.test", Role::Rep).await);
        Self { house, maya, ana }
    }

    /// Posts with a browser's cookies, as a page without script does.
    async fn post(&self, path: &str, cookies: &str, body: &str) -> Answer {
        let asked = request(Method::POST, path, None)
            .header(header::ORIGIN, ORIGIN)
            .header(header::COOKIE, cookies)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.house.ask(asked.body(Body::from(body.to_owned())).unwrap()).await
    }

    /// Sends a form in a browser in which Maya's session has ended.
    async fn post_late(&self, path: &str, body: &str) -> Answer {
        self.post(path, &format!("leadwright_session=ended; leadwright_last={}", self.maya), body).await
    }

    /// Signs in on a page, with its hidden fields.
    async fn sign_in_on(&self, page: &Answer, email: &str, password: &str) -> Answer {
        let mut form = FormValues(vec![("email".to_owned(), email.to_owned()), ("password".to_owned(), password.to_owned())]);
        form.0.extend(hidden_fields(&page.body));
        self.post("/login?next=%2Fleads%2Fnew", "leadwright_session=ended", &form.encode()).await
    }

    async fn lead_count(&self) -> usize {
        let token = self.house.sign_in("maya@house.test").await;
        self.house.get("/leads/export.csv?view=all", Some(&token)).await.body.lines().count() - 1
    }
}

/// Names and values of the hidden fields of a page's first form.
fn hidden_fields(body: &str) -> Vec<(String, String)> {
    let form = body.split("<form").nth(1).and_then(|rest| rest.split("</form>").next()).expect("a form");
    let inputs = form.split("<input").skip(1).map(|rest| rest.split('>').next().unwrap_or_default());
    let attribute = |input: &str, name: &str| {
        let value = input.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
        Some(value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    };
    let hidden = inputs.filter(|input| attribute(input, "type").as_deref() == Some("hidden"));
    hidden.filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?))).collect()
}

both_engines!(what_was_typed_comes_back_after_signing_in, |store| async move {
    let visit = Visit::open(&store).await;
    let page = visit.post_late("/leads/new", TYPED).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert!(page.body.contains("Your session ended"), "{}", page.body);
    assert_eq!(hidden_fields(&page.body).len(), 3);
    assert!(!page.body.contains("s3cret"), "secrets are not carried");

    // A wrong password loses nothing.
    let page = visit.sign_in_on(&page, "maya@house.test", "wrong").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(hidden_fields(&page.body).len(), 3);

    let form = visit.sign_in_on(&page, "maya@house.test", PASSWORD).await;
    assert_eq!(form.status, StatusCode::OK);
    assert!(form.body.contains("nothing was saved yet"), "{}", form.body);
    for value in ["Acme &amp; Sons", "Léeds"] {
        assert!(form.body.contains(&format!("value=\"{value}\"")), "{value}: {}", form.body);
    }
    let cookies: Vec<&str> = form.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok()).collect();
    assert!(cookies[0].starts_with("leadwright_session="), "{cookies:?}");
    assert!(cookies[1].starts_with(&format!("leadwright_last={};", visit.maya)), "{cookies:?}");
    assert_eq!(visit.house.get("/leads", Some(&form.token())).await.status, StatusCode::OK);
    assert_eq!(visit.lead_count().await, 0, "only who sends it again saves it");
});

both_engines!(what_was_typed_is_shown_to_nobody_else, |store| async move {
    let visit = Visit::open(&store).await;
    let page = visit.post_late("/leads/new", TYPED).await;
    let answer = visit.sign_in_on(&page, "ana@house.test", PASSWORD).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/leads/new"));
    assert!(!answer.body.contains("Acme"), "{}", answer.body);
    // Nothing is carried where nobody knows who typed it.
    let answer = visit.post("/leads/new", "leadwright_session=ended", TYPED).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/login"));
    assert_eq!(visit.lead_count().await, 0);
});

both_engines!(only_known_forms_of_modest_size_are_carried, |store| async move {
    let visit = Visit::open(&store).await;
    for (path, body) in [("/nowhere", TYPED.to_owned()), ("/import", TYPED.to_owned()), ("/leads/new", format!("message={}", "a".repeat(70_000)))] {
        let answer = visit.post_late(path, &body).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/login"), "{path}");
    }
    // Nor does a sign-in lead to a form that is none.
    for kept in ["/logout", "//evil.test/leads/new", "https://evil.test/leads/new", "/nowhere", ""] {
        let form = FormValues::decode(format!("email=maya@house.test&kept_typed=full_name%3DJo&kept_by={}", visit.maya).as_bytes());
        let mut form = form.0;
        form.extend([("password".to_owned(), PASSWORD.to_owned()), ("kept_form".to_owned(), kept.to_owned())]);
        let answer = visit.post("/login", "", &FormValues(form).encode()).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/"), "{kept}");
    }
    // A page of another site cannot bring text here.
    let asked = request(Method::POST, "/leads/new", None)
        .header(header::ORIGIN, "https://evil.test")
        .header(header::COOKIE, format!("leadwright_last={}", visit.maya))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    assert_eq!(visit.house.ask(asked.body(Body::from(TYPED)).unwrap()).await.status, StatusCode::FORBIDDEN);
});

both_engines!(nobody_saves_from_a_page_that_was_somebody_else_s, |store| async move {
    let visit = Visit::open(&store).await;
    let token = visit.house.sign_in("maya@house.test").await;
    let send = |person: UserId| {
        let asked = request(Method::POST, "/leads/new", Some(&token))
            .header(header::ORIGIN, ORIGIN)
            .header(header::ACCEPT, "application/json")
            .header("x-leadwright-person", person.to_string())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        visit.house.ask(asked.body(Body::from("full_name=Jo")).unwrap())
    };
    let refused = send(visit.ana).await;
    assert_eq!(refused.status, StatusCode::PRECONDITION_FAILED, "{}", refused.body);
    assert_eq!(visit.lead_count().await, 0);
    let saved = send(visit.maya).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.body);
    assert_eq!(visit.lead_count().await, 1);
});
