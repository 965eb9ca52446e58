//! A model as the room shows it.

use venice::models::{Model, ModelType};

use super::{
    comparable, listed,
    quotes::KeptQuote,
    view::{Capability, ModelEntry, Purpose, Retirement},
};
use crate::{
    films::{self, view::FilmMode},
    music::{self, view::MusicUse},
    pictures::catalogue,
};

/// A model of the list, with what Venice quoted for it last.
pub(super) fn of(model: &Model, quote: Option<&KeptQuote>) -> ModelEntry {
    let spec = &model.spec;
    let constraints = spec.constraints.clone().unwrap_or_default();
    let told = |words: &Option<String>| words.clone().filter(|words| !words.trim().is_empty());
    ModelEntry {
        id: model.id.clone(),
        name: name_of(model),
        kind: model.model_type.as_str().to_owned(),
        purpose: purpose_of(model),
        description: told(&spec.description),
        privacy: spec.privacy.as_ref().map(|privacy| privacy.as_str().to_owned()),
        beta: spec.beta || spec.beta_model,
        uncensored: spec.uncensored,
        offline: spec.offline,
        traits: spec.traits.clone(),
        capabilities: capabilities_of(model),
        context_tokens: spec.available_context_tokens.or(model.context_length).or(spec.max_input_tokens),
        most_written: spec.max_completion_tokens,
        prompt_limit: constraints.prompt_character_limit.or(spec.prompt_character_limit),
        resolutions: constraints.resolutions,
        aspect_ratios: constraints.aspect_ratios,
        durations: constraints.durations,
        voices: spec.voices.len() as u32,
        formats: spec.supported_formats.clone(),
        quantization: quantization_of(model),
        dimensions: spec.embedding_dimensions,
        regions: spec.region_restrictions.clone(),
        source: told(&spec.model_source),
        added_at: model.created.map(|at| at.to_string()),
        retirement: retirement_of(model),
        price: comparable::of(model).or_else(|| quote?.comparable()),
        is_quoted: is_quoted(model),
        prices: listed::lines(model),
        more_prices: listed::has_more(model),
    }
}

/// A model's name; its id where it has none.
pub(super) fn name_of(model: &Model) -> String {
    model.spec.name.clone().unwrap_or_else(|| model.id.clone())
}

/// When it goes, where that is planned.
pub(super) fn retirement_of(model: &Model) -> Option<Retirement> {
    let told = model.spec.deprecation.as_ref()?;
    let at = told.ends_at().map(|at| at.to_string());
    let replacement = told.replacement_model_id.clone();
    (at.is_some() || replacement.is_some()).then_some(Retirement {
        at,
        replacement,
        by_itself: told.auto_remap,
    })
}

/// Whether Venice tells the price only when it is asked.
pub(super) fn is_quoted(model: &Model) -> bool {
    model.model_type == ModelType::Video && films::models::mode_of_model(model) != FilmMode::Upscale
}

/// What a model can be the default of.
pub(crate) fn purpose_of(model: &Model) -> Option<Purpose> {
    Some(match model.model_type {
        ModelType::Text => Purpose::Chat,
        ModelType::Image if catalogue::paints(model) => Purpose::Picture,
        ModelType::Inpaint => Purpose::Edit,
        ModelType::Video => match films::models::mode_of_model(model) {
            FilmMode::Text => Purpose::FilmText,
            FilmMode::Image => Purpose::FilmImage,
            FilmMode::Reference => Purpose::FilmReference,
            FilmMode::Film => Purpose::FilmChange,
            FilmMode::Upscale => Purpose::FilmUpscale,
        },
        ModelType::Music => match music::models::use_of(model) {
            MusicUse::Music => Purpose::Music,
            MusicUse::Sounds => Purpose::Sounds,
            MusicUse::Speech => Purpose::MusicSpeech,
        },
        ModelType::Tts => Purpose::Speak,
        ModelType::Asr => Purpose::Hear,
        _ => return None,
    })
}

fn quantization_of(model: &Model) -> Option<String> {
    let told = model.spec.capabilities.as_ref()?.quantization.as_ref()?;
    Some(told.as_str().to_owned()).filter(|word| word != "not-available")
}

fn capabilities_of(model: &Model) -> Vec<Capability> {
    use Capability as C;
    let spec = &model.spec;
    let known = spec.capabilities.clone().unwrap_or_default();
    let makes_sound = spec.constraints.as_ref().is_some_and(|constraints| constraints.audio == Some(true));
    let web = known.supports_web_search || catalogue::tells(model, "supportsWebSearch");
    [
        (C::Vision, known.supports_vision),
        (C::Hearing, known.supports_audio_input),
        (C::Watching, known.supports_video_input),
        (C::Reasoning, known.supports_reasoning),
        (C::Tools, known.supports_function_calling),
        (C::Structured, known.supports_response_schema),
        (C::WebSearch, web),
        (C::XSearch, known.supports_x_search),
        (C::Code, known.optimized_for_code),
        (C::Probabilities, known.supports_log_probs),
        (C::Attested, known.supports_tee_attestation),
        (C::Encrypted, known.supports_e2ee),
        (C::StyleReferences, spec.supports_style_references == Some(true)),
        (C::Sound, makes_sound),
        (C::Lyrics, spec.supports_lyrics == Some(true) || spec.lyrics_required == Some(true)),
        (C::Instrumental, spec.supports_force_instrumental == Some(true)),
        (C::Loops, spec.supports_loop == Some(true)),
        (C::Cloning, spec.voice_cloning.is_some()),
    ]
    .into_iter()
    .filter_map(|(capability, can)| can.then_some(capability))
    .collect()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use serde_json::Value;

    use super::*;
    use crate::models::view::PriceUnit;

    /// Venice's real models, where they are at hand: in the folder `VENICE_REFERENCE` names, else in `shared/venice` beside
    /// the checkout. Without them nothing is checked.
    fn real() -> Option<Vec<Model>> {
        let beside = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/venice"));
        let folder = std::env::var_os("VENICE_REFERENCE").map_or_else(beside, PathBuf::from);
        let Ok(text) = std::fs::read(folder.join("models.json")) else {
            println!("skipped: models.json isn't there");
            return None;
        };
        let all: Vec<Value> = serde_json::from_slice(&text).unwrap();
        Some(all.into_iter().map(|model| serde_json::from_value(model).unwrap()).collect())
    }

    #[test]
    fn every_real_model_has_a_price_to_compare_but_films() {
        let Some(models) = real() else { return };
        for model in &models {
            let entry = of(model, None);
            let unit = entry.price.as_ref().map(|price| price.unit);
            let expected: &[Option<PriceUnit>] = match entry.kind.as_str() {
                "image" | "inpaint" | "upscale" => &[Some(PriceUnit::Picture)],
                "text" | "embedding" | "tts" => &[Some(PriceUnit::ThousandWords)],
                "asr" => &[Some(PriceUnit::Minute)],
                "music" => &[Some(PriceUnit::Minute), Some(PriceUnit::ThousandWords), Some(PriceUnit::Piece)],
                _ => &[None],
            };
            assert!(expected.contains(&unit), "{}: {:?}", entry.id, entry.price);
            assert_eq!(entry.prices.is_empty(), entry.kind == "video", "{}", entry.id);
            assert!(!entry.more_prices, "{}", entry.id);
            let has_purpose = !matches!(entry.kind.as_str(), "embedding" | "upscale");
            assert_eq!(
                entry.purpose.is_some(),
                has_purpose && !entry.id.contains("bg-remover"),
                "{}",
                entry.id
            );
        }
    }

    #[test]
    fn the_same_list_twice_is_nothing_new() {
        let Some(models) = real() else { return };
        let at = jiff::Timestamp::UNIX_EPOCH;
        let moment: std::collections::BTreeMap<_, _> = models
            .iter()
            .map(|model| {
                let value = Some(serde_json::to_value(model).unwrap());
                (model.id.clone(), store::ModelVersion { at, value })
            })
            .collect();
        assert_eq!(crate::models::changes::between(&moment, &moment), []);
    }
}
