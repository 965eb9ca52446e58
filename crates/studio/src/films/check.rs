//! What is wrong with a request can mostly be known before it is sent: words, settings, and which files go in.

use super::{
    fits::{alike, too_long_together},
    look::{Seen, is_plain_name},
    request::{FilmDocument, FilmRequest, FilmRole},
    view::{FilmMode, FilmModel},
};
use crate::{
    AppError,
    error::Code,
    pictures::{
        check::{offered, out_of_range, too_long},
        fit::ratio_of,
    },
};

/// Frames a second, as Venice counts the places of keyframes.
const FRAMES: u32 = 24;
/// Pictures of one element beside the one from the front.
const ELEMENT_IMAGES: usize = 3;
const ELEMENTS: usize = 4;
/// What can become of films that are kept to.
const TASKS: [&str; 4] = ["auto", "reference", "edit", "extend"];

/// How long the film is to be, in the words of the request: what is chosen, else the first that the model offers.
pub(super) fn duration_of(request: &FilmRequest, model: &FilmModel) -> String {
    let first = || model.durations.first().cloned();
    request.duration.clone().or_else(first).unwrap_or_else(|| "auto".to_owned())
}

/// Whether the film is to be as long, or of the same shape, as a film it keeps to.
fn follows(request: &FilmRequest, model: &FilmModel) -> bool {
    let shape = matches!(request.aspect_ratio.as_deref(), Some("auto" | "adaptive"));
    let length = !model.durations.is_empty() && seconds_of(&duration_of(request, model)).is_none();
    shape || length
}

fn seconds_of(duration: &str) -> Option<u32> {
    duration.strip_suffix('s').and_then(|digits| digits.parse().ok())
}

/// What is wrong with settings that the price depends on.
pub(super) fn settings(request: &FilmRequest, model: &FilmModel) -> Option<AppError> {
    offered("duration", request.duration.as_ref(), &model.durations)
        .or_else(|| offered("ratio", request.aspect_ratio.as_ref(), &model.aspect_ratios))
        .or_else(|| offered("resolution", request.resolution.as_ref(), &model.resolutions))
        .or_else(|| {
            let factor = request.upscale_factor.filter(|factor| !model.upscale_factors.contains(factor))?;
            let factors: Vec<String> = model.upscale_factors.iter().map(u8::to_string).collect();
            Some(out_of_range(
                "factor",
                factor,
                &if factors.is_empty() { "none".to_owned() } else { factors.join(", ") },
            ))
        })
        .or_else(|| {
            let audio = request.audio.filter(|_| !model.audio_configurable)?;
            let word = |audio: bool| if audio { "with sound" } else { "silent" };
            // What it does anyway needs no word.
            (audio != model.audio).then(|| out_of_range("sound", word(audio), word(model.audio)))
        })
        .or_else(|| {
            let task = request.task.as_deref()?;
            let known = model.tasks && TASKS.contains(&task);
            (!known).then(|| {
                out_of_range("task", task, &if model.tasks { TASKS.join(", ") } else { "none".to_owned() })
            })
        })
}

/// What is wrong with the words.
pub(super) fn words(request: &FilmRequest, model: &FilmModel) -> Option<AppError> {
    // Whoever only enlarges a film has nothing to say.
    if request.prompt.trim().is_empty() && model.mode != FilmMode::Upscale {
        return Some(AppError::new(
            Code::PromptEmpty,
            "There is no prompt.",
            "Write what the film should show.",
        ));
    }
    too_long(&request.prompt, model.prompt_limit)
        .or_else(|| too_long(request.negative_prompt.as_deref().unwrap_or_default(), model.prompt_limit))
}

/// Which files go in, and how many; what they are is looked at elsewhere.
pub(super) fn inputs(request: &FilmRequest, model: &FilmModel) -> Option<AppError> {
    let files = request.files();
    let document = request.document.iter().map(|_| FilmRole::Document);
    let roles: Vec<FilmRole> = files.iter().map(|(role, _)| *role).chain(document).collect();
    let count = |role| roles.iter().filter(|other| **other == role).count();
    for role in &roles {
        let Some(rule) = model.inputs.iter().find(|rule| rule.role == *role) else {
            return Some(not_taken(*role));
        };
        let (count, most) = (count(*role), rule.most);
        if count > most as usize {
            return Some(too_many(*role, count, most as usize));
        }
    }
    let lacking = model.inputs.iter().find(|rule| rule.required && count(rule.role) == 0);
    if let Some(rule) = lacking {
        return Some(missing(rule.role));
    }
    if model.mode == FilmMode::Reference && roles.is_empty() {
        return Some(missing(FilmRole::ReferenceImage));
    }
    if request.elements.len() > ELEMENTS {
        return Some(too_many(FilmRole::ElementImage, request.elements.len(), ELEMENTS));
    }
    if let Some(element) = request.elements.iter().find(|element| element.images.len() > ELEMENT_IMAGES) {
        return Some(too_many(FilmRole::ElementImage, element.images.len(), ELEMENT_IMAGES));
    }
    if request.elements.iter().any(|element| element.front.is_none() && element.film.is_none()) {
        return Some(missing(FilmRole::ElementImage));
    }
    sounds_alone(request).or_else(|| followed(request, model)).or_else(|| places(request, model)).or_else(
        || match &request.document {
            Some(FilmDocument::Address(address))
                if !(address.starts_with("https://") || address.starts_with("http://")) =>
            {
                Some(no_address())
            }
            Some(FilmDocument::Kept(name)) if !is_plain_name(name) => Some(AppError::not_found("file")),
            _ => None,
        },
    )
}

/// Whether a model takes such a file at all.
pub(super) fn place(role: FilmRole, model: &FilmModel) -> Option<AppError> {
    (!model.inputs.iter().any(|rule| rule.role == role)).then(|| not_taken(role))
}

fn sounds_alone(request: &FilmRequest) -> Option<AppError> {
    let alone = !request.reference_sounds.is_empty()
        && request.reference_images.is_empty()
        && request.reference_films.is_empty();
    alone.then(|| {
        AppError::new(
            Code::FilmInputMissing,
            "A sound to keep to needs a picture or a film beside it.",
            "Add one. Nothing was sent.",
        )
        .param("role", FilmRole::ReferenceImage.word())
    })
}

/// A film that is as long as another needs that other.
fn followed(request: &FilmRequest, model: &FilmModel) -> Option<AppError> {
    let alone = model.mode == FilmMode::Reference
        && follows(request, model)
        && request.reference_films.is_empty()
        && model.inputs.iter().any(|rule| rule.role == FilmRole::ReferenceFilm);
    alone.then(|| missing(FilmRole::ReferenceFilm))
}

fn places(request: &FilmRequest, model: &FilmModel) -> Option<AppError> {
    let last = seconds_of(&duration_of(request, model)).map_or(u32::MAX, |seconds| seconds * FRAMES);
    let mut places: Vec<u32> = request.keyframes.iter().map(|frame| frame.frame).collect();
    places.sort_unstable();
    let twice = places.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0]);
    let wrong = twice.or_else(|| places.last().copied().filter(|place| *place > last))?;
    Some(
        AppError::new(
            Code::FilmKeyframePlace,
            match twice {
                Some(place) => format!("Two pictures are at frame {place}."),
                None => format!("Frame {wrong} lies behind the end: the last one is {last}."),
            },
            "Give each picture a place of its own inside the film.",
        )
        .param("frame", wrong)
        .param("last", last),
    )
}

/// What is wrong with the files that were looked at.
pub(super) fn seen(all: &[Seen]) -> Option<AppError> {
    all.iter().find_map(|seen| seen.problem.clone()).or_else(|| too_long_together(all))
}

/// A first picture of another shape than the film: Venice crops it or leaves a border.
pub(super) fn advice(request: &FilmRequest, all: &[Seen]) -> Option<AppError> {
    let film = request.aspect_ratio.as_deref().and_then(ratio_of);
    let first = all.iter().find(|seen| seen.role == FilmRole::Image);
    let wanted = film.or_else(|| first.and_then(Seen::ratio))?;
    let pictures = all
        .iter()
        .filter(|seen| matches!(seen.role, FilmRole::Image | FilmRole::EndImage | FilmRole::Keyframe));
    let other = { pictures }.find(|seen| seen.ratio().is_some_and(|ratio| !alike(ratio, wanted)))?;
    let (width, height) = other.size?;
    Some(
        AppError::new(
            Code::FilmRatioDiffers,
            format!("“{}” ({width} × {height}) has another shape than the film.", other.name),
            "Parts of it may be cut off. Crop it first, or choose another ratio.",
        )
        .param("name", &other.name)
        .param("width", width)
        .param("height", height)
        .param("role", other.role.word()),
    )
}

fn not_taken(role: FilmRole) -> AppError {
    AppError::new(
        Code::FilmInputNotTaken,
        format!("This model takes no {}.", role.name()),
        "Take it away, or choose another model.",
    )
    .param("role", role.word())
}

fn missing(role: FilmRole) -> AppError {
    AppError::new(
        Code::FilmInputMissing,
        format!("This model needs a {}.", role.name()),
        "Choose one, or another model.",
    )
    .param("role", role.word())
}

fn too_many(role: FilmRole, count: usize, most: usize) -> AppError {
    AppError::new(
        Code::FilmInputsTooMany,
        format!("{count} would go in as {}; {most} are taken.", role.name()),
        "Take some away, or choose a model that takes more.",
    )
    .param("role", role.word())
    .param("count", count)
    .param("max", most)
}

fn no_address() -> AppError {
    AppError::new(
        Code::FieldInvalid,
        "This isn't the address of a page.",
        "It begins with https://. Nothing was sent.",
    )
    .param("field", "document")
    .param("reason", "it is no http or https address")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::{
        calls::view::FileRef,
        films::{
            models,
            request::{FilmElement, FilmKeyframe},
        },
    };

    fn model(id: &str) -> FilmModel {
        let json = serde_json::json!({"id": id, "type": "video", "model_spec": {"constraints": {
            "durations": ["5s", "auto"], "aspect_ratios": ["16:9", "auto"], "resolutions": ["720p"],
            "audio": true, "audio_configurable": false, "prompt_character_limit": 20}}});
        models::find(&[serde_json::from_value(json).unwrap()], id).unwrap()
    }

    fn found(id: &str, change: impl FnOnce(&mut FilmRequest)) -> Option<String> {
        let mut request =
            FilmRequest { model: id.to_owned(), prompt: "a gondola".to_owned(), ..FilmRequest::default() };
        change(&mut request);
        let model = model(id);
        let found = settings(&request, &model).or_else(|| words(&request, &model));
        found.or_else(|| inputs(&request, &model)).map(|error| error.code)
    }

    fn file() -> FileRef {
        FileRef::Item("one".to_owned())
    }

    const TEXT: &str = "a-text-to-video";
    const IMAGE: &str = "an-image-to-video";
    const SEEDANCE: &str = "seedance-2-5-reference-to-video";
    const KEYFRAMES: &str = "ltx-keyframes-to-video";

    #[test]
    fn settings_are_held_against_the_model() {
        assert_eq!(found(TEXT, |_| {}), None);
        let refused = Some("setting_not_offered".to_owned());
        assert_eq!(found(TEXT, |film| film.duration = Some("6s".into())), refused);
        assert_eq!(found(TEXT, |film| film.aspect_ratio = Some("21:9".into())), refused);
        assert_eq!(found(TEXT, |film| film.resolution = Some("8k".into())), refused);
        assert_eq!(found(TEXT, |film| film.upscale_factor = Some(2)), refused);
        assert_eq!(found(TEXT, |film| film.task = Some("edit".into())), refused);
        assert_eq!(found(TEXT, |film| film.audio = Some(false)), refused);
        assert_eq!(found(TEXT, |film| film.audio = Some(true)), None);
        assert_eq!(found("topaz-video-upscale", |film| film.upscale_factor = Some(3)), refused);
    }

    #[rstest]
    #[case("", Some("prompt_empty"))]
    #[case("12345678901234567890", None)]
    #[case("123456789012345678901", Some("prompt_too_long"))]
    fn prompts(#[case] prompt: &str, #[case] code: Option<&str>) {
        assert_eq!(found(TEXT, |film| film.prompt = prompt.into()).as_deref(), code);
    }

    #[test]
    fn files_are_held_against_the_model() {
        let code = |found: Option<String>| found.unwrap_or_default();
        assert_eq!(code(found(IMAGE, |_| {})), "film_input_missing");
        assert_eq!(found(IMAGE, |film| film.image = Some(file())), None);
        assert_eq!(code(found(TEXT, |film| film.image = Some(file()))), "film_input_not_taken");
        assert_eq!(
            code(found(SEEDANCE, |film| film.reference_images = vec![file(); 31])),
            "film_inputs_too_many"
        );
        assert_eq!(code(found(SEEDANCE, |film| film.reference_sounds = vec![file()])), "film_input_missing");
        assert_eq!(code(found(SEEDANCE, |_| {})), "film_input_missing");
        let following = |films: usize| {
            found(SEEDANCE, |film| {
                film.duration = Some("auto".into());
                film.reference_images = vec![file()];
                film.reference_films = vec![file(); films];
            })
        };
        assert_eq!((code(following(0)).as_str(), following(1)), ("film_input_missing", None));
        let empty = FilmElement { images: vec![file()], ..FilmElement::default() };
        assert_eq!(
            code(found("kling-reference-to-video", |film| film.elements = vec![empty])),
            "film_input_missing"
        );
    }

    #[rstest]
    #[case(&[0, 120], None)]
    #[case(&[0, 121], Some("film_keyframe_place"))]
    #[case(&[7, 0, 7], Some("film_keyframe_place"))]
    fn keyframes_have_places(#[case] frames: &[u32], #[case] code: Option<&str>) {
        let frames = frames.iter().map(|frame| FilmKeyframe { image: file(), frame: *frame }).collect();
        assert_eq!(found(KEYFRAMES, |film| film.keyframes = frames).as_deref(), code);
    }

    #[test]
    fn a_kept_document_is_a_name_and_no_path() {
        let id = "wan-3-0-reference-to-video";
        let with = |document| found(id, |film| film.document = Some(document));
        assert_eq!(with(FilmDocument::Kept("abc.pdf".into())), None);
        assert_eq!(with(FilmDocument::Kept("../abc.pdf".into())).as_deref(), Some("not_found"));
        assert_eq!(with(FilmDocument::Address("https://example.test/".into())), None);
        assert_eq!(
            with(FilmDocument::Address("file:///etc/passwd".into())).as_deref(),
            Some("field_invalid")
        );
    }
}
