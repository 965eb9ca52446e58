//! Speech, transcripts, voices and music.

mod queue;
mod quote;
mod retrieve;
mod sound;
mod speech;
mod transcription;
mod voice;

pub use queue::{QueueAudio, QueuedAudio};
pub use quote::QuoteAudio;
pub use retrieve::{CompleteAudio, RetrieveAudio, RetrievedAudio};
pub use sound::{AudioFormat, Sound};
pub use speech::CreateSpeech;
pub use transcription::{
    CreateTranscription, TimedCharacter, TimedSegment, TimedWord, Timestamps, Transcription,
};
pub use voice::{ClonedVoice, CreateClonedVoice};
