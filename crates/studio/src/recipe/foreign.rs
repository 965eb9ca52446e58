//! The recipes of other programs that are written as text or flat JSON.

use serde_json::Value;

use super::{
    Recipe,
    values::{json, number_text, plain, said},
};

/// The "parameters" text: a prompt, a line `Negative prompt: …`, and a last line of `Name: value` pairs. Some programs write
/// JSON under the same name.
pub(super) fn parameters(text: &str) -> Option<Recipe> {
    if text.trim_start().starts_with('{') {
        return flat_json(&json(text)?);
    }
    let text = text.replace("\r\n", "\n");
    let settings_at = text
        .rfind("\nSteps: ")
        .map_or_else(|| text.starts_with("Steps: ").then_some(0), |at| Some(at + 1))?;
    let (words, settings) = text.split_at(settings_at);
    let (prompt, negative) = match words.strip_prefix("Negative prompt:") {
        Some(negative) => ("", Some(negative)),
        None => match words.split_once("\nNegative prompt:") {
            Some((prompt, negative)) => (prompt, Some(negative)),
            None => (words, None),
        },
    };
    let mut recipe =
        Recipe { prompt: said(prompt), negative_prompt: negative.and_then(said), ..Recipe::default() };
    for (name, value) in pairs(settings) {
        match name.as_str() {
            "Steps" => recipe.steps = value.parse().ok(),
            "Seed" => recipe.set_seed(&value),
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
    recipe.note_loras(tagged_loras(recipe.prompt.as_deref().unwrap_or_default()));
    Some(recipe)
}

/// `<lora:name:0.8>` within a prompt.
fn tagged_loras(prompt: &str) -> Vec<(String, Option<String>)> {
    let tags = prompt.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag);
    let named = tags.filter_map(|tag| tag.strip_prefix("lora:").or_else(|| tag.strip_prefix("lyco:")));
    named
        .map(|tag| match tag.split_once(':') {
            Some((name, strength)) => (name.to_owned(), Some(strength.to_owned())),
            None => (tag.to_owned(), None),
        })
        .collect()
}

/// Splits `Name: value, Name: "a, quoted: value"`; a comma inside quotes or braces belongs to the value. What is quoted is
/// written as in JSON.
fn pairs(settings: &str) -> Vec<(String, String)> {
    let mut parts = vec![String::new()];
    let (mut quoted, mut escaped, mut depth) = (false, false, 0_i32);
    for character in settings.chars() {
        match character {
            _ if escaped => {}
            '"' => quoted = !quoted,
            '{' | '[' if !quoted => depth += 1,
            '}' | ']' if !quoted => depth -= 1,
            ',' | '\n' if !quoted && depth <= 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        escaped = quoted && character == '\\' && !escaped;
        if let Some(part) = parts.last_mut() {
            part.push(character);
        }
    }
    parts
        .iter()
        .filter_map(|part| part.split_once(':'))
        .map(|(name, value)| (name.trim().to_owned(), unquoted(value.trim())))
        .filter(|(name, value)| !name.is_empty() && !value.is_empty())
        .collect()
}

fn unquoted(value: &str) -> String {
    serde_json::from_str(value).unwrap_or_else(|_| value.trim_matches('"').to_owned())
}

/// InvokeAI's `invokeai_metadata`, and its older `sd-metadata`.
pub(super) fn invoke(text: &str) -> Option<Recipe> {
    let value = json(text)?;
    let mut recipe = flat_json(value.get("image").unwrap_or(&value))?;
    if let Some(weights) = value.get("model_weights").and_then(plain) {
        recipe.model = Some(weights);
    }
    if recipe.negative_prompt.is_none() {
        split_brackets(&mut recipe);
    }
    let version = value.get("app_version").and_then(Value::as_str).unwrap_or_default();
    recipe.program = Some(format!("InvokeAI {version}").trim().to_owned());
    Some(recipe)
}

/// InvokeAI's oldest, a command line: `"a prompt [what not]" -s 50 -S 1234 -W 512 -H 512 -C 7.5 -A k_lms`.
pub(super) fn dream(text: &str) -> Option<Recipe> {
    let text = text.trim();
    let (prompt, options) = match text.strip_prefix('"') {
        Some(rest) => rest.rsplit_once('"')?,
        None => text.find(" -").map_or((text, ""), |at| text.split_at(at)),
    };
    let mut recipe =
        Recipe { program: Some("InvokeAI".to_owned()), prompt: said(prompt), ..Recipe::default() };
    let mut words = options.split_whitespace().peekable();
    while let Some(word) = words.next() {
        // Also `-s50`, without a space.
        let (option, joined) = word.split_at(word.char_indices().nth(2).map_or(word.len(), |(at, _)| at));
        let next = words.peek().copied().unwrap_or_default();
        let value = if joined.is_empty() { next } else { joined };
        match option {
            "-s" => recipe.steps = value.parse().ok(),
            "-S" => recipe.set_seed(value),
            "-W" => recipe.width = value.parse().ok(),
            "-H" => recipe.height = value.parse().ok(),
            "-C" => recipe.cfg_scale = Some(value.to_owned()),
            "-A" => recipe.note("Sampler", Some(&value)),
            _ => {}
        }
    }
    split_brackets(&mut recipe);
    recipe.prompt.is_some().then_some(recipe)
}

/// `a prompt [what is to be left out]`.
fn split_brackets(recipe: &mut Recipe) {
    let split =
        recipe.prompt.as_deref().and_then(|prompt| prompt.trim_end().strip_suffix(']')?.rsplit_once('['));
    let Some((prompt, negative)) = split else { return };
    (recipe.prompt, recipe.negative_prompt) = (said(prompt), said(negative));
}

/// A flat JSON object with the usual names in any of their spellings.
pub(super) fn flat_json(value: &Value) -> Option<Recipe> {
    let value = value.get("sui_image_params").unwrap_or(value);
    let object = value.as_object()?;
    let first =
        |names: &[&str]| names.iter().find_map(|name| object.get(*name).filter(|value| !value.is_null()));
    let text = |names: &[&str]| first(names).and_then(plain).and_then(|text| said(&text));
    let small = |names: &[&str]| first(names).and_then(number_text).and_then(|number| number.parse().ok());
    let name = |value: &Value| {
        let named = ["name", "model_name"].iter().find_map(|name| value.get(*name)).unwrap_or(value);
        plain(named)
    };
    let mut recipe = Recipe {
        program: text(&["software", "program"]),
        prompt: Some(first(&["positive_prompt", "prompt"]).and_then(words)?),
        negative_prompt: text(&["negative_prompt", "negativePrompt", "negativeprompt", "uc"]),
        model: first(&["model", "base_model"]).and_then(name).or_else(|| text(&["model_id", "modelId"])),
        steps: small(&["steps", "num_inference_steps"]),
        cfg_scale: text(&["cfg_scale", "cfgScale", "cfgscale", "guidance", "guidance_scale", "scale"]),
        width: small(&["width"]),
        height: small(&["height"]),
        style: text(&["style_preset", "style"]),
        ..Recipe::default()
    };
    if let Some(seed) = first(&["seed"]).and_then(plain) {
        recipe.set_seed(&seed);
    }
    recipe.note("Sampler", text(&["sampler", "sampler_name"]).as_ref());
    recipe.note("Scheduler", text(&["scheduler"]).as_ref());
    recipe.note("Denoising strength", text(&["strength"]).as_ref());
    let loras = first(&["loras"]).and_then(Value::as_array).into_iter().flatten().filter_map(|lora| {
        let file = match lora {
            // `[name, strength, …]`
            Value::Array(row) => row.first().and_then(plain),
            lora => ["model", "lora"].iter().find_map(|key| lora.get(*key)).map_or_else(|| name(lora), name),
        };
        let strength = lora.get(1).or_else(|| lora.get("weight")).and_then(number_text);
        Some((file?, strength))
    });
    recipe.note_loras(loras.collect());
    Some(recipe)
}

/// A prompt is a text, or a list of texts with weights.
fn words(value: &Value) -> Option<String> {
    let Value::Array(parts) = value else { return plain(value).and_then(|text| said(&text)) };
    let parts = parts.iter().filter_map(|part| plain(part.get("prompt").unwrap_or(part)));
    said(&parts.collect::<Vec<_>>().join(", "))
}
