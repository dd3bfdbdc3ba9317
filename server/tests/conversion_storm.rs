//! A thousand conversions at once, with the server killed in between: every lead is converted once, and no number is missing.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use domain::quote::Amounts;
use domain::{ConversionKind, EmailAddress, FormValues, LeadId, Named, QuoteId, QuoteLine, QuoteLineId, QuoteStep, Role, TokenScope};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use service::{Clock, Ctx, leads, quotes};
use store::people::NewUser;
use store::testing::url_of;
use store::{Sql, Store, both_engines};
use support::place::Place;
use tokio::net::TcpStream;
use tokio::sync::watch;

const LEADS: usize = 1_000;
const CLIENTS: usize = 50;
/// Two clients ask for the same leads in the same order, so that they meet.
const RIVALS: usize = 2;
/// The server is killed each time that another third of the answers is in.
const KILLED: usize = 2;
/// How long anything may take that is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// Leads of an account each, with a quote that was accepted, and an administrator’s token.
struct Site {
    leads: Vec<LeadId>,
    token: String,
}

fn form(text: &str) -> FormValues {
    FormValues::decode(text.as_bytes())
}

async fn administrator(store: &Store) -> Ctx {
    let ctx = Ctx::anonymous(store.clone(), Clock::System);
    service::seed::seed_defaults(&ctx).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let email = EmailAddress::parse("ada@house.test").unwrap();
    let user = NewUser { email, name: "Ada".to_owned(), role: Role::Administrator, password_hash: String::new(), account: None, at: ctx.now() };
    let id = tx.people().add(user).await.unwrap();
    let actor = tx.people().load_actor(id).await.unwrap().expect("just added");
    tx.save().await.unwrap();
    ctx.acting_as(actor)
}

async fn site(store: &Store) -> Site {
    let ctx = administrator(store).await;
    let many = (0..CLIENTS).map(|nth| {
        let ctx = ctx.clone();
        tokio::spawn(async move {
            let mut added = Vec::new();
            for number in (nth..LEADS).step_by(CLIENTS) {
                let new = format!("full_name=Jo+{number}&company=Firm+{number}&emails=jo@firm{number}.example");
                added.push(leads::add(&ctx, &form(&new)).await.unwrap());
            }
            added
        })
    });
    let mut all = Vec::new();
    for added in many.collect::<Vec<_>>() {
        all.extend(added.await.unwrap());
    }
    accept_quotes(&ctx, &all).await;
    let token = service::tokens::cli_add_token(&ctx, "ada@house.test", "storm", TokenScope::Write, None).await.unwrap();
    Site { leads: all, token }
}

/// The first lead gets a quote as a person makes it, each other one the same.
async fn accept_quotes(ctx: &Ctx, leads: &[LeadId]) {
    let first = quotes::add_once(ctx, leads[0], &form(""), None).await.unwrap();
    for line in ["text=Work&quantity=3&price=100&tax=20", "text=Care&price=10&period=month&tax=20"] {
        quotes::add_line(ctx, first, &form(line)).await.unwrap();
    }
    let to = leads::find_alone(ctx, leads[0]).await.unwrap().email().unwrap().to_string();
    quotes::send(ctx, first, &form(&format!("to={to}"))).await.unwrap();
    quotes::note_step(ctx, first, QuoteStep::Accept, &form("")).await.unwrap();
    let mut tx = ctx.store.begin().await.unwrap();
    let read = tx.quotes().find(first).await.unwrap().unwrap();
    let amounts: Amounts = read.totals().unwrap().all;
    let others = i64::try_from(leads.len() - 1).unwrap();
    let mut id = tx.take_numbers("quote", others).await.unwrap();
    let mut line = tx.take_numbers("quote_line", others * 2).await.unwrap();
    for lead in &leads[1..] {
        let deal = tx.opportunities().of_lead(*lead).await.unwrap().swap_remove(0);
        let mut lines: Vec<QuoteLine> = read.lines.clone();
        for one in &mut lines {
            (one.id, line) = (QuoteLineId(line), line + 1);
        }
        let opportunity = Named { id: deal.id, name: deal.name };
        let quote = domain::Quote { id: QuoteId(id), lead: *lead, opportunity, reference: format!("Q-{id}"), lines, ..read.clone() };
        tx.quotes().add(&quote, amounts).await.unwrap();
        id += 1;
    }
    tx.save().await.unwrap();
}

/// What a lead becomes.
fn kind_of(number: usize) -> ConversionKind {
    if number % 3 == 2 { ConversionKind::InactiveWithProforma } else { ConversionKind::ActiveWithInvoice }
}

/// One of the programs that convert leads. Each has its own key for each lead, which it sends again when the server dies.
struct Client {
    number: usize,
    addr: String,
    token: String,
    /// How often the server was started.
    starts: watch::Receiver<usize>,
    connection: Option<SendRequest<Body>>,
}

impl Client {
    /// Asks until it has an answer.
    async fn convert(&mut self, lead: LeadId, kind: ConversionKind) -> (StatusCode, Value) {
        loop {
            let start = *self.starts.borrow();
            match self.ask(lead, kind).await {
                Ok((StatusCode::SERVICE_UNAVAILABLE, _)) => {}
                Ok(answer) => return answer,
                Err(_) => {
                    self.connection = None;
                    self.starts.wait_for(|now| *now > start).await.unwrap();
                }
            }
        }
    }

    async fn ask(&mut self, lead: LeadId, kind: ConversionKind) -> Result<(StatusCode, Value), Box<dyn std::error::Error + Send + Sync>> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => {
                let (connection, driven) = handshake(TokioIo::new(TcpStream::connect(&self.addr).await?)).await?;
                tokio::spawn(driven);
                none.insert(connection)
            }
        };
        let request = Request::post(format!("/api/v1/leads/{lead}/actions/convert"))
            .header(header::HOST, &self.addr)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", format!("{}-{lead}", self.number))
            .body(Body::from(json!({ "kind": kind.key() }).to_string()))?;
        connection.ready().await?;
        let answer = connection.send_request(request).await?;
        let (status, body) = (answer.status(), to_bytes(Body::new(answer.into_body()), 1_000_000).await?);
        Ok((status, serde_json::from_slice(&body)?))
    }
}

/// What the clients were told, lead by lead.
type Answers = BTreeMap<LeadId, Vec<(StatusCode, Value)>>;

/// Has each client convert its share, telling of each answer.
fn begin(site: &Site, addr: &str, starts: &watch::Receiver<usize>, answered: &Sender<()>) -> Vec<tokio::task::JoinHandle<Answers>> {
    let leads = Arc::new(site.leads.clone());
    let one = |number: usize| {
        let (token, addr, starts) = (site.token.clone(), addr.to_owned(), starts.clone());
        let mut client = Client { number, addr, token, starts, connection: None };
        let (leads, answered) = (Arc::clone(&leads), answered.clone());
        tokio::spawn(async move {
            let mut answers = Answers::new();
            for at in (number / RIVALS..leads.len()).step_by(CLIENTS / RIVALS) {
                let answer = tokio::time::timeout(PATIENCE, client.convert(leads[at], kind_of(at))).await.expect("it is answered");
                answers.entry(leads[at]).or_default().push(answer);
                answered.send(()).unwrap();
            }
            answers
        })
    };
    (0..CLIENTS).map(one).collect()
}

fn hear(answered: &Receiver<()>, count: usize) {
    for _ in 0..count {
        answered.recv_timeout(PATIENCE).expect("the clients are answered");
    }
}

/// The storm itself, in which the server is killed and started again.
async fn storm(site: &Site, place: &Place) -> Answers {
    let mut server = place.serve();
    let ((told, starts), (sender, answered)) = (watch::channel(1), channel());
    let clients = begin(site, &place.addr, &starts, &sender);
    for start in 1..=KILLED {
        hear(&answered, LEADS * RIVALS / (KILLED + 1));
        server.kill();
        server = place.serve();
        told.send(start + 1).unwrap();
    }
    let mut answers = Answers::new();
    for client in clients {
        for (lead, told) in client.await.unwrap() {
            answers.entry(lead).or_default().extend(told);
        }
    }
    let failed: Vec<Value> = server.logged().into_iter().filter(|line| line["level"] == "ERROR").collect();
    assert!(failed.is_empty(), "{failed:#?}");
    server.stop();
    answers
}

async fn numbers(store: &Store, text: &str) -> Vec<i64> {
    let rows = store.read().await.unwrap().rows(Sql::new(text)).await.unwrap();
    rows.iter().map(|row| row.int("found").unwrap()).collect()
}

async fn count(store: &Store, text: &str) -> i64 {
    numbers(store, &format!("select count(*) as found from {text}")).await[0]
}

/// Of two who ask for a lead one converts it, also where their answer was lost, and the other is told so.
fn assert_each_is_told_once(answers: &Answers) -> BTreeMap<LeadId, &Value> {
    assert_eq!(answers.len(), LEADS);
    let made = answers.iter().map(|(lead, told)| {
        let (made, refused): (Vec<_>, Vec<_>) = told.iter().partition(|(status, _)| *status == StatusCode::OK);
        assert_eq!((made.len(), refused.len()), (1, RIVALS - 1), "lead {lead}: {told:?}");
        for (status, problem) in refused {
            assert_eq!(*status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
            assert!(problem["detail"].as_str().unwrap().contains("has converted this lead already"), "{problem}");
        }
        (*lead, &made[0].1)
    });
    made.collect()
}

/// What they were told is there.
async fn assert_is_there(store: &Store, made: &BTreeMap<LeadId, &Value>) {
    let mut tx = store.read().await.unwrap();
    for (lead, made) in made {
        let conversion = tx.conversions().find_of_lead(*lead).await.unwrap().expect("they were told it is done");
        let services: Vec<i64> = conversion.services.iter().map(|service| service.0).collect();
        assert_eq!(
            (&json!(conversion.id.0), &json!(conversion.customer.unwrap().0), &json!(services), &json!(conversion.invoice.unwrap().0)),
            (&made["conversion"], &made["customer"]["number"], &made["services"], &made["invoice"]["number"])
        );
        let customer = tx.customers().find(conversion.customer.unwrap()).await.unwrap().unwrap();
        let invoice = tx.invoices().find(conversion.invoice.unwrap()).await.unwrap().unwrap();
        assert_eq!(
            (customer.title().as_str(), invoice.name().as_str()),
            (made["customer"]["name"].as_str().unwrap(), made["invoice"]["name"].as_str().unwrap())
        );
        assert_eq!((invoice.customer.id, invoice.lines.len(), services.len()), (customer.id, 2, 2));
    }
}

/// Nothing is there twice, and nothing without a conversion.
async fn assert_nothing_is_left_over(store: &Store) {
    let leads = i64::try_from(LEADS).unwrap();
    for (text, expected) in [
        ("conversion", leads),
        ("conversion where undone_at is null", leads),
        ("lead l join lead_status s on s.id = l.status_id where s.state = 'won'", leads),
        ("(select distinct account_id from customer) as accounts", leads),
        ("(select distinct customer_id from conversion) as customers", leads),
        ("(select distinct invoice_id from conversion) as invoices", leads),
        ("(select distinct number_folded from customer) as numbers", leads),
        ("customer", leads),
        ("invoice", leads),
        ("customer_service", leads * 2),
        ("invoice_line", leads * 2),
        ("(select distinct service_id from invoice_line) as billed", leads * 2),
        ("customer c where not exists (select 1 from conversion v where v.customer_id = c.id)", 0),
        ("invoice i where not exists (select 1 from conversion v where v.invoice_id = i.id and v.customer_id = i.customer_id)", 0),
        ("customer_service s where not exists (select 1 from invoice_line l where l.service_id = s.id)", 0),
        ("service_billing b where not exists (select 1 from invoice i where i.id = b.invoice_id and i.kind = 'invoice')", 0),
    ] {
        assert_eq!(count(store, text).await, expected, "{text}");
    }
}

/// Each series of a year goes from 1 on without a gap, and says so itself.
async fn assert_gapless(store: &Store) {
    let mut tx = store.read().await.unwrap();
    let series = tx.rows(Sql::new("select kind, year, last from invoice_series where last > 0 order by kind, year")).await.unwrap();
    let mut found = BTreeSet::new();
    for one in series {
        let (kind, year, last) = (one.text("kind").unwrap(), one.int("year").unwrap(), one.int("last").unwrap());
        let sql = Sql::new("select number as found from invoice where kind = $1 and year = $2 order by number").bind(&kind).bind(year);
        let given: Vec<i64> = tx.rows(sql).await.unwrap().iter().map(|row| row.int("found").unwrap()).collect();
        assert_eq!(given, (1..=last).collect::<Vec<_>>(), "{kind} of {year}");
        found.insert(kind);
    }
    assert_eq!(found, BTreeSet::from(["invoice".to_owned(), "proforma".to_owned()]));
    let proformas = (0..LEADS).filter(|at| kind_of(*at) == ConversionKind::InactiveWithProforma).count();
    drop(tx);
    assert_eq!(count(store, "invoice where kind = 'proforma'").await, i64::try_from(proformas).unwrap());
}

both_engines!(a_thousand_leads_are_converted_once_though_the_server_is_killed, |store| async move {
    let site = site(&store).await;
    let place = Place::at(&format!("storm-{:?}", store.engine()), url_of(&store).await);
    let answers = storm(&site, &place).await;
    let made = assert_each_is_told_once(&answers);
    assert_is_there(&store, &made).await;
    assert_nothing_is_left_over(&store).await;
    assert_gapless(&store).await;
});
