//! Whether a file of which is known what it is can go in its place: format, size, length and shape.

use store::MediaKind;

use super::{look::Seen, request::FilmRole};
use crate::{
    AppError, Result,
    error::{Code, input_too_large},
    pictures::input::{FEWEST_PIXELS, MOST_BYTES, MOST_PIXELS},
};

const MEGABYTE: u64 = 1024 * 1024;
/// What Venice takes of the sound that goes with a film: bytes and seconds.
pub(super) const SOUND: (u64, f64) = (15 * MEGABYTE, 30.0);
/// What it takes of a film that is kept to, in bytes, and of a document.
const CLIP_BYTES: u64 = 50 * MEGABYTE;
const DOCUMENT_BYTES: u64 = 100 * MEGABYTE;
/// How long films and sounds to keep to may be, each and all of a kind together, in seconds.
const CLIP: std::ops::RangeInclusive<f64> = 2.0..=15.0;
/// Containers count in packets: a sound that was cut to 30 seconds may be told to have a little more.
const SLACK: f64 = 0.1;
/// The widest and the narrowest film there is: 21 to 9, and 9 to 21.
const WIDEST: f64 = 21.0 / 9.0;
/// Shapes nearer than this are the same to the eye.
const NEAR: f64 = 0.02;

/// What a place takes.
pub(super) fn wants(role: FilmRole) -> MediaKind {
    use FilmRole as R;
    match role {
        R::Sound | R::ReferenceSound => MediaKind::Sound,
        R::Film | R::ReferenceFilm | R::ElementFilm => MediaKind::Film,
        R::Image
        | R::EndImage
        | R::ReferenceImage
        | R::ElementImage
        | R::Scene
        | R::Keyframe
        | R::Document => MediaKind::Picture,
    }
}

/// Whether a file of which is known what it is can be sent in its place.
pub(super) fn fits(seen: &Seen) -> Result<()> {
    if seen.role == FilmRole::Document {
        return small_enough(seen, DOCUMENT_BYTES);
    }
    let wanted = wants(seen.role);
    if seen.kind != Some(wanted) || !formats(seen.role).contains(&&*seen.mime) {
        return Err(wrong_format(seen, wanted));
    }
    match wanted {
        MediaKind::Picture => picture_fits(seen),
        MediaKind::Sound if seen.role == FilmRole::Sound => {
            small_enough(seen, SOUND.0)?;
            lasts(seen, 0.0..=SOUND.1)
        }
        MediaKind::Sound => {
            small_enough(seen, SOUND.0)?;
            lasts(seen, CLIP)
        }
        MediaKind::Film if seen.role == FilmRole::ReferenceFilm => {
            small_enough(seen, CLIP_BYTES)?;
            lasts(seen, CLIP)
        }
        // Venice tells no limit of these.
        MediaKind::Film => Ok(()),
    }
}

/// The media types that a place takes.
fn formats(role: FilmRole) -> &'static [&'static str] {
    match (wants(role), role) {
        // A GIF goes as a copy of its first picture.
        (MediaKind::Picture, _) => &["image/png", "image/jpeg", "image/webp", "image/gif"],
        (MediaKind::Sound, _) => &["audio/wav", "audio/mpeg"],
        (MediaKind::Film, FilmRole::ReferenceFilm) => &["video/mp4", "video/quicktime"],
        (MediaKind::Film, _) => &["video/mp4", "video/quicktime", "video/webm"],
    }
}

fn wrong_format(seen: &Seen, wanted: MediaKind) -> AppError {
    let (what, formats) = match (wanted, seen.role) {
        (MediaKind::Picture, _) => ("a picture", "PNG, JPEG, WebP, GIF"),
        (MediaKind::Sound, _) => ("a sound in a format that Venice takes here", "WAV, MP3"),
        (MediaKind::Film, FilmRole::ReferenceFilm) => {
            ("a film in a format that Venice takes here", "MP4, MOV")
        }
        (MediaKind::Film, _) => ("a film in a format that Venice takes here", "MP4, MOV, WebM"),
    };
    AppError::new(
        Code::FilmInputFormat,
        format!("“{}” isn't {what}.", seen.name),
        format!("Use one of these: {formats}. Nothing was sent."),
    )
    .param("role", seen.role.word())
    .param("formats", formats)
}

fn picture_fits(seen: &Seen) -> Result<()> {
    if seen.bytes > MOST_BYTES {
        return Err(input_too_large(Some(seen.bytes), MOST_BYTES));
    }
    let Some((width, height)) = seen.size else { return Ok(()) };
    let area = u64::from(width) * u64::from(height);
    let (code, words) = match area {
        area if area < FEWEST_PIXELS => {
            (Code::InputTooSmall, "fewer than the 65,536 (256 × 256) that Venice takes")
        }
        area if area > MOST_PIXELS => {
            (Code::InputTooManyPixels, "more than the 33 million that Venice takes")
        }
        _ => return shaped(seen, width, height),
    };
    let told = AppError::new(
        code,
        format!("This picture has {width} × {height} pixels, {words}."),
        "Use another one, or make a copy of another size in the Image room. Nothing was sent.",
    );
    Err(told.param("width", width).param("height", height))
}

/// No film is wider than 21 to 9 or narrower than 9 to 21: what is can't be its picture. What is only kept to may have any
/// shape.
fn shaped(seen: &Seen, width: u32, height: u32) -> Result<()> {
    let in_it = matches!(seen.role, FilmRole::Image | FilmRole::EndImage | FilmRole::Keyframe);
    let ratio = f64::from(width) / f64::from(height.max(1));
    if !in_it || (1.0 / WIDEST - NEAR..=WIDEST + NEAR).contains(&ratio) {
        return Ok(());
    }
    Err(AppError::new(
        Code::FilmInputRatio,
        format!("“{}” has {width} × {height} pixels: no film is of that shape.", seen.name),
        "Crop it to something between 21:9 and 9:21 first. Nothing was sent.",
    )
    .param("width", width)
    .param("height", height))
}

fn small_enough(seen: &Seen, limit: u64) -> Result<()> {
    if seen.bytes <= limit {
        return Ok(());
    }
    let megabytes = |bytes: u64| format!("{:.1}", bytes as f64 / MEGABYTE as f64);
    Err(AppError::new(
        Code::FilmInputTooLarge,
        format!(
            "“{}” has {} MB; Venice takes {} MB here.",
            seen.name,
            megabytes(seen.bytes),
            limit / MEGABYTE
        ),
        "Use a shorter or smaller one. Nothing was sent.",
    )
    .param("role", seen.role.word())
    .param("size", megabytes(seen.bytes))
    .param("limit", limit / MEGABYTE))
}

fn lasts(seen: &Seen, range: std::ops::RangeInclusive<f64>) -> Result<()> {
    let seconds = seen.seconds();
    if (range.start() - SLACK..=range.end() + SLACK).contains(&seconds) {
        return Ok(());
    }
    let (least, most) = (range.start(), range.end());
    let limits =
        if *least > 0.0 { format!("{least} to {most} seconds") } else { format!("at most {most} seconds") };
    Err(AppError::new(
        Code::FilmInputLength,
        format!("“{}” lasts {seconds:.1} seconds; Venice takes {limits} here.", seen.name),
        "Cut it to that first. Nothing was sent.",
    )
    .param("role", seen.role.word())
    .param("seconds", format!("{seconds:.1}"))
    .param("min", least)
    .param("max", most))
}

/// All clips of a kind together.
pub(super) fn too_long_together(all: &[Seen]) -> Option<AppError> {
    [FilmRole::ReferenceFilm, FilmRole::ReferenceSound].into_iter().find_map(|role| {
        let seconds: f64 = all.iter().filter(|seen| seen.role == role).map(Seen::seconds).sum();
        (seconds > CLIP.end() + SLACK).then(|| {
            AppError::new(
                Code::FilmInputsTooLong,
                format!("These last {seconds:.1} seconds together; Venice takes {} seconds.", CLIP.end()),
                "Take some away, or cut them. Nothing was sent.",
            )
            .param("role", role.word())
            .param("seconds", format!("{seconds:.1}"))
            .param("max", CLIP.end())
        })
    })
}

/// Whether two shapes are the same to the eye.
pub(super) fn alike(one: f64, other: f64) -> bool {
    (one / other - 1.0).abs() <= NEAR * 2.0
}
