//! The recipe of a picture in its EXIF: a small TIFF with a description, the program and a user comment.

use img_parts::{Bytes, DynImage, ImageEXIF};

const ASCII: u16 = 2;
const LONG: u16 = 4;
const UNDEFINED: u16 = 7;

/// Puts a recipe, JSON text, into the file's EXIF. A file that can't hold one is left as it is.
pub(crate) fn embed(file: Vec<u8>, recipe: &str) -> Vec<u8> {
    let bytes = Bytes::from(file);
    match DynImage::from_bytes(bytes.clone()) {
        Ok(Some(mut image)) => {
            image.set_exif(Some(tiff(recipe).into()));
            image.encoder().bytes().to_vec()
        }
        _ => bytes.to_vec(),
    }
}

/// A little-endian TIFF: the recipe as its description and as user comment.
fn tiff(recipe: &str) -> Vec<u8> {
    let ascii = |text: &str| [text.as_bytes(), &[0]].concat();
    let comment = [b"ASCII\0\0\0".as_slice(), recipe.as_bytes()].concat();
    let first = [(0x010e, ASCII, ascii(recipe)), (0x0131, ASCII, ascii("Venice.ai sandbox"))];
    // Header, then a directory of the two texts and a pointer, then their data, then the EXIF directory.
    let directory = 2 + 12 * 3 + 4;
    let mut data_at = 8 + directory;
    let mut out = b"II*\0\x08\0\0\0".to_vec();
    out.extend(3u16.to_le_bytes());
    let mut data = Vec::new();
    for (tag, kind, value) in first {
        entry(&mut out, tag, kind, value.len(), data_at as u32);
        data_at += value.len();
        data.extend(value);
    }
    entry(&mut out, 0x8769, LONG, 1, data_at as u32);
    out.extend(0u32.to_le_bytes());
    out.extend(data);
    out.extend(1u16.to_le_bytes());
    entry(&mut out, 0x9286, UNDEFINED, comment.len(), (data_at + 2 + 12 + 4) as u32);
    out.extend(0u32.to_le_bytes());
    out.extend(comment);
    out
}

/// A directory entry whose value is elsewhere, or for one LONG the value itself.
fn entry(out: &mut Vec<u8>, tag: u16, kind: u16, count: usize, value: u32) {
    out.extend(tag.to_le_bytes());
    out.extend(kind.to_le_bytes());
    out.extend((count as u32).to_le_bytes());
    out.extend(value.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, RgbImage};

    use super::*;
    use crate::darkroom::{Format, write};

    #[test]
    fn each_format_holds_the_recipe_and_can_still_be_read() {
        for format in [Format::Jpeg, Format::Png, Format::Webp] {
            let file = write(DynamicImage::ImageRgb8(RgbImage::new(32, 24)), format).unwrap();
            let file = embed(file, r#"{"prompt":"a bridge at dusk"}"#);
            let read = image::load_from_memory(&file).unwrap();
            assert_eq!((read.width(), read.height()), (32, 24), "{format:?}");
            let exif = DynImage::from_bytes(file.into()).unwrap().unwrap().exif().unwrap();
            assert!(exif.windows(16).any(|part| part == b"a bridge at dusk"), "{format:?}");
        }
    }
}
