//! Who is asking: the session cookie, and what nobody in particular may open.

use std::net::SocketAddr;
use std::sync::Arc;

use app::routes::is_private;
use app::server_ctx::RequestCtx;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::{Actor, Availability, UserId};

use crate::observe::RequestId;
use crate::problem::{Asker, Problem};
use crate::state::{AppState, Site};

/// The cookie that carries the session's token.
pub const COOKIE: &str = "leadwright_session";
/// The cookie that says who was signed in here last: what they typed is shown to nobody else. It opens nothing, and goes when they sign out.
pub const LAST_COOKIE: &str = "leadwright_last";
/// As long as a session lasts at most. Unit: seconds.
const COOKIE_MAX_AGE: i64 = service::people::SESSION_LONGEST_MS / 1000;

/// Forms that need no session, and the pages they stand on.
const PUBLIC_PAGES: [&str; 5] = ["/login", "/logout", "/setup", "/register", "/register/thanks"];
/// Server functions that need none; the others refuse before they are called.
pub const PUBLIC_FUNCTIONS: [&str; 0] = [];

/// Who is asking.
#[derive(Clone, Debug)]
pub struct Visitor {
    pub actor: Option<Actor>,
    /// The catalog's as it was read with the actor.
    pub catalog_version: Option<i64>,
    /// What the person says of themselves.
    pub availability: Option<Availability>,
    /// The cookie's token, whether it stands for a session or not.
    pub token: Option<String>,
    pub address: String,
    /// The request's id, for people to quote.
    pub reference: String,
}

impl Visitor {
    /// What the app needs of the request.
    #[must_use]
    pub fn request_ctx(&self, state: &AppState) -> RequestCtx {
        let ctx = service::Ctx {
            actor: self.actor.clone(),
            catalog_version: self.catalog_version,
            availability: self.availability,
            address: self.address.clone(),
            ..state.ctx()
        };
        RequestCtx {
            ctx,
            address: self.address.clone(),
            demo: state.site.is_demo,
            reference: self.reference.clone(),
            kept: Arc::clone(&state.kept),
            session: None,
        }
    }
}

/// Middleware: finds out who is asking, and turns strangers away from what is not public.
pub async fn know_visitor(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let reference = request.extensions().get::<RequestId>().map_or_else(String::new, |id| id.0.clone());
    let asker = Asker::of(request.method(), request.uri().path(), request.headers());
    let token = find_token(request.headers());
    let found = match &token {
        Some(token) => match service::people::session(&state.ctx(), token).await {
            Ok(found) => found,
            Err(error) => return Problem::of(error, &reference).answer(asker, &reference),
        },
        None => None,
    };
    let (catalog_version, availability) = found.as_ref().map(|found| (found.catalog_version, found.availability)).unzip();
    let actor = found.map(|found| found.actor);
    let visitor = Visitor { actor, catalog_version, availability, token, address: address(&request, &state.site), reference };
    match turn_away(&state, &visitor, asker, request.method(), request.uri(), request.headers()).await {
        Ok(None) => {}
        Ok(Some(answer)) => return answer,
        Err(error) => return Problem::of(error, &visitor.reference).answer(asker, &visitor.reference),
    }
    request.extensions_mut().insert(visitor);
    next.run(request).await
}

/// The answer for who cannot go on, or need not.
async fn turn_away(
    state: &AppState,
    visitor: &Visitor,
    asker: Asker,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
) -> service::Result<Option<Response>> {
    let path = uri.path();
    let is_reading = matches!(*method, Method::GET | Method::HEAD);
    if visitor.actor.is_some() {
        let is_entrance = matches!(path, "/login" | "/setup") && is_reading;
        return Ok(is_entrance.then(|| Redirect::to(app::routes::MY_DAY).into_response()));
    }
    if PUBLIC_FUNCTIONS.contains(&path) {
        return Ok(None);
    }
    if asker == Asker::Page && is_reading && !matches!(path, "/register" | "/register/thanks") && !is_private(path) {
        let is_open = state.setup_is_open().await?;
        return Ok(match (path, is_open) {
            ("/setup", true) | ("/login", false) => None,
            ("/setup", false) => Some(Redirect::to("/login").into_response()),
            (_, true) => Some(Redirect::to("/setup").into_response()),
            (_, false) => Some(to_sign_in(uri.path_and_query().map_or("/", |all| all.as_str()))),
        });
    }
    if is_public_form(path) {
        return Ok(None);
    }
    // What was typed goes on to the sign-in page, see `pages`.
    if asker == Asker::Page && *method == Method::POST && last_person(headers).is_some() && app::doors::kept::is_form(path) {
        return Ok(None);
    }
    Ok(Some(match asker {
        Asker::Page => to_sign_in(referring_page(headers).as_deref().unwrap_or("/")),
        _ => Problem::sign_in().answer(asker, &visitor.reference),
    }))
}

/// Whether a form needs no session.
#[must_use]
pub fn is_public_form(path: &str) -> bool {
    PUBLIC_PAGES.contains(&path) || is_private(path)
}

/// To the sign-in page, and back to `page` from there.
#[must_use]
pub fn to_sign_in(page: &str) -> Response {
    Redirect::to(&sign_in_address(page)).into_response()
}

/// The sign-in page's address, from which one goes on to `page`.
#[must_use]
pub fn sign_in_address(page: &str) -> String {
    if page == "/" {
        return "/login".to_owned();
    }
    let next: String = form_urlencoded::Serializer::new(String::new()).append_pair("next", page).finish();
    format!("/login?{next}")
}

/// The page a form stood on, when the browser tells and it is ours.
#[must_use]
pub fn referring_page(headers: &HeaderMap) -> Option<String> {
    let referrer: Uri = headers.get(header::REFERER)?.to_str().ok()?.parse().ok()?;
    let host = headers.get(header::HOST)?.to_str().ok()?;
    (referrer.authority()?.as_str() == host).then(|| referrer.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string))
}

fn find_token(headers: &HeaderMap) -> Option<String> {
    // No token is that long; a stranger's text goes no further.
    find_cookie(headers, COOKIE).map(str::to_owned).filter(|token| !token.is_empty() && token.len() <= 200)
}

/// Who was signed in last in this browser.
#[must_use]
pub fn last_person(headers: &HeaderMap) -> Option<UserId> {
    find_cookie(headers, LAST_COOKIE)?.parse().ok().map(UserId)
}

fn find_cookie<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value)
}

fn address(request: &Request, site: &Site) -> String {
    let forwarded = request.headers().get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
    // The last entry is the one our own proxy wrote; those before it are hearsay.
    if let Some(address) =
        forwarded.and_then(|list| list.rsplit(',').next()).map(str::trim).filter(|address| site.trusts_proxy && !address.is_empty())
    {
        return address.chars().take(64).collect();
    }
    request.extensions().get::<ConnectInfo<SocketAddr>>().map_or_else(|| "unknown".to_owned(), |peer| peer.0.ip().to_canonical().to_string())
}

/// The headers that start a person's session in the browser.
#[must_use]
pub fn start_cookies(token: &str, user: UserId, site: &Site) -> Vec<HeaderValue> {
    // Who was here last is known longer than their session lasts.
    [cookie(COOKIE, token, COOKIE_MAX_AGE, site), cookie(LAST_COOKIE, &user.to_string(), 2 * COOKIE_MAX_AGE, site)].into_iter().flatten().collect()
}

/// The headers that end it there.
#[must_use]
pub fn end_cookies(site: &Site) -> Vec<HeaderValue> {
    [COOKIE, LAST_COOKIE].into_iter().filter_map(|name| cookie(name, "", 0, site)).collect()
}

fn cookie(name: &str, value: &str, max_age: i64, site: &Site) -> Option<HeaderValue> {
    let secure = if site.is_secure() { "; Secure" } else { "" };
    HeaderValue::from_str(&format!("{name}={value}; HttpOnly; SameSite=Lax; Path=/; Max-Age={max_age}{secure}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_found_among_other_cookies() {
        let find = |value: &'static str| find_token(&HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(value))]));
        assert_eq!(find("theme=dark; leadwright_session=abc; x=y"), Some("abc".to_owned()));
        assert_eq!(find("other_leadwright_session=abc"), None);
        assert_eq!(find("leadwright_session="), None);
    }

    #[test]
    fn who_was_here_last_is_a_number() {
        let last = |value: &'static str| last_person(&HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(value))]));
        assert_eq!(last("leadwright_session=abc; leadwright_last=7"), Some(UserId(7)));
        assert_eq!(last("leadwright_last=maya"), None);
        assert_eq!(last("leadwright_session=abc"), None);
    }

    #[test]
    fn a_form_comes_back_only_to_our_own_pages() {
        let page = |referrer: &'static str| {
            let headers = [(header::REFERER, HeaderValue::from_static(referrer)), (header::HOST, HeaderValue::from_static("crm.example:3000"))];
            referring_page(&HeaderMap::from_iter(headers))
        };
        assert_eq!(page("http://crm.example:3000/leads?q=acme"), Some("/leads?q=acme".to_owned()));
        assert_eq!(page("http://evil.example/leads"), None);
    }
}
