//! Follows the events of the database, whoever wrote them, and tells the open streams of this process.
//!
//! It wakes when this process commits, when Postgres notifies of another's commit, and on SQLite five times a second,
//! since another process may write there too. The newest events are kept, so that a stream that was cut for a moment
//! goes on without asking the database.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::event::{LiveChange, LiveData, LiveEvent};
use domain::{EventId, UserId};
use service::{Clock, Ctx};
use store::{Engine, Store, StoreError};
use tokio::sync::{Notify, Semaphore, broadcast, watch};

use super::presence::{People, Presence};

/// How many notices a stream may be behind before it has to read afresh.
const BEHIND_AT_MOST: usize = 1024;
/// How many events are kept in memory.
const KEPT: usize = 2048;
/// How many missed events are sent one by one; beyond that, reading afresh is cheaper for everybody.
pub const REPLAYED_AT_MOST: i64 = 5000;
/// How many events are read from the database at once.
const BATCH: i64 = 500;
/// Several commits in quick succession are read together.
const GATHER: Duration = Duration::from_millis(10);

/// What streams are told.
#[derive(Clone, Debug)]
pub enum Notice {
    Event(Arc<Told>),
    /// Too much happened at once: read afresh.
    Resync,
    /// Sessions, roles or groups changed: of this person, or of anybody.
    Sessions(Option<UserId>),
    Presence {
        lead: i64,
        people: People,
    },
    /// The program ends.
    Closing,
}

/// An event with its three possible texts, made once for all streams.
#[derive(Debug)]
pub struct Told {
    pub event: LiveEvent,
    created: String,
    changed: String,
    removed: String,
}

impl Told {
    fn new(event: LiveEvent) -> Self {
        let text = |change| {
            let data = LiveData { number: event.number, version: event.version, change };
            let data = serde_json::to_string(&data).unwrap_or_else(|_| "{}".to_owned());
            format!("id: {}\nevent: {}\ndata: {data}\n\n", event.id, event.subject.key())
        };
        Self { created: text(LiveChange::Created), changed: text(LiveChange::Changed), removed: text(LiveChange::Removed), event }
    }

    /// The text for one kind of change.
    #[must_use]
    pub fn text(&self, change: LiveChange) -> &str {
        match change {
            LiveChange::Created => &self.created,
            LiveChange::Changed => &self.changed,
            LiveChange::Removed => &self.removed,
        }
    }
}

/// The newest events: those after `floor`, up to `last`.
#[derive(Debug)]
struct Recent {
    floor: i64,
    last: i64,
    events: VecDeque<Arc<Told>>,
}

/// The process's live hub. Its tasks end when the last clone is dropped.
#[derive(Clone, Debug)]
pub struct Hub {
    inner: Arc<Inner>,
    _alive: Arc<watch::Sender<()>>,
}

/// What tasks and streams share.
#[derive(Debug)]
pub struct Inner {
    pub store: Store,
    pub clock: Clock,
    notices: broadcast::Sender<Notice>,
    recent: Mutex<Recent>,
    presence: Presence,
    wake: Notify,
    is_closing: AtomicBool,
    /// Streams that come back after a long absence read the database a few at a time.
    replays: Semaphore,
}

/// Where a new stream begins.
#[derive(Debug, PartialEq, Eq)]
pub enum Start {
    /// Behind `position`; what happened up to `until` is still to be sent.
    Resume { position: i64, until: i64 },
    /// Too much was missed, or the position is unknown: the client reads afresh and goes on behind this.
    Resync(i64),
}

impl Hub {
    /// Starts to follow the database from its newest event.
    ///
    /// # Errors
    /// What the store reports.
    pub async fn start(store: Store, clock: Clock) -> Result<Self, StoreError> {
        let last = store.ask().await?.events().last_id().await?.0;
        let inner = Arc::new(Inner {
            store,
            clock,
            notices: broadcast::channel(BEHIND_AT_MOST).0,
            recent: Mutex::new(Recent { floor: last, last, events: VecDeque::new() }),
            presence: Presence::default(),
            wake: Notify::new(),
            is_closing: AtomicBool::new(false),
            replays: Semaphore::new(4),
        });
        inner.remember(last).await;
        let (alive, watched) = watch::channel(());
        tokio::spawn(follow(Arc::clone(&inner), watched.clone()));
        if inner.store.engine() == Engine::Postgres {
            tokio::spawn(listen(Arc::clone(&inner), watched));
        }
        Ok(Self { inner, _alive: Arc::new(alive) })
    }

    /// What streams share.
    #[must_use]
    pub fn inner(&self) -> &Arc<Inner> {
        &self.inner
    }

    /// How many streams are open.
    #[must_use]
    pub fn clients(&self) -> usize {
        self.inner.notices.receiver_count()
    }

    /// Says that sessions, roles or groups changed: of one person, or of anybody. Open streams ask again who they are.
    pub fn sessions_changed(&self, who: Option<UserId>) {
        self.inner.tell(Notice::Sessions(who));
    }

    /// Ends every stream, and those that come.
    pub fn close(&self) {
        self.inner.is_closing.store(true, Ordering::SeqCst);
        self.inner.tell(Notice::Closing);
    }
}

impl Inner {
    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn tell(&self, notice: Notice) {
        // Nobody listening is no failure.
        let _heard = self.notices.send(notice);
    }

    /// An ear for whatever is told from now on.
    pub fn hear(&self) -> broadcast::Receiver<Notice> {
        self.notices.subscribe()
    }

    /// Whether the program is about to end.
    pub fn is_closing(&self) -> bool {
        self.is_closing.load(Ordering::SeqCst)
    }

    /// A context for nobody, to ask whose session a token is.
    pub fn ctx(&self) -> Ctx {
        Ctx::anonymous(self.store.clone(), self.clock.clone())
    }

    /// The newest event that streams were told of.
    pub fn last(&self) -> i64 {
        self.recent().last
    }

    /// Opens an ear, and says where to begin for a client that saw everything up to `seen`.
    ///
    /// # Errors
    /// What the store reports.
    pub async fn subscribe(&self, seen: Option<i64>) -> Result<(broadcast::Receiver<Notice>, Start), StoreError> {
        // Under one lock: no event falls between what is kept and what will be heard.
        let (receiver, floor, last) = {
            let recent = self.recent();
            (self.notices.subscribe(), recent.floor, recent.last)
        };
        let Some(seen) = seen else { return Ok((receiver, Start::Resume { position: last, until: last })) };
        let start = if seen > last {
            // Another process told of it before this one read it, or the database is an older copy.
            let newest = self.store.ask().await?.events().last_id().await?.0;
            if seen > newest { Start::Resync(last) } else { Start::Resume { position: seen, until: seen } }
        } else if seen < 0 || last - seen > REPLAYED_AT_MOST {
            Start::Resync(last)
        } else if seen >= floor {
            Start::Resume { position: seen, until: last }
        } else {
            let first = self.store.ask().await?.events().first_id().await?.0;
            if seen + 1 < first { Start::Resync(last) } else { Start::Resume { position: seen, until: last } }
        };
        Ok((receiver, start))
    }

    /// Some events after a position, from memory or else from the database.
    ///
    /// # Errors
    /// What the store reports.
    pub async fn after(&self, position: i64) -> Result<Vec<Arc<Told>>, StoreError> {
        {
            let recent = self.recent();
            if position >= recent.floor {
                let from = recent.events.partition_point(|told| told.event.id.0 <= position);
                return Ok(recent.events.range(from..).take(BATCH as usize).cloned().collect());
            }
        }
        let _turn = self.replays.acquire().await;
        let events = self.store.ask().await?.events().live_after(EventId(position), BATCH).await?;
        Ok(events.into_iter().map(|event| Arc::new(Told::new(event))).collect())
    }

    /// Fills the memory at the start, so that clients of a server that was restarted need not ask the database.
    async fn remember(&self, last: i64) {
        let mut position = (last - KEPT as i64).max(0);
        let floor = position;
        let mut events = VecDeque::new();
        while position < last {
            let Ok(mut tx) = self.store.ask().await else { return };
            let Ok(batch) = tx.events().live_after(EventId(position), BATCH).await else { return };
            let Some(newest) = batch.last() else { break };
            position = newest.id.0;
            events.extend(batch.into_iter().filter(|event| event.id.0 <= last).map(|event| Arc::new(Told::new(event))));
        }
        *self.recent() = Recent { floor, last, events };
    }

    /// Reads what is new and tells it.
    async fn catch_up(&self) -> Result<(), StoreError> {
        loop {
            let position = self.last();
            let mut tx = self.store.ask().await?;
            let newest = tx.events().last_id().await?.0;
            if newest == position {
                return Ok(());
            }
            // Fewer than before: the database was replaced by an older copy.
            if newest < position || newest - position > REPLAYED_AT_MOST {
                self.skip_to(newest);
                return Ok(());
            }
            let events = match tx.events().live_after(EventId(position), BATCH).await {
                Ok(events) => events,
                Err(error @ StoreError::Inconsistent { .. }) => {
                    tracing::error!(%error, "an event cannot be read; live clients read afresh");
                    self.skip_to(newest);
                    return Ok(());
                }
                Err(error) => return Err(error),
            };
            drop(tx);
            if events.is_empty() {
                self.skip_to(newest);
            }
            self.publish(events);
        }
    }

    fn publish(&self, events: Vec<LiveEvent>) {
        let mut recent = self.recent();
        for event in events {
            let told = Arc::new(Told::new(event));
            recent.last = told.event.id.0;
            recent.events.push_back(Arc::clone(&told));
            if recent.events.len() > KEPT
                && let Some(oldest) = recent.events.pop_front()
            {
                recent.floor = oldest.event.id.0;
            }
            self.tell(Notice::Event(told));
        }
    }

    fn skip_to(&self, last: i64) {
        let mut recent = self.recent();
        *recent = Recent { floor: last, last, events: VecDeque::new() };
        self.tell(Notice::Resync);
    }

    /// Notes that someone opened a lead, until the guard is dropped.
    pub(super) fn look(self: &Arc<Self>, lead: i64, user: UserId, name: &str) -> Looking {
        let (connection, people) = self.presence.enter(lead, user, name);
        self.tell(Notice::Presence { lead, people });
        Looking { hub: Arc::clone(self), lead, connection }
    }
}

/// Someone has a lead open.
#[derive(Debug)]
pub struct Looking {
    hub: Arc<Inner>,
    pub lead: i64,
    connection: u64,
}

impl Looking {
    /// Everybody who has it open, this person too.
    #[must_use]
    pub fn people(&self) -> People {
        self.hub.presence.of(self.lead)
    }
}

impl Drop for Looking {
    fn drop(&mut self) {
        let people = self.hub.presence.leave(self.lead, self.connection);
        self.hub.tell(Notice::Presence { lead: self.lead, people });
    }
}

/// Follows the events until the last [`Hub`] is gone.
async fn follow(hub: Arc<Inner>, mut alive: watch::Receiver<()>) {
    let committed = hub.store.committed();
    let pause = if hub.store.engine() == Engine::Sqlite { Duration::from_millis(200) } else { Duration::from_secs(2) };
    let mut failed = false;
    loop {
        // Listening begins before reading: a commit in between wakes at once.
        let commit = committed.notified();
        tokio::pin!(commit);
        commit.as_mut().enable();
        match hub.catch_up().await {
            Ok(()) if failed => {
                tracing::info!("live changes are followed again");
                failed = false;
            }
            Ok(()) => {}
            Err(error) => {
                if !failed {
                    tracing::warn!(error = ?error, "live changes cannot be read; trying again");
                }
                failed = true;
            }
        }
        tokio::select! {
            _ = alive.changed() => return,
            () = &mut commit => tokio::time::sleep(GATHER).await,
            () = hub.wake.notified() => tokio::time::sleep(GATHER).await,
            () = tokio::time::sleep(if failed { Duration::from_millis(250) } else { pause }) => {}
        }
    }
}

/// Hears of other processes' commits on Postgres. What it misses while the connection is cut is read afterwards.
async fn listen(hub: Arc<Inner>, mut alive: watch::Receiver<()>) {
    loop {
        if let Ok(Some(mut listener)) = hub.store.listener().await {
            hub.wake.notify_one();
            loop {
                tokio::select! {
                    _ = alive.changed() => return,
                    heard = listener.try_recv() => match heard {
                        // `None`: the connection was cut and is open again.
                        Ok(_) => hub.wake.notify_one(),
                        Err(_) => break,
                    },
                }
            }
        }
        tokio::select! {
            _ = alive.changed() => return,
            () = tokio::time::sleep(Duration::from_millis(300)) => hub.wake.notify_one(),
        }
    }
}
