//! Transcripts as rows.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Params, Row, params};

use serde_json::Value;

use super::{Transcript, TranscriptLine, TranscriptPiece, TranscriptText, WholeTranscript};
use crate::error::{Error, Result};
use crate::ids::TranscriptId;
use crate::library::words;
use crate::tables::{from_json, from_sql_count, from_time_if, to_json, to_sql_count, to_time, to_time_if};

pub(super) const COLUMNS: &str = "t.row, t.id, t.title, t.item, t.url, t.model, t.language, t.account, t.request, \
    t.length_ms, t.is_cut, t.problem, t.revision, t.edited, t.created_at, t.changed_at, t.trashed_at, t.words";
/// The first column behind those.
pub(super) const BEHIND: usize = 18;

pub(super) fn read(row: &Row<'_>) -> Result<Transcript> {
    Ok(Transcript {
        id: row.get(1)?,
        title: row.get(2)?,
        item: row.get(3)?,
        url: row.get(4)?,
        model: row.get(5)?,
        language: row.get(6)?,
        account: row.get(7)?,
        request: to_json(row.get(8)?, "request")?.ok_or(Error::Unreadable { what: "request" })?,
        length_ms: row.get::<_, Option<i64>>(9)?.map(from_sql_count),
        is_cut: row.get(10)?,
        problem: to_json(row.get(11)?, "problem")?,
        revision: row.get(12)?,
        edited: row.get(13)?,
        created_at: to_time(row.get(14)?)?,
        changed_at: to_time(row.get(15)?)?,
        trashed_at: to_time_if(row.get(16)?)?,
    })
}

pub(super) fn query(db: &Connection, condition: &str, parameters: impl Params) -> Result<Vec<Transcript>> {
    let sql = format!("SELECT {COLUMNS} FROM transcripts t WHERE {condition}");
    let mut statement = db.prepare_cached(&sql)?;
    let mut rows = statement.query(parameters)?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row)?);
    }
    Ok(all)
}

/// A transcript, and the number of its row.
pub(super) fn find(db: &Connection, id: TranscriptId) -> Result<Option<(i64, Transcript)>> {
    let mut statement = db.prepare_cached(&format!("SELECT {COLUMNS} FROM transcripts t WHERE t.id = ?"))?;
    let mut rows = statement.query([id])?;
    match rows.next()? {
        Some(row) => Ok(Some((row.get(0)?, read(row)?))),
        None => Ok(None),
    }
}

pub(super) fn get(db: &Connection, id: TranscriptId) -> Result<(i64, Transcript)> {
    find(db, id)?.ok_or_else(|| Error::NotFound { what: "transcript", id: id.to_string() })
}

pub(super) fn pieces(db: &Connection, row: i64) -> Result<Vec<TranscriptPiece>> {
    let mut statement = db.prepare_cached(
        "SELECT start_ms, end_ms, job, arrived, is_timed FROM transcript_pieces WHERE transcript = ? ORDER BY number",
    )?;
    let rows = statement.query_map([row], |row| {
        Ok(TranscriptPiece {
            start_ms: from_sql_count(row.get(0)?),
            end_ms: from_sql_count(row.get(1)?),
            job: row.get(2)?,
            arrived: row.get(3)?,
            is_timed: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// What was heard in a piece, as it came.
pub(super) fn heard(db: &Connection, row: i64, number: u32) -> Result<Vec<TranscriptLine>> {
    let mut statement =
        db.prepare_cached("SELECT heard FROM transcript_pieces WHERE transcript = ? AND number = ?")?;
    let text: Option<Option<String>> =
        statement.query_row(params![row, number], |row| row.get(0)).optional()?;
    let Some(text) = text.flatten() else { return Ok(Vec::new()) };
    serde_json::from_str(&text).map_err(|_| Error::Unreadable { what: "piece of a transcript" })
}

/// Keeps what was heard in a piece.
pub(super) fn keep_heard(db: &Connection, row: i64, number: u32, heard: &str) -> Result<()> {
    db.prepare_cached("UPDATE transcript_pieces SET heard = ? WHERE transcript = ? AND number = ?")?
        .execute(params![heard, row, number])?;
    Ok(())
}

/// Writes a transcript's row, and answers its number. What it is held up by stays as it was noted.
pub(super) fn save(db: &Connection, transcript: &Transcript) -> Result<i64> {
    let row = db
        .prepare_cached(
            "INSERT INTO transcripts (id, title, item, url, model, language, account, request, length_ms, is_cut, problem,
                revision, edited, words, created_at, changed_at, trashed, trashed_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 0, ?14, ?15, ?16 IS NOT NULL, ?16)
             ON CONFLICT (id) DO UPDATE SET title = ?2, item = ?3, url = ?4, model = ?5, language = ?6, account = ?7,
                request = ?8, length_ms = ?9, is_cut = ?10, revision = ?12, edited = ?13, created_at = ?14,
                changed_at = ?15, trashed = ?16 IS NOT NULL, trashed_at = ?16
             RETURNING row",
        )?
        .query_row(
            params![
                transcript.id,
                transcript.title,
                transcript.item,
                transcript.url,
                transcript.model,
                transcript.language,
                transcript.account,
                transcript.request.to_string(),
                transcript.length_ms.map(to_sql_count),
                transcript.is_cut,
                from_json(transcript.problem.as_ref()),
                transcript.revision,
                transcript.edited,
                transcript.created_at.as_millisecond(),
                transcript.changed_at.as_millisecond(),
                from_time_if(transcript.trashed_at),
            ],
            |row| row.get(0),
        )?;
    Ok(row)
}

/// Writes the pieces; what was heard in them stays.
pub(super) fn save_pieces(db: &Connection, row: i64, pieces: &[TranscriptPiece]) -> Result<()> {
    let mut statement = db.prepare_cached(
        "INSERT INTO transcript_pieces (transcript, number, start_ms, end_ms, job, arrived, is_timed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (transcript, number) DO UPDATE SET start_ms = ?3, end_ms = ?4, job = coalesce(?5, job),
            arrived = ?6, is_timed = ?7",
    )?;
    for (number, piece) in (0_u32..).zip(pieces) {
        statement.execute(params![
            row,
            number,
            to_sql_count(piece.start_ms),
            to_sql_count(piece.end_ms),
            piece.job,
            piece.arrived,
            piece.is_timed,
        ])?;
    }
    let count = u32::try_from(pieces.len()).unwrap_or(u32::MAX);
    db.prepare_cached("DELETE FROM transcript_pieces WHERE transcript = ? AND number >= ?")?
        .execute(params![row, count])?;
    Ok(())
}

/// Makes a transcript findable by its words.
pub(super) fn index(db: &Connection, row: i64, title: &str, text: &str, count: u32) -> Result<()> {
    db.prepare_cached("INSERT OR REPLACE INTO transcript_texts (row, text) VALUES (?, ?)")?
        .execute(params![row, text])?;
    db.prepare_cached("UPDATE transcripts SET words = ? WHERE row = ?")?.execute(params![count, row])?;
    forget_words(db, row)?;
    db.prepare_cached("INSERT INTO transcript_words (rowid, title, text) VALUES (?, ?, ?)")?
        .execute(params![row, words::split(title), words::split(text)])?;
    Ok(())
}

fn forget_words(db: &Connection, row: i64) -> Result<()> {
    db.prepare_cached("DELETE FROM transcript_words WHERE rowid = ?")?.execute([row])?;
    Ok(())
}

pub(super) fn delete(db: &Connection, row: i64) -> Result<()> {
    forget_words(db, row)?;
    db.prepare_cached("DELETE FROM transcripts WHERE row = ?")?.execute([row])?;
    Ok(())
}

pub(super) fn trashed_before(db: &Connection, before: i64) -> Result<Vec<(i64, TranscriptId)>> {
    let mut statement =
        db.prepare_cached("SELECT row, id FROM transcripts WHERE trashed = 1 AND trashed_at < ?")?;
    let rows = statement.query_map([before], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A transcript as its rows tell it, with the text put together from what was heard.
pub(crate) fn find_whole(db: &Connection, id: TranscriptId) -> Result<WholeTranscript> {
    let (row, transcript) = get(db, id)?;
    let pieces = pieces(db, row)?;
    let mut text = TranscriptText::default();
    for (number, _) in (0..).zip(&pieces).filter(|(_, piece)| piece.arrived.is_some()) {
        text.put(heard(db, row, number)?);
    }
    Ok(WholeTranscript { transcript, pieces, text })
}

/// Makes the rows of a transcript what this tells; jobs and what was heard stay.
pub(crate) fn adopt(db: &Connection, whole: &WholeTranscript) -> Result<()> {
    let WholeTranscript { transcript, pieces, text } = whole;
    let row = save(db, transcript)?;
    save_pieces(db, row, pieces)?;
    index(db, row, &transcript.title, &text.plain(), text.words())
}

/// All transcripts, and at which revision they are.
pub(crate) fn revisions(db: &Connection) -> Result<HashMap<TranscriptId, u32>> {
    let mut statement = db.prepare("SELECT id, revision FROM transcripts")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Notes why a transcript doesn't go on.
pub(super) fn set_problem(db: &Connection, id: TranscriptId, problem: Option<&Value>) -> Result<()> {
    db.prepare_cached("UPDATE transcripts SET problem = ? WHERE id = ?")?
        .execute(params![from_json(problem), id])?;
    Ok(())
}
