//! The bytes of an item as they are taken out.

use std::{
    fs::File,
    io::{self, Write},
    path::Path,
};

use image::{DynamicImage, RgbImage};
use store::{Item, MediaKind, PictureFormat, Probe};

use super::{ExportFormat, ExportOptions};
use crate::{
    AppError, Result,
    error::from_picture,
    pictures::pixels,
    recipe::{Recipe, embed},
};

/// The ending an item's file gets.
pub(super) fn extension(item: &Item, options: &ExportOptions) -> &'static str {
    if item.kind == MediaKind::Picture {
        match options.format {
            ExportFormat::Png => return "png",
            ExportFormat::Jpeg => return "jpg",
            ExportFormat::Webp => return "webp",
            ExportFormat::Original => {}
        }
    }
    // Endings of ours are few and safe.
    match item.file.ext.as_str() {
        "png" => "png",
        "jpg" | "jpeg" => "jpg",
        "webp" => "webp",
        "gif" => "gif",
        "mp4" => "mp4",
        "webm" => "webm",
        "mp3" => "mp3",
        "wav" => "wav",
        "flac" => "flac",
        "ogg" => "ogg",
        "opus" => "opus",
        "aac" => "aac",
        "m4a" => "m4a",
        "m4b" => "m4b",
        "mov" => "mov",
        "m4v" => "m4v",
        "mkv" => "mkv",
        "mka" => "mka",
        "aiff" | "aif" => "aiff",
        "caf" => "caf",
        "mpeg" => "mpeg",
        _ => "bin",
    }
}

/// What a file is written from.
pub(in crate::library) enum Content {
    /// Bytes that were made for it.
    Bytes(Vec<u8>),
    /// A file as it is: sounds and films can be larger than memory.
    File(File, u64),
}

impl Content {
    /// A file as it is.
    pub(in crate::library) fn file(path: &Path) -> Result<Self> {
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => super::super::missing(path),
            _ => store::Error::file(path, error).into(),
        };
        let file = File::open(path).map_err(failed)?;
        let length = file.metadata().map_err(failed)?.len();
        Ok(Self::File(file, length))
    }

    /// How many bytes there are.
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File(_, length) => *length,
        }
    }

    /// Writes all of it. It can be done again.
    pub(in crate::library) fn write_to(&mut self, to: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Bytes(bytes) => to.write_all(bytes),
            Self::File(file, _) => {
                io::Seek::rewind(file)?;
                io::copy(file, to).map(drop)
            }
        }
    }
}

/// The bytes of an item in the format and size asked for, and the ending that goes with them.
pub(super) fn render(path: &Path, item: &Item, options: &ExportOptions) -> Result<(Content, &'static str)> {
    let ending = extension(item, options);
    if item.kind != MediaKind::Picture {
        return Ok((Content::file(path)?, ending));
    }
    let bytes = std::fs::read(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => super::super::missing(path),
        _ => store::Error::file(path, error).into(),
    })?;
    let bytes = match store::probe_bytes(&bytes) {
        Ok(probe) => picture(bytes, &probe, options)?,
        // What was paid for and can't be shown is taken out as it is.
        Err(_) if options.format == ExportFormat::Original => bytes,
        Err(problem) => return Err(from_picture(&problem)),
    };
    Ok((Content::Bytes(with_recipe(bytes, item, options.with_recipe)), ending))
}

fn picture(bytes: Vec<u8>, probe: &Probe, options: &ExportOptions) -> Result<Vec<u8>> {
    let longest = probe.width.max(probe.height);
    let smaller = options.longest_side.filter(|side| *side < longest);
    let format = match options.format {
        // A picture that moves would stand still in another size.
        ExportFormat::Original if smaller.is_none() || probe.frames > 1 => return Ok(bytes),
        ExportFormat::Original => match probe.format {
            PictureFormat::Jpeg => ExportFormat::Jpeg,
            PictureFormat::Webp => ExportFormat::Webp,
            PictureFormat::Png => ExportFormat::Png,
            // There are no palettes here to write one with.
            PictureFormat::Gif => return Ok(bytes),
        },
        ExportFormat::Png if smaller.is_none() && probe.format == PictureFormat::Png => return Ok(bytes),
        chosen => chosen,
    };
    let picture = pixels::decode(&bytes)?;
    let picture = match smaller {
        Some(side) => {
            let scale = f64::from(side) / f64::from(longest);
            let scaled = |length: u32| ((f64::from(length) * scale).round() as u32).max(1);
            store::resize(&picture, scaled(picture.width()), scaled(picture.height()))?
        }
        None => picture,
    };
    let written = encode(&picture, format, options.quality.clamp(1, 100))?;
    Ok(pixels::with_profile_of(written, &bytes))
}

fn encode(picture: &DynamicImage, format: ExportFormat, quality: u8) -> Result<Vec<u8>> {
    match format {
        ExportFormat::Jpeg => pixels::jpeg(&on_white(picture), quality),
        ExportFormat::Webp => webp(picture, quality),
        ExportFormat::Png | ExportFormat::Original => pixels::png(picture),
    }
}

/// What is transparent becomes white, in the way screens mix colours.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let clear = picture.to_rgba8();
    RgbImage::from_fn(clear.width(), clear.height(), |x, y| {
        let [red, green, blue, alpha] = clear.get_pixel(x, y).0.map(u32::from);
        image::Rgb([red, green, blue].map(|light| ((light * alpha + 255 * (255 - alpha) + 127) / 255) as u8))
    })
}

fn webp(picture: &DynamicImage, quality: u8) -> Result<Vec<u8>> {
    /// The most pixels a side may have by the format.
    const LONGEST: u32 = 16_383;
    let (width, height) = (picture.width(), picture.height());
    if width > LONGEST || height > LONGEST {
        return Err(AppError::new(
            crate::error::Code::InputTooManyPixels,
            format!("{width} × {height} pixels are more than a WebP can have."),
            "Choose a smaller size or another format.",
        )
        .param("width", width)
        .param("height", height));
    }
    let alpha = picture.color().has_alpha();
    let pixels = if alpha { picture.to_rgba8().into_raw() } else { picture.to_rgb8().into_raw() };
    let encoder = if alpha {
        webp::Encoder::from_rgba(&pixels, width, height)
    } else {
        webp::Encoder::from_rgb(&pixels, width, height)
    };
    let encoded = encoder.encode_simple(quality == 100, f32::from(quality));
    Ok(encoded.map_err(|_| AppError::internal("a WebP could not be encoded"))?.to_vec())
}

/// With the recipe inside where the format can hold one, or without the one that is.
pub(in crate::library) fn with_recipe(bytes: Vec<u8>, item: &Item, wished: bool) -> Vec<u8> {
    if !wished {
        return embed::strip(bytes);
    }
    let recipe = item.recipe.clone().and_then(|json| serde_json::from_value::<Recipe>(json).ok());
    match recipe.map(|recipe| embed::embed(&bytes, &recipe)) {
        Some(Ok(with_recipe)) => with_recipe,
        _ => bytes,
    }
}
