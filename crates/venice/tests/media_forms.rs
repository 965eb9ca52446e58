//! The forms of requests against Venice's own description, where that is at hand: each has every field, and tells the
//! limits.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde_json::Value;
use venice::audio::{
    CompleteAudio, CreateClonedVoice, CreateSpeech, CreateTranscription, QueueAudio, QuoteAudio,
    RetrieveAudio,
};
use venice::augment::{CreateTextParser, WebScrape, WebSearch};
use venice::images::{
    BackgroundRemoveImage, EditImage, GenerateImage, ListImageStyles, MultiEditImage, SimpleGenerateImage,
    UpscaleImage,
};
use venice::models::{ListModelCompatibilityMapping, ListModelTraits, ListModels};
use venice::video::{CompleteVideo, CreateVideoTranscription, QueueVideo, QuoteVideo, RetrieveVideo};
use venice::{Operation, Request};

use crate::contract::reference;

struct Form {
    operation: Operation,
    schema: Value,
}

fn form<R: Request + JsonSchema>() -> Form {
    Form { operation: R::OPERATION, schema: schemars::schema_for!(R).to_value() }
}

fn forms() -> Vec<Form> {
    vec![
        form::<CreateSpeech>(),
        form::<CreateTranscription>(),
        form::<CreateClonedVoice>(),
        form::<QuoteAudio>(),
        form::<QueueAudio>(),
        form::<RetrieveAudio>(),
        form::<CompleteAudio>(),
        form::<QuoteVideo>(),
        form::<QueueVideo>(),
        form::<RetrieveVideo>(),
        form::<CompleteVideo>(),
        form::<CreateVideoTranscription>(),
        form::<WebSearch>(),
        form::<WebScrape>(),
        form::<CreateTextParser>(),
        form::<GenerateImage>(),
        form::<SimpleGenerateImage>(),
        form::<EditImage>(),
        form::<MultiEditImage>(),
        form::<UpscaleImage>(),
        form::<BackgroundRemoveImage>(),
        form::<ListImageStyles>(),
        form::<ListModels>(),
        form::<ListModelTraits>(),
        form::<ListModelCompatibilityMapping>(),
    ]
}

/// What one field of ours stands for.
const TOGETHER: &[(&str, &str)] = &[("backgroundRemoveImage", "image_url")];

fn resolved<'a>(description: &'a Value, mut schema: &'a Value) -> &'a Value {
    while let Some(pointer) = schema["$ref"].as_str() {
        schema = description.pointer(pointer.trim_start_matches('#')).unwrap();
    }
    schema
}

/// The fields of a body or of a query: names, and what they take.
fn described(description: &Value, operation: &Operation) -> Vec<(String, Value)> {
    let entry = &description["paths"][operation.path][operation.method.as_str().to_lowercase()];
    let mut fields = Vec::new();
    for parameter in entry["parameters"].as_array().into_iter().flatten() {
        let parameter = resolved(description, parameter);
        if parameter["in"] != "header" {
            fields.push((parameter["name"].as_str().unwrap().to_owned(), parameter["schema"].clone()));
        }
    }
    let body = resolved(description, &entry["requestBody"]);
    for content in body["content"].as_object().into_iter().flat_map(serde_json::Map::values) {
        let schema = resolved(description, &content["schema"]);
        let parts = schema["allOf"].as_array().map_or(vec![schema], |parts| parts.iter().collect());
        for part in parts {
            let properties = resolved(description, part)["properties"].as_object();
            fields.extend(
                properties
                    .into_iter()
                    .flatten()
                    .map(|(name, field)| (name.clone(), resolved(description, field).clone())),
            );
        }
    }
    fields
}

#[test]
fn a_form_has_every_field_of_the_description() {
    let Some(description) = reference("openapi.json") else { return };
    for Form { operation, schema } in forms() {
        let of_ours: BTreeSet<String> =
            schema["properties"].as_object().into_iter().flat_map(|fields| fields.keys().cloned()).collect();
        let there: BTreeSet<String> = described(&description, &operation)
            .into_iter()
            .map(|(name, _)| name)
            .filter(|name| !TOGETHER.contains(&(operation.id, name)))
            .collect();
        assert_eq!(of_ours, there, "{}", operation.id);
    }
}

/// The limits that a field of ours has to tell where the description does.
const LIMITS: &[&str] = &["minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"];

#[test]
fn a_form_tells_the_limits_of_the_description() {
    let Some(description) = reference("openapi.json") else { return };
    let mut compared = 0;
    for Form { operation, schema } in forms() {
        for (name, field) in described(&description, &operation) {
            let ours = &schema["properties"][&name];
            if ours.is_null() || field["exclusiveMinimum"] == true {
                continue;
            }
            for limit in LIMITS {
                let Some(wanted) = field[*limit].as_f64() else { continue };
                // A choice of two is told as such.
                if ours["enum"].is_array() {
                    continue;
                }
                assert_eq!(ours[*limit].as_f64(), Some(wanted), "{} {name} {limit}", operation.id);
                compared += 1;
            }
            if let Some(values) = field["enum"].as_array().filter(|_| name != "model" && name != "modelId") {
                let known = ["x-known", "enum"].iter().find_map(|key| ours[*key].as_array());
                let known = known.unwrap_or_else(|| panic!("{} {name}", operation.id));
                for value in values.iter().filter(|value| !value.is_null()) {
                    assert!(known.contains(value), "{} {name} {value}", operation.id);
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 150, "{compared}");
}

#[test]
fn a_form_tells_what_its_fields_are() {
    let (mut models, mut files) = (0, 0);
    for Form { operation, schema } in forms() {
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            let is_described = field["description"].as_str().is_some_and(|text| text.ends_with('.'));
            assert!(is_described, "{} {name}", operation.id);
            let is_model = matches!(name.as_str(), "model" | "modelId");
            assert_eq!(field["x-model"].is_string(), is_model, "{} {name}", operation.id);
            models += usize::from(is_model);
            let is_file = name == "file" || name.starts_with("image") || name.contains("_url");
            let is_file = is_file && !field["x-file"].is_null();
            files += usize::from(is_file);
        }
    }
    assert!(models >= 15 && files >= 15, "{models} {files}");
}
