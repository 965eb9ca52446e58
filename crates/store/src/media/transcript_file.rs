//! The file of each transcript, `transcripts/ID.json` in the library: all that its rows can be made again from.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::Store;
use crate::error::{Error, Result};
use crate::ids::TranscriptId;
use crate::place::INCOMING;
use crate::tables::transcripts::{
    Transcript, TranscriptPiece, TranscriptText, WholeTranscript, adopt, find_whole, revisions,
};

/// The library's folder of transcripts.
pub(crate) const FOLDER: &str = "transcripts";
/// Goes up when an older version could misread what is written.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct Outgoing<'a> {
    format: u32,
    #[serde(flatten)]
    transcript: &'a Transcript,
    pieces: &'a [TranscriptPiece],
    text: &'a TranscriptText,
}

#[derive(Deserialize)]
struct Incoming {
    #[serde(flatten)]
    transcript: Transcript,
    #[serde(default)]
    pieces: Vec<TranscriptPiece>,
    text: TranscriptText,
}

#[derive(Deserialize)]
struct Format {
    format: u32,
}

/// What a file tells.
enum Reading {
    Whole(Box<WholeTranscript>),
    None,
    /// Of a newer version.
    Newer,
    Damaged,
}

/// The transcript that a file of the library is of, by its path relative to the library.
pub(crate) fn id_of(path: &str) -> Option<TranscriptId> {
    path.strip_prefix(FOLDER)?.strip_prefix('/')?.strip_suffix(".json")?.parse().ok()
}

fn read(path: &Path) -> Result<Reading> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Reading::None),
        Err(error) => return Err(Error::file(path, error)),
    };
    let Ok(Format { format }) = serde_json::from_slice(&bytes) else { return Ok(Reading::Damaged) };
    if format > FORMAT {
        return Ok(Reading::Newer);
    }
    Ok(match serde_json::from_slice::<Incoming>(&bytes) {
        Ok(Incoming { transcript, pieces, text }) => {
            Reading::Whole(Box::new(WholeTranscript { transcript, pieces, text }))
        }
        Err(_) => Reading::Damaged,
    })
}

impl Store {
    fn transcript_file(&self, id: TranscriptId) -> PathBuf {
        self.library_path().join(FOLDER).join(format!("{id}.json"))
    }

    /// Writes a transcript's file anew, whole or not at all; once this returns it survives a power cut.
    pub(crate) fn write_transcript_file(&self, whole: &WholeTranscript) -> Result<()> {
        let WholeTranscript { transcript, pieces, text } = whole;
        let outgoing = Outgoing { format: FORMAT, transcript, pieces, text };
        let bytes = serde_json::to_vec(&outgoing);
        let bytes = bytes.map_err(|_| Error::Fault("a transcript can't be written"))?;
        let library = self.library_path();
        let folder = library.join(FOLDER);
        match std::fs::create_dir(&folder) {
            Ok(()) => self.disk().sync_folder(&library)?,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Error::file(&folder, error)),
        }
        let aside = library.join(INCOMING);
        self.disk().write_whole(&aside, &self.transcript_file(transcript.id), &bytes, false)?;
        self.disk().sync_folder(&folder)
    }

    /// A transcript by its row and its file, and whether the row is behind. Where the file is gone or can't be read, the text
    /// is put together from what was heard.
    pub(crate) fn whole_transcript(&self, id: TranscriptId) -> Result<(WholeTranscript, bool)> {
        let known = self.database().read(|db| find_whole(db, id))?;
        let path = self.transcript_file(id);
        match read(&path)? {
            Reading::Whole(mut told) => {
                let is_row_behind = told.transcript.revision > known.transcript.revision;
                told.transcript.problem.clone_from(&known.transcript.problem);
                for (piece, row) in told.pieces.iter_mut().zip(&known.pieces) {
                    piece.job = row.job;
                }
                if is_row_behind {
                    return Ok((*told, true));
                }
                // What was asked for since may not be in the file yet.
                let WholeTranscript { transcript, pieces, .. } = known;
                Ok((WholeTranscript { transcript, pieces, text: told.text }, false))
            }
            Reading::Newer => Err(Error::Unreadable { what: "transcript of a newer version" }),
            Reading::None => Ok((known, false)),
            Reading::Damaged => {
                let aside = path.with_extension("json.damaged");
                std::fs::rename(&path, aside).map_err(|error| Error::file(&path, error))?;
                Ok((known, false))
            }
        }
    }

    /// Makes the rows of a transcript what this tells.
    pub(crate) fn adopt_transcript(&self, whole: WholeTranscript) -> Result<()> {
        self.database().write(move |db, changes| {
            changes.transcript(whole.transcript.id);
            adopt(db, &whole)
        })
    }

    /// Takes in the transcripts of the library that the database doesn't know, or all of them.
    pub(crate) fn read_transcripts(&self, all: bool) -> Result<()> {
        let folder = self.library_path().join(FOLDER);
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(Error::file(&folder, error)),
        };
        let rows: HashMap<TranscriptId, u32> = self.database().read(revisions)?;
        for entry in entries.flatten() {
            let path = entry.path();
            let Some(id) = entry.file_name().to_str().and_then(|name| id_of(&format!("{FOLDER}/{name}")))
            else {
                continue;
            };
            let row = rows.get(&id).copied();
            if !all && row.is_some() {
                continue;
            }
            match read(&path) {
                // How it is cut may be known to the row alone.
                Ok(Reading::Whole(whole)) if row.is_some_and(|row| row > whole.transcript.revision) => {}
                Ok(Reading::Whole(whole)) if whole.transcript.id == id => self.adopt_transcript(*whole)?,
                _ => tracing::warn!(%id, "a transcript of the library can't be read; it was left as it is"),
            }
        }
        Ok(())
    }

    pub(crate) fn remove_transcript_file(&self, id: TranscriptId) {
        let path = self.transcript_file(id);
        if let Err(error) = std::fs::remove_file(&path)
            && error.kind() != ErrorKind::NotFound
        {
            tracing::warn!(%error, "a transcript's file wasn't deleted; the next start takes it in again");
        }
    }
}
