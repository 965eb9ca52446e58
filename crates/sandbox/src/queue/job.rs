//! A job: what was ordered, of whom, and what becomes of it.

use base64::{Engine, engine::general_purpose::STANDARD};
use image::RgbImage;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    film::{self, Script},
    music::{self, Wish},
    refusal::Refusal,
    sound_files::SoundFormat,
    voice::{self, Manner},
};

/// What becomes of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fate {
    Good,
    /// The provider turns it down when it is looked at.
    Refused,
    /// It breaks down.
    Failed,
}

impl Fate {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// A film as it was ordered.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct FilmOrder {
    pub(crate) prompt: String,
    pub(crate) negative_prompt: String,
    pub(crate) seed: u64,
    pub(crate) seconds: f64,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) sound: bool,
    /// Pictures as JPEG files in base64.
    pub(crate) first: Option<String>,
    pub(crate) last: Option<String>,
}

/// What kind of sound is made.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MusicKind {
    Piece,
    Noise,
    Speech { voice: String, speed: f32 },
}

/// Music as it was ordered.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct MusicOrder {
    pub(crate) prompt: String,
    pub(crate) lyrics: String,
    pub(crate) seconds: f64,
    pub(crate) seed: u64,
    pub(crate) loops: bool,
    pub(crate) kind: MusicKind,
    pub(crate) format: String,
}

/// What was ordered.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Order {
    Film(FilmOrder),
    Music(MusicOrder),
}

/// A job. What was ordered is not shown by its `Debug`.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) model: String,
    /// The wallet that it belongs to; none: the account.
    pub(crate) wallet: Option<String>,
    pub(crate) queued: Timestamp,
    pub(crate) ready: Timestamp,
    pub(crate) order: Order,
    pub(crate) fate: Fate,
    /// What its link ends in, where it is fetched by one.
    pub(crate) token: Option<String>,
    /// How long such work takes, in milliseconds.
    pub(crate) average: u64,
}

impl std::fmt::Debug for Job {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Job")
            .field("id", &self.id)
            .field("model", &self.model)
            .field("ready", &self.ready)
            .finish_non_exhaustive()
    }
}

impl Job {
    pub(crate) fn is_film(&self) -> bool {
        matches!(self.order, Order::Film(_))
    }

    /// What the finished file is.
    pub(crate) fn content_type(&self) -> &'static str {
        match &self.order {
            Order::Film(_) => "video/mp4",
            Order::Music(order) => format_of(order).content_type(),
        }
    }

    /// Makes the file: always the same of the same job.
    pub(super) fn make(&self) -> Result<Vec<u8>, Refusal> {
        let broken = |error: String| {
            tracing::error!(%error, "a job can't be done");
            Refusal::broken("INFERENCE_FAILED", "Inference processing failed")
        };
        match &self.order {
            Order::Film(order) => {
                film::shoot(&order.script(&self.model)).map_err(|error| broken(error.to_string()))
            }
            Order::Music(order) => {
                format_of(order).write(&order.sound()).map_err(|error| broken(error.to_string()))
            }
        }
    }
}

fn format_of(order: &MusicOrder) -> SoundFormat {
    SoundFormat::of(&order.format).unwrap_or(SoundFormat::Mp3)
}

impl MusicOrder {
    fn sound(&self) -> crate::sound_files::Sound {
        let wish = Wish {
            prompt: &self.prompt,
            lyrics: &self.lyrics,
            seconds: self.seconds,
            seed: self.seed,
            loops: self.loops,
        };
        match &self.kind {
            MusicKind::Piece => music::compose(&wish),
            MusicKind::Noise => music::noise(&wish),
            MusicKind::Speech { voice, speed } => {
                let manner = Manner {
                    voice,
                    pitch: None,
                    speed: *speed,
                    style: "",
                    temperature: 1.0,
                    seed: self.seed,
                };
                voice::speak(&self.prompt, &manner).sound
            }
        }
    }
}

impl FilmOrder {
    fn script(&self, model: &str) -> Script {
        Script {
            prompt: self.prompt.clone(),
            negative_prompt: self.negative_prompt.clone(),
            model: model.to_owned(),
            seed: self.seed,
            seconds: self.seconds,
            width: self.width,
            height: self.height,
            sound: self.sound,
            first: self.first.as_deref().and_then(unpacked),
            last: self.last.as_deref().and_then(unpacked),
        }
    }
}

/// A picture as it is kept in an order: not larger than the film.
pub(crate) fn packed(picture: &RgbImage, most: u32) -> Option<String> {
    let small = image::DynamicImage::ImageRgb8(picture.clone());
    let small =
        if picture.width().max(picture.height()) > most { small.thumbnail(most, most) } else { small };
    let mut file = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut file, 90);
    small.into_rgb8().write_with_encoder(encoder).ok()?;
    Some(STANDARD.encode(file))
}

fn unpacked(text: &str) -> Option<RgbImage> {
    let file = STANDARD.decode(text).ok()?;
    image::load_from_memory(&file).ok().map(image::DynamicImage::into_rgb8)
}
