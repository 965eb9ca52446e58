use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use image::DynamicImage;

use super::PictureProblem;
use super::decode::{at_least, resize};
use crate::Store;
use crate::error::{Error, Result};
use crate::ids::ItemId;
use crate::tables::files;
use crate::tables::items::{self, MediaKind};

/// How many pictures are decoded at once; each takes a core and some tens of megabytes.
const WORKERS: usize = 2;
/// Of 100; where artefacts begin not to be seen at this size.
const QUALITY: f32 = 78.0;
/// libwebp's effort from 0 to 6: 3 and up take twice the time for 3 % of the bytes.
const METHOD: i32 = 2;
/// A ThumbHash is made from no more than this.
const HASHED: u32 = 100;

/// Which thumbnail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Size {
    /// Fits 420 x 240 pixels: a gallery row at one device pixel each. More would be decoded for nothing, by the thousand.
    Small,
    /// Fits 960 x 960 pixels.
    Large,
}

impl Size {
    /// The word it is called by in addresses: `small` or `large`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Large => "large",
        }
    }

    /// The size of the thumbnail of a picture: never larger than that itself.
    pub(super) fn fit(self, width: u32, height: u32) -> (u32, u32) {
        let (across, down) = match self {
            Self::Small => (420, 240),
            Self::Large => (960, 960),
        };
        let scale = (f64::from(across) / f64::from(width)).min(f64::from(down) / f64::from(height)).min(1.0);
        let scaled = |length: u32| ((f64::from(length) * scale).round() as u32).max(1);
        (scaled(width), scaled(height))
    }
}

/// The folder of thumbnails: a cache by hash, that may be deleted at any time.
pub(crate) struct Thumbnails {
    folder: PathBuf,
    state: Mutex<Making>,
    changed: Condvar,
}

#[derive(Default)]
struct Making {
    hashes: HashSet<String>,
}

impl Thumbnails {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, state: Mutex::default(), changed: Condvar::new() }
    }

    fn path(&self, blake3: &str, size: Size) -> PathBuf {
        self.folder.join(blake3.get(..2).unwrap_or("00")).join(format!("{blake3}-{}.webp", size.as_str()))
    }

    /// Where the waveform of a sound lies: it is a cache like the thumbnails, in the same folders.
    fn waveform(&self, blake3: &str) -> PathBuf {
        self.folder.join(blake3.get(..2).unwrap_or("00")).join(format!("{blake3}.wave"))
    }

    pub(crate) fn forget(&self, blake3: &str) {
        let _ = std::fs::remove_file(self.waveform(blake3));
        for size in [Size::Small, Size::Large] {
            // What stays is only a file too many in a cache.
            let _ = std::fs::remove_file(self.path(blake3, size));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Making> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until nobody makes this one and a worker is free. Who waited finds the thumbnail made.
    fn take_turn(&self, blake3: &str) -> Turn<'_> {
        let mut making = self.lock();
        while making.hashes.len() >= WORKERS || making.hashes.contains(blake3) {
            making = self.changed.wait(making).unwrap_or_else(PoisonError::into_inner);
        }
        making.hashes.insert(blake3.to_owned());
        Turn { thumbnails: self, blake3: blake3.to_owned() }
    }
}

/// One of the workers' turns; given up when dropped, also by a panic in a decoder.
struct Turn<'a> {
    thumbnails: &'a Thumbnails,
    blake3: String,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.thumbnails.lock().hashes.remove(&self.blake3);
        self.thumbnails.changed.notify_all();
    }
}

impl Store {
    /// The path of a picture's thumbnail, a lossy WebP. Made when it isn't there, two at a time and each once however
    /// many ask; so this can take some tens of milliseconds. The first small one also gives the item its ThumbHash.
    pub fn thumbnail(&self, id: ItemId, size: Size) -> Result<PathBuf> {
        let (row, kind) = self.database().read(|db| {
            let item = items::get(db, id)?;
            Ok((item.file, item.kind))
        })?;
        let path = self.thumbnails().path(&row.blake3, size);
        // Of a film there is one where a frame of it was put here.
        if kind == MediaKind::Film && path.exists() {
            return Ok(path);
        }
        if kind != MediaKind::Picture {
            return Err(PictureProblem::Unsupported {
                format: if kind == MediaKind::Sound { "sound" } else { "film" },
            }
            .into());
        }
        let needs_hash = size == Size::Small && row.thumbhash.is_none();
        if path.exists() && !needs_hash {
            return Ok(path);
        }
        let _turn = self.thumbnails().take_turn(&row.blake3);
        let hashed = || {
            self.database().read(|db| {
                Ok(files::by_hash(db, &row.blake3)?.is_none_or(|row| row.file.thumbhash.is_some()))
            })
        };
        if path.exists() && (!needs_hash || hashed()?) {
            return Ok(path);
        }
        let media = self.media_path(&row.path);
        let bytes = std::fs::read(&media).map_err(|error| Error::file(&media, error))?;
        let picture = at_least(&bytes, |width, height| size.fit(width, height))?;
        self.write_thumbnail(&path, &encode(&picture)?)?;
        if needs_hash {
            let hash = thumbhash(&picture)?;
            let blake3 = row.blake3;
            self.database().write(move |db, changes| {
                files::set_thumbhash(db, &blake3, &hash)?;
                changes.items(items::ids_of_hash(db, &blake3)?);
                Ok(())
            })?;
        }
        Ok(path)
    }

    /// Has a film shown by a frame of it from now on: `picture` is any that can be decoded. What else than a film it is put to
    /// is refused.
    pub fn put_poster(&self, id: ItemId, picture: &[u8]) -> Result<()> {
        let (blake3, kind) = self.database().read(|db| {
            let item = items::get(db, id)?;
            Ok((item.file.blake3, item.kind))
        })?;
        if kind != MediaKind::Film {
            return Err(Error::OutOfRange { what: "item" });
        }
        let decoded = at_least(picture, |width, height| Size::Large.fit(width, height))?;
        let _turn = self.thumbnails().take_turn(&blake3);
        for size in [Size::Small, Size::Large] {
            let (width, height) = size.fit(decoded.width(), decoded.height());
            let scaled = resize(&decoded, width, height)?;
            self.write_thumbnail(&self.thumbnails().path(&blake3, size), &encode(&scaled)?)?;
        }
        let hash = thumbhash(&decoded)?;
        self.database().write(move |db, changes| {
            files::set_thumbhash(db, &blake3, &hash)?;
            changes.items(items::ids_of_hash(db, &blake3)?);
            Ok(())
        })
    }

    /// Puts a small thumbnail that was made beforehand into the cache.
    pub(super) fn put_small_thumbnail(&self, blake3: &str, encoded: &[u8]) -> Result<()> {
        let path = self.thumbnails().path(blake3, Size::Small);
        if path.exists() { Ok(()) } else { self.write_thumbnail(&path, encoded) }
    }

    /// What was worked out of a sound of this hash; opaque here. None where it has to be worked out anew.
    pub fn waveform(&self, blake3: &str) -> Option<Vec<u8>> {
        std::fs::read(self.thumbnails().waveform(blake3)).ok()
    }

    /// Puts what was worked out of a sound into the cache.
    pub fn put_waveform(&self, blake3: &str, bytes: &[u8]) -> Result<()> {
        self.write_thumbnail(&self.thumbnails().waveform(blake3), bytes)
    }

    fn write_thumbnail(&self, path: &Path, encoded: &[u8]) -> Result<()> {
        let folder = path.parent().ok_or(Error::Fault("a thumbnail has no folder"))?;
        let failed = |error| Error::file(path, error);
        std::fs::create_dir_all(folder).map_err(failed)?;
        // No fsync: after a power cut it is made again. The rename keeps readers from half a file.
        let (mut file, aside) = self.disk().create(folder)?;
        std::io::Write::write_all(&mut file, encoded).map_err(failed)?;
        aside.persist(path).map_err(|error| failed(error.error))
    }
}

pub(super) fn encode(picture: &DynamicImage) -> Result<Vec<u8>> {
    const FAILED: Error = Error::Fault("a thumbnail can't be encoded");
    let mut config = webp::WebPConfig::new().map_err(|()| FAILED)?;
    config.quality = QUALITY;
    config.method = METHOD;
    let (width, height) = (picture.width(), picture.height());
    let encoder = if picture.color().has_alpha() {
        webp::Encoder::from_rgba(picture.as_bytes(), width, height)
    } else {
        webp::Encoder::from_rgb(picture.as_bytes(), width, height)
    };
    Ok(encoder.encode_advanced(&config).map_err(|_| FAILED)?.to_vec())
}

pub(super) fn thumbhash(picture: &DynamicImage) -> Result<Vec<u8>> {
    let longest = picture.width().max(picture.height());
    let scale = (f64::from(HASHED) / f64::from(longest)).min(1.0);
    let scaled = |length: u32| ((f64::from(length) * scale) as u32).clamp(1, HASHED);
    let tiny = resize(picture, scaled(picture.width()), scaled(picture.height()))?.into_rgba8();
    Ok(thumbhash::rgba_to_thumb_hash(tiny.width() as usize, tiny.height() as usize, tiny.as_raw()))
}
