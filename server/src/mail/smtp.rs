//! Speaks with a mail server. What it says is told apart by one line: before the text of a mail is handed over nothing was
//! sent, whatever goes wrong; afterwards only the server's own answer tells.

use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use service::outbox::{BEGUN_MS, Tried};

use super::address::{Encryption, SmtpAddress};
use super::letter::Letter;

/// From resolving the name to the moment when the text may be handed over.
const READY_WITHIN: Duration = Duration::from_secs(30);
/// From handing the text over to the answer, beside what the way of the text itself takes. The standard gives servers ten minutes; one that works
/// takes seconds.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);
/// How slow the line to the server may be: a quarter of a megabit a second. Unit: bytes in a second.
const SLOWEST: u64 = 32 * 1024;
/// No mail takes longer, however large it is: the most that is attached, 10 MB, is 14 MB on its way, which is seven and a half minutes.
const LONGEST: Duration = Duration::from_secs(600);
const _: () = assert!(LONGEST.as_secs() * 1000 < BEGUN_MS.unsigned_abs(), "what is under way is nobody else's to give up");
/// For saying goodbye, which changes nothing any more.
const QUIT_WITHIN: Duration = Duration::from_secs(2);

/// A mail server.
#[derive(Clone, Debug)]
pub struct Smtp {
    address: SmtpAddress,
    /// What this machine calls itself.
    hello: ClientId,
    ready_within: Duration,
    answer_within: Duration,
}

impl Smtp {
    /// The server at an address. `sender` is the address that mails come from.
    #[must_use]
    pub fn new(address: SmtpAddress, sender: &str) -> Self {
        let host = sender.rsplit_once('@').map_or("localhost", |(_, host)| host);
        Self { address, hello: ClientId::Domain(host.to_owned()), ready_within: READY_WITHIN, answer_within: ANSWER_WITHIN }
    }

    /// The same with less patience: until the text may be handed over, and then for the answer.
    #[must_use]
    pub fn within(self, ready: Duration, answer: Duration) -> Self {
        Self { ready_within: ready, answer_within: answer, ..self }
    }

    /// Connects, introduces itself and signs in, to see whether it could send.
    ///
    /// # Errors
    /// A sentence that says what the server did instead.
    pub async fn check(&self) -> Result<(), String> {
        let mut connection =
            tokio::time::timeout(self.ready_within, self.connect()).await.map_err(|_| self.silent()).and_then(|connected| connected)?;
        let _goodbye = tokio::time::timeout(QUIT_WITHIN, connection.quit()).await;
        Ok(())
    }

    /// Sends a mail. `begin` is asked when the server is ready for the text, and nothing is handed over unless it agrees:
    /// then there is nothing to tell either, and `None` is given.
    pub async fn deliver(&self, letter: &Letter, begin: impl AsyncFnOnce() -> bool) -> Option<Tried> {
        let mut connection = match tokio::time::timeout(self.ready_within, self.make_ready(letter)).await {
            Ok(Ok(connection)) => connection,
            Ok(Err(tried)) => return Some(tried),
            Err(_) => return Some(Tried::Later(self.silent())),
        };
        if !begin().await {
            return None;
        }
        let within = self.answer_within(letter.text.len());
        let tried = match tokio::time::timeout(within, connection.message(&letter.text)).await {
            Ok(Ok(answer)) => Tried::Sent(answer.message().collect::<Vec<_>>().join(" ")),
            Ok(Err(error)) if error.is_permanent() => Tried::Refused(self.refused(&error)),
            Ok(Err(error)) if error.is_transient() => Tried::Later(self.refused(&error)),
            Ok(Err(error)) => Tried::Unknown(format!("The connection to {} broke before it said whether it took this ({error})", self.address)),
            Err(_) => Tried::Unknown(format!("{} did not say within {:?} whether it took this", self.address, within)),
        };
        if matches!(tried, Tried::Sent(_)) {
            let _goodbye = tokio::time::timeout(QUIT_WITHIN, connection.quit()).await;
        }
        Some(tried)
    }

    /// How long handing over a text of so many bytes may take, with the answer.
    fn answer_within(&self, bytes: usize) -> Duration {
        (self.answer_within + Duration::from_secs(bytes as u64 / SLOWEST)).min(LONGEST)
    }

    /// A connection that takes the text of the mail next.
    async fn make_ready(&self, letter: &Letter) -> Result<AsyncSmtpConnection, Tried> {
        let mut connection = self.connect().await.map_err(Tried::Later)?;
        let mut options = Vec::new();
        if letter.needs_utf8() {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(Tried::Refused(format!("{} takes no addresses with letters beyond ASCII", self.address)));
            }
            options.extend([MailParameter::SmtpUtfEight, MailParameter::Body(MailBodyParameter::EightBitMime)]);
        }
        // What it has against the sender is the site's to mend, and no fault of the mail.
        connection.command(Mail::new(Some(letter.from.clone()), options)).await.map_err(|error| Tried::Later(self.refused(&error)))?;
        connection.command(Rcpt::new(letter.to.clone(), Vec::new())).await.map_err(|error| self.judge(&error))?;
        connection.command(Data).await.map_err(|error| self.judge(&error))?;
        Ok(connection)
    }

    /// An answer before anything was handed over.
    fn judge(&self, error: &Error) -> Tried {
        if error.is_permanent() { Tried::Refused(self.refused(error)) } else { Tried::Later(self.refused(error)) }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, String> {
        let Encryption::Always = self.address.encryption else { return self.connect_in_the_open().await };
        let server = (self.address.host.as_str(), self.address.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, None, &self.hello, Some(self.tls()?), None).await.map_err(|error| self.unreached(&error))?;
        self.sign_in(&mut connection).await?;
        Ok(connection)
    }

    /// Encrypts it as soon as it is there, where that is wanted.
    async fn connect_in_the_open(&self) -> Result<AsyncSmtpConnection, String> {
        let server = (self.address.host.as_str(), self.address.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, None, &self.hello, None, None).await.map_err(|error| self.unreached(&error))?;
        match (self.address.encryption, connection.can_starttls()) {
            (Encryption::Required, false) => {
                return Err(format!("{} offers no encryption (STARTTLS), so nothing was sent to it", self.address));
            }
            (Encryption::Required | Encryption::WhereOffered, true) => {
                connection.starttls(self.tls()?, &self.hello).await.map_err(|error| format!("No safe connection to {} ({error})", self.address))?;
            }
            _ => {}
        }
        self.sign_in(&mut connection).await?;
        Ok(connection)
    }

    async fn sign_in(&self, connection: &mut AsyncSmtpConnection) -> Result<(), String> {
        if let Some((name, password)) = &self.address.login {
            let credentials = Credentials::new(name.clone(), password.clone());
            let signed_in = connection.auth(DEFAULT_MECHANISMS, &credentials).await;
            signed_in.map_err(|error| format!("{} does not let us sign in ({error})", self.address))?;
        }
        Ok(())
    }

    fn tls(&self) -> Result<TlsParameters, String> {
        TlsParameters::new_rustls(self.address.host.clone()).map_err(|error| format!("No safe connection to {} ({error})", self.address))
    }

    fn unreached(&self, error: &Error) -> String {
        let what = if error.status().is_some() { "does not take mail from us now" } else { "cannot be reached" };
        format!("{} {what} ({error})", self.address)
    }

    fn refused(&self, error: &Error) -> String {
        format!("{} did not take this ({error})", self.address)
    }

    fn silent(&self) -> String {
        format!("{} did not answer within {:?}", self.address, self.ready_within)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_mail_has_the_time_that_a_slow_line_needs_and_none_has_for_ever() {
        let smtp = Smtp::new(SmtpAddress::parse("smtp://127.0.0.1:25").expect("an address"), "leads@leads.test");
        let seconds = |bytes: usize| smtp.answer_within(bytes).as_secs();
        assert_eq!((seconds(2_000), seconds(1024 * 1024)), (60, 92));
        let most_attached = 10 * 1024 * 1024 / 57 * 78;
        assert!((450..550).contains(&seconds(most_attached)), "{}", seconds(most_attached));
        assert_eq!(seconds(usize::MAX), 600);
        let hasty = smtp.within(Duration::from_millis(200), Duration::from_millis(200));
        assert_eq!(hasty.answer_within(2_000), Duration::from_millis(200));
    }
}
