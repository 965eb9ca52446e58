//! Pixels in memory: opened upright, scaled, written.

use std::{io::Cursor, path::Path};

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage, codecs::jpeg::JpegEncoder,
    metadata::Orientation,
};

use img_parts::{Bytes, DynImage, ImageICC};

use crate::{AppError, Result, error::from_picture};

/// Opens a picture the way it is looked at: EXIF's turn is applied. Of a moving GIF it is the first frame.
pub(crate) fn open(path: &Path) -> Result<DynamicImage> {
    let bytes = std::fs::read(path).map_err(|error| store::Error::file(path, error))?;
    decode(&bytes)
}

/// The same for bytes in memory.
pub(crate) fn decode(bytes: &[u8]) -> Result<DynamicImage> {
    store::probe_bytes(bytes).map_err(|problem| from_picture(&problem))?;
    let damaged = |_| from_picture(&store::PictureProblem::Damaged);
    let mut reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(AppError::internal)?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(store::MOST_PIXELS * 8);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let turn = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    picture.apply_orientation(turn);
    Ok(picture)
}

/// PNG where something is transparent, else a JPEG of high quality: what a copy is sent as.
pub(crate) fn write(picture: &DynamicImage) -> Result<(Vec<u8>, &'static str)> {
    let mut bytes = Cursor::new(Vec::new());
    if picture.color().has_alpha() {
        picture.write_to(&mut bytes, ImageFormat::Png).map_err(AppError::internal)?;
        return Ok((bytes.into_inner(), "image/png"));
    }
    let encoder = JpegEncoder::new_with_quality(&mut bytes, 93);
    picture.to_rgb8().write_with_encoder(encoder).map_err(AppError::internal)?;
    Ok((bytes.into_inner(), "image/jpeg"))
}

/// A PNG: nothing is lost.
pub(crate) fn png(picture: &DynamicImage) -> Result<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).map_err(AppError::internal)?;
    Ok(bytes.into_inner())
}

/// A JPEG of a quality from 1 to 100.
pub(crate) fn jpeg(picture: &RgbImage, quality: u8) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    picture.write_with_encoder(encoder).map_err(AppError::internal)?;
    Ok(bytes)
}

/// Gives a picture the colour profile of the one it was made from: without it, its numbers would mean other colours.
pub(crate) fn with_profile_of(picture: Vec<u8>, source: &[u8]) -> Vec<u8> {
    let profile = DynImage::from_bytes(Bytes::copy_from_slice(source)).ok().flatten();
    let profile = profile.and_then(|image| image.icc_profile());
    // Pixels are always red, green and blue here; a printer's profile says nothing of them.
    let Some(profile) = profile.filter(|profile| profile.get(16..20) == Some(b"RGB ".as_slice())) else {
        return picture;
    };
    match DynImage::from_bytes(Bytes::copy_from_slice(&picture)) {
        Ok(Some(mut image)) => {
            image.set_icc_profile(Some(profile));
            image.encoder().bytes().to_vec()
        }
        _ => picture,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_has_the_size_asked_for_and_keeps_transparency() {
        let clear = DynamicImage::ImageRgba8(image::RgbaImage::from_pixel(64, 32, image::Rgba([9, 8, 7, 0])));
        let scaled = store::resize(&clear, 17, 9).unwrap();
        let (bytes, mime) = write(&scaled).unwrap();
        let back = decode(&bytes).unwrap();
        assert_eq!((back.width(), back.height(), mime), (17, 9, "image/png"));
        assert_eq!(back.to_rgba8().get_pixel(8, 4)[3], 0);
    }

    #[test]
    fn sixteen_bits_are_scaled_too() {
        let deep = DynamicImage::new_rgb16(40, 40);
        assert_eq!(write(&store::resize(&deep, 20, 20).unwrap()).unwrap().1, "image/jpeg");
    }
}
