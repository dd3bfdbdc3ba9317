//! The program as an operator meets it: started, watched, stopped, backed up.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

/// A folder with a database, and an address nobody listens on.
struct Place {
    folder: PathBuf,
    addr: String,
}

impl Place {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("leadwright-program-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let addr = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        Self { folder, addr }
    }

    fn database(&self) -> PathBuf {
        self.folder.join("leads.db")
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_leadwright"));
        command.args(words).current_dir(&self.folder).env_clear();
        command.env("LEADWRIGHT_DATABASE_URL", format!("sqlite:{}", self.database().display())).env("LEADWRIGHT_ADDR", &self.addr);
        command.env("LEADWRIGHT_LOG_FORMAT", "json");
        command
    }

    fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// A person, so that the database is not empty.
    fn add_person(&self, email: &str) {
        let mut command = self.command(&["user", "add", email]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(b"a long password for tests\n").unwrap();
        assert!(child.wait().unwrap().success());
    }

    fn serve(&self) -> Server {
        let mut child = self.command(&["serve"]).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, log) = channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || stderr.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let server = Server { child, log };
        server.log_until(|line| line["message"] == "serving");
        server
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.addr).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.folder).unwrap();
    }
}

struct Server {
    child: Child,
    log: Receiver<String>,
}

impl Server {
    /// Reads the log up to a line; each is JSON.
    fn log_until(&self, is_it: impl Fn(&Value) -> bool) -> Value {
        loop {
            let line = self.log.recv_timeout(Duration::from_secs(30)).expect("the line comes");
            let line: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line}"));
            if is_it(&line) {
                return line;
            }
        }
    }

    fn terminate(&self) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    }

    fn stop(mut self) {
        self.terminate();
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended already, unless the test failed.
        let _killed = self.child.kill();
        let _waited = self.child.wait();
    }
}

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
