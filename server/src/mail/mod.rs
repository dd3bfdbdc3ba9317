//! The job that sends the mails in the outbox. Several servers on one database may do it: each mail is sent by one of them.

mod address;
mod letter;
mod smtp;

use std::sync::Arc;
use std::time::Duration;

pub use address::{Encryption, SmtpAddress};
use domain::Mailbox;
pub use letter::Letter;
use service::outbox::{self, Tried};
use service::{Ctx, Result};
pub use smtp::Smtp;
use store::outbox::Taken;
use tokio::task::{JoinHandle, JoinSet};

use crate::state::AppState;

/// How often mails are looked for that are to be sent again, or that another process wrote.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How often old mails are forgotten.
const TIDY_EVERY: Duration = Duration::from_secs(3600);
/// Mails that are under way at the same time.
const AT_ONCE: usize = 4;
/// What came of a mail is worth being noted: it is tried so often, a second apart.
const NOTE_TRIES: usize = 5;

/// Sends mails; the tests call it step by step.
pub struct Sender {
    ctx: Ctx,
    smtp: Arc<Smtp>,
    flights: JoinSet<()>,
}

impl Sender {
    /// A sender with nothing under way.
    #[must_use]
    pub fn new(ctx: Ctx, smtp: Smtp) -> Self {
        Self { ctx, smtp: Arc::new(smtp), flights: JoinSet::new() }
    }

    /// Starts to send mails that are due.
    ///
    /// # Errors
    /// What the service reports.
    pub async fn start_due(&mut self) -> Result<()> {
        let taken = outbox::take_due(&self.ctx, AT_ONCE.saturating_sub(self.flights.len())).await?;
        if taken.is_empty() {
            return Ok(());
        }
        let from = Mailbox { name: self.ctx.catalog().await?.site.name.clone(), email: self.ctx.mail.sender.clone() };
        for mail in taken {
            let (ctx, smtp, from) = (self.ctx.clone(), Arc::clone(&self.smtp), from.clone());
            self.flights.spawn(async move { send(&ctx, &smtp, &mail, &from).await });
        }
        Ok(())
    }

    /// Waits until one of the mails under way has landed; for ever when there is none.
    async fn landed(&mut self) {
        match self.flights.join_next().await {
            Some(Ok(())) => {}
            Some(Err(error)) => tracing::error!(%error, "sending a mail panicked"),
            None => std::future::pending().await,
        }
    }

    /// Waits for the mails under way, and takes no more.
    async fn land_all(&mut self) {
        while !self.flights.is_empty() {
            self.landed().await;
        }
    }

    /// Sends everything that is due now, and waits for it.
    ///
    /// # Errors
    /// What the service reports.
    pub async fn settle(&mut self) -> Result<()> {
        loop {
            self.start_due().await?;
            if self.flights.is_empty() {
                return Ok(());
            }
            self.land_all().await;
        }
    }
}

async fn send(ctx: &Ctx, smtp: &Smtp, mail: &Taken, from: &Mailbox) {
    let number = mail.id.0;
    let may_begin = async || match outbox::begin(ctx, mail).await {
        Ok(is_ours) => is_ours,
        Err(error) => {
            tracing::warn!(%error, mail = number, "a mail waits, because the database does not answer");
            false
        }
    };
    let tried = match Letter::write(mail, from) {
        Ok(letter) => smtp.deliver(&letter, may_begin).await,
        Err(why) => Some(Tried::Refused(why)),
    };
    let Some(tried) = tried else { return };
    if !matches!(tried, Tried::Sent(_)) {
        tracing::warn!(mail = number, "a mail was not sent; /admin/outbox says why");
    }
    for _ in 0..NOTE_TRIES {
        match outbox::note(ctx, mail, tried.clone()).await {
            Ok(()) => return,
            Err(error) => tracing::warn!(%error, mail = number, "what came of a mail was not noted"),
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// The job while it runs; it ends when this is dropped.
pub struct Job(JoinHandle<()>);

impl Job {
    /// Waits for the mails under way, once the live hub is closed, so that of none it is unknown what became of it.
    pub async fn finish(&mut self, within: Duration) {
        if tokio::time::timeout(within, &mut self.0).await.is_err() {
            tracing::warn!("some mails were still being sent; what is not known of them stands on /admin/outbox");
        }
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Starts the job; without a mail server, mail waits, and what is old is forgotten all the same.
#[must_use]
pub fn start(state: &AppState, smtp: Option<Smtp>) -> Job {
    let sender = smtp.map(|smtp| Sender::new(state.ctx(), smtp));
    Job(tokio::spawn(run(state.clone(), sender)))
}

async fn run(state: AppState, mut sender: Option<Sender>) {
    let mut tidy = tokio::time::interval(TIDY_EVERY);
    let mut heard = state.live.inner().hear();
    // Asked after listening anew, so that no closing is missed.
    while !state.live.inner().is_closing() {
        if let Some(sender) = &mut sender
            && let Err(error) = sender.start_due().await
        {
            tracing::warn!(%error, "mail waits");
        }
        let landed = async {
            match &mut sender {
                Some(sender) => sender.landed().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = heard.recv() => {
                // What came meanwhile is looked for in the same round.
                heard = heard.resubscribe();
            }
            () = landed => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = tidy.tick() => {
                if let Err(error) = outbox::tidy(&state.ctx()).await {
                    tracing::warn!(%error, "old mails were not forgotten");
                }
            }
        }
    }
    if let Some(sender) = &mut sender {
        sender.land_all().await;
    }
}
