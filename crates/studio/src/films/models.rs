//! From what Venice lists of a film model to what the room shows of it.
//!
//! The list tells ratios, resolutions, durations and sound. Which files a model takes it doesn't tell, beyond what it starts
//! from; families are known by the description, and what neither tells stays open: the room offers it, Venice decides.

use venice::models::{Model, ModelType, VideoModelType};

use super::{
    request::FilmRole,
    view::{FilmInputRule, FilmMode, FilmModel, FilmModels},
};
use crate::{AppError, Result, Studio, models::view::Purpose};

/// Characters of a prompt, where a model doesn't say more or less.
const PROMPT: u32 = 2_500;
/// What every enlargement can be asked for.
const FACTORS: [u8; 3] = [1, 2, 4];

impl Studio {
    /// The models that make films; `refresh` asks Venice again.
    pub async fn film_models(&self, refresh: bool) -> Result<FilmModels> {
        let payer = self.selected_payer().await?;
        let (listed, problem) = self.models_or_older(&payer, refresh).await?;
        let of_films = listed.models.iter().filter(|model| model.model_type == ModelType::Video);
        let mut models: Vec<FilmModel> = of_films.map(view_of).collect();
        let marks = self.marks(&payer).await?;
        let mut defaults: Vec<String> = Purpose::FILMS
            .into_iter()
            .filter_map(|purpose| marks.default(purpose, &listed.models).map(str::to_owned))
            .collect();
        let marked = models.iter().find(|model| model.traits.iter().any(|name| name == "default"));
        let first = || models.iter().find(|model| !model.offline);
        defaults.extend(marked.or_else(first).map(|model| model.id.clone()));
        marks.favourites_first(&mut models, |model| &model.id);
        Ok(FilmModels { defaults, models, fetched_at: listed.fetched_at.to_string(), problem })
    }
}

/// The model that is to make a film; an error in Venice's own words where there is none, or it doesn't answer.
pub(super) fn find(models: &[Model], id: &str) -> Result<FilmModel> {
    let found = models.iter().find(|model| model.id == id && model.model_type == ModelType::Video);
    answering(found).map(view_of)
}

/// A model that was found and answers.
pub(crate) fn answering(found: Option<&Model>) -> Result<&Model> {
    let model = found.ok_or_else(|| {
        AppError::venice(
            "MODEL_NOT_FOUND",
            "Venice has no model of this name (any more).",
            "Choose another model.",
        )
    })?;
    if model.spec.offline {
        return Err(AppError::venice("MODEL_OFFLINE", "This model is offline.", "Choose another model."));
    }
    Ok(model)
}

/// What a model of films starts from.
pub(crate) fn mode_of_model(model: &Model) -> FilmMode {
    let constraints = model.spec.constraints.as_ref();
    mode_of(&model.id, constraints.and_then(|constraints| constraints.model_type.as_ref()))
}

fn view_of(model: &Model) -> FilmModel {
    let spec = &model.spec;
    let constraints = spec.constraints.clone().unwrap_or_default();
    let mode = mode_of_model(model);
    let retirement = spec.deprecation.as_ref();
    FilmModel {
        id: model.id.clone(),
        name: spec.name.clone().unwrap_or_else(|| model.id.clone()),
        description: spec.description.clone().filter(|words| !words.trim().is_empty()),
        privacy: spec.privacy.as_ref().map(|privacy| privacy.as_str().to_owned()),
        beta: spec.beta || spec.beta_model,
        offline: spec.offline,
        uncensored: spec.uncensored,
        traits: spec.traits.clone(),
        mode,
        prompt_limit: constraints.prompt_character_limit.unwrap_or(PROMPT),
        durations: constraints.durations,
        aspect_ratios: constraints.aspect_ratios,
        resolutions: constraints.resolutions,
        upscale_factors: if mode == FilmMode::Upscale { FACTORS.to_vec() } else { Vec::new() },
        audio: constraints.audio == Some(true),
        audio_configurable: constraints.audio_configurable == Some(true),
        inputs: inputs_of(&model.id, mode),
        tasks: model.id.starts_with("seedance-2-5") && mode == FilmMode::Reference,
        regions: spec.region_restrictions.clone(),
        replacement: retirement.and_then(|retirement| retirement.replacement_model_id.clone()),
        retires_at: retirement.and_then(|retirement| retirement.ends_at().map(|at| at.to_string())),
    }
}

/// What a model starts from: its id says more than its type, which knows three kinds.
fn mode_of(id: &str, told: Option<&VideoModelType>) -> FilmMode {
    let says = |words: &[&str]| words.iter().any(|word| id.contains(word));
    if says(&["upscale"]) {
        FilmMode::Upscale
    } else if says(&["reference-to-video", "-r2v"]) {
        FilmMode::Reference
    } else if says(&["video-to-video", "motion-control"]) || told == Some(&VideoModelType::Video) {
        FilmMode::Film
    } else if says(&["image-to-video", "frame-to-video", "keyframes"])
        || told == Some(&VideoModelType::ImageToVideo)
    {
        FilmMode::Image
    } else {
        FilmMode::Text
    }
}

fn inputs_of(id: &str, mode: FilmMode) -> Vec<FilmInputRule> {
    use FilmRole as R;
    let needed = |role, most| FilmInputRule { role, most, required: true, sure: true };
    let taken = |role, most| FilmInputRule { role, most, required: false, sure: true };
    let open = |role, most| FilmInputRule { role, most, required: false, sure: false };
    match mode {
        FilmMode::Text => vec![open(R::Sound, 1)],
        FilmMode::Image if id.contains("keyframes") => vec![needed(R::Keyframe, 10)],
        FilmMode::Image if id.contains("first-last-frame") => {
            vec![needed(R::Image, 1), needed(R::EndImage, 1), open(R::Sound, 1)]
        }
        FilmMode::Image => vec![needed(R::Image, 1), open(R::EndImage, 1), open(R::Sound, 1)],
        FilmMode::Reference if id.starts_with("kling") => vec![
            taken(R::ReferenceImage, 30),
            taken(R::ElementImage, 16),
            taken(R::ElementFilm, 4),
            taken(R::Scene, 4),
            open(R::Image, 1),
            open(R::EndImage, 1),
        ],
        FilmMode::Reference if id.starts_with("seedance") => {
            vec![taken(R::ReferenceImage, 30), taken(R::ReferenceFilm, 10), taken(R::ReferenceSound, 10)]
        }
        FilmMode::Reference if id.starts_with("wan-3") => {
            vec![taken(R::ReferenceImage, 30), taken(R::Document, 1), open(R::ReferenceFilm, 10)]
        }
        FilmMode::Reference => {
            vec![taken(R::ReferenceImage, 30), open(R::ReferenceFilm, 10), open(R::ReferenceSound, 10)]
        }
        // The movement is the film's, who moves is in the picture.
        FilmMode::Film if id.contains("motion-control") => vec![needed(R::Image, 1), needed(R::Film, 1)],
        FilmMode::Film | FilmMode::Upscale => vec![needed(R::Film, 1)],
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn read(id: &str, constraints: serde_json::Value) -> FilmModel {
        let json = json!({"id": id, "type": "video", "model_spec": {"constraints": constraints}});
        view_of(&serde_json::from_value(json).unwrap())
    }

    #[rstest]
    #[case("ltx-2-5-fast-text-to-video", "text-to-video", FilmMode::Text)]
    #[case("kling-o3-pro-image-to-video", "image-to-video", FilmMode::Image)]
    #[case("ltx-2-5-keyframes-to-video", "image-to-video", FilmMode::Image)]
    #[case("flux-3-first-last-frame-to-video", "text-to-video", FilmMode::Image)]
    #[case("seedance-2-5-reference-to-video-basic", "text-to-video", FilmMode::Reference)]
    #[case("wan-2-7-video-to-video", "video", FilmMode::Film)]
    #[case("kling-v3-pro-motion-control", "video", FilmMode::Film)]
    #[case("topaz-video-upscale", "video", FilmMode::Upscale)]
    #[case("something-new", "image-to-video", FilmMode::Image)]
    #[case("something-new", "video", FilmMode::Film)]
    fn what_a_model_starts_from(#[case] id: &str, #[case] told: &str, #[case] mode: FilmMode) {
        let view = read(id, json!({"model_type": told}));
        assert_eq!(view.mode, mode);
        let required = view.inputs.iter().any(|rule| rule.required);
        assert_eq!(required, !matches!(mode, FilmMode::Text | FilmMode::Reference));
    }

    #[test]
    fn what_the_list_tells_is_shown() {
        let view = read(
            "wan-2-7-text-to-video",
            json!({"aspect_ratios": ["16:9"], "resolutions": ["720p"], "durations": ["5s", "10s"],
                "model_type": "text-to-video", "audio": true, "audio_configurable": true, "prompt_character_limit": 5000}),
        );
        assert_eq!((view.prompt_limit, view.audio, view.audio_configurable), (5000, true, true));
        assert_eq!((view.durations.len(), view.upscale_factors.len(), view.tasks), (2, 0, false));
        let quiet = read("new", json!({}));
        assert_eq!((quiet.prompt_limit, quiet.audio, quiet.audio_configurable), (2_500, false, false));
        assert!(read("seedance-2-5-reference-to-video", json!({})).tasks);
    }
}
