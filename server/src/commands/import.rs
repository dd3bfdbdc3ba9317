//! `leadwright import FILE.csv`.

use crate::cli::ImportArgs;
use crate::config::Config;

/// Imports, checks, or takes an earlier run back.
///
/// # Errors
/// A sentence saying what to do.
pub async fn run(_config: &Config, _args: ImportArgs) -> Result<(), String> {
    Err("The importer is not built yet.".to_owned())
}
