//! The request as Venice wants it.

use venice::{
    FileInput,
    images::{
        BackgroundRemoveImage, EditImage, GenerateImage, ImageFormat, MultiEditImage, Quality,
        StyleReference, UpscaleFactor, UpscaleImage,
    },
};

use super::{input::Loaded, request::PictureRequest};
use crate::{AppError, Result, jobs::Parcel};

/// Puts a request and the pictures that go with it together.
pub(super) fn pack(request: &PictureRequest, loaded: Loaded) -> Result<Parcel> {
    let Loaded { source, mask, references } = loaded;
    let input = || source.ok_or_else(|| AppError::not_found("item"));
    Ok(match request {
        PictureRequest::Make(make) => {
            let mut wire = GenerateImage::new(&make.model, &make.prompt);
            wire.negative_prompt.clone_from(&make.negative_prompt);
            wire.width = make.width;
            wire.height = make.height;
            wire.aspect_ratio.clone_from(&make.aspect_ratio);
            wire.resolution.clone_from(&make.resolution);
            wire.quality = make.quality.as_deref().map(Quality::from);
            wire.steps = make.steps;
            wire.cfg_scale = make.cfg_scale.map(decimal);
            wire.seed = make.seed;
            wire.style_preset.clone_from(&make.style);
            wire.variants = u8::try_from(make.variants).ok();
            wire.safe_mode = Some(make.safe_mode);
            wire.hide_watermark = Some(make.hide_watermark);
            wire.format = Some(ImageFormat::Webp);
            let strengths = make.style_references.iter().map(|reference| reference.strength);
            wire.style_references = references
                .into_iter()
                .zip(strengths)
                .map(|(image, strength)| StyleReference { image, strength: strength.map(decimal) })
                .collect();
            wire.lora_strength = make.lora_strength.and_then(|strength| u8::try_from(strength).ok());
            // What isn't wanted is left out: a model may refuse a field that it doesn't know.
            wire.enhance_prompt = make.enhance_prompt.then_some(true);
            wire.enable_web_search = make.web_search.then_some(true);
            wire.disable_prompt_optimization_thinking = make.skip_prompt_thinking.then_some(true);
            Parcel::of(wire)
        }
        PictureRequest::Edit(edit) if edit.is_multiple() => {
            // In Venice's order: the picture that is changed, its mask, and what is drawn on.
            let images: Vec<FileInput> = [input()?].into_iter().chain(mask).chain(references).collect();
            let mut wire = MultiEditImage::new(images, &edit.prompt);
            wire.model = Some(edit.model.clone());
            wire.aspect_ratio.clone_from(&edit.aspect_ratio);
            wire.resolution.clone_from(&edit.resolution);
            wire.quality = edit.quality.as_deref().map(Quality::from);
            wire.safe_mode = Some(edit.safe_mode);
            wire.enhance_prompt = edit.enhance_prompt.then_some(true);
            Parcel::of(wire)
        }
        PictureRequest::Edit(edit) => {
            let mut wire = EditImage::new(input()?, &edit.prompt);
            wire.model = Some(edit.model.clone());
            wire.aspect_ratio.clone_from(&edit.aspect_ratio);
            wire.resolution.clone_from(&edit.resolution);
            wire.safe_mode = Some(edit.safe_mode);
            wire.enhance_prompt = edit.enhance_prompt.then_some(true);
            Parcel::of(wire)
        }
        PictureRequest::Upscale(upscale) => {
            let scale = if upscale.scale == 4 { UpscaleFactor::X4 } else { UpscaleFactor::X2 };
            let mut wire = UpscaleImage::new(input()?).scale(scale);
            wire.creativity = upscale.creativity.as_deref().and_then(|text| text.parse().ok());
            Parcel::of(wire)
        }
        PictureRequest::CutOut(_) => Parcel::of(BackgroundRemoveImage::new(input()?)),
    })
}

/// The number as it was written: 0.7, and not the nearest that a longer float has to a shorter one's 0.7.
fn decimal(short: f32) -> f64 {
    short.to_string().parse().unwrap_or_else(|_| f64::from(short))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_sent_as_they_were_written() {
        let sent = |number: f32| serde_json::json!(decimal(number)).to_string();
        assert_eq!([0.7, 7.5, 0.1, 20.0].map(sent), ["0.7", "7.5", "0.1", "20.0"]);
    }
}
