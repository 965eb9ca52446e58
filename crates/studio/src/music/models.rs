//! From what Venice lists of a music model to what the room shows of it.

use venice::models::{Model, ModelType};

use super::view::{LengthRule, LyricsRule, MusicModel, MusicModels, MusicUse};
use crate::{Result, Studio, films::models::answering, models::view::Purpose, voice::models::Range};

/// The bounds of every request, where a model doesn't say less.
const SPEED: (f64, f64) = (0.25, 4.0);

impl Studio {
    /// The models that make music and sounds; `refresh` asks Venice again.
    pub async fn music_models(&self, refresh: bool) -> Result<MusicModels> {
        let payer = self.selected_payer().await?;
        let (listed, problem) = self.models_or_older(&payer, refresh).await?;
        let of_music = listed.models.iter().filter(|model| model.model_type == ModelType::Music);
        let mut models: Vec<MusicModel> = of_music.map(view_of).collect();
        let marks = self.marks(&payer).await?;
        let mut defaults: Vec<String> = Purpose::MUSIC
            .into_iter()
            .filter_map(|purpose| marks.default(purpose, &listed.models).map(str::to_owned))
            .collect();
        let marked = models.iter().find(|model| model.traits.iter().any(|name| name == "default"));
        let first = || models.iter().find(|model| !model.offline);
        defaults.extend(marked.or_else(first).map(|model| model.id.clone()));
        marks.favourites_first(&mut models, |model| &model.id);
        Ok(MusicModels { defaults, models, fetched_at: listed.fetched_at.to_string(), problem })
    }
}

/// The model that is to play; an error in Venice's own words where there is none, or it doesn't answer.
pub(super) fn find(models: &[Model], id: &str) -> Result<MusicModel> {
    let found = models.iter().find(|model| model.id == id && model.model_type == ModelType::Music);
    answering(found).map(view_of)
}

/// Whether a model's listing says yes to something.
fn says(model: &Model, flag: &str) -> bool {
    let spec = &model.spec;
    let constraints = spec.constraints.as_ref().map(|constraints| &constraints.extra);
    [Some(&spec.extra), constraints].into_iter().flatten().any(|told| told.get(flag) == Some(&true.into()))
}

/// What a model of music makes.
pub(crate) fn use_of(model: &Model) -> MusicUse {
    makes(&model.id, is_priced_by_characters(model))
}

fn is_priced_by_characters(model: &Model) -> bool {
    model.spec.pricing.as_ref().is_some_and(|pricing| pricing.per_thousand_characters.is_some())
}

fn view_of(model: &Model) -> MusicModel {
    let spec = &model.spec;
    let optimizer = says(model, "supports_lyrics_optimizer");
    let required = spec.lyrics_required == Some(true);
    let sings = spec.supports_lyrics == Some(true) || required || optimizer;
    let priced_by_characters = is_priced_by_characters(model);
    let retirement = spec.deprecation.as_ref();
    let named = |name: &String| spec.voices.iter().any(|voice| voice == name);
    MusicModel {
        id: model.id.clone(),
        name: spec.name.clone().unwrap_or_else(|| model.id.clone()),
        description: spec.description.clone().filter(|words| !words.trim().is_empty()),
        privacy: spec.privacy.as_ref().map(|privacy| privacy.as_str().to_owned()),
        beta: spec.beta || spec.beta_model,
        offline: spec.offline,
        uncensored: spec.uncensored,
        traits: spec.traits.clone(),
        makes: use_of(model),
        prompt_least: spec.min_prompt_length.unwrap_or(1).max(1),
        prompt_limit: spec.prompt_character_limit,
        lyrics: sings.then_some(LyricsRule { required, optimizer, limit: spec.lyrics_character_limit }),
        instrumental: spec.supports_force_instrumental == Some(true),
        loops: spec.supports_loop == Some(true),
        length: length(model),
        voices: spec.voices.clone(),
        default_voice: spec.default_voice.clone().filter(named).or_else(|| spec.voices.first().cloned()),
        takes_language: spec.supports_language_code == Some(true),
        speed: speed(model),
        formats: spec.supported_formats.clone(),
        priced_by_characters,
        replacement: retirement.and_then(|retirement| retirement.replacement_model_id.clone()),
        retires_at: retirement.and_then(|retirement| retirement.ends_at().map(|at| at.to_string())),
    }
}

/// Who is paid by the character says the prompt; which of the others make noises only their names tell.
fn makes(id: &str, priced_by_characters: bool) -> MusicUse {
    if priced_by_characters {
        MusicUse::Speech
    } else if ["sound-effects", "text-to-audio"].iter().any(|word| id.contains(word)) {
        MusicUse::Sounds
    } else {
        MusicUse::Music
    }
}

fn length(model: &Model) -> Option<LengthRule> {
    let spec = &model.spec;
    let whole = |seconds: f64| (seconds.is_finite() && seconds >= 1.0).then_some(seconds.round() as u32);
    let options: Vec<u32> = spec.duration_options.iter().copied().filter_map(whole).collect();
    let least = spec.min_duration.and_then(whole).or_else(|| options.iter().copied().min())?;
    let most = spec.max_duration.and_then(whole).or_else(|| options.iter().copied().max())?;
    let usual = spec.default_duration.and_then(whole).or_else(|| options.first().copied()).unwrap_or(least);
    (least <= most).then(|| LengthRule { least, most, usual: usual.clamp(least, most), options })
}

fn speed(model: &Model) -> Option<Range> {
    let spec = &model.spec;
    let (min, max) = (spec.min_speed.unwrap_or(SPEED.0), spec.max_speed.unwrap_or(SPEED.1));
    (spec.supports_speed == Some(true) && min < max).then(|| Range {
        min,
        max,
        default: spec.default_speed.unwrap_or(1.0).clamp(min, max),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(id: &str, spec: Value) -> MusicModel {
        view_of(&serde_json::from_value(json!({"id": id, "type": "music", "model_spec": spec})).unwrap())
    }

    #[test]
    fn what_the_list_tells_is_shown() {
        let view = read(
            "minimax-music-v26",
            json!({"lyrics_required": true, "supports_lyrics_optimizer": true, "lyrics_character_limit": 3500,
                "min_duration": 10, "max_duration": 210, "default_duration": 60, "duration_options": [60, 120, 210],
                "supports_force_instrumental": true, "supports_loop": false, "min_prompt_length": 10,
                "supports_speed": true, "min_speed": 0.7, "max_speed": 1.2}),
        );
        assert_eq!(view.lyrics, Some(LyricsRule { required: true, optimizer: true, limit: Some(3_500) }));
        let length = view.length.unwrap();
        assert_eq!((length.least, length.most, length.usual, length.options.len()), (10, 210, 60, 3));
        assert_eq!((view.instrumental, view.loops, view.prompt_least), (true, false, 10));
        assert_eq!(view.speed, Some(Range { min: 0.7, max: 1.2, default: 1.0 }));
        assert_eq!(view.makes, MusicUse::Music);
    }

    #[test]
    fn what_it_does_not_tell_is_not_made_up() {
        let view = read("new", json!({}));
        assert_eq!((view.lyrics, view.length, view.speed, view.default_voice), (None, None, None, None));
        assert!(!view.instrumental && !view.loops && !view.takes_language && !view.priced_by_characters);
        let speaks = read("tts", json!({"pricing": {"per_thousand_characters": {"usd": 0.1}}}));
        assert_eq!((speaks.makes, speaks.priced_by_characters), (MusicUse::Speech, true));
        assert_eq!(read("elevenlabs-sound-effects-v2", json!({})).makes, MusicUse::Sounds);
    }
}
