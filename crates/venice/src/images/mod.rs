//! Making pictures, changing them, making them larger, and cutting them out.

mod background_remove;
mod edit;
mod generate;
mod multi_edit;
mod picture;
mod simple_generate;
mod styles;
mod upscale;

pub use background_remove::BackgroundRemoveImage;
pub use edit::EditImage;
pub use generate::{GenerateImage, GeneratedImages, StyleReference, Timing};
pub use multi_edit::MultiEditImage;
pub use picture::{ImageFormat, Picture};
pub use simple_generate::{
    ImageBackground, ImageQuality, ImageSize, ImageStyle, Moderation, ResponseFormat, SimpleGenerateImage,
    SimpleGeneratedImages,
};
pub use styles::ListImageStyles;
pub use upscale::{UpscaleFactor, UpscaleImage};

use crate::open_enum::open_enum;

open_enum! {
    /// A tier of quality, for models that have them.
    pub enum Quality {
        /// Quick and cheap.
        Low = "low",
        /// In between.
        Medium = "medium",
        /// Slow and dear.
        High = "high",
    }
}

/// The shapes of edited pictures that the description knows; each model takes some of them.
#[cfg(feature = "schema")]
const EDIT_ASPECT_RATIOS: &[&str] = &["auto", "1:1", "3:2", "16:9", "21:9", "9:16", "2:3", "3:4", "4:5"];
