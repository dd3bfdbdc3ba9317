//! The program as an operator meets it: started, watched, stopped, backed up.

mod support;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use domain::{EmailAddress, FormValues, Role};
use serde_json::Value;
use service::{Clock, Ctx, ServiceError};
use sqlx::{Connection as _, Executor as _};
use store::people::NewUser;
use store::testing::url_of;
use store::{Engine, Sql, Store, both_engines};
use support::place::Place;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_log_line_carries_the_requests_id_and_nothing_that_was_typed() {
    let place = Place::new("log");
    let server = place.serve();
    let mut stream = place.connect();
    let request = "GET /login?next=%2Fleads%3Fq%3Dzzyzx HTTP/1.1\r\nhost: x\r\nx-request-id: proxy-0123456789\r\n\
                   cookie: leadwright_session=s3cret\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert!(text(&answer).to_lowercase().contains("x-request-id: proxy-0123456789"), "{}", text(&answer));
    let line = server.log_until(|line| line["message"] == "answered");
    assert_eq!(line["span"]["request_id"], "proxy-0123456789", "{line}");
    assert_eq!(line["span"]["path"], "/login", "{line}");
    assert!(line["status"].is_u64() && line["duration_ms"].is_u64() && line["level"] == "INFO", "{line}");
    for secret in ["zzyzx", "s3cret"] {
        assert!(!line.to_string().contains(secret), "{line}");
    }
    server.stop();
}

#[test]
fn a_second_server_on_the_same_file_refuses_and_so_does_a_restore() {
    let place = Place::new("second");
    place.add_person("ada@house.test");
    let backup = place.folder.join("a.backup");
    let server = place.serve();
    assert!(place.run(&["backup", backup.to_str().unwrap()]).status.success(), "while serving");
    for words in [&["serve", "--addr", "127.0.0.1:0"][..], &["restore", backup.to_str().unwrap()]] {
        let second = place.run(words);
        assert_eq!(second.status.code(), Some(1), "{words:?}");
        let said = text(&second.stderr);
        assert!(said.contains("Another Leadwright is serving") && said.contains("Stop it first"), "{said}");
    }
    server.stop();
    let restored = place.run(&["restore", backup.to_str().unwrap(), "--json"]);
    assert!(restored.status.success(), "{}", text(&restored.stderr));
    let figures: Value = serde_json::from_slice(&restored.stdout).unwrap();
    assert_eq!(figures["tables"]["app_user"], 1);
    assert!(PathBuf::from(figures["kept"].as_str().unwrap()).exists());
    place.serve().stop();
}

#[test]
fn asked_to_stop_it_answers_what_was_asked_and_takes_no_more() {
    let place = Place::new("stop");
    let mut server = place.serve();
    // A form whose second half comes only after the server was asked to stop.
    let mut slow = place.connect();
    let head = format!("POST /login HTTP/1.1\r\nhost: {0}\r\norigin: http://{0}\r\ncontent-type: application/x-www-form-urlencoded\r\n", place.addr);
    slow.write_all(format!("{head}content-length: 20\r\n\r\nemail=&pa").as_bytes()).unwrap();
    // Answered on another connection: so the first one's head has arrived, too.
    let mut other = place.connect();
    other.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    other.read_to_end(&mut answer).unwrap();
    server.terminate();
    server.log_until(|line| line["message"] == "finishing open requests");
    assert!(TcpStream::connect(&place.addr).is_err(), "the port is free for the next server");
    slow.write_all(b"ssword=12&x").unwrap();
    let mut answer = Vec::new();
    slow.read_to_end(&mut answer).unwrap();
    assert!(text(&answer).starts_with("HTTP/1.1 4"), "{}", text(&answer));
    assert!(server.child.wait().unwrap().success());
}

#[test]
fn the_doctor_says_what_is_broken_and_exits_accordingly() {
    let place = Place::new("doctor");
    let findings = |output: &Output| -> Value { serde_json::from_slice(&output.stdout).unwrap() };
    let missing = place.run(&["doctor", "--json"]);
    assert_eq!(missing.status.code(), Some(1));
    assert_eq!(findings(&missing)["broken"], true);
    place.add_person("ada@house.test");
    let well = place.run(&["doctor", "--json"]);
    assert_eq!(well.status.code(), Some(0), "{}", text(&well.stdout));
    assert!(findings(&well)["findings"].as_array().unwrap().len() > 7);
    let no_mail = place.command(&["doctor"]).env("LEADWRIGHT_SMTP_URL", format!("smtp://ada:s3cret@{}", place.addr)).output().unwrap();
    assert_eq!(no_mail.status.code(), Some(1));
    assert!(text(&no_mail.stdout).contains("LEADWRIGHT_SMTP_URL") && !text(&no_mail.stdout).contains("s3cret"));
    // A page of zeros in the middle.
    let mut bytes = std::fs::read(place.database()).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0);
    std::fs::write(place.database(), bytes).unwrap();
    let damaged = place.run(&["doctor"]);
    assert_eq!(damaged.status.code(), Some(1), "{}", text(&damaged.stdout));
    assert!(text(&damaged.stdout).contains("Restore"), "{}", text(&damaged.stdout));
    assert_eq!(place.run(&["doctor", "--no-such-flag"]).status.code(), Some(2));
}

#[test]
fn what_is_no_backup_is_refused_with_a_sentence() {
    let place = Place::new("refused");
    place.add_person("ada@house.test");
    std::fs::write(place.folder.join("letter.txt"), "Dear Ada").unwrap();
    for words in [&["restore", "letter.txt"][..], &["restore", "none.backup"], &["backup", "letter.txt"], &["backup", "none/x.backup"]] {
        let refused = place.run(words);
        assert_eq!(refused.status.code(), Some(1), "{words:?}");
        assert!(text(&refused.stderr).starts_with("leadwright: "), "{}", text(&refused.stderr));
    }
    let started = Instant::now();
    let server = place.serve();
    server.stop();
    assert!(started.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_message_on_standard_input_becomes_a_lead_once() {
    let place = Place::new("mail-in");
    let take = |words: &[&str], message: &[u8]| {
        let mut command = place.command(words);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // It may have ended before it has read anything.
        let _written = child.stdin.take().unwrap().write_all(message);
        child.wait_with_output().unwrap()
    };
    let message = b"From: Jo Field <jo@acme.test>\r\nSubject: Printers\r\nMessage-ID: <1@acme.test>\r\n\r\nWe need ten.\r\n";
    let missing = take(&["mail-in"], message);
    assert_eq!(missing.status.code(), Some(1), "there is no database yet: {}", text(&missing.stderr));
    place.add_person("ada@house.test");
    place.serve().stop();

    let taken = take(&["mail-in", "--json"], message);
    assert!(taken.status.success(), "{}", text(&taken.stderr));
    let said: Value = serde_json::from_slice(&taken.stdout).unwrap();
    assert!(said["state"] == "lead" && said["repeat"] == false && said["from"] == "jo@acme.test", "{said}");
    let again = take(&["mail-in"], message);
    assert!(again.status.success(), "{}", text(&again.stderr));
    assert_eq!(text(&again.stdout).trim(), format!("This message came before. It made lead {}.", said["lead"]));
    let ignored = take(&["mail-in"], b"From: jo@acme.test\nPrecedence: bulk\n\nNews\n");
    assert_eq!((ignored.status.code(), text(&ignored.stdout).contains("It was ignored: It went to many people")), (Some(0), true));

    for (message, sentence) in
        [(&b"Subject: Who am I\n\nHello\n"[..], "It does not say who sent it"), (&[b'x'; 2_000_000], "larger than 1024 kB"), (b"", "nothing arrived")]
    {
        let refused = take(&["mail-in"], message);
        assert_eq!(refused.status.code(), Some(1), "{sentence}");
        assert!(text(&refused.stderr).contains(sentence), "{}", text(&refused.stderr));
    }
    assert_eq!(take(&["mail-in", "--loud"], b"").status.code(), Some(2));
}

both_engines!(a_database_that_is_newer_than_the_program_is_not_served, |store| async move {
    let place = Place::at(&format!("newer-{:?}", store.engine()), url_of(&store).await);
    let mut tx = store.begin().await.unwrap();
    let sql = "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
        select version + 1, 'of tomorrow', success, checksum, 0 from _sqlx_migrations order by version desc limit 1";
    assert_eq!(tx.run(Sql::new(sql)).await.unwrap(), 1);
    tx.save().await.unwrap();
    let said = place.refusal();
    let version = store::newest_migration() + 1;
    assert!(said.contains("newer than this program") && said.contains(&format!("migration {version}")), "{said}");
    assert!(said.contains("Start the newer program, or restore a backup"), "{said}");
});

both_engines!(a_database_that_is_not_there_is_named, |store| async move {
    let mut url = url_of(&store).await;
    if store.engine() == Engine::Postgres {
        let row = store.read().await.unwrap().row(Sql::new("select cast(current_database() as text) as name")).await.unwrap().unwrap();
        let name = row.text("name").unwrap();
        url = url.replace(&format!("/{name}"), &format!("/{name}_none"));
    } else {
        // `serve` makes a file that is missing, but cannot make a folder where a file lies.
        url.push_str("/leads.db");
    }
    let said = Place::at(&format!("none-{:?}", store.engine()), url).refusal();
    let says = if store.engine() == Engine::Postgres { "does not answer" } else { "cannot be made" };
    assert!(said.contains(says) && said.contains("LEADWRIGHT_DATABASE_URL"), "{said}");
});

#[test]
fn what_needs_a_database_makes_none() {
    let place = Place::new("missing");
    for words in [&["backup", "a.backup"][..], &["token", "add", "ada@house.test", "--scope", "read"]] {
        let refused = place.run(words);
        assert_eq!(refused.status.code(), Some(1), "{words:?} {}", text(&refused.stderr));
        let said = text(&refused.stderr);
        assert!(said.contains("There is no database at") && said.contains("Start `leadwright serve` once to make it"), "{words:?} {said}");
        assert!(!place.database().exists(), "{words:?}");
    }
}

#[test]
fn scores_are_evaluated_with_figures_or_a_sentence() {
    let place = Place::new("score");
    place.add_person("ada@house.test");
    let little = place.run(&["score", "evaluate", "--json"]);
    assert_eq!(little.status.code(), Some(1));
    let said = text(&little.stderr);
    assert!(said.contains("Too little to learn from: 0 won, 0 lost, at least 200 closed with 50 of each needed."), "{said}");
    let figures: Value = serde_json::from_slice(&little.stdout).unwrap();
    assert!(figures["auc"].is_null() && figures["brier"].is_null() && figures["rows"] == 0, "{figures}");

    let file = place.folder.join("closed.csv");
    let row = |nth: usize| {
        format!("K{nth},{},{}\n", ["gold", "silver"][nth % 2], u8::from(nth.is_multiple_of(2) && !nth.is_multiple_of(8) || nth % 10 == 1))
    };
    std::fs::write(&file, format!("id,plan,ended\n{}", (0..400).map(row).collect::<String>())).unwrap();
    let evaluate = |more: &[&str]| place.run(&[&["score", "evaluate", "--data", file.to_str().unwrap()], more].concat());
    let judged = evaluate(&["--outcome", "ended", "--json"]);
    assert!(judged.status.success(), "{}", text(&judged.stderr));
    let figures: Value = serde_json::from_slice(&judged.stdout).unwrap();
    assert!(figures["auc"].as_f64().unwrap() > 0.65 && figures["brier"].as_f64().unwrap() < 0.25, "{figures}");
    assert_eq!(figures["rows"].as_u64().unwrap() + figures["learned_from"].as_u64().unwrap(), 400);
    assert!(text(&evaluate(&["--outcome", "ended"]).stdout).contains("AUC"));
    let refused = evaluate(&[]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("has no column “Converted”; its columns are id, plan, ended"), "{}", text(&refused.stderr));
    assert_eq!(place.run(&["score"]).status.code(), Some(2));
}

/// Whoever runs as root may write whatever the mode of a file says, so the program goes by the mode, not by trying.
#[test]
fn a_file_that_may_only_be_read_is_not_served() {
    let place = Place::new("read-only");
    place.add_person("ada@house.test");
    let set_read_only = |is_read_only| {
        let mut permissions = std::fs::metadata(place.database()).unwrap().permissions();
        permissions.set_mode(if is_read_only { 0o444 } else { 0o644 });
        std::fs::set_permissions(place.database(), permissions).unwrap();
    };
    set_read_only(true);
    let said = place.refusal();
    assert!(said.contains("can be read but not written") && said.contains("write access to the file and its folder"), "{said}");
    set_read_only(false);
    place.serve().stop();
}

#[test]
fn what_is_no_database_is_not_served_and_stays_as_it_is() {
    let place = Place::new("letter");
    let letter = "Dear Ada, ".repeat(1000);
    std::fs::write(place.database(), &letter).unwrap();
    let said = place.refusal();
    assert!(said.contains("is not a Leadwright database") && said.contains("Choose another file"), "{said}");
    assert_eq!(std::fs::read_to_string(place.database()).unwrap(), letter);
    std::fs::remove_file(place.database()).unwrap();
    std::fs::create_dir(place.database()).unwrap();
    let said = place.refusal();
    assert!(said.contains("cannot be opened") && said.contains("See that the folder exists"), "{said}");
}

/// The program waits ten seconds for the other to let go.
#[tokio::test]
async fn a_file_that_another_program_holds_is_not_served_until_it_lets_go() {
    let place = Place::new("held");
    place.add_person("ada@house.test");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(place.database()).locking_mode(sqlx::sqlite::SqliteLockingMode::Exclusive);
    let mut other = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    other.execute("begin immediate").await.unwrap();
    other.execute("create table held (one integer)").await.unwrap();
    let said = place.refusal();
    assert!(said.contains("locked by another program") && said.contains("Stop that program, then try again"), "{said}");
    other.execute("rollback").await.unwrap();
    other.close().await.unwrap();
    place.serve().stop();
}

/// Writes that have to be committed between the beginning of a backup and its end.
const MEANWHILE: u64 = 100;
/// Those who write.
const WRITERS: u64 = 4;

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

fn form(fields: &[(&str, &str)]) -> FormValues {
    FormValues(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

/// Adds an account with its keys, event and what else comes with it; whom the engine sends away for another asks again.
async fn add_account(ctx: &Ctx, number: u64) {
    let values = form(&[("name", &format!("Firm {number}"))]);
    while let Err(error) = service::accounts::add_account(ctx, &values).await {
        assert!(matches!(error, ServiceError::Busy), "{error}");
    }
}

/// Writers that go on until they are stopped, each telling of what it committed.
struct Writers {
    is_over: Arc<AtomicBool>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Writers {
    fn start(ctx: &Ctx) -> (Self, Receiver<()>) {
        let (is_over, next, (sender, committed)) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)), channel());
        let one = |_| {
            let (ctx, is_over, next, sender) = (ctx.clone(), Arc::clone(&is_over), Arc::clone(&next), sender.clone());
            tokio::spawn(async move {
                while !is_over.load(Ordering::SeqCst) {
                    add_account(&ctx, next.fetch_add(1, Ordering::SeqCst)).await;
                    // Nobody counts any more once the backup is made.
                    let _told = sender.send(());
                }
            })
        };
        let tasks = (0..WRITERS).map(one).collect();
        (Self { is_over, tasks }, committed)
    }

    async fn stop(self) {
        self.is_over.store(true, Ordering::SeqCst);
        for task in self.tasks {
            task.await.unwrap();
        }
    }
}

async fn accounts(store: &Store) -> u64 {
    let row = store.read().await.unwrap().row(Sql::new("select count(*) as n from account")).await.unwrap().unwrap();
    u64::try_from(row.int("n").unwrap()).unwrap()
}

both_engines!(a_backup_taken_while_others_write_becomes_a_server_that_is_well, |store| async move {
    let place = Place::at(&format!("busy-{:?}", store.engine()), url_of(&store).await);
    let ctx = administrator(&store).await;
    // Enough of one table that the backup tells how far it is before it has ended.
    let message = "We need ten printers. ".repeat(400);
    for number in 0..50 {
        service::leads::add(&ctx, &form(&[("full_name", &format!("Jo {number}")), ("message", &message)])).await.unwrap();
    }
    let before = accounts(&store).await;
    let (writers, committed) = Writers::start(&ctx);
    committed.recv_timeout(Duration::from_secs(60)).expect("the writers are at work");

    // The backup is held up in its middle until others have written.
    let committed = Mutex::new(committed);
    let is_held = AtomicBool::new(false);
    let hold = |_rows: u64| {
        if is_held.swap(true, Ordering::SeqCst) {
            return;
        }
        tokio::task::block_in_place(|| {
            let committed = committed.lock().unwrap();
            while committed.try_recv().is_ok() {}
            // What each of them tells next may have been committed before the backup began.
            for _ in 0..MEANWHILE + WRITERS {
                committed.recv_timeout(Duration::from_secs(60)).expect("writes go on while the backup runs");
            }
        });
    };
    let backup = place.folder.join("busy.backup");
    let summary = store.backup(&backup, ctx.now().0, &hold).await.unwrap();
    writers.stop().await;
    let (in_it, after) = (summary.rows["account"], accounts(&store).await);
    assert!(is_held.into_inner(), "the backup tells how far it is before it has ended");
    assert!(before < in_it && in_it + MEANWHILE <= after, "{before} < {in_it}, and {MEANWHILE} more than that <= {after}");
    drop(ctx);
    store.close().await;

    let restored = place.run(&["restore", backup.to_str().unwrap(), "--json"]);
    assert!(restored.status.success(), "{}", text(&restored.stderr));
    let figures: Value = serde_json::from_slice(&restored.stdout).unwrap();
    assert_eq!(figures["tables"]["account"], in_it);
    let doctor = place.run(&["doctor", "--json"]);
    assert_eq!(doctor.status.code(), Some(0), "{}", text(&doctor.stdout));
    let server = place.serve();
    let mut stream = place.connect();
    stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    assert!(text(&answer).starts_with("HTTP/1.1 200"), "{}", text(&answer));
    server.stop();
});
