//! Posts a message to an address outside. The address is resolved once and judged, and the connection goes to the very
//! address that was judged, so that a name cannot point elsewhere in between. Redirects are not followed.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Request, StatusCode, Uri, header};
use domain::Timestamp;
use domain::outside::is_public;
use futures::StreamExt as _;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use service::webhooks::{Answer, Message};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

/// From resolving the name to the end of the answer.
const WITHIN: Duration = Duration::from_secs(10);
/// How much of an answer is read. Unit: bytes.
const ANSWER_MAX: usize = 4096;

/// Where messages may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The public internet, and nowhere else.
    Public,
    /// Anywhere, this machine too. For tests; no setting leads here.
    Anywhere,
}

/// A client for messages.
pub struct Client {
    tls: TlsConnector,
    reach: Reach,
    within: Duration,
}

impl Client {
    /// A client that trusts the certificate authorities that browsers do.
    #[must_use]
    pub fn new(reach: Reach) -> Self {
        Self { tls: crate::tls::connector(), reach, within: WITHIN }
    }

    /// The same with less patience, for tests.
    #[must_use]
    pub fn within(self, within: Duration) -> Self {
        Self { within, ..self }
    }

    /// Posts a message, signed at this moment.
    pub async fn post(&self, message: &Message, now: Timestamp) -> Answer {
        match tokio::time::timeout(self.within, self.try_post(message, now)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(why)) => Answer::Unreached(why),
            Err(_) => Answer::Unreached(format!("It did not answer within {:?}", self.within)),
        }
    }

    async fn try_post(&self, message: &Message, now: Timestamp) -> Result<Answer, String> {
        let url: Uri = message.url().parse().map_err(|error| format!("This is no address ({error})"))?;
        let (Some(host), Some(authority)) = (url.host(), url.authority()) else { return Err("This address names no host".to_owned()) };
        let is_tls = url.scheme_str() == Some("https");
        let address = self.resolve(host, url.port_u16().unwrap_or(if is_tls { 443 } else { 80 })).await?;
        let mut request = Request::post(url.path_and_query().map_or("/", |path| path.as_str()))
            .header(header::HOST, authority.as_str())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, concat!("Leadwright/", env!("CARGO_PKG_VERSION")));
        for (name, value) in message.headers(now) {
            request = request.header(name, HeaderValue::try_from(value).map_err(|error| error.to_string())?);
        }
        let request = request.body(Body::from(message.body().to_owned())).map_err(|error| error.to_string())?;
        let stream = TcpStream::connect(address).await.map_err(|error| format!("{address} cannot be reached ({error})"))?;
        if !is_tls {
            return exchange(stream, request).await;
        }
        let name = ServerName::try_from(host.to_owned()).map_err(|error| format!("{host} can have no certificate ({error})"))?;
        let stream = self.tls.connect(name, stream).await.map_err(|error| format!("No safe connection to {host} ({error})"))?;
        exchange(stream, request).await
    }

    /// The address to connect to. A name that also points inside goes nowhere.
    async fn resolve(&self, host: &str, port: u16) -> Result<SocketAddr, String> {
        let found = tokio::net::lookup_host((host, port)).await.map_err(|error| format!("{host} has no address ({error})"))?;
        let addresses: Vec<SocketAddr> = found.collect();
        if self.reach == Reach::Public && addresses.iter().any(|address| !is_public(address.ip())) {
            return Err(format!("{host} is an address inside, and messages go outside only"));
        }
        addresses.first().copied().ok_or_else(|| format!("{host} has no address"))
    }
}

async fn exchange(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, request: Request<Body>) -> Result<Answer, String> {
    let broken = |error: hyper::Error| format!("The connection broke ({error})");
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    // Ends with this function, however that ends. What breaks the connection also ends the request.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let answer = sender.send_request(request).await.map_err(broken)?;
    let status = answer.status();
    let mut body = Body::new(answer.into_body()).into_data_stream();
    let mut text = Vec::new();
    while let Some(piece) = body.next().await {
        text.extend_from_slice(&piece.map_err(|error| format!("The answer broke off ({error})"))?);
        if text.len() >= ANSWER_MAX {
            break;
        }
    }
    text.truncate(ANSWER_MAX);
    let text = String::from_utf8_lossy(&text).into_owned();
    let text = if status.is_redirection() && status != StatusCode::NOT_MODIFIED { format!("Redirects are not followed. {text}") } else { text };
    Ok(Answer::Answered { status: status.as_u16(), text })
}
