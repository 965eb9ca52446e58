use std::path::PathBuf;

/// Something the start found wrong, or mended. Paths of the library are relative to it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// The database couldn't be read. It was set aside, and the sidecars of the media were read again.
    DatabaseDamaged {
        /// Where the damaged file now is.
        set_aside: PathBuf,
        /// The backup that took its place; without one a fresh database did.
        restored_from: Option<PathBuf>,
    },
    /// The library's folder isn't there. Nothing was looked at, and nothing is marked as missing.
    LibraryGone {
        /// Where it should be.
        folder: PathBuf,
    },
    /// Media whose files are gone. Their rows are kept, marked as missing.
    FilesMissing {
        /// Where they should be.
        paths: Vec<String>,
    },
    /// Media that were missing or had been moved within the library, and are linked again.
    FilesFound {
        /// Where they are now.
        paths: Vec<String>,
    },
    /// Files the database didn't know, taken in: from their sidecar, or as imported when they had none.
    FilesAdopted {
        /// Where they are.
        paths: Vec<String>,
        /// How many items came of it.
        items: usize,
    },
    /// Files whose size isn't what was written: something else changed them. They were left alone.
    FilesChanged {
        /// Where they are.
        paths: Vec<String>,
    },
    /// Files whose bytes aren't what was kept, by their hash: damaged, or changed by something else. They were left alone.
    FilesDamaged {
        /// Where they are.
        paths: Vec<String>,
    },
    /// Second copies of media that are already there. They were left alone.
    Copies {
        /// Where the copies are.
        paths: Vec<String>,
    },
    /// Sidecars that can't be read. They were renamed to `….json.damaged`.
    SidecarsUnreadable {
        /// Where they were.
        paths: Vec<String>,
    },
    /// Sidecars of a newer version of the program. They were left alone.
    SidecarsNewer {
        /// Where they are.
        paths: Vec<String>,
    },
    /// Sidecars whose media are nowhere in the library. They were left alone.
    SidecarsAlone {
        /// Where they are.
        paths: Vec<String>,
    },
    /// Files and folders that couldn't be read, so nothing is known of them.
    Unreadable {
        /// Where they are.
        paths: Vec<String>,
    },
    /// Received bytes no job knows of. They were left alone: they may have been paid for.
    WorkFilesAlone {
        /// Where they are, absolute.
        paths: Vec<PathBuf>,
    },
    /// Lineage that would have made something its own ancestor was left out.
    LineageCycles {
        /// How many links were left out.
        links: usize,
    },
}
