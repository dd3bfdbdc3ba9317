//! L1, L2, L4: thousands of open live streams.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::{JoinHandle, LocalSet};

use crate::client::{Ask, Client, PATIENCE, wrk};
use crate::reading::{OpenLead, open_leads};
use crate::report::Report;
use crate::server::{Server, database, remove};
use crate::{Plan, Result, median, percentile};

/// Changes a second while latency is measured.
const CHANGES: u64 = 10;
/// Clients that L2 and L4 speak of.
const MANY: usize = 5_000;
/// What L1 tries, as far as the plan goes.
const STEPS: [usize; 6] = [1_000, 2_500, 5_000, 10_000, 15_000, 20_000];
/// L1's bound. Unit: milliseconds.
const WITHIN: f64 = 100.0;
const WHO: &str = "manager@demo.test";
const LIST: &str = "/leads?view=all&state=pending&sort=-updated";

/// Measures them.
///
/// # Errors
/// When something does not answer.
pub async fn measure(plan: &Plan, report: &mut Report) -> Result<()> {
    if !plan.wants(&["L1", "L2", "L4"]) {
        return Ok(());
    }
    let file = database(plan, plan.leads, "live").await?;
    let server = Server::start(plan, &file).await?;
    let cookie = server.sign_in(WHO).await?;
    // The same person's: a client hears of what its person may see, and of nothing else.
    let token = format!("Bearer {}", server.token(WHO)?);
    LocalSet::new()
        .run_until(async {
            let page = Ask::get(LIST).with("cookie", &cookie);
            let mut without = Vec::new();
            for _ in 0..plan.rounds {
                without.push(wrk(&server.addr, &page, plan.seconds).await?);
            }
            let before = server.memory();
            let mut crowd = Crowd::default();
            crowd.grow_to(MANY, &server, &cookie).await?;
            tokio::time::sleep(Duration::from_secs(3)).await;
            let each = (server.memory() - before) / MANY as f64 / 1000.0;
            report.add("L2", each, format!("{MANY} clients, beyond {:.0} MB", before / 1e6));
            let mut with = Vec::new();
            for _ in 0..plan.rounds {
                with.push(wrk(&server.addr, &page, plan.seconds).await?);
            }
            let (with, without) = (median(with), median(without));
            report.add("L4", with / without, format!("{with:.0}/s ÷ {without:.0}/s"));
            crowd.leave();
            latency(plan, report, &server, &cookie, &token).await
        })
        .await?;
    drop(server);
    remove(&file);
    Ok(())
}

async fn latency(plan: &Plan, report: &mut Report, server: &Server, cookie: &str, token: &str) -> Result<()> {
    let mut leads = open_leads(server, token, 1000).await?;
    let mut crowd = Crowd::default();
    let (mut held, mut details) = (0, Vec::new());
    for clients in STEPS.into_iter().filter(|clients| *clients <= plan.live_clients) {
        crowd.grow_to(clients, server, cookie).await?;
        let p99 = match crowd.p99(server, token, &mut leads).await? {
            Ok(p99) => p99,
            Err(missing) => {
                details.push(format!("{clients}: {missing} changes were never heard of"));
                break;
            }
        };
        details.push(format!("{clients}: {p99:.0} ms"));
        if p99 >= WITHIN {
            break;
        }
        held = clients;
    }
    report.add("L1", held as f64, format!("p99 {}", details.join(", ")));
    Ok(())
}

/// When each event, by its lead's number and version, reached the clients.
type Heard = Rc<RefCell<HashMap<i64, Vec<Instant>>>>;

/// Open live streams.
#[derive(Default)]
struct Crowd {
    readers: Vec<JoinHandle<()>>,
    heard: Heard,
}

impl Crowd {
    async fn grow_to(&mut self, clients: usize, server: &Server, cookie: &str) -> Result<()> {
        while self.readers.len() < clients {
            let missing = (clients - self.readers.len()).min(200);
            let opened = futures::future::try_join_all((0..missing).map(|_| open(&server.addr, cookie))).await?;
            for stream in opened {
                self.readers.push(tokio::task::spawn_local(listen(stream, Rc::clone(&self.heard))));
            }
        }
        Ok(())
    }

    /// Changes leads for some seconds, and waits until every client heard of every change. Where they never do, how often
    /// a client did not.
    async fn p99(&self, server: &Server, token: &str, leads: &mut [OpenLead]) -> Result<std::result::Result<f64, usize>> {
        self.heard.borrow_mut().clear();
        let mut client = Client::connect(&server.addr).await?;
        let mut sent = Vec::new();
        let began = Instant::now();
        for turn in 0..CHANGES * 5 {
            tokio::time::sleep_until((began + Duration::from_millis(1000 / CHANGES) * turn as u32).into()).await;
            let place = (turn as usize * 7 + self.readers.len()) % leads.len();
            let ask = leads[place].change(token);
            // From before it is sent, so that the commit is certainly in it.
            let at = Instant::now();
            let answer = client.send(&ask).await?;
            if answer.status != 200 {
                return Err(format!("a change was answered {}", answer.status).into());
            }
            sent.push((leads[place].number, at));
        }
        let started = Instant::now();
        let missing = |heard: &HashMap<i64, Vec<Instant>>| -> usize {
            sent.iter().map(|(number, _)| self.readers.len().saturating_sub(heard.get(number).map_or(0, Vec::len))).sum()
        };
        loop {
            let missing = missing(&self.heard.borrow());
            if missing == 0 {
                break;
            }
            if started.elapsed() > PATIENCE {
                return Ok(Err(missing));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let heard = self.heard.borrow();
        let times = sent.iter().flat_map(|(number, at)| heard[number].iter().map(move |time| time.duration_since(*at).as_secs_f64() * 1000.0));
        Ok(Ok(percentile(times.collect(), 0.99)))
    }

    fn leave(self) {
        self.readers.iter().for_each(JoinHandle::abort);
    }
}

async fn open(addr: &str, cookie: &str) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(addr).await?;
    stream.write_all(format!("GET /api/v1/live HTTP/1.1\r\nhost: {addr}\r\ncookie: {cookie}\r\n\r\n").as_bytes()).await?;
    let mut head = [0; 2048];
    let read = stream.read(&mut head).await?;
    if head[..read].starts_with(b"HTTP/1.1 200") { Ok(stream) } else { Err("a live stream was refused".into()) }
}

/// Notes the lead numbers that a stream tells of, of each piece that ends with what was read.
async fn listen(mut stream: TcpStream, heard: Heard) {
    let mut text = Vec::new();
    let mut read = [0; 4096];
    while let Ok(length) = stream.read(&mut read).await {
        if length == 0 {
            return;
        }
        let now = Instant::now();
        text.extend_from_slice(&read[..length]);
        let Some(end) = text.windows(2).rposition(|two| two == b"\n\n") else { continue };
        for told in String::from_utf8_lossy(&text[..end]).split("\"number\":").skip(1) {
            let digits: String = told.chars().take_while(char::is_ascii_digit).collect();
            if let Ok(number) = digits.parse() {
                heard.borrow_mut().entry(number).or_default().push(now);
            }
        }
        text.drain(..end);
    }
}
