//! The recipes of other programs.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Recipe;

/// The "parameters" text: a prompt, a line `Negative prompt: …`, and a last line of `Name: value` pairs.
pub fn parameters(text: &str) -> Option<Recipe> {
    let settings_at = text
        .rfind("\nSteps: ")
        .map_or_else(|| text.starts_with("Steps: ").then_some(0), |at| Some(at + 1))?;
    let (words, settings) = text.split_at(settings_at);
    let (prompt, negative) = match words.split_once("Negative prompt:") {
        Some((prompt, negative)) => (prompt, Some(negative)),
        None => (words, None),
    };
    let mut recipe =
        Recipe { prompt: said(prompt), negative_prompt: negative.and_then(said), ..Recipe::default() };
    for (name, value) in pairs(settings) {
        match name.as_str() {
            "Steps" => recipe.steps = value.parse().ok(),
            "Seed" => recipe.seed = value.parse().ok(),
            "CFG scale" => recipe.cfg_scale = Some(value),
            "Model" => recipe.model = Some(value),
            "Program" => recipe.program = Some(value),
            "Style" => recipe.style = Some(value),
            "Size" => {
                if let Some((width, height)) = value.split_once('x') {
                    recipe.width = width.trim().parse().ok();
                    recipe.height = height.trim().parse().ok();
                }
            }
            _ => {
                recipe.more.insert(name, value);
            }
        }
    }
    Some(recipe)
}

/// Splits `Name: value, Name: "a, quoted: value"`; a comma inside quotes or braces belongs to the value.
fn pairs(settings: &str) -> Vec<(String, String)> {
    let mut parts = vec![String::new()];
    let (mut quoted, mut depth) = (false, 0_i32);
    for character in settings.chars() {
        match character {
            '"' => quoted = !quoted,
            '{' | '[' if !quoted => depth += 1,
            '}' | ']' if !quoted => depth -= 1,
            ',' | '\n' if !quoted && depth <= 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(character);
        }
    }
    parts
        .iter()
        .filter_map(|part| part.split_once(':'))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().trim_matches('"').to_owned()))
        .filter(|(name, value)| !name.is_empty() && !value.is_empty())
        .collect()
}

/// InvokeAI's `invokeai_metadata`.
pub fn invoke(text: &str) -> Option<Recipe> {
    let value: Value = serde_json::from_str(text).ok()?;
    let mut recipe = flat_json(&value)?;
    let version = value.get("app_version").and_then(Value::as_str).unwrap_or_default();
    recipe.program = Some(format!("InvokeAI {version}").trim().to_owned());
    Some(recipe)
}

/// A flat JSON object with the usual names in any of their spellings.
pub fn flat_json(value: &Value) -> Option<Recipe> {
    let object = value.as_object()?;
    let text = |names: &[&str]| {
        names.iter().find_map(|name| object.get(*name).and_then(plain)).and_then(|t| said(&t))
    };
    let number = |names: &[&str]| names.iter().find_map(|name| object.get(*name).and_then(Value::as_i64));
    let small = |names: &[&str]| number(names).and_then(|n| u32::try_from(n).ok());
    let model = object
        .get("model")
        .and_then(|model| model.get("name").or_else(|| model.get("model_name")).unwrap_or(model).as_str())
        .map(str::to_owned)
        .or_else(|| text(&["model_id", "modelId"]));
    Some(Recipe {
        program: text(&["software", "program"]),
        prompt: Some(text(&["positive_prompt", "prompt"])?),
        negative_prompt: text(&["negative_prompt", "negativePrompt"]),
        model,
        seed: number(&["seed"]),
        steps: small(&["steps"]),
        cfg_scale: text(&["cfg_scale", "cfgScale", "guidance"]),
        width: small(&["width"]),
        height: small(&["height"]),
        style: text(&["style_preset", "style"]),
        ..Recipe::default()
    })
}

/// ComfyUI's graph: the words are found by following the sampler's inputs back to the text they come from.
pub fn comfy(text: &str) -> Option<Recipe> {
    let graph: BTreeMap<String, Value> = serde_json::from_str(text).ok()?;
    let nodes = || graph.values();
    let sampler = nodes()
        .find(|node| node["inputs"].get("positive").is_some() && node["inputs"].get("steps").is_some());
    let input = |name: &str| nodes().find_map(|node| plain(&node["inputs"][name]));
    let of_sampler = |name: &str| sampler.map(|node| &node["inputs"][name]);
    let words =
        |name: &str| of_sampler(name).and_then(|link| follow(&graph, link, 0)).and_then(|words| said(&words));
    let recipe = Recipe {
        program: Some("ComfyUI".to_owned()),
        prompt: words("positive").or_else(|| input("text").and_then(|words| said(&words))),
        negative_prompt: words("negative"),
        model: input("ckpt_name").or_else(|| input("unet_name")),
        seed: of_sampler("seed").and_then(Value::as_i64),
        steps: of_sampler("steps").and_then(Value::as_u64).and_then(|steps| u32::try_from(steps).ok()),
        cfg_scale: of_sampler("cfg").and_then(plain),
        width: input("width").and_then(|pixels| pixels.parse().ok()),
        height: input("height").and_then(|pixels| pixels.parse().ok()),
        ..Recipe::default()
    };
    recipe.prompt.is_some().then_some(recipe)
}

/// A link is `[node, output]`; graphs may hold loops, so the way back is bounded.
fn follow(graph: &BTreeMap<String, Value>, link: &Value, depth: u8) -> Option<String> {
    if depth > 8 {
        return None;
    }
    let node = graph.get(link.get(0)?.as_str()?)?;
    let inputs = node.get("inputs")?.as_object()?;
    ["text", "text_g", "string", "prompt", "value"]
        .iter()
        .find_map(|name| inputs.get(*name))
        .and_then(|value| plain(value).or_else(|| follow(graph, value, depth + 1)))
        .or_else(|| inputs.values().find_map(|value| follow(graph, value, depth + 1)))
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn said(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
