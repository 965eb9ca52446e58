//! Speech, transcripts, voices and music.

use std::error::Error;

use venice::audio::{
    AudioFormat, CompleteAudio, CreateClonedVoice, CreateSpeech, CreateTranscription, QueueAudio,
    QueuedAudio, QuoteAudio, RetrieveAudio, RetrievedAudio, Sound,
};
use venice::models::{Model, ModelType};
use venice::{AnswerFormat, Body, FileInput};

use super::{BETWEEN_POLLS, POLLS};
use crate::{Report, Setting, ensure};

/// Long enough for a sample of a voice.
const WORDS: &str = "Good evening, and welcome aboard. The water is calm tonight, and the lamps are lit along the canal. \
                     We pass under three bridges before we turn. Please keep your hands inside the boat.";

pub async fn check(report: &mut Report, setting: &Setting) {
    let client = &setting.client;
    let mut spoken = None;
    report
        .check("createSpeech", async {
            let has = |model: &Model, format: &str| {
                model.spec.supported_formats.iter().any(|known| known == format)
            };
            let model = setting
                .pick(&ModelType::Tts, |model| has(model, "wav") && has(model, "pcm"))
                .or_else(|_| setting.pick(&ModelType::Tts, |_| true))?;
            let request = speak(model, WORDS);
            let formats = &model.spec.supported_formats;
            for format in formats.iter().map(|format| AudioFormat::from(format.as_str())) {
                let short = speak(model, "Good evening.").response_format(format.clone());
                let sound = client.create_speech(&short).await?.value;
                ensure!(sound.format == format, "{} and not {format}", sound.format);
            }
            spoken = Some(client.create_speech(&request.clone().response_format("wav")).await?.value);
            let streamed = client.open(&request.streaming(true)).await?;
            let sound = collect(streamed).await?;
            ensure!(sound.bytes.len() > 1_000, "{} bytes of sound", sound.bytes.len());
            Ok(())
        })
        .await;
    let take = || {
        let sound: &Sound = spoken.as_ref().ok_or("nothing was spoken")?;
        let name = format!("take.{}", sound.format);
        Ok::<_, &str>(FileInput::bytes(name, sound.format.media_type(), sound.bytes.clone()))
    };
    report
        .check("createTranscription", async {
            let model = setting.pick(&ModelType::Asr, |_| true)?;
            let request = CreateTranscription::new(take()?).model(&model.id).language("en");
            let heard = client.create_transcription(&request.clone().timestamps(true)).await?.value;
            ensure!(!heard.text.is_empty() && heard.duration.is_some(), "no text or no length");
            let timestamps = heard.timestamps.ok_or("no timestamps")?;
            let in_order = timestamps.word.windows(2).all(|pair| pair[0].start <= pair[1].start);
            ensure!(in_order && !(timestamps.word.is_empty() && timestamps.segment.is_empty()), "no times");
            let heard = client.create_transcription(&request.response_format(AnswerFormat::Text)).await?;
            ensure!(!heard.value.text.is_empty() && heard.value.duration.is_none(), "no plain text");
            Ok(())
        })
        .await;
    report
        .check("createClonedVoice", async {
            let model = setting.pick(&ModelType::Tts, |model| model.spec.voice_cloning.is_some())?;
            let voice =
                client.create_cloned_voice(&CreateClonedVoice::new(take()?).model(&model.id)).await?.value;
            ensure!(voice.id.starts_with("vv_"), "no handle of a voice");
            let request = CreateSpeech::new("Good evening.").model(&model.id).voice(&voice.id);
            ensure!(!client.create_speech(&request).await?.value.bytes.is_empty(), "nothing was spoken");
            Ok(())
        })
        .await;
    music(report, setting).await;
}

fn speak(model: &Model, words: &str) -> CreateSpeech {
    let request = CreateSpeech::new(words).model(&model.id);
    match model.spec.voices.first() {
        Some(voice) => request.voice(voice),
        None => request,
    }
}

/// All of a sound that comes as it is spoken; its format is told by the first bytes.
async fn collect(mut body: Body) -> Result<Sound, Box<dyn Error>> {
    let content_type = body.content_type().map(str::to_owned);
    let mut bytes = Vec::new();
    let mut format = None;
    while let Some(piece) = body.chunk().await? {
        bytes.extend_from_slice(&piece);
        format = format.or_else(|| AudioFormat::tell(content_type.as_deref(), &bytes));
    }
    let sound = Sound::from_body(content_type.as_deref(), bytes.into())?;
    if format.as_ref() == Some(&sound.format) {
        Ok(sound)
    } else {
        Err("its beginning told another format".into())
    }
}

/// The length to ask a model for, where it wants to be told.
fn duration(model: &Model) -> Option<u32> {
    let spec = &model.spec;
    let seconds =
        spec.duration_options.first().or(spec.default_duration.as_ref()).or(spec.min_duration.as_ref());
    seconds.map(|seconds| *seconds as u32)
}

async fn music(report: &mut Report, setting: &Setting) {
    let client = &setting.client;
    let model = setting.pick(&ModelType::Music, |model| model.spec.lyrics_required != Some(true));
    report
        .check("quoteAudio", async {
            let model = model.clone()?;
            let mut request = QuoteAudio::new(&model.id);
            request.duration_seconds = duration(model);
            let quote = client.quote_audio(&request).await?.value;
            ensure!(!quote.usd.is_sign_negative(), "less than nothing");
            let by_characters = |model: &Model| {
                model.spec.pricing.as_ref().is_some_and(|pricing| pricing.per_thousand_characters.is_some())
            };
            if let Ok(model) = setting.pick(&ModelType::Music, by_characters) {
                client.quote_audio(&QuoteAudio::new(&model.id).character_count(500_u32)).await?;
            }
            Ok(())
        })
        .await;
    let mut queued: Option<QueuedAudio> = None;
    report
        .check("queueAudio", async {
            let model = model.clone()?;
            let mut request = QueueAudio::new(&model.id, "a slow barcarole for two mandolins, with water");
            request.duration_seconds = duration(model);
            queued = Some(client.queue_audio(&request).await?.value);
            ensure!(queued.as_ref().is_some_and(|queued| !queued.queue_id.is_empty()), "no id");
            Ok(())
        })
        .await;
    report
        .check("retrieveAudio", async {
            let queued = queued.as_ref().ok_or("nothing was queued")?;
            let request = RetrieveAudio::new(&model.clone()?.id, &queued.queue_id);
            for _ in 0..POLLS {
                match client.retrieve_audio(&request).await?.value {
                    RetrievedAudio::File(sound) => {
                        ensure!(sound.bytes.len() > 1_000, "{} bytes of music", sound.bytes.len());
                        return Ok(());
                    }
                    _ => tokio::time::sleep(BETWEEN_POLLS).await,
                }
            }
            Err("it takes too long".into())
        })
        .await;
    report
        .check("completeAudio", async {
            let queued = queued.as_ref().ok_or("nothing was queued")?;
            let request = CompleteAudio::new(&model.clone()?.id, &queued.queue_id);
            ensure!(client.complete_audio(&request).await?.value.success, "it wasn't cleared away");
            Ok(())
        })
        .await;
}
