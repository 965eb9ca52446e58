//! Taking transcripts out: to read, to show under a film, to work on elsewhere.

pub(super) mod document;
mod json;
mod subtitles;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use super::view::{Transcript, TranscriptFormat};
use crate::{AppError, Result, Studio, conversations::file_name, error::Code};

impl Studio {
    /// The file name it is taken out under.
    pub async fn transcript_name(&self, id: String, format: TranscriptFormat) -> Result<String> {
        let id = super::parse(&id)?;
        let transcript = self.store(move |store| store.transcripts().get(id)).await?;
        let ending = match format {
            TranscriptFormat::Txt => "txt",
            TranscriptFormat::Markdown => "md",
            TranscriptFormat::Srt => "srt",
            TranscriptFormat::Vtt => "vtt",
            TranscriptFormat::Json => "json",
        };
        let stem = file_name(&transcript.title).unwrap_or_else(|| "transcript".to_owned());
        Ok(format!("{stem}.{ending}"))
    }

    /// Writes it where the user wants it, all of it or nothing.
    pub async fn export_transcript(&self, id: String, format: TranscriptFormat, to: PathBuf) -> Result<()> {
        let text = self.transcript_words(id, format).await?;
        self.put_out(to, text.into_bytes()).await
    }

    /// It in one of the formats, for the clipboard.
    pub async fn transcript_words(&self, id: String, format: TranscriptFormat) -> Result<String> {
        let transcript = self.transcript(id).await?;
        match format {
            TranscriptFormat::Txt => Ok(document::txt(&transcript)),
            TranscriptFormat::Markdown => Ok(document::markdown(&transcript)),
            TranscriptFormat::Json => json::write(&transcript),
            TranscriptFormat::Srt | TranscriptFormat::Vtt if !has_times(&transcript) => Err(AppError::new(
                Code::TimesUnknown,
                "It isn't known when the words of this transcript were said, so they can't be shown under a film.",
                "Take it out as text, Markdown or JSON, or transcribe the sound itself.",
            )),
            TranscriptFormat::Srt => Ok(subtitles::srt(&transcript)),
            TranscriptFormat::Vtt => Ok(subtitles::vtt(&transcript)),
        }
    }
}

/// The words of an address have none at all.
fn has_times(transcript: &Transcript) -> bool {
    transcript.summary.url.is_none()
}

/// Who speaks a line, by name.
fn name_of(transcript: &Transcript, speaker: Option<u32>) -> Option<&str> {
    let speakers = &transcript.text.speakers;
    let found = speakers.iter().find(|one| Some(one.id) == speaker)?;
    Some(found.name.trim()).filter(|name| !name.is_empty())
}

/// In one line, whatever somebody typed.
fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Hours, minutes and seconds; there may be more than 99 hours.
fn clock(milliseconds: u32) -> String {
    let seconds = milliseconds / 1000;
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}
