//! With which key an account worked at which time. Charges don't name their keys, so a key that was replaced keeps its time.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::{Charges, Ledger};
use crate::error::Result;
use crate::tables::to_time;

/// The key that an account works with from a moment on, until that of the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnKey {
    /// From when on.
    pub since: Timestamp,
    /// What Venice calls it; none where that isn't known.
    pub key: Option<String>,
}

impl Ledger {
    /// What Venice calls the key that the account worked with at a moment; none where that isn't known.
    pub fn key_at(&self, at: Timestamp) -> Option<&str> {
        let next = self.own_keys.partition_point(|own| own.since <= at);
        self.own_keys.get(next.checked_sub(1)?)?.key.as_deref()
    }
}

impl Charges<'_> {
    /// From now on an account works with a key of which nothing is known yet.
    pub fn key_replaced(&self, account: &str, at: Timestamp) -> Result<()> {
        let account = account.to_owned();
        self.store.database().write(move |db, _| replaced(db, &account, at))
    }

    /// Notes which key an account works with now. It is that since the last was replaced; where none was, since it was made at
    /// `made_at`. Where it was replaced and nobody saw when, none is known for the time since `seen`, when the last one was
    /// seen for the last time.
    pub fn note_own_key(
        &self,
        account: &str,
        key: &str,
        made_at: Option<Timestamp>,
        seen: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<()> {
        let (account, key) = (account.to_owned(), key.to_owned());
        self.store.database().write(move |db, _| {
            let mut last = last_two(db, &account)?.into_iter();
            match (last.next(), last.next()) {
                (None, _) => put(db, &account, made_at.unwrap_or(now), Some(&key)),
                (Some(OwnKey { key: Some(known), .. }), _) if known == key => Ok(()),
                (Some(OwnKey { since, key: Some(_) }), _) => {
                    let from = seen.unwrap_or(since).max(made_at.unwrap_or(since)).max(since);
                    put(db, &account, from, None)?;
                    put(db, &account, now.max(from), Some(&key))
                }
                // The same as before: only the program was started anew.
                (Some(OwnKey { since, .. }), Some(before)) if before.key.as_ref() == Some(&key) => {
                    delete(db, &account, since)
                }
                (Some(OwnKey { since, .. }), _) => put(db, &account, since, Some(&key)),
            }
        })
    }
}

pub(super) fn of(db: &Connection, account: &str) -> Result<Vec<OwnKey>> {
    query(db, "SELECT since, key FROM own_keys WHERE account = ? ORDER BY since", account)
}

/// The last first.
fn last_two(db: &Connection, account: &str) -> Result<Vec<OwnKey>> {
    query(db, "SELECT since, key FROM own_keys WHERE account = ? ORDER BY since DESC LIMIT 2", account)
}

fn query(db: &Connection, sql: &str, account: &str) -> Result<Vec<OwnKey>> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([account])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(OwnKey { since: to_time(row.get(0)?)?, key: row.get(1)? });
    }
    Ok(all)
}

/// The same, in a transaction of others.
pub(crate) fn replaced(db: &Connection, account: &str, at: Timestamp) -> Result<()> {
    let mut last = last_two(db, account)?.into_iter();
    // Of several times of which nothing is known, the first and the last are enough.
    if let (Some(OwnKey { since, key: None }), None | Some(OwnKey { key: None, .. })) =
        (last.next(), last.next())
    {
        delete(db, account, since)?;
    }
    put(db, account, at, None)
}

fn put(db: &Connection, account: &str, since: Timestamp, key: Option<&str>) -> Result<()> {
    db.prepare_cached("INSERT OR REPLACE INTO own_keys (account, since, key) VALUES (?, ?, ?)")?
        .execute(params![account, since.as_millisecond(), key])?;
    Ok(())
}

fn delete(db: &Connection, account: &str, since: Timestamp) -> Result<()> {
    db.prepare_cached("DELETE FROM own_keys WHERE account = ? AND since = ?")?
        .execute(params![account, since.as_millisecond()])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use crate::testing::{Home, START};

    #[test]
    fn each_key_keeps_its_time() {
        let store = Home::new().open();
        let charges = store.charges();
        charges.begin("a", "A", false).unwrap();
        let at = |minutes: i64| START + minutes.minutes();
        let told = |minutes: i64| {
            let ledger = charges.ledgers().unwrap().remove(0);
            ledger.key_at(at(minutes)).map(str::to_owned)
        };
        assert_eq!(told(0), None);
        charges.note_own_key("a", "first", Some(at(0)), None, at(10)).unwrap();
        assert_eq!((told(-1), told(5)), (None, Some("first".into())), "none before it was made");

        charges.key_replaced("a", at(20)).unwrap();
        assert_eq!((told(19), told(20)), (Some("first".into()), None), "which one comes isn't known yet");
        charges.note_own_key("a", "second", Some(at(18)), Some(at(19)), at(30)).unwrap();
        assert_eq!(
            (told(19), told(20), told(40)),
            (Some("first".into()), Some("second".into()), Some("second".into()))
        );

        // The program is started anew with what may be another key, twice without asking.
        for minutes in [50, 60, 70] {
            charges.key_replaced("a", at(minutes)).unwrap();
        }
        charges.note_own_key("a", "second", None, None, at(71)).unwrap();
        assert_eq!((told(49), told(55), told(65)), (Some("second".into()), None, None));
        assert_eq!(told(70), Some("second".into()));
        charges.key_replaced("a", at(80)).unwrap();
        charges.note_own_key("a", "second", None, None, at(81)).unwrap();
        assert_eq!(told(80), Some("second".into()));
        assert_eq!(charges.ledgers().unwrap()[0].own_keys.len(), 4, "what says nothing is not kept");

        // Replaced behind our back.
        charges.note_own_key("a", "third", Some(at(85)), Some(at(90)), at(100)).unwrap();
        assert_eq!(
            (told(89), told(90), told(99), told(100)),
            (Some("second".into()), None, None, Some("third".into()))
        );
    }
}
