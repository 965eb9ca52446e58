use rusqlite::params;

use crate::Store;
use crate::database::Database;
use crate::error::{Error, Result};
use crate::ids::PromptId;
use crate::library::words;

/// Words that are used again, under a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Prompt {
    /// Its id.
    pub id: PromptId,
    /// Its name.
    pub name: String,
    /// The words.
    pub text: String,
}

/// The words that are kept under names.
pub struct Prompts<'a> {
    database: &'a Database,
}

impl Store {
    /// The words that are kept under names.
    pub fn prompts(&self) -> Prompts<'_> {
        Prompts { database: self.database() }
    }
}

impl Prompts<'_> {
    /// All of them, by name.
    pub fn list(&self) -> Result<Vec<Prompt>> {
        self.database.read(|db| {
            let mut statement =
                db.prepare_cached("SELECT id, name, text FROM prompts ORDER BY name_key, id")?;
            let mut rows = statement.query([])?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                all.push(Prompt { id: row.get(0)?, name: row.get(1)?, text: row.get(2)? });
            }
            Ok(all)
        })
    }

    /// Keeps a new one, or changes the one of this id.
    pub fn put(&self, prompt: Prompt) -> Result<()> {
        self.database.write(move |db, _| {
            let key = words::sort_key(&prompt.name);
            db.prepare_cached(
                "INSERT OR REPLACE INTO prompts (id, name, name_key, text) VALUES (?, ?, ?, ?)",
            )?
            .execute(params![prompt.id, prompt.name, key, prompt.text])?;
            Ok(())
        })
    }

    /// Forgets one.
    pub fn forget(&self, id: PromptId) -> Result<()> {
        self.database.write(move |db, _| match db.execute("DELETE FROM prompts WHERE id = ?", [id])? {
            0 => Err(Error::NotFound { what: "prompt", id: id.to_string() }),
            _ => Ok(()),
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::testing::Home;

    #[test]
    fn prompts_are_kept_by_name_changed_and_forgotten() {
        let store = Home::new().open();
        let new = |name: &str| Prompt {
            id: PromptId::new(Timestamp::UNIX_EPOCH),
            name: name.to_owned(),
            text: "Say {{what}}".to_owned(),
        };
        let (b, a) = (new("b"), new("A"));
        store.prompts().put(b.clone()).unwrap();
        store.prompts().put(a.clone()).unwrap();
        assert_eq!(store.prompts().list().unwrap(), [a.clone(), b.clone()]);
        let c = Prompt { name: "c".to_owned(), ..a };
        store.prompts().put(c.clone()).unwrap();
        assert_eq!(store.prompts().list().unwrap(), [b.clone(), c]);
        store.prompts().forget(b.id).unwrap();
        assert!(store.prompts().forget(b.id).unwrap_err().is_not_found());
    }
}
