//! Cloning a voice from a sample.

use axum::body::Body;
use jiff::Timestamp;
use serde_json::json;

use super::{Call, model, model_headers, transcription};
use crate::{
    answer::Answer,
    body::{self, Takes},
    gate::Access,
    rates::Group,
    refusal::Refusal,
    routes::{Method, Operation},
    sound_files::{Undecodable, container, decode},
    voice,
    work::Bill,
};

pub(crate) const OPERATIONS: &[Operation] = &[Operation::new(
    "createClonedVoice",
    Method::Post,
    "/audio/voices",
    Access::KeyOrWallet,
    |call, body| Box::pin(clone(call, body)),
)
.rated(Group::Audio)
.taking(1.0, 3.0)];

/// Samples shorter than this say nothing of a voice; longer ones than the listing recommends say more.
const LEAST_SECONDS: f64 = 1.0;

async fn clone(call: Call, body: Body) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let limit = transcription::MOST_BYTES as usize + (1 << 20);
    let mut fields = body::read(&call.headers, body, Takes::Form, limit).await?;
    let file = fields.file("file");
    let asked = fields.text("model", 1..=200).unwrap_or_else(|| "tts-chatterbox-hd".into());
    fields.finish()?;
    let model = model(&call, "tts", "model", &asked)?;
    let cloning = model
        .speech
        .and_then(|rules| rules.cloning)
        .ok_or_else(|| Refusal::field("INVALID_MODEL", "model", "The model clones no voices"))?;
    let file = transcription::sound_file(file).await?;
    if !container(&file).is_some_and(|kind| cloning.formats.contains(&kind)) {
        let message = format!("{} takes samples in {}", model.id, cloning.formats.join(", "));
        return Err(Refusal::field("INVALID_AUDIO_FORMAT", "file", message));
    }
    let sample = tokio::task::spawn_blocking(move || decode(file))
        .await
        .unwrap_or(Err(Undecodable::NoSound))
        .map_err(|error| match error {
            Undecodable::NoSound => transcription::unheard(error),
            Undecodable::Empty => Refusal::field("INVALID_AUDIO_FORMAT", "file", "The sample is silent"),
        })?;
    if sample.seconds() < LEAST_SECONDS {
        let message = format!("The sample is too short: {LEAST_SECONDS} second at the least");
        return Err(Refusal::field("INVALID_AUDIO_FORMAT", "file", message));
    }
    let bill = Bill::new(model.id, "voice-clone", 1, cloning.price).inference(None, None);
    let pitch = call.paid(bill, move || Ok(voice::pitch(&sample).unwrap_or(150.0))).await?;
    let handle = format!("vv_{}", call.house.draw(|chance| format!("{:016x}", chance.next())));
    let wallet = call.caller.wallet();
    call.house
        .cloned_voices
        .make(&handle, model.id, wallet, pitch, cloning.persistent, Timestamp::now())
        .map_err(|error| {
            tracing::error!(%error, "a cloned voice can't be kept");
            Refusal::broken("UNKNOWN_ERROR", "The sandbox can't write its state")
        })?;
    let mut answer = Answer::ok(&json!({"id": handle, "model": model.id}));
    model_headers(&model, &mut answer);
    Ok(answer)
}
