//! Messages to other systems over a real network, on both engines.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use domain::{DeliveryState, EmailAddress, EventId, FormValues, Role, Timestamp};
use futures::StreamExt as _;
use server::webhooks::{Client, Reach, Sender};
use service::{Clock, Ctx, accounts};
use store::people::NewUser;
use store::webhooks::NewWebhook;
use store::{Store, both_engines};
use support::House;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// What came, in order.
type Heard = (HeaderMap, String);
type Answers = Arc<dyn Fn(usize) -> Response + Send + Sync>;

/// Another system, on this machine.
struct Receiver {
    url: String,
    heard: UnboundedReceiver<Heard>,
    hits: Arc<AtomicUsize>,
}

impl Receiver {
    /// Answers the nth request as told.
    async fn open(answers: impl Fn(usize) -> Response + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://127.0.0.1:{}/hook?x=1", listener.local_addr().unwrap().port());
        let (tell, heard) = unbounded_channel();
        let hits = Arc::new(AtomicUsize::new(0));
        let answers: Answers = Arc::new(answers);
        let router = Router::new().fallback(hear).with_state((tell, Arc::clone(&hits), answers));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, heard, hits }
    }

    fn hits(&self) -> usize {
        self.hits.load(Ordering::SeqCst)
    }
}

async fn hear(State((tell, hits, answers)): State<(UnboundedSender<Heard>, Arc<AtomicUsize>, Answers)>, request: Request) -> Response {
    let nth = hits.fetch_add(1, Ordering::SeqCst);
    let (parts, body) = request.into_parts();
    assert_eq!((parts.method.as_str(), parts.uri.path_and_query().unwrap().as_str()), ("POST", "/hook?x=1"));
    let body = axum::body::to_bytes(body, 100_000).await.unwrap();
    let _gone = tell.send((parts.headers, String::from_utf8(body.to_vec()).unwrap()));
    answers(nth)
}

async fn administrator(store: &Store) -> Ctx {
    let ctx = Ctx::anonymous(store.clone(), Clock::fixed(Timestamp(1_764_000_000_000)));
    service::seed::seed_defaults(&ctx).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let email = EmailAddress::parse("ada@house.test").unwrap();
    let new = NewUser { email, name: "Ada".to_owned(), role: Role::Administrator, password_hash: String::new(), account: None, at: ctx.now() };
    let id = tx.people().add(new).await.unwrap();
    let actor = tx.people().load_actor(id).await.unwrap().unwrap();
    tx.save().await.unwrap();
    ctx.acting_as(actor)
}

/// Past the check of the form, which refuses addresses inside.
async fn add_webhook(ctx: &Ctx, url: &str) {
    let mut tx = ctx.store.begin().await.unwrap();
    let by = ctx.actor.as_ref().unwrap().id;
    let new = NewWebhook { url: url.to_owned(), kinds: Vec::new(), secret: SECRET.to_owned(), by, at: ctx.now(), after_event: EventId(0) };
    let after_event = tx.events().last_id().await.unwrap();
    tx.webhooks().add(NewWebhook { after_event, ..new }).await.unwrap();
    tx.save().await.unwrap();
}

async fn add_account(ctx: &Ctx, name: &str) {
    accounts::add_account(ctx, &FormValues(vec![("name".to_owned(), name.to_owned())])).await.unwrap();
}

async fn log(ctx: &Ctx) -> Vec<domain::Delivery> {
    service::webhooks::list_webhooks(ctx).await.unwrap().into_iter().flat_map(|(_, deliveries)| deliveries).collect()
}

fn sender(ctx: &Ctx) -> Sender {
    Sender::new(ctx.clone(), Client::new(Reach::Anywhere).within(Duration::from_secs(10)))
}

both_engines!(a_message_is_signed_sent_again_and_replayed, |store| async move {
    let ctx = administrator(&store).await;
    let mut receiver =
        Receiver::open(|nth| if nth == 0 { (StatusCode::INTERNAL_SERVER_ERROR, "oh no").into_response() } else { "thanks".into_response() }).await;
    add_webhook(&ctx, &receiver.url).await;
    add_account(&ctx, "Acme").await;
    let mut sender = sender(&ctx);
    sender.settle().await.unwrap();
    let entry = log(&ctx).await.remove(0);
    assert_eq!((entry.state, entry.answer_status, entry.answer.as_str()), (DeliveryState::Waiting, Some(500), "oh no"));
    sender.settle().await.unwrap();
    assert_eq!(receiver.hits(), 1, "it is not sent again at once");
    ctx.clock.advance_ms(10_000);
    sender.settle().await.unwrap();
    let entry = log(&ctx).await.remove(0);
    assert_eq!((entry.state, entry.attempts, entry.answer.as_str()), (DeliveryState::Delivered, 2, "thanks"));
    let (first, second) = (receiver.heard.recv().await.unwrap(), receiver.heard.recv().await.unwrap());
    let text = |headers: &HeaderMap, name: &str| headers[name].to_str().unwrap().to_owned();
    for (headers, body) in [&first, &second] {
        let (id, at) = (text(headers, "webhook-id"), text(headers, "webhook-timestamp"));
        assert_eq!(text(headers, "webhook-signature"), service::webhooks::sign(SECRET, &id, &at, body));
        assert_eq!(text(headers, "content-type"), "application/json");
        assert!(receiver.url.contains(&text(headers, "host")));
        assert_eq!(serde_json::from_str::<serde_json::Value>(body).unwrap()["type"], "account.added");
    }
    assert_eq!(text(&first.0, "webhook-id"), text(&second.0, "webhook-id"));
    assert_ne!(text(&first.0, "webhook-timestamp"), text(&second.0, "webhook-timestamp"));

    service::webhooks::replay(&ctx, entry.number).await.unwrap();
    sender.settle().await.unwrap();
    let (headers, body) = receiver.heard.recv().await.unwrap();
    assert_eq!((text(&headers, "webhook-id"), body), (text(&first.0, "webhook-id"), first.1));
});

both_engines!(one_that_never_answers_holds_up_nobody, |store| async move {
    let ctx = administrator(&store).await;
    // Accepts connections, and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let quick = Receiver::open(|_| StatusCode::NO_CONTENT.into_response()).await;
    add_webhook(&ctx, &format!("http://127.0.0.1:{}/", silent.local_addr().unwrap().port())).await;
    add_webhook(&ctx, &quick.url).await;
    add_account(&ctx, "Acme").await;
    let mut sender = Sender::new(ctx.clone(), Client::new(Reach::Anywhere).within(Duration::from_millis(300)));
    sender.settle().await.unwrap();
    let states: Vec<_> = log(&ctx).await.into_iter().map(|entry| (entry.state, entry.answer_status, entry.answer)).collect();
    let never = "It did not answer within 300ms".to_owned();
    assert_eq!(states, [(DeliveryState::Waiting, None, never.clone()), (DeliveryState::Delivered, Some(204), String::new())]);
    // What happens while it is silent reaches the other one, and it is tried again each time it is due.
    for tried in 2..5 {
        add_account(&ctx, &format!("Acme {tried}")).await;
        ctx.clock.advance_ms(domain::DAY_MS / 5);
        sender.settle().await.unwrap();
        let entries = log(&ctx).await;
        let first = entries.iter().filter(|entry| entry.answer == never).min_by_key(|entry| entry.number).expect("the silent one's first message");
        assert_eq!((first.state, first.attempts), (DeliveryState::Waiting, tried));
        assert_eq!(quick.hits(), tried as usize);
    }
});

both_engines!(nothing_inside_is_ever_reached, |store| async move {
    let ctx = administrator(&store).await;
    let receiver = Receiver::open(|_| "inside".into_response()).await;
    let port = receiver.url.rsplit(':').next().unwrap().split('/').next().unwrap().to_owned();
    let hosts = ["127.0.0.1", "127.0.0.2", "localhost", "0.0.0.0", "2130706433", "0x7f000001", "127.1", "[::1]", "[::ffff:127.0.0.1]", "[::]"];
    for host in hosts {
        add_webhook(&ctx, &format!("http://{host}:{port}/hook?x=1")).await;
    }
    for url in ["http://169.254.169.254/latest/meta-data", "http://10.0.0.1/", "https://[fd00::1]/", "nonsense"] {
        add_webhook(&ctx, url).await;
    }
    add_account(&ctx, "Acme").await;
    let mut sender = Sender::new(ctx.clone(), Client::new(Reach::Public).within(Duration::from_secs(5)));
    sender.settle().await.unwrap();
    assert_eq!(receiver.hits(), 0);
    let entries = log(&ctx).await;
    assert_eq!(entries.len(), hosts.len() + 4);
    for entry in &entries {
        assert_eq!((entry.state, entry.answer_status), (DeliveryState::Waiting, None), "{}", entry.answer);
        assert!(!entry.answer.contains("did not answer"), "nobody was asked: {}", entry.answer);
    }
    let inside = entries.iter().filter(|entry| entry.answer.contains("is an address inside")).count();
    assert!(inside >= 6, "{entries:?}");
});

both_engines!(a_redirect_is_not_followed, |store| async move {
    let ctx = administrator(&store).await;
    let target = Receiver::open(|_| "inside".into_response()).await;
    let to = target.url.clone();
    let receiver = Receiver::open(move |_| (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to.clone())]).into_response()).await;
    add_webhook(&ctx, &receiver.url).await;
    add_account(&ctx, "Acme").await;
    sender(&ctx).settle().await.unwrap();
    assert_eq!((receiver.hits(), target.hits()), (1, 0));
    let entry = log(&ctx).await.remove(0);
    assert_eq!((entry.state, entry.answer_status), (DeliveryState::Waiting, Some(307)));
});

both_engines!(a_hostile_answer_is_cut_and_shown_as_text, |store| async move {
    let ctx = administrator(&store).await;
    let endless = || {
        let piece = || Ok::<_, std::convert::Infallible>("<script>alert(1)</script>\u{0}".repeat(20));
        Body::from_stream(futures::stream::repeat_with(piece).then(|piece| async { piece }))
    };
    let receiver = Receiver::open(move |_| Response::new(endless())).await;
    add_webhook(&ctx, &receiver.url).await;
    add_account(&ctx, "Acme").await;
    sender(&ctx).settle().await.unwrap();
    let entry = log(&ctx).await.remove(0);
    assert_eq!((entry.state, entry.answer.len()), (DeliveryState::Delivered, 4096));
    let house = House::open(&store).await;
    house.person("eve@house.test", Role::Administrator).await;
    let token = house.sign_in("eve@house.test").await;
    let page = house.get("/admin/webhooks", Some(&token)).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("&lt;script&gt;alert(1)") && !page.body.contains("<script>alert(1)"));
    assert!(!page.body.contains(SECRET), "a secret is shown once");
});

both_engines!(the_job_tells_at_once, |store| async move {
    let house = House::open(&store).await;
    service::seed::seed_defaults(&house.ctx()).await.unwrap();
    house.person("ada@house.test", Role::Administrator).await;
    let mut tx = store.begin().await.unwrap();
    let id = tx.people().find_by_email("ada@house.test").await.unwrap().unwrap().id;
    let actor = tx.people().load_actor(id).await.unwrap().unwrap();
    drop(tx);
    let ctx = house.ctx().acting_as(actor);
    let mut receiver = Receiver::open(|_| StatusCode::NO_CONTENT.into_response()).await;
    add_webhook(&ctx, &receiver.url).await;
    let job = server::webhooks::start(&house.state, Reach::Anywhere);
    add_account(&ctx, "Acme").await;
    let heard = tokio::time::timeout(Duration::from_secs(10), receiver.heard.recv()).await.expect("it is told").unwrap();
    assert!(heard.1.contains("added Acme"), "{}", heard.1);
    drop(job);
});
