//! The description of the API, made from the handlers' own: what they all have in common is added here.

use axum::body::Bytes;
use axum::extract::Extension;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, OperationBuilder, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    Components, ContentBuilder, Header, HttpMethod, Info, License, Object, OpenApi, OpenApiBuilder, Ref, RefOr, Required, ResponseBuilder, Type,
};
use utoipa::{PartialSchema as _, ToSchema as _};

use crate::problem::ProblemJson;

/// Its address.
pub const PATH: &str = "/api/v1/openapi.json";
const BEARER: &str = "token";
const SESSION: &str = "session";

const ABOUT: &str = "What a program may do with leads, in JSON. A token in `Authorization: Bearer` says for whom it acts; what that person may \
    do, the program may do within the token's scope. Names stand for configured things. Fields that are not known are refused.";

/// What every handler's description starts from.
#[must_use]
pub fn start() -> OpenApi {
    let mut info = Info::new("Leadwright", env!("CARGO_PKG_VERSION"));
    info.description = Some(ABOUT.to_owned());
    let mut license = License::new("AGPL-3.0-or-later");
    license.identifier = Some("AGPL-3.0-or-later".to_owned());
    info.license = Some(license);
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("Made on /admin/tokens, or with `leadwright token add`")).build();
    let mut components = Components::new();
    components.add_security_scheme(BEARER, SecurityScheme::Http(bearer));
    components.add_security_scheme(SESSION, SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(crate::session::COOKIE))));
    components.schemas.insert(ProblemJson::name().into_owned(), ProblemJson::schema());
    OpenApiBuilder::new().info(info).components(Some(components)).build()
}

/// Adds to every operation what can happen to any: who may not, too often, too busy, and what is wrong with what was sent.
pub fn complete(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        for operation in operations(item) {
            complete_operation(path, operation);
        }
    }
    document.paths.add_path_operation("/api/v1/live", vec![HttpMethod::Get], live());
}

/// The stream of changes, which has a router of its own.
fn live() -> Operation {
    let problem = |description: &str| {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(ProblemJson::name()))).build();
        ResponseBuilder::new().description(description).content("application/problem+json", content)
    };
    let stream = ContentBuilder::new().schema(Some(Object::with_type(Type::String))).build();
    let seen = ParameterBuilder::new()
        .name("last-event-id")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("The id last heard: the stream goes on behind it"))
        .schema(Some(Object::with_type(Type::String)));
    let mut operation = OperationBuilder::new()
        .tag("live")
        .operation_id(Some("live"))
        .summary(Some("The stream of changes"))
        .description(Some("Server-sent events, each with the number of a record that changed and that the token's person may see. Takes a token, or a browser's session; ends with it."))
        .parameter(seen)
        .security(SecurityRequirement::new(BEARER, Vec::<String>::new()))
        .security(SecurityRequirement::new(SESSION, Vec::<String>::new()))
        .response("200", ResponseBuilder::new().description("The stream").content("text/event-stream", stream))
        .response("401", problem("No valid token, and nobody is signed in").header("www-authenticate", Header::default()))
        .response("403", problem("Not within the token's scope"))
        .response("429", problem("Too many calls with this token").header("retry-after", seconds("Seconds to wait")))
        .response("503", problem("Busy, or about to end").header("retry-after", seconds("Seconds to wait")))
        .build();
    add_limits(&mut operation);
    operation
}

/// The operations of one address.
fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.patch, &mut item.delete].into_iter().flatten()
}

fn complete_operation(path: &str, operation: &mut Operation) {
    operation.security = Some(vec![SecurityRequirement::new(BEARER, Vec::<String>::new())]);
    let parameters = operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some((parameter.name.as_str(), parameter.required == Required::True)),
        RefOr::Ref(_) => None,
    });
    let parameters: Vec<(&str, bool)> = parameters.collect();
    let takes = |name: &str| parameters.iter().any(|(taken, _)| *taken == name);
    let sends_body = operation.request_body.is_some();
    let mut problems = vec![
        ("401", "No valid token"),
        ("403", "Not within the token's scope, or not the person's to do"),
        ("429", "Too many calls with this token"),
        ("503", "Busy"),
    ];
    if path.contains('{') {
        problems.push(("404", "No such record, or not the person's to see"));
    }
    if path.ends_with("/accounts/{number}") {
        problems.push(("410", "Merged into another account, which the detail names"));
    }
    if takes("if-match") {
        problems.push(("412", "Another version than the one in If-Match"));
    }
    if parameters.contains(&("if-match", true)) {
        problems.push(("428", "If-Match is missing"));
    }
    if sends_body || takes("cursor") || takes("if-match") {
        problems.push(("422", "Fields or a rule say no"));
    }
    if sends_body {
        problems.extend([
            ("400", "The body is no JSON object"),
            ("408", "The body did not arrive"),
            ("413", "Too long"),
            ("415", "The body is no JSON"),
        ]);
    }
    for (status, description) in problems {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(ProblemJson::name()))).build();
        let mut response = ResponseBuilder::new().description(description).content("application/problem+json", content);
        if matches!(status, "429" | "503") {
            response = response.header("retry-after", seconds("Seconds to wait"));
        }
        if status == "401" {
            response = response.header("www-authenticate", Header::default());
        }
        operation.responses.responses.insert(status.to_owned(), RefOr::T(response.build()));
    }
    add_limits(operation);
}

/// What every answer to a valid token says of the calls it has left.
fn add_limits(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && status != "401"
        {
            response.headers.insert("ratelimit-limit".to_owned(), seconds("Calls a token has in a minute").into());
            response.headers.insert("ratelimit-remaining".to_owned(), seconds("Calls left").into());
            response.headers.insert("ratelimit-reset".to_owned(), seconds("Seconds until all of them are there again").into());
        }
    }
}

fn seconds(description: &str) -> Header {
    HeaderBuilder::new().schema(Some(Object::with_type(Type::Integer))).description(Some(description)).build()
}

/// The document as it is sent, made once.
#[derive(Clone)]
pub struct Document(pub Bytes);

/// `GET /api/v1/openapi.json`, for anybody.
pub async fn serve(Extension(document): Extension<Document>) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], document.0).into_response()
}
