//! Recipes as other programs write them.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat};
use img_parts::{Bytes, DynImage, ImageEXIF};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Recipe, comfy::comfy, foreign, read::from_picture};

fn png(texts: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 2, 2);
    encoder.set_color(png::ColorType::Rgb);
    for (key, text) in texts {
        encoder.add_itxt_chunk((*key).to_owned(), (*text).to_owned()).unwrap();
    }
    encoder.write_header().unwrap().write_image_data(&[7; 12]).unwrap();
    bytes
}

/// An EXIF block with one entry in its first or its second folder.
fn exif(tag: u16, kind: u16, value: &[u8], second: bool) -> Vec<u8> {
    let mut tiff = b"MM\0*\0\0\0\x08".to_vec();
    let mut folder = |tag: u16, kind: u16, count: u32, value: u32| {
        tiff.extend(1_u16.to_be_bytes());
        tiff.extend(tag.to_be_bytes());
        tiff.extend(kind.to_be_bytes());
        tiff.extend(count.to_be_bytes());
        tiff.extend(value.to_be_bytes());
        tiff.extend(0_u32.to_be_bytes());
    };
    if second {
        folder(0x8769, 4, 1, 26);
    }
    folder(tag, kind, value.len() as u32, if second { 44 } else { 26 });
    tiff.extend(value);
    tiff
}

fn with_exif(format: ImageFormat, exif: Vec<u8>) -> Vec<u8> {
    let mut bytes = Vec::new();
    DynamicImage::new_rgb8(9, 5).write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    let mut image = DynImage::from_bytes(Bytes::from(bytes)).unwrap().unwrap();
    image.set_exif(Some(exif.into()));
    image.encoder().bytes().to_vec()
}

const PARAMETERS: &str = "a gondola, (Steps: of stone:1.2), 水彩 <lora:ink wash:0.8> <lora:dusk:1>\n\
    second line\n\
    Negative prompt: people,\nblurry, Negative prompt: none\n\
    Steps: 28, Sampler: DPM++ 2M Karras, CFG scale: 6.5, Seed: 4294967296123, Size: 832x1216, Model hash: 31e35c80fc, \
    Model: dreamer_v1, Denoising strength: 0.4, Hires upscale: 2, Hires upscaler: 4x-UltraSharp, \
    Lora hashes: \"ink wash: 8d4f, dusk: 77aa\", Template: \"one \\\"two\\\", three\", Version: v1.9.3";

fn is_parameters(recipe: &Recipe) {
    assert_eq!(
        recipe.prompt.as_deref(),
        Some("a gondola, (Steps: of stone:1.2), 水彩 <lora:ink wash:0.8> <lora:dusk:1>\nsecond line")
    );
    assert_eq!(recipe.negative_prompt.as_deref(), Some("people,\nblurry, Negative prompt: none"));
    assert_eq!((recipe.steps, recipe.seed), (Some(28), Some(4_294_967_296_123)));
    assert_eq!((recipe.width, recipe.height), (Some(832), Some(1216)));
    assert_eq!(recipe.model.as_deref(), Some("dreamer_v1"));
    for (name, value) in [
        ("Sampler", "DPM++ 2M Karras"),
        ("Hires upscaler", "4x-UltraSharp"),
        ("Lora hashes", "ink wash: 8d4f, dusk: 77aa"),
        ("Template", "one \"two\", three"),
        ("LoRAs", "ink wash (0.8), dusk (1)"),
    ] {
        assert_eq!(recipe.more[name], value);
    }
}

#[test]
fn parameters_are_read_wherever_they_stand() {
    is_parameters(&from_picture(&png(&[("parameters", PARAMETERS)])).unwrap());
    is_parameters(&foreign::parameters(&PARAMETERS.replace('\n', "\r\n")).unwrap());
    let utf16: Vec<u8> = PARAMETERS.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let comment = [b"UNICODE\0".as_slice(), &utf16].concat();
    for format in [ImageFormat::Jpeg, ImageFormat::WebP] {
        let file = with_exif(format, exif(0x9286, 7, &comment, true));
        is_parameters(&from_picture(&file).unwrap());
    }
    let nothing_left_out = foreign::parameters("Negative prompt: fog\nSteps: 5").unwrap();
    assert_eq!((nothing_left_out.prompt, nothing_left_out.negative_prompt), (None, Some("fog".into())));
}

#[test]
fn utf_8_in_a_chunk_of_latin_letters_is_read() {
    let mut file = png(&[]);
    let text = ["parameters\0".as_bytes(), "黄昏\nSteps: 3, Seed: 1".as_bytes()].concat();
    let mut image = img_parts::png::Png::from_bytes(file.into()).unwrap();
    image.chunks_mut().insert(1, img_parts::png::PngChunk::new(*b"tEXt", text.into()));
    file = image.encoder().bytes().to_vec();
    assert_eq!(from_picture(&file).unwrap().prompt.as_deref(), Some("黄昏"));
}

/// A base model, its picture made larger by a second sampler, two adapters, a seed from another node, a control net in between.
fn two_samplers() -> Value {
    json!({
        "1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "base.safetensors"}},
        "2": {"class_type": "LoraLoader", "inputs": {"lora_name": "first.safetensors", "strength_model": 0.8, "model": ["1", 0], "clip": ["1", 1]}},
        "3": {"class_type": "LoraLoader", "inputs": {"lora_name": "second.safetensors", "strength_model": 1, "model": ["2", 0], "clip": ["2", 1]}},
        "4": {"class_type": "CLIPTextEncodeSDXL", "inputs": {"text_g": ["14", 0], "text_l": ["14", 0], "clip": ["3", 1], "width": 1024}},
        "5": {"class_type": "CLIPTextEncode", "inputs": {"text": "fog\nrain", "clip": ["3", 1]}},
        "6": {"class_type": "ControlNetApplyAdvanced", "inputs": {"positive": ["4", 0], "negative": ["5", 0], "strength": 0.5}},
        "7": {"class_type": "EmptyLatentImage", "inputs": {"width": 1024, "height": 768, "batch_size": 1}},
        "8": {"class_type": "KSampler", "inputs": {"seed": ["13", 0], "steps": 30, "cfg": 7.5, "sampler_name": "euler", "scheduler": "karras",
            "denoise": 1, "model": ["3", 0], "positive": ["6", 0], "negative": ["6", 1], "latent_image": ["7", 0]}},
        "9": {"class_type": "LatentUpscale", "inputs": {"samples": ["8", 0], "width": 2048, "height": 1536}},
        "10": {"class_type": "KSampler", "inputs": {"seed": 5, "steps": 12, "cfg": 4, "sampler_name": "dpmpp_2m", "scheduler": "normal",
            "denoise": 0.45, "model": ["3", 0], "positive": ["6", 0], "negative": ["6", 1], "latent_image": ["9", 0]}},
        "11": {"class_type": "VAEDecode", "inputs": {"samples": ["10", 0], "vae": ["1", 2]}},
        "12": {"class_type": "SaveImage", "inputs": {"images": ["11", 0], "filename_prefix": "a"}, "is_changed": ["not a number"]},
        "13": {"class_type": "Seed (rgthree)", "inputs": {"seed": 18_446_744_073_709_551_615_u64}},
        "14": {"class_type": "Text Multiline", "inputs": {"text": "a bridge, 桥"}},
    })
}

#[test]
fn a_graph_of_two_samplers_is_read_from_its_first() {
    let text = two_samplers().to_string().replace("\"not a number\"", "NaN");
    let recipe = from_picture(&png(&[("prompt", &text), ("workflow", "{broken")])).unwrap();
    assert_eq!(recipe.prompt.as_deref(), Some("a bridge, 桥"));
    assert_eq!(recipe.negative_prompt.as_deref(), Some("fog\nrain"));
    assert_eq!(recipe.model.as_deref(), Some("base.safetensors"));
    assert_eq!((recipe.steps, recipe.cfg_scale.as_deref()), (Some(30), Some("7.5")));
    assert_eq!((recipe.width, recipe.height), (Some(1024), Some(768)));
    assert_eq!(recipe.seed, None, "it has 64 bits");
    for (name, value) in [
        ("Seed", "18446744073709551615"),
        ("LoRAs", "first.safetensors (0.8), second.safetensors (1)"),
        ("Sampler", "euler"),
        ("Scheduler", "karras"),
        ("Hires steps", "12"),
        ("Denoising strength", "0.45"),
    ] {
        assert_eq!(recipe.more[name], value);
    }
}

#[test]
fn a_sampler_put_together_from_parts_is_read() {
    let graph = json!({
        "1": {"class_type": "UNETLoader", "inputs": {"unet_name": "flux1-dev.safetensors"}},
        "2": {"class_type": "Power Lora Loader (rgthree)", "inputs": {"model": ["1", 0],
            "lora_1": {"on": true, "lora": "ink.safetensors", "strength": 0.7}, "lora_2": {"on": false, "lora": "off", "strength": 1}}},
        "3": {"class_type": "CLIPTextEncodeFlux", "inputs": {"clip_l": "a boat", "t5xxl": "a boat", "guidance": 3.5}},
        "4": {"class_type": "FluxGuidance", "inputs": {"guidance": 2.5, "conditioning": ["3", 0]}},
        "5": {"class_type": "BasicGuider", "inputs": {"model": ["2", 0], "conditioning": ["4", 0]}},
        "6": {"class_type": "RandomNoise", "inputs": {"noise_seed": 77}},
        "7": {"class_type": "KSamplerSelect", "inputs": {"sampler_name": "euler"}},
        "8": {"class_type": "BasicScheduler", "inputs": {"scheduler": "simple", "steps": 20, "denoise": 1, "model": ["2", 0]}},
        "9": {"class_type": "EmptySD3LatentImage", "inputs": {"width": 1344, "height": 768}},
        "10": {"class_type": "SamplerCustomAdvanced", "inputs": {"noise": ["6", 0], "guider": ["5", 0], "sampler": ["7", 0], "sigmas": ["8", 0], "latent_image": ["9", 0]}},
        "11": {"class_type": "VAEDecode", "inputs": {"samples": ["10", 0]}},
        "12": {"class_type": "SaveImage", "inputs": {"images": ["11", 0]}},
    });
    // As JPEG and WebP carry it.
    let text = format!("prompt:{graph}\0");
    let recipe =
        from_picture(&with_exif(ImageFormat::WebP, exif(0x0110, 2, text.as_bytes(), false))).unwrap();
    assert_eq!(recipe.prompt.as_deref(), Some("a boat"));
    assert_eq!(recipe.negative_prompt, None);
    assert_eq!((recipe.seed, recipe.steps), (Some(77), Some(20)));
    assert_eq!(recipe.model.as_deref(), Some("flux1-dev.safetensors"));
    assert_eq!((recipe.width, recipe.height), (Some(1344), Some(768)));
    assert_eq!(
        (recipe.more["LoRAs"].as_str(), recipe.more["Flux guidance"].as_str()),
        ("ink.safetensors (0.7)", "2.5")
    );
}

#[test]
fn a_drawn_graph_is_read_without_the_one_that_ran() {
    let node = |id: u32, kind: &str, values: Value, inputs: &[(&str, u32)]| {
        let inputs: Vec<_> = inputs.iter().map(|(name, link)| json!({"name": name, "link": link})).collect();
        json!({"id": id, "type": kind, "mode": 0, "widgets_values": values, "inputs": inputs})
    };
    let mut drawn = json!({
        "nodes": [
            node(1, "CheckpointLoaderSimple", json!(["a.safetensors"]), &[]),
            node(2, "CLIPTextEncode", json!(["a tower"]), &[]),
            node(3, "CLIPTextEncode", json!(["mist"]), &[]),
            node(4, "EmptyLatentImage", json!([640, 512, 1]), &[]),
            node(5, "KSampler", json!([9, "randomize", 25, 6, "euler", "normal", 1]),
                &[("model", 1), ("positive", 2), ("negative", 3), ("latent_image", 4)]),
            node(6, "SaveImage", json!(["ComfyUI"]), &[("images", 5)]),
        ],
        "links": [[1, 1, 0, 5, 0, "MODEL"], [2, 2, 0, 5, 1, "CONDITIONING"], [3, 3, 0, 5, 2, "CONDITIONING"],
            [4, 4, 0, 5, 3, "LATENT"], [5, 5, 0, 6, 0, "IMAGE"]],
    });
    let read = |drawn: &Value| from_picture(&png(&[("workflow", &drawn.to_string())])).unwrap();
    let recipe = read(&drawn);
    assert_eq!(
        (recipe.prompt.as_deref(), recipe.negative_prompt.as_deref()),
        (Some("a tower"), Some("mist"))
    );
    assert_eq!((recipe.seed, recipe.steps, recipe.width), (Some(9), Some(25), Some(640)));
    assert_eq!(recipe.model.as_deref(), Some("a.safetensors"));
    // Two hundred kilobytes more of nodes that lead nowhere.
    for id in 100..1_100 {
        let note = node(id, "Note", json!(["n".repeat(200)]), &[("anything", id)]);
        drawn["nodes"].as_array_mut().unwrap().push(note);
    }
    assert!(drawn.to_string().len() > 200_000);
    assert_eq!(read(&drawn), recipe);
}

#[test]
fn circles_and_nonsense_come_to_an_end() {
    let circle = json!({
        "1": {"class_type": "KSampler", "inputs": {"seed": ["1", 0], "steps": ["2", 0], "positive": ["2", 0], "negative": ["1", 0],
            "model": ["2", 0], "latent_image": ["1", 0]}},
        "2": {"class_type": "ConditioningCombine", "inputs": {"conditioning_1": ["2", 0], "conditioning_2": ["1", 0], "value": ["2", 0],
            "steps": ["2", 0], "model": ["2", 0], "text": ["2", 0]}},
        "3": {"class_type": "SaveImage", "inputs": {"images": ["1", 0]}},
    });
    assert_eq!(comfy(&circle.to_string()), None);
    for nonsense in
        ["{}", "[]", "null", "{\"1\": 5}", "{\"nodes\": [1, {}], \"links\": [[]]}", "{\"1\":{\"inputs\":[]}}"]
    {
        assert_eq!(comfy(nonsense), None, "{nonsense}");
    }
    let deep = "[".repeat(200_000);
    assert_eq!(from_picture(&png(&[("prompt", &deep), ("workflow", &deep)])), None);
}

proptest! {
    #[test]
    fn no_graph_stops_the_reader(
        nodes in prop::collection::vec((0_usize..6, prop::collection::vec((0_usize..14, 0_u32..8, any::<bool>()), 0..8)), 0..8),
    ) {
        let classes = ["KSampler", "SaveImage", "CLIPTextEncode", "LoraLoader", "SamplerCustomAdvanced", "ConditioningZeroOut"];
        let names = ["positive", "negative", "model", "latent_image", "text", "seed", "steps", "guider", "sigmas", "images", "lora_name",
            "ckpt_name", "conditioning", "width"];
        let graph: serde_json::Map<String, Value> = nodes.iter().enumerate().map(|(id, (class, inputs))| {
            let inputs: serde_json::Map<String, Value> = inputs.iter().map(|(name, to, link)| {
                (names[*name].to_owned(), if *link { json!([to.to_string(), 0]) } else { json!(to) })
            }).collect();
            (id.to_string(), json!({"class_type": classes[*class], "inputs": inputs}))
        }).collect();
        let _ = comfy(&Value::Object(graph).to_string());
    }

    #[test]
    fn no_text_stops_the_reader(text in ".{0,200}") {
        let _ = foreign::parameters(&format!("{text}\nSteps: {text}"));
        let _ = foreign::dream(&text);
        let _ = foreign::invoke(&text);
    }
}

#[test]
fn invoke_is_read_in_all_its_ages() {
    let new = r#"{"app_version":"5.6.0","generation_mode":"sdxl_txt2img","positive_prompt":"a boat","negative_prompt":"fog","width":1024,
        "height":768,"seed":4294967295,"cfg_scale":7.5,"steps":30,"scheduler":"euler","model":{"key":"k","name":"Juggernaut XL","base":"sdxl"},
        "loras":[{"model":{"key":"l","name":"ink"},"weight":0.75}]}"#;
    let recipe = from_picture(&png(&[("invokeai_metadata", new)])).unwrap();
    assert_eq!(recipe.program.as_deref(), Some("InvokeAI 5.6.0"));
    assert_eq!((recipe.model.as_deref(), recipe.seed), (Some("Juggernaut XL"), Some(4_294_967_295)));
    assert_eq!((recipe.more["LoRAs"].as_str(), recipe.more["Scheduler"].as_str()), ("ink (0.75)", "euler"));

    let old = r#"{"model":"stable diffusion","model_weights":"sd-1.5","app_id":"invoke-ai/InvokeAI","app_version":"2.3.5",
        "image":{"prompt":[{"prompt":"a canal [people, boats]","weight":1.0}],"steps":50,"cfg_scale":7.5,"height":512,"width":640,"seed":3,"sampler":"k_lms"}}"#;
    let recipe = from_picture(&png(&[("sd-metadata", old), ("Dream", "ignored -s 1")])).unwrap();
    assert_eq!(
        (recipe.prompt.as_deref(), recipe.negative_prompt.as_deref()),
        (Some("a canal"), Some("people, boats"))
    );
    assert_eq!((recipe.model.as_deref(), recipe.width), (Some("sd-1.5"), Some(640)));
    assert_eq!(recipe.more["Sampler"], "k_lms");

    let oldest = r#""a "square" at noon [rain]" -s50 -S 1234567890 -W 512 -H 448 -C 7.5 -A k_euler"#;
    let recipe = from_picture(&png(&[("Dream", oldest)])).unwrap();
    assert_eq!(
        (recipe.prompt.as_deref(), recipe.negative_prompt.as_deref()),
        (Some("a \"square\" at noon"), Some("rain"))
    );
    assert_eq!((recipe.steps, recipe.seed, recipe.height), (Some(50), Some(1_234_567_890), Some(448)));
}

#[test]
fn flat_json_is_read_in_its_spellings() {
    let swarm = r#"{"sui_image_params":{"prompt":"a dome","negativeprompt":"sky","model":"m","seed":8,"steps":4,"cfgscale":1.5,"sampler":"euler",
        "width":512,"height":512}}"#;
    let recipe = from_picture(&png(&[("parameters", swarm)])).unwrap();
    assert_eq!((recipe.negative_prompt.as_deref(), recipe.cfg_scale.as_deref()), (Some("sky"), Some("1.5")));
    let listed = r#"{"prompt":"a dome","base_model":"m.safetensors","seed":"123","steps":30,"loras":[["ink.safetensors",0.5,"ab12"]],"guidance_scale":4}"#;
    let recipe = from_picture(&png(&[("parameters", listed), ("fooocus_scheme", "fooocus")])).unwrap();
    assert_eq!((recipe.seed, recipe.more["LoRAs"].as_str()), (Some(123), "ink.safetensors (0.5)"));
    assert_eq!(recipe.model.as_deref(), Some("m.safetensors"));
    // Venice's, in the comment of any format.
    let venice = br#"ASCII   {"prompt":"a lagoon","negative_prompt":"mud","model":"z-image-turbo","seed":-5,"steps":8,"cfg_scale":7.5,"style_preset":"Film Noir"}"#;
    for format in [ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Png] {
        let recipe = from_picture(&with_exif(format, exif(0x9286, 7, &venice[..], true)));
        let recipe = recipe.unwrap_or_else(|| panic!("{format:?}"));
        assert_eq!((recipe.seed, recipe.style.as_deref()), (Some(-5), Some("Film Noir")));
    }
}
