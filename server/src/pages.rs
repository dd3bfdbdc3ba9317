//! Pages and posted forms, which the app renders and judges; server functions, which it answers.

use std::collections::HashSet;
use std::sync::LazyLock;
use std::time::Duration;

use app::doors::SessionChange;
use app::doors::kept::KeptForm;
use app::form_reply::{FormReply, PERSON_HEADER, Replay};
use app::server_ctx::RequestCtx;
use app::shell::PageKind;
use axum::body::{Body, Bytes};
use axum::extract::{Extension, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::{FormValues, UserId};
use leptos::prelude::{provide_context, use_context};
use leptos_axum::ResponseOptions;

use crate::metrics::Served;
use crate::problem::{Asker, Problem, wants_json};
use crate::security::content_security_policy;
use crate::session::{self, Visitor};
use crate::state::AppState;

/// The longest form. Unit: bytes.
const FORM_AT_MOST: usize = 1_000_000;
/// How long a form may take to arrive.
const FORM_ARRIVES_WITHIN: Duration = Duration::from_secs(30);
/// How long a page may take to be rendered.
const RENDERED_WITHIN: Duration = Duration::from_secs(30);

/// Everything that has no route of its own: pages, and the forms on them.
pub async fn page(State(state): State<AppState>, Extension(visitor): Extension<Visitor>, request: Request) -> Response {
    let asker = Asker::of(request.method(), request.uri().path(), request.headers());
    if asker == Asker::Api {
        return Problem::not_found().answer(asker, &visitor.reference);
    }
    let mut response = match *request.method() {
        Method::GET | Method::HEAD => render(&state, &visitor, request.uri().clone(), request.headers().clone(), None).await,
        Method::POST => post(&state, &visitor, request, asker).await,
        _ => {
            let problem = Problem::new(StatusCode::METHOD_NOT_ALLOWED, "This cannot be done here", "Pages can be read, and their forms posted.");
            let mut answer = problem.answer(asker, &visitor.reference);
            answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
            answer
        }
    };
    response.extensions_mut().insert(Served);
    response
}

/// Renders a page, completely before the first byte is sent, so that its status is right.
async fn render(state: &AppState, visitor: &Visitor, uri: Uri, headers: HeaderMap, replay: Option<Replay>) -> Response {
    // Pages for strangers come without WebAssembly and look the same to everybody.
    let is_private = visitor.actor.is_some() && !app::routes::is_public(uri.path());
    let kind = match uri.path() {
        path if [app::routes::SUPPLIERS, app::routes::PUBLIC_QUOTE, app::routes::PUBLIC_INVOICE].iter().any(|start| path.starts_with(start)) => {
            PageKind::PublicReport
        }
        _ if !is_private => PageKind::Public,
        "/leads" => PageKind::LeadList,
        _ => PageKind::Other,
    };
    let files = (*state.files).clone();
    let mut request_ctx = visitor.request_ctx(state);
    if is_private {
        request_ctx = match request_ctx.with_session().await {
            Ok(request_ctx) => request_ctx,
            Err(error) => return Problem::of(error, &visitor.reference).answer(Asker::Page, &visitor.reference),
        };
    }
    let mut request = Request::new(Body::empty());
    (*request.uri_mut(), *request.headers_mut()) = (uri, headers);
    let provide = move || provide_request(&request_ctx, replay.as_ref());
    let shell = move || app::shell::shell(files.clone(), kind);
    // A part that panics while the page waits for it never comes: its reader gets an error instead of waiting for ever.
    let Ok(page) = tokio::time::timeout(RENDERED_WITHIN, leptos_axum::render_app_async_with_context(provide, shell)(request)).await else {
        tracing::error!(reference = visitor.reference, "a page was not rendered in time");
        return Problem::broken().answer(Asker::Page, &visitor.reference);
    };
    page
}

fn provide_request(request_ctx: &RequestCtx, replay: Option<&Replay>) {
    provide_context(request_ctx.clone());
    if let Some(replay) = replay {
        provide_context(replay.clone());
    }
    // Leptos made the nonce just before and writes it into the page.
    if let (Some(nonce), Some(response)) = (leptos::nonce::use_nonce(), use_context::<ResponseOptions>()) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, content_security_policy(&nonce));
    }
}

/// A posted form: judged by the app, answered as a redirect, as the page again, or as JSON to a script.
async fn post(state: &AppState, visitor: &Visitor, request: Request, asker: Asker) -> Response {
    let (parts, body) = request.into_parts();
    if visitor.actor.is_none() && !session::is_public_form(parts.uri.path()) {
        return ask_to_sign_in(state, visitor, parts, body).await;
    }
    if is_of_another(visitor, &parts.headers) {
        let message = "Somebody else signed in here meanwhile, so nothing was sent. Load the page again".to_owned();
        return reply_as_json(FormReply::Refused { message, status: 412 });
    }
    let body = match read_form(&parts.headers, body).await {
        Ok(body) => body,
        Err(problem) => return problem.answer(asker, &visitor.reference),
    };
    let values = FormValues::decode(&body);
    let (path, query) = (parts.uri.path().to_owned(), parts.uri.query().unwrap_or_default());
    let answer = app::doors::post(&visitor.request_ctx(state), &path, query, values.clone(), visitor.token.as_deref()).await;
    let kept = kept_for(answer.session.as_ref(), &values);
    let cookies = match change_session(state, visitor, answer.session).await {
        Ok(cookies) => cookies,
        Err(error) => return Problem::of(error, &visitor.reference).answer(asker, &visitor.reference),
    };
    if let Some(who) = whose_session_changed(&path, visitor) {
        state.live.sessions_changed(who);
    }
    let mut response = if wants_json(&parts.headers) {
        reply_as_json(answer.reply)
    } else if let Some((kept, token)) = kept {
        show_again(state, visitor, parts.headers, kept, token).await
    } else {
        let replay = Replay { action: path, values: values.without_secrets(), reply: answer.reply, page: answer.page.clone() };
        answer_with_page(state, visitor, parts.headers, &answer.page, replay).await
    };
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn reply_as_json(reply: FormReply) -> Response {
    let status = StatusCode::from_u16(reply.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, axum::Json(reply)).into_response()
}

/// Whether the page that sent a form in the background was rendered for somebody else than who is signed in now.
fn is_of_another(visitor: &Visitor, headers: &HeaderMap) -> bool {
    let (Some(said), Some(actor)) = (headers.get(PERSON_HEADER), &visitor.actor) else { return false };
    said.as_bytes() != actor.id.to_string().as_bytes()
}

/// The sign-in page for who sent a form after their session had ended: what they typed goes along.
async fn ask_to_sign_in(state: &AppState, visitor: &Visitor, parts: Parts, body: Body) -> Response {
    let Parts { uri, headers, .. } = parts;
    let page = session::referring_page(&headers).unwrap_or_else(|| "/".to_owned());
    let Some(by) = session::last_person(&headers) else { return session::to_sign_in(&page) };
    let Ok(body) = read_form(&headers, body).await else { return session::to_sign_in(&page) };
    let kept = KeptForm::of(uri.path(), uri.query().unwrap_or_default(), FormValues::decode(&body), by);
    let Some(kept) = kept else { return session::to_sign_in(&page) };
    let page = session::sign_in_address(local(&kept.page()));
    let uri: Uri = page.parse().unwrap_or(Uri::from_static("/login"));
    let replay = Replay { action: "/login".to_owned(), values: kept.fields(), reply: FormReply::SignInRequired, page };
    let mut response = render(state, visitor, uri, headers, Some(replay)).await;
    if response.status().is_success() {
        *response.status_mut() = StatusCode::UNAUTHORIZED;
    }
    response
}

/// What was typed before the session ended, when the same person signed in again, and their new token.
fn kept_for(change: Option<&SessionChange>, values: &FormValues) -> Option<(KeptForm, String)> {
    let Some(SessionChange::Start { token, user }) = change else { return None };
    KeptForm::of_sign_in(values).filter(|kept| kept.by == *user).map(|kept| (kept, token.clone()))
}

/// The page of a form, with what was typed in it before its session ended. Sending it is the person's to do.
async fn show_again(state: &AppState, visitor: &Visitor, headers: HeaderMap, kept: KeptForm, token: String) -> Response {
    let page = local(&kept.page()).to_owned();
    let known = match service::people::session(&state.ctx(), &token).await {
        Ok(Some(known)) => known,
        Ok(None) => return session::to_sign_in(&page),
        Err(error) => return Problem::of(error, &visitor.reference).answer(Asker::Page, &visitor.reference),
    };
    let visitor = Visitor {
        actor: Some(known.actor),
        catalog_version: Some(known.catalog_version),
        availability: Some(known.availability),
        token: Some(token),
        ..visitor.clone()
    };
    let uri: Uri = page.parse().unwrap_or(Uri::from_static("/leads"));
    let message = "You are signed in again, and nothing was saved yet. What you typed is here: send it once more".to_owned();
    let replay = Replay { action: kept.path, values: kept.values, reply: FormReply::Refused { message, status: 401 }, page };
    render(state, &visitor, uri, headers, Some(replay)).await
}

/// The answer to a form that was judged elsewhere: where it is posted to, and the page that it stands on.
pub async fn answer_form(
    state: &AppState,
    visitor: &Visitor,
    headers: HeaderMap,
    (action, page): (&str, &str),
    values: FormValues,
    reply: FormReply,
) -> Response {
    let replay = Replay { action: action.to_owned(), values, reply, page: page.to_owned() };
    answer_with_page(state, visitor, headers, page, replay).await
}

async fn answer_with_page(state: &AppState, visitor: &Visitor, headers: HeaderMap, page: &str, replay: Replay) -> Response {
    match &replay.reply {
        FormReply::Done { location, .. } => Redirect::to(local(location)).into_response(),
        FormReply::SignInRequired => session::to_sign_in(local(page)),
        reply => {
            let status = StatusCode::from_u16(reply.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let uri: Uri = local(page).parse().unwrap_or(Uri::from_static("/leads"));
            let mut response = render(state, visitor, uri, headers, Some(replay)).await;
            if response.status().is_success() {
                *response.status_mut() = status;
            }
            response
        }
    }
}

/// An address on this site; anything else, such as `//evil.example`, becomes the list of leads.
fn local(location: &str) -> &str {
    let is_local = location.starts_with('/') && !location.starts_with("//") && !location.contains(['\\', '\r', '\n', '\t']);
    if is_local { location } else { "/leads" }
}

async fn read_form(headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !content_type.is_empty() && !content_type.starts_with("application/x-www-form-urlencoded") {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "This form is not understood",
            "Open the page again and send the form from there.",
        ));
    }
    read_body(headers, body).await
}

async fn read_body(headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
    let too_long = || {
        Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "This is too much at once",
            "A form can hold at most one million characters. Send less, or attach it as a file.",
        )
    };
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()).and_then(|length| length.parse::<usize>().ok());
    if announced.is_some_and(|length| length > FORM_AT_MOST) {
        return Err(too_long());
    }
    match tokio::time::timeout(FORM_ARRIVES_WITHIN, axum::body::to_bytes(body, FORM_AT_MOST)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err(too_long()),
        Err(_) => Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "This took too long", "The form did not arrive completely. Try again.")),
    }
}

/// Puts the new session into the cookie, or takes it out. Who signs in anew leaves the session they had, so that nobody
/// goes on with a token known before.
async fn change_session(state: &AppState, visitor: &Visitor, change: Option<SessionChange>) -> service::Result<Vec<HeaderValue>> {
    match change {
        Some(SessionChange::Start { token, user }) => {
            if let (Some(old), Some(_)) = (&visitor.token, &visitor.actor) {
                service::people::sign_out(&state.ctx(), old).await?;
            }
            Ok(session::start_cookies(&token, user, &state.site))
        }
        Some(SessionChange::End) => Ok(session::end_cookies(&state.site)),
        None => Ok(Vec::new()),
    }
}

/// Whose open streams have to ask again who they are: `Some(None)` stands for everybody's.
fn whose_session_changed(path: &str, visitor: &Visitor) -> Option<Option<UserId>> {
    // A merge may move the people of a distributor to another.
    if path.starts_with("/admin/") || (path.starts_with("/accounts/") && path.contains("/merge")) {
        return Some(None);
    }
    let is_own = ["/logout", "/login", "/me", "/account/"].iter().any(|door| path.starts_with(door)) || path == "/account";
    is_own.then(|| visitor.actor.as_ref().map(|actor| actor.id))
}

static FUNCTIONS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path).collect());

/// A server function. Strangers were turned away before.
pub async fn function(State(state): State<AppState>, Extension(visitor): Extension<Visitor>, request: Request) -> Response {
    if !FUNCTIONS.contains(request.uri().path()) {
        return Problem::not_found().answer(Asker::Function, &visitor.reference);
    }
    let (parts, body) = request.into_parts();
    let body = match read_body(&parts.headers, body).await {
        Ok(body) => body,
        Err(problem) => return problem.answer(Asker::Function, &visitor.reference),
    };
    let request_ctx = visitor.request_ctx(&state);
    let provide = move || provide_context(request_ctx.clone());
    let mut response = leptos_axum::handle_server_fns_with_context(provide, Request::from_parts(parts, Body::from(body))).await.into_response();
    response.extensions_mut().insert(Served);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        assert_eq!(local("/leads/1042?view=mine"), "/leads/1042?view=mine");
        for location in ["//evil.example", "https://evil.example", "/\\evil.example", "", "javascript:alert(1)", "/a\r\nx: y"] {
            assert_eq!(local(location), "/leads", "{location}");
        }
    }
}
