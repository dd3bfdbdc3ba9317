//! Where settings come from: a flag beats the environment, which beats `leadwright.toml`, which beats the default.
//!
//! To add one: a field in [`Settings`] with its `env`, its key in [`KEYS`], and its place in [`Config`].

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use clap::Args;
use domain::EmailAddress;

/// Read from the current folder when no other file is named.
const DEFAULT_FILE: &str = "leadwright.toml";
/// What the file may say, as flags spell it.
const KEYS: [&str; 12] =
    ["database_url", "addr", "public_url", "smtp_url", "mail_from", "imap_url", "imap_every", "demo", "trust_proxy", "api_rate", "log", "log_format"];

/// Two thousand a second: a program that runs wild is slowed before people are, and no honest one meets it.
pub const API_RATE: NonZeroU32 = NonZeroU32::new(120_000).expect("a number above zero");

/// Seconds from one reading of the mailbox to the next.
pub const IMAP_EVERY: NonZeroU32 = NonZeroU32::new(60).expect("a number above zero");

/// Flags and environment of every command.
#[derive(Args, Clone, Debug, Default)]
pub struct Settings {
    /// Settings file; leadwright.toml in the current folder is read if it is there.
    #[arg(long, global = true, value_name = "FILE", env = "LEADWRIGHT_CONFIG", hide_env_values = true)]
    pub config: Option<PathBuf>,
    /// Database: sqlite:PATH or postgres://... [default: sqlite:data/leadwright.db]
    #[arg(long, global = true, value_name = "URL", env = "LEADWRIGHT_DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// Address to listen on [default: 127.0.0.1:3000]
    #[arg(long, global = true, value_name = "HOST:PORT", env = "LEADWRIGHT_ADDR", hide_env_values = true)]
    pub addr: Option<String>,
    /// Address that people type [default: http:// and the address]
    #[arg(long, global = true, value_name = "URL", env = "LEADWRIGHT_PUBLIC_URL", hide_env_values = true)]
    pub public_url: Option<String>,
    /// Mail server; without one, mail waits in the outbox.
    #[arg(long, global = true, value_name = "URL", env = "LEADWRIGHT_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// Address that mails come from [default: leadwright@ and the host of the public address]
    #[arg(long, global = true, value_name = "ADDRESS", env = "LEADWRIGHT_MAIL_FROM", hide_env_values = true)]
    pub mail_from: Option<String>,
    /// Mailbox whose messages become leads: imaps://USER:PASSWORD@HOST/FOLDER
    #[arg(long, global = true, value_name = "URL", env = "LEADWRIGHT_IMAP_URL", hide_env_values = true)]
    pub imap_url: Option<String>,
    /// Seconds from one reading of the mailbox to the next [default: 60]
    #[arg(long, global = true, value_name = "N", env = "LEADWRIGHT_IMAP_EVERY", hide_env_values = true)]
    pub imap_every: Option<String>,
    /// Demo data into an empty database, demo sign-ins on the sign-in page: 1 or 0.
    #[arg(long, global = true, value_name = "1|0", num_args = 0..=1, default_missing_value = "1", env = "LEADWRIGHT_DEMO", hide_env_values = true)]
    pub demo: Option<String>,
    /// Believe X-Forwarded-For of a reverse proxy: 1 or 0. Only where nobody can reach this program past the proxy.
    #[arg(long, global = true, value_name = "1|0", num_args = 0..=1, default_missing_value = "1", env = "LEADWRIGHT_TRUST_PROXY", hide_env_values = true)]
    pub trust_proxy: Option<String>,
    /// Calls of the API that a token has in a minute [default: 120000]
    #[arg(long, global = true, value_name = "N", env = "LEADWRIGHT_API_RATE", hide_env_values = true)]
    pub api_rate: Option<String>,
    /// What is logged: error, warn, info, debug, or tracing's filter directives [default: info]
    #[arg(long, global = true, value_name = "LEVEL", env = "LEADWRIGHT_LOG", hide_env_values = true)]
    pub log: Option<String>,
    /// How it is logged: text or json [default: text]
    #[arg(long, global = true, value_name = "text|json", env = "LEADWRIGHT_LOG_FORMAT", hide_env_values = true)]
    pub log_format: Option<String>,
}

/// How a log line looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

/// Settings, complete and checked.
#[derive(Clone, PartialEq, Eq)]
pub struct Config {
    pub database_url: String,
    pub addr: String,
    /// Without a slash at its end.
    pub public_url: String,
    pub smtp_url: Option<String>,
    /// The address that mails come from.
    pub mail_from: String,
    /// Mailbox whose messages become leads.
    pub imap_url: Option<String>,
    /// Seconds from one reading of it to the next.
    pub imap_every: NonZeroU32,
    pub is_demo: bool,
    pub trusts_proxy: bool,
    /// Calls of the API that a token has in a minute.
    pub api_rate: NonZeroU32,
    pub log: String,
    pub log_format: LogFormat,
}

/// Without the addresses that may hold passwords.
impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config").field("addr", &self.addr).field("public_url", &self.public_url).finish_non_exhaustive()
    }
}

impl Config {
    /// Puts flags, environment, file and defaults together.
    ///
    /// # Errors
    /// A sentence that names the setting, what is wrong with it and what it may be.
    pub fn load(settings: Settings) -> Result<Self, String> {
        let file = read_file(settings.config.as_deref())?;
        Self::combine(settings, &file)
    }

    fn combine(settings: Settings, file: &BTreeMap<String, String>) -> Result<Self, String> {
        // `NAME=` in a shell or a unit file means "unset".
        let pick = |given: Option<String>, key: &str| given.or_else(|| file.get(key).cloned()).filter(|value| !value.trim().is_empty());
        let addr = pick(settings.addr, "addr").unwrap_or_else(|| "127.0.0.1:3000".to_owned());
        let public_url = pick(settings.public_url, "public_url").unwrap_or_else(|| format!("http://{addr}"));
        if !public_url.starts_with("http://") && !public_url.starts_with("https://") {
            return Err(format!("LEADWRIGHT_PUBLIC_URL is “{public_url}”; it has to start with http:// or https://."));
        }
        let mail_from = match pick(settings.mail_from, "mail_from") {
            Some(text) => EmailAddress::parse(&text).map_err(|error| format!("LEADWRIGHT_MAIL_FROM: {error}."))?.as_str().to_owned(),
            None => format!("leadwright@{}", mail_host(&public_url)),
        };
        let log_format = match pick(settings.log_format, "log_format").as_deref() {
            None | Some("text") => LogFormat::Text,
            Some("json") => LogFormat::Json,
            Some(other) => return Err(format!("LEADWRIGHT_LOG_FORMAT is “{other}”; it can be text or json.")),
        };
        Ok(Self {
            database_url: pick(settings.database_url, "database_url").unwrap_or_else(|| "sqlite:data/leadwright.db".to_owned()),
            addr,
            public_url: public_url.trim_end_matches('/').to_owned(),
            smtp_url: pick(settings.smtp_url, "smtp_url"),
            mail_from,
            imap_url: pick(settings.imap_url, "imap_url"),
            imap_every: above_zero("LEADWRIGHT_IMAP_EVERY", pick(settings.imap_every, "imap_every"), IMAP_EVERY)?,
            is_demo: yes_or_no("LEADWRIGHT_DEMO", pick(settings.demo, "demo"))?,
            trusts_proxy: yes_or_no("LEADWRIGHT_TRUST_PROXY", pick(settings.trust_proxy, "trust_proxy"))?,
            api_rate: above_zero("LEADWRIGHT_API_RATE", pick(settings.api_rate, "api_rate"), API_RATE)?,
            log: pick(settings.log, "log").unwrap_or_else(|| "info".to_owned()),
            log_format,
        })
    }
}

/// The host of the public address, as far as mail can come from it.
fn mail_host(public_url: &str) -> &str {
    let host = public_url.split("://").nth(1).and_then(|rest| rest.split(['/', ':', '?']).next()).unwrap_or_default();
    if host.parse::<IpAddr>().is_ok() || !host.contains(|letter: char| letter.is_ascii_alphabetic()) { "localhost" } else { host }
}

fn above_zero(name: &str, value: Option<String>, default: NonZeroU32) -> Result<NonZeroU32, String> {
    value.map_or(Ok(default), |text| text.trim().parse().map_err(|_| format!("{name} is “{text}”; it can be a whole number above zero.")))
}

fn yes_or_no(name: &str, value: Option<String>) -> Result<bool, String> {
    match value.as_deref().map(str::trim) {
        None | Some("0" | "false" | "no" | "off") => Ok(false),
        Some("1" | "true" | "yes" | "on") => Ok(true),
        Some(other) => Err(format!("{name} is “{other}”; it can be 1 or 0.")),
    }
}

fn read_file(named: Option<&Path>) -> Result<BTreeMap<String, String>, String> {
    let path = named.unwrap_or(Path::new(DEFAULT_FILE));
    match std::fs::read_to_string(path) {
        Ok(text) => parse_file(&text).map_err(|problem| format!("{}: {problem}", path.display())),
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(format!("The settings file {} cannot be read ({error}).", path.display())),
    }
}

/// Keys as flags spell them, or as the environment does.
fn parse_file(text: &str) -> Result<BTreeMap<String, String>, String> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| format!("this is no TOML: {}.", error.message()))?;
    let mut values = BTreeMap::new();
    for (name, value) in table {
        let key = name.to_lowercase();
        let key = key.strip_prefix("leadwright_").unwrap_or(&key).replace('-', "_");
        if !KEYS.contains(&key.as_str()) {
            return Err(format!("there is no setting “{name}”; there are {}.", KEYS.join(", ")));
        }
        let value = match value {
            toml::Value::String(text) => text,
            toml::Value::Boolean(flag) => flag.to_string(),
            toml::Value::Integer(number) => number.to_string(),
            _ => return Err(format!("the setting “{name}” has to be text.")),
        };
        values.insert(key, value);
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_beats_the_file_which_beats_the_default() {
        let file = parse_file("addr = \"127.0.0.1:4000\"\nLEADWRIGHT_DEMO = 1\nlog_format = \"json\"").unwrap();
        let config = Config::combine(Settings { addr: Some("0.0.0.0:80".to_owned()), ..Settings::default() }, &file).unwrap();
        assert_eq!(config.addr, "0.0.0.0:80");
        assert_eq!(config.public_url, "http://0.0.0.0:80");
        assert!(config.is_demo);
        assert_eq!(config.log_format, LogFormat::Json);
        assert_eq!(config.database_url, "sqlite:data/leadwright.db");
    }

    #[test]
    fn an_empty_value_is_an_unset_one() {
        let config =
            Config::combine(Settings { smtp_url: Some(String::new()), demo: Some(String::new()), ..Settings::default() }, &BTreeMap::new()).unwrap();
        assert_eq!(config.smtp_url, None);
        assert!(!config.is_demo);
    }

    #[test]
    fn mail_comes_from_the_site_s_host_unless_said_otherwise() {
        let from = |public_url: &str, mail_from: Option<&str>| {
            let settings = Settings { public_url: Some(public_url.to_owned()), mail_from: mail_from.map(str::to_owned), ..Settings::default() };
            Config::combine(settings, &BTreeMap::new()).map(|config| config.mail_from)
        };
        assert_eq!(from("https://leads.example:8443/", None).unwrap(), "leadwright@leads.example");
        assert_eq!(from("http://127.0.0.1:3000", None).unwrap(), "leadwright@localhost");
        assert_eq!(from("http://[::1]:3000", None).unwrap(), "leadwright@localhost");
        assert_eq!(from("https://leads.example", Some("sales@firm.example")).unwrap(), "sales@firm.example");
        assert!(from("https://leads.example", Some("sales")).unwrap_err().contains("LEADWRIGHT_MAIL_FROM"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert!(parse_file("adr = \"x\"").unwrap_err().contains("“adr”"));
        let wrong = |settings| Config::combine(settings, &BTreeMap::new()).unwrap_err();
        assert!(wrong(Settings { demo: Some("maybe".to_owned()), ..Settings::default() }).contains("LEADWRIGHT_DEMO"));
        assert!(wrong(Settings { public_url: Some("leads.example".to_owned()), ..Settings::default() }).contains("http://"));
        assert!(wrong(Settings { api_rate: Some("0".to_owned()), ..Settings::default() }).contains("LEADWRIGHT_API_RATE"));
        assert!(wrong(Settings { imap_every: Some("often".to_owned()), ..Settings::default() }).contains("LEADWRIGHT_IMAP_EVERY"));
        assert!(wrong(Settings { log_format: Some("xml".to_owned()), ..Settings::default() }).contains("text or json"));
    }
}
