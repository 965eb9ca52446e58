//! Reads the recipe that a program wrote into a picture: PNG text chunks and EXIF comments.

use std::{collections::BTreeMap, io::Cursor};

use super::{Recipe, comfy::comfy, embed::OWN_KEY, exif_text, foreign, values::json};

/// The most text of one chunk that is looked at; ComfyUI writes whole graphs, but not more than this.
const MOST_TEXT: usize = 4 << 20;

/// The recipe in the bytes of a PNG, JPEG or WebP; `None` where none is written or it can't be read.
pub fn from_picture(bytes: &[u8]) -> Option<Recipe> {
    let mut texts = png_texts(bytes);
    for (name, text) in exif_text::read(bytes) {
        texts.entry(name).or_insert(text);
    }
    from_texts(&texts).filter(|recipe| !recipe.is_empty())
}

fn from_texts(texts: &BTreeMap<String, String>) -> Option<Recipe> {
    let read = |names: &[&str], read: fn(&str) -> Option<Recipe>| {
        names.iter().filter_map(|name| texts.get(*name)).find_map(|text| read(text))
    };
    read(&[OWN_KEY], |text| serde_json::from_str(text).ok())
        .or_else(|| read(&["invokeai_metadata", "sd-metadata", "Sd-metadata"], foreign::invoke))
        .or_else(|| read(&["Dream", "dream"], foreign::dream))
        .or_else(|| read(&["parameters"], foreign::parameters))
        .or_else(|| read(&["prompt", "workflow"], comfy))
        .or_else(|| {
            read(&["UserComment", "ImageDescription", "XPComment", "Comment", "Description"], comment)
        })
        .or_else(|| read(&["Make", "Model"], comment))
        .or_else(|| {
            // Each setting under its own name; a graph that can't be read is no prompt.
            texts.get("prompt").filter(|prompt| !prompt.trim_start().starts_with(['{', '[']))?;
            foreign::flat_json(&serde_json::to_value(texts).ok()?)
        })
}

/// A comment is our own JSON, another program's JSON with a prompt, a graph, or the widespread "parameters" text.
fn comment(text: &str) -> Option<Recipe> {
    let text = text.trim();
    // In EXIF, graphs stand behind their names.
    if let Some(graph) =
        ["prompt:", "workflow:", "Prompt:", "Workflow:"].iter().find_map(|name| text.strip_prefix(name))
    {
        return comfy(graph);
    }
    if text.starts_with('{') {
        let value = json(text)?;
        if value.get(OWN_KEY).is_some() {
            return serde_json::from_value(value[OWN_KEY].clone()).ok();
        }
        return foreign::flat_json(&value).or_else(|| comfy(text));
    }
    foreign::parameters(text)
}

fn png_texts(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    if !bytes.starts_with(b"\x89PNG") {
        return texts;
    }
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: 64 << 20 });
    decoder.set_ignore_text_chunk(false);
    let Ok(mut reader) = decoder.read_info() else { return texts };
    // Text may follow the picture's data; skipping frames is cheap and reads to the end.
    let _ = reader.finish();
    let info = reader.info();
    for chunk in &info.uncompressed_latin1_text {
        texts.insert(chunk.keyword.clone(), as_utf8(chunk.text.clone()));
    }
    for chunk in &info.compressed_latin1_text {
        let mut chunk = chunk.clone();
        if chunk.decompress_text_with_limit(MOST_TEXT).is_ok()
            && let Ok(text) = chunk.get_text()
        {
            texts.insert(chunk.keyword, as_utf8(text));
        }
    }
    for chunk in &info.utf8_text {
        let mut chunk = chunk.clone();
        if chunk.decompress_text_with_limit(MOST_TEXT).is_ok()
            && let Ok(text) = chunk.get_text()
        {
            texts.insert(chunk.keyword, text);
        }
    }
    texts.retain(|_, text| text.len() <= MOST_TEXT);
    texts
}

/// These texts are Latin-1 by the standard, and UTF-8 by what many programs write.
fn as_utf8(text: String) -> String {
    let bytes: Option<Vec<u8>> =
        text.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png_with(key: &str, text: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 2, 2);
        encoder.set_color(png::ColorType::Rgb);
        encoder.add_itxt_chunk(key.to_owned(), text.to_owned()).unwrap();
        encoder.write_header().unwrap().write_image_data(&[7; 12]).unwrap();
        bytes
    }

    #[test]
    fn reads_the_parameters_text_of_a_png() {
        let text = "a canal at dusk, 水彩\nNegative prompt: people\nSteps: 24, Sampler: Euler a, CFG scale: 7.5, Seed: 123456789012, Size: 768x512, Model: dreamer";
        let recipe = from_picture(&png_with("parameters", text)).unwrap();
        assert_eq!(recipe.prompt.as_deref(), Some("a canal at dusk, 水彩"));
        assert_eq!(recipe.negative_prompt.as_deref(), Some("people"));
        assert_eq!(recipe.seed, Some(123_456_789_012));
        assert_eq!((recipe.width, recipe.height), (Some(768), Some(512)));
        assert_eq!(recipe.cfg_scale.as_deref(), Some("7.5"));
        assert_eq!(recipe.more["Sampler"], "Euler a");
    }

    #[test]
    fn reads_an_invoke_png() {
        let text = r#"{"positive_prompt":"a boat","negative_prompt":"","seed":5,"steps":30,"cfg_scale":6,"width":512,"height":640,"model":{"name":"juggernaut"},"app_version":"6.1"}"#;
        let recipe = from_picture(&png_with("invokeai_metadata", text)).unwrap();
        assert_eq!(recipe.program.as_deref(), Some("InvokeAI 6.1"));
        assert_eq!(recipe.model.as_deref(), Some("juggernaut"));
        assert_eq!(recipe.prompt.as_deref(), Some("a boat"));
        assert_eq!(recipe.negative_prompt, None);
    }

    #[test]
    fn reads_a_comfy_graph() {
        let text = r#"{"3":{"class_type":"KSampler","inputs":{"seed":42,"steps":20,"cfg":8.0,"positive":["6",0],"negative":["7",0]}},
            "4":{"class_type":"CheckpointLoaderSimple","inputs":{"ckpt_name":"sd_xl.safetensors"}},
            "5":{"class_type":"EmptyLatentImage","inputs":{"width":1024,"height":768}},
            "6":{"class_type":"CLIPTextEncode","inputs":{"text":"a bridge"}},"7":{"class_type":"CLIPTextEncode","inputs":{"text":"fog"}}}"#;
        let recipe = from_picture(&png_with("prompt", text)).unwrap();
        assert_eq!(recipe.prompt.as_deref(), Some("a bridge"));
        assert_eq!(recipe.negative_prompt.as_deref(), Some("fog"));
        assert_eq!(recipe.model.as_deref(), Some("sd_xl.safetensors"));
        assert_eq!(recipe.seed, Some(42));
        assert_eq!(recipe.height, Some(768));
    }

    #[test]
    fn nothing_written_is_no_recipe() {
        assert_eq!(from_picture(&png_with("Software", "a drawing program")), None);
        assert_eq!(from_picture(b"not a picture"), None);
        assert_eq!(from_picture(b"\x89PNG\r\n\x1a\n truncated"), None);
    }
}
