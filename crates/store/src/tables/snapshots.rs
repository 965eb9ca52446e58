use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde_json::Value;

use super::{to_json, to_time};
use crate::Store;
use crate::database::Database;
use crate::error::{Error, Result};

/// Answers kept until the next one: at most one for each kind and account.
pub struct Snapshots<'a> {
    database: &'a Database,
}

/// An answer as it was at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// When it was fetched.
    pub fetched_at: Timestamp,
    /// The answer; opaque here.
    pub value: Value,
}

impl Store {
    /// The snapshots.
    pub fn snapshots(&self) -> Snapshots<'_> {
        Snapshots { database: self.database() }
    }
}

impl Snapshots<'_> {
    /// The snapshot of a kind, such as `models`, for an account.
    pub fn get(&self, kind: &str, account: &str) -> Result<Option<Snapshot>> {
        self.database.read(|db| {
            let mut statement =
                db.prepare_cached("SELECT fetched_at, value FROM snapshots WHERE kind = ? AND account = ?")?;
            let found = statement
                .query_row([kind, account], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))
                .optional()?;
            let Some((fetched_at, text)) = found else { return Ok(None) };
            let value = to_json(Some(text), "snapshot")?.ok_or(Error::Unreadable { what: "snapshot" })?;
            Ok(Some(Snapshot { fetched_at: to_time(fetched_at)?, value }))
        })
    }

    /// Replaces the snapshot of a kind for an account.
    pub fn put(&self, kind: &str, account: &str, snapshot: Snapshot) -> Result<()> {
        let (kind, account) = (kind.to_owned(), account.to_owned());
        self.database.write(move |db, _| {
            db.execute(
                "INSERT OR REPLACE INTO snapshots (kind, account, fetched_at, value) VALUES (?, ?, ?, ?)",
                params![kind, account, snapshot.fetched_at.as_millisecond(), snapshot.value.to_string()],
            )?;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::Home;

    #[test]
    fn the_last_answer_of_a_kind_and_account_is_kept() {
        let store = Home::new().open();
        let snapshot =
            |n: i64| Snapshot { fetched_at: Timestamp::from_second(n).unwrap(), value: json!([n]) };
        store.snapshots().put("models", "a", snapshot(1)).unwrap();
        store.snapshots().put("models", "a", snapshot(2)).unwrap();
        store.snapshots().put("models", "b", snapshot(3)).unwrap();
        assert_eq!(store.snapshots().get("models", "a").unwrap(), Some(snapshot(2)));
        assert_eq!(store.snapshots().get("styles", "a").unwrap(), None);
    }
}
