//! Words: conversations, vectors, and proof of where a model runs.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use venice::{
    chat::{ChatCompletion, CreateChatCompletion},
    embeddings::{CreateEmbedding, Embeddings},
    models::Model,
    responses::{CreateResponse, Response},
    tee::{GetTeeAttestation, GetTeeSignature, TeeAttestation, TeeSignature, Verification},
};

use super::shown;
use crate::{
    calls::{Callable, ResultFile},
    pricing::{self, Price},
};

/// Kinds of content whose price by the token nobody can tell before.
const UNCOUNTED: [&str; 6] =
    ["image_url", "input_audio", "video_url", "\"file\"", "input_image", "input_file"];

/// The most that an answer can cost, where no more than words go in.
fn most(
    models: &[Model],
    model: &str,
    request: &impl Serialize,
    allowed: Option<u32>,
    answers: u32,
) -> Price {
    let words = serde_json::to_string(request).unwrap_or_default();
    let Some(named) = pricing::named_text_model(models, model) else { return Price::default() };
    let Some(allowed) = allowed.or(named.spec.max_completion_tokens) else { return Price::default() };
    if UNCOUNTED.iter().any(|kind| words.contains(kind)) {
        return Price::default();
    }
    let written = u64::from(allowed) * u64::from(answers);
    let amount = pricing::words::most_of_answer(models, &named.id, words.len() as u64, written);
    let searches =
        ["enable_web_search", "enable_web_scraping", "enable_x_search", "web_search", "character_slug"];
    let more = searches.iter().any(|extra| words.contains(extra)) || model.contains("enable_");
    Price::at_most(amount).and_more(more)
}

impl Callable for CreateChatCompletion {
    type View = ChatCompletion;

    fn part(&self, answer: ChatCompletion) -> (ChatCompletion, Vec<ResultFile>) {
        (answer, Vec::new())
    }

    fn price(&self, models: &[Model]) -> Price {
        let allowed = self.max_completion_tokens.or(self.max_tokens);
        most(models, &self.model, self, allowed, self.n.unwrap_or(1))
    }

    fn model(&self) -> Option<&str> {
        Some(&self.model)
    }
}

impl Callable for CreateResponse {
    type View = Response;

    fn part(&self, answer: Response) -> (Response, Vec<ResultFile>) {
        (answer, Vec::new())
    }

    fn price(&self, models: &[Model]) -> Price {
        most(models, &self.model, self, self.max_output_tokens, 1)
    }

    fn model(&self) -> Option<&str> {
        Some(&self.model)
    }
}

impl Callable for CreateEmbedding {
    type View = Embeddings;

    fn part(&self, answer: Embeddings) -> (Embeddings, Vec<ResultFile>) {
        (answer, Vec::new())
    }

    fn price(&self, models: &[Model]) -> Price {
        let bytes = serde_json::to_string(&self.input).unwrap_or_default().len() as u64;
        Price::at_most(pricing::words::most_of_answer(models, &self.model, bytes, 0))
    }

    fn model(&self) -> Option<&str> {
        Some(&self.model)
    }
}

/// Proof of where a model runs, and what of it holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Attested {
    /// What was verified, and what wasn't.
    pub verification: Verification,
    /// What was said.
    pub attestation: TeeAttestation,
}

impl Callable for GetTeeAttestation {
    type View = Attested;

    fn part(&self, attestation: TeeAttestation) -> (Attested, Vec<ResultFile>) {
        // What Intel publishes isn't fetched: nothing but Venice is asked. So its part stays "not verified".
        let verification = attestation.verify(self, None, Timestamp::now());
        (Attested { verification, attestation }, Vec::new())
    }
}

shown! {
    GetTeeSignature => TeeSignature,
}
