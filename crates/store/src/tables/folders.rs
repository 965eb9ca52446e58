use rusqlite::{Connection, OptionalExtension, params};

use crate::Store;
use crate::database::Database;
use crate::error::{Error, Result};
use crate::ids::FolderId;
use crate::library::words;

/// A folder of conversations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Its id.
    pub id: FolderId,
    /// Its name.
    pub name: String,
    /// How many conversations are in it, archived and trashed ones aside. Counted, not kept.
    pub conversations: u32,
}

/// The folders of conversations.
pub struct Folders<'a> {
    database: &'a Database,
}

impl Store {
    /// The folders of conversations.
    pub fn folders(&self) -> Folders<'_> {
        Folders { database: self.database() }
    }
}

impl Folders<'_> {
    /// All folders, by name.
    pub fn list(&self) -> Result<Vec<Folder>> {
        self.database.read(|db| query(db, "1 ORDER BY f.name_key, f.id", []))
    }

    /// Makes a folder.
    pub fn insert(&self, id: FolderId, name: &str) -> Result<Folder> {
        let name = name.trim().to_owned();
        self.database.write(move |db, changes| {
            db.prepare_cached("INSERT INTO folders (id, name, name_key) VALUES (?, ?, ?)")?
                .execute(params![id, name, words::sort_key(&name)])?;
            changes.all_conversations();
            get(db, id)
        })
    }

    /// Names a folder anew.
    pub fn rename(&self, id: FolderId, name: &str) -> Result<Folder> {
        let name = name.trim().to_owned();
        self.database.write(move |db, changes| {
            db.prepare_cached("UPDATE folders SET name = ?, name_key = ? WHERE id = ?")?.execute(params![
                name,
                words::sort_key(&name),
                id
            ])?;
            changes.all_conversations();
            get(db, id)
        })
    }

    /// Deletes a folder; its conversations are in none then.
    pub fn delete(&self, id: FolderId) -> Result<()> {
        self.database.write(move |db, changes| {
            if db.execute("DELETE FROM folders WHERE id = ?", [id])? == 0 {
                return Err(not_found(id));
            }
            changes.all_conversations();
            Ok(())
        })
    }
}

fn query(db: &Connection, condition: &str, parameters: impl rusqlite::Params) -> Result<Vec<Folder>> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT f.id, f.name, (SELECT count(*) FROM conversations c
            WHERE c.folder = f.row AND c.trashed = 0 AND c.archived = 0) FROM folders f WHERE {condition}"
    ))?;
    let rows = statement.query_map(parameters, |row| {
        Ok(Folder { id: row.get(0)?, name: row.get(1)?, conversations: row.get(2)? })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn get(db: &Connection, id: FolderId) -> Result<Folder> {
    query(db, "f.id = ?", [id])?.pop().ok_or_else(|| not_found(id))
}

pub(crate) fn row_of(db: &Connection, id: FolderId) -> Result<i64> {
    let mut statement = db.prepare_cached("SELECT row FROM folders WHERE id = ?")?;
    statement.query_row([id], |row| row.get(0)).optional()?.ok_or_else(|| not_found(id))
}

fn not_found(id: FolderId) -> Error {
    Error::NotFound { what: "folder", id: id.to_string() }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::testing::Home;
    use crate::{Change, Conversation, ConversationId, ConversationPatch, ConversationQuery};

    #[test]
    fn a_folder_is_named_counted_and_goes_without_what_is_in_it() {
        let store = Home::new().open();
        let id = FolderId::new(Timestamp::UNIX_EPOCH);
        store.folders().insert(id, " Work ").unwrap();
        store.folders().insert(FolderId::new(Timestamp::UNIX_EPOCH), "art").unwrap();
        let conversation = Conversation {
            folder: Some(id),
            ..Conversation::new(ConversationId::new(Timestamp::UNIX_EPOCH), json!({}), Timestamp::UNIX_EPOCH)
        };
        store.conversations().insert(conversation.clone()).unwrap();
        let named = store.folders().list().unwrap();
        let named: Vec<_> = named.iter().map(|folder| (folder.name.as_str(), folder.conversations)).collect();
        assert_eq!(named, [("art", 0), ("Work", 1)]);

        let archived = ConversationPatch { archived: Some(true), ..ConversationPatch::default() };
        store.conversations().change(&[conversation.id], archived).unwrap();
        assert_eq!(store.folders().rename(id, "Works").unwrap().conversations, 0);
        let query = ConversationQuery { folder: Some(id), archived: true, trashed: false };
        assert_eq!(store.conversations().page(&query, None, 9).unwrap().total, 1);

        let mut changes = store.changes();
        store.folders().delete(id).unwrap();
        assert_eq!(changes.try_recv(), Ok(Change::AllConversations));
        assert_eq!(store.conversations().get(conversation.id).unwrap().folder, None);
        assert!(store.folders().delete(id).unwrap_err().is_not_found());
        assert!(store.folders().rename(id, "gone").unwrap_err().is_not_found());
    }
}
