//! Sounds of the library: their waveform, their marked places, parts of them, and taking them out in another coding.

mod export;
mod measure;
mod stop;
mod trim;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use store::{Item, MediaKind};

pub(crate) use measure::Sounds;

use super::recorder::Marker;
use crate::{
    AppError, Result, Studio,
    error::{Code, not_sound},
    library::{missing, parse, view::ItemView, view_of},
};

/// What is known of a sound or of the sound of a film, beside what every item has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SoundView {
    /// The item.
    pub item: ItemView,
    /// Its length in milliseconds, by its samples where they were counted.
    pub length_ms: u64,
    /// Frames a second.
    pub rate: u32,
    /// Channels.
    pub channels: u16,
    /// The coding by its common name, such as `FLAC`.
    pub codec: String,
    /// It ends in the middle, or parts of it can't be read.
    pub is_damaged: bool,
    /// Places that were marked, in order.
    pub markers: Vec<Marker>,
    /// Chapters, where it was made of several parts.
    pub chapters: Vec<Marker>,
    /// The transcripts made of it, the last first.
    pub transcripts: Vec<String>,
}

/// What a sound is taken out as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum SoundFormat {
    /// WAV, 24 bits.
    Wav,
    /// FLAC, 24 bits: as good as WAV, half the size.
    Flac,
    /// Opus, 96 kbit/s and channel.
    Opus,
}

/// A sound and its file.
#[derive(Clone)]
struct Source {
    item: Item,
    path: PathBuf,
    markers: Vec<Marker>,
}

/// How many transcripts of one sound are told of.
const MOST_TRANSCRIPTS: u32 = 100;

impl Studio {
    /// A sound. What isn't counted yet is counted behind; then the item is told to have changed.
    pub async fn sound(&self, id: String) -> Result<SoundView> {
        let source = self.source_of_sound(&id).await?;
        let path = source.path.clone();
        let probe = tokio::task::spawn_blocking(move || audio::decode::probe(&path));
        let named = |error| AppError::from(error).param("name", &source.item.title);
        let probe = probe.await.map_err(AppError::internal)?.map_err(named)?;
        let measured = match self.kept_measure(&source.item).await {
            Some(measured) => {
                if !measured.is_counted() {
                    self.count_behind(source.clone());
                }
                Some(measured)
            }
            // Without a length there is nothing to show it on.
            None if probe.length.is_none() => Some(self.measure_sound(&source).await?),
            None => {
                self.measure_behind(source.clone());
                None
            }
        };
        let length = measured.as_ref().map(|measured| measured.length_ms(probe.length));
        let told = probe.length.map(measure::milliseconds);
        let transcripts = self.transcripts(None, Some(id), false, None, MOST_TRANSCRIPTS).await;
        let transcripts = transcripts.map(|page| page.transcripts).unwrap_or_default();
        Ok(SoundView {
            item: view_of(&source.item),
            length_ms: length.or(told).unwrap_or_default(),
            rate: probe.layout.rate,
            channels: probe.layout.channels,
            codec: probe.codec.to_owned(),
            is_damaged: measured.is_some_and(|measured| measured.is_damaged()),
            chapters: chapters_of(&source.item),
            markers: source.markers,
            transcripts: transcripts.into_iter().map(|transcript| transcript.id).collect(),
        })
    }

    /// The waveform of a part of a sound in `count` stretches, as pairs of lowest and highest from -127 to 127; for the media
    /// server. It is worked out once and kept beside the thumbnails.
    pub async fn sound_peaks(&self, id: &str, from_ms: u64, to_ms: u64, count: u32) -> Result<Vec<u8>> {
        let source = self.source_of_sound(id).await?;
        let measured = match self.kept_measure(&source.item).await {
            Some(measured) => measured,
            None => self.measure_sound(&source).await?,
        };
        Ok(measured.peaks(from_ms, to_ms, count))
    }

    /// Replaces the marked places of a sound. They are kept in its sidecar too.
    pub async fn set_markers(&self, id: String, markers: Vec<Marker>) -> Result<SoundView> {
        let item = self.source_of_sound(&id).await?.item.id;
        self.store(move |store| store.library().set_markers(item, markers)).await?;
        self.sound(id).await
    }

    async fn source_of_sound(&self, id: &str) -> Result<Source> {
        let id = parse(id)?;
        let source = self.store(move |store| {
            let item = store.library().get(id)?;
            let path = store.media_path(&item.file.path);
            Ok(Source { markers: store.library().markers(id)?, item, path })
        });
        let source = source.await?;
        if source.item.kind == MediaKind::Picture {
            return Err(not_sound("it is a picture").param("name", &source.item.title));
        }
        if !tokio::fs::try_exists(&source.path).await.unwrap_or(false) {
            // The file may be where it was, and all of the library somewhere else.
            self.ensure_library().await?;
            return Err(missing(&source.path));
        }
        Ok(source)
    }
}

/// The chapters that its making wrote down.
fn chapters_of(item: &Item) -> Vec<Marker> {
    let chapters = item.recipe.as_ref().and_then(|recipe| recipe.get("chapters"));
    chapters.and_then(|chapters| serde_json::from_value(chapters.clone()).ok()).unwrap_or_default()
}

/// What is written into a file beside its samples.
fn tags_of(item: &Item) -> audio::encode::Tags {
    let chapters = chapters_of(item).into_iter().map(|chapter| audio::encode::Chapter {
        start: std::time::Duration::from_millis(chapter.at_ms),
        title: chapter.label,
    });
    audio::encode::Tags { title: Some(item.title.clone()), chapters: chapters.collect() }
}

fn invalid(field: &str, reason: &str, hint: &str) -> AppError {
    AppError::new(Code::FieldInvalid, reason, hint).param("field", field).param("reason", reason)
}
