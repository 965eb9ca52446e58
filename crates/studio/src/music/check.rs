//! What is wrong with a request can be known before it is sent.

use super::{request::MusicRequest, view::MusicModel};
use crate::{
    AppError,
    error::Code,
    pictures::check::{out_of_range, too_long},
};

/// Venice takes prompts of this many characters where a model doesn't say less.
const PROMPT: u32 = 100_000;

/// What is wrong with settings that the price depends on.
pub(super) fn settings(request: &MusicRequest, model: &MusicModel) -> Option<AppError> {
    let seconds = request.duration_seconds?;
    match &model.length {
        None => Some(out_of_range("duration", format!("{seconds} s"), "none")),
        Some(rule) if !(rule.least..=rule.most).contains(&seconds) => Some(out_of_range(
            "duration",
            format!("{seconds} s"),
            &format!("{} to {} s", rule.least, rule.most),
        )),
        Some(_) => None,
    }
}

/// What is wrong with the rest.
pub(super) fn problem(request: &MusicRequest, model: &MusicModel) -> Option<AppError> {
    prompt(request, model).or_else(|| lyrics(request, model)).or_else(|| extras(request, model))
}

fn prompt(request: &MusicRequest, model: &MusicModel) -> Option<AppError> {
    let length = request.prompt.trim().encode_utf16().count();
    if length == 0 {
        return Some(AppError::new(
            Code::PromptEmpty,
            "There is no prompt.",
            "Write what it should sound like.",
        ));
    }
    if length < model.prompt_least as usize {
        let least = model.prompt_least;
        return Some(
            AppError::new(
                Code::PromptTooShort,
                format!("The prompt has {length} characters; this model wants {least} at least."),
                "Say a little more.",
            )
            .param("length", length)
            .param("min", least),
        );
    }
    too_long(&request.prompt, model.prompt_limit.unwrap_or(PROMPT))
}

/// The words to sing, where there are some.
pub(super) fn sung(request: &MusicRequest) -> Option<&str> {
    request.lyrics.as_deref().filter(|lyrics| !lyrics.trim().is_empty())
}

fn lyrics(request: &MusicRequest, model: &MusicModel) -> Option<AppError> {
    let sung = sung(request);
    let Some(rule) = &model.lyrics else {
        return (sung.is_some() || request.lyrics_optimizer)
            .then(|| out_of_range("lyrics", "lyrics", "none"));
    };
    if request.lyrics_optimizer && !rule.optimizer {
        return Some(out_of_range("lyrics", "lyrics made up", "your own"));
    }
    if request.lyrics_optimizer && sung.is_some() {
        return Some(AppError::new(
            Code::LyricsTwice,
            "There are lyrics, and they are to be made up too.",
            "Take one of the two away.",
        ));
    }
    if rule.required && sung.is_none() && !request.lyrics_optimizer {
        return Some(AppError::new(
            Code::LyricsMissing,
            "This model wants lyrics to sing.",
            if rule.optimizer {
                "Write some, or have them made up."
            } else {
                "Write some, or choose another model."
            },
        ));
    }
    let limit = rule.limit?;
    let length = sung?.encode_utf16().count();
    (length > limit as usize).then(|| {
        AppError::new(
            Code::LyricsTooLong,
            format!("The lyrics have {length} characters; this model takes {limit}."),
            format!("Shorten them by {}.", length - limit as usize),
        )
        .param("length", length)
        .param("max", limit)
        .param("over", length - limit as usize)
    })
}

fn extras(request: &MusicRequest, model: &MusicModel) -> Option<AppError> {
    if request.instrumental && !model.instrumental {
        return Some(out_of_range("singing", "instrumental", "none"));
    }
    if request.looped && !model.loops {
        return Some(out_of_range("loop", "a loop", "none"));
    }
    if let Some(voice) = request.voice.as_ref().filter(|voice| !model.voices.contains(voice)) {
        let choices = if model.voices.is_empty() { "none".to_owned() } else { model.voices.join(", ") };
        return Some(out_of_range("voice", voice, &choices));
    }
    if let Some(language) = request.language.as_ref().filter(|_| !model.takes_language) {
        return Some(out_of_range("language", language, "none"));
    }
    let speed = request.speed?;
    match &model.speed {
        Some(range) if (range.min..=range.max).contains(&speed) => None,
        Some(range) => Some(out_of_range("speed", speed, &format!("{} to {}", range.min, range.max))),
        None => Some(out_of_range("speed", speed, "none")),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;
    use crate::music::models;

    fn found(change: impl FnOnce(&mut MusicRequest)) -> Option<String> {
        let spec = json!({"lyrics_required": true, "supports_lyrics_optimizer": true, "lyrics_character_limit": 10,
            "min_duration": 10, "max_duration": 60, "min_prompt_length": 5, "prompt_character_limit": 20,
            "voices": ["Aria"]});
        let model = json!({"id": "m", "type": "music", "model_spec": spec});
        let model = models::find(&[serde_json::from_value(model).unwrap()], "m").unwrap();
        let mut request =
            MusicRequest { model: "m".into(), prompt: "a barcarole".into(), ..MusicRequest::default() };
        request.lyrics = Some("la la".into());
        change(&mut request);
        settings(&request, &model).or_else(|| problem(&request, &model)).map(|error| error.code)
    }

    #[test]
    fn a_good_request_has_no_problem() {
        let all = |request: &mut MusicRequest| {
            request.duration_seconds = Some(60);
            request.voice = Some("Aria".into());
        };
        assert_eq!(found(all), None);
    }

    #[rstest]
    #[case("", "prompt_empty")]
    #[case("a b", "prompt_too_short")]
    #[case("123456789012345678901", "prompt_too_long")]
    fn prompts(#[case] prompt: &str, #[case] code: &str) {
        assert_eq!(found(|request| request.prompt = prompt.into()).as_deref(), Some(code));
    }

    #[rstest]
    #[case(Some("la la"), false, None)]
    #[case(None, true, None)]
    #[case(Some("  "), true, None)]
    #[case(None, false, Some("lyrics_missing"))]
    #[case(Some("la"), true, Some("lyrics_twice"))]
    #[case(Some("la la la la"), false, Some("lyrics_too_long"))]
    fn words_to_sing(#[case] lyrics: Option<&str>, #[case] optimizer: bool, #[case] code: Option<&str>) {
        let found = found(|request| {
            request.lyrics = lyrics.map(str::to_owned);
            request.lyrics_optimizer = optimizer;
        });
        assert_eq!(found.as_deref(), code);
    }

    #[test]
    fn settings_the_model_does_not_have() {
        let code = Some("setting_not_offered".to_owned());
        assert_eq!(found(|request| request.duration_seconds = Some(61)), code);
        assert_eq!(found(|request| request.instrumental = true), code);
        assert_eq!(found(|request| request.looped = true), code);
        assert_eq!(found(|request| request.voice = Some("Bob".into())), code);
        assert_eq!(found(|request| request.language = Some("en".into())), code);
        assert_eq!(found(|request| request.speed = Some(1.0)), code);
    }
}
