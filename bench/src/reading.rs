//! P5, P6, P8, P9, P14, S13: reading, and saving one lead, at a million leads.

use std::path::Path;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Row as _, SqliteConnection};
use tokio::time::Instant;

use crate::client::{Ask, Client, wrk};
use crate::report::Report;
use crate::server::{Nginx, Server, database, pinned, remove};
use crate::{Plan, Result, median, percentile};

/// The list that is measured: 50 rows, a filter and a sort.
const LIST: &str = "view=all&state=pending&sort=-updated";

/// Measures them.
///
/// # Errors
/// When something does not answer.
pub async fn measure(plan: &Plan, report: &mut Report) -> Result<()> {
    if !plan.wants(&["P5", "P6", "P8", "P9", "P14", "S13"]) {
        return Ok(());
    }
    let large = database(plan, plan.leads, "reading").await?;
    let server = Server::start(plan, &large).await?;
    let cookie = server.sign_in("manager@demo.test").await?;
    let token = format!("Bearer {}", server.token("admin@demo.test")?);
    if plan.wants(&["P5"]) {
        rendered(plan, report, &server, &cookie).await?;
    }
    if plan.wants(&["P6"]) {
        as_json(plan, report, &server, (&cookie, &token), &large).await?;
    }
    if plan.wants(&["P8"]) {
        typeahead(plan, report, &server, &large).await?;
    }
    if plan.wants(&["P9"]) {
        far_page(plan, report, &server, &token).await?;
    }
    if plan.wants(&["P14"]) {
        growth(plan, report, &server, &token).await?;
    }
    if plan.wants(&["S13"]) {
        hostile(plan, report, &server).await?;
    }
    drop(server);
    remove(&large);
    Ok(())
}

async fn rendered(plan: &Plan, report: &mut Report, server: &Server, cookie: &str) -> Result<()> {
    let page = Ask::get(&format!("/leads?{LIST}")).with("cookie", cookie);
    let bytes = Client::connect(&server.addr).await?.send(&page).await?.body;
    let rows = String::from_utf8_lossy(&bytes).matches("data-number=").count();
    if rows != 50 {
        return Err(format!("the page has {rows} rows instead of 50").into());
    }
    let nginx = Nginx::start(plan, &bytes).await?;
    let (mut ours, mut files) = (Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        ours.push(wrk(&server.addr, &page, plan.seconds).await?);
        files.push(wrk(&nginx.addr, &Ask::get("/page.html"), plan.seconds).await?);
    }
    let (rate, file) = (median(ours), median(files));
    report.add("P5", rate / file, format!("{rate:.0}/s ÷ {file:.0}/s, {} kB", bytes.len() / 1000));
    Ok(())
}

async fn as_json(plan: &Plan, report: &mut Report, server: &Server, (cookie, token): (&str, &str), database: &Path) -> Result<()> {
    // The same fifty rows as the page shows; beside them, what other programs get: each of those leads whole.
    let list = Ask::get(&format!("/fn/leads?query={}", escaped(LIST))).with("cookie", cookie);
    let whole = Ask::get(&format!("/api/v1/leads?{LIST}&limit=50")).with("authorization", token);
    let rows = Client::connect(&server.addr).await?.send(&list).await?.json()?["rows"].as_array().map_or(0, Vec::len);
    if rows != 50 {
        return Err(format!("the list has {rows} rows instead of 50").into());
    }
    let (mut ours, mut wholes, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        ours.push(wrk(&server.addr, &list, plan.seconds).await?);
        wholes.push(wrk(&server.addr, &whole, plan.seconds).await?);
        bare.push(on_the_other_core(&["select", &database.to_string_lossy(), &plan.seconds.to_string()]).await?);
    }
    let (rate, whole, statement) = (median(ours), median(wholes), median(bare));
    report.add("P6", rate / statement, format!("{rate:.0}/s ÷ {statement:.0}/s; leads whole, by the API: {whole:.0}/s"));
    Ok(())
}

/// Runs this program again on the servers' core, to measure a bare statement there.
///
/// # Errors
/// When it fails.
pub async fn on_the_other_core(words: &[&str]) -> Result<f64> {
    let mut command = pinned(&std::env::current_exe()?);
    command.arg("bare").args(words);
    let output = tokio::task::spawn_blocking(move || command.output()).await??;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// The list's statement in a loop; gives how often a second.
///
/// # Errors
/// What SQLite reports.
pub async fn bare_select(database: &str, seconds: u64) -> Result<f64> {
    let options = SqliteConnectOptions::new().filename(database).pragma("cache_size", "-65536").read_only(true).disable_statement_logging();
    let mut connection: SqliteConnection = options.connect().await?;
    let pending = "select id from lead_status where state = 'pending'";
    let ids: Vec<i64> = sqlx::query_scalar(pending).fetch_all(&mut connection).await?;
    let ids = ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let statement = format!(
        "select l.id, l.version, l.full_name, l.account_id, l.status_id, l.status_since, l.source_id, l.owner_id, l.group_id, l.score,
         l.target_amount_minor, l.currency, l.shown_phone, l.shown_email, l.created_at, l.updated_at, a.name as account_name
         from (select id from lead indexed by lead_updated where deleted_at is null and status_id in ({ids}) order by updated_at desc, id desc limit 51) p
         join lead l on l.id = p.id join account a on a.id = l.account_id order by l.updated_at desc, l.id desc"
    );
    let started = Instant::now();
    let mut times = 0_u64;
    while started.elapsed().as_secs() < seconds {
        let rows = sqlx::query(sqlx::AssertSqlSafe(statement.clone())).fetch_all(&mut connection).await?;
        if rows.len() != 51 {
            return Err(format!("the statement found {} rows instead of 51", rows.len()).into());
        }
        times += 1;
    }
    Ok(times as f64 / started.elapsed().as_secs_f64())
}

/// The matches under the search field. Beside them, what the list needs for the same texts: it finds all, in its order.
async fn typeahead(plan: &Plan, report: &mut Report, server: &Server, database: &Path) -> Result<()> {
    let cookie = server.sign_in("admin@demo.test").await?;
    let mut client = Client::connect(&server.addr).await?;
    let (mut times, mut list_times) = (Vec::new(), Vec::new());
    let words = typed_words(database, if plan.rounds > 3 { 100 } else { 30 }).await?;
    for word in &words {
        // As it is typed, from the second letter on.
        for length in 2..=word.chars().count().min(7) {
            let prefix: String = word.chars().take(length).filter(|letter| letter.is_alphanumeric()).collect();
            times.push(client.time(&Ask::get(&format!("/fn/find_leads?text={prefix}")).with("cookie", &cookie)).await?);
            let list = format!("/fn/leads?query=view%3Dall%26q%3D{prefix}");
            list_times.push(client.time(&Ask::get(&list).with("cookie", &cookie)).await?);
        }
    }
    let (count, p50, p99) = (times.len(), median(times.clone()), percentile(times.clone(), 0.99));
    let (list_p50, list_p95) = (median(list_times.clone()), percentile(list_times, 0.95));
    report.add(
        "P8",
        percentile(times, 0.95),
        format!("{count} prefixes; p50 {p50:.1} ms, p99 {p99:.1} ms; the whole list of the same: p50 {list_p50:.1} ms, p95 {list_p95:.1} ms"),
    );
    Ok(())
}

/// Names, companies, addresses and numbers of leads from all over the table; plain letters and digits only.
async fn typed_words(database: &Path, leads: i64) -> Result<Vec<String>> {
    let mut connection = SqliteConnectOptions::new().filename(database).read_only(true).connect().await?;
    let sql = "select l.full_name, a.name, l.shown_email, l.shown_phone from lead l join account a on a.id = l.account_id
        where l.id % ((select max(id) from lead) / ?) = 0 limit ?";
    let rows = sqlx::query(sql).bind(leads).bind(leads).fetch_all(&mut connection).await?;
    let mut words = Vec::new();
    for row in rows {
        for column in 0..4 {
            let text: String = row.try_get(column)?;
            let word = text.split(|letter: char| !letter.is_ascii_alphanumeric()).find(|word| word.len() > 3);
            words.extend(word.map(str::to_owned));
        }
    }
    Ok(words)
}

async fn far_page(plan: &Plan, report: &mut Report, server: &Server, token: &str) -> Result<()> {
    let pages = (plan.leads / 50).min(10_000);
    let mut client = Client::connect(&server.addr).await?;
    let list = |limit: u64, cursor: &str| {
        let cursor = if cursor.is_empty() { String::new() } else { format!("&cursor={cursor}") };
        Ask::get(&format!("/api/v1/leads?view=all&sort=-updated&limit={limit}{cursor}")).with("authorization", token)
    };
    let mut cursor = String::new();
    for _ in 0..(pages - 2) * 50 / 200 {
        let answer = client.send(&list(200, &cursor)).await?.json()?;
        let Some(next) = answer["next_cursor"].as_str() else { break };
        cursor = escaped(next);
    }
    let (mut first, mut far) = (Vec::new(), Vec::new());
    for _ in 0..plan.rounds * 40 {
        first.push(client.time(&list(50, "")).await?);
        far.push(client.time(&list(50, &cursor)).await?);
    }
    let (first, far) = (median(first), median(far));
    report.add("P9", far / first, format!("{far:.2} ms ÷ {first:.2} ms, page {pages}"));
    Ok(())
}

/// What nobody types who looks for something. `400` is an answer, an error of the server is none; the slowest decides.
async fn hostile(plan: &Plan, report: &mut Report, server: &Server) -> Result<()> {
    let mut terms =
        ["%", "_", "a", "e", "%%%", "'", "*", "a*", "a OR b", "NEAR(a b, 2)", "(", "\"", "a b c d e f g h", "-a", "^a"].map(escaped).to_vec();
    terms.push("a".repeat(10_000));
    terms.push(vec!["an"; 100].join("+"));
    let filters = |one: &dyn Fn(u32) -> String| (1..=200).map(one).collect::<Vec<_>>().join("&");
    let mut paths: Vec<String> = vec![
        "/leads?view=all&limit=1000000000".to_owned(),
        "/api/v1/leads?view=all&limit=1000000000".to_owned(),
        format!("/leads?view=all&{}", filters(&|number| format!("owner=person{number}%40demo.test"))),
        format!("/leads?view=all&{}", filters(&|number| format!("tag=t{number}"))),
        format!("/leads?view=all&{}", filters(&|number| format!("custom_{number}=a"))),
    ];
    for term in &terms {
        paths.extend(
            ["/leads?view=all&q=", "/leads/board?view=all&q=", "/accounts?q=", "/contacts?q=", "/fn/find_leads?text=", "/fn/find?text="]
                .map(|door| format!("{door}{term}")),
        );
    }
    let (mut slowest, mut times) = ((0.0, String::new()), Vec::new());
    for person in ["admin@demo.test", "rep@demo.test"] {
        let cookie = server.sign_in(person).await?;
        let mut client = Client::connect(&server.addr).await?;
        for path in &paths {
            let ask = Ask::get(path).with("cookie", &cookie);
            let mut best = f64::INFINITY;
            for _ in 0..plan.rounds.min(3) {
                let started = Instant::now();
                let answer = client.send(&ask).await?;
                if answer.status >= 500 {
                    return Err(format!("{person}: {path}: {}", answer.status).into());
                }
                best = best.min(started.elapsed().as_secs_f64() * 1000.0);
            }
            times.push(best);
            if best > slowest.0 {
                slowest = (best, format!("{person} {}", path.chars().take(80).collect::<String>()));
            }
        }
    }
    report.add("S13", slowest.0, format!("{} asked, p50 {:.1} ms; slowest: {}", times.len(), median(times), slowest.1));
    Ok(())
}

async fn growth(plan: &Plan, report: &mut Report, server: &Server, token: &str) -> Result<()> {
    let small_file = database(plan, 10_000, "small").await?;
    let small = Server::start(plan, &small_file).await?;
    let (cookie, small_cookie) = (server.sign_in("admin@demo.test").await?, small.sign_in("admin@demo.test").await?);
    let small_token = format!("Bearer {}", small.token("admin@demo.test")?);
    let mut worst = 0.0_f64;
    let mut details = Vec::new();
    for what in ["list", "open", "save"] {
        let mut clients = (Client::connect(&server.addr).await?, Client::connect(&small.addr).await?);
        let mut leads = (open_leads(server, token, 200).await?, open_leads(&small, &small_token, 200).await?);
        let (mut times, mut small_times) = (Vec::new(), Vec::new());
        for round in 0..plan.rounds * 20 {
            let ask = |leads: &mut [OpenLead], cookie: &str, token: &str| {
                let lead = &mut leads[round % leads.len()];
                match what {
                    "list" => Ask::get(&format!("/leads?{LIST}")).with("cookie", cookie),
                    "open" => Ask::get(&format!("/leads/{}", lead.number)).with("cookie", cookie),
                    _ => lead.change(token),
                }
            };
            times.push(clients.0.time(&ask(&mut leads.0, &cookie, token)).await?);
            small_times.push(clients.1.time(&ask(&mut leads.1, &small_cookie, &small_token)).await?);
        }
        let (time, small_time) = (median(times), median(small_times));
        worst = worst.max(time / small_time);
        details.push(format!("{what} {time:.2} ÷ {small_time:.2} ms"));
    }
    report.add("P14", worst, details.join(", "));
    drop(small);
    remove(&small_file);
    Ok(())
}

/// A lead that can be opened and changed.
#[derive(Clone, Copy, Debug)]
pub struct OpenLead {
    pub number: i64,
    score: i64,
}

impl OpenLead {
    /// Changes its score to what it was not before: a change that changes nothing is answered without being written.
    pub fn change(&mut self, token: &str) -> Ask {
        self.score = self.score % 100 + 1;
        Ask::new("PATCH", &format!("/api/v1/leads/{}", self.number), format!("{{\"score\":{}}}", self.score))
            .with("authorization", token)
            .with("content-type", "application/json")
            .with("if-match", "*")
    }
}

/// So many leads that can be opened and changed, from all over the table.
///
/// # Errors
/// When there are not as many.
pub async fn open_leads(server: &Server, token: &str, wanted: usize) -> Result<Vec<OpenLead>> {
    let mut client = Client::connect(&server.addr).await?;
    let mut leads = Vec::new();
    let mut cursor = String::new();
    while leads.len() < wanted {
        let ask = Ask::get(&format!("/api/v1/leads?view=all&state=pending&sort=name&limit=200{cursor}")).with("authorization", token);
        let page = client.send(&ask).await?.json()?;
        let read = |lead: &serde_json::Value| Some(OpenLead { number: lead["number"].as_i64()?, score: lead["score"].as_i64()? });
        leads.extend(page["items"].as_array().into_iter().flatten().filter_map(read));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={}", escaped(next));
    }
    leads.truncate(wanted);
    if leads.len() == wanted { Ok(leads) } else { Err(format!("there are only {} open leads", leads.len()).into()) }
}

/// As it stands in an address.
fn escaped(text: &str) -> String {
    text.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
