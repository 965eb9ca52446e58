//! Writes a recipe into a picture without touching its pixels.
//!
//! PNG gets the "parameters" text that other image tools read, and our own whole recipe beside it; JPEG and WebP get
//! the same in EXIF.

use img_parts::{
    Bytes, DynImage, ImageEXIF,
    png::{Png, PngChunk},
};

use super::{Recipe, exif_text};

/// The PNG keyword and JSON name of our whole recipe.
pub const OWN_KEY: &str = "canaletto";

/// Why a recipe can't be written.
#[derive(Debug, thiserror::Error)]
pub enum EmbedError {
    /// Not a PNG, JPEG or WebP, or a damaged one.
    #[error("this file takes no recipe")]
    NoPlace,
    /// The recipe can't be put in words.
    #[error("the recipe can't be written: {0}")]
    Json(#[from] serde_json::Error),
    /// JPEG holds at most 64 KB of EXIF.
    #[error("the recipe is longer than the file's format takes")]
    TooLong,
}

/// JPEG's segments count their bytes in 16 bits; the EXIF header takes some.
const MOST_JPEG_EXIF: usize = 65_000;

/// The same picture with its recipe inside.
pub fn embed(picture: &[u8], recipe: &Recipe) -> Result<Vec<u8>, EmbedError> {
    let json = serde_json::to_string(recipe)?;
    let mut image = DynImage::from_bytes(Bytes::copy_from_slice(picture))
        .map_err(|_| EmbedError::NoPlace)?
        .ok_or(EmbedError::NoPlace)?;
    if let DynImage::Png(png) = &mut image {
        put_text(png, "parameters", &parameters(recipe));
        put_text(png, OWN_KEY, &json);
    } else {
        let comment = format!("{{\"{OWN_KEY}\":{json}}}");
        let exif = exif_text::write(recipe.prompt.as_deref().unwrap_or_default(), "Canaletto", &comment);
        if matches!(image, DynImage::Jpeg(_)) && exif.len() > MOST_JPEG_EXIF {
            return Err(EmbedError::TooLong);
        }
        image.set_exif(Some(exif.into()));
    }
    Ok(image.encoder().bytes().to_vec())
}

/// An iTXt chunk: keyword, no compression, no language, UTF-8. An older one of the same name is replaced.
fn put_text(png: &mut Png, keyword: &str, text: &str) {
    const TEXT: [u8; 4] = *b"iTXt";
    let head = [keyword.as_bytes(), b"\0"].concat();
    png.chunks_mut().retain(|chunk| chunk.kind() != TEXT || !chunk.contents().starts_with(&head));
    let contents = [head.as_slice(), b"\0\0\0\0", text.as_bytes()].concat();
    let place = png.chunks().iter().position(|chunk| chunk.kind() == *b"IDAT").unwrap_or(1);
    png.chunks_mut().insert(place, PngChunk::new(TEXT, contents.into()));
}

fn parameters(recipe: &Recipe) -> String {
    let mut lines = vec![recipe.prompt.clone().unwrap_or_default()];
    if let Some(negative) = &recipe.negative_prompt {
        lines.push(format!("Negative prompt: {negative}"));
    }
    let size = recipe.width.zip(recipe.height).map(|(width, height)| format!("{width}x{height}"));
    let settings = [
        ("Steps", Some(recipe.steps.unwrap_or(0).to_string())),
        ("CFG scale", recipe.cfg_scale.clone()),
        ("Seed", recipe.seed.map(|seed| seed.to_string())),
        ("Size", size),
        ("Model", recipe.model.clone()),
        ("Style", recipe.style.clone()),
        ("Program", recipe.program.clone()),
    ];
    let settings: Vec<_> = settings
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name}: {}", quoted(&value?))))
        .collect();
    lines.push(settings.join(", "));
    lines.join("\n")
}

fn quoted(value: &str) -> String {
    if value.contains([',', ':', '\n']) {
        format!("\"{}\"", value.replace('"', "'"))
    } else {
        value.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{DynamicImage, ImageFormat};
    use rstest::rstest;

    use super::*;
    use crate::recipe::read::from_picture;

    fn picture(format: ImageFormat) -> Vec<u8> {
        let mut bytes = Vec::new();
        DynamicImage::new_rgb8(9, 5).write_to(&mut Cursor::new(&mut bytes), format).unwrap();
        bytes
    }

    fn recipe() -> Recipe {
        Recipe {
            program: Some("Canaletto".into()),
            prompt: Some("黄昏的运河, a \"quoted\" boat".into()),
            negative_prompt: Some("fog".into()),
            model: Some("some-model".into()),
            seed: Some(-7),
            steps: Some(8),
            ..Recipe::default()
        }
    }

    #[rstest]
    #[case(ImageFormat::Png)]
    #[case(ImageFormat::Jpeg)]
    #[case(ImageFormat::WebP)]
    fn what_is_written_is_read_again_and_the_pixels_stay(#[case] format: ImageFormat) {
        let plain = picture(format);
        let written = embed(&plain, &recipe()).unwrap();
        assert_eq!(from_picture(&written), Some(recipe()));
        let again = embed(&written, &recipe()).unwrap();
        assert_eq!(again, written, "a second time changes nothing");
        let pixels = |bytes: &[u8]| image::load_from_memory(bytes).unwrap().to_rgb8();
        assert_eq!(pixels(&plain), pixels(&written));
    }

    #[test]
    fn other_tools_can_read_the_parameters() {
        let text = parameters(&recipe());
        let read = crate::recipe::foreign::parameters(&text).unwrap();
        assert_eq!(read.prompt, recipe().prompt);
        assert_eq!(read.negative_prompt, recipe().negative_prompt);
        assert_eq!(read.seed, Some(-7));
    }

    #[test]
    fn what_is_no_picture_takes_no_recipe() {
        assert!(matches!(embed(b"hello", &recipe()), Err(EmbedError::NoPlace)));
        assert!(matches!(embed(b"", &recipe()), Err(EmbedError::NoPlace)));
    }
}
