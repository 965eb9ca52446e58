//! ComfyUI's `workflow`: the graph as it is drawn, where a node's values stand in a row without their names.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// The names of a node's values, in their order; an empty one is of no interest.
const WIDGETS: &[(&str, &[&str])] = &[
    ("KSampler", &["seed", "", "steps", "cfg", "sampler_name", "scheduler", "denoise"]),
    ("KSamplerAdvanced", &["", "noise_seed", "", "steps", "cfg", "sampler_name", "scheduler"]),
    ("SamplerCustom", &["", "noise_seed", "", "cfg"]),
    ("RandomNoise", &["noise_seed"]),
    ("KSamplerSelect", &["sampler_name"]),
    ("BasicScheduler", &["scheduler", "steps", "denoise"]),
    ("CFGGuider", &["cfg"]),
    ("FluxGuidance", &["guidance"]),
    ("CLIPTextEncode", &["text"]),
    ("CLIPTextEncodeFlux", &["clip_l", "t5xxl", "guidance"]),
    ("CLIPTextEncodeSDXL", &["", "", "", "", "", "", "text_g", "text_l"]),
    ("CheckpointLoaderSimple", &["ckpt_name"]),
    ("UNETLoader", &["unet_name"]),
    ("UnetLoaderGGUF", &["unet_name"]),
    ("LoraLoader", &["lora_name", "strength_model"]),
    ("LoraLoaderModelOnly", &["lora_name", "strength_model"]),
    ("EmptyLatentImage", &["width", "height"]),
    ("EmptySD3LatentImage", &["width", "height"]),
    ("EmptyHunyuanLatentVideo", &["width", "height"]),
    ("PrimitiveNode", &["value"]),
    ("PrimitiveInt", &["value"]),
    ("PrimitiveFloat", &["value"]),
    ("PrimitiveString", &["value"]),
    ("PrimitiveStringMultiline", &["value"]),
];

/// The drawn graph in the form of one that was run; none for something else.
pub(super) fn graph(drawn: &Value) -> Option<BTreeMap<String, Value>> {
    let nodes = drawn.get("nodes")?.as_array()?;
    let mut from = BTreeMap::new();
    for link in drawn.get("links").and_then(Value::as_array).into_iter().flatten() {
        // In a row `[link, node, output, …]`, or by name in newer ones.
        let (id, node, output) = match link {
            Value::Array(row) => (row.first(), row.get(1), row.get(2)),
            named => (named.get("id"), named.get("origin_id"), named.get("origin_slot")),
        };
        if let (Some(id), Some(node), Some(output)) = (id, node, output) {
            from.insert(id.to_string(), json!([name(node), output]));
        }
    }
    let nodes = nodes.iter().filter(|node| {
        // 2 is muted, 4 bypassed.
        !matches!(node.get("mode").and_then(Value::as_u64), Some(2 | 4))
    });
    let nodes = nodes.filter_map(|node| {
        let class = node.get("type")?.as_str()?;
        Some((name(node.get("id")?), json!({ "class_type": class, "inputs": inputs(node, class, &from) })))
    });
    Some(nodes.collect())
}

fn name(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

fn inputs(node: &Value, class: &str, from: &BTreeMap<String, Value>) -> Map<String, Value> {
    let mut inputs = Map::new();
    match node.get("widgets_values") {
        Some(Value::Array(values)) => {
            let names = WIDGETS.iter().find(|(known, _)| *known == class).map_or(&[][..], |(_, names)| names);
            for (name, value) in names.iter().zip(values).filter(|(name, _)| !name.is_empty()) {
                inputs.insert((*name).to_owned(), value.clone());
            }
        }
        Some(Value::Object(values)) => inputs.extend(values.clone()),
        _ => {}
    }
    for input in node.get("inputs").and_then(Value::as_array).into_iter().flatten() {
        let linked = input.get("link").and_then(|link| from.get(&link.to_string()));
        if let (Some(name), Some(linked)) = (input.get("name").and_then(Value::as_str), linked) {
            inputs.insert(name.to_owned(), linked.clone());
        }
    }
    inputs
}
