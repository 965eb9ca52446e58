//! The voices that were cloned: whose they are, for which model, and until when.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::{journal::Journal, refusal::Refusal};

/// How long a voice is kept, in hours.
const KEPT: i64 = 7 * 24;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Voice {
    model: String,
    /// The wallet that it belongs to; none: the account.
    wallet: Option<String>,
    /// In hertz.
    pitch: f32,
    /// Used, or made.
    renewed: Timestamp,
    persistent: bool,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "snake_case")]
enum Line {
    Made { handle: String, voice: Voice },
    Used { handle: String, at: Timestamp },
    Reset,
}

/// All cloned voices.
#[derive(Debug)]
pub(crate) struct ClonedVoices(Mutex<(BTreeMap<String, Voice>, Journal)>);

fn apply(voices: &mut BTreeMap<String, Voice>, line: Line) {
    match line {
        Line::Made { handle, voice } => {
            voices.insert(handle, voice);
        }
        Line::Used { handle, at } => {
            if let Some(voice) = voices.get_mut(&handle) {
                voice.renewed = at;
            }
        }
        Line::Reset => voices.clear(),
    }
}

impl ClonedVoices {
    pub(crate) fn open(folder: Option<&Path>) -> std::io::Result<Self> {
        let mut voices = BTreeMap::new();
        let journal = Journal::open(folder, "voices.jsonl", |line| apply(&mut voices, line))?;
        Ok(Self(Mutex::new((voices, journal))))
    }

    fn lock(&self) -> MutexGuard<'_, (BTreeMap<String, Voice>, Journal)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, line: Line) -> std::io::Result<()> {
        let mut state = self.lock();
        state.1.write(&line)?;
        apply(&mut state.0, line);
        Ok(())
    }

    pub(crate) fn make(
        &self,
        handle: &str,
        model: &str,
        wallet: Option<String>,
        pitch: f32,
        persistent: bool,
        now: Timestamp,
    ) -> std::io::Result<()> {
        let voice = Voice { model: model.to_owned(), wallet, pitch, renewed: now, persistent };
        self.note(Line::Made { handle: handle.to_owned(), voice })
    }

    /// The pitch of a voice, where it is the caller's, made for this model, and not over.
    pub(crate) fn admit(
        &self,
        handle: &str,
        model: &str,
        wallet: Option<&str>,
        now: Timestamp,
    ) -> Result<f32, Refusal> {
        let refused = |message: &str| Err(Refusal::field("INVALID_REQUEST", "voice", message));
        let state = self.lock();
        match state.0.get(handle) {
            // Another's voice is as unknown as one that never was.
            Some(voice) if voice.wallet.as_deref() == wallet => {
                let over = voice.renewed.saturating_add(KEPT.hours()).is_ok_and(|end| now >= end);
                if over {
                    refused("The cloned voice has expired: make it anew from a sample")
                } else if voice.model == model {
                    Ok(voice.pitch)
                } else {
                    refused(&format!("The cloned voice was made for {}", voice.model))
                }
            }
            _ => refused("The cloned voice is not known"),
        }
    }

    /// Notes that a voice was used: those that persist begin their week anew.
    pub(crate) fn renew(&self, handle: &str, now: Timestamp) -> std::io::Result<()> {
        let persistent = self.lock().0.get(handle).is_some_and(|voice| voice.persistent);
        if persistent { self.note(Line::Used { handle: handle.to_owned(), at: now }) } else { Ok(()) }
    }

    pub(crate) fn reset(&self) -> std::io::Result<()> {
        self.note(Line::Reset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voice_belongs_to_one_model_and_one_caller_and_ends() {
        let folder = tempfile::tempdir().unwrap();
        let start: Timestamp = "2026-11-01T00:00:00Z".parse().unwrap();
        let after = |hours: i64| start.checked_add(hours.hours()).unwrap();
        {
            let voices = ClonedVoices::open(Some(folder.path())).unwrap();
            voices.make("vv_zero", "tts-chatterbox-hd", None, 120.0, false, start).unwrap();
            voices
                .make("vv_kept", "tts-minimax-speech-02-hd", Some("0xabc".into()), 210.0, true, start)
                .unwrap();
            voices.renew("vv_zero", after(100)).unwrap();
            voices.renew("vv_kept", after(100)).unwrap();
        }
        let voices = ClonedVoices::open(Some(folder.path())).unwrap();
        let admitted =
            |handle, model, wallet, hours| voices.admit(handle, model, wallet, after(hours)).is_ok();
        assert!(admitted("vv_zero", "tts-chatterbox-hd", None, 167));
        assert!(!admitted("vv_zero", "tts-chatterbox-hd", None, 168), "use doesn't renew it");
        assert!(!admitted("vv_zero", "tts-minimax-speech-02-hd", None, 1));
        assert!(!admitted("vv_zero", "tts-chatterbox-hd", Some("0xabc"), 1));
        assert!(admitted("vv_kept", "tts-minimax-speech-02-hd", Some("0xabc"), 267), "use renews it");
        assert!(!admitted("vv_kept", "tts-minimax-speech-02-hd", Some("0xabc"), 268));
    }
}
