//! What a file is that is to go into a film, and whether it can: format, size, length and shape, before anything is sent.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    time::Duration,
};

use store::{ItemId, MediaKind};

use super::{
    fits::{SOUND, fits, wants},
    request::FilmRole,
    view::FilmInputFacts,
};
use crate::{
    AppError, Result, Studio,
    calls::view::FileRef,
    conversations::media_of,
    error::{Code, from_picture},
    imports::name_of,
    library::{missing, parse},
    pictures::input::MOST_BYTES,
};

/// How much of a file tells what it is.
const BEGINNING: u64 = 4_096;

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

/// A hash of all files that go in, each in its place; none where no file does.
pub(super) async fn bytes_of(all: &[Seen]) -> Result<Option<String>> {
    if all.is_empty() {
        return Ok(None);
    }
    let files: Vec<_> = all.iter().map(|seen| (seen.role, seen.path.clone())).collect();
    let hashing = tokio::task::spawn_blocking(move || {
        let mut whole = blake3::Hasher::new();
        for (role, path) in files {
            let mut one = blake3::Hasher::new();
            let read = File::open(&path).and_then(|file| one.update_reader(file).map(drop));
            read.map_err(|error| AppError::from(store::Error::file(&path, error)))?;
            whole.update(role.word().as_bytes()).update(one.finalize().as_bytes());
        }
        Ok(Some(whole.finalize().to_hex().to_string()))
    });
    hashing.await.map_err(AppError::internal)?
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
    seen.problem = outcome.err().map(|problem| match problem.params.get("name") {
        Some(_) => problem,
        None => problem.param("name", &seen.name),
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
        mime_guess::from_path(&seen.path).first_or_octet_stream().essence_str().clone_into(&mut seen.mime);
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
    // A large file isn't read to say that it is large.
    if seen.length.is_none() && seen.bytes <= SOUND.0 {
        // A bare stream tells no length: it is counted.
        const RATE: u32 = 16_000;
        let counted = audio::decode::decode_mono(&seen.path, RATE, |_| true);
        let counted = counted.map_err(|_| damaged(&seen.name, seen.kind))?;
        seen.length = Some(Duration::from_secs_f64(counted.frames as f64 / f64::from(RATE)));
    }
    Ok(())
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

/// The path of a kept document.
pub(super) fn is_plain_name(name: &str) -> bool {
    Path::new(name).file_name().is_some_and(|only| only == name)
}
