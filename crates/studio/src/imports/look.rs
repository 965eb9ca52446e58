//! Looking at one file from outside.

use std::{
    fs::{File, Metadata},
    io::{ErrorKind, Read},
    path::Path,
};

use jiff::{Timestamp, tz::TimeZone};
use store::{Incoming, Item, NewItem, Origin, PictureFormat, PictureProblem, Store};

use super::{control::Control, media, taken::taken_at};
use crate::{
    AppError, Result,
    error::{Code, from_picture, input_too_large},
    recipe::{Recipe, read},
};

/// A file larger than this is no photograph.
const MOST_BYTES: u64 = 256 << 20;
/// How much of a file tells what it is.
const BEGINNING: u64 = 4_096;
/// The most characters of a title.
const LONGEST_TITLE: usize = 200;

/// A file that may be taken.
pub(super) enum Seen {
    /// Its bytes are in the library already.
    Known(Box<Item>),
    /// They lie beside the library and can be kept; their hash is told.
    New(String, Box<Incoming>, Box<NewItem>),
}

/// A file that is looked at.
pub(super) struct Looked<'a> {
    pub(super) store: &'a Store,
    pub(super) control: &'a Control,
    pub(super) path: &'a Path,
    /// Its name is ours, and says nothing.
    pub(super) pasted: bool,
    /// As it was when the look began.
    pub(super) before: Metadata,
    pub(super) beginning: Vec<u8>,
}

/// Looks at one file; none where the import was stopped meanwhile. Bytes that are in the library already, from whatever
/// source, are not imported again. A picture that moves is kept as it is, like all others; what is shown small and sent of it
/// is its first one.
pub(super) fn look(store: &Store, control: &Control, path: &Path, pasted: bool) -> Result<Option<Seen>> {
    let before = std::fs::metadata(path).map_err(unreadable)?;
    // Reading a pipe or a device may never end.
    if !before.is_file() {
        return Err(unreadable(ErrorKind::InvalidInput.into()));
    }
    let mut beginning = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(BEGINNING).read_to_end(&mut beginning).map_err(unreadable)?;
    let told = store::picture_format(&beginning);
    let looked = Looked { store, control, path, pasted, before, beginning };
    match told {
        Ok(_) => picture(&looked).map(Some),
        Err(PictureProblem::NotAPicture { seems }) => media::look(&looked, seems),
        Err(problem) => Err(from_picture(&problem)),
    }
}

fn picture(looked: &Looked<'_>) -> Result<Seen> {
    let Looked { store, control, path, .. } = *looked;
    let size = looked.before.len();
    if size > MOST_BYTES {
        return Err(input_too_large(Some(size), MOST_BYTES));
    }
    let room = control.room(size);
    let mut bytes = Vec::with_capacity(size as usize);
    let file = File::open(path).map_err(unreadable)?;
    file.take(MOST_BYTES).read_to_end(&mut bytes).map_err(unreadable)?;
    looked.is_as_it_was(bytes.len() as u64)?;
    let hash = blake3::hash(&bytes).to_hex();
    if let Some(known) = known(store, hash.as_str())? {
        return Ok(Seen::Known(Box::new(known)));
    }
    let probe = store::probe_bytes(&bytes).map_err(|problem| from_picture(&problem))?;
    drop(room);
    let pixels = u64::from(probe.width) * u64::from(probe.height);
    // A JPEG is decoded small; others may have 16 bits a channel, and are then halved.
    let each = if probe.format == PictureFormat::Jpeg { 2 } else { 8 };
    let _room = control.room(bytes.len() as u64 + pixels * each);
    let seen = store::look(&bytes)?;
    let told = read::from_picture(&bytes);
    let recipe = told.clone().unwrap_or_default();
    let new = NewItem {
        prompt: recipe.prompt,
        negative_prompt: recipe.negative_prompt,
        model: recipe.model,
        seed: recipe.seed,
        recipe: told.and_then(|recipe: Recipe| serde_json::to_value(recipe).ok()),
        made_at: taken_at(&bytes, &TimeZone::system(), Timestamp::now()),
        ..NewItem::new(Origin::Imported, &looked.title("Pasted picture"))
    };
    let incoming = store.incoming_picture(&bytes, seen)?;
    Ok(Seen::New(hash.to_string(), Box::new(incoming), Box::new(new)))
}

/// The item of these bytes that isn't in the trash. One whose file is lost is none: these bytes are what it lacks.
pub(super) fn known(store: &Store, hash: &str) -> Result<Option<Item>> {
    let mut all = store.library().of_hash(hash)?.into_iter();
    Ok(all.find(|item| item.trashed_at.is_none() && store.media_path(&item.file.path).is_file()))
}

impl Looked<'_> {
    /// An error where the file changed while so many bytes of it were read.
    pub(super) fn is_as_it_was(&self, read: u64) -> Result<()> {
        let now = std::fs::metadata(self.path).map_err(unreadable)?;
        if now.len() == read && now.modified().ok() == self.before.modified().ok() {
            return Ok(());
        }
        Err(AppError::new(
            Code::InputUnreadable,
            "This file was being written while it was read.",
            "Import it again when that is done.",
        )
        .retryable())
    }

    /// What to call it: by its name, on one line.
    pub(super) fn title(&self, otherwise: &str) -> String {
        let stem = self.path.file_stem().filter(|_| !self.pasted).unwrap_or_default().to_string_lossy();
        let tidy: String =
            stem.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_TITLE).collect();
        let tidy = tidy.trim();
        if tidy.is_empty() { otherwise.to_owned() } else { tidy.to_owned() }
    }
}

pub(super) fn unreadable(error: std::io::Error) -> AppError {
    match error.kind() {
        ErrorKind::NotFound => AppError::not_found("file"),
        _ => AppError::new(
            Code::InputUnreadable,
            "This file can't be read.",
            "Check that it is still there and that you have the right to read it.",
        ),
    }
}
