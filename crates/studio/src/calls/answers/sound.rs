//! Speech, transcripts, voices and music.

use serde::{Deserialize, Serialize};
use store::MediaKind;
use venice::{
    audio::{
        ClonedVoice, CompleteAudio, CreateClonedVoice, CreateSpeech, CreateTranscription, QueueAudio,
        QueuedAudio, QuoteAudio, RetrieveAudio, RetrievedAudio, Sound, Transcription,
    },
    models::Model,
    queue::{Completion as Completed, Progress, Quote},
};

use super::shown;
use crate::{
    calls::{Callable, Completion, ResultFile, view::Made},
    pricing::{self, Price},
};

/// What is spoken without a model is spoken by this one.
const DEFAULT_SPEAKER: &str = "tts-kokoro";

/// How far work is, or what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Retrieved {
    /// It isn't done.
    Waiting(Progress),
    /// It is done, and its file is in the library.
    Made(Made),
    /// It is done, but its file can't be fetched: its address was told when it was queued, and isn't known here.
    Elsewhere(Progress),
}

fn sound(sound: Sound) -> (Made, Vec<ResultFile>) {
    let file = ResultFile {
        kind: MediaKind::Sound,
        mime: sound.format.media_type(),
        extension: sound.format.as_str().to_owned(),
        bytes: sound.bytes,
    };
    (Made { content_type: file.mime.clone(), bytes: file.bytes.len() as u64 }, vec![file])
}

impl Callable for CreateSpeech {
    type View = Made;

    fn part(&self, answer: Sound) -> (Made, Vec<ResultFile>) {
        sound(answer)
    }

    fn price(&self, models: &[Model]) -> Price {
        let model = self.model.as_deref().unwrap_or(DEFAULT_SPEAKER);
        Price::known(pricing::words::speech(models, model, self.input.chars().count() as u64))
    }

    fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    fn words(&self) -> Option<&str> {
        Some(&self.input)
    }
}

impl Callable for CreateTranscription {
    type View = Transcription;

    fn part(&self, answer: Transcription) -> (Transcription, Vec<ResultFile>) {
        (answer, Vec::new())
    }

    fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }
}

impl Callable for CreateClonedVoice {
    type View = ClonedVoice;

    fn part(&self, answer: ClonedVoice) -> (ClonedVoice, Vec<ResultFile>) {
        (answer, Vec::new())
    }

    fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }
}

impl Callable for QueueAudio {
    type View = QueuedAudio;

    fn part(&self, answer: QueuedAudio) -> (QueuedAudio, Vec<ResultFile>) {
        (answer, Vec::new())
    }

    fn model(&self) -> Option<&str> {
        Some(&self.model)
    }

    fn words(&self) -> Option<&str> {
        Some(&self.prompt)
    }
}

impl Callable for RetrieveAudio {
    type View = Retrieved;

    fn keep_first(mut self) -> (Self, Option<Completion>) {
        let wished = self.delete_media_on_completion.take() == Some(true);
        let complete = wished.then(|| Completion::Audio(CompleteAudio::new(&self.model, &self.queue_id)));
        (self, complete)
    }

    fn part(&self, answer: RetrievedAudio) -> (Retrieved, Vec<ResultFile>) {
        match answer {
            RetrievedAudio::Waiting(progress) => (Retrieved::Waiting(progress), Vec::new()),
            RetrievedAudio::File(file) => {
                let (made, files) = sound(file);
                (Retrieved::Made(made), files)
            }
        }
    }
}

shown! {
    QuoteAudio => Quote,
    CompleteAudio => Completed,
}
