use jiff::Timestamp;
use rusqlite::{Row, params};
use serde_json::Value;

use super::{from_json, text_enum, to_json, to_time};
use crate::Store;
use crate::database::Database;
use crate::error::{Error, Result};

text_enum! {
    /// How far the replacement of a key has come. Each step is written down before the next one is taken.
    RotationStep {
        /// Nothing was sent yet.
        Planned = "planned",
        /// The new key was asked for, and its answer isn't known.
        Asked = "asked",
        /// The new key is where secrets are kept.
        Made = "made",
        /// It works.
        Tested = "tested",
        /// It is in the old one's place.
        Switched = "switched",
    }
}

/// A key that is being replaced.
#[derive(Debug, Clone, PartialEq)]
pub struct Rotation {
    /// Its id.
    pub id: String,
    /// The account whose keys they are.
    pub account: String,
    /// The provider's id of the key that goes.
    pub old_key: String,
    /// What the key is to the account here; none for one that is used elsewhere.
    pub role: Option<String>,
    /// How the new key is asked for; opaque here.
    pub request: Value,
    /// The provider's id of the key that comes.
    pub new_key: Option<String>,
    /// By what it is found among the secrets.
    pub stored_as: Option<String>,
    /// How far it has come.
    pub step: RotationStep,
    /// Why it doesn't go on; opaque here.
    pub problem: Option<Value>,
    /// When it took its last step.
    pub at: Timestamp,
}

/// Keys that are being replaced.
pub struct Rotations<'a> {
    database: &'a Database,
}

impl Store {
    /// Keys that are being replaced.
    pub fn rotations(&self) -> Rotations<'_> {
        Rotations { database: self.database() }
    }
}

const COLUMNS: &str = "id, account, old_key, role, request, new_key, stored_as, step, problem, at";

impl Rotations<'_> {
    /// Those of an account, oldest first.
    pub fn of_account(&self, account: &str) -> Result<Vec<Rotation>> {
        self.query("account = ? ORDER BY at, id", account)
    }

    /// One of them.
    pub fn get(&self, id: &str) -> Result<Rotation> {
        let found = self.query("id = ?", id)?.pop();
        found.ok_or_else(|| Error::NotFound { what: "rotation", id: id.to_owned() })
    }

    fn query(&self, condition: &str, value: &str) -> Result<Vec<Rotation>> {
        self.database.read(|db| {
            let sql = format!("SELECT {COLUMNS} FROM rotations WHERE {condition}");
            let mut statement = db.prepare_cached(&sql)?;
            let mut rows = statement.query([value])?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                all.push(read(row)?);
            }
            Ok(all)
        })
    }

    /// Writes a new one down; [`Error::Exists`] where the key is being replaced already.
    pub fn insert(&self, rotation: Rotation) -> Result<()> {
        self.database.write(move |db, _| {
            let sql =
                format!("INSERT OR IGNORE INTO rotations ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
            let added = db.execute(
                &sql,
                params![
                    rotation.id,
                    rotation.account,
                    rotation.old_key,
                    rotation.role,
                    rotation.request.to_string(),
                    rotation.new_key,
                    rotation.stored_as,
                    rotation.step,
                    from_json(rotation.problem.as_ref()),
                    rotation.at.as_millisecond(),
                ],
            )?;
            if added == 0 { Err(Error::Exists { what: "rotation", id: rotation.id }) } else { Ok(()) }
        })
    }

    /// Writes down how far it has come. Once this returns it survives a power cut.
    pub fn put(&self, rotation: Rotation) -> Result<()> {
        self.database.write(move |db, _| {
            let changed = db.execute(
                "UPDATE rotations SET new_key = ?, stored_as = ?, step = ?, problem = ?, at = ? WHERE id = ?",
                params![
                    rotation.new_key,
                    rotation.stored_as,
                    rotation.step,
                    from_json(rotation.problem.as_ref()),
                    rotation.at.as_millisecond(),
                    rotation.id,
                ],
            )?;
            if changed == 0 {
                return Err(Error::NotFound { what: "rotation", id: rotation.id });
            }
            Ok(())
        })
    }

    /// Forgets one that is done or given up.
    pub fn delete(&self, id: &str) -> Result<()> {
        let id = id.to_owned();
        self.database.write(move |db, _| {
            db.execute("DELETE FROM rotations WHERE id = ?", [id])?;
            Ok(())
        })
    }
}

fn read(row: &Row<'_>) -> Result<Rotation> {
    Ok(Rotation {
        id: row.get(0)?,
        account: row.get(1)?,
        old_key: row.get(2)?,
        role: row.get(3)?,
        request: to_json(row.get(4)?, "request")?.unwrap_or_default(),
        new_key: row.get(5)?,
        stored_as: row.get(6)?,
        step: row.get(7)?,
        problem: to_json(row.get(8)?, "problem")?,
        at: to_time(row.get(9)?)?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::Home;

    #[test]
    fn a_key_is_replaced_once_at_a_time_and_each_step_stays() {
        let store = Home::new().open();
        let planned = Rotation {
            id: "r".into(),
            account: "a".into(),
            old_key: "old".into(),
            role: Some("own".into()),
            request: json!({"description": "mine"}),
            new_key: None,
            stored_as: None,
            step: RotationStep::Planned,
            problem: None,
            at: Timestamp::from_second(1).unwrap(),
        };
        store.rotations().insert(planned.clone()).unwrap();
        let twice = store.rotations().insert(Rotation { id: "s".into(), ..planned.clone() });
        assert!(matches!(twice, Err(Error::Exists { .. })));
        let made = Rotation {
            new_key: Some("new".into()),
            stored_as: Some("made-key-new".into()),
            step: RotationStep::Made,
            ..planned
        };
        store.rotations().put(made.clone()).unwrap();
        assert_eq!(store.rotations().of_account("a").unwrap(), [made]);
        store.rotations().delete("r").unwrap();
        assert!(store.rotations().get("r").unwrap_err().is_not_found());
    }
}
