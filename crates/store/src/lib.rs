//! What Canaletto keeps: media as plain files with sidecars, one SQLite database over them, thumbnails and search.
//!
//! All functions block; call them from a thread that may. A [`Store`] is a handle: clones share one database, and the
//! last one dropped writes what is pending.
//!
//! ```
//! # let folder = tempfile::tempdir().unwrap();
//! # let png = { let mut out = std::io::Cursor::new(Vec::new());
//! #     image::RgbImage::new(8, 8).write_to(&mut out, image::ImageFormat::Png).unwrap(); out.into_inner() };
//! use std::sync::Arc;
//! use store::{NewItem, OpenOptions, Origin, Query, Store, SystemClock};
//!
//! let (store, findings) = Store::open(OpenOptions {
//!     home: folder.path().join("home"),
//!     library: folder.path().join("library"),
//!     clock: Arc::new(SystemClock),
//! })?;
//! assert!(findings.is_empty());
//! let item = store.keep(png, NewItem { prompt: Some("黄昏的贡多拉".into()), ..NewItem::new(Origin::Made, "Dusk") })?;
//! let found = store.library().page(&Query { text: Some("黄昏".into()), ..Query::default() })?;
//! assert_eq!(found.items[0].id, item.id);
//! # Ok::<(), store::Error>(())
//! ```

#![deny(missing_docs)]

mod change;
mod check;
mod clock;
mod database;
mod error;
mod finding;
mod ids;
mod library;
mod media;
mod money;
mod pictures;
mod place;
mod tables;
#[cfg(test)]
mod testing;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use tokio::sync::broadcast;

pub use crate::change::Change;
pub use crate::check::{Checked, Onlooker, Progress};
pub use crate::clock::{Clock, SystemClock};
pub use crate::error::{Error, NoPlace, Result};
pub use crate::finding::Finding;
pub use crate::ids::{
    AttachmentId, BoardId, CallId, CloneId, ConversationId, FolderId, ItemId, JobId, MessageId, PresetId,
    PromptId, ReadingId, TranscriptId,
};
pub use crate::library::{
    Board, Boards, CostFilter, Day, DayCost, Emptied, Facets, Family, Library, Lineage, Page, Patch,
    PatchMany, Query, Shape, Sort, Status,
};
pub use crate::media::{Incoming, Media, Moved, NewItem};
pub use crate::money::{Certainty, Cost, Currency, Money};
pub use crate::pictures::{
    Looked, MOST_PIXELS, PictureFormat, PictureProblem, Probe, Size, check, look, picture_format, probe,
    probe_bytes, resize,
};
pub use crate::tables::accounts::{Account, Accounts};
pub use crate::tables::attachments::{
    Attachment, AttachmentBytes, AttachmentKind, Attachments, NewAttachment,
};
pub use crate::tables::calls::{CallNote, CallPage, Calls};
pub use crate::tables::charges::{
    Balance, Charge, ChargeColumns, ChargeSource, Charges, DECIMALS, JobSum, KeyDay, Ledger, LedgerPatch,
    MatchHow, NewCharge, OwnKey, SentJob, Settled, Walk, from_fixed, to_fixed,
};
pub use crate::tables::clones::{Clones, Voice};
pub use crate::tables::conversations::{
    Conversation, ConversationCharge, ConversationPage, ConversationPatch, ConversationQuery, Conversations,
};
pub use crate::tables::files::MediaFile;
pub use crate::tables::folders::{Folder, Folders};
pub use crate::tables::holds::{Hold, HoldQuery, Holds, Limit, Reserved, Spent, Window};
pub use crate::tables::items::{Item, MediaKind, Origin};
pub use crate::tables::jobs::list::{JobList, JobQuery};
pub use crate::tables::jobs::{Job, JobBatch, JobPage, JobPatch, JobState, Jobs};
pub use crate::tables::lineage::{Link, Parent, Role};
pub use crate::tables::markers::Marker;
pub use crate::tables::messages::{
    ExcerptPiece, Message, MessageHit, MessageHits, MessagePatch, MessageRole, MessageState, Messages,
    PathStep, Tokens,
};
pub use crate::tables::model_versions::{ModelVersion, ModelVersions};
pub use crate::tables::past_prompts::{PastPrompt, PastPrompts};
pub use crate::tables::presets::{Preset, Presets};
pub use crate::tables::prompts::{Prompt, Prompts};
pub use crate::tables::readings::{NewReading, Reading, ReadingPiece, Readings};
pub use crate::tables::rotations::{Rotation, RotationStep, Rotations};
pub use crate::tables::settings::Settings;
pub use crate::tables::snapshots::{Snapshot, Snapshots};
pub use crate::tables::top_ups::{TopUp, TopUpState, TopUps};
pub use crate::tables::transcripts::{
    FoundTranscript, Transcript, TranscriptLine, TranscriptPage, TranscriptPatch, TranscriptPiece,
    TranscriptQuery, TranscriptSpeaker, TranscriptText, TranscriptWord, Transcripts, WholeTranscript,
    is_unspaced, join_words,
};

use rusqlite::Connection;

use crate::change::Changes;
use crate::database::{Database, rescue};
use crate::library::index::Index;
use crate::media::disk::Disk;
use crate::media::turns::{Turn, Turns};
use crate::media::upkeep::{Bell, Upkeep};
use crate::pictures::Thumbnails;
use crate::place::Place;
use crate::tables::boards::BoardRow;
use crate::tables::charges::columns::KeptColumns;
use crate::tables::files;

/// Where to open a store, and by which clock.
pub struct OpenOptions {
    /// The folder for the database, thumbnails and work files. Made if it isn't there.
    pub home: PathBuf,
    /// The folder for the user's media, unless the home notes another, where it was moved. Made at the first start; from
    /// then on it is never made anew in the place of one that is gone.
    pub library: PathBuf,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
}

/// A handle to what is kept. Cheap to clone; can be used from any thread.
#[derive(Clone)]
pub struct Store {
    // Before `core`: the thread ends while there still is a database.
    _upkeep: Option<Arc<Upkeep>>,
    core: Arc<Core>,
}

struct Core {
    database: Database,
    index: Arc<Index>,
    charge_columns: KeptColumns,
    home: PathBuf,
    place: Place,
    clock: Arc<dyn Clock>,
    disk: Disk,
    placing: Turns,
    emptying: AtomicBool,
    written_boards: Mutex<Option<Vec<BoardRow>>>,
    thumbnails: Thumbnails,
    bell: Arc<Bell>,
    // Last: the home is free again when all else is closed.
    _lock: File,
}

impl Store {
    /// Opens what is kept, or begins it. Takes the lock of the home, brings the database up to date and looks whether
    /// rows and files agree. What was wrong, mended or not, is in the findings.
    ///
    /// # Errors
    /// [`Error::InUse`] while another process has the home open, [`Error::NewerDatabase`] if a newer version wrote it, and
    /// the errors of the file system. A damaged database is no error: it is set aside and told of.
    pub fn open(options: OpenOptions) -> Result<(Self, Vec<Finding>)> {
        Self::open_on(options, Disk::default())
    }

    pub(crate) fn open_on(options: OpenOptions, disk: Disk) -> Result<(Self, Vec<Finding>)> {
        let OpenOptions { home, library, clock } = options;
        for folder in [home.clone(), home.join("work")] {
            std::fs::create_dir_all(&folder).map_err(|error| Error::file(&folder, error))?;
        }
        let lock = lock(&home)?;
        let now = clock.now();
        let path = home.join("canaletto.db");
        // The look at the disk takes as long as the look at the database: they go on side by side.
        let walking = check::walk_ahead(&home, &library);
        let (connection, damage) = rescue::open(&path, &home.join("backups"), now)?;
        let place = Place::settle(&disk, &home, &library, &files::some_paths(&connection)?)?;
        let bell = Arc::<Bell>::default();
        let index = Arc::<Index>::default();
        let followed = index.clone();
        let after_commit =
            move |db: &Connection, changes: &Changes| followed.follow(db, changes.changed_items());
        let core = Arc::new(Core {
            database: Database::start(path, connection, Arc::new(after_commit))?,
            index,
            charge_columns: KeptColumns::default(),
            thumbnails: Thumbnails::new(home.join("thumbs")),
            home,
            place,
            clock,
            disk,
            placing: Turns::default(),
            emptying: AtomicBool::new(false),
            written_boards: Mutex::default(),
            bell: bell.clone(),
            _lock: lock,
        });
        let unowned = Self { _upkeep: None, core: core.clone() };
        let mut findings: Vec<Finding> = damage.into_iter().collect();
        if unowned.is_library_there() {
            unowned.clear_incoming();
            unowned.finish_move();
            let found = std::thread::scope(|scope| {
                scope.spawn(|| unowned.warm_up());
                let seen = walking.end(&unowned.library_path());
                check::start(&unowned, !findings.is_empty(), seen)
            });
            findings.extend(found?);
        } else {
            // Nothing is missing: all of it is somewhere else.
            findings.push(Finding::LibraryGone { folder: unowned.library_path() });
        }
        unowned.conversations().expire()?;
        unowned.attachments().tidy()?;
        let upkeep = Upkeep::start(unowned, bell)?;
        Ok((Self { _upkeep: Some(Arc::new(upkeep)), core }, findings))
    }

    /// Tells what each write changed, after it was committed. A listener that falls 4,096 behind is told so, and best
    /// reads everything again.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.core.database.changes()
    }

    /// Makes a verified copy of the database now, in `home/backups`. One a day is made anyway.
    pub fn back_up(&self) -> Result<PathBuf> {
        database::backup::make(self.database().path(), &self.backup_folder(), self.clock().now())
    }

    /// The folder of the user's media.
    pub fn library_path(&self) -> PathBuf {
        self.core.place.folder()
    }

    /// Whether the library is where it should be. Its disk may be taken out at any time.
    pub fn is_library_there(&self) -> bool {
        self.core.place.is_there()
    }

    /// An error unless the library is where it should be.
    ///
    /// # Errors
    /// [`Error::LibraryGone`].
    pub fn ensure_library(&self) -> Result<()> {
        self.core.place.ensure()
    }

    /// An error unless the library is where it should be and takes new files.
    ///
    /// # Errors
    /// [`Error::LibraryGone`] and [`Error::LibraryMoving`].
    pub fn ensure_library_takes(&self) -> Result<()> {
        self.core.place.ensure_open()
    }

    /// Bytes free on the disk of everything but the media.
    pub fn free_bytes_at_home(&self) -> Result<u64> {
        fs4::available_space(&self.core.home).map_err(|error| Error::file(&self.core.home, error))
    }

    pub(crate) fn library_place(&self) -> &Place {
        &self.core.place
    }

    /// The folder of everything else.
    pub fn home_path(&self) -> &Path {
        &self.core.home
    }

    /// The absolute path of a file of the library, from [`MediaFile::path`].
    pub fn media_path(&self, relative: &str) -> PathBuf {
        relative.split('/').fold(self.library_path(), |path, part| path.join(part))
    }

    pub(crate) fn database(&self) -> &Database {
        &self.core.database
    }

    pub(crate) fn index(&self) -> &Index {
        &self.core.index
    }

    pub(crate) fn charge_columns(&self) -> &KeptColumns {
        &self.core.charge_columns
    }

    pub(crate) fn written_boards(&self) -> &Mutex<Option<Vec<BoardRow>>> {
        &self.core.written_boards
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.core.clock
    }

    pub(crate) fn disk(&self) -> &Disk {
        &self.core.disk
    }

    pub(crate) fn thumbnails(&self) -> &Thumbnails {
        &self.core.thumbnails
    }

    /// Held while files of the library are placed, moved or deleted.
    pub(crate) fn placing(&self) -> Turn<'_> {
        self.core.placing.take()
    }

    /// Set while the trash is emptied: sidecars of what goes needn't be written.
    pub(crate) fn emptying(&self) -> &AtomicBool {
        &self.core.emptying
    }

    pub(crate) fn sidecars_are_behind(&self) {
        self.core.bell.sidecars();
    }

    pub(crate) fn incoming_folder(&self) -> PathBuf {
        self.library_path().join(place::INCOMING)
    }

    pub(crate) fn backup_folder(&self) -> PathBuf {
        self.core.home.join("backups")
    }

    pub(crate) fn work_folder(&self) -> PathBuf {
        self.core.home.join("work")
    }

    pub(crate) fn work_file(&self, job: JobId) -> PathBuf {
        self.work_folder().join(format!("{job}.part"))
    }
}

fn lock(home: &Path) -> Result<File> {
    let path = home.join("lock");
    let failed = |error| Error::file(&path, error);
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(Error::InUse { home: home.to_path_buf() }),
        Err(std::fs::TryLockError::Error(error)) => Err(failed(error)),
    }
}

#[cfg(test)]
mod tests;
