//! SQLite's one writer, whose transactions reach the disk together.
//!
//! The dear part of a small change is to wait for the disk. So each transaction is a savepoint in one that it shares with
//! those that stand in line behind it, and is answered once that one is committed: as durable as before, at a share of
//! the price. Who has to undo undoes to its own savepoint.
//!
//! The line is a fair lock around the shared transaction. The first who is done lines up once more, behind everybody
//! who waited by then, to commit for all of them. Nobody waits for later ones, so a change that is alone is committed at once.
//! What must not be left half done (releasing, committing, undoing) runs in a task of its own: a caller may go away at
//! any moment.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::pool::PoolConnection;
use sqlx::{Sqlite, SqliteConnection, SqlitePool};
use tokio::sync::{Mutex, Notify, OwnedMutexGuard, oneshot};

use crate::error::{Result, StoreError};
use crate::tx::busy;

/// How long one stands in line at most.
const IN_LINE_AT_MOST: Duration = Duration::from_secs(30);
/// A shared transaction that is older takes in nobody else.
const SHARED_AT_MOST: Duration = Duration::from_millis(20);

/// Where writers line up. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    writer: SqlitePool,
    group: Arc<Mutex<Option<Group>>>,
    committed: Arc<Notify>,
}

/// A shared transaction, open on the writing connection.
#[derive(Debug)]
struct Group {
    connection: PoolConnection<Sqlite>,
    since: Instant,
    /// Those that are done and wait for the commit.
    members: Vec<oneshot::Sender<Result<()>>>,
    /// Whether committing makes events visible.
    recorded: bool,
}

/// One transaction of the group, whose turn it is.
#[derive(Debug)]
pub(crate) struct Turn(Option<Member>);

#[derive(Debug)]
struct Member {
    line: Line,
    place: OwnedMutexGuard<Option<Group>>,
    group: Group,
}

const TAKEN_AT_THE_END: &str = "it is taken only when the turn ends";

impl Deref for Turn {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.0.as_ref().expect(TAKEN_AT_THE_END).group.connection
    }
}

impl DerefMut for Turn {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.0.as_mut().expect(TAKEN_AT_THE_END).group.connection
    }
}

impl Line {
    /// A line before the connection of a pool that has one. `committed` is told when events became visible.
    pub(crate) fn new(writer: SqlitePool, committed: Arc<Notify>) -> Self {
        Self { writer, group: Arc::default(), committed }
    }

    /// Waits for one's turn.
    pub(crate) async fn turn(&self) -> Result<Turn> {
        let wait = tokio::time::timeout(IN_LINE_AT_MOST, Arc::clone(&self.group).lock_owned());
        let mut place = wait.await.map_err(|_| StoreError::Busy)?;
        let (group, start) = match place.take() {
            Some(group) => (group, "savepoint member"),
            None => {
                let connection = self.writer.acquire().await.map_err(busy)?;
                (Group { connection, since: Instant::now(), members: Vec::new(), recorded: false }, "begin immediate; savepoint member")
            }
        };
        let mut turn = Turn(Some(Member { line: self.clone(), place, group }));
        run(&mut turn, start).await.map_err(busy)?;
        Ok(turn)
    }

    /// Commits what is shared, and tells everybody who waits for it.
    async fn commit(self, mut place: OwnedMutexGuard<Option<Group>>) {
        // Somebody else may have done it.
        let Some(mut group) = place.take() else { return };
        if let Err(error) = run(&mut group.connection, "commit").await {
            group.fail(error).await;
            return;
        }
        // Back in the pool before anybody goes on.
        drop(group.connection);
        if group.recorded {
            self.committed.notify_waiters();
        }
        for member in group.members {
            // Who went away does not hear of it.
            let _gone = member.send(Ok(()));
        }
    }
}

impl Turn {
    /// Saves: gives back when it is on the disk, together with the others of its group.
    pub(crate) async fn save(self, recorded: bool) -> Result<()> {
        let (done, outcome) = oneshot::channel();
        tokio::spawn(self.finish(recorded, done));
        // Without an answer the program is ending.
        outcome.await.unwrap_or(Err(StoreError::Busy))
    }

    async fn finish(mut self, recorded: bool, done: oneshot::Sender<Result<()>>) {
        if let Err(error) = run(&mut self, "release member").await {
            let _gone = done.send(Err(busy(error)));
            return;
        }
        let Some(Member { line, mut place, mut group }) = self.0.take() else { return };
        group.members.push(done);
        group.recorded |= recorded;
        let (is_first, is_due) = (group.members.len() == 1, group.since.elapsed() >= SHARED_AT_MOST);
        *place = Some(group);
        if is_due {
            line.commit(place).await;
        } else if is_first {
            drop(place);
            let place = Arc::clone(&line.group).lock_owned().await;
            line.commit(place).await;
        }
    }
}

/// Undoes what was not saved, and nothing else.
impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(member) = self.0.take() {
            tokio::spawn(member.undo());
        }
    }
}

impl Member {
    async fn undo(self) {
        let Member { mut place, mut group, .. } = self;
        let undo = if group.members.is_empty() { "rollback" } else { "rollback to member; release member" };
        match run(&mut group.connection, undo).await {
            Ok(()) if group.members.is_empty() => {}
            Ok(()) => *place = Some(group),
            // A full disk and its like make SQLite undo everything at once, also what others did.
            Err(error) => group.fail(error).await,
        }
    }
}

impl Group {
    /// Gives everything up: nothing of it is on the disk, and everybody hears why.
    async fn fail(mut self, error: sqlx::Error) {
        if run(&mut self.connection, "rollback").await.is_err() {
            // There is no transaction any more, or the connection is of no use; a new one is.
            let _closed = self.connection.close().await;
        } else {
            drop(self.connection);
        }
        let error = Arc::new(error);
        for member in self.members {
            let _gone = member.send(Err(StoreError::NotCommitted(Arc::clone(&error))));
        }
    }
}

async fn run(connection: &mut SqliteConnection, statement: &'static str) -> std::result::Result<(), sqlx::Error> {
    sqlx::query(statement).execute(connection).await.map(|_| ())
}
