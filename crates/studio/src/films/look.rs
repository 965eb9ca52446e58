//! What a file is that is to go into a film, and whether it can: format, size, length and shape, before anything is sent.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    time::Duration,
};

use store::{ItemId, MediaKind};

use super::{request::FilmRole, view::FilmInputFacts};
use crate::{
    AppError, Result, Studio,
    calls::view::FileRef,
    conversations::media_of,
    error::{Code, from_picture, input_too_large},
    imports::name_of,
    library::{missing, parse},
    pictures::input::{FEWEST_PIXELS, MOST_BYTES, MOST_PIXELS},
};

/// How much of a file tells what it is.
const BEGINNING: u64 = 4_096;
const MEGABYTE: u64 = 1024 * 1024;
/// What Venice takes of the sound that goes with a film: bytes and seconds.
const SOUND: (u64, f64) = (15 * MEGABYTE, 30.0);
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

/// A file that goes in, as it was found.
#[derive(Clone)]
pub(super) struct Seen {
    pub role: FilmRole,
    pub path: PathBuf,
    pub item: Option<ItemId>,
    pub name: String,
    pub kind: Option<MediaKind>,
    pub mime: String,
    pub bytes: u64,
    pub size: Option<(u32, u32)>,
    pub length: Option<Duration>,
    pub problem: Option<AppError>,
}

impl Seen {
    pub(super) fn seconds(&self) -> f64 {
        self.length.map_or(0.0, |length| length.as_secs_f64())
    }

    pub(super) fn ratio(&self) -> Option<f64> {
        let (width, height) = self.size?;
        Some(f64::from(width) / f64::from(height.max(1)))
    }

    pub(super) fn facts(self) -> FilmInputFacts {
        FilmInputFacts {
            length_ms: self.length.and_then(|length| u64::try_from(length.as_millis()).ok()),
            width: self.size.map(|(width, _)| width),
            height: self.size.map(|(_, height)| height),
            name: self.name,
            kind: self.kind,
            mime: self.mime,
            bytes: self.bytes,
            problem: self.problem,
            advice: None,
        }
    }
}

impl Studio {
    /// Looks at the files of a request.
    pub(super) async fn look_at_inputs(&self, files: Vec<(FilmRole, FileRef)>) -> Result<Vec<Seen>> {
        let mut found = Vec::new();
        for (role, file) in files {
            found.push((role, self.input_path(&file).await?));
        }
        let look = |(role, (path, item, name)): (FilmRole, (PathBuf, Option<ItemId>, String))| {
            look(role, path, item, name)
        };
        let looking = tokio::task::spawn_blocking(move || found.into_iter().map(look).collect());
        looking.await.map_err(AppError::internal)
    }

    /// Where a file is, which item it is, and what it is called.
    async fn input_path(&self, file: &FileRef) -> Result<(PathBuf, Option<ItemId>, String)> {
        match file {
            FileRef::Item(id) => {
                let id = parse(id)?;
                let find = move |store: &store::Store| {
                    store.ensure_library()?;
                    let item = store.library().get(id)?;
                    Ok((store.media_path(&item.file.path), item.title))
                };
                let (path, title) = self.store(find).await?;
                Ok((path, Some(id), title))
            }
            FileRef::Picked(handle) => {
                let path = self.inner.imports.path(handle).ok_or_else(|| AppError::not_found("file"))?;
                let name = name_of(&path);
                Ok((path, None, name))
            }
        }
    }
}

/// Looks at one file.
pub(super) fn look(role: FilmRole, path: PathBuf, item: Option<ItemId>, name: String) -> Seen {
    let mut seen = Seen {
        role,
        item,
        name,
        kind: None,
        mime: "application/octet-stream".to_owned(),
        bytes: 0,
        size: None,
        length: None,
        problem: None,
        path,
    };
    let outcome = find_out(&mut seen).and_then(|()| fits(&seen));
    seen.problem = outcome.err().map(|problem| match problem.params.contains_key("name") {
        true => problem,
        false => problem.param("name", &seen.name),
    });
    seen
}

/// What it is by its bytes. What is found before something fails stays told.
fn find_out(seen: &mut Seen) -> Result<()> {
    let unreadable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound if seen.item.is_some() => missing(&seen.path),
        std::io::ErrorKind::NotFound => AppError::not_found("file"),
        _ => store::Error::file(&seen.path, error).into(),
    };
    let told = std::fs::metadata(&seen.path).map_err(unreadable)?;
    if !told.is_file() {
        return Err(AppError::new(
            Code::InputUnreadable,
            "This is a folder.",
            "Choose one of the files in it.",
        ));
    }
    seen.bytes = told.len();
    if told.len() == 0 {
        return Err(from_picture(&store::PictureProblem::Empty));
    }
    let mut beginning = Vec::new();
    let file = File::open(&seen.path).map_err(unreadable)?;
    file.take(BEGINNING).read_to_end(&mut beginning).map_err(unreadable)?;
    if seen.role == FilmRole::Document {
        seen.mime = mime_guess::from_path(&seen.path).first_or_octet_stream().essence_str().to_owned();
        return Ok(());
    }
    match store::picture_format(&beginning) {
        Ok(format) => {
            seen.kind = Some(MediaKind::Picture);
            format.mime().clone_into(&mut seen.mime);
            // A large file isn't read to say that it is large.
            if seen.bytes <= MOST_BYTES {
                let probe = store::probe(&seen.path)?;
                seen.size = Some((probe.width, probe.height));
            }
            return Ok(());
        }
        Err(store::PictureProblem::NotAPicture { .. }) => {}
        Err(problem) if wants(seen.role) == MediaKind::Picture => return Err(from_picture(&problem)),
        Err(_) => return Ok(()),
    }
    let ending = seen.path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let Some((kind, mime, _)) = media_of(&beginning, &ending.unwrap_or_default()) else { return Ok(()) };
    seen.kind = Some(kind);
    mime.clone_into(&mut seen.mime);
    if beginning.windows(8).any(|bytes| bytes == b"matroska") {
        "video/x-matroska".clone_into(&mut seen.mime);
    }
    match kind {
        MediaKind::Film => film(seen),
        _ => sound(seen),
    }
}

fn film(seen: &mut Seen) -> Result<()> {
    let film = match audio::decode::film(&seen.path) {
        Ok(film) if !film.is_cut_off => film,
        Err(error @ audio::Error::File { .. }) => return Err(error.into()),
        Ok(_) | Err(_) => return Err(damaged(&seen.name, seen.kind)),
    };
    if !film.is_film {
        // The same boxes hold sound alone.
        seen.kind = Some(MediaKind::Sound);
        "audio/mp4".clone_into(&mut seen.mime);
    }
    (seen.size, seen.length) = (film.size, film.length);
    if film.is_film && film.length.is_none() {
        return Err(damaged(&seen.name, seen.kind));
    }
    Ok(())
}

fn sound(seen: &mut Seen) -> Result<()> {
    match audio::decode::probe(&seen.path) {
        Ok(probe) => seen.length = probe.length,
        Err(error @ audio::Error::File { .. }) => return Err(error.into()),
        Err(_) => return Err(damaged(&seen.name, seen.kind)),
    }
    if seen.length.is_none() {
        // A bare stream tells no length: it is counted.
        const RATE: u32 = 16_000;
        let counted = audio::decode::decode_mono(&seen.path, RATE, |_| true);
        let counted = counted.map_err(|_| damaged(&seen.name, seen.kind))?;
        seen.length = Some(Duration::from_secs_f64(counted.frames as f64 / f64::from(RATE)));
    }
    Ok(())
}

/// What a place takes.
fn wants(role: FilmRole) -> MediaKind {
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
fn fits(seen: &Seen) -> Result<()> {
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

fn damaged(name: &str, kind: Option<MediaKind>) -> AppError {
    let what = if kind == Some(MediaKind::Film) { "film" } else { "sound" };
    AppError::new(
        Code::FilmInputDamaged,
        format!("“{name}” is damaged: there is no {what} in it that can be read."),
        "It may not have been copied to the end. Use another one; nothing was sent.",
    )
    .param("name", name)
}

/// Whether two shapes are the same to the eye.
pub(super) fn alike(one: f64, other: f64) -> bool {
    (one / other - 1.0).abs() <= NEAR * 2.0
}

/// The path of a kept document.
pub(super) fn is_plain_name(name: &str) -> bool {
    Path::new(name).file_name().is_some_and(|only| only == name)
}
