//! The use cases against the sandbox.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail where it stands")]

mod adjust;
mod batches;
mod bench;
mod calls;
mod clones;
mod conversations;
mod import;
mod import_folder;
mod library;
mod money;
mod paid;
mod pictures;
mod recording;
mod recording_order;
mod recording_trouble;
mod refining;
mod scripted;
mod sounds;
mod speech;
mod speech_long;
mod speech_texts;
mod speech_trouble;
mod spoken;
mod taking_out;
mod talk;
mod talk_kept;
mod talk_with;
mod transcripts;
mod trouble;
