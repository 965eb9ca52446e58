//! From a click to pieces that are under way.

use std::sync::atomic::Ordering;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Transcript, TranscriptId, TranscriptPiece};

use super::{
    Preparing,
    asking::{self, Asked},
    cutting::{self, Cut},
    piece::{PieceRequest, job_of},
    view::{TranscribeRequest, TranscriptSummary},
};
use crate::{
    AppError, Result, Studio,
    accounts::Payer,
    error::Code,
    money::Money,
    pictures::{estimate::Expected, start::price_changed},
    pricing,
    voice::agreed::hold_to,
};

/// How a transcript was asked for, as its row and its file keep it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    pub language: Option<String>,
    pub timestamps: bool,
    /// What the button said it costs at most; none = unknown.
    pub agreed: Option<Money>,
}

impl Wish {
    pub(super) fn of(transcript: &Transcript) -> Self {
        serde_json::from_value(transcript.request.clone()).unwrap_or_default()
    }
}

impl Studio {
    /// Writes a transcript down and begins: cuts the sound, writes the jobs, sends them. It answers as soon as the transcript is
    /// written down; events tell how it goes on.
    pub async fn start_transcription(
        &self,
        request: TranscribeRequest,
        expected: Expected,
    ) -> Result<TranscriptSummary> {
        let Asked { payer, source, price } = self.asked_for(&request).await?;
        if payer.id != expected.account || price.amount != expected.amount {
            return Err(price_changed());
        }
        // What the user agrees to goes with the work beside the calls.
        let studio = self.agreeing(&expected.over_budgets);
        studio.may_spend(&payer, &price, cutting::pieces_about(source.length), false).await?;
        let now = Timestamp::now();
        let wish =
            Wish { language: request.language.clone(), timestamps: request.timestamps, agreed: price.amount };
        let wish = serde_json::to_value(wish).map_err(AppError::internal)?;
        let transcript = Transcript {
            item: Some(source.item.id),
            model: Some(request.model),
            language: request.language,
            account: Some(payer.id),
            length_ms: Some(source.length_ms()),
            ..Transcript::new(TranscriptId::new(now), &source.item.title, wish, now)
        };
        let id = transcript.id;
        self.store(move |store| store.transcripts().insert(transcript)).await?;
        studio.prepare(id);
        self.transcript_summary(id).await
    }

    /// Those whose sound was being read when the program ended begin anew: nothing of them was sent.
    pub(crate) async fn resume_transcripts(&self) -> Result<()> {
        self.remove_piece_files().await;
        for transcript in self.store(|store| store.transcripts().uncut()).await? {
            if transcript.problem.is_some() {
                continue;
            }
            if transcript.item.is_some() {
                self.prepare(transcript.id);
            } else {
                self.note_problem(transcript.id, not_sent()).await?;
            }
        }
        Ok(())
    }

    /// Reads and cuts a transcript's sound and sends its pieces, beside the calls.
    pub(super) fn prepare(&self, id: TranscriptId) {
        let Some(preparing) = Preparing::begin(self, id) else { return };
        let studio = self.clone();
        self.inner.tasks.spawn(async move {
            // It is known before it is prepared, and may have been looked at in between.
            studio.tell_transcript(id);
            let noted = match studio.cut_and_send(id, &preparing).await {
                Ok(()) => Ok(()),
                Err(error) => studio.note_problem(id, error).await,
            };
            // Only now: whoever asks again must not find the word of the time before on it later.
            drop(preparing);
            if let Err(error) = noted {
                tracing::error!(%id, code = error.code, "what holds a transcript up was not noted");
            }
            studio.tell_transcript(id);
        });
    }

    async fn cut_and_send(&self, id: TranscriptId, preparing: &Preparing) -> Result<()> {
        let transcript = self.store(move |store| store.transcripts().get(id)).await?;
        let item = transcript.item.ok_or_else(|| AppError::not_found("item"))?;
        let source = self.source_of(item).await?;
        let cut = {
            let (path, stop) = (source.path.clone(), preparing.stop.clone());
            tokio::task::spawn_blocking(move || cutting::cut(&path, &stop))
                .await
                .map_err(AppError::internal)?
        };
        let cut = cut.map_err(|error| if error.is(Code::Stopped) { stopped() } else { error })?;
        if cut.length > source.length {
            // The file told less than it holds: whoever asks again is told the price of all of it.
            self.note_length(&source, cut.length);
        }
        if preparing.stop.load(Ordering::Relaxed) {
            return Err(stopped());
        }
        self.send_cut(transcript, cut).await
    }

    /// Writes the pieces of a sound down with their jobs and what they hold, and sends them in their turn. Where they cost more
    /// than was agreed to, nothing is written.
    async fn send_cut(&self, transcript: Transcript, cut: Cut) -> Result<()> {
        let account = transcript.account.clone().ok_or_else(|| AppError::not_found("account"))?;
        let payer = self.payer(&account).await?;
        let listed = self.models(&payer, false).await?;
        let wish = Wish::of(&transcript);
        let model = transcript.model.clone().unwrap_or_default();
        let mut pieces: Vec<TranscriptPiece> = cut.spans.iter().map(piece_of).collect();
        let (mut jobs, mut prices) = (Vec::new(), Vec::new());
        let of = u32::try_from(pieces.len()).unwrap_or(u32::MAX);
        let median = self.median_of_pieces(&model).await?;
        for (index, piece) in (0_u32..).zip(&mut pieces) {
            let request = PieceRequest {
                transcript: transcript.id,
                piece: index,
                item: transcript.item,
                model: model.clone(),
                language: wish.language.clone(),
                timestamps: wish.timestamps,
                start_ms: piece.start_ms,
                end_ms: piece.end_ms,
            };
            let price = asking::price_of(&listed.models, &model, request.length());
            let job = job_of(&payer, &transcript, &request, &price, of, median)?;
            piece.job = Some(job.id);
            jobs.push((job, request));
            prices.push(price);
        }
        let total = pricing::total(prices);
        if !jobs.is_empty() {
            // What the pieces come to is mostly less than the whole: silence is left out.
            hold_to(wish.agreed, total.amount)?;
        }
        let length = u64::try_from(cut.length.as_millis()).unwrap_or(u64::MAX);
        let written = {
            let transcript = Transcript { length_ms: Some(length), ..transcript };
            let rows = jobs.iter().map(|(job, _)| job.clone()).collect();
            move |store: &store::Store, limits: &[store::Limit]| {
                store.transcripts().cut(transcript, pieces, rows, limits)
            }
        };
        if jobs.is_empty() {
            // Nothing is heard in it, and nothing is asked for: no limit stands against that.
            return self.store(move |store| written(store, &[]).map(drop)).await;
        }
        self.write_within(&payer, &total, of, written).await?;
        self.set_pieces_off(&payer, jobs);
        Ok(())
    }

    /// Sends jobs that are written down, one after the other.
    pub(super) fn set_pieces_off(&self, payer: &Payer, jobs: Vec<(store::Job, PieceRequest)>) {
        for (job, request) in jobs {
            let parcel = self.piece_parcel(job.id, request);
            self.set_off(job, payer.clone(), parcel, None);
        }
    }

    pub(super) async fn note_problem(&self, id: TranscriptId, problem: AppError) -> Result<()> {
        tracing::info!(%id, code = problem.code, "a transcript doesn't go on");
        let problem = serde_json::to_value(problem).map_err(AppError::internal)?;
        self.store(move |store| store.transcripts().set_problem(id, Some(problem))).await
    }
}

fn piece_of(span: &audio::cut::Span) -> TranscriptPiece {
    let milliseconds = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    TranscriptPiece {
        start_ms: milliseconds(span.start),
        end_ms: milliseconds(span.end),
        ..TranscriptPiece::default()
    }
}

pub(super) fn stopped() -> AppError {
    AppError::new(
        Code::Stopped,
        "You stopped this before anything was sent.",
        "Nothing was charged. Begin it again when you like.",
    )
}

pub(super) fn not_sent() -> AppError {
    AppError::new(
        Code::NotSent,
        "Canaletto was closed before this was sent.",
        "Nothing was charged. Try again when you like.",
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use audio::cut::Span;
    use rust_decimal::Decimal;

    use super::*;
    use crate::voice::agreed::is_within;

    #[test]
    fn the_pieces_of_ten_hours_cost_no_more_than_the_whole() {
        let model = serde_json::json!({"id": "m", "type": "asr",
            "model_spec": {"pricing": {"per_audio_second": {"usd": 0.000_056_7}}}});
        let models = vec![serde_json::from_value(model).unwrap()];
        let whole = asking::price_of(&models, "m", Duration::from_hours(10)).amount;
        // Uneven seams, so that every piece is rounded.
        let seam = |n: u64| Duration::from_micros(n * 313_131_313 + n % 7 * 1_777);
        let spans: Vec<Span> = (0..114).map(|n| Span { start: seam(n), end: seam(n + 1) }).collect();
        let pieces: Vec<TranscriptPiece> = spans.iter().map(piece_of).collect();
        assert!(
            pieces.windows(2).all(|pair| pair[0].end_ms == pair[1].start_ms),
            "no word between two pieces"
        );
        let prices = pieces.iter().map(|piece| {
            asking::price_of(&models, "m", Duration::from_millis(piece.end_ms - piece.start_ms))
        });
        let total = pricing::total(prices).amount;
        assert!(is_within(total, whole) && cutting::pieces_about(Duration::from_hours(10)) == 120);
        assert_eq!(whole.unwrap().amount, "2.0412".parse::<Decimal>().unwrap());
    }
}
