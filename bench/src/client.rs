//! Asking over HTTP.

use std::process::Command;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{HeaderMap, Request};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::Result;

/// A request.
#[derive(Clone, Debug)]
pub struct Ask {
    method: &'static str,
    pub path: String,
    headers: Vec<(&'static str, String)>,
    body: Bytes,
}

impl Ask {
    /// A request with a body.
    #[must_use]
    pub fn new(method: &'static str, path: &str, body: impl Into<Bytes>) -> Self {
        Self { method, path: path.to_owned(), headers: Vec::new(), body: body.into() }
    }

    /// A request to read something.
    #[must_use]
    pub fn get(path: &str) -> Self {
        Self::new("GET", path, Bytes::new())
    }

    /// The same with a header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Errors
    /// When it is none.
    pub fn json(&self) -> Result<serde_json::Value> {
        Ok(serde_json::from_slice(&self.body)?)
    }
}

/// One connection that stays open.
pub struct Client {
    sender: SendRequest<Full<Bytes>>,
    host: String,
}

impl Client {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens.
    pub async fn connect(addr: &str) -> Result<Self> {
        let stream = TcpStream::connect(addr).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // It ends with the sender, or says so at the next request.
        tokio::spawn(connection);
        Ok(Self { sender, host: addr.to_owned() })
    }

    /// Asks and reads the whole answer.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn send(&mut self, ask: &Ask) -> Result<Answer> {
        let mut request = Request::builder().method(ask.method).uri(&ask.path).header("host", &self.host);
        for (name, value) in &ask.headers {
            request = request.header(*name, value);
        }
        self.sender.ready().await?;
        let (parts, body) = self.sender.send_request(request.body(Full::new(ask.body.clone()))?).await?.into_parts();
        Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body: body.collect().await?.to_bytes() })
    }

    /// Asks and wants success; gives how long it took. Unit: milliseconds.
    ///
    /// # Errors
    /// When the answer is something else.
    pub async fn time(&mut self, ask: &Ask) -> Result<f64> {
        let started = Instant::now();
        let answer = self.send(ask).await?;
        if !(200..300).contains(&answer.status) {
            let said: String = String::from_utf8_lossy(&answer.body).chars().take(300).collect();
            return Err(format!("{} {} answered {}: {said}", ask.method, ask.path, answer.status).into());
        }
        Ok(started.elapsed().as_secs_f64() * 1000.0)
    }
}

/// Requests a second that `wrk` gets answered over sixteen connections.
///
/// # Errors
/// When wrk is missing, or an answer is no success.
pub async fn wrk(addr: &str, ask: &Ask, seconds: u64) -> Result<f64> {
    let mut command = Command::new("wrk");
    command.args(["-t1", "-c16", &format!("-d{seconds}s"), "--timeout", "10s"]);
    for (name, value) in &ask.headers {
        command.args(["-H", &format!("{name}: {value}")]);
    }
    command.arg(format!("http://{addr}{}", ask.path));
    let output = tokio::task::spawn_blocking(move || command.output()).await??;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if text.contains("Non-2xx") || text.contains("Socket errors") {
        return Err(format!("not every answer was a success:\n{text}").into());
    }
    let rate = text.lines().find_map(|line| line.trim().strip_prefix("Requests/sec:")?.trim().parse().ok());
    rate.ok_or_else(|| format!("wrk says: {text}{}", String::from_utf8_lossy(&output.stderr)).into())
}

/// How long something may take that is waited for.
pub const PATIENCE: Duration = Duration::from_secs(60);
