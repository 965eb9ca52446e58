//! Bytes aside -> fsync -> rename -> fsync of the folder -> row, as for media; equal bytes are one file.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};
use tempfile::TempPath;

use super::{Attachment, AttachmentKind, Attachments, COLUMNS, file, read};
use crate::clock::to_millisecond;
use crate::error::{Error, Result};
use crate::ids::{AttachmentId, ItemId};
use crate::media::disk::{self, Disk, Step};
use crate::money::Money;
use crate::tables::{from_amount, to_sql_count};

/// The bytes of what is to be attached.
pub enum AttachmentBytes {
    /// In memory.
    Bytes(Vec<u8>),
    /// In the user's own file, which is copied.
    File(PathBuf),
    /// Not here, only known of: this many. So it is with what was exported elsewhere.
    Absent(u64),
}

/// What is known of an attachment before it is kept.
#[derive(Clone)]
pub struct NewAttachment {
    /// What it is.
    pub kind: AttachmentKind,
    /// Its name, or the words that were searched for.
    pub name: String,
    /// Its media type.
    pub mime: String,
    /// Where it comes from on the web.
    pub url: Option<String>,
    /// What it cost to get.
    pub cost: Option<Money>,
    /// Whether that is the sandbox's money.
    pub pretend: bool,
    /// The first words of what can be read in it.
    pub excerpt: Option<String>,
}

impl NewAttachment {
    /// One of which nothing else is known.
    pub fn new(kind: AttachmentKind, name: &str, mime: &str) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            mime: mime.to_owned(),
            url: None,
            cost: None,
            pretend: false,
            excerpt: None,
        }
    }
}

struct Arrived {
    path: TempPath,
    blake3: String,
    bytes: u64,
}

impl Attachments<'_> {
    /// Keeps what is to go with messages. Once this returns, file and row survive a power cut. What is already there,
    /// under the same name, is answered again, unless it was paid for.
    pub fn keep(&self, new: NewAttachment, bytes: AttachmentBytes) -> Result<Attachment> {
        let disk = self.store.disk();
        let folder = self.folder();
        let Arrived { path, blake3, bytes } = match bytes {
            AttachmentBytes::Bytes(bytes) => arrive(disk, &folder, &bytes[..], &folder)?,
            AttachmentBytes::File(path) => {
                let open = File::open(&path).map_err(|error| Error::file(&path, error))?;
                arrive(disk, &folder, open, &path)?
            }
            AttachmentBytes::Absent(bytes) => return self.put(self.row(new, None, bytes, None)),
        };
        // Until the row is written nobody may take the file for one that nothing needs.
        let _placing = self.store.placing();
        place(disk, &folder, path, &file(&folder, &blake3), bytes)?;
        self.put(self.row(new, Some(blake3), bytes, None))
    }

    /// Makes an attachment of an item; its file stays where it is.
    pub fn keep_item(&self, kind: AttachmentKind, item: ItemId) -> Result<Attachment> {
        let item = self.store.library().get(item)?;
        let new = NewAttachment::new(kind, &item.title, &item.file.mime);
        self.put(self.row(new, None, item.file.bytes, Some(item.id)))
    }

    fn row(
        &self,
        new: NewAttachment,
        blake3: Option<String>,
        bytes: u64,
        item: Option<ItemId>,
    ) -> Attachment {
        let now = to_millisecond(self.store.clock().now());
        Attachment {
            id: AttachmentId::new(now),
            kind: new.kind,
            name: new.name,
            mime: new.mime,
            bytes,
            blake3,
            item,
            url: new.url,
            cost: new.cost,
            pretend: new.pretend,
            excerpt: new.excerpt,
            created_at: now,
        }
    }

    fn put(&self, attachment: Attachment) -> Result<Attachment> {
        self.store.database().write(move |db, _| {
            if attachment.cost.is_none()
                && let Some(there) = equal(db, &attachment)?
            {
                db.prepare_cached("UPDATE attachments SET wanted_at = ? WHERE id = ?")?
                    .execute(params![attachment.created_at.as_millisecond(), there.id])?;
                return Ok(there);
            }
            insert(db, &attachment)?;
            Ok(attachment)
        })
    }
}

fn insert(db: &Connection, attachment: &Attachment) -> Result<()> {
    let now = attachment.created_at.as_millisecond();
    db.prepare_cached(&format!(
        "INSERT INTO attachments ({COLUMNS}, wanted_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    ))?
    .execute(params![
        attachment.id,
        attachment.kind,
        attachment.name,
        attachment.mime,
        to_sql_count(attachment.bytes),
        attachment.blake3,
        attachment.item,
        attachment.url,
        from_amount(attachment.cost),
        attachment.cost.map(|cost| cost.currency),
        attachment.pretend,
        attachment.excerpt,
        now,
        now,
    ])?;
    Ok(())
}

/// The attachment that is the same in all a message can tell.
fn equal(db: &Connection, new: &Attachment) -> Result<Option<Attachment>> {
    // Each finds its rows by an index; what is only known of isn't the same as anything.
    let by = match (&new.blake3, new.item) {
        (Some(_), _) => "blake3 = ?1",
        (None, Some(_)) => "item = ?1",
        (None, None) => return Ok(None),
    };
    let key = new.blake3.clone().or_else(|| new.item.map(|item| item.to_string()));
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM attachments
         WHERE {by} AND kind = ?2 AND name = ?3 AND mime = ?4 AND url IS ?5 AND cost IS NULL ORDER BY row LIMIT 1"
    ))?;
    let mut rows = statement.query(params![key, new.kind, new.name, new.mime, new.url])?;
    rows.next()?.map(read).transpose()
}

/// Writes all bytes into a file beside the others, hashed as they go.
fn arrive(disk: &Disk, folder: &Path, mut from: impl Read, source: &Path) -> Result<Arrived> {
    std::fs::create_dir_all(folder).map_err(|error| Error::file(folder, error))?;
    let (mut file, path) = disk.create(folder)?;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 64 * 1024];
    let mut bytes = 0;
    loop {
        let read = from.read(&mut buffer).map_err(|error| Error::file(source, error))?;
        let Some(chunk) = buffer.get(..read).filter(|chunk| !chunk.is_empty()) else { break };
        disk.before(Step::Write, &path)?;
        file.write_all(chunk).map_err(|error| Error::file(&path, error))?;
        hasher.update(chunk);
        bytes += read as u64;
    }
    disk.before(Step::Sync, &path)?;
    file.sync_all().map_err(|error| Error::file(&path, error))?;
    Ok(Arrived { path, blake3: hasher.finalize().to_hex().to_string(), bytes })
}

fn place(disk: &Disk, folder: &Path, path: TempPath, target: &Path, bytes: u64) -> Result<()> {
    // One that was cut short by a full disk or a careless hand is replaced.
    if target.metadata().is_ok_and(|there| there.is_file() && there.len() == bytes) {
        return Ok(());
    }
    let mut unsynced = BTreeSet::new();
    let Some(parent) = target.parent() else { return Err(Error::Fault("an attachment has no folder")) };
    disk::make_folder(folder, parent, &mut unsynced)?;
    disk.before(Step::PlaceMedia, target)?;
    path.persist(target).map_err(|failed| Error::file(target, failed.error))?;
    unsynced.iter().try_for_each(|folder| disk.sync_folder(folder))
}
