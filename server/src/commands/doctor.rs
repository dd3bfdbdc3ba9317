//! `leadwright doctor`: looks at everything that keeps a site from working, and says how to mend what it finds. It
//! changes nothing. Exit status 1 when something is broken; what is only unwise does not count as that.

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use service::Clock;
use store::{Engine, Store, StoreError};

use crate::cli::{DoctorArgs, with_causes};
use crate::config::Config;
use crate::mail::{Smtp, SmtpAddress};
use crate::mailbox::{Imap, ImapAddress};

/// Less free space than this is trouble today. Unit: bytes.
const SPACE_LEAST: u64 = 200_000_000;
/// How far the clock may be behind the newest event. Unit: milliseconds.
const CLOCK_BEHIND_AT_MOST: i64 = 5_000;
/// How long a mail server may take to answer.
const MAIL_WITHIN: Duration = Duration::from_secs(5);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Fine,
    /// It works, but is unwise or will not last.
    Unwise,
    Broken,
}

impl Level {
    fn word(self) -> &'static str {
        match self {
            Level::Fine => "ok",
            Level::Unwise => "warning",
            Level::Broken => "broken",
        }
    }
}

struct Finding {
    what: &'static str,
    level: Level,
    /// What was found, and where it is not fine, how to mend it.
    text: String,
}

#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, what: &'static str, level: Level, text: impl Into<String>) {
        self.0.push(Finding { what, level, text: text.into() });
    }
}

/// Looks and reports.
///
/// # Errors
/// A sentence that counts what is broken, after the report.
pub async fn run(config: &Config, args: DoctorArgs) -> Result<(), String> {
    let mut findings = Findings::default();
    look_at_settings(config, &mut findings);
    match Store::open_as_is(&config.database_url).await {
        Ok(store) => {
            if let Err(error) = look_at_database(&store, &mut findings).await {
                findings.add("database", Level::Broken, format!("{}. Restore a backup, or ask for help with this sentence.", with_causes(&error)));
            }
            if let Some(path) = store.path() {
                look_at_disk(path, &mut findings);
            }
            store.close().await;
        }
        Err(error) => findings.add("database", Level::Broken, with_causes(&error)),
    }
    look_at_mail(config, &mut findings).await;
    look_at_mailbox(config, &mut findings).await;
    report(&findings.0, args.json);
    let broken = findings.0.iter().filter(|finding| finding.level == Level::Broken).count();
    match broken {
        0 => Ok(()),
        1 => Err("One thing is broken; how to mend it is said above.".to_owned()),
        _ => Err(format!("{broken} things are broken; how to mend them is said above.")),
    }
}

fn report(findings: &[Finding], is_json: bool) {
    if is_json {
        let list: Vec<_> = findings.iter().map(|one| json!({ "what": one.what, "level": one.level.word(), "text": one.text })).collect();
        println!("{}", json!({ "broken": findings.iter().any(|one| one.level == Level::Broken), "findings": list }));
        return;
    }
    for finding in findings {
        println!("{:8} {:14} {}", finding.level.word(), finding.what, finding.text);
    }
}

fn look_at_settings(config: &Config, findings: &mut Findings) {
    let is_local = ["127.0.0.1:", "[::1]:", "localhost:"].iter().any(|host| config.addr.starts_with(host));
    if config.public_url.starts_with("https://") {
        findings.add("address", Level::Fine, format!("{} is served as {}", config.addr, config.public_url));
    } else if is_local && config.public_url == format!("http://{}", config.addr) {
        findings.add("address", Level::Fine, format!("{}, for this machine only", config.public_url));
    } else {
        let text = format!(
            "{} is not encrypted, so passwords and cookies can be read on the way. Put a proxy with TLS in front (deploy/) and set LEADWRIGHT_PUBLIC_URL to its https:// address.",
            config.public_url
        );
        findings.add("address", Level::Unwise, text);
    }
    if config.is_demo {
        findings.add("demo", Level::Unwise, "Demo sign-ins with a known password are offered. Unset LEADWRIGHT_DEMO where real leads are kept.");
    }
    if config.trusts_proxy && !is_local {
        let text = format!(
            "X-Forwarded-For is believed, while {} may be reached past the proxy. Listen on 127.0.0.1, or let only the proxy through.",
            config.addr
        );
        findings.add("proxy", Level::Unwise, text);
    }
    let files = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    match files.maximum {
        Some(most) if most < 10_000 => {
            let text = format!(
                "Only {most} files and connections may be open at once; each open page holds one. Raise the limit (LimitNOFILE= in systemd)."
            );
            findings.add("open files", Level::Unwise, text);
        }
        _ => findings.add("open files", Level::Fine, "the limit is high enough"),
    }
}

async fn look_at_database(store: &Store, findings: &mut Findings) -> Result<(), StoreError> {
    let mut tx = store.read().await?;
    let version = tx.health().version().await?;
    findings.add("database", Level::Fine, version);
    let newest = store::newest_migration();
    match tx.migration().await? {
        None => {
            findings.add("migrations", Level::Unwise, "The database is empty. `leadwright serve` fills it.");
            return Ok(());
        }
        Some(applied) if applied > newest => {
            let text = format!(
                "The database has migration {applied}, this program knows {newest}. Use the newer program, or restore a backup made by this one."
            );
            findings.add("migrations", Level::Broken, text);
            return Ok(());
        }
        Some(applied) if applied < newest => {
            let text = format!("Migration {applied} of {newest}. `leadwright serve` applies the rest; on Postgres take a backup before.");
            findings.add("migrations", Level::Unwise, text);
        }
        Some(applied) => findings.add("migrations", Level::Fine, format!("all {applied} are applied")),
    }
    let faults = tx.health().faults().await?;
    if faults.is_empty() {
        findings.add("integrity", Level::Fine, "no faults found");
    }
    for fault in faults {
        let mend = if store.engine() == Engine::Sqlite { "Restore the last backup" } else { "Run `reindex database` in psql" };
        findings.add("integrity", Level::Broken, format!("{fault}. {mend}."));
    }
    match tx.health().administrators().await? {
        0 => findings.add("people", Level::Broken, "Nobody can sign in as administrator. `leadwright user add EMAIL` makes one."),
        1 => findings.add("people", Level::Fine, "one administrator"),
        many => findings.add("people", Level::Fine, format!("{many} administrators")),
    }
    let behind = tx.health().newest_event_at().await?.map_or(0, |at| at - Clock::System.now().0);
    if behind > CLOCK_BEHIND_AT_MOST {
        let text = format!("This machine's clock is {} s behind the newest event. Let it be set by NTP (timedatectl set-ntp true).", behind / 1000);
        findings.add("clock", Level::Broken, text);
    } else {
        findings.add("clock", Level::Fine, "not behind the newest event");
    }
    Ok(())
}

fn look_at_disk(database: &Path, findings: &mut Findings) {
    let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let size = std::fs::metadata(database).map_or(0, |meta| meta.len());
    let in_mb = |bytes: u64| format!("{} MB", bytes / 1_000_000);
    match rustix::fs::statvfs(folder) {
        Ok(disk) => {
            let free = disk.f_bavail * disk.f_frsize;
            let text = format!("{} free beside a database of {}", in_mb(free), in_mb(size));
            if free < SPACE_LEAST {
                findings.add("disk", Level::Broken, format!("{text}. Nothing can be saved once it is full: free some, or move the database."));
            } else if free < size {
                findings.add("disk", Level::Unwise, format!("{text}. Restoring a backup needs as much again: free some."));
            } else {
                findings.add("disk", Level::Fine, text);
            }
        }
        Err(error) => findings.add("disk", Level::Unwise, format!("The free space of {} cannot be told ({error}).", folder.display())),
    }
    #[cfg(unix)]
    if std::fs::metadata(database).is_ok_and(|meta| std::os::unix::fs::PermissionsExt::mode(&meta.permissions()) & 0o007 != 0) {
        let text = format!("Every user of this machine can read {}. Run `chmod o= {0}*`.", database.display());
        findings.add("permissions", Level::Unwise, text);
    }
}

async fn look_at_mail(config: &Config, findings: &mut Findings) {
    let Some(url) = &config.smtp_url else {
        findings.add("mail", Level::Fine, "no server is set (LEADWRIGHT_SMTP_URL), so mail waits in the outbox");
        return;
    };
    let address = match SmtpAddress::parse(url) {
        Ok(address) => address,
        Err(sentence) => return findings.add("mail", Level::Broken, sentence),
    };
    let server = address.to_string();
    match Smtp::new(address, &config.mail_from).within(MAIL_WITHIN, MAIL_WITHIN).check().await {
        Ok(()) => findings.add("mail", Level::Fine, format!("{server} answers; mail comes from {}", config.mail_from)),
        Err(sentence) => findings.add("mail", Level::Broken, format!("{sentence}. Check LEADWRIGHT_SMTP_URL and the firewall.")),
    }
}

async fn look_at_mailbox(config: &Config, findings: &mut Findings) {
    let Some(url) = &config.imap_url else { return };
    let address = match ImapAddress::parse(url) {
        Ok(address) => address,
        Err(sentence) => return findings.add("mailbox", Level::Broken, sentence),
    };
    let folder = format!("{} of {address}", address.folder);
    match Imap::new(address).within(MAIL_WITHIN, MAIL_WITHIN).check().await {
        Ok(()) => findings.add("mailbox", Level::Fine, format!("{folder} can be read; mail in it becomes leads")),
        Err(sentence) => findings.add("mailbox", Level::Broken, format!("{sentence}. Check LEADWRIGHT_IMAP_URL and the firewall.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unwise_is_named_with_what_to_do() {
        let mut findings = Findings::default();
        let config = Config {
            database_url: String::new(),
            addr: "0.0.0.0:80".to_owned(),
            public_url: "http://leads.example".to_owned(),
            smtp_url: None,
            mail_from: String::new(),
            imap_url: None,
            imap_every: crate::config::IMAP_EVERY,
            is_demo: true,
            trusts_proxy: true,
            api_rate: crate::config::API_RATE,
            log: String::new(),
            log_format: crate::config::LogFormat::Text,
        };
        look_at_settings(&config, &mut findings);
        let unwise: Vec<&str> = findings.0.iter().filter(|one| one.level == Level::Unwise).map(|one| one.what).collect();
        assert!(unwise.starts_with(&["address", "demo", "proxy"]), "{unwise:?}");
    }
}
