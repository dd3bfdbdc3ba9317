//! The command line. Exit status 0: done; 1: failed, with one sentence on standard error; 2: called wrongly.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use service::{Clock, Ctx, NOT_SAVED, ServiceError};
use store::{Store, WhenMissing};

use crate::commands;
use crate::config::{Config, LogFormat, Settings};

/// Lead management: every lead has an owner, a next step and a history.
#[derive(Debug, Parser)]
#[command(name = "leadwright", version, about, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the site; brings the database up to date first.
    Serve,
    /// Fills an empty database with believable demo data.
    Demo(DemoArgs),
    /// Imports leads from a CSV file.
    Import(ImportArgs),
    /// Makes a lead of an e-mail, which is read from standard input.
    MailIn(MailInArgs),
    /// Writes everything to a file, as it is at this moment, while the server serves.
    Backup(BackupArgs),
    /// Replaces everything by what is in a backup, after checking all of it. Stop the server first.
    Restore(RestoreArgs),
    /// Checks settings, database, disk and mail, and says how to mend what it finds.
    Doctor(DoctorArgs),
    /// People who sign in.
    #[command(subcommand)]
    User(UserCommand),
    /// Tokens with which other programs use the HTTP API.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Scores of leads.
    #[command(subcommand)]
    Score(ScoreCommand),
}

/// `leadwright score`.
#[derive(Clone, Debug, Subcommand)]
pub enum ScoreCommand {
    /// Says how good the scores are that closed leads teach, judged by leads that were held back. Exit status 1 when there is too little
    /// to learn from.
    Evaluate {
        /// A CSV file to learn from and judge by, in place of the site's own leads.
        #[arg(long, value_name = "FILE.csv")]
        data: Option<PathBuf>,
        /// The file's column that says how each ended: 1, won, yes, or 0, lost, no.
        #[arg(long, value_name = "COLUMN", default_value = "Converted")]
        outcome: String,
        /// The file's column that identifies each [default: the first]
        #[arg(long, value_name = "COLUMN")]
        id: Option<String>,
        /// Print figures as JSON.
        #[arg(long)]
        json: bool,
    },
}

/// `leadwright token`.
#[derive(Clone, Debug, Subcommand)]
pub enum TokenCommand {
    /// Makes a token that acts for a person, and prints it; it is not shown again.
    Add {
        /// The person's e-mail address.
        email: String,
        /// read, write, events or admin.
        #[arg(long)]
        scope: String,
        /// What it is for.
        #[arg(long, default_value = "made at the command line")]
        name: String,
        /// It ends after so many days [default: never]
        #[arg(long, value_parser = clap::value_parser!(i64).range(1..=3650))]
        days: Option<i64>,
        /// Print the token as JSON.
        #[arg(long)]
        json: bool,
    },
}

/// `leadwright demo`.
#[derive(Args, Clone, Debug)]
pub struct DemoArgs {
    /// How many leads.
    #[arg(long, default_value_t = service::demo::FEW, value_name = "N")]
    pub leads: u64,
    /// Print figures as JSON.
    #[arg(long)]
    pub json: bool,
}

/// `leadwright import`.
#[derive(Args, Clone, Debug)]
pub struct ImportArgs {
    /// The CSV file.
    #[arg(required_unless_present = "undo")]
    pub file: Option<PathBuf>,
    /// Which column goes where, as TOML; without it the column names decide.
    #[arg(long, value_name = "FILE.toml")]
    pub map: Option<PathBuf>,
    /// Check everything, change nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Write refused rows here, each with its reason.
    #[arg(long, value_name = "OUT.csv")]
    pub errors: Option<PathBuf>,
    /// Print figures as JSON.
    #[arg(long)]
    pub json: bool,
    /// Take an earlier run back, by its number.
    #[arg(long, value_name = "RUN", conflicts_with_all = ["file", "map", "dry_run", "errors"])]
    pub undo: Option<i64>,
}

/// `leadwright mail-in`.
#[derive(Args, Clone, Copy, Debug)]
pub struct MailInArgs {
    /// Print what became of it as JSON.
    #[arg(long)]
    pub json: bool,
}

/// `leadwright backup`.
#[derive(Args, Clone, Debug)]
pub struct BackupArgs {
    /// The file to write; it appears when it is complete.
    pub file: PathBuf,
    /// Print figures as JSON.
    #[arg(long)]
    pub json: bool,
}

/// `leadwright restore`.
#[derive(Args, Clone, Debug)]
pub struct RestoreArgs {
    /// The backup, of either engine.
    pub file: PathBuf,
    /// Check the file, change nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Print figures as JSON.
    #[arg(long)]
    pub json: bool,
}

/// `leadwright doctor`.
#[derive(Args, Clone, Debug)]
pub struct DoctorArgs {
    /// Print findings as JSON.
    #[arg(long)]
    pub json: bool,
}

/// `leadwright user`.
#[derive(Clone, Debug, Subcommand)]
pub enum UserCommand {
    /// Adds a person; the password is read from standard input.
    Add {
        /// Their e-mail address.
        email: String,
        /// Their name [default: what stands before the @]
        #[arg(long)]
        name: Option<String>,
        /// rep, intake, manager or administrator.
        #[arg(long, default_value = "administrator")]
        role: String,
        /// Print what was added as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Gives a person a new password, read from standard input, and signs them out everywhere.
    Password {
        /// Their e-mail address.
        email: String,
    },
}

/// Bytes of stack for each thread, as much as a program's first one has: unoptimised, one request takes more than the usual 2 MB.
const THREAD_STACK: usize = 8 << 20;

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    // Clap itself ends with 2 on bad usage, and with 0 after --help.
    let cli = Cli::parse();
    let config = match Config::load(cli.settings) {
        Ok(config) => config,
        Err(sentence) => return complain(&sentence, 2),
    };
    if let Err(sentence) = start_log(&config) {
        return complain(&sentence, 2);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().thread_stack_size(THREAD_STACK).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return complain(&format!("The program cannot start its threads ({error}). Free some memory, then try again."), 1),
    };
    let outcome = runtime.block_on(async {
        match cli.command {
            Command::Serve => commands::serve::run(config).await,
            Command::Demo(args) => commands::demo::run(&config, args).await,
            Command::Import(args) => commands::import::run(&config, args).await,
            Command::MailIn(args) => commands::mail_in::run(&config, args).await,
            Command::Backup(args) => commands::backup::back_up(&config, args).await,
            Command::Restore(args) => commands::backup::restore(&config, args).await,
            Command::Doctor(args) => commands::doctor::run(&config, args).await,
            Command::User(command) => commands::user::run(&config, command).await,
            Command::Token(command) => commands::token::run(&config, command).await,
            Command::Score(command) => commands::score::run(&config, command).await,
        }
    });
    // What still runs in the background is not waited for.
    runtime.shutdown_background();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => complain(&sentence, 1),
    }
}

fn complain(sentence: &str, status: u8) -> ExitCode {
    eprintln!("leadwright: {sentence}");
    ExitCode::from(status)
}

/// The log goes to standard error, so that figures on standard output stay readable by machines.
fn start_log(config: &Config) -> Result<(), String> {
    // What is said to a mailbox holds its password.
    let filter = tracing_subscriber::EnvFilter::try_new(format!("{},async_imap=info", config.log))
        .map_err(|_| format!("LEADWRIGHT_LOG is “{}”; it can be error, warn, info, debug, or directives such as info,sqlx=warn.", config.log))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    match config.log_format {
        LogFormat::Text => log.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).init(),
        LogFormat::Json => log.json().flatten_event(true).with_current_span(true).with_span_list(false).init(),
    }
    Ok(())
}

/// Opens the database for a command.
///
/// # Errors
/// The sentence of the store.
pub(crate) async fn open(config: &Config, when_missing: WhenMissing) -> Result<Ctx, String> {
    let store = Store::connect(&config.database_url, when_missing).await.map_err(|error| with_causes(&error))?;
    Ok(Ctx::anonymous(store, Clock::System))
}

/// What the service says, for an operator: fields and causes are named.
pub(crate) fn explain(error: ServiceError) -> String {
    match error {
        ServiceError::Invalid(errors) => errors.0.into_values().collect::<Vec<_>>().join(". ") + ".",
        ServiceError::Internal(cause) => with_causes(cause.as_ref()),
        ServiceError::NotSaved(cause) => format!("{NOT_SAVED}. ({})", with_causes(cause.as_ref())),
        ServiceError::Busy => "The database is busy. Wait a moment, then try again.".to_owned(),
        other => format!("{other}."),
    }
}

pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(&format!(" ({inner})"));
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_makes_sense() {
        Cli::command().debug_assert();
    }

    #[test]
    fn an_import_has_a_file_or_a_run_to_take_back() {
        let parse = |words: &[&str]| Cli::try_parse_from(["leadwright", "import"].iter().chain(words));
        assert!(parse(&["leads.csv", "--dry-run", "--json", "--map", "m.toml", "--errors", "out.csv"]).is_ok());
        assert!(parse(&["--undo", "3"]).is_ok());
        assert!(parse(&[]).is_err());
        assert!(parse(&["leads.csv", "--undo", "3"]).is_err());
    }
}
