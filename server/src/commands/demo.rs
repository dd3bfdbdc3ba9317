//! `leadwright demo`: fills an empty database with believable demo data.

use crate::cli::DemoArgs;
use crate::config::Config;

/// Fills the database and says how many leads it made.
///
/// # Errors
/// A sentence saying what to do.
pub async fn run(_config: &Config, _args: DemoArgs) -> Result<(), String> {
    Err("Demo data is not built yet.".to_owned())
}
