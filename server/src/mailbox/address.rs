//! The address of a mailbox, as `LEADWRIGHT_IMAP_URL` has it.

use std::net::IpAddr;

use percent_encoding::percent_decode_str;
use url::Url;

/// What is said of an address that is none. The address itself holds a password, so it is not repeated.
const NO_ADDRESS: &str = "LEADWRIGHT_IMAP_URL is no address of a mailbox. Write imaps://USER:PASSWORD@HOST:993/INBOX.";

/// Where a mailbox is, and how it is spoken to.
#[derive(Clone, PartialEq, Eq)]
pub struct ImapAddress {
    pub host: String,
    pub port: u16,
    /// Encrypted from the beginning.
    pub is_encrypted: bool,
    pub user: String,
    pub password: String,
    /// Where the messages are.
    pub folder: String,
    /// Where those that were taken in go; without one they are marked as seen.
    pub done_folder: Option<String>,
}

/// Without the password.
impl std::fmt::Debug for ImapAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ImapAddress").field("server", &self.to_string()).field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl std::fmt::Display for ImapAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.host.contains(':') { write!(f, "[{}]:{}", self.host, self.port) } else { write!(f, "{}:{}", self.host, self.port) }
    }
}

impl ImapAddress {
    /// Reads `imaps://` (port 993 if none is named) and `imap://` (143), the latter for this machine alone unless `?insecure` says that
    /// the password may go through the open. The path is the folder; `?done=FOLDER` is where messages go that were taken in.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn parse(text: &str) -> Result<Self, String> {
        let no_address = || NO_ADDRESS.to_owned();
        let url = Url::parse(text.trim()).map_err(|_| no_address())?;
        let (port, is_encrypted) = match url.scheme() {
            "imap" => (143, false),
            "imaps" => (993, true),
            _ => return Err(no_address()),
        };
        let host = url.host_str().map(|host| host.trim_start_matches('[').trim_end_matches(']').to_owned()).filter(|host| !host.is_empty());
        let host = host.ok_or_else(no_address)?;
        let decoded = |text: &str| percent_decode_str(text).decode_utf8().map(std::borrow::Cow::into_owned).map_err(|_| no_address());
        let (user, password) = (decoded(url.username())?, decoded(url.password().unwrap_or_default())?);
        let folder = decoded(url.path().trim_matches('/'))?;
        let (mut is_insecure, mut done_folder) = (false, None);
        for (name, value) in url.query_pairs() {
            match name.as_ref() {
                "insecure" => is_insecure = true,
                "done" if !value.is_empty() => done_folder = Some(value.into_owned()),
                _ => return Err("In LEADWRIGHT_IMAP_URL, behind the ? can stand done=FOLDER and insecure.".to_owned()),
            }
        }
        let is_odd = [&user, &password, &folder].into_iter().chain(&done_folder).any(|text| text.contains(char::is_control));
        if is_odd || user.is_empty() || password.is_empty() {
            return Err(no_address());
        }
        let is_here = host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
        if !is_encrypted && !is_here && !is_insecure {
            return Err(
                "LEADWRIGHT_IMAP_URL would send the password in the open. Write imaps://, or add ?insecure if that is what you want.".to_owned()
            );
        }
        let folder = if folder.is_empty() { "INBOX".to_owned() } else { folder };
        Ok(Self { host, port: url.port().unwrap_or(port), is_encrypted, user, password, folder, done_folder })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_is_found_in_its_address() {
        let read = |text: &str| {
            let address = ImapAddress::parse(text).unwrap();
            (address.to_string(), address.is_encrypted, address.folder, address.done_folder)
        };
        assert_eq!(read("imaps://leads:word@mail.test"), ("mail.test:993".to_owned(), true, "INBOX".to_owned(), None));
        let done = Some("Taken in".to_owned());
        assert_eq!(
            read(" imaps://leads:word@mail.test:1993/Leads%20new/?done=Taken+in "),
            ("mail.test:1993".to_owned(), true, "Leads new".to_owned(), done)
        );
        assert_eq!(read("imap://leads:word@[::1]/INBOX").0, "[::1]:143");
        assert!(!read("imap://leads:word@mail.test?insecure").1);
        let login = ImapAddress::parse("imaps://leads%40house.test:s3%3Ac%2Fret@mail.test").unwrap();
        assert_eq!((login.user.as_str(), login.password.as_str()), ("leads@house.test", "s3:c/ret"));
    }

    #[test]
    fn what_is_no_address_is_said_without_repeating_it() {
        for text in [
            "",
            "mail.test:993",
            "imaps://",
            "imaps://mail.test",
            "imaps://leads@mail.test",
            "http://leads:s3cret@mail.test",
            "imap://leads:s3cret@mail.test",
            "imaps://leads:s3cret@mail.test/INBOX?tls=no",
            "imaps://leads:s3cret%0A@mail.test",
        ] {
            let sentence = ImapAddress::parse(text).unwrap_err();
            assert!(sentence.contains("LEADWRIGHT_IMAP_URL") && !sentence.contains("s3cret"), "{text}: {sentence}");
        }
        assert!(!format!("{:?}", ImapAddress::parse("imaps://leads:s3cret@mail.test").unwrap()).contains("s3cret"));
    }
}
