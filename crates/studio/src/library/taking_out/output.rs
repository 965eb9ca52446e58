//! Where files that are taken out go. What is there is never overwritten, and nothing half written is left.

use std::{
    fs::File,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use jiff::tz::TimeZone;
use store::Item;
use tempfile::NamedTempFile;
use zip::{CompressionMethod, DateTime, ZipWriter, write::SimpleFileOptions};

use super::{
    render::Content,
    table::{Row, csv},
};
use crate::{AppError, Result};

/// The name of the table in a zip.
const TABLE: &str = "items.csv";
/// From this size on an entry of a zip needs longer numbers.
const LARGE: u64 = u32::MAX as u64;

/// A folder or a zip.
pub(super) enum Output {
    /// Files, one by one.
    Folder(PathBuf),
    /// One file, which appears when it is whole.
    Zip(Box<Zip>),
}

pub(super) struct Zip {
    target: PathBuf,
    writer: ZipWriter<NamedTempFile>,
    rows: Vec<Row>,
}

impl Output {
    pub(super) fn begin(target: &Path, zip: bool) -> Result<Self> {
        if !zip {
            return Ok(Self::Folder(target.to_path_buf()));
        }
        let mut target = target.to_path_buf();
        if !target.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip")) {
            target.as_mut_os_string().push(".zip");
        }
        let writer = ZipWriter::new(aside(&target)?);
        Ok(Self::Zip(Box::new(Zip { target, writer, rows: Vec::new() })))
    }

    pub(super) fn is_zip(&self) -> bool {
        matches!(self, Self::Zip(_))
    }

    /// Writes a file; false where its name is taken.
    pub(super) fn write(&mut self, name: &str, item: &Item, content: &mut Content) -> Result<bool> {
        match self {
            Self::Folder(folder) => {
                let target = folder.join(name);
                // A link that leads nowhere takes a name as well.
                if target.symlink_metadata().is_ok() {
                    return Ok(false);
                }
                let mut file = aside(&target)?;
                content.write_to(&mut file).map_err(|error| at(&target, error))?;
                place(file, &target)
            }
            // The table's own name stays free.
            Self::Zip(_) if name.eq_ignore_ascii_case(TABLE) => Ok(false),
            Self::Zip(zip) => {
                zip.write(name, Some(item), content)?;
                Ok(true)
            }
        }
    }

    pub(super) fn note(&mut self, row: Row) {
        if let Self::Zip(zip) = self {
            zip.rows.push(row);
        }
    }

    /// Completes it and answers its name.
    pub(super) fn end(self) -> Result<String> {
        let target = match self {
            Self::Folder(folder) => {
                // Windows doesn't open folders, and doesn't need this.
                if let Ok(open) = File::open(&folder) {
                    open.sync_all().map_err(|error| at(&folder, error))?;
                }
                folder
            }
            Self::Zip(zip) => zip.end()?,
        };
        Ok(target.file_name().unwrap_or(target.as_os_str()).to_string_lossy().into_owned())
    }
}

impl Zip {
    fn write(&mut self, name: &str, item: Option<&Item>, content: &mut Content) -> Result<()> {
        // Media are compressed already.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .unix_permissions(0o644)
            .large_file(content.len() >= LARGE)
            .last_modified_time(item.and_then(made_at).unwrap_or_default());
        let failed = |error: zip::result::ZipError| match error {
            zip::result::ZipError::Io(error) => at(&self.target, error),
            other => AppError::internal(other),
        };
        self.writer.start_file(name, options).map_err(failed)?;
        content.write_to(&mut self.writer).map_err(|error| at(&self.target, error))
    }

    fn end(mut self) -> Result<PathBuf> {
        let table = csv(&self.rows)?;
        self.write(TABLE, None, &mut Content::Bytes(table))?;
        let Self { target, writer, .. } = self;
        let mut file = writer.finish().map_err(|error| match error {
            zip::result::ZipError::Io(error) => at(&target, error),
            other => AppError::internal(other),
        })?;
        let mut place = target.clone();
        for again in 2.. {
            file = match keep(file, &place)? {
                None => break,
                Some(file) => file,
            };
            place = numbered(&target, again);
        }
        Ok(place)
    }
}

fn made_at(item: &Item) -> Option<DateTime> {
    let at = item.made_at.to_zoned(TimeZone::system());
    let part = |part: i8| u8::try_from(part).ok();
    let (year, month, day) = (u16::try_from(at.year()).ok()?, part(at.month())?, part(at.day())?);
    DateTime::from_date_and_time(year, month, day, part(at.hour())?, part(at.minute())?, part(at.second())?)
        .ok()
}

fn numbered(target: &Path, again: u32) -> PathBuf {
    let stem = target.file_stem().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!("{stem} ({again}).zip"))
}

fn at(path: &Path, error: std::io::Error) -> AppError {
    store::Error::file(path, error).into()
}

/// A file beside its place, gone when it doesn't get there.
pub(crate) fn aside(target: &Path) -> Result<NamedTempFile> {
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".").suffix(".part");
    // The system's own rights: a copy is made to be handed on.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder).map_err(|error| at(folder, error))
}

/// Puts a file that is whole into its place; false where that was taken meanwhile.
fn place(file: NamedTempFile, target: &Path) -> Result<bool> {
    keep(file, target).map(|left| left.is_none())
}

/// The same; the file comes back where the place was taken.
fn keep(file: NamedTempFile, target: &Path) -> Result<Option<NamedTempFile>> {
    file.as_file().sync_all().map_err(|error| at(target, error))?;
    let Err(failed) = file.persist_noclobber(target) else { return Ok(None) };
    if failed.error.kind() == ErrorKind::AlreadyExists || target.symlink_metadata().is_ok() {
        return Ok(Some(failed.file));
    }
    match failed.error.kind() {
        // Some file systems know no way to do both in one step.
        ErrorKind::Unsupported | ErrorKind::InvalidInput | ErrorKind::PermissionDenied => {
            failed.file.persist(target).map_err(|failed| at(target, failed.error))?;
            Ok(None)
        }
        _ => Err(at(target, failed.error)),
    }
}
