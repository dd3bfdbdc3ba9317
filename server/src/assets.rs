//! The site's files: inside the binary in a release build, read from `target/site` when a debug build starts.
//! What compresses is there as Brotli alone, which every browser of today takes; for who does not it is taken apart again.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use app::shell::SiteFiles;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../target/site"]
struct Site;

struct Asset {
    content: Content,
    content_type: HeaderValue,
    /// The first half of the SHA-256, in hexadecimal.
    version: String,
}

enum Content {
    Plain(Bytes),
    Brotli { compressed: Bytes, plain: OnceLock<Bytes> },
}

static ASSETS: LazyLock<HashMap<String, Asset>> = LazyLock::new(|| Site::iter().filter_map(|file| load(&file)).collect());

fn load(file: &str) -> Option<(String, Asset)> {
    let stored = Site::get(file)?;
    let version = stored.metadata.sha256_hash()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    let bytes = to_bytes(stored.data);
    let (name, content) = match file.strip_suffix(".br") {
        Some(name) => (name, Content::Brotli { compressed: bytes, plain: OnceLock::new() }),
        None => (file, Content::Plain(bytes)),
    };
    let mime = mime_guess::from_path(name).first_or_octet_stream();
    let charset = if mime.type_() == "text" { "; charset=utf-8" } else { "" };
    let content_type = HeaderValue::from_str(&format!("{mime}{charset}")).ok()?;
    Some((name.to_owned(), Asset { content, content_type, version }))
}

impl Content {
    /// The bytes for who takes Brotli or does not, and whether they are compressed.
    fn bytes(&self, takes_brotli: bool) -> (Bytes, bool) {
        match self {
            Self::Plain(bytes) => (bytes.clone(), false),
            Self::Brotli { compressed, .. } if takes_brotli => (compressed.clone(), true),
            Self::Brotli { compressed, plain } => (plain.get_or_init(|| decompress(compressed)).clone(), false),
        }
    }
}

fn decompress(compressed: &[u8]) -> Bytes {
    let mut plain = Vec::new();
    brotli_decompressor::BrotliDecompress(&mut &*compressed, &mut plain).expect("the site's build made this file");
    Bytes::from(plain)
}

fn to_bytes(data: std::borrow::Cow<'static, [u8]>) -> Bytes {
    match data {
        std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
    }
}

/// The versioned addresses of what every page needs; empty ones where the site was not built.
#[must_use]
pub fn site_files() -> SiteFiles {
    let versioned = |name: &str| ASSETS.get(name).map_or_else(String::new, |asset| format!("/{name}?v={}", asset.version));
    SiteFiles {
        css: versioned("pkg/leadwright.css"),
        pages_css: versioned("pkg/pages.css"),
        js: versioned("pkg/leadwright.js"),
        wasm: versioned("pkg/leadwright_bg.wasm"),
    }
}

/// Whether a path is the site's own: it needs no session, and what is missing there is not a page.
#[must_use]
pub fn is_asset_path(path: &str) -> bool {
    path.starts_with("/pkg/") || path.starts_with("/static/") || name_of(path).is_some()
}

fn name_of(path: &str) -> Option<&str> {
    let path = path.strip_prefix('/')?;
    // What lies in style/static stands at the top of the site, and is linked to below /static/.
    let name = path.strip_prefix("static/").unwrap_or(path);
    let name = if name == "favicon.ico" && !ASSETS.contains_key(name) { "favicon.svg" } else { name };
    ASSETS.get_key_value(name).map(|(name, _)| name.as_str())
}

/// A file of the site; `None` when there is none of that name.
///
/// With the right `?v=`, or its hash in its name, it may be kept for ever; else the browser asks again and is told if nothing changed.
#[must_use]
pub fn serve(method: &Method, path: &str, query: Option<&str>, headers: &HeaderMap) -> Option<Response<Body>> {
    let name = name_of(path)?;
    let asset = ASSETS.get(name)?;
    if method != Method::GET && method != Method::HEAD {
        return Some(empty(StatusCode::METHOD_NOT_ALLOWED));
    }
    let is_asked = |query: &str| query.split('&').any(|pair| pair.strip_prefix("v=") == Some(&asset.version));
    let is_versioned = name.starts_with("pkg/chunks/") || query.is_some_and(is_asked);
    let (bytes, is_compressed) = asset.content.bytes(accepts_brotli(headers));
    let etag = format!("\"{}{}\"", asset.version, if is_compressed { "-br" } else { "" });
    let is_known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|known| known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag));
    let mut response = if is_known { empty(StatusCode::NOT_MODIFIED) } else { Response::new(Body::from(bytes)) };
    let set = response.headers_mut();
    set.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static(if is_versioned { "public, max-age=31536000, immutable" } else { "public, no-cache" }),
    );
    set.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        set.insert(header::ETAG, etag);
    }
    if !is_known {
        set.insert(header::CONTENT_TYPE, asset.content_type.clone());
        if is_compressed {
            set.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
        }
    }
    Some(response)
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

fn accepts_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        parts.next() == Some("br") && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brotli_is_sent_to_who_asks_for_it() {
        let accepts = |value: &'static str| accepts_brotli(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]));
        assert!(accepts("gzip, deflate, br, zstd"));
        assert!(accepts("br;q=0.5"));
        assert!(!accepts("gzip, br;q=0"));
        assert!(!accepts("gzip"));
        assert!(!accepts_brotli(&HeaderMap::new()));
    }

    #[test]
    fn what_is_compressed_can_be_had_plain() {
        let nothing_else: &[u8] = &[0x0b, 0x02, 0x80, b'p', b'l', b'a', b'i', b'n', 0x03];
        let content = Content::Brotli { compressed: Bytes::from_static(nothing_else), plain: OnceLock::new() };
        assert_eq!(content.bytes(true), (Bytes::from_static(nothing_else), true));
        assert_eq!(content.bytes(false), (Bytes::from_static(b"plain"), false));
    }

    #[test]
    fn nothing_outside_the_site_is_served() {
        for path in ["/static/../Cargo.toml", "/pkg/../../Cargo.toml", "/static/%2e%2e/Cargo.toml", "/", "", "/static/"] {
            assert!(serve(&Method::GET, path, None, &HeaderMap::new()).is_none(), "{path}");
        }
    }
}
