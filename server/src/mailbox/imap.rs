//! Speaks with the server of a mailbox. A message is marked, or moved away, only when what became of it is saved, so one that comes
//! twice because something broke in between is known the second time.

use std::fmt::Debug;
use std::time::Duration;

use async_imap::types::Fetch;
use async_imap::{Client, Session};
use domain::mail_in::MESSAGE_MOST;
use futures::TryStreamExt as _;
use service::mail_in::mailbox::{TurnEnd, refuse};
use service::mail_in::{receive, unfit};
use service::{Ctx, ServiceError};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::rustls::pki_types::ServerName;

use super::address::ImapAddress;

/// From resolving the name to the opened folder.
const READY_WITHIN: Duration = Duration::from_secs(30);
/// For one message: fetching and marking it.
const MESSAGE_WITHIN: Duration = Duration::from_secs(60);
/// For saying goodbye, which changes nothing any more.
const LOGOUT_WITHIN: Duration = Duration::from_secs(2);
/// Most messages of one round, and how long a round may take before the next one goes on; both leave its turn time enough.
const ROUND_MOST: usize = 100;
const ROUND_WITHIN: Duration = Duration::from_secs(5 * 60);
/// After so many messages that cannot be taken in now a round ends: it is not they who are at fault.
const WAITING_MOST: usize = 3;

/// A connection, encrypted or not.
trait Wire: AsyncRead + AsyncWrite + Unpin + Send + Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + Debug> Wire for T {}

/// A folder of a server that was signed in to.
struct Opened {
    session: Session<Box<dyn Wire>>,
    /// Tells numbers of messages from those that they had before the folder was made anew.
    validity: u32,
}

/// A mailbox.
#[derive(Clone, Debug)]
pub struct Imap {
    address: ImapAddress,
    ready_within: Duration,
    message_within: Duration,
}

impl Imap {
    /// The mailbox at an address.
    #[must_use]
    pub fn new(address: ImapAddress) -> Self {
        Self { address, ready_within: READY_WITHIN, message_within: MESSAGE_WITHIN }
    }

    /// The same with less patience: until the folder is open, and for each message.
    #[must_use]
    pub fn within(self, ready: Duration, message: Duration) -> Self {
        Self { ready_within: ready, message_within: message, ..self }
    }

    /// Connects, signs in and opens the folder, to see whether it could be read.
    ///
    /// # Errors
    /// A sentence that says what the server did instead.
    pub async fn check(&self) -> Result<(), String> {
        let mut opened = self.open().await?;
        let _goodbye = timeout(LOGOUT_WITHIN, opened.session.logout()).await;
        Ok(())
    }

    /// Takes in what was not seen yet, oldest first.
    pub async fn read(&self, ctx: &Ctx) -> TurnEnd {
        match self.read_round(ctx).await {
            Ok(end) => end,
            Err(why) => TurnEnd::Failed(why),
        }
    }

    async fn read_round(&self, ctx: &Ctx) -> Result<TurnEnd, String> {
        let began = tokio::time::Instant::now();
        let mut opened = self.open().await?;
        let found = timeout(self.message_within, opened.session.uid_search("UNSEEN UNDELETED")).await;
        let found = found.map_err(|_| self.silent(self.message_within))?.map_err(|error| self.broken(&error))?;
        let mut uids: Vec<u32> = found.into_iter().collect();
        uids.sort_unstable();
        let mut waiting = Vec::new();
        let mut taken = 0;
        for uid in &uids {
            if taken == ROUND_MOST || began.elapsed() > ROUND_WITHIN || waiting.len() == WAITING_MOST {
                break;
            }
            let took = timeout(self.message_within, self.take(ctx, &mut opened, *uid)).await.map_err(|_| self.silent(self.message_within))??;
            waiting.extend(took);
            taken += 1;
        }
        let _goodbye = timeout(LOGOUT_WITHIN, opened.session.logout()).await;
        Ok(match waiting.pop() {
            Some(why) => TurnEnd::Failed(format!("A message waits: {why}")),
            None if taken < uids.len() => TurnEnd::SomeRead,
            None => TurnEnd::AllRead,
        })
    }

    /// Takes in one message. Gives why it waits, where it does; an error where the connection is of no use any more.
    async fn take(&self, ctx: &Ctx, opened: &mut Opened, uid: u32) -> Result<Option<String>, String> {
        // Another program may have taken it away meanwhile.
        let Some(size) = self.fetch(opened, uid, "(UID RFC822.SIZE)").await?.and_then(|fetched| fetched.size) else { return Ok(None) };
        let key = format!("imap:{}:{uid}", opened.validity);
        let settled = if size as usize > MESSAGE_MOST {
            let why = format!("It is larger than {} kB, which is the most that is taken; it is in the mailbox", MESSAGE_MOST / 1024);
            refuse(ctx, &key, i64::from(size), &why).await
        } else {
            let fetched = self.fetch(opened, uid, "(UID BODY.PEEK[])").await?;
            let bytes = fetched.as_ref().and_then(Fetch::body).map(<[u8]>::to_vec);
            let Some(bytes) = bytes else { return Ok(Some(format!("{} does not hand it out", self.address))) };
            match unfit(&bytes) {
                Some(why) => refuse(ctx, &key, i64::from(size), &why).await,
                None => receive(ctx, &bytes).await.map(|_| ()),
            }
        };
        match settled {
            Ok(()) => self.put_away(opened, uid).await.map(|()| None),
            Err(error) => Ok(Some(said_of(&error))),
        }
    }

    async fn fetch(&self, opened: &mut Opened, uid: u32, what: &'static str) -> Result<Option<Fetch>, String> {
        let answers = opened.session.uid_fetch(uid.to_string(), what).await.map_err(|error| self.broken(&error))?;
        let answers: Vec<Fetch> = answers.try_collect().await.map_err(|error| self.broken(&error))?;
        Ok(answers.into_iter().find(|fetched| fetched.uid == Some(uid)))
    }

    /// So that it is not taken in again.
    async fn put_away(&self, opened: &mut Opened, uid: u32) -> Result<(), String> {
        let done = match &self.address.done_folder {
            Some(folder) => opened.session.uid_mv(uid.to_string(), folder).await,
            None => opened.session.run_command_and_check_ok(format!("UID STORE {uid} +FLAGS.SILENT (\\Seen)")).await,
        };
        done.map_err(|error| self.broken(&error))
    }

    async fn open(&self) -> Result<Opened, String> {
        timeout(self.ready_within, self.try_open()).await.map_err(|_| self.silent(self.ready_within))?
    }

    async fn try_open(&self) -> Result<Opened, String> {
        let ImapAddress { host, port, user, password, folder, .. } = &self.address;
        let stream = TcpStream::connect((host.as_str(), *port)).await.map_err(|error| format!("{} cannot be reached ({error})", self.address))?;
        let wire: Box<dyn Wire> = if self.address.is_encrypted {
            let name = ServerName::try_from(host.clone()).map_err(|error| format!("{host} can have no certificate ({error})"))?;
            let stream = crate::tls::connector().connect(name, stream).await;
            Box::new(stream.map_err(|error| format!("No safe connection to {} ({error})", self.address))?)
        } else {
            Box::new(stream)
        };
        let mut client = Client::new(wire);
        let greeting = client.read_response().await.map_err(|error| self.broken(&error))?;
        if greeting.is_none() {
            return Err(format!("{} hung up at once", self.address));
        }
        let signed_in = client.login(user, password).await;
        let mut session = signed_in.map_err(|(error, _)| format!("{} does not let us sign in ({error})", self.address))?;
        let selected = session.select(folder).await.map_err(|error| format!("{} does not open the folder {folder} ({error})", self.address))?;
        Ok(Opened { session, validity: selected.uid_validity.unwrap_or_default() })
    }

    fn broken(&self, error: &dyn std::fmt::Display) -> String {
        format!("{} did not do as it was asked ({error})", self.address)
    }

    fn silent(&self, within: Duration) -> String {
        format!("{} did not answer within {within:?}", self.address)
    }
}

/// Why a message waits that the site could not take in.
fn said_of(error: &ServiceError) -> String {
    if matches!(error, ServiceError::Internal(_) | ServiceError::NotSaved(_)) {
        tracing::warn!(%error, "a mail could not be taken in");
    }
    error.to_string()
}
