mod keep;
mod sweep;

use std::fmt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};

pub use self::keep::{AttachmentBytes, NewAttachment};
use super::{from_sql_count, text_enum, to_money, to_time};
use crate::Store;
use crate::error::{Error, Result};
use crate::ids::{AttachmentId, ItemId};
use crate::money::Money;

text_enum! {
    /// What an attachment is.
    AttachmentKind {
        /// A picture.
        Image = "image",
        /// Sound.
        Audio = "audio",
        /// A film.
        Video = "video",
        /// A document.
        Document = "document",
        /// What a web search found.
        Search = "search",
        /// A page that was read.
        Page = "page",
    }
}

/// What goes with messages. `Debug` leaves out what the user may not want told.
#[derive(Clone, PartialEq)]
pub struct Attachment {
    /// Its id.
    pub id: AttachmentId,
    /// What it is.
    pub kind: AttachmentKind,
    /// Its name, or the words that were searched for.
    pub name: String,
    /// Its media type.
    pub mime: String,
    /// Its size.
    pub bytes: u64,
    /// The hash that names its file; none where the library has the file, or nobody.
    pub blake3: Option<String>,
    /// The item of the library; it may be gone.
    pub item: Option<ItemId>,
    /// Where it comes from on the web.
    pub url: Option<String>,
    /// What it cost to get.
    pub cost: Option<Money>,
    /// Whether that is the sandbox's money.
    pub pretend: bool,
    /// The first words of what can be read in it.
    pub excerpt: Option<String>,
    /// When it was first attached.
    pub created_at: Timestamp,
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attachment")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}

/// What goes with messages.
pub struct Attachments<'a> {
    store: &'a Store,
}

impl Store {
    /// What goes with messages.
    pub fn attachments(&self) -> Attachments<'_> {
        Attachments { store: self }
    }
}

impl Attachments<'_> {
    /// One attachment.
    pub fn get(&self, id: AttachmentId) -> Result<Attachment> {
        self.store.database().read(|db| find(db, id)?.ok_or_else(|| not_found(id)))
    }

    /// Those of these attachments that there are, in the order asked for.
    pub fn get_many(&self, ids: &[AttachmentId]) -> Result<Vec<Attachment>> {
        self.store.database().read(|db| ids.iter().filter_map(|id| find(db, *id).transpose()).collect())
    }

    /// Where an attachment's own file is; none where the library has it.
    pub fn path(&self, attachment: &Attachment) -> Option<PathBuf> {
        attachment.blake3.as_deref().map(|blake3| file(&self.folder(), blake3))
    }

    fn folder(&self) -> PathBuf {
        self.store.home_path().join("attachments")
    }
}

/// The file of a hash: spread over 256 folders, since some file systems are slow with very many names in one.
fn file(folder: &Path, blake3: &str) -> PathBuf {
    folder.join(blake3.get(..2).unwrap_or("00")).join(blake3)
}

const COLUMNS: &str =
    "id, kind, name, mime, bytes, blake3, item, url, cost, currency, pretend, excerpt, created_at";

fn read(row: &Row<'_>) -> Result<Attachment> {
    Ok(Attachment {
        id: row.get(0)?,
        kind: row.get(1)?,
        name: row.get(2)?,
        mime: row.get(3)?,
        bytes: from_sql_count(row.get(4)?),
        blake3: row.get(5)?,
        item: row.get(6)?,
        url: row.get(7)?,
        cost: to_money(row.get(8)?, row.get(9)?)?,
        pretend: row.get(10)?,
        excerpt: row.get(11)?,
        created_at: to_time(row.get(12)?)?,
    })
}

fn find(db: &Connection, id: AttachmentId) -> Result<Option<Attachment>> {
    let mut statement = db.prepare_cached(&format!("SELECT {COLUMNS} FROM attachments WHERE id = ?"))?;
    let mut rows = statement.query([id])?;
    rows.next()?.map(read).transpose()
}

pub(crate) fn row_of(db: &Connection, id: AttachmentId) -> Result<i64> {
    let mut statement = db.prepare_cached("SELECT row FROM attachments WHERE id = ?")?;
    statement.query_row([id], |row| row.get(0)).optional()?.ok_or_else(|| not_found(id))
}

fn not_found(id: AttachmentId) -> Error {
    Error::NotFound { what: "attachment", id: id.to_string() }
}

/// The names of what goes with a message.
pub(crate) fn names(db: &Connection, message: i64) -> Result<Vec<String>> {
    let mut statement = db.prepare_cached(
        "SELECT a.name FROM message_attachments ma JOIN attachments a ON a.row = ma.attachment
         WHERE ma.message = ? ORDER BY ma.position",
    )?;
    let rows = statement.query_map([message], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

#[cfg(test)]
mod tests;
