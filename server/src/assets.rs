//! The site's files: inside the binary in a release build, read from `target/site` when a debug build starts.

use std::collections::HashMap;
use std::sync::LazyLock;

use app::shell::SiteFiles;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../target/site"]
struct Site;

struct Asset {
    bytes: Bytes,
    brotli: Option<Bytes>,
    content_type: HeaderValue,
    /// The first half of the SHA-256, in hexadecimal.
    version: String,
}

static ASSETS: LazyLock<HashMap<String, Asset>> = LazyLock::new(|| {
    let names = Site::iter().filter(|name| !name.ends_with(".br"));
    names.filter_map(|name| Some((name.to_string(), load(&name)?))).collect()
});

fn load(name: &str) -> Option<Asset> {
    let file = Site::get(name)?;
    let version = file.metadata.sha256_hash()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    let mime = mime_guess::from_path(name).first_or_octet_stream();
    let charset = if mime.type_() == "text" { "; charset=utf-8" } else { "" };
    let content_type = HeaderValue::from_str(&format!("{mime}{charset}")).ok()?;
    let brotli = Site::get(&format!("{name}.br")).map(|file| to_bytes(file.data));
    Some(Asset { bytes: to_bytes(file.data), brotli, content_type, version })
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
/// With the right `?v=` it may be kept for ever; else the browser asks again and is told if nothing changed.
#[must_use]
pub fn serve(method: &Method, path: &str, query: Option<&str>, headers: &HeaderMap) -> Option<Response<Body>> {
    let asset = ASSETS.get(name_of(path)?)?;
    if method != Method::GET && method != Method::HEAD {
        return Some(empty(StatusCode::METHOD_NOT_ALLOWED));
    }
    let is_versioned = query.is_some_and(|query| query.split('&').any(|pair| pair.strip_prefix("v=") == Some(&asset.version)));
    let brotli = asset.brotli.as_ref().filter(|_| accepts_brotli(headers));
    let etag = format!("\"{}{}\"", asset.version, if brotli.is_some() { "-br" } else { "" });
    let is_known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|known| known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag));
    let mut response = if is_known { empty(StatusCode::NOT_MODIFIED) } else { Response::new(Body::from(brotli.unwrap_or(&asset.bytes).clone())) };
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
        if brotli.is_some() {
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
    fn nothing_outside_the_site_is_served() {
        for path in ["/static/../Cargo.toml", "/pkg/../../Cargo.toml", "/static/%2e%2e/Cargo.toml", "/", "", "/static/"] {
            assert!(serve(&Method::GET, path, None, &HeaderMap::new()).is_none(), "{path}");
        }
    }
}
