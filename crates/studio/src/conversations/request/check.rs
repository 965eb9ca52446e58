//! What is wrong with a turn can mostly be known before it costs anything.

use jiff::Timestamp;
use venice::{
    chat::WebSearchMode,
    models::{Capabilities, Model, ModelType, ReasoningEffort},
};

use super::{Said, parts, schema};
use crate::{
    AppError,
    conversations::{
        attach::gone,
        view::{AttachmentKind, ChatSettings, Role},
    },
    error::{Code, input_too_large},
    pricing,
};

const MOST_STOPS: usize = 4;

/// The model that is asked, or why it can't be.
pub(in crate::conversations) fn model<'a>(name: &str, models: &'a [Model]) -> Result<&'a Model, AppError> {
    if name.trim().is_empty() {
        return Err(invalid("model", "isn't chosen", "Choose a model."));
    }
    let Some(model) = pricing::named_text_model(models, name) else {
        let gone =
            AppError::venice("MODEL_NOT_FOUND", "Venice no longer has this model.", "Choose another model.");
        return Err(with_replacement(gone, name, models));
    };
    let retired = model.spec.deprecation.as_ref().is_some_and(|deprecation| {
        !deprecation.auto_remap && deprecation.ends_at().is_some_and(|end| end <= Timestamp::now())
    });
    if retired {
        let gone = AppError::venice("MODEL_NOT_FOUND", "This model is retired.", "Choose another model.");
        return Err(with_replacement(gone, &model.id, models));
    }
    if model.spec.offline {
        let away = AppError::venice("MODEL_OFFLINE", "This model is offline.", "Choose another model.");
        return Err(with_replacement(away, &model.id, models));
    }
    Ok(model)
}

fn with_replacement(error: AppError, name: &str, models: &[Model]) -> AppError {
    let error = error.param("model", name);
    match replacement(name, models) {
        Some(other) => error.param("replacement", other),
        None => error,
    }
}

/// The model to use instead of one that can't be: the one Venice names, else its default.
pub(in crate::conversations) fn replacement(name: &str, models: &[Model]) -> Option<String> {
    let works =
        |model: &&Model| model.model_type == ModelType::Text && !model.spec.offline && model.id != name;
    let gone = models.iter().find(|model| model.id == name);
    let named = gone.and_then(|model| model.spec.deprecation.as_ref()?.replacement_model_id.as_deref());
    let listed = |id: &str| models.iter().filter(works).find(|model| model.id == id);
    let default =
        || models.iter().filter(works).find(|model| model.spec.traits.iter().any(|known| known == "default"));
    let found = named.and_then(listed).or_else(default).or_else(|| models.iter().find(works));
    found.map(|model| model.id.clone())
}

/// What of the settings, or of what goes with the last message, this model can't do.
pub(in crate::conversations) fn problem(
    said: &[Said],
    settings: &ChatSettings,
    model: &Model,
) -> Option<AppError> {
    let none = Capabilities::default();
    let can = model.spec.capabilities.as_ref().unwrap_or(&none);
    abilities(settings, model, can)
        .or_else(|| samplers(settings, model))
        .or_else(|| said.iter().rfind(|said| said.role == Role::User).and_then(|said| attachments(said, can)))
}

fn abilities(settings: &ChatSettings, model: &Model, can: &Capabilities) -> Option<AppError> {
    let searches = settings.web_search.as_ref().is_some_and(|mode| *mode != WebSearchMode::Off);
    let asked = [
        ("web_search", searches, can.supports_web_search, "search the web"),
        ("x_search", settings.x_search, can.supports_x_search, "search X"),
        (
            "without_thinking",
            settings.without_thinking,
            can.supports_reasoning,
            "think, so it can't be kept from it",
        ),
        (
            "response_schema",
            settings.response_schema.as_ref().is_some_and(|schema| !schema.is_null()),
            can.supports_response_schema,
            "answer by a schema",
        ),
    ];
    if let Some((field, .., what)) = asked.into_iter().find(|(_, wanted, able, _)| *wanted && !able) {
        return Some(not_offered(field, model, &format!("can't {what}")));
    }
    if let Some(effort) = &settings.reasoning_effort {
        if !can.supports_reasoning_effort {
            return Some(not_offered("reasoning_effort", model, "can't be told how much to think"));
        }
        let options = &can.reasoning_effort_options;
        if !options.is_empty() && !options.contains(effort) {
            let names: Vec<&str> = options.iter().map(ReasoningEffort::as_str).collect();
            let what = format!("doesn't think “{}”: it knows {}", effort.as_str(), names.join(", "));
            return Some(not_offered("reasoning_effort", model, &what));
        }
    }
    let schema = settings.response_schema.as_ref().filter(|schema| !schema.is_null())?;
    let (place, flaw) = schema::flaw(schema)?;
    let place = if place.is_empty() { "The schema".to_owned() } else { place };
    let hint = "In a strict schema every field is required and no other is allowed.";
    Some(
        AppError::new(Code::FieldInvalid, format!("{place} {flaw}."), hint)
            .param("field", "response_schema")
            .param("reason", flaw),
    )
}

fn samplers(settings: &ChatSettings, model: &Model) -> Option<AppError> {
    let ranges = [
        ("temperature", settings.temperature, 0.0, 2.0),
        ("top_p", settings.top_p, 0.0, 1.0),
        ("min_p", settings.min_p, 0.0, 1.0),
        ("frequency_penalty", settings.frequency_penalty, -2.0, 2.0),
        ("presence_penalty", settings.presence_penalty, -2.0, 2.0),
        ("repetition_penalty", settings.repetition_penalty, 0.0, f64::MAX),
    ];
    for (field, value, least, most) in ranges {
        if value.is_some_and(|value| !(least..=most).contains(&value)) {
            let range = if most >= f64::MAX { "0 or more".to_owned() } else { format!("{least} to {most}") };
            return Some(invalid(field, &format!("must be {range}"), "Change it, then send it again."));
        }
    }
    if settings.seed == Some(0) {
        return Some(invalid("seed", "must be at least 1", "Change it, or leave it out."));
    }
    if settings.max_tokens == Some(0) {
        return Some(invalid("max_tokens", "must be at least 1", "Change it, or leave it out."));
    }
    if let (Some(asked), Some(most)) = (settings.max_tokens, model.spec.max_completion_tokens)
        && asked > most
    {
        return Some(invalid(
            "max_tokens",
            &format!("must be at most {most} for this model"),
            "Ask for fewer.",
        ));
    }
    if settings.stop.len() > MOST_STOPS || settings.stop.iter().any(String::is_empty) {
        return Some(invalid("stop", "takes at most 4 texts, none of them empty", "Take some away."));
    }
    None
}

/// What goes with the last message; of earlier messages the model is sent what it takes.
fn attachments(said: &Said, can: &Capabilities) -> Option<AppError> {
    let of = |kind: AttachmentKind| said.attachments.iter().filter(move |carried| carried.kind == kind);
    let kinds = [
        (AttachmentKind::Image, can.supports_vision, "see pictures"),
        (AttachmentKind::Audio, can.supports_audio_input, "hear"),
        (AttachmentKind::Video, can.supports_video_input, "watch films"),
    ];
    for (kind, able, what) in kinds {
        if let Some(carried) = of(kind).next().filter(|_| !able) {
            let error = AppError::new(
                Code::SettingNotOffered,
                format!("This model can't {what}."),
                "Choose a model that can, or take the attachment away.",
            );
            return Some(error.param("field", "attachments").param("name", &carried.name));
        }
    }
    let counts = [
        (AttachmentKind::Image, parts::most_pictures(can), "pictures"),
        (AttachmentKind::Video, parts::most_films(can), "films"),
    ];
    for (kind, most, what) in counts {
        let count = of(kind).count();
        if count > most {
            let error = AppError::new(
                Code::SettingNotOffered,
                format!("This model takes at most {most} {what} with a message; there are {count}."),
                "Take some away.",
            );
            return Some(error.param("field", "attachments").param("max", most).param("count", count));
        }
    }
    if let Some(carried) = said.attachments.iter().find(|carried| carried.is_missing) {
        return Some(gone(&carried.name).param("field", "attachments"));
    }
    // Pictures that are too large are scaled.
    let heavy = |carried: &&super::Carried| {
        carried.kind != AttachmentKind::Image && carried.text.is_none() && carried.bytes > parts::MOST_BYTES
    };
    if let Some(carried) = said.attachments.iter().find(heavy) {
        let error = input_too_large(Some(carried.bytes), parts::MOST_BYTES);
        return Some(error.param("field", "attachments").param("name", &carried.name));
    }
    let small = |carried: &&super::Carried| {
        carried
            .size
            .is_some_and(|(width, height)| width.min(height) > 0 && width.min(height) < parts::LEAST_SIDE)
    };
    let carried = of(AttachmentKind::Image).find(small)?;
    let (width, height) = carried.size.unwrap_or_default();
    Some(parts::too_small(width, height).param("field", "attachments").param("name", &carried.name))
}

fn not_offered(field: &str, model: &Model, what: &str) -> AppError {
    let name = model.spec.name.as_deref().unwrap_or(&model.id);
    AppError::new(
        Code::SettingNotOffered,
        format!("{name} {what}."),
        "Change the setting, or choose another model.",
    )
    .param("field", field)
    .param("model", &model.id)
}

fn invalid(field: &str, reason: &str, hint: &str) -> AppError {
    AppError::new(Code::FieldInvalid, format!("{field} {reason}."), hint)
        .param("field", field)
        .param("reason", reason)
}
