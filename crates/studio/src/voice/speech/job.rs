//! The job that speaks one piece.

use serde::{Deserialize, Serialize};
use store::{Job, ReadingId};
use venice::audio::{AudioFormat, CreateSpeech};

use super::{SpeechRequest, live::Live};
use crate::{AppError, Result, voice::models::SpeechModel};

/// The word for jobs that speak.
pub(crate) const KIND: &str = "speak";

/// A piece of a reading as its job keeps it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Spoken {
    /// The reading.
    pub reading: ReadingId,
    /// Which of its pieces, from 0.
    pub piece: u32,
    /// How many there are.
    pub of: u32,
    /// What is sent.
    pub call: CreateSpeech,
}

impl Spoken {
    /// What a job speaks.
    pub(crate) fn of(job: &Job) -> Result<Self> {
        serde_json::from_value(job.request.clone()).map_err(|_| AppError::not_found("request"))
    }
}

/// The request for a text, in the words of its model.
pub(super) fn call_of(text: &str, request: &SpeechRequest, model: &SpeechModel) -> CreateSpeech {
    let mut call = CreateSpeech::new(text).model(&*model.id);
    let voice = request.voice.clone().or_else(|| model.default_voice.clone());
    call.voice = voice;
    call.response_format = format_of(request, model);
    call.speed = request.speed;
    call.prompt = filled(request.style.as_ref());
    call.language = filled(request.language.as_ref());
    call.temperature = request.temperature;
    call.top_p = request.top_p;
    // Where a file's head tells how long it is, or its parts hang together, it can't be sent in parts.
    let grows = call.response_format.as_ref().is_some_and(Live::plays);
    call.streaming = (model.streams && grows).then_some(true);
    call
}

/// The chosen format; where none is chosen one that plays while it comes, else the model's own.
fn format_of(request: &SpeechRequest, model: &SpeechModel) -> Option<AudioFormat> {
    let chosen = request.format.clone().filter(|format| !format.is_empty());
    let growing = || {
        let own = model.formats.first().filter(|own| Live::plays(&AudioFormat::from(own.as_str())));
        let listed =
            || ["mp3", "wav"].iter().find_map(|format| model.formats.iter().find(|known| known == format));
        own.or_else(listed).or(model.formats.first()).cloned()
    };
    chosen.or_else(growing).map(|format| AudioFormat::from(format.as_str()))
}

/// A text with something in it.
pub(super) fn filled(text: Option<&String>) -> Option<String> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}
