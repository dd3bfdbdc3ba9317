//! `GET /api/v1/live`: the changes a signed-in person, or the person of a program's token, may know of, as server-sent events.
//!
//! `Last-Event-ID` (or `?last_event_id=`, for a page that opens the stream anew) goes on without a gap. `?lead=1042`
//! also tells others that this person has the lead open, and this person who else has.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Extension, FromRequestParts as _, RawQuery, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use domain::event::{LiveChange, Subject};
use domain::{Actor, LeadId, Scope, TokenScope, UserId};
use service::ServiceError;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::time::Instant;

use super::hub::{Inner, Looking, Notice, Start, Told};
use super::judge::judge;
use crate::api::{Api, bearer_in};
use crate::problem::{Asker, Problem};
use crate::session::Visitor;
use crate::state::AppState;

/// How often an idle stream says that it is alive and asks whether its session is.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Notices put into one piece at most, so that a client that does not read costs little.
const TOGETHER: usize = 64;

/// Opens the stream of a signed-in person.
pub async fn live(State(state): State<AppState>, Extension(visitor): Extension<Visitor>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let (Some(actor), Some(token)) = (visitor.actor.clone(), visitor.token.clone()) else {
        return Problem::sign_in().answer(Asker::Api, &visitor.reference);
    };
    let hub = Arc::clone(state.live.inner());
    if hub.is_closing() {
        return Problem::busy().answer(Asker::Api, &visitor.reference);
    }
    let Asked { seen, lead } = Asked::of(query.as_deref(), &headers);
    match open(hub, actor, Pass::Session(token.into()), seen, lead).await {
        Ok(client) => respond(client),
        Err(error) => Problem::of(error.into(), &visitor.reference).answer(Asker::Api, &visitor.reference),
    }
}

/// Middleware: who brings a token is a program, and needs no session. It reads no lead as people do, so nobody is told that it has one open.
pub async fn let_programs_in(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if request.method() != Method::GET || bearer_in(request.headers()).is_none() {
        return next.run(request).await;
    }
    let (mut parts, _) = request.into_parts();
    let api = match Api::from_request_parts(&mut parts, &state).await {
        Ok(api) => api,
        Err(refusal) => return refusal,
    };
    let token = bearer_in(&parts.headers).unwrap_or_default();
    api.run(TokenScope::Read, async {
        let hub = Arc::clone(state.live.inner());
        if hub.is_closing() {
            return Err(Problem::busy().into());
        }
        let Asked { seen, .. } = Asked::of(parts.uri.query(), &parts.headers);
        let client = open(hub, api.ctx.actor()?.clone(), Pass::Token(token.into()), seen, None).await.map_err(ServiceError::from)?;
        Ok(respond(client))
    })
    .await
}

/// What a client asks for.
struct Asked {
    /// The last event that it heard of. What is no number cannot be gone on from; -1 is before everything.
    seen: Option<i64>,
    /// The lead that it has open.
    lead: Option<i64>,
}

impl Asked {
    fn of(query: Option<&str>, headers: &HeaderMap) -> Self {
        let query: Vec<(String, String)> = form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
        let asked = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let seen = headers.get("last-event-id").and_then(|value| value.to_str().ok()).or_else(|| asked("last_event_id"));
        Self {
            seen: seen.filter(|seen| !seen.is_empty()).map(|seen| seen.trim().parse().unwrap_or(-1)),
            lead: asked("lead").and_then(|lead| lead.parse().ok()),
        }
    }
}

/// What a stream was opened with, and ends with.
enum Pass {
    /// A session's token.
    Session(Box<str>),
    /// A program's.
    Token(Box<str>),
}

impl Pass {
    /// Whose it is; nobody's once the session or the token has ended.
    async fn actor(&self, hub: &Inner) -> service::Result<Option<Actor>> {
        match self {
            Pass::Session(token) => service::people::session_actor(&hub.ctx(), token).await,
            Pass::Token(token) => Ok(service::tokens::find_caller(&hub.ctx(), token).await?.map(|caller| caller.actor)),
        }
    }

    fn text(&self) -> &str {
        let (Pass::Session(token) | Pass::Token(token)) = self;
        token
    }
}

fn respond(client: Client) -> Response {
    let stream = futures::stream::unfold(client, |mut client| async move { client.next().await.map(|piece| (Ok::<_, Infallible>(piece), client)) });
    let mut response = Response::new(Body::from_stream(stream));
    *response.status_mut() = StatusCode::OK;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    // A proxy in between must not gather what should arrive at once.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

async fn open(hub: Arc<Inner>, actor: Actor, pass: Pass, seen: Option<i64>, lead: Option<i64>) -> Result<Client, store::StoreError> {
    let (notices, start) = hub.subscribe(seen).await?;
    let looking = match lead {
        Some(lead) if may_see(&hub, &actor, lead).await => Some(hub.look(lead, actor.id, &actor.name)),
        _ => None,
    };
    let now = Instant::now();
    let mut client = Client {
        notices,
        user: actor.id,
        scope: Scope::of(&actor),
        is_internal: actor.role.is_internal(),
        pass,
        position: 0,
        until: 0,
        told: 0,
        heartbeat_at: now + HEARTBEAT,
        check_at: now + HEARTBEAT,
        waiting: None,
        looking,
        names: None,
        has_ended: false,
        hub,
    };
    let mut first = "retry: 1000\n".to_owned();
    match start {
        Start::Resume { position, until } => {
            (client.position, client.until, client.told) = (position, until, position);
            first.push_str(&format!("id: {position}\n\n"));
        }
        Start::Resync(position) => {
            first.push('\n');
            client.resync(position, &mut first);
        }
    }
    client.waiting = Some(first);
    Ok(client)
}

async fn may_see(hub: &Inner, actor: &Actor, lead: i64) -> bool {
    service::leads::find(&hub.ctx().acting_as(actor.clone()), LeadId(lead)).await.is_ok()
}

/// One open stream. Thousands of them wait at any time, so what is rarely needed is boxed while it runs.
struct Client {
    hub: Arc<Inner>,
    notices: broadcast::Receiver<Notice>,
    user: UserId,
    scope: Scope,
    is_internal: bool,
    pass: Pass,
    /// The last event judged for this client.
    position: i64,
    /// Up to here, events are fetched and not awaited.
    until: i64,
    /// The last event id the client was told of.
    told: i64,
    heartbeat_at: Instant,
    /// When to ask again whose session or token this is.
    check_at: Instant,
    /// Text to be sent before anything else.
    waiting: Option<String>,
    looking: Option<Looking>,
    /// Whom the client was told of as looking at its lead.
    names: Option<Vec<Arc<str>>>,
    has_ended: bool,
}

impl Client {
    /// The next piece of the stream; `None` ends it.
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(text) = self.waiting.take() {
            return Some(text.into());
        }
        let mut piece = String::new();
        while piece.is_empty() {
            if self.has_ended {
                return None;
            }
            if self.position < self.until {
                // Boxed, as below: its many bytes are needed now and then, by few.
                Box::pin(self.catch_up(&mut piece)).await;
                continue;
            }
            let due = self.heartbeat_at.min(self.check_at);
            tokio::select! {
                heard = self.notices.recv() => self.hear(heard, &mut piece),
                () = tokio::time::sleep_until(due) => Box::pin(self.tick(&mut piece)).await,
            }
        }
        Some(piece.into())
    }

    fn hear(&mut self, first: Result<Notice, RecvError>, piece: &mut String) {
        match first {
            Ok(notice) => self.take(notice, piece),
            Err(RecvError::Lagged(_)) => return self.lagged(piece),
            Err(RecvError::Closed) => self.has_ended = true,
        }
        for _ in 1..TOGETHER {
            match self.notices.try_recv() {
                Ok(notice) => self.take(notice, piece),
                Err(broadcast::error::TryRecvError::Lagged(_)) => return self.lagged(piece),
                Err(_) => return,
            }
        }
    }

    fn take(&mut self, notice: Notice, piece: &mut String) {
        match notice {
            Notice::Event(told) => self.judge(&told, piece),
            Notice::Resync => self.resync(self.hub.last(), piece),
            Notice::Sessions(None) => self.check_soon(),
            Notice::Sessions(Some(user)) if user == self.user => self.check_at = Instant::now(),
            Notice::Sessions(Some(_)) => {}
            Notice::Presence { lead, .. } if self.looking.as_ref().is_some_and(|looking| looking.lead == lead) => self.say_names(piece),
            Notice::Presence { .. } => {}
            Notice::Closing => self.has_ended = true,
        }
    }

    fn judge(&mut self, told: &Told, piece: &mut String) {
        let event = &told.event;
        if event.id.0 <= self.position {
            return;
        }
        self.position = event.id.0;
        if event.subject == Subject::Catalog {
            self.check_soon();
        }
        let Some(change) = judge(&self.scope, self.is_internal, event) else { return };
        self.told = self.position;
        piece.push_str(told.text(change));
        let is_open_here = self.looking.as_ref().is_some_and(|looking| event.subject == Subject::Lead && looking.lead == event.number);
        if change == LiveChange::Removed && is_open_here {
            self.looking = None;
        }
    }

    fn lagged(&mut self, piece: &mut String) {
        self.resync(self.hub.last(), piece);
        self.check_at = Instant::now();
        self.say_names(piece);
    }

    fn resync(&mut self, position: i64, piece: &mut String) {
        (self.position, self.until, self.told) = (position, position, position);
        piece.push_str(&format!("id: {position}\nevent: resync\ndata: {{}}\n\n"));
    }

    fn say_names(&mut self, piece: &mut String) {
        let Some(looking) = &self.looking else { return };
        let names: Vec<Arc<str>> = looking.people().iter().filter(|(user, _)| *user != self.user).map(|(_, name)| Arc::clone(name)).collect();
        if self.names.as_ref() == Some(&names) {
            return;
        }
        let list: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        let data = serde_json::json!({ "number": looking.lead, "names": list });
        piece.push_str(&format!("event: presence\ndata: {data}\n\n"));
        self.names = Some(names);
    }

    /// Asks within a second who this is; spread, so that not all streams ask at once.
    fn check_soon(&mut self) {
        let spread = Duration::from_millis(50 + self.pass.text().bytes().map(u64::from).sum::<u64>() % 700);
        self.check_at = self.check_at.min(Instant::now() + spread);
    }

    async fn tick(&mut self, piece: &mut String) {
        let now = Instant::now();
        let is_heartbeat = now >= self.heartbeat_at;
        if is_heartbeat || now >= self.check_at {
            self.check_session(piece).await;
        }
        if is_heartbeat && !self.has_ended {
            self.heartbeat_at = now + HEARTBEAT;
            // With the newest id, so that a client that was told little resumes from there and not from long ago.
            if self.told == self.position {
                piece.push_str(":\n\n");
            } else {
                piece.push_str(&format!(":\nid: {}\n\n", self.position));
                self.told = self.position;
            }
        }
    }

    async fn check_session(&mut self, piece: &mut String) {
        match self.pass.actor(&self.hub).await {
            Ok(None) => self.has_ended = true,
            Ok(Some(actor)) => {
                self.check_at = Instant::now() + HEARTBEAT;
                let (scope, is_internal) = (Scope::of(&actor), actor.role.is_internal());
                if (scope != self.scope) || (is_internal != self.is_internal) {
                    (self.scope, self.is_internal) = (scope, is_internal);
                    self.resync(self.position, piece);
                    if let Some(lead) = self.looking.as_ref().map(|looking| looking.lead)
                        && !may_see(&self.hub, &actor, lead).await
                    {
                        self.looking = None;
                    }
                }
            }
            // The database will be back; until then it has no events to tell either.
            Err(_) => self.check_at = Instant::now() + Duration::from_secs(1),
        }
    }

    async fn catch_up(&mut self, piece: &mut String) {
        match self.hub.after(self.position).await {
            Ok(events) if events.is_empty() => self.position = self.until,
            Ok(events) => events.iter().for_each(|told| self.judge(told, piece)),
            Err(_) => self.resync(self.hub.last(), piece),
        }
    }
}
