//! The prompts that were sent from the Image room.

use serde::{Deserialize, Serialize};

use crate::{Result, Studio};

/// The most that are answered at once.
const MOST: u32 = 200;

/// A prompt that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PastPrompt {
    /// Its words.
    pub prompt: String,
    /// What was to be left out, the last time.
    pub negative_prompt: Option<String>,
    /// RFC 3339; the last time.
    pub used_at: String,
    /// How many times.
    pub times: u32,
}

impl Studio {
    /// The prompts that were sent, the last first; those with these words in them. At most 200.
    pub async fn prompt_history(&self, text: Option<String>, limit: u32) -> Result<Vec<PastPrompt>> {
        let words = text.unwrap_or_default();
        let found = self.store(move |store| store.past_prompts().list(&words, limit.clamp(1, MOST))).await?;
        Ok(found
            .into_iter()
            .map(|past| PastPrompt {
                prompt: past.prompt,
                negative_prompt: past.negative_prompt,
                used_at: past.used_at.to_string(),
                times: past.times,
            })
            .collect())
    }
}
