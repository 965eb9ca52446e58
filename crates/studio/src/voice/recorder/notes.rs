//! The note beside a take: all that its samples don't tell. It is on disk before the first sample is.

use std::{
    fs::File,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use store::Marker;

use crate::Result;

/// The folder of takes that aren't items yet.
pub(super) const FOLDER: &str = "takes";
/// The one that only tries the microphone out.
const TEST: &str = "test.wav";

/// What is known of a take.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct TakeNote {
    /// Names its files.
    pub(super) id: String,
    pub(super) started_at: Timestamp,
    pub(super) title: String,
    /// The microphone's name.
    #[serde(default)]
    pub(super) device: Option<String>,
    #[serde(default)]
    pub(super) markers: Vec<Marker>,
    /// Frames the sound system says it lost.
    #[serde(default)]
    pub(super) lost: u64,
}

impl TakeNote {
    /// The note of a take that begins now.
    pub(super) fn now(device: Option<String>) -> Self {
        let id = uuid::Uuid::now_v7().simple().to_string();
        Self::at(id, Timestamp::now(), device)
    }

    fn at(id: String, moment: Timestamp, device: Option<String>) -> Self {
        // Rows keep milliseconds.
        let started_at = Timestamp::from_millisecond(moment.as_millisecond()).unwrap_or(moment);
        let title = started_at.to_zoned(TimeZone::system()).strftime("Take %Y-%m-%d %H.%M").to_string();
        Self { id, started_at, title, device, markers: Vec::new(), lost: 0 }
    }

    /// The note beside a take; where it is gone or damaged, what the file itself tells.
    pub(super) fn of(folder: &Path, id: &str) -> Self {
        let told = std::fs::read(folder.join(format!("{id}.json")))
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok())
            .filter(|note| note.id == id);
        told.unwrap_or_else(|| {
            let changed = std::fs::metadata(sound(folder, id)).and_then(|file| file.modified()).ok();
            let changed = changed.and_then(|at| Timestamp::try_from(at).ok()).unwrap_or_else(Timestamp::now);
            Self::at(id.to_owned(), changed, None)
        })
    }

    /// Writes it down for good, in the place of an earlier one.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let path = folder.join(format!("{}.json", self.id));
        let failed = |error| store::Error::file(&path, error);
        let bytes = serde_json::to_vec_pretty(self).map_err(crate::AppError::internal)?;
        let mut aside = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        aside.write_all(&bytes).map_err(failed)?;
        aside.as_file().sync_all().map_err(failed)?;
        aside.persist(&path).map_err(|error| failed(error.error))?;
        // Windows doesn't open folders, and doesn't need this.
        if let Ok(open) = File::open(folder) {
            open.sync_all().map_err(failed)?;
        }
        Ok(())
    }
}

/// A take's samples.
pub(super) fn sound(folder: &Path, id: &str) -> PathBuf {
    folder.join(format!("{id}.wav"))
}

/// The samples of the test.
pub(super) fn test(folder: &Path) -> PathBuf {
    folder.join(TEST)
}

/// Makes the folder, which is on disk before anything is written in it.
pub(super) fn prepare(folder: &Path) -> Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let failed = |error| store::Error::file(folder, error);
    std::fs::create_dir_all(folder).map_err(failed)?;
    if let Some(Ok(open)) = folder.parent().map(File::open) {
        open.sync_all().map_err(failed)?;
    }
    Ok(())
}

/// Removes a take's files, the samples first: a note alone is nothing.
pub(super) fn remove(folder: &Path, id: &str) {
    let sound = sound(folder, id);
    match std::fs::remove_file(&sound) {
        // What can't be removed is found again at the next start, and known by its bytes and its note.
        Err(error) if error.kind() != ErrorKind::NotFound => {
            tracing::warn!(path = %sound.display(), %error, "a take that is kept was not removed");
        }
        _ => {
            let _ = std::fs::remove_file(folder.join(format!("{id}.json")));
        }
    }
}

/// The ids of the takes in a folder, the first one first.
pub(super) fn all(folder: &Path) -> Vec<String> {
    let mut ids = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let Some(stem) = path.file_stem().and_then(|stem| stem.to_str()) else { continue };
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("wav") if path != test(folder) && !stem.ends_with(".damaged") => ids.push(stem.to_owned()),
            _ => {}
        }
    }
    ids.sort();
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_read_as_it_was_written_and_missed_by_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let mut note = TakeNote::now(Some("Built-in".into()));
        assert!(note.title.starts_with("Take 20") && note.title.len() == "Take 2026-11-22 14.32".len());
        note.markers.push(Marker { at_ms: 7, label: "第一".into() });
        note.write(folder.path()).unwrap();
        note.lost = 3;
        note.write(folder.path()).unwrap();
        assert_eq!(TakeNote::of(folder.path(), &note.id), note);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left lying about");
        std::fs::write(folder.path().join(format!("{}.json", note.id)), b"{\"id\": 1").unwrap();
        std::fs::write(sound(folder.path(), &note.id), b"").unwrap();
        std::fs::write(test(folder.path()), b"").unwrap();
        let again = TakeNote::of(folder.path(), &note.id);
        assert_eq!((again.id.as_str(), again.markers.len()), (note.id.as_str(), 0));
        assert_eq!(all(folder.path()), [note.id.as_str()]);
        remove(folder.path(), &note.id);
        assert!(all(folder.path()).is_empty());
    }

    #[test]
    fn a_take_that_cannot_be_removed_stays_known() {
        let folder = tempfile::tempdir().unwrap();
        let note = TakeNote::now(None);
        note.write(folder.path()).unwrap();
        std::fs::create_dir(sound(folder.path(), &note.id)).unwrap();
        remove(folder.path(), &note.id);
        assert_eq!(TakeNote::of(folder.path(), &note.id), note);
        std::fs::remove_dir(sound(folder.path(), &note.id)).unwrap();
        remove(folder.path(), &note.id);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
