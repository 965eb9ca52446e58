//! Answers on disk become text.

use store::{Job, JobPatch};
use venice::{Request as _, audio::CreateTranscription, video::CreateVideoTranscription};

use super::{
    address::AddressRequest,
    heard::{self, Heard, Stretch},
    piece::PieceRequest,
};
use crate::{
    AppError, Result, Studio,
    error::Code,
    jobs::{Kept, Sent},
};

impl Studio {
    /// Puts the words of an answer into its transcript. It can be done again at any point.
    pub(crate) async fn keep_heard(&self, job: &Job, sent: Sent) -> Result<Kept> {
        let answer_id = sent.receipt.answer_id.clone();
        let (id, piece, heard, language) = if job.operation == CreateVideoTranscription::OPERATION.id {
            let request: AddressRequest = asked(job)?;
            let answer =
                CreateVideoTranscription::read(&sent.receipt, sent.content_type.as_deref(), sent.bytes);
            let answer = answer.map_err(|_| unreadable(sent.content_type.as_deref()))?;
            (request.transcript, 0, heard::untimed(&answer.transcript), answer.lang)
        } else {
            let request: PieceRequest = asked(job)?;
            let answer = CreateTranscription::read(&sent.receipt, sent.content_type.as_deref(), sent.bytes);
            let answer = answer.map_err(|_| unreadable(sent.content_type.as_deref()))?;
            let stretch = Stretch::of(request.start_ms, request.end_ms);
            (request.transcript, request.piece, heard::heard(&answer, stretch), request.language)
        };
        let job = job.id;
        self.store(move |store| {
            let Heard { lines, is_timed } = heard;
            store.transcripts().arrive(id, piece, lines, is_timed, language)?;
            // From here on the transcript shows it.
            let patch = JobPatch { dismissed: Some(true), ..JobPatch::default() };
            store.jobs().change(job, patch).map(drop)
        })
        .await?;
        Ok(Kept { answer_id, ..Kept::default() })
    }
}

fn asked<R: serde::de::DeserializeOwned>(job: &Job) -> Result<R> {
    serde_json::from_value(job.request.clone()).map_err(AppError::internal)
}

fn unreadable(content_type: Option<&str>) -> AppError {
    AppError::new(
        Code::AnswerUnreadable,
        "The answer arrived, but there are no words in it that can be read.",
        "It was most likely charged. What arrived is kept in the work folder; Venice's support can look the request up.",
    )
    .param("content_type", content_type.unwrap_or("—"))
}
