//! What comes of the answer to a piece: an item, where the text is one piece; else a file beside the others.

use std::{io::Write, path::Path, time::Duration};

use bytes::Bytes;
use store::{Certainty, Cost, Job, MediaKind, NewItem, Origin, Reading};
use venice::audio::Sound;

use super::{SpeechRequest, job::Spoken};
use crate::{
    AppError, Result, Studio,
    error::Code,
    jobs::{Kept, Sent},
    library::KeptReceipt,
    recipe::Recipe,
    voice::recorder::Marker,
};

/// So many characters of a text are an item's words, to be found by; its recipe has all of it.
const WORDS: usize = 4_000;

/// What a file of sound comes to.
struct Examined {
    length: Duration,
    is_cut_off: bool,
}

impl Studio {
    /// Keeps what was spoken. What is kept already stays the one it is.
    pub(crate) async fn keep_speech(&self, job: &Job, sent: Sent, took_ms: u64) -> Result<Kept> {
        let spoken = Spoken::of(job)?;
        let content_type = sent.content_type.clone();
        let sound = Sound::from_body(content_type.as_deref(), sent.bytes)
            .map_err(|_| no_sound(content_type.as_deref()))?;
        let part = self.inner.store.jobs().work_file(job.id);
        let examining = tokio::task::spawn_blocking(move || examine(&part));
        let examined = match examining.await.map_err(AppError::internal)? {
            Ok(examined) => examined,
            Err(error @ (audio::Error::File { .. } | audio::Error::DiskFull)) => return Err(error.into()),
            Err(_) => return Err(no_sound(content_type.as_deref())),
        };
        let handle = spoken.call.voice.clone();
        let kept = if spoken.of > 1 {
            if examined.is_cut_off {
                // Joined, it would leave a hole that nobody sees.
                return Err(cut_off());
            }
            self.keep_piece(&spoken, &sound).await?
        } else {
            let receipt = KeptReceipt {
                answer_id: sent.receipt.answer_id.clone(),
                cf_ray: sent.receipt.cf_ray.clone(),
                model: sent.receipt.model.id.clone(),
                took_ms: Some(took_ms),
                estimate: job.estimate,
                ..KeptReceipt::default()
            };
            self.keep_whole(job, &spoken, sound, &examined, receipt).await?
        };
        if let Some(handle) = handle {
            // An answer may wait on disk for days: it was used when it was asked for.
            let used = job.sent_at.unwrap_or(job.created_at);
            self.store(move |store| store.clones().used(&handle, used)).await?;
        }
        Ok(kept)
    }

    /// Puts the sound of a piece on disk, and only then says that it is there.
    async fn keep_piece(&self, spoken: &Spoken, sound: &Sound) -> Result<Kept> {
        let (reading, piece) = (spoken.reading, spoken.piece);
        let folder = self.reading_folder(reading);
        let name = format!("{:04}.{}", piece + 1, sound.format.as_str());
        let bytes = sound.bytes.clone();
        self.store(move |store| {
            let pieces = store.readings().pieces(reading)?;
            let is_here = pieces.get(piece as usize).is_some_and(|kept| kept.file.is_some());
            if is_here {
                return Ok(());
            }
            write_piece(&folder, &name, &bytes)?;
            store.readings().keep_piece(reading, piece, &name)?;
            Ok(())
        })
        .await?;
        Ok(Kept::default())
    }

    /// A text of one piece: what came is the item.
    async fn keep_whole(
        &self,
        job: &Job,
        spoken: &Spoken,
        sound: Sound,
        examined: &Examined,
        receipt: KeptReceipt,
    ) -> Result<Kept> {
        let answer_id = receipt.answer_id.clone();
        let (id, job) = (spoken.reading, job.clone());
        let length = examined.length;
        self.store(move |store| {
            let reading = store.readings().get(id)?;
            let pieces = store.readings().pieces(id)?;
            let chapters: Vec<Marker> = pieces
                .into_iter()
                .filter_map(|piece| Some(Marker { at_ms: 0, label: piece.chapter? }))
                .collect();
            let cost = Cost {
                money: job.estimate,
                certainty: if job.estimate.is_some() { Certainty::Estimate } else { Certainty::Unknown },
                pretend: job.pretend,
            };
            let new = NewItem {
                format: Some((sound.format.media_type(), sound.format.as_str().to_owned())),
                ..new_item(&reading, &job, length, cost, &receipt, &chapters)
            };
            let item = store.keep(sound.bytes.to_vec(), new)?;
            let chapters = (!chapters.is_empty()).then(|| serde_json::to_value(&chapters).ok()).flatten();
            store.readings().finish(id, item.id, chapters)
        })
        .await?;
        Ok(Kept { answer_id, problem: examined.is_cut_off.then(cut_off), ..Kept::default() })
    }

    /// Where the pieces of a reading wait for each other.
    pub(super) fn reading_folder(&self, reading: store::ReadingId) -> std::path::PathBuf {
        self.inner.home.join("readings").join(reading.to_string())
    }
}

/// What an item of speech has, whatever its format.
pub(super) fn new_item(
    reading: &Reading,
    job: &Job,
    length: Duration,
    cost: Cost,
    receipt: &KeptReceipt,
    chapters: &[Marker],
) -> NewItem {
    let request: SpeechRequest = serde_json::from_value(reading.request.clone()).unwrap_or_default();
    let words = match request.text.char_indices().nth(WORDS) {
        Some((end, _)) => request.text[..end].to_owned(),
        None => request.text.clone(),
    };
    NewItem {
        kind: MediaKind::Sound,
        prompt: Some(words),
        model: job.model.clone().or_else(|| receipt.model.clone()),
        duration_ms: u64::try_from(length.as_millis()).ok(),
        cost,
        account: Some(reading.account.clone()),
        job: Some(job.id),
        recipe: serde_json::to_value(Recipe::of_speech(&request, chapters)).ok(),
        receipt: serde_json::to_value(receipt).ok(),
        ..NewItem::new(Origin::Made, &reading.title)
    }
}

/// Hears a file to its end: only what can be decoded is sound.
fn examine(path: &Path) -> audio::Result<Examined> {
    let mut rate = 0;
    let outcome = audio::decode::decode(path, Duration::ZERO, |layout, _| {
        rate = layout.rate;
        true
    })?;
    if outcome.frames == 0 || rate == 0 {
        return Err(audio::Error::Empty);
    }
    let length = Duration::from_secs_f64(outcome.frames as f64 / f64::from(rate));
    Ok(Examined { length, is_cut_off: outcome.is_cut_off })
}

/// How long a file of sound is.
pub(super) fn length_of(path: &Path) -> Option<Duration> {
    examine(path).ok().map(|examined| examined.length)
}

/// Written aside, synced, and then put in its place: it is there whole or not at all.
fn write_piece(folder: &Path, name: &str, bytes: &Bytes) -> store::Result<()> {
    let at = |error| store::Error::file(folder, error);
    std::fs::create_dir_all(folder).map_err(at)?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(at)?;
    file.write_all(bytes).map_err(at)?;
    file.as_file().sync_all().map_err(at)?;
    file.persist(folder.join(name)).map_err(|error| at(error.error))?;
    let sync = |folder: &Path| std::fs::File::open(folder).and_then(|folder| folder.sync_all());
    sync(folder).and_then(|()| folder.parent().map_or(Ok(()), sync)).map_err(at)
}

fn no_sound(content_type: Option<&str>) -> AppError {
    AppError::new(
        Code::AnswerUnreadable,
        "The answer arrived, but there is no sound in it that can be heard.",
        "It was most likely charged. What arrived is kept in the work folder; Venice's support can look the request up.",
    )
    .param("content_type", content_type.unwrap_or("—"))
}

fn cut_off() -> AppError {
    AppError::new(
        Code::CutOff,
        "The sound that came ends in the middle.",
        "It was most likely charged. What arrived is kept.",
    )
}
