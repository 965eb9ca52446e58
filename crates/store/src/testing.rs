//! What the tests of this crate share: a home in its own folder, a clock that stands still, small pictures.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use image::{ImageFormat, Rgb, RgbImage};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::media::disk::{Disk, Watch};
use crate::{Clock, Finding, OpenOptions, Result, Store};

/// 2026-11-21 14:32:05 in Venice.
pub(crate) const START: Timestamp = Timestamp::constant(1_795_267_925, 0);

/// Holds on to the folder as well: the store has the clock, so the folder stays as long as either is there.
pub(crate) struct Standing {
    pub(crate) now: Mutex<Timestamp>,
    folder: tempfile::TempDir,
}

impl Clock for Standing {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    fn time_zone(&self) -> TimeZone {
        TimeZone::fixed(jiff::tz::offset(1))
    }
}

/// A home and a library that go when this and all stores on it are gone.
pub(crate) struct Home {
    pub(crate) clock: Arc<Standing>,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { clock: Arc::new(Standing { now: Mutex::new(START), folder: tempfile::tempdir().unwrap() }) }
    }

    pub(crate) fn library(&self) -> PathBuf {
        self.clock.folder.path().join("library")
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.clock.folder.path().join("home")
    }

    fn options(&self) -> OpenOptions {
        options(self.clock.folder.path(), self.clock.clone())
    }

    /// Opens it and expects nothing to be wrong.
    pub(crate) fn open(&self) -> Store {
        let (store, findings) = self.open_with_findings();
        assert_eq!(findings, []);
        store
    }

    pub(crate) fn open_with_findings(&self) -> (Store, Vec<Finding>) {
        Store::open(self.options()).unwrap()
    }

    pub(crate) fn try_open(&self) -> Result<(Store, Vec<Finding>)> {
        Store::open(self.options())
    }

    pub(crate) fn open_watched(&self, watch: Watch) -> Store {
        Store::open_on(self.options(), Disk { watch: Some(watch) }).unwrap().0
    }

    /// All files of the library but hidden ones, sorted.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut all = Vec::new();
        list(&self.library(), "", &mut all);
        all.sort();
        all
    }
}

pub(crate) fn options(folder: &Path, clock: Arc<dyn Clock>) -> OpenOptions {
    OpenOptions { home: folder.join("home"), library: folder.join("library"), clock }
}

fn list(folder: &Path, prefix: &str, all: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            if !name.starts_with('.') {
                list(&entry.path(), &format!("{prefix}{name}/"), all);
            }
        } else {
            all.push(format!("{prefix}{name}"));
        }
    }
}

/// A small PNG; another number, other bytes.
pub(crate) fn png(number: u32) -> Vec<u8> {
    let [_, r, g, b] = number.to_be_bytes();
    encode(&RgbImage::from_fn(12, 8, |x, y| Rgb([r, g ^ x as u8, b ^ y as u8])), ImageFormat::Png)
}

pub(crate) fn encode(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}
