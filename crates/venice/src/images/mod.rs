//! Making pictures, changing them, making them larger, and cutting them out.

mod edit;
mod generate;
mod input;
mod multi_edit;
mod picture;
mod remove_background;
mod simple_generate;
mod styles;
mod upscale;

pub use edit::EditImage;
pub use generate::{GenerateImage, GeneratedImages, StyleReference, Timing};
pub use input::ImageInput;
pub use multi_edit::MultiEditImage;
pub use picture::{ImageFormat, Picture};
pub use remove_background::RemoveBackground;
pub use simple_generate::{
    ImageSize, Moderation, ResponseFormat, SimpleGenerateImage, SimpleGeneratedImages,
};
pub use upscale::{UpscaleFactor, UpscaleImage};

use serde::Serialize;
use serde_json::{Map, Value};

use crate::errors::{Error, Result};
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

/// The fields of a request, as both its JSON and its form are made from.
fn fields(request: &impl Serialize) -> Result<Map<String, Value>> {
    match serde_json::to_value(request) {
        Ok(Value::Object(fields)) => Ok(fields),
        _ => Err(Error::invalid_input("the request", "can't be written as JSON")),
    }
}

/// `Debug` for a request: the named fields and nothing that was written by a person.
macro_rules! debug_without_words {
    ($name:ident { $($field:ident),* $(,)? }) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name))$(.field(stringify!($field), &self.$field))*.finish_non_exhaustive()
            }
        }
    };
}

/// A fluent setter for an optional field.
macro_rules! setters {
    ($( $(#[$meta:meta])* $field:ident: $kind:ty; )+) => {
        $(
            $(#[$meta])*
            #[must_use]
            pub fn $field(mut self, $field: impl Into<$kind>) -> Self {
                self.$field = Some($field.into());
                self
            }
        )+
    };
}

use debug_without_words;
use setters;
