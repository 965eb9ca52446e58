//! The picture a request starts from: whether it may be sent as it is, and the copy that is sent where it may not.

use std::path::PathBuf;

use store::{Item, MediaKind};
use venice::FileInput;

use super::{estimate::ScaleDown, pixels, request::PictureRequest};
use crate::{
    AppError, Result, Studio,
    error::{Code, input_too_large},
};

/// Venice's limits for pictures it is sent.
const MOST_BYTES: u64 = 25_000_000;
const FEWEST_PIXELS: u64 = 65_536;
const MOST_PIXELS: u64 = 33_177_600;
/// And for what comes out of upscaling.
const MOST_UPSCALED: u64 = 16_777_216;

/// A source as it was found.
pub(super) struct Source {
    pub item: Item,
    pub path: PathBuf,
}

/// What is wrong with a source, and the copy that would do.
pub(super) struct Misfit {
    pub problem: AppError,
    pub scale_down: Option<ScaleDown>,
}

impl Studio {
    /// The item a request starts from.
    pub(super) async fn source(&self, request: &PictureRequest) -> Result<Option<Source>> {
        let Some(id) = request.source() else { return Ok(None) };
        let id = crate::library::parse(id)?;
        let (item, path) = self
            .store(move |store| {
                let item = store.library().get(id)?;
                let path = store.media_path(&item.file.path);
                Ok((item, path))
            })
            .await?;
        Ok(Some(Source { item, path }))
    }
}

/// Whether a source can be sent for this request as it is.
pub(super) fn misfit(request: &PictureRequest, source: &Source) -> Option<Misfit> {
    let mut misfit = found(request, source)?;
    misfit.problem = misfit.problem.param("name", &source.item.title);
    Some(misfit)
}

fn found(request: &PictureRequest, source: &Source) -> Option<Misfit> {
    let item = &source.item;
    let (Some(width), Some(height), MediaKind::Picture) = (item.file.width, item.file.height, item.kind)
    else {
        let problem = AppError::new(
            Code::InputNotAPicture,
            "This isn't a picture.",
            "Choose a PNG, JPEG, WebP or GIF file.",
        );
        return Some(Misfit { problem, scale_down: None });
    };
    let factor = upscaled(request);
    let area = u64::from(width) * u64::from(height);
    if area < FEWEST_PIXELS {
        let problem = AppError::new(
            Code::InputTooSmall,
            format!(
                "This picture has {width} × {height} pixels; Venice takes none below 65,536 (256 × 256)."
            ),
            "Choose a larger one.",
        )
        .param("width", width)
        .param("height", height);
        return Some(Misfit { problem, scale_down: None });
    }
    let most = factor.map_or(MOST_PIXELS, |factor| MOST_UPSCALED / u64::from(factor * factor));
    if area > most {
        let scale_down = smaller(width, height, most, factor.unwrap_or(1));
        let problem = match factor {
            Some(factor) => AppError::new(
                Code::UpscaleTooLarge,
                format!(
                    "{width} × {height} times {factor} is more than the 16.7 million pixels Venice makes.",
                ),
                format!(
                    "Send a smaller copy of {} × {}: the result has {} × {}. The picture itself stays as it is.",
                    scale_down.width, scale_down.height, scale_down.result_width, scale_down.result_height
                ),
            )
            .param("scale", factor),
            None => AppError::new(
                Code::InputTooManyPixels,
                format!("This picture has {width} × {height} pixels, more than the 33 million Venice takes."),
                format!(
                    "Send a smaller copy of {} × {}. The picture itself stays as it is.",
                    scale_down.width, scale_down.height
                ),
            ),
        };
        return Some(Misfit {
            problem: problem.param("width", width).param("height", height),
            scale_down: Some(scale_down),
        });
    }
    (item.file.bytes > MOST_BYTES).then(|| Misfit {
        problem: input_too_large(Some(item.file.bytes), MOST_BYTES),
        scale_down: Some(smaller(width, height, most.min(12_000_000), factor.unwrap_or(1))),
    })
}

fn upscaled(request: &PictureRequest) -> Option<u32> {
    match request {
        PictureRequest::Upscale(upscale) => Some(upscale.scale.clamp(1, 4)),
        _ => None,
    }
}

/// The largest size of the same shape with at most `most` pixels.
fn smaller(width: u32, height: u32, most: u64, factor: u32) -> ScaleDown {
    let shrink = (most as f64 / (f64::from(width) * f64::from(height))).sqrt().min(1.0);
    let side = |side: u32| ((f64::from(side) * shrink).floor() as u32).max(1);
    let (small_width, small_height) = (side(width), side(height));
    ScaleDown {
        from_width: width,
        from_height: height,
        width: small_width,
        height: small_height,
        result_width: small_width * factor,
        result_height: small_height * factor,
    }
}

/// Reads what is sent: the file itself where it fits and stands upright, else a copy.
pub(super) fn read(source: &Source, scale_down: Option<&ScaleDown>) -> Result<FileInput> {
    let bytes = std::fs::read(&source.path).map_err(|error| store::Error::file(&source.path, error))?;
    let probe = store::probe_bytes(&bytes).map_err(|problem| crate::error::from_picture(&problem))?;
    let as_it_is =
        scale_down.is_none() && probe.orientation == 1 && probe.format != store::PictureFormat::Gif;
    let (bytes, mime) = if as_it_is {
        (bytes, probe.format.mime())
    } else {
        let picture = pixels::decode(&bytes)?;
        let picture = match scale_down {
            Some(to) => store::resize(&picture, to.width, to.height)?,
            None => picture,
        };
        pixels::write(&picture)?
    };
    if bytes.len() as u64 > MOST_BYTES {
        return Err(input_too_large(Some(bytes.len() as u64), MOST_BYTES));
    }
    // The user's file names are nobody's business.
    let extension = mime.strip_prefix("image/").unwrap_or("png");
    Ok(FileInput::bytes(format!("picture.{extension}"), mime, bytes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn twelve_megapixels_times_two_become_the_largest_that_fits() {
        let to = smaller(4000, 3000, MOST_UPSCALED / 4, 2);
        assert_eq!((to.result_width, to.result_height), (to.width * 2, to.height * 2));
        let result = u64::from(to.result_width) * u64::from(to.result_height);
        assert!(result <= MOST_UPSCALED && result > MOST_UPSCALED * 99 / 100, "{result}");
    }

    proptest! {
        #[test]
        fn a_smaller_copy_fits_and_keeps_its_shape(width in 256_u32..60_000, height in 256_u32..60_000, factor in 1_u32..=4) {
            let most = MOST_UPSCALED / u64::from(factor * factor);
            let to = smaller(width, height, most, factor);
            prop_assert!(u64::from(to.width) * u64::from(to.height) <= most);
            prop_assert!(to.width <= width && to.height <= height);
            let shape = |width: u32, height: u32| f64::from(width) / f64::from(height);
            let (before, after) = (shape(width, height), shape(to.width, to.height));
            let rounding = 1.0 / f64::from(to.width.min(to.height)) + 1e-9;
            prop_assert!((after / before - 1.0).abs() <= rounding * 1.01, "{before} {after}");
        }
    }
}
