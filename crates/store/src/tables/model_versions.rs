use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;

use super::{to_json, to_time, to_time_if};
use crate::Store;
use crate::database::Database;
use crate::error::Result;

/// What lists of models said over time. Only what changes is kept, so that years of it stay small.
pub struct ModelVersions<'a> {
    database: &'a Database,
}

/// A model as a list had it.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelVersion {
    /// Since when it was so.
    pub at: Timestamp,
    /// What was said of it, opaque here; none = it was no longer listed.
    pub value: Option<Value>,
}

impl Store {
    /// What lists of models said over time.
    pub fn model_versions(&self) -> ModelVersions<'_> {
        ModelVersions { database: self.database() }
    }
}

impl ModelVersions<'_> {
    /// Notes what of an account's list differs from what was noted last; answers how many models that were.
    ///
    /// Models of `unread` are in the list, and what it says of them isn't known: they stay as they were. A moment before
    /// the last one, by a clock that was set back, counts as the last one.
    pub fn note(
        &self,
        account: &str,
        at: Timestamp,
        listed: Vec<(String, Value)>,
        unread: Vec<String>,
    ) -> Result<u32> {
        let account = account.to_owned();
        self.database.write(move |db, _| {
            let last = moment(db, LAST, &account)?;
            let at = last.map_or(at, |last| last.max(at)).as_millisecond();
            let known = texts(db, &account, at)?;
            let mut insert = db.prepare_cached(
                "INSERT OR REPLACE INTO model_versions (account, model, at, value) VALUES (?, ?, ?, ?)",
            )?;
            let mut differ = 0;
            let mut there: BTreeSet<String> = unread.into_iter().collect();
            for (model, value) in listed {
                let text = value.to_string();
                if known.get(&model).and_then(|(_, before)| before.as_ref()) != Some(&text) {
                    differ += insert.execute(params![account, model, at, text])?;
                }
                there.insert(model);
            }
            for (model, (_, value)) in known {
                if value.is_some() && !there.contains(&model) {
                    differ += insert.execute(params![account, model, at, None::<String>])?;
                }
            }
            Ok(differ as u32)
        })
    }

    /// Every model that was ever listed up to a moment, as it was then.
    pub fn at(&self, account: &str, at: Timestamp) -> Result<BTreeMap<String, ModelVersion>> {
        self.database.read(|db| {
            let found = texts(db, account, at.as_millisecond())?.into_iter();
            found
                .map(|(model, (at, text))| {
                    Ok((model, ModelVersion { at: to_time(at)?, value: to_json(text, "model")? }))
                })
                .collect()
        })
    }

    /// When an account's list was first noted.
    pub fn first(&self, account: &str) -> Result<Option<Timestamp>> {
        self.database.read(|db| moment(db, "SELECT min(at) FROM model_versions WHERE account = ?", account))
    }

    /// When something was noted last of an account's list.
    pub fn last(&self, account: &str) -> Result<Option<Timestamp>> {
        self.database.read(|db| moment(db, LAST, account))
    }

    /// Up to when the user has looked.
    pub fn looked_at(&self, account: &str) -> Result<Option<Timestamp>> {
        self.database.read(|db| moment(db, "SELECT max(at) FROM model_looks WHERE account = ?", account))
    }

    /// Notes that the user has looked at all up to a moment. It never goes back.
    pub fn look(&self, account: &str, at: Timestamp) -> Result<()> {
        let account = account.to_owned();
        self.database.write(move |db, _| {
            db.prepare_cached(
                "INSERT INTO model_looks (account, at) VALUES (?, ?)
                 ON CONFLICT (account) DO UPDATE SET at = max(at, excluded.at)",
            )?
            .execute(params![account, at.as_millisecond()])?;
            Ok(())
        })
    }
}

const LAST: &str = "SELECT max(at) FROM model_versions WHERE account = ?";

/// Forgets all of an account.
pub(super) fn forget(db: &Connection, account: &str) -> Result<()> {
    db.execute("DELETE FROM model_versions WHERE account = ?", [account])?;
    db.execute("DELETE FROM model_looks WHERE account = ?", [account])?;
    Ok(())
}

fn moment(db: &Connection, sql: &str, account: &str) -> Result<Option<Timestamp>> {
    let found = db.prepare_cached(sql)?.query_row([account], |row| row.get::<_, Option<i64>>(0));
    to_time_if(found.optional()?.flatten())
}

type Texts = BTreeMap<String, (i64, Option<String>)>;

fn texts(db: &Connection, account: &str, at: i64) -> Result<Texts> {
    // With one max(), SQLite takes the other columns from the row that has it.
    let mut statement = db.prepare_cached(
        "SELECT model, max(at), value FROM model_versions WHERE account = ? AND at <= ? GROUP BY model",
    )?;
    let rows =
        statement.query_map(params![account, at], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::Home;

    fn second(n: i64) -> Timestamp {
        Timestamp::from_second(n).unwrap()
    }

    fn list(models: &[(&str, i64)]) -> Vec<(String, Value)> {
        models.iter().map(|(model, price)| ((*model).to_owned(), json!({"price": price}))).collect()
    }

    fn shown(store: &Store, at: i64) -> Vec<String> {
        let found = store.model_versions().at("a", second(at)).unwrap();
        let words = |(model, version): (String, ModelVersion)| {
            let value = version.value.map_or_else(|| "gone".to_owned(), |value| value["price"].to_string());
            format!("{model} {value} {}", version.at.as_second())
        };
        found.into_iter().map(words).collect()
    }

    #[test]
    fn a_list_is_known_as_it_was_at_any_moment() {
        let store = Home::new().open();
        let versions = store.model_versions();
        assert_eq!(versions.first("a").unwrap(), None);
        assert_eq!(versions.note("a", second(10), list(&[("x", 1), ("y", 1)]), vec![]).unwrap(), 2);
        assert_eq!(versions.note("a", second(20), list(&[("x", 1), ("y", 1)]), vec![]).unwrap(), 0);
        assert_eq!(versions.note("a", second(30), list(&[("x", 2), ("z", 1)]), vec![]).unwrap(), 3);
        assert_eq!(versions.note("b", second(31), list(&[("x", 9)]), vec![]).unwrap(), 1);
        assert_eq!(shown(&store, 9), Vec::<String>::new());
        assert_eq!(shown(&store, 29), ["x 1 10", "y 1 10"]);
        assert_eq!(shown(&store, 99), ["x 2 30", "y gone 30", "z 1 30"]);
        assert_eq!(versions.note("a", second(40), list(&[("x", 2), ("y", 1)]), vec![]).unwrap(), 2);
        assert_eq!(shown(&store, 99), ["x 2 30", "y 1 40", "z gone 40"]);
        assert_eq!(versions.first("a").unwrap(), Some(second(10)));
    }

    #[test]
    fn what_can_not_be_read_stays_as_it_was() {
        let store = Home::new().open();
        let versions = store.model_versions();
        versions.note("a", second(10), list(&[("x", 1), ("y", 1)]), vec![]).unwrap();
        assert_eq!(versions.note("a", second(20), list(&[("x", 1)]), vec!["y".into()]).unwrap(), 0);
        assert_eq!(shown(&store, 99), ["x 1 10", "y 1 10"]);
    }

    #[test]
    fn a_clock_that_was_set_back_loses_nothing() {
        let store = Home::new().open();
        let versions = store.model_versions();
        versions.note("a", second(20), list(&[("x", 1)]), vec![]).unwrap();
        versions.note("a", second(10), list(&[("x", 2)]), vec![]).unwrap();
        assert_eq!(shown(&store, 99), ["x 2 20"]);
        assert_eq!(versions.last("a").unwrap(), Some(second(20)));
    }

    #[test]
    fn a_look_never_goes_back_and_goes_with_its_account() {
        let store = Home::new().open();
        let versions = store.model_versions();
        versions.note("a", second(10), list(&[("x", 1)]), vec![]).unwrap();
        assert_eq!(versions.looked_at("a").unwrap(), None);
        for at in [20, 15] {
            versions.look("a", second(at)).unwrap();
        }
        assert_eq!(versions.looked_at("a").unwrap(), Some(second(20)));
        store.database().write(|db, _| forget(db, "a")).unwrap();
        assert_eq!(versions.looked_at("a").unwrap(), None);
        assert_eq!(shown(&store, 99), Vec::<String>::new());
    }
}
