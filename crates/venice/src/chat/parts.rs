//! What a message consists of.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::errors::{Error, Result};
use crate::file::{FileInput, bare_base64};
use crate::open_enum::open_enum;
use crate::operation::CREATE_CHAT_COMPLETION;
use crate::request::debug_without_words;

/// The most bytes Venice takes for a file of a conversation.
const LARGEST_FILE: u64 = 25 * 1024 * 1024;

/// The content of a message: one text, or parts.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Content<P> {
    /// One text.
    Text(#[cfg_attr(feature = "schema", schemars(extend("x-multiline" = true)))] String),
    /// Parts, in their order.
    Parts(Vec<P>),
}

impl<P> fmt::Debug for Content<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "a text of {} bytes", text.len()),
            Self::Parts(parts) => write!(f, "{} parts", parts.len()),
        }
    }
}

impl<P> From<&str> for Content<P> {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl<P> From<String> for Content<P> {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<P> From<Vec<P>> for Content<P> {
    fn from(parts: Vec<P>) -> Self {
        Self::Parts(parts)
    }
}

/// Marks the end of what a provider should keep for the next request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum CacheControl {
    /// For a short while.
    Ephemeral {
        /// How long, such as `1h`, where the provider offers a choice.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ttl: Option<String>,
    },
}

/// A part of a message that consists of text only.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TextPart {
    /// Text.
    Text {
        /// At least one character.
        #[cfg_attr(feature = "schema", schemars(length(min = 1), extend("x-multiline" = true)))]
        text: String,
        /// Whether a provider should keep what stands up to here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
}

impl fmt::Debug for TextPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Text { text, .. } = self;
        write!(f, "a text of {} bytes", text.len())
    }
}

impl From<&str> for TextPart {
    fn from(text: &str) -> Self {
        Self::Text { text: text.to_owned(), cache_control: None }
    }
}

/// A part of what a person says.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ContentPart {
    /// Text.
    Text {
        /// At least one character.
        #[cfg_attr(feature = "schema", schemars(length(min = 1), extend("x-multiline" = true)))]
        text: String,
        /// Whether a provider should keep what stands up to here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
    /// A picture, for models that see.
    ImageUrl {
        /// The picture.
        image_url: ImageUrl,
        /// Whether a provider should keep what stands up to here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
    /// Sound, for models that hear.
    InputAudio {
        /// The sound.
        input_audio: InputAudio,
        /// Whether a provider should keep what stands up to here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
    /// A film, for models that watch; at most three in a request.
    VideoUrl {
        /// The film.
        video_url: VideoUrl,
        /// Whether a provider should keep what stands up to here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
    /// A document, which the model reads as text.
    File {
        /// The document.
        file: Document,
        /// Whether a provider should keep what stands up to here.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cache_control: Option<CacheControl>,
    },
}

impl fmt::Debug for ContentPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { text, .. } => write!(f, "a text of {} bytes", text.len()),
            Self::ImageUrl { image_url, .. } => image_url.fmt(f),
            Self::InputAudio { input_audio, .. } => input_audio.fmt(f),
            Self::VideoUrl { video_url, .. } => video_url.fmt(f),
            Self::File { file, .. } => file.fmt(f),
        }
    }
}

/// A picture of a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImageUrl {
    /// The picture, at least 64 pixels wide and high.
    #[cfg_attr(feature = "schema", schemars(extend("x-file" = "image")))]
    pub url: FileInput,
}

/// Sound of a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InputAudio {
    /// The sound; addresses aren't taken.
    #[serde(serialize_with = "bare_base64::serialize")]
    #[cfg_attr(feature = "specta", specta(type = FileInput))]
    #[cfg_attr(feature = "schema", schemars(extend("x-file" = "audio")))]
    pub data: FileInput,
    /// Its file format. Venice's default is `wav`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<AudioFormat>,
}

/// A film of a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VideoUrl {
    /// The film (mp4, mpeg, mov or webm), or its address.
    #[cfg_attr(feature = "schema", schemars(extend("x-file" = "video")))]
    pub url: FileInput,
}

/// A document of a message.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Document {
    /// The document (PDF, EPUB, DOCX, PPTX, XLSX, text or source code), or its address; at most 25 MB.
    #[cfg_attr(feature = "schema", schemars(extend("x-file" = "document")))]
    pub file_data: FileInput,
    /// Its name, which the model is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
}

debug_without_words!(Document { file_data });

open_enum! {
    /// A file format of sound.
    pub enum AudioFormat {
        /// WAV.
        Wav = "wav",
        /// MP3.
        Mp3 = "mp3",
        /// AIFF.
        Aiff = "aiff",
        /// AAC.
        Aac = "aac",
        /// Ogg.
        Ogg = "ogg",
        /// FLAC.
        Flac = "flac",
        /// AAC in an MP4 file.
        M4a = "m4a",
        /// Samples of 16 bits.
        Pcm16 = "pcm16",
        /// Samples of 24 bits.
        Pcm24 = "pcm24",
    }
}

impl ContentPart {
    /// Text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), cache_control: None }
    }

    /// A picture.
    pub fn image(picture: FileInput) -> Self {
        Self::ImageUrl { image_url: ImageUrl { url: picture }, cache_control: None }
    }

    /// Sound.
    pub fn audio(sound: FileInput, format: AudioFormat) -> Self {
        Self::InputAudio {
            input_audio: InputAudio { data: sound, format: Some(format) },
            cache_control: None,
        }
    }

    /// A film.
    pub fn video(film: FileInput) -> Self {
        Self::VideoUrl { video_url: VideoUrl { url: film }, cache_control: None }
    }

    /// A document, under the file's own name where it has one.
    pub fn file(document: FileInput) -> Self {
        let filename = match &document {
            FileInput::Bytes { name, .. } | FileInput::Path { name, .. } => Some(name.clone()),
            FileInput::Base64(_) | FileInput::Url(_) => None,
        };
        Self::File { file: Document { file_data: document, filename }, cache_control: None }
    }

    pub(super) fn check(&self) -> Result<()> {
        let check = |field, input: &FileInput| input.check(field, LARGEST_FILE, &CREATE_CHAT_COMPLETION);
        match self {
            Self::Text { text, .. } if text.is_empty() => {
                Err(Error::invalid_input("text", "is empty").of(&CREATE_CHAT_COMPLETION))
            }
            Self::Text { .. } => Ok(()),
            Self::ImageUrl { image_url, .. } => check("image_url", &image_url.url),
            Self::InputAudio { input_audio, .. } if matches!(input_audio.data, FileInput::Url(_)) => {
                let error = Error::invalid_input("input_audio", "can't be an address here");
                Err(error.of(&CREATE_CHAT_COMPLETION))
            }
            Self::InputAudio { input_audio, .. } => check("input_audio", &input_audio.data),
            Self::VideoUrl { video_url, .. } => check("video_url", &video_url.url),
            Self::File { file, .. } => check("file", &file.file_data),
        }
    }
}
