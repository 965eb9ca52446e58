//! What can be asked for in the Image room. The same value is priced, checked, sent, kept as the recipe and sent again.

use serde::{Deserialize, Serialize};

/// One of the four things the Image room does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PictureRequest {
    /// Pictures from a prompt.
    Make(MakeRequest),
    /// A kept picture changed as a prompt says.
    Edit(EditRequest),
    /// A kept picture in more pixels.
    Upscale(UpscaleRequest),
    /// A kept picture without its background.
    CutOut(CutOutRequest),
}

/// Pictures from a prompt.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MakeRequest {
    /// A model id of the list for making.
    pub model: String,
    /// What to paint.
    pub prompt: String,
    /// What to leave out.
    pub negative_prompt: Option<String>,
    /// Pixels; for models with a size divisor.
    pub width: Option<u32>,
    /// Pixels; for models with a size divisor.
    pub height: Option<u32>,
    /// For models that take ratios instead of sizes.
    pub aspect_ratio: Option<String>,
    /// For models with resolution tiers, such as `2K`.
    pub resolution: Option<String>,
    /// For models with quality tiers.
    pub quality: Option<String>,
    /// Inference steps, where the model has them.
    pub steps: Option<u32>,
    /// How closely the prompt is followed, 0 to 20.
    pub cfg_scale: Option<f32>,
    /// The same seed and settings make the same picture; none lets Venice choose.
    pub seed: Option<i32>,
    /// A name of the list of styles.
    pub style: Option<String>,
    /// How many pictures, 1 to 4, in one request.
    pub variants: u32,
    /// Blur adult material.
    pub safe_mode: bool,
    /// Ask for no watermark.
    pub hide_watermark: bool,
}

/// A kept picture changed as a prompt says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct EditRequest {
    /// A model id of the list for editing.
    pub model: String,
    /// The picture to start from.
    pub item: String,
    /// What to change.
    pub prompt: String,
    /// Ratio of the result; none keeps the picture's.
    pub aspect_ratio: Option<String>,
    /// For models with resolution tiers.
    pub resolution: Option<String>,
    /// Blur adult material.
    pub safe_mode: bool,
    /// The user agreed to send a smaller copy where the picture is too large.
    pub scale_down: bool,
}

/// A kept picture in more pixels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct UpscaleRequest {
    /// The picture to start from.
    pub item: String,
    /// 2 or 4.
    pub scale: u32,
    /// How much detail is added, decimal text from 0 to 0.02; none is Venice's own default.
    pub creativity: Option<String>,
    /// The user agreed to send a smaller copy where the picture is too large.
    pub scale_down: bool,
}

/// A kept picture without its background.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CutOutRequest {
    /// The picture to start from.
    pub item: String,
    /// The user agreed to send a smaller copy where the picture is too large.
    pub scale_down: bool,
}

impl PictureRequest {
    /// The word it is kept under, also the tag in JSON.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Make(_) => "make",
            Self::Edit(_) => "edit",
            Self::Upscale(_) => "upscale",
            Self::CutOut(_) => "cut_out",
        }
    }

    /// The operation of the API that answers it.
    pub fn operation(&self) -> &'static str {
        match self {
            Self::Make(_) => "generateImage",
            Self::Edit(_) => "editImage",
            Self::Upscale(_) => "upscaleImage",
            Self::CutOut(_) => "backgroundRemoveImage",
        }
    }

    /// The model it names; upscaling and cutting out name none.
    pub fn model(&self) -> Option<&str> {
        match self {
            Self::Make(make) => Some(&make.model),
            Self::Edit(edit) => Some(&edit.model),
            Self::Upscale(_) | Self::CutOut(_) => None,
        }
    }

    /// The words that ask for it.
    pub fn prompt(&self) -> Option<&str> {
        match self {
            Self::Make(make) => Some(&make.prompt),
            Self::Edit(edit) => Some(&edit.prompt),
            Self::Upscale(_) | Self::CutOut(_) => None,
        }
    }

    /// The kept picture it starts from.
    pub fn source(&self) -> Option<&str> {
        match self {
            Self::Make(_) => None,
            Self::Edit(edit) => Some(&edit.item),
            Self::Upscale(upscale) => Some(&upscale.item),
            Self::CutOut(cut_out) => Some(&cut_out.item),
        }
    }

    /// Whether a smaller copy may be sent.
    pub fn may_scale_down(&self) -> bool {
        match self {
            Self::Make(_) => false,
            Self::Edit(edit) => edit.scale_down,
            Self::Upscale(upscale) => upscale.scale_down,
            Self::CutOut(cut_out) => cut_out.scale_down,
        }
    }

    /// How many results are asked for.
    pub fn wanted(&self) -> u32 {
        match self {
            Self::Make(make) => make.variants,
            _ => 1,
        }
    }
}
