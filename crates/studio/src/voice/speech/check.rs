//! What is wrong with a text and its settings can be known before it costs anything.

use jiff::Timestamp;
use store::Voice;

use super::{
    SpeechRequest,
    job::filled,
    script::{MOST, Script},
};
use crate::{
    AppError,
    error::Code,
    pictures::check::out_of_range,
    voice::models::{Range, Speaker, SpeechModel},
};

/// The longest text of one reading, in characters: some twenty hours.
const LONGEST: usize = 1_000_000;
/// How cloned voices are asked for.
const HANDLE: &str = "vv_";

/// What is wrong with a request, by the model that is to speak and the cloned voice it names.
pub(super) fn problem(
    request: &SpeechRequest,
    script: &Script,
    speaker: &Speaker,
    cloned: Option<&Voice>,
    account: &str,
) -> Option<AppError> {
    let model = &speaker.model;
    text(script)
        .or_else(|| voice(request, speaker, cloned, account))
        .or_else(|| within("speed", request.speed, model.speed))
        .or_else(|| within("temperature", request.temperature, model.temperature))
        .or_else(|| {
            let whole = model.top_p.then_some(Range { min: 0.0, max: 1.0, default: 1.0 });
            within("top p", request.top_p, whole)
        })
        .or_else(|| style(request, model))
        .or_else(|| {
            let language = filled(request.language.as_ref())?;
            let is_offered = model.takes_language
                && (model.languages.is_empty() || model.languages.contains(&language))
                && (2..=32).contains(&language.chars().count());
            (!is_offered).then(|| out_of_range("language", language, &listed(&model.languages)))
        })
        .or_else(|| {
            let format = filled(request.format.as_ref())?;
            (!model.formats.contains(&format))
                .then(|| out_of_range("format", format, &listed(&model.formats)))
        })
}

fn text(script: &Script) -> Option<AppError> {
    if script.pieces.is_empty() {
        return Some(AppError::new(
            Code::TextEmpty,
            "There is nothing in this text that can be said.",
            "Write some words. Lines that begin with # are the names of chapters, and aren't said.",
        ));
    }
    let length = script.characters();
    (length > LONGEST).then(|| too_long(length, LONGEST))
}

/// A line that is tried in several voices is one request each.
pub(super) fn line(script: &Script) -> Option<AppError> {
    (script.pieces.len() > 1).then(|| too_long(script.characters(), MOST))
}

fn too_long(length: usize, most: usize) -> AppError {
    AppError::new(
        Code::TextTooLong,
        format!("The text has {length} characters; at most {most} are spoken at once."),
        "Take a part of it.",
    )
    .param("length", length)
    .param("max", most)
}

fn voice(
    request: &SpeechRequest,
    speaker: &Speaker,
    cloned: Option<&Voice>,
    account: &str,
) -> Option<AppError> {
    let model = &speaker.model;
    let named = filled(request.voice.as_ref())?;
    if let Some(cloned) = cloned {
        return unfit(cloned, model, account);
    }
    let is_listed = model.voices.iter().any(|voice| voice.id == named);
    if is_listed || model.voices.is_empty() || (speaker.takes_foreign_voices && !named.starts_with(HANDLE)) {
        return None;
    }
    if named.starts_with(HANDLE) {
        return Some(AppError::new(
            Code::VoiceForeign,
            "This cloned voice isn't on your shelf.",
            "Choose another voice, or clone it again.",
        ));
    }
    let names: Vec<String> = model.voices.iter().map(|voice| voice.id.clone()).collect();
    Some(out_of_range("voice", named, &listed(&names)))
}

/// Why a cloned voice can't be used.
fn unfit(voice: &Voice, model: &SpeechModel, account: &str) -> Option<AppError> {
    if voice.account != account {
        return Some(
            AppError::new(
                Code::VoiceForeign,
                "This cloned voice belongs to another account.",
                "Choose that account, or clone the voice again with this one.",
            )
            .param("name", &voice.name),
        );
    }
    if voice.model != model.id {
        return Some(
            AppError::new(
                Code::VoiceOfOtherModel,
                "This cloned voice was made for another model.",
                "Choose that model, or clone the voice again for this one.",
            )
            .param("name", &voice.name)
            .param("model", &voice.model),
        );
    }
    ended(voice, Timestamp::now())
}

/// Why a cloned voice can't be used any more.
pub(in crate::voice) fn ended(voice: &Voice, now: Timestamp) -> Option<AppError> {
    voice.ends_at().is_some_and(|end| end <= now).then(|| {
        AppError::new(
            Code::VoiceEnded,
            "Venice has let this cloned voice go by now.",
            "Renew it from its sample, which is kept here.",
        )
        .param("name", &voice.name)
    })
}

fn within(what: &str, value: Option<f64>, range: Option<Range>) -> Option<AppError> {
    let value = value?;
    match range {
        None => Some(out_of_range(what, value, "—")),
        Some(range) if (range.min..=range.max).contains(&value) => None,
        Some(range) => Some(out_of_range(what, value, &format!("{} to {}", range.min, range.max))),
    }
}

fn style(request: &SpeechRequest, model: &SpeechModel) -> Option<AppError> {
    let words = filled(request.style.as_ref())?;
    let length = words.chars().count();
    match model.style_limit {
        None => Some(out_of_range("style", words, "—")),
        Some(most) if length > most as usize => Some(
            AppError::new(
                Code::PromptTooLong,
                format!("The words for how to say it have {length} characters; this model takes {most}."),
                "Shorten them.",
            )
            .param("length", length)
            .param("max", most),
        ),
        Some(_) => None,
    }
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "—".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use serde_json::json;
    use store::CloneId;

    use super::*;
    use crate::voice::models::speaker;

    fn voice() -> Voice {
        let made_at: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        Voice {
            id: CloneId::new(made_at),
            name: "Mine".to_owned(),
            handle: "vv_1".to_owned(),
            model: "m".to_owned(),
            account: "a".to_owned(),
            pretend: true,
            item: None,
            sample: "mine.wav".to_owned(),
            consent_at: made_at,
            made_at: Timestamp::now(),
            used_at: None,
            kept_seconds: Some(7 * 86_400),
            renewed_by_use: false,
        }
    }

    fn asked(cloned: Option<&Voice>, named: &str, spec: serde_json::Value) -> Option<String> {
        let model = serde_json::from_value(json!({"id": "m", "type": "tts", "model_spec": spec})).unwrap();
        let speaker = speaker(&[model], "m").ok()?;
        let request = SpeechRequest {
            model: "m".into(),
            voice: Some(named.into()),
            text: "Good evening.".into(),
            ..SpeechRequest::default()
        };
        let script = Script::of(&request.text);
        problem(&request, &script, &speaker, cloned, "a").map(|problem| problem.code)
    }

    #[test]
    fn a_cloned_voice_belongs_to_its_model_and_account_until_it_ends() {
        let spec = json!({"voices": ["eve"]});
        let told = |change: fn(&mut Voice)| {
            let mut voice = voice();
            change(&mut voice);
            asked(Some(&voice), "vv_1", spec.clone())
        };
        assert_eq!(told(|_| ()), None);
        assert_eq!(told(|voice| voice.account = "b".into()).as_deref(), Some("voice_foreign"));
        assert_eq!(told(|voice| voice.model = "n".into()).as_deref(), Some("voice_of_other_model"));
        assert_eq!(
            told(|voice| voice.made_at = Timestamp::now() - 169.hours()).as_deref(),
            Some("voice_ended")
        );
        assert_eq!(asked(None, "vv_2", spec).as_deref(), Some("voice_foreign"));
    }

    #[test]
    fn a_provider_may_know_more_voices_than_are_listed() {
        let open = json!({"voices": ["eve"], "supports_custom_voice_id": true});
        assert_eq!(asked(None, "21m00Tcm4TlvDq8ikWAM", open.clone()), None);
        assert_eq!(asked(None, "vv_2", open).as_deref(), Some("voice_foreign"));
        assert_eq!(asked(None, "eva", json!({"voices": ["eve"]})).as_deref(), Some("setting_not_offered"));
    }
}
