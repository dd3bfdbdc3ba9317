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

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, Notify, OwnedMutexGuard, oneshot};

use crate::error::{Result, StoreError};
use crate::open::PoolUse;
use crate::sql::Sql;
use crate::writer::Writer;

/// How long one stands in line at most.
const IN_LINE_AT_MOST: Duration = Duration::from_secs(30);
/// A shared transaction that is older takes in nobody else.
const SHARED_AT_MOST: Duration = Duration::from_millis(20);

/// Where writers line up. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    writer: Writer,
    group: Arc<Mutex<Option<Group>>>,
    committed: Arc<Notify>,
}

/// A shared transaction, open on the writing connection.
#[derive(Debug)]
struct Group {
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

impl Line {
    /// A line before the connection that writes. `committed` is told when events became visible.
    pub(crate) fn new(writer: Writer, committed: Arc<Notify>) -> Self {
        Self { writer, group: Arc::default(), committed }
    }

    /// Waits for one's turn.
    pub(crate) async fn turn(&self) -> Result<Turn> {
        let wait = tokio::time::timeout(IN_LINE_AT_MOST, Arc::clone(&self.group).lock_owned());
        let mut place = wait.await.map_err(|_| StoreError::Busy)?;
        let open = place.take();
        let is_first = open.is_none();
        let group = open.unwrap_or_else(|| Group { since: Instant::now(), members: Vec::new(), recorded: false });
        // Whoever goes away while it begins leaves a turn that is undone.
        let turn = Turn(Some(Member { line: self.clone(), place, group }));
        if is_first {
            self.writer.execute("begin immediate; savepoint member").await?;
        } else {
            self.writer.run(Sql::new("savepoint member")).await?;
        }
        Ok(turn)
    }

    /// How the connection is used, for the metrics.
    pub(crate) fn in_use(&self) -> PoolUse {
        let used = usize::from(self.group.try_lock().map_or(true, |group| group.is_some()));
        PoolUse { name: "writer", idle: 1 - used, used, most: 1 }
    }

    /// Waits until nobody writes any more, and closes the connection.
    pub(crate) async fn close(&self) {
        let mut place = self.group.lock().await;
        self.commit(&mut place).await;
        self.writer.close().await;
    }

    /// Commits what is shared, and tells everybody who waits for it.
    async fn commit(&self, place: &mut Option<Group>) {
        // Somebody else may have done it.
        let Some(group) = place.take() else { return };
        if let Err(error) = self.writer.execute("commit").await {
            group.fail(&self.writer, error).await;
            return;
        }
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
    /// The connection, while it is this one's turn.
    pub(crate) fn writer(&self) -> &Writer {
        &self.0.as_ref().expect(TAKEN_AT_THE_END).line.writer
    }

    /// Saves: gives back when it is on the disk, together with the others of its group.
    pub(crate) async fn save(self, recorded: bool) -> Result<()> {
        let (done, outcome) = oneshot::channel();
        tokio::spawn(self.finish(recorded, done));
        // Without an answer the program is ending.
        outcome.await.unwrap_or(Err(StoreError::Busy))
    }

    async fn finish(mut self, recorded: bool, done: oneshot::Sender<Result<()>>) {
        if let Err(error) = self.writer().run(Sql::new("release member")).await {
            let _gone = done.send(Err(error));
            return;
        }
        let Some(Member { line, mut place, mut group }) = self.0.take() else { return };
        group.members.push(done);
        group.recorded |= recorded;
        let (is_first, is_due) = (group.members.len() == 1, group.since.elapsed() >= SHARED_AT_MOST);
        *place = Some(group);
        if is_due {
            line.commit(&mut place).await;
        } else if is_first {
            drop(place);
            line.commit(&mut *line.group.lock().await).await;
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
        let Member { line, mut place, group } = self;
        if group.members.is_empty() {
            line.writer.give_up().await;
            return;
        }
        match line.writer.execute("rollback to member; release member").await {
            Ok(()) => *place = Some(group),
            // A full disk and its like make SQLite undo everything at once, also what others did.
            Err(error) => group.fail(&line.writer, error).await,
        }
    }
}

impl Group {
    /// Gives everything up: nothing of it is on the disk, and everybody hears why.
    async fn fail(self, writer: &Writer, error: StoreError) {
        writer.give_up().await;
        let error = Arc::new(error);
        for member in self.members {
            let _gone = member.send(Err(StoreError::NotCommitted(Arc::clone(&error))));
        }
    }
}
