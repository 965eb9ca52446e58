use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, params};
use serde_json::Value;

use super::to_json;
use crate::Store;
use crate::database::Database;
use crate::error::{Error, Result};

/// The settings: a JSON value for each key.
pub struct Settings<'a> {
    database: &'a Database,
}

impl Store {
    /// The settings.
    pub fn settings(&self) -> Settings<'_> {
        Settings { database: self.database() }
    }
}

impl Settings<'_> {
    /// One setting, if it was ever set.
    pub fn get(&self, key: &str) -> Result<Option<Value>> {
        self.database.read(|db| {
            let mut statement = db.prepare_cached("SELECT value FROM settings WHERE key = ?")?;
            to_json(statement.query_row([key], |row| row.get(0)).optional()?, "setting")
        })
    }

    /// All settings.
    pub fn all(&self) -> Result<BTreeMap<String, Value>> {
        self.database.read(|db| {
            let mut statement = db.prepare_cached("SELECT key, value FROM settings")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
            rows.map(|row| {
                let (key, text) = row?;
                let value = serde_json::from_str(&text).map_err(|_| Error::Unreadable { what: "setting" })?;
                Ok((key, value))
            })
            .collect()
        })
    }

    /// Sets all of these, or none.
    pub fn set(&self, values: impl IntoIterator<Item = (String, Value)>) -> Result<()> {
        let values: Vec<(String, Value)> = values.into_iter().collect();
        self.database.write(move |db, changes| {
            for (key, value) in values {
                db.prepare_cached("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)")?
                    .execute(params![key, value.to_string()])?;
            }
            changes.settings();
            Ok(())
        })
    }

    /// Forgets a setting.
    pub fn forget(&self, key: &str) -> Result<()> {
        let key = key.to_owned();
        self.database.write(move |db, changes| {
            db.execute("DELETE FROM settings WHERE key = ?", [key])?;
            changes.settings();
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::Change;
    use crate::testing::Home;

    #[test]
    fn settings_are_kept_over_a_start() {
        let home = Home::new();
        let store = home.open();
        let mut changes = store.changes();
        assert_eq!(store.settings().get("theme").unwrap(), None);
        store
            .settings()
            .set([("theme".to_owned(), json!("dark")), ("width".to_owned(), json!(320))])
            .unwrap();
        assert_eq!(changes.try_recv(), Ok(Change::Settings));
        drop(store);
        let store = home.open();
        assert_eq!(store.settings().get("theme").unwrap(), Some(json!("dark")));
        store.settings().forget("theme").unwrap();
        assert_eq!(
            store.settings().all().unwrap().into_iter().collect::<Vec<_>>(),
            [("width".into(), json!(320))]
        );
    }
}
