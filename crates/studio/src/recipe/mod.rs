//! Recipes: all that it took to make a picture, in the words that image tools share.
//!
//! A recipe is read from the files that other programs write ([`read`]) and written into the files we export
//! ([`embed`]). The request that made one of our own pictures rides along whole, so that it can be made again.

pub mod embed;
mod exif_text;
mod foreign;
pub mod read;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::pictures::request::PictureRequest;

/// What a picture was made from, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Recipe {
    /// The program that wrote it.
    pub program: Option<String>,
    /// What was asked for.
    pub prompt: Option<String>,
    /// What was to be left out.
    pub negative_prompt: Option<String>,
    /// The model, under the name its program uses.
    pub model: Option<String>,
    /// The seed; other programs use more than 32 bits.
    pub seed: Option<i64>,
    /// Inference steps.
    pub steps: Option<u32>,
    /// Guidance, as text so that nothing is rounded.
    pub cfg_scale: Option<String>,
    /// Pixels.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
    /// A style by name.
    pub style: Option<String>,
    /// Whatever else was written, by its own name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub more: BTreeMap<String, String>,
    /// The request that made it, where the Image room made it.
    pub request: Option<PictureRequest>,
    /// The call that made it, where it was made by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<Called>,
}

/// A call that was made by hand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Called {
    /// The operation of the API.
    pub operation: String,
    /// Its request, without files.
    pub request: Value,
}

impl Recipe {
    /// The recipe of something we are about to ask for.
    pub fn of(request: &PictureRequest) -> Self {
        let mut recipe = Self {
            program: Some("Canaletto".to_owned()),
            prompt: request.prompt().map(str::to_owned),
            model: request.model().map(str::to_owned),
            request: Some(request.clone()),
            ..Self::default()
        };
        match request {
            PictureRequest::Make(make) => {
                recipe.negative_prompt.clone_from(&make.negative_prompt);
                recipe.seed = make.seed.map(i64::from);
                recipe.steps = make.steps;
                recipe.cfg_scale = make.cfg_scale.map(|value| value.to_string());
                recipe.width = make.width;
                recipe.height = make.height;
                recipe.style.clone_from(&make.style);
                recipe.note("Ratio", make.aspect_ratio.as_ref());
                recipe.note("Resolution", make.resolution.as_ref());
                recipe.note("Quality", make.quality.as_ref());
            }
            PictureRequest::Edit(edit) => {
                recipe.note("Ratio", edit.aspect_ratio.as_ref());
                recipe.note("Resolution", edit.resolution.as_ref());
            }
            PictureRequest::Upscale(upscale) => {
                recipe.note("Scale", Some(&upscale.scale));
                recipe.note("Creativity", upscale.creativity.as_ref());
            }
            PictureRequest::CutOut(_) => {}
        }
        recipe
    }

    /// The recipe of something that is asked for by hand.
    pub fn of_call(operation: &str, request: &Value) -> Self {
        let text = |name: &str| request.get(name).and_then(Value::as_str).map(str::to_owned);
        let mut recipe = Self {
            program: Some("Canaletto".to_owned()),
            prompt: text("prompt").or_else(|| text("input")),
            negative_prompt: text("negative_prompt"),
            model: text("model").or_else(|| text("modelId")),
            seed: request.get("seed").and_then(Value::as_i64),
            call: Some(Called { operation: operation.to_owned(), request: request.clone() }),
            ..Self::default()
        };
        let told = ["prompt", "input", "negative_prompt", "model", "modelId", "seed"];
        for (name, value) in request.as_object().into_iter().flatten() {
            let value = match value {
                Value::Bool(_) | Value::Number(_) => value.to_string(),
                Value::String(text) if text.chars().count() <= 80 => text.clone(),
                _ => continue,
            };
            if !told.contains(&name.as_str()) && !value.is_empty() {
                recipe.more.insert(name.clone(), value);
            }
        }
        recipe
    }

    fn note(&mut self, name: &str, value: Option<&impl ToString>) {
        if let Some(value) = value {
            self.more.insert(name.to_owned(), value.to_string());
        }
    }

    /// True when it says nothing of how the picture was made.
    pub fn is_empty(&self) -> bool {
        *self == Self { program: self.program.clone(), ..Self::default() }
    }

    /// The fields a person reads, in their order: a name and a value.
    pub fn fields(&self) -> Vec<(&str, String)> {
        let size = self.width.zip(self.height).map(|(width, height)| format!("{width} × {height}"));
        let named = [
            ("Program", self.program.clone()),
            ("Model", self.model.clone()),
            ("Style", self.style.clone()),
            ("Seed", self.seed.map(|seed| seed.to_string())),
            ("Steps", self.steps.map(|steps| steps.to_string())),
            ("Guidance", self.cfg_scale.clone()),
            ("Size", size),
            ("Negative prompt", self.negative_prompt.clone()),
        ];
        named
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .chain(self.more.iter().map(|(name, value)| (name.as_str(), value.clone())))
            .collect()
    }
}
