//! Readings of the import pages.

use domain::import_file::{ImportFile, ImportPage};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

use crate::wire_error::WireError;

/// A file with the homes that its columns can have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenedFile {
    pub file: ImportFile,
    /// Key and label.
    pub homes: Vec<(String, String)>,
    /// Pairs of accounts that look like one, with one that the file brought; as far as they were found by now.
    pub twins: i64,
}

/// The latest files.
#[server(prefix = "/fn", endpoint = "imports", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_files() -> Result<ImportPage, WireError> {
    Ok(service::imports::list_files(&crate::server_ctx::ctx()?).await?)
}

/// One file.
#[server(prefix = "/fn", endpoint = "import_file", input = GetUrl, output = crate::json_text::Answer)]
pub async fn load_file(number: i64) -> Result<OpenedFile, WireError> {
    let ctx = crate::server_ctx::ctx()?;
    let file = service::imports::find_file(&ctx, number).await?;
    let twins = match file.run {
        Some(run) => service::twins::count_of_import(&ctx, run).await?,
        None => 0,
    };
    Ok(OpenedFile { file, homes: service::imports::homes(&ctx).await?, twins })
}
