//! Speech from text.

use axum::body::Body;
use bytes::Bytes;
use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{Call, model, model_headers};
use crate::{
    answer::{Answer, Chunk, Streamed},
    body::{self, Takes},
    catalogue::{Model, SpeechRules},
    chance::mix,
    config::WorkTime,
    fields::Fields,
    gate::Access,
    ledger::Measure,
    rates::Group,
    refusal::Refusal,
    routes::{Method, Operation},
    sound_files::SoundFormat,
    voice::{self, Manner},
    work::Bill,
};

pub(crate) const OPERATIONS: &[Operation] =
    &[Operation::new("createSpeech", Method::Post, "/audio/speech", Access::KeyOrWallet, |call, body| {
        Box::pin(speak(call, body))
    })
    .rated(Group::Audio)
    .taking(0.4, 1.5)];

/// The voice that the description has as its default and in its examples, whatever the model.
const ANY_VOICE: &str = "af_sky";

struct Request {
    input: String,
    model: String,
    voice: Option<String>,
    format: Option<&'static str>,
    speed: f64,
    style: String,
    temperature: f64,
    streaming: bool,
}

impl Request {
    fn read(mut fields: Fields) -> Result<Self, Refusal> {
        let input = fields.required_text("input", 1..=4096);
        let model = fields.text("model", 1..=200).unwrap_or_else(|| "tts-kokoro".into());
        let voice = fields.text("voice", 0..=512);
        let format = fields.choice("response_format", &["mp3", "opus", "aac", "flac", "wav", "pcm"]);
        let speed = fields.number("speed", 0.25..=4.0).unwrap_or(1.0);
        let style = fields.text("prompt", 0..=500).unwrap_or_default();
        let temperature = fields.number("temperature", 0.0..=2.0).unwrap_or(1.0);
        let streaming = fields.flag("streaming").unwrap_or(false);
        // A voice of nothing has no accent.
        fields.text("language", 2..=32);
        fields.number("top_p", 0.0..=1.0);
        fields.finish()?;
        Ok(Self { input, model, voice, format, speed, style, temperature, streaming })
    }
}

/// A voice's name, and its pitch where it was cloned.
fn voice(
    call: &Call,
    model: &Model,
    rules: &SpeechRules,
    asked: Option<&str>,
) -> Result<(String, Option<f32>), Refusal> {
    let refused = |message: &str| Refusal::field("INVALID_REQUEST", "voice", message);
    match asked {
        None | Some("") => Ok((rules.voices.first().copied().unwrap_or_default().into(), None)),
        Some(handle) if handle.starts_with("vv_") => {
            let pitch = call.house.cloned_voices.admit(
                handle,
                model.id,
                call.caller.wallet().as_deref(),
                Timestamp::now(),
            )?;
            Ok((handle.to_owned(), Some(pitch)))
        }
        Some(name) if rules.voices.contains(&name) || rules.foreign_voices => Ok((name.to_owned(), None)),
        Some(ANY_VOICE) => Ok((rules.voices.first().copied().unwrap_or_default().into(), None)),
        Some(_) => {
            Err(refused(&format!("The voice is not one of {}'s: {}", model.id, rules.voices.join(", "))))
        }
    }
}

async fn speak(call: Call, body: Body) -> Result<Answer, Refusal> {
    call.query().finish()?;
    let request = Request::read(body::read(&call.headers, body, Takes::Json, 1 << 20).await?)?;
    let model = model(&call, "tts", "model", &request.model)?;
    let rules = model.speech.ok_or_else(|| Refusal::broken("UNKNOWN_ERROR", "The model doesn't speak"))?;
    let format = request.format.or(rules.formats.first().copied()).unwrap_or("mp3");
    let format = Some(format)
        .filter(|format| rules.formats.contains(format))
        .and_then(SoundFormat::of)
        .ok_or_else(|| {
            let message = format!("{} writes {}, not {format}", model.id, rules.formats.join(", "));
            Refusal::field("INVALID_AUDIO_FORMAT", "response_format", message)
        })?;
    let (voice, pitch) = voice(&call, &model, &rules, request.voice.as_deref())?;
    let characters = request.input.chars().count();
    let millions = Decimal::from_i128_with_scale(characters as i128, 6).normalize();
    let bill = Bill::of(model.id)
        .line("tts", Measure::MillionCharacters, millions, rules.price)
        .inference(None, None);
    let (house, streaming) = (call.house.clone(), request.streaming);
    let handle = voice.clone();
    let (file, sentences) = call
        .paid(bill, move || {
            let manner = Manner {
                voice: &voice,
                pitch,
                speed: request.speed as f32,
                style: if rules.style { &request.style } else { "" },
                temperature: if rules.temperature { request.temperature as f32 } else { 1.0 },
                seed: mix(mix(0, model.id), &request.input),
            };
            let speech = voice::speak(&request.input, &manner);
            let file = format.write(&speech.sound).map_err(|error| {
                tracing::error!(%error, "speech can't be written");
                Refusal::broken("INFERENCE_FAILED", "Inference processing failed")
            })?;
            // Being known again is a nicety: speech goes out without it.
            if let Err(error) = house.memory.keep(&request.input, &speech) {
                tracing::warn!(%error, "what was said can't be kept");
            }
            let length = speech.sound.seconds().max(0.001);
            let sentences: Vec<f64> = speech.sentences.iter().map(|end| end / length).collect();
            Ok((Bytes::from(file), sentences))
        })
        .await?;
    if let Err(error) = call.house.cloned_voices.renew(&handle, Timestamp::now()) {
        tracing::warn!(%error, "the use of a voice can't be kept");
    }
    let mut answer = if streaming {
        Answer::streamed(format.content_type(), by_sentence(&call, file, &sentences))
    } else {
        Answer::new(axum::http::StatusCode::OK, format.content_type(), file)
    };
    model_headers(&model, &mut answer);
    Ok(answer)
}

/// The file in as many parts as there are sentences, each as soon as it would be said.
fn by_sentence(call: &Call, mut file: Bytes, ends: &[f64]) -> Streamed {
    let length = file.len();
    let mut sent = 0;
    let mut chunks = Vec::with_capacity(ends.len());
    for (place, end) in ends.iter().enumerate() {
        let last = place + 1 == ends.len();
        let until = if last { length } else { (length as f64 * end) as usize }.max(sent);
        let wait = match call.house.work_time {
            WorkTime::Natural if place > 0 => call.house.next_work_time((0.15, 0.4)),
            _ => std::time::Duration::ZERO,
        };
        let bytes = file.split_to(until - sent);
        sent = until;
        if !bytes.is_empty() {
            chunks.push(Chunk { wait, bytes });
        }
    }
    Streamed::of(chunks)
}
