//! A model as the Image room sees it: what it can do, within which limits, for how much.

use serde::{Deserialize, Serialize};

use crate::money::Money;

/// What a model is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ModelUse {
    /// Pictures from a prompt.
    Make,
    /// Changing a picture.
    Edit,
}

/// Inference steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Steps {
    /// Where the form starts.
    pub default: u32,
    /// The most the model takes.
    pub max: u32,
}

/// A model as the Image room sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ModelView {
    /// Venice's id.
    pub id: String,
    /// The name people know.
    pub name: String,
    /// What it is for.
    pub use_for: ModelUse,
    /// Venice's sentence about it.
    pub description: Option<String>,
    /// `private`, `anonymized` or a word we don't know yet.
    pub privacy: Option<String>,
    /// Marked as a beta.
    pub beta: bool,
    /// Not answering at present.
    pub offline: bool,
    /// Without content rules of its own.
    pub uncensored: bool,
    /// Venice's traits, such as `default` or `fastest`.
    pub traits: Vec<String>,
    /// The lowest price of one picture; `None` = unknown.
    pub from_price: Option<Money>,
    /// Characters.
    pub prompt_limit: Option<u32>,
    /// Width and height must be multiples of it; `None` = the model takes ratios, not sizes.
    pub size_divisor: Option<u32>,
    /// Inference steps; `None` = not adjustable.
    pub steps: Option<Steps>,
    /// Ratios such as `3:2`; empty = none to choose.
    pub aspect_ratios: Vec<String>,
    /// Where the form starts.
    pub default_aspect_ratio: Option<String>,
    /// Tiers such as `2K`; empty = none to choose.
    pub resolutions: Vec<String>,
    /// Where the form starts.
    pub default_resolution: Option<String>,
    /// Tiers such as `high`; empty = none to choose.
    pub qualities: Vec<String>,
    /// Where the form starts.
    pub default_quality: Option<String>,
    /// How many pictures' style it follows; 0 = none.
    pub max_style_references: u32,
    /// A style reference may have a strength.
    pub style_reference_strength: bool,
    /// It may have additional weights whose strength counts: open weights that Venice runs itself. The list doesn't tell
    /// which of them do, and one that doesn't ignores it.
    pub lora: bool,
    /// It can look things up.
    pub web_search: bool,
    /// Its thinking about the prompt may be skipped.
    pub prompt_thinking: bool,
    /// How many pictures an edit takes, the edited one included.
    pub max_input_images: Option<u32>,
    /// The model Venice suggests instead, when this one retires.
    pub replacement: Option<String>,
    /// When it is taken away, as Venice wrote it.
    pub retires_at: Option<String>,
}

/// The models of the Image room.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PictureModels {
    /// For making.
    pub make: Vec<ModelView>,
    /// For editing.
    pub edit: Vec<ModelView>,
    /// Where the form starts.
    pub default_make: Option<String>,
    /// Where the form starts.
    pub default_edit: Option<String>,
    /// When Venice was last asked.
    pub fetched_at: String,
}
