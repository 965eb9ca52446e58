//! Masks: what may be changed of a picture, painted by the user at its full resolution.
//!
//! A mask is a grey PNG of its picture's size without transparency: white is to be changed, black is to stay, and what
//! is between is changed in part. It is sent as the second picture of an edit. Masks are no items of the library: they
//! lie beside them in `.masks`, each named by the hash of its bytes, and stay, because recipes name them.

use std::{
    io::{Cursor, Write},
    path::{Path, PathBuf},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use image::{DynamicImage, GrayImage, ImageFormat, Luma, RgbaImage};
use serde::{Deserialize, Serialize};

use super::pixels;
use crate::{AppError, Result, Studio, error::Code};

/// Where masks lie in the library.
const FOLDER: &str = ".masks";
/// The largest file that is taken from the page; a mask of 33 million pixels has far less.
const MOST_BYTES: usize = 64 << 20;

/// A mask that is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MaskView {
    /// Its id, by which a request names it.
    pub id: String,
    /// Pixels across, those of its picture.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// How much of the picture is marked, 0 to 1.
    pub covered: f64,
}

/// A mask on its way into a request.
pub(super) struct Mask {
    bytes: Vec<u8>,
    /// Across and down.
    pub size: (u32, u32),
}

impl Mask {
    /// Its PNG, scaled where its picture is.
    pub(super) fn scaled(&self, to: Option<(u32, u32)>) -> Result<Vec<u8>> {
        let Some((width, height)) = to.filter(|to| *to != self.size) else { return Ok(self.bytes.clone()) };
        written(store::resize(&pixels::decode(&self.bytes)?, width, height)?.into_luma8())
    }
}

impl Studio {
    /// Keeps a mask for an item: a PNG of the item's size in which white is to be changed, black is to stay, and grey is
    /// between; what is transparent counts as black. `png` is Base64. The same mask twice is one file.
    pub async fn keep_mask(&self, item: String, png: String) -> Result<MaskView> {
        let id = crate::library::parse(&item)?;
        // While the library is moved, or away, a mask would be left behind.
        let find = move |store: &store::Store| {
            store.ensure_library_takes()?;
            store.library().get(id)
        };
        let item = self.store(find).await?;
        let size = (item.file.width.unwrap_or(0), item.file.height.unwrap_or(0));
        let folder = self.mask_folder();
        let keeping = tokio::task::spawn_blocking(move || keep(&folder, &png, size));
        keeping.await.map_err(AppError::internal)?
    }

    /// A kept mask as Base64 of its PNG, to go on painting.
    pub async fn mask_png(&self, id: String) -> Result<String> {
        Ok(BASE64_STANDARD.encode(self.mask(&id).await?.bytes))
    }

    /// A kept mask.
    pub(super) async fn mask(&self, id: &str) -> Result<Mask> {
        let is_hash = id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        let path = self.mask_folder().join(format!("{id}.png"));
        let reading = move || match std::fs::read(&path) {
            Ok(bytes) => {
                let probe =
                    store::probe_bytes(&bytes).map_err(|problem| crate::error::from_picture(&problem))?;
                Ok(Mask { size: (probe.width, probe.height), bytes })
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(AppError::not_found("mask")),
            Err(error) => Err(store::Error::file(&path, error).into()),
        };
        if is_hash {
            tokio::task::spawn_blocking(reading).await.map_err(AppError::internal)?
        } else {
            Err(AppError::not_found("mask"))
        }
    }

    fn mask_folder(&self) -> PathBuf {
        self.library_folder().join(FOLDER)
    }
}

/// A mask that isn't one for this picture.
pub(super) fn misfit((width, height): (u32, u32), (of_width, of_height): (u32, u32)) -> AppError {
    AppError::new(
        Code::MaskMisfit,
        format!("The mask has {width} × {height} pixels, the picture {of_width} × {of_height}."),
        "Paint the mask anew on this picture.",
    )
    .param("width", width)
    .param("height", height)
    .param("of_width", of_width)
    .param("of_height", of_height)
}

fn keep(folder: &Path, png: &str, size: (u32, u32)) -> Result<MaskView> {
    let unreadable = || {
        AppError::new(
            Code::InputUnreadable,
            "What was painted didn't arrive as a PNG.",
            "Paint it again. If it happens again, please report it.",
        )
        .param("name", "mask.png")
    };
    if png.len() > MOST_BYTES / 3 * 4 {
        return Err(crate::error::input_too_large(Some(png.len() as u64 / 4 * 3), MOST_BYTES as u64));
    }
    let bytes = BASE64_STANDARD.decode(png.trim()).map_err(|_| unreadable())?;
    // The head first: a few bytes may claim to be a picture of terabytes.
    let probe = store::probe_bytes(&bytes).map_err(|_| unreadable())?;
    if probe.format != store::PictureFormat::Png {
        return Err(unreadable());
    }
    if (probe.width, probe.height) != size {
        return Err(misfit((probe.width, probe.height), size));
    }
    let grey = grey(&pixels::decode(&bytes).map_err(|_| unreadable())?);
    let covered = covered(&grey);
    if covered <= 0.0 {
        return Err(AppError::new(
            Code::MaskEmpty,
            "Nothing is marked.",
            "Paint over what is to be changed, or take the mask away to change all of it.",
        ));
    }
    let bytes = written(grey)?;
    let id = blake3::hash(&bytes).to_hex().to_string();
    put(folder, &id, &bytes)?;
    Ok(MaskView { id, width: size.0, height: size.1, covered })
}

/// Grey without transparency: what is clear is as if nothing was painted.
fn grey(picture: &DynamicImage) -> GrayImage {
    if !picture.color().has_alpha() {
        return picture.to_luma8();
    }
    let rgba: RgbaImage = picture.to_rgba8();
    GrayImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let pixel = rgba.get_pixel(x, y).0;
        let [red, green, blue, alpha] = pixel.map(u32::from);
        let value = (red * 2126 + green * 7152 + blue * 722) / 10_000;
        Luma([u8::try_from((value * alpha + 127) / 255).unwrap_or(u8::MAX)])
    })
}

/// How much is marked, 0 to 1; half marked counts half.
fn covered(grey: &GrayImage) -> f64 {
    let marked: u64 = grey.as_raw().iter().map(|value| u64::from(*value)).sum();
    marked as f64 / (255.0 * grey.as_raw().len().max(1) as f64)
}

fn written(grey: GrayImage) -> Result<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageLuma8(grey).write_to(&mut bytes, ImageFormat::Png).map_err(AppError::internal)?;
    Ok(bytes.into_inner())
}

/// Puts a file in its place: it is there whole or not at all, also after a power cut.
fn put(folder: &Path, id: &str, bytes: &[u8]) -> Result<()> {
    let path = folder.join(format!("{id}.png"));
    let at = |error| store::Error::file(&path, error);
    std::fs::create_dir_all(folder).map_err(at)?;
    if std::fs::metadata(&path).is_ok_and(|file| file.len() == bytes.len() as u64) {
        return Ok(());
    }
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(at)?;
    file.write_all(bytes).map_err(at)?;
    file.as_file().sync_all().map_err(at)?;
    file.persist(&path).map_err(|error| at(error.error))?;
    for folder in [Some(folder), folder.parent()].into_iter().flatten() {
        std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(at)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(picture: impl Into<DynamicImage>) -> String {
        let mut bytes = Cursor::new(Vec::new());
        picture.into().write_to(&mut bytes, ImageFormat::Png).unwrap();
        BASE64_STANDARD.encode(bytes.into_inner())
    }

    fn code(kept: Result<MaskView>) -> String {
        kept.unwrap_err().code
    }

    #[test]
    fn strokes_on_a_clear_ground_become_white_on_black_and_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let clear =
            RgbaImage::from_fn(40, 20, |x, _| image::Rgba([255, 255, 255, if x < 10 { 255 } else { 0 }]));
        let plain = GrayImage::from_fn(40, 20, |x, _| Luma([if x < 10 { 255 } else { 0 }]));
        let one = keep(folder.path(), &png(clear), (40, 20)).unwrap();
        let other = keep(folder.path(), &png(plain.clone()), (40, 20)).unwrap();
        assert_eq!(one, other);
        assert!((one.covered - 0.25).abs() < 1e-9);
        let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().flatten().collect();
        assert_eq!(files.len(), 1);
        let kept = image::open(files[0].path()).unwrap();
        assert_eq!(kept, DynamicImage::ImageLuma8(plain));
    }

    #[test]
    fn what_is_no_mask_for_the_picture_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let keep = |png: &str, size| keep(folder.path(), png, size);
        let white = png(GrayImage::from_pixel(8, 8, Luma([255])));
        assert_eq!(code(keep(&white, (9, 8))), "mask_misfit");
        assert_eq!(code(keep(&png(GrayImage::new(8, 8)), (8, 8))), "mask_empty");
        assert_eq!(code(keep(&png(RgbaImage::new(8, 8)), (8, 8))), "mask_empty");
        for rubbish in ["", "not base64!", "aGVsbG8=", &white[..40]] {
            assert_eq!(code(keep(rubbish, (8, 8))), "input_unreadable", "{rubbish}");
        }
        assert!((keep(&white, (8, 8)).unwrap().covered - 1.0).abs() < 1e-9);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_mask_is_scaled_with_its_picture() {
        let grey = GrayImage::from_fn(64, 32, |x, _| Luma([if x < 32 { 255 } else { 0 }]));
        let mask = Mask { bytes: written(grey).unwrap(), size: (64, 32) };
        assert_eq!(mask.scaled(None).unwrap(), mask.bytes);
        let small = pixels::decode(&mask.scaled(Some((16, 8))).unwrap()).unwrap().into_luma8();
        assert_eq!(small.dimensions(), (16, 8));
        assert_eq!((small.get_pixel(1, 4)[0], small.get_pixel(14, 4)[0]), (255, 0));
    }
}
