use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{from_sql_count, to_sql_count};
use crate::error::Result;

/// A file of the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaFile {
    /// Relative to the library, with `/` between folders.
    pub path: String,
    /// BLAKE3 of the bytes, 64 hex digits.
    pub blake3: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Media type, such as `image/webp`.
    pub mime: String,
    /// Extension without the dot.
    pub ext: String,
    /// Pixels across as shown (after turning by EXIF); none for sound.
    pub width: Option<u32>,
    /// Pixels down as shown; none for sound.
    pub height: Option<u32>,
    /// Length of sound and film.
    pub duration_ms: Option<u64>,
    /// Whether the picture can be transparent.
    pub has_alpha: bool,
    /// A ThumbHash of some 25 bytes, once the small thumbnail was made.
    pub thumbhash: Option<Vec<u8>>,
    /// Whether the file wasn't there when last looked for.
    pub missing: bool,
}

/// A file with its row's own id.
#[derive(Debug, Clone)]
pub(crate) struct FileRow {
    pub(crate) id: i64,
    pub(crate) file: MediaFile,
}

/// The columns that make a [`MediaFile`], in the order [`read`] takes them.
pub(crate) const COLUMNS: &str = "f.path, f.blake3, f.bytes, f.mime, f.ext, f.width, f.height, f.duration_ms, \
     f.has_alpha, f.thumbhash, f.missing";
/// How many columns these are.
pub(crate) const COLUMN_COUNT: usize = 11;

pub(crate) fn read(row: &Row<'_>, from: usize) -> rusqlite::Result<MediaFile> {
    Ok(MediaFile {
        path: row.get(from)?,
        blake3: row.get(from + 1)?,
        bytes: from_sql_count(row.get(from + 2)?),
        mime: row.get(from + 3)?,
        ext: row.get(from + 4)?,
        width: row.get(from + 5)?,
        height: row.get(from + 6)?,
        duration_ms: row.get::<_, Option<i64>>(from + 7)?.map(from_sql_count),
        has_alpha: row.get(from + 8)?,
        thumbhash: row.get(from + 9)?,
        missing: row.get(from + 10)?,
    })
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<FileRow> {
    Ok(FileRow { id: row.get(COLUMN_COUNT)?, file: read(row, 0)? })
}

pub(crate) fn all(db: &Connection) -> Result<Vec<FileRow>> {
    let mut statement = db.prepare(&format!("SELECT {COLUMNS}, f.id FROM files f ORDER BY f.id"))?;
    let rows = statement.query_map([], read_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// What a look at the files needs to know of a row.
pub(crate) struct Known {
    pub(crate) id: i64,
    pub(crate) path: String,
    pub(crate) bytes: u64,
    pub(crate) missing: bool,
}

/// All files in short: there may be a hundred thousand.
pub(crate) fn known(db: &Connection) -> Result<Vec<Known>> {
    let mut statement = db.prepare("SELECT id, path, bytes, missing FROM files ORDER BY id")?;
    let rows = statement.query_map([], |row| {
        Ok(Known {
            id: row.get(0)?,
            path: row.get(1)?,
            bytes: from_sql_count(row.get(2)?),
            missing: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn by_id(db: &Connection, id: i64) -> Result<Option<FileRow>> {
    let sql = format!("SELECT {COLUMNS}, f.id FROM files f WHERE f.id = ?");
    Ok(db.prepare_cached(&sql)?.query_row([id], read_row).optional()?)
}

pub(crate) fn by_hash(db: &Connection, blake3: &str) -> Result<Option<FileRow>> {
    let sql = format!("SELECT {COLUMNS}, f.id FROM files f WHERE f.blake3 = ?");
    Ok(db.prepare_cached(&sql)?.query_row([blake3], read_row).optional()?)
}

pub(crate) fn insert(db: &Connection, file: &MediaFile) -> Result<i64> {
    db.prepare_cached(
        "INSERT INTO files (blake3, path, bytes, mime, ext, width, height, duration_ms, has_alpha, thumbhash, missing)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        file.blake3,
        file.path,
        to_sql_count(file.bytes),
        file.mime,
        file.ext,
        file.width,
        file.height,
        file.duration_ms.map(to_sql_count),
        file.has_alpha,
        file.thumbhash,
        file.missing,
    ])?;
    Ok(db.last_insert_rowid())
}

pub(crate) fn set_path(db: &Connection, id: i64, path: &str) -> Result<()> {
    db.prepare_cached("UPDATE files SET path = ?, missing = 0 WHERE id = ?")?.execute(params![path, id])?;
    Ok(())
}

pub(crate) fn set_missing(db: &Connection, id: i64, missing: bool) -> Result<()> {
    db.prepare_cached("UPDATE files SET missing = ? WHERE id = ?")?.execute(params![missing, id])?;
    Ok(())
}

pub(crate) fn set_thumbhash(db: &Connection, blake3: &str, thumbhash: &[u8]) -> Result<()> {
    db.prepare_cached("UPDATE files SET thumbhash = ? WHERE blake3 = ?")?
        .execute(params![thumbhash, blake3])?;
    Ok(())
}

/// Notes a length where there was none, for the sidecar as well; true where that was so.
pub(crate) fn set_length(db: &Connection, blake3: &str, length_ms: u64) -> Result<bool> {
    let sql =
        "UPDATE files SET duration_ms = ?, revision = revision + 1 WHERE blake3 = ? AND duration_ms IS NULL";
    Ok(db.prepare_cached(sql)?.execute(params![to_sql_count(length_ms), blake3])? > 0)
}

/// The paths of some files that should be there.
pub(crate) fn some_paths(db: &Connection) -> Result<Vec<String>> {
    let mut statement = db.prepare("SELECT path FROM files WHERE missing = 0 LIMIT 100")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The sidecar has something new to tell.
pub(crate) fn mark_behind(db: &Connection, id: i64) -> Result<()> {
    db.prepare_cached("UPDATE files SET revision = revision + 1 WHERE id = ?")?.execute([id])?;
    Ok(())
}

/// Files whose sidecars are behind, with the revision to write.
pub(crate) fn behind(db: &Connection) -> Result<Vec<(i64, i64)>> {
    let mut statement =
        db.prepare_cached("SELECT id, revision FROM files WHERE revision > written AND missing = 0")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A change that came after `revision` was read keeps the sidecar behind.
pub(crate) fn mark_written(db: &Connection, id: i64, revision: i64) -> Result<()> {
    db.prepare_cached("UPDATE files SET written = ? WHERE id = ?")?.execute([revision, id])?;
    Ok(())
}

pub(crate) fn delete(db: &Connection, id: i64) -> Result<()> {
    db.prepare_cached("DELETE FROM files WHERE id = ?")?.execute([id])?;
    Ok(())
}
