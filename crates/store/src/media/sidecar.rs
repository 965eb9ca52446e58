//! The file beside each media file, from which its rows can be made again.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Error, Result};
use crate::ids::{ItemId, JobId};
use crate::money::Cost;
use crate::tables::boards::BoardNote;
use crate::tables::files::MediaFile;
use crate::tables::items::{Item, MediaKind, Origin};
use crate::tables::lineage::Parent;
use crate::tables::markers::Marker;

/// Goes up when an older version could misread what is written. The first knew neither boards, which it would lose, nor
/// pictures that were adjusted or composed here, which it couldn't read; the second neither recordings nor marked places.
/// What tells of none of these is written for them too.
const FORMAT: u32 = 3;

/// What a sidecar says.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Sidecar {
    format: u32,
    pub(crate) file: FileNote,
    pub(crate) items: Vec<ItemNote>,
}

/// The media file it lies beside.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct FileNote {
    pub(crate) blake3: String,
    pub(crate) bytes: u64,
    mime: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    duration_ms: Option<u64>,
    #[serde(default)]
    has_alpha: bool,
}

/// One making.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ItemNote {
    pub(crate) id: ItemId,
    kind: MediaKind,
    origin: Origin,
    title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    prompt: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    negative_prompt: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seed: Option<i64>,
    made_at: Timestamp,
    day: Date,
    #[serde(default)]
    cost: Cost,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) job: Option<JobId>,
    #[serde(default)]
    pub(crate) job_index: u32,
    #[serde(default)]
    rating: u8,
    #[serde(default)]
    favourite: bool,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    notes: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    trashed_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) boards: Vec<BoardNote>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) markers: Vec<Marker>,
    #[serde(default)]
    pub(crate) parents: Vec<Parent>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recipe: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    receipt: Option<Value>,
}

/// What became of reading a sidecar.
pub(crate) enum Reading {
    None,
    Whole(Box<Sidecar>),
    Newer,
    Damaged,
}

impl Sidecar {
    pub(crate) fn new(file: &MediaFile, items: Vec<ItemNote>) -> Self {
        let file = FileNote {
            blake3: file.blake3.clone(),
            bytes: file.bytes,
            mime: file.mime.clone(),
            width: file.width,
            height: file.height,
            duration_ms: file.duration_ms,
            has_alpha: file.has_alpha,
        };
        let format = items.iter().map(ItemNote::format).max().unwrap_or(1);
        Self { format, file, items }
    }

    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut bytes =
            serde_json::to_vec_pretty(self).map_err(|_| Error::Fault("a sidecar can't be written"))?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// The file's row, for a file at `path`.
    pub(crate) fn media_file(&self, path: &str, ext: &str) -> MediaFile {
        MediaFile {
            path: path.to_owned(),
            blake3: self.file.blake3.clone(),
            bytes: self.file.bytes,
            mime: self.file.mime.clone(),
            ext: ext.to_owned(),
            width: self.file.width,
            height: self.file.height,
            duration_ms: self.file.duration_ms,
            has_alpha: self.file.has_alpha,
            thumbhash: None,
            missing: false,
        }
    }
}

impl ItemNote {
    /// The first format that can tell of it.
    fn format(&self) -> u32 {
        match self.origin {
            _ if !self.markers.is_empty() => FORMAT,
            Origin::Recorded => FORMAT,
            _ if !self.boards.is_empty() => 2,
            Origin::Adjusted | Origin::Composed => 2,
            _ => 1,
        }
    }

    pub(crate) fn new(
        item: &Item,
        parents: Vec<Parent>,
        boards: Vec<BoardNote>,
        markers: Vec<Marker>,
    ) -> Self {
        let item = item.clone();
        Self {
            id: item.id,
            kind: item.kind,
            origin: item.origin,
            title: item.title,
            prompt: item.prompt,
            negative_prompt: item.negative_prompt,
            model: item.model,
            seed: item.seed,
            made_at: item.made_at,
            day: item.day,
            cost: item.cost,
            account: item.account,
            job: item.job,
            job_index: item.job_index,
            rating: item.rating,
            favourite: item.favourite,
            tags: item.tags,
            notes: item.notes,
            trashed_at: item.trashed_at,
            boards,
            markers,
            parents,
            recipe: item.recipe,
            receipt: item.receipt,
        }
    }

    pub(crate) fn into_item(self, file: MediaFile) -> Item {
        Item {
            id: self.id,
            kind: self.kind,
            origin: self.origin,
            title: self.title,
            prompt: self.prompt,
            negative_prompt: self.negative_prompt,
            model: self.model,
            file,
            made_at: crate::clock::to_millisecond(self.made_at),
            day: self.day,
            cost: self.cost,
            account: self.account,
            job: self.job,
            job_index: self.job_index,
            seed: self.seed,
            rating: self.rating.min(5),
            favourite: self.favourite,
            tags: self.tags,
            notes: self.notes,
            trashed_at: self.trashed_at.map(crate::clock::to_millisecond),
            recipe: self.recipe,
            receipt: self.receipt,
        }
    }
}

/// The sidecar of a media file.
pub(crate) fn beside(media: &Path) -> PathBuf {
    media.with_extension("json")
}

pub(crate) fn read(path: &Path) -> Result<Reading> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Reading::None),
        Err(error) => return Err(Error::file(path, error)),
    };
    let Ok(value) = serde_json::from_slice::<Value>(&bytes) else { return Ok(Reading::Damaged) };
    let format = value.get("format").and_then(Value::as_u64);
    if value.get("items").is_some() && format.is_some_and(|format| format > u64::from(FORMAT)) {
        return Ok(Reading::Newer);
    }
    Ok(serde_json::from_value(value).map_or(Reading::Damaged, |sidecar| Reading::Whole(Box::new(sidecar))))
}
