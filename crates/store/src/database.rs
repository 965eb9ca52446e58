//! The one SQLite database: a thread that writes, a few connections that read.

pub(crate) mod backup;
mod closed;
pub(crate) mod migrations;
pub(crate) mod rescue;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use tokio::sync::broadcast;

use crate::change::{Change, Changes};
use crate::error::{Error, Result};

/// How long a connection waits for another's lock.
const BUSY: Duration = Duration::from_secs(10);
/// How many reads run side by side.
const READERS: usize = 4;
/// Changes kept for a listener that is slow to take them.
const CHANGES: usize = 4_096;

type Work = Box<dyn FnOnce(&mut Connection) + Send>;
/// Run on the writer thread after each commit, before the writer's asker hears of it.
type AfterCommit = Arc<dyn Fn(&Connection, &Changes) + Send + Sync>;

/// Hands writes to the writer thread and lends connections to readers.
pub(crate) struct Database {
    path: PathBuf,
    work: Option<mpsc::Sender<Work>>,
    writer: Option<JoinHandle<()>>,
    readers: Mutex<Readers>,
    returned: Condvar,
    changes: broadcast::Sender<Change>,
    after_commit: AfterCommit,
    /// Something in it couldn't be read: the next opening reads it through.
    doubted: AtomicBool,
}

#[derive(Default)]
struct Readers {
    idle: Vec<Connection>,
    open: usize,
}

/// Opens the file with the settings every writing connection has.
pub(crate) fn connect(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

fn connect_reader(path: &Path) -> Result<Connection> {
    // A connection is lent to one reader at a time: SQLite needn't lock it for each column.
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    // A page of a big library touches a few megabytes; the default of 2 would thrash.
    connection.pragma_update(None, "cache_size", -16_384)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

impl Database {
    /// Takes over a connection that is already migrated.
    pub(crate) fn start(
        path: PathBuf,
        mut connection: Connection,
        after_commit: AfterCommit,
    ) -> Result<Self> {
        connection.set_prepared_statement_cache_capacity(64);
        let (work, inbox) = mpsc::channel::<Work>();
        let writer = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || {
                for piece in inbox {
                    piece(&mut connection);
                }
            })
            .map_err(|_| Error::Fault("the writer thread can't be started"))?;
        Ok(Self {
            path,
            work: Some(work),
            writer: Some(writer),
            readers: Mutex::default(),
            returned: Condvar::new(),
            changes: broadcast::channel(CHANGES).0,
            after_commit,
            doubted: AtomicBool::new(false),
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// Runs `work` in one transaction on the writer thread: all of it is kept, or nothing. What it changed is told
    /// once it is on disk. A panic inside undoes the transaction and comes back as a fault.
    pub(crate) fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Transaction<'_>, &mut Changes) -> Result<T> + Send + 'static,
    {
        let (reply, answer) = mpsc::sync_channel(1);
        let listeners = self.changes.clone();
        let after_commit = self.after_commit.clone();
        let piece: Work = Box::new(move |connection| {
            let attempt = catch_unwind(AssertUnwindSafe(|| {
                let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let mut changes = Changes::default();
                let value = work(&transaction, &mut changes)?;
                transaction.commit()?;
                Ok((value, changes))
            }));
            let outcome = match attempt {
                Ok(Ok((value, changes))) => {
                    after_commit(connection, &changes);
                    changes.tell(&listeners);
                    Ok(value)
                }
                Ok(Err(error)) => Err(error),
                Err(_) => Err(Error::Fault("a write panicked")),
            };
            // The asker may have gone; the write stands all the same.
            let _ = reply.send(outcome);
        });
        self.work
            .as_ref()
            .and_then(|inbox| inbox.send(piece).ok())
            .ok_or(Error::Fault("the writer thread is gone"))?;
        answer
            .recv()
            .map_err(|_| Error::Fault("the writer thread is gone"))?
            .map_err(|error| self.told(error))
    }

    /// Runs `work` on a reading connection, all of it on one snapshot.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let lent = self.lend()?;
        let snapshot = lent.connection()?.unchecked_transaction()?;
        let outcome = work(&snapshot);
        // Only reads happened: there is nothing a rollback could lose.
        drop(snapshot);
        outcome.map_err(|error| self.told(error))
    }

    fn told(&self, error: Error) -> Error {
        if rescue::is_damage(&error) {
            self.doubt();
        }
        error.at_database(&self.path)
    }

    /// From now on what is in the file isn't taken for sound.
    pub(crate) fn doubt(&self) {
        self.doubted.store(true, Ordering::Relaxed);
    }

    fn lend(&self) -> Result<Lent<'_>> {
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(connection) = readers.idle.pop() {
                return Ok(Lent { database: self, connection: Some(connection) });
            }
            if readers.open < READERS {
                let connection = connect_reader(&self.path)?;
                readers.open += 1;
                return Ok(Lent { database: self, connection: Some(connection) });
            }
            readers = self.returned.wait(readers).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // The readers first: the last connection to close merges the log into the file, and only the writer's may.
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).idle.clear();
        drop(self.work.take());
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
        if !self.doubted.load(Ordering::Relaxed) {
            closed::note(&self.path);
        }
    }
}

/// A reading connection that goes back when it is dropped, also by a panic.
struct Lent<'a> {
    database: &'a Database,
    connection: Option<Connection>,
}

impl Lent<'_> {
    fn connection(&self) -> Result<&Connection> {
        self.connection.as_ref().ok_or(Error::Fault("a reader was returned twice"))
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut readers = self.database.readers.lock().unwrap_or_else(PoisonError::into_inner);
        readers.idle.extend(self.connection.take());
        self.database.returned.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(folder: &Path) -> Database {
        let path = folder.join("a.db");
        let connection = connect(&path).unwrap();
        connection.execute_batch("CREATE TABLE numbers (n INTEGER)").unwrap();
        Database::start(path, connection, Arc::new(|_, _| ())).unwrap()
    }

    fn count(database: &Database) -> i64 {
        database.read(|c| Ok(c.query_row("SELECT count(*) FROM numbers", [], |row| row.get(0))?)).unwrap()
    }

    #[test]
    fn a_failed_or_panicking_write_leaves_nothing_and_the_writer_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let database = database(folder.path());
        let failed: Result<()> = database.write(|tx, _| {
            tx.execute("INSERT INTO numbers VALUES (1)", [])?;
            Err(Error::LineageCycle)
        });
        assert!(matches!(failed, Err(Error::LineageCycle)));
        let panicked: Result<()> = database.write(|tx, _| {
            tx.execute("INSERT INTO numbers VALUES (2)", [])?;
            panic!("on purpose")
        });
        assert!(matches!(panicked, Err(Error::Fault(_))));
        assert_eq!(count(&database), 0);
        database.write(|tx, _| Ok(tx.execute("INSERT INTO numbers VALUES (3)", [])?)).unwrap();
        assert_eq!(count(&database), 1);
    }

    #[test]
    fn more_readers_than_connections_take_turns() {
        let folder = tempfile::tempdir().unwrap();
        let database = database(folder.path());
        std::thread::scope(|scope| {
            for _ in 0..READERS * 4 {
                scope.spawn(|| assert_eq!(count(&database), 0));
            }
        });
        assert!(database.readers.lock().unwrap().open <= READERS);
    }

    #[test]
    fn a_closed_database_is_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let database = database(folder.path());
        count(&database);
        drop(database);
        let files = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let mut files: Vec<_> = files.collect();
        files.sort();
        assert_eq!(files, ["a.db", "a.db.closed"], "the log is merged, and that is noted");
    }

    #[test]
    fn readers_cannot_write() {
        let folder = tempfile::tempdir().unwrap();
        let database = database(folder.path());
        let attempt = database.read(|c| Ok(c.execute("INSERT INTO numbers VALUES (1)", [])?));
        assert!(matches!(attempt, Err(Error::ReadOnly { .. })));
    }
}
