//! Changes that are made here, free and without asking anybody: crop, turn, flip, resize, and a background for a cut-out.
//! Each makes a new item; the one it started from stays as it is.

mod compose;

use std::path::PathBuf;

use image::DynamicImage;
use serde::{Deserialize, Serialize};
use store::{Item, ItemId, MediaKind, NewItem, Origin, Parent, PictureFormat, Role};

use super::pixels;
use crate::{
    AppError, Result, Studio,
    error::{Code, from_picture},
    library::{missing, view::ItemView, view_of},
    recipe::{LocalWork, Recipe},
};

/// A part of a picture, in pixels of the picture after it was turned and flipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Crop {
    /// From the left.
    pub x: u32,
    /// From the top.
    pub y: u32,
    /// Across.
    pub width: u32,
    /// Down.
    pub height: u32,
}

/// Pixels across and down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PixelSize {
    /// Across.
    pub width: u32,
    /// Down.
    pub height: u32,
}

/// What is done to a picture, in this order: turned, flipped, cropped, resized.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct Adjustment {
    /// Clockwise: 0, 90, 180 or 270 degrees.
    pub turn: u32,
    /// Left becomes right.
    pub flip_horizontal: bool,
    /// Top becomes bottom.
    pub flip_vertical: bool,
    /// The part that is kept.
    pub crop: Option<Crop>,
    /// The size at the end.
    pub resize: Option<PixelSize>,
}

/// What is put behind a cut-out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Background {
    /// One colour.
    Colour {
        /// `#rrggbb`.
        colour: String,
    },
    /// Another picture, scaled until it covers the cut-out's frame, and cut where it is over.
    Picture {
        /// The item.
        item: String,
        /// Which part stays where it is over: 0 the left or top edge, 0.5 the middle, 1 the right or bottom edge.
        position: f32,
        /// How much it is blurred, in pixels of the result; 0 for not at all.
        blur: f32,
    },
}

/// The most pixels a side may have.
const LONGEST_SIDE: u32 = 16_384;
/// Of 100: a second coding at this quality can't be told from the first by eye.
const QUALITY: u8 = 95;

impl Studio {
    /// A new item: this one cropped, turned, flipped or resized. A JPEG stays one; everything else becomes a PNG, so that nothing
    /// is lost by it.
    pub async fn adjust_picture(&self, id: String, adjustment: Adjustment) -> Result<ItemView> {
        let source = self.picture_of(&id).await?;
        let studio = self.clone();
        let work = tokio::task::spawn_blocking(move || {
            let bytes = source.read()?;
            let probe = store::probe_bytes(&bytes).map_err(|problem| from_picture(&problem))?;
            check(&adjustment, probe.width, probe.height)?;
            let picture = adjusted(pixels::decode(&bytes)?, &adjustment)?;
            let written = if probe.format == PictureFormat::Jpeg {
                pixels::jpeg(&picture.to_rgb8(), QUALITY)?
            } else {
                pixels::png(&picture)?
            };
            let local = LocalWork::Adjusted { adjustment };
            let size = (picture.width(), picture.height());
            let new = source.child(Origin::Adjusted, local, size, None);
            studio.keep_here(pixels::with_profile_of(written, &bytes), new)
        });
        work.await.map_err(AppError::internal)?
    }

    /// A new item: this cut-out before a background.
    pub async fn compose_picture(&self, id: String, background: Background) -> Result<ItemView> {
        let source = self.picture_of(&id).await?;
        if !source.item.file.has_alpha {
            return Err(AppError::new(
                Code::InputUnsupported,
                "Nothing of this picture is transparent: a background would not be seen.",
                "Cut the picture out first.",
            ));
        }
        let behind = compose::check(&background)?;
        let other = match &background {
            Background::Picture { item, .. } => Some(self.picture_of(item).await?),
            Background::Colour { .. } => None,
        };
        let studio = self.clone();
        let work = tokio::task::spawn_blocking(move || {
            let bytes = source.read()?;
            let cut_out = pixels::decode(&bytes)?.into_rgba8();
            let size = cut_out.dimensions();
            let behind = match &other {
                Some(other) => compose::cover(&pixels::decode(&other.read()?)?, size, &behind)?,
                None => compose::flat(size, &behind),
            };
            let written = pixels::png(&compose::over(&cut_out, behind).into())?;
            let local = LocalWork::Composed { background };
            let new = source.child(Origin::Composed, local, size, other.map(|other| other.item.id));
            studio.keep_here(pixels::with_profile_of(written, &bytes), new)
        });
        work.await.map_err(AppError::internal)?
    }

    async fn picture_of(&self, id: &str) -> Result<Source> {
        let id = crate::library::parse(id)?;
        let (item, path) = self
            .store(move |store| {
                let item = store.library().get(id)?;
                let path = store.media_path(&item.file.path);
                Ok((item, path))
            })
            .await?;
        if item.kind == MediaKind::Picture {
            Ok(Source { item, path })
        } else {
            Err(from_picture(&store::PictureProblem::NotAPicture { seems: None }))
        }
    }

    fn keep_here(&self, bytes: Vec<u8>, new: NewItem) -> Result<ItemView> {
        Ok(view_of(&self.inner.store.keep(bytes, new)?))
    }
}

/// The picture that is changed.
struct Source {
    item: Item,
    path: PathBuf,
}

impl Source {
    fn read(&self) -> Result<Vec<u8>> {
        std::fs::read(&self.path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => missing(&self.path),
            _ => store::Error::file(&self.path, error).into(),
        })
    }

    /// What comes of it. It keeps the words and the model it goes back to, so that it is found by them, but no seed and no
    /// request: these would make another picture. Nothing was paid.
    fn child(&self, origin: Origin, local: LocalWork, size: (u32, u32), behind: Option<ItemId>) -> NewItem {
        let before: Recipe =
            self.item.recipe.clone().and_then(|json| serde_json::from_value(json).ok()).unwrap_or_default();
        let recipe = Recipe {
            program: Some("Canaletto".to_owned()),
            prompt: self.item.prompt.clone(),
            negative_prompt: self.item.negative_prompt.clone(),
            model: self.item.model.clone(),
            style: before.style,
            width: Some(size.0),
            height: Some(size.1),
            local: Some(local),
            ..Recipe::default()
        };
        let mut parents = vec![Parent { item: self.item.id, role: Role::Source }];
        parents.extend(behind.map(|item| Parent { item, role: Role::Reference }));
        NewItem {
            prompt: self.item.prompt.clone(),
            negative_prompt: self.item.negative_prompt.clone(),
            model: self.item.model.clone(),
            parents,
            recipe: serde_json::to_value(recipe).ok(),
            ..NewItem::new(origin, &self.item.title)
        }
    }
}

fn invalid(field: &str, reason: String, hint: &str) -> AppError {
    AppError::new(Code::FieldInvalid, reason.clone(), hint).param("field", field).param("reason", reason)
}

/// Whether it can be done to a picture of this size, and does anything.
fn check(adjustment: &Adjustment, width: u32, height: u32) -> Result<()> {
    let (mut width, mut height) = match adjustment.turn {
        0 | 180 => (width, height),
        90 | 270 => (height, width),
        other => {
            let reason = format!("A picture can't be turned by {other} degrees.");
            return Err(invalid("turn", reason, "Turn it by 90, 180 or 270 degrees."));
        }
    };
    let whole = (width, height);
    if let Some(crop) = adjustment.crop {
        let end = |start: u32, length: u32| u64::from(start) + u64::from(length);
        let inside = crop.width > 0
            && crop.height > 0
            && end(crop.x, crop.width) <= u64::from(width)
            && end(crop.y, crop.height) <= u64::from(height);
        if !inside {
            let reason = format!("The part to keep lies outside the picture of {width} × {height} pixels.");
            return Err(invalid("crop", reason, "Choose a part inside it."));
        }
        (width, height) = (crop.width, crop.height);
    }
    if let Some(size) = adjustment.resize {
        let sides = 1..=LONGEST_SIDE;
        let area = u64::from(size.width) * u64::from(size.height);
        if !sides.contains(&size.width) || !sides.contains(&size.height) || area > store::MOST_PIXELS {
            let reason = format!("{} × {} pixels can't be made.", size.width, size.height);
            return Err(invalid("resize", reason, "Each side can have 1 to 16,384 pixels."));
        }
        (width, height) = (size.width, size.height);
    }
    if adjustment.turn == 0
        && !adjustment.flip_horizontal
        && !adjustment.flip_vertical
        && (width, height) == whole
        && adjustment.crop.is_none_or(|crop| (crop.width, crop.height) == whole)
    {
        return Err(invalid(
            "adjustment",
            "This would change nothing.".to_owned(),
            "Turn, flip, crop or resize the picture first.",
        ));
    }
    Ok(())
}

fn adjusted(picture: DynamicImage, adjustment: &Adjustment) -> Result<DynamicImage> {
    let mut picture = match adjustment.turn {
        90 => picture.rotate90(),
        180 => picture.rotate180(),
        270 => picture.rotate270(),
        _ => picture,
    };
    if adjustment.flip_horizontal {
        picture = picture.fliph();
    }
    if adjustment.flip_vertical {
        picture = picture.flipv();
    }
    if let Some(Crop { x, y, width, height }) = adjustment.crop {
        picture = picture.crop_imm(x, y, width, height);
    }
    match adjustment.resize {
        Some(size) if (size.width, size.height) != (picture.width(), picture.height()) => {
            Ok(store::resize(&picture, size.width, size.height)?)
        }
        _ => Ok(picture),
    }
}
