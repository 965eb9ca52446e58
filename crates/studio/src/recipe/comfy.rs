//! ComfyUI's graphs: what made the picture is found by walking from its sampler back to the texts and files it came from.
//!
//! Graphs come from strangers: they may be broken, huge or run in circles. Every walk is bounded and leaves out what it doesn't
//! find.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use super::{
    Recipe,
    values::{json, number_text, plain, said},
};

/// Nodes by id, each `{class_type, inputs}`; an input is a value or a link `[node, output]`.
type Graph = BTreeMap<String, Value>;

/// The most steps of one walk.
const LONGEST_WALK: usize = 64;
/// The most characters of a prompt that is put together from parts.
const LONGEST_TEXT: usize = 100_000;

/// The recipe of a graph as it was run (`prompt`) or as it was drawn (`workflow`).
pub(super) fn comfy(text: &str) -> Option<Recipe> {
    let value = json(text)?;
    let graph: Graph = match super::comfy_drawn::graph(&value) {
        Some(graph) => graph,
        None => value.as_object()?.iter().map(|(id, node)| (id.clone(), node.clone())).collect(),
    };
    let graph = Walk { graph: &graph };
    let samplers = graph.samplers();
    let mut recipe = Recipe { program: Some("ComfyUI".to_owned()), ..Recipe::default() };
    let (Some(first), Some(last)) = (samplers.first(), samplers.last()) else {
        // A sampler of a kind that isn't known: the texts are still told.
        recipe.prompt =
            graph.any(|node| Walk::class(node).contains("TextEncode").then(|| graph.value(node, "text"))?);
        recipe.model = graph.any_model();
        return recipe.prompt.is_some().then_some(recipe);
    };
    graph.words(first, &mut recipe);
    graph.numbers(first, &mut recipe);
    graph.model(first, &mut recipe);
    if samplers.len() > 1 {
        // The same picture again, larger or by another model.
        recipe.note("Hires steps", graph.value(last, "steps").as_ref());
        recipe.note("Denoising strength", graph.value(last, "denoise").as_ref());
    } else if let Some(denoise) = graph.value(first, "denoise").filter(|denoise| !is_one(denoise)) {
        recipe.note("Denoising strength", Some(&denoise));
    }
    (!recipe.is_empty()).then_some(recipe)
}

fn is_one(value: &str) -> bool {
    value.parse::<f64>().is_ok_and(|value| (value - 1.0).abs() < 1e-9)
}

/// Which of a sampler's two texts is meant.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Positive,
    Negative,
}

struct Walk<'a> {
    graph: &'a Graph,
}

impl<'a> Walk<'a> {
    fn node(&self, link: &Value) -> Option<&'a Value> {
        let id = link.as_array()?.first()?;
        self.graph.get(id.as_str().map_or_else(|| id.to_string(), str::to_owned).as_str())
    }

    fn input(node: &'a Value, name: &str) -> Option<&'a Value> {
        node.get("inputs")?.get(name)
    }

    fn class(node: &Value) -> &str {
        node.get("class_type").and_then(Value::as_str).unwrap_or_default()
    }

    /// What is nearest on the way back that answers, the inputs of each node in their order.
    fn nearest<T>(&self, from: &'a Value, answer: impl Fn(&'a Value) -> Option<T>) -> Option<T> {
        let (mut seen, mut next) = (HashSet::new(), vec![from]);
        while seen.len() < 4 * LONGEST_WALK && !next.is_empty() {
            for node in std::mem::take(&mut next) {
                if !seen.insert(std::ptr::from_ref(node)) {
                    continue;
                }
                if let Some(found) = answer(node) {
                    return Some(found);
                }
                let inputs = node.get("inputs").and_then(Value::as_object).into_iter().flatten();
                next.extend(inputs.filter_map(|(_, value)| self.node(value)));
            }
        }
        None
    }

    fn is_sampler(node: &'a Value) -> bool {
        let has = |name| Self::input(node, name).is_some();
        (has("positive") && (has("steps") || has("sigmas") || has("seed") || has("noise_seed"))
            || has("guider") && has("sigmas"))
            && !Self::class(node).contains("ControlNet")
    }

    /// The samplers behind the picture that was saved, the first one first.
    fn samplers(&self) -> Vec<&'a Value> {
        let sampler = |node: &'a Value| Self::is_sampler(node).then_some(node);
        let mut saved = self.graph.values().filter(|node| {
            let class = Self::class(node);
            class.contains("Save") || class.contains("Preview")
        });
        let last = saved
            .find_map(|node| self.nearest(node, sampler))
            .or_else(|| self.graph.values().find(|node| Self::is_sampler(node)));
        let mut all: Vec<&Value> = last.into_iter().collect();
        while let Some(before) = all.last().and_then(|node| {
            let latent = ["latent_image", "latent"].iter().find_map(|name| Self::input(node, name));
            self.nearest(self.node(latent?)?, sampler)
        }) {
            if all.len() >= LONGEST_WALK || all.iter().any(|node| std::ptr::eq(*node, before)) {
                break;
            }
            all.push(before);
        }
        all.reverse();
        all
    }

    /// An input's value, its own or that of the node it is linked to.
    fn value(&self, node: &'a Value, name: &str) -> Option<String> {
        let mut value = Self::input(node, name)?;
        for _ in 0..LONGEST_WALK {
            if let Some(plain) = plain(value) {
                return Some(plain);
            }
            let linked = self.node(value)?;
            value = [name, "value", "seed", "noise_seed", "int", "float", "number", "Value"]
                .iter()
                .find_map(|name| Self::input(linked, name))?;
        }
        None
    }

    /// A value of the sampler itself or of what it is put together from.
    fn setting(&self, sampler: &'a Value, names: &[&str]) -> Option<String> {
        let of = |node: &'a Value| names.iter().find_map(|name| self.value(node, name));
        of(sampler).or_else(|| {
            let parts = ["noise", "guider", "sigmas", "sampler"];
            parts.iter().filter_map(|part| self.node(Self::input(sampler, part)?)).find_map(|part| {
                of(part).or_else(|| {
                    self.nearest(part, |node| if Self::is_sampler(node) { None } else { of(node) })
                })
            })
        })
    }

    fn numbers(&self, sampler: &'a Value, recipe: &mut Recipe) {
        if let Some(seed) = self.setting(sampler, &["seed", "noise_seed"]) {
            recipe.set_seed(&seed);
        }
        recipe.steps = self.setting(sampler, &["steps"]).and_then(|steps| steps.parse().ok());
        recipe.cfg_scale = self.setting(sampler, &["cfg"]);
        recipe.note("Sampler", self.setting(sampler, &["sampler_name"]).as_ref());
        recipe.note("Scheduler", self.setting(sampler, &["scheduler"]).as_ref());
        let size = |node: &'a Value| {
            let side = |name| self.value(node, name).and_then(|side| side.parse::<u32>().ok());
            side("width").zip(side("height"))
        };
        let latent = ["latent_image", "latent"].iter().find_map(|name| Self::input(sampler, name));
        let size = latent
            .and_then(|link| self.nearest(self.node(link)?, size))
            .or_else(|| self.any(|node| Self::class(node).starts_with("Empty").then(|| size(node))?));
        (recipe.width, recipe.height) = size.unzip();
    }

    fn words(&self, sampler: &'a Value, recipe: &mut Recipe) {
        let guider = Self::input(sampler, "guider").and_then(|link| self.node(link));
        let side = |side: Side| {
            let names: &[&str] = match side {
                Side::Positive => &["positive", "conditioning", "cond1"],
                Side::Negative => &["negative"],
            };
            let of = |node: &'a Value| names.iter().find_map(|name| Self::input(node, name));
            let link = of(sampler).or_else(|| guider.and_then(of))?;
            let mut texts = Vec::new();
            self.texts(link, side, &mut texts, &mut HashSet::new());
            said(&texts.join("\n"))
        };
        recipe.prompt = side(Side::Positive);
        recipe.negative_prompt = side(Side::Negative);
        let start =
            ["positive", "conditioning"].iter().find_map(|name| Self::input(guider.unwrap_or(sampler), name));
        let guidance = |node: &'a Value| {
            Self::class(node).contains("Guidance").then(|| self.value(node, "guidance")).flatten()
        };
        let guidance = start.and_then(|link| self.nearest(self.node(link)?, guidance));
        recipe.note("Flux guidance", guidance.as_ref());
    }

    /// The texts behind a conditioning: through nodes that combine or change it, and through nodes that join texts.
    fn texts(&self, link: &'a Value, side: Side, texts: &mut Vec<String>, seen: &mut HashSet<*const Value>) {
        let Some(node) = self.node(link) else { return };
        if seen.len() >= LONGEST_WALK || !seen.insert(std::ptr::from_ref(node)) {
            return;
        }
        // It says nothing, whatever was said before it.
        if Self::class(node) == "ConditioningZeroOut" {
            return;
        }
        let Some(inputs) = node.get("inputs").and_then(Value::as_object) else { return };
        let both = inputs.contains_key("positive") && inputs.contains_key("negative");
        for (name, value) in inputs {
            let lower = name.to_lowercase();
            let conditioning = lower.starts_with("conditioning") || lower.starts_with("cond");
            let same_side = both && lower == if side == Side::Positive { "positive" } else { "negative" };
            if conditioning || same_side {
                self.texts(value, side, texts, seen);
            } else if !both && is_text(&lower) {
                match value {
                    Value::String(text) => put(texts, text),
                    link => self.texts(link, side, texts, seen),
                }
            }
        }
    }

    fn model(&self, sampler: &'a Value, recipe: &mut Recipe) {
        let guider = Self::input(sampler, "guider").and_then(|link| self.node(link));
        let mut link = Self::input(sampler, "model").or_else(|| Self::input(guider?, "model"));
        let mut loras = Vec::new();
        for _ in 0..LONGEST_WALK {
            let Some(node) = link.and_then(|link| self.node(link)) else { break };
            loras.extend(self.loras(node));
            if let Some(file) = self.model_file(node) {
                recipe.model = Some(file);
                break;
            }
            link = ["model", "model1", "base_model", "pipe"].iter().find_map(|name| Self::input(node, name));
        }
        if recipe.model.is_none() {
            recipe.model = self.any_model();
        }
        // The last one is the nearest to the file.
        loras.reverse();
        recipe.note_loras(loras);
    }

    fn model_file(&self, node: &'a Value) -> Option<String> {
        ["ckpt_name", "unet_name", "model_name", "gguf_name", "diffusion_model"]
            .iter()
            .find_map(|name| self.value(node, name))
    }

    /// Of any loader; enlargers also have models.
    fn any_model(&self) -> Option<String> {
        ["ckpt_name", "unet_name"].iter().find_map(|name| self.any(|node| self.value(node, name)))
    }

    /// What any node answers, where no link leads to it.
    fn any<T>(&self, answer: impl Fn(&'a Value) -> Option<T>) -> Option<T> {
        self.graph.values().find_map(answer)
    }

    /// The adapters of a loader of one, or of several with numbered inputs.
    fn loras(&self, node: &'a Value) -> Vec<(String, Option<String>)> {
        let Some(inputs) = node.get("inputs").and_then(Value::as_object) else { return Vec::new() };
        if let Some(name) = self.value(node, "lora_name") {
            let strength = self.value(node, "strength_model").or_else(|| self.value(node, "strength"));
            return vec![(name, strength)];
        }
        let listed = inputs.values().filter(|value| value.get("on") != Some(&Value::Bool(false)));
        let mut found: Vec<_> = listed
            .filter_map(|value| {
                Some((plain(value.get("lora")?)?, value.get("strength").and_then(number_text)))
            })
            .collect();
        found.extend(inputs.iter().filter_map(|(name, value)| {
            let number = name.strip_prefix("lora_name_")?;
            let strength = ["model_str_", "lora_wt_", "strength_"]
                .iter()
                .find_map(|prefix| inputs.get(&format!("{prefix}{number}")).and_then(number_text));
            Some((plain(value).filter(|file| file != "None")?, strength))
        }));
        found.reverse();
        found
    }
}

fn is_text(name: &str) -> bool {
    ["text", "string", "prompt", "value", "t5xxl", "clip_l", "clip_g", "wildcard", "populated"]
        .iter()
        .any(|start| name.starts_with(start))
        || name == "positive"
}

/// The encoders of one model are often told the same.
fn put(texts: &mut Vec<String>, text: &str) {
    let text = text.trim();
    let taken: usize = texts.iter().map(String::len).sum();
    if !text.is_empty() && taken + text.len() <= LONGEST_TEXT && !texts.iter().any(|other| other == text) {
        texts.push(text.to_owned());
    }
}
