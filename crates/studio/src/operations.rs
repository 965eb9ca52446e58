//! The requests and answers of the API's operations, for whoever calls them by hand.

pub use venice::{
    images::{
        BackgroundRemoveImage, EditImage, GenerateImage, ListImageStyles, MultiEditImage,
        SimpleGenerateImage, UpscaleImage,
    },
    models::{ListModelCompatibilityMapping, ListModelTraits, ListModels, ModelList, ModelMap},
};

pub use crate::calls::{answers::MadeImages, view::Made};
