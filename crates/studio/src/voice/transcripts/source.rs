//! The sound that is to be transcribed: the file of an item, and how long it is.

use std::{path::PathBuf, sync::PoisonError, time::Duration};

use store::{Item, ItemId, MediaKind};

use super::cutting::RATE;
use crate::{
    AppError, Result, Studio,
    error::{Code, not_sound},
};

/// A sound or a film whose sound can be read.
pub(super) struct Source {
    pub item: Item,
    pub path: PathBuf,
    pub length: Duration,
}

impl Source {
    pub(super) fn length_ms(&self) -> u64 {
        u64::try_from(self.length.as_millis()).unwrap_or(u64::MAX)
    }
}

impl Studio {
    /// The sound of an item, looked at; what has none is refused.
    pub(super) async fn source_of(&self, item: ItemId) -> Result<Source> {
        let (item, path) = self
            .store(move |store| {
                store.ensure_library()?;
                let item = store.library().get(item)?;
                let path = store.media_path(&item.file.path);
                Ok((item, path))
            })
            .await?;
        if item.kind == MediaKind::Picture {
            return Err(not_sound("it is a picture").param("name", &item.title));
        }
        if !tokio::fs::try_exists(&path).await.unwrap_or(false) {
            return Err(file_missing(&item.title));
        }
        let known = self.lengths().get(&item.file.blake3).copied();
        let length = if let Some(length) = known {
            length
        } else {
            let path = path.clone();
            let measured = tokio::task::spawn_blocking(move || measure(&path));
            let length = measured.await.map_err(AppError::internal)?;
            let length = length.map_err(|error| error.param("name", &item.title))?;
            self.lengths().insert(item.file.blake3.clone(), length);
            length
        };
        Ok(Source { item, path, length })
    }

    /// A length that reading all of it told.
    pub(super) fn note_length(&self, source: &Source, length: Duration) {
        self.lengths().insert(source.item.file.blake3.clone(), length);
    }

    fn lengths(&self) -> std::sync::MutexGuard<'_, std::collections::HashMap<String, Duration>> {
        self.inner.transcribing.lengths.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The length that the file tells, or that it turns out to have.
fn measure(path: &std::path::Path) -> Result<Duration> {
    let length = if let Some(length) = audio::decode::probe(path)?.length {
        length
    } else {
        let outcome = audio::decode::decode_mono(path, RATE, |_| true)?;
        Duration::from_secs_f64(outcome.frames as f64 / f64::from(RATE))
    };
    if length.is_zero() { Err(audio::Error::Empty.into()) } else { Ok(length) }
}

pub(super) fn file_missing(name: &str) -> AppError {
    AppError::new(
        Code::FileMissing,
        format!("“{name}” isn't where it was kept."),
        "Bring its file back into the library's folder, then try again. Nothing was sent.",
    )
    .param("name", name)
}
