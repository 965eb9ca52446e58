//! The request as Venice wants it.

use venice::{
    FileInput,
    images::{
        BackgroundRemoveImage, EditImage, GenerateImage, ImageFormat, Quality, UpscaleFactor, UpscaleImage,
    },
};

use super::request::PictureRequest;
use crate::{AppError, Result, jobs::Parcel};

/// Puts a request and the picture it starts from together.
pub(super) fn pack(request: &PictureRequest, input: Option<FileInput>) -> Result<Parcel> {
    let input = || input.ok_or_else(|| AppError::not_found("item"));
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
            wire.cfg_scale = make.cfg_scale.map(f64::from);
            wire.seed = make.seed;
            wire.style_preset.clone_from(&make.style);
            wire.variants = u8::try_from(make.variants).ok();
            wire.safe_mode = Some(make.safe_mode);
            wire.hide_watermark = Some(make.hide_watermark);
            wire.format = Some(ImageFormat::Webp);
            Parcel::of(wire)
        }
        PictureRequest::Edit(edit) => {
            let mut wire = EditImage::new(input()?, &edit.prompt);
            wire.model = Some(edit.model.clone());
            wire.aspect_ratio.clone_from(&edit.aspect_ratio);
            wire.resolution.clone_from(&edit.resolution);
            wire.safe_mode = Some(edit.safe_mode);
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
