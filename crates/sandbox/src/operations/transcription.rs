//! Text from speech.

use axum::{body::Body, http::StatusCode};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::{Call, model, model_headers};
use crate::{
    answer::Answer,
    body::{self, Takes},
    catalogue::HearingRules,
    file_part::FilePart,
    gate::Access,
    ledger::Measure,
    rates::Group,
    refusal::Refusal,
    routes::{Method, Operation},
    sound_files::{Loudness, Undecodable},
    voice::{self, Heard, TimedWord},
    work::Bill,
};

pub(crate) const OPERATIONS: &[Operation] = &[Operation::new(
    "createTranscription",
    Method::Post,
    "/audio/transcriptions",
    Access::KeyOrWallet,
    |call, body| Box::pin(transcribe(call, body)),
)
.rated(Group::Audio)
.taking(0.6, 2.0)];

/// The most that a sound file may have.
pub(super) const MOST_BYTES: u64 = 25 << 20;
/// The longest sound that is listened to, in seconds.
const MOST_SECONDS: f64 = 4.0 * 3600.0;

/// A sound file of a form: there, not too large, and read.
pub(super) async fn sound_file(file: Option<FilePart>) -> Result<bytes::Bytes, Refusal> {
    let file = file.ok_or_else(|| Refusal::field("INVALID_REQUEST", "file", "Field is required"))?;
    if file.length > MOST_BYTES {
        return Err(Refusal::too_large(format!(
            "File exceeds the maximum allowed size of {} MB.",
            MOST_BYTES >> 20
        )));
    }
    file.bytes().await.map_err(|error| {
        tracing::error!(%error, "an upload can't be read");
        Refusal::broken("UNKNOWN_ERROR", "The sandbox can't read the upload")
    })
}

/// Why a sound file can't be used.
pub(super) fn unheard(error: Undecodable) -> Refusal {
    match error {
        Undecodable::NoSound => Refusal::field(
            "INVALID_AUDIO_FORMAT",
            "file",
            "The audio can't be read. Supported formats: WAV, FLAC, M4A, AAC, MP4, MP3, OGG, WEBM",
        ),
        Undecodable::Empty => Refusal::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "ASR_UPSTREAM_VALIDATION_FAILED",
            "The audio has no length",
        ),
    }
}

async fn transcribe(call: Call, body: Body) -> Result<Answer, Refusal> {
    call.query().finish()?;
    // A little over the limit, so that the file is measured by itself.
    let limit = MOST_BYTES as usize + (1 << 20);
    let mut fields = body::read(&call.headers, body, Takes::Form, limit).await?;
    let file = fields.file("file");
    let asked = fields.text("model", 1..=200).unwrap_or_else(|| "nvidia/parakeet-tdt-0.6b-v3".into());
    let text = fields.choice("response_format", &["json", "text"]) == Some("text");
    let timestamps = fields.flag("timestamps").unwrap_or(false);
    fields.text("language", 0..=32);
    fields.finish()?;
    let model = model(&call, "asr", "model", &asked)?;
    let rules = model.hearing.ok_or_else(|| Refusal::broken("UNKNOWN_ERROR", "The model doesn't listen"))?;
    let file = sound_file(file).await?;
    let loudness = tokio::task::spawn_blocking(move || Loudness::of_file(file))
        .await
        .unwrap_or(Err(Undecodable::NoSound))
        .map_err(unheard)?;
    if loudness.seconds > MOST_SECONDS {
        let message = "The audio is too long: at most four hours";
        return Err(Refusal::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "ASR_UPSTREAM_VALIDATION_FAILED",
            message,
        ));
    }
    let seconds = Decimal::new((loudness.seconds * 100.0).ceil().max(1.0) as i64, 2).normalize();
    let bill = Bill::of(model.id).line("asr", Measure::Second, seconds, rules.price).inference(None, None);
    let house = call.house.clone();
    let duration = loudness.seconds;
    let heard = call.paid(bill, move || Ok(voice::listen(&loudness, &house.memory))).await?;
    let mut answer = if text {
        Answer::new(StatusCode::OK, "text/plain; charset=utf-8", heard.text)
    } else {
        let mut said = json!({"text": heard.text, "duration": milliseconds(duration)});
        if timestamps {
            said["timestamps"] = times(&heard, &rules);
        }
        Answer::ok(&said)
    };
    model_headers(&model, &mut answer);
    Ok(answer)
}

fn milliseconds(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}

fn timed(name: &str, word: &TimedWord) -> Value {
    json!({name: word.text, "start": milliseconds(word.start), "end": milliseconds(word.end)})
}

/// The times that the model tells.
fn times(heard: &Heard, rules: &HearingRules) -> Value {
    let mut told = Map::new();
    for kind in rules.times {
        let list: Value = match *kind {
            "word" => heard.words.iter().map(|word| timed("word", word)).collect(),
            "segment" => heard.segments.iter().map(|segment| timed("text", segment)).collect(),
            _ => heard.words.iter().flat_map(letters).map(|letter| timed("char", &letter)).collect(),
        };
        told.insert((*kind).to_owned(), list);
    }
    told.into()
}

/// The letters of a word, each taking its share of the time.
fn letters(word: &TimedWord) -> Vec<TimedWord> {
    let count = word.text.chars().count().max(1) as f64;
    let at = |place: usize| word.start + (word.end - word.start) * place as f64 / count;
    word.text
        .chars()
        .enumerate()
        .map(|(place, letter)| TimedWord { text: letter.to_string(), start: at(place), end: at(place + 1) })
        .collect()
}
