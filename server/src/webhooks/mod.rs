//! The job that tells other systems what happens here: makes messages as events come, and sends those that are due.

mod client;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

pub use client::{Client, Reach};
use service::{Ctx, Result};
use tokio::sync::broadcast::error::RecvError;
use tokio::task::{JoinHandle, JoinSet};

use crate::state::AppState;

/// How often messages are looked for that are to be sent again, or that another process made.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Several events in quick succession are told together.
const GATHER: Duration = Duration::from_millis(50);
/// How often what is old is forgotten.
const TIDY_EVERY: Duration = Duration::from_secs(3600);

/// Sends messages; the tests call it step by step.
pub struct Sender {
    ctx: Ctx,
    client: Arc<Client>,
    flights: JoinSet<i64>,
    /// How many messages of each webhook are under way.
    under_way: HashMap<i64, usize>,
}

impl Sender {
    /// A sender with nothing under way.
    #[must_use]
    pub fn new(ctx: Ctx, client: Client) -> Self {
        Self { ctx, client: Arc::new(client), flights: JoinSet::new(), under_way: HashMap::new() }
    }

    /// Makes the messages of what happened, and starts to send those that are due.
    ///
    /// # Errors
    /// What the service reports.
    pub async fn start_due(&mut self) -> Result<()> {
        service::webhooks::make_messages(&self.ctx).await?;
        let under_way = &self.under_way;
        for message in service::webhooks::take_due(&self.ctx, |webhook| under_way.get(&webhook).copied().unwrap_or_default()).await? {
            let webhook = message.webhook();
            *self.under_way.entry(webhook).or_default() += 1;
            let (ctx, client) = (self.ctx.clone(), Arc::clone(&self.client));
            self.flights.spawn(async move {
                let answer = client.post(&message, ctx.now()).await;
                if let Err(error) = service::webhooks::note(&ctx, &message, answer).await {
                    // It is due again soon, and the other side knows it by its id.
                    tracing::warn!(%error, webhook, "what came of a message was not noted");
                }
                webhook
            });
        }
        Ok(())
    }

    /// Waits until one of the messages under way has landed; for ever when there is none.
    async fn landed(&mut self) {
        match self.flights.join_next().await {
            Some(Ok(webhook)) => {
                if let Some(count) = self.under_way.get_mut(&webhook) {
                    *count = count.saturating_sub(1);
                }
            }
            Some(Err(error)) => {
                tracing::error!(%error, "sending a message panicked");
                self.under_way.clear();
            }
            None => std::future::pending().await,
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
            self.landed().await;
        }
    }
}

/// The job while it runs; it ends when this is dropped. A message that is under way then is sent again by whoever is next.
pub struct Job(JoinHandle<()>);

impl Drop for Job {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Starts the job.
#[must_use]
pub fn start(state: &AppState, reach: Reach) -> Job {
    Job(tokio::spawn(run(state.clone(), Sender::new(state.ctx(), Client::new(reach)))))
}

async fn run(state: AppState, mut sender: Sender) {
    let mut tidy = tokio::time::interval(TIDY_EVERY);
    let mut heard = state.live.inner().hear();
    loop {
        if let Err(error) = sender.start_due().await {
            tracing::warn!(%error, "messages to other systems wait");
        }
        tokio::select! {
            notice = heard.recv() => {
                if matches!(notice, Err(RecvError::Closed)) {
                    return;
                }
                tokio::time::sleep(GATHER).await;
                // What came meanwhile is told in the same round.
                heard = heard.resubscribe();
            }
            () = sender.landed() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = tidy.tick() => {
                if let Err(error) = service::webhooks::tidy(&state.ctx()).await {
                    tracing::warn!(%error, "old messages were not forgotten");
                }
            }
        }
    }
}
