//! The form of the Speak tab as it was left. Its text may be a whole book, so it isn't kept with the other settings.

use serde_json::Value;

use crate::{AppError, Result, Studio, error::Code};

const KEY: &str = "speech_draft";
/// The longest novels have about half of it.
const MOST_DRAFT: usize = 16 << 20;

impl Studio {
    /// The form as it was left, JSON of the front end's own.
    pub async fn speech_draft(&self) -> Result<Option<String>> {
        let kept = self.store(|store| store.settings().get(KEY)).await?;
        Ok(kept.and_then(|value| value.as_str().map(str::to_owned)))
    }

    /// Keeps the form.
    pub async fn keep_speech_draft(&self, draft: String) -> Result<()> {
        if draft.len() > MOST_DRAFT {
            return Err(AppError::new(
                Code::InputTooLarge,
                "This text is too long to be kept as a draft.",
                "It can still be spoken. Keep a copy of it in a file of its own.",
            ));
        }
        self.store(move |store| store.settings().set([(KEY.to_owned(), Value::String(draft))])).await
    }
}
