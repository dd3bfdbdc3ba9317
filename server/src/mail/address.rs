//! The address of a mail server, as `LEADWRIGHT_SMTP_URL` has it.

use std::net::IpAddr;

use percent_encoding::percent_decode_str;
use url::Url;

/// What is said of an address that is none. The address itself may hold a password, so it is not repeated.
const NO_ADDRESS: &str = "LEADWRIGHT_SMTP_URL is no address of a mail server. Write smtp://HOST:587 or smtps://USER:PASSWORD@HOST:465.";

/// When the connection becomes an encrypted one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// From its beginning.
    Always,
    /// Before anything is said, or nothing is.
    Required,
    /// If the server offers it.
    WhereOffered,
    /// Never: it does not leave this machine.
    Never,
}

/// Where a mail server is, and how it is spoken to.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpAddress {
    pub host: String,
    pub port: u16,
    pub encryption: Encryption,
    /// Name and password.
    pub login: Option<(String, String)>,
}

/// Without the password.
impl std::fmt::Debug for SmtpAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmtpAddress").field("server", &self.to_string()).field("encryption", &self.encryption).finish_non_exhaustive()
    }
}

impl std::fmt::Display for SmtpAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.host.contains(':') { write!(f, "[{}]:{}", self.host, self.port) } else { write!(f, "{}:{}", self.host, self.port) }
    }
}

impl SmtpAddress {
    /// Reads `smtp://` (port 587 if none is named) and `smtps://` (465), with a name and password where they are needed.
    /// `smtp://` is encrypted by STARTTLS where the server offers it; with a password, or `?tls=required`, always, but on
    /// this machine.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn parse(text: &str) -> Result<Self, String> {
        let no_address = || NO_ADDRESS.to_owned();
        let url = Url::parse(text.trim()).map_err(|_| no_address())?;
        let (port, is_wrapped) = match url.scheme() {
            "smtp" => (587, false),
            "smtps" => (465, true),
            _ => return Err(no_address()),
        };
        let host = url.host_str().map(|host| host.trim_start_matches('[').trim_end_matches(']').to_owned()).filter(|host| !host.is_empty());
        let host = host.ok_or_else(no_address)?;
        let decoded = |text: &str| percent_decode_str(text).decode_utf8().map(std::borrow::Cow::into_owned).map_err(|_| no_address());
        let login = match (url.username(), url.password()) {
            ("", None) => None,
            (name, password) => Some((decoded(name)?, decoded(password.unwrap_or_default())?)),
        };
        let is_required = match url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned()).as_deref() {
            None => false,
            Some("required") => true,
            Some(_) => return Err("In LEADWRIGHT_SMTP_URL, tls can be “required”, or be left out.".to_owned()),
        };
        let is_here = host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
        let encryption = if is_wrapped {
            Encryption::Always
        } else if is_required || (login.is_some() && !is_here) {
            Encryption::Required
        } else if is_here {
            Encryption::Never
        } else {
            Encryption::WhereOffered
        };
        Ok(Self { host, port: url.port().unwrap_or(port), encryption, login })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, Encryption, Option<(String, String)>) {
        let address = SmtpAddress::parse(text).unwrap();
        (address.to_string(), address.encryption, address.login)
    }

    #[test]
    fn a_mail_server_is_found_in_its_address() {
        assert_eq!(read("smtp://mail.test"), ("mail.test:587".to_owned(), Encryption::WhereOffered, None));
        let login = Some(("ada@mail.test".to_owned(), "s3:c/ret".to_owned()));
        assert_eq!(read("smtps://ada%40mail.test:s3%3Ac%2Fret@mail.test:2465/"), ("mail.test:2465".to_owned(), Encryption::Always, login));
        assert_eq!(read("smtps://[2001:db8::1]").0, "[2001:db8::1]:465");
        assert_eq!(read(" smtp://mail.test?tls=required ").1, Encryption::Required);
    }

    #[test]
    fn a_password_is_never_sent_in_the_open_but_on_this_machine() {
        assert_eq!(read("smtp://ada:word@mail.test").1, Encryption::Required);
        for here in ["smtp://ada:word@localhost:25", "smtp://127.0.0.1:25", "smtp://[::1]:25"] {
            assert_eq!(read(here).1, Encryption::Never, "{here}");
        }
        assert_eq!(read("smtp://localhost?tls=required").1, Encryption::Required);
    }

    #[test]
    fn what_is_no_address_is_said_without_repeating_it() {
        for text in ["mail.test:25", "smtp://", "http://mail.test", "", "smtp://ada:s3cret@", "smtp://mail.test:99999"] {
            let sentence = SmtpAddress::parse(text).unwrap_err();
            assert!(sentence.contains("LEADWRIGHT_SMTP_URL") && !sentence.contains("s3cret"), "{text}: {sentence}");
        }
        assert!(SmtpAddress::parse("smtp://mail.test?tls=no").unwrap_err().contains("required"));
        assert!(!format!("{:?}", SmtpAddress::parse("smtp://ada:s3cret@mail.test").unwrap()).contains("s3cret"));
    }
}
