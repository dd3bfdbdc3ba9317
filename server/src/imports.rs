//! The import page's files: how they arrive, how the refused rows leave, and the task that works on them.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use app::form_reply::FormReply;
use axum::body::{Body, Bytes};
use axum::extract::{Extension, FromRequest as _, Multipart, Path as InPath, Request, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use domain::{Action, FieldErrors, FormValues, Target};
use futures::stream;
use service::imports::Arrived;
use service::{Ctx, ServiceError};
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::pages;
use crate::problem::{Asker, Problem};
use crate::session::Visitor;
use crate::state::AppState;

/// The largest file. Unit: bytes.
const FILE_AT_MOST: u64 = 2_000_000_000;
/// How long the next piece of a file may take to arrive.
const PIECE_ARRIVES_WITHIN: Duration = Duration::from_secs(30);
const LATE: &str = "The file took too long to arrive; try again";
const INCOMPLETE: &str = "The file did not arrive completely; try again";
/// After this long an upload that nobody knows of is removed; it is looked for as often.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(3600);
/// How often it is looked whether a file waits.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// `POST /import`: a file and its supplier, as a browser sends them.
pub async fn upload(State(state): State<AppState>, Extension(visitor): Extension<Visitor>, request: Request) -> Response {
    let headers = request.headers().clone();
    let request_ctx = visitor.request_ctx(&state);
    let mut supplier = String::new();
    let reply = match receive(&state, &request_ctx.ctx, request, &mut supplier).await {
        Ok(id) => FormReply::Done { location: format!("/import/{id}"), message: "The file is here".to_owned() },
        Err(error) => app::doors::refusal(&request_ctx, error),
    };
    let typed = form_urlencoded::Serializer::new(String::new()).append_pair("supplier", &supplier).finish();
    pages::answer_form(&state, &visitor, headers, ("/import", "/import"), FormValues::decode(typed.as_bytes()), reply).await
}

/// Takes the parts as they come; what was typed as the supplier is left in `supplier`, whatever happens.
async fn receive(state: &AppState, ctx: &Ctx, request: Request, supplier: &mut String) -> Result<i64, ServiceError> {
    // Nobody else's bytes are even read.
    let actor = ctx.actor()?;
    if !domain::can(actor, Action::ImportLeads, Target::Site) {
        return Err(ServiceError::Forbidden("Only managers and administrators can import".to_owned()));
    }
    let at_file = |sentence: &str| ServiceError::from(FieldErrors::at("file", sentence));
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| at_file("Choose a file"))?;
    let mut arrived: Option<(Spooled, String)> = None;
    loop {
        let next = tokio::time::timeout(PIECE_ARRIVES_WITHIN, parts.next_field()).await.map_err(|_| at_file(LATE))?;
        let Some(mut field) = next.map_err(|_| at_file(INCOMPLETE))? else { break };
        match field.name() {
            Some("supplier") => {
                while let Some(piece) = field.chunk().await.map_err(|_| at_file(INCOMPLETE))? {
                    supplier.push_str(&String::from_utf8_lossy(&piece));
                    if supplier.len() > 1000 {
                        return Err(FieldErrors::at("supplier", "Use at most 200 characters").into());
                    }
                }
            }
            Some("file") if arrived.is_none() => {
                let name = field.file_name().unwrap_or_default().rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
                let name: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
                if name.is_empty() {
                    return Err(at_file("Choose a file"));
                }
                let mut spooled = Spooled::new(&state.site.spool).await.map_err(|error| unwritable(&error))?;
                loop {
                    let piece = tokio::time::timeout(PIECE_ARRIVES_WITHIN, field.chunk()).await.map_err(|_| at_file(LATE))?;
                    let Some(piece) = piece.map_err(|_| at_file(INCOMPLETE))? else { break };
                    spooled.bytes += piece.len() as u64;
                    if spooled.bytes > FILE_AT_MOST {
                        return Err(at_file("The file is larger than 2 GB; split it"));
                    }
                    spooled.file.write_all(&piece).await.map_err(|error| unwritable(&error))?;
                }
                spooled.file.flush().await.map_err(|error| unwritable(&error))?;
                arrived = Some((spooled, name));
            }
            _ => {}
        }
    }
    let (mut spooled, file_name) = arrived.ok_or_else(|| at_file("Choose a file"))?;
    let arrived = Arrived {
        spool: &state.site.spool,
        spool_name: &spooled.name,
        file_name: &file_name,
        bytes: i64::try_from(spooled.bytes).unwrap_or(i64::MAX),
        supplier: supplier.trim(),
    };
    let id = service::imports::take_file(ctx, arrived).await?;
    spooled.is_kept = true;
    Ok(id)
}

fn unwritable(error: &std::io::Error) -> ServiceError {
    ServiceError::Refused(format!("The file cannot be kept on the server ({error})"))
}

/// A file in the spool folder, which goes away unless it is kept.
struct Spooled {
    folder: PathBuf,
    name: String,
    file: File,
    bytes: u64,
    is_kept: bool,
}

impl Spooled {
    async fn new(folder: &Path) -> std::io::Result<Self> {
        tokio::fs::create_dir_all(folder).await?;
        let name = format!("upload-{:032x}.csv", rand::random::<u128>());
        let file = File::options().write(true).create_new(true).open(folder.join(&name)).await?;
        Ok(Self { folder: folder.to_owned(), name, file, bytes: 0, is_kept: false })
    }
}

impl Drop for Spooled {
    fn drop(&mut self) {
        if !self.is_kept {
            let _removed = std::fs::remove_file(self.folder.join(&self.name));
        }
    }
}

/// `GET /import/{number}/refused.csv`: the refused rows, to be mended.
pub async fn refused(State(state): State<AppState>, Extension(visitor): Extension<Visitor>, InPath(number): InPath<String>) -> Response {
    let ctx = visitor.request_ctx(&state).ctx;
    let problem = |error| Problem::of(error, &visitor.reference).answer(Asker::Page, &visitor.reference);
    let Ok(number) = number.parse() else { return problem(ServiceError::NotFound) };
    let (name, called) = match service::imports::refused_rows(&ctx, number).await {
        Ok(found) => found,
        Err(error) => return problem(error),
    };
    let Ok(file) = File::open(state.site.spool.join(name)).await else { return problem(ServiceError::NotFound) };
    let pieces = stream::unfold(Some(file), |file| async move {
        let mut file = file?;
        let mut piece = vec![0; 64 * 1024];
        match file.read(&mut piece).await {
            Ok(0) => None,
            Ok(length) => {
                piece.truncate(length);
                Some((Ok(Bytes::from(piece)), Some(file)))
            }
            Err(error) => Some((Err(error), None)),
        }
    });
    let mut answer = Response::new(Body::from_stream(futures::StreamExt::fuse(pieces)));
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    let called: String = called.chars().map(|c| if c.is_ascii_alphanumeric() || "-_. ".contains(c) { c } else { '_' }).collect();
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{called}\"")) {
        answer.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    }
    answer
}

/// Works on uploaded files, one after the other, until the task is ended; what is then under way goes on at the next start.
pub async fn work(ctx: Ctx, spool: PathBuf) {
    let mut tidied = None::<Instant>;
    loop {
        if tidied.is_none_or(|at| at.elapsed() > FORGOTTEN_AFTER) {
            tidied = Some(Instant::now());
            if let Err(error) = service::imports::tidy(&ctx, &spool, FORGOTTEN_AFTER).await {
                tracing::warn!(%error, "the spool folder could not be tidied");
            }
        }
        match service::imports::work_on_next(&ctx, &spool).await {
            Ok(true) => {}
            Ok(false) => tokio::time::sleep(LOOK_EVERY).await,
            Err(error) => {
                tracing::warn!(%error, "an uploaded file waits");
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
    }
}
