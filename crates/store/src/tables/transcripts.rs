//! Transcripts: a row and a plain file of the library each. The file is written first, and tells all that a row can be made
//! again from; the pieces that are asked for one by one are rows alone.

mod page;
mod rows;
#[cfg(test)]
mod tests;
pub(crate) mod text;
mod write;

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::page::{FoundTranscript, TranscriptPage, TranscriptQuery};
pub(crate) use self::rows::{adopt, find_whole, revisions};
pub use self::text::{
    TranscriptLine, TranscriptSpeaker, TranscriptText, TranscriptWord, is_unspaced, join_words,
};
pub use self::write::TranscriptPatch;
use crate::Store;
use crate::error::Result;
use crate::ids::{ItemId, JobId, TranscriptId};

/// What is known of a transcript beside its text. `Debug` leaves out what the user wrote.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Transcript {
    /// Its id.
    pub id: TranscriptId,
    /// What it is called.
    pub title: String,
    /// The item it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
    /// The address it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The model that was asked last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The account that pays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// How it was asked for; opaque here.
    #[serde(default)]
    pub request: Value,
    /// The length of what was heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length_ms: Option<u64>,
    /// Whether its pieces are known.
    pub is_cut: bool,
    /// Why it doesn't go on; opaque here, and of this home alone.
    #[serde(skip)]
    pub problem: Option<Value>,
    /// Grows with every change.
    pub revision: u32,
    /// The revision of the last change by a person.
    pub edited: u32,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When its title or text changed last.
    pub changed_at: Timestamp,
    /// When it was put into the trash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trashed_at: Option<Timestamp>,
}

impl fmt::Debug for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transcript")
            .field("id", &self.id)
            .field("revision", &self.revision)
            .field("is_cut", &self.is_cut)
            .finish_non_exhaustive()
    }
}

impl Transcript {
    /// A transcript that nothing was heard for yet.
    pub fn new(id: TranscriptId, title: &str, request: Value, now: Timestamp) -> Self {
        let now = crate::clock::to_millisecond(now);
        Self {
            id,
            title: title.to_owned(),
            item: None,
            url: None,
            model: None,
            language: None,
            account: None,
            request,
            length_ms: None,
            is_cut: false,
            problem: None,
            revision: 1,
            edited: 1,
            created_at: now,
            changed_at: now,
            trashed_at: None,
        }
    }
}

/// A stretch that is asked for by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TranscriptPiece {
    /// Where it begins, in milliseconds.
    pub start_ms: u64,
    /// Where it ends.
    pub end_ms: u64,
    /// The last job that asks for it.
    #[serde(skip)]
    pub job: Option<JobId>,
    /// The revision its words came with; none while they aren't here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrived: Option<u32>,
    /// Its words came with their times.
    #[serde(default)]
    pub is_timed: bool,
}

/// A transcript with all that belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct WholeTranscript {
    /// What is known of it.
    pub transcript: Transcript,
    /// Its pieces in order.
    pub pieces: Vec<TranscriptPiece>,
    /// Its text.
    pub text: TranscriptText,
}

/// The transcripts.
pub struct Transcripts<'a> {
    store: &'a Store,
}

impl Store {
    /// The transcripts.
    pub fn transcripts(&self) -> Transcripts<'_> {
        Transcripts { store: self }
    }
}

impl Transcripts<'_> {
    /// What is known of a transcript beside its text.
    pub fn get(&self, id: TranscriptId) -> Result<Transcript> {
        self.store.database().read(|db| Ok(rows::get(db, id)?.1))
    }

    /// Its pieces in order.
    pub fn pieces(&self, id: TranscriptId) -> Result<Vec<TranscriptPiece>> {
        self.store.database().read(|db| rows::pieces(db, rows::get(db, id)?.0))
    }

    /// All of it. A text whose file is gone or can't be read is put together again from what was heard.
    pub fn read(&self, id: TranscriptId) -> Result<WholeTranscript> {
        self.store.ensure_library()?;
        let (whole, is_row_behind) = self.store.whole_transcript(id)?;
        if !is_row_behind {
            return Ok(whole);
        }
        // A crash came between file and row; or somebody writes just now, and then there is nothing to do.
        let _placing = self.store.placing();
        let (whole, is_row_behind) = self.store.whole_transcript(id)?;
        if is_row_behind {
            self.store.adopt_transcript(whole.clone())?;
        }
        Ok(whole)
    }

    /// Those whose pieces aren't known yet, oldest first; those in the trash left out.
    pub fn uncut(&self) -> Result<Vec<Transcript>> {
        self.store.database().read(|db| rows::query(db, "is_cut = 0 AND trashed = 0 ORDER BY created_at", []))
    }

    /// One as in a list.
    pub fn found(&self, id: TranscriptId) -> Result<FoundTranscript> {
        self.store.database().read(|db| page::found(db, id))
    }

    /// Some of them, the last changed first.
    pub fn page(&self, query: &TranscriptQuery) -> Result<TranscriptPage> {
        self.store.database().read(|db| page::page(db, query))
    }
}
