//! Programs that are measured: started on one core, ended when they are dropped.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use crate::client::{Ask, Client};
use crate::{Plan, Result};

/// The core that servers and bare statements run on.
pub const SERVER_CORE: &str = "0";
/// The core that asks; `make bench` starts this program there.
pub const CLIENT_CORE: &str = "1";

/// A command on the servers' core.
#[must_use]
pub fn pinned(program: &Path) -> Command {
    let mut command = Command::new("taskset");
    command.args(["-c", SERVER_CORE]).arg(program);
    command
}

/// A database of demo leads, made once and kept; gives a copy that may be written to. The kept one has what a server does at its start
/// behind it, such as noting which clocks ran out since: a server would be measured while it does.
///
/// # Errors
/// When it cannot be made.
pub async fn database(plan: &Plan, leads: u64, purpose: &str) -> Result<PathBuf> {
    let kept = plan.folder.join(format!("demo-{leads}.db"));
    if !kept.exists() {
        eprintln!("    making {leads} demo leads, once");
        let part = plan.folder.join(format!("demo-{leads}.part.db"));
        make_demo(plan, leads, &part).await?;
        std::fs::rename(&part, &kept)?;
    }
    let server = Server::start(plan, &kept).await?;
    server.until_quiet().await?;
    drop(server);
    let copy = plan.folder.join(format!("{purpose}.db"));
    remove(&copy);
    std::fs::copy(&kept, &copy)?;
    // Else the first measurement waits for the copy to reach the disk.
    std::fs::File::open(&copy)?.sync_all()?;
    Ok(copy)
}

/// Makes the demo leads. Their accounts count as looked through for near duplicates, which would keep a server busy for long after so large an import.
async fn make_demo(plan: &Plan, leads: u64, file: &Path) -> Result<()> {
    remove(file);
    let mut making = Command::new(&plan.binary);
    making.args(["demo", "--leads", &leads.to_string()]).env("LEADWRIGHT_DATABASE_URL", url(file)).stdout(Stdio::null());
    if !making.status()?.success() {
        return Err("the demo leads could not be made".into());
    }
    let mut connection = SqliteConnectOptions::new().filename(file).connect().await?;
    let looked_through = "insert into account_twin_look (id, looked_to, event_id)
        select 1, (select coalesce(max(id), 0) from account), (select coalesce(max(id), 0) from event) where true
        on conflict (id) do update set looked_to = excluded.looked_to, event_id = excluded.event_id";
    sqlx::query(looked_through).execute(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

/// Removes a database with what SQLite keeps beside it.
pub fn remove(path: &Path) {
    for end in ["", "-wal", "-shm", ".lock"] {
        // Most are not there.
        let _removed = std::fs::remove_file(format!("{}{end}", path.display()));
    }
}

/// The address of a database.
#[must_use]
pub fn url(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

/// A running server.
pub struct Server {
    child: Child,
    pub addr: String,
    database: PathBuf,
    binary: PathBuf,
}

impl Server {
    /// Starts one and waits until it is ready.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start(plan: &Plan, database: &Path) -> Result<Self> {
        let server = Self::spawn(plan, database)?;
        server.until_ready("/readyz", "").await?;
        Ok(server)
    }

    /// Starts one.
    ///
    /// # Errors
    /// When the program is missing.
    pub fn spawn(plan: &Plan, database: &Path) -> Result<Self> {
        let addr = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let mut command = pinned(&plan.binary);
        command.arg("serve").env("LEADWRIGHT_DATABASE_URL", url(database)).env("LEADWRIGHT_ADDR", &addr).env("LEADWRIGHT_LOG", "warn");
        command.env_remove("LEADWRIGHT_DEMO").env_remove("LEADWRIGHT_PUBLIC_URL").stdout(Stdio::null());
        Ok(Self { child: command.spawn()?, addr, database: database.to_owned(), binary: plan.binary.clone() })
    }

    /// Waits for an answer of 200; gives how long it took.
    ///
    /// # Errors
    /// When it takes a minute.
    pub async fn until_ready(&self, path: &str, cookie: &str) -> Result<Duration> {
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(60) {
            if let Ok(mut client) = Client::connect(&self.addr).await {
                let ask = if cookie.is_empty() { Ask::get(path) } else { Ask::get(path).with("cookie", cookie) };
                if client.send(&ask).await.is_ok_and(|answer| answer.status == 200) {
                    return Ok(started.elapsed());
                }
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Err(format!("the server at {} did not become ready", self.addr).into())
    }

    /// Waits until it does nothing any more: no more than a twentieth of a second's work in a second, three times.
    ///
    /// # Errors
    /// When that takes a quarter of an hour, or the program ended.
    pub async fn until_quiet(&self) -> Result<()> {
        let (started, mut before, mut quiet) = (Instant::now(), self.worked()?, 0);
        while quiet < 3 {
            if started.elapsed() > Duration::from_secs(900) {
                return Err(format!("the server at {} does not come to rest", self.addr).into());
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
            let now = self.worked()?;
            quiet = if now - before <= 5 { quiet + 1 } else { 0 };
            before = now;
        }
        Ok(())
    }

    /// How long it worked so far. Unit: hundredths of a second.
    fn worked(&self) -> Result<u64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
        let field = |nth: usize| fields.get(nth).and_then(|text| text.parse::<u64>().ok()).ok_or("/proc does not say how long a program worked");
        Ok(field(11)? + field(12)?)
    }

    /// A session's cookie.
    ///
    /// # Errors
    /// When the person cannot sign in.
    pub async fn sign_in(&self, email: &str) -> Result<String> {
        let form = format!("email={}&password=demo", email.replace('@', "%40"));
        let ask = Ask::new("POST", "/login", form)
            .with("origin", &format!("http://{}", self.addr))
            .with("content-type", "application/x-www-form-urlencoded");
        let answer = Client::connect(&self.addr).await?.send(&ask).await?;
        let cookie = answer.headers.get("set-cookie").and_then(|cookie| cookie.to_str().ok()?.split(';').next());
        Ok(cookie.ok_or_else(|| format!("{email} cannot sign in: {}", answer.status))?.to_owned())
    }

    /// A token for the API.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn token(&self, email: &str) -> Result<String> {
        let made: Output = Command::new(&self.binary)
            .args(["token", "add", email, "--scope", "admin"])
            .env("LEADWRIGHT_DATABASE_URL", url(&self.database))
            .output()?;
        let token = String::from_utf8(made.stdout)?.trim().to_owned();
        if made.status.success() && !token.is_empty() { Ok(token) } else { Err("no token could be made".into()) }
    }

    /// Memory in use. Unit: bytes.
    #[must_use]
    pub fn memory(&self) -> f64 {
        // taskset became the program itself.
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let kb = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next()?.parse::<f64>().ok());
        kb.unwrap_or(f64::NAN) * 1024.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // In good order, so that the database is closed. It may have ended already.
        let id = rustix::process::Pid::from_child(&self.child);
        let _asked = rustix::process::kill_process(id, rustix::process::Signal::TERM);
        let _ended = self.child.wait();
    }
}

/// nginx, serving one file on the servers' core.
pub struct Nginx {
    child: Child,
    pub addr: String,
}

impl Nginx {
    /// Starts it with these bytes as its only file.
    ///
    /// # Errors
    /// When nginx is missing or does not start.
    pub async fn start(plan: &Plan, bytes: &[u8]) -> Result<Self> {
        let folder = std::fs::canonicalize(&plan.folder)?.join("nginx");
        std::fs::create_dir_all(folder.join("html"))?;
        std::fs::write(folder.join("html/page.html"), bytes)?;
        let addr = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let user = if rustix::process::geteuid().is_root() { "user root;" } else { "" };
        let config = format!(
            "daemon off; worker_processes 1; pid {0}/nginx.pid; error_log {0}/error.log; {user}\nevents {{ worker_connections 1024; }}\nhttp {{ access_log off; \
             sendfile on; tcp_nopush on; open_file_cache max=10; keepalive_requests 100000000; default_type text/html; client_body_temp_path {0}/b; proxy_temp_path {0}/p; \
             fastcgi_temp_path {0}/f; uwsgi_temp_path {0}/u; scgi_temp_path {0}/s; server {{ listen {addr}; root {0}/html; }} }}",
            folder.display()
        );
        std::fs::write(folder.join("nginx.conf"), config)?;
        let child = pinned(Path::new("nginx")).arg("-p").arg(&folder).arg("-c").arg(folder.join("nginx.conf")).stderr(Stdio::null()).spawn()?;
        let nginx = Self { child, addr };
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(10) {
            if let Ok(mut client) = Client::connect(&nginx.addr).await
                && client.send(&Ask::get("/page.html")).await.is_ok_and(|answer| answer.status == 200 && answer.body == bytes)
            {
                return Ok(nginx);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(format!("nginx does not serve the page; see {}/error.log", folder.display()).into())
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let id = rustix::process::Pid::from_child(&self.child);
        let _asked = rustix::process::kill_process(id, rustix::process::Signal::TERM);
        let _ended = self.child.wait();
    }
}

/// Thousands of live clients are as many open files, here and there.
pub fn raise_file_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    // Where it may not be raised, connecting will say so.
    let _raised = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
}
