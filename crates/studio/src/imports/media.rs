//! Sounds and films from outside. They can have many gigabytes: none is ever whole in memory.

use std::{collections::BTreeMap, io::Read, path::Path};

use audio::decode::Probe;
use store::{Incoming, MediaKind, NewItem, Origin};

use super::{
    control::Control,
    look::{Looked, Seen, known, unreadable},
};
use crate::{
    AppError, Result,
    conversations::media_of,
    error::{Code, format_unsupported, from_picture, not_sound},
    recipe::Recipe,
};

/// What files that sound begin like, by the names of what isn't a picture.
const SOUNDING: &[&str] = &["MP4", "WebM", "WAV", "AVI", "MP3", "FLAC", "Ogg"];
/// What files are called that sound.
const ENDINGS: &[&str] = &[
    "aac", "aif", "aiff", "avi", "caf", "flac", "m4a", "m4b", "m4v", "mka", "mkv", "mov", "mp3", "mp4",
    "mpeg", "mpg", "oga", "ogg", "opus", "wav", "weba", "webm", "wma", "wmv",
];
/// Films that are read.
const FILMS: &str = "MP4, MOV, MKV, WebM";
/// From this size on it is looked whether a file is known before it is copied.
const LARGE: u64 = 64 << 20;
/// What looking at one takes in memory.
const TAKES: u64 = 4 << 20;

/// What a file is kept as.
pub(crate) struct KeptAs {
    /// What it is.
    pub kind: MediaKind,
    /// Its media type.
    pub mime: &'static str,
    /// The ending of its name.
    pub ending: &'static str,
}

/// Looks at a file that is no picture, and seems to be something else or nothing that is known.
pub(super) fn look(looked: &Looked<'_>, seems: Option<&'static str>) -> Result<Option<Seen>> {
    let ending = ending_of(looked.path);
    if seems.is_some_and(|seems| !SOUNDING.contains(&seems)) {
        return Err(refused(seems, &ending, "it holds something else"));
    }
    let _room = looked.control.room(TAKES);
    let probe = match audio::decode::probe(looked.path) {
        Ok(probe) => Some(probe),
        // A film without sound is a film all the same.
        Err(audio::Error::NoTrack) => None,
        Err(audio::Error::NotSound(_)) if seems == Some("AVI") => {
            return Err(format_unsupported("AVI", FILMS));
        }
        Err(audio::Error::NotSound(why)) => return Err(refused(seems, &ending, why)),
        Err(audio::Error::File { source, .. }) => return Err(unreadable(source)),
        Err(error) => return Err(error.into()),
    };
    let KeptAs { kind, mime, ending } = kind_of(&looked.beginning, &ending, probe.as_ref());
    let (hash, incoming) = match take_in(looked)? {
        Taken::Known(item) => return Ok(Some(Seen::Known(item))),
        Taken::Stopped => return Ok(None),
        Taken::New(hash, incoming) => (hash, incoming),
    };
    let length = probe.as_ref().and_then(|probe| probe.length);
    let film = (kind == MediaKind::Film).then(|| audio::decode::film(looked.path).ok()).flatten();
    let length = length.or_else(|| film.as_ref().and_then(|film| film.length));
    let new = NewItem {
        kind,
        size: film.and_then(|film| film.size),
        format: Some((mime.to_owned(), ending.to_owned())),
        duration_ms: length.and_then(|length| u64::try_from(length.as_millis()).ok()),
        recipe: probe.and_then(|probe| serde_json::to_value(told(&probe)).ok()),
        ..NewItem::new(Origin::Imported, &looked.title("Pasted sound"))
    };
    Ok(Some(Seen::New(hash, incoming, Box::new(new))))
}

enum Taken {
    Known(Box<store::Item>),
    New(String, Box<Incoming>),
    Stopped,
}

/// The file's bytes beside the library, unless they are in it.
fn take_in(looked: &Looked<'_>) -> Result<Taken> {
    let Looked { store, control, path, .. } = *looked;
    let size = looked.before.len();
    if size > LARGE {
        let Some(hash) = hash(path, control)? else { return Ok(Taken::Stopped) };
        if let Some(item) = known(store, &hash)? {
            return Ok(Taken::Known(Box::new(item)));
        }
        let free = store.library().free_bytes()?;
        if free < size {
            return Err(no_room(path, size, free));
        }
    }
    let Some(incoming) = store.incoming_copy(path, |_| control.goes_on())? else { return Ok(Taken::Stopped) };
    looked.is_as_it_was(incoming.bytes())?;
    let hash = incoming.blake3();
    Ok(match known(store, &hash)? {
        Some(item) => Taken::Known(Box::new(item)),
        None => Taken::New(hash, Box::new(incoming)),
    })
}

fn hash(path: &Path, control: &Control) -> Result<Option<String>> {
    let mut file = std::fs::File::open(path).map_err(unreadable)?;
    let mut hasher = blake3::Hasher::new();
    let mut piece = vec![0; 1 << 20];
    loop {
        let length = file.read(&mut piece).map_err(unreadable)?;
        if length == 0 {
            return Ok(Some(hasher.finalize().to_hex().to_string()));
        }
        hasher.update(&piece[..length]);
        if !control.goes_on() {
            return Ok(None);
        }
    }
}

/// What a file is kept as: by its bytes, and by what was found in it.
pub(crate) fn kind_of(beginning: &[u8], ending: &str, probe: Option<&Probe>) -> KeptAs {
    let (by_bytes, mime, ext) =
        media_of(beginning, ending).unwrap_or((MediaKind::Sound, "application/octet-stream", "bin"));
    let kind = match probe {
        Some(probe) if probe.is_film => MediaKind::Film,
        Some(_) => MediaKind::Sound,
        None => by_bytes,
    };
    let is_matroska = beginning.windows(8).take(64).any(|bytes| bytes == b"matroska");
    let codec = probe.map(|probe| probe.codec).unwrap_or_default();
    let (mime, ending) = match (kind, ext) {
        (MediaKind::Film, "m4a") => ("video/mp4", "mp4"),
        (MediaKind::Sound, "mp4" | "mov") => ("audio/mp4", "m4a"),
        (MediaKind::Film, "webm") if is_matroska => ("video/x-matroska", "mkv"),
        (MediaKind::Sound, "webm") if is_matroska => ("audio/x-matroska", "mka"),
        (MediaKind::Sound, "webm") => ("audio/webm", "webm"),
        (MediaKind::Sound, "ogg") if codec == "Opus" => ("audio/ogg", "opus"),
        // Tags of one coding stand before the sound of others too.
        (MediaKind::Sound, "mp3") if codec == "FLAC" => ("audio/flac", "flac"),
        (MediaKind::Sound, "mp3") if codec.contains("AAC") => ("audio/aac", "aac"),
        (MediaKind::Sound, "bin") if beginning.starts_with(b"caff") => ("audio/x-caf", "caf"),
        _ => (mime, ext),
    };
    KeptAs { kind, mime, ending }
}

/// What is known of a sound beside its length.
fn told(probe: &Probe) -> Recipe {
    let mut more = BTreeMap::from([
        ("Coding".to_owned(), probe.codec.to_owned()),
        ("Sampling rate".to_owned(), format!("{} Hz", probe.layout.rate)),
        ("Channels".to_owned(), probe.layout.channels.to_string()),
    ]);
    if let Some(bits) = probe.bits {
        more.insert("Bits".to_owned(), bits.to_string());
    }
    Recipe { more, ..Recipe::default() }
}

fn ending_of(path: &Path) -> String {
    path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// What is called a sound and isn't one is told so; anything else isn't a picture.
fn refused(seems: Option<&'static str>, ending: &str, why: &str) -> AppError {
    let sounds = seems.is_some_and(|seems| SOUNDING.contains(&seems)) || ENDINGS.contains(&ending);
    match seems {
        Some(seems) if sounds && !SOUNDING.contains(&seems) => {
            not_sound(&format!("it seems to be {seems}")).param("seems", seems)
        }
        _ if sounds => not_sound(why),
        _ => from_picture(&store::PictureProblem::NotAPicture { seems }),
    }
}

fn no_room(path: &Path, size: u64, free: u64) -> AppError {
    AppError::new(
        Code::DiskFull,
        "There isn't enough room for this file on the library's disk.",
        "Make room, then import it again. Nothing that was kept is affected.",
    )
    .param("path", path.display())
    .param("needed", size)
    .param("free", free)
}
