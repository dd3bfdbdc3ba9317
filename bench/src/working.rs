//! W1: opening a lead to which much happened. W2 and W3: the program's own work, by what the server's background jobs call, in this process,
//! which has one core to itself.

use std::path::Path;
use std::time::Instant;

use domain::clock::{Act, ClockStart};
use domain::event::Subject;
use domain::scoring::Training;
use domain::{DAY_MS, EventKind, FieldChange, GroupId, LeadField, LeadId, Timestamp};
use service::{Clock, Ctx};
use store::clocks::NewClock;
use store::events::NewEvent;
use store::{Sql, Store, WhenMissing};

use crate::client::{Ask, Client};
use crate::report::Report;
use crate::server::{Server, database, remove, url};
use crate::{Plan, Result, median, percentile};

/// Entries in the timeline of the lead that is opened.
const ENTRIES: i64 = 5000;
/// How often it is opened.
const OPENED: usize = 50;
/// For so many clocks that run on, one more falls due before a sweep.
const DUE_ONE_IN: usize = 100;

/// Measures them.
///
/// # Errors
/// When something does not answer, or does not do its work.
pub async fn measure(plan: &Plan, report: &mut Report) -> Result<()> {
    if !plan.wants(&["W1", "W2", "W3"]) {
        return Ok(());
    }
    let file = database(plan, plan.leads, "working").await?;
    if plan.wants(&["W1"]) {
        opening(plan, report, &file).await?;
    }
    if plan.wants(&["W2"]) {
        sweeping(plan, report, &file).await?;
    }
    if plan.wants(&["W3"]) {
        training(plan, report, &file).await?;
    }
    remove(&file);
    Ok(())
}

async fn open(file: &Path) -> Result<Store> {
    Ok(Store::connect(&url(file), WhenMissing::Refuse).await?)
}

/// The first open leads of which somebody is told when their clocks are overdue, with their groups.
async fn managed_leads(store: &Store, wanted: usize) -> Result<Vec<(LeadId, GroupId)>> {
    let sql = Sql::new(
        "select l.id, l.group_id from lead l join user_group g on g.id = l.group_id join app_user m on m.id = g.manager_id
         where l.closed_at is null and l.deleted_at is null and m.disabled_at is null and l.owner_id <> g.manager_id
         order by l.id limit $1",
    );
    let rows = store.ask().await?.rows(sql.bind(wanted as i64)).await?;
    let mut leads = Vec::with_capacity(rows.len());
    for row in &rows {
        leads.push((LeadId(row.int("id")?), GroupId(row.int("group_id")?)));
    }
    if leads.len() == wanted { Ok(leads) } else { Err(format!("there are only {} open leads of groups with a manager", leads.len()).into()) }
}

async fn opening(plan: &Plan, report: &mut Report, file: &Path) -> Result<()> {
    let store = open(file).await?;
    let leads = managed_leads(&store, 2).await?;
    let &[(long, _), (usual, _)] = leads.as_slice() else { return Err("there are no two leads".into()) };
    fill_timeline(&store, long).await?;
    store.close().await;
    let server = Server::start(plan, file).await?;
    let cookie = server.sign_in("admin@demo.test").await?;
    let mut client = Client::connect(&server.addr).await?;
    let page = |lead: LeadId| Ask::get(&format!("/leads/{lead}")).with("cookie", &cookie);
    let body = client.send(&page(long)).await?.body;
    if !String::from_utf8_lossy(&body).contains(&comment(ENTRIES)) {
        return Err(format!("the page of lead {long} does not show the newest entry of its timeline").into());
    }
    let (mut times, mut usual_times) = (Vec::new(), Vec::new());
    for _ in 0..OPENED {
        times.push(client.time(&page(long)).await?);
        usual_times.push(client.time(&page(usual)).await?);
    }
    let (p50, usual) = (median(times.clone()), median(usual_times));
    let kb = body.len() / 1000;
    report.add("W1", percentile(times, 0.95), format!("p50 {p50:.1} ms, {OPENED} times, {kb} kB; a lead with the usual entries: p50 {usual:.1} ms"));
    Ok(())
}

/// Lets much have happened to a lead, an entry a minute until now.
async fn fill_timeline(store: &Store, id: LeadId) -> Result<()> {
    let mut tx = store.begin().await?;
    let lead = tx.leads().find_many(&[id]).await?.pop().ok_or("the lead is not there")?;
    let now = Clock::System.now();
    let entry = |nth: i64| NewEvent {
        at: now.plus_ms((nth - ENTRIES) * 60_000),
        actor: lead.owner,
        subject: Subject::Lead,
        subject_id: id.0,
        lead: Some(id),
        version: lead.version,
        kind: happened(nth),
        before: None,
        after: Some(lead.audience()),
    };
    let entries: Vec<NewEvent> = (1..=ENTRIES).map(entry).collect();
    tx.events().record_many(&entries).await?;
    Ok(tx.save().await?)
}

/// Comments, notes and changes in turn; the last is a comment.
fn happened(nth: i64) -> EventKind {
    let commented = |icon: &str, tone: &str| EventKind::Commented { icon: icon.to_owned(), tone: tone.to_owned(), text: comment(nth), done_at: None };
    match nth % 4 {
        0 => commented("phone", "green"),
        1 => commented("comment", "grey"),
        2 => EventKind::NoteShared { text: comment(nth) },
        _ => {
            let change = FieldChange { field: LeadField::Score, old: (nth % 100).to_string(), new: (nth % 100 + 1).to_string() };
            EventKind::FieldsChanged { changes: vec![change] }
        }
    }
}

fn comment(nth: i64) -> String {
    format!("Conversation number {nth} about the same offer, which they like but for the delivery. Asked to be called again next week.")
}

/// A tenth as many running clocks as leads, all of which somebody is told of. Beside a sweep after some of them fell due, what it takes to look
/// at all of them anew, as after a change of working hours.
async fn sweeping(plan: &Plan, report: &mut Report, file: &Path) -> Result<()> {
    let store = open(file).await?;
    let (book, catalog) = (store.clock_book().await?, store.catalog().await?);
    let tells = book.starting_at(ClockStart::Allocation, None).find(|policy| !policy.met_by.contains(&Act::Touch));
    let policy = tells.ok_or("there is no policy of whose clocks somebody is told")?;
    // Nobody is told outside of working hours.
    let now = book.hours_for(None, &catalog.site).next_open(Clock::System.now());
    let ctx = Ctx::anonymous(store.clone(), Clock::fixed(now));
    sweep(&ctx).await?;

    let leads = managed_leads(&store, usize::try_from(plan.leads / 10)?).await?;
    let clock = |(lead, group): (LeadId, GroupId), started_at: Timestamp| {
        let hours = book.hours_for(Some(group), &catalog.site);
        let (_, due_at) = policy.times(started_at, &hours, book.zone_for(Some(group), &catalog.site));
        NewClock { lead, policy: policy.id, started_at, look_at: Some(due_at) }
    };
    let running: Vec<NewClock> = leads.iter().zip(0_i64..).map(|(lead, nth)| clock(*lead, now.plus_ms(-(nth % 3600) * 1000))).collect();
    start(&store, &running).await?;

    let mut times = Vec::new();
    let mut told = 0;
    for round in 0..plan.rounds.min(3) {
        let began = now.plus_ms(-30 * DAY_MS - round as i64);
        let fell_due: Vec<NewClock> = leads.iter().step_by(DUE_ONE_IN).map(|lead| clock(*lead, began)).collect();
        start(&store, &fell_due).await?;
        times.push(sweep(&ctx).await?);
        told = count_told(&store, began).await?;
        if told != fell_due.len() as i64 {
            return Err(format!("of {} overdue clocks {told} were told of", fell_due.len()).into());
        }
    }
    let mut tx = store.begin().await?;
    tx.clocks().look_anew(Some(policy.id), now).await?;
    tx.save().await?;
    let anew = sweep(&ctx).await?;
    store.close().await;
    let count = running.len();
    report.add("W2", median(times.clone()), format!("{times:.2?} s, {told} fell due beside {count} that run on; those looked at anew: {anew:.1} s"));
    Ok(())
}

async fn start(store: &Store, clocks: &[NewClock]) -> Result<()> {
    let mut tx = store.begin().await?;
    tx.clocks().start(clocks).await?;
    Ok(tx.save().await?)
}

/// Does all that there is to do; gives how long it took. Unit: seconds.
async fn sweep(ctx: &Ctx) -> Result<f64> {
    let started = Instant::now();
    while service::clocks::work(ctx).await? {
        tokio::task::yield_now().await;
    }
    Ok(started.elapsed().as_secs_f64())
}

/// Running clocks that began then and wait for nothing any more.
async fn count_told(store: &Store, began: Timestamp) -> Result<i64> {
    let sql = Sql::new("select count(*) as told from lead_clock where started_at = $1 and met_at is null and ended_at is null and look_at is null");
    let row = store.ask().await?.row(sql.bind(began)).await?;
    Ok(row.ok_or("nothing was counted")?.int("told")?)
}

/// From reading closed leads to the model that is kept, as after “Learn now”.
async fn training(plan: &Plan, report: &mut Report, file: &Path) -> Result<()> {
    let store = open(file).await?;
    let ctx = Ctx::anonymous(store.clone(), Clock::System);
    let (mut times, mut learned) = (Vec::new(), String::new());
    for _ in 0..plan.rounds.min(3) {
        let asked_at = ctx.now();
        let mut tx = store.begin().await?;
        tx.scoring().ask_training(asked_at).await?;
        tx.save().await?;
        let started = Instant::now();
        service::scoring::work(&ctx).await?;
        times.push(started.elapsed().as_secs_f64());
        learned = match store.ask().await?.scoring().last_training().await? {
            Some((at, Training::Learned(found))) if at >= asked_at => {
                format!("{} leads, {} of them held back to judge by", found.leads + found.figures.leads, found.figures.leads)
            }
            other => return Err(format!("nothing was learned: {other:?}").into()),
        };
    }
    store.close().await;
    report.add("W3", median(times.clone()), format!("{times:.2?} s, reading included; {learned}"));
    Ok(())
}
