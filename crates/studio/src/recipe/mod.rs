//! Recipes: all that it took to make a picture, in the words that image tools share.
//!
//! A recipe is read from the files that other programs write ([`read`]) and written into the files we export
//! ([`embed`]). The request that made one of our own pictures rides along whole, so that it can be made again.

mod comfy;
mod comfy_drawn;
pub mod embed;
mod exif_text;
mod foreign;
pub mod read;
#[cfg(test)]
mod tests;
mod values;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::pictures::{
    adjust::{Adjustment, Background},
    request::PictureRequest,
};
use crate::{
    films::request::FilmRequest,
    music::request::MusicRequest,
    voice::{recorder::Marker, speech::SpeechRequest},
};

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
    /// What was to be spoken, and how.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speech: Option<SpeechRequest>,
    /// The request that made a film.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub film: Option<FilmRequest>,
    /// The request that made music or a sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub music: Option<MusicRequest>,
    /// The chapters of a sound, where it has some.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub chapters: Vec<store::Marker>,
    /// What was done to another item here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local: Option<LocalWork>,
}

/// What was done here, free of charge and without asking anybody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LocalWork {
    /// Turned, flipped, cropped or resized.
    Adjusted {
        /// How.
        adjustment: Adjustment,
    },
    /// Put before a background.
    Composed {
        /// Which.
        background: Background,
    },
    /// A part of a sound.
    Trimmed {
        /// Where it begins in it, in milliseconds.
        from_ms: u64,
        /// Where it ends.
        to_ms: u64,
    },
    /// One frame of a film.
    Frame {
        /// When it is shown, in milliseconds.
        at_ms: u64,
    },
}

/// A moment of a sound or a film.
fn moment(ms: u64) -> String {
    format!("{}:{:02}.{:03}", ms / 60_000, ms / 1_000 % 60, ms % 1_000)
}

impl LocalWork {
    fn fields(&self) -> Vec<(&str, String)> {
        match self {
            Self::Adjusted { adjustment } => {
                let flipped = match (adjustment.flip_horizontal, adjustment.flip_vertical) {
                    (true, true) => Some("left to right, top to bottom"),
                    (true, false) => Some("left to right"),
                    (false, true) => Some("top to bottom"),
                    (false, false) => None,
                };
                let crop = adjustment.crop;
                let fields = [
                    ("Turned", (adjustment.turn != 0).then(|| format!("{}°", adjustment.turn))),
                    ("Flipped", flipped.map(str::to_owned)),
                    ("Cropped", crop.map(|to| format!("{} × {} at {}, {}", to.width, to.height, to.x, to.y))),
                    ("Resized", adjustment.resize.map(|to| format!("{} × {}", to.width, to.height))),
                ];
                fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
            }
            Self::Trimmed { from_ms, to_ms } => {
                vec![("Cut", format!("{} – {}", moment(*from_ms), moment(*to_ms)))]
            }
            Self::Frame { at_ms } => vec![("Frame at", moment(*at_ms))],
            Self::Composed { background: Background::Colour { colour } } => {
                vec![("Background", colour.clone())]
            }
            Self::Composed { background: Background::Picture { blur, .. } } => {
                let mut fields = vec![("Background", "picture".to_owned())];
                if *blur > 0.0 {
                    fields.push(("Blur", blur.to_string()));
                }
                fields
            }
        }
    }
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
                recipe.note("Written as", make.written_as.as_ref());
                recipe.note("LoRA strength", make.lora_strength.as_ref());
                recipe.count("Style references", make.style_references.len());
                recipe.flag("Prompt enhanced", make.enhance_prompt);
                recipe.flag("Web search", make.web_search);
                recipe.flag("Prompt thinking skipped", make.skip_prompt_thinking);
            }
            PictureRequest::Edit(edit) => {
                recipe.note("Ratio", edit.aspect_ratio.as_ref());
                recipe.note("Resolution", edit.resolution.as_ref());
                recipe.note("Quality", edit.quality.as_ref());
                recipe.note("Mask", edit.mask.as_ref());
                recipe.count("References", edit.references.len());
                recipe.flag("Prompt enhanced", edit.enhance_prompt);
            }
            PictureRequest::Upscale(upscale) => {
                recipe.note("Scale", Some(&upscale.scale));
                recipe.note("Creativity", upscale.creativity.as_ref());
            }
            PictureRequest::CutOut(_) => {}
        }
        recipe
    }

    /// The recipe of something that is spoken.
    pub fn of_speech(request: &SpeechRequest, chapters: &[Marker]) -> Self {
        let mut recipe = Self {
            program: Some("Canaletto".to_owned()),
            model: Some(request.model.clone()),
            chapters: chapters.to_vec(),
            ..Self::default()
        };
        recipe.note("Voice", request.voice.as_ref());
        recipe.note("Speed", request.speed.as_ref());
        recipe.note("Manner", request.style.as_ref());
        recipe.note("Temperature", request.temperature.as_ref());
        recipe.note("Top p", request.top_p.as_ref());
        recipe.note("Language", request.language.as_ref());
        recipe.note("Format", request.format.as_ref());
        recipe.count("Chapters", chapters.len());
        recipe.speech = Some(request.clone());
        recipe
    }

    /// The recipe of a film, with what it came to.
    pub fn of_film(request: &FilmRequest, came: Option<&audio::decode::Film>) -> Self {
        let mut recipe = Self {
            program: Some("Canaletto".to_owned()),
            prompt: Some(request.prompt.clone()).filter(|words| !words.trim().is_empty()),
            negative_prompt: request.negative_prompt.clone(),
            model: Some(request.model.clone()),
            ..Self::default()
        };
        if let Some((width, height)) = came.and_then(|film| film.size) {
            (recipe.width, recipe.height) = (Some(width), Some(height));
        }
        recipe.note("Duration", request.duration.as_ref());
        recipe.note("Ratio", request.aspect_ratio.as_ref());
        recipe.note("Resolution", request.resolution.as_ref());
        recipe.note("Scale", request.upscale_factor.as_ref());
        recipe.note("Sound", request.audio.map(|audio| if audio { "on" } else { "off" }).as_ref());
        recipe.note("Task", request.task.as_ref());
        recipe.count("References", request.reference_images.len());
        recipe.count("Reference films", request.reference_films.len());
        recipe.count("Reference sounds", request.reference_sounds.len());
        recipe.count("Elements", request.elements.len());
        recipe.count("Scenes", request.scenes.len());
        recipe.count("Keyframes", request.keyframes.len());
        recipe.note("Coding", came.and_then(|film| film.codec).as_ref());
        recipe.film = Some(request.clone());
        recipe
    }

    /// The recipe of music or of a sound.
    pub fn of_music(request: &MusicRequest) -> Self {
        let mut recipe = Self {
            program: Some("Canaletto".to_owned()),
            prompt: Some(request.prompt.clone()),
            model: Some(request.model.clone()),
            ..Self::default()
        };
        recipe.note("Duration", request.duration_seconds.map(|seconds| format!("{seconds} s")).as_ref());
        recipe.note("Lyrics", request.lyrics.as_ref().filter(|lyrics| !lyrics.trim().is_empty()));
        recipe.flag("Lyrics made up", request.lyrics_optimizer);
        recipe.flag("Instrumental", request.instrumental);
        recipe.flag("Loop", request.looped);
        recipe.note("Voice", request.voice.as_ref());
        recipe.note("Language", request.language.as_ref());
        recipe.note("Speed", request.speed.as_ref());
        recipe.music = Some(request.clone());
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

    /// A seed as it is written. One of more than 63 bits stays a text.
    fn set_seed(&mut self, seed: &str) {
        match seed.trim().parse() {
            Ok(seed) => self.seed = Some(seed),
            Err(_) if seed.trim().parse::<u64>().is_ok() => self.note("Seed", Some(&seed.trim())),
            Err(_) => {}
        }
    }

    /// Low-rank adapters with their strengths, in one line.
    fn note_loras(&mut self, loras: Vec<(String, Option<String>)>) {
        let told = loras.into_iter().take(50).map(|(name, strength)| match strength {
            Some(strength) => format!("{name} ({strength})"),
            None => name,
        });
        let told: Vec<_> = told.collect();
        if !told.is_empty() {
            self.note("LoRAs", Some(&told.join(", ")));
        }
    }

    fn note(&mut self, name: &str, value: Option<&impl ToString>) {
        if let Some(value) = value {
            self.more.insert(name.to_owned(), value.to_string());
        }
    }

    fn count(&mut self, name: &str, count: usize) {
        self.note(name, (count > 0).then_some(&count));
    }

    fn flag(&mut self, name: &str, is_set: bool) {
        self.note(name, is_set.then_some(&"yes"));
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
            .chain(self.local.iter().flat_map(LocalWork::fields))
            .chain(self.more.iter().map(|(name, value)| (name.as_str(), value.clone())))
            .collect()
    }
}
