//! The real router in process, people who sign in, and an ear for live streams.
#![allow(dead_code, reason = "each test file uses its part of it")]

pub mod imap;
pub mod place;
pub mod program;
pub mod smtp;
pub mod world;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, BodyDataStream, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use domain::event::Subject;
use domain::{Audience, EmailAddress, EventId, EventKind, LeadId, Role, Timestamp, UserId};
use futures::StreamExt as _;
use server::{AppState, Site, router};
use service::people::SignIn;
use service::{Clock, Ctx, MailSite};
use store::Store;
use store::events::NewEvent;
use store::people::NewUser;
use tower::ServiceExt as _;

pub const PASSWORD: &str = "a password for tests";
/// Of [`PASSWORD`], with the least parameters: tests sign in often, and without optimisation.
const PASSWORD_HASH: &str = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$aYCbQe/cZINVlF9DCPIU0KghALnXnDCnK2KW35aePWI";
pub const HOST: &str = "leads.test:3000";
pub const ORIGIN: &str = "http://leads.test:3000";

/// A server without a network.
pub struct House {
    pub state: AppState,
    pub router: Router,
}

/// An answer, read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The token in the cookie that was set.
    pub fn token(&self) -> String {
        let cookie = self.header("set-cookie").strip_prefix("leadwright_session=").expect("a session cookie");
        cookie.split(';').next().expect("a value").to_owned()
    }
}

impl House {
    pub async fn open(store: &Store) -> Self {
        Self::open_at(store, ORIGIN).await
    }

    pub async fn open_at(store: &Store, public_url: &str) -> Self {
        let site = Site {
            public_url: public_url.to_owned(),
            is_demo: false,
            trusts_proxy: false,
            api_rate: server::config::API_RATE,
            spool: spool_folder(),
            mail: mail_of(public_url),
        };
        Self::open_with(store, site).await
    }

    pub async fn open_with(store: &Store, site: Site) -> Self {
        let state = AppState::start(store.clone(), Clock::System, site).await.expect("the live hub starts");
        Self { router: router(state.clone()), state }
    }

    pub fn ctx(&self) -> Ctx {
        self.state.ctx()
    }

    /// Adds a person who can sign in with [`PASSWORD`].
    pub async fn person(&self, email: &str, role: Role) -> UserId {
        let mut tx = self.state.store.begin().await.unwrap();
        let name = email.split('@').next().unwrap_or_default().to_owned();
        let email = EmailAddress::parse(email).unwrap();
        let user = NewUser { email, name, role, password_hash: PASSWORD_HASH.to_owned(), account: None, at: self.ctx().now() };
        let id = tx.people().add(user).await.unwrap();
        tx.save().await.unwrap();
        id
    }

    /// Starts a session without a browser.
    pub async fn sign_in(&self, email: &str) -> String {
        let wish = SignIn { email: email.to_owned(), password: PASSWORD.to_owned(), address: "10.0.0.1".to_owned() };
        service::people::sign_in(&self.ctx(), wish).await.expect("the password is right").token
    }

    pub async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("the router never fails");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 10_000_000).await.expect("the answer ends");
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    pub async fn get(&self, path: &str, token: Option<&str>) -> Answer {
        self.ask(request(Method::GET, path, token).body(Body::empty()).unwrap()).await
    }

    /// Posts a form from a page of ours.
    pub async fn post(&self, path: &str, token: Option<&str>, form: &str) -> Answer {
        let request =
            request(Method::POST, path, token).header(header::ORIGIN, ORIGIN).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.ask(request.body(Body::from(form.to_owned())).unwrap()).await
    }

    /// Opens the live stream.
    pub async fn hear(&self, token: &str, query: &str, last_event_id: Option<&str>) -> Ear {
        let mut request = request(Method::GET, &format!("/api/v1/live{query}"), Some(token));
        if let Some(id) = last_event_id {
            request = request.header("last-event-id", id);
        }
        self.hear_as(request).await
    }

    /// Opens the live stream as this request asks for it.
    pub async fn hear_as(&self, request: axum::http::request::Builder) -> Ear {
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.expect("the router never fails");
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
        assert!(!response.headers().contains_key(header::CONTENT_ENCODING));
        Ear { stream: response.into_body().into_data_stream(), text: String::new() }
    }

    /// Records a change of a lead, as its service would.
    pub async fn lead_changed(&self, number: i64, before: Option<Audience>, after: Audience) -> EventId {
        record(&self.state.store, Subject::Lead, number, before, Some(after)).await
    }

    /// Records a change of what is configured, which everybody hears of.
    pub async fn catalog_changed(&self) -> EventId {
        record(&self.state.store, Subject::Catalog, 1, None, None).await
    }
}

pub fn request(method: Method, path: &str, token: Option<&str>) -> axum::http::request::Builder {
    let request = Request::builder().method(method).uri(path).header(header::HOST, HOST);
    match token {
        Some(token) => request.header(header::COOKIE, format!("leadwright_session={token}")),
        None => request,
    }
}

pub fn event(subject: Subject, number: i64, before: Option<Audience>, after: Option<Audience>) -> NewEvent {
    NewEvent {
        at: Timestamp(1_764_000_000_000),
        actor: None,
        subject,
        subject_id: number,
        lead: (subject == Subject::Lead).then_some(LeadId(number)),
        version: 2,
        kind: EventKind::RecordChanged { name: "it".to_owned(), changes: Vec::new() },
        before,
        after,
    }
}

pub async fn record(store: &Store, subject: Subject, number: i64, before: Option<Audience>, after: Option<Audience>) -> EventId {
    let mut tx = store.begin().await.unwrap();
    let id = tx.events().record(event(subject, number, before, after)).await.unwrap();
    tx.save().await.unwrap();
    id
}

pub fn owned_by(user: UserId) -> Audience {
    Audience { owner: Some(user), ..Audience::default() }
}

/// Listens to a live stream.
pub struct Ear {
    stream: BodyDataStream,
    /// Everything heard so far.
    pub text: String,
}

impl Ear {
    /// Hears on until the stream has said this.
    pub async fn until(&mut self, said: &str) {
        self.until_times(said, 1).await;
    }

    /// Hears on until the stream has said this so often.
    pub async fn until_times(&mut self, said: &str, times: usize) {
        let hear = async {
            while self.count(said) < times {
                let piece = self.stream.next().await.unwrap_or_else(|| panic!("the stream ended before “{said}”: {}", self.text)).unwrap();
                self.text.push_str(std::str::from_utf8(&piece).unwrap());
            }
        };
        if tokio::time::timeout(Duration::from_secs(5), hear).await.is_err() {
            panic!("“{said}” was not said: {}", self.text);
        }
    }

    /// Hears the next piece.
    pub async fn more(&mut self) {
        let piece = tokio::time::timeout(Duration::from_secs(5), self.stream.next()).await;
        let piece = piece.unwrap_or_else(|_| panic!("nothing more was said: {}", self.text)).expect("the stream goes on").unwrap();
        self.text.push_str(std::str::from_utf8(&piece).unwrap());
    }

    /// Hears on until the stream ends, which it has to do in time.
    pub async fn until_its_end(&mut self, within: Duration) {
        let hear = async {
            while let Some(piece) = self.stream.next().await {
                self.text.push_str(std::str::from_utf8(&piece.unwrap()).unwrap());
            }
        };
        if tokio::time::timeout(within, hear).await.is_err() {
            panic!("the stream did not end: {}", self.text);
        }
    }

    /// How often it was said.
    pub fn count(&self, said: &str) -> usize {
        self.text.matches(said).count()
    }
}

/// A folder of its own for each test's uploads.
pub fn spool_folder() -> std::path::PathBuf {
    static COUNTER: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    let number = COUNTER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    std::env::temp_dir().join(format!("leadwright-spool-{}-{number}", std::process::id()))
}

/// Mails of a site at an address, as if a mail server were set.
pub fn mail_of(public_url: &str) -> Arc<MailSite> {
    Arc::new(MailSite { public_url: public_url.to_owned(), sender: "leadwright@leads.test".to_owned(), has_server: true })
}
