//! Changing transcripts: the file first, then the row. All of it goes one after the other.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{
    Transcript, TranscriptLine, TranscriptPiece, TranscriptText, Transcripts, WholeTranscript, rows,
};
use crate::clock::to_millisecond;
use crate::error::{Error, Result};
use crate::ids::{JobId, TranscriptId};
use crate::tables::holds::{Limit, Reserved};
use crate::tables::jobs::{Job, batch};

/// How long the trash keeps what is put into it.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The longest title, in characters.
const LONGEST_TITLE: usize = 200;

/// What changes of transcripts; what is none stays as it is.
#[derive(Clone, Default, PartialEq)]
pub struct TranscriptPatch {
    /// What it is called.
    pub title: Option<String>,
    /// The language.
    pub language: Option<Option<String>>,
    /// When it was put into the trash.
    pub trashed_at: Option<Option<Timestamp>>,
}

/// What was heard in a piece, and which it is.
type Heard = Option<(u32, String)>;

impl Transcripts<'_> {
    /// Writes a new transcript down, with the pieces that are known already. Once this returns it survives a power cut.
    pub fn insert(&self, transcript: Transcript) -> Result<()> {
        let whole = WholeTranscript { transcript, pieces: Vec::new(), text: TranscriptText::default() };
        let _placing = self.placing()?;
        self.store.write_transcript_file(&whole)?;
        self.store.adopt_transcript(whole)
    }

    /// Changes what is known of transcripts beside their texts; those that are gone are passed over.
    pub fn change(&self, ids: &[TranscriptId], patch: &TranscriptPatch) -> Result<()> {
        for id in ids {
            let changed = self.alter(*id, |whole, now| {
                let transcript = &mut whole.transcript;
                if let Some(title) = &patch.title {
                    transcript.title = clean(title)?;
                    transcript.changed_at = now;
                }
                if let Some(language) = &patch.language {
                    transcript.language.clone_from(language);
                }
                if let Some(at) = patch.trashed_at {
                    transcript.trashed_at = at.map(to_millisecond);
                }
                transcript.revision += 1;
                Ok(((), None))
            });
            match changed {
                Err(Error::NotFound { .. }) if ids.len() > 1 => {}
                other => other?,
            }
        }
        Ok(())
    }

    /// Notes why a transcript doesn't go on, or that it does.
    pub fn set_problem(&self, id: TranscriptId, problem: Option<Value>) -> Result<()> {
        self.store.database().write(move |db, changes| {
            changes.transcript(id);
            rows::set_problem(db, id, problem.as_ref())
        })
    }

    /// Writes down how a transcript is cut, and the jobs that ask for its pieces, with what they hold: all of it, or nothing.
    /// Nothing is to be sent before this returns.
    pub fn cut(
        &self,
        transcript: Transcript,
        pieces: Vec<TranscriptPiece>,
        jobs: Vec<Job>,
        limits: &[Limit],
    ) -> Result<Reserved> {
        let jobs = batch::Together::new(self.store, jobs, limits, Vec::new())?;
        let id = transcript.id;
        let _placing = self.placing()?;
        let reserved = self.store.database().write(move |db, changes| {
            let (row, now) = rows::get(db, id)?;
            let transcript = Transcript {
                is_cut: true,
                length_ms: transcript.length_ms,
                model: transcript.model,
                revision: now.revision + 1,
                ..now
            };
            let reserved = jobs.insert(db, changes)?;
            if reserved == Reserved::Yes {
                rows::save(db, &transcript)?;
                rows::save_pieces(db, row, &pieces)?;
                rows::set_problem(db, id, None)?;
                changes.transcript(id);
            }
            Ok(reserved)
        })?;
        if reserved == Reserved::Yes {
            self.note_in_file(id);
        }
        Ok(reserved)
    }

    /// One whose pieces aren't known yet is asked for by another model, or otherwise.
    pub fn wish_again(&self, id: TranscriptId, model: Option<String>, request: Value) -> Result<()> {
        self.alter(id, |whole, _| {
            whole.transcript.model = model;
            whole.transcript.request = request;
            whole.transcript.revision += 1;
            Ok(((), None))
        })?;
        self.set_problem(id, None)
    }

    /// Writes down that pieces are asked for again, by these jobs in the place of others.
    pub fn ask_again(
        &self,
        id: TranscriptId,
        model: Option<String>,
        jobs: Vec<(u32, Job)>,
        limits: &[Limit],
        instead_of: Vec<JobId>,
    ) -> Result<Reserved> {
        let places: Vec<(u32, JobId)> = jobs.iter().map(|(number, job)| (*number, job.id)).collect();
        let jobs = jobs.into_iter().map(|(_, job)| job).collect();
        let jobs = batch::Together::new(self.store, jobs, limits, instead_of)?;
        let _placing = self.placing()?;
        let reserved = self.store.database().write(move |db, changes| {
            let (row, now) = rows::get(db, id)?;
            let reserved = jobs.insert(db, changes)?;
            if reserved == Reserved::Yes {
                rows::save(db, &Transcript { model, ..now })?;
                rows::set_problem(db, id, None)?;
                let mut pieces = rows::pieces(db, row)?;
                for (number, job) in places {
                    if let Some(piece) = pieces.get_mut(number as usize) {
                        piece.job = Some(job);
                    }
                }
                rows::save_pieces(db, row, &pieces)?;
                changes.transcript(id);
            }
            Ok(reserved)
        })?;
        if reserved == Reserved::Yes {
            self.note_in_file(id);
        }
        Ok(reserved)
    }

    /// Puts what was heard in a piece into the text, where it belongs by its time. What is there already stays, also the
    /// second time.
    pub fn arrive(
        &self,
        id: TranscriptId,
        number: u32,
        heard: Vec<TranscriptLine>,
        is_timed: bool,
        language: Option<String>,
    ) -> Result<()> {
        let text =
            serde_json::to_string(&heard).map_err(|_| Error::Fault("what was heard can't be written"))?;
        self.alter(id, |whole, now| {
            let transcript = &mut whole.transcript;
            let piece = whole.pieces.get_mut(number as usize);
            let piece = piece
                .ok_or_else(|| Error::NotFound { what: "piece of a transcript", id: number.to_string() })?;
            if piece.arrived.is_none() {
                transcript.revision += 1;
                transcript.changed_at = now;
                transcript.language = transcript.language.take().or(language);
                piece.arrived = Some(transcript.revision);
                piece.is_timed = is_timed;
                whole.text.put(heard);
            }
            Ok(((), Some((number, text))))
        })
    }

    /// Keeps a text that somebody edited, beginning with the revision `base`; answers the one that it is kept as. Pieces that
    /// came since are put into it again, as a revision after that.
    ///
    /// # Errors
    /// [`Error::Outdated`] where somebody else edited it since.
    pub fn save(&self, id: TranscriptId, base: u32, text: TranscriptText) -> Result<u32> {
        let kept = self.alter(id, |whole, now| {
            let transcript = &mut whole.transcript;
            if transcript.edited > base || base > transcript.revision {
                return Err(Error::Outdated { what: "transcript" });
            }
            transcript.revision += 1;
            transcript.edited = transcript.revision;
            transcript.changed_at = now;
            whole.text = text;
            whole.text.settle();
            let kept = transcript.revision;
            let is_late = |piece: &TranscriptPiece| piece.arrived.is_some_and(|arrived| arrived > base);
            for (number, piece) in (0..).zip(&mut whole.pieces).filter(|(_, piece)| is_late(piece)) {
                transcript.revision = kept + 1;
                piece.arrived = Some(transcript.revision);
                whole.text.put(self.heard(id, number)?);
            }
            Ok((kept, None))
        })?;
        Ok(kept)
    }

    /// At times: what was put into the trash 30 days ago goes for good. Answers how many went.
    pub(crate) fn expire(&self) -> Result<u32> {
        let before = self.store.clock().now().checked_sub(KEPT).unwrap_or(Timestamp::MIN);
        if self.store.database().read(|db| rows::trashed_before(db, before.as_millisecond()))?.is_empty() {
            return Ok(0);
        }
        let _placing = self.placing()?;
        // Rows first: a crash in between brings the transcript back, from its file.
        let gone = self.store.database().write(move |db, changes| {
            let gone = rows::trashed_before(db, before.as_millisecond())?;
            for (row, id) in &gone {
                rows::delete(db, *row)?;
                changes.transcript(*id);
            }
            Ok(gone)
        })?;
        for (_, id) in &gone {
            self.store.remove_transcript_file(*id);
        }
        Ok(u32::try_from(gone.len()).unwrap_or(u32::MAX))
    }

    fn heard(&self, id: TranscriptId, number: u32) -> Result<Vec<TranscriptLine>> {
        self.store.database().read(|db| rows::heard(db, rows::get(db, id)?.0, number))
    }

    /// The library's turn to be written to, while it is there.
    fn placing(&self) -> Result<crate::media::turns::Turn<'_>> {
        self.store.ensure_library_takes()?;
        let placing = self.store.placing();
        self.store.ensure_library_takes()?;
        Ok(placing)
    }

    /// Changes a transcript in its file, and then in its rows.
    fn alter<T>(
        &self,
        id: TranscriptId,
        change: impl FnOnce(&mut WholeTranscript, Timestamp) -> Result<(T, Heard)>,
    ) -> Result<T> {
        let _placing = self.placing()?;
        let (mut whole, is_row_behind) = self.store.whole_transcript(id)?;
        if is_row_behind {
            self.store.adopt_transcript(whole.clone())?;
        }
        let now = to_millisecond(self.store.clock().now());
        let before = whole.transcript.revision;
        let (value, heard) = change(&mut whole, now)?;
        if whole.transcript.revision != before {
            self.store.write_transcript_file(&whole)?;
        }
        let WholeTranscript { transcript, pieces, text } = whole;
        let (plain, count) = (text.plain(), text.words());
        self.store.database().write(move |db, changes| {
            let row = rows::save(db, &transcript)?;
            rows::save_pieces(db, row, &pieces)?;
            if let Some((number, heard)) = &heard {
                rows::keep_heard(db, row, *number, heard)?;
            }
            rows::index(db, row, &transcript.title, &plain, count)?;
            changes.transcript(id);
            Ok(())
        })?;
        Ok(value)
    }

    /// The pieces go into the file as well, for a time without the database. Where that fails, the next change does it.
    fn note_in_file(&self, id: TranscriptId) {
        let whole = self.store.whole_transcript(id);
        let noted = whole.and_then(|(whole, _)| self.store.write_transcript_file(&whole));
        if let Err(error) = noted {
            tracing::warn!(%error, "a transcript's pieces couldn't be noted in the library; the next change does it");
        }
    }
}

fn clean(title: &str) -> Result<String> {
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if title.is_empty() || title.chars().count() > LONGEST_TITLE {
        return Err(Error::OutOfRange { what: "title" });
    }
    Ok(title)
}
