//! The pictures that go into a request: whether they may be sent as they are, and the copies that are sent where not.

use std::path::{Path, PathBuf};

use store::{Item, MediaKind};
use venice::FileInput;

use super::{
    estimate::ScaleDown,
    mask::{self, Mask},
    pixels,
    request::{EditRequest, PictureRequest},
};
use crate::{
    AppError, Result, Studio,
    error::{Code, input_too_large},
};

/// Venice's limits for pictures it is sent.
pub(crate) const MOST_BYTES: u64 = 25_000_000;
pub(crate) const FEWEST_PIXELS: u64 = 65_536;
pub(crate) const MOST_PIXELS: u64 = 33_177_600;
/// Style references have less; a copy has at most so many pixels, which is plenty to see a style by.
const MOST_STYLE_BYTES: u64 = 8_000_000;
const MOST_STYLE_PIXELS: u64 = 4_194_304;
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

/// All that goes into a request, as it was found.
#[derive(Default)]
pub(super) struct Sources {
    /// What is changed.
    pub main: Option<Source>,
    mask: Option<Mask>,
    references: Vec<Source>,
    styles: Vec<Source>,
}

/// The same, ready to be sent.
#[derive(Clone, Default)]
pub(super) struct Loaded {
    pub source: Option<FileInput>,
    pub mask: Option<FileInput>,
    /// What is drawn on, or whose style is followed.
    pub references: Vec<FileInput>,
}

impl Studio {
    /// The items that go into a request.
    pub(super) async fn sources(&self, request: &PictureRequest) -> Result<Sources> {
        let main = match request.source() {
            Some(id) => self.found(&[id]).await?.pop(),
            None => None,
        };
        let mask = match request {
            PictureRequest::Edit(EditRequest { mask: Some(id), .. }) => Some(self.mask(id).await?),
            _ => None,
        };
        let others = self.found(&request.references()).await?;
        Ok(match request {
            PictureRequest::Make(_) => Sources { styles: others, ..Sources::default() },
            _ => Sources { main, mask, references: others, styles: Vec::new() },
        })
    }

    async fn found(&self, ids: &[&str]) -> Result<Vec<Source>> {
        let ids = ids.iter().map(|id| crate::library::parse(id)).collect::<Result<Vec<_>>>()?;
        let find = move |store: &store::Store| {
            ids.into_iter()
                .map(|id| {
                    let item = store.library().get(id)?;
                    let path = store.media_path(&item.file.path);
                    Ok(Source { item, path })
                })
                .collect()
        };
        self.store(find).await
    }
}

impl Sources {
    /// What can't be sent as it is.
    pub(super) fn misfits(&self, request: &PictureRequest) -> Vec<Misfit> {
        let main = self.main.as_ref();
        let mask = || {
            let (mask, main) = (self.mask.as_ref()?, main?);
            let size = (main.item.file.width?, main.item.file.height?);
            (mask.size != size).then(|| Misfit::without_a_copy(mask::misfit(mask.size, size)))
        };
        let sent = main.into_iter().chain(&self.references).filter_map(|source| misfit(request, source));
        let styles = self.styles.iter().filter_map(no_picture).map(Misfit::without_a_copy);
        sent.chain(styles).chain(mask()).collect()
    }

    /// Reads all of it: the files themselves where they fit, else copies. Only where nothing but a copy was wrong.
    pub(super) fn read(&self, request: &PictureRequest) -> Result<Loaded> {
        let copy_of = |source: &Source| misfit(request, source).and_then(|misfit| misfit.scale_down);
        let sent = |source: &Source| read(source, copy_of(source).as_ref());
        let mut loaded = Loaded {
            source: self.main.as_ref().map(sent).transpose()?,
            references: self.references.iter().map(sent).collect::<Result<_>>()?,
            ..Loaded::default()
        };
        if let (Some(mask), Some(main)) = (&self.mask, &self.main) {
            let to = copy_of(main).map(|to| (to.width, to.height));
            loaded.mask = Some(FileInput::bytes("mask.png", "image/png", mask.scaled(to)?));
        }
        for style in &self.styles {
            loaded.references.push(read_style(style)?);
        }
        Ok(loaded)
    }
}

impl Misfit {
    fn without_a_copy(problem: AppError) -> Self {
        Self { problem, scale_down: None }
    }
}

/// Why an item is no picture at all.
fn no_picture(source: &Source) -> Option<AppError> {
    let item = &source.item;
    let is_picture =
        item.kind == MediaKind::Picture && item.file.width.is_some() && item.file.height.is_some();
    (!is_picture).then(|| {
        AppError::new(
            Code::InputNotAPicture,
            "This isn't a picture.",
            "Choose a PNG, JPEG, WebP or GIF file.",
        )
        .param("name", &item.title)
    })
}

/// Whether a source can be sent for this request as it is.
fn misfit(request: &PictureRequest, source: &Source) -> Option<Misfit> {
    let mut misfit = found(request, source)?;
    misfit.problem = misfit.problem.param("name", &source.item.title);
    Some(misfit)
}

fn found(request: &PictureRequest, source: &Source) -> Option<Misfit> {
    let item = &source.item;
    if let Some(problem) = no_picture(source) {
        return Some(Misfit::without_a_copy(problem));
    }
    let (width, height) = item.file.width.zip(item.file.height)?;
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
fn read(source: &Source, scale_down: Option<&ScaleDown>) -> Result<FileInput> {
    let (bytes, mime) = upright(&source.path, scale_down.map(|to| (to.width, to.height)))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(input_too_large(Some(bytes.len() as u64), MOST_BYTES));
    }
    Ok(named(mime, bytes))
}

/// A picture whose style is followed: a smaller copy where the file is larger than Venice takes.
fn read_style(source: &Source) -> Result<FileInput> {
    let (mut bytes, mut mime) = upright(&source.path, None)?;
    let mut most = MOST_STYLE_PIXELS;
    while bytes.len() as u64 >= MOST_STYLE_BYTES {
        let picture = pixels::open(&source.path)?;
        let to = smaller(picture.width(), picture.height(), most, 1);
        (bytes, mime) = pixels::write(&store::resize(&picture, to.width, to.height)?)?;
        most /= 2;
    }
    Ok(named(mime, bytes))
}

/// The user's file names are nobody's business.
fn named(mime: &str, bytes: Vec<u8>) -> FileInput {
    let extension = mime.strip_prefix("image/").unwrap_or("png");
    FileInput::bytes(format!("picture.{extension}"), mime, bytes)
}

/// The file where it stands upright and fits, else a copy.
pub(crate) fn upright(path: &Path, scale_to: Option<(u32, u32)>) -> Result<(Vec<u8>, &'static str)> {
    let bytes = std::fs::read(path).map_err(|error| store::Error::file(path, error))?;
    let probe = store::probe_bytes(&bytes).map_err(|problem| crate::error::from_picture(&problem))?;
    let as_it_is = scale_to.is_none()
        && probe.orientation == 1
        && probe.frames == 1
        && probe.format != store::PictureFormat::Gif;
    if as_it_is {
        return Ok((bytes, probe.format.mime()));
    }
    let picture = pixels::decode(&bytes)?;
    let picture = match scale_to {
        Some((width, height)) => store::resize(&picture, width, height)?,
        None => picture,
    };
    pixels::write(&picture)
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
