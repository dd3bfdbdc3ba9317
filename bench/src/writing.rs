//! P7 and P11: changes that are on the disk when they are answered, and importing a file.

use std::cell::Cell;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use store::{Store, WhenMissing};

use crate::client::Client;
use crate::reading::{OpenLead, on_the_other_core, open_leads};
use crate::report::Report;
use crate::server::{SERVER_CORE, Server, database, remove, url};
use crate::{Plan, Result, median};

const CLIENTS: usize = 64;
/// Leads that each client changes in turn.
const LEADS_EACH: usize = 50;

/// Measures them.
///
/// # Errors
/// When something does not answer.
pub async fn measure(plan: &Plan, report: &mut Report) -> Result<()> {
    if plan.wants(&["P7"]) {
        changes(plan, report).await?;
    }
    if plan.wants(&["P11"]) {
        import(plan, report).await?;
    }
    Ok(())
}

async fn changes(plan: &Plan, report: &mut Report) -> Result<()> {
    let file = database(plan, plan.leads, "writing").await?;
    let other = database(plan, plan.leads, "bare").await?;
    let server = Server::start(plan, &file).await?;
    let token = format!("Bearer {}", server.token("admin@demo.test")?);
    let mut leads = open_leads(&server, &token, CLIENTS * LEADS_EACH).await?;
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        ours.push(changes_per_second(&server.addr, &token, &mut leads, plan.seconds).await?);
        bare.push(on_the_other_core(&["update", &other.to_string_lossy(), &plan.seconds.to_string()]).await?);
    }
    drop(server);
    let (rate, commits) = (median(ours), median(bare));
    report.add("P7", rate / commits, format!("{rate:.0}/s ÷ {commits:.0}/s, {CLIENTS} clients"));
    remove(&file);
    remove(&other);
    Ok(())
}

/// No two clients change the same lead.
async fn changes_per_second(addr: &str, token: &str, leads: &mut [OpenLead], seconds: u64) -> Result<f64> {
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        clients.push(Client::connect(addr).await?);
    }
    let done = Rc::new(Cell::new(0_u64));
    let started = Instant::now();
    let until = started + Duration::from_secs(seconds);
    let work = clients.into_iter().zip(leads.chunks_mut(LEADS_EACH)).map(|(mut connection, leads)| {
        let done = Rc::clone(&done);
        async move {
            let mut turn = 0;
            while Instant::now() < until {
                let ask = leads[turn % LEADS_EACH].change(token);
                let answer = connection.send(&ask).await?;
                if answer.status != 200 {
                    return Err(format!("a change was answered {}: {}", answer.status, String::from_utf8_lossy(&answer.body)).into());
                }
                done.set(done.get() + 1);
                turn += 1;
            }
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
        }
    });
    futures::future::try_join_all(work).await?;
    Ok(done.get() as f64 / started.elapsed().as_secs_f64())
}

async fn open_bare(database: &str) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new()
        .filename(database)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", "-65536")
        .foreign_keys(false)
        .disable_statement_logging();
    Ok(options.connect().await?)
}

/// One row changed and committed in a loop; gives how often a second.
///
/// # Errors
/// What SQLite reports.
pub async fn bare_update(database: &str, seconds: u64) -> Result<f64> {
    let mut connection = open_bare(database).await?;
    let leads: i64 = sqlx::query_scalar("select max(id) from lead").fetch_one(&mut connection).await?;
    let started = Instant::now();
    let mut times = 0_i64;
    while started.elapsed().as_secs() < seconds {
        let mut tx = connection.begin_with("begin immediate").await?;
        let number = 1000 + (times * 7919 * CLIENTS as i64 + 1) % (leads - 2000);
        let sql = "update lead set score = ?, version = version + 1, updated_at = updated_at + 1 where id = ?";
        sqlx::query(sql).bind(times % 100).bind(number).execute(&mut *tx).await?;
        tx.commit().await?;
        times += 1;
    }
    Ok(times as f64 / started.elapsed().as_secs_f64())
}

async fn import(plan: &Plan, report: &mut Report) -> Result<()> {
    let csv = plan.folder.join("import.csv");
    write_csv(&csv, plan.import_rows)?;
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..plan.rounds.min(3) {
        let target = plan.folder.join("import.db");
        remove(&target);
        Store::connect(&url(&target), WhenMissing::Create).await?.close().await;
        let mut command = Command::new("taskset");
        command.args(["-c", SERVER_CORE]).arg(&plan.binary).args(["import", "--json"]).arg(&csv).env("LEADWRIGHT_DATABASE_URL", url(&target));
        let output = command.output()?;
        let figures: serde_json::Value = serde_json::from_slice(&output.stdout).map_err(|_| String::from_utf8_lossy(&output.stderr).into_owned())?;
        if figures["created"].as_u64() != Some(plan.import_rows as u64) {
            return Err(format!("not every row was imported: {figures}").into());
        }
        ours.push(plan.import_rows as f64 / figures["seconds"].as_f64().unwrap_or(f64::NAN));
        remove(&target);
        Store::connect(&url(&target), WhenMissing::Create).await?.close().await;
        bare.push(on_the_other_core(&["insert", &target.to_string_lossy(), &plan.import_rows.to_string()]).await?);
        remove(&target);
    }
    let (rate, rows) = (median(ours), median(bare));
    report.add("P11", rate / rows, format!("{rate:.0} ÷ {rows:.0} rows/s, {} rows; 1M in {:.0} s", plan.import_rows, 1e6 / rate));
    std::fs::remove_file(csv)?;
    Ok(())
}

/// Rows as they come from elsewhere: a company every third row, phones in several shapes, an address, a text.
fn write_csv(path: &Path, rows: usize) -> Result<()> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    writeln!(file, "Full name,Company,E-mail,Phone,Source,City,Postcode,Country,Target amount,Message,Booth")?;
    for row in 0..rows {
        let company = row / 3;
        let phone = match row % 3 {
            0 => format!("+1 415 {:03} {:04}", 200 + row / 10_000 % 700, row % 10_000),
            1 => format!("(212) {:03}-{:04}", 200 + row / 10_000 % 700, row % 10_000),
            _ => format!("+44 20 7{:03} {:04}", row / 10_000 % 1000, row % 10_000),
        };
        let (first, last) = (FIRST[row % FIRST.len()], LAST[row / FIRST.len() % LAST.len()]);
        let source = ["Web", "Phone", "Trade show", "Referral"][row % 4];
        writeln!(
            file,
            "{first} {last} {row},{} {} {company} Ltd,{first}.{last}.{row}@company{company}.example,{phone},{source},Springfield,{:05},US,{}.50,\"Asked for an offer, \
             please call back\",{}",
            LAST[company % LAST.len()],
            FIRST[company / 7 % FIRST.len()],
            row % 100_000,
            100 + row % 9000,
            row % 40
        )?;
    }
    Ok(file.flush()?)
}

const FIRST: [&str; 12] = ["Ana", "Ben", "Chloe", "Dev", "Elena", "Farid", "Grace", "Hugo", "Ines", "Jonas", "Kim", "Lena"];
const LAST: [&str; 14] = [
    "Reyes",
    "Okafor",
    "Lindqvist",
    "Farouk",
    "Pryce",
    "Marchetti",
    "Calloway",
    "Nakamura",
    "Silva",
    "Novak",
    "Dubois",
    "Haas",
    "Iversen",
    "Kowalski",
];

/// As many leads put into the same table with the same indexes, 500 at a time; gives rows a second.
///
/// # Errors
/// What SQLite reports.
pub async fn bare_insert(database: &str, rows: u64) -> Result<f64> {
    let mut connection = open_bare(database).await?;
    let columns = "id, version, full_name, name_folded, account_id, contact_id, contact_email, contact_phone, shown_email, shown_phone, lead_type_id,
        status_id, status_since, state, target_amount_minor, currency, score, street, city, postcode, region, country, message, extra, created_at, updated_at";
    let started = Instant::now();
    let rows = rows as i64;
    let mut next = 1_i64;
    while next <= rows {
        let last = (next + 499).min(rows);
        let values = (next..=last)
            .map(|_| "(?,1,?,?,?,?,'','',?,?,1,1,?,'pending',?,'USD',0,'','Springfield','12345','','US',?,'{}',?,?)")
            .collect::<Vec<_>>()
            .join(", ");
        let sql = format!("insert into lead ({columns}) values {values}");
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for id in next..=last {
            let name = format!("{} {} {id}", FIRST[id as usize % FIRST.len()], LAST[id as usize / FIRST.len() % LAST.len()]);
            query = query.bind(id).bind(name.clone()).bind(name.to_lowercase()).bind(id / 3).bind(id);
            query = query.bind(format!("{id}@company{}.example", id / 3)).bind(format!("+1415{id:07}"));
            query = query.bind(1_764_000_000_000 + id).bind(10_000 + id).bind("Asked for an offer, please call back");
            query = query.bind(1_764_000_000_000 + id).bind(1_764_000_000_000 + id);
        }
        query.execute(&mut connection).await?;
        next = last + 1;
    }
    Ok(rows as f64 / started.elapsed().as_secs_f64())
}
