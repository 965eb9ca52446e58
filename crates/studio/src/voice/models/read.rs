//! From what Venice lists of a model to what the room shows of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use store::Voice;
use venice::models::Model;

use super::{CloningView, HearingModel, Range, SpeechModel, VoiceView, names};
use crate::pricing;

/// The bounds of every request, where a model doesn't say less.
const SPEED: (f64, f64) = (0.25, 4.0);
const TEMPERATURE: f64 = 2.0;
/// Characters of the words for how to say it.
const STYLE: u32 = 500;
/// A sample shorter than this says nothing of a voice, where a model doesn't say more; twice that sounds good.
const LEAST_SECONDS: f64 = 5.0;
/// What is used without a choice, whatever the model: its own, where it has it.
const ANY_VOICE: &str = "af_sky";
/// Bare samples: neither a player nor the library can tell their rate.
const HEADLESS: &str = "pcm";

/// The voices that are marked, by model.
pub(super) type Favourites = BTreeMap<String, BTreeSet<String>>;

/// Whether a model's listing says something of it, wherever that stands.
fn says(model: &Model, flag: &str) -> Option<bool> {
    let spec = &model.spec;
    let constraints = spec.constraints.as_ref().map(|constraints| &constraints.extra);
    [Some(&spec.extra), constraints].into_iter().flatten().find_map(|told| told.get(flag)?.as_bool())
}

/// A model that speaks. `cloned` are the voices of the account.
pub(super) fn speaking(model: &Model, favourites: &Favourites, cloned: &[Voice]) -> SpeechModel {
    let spec = &model.spec;
    let marked = |voice: &str| favourites.get(&model.id).is_some_and(|marked| marked.contains(voice));
    let listed = spec.voices.iter().map(|voice| {
        let told = names::told(&model.id, voice);
        VoiceView {
            id: voice.clone(),
            name: told.name,
            language: told.language.map(str::to_owned),
            gender: told.gender.map(str::to_owned),
            favourite: marked(voice),
            clone: None,
        }
    });
    let cloned = cloned.iter().filter(|voice| voice.model == model.id).map(|voice| VoiceView {
        id: voice.handle.clone(),
        name: voice.name.clone(),
        language: None,
        gender: None,
        favourite: marked(&voice.handle),
        clone: Some(voice.id.to_string()),
    });
    let voices: Vec<VoiceView> = cloned.chain(listed).collect();
    let named = |name: &str| spec.voices.iter().find(|voice| *voice == name).cloned();
    let default_voice = spec.default_voice.as_deref().and_then(named).or_else(|| named(ANY_VOICE));
    SpeechModel {
        id: model.id.clone(),
        name: spec.name.clone().unwrap_or_else(|| model.id.clone()),
        privacy: spec.privacy.as_ref().map(|privacy| privacy.as_str().to_owned()),
        description: spec.description.clone().filter(|words| !words.trim().is_empty()),
        offline: spec.offline,
        price: pricing::words::speech(std::slice::from_ref(model), &model.id, 1_000_000),
        default_voice: default_voice.or_else(|| spec.voices.first().cloned()),
        voices,
        formats: formats(model),
        speed: speed(model),
        style_limit: (says(model, "supportsPromptParam") == Some(true)).then_some(STYLE),
        temperature: (says(model, "supportsTemperatureParam") == Some(true)).then(|| Range {
            min: 0.0,
            max: TEMPERATURE,
            default: temperature(model).unwrap_or(1.0).clamp(0.0, TEMPERATURE),
        }),
        top_p: says(model, "supportsTopPParam") == Some(true),
        languages: languages(model),
        takes_language: takes_language(model),
        streams: says(model, "supportsStreaming") != Some(false),
        cloning: cloning(model),
    }
}

/// The temperature without a choice, where the listing tells it.
fn temperature(model: &Model) -> Option<f64> {
    model.spec.constraints.as_ref()?.temperature.as_ref()?.default
}

/// The formats that can be asked for, the model's own first.
fn formats(model: &Model) -> Vec<String> {
    let spec = &model.spec;
    let own = spec.default_format.as_ref().filter(|own| spec.supported_formats.contains(own));
    let others = spec.supported_formats.iter().filter(|format| Some(*format) != own);
    own.into_iter().chain(others).filter(|format| *format != HEADLESS).cloned().collect()
}

fn speed(model: &Model) -> Option<Range> {
    let spec = &model.spec;
    let (min, max) = (spec.min_speed.unwrap_or(SPEED.0), spec.max_speed.unwrap_or(SPEED.1));
    let default = spec.default_speed.unwrap_or(1.0);
    (spec.supports_speed != Some(false) && min < max).then(|| Range {
        min,
        max,
        default: default.clamp(min, max),
    })
}

/// The families that the description says take a language, though the list doesn't.
const TOLD_A_LANGUAGE: &[&str] = &["tts-qwen3-", "tts-xai-", "tts-elevenlabs-", "tts-minimax-"];

fn takes_language(model: &Model) -> bool {
    let known = || TOLD_A_LANGUAGE.iter().any(|family| model.id.starts_with(family));
    model.spec.supports_language_code.unwrap_or_else(known)
}

/// The languages as a model spells them, where its listing tells.
fn languages(model: &Model) -> Vec<String> {
    let told = ["languages", "supported_languages"].iter().find_map(|name| model.spec.extra.get(*name));
    let told = told.and_then(Value::as_array).into_iter().flatten();
    told.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn cloning(model: &Model) -> Option<CloningView> {
    let cloning = model.spec.voice_cloning.as_ref()?;
    let least = cloning.min_sample_seconds.filter(|seconds| *seconds > 0.0).unwrap_or(LEAST_SECONDS);
    Some(CloningView {
        formats: cloning.accepted_formats.clone(),
        least_seconds: least,
        good_seconds: least.max(2.0 * LEAST_SECONDS),
        kept_days: cloning.retention_days.filter(|days| *days > 0.0).map(|days| days.round() as u32),
        renewed_by_use: cloning.is_renewed_by_use(),
        // The list doesn't name it.
        price: None,
    })
}

/// A model that listens.
pub(super) fn hearing(model: &Model) -> HearingModel {
    let spec = &model.spec;
    let pricing = spec.pricing.as_ref().filter(|pricing| pricing.is_fully_read());
    HearingModel {
        id: model.id.clone(),
        name: spec.name.clone().unwrap_or_else(|| model.id.clone()),
        privacy: spec.privacy.as_ref().map(|privacy| privacy.as_str().to_owned()),
        description: spec.description.clone().filter(|words| !words.trim().is_empty()),
        offline: spec.offline,
        price: pricing.and_then(|pricing| pricing.per_audio_second.as_ref()).and_then(pricing::money),
        // Every request may name it; models that find out by themselves pass over it.
        takes_language: spec.supports_language_code != Some(false),
        word_times: says(model, "supportsWordTimestamps"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn model(id: &str, spec: Value) -> Model {
        serde_json::from_value(json!({"id": id, "type": "tts", "model_spec": spec})).unwrap()
    }

    fn read(id: &str, spec: Value) -> SpeechModel {
        speaking(&model(id, spec), &Favourites::new(), &[])
    }

    #[test]
    fn what_the_list_tells_is_shown() {
        let view = read(
            "tts-qwen3-1-7b",
            json!({"name": "Qwen 3", "voices": ["Vivian", "Uncle_Fu"], "default_voice": "Vivian",
                "supported_formats": ["pcm", "mp3", "wav"], "default_format": "wav",
                "pricing": {"input": {"usd": 112.5, "diem": 112.5}}, "supportsPromptParam": true,
                "supportsTemperatureParam": true, "supportsTopPParam": true,
                "constraints": {"temperature": {"default": 0.9}}}),
        );
        assert_eq!(view.formats, ["wav", "mp3"], "its own first, and none that can't be played");
        assert_eq!((view.style_limit, view.top_p, view.takes_language), (Some(500), true, true));
        assert_eq!(view.temperature, Some(Range { min: 0.0, max: 2.0, default: 0.9 }));
        assert_eq!(view.speed, Some(Range { min: 0.25, max: 4.0, default: 1.0 }));
        assert_eq!(view.price.unwrap().amount.to_string(), "112.5");
        assert_eq!(view.voices[1].name, "Uncle Fu");
        assert_eq!(view.default_voice.as_deref(), Some("Vivian"));
    }

    #[test]
    fn what_it_does_not_tell_is_not_made_up() {
        let view = read("tts-new", json!({}));
        assert_eq!((view.name.as_str(), view.price, view.default_voice), ("tts-new", None, None));
        assert!(view.formats.is_empty() && view.languages.is_empty() && !view.takes_language);
        assert_eq!((view.style_limit, view.temperature, view.top_p), (None, None, false));
        assert!(view.cloning.is_none() && view.streams);
        let silent =
            json!({"supports_speed": false, "supportsStreaming": false, "supports_language_code": true});
        let view = read("tts-new", silent);
        assert!(view.speed.is_none() && !view.streams && view.takes_language);
    }

    #[test]
    fn cloning_has_its_needs() {
        let clones = |cloning: Value| read("m", json!({"voice_cloning": cloning})).cloning.unwrap();
        let told = clones(json!({"mode": "persistent", "accepted_formats": ["mp3", "wav"],
            "min_sample_seconds": 20, "retention_days": 7}));
        assert_eq!((told.least_seconds, told.good_seconds), (20.0, 20.0));
        assert_eq!((told.kept_days, told.renewed_by_use), (Some(7), true));
        let quiet = clones(json!({}));
        assert_eq!((quiet.least_seconds, quiet.good_seconds, quiet.kept_days), (5.0, 10.0, None));
    }

    #[test]
    fn listening_is_priced_by_the_second() {
        let asr = json!({"id": "m", "type": "asr", "model_spec": {"pricing": {"per_audio_second": {"usd": 0.0001}}}});
        let view = hearing(&serde_json::from_value(asr).unwrap());
        assert_eq!(view.price.unwrap().amount.to_string(), "0.0001");
        assert_eq!((view.word_times, view.takes_language), (None, true));
    }
}
