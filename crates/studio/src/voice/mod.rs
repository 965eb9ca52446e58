//! The Voice room: recordings, transcripts, speech.

mod agreed;
pub mod clones;
pub mod drafts;
pub mod models;
pub mod recorder;
pub mod sounds;
pub mod speech;
pub mod texts;
pub mod transcripts;
