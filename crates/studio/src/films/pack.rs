//! The request as Venice wants it.

use venice::{
    FileInput,
    video::{Keyframe, QueueVideo, ReferenceTask, VideoConsents, VideoElement},
};

use super::{
    check,
    look::Seen,
    request::FilmRequest,
    view::{FilmMode, FilmModel},
};
use crate::{AppError, Result, pictures::input::upright};
use store::MediaKind;

/// What an enlargement is asked for with: Venice wants words, and nobody reads them.
const ENLARGE: &str = "upscale";

/// A file as it is sent: films and sounds are read while they go; a picture that lies on its side or moves goes as a copy
/// that stands. The user's file names are nobody's business, and data URLs have none.
pub(super) fn read(seen: &Seen) -> Result<FileInput> {
    if seen.kind == Some(MediaKind::Picture) {
        let (bytes, mime) = upright(&seen.path, None)?;
        return Ok(FileInput::bytes("picture", mime, bytes));
    }
    let file = FileInput::path(&seen.path, &seen.mime);
    Ok(file.map_err(|error| store::Error::file(&seen.path, error))?)
}

/// Puts a request and its files together; `files` are in the order of [`FilmRequest::files`].
pub(super) fn pack(
    request: &FilmRequest,
    model: &FilmModel,
    files: Vec<FileInput>,
    document: Option<FileInput>,
    agreed: bool,
) -> Result<QueueVideo> {
    let mut files = files.into_iter();
    let mut next = || files.next().ok_or_else(|| AppError::internal("a file of a film is missing"));
    let mut some = |count: usize| (0..count).map(|_| next()).collect::<Result<Vec<FileInput>>>();
    let prompt = match request.prompt.trim() {
        "" if model.mode == FilmMode::Upscale => ENLARGE,
        _ => request.prompt.as_str(),
    };
    let mut wire = QueueVideo::new(&request.model, prompt, check::duration_of(request, model));
    wire.negative_prompt = request.negative_prompt.clone().filter(|words| !words.trim().is_empty());
    wire.aspect_ratio.clone_from(&request.aspect_ratio);
    wire.resolution.clone_from(&request.resolution);
    wire.upscale_factor = request.upscale_factor;
    wire.audio = request.audio.filter(|_| model.audio_configurable);
    wire.omni_reference_task_type = request.task.as_deref().map(ReferenceTask::from);
    wire.image_url = some(usize::from(request.image.is_some()))?.pop();
    wire.end_image_url = some(usize::from(request.end_image.is_some()))?.pop();
    wire.audio_url = some(usize::from(request.sound.is_some()))?.pop();
    wire.video_url = some(usize::from(request.film.is_some()))?.pop();
    wire.reference_image_urls = some(request.reference_images.len())?;
    wire.reference_video_urls = some(request.reference_films.len())?;
    wire.reference_audio_urls = some(request.reference_sounds.len())?;
    wire.reference_document_urls = document.into_iter().collect();
    for element in &request.elements {
        wire.elements.push(VideoElement {
            frontal_image_url: some(usize::from(element.front.is_some()))?.pop(),
            reference_image_urls: some(element.images.len())?,
            video_url: some(usize::from(element.film.is_some()))?.pop(),
        });
    }
    wire.scene_image_urls = some(request.scenes.len())?;
    let images = some(request.keyframes.len())?;
    let frames = request.keyframes.iter().map(|keyframe| keyframe.frame);
    wire.keyframes = images
        .into_iter()
        .zip(frames)
        .map(|(image_url, frame_index)| Keyframe { image_url, frame_index })
        .collect();
    wire.consents = agreed.then(VideoConsents::seedance);
    Ok(wire)
}
