//! Lists of transcripts.

use std::fmt::Write as _;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::rows::{BEHIND, COLUMNS, read};
use super::{Transcript, WholeTranscript};
use crate::error::{Error, Result};
use crate::ids::{ItemId, TranscriptId};
use crate::library::excerpt::{self, ExcerptPiece};
use crate::library::words;

/// Of a text no more is read for the first words of it, in characters.
const BEGINNING: u32 = 400;

/// Which transcripts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TranscriptQuery {
    /// Those with all these words in their title or text.
    pub text: Option<String>,
    /// Those made of this item.
    pub item: Option<ItemId>,
    /// Those in the trash, else the others.
    pub trashed: bool,
    /// Where to go on.
    pub cursor: Option<String>,
    /// How many, 1 to 200.
    pub limit: u32,
}

/// A transcript of a list.
#[derive(Clone, PartialEq)]
pub struct FoundTranscript {
    /// What is known of it.
    pub transcript: Transcript,
    /// How many words it has.
    pub words: u32,
    /// How many pieces it has.
    pub pieces: u32,
    /// How many of them are here.
    pub pieces_done: u32,
    /// Its first words, or those around what was searched for.
    pub excerpt: String,
}

/// Some transcripts, the last changed first.
#[derive(Clone, PartialEq)]
pub struct TranscriptPage {
    /// The transcripts.
    pub transcripts: Vec<FoundTranscript>,
    /// Where the next page begins; none after the last.
    pub next: Option<String>,
}

impl WholeTranscript {
    /// As in a list, with its first words.
    pub fn in_a_list(&self) -> FoundTranscript {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let first: String = self.text.plain().chars().take(BEGINNING as usize).collect();
        FoundTranscript {
            transcript: self.transcript.clone(),
            words: self.text.words(),
            pieces: count(self.pieces.len()),
            pieces_done: count(self.pieces.iter().filter(|piece| piece.arrived.is_some()).count()),
            excerpt: in_a_row(excerpt::beginning(&first)),
        }
    }
}

pub(super) fn page(db: &Connection, query: &TranscriptQuery) -> Result<TranscriptPage> {
    let limit = query.limit.clamp(1, 200) as usize;
    let typed = query.text.as_deref().map(str::trim).filter(|typed| !typed.is_empty());
    let mut filter = "t.trashed = ?".to_owned();
    let mut values = vec![Value::from(query.trashed)];
    if let Some(typed) = typed {
        let Some(expression) = words::expression(typed) else {
            return Ok(TranscriptPage { transcripts: Vec::new(), next: None });
        };
        filter.push_str(" AND t.row IN (SELECT rowid FROM transcript_words WHERE transcript_words MATCH ?)");
        values.push(expression.into());
    }
    if let Some(item) = query.item {
        filter.push_str(" AND t.item = ?");
        values.push(item.to_string().into());
    }
    if let Some(cursor) = &query.cursor {
        filter.push_str(" AND (t.changed_at, t.id) < (?, ?)");
        values.extend(position(cursor)?);
    }
    let _ = write!(filter, " ORDER BY t.changed_at DESC, t.id DESC LIMIT {}", limit + 1);
    let mut transcripts = select(db, &filter, &values, typed)?;
    let more = transcripts.len() > limit;
    transcripts.truncate(limit);
    let last = transcripts.last().filter(|_| more).map(|found| &found.transcript);
    let next = last.map(|last| format!("{}.{}", last.changed_at.as_millisecond(), last.id));
    Ok(TranscriptPage { transcripts, next })
}

/// One of them as in a list.
pub(super) fn found(db: &Connection, id: TranscriptId) -> Result<FoundTranscript> {
    let found = select(db, "t.id = ?", &[id.to_string().into()], None)?.pop();
    found.ok_or_else(|| Error::NotFound { what: "transcript", id: id.to_string() })
}

fn select(
    db: &Connection,
    condition: &str,
    values: &[Value],
    typed: Option<&str>,
) -> Result<Vec<FoundTranscript>> {
    // The whole text only where a place in it is looked for.
    let text = if typed.is_some() { "x.text".to_owned() } else { format!("substr(x.text, 1, {BEGINNING})") };
    let sql = format!(
        "SELECT {COLUMNS}, (SELECT count(*) FROM transcript_pieces p WHERE p.transcript = t.row),
            (SELECT count(arrived) FROM transcript_pieces p WHERE p.transcript = t.row), {text}
         FROM transcripts t LEFT JOIN transcript_texts x ON x.row = t.row WHERE {condition}"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut transcripts = Vec::new();
    while let Some(row) = rows.next()? {
        let text: Option<String> = row.get(BEHIND + 2)?;
        let text = text.unwrap_or_default();
        let pieces = match typed {
            Some(typed) => excerpt::around_hits(&text, typed).unwrap_or_else(|| excerpt::beginning(&text)),
            None => excerpt::beginning(&text),
        };
        transcripts.push(FoundTranscript {
            transcript: read(row)?,
            words: row.get(BEHIND - 1)?,
            pieces: row.get(BEHIND)?,
            pieces_done: row.get(BEHIND + 1)?,
            excerpt: in_a_row(pieces),
        });
    }
    Ok(transcripts)
}

fn in_a_row(pieces: Vec<ExcerptPiece>) -> String {
    pieces.into_iter().map(|piece| piece.text).collect()
}

/// A cursor as text is `CHANGED.ID`.
fn position(cursor: &str) -> Result<[Value; 2]> {
    let (changed, id) = cursor.split_once('.').ok_or(Error::BadCursor)?;
    let changed: i64 = changed.parse().map_err(|_| Error::BadCursor)?;
    let id: TranscriptId = id.parse().map_err(|_| Error::BadCursor)?;
    Ok([changed.into(), id.to_string().into()])
}
