//! `leadwright demo`: fills an empty database with believable demo data.

use std::io::{IsTerminal as _, Write as _};

use store::WhenMissing;

use crate::cli::{DemoArgs, explain, open};
use crate::config::Config;
use crate::lock;

/// Fills the database and says how many leads it made.
///
/// # Errors
/// A sentence saying what to do.
pub async fn run(config: &Config, args: DemoArgs) -> Result<(), String> {
    let _lock = lock::take(&config.database_url)?;
    let ctx = open(config, WhenMissing::Create).await?;
    let filled = service::demo::fill(&ctx, args.leads, &tell).await;
    ctx.store.close().await;
    let report = filled.map_err(explain)?;
    if args.json {
        println!("{}", serde_json::json!(report));
    } else {
        println!(
            "{} leads, {} accounts and {} contacts are there. Sign in as rep@demo.test or admin@demo.test with the password “demo”.",
            report.leads, report.accounts, report.contacts
        );
    }
    Ok(())
}

/// Progress on one line of the terminal, on a line per step elsewhere, and nothing where there is little to do.
fn tell(done: u64, of: u64) {
    if of < 10_000 {
        return;
    }
    let mut out = std::io::stderr();
    let percent = done * 100 / of;
    let told = if out.is_terminal() {
        write!(out, "\r{done} of {of} leads ({percent} %){}", if done == of { "\n" } else { "" })
    } else if done.is_multiple_of(100_000) || done == of {
        writeln!(out, "{done} of {of} leads ({percent} %)")
    } else {
        Ok(())
    };
    // Nobody reads along any more, which is no reason to stop.
    drop(told);
}
