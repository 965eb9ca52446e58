use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Row, params};

use super::{from_sql_count, from_time_if, to_sql_count, to_time, to_time_if};
use crate::Store;
use crate::database::Database;
use crate::error::{Error, Result};
use crate::ids::{CloneId, ItemId};

/// A cloned voice. `Debug` leaves out its name and its handle.
#[derive(Clone, PartialEq, Eq)]
pub struct Voice {
    /// Its id here.
    pub id: CloneId,
    /// What the user calls it.
    pub name: String,
    /// What it is asked for by.
    pub handle: String,
    /// The one model that speaks with it.
    pub model: String,
    /// The account it belongs to.
    pub account: String,
    /// Made with pretend money.
    pub pretend: bool,
    /// The item its sample was taken from.
    pub item: Option<ItemId>,
    /// The name of the sample's file below `voices`.
    pub sample: String,
    /// When the user said that whoever is heard agrees.
    pub consent_at: Timestamp,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it was last used.
    pub used_at: Option<Timestamp>,
    /// How long it is kept, in seconds; none: for good.
    pub kept_seconds: Option<u64>,
    /// Each use keeps it that long anew.
    pub renewed_by_use: bool,
}

impl std::fmt::Debug for Voice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Voice").field("id", &self.id).field("model", &self.model).finish_non_exhaustive()
    }
}

impl Voice {
    /// When it ends; none: never, as far as is known.
    pub fn ends_at(&self) -> Option<Timestamp> {
        let from = self.used_at.filter(|used| self.renewed_by_use && *used > self.made_at);
        let kept = SignedDuration::from_secs(i64::try_from(self.kept_seconds?).ok()?);
        from.unwrap_or(self.made_at).checked_add(kept).ok()
    }
}

/// The cloned voices.
pub struct Clones<'a> {
    database: &'a Database,
}

impl Store {
    /// The cloned voices.
    pub fn clones(&self) -> Clones<'_> {
        Clones { database: self.database() }
    }
}

impl Clones<'_> {
    /// Those of an account, the last made first.
    pub fn of_account(&self, account: &str) -> Result<Vec<Voice>> {
        self.database.read(|db| query(db, "account = ? ORDER BY made_at DESC, id DESC", [account]))
    }

    /// All of them.
    pub fn all(&self) -> Result<Vec<Voice>> {
        self.database.read(|db| query(db, "1 ORDER BY made_at DESC, id DESC", []))
    }

    /// One of them.
    pub fn get(&self, id: CloneId) -> Result<Voice> {
        self.database.read(|db| get(db, id))
    }

    /// The one that is asked for by this handle.
    pub fn by_handle(&self, handle: &str) -> Result<Option<Voice>> {
        self.database.read(|db| Ok(query(db, "handle = ?", [handle])?.pop()))
    }

    /// Keeps a new one, or one that was made anew under the same id; one that turns up late doesn't take the place of a newer one.
    /// Once this returns it survives a power cut.
    pub fn put(&self, voice: Voice) -> Result<()> {
        self.database.write(move |db, changes| {
            db.prepare_cached(
                "INSERT INTO clones (id, name, handle, model, account, pretend, item, sample, consent_at, made_at,
                    used_at, kept_seconds, renewed_by_use)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                 ON CONFLICT (id) DO UPDATE SET handle = excluded.handle, consent_at = excluded.consent_at,
                    made_at = excluded.made_at, used_at = excluded.used_at, kept_seconds = excluded.kept_seconds,
                    renewed_by_use = excluded.renewed_by_use
                 WHERE excluded.made_at >= clones.made_at",
            )?
            .execute(params![
                voice.id,
                voice.name,
                voice.handle,
                voice.model,
                voice.account,
                voice.pretend,
                voice.item,
                voice.sample,
                voice.consent_at.as_millisecond(),
                voice.made_at.as_millisecond(),
                from_time_if(voice.used_at),
                voice.kept_seconds.map(to_sql_count),
                voice.renewed_by_use,
            ])?;
            changes.clones();
            Ok(())
        })
    }

    /// Notes that one was used. It is no error where nobody knows the handle.
    pub fn used(&self, handle: &str, at: Timestamp) -> Result<()> {
        let handle = handle.to_owned();
        self.database.write(move |db, changes| {
            let sql = "UPDATE clones SET used_at = max(coalesce(used_at, 0), ?) WHERE handle = ?";
            if db.prepare_cached(sql)?.execute(params![at.as_millisecond(), handle])? > 0 {
                changes.clones();
            }
            Ok(())
        })
    }

    /// Renames one.
    pub fn rename(&self, id: CloneId, name: &str) -> Result<Voice> {
        let name = name.to_owned();
        self.database.write(move |db, changes| {
            db.prepare_cached("UPDATE clones SET name = ? WHERE id = ?")?.execute(params![name, id])?;
            changes.clones();
            get(db, id)
        })
    }

    /// Forgets one; its sample is the caller's to delete.
    pub fn forget(&self, id: CloneId) -> Result<()> {
        self.database.write(move |db, changes| {
            changes.clones();
            match db.execute("DELETE FROM clones WHERE id = ?", [id])? {
                0 => Err(Error::NotFound { what: "voice", id: id.to_string() }),
                _ => Ok(()),
            }
        })
    }
}

fn get(db: &Connection, id: CloneId) -> Result<Voice> {
    query(db, "id = ?", [id])?.pop().ok_or_else(|| Error::NotFound { what: "voice", id: id.to_string() })
}

fn query(db: &Connection, condition: &str, parameters: impl rusqlite::Params) -> Result<Vec<Voice>> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT id, name, handle, model, account, pretend, item, sample, consent_at, made_at, used_at, kept_seconds,
            renewed_by_use FROM clones WHERE {condition}"
    ))?;
    let mut rows = statement.query(parameters)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row)?);
    }
    Ok(all)
}

fn read(row: &Row<'_>) -> Result<Voice> {
    Ok(Voice {
        id: row.get(0)?,
        name: row.get(1)?,
        handle: row.get(2)?,
        model: row.get(3)?,
        account: row.get(4)?,
        pretend: row.get(5)?,
        item: row.get(6)?,
        sample: row.get(7)?,
        consent_at: to_time(row.get(8)?)?,
        made_at: to_time(row.get(9)?)?,
        used_at: to_time_if(row.get(10)?)?,
        kept_seconds: row.get::<_, Option<i64>>(11)?.map(from_sql_count),
        renewed_by_use: row.get(12)?,
    })
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;
    use crate::testing::Home;

    fn voice(handle: &str, renewed_by_use: bool) -> Voice {
        let made_at: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        Voice {
            id: CloneId::new(made_at),
            name: "Mine".to_owned(),
            handle: handle.to_owned(),
            model: "m".to_owned(),
            account: "a".to_owned(),
            pretend: true,
            item: None,
            sample: "mine.wav".to_owned(),
            consent_at: made_at,
            made_at,
            used_at: None,
            kept_seconds: Some(7 * 86_400),
            renewed_by_use,
        }
    }

    #[test]
    fn a_voice_ends_and_use_renews_only_those_that_persist() {
        let store = Home::new().open();
        let (fleeting, lasting) = (voice("vv_1", false), voice("vv_2", true));
        for voice in [&fleeting, &lasting] {
            store.clones().put(voice.clone()).unwrap();
        }
        let later = fleeting.made_at + 24.hours();
        for handle in ["vv_1", "vv_2", "vv_3"] {
            store.clones().used(handle, later).unwrap();
            // A clock that was set back takes nothing away.
            store.clones().used(handle, fleeting.made_at).unwrap();
        }
        let ends = |voice: &Voice| store.clones().get(voice.id).unwrap().ends_at().unwrap();
        assert_eq!(ends(&fleeting), fleeting.made_at + 168.hours());
        assert_eq!(ends(&lasting), later + 168.hours());
        assert_eq!(Voice { kept_seconds: None, ..fleeting }.ends_at(), None);
    }

    #[test]
    fn made_anew_it_stays_the_one_it_is() {
        let store = Home::new().open();
        let old = voice("vv_1", false);
        store.clones().put(old.clone()).unwrap();
        store.clones().rename(old.id, "Hers").unwrap();
        store.clones().put(Voice { handle: "vv_9".to_owned(), ..old.clone() }).unwrap();
        let now = store.clones().of_account("a").unwrap();
        assert_eq!((now.len(), now[0].name.as_str(), now[0].handle.as_str()), (1, "Hers", "vv_9"));
        // An answer that was on disk for long.
        let late = Voice { handle: "vv_0".to_owned(), made_at: old.made_at - 1.hours(), ..old.clone() };
        store.clones().put(late).unwrap();
        assert_eq!(store.clones().get(old.id).unwrap().handle, "vv_9");
        assert_eq!(store.clones().by_handle("vv_1").unwrap(), None);
        store.clones().forget(old.id).unwrap();
        assert!(store.clones().forget(old.id).unwrap_err().is_not_found());
    }
}
