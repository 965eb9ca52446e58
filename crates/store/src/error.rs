use std::io;
use std::path::{Path, PathBuf};

use crate::pictures::PictureProblem;

/// What the store answers with when it can't do what was asked.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the store couldn't do what was asked. One variant for each case a caller treats differently.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Another process has this home open.
    #[error("{} is in use by another instance", home.display())]
    InUse {
        /// The folder that is taken.
        home: PathBuf,
    },
    /// The database was written by a newer version of the program. It was left as it is.
    #[error("the database has schema {found}, this version knows {known} at most")]
    NewerDatabase {
        /// The schema found in the file.
        found: u32,
        /// The newest schema this version knows.
        known: u32,
    },
    /// No space is left (or the quota is used up). Nothing half-written was left behind.
    #[error("the disk is full: {}", path.display())]
    DiskFull {
        /// What was being written.
        path: PathBuf,
        /// Where the received bytes still are, if they are.
        kept: Option<PathBuf>,
    },
    /// The folder or its file system can only be read.
    #[error("{} can only be read", path.display())]
    ReadOnly {
        /// What was being written.
        path: PathBuf,
        /// Where the received bytes still are, if they are.
        kept: Option<PathBuf>,
    },
    /// The system denies access.
    #[error("access to {} is denied", path.display())]
    Denied {
        /// What was being read or written.
        path: PathBuf,
        /// Where the received bytes still are, if they are.
        kept: Option<PathBuf>,
    },
    /// The library's folder isn't there: its disk was taken out, or the folder moved by hand.
    #[error("the library isn't in {}", folder.display())]
    LibraryGone {
        /// Where it should be.
        folder: PathBuf,
        /// Where the received bytes still are, if they are.
        kept: Option<PathBuf>,
    },
    /// The library is being moved, and takes nothing new until that is done.
    #[error("the library is being moved")]
    LibraryMoving {
        /// Where the received bytes still are, if they are.
        kept: Option<PathBuf>,
    },
    /// The library can't be moved there.
    #[error("the library can't be moved to {}: {why:?}", folder.display())]
    NoPlace {
        /// The folder that was chosen.
        folder: PathBuf,
        /// Why not.
        why: NoPlace,
    },
    /// A copy that was read again isn't equal to what was copied.
    #[error("the copy {} isn't equal to its source", path.display())]
    CopyDiffers {
        /// The copy.
        path: PathBuf,
    },
    /// Any other trouble with a file.
    #[error("{}: {source}", path.display())]
    File {
        /// What was being read or written.
        path: PathBuf,
        /// Where the received bytes still are, if they are.
        kept: Option<PathBuf>,
        /// What the system said.
        source: io::Error,
    },
    /// Trouble with the database other than a full disk or missing rights.
    #[error("database: {0}")]
    Database(#[source] rusqlite::Error),
    /// A row holds something that can't be read back.
    #[error("the database holds an unreadable {what}")]
    Unreadable {
        /// Which value.
        what: &'static str,
    },
    /// There is no such thing (any more).
    #[error("there is no {what} {id}")]
    NotFound {
        /// What was looked for: `item`, `job`, `account`, `hold`, `conversation`, `message`, …
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// There is already one with this id.
    #[error("there already is a {what} {id}")]
    Exists {
        /// What was to be written.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// Somebody else changed it since it was read.
    #[error("the {what} was changed since")]
    Outdated {
        /// What was to be changed.
        what: &'static str,
    },
    /// Something can't be made from itself, directly or by way of others.
    #[error("an item can't descend from itself")]
    LineageCycle,
    /// A cursor of another query, or one made up.
    #[error("this cursor belongs to another query")]
    BadCursor,
    /// A value outside its range, such as a rating of 6.
    #[error("{what} is out of range")]
    OutOfRange {
        /// Which value.
        what: &'static str,
    },
    /// The bytes aren't a picture that can be shown.
    #[error(transparent)]
    Picture(#[from] PictureProblem),
    /// The store is shutting down, or a piece of its work panicked. A fault of ours.
    #[error("the store's own fault: {0}")]
    Fault(&'static str),
}

/// Why a library can't be moved to a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoPlace {
    /// There is something in it.
    NotEmpty,
    /// It is the library, lies in it, or has it in it.
    Overlaps,
    /// There is a file of that name, or nothing it could be made in.
    NoFolder,
    /// Its disk has too little room.
    TooSmall {
        /// Bytes that are needed.
        needed: u64,
        /// Bytes that are free.
        free: u64,
    },
}

impl Error {
    /// Sorts a system error by what a caller can do about it.
    pub fn file(path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        let kept = None;
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { path, kept },
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { path, kept },
            io::ErrorKind::PermissionDenied => Self::Denied { path, kept },
            _ => Self::File { path, kept, source },
        }
    }

    /// Gives a database error that is really one of the file system its name and path.
    pub(crate) fn at_database(self, path: &Path) -> Self {
        let Self::Database(rusqlite::Error::SqliteFailure(failure, _)) = &self else { return self };
        let path = path.to_path_buf();
        match failure.code {
            rusqlite::ErrorCode::DiskFull => Self::DiskFull { path, kept: None },
            rusqlite::ErrorCode::ReadOnly => Self::ReadOnly { path, kept: None },
            rusqlite::ErrorCode::PermissionDenied => Self::Denied { path, kept: None },
            _ => self,
        }
    }

    /// Notes where the bytes that couldn't be stored still are.
    pub(crate) fn with_kept(mut self, place: Option<PathBuf>) -> Self {
        if let Self::DiskFull { kept, .. }
        | Self::ReadOnly { kept, .. }
        | Self::Denied { kept, .. }
        | Self::LibraryGone { kept, .. }
        | Self::LibraryMoving { kept }
        | Self::File { kept, .. } = &mut self
        {
            *kept = place;
        }
        self
    }

    /// Whether space has to be made before this can work.
    pub fn is_disk_full(&self) -> bool {
        matches!(self, Self::DiskFull { .. })
    }

    /// Whether the folder can't be written to, for lack of rights or because it is mounted for reading.
    pub fn is_not_writable(&self) -> bool {
        matches!(self, Self::ReadOnly { .. } | Self::Denied { .. })
    }

    /// Whether what was asked for isn't there.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound { .. })
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_errors_are_sorted_by_what_can_be_done() {
        let at = Path::new("a");
        assert!(Error::file(at, io::ErrorKind::StorageFull.into()).is_disk_full());
        assert!(Error::file(at, io::ErrorKind::QuotaExceeded.into()).is_disk_full());
        assert!(Error::file(at, io::ErrorKind::ReadOnlyFilesystem.into()).is_not_writable());
        assert!(Error::file(at, io::ErrorKind::PermissionDenied.into()).is_not_writable());
        assert!(matches!(Error::file(at, io::ErrorKind::NotADirectory.into()), Error::File { .. }));
    }
}
