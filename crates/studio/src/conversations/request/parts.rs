//! Attachments as a model is sent them.

use std::path::{Path, PathBuf};

use store::PictureFormat;
use venice::{
    FileInput,
    chat::{AudioFormat, Content, ContentPart},
    models::Capabilities,
};

use super::{Carried, Said};
use crate::{
    AppError, Result,
    conversations::view::{AttachmentKind, Role},
    error::{Code, input_too_large},
    pictures::pixels,
};

/// The most bytes Venice takes for a file of a conversation.
pub(in crate::conversations) const MOST_BYTES: u64 = 25_000_000;
/// And for a picture, in pixels; smaller copies have at most so many.
const MOST_PIXELS: u64 = 33_177_600;
const PIXELS_OF_A_COPY: u64 = 12_000_000;
/// The least that a side of a picture has.
pub(super) const LEAST_SIDE: u32 = 64;

/// How many pictures and films a model takes with one request.
pub(super) fn most_pictures(can: &Capabilities) -> usize {
    let many = can.max_images.map_or(usize::MAX, |most| most as usize);
    match (can.supports_vision, can.supports_multiple_images || can.max_images.is_some()) {
        (false, _) => 0,
        (true, true) => many,
        (true, false) => 1,
    }
}

pub(super) fn most_films(can: &Capabilities) -> usize {
    if can.supports_video_input { can.max_videos.unwrap_or(3) as usize } else { 0 }
}

/// Which attachments of each message are sent: of those that go with earlier messages the latest, as many as the model
/// takes. What goes with the last message was checked before.
pub(super) fn kept(said: &[Said], can: &Capabilities) -> Vec<Vec<bool>> {
    let (mut pictures, mut films) = (most_pictures(can), most_films(can));
    let mut kept: Vec<Vec<bool>> = Vec::with_capacity(said.len());
    for said in said.iter().rev() {
        let mut take = |carried: &Carried| match carried.kind {
            _ if carried.is_missing || carried.is_left_out => false,
            AttachmentKind::Image => take_one(&mut pictures),
            AttachmentKind::Video => take_one(&mut films),
            AttachmentKind::Audio => can.supports_audio_input,
            AttachmentKind::Document | AttachmentKind::Search | AttachmentKind::Page => true,
        };
        kept.push(said.attachments.iter().map(&mut take).collect());
    }
    kept.reverse();
    kept
}

fn take_one(left: &mut usize) -> bool {
    let some = *left > 0;
    *left = left.saturating_sub(1);
    some
}

/// What a person said, with what goes with it.
pub(super) fn content(said: &Said, kept: &[bool], cache: &Path) -> Result<Content<ContentPart>> {
    debug_assert_eq!(said.role, Role::User);
    if said.attachments.is_empty() {
        return Ok(Content::Text(said.text.clone()));
    }
    let mut parts = Vec::with_capacity(said.attachments.len() + 1);
    for (carried, kept) in said.attachments.iter().zip(kept) {
        let part = if *kept { part(carried, cache) } else { Ok(ContentPart::text(absent(carried))) };
        parts.push(part.map_err(|error| error.param("name", &carried.name))?);
    }
    if !said.text.is_empty() {
        parts.push(ContentPart::text(&said.text));
    }
    Ok(Content::Parts(parts))
}

/// What stands for an attachment that isn't sent.
pub(super) fn absent(carried: &Carried) -> String {
    format!("[An attachment went with this: {}. It isn't sent again.]", carried.name)
}

fn part(carried: &Carried, cache: &Path) -> Result<ContentPart> {
    if let Some(text) = &carried.text {
        return Ok(ContentPart::text(told(carried, text)));
    }
    if carried.kind == AttachmentKind::Image {
        return picture(carried, cache);
    }
    let file = file(&carried.path, &carried.mime)?;
    Ok(match carried.kind {
        AttachmentKind::Audio => ContentPart::audio(file, format_of(&carried.mime, &carried.path)),
        AttachmentKind::Video => ContentPart::video(file),
        _ => {
            let mut part = ContentPart::file(file);
            if let ContentPart::File { file, .. } = &mut part {
                file.filename = Some(carried.name.clone());
            }
            part
        }
    })
}

/// What can be read in an attachment, with its name and source.
pub(super) fn told(carried: &Carried, text: &str) -> String {
    let name = &carried.name;
    match (carried.kind, &carried.url) {
        (AttachmentKind::Search, _) => format!("Results of a web search for “{name}”:\n\n{text}"),
        (AttachmentKind::Page, Some(url)) => format!("The page {url} (“{name}”):\n\n{text}"),
        _ => format!("The attached document “{name}”:\n\n{text}"),
    }
}

fn file(path: &Path, mime: &str) -> Result<FileInput> {
    let file = FileInput::path(path, mime).map_err(|error| store::Error::file(path, error))?;
    let bytes = std::fs::metadata(path).map_or(0, |file| file.len());
    if bytes > MOST_BYTES {
        return Err(input_too_large(Some(bytes), MOST_BYTES));
    }
    Ok(file)
}

/// A picture as it is where it fits and stands upright, else a copy on disk that does.
fn picture(carried: &Carried, cache: &Path) -> Result<ContentPart> {
    let path = &carried.path;
    let probe = store::probe(path)?;
    if probe.width.min(probe.height) < LEAST_SIDE {
        return Err(too_small(probe.width, probe.height));
    }
    let area = u64::from(probe.width) * u64::from(probe.height);
    let fits = carried.bytes <= MOST_BYTES && area <= MOST_PIXELS;
    if fits && probe.orientation == 1 && probe.frames == 1 && probe.format != PictureFormat::Gif {
        return Ok(ContentPart::image(file(path, probe.format.mime())?));
    }
    let (copy, mime) = copy(path, cache, fits)?;
    Ok(ContentPart::image(file(&copy, mime)?))
}

pub(super) fn too_small(width: u32, height: u32) -> AppError {
    AppError::new(
        Code::InputTooSmall,
        format!("This picture has {width} × {height} pixels; no side may have less than {LEAST_SIDE}."),
        "Choose a larger one.",
    )
    .param("width", width)
    .param("height", height)
}

/// An upright copy, scaled down unless `as_large`. The same picture has the same copy, so it is made once.
fn copy(path: &Path, cache: &Path, as_large: bool) -> Result<(PathBuf, &'static str)> {
    let bytes = std::fs::read(path).map_err(|error| store::Error::file(path, error))?;
    let stem = blake3::hash(&bytes).to_hex().to_string();
    for (ending, mime) in [("jpg", "image/jpeg"), ("png", "image/png")] {
        let made = cache.join(format!("{stem}.{ending}"));
        if made.is_file() {
            return Ok((made, mime));
        }
    }
    let picture = pixels::decode(&bytes)?;
    let area = f64::from(picture.width()) * f64::from(picture.height());
    let picture = if as_large || area <= PIXELS_OF_A_COPY as f64 {
        picture
    } else {
        let shrink = (PIXELS_OF_A_COPY as f64 / area).sqrt();
        let side = |side: u32| ((f64::from(side) * shrink).floor() as u32).max(1);
        store::resize(&picture, side(picture.width()), side(picture.height()))?
    };
    let (bytes, mime) = pixels::write(&picture)?;
    let made = cache.join(format!("{stem}.{}", if mime == "image/png" { "png" } else { "jpg" }));
    let at = |error| AppError::from(store::Error::file(&made, error));
    std::fs::create_dir_all(cache).map_err(at)?;
    let mut aside = tempfile::NamedTempFile::new_in(cache).map_err(at)?;
    std::io::Write::write_all(&mut aside, &bytes).map_err(at)?;
    aside.persist(&made).map_err(|error| at(error.error))?;
    Ok((made, mime))
}

/// The name Venice has for a format of sound.
fn format_of(mime: &str, path: &Path) -> AudioFormat {
    match mime {
        "audio/mpeg" | "audio/mp3" => AudioFormat::Mp3,
        "audio/wav" | "audio/x-wav" | "audio/wave" | "audio/vnd.wave" => AudioFormat::Wav,
        "audio/aiff" | "audio/x-aiff" => AudioFormat::Aiff,
        "audio/aac" | "audio/x-aac" => AudioFormat::Aac,
        "audio/ogg" | "audio/opus" => AudioFormat::Ogg,
        "audio/flac" | "audio/x-flac" => AudioFormat::Flac,
        "audio/mp4" | "audio/m4a" | "audio/x-m4a" => AudioFormat::M4a,
        _ => {
            let ending = path.extension().and_then(std::ffi::OsStr::to_str).unwrap_or("wav");
            AudioFormat::from(ending.to_ascii_lowercase().as_str())
        }
    }
}
