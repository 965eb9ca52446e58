//! Transcripts: timed words of a take, a file or a film, in pieces where it is long, and what somebody makes of them.
//!
//! The sound is read and cut at silences; then all pieces are written down with their jobs and what these hold, and only then
//! is anything sent. Each piece's words go into the text where they belong by their time, whatever became of the others, and
//! whatever somebody has made of the text meanwhile.

mod address;
mod again;
mod asking;
mod attach;
mod cutting;
mod export;
mod heard;
mod keep;
mod list;
mod piece;
mod source;
mod starting;
pub mod view;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use store::TranscriptId;
use tokio::sync::watch;
pub use view::*;

use crate::{AppError, Result, Studio};

/// The word for jobs that ask what is said.
pub(crate) const KIND: &str = "transcribe";
/// What a sound is transcribed with.
const OPERATION: &str = "createTranscription";

/// What of transcripts is known in this run only.
#[derive(Default)]
pub(crate) struct Transcribing {
    /// Those whose sound is being read and cut, and how to stop that.
    preparing: Mutex<HashMap<TranscriptId, Reading>>,
    /// Held while it is settled which pieces are asked for again: the same wish, twice at once, is done once.
    asking: tokio::sync::Mutex<()>,
    /// How long sounds are, by the hashes of their files.
    lengths: Mutex<HashMap<String, Duration>>,
}

/// A sound that is being read.
struct Reading {
    stop: Arc<AtomicBool>,
    over: watch::Receiver<()>,
}

impl Transcribing {
    fn preparing(&self) -> std::sync::MutexGuard<'_, HashMap<TranscriptId, Reading>> {
        self.preparing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_preparing(&self, id: TranscriptId) -> bool {
        self.preparing().contains_key(&id)
    }

    /// Stops the reading of a transcript's sound and waits for its end; false where none is being read.
    async fn stop_preparing(&self, id: TranscriptId) -> bool {
        let over = self.preparing().get(&id).map(|reading| {
            reading.stop.store(true, Ordering::Relaxed);
            reading.over.clone()
        });
        let Some(mut over) = over else { return false };
        // Nothing is ever sent: whoever reads lets go of its end.
        while over.changed().await.is_ok() {}
        true
    }
}

/// Takes a transcript off the list of those whose sound is read, and stops the reading, also where the task was dropped.
struct Preparing {
    studio: Studio,
    id: TranscriptId,
    stop: Arc<AtomicBool>,
    _over: watch::Sender<()>,
}

impl Preparing {
    /// None where its sound is being read already.
    fn begin(studio: &Studio, id: TranscriptId) -> Option<Self> {
        let stop = Arc::<AtomicBool>::default();
        let mut preparing = studio.inner.transcribing.preparing();
        if preparing.contains_key(&id) {
            return None;
        }
        let (sender, over) = watch::channel(());
        preparing.insert(id, Reading { stop: Arc::clone(&stop), over });
        drop(preparing);
        Some(Self { studio: studio.clone(), id, stop, _over: sender })
    }
}

impl Drop for Preparing {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.studio.inner.transcribing.preparing().remove(&self.id);
    }
}

fn parse(id: &str) -> Result<TranscriptId> {
    id.parse().map_err(|_| AppError::not_found("transcript"))
}
