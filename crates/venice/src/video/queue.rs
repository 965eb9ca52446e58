use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::inputs::Inputs;
use super::{Keyframe, ReferenceTask, VideoConsents, VideoElement, check_factor};
use crate::call::Call;
use crate::client::Client;
use crate::errors::{Error, Result};
use crate::file::FileInput;
use crate::lenient;
use crate::operation::{Operation, QUEUE_VIDEO};
use crate::receipt::{Answer, Receipt};
use crate::request::{Request, debug_without_words, setters};

/// Asks for a film to be made.
///
/// Which fields a model takes, and which values, is told by its [`Constraints`](crate::models::Constraints); a field it
/// doesn't take is refused. Files are sent inside the JSON as data URLs; those on disk are read while they are sent.
///
/// For an enlargement give `video_url` and `upscale_factor`, a short prompt, and as `duration` one of the model's own,
/// else `auto`.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct QueueVideo {
    /// The model's id.
    #[cfg_attr(feature = "schema", schemars(extend("x-model" = "video")))]
    pub model: String,
    /// What to make; most models take 2500 characters, some 20000.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 20000), extend("x-multiline" = true)))]
    pub prompt: String,
    /// How long it is to be (`5s`), one of the model's own.
    #[cfg_attr(feature = "schema", schemars(extend("x-known" = super::DURATIONS)))]
    pub duration: String,
    /// What not to make.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(length(max = 20000), extend("x-multiline" = true)))]
    pub negative_prompt: Option<String>,
    /// Width to height (`16:9`), for models that can be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("x-known" = super::ASPECT_RATIOS)))]
    pub aspect_ratio: Option<String>,
    /// A tier of size (`1080p`), for models that can be told; not for enlargements.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("x-known" = super::RESOLUTIONS)))]
    pub resolution: Option<String>,
    /// For enlargements: 1 (better, not larger), 2 or 4 times the width and height. Venice's default is 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("enum" = super::UPSCALE_FACTORS)))]
    pub upscale_factor: Option<u8>,
    /// Whether it is to have sound, for models that can be told. Venice's default is sound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio: Option<bool>,
    /// The picture to begin with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("x-file" = "image")))]
    pub image_url: Option<FileInput>,
    /// The picture to end with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("x-file" = "image")))]
    pub end_image_url: Option<FileInput>,
    /// The music: WAV or MP3, at most 30 seconds and 15 MB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("x-file" = "audio")))]
    pub audio_url: Option<FileInput>,
    /// The film to change or to enlarge: MP4, MOV or WEBM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(extend("x-file" = "video")))]
    pub video_url: Option<FileInput>,
    /// Pictures of people, things or a style to keep to, at most 30.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(length(max = 30), extend("x-file" = "image")))]
    pub reference_image_urls: Vec<FileInput>,
    /// Films whose movement and style to keep to, at most 10: MP4 or MOV, 2 to 15 seconds and at most 50 MB each, 15
    /// seconds in all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(length(max = 10), extend("x-file" = "video")))]
    pub reference_video_urls: Vec<FileInput>,
    /// Voices or sounds to keep to, at most 10: WAV or MP3, 2 to 15 seconds each, 15 in all; beside a picture or a film.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(length(max = 10), extend("x-file" = "audio")))]
    pub reference_audio_urls: Vec<FileInput>,
    /// A document or a web page to keep to, at most 1 and 100 MB.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(length(max = 1), extend("x-file" = "document")))]
    pub reference_document_urls: Vec<FileInput>,
    /// What is to become of the films referred to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub omni_reference_task_type: Option<ReferenceTask>,
    /// Characters and objects, at most 4; the prompt calls them `@Element1` and so on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(length(max = 4)))]
    pub elements: Vec<VideoElement>,
    /// Pictures of scenes, at most 4; the prompt calls them `@Image1` and so on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(length(max = 4), extend("x-file" = "image")))]
    pub scene_image_urls: Vec<FileInput>,
    /// Pictures at places in the film, at most 10.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schemars(length(max = 10)))]
    pub keyframes: Vec<Keyframe>,
    /// What the user agreed to, where Venice asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consents: Option<VideoConsents>,
}

debug_without_words!(QueueVideo {
    model,
    duration,
    aspect_ratio,
    resolution,
    upscale_factor,
    audio,
    image_url,
    video_url,
    consents
});

impl QueueVideo {
    /// Asks for a film.
    pub fn new(model: impl Into<String>, prompt: impl Into<String>, duration: impl Into<String>) -> Self {
        Self {
            model: model.into(),
            prompt: prompt.into(),
            duration: duration.into(),
            negative_prompt: None,
            aspect_ratio: None,
            resolution: None,
            upscale_factor: None,
            audio: None,
            image_url: None,
            end_image_url: None,
            audio_url: None,
            video_url: None,
            reference_image_urls: Vec::new(),
            reference_video_urls: Vec::new(),
            reference_audio_urls: Vec::new(),
            reference_document_urls: Vec::new(),
            omni_reference_task_type: None,
            elements: Vec::new(),
            scene_image_urls: Vec::new(),
            keyframes: Vec::new(),
            consents: None,
        }
    }

    setters! {
        /// What not to make.
        negative_prompt: String;
        /// Width to height, such as `16:9`.
        aspect_ratio: String;
        /// A tier of size, such as `1080p`.
        resolution: String;
        /// By how much to enlarge: 1, 2 or 4.
        upscale_factor: u8;
        /// Whether it is to have sound.
        audio: bool;
        /// The picture to begin with.
        image_url: FileInput;
        /// The picture to end with.
        end_image_url: FileInput;
        /// The music.
        audio_url: FileInput;
        /// The film to change or to enlarge.
        video_url: FileInput;
        /// What is to become of the films referred to.
        omni_reference_task_type: ReferenceTask;
        /// What the user agreed to.
        consents: VideoConsents;
    }

    fn check(&self) -> Result<()> {
        let inputs = Inputs(&QUEUE_VIDEO);
        check_factor(self.upscale_factor, &QUEUE_VIDEO)?;
        inputs.pictures("image_url", &self.image_url)?;
        inputs.pictures("end_image_url", &self.end_image_url)?;
        inputs.sounds("audio_url", &self.audio_url)?;
        inputs.films("video_url", &self.video_url)?;
        inputs.pictures("reference_image_urls", &self.reference_image_urls)?;
        inputs.references("reference_video_urls", &self.reference_video_urls)?;
        inputs.films("reference_audio_urls", &self.reference_audio_urls)?;
        inputs.documents("reference_document_urls", &self.reference_document_urls)?;
        inputs.pictures("scene_image_urls", &self.scene_image_urls)?;
        inputs.pictures("keyframes", self.keyframes.iter().map(|keyframe| &keyframe.image_url))?;
        for element in &self.elements {
            inputs.pictures("elements", &element.frontal_image_url)?;
            inputs.pictures("elements", &element.reference_image_urls)?;
            inputs.films("elements", &element.video_url)?;
        }
        self.consents.map_or(Ok(()), |consents| consents.check(&QUEUE_VIDEO))
    }
}

/// A film that is being made: what [`RetrieveVideo`](super::RetrieveVideo) asks for. To be saved at once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[non_exhaustive]
pub struct QueuedVideo {
    /// Its id in the queue.
    pub queue_id: String,
    /// The model that makes it.
    #[serde(default, deserialize_with = "lenient::field")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub model: Option<String>,
    /// Where the film will be once it is done, for [`Client::download`]; told by some models, and never again. It is
    /// good for a day, and whoever knows it can fetch the film. Never shown by `Debug`.
    #[serde(default, deserialize_with = "lenient::field", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "specta", specta(type = Option<String>))]
    pub download_url: Option<String>,
}

impl fmt::Debug for QueuedVideo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueuedVideo")
            .field("queue_id", &self.queue_id)
            .field("model", &self.model)
            .field("has_download_url", &self.download_url.is_some())
            .finish()
    }
}

impl Request for QueueVideo {
    type Answer = QueuedVideo;

    const OPERATION: Operation = QUEUE_VIDEO;

    fn call(&self) -> Result<Call> {
        self.check()?;
        Call::json(QUEUE_VIDEO, self)
    }

    fn read(_: &Receipt, content_type: Option<&str>, body: Bytes) -> Result<QueuedVideo> {
        serde_json::from_slice(&body).map_err(|_| Error::unexpected("no id of the queue", content_type))
    }

    fn answer_id(answer: &QueuedVideo) -> Option<&str> {
        Some(&answer.queue_id)
    }
}

impl Client {
    /// Has a film made. It is charged for here.
    ///
    /// Where a picture shows a face, some models want the user's consent first: a 409 whose
    /// [`ApiError::consent`](crate::ApiError::consent) says to what. Nothing is charged then; the same request is sent
    /// again with [`QueueVideo::consents`].
    ///
    /// See <https://docs.venice.ai/api-reference/endpoint/video/queue>.
    pub async fn queue_video(&self, request: &QueueVideo) -> Result<Answer<QueuedVideo>> {
        self.send(request).await
    }
}
