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
    /// Kept pictures whose style is followed, as many as the model takes.
    #[serde(default)]
    pub style_references: Vec<StyleReferenceItem>,
    /// How strongly the model's additional weights count, 0 to 100; none is Venice's own default.
    #[serde(default)]
    pub lora_strength: Option<u32>,
    /// Have the prompt rewritten first; costs extra.
    #[serde(default)]
    pub enhance_prompt: bool,
    /// Look things up first, where the model can; costs extra.
    #[serde(default)]
    pub web_search: bool,
    /// Skip the model's own thinking about the prompt, where it does that.
    #[serde(default)]
    pub skip_prompt_thinking: bool,
    /// The prompt as it was written, where words of it were chosen from several such as `{dawn|dusk}`. As long as
    /// `prompt` is one of its readings, no words are chosen again.
    #[serde(default)]
    pub written_as: Option<String>,
}

/// A kept picture whose style is followed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct StyleReferenceItem {
    /// The item.
    pub item: String,
    /// 0.1 to 1, where the model knows strengths; none is Venice's own default.
    pub strength: Option<f32>,
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
    /// For models with quality tiers.
    #[serde(default)]
    pub quality: Option<String>,
    /// Blur adult material.
    pub safe_mode: bool,
    /// What may be changed of the picture, by the id of a kept mask. It goes as the second picture.
    #[serde(default)]
    pub mask: Option<String>,
    /// Kept pictures to draw on, in order, as many as the model takes beside the picture and its mask.
    #[serde(default)]
    pub references: Vec<String>,
    /// Have the prompt rewritten first; costs extra.
    #[serde(default)]
    pub enhance_prompt: bool,
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

impl EditRequest {
    /// How many pictures go in.
    pub fn pictures_in(&self) -> u32 {
        let references = u32::try_from(self.references.len()).unwrap_or(u32::MAX);
        references.saturating_add(1 + u32::from(self.mask.is_some()))
    }

    /// Whether it goes to the operation for several pictures; a quality can be chosen only there too.
    pub fn is_multiple(&self) -> bool {
        self.pictures_in() > 1 || self.quality.is_some()
    }
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
            Self::Edit(edit) if edit.is_multiple() => "multiEditImage",
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

    /// The kept pictures that it draws on beside the one it starts from, in order.
    pub fn references(&self) -> Vec<&str> {
        match self {
            Self::Make(make) => {
                make.style_references.iter().map(|reference| reference.item.as_str()).collect()
            }
            Self::Edit(edit) => edit.references.iter().map(String::as_str).collect(),
            Self::Upscale(_) | Self::CutOut(_) => Vec::new(),
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
