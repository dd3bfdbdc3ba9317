//! The library of material: how files arrive, and how they are given out: to people of the house, and at the private addresses that messages
//! name. Browsers are told what a file is by its content, and that it is to be saved, not shown.

use app::form_reply::FormReply;
use app::routes::MATERIAL;
use axum::extract::{Extension, FromRequest as _, Multipart, Path as InPath, Request, State};
use axum::response::Response;
use domain::lead_parts::SIZE_MOST;
use domain::{FormValues, MaterialId};
use service::material::{self, Upload};
use service::{Ctx, ServiceError, once};

use crate::documents::{INCOMPLETE, PIECE_ARRIVES_WITHIN, at_field, give_out, read};
use crate::observe::RequestId;
use crate::pages;
use crate::problem::{Asker, Problem};
use crate::session::Visitor;
use crate::state::AppState;

/// Where pieces are fetched without signing in; what follows is secret.
pub const SHARED: &str = "/shared/";
/// Longest value of a field that holds no file: that of the longest note. Unit: bytes.
const TEXT_MOST: usize = 4 * domain::text::NOTE_MAX;
/// Fields that hold no file.
const TEXTS: [&str; 4] = ["name", "description", "tags", "once"];

/// A form as far as it arrived.
#[derive(Default)]
struct Arrived {
    file_name: String,
    /// At most one byte more than fits, which is enough to say so.
    bytes: Vec<u8>,
    values: FormValues,
}

/// `POST /material`: a piece, as a browser sends it.
pub async fn upload(State(state): State<AppState>, Extension(visitor): Extension<Visitor>, request: Request) -> Response {
    let headers = request.headers().clone();
    let request_ctx = visitor.request_ctx(&state);
    let mut arrived = Arrived::default();
    let added = match receive(&request_ctx.ctx, request, &mut arrived).await {
        Ok(()) => add(&request_ctx.ctx, &arrived).await,
        Err(error) => Err(error),
    };
    let reply = match added {
        Ok(_) => FormReply::Done { location: MATERIAL.to_owned(), message: "Added to the library".to_owned() },
        Err(error) => app::doors::refusal(&request_ctx, error),
    };
    // What was typed is not lost with a file that is refused.
    pages::answer_form(&state, &visitor, headers, (MATERIAL, MATERIAL), arrived.values.without("once"), reply).await
}

async fn receive(ctx: &Ctx, request: Request, arrived: &mut Arrived) -> Result<(), ServiceError> {
    // Nobody else's bytes are even read.
    material::require_add(ctx)?;
    let mut sent = Multipart::from_request(request, &()).await.map_err(|_| at_field("Choose a file"))?;
    let mut total = 0;
    loop {
        let next = tokio::time::timeout(PIECE_ARRIVES_WITHIN, sent.next_field()).await.map_err(|_| at_field(INCOMPLETE))?;
        let Some(mut field) = next.map_err(|_| at_field(INCOMPLETE))? else { return Ok(()) };
        let name = field.name().unwrap_or_default().to_owned();
        if name == "document" {
            field.file_name().unwrap_or_default().clone_into(&mut arrived.file_name);
            arrived.bytes = read(&mut field, SIZE_MOST, &mut total).await?;
        } else if TEXTS.contains(&name.as_str()) {
            let text = read(&mut field, TEXT_MOST, &mut total).await?;
            arrived.values.0.push((name, String::from_utf8_lossy(&text).into_owned()));
        } else {
            read(&mut field, 0, &mut total).await?;
        }
    }
}

async fn add(ctx: &Ctx, arrived: &Arrived) -> Result<MaterialId, ServiceError> {
    let mut told = arrived.values.clone();
    told.0.push(("file".to_owned(), format!("{} {}", arrived.file_name, arrived.bytes.len())));
    let once = once::of_form(ctx, "material", &told);
    let upload = Upload { file_name: &arrived.file_name, bytes: &arrived.bytes, form: &arrived.values };
    material::add(ctx, upload, once.as_ref()).await
}

/// `GET /material/{number}`: a piece, to be saved, for people of the house.
pub async fn download(State(state): State<AppState>, Extension(visitor): Extension<Visitor>, InPath(number): InPath<String>) -> Response {
    let found = match number.parse::<MaterialId>() {
        Ok(id) => material::content(&visitor.request_ctx(&state).ctx, id).await,
        Err(_) => Err(ServiceError::NotFound),
    };
    match found {
        Ok((piece, bytes)) => give_out(&piece.file_name, piece.kind, bytes),
        Err(error) => Problem::of(error, &visitor.reference).answer(Asker::Page, &visitor.reference),
    }
}

/// `GET /shared/{secret}`: the piece to which a message leads, to be saved, for whoever knows the address.
pub async fn shared(State(state): State<AppState>, InPath(token): InPath<String>, request: Request) -> Response {
    let reference = request.extensions().get::<RequestId>().map_or_else(String::new, |id| id.0.clone());
    match material::shared(&state.ctx(), &token).await {
        Ok((piece, bytes)) => give_out(&piece.file_name, piece.kind, bytes),
        Err(error) => Problem::of(error, &reference).answer(Asker::Page, &reference),
    }
}
