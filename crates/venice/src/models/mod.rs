//! Which models there are, what they can do, and what they cost.

mod capabilities;
mod constraints;
mod list;
mod model;
mod pricing;

pub use capabilities::{Capabilities, Quantization, ReasoningEffort};
pub use constraints::{Constraints, DefaultValue, StepRange, VideoModelType};
pub use list::{
    ListModelCompatibilityMapping, ListModelTraits, ListModels, ModelList, ModelMap, SkippedModel,
};
pub use model::{CloningMode, Deprecation, Model, ModelSpec, ModelType, Privacy, VoiceCloning};
pub use pricing::{DurationPrice, ExtendedPricing, InputImagesPricing, Price, Pricing, UpscalePricing};
