//! A transcript as something that goes with a message.

use store::{AttachmentBytes, AttachmentKind, NewAttachment};

use super::export::document;
use crate::{
    AppError, Result, Studio,
    conversations::view::AttachmentView,
    error::{Code, input_too_large},
};

/// The most bytes of a document that goes with a message.
const MOST_BYTES: u64 = 25 << 20;
/// The first words that are shown.
const EXCERPT: usize = 300;

impl Studio {
    /// Attaches its words to a conversation: with times and speakers, so that one can ask who said what when.
    pub async fn attach_transcript(&self, conversation: String, id: String) -> Result<AttachmentView> {
        let conversation = conversation.parse().map_err(|_| AppError::not_found("conversation"))?;
        self.store(move |store| store.conversations().get(conversation)).await?;
        let transcript = self.transcript(id).await?;
        if transcript.text.lines.is_empty() {
            return Err(AppError::new(
                Code::PromptEmpty,
                "There are no words in this transcript.",
                "Attach it when something was heard.",
            ));
        }
        let text = document::to_read(&transcript);
        if text.len() as u64 > MOST_BYTES {
            return Err(input_too_large(Some(text.len() as u64), MOST_BYTES));
        }
        let excerpt: String = transcript.summary.excerpt.chars().take(EXCERPT).collect();
        let name = format!("{}.txt", transcript.summary.title);
        let new = NewAttachment {
            excerpt: Some(excerpt),
            ..NewAttachment::new(AttachmentKind::Document, &name, "text/plain")
        };
        self.keep_attachment(new, AttachmentBytes::Bytes(text.into_bytes())).await
    }
}
