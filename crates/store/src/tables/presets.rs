use rusqlite::params;
use serde_json::Value;

use super::to_json;
use crate::Store;
use crate::database::Database;
use crate::error::{Error, Result};
use crate::ids::PresetId;
use crate::library::words;

/// Settings of conversations under a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Preset {
    /// Its id.
    pub id: PresetId,
    /// Its name.
    pub name: String,
    /// The settings; opaque here.
    pub settings: Value,
}

/// Settings of conversations that are kept under names.
pub struct Presets<'a> {
    database: &'a Database,
}

impl Store {
    /// Settings of conversations that are kept under names.
    pub fn presets(&self) -> Presets<'_> {
        Presets { database: self.database() }
    }
}

impl Presets<'_> {
    /// All of them, by name.
    pub fn list(&self) -> Result<Vec<Preset>> {
        self.database.read(|db| {
            let mut statement =
                db.prepare_cached("SELECT id, name, settings FROM presets ORDER BY name_key, id")?;
            let mut rows = statement.query([])?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                let settings = to_json(row.get(2)?, "preset")?.unwrap_or_default();
                all.push(Preset { id: row.get(0)?, name: row.get(1)?, settings });
            }
            Ok(all)
        })
    }

    /// Keeps a new one, or changes the one of this id.
    pub fn put(&self, preset: Preset) -> Result<()> {
        self.database.write(move |db, _| {
            let key = words::sort_key(&preset.name);
            db.prepare_cached(
                "INSERT OR REPLACE INTO presets (id, name, name_key, settings) VALUES (?, ?, ?, ?)",
            )?
            .execute(params![preset.id, preset.name, key, preset.settings.to_string()])?;
            Ok(())
        })
    }

    /// Forgets one.
    pub fn forget(&self, id: PresetId) -> Result<()> {
        self.database.write(move |db, _| match db.execute("DELETE FROM presets WHERE id = ?", [id])? {
            0 => Err(Error::NotFound { what: "preset", id: id.to_string() }),
            _ => Ok(()),
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::testing::Home;

    #[test]
    fn presets_are_kept_by_name_changed_and_forgotten() {
        let store = Home::new().open();
        let new = |name: &str| Preset {
            id: PresetId::new(Timestamp::UNIX_EPOCH),
            name: name.to_owned(),
            settings: json!({"model": name}),
        };
        let (b, a) = (new("b"), new("A"));
        store.presets().put(b.clone()).unwrap();
        store.presets().put(a.clone()).unwrap();
        assert_eq!(store.presets().list().unwrap(), [a.clone(), b.clone()]);
        let c = Preset { name: "c".to_owned(), ..a };
        store.presets().put(c.clone()).unwrap();
        assert_eq!(store.presets().list().unwrap(), [b.clone(), c]);
        store.presets().forget(b.id).unwrap();
        assert!(store.presets().forget(b.id).unwrap_err().is_not_found());
    }
}
