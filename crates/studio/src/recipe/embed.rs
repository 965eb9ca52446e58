//! Writes a recipe into a picture without touching its pixels.
//!
//! PNG gets the "parameters" text that other image tools read, and our own whole recipe beside it; JPEG and WebP get
//! the same in EXIF.

use img_parts::{
    Bytes, DynImage, ImageEXIF,
    png::{Png, PngChunk},
};

use super::{Recipe, exif_text, read::from_picture};

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

/// JPEG's segments for comments, and for EXIF and XMP.
const COMMENT: u8 = 0xfe;
const APP1: u8 = 0xe1;

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
        let orientation = store::probe_bytes(picture).map_or(1, |probe| probe.orientation);
        let exif = exif_text::write(
            orientation,
            recipe.prompt.as_deref().unwrap_or_default(),
            "Canaletto",
            &comment,
        );
        if matches!(image, DynImage::Jpeg(_)) && exif.len() > MOST_JPEG_EXIF {
            return Err(EmbedError::TooLong);
        }
        image.set_exif(Some(exif.into()));
    }
    Ok(image.encoder().bytes().to_vec())
}

/// The same picture without any recipe that is inside, ours or another program's. One without a recipe stays as it is.
pub fn strip(picture: Vec<u8>) -> Vec<u8> {
    if from_picture(&picture).is_none() {
        return picture;
    }
    let Ok(Some(mut image)) = DynImage::from_bytes(Bytes::copy_from_slice(&picture)) else { return picture };
    // How it has to be turned is no part of the recipe.
    let orientation = store::probe_bytes(&picture).map_or(1, |probe| probe.orientation);
    image.set_exif((orientation != 1).then(|| exif_text::write(orientation, "", "", "").into()));
    match &mut image {
        DynImage::Png(png) => png.chunks_mut().retain(|chunk| !is_text(chunk.kind())),
        DynImage::Jpeg(jpeg) => jpeg.segments_mut().retain(|segment| {
            segment.marker() != COMMENT
                && !(segment.marker() == APP1 && segment.contents().starts_with(b"http"))
        }),
        DynImage::WebP(webp) => webp.chunks_mut().retain(|chunk| chunk.id() != *b"XMP "),
    }
    image.encoder().bytes().to_vec()
}

fn is_text(chunk: [u8; 4]) -> bool {
    matches!(&chunk, b"tEXt" | b"zTXt" | b"iTXt")
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

    #[rstest]
    #[case(ImageFormat::Png)]
    #[case(ImageFormat::Jpeg)]
    #[case(ImageFormat::WebP)]
    fn what_was_written_can_be_taken_out_again(#[case] format: ImageFormat) {
        let written = embed(&picture(format), &recipe()).unwrap();
        let stripped = strip(written);
        assert_eq!(from_picture(&stripped), None);
        let holds = |part: &[u8]| stripped.windows(part.len()).any(|window| window == part);
        assert!(!holds("黄昏".as_bytes()) && !holds(b"some-model"));
        assert_eq!(
            image::load_from_memory(&stripped).unwrap().to_rgb8(),
            image::load_from_memory(&picture(format)).unwrap().to_rgb8()
        );
        assert_eq!(strip(stripped.clone()), stripped);
    }

    #[test]
    fn a_picture_that_lies_on_its_side_still_does() {
        let exif = exif_text::write(6, "", "a camera", "");
        let mut image = DynImage::from_bytes(picture(ImageFormat::Jpeg).into()).unwrap().unwrap();
        image.set_exif(Some(exif.into()));
        let turned = image.encoder().bytes().to_vec();
        let orientation = |bytes: &[u8]| store::probe_bytes(bytes).unwrap().orientation;
        let written = embed(&turned, &recipe()).unwrap();
        assert_eq!(
            (orientation(&turned), orientation(&written), orientation(&strip(written.clone()))),
            (6, 6, 6)
        );
        assert_eq!(from_picture(&written), Some(recipe()));
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
