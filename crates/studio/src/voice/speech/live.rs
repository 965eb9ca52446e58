//! Speech that is heard while it comes: what is here so far, and then what comes. A piece that was quicker than its listener is
//! heard from its file.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;
use store::JobId;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use venice::audio::AudioFormat;

use super::job::{KIND, Spoken};
use crate::{
    AppError, Result, Studio,
    jobs::{Hearing, Listened},
};

/// So much of one answer is held for those who listen later: far more than the longest request is spoken in. The listeners
/// share it.
const MOST_BYTES: usize = 32 << 20;

/// What came of an answer, and who listens.
pub(super) struct Live {
    /// The format that was asked for.
    asked: Option<AudioFormat>,
    heard: Mutex<Heard>,
}

#[derive(Default)]
struct Heard {
    pieces: Vec<Bytes>,
    length: usize,
    listeners: Vec<UnboundedSender<Bytes>>,
}

impl Live {
    pub(super) fn new(asked: Option<AudioFormat>) -> Self {
        Self { asked, heard: Mutex::default() }
    }

    /// A format that plays while it grows.
    pub(super) fn plays(format: &AudioFormat) -> bool {
        matches!(format, AudioFormat::Mp3 | AudioFormat::Wav)
    }
}

impl Hearing for Live {
    fn hear(&self, bytes: &[u8]) {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        if heard.length + bytes.len() > MOST_BYTES {
            // They have heard so much; all of it is on disk.
            heard.pieces = Vec::new();
            heard.listeners = Vec::new();
            heard.length = MOST_BYTES;
            return;
        }
        let bytes = Bytes::copy_from_slice(bytes);
        heard.length += bytes.len();
        heard.listeners.retain(|listener| listener.send(bytes.clone()).is_ok());
        heard.pieces.push(bytes);
    }

    fn listen(&self) -> Option<Listened> {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        if heard.length >= MOST_BYTES {
            return None;
        }
        let told = heard.pieces.first().and_then(|first| AudioFormat::of(first));
        let format = told.or_else(|| self.asked.clone()).filter(Self::plays)?;
        let (listener, listened) = unbounded_channel();
        for piece in &heard.pieces {
            // The other end is in our hand.
            let _ = listener.send(piece.clone());
        }
        heard.listeners.push(listener);
        Some((format.media_type(), listened))
    }
}

impl Studio {
    /// The bytes of a running job's answer as they come, for the media server: their media type, and a channel of pieces. None when
    /// it isn't running, and for sound that only plays once it is whole.
    pub fn live_sound(&self, job: &str) -> Option<(String, UnboundedReceiver<Bytes>)> {
        self.inner.running.listen(job.parse().ok()?)
    }

    /// The sound of a piece that is here and waits for the others of its text: its file, and its media type.
    ///
    /// # Errors
    /// `not_found` where it isn't here, or not any more: then the whole is.
    pub async fn piece_sound(&self, job: &str) -> Result<(PathBuf, String)> {
        let id: JobId = job.parse().map_err(|_| AppError::not_found("job"))?;
        let job = self.store(move |store| store.jobs().get(id)).await?;
        if job.kind != KIND {
            return Err(AppError::not_found("piece"));
        }
        let Spoken { reading, piece, .. } = Spoken::of(&job)?;
        let pieces = self.store(move |store| store.readings().pieces(reading)).await?;
        let file = pieces.into_iter().nth(piece as usize).and_then(|piece| piece.file);
        let file = file.ok_or_else(|| AppError::not_found("piece"))?;
        let extension = Path::new(&file).extension().unwrap_or_default().to_string_lossy().into_owned();
        let mime = AudioFormat::from(extension.as_str()).media_type();
        let path = self.reading_folder(reading).join(file);
        // They go when the whole is made of them.
        let is_here = tokio::fs::try_exists(&path).await.unwrap_or(false);
        if is_here { Ok((path, mime)) } else { Err(AppError::not_found("piece")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drained(listened: &mut UnboundedReceiver<Bytes>) -> Vec<u8> {
        let mut all = Vec::new();
        while let Ok(piece) = listened.try_recv() {
            all.extend_from_slice(&piece);
        }
        all
    }

    #[test]
    fn who_comes_late_hears_all_of_it() {
        let live = Live::new(Some(AudioFormat::Mp3));
        let (mime, mut early) = live.listen().unwrap();
        assert_eq!(mime, "audio/mpeg");
        live.hear(b"\xff\xfb\x90\x64");
        live.hear(b"one");
        let (_, mut late) = live.listen().unwrap();
        live.hear(b"two");
        assert_eq!(drained(&mut early), b"\xff\xfb\x90\x64onetwo");
        assert_eq!(drained(&mut late), b"\xff\xfb\x90\x64onetwo");
        drop(live);
        assert!(early.blocking_recv().is_none(), "it has an end");
    }

    #[test]
    fn what_comes_tells_its_format_and_only_what_grows_is_played() {
        let live = Live::new(None);
        assert!(live.listen().is_none(), "nobody knows yet");
        live.hear(b"RIFF\xff\xff\xff\xffWAVEfmt ");
        assert_eq!(live.listen().unwrap().0, "audio/wav");
        assert!(Live::new(Some(AudioFormat::Flac)).listen().is_none());
    }

    #[test]
    fn memory_has_an_end() {
        let live = Live::new(Some(AudioFormat::Mp3));
        let (_, mut listened) = live.listen().unwrap();
        live.hear(&vec![0xff; MOST_BYTES]);
        live.hear(b"more");
        assert_eq!(listened.blocking_recv().map(|piece| piece.len()), Some(MOST_BYTES));
        assert!(listened.blocking_recv().is_none());
        assert!(live.listen().is_none());
    }
}
