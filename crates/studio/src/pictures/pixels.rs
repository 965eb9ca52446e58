//! Pixels in memory: opened upright, scaled, written.

use std::{io::Cursor, path::Path};

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder,
    metadata::Orientation,
};

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
