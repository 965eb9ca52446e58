//! Pictures.

use serde::{Deserialize, Serialize};
use store::MediaKind;
use venice::{
    images::{
        BackgroundRemoveImage, EditImage, GenerateImage, GeneratedImages, ListImageStyles, MultiEditImage,
        Picture, Quality, SimpleGenerateImage, SimpleGeneratedImages, Timing, UpscaleImage,
    },
    models::{Model, ModelType},
};

use super::{count, shown};
use crate::{
    calls::{Callable, ResultFile, view::Made},
    pricing::{self, Price, Tier},
};

/// Pictures that were made; they are items now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MadeImages {
    /// The answer's id.
    pub id: Option<String>,
    /// How many there are.
    pub images: u32,
    /// How many couldn't be read.
    pub unreadable: u32,
    /// How long it took.
    pub timing: Option<Timing>,
    /// The request as Venice understood it.
    pub request: Option<serde_json::Value>,
}

fn picture(picture: Picture) -> ResultFile {
    ResultFile {
        kind: MediaKind::Picture,
        mime: picture.format.media_type(),
        extension: picture.format.as_str().to_owned(),
        bytes: picture.bytes,
    }
}

shown! {
    ListImageStyles => Vec<String>,
}

impl Callable for GenerateImage {
    type View = MadeImages;

    fn part(&self, answer: GeneratedImages) -> (MadeImages, Vec<ResultFile>) {
        let view = MadeImages {
            id: answer.id,
            images: count(answer.images.len()),
            unreadable: count(answer.unreadable),
            timing: answer.timing,
            request: answer.request,
        };
        (view, answer.images.into_iter().map(picture).collect())
    }

    fn price(&self, models: &[Model]) -> Price {
        let tier = Tier {
            resolution: self.resolution.as_deref(),
            quality: self.quality.as_ref().map(Quality::as_str),
        };
        let count = self.variants.unwrap_or(1).into();
        let extras = self.enable_web_search == Some(true) || self.enhance_prompt == Some(true);
        Price::known(pricing::making(models, &self.model, tier, count)).and_more(extras)
    }

    fn model(&self) -> Option<&str> {
        Some(&self.model)
    }

    fn words(&self) -> Option<&str> {
        Some(&self.prompt)
    }
}

impl Callable for SimpleGenerateImage {
    type View = MadeImages;

    fn part(&self, answer: SimpleGeneratedImages) -> (MadeImages, Vec<ResultFile>) {
        let images = count(answer.images.len());
        let view = MadeImages { id: None, images, unreadable: 0, timing: None, request: None };
        (view, answer.images.into_iter().map(picture).collect())
    }

    fn price(&self, models: &[Model]) -> Price {
        // A model that isn't known is Venice's default, as is none.
        let known = self.model.as_ref().filter(|id| models.iter().any(|model| model.id == **id)).cloned();
        let model = known.or_else(|| pricing::default_model(models, &ModelType::Image));
        Price::known(model.and_then(|model| pricing::making(models, &model, Tier::default(), 1)))
    }

    fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    fn words(&self) -> Option<&str> {
        Some(&self.prompt)
    }
}

/// What edits without a model are done by.
const DEFAULT_EDITOR: &str = "firered-image-edit";

fn changed(answer: Picture) -> (Made, Vec<ResultFile>) {
    let file = picture(answer);
    (Made { content_type: file.mime.clone(), bytes: file.bytes.len() as u64 }, vec![file])
}

impl Callable for EditImage {
    type View = Made;

    fn part(&self, answer: Picture) -> (Made, Vec<ResultFile>) {
        changed(answer)
    }

    fn price(&self, models: &[Model]) -> Price {
        let tier = Tier { resolution: self.resolution.as_deref(), quality: None };
        let model = self.model.as_deref().unwrap_or(DEFAULT_EDITOR);
        let enhanced = self.enhance_prompt == Some(true);
        Price::known(pricing::editing(models, model, tier, 1)).and_more(enhanced)
    }

    fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    fn words(&self) -> Option<&str> {
        Some(&self.prompt)
    }
}

impl Callable for MultiEditImage {
    type View = Made;

    fn part(&self, answer: Picture) -> (Made, Vec<ResultFile>) {
        changed(answer)
    }

    fn price(&self, models: &[Model]) -> Price {
        let tier = Tier {
            resolution: self.resolution.as_deref(),
            quality: self.quality.as_ref().map(Quality::as_str),
        };
        let model = self.model.as_deref().unwrap_or(DEFAULT_EDITOR);
        let enhanced = self.enhance_prompt == Some(true);
        Price::known(pricing::editing(models, model, tier, count(self.images.len()))).and_more(enhanced)
    }

    fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    fn words(&self) -> Option<&str> {
        Some(&self.prompt)
    }
}

impl Callable for UpscaleImage {
    type View = Made;

    fn part(&self, answer: Picture) -> (Made, Vec<ResultFile>) {
        changed(answer)
    }

    fn price(&self, models: &[Model]) -> Price {
        Price::known(pricing::upscaling(models, self.scale.unwrap_or_default().factor().into()))
    }
}

impl Callable for BackgroundRemoveImage {
    type View = Made;

    fn part(&self, answer: Picture) -> (Made, Vec<ResultFile>) {
        changed(answer)
    }

    fn price(&self, models: &[Model]) -> Price {
        Price::known(pricing::cutting_out(models))
    }
}
