//! The program itself, started on a database of its own.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;

/// A folder with a database, and an address nobody listens on.
pub struct Place {
    pub folder: PathBuf,
    pub addr: String,
    pub url: String,
}

impl Place {
    pub fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("leadwright-program-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let addr = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let url = format!("sqlite:{}", folder.join("leads.db").display());
        Self { folder, addr, url }
    }

    /// The same with a database that is somewhere else.
    pub fn at(name: &str, url: String) -> Self {
        let mut place = Self::new(name);
        place.url = url;
        place
    }

    pub fn database(&self) -> PathBuf {
        self.folder.join("leads.db")
    }

    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_leadwright"));
        command.args(words).current_dir(&self.folder).env_clear();
        command.env("LEADWRIGHT_DATABASE_URL", &self.url).env("LEADWRIGHT_ADDR", &self.addr);
        command.env("LEADWRIGHT_LOG_FORMAT", "json");
        command
    }

    pub fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// A person, so that the database is not empty.
    pub fn add_person(&self, email: &str) {
        let mut command = self.command(&["user", "add", email]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(b"a long password for tests\n").unwrap();
        assert!(child.wait().unwrap().success());
    }

    pub fn serve(&self) -> Server {
        let mut child = self.command(&["serve"]).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, log) = channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || stderr.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let server = Server { child, log };
        server.log_until(|line| line["message"] == "serving");
        server
    }

    /// What `serve` says of a database that it cannot serve, having ended with status 1.
    pub fn refusal(&self) -> String {
        let mut child = self.command(&["serve"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = Vec::new();
        for line in BufReader::new(child.stderr.take().unwrap()).lines() {
            said.push(line.unwrap());
            if said.last().is_some_and(|line| line.contains("\"serving\"")) {
                child.kill().unwrap();
            }
        }
        assert_eq!(child.wait().unwrap().code(), Some(1), "{said:#?}");
        let sentence = said.pop().unwrap_or_default();
        assert!(sentence.starts_with("leadwright: "), "{sentence}");
        sentence
    }

    pub fn connect(&self) -> TcpStream {
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

/// The program, serving; it is ended when this is dropped.
pub struct Server {
    pub child: Child,
    log: Receiver<String>,
}

impl Server {
    /// Reads the log up to a line; each is JSON.
    pub fn log_until(&self, is_it: impl Fn(&Value) -> bool) -> Value {
        loop {
            let line = self.log.recv_timeout(Duration::from_secs(30)).expect("the line comes");
            let line: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line}"));
            if is_it(&line) {
                return line;
            }
        }
    }

    pub fn terminate(&self) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    }

    /// Ends it in the middle of whatever it does, as a cut of the power would.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// What it has logged and nobody has read; each is JSON.
    pub fn logged(&self) -> Vec<Value> {
        self.log.try_iter().map(|line| serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line}"))).collect()
    }

    pub fn stop(mut self) {
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
